"""Tables: the facts of a picture in Dutch figures, on screen and as a file.

A hidden count is NA and reads "minder dan 5"; a rate that may not be given is NA and reads "-".
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd
from pandas.io.formats.style import Styler

from thor_metrics import dutch

__all__ = ["Head", "cells", "csv_file", "safe_cell", "styled"]

Kind = Literal["text", "count", "rate", "percent", "change"]

#: The screen writes "None" for a missing number whatever its style says, so missing ones travel
#: as a number these kinds never have. It tells nothing, and sorts below nought.
_MISSING = -1.0
_NEVER_NEGATIVE = ("count", "rate", "percent")

#: Signs with which a spreadsheet starts a formula (OWASP, CSV injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Head:
    """One column: its name in the frame, its title, and what kind of number it holds."""

    column: str
    title: str
    kind: Kind = "text"
    decimals: int = 0


def _writer(head: Head, hide_below: int) -> Callable[[Any], str]:
    def write(value: Any) -> str:
        if pd.isna(value) or (head.kind in _NEVER_NEGATIVE and value < 0):
            return dutch.less_than(hide_below) if head.kind == "count" else "–"
        if head.kind == "percent":
            return dutch.percent(value, decimals=head.decimals or 1)
        if head.kind == "change":
            return dutch.signed(value, decimals=head.decimals)
        if head.kind == "text":
            return str(value)
        return dutch.number(value, decimals=head.decimals)

    return write


def styled(frame: pd.DataFrame, heads: Sequence[Head], *, hide_below: int = 5) -> Styler:
    """Dress a frame for the screen: Dutch titles and figures; sorting still goes by value.

    Parameters
    ----------
    frame : DataFrame
    heads : sequence of Head
        Columns to show, in order.
    hide_below : int, default 5
        What a missing count means.
    """
    shown = frame[[head.column for head in heads]].reset_index(drop=True)
    for head in heads:
        if head.kind != "text":
            shown[head.column] = pd.to_numeric(shown[head.column]).astype("float64")
        if head.kind in _NEVER_NEGATIVE:
            shown[head.column] = shown[head.column].fillna(_MISSING)
    shown.columns = pd.Index([head.title for head in heads])
    writers: Mapping[Any, Callable[[Any], str]] = {
        head.title: _writer(head, hide_below) for head in heads if head.kind != "text"
    }
    return shown.style.format(dict(writers))


def cells(
    frame: pd.DataFrame, heads: Sequence[Head], *, hide_below: int = 5
) -> list[tuple[str, ...]]:
    """Write every cell as people read it, row by row.

    Examples
    --------
    >>> cells(pd.DataFrame({"n": [1204, None]}), [Head("n", "Aantal", "count")])
    [('1.204',), ('minder dan 5',)]
    """
    columns = [
        ["" if head.kind == "text" and pd.isna(value) else _writer(head, hide_below)(value)
         for value in frame[head.column]]
        for head in heads
    ]  # fmt: skip
    return list(zip(*columns, strict=True))


def csv_file(frame: pd.DataFrame, heads: Sequence[Head], *, hide_below: int = 5) -> bytes:
    """Write a frame as a Dutch spreadsheet opens it: semicolons, decimal comma, UTF-8 with BOM.

    Counts have no thousands point, so that the spreadsheet reads them as numbers. A text that a
    spreadsheet would take for a formula gets an apostrophe in front.
    """
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([safe_cell(head.title) for head in heads])
    columns = [_plain(frame[head.column], head, hide_below) for head in heads]
    writer.writerows(zip(*columns, strict=True))
    return out.getvalue().encode("utf-8-sig")


def _plain(values: pd.Series, head: Head, hide_below: int) -> list[str]:
    if head.kind == "text":
        return ["" if pd.isna(value) else safe_cell(str(value)) for value in values]
    missing = dutch.less_than(hide_below) if head.kind == "count" else ""
    # The true minus sign is for reading; a spreadsheet wants the hyphen.
    return [
        missing if pd.isna(value) else f"{float(value):.{head.decimals}f}".replace(".", ",")
        for value in values
    ]


def safe_cell(text: str) -> str:
    """Take the sting out of a text that a spreadsheet would run as a formula.

    Examples
    --------
    >>> safe_cell("=HYPERLINK(1)"), safe_cell("Wyck")
    ("'=HYPERLINK(1)", 'Wyck')
    """
    return f"'{text}" if text.startswith(_FORMULA) else text
