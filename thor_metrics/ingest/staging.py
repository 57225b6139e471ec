"""Rows that wait on disk until the whole file is read: a small Arrow file a month.

A month is written to the table as a whole, so memory holds one month at a time however large the
load is: writing a million rows through one stream took 480 MB more.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from itertools import zip_longest
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from thor_metrics.schema import FACTS, Table
from thor_metrics.store import keys_of

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
        # Sorting and squeezing need no interpreter: they run beside the reading of the next batch.
        self._beside = ThreadPoolExecutor(max_workers=1)
        self._busy: Future[None] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._beside.shutdown()
        self._open.close()

    def add(self, rows: pa.Table) -> None:
        """Put a batch of rows on disk, in the background, and remember their keys."""
        self._wait()
        self._busy = self._beside.submit(self._add, rows)

    def _wait(self) -> None:
        """Wait for the background; what went wrong there is raised here."""
        if self._busy is not None:
            self._busy.result()

    def _add(self, rows: pa.Table) -> None:
        places = pa.array(np.arange(self._rows, self._rows + rows.num_rows))
        self._rows += rows.num_rows
        self._keys.append(keys_of(rows))
        numbered = rows.append_column(_ROW, places)
        if self._table.name not in FACTS:
            self._writer("").write_table(numbered)
            return
        # One sort and slices of it; a filter per month costs three times as much.
        by_month = numbered.take(pc.sort_indices(rows["month"]))
        start = 0
        for run in pc.value_counts(by_month["month"]).to_pylist():
            part = by_month.slice(start, run["counts"])
            self._writer(run["values"]).write_table(part)
            start += run["counts"]

    def keys(self) -> pa.Table:
        """Key, age and fingerprint of every row, in the order of the file."""
        self._wait()
        return pa.concat_tables([keys_of(self._table.arrow.empty_table()), *self._keys])

    def months(self, keep: pa.BooleanArray) -> Iterator[tuple[str, pa.Table]]:
        """Give the kept rows month by month; ends the adding.

        Parameters
        ----------
        keep : pyarrow.BooleanArray
            One value a row, in the order of :meth:`keys`.
        """
        self._wait()
        self._open.close()
        self._keys.clear()
        ahead = [
            self._beside.submit(self._read, month, keep) for month in sorted(self._writers)[:1]
        ]
        for month, following in zip_longest(sorted(self._writers), sorted(self._writers)[1:]):
            kept = ahead.pop().result()
            if following is not None:  # read the next month while this one is being written
                ahead.append(self._beside.submit(self._read, following, keep))
            if kept.num_rows:
                yield month, kept

    def _read(self, month: str, keep: pa.BooleanArray) -> pa.Table:
        with pa.OSFile(str(self._file(month))) as source:
            rows = pa.ipc.open_file(source).read_all()
        return rows.filter(keep.take(rows[_ROW].combine_chunks())).drop_columns([_ROW])

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
