"""The list per gebied: what stands out, and why it is on the list."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from thor_metrics import stats

__all__ = ["BOTH", "MORE", "NEAREST", "RISES", "hot_items"]

MORE: Final = "meer dan elders"
RISES: Final = "stijgt"
BOTH: Final = "beide"
#: On the list only because nothing in the gebied is likely to be more than chance.
NEAREST: Final = "kan toeval zijn"

_SURENESS: Final = {stats.SURE: 2, stats.LIKELY: 1}

_OVER: Final = ("area", "category", "count", "expected", "lq", "log_odds", "z", "certainty")
_RISE: Final = ("now", "before", "expected", "ratio", "p", "certainty", "note")


def hot_items(
    over: pd.DataFrame,
    rise: pd.DataFrame,
    *,
    top: int = 5,
    fewest: int = 5,
    fallback: int = 1,
) -> pd.DataFrame:
    """Make the ranked list of hot-items per gebied, each with the reason it is there.

    Parameters
    ----------
    over : DataFrame
        Of :func:`overrepresented`.
    rise : DataFrame
        Of :func:`rising`, with ``(area, category)`` as index: ``table.stack()`` of the same
        table, for now and before. Pairs of ``over`` that it lacks are compared with nothing.
    top : int, default 5
        At most so many items per gebied.
    fewest : int, default 5
        An item has at least so many events.
    fallback : int, default 1
        Items shown of a gebied in which nothing is likely.

    Returns
    -------
    DataFrame
        Gebieden in the order of ``over``, in each by ``rank`` (1 is first): ``area, category,
        count, expected`` and ``lq`` (of the whole city's mix), ``before`` and ``expected_rise``
        (the earlier count, and at the length of this stretch), ``ratio, certainty_more,
        certainty_rise`` ("" when not tested), ``kind, rank, note`` (of the comparison with
        before). A gebied without any event, or with too few, has no row.

        On the list stands what is "zeker" or "waarschijnlijk" more than elsewhere (kind "meer
        dan elders"), rising ("stijgt") or "beide"; what is less or falls is no hot-item. What is
        surest comes first, then "beide" before one of the two, then the number of events above
        what was expected. Where nothing is likely, ``fallback`` items nearest to it have kind
        "kan toeval zijn".

    Raises
    ------
    ValueError
        When a column lacks, the index of ``rise`` is not (area, category) with each pair once,
        or a count of ``over`` differs from now of ``rise``: they are of another period then.

    Examples
    --------
    >>> from thor_metrics.hotitems import overrepresented, rising
    >>> now = pd.DataFrame({"afval": [60, 20], "fiets": [15, 60]}, index=["Centrum", "Oost"])
    >>> before = pd.DataFrame({"afval": [30, 22], "fiets": [16, 55]}, index=["Centrum", "Oost"])
    >>> found = hot_items(overrepresented(now), rising(now.stack(), before.stack()))
    >>> found[["area", "category", "kind", "rank"]].to_numpy().tolist()
    [['Centrum', 'afval', 'beide', 1], ['Oost', 'fiets', 'meer dan elders', 1]]
    """
    frame = _joined(over, rise)
    count = frame["count"].to_numpy(dtype=np.float64, na_value=np.nan)
    more = count - frame["expected"].to_numpy(dtype=np.float64)
    up = count - frame["expected_rise"].to_numpy(dtype=np.float64)
    sure_more = np.where(frame["log_odds"] > 0, _sureness(frame["certainty_more"]), 0)
    sure_rise = np.where(up > 0, _sureness(frame["certainty_rise"]), 0)
    sure = np.maximum(sure_more, sure_rise)
    both = (sure_more > 0) & (sure_rise > 0)
    kind = np.select([both, sure_more > 0, sure_rise > 0], [BOTH, MORE, RISES], NEAREST)
    extra = np.fmax(np.where(sure_more > 0, more, np.nan), np.where(sure_rise > 0, up, np.nan))
    frame = frame.assign(kind=kind, sure=sure, both=both, extra=extra, nearest=_nearest(frame, up))
    frame = frame[(count >= fewest) & ((sure > 0) | frame["nearest"].notna().to_numpy())]
    likely = frame["sure"].groupby(frame["place"]).transform("max") > 0
    frame = frame[~likely | (frame["sure"] > 0)]
    # Nearness decides only where nothing is likely.
    order = frame.sort_values(
        ["place", "sure", "both", "extra", "nearest"],
        ascending=[True, False, False, False, True],
        kind="stable",
    )
    rank = order.groupby("place").cumcount() + 1
    most = np.where(order["sure"] > 0, top, min(fallback, top))
    return order.assign(rank=rank)[(rank <= most).to_numpy()][list(_COLUMNS)].reset_index(drop=True)


_COLUMNS: Final = (
    "area", "category", "count", "expected", "lq", "before", "expected_rise", "ratio",
    "certainty_more", "certainty_rise", "kind", "rank", "note",
)  # fmt: skip


def _joined(over: pd.DataFrame, rise: pd.DataFrame) -> pd.DataFrame:
    for name, table, columns in (("over", over, _OVER), ("rise", rise, _RISE)):
        if missing := set(columns) - set(table.columns):
            raise ValueError(f"{name} misses {sorted(missing)}; found {list(table.columns)}")
    if rise.index.nlevels != 2 or rise.index.has_duplicates:
        raise ValueError("the index of rise is (area, category), each pair once")
    told = rise[list(_RISE)].rename(
        columns={"certainty": "certainty_rise", "expected": "expected_rise", "p": "p_rise"}
    )
    told.index = told.index.set_names(["area", "category"])
    left = over[[*_OVER, "p"]].rename(columns={"certainty": "certainty_more"})
    left = left.assign(place=pd.factorize(left["area"])[0])
    frame = left.merge(told.reset_index(), on=["area", "category"], how="left", validate="1:1")
    differs = (frame["count"] != frame["now"]).fillna(value=False).to_numpy(dtype=bool)
    if differs.any():
        row = frame[differs].iloc[0]
        raise ValueError(
            f"over and rise are of one period: {row['area']}, {row['category']} has "
            f"{row['count']} in over and {row['now']} in rise"
        )
    words = frame[["certainty_rise", "note"]].fillna("")
    return frame.assign(certainty_rise=words["certainty_rise"], note=words["note"])


def _sureness(certainty: pd.Series) -> np.ndarray:
    return certainty.map(_SURENESS).fillna(0).to_numpy(dtype=np.int64)


def _nearest(frame: pd.DataFrame, up: np.ndarray) -> np.ndarray:
    """Give the smaller p of being more and of rising; missing for what is less and falls."""
    more = np.where(frame["log_odds"] > 0, frame["p"], np.nan)
    return np.fmin(more, np.where(up > 0, frame["p_rise"], np.nan))
