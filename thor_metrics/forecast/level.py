"""How many incidents to expect in all: the recent level, moved along with the season."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from thor_metrics.forecast.places import Incidents

__all__ = ["level", "levels", "season_index"]

Floats = NDArray[np.float64]

_WEEK: Final = 7.0
_YEAR: Final = 365.25
_HALF_LIVES: Final = (28.0, 56.0)
#: Weeks in eighteen months: with fewer a season and a trend cannot be told apart.
_SEASONED: Final = 78
#: Older weeks say nothing about the level or the season of now.
_LONGEST: Final = 260


def levels(of: Incidents, origins: Floats, horizons: Floats) -> Floats:
    """Expect a number of incidents at several moments, each with what was known by then.

    Parameters
    ----------
    of : Incidents
    origins, horizons : ndarray, shape (moments,)
        Moments and days looked ahead.

    Returns
    -------
    ndarray, shape (moments,)
    """
    if not len(of):
        return np.zeros(len(origins))
    first = float(of.day[0])
    found = np.zeros(len(origins))
    for place, origin in enumerate(origins):
        before = int(np.searchsorted(of.day, origin))
        known = of.known[:before] <= origin
        found[place] = level(of.day[:before][known], first, float(origin), float(horizons[place]))
    return found


def level(day: Floats, first: float, origin: float, horizon: float) -> float:
    """Expect a number of incidents in the days after a moment.

    Parameters
    ----------
    day : ndarray
        Days of the incidents known, all before ``origin``.
    first : float
        Where the history begins; a week that is not whole is left out.
    origin, horizon : float
        The moment and the days looked ahead.

    Returns
    -------
    float
        Mean over half-lives of 28 and 56 days of [average of weekly counts / S^0.5, weighted
        2^(-age / half-life)] S^0.5(horizon) horizon / 7. S (:func:`season_index`) takes part with
        at least eighteen months of history, halved on the log scale because it is uncertain
        itself. Less than a week of history: its mean a day, over at least one day.

    Examples
    --------
    >>> every_day = np.arange(56.0)
    >>> level(every_day, 0.0, 56.0, 28.0)
    28.0
    """
    weeks = min(math.floor((origin - first) / _WEEK), _LONGEST)
    if weeks < 1:
        return len(day) / max(origin - first, 1.0) * horizon
    # Half-open weeks [origin - 7, origin), ...: the age of exactly seven days is the first week.
    back = np.ceil((origin - day) / _WEEK).astype(np.int64) - 1
    counts = np.bincount(back[back < weeks], minlength=weeks).astype(np.float64)
    middles = origin - _WEEK * (np.arange(weeks, dtype=np.float64) + 0.5)
    ahead = origin + np.arange(math.ceil(horizon), dtype=np.float64) + 0.5
    root, root_ahead = np.ones(weeks), 1.0
    if weeks >= _SEASONED and counts.any():
        index, index_ahead = season_index(counts, middles, ahead)
        root, root_ahead = np.sqrt(index), math.sqrt(float(index_ahead.mean()))
    found = 0.0
    for half_life in _HALF_LIVES:
        weight = np.exp2(-_WEEK * np.arange(weeks) / half_life)
        found += float(weight @ (counts / root) / weight.sum()) / len(_HALF_LIVES)
    return found * root_ahead * horizon / _WEEK


def season_index(counts: Floats, days: Floats, ahead: Floats) -> tuple[Floats, Floats]:
    """Fit the yearly rhythm of weekly counts, apart from their trend.

    Parameters
    ----------
    counts, days : ndarray, shape (weeks,)
        Counts and the middle of each week, in days since 1970.
    ahead : ndarray
        Days the index is wanted for.

    Returns
    -------
    index, index_ahead : ndarray
        Around 1. Poisson regression with log link on a line in time and two harmonics of the
        year; a penalty of one incident keeps it finite where the counts say little.
    """

    def harmonics(at: Floats) -> Floats:
        angle = 2.0 * np.pi * at / _YEAR
        return np.column_stack([f(k * angle) for k in (1, 2) for f in (np.cos, np.sin)])

    middle = days.mean()
    design = np.column_stack([np.ones(len(days)), (days - middle) / _YEAR, harmonics(days)])
    penalty = np.array([0.0, 1.0, 1.0, 1.0, 1.0, 1.0])
    beta = np.zeros(6)
    beta[0] = math.log(counts.mean())
    for _ in range(25):
        mean = np.exp(np.clip(design @ beta, -20.0, 20.0))
        slope = design.T @ (counts - mean) - penalty * beta
        bend = (design * mean[:, np.newaxis]).T @ design + np.diag(penalty + 1e-9)
        # No step may be longer than a factor e: the first ones overshoot where counts are few.
        step = np.clip(np.linalg.solve(bend, slope), -1.0, 1.0)
        beta += step
        if np.abs(step).max() < 1e-8:
            break
    return np.exp(harmonics(days) @ beta[2:]), np.exp(harmonics(ahead) @ beta[2:])
