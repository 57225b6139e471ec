"""The frame round every page: title, headline, filters in words, data strip, ribbon."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import streamlit as st

from thor_metrics import dutch, ingest
from thor_metrics.indicators.quality import Quality
from thor_metrics.indicators.selection import describe
from thor_metrics.model import SERIES, Selection
from thor_metrics.settings import Settings
from thor_metrics.ui import data, filters, keys, periods
from thor_metrics.ui.link import copy_link
from thor_metrics.ui.navigation import Entry
from thor_metrics.views import texts
from thor_metrics.views.look import DARK, LIGHT, Look

__all__ = [
    "Screen",
    "begin",
    "explain",
    "fill_with_sample",
    "look",
    "open_page",
    "progress",
    "ribbon",
]


@dataclass(frozen=True)
class Screen:
    """What a page works with after :func:`open_page`.

    Attributes
    ----------
    selection : Selection
    options : Options
    settings : Settings
    quality : Quality
    look : Look
    controls : container
        Row above the picture for what belongs to it.
    """

    selection: Selection
    options: filters.Options
    settings: Settings
    quality: Quality
    look: Look
    controls: Any
    _top: Any

    @property
    def names(self) -> Mapping[str, str]:
        """Names of buurten and rubrieken by key."""
        return self.options.names

    @property
    def city(self) -> str:
        """Name of the municipality."""
        return self.settings.municipality.name

    @property
    def below(self) -> int:
        """Counts about people under this are hidden."""
        return self.settings.privacy.hide_below

    def told(self, row: Mapping[Hashable, Any]) -> str:
        """Write the count of a row (``count``, ``hidden``) with its noun."""
        return texts.counted(
            None if pd.isna(row["count"]) else row["count"],
            self.selection.series,
            hidden=bool(row["hidden"]),
            below=self.below,
        )

    def number(self, count: Any) -> str:
        """Write a count that is missing only where it is hidden."""
        return dutch.less_than(self.below) if pd.isna(count) else dutch.number(count)

    def headline(self, sentence: str) -> None:
        """Put the page's sentence at the top."""
        self._top.header(sentence, anchor=False)

    def counted_headline(self, tail: str = "") -> None:
        """Put the usual sentence at the top: how many, and how that changed."""
        change = data.ask("compare", self.selection)
        self.headline(
            texts.headline(
                self.selection, change, names=self.names, city=self.city, tail=tail,
                below=self.below,
            )
        )  # fmt: skip


@dataclass(frozen=True)
class _Begun:
    """What :func:`begin` drew, for the page that is run after it."""

    selection: Selection
    options: filters.Options
    head: Any
    top: Any
    controls: Any
    subject: bool


_begun: ContextVar[_Begun | None] = ContextVar("begun", default=None)


def begin(entry: Entry) -> None:
    """Draw the filters and make room for the frame, before the page itself is run.

    Called from the app, not from a page: widgets of a page are other widgets on the next page,
    and would lose what was chosen.
    """
    _begun.set(None)
    known = None if data.is_empty() or not entry.filters else filters.options()
    if known is None:
        return
    word = data.settings().municipality.gebied_word
    filters.bar(
        known,
        gebied_word=word,
        subject=entry.subject,
        moment=entry.subject and not entry.moment_on_page,
    )
    # Filled later: what stands above is known once the widgets below have been drawn.
    head, top = st.container(), st.container()
    controls = st.container(horizontal=True, vertical_alignment="bottom", gap="small")
    if entry.moment_on_page:
        filters.moment_bar(controls)
    with st.sidebar:
        st.button("Filters wissen", on_click=filters.reset, width="stretch")
    chosen = filters.selection(known)
    if not entry.subject:  # what was chosen on another page stays remembered, and does not hold
        chosen = Selection(chosen.period, gebied=chosen.gebied, buurt=chosen.buurt)
    _begun.set(_Begun(chosen, known, head, top, controls, entry.subject))


def open_page(question: str, *, promise: str) -> Screen:
    """Start a page: title, what is selected; stops where there is nothing to show.

    Parameters
    ----------
    question : str
        The one question the page answers, as its title.
    promise : str
        What one would see here, for when there is nothing yet.
    """
    begun = _begun.get()
    if begun is None:
        st.title(question, anchor=False)
        _nothing_yet(promise)
        st.stop()
    assert begun is not None
    with begun.head:
        _head(question, begun.selection, begun.options, counted=begun.subject)
    quality: Quality = data.ask("quality", begun.selection)
    return Screen(
        begun.selection, begun.options, data.settings(), quality, look(), begun.controls, begun.top
    )


def look() -> Look:
    """Colours that go with the appearance this visitor chose."""
    return DARK if st.context.theme.type == "dark" else LIGHT


def _head(question: str, selection: Selection, known: filters.Options, *, counted: bool) -> None:
    row = st.container(horizontal=True, vertical_alignment="center")
    with row:
        st.title(question, anchor=False, width="content")
        _selected(selection, known, counted=counted)
        ribbon()
        copy_link(_query(selection))


def _query(selection: Selection) -> dict[str, list[str]]:
    """Everything the address bar needs to bring this screen back.

    Usual values too, and "4 weken" as days: next month they would mean something else.
    """
    state = {str(name): value for name, value in st.session_state.items()}
    if state.get(keys.PERIOD) in periods.RELATIVE:
        state[keys.PERIOD] = periods.OWN
        state[keys.DATES] = [selection.period.start, selection.period.last_day]
    query: dict[str, list[str]] = {}
    for name in (*keys.FILTERS, *keys.DRAWING):
        value = state.get(name)
        parts = value if isinstance(value, (list, tuple)) else [value]
        kept = [str(part) for part in parts if part is not None]
        if kept and (name != keys.DATES or state.get(keys.PERIOD) == periods.OWN):
            query[name] = kept
    return query


