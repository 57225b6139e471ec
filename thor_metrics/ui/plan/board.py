"""The board: the whole plan as the team knows it, from 1.1 to 2.3."""

from __future__ import annotations

from typing import Final

import streamlit as st

from thor_metrics import dutch
from thor_metrics.plan import Section, read_plan
from thor_metrics.progress import State
from thor_metrics.ui.frame import Screen
from thor_metrics.ui.plan.asking import plan_states
from thor_metrics.views.plan import SIGNS, goal_table

__all__ = ["METHOD", "board"]

METHOD: Final = """
**Stand.** Wordt uitgerekend, nooit ingevuld. *Op schema*: de norm wordt gehaald, of er is geen norm
en er zijn verse gegevens. *Aandacht*: de norm wordt niet gehaald, de gegevens zijn oud, of het
aantal is duidelijk slechter dan een jaar eerder (meer dan toeval: 95 %-interval, met de
grilligheid van de maanden; niet over een ander meldsysteem heen). *Geen gegevens*: er staat bij
welk bestand of document het vult.

**Norm.** Zoals het plan die noemt. Bij milieuperrons en fietshotspots worden de lastigste plekken
uitgerekend over het jaar vóór het kwartaal en staan ze een kwartaal lang vast, zodat de norm niet
meebeweegt met wat de controles opleveren.

**Mensen en sancties.** Die cijfers staan er per maand, kwartaal, half jaar of jaar en niet fijner
dan per gebied; onder de 10 (mensen) of 5 (sancties per gebied) worden ze niet getoond.
"""

_NONE: Final = {
    "Aandacht": "Geen enkel monitoritem vraagt aandacht in deze periode.",
    "Geen gegevens": "Voor elk monitoritem zijn er gegevens in deze periode.",
}
_ORDER: Final = ("aandacht", "geen gegevens", "op schema")


def board(screen: Screen) -> None:
    """Draw every section with its goals, actions and monitor items."""
    with st.spinner("Plan doorrekenen"):
        states = plan_states(screen.selection)
    screen.headline(_sentence(states))
    with screen.controls:
        wanted = st.segmented_control(
            "Toon",
            ["Alles", "Aandacht", "Geen gegevens"],
            default="Alles",
            key="stand",
            bind="query-params",
            required=True,
        )
    for section in read_plan().sections:
        mine = [state for state in states if state.item.section == section.number]
        chosen = [state for state in mine if wanted in ("Alles", state.status.capitalize())]
        if chosen or wanted == "Alles":
            _section(screen, section, mine, chosen, everything=wanted == "Alles")
    if not any(wanted in ("Alles", state.status.capitalize()) for state in states):
        st.markdown(_NONE[str(wanted)])


def _sentence(states: list[State]) -> str:
    counts = {status: sum(state.status == status for state in states) for status in _ORDER}
    fine, watch, empty = counts["op schema"], counts["aandacht"], counts["geen gegevens"]
    rest = [
        f"{watch} {'vraagt' if watch == 1 else 'vragen'} aandacht" if watch else "",
        f"{empty} {'mist' if empty == 1 else 'missen'} gegevens" if empty else "",
    ]
    tail = dutch.join(part for part in rest if part)
    return (
        f"Van de {len(states)} monitoritems {'is' if fine == 1 else 'zijn'} er {fine} op schema"
        f"{'; ' if tail else ''}{tail}."
    )


def _section(
    screen: Screen, section: Section, mine: list[State], chosen: list[State], *, everything: bool
) -> None:
    with st.container(border=True):
        line = st.container(horizontal=True, vertical_alignment="center")
        with line:
            st.subheader(f"{section.number} {section.title}", anchor=False, width="stretch")
            for status in _ORDER:
                count = sum(state.status == status for state in mine)
                if count:
                    icon, colour, _ = SIGNS[status]
                    st.badge(f"{dutch.number(count)} {status}", icon=icon, color=colour)
            st.page_link(
                f"pages/plan/{section.theme}.py",
                label=f"Open {section.title}",
                icon=":material/arrow_forward:",
            )
        shown = section if everything else _without_empty(section, chosen)
        st.html(goal_table(shown, chosen, screen.look))


def _without_empty(section: Section, chosen: list[State]) -> Section:
    """Keep the goals that have something to show."""
    numbers = {state.item.goal for state in chosen}
    goals = tuple(goal for goal in section.goals if goal.number in numbers)
    return Section(section.number, section.title, section.theme, goals)
