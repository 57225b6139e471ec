"""Ratios of before and after, with and without a control, and the exact test of two counts."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from thor_metrics import stats
from thor_metrics.effects.estimate import Estimate, Numbers

__all__ = ["before_after", "e_test", "period_dispersion", "rate_ratio"]

Floats = NDArray[np.float64]


def rate_ratio(
    before: ArrayLike,
    after: ArrayLike,
    control_before: ArrayLike,
    control_after: ArrayLike,
    *,
    dispersion: ArrayLike = 1.0,
    df: ArrayLike = np.inf,
    level: float = 0.95,
) -> Estimate:
    """Compare the change at treated places with the change at their controls.

    Parameters
    ----------
    before, after : array_like
        Events of the treated place in the two windows: totals, not one number a period. Arrays
        are many actions, one an element. The windows may differ in length, as long as those of
        the control are the same two.
    control_before, control_after : array_like
        Events of the control in the same two windows.
    dispersion : array_like, default 1.0
        Variance divided by mean of the counts; see :func:`period_dispersion`. At 1 (independent
        events) the interval is too narrow for reports: of months with variance three times the
        mean it holds the truth 3 times in 4.
    df : array_like, default infinity
        Degrees of freedom the dispersion was estimated with: few periods, wider interval.
    level : float, default 0.95

    Returns
    -------
    Estimate
        ratio = (after / before) / (control_after / control_before), the incidence rate ratio of
        differences in differences; Var log = dispersion (1/a + 1/b + 1/ca + 1/cb), with
        Student's t at ``df`` for the interval.

        Where one of the four is 0, half an effective event (0.5 x dispersion) is added to all
        four of that action and ``corrected`` is set (Haldane 1956; Anscombe 1956). Where the
        treated place or the control had nothing in both windows, or a count is missing, there is
        no ratio: NaN.

    Raises
    ------
    ValueError
        For a negative count, or a dispersion or df that is not positive.

    Examples
    --------
    >>> effect = rate_ratio(130, 74, 133, 91)
    >>> round(effect.ratio, 3), round(effect.low, 3), round(effect.high, 3)
    (0.832, 0.563, 1.229)
    """
    b, a, cb, ca = (_counts(x) for x in (before, after, control_before, control_after))
    phi = _positive(dispersion, "the dispersion")
    zero = (b == 0) | (a == 0) | (cb == 0) | (ca == 0)
    half = np.where(zero, 0.5 * phi, 0.0)
    known = (a + b > 0) & (ca + cb > 0)
    return _estimate(
        numerator=(a + half, cb + half),
        denominator=(b + half, ca + half),
        dispersion=phi,
        df=_positive(df, "the degrees of freedom"),
        level=level,
        events=a + b,
        corrected=zero,
        known=known,
    )


def before_after(
    before: ArrayLike,
    after: ArrayLike,
    *,
    exposure: tuple[ArrayLike, ArrayLike] = (1.0, 1.0),
    level: float = 0.95,
) -> Estimate:
    """Compare the periods after an action with those before it, at the place itself.

    Parameters
    ----------
    before, after : array_like, shape (..., periods)
        Events a period (month, week) along the last axis; earlier axes are many actions. The two
        may have different numbers of periods.
    exposure : (array_like, array_like)
        Length of the periods of either window, in days for instance, where they differ.
    level : float, default 0.95

    Returns
    -------
    Estimate
        The quasi-Poisson regression of the counts on "after": ratio of the two rates a unit of
        exposure; Var log = dispersion (1/sum after + 1/sum before); dispersion and df by
        :func:`period_dispersion` from both windows; Student's t for the interval (McCullagh &
        Nelder 1989, sections 6.2 and 9.2).

        Nothing in one of the windows: half an effective event is added to both for ratio and
        se_log, as in :func:`rate_ratio`; the interval is that of the score test without it
        (``stats.count_ratio``), from 0 or up to infinity. Nothing in either, a missing period, or
        one period a side (which says nothing of the dispersion): NaN.

    Raises
    ------
    ValueError
        For a negative count, or an exposure that is not positive.

    Notes
    -----
    Season and trend are not taken out: take the same months of the year, or use
    :func:`rate_ratio` with a control. Measured on 8,000 draws of 2 x 12 months with variance
    three times the mean, the 95 % interval holds the truth in 94.9-95.7 % for 2 to 100 events a
    month, where the Poisson interval does in 76 %.

    Examples
    --------
    >>> effect = before_after([20, 26, 30, 24], [12, 16, 10, 14])
    >>> round(effect.ratio, 2), round(effect.low, 2), round(effect.high, 2)
    (0.52, 0.34, 0.79)
    """
    b, a = _periods(before), _periods(after)
    days_b, days_a = (
        np.broadcast_to(_positive(days, "exposure"), counts.shape)
        for days, counts in zip(exposure, (b, a), strict=True)
    )
    phi, df = period_dispersion(b, a, exposure=(days_b, days_a))
    total_b, total_a = b.sum(axis=-1), a.sum(axis=-1)
    zero = (total_b == 0) | (total_a == 0)
    half = np.where(zero, 0.5 * phi, 0.0)
    longer = days_a.sum(axis=-1) / days_b.sum(axis=-1)
    some = (total_a + total_b > 0) & (np.asarray(df) > 0)
    estimate = _estimate(
        numerator=(total_a + half,),
        denominator=(total_b + half,),
        dispersion=np.asarray(phi),
        df=np.asarray(df),
        level=level,
        events=total_a + total_b,
        corrected=zero,
        known=some,
        scale=1.0 / longer,
    )
    # Half an event has a standard error so large that 20 fewer of 20 would show nothing.
    score = stats.count_ratio(
        total_a, total_b, dispersion=phi, df=np.where(some, df, 1.0), level=level
    )
    low, high = (
        np.where(zero & some, side / longer, own)
        for side, own in zip(score[1:3], (estimate.low, estimate.high), strict=True)
    )
    return replace(estimate, low=_plain(low, zero.shape), high=_plain(high, zero.shape))


def period_dispersion(
    *windows: ArrayLike,
    exposure: tuple[ArrayLike, ...] | None = None,
    at_least: float = 1.0,
) -> tuple[Numbers, Numbers]:
    """Estimate from counts a period how bursty the events are, over several windows together.

    Parameters
    ----------
    *windows : array_like, shape (..., periods)
        Counts a period: before, after, and those of the control. Every window has its own mean,
        so a change between them is no dispersion; a season inside one is.
    exposure : tuple of array_like, optional
        Length of the periods, one a window.
    at_least : float, default 1.0
        Less variation than of independent events is taken for chance.

    Returns
    -------
    dispersion, df : float or ndarray
        Pearson's sum((y - mu)^2 / mu) / df with df = sum(periods - 1), over the windows that
        have events. No window with events and two periods: NaN and 0. A missing count: NaN.

    Raises
    ------
    ValueError
        For a negative count, or when windows and exposures differ in number.

    Examples
    --------
    >>> phi, df = period_dispersion([10, 20, 30, 40], [5, 5, 5])
    >>> round(phi, 2), df
    (4.0, 5.0)
    """
    lengths: tuple[ArrayLike, ...] = (1.0,) * len(windows) if exposure is None else exposure
    if len(lengths) != len(windows):
        raise ValueError(f"{len(windows)} windows have as many exposures; found {len(lengths)}")
    squares: Floats = np.zeros(())
    df: Floats = np.zeros(())
    for window, length in zip(windows, lengths, strict=True):
        counts = _periods(window)
        days = np.broadcast_to(_positive(length, "exposure"), counts.shape)
        total = counts.sum(axis=-1)
        mean = (total / days.sum(axis=-1))[..., np.newaxis] * days
        some = (total > 0) | np.isnan(total)
        with np.errstate(invalid="ignore", divide="ignore"):
            pearson = ((counts - mean) ** 2 / mean).sum(axis=-1)
        squares = squares + np.where(some, pearson, 0.0)
        df = df + np.where(some, counts.shape[-1] - 1.0, 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        phi = np.maximum(squares / np.where(df > 0, df, np.nan), at_least)
    return _plain(phi, phi.shape), _plain(df, phi.shape)


def e_test(count1: int, exposure1: float, count2: int, exposure2: float) -> float:
    """Test whether two small counts differ more than independent events would.

    Parameters
    ----------
    count1, count2 : int
        Events.
    exposure1, exposure2 : float
        Length of the two stretches (or inhabitants, or hours), above 0.

    Returns
    -------
    float
        Two-sided p of the E-test (Krishnamoorthy & Thomson 2004): the chance, under one rate
        estimated from both, of a pair of counts whose statistic is at least as large as the one
        found. The statistic is (x1 - r x2) / sqrt(r (x1 + x2)) with r = exposure1 / exposure2,
        whose variance is that under one rate (Gu, Ng, Tang & Schucany 2008); with equal exposures
        that is Krishnamoorthy & Thomson's own. No events at all: 1.

    Raises
    ------
    ValueError
        For a count that is no whole number of 0 or more, or an exposure that is not positive.

    Notes
    -----
    For counts of independent events only. Bursty months make its p too small: use
    :func:`before_after`.

    Examples
    --------
    >>> round(e_test(3, 1, 0, 1), 4), round(e_test(6, 1, 2, 1), 4)
    (0.0884, 0.1749)
    """
    for count in (count1, count2):
        if not (count >= 0 and float(count).is_integer()):
            raise ValueError(f"a count is a whole number of 0 or more; found {count}")
    for exposure in (exposure1, exposure2):
        if not (exposure > 0 and math.isfinite(exposure)):
            raise ValueError(f"an exposure is above 0; found {exposure:g}")
    total = count1 + count2
    if total == 0:
        return 1.0
    r = exposure1 / exposure2
    rate = total / (exposure1 + exposure2)
    mean1, mean2 = rate * exposure1, rate * exposure2
    square = (count1 - r * count2) ** 2 / (r * total)
    # Beyond 9 standard deviations (and 60 for the small means) nothing is left of a double.
    reach = 9.0 * math.sqrt(mean1) + 60.0
    first = np.arange(max(0.0, math.floor(mean1 - reach)), math.ceil(mean1 + reach) + 1.0)
    # For a given x1 the statistic falls with x2, so the pairs at least as far out are those with
    # x2 outside the two roots of (x1 - r x2)^2 = square r (x1 + x2).
    middle = 2.0 * first + square
    root = np.sqrt(4.0 * first * square * (1.0 + r) + square**2)
    low, high = (middle - root) / (2.0 * r), (middle + root) / (2.0 * r)
    # The pair found lies on a root; rounding must not push it (or its mirror image) inside.
    slack = 1e-9 * (1.0 + high)
    below, above = np.floor(low + slack), np.ceil(high - slack)
    # 0 and 0 solves the equation too, but its statistic is 0: as near to equal as can be.
    left = (below >= 0) & (first > 0)
    outside = np.where(left, special.pdtr(np.maximum(below, 0.0), mean2), 0.0)
    outside += np.where(above > 0, special.pdtrc(np.maximum(above - 1.0, 0.0), mean2), 1.0)
    log_chance = first * math.log(mean1) - mean1 - special.gammaln(first + 1.0)
    return min(1.0, float((np.exp(log_chance) * np.minimum(outside, 1.0)).sum()))


def _estimate(
    *,
    numerator: tuple[Floats, ...],
    denominator: tuple[Floats, ...],
    dispersion: Floats,
    df: Floats,
    level: float,
    events: Floats,
    corrected: NDArray[np.bool],
    known: NDArray[np.bool],
    scale: float | Floats = 1.0,
) -> Estimate:
    if not 0 < level < 1:
        raise ValueError(f"the level of an interval lies between 0 and 1; found {level:g}")
    with np.errstate(invalid="ignore", divide="ignore"):
        logs = sum(np.log(x) for x in numerator) - sum(np.log(x) for x in denominator)
        inverses = sum(1.0 / x for x in (*numerator, *denominator))
        log_ratio = np.where(known, logs + np.log(scale), np.nan)
        se = np.where(known, np.sqrt(dispersion * inverses), np.nan)
        reach = special.stdtrit(df, (1.0 + level) / 2.0) * se
        ratio, low, high = (np.exp(log_ratio + side * reach) for side in (0.0, -1.0, 1.0))
    shape = log_ratio.shape
    return Estimate(
        ratio=_plain(ratio, shape),
        low=_plain(low, shape),
        high=_plain(high, shape),
        se_log=_plain(se, shape),
        dispersion=_plain(dispersion, shape),
        df=_plain(df, shape),
        events=_plain(events, shape),
        corrected=_plain(corrected & known, shape),
    )


def _plain(values: NDArray, shape: tuple[int, ...]) -> Any:
    """Give an array of its own, or of one action the number itself."""
    filled = np.broadcast_to(values, shape).copy()
    return filled if shape else filled.item()


def _counts(values: ArrayLike) -> Floats:
    counts = np.asarray(values, dtype=np.float64)
    if (counts < 0).any():
        raise ValueError(f"counts are 0 or more; found {np.nanmin(counts):g}")
    return counts


def _periods(values: ArrayLike) -> Floats:
    counts = _counts(values)
    if counts.ndim == 0 or counts.shape[-1] == 0:
        raise ValueError("a window holds counts of one or more periods along its last axis")
    return counts


def _positive(values: ArrayLike, what: str) -> Floats:
    numbers = np.asarray(values, dtype=np.float64)
    if (numbers <= 0).any():
        raise ValueError(f"{what} must be above 0; found {np.nanmin(numbers):g}")
    return numbers
