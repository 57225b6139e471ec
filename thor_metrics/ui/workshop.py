"""Pieces of the page Workshop: who practises, one exercise, and how the group is doing."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Final

import pandas as pd
import streamlit as st

from thor_metrics import dutch
from thor_metrics.errors import ThorError
from thor_metrics.report import Facts
from thor_metrics.ui import data, filters, keys, periods
from thor_metrics.views.look import theme_title
from thor_metrics.views.tables import Head, styled
from thor_metrics.workshop import EXERCISES, Exercise, Question, Setting, progress, setting
from thor_metrics.workshop import two_controls as done_planning

__all__ = ["show", "trainer"]

_PUPIL: Final = "workshop_naam"
_TYPED: Final = "workshop_getypt"
_AT: Final = "workshop_oefening"
_ACTIONS: Final = "workshop_acties"
_HINTED: Final = "workshop_hint"

_ANIMALS: Final = (
    "otter", "specht", "egel", "valk", "das", "kikker", "zwaan", "vos", "uil", "haas", "bever",
    "merel", "lynx", "snoek", "reiger", "eekhoorn",
)  # fmt: skip


def show() -> None:
    """Practise."""
    facts = Facts(
        data.engine(), data.settings(), data.areas(), data.papers(), data.ledger().prefaces(),
        dict(data.versions()), data.is_sample(),
    )  # fmt: skip
    if not facts.sample:
        st.info("U oefent met uw eigen gegevens. De antwoorden komen daaruit.")
    pupil = st.session_state.get(_PUPIL)
    if not pupil:
        _enter()
        return
    at = _setting(data.versions(), str(data.settings().data_dir), _facts=facts)
    steps = data.ledger().steps(pupil)
    solved = set(steps.loc[steps["solved"], "exercise"])
    _bar(pupil, len(solved))
    exercise = _choose(solved)
    with st.container(border=True):
        _exercise(facts, at, exercise, pupil, solved)


def _enter() -> None:
    st.header("Begin met een oefennaam", anchor=False)
    st.write(
        "Tien oefeningen in de echte pagina's. Uw voortgang wordt bewaard onder een verzonnen "
        "woord, nooit onder uw naam. Schrijf het op als u later verder wilt."
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if st.button("Nieuwe oefennaam", type="primary", icon=":material/school:"):
            taken = set(data.ledger().steps()["pupil"])
            free = [word for word in _words() if word not in taken]
            st.session_state[_PUPIL] = random.choice(free)  # noqa: S311 - no secret
            st.rerun()
        typed = st.text_input("Of ga verder met", key=_TYPED, placeholder="otter-12", width=220)
        if st.button("Verder", disabled=not typed):
            word = typed.strip().lower()
            if word in _words():
                st.session_state[_PUPIL] = word
                st.rerun()
            st.warning(
                f"'{word}' is geen oefennaam. Een oefennaam is een dier en een getal: otter-12."
            )


def _words() -> list[str]:
    return [f"{animal}-{number}" for animal in _ANIMALS for number in range(10, 100)]


def _bar(pupil: str, solved: int) -> None:
    st.progress(
        solved / len(EXERCISES),
        text=f"Oefennaam {pupil}: {solved} van de {len(EXERCISES)} oefeningen gedaan",
    )
    with st.container(horizontal=True):
        if st.button("Opnieuw beginnen", icon=":material/restart_alt:", type="tertiary"):
            data.ledger().forget_steps(pupil)
            st.rerun()
        if st.button("Andere oefennaam", icon=":material/logout:", type="tertiary"):
            st.session_state.pop(_PUPIL)
            st.rerun()


def _choose(solved: set[str]) -> Exercise:
    numbers = range(len(EXERCISES))
    first = next((n for n in numbers if EXERCISES[n].key not in solved), 0)
    st.session_state.setdefault(_AT, first)
    chosen = st.pills(
        "Oefening",
        list(numbers),
        key=_AT,
        required=True,
        format_func=lambda n: (
            f"{'✓ ' if EXERCISES[n].key in solved else ''}{n + 1}. {EXERCISES[n].title}"
        ),
    )
    return EXERCISES[chosen if chosen is not None else first]


# --- one exercise --------------------------------------------------------------------------------


@st.cache_resource(max_entries=4, show_spinner=False)
def _setting(versions: object, folder: str, *, _facts: Facts) -> Setting:  # noqa: ARG001 - the key
    return setting(_facts)


@st.cache_resource(max_entries=100, show_spinner="Oefening klaarzetten")
def _question(
    versions: object,  # noqa: ARG001 - the key only
    newest: int,  # noqa: ARG001 - same
    folder: str,  # noqa: ARG001 - same
    key: str,
    *,
    _facts: Facts,
    _at: Setting,
) -> Question:
    exercise = next(exercise for exercise in EXERCISES if exercise.key == key)
    return exercise.ask(_facts, _at)


def _exercise(facts: Facts, at: Setting, exercise: Exercise, pupil: str, solved: set[str]) -> None:
    # An action that somebody keeps changes an effect, a step of the course does not.
    newest = int(facts.papers.actions["version"].sum()) if len(facts.papers.actions) else 0
    folder = str(data.settings().data_dir)
    asked = _question(data.versions(), newest, folder, exercise.key, _facts=facts, _at=at)
    st.header(exercise.title, anchor=False)
    st.write(asked.words)
    if not asked.right:
        st.info("De gegevens zeggen hier niets over. Kies een andere oefening.")
        return
    st.button(
        "Open de pagina", icon=":material/open_in_new:", key=f"open-{exercise.key}",
        on_click=_to_page(exercise, at), help="De filters staan dan goed. Kom terug via Delen.",
    )  # fmt: skip
    if exercise.key in solved:
        st.success(f"Goed gedaan. {asked.why}")
        _next(exercise)
        return
    if asked.choices:
        with st.form(f"antwoord-{exercise.key}", border=False):
            answer = st.radio("Uw antwoord", asked.choices, index=None)
            if st.form_submit_button("Controleer", type="primary"):
                _check(exercise, asked, pupil, right=answer in asked.right, given=bool(answer))
    else:
        every = facts.papers.actions
        last = int(every["id"].max()) if len(every) else 0
        began = st.session_state.setdefault(_ACTIONS, last)
        if st.button("Controleer", type="primary", key="controleer-actie"):
            done = done_planning(every, at, after=began)
            _check(exercise, asked, pupil, right=done, given=True)
    _hint(exercise, pupil)


def _check(exercise: Exercise, asked: Question, pupil: str, *, right: bool, given: bool) -> None:
    if not given:
        st.warning("Kies eerst een antwoord.")
        return
    try:
        data.ledger().take_step(pupil, exercise.key, tries=1, solved=right)
    except ThorError as error:
        st.error(str(error))
        return
    if right:
        st.rerun()
    elif asked.choices:
        st.warning("Nog niet goed. Kijk nog eens op de pagina, of vraag een hint.")
    else:
        st.warning(
            "Er is nog geen nieuwe fietsactie in dit gebied met twee momenten. Maak hem bij "
            "Hotspots en kom terug."
        )


def _hint(exercise: Exercise, pupil: str) -> None:
    hinted = st.session_state.setdefault(_HINTED, set())
    if exercise.key in hinted:
        st.info(exercise.hint, icon=":material/lightbulb:")
    elif st.button("Geef een hint", icon=":material/lightbulb:", key=f"hint-{exercise.key}"):
        hinted.add(exercise.key)
        data.ledger().take_step(pupil, exercise.key, hints=1)
        st.rerun()


def _next(exercise: Exercise) -> None:
    number = EXERCISES.index(exercise) + 1
    if number < len(EXERCISES):
        st.button(
            "Volgende oefening", icon=":material/arrow_forward:", type="primary", on_click=_go,
            args=(number,),
        )  # fmt: skip
    else:
        st.write("Dat was de laatste. Neem uw hotspot mee naar de planning van volgende week.")


def _go(number: int) -> None:
    st.session_state[_AT] = number


def _to_page(exercise: Exercise, at: Setting) -> Callable[[], None]:
    def go() -> None:
        state = st.session_state
        filters.reset()
        state[keys.PERIOD] = periods.OWN
        state[keys.DATES] = (at.period.start, at.period.last_day)
        state[keys.THEMES] = [theme_title(theme) for theme in exercise.themes]
        filters.choose_area(None if exercise.everywhere else at.gebied)
        # Without query_params Streamlit refuses, because the filters own the address.
        st.switch_page(exercise.page, query_params={})

    return go


# --- the trainer ---------------------------------------------------------------------------------

_HEADS: Final = (
    Head("title", "Oefening"), Head("begun", "Begonnen", "count"),
    Head("solved", "Opgelost", "count"), Head("tries", "Antwoorden", "count"),
    Head("hints", "Hints", "count"),
)  # fmt: skip


def trainer() -> None:
    """Show how the group is doing: numbers per exercise, nobody's name or word."""
    steps: pd.DataFrame = data.ledger().steps()
    with st.expander("Beeld voor de trainer"):
        pupils = steps["pupil"].nunique()
        if not pupils:
            st.write("Er heeft nog niemand geoefend.")
            return
        people = dutch.amount(pupils, "deelnemer", "deelnemers")
        st.write(f"{people}. Per oefening, van iedereen samen; er staan geen namen bij.")
        st.dataframe(
            styled(progress(steps), _HEADS), hide_index=True, alt="Voortgang per oefening."
        )
