"""Which hours of the week stand out: from all others, or from what their day and hour suggest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from thor_metrics import stats

__all__ = ["HotHours", "busy_hours", "hot_hours"]

Floats = NDArray[np.float64]

_ROUNDS: Final = 500
_CLOSE: Final = 1e-10
#: So near to the farthest hour that it is left out with it.
_NEARLY: Final = 0.9


@dataclass(frozen=True, eq=False)
class HotHours:
    """Events per hour of the week, beside what was expected there.

    Shape (7, 4) instead of (7, 24) where parts of the day were counted.

    Attributes
    ----------
    observed, expected : ndarray, shape (7, 24)
        Events in all weeks together, Monday first.
    p : ndarray, shape (7, 24)
        Chance of so many or more; NaN where nothing can be tested.
    q : ndarray, shape (7, 24)
        p corrected for all hours tested (Benjamini & Hochberg 1995).
    dispersion : float
        Variance divided by mean of the counts of one hour, from week to week, of all hours
        together; NaN when there are fewer than two weeks with events.
    largest_week : ndarray, shape (7, 24)
        Share of the events of an hour that its busiest week holds: near 1 is one evening and no
        habit. NaN without events.
    """

    observed: Floats
    expected: Floats
    p: Floats
    q: Floats
    dispersion: float
    largest_week: Floats


def hot_hours(counts: ArrayLike, *, exposure: ArrayLike | None = None) -> HotHours:
    """Find hours that are unusual for that day and that hour ("welk uur is ongewoon").

    Parameters
    ----------
    counts : array_like, shape (weeks, 7, 24)
        Events per week and hour of the week, of whole weeks (:func:`week_counts`). Where hours
        have too few: (weeks, 7, 4), of :func:`by_dagdeel`; the results then have that shape.
    exposure : array_like, shape (7, 24), optional
        Hours of exposure in all weeks together (:func:`exposure_hours`); alike unless given.

    Returns
    -------
    HotHours
        Expected is what the day and the hour give together: Friday is busy, eight in the evening
        is busy, so Friday at eight is expected to be. Hours found unusual do not count in what is
        expected of their day and hour. A day or hour of the clock without any event expects none
        there: p is NaN, and it does not count in the correction.

    Raises
    ------
    ValueError
        For another shape, counts that are negative or missing, or events in an hour that has no
        exposure.

    Notes
    -----
    E_ij = r_i c_j / n, the totals of day and hour over that of the week; with exposure x the
    table x_ij a_i b_j with the same totals, by iterative proportional fitting (Deming & Stephan
    1940). Of the hours with q < .05 the farthest, and those 90 % as far, by (o - E) / sqrt(E), are
    then left out of the totals and the rest is fitted again (quasi-independence, Goodman 1968)
    until none is added: a strong peak would else raise what is expected of itself and lower what
    is expected elsewhere. Whether a grid has any unusual hour is decided before the first of
    these rounds, so they do not make chance findings. They end where less than a quarter of a
    day or hour would be left.

    Dispersion phi = max(1, sum of (y - m)^2 / s / ((W - 1) sum of o (1 - o / n))) over weeks and
    hours, where s is the week's share of all n events, o the total of the hour, m = o s and W the
    number of weeks: what is left of the variation when busy weeks and busy hours are taken out.
    It pools the hours before it divides; Pearson's sum of (y - m)^2 / m is too low where hours
    have few events (2.2 instead of 3 at .2 events a week). An hour with a larger variation of its
    own, phi_h = sum of (y - m)^2 / (s o (W - 1)), has (phi + phi_h) / 2, so that one wild evening
    is no habit. p is the upper tail of the negative binomial with mean E and variance
    max(phi, (phi + phi_h) / 2) E (Poisson when that is 1 x E), continued between whole numbers
    so that aoristic counts fit. With fewer than two weeks with events the variation is not known
    and p is NaN.

    Examples
    --------
    >>> counts = np.ones((10, 7, 24))
    >>> counts[:, 4, 20:] = 6
    >>> found = hot_hours(counts)
    >>> np.argwhere(found.q < 0.05).tolist()
    [[4, 20], [4, 21], [4, 22], [4, 23]]
    >>> float(found.expected[4, 20].round(1)), float(found.observed[4, 20])
    (10.0, 60.0)
    """
    weekly, hours = _checked(counts, exposure)
    counted = np.ones(hours.shape, dtype=bool)
    while True:
        found = _tested(weekly, _fitted(weekly.sum(axis=0), hours, counted))
        hot = counted & (found.q < 0.05)
        if not hot.any():
            return found
        far = (found.observed - found.expected) / np.sqrt(np.where(hot, found.expected, 1.0))
        left = counted & ~(hot & (far >= _NEARLY * far[hot].max()))
        if _little_left(left, found.expected > 0):
            return found
        counted = left


def busy_hours(counts: ArrayLike, *, exposure: ArrayLike | None = None) -> HotHours:
    """Find the hours of the week that are busier than the mean hour ("wanneer is het druk").

    Parameters
    ----------
    counts : array_like, shape (weeks, 7, 24)
        Events per week and hour of the week, of whole weeks (:func:`week_counts`). Where hours
        have too few: (weeks, 7, 4), of :func:`by_dagdeel`; the results then have that shape.
    exposure : array_like, shape (7, 24), optional
        Hours of exposure in all weeks together (:func:`exposure_hours`); alike unless given.

    Returns
    -------
    HotHours
        Expected is the same everywhere: hours of exposure x mean events per hour. An hour
        without exposure has p NaN, as has everything when there is no event at all.

    Raises
    ------
    ValueError
        For another shape, counts that are negative or missing, or events in an hour that has no
        exposure.

    Notes
    -----
    E_ij = n x_ij / sum x. The test is that of :func:`hot_hours`.

    Examples
    --------
    >>> counts = np.ones((10, 7, 24))
    >>> counts[:, :, 12:18] = 4
    >>> found = busy_hours(counts)
    >>> np.unique(np.nonzero(found.q < 0.05)[1]).tolist(), float(found.expected[0, 0])
    ([12, 13, 14, 15, 16, 17], 17.5)
    """
    weekly, hours = _checked(counts, exposure)
    total = hours.sum()
    return _tested(weekly, weekly.sum() * hours / total if total else hours)


def _checked(counts: ArrayLike, exposure: ArrayLike | None) -> tuple[Floats, Floats]:
    weekly = np.asarray(counts, dtype=np.float64)
    if weekly.ndim != 3 or weekly.shape[1] != 7 or not weekly.shape[2]:
        raise ValueError(
            f"counts must have shape (weeks, 7, 24), or fewer parts of the day; "
            f"found {weekly.shape}"
        )
    if not (weekly >= 0).all():
        raise ValueError("counts are 0 or more, and none is missing")
    week = weekly.shape[1:]
    hours = np.ones(week) if exposure is None else np.asarray(exposure, dtype=np.float64)
    if hours.shape != week:
        raise ValueError(f"exposure must have shape {week}; found {hours.shape}")
    if not (hours >= 0).all():
        raise ValueError("hours of exposure are 0 or more, and none is missing")
    if (without := (weekly.sum(axis=0) > 0) & (hours == 0)).any():
        day, hour = np.argwhere(without)[0]
        raise ValueError(
            f"events happened in an hour without exposure: weekday {day} (Monday is 0), {hour} h"
        )
    return weekly, hours


def _fitted(observed: Floats, hours: Floats, counted: NDArray[np.bool_]) -> Floats:
    """Scale the exposure until days and hours have the totals of the hours that count."""
    rows = np.where(counted, observed, 0.0).sum(axis=1)
    columns = np.where(counted, observed, 0.0).sum(axis=0)
    expected = hours * (rows[:, np.newaxis] > 0) * (columns > 0)
    for _ in range(_ROUNDS):
        expected = expected * _ratio(rows, (expected * counted).sum(axis=1))[:, np.newaxis]
        step = _ratio(columns, (expected * counted).sum(axis=0))
        expected = expected * step
        if np.abs(step[columns > 0] - 1.0).max(initial=0.0) < _CLOSE:
            break
    return expected


def _little_left(left: NDArray[np.bool_], expected: NDArray[np.bool_]) -> bool:
    """Tell whether less than a quarter of a day or hour with events is left to go by."""
    return any(
        bool((np.sum(left & expected, axis=axis) < 0.25 * np.sum(expected, axis=axis)).any())
        for axis in (0, 1)
    )


def _ratio(wanted: Floats, found: Floats) -> Floats:
    return np.divide(wanted, found, out=np.ones_like(wanted), where=found > 0)


def _tested(weekly: Floats, expected: Floats) -> HotHours:
    observed = weekly.sum(axis=0)
    phi, local = _dispersion(weekly, observed)
    testable = (expected > 0) & ~np.isnan(phi)
    p = np.full(observed.shape, np.nan)
    p[testable] = _upper_tail(observed[testable], expected[testable], local[testable])
    some = observed > 0
    return HotHours(
        observed=observed,
        expected=expected,
        p=p,
        q=stats.fdr(p),
        dispersion=phi,
        largest_week=np.divide(
            weekly.max(axis=0, initial=0.0),
            observed,
            out=np.full(observed.shape, np.nan),
            where=some,
        ),
    )


def _dispersion(weekly: Floats, observed: Floats) -> tuple[float, Floats]:
    """Estimate the variation from week to week: of all hours together, and for each to use."""
    of_week = weekly.sum(axis=(1, 2))
    counted = weekly[of_week > 0]
    if len(counted) < 2:
        return np.nan, np.full(observed.shape, np.nan)
    total = of_week.sum()
    share = (of_week[of_week > 0] / total)[:, np.newaxis, np.newaxis]
    squares = ((counted - observed * share) ** 2 / share).sum(axis=0) / (len(counted) - 1)
    free = float((observed * (1.0 - observed / total)).sum())
    phi = max(1.0, float(squares.sum()) / free) if free > 0 else 1.0
    own = np.divide(squares, observed, out=np.zeros(observed.shape), where=observed > 0)
    return phi, np.maximum(phi, (phi + own) / 2.0)


def _upper_tail(count: Floats, mean: Floats, phi: Floats) -> Floats:
    """Give P(Y >= count) of a negative binomial with this mean and variance phi x mean."""
    # Where an argument would be 0 the tail is whole; the 1 only keeps the functions quiet.
    some = np.where(count > 0, count, 1.0)
    # Below 1 + 1e-6 the size of the negative binomial leaves what floats can tell from Poisson.
    wide = np.where(phi > 1.0 + 1e-6, phi, 2.0)
    tail = np.where(
        phi > 1.0 + 1e-6,
        special.betainc(some, mean / (wide - 1.0), 1.0 - 1.0 / wide),
        special.gammainc(some, mean),
    )
    return np.where(count > 0, tail, 1.0)
