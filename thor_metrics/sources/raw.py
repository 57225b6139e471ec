"""A table before anybody knows what its columns mean, whatever file it came from."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from thor_metrics.settings import slug
from thor_metrics.sources.base import BATCH_ROWS, Batch

__all__ = [
    "END_ROWS",
    "EXACT",
    "MAX_COLUMNS",
    "TEXT",
    "TOP_ROWS",
    "RawTable",
    "column_of",
    "footers",
    "frame_batches",
    "text_cell",
]

#: Rows looked at to find the headers: titles above them are never more.
TOP_ROWS: Final = 40
#: Rows at the end looked at for totals and notes.
END_ROWS: Final = 20
MAX_COLUMNS: Final = 2_000

#: Whole numbers up to here are exact as a float; longer case numbers stay text.
EXACT: Final = 2**53

#: A text column, missing as NaN, on Arrow memory.
TEXT: Final = pd.StringDtype("pyarrow", na_value=np.nan)


@dataclass(frozen=True)
class RawTable:
    """One table in a file: a CSV, a sheet, a layer.

    Attributes
    ----------
    name : str
        Sheet, layer or file, as a person knows it.
    headers : tuple of str
    read : callable
        Position of a header -> column name; gives batches with those columns only.
    dates : callable
        Positions of time columns -> distinct texts in the whole table.
    total : int or None
    warnings : tuple of str
    gives_place : bool
        Points of the file itself come as ``x`` and ``y``; columns with those names are not read.
    in_degrees : bool
        Those points are longitude and latitude.
    """

    name: str
    headers: tuple[str, ...]
    read: Callable[[Mapping[int, str]], Iterator[Batch]]
    dates: Callable[[Sequence[int]], Iterator[str]]
    total: int | None = None
    warnings: tuple[str, ...] = ()
    gives_place: bool = False
    in_degrees: bool = False


_TOTAL: Final = frozenset((
    "totaal", "total", "totalen", "totals", "eindtotaal", "subtotaal", "som", "gemiddelde",
    "gemiddeld", "aantal", "grand", "sum", "average",
))  # fmt: skip
_DATE: Final = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{2,4}\b.*")
_NUMBER: Final = re.compile(r"[-+€]?\s*\d[\d\s.,]*")


def footers(rows: Sequence[Sequence[str]], width: int) -> tuple[int, list[str]]:
    """Count rows at the end that are no data: totals and notes under the table.

    A total row has no date and starts with a word like "Totaal", or has no label and only
    numbers, in at most half of its cells and not in the first. A note is one text of several
    words in a table of three columns or more.

    Parameters
    ----------
    rows : sequence of sequence of str
        The last rows, in order; blank rows are passed over.
    width : int
        Number of headers.

    Returns
    -------
    count : int
        Rows to leave out, blank ones not counted.
    warnings : list of str
    """
    totals = notes = 0
    for row in reversed(rows[-END_ROWS:]):
        filled = [cell.strip() for cell in row if cell.strip()]
        if not filled:
            continue
        if _is_total(row, filled, width):
            totals += 1
        elif width >= 3 and len(filled) == 1 and re.search(r"[^\W\d]\W+\w", filled[0]):
            notes += 1
        else:
            break
    warnings = []
    if totals == 1:
        warnings.append("1 totaalrij onderaan is overgeslagen.")
    elif totals:
        warnings.append(f"{totals} totaalrijen onderaan zijn overgeslagen.")
    if notes:
        warnings.append(f"Tekst onder de tabel is overgeslagen (regels: {notes}).")
    return totals + notes, warnings


def _is_total(row: Sequence[str], filled: Sequence[str], width: int) -> bool:
    if any(_DATE.fullmatch(cell) for cell in filled):
        return False
    if slug(filled[0]).split(" ")[0] in _TOTAL:
        return True
    numbers = all(_NUMBER.fullmatch(cell) for cell in filled)
    return numbers and not row[0].strip() and len(filled) <= width / 2


# -- cells that know their type (spreadsheets, JSON) -----------------------------------------


def text_cell(value: Any) -> str:
    """Write a typed cell the way a Dutch file would: decimal comma, ISO dates, ja and nee."""
    if value is None or value == "":
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "ja" if value else "nee"
    if isinstance(value, float):
        if not np.isfinite(value):
            return ""
        return str(int(value)) if value.is_integer() else repr(value).replace(".", ",")
    if isinstance(value, dt.datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, dt.timedelta):
        hours, rest = divmod(int(value.total_seconds()), 3600)
        return f"{hours:02d}:{rest // 60:02d}:{rest % 60:02d}"
    return value.isoformat() if isinstance(value, (dt.date, dt.time)) else str(value)


def column_of(values: list[Any]) -> pd.Series:
    """Make a column of typed cells: numbers, booleans or moments when all are, else text."""
    kinds = {type(value) for value in values if value is not None and value != ""}
    if not kinds:
        return pd.Series([None] * len(values), dtype=TEXT)
    if kinds <= {int, float} and not any(
        isinstance(value, int) and abs(value) > EXACT for value in values
    ):
        return pd.Series(
            [np.nan if value is None or value == "" else value for value in values],
            dtype="float64",
        )
    if kinds == {bool}:
        return pd.Series([None if value == "" else value for value in values], dtype="boolean")
    if kinds <= {dt.datetime, dt.date}:
        moments = [None if value is None or value == "" else value for value in values]
        if all(value is None or 1700 < value.year < 2200 for value in moments):
            aware = any(isinstance(value, dt.datetime) and value.tzinfo for value in moments)
            if not aware:
                return pd.Series(np.array(moments, dtype="datetime64[us]"))
    return pd.Series([text_cell(value) or None for value in values], dtype=TEXT)


def frame_batches(
    rows: Iterator[tuple[int, Sequence[Any]]], wanted: Mapping[int, str]
) -> Iterator[Batch]:
    """Collect rows of typed cells into batches.

    Parameters
    ----------
    rows : iterator of (int, sequence)
        Row number as a person counts it, and cells; blank rows already left out.
    wanted : mapping of int to str
        Position of a cell -> column.
    """
    numbers: list[int] = []
    cells: list[list[Any]] = [[] for _ in wanted]
    for number, row in rows:
        numbers.append(number)
        for collected, position in zip(cells, wanted, strict=True):
            collected.append(row[position] if position < len(row) else None)
        if len(numbers) == BATCH_ROWS:
            yield _batch(numbers, cells, wanted)
            numbers, cells = [], [[] for _ in wanted]
    if numbers:
        yield _batch(numbers, cells, wanted)


def _batch(numbers: list[int], cells: list[list[Any]], wanted: Mapping[int, str]) -> Batch:
    frame = pd.DataFrame(
        {name: column_of(values) for name, values in zip(wanted.values(), cells, strict=True)}
    )
    return Batch(frame, pd.Series(numbers, dtype="int64"))
