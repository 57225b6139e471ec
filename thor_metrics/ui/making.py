"""From any place on screen to an action: what is known goes along, nothing is typed twice."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
import streamlit as st

from thor_metrics.deeds import Draft, moments_of
from thor_metrics.ui import data, keys
from thor_metrics.ui.frame import Screen

__all__ = ["area_button", "make_button", "of_area", "week_of"]

_PAGE = "pages/doen/acties.py"

#: Metres by which the outline of an area may differ from the real one.
_COARSE = 5.0


def make_button(draft: Draft, *, key: str) -> None:
    """Offer to make an action of a place."""
    st.button(
        "Maak actie",
        icon=":material/add_task:",
        key=key,
        on_click=_start,
        args=(draft,),
        help=f"Een hotspot-actie voor {draft.place_name}: plek, thema en uren staan al ingevuld",
    )


def _start(draft: Draft) -> None:
    st.session_state[keys.DRAFT] = draft
    st.session_state[keys.ACTION] = None
    # Without query_params Streamlit refuses, because the filters own the address.
    st.switch_page(_PAGE, query_params={})


def week_of(hours: pd.DataFrame) -> np.ndarray:
    """Give ``weekday, hour, count`` as 7 by 24; hidden counts are nought."""
    week = np.zeros((7, 24))
    week[hours["weekday"], hours["hour"]] = hours["count"].astype("Float64").fillna(0.0)
    return week


def area_button(screen: Screen, *, key: str) -> None:
    """Offer to make an action of the chosen gebied or buurt; nothing where none is chosen."""
    chosen = screen.selection
    if not (chosen.gebied or chosen.buurt):
        return
    draft = of_area(screen, gebied=chosen.gebied, buurt=chosen.buurt)
    count = data.ask("shown_total", chosen)
    hours = data.ask("per_hour", chosen)
    themes = chosen.themes
    make_button(
        Draft(
            **{
                **vars(draft),
                "theme": themes[0] if len(themes) == 1 else "",
                "moments": moments_of(week_of(hours)),
                "selected": chosen.period,
                "per_four_weeks": None if count is None else round(28 * count / chosen.period.days),
            }
        ),
        key=key,
    )


def of_area(screen: Screen, *, gebied: str | None, buurt: str | None) -> Draft:
    """Give the place of a gebied or a buurt: its outline, and its middle."""
    areas = screen.options.areas
    shapes = areas.frame()
    mine = shapes[shapes["code"] == buurt] if buurt else shapes[shapes["gebied"] == gebied]
    shape = shapely.set_precision(shapely.simplify(mine.geometry.union_all(), _COARSE), 1.0)
    middle = shape.representative_point()
    name = screen.names.get(buurt, buurt) if buurt else f"{gebied}"
    low_x, low_y, high_x, high_y = shape.bounds
    return Draft(
        place_name=name,
        x=float(middle.x),
        y=float(middle.y),
        radius=float(np.hypot(high_x - low_x, high_y - low_y) / 2),
        outline=shape.wkt,
        gebied=str(mine["gebied"].iloc[0]),
    )
