"""CSV of any make, as a stream: a million rows pass in constant memory.

The file is scanned once (encoding, separator, headers, last rows) and then parsed by Arrow, asked
for the columns that are wanted: cells of other columns, among them personal ones, are never made
into values.
"""

from __future__ import annotations

import bisect
import codecs
import io
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from thor_metrics.errors import FileRefused
from thor_metrics.sources.base import BATCH_ROWS, Batch, Member
from thor_metrics.sources.csv_scan import (
    CHUNK,
    as_wide_as_rows,
    decoded,
    last_rows,
    scan,
    sniff,
)
from thor_metrics.sources.header_row import find_header
from thor_metrics.sources.raw import MAX_COLUMNS, TEXT, RawTable, footers

__all__ = ["open_csv"]

#: What programs write for an empty cell.
_EMPTY: Final = ["", "NULL", "null", "(null)", "None", "NaN", "nan", "#N/A", "#N/B", "N/A"]
_SCAN_DATE: Final = r"^(\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4})(?:[ T].*)?$"


@dataclass(frozen=True)
class _Layout:
    """How a CSV is written."""

    encoding: str
    separator: str
    #: Lines up to and with the headers, as the parser counts; and rows, as a person does.
    skip_lines: int
    skip_rows: int
    width: int
    #: Rows at the end that are no data.
    footers: int


def open_csv(member: Member, known: frozenset[str]) -> RawTable:
    """Find encoding, separator, headers and total rows of a CSV.

    Parameters
    ----------
    member : Member
    known : frozenset of str
        Headers that any table knows (:func:`thor_metrics.sources.headers.known_headers`).

    Raises
    ------
    FileRefused
        No text, no rows, no headers, or too many columns.
    """
    head, tail, lines, encoding = scan(member)
    text = decoded(head, encoding)
    if not text.strip():
        raise FileRefused(f"'{member.name}' bevat geen tekst. Maak de export opnieuw.")
    separator, top, ends = sniff(text, known)
    header = find_header(top, known)
    if header is None:
        raise FileRefused(
            f"In '{member.name}' is geen rij met namen van kolommen gevonden. Zet die op de "
            "eerste rij; zie de sjablonen bij Inlezen."
        )
    names = as_wide_as_rows(header.names, top[header.last + 1 :])
    width = len(names)
    if width > MAX_COLUMNS:
        raise FileRefused(
            f"'{member.name}' heeft {width} kolommen; {MAX_COLUMNS} is het meeste. Maak een "
            "export met alleen de kolommen die nodig zijn."
        )
    whole = len(head) == len(tail)
    ending = last_rows(tail, encoding, separator, whole=whole)
    if whole:  # the headers are in it too: only what is below them counts
        ending = ending[sum(any(map(str.strip, row)) for row in top[: header.last + 1]) :]
    if not ending:
        raise FileRefused(
            f"'{member.name}' heeft alleen namen van kolommen en geen rijen. Controleer de "
            "periode van de export."
        )
    count, warnings = footers(ending, width)
    layout = _Layout(
        encoding=encoding,
        separator=separator,
        skip_lines=ends[header.last],
        skip_rows=header.last + 1,
        width=width,
        footers=count,
    )
    return RawTable(
        name=member.name,
        headers=tuple(name.strip() for name in names),
        read=lambda wanted: _batches(member, layout, wanted),
        dates=lambda positions: _dates(member, layout, positions),
        total=max(lines - layout.skip_lines - count, 1),
        warnings=tuple(warnings),
    )


class _AsUtf8(io.RawIOBase):
    """The file as UTF-8, chunk by chunk."""

    def __init__(self, stream: BinaryIO, encoding: str) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")
        self._ready = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._ready:
            chunk = self._stream.read(CHUNK)
            self._ready = memoryview(self._decoder.decode(chunk, final=not chunk).encode())
            if not chunk:
                break
        size = min(len(buffer), len(self._ready))
        buffer[:size] = self._ready[:size]
        self._ready = self._ready[size:]
        return size

    def close(self) -> None:
        self._stream.close()
        super().close()


class _RowCount:
    """Numbers of rows that were cut badly, so that the good ones can be numbered."""

    def __init__(self, layout: _Layout) -> None:
        self.bad: list[int] = []
        self.broken: deque[tuple[int, str]] = deque()
        self._layout = layout
        #: The parser counts lines above the data, a person rows.
        self.shift = layout.skip_rows - layout.skip_lines
        self.next = layout.skip_rows + 1

    def __call__(self, row: Any) -> str:
        number = row.number + self.shift
        self.bad.append(number)
        if row.text.strip(self._layout.separator + ' \t"'):
            self.broken.append(
                (
                    number,
                    f"Rij heeft {row.actual_columns} kolommen in plaats van {row.expected_columns}",
                )
            )
        return "skip"

    def take(self, rows: int) -> np.ndarray:
        """Numbers of the next so many good rows."""
        start = bisect.bisect_left(self.bad, self.next)
        inside = 0
        while True:
            end = self.next + rows + inside
            among = bisect.bisect_left(self.bad, end) - start
            if among == inside:
                break
            inside = among
        skipped = np.array(self.bad[start : start + inside], int)
        numbers = np.delete(np.arange(self.next, end), skipped - self.next)
        self.next = end
        return numbers

    def broken_before(self, number: int | None) -> tuple[tuple[int, str], ...]:
        """Badly cut rows above a row number, taken out."""
        found = []
        while self.broken and (number is None or self.broken[0][0] < number):
            found.append(self.broken.popleft())
        return tuple(found)


