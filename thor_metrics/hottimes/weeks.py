"""Weeks of local dates and the hours they hold."""

from __future__ import annotations

import datetime as dt
import itertools
import zoneinfo
from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["exposure_hours", "whole_weeks"]

Floats = NDArray[np.float64]

#: Every time zone of today differs from UTC by a whole number of quarters.
_STEP: Final = dt.timedelta(minutes=15)


def whole_weeks(start: dt.date, end: dt.date) -> tuple[dt.date, dt.date]:
    """Find the whole weeks, Monday to Sunday, within a period.

    Parameters
    ----------
    start, end : date
        Half-open period of local dates: ``end`` is the first day after it.

    Returns
    -------
    first, last : date
        The Monday of the first whole week and the Monday after the last one, half-open as well.
        A period without one whole week gives two equal dates.

    Raises
    ------
    ValueError
        When the period ends before it starts.

    Examples
    --------
    >>> whole_weeks(dt.date(2026, 1, 1), dt.date(2026, 2, 1))  # 1 January is a Thursday
    (datetime.date(2026, 1, 5), datetime.date(2026, 1, 26))
    """
    _check_period(start, end)
    first = start + dt.timedelta(days=-start.weekday() % 7)
    last = end - dt.timedelta(days=end.weekday())
    return first, max(first, last)


def exposure_hours(
    start: dt.date, end: dt.date, *, zone: str = "Europe/Amsterdam"
) -> NDArray[np.float64]:
    """Count how many hours of each hour of the week a period holds.

    Parameters
    ----------
    start, end : date
        Half-open period of local dates; weeks need not be whole.
    zone : str
        IANA name of the time zone whose clock is meant.

    Returns
    -------
    ndarray, shape (7, 24)
        Hours, Monday first, by the local clock. The night the clock goes forward lacks an hour
        (2-3 h has 0 that Sunday), the night it goes back has one twice (2-3 h counts 2). The sum
        is the time that really passed. An empty period has only zeros.

    Raises
    ------
    ValueError
        When the period ends before it starts, or the zone is not known.

    Examples
    --------
    >>> hours = exposure_hours(dt.date(2026, 3, 23), dt.date(2026, 4, 6))  # 29 March: 23 hours
    >>> hours.sum(), hours[6, 1:4].tolist(), hours[0, 2]
    (np.float64(335.0), [2.0, 1.0, 2.0], np.float64(2.0))
    """
    _check_period(start, end)
    try:
        clock = zoneinfo.ZoneInfo(zone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"zone='{zone}' is no time zone known here, as 'UTC' is") from error
    days = np.arange(np.datetime64(start, "D"), np.datetime64(end, "D"))
    # Day 0 of numpy, 1 January 1970, is a Thursday.
    per_weekday = np.bincount((days.astype(np.int64) + 3) % 7, minlength=7)
    hours = np.repeat(per_weekday[:, np.newaxis], 24, axis=1).astype(np.float64)
    length = end - start
    midnights = [
        dt.datetime.combine(start + dt.timedelta(days=day), dt.time(), clock)
        for day in range(length.days + 1)
    ]
    for midnight, following in itertools.pairwise(midnights):
        if midnight.utcoffset() != following.utcoffset():
            hours[midnight.weekday()] += _clock_hours(midnight, following) - 1.0
    return hours


def _clock_hours(midnight: dt.datetime, following: dt.datetime) -> Floats:
    """Tell how long each hour of the clock lasted on a day the clock was changed."""
    moment, stop = midnight.astimezone(dt.UTC), following.astimezone(dt.UTC)
    lasted = np.zeros(24)
    while moment < stop:
        lasted[moment.astimezone(midnight.tzinfo).hour] += _STEP / dt.timedelta(hours=1)
        moment += _STEP
    return lasted


def _check_period(start: dt.date, end: dt.date) -> None:
    if end < start:
        raise ValueError(f"a period ends on or after its start; found {start} to {end}")
