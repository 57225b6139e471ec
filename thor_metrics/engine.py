"""Questions to the tables: a SQLAlchemy Core select in, a tidy DataFrame out.

An :class:`Engine` is one version of the tables, in memory, and never changes: a new load makes a
new engine. Everything that asks for facts goes through :meth:`Engine.run`; nobody writes SQL.

The same select has to run on PostgreSQL and Spark as well, so it keeps to what all three do alike:
no date or zone arithmetic (the local calendar columns are made at ingest), counts by
``count(*) filter (where ..)``, sums cast to bigint, whole numbers instead of ``1.0``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import unquote

import duckdb
import pandas as pd
import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from thor_metrics.errors import StoreError
from thor_metrics.schema import FACTS, TABLES, Column, Table

__all__ = ["Engine", "Files", "compiled", "metadata", "tables"]

#: Columns no query asks for; left on disk, they would be half of the memory of a table.
LEFT_ON_DISK: Final = frozenset(
    {"source_id", "updated_at", "area_given", "parent_id", "status_source", "row_hash"}
)

#: Text columns with few values, kept as numbers: a query over 1M rows takes 5 ms instead of 19.
FEW_VALUES: Final = frozenset(
    {
        "source", "system_version", "main_category", "sub_category", "kind", "status", "channel",
        "buurt", "gebied", "place_basis", "theme", "rubriek", "time_basis", "month",
    }
)  # fmt: skip

#: A column that turns out to have more values than this is kept as text after all.
_MOST_VALUES: Final = 10_000

_SQL_TYPES: Final[dict[str, type[sa.types.TypeEngine[Any]]]] = {
    "text": sa.Text,
    "date": sa.Date,
    "number": sa.Double,
    "integer": sa.BigInteger,
    "boolean": sa.Boolean,
}


def _columns(table: Table) -> tuple[Column, ...]:
    """Columns that are loaded. A table without time is small and keeps its key."""
    if table.name not in FACTS:
        return tuple(column for column in table.stored if column.name != "row_hash")
    return tuple(column for column in table.stored if column.name not in LEFT_ON_DISK)


def _sql_type(column: Column) -> sa.types.TypeEngine[Any]:
    if column.kind == "time":
        return sa.DateTime(timezone=True)
    return _SQL_TYPES[column.kind]()


metadata: Final = sa.MetaData()

#: Name -> table to write selects with.
tables: Final[Mapping[str, sa.Table]] = {
    table.name: sa.Table(
        table.name,
        metadata,
        *(sa.Column(column.name, _sql_type(column)) for column in _columns(table)),
    )
    for table in TABLES.values()
}

_DIALECT: Final = postgresql.dialect(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]


@dataclass(frozen=True)
class Files:
    """Parquet files of one table, as ``DeltaTable.file_uris()`` names them (percent-encoded)."""

    uris: tuple[str, ...]

    def __init__(self, uris: Sequence[str]) -> None:
        object.__setattr__(self, "uris", tuple(uris))


def compiled(select: sa.Select[*tuple[Any, ...]]) -> tuple[str, list[Any]]:
    """Turn a select into DuckDB's text and the values that are bound to it, in order."""
    text = select.compile(dialect=_DIALECT, compile_kwargs={"render_postcompile": True})
    values = text.construct_params()
    return str(text), [values[name] for name in text.positiontup or ()]  # type: ignore[attr-defined]


class Engine:
    """One version of the tables, ready for questions from any number of threads.

    Use :meth:`open`.

    Attributes
    ----------
    tables : mapping of str to sqlalchemy.Table
        What selects are written with; the same for every engine.
    spans : mapping of str to (date, date)
        First and last local date with a row, for every table with time that has rows. A day
        outside the span has no data, which is not the same as no incidents.
    """

    tables: Mapping[str, sa.Table] = tables

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self.spans: Mapping[str, tuple[dt.date, dt.date]] = {
            name: span for name in FACTS if (span := self._span(name)) is not None
        }

    @classmethod
    def open(cls, content: Mapping[str, Files | pa.Table]) -> Engine:
        """Load the tables.

        Parameters
        ----------
        content : mapping of table name to Files or pyarrow.Table
            Parquet files may lack columns and be partitioned Hive-wise by month. A table that
            is left out, or has no files, is there without rows.

        Raises
        ------
        StoreError
            When a name is no table of the schema, or a file cannot be read.
        """
        unknown = sorted(set(content) - set(TABLES))
        if unknown:
            raise StoreError(f"De tabel '{unknown[0]}' bestaat niet. Kies uit {', '.join(TABLES)}.")
        # Without this a mistyped table would silently become a Python variable of that name.
        connection = duckdb.connect(":memory:", config={"python_enable_replacements": False})
        for table in TABLES.values():
            try:
                _load(connection, table, content.get(table.name, Files(())))
            except (duckdb.IOException, duckdb.InvalidInputException, pa.ArrowInvalid) as error:
                connection.close()
                raise StoreError(
                    f"De bestanden van de tabel {table.title} zijn niet te lezen: {error}. "
                    "Draai 'python -m thor_metrics doctor' of zet een eerdere versie terug."
                ) from error
        return cls(connection)

    def run(self, select: sa.Select[*tuple[Any, ...]]) -> pd.DataFrame:
        """Answer one question.

        Parameters
        ----------
        select : sqlalchemy.Select
            Over :attr:`tables`. Values in it are bound, never written into the text.

        Returns
        -------
        DataFrame
            One column a selected column, in that order. Text is ``str``, whole numbers are
            ``int64`` (``Int64`` where some are missing), dates are midnight ``datetime64[us]``
            without a zone, moments are ``datetime64[us, UTC]``.
        """
        text, values = compiled(select)
        # One connection used by two threads gives each the other's answer; a cursor is cheap.
        with self._connection.cursor() as cursor:
            answer = cursor.sql(text, params=values).to_arrow_table()
        return _frame(answer)

    def close(self) -> None:
        """Give the memory back. Questions still running fail; later ones too."""
        self._connection.close()

    def _span(self, name: str) -> tuple[dt.date, dt.date] | None:
        day = tables[name].c.date
        row = self.run(sa.select(sa.func.min(day).label("first"), sa.func.max(day).label("last")))
        if row.isna().any(axis=None):
            return None
        return row["first"].iloc[0].date(), row["last"].iloc[0].date()


