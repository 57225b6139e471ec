"""A report as a workbook: one tidy sheet a table, numbers as numbers."""

from __future__ import annotations

import io
from typing import Final

import pandas as pd
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from thor_metrics import dutch
from thor_metrics.report.document import Bullets, Document, Table, Text
from thor_metrics.report.packed import repacked
from thor_metrics.views.tables import Head, safe_cell

__all__ = ["as_xlsx"]

_FORMATS: Final = {"count": "#,##0", "percent": "0.0%", "change": "+#,##0;-#,##0;0"}
_WIDEST: Final = 60


def as_xlsx(document: Document) -> bytes:
    """Write a report as a workbook.

    The first sheet has the words, the last one what it was made from; between them one sheet a
    table, with its titles in the first row. A text that would run as a formula is kept as text.

    Parameters
    ----------
    document : Document

    Returns
    -------
    bytes
        The same document gives the same bytes.
    """
    book = Workbook()
    book.properties.title, book.properties.creator = document.title, "THOR"
    first = book.active
    first.title = "Lees mij"
    first.column_dimensions["A"].width = 100
    lines = [document.title, document.subtitle]
    if document.sample:
        lines.append("Verzonnen gegevens van een voorbeeldstad.")
    for section in document.sections:
        lines += ["", section.title]
        for block in section.blocks:
            if isinstance(block, Text):
                lines.append(block.words)
            elif isinstance(block, Bullets):
                lines += [f"\u2022 {item}" for item in block.items]
            elif isinstance(block, Table):
                lines.append(f"{block.caption}: zie blad '{block.sheet}'.")
            else:
                lines.append(f"{block.caption} (tekening, zie PDF of webpagina). {block.alt}")
    for line in lines:
        first.append([safe_cell(line)])
    first["A1"].font = Font(bold=True, size=16)
    for table in document.tables():
        _sheet(book, table)
    made = book.create_sheet("Waarvan gemaakt")
    made.append(["Wat", "Versie"])
    for pair in document.made_from:
        made.append([safe_cell(part) for part in pair])
    out = io.BytesIO()
    book.save(out)
    return repacked(out.getvalue())


def _sheet(book: Workbook, table: Table) -> None:
    sheet = book.create_sheet(table.sheet)
    sheet.append([head.title for head in table.heads])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    sheet.freeze_panes = "A2"
    columns = [
        [_value(value, head, table.hide_below) for value in table.frame[head.column]]
        for head in table.heads
    ]
    for row in zip(*columns, strict=True):
        sheet.append(row)
    for number, (head, values) in enumerate(zip(table.heads, columns, strict=True), 1):
        letter = get_column_letter(number)
        longest = max([len(head.title), *(len(str(value)) for value in values)])
        sheet.column_dimensions[letter].width = min(longest + 2, _WIDEST)
        if head.kind != "text":
            shape = _FORMATS.get(
                head.kind, "#,##0" + ("." + "0" * head.decimals) * (head.decimals > 0)
            )
            for (cell,) in sheet.iter_rows(min_row=2, min_col=number, max_col=number):
                cell.number_format = shape


def _value(value: object, head: Head, hide_below: int) -> str | float | int | None:
    if pd.isna(value):  # type: ignore[call-overload]
        return dutch.less_than(hide_below) if head.kind == "count" else None
    if head.kind == "text":
        return safe_cell(str(value))
    number = float(value)  # type: ignore[arg-type]
    return int(number) if number.is_integer() and head.kind != "percent" else number
