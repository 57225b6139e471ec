"""Write the tables' current version into PostgreSQL: everybody sees the old one, then the new.

People and programs read views (``incidents``, ``controls``, ...). A publication fills new tables,
makes their indexes, and only then points the views at them, all in one transaction: who reads
meanwhile reads the old version to the end, and when it stops half-way nothing has happened. A view
that is pointed elsewhere keeps the rights that were given on it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa
import pyarrow.csv
import pyarrow.dataset
import sqlalchemy as sa
from sqlalchemy.schema import CreateIndex, CreateTable, CreateView, DropTable, DropView

from thor_metrics.engine.backend import hidden, kind_of
from thor_metrics.engine.postgres import connected, published_tables, same_words
from thor_metrics.engine.tables import Files, loaded, sql_type
from thor_metrics.errors import SettingsError, StoreError
from thor_metrics.schema import FACTS, TABLES, Table

__all__ = ["Published", "publish"]

#: One publication at a time in a database: the number of the lock means nothing.
_LOCK: Final = 7_415_321

#: Rows on their way at once; more is no faster.
_BATCH: Final = 50_000

#: PostgreSQL would sort text by the rules of a country; the other engines sort by code point.
_TEXT: Final = sa.Text(collation="C")

_INDEXES: Final = (("date",), ("gebied", "buurt"))

Progress = Callable[[float, str], None]


@dataclass(frozen=True)
class Published:
    """What became of one table: its version, its rows, and whether it had to be written."""

    table: str
    version: int
    rows: int
    written: bool


def publish(
    url: str,
    content: Mapping[str, Files],
    versions: Mapping[str, int],
    *,
    progress: Progress = lambda _share, _words: None,
) -> list[Published]:
    """Bring the tables in a database up to date; a table that is the same is left alone.

    Parameters
    ----------
    url : str
        ``postgresql+psycopg://user@server/database``; the user may create tables there.
    content : mapping of table name to Files
        The Parquet files of one version of every table; a table left out is empty.
    versions : mapping of table name to int
    progress : callable
        Told the share that is done and a few Dutch words.

    Returns
    -------
    list of Published
        One a table of the schema.

    Raises
    ------
    StoreError
        When the database does not answer or refuses, or a file cannot be read. Nothing has
        changed then.
    SettingsError
        When the URL is not PostgreSQL's.
    """
    if kind_of(url) != "postgresql":
        raise SettingsError(
            f"Publiceren kan alleen naar PostgreSQL. Gevonden: '{hidden(url)}'. Schrijf "
            "postgresql+psycopg://gebruiker@server:5432/database."
        )
    pool = connected(url, poolclass=sa.pool.NullPool)
    with same_words(pool), pool.begin() as connection:
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
        published_tables.metadata.create_all(connection)
        there = {row.table_name: row for row in connection.execute(sa.select(published_tables))}
        results = []
        for number, table in enumerate(TABLES.values()):
            files = content.get(table.name, Files(()))
            name = _stored_as(table, files)
            version = versions.get(table.name, -1)
            known = there.get(table.name)

            def tell(share: float, number: int = number, table: Table = table) -> None:
                progress((number + share) / len(TABLES), table.title.lower())

            tell(0.0)
            if known is not None and known.stored_as == name:
                if known.version != version:
                    _note(connection, table.name, version, known.rows, name)
                results.append(Published(table.name, version, known.rows, written=False))
                continue
            rows = _fill(connection, table, name, files, tell)
            _show(connection, table, name, known.stored_as if known is not None else None)
            _note(connection, table.name, version, rows, name)
            results.append(Published(table.name, version, rows, written=True))
    progress(1.0, "klaar")
    return results


def _stored_as(table: Table, files: Files) -> str:
    """Name of the table that holds these very files with these very columns."""
    # Files of a store never change and have unique names; two stores may share a version number.
    told = [f"{column.name} {column.kind}" for column in loaded(table)]
    told += files.paths
    return f"{table.name}_{hashlib.sha256(chr(10).join(told).encode()).hexdigest()[:12]}"


def _target(table: Table, name: str) -> sa.Table:
    columns = (
        sa.Column(column.name, _TEXT if column.kind == "text" else sql_type(column))
        for column in loaded(table)
    )
    return sa.Table(name, sa.MetaData(), *columns)


def _fill(
    connection: sa.Connection,
    table: Table,
    name: str,
    files: Files,
    tell: Callable[[float], None],
) -> int:
    """Make the new table with its rows, indexes and statistics; return the number of rows."""
    target = _target(table, name)
    connection.execute(CreateTable(target))
    quoted = connection.dialect.identifier_preparer.format_table(target)
    try:
        rows = _copy(connection, f"copy {quoted} from stdin (format csv)", table, files, tell)
    except (pa.ArrowInvalid, OSError) as error:
        raise StoreError(
            f"De bestanden van de tabel {table.title} zijn niet te lezen: {error}. "
            "Draai 'python -m thor_metrics doctor' of zet een eerdere versie terug."
        ) from error
    if table.name in FACTS:
        for columns in _INDEXES:
            if not all(column in target.c for column in columns):
                continue  # a table of the whole city has no gebied
            index = sa.Index(f"{name}_{columns[0]}", *(target.c[column] for column in columns))
            connection.execute(CreateIndex(index))
    connection.exec_driver_sql(f"analyze {quoted}")
    return rows


def _copy(
    connection: sa.Connection,
    order: str,
    table: Table,
    files: Files,
    tell: Callable[[float], None],
) -> int:
    whole = sum(part.count_rows() for part in _datasets(table, files))
    done = 0
    cursor = connection.connection.cursor()
    with cursor.copy(order) as copy:
        for batch in _batches(table, files):
            copy.write(_csv(batch))
            done += batch.num_rows
            tell(done / max(whole, 1))
    return done


def _datasets(table: Table, files: Files) -> Iterator[Any]:
    """The files as a dataset in the schema's types; a column they lack is empty."""
    if files.uris:
        month = pa.schema([("month", pa.string())])
        yield pyarrow.dataset.dataset(
            files.paths,
            schema=table.arrow,
            format="parquet",
            partitioning=pyarrow.dataset.partitioning(month, flavor="hive"),
            partition_base_dir=files.base,
        )


