"""How long reporters wait for an answer and for the end of their report (M41, M42)."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

import pandas as pd
import sqlalchemy as sa

from thor_metrics.engine import Engine
from thor_metrics.indicators.selection import (
    area_conditions,
    counted_conditions,
    period_conditions,
    subject_conditions,
)
from thor_metrics.model import Selection
from thor_metrics.response import response_times

__all__ = ["reply_times"]

#: Fewer reports than this are not put into a time.
FEWEST: Final = 20

_DAY: Final = 86_400.0
_COLUMNS: Final = ["until", "source", "quantile", "days", "low", "high", "n", "open"]


def reply_times(engine: Engine, selection: Selection) -> pd.DataFrame:
    """Say within how many days reports were answered and closed, open ones included.

    Parameters
    ----------
    engine : Engine
    selection : Selection
        Reports of the period, the area and the themes.

    Returns
    -------
    DataFrame
        Per reporting system: ``until`` ("antwoord" or "afgehandeld"), ``source, quantile``
        (.5 and .9), ``days, low, high`` (95 %; NaN: not reached yet), ``n, open``. A system that
        never fills in a moment has no rows for it; nor has one with fewer than 20 reports.

    Notes
    -----
    Kaplan-Meier (:func:`thor_metrics.response.response_times`): a report that is still open
    counts as "longer than this", up to the last day of the data. Systems stand apart: a new one
    counts otherwise. Closed reports without a moment of closing take no part.
    """
    table = engine.tables["incidents"]
    rows = engine.run(
        sa.select(
            table.c.source, table.c.reported_at, table.c.answered_at, table.c.closed_at,
            table.c.status,
        ).where(
            *period_conditions(table, selection), *area_conditions(table, selection),
            *subject_conditions(table, selection), *counted_conditions(table),
        )
    )  # fmt: skip
    span = engine.spans.get("incidents")
    if rows.empty or span is None:
        return pd.DataFrame({name: [] for name in _COLUMNS})
    looked = pd.Timestamp(span[1] + dt.timedelta(days=1), tz="UTC")
    parts = []
    for source, every in rows.groupby("source", observed=True, sort=True):
        mine = every[every["reported_at"].notna()]
        ended = mine[mine["closed_at"].notna() | ~mine["status"].isin(["gesloten", "geannuleerd"])]
        for until, column, some in (
            ("antwoord", "answered_at", mine), ("afgehandeld", "closed_at", ended),
        ):  # fmt: skip
            if len(some) >= FEWEST and some[column].notna().any():
                parts.append(_times(some, column, looked).assign(until=until, source=str(source)))
    if not parts:
        return pd.DataFrame({name: [] for name in _COLUMNS})
    return pd.concat(parts, ignore_index=True)[_COLUMNS]


def _times(rows: pd.DataFrame, column: str, looked: pd.Timestamp) -> pd.DataFrame:
    happened = rows[column].notna() & (rows[column] <= looked)
    end: Any = rows[column].where(happened, looked)
    waited = (end - rows["reported_at"]).dt.total_seconds() / _DAY
    return response_times(waited.clip(lower=0.0), happened)
