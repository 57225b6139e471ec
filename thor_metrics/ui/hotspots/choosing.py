"""Choosing on the map, in the table or from the list: an area opens, a place tells its story."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import streamlit as st

from thor_metrics.ui import filters, keys
from thor_metrics.ui.filters import BUURTEN, GEBIEDEN
from thor_metrics.ui.frame import Screen
from thor_metrics.ui.hotspots.facts import Picture, side
from thor_metrics.ui.hotspots.levels import CLUSTERS, MONTHS, OBJECTS

__all__ = ["Place", "chosen_place", "clicked", "row_chosen"]

#: Places one can choose from the list; the map and the table give all of them.
_LISTED: Final = 200

#: What belongs to an object, in metres round it.
_ROUND_OBJECT: Final = 50.0


@dataclass(frozen=True)
class Place:
    """A chosen place: its middle and radius (or half its side) in metres, its name and sentence.

    ``ring`` is the outline of a cluster, empty for other places.
    """

    x: float
    y: float
    radius: float
    name: str
    words: str
    square: bool = False
    ring: tuple[tuple[float, float], ...] = ()


def chosen_place(screen: Screen, picture: Picture) -> Place | None:
    """Let somebody choose a place by keyboard, and give the one that is chosen.

    A click on the map or in the table sets the same list, which is in the address bar.
    """
    way = picture.way
    if way.level in (GEBIEDEN, BUURTEN) or way.picture == MONTHS or picture.facts.empty:
        return None
    # Said in full, because this is also what the address bar keeps.
    names = picture.facts["name"] + " (" + picture.facts["place"] + ")"
    options: list[str] = names[:_LISTED].tolist()
    wanted = st.session_state.get(keys.PLACE)
    if not (names == wanted).any():
        st.session_state[keys.PLACE] = wanted = None
    if isinstance(wanted, str) and wanted not in options:
        options.append(wanted)
    with screen.controls:
        chosen = st.selectbox(
            "Gekozen plek",
            options,
            index=None,
            key=keys.PLACE,
            placeholder="Kies een plek",
            bind="query-params",
            width=300,
            help="Klik op de kaart, kies een rij in de tabel of kies hier.",
        )
    found = picture.facts[names == chosen]
    if found.empty:
        return None
    if "hidden" in found and bool(found["hidden"].iloc[0]):
        st.info("Van deze plek is het aantal te klein om er iets over te laten zien.")
        return None
    return _place(found.iloc[0], picture)


def _place(row: Any, picture: Picture) -> Place:
    level = picture.way.level
    if level == OBJECTS:
        return Place(row["x"], row["y"], _ROUND_OBJECT, row["name"], row["words"])
    if level == CLUSTERS:
        # A cluster is as wide as a disc of the same surface, and never just one address.
        radius = max((row["area_m2"] / 3.1416) ** 0.5, _ROUND_OBJECT)
        return Place(
            row["x"], row["y"], float(radius), row["name"], row["words"], ring=tuple(row["ring"])
        )
    half = side(level) / 2
    return Place(row["x"] + half, row["y"] + half, half, row["name"], row["words"], square=True)


def clicked(key: str, screen: Screen, picture: Picture) -> None:
    """Take what was clicked on the map; from a callback."""
    found = st.session_state[key].selection.get("objects", {})
    for objects in found.values():
        for item in objects:
            properties = item.get("properties", item)
            _choose(properties.get("place") or properties.get("area"), screen, picture)
            return


def row_chosen(key: str, screen: Screen, picture: Picture) -> Callable[[], None]:
    """Make the callback that takes the row chosen in the table."""

    def chosen() -> None:
        rows = st.session_state[key].selection.rows
        if rows:
            _choose(picture.facts["place"].iloc[rows[0]], screen, picture)

    return chosen


def _choose(place: Any, screen: Screen, picture: Picture) -> None:
    """Go one step finer: gebied to its buurten, buurt to its squares; a place tells its story."""
    if not isinstance(place, str) or not place:
        return
    if picture.way.level == GEBIEDEN:
        filters.choose_area(place)
    elif picture.way.level == BUURTEN:
        areas = screen.options.areas
        rows = zip(areas.codes, areas.names, areas.gebieden, strict=True)
        for code, name, gebied in rows:
            if code == place and code != screen.selection.buurt:
                filters.choose_area(gebied or None, name)
    else:
        named = picture.facts.loc[picture.facts["place"] == place, "name"]
        st.session_state[keys.PLACE] = f"{named.iloc[0]} ({place})" if len(named) else None
