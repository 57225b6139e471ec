"""Delta Lake tables: one version a load, readers never see half of one, every load can be undone.

The folder holds one Delta table per table of the schema and one ``quarantine`` with the rows
that were refused. Writers wait for each other; readers wait for nobody.
"""

from __future__ import annotations

import datetime as dt
import json
import shutil
import time
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import deltalake
import filelock
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from deltalake.transaction import AddAction, RemoveAction

from thor_metrics.errors import StoreError
from thor_metrics.schema import FACTS, TABLES, table_named
from thor_metrics.store.keys import KEY, Upsert, ages, compared
from thor_metrics.store.notes import LoadNote, commit, history_row
from thor_metrics.store.quarantine import QUARANTINE, after_load

__all__ = ["SAMPLE", "Store"]

#: Source names of made-up data start with this; such rows never stand beside real ones.
SAMPLE = "voorbeeld"

#: The undo of a load needs old versions, so they are kept for ten years instead of thirty days.
_KEEP = {"delta.logRetentionDuration": "interval 3650 days"}

#: Columns in which a dictionary saves space; trying one on every column doubles the time.
FEW_VALUES = frozenset(
    (
        "source", "system_version", "main_category", "sub_category", "status", "channel",
        "area_given", "buurt", "gebied", "place_basis", "theme_given", "theme", "rubriek",
        "status_source", "time_basis", "kind", "planned", "partner", "team", "result",
        "object_name", "shift", "reason", "occasion", "nature", "question", "date", "hour",
        "weekday", "iso_year", "iso_week", "cell_x", "cell_y",
    )
)  # fmt: skip


