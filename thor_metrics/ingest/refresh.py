"""Rows that are already there follow the settings: new boundaries, newly mapped categories."""

from __future__ import annotations

import pyarrow as pa

from thor_metrics import geo
from thor_metrics.ingest import remembered
from thor_metrics.ingest.areas import sync_areas
from thor_metrics.ingest.prepare import place_columns, theme_columns
from thor_metrics.schema import TABLES, Table
from thor_metrics.settings import Settings
from thor_metrics.store import LoadNote, Store

__all__ = ["refresh"]

_BATCH = 200_000


def refresh(
    settings: Settings, store: Store, *, areas: geo.AreaMap | None = None
) -> dict[str, int]:
    """Place and classify every row again; write a version only where something changed.

    Returns
    -------
    dict of str to int
        Table -> new version, for the tables that changed.
    """
    settings = remembered.with_categories(settings)
    areas = areas or geo.load_areas(settings)
    changed = {}
    sync_areas(settings, store)
    with store.writing():
        for name, table in TABLES.items():
            if name == "areas" or not store.count(name):
                continue
            before = store.rows(name).combine_chunks()
            after = pa.concat_tables(
                [
                    _again(before.slice(start, _BATCH), table, settings, areas)
                    for start in range(0, before.num_rows, _BATCH)
                ]
            )
            if not after.equals(before):
                note = LoadNote(load=f"refresh-{name}", file="", source="")
                changed[name] = store.rewrite(name, after, note=note)
    return changed


def _again(rows: pa.Table, table: Table, settings: Settings, areas: geo.AreaMap) -> pa.Table:
    frame = rows.select([name for name in _NEEDED if name in rows.column_names]).to_pandas()
    fresh = place_columns(frame, areas) if "area_given" in frame else {}
    if "theme_given" in frame:
        fresh |= theme_columns(frame, table, settings)
    for name, values in fresh.items():
        position = rows.column_names.index(name)
        column = pa.Array.from_pandas(values, type=table.arrow.field(name).type)
        rows = rows.set_column(position, table.arrow.field(name), column)
    return rows


_NEEDED = ("x", "y", "area_given", "main_category", "sub_category", "kind", "theme_given")
