"""Moments as files write them -> moments in UTC, and how sure we are of the hour.

Formats are in :mod:`thor_metrics.sources.looks`, zones in :mod:`thor_metrics.sources.zones`; here
is what a moment means: which number is the day, whose clock it is, and whether midnight is an
hour or the absence of one.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa

from thor_metrics.errors import DateOrderUnknown
from thor_metrics.sources.looks import (
    MOMENT,
    Parts,
    as_texts,
    looks,
    number,
    read_clock,
    read_moments,
)
from thor_metrics.sources.zones import DAY, Bools, to_local, to_utc

__all__ = [
    "AUTUMN_HOUR",
    "CLOCK_UNREADABLE",
    "SPRING_HOUR",
    "Times",
    "decide_order",
    "parse_times",
]

#: Keys of :attr:`Times.corrections`.
AUTUMN_HOUR: Final = "uur van de wintertijd is dubbelzinnig"
SPRING_HOUR: Final = "uur bestaat niet door de zomertijd, vooruit geschoven"
CLOCK_UNREADABLE: Final = "tijdstip niet leesbaar, alleen de dag gebruikt"

#: From this share of exact midnights on, midnight means that no time was written.
MIDNIGHT_SHARE: Final = 0.2

_CHUNK: Final = 200_000
#: Looked at first: a few hundred dates usually settle it, and the rest of a file can stay unread.
_FIRST: Final = 400
#: Votes for one position, and none against, after which no more dates are asked for.
_ENOUGH: Final = 100


@dataclass(frozen=True)
class Times:
    """What a column of moments turned out to be.

    Attributes
    ----------
    at : Series of datetime64[us, UTC]
        The moment; NaT where missing or unreadable. Where only the day is known it is local
        noon, so that the local date is right.
    known : array of bool
        The time of day is known. False for date-only, missing and unreadable rows.
    unreadable : array of bool
        Something was written that is no moment (31-02, "morgen"); False for missing rows.
    corrections : dict of str to int
        What had to be decided, in Dutch -> number of rows.
    """

    at: pd.Series
    known: Bools
    unreadable: Bools
    corrections: dict[str, int]


def decide_order(samples: Iterable[str]) -> str:
    """Decide from the dates of a whole file which number is the day.

    A position that exceeds 12 is a day. Where rows contradict each other the majority decides,
    and :func:`parse_times` finds the others unreadable; a hundred votes without one against
    settle it, and no more dates are asked for. Without evidence dashes and dots are
    Dutch (day first); slashes are never guessed at.

    Parameters
    ----------
    samples : iterable of str
        The (distinct) texts of the time columns; a Series of texts is quickest.

    Returns
    -------
    {"dmy", "mdy", "ymd", ""}
        "ymd" when every date starts with its year, "" when no date needs an order.

    Raises
    ------
    DateOrderUnknown
        Slashes, and no day above 12 (or as many in one position as in the other).

    Examples
    --------
    >>> decide_order(["02-06-2026 08:12"]), decide_order(["1/2/20 0:05", "1/31/20 9:00"])
    ('dmy', 'mdy')
    """
    seen = _Evidence()
    for chunk in _chunks(samples):
        for shape, _, raw in looks(chunk):
            look = MOMENT.fullmatch(shape)
            if look is not None and look["p"] is not None:
                seen.add(look, raw)
            elif look is not None and look["y"] is not None:
                seen.year_first = True
        if seen.settled:
            break
    return seen.verdict()


@dataclass
class _Evidence:
    """What the dates seen so far say about which number is the day."""

    dmy: int = 0
    mdy: int = 0
    ymd: int = 0
    year_first: bool = False
    triples: bool = False
    slashed: str = ""
    #: Which numbers came first and last in dates with a two-digit year.
    ends: Bools = field(default_factory=lambda: np.zeros((2, 100), dtype=np.bool_))

    def add(self, look: re.Match[str], raw: np.ndarray) -> None:
        """Count the votes of dates like 1-2-26 that look the same."""
        self.triples = True
        if look["mark"] == "/" and not self.slashed:
            self.slashed = raw[0].tobytes().decode().strip()
        first, second = number(raw, look, "p"), number(raw, look, "q")
        self.mdy += int(np.count_nonzero((second > 12) & (first <= 12)))
        self.dmy += int(np.count_nonzero((first > 12) & (first <= 31) & (second <= 12)))
        if len(look["r"]) == 2:
            self.ymd += int(np.count_nonzero(first > 31))
            self.ends[0, first] = True
            self.ends[1, number(raw, look, "r")] = True

    @property
    def settled(self) -> bool:
        """Tell whether more dates cannot reasonably change the verdict."""
        return max(self.dmy, self.mdy) >= _ENOUGH and not (
            min(self.dmy, self.mdy) or self.ends.any()
        )

    def verdict(self) -> str:
        """Return the order; see :func:`decide_order`."""
        if not self.triples:
            return "ymd" if self.year_first else ""
        votes = {"dmy": self.dmy, "mdy": self.mdy, "ymd": self.ymd}
        # 25-01-09, 25-01-10, 26-02-11: few large first numbers, many last ones: years and days.
        if not self.ends[0, :13].any() and self.ends[1].sum() > self.ends[0].sum():
            votes["ymd"] += votes.pop("dmy")
        (order, most), (_, next_most) = Counter(votes).most_common(2)
        if most > next_most:
            return order
        if self.slashed:
            raise DateOrderUnknown(
                "In dit bestand is niet te zien of de dag of de maand voorop staat: geen dag is "
                f"groter dan 12, of de datums spreken elkaar tegen. Voorbeeld: '{self.slashed}'. "
                "Staat de dag of de maand eerst? Zet in settings.toml bij deze bron "
                'date_order = "dmy" (dag eerst) of date_order = "mdy" (maand eerst).'
            )
        return "dmy"


def _chunks(samples: Iterable[str]) -> Iterator[pa.Array]:
    """Texts as Arrow arrays; a Series goes over without becoming Python strings."""
    if isinstance(samples, pd.Series):
        yield as_texts(samples)
        return
    remaining = iter(samples)
    size = _FIRST
    while chunk := list(itertools.islice(remaining, size)):
        size = _CHUNK
        yield pa.array(chunk, type=pa.large_string(), from_pandas=True)


def parse_times(
    values: pd.Series, *, time: pd.Series | None = None, zone: str, order: str
) -> Times:
    """Read a column of moments.

    Parameters
    ----------
    values : Series
        Texts, spreadsheet serial numbers (20000-80000), or ``datetime64`` (naive or zoned).
    time : Series, optional
        Time of day from a column of its own, row for row; used where ``values`` has no time.
    zone : str
        IANA zone of moments written without an offset, and the zone of local midnight. The
        autumn hour that comes twice is taken as the first (summer time); a time in the spring
        gap moves on by its length; both are counted.
    order : {"dmy", "mdy", "ymd", ""}
        From :func:`decide_order` or the settings. With "" and "ymd" dashes and dots are still
        day first, and slashes unreadable, unless the year stands first.

    Returns
    -------
    Times

    Raises
    ------
    SettingsError
        When the zone does not exist.

    Notes
    -----
    Years run from 1900 to 2199; two-digit years 00-69 are 20xx. Exact midnight means "date only"
    when at least 20 % of the column's moments are midnight; one among others never does.
    """
    corrections = Counter[str]()
    parts = read_moments(values, order)
    if time is not None:
        _add_time(parts, time, corrections)
    local = parts.day * DAY + parts.clock
    utc = local - parts.offset
    zoned = parts.has_offset
    if zoned.any():
        local[zoned] = to_local(utc[zoned], zone)
    day_only = _without_time(parts, local)
    noon = local // DAY * DAY + DAY // 2
    local = np.where(day_only, noon, local)
    here = parts.readable & (day_only | ~zoned)
    if here.any():
        utc[here], twice, skipped = to_utc(local[here], zone)
        corrections[AUTUMN_HOUR] += int(twice.sum())
        corrections[SPRING_HOUR] += int(skipped.sum())
    moments = utc.view("datetime64[us]")
    moments[~parts.readable] = np.datetime64("NaT")
    return Times(
        at=pd.Series(pd.DatetimeIndex(moments).tz_localize("UTC"), index=values.index),
        known=parts.readable & ~day_only,
        unreadable=~parts.readable & ~parts.missing,
        corrections={key: count for key, count in corrections.items() if count},
    )


def _add_time(parts: Parts, time: pd.Series, corrections: Counter[str]) -> None:
    """Take the time of day from its own column where the date has none."""
    clock, readable, missing = read_clock(time)
    timeless = parts.readable & (~parts.has_clock | (parts.clock == 0))
    corrections[CLOCK_UNREADABLE] += int((timeless & ~readable & ~missing).sum())
    added = timeless & readable
    parts.clock[added] = clock[added]
    parts.has_clock[added] = True
    # A zone on a date without a time says nothing about the clock in the other column.
    parts.has_offset[added] = False
    parts.offset[added] = 0
    parts.has_clock[timeless & ~readable] = False


def _without_time(parts: Parts, local: np.ndarray) -> Bools:
    """Rows of which only the day is known; their ``local`` is moved to the day as meant."""
    day_only = parts.readable & ~parts.has_clock
    total = int(parts.readable.sum())
    written = parts.day * DAY + parts.clock
    for meant in (written, local):
        midnight = parts.has_clock & (meant % DAY == 0)
        count = int(midnight.sum())
        if count and (count == total or (count > 1 and count >= MIDNIGHT_SHARE * total)):
            local[midnight] = meant[midnight]
            return day_only | midnight
    return day_only
