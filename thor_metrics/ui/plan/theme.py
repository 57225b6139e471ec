"""One theme or ambition of the plan: each monitor item with its numbers and what lies behind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import streamlit as st

from thor_metrics import dutch
from thor_metrics.plan import Goal, read_plan
from thor_metrics.progress import State
from thor_metrics.ui import papers
from thor_metrics.ui.frame import Screen
from thor_metrics.ui.plan import acting, people, places, team
from thor_metrics.ui.plan.asking import plan_states
from thor_metrics.ui.plan.cards import area_bars, indicator_card
from thor_metrics.views.plan import SIGNS, state_value

__all__ = ["METHOD", "theme_page"]

METHOD: Final = """
**Wat er staat.** Elk monitoritem van dit deel van het plan, voor de gekozen periode en het gekozen
gebied: het getal, hoe het per maand liep, en wat erachter ligt. Meldingen van bewoners, eigen
waarnemingen en controles zijn drie reeksen en worden nooit opgeteld.

**Hoe zeker.** Bij een deel van een geheel staat het 95 %-interval (Wilson): tussen welke grenzen de
waarde ligt als u dit als steekproef ziet. Een stijging of daling heet pas zo als zij groter is dan
toeval.

**Kleine aantallen.** Cijfers over mensen en sancties staan er per maand, kwartaal, half jaar of
jaar en niet fijner dan per gebied. Onder de 10 (mensen) of 5 (sancties per gebied) staan zij er
niet, en ook andere getallen niet waaruit zij te berekenen zijn.
"""

#: Indicators of an item -> how many stand beside each other, so that no row is left half empty;
#: one has its gebieden beside it.
_COLUMNS: Final = {1: 2, 2: 2, 4: 4}

#: What stands below the numbers of an item.
_MORE: Final[Mapping[str, Callable[[Screen], None]]] = {
    "M03": places.perron_visits,
    "M04": people.chain,
    "M05": acting.pilot,
    "M06": places.bike_visits,
    "M12": people.paying,
    "M13": places.top_days,
    "M18": people.subjects,
    "M20": places.event_nuisance,
    "M23": people.alcohol,
    "M24": team.trainings,
    "M26": team.experience,
    "M27": team.meetings,
    "M28": team.joint_actions,
    "M29": team.team_building,
    "M30": acting.hotspot_actions,
    "M31": team.policy,
    "M34": team.roster,
    "M35": team.catalogue,
    "M37": team.effort,
    "M38": team.consulting_hours,
    "M39": team.visits,
    "M40": team.onderschat,
    "M41": people.neighbourhood_survey,
    "M42": people.safety_survey,
}


def theme_page(screen: Screen, theme: str) -> None:
    """Draw every goal of a section with its monitor items."""
    section = next(part for part in read_plan().sections if part.theme == theme)
    states = {state.item.id: state for state in plan_states(screen.selection, theme=theme)}
    screen.headline(_sentence(list(states.values())))
    for goal in section.goals:
        _goal(screen, goal, states)


def _sentence(states: list[State]) -> str:
    look = [state for state in states if state.status == "aandacht"]
    none = [state for state in states if state.status == "geen gegevens"]
    if look:
        item, why = look[0].item, look[0].why
        first = f"{item.id} {item.title} vraagt aandacht: {why[0].lower()}{why[1:]}"
        others = dutch.join(state.item.id for state in look[1:])
        return f"{first} Ook {others}." if others else first
    if none:
        word = "item mist" if len(none) == 1 else "items missen"
        return f"{len(none)} {word} nog gegevens; de rest is op schema."
    if len(states) == 1:
        return f"{states[0].item.id} {states[0].item.title} is op schema."
    return f"Alle {len(states)} monitoritems zijn op schema."


def _goal(screen: Screen, goal: Goal, states: Mapping[str, State]) -> None:
    st.subheader(f"{goal.number} {goal.title}", anchor=False)
    with st.expander("Wat het plan hiervoor vraagt", expanded=not goal.monitors):
        for action in goal.actions:
            st.markdown(f"- {action.text}")
        if not goal.monitors:
            st.caption("Het plan noemt hier geen monitoritem.")
    for item in goal.monitors:
        with st.container(border=True):
            _item(screen, states[item.id])


def _item(screen: Screen, state: State) -> None:
    item = state.item
    icon, colour, _ = SIGNS[state.status]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"#### {item.id} {item.title}", width="content")
        st.badge(state.status, icon=icon, color=colour)
        if not state.indicators:
            st.markdown(f"**{state_value(state)}**", width="content")
    norm = f"**Norm:** {state.target}. " if state.target else ""
    st.markdown(f"{norm}{state.why}")
    if state.indicators:
        alone = len(state.indicators) == 1
        wide = _COLUMNS.get(len(state.indicators), 3)
        with st.grid(wide, min_column_width=280, gap="medium"):
            for indicator in state.indicators:
                with st.container(gap="small"):
                    indicator_card(screen, indicator.key)
            if alone:
                with st.container(gap="small"):
                    area_bars(screen, state.indicators[0].key)
    if item.id in _MORE:
        _MORE[item.id](screen)
    if item.documents == ("foto",):
        papers.photos(screen, monitor=item.id)
    elif item.documents:
        papers.documents(screen, monitor=item.id, kinds=item.documents)
