"""The map, and beside it the same facts as a table one can choose from by keyboard."""

from __future__ import annotations

from typing import Final

import streamlit as st

from thor_metrics import dutch
from thor_metrics.ui import data, keys, place_card
from thor_metrics.ui.filters import BUURTEN, GEBIEDEN
from thor_metrics.ui.frame import Screen
from thor_metrics.ui.hotspots.choosing import Place, clicked, row_chosen
from thor_metrics.ui.hotspots.facts import MOST_PLACES, Picture, side
from thor_metrics.ui.hotspots.levels import (
    CHANCE,
    CLUSTERS,
    COURSE,
    DENSITY,
    EXPECTED,
    OBJECTS,
    SHADES,
)
from thor_metrics.views import maps
from thor_metrics.views.tables import csv_file, styled

__all__ = ["HEIGHT", "base", "focus", "map_beside_table"]

HEIGHT: Final = 620
_LOW: Final = 300
_ROWS_THAT_FIT: Final = 14
_WIDTHS: Final = {"rank": 45, "name": 185, "count": 65, "certainty": 115, "course": 130}


def map_beside_table(screen: Screen, picture: Picture, place: Place | None = None) -> None:
    """Draw the map and, beside it, the same facts as a table, or the story of a chosen place."""
    sheet = st.grid(3, min_column_width=330, gap="medium")
    with sheet.cell(column_span=2):
        _map(screen, picture, place)
        if place:
            _table(screen, picture, height=_LOW)
    with sheet.cell():
        if place:
            place_card.show(
                screen, x=place.x, y=place.y, radius=place.radius, name=place.name,
                words=place.words, square=place.square, ring=place.ring,
            )  # fmt: skip
        else:
            _table(screen, picture)


def _map(screen: Screen, picture: Picture, place: Place | None) -> None:
    key = _key(keys.MAP, screen, picture)
    st.pydeck_chart(
        _deck(screen, picture, place),
        height=HEIGHT,
        key=key,
        on_select=lambda: clicked(key, screen, picture),
        alt=_alt(screen, picture),
    )
    st.caption(_legend(screen, picture))
    if picture.told:
        st.markdown(picture.told)


def _key(what: str, screen: Screen, picture: Picture) -> str:
    """Another place or level is another map: it opens fitted, with nothing chosen."""
    selection, way = screen.selection, picture.way
    parts = (what, way.level, way.picture, way.kind, selection.gebied, selection.buurt)
    return "-".join(part or "" for part in parts)


def base(screen: Screen) -> str:
    """Make the quiet base under every map."""
    geodata = screen.settings.geodata
    return maps.base_style(
        tiles=geodata.tiles, attribution=geodata.tiles_attribution, look=screen.look
    )


def focus(screen: Screen) -> list[str]:
    """List the buurten the map is about."""
    selection = screen.selection
    if selection.buurt:
        return [selection.buurt]
    if selection.gebied:
        return list(screen.options.buurten(selection.gebied).values())
    return []


def _deck(screen: Screen, picture: Picture, place: Place | None) -> maps.Deck:
    way = picture.way
    if way.level in (GEBIEDEN, BUURTEN):
        return _area_deck(screen, picture)
    at = (place.x, place.y) if place else None
    crs = screen.settings.municipality.crs
    shapes, look, style = data.outlines("buurt"), screen.look, base(screen)
    if way.level in (CLUSTERS, OBJECTS):
        return maps.spot_map(
            picture.facts, crs=crs, shapes=shapes, focus=focus(screen), at=at, look=look,
            style=style,
        )  # fmt: skip
    facts, size, painted = picture.facts, side(way.level), None
    if way.picture == CHANCE:
        painted = maps.by_certainty(facts["certainty"], look)
    elif way.picture == COURSE:
        painted = maps.by_pattern(facts["tone"], look)
    elif way.picture == EXPECTED:
        painted = maps.by_amount(facts["expected"], look)
    elif picture.surface is not None:
        size = 50
        facts = picture.surface.assign(
            place="",
            words=[
                f"{dutch.number(amount)} per km² in deze periode"
                for amount in picture.surface["per_km2"]
            ],
        )
        painted = maps.by_amount(facts["per_km2"], look, alpha=170, edge=0)
    return maps.square_map(
        facts, size=size, crs=crs, shapes=shapes, focus=focus(screen), painted=painted,
        ranked=picture.surface is None, at=at, look=look, style=style,
    )  # fmt: skip


