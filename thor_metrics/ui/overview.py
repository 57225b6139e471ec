"""Pieces of the page Overzicht."""

from __future__ import annotations

import datetime as dt
import html
from collections.abc import Hashable, Mapping
from dataclasses import replace
from typing import Any, Final

import pandas as pd
import streamlit as st

from thor_metrics import dutch
from thor_metrics.model import SERIES, THEMES, Period, Selection, Series
from thor_metrics.ui import data, filters, keys
from thor_metrics.ui.frame import Screen
from thor_metrics.views import charts
from thor_metrics.views.look import THEME_COLOURS, Look, readable_on, theme_title
from thor_metrics.views.tables import Head, styled

__all__ = [
    "METHOD",
    "area_ranking",
    "course",
    "heaviest",
    "riser_table",
    "theme_cards",
    "three_series",
]

_MONTHS_SHOWN: Final = 24

METHOD: Final = """
**Wat er staat.** Het aantal in de gekozen periode, naast dezelfde periode een jaar eerder. Loopt
de periode nog, dan tellen evenveel dagen van een jaar eerder.

**Hoe zeker.** *zeker*: minder dan 1 % kans dat zo'n verschil toeval is; *waarschijnlijk*: minder
dan 5 %; de rest *kan toeval zijn*. Weken van beide perioden zijn naast elkaar gelegd; hoe grilliger
de aantallen van week tot week, hoe groter een verschil moet zijn om mee te tellen. Er is
gecorrigeerd voor het aantal thema's of rubrieken dat tegelijk is bekeken.

**Grenzen.** Meer meldingen is niet altijd meer overlast: meldbereidheid verschilt per buurt en een
ander meldsysteem is een breuk in elke reeks. Kleine aantallen over personen zijn verborgen.
Meldingen, waarnemingen en controles worden nooit opgeteld.
"""


