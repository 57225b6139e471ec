"""CSV files of known systems: only the columns that are asked for are ever converted to values."""

from __future__ import annotations

import codecs
import csv
import itertools
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv as pa_csv

from thor_metrics.errors import FileRefused
from thor_metrics.privacy import personal_header
from thor_metrics.sources.base import BATCH_ROWS, Batch, Member

__all__ = ["Head", "batches", "head_of", "left_out", "plain_numbers", "read_all", "stem"]

#: What database exports write for nothing.
_NOTHING: Final = ["", "null", "NULL", "None", "\\N"]
_SEPARATORS: Final = ",;\t|"
_FIRST_BYTES: Final = 1 << 16
_BLOCK: Final = 4 << 20


@dataclass(frozen=True)
class Head:
    """The first row of a CSV file and how the file is written."""

    headers: tuple[str, ...]
    separator: str

    def has(self, *headers: str) -> bool:
        """Whether all these headers are there (case does not count)."""
        known = {header.casefold() for header in self.headers}
        return all(header.casefold() in known for header in headers)

    def columns(self, wanted: Mapping[str, str]) -> dict[str, str]:
        """Headers of this file -> wanted names, for the headers it has (case does not count)."""
        found: dict[str, str] = {}
        for header in self.headers:
            name = wanted.get(header.casefold())
            if name is not None and name not in found.values():
                found[header] = name
        return found


def stem(member: Member) -> str:
    """Name of a file in small letters without folders, time prefix and extension.

    Signalen writes ``2026/11/23/182305UTC_signals.csv``.
    """
    name = PurePosixPath(member.name.replace("\\", "/")).name.casefold()
    return re.sub(r"^\d{6}utc_", "", name).removesuffix(".csv")


def head_of(member: Member) -> Head | None:
    """Read the header of a CSV file; ``None`` when there is none (JSON, XML, binary, one word)."""
    if PurePosixPath(member.name).suffix.casefold() not in {".csv", ".txt", ".tsv", ""}:
        return None
    with member.open() as stream:
        start = stream.read(_FIRST_BYTES)
    if b"\0" in start or not start.strip() or start.lstrip()[:1] in b"{[<":
        return None
    # Headers are plain letters; which encoding the rest has is decided when it is read.
    text = start.decode("utf-8-sig", errors="replace")
    first = text.lstrip("\r\n").partition("\n")[0].rstrip("\r")
    separator = max(_SEPARATORS, key=first.count)
    if separator not in first:
        return None
    headers = next(csv.reader([first], delimiter=separator))
    return Head(tuple(header.strip() for header in headers), separator)


def left_out(headers: tuple[str, ...], used: Mapping[str, str]) -> tuple[list[str], dict[str, str]]:
    """Split the headers that are not used into ignored ones and personal ones with their kind."""
    kinds = {header: personal_header(header) for header in headers if header not in used}
    ignored = [header for header, kind in kinds.items() if kind is None]
    return ignored, {header: kind for header, kind in kinds.items() if kind is not None}


def batches(
    member: Member,
    head: Head,
    columns: Mapping[str, str],
    *,
    finish: Callable[[pd.DataFrame], pd.DataFrame] = lambda rows: rows,
) -> Iterator[Batch]:
    """Read a file in batches.

    Parameters
    ----------
    member : Member
    head : Head
    columns : mapping of str to str
        Header -> name; other columns are skipped by the reader.
    finish : callable
        Last touch to each batch, on the named columns.

    Raises
    ------
    FileRefused
        When the file is not a CSV after all.
    """
    broken: list[tuple[int, str]] = []
    last = 1
    for table in _tables(member, head, columns, broken):
        # Row numbers run on over the broken rows; the reader may be ahead and know later ones.
        ahead = np.arange(last + 1, last + 1 + table.num_rows + len(broken))
        numbers = np.setdiff1d(ahead, [row for row, _ in broken])[: table.num_rows]
        last = int(numbers[-1])
        passed = tuple(row for row in broken if row[0] < last)
        broken[:] = [row for row in broken if row[0] > last]
        rows = table.to_pandas().rename(columns=columns)[list(columns.values())]
        yield Batch(finish(rows), pd.Series(numbers, index=rows.index), passed)
    if broken:
        yield Batch(_empty(columns), pd.Series([], dtype="int64"), tuple(broken))


