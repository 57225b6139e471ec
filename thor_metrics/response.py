"""How long a report waits for its first answer, and for its end: the open ones count too.

Leaving out reports that are still open makes a service look fast, the more so the more it leaves
open. The Kaplan-Meier estimate uses of an open report what is known: it took at least this long.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import special

__all__ = ["KaplanMeier", "kaplan_meier", "response_times"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: A product of ten factors is not exactly 0.1: so far apart are two numbers still the same.
_SAME: Final = 1e-12


@dataclass(frozen=True, eq=False)
class KaplanMeier:
    """The share that still waits, after each moment at which something happened.

    Attributes
    ----------
    time : ndarray of float
        Durations at which it happened at least once, rising. Before the first the share is 1.
    survival : ndarray of float
        Share that waits longer than ``time``.
    low, high : ndarray of float
        Pointwise interval of ``survival``.
    at_risk : ndarray of int
        Reports that had waited at least ``time`` (waiting ends at an answer or at "still open").
    events : ndarray of int
        Reports for which it happened at ``time``.
    """

    time: Floats
    survival: Floats
    low: Floats
    high: Floats
    at_risk: Ints
    events: Ints


def kaplan_meier(
    duration: ArrayLike | pd.Series, happened: ArrayLike | pd.Series, *, level: float = 0.95
) -> KaplanMeier:
    """Estimate the share that still waits, from reports some of which are still open.

    Parameters
    ----------
    duration : Series or array_like, shape (n,)
        From the report to the answer, or to the last moment looked at when there was none; 0 or
        more, in days (or any unit, the result has the same). Missing: the report takes no part.
    happened : Series or array_like of bool, shape (n,)
        Whether the duration ended with the answer. ``False`` is still open.
    level : float, default 0.95

    Returns
    -------
    KaplanMeier
        Nothing happened yet, or no reports: arrays of length 0.

    Raises
    ------
    ValueError
        For shapes that differ, a negative or infinite duration, a missing ``happened`` or a level
        outside 0..1.

    Notes
    -----
    S(t) = product over t_i <= t of (1 - d_i / n_i) (Kaplan & Meier 1958). An answer and an open
    report of the same duration: the open one was still waiting (counts in n_i). Variance by
    Greenwood 1926: S^2 sum d_i / (n_i (n_i - d_i)). Interval on the log-log scale, S^exp(-+ z s)
    with s = sqrt(sum) / |log S| (Kalbfleisch & Prentice 1980), which stays within 0..1. Once all
    have happened (S = 0) that scale ends: low is 0, and high the least of what it was and the exact
    limit 1 - (a/2)^(1/n) of 0 that wait among the last n (Clopper & Pearson 1934), with a =
    1 - level.

    Open reports must be like the others: who closes the easy ones and lets the hard ones lie has
    longer times than this shows.

    Examples
    --------
    >>> found = kaplan_meier([1, 2, 2, 3, 5], [True, True, False, True, False])
    >>> found.time.tolist(), found.survival.round(3).tolist(), found.at_risk.tolist()
    ([1.0, 2.0, 3.0], [0.8, 0.6, 0.3], [5, 4, 2])
    """
    if not 0 < level < 1:
        raise ValueError(f"level lies between 0 and 1; found {level}")
    days, done = _reports(duration, happened)
    time, which = np.unique(days, return_inverse=True)
    ended = np.bincount(which, minlength=len(time))
    events = np.bincount(which[done], minlength=len(time))
    at_risk = np.cumsum(ended[::-1])[::-1]
    moment = events > 0
    time, events, at_risk = time[moment], events[moment], at_risk[moment]
    survival: Floats = np.cumprod(1.0 - events / at_risk).astype(np.float64)
    low, high = _interval(survival, events, at_risk, level)
    return KaplanMeier(time, survival, low, high, at_risk.astype(np.int64), events.astype(np.int64))


def response_times(
    duration: ArrayLike | pd.Series,
    happened: ArrayLike | pd.Series,
    *,
    quantiles: Sequence[float] = (0.5, 0.9),
    level: float = 0.95,
) -> pd.DataFrame:
    """Say within how many days half, and 90 %, of the reports had their answer.

    Parameters
    ----------
    duration, happened : Series or array_like, shape (n,)
        As in :func:`kaplan_meier`.
    quantiles : sequence of float, default (.5, .9)
        Shares of the reports, between 0 and 1.
    level : float, default 0.95

    Returns
    -------
    DataFrame
        One row a quantile: ``quantile, days, low, high, n`` (reports that took part) and ``open``
        (those without answer). NaN where too few have happened to say: the median when more than
        half is still open, the high limit when the interval has no end in what was seen.

    Raises
    ------
    ValueError
        As :func:`kaplan_meier`, and for quantiles that do not lie between 0 and 1.

    Notes
    -----
    ``days`` is the first t with S(t) <= 1 - quantile: within that time the share had its answer.
    Its interval holds the t whose interval of S holds 1 - quantile (Brookmeyer & Crowley 1982, on
    the log-log scale). Where S stays at exactly 1 - quantile for a while, other programs give the
    end of that stretch or its middle.

    Examples
    --------
    >>> response_times([1, 2, 2, 3, 5], [True, True, False, True, False])[
    ...     ["quantile", "days", "n", "open"]
    ... ].to_numpy().tolist()
    [[0.5, 3.0, 5.0, 2.0], [0.9, nan, 5.0, 2.0]]
    """
    wanted = np.asarray(quantiles, dtype=np.float64)
    if wanted.ndim != 1 or not np.all((wanted > 0) & (wanted < 1)):
        raise ValueError(f"quantiles lie between 0 and 1; found {list(quantiles)}")
    curve = kaplan_meier(duration, happened, level=level)
    _, done = _reports(duration, happened)
    rows = [_quantile(curve, 1.0 - float(share)) for share in wanted]
    days, low, high = np.array(rows, dtype=np.float64).reshape(-1, 3).T
    return pd.DataFrame(
        {
            "quantile": wanted,
            "days": days,
            "low": low,
            "high": high,
            "n": len(done),
            "open": int((~done).sum()),
        }
    )


def _quantile(curve: KaplanMeier, waiting: float) -> tuple[float, float, float]:
    """Give the first time at which no more than ``waiting`` wait, and its limits."""
    after = np.flatnonzero(curve.high >= waiting - _SAME)
    return (
        _first(curve.time, np.flatnonzero(curve.survival <= waiting + _SAME)),
        _first(curve.time, np.flatnonzero(curve.low <= waiting + _SAME)),
        # Just after the last time that is not too late: high may rise again where few are left.
        _first(curve.time, np.arange(after[-1] + 1 if after.size else 0, len(curve.time))),
    )


def _first(time: Floats, where: NDArray[np.intp]) -> float:
    return float(time[where[0]]) if where.size else np.nan


def _interval(survival: Floats, events: Ints, at_risk: Ints, level: float) -> tuple[Floats, Floats]:
    z = float(special.ndtri((1.0 + level) / 2.0))
    some = survival > 0  # 0 can only be the last
    left = at_risk[some] - events[some]
    spread = np.sqrt(np.cumsum(events[some] / (at_risk[some] * left)))
    logs = np.log(survival[some])
    reach = np.exp(z * spread / -logs)
    low, high = np.zeros(len(survival)), np.zeros(len(survival))
    low[some] = survival[some] ** reach
    high[some] = survival[some] ** (1.0 / reach)
    if survival.size and not some[-1]:
        before = high[-2] if len(high) > 1 else 1.0
        high[-1] = min(before, 1.0 - ((1.0 - level) / 2.0) ** (1.0 / at_risk[-1]))
    return low, high


def _reports(
    duration: ArrayLike | pd.Series, happened: ArrayLike | pd.Series
) -> tuple[Floats, NDArray[np.bool_]]:
    """Give the durations that are known, and whether it happened."""
    days, done = _numbers(duration), _numbers(happened)
    if days.ndim != 1 or days.shape != done.shape:
        raise ValueError(
            f"every report has a duration and whether it happened; found {days.shape} and "
            f"{done.shape}"
        )
    if not np.all((done == 0) | (done == 1)):
        raise ValueError("happened is true or false for every report; found something else")
    if np.any((days < 0) | np.isinf(days)):
        raise ValueError(f"a duration is 0 or more and ends; found {np.nanmin(days):g} as least")
    known = ~np.isnan(days)
    return days[known], done[known] == 1


def _numbers(values: ArrayLike | pd.Series) -> Floats:
    if isinstance(values, pd.Series):  # <NA> of nullable types too
        return values.to_numpy(dtype=np.float64, na_value=np.nan)
    return np.asarray(values, dtype=np.float64)
