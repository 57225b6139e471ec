"""Pieces of the page Dekking: where and when are we, beside where and when reports come from."""

from __future__ import annotations

from typing import Final

import pandas as pd
import streamlit as st

from thor_metrics import dutch
from thor_metrics.indicators.coverage import LESS, MORE, Coverage
from thor_metrics.ui import data
from thor_metrics.ui.frame import Screen
from thor_metrics.ui.hotspots.drawing import base, focus
from thor_metrics.ui.plan.pieces import no_data, table
from thor_metrics.views import charts, coverage, maps
from thor_metrics.views.tables import Head

__all__ = ["METHOD", "show"]

METHOD: Final = """
**Wat naast elkaar staat.** Het deel van de meldingen van burgers en het deel van de controles, per
plek en per uur, voor dezelfde thema's en periode. Het zijn twee reeksen; ze worden nooit opgeteld
en er wordt niets gedeeld door uren of inwoners.

**Wanneer is het verschil meer dan toeval?** Beide delen worden vergeleken met een toets die rekent
met hoe grillig meldingen en controles van week tot week zijn, gecorrigeerd voor alle plekken of
uren tegelijk (5 %). Onder de tien meldingen en tien controles staat er *te weinig gegevens*.

**Wat het niet zegt.** Dat er door controles minder wordt gemeld, of andersom. Soms is meer inzet
een bewuste keuze, zoals de norm van het plan op de lastigste perrons. Een controle zonder plaats of
tijd staat in geen vak of uur; hoeveel dat er zijn staat erbij.
"""

_WAYS: Final = {
    "Buurten": ("buurt", ("buurt", "buurten")),
    "Vakken 100 m": ("cell", ("vak", "vakken")),
    "Perrons, pleinen, scholen": ("object", ("plek", "plekken")),
}
_MAP_HEIGHT: Final = 560
_WEEK_HEIGHT: Final = 340


def show(screen: Screen) -> None:
    """Draw the page."""
    with screen.controls:
        chosen = st.segmented_control(
            "Kijk per", list(_WAYS), default="Buurten", key="dekkingniveau", bind="query-params",
            required=True,
        )  # fmt: skip
    by, what = _WAYS[chosen or "Buurten"]
    places: Coverage = data.ask("coverage", screen.selection, by=by)
    screen.headline(coverage.sentence(places, what))
    if not places.controls or not places.reports:
        no_data(("controls",) if not places.controls else ("incidents",))
        return
    rows = _worded(screen, places, by)
    _several(screen)
    with st.grid(2, min_column_width=460, gap="large"):
        left, right = st.container(), st.container()
    with left:
        _map(screen, rows)
    with right:
        _tops(rows, "Waar missen we?", "Waar zijn we meer dan er wordt gemeld?")
    _week(screen)
    _table(screen, rows, places, what[1])


def _worded(screen: Screen, found: Coverage, by: str) -> pd.DataFrame:
    rows = found.rows
    if by == "buurt":
        rows = rows.assign(name=[screen.names.get(code, code) for code in rows["key"]])
    return coverage.worded(rows, below=screen.below)


def _several(screen: Screen) -> None:
    if screen.selection.rubrieken or screen.selection.series != "incidents":
        st.caption(
            "Reeks en rubriek doen hier niet mee: het zijn altijd meldingen naast controles."
        )
    if len(screen.selection.themes) != 1:
        st.caption(
            "Meer thema's samen: een drukke plek voor fietsen kan zo een rustige voor afval "
            "verbergen. Kies één thema om te plannen."
        )


def _map(screen: Screen, rows: pd.DataFrame) -> None:
    st.pydeck_chart(
        maps.mismatch_map(
            rows, crs=screen.options.areas.crs, shapes=data.outlines("buurt"),
            focus=focus(screen), look=screen.look, style=base(screen),
        ),
        height=_MAP_HEIGHT,
        key="dekkingkaart",
        alt="Kaart van het verschil tussen inzet en overlast; de tabel heeft dezelfde cijfers.",
    )  # fmt: skip
    st.caption(
        "Oranje: minder inzet dan overlast. Blauwgroen: meer inzet dan overlast. Bleek: kan toeval "
        "zijn. Noord is boven."
    )


def _tops(rows: pd.DataFrame, missing: str, much: str) -> None:
    for title, verdict in ((missing, LESS), (much, MORE)):
        st.subheader(title, anchor=False)
        lines = coverage.top(rows, verdict)
        if not lines:
            st.markdown("Nergens duidelijk meer dan toeval.")
        st.markdown("\n".join(f"{number}. {line}" for number, line in enumerate(lines, start=1)))


def _week(screen: Screen) -> None:
    st.header("Wanneer zijn we er?", anchor=False)
    found: Coverage = data.ask("coverage", screen.selection, by="hour")
    if not found.controls or not found.reports:
        st.info("Van deze controles of meldingen is geen tijdstip bekend.")
        return
    named = found.rows.assign(name=found.rows["key"].map(coverage.hour_name))
    rows = coverage.worded(named, below=screen.below)
    heat = coverage.heat_rows(rows)
    with st.grid(2, min_column_width=460, gap="large"):
        left, right = st.container(), st.container()
    with left:
        st.vega_lite_chart(
            charts.difference_cells(heat, look=screen.look),
            charts.week_heat(look=screen.look, differences=True, height=_WEEK_HEIGHT),
            key="dekkingweek",
            alt="Week: zeven dagen bij vierentwintig uur, oranje waar inzet ontbreekt en "
            "blauwgroen waar meer inzet is dan overlast. In elk vak meldingen/controles.",
        )
        st.caption("In elk vak: meldingen/controles. Kleur: hoe ver de delen uiteenlopen.")
    with right:
        _tops(rows, "Wanneer missen we?", "Wanneer zijn we meer dan er wordt gemeld?")


def _table(screen: Screen, rows: pd.DataFrame, found: Coverage, what: str) -> None:
    st.subheader("Alle cijfers", anchor=False)
    heads = [
        Head("name", "Waar"), Head("reports", "Meldingen", "count"),
        Head("controls", "Controles", "count"), Head("hours", "Mensuren", "rate", 1),
        Head("share_reports", "Deel meldingen", "percent"),
        Head("share_controls", "Deel controles", "percent"), Head("verdict", "Oordeel"),
    ]  # fmt: skip
    table(screen, rows, heads, key=f"dekking-{what}", alt=f"Inzet en overlast van alle {what}.",
          most=12)  # fmt: skip
    if found.without:
        st.caption(
            f"{dutch.amount(found.without, 'controle', 'controles')} zonder plaats in deze "
            f"indeling, zoals ritten van de scanauto, staan in geen rij."
        )
