"""Pieces of the page Briefing: who and when, which slides, and the slides on the shared screen."""

from __future__ import annotations

import datetime as dt
import functools
from typing import Any, Final
from zoneinfo import ZoneInfo

import pandas as pd
import streamlit as st

from thor_metrics import dutch
from thor_metrics.errors import ThorError
from thor_metrics.indicators.week import SHIFTS
from thor_metrics.report import Facts, deck
from thor_metrics.report.briefing import SLIDES, Occasion, photo, slides
from thor_metrics.report.document import Figure, Section
from thor_metrics.settings import slug
from thor_metrics.ui import data, keys
from thor_metrics.ui.frame import Screen

__all__ = ["METHOD", "show"]

METHOD: Final = """
**Wat er staat.** Dezelfde cijfers als op de andere pagina's, over de weken vóór de dag van de
dienst: nieuw is alles sinds de vorige briefing, hot-items gaan over vier weken, hotspots en
hottijden over acht. Alleen het gebied van de filters telt mee; de periode kiest u hier niet.

**Zekerheid.** 'zeker' is minder dan 1 % kans dat het toeval is, 'waarschijnlijk' minder dan 5 %,
gecorrigeerd voor alles wat is bekeken. Kleine aantallen over personen staan op geen dia.

**Toetsen.** Pijlen of spatie: volgende en vorige. F: volledig scherm. A: vanzelf doorgaan. Escape:
sluiten. Na opnieuw laden staat u op dezelfde dia.
"""

_TEAM: Final = "briefing_team"
_DAY: Final = "briefing_dag"
_SHIFT: Final = "briefing_dienst"
_SINCE: Final = "briefing_sinds"
_SLIDES: Final = "briefing_dias"
_SECONDS: Final = "briefing_seconden"

_STAYS: Final = {0: "Zelf doorklikken", 15: "15 seconden", 30: "30 seconden", 60: "1 minuut"}
#: With data older than this the briefing is about the day after the newest, not about today.
_FRESH: Final = dt.timedelta(days=14)
_ONE: Final = dt.timedelta(days=1)

_JS: Final = (
    deck.SCRIPT
    + """
export default function (component) {
  const { data, parentElement } = component
  const home = parentElement.querySelector(".briefing")
  if (home.dataset.page === data.page) return
  home.dataset.page = data.page
  home.stop?.()
  const open = home.querySelector("dialog.full")
  if (open?.open) { open.onclose = null; open.close() }
  home.innerHTML = data.frame
  home.stop = showDeck(home, data)
}
"""
)


@st.cache_resource(show_spinner=False)
def _component() -> Any:
    """Register once per server: a second registration of a name would replace the first."""
    return st.components.v2.component(
        "briefing", html='<div class="briefing"></div>', css=deck.STYLE, js=_JS
    )


