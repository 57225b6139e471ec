"""The ``areas`` table follows the geodata that the settings name."""

from __future__ import annotations

import pyarrow as pa

from thor_metrics import geo
from thor_metrics.ingest.fingerprint import fingerprint
from thor_metrics.schema import TABLES
from thor_metrics.settings import Settings
from thor_metrics.store import LoadNote, Store

__all__ = ["sync_areas"]


def sync_areas(settings: Settings, store: Store) -> None:
    """Bring the ``areas`` table in line with the geodata the settings name."""
    table = TABLES["areas"]
    rows = geo.load_area_table(settings).assign(source=settings.municipality.code)
    rows = rows.assign(row_hash=fingerprint(rows, table))
    wanted = pa.Table.from_pandas(rows[table.arrow.names], schema=table.arrow, preserve_index=False)
    if wanted.sort_by("source_id").equals(store.rows("areas").sort_by("source_id")):
        return
    with store.writing():
        note = LoadNote(load="areas", file="", source=settings.municipality.code)
        store.rewrite("areas", wanted, note=note)
