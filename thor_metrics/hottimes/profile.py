"""The week as 7 x 24 hours: events with one moment, and events somewhere between two moments."""

from __future__ import annotations

import datetime as dt
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from thor_metrics.hottimes.weeks import whole_weeks

__all__ = ["DAGDELEN", "by_dagdeel", "week_counts", "weekly_profile"]

Floats = NDArray[np.float64]
Moments = NDArray[np.datetime64]

#: First hour and the hour after the last one of each part of the day.
DAGDELEN: Final[dict[str, tuple[int, int]]] = {
    "nacht": (0, 6),
    "ochtend": (6, 12),
    "middag": (12, 18),
    "avond": (18, 24),
}

_HOUR: Final = 3_600_000_000  # microseconds
_WEEK: Final = 168  # hours
_MONDAY: Final = 72  # hours from Thursday 1 January 1970 back to its Monday


def weekly_profile(
    start: ArrayLike | pd.Series,
    end: ArrayLike | pd.Series | None = None,
    *,
    weights: ArrayLike | None = None,
) -> Floats:
    """Spread events over the hours of the week in which they may have happened.

    Parameters
    ----------
    start : array_like of datetime64, or Series
        Local moments without a time zone: when it happened, or the earliest it can have.
        Missing ones are left out.
    end : array_like of datetime64, or Series, optional
        The latest it can have happened. Missing: in the hour of ``start``.
    weights : array_like, optional
        Weight of each event, 1 unless given; of events that are left out it does not matter.

    Returns
    -------
    ndarray, shape (7, 24)
        Events per hour of the week, Monday first. An event gives each hour the share of its
        span that lies in it, so the sum is that of the weights. A span of a week or more says
        nothing and gives every hour 1/168. A night in which the clock changes is taken as it
        stands on the clock.

    Raises
    ------
    ValueError
        For moments with a time zone, columns of different lengths, a negative or missing weight,
        or an end before its start (naming the first such row).

    Notes
    -----
    Aoristic analysis (Ratcliffe 2002): weight of hour h = overlap of span and h / length of the
    span. By difference arrays, so the work grows with the events and not with their spans.

    Examples
    --------
    >>> start = np.array(["2026-01-05T22:30", "2026-01-09T20:15"], dtype="datetime64[m]")
    >>> end = np.array(["2026-01-06T00:30", "NaT"], dtype="datetime64[m]")
    >>> profile = weekly_profile(start, end)
    >>> profile[0, 22:].tolist(), profile[1, 0], profile[4, 20]
    ([0.25, 0.5], np.float64(0.25), np.float64(1.0))
    """
    begin = _moments(start, "start")
    weight = _weights(weights, begin)
    known = ~np.isnat(begin)
    if end is None:
        first = begin[known].astype(np.int64) // _HOUR
        return _by_hour(first, weight[known]).reshape(7, 24)
    finish = _moments(end, "end")
    if finish.shape != begin.shape:
        raise ValueError(f"start and end must be of one length; found {len(begin)}, {len(finish)}")
    # A comparison with a missing moment is false.
    if (wrong := finish < begin).any():
        row = int(np.argmax(wrong))
        raise ValueError(
            f"an end lies on or after its start; row {row} (counting from 0) runs from "
            f"{begin[row]} to {finish[row]}"
        )
    span = np.where(known & ~np.isnat(finish), (finish - begin).astype(np.int64), 0)
    moment = known & (span == 0)
    endless = known & (span >= _WEEK * _HOUR)
    between = (span > 0) & ~endless
    profile = _by_hour(begin[moment].astype(np.int64) // _HOUR, weight[moment])
    profile += weight[endless].sum() / _WEEK
    if between.any():
        profile += _spread(begin[between].astype(np.int64), span[between], weight[between])
    return profile.reshape(7, 24)


def week_counts(
    local_times: ArrayLike | pd.Series,
    start: dt.date,
    end: dt.date,
    *,
    weights: ArrayLike | None = None,
) -> Floats:
    """Count events per week and hour of the week, as :func:`hot_hours` wants them.

    Parameters
    ----------
    local_times : array_like of datetime64, or Series
        Local moments without a time zone. Missing ones, and those outside the whole weeks, are
        left out.
    start, end : date
        Half-open period of local dates.
    weights : array_like, optional
        Weight of each event, 1 unless given.

    Returns
    -------
    ndarray, shape (weeks, 7, 24)
        Of the whole weeks within the period only (:func:`whole_weeks`): half a week would look
        like a week in which nothing happened on the other days. Shape (0, 7, 24) when there are
        none. Give :func:`exposure_hours` the same whole weeks.

    Raises
    ------
    ValueError
        For moments with a time zone, a negative or missing weight, or an end before the start.

    Examples
    --------
    >>> moments = np.array(["2026-01-05T08:10", "2026-01-12T08:50", "2026-02-01T08:00"],
    ...                    dtype="datetime64[m]")
    >>> counts = week_counts(moments, dt.date(2026, 1, 1), dt.date(2026, 2, 1))
    >>> counts.shape, counts[:, 0, 8].tolist()
    ((3, 7, 24), [1.0, 1.0, 0.0])
    """
    first, last = whole_weeks(start, end)
    moments = _moments(local_times, "local_times")
    weight = _weights(weights, moments)
    weeks = (last - first).days // 7
    # A missing moment is the smallest number there is, and so before every period.
    hours = (moments - np.datetime64(first, "us")).astype(np.int64) // _HOUR
    inside = (hours >= 0) & (hours < weeks * _WEEK)
    counts: Floats = np.zeros(weeks * _WEEK)
    counts += np.bincount(hours[inside], weights=weight[inside], minlength=weeks * _WEEK)
    return counts.reshape(weeks, 7, 24)


def by_dagdeel(grid: ArrayLike) -> Floats:
    """Add the hours of a day up to its four parts.

    Parameters
    ----------
    grid : array_like, shape (..., 24)
        Counts or hours of exposure per hour of the day; rates do not add.

    Returns
    -------
    ndarray, shape (..., 4)
        In the order of :data:`DAGDELEN`: nacht, ochtend, middag, avond. Missing stays missing.

    Raises
    ------
    ValueError
        When the last axis is not 24 long.

    Examples
    --------
    >>> by_dagdeel(np.arange(24)).tolist()
    [15.0, 51.0, 87.0, 123.0]
    """
    values = np.asarray(grid, dtype=np.float64)
    if not values.ndim or values.shape[-1] != 24:
        raise ValueError(f"the last axis is the 24 hours of a day; found shape {values.shape}")
    return np.stack([values[..., a:b].sum(axis=-1) for a, b in DAGDELEN.values()], axis=-1)


def _moments(values: ArrayLike | pd.Series, name: str) -> Moments:
    """Give moments in microseconds; those with a time zone are another clock than the local."""
    column = values if isinstance(values, pd.Series) else pd.Series(values)
    if zone := getattr(column.dtype, "tz", None):
        raise ValueError(f"{name} must be local moments without a time zone; found one in {zone}")
    return column.to_numpy(dtype="datetime64[us]")


def _weights(weights: ArrayLike | None, moments: Moments) -> Floats:
    if weights is None:
        return np.ones(len(moments))
    weight = np.asarray(weights, dtype=np.float64)
    if weight.shape != moments.shape:
        raise ValueError(f"one weight an event: {len(moments)}; found shape {weight.shape}")
    if not (weight[~np.isnat(moments)] >= 0).all():
        raise ValueError("weights are 0 or more, and none is missing")
    return weight


def _by_hour(hours: NDArray[np.int64], weight: Floats) -> Floats:
    """Sum weights by hour of the week; ``hours`` since 1 January 1970."""
    profile: Floats = np.zeros(_WEEK)
    profile += np.bincount((hours + _MONDAY) % _WEEK, weights=weight, minlength=_WEEK)
    return profile


def _spread(start: NDArray[np.int64], span: NDArray[np.int64], weight: Floats) -> Floats:
    """Spread events over spans longer than nothing and shorter than a week."""
    first = start // _HOUR
    last = (start + span) // _HOUR
    share = weight / span
    whole = last > first
    head = np.where(whole, (first + 1) * _HOUR - start, span)
    profile = _by_hour(first, share * head)
    profile += _by_hour(last[whole], (share * (start + span - last * _HOUR))[whole])
    # The hours in between get a full hour each: +1 where they begin, -1 where they stop, on a
    # double week so that none of them has to be cut at Sunday night.
    begin = (first[whole] + 1 + _MONDAY) % _WEEK
    stop = begin + (last - first)[whole] - 1
    steps = np.bincount(begin, weights=(share * _HOUR)[whole], minlength=2 * _WEEK)
    steps -= np.bincount(stop, weights=(share * _HOUR)[whole], minlength=2 * _WEEK)
    events = np.bincount(begin, minlength=2 * _WEEK) - np.bincount(stop, minlength=2 * _WEEK)
    # Sums of floats leave crumbs where no event is; the whole numbers know where that is.
    full = np.where(np.cumsum(events) > 0, np.maximum(np.cumsum(steps), 0.0), 0.0)
    return profile + full.reshape(2, _WEEK).sum(axis=0)
