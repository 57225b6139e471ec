"""Spark, for a cluster that has it already: the Delta tables' own files, read where they lie.

The files have to be reachable under the same path from every worker. With ``local[2]`` Spark runs
inside the program, on two cores.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import pyarrow as pa
import sqlalchemy as sa
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import types as kinds
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.sql import compiler

from thor_metrics.engine.tables import Files, loaded
from thor_metrics.errors import SettingsError, StoreError
from thor_metrics.schema import FACTS, TABLES, Column, Table

__all__ = ["Spark"]

_SETTINGS: Final[dict[str, str]] = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.session.timeZone": "UTC",
    # The default, 200, is meant for terabytes: an answer here is a few thousand rows.
    "spark.sql.shuffle.partitions": "8",
    "spark.driver.extraJavaOptions": "-Dlog4j2.configurationFile="
    + (Path(__file__).parent / "spark_log.properties").as_uri(),
}

#: Within one computer: nothing has to be reached from outside, and few cores share the work.
_LOCAL: Final[dict[str, str]] = {
    "spark.sql.shuffle.partitions": "2",
    "spark.driver.host": "localhost",
    "spark.driver.bindAddress": "127.0.0.1",
}

_KINDS: Final[Mapping[str, kinds.DataType]] = {
    "text": kinds.StringType(),
    "date": kinds.DateType(),
    "number": kinds.DoubleType(),
    "integer": kinds.LongType(),
    "boolean": kinds.BooleanType(),
    "time": kinds.TimestampType(),
}


class _Types(compiler.GenericTypeCompiler):
    """Names of types that Spark knows."""

    def visit_text(self, type_: Any, **kw: Any) -> str:  # noqa: ARG002 - SQLAlchemy asks so
        return "STRING"

    visit_string = visit_unicode = visit_text

    def visit_datetime(self, type_: Any, **kw: Any) -> str:  # noqa: ARG002 - same
        return "TIMESTAMP"


class _Quotes(compiler.IdentifierPreparer):
    """Spark takes a name in double quotes for a text."""

    def __init__(self, dialect: Any) -> None:
        super().__init__(dialect, initial_quote="`")


class _Dialect(DefaultDialect):
    name = "spark"
    supports_native_boolean = True
    supports_statement_cache = True
    div_is_floordiv = False
    type_compiler_cls = _Types
    preparer: Any = _Quotes


_DIALECT: Final = _Dialect(paramstyle="qmark")


class Spark:
    """The tables as views in a Spark session of their own.

    Parameters
    ----------
    url : str
        ``spark://server:7077`` or ``local[2]``.
    content : mapping of table name to Files or pyarrow.Table
    """

    versions: Mapping[str, int] = MappingProxyType({})

    def __init__(self, url: str, content: Mapping[str, Files | pa.Table]) -> None:
        # Views belong to a session: two versions of the tables can stand beside each other.
        self._session = _started(url).newSession()
        for table in TABLES.values():
            try:
                self._view(table, content.get(table.name, Files(())))
            except PySparkException as error:
                raise StoreError(
                    f"De bestanden van de tabel {table.title} zijn niet te lezen: "
                    f"{str(error).splitlines()[0]}. Draai 'python -m thor_metrics doctor' of zet "
                    "een eerdere versie terug."
                ) from None

    def answer(self, select: sa.Select[*tuple[Any, ...]]) -> pa.Table:
        """Answer a select."""
        text = select.compile(dialect=_DIALECT, compile_kwargs={"render_postcompile": True})
        named = text.construct_params()
        values = [named[name] for name in text.positiontup or ()]  # type: ignore[attr-defined]
        # Spark's own toPandas refuses the pandas of today; Arrow it does give.
        return self._session.sql(str(text), args=values).toArrow()

    def close(self) -> None:
        """Forget the views. Spark itself goes on: another version may be in use."""
        for name in TABLES:
            self._session.catalog.dropTempView(name)

    def _view(self, table: Table, content: Files | pa.Table) -> None:
        wanted = loaded(table)
        self._read(table, content).select(*(column.name for column in wanted)).createTempView(
            table.name
        )

    def _read(self, table: Table, content: Files | pa.Table) -> DataFrame:
        schema = kinds.StructType([_field(column) for column in table.stored])
        if isinstance(content, pa.Table):
            return self._session.createDataFrame(content, schema=schema)
        if not content.uris:
            return self._session.createDataFrame(table.arrow.empty_table(), schema=schema)
        reader = self._session.read.schema(schema)
        if table.name in FACTS:
            # Where the months start; without it their folder names are no column.
            reader = reader.option("basePath", content.base)
        return reader.parquet(*(_no_pattern(path) for path in content.paths))


def _no_pattern(path: str) -> str:
    """Write a path so that Spark does not take it for a pattern."""
    return "".join(f"\\{sign}" if sign in "\\[]{}*?" else sign for sign in path)


def _started(url: str) -> SparkSession:
    """One Spark a process, whatever the number of versions."""
    builder = SparkSession.builder.master(url).appName("thor")
    for name, value in (_SETTINGS | (_LOCAL if url.startswith("local") else {})).items():
        builder = builder.config(name, value)
    try:
        return builder.getOrCreate()
    except (PySparkException, OSError) as error:
        raise SettingsError(
            f"Spark start niet ({url}): {str(error).splitlines()[0]} Spark heeft Java 17 of "
            "nieuwer nodig; zet JAVA_HOME als die er wel is."
        ) from None


def _field(column: Column) -> kinds.StructField:
    return kinds.StructField(column.name, _KINDS[column.kind])
