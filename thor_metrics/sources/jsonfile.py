"""JSON files and answers of known systems -> batches of rows."""

from __future__ import annotations

import itertools
import json
import math
import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

import numpy as np
import pandas as pd

from thor_metrics.errors import FileRefused
from thor_metrics.sources.base import BATCH_ROWS, Batch, Member

__all__ = ["batches", "inside", "load", "number", "parse", "point", "start_of", "text"]

_FIRST_BYTES: Final = 8_000
#: Columns that are not text.
_NUMBERS: Final = ("x", "y")
_TRUTHS: Final = ("is_child",)


def start_of(member: Member) -> str:
    """First characters of a text file, without byte order mark and white space; "" for binary."""
    with member.open() as stream:
        start = stream.read(_FIRST_BYTES)
    if b"\0" in start:
        return ""
    return start.decode("utf-8-sig", errors="replace").strip()


def load(member: Member) -> Any:
    """Read a JSON file.

    Raises
    ------
    FileRefused
        When it is cut off or no JSON.
    """
    with member.open() as stream:
        content = stream.read()
    try:
        return parse(content)
    except ValueError:
        raise FileRefused(
            f"{member.name} is geen volledige JSON; waarschijnlijk is het bestand afgebroken. "
            "Maak of download het opnieuw."
        ) from None


def parse(content: bytes) -> Any:
    """Read JSON; numbers with a leading zero (``006``, as GeoReport's own example) are texts.

    Raises
    ------
    ValueError
        When it is no JSON.
    """
    try:
        return json.loads(content.decode("utf-8-sig"))
    except json.JSONDecodeError:
        mended = re.sub(rb"(:\s*)(0\d+)(?=\s*[,}\]])", rb'\1"\2"', content)
        if mended == content:
            raise
        return json.loads(mended.decode("utf-8-sig"))
    except RecursionError:
        raise ValueError("nested too deep") from None


def inside(item: Any, *keys: str) -> dict[str, Any]:
    """Return the object under these keys; an empty one where it is absent or something else."""
    for key in keys:
        item = item.get(key) if isinstance(item, dict) else None
    return item if isinstance(item, dict) else {}


def text(value: Any) -> str | None:
    """Numbers and texts as text; nothing, objects and lists as missing."""
    if value is None or isinstance(value, (dict, list, bool)):
        return None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip() or None


def number(value: Any) -> float:
    """Numbers, also written as text with a decimal point; NaN for anything else."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return math.nan
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return math.nan
    return found if math.isfinite(found) else math.nan


def point(geometry: Any) -> tuple[float, float]:
    """First two coordinates of a GeoJSON point; NaN for anything else."""
    if isinstance(geometry, dict) and geometry.get("type") == "Point":
        coordinates = geometry.get("coordinates")
        if isinstance(coordinates, list) and len(coordinates) >= 2:
            return number(coordinates[0]), number(coordinates[1])
    return math.nan, math.nan


def batches(rows: Iterable[dict[str, Any]], columns: list[str]) -> Iterator[Batch]:
    """Gather rows into batches; the row number is the position in the list, from 1."""
    remaining = iter(rows)
    start = 1
    while True:
        some = list(itertools.islice(remaining, BATCH_ROWS))
        if not some and start > 1:
            return
        frame = pd.DataFrame({name: _column(name, some) for name in columns})
        numbers = pd.Series(np.arange(start, start + len(some)), index=frame.index)
        yield Batch(frame, numbers)
        start += len(some)
        if len(some) < BATCH_ROWS:
            return


def _column(name: str, rows: list[dict[str, Any]]) -> pd.Series:
    values = [row.get(name) for row in rows]
    if name in _NUMBERS:
        return pd.Series(values, dtype="float64")
    return pd.Series(values, dtype="bool" if name in _TRUTHS else "str")