def read_all(
    member: Member, head: Head, columns: Mapping[str, str]
) -> tuple[pd.DataFrame, pd.Series, tuple[tuple[int, str], ...]]:
    """Read a file whole: rows, their row numbers, and the rows that could not be split."""
    parts = list(batches(member, head, columns))
    if not parts:
        return _empty(columns), pd.Series([], dtype="int64"), ()
    rows = pd.concat([part.rows for part in parts], ignore_index=True)
    numbers = pd.concat([part.row_numbers for part in parts], ignore_index=True)
    return rows, numbers, tuple(row for part in parts for row in part.broken)


def _empty(columns: Mapping[str, str]) -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series([], dtype="str") for name in columns.values()})


def _tables(
    member: Member, head: Head, columns: Mapping[str, str], broken: list[tuple[int, str]]
) -> Iterator[pa.Table]:
    """Stream Arrow tables of a batch; rows with too many or too few fields go aside."""
    waiting: list[pa.RecordBatch] = []
    rows = 0
    for part in _stream(member, head, columns, broken):
        while part.num_rows:
            some = part.slice(0, BATCH_ROWS - rows)
            part = part.slice(some.num_rows)  # noqa: PLW2901 - what is left of it
            waiting.append(some)
            rows += some.num_rows
            if rows == BATCH_ROWS:
                yield pa.Table.from_batches(waiting)
                waiting, rows = [], 0
    if waiting:
        yield pa.Table.from_batches(waiting)


def _stream(
    member: Member, head: Head, columns: Mapping[str, str], broken: list[tuple[int, str]]
) -> Iterator[pa.RecordBatch]:
    def skip(row: pa_csv.InvalidRow) -> str:
        broken.append(
            (
                row.number,
                f"Rij heeft {row.actual_columns} velden in plaats van {row.expected_columns}",
            )
        )
        return "skip"

    wanted = list(columns)
    with member.open() as stream:
        blanks = _blank_lines(stream)
    with member.open() as stream:
        try:
            yield from pa_csv.open_csv(
                stream,
                # One thread numbers the rows; the headers as they were recognised, stripped.
                pa_csv.ReadOptions(
                    use_threads=False,
                    block_size=_BLOCK,
                    encoding=_encoding(member),
                    column_names=_once(head.headers),
                    skip_rows=blanks + 1,
                ),
                pa_csv.ParseOptions(
                    delimiter=head.separator, newlines_in_values=True, invalid_row_handler=skip
                ),
                pa_csv.ConvertOptions(
                    include_columns=wanted,
                    column_types={header: pa.string() for header in wanted},
                    null_values=_NOTHING,
                    strings_can_be_null=True,
                ),
            )
        except pa.ArrowInvalid as error:
            raise FileRefused(
                f"{member.name} is geen leesbaar CSV-bestand ({str(error)[:150]}). Maak de export "
                "opnieuw, of sla het bestand op als CSV (UTF-8)."
            ) from None


def _blank_lines(stream: BinaryIO) -> int:
    """Count the empty lines before the header."""
    lines = itertools.takewhile(lambda line: not line.strip(b"\r\n\xef\xbb\xbf"), stream)
    return sum(1 for _ in lines)


def _encoding(member: Member) -> str:
    """UTF-8 when the whole file is; else what Windows makes of Dutch text."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with member.open() as stream:
        try:
            while chunk := stream.read(_BLOCK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8"


def _once(headers: tuple[str, ...]) -> list[str]:
    """Give a header that comes twice a name of its own: the first one is meant."""
    seen: Counter[str] = Counter()
    names = []
    for header in headers:
        seen[header] += 1
        names.append(header if seen[header] == 1 else f"{header}\0{seen[header]}")
    return names


def plain_numbers(values: pd.Series) -> pd.Series:
    """Numbers with a decimal point as numbers; as they stand when a spreadsheet was in between.

    A database writes ``5.686``, which as text could also be a Dutch 5686.
    """
    numbers = pd.to_numeric(values, errors="coerce")
    return values if (numbers.isna() & values.notna()).any() else numbers
