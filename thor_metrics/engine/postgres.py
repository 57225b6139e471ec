"""PostgreSQL: many programs and people ask the same published tables.

What stands there was written by :func:`thor_metrics.engine.publish`; a question is answered from
what is published at that moment.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any, Final

import pyarrow as pa
import sqlalchemy as sa

from thor_metrics.engine.backend import hidden, not_installed
from thor_metrics.errors import StoreError

__all__ = ["PostgreSQL", "connected", "published", "published_tables", "same_words"]

#: Which version of each table is there, and the table that holds its rows.
published_tables: Final = sa.Table(
    "thor_versions",
    sa.MetaData(),
    sa.Column("table_name", sa.Text, primary_key=True),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("rows", sa.BigInteger, nullable=False),
    sa.Column("stored_as", sa.Text, nullable=False),
    sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
)

#: PostgreSQL's numbers of types; every other type is read as text.
_ARROW: Final[Mapping[Any, pa.DataType]] = {
    16: pa.bool_(),
    20: pa.int64(),
    21: pa.int64(),
    23: pa.int64(),
    700: pa.float64(),
    701: pa.float64(),
    1700: pa.float64(),
    1082: pa.date32(),
    1114: pa.timestamp("us"),
    1184: pa.timestamp("us", tz="UTC"),
}


def connected(url: str, **options: Any) -> sa.Engine:
    """Prepare connections; none is made yet.

    Raises
    ------
    StoreError
        When the URL cannot be read. The password is not repeated.
    SettingsError
        When psycopg is not installed.
    """
    try:
        parsed = sa.engine.make_url(url).set(drivername="postgresql+psycopg")
        parsed = parsed.update_query_dict({"connect_timeout": "10"} | dict(parsed.query))
        # A database that was restarted must not cost somebody a page.
        return sa.create_engine(parsed, pool_pre_ping=True, hide_parameters=True, **options)
    except ImportError as error:
        raise not_installed(error) from None
    except (sa.exc.ArgumentError, ValueError):
        raise StoreError(
            f"Dit adres van een database is niet te lezen: '{hidden(url)}'. Schrijf "
            "postgresql+psycopg://gebruiker:wachtwoord@server:5432/database."
        ) from None


@contextmanager
def same_words(pool: sa.Engine) -> Iterator[None]:
    """Turn what goes wrong in the database into one Dutch sentence without the password."""
    library = pool.dialect.loaded_dbapi
    try:
        yield
    except sa.exc.DBAPIError as error:
        raise _told(pool.url, error.orig or error) from None
    except library.Error as error:  # a copy goes past SQLAlchemy
        raise _told(pool.url, error) from None


def _told(url: sa.URL, error: BaseException) -> StoreError:
    said = " ".join(str(error).split())
    if url.password:
        said = said.replace(str(url.password), "***")
    what = "antwoordt niet of weigert een opdracht"
    return StoreError(f"De database {hidden(str(url))} {what}: {said}")


def published(url: str) -> dict[str, int]:
    """Versions of the tables in a database; empty when nothing was published there.

    Raises
    ------
    StoreError
        When the database does not answer.
    """
    pool = connected(url, poolclass=sa.pool.NullPool)
    with same_words(pool), pool.connect() as connection:
        if not sa.inspect(connection).has_table(published_tables.name):
            return {}
        found = sa.select(published_tables.c.table_name, published_tables.c.version)
        # A table the store never had is published without rows and has no version.
        return {name: version for name, version in connection.execute(found) if version >= 0}


class PostgreSQL:
    """The published tables of one database.

    Raises
    ------
    StoreError
        When the database does not answer, or nothing has been published in it.
    """

    def __init__(self, url: str) -> None:
        self.versions: Mapping[str, int] = MappingProxyType(published(url))
        if not self.versions:
            raise StoreError(
                f"In de database {hidden(url)} staan nog geen tabellen. Draai eerst "
                "'python -m thor_metrics publish --to URL'."
            )
        self._pool = connected(url, isolation_level="AUTOCOMMIT", pool_size=8, max_overflow=8)
        # An engine that is dropped instead of closed lets go of its connections too.
        weakref.finalize(self, self._pool.dispose)

    def answer(self, select: sa.Select[*tuple[Any, ...]]) -> pa.Table:
        """Answer a select."""
        with same_words(self._pool), self._pool.connect() as connection:
            result = connection.execute(select)
            kinds = [_ARROW.get(column[1], pa.string()) for column in result.cursor.description]
            rows = result.fetchall()
        columns = list(zip(*rows, strict=True)) or [()] * len(kinds)
        return pa.Table.from_arrays(
            [_array(values, kind) for values, kind in zip(columns, kinds, strict=True)],
            names=list(result.keys()),
        )

    def close(self) -> None:
        """Close the connections."""
        self._pool.dispose()


def _array(values: tuple[Any, ...], kind: pa.DataType) -> pa.Array:
    if pa.types.is_floating(kind):
        # A sum or a percentage may come as Decimal, which Arrow does not take for a float.
        values = tuple(None if value is None else float(value) for value in values)
    return pa.array(values, kind)