def course(selection: Selection, *, last: dt.date | None = None) -> Selection:
    """Select two years of whole months up to the end of the period, for the small lines.

    Parameters
    ----------
    selection : Selection
    last : date, optional
        Last day with data; a month that is not complete would look like a fall.
    """
    end = selection.period.end
    if last is not None:
        end = min(end, last + dt.timedelta(days=1))
    first_of_next = (end.replace(day=28) + dt.timedelta(days=4)).replace(day=1)
    until = end if end.day == 1 else (first_of_next - dt.timedelta(days=1)).replace(day=1)
    months = until.year * 12 + until.month - 1 - _MONTHS_SHOWN
    start = dt.date(months // 12, months % 12 + 1, 1)
    return replace(selection, period=Period(start, until))


def heaviest(areas: pd.DataFrame, selection: Selection) -> str:
    """Name the area with most, as a second sentence; nothing when one area was chosen."""
    known = areas[(areas["count"] > 0).fillna(False)]
    if selection.gebied or selection.buurt or known.empty:
        return ""
    top = known.iloc[0]
    return f"Meeste in {top['name']}: {dutch.number(top['count'])}."


# --- cards -------------------------------------------------------------------------------------


def theme_cards(screen: Screen, themes: pd.DataFrame, months: pd.DataFrame) -> None:
    """Draw a card per theme: number, change with its certainty, course of two years."""
    shown = themes[(themes["theme"] != "niet_ingedeeld") | (themes["count"] > 0)]
    with st.grid(3, min_column_width=260, border=True):
        for row in shown.to_dict("records"):
            key = row["theme"]
            with st.container(gap="xsmall"):
                st.html(_card(row, screen.look, screen.below))
                _course(months[months["theme"] == key], key)
                if len(shown) > 1:
                    st.button(
                        f"Alleen {theme_title(key).lower()}",
                        key=f"alleen-{key}",
                        type="tertiary",
                        on_click=_only,
                        args=(key,),
                    )


def _only(theme: str) -> None:
    st.session_state[keys.THEMES] = [theme_title(theme)]


def _card(row: Mapping[Hashable, Any], look: Look, below: int) -> str:
    """Letter in its colour, name, number and change as HTML; the theme has no such element."""
    key = row["theme"]
    colour = THEME_COLOURS[key]
    letter = next(theme.letter for theme in THEMES if theme.key == key)
    arrow, words, shade = _change(row, look)
    hidden = pd.isna(row["count"])
    number = dutch.less_than(below) if hidden else dutch.number(row["count"])
    return (
        '<div style="line-height:1.25">'
        f'<span aria-hidden="true" style="background:{colour};color:{readable_on(colour)};'
        "border-radius:6px;display:inline-block;width:1.7em;text-align:center;font-weight:700;"
        f'margin-right:.5em">{html.escape(letter)}</span>'
        f'<span style="font-weight:600">{html.escape(theme_title(key))}</span>'
        f'<div style="font-size:{28 if hidden else 44}px;font-weight:700;'
        f'font-variant-numeric:tabular-nums">{number}</div>'
        f'<div style="color:{shade};font-weight:600">'
        f'<span aria-hidden="true">{arrow}</span> {html.escape(words)}</div></div>'
    )


def _change(row: Mapping[Hashable, Any], look: Look) -> tuple[str, str, str]:
    """Arrow, words and colour of a change; the sign says the same as the colour."""
    if row["hidden"]:
        return "", "verandering te klein om te tonen", look.ink
    if pd.isna(row["count"]) or pd.isna(row["before"]):
        return "", f"{row['note'] or dutch.NO_DATA} van een jaar eerder", look.ink
    difference = int(row["count"]) - int(row["before"])
    sure = row["certainty"] or row["note"]
    if row["break_in_series"]:
        sure = f"{sure}; ander meldsysteem" if sure else "ander meldsysteem"
    words = f"{dutch.signed(difference)} op {dutch.number(row['before'])} een jaar eerder"
    words += f" ({sure})" if sure else ""
    arrow = "▲" if difference > 0 else "▼" if difference < 0 else "="
    if row["certainty"] not in ("zeker", "waarschijnlijk"):
        # Only what is more than chance gets a colour: the rest asks for no action.
        return arrow, words, look.ink
    return arrow, words, look.more if difference > 0 else look.less


def _course(months: pd.DataFrame, theme: str) -> None:
    known = months.assign(words=[_month_words(row) for row in months.to_dict("records")])
    values = known["count"].dropna()
    if len(values) < 2:
        st.caption("Nog te weinig maanden voor een lijn.")
        return
    first, last = known["month"].iloc[0], known["month"].iloc[-1]
    st.vega_lite_chart(
        known[["month", "count", "words"]],
        charts.sparkline(colour=THEME_COLOURS[theme]),
        key=f"verloop-{theme}",
        alt=f"{theme_title(theme)} per maand van {dutch.month(first)} tot en met "
        f"{dutch.month(last)}: van {dutch.number(values.iloc[0])} naar "
        f"{dutch.number(values.iloc[-1])}, "
        f"hoogste {dutch.number(values.max())}.",
    )
    st.caption(f"per maand, {dutch.month(first)} t/m {dutch.month(last)}")


def _month_words(row: Mapping[Hashable, Any]) -> str:
    told = dutch.number(row["count"])
    if pd.isna(row["count"]) and row["hidden"]:
        told = "verborgen"
    return f"{dutch.month(row['month'])}: {told}"


# --- areas and risers -------------------------------------------------------------------------


def area_ranking(screen: Screen, areas: pd.DataFrame) -> None:
    """Rank gebieden, or the buurten of the chosen gebied; a click chooses one."""
    selection = screen.selection
    inside = selection.gebied is not None
    word = "buurt" if inside else screen.settings.municipality.gebied_word
    with st.container():
        _ranking(screen, areas, word, inside=inside)


def _ranking(screen: Screen, areas: pd.DataFrame, word: str, *, inside: bool) -> None:
    selection = screen.selection
    st.subheader(f"Per {word}", anchor=False)
    shown = areas.assign(
        shown=[
            dutch.less_than(screen.below) if pd.isna(count) else dutch.number(count)
            for count in areas["count"]
        ],
        words=[f"{row['name']}: {screen.told(row)}" for row in areas.to_dict("records")],
    )
    key = f"{keys.RANKING}-{selection.gebied or 'stad'}"
    chosen = screen.names.get(selection.buurt or "")
    st.vega_lite_chart(
        shown[["name", "count", "shown", "words"]],
        charts.bars(label="name", value="count", chosen=chosen, look=screen.look, pick="keuze"),
        key=key,
        on_select=lambda: _picked(key, inside=inside),
        alt=f"Aantal per {word}, meeste in {shown['name'].iloc[0]}." if len(shown) else word,
    )
    if inside:
        back = "Terug naar alle gebieden"
        st.button(back, icon=":material/arrow_back:", on_click=filters.choose_area, args=(None,))
    else:
        st.caption(f"Klik op een balk om dat {word} te kiezen.")


def _picked(key: str, *, inside: bool) -> None:
    points = st.session_state[key].selection.get("keuze") or []
    if not points:
        return
    name = points[0].get("name")
    if inside:
        st.session_state[keys.BUURT] = name
    else:
        filters.choose_area(name)


def riser_table(screen: Screen, risers: pd.DataFrame) -> None:
    """List what rose most, the surest first."""
    with st.container():
        _risers(screen, risers)


def _risers(screen: Screen, risers: pd.DataFrame) -> None:
    st.subheader("Sterkste stijgers", anchor=False)
    if risers.empty:
        st.markdown("Geen rubriek steeg, of er is te weinig om te vergelijken.")
        return
    shown = risers.assign(
        title=[screen.names.get(key, key) for key in risers["rubriek"]],
        theme=risers["theme"].map(theme_title),
        more=risers["count"].astype("Float64") - risers["before"].astype("Float64"),
    )
    heads = [
        Head("title", "Rubriek"),
        Head("theme", "Thema"),
        Head("count", "Nu", "count"),
        Head("before", "Jaar eerder", "count"),
        Head("more", "Verschil", "change"),
        Head("certainty", "Zekerheid"),
    ]
    st.dataframe(
        styled(shown, heads, hide_below=screen.below),
        hide_index=True,
        alt="Rubrieken die het meest stegen ten opzichte van een jaar eerder, zekerste bovenaan.",
    )
    st.caption("Zekerheid: zeker (kans op toeval onder 1 %), waarschijnlijk (onder 5 %).")


def three_series(screen: Screen) -> None:
    """Show meldingen, waarnemingen and controles beside each other, never added up."""
    st.subheader("Drie reeksen, niet opgeteld", anchor=False)
    with st.grid(3, min_column_width=220, border=True):
        for series, words in SERIES.items():
            st.metric(words.capitalize(), _series_total(screen, series), help=_ABOUT[series])


def _series_total(screen: Screen, series: Series) -> str:
    """The number, "minder dan 5", or that this series was never loaded: that is not nought."""
    if series not in data.engine().spans:
        return dutch.NO_DATA
    count = data.ask("shown_total", replace(screen.selection, series=series))
    return dutch.less_than(screen.below) if count is None else dutch.number(count)


_ABOUT: Final = {
    "incidents": "Wat bewoners, bezoekers en collega's melden; dubbele en geannuleerde niet.",
    "observations": "Wat medewerkers zelf zien, met hun aantallen. Meer op straat = meer gezien.",
    "controls": "Uitgevoerde controles.",
}
