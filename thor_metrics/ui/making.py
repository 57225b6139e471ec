"""From any place on screen to an action: what is known goes along, nothing is typed twice."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
import streamlit as st

from thor_metrics.deeds import Draft, moments_of
from thor_metrics.ui import data, keys
from thor_metrics.ui.frame import Screen

__all__ = [
    "area_button",
    "make_button",
    "of_area",
    "of_squares",
    "outline_of",
    "squares_of",
    "week_of",
]

_PAGE = "pages/doen/acties.py"

#: Metres by which the outline of an area may differ from the real one.
_COARSE = 5.0

#: Side of a square of the fixed grid, metres.
_CELL = 100


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


def outline_of(
    x: float, y: float, radius: float, *, square: bool, ring: tuple[tuple[float, float], ...] = ()
) -> str:
    """Give the outline of a place as WKT; empty for a circle."""
    if len(ring) > 3:
        polygon = shapely.make_valid(shapely.Polygon(ring))
        if polygon.geom_type in {"Polygon", "MultiPolygon"}:
            return str(polygon.wkt)
    return str(shapely.box(x - radius, y - radius, x + radius, y + radius).wkt) if square else ""


def of_squares(screen: Screen, keys_chosen: list[str], *, buurt: str) -> Draft:
    """Give the place of squares that somebody clicked: their union, and its middle.

    Parameters
    ----------
    screen : Screen
    keys_chosen : list of str
        "cell_x:cell_y" of 100 m squares.
    buurt : str
        Code of the buurt they lie in.
    """
    corners = [tuple(map(int, key.split(":"))) for key in keys_chosen]
    shape = shapely.union_all([_square(right, up) for right, up in corners])
    middle = shape.representative_point()
    low_x, low_y, high_x, high_y = shape.bounds
    number = list(screen.options.areas.codes).index(buurt)
    return Draft(
        place_name=f"{screen.names.get(buurt, buurt)}, {len(corners)} "
        f"{'vak' if len(corners) == 1 else 'vakken'}",
        x=float(middle.x),
        y=float(middle.y),
        radius=float(np.hypot(high_x - low_x, high_y - low_y) / 2),
        outline=shape.wkt,
        gebied=str(screen.options.areas.gebieden[number]),
    )


def squares_of(screen: Screen, buurt: str) -> dict[str, shapely.Geometry]:
    """Give the 100 m squares that a buurt touches, by "cell_x:cell_y"."""
    areas = screen.options.areas
    polygon = areas.polygons[list(areas.codes).index(buurt)]
    low_x, low_y, high_x, high_y = (int(edge // _CELL) for edge in polygon.bounds)
    every = {
        f"{right}:{up}": _square(right, up)
        for right in range(low_x, high_x + 1)
        for up in range(low_y, high_y + 1)
    }
    touched = shapely.intersects(polygon, list(every.values()))
    return {key: shape for (key, shape), near in zip(every.items(), touched, strict=True) if near}


def _square(right: int, up: int) -> shapely.Geometry:
    return shapely.box(_CELL * right, _CELL * up, _CELL * (right + 1), _CELL * (up + 1))


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
