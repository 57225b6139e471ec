"""Rows that wait on disk until the whole file is read: a small Arrow file a month.

A month is written to the table as a whole, so memory holds one month at a time however large the
load is: writing a million rows through one stream took 480 MB more.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from thor_metrics.schema import FACTS, Table

__all__ = ["Staging"]

#: Place of a row in the file; travels with the row, and is not stored.
_ROW = "row"


class Staging:
    """Accepted rows of one load, by month.

    Parameters
    ----------
    folder : Path
        Empty, and ours alone.
    table : Table
    """

    def __init__(self, folder: Path, table: Table) -> None:
        self._folder = folder
        self._table = table
        self._open = ExitStack()
        self._writers: dict[str, pa.ipc.RecordBatchFileWriter] = {}
        self._keys: list[pa.Table] = []
        self._rows = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._open.close()

    def add(self, rows: pa.Table) -> None:
        """Put a batch of rows on disk and remember their keys."""
        places = pa.array(np.arange(self._rows, self._rows + rows.num_rows))
        self._rows += rows.num_rows
        self._keys.append(rows.select(self._key_columns))
        numbered = rows.append_column(_ROW, places)
        if self._table.name not in FACTS:
            self._writer("").write_table(numbered)
            return
        for month in pc.unique(rows["month"]).to_pylist():
            self._writer(month).write_table(numbered.filter(pc.equal(rows["month"], month)))

    def keys(self) -> pa.Table:
        """Key, age and fingerprint of every row, in the order of the file."""
        empty = self._table.arrow.empty_table().select(self._key_columns)
        return pa.concat_tables([empty, *self._keys])

    def months(self, keep: pa.BooleanArray) -> Iterator[tuple[str, pa.Table]]:
        """Give the kept rows month by month; ends the adding.

        Parameters
        ----------
        keep : pyarrow.BooleanArray
            One value a row, in the order of :meth:`keys`.
        """
        self._open.close()
        self._keys.clear()
        for month in sorted(self._writers):
            with pa.OSFile(str(self._file(month))) as source:
                rows = pa.ipc.open_file(source).read_all()
            kept = rows.filter(keep.take(rows[_ROW].combine_chunks())).drop_columns([_ROW])
            if kept.num_rows:
                yield month, kept

    @property
    def _key_columns(self) -> list[str]:
        wanted = ("source", "source_id", "updated_at", "row_hash")
        return [name for name in wanted if name in self._table.arrow.names]

    def _file(self, month: str) -> Path:
        return self._folder / f"{month or 'all'}.arrow"

    def _writer(self, month: str) -> pa.ipc.RecordBatchFileWriter:
        if month not in self._writers:
            sink = self._open.enter_context(pa.OSFile(str(self._file(month)), "wb"))
            self._writers[month] = self._open.enter_context(
                pa.ipc.new_file(
                    sink,
                    self._table.arrow.append(pa.field(_ROW, pa.int64())),
                    options=pa.ipc.IpcWriteOptions(compression="lz4"),
                )
            )
        return self._writers[month]
