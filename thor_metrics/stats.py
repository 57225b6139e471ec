"""The small statistics everything else stands on: pure functions of arrays.

One scale of certainty everywhere: ``zeker`` (q below .01), ``waarschijnlijk`` (q below .05) and
``kan toeval zijn`` (the rest), where q is the p-value after correction for the number of things
that were looked at.
"""

from __future__ import annotations

from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

__all__ = [
    "CHANCE",
    "LIKELY",
    "SURE",
    "certainty",
    "count_ratio",
    "dispersion",
    "fdr",
    "mann_kendall",
    "rate_interval",
    "wilson",
]

Floats = NDArray[np.float64]

SURE: Final = "zeker"
LIKELY: Final = "waarschijnlijk"
CHANCE: Final = "kan toeval zijn"


def certainty(q: ArrayLike) -> NDArray[np.object_]:
    """Say in a word how sure it is that something is more than chance.

    Parameters
    ----------
    q : array_like
        p-values after correction, any shape.

    Returns
    -------
    ndarray of str
        "zeker" (q < .01), "waarschijnlijk" (q < .05) or "kan toeval zijn"; "" where q is missing.

    Examples
    --------
    >>> certainty([0.001, 0.01, 0.05, np.nan]).tolist()
    ['zeker', 'waarschijnlijk', 'kan toeval zijn', '']
    """
    values = np.asarray(q, dtype=np.float64)
    words = np.select(
        [np.isnan(values), values < 0.01, values < 0.05],
        ["", SURE, LIKELY],
        CHANCE,
    )
    return words.astype(object)


def fdr(p: ArrayLike, *, method: Literal["bh", "by"] = "bh") -> Floats:
    """Correct p-values for the number of tests, controlling the false discovery rate.

    Parameters
    ----------
    p : array_like
        p-values of one family of tests, any shape. Missing ones stay missing and do not count.
    method : {"bh", "by"}
        Benjamini & Hochberg 1995 (independent or positively dependent tests) or Benjamini &
        Yekutieli 2001 (any dependence; stricter by the sum of 1/i).

    Returns
    -------
    ndarray
        q-values in the shape of ``p``: the smallest rate of false discoveries at which the test
        is one. q_(i) = min over j >= i of p_(j) m / j, at most 1.

    Raises
    ------
    ValueError
        For an unknown method, or p-values outside 0..1.

    Examples
    --------
    >>> fdr([0.01, 0.02, 0.03, 0.5]).round(3).tolist()
    [0.04, 0.04, 0.04, 0.5]
    """
    if method not in ("bh", "by"):
        raise ValueError(f"method='{method}' is not one of 'bh', 'by'")
    values = np.asarray(p, dtype=np.float64)
    tested = ~np.isnan(values)
    found = values[tested]
    if not np.all((found >= 0) & (found <= 1)):
        raise ValueError(f"p-values lie between 0 and 1; found {found.min():g} to {found.max():g}")
    q = np.full(values.shape, np.nan)
    if not found.size:
        return q
    ranks = np.arange(1, found.size + 1)
    factor = found.size if method == "bh" else found.size * (1.0 / ranks).sum()
    order = np.argsort(found, kind="stable")
    stepped = np.minimum.accumulate((found[order] * factor / ranks)[::-1])[::-1]
    corrected = np.empty_like(found)
    corrected[order] = np.minimum(stepped, 1.0)
    q[tested] = corrected
    return q


