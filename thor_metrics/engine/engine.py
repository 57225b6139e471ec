"""One version of the tables, ready for questions, on whichever engine the settings say."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import pandas as pd
import pyarrow as pa
import sqlalchemy as sa

from thor_metrics.engine.backend import IN_MEMORY_ROWS, Backend, kind_of, not_installed
from thor_metrics.engine.duck import DuckDB
from thor_metrics.engine.frames import frame
from thor_metrics.engine.postgres import PostgreSQL
from thor_metrics.engine.tables import Files, tables
from thor_metrics.errors import StoreError
from thor_metrics.schema import FACTS, TABLES

__all__ = ["Engine"]


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
    versions : mapping of str to int
        Versions of the published tables (PostgreSQL); empty for files, of which the store knows.
    """

    tables: Mapping[str, sa.Table] = tables

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self.versions = backend.versions
        self.spans: Mapping[str, tuple[dt.date, dt.date]] = {
            name: span for name in FACTS if (span := self._span(name)) is not None
        }

    @classmethod
    def open(
        cls,
        content: Mapping[str, Files | pa.Table],
        *,
        url: str = "duckdb:",
        in_memory_rows: int = IN_MEMORY_ROWS,
    ) -> Engine:
        """Open the tables.

        Parameters
        ----------
        content : mapping of table name to Files or pyarrow.Table
            Parquet files may lack columns and be partitioned Hive-wise by month. A table that
            is left out, or has no files, is there without rows. PostgreSQL has its own and does
            not look at these.
        url : str, default "duckdb:"
            ``duckdb:``, ``postgresql+psycopg://user@server/database``, ``spark://server:7077``
            or ``local[2]`` (Spark inside the program).
        in_memory_rows : int, default 3,000,000
            DuckDB only: a larger table stays in its files and is read at every question.

        Raises
        ------
        StoreError
            When a name is no table of the schema, a file cannot be read, or the database does
            not answer or has nothing published.
        SettingsError
            When the URL means no engine, or what that engine needs is not installed.
        """
        unknown = sorted(set(content) - set(TABLES))
        if unknown:
            raise StoreError(f"De tabel '{unknown[0]}' bestaat niet. Kies uit {', '.join(TABLES)}.")
        kind = kind_of(url)
        if kind == "postgresql":
            return cls(PostgreSQL(url))
        if kind == "spark":
            try:
                from thor_metrics.engine.spark import Spark  # noqa: PLC0415 - large, seldom there
            except ImportError as error:
                raise not_installed(error) from None
            return cls(Spark(url, content))
        return cls(DuckDB(content, in_memory_rows=in_memory_rows))

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
        return frame(self._backend.answer(select))

    def close(self) -> None:
        """Give back memory and connections. Questions still running fail; later ones too."""
        self._backend.close()

    def _span(self, name: str) -> tuple[dt.date, dt.date] | None:
        day = tables[name].c.date
        row = self.run(sa.select(sa.func.min(day).label("first"), sa.func.max(day).label("last")))
        if row.isna().any(axis=None):
            return None
        return row["first"].iloc[0].date(), row["last"].iloc[0].date()
