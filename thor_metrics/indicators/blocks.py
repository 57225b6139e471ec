"""Join moments of the week that stand out and lie next to each other."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from thor_metrics import stats

__all__ = ["joined"]

_COLUMNS: Final[dict[str, Any]] = {
    "weekdays": object, "start": "int64", "end": "int64", "count": "int64",
    "expected": "float64", "certainty": object, "largest_week": "float64",
}  # fmt: skip

_DAY: Final = 24


def joined(table: pd.DataFrame, weekly: NDArray[np.float64]) -> pd.DataFrame:
    """Join adjacent moments that stand out into blocks, and equal blocks of several days into one.

    Parameters
    ----------
    table : DataFrame
        Moments of the week in order, the whole week: ``weekday``, ``start``, ``end`` (hours),
        ``count``, ``expected``, ``certainty``.
    weekly : ndarray, shape (weeks, moments)
        Counts per week, for the share of the busiest one.

    Returns
    -------
    DataFrame
        ``weekdays`` (tuple), ``start``, ``end`` (until 24; past midnight belongs to the evening
        before, and ``end`` is then not after ``start``), ``count``, ``expected``, ``certainty``,
        ``largest_week``. Surest first, then the largest number above what was expected.

    Notes
    -----
    A block is as sure as its two ends: "zeker" runs from the first to the last hour that is, and
    a likely hour before or after it is a block of its own. Who reads "vr 20-24 uur (zeker)" must
    not get an hour in the bargain that may not belong to it.
    """
    sure = table["certainty"].to_numpy()
    level = np.select([sure == stats.SURE, sure == stats.LIKELY], [2, 1], 0)
    found: dict[tuple[int, int, str], list[int]] = {}
    for run in _runs(table, level > 0):
        for cells in _by_certainty(run, level):
            start, end = int(table["start"].iloc[cells[0]]), int(table["end"].iloc[cells[-1]])
            word = stats.SURE if level[cells[0]] == 2 else stats.LIKELY
            found.setdefault((start, end, word), []).extend(cells)
    blocks = [_block(table, weekly, key, cells) for key, cells in found.items()]
    frame = pd.DataFrame(blocks, columns=list(_COLUMNS)).astype(_COLUMNS)
    order = frame.assign(
        unsure=frame["certainty"] != stats.SURE, excess=frame["expected"] - frame["count"]
    )
    return frame.loc[order.sort_values(["unsure", "excess", "start"]).index].reset_index(drop=True)


def _runs(table: pd.DataFrame, standing_out: NDArray[np.bool_]) -> list[list[int]]:
    """Stretches of moments in a row; the week is a ring, and none is as long as a day."""
    size = len(standing_out)
    if not standing_out.any():
        return []
    # Begin where nothing stands out, so that no run goes over the seam.
    seam = 0 if standing_out.all() else int(np.argmin(standing_out))
    runs: list[list[int]] = []
    for place in [(seam + step) % size for step in range(size)]:
        if not standing_out[place]:
            continue
        if runs and (runs[-1][-1] + 1) % size == place and place != seam:
            runs[-1].append(place)
        else:
            runs.append([place])
    lasts = (table["end"] - table["start"]).to_numpy()
    return [part for run in runs for part in _cut(run, table, lasts)]


def _cut(run: list[int], table: pd.DataFrame, lasts: NDArray[Any]) -> list[list[int]]:
    """Cut a run of a day or longer at midnight: "20-04 uur" can only be said of a shorter one."""
    if lasts[run].sum() < _DAY:
        return [run]
    days: dict[int, list[int]] = {}
    for place in run:
        days.setdefault(int(table["weekday"].iloc[place]), []).append(place)
    return list(days.values())


def _by_certainty(run: list[int], level: NDArray[Any]) -> list[list[int]]:
    """Take the part between the first and the last sure moment apart from what is around it."""
    sure = [number for number, place in enumerate(run) if level[place] == 2]
    if not sure:
        return [run]
    first, last = sure[0], sure[-1] + 1
    return [part for part in (run[:first], run[first:last], run[last:]) if part]


def _block(
    table: pd.DataFrame,
    weekly: NDArray[np.float64],
    key: tuple[int, int, str],
    cells: list[int],
) -> tuple[Any, ...]:
    start, end, word = key
    rows = table.iloc[cells]
    firsts = rows[rows["start"] == start]["weekday"] if end <= start else rows["weekday"]
    per_week = weekly[:, cells].sum(axis=1)
    total = per_week.sum()
    return (
        tuple(sorted({int(day) for day in firsts})),
        start,
        end,
        int(rows["count"].sum()),
        float(rows["expected"].sum()),
        word,
        float(per_week.max() / total) if total else float("nan"),
    )
