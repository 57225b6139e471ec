"""Refused rows, kept with their reasons until they are corrected."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["QUARANTINE", "after_load"]

QUARANTINE = pa.schema(
    [
        ("table", pa.string()),
        ("source", pa.string()),
        ("source_id", pa.string()),
        ("file", pa.string()),
        ("row_number", pa.int64()),
        ("reasons", pa.string()),
        ("raw", pa.string()),
        ("load", pa.string()),
        ("at", pa.timestamp("us", tz="UTC")),
    ]
)


def after_load(
    before: pd.DataFrame, table: str, source: str, fresh: pd.DataFrame, accepted: pa.Table
) -> pd.DataFrame | None:
    """Bring the refused rows of one table and source up to date.

    Rows that were accepted now leave; a row refused again stands once.

    Parameters
    ----------
    before : DataFrame
        All refused rows, of the schema :data:`QUARANTINE`.
    table, source : str
        What was loaded.
    fresh : DataFrame
        Newly refused rows.
    accepted : pyarrow.Table
        ``source_id`` of the rows that were accepted.

    Returns
    -------
    DataFrame or None
        All refused rows from now on; ``None`` when nothing changes.
    """
    mine = (before["table"] == table) & (before["source"] == source)
    old = before[mine]
    same = ["source_id", "file", "row_number", "reasons", "raw"]
    old_rows = pd.MultiIndex.from_frame(old[same])
    fresh_rows = pd.MultiIndex.from_frame(fresh[same])
    if before.empty and fresh.empty:
        return None
    now_good = accepted["source_id"].slice(0, None if len(old) else 0).combine_chunks()
    ids = pa.array(old["source_id"], pa.string())
    healed = pc.is_in(ids, now_good).to_numpy(zero_copy_only=False)
    replaced = old["source_id"].isin(fresh["source_id"].dropna()) & ~old_rows.isin(fresh_rows)
    stays = ~(healed | replaced)
    added = ~fresh_rows.isin(old_rows)
    if stays.all() and not added.any():
        return None
    return pd.concat([before[~mine], old[stays], fresh[added]], ignore_index=True)
