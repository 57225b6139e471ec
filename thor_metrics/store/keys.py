"""Rows are compared by key, age and fingerprint: new, changed, the same, or twice in one file."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["KEY", "Upsert", "ages", "compared", "keys_of"]

#: What makes a row the same row in every load.
KEY = ["source", "source_id"]


@dataclass(frozen=True)
class Upsert:
    """How staged rows relate to the rows that are there.

    Attributes
    ----------
    write : pyarrow.BooleanArray
        One value a staged row: write it.
    new, updated, unchanged, stale, duplicates : int
        Counts of staged rows; ``stale`` rows are older than what is there and count as unchanged.
    """

    write: pa.BooleanArray = field(repr=False)
    new: int
    updated: int
    unchanged: int
    stale: int
    duplicates: int


def keys_of(rows: pa.Table) -> pa.Table:
    """Give what :func:`compared` needs to know of rows: key, age, fingerprint.

    ``key_hash`` finds the few keys that may occur twice without a table of all of them.
    """
    wanted = [*KEY, "updated_at", "row_hash"]
    keys = rows.select([name for name in wanted if name in rows.column_names])
    hashed = np.zeros(rows.num_rows, np.uint64)
    for name in KEY:
        texts = rows[name].to_numpy()
        hashed = hashed * np.uint64(31) + pd.util.hash_array(texts, categorize=name == "source")
    return keys.append_column("key_hash", pa.array(hashed))


def compared(keys: pa.Table, there: pa.Table) -> Upsert:
    """Compare staged rows with the rows that are there.

    Parameters
    ----------
    keys : pyarrow.Table
        :func:`keys_of` every staged row, in file order.
    there : pyarrow.Table
        Key, age and fingerprint of the rows of these sources on disk.

    Notes
    -----
    Within the file the newest row of a key wins (``updated_at``, then the later line); the
    others are duplicates. A row equal to what is there is unchanged. A row older than what
    is there (both with ``updated_at``) does not bring the past back: stale.
    """
    duplicate = _superseded(keys)
    if there.num_rows == 0:
        return Upsert(_mask(~duplicate), int((~duplicate).sum()), 0, 0, 0, int(duplicate.sum()))
    numbered = keys.select(KEY).append_column("row", pa.array(np.arange(keys.num_rows)))
    joined = numbered.join(there, KEY, join_type="left outer").sort_by("row")
    old_hash, old_age = joined["row_hash"], joined["updated_at"]
    known = _flags(pc.is_valid(old_hash))
    same = _flags(pc.equal(old_hash, keys["row_hash"]))
    stale = _flags(pc.less(ages(keys), old_age)) & ~same
    one = ~duplicate
    new, updated = one & ~known, one & known & ~same & ~stale
    return Upsert(
        _mask(new | updated),
        int(new.sum()),
        int(updated.sum()),
        int((one & (same | stale)).sum()),
        int((one & stale).sum()),
        int(duplicate.sum()),
    )


def _superseded(keys: pa.Table) -> np.ndarray:
    """Tell which rows are followed by a newer row of the same key in the same file."""
    out = np.zeros(keys.num_rows, bool)
    hashes = keys["key_hash"].to_numpy()
    order = np.argsort(hashes, kind="stable")
    equal = hashes[order[1:]] == hashes[order[:-1]]
    repeated = np.unique(np.concatenate([order[1:][equal], order[:-1][equal]]))
    if repeated.size:
        suspects = keys.take(pa.array(repeated)).to_pandas()
        if "updated_at" in suspects:
            suspects = suspects.sort_values("updated_at", kind="stable", na_position="first")
        out[repeated[suspects.index]] = suspects.duplicated(KEY, keep="last")
    return out


def ages(keys: pa.Table) -> pa.ChunkedArray:
    """``updated_at`` of every row; missing in tables that have no such column."""
    if "updated_at" in keys.column_names:
        return keys["updated_at"]
    return pa.chunked_array([pa.nulls(keys.num_rows, pa.timestamp("us", tz="UTC"))])


def _flags(values: pa.ChunkedArray) -> np.ndarray:
    """Arrow truths as numpy; missing is False."""
    return pc.fill_null(values, False).to_numpy()


def _mask(values: np.ndarray) -> pa.BooleanArray:
    return pa.array(values)
