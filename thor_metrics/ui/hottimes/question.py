"""Which of the two questions is asked of the hours, and the answer in one sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import streamlit as st

from thor_metrics import stats
from thor_metrics.indicators.moments import HotMoments, Kind
from thor_metrics.ui import data, keys
from thor_metrics.ui.frame import Screen
from thor_metrics.views import texts

__all__ = ["BUSY", "STANDS_OUT", "UNUSUAL", "Answer", "ask", "tail"]

BUSY: Final = "Wanneer is het druk?"
UNUSUAL: Final = "Welk uur is ongewoon voor die dag?"

#: Certainties that are worth a word.
STANDS_OUT: Final = (stats.SURE, stats.LIKELY)

_QUESTIONS: Final[dict[str, Kind]] = {BUSY: "druk", UNUSUAL: "ongewoon"}


@dataclass(frozen=True, eq=False)
class Answer:
    """What is known of the hours.

    Attributes
    ----------
    question : str
        As it stands on the screen.
    hours : HotMoments
    dagdelen : HotMoments or None
        Asked where no hour stands out: parts of a day hold more.
    """

    question: str
    hours: HotMoments
    dagdelen: HotMoments | None

    @property
    def unusual(self) -> bool:
        """Compare with what day and hour suggest, not with the mean hour."""
        return self.question == UNUSUAL


def ask(screen: Screen) -> Answer:
    """Let the visitor choose a question, and answer it."""
    if st.session_state.get(keys.QUESTION, BUSY) not in _QUESTIONS:
        st.session_state[keys.QUESTION] = BUSY
    with screen.controls:
        chosen = st.segmented_control(
            "Vraag",
            list(_QUESTIONS),
            default=BUSY,
            required=True,
            key=keys.QUESTION,
            bind="query-params",
            persist_state="session",
            help="Druk: meer dan een gemiddeld uur van de week. Ongewoon: meer dan die dag en dat "
            "uur samen doen verwachten.",
        )
    title = chosen if chosen in _QUESTIONS else BUSY
    options = {
        "kind": _QUESTIONS[title],
        "zone": screen.settings.municipality.time_zone,
    }
    hours: HotMoments = data.ask("hot_hours", screen.selection, **options)
    dagdelen = None
    if hours.weeks and hours.blocks.empty:
        dagdelen = data.ask("hot_dagdelen", screen.selection, **options)
    return Answer(title, hours, dagdelen)


def tail(screen: Screen, answer: Answer) -> str:
    """Say when it is, as a second sentence of the headline."""
    series = screen.selection.series
    table = answer.hours.table
    if answer.unusual:
        tested = answer.hours.weeks > 0 and bool(table["q"].notna().any())
        return texts.unusual_words(answer.hours.blocks, series, tested=tested)
    return texts.busy_words(texts.busiest(table), series)
