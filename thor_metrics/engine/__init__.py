"""Questions to the tables: a SQLAlchemy Core select in, a tidy DataFrame out.

An :class:`Engine` is one version of the tables: a new load makes a new engine. Everything that
asks for facts goes through :meth:`Engine.run`; nobody writes SQL.

The same select runs on DuckDB (inside the program), PostgreSQL (published tables) and Spark (the
store's own files), so it keeps to what all three do alike: no date or zone arithmetic (the local
calendar columns are made at ingest), counts by ``count(*) filter (where ..)``, sums cast to bigint,
numbers rounded by ``floor(x + 0.5)``, an order that says where missing values go, whole numbers
instead of ``1.0``.
"""

from __future__ import annotations

from thor_metrics.engine.backend import IN_MEMORY_ROWS, hidden
from thor_metrics.engine.duck import compiled
from thor_metrics.engine.engine import Engine
from thor_metrics.engine.postgres import published
from thor_metrics.engine.publication import Published, publish
from thor_metrics.engine.tables import LEFT_ON_DISK, Files, metadata, tables

__all__ = [
    "IN_MEMORY_ROWS",
    "LEFT_ON_DISK",
    "Engine",
    "Files",
    "Published",
    "compiled",
    "hidden",
    "metadata",
    "publish",
    "published",
    "tables",
]
