"""Columns to text and text to CSV, a column at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from sample_data.draws import Flags, Floats, Ints, Moments

#: A column, or one text for every row.
Column: TypeAlias = "pa.Array | str"

_ZONE = "Europe/Amsterdam"


def write_csv(
    file: Path, columns: Mapping[str, Column], *, separator: str, line_end: str = "\r\n"
) -> int:
    """Write a CSV in UTF-8; fields must have been quoted where they need it.

    Returns
    -------
    int
        Number of rows, without the header.
    """
    rows = pc.binary_join_element_wise(*columns.values(), separator).to_pylist()
    header = separator.join(quoted([name], separator)[0] for name in columns)
    file.write_text(line_end.join([header, *rows, ""]), encoding="utf-8", newline="")
    return len(rows)


def write_table(file: Path, columns: Mapping[str, pa.Array]) -> int:
    """Write a CSV with semicolons; a table without rows has no file (one left over goes)."""
    if not len(next(iter(columns.values()))):
        file.unlink(missing_ok=True)
        return 0
    return write_csv(file, columns, separator=";")


def quoted(words: Sequence[str], separator: str) -> list[str]:
    """Put quotes round words that hold a separator, a quote or a line end (RFC 4180)."""
    special = (separator, '"', "\n", "\r")
    return [
        '"' + word.replace('"', '""') + '"' if any(mark in word for mark in special) else word
        for word in words
    ]


def words(choices: Sequence[str], numbers: Ints, separator: str) -> pa.Array:
    """Look up a word for each number, quoted where needed."""
    return pa.array(quoted(choices, separator), pa.string()).take(pa.array(numbers))


def texts(values: NDArray[np.object_], separator: str) -> pa.Array:
    """Turn free values into a column; equal values are quoted once."""
    numbers, choices = pd.factorize(values)
    return words([str(choice) for choice in choices], numbers, separator)


def whole(numbers: Ints, shown: Flags | None = None) -> pa.Array:
    """Write whole numbers, empty where not ``shown``."""
    text = pa.array(numbers).cast(pa.string())
    return text if shown is None else only(text, shown)


def only(text: pa.Array, shown: Flags, otherwise: str = "") -> pa.Array:
    """Keep the text where ``shown``, else write something short."""
    return pc.if_else(pa.array(shown), text, otherwise)


def decimal(numbers: Floats) -> pa.Array:
    """Write numbers with a decimal point, as short as they are."""
    return pa.array(numbers).cast(pa.string())


def decimal_comma(numbers: Floats, digits: int) -> pa.Array:
    """Write positive numbers the Dutch way with a fixed number of decimals."""
    parts = 10**digits
    scaled = np.rint(numbers * parts).astype(np.int64)
    behind = pc.utf8_lpad(pa.array(scaled % parts).cast(pa.string()), digits, "0")
    return pc.binary_join_element_wise(whole(scaled // parts), behind, ",")


def number(numbers: Floats, digits: int = 0) -> pa.Array:
    """Write numbers the Dutch way, empty for NaN."""
    known = ~np.isnan(numbers)
    filled = np.where(known, numbers, 0.0)
    text = decimal_comma(filled, digits) if digits else whole(np.rint(filled).astype(np.int64))
    return only(text, known)


def day_month_year(moments: Moments) -> pa.Array:
    """Write ``dd-mm-jjjj``; empty for NaT."""
    numbers, days = pd.factorize(moments.astype("datetime64[D]"))
    choices = [f"{pd.Timestamp(day):%d-%m-%Y}" for day in days]
    return words([*choices, ""], np.where(numbers < 0, len(choices), numbers), ";")


def hour_minute(moments: Moments) -> pa.Array:
    """Write ``HH:MM``."""
    minutes = (moments - moments.astype("datetime64[D]")).astype("timedelta64[m]")
    choices = [f"{minute // 60:02d}:{minute % 60:02d}" for minute in range(1440)]
    return words(choices, minutes.astype(np.int64), ";")


def day_and_time(moments: Moments) -> pa.Array:
    """Write ``dd-mm-jjjj HH:MM``; empty for NaT."""
    known = ~np.isnat(moments)
    filled = np.where(known, moments, np.datetime64(0, "us"))
    text = pc.binary_join_element_wise(day_month_year(filled), hour_minute(filled), " ")
    return only(text, known)


def postgres(moments: Moments) -> pa.Array:
    """Write UTC as PostgreSQL does: ``2025-01-09 14:58:08.303861+00``, no trailing zeros."""
    numbers, unique = pd.factorize(moments)
    text = pa.array(np.datetime_as_string(unique.astype("datetime64[us]"), unit="us"))
    text = pc.utf8_rtrim(pc.utf8_rtrim(pc.replace_substring(text, "T", " "), "0"), ".")
    text = pc.binary_join_element_wise(text, "+00", "")
    return pc.fill_null(text.take(pa.array(numbers, mask=numbers < 0)), "")


def utc(local: Moments) -> Moments:
    """Turn local times into UTC; the hour that spring skips moves forward, autumn's is winter's."""
    index = pd.DatetimeIndex(local).tz_localize(
        _ZONE, ambiguous=np.zeros(len(local), dtype=bool), nonexistent="shift_forward"
    )
    moments: Moments = index.tz_convert("UTC").tz_localize(None).to_numpy().astype("datetime64[us]")
    return moments
