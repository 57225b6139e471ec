"""Delta Lake tables: one version a load, no reader sees half of one, each load can be undone."""

from __future__ import annotations

from thor_metrics.store.keys import Upsert, keys_of
from thor_metrics.store.notes import LoadNote
from thor_metrics.store.quarantine import QUARANTINE
from thor_metrics.store.tables import SAMPLE, Store

__all__ = ["QUARANTINE", "SAMPLE", "LoadNote", "Store", "Upsert", "keys_of"]