def _selected(selection: Selection, known: filters.Options, *, counted: bool) -> None:
    """Say in words what is selected, and how many rows that is."""
    words = describe(selection, names=known.names)
    if not counted:
        st.caption(words, width="stretch")
        return
    count = data.ask("shown_total", selection)
    told = texts.counted(
        count, selection.series, hidden=count is None, below=data.settings().privacy.hide_below
    )
    st.caption(f"{words} · {told}", width="stretch")


# --- about the data ------------------------------------------------------------------------------


def ribbon() -> None:
    """Say calmly that the data are made up, until they are not."""
    if data.is_sample() and not data.is_empty():
        st.badge(
            "Verzonnen gegevens van een voorbeeldstad",
            icon=":material/science:",
            color="blue",
            help="Zo kunt u rondkijken. Zodra u bij Inlezen een eigen bestand laadt, gaan de "
            "verzonnen gegevens weg.",
        )


def explain(screen: Screen, method: str) -> None:
    """End a page: the data strip, and how we know this.

    Parameters
    ----------
    method : str
        Definition, source and limits of what the page shows, in Markdown.
    """
    st.divider()
    st.subheader("Over deze gegevens", anchor=False)
    with st.grid(6, min_column_width=170, gap="small"):
        for label, value, help_text in _strip(screen):
            with st.container(gap=None):
                st.caption(label, help=help_text)
                st.markdown(f"**{value}**")
    with st.expander("Hoe weten we dit?"):
        st.markdown(method)
        for reason in screen.quality.reasons:
            st.markdown(f"- {dutch.number(reason.rows)} rijen: {reason.text}.")


def _strip(screen: Screen) -> list[tuple[str, str, str]]:
    """Label, value and explanation of what one must know before believing a number."""
    found = screen.quality
    zone = screen.settings.municipality.time_zone
    chosen = screen.selection
    series = SERIES[chosen.series]
    everywhere = not (chosen.gebied or chosen.buurt)
    everything = not (chosen.themes or chosen.rubrieken)
    place = (
        f"{dutch.number(found.without_place)} {series} zonder bruikbare plaats in de gemeente; zij "
        "staan op geen kaart en vallen weg zodra u een gebied kiest."
    )
    time = (
        f"{dutch.number(found.without_time)} {series} waarvan alleen de dag bekend is; zij staan "
        "niet in de uren en vallen weg zodra u uren kiest."
    )
    category = (
        f"{dutch.number(found.unmapped)} {series} met een categorie die dit programma niet kent; "
        "zij staan onder 'niet ingedeeld'. Indelen kan bij Inlezen."
    )
    clock = (
        f"Alle tijden zijn omgezet naar de klok van {zone}. Bronnen die in een andere tijdzone "
        "schrijven staan in settings.toml."
    )
    newest = f"De nieuwste dag waarvan er {series} zijn. Latere dagen zijn niet 0 maar onbekend."
    return [
        (
            "Laatst geladen",
            _moment(data.last_load(), zone),
            "Wanneer er voor het laatst een bestand is ingelezen.",
        ),
        ("Nieuwste rij", dutch.date(found.last_date), newest),
        ("Zonder plaats", _share(found.without_place, found.counted, alike=everywhere), place),
        ("Zonder tijdstip", _share(found.without_time, found.counted), time),
        ("Categorie onbekend", _share(found.unmapped, found.counted, alike=everything), category),
        ("Tijdzone", zone.partition("/")[2].replace("_", " ") or zone, clock),
    ]


def _moment(moment: dt.datetime | None, zone: str) -> str:
    if moment is None:
        return dutch.NO_DATA
    return f"{moment.astimezone(ZoneInfo(zone)):%d-%m-%Y %H:%M}"


def _share(part: int, whole: int, *, alike: bool = True) -> str:
    """Write a part as a share, or as rows when it is not a part of the same whole.

    Rows without a place are in no gebied, and unknown categories in no theme: of a selection of
    those they are no share.
    """
    if not alike:
        return dutch.amount(part, "rij", "rijen")
    return dutch.percent(part / whole) if whole else dutch.NO_DATA


# --- nothing yet ----------------------------------------------------------------------------------


def _nothing_yet(promise: str) -> None:
    """Say what would be here, why it is not, and offer to mend that."""
    st.info(f"{promise} Er zijn nog geen gegevens geladen.")
    fill_with_sample()
    st.page_link("pages/gegevens/inlezen.py", label="Of laad een eigen bestand bij Inlezen")


def fill_with_sample() -> None:
    """Offer the made-up city: one button, with progress."""
    if not st.button("Vul met voorbeeldstad", type="primary", icon=":material/science:"):
        return
    with progress("Voorbeeldstad maken") as tell:
        ingest.sample_city(data.settings(), data.store(), progress=tell)
    data.changed()
    st.rerun()


@contextmanager
def progress(what: str) -> Iterator[ingest.Progress]:
    """Show a bar while something takes long; gives the function that moves it."""
    bar = st.progress(0.0, text=what)

    def tell(share: float, words: str) -> None:
        bar.progress(min(max(share, 0.0), 1.0), text=words)

    try:
        yield tell
    finally:
        bar.empty()
