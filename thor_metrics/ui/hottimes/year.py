"""The calendar, and what special days do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Mapping
from typing import Any, Final

import pandas as pd
import streamlit as st

from thor_metrics import dutch
from thor_metrics.indicators.special import SpecialDays
from thor_metrics.ui import data
from thor_metrics.ui.frame import Screen
from thor_metrics.ui.hottimes.question import STANDS_OUT
from thor_metrics.views import charts
from thor_metrics.views.look import DARK
from thor_metrics.views.tables import Head, styled

__all__ = ["ask_year", "calendar", "special_days"]

_KINDS: Final = {
    "carnaval": "Carnaval",
    "feestdag": "Feestdagen",
    "schoolvakantie": "Schoolvakanties",
    "marktdag": "Marktdagen",
    "koopzondag": "Koopzondagen",
    "evenement": "Evenementen",
}


def ask_year(screen: Screen) -> SpecialDays:
    """Ask what every day had, and what special days do."""
    mine = screen.settings.calendar
    found: SpecialDays = data.ask(
        "special_days",
        screen.selection,
        region=mine.school_region,
        market_weekdays=mine.market_weekdays,
        koopzondag=mine.koopzondag,
        events=mine.event_days,
    )
    return found


def calendar(screen: Screen, days: pd.DataFrame) -> None:
    """Draw every day of the period, with what is special about it."""
    st.subheader("De kalender", anchor=False)
    # Days that are still to come are not empty days.
    days = days[(days["date"] <= pd.Timestamp(screen.options.last)) & days["chosen"]]
    if days.empty:
        st.info("Van deze periode zijn nog geen gegevens.")
        return
    school = days["school_holiday"].fillna("") != ""
    shown = days.assign(
        date=[moment.date() for moment in days["date"].tolist()],
        words=[_sentence(screen, row) for row in days.to_dict("records")],
        ringed=(days["holiday"] != "") | days["carnaval"],
        event=days["event"] != "",
        school=school,
    )
    market = screen.settings.calendar.market_weekdays
    for years, cells in charts.calendar_cells(shown, look=screen.look).items():
        marks = {name: bool(cells[name].any()) for name in ("ringed", "event", "school")}
        busiest = cells.nlargest(1, "count")["words"].tolist()
        st.vega_lite_chart(
            cells,
            charts.calendar(**marks, market=market, look=screen.look),
            key=f"kalender-{years}",
            alt=f"Kalender van {years}." + (f" Drukste: {busiest[0]}." if busiest else ""),
        )
        st.caption(_legend(screen, years, marks, hidden=bool(days["hidden"].any())))
    _breaks(screen)


def _sentence(screen: Screen, row: Mapping[Hashable, Any]) -> str:
    day: dt.date = row["date"].date()
    school = "" if pd.isna(row["school_holiday"]) else row["school_holiday"]
    special = [row["holiday"], "Carnaval" if row["carnaval"] else "", row["event"], school]
    names = [name for name in special if name]
    behind = f" ({', '.join(names)})" if names else ""
    return f"{dutch.day(day)} {day.year}{behind}: {screen.told(row)}"


def _legend(screen: Screen, years: str, marks: Mapping[str, bool], *, hidden: bool) -> str:
    told = {
        "ringed": "rand: feestdag of Carnaval",
        "event": "gestippelde rand: evenement",
        "school": "streep onder: schoolvakantie",
    }
    parts = [text for name, text in told.items() if marks[name]]
    if hidden:
        parts.append("leeg vak: te klein om te tonen")
    strong = "Lichter is meer" if screen.look is DARK else "Donkerder is meer"
    return f"{years}, per week. " + "; ".join([strong, *parts]) + "."


def special_days(screen: Screen, kinds: pd.DataFrame) -> None:
    """Put special days beside ordinary days of the same weekdays, in a table."""
    st.subheader("Bijzondere dagen", anchor=False)
    kinds = kinds[kinds["name"].ne("") | kinds["kind"].isin(["carnaval", "marktdag", "koopzondag"])]
    if kinds.empty:
        st.info("In deze periode vallen geen bijzondere dagen waarvan er gegevens zijn.")
        return
    rows = kinds.assign(
        what=[
            f"{name[0].upper()}{name[1:]}" if name else _KINDS[kind]
            for kind, name in zip(kinds["kind"], kinds["name"], strict=True)
        ],
        sort=kinds["kind"].map(_KINDS),
        said=[_verdict(row) for row in kinds.to_dict("records")],
        rank=kinds["certainty"].map({word: rank for rank, word in enumerate(STANDS_OUT)}),
    ).sort_values("rank", kind="stable")
    heads = [
        Head("what", "Dag"),
        Head("sort", "Soort"),
        Head("days", "Dagen", "count"),
        Head("mean", "Per dag", "rate", decimals=1),
        Head("expected", "Gewone dag", "rate", decimals=1),
        Head("said", "Verschil"),
    ]
    st.dataframe(
        styled(rows, heads, hide_below=screen.below),
        hide_index=True,
        alt="Gemiddeld per dag op bijzondere dagen naast gewone dagen van dezelfde weekdag.",
    )
    st.caption(
        "Gewone dag: gemiddelde van gewone dagen met dezelfde weekdag in deze periode. "
        "Gecorrigeerd voor het aantal dagen dat hier bekeken is."
    )


def _verdict(row: Mapping[Hashable, Any]) -> str:
    """Say which way it differs and how sure that is."""
    if row["hidden"]:
        return "te klein om te tonen"
    if row["note"]:
        return str(row["note"])
    if not row["certainty"]:
        return ""
    if row["certainty"] not in STANDS_OUT:
        return str(row["certainty"])
    return f"{'drukker' if row['mean'] > row['expected'] else 'rustiger'} ({row['certainty']})"


def _breaks(screen: Screen) -> None:
    """Say on which days another reporting system came into use."""
    period = screen.selection.period
    for row in data.breaks(screen.selection.series).to_dict("records"):
        since = row["since"].date()
        if period.start <= since < period.end:
            st.caption(
                f"Ander meldsysteem ({row['source']}) sinds {dutch.date(since)}: aantallen van "
                "daarvoor en daarna zijn niet zomaar te vergelijken."
            )
