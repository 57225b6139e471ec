"""The components of the forecast: ten ways to say where incidents come, each summing to 1.

Own-cell counts with several memories (D), the same counts smoothed over the neighbourhood (K), the
same time of year, and everywhere alike. Which of them matter is for the data to say (`pool`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from thor_metrics.forecast.places import Incidents, Places

__all__ = ["NAMES", "components", "decayed", "season", "shares", "smoothed", "window"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_HALF_LIVES: Final = (math.inf, 182.0, 28.0, 10.0, 365.0, 1095.0)
#: Kernel width (1, 2 or 4 times the narrowest) and half-life of each smoothed component.
_KERNELS: Final = ((1, 365.0), (1, 28.0), (2, 1095.0), (4, math.inf))

#: Names of the components, in the order of the first axis of :func:`components`.
NAMES: Final = (
    "all history",
    "half-life 182 d",
    "half-life 28 d",
    "half-life 10 d",
    "time of year",
    "near, half-life 365 d",
    "near, half-life 28 d",
    "wider, half-life 1095 d",
    "widest, all history",
    "everywhere",
)

_YEAR: Final = 365.25
#: Standard deviations after which a Gaussian is cut off.
_TAILS: Final = 4.0


def components(of: Incidents, where: Places, origins: Floats, horizons: Floats) -> Floats:
    """Spread one incident over the cells in each of the ten ways, at several moments.

    Parameters
    ----------
    of : Incidents
    where : Places
        Incidents elsewhere are left out.
    origins : ndarray, shape (moments,)
        In rising order; at each only what was known by then counts.
    horizons : ndarray, shape (moments,)
        Days looked ahead: the time of year is that of the middle of the horizon.

    Returns
    -------
    ndarray, shape (10, moments, cells)
        Each component sums to 1 over the cells. One that has nothing to go on (no incident more
        than 180 days old) is that of all history; with no history at all, everywhere alike.

    Notes
    -----
    D_h = sum of 2^(-age/h); K_{b,h} = D_h under a Gaussian of sqrt(b^2 - cell^2/12), because the
    cell has already spread the points by cell^2/12. b is 100, 200 and 400 m; for cells over 150 m
    it is 0.8, 1.6 and 3.2 times the cell.
    """
    n = len(where)
    index = where.index(of.col, of.row)
    inside = index >= 0
    here, index = (of, index) if inside.all() else (of.pick(inside), index[inside])
    counts = {h: decayed(here, index, n, origins, h) for h in _HALF_LIVES}
    base = 100.0 if where.cell_size <= 150.0 else 0.8 * where.cell_size
    found = [counts[h] for h in _HALF_LIVES[:4]]
    found.append(season(here, index, n, origins, horizons))
    found += [smoothed(counts[h], where, base * width) for width, h in _KERNELS]
    found.append(np.ones((len(origins), n)))
    return shares(found)


def shares(found: Sequence[Floats]) -> Floats:
    """Make each (moments, cells) array sum to 1 over the cells.

    What is empty follows the first one; where that is empty too, all cells are alike.
    """
    q = np.stack(list(found))
    totals = q.sum(axis=2, keepdims=True)
    np.divide(q, totals, out=q, where=totals > 0)
    if (totals <= 0).any():
        even = 1.0 / max(q.shape[2], 1)
        q[0] = np.where(totals[0] > 0, q[0], even)
        q = np.where(totals > 0, q, q[0])
    return q


def decayed(of: Incidents, index: Ints, n: int, origins: Floats, half_life: float) -> Floats:
    """Count incidents per cell, each worth 2^(-age / half-life).

    Parameters
    ----------
    of : Incidents
    index : ndarray of int
        Cell of each incident, 0 .. n-1.
    n : int
        Number of cells.
    origins : ndarray, shape (moments,)
        In rising order.
    half_life : float
        Days; infinity counts plainly.

    Returns
    -------
    ndarray, shape (moments, n)

    Examples
    --------
    >>> from thor_metrics.forecast.places import incidents
    >>> two = incidents([0, 0], [0, 0], ["1970-01-01", "1970-01-11"])
    >>> decayed(two, np.array([0, 0]), 1, np.array([10.0, 20.0]), 10.0).ravel().tolist()
    [0.5, 0.75]
    """
    # Each incident is weighed once, at the first moment it counts; later moments only fade it.
    enters = np.maximum(
        np.searchsorted(origins, of.day, side="right"),
        np.searchsorted(origins, of.known, side="left"),
    )
    counted = enters < len(origins)
    enters, cell = enters[counted], index[counted]
    if math.isinf(half_life):
        weight = None
        fade = np.ones(len(origins))
    else:
        weight = np.exp2((of.day[counted] - origins[enters]) / half_life)
        fade = np.exp2(-np.diff(origins, prepend=origins[:1]) / half_life)
    worth = np.bincount(enters * n + cell, weights=weight, minlength=len(origins) * n)
    found: Floats = worth.reshape(len(origins), n).astype(np.float64)
    for moment in range(1, len(origins)):
        found[moment] += found[moment - 1] * fade[moment]
    return found


def season(of: Incidents, index: Ints, n: int, origins: Floats, horizons: Floats) -> Floats:
    """Count incidents of the same time of year, more than 180 days old.

    Parameters
    ----------
    of, index, n, origins
        As in :func:`decayed`.
    horizons : ndarray, shape (moments,)
        Days looked ahead.

    Returns
    -------
    ndarray, shape (moments, n)
        exp(-0.5 (d / 30)^2) 2^(-age / 1095), d the days between the time of year of the incident
        and that of the middle of the horizon (at most half a year).
    """
    found = np.zeros((len(origins), n))
    if not len(of):
        return found
    first = math.floor(of.day[0])
    # By whole day: a table of days is much shorter than the list of incidents.
    days = (np.floor(of.day) - first).astype(np.int64)
    table = first + 0.5 + np.arange(int(days[-1]) + 1)
    for place, (origin, horizon) in enumerate(zip(origins, horizons, strict=True)):
        old = int(np.searchsorted(of.day, origin - 180.0))
        away = (table - origin - horizon / 2 + _YEAR / 2) % _YEAR - _YEAR / 2
        weight = np.exp(-0.5 * (away / 30.0) ** 2) * np.exp2((table - origin) / 1095.0)
        worth = weight[days[:old]] * (of.known[:old] <= origin)
        found[place] = np.bincount(index[:old], weights=worth, minlength=n)
    return found


def smoothed(counts: Floats, where: Places, bandwidth: float) -> Floats:
    """Spread counts over neighbouring cells with a Gaussian.

    Parameters
    ----------
    counts : ndarray, shape (moments, cells)
    where : Places
    bandwidth : float
        Metres, the cell's own width included; below cell / sqrt(12) nothing is smoothed.

    Returns
    -------
    ndarray, shape (moments, cells)
        What falls outside the cells is lost.
    """
    if not counts.size:
        return counts
    size = where.cell_size
    sigma = math.sqrt(max(bandwidth**2 - size**2 / 12.0, 0.0)) / size
    gap = math.ceil(_TAILS * sigma) + 1
    rows, cols, shape = where.raster(gap)
    picture = np.zeros((len(counts), *shape))
    picture[:, rows, cols] = counts
    spread = ndimage.gaussian_filter(picture, sigma, mode="constant", truncate=_TAILS, axes=(1, 2))
    return spread[:, rows, cols]


def window(of: Incidents, where: Places, origins: Floats, start: Floats, end: Floats) -> Floats:
    """Count incidents per cell in one stretch before each moment.

    Parameters
    ----------
    of : Incidents
    where : Places
    origins : ndarray, shape (moments,)
        What was known at that moment counts.
    start, end : ndarray, shape (moments,)
        Half-open: incidents on start <= day < end, and before the moment.

    Returns
    -------
    ndarray, shape (moments, cells)
    """
    n = len(where)
    index = where.index(of.col, of.row)
    found = np.zeros((len(origins), n))
    for place, origin in enumerate(origins):
        low, high = np.searchsorted(of.day, [start[place], min(end[place], origin)])
        cell = index[low:high][of.known[low:high] <= origin]
        found[place] = np.bincount(cell[cell >= 0], minlength=n)
    return found
