"""The months of the period one after another, on one map with one scale of colour."""

from __future__ import annotations

from typing import Final

import pandas as pd
import streamlit as st

from thor_metrics import dutch
from thor_metrics.ui import data, keys
from thor_metrics.ui.frame import Screen
from thor_metrics.ui.hotspots.choosing import Place
from thor_metrics.ui.hotspots.drawing import HEIGHT, base, focus, map_beside_table
from thor_metrics.ui.hotspots.facts import Picture
from thor_metrics.ui.hotspots.levels import MONTHS
from thor_metrics.views import maps, texts

__all__ = ["show"]

_SECONDS_A_MONTH: Final = 1.6


def show(screen: Screen, picture: Picture, place: Place | None) -> None:
    """Draw the picture: month after month, or one map beside its table."""
    if picture.way.picture == MONTHS:
        _by_month(screen)
    else:
        map_beside_table(screen, picture, place)


def _by_month(screen: Screen) -> None:
    """Draw one month of the period, chosen by hand or played back."""
    found: pd.DataFrame = data.ask("monthly_cells", screen.selection)
    months = sorted(found["month"].unique())
    if len(months) < 2:
        st.info("Kies een periode van minstens twee maanden om ze na elkaar te zien.")
        return
    playing = st.toggle("Speel de maanden af", key=keys.PLAYING)
    # Only this part runs again every time; the rest of the page stands still.
    st.fragment(_one_month, run_every=_SECONDS_A_MONTH if playing else None)(
        screen, found, months, playing=playing
    )


def _one_month(screen: Screen, found: pd.DataFrame, months: list[str], *, playing: bool) -> None:
    at = st.session_state.get(keys.MONTH)
    if at not in months:
        st.session_state[keys.MONTH] = months[0]
    elif playing:
        st.session_state[keys.MONTH] = months[(months.index(at) + 1) % len(months)]
    chosen = st.select_slider("Maand", months, key=keys.MONTH, format_func=dutch.month)
    facts = found[found["month"] == chosen].reset_index(drop=True)
    facts = facts.assign(
        place=[f"{x}-{y}" for x, y in zip(facts["cell_x"], facts["cell_y"], strict=True)],
        words=[f"{dutch.month(chosen)}: {screen.told(row)}" for row in facts.to_dict("records")],
    )
    top = found["count"].max()
    deck = maps.square_map(
        facts,
        size=100,
        crs=screen.settings.municipality.crs,
        shapes=data.outlines("buurt"),
        focus=focus(screen),
        # The same amount has the same colour in every month.
        painted=maps.by_amount(facts["count"], screen.look, top=None if pd.isna(top) else top),
        ranked=False,
        look=screen.look,
        style=base(screen),
    )
    shown = int(facts["count"].fillna(0).sum())
    told = f"{dutch.month(chosen)}: {texts.counted(shown, screen.selection.series)} in deze vakken"
    st.markdown(f"**{told}**")
    st.pydeck_chart(
        deck, height=HEIGHT, key="kaart-per-maand", alt=f"Kaart van {screen.city}, {told}."
    )
    st.caption(
        f"De 400 drukste vakken van de periode, elke maand dezelfde kleuren; donkerst is "
        f"{dutch.number(None if pd.isna(top) else top)}. Noord is boven."
    )