class Store:
    """The tables in one folder.

    Parameters
    ----------
    folder : Path
        Made when it is not there.
    wait_s : float
        How long a writer waits for another one before it gives up.
    """

    def __init__(self, folder: Path, *, wait_s: float = 300.0) -> None:
        self.folder = folder
        self._wait_s = wait_s

    # --- reading ---------------------------------------------------------------------------

    def versions(self) -> dict[str, int]:
        """Version of every table that exists: together the key of everything cached."""
        return {name: delta.version() for name, delta in self._existing()}

    def files(self, table: str, *, version: int | None = None) -> list[str]:
        """Parquet files of one version (default: the newest); the files never change."""
        delta = self._open(table, version)
        return [] if delta is None else delta.file_uris()

    def rows(
        self,
        table: str,
        *,
        columns: list[str] | None = None,
        where: pc.Expression | None = None,
    ) -> pa.Table:
        """Return a table, or some of its columns and rows, as Arrow."""
        delta = self._open(table)
        if delta is None:
            empty = _schema(table).empty_table()
            return empty.select(columns) if columns else empty
        # The schema's order, and plain strings whatever the file's dictionaries were.
        names = columns or _schema(table).names
        there = delta.to_pyarrow_dataset()
        held = [name for name in names if name in there.schema.names]
        return _widened(there.to_table(columns=held, filter=where), _schema(table), names)

    def count(self, table: str) -> int:
        """Return the number of rows."""
        delta = self._open(table)
        return 0 if delta is None else delta.count()

    def quarantine(self, table: str | None = None) -> pd.DataFrame:
        """Refused rows that have not been corrected yet, newest load first."""
        rows = self.rows("quarantine").to_pandas()
        if table is not None:
            rows = rows[rows["table"] == table_named(table).name]
        return rows.sort_values(["at", "row_number"], ascending=[False, True], ignore_index=True)

    def loads(self, table: str) -> pd.DataFrame:
        """History of a table, newest first: one row a version.

        Returns
        -------
        DataFrame
            ``version, at, action`` ("load", "undo", "refresh", "create") and the fields of
            :class:`LoadNote`.
        """
        columns = ["version", "at", "action", *(item for item in LoadNote.__dataclass_fields__)]
        delta = self._open(table)
        if delta is None:
            return pd.DataFrame(columns=columns)
        return pd.DataFrame([history_row(entry) for entry in delta.history()], columns=columns)

    def sources(self) -> set[str]:
        """Names of the source systems that have rows in the fact tables."""
        found: set[str] = set()
        for name in FACTS:
            found.update(pc.unique(self.rows(name, columns=["source"])["source"]).to_pylist())
        return found

    def is_sample(self) -> bool:
        """Tell whether the facts are the made-up sample city's (False for an empty store)."""
        sources = self.sources()
        return bool(sources) and all(name.startswith(SAMPLE) for name in sources)

    def newest(self, table: str, source: str) -> dt.datetime | None:
        """Latest ``updated_at`` of a source's rows: where an incremental fetch starts."""
        delta = self._open(table)
        if delta is None:
            return None
        wanted = pc.field("source") == source
        rows = delta.to_pyarrow_dataset().to_table(columns=["updated_at"], filter=wanted)
        return pc.max(rows["updated_at"]).as_py()

    # --- writing ---------------------------------------------------------------------------

    @contextmanager
    def writing(self) -> Iterator[Path]:
        """Hold the one writer's place; gives an empty folder for work in progress.

        The lock is the operating system's: a killed process lets go of it at once.

        Raises
        ------
        StoreError
            When another load holds it for longer than ``wait_s``.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        lock = filelock.FileLock(self.folder / "writer.lock", timeout=self._wait_s)
        try:
            lock.acquire()
        except filelock.Timeout:
            raise StoreError(
                "Er wordt op dit moment al een bestand geladen. Wacht tot dat klaar is en "
                "probeer het dan opnieuw."
            ) from None
        try:
            work = self.folder / "in_progress"
            shutil.rmtree(work, ignore_errors=True)
            work.mkdir()
            yield work
        finally:
            shutil.rmtree(self.folder / "in_progress", ignore_errors=True)
            lock.release()

    def compare(self, table: str, keys: pa.Table) -> Upsert:
        """Compare staged rows with the rows of the same sources: see :func:`compared`."""
        return compared(keys, self._keys_there(table, pc.unique(keys["source"]).to_pylist()))

    def write(
        self, table: str, months: Iterable[tuple[str, pa.Table]], *, merge: bool, note: LoadNote
    ) -> int:
        """Add rows in one version; with ``merge`` rows of the same key are replaced.

        Parameters
        ----------
        months : iterable of (str, pyarrow.Table)
            Rows per month ("" for a table without time), taken one at a time.

        Returns
        -------
        int
            The new version.
        """
        delta = self._open_or_create(table)
        if not merge:
            self._append(delta, table, months, note)
        else:
            schema = TABLES[table].arrow
            batches = (batch for _, rows in months for batch in rows.to_batches())
            (
                delta.merge(
                    pa.RecordBatchReader.from_batches(schema, batches),
                    " and ".join(f"old.{name} = new.{name}" for name in KEY),
                    source_alias="new",
                    target_alias="old",
                    commit_properties=commit("load", note),
                )
                .when_matched_update_all()
                .when_not_matched_insert_all()
                .execute()
            )
        return self._version(table)

    def _append(
        self,
        delta: deltalake.DeltaTable,
        table: str,
        months: Iterable[tuple[str, pa.Table]],
        note: LoadNote,
    ) -> None:
        """Write a Parquet file a month and make them visible in one commit.

        The library's own writer keeps every month of the load in memory; this keeps one.
        """
        actions: list[AddAction | RemoveAction] = []
        for month, rows in months:
            partition = {"month": month} if table in FACTS else {}
            name = f"{uuid.uuid4().hex}.snappy.parquet"
            path = f"month={month}/{name}" if partition else name
            file = self._path(table) / path
            file.parent.mkdir(parents=True, exist_ok=True)
            pq.write_table(
                rows.drop_columns(list(partition)),
                file,
                compression="snappy",
                use_dictionary=[name for name in rows.column_names if name in FEW_VALUES],
            )
            actions.append(
                AddAction(
                    path=path,
                    size=file.stat().st_size,
                    partition_values=partition,
                    modification_time=int(time.time() * 1000),
                    data_change=True,
                    stats=json.dumps({"numRecords": rows.num_rows}),
                )
            )
        delta.create_write_transaction(
            actions,
            mode="append",
            schema=TABLES[table].arrow,
            partition_by=["month"] if table in FACTS else None,
            commit_properties=commit("load", note),
        )

    def rewrite(self, table: str, rows: pa.Table, *, note: LoadNote) -> int:
        """Replace a whole table in one version (areas changed, a mapping changed)."""
        deltalake.write_deltalake(
            self._open_or_create(table),
            rows,
            mode="overwrite",
            commit_properties=commit("refresh", note),
        )
        return self._version(table)

    def set_quarantine(
        self, table: str, source: str, rows: pa.Table, *, accepted: pa.Table, note: LoadNote
    ) -> None:
        """Bring the refused rows up to date after a load: see :func:`after_load`."""
        before = self.rows("quarantine").to_pandas()
        after = after_load(before, table, source, rows.to_pandas(), accepted)
        if after is None:
            return
        deltalake.write_deltalake(
            self._open_or_create("quarantine"),
            pa.Table.from_pandas(after, schema=QUARANTINE, preserve_index=False),
            mode="overwrite",
            commit_properties=commit("load", note),
        )

    def restore(self, table: str, version: int) -> int:
        """Bring a table back to an earlier version, as a new version.

        Later loads of that table are undone with it, and what they refused leaves quarantine.

        Raises
        ------
        StoreError
            When the table or the version does not exist.
        """
        name = table_named(table).name
        delta = self._open(name)
        newest = -1 if delta is None else delta.version()
        if delta is None or not 0 <= version <= newest:
            raise StoreError(
                f"Versie {version} van '{name}' bestaat niet. Kies een versie van 0 tot en met "
                f"{newest}; versie 0 is de lege tabel."
                if newest >= 0
                else f"De tabel '{name}' is nog leeg; er is niets om terug te zetten."
            )
        if version == newest:
            return newest
        with self.writing():
            history = self.loads(name)
            undone = set(history.loc[history["version"] > version, "load"])
            note = LoadNote(load=f"undo-{name}-{version}", file="", source="")
            delta.restore(version, commit_properties=commit("undo", note))
            refused = self.rows("quarantine")
            if refused.num_rows:
                keep = pc.invert(pc.is_in(refused["load"], pa.array(sorted(undone), pa.string())))
                if not pc.all(keep).as_py():
                    deltalake.write_deltalake(
                        self._open_or_create("quarantine"),
                        refused.filter(keep),
                        mode="overwrite",
                        commit_properties=commit("undo", note),
                    )
        return self._version(name)

    # --- inside ----------------------------------------------------------------------------

    def _path(self, table: str) -> Path:
        return self.folder / "tables" / table

    def _existing(self) -> Iterator[tuple[str, deltalake.DeltaTable]]:
        for name in (*TABLES, "quarantine"):
            delta = self._open(name)
            if delta is not None:
                yield name, delta

    def _open(self, table: str, version: int | None = None) -> deltalake.DeltaTable | None:
        path = self._path(table)
        if not (path / "_delta_log").is_dir():
            return None
        try:
            return deltalake.DeltaTable(path, version=version)
        except deltalake.exceptions.TableNotFoundError:
            return None

    def _open_or_create(self, table: str) -> deltalake.DeltaTable:
        delta = self._open(table)
        if delta is not None:
            return _evolved(delta, _schema(table))
        self._path(table).mkdir(parents=True, exist_ok=True)
        note = LoadNote(load="", file="", source="")
        return deltalake.DeltaTable.create(
            self._path(table),
            _schema(table),
            partition_by=["month"] if table in FACTS else None,
            configuration=_KEEP,
            commit_properties=commit("create", note),
        )

    def _version(self, table: str) -> int:
        delta = self._open(table)
        return -1 if delta is None else delta.version()

    def _keys_there(self, table: str, sources: list[str]) -> pa.Table:
        columns = [
            name for name in (*KEY, "updated_at", "row_hash") if name in _schema(table).names
        ]
        delta = self._open(table)
        if delta is None:
            rows = _schema(table).empty_table().select(columns)
        else:
            wanted = pc.field("source").isin(pa.array(sources, pa.string()))
            rows = delta.to_pyarrow_dataset().to_table(columns=columns, filter=wanted)
        return rows if "updated_at" in columns else rows.append_column("updated_at", ages(rows))


def _evolved(delta: deltalake.DeltaTable, schema: pa.Schema) -> deltalake.DeltaTable:
    """Give a table of an earlier edition of the program the columns that came since."""
    there = {field.name for field in delta.schema().fields}
    added = [field for field in schema if field.name not in there]
    if added:
        delta.alter.add_columns(deltalake.Schema.from_arrow(pa.schema(added)).fields)
    return delta


def _widened(rows: pa.Table, schema: pa.Schema, names: list[str]) -> pa.Table:
    """Put columns that an earlier edition did not have in their place, empty."""
    for place, name in enumerate(names):
        if name not in rows.column_names:
            field = schema.field(name)
            rows = rows.add_column(place, field, pa.nulls(rows.num_rows, field.type))
    return rows


def _schema(table: str) -> pa.Schema:
    return QUARANTINE if table == "quarantine" else TABLES[table].arrow