def mann_kendall(series: ArrayLike) -> tuple[Floats, Floats, Floats]:
    """Test series for a rise or fall that goes on (Mann 1945; Kendall 1975).

    Parameters
    ----------
    series : array_like, shape (..., n)
        Values in order of time along the last axis. Missing values are left out.

    Returns
    -------
    s, z, p : ndarray, shape (...)
        S = sum over pairs i < j of sign(x_j - x_i); z = (S - sign S) / sqrt(Var S) with
        Var S = (n(n-1)(2n+5) - sum over ties t(t-1)(2t+5)) / 18; p two-sided by the normal
        approximation. A constant series has z 0 and p 1; fewer than two values give NaN.

    Notes
    -----
    The normal p differs from the exact one on short series (10 points: .00236 beside .00095).

    Examples
    --------
    >>> s, z, p = mann_kendall([1, 2, 3, 4, 5])
    >>> float(s), round(float(z), 3), round(float(p), 4)
    (10.0, 2.205, 0.0275)
    """
    values = np.asarray(series, dtype=np.float64)
    if values.ndim == 0:
        raise ValueError("a series has at least one axis, time along the last one")
    known = ~np.isnan(values)
    # Time first: each lag is then one pass over contiguous memory.
    by_time = np.ascontiguousarray(np.moveaxis(values, -1, 0))
    s = np.zeros(by_time.shape[1:], dtype=np.int64)
    others = np.zeros(by_time.shape, dtype=np.int32)
    for lag in range(1, len(by_time)):
        later, earlier = by_time[lag:], by_time[:-lag]
        rises = (later > earlier).view(np.int8)
        falls = (later < earlier).view(np.int8)
        s += (rises - falls).sum(axis=0, dtype=np.int64)
        equal = later == earlier
        others[lag:] += equal
        others[:-lag] += equal
    n = known.sum(axis=-1)
    # Each of t tied values has t - 1 others, so a sum over values is t times that of the group.
    ties = (others.astype(np.int64) * (2 * others.astype(np.int64) + 7)).sum(axis=0)
    variance = (n * (n - 1) * (2 * n + 5) - ties) / 18.0
    with np.errstate(invalid="ignore", divide="ignore"):
        z = np.where(variance > 0, (s - np.sign(s)) / np.sqrt(variance), 0.0)
    p = special.erfc(np.abs(z) / np.sqrt(2.0))
    short = n < 2
    return (
        np.where(short, np.nan, s.astype(np.float64)),
        np.where(short, np.nan, z),
        np.where(short, np.nan, p),
    )


def rate_interval(
    count: ArrayLike,
    exposure: ArrayLike,
    *,
    dispersion: ArrayLike = 1.0,
    level: float = 0.95,
) -> tuple[Floats, Floats]:
    """Give the interval of a rate: events per unit of exposure.

    Parameters
    ----------
    count : array_like
        Events.
    exposure : array_like
        What they are divided by (days, inhabitants, hours); 0 or missing gives no interval.
    dispersion : array_like, default 1.0
        Variance of counts divided by their mean; 1 is Poisson. See :func:`dispersion`.
    level : float, default 0.95

    Returns
    -------
    low, high : ndarray
        Exact Poisson limits (Garwood 1936) of the count divided by the dispersion, times the
        dispersion: chi2(a/2; 2k) / 2 and chi2(1 - a/2; 2k + 2) / 2 with k = count / dispersion.
        The low limit of 0 events is 0.

    Examples
    --------
    >>> low, high = rate_interval(10, 1)
    >>> round(float(low), 3), round(float(high), 3)
    (4.795, 18.39)
    """
    events = np.asarray(count, dtype=np.float64)
    phi = np.asarray(dispersion, dtype=np.float64)
    units = np.asarray(exposure, dtype=np.float64)
    effective = events / phi
    tail = (1.0 - level) / 2.0
    with np.errstate(invalid="ignore", divide="ignore"):
        # gammaincinv(k, a) is half the chi-square quantile at 2k degrees of freedom.
        low = np.where(effective > 0, special.gammaincinv(effective, tail), 0.0)
        high = special.gammaincinv(effective + 1.0, 1.0 - tail)
        usable = (units > 0) & ~np.isnan(events)
        scale = np.where(usable, phi / np.where(usable, units, 1.0), np.nan)
    return low * scale, high * scale


