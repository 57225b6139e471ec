"""Emerging hotspots: how a place became what it is, in the seventeen classes of ArcGIS."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from thor_metrics import stats

__all__ = ["EMERGING_CLASSES", "emerging"]

_KINDS: Final = (
    "new",
    "consecutive",
    "intensifying",
    "persistent",
    "diminishing",
    "sporadic",
    "oscillating",
    "historical",
)
_NOTHING: Final = "no pattern detected"

#: Every class, in the order of ArcGIS: eight hot ones, eight cold ones and no pattern.
EMERGING_CLASSES: Final[tuple[str, ...]] = (
    *(f"{kind} hot spot" for kind in _KINDS),
    *(f"{kind} cold spot" for kind in _KINDS),
    _NOTHING,
)


def emerging(
    hot_bins: ArrayLike,
    *,
    z: ArrayLike | None = None,
    trend: ArrayLike | None = None,
    trend_p: ArrayLike | None = None,
    alpha: float = 0.05,
) -> NDArray[np.object_]:
    """Say of each cell how its hot and cold periods follow each other.

    Parameters
    ----------
    hot_bins : array_like of -1, 0, 1, shape (periods, ...)
        Per period, oldest first, and cell: 1 where it is significantly hot (after correction for
        the number of tests), -1 where significantly cold, 0 elsewhere.
    z : array_like, shape of ``hot_bins``, optional
        Strength of the clustering (Gi* z) behind ``hot_bins``; its trend over the periods is
        tested by Mann-Kendall (:func:`thor_metrics.stats.mann_kendall`). Missing values are left
        out; a cell with none has no trend.
    trend, trend_p : array_like, shape of one period, optional
        The trend itself, instead of ``z``: above zero for rising and below for falling, and its
        p-value (missing: no trend).
    alpha : float, default 0.05
        A trend with a p-value below this is significant.

    Returns
    -------
    ndarray of str, shape of one period
        One of :data:`EMERGING_CLASSES` per cell.

    Raises
    ------
    ValueError
        For values other than -1, 0 and 1, no period, shapes that differ, both ``z`` and
        ``trend``, or one of ``trend`` and ``trend_p`` without the other.

    Notes
    -----
    The classes (Esri, "How Emerging Hot Spot Analysis works"), each with its cold mirror:

    =============  ======================  ====================================================
    class          hot in last period      and
    =============  ======================  ====================================================
    new            yes                     never hot before
    consecutive    yes                     the last two or more periods are one run of hot ones,
                                           never hot before that run, hot in under 90 %
    intensifying   yes                     hot in 90 % or more, clustering significantly rises
    persistent     (see below)             hot in 90 % or more, no significant trend
    diminishing    yes                     hot in 90 % or more, clustering significantly falls
    sporadic       yes                     hot on and off, in under 90 %, never cold
    oscillating    yes                     cold at least once, hot in under 90 %
    historical     no                      hot in 90 % or more
    =============  ======================  ====================================================

    For a cold spot, clustering of low counts rises when z falls. The definitions overlap in three
    places; the order here is: (1) what a cell is in the last period goes before what it was, so a
    cell that was cold in 90 % of the periods and is hot now is a new hot spot and no historical
    cold spot, and one that is not hot now is historical, not persistent; (2) new and consecutive
    go before oscillating, as in Esri's table; (3) with a single period, new goes before persistent.
    So each cell that is hot or cold in the last period has a class, and turning hot into cold
    turns each class into its mirror.

    Esri asks for at least ten periods; the Mann-Kendall p is the normal approximation. Without
    ``z`` and ``trend`` no trend is known and 90 % or more is persistent.

    Examples
    --------
    >>> bins = [[0, 1, 0], [0, 1, 1], [0, 1, 0], [1, 1, 1]]
    >>> emerging(bins).tolist()
    ['new hot spot', 'persistent hot spot', 'sporadic hot spot']
    """
    bins = np.asarray(hot_bins)
    if bins.ndim < 1 or not len(bins):
        raise ValueError(f"hot_bins has at least one period; found shape {bins.shape}")
    if not np.isin(bins, (-1, 0, 1)).all():
        odd = bins[~np.isin(bins, (-1, 0, 1))][0]
        raise ValueError(f"hot_bins holds -1, 0 and 1 only; found {odd}")
    direction = _direction(bins.shape, z, trend, trend_p, alpha)
    classes = np.full(bins.shape[1:], _NOTHING, dtype=object)
    # A cell that is the other now is left to the other round. Of the rest none fits both: only
    # "historical" is without a state now, and no cell was both hot and cold 90 % of the time.
    for state, name in ((1, "hot"), (-1, "cold")):
        for kind, found in _kinds(bins == state, bins == -state, state * direction).items():
            classes[found & (bins[-1] != -state)] = f"{kind} {name} spot"
    return classes


def _kinds(
    hot: NDArray[np.bool_], cold: NDArray[np.bool_], direction: NDArray[np.int64]
) -> dict[str, NDArray[np.bool_]]:
    """Tell of each kind which cells are one; no cell is two kinds at once."""
    periods = len(hot)
    times = hot.sum(axis=0)
    # In whole numbers: 9 of 10 periods is 90 %, whatever 0.9 is in binary.
    mostly = times * 10 >= periods * 9
    now = hot[-1]
    run = np.logical_and.accumulate(hot[::-1], axis=0).sum(axis=0)
    new = now & (times == 1)
    consecutive = now & ~mostly & (run >= 2) & (times == run)
    often = now & mostly & ~new
    seldom = now & ~mostly & ~new & ~consecutive
    was_cold = cold.any(axis=0)
    return {
        "new": new,
        "consecutive": consecutive,
        "intensifying": often & (direction > 0),
        "persistent": often & (direction == 0),
        "diminishing": often & (direction < 0),
        "sporadic": seldom & ~was_cold,
        "oscillating": seldom & was_cold,
        "historical": ~now & mostly,
    }


def _direction(
    shape: tuple[int, ...],
    z: ArrayLike | None,
    trend: ArrayLike | None,
    trend_p: ArrayLike | None,
    alpha: float,
) -> NDArray[np.int64]:
    """1 where the trend is a significant rise, -1 a significant fall, 0 elsewhere."""
    if (trend is None) != (trend_p is None):
        raise ValueError("trend and trend_p belong together; found one without the other")
    if z is not None and trend is not None:
        raise ValueError("give z or a trend, not both")
    if z is not None:
        strength = np.asarray(z, dtype=np.float64)
        if strength.shape != shape:
            raise ValueError(f"z has the shape of hot_bins, {shape}; found {strength.shape}")
        sign, _, p = stats.mann_kendall(np.moveaxis(strength, 0, -1))
    elif trend is not None and trend_p is not None:
        sign = np.asarray(trend, dtype=np.float64)
        p = np.asarray(trend_p, dtype=np.float64)
        if sign.shape != shape[1:] or p.shape != shape[1:]:
            raise ValueError(
                f"trend and trend_p have one value a cell, {shape[1:]}; "
                f"found {sign.shape} and {p.shape}"
            )
    else:
        return np.zeros(shape[1:], dtype=np.int64)
    sure = p < alpha  # a missing p is not
    return np.where(sure, np.sign(np.where(sure, sign, 0.0)), 0.0).astype(np.int64)
