"""Excel and OpenDocument sheets, read by calamine: nothing in them is ever run.

Formulas come as the value the spreadsheet program last stored. Before a workbook is opened its
size unpacked is known and its furthest cell is looked up: calamine keeps a whole sheet in memory,
and a sheet with one cell at the far end would be half a terabyte.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import IO, Any, Final

import python_calamine as calamine

from thor_metrics.errors import FileRefused
from thor_metrics.sources.archives import DAMAGE, check_zip
from thor_metrics.sources.base import Batch, Member
from thor_metrics.sources.header_row import HeaderRow, find_header
from thor_metrics.sources.raw import (
    END_ROWS,
    MAX_COLUMNS,
    TOP_ROWS,
    RawTable,
    footers,
    frame_batches,
    text_cell,
)

__all__ = ["open_sheets"]

#: 32 bytes each while a sheet is open: 480 MB.
_MAX_CELLS: Final = 15_000_000

_XLSX_CELL: Final = re.compile(rb"<(?:\w+:)?c\b[^>]*?\br\s*=\s*[\"']([A-Z]{1,3})(\d{1,7})")
_XLSX_ROW: Final = re.compile(rb"<(?:\w+:)?row\b[^>]*?\br\s*=\s*[\"'](\d{1,7})")
_ODS_TAG: Final = re.compile(
    rb"<(/?)table:(table-row|table-cell|covered-table-cell|table)(?![\w-])([^>]*)>"
)
_ODS_ROWS: Final = re.compile(rb'table:number-rows-repeated="(\d+)"')
_ODS_COLUMNS: Final = re.compile(rb'table:number-columns-repeated="(\d+)"')


def open_sheets(member: Member, known: frozenset[str], *, max_mb: int) -> list[RawTable]:
    """Open the sheets of a workbook that have headers.

    Parameters
    ----------
    member : Member
        XLSX, XLSM, XLS or ODS.
    known : frozenset of str
        Headers that any table knows.
    max_mb : int
        Megabytes the workbook may be, unpacked.

    Raises
    ------
    FileRefused
        Damaged, protected with a password, a spreadsheet bomb, or without rows.
    """
    with member.open() as stream:
        data = stream.read()
    if data[:2] == b"PK":
        _check_workbook(data, member.name, max_mb * 1_000_000)
    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        names = [
            sheet.name
            for sheet in book.sheets_metadata
            if sheet.typ == calamine.SheetTypeEnum.WorkSheet
            and sheet.visible == calamine.SheetVisibleEnum.Visible
        ]
        sheets = {name: book.get_sheet_by_name(name) for name in names}
        tables = [table for name, sheet in sheets.items() if (table := _table(sheet, name, known))]
    except calamine.PasswordError:
        raise _locked(member.name) from None
    except (calamine.CalamineError, calamine.XmlError, calamine.ZipError) as error:
        if "password" in str(error).lower() or "EncryptedPackage".encode("utf-16-le") in data:
            raise _locked(member.name) from None
        raise FileRefused(
            f"'{member.name}' is beschadigd en niet als spreadsheet te openen. Open het bestand in "
            "Excel, sla het opnieuw op en probeer het nog eens."
        ) from None
    without = sheets.keys() - {table.name for table in tables}
    passed = tuple(
        f"Werkblad '{name}' heeft geen rijen onder namen van kolommen en is overgeslagen."
        for name, sheet in sheets.items()
        if name in without and sheet.height
    )
    tables = [replace(table, warnings=(*table.warnings, *passed)) for table in tables]
    if not tables:
        raise FileRefused(
            f"'{member.name}' heeft geen werkblad met namen van kolommen en rijen eronder. Zet de "
            "namen op de eerste rij; zie de sjablonen bij Inlezen."
        )
    return tables


def _locked(name: str) -> FileRefused:
    return FileRefused(
        f"'{name}' is beveiligd met een wachtwoord. Sla het op zonder wachtwoord en probeer het "
        "opnieuw."
    )


def _table(sheet: calamine.CalamineSheet, name: str, known: frozenset[str]) -> RawTable | None:
    """Find headers and totals of one sheet; ``None`` when there are no rows under headers."""
    top = [_texts(row) for row in islice(sheet.iter_rows(), TOP_ROWS)]
    header = find_header(top, known)
    if header is None or len(header.names) > MAX_COLUMNS:
        return None
    last = deque(
        (row for row in islice(sheet.iter_rows(), header.last + 1, None) if any(map(_filled, row))),
        maxlen=END_ROWS,
    )
    if not last:
        return None
    count, warnings = footers([_texts(row) for row in last], len([n for n in header.names if n]))
    return RawTable(
        name=name,
        headers=tuple(" ".join(cell.split()) for cell in header.names),
        read=lambda wanted: _batches(sheet, header, count, wanted),
        dates=lambda positions: _dates(sheet, header, count, positions),
        total=max((sheet.start or (0, 0))[0] + sheet.height - header.last - 1, 1),
        warnings=tuple(warnings),
    )


def _texts(row: Sequence[Any]) -> list[str]:
    return [text_cell(cell) for cell in row]


def _filled(cell: Any) -> bool:
    return cell is not None and cell != "" and not (isinstance(cell, str) and cell.isspace())


def _rows(
    sheet: calamine.CalamineSheet, header: HeaderRow, footer: int
) -> Iterator[tuple[int, Sequence[Any]]]:
    """Rows with something in them, under their number in the sheet; the footers held back."""
    held: deque[tuple[int, Sequence[Any]]] = deque()
    below = islice(sheet.iter_rows(), header.last + 1, None)
    for number, row in enumerate(below, start=header.last + 2):
        if any(map(_filled, row)):
            held.append((number, row))
            if len(held) > footer:
                yield held.popleft()


def _batches(
    sheet: calamine.CalamineSheet, header: HeaderRow, footer: int, wanted: Mapping[int, str]
) -> Iterator[Batch]:
    return frame_batches(_rows(sheet, header, footer), wanted)


def _dates(
    sheet: calamine.CalamineSheet, header: HeaderRow, footer: int, positions: Sequence[int]
) -> Iterator[str]:
    """Distinct texts; cells that are dates already need no deciding."""
    seen: set[str] = set()
    for _, row in _rows(sheet, header, footer):
        for position in positions:
            cell = row[position]
            if isinstance(cell, str) and cell and cell not in seen:
                seen.add(cell)
                yield cell


# -- bombs -----------------------------------------------------------------------------------


def _check_workbook(data: bytes, name: str, limit: int) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = check_zip(archive, name, limit)
            # Sheets may have any name: every part is looked at.
            cells = max((_cells(archive, entry) for entry in entries), default=0)
    except FileRefused:
        raise
    except DAMAGE:
        raise FileRefused(
            f"'{name}' is beschadigd of niet helemaal overgekomen. Download of kopieer het bestand "
            "opnieuw."
        ) from None
    if any(entry.filename.endswith("workbook.bin") for entry in entries):
        raise FileRefused(f"'{name}' is een binaire Excel (xlsb). Sla het in Excel op als .xlsx.")
    if cells > _MAX_CELLS:
        raise FileRefused(
            f"'{name}' heeft een werkblad van {cells:,} cellen; {_MAX_CELLS:,} is het meeste. "
            "Verwijder lege rijen en kolommen met opmaak en sla het op als CSV.".replace(",", ".")
        )


def _cells(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> int:
    with archive.open(entry) as part:
        return _ods_size(part) if entry.filename == "content.xml" else _xlsx_size(part)


def _pieces(stream: IO[bytes], overlap: int = 4_096) -> Iterator[bytes]:
    """Read a long XML in pieces that overlap, so that no tag is cut in both."""
    before = b""
    while chunk := stream.read(1 << 20):
        yield before + chunk
        before = chunk[-overlap:]


def _xlsx_size(stream: IO[bytes]) -> int:
    """Rows times columns up to the furthest cell; a tag seen twice changes no maximum."""
    rows = columns = 0
    for piece in _pieces(stream):
        for letters, digits in set(_XLSX_CELL.findall(piece)):
            column = 0
            for letter in letters:
                column = column * 26 + letter - 64
            rows, columns = max(rows, int(digits)), max(columns, column)
        for digits in _XLSX_ROW.findall(piece):
            rows = max(rows, int(digits))
    return rows * max(columns, 1)


def _ods_size(stream: IO[bytes]) -> int:
    """Rows times columns of filled cells, repeats included, of the largest sheet.

    LibreOffice ends every sheet with a million repeated empty cells: those do not count.
    """
    size = rows = columns = 0
    filled_rows = filled_columns = width = repeat = 0
    filled = False
    for tag in _ods_tags(stream):
        closing, kind, attributes = tag
        if kind == b"table" and not closing:
            rows = filled_rows = filled_columns = 0
        elif kind == b"table-row":
            if not closing:
                width, filled = 0, False
                found = _ODS_ROWS.search(attributes)
                repeat = int(found[1]) if found else 1
            if closing or attributes.endswith(b"/"):
                rows += repeat
                filled_rows = rows if filled else filled_rows
        elif not closing:
            found = _ODS_COLUMNS.search(attributes)
            width += int(found[1]) if found else 1
            if b"office:" in attributes or not attributes.endswith(b"/"):
                filled, columns = True, width
                filled_columns = max(filled_columns, columns)
        size = max(size, filled_rows * filled_columns)
    return size


def _ods_tags(stream: IO[bytes]) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Tags in order, each once: what is left after the last tag waits for the next piece."""
    left = b""
    while chunk := stream.read(1 << 20):
        piece = left + chunk
        end = 0
        for found in _ODS_TAG.finditer(piece):
            yield found[1], found[2], found[3]
            end = found.end()
        # Text between tags is dropped, an unfinished tag is kept.
        start = piece.rfind(b"<", end)
        left = piece[start:] if start >= 0 and len(piece) - start < 1 << 16 else b""
