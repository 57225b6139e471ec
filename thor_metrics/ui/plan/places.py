"""What lies behind items about places: visits, events, topdagen."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd
import streamlit as st

from thor_metrics import dutch
from thor_metrics.ui import data
from thor_metrics.ui.frame import Screen
from thor_metrics.ui.plan.pieces import table
from thor_metrics.views.tables import Head

__all__ = ["bike_visits", "event_nuisance", "perron_visits", "top_days"]


def perron_visits(screen: Screen) -> None:
    """List the worst milieuperrons and how often each was visited."""
    _visits(screen, "milieuperron", "milieuperrons")


def bike_visits(screen: Screen) -> None:
    """List the worst bicycle places and how often each was visited."""
    _visits(screen, "fietsparkeerplek", "fietsparkeerplekken")


def _visits(screen: Screen, kind: str, words: str) -> None:
    st.markdown(f"**Worden de lastigste {words} twee keer per week gepland gecontroleerd?**")
    found = data.ask("planned_visits", screen.selection, kind=kind)
    if found.places.empty:
        st.markdown(
            "Hier is een jaar met meldingen voor nodig, en een bestand met **Objecten**. "
            "Laad die bij Inlezen."
        )
        return
    if found.weeks is None:
        st.markdown("In deze periode zijn er nog geen hele weken met controles.")
        return
    weeks = found.by_week["week"].nunique()
    st.caption(
        f"De lastigste volgens de meldingen van {found.chosen_on.words()}; deze lijst staat een "
        f"kwartaal vast. Gecontroleerd in {dutch.number(weeks)} hele weken, "
        f"{found.weeks.words()}."
    )
    rows = found.places.assign(reached=found.places["weeks_reached"] / weeks)
    heads = [
        Head("name", "Plek"),
        Head("gebied", screen.settings.municipality.gebied_word.capitalize()),
        Head("count", "Meldingen in dat jaar", "count"),
        Head("stability", "In de top 10", "percent"),
        Head("visits", "Geplande controles", "count"),
        Head("per_week", "Per week", "rate", 1),
        Head("reached", "Weken gehaald", "percent"),
    ]
    table(
        screen, rows, heads, key=f"bezoeken-{kind}", alt=f"De lastigste {words} met hun controles."
    )
    st.caption(
        "*In de top 10*: in welk deel van 1.000 trekkingen van de weken deze plek bij de tien "
        "lastigste hoort. Alleen plekken met minstens 80 % staan in de lijst."
    )


def event_nuisance(screen: Screen) -> None:
    """Put the reports around each event beside the same hours without one."""
    st.markdown("**Geven evenementen meer meldingen dan dezelfde uren zonder evenement?**")
    found = data.ask("event_nuisance", screen.selection)
    if found.empty:
        st.markdown(
            "Geen afgelopen evenementen met een plaats in deze periode. Laad een bestand met "
            "**Evenementen** bij Inlezen."
        )
        return
    zone = screen.settings.municipality.time_zone
    rows = found.assign(
        when=[_span(row, zone) for row in found.to_dict("records")],
        words=[_ratio(row) for row in found.to_dict("records")],
    )
    heads = [
        Head("name", "Evenement"),
        Head("when", "Wanneer"),
        Head("gebied", screen.settings.municipality.gebied_word.capitalize()),
        Head("radius", "Straal (m)", "rate"),
        Head("count", "Meldingen", "count"),
        Head("usual", "Zonder evenement", "rate", 1),
        Head("words", "Verhouding (95 %)"),
        Head("certainty", "Zekerheid"),
    ]
    table(screen, rows, heads, key="evenementen", alt="Meldingen rond elk evenement.")
    st.caption(
        "Meldingen over geluid, terrassen en evenementen binnen de straal, tijdens en tot twee uur "
        "na afloop. *Zonder evenement*: gemiddeld in dezelfde uren en weekdag, vier weken ervoor "
        "en erna. Een samenhang, geen bewijs van oorzaak."
    )


def _span(row: Mapping[Hashable, Any], zone: str) -> str:
    start, end = (pd.Timestamp(row[name]).tz_convert(zone) for name in ("start", "end"))
    if start.date() == end.date():
        return f"{start:%d-%m-%Y %H:%M}–{end:%H:%M}"
    return f"{start:%d-%m %H:%M} – {end:%d-%m-%Y %H:%M}"


def _ratio(row: Mapping[Hashable, Any]) -> str:
    if pd.isna(row["ratio"]):
        return "niet te vergelijken"
    low, high = (dutch.number(row[name], decimals=1) for name in ("low", "high"))
    return f"{dutch.times(row['ratio'])} ({low} tot {high})"


def top_days(screen: Screen) -> None:
    """List the topdagen and say how well rules see them coming."""
    calendar = screen.settings.calendar
    found = data.ask(
        "top_days", screen.selection, region=calendar.school_region, events=calendar.event_days
    )
    if found.days.empty:
        return
    st.markdown("**Welke topdagen waren er, en waren ze te voorzien?**")
    days = found.days[found.days["topdag"].fillna(value=False).astype(bool)]
    rows = days.assign(
        day=[dutch.date(day) for day in days["date"]],
        plan=days["planned"].map({True: "gepland", False: "ongepland"}).fillna("onbekend"),
        parking=days["parking_pct"] / 100,
        seen=days["rule"].where(days["flagged"], "niet herkend"),
    )
    heads = [
        Head("day", "Dag"),
        Head("plan", "In het rooster"),
        Head("occasion", "Gebeurtenis"),
        Head("visitors", "Bezoekers", "rate"),
        Head("parking", "Parkeerbezetting", "percent"),
        Head("seen", "Herkend door"),
    ]
    rows = rows.assign(occasion=rows["occasion"].fillna(""))
    table(screen, rows, heads, key="topdagen", alt="Topdagen in deze periode.")
    if not found.rules:
        st.caption(found.note)
        return
    st.markdown("**Aan deze regels is een topdag de dag ervoor te herkennen:**")
    for rule in found.rules:
        st.markdown(f"- {rule}")
    method = {"regels": "Deze regels"}
    checked = found.assessed.assign(
        method=[method.get(name, name.capitalize()) for name in found.assessed["method"]],
        caught=[
            f"{row.hits} van {row.topdagen}"
            for row in found.assessed[["hits", "topdagen"]].itertuples()
        ],
    )
    heads = [
        Head("method", "Manier"),
        Head("sort", "Topdagen"),
        Head("caught", "Herkend"),
        Head("hit_low", "Minstens (95 %)", "percent"),
        Head("hit_high", "Hoogstens (95 %)", "percent"),
        Head("false_alarms", "Loos alarm", "rate"),
        Head("false_alarms_per_month", "Per maand", "rate", 1),
    ]
    table(screen, checked, heads, key="topdagregels", alt="Hoe goed de regels topdagen herkennen.")
    st.caption(
        f"Gekozen op alle dagen vóór {dutch.date(found.train_until)} en getoetst op de dagen "
        "daarna. Met weinig ongeplande topdagen blijft onzeker hoe goed de regels zijn."
    )