def _area_deck(screen: Screen, picture: Picture) -> maps.Deck:
    selection, shaded = screen.selection, picture.way.picture == SHADES
    if picture.way.level == GEBIEDEN:
        wanted = [selection.gebied] if selection.gebied else []
        shapes, chosen = data.outlines("gebied"), selection.gebied
    else:
        wanted = picture.facts["area"].tolist() if selection.gebied else []
        shapes, chosen = data.outlines("buurt"), selection.buurt
    return maps.area_map(
        shapes,
        picture.facts,
        value="per_km2" if shaded else None,
        focus=wanted,
        chosen=chosen,
        # Forty names on top of each other help nobody; the table and the pointer tell them.
        names=picture.way.level == GEBIEDEN or bool(selection.gebied),
        look=screen.look,
        style=base(screen),
    )


def _alt(screen: Screen, picture: Picture) -> str:
    top = ", ".join(picture.facts["words"].head(3)) or "niets"
    return (
        f"Kaart van {screen.city}, {picture.way.words}. Meeste: {top}. De tabel ernaast toont "
        "dezelfde cijfers."
    )


def _legend(screen: Screen, picture: Picture) -> str:
    parts = [_colours(picture)]
    if picture.way.level in (GEBIEDEN, BUURTEN):
        parts.append("Klik op de kaart of kies een rij om in te zoomen.")
    elif picture.surface is None:
        parts.append("Klik op een plek of kies een rij voor het verhaal van die plek.")
    if picture.drop:
        parts.append(
            f"De eerste {dutch.number(MOST_PLACES)} vakken; {dutch.number(picture.drop)} vakken "
            "niet getekend."
        )
    parts.append("Noord is boven.")
    if screen.options.areas.attribution:
        parts.append(f"Grenzen: {screen.options.areas.attribution}.")
    return " ".join(part for part in parts if part)


def _colours(picture: Picture) -> str:
    """Say what colour and size mean."""
    way, facts = picture.way, picture.facts
    if way.picture == SHADES:
        return f"Kleur: licht is 0, donkerst is {dutch.number(facts['per_km2'].max())} per km²."
    if way.level in (GEBIEDEN, BUURTEN):
        return "Oppervlakte van de cirkel = aantal."
    if way.level in (CLUSTERS, OBJECTS):
        return "Oppervlakte van de cirkel = aantal; met een dikke rand: zeker meer dan toeval."
    if way.picture == CHANCE:
        return (
            "Volle kleur met een dikke rand: zeker meer dan toeval. Zonder rand: waarschijnlijk. "
            "Vaag met een dunne rand: kan toeval zijn."
        )
    if way.picture == COURSE:
        return "Oranje ▲: nieuw of neemt toe. Groen ▼: neemt af of voorbij. Blauw: blijft gelijk."
    if way.picture == DENSITY and picture.surface is not None:
        if picture.surface.empty:
            return "Te weinig meldingen voor een dichtheid, of zij gaan alleen over personen."
        highest = dutch.number(picture.surface["per_km2"].max())
        return f"Uitgesmeerd over zo'n 150 meter; donkerst is {highest} per km²."
    what = "expected" if way.picture == EXPECTED else "count"
    top = facts[what].max() if len(facts) else None
    if top is None:
        return ""
    return (
        f"Vak van {side(way.level)} × {side(way.level)} m; donkerst is {dutch.number(top)}. "
        "De eerste hebben een nummer."
    )


def _table(screen: Screen, picture: Picture, *, height: int = HEIGHT) -> None:
    key = _key(keys.TABLE, screen, picture)
    st.dataframe(
        styled(picture.facts, picture.heads, hide_below=screen.below),
        hide_index=True,
        # A short list ends where it ends: empty rows look like missing ones.
        height=height if len(picture.facts) > _ROWS_THAT_FIT else "content",
        key=key,
        on_select=row_chosen(key, screen, picture),
        selection_mode="single-row",
        # A long name must not push the numbers out of sight; it can be read by pointing at it.
        column_config={
            head.title: st.column_config.Column(width=_WIDTHS.get(head.column, "small"))
            for head in picture.heads
        },
        alt=f"{picture.way.level} met hun aantallen, belangrijkste bovenaan. Kies een rij.",
    )
    _download(screen, picture)


def _download(screen: Screen, picture: Picture) -> None:
    """Offer the table as a file: Dutch figures, small numbers hidden as on screen."""
    period = str(screen.selection.period).replace("/", "_")
    what = picture.way.words.replace(" ", "-")
    st.download_button(
        "Tabel als CSV",
        lambda: csv_file(picture.facts, picture.heads, hide_below=screen.below),
        file_name=f"hotspots-{what}-{period}.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
    )
