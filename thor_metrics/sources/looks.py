"""What moments look like in files, and how to read a look.

Texts are grouped by look (every digit a 9, letters small); one regular expression reads the look,
column arithmetic reads the digits. A format is so understood once per file and not once per row,
and what is not in the grammar is unreadable: never a guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from thor_metrics.sources.zones import DAY, SECOND, Bools, Ints

__all__ = ["MOMENT", "Parts", "as_texts", "looks", "number", "read_clock", "read_moments"]

Bytes = npt.NDArray[np.uint8]

FIRST_YEAR, LAST_YEAR = 1900, 2199
LONGEST: Final = 48
#: Whole days as spreadsheets count them: 1954 until 2119.
SERIALS: Final = (20_000, 80_000)
_SERIAL_ZERO: Final = int(np.datetime64("1899-12-30").astype(np.int64))

#: First day of every month in days since 1970, one month past the end included.
_MONTH_STARTS: Final[Ints] = (
    np.arange(f"{FIRST_YEAR}-01", f"{LAST_YEAR + 1}-02", dtype="datetime64[M]")
    .astype("datetime64[D]")
    .astype(np.int64)
)

_MONTHS = (
    "jan(?:uari|uary)?", "feb(?:ruari|ruary)?", "mrt|maart|mar|march", "apr(?:il)?", "mei|may",
    "juni?|june", "juli?|july", "aug(?:ustus|ust)?", "sept?(?:ember)?", "okt(?:ober)?|oct(?:ober)?",
    "nov(?:ember)?", "dec(?:ember)?",
)  # fmt: skip
_MONTH_NAME = "|".join(f"(?P<month{n}>{names})" for n, names in enumerate(_MONTHS, start=1))
_WEEKDAY = "(?:maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag|ma|di|wo|do|vr|za|zo)"
#: Looks are Latin-1 readings of UTF-8, so a no-break space is two characters.
_GAP = r"(?:\s|\xc2\xa0)*"
_MISSING = r"(?P<missing>null|none|nan|nat|<na>|\#?n/a|n\.?v\.?t\.?|-|onbekend|)"
_CLOCK = rf"""
    (?P<H>99?)[:.u](?P<M>99)(?:[:.](?P<S>99)(?:[.,](?P<f>9{{1,9}}))?)?
    (?:{_GAP}(?P<half>[ap])\.?m\.?)?(?:{_GAP}(?:uur|u|h)\.?)?"""

#: A whole moment.
MOMENT: Final = re.compile(
    rf"""{_GAP}(?:
      {_MISSING}
    | (?P<serial>99999)(?:[.,](?P<part>9{{1,15}}))?
    | (?P<y8>9999)(?P<m8>99)(?P<d8>99)
      (?:[t\ ]?(?P<H8>99)(?P<M8>99)(?:(?P<S8>99)(?:[.,]?(?P<f8>9{{1,6}}))?)?(?P<z8>z)?)?
    | (?: (?P<y>9999)(?P<dash>[-/.])(?P<m>99?)(?P=dash)(?P<d>99?)
        | (?P<p>99?)(?P<mark>[-/.])(?P<q>99?)(?P=mark)(?P<r>9999|99)
        | (?:{_WEEKDAY}[.,]*{_GAP})?(?P<dn>99?)[\ -]?(?:{_MONTH_NAME})[.]?[\ -]?(?P<yn>9999|99)
      )
      (?:(?:t|,?{_GAP}(?:om\ )?){_CLOCK}
         (?:{_GAP}(?:(?P<z>z|utc|gmt)|(?P<sign>[-+])(?P<zh>99)(?::?(?P<zm>99))?))?
      )?
    ){_GAP}""",
    re.VERBOSE,
)
#: A time of day in a column of its own.
_TIME_OF_DAY: Final = re.compile(
    rf"""{_GAP}(?:
      {_MISSING}
    | 9[.,](?P<part>9{{3,15}})
    | {_CLOCK}
    | (?P<H4>99?)(?P<M4>99)(?P<S4>99)?
    | (?P<Hu>99?){_GAP}(?:uur|u|h)\.?
    ){_GAP}""",
    re.VERBOSE,
)
#: Every byte as a look has it: digits are 9, capitals are small.
_LOOK_OF: Final[Bytes] = np.frombuffer(
    bytes(range(256)).lower().translate(bytes.maketrans(b"012345678", b"9" * 9)), dtype=np.uint8
)


@dataclass
class Parts:
    """Day (since 1970) and clock (microseconds) as written, per row."""

    day: Ints
    clock: Ints
    #: Microseconds east of UTC, where ``has_offset``.
    offset: Ints
    readable: Bools
    missing: Bools
    has_clock: Bools
    has_offset: Bools

    @classmethod
    def empty(cls, rows: int) -> Parts:
        """Parts of which nothing is known yet."""
        day, clock, offset = np.zeros((3, rows), dtype=np.int64)
        return cls(day, clock, offset, *np.zeros((4, rows), dtype=np.bool_))


def looks(texts: pa.Array) -> Iterator[tuple[str, Ints, Bytes]]:
    """Group texts by look.

    Parameters
    ----------
    texts : Array of string
        Nulls and texts over 48 bytes belong to no group.

    Yields
    ------
    look : str
        The text with a 9 for every digit, in small letters.
    rows : array of int
        Positions of the texts that look so.
    raw : array of uint8, shape (rows, length)
        Their bytes.
    """
    texts = texts.cast(pa.large_string())
    lengths = pc.fill_null(pc.binary_length(texts), -1).to_numpy(zero_copy_only=False)
    for length in np.unique(lengths).tolist():
        if not 0 <= length <= LONGEST:
            continue
        rows = np.flatnonzero(lengths == length)
        if length == 0:
            yield "", rows, np.empty((len(rows), 0), dtype=np.uint8)
            continue
        chosen = texts if len(rows) == len(texts) else texts.take(pa.array(rows))
        first = int(np.frombuffer(chosen.buffers()[1], dtype=np.int64)[chosen.offset])
        raw = np.frombuffer(chosen.buffers()[2], dtype=np.uint8)
        raw = raw[first : first + len(rows) * length].reshape(len(rows), length)
        # Eight bytes at a time as one number: telling looks apart is exact and cheap.
        shown = np.zeros((len(rows), -(-length // 8) * 8), dtype=np.uint8)
        shown[:, :length] = _LOOK_OF[raw]
        codes = np.zeros(len(rows), dtype=np.int64)
        kinds = 1
        for words in shown.view(np.uint64).T:
            word_codes, uniques = pd.factorize(words)
            if len(uniques) > 1:
                codes, distinct = pd.factorize(codes * len(uniques) + word_codes)
                kinds = len(distinct)
        groups = [np.arange(len(rows))] if kinds == 1 else _groups(codes, kinds)
        for group in groups:
            look = shown[group[0], :length].tobytes().decode("latin-1")
            yield look, rows[group], raw if kinds == 1 else raw[group]


def _groups(codes: Ints, kinds: int) -> list[Ints]:
    order = np.argsort(codes, kind="stable")
    return np.split(order, np.cumsum(np.bincount(codes, minlength=kinds))[:-1])


def number(raw: Bytes, look: re.Match[str], *names: str, digits: int = 18) -> Ints:
    """Value of the first of the named fields this look has, at most so many digits; else 0."""
    value = np.zeros(len(raw), dtype=np.int64)
    for name in names:
        if look[name] is not None:
            start, end = look.span(name)
            for column in range(start, min(end, start + digits)):
                value *= 10
                value += raw[:, column]
                value -= ord("0")
            break
    return value


def _decimals(raw: Bytes, look: re.Match[str], *names: str) -> Ints:
    """Decimals of a second as microseconds, cut off after six."""
    width = max((len(look[name] or "") for name in names), default=0)
    return number(raw, look, *names, digits=6) * 10 ** (6 - min(width, 6))


def read_moments(values: pd.Series, order: str) -> Parts:
    """Read day and clock of a column of any type.

    Parameters
    ----------
    values : Series
        Texts, spreadsheet serial numbers, ``YYYYMMDD`` numbers, or ``datetime64``.
    order : {"dmy", "mdy", "ymd", ""}
        Which of ``1-2-2026`` is the day; see :func:`thor_metrics.sources.dates.parse_times`.
    """
    if values.dtype.kind == "M":
        return _typed(values)
    parts = Parts.empty(len(values))
    if values.dtype.kind in "iuf":
        numbers = values.to_numpy(dtype=np.float64, na_value=np.nan)
        parts.missing = np.isnan(numbers)
        serial = (numbers >= SERIALS[0]) & (numbers <= SERIALS[1])
        where = np.flatnonzero(serial)
        whole = np.floor(numbers[where])
        _set_serial(parts, where, whole.astype(np.int64), numbers[where] - whole)
        rest = np.flatnonzero(~parts.missing & ~serial & (np.abs(numbers) < 1e15))
        texts = pa.array([f"{value:.0f}" for value in numbers[rest]], type=pa.large_string())
    else:
        texts = as_texts(values)
        parts.missing = texts.is_null().to_numpy(zero_copy_only=False).copy()
        rest = np.arange(len(values))
    for shape, rows, raw in looks(texts):
        if look := MOMENT.fullmatch(shape):
            _read_look(parts, rest[rows], raw, look, order)
    return parts


def _typed(values: pd.Series) -> Parts:
    parts = Parts.empty(len(values))
    if getattr(values.dt, "tz", None) is not None:
        values = values.dt.tz_convert("UTC").dt.tz_localize(None)
        parts.has_offset[:] = True
    parts.missing = values.isna().to_numpy(dtype=np.bool_)
    moments = values.to_numpy(dtype="datetime64[us]").astype(np.int64)
    moments[parts.missing] = 0
    parts.day, parts.clock = moments // DAY, moments % DAY
    inside = (parts.day >= _MONTH_STARTS[0]) & (parts.day < _MONTH_STARTS[-2])
    parts.readable = ~parts.missing & inside
    parts.has_offset &= parts.readable
    parts.has_clock = parts.readable.copy()
    return parts


def as_texts(values: pd.Series) -> pa.Array:
    """Return a column as Arrow text; dates and times of spreadsheets become ISO texts."""
    if values.dtype == object or values.dtype.kind in "bm":
        values = values.map(str, na_action="ignore")
    texts = pa.array(values, from_pandas=True)
    if isinstance(texts, pa.ChunkedArray):
        texts = texts.combine_chunks()
    return texts.cast(pa.large_string())


def _read_look(parts: Parts, rows: Ints, raw: Bytes, look: re.Match[str], order: str) -> None:
    """Fill the parts of rows that all look the same."""
    if look["missing"] is not None:
        parts.missing[rows] = True
        return
    if look["serial"] is not None:
        digits = len(look["part"] or "")
        _set_serial(
            parts, rows, number(raw, look, "serial"), number(raw, look, "part") / 10.0**digits
        )
        return
    year, month, day = _calendar(raw, look, order)
    spot = np.clip((year - FIRST_YEAR) * 12 + month - 1, 0, len(_MONTH_STARTS) - 2)
    start = _MONTH_STARTS[spot]
    good = (year >= FIRST_YEAR) & (year <= LAST_YEAR) & (month >= 1) & (month <= 12)
    good &= (day >= 1) & (day <= _MONTH_STARTS[spot + 1] - start)
    has_clock = look["H"] is not None or look["H8"] is not None
    if has_clock:
        parts.clock[rows], timely = _clock(raw, look)
        good &= timely
    if look["sign"] is not None:
        east = (number(raw, look, "zh") * 60 + number(raw, look, "zm")) * 60
        parts.offset[rows] = east * SECOND * (-1 if look["sign"] == "-" else 1)
        good &= east <= 15 * 3600
    parts.day[rows] = start + day - 1
    parts.readable[rows] = good
    parts.has_clock[rows] = good & has_clock
    parts.has_offset[rows] = good & any(look[name] is not None for name in ("z", "z8", "sign"))


def _calendar(raw: Bytes, look: re.Match[str], order: str) -> tuple[Ints, Ints, Ints]:
    """Year, month and day; month 0 where the order of day and month is not known."""
    if look["yn"] is not None:
        month = next(n for n in range(1, 13) if look[f"month{n}"] is not None)
        year = number(raw, look, "yn")
        if len(look["yn"]) == 2:
            year = _century(year)
        return year, np.full(len(raw), month), number(raw, look, "dn")
    if look["p"] is None:
        return (
            number(raw, look, "y", "y8"),
            number(raw, look, "m", "m8"),
            number(raw, look, "d", "d8"),
        )
    first, second, third = (number(raw, look, name) for name in "pqr")
    if len(look["r"]) == 2 and order == "ymd":
        return _century(first), second, third
    year = _century(third) if len(look["r"]) == 2 else third
    if order == "mdy":
        return year, first, second
    if order == "dmy" or look["mark"] != "/":
        return year, second, first
    return year, np.zeros_like(first), second


def _century(year: Ints) -> Ints:
    """Two digits: 00-69 is 20xx, 70-99 is 19xx."""
    return year + np.where(year < 70, 2000, 1900)


def _clock(raw: Bytes, look: re.Match[str]) -> tuple[Ints, Bools]:
    """Microseconds since midnight, and whether such a time exists (24:00 does)."""
    fields = look.re.groupindex
    named = [[name for name in names if name in fields] for names in _CLOCK_FIELDS]
    hour, minute, second = (number(raw, look, *names) for names in named[:3])
    fraction = _decimals(raw, look, *named[3])
    good = (minute < 60) & (second < 60)
    if "half" in fields and look["half"] is not None:
        good &= (hour >= 1) & (hour <= 12)
        hour = hour % 12 + (12 if look["half"] == "p" else 0)
    clock = ((hour * 60 + minute) * 60 + second) * SECOND + fraction
    return clock, good & (clock <= DAY)


_CLOCK_FIELDS = (("H", "H8", "H4", "Hu"), ("M", "M8", "M4"), ("S", "S8", "S4"), ("f", "f8"))


def _set_serial(parts: Parts, rows: Ints, whole: Ints, part: npt.NDArray[np.float64]) -> None:
    """Days since 1899-12-30 with the time as a fraction, to the second as spreadsheets show."""
    seconds = np.rint(part * 86_400).astype(np.int64)
    parts.day[rows] = whole + _SERIAL_ZERO
    parts.clock[rows] = seconds * SECOND
    good = (whole >= SERIALS[0]) & (whole <= SERIALS[1])
    parts.readable[rows] = good
    parts.has_clock[rows] = good & (seconds > 0)


def read_clock(values: pd.Series) -> tuple[Ints, Bools, Bools]:
    """Read a column with times of day.

    Parameters
    ----------
    values : Series
        ``08:12``, ``8:12:30``, ``0812``, ``08.12 uur``, ``8:12 PM``; or fractions of a day.

    Returns
    -------
    clock : array of int
        Microseconds since midnight.
    readable, missing : array of bool
    """
    clock = np.zeros(len(values), dtype=np.int64)
    readable = np.zeros(len(values), dtype=np.bool_)
    if values.dtype.kind == "M":
        parts = _typed(values)
        return parts.clock, parts.readable, parts.missing
    if values.dtype.kind in "iuf":
        numbers = values.to_numpy(dtype=np.float64, na_value=np.nan)
        missing = np.isnan(numbers)
        part = (numbers >= 0) & (numbers < 1)
        clock[part] = np.rint(numbers[part] * 86_400).astype(np.int64) * SECOND
        whole = (numbers >= 1) & (numbers < 240_000) & (numbers % 1 == 0)
        rest = np.flatnonzero(whole)
        # 812 is 08:12: a number has lost its leading zero.
        texts = pa.array(
            [f"{value:04.0f}" if value < 10_000 else f"{value:06.0f}" for value in numbers[rest]],
            type=pa.large_string(),
        )
        readable |= part
    else:
        texts = as_texts(values)
        missing = texts.is_null().to_numpy(zero_copy_only=False).copy()
        rest = np.arange(len(values))
    for shape, rows, raw in looks(texts):
        look = _TIME_OF_DAY.fullmatch(shape)
        if look is None:
            continue
        where = rest[rows]
        if look["missing"] is not None:
            missing[where] = True
        elif look["part"] is not None:
            share = number(raw, look, "part") / 10.0 ** len(look["part"])
            clock[where] = np.rint(share * 86_400).astype(np.int64) * SECOND
            readable[where] = raw[:, look.start("part") - 2] == ord("0")
        else:
            clock[where], readable[where] = _clock(raw, look)
    return clock, readable, missing
