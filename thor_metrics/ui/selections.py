"""Saved choices: what is set in the filters, kept under a name that everybody sees.

Drawn with the filters, from the app: widgets of a page would lose what was chosen on the next one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal
from urllib.parse import parse_qs, urlencode

import pandas as pd
import streamlit as st

from thor_metrics import dutch
from thor_metrics.errors import ThorError
from thor_metrics.model import Period
from thor_metrics.ui import data, keys, periods

__all__ = ["Allowed", "address_of", "saved", "state_of", "words_of"]

#: What a choice fits: the filters are the same on every page.
_PAGE: Final = "alle"

_MANY: Final = frozenset((keys.THEMES, keys.RUBRIEKEN, keys.WEEKDAYS))
_ANYWHERE: Final = (keys.PERIOD, keys.DATES, keys.GEBIED, keys.BUURT)

_WHICH: Final = "keuze_welke"
_NAME: Final = "keuze_naam"
_BY: Final = "keuze_door"
_TOLD: Final = "keuze_bericht"


@dataclass(frozen=True)
class Allowed:
    """What the filters can be set to.

    Attributes
    ----------
    names : mapping of str to collection of str
        Key of a filter -> what can be picked; own days are no list.
    first, last : date
        Days there are data of.
    """

    names: Mapping[str, Collection[str]]
    first: dt.date
    last: dt.date


@dataclass(frozen=True)
class _Told:
    """What came of the last click; ``back`` is the number of what can be taken back."""

    kind: Literal["success", "warning", "error"]
    text: str
    back: int | None = None


# --- between the filters and an address -----------------------------------------------------------


def address_of(state: Mapping[str, Any], *, subject: bool = True) -> str:
    """Write what is set as a query string; what is not set is left out.

    A period such as "4 weken" stays that: a saved choice moves along with the data.

    Parameters
    ----------
    state : mapping of str to object
        Values of the filters by key.
    subject : bool, default True
        Also themes, rubrieken, series, weekdays and hours; else only period and place.

    Examples
    --------
    >>> address_of({"periode": "2026", "gebied": "Oost", "thema": ["Afval"], "buurt": None})
    'periode=2026&gebied=Oost&thema=Afval'
    """
    query: dict[str, list[str]] = {}
    for key in keys.FILTERS if subject else _ANYWHERE:
        value = state.get(key)
        parts = value if isinstance(value, (list, tuple)) else [value]
        kept = [str(part) for part in parts if part is not None]
        if kept and (key != keys.DATES or state.get(keys.PERIOD) == periods.OWN):
            query[key] = kept
    return urlencode(query, doseq=True)


def state_of(address: str, allowed: Allowed) -> tuple[dict[str, Any], list[str]]:
    """Read an address as values of the filters, and as what cannot be picked (any more).

    Every filter gets a value: what the address does not name is not set.

    Examples
    --------
    >>> known = Allowed({"gebied": ["Oost"]}, dt.date(2026, 1, 1), dt.date(2026, 12, 31))
    >>> state, lost = state_of("gebied=Oost&buurt=Wyck", known)
    >>> state["gebied"], state["buurt"], lost
    ('Oost', None, ['Wyck'])
    """
    query = parse_qs(address)
    state: dict[str, Any] = {}
    lost: list[str] = []
    for key in keys.FILTERS:
        if key == keys.DATES:
            continue
        given = query.get(key, [])
        fits = [value for value in given if value in allowed.names.get(key, ())]
        lost += [value for value in given if value not in fits]
        state[key] = fits if key in _MANY else (fits[0] if fits else None)
    state[keys.SERIES] = state[keys.SERIES] or "meldingen"
    if state[keys.PERIOD] == periods.OWN:
        days = _days(query.get(keys.DATES, []), allowed)
        if days is None:
            state[keys.PERIOD] = None
            lost.append("de dagen")
        else:
            state[keys.DATES] = days
    return state, lost


def _days(given: list[str], allowed: Allowed) -> tuple[dt.date, dt.date] | None:
    """Read the first and last day, as far as there are data of them."""
    try:
        days = sorted(dt.date.fromisoformat(text) for text in given)
    except ValueError:
        return None
    if not days or days[0] > allowed.last or days[-1] < allowed.first:
        return None
    return max(days[0], allowed.first), min(days[-1], allowed.last)


def words_of(address: str) -> str:
    """Say what an address chooses, as the filters call it.

    Examples
    --------
    >>> words_of("periode=4+weken&gebied=Oost&dagen=za&dagen=zo&van=20:00&tot=04:00")
    '4 weken, Oost, za, zo, 20:00 tot 04:00'
    >>> words_of("periode=Eigen+periode&datums=2026-05-01&datums=2026-05-31")
    'mei 2026'
    """
    query = parse_qs(address)
    start, end = (query.pop(key, [""])[0] for key in (keys.HOUR_FROM, keys.HOUR_UNTIL))
    if query.get(keys.SERIES) == ["meldingen"]:
        del query[keys.SERIES]
    days = query.pop(keys.DATES, [])
    if query.get(keys.PERIOD) == [periods.OWN] and days:
        query[keys.PERIOD] = [_day_words(days)]
    words = [value for key in keys.FILTERS for value in query.get(key, [])]
    if start or end:
        words.append(f"{start or '00:00'} tot {end or '24:00'}")
    return ", ".join(words) or "alles"


def _day_words(days: list[str]) -> str:
    try:
        first, last = (dt.date.fromisoformat(day) for day in (min(days), max(days)))
    except ValueError:
        return periods.OWN
    return Period(first, last + dt.timedelta(days=1)).words()


# --- the panel ------------------------------------------------------------------------------------


def saved(allowed: Allowed, *, subject: bool, follow: Callable[[], None]) -> None:
    """Draw the saved choices: use one, keep what is set now, take one away.

    Parameters
    ----------
    allowed : Allowed
    subject : bool
        The page in view has filters for the subject; else a choice is period and place.
    follow : callable
        Called when a choice was put in the filters.
    """
    with st.expander("Bewaarde keuzes", icon=":material/bookmark:"):
        _pick(allowed, follow)
        _keep(subject=subject)
    _answer()  # below: what comes before the panel would close it by moving it


def _answer() -> None:
    """Say what came of the last click; outside the panel, so that nobody misses it."""
    told: _Told | None = st.session_state.pop(_TOLD, None)
    if told is None:
        return
    {"success": st.success, "warning": st.warning, "error": st.error}[told.kind](told.text)
    if told.back is not None:
        st.button(
            "Ongedaan maken", icon=":material/undo:", key="keuze_terug", width="stretch",
            on_click=_undo, args=(told.back,),
        )  # fmt: skip


def _pick(allowed: Allowed, follow: Callable[[], None]) -> None:
    rows = {str(row["name"]): row for row in _rows().to_dict("records")}
    if not rows:
        st.caption("Nog niets bewaard. Zet de filters zoals u ze vaker nodig hebt en geef ze een "
                   "naam.")  # fmt: skip
        return
    if st.session_state.get(_WHICH) not in rows:
        st.session_state[_WHICH] = None
    name = st.selectbox(
        "Kies een bewaarde keuze", list(rows), index=None, placeholder="Naam", key=_WHICH
    )
    if name is None:
        return
    row = rows[name]
    who = f", door {row['created_by']}" if row["created_by"] else ""
    address = str(row["address"])
    st.caption(f"{words_of(address)}. Bewaard op {dutch.date(row['changed_at'])}{who}.")
    st.button(
        "Gebruik deze keuze", icon=":material/check:", key="keuze_gebruik", type="primary",
        width="stretch", on_click=_use, args=(name, address, allowed, follow),
    )  # fmt: skip
    st.button(
        "Haal weg", icon=":material/delete:", key="keuze_weg", width="stretch",
        on_click=_remove, args=(int(row["id"]), int(row["version"]), name),
    )  # fmt: skip


def _rows() -> pd.DataFrame:
    return data.ledger().selections(_PAGE)


def _keep(*, subject: bool) -> None:
    with st.form("keuze", border=False):
        st.text_input("Bewaar wat nu gekozen is als", key=_NAME, placeholder="Weekend in Wyck")
        st.text_input("Door (team of rol, geen naam)", key=_BY)
        st.form_submit_button("Bewaar", width="stretch", on_click=_save, args=(subject,))
    st.caption("Iedereen ziet deze keuzes. '4 weken' schuift mee met de gegevens."
               + ("" if subject else " Op deze pagina alleen periode en plaats."))  # fmt: skip


# --- what the buttons do --------------------------------------------------------------------------


def _tell(kind: Literal["success", "warning", "error"], text: str, back: int | None = None) -> None:
    st.session_state[_TOLD] = _Told(kind, text, back)


def _use(name: str, address: str, allowed: Allowed, follow: Callable[[], None]) -> None:
    state, lost = state_of(address, allowed)
    for key, value in state.items():
        st.session_state[key] = value
    follow()
    if lost:
        _tell("warning", f"Niet meer te kiezen en daarom weggelaten: {dutch.join(lost)}.")
    else:
        _tell("success", f"De filters staan op '{name}'.")


def _save(subject: bool) -> None:  # noqa: FBT001 - a callback gets its arguments by position
    state = {str(key): value for key, value in st.session_state.items()}
    name = str(state.get(_NAME) or "")
    ledger = data.ledger()
    before = set(_rows()["id"])
    try:
        number = ledger.save_selection(
            name, _PAGE, address_of(state, subject=subject), by=str(state.get(_BY) or "")
        )
    except ThorError as error:
        _tell("error", str(error))
        return
    kept = str(_rows().set_index("id").loc[number, "name"])
    st.session_state[_NAME] = ""
    st.session_state[_WHICH] = kept
    replaced = number in before
    text = f"'{kept}' bestond al en is vervangen." if replaced else f"'{kept}' is bewaard."
    _tell("success", text, number if replaced else None)


def _remove(number: int, version: int, name: str) -> None:
    try:
        data.ledger().remove("selection", number, version=version)
    except ThorError as error:
        _tell("warning", str(error))
        return
    _tell("success", f"'{name}' is weggehaald.", number)


def _undo(number: int) -> None:
    try:
        data.ledger().undo("selection", number)
    except ThorError as error:
        _tell("warning", str(error))
        return
    _tell("success", "De vorige keuze staat weer in de lijst.")
