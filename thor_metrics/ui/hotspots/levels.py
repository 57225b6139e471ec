"""Where one is on the page Hotspots, the way back up, and what the map shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import streamlit as st

from thor_metrics.ui import filters, keys
from thor_metrics.ui.filters import BUURTEN, CELLS, GEBIEDEN, SPOTS
from thor_metrics.ui.frame import Screen

__all__ = [
    "CHANCE",
    "CIRCLES",
    "CLUSTERS",
    "COURSE",
    "DENSITY",
    "EXPECTED",
    "MONTHS",
    "NUMBERS",
    "OBJECTS",
    "SHADES",
    "Way",
    "way",
]

#: Levels besides those of the filters.
CLUSTERS: Final = "Haarden"
OBJECTS: Final = "Objecten"

#: What a map of areas shows.
CIRCLES: Final = "Cirkels"
SHADES: Final = "Per km²"

#: What a map of squares shows.
CHANCE: Final = "Meer dan toeval"
NUMBERS: Final = "Aantal"
DENSITY: Final = "Dichtheid"
COURSE: Final = "Verloop"
MONTHS: Final = "Per maand"
EXPECTED: Final = "Verwacht"

_PICTURES: Final[dict[str, tuple[str, ...]]] = {
    GEBIEDEN: (CIRCLES, SHADES),
    BUURTEN: (CIRCLES, SHADES),
    CELLS: (CHANCE, NUMBERS, DENSITY, COURSE, MONTHS, EXPECTED),
}

_KINDS: Final = "milieuperron", "fietsparkeerplek", "school", "plein", "horeca", "station"


@dataclass(frozen=True)
class Way:
    """What the map shows.

    Attributes
    ----------
    level : str
        Gebieden, buurten, squares, clusters or objects.
    picture : str
        How that level is drawn; "" where there is one way.
    kind : str
        Kind of object; "" on other levels.
    """

    level: str
    picture: str = ""
    kind: str = ""

    @property
    def words(self) -> str:
        """Say what is shown, for a title or the name of a file; circles go without saying."""
        parts = (self.level, "" if self.picture == CIRCLES else self.picture, self.kind)
        return " ".join(part for part in parts if part).lower()


def way(screen: Screen) -> Way:
    """Draw where one is, with the way back up, and choose what the map shows."""
    selection = screen.selection
    buurt = screen.names.get(selection.buurt or "")
    with screen.controls:
        _step(screen.city, None, here=not (selection.gebied or buurt))
        if selection.gebied:
            _step(f"› {selection.gebied}", selection.gebied, here=not buurt)
        if buurt:
            st.button(f"› {buurt}", type="primary")
        level = _level(screen)
        pictures = _PICTURES.get(level, ())
        picture = _one_of("Kaartbeeld", pictures, keys.PICTURE) if pictures else ""
        kind = _one_of("Soort object", _KINDS, keys.OBJECT_KIND) if level == OBJECTS else ""
    return Way(level, picture, kind)


def _step(words: str, gebied: str | None, *, here: bool) -> None:
    st.button(
        words,
        on_click=filters.choose_area,
        args=(gebied,),
        type="primary" if here else "secondary",
    )


def _level(screen: Screen) -> str:
    levels = [GEBIEDEN, BUURTEN, CELLS, CLUSTERS, OBJECTS]
    if screen.selection.buurt:
        levels.append(SPOTS)
    usual = filters.level_for(screen.selection.gebied, screen.selection.buurt)
    return _one_of("Kaart toont", tuple(levels), keys.LEVEL, usual)


def _one_of(label: str, options: tuple[str, ...], key: str, usual: str = "") -> str:
    """Choose one by button; a value that is not an option here becomes the usual one."""
    first = usual or options[0]
    if st.session_state.get(key, first) not in options:
        st.session_state[key] = first
    chosen = st.segmented_control(
        label,
        options,
        default=first,
        required=True,
        key=key,
        bind="query-params",
        persist_state="session",
    )
    return chosen if chosen in options else first
