"""What lies behind items about the team: activities, roster, surveys of its own people."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd
import streamlit as st

from thor_metrics import dutch
from thor_metrics.model import WEEKDAYS, Selection
from thor_metrics.ui import data
from thor_metrics.ui.frame import Screen
from thor_metrics.ui.plan.pieces import no_data, survey, table
from thor_metrics.views.tables import Head

__all__ = [
    "catalogue", "consulting_hours", "effort", "experience", "joint_actions", "meetings",
    "onderschat", "policy", "roster", "team_building", "trainings", "visits",
]  # fmt: skip


def trainings(screen: Screen) -> None:
    """List the trainings."""
    _held(screen, ("opleiding",), "Welke opleidingen zijn gevolgd?")


def meetings(screen: Screen) -> None:
    """List briefings and meetings."""
    _held(screen, ("briefing", "overleg"), "Welke briefings en overleggen waren er?")


def joint_actions(screen: Screen) -> None:
    """List actions with partners."""
    _held(screen, ("samenwerkingsactie",), "Welke acties waren er samen met partners?")


def team_building(screen: Screen) -> None:
    """List team building."""
    _held(screen, ("teambuilding",), "Wat is er samen ondernomen?")


def policy(screen: Screen) -> None:
    """List contributions to policy."""
    _held(screen, ("beleidsproduct",), "Aan welk beleid is meegeschreven?")


def visits(screen: Screen) -> None:
    """List visits to the wijk."""
    kinds = ("buurtbezoek", "stadsdeelbezoek", "buurtoverleg")
    _held(screen, kinds, "Waar is THOR op bezoek geweest?")


def onderschat(screen: Screen) -> None:
    """List the Onderschat actions."""
    _held(screen, ("onderschat",), "Bij welke Onderschat-acties deed THOR mee?")


def consulting_hours(screen: Screen) -> None:
    """List the spreekuren and lead to the calendar."""
    _held(
        screen, ("spreekuur",), "Welke spreekuren zijn gehouden?",
        ahead="Wanneer en waar zijn de volgende spreekuren?",
    )  # fmt: skip
    st.page_link("pages/plan/kalender.py", label="Open de kalender", icon=":material/event:")


def experience(screen: Screen) -> None:
    """Show the survey among the team."""
    survey(screen, "belevingsonderzoek")


def catalogue(_screen: Screen) -> None:
    """Lead to the catalogue."""
    st.page_link(
        "pages/gegevens/catalogus.py", label="Open de catalogus", icon=":material/menu_book:"
    )


def effort(screen: Screen) -> None:
    """Put hours of controls beside the number of reports, per gebied."""
    st.markdown("**Ligt de inzet waar de meldingen zijn?**")
    if screen.selection.buurt:
        st.caption("Kies een gebied of de hele stad om gebieden te vergelijken.")
        return
    city = Selection(screen.selection.period)
    hours = data.ask("measured", city, key="inzet_controle_uren", by=("gebied",))
    reports = data.ask("measured", city, key="meldingen", by=("gebied",))
    if hours.empty or reports.empty:
        no_data(("controls", "incidents"))
        return
    rows = hours[["gebied", "value"]].merge(
        reports[["gebied", "value"]], on="gebied", suffixes=("_hours", "_reports")
    )
    for name in ("hours", "reports"):
        total = rows[f"value_{name}"].sum()
        rows[f"share_{name}"] = rows[f"value_{name}"] / total if total else float("nan")
    rows = rows.assign(gap=100 * (rows["share_hours"] - rows["share_reports"]))
    heads = [
        Head("gebied", screen.settings.municipality.gebied_word.capitalize()),
        Head("value_reports", "Meldingen", "count"),
        Head("share_reports", "Deel van de meldingen", "percent"),
        Head("value_hours", "Uren controle", "count"),
        Head("share_hours", "Deel van de uren", "percent"),
        Head("gap", "Verschil (procentpunt)", "change"),
    ]
    table(
        screen, rows.sort_values("gap"), heads, key="inzet", alt="Inzet naast meldingen per gebied."
    )
    st.caption(
        "Samenhang, geen oorzaak: waar meer wordt gecontroleerd, kan ook minder worden gemeld. Het "
        "effect van een actie staat bij die actie."
    )


def roster(screen: Screen) -> None:
    """Say how much of the hours was foreseen and how much room is needed."""
    st.markdown("**Hoeveel ruimte moet het rooster openhouden?**")
    found = data.ask("flexible_hours", screen.selection)
    if found.balance.empty:
        no_data(("deployments",))
        return
    st.markdown("\n".join(f"- {_needed(row)}" for row in found.needed.to_dict("records")))
    st.caption(
        "Uren per dag, over alle diensten samen; tussen haakjes het 95 %-interval. Dagen tellen "
        "als onafhankelijk; een reeks drukke dagen achter elkaar vraagt meer."
    )
    shifts = [
        Head("shift", "Dienst"),
        Head("hours_available", "Beschikbaar", "rate"),
        Head("hours_planned", "Gepland", "rate"),
        Head("hours_unplanned", "Ongepland", "rate"),
        Head("shortage_days", "Diensten tekort", "rate"),
        Head("unused_hours", "Uren over", "rate"),
    ]
    table(screen, found.balance, shifts, key="rooster-dienst", alt="Uren per dienst.")
    st.markdown("**Wanneer komt het onverwacht?**")
    rows = found.profile.assign(
        day=[WEEKDAYS[int(number)] for number in found.profile["weekday"]],
    )
    profile = [
        Head("day", "Dag"),
        Head("shift", "Dienst"),
        Head("days", "Diensten", "rate"),
        Head("share_any", "Met iets ongeplands", "percent"),
        Head("mean", "Gemiddeld (uur)", "rate", 1),
        Head("p80", "8 van de 10 binnen (uur)", "rate", 1),
        Head("p95", "19 van de 20 binnen (uur)", "rate", 1),
    ]
    table(screen, rows, profile, key="rooster-week", alt="Ongeplande uren per weekdag en dienst.")
    if len(found.reasons):
        st.markdown("**Waardoor?**")
        reasons = [
            Head("reason", "Reden"),
            Head("hours", "Uren", "rate"),
            Head("days", "Dagen", "rate"),
        ]
        table(
            screen, found.reasons, reasons, key="rooster-reden", alt="Redenen van ongeplande inzet."
        )


def _needed(row: Mapping[Hashable, Any]) -> str:
    days = {0.8: "8 van de 10", 0.9: "9 van de 10", 0.95: "19 van de 20"}
    cover = days.get(float(row["cover"]), dutch.percent(float(row["cover"])))
    if pd.isna(row["hours"]):
        return f"Voor {cover} dagen: te weinig dagen om dat te zeggen."
    low, high = row["low"], row["high"]
    between = (
        f" (tussen {dutch.number(low)} en {dutch.number(high)})"
        if not (pd.isna(low) or pd.isna(high))
        else f" ({row['note'] or 'bovengrens niet bekend'})"
    )
    return f"Met **{dutch.number(row['hours'])} uur** per dag dekt u {cover} dagen{between}."


def _held(screen: Screen, kinds: tuple[str, ...], question: str, *, ahead: str = "") -> None:
    """List what took place, and apart from it what is only planned.

    With ``ahead``, a heading, what is planned comes first.
    """
    found = data.ask("agenda", screen.selection, kinds=kinds)
    status = found["status"].fillna("gehouden")
    held, planned = found[status == "gehouden"].iloc[::-1], found[status == "gepland"]
    if ahead:
        _planned(screen, planned, kinds, ahead)
    st.markdown(f"**{question}**")
    if held.empty:
        st.caption("Niets in deze periode.")
    else:
        _agenda(screen, held, key=f"lijst-{kinds[0]}", alt=question)
    if not ahead:
        _planned(screen, planned, kinds, "Wat staat er nog gepland?")
    dropped = int((status == "vervallen").sum())
    if dropped:
        st.caption(f"{dutch.amount(dropped, 'afspraak ging', 'afspraken gingen')} niet door.")


def _planned(screen: Screen, rows: pd.DataFrame, kinds: tuple[str, ...], question: str) -> None:
    if rows.empty:
        return
    st.markdown(f"**{question}**")
    past = rows["start"] < pd.Timestamp.now("UTC")
    rows = pd.concat([rows[~past], rows[past]])
    if past.any():
        st.caption(
            f"Bij {dutch.number(int(past.sum()))} hiervan, onderaan, is de dag voorbij en staat er "
            "nog 'gepland'. Of het doorging, staat in een nieuwer bestand met Activiteiten."
        )
    alt = f"Nog gepland: {dutch.join(kinds)}."
    _agenda(screen, rows, key=f"gepland-{kinds[0]}", alt=alt, most=5)


def _agenda(screen: Screen, rows: pd.DataFrame, *, key: str, alt: str, most: int = 10) -> None:
    zone = screen.settings.municipality.time_zone
    starts = rows["start"].dt.tz_convert(zone)
    told = rows.assign(
        day=[dutch.date(start) for start in starts],
        time=[
            f"{start:%H:%M}" if known else ""
            for start, known in zip(starts, rows["time_known"], strict=True)
        ],
        **{name: rows[name].fillna("") for name in ("title", "location", "partner")},
        gebied=rows["gebied"].fillna("hele stad"),
    )
    heads = [
        Head("day", "Datum"),
        Head("time", "Tijd"),
        Head("kind", "Soort"),
        Head("title", "Wat"),
        Head("gebied", screen.settings.municipality.gebied_word.capitalize()),
        Head("location", "Waar"),
        Head("partner", "Met"),
    ]
    if told["participants"].notna().any():
        heads.append(Head("participants", "Deelnemers", "rate"))
    table(screen, told, heads, key=key, alt=alt, most=most)
