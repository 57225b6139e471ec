"""What stands under monitor items about acting: hotspot actions, pilots and their effect."""

from __future__ import annotations

import streamlit as st

from thor_metrics import deeds
from thor_metrics.ui import data
from thor_metrics.ui.frame import Screen
from thor_metrics.ui.plan.pieces import table
from thor_metrics.views import effect
from thor_metrics.views.tables import Head

__all__ = ["hotspot_actions", "pilot"]


def hotspot_actions(screen: Screen) -> None:
    """Show the overview of actions per gebied and half-year (M30)."""
    every = data.actions()
    gebied = screen.selection.gebied
    mine = every[every["gebied"] == gebied] if gebied else every
    counted = deeds.per_half_year(mine)
    if len(counted):
        heads = [
            Head("half", "Half jaar"), Head("gebied", "Gebied"), Head("actions", "Acties", "rate"),
            Head("running", "Gepland of bezig", "rate"), Head("done", "Afgerond", "rate"),
            Head("evaluated", "Geëvalueerd", "rate"),
        ]  # fmt: skip
        table(screen, counted, heads, key="m30", alt="Hotspot-acties per half jaar en gebied.")
    st.page_link("pages/doen/acties.py", label="Naar Acties", icon=":material/task_alt:")


def pilot(screen: Screen) -> None:
    """Say what changed beside the pilot with cameras (M05)."""
    every = data.actions()
    mine = every[every["monitor"] == "M05"]
    for deed in mine.to_dict("records"):
        if not deeds.measurable(deed):
            continue
        options = deeds.effect_options(deed, every, screen.options.areas)
        study = data.ask("action_effect", deeds.selection_of(deed), **options)
        icon, colour = effect.SIGNS[study.verdict]
        with st.container(horizontal=True, vertical_alignment="center"):
            st.badge(study.verdict, icon=icon, color=colour)
            st.markdown(
                f"**{deed['title']}.** {effect.ratio_words(study) or study.windows.why}",
                width="stretch",
            )
    st.page_link(
        "pages/doen/effect.py", label="Effect, met alles erachter", icon=":material/monitoring:"
    )
