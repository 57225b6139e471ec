"""A poorer export of the same system does not wipe what a richer one told.

Signalen's TDO export has no parents and no closing time; its CSV export has both. They name the
same reports, so a later TDO row updates the status and leaves the rest as it was known.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from thor_metrics.schema import Table
from thor_metrics.schema.common import CALENDAR, PLACE
from thor_metrics.store import Store

__all__ = ["kept_known"]

_KEY = ["source", "source_id"]
_PLACE = [column.name for column in PLACE if column.role != "input"]
_WHEN = [column.name for column in CALENDAR]


def kept_known(
    months: Iterable[tuple[str, pa.Table]], store: Store, table: Table, given: Collection[str]
) -> list[tuple[str, pa.Table]]:
    """Fill rows that replace others with what their own file does not have.

    Parameters
    ----------
    months : iterable of (str, pyarrow.Table)
        Rows about to be merged.
    store : Store
        Holds the rows they may replace.
    table : Table
    given : collection of str
        Columns the file has; all others keep their old value. Fingerprints stay those of the
        file, so that the same file again changes nothing.
    """
    told = [column.name for column in table.stored if column.role == "both"]
    silent = [name for name in told if name not in given and name not in _KEY]
    if not silent:
        return list(months)
    # All at once: the table cannot be read while it is being merged into.
    filled = []
    for month, rows in months:
        ids = pc.unique(rows["source_id"])
        there = store.rows(table.name, where=pc.field("source_id").isin(ids))
        filled.append((month, _filled(rows, there, table, silent) if there.num_rows else rows))
    return filled


def _filled(rows: pa.Table, there: pa.Table, table: Table, silent: list[str]) -> pa.Table:
    new = rows.to_pandas()
    old = there.to_pandas().set_index(_KEY)
    old = old.reindex(pd.MultiIndex.from_frame(new[_KEY])).set_index(new.index)
    known = old["row_hash"].notna()
    for name in silent:
        new[name] = new[name].mask(known, old[name])
    if {"x", "y", "area_given"} <= set(silent):
        _take(new, old, _PLACE, known)
    if "occurred_from" in silent:
        _take(new, old, _WHEN, known & old["occurred_from"].notna())
    if table.name == "incidents":
        closed = known & (new["status"] == "gesloten") & new["closed_at"].isna()
        _take(new, old, ["closed_at"], closed)
        new["closed_at"] = new["closed_at"].mask(~new["status"].isin(["gesloten", "geannuleerd"]))
        new["is_child"] = new["is_child"].fillna(False).astype(bool) | new["parent_id"].notna()
        new["counted"] = ~new["is_child"] & (new["status"] != "geannuleerd")
    return pa.Table.from_pandas(new, schema=table.arrow, preserve_index=False)


def _take(new: pd.DataFrame, old: pd.DataFrame, names: list[str], where: pd.Series) -> None:
    for name in names:
        new[name] = new[name].mask(where, old[name])
