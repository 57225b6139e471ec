"""Pieces of the page Rubrieken: which category belongs where, and who decided so."""

from __future__ import annotations

from typing import Final

import pandas as pd
import streamlit as st

from thor_metrics import dutch, ingest
from thor_metrics.errors import ThorError
from thor_metrics.model import THEMES, Period, Selection
from thor_metrics.schema import TABLES
from thor_metrics.ui import data
from thor_metrics.views.look import theme_title
from thor_metrics.views.tables import Head, styled

__all__ = ["add", "decisions", "listed", "place", "rows"]

_UNKNOWN: Final = "niet_ingedeeld"


def rows() -> pd.DataFrame:
    """Give every category with its rows, over all days there are data of."""
    span = data.span()
    if span is None:
        return pd.DataFrame()
    found: pd.DataFrame = data.ask("categories", Selection(Period.parse(f"{span[0]}/{span[1]}")))
    return found


def place(found: pd.DataFrame) -> None:
    """Let a category be put in a rubriek, and say at once what that changes."""
    if found.empty:
        st.info("Zodra er gegevens zijn, staan hier categorieën die nog bij geen thema horen.")
        return
    lost = found[(found["theme"] == _UNKNOWN) & found["rubriek"].isna()]
    if lost.empty:
        st.success("Alle categorieën van de meldingen horen bij een thema.")
    else:
        counted = dutch.amount(lost["category"].nunique(), "categorie hoort", "categorieën horen")
        st.markdown(f"{counted} nog bij geen thema; {_told(lost)}. Die staan vooraan in de lijst.")
    rubrieken = data.known_settings().rubrieken
    first = list(dict.fromkeys([*lost["category"], *found["category"]]))
    total = found.groupby("category")["rows"].sum()
    category = st.selectbox(
        "Categorie", first, key="categorie", width=720,
        format_func=lambda name: f"{name} ({dutch.amount(total[name], 'rij', 'rijen')})",
    )  # fmt: skip
    key = st.selectbox(
        "Hoort bij", list(rubrieken), index=None, placeholder="Kies een rubriek", width=720,
        format_func=lambda name: f"{theme_title(rubrieken[name].theme)}: {rubrieken[name].title}",
        key="rubriekkeuze",
    )  # fmt: skip
    if not category or not key:
        return
    moving = found[(found["category"] == category) & (found["rubriek"] != key)]
    if moving.empty:
        st.caption("Deze categorie staat daar al.")
        return
    from_where = dutch.join(
        dict.fromkeys(
            theme_title(theme) if pd.isna(rubriek) else rubrieken[rubriek].title
            for theme, rubriek in zip(moving["theme"], moving["rubriek"], strict=True)
            if pd.isna(rubriek) or rubriek in rubrieken
        )
    )
    st.markdown(
        f"**Dit verandert er:** {_told(moving)} van *{from_where}* naar *{rubrieken[key].title}*."
    )
    by = st.text_input("Door (team of rol, geen naam)", key="indelendoor", width=360)
    if st.button("Deel in", type="primary"):
        _act(lambda: ingest.map_category(data.settings(), category, key, by=by))


def _told(some: pd.DataFrame) -> str:
    """Say how many rows of which tables."""
    per = some.groupby("table")["rows"].sum()
    return dutch.join(
        f"{dutch.number(count)} {TABLES[str(name)].title.lower()}" for name, count in per.items()
    )


def _act(change: object) -> None:
    """Do something to the rubrieken and let every row follow."""
    assert callable(change)
    try:
        change()
        with st.spinner("Alle rijen opnieuw indelen"):
            ingest.refresh(data.settings(), data.store(), areas=data.areas())
    except ThorError as error:
        st.error(str(error))
        return
    data.changed()
    st.rerun()


def add() -> None:
    """Let a rubriek be added."""
    titles = {theme.title: theme.key for theme in THEMES if theme.key != _UNKNOWN}
    with st.form("rubriek", border=False):
        theme = st.selectbox("Thema", list(titles), width=360)
        title = st.text_input("Naam van de rubriek", placeholder="Deelscooters", width=360)
        by = st.text_input("Door (team of rol, geen naam)", key="rubriekdoor", width=360)
        if not st.form_submit_button("Voeg toe", type="primary"):
            return
    try:
        taken = data.known_settings().rubrieken
        data.ledger().add_rubriek(titles[theme or ""], title, taken=taken, by=by)
    except ThorError as error:
        st.error(str(error))
        return
    st.rerun()


def listed(found: pd.DataFrame) -> None:
    """List the rubrieken with what is in them."""
    known = data.known_settings().rubrieken
    own = set(data.ledger().rubrieken()["key"])
    count = (
        found[found["table"] == "incidents"].groupby("rubriek")["rows"].sum()
        if len(found)
        else pd.Series(dtype="int64")
    )
    frame = pd.DataFrame(
        [
            {
                "theme": theme_title(rubriek.theme),
                "title": rubriek.title,
                "categories": len(rubriek.categories),
                "rows": int(count.get(key, 0)),
                "origin": "zelf toegevoegd" if key in own else "instellingen",
            }
            for key, rubriek in known.items()
        ]
    )
    heads = [
        Head("theme", "Thema"),
        Head("title", "Rubriek"),
        Head("categories", "Categorieën", "count"),
        Head("rows", "Meldingen", "count"),
        Head("origin", "Uit"),
    ]
    st.dataframe(
        styled(frame, heads), hide_index=True, height=39 * (min(len(frame), 12) + 1) + 3,
        alt="Rubrieken met hun thema en aantal meldingen.",
    )  # fmt: skip


def decisions() -> None:
    """List what was decided, newest first, each of which can be taken back."""
    made = data.ledger().mappings(all_of_them=True)
    if made.empty:
        st.caption("Nog niets veranderd: alles staat zoals in settings.toml.")
        return
    known = data.known_settings().rubrieken
    for row in made.head(20).to_dict("records"):
        with st.container(horizontal=True, vertical_alignment="center"):
            rubriek = known.get(str(row["rubriek"]))
            who = f" door {row['created_by']}" if row["created_by"] else ""
            st.markdown(
                f"**{row['category']}** naar "
                f"*{rubriek.title if rubriek else theme_title(str(row['theme']))}*"
                f", {dutch.date(row['created_at'])}{who}",
                width="content",
            )
            if st.button("Terugdraaien", icon=":material/undo:", key=f"besluit-{row['id']}"):
                number = int(row["id"])
                _act(lambda number=number: data.ledger().remove("mapping", number))
