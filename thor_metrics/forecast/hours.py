"""When in the week: the hours of the whole city, and of each cell shrunk towards them."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from thor_metrics.forecast.places import HOURS, Incidents, Places

__all__ = ["cell_hours", "city_hours", "hour_weights"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_HALF_LIFE: Final = 730.0
#: Incidents the hours of the weekdays (or weekend) are worth beside those of one day.
_DAY_PRIOR: Final = 300.0
#: Incidents the hours of the city are worth beside those of one cell.
_CITY_PRIOR: Final = 100.0
#: Hours by which the times of one cell are smoothed.
_SMOOTH: Final = 1.5


def hour_weights(of: Incidents, origin: float) -> Floats:
    """Return what each incident counts for the hours: 2^(-age / 730), 0 without an hour."""
    return np.where(of.hour >= 0, np.exp2((of.day - origin) / _HALF_LIFE), 0.0)


def city_hours(hour: Ints, weights: Floats) -> Floats:
    """Spread one incident of the whole city over the week.

    Parameters
    ----------
    hour : ndarray of int, shape (incidents,)
        Hour of the week, 0 is Monday from 0 to 1 h; -1 does not count.
    weights : ndarray, shape (incidents,)

    Returns
    -------
    ndarray, shape (168,)
        share(day) (N_dh + 300 p(h)) / (N_d + 300), p the hours of the weekdays or of the weekend
        together. One pseudo-incident spread evenly over the days and one over the hours keep
        every hour possible. Not smoothed: that times heap at whole hours and midnight is how they
        are written down, and the coming ones will be too.

    Examples
    --------
    >>> even = city_hours(np.array([], dtype=int), np.array([]))
    >>> bool(np.allclose(even, 1 / 168))
    True
    """
    timed = hour >= 0
    counts = np.bincount(hour[timed], weights=weights[timed], minlength=HOURS).reshape(7, 24)
    days = counts.sum(axis=1)
    shares = (days + 1.0 / 7.0) / (days.sum() + 1.0)
    found = np.empty((7, 24))
    for part in (slice(0, 5), slice(5, 7)):
        of_part = (counts[part].sum(axis=0) + 1.0 / 24.0) / (days[part].sum() + 1.0)
        found[part] = (counts[part] + _DAY_PRIOR * of_part) / (days[part, np.newaxis] + _DAY_PRIOR)
    return (shares[:, np.newaxis] * found).ravel()


def cell_hours(of: Incidents, where: Places, weights: Floats, city: Floats) -> Floats:
    """Spread one incident of each cell over the week.

    Parameters
    ----------
    of : Incidents
    where : Places
    weights : ndarray, shape (incidents,)
        0 for an incident without an hour.
    city : ndarray, shape (168,)

    Returns
    -------
    ndarray, shape (cells, 168)
        (N_ch + 100 city) / (N_c + 100), N_ch smoothed around the week by a Gaussian of 1.5 hours.
        A cell without incidents has the hours of the city.
    """
    found = np.tile(city, (len(where), 1))
    index = where.index(of.col, of.row)
    used = (index >= 0) & (weights > 0)
    cells, position = np.unique(index[used], return_inverse=True)
    counts = np.bincount(
        position * HOURS + of.hour[used], weights=weights[used], minlength=len(cells) * HOURS
    ).reshape(len(cells), HOURS)
    own = ndimage.gaussian_filter1d(counts, _SMOOTH, axis=1, mode="wrap") if len(cells) else counts
    totals = own.sum(axis=1, keepdims=True)
    found[cells] = (own + _CITY_PRIOR * city) / (totals + _CITY_PRIOR)
    return found