def dispersion(counts: ArrayLike, *, at_least: float = 1.0) -> Floats:
    """Estimate how much more counts vary than independent events would.

    Parameters
    ----------
    counts : array_like, shape (..., n)
        Counts of n comparable stretches (weeks) along the last axis.
    at_least : float, default 1.0
        Less variation than Poisson is taken for chance, so 1 is the least.

    Returns
    -------
    ndarray, shape (...)
        Pearson's sum((y - mean)^2 / mean) / (n - 1). All zeros: ``at_least``. Fewer than two
        stretches say nothing: NaN.

    Examples
    --------
    >>> float(dispersion([1, 3, 5, 7]))
    1.6666666666666667
    """
    values = np.asarray(counts, dtype=np.float64)
    n = values.shape[-1]
    if n < 2:
        return np.full(values.shape[:-1], np.nan)
    mean = values.mean(axis=-1)
    squares = ((values - mean[..., np.newaxis]) ** 2).sum(axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        phi = np.where(mean > 0, squares / mean / (n - 1), 0.0)
    return np.maximum(phi, at_least)


def count_ratio(
    now: ArrayLike,
    before: ArrayLike,
    *,
    exposure: tuple[float, float] = (1.0, 1.0),
    dispersion: ArrayLike = 1.0,
    df: ArrayLike = np.inf,
    level: float = 0.95,
) -> tuple[Floats, Floats, Floats, Floats]:
    """Compare two counts: their ratio per unit of exposure, its interval and p-value.

    Parameters
    ----------
    now, before : array_like
        Events in the two stretches.
    exposure : (float, float)
        Length of the two stretches, in days for instance.
    dispersion : array_like, default 1.0
        Variance divided by mean of the counts.
    df : array_like, default infinity
        Degrees of freedom the dispersion was estimated with: few weeks, wider interval.
    level : float, default 0.95

    Returns
    -------
    ratio, low, high, p : ndarray
        The quasi-Poisson score test. Given the total n, ``now`` is a share of it with variance
        dispersion s (1 - s) / n; p is two-sided from Student's t, and the interval holds exactly
        the ratios that test does not reject (Wilson 1927, for the share s turned into a ratio).
        Nothing before: ratio and high are infinite. Nothing at all: NaN.

    Examples
    --------
    >>> ratio, low, high, p = count_ratio(60, 30)
    >>> [round(float(value), 3) for value in (ratio, low, high, p)]
    [2.0, 1.295, 3.089, 0.002]
    """
    a = np.asarray(now, dtype=np.float64)
    b = np.asarray(before, dtype=np.float64)
    phi = np.asarray(dispersion, dtype=np.float64)
    per_day = exposure[1] / exposure[0]
    expected = exposure[0] / (exposure[0] + exposure[1])
    t = special.stdtrit(np.asarray(df, dtype=np.float64), (1.0 + level) / 2.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        effective = (a + b) / phi
        share = a / (a + b)
        statistic = (share - expected) / np.sqrt(expected * (1.0 - expected) / effective)
        p = 2.0 * special.stdtr(df, -np.abs(statistic))
        centre = (share + t * t / (2.0 * effective)) / (1.0 + t * t / effective)
        reach = (
            t
            / (1.0 + t * t / effective)
            * np.sqrt(share * (1.0 - share) / effective + (t / (2.0 * effective)) ** 2)
        )
        low = np.where(a > 0, _odds(np.maximum(centre - reach, 0.0)), 0.0)
        high = np.where(b > 0, _odds(centre + reach), np.inf)
        known = ~np.isnan(effective) & (a + b > 0)
        ratio = a / b
    return (
        np.where(a + b > 0, ratio * per_day, np.nan),
        np.where(known, low * per_day, np.nan),
        np.where(known, high * per_day, np.nan),
        np.where(known, p, np.nan),
    )


def _odds(share: Floats) -> Floats:
    return share / (1.0 - share)


def wilson(count: ArrayLike, n: ArrayLike, *, level: float = 0.95) -> tuple[Floats, Floats]:
    """Interval of a proportion that also holds near 0 and 1 and for few observations.

    Parameters
    ----------
    count : array_like
        Number that has the property, 0 up to ``n``.
    n : array_like
        Number looked at.
    level : float, default 0.95

    Returns
    -------
    low, high : ndarray of float
        Between 0 and 1; NaN where ``n`` is 0, either is missing, or ``count`` is no part of it.

    Notes
    -----
    ``(p + z^2/2n -+ z sqrt(p(1-p)/n + z^2/4n^2)) / (1 + z^2/n)`` (Wilson 1927).

    Examples
    --------
    >>> low, high = wilson([0, 5], [10, 10])
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([0.0, 0.237], [0.278, 0.763])
    """
    size = np.asarray(n, dtype=np.float64)
    size = np.where(size > 0, size, np.nan)
    share = np.asarray(count, dtype=np.float64) / size
    share = np.where((share >= 0) & (share <= 1), share, np.nan)
    z2 = special.ndtri(0.5 + level / 2) ** 2
    middle = share + z2 / (2 * size)
    reach = np.sqrt(z2 * (share * (1 - share) / size + z2 / (4 * size**2)))
    scale = 1 + z2 / size
    return np.maximum((middle - reach) / scale, 0.0), np.minimum((middle + reach) / scale, 1.0)