def show(screen: Screen) -> None:
    """Choose, and show."""
    place = screen.selection.gebied or screen.city
    at, chosen, seconds = _choices(screen)
    screen.headline(f"Briefing {place}: {at.words()}")
    facts = Facts(
        data.engine(), data.settings(), data.areas(), data.papers(), data.ledger().prefaces(),
        dict(data.versions()), data.is_sample(),
    )  # fmt: skip
    made = _made(
        data.versions(), data.ledger().newest(), (at.gebied, at.day, at.shift, at.since),
        tuple(chosen), _facts=facts, _at=at,
    )  # fmt: skip
    foot = f"{place} · {at.words()} · gegevens t/m {dutch.date(facts.newest())}"
    drawn = deck.as_slides(made, foot=foot, sample=facts.sample)
    page = deck.as_deck(drawn, title=f"Briefing {place}", seconds=seconds)
    _component()(
        data={
            "frame": deck.FRAME.format(slides=drawn),
            "page": page.decode(),
            "seconds": seconds,
            "key": f"briefing-{place}",
        },
        key="briefing",
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.download_button(
            "Download als webpagina",
            page,
            file_name=f"briefing-{slug(place).replace(' ', '-')}-{at.day}.html",
            mime="text/html",
            icon=":material/download:",
            key="briefing-bestand",
            on_click="ignore",
            help="Eén bestand dat zonder dit programma werkt, ook zonder netwerk",
        )
        _held(at)
    _told(made)


@st.cache_resource(max_entries=20, show_spinner="Briefing maken")
def _made(
    versions: object,  # noqa: ARG001 - the key only
    newest: int,  # noqa: ARG001 - same
    when: object,  # noqa: ARG001 - same
    chosen: tuple[str, ...],
    *,
    _facts: Facts,
    _at: Occasion,
) -> list[Section]:
    return slides(_facts, _at, chosen)


def _told(made: list[Section]) -> None:
    """Say in words what the drawings show, for who cannot see them."""
    with st.expander("De tekeningen in woorden"):
        for slide in made:
            for block in slide.blocks:
                if isinstance(block, Figure):
                    st.text(f"{slide.title}. {block.alt}")


# --- what is chosen ------------------------------------------------------------------------------


def _choices(screen: Screen) -> tuple[Occasion, list[str], int]:
    saved = data.ledger().briefings()
    today = _today(screen)
    state = st.session_state
    state.setdefault(_DAY, today)
    state.setdefault(_SHIFT, _coming(screen))
    state.setdefault(_SINCE, today - 7 * _ONE)
    state.setdefault(_SLIDES, list(SLIDES))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        team = st.selectbox(
            "Team", saved["team"].tolist(), index=None, key=_TEAM, accept_new_options=True,
            placeholder="Kies of typ een team", on_change=_take, width=240,
            help="Keuze en volgorde van dia's worden per team bewaard. Geen namen van personen.",
        )  # fmt: skip
        day = st.date_input("Dag", key=_DAY, format="DD-MM-YYYY", width=150)
        shift = str(st.segmented_control("Dienst", list(SHIFTS), key=_SHIFT, required=True))
        since = st.date_input(
            "Vorige briefing", key=_SINCE, format="DD-MM-YYYY", width=150,
            help="Alles vanaf deze dag is nieuw",
        )  # fmt: skip
    with st.expander("Dia's kiezen en ordenen"):
        chosen = st.multiselect(
            "Dia's, in de volgorde waarin u ze kiest", list(SLIDES), key=_SLIDES,
            format_func=lambda key: SLIDES[key][0], select_all=False,
        )  # fmt: skip
        with st.container(horizontal=True, vertical_alignment="bottom"):
            seconds = st.selectbox(
                "Hoe lang blijft een dia staan", list(_STAYS), format_func=_STAYS.__getitem__,
                key=_SECONDS, width=240,
            )  # fmt: skip
            if st.button("Bewaar voor dit team", icon=":material/save:", key="briefing-bewaar"):
                _save(screen, team, chosen, seconds)
    at = Occasion(
        screen.selection.gebied, day, shift, min(since, day - _ONE), data.ledger().visits(),
        _photos(),
    )  # fmt: skip
    return at, chosen, seconds


def _today(screen: Screen) -> dt.date:
    newest: dt.date = screen.options.last
    today = dt.datetime.now(ZoneInfo(screen.settings.municipality.time_zone)).date()
    return today if today - newest <= _FRESH else newest + _ONE


def _coming(screen: Screen) -> str:
    """Name the shift that begins next, by the clock of the municipality."""
    hour = dt.datetime.now(ZoneInfo(screen.settings.municipality.time_zone)).hour
    coming = [name for name, (first, _) in SHIFTS.items() if first > hour]
    return coming[0] if coming else next(iter(SHIFTS))


def _take() -> None:
    """Bring back what a team kept."""
    saved = data.ledger().briefings()
    mine = saved[saved["team"] == st.session_state[_TEAM]]
    if mine.empty:
        return
    row = mine.to_dict("records")[0]
    known = [key for key in row["slides"] if key in SLIDES]
    st.session_state[_SLIDES] = known or list(SLIDES)
    st.session_state[_SECONDS] = row["seconds"] if row["seconds"] in _STAYS else 0
    if row["gebied"]:
        st.session_state[keys.GEBIED] = row["gebied"]
    if pd.notna(row["held_on"]):
        st.session_state[_SINCE] = pd.Timestamp(row["held_on"]).date()


def _save(screen: Screen, team: str | None, chosen: list[str], seconds: int) -> None:
    if not team:
        st.warning("Kies eerst een team, of typ de naam van een nieuw team.")
        return
    try:
        data.ledger().save_briefing(
            team, gebied=screen.selection.gebied or "", slides=chosen, seconds=seconds
        )
    except ThorError as error:
        st.error(str(error))
        return
    st.toast(f"Briefing van {team} bewaard.")


def _held(at: Occasion) -> None:
    team = st.session_state[_TEAM]
    if st.button(
        "Briefing gehouden", icon=":material/check:", key="briefing-gehouden", disabled=not team,
        help="Wat hierna komt is de volgende keer nieuw" if team else "Kies eerst een team",
    ):  # fmt: skip
        try:
            data.ledger().hold_briefing(team, at.day)
        except ThorError as error:
            st.error(str(error))
            return
        st.toast(f"Onthouden: {team} is gebriefd op {dutch.date(at.day)}.")


# --- photos --------------------------------------------------------------------------------------


def _photos() -> tuple[Figure, ...]:
    """Find the newest place with a photo of before and one of after."""
    every = data.papers().photos
    every = every[every["moment"].isin(("voor", "na"))].explode("links").dropna(subset="links")
    if every.empty:
        return ()
    both = every.groupby("links")["moment"].nunique().eq(2)
    mine = every[every["links"].isin(both[both].index)]
    if mine.empty:
        return ()
    newest = mine.sort_values(["taken_on", "id"])["links"].iloc[-1]
    pair = mine[mine["links"] == newest].drop_duplicates("moment", keep="last")
    rows = {row["moment"]: row for row in pair.to_dict("records")}
    return tuple(_photo(rows[moment]) for moment in ("voor", "na"))


def _photo(row: Any) -> Figure:
    taken = "" if pd.isna(row["taken_on"]) else f", {dutch.date(row['taken_on'])}"
    read = _read(row["file_hash"])
    return photo(
        read, f"{row['moment'].capitalize()}{taken}", row["alt"],
        width=int(row["width"]), height=int(row["height"]),
    )  # fmt: skip


@functools.lru_cache(maxsize=8)
def _read(digest: str) -> bytes:
    return data.ledger().open_file(digest)
