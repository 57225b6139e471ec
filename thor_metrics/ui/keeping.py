"""Pieces of the page Inlezen about what is already there: refused rows, history, categories."""

from __future__ import annotations

import json
from typing import Any, Final
from zoneinfo import ZoneInfo

import pandas as pd
import streamlit as st

from thor_metrics import dutch, ingest
from thor_metrics.schema import TABLES
from thor_metrics.ui import data
from thor_metrics.views.tables import Head, csv_file, styled

__all__ = ["history", "quarantine", "templates"]

_ACTIONS: Final = {
    "load": "geladen",
    "undo": "teruggezet",
    "refresh": "opnieuw geplaatst of ingedeeld",
    "create": "tabel gemaakt",
}


# --- refused rows -------------------------------------------------------------------------------


def quarantine() -> None:
    """Show the rows that were refused, and give them back to be corrected."""
    rows = data.store().quarantine()
    if rows.empty:
        st.info("Er zijn geen geweigerde rijen. Hier komen rijen te staan die niet kloppen, met de "
                "reden erbij, zodat u ze kunt verbeteren en opnieuw kunt laden.")  # fmt: skip
        return
    titles = {TABLES[name].title: name for name in rows["table"].unique()}
    chosen = st.selectbox("Tabel", list(titles), key="geweigerd-tabel", width=320)
    mine = rows[rows["table"] == titles[chosen]]
    st.markdown(f"**{dutch.amount(len(mine), 'rij', 'rijen')}** van {chosen.lower()} geweigerd.")
    shown = mine.head(1_000).assign(at=[_clock(moment) for moment in mine["at"].head(1_000)])
    heads = [
        Head("file", "Bestand"), Head("row_number", "Rij", "rate"), Head("source_id", "Nummer"),
        Head("reasons", "Reden"), Head("raw", "Inhoud"), Head("at", "Geladen"),
    ]  # fmt: skip
    st.dataframe(styled(shown, heads), hide_index=True, alt="Geweigerde rijen met hun reden.")
    st.download_button(
        "Download om te verbeteren (CSV)",
        lambda: corrections_file(mine),
        file_name=f"verbeteren-{titles[chosen]}.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
    )
    st.caption("Verbeter de rijen in een spreadsheet en laad het bestand opnieuw: wat nu klopt, "
               "verdwijnt uit deze lijst.")  # fmt: skip


def corrections_file(rows: pd.DataFrame) -> bytes:
    """Write refused rows under the headers they are read by, with the reason in front.

    Parameters
    ----------
    rows : DataFrame
        ``source``, ``raw`` (JSON of header -> value) and ``reasons``.
    """
    raw = pd.DataFrame([json.loads(text) for text in rows["raw"]], index=rows.index)
    raw.insert(0, "Reden van weigering", rows["reasons"])
    if "Bronsysteem" not in raw:
        raw["Bronsysteem"] = rows["source"]
    return csv_file(raw, [Head(str(name), str(name)) for name in raw])


# --- history ------------------------------------------------------------------------------------


def history() -> None:
    """Show every load of a table, and undo one."""
    known = dict(data.versions())
    titles = {
        table.title: name for name, table in TABLES.items() if name in known and name != "areas"
    }
    if not titles:
        st.info(
            "Er is nog niets geladen. Hier ziet u straks elke lading en kunt u die terugdraaien."
        )
        return
    chosen = st.selectbox("Tabel", list(titles), key="geschiedenis-tabel", width=320)
    table = titles[chosen]
    loads = data.store().loads(table)
    shown = loads.assign(
        at=[_clock(moment) for moment in loads["at"]],
        action=loads["action"].map(_ACTIONS).fillna(loads["action"]),
    )
    heads = [
        Head("version", "Versie", "rate"), Head("at", "Wanneer"), Head("action", "Wat"),
        Head("file", "Bestand"), Head("source", "Bron"), Head("read", "Gelezen", "rate"),
        Head("new", "Nieuw", "rate"), Head("updated", "Bijgewerkt", "rate"),
        Head("unchanged", "Al bekend", "rate"), Head("rejected", "Geweigerd", "rate"),
    ]  # fmt: skip
    event: Any = st.dataframe(
        styled(shown, heads), hide_index=True, on_select="rerun", selection_mode="single-row",
        key=f"geschiedenis-{table}", alt=f"Ladingen van {chosen}, nieuwste bovenaan.",
    )  # fmt: skip
    rows = event.selection.rows
    if not rows:
        st.caption("Kies een rij om die lading terug te draaien.")
        return
    _undo(table, chosen, loads.iloc[rows[0]])


def _undo(table: str, title: str, load: pd.Series) -> None:
    version = int(load["version"])
    if load["action"] == "create" or version == 0:
        st.caption("Dit is het begin van de tabel; er is niets om terug te draaien.")
        return
    newer = int(data.store().versions()[table]) - version
    also = dutch.amount(newer, "latere wijziging vervalt", "latere wijzigingen vervallen")
    st.warning(
        f"{title} gaat terug naar de stand vóór versie {version}."
        + (f" Ook {also} dan." if newer else "")
        + " Het terugdraaien zelf komt ook in de geschiedenis en kan dus weer terug."
    )
    if st.button("Draai terug", type="primary", icon=":material/undo:"):
        data.store().restore(table, version - 1)
        data.changed()
        st.toast(f"{title} is teruggezet.")
        st.rerun()


def _clock(moment: Any) -> str:
    zone = ZoneInfo(data.settings().municipality.time_zone)
    return f"{pd.Timestamp(moment).tz_convert(zone):%d-%m-%Y %H:%M}"


# --- templates ----------------------------------------------------------------------------------


def templates() -> None:
    """Offer an empty file per table, with explanation."""
    st.markdown(
        "Een sjabloon heeft de juiste koppen en een voorbeeldrij; de Excel legt op een tweede blad "
        "elke kolom uit."
    )
    with st.grid(3, min_column_width=280, border=True):
        for name, table in TABLES.items():
            with st.container(height="stretch"):
                st.markdown(f"**{table.title}**")
                st.caption(table.about)
                with st.container(horizontal=True):
                    for kind, mime in _KINDS.items():
                        st.download_button(
                            f"{kind.upper()}",
                            _template(name, kind),
                            file_name=f"sjabloon-{name}.{kind}",
                            mime=mime,
                            key=f"sjabloon-{name}-{kind}",
                            icon=":material/download:",
                            on_click="ignore",
                            help=f"Sjabloon {table.title.lower()} als {kind.upper()}",
                        )


_KINDS: Final = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
}


def _template(name: str, kind: str) -> Any:
    return lambda: ingest.template(name, kind)  # type: ignore[arg-type]
