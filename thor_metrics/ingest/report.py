"""What a load did, so that every row is accounted for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

__all__ = ["IngestReport"]


@dataclass(frozen=True)
class IngestReport:
    """Counts of one load: ``read = new + updated + unchanged + duplicates + rejected``.

    Attributes
    ----------
    table, source, file : str
    read, new, updated, unchanged, duplicates, rejected : int
        Rows. ``duplicates`` came more than once in the file; the newest was kept.
    reasons : mapping of str to int
        Why rows were refused; a row can have several reasons.
    corrections : mapping of str to int
        What was mended on the way in.
    personal : mapping of str to int
        Headers (rows) and values that identify people and were left out.
    warnings : tuple of str
    unmapped : mapping of str to int
        Categories no rubriek claims; their rows are kept as "niet ingedeeld".
    version : int
        Version of the table after the load; the current one when nothing changed.
    examples : DataFrame
        Some refused rows with their reasons, for the screen.
    dry_run : bool
        Nothing was written.
    """

    table: str
    source: str
    file: str
    read: int
    new: int
    updated: int
    unchanged: int
    duplicates: int
    rejected: int
    reasons: Mapping[str, int]
    corrections: Mapping[str, int]
    personal: Mapping[str, int]
    warnings: tuple[str, ...]
    unmapped: Mapping[str, int]
    version: int
    examples: pd.DataFrame = field(repr=False)
    dry_run: bool = False

    def __post_init__(self) -> None:
        parts = self.new + self.updated + self.unchanged + self.duplicates + self.rejected
        assert self.read == parts, f"{self.read} rows read, {parts} accounted for"

    @property
    def accepted(self) -> int:
        """Rows that are, or were already, in the table."""
        return self.new + self.updated + self.unchanged

    def as_json(self) -> dict[str, Any]:
        """Return the report as plain values for ``--json``."""
        return {
            "table": self.table,
            "source": self.source,
            "file": self.file,
            "read": self.read,
            "new": self.new,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "duplicates": self.duplicates,
            "rejected": self.rejected,
            "reasons": dict(self.reasons),
            "corrections": dict(self.corrections),
            "personal": dict(self.personal),
            "warnings": list(self.warnings),
            "unmapped": dict(self.unmapped),
            "version": self.version,
            "dry_run": self.dry_run,
        }
