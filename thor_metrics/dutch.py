"""How numbers, days and lists are written for people: Dutch, one way everywhere.

Missing is "geen gegevens" and never 0; a small number about people is "minder dan 5".
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from typing import Final

import pandas as pd

from thor_metrics.model import MONTHS, WEEKDAYS

__all__ = [
    "NO_DATA",
    "amount",
    "date",
    "day",
    "hours",
    "join",
    "less_than",
    "month",
    "number",
    "percent",
    "signed",
    "times",
    "weekdays",
]

NO_DATA: Final = "geen gegevens"

#: The real minus sign: as wide as the plus, and read aloud as "min".
_MINUS: Final = "\u2212"


def number(value: float | None, *, decimals: int = 0) -> str:
    """Write a number with points for thousands and a comma for decimals.

    Parameters
    ----------
    value : float or None
        ``None``, NaN and NA give "geen gegevens".
    decimals : int, default 0
        Counts have none.

    Examples
    --------
    >>> number(1234567), number(12.54, decimals=1), number(-3), number(None)
    ('1.234.567', '12,5', '\u22123', 'geen gegevens')
    """
    if value is None or pd.isna(value):
        return NO_DATA
    if math.isinf(value):
        return "onbegrensd"
    text = f"{abs(value):,.{decimals}f}".translate(str.maketrans(",.", ".,"))
    below_zero = value < 0 and any(digit in "123456789" for digit in text)
    return _MINUS + text if below_zero else text


def percent(share: float | None, *, decimals: int = 1) -> str:
    """Write a share (0.125) as a percentage.

    Examples
    --------
    >>> percent(0.125), percent(0.5, decimals=0), percent(None)
    ('12,5 %', '50 %', 'geen gegevens')
    """
    if share is None or pd.isna(share):
        return NO_DATA
    return f"{number(share * 100, decimals=decimals)} %"


def signed(value: float | None, *, decimals: int = 0) -> str:
    """Write a change with its sign; no change has none.

    Examples
    --------
    >>> signed(41), signed(-1200), signed(0)
    ('+41', '\u22121.200', '0')
    """
    if value is None or pd.isna(value):
        return NO_DATA
    text = number(value, decimals=decimals)
    unsigned = text.startswith(_MINUS) or not any(digit in "123456789" for digit in text)
    return text if unsigned else f"+{text}"


def less_than(below: int = 5) -> str:
    """Write what stands in the place of a hidden number.

    Examples
    --------
    >>> less_than(5)
    'minder dan 5'
    """
    return f"minder dan {below}"


def amount(
    value: float | None, one: str, many: str, *, hidden: bool = False, below: int = 5
) -> str:
    """Write a count with its noun.

    Examples
    --------
    >>> amount(1, "melding", "meldingen"), amount(1234, "melding", "meldingen")
    ('1 melding', '1.234 meldingen')
    >>> amount(None, "melding", "meldingen", hidden=True)
    'minder dan 5 meldingen'
    >>> amount(None, "melding", "meldingen")
    'geen gegevens'
    """
    if hidden:
        return f"{less_than(below)} {many}"
    if value is None or pd.isna(value):
        return NO_DATA
    return f"{number(value)} {one if value == 1 else many}"


def times(ratio: float | None) -> str:
    """Write a ratio as a multiple.

    Examples
    --------
    >>> times(1.54), times(12.3)
    ('1,5 keer', '12 keer')
    """
    if ratio is None or pd.isna(ratio):
        return NO_DATA
    return f"{number(ratio, decimals=0 if ratio >= 9.95 else 1)} keer"


def date(value: dt.date | None) -> str:
    """Write a date in figures.

    Examples
    --------
    >>> date(dt.date(2026, 11, 23))
    '23-11-2026'
    """
    if value is None or pd.isna(value):
        return NO_DATA
    return f"{value:%d-%m-%Y}"


def day(value: dt.date | None) -> str:
    """Write a day as people say it.

    Examples
    --------
    >>> day(dt.date(2026, 11, 23))
    'ma 23 nov'
    """
    if value is None or pd.isna(value):
        return NO_DATA
    return f"{WEEKDAYS[value.weekday()]} {value.day} {MONTHS[value.month - 1]}"


def month(name: str) -> str:
    """Write a month.

    Examples
    --------
    >>> month("2026-03")
    'mrt 2026'
    """
    year, number = name.split("-")
    return f"{MONTHS[int(number) - 1]} {year}"


def hours(start: int, end: int) -> str:
    """Write a stretch of hours, the end not included.

    Examples
    --------
    >>> hours(22, 2), hours(20, 24)
    ('22-02 uur', '20-24 uur')
    """
    return f"{start:02d}-{end:02d} uur"


def weekdays(days: Sequence[int]) -> str:
    """Write weekdays (Monday 0); three or more in a row become a stretch.

    Examples
    --------
    >>> weekdays([4, 5]), weekdays([0, 1, 2, 3, 4]), weekdays([0, 2, 4])
    ('vr en za', 'ma t/m vr', 'ma, wo en vr')
    """
    found = sorted(set(days))
    if len(found) > 2 and found[-1] - found[0] == len(found) - 1:
        return f"{WEEKDAYS[found[0]]} t/m {WEEKDAYS[found[-1]]}"
    return join(WEEKDAYS[day] for day in found)


def join(parts: Iterable[str], *, word: str = "en") -> str:
    """Write a list as a sentence does.

    Examples
    --------
    >>> join(["a"]), join(["a", "b"]), join(["a", "b", "c"]), join([])
    ('a', 'a en b', 'a, b en c', '')
    """
    texts = list(parts)
    if len(texts) < 2:
        return "".join(texts)
    return f"{', '.join(texts[:-1])} {word} {texts[-1]}"