def _batches(table: Table, files: Files) -> Iterator[pa.RecordBatch]:
    names = [column.name for column in loaded(table)]
    for dataset in _datasets(table, files):
        # Reading ahead would fill the memory: the database is the slower of the two.
        yield from dataset.to_batches(
            columns=names, batch_size=_BATCH, batch_readahead=1, fragment_readahead=1
        )


def _csv(batch: pa.RecordBatch) -> bytes:
    """Rows as PostgreSQL reads them: text between quotes, nothing at all for what is missing."""
    sink = io.BytesIO()
    pyarrow.csv.write_csv(batch, sink, pyarrow.csv.WriteOptions(include_header=False))
    return sink.getvalue()


def _show(connection: sa.Connection, table: Table, name: str, before: str | None) -> None:
    """Point the view at the new table, and forget the old one."""
    look = sa.inspect(connection)
    if look.has_table(table.name) and table.name not in look.get_view_names():
        raise StoreError(
            f"In de database staat al een eigen tabel '{table.name}'; die wordt niet overschreven. "
            "Publiceer in een lege database of een eigen schema."
        )
    target = _target(table, name)
    if before is not None and not _same_columns(look, before, target):
        connection.execute(DropView(sa.Table(table.name, sa.MetaData())))
    # Only this statement and the next make readers wait, for as long as a commit takes.
    connection.execute(CreateView(sa.select(target), table.name, or_replace=True))
    if before is not None:
        connection.execute(DropTable(sa.Table(before, sa.MetaData())))


def _same_columns(look: sa.Inspector, before: str, target: sa.Table) -> bool:
    """Tell whether the view can be pointed elsewhere: same columns, same order, same types."""
    old = [(column["name"], str(column["type"])) for column in look.get_columns(before)]
    new = [(column["name"], str(column["type"])) for column in look.get_columns(target.name)]
    return old == new


def _note(connection: sa.Connection, table: str, version: int, rows: int, name: str) -> None:
    connection.execute(sa.delete(published_tables).where(published_tables.c.table_name == table))
    connection.execute(
        sa.insert(published_tables).values(
            table_name=table,
            version=version,
            rows=rows,
            stored_as=name,
            published_at=dt.datetime.now(dt.UTC),
        )
    )