def _reader(
    member: Member, layout: _Layout, positions: Sequence[int], count: _RowCount | None
) -> tuple[BinaryIO, pa_csv.CSVStreamingReader]:
    stream = member.open()
    if layout.encoding != "utf-8":
        stream = io.BufferedReader(_AsUtf8(stream, layout.encoding), CHUNK)
    names = [f"{position}" for position in range(layout.width)]
    wanted = [names[position] for position in positions]
    try:
        reader = pa_csv.open_csv(
            pa.PythonFile(stream, mode="r"),
            # The parser is as fast on one thread here, and only then knows row numbers.
            read_options=pa_csv.ReadOptions(
                use_threads=False,
                block_size=CHUNK,
                column_names=names,
                skip_rows=layout.skip_lines,
            ),
            parse_options=pa_csv.ParseOptions(
                delimiter=layout.separator,
                newlines_in_values=True,
                ignore_empty_lines=False,
                invalid_row_handler=count or (lambda _: "skip"),
            ),
            convert_options=pa_csv.ConvertOptions(
                check_utf8=False,  # the scan did, or the transcoder made it
                column_types=dict.fromkeys(wanted, pa.large_string()),
                include_columns=wanted,
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
                null_values=_EMPTY,
            ),
        )
    except pa.ArrowInvalid as error:
        stream.close()
        raise _unbalanced(member.name, error) from None
    return stream, reader


def _blocks(
    member: Member, layout: _Layout, positions: Sequence[int], count: _RowCount | None = None
) -> Iterator[pa.RecordBatch]:
    stream, reader = _reader(member, layout, positions, count)
    with stream:
        try:
            yield from reader
        except pa.ArrowInvalid as error:
            raise _unbalanced(member.name, error) from None


def _unbalanced(name: str, error: pa.ArrowInvalid) -> FileRefused:
    if "straddl" in str(error):
        return FileRefused(
            f"In '{name}' staat een aanhalingsteken (\") dat niet wordt gesloten, waardoor rijen "
            "in elkaar lopen. Maak de export opnieuw of sla het bestand op als Excel."
        )
    if "Empty CSV" in str(error):
        return FileRefused(f"'{name}' heeft alleen namen van kolommen en geen rijen.")
    return FileRefused(f"'{name}' is niet als CSV te lezen. Maak de export opnieuw.")


def _batches(member: Member, layout: _Layout, wanted: Mapping[int, str]) -> Iterator[Batch]:
    """Give the rows in batches; totals and notes at the end are held back and dropped."""
    count = _RowCount(layout)
    names = list(wanted.values())
    waiting: list[pa.Table] = []
    numbers: list[np.ndarray] = []
    held = 0
    for block in _blocks(member, layout, list(wanted), count):
        filled, taken = _without_blank(block, count.take(block.num_rows))
        waiting.append(pa.Table.from_batches([filled]))
        numbers.append(taken)
        held += filled.num_rows
        while held >= BATCH_ROWS + layout.footers:
            table, all_numbers = pa.concat_tables(waiting), np.concatenate(numbers)
            now, later = all_numbers[:BATCH_ROWS], all_numbers[BATCH_ROWS:]
            broken = count.broken_before(int(later[0])) if len(later) else ()
            yield _batch(table.slice(0, BATCH_ROWS), now, names, broken)
            waiting, numbers = [table.slice(BATCH_ROWS)], [later]
            held -= BATCH_ROWS
    table = pa.concat_tables(waiting) if waiting else None
    all_numbers = np.concatenate(numbers) if numbers else np.array([], int)
    broken = count.broken_before(None)
    last = np.sort(np.concatenate([all_numbers, [number for number, _ in broken]]))
    if layout.footers and len(last):
        until = last[max(len(last) - layout.footers, 0)]
        all_numbers = all_numbers[all_numbers < until]
        broken = tuple(item for item in broken if item[0] < until)
    if table is not None and (len(all_numbers) or broken):
        yield _batch(table.slice(0, len(all_numbers)), all_numbers, names, broken)


def _without_blank(block: pa.RecordBatch, numbers: np.ndarray) -> tuple[pa.RecordBatch, np.ndarray]:
    """Leave out rows in which every wanted cell is empty."""
    if any(column.null_count == 0 for column in block.columns):
        return block, numbers
    filled = np.zeros(block.num_rows, bool)
    for column in block.columns:
        filled |= column.is_valid().to_numpy(zero_copy_only=False)
    if filled.all():
        return block, numbers
    return block.filter(pa.array(filled)), numbers[filled]


def _batch(
    table: pa.Table, numbers: np.ndarray, names: list[str], broken: tuple[tuple[int, str], ...]
) -> Batch:
    # No copy: the text stays where Arrow parsed it.
    frame = table.rename_columns(names).to_pandas(types_mapper=lambda _: TEXT)
    return Batch(frame, pd.Series(numbers), broken)


def _dates(member: Member, layout: _Layout, positions: Sequence[int]) -> Iterator[str]:
    """Distinct dates of the time columns; the time of day is cut off where it says nothing."""
    seen: set[str] = set()
    for block in _blocks(member, layout, positions) if positions else ():
        for column in block.columns:
            # Ten signs hold every numeric date: most of the work is done on a few hundred.
            short = pc.unique(pc.utf8_slice_codeunits(column, 0, 10)).drop_null()
            if pc.all(pc.match_substring_regex(short, _SCAN_DATE)).as_py() is not False:
                found = pc.replace_substring_regex(short, _SCAN_DATE, r"\1")
            else:
                found = pc.unique(column).drop_null()
            for text in found.to_pylist():
                if text not in seen:
                    seen.add(text)
                    yield text
