"""One indicator on a page: its number, how sure, its course, per gebied, and what it means."""

from __future__ import annotations

import html
from dataclasses import replace
from typing import Final, Literal

import numpy as np
import pandas as pd
import streamlit as st

from thor_metrics import dutch
from thor_metrics.errors import ThorError
from thor_metrics.indicators.registry import INDICATORS, Indicator
from thor_metrics.model import Selection
from thor_metrics.schema import TABLES
from thor_metrics.ui import data
from thor_metrics.ui.frame import Screen
from thor_metrics.ui.plan.asking import known, months
from thor_metrics.ui.plan.pieces import no_data, table
from thor_metrics.views import charts
from thor_metrics.views.plan import amount_words, month_rows
from thor_metrics.views.tables import Head

__all__ = ["area_bars", "indicator_card"]

_HEIGHT: Final = 110
_MOST_BARS: Final = 8


def indicator_card(screen: Screen, key: str) -> None:
    """Show one indicator; hidden and missing numbers say so."""
    indicator = INDICATORS[key]
    chosen = known(screen.selection, key)
    row = data.ask("measured", chosen, key=key).iloc[0]
    st.markdown(f"**{indicator.title}**")
    if np.isnan(row["value"]) and not row["suppressed"]:
        no_data(indicator.sources)
        return
    below = _below(screen, indicator)
    told = (
        dutch.less_than(below) if row["suppressed"] else amount_words(row["value"], indicator.unit)
    )
    size = 24 if row["suppressed"] else 32
    st.html(f'<div style="font-size:{size}px;font-weight:700">{html.escape(told)}</div>')
    if note := _below_number(screen, chosen, row, indicator):
        st.caption(note)
    course = months(screen.selection, key)
    if len(course) > 1 and (course["value"] > 0).any():  # a line along zero tells nothing
        first, last = course["month"].iloc[0], course["month"].iloc[-1]
        st.vega_lite_chart(
            month_rows(course, indicator),
            charts.course(look=screen.look, height=_HEIGHT),
            key=f"verloop-{key}",
            alt=f"{indicator.title} per maand van {dutch.month(first)} tot en met "
            f"{dutch.month(last)}.",
        )
        if course["suppressed"].any():
            st.caption("Maanden met een klein aantal staan niet in de lijn.")
    with st.expander("Cijfers en uitleg"):
        _details(screen, indicator, chosen, course)


def area_bars(screen: Screen, key: str) -> None:
    """Rank the gebieden, or the buurten of the chosen gebied."""
    indicator = INDICATORS[key]
    chosen = known(screen.selection, key)
    level = "buurt" if chosen.gebied and not indicator.shy else "gebied"
    tables = (data.engine().tables[name] for name in indicator.sources)
    if chosen.buurt or not all(level in table.c for table in tables):
        return
    rows = data.ask("measured", replace(chosen, buurt=None), key=key, by=(level,))
    if len(rows) < 2 or not (rows["value"].notna() | rows["suppressed"]).any():
        return
    if not (rows["value"] > 0).any():
        st.caption(_without_bars(screen, rows, level))
        return
    below = _below(screen, indicator)
    rows = rows.assign(name=[screen.names.get(name, name) for name in rows[level]])
    shown = [
        dutch.less_than(below) if hidden else amount_words(float(value), indicator.unit)
        for value, hidden in zip(rows["value"], rows["suppressed"], strict=True)
    ]
    rows = rows.assign(shown=shown, count=rows["value"]).sort_values(
        "count", ascending=False, na_position="last"
    )
    rows = rows.assign(words=rows["name"] + ": " + rows["shown"])
    word = "buurt" if level == "buurt" else screen.settings.municipality.gebied_word
    st.vega_lite_chart(
        rows[["name", "count", "shown", "words"]].head(_MOST_BARS),
        charts.bars(label="name", value="count", look=screen.look),
        key=f"per-{word}-{key}",
        alt=f"{indicator.title} per {word}: " + "; ".join(rows["words"].head(3)) + ".",
    )
    if len(rows) > _MOST_BARS:
        st.caption(f"De eerste {_MOST_BARS} van {len(rows)}; alle staan bij 'Cijfers en uitleg'.")


def _without_bars(screen: Screen, rows: pd.DataFrame, level: str) -> str:
    """Say in words what bars cannot show: everything is zero or hidden."""
    word = "buurt" if level == "buurt" else screen.settings.municipality.gebied_word
    if not rows["suppressed"].any():
        of_all = f" Wat van de hele stad is, staat bij geen {word}." if level == "gebied" else ""
        return f"Per {word}: overal 0.{of_all}"
    hidden = dutch.join(screen.names.get(name, name) for name in rows[level][rows["suppressed"]])
    rest = "; elders 0" if (rows["value"] == 0).any() else ""
    return f"Per {word}: te klein om te tonen in {hidden}{rest}."


def _below(screen: Screen, indicator: Indicator) -> int:
    rules = screen.settings.privacy
    return rules.hide_below if indicator.shy == "people" else rules.hide_sanctions_below


def _below_number(screen: Screen, chosen: Selection, row: pd.Series, indicator: Indicator) -> str:
    parts = []
    if row["suppressed"]:
        parts.append("klein aantal: niet getoond, zodat niemand te herkennen is")
    elif indicator.proportion and not np.isnan(row["low"]):
        parts.append(
            f"tussen {dutch.percent(row['low'])} en {dutch.percent(row['high'])} (95 %), "
            f"{dutch.number(row['numerator'])} van {dutch.number(row['denominator'])}"
        )
    elif indicator.denominator is not None:
        parts.append(f"{dutch.number(row['numerator'])} van {dutch.number(row['denominator'])}")
    if chosen.period != screen.selection.period:
        parts.append(f"over {chosen.period.words()}")
    if screen.selection.buurt and not chosen.buurt:
        parts.append("niet per buurt bekend")
    return "; ".join(parts)


def _details(screen: Screen, indicator: Indicator, chosen: Selection, course: pd.DataFrame) -> None:
    st.markdown(
        f"{indicator.why} *Let op:* {indicator.limits[0].lower()}{indicator.limits[1:]} "
        f"Bron: {dutch.join(TABLES[name].title for name in indicator.sources)}."
    )
    if chosen.gebied is None and chosen.buurt is None:
        try:
            areas = data.ask("measured", chosen, key=indicator.key, by=("gebied",))
        except ThorError:
            st.caption("Dit cijfer geldt voor de hele stad.")
        else:
            _table(screen, areas, indicator, "gebied", screen.settings.municipality.gebied_word)
    if len(course):
        _table(screen, course.iloc[::-1], indicator, "month", "maand")


def _table(
    screen: Screen, rows: pd.DataFrame, indicator: Indicator, column: str, title: str
) -> None:
    heads = [
        Head(column, title.capitalize()),
        Head("numerator", "Aantal" if indicator.denominator is None else "Teller", "count"),
    ]
    if indicator.denominator is not None:
        kind: Literal["percent", "rate"] = "percent" if indicator.unit == "%" else "rate"
        heads += [Head("denominator", "Noemer", "count"), Head("value", "Uitkomst", kind, 1)]
    if indicator.proportion:
        heads += [Head("low", "Van", "percent", 1), Head("high", "Tot", "percent", 1)]
    if column == "month":
        rows = rows.assign(month=[dutch.month(name) for name in rows["month"]])
    table(
        screen, rows, heads, key=f"{indicator.key}-{title}",
        alt=f"{indicator.title} per {title}.", below=_below(screen, indicator), most=8,
    )  # fmt: skip
