"""What is told beside every version: which load made it, and what it did."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import deltalake

__all__ = ["LoadNote", "commit", "history_row"]


@dataclass(frozen=True)
class LoadNote:
    """What is written beside a version about the load that made it."""

    load: str
    file: str
    source: str
    read: int = 0
    new: int = 0
    updated: int = 0
    unchanged: int = 0
    duplicates: int = 0
    rejected: int = 0


def commit(action: str, note: LoadNote) -> deltalake.CommitProperties:
    """The note travels inside the commit: data and its story are one atomic write."""
    return deltalake.CommitProperties(
        custom_metadata={"thor": json.dumps({"action": action, **asdict(note)})}
    )


def history_row(entry: Mapping[str, Any]) -> dict[str, Any]:
    """One version of a table's history as a flat record."""
    note = json.loads(entry.get("thor", '{"action": "other"}'))
    at = dt.datetime.fromtimestamp(entry["timestamp"] / 1000, tz=dt.UTC)
    return {"version": entry["version"], "at": at, **note}
