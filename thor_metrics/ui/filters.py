"""The filter bar: the same on every page, kept in the address bar, checked again on the server.

A browser can send anything, so :func:`selection` looks up every value in the lists the widgets
were made from; what is not in them counts as not set.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import streamlit as st

from thor_metrics import geo
from thor_metrics.errors import PeriodError
from thor_metrics.model import SERIES, THEMES, WEEKDAYS, Hours, Period, Selection, Series
from thor_metrics.settings import Rubriek
from thor_metrics.ui import data, keys, periods, selections

__all__ = [
    "BUURTEN",
    "CELLS",
    "GEBIEDEN",
    "SPOTS",
    "Options",
    "bar",
    "choose_area",
    "choose_moment",
    "follow_place",
    "level_for",
    "moment_bar",
    "options",
    "reset",
    "selection",
]

_SERIES: Final[dict[str, Series]] = {words: key for key, words in SERIES.items()}
_THEMES: Final = {theme.title: theme.key for theme in THEMES}

#: Levels of the map, as they are called on screen and in the address bar.
GEBIEDEN: Final = "Gebieden"
BUURTEN: Final = "Buurten"
CELLS: Final = "Vakken 100 m"
SPOTS: Final = "Plekken 25 m"

NIGHT_RULE: Final = (
    "Uren na middernacht horen bij de avond ervoor: vr 20-04 uur is vrijdag vanaf 20 uur en "
    "zaterdag tot 04 uur. De periode gaat over de datum zelf. Rijen zonder tijdstip vallen weg "
    "zodra er uren gekozen zijn; hoeveel dat er zijn staat bij 'Over deze gegevens'."
)


@dataclass(frozen=True)
class Options:
    """Everything one can pick, with what it means.

    Attributes
    ----------
    first, last : date
        First and last day with data.
    areas : AreaMap
    rubrieken : mapping of str to Rubriek
    """

    first: dt.date
    last: dt.date
    areas: geo.AreaMap
    rubrieken: Mapping[str, Rubriek]

    @cached_property
    def periods(self) -> dict[str, Period]:
        """Name -> period."""
        return periods.choices(self.first, self.last)

    @cached_property
    def gebieden(self) -> list[str]:
        """Names in alphabetical order."""
        return sorted({name for name in self.areas.gebieden if name})

    def buurten(self, gebied: str | None) -> dict[str, str]:
        """Name -> code, of one gebied or of all of them."""
        rows = zip(self.areas.names, self.areas.codes, self.areas.gebieden, strict=True)
        found = {name: code for name, code, inside in rows if gebied in (None, inside)}
        return dict(sorted(found.items()))

    def titles(self, themes: tuple[str, ...]) -> dict[str, str]:
        """Title of a rubriek -> its key, of some themes or of all of them."""
        return {
            rubriek.title: key
            for key, rubriek in self.rubrieken.items()
            if not themes or rubriek.theme in themes
        }

    @cached_property
    def names(self) -> dict[str, str]:
        """Names of buurten and titles of rubrieken by their key, for sentences."""
        titles = {key: rubriek.title for key, rubriek in self.rubrieken.items()}
        return titles | dict(zip(self.areas.codes, self.areas.names, strict=True))


def options() -> Options | None:
    """Look up what there is to pick from; ``None`` when there are no data at all."""
    span = data.span()
    if span is None:
        return None
    return Options(span[0], span[1], data.areas(), data.known_settings().rubrieken)


def reset() -> None:
    """Put every filter back (a button's callback)."""
    # Popping a bound key would bring its value back from the address bar.
    for key in (keys.PERIOD, keys.GEBIED, keys.BUURT, keys.HOUR_FROM, keys.HOUR_UNTIL):
        st.session_state[key] = None
    for key in (keys.THEMES, keys.RUBRIEKEN, keys.WEEKDAYS):
        st.session_state[key] = []
    st.session_state[keys.SERIES] = "meldingen"
    follow_place()


def choose_area(gebied: str | None, buurt: str | None = None) -> None:
    """Set the place from a callback (names), as a click on the map does; the map follows."""
    st.session_state[keys.GEBIED] = gebied
    st.session_state[keys.BUURT] = buurt
    follow_place()


def follow_place() -> None:
    """Let the map show what belongs to the chosen place: one step finer than the place."""
    st.session_state[keys.LEVEL] = level_for(
        st.session_state.get(keys.GEBIED), st.session_state.get(keys.BUURT)
    )


def level_for(gebied: str | None, buurt: str | None) -> str:
    """Give the level of the map that tells most about a place."""
    if buurt:
        return CELLS
    return BUURTEN if gebied else GEBIEDEN


def choose_moment(weekdays: tuple[int, ...], hours: Hours | None) -> None:
    """Set weekdays and hours from a callback, as a brush over the week does."""
    st.session_state[keys.WEEKDAYS] = [WEEKDAYS[day] for day in weekdays]
    st.session_state[keys.HOUR_FROM] = None if hours is None else _clock(hours.start)
    st.session_state[keys.HOUR_UNTIL] = None if hours is None else _clock(hours.end)


def _clock(hour: int) -> str:
    return f"{hour:02d}:00"


_FROM: Final = {_clock(hour): hour for hour in range(24)}
_UNTIL: Final = {_clock(hour): hour for hour in range(1, 25)}


def bar(known: Options, *, gebied_word: str, subject: bool = True, moment: bool = True) -> None:
    """Draw the filters in the sidebar.

    Parameters
    ----------
    known : Options
    gebied_word : str
        What a gebied is called here.
    subject : bool, default True
        Draw series, themes and rubrieken.
    moment : bool, default True
        Draw weekdays and hours too; a page that shows them itself says False.
    """
    with st.sidebar:
        _period(known)
        _place(known, gebied_word)
        if subject:
            _subject(known)
        if moment:
            moment_bar()
        selections.saved(_allowed(known), subject=subject, follow=follow_place)


def _allowed(known: Options) -> selections.Allowed:
    """Everything a saved choice may set; what does not go together is dropped by the widgets."""
    names: dict[str, Collection[str]] = {
        keys.PERIOD: (*known.periods, periods.OWN),
        keys.GEBIED: known.gebieden,
        keys.BUURT: known.buurten(None),
        keys.THEMES: _THEMES,
        keys.RUBRIEKEN: known.titles(()),
        keys.SERIES: _SERIES,
        keys.WEEKDAYS: WEEKDAYS,
        keys.HOUR_FROM: _FROM,
        keys.HOUR_UNTIL: _UNTIL,
    }
    return selections.Allowed(names, known.first, known.last)


def _keep(key: str, allowed: Collection[str], *, many: bool = False, empty: Any = None) -> None:
    """Forget what is remembered but is no longer, or never was, among the options."""
    if key not in st.session_state:
        return
    chosen = st.session_state[key]
    if many:
        items = chosen if isinstance(chosen, (list, tuple)) else []
        kept = [item for item in items if item in allowed]
        # Only where something changes: a value set from here is sent to the browser again.
        if kept != chosen:
            st.session_state[key] = kept
    elif chosen not in allowed:
        st.session_state[key] = empty


def _period(known: Options) -> None:
    names = [*known.periods, periods.OWN]
    usual = periods.usual(known.last)
    _keep(keys.PERIOD, names, empty=usual)
    st.selectbox(
        "Periode",
        names,
        index=names.index(usual) if usual in names else 0,
        key=keys.PERIOD,
        bind="query-params",
        persist_state="session",
        help=f"'Deze week', '4 weken' en 'Dit kwartaal' eindigen op de nieuwste dag met gegevens "
        f"({known.last:%d-%m-%Y}).",
    )
    if st.session_state[keys.PERIOD] == periods.OWN:
        _own_days(known)


def _own_days(known: Options) -> None:
    st.date_input(
        "Van en tot en met",
        value=(max(known.first, known.last - dt.timedelta(days=27)), known.last),
        min_value=known.first,
        max_value=known.last,
        format="DD-MM-YYYY",
        key=keys.DATES,
        bind="query-params",
        persist_state="session",
    )


def _place(known: Options, gebied_word: str) -> None:
    _keep(keys.GEBIED, known.gebieden)
    gebied = st.selectbox(
        gebied_word.capitalize(),
        known.gebieden,
        index=None,
        placeholder="Alle",
        key=keys.GEBIED,
        on_change=follow_place,
        bind="query-params",
        persist_state="session",
    )
    buurten = list(known.buurten(gebied if gebied in known.gebieden else None))
    _keep(keys.BUURT, buurten)
    st.selectbox(
        "Buurt",
        buurten,
        index=None,
        placeholder="Alle",
        key=keys.BUURT,
        on_change=follow_place,
        bind="query-params",
        persist_state="session",
    )


def _subject(known: Options) -> None:
    _keep(keys.SERIES, _SERIES, empty="meldingen")
    _keep(keys.THEMES, _THEMES, many=True)
    st.segmented_control(
        "Reeks",
        list(_SERIES),
        default="meldingen",
        required=True,
        key=keys.SERIES,
        bind="query-params",
        persist_state="session",
        help="Meldingen van bewoners, eigen waarnemingen en controles zijn drie verschillende "
        "dingen en worden nooit opgeteld: meer surveilleren geeft meer waarnemingen.",
    )
    chosen = st.pills(
        "Thema",
        list(_THEMES),
        selection_mode="multi",
        key=keys.THEMES,
        bind="query-params",
        persist_state="session",
    )
    themes = tuple(_THEMES[title] for title in chosen or () if title in _THEMES)
    titles = list(known.titles(themes))
    _keep(keys.RUBRIEKEN, titles, many=True)
    st.multiselect(
        "Rubriek",
        titles,
        placeholder="Alle",
        select_all=False,
        key=keys.RUBRIEKEN,
        bind="query-params",
        persist_state="session",
    )


def moment_bar(row: Any = None) -> None:
    """Draw weekdays and hours, on a row of a page when one is given."""
    _keep(keys.WEEKDAYS, WEEKDAYS, many=True)
    _keep(keys.HOUR_FROM, _FROM)
    _keep(keys.HOUR_UNTIL, _UNTIL)
    wide = row is not None
    with row or st.container():
        st.pills(
            "Weekdagen",
            list(WEEKDAYS),
            selection_mode="multi",
            key=keys.WEEKDAYS,
            bind="query-params",
            persist_state="session",
            wrap=True,
        )
        sides = (st, st) if wide else st.columns(2)
        width: Any = 120 if wide else "stretch"
        sides[0].selectbox(
            "Van",
            list(_FROM),
            index=None,
            placeholder="00:00",
            key=keys.HOUR_FROM,
            bind="query-params",
            persist_state="session",
            width=width,
            help=NIGHT_RULE,
        )
        sides[1].selectbox(
            "Tot",
            list(_UNTIL),
            index=None,
            placeholder="24:00",
            key=keys.HOUR_UNTIL,
            bind="query-params",
            persist_state="session",
            width=width,
        )


# --- what was chosen ------------------------------------------------------------------------------


def selection(known: Options) -> Selection:
    """Make one frozen selection of everything that is set; unknown values count as not set.

    Raises
    ------
    PeriodError
        When an own period has no days yet.
    """
    state = {str(key): value for key, value in st.session_state.items()}
    gebied = state.get(keys.GEBIED)
    gebied = gebied if gebied in known.gebieden else None
    themes = tuple(_THEMES[title] for title in _list(state, keys.THEMES) if title in _THEMES)
    titles = known.titles(themes)
    return Selection(
        period=_chosen_period(known, state),
        gebied=gebied,
        buurt=known.buurten(gebied).get(str(state.get(keys.BUURT))),
        themes=themes,
        rubrieken=tuple(titles[title] for title in _list(state, keys.RUBRIEKEN) if title in titles),
        series=_SERIES.get(str(state.get(keys.SERIES)), "incidents"),
        weekdays=tuple(
            day for day, name in enumerate(WEEKDAYS) if name in _list(state, keys.WEEKDAYS)
        ),
        hours=_chosen_hours(state),
    )


def _list(state: Mapping[str, Any], key: str) -> list[str]:
    chosen = state.get(key)
    items = chosen if isinstance(chosen, (list, tuple)) else ()
    return [item for item in items if isinstance(item, str)]


def _chosen_period(known: Options, state: Mapping[str, Any]) -> Period:
    name = state.get(keys.PERIOD)
    if name == periods.OWN:
        return periods.own(state.get(keys.DATES))
    usual = known.periods.get(periods.usual(known.last))
    return known.periods.get(str(name)) or usual or next(iter(known.periods.values()))


def _chosen_hours(state: Mapping[str, Any]) -> Hours | None:
    start = _FROM.get(str(state.get(keys.HOUR_FROM)))
    end = _UNTIL.get(str(state.get(keys.HOUR_UNTIL)))
    if start is None and end is None:
        return None
    try:
        hours = Hours(start or 0, 24 if end is None else end)
    except PeriodError:
        return None
    return None if (hours.start, hours.end) == (0, 24) else hours
