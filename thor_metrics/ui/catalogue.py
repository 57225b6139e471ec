"""Pieces of the page Catalogus."""

from __future__ import annotations

import io
from collections.abc import Hashable, Mapping
from typing import Any, Final

import openpyxl
import pandas as pd
import streamlit as st

from thor_metrics import dutch
from thor_metrics.catalogue import catalogue
from thor_metrics.plan import read_plan
from thor_metrics.ui import data
from thor_metrics.ui.data import Versions
from thor_metrics.ui.frame import Screen
from thor_metrics.ui.navigation import PAGES
from thor_metrics.ui.plan.pieces import no_data
from thor_metrics.views.tables import Head, csv_file, safe_cell, styled

__all__ = ["METHOD", "ask", "card", "downloads", "listed"]

METHOD: Final = """
**Wat er staat.** Deze lijst wordt gemaakt uit de definities waarmee het dashboard zelf telt: wat er
niet in staat, kan het niet tonen. *Nieuwste dag* is van de oudste van zijn bronnen; *gebieden* telt
de gebieden met rijen in het laatste jaar met gegevens.
"""

_HEADS: Final = (
    Head("title", "Cijfer of beeld"),
    Head("monitor", "Item"),
    Head("part", "Deel van het plan"),
    Head("definition", "Definitie"),
    Head("sources", "Bronnen"),
    Head("newest_words", "Nieuwste dag"),
    Head("coverage", "Gebieden"),
)
_FILE: Final = (
    *_HEADS,
    Head("key", "Sleutel"),
    Head("unit", "Eenheid"),
    Head("better", "Richting"),
    Head("why", "Waarom"),
    Head("limits", "Let op"),
    Head("hidden", "Kleine aantallen"),
    Head("missing", "Gebieden zonder gegevens"),
    Head("page", "Pagina"),
    Head("query", "Vraag (SQL)"),
)


@st.cache_data(max_entries=20, show_spinner=False)
def _catalogue(key: Versions, folder: str, gebied: str | None) -> pd.DataFrame:  # noqa: ARG001 - the key only
    return catalogue(data.engine(), read_plan(), gebied=gebied)


def ask(screen: Screen) -> pd.DataFrame:
    """Give the rows that fit what is searched for."""
    folder = str(data.settings().data_dir)
    rows = _catalogue(data.versions(), folder, screen.selection.gebied)
    rows = rows.assign(
        newest_words=[
            dutch.date(day) if day is not None else dutch.NO_DATA for day in rows["newest"]
        ]
    )
    with screen.controls:
        text = st.text_input(
            "Zoek", placeholder="bijvoorbeeld naheffing, M13 of jeugd", key="zoek",
            bind="query-params", width=360,
        )  # fmt: skip
        part = st.selectbox(
            "Deel van het plan", sorted(set(rows["part"]) - {""}), index=None, placeholder="Alle",
            key="deel", width=240,
        )  # fmt: skip
        state = st.segmented_control(
            "Gegevens", ["Alle", "Aanwezig", "Ontbreekt"], default="Alle", key="aanwezig",
            required=True,
        )  # fmt: skip
    words = (text or "").casefold().split()
    said = (
        rows["title"] + " " + rows["definition"] + " " + rows["monitor"] + " " + rows["sources"]
    ).str.casefold()
    fits = pd.Series(data=True, index=rows.index)
    for word in words:
        fits &= said.str.contains(word, regex=False)
    if part:
        fits &= rows["part"] == part
    if state != "Alle":
        fits &= (rows["rows"] > 0) == (state == "Aanwezig")
    return rows[fits].reset_index(drop=True)


def listed(screen: Screen, rows: pd.DataFrame) -> Mapping[Hashable, Any] | None:
    """List them; gives the row that is chosen."""
    numbers = int((rows["kind"] == "cijfer").sum())
    screen.headline(
        f"{dutch.amount(numbers, 'cijfer', 'cijfers')} en "
        f"{dutch.amount(len(rows) - numbers, 'beeld', 'beelden')} gevonden."
    )
    if rows.empty:
        st.markdown("Niets gevonden. Zoek op een ander woord of wis de filters.")
        return None
    st.dataframe(
        styled(rows, _HEADS), hide_index=True, height=39 * (min(len(rows), 10) + 1) + 3,
        alt="Alles wat het dashboard kan tonen.",
    )  # fmt: skip
    titles = list(rows["title"])
    chosen = st.selectbox("Bekijk er een", titles, key="catalogusrij", width=560)
    return dict(rows.iloc[titles.index(chosen or titles[0])])


def card(row: Mapping[Hashable, Any]) -> None:
    """Show everything about one of them."""
    with st.container(border=True):
        st.subheader(row["title"], anchor=False)
        lines = [
            ("Definitie", row["definition"]),
            ("Waarom", row["why"]),
            ("Let op", row["limits"]),
            ("Bronnen", row["sources"]),
            ("Nieuwste dag", row["newest_words"]),
            ("Gebieden met gegevens", row["coverage"]),
            ("Zonder gegevens", row["missing"]),
            ("Kleine aantallen", row["hidden"]),
            ("Richting", row["better"]),
            ("Definitie nagekeken op", dutch.date(row["reviewed"]) if row["reviewed"] else ""),
        ]
        st.markdown("\n".join(f"- **{name}**: {said}" for name, said in lines if said))
        page = next(one for one in PAGES if one.file.endswith(f"/{row['page']}.py"))
        st.page_link(page.file, label=f"Bekijk bij {page.title}", icon=":material/arrow_forward:")
        if not row["rows"]:
            no_data(row["tables"])
        if row["query"]:
            with st.expander("De vraag aan de gegevens (SQL, voorbeeldjaar 2026)"):
                st.code(row["query"], language="sql")


def downloads(rows: pd.DataFrame) -> None:
    """Offer the list as files."""
    with st.container(horizontal=True):
        st.download_button(
            "Lijst als CSV", lambda: csv_file(rows, _FILE), file_name="catalogus.csv",
            mime="text/csv", icon=":material/download:",
        )  # fmt: skip
        st.download_button(
            "Lijst als Excel", lambda: _excel(rows), file_name="catalogus.xlsx",
            mime="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            icon=":material/download:",
        )  # fmt: skip


def _excel(rows: pd.DataFrame) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Catalogus"
    sheet.append([head.title for head in _FILE])
    for row in rows[[head.column for head in _FILE]].itertuples(index=False):
        sheet.append([safe_cell(str(value)) for value in row])
    sheet.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
