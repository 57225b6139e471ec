"""One database for what people write: SQLite in the data folder, or PostgreSQL by URL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

import filelock
import sqlalchemy as sa

from thor_metrics.errors import SettingsError, StoreError
from thor_metrics.ledger.upgrade import upgrade

__all__ = ["FILE", "WRITING", "connected", "told"]

FILE: Final = "ledger.db"

#: Option of a connection whose transaction will write: it takes SQLite's writer lock at once, so
#: that two writers queue instead of both reading and one failing when it starts to write.
WRITING: Final = "thor_writing"

#: How long a writer waits for others; each of them is done in milliseconds.
_WAIT_S: Final = 30


def connected(folder: Path, url: str = "") -> sa.Engine:
    """Open the database and bring it to this edition of the program.

    Parameters
    ----------
    folder : Path
        Data folder; made when it is not there.
    url : str
        ``postgresql+psycopg://user:password@server:5432/database``, or empty for SQLite.

    Raises
    ------
    SettingsError
        When the URL is of another kind, or psycopg is not installed.
    StoreError
        When the database does not answer, or a newer edition of the program has been here.
    """
    folder.mkdir(parents=True, exist_ok=True)
    pool = _postgresql(url) if url else _sqlite(folder / FILE)
    with ExitStack() as on_failure:
        on_failure.callback(pool.dispose)
        with told(pool):
            if url:
                with pool.begin() as connection:
                    upgrade(connection)
            else:
                _first_sqlite(pool, folder)
        on_failure.pop_all()
    return pool


def _sqlite(file: Path) -> sa.Engine:
    pool = sa.create_engine(
        sa.URL.create("sqlite", database=str(file)),
        # A Streamlit session is a thread; each holds a connection for milliseconds.
        pool_size=5,
        max_overflow=30,
        pool_timeout=_WAIT_S,
        connect_args={"timeout": _WAIT_S},
        hide_parameters=True,
    )
    sa.event.listen(pool, "connect", _prepare)
    sa.event.listen(pool, "begin", _begin)
    return pool


def _prepare(connection: Any, _: Any) -> None:
    # Python's driver begins transactions late and not before DDL; we begin them ourselves.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys = ON")
    # An acknowledged word survives a power cut.
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.close()


def _begin(connection: sa.Connection) -> None:
    writing = connection.get_execution_options().get(WRITING, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _first_sqlite(pool: sa.Engine, folder: Path) -> None:
    """Readers beside a writer (WAL), then the steps; one process at a time.

    Changing to WAL does not wait for others, it fails; hence the lock beside the file.
    """
    try:
        with filelock.FileLock(folder / "ledger.lock", timeout=_WAIT_S):
            plain = pool.raw_connection()
            try:
                plain.execute("PRAGMA journal_mode = WAL")  # type: ignore[attr-defined]
            finally:
                plain.close()
            with pool.execution_options(**{WRITING: True}).begin() as connection:
                upgrade(connection)
    except filelock.Timeout:
        raise StoreError(
            "Een ander programma is al langer dan een halve minuut bezig met openen van wat in de "
            "app is geschreven. Probeer het over een minuut opnieuw."
        ) from None


def _postgresql(url: str) -> sa.Engine:
    try:
        parsed = sa.make_url(url)
    except (sa.exc.ArgumentError, ValueError):
        parsed = None
    if parsed is None or parsed.get_backend_name() != "postgresql":
        raise SettingsError(
            "Het adres bij [ledger] url is niet te lezen. Schrijf "
            "postgresql+psycopg://gebruiker:wachtwoord@server:5432/database, of laat het leeg voor "
            "een bestand in de datamap."
        )
    parsed = parsed.set(drivername="postgresql+psycopg")
    parsed = parsed.update_query_dict({"connect_timeout": "10"} | dict(parsed.query))
    try:
        # A database that was restarted must not cost somebody a page.
        return sa.create_engine(parsed, pool_pre_ping=True, hide_parameters=True)
    except ImportError:
        raise SettingsError(
            "Voor PostgreSQL ontbreekt psycopg. Installeer het met: pip install -r "
            "requirements-engines.txt."
        ) from None


@contextmanager
def told(pool: sa.Engine) -> Iterator[None]:
    """Turn what goes wrong in the database into one Dutch sentence, without the password.

    Raises
    ------
    StoreError
    """
    try:
        yield
    except sa.exc.IntegrityError:
        # Ours to understand: somebody else was first with the same name.
        raise
    except (sa.exc.DBAPIError, sa.exc.TimeoutError) as error:
        origin = error.orig if isinstance(error, sa.exc.DBAPIError) else error
        said = " ".join(str(origin).split())
        if pool.url.password:
            said = said.replace(str(pool.url.password), "***")
        raise StoreError(
            "De database van wat in de app is geschreven antwoordt niet of weigert een opdracht; "
            f"er is niets bewaard. Probeer het zo opnieuw. ({said})"
        ) from None
