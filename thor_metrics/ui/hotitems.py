"""Pieces of the page Hot-items: what stands out per area, in sentences, and all its numbers."""

from __future__ import annotations

import html
from collections.abc import Callable, Hashable, Mapping
from dataclasses import replace
from typing import Any, Final

import pandas as pd
import streamlit as st

from thor_metrics import dutch
from thor_metrics.indicators import items
from thor_metrics.model import SERIES
from thor_metrics.ui import data, filters, keys
from thor_metrics.ui.frame import Screen
from thor_metrics.views import findings
from thor_metrics.views.look import Look, theme_title
from thor_metrics.views.tables import Head, styled

__all__ = [
    "HOTSPOTS", "HOTTIMES", "METHOD", "area_lines", "areas", "ask", "own_area", "surest", "table",
    "to_page",
]  # fmt: skip

HOTSPOTS: Final = "pages/beeld/hotspots.py"
HOTTIMES: Final = "pages/beeld/hottijden.py"

#: Sentences of the chosen area, of one among many, and where nothing stands out.
_MOST: Final = 5
_MOST_OF_MANY: Final = 3
_LARGEST: Final = 3

METHOD: Final = """
**Wat er staat.** Per gebied (of buurt) twee vragen, uit elkaar gehouden. *Meer dan elders*: is deze
rubriek hier een groter deel van alles wat er is dan in de rest van de stad? "Verwacht naar het
stadsbeeld" is hoeveel het er zouden zijn met dezelfde verdeling als de hele stad. *Gestegen*: is
het meer dan in dezelfde dagen een jaar eerder?

**Hoe zeker.** *zeker*: minder dan 1 % kans dat zo'n verschil toeval is; *waarschijnlijk*: minder
dan 5 %; de rest *kan toeval zijn* en staat alleen in de tabel. Hoe grilliger de aantallen van week
tot week, hoe groter een verschil moet zijn. Er is gecorrigeerd voor alle gebieden en rubrieken die
zijn bekeken, ook als u er maar een paar ziet.

**Ander meldsysteem.** Kwam er tussen beide perioden een ander meldsysteem, dan kan een stijging van
het systeem komen. Dat geldt voor elk gebied; daarom staat er dan alleen of het hier *sterker steeg
dan in de rest van de stad*.

**Grenzen.** Meer dan elders is een deel van het geheel: waar weinig afval is, valt de rest eerder
op. Meer meldingen is niet altijd meer overlast. Een oorzaak staat hier nergens. Aantallen onder de
vijf over personen zijn verborgen, en alles wat ervan is afgeleid.
"""

Row = Mapping[Hashable, Any]