def _load(connection: duckdb.DuckDBPyConnection, table: Table, content: Files | pa.Table) -> None:
    """Make one table of the database: wanted columns, few-valued text as numbers."""
    wanted = _columns(table)
    if isinstance(content, Files) and content.uris:
        source = connection.read_parquet(
            # Sorted means month after month, which lets DuckDB skip most of a long history.
            sorted(_path(uri) for uri in content.uris),
            hive_partitioning=True,
            union_by_name=True,
        )
    else:
        source = connection.from_arrow(
            table.arrow.empty_table() if isinstance(content, Files) else content
        )
    source.select(*(_expression(source, column) for column in wanted)).create(table.name)


def _path(uri: str) -> str:
    """Turn a local file's URI into a path that DuckDB does not take for a pattern."""
    path = unquote(uri.removeprefix("file://"))
    return "".join(f"[{sign}]" if sign in "[*?" else sign for sign in path)


def _expression(source: duckdb.DuckDBPyRelation, column: Column) -> duckdb.Expression:
    """One column, in the type of the schema whatever the file says (month may look like a date)."""
    name = column.name
    if name not in source.columns:
        value = duckdb.ConstantExpression(None).cast(_duckdb_type(column))
    elif name in FEW_VALUES and (values := _distinct(source, name)):
        listed = ", ".join("'" + value.replace("'", "''") + "'" for value in values)
        text = duckdb.ColumnExpression(name).cast(duckdb.sqltype("VARCHAR"))
        value = text.cast(duckdb.sqltype(f"ENUM({listed})"))
    else:
        value = duckdb.ColumnExpression(name).cast(_duckdb_type(column))
    return value.alias(name)


def _duckdb_type(column: Column) -> Any:
    kinds = {
        "text": "VARCHAR",
        "date": "DATE",
        "number": "DOUBLE",
        "integer": "BIGINT",
        "boolean": "BOOLEAN",
        "time": "TIMESTAMP WITH TIME ZONE",
    }
    return duckdb.sqltype(kinds[column.kind])


def _distinct(source: duckdb.DuckDBPyRelation, name: str) -> list[str]:
    """Sorted values of a text column; none when there are too many to be worth it."""
    text = duckdb.ColumnExpression(name).cast(duckdb.sqltype("VARCHAR")).alias(name)
    rows = source.select(text).distinct().limit(_MOST_VALUES + 1).fetchall()
    values = sorted(value for (value,) in rows if value is not None)
    return values if len(rows) <= _MOST_VALUES else []


def _frame(answer: pa.Table) -> pd.DataFrame:
    """Arrow to pandas with one meaning per type; sizes of integers and decimals disappear."""
    series: dict[str, Any] = {}
    for field, column in zip(answer.schema, answer.columns, strict=True):
        kind = field.type
        if pa.types.is_integer(kind):
            wide = column.cast(pa.int64())
            series[field.name] = (
                wide.to_pandas(types_mapper=_NULLABLE.get) if column.null_count else wide.to_numpy()
            )
        elif pa.types.is_decimal(kind):
            series[field.name] = column.cast(pa.float64()).to_numpy()
        elif pa.types.is_boolean(kind) and column.null_count:
            series[field.name] = column.to_pandas(types_mapper=_NULLABLE.get)
        elif pa.types.is_date(kind):
            series[field.name] = column.cast(pa.timestamp("us")).to_pandas()
        elif pa.types.is_timestamp(kind):
            zone = None if kind.tz is None else "UTC"
            series[field.name] = column.cast(pa.timestamp("us", tz=zone)).to_pandas()
        elif pa.types.is_null(kind):
            series[field.name] = pd.array([pd.NA] * len(column), dtype="str")
        elif pa.types.is_dictionary(kind):
            series[field.name] = column.cast(pa.string()).to_pandas().astype("str")
        else:
            series[field.name] = column.to_pandas()
    return pd.DataFrame(series, columns=answer.column_names)


_NULLABLE: Final = {pa.int64(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype()}
