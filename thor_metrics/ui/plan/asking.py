"""What the pages of the plan ask: states, and one indicator over periods it is known for."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from zoneinfo import ZoneInfo

import pandas as pd
import streamlit as st

from thor_metrics.errors import SelectionError
from thor_metrics.indicators.registry import INDICATORS, known_period
from thor_metrics.model import Period, Selection
from thor_metrics.plan import read_plan
from thor_metrics.progress import State, states
from thor_metrics.ui import data
from thor_metrics.ui.data import Versions

__all__ = ["MONTHS", "known", "months", "plan_states", "today"]

#: Months of the small courses.
MONTHS = 24


def today() -> dt.date:
    """Give the day it is in the municipality."""
    return dt.datetime.now(ZoneInfo(data.settings().municipality.time_zone)).date()


@st.cache_data(max_entries=200, show_spinner=False)
def _states(
    key: Versions,  # noqa: ARG001 - the key only
    kept: int,  # noqa: ARG001 - same
    folder: str,  # noqa: ARG001 - same
    selection: Selection,
    theme: str,
    day: dt.date,
) -> list[State]:
    rules = data.settings().privacy
    only = [item.id for item in read_plan().monitors.values() if theme in ("", item.theme)]
    return states(
        data.engine(),
        data.papers(),
        read_plan(),
        selection,
        today=day,
        only=only,
        hide_people_below=rules.hide_below,
        hide_sanctions_below=rules.hide_sanctions_below,
    )


def plan_states(selection: Selection, *, theme: str = "") -> list[State]:
    """Work out the monitor items, of one theme or of all."""
    plain = Selection(selection.period, gebied=selection.gebied, buurt=selection.buurt)
    folder = str(data.settings().data_dir)
    return _states(data.versions(), data.ledger().newest(), folder, plain, theme, today())


def known(selection: Selection, key: str) -> Selection:
    """Give the selection an indicator is known for.

    Numbers about people are known per month, quarter, half-year and year and per gebied: the
    period around the chosen one, or the year it ends in.
    """
    plain = Selection(selection.period, gebied=selection.gebied, buurt=selection.buurt)
    if not INDICATORS[key].shy:
        return plain
    try:
        period = known_period(plain.period)
    except SelectionError:
        period = Period.parse(str(plain.period.last_day.year))
    return replace(plain, period=period, buurt=None)


def months(selection: Selection, key: str) -> pd.DataFrame:
    """Measure an indicator per whole month, two years up to the end of the period."""
    chosen = known(selection, key)
    span = data.engine().spans.get(INDICATORS[key].numerator.table)
    if span is None:
        return pd.DataFrame()
    until = min(chosen.period.end, span[1] + dt.timedelta(days=1), today() + dt.timedelta(days=1))
    end = until.replace(day=1)
    years = [str(year) for year in range(end.year - 2, end.year + 1)]
    parts = [
        data.ask("measured", replace(chosen, period=Period.parse(year)), key=key, by=("month",))
        for year in years
    ]
    filled = [part for part in parts if len(part)]
    if not filled:
        return pd.DataFrame()
    found = pd.concat(filled, ignore_index=True)
    found = found[found["month"] < f"{end:%Y-%m}"]
    return found.tail(MONTHS).reset_index(drop=True)
