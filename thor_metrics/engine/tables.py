"""What selects are written with: the tables of the schema, the same for every engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Final
from urllib.parse import unquote

import sqlalchemy as sa

from thor_metrics.schema import FACTS, TABLES, Column, Table

__all__ = ["LEFT_ON_DISK", "Files", "loaded", "metadata", "sql_type", "tables"]

#: Columns no query asks for; left on disk, they would be half of the memory of a table.
LEFT_ON_DISK: Final = frozenset(
    {"source_id", "updated_at", "area_given", "parent_id", "status_source", "row_hash"}
)

_SQL_TYPES: Final[dict[str, type[sa.types.TypeEngine[Any]]]] = {
    "text": sa.Text,
    "date": sa.Date,
    "number": sa.Double,
    "integer": sa.BigInteger,
    "boolean": sa.Boolean,
}


#: Tables whose rows are referred to by number: a sanction names its control.
REFERRED_TO: Final = frozenset({"controls", "activities", "events"})


def loaded(table: Table) -> tuple[Column, ...]:
    """Columns that can be asked for. A table without time is small and keeps its key."""
    if table.name in REFERRED_TO:
        left = LEFT_ON_DISK - {"source_id"}
        return tuple(column for column in table.stored if column.name not in left)
    if table.name not in FACTS:
        return tuple(column for column in table.stored if column.name != "row_hash")
    return tuple(column for column in table.stored if column.name not in LEFT_ON_DISK)


def sql_type(column: Column) -> sa.types.TypeEngine[Any]:
    """Type of a column in a select."""
    if column.kind == "time":
        return sa.DateTime(timezone=True)
    return _SQL_TYPES[column.kind]()


metadata: Final = sa.MetaData()

#: Name -> table to write selects with.
tables: Final[Mapping[str, sa.Table]] = {
    table.name: sa.Table(
        table.name,
        metadata,
        *(sa.Column(column.name, sql_type(column)) for column in loaded(table)),
    )
    for table in TABLES.values()
}


@dataclass(frozen=True)
class Files:
    """Parquet files of one table, as ``DeltaTable.file_uris()`` names them (percent-encoded)."""

    uris: tuple[str, ...]

    def __init__(self, uris: Sequence[str]) -> None:
        object.__setattr__(self, "uris", tuple(uris))

    @property
    def paths(self) -> list[str]:
        """Plain paths, sorted: month after month, which lets an engine skip a long history."""
        return sorted(unquote(uri.removeprefix("file://")) for uri in self.uris)

    @property
    def base(self) -> str:
        """Folder above the months, where a reader of partitions has to start."""
        first = PurePosixPath(self.paths[0])
        return str(first.parents[1] if "=" in first.parent.name else first.parent)
