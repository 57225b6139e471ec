"""Wall clocks and UTC, for whole columns at once.

A zone is a handful of moments at which its offset changes; everything here is one binary search
among those. Moments are microseconds since 1970-01-01, on the wall or in UTC.
"""

from __future__ import annotations

import datetime as dt
import functools
import zoneinfo
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from thor_metrics.errors import SettingsError

__all__ = ["DAY", "SECOND", "Bools", "Ints", "to_local", "to_utc"]

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

SECOND: Final = 1_000_000
DAY: Final = 86_400 * SECOND

_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


class _Changes(NamedTuple):
    """Moments (UTC) at which the clock changes, and the offsets around them."""

    at: Ints
    before: Ints
    after: Ints
    first: int


def to_utc(local: Ints, zone: str) -> tuple[Ints, Bools, Bools]:
    """Turn wall clock times of a zone into UTC.

    Parameters
    ----------
    local : array of int
        Microseconds on the wall.
    zone : str
        IANA name.

    Returns
    -------
    utc : array of int
        An hour that comes twice is its first occurrence; an hour that is skipped moves on by
        the length of the gap, so that order and durations stay right.
    twice, skipped : array of bool
        The rows for which that was decided.

    Raises
    ------
    SettingsError
        When the zone does not exist.
    """
    changes = _changes_between(zone, local)
    # Until the later of both wall readings of a change, the offset before it holds: that is the
    # first occurrence in autumn and the move forward in spring at once.
    until = changes.at + np.maximum(changes.before, changes.after)
    passed = np.searchsorted(until, local, side="right")
    offsets = np.append(changes.first, changes.after)[passed]
    in_doubt = np.append(changes.at + np.minimum(changes.before, changes.after), 2**62)[passed]
    back = np.append(changes.after < changes.before, False)[passed]
    doubtful = local >= in_doubt
    return local - offsets, doubtful & back, doubtful & ~back


def to_local(utc: Ints, zone: str) -> Ints:
    """Turn moments in UTC into wall clock times of a zone (microseconds)."""
    changes = _changes_between(zone, utc)
    passed = np.searchsorted(changes.at, utc, side="right")
    return utc + np.append(changes.first, changes.after)[passed]


def _changes_between(zone: str, moments: Ints) -> _Changes:
    """Clock changes from a year before the first until a year after the last moment."""
    if not len(moments):
        return _changes(zone, 2000, 2000)
    years = (np.array([moments.min(), moments.max()]) // (DAY * 365.2425) + 1970).astype(int)
    return _changes(zone, max(int(years[0]) - 1, 2), min(int(years[1]) + 1, 9998))


@functools.lru_cache(maxsize=64)
def _changes(zone: str, first_year: int, last_year: int) -> _Changes:
    found = [
        change for year in range(first_year, last_year + 1) for change in _changes_in(zone, year)
    ]
    columns = np.array(found, dtype=np.int64).reshape(-1, 3).T * SECOND
    start = _offset(_zone(zone), _seconds(first_year)) * SECOND
    return _Changes(columns[0], columns[1], columns[2], start)


@functools.lru_cache(maxsize=1024)
def _changes_in(zone: str, year: int) -> tuple[tuple[int, int, int], ...]:
    """Clock changes of one year: (moment, offset before, offset after) in seconds."""
    clock = _zone(zone)
    found = []
    days = range(_seconds(year), _seconds(year + 1), 86_400)
    before = _offset(clock, days[0])
    for day in days:
        after = _offset(clock, day + 86_400)
        if after != before:
            early, late = day, day + 86_400
            while late - early > 1:
                middle = (early + late) // 2
                if _offset(clock, middle) == before:
                    early = middle
                else:
                    late = middle
            found.append((late, before, after))
            before = after
    return tuple(found)


def _zone(name: str) -> zoneinfo.ZoneInfo:
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        raise SettingsError(
            f"De tijdzone '{name}' bestaat niet. Schrijf time_zone in settings.toml als "
            '"Europe/Amsterdam" of "UTC".'
        ) from None


def _seconds(year: int) -> int:
    return int((dt.datetime(year, 1, 1, tzinfo=dt.UTC) - _EPOCH).total_seconds())


def _offset(clock: zoneinfo.ZoneInfo, second: int) -> int:
    """Seconds east of UTC at a moment."""
    offset = (_EPOCH + dt.timedelta(seconds=second)).astimezone(clock).utcoffset()
    assert offset is not None
    return int(offset.total_seconds())
