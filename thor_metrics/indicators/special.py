"""Special days: what every day had, and what holidays, Carnaval, markets and events do."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import pandas as pd

from thor_metrics import hottimes
from thor_metrics.engine import Engine
from thor_metrics.indicators.counts import per_day
from thor_metrics.indicators.moments import LEAST_FOR_RATIO, chosen_hours
from thor_metrics.model import Selection

__all__ = ["SpecialDays", "special_days"]

_COLUMN_OF: Final = {
    "carnaval": "carnaval",
    "feestdag": "holiday",
    "schoolvakantie": "school_holiday",
    "marktdag": "market",
    "evenement": "event",
}


@dataclass(frozen=True, eq=False)
class SpecialDays:
    """Days of the period, and what special ones do.

    Attributes
    ----------
    days : DataFrame
        Every day of the period: ``date``, ``count`` (missing: hidden, no data, or a weekday that
        is not chosen), ``hidden``, ``chosen``, and ``holiday, carnaval, school_holiday, market,
        event`` of :func:`thor_metrics.hottimes.calendar_days`.
    kinds : DataFrame
        Of :func:`thor_metrics.hottimes.by_kind`, with ``hidden``: ``kind, name, days, count,
        mean, expected`` (both per day), ``ratio`` (missing under 20), ``low, high, p, q,
        certainty, note``.
    """

    days: pd.DataFrame
    kinds: pd.DataFrame


def special_days(
    engine: Engine,
    selection: Selection,
    *,
    region: str = "zuid",
    market_weekdays: tuple[int, ...] = (),
    koopzondag: Literal["geen", "eerste", "laatste", "alle"] = "geen",
    events: tuple[tuple[str, dt.date, dt.date], ...] = (),
    hide_below: int = 5,
) -> SpecialDays:
    """Compare holidays, Carnaval, school holidays, market days and events with ordinary days.

    Parameters
    ----------
    engine, selection
        Ordinary days are those of the period itself, of the same weekdays.
    region : {"zuid", "noord", "midden"}
        Whose school holidays.
    market_weekdays : tuple of int
        Monday 0.
    koopzondag : {"geen", "eerste", "laatste", "alle"}
    events : tuple of (name, first day, day after the last one)
    hide_below : int, default 5

    Returns
    -------
    SpecialDays
        A kind of which the count is small and about people is hidden, with all that follows from
        it; so is a kind of one day that is hidden itself.
    """
    calendar = hottimes.calendar_days(
        selection.period.start,
        selection.period.end,
        region=region,
        market_weekdays=market_weekdays,
        koopzondag=koopzondag,
        events=pd.DataFrame(events, columns=["name", "start", "end"]) if events else None,
    )
    asked = np.asarray(chosen_hours(selection).any(axis=1))
    chosen = asked[calendar["weekday"].to_numpy()]
    shown, known = (
        per_day(engine, selection, hide_below=below).set_index("date") for below in (hide_below, 0)
    )
    counts = known["count"].where(chosen)
    kinds = hottimes.by_kind(counts, calendar)
    days = calendar.drop(columns="koopzondag").assign(
        count=shown["count"].where(chosen).to_numpy(),
        hidden=shown["hidden"].to_numpy() & chosen,
        chosen=chosen,
    )
    # Whether anything is hidden at all tells that everything selected is about people.
    people = bool(days["hidden"].any())
    covered = [
        bool((_days_of(days, kind, name) & days["hidden"]).any())
        for kind, name in zip(kinds["kind"], kinds["name"], strict=True)
    ]
    alone = kinds["days"].eq(1) & np.array(covered, dtype=bool)
    hidden = (kinds["count"].between(1, hide_below - 1) & people) | alone
    told = ["count", "mean", "expected", "ratio", "low", "high", "p", "q"]
    few = (kinds["count"] < LEAST_FOR_RATIO) | (kinds["expected"] * kinds["days"] < LEAST_FOR_RATIO)
    kinds = kinds.assign(
        **{name: kinds[name].mask(hidden) for name in told},
        certainty=kinds["certainty"].mask(hidden, ""),
        hidden=hidden,
    )
    kinds[["ratio", "low", "high"]] = kinds[["ratio", "low", "high"]].mask(few)
    return SpecialDays(days, kinds)


def _days_of(days: pd.DataFrame, kind: str, name: str) -> pd.Series:
    """Tell which days a row of the kinds is about; of a koopzondag, all of them."""
    if kind not in _COLUMN_OF:
        return pd.Series(data=True, index=days.index)
    column = days[_COLUMN_OF[kind]]
    if column.dtype == bool:
        return column
    words = column.fillna("")
    return words.str.contains(name, regex=False) if name else words.ne("")