def ask(screen: Screen) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Ask the hot-items of the chosen area, and of the areas below it.

    Returns
    -------
    tuple of (DataFrame, DataFrame)
        Rows of the chosen gebied or buurt (none without one), and of the gebieden of the city or
        the buurten of the chosen gebied, as :func:`thor_metrics.indicators.items.hot_items` has
        them, with ``title`` and ``words``.
    """
    selection = screen.selection
    if selection.buurt:
        own = _asked(screen, "buurt")
        return own, own.head(0)
    gebieden = _asked(screen, "gebied")
    if selection.gebied:
        return gebieden, _asked(screen, "buurt")
    return gebieden.head(0), gebieden


def _asked(screen: Screen, level: str) -> pd.DataFrame:
    selection = screen.selection
    # Asked for the whole city: the numbers are the same and the next gebied is there at once.
    everywhere = replace(selection, gebied=None, buurt=None, themes=(), rubrieken=())
    found = items.chosen(data.ask("hot_items", everywhere, level=level), selection)
    found = found.reset_index(drop=True)
    titles = [screen.names.get(key, key.replace("_", " ")) for key in found["rubriek"]]
    rows = found.to_dict("records")
    return found.assign(
        title=titles,
        words=[
            findings.item_words(row, title, below=screen.below)
            for row, title in zip(rows, titles, strict=True)
        ],
    )


def surest(rows: pd.DataFrame) -> str:
    """Say what stands out most of all, for the headline."""
    sure = rows[rows["stands_out"] & (rows["rank"] == 1)]
    if sure.empty:
        return "Niets springt eruit: alle verschillen kunnen toeval zijn."
    order = sure.assign(
        sure=sure["certainty"].map({"zeker": 0, "waarschijnlijk": 1}),
        extra=sure["expected"] - sure["count"].astype("Float64"),
    ).sort_values(["sure", "extra"])
    top = order.iloc[0]
    return f"Wat het meest opvalt: {top['name']}, {_lower(top['words'])}."


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]


# --- areas ----------------------------------------------------------------------------------------


def own_area(screen: Screen, own: pd.DataFrame) -> None:
    """Write what stands out in the chosen area."""
    if own.empty:
        return
    with st.container(border=True, gap="small"):
        st.subheader(f"In {own['name'].iloc[0]}", anchor=False)
        area_lines(screen, own)


def areas(screen: Screen, parts: pd.DataFrame) -> None:
    """Draw a card per area, in alphabetical order."""
    if parts.empty:
        return
    if screen.selection.gebied:
        st.subheader("Per buurt", anchor=False)
    st.caption(_note(parts))
    with st.grid(2, min_column_width=480, gap="medium"):
        for name in sorted(parts["name"].unique()):
            part = parts[parts["name"] == name]
            with st.container(border=True, gap="small"):
                _name(part.iloc[0])
                area_lines(screen, part, most=_MOST_OF_MANY)


def _name(first: Any) -> None:
    whole = first["area"] == first["gebied"]
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.subheader(first["name"], anchor=False, width="stretch")
        st.button(
            f"Kies {first['name']}",
            key=f"kies-{first['area']}",
            on_click=filters.choose_area,
            args=(first["gebied"], None if whole else first["name"]),
            type="tertiary",
        )


def area_lines(
    screen: Screen, part: pd.DataFrame, *, most: int = _MOST, narrow: bool = False
) -> None:
    """Write the sentences of one area, each with its bar and its way to the map and the hours.

    Parameters
    ----------
    screen : Screen
    part : DataFrame
        Rows of one area, of :func:`ask`.
    most : int, default 5
        Sentences at most.
    narrow : bool, default False
        Put the ways below the sentence instead of beside it.
    """
    shown = part[part["stands_out"]].head(most)
    if shown.empty:
        shown = part[part["count"].fillna(0) > 0].nlargest(_LARGEST, "count")
        st.markdown(
            "Niets springt eruit; dit zijn de grootste."
            if len(shown)
            else f"Geen {SERIES[screen.selection.series]}."
        )
    top = _longest(shown)
    for row in shown.to_dict("records"):
        line = (
            st.container(gap="xsmall")
            if narrow
            else st.container(horizontal=True, vertical_alignment="center", wrap=False)
        )
        with line:
            st.html(_line(row, top, screen.look))
            with st.container(horizontal=True, width="content", gap="small"):
                _ways(row)


def _longest(rows: pd.DataFrame) -> float:
    numbers = rows[["count", "expected"]].to_numpy(dtype=float, na_value=0.0)
    return float(numbers.max(initial=1.0))


def _line(row: Row, top: float, look: Look) -> str:
    """Sentence with a bar below it: how many, and a tick at what was expected."""
    head, comma, tail = str(row["words"]).partition(", verwacht")
    first, rest = (head, comma + tail) if comma else (str(row["title"]), head[len(row["title"]) :])
    width = 100 * float(row["count"]) / top
    tick = 100 * float(row["expected"]) / top
    sure = row["more"] in findings.CERTAIN
    mark = (
        f'<span style="position:absolute;left:{tick:.1f}%;top:-4px;height:18px;width:3px;'
        f'background:{look.ink};outline:1px solid {look.surface}"></span>'
        if sure
        else ""
    )
    return (
        f'<div style="line-height:1.3"><strong>{html.escape(first)}</strong>{html.escape(rest)}'
        '<div aria-hidden="true" style="position:relative;margin-top:6px;height:10px">'
        f'<span style="position:absolute;left:0;top:0;height:10px;width:{width:.1f}%;'
        f'border-radius:2px;background:{look.steps[5]}"></span>{mark}</div></div>'
    )


def _ways(row: Row) -> None:
    name = f"{row['title']} in {row['name']}"
    for label, page, icon, what in (
        ("Kaart", HOTSPOTS, ":material/map:", "op de kaart"),
        ("Uren", HOTTIMES, ":material/schedule:", "per uur"),
    ):
        st.button(
            label,
            icon=icon,
            key=f"{label}-{row['area']}-{row['rubriek']}",
            on_click=to_page(page, row),
            type="tertiary",
            help=f"{name} {what}",
        )


def to_page(page: str, row: Row) -> Callable[[], None]:
    """Make the callback that opens a page with a rubriek and an area set as filters.

    Parameters
    ----------
    page : str
        File of the page.
    row : mapping
        ``area, name, gebied``, and optionally ``title`` of the rubriek.
    """

    def go() -> None:
        gebied = row["gebied"] or None
        filters.choose_area(gebied, None if row["area"] == gebied else row["name"])
        if row.get("title"):
            # Another theme that is still set would leave nothing of this rubriek.
            st.session_state[keys.THEMES] = []
            st.session_state[keys.RUBRIEKEN] = [row["title"]]
        # Without query_params Streamlit refuses, because the filters own the address.
        st.switch_page(page, query_params={})

    return go


# --- all numbers ----------------------------------------------------------------------------------


def table(screen: Screen, rows: pd.DataFrame) -> None:
    """List every number; a chosen row can be taken to the map and the hours."""
    st.subheader("Alle cijfers", anchor=False)
    if rows.empty:
        st.markdown("Niets om te tonen.")
        return
    shown = rows.assign(
        theme=rows["theme"].map(theme_title),
        more=rows["more"].replace("", "–"),
        rise=rows["rise"].replace("", "–"),
        note=rows["note"].replace("", "–"),
    )
    heads = [
        Head("name", "Gebied"),
        Head("title", "Rubriek"),
        Head("theme", "Thema"),
        Head("count", "Aantal", "count"),
        Head("expected", "Verwacht", "rate"),
        Head("more", "Meer dan elders"),
        Head("before", "Jaar eerder", "count"),
        Head("before_expected", "Verwacht nu", "rate"),
        Head("rise", "Gestegen"),
        Head("note", "Let op"),
    ]
    if rows["before"].isna().all() and not rows["hidden"].any():
        # Missing here is "geen gegevens" and not a hidden number.
        heads = [head for head in heads if head.column not in ("before", "before_expected")]
    place = f"alle-items-{screen.selection.gebied or ''}-{screen.selection.buurt or ''}"
    event: Any = st.dataframe(
        styled(shown, heads, hide_below=screen.below),
        hide_index=True,
        height=460 if len(shown) > 12 else "content",
        key=place,
        on_select="rerun",
        selection_mode="single-row",
        alt="Per gebied en rubriek het aantal, wat te verwachten was en hoe zeker het verschil is.",
    )
    chosen = [number for number in event.selection.rows if number < len(rows)]
    if not chosen:
        st.caption("Kies een rij om die op de kaart of in de uren te zien.")
        return
    row = rows.iloc[chosen[0]].to_dict()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{row['title']} in {row['name']}**", width="content")
        for label, page, icon in (
            ("Bekijk op de kaart", HOTSPOTS, ":material/map:"),
            ("Bekijk de uren", HOTTIMES, ":material/schedule:"),
        ):
            st.button(label, icon=icon, on_click=to_page(page, row), key=f"{place}-{page}")


def _note(rows: pd.DataFrame) -> str:
    """Explain the bar, and what a break in the series means here."""
    words = "Balk: aantal. Streepje: verwacht naar het stadsbeeld."
    if rows["elsewhere"].any():
        words += (
            " Sinds een jaar eerder is er een ander meldsysteem: gestegen is hier gestegen "
            "vergeleken met de rest van de stad."
        )
    elif (rows["note"] == dutch.NO_DATA).all():
        words += " Van een jaar eerder zijn er geen gegevens."
    return words
