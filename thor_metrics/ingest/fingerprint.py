"""Has anything changed? One number a row for what its source said."""

from __future__ import annotations

import numpy as np
import pandas as pd

from thor_metrics.schema import Table

__all__ = ["fingerprint"]


def fingerprint(rows: pd.DataFrame, table: Table) -> np.ndarray:
    """Hash what the source said about each row: equal means nothing changed.

    Returns
    -------
    ndarray of int64
        Where a row lies or how it is classified does not enter: boundaries may change.
    """
    total = np.zeros(len(rows), np.uint64)
    for column in table.stored:
        if column.role != "both" or column.name in ("source", "source_id"):
            continue
        values = rows[column.name]
        missing = values.isna().to_numpy()
        total *= np.uint64(1_000_003)
        if not missing.all():  # most columns of most files are empty
            hashed = pd.util.hash_pandas_object(values, index=False).to_numpy(np.uint64)
            total += np.where(missing, np.uint64(0), hashed)
    return total.view(np.int64)
