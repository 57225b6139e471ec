"""Formats that know their columns: Parquet and JSON with one object a row."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from thor_metrics.errors import FileRefused
from thor_metrics.sources.base import BATCH_ROWS, Batch, Member
from thor_metrics.sources.raw import EXACT, MAX_COLUMNS, TEXT, RawTable, frame_batches

__all__ = ["open_json", "open_parquet"]

#: A Parquet file of a few kB can hold a billion equal rows.
_MAX_ROWS: Final = 20_000_000
_BROKEN: Final = (pa.ArrowException, OSError, ValueError)


def open_parquet(member: Member) -> RawTable:
    """Open a Parquet file; only wanted columns are ever read.

    Raises
    ------
    FileRefused
        Damaged, empty, or with more rows than a city has.
    """
    with member.open() as stream:
        data = pa.py_buffer(stream.read())
    try:
        file = pq.ParquetFile(pa.BufferReader(data))
        names = file.schema_arrow.names
    except _BROKEN:
        raise _damaged(member.name) from None
    rows = file.metadata.num_rows
    if not rows:
        raise FileRefused(f"'{member.name}' heeft kolommen maar geen rijen. Vernieuw de export.")
    if rows > _MAX_ROWS or len(file.schema_arrow) > MAX_COLUMNS:
        raise FileRefused(
            f"'{member.name}' heeft {rows} rijen en {len(file.schema_arrow)} kolommen; {_MAX_ROWS} "
            f"rijen en {MAX_COLUMNS} kolommen is het meeste. Splits het bestand per jaar."
        )
    return RawTable(
        name=member.name,
        headers=tuple(names),
        read=lambda wanted: _parquet_batches(data, member.name, wanted),
        dates=lambda positions: _parquet_dates(data, member.name, [names[p] for p in positions]),
        total=rows,
    )


def _parquet_blocks(data: pa.Buffer, name: str, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
    try:
        file = pq.ParquetFile(pa.BufferReader(data))
        for block in file.iter_batches(batch_size=BATCH_ROWS, columns=list(columns)):
            block.validate(full=True)
            yield block
    except _BROKEN:
        raise _damaged(name) from None


def _damaged(name: str) -> FileRefused:
    return FileRefused(
        f"'{name}' is beschadigd en niet als Parquet te lezen. Maak het bestand opnieuw."
    )


def _parquet_batches(data: pa.Buffer, name: str, wanted: Mapping[int, str]) -> Iterator[Batch]:
    names = pq.read_schema(pa.BufferReader(data)).names
    first = 1
    for block in _parquet_blocks(data, name, [names[position] for position in wanted]):
        columns = {
            column: _typed(block.column(names[position])) for position, column in wanted.items()
        }
        numbers = pd.Series(range(first, first + block.num_rows), dtype="int64")
        first += block.num_rows
        yield Batch(pd.DataFrame(columns), numbers)


def _typed(column: pa.Array) -> pd.Series:
    """Turn an Arrow column into what ingest understands: numbers, booleans, moments or text."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        column, kind = column.dictionary_decode(), kind.value_type
    if pa.types.is_boolean(kind):
        return pd.Series(column.to_pandas(), dtype="boolean")
    if pa.types.is_integer(kind) and not _beyond_float(column):
        return pc.cast(column, pa.float64()).to_pandas()
    if pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return pc.cast(column, pa.float64(), safe=False).to_pandas()
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        zone = "UTC" if pa.types.is_timestamp(kind) and kind.tz else None
        return pc.cast(column, pa.timestamp("us", tz=zone), safe=False).to_pandas()
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        # Geometry as well-known binary; the text form of that is hexadecimal.
        return pd.Series(
            [value.hex() if value is not None else None for value in column.to_pylist()], dtype=TEXT
        )
    if pa.types.is_nested(kind):
        return pd.Series(
            [None if v is None else json.dumps(v, default=str) for v in column.to_pylist()],
            dtype=TEXT,
        )
    return pc.cast(column, pa.large_string()).to_pandas(types_mapper=lambda _: TEXT)


def _beyond_float(column: pa.Array) -> bool:
    """Tell whether whole numbers are so long that a float would change their last digits."""
    ends = pc.min_max(column)
    return any(abs(end.as_py() or 0) > EXACT for end in ends.values())


def _parquet_dates(data: pa.Buffer, name: str, columns: Sequence[str]) -> Iterator[str]:
    seen: set[str] = set()
    for block in _parquet_blocks(data, name, columns) if columns else ():
        for column in block.columns:
            if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
                new = set(pc.unique(column).drop_null().to_pylist()) - seen
                seen |= new
                yield from new


def open_json(member: Member) -> RawTable:
    """Open a JSON array of objects: a key is a column, an object is a row.

    Raises
    ------
    FileRefused
        No JSON, cut off, or not a list of objects.
    """
    with member.open() as stream:
        text = stream.read()
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise FileRefused(
            f"'{member.name}' is geen geldige JSON of is niet helemaal overgekomen. Download het "
            "bestand opnieuw."
        ) from None
    if isinstance(found, dict):
        # Many services put the rows under one key beside paging.
        lists = [value for value in found.values() if isinstance(value, list)]
        found = lists[0] if len(lists) == 1 else found
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        raise FileRefused(
            f"'{member.name}' is JSON, maar geen lijst van objecten met een rij per object. Kies "
            "een export als CSV, of de bron waar dit bestand uit komt."
        )
    if not found:
        raise FileRefused(f"'{member.name}' is een lege lijst. Maak de export opnieuw.")
    nested = {key for row in found for key, value in row.items() if _is_nested(value)}
    names = [key for key in dict.fromkeys(key for row in found for key in row) if key not in nested]
    if len(names) > MAX_COLUMNS:
        raise FileRefused(f"'{member.name}' heeft {len(names)} kolommen; {MAX_COLUMNS} mag.")
    return RawTable(
        name=member.name,
        headers=tuple(names),
        read=lambda wanted: frame_batches(_json_rows(found, names, wanted), wanted),
        dates=lambda positions: _json_dates(found, [names[p] for p in positions]),
        total=len(found),
    )


def _is_nested(value: Any) -> bool:
    """Tell objects in objects from a geometry: they may hold anything, persons too."""
    return isinstance(value, list) or (isinstance(value, dict) and "coordinates" not in value)


def _json_rows(
    found: list[dict[str, Any]], names: list[str], wanted: Mapping[int, str]
) -> Iterator[tuple[int, list[Any]]]:
    kept = {names[position]: position for position in wanted}
    for number, record in enumerate(found, start=1):
        row: list[Any] = [None] * len(names)
        for name, position in kept.items():
            value = record.get(name)
            row[position] = json.dumps(value) if isinstance(value, dict) else value
        yield number, row


def _json_dates(found: list[dict[str, Any]], names: Sequence[str]) -> Iterator[str]:
    values = (record.get(name) for record in found for name in names)
    yield from dict.fromkeys(value for value in values if isinstance(value, str) and value)
