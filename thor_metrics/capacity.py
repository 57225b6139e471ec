"""Planned, unplanned and available hours: what does not fit, and how much slack would have.

Every function reads days as they are given. A day without unplanned need is a day with 0 hours,
and the caller says so; a day that is not in the table, or whose hours are missing, is unknown and
never taken for 0. All intervals take days as independent: days in a row that are alike (a week of
demonstrations) make them too narrow.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import special

from thor_metrics import stats

__all__ = ["TOO_FEW_DAYS", "balance", "cover_curve", "flexible_needed", "unplanned_profile"]

Floats = NDArray[np.float64]

TOO_FEW_DAYS: Final = "te weinig dagen"

_HOURS: Final = ("hours_available", "hours_planned", "hours_unplanned")
#: Hours in tenths do not add up exactly: a second and a half is no shortage.
_SAME: Final = 0.0005


def unplanned_profile(
    frame: pd.DataFrame,
    *,
    cover: Sequence[float] = (0.8, 0.9, 0.95),
    level: float = 0.95,
) -> pd.DataFrame:
    """Describe the unplanned hours of each weekday and shift.

    Parameters
    ----------
    frame : DataFrame
        One row a day and shift: ``day`` (date), ``shift`` and ``hours_unplanned`` (0 or more).
        Complete days: 0 where nothing came in between. Missing hours: the row takes no part.
    cover : sequence of float, default (.8, .9, .95)
        Quantiles, between 0 and 1.
    level : float, default 0.95

    Returns
    -------
    DataFrame
        One row a weekday (Monday 0) and shift that occur, in order: ``weekday, shift, days,
        share_any, share_low, share_high`` (share of days with any unplanned hours; Wilson 1927),
        ``mean, median`` and a ``p80, p80_low, p80_high`` a quantile (hours; as in
        :func:`flexible_needed`, NaN where the days are too few to bound it).

    Raises
    ------
    ValueError
        For missing columns, a day and shift in two rows, negative hours, or quantiles or a level
        outside 0..1.

    Notes
    -----
    One weekday has 52 days a year: its 95 % quantile has no high limit before 72 days.

    Examples
    --------
    >>> days = pd.date_range("2026-01-05", periods=4, freq="7D")
    >>> table = pd.DataFrame({"day": days, "shift": "avond", "hours_unplanned": [0, 0, 2, 6]})
    >>> unplanned_profile(table)[["weekday", "days", "share_any", "mean", "p80"]].values.tolist()
    [[0.0, 4.0, 0.5, 2.0, 6.0]]
    """
    _check(cover, level)
    rows = _shifts(frame, ("hours_unplanned",)).dropna(subset="hours_unplanned")
    profile = []
    for (weekday, shift), group in rows.groupby(["weekday", "shift"], sort=True):
        hours = group["hours_unplanned"].to_numpy()
        count = int((hours > 0).sum())
        low, high = stats.wilson(count, len(hours), level=level)
        told: dict[str, object] = {
            "weekday": weekday,
            "shift": shift,
            "days": len(hours),
            "share_any": count / len(hours),
            "share_low": float(low),
            "share_high": float(high),
            "mean": float(hours.mean()),
            "median": float(np.median(hours)),
        }
        for share in cover:
            name = f"p{100 * share:.10g}"
            told[name], told[f"{name}_low"], told[f"{name}_high"] = _quantile(hours, share, level)
        profile.append(told)
    names = [f"p{100 * share:.10g}{end}" for share in cover for end in ("", "_low", "_high")]
    return pd.DataFrame(
        profile,
        columns=["weekday", "shift", "days", "share_any", "share_low", "share_high", "mean",
                 "median", *names],
    )  # fmt: skip


def flexible_needed(
    unplanned: ArrayLike | pd.Series,
    *,
    cover: Sequence[float] = (0.8, 0.9, 0.95),
    level: float = 0.95,
) -> pd.DataFrame:
    """Say how many flexible hours would have been enough on 80, 90 and 95 % of days.

    Parameters
    ----------
    unplanned : Series or array_like, shape (n,)
        Unplanned hours of each day, 0 or more. Complete days: 0 where nothing came in between.
        Missing days take no part.
    cover : sequence of float, default (.8, .9, .95)
        Shares of days, between 0 and 1.
    level : float, default 0.95

    Returns
    -------
    DataFrame
        One row a share: ``cover, hours, low, high, days, note``. A limit is NaN, and the note
        "te weinig dagen", when no day that was seen can bound it: below 17, 36 and 72 days for
        the high limit of 80, 90 and 95 % at level .95. No days: no hours either.

    Raises
    ------
    ValueError
        For negative hours, or shares or a level outside 0..1.

    Notes
    -----
    ``hours`` is the least number seen that covers the share of the n days: x_(ceil(n q)) of the
    ordered days. The interval [x_(r), x_(s)] is free of any distribution (Thompson 1936): r is
    the largest with P(B < r) <= a/2 and s the smallest with P(B >= s) <= a/2, B binomial (n, q),
    a = 1 - level. Days with the same hours make it hold more often than the level, never less.

    Examples
    --------
    >>> flexible_needed(range(100), cover=(0.8, 0.99))[
    ...     ["cover", "hours", "low", "high", "note"]
    ... ].values.tolist()
    [[0.8, 79.0, 71.0, 88.0, ''], [0.99, 98.0, 96.0, nan, 'te weinig dagen']]
    """
    _check(cover, level)
    hours = _known(unplanned)
    limits = [_quantile(hours, share, level) for share in cover]
    middle, low, high = np.array(limits, dtype=np.float64).reshape(-1, 3).T
    return pd.DataFrame(
        {
            "cover": np.asarray(cover, dtype=np.float64),
            "hours": middle,
            "low": low,
            "high": high,
            "days": len(hours),
            "note": np.where(np.isnan(low) | np.isnan(high), TOO_FEW_DAYS, "").astype(object),
        }
    )


def balance(frame: pd.DataFrame, *, by: Sequence[str] = ("shift",)) -> pd.DataFrame:
    """Set the hours that were needed against those that were there.

    Parameters
    ----------
    frame : DataFrame
        One row a day and shift: ``day`` (date), ``shift, hours_available, hours_planned,
        hours_unplanned`` (0 or more). A row of which one of these is missing takes no part.
    by : sequence of str, default ("shift",)
        Any of "shift", "weekday" and "month", in the order of the result; () is all together.

    Returns
    -------
    DataFrame
        One row a group, in order: the columns of ``by`` (``weekday`` Monday 0, ``month`` its
        first day), ``days, shifts`` (rows that took part), ``incomplete`` (rows that did not),
        ``hours_available, hours_planned, hours_unplanned`` (sums), ``shortage_days`` (days with a
        shift in which planned and unplanned were more than available), ``short_hours`` (sum of
        what those shifts lacked) and ``unused_hours`` (sum of what other shifts had left). Hours
        of a group in which no row took part are NaN.

    Raises
    ------
    ValueError
        For missing columns, a day and shift in two rows, negative hours or another word in
        ``by``.

    Notes
    -----
    Each shift is weighed for itself: hours that the night has left do not help the day. Within a
    group available - planned - unplanned = unused - short.

    Examples
    --------
    >>> table = pd.DataFrame({
    ...     "day": pd.to_datetime(["2026-01-05", "2026-01-05", "2026-01-06"]),
    ...     "shift": ["dag", "avond", "dag"],
    ...     "hours_available": [24, 16, 24],
    ...     "hours_planned": [20, 10, 20],
    ...     "hours_unplanned": [6, 0, 2],
    ... })
    >>> balance(table)[["shift", "days", "shortage_days", "short_hours", "unused_hours"]
    ... ].values.tolist()
    [['avond', 1, 0, 0.0, 6.0], ['dag', 2, 1, 2.0, 2.0]]
    """
    if not set(by) <= {"shift", "weekday", "month"} or len(set(by)) < len(by):
        raise ValueError(f"by is any of 'shift', 'weekday' and 'month', each once; found {by}")
    rows = _shifts(frame, _HOURS)
    complete = rows[[*_HOURS]].notna().all(axis=1)
    left = rows["hours_available"] - rows["hours_planned"] - rows["hours_unplanned"]
    short = complete & (left < -_SAME)
    for name in _HOURS:
        rows[name] = rows[name].where(complete)
    rows = rows.assign(
        known_day=rows["day"].where(complete),
        shifts=complete.astype(np.int64),
        incomplete=(~complete).astype(np.int64),
        short_day=rows["day"].where(short),
        short_hours=(-left).where(short, 0.0).where(complete),
        unused_hours=left.where(left > _SAME, 0.0).where(complete),
    )
    everything = np.zeros(len(rows), dtype=np.int64)
    groups = rows.groupby([*by] if by else everything, sort=True)
    sums = groups[[*_HOURS, "short_hours", "unused_hours"]].sum(min_count=1)
    result = sums.assign(
        days=groups["known_day"].nunique(),
        shifts=groups["shifts"].sum(),
        incomplete=groups["incomplete"].sum(),
        shortage_days=groups["short_day"].nunique(),
    ).reset_index(drop=not by)
    return result[[*by, "days", "shifts", "incomplete", *_HOURS, "shortage_days", "short_hours",
                   "unused_hours"]]  # fmt: skip


def cover_curve(
    unplanned: ArrayLike | pd.Series, hours: ArrayLike, *, level: float = 0.95
) -> pd.DataFrame:
    """Say on which share of days so many flexible hours would have been enough.

    Parameters
    ----------
    unplanned : Series or array_like, shape (n,)
        Unplanned hours of each day, 0 or more; complete days, as in :func:`flexible_needed`.
    hours : array_like, shape (k,)
        Flexible hours to try, 0 or more.
    level : float, default 0.95

    Returns
    -------
    DataFrame
        One row a number of hours: ``hours, covered`` (days with no more unplanned hours), ``days,
        share, low, high`` (Wilson 1927). No days: NaN.

    Raises
    ------
    ValueError
        For negative or missing hours to try, negative unplanned hours or a level outside 0..1.

    Examples
    --------
    >>> cover_curve([0, 0, 2, 6], [0, 2, 8])[["hours", "covered", "share"]].values.tolist()
    [[0.0, 2.0, 0.5], [2.0, 3.0, 0.75], [8.0, 4.0, 1.0]]
    """
    _check((), level)
    tried = np.asarray(hours, dtype=np.float64)
    if tried.ndim != 1 or not np.all(tried >= 0):
        raise ValueError(f"hours to try are a list of numbers of 0 or more; found {tried}")
    needed = np.sort(_known(unplanned))
    covered = np.searchsorted(needed, tried + _SAME, side="right")
    low, high = stats.wilson(covered, len(needed), level=level)
    return pd.DataFrame(
        {
            "hours": tried,
            "covered": covered,
            "days": len(needed),
            "share": covered / len(needed) if len(needed) else np.nan,
            "low": low,
            "high": high,
        }
    )


def _quantile(hours: Floats, share: float, level: float) -> tuple[float, float, float]:
    """Give the least hours that cover the share of days, and limits by ranks."""
    n = len(hours)
    if not n:
        return np.nan, np.nan, np.nan
    ordered = np.sort(hours)
    tail = (1.0 - level) / 2.0
    # below[k] = P(B <= k) for k = 0 .. n - 1
    below = special.bdtr(np.arange(n, dtype=np.float64), n, share)
    low = int((below <= tail).sum())  # rank r, 0 is none: P(B <= r - 1) <= tail
    high = int((1.0 - below > tail).sum()) + 1  # rank s, n + 1 is none: P(B >= s) <= tail
    # 100 x 0.95 may be a little more than 95.
    rank = max(int(np.ceil(n * share - 1e-9)), 1)
    return (
        float(ordered[rank - 1]),
        float(ordered[low - 1]) if low else np.nan,
        float(ordered[high - 1]) if high <= n else np.nan,
    )


def _shifts(frame: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """Take what is asked, with the day whole and its weekday and month."""
    missing = [name for name in ("day", "shift", *columns) if name not in frame]
    if missing:
        raise ValueError(f"the table misses {missing}; found {list(frame.columns)}")
    days = pd.to_datetime(frame["day"]).dt.normalize()
    rows = pd.DataFrame({"day": days, "shift": frame["shift"]})
    if rows.isna().any(axis=None):
        raise ValueError("every row has a day and a shift; found a row without")
    twice = rows.duplicated()
    if twice.any():
        day, shift = rows.loc[twice, ["day", "shift"]].iloc[0]
        raise ValueError(
            f"a day and shift stand in one row (add gebieden up first); found {day:%Y-%m-%d} "
            f"'{shift}' twice"
        )
    for name in columns:
        rows[name] = frame[name].to_numpy(dtype=np.float64, na_value=np.nan)
        _not_negative(rows[name].to_numpy(), name)
    return rows.assign(
        weekday=days.dt.day_of_week.astype(np.int64), month=days.dt.to_period("M").dt.start_time
    )


def _known(unplanned: ArrayLike | pd.Series) -> Floats:
    if isinstance(unplanned, pd.Series):  # <NA> of nullable types too
        hours = unplanned.to_numpy(dtype=np.float64, na_value=np.nan)
    else:
        hours = np.asarray(unplanned, dtype=np.float64)
    if hours.ndim != 1:
        raise ValueError(f"unplanned hours are a list, one number a day; found shape {hours.shape}")
    _not_negative(hours, "hours_unplanned")
    return hours[~np.isnan(hours)]


def _not_negative(hours: Floats, name: str) -> None:
    if np.any((hours < 0) | np.isinf(hours)):
        raise ValueError(f"{name} are 0 or more and have an end; found {np.nanmin(hours):g}")


def _check(cover: Sequence[float], level: float) -> None:
    if not all(0 < share < 1 for share in cover):
        raise ValueError(f"shares of days lie between 0 and 1; found {list(cover)}")
    if not 0 < level < 1:
        raise ValueError(f"level lies between 0 and 1; found {level}")
