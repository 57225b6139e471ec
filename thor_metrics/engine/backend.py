"""What an engine has to do, and which one a URL means."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal, Protocol

import pyarrow as pa
import sqlalchemy as sa

from thor_metrics.errors import SettingsError
from thor_metrics.settings import EngineSettings

__all__ = ["IN_MEMORY_ROWS", "Backend", "hidden", "kind_of", "not_installed"]

#: A table with more rows than this is read from its files at every question; see ``duck``.
IN_MEMORY_ROWS: Final = EngineSettings.in_memory_rows


class Backend(Protocol):
    """One way to answer a select; safe to use from any number of threads."""

    @property
    def versions(self) -> Mapping[str, int]:
        """Version of every table where the backend itself knows it, else empty."""

    def answer(self, select: sa.Select[*tuple[Any, ...]]) -> pa.Table:
        """Answer a select over :data:`thor_metrics.engine.tables`."""

    def close(self) -> None:
        """Give back what is held."""


def kind_of(url: str) -> Literal["duckdb", "postgresql", "spark"]:
    """Tell which backend a URL means.

    Raises
    ------
    SettingsError
        When it means none of them. A password in it is not repeated.

    Examples
    --------
    >>> [kind_of(url) for url in ("duckdb:", "postgresql+psycopg://db/thor", "local[2]")]
    ['duckdb', 'postgresql', 'spark']
    """
    if url in ("duckdb:", "duckdb"):
        return "duckdb"
    if url.startswith(("postgresql+psycopg://", "postgresql://")):
        return "postgresql"
    if url.startswith(("spark://", "local[")) or url == "local":
        return "spark"
    raise SettingsError(
        f"Dit adres van een rekenmachine kennen we niet: '{hidden(url)}'. Zet bij [engine] url "
        '"duckdb:", "postgresql+psycopg://gebruiker@server/database" of "spark://server:7077".'
    )


def hidden(url: str) -> str:
    """Give a URL as it may be shown or logged: without its password.

    Examples
    --------
    >>> hidden("postgresql+psycopg://thor:geheim@db:5432/thor?password=geheim")
    'postgresql+psycopg://thor:***@db:5432/thor'
    """
    try:
        known = sa.engine.make_url(url)
    except (sa.exc.ArgumentError, ValueError):
        # Not a URL of a database; whatever stands before an @ may be a password all the same.
        return url.partition("?")[0].rpartition("@")[2]
    return known.set(query={}).render_as_string(hide_password=True)


def not_installed(error: ImportError) -> SettingsError:
    """Say how to get the package that an engine lacks."""
    return SettingsError(
        f"Voor deze rekenmachine ontbreekt het pakket '{error.name or error}'. Installeer het met "
        "'pip install -r requirements-engines.txt', of zet bij [engine] url \"duckdb:\"."
    )
