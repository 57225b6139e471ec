"""Templates to fill in: the schema as a spreadsheet, with explanation and example."""

from __future__ import annotations

import csv
import io
from typing import Literal

import openpyxl
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from thor_metrics.schema import Column, Table, table_named

__all__ = ["explanation", "template"]

_ALLOWED_KINDS = {
    "text": "tekst",
    "time": "datum en tijd (dd-mm-jjjj uu:mm)",
    "date": "datum (dd-mm-jjjj)",
    "number": "getal",
    "integer": "geheel getal",
    "boolean": "ja of nee",
}


def template(table: str, kind: Literal["xlsx", "csv"] = "xlsx") -> bytes:
    """Make an empty file with the table's headers and one example row.

    Parameters
    ----------
    table : str
        Name or Dutch title.
    kind : {"xlsx", "csv"}
        The workbook has a second sheet that explains every column; the CSV (semicolons, UTF-8
        with BOM, as a Dutch Excel opens it) has headers and example only.
    """
    wanted = table_named(table)
    if kind == "csv":
        text = io.StringIO()
        writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
        writer.writerow([column.title for column in wanted.inputs])
        writer.writerow([column.example for column in wanted.inputs])
        return text.getvalue().encode("utf-8-sig")
    book = openpyxl.Workbook()
    sheet: Worksheet = book.active
    sheet.title = wanted.title[:31]
    sheet.append([column.title for column in wanted.inputs])
    sheet.append([column.example for column in wanted.inputs])
    _dress(sheet, [max(len(column.title), len(column.example)) for column in wanted.inputs])
    notes = book.create_sheet("Uitleg")
    notes.append(
        ["Kolom", "Verplicht", "Soort", "Eenheid", "Toegestaan", "Uitleg", "Ook bekend als"]
    )
    for row in explanation(wanted):
        notes.append(list(row))
    _dress(notes, [26, 10, 30, 10, 40, 70, 60])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def explanation(table: Table) -> list[tuple[str, str, str, str, str, str, str]]:
    """One row a column: title, required, kind, unit, allowed values, help, synonyms."""
    return [_explained(column) for column in table.inputs]


def _explained(column: Column) -> tuple[str, str, str, str, str, str, str]:
    return (
        column.title,
        "ja" if column.required else "nee",
        _ALLOWED_KINDS[column.kind],
        column.unit,
        ", ".join(column.allowed),
        column.help,
        ", ".join(column.synonyms),
    )


def _dress(sheet: Worksheet, widths: list[int]) -> None:
    """Bold, frozen header and readable widths."""
    for position, width in enumerate(widths, start=1):
        cell = sheet.cell(row=1, column=position)
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="E8EEF7")
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.column_dimensions[cell.column_letter].width = min(width, 70) + 3
    sheet.freeze_panes = "A2"
