"""Pieces of the page Hotspots: levels, the map, the table beside it, the way back up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

import pandas as pd
import streamlit as st

from thor_metrics import dutch
from thor_metrics.ui import data, filters, keys
from thor_metrics.ui.filters import BUURTEN, CELLS, GEBIEDEN, SPOTS
from thor_metrics.ui.frame import Screen
from thor_metrics.views import maps
from thor_metrics.views.tables import Head, csv_file, styled

__all__ = ["METHOD", "Picture", "ask", "download", "map_beside_table", "tail", "way"]

_CIRCLES: Final = "Cirkels"
_SHADES: Final = "Per km²"

#: More squares than this make the browser wait and nobody can tell them apart.
_MOST_SQUARES: Final = 1_500

_HEIGHT: Final = 620
_ROWS_THAT_FIT: Final = 14

METHOD: Final = (
    """
**Wat er staat.** Aantallen per gebied of buurt, per vast vak van 100 × 100 meter (het raster van
het CBS), of binnen één buurt per plek van 25 × 25 meter. Een cirkel heeft een oppervlakte naar het
aantal; kleur per km² maakt grote en kleine gebieden vergelijkbaar.

**Verhoudingen.** Per 1.000 inwoners staat er alleen waar genoeg mensen wonen: in een werkgebied
zegt dat getal niets.

**Grenzen van de kaart.** Een melding zonder huisnummer valt op het midden van de straat en lijkt
daar een hotspot. Plekken zijn er alleen binnen één buurt, zodat niemand de kaart als adressenlijst
gebruikt. Aantallen onder de vijf over personen zijn verborgen, ook in het bestand.

**Uren.** """
    + filters.NIGHT_RULE
)


@dataclass(frozen=True)
class Picture:
    """What the map and its table show: the same facts.

    Attributes
    ----------
    level : str
    facts : DataFrame
        Most first, with ``name``, ``area``, ``count``, ``hidden``, ``shown``, ``words``.
    heads : tuple of Head
        Columns of the table.
    drop : int
        Squares left out because there are too many.
    shaded : bool
        Areas are shaded per km2 instead of getting a circle.
    """

    level: str
    facts: pd.DataFrame
    heads: tuple[Head, ...]
    drop: int = 0
    shaded: bool = False


def way(screen: Screen) -> tuple[str, bool]:
    """Draw where one is, with the way back up, and choose the level of the map.

    Returns
    -------
    tuple of (str, bool)
        The level, and whether areas are shaded per km2 instead of getting a circle.
    """
    selection = screen.selection
    buurt = screen.names.get(selection.buurt or "")
    with screen.controls:
        _step(screen.city, None, here=not (selection.gebied or buurt))
        if selection.gebied:
            _step(f"› {selection.gebied}", selection.gebied, here=not buurt)
        if buurt:
            st.button(f"› {buurt}", type="primary")
        level = _level(screen)
        return level, level in (GEBIEDEN, BUURTEN) and _shaded()


def _step(words: str, gebied: str | None, *, here: bool) -> None:
    st.button(
        words,
        on_click=filters.choose_area,
        args=(gebied,),
        type="primary" if here else "secondary",
    )


def _level(screen: Screen) -> str:
    levels = [GEBIEDEN, BUURTEN, CELLS]
    if screen.selection.buurt:
        levels.append(SPOTS)
    usual = filters.level_for(screen.selection.gebied, screen.selection.buurt)
    if st.session_state.get(keys.LEVEL, usual) not in levels:
        st.session_state[keys.LEVEL] = usual
    chosen = st.segmented_control(
        "Kaart toont",
        levels,
        default=usual,
        required=True,
        key=keys.LEVEL,
        bind="query-params",
        persist_state="session",
    )
    return chosen if chosen in levels else usual


# --- facts -------------------------------------------------------------------------------------


def ask(screen: Screen, level: str, *, shaded: bool) -> Picture:
    """Ask the facts of a level, with a sentence for every place."""
    if level in (GEBIEDEN, BUURTEN):
        return _areas(screen, level, shaded=shaded)
    return _squares(screen, level)


def _areas(screen: Screen, level: str, *, shaded: bool) -> Picture:
    selection = screen.selection
    if level == GEBIEDEN:
        facts = data.ask("per_area", replace(selection, gebied=None, buurt=None), level="gebied")
    else:
        facts = data.ask("per_area", replace(selection, buurt=None), level="buurt")
    facts = facts.assign(
        shown=facts["count"].map(screen.number),
        words=[
            f"{row['name']}: {screen.told(row)}{_rate(row['per_km2'])}"
            for row in facts.to_dict("records")
        ],
    )
    word = screen.settings.municipality.gebied_word if level == GEBIEDEN else "buurt"
    heads = (
        Head("name", word.capitalize()),
        Head("count", "Aantal", "count"),
        Head("per_km2", "Per km²", "rate", 1),
        Head("per_1000", "Per 1.000 inw.", "rate", 1),
    )
    return Picture(level, facts, heads, shaded=shaded)


def _squares(screen: Screen, level: str) -> Picture:
    question = "per_spot" if level == SPOTS else "per_cell"
    every = data.ask(question, screen.selection)
    facts = every.head(_MOST_SQUARES).reset_index(drop=True)
    side = _side(level)
    areas = screen.options.areas
    middle = (facts[axis].to_numpy(float) + side / 2 for axis in ("x", "y"))
    place = areas.place(*middle)
    facts = facts.assign(
        area=[areas.codes[index] if index >= 0 else "" for index in place],
        name=[areas.names[index] if index >= 0 else "buiten de buurten" for index in place],
        square=[f"{x}-{y}" for x, y in zip(facts["cell_x"], facts["cell_y"], strict=True)],
        rank=range(1, len(facts) + 1),
        shown=facts["count"].map(screen.number),
    )
    facts["words"] = [
        f"Nr {row['rank']}, in {row['name']}: {screen.told(row)}"
        for row in facts.to_dict("records")
    ]
    heads = (
        Head("rank", "Nr", "rate"),
        Head("name", "Ligt in"),
        Head("count", "Aantal", "count"),
        Head("square", f"Vak ({side} m)"),
    )
    return Picture(level, facts, heads, drop=len(every) - len(facts))


def _side(level: str) -> int:
    return 25 if level == SPOTS else 100


def _rate(per_km2: float) -> str:
    return "" if pd.isna(per_km2) else f", {dutch.number(per_km2)} per km²"


def tail(picture: Picture) -> str:
    """Name the heaviest place, as a second sentence of the headline."""
    known = picture.facts[picture.facts["count"].fillna(0) > 0]
    if len(known) < 2:
        return ""
    top = known.iloc[0]
    what = f"nr 1 op de kaart, in {top['name']}" if "square" in known else top["name"]
    return f"Zwaarst: {what} ({dutch.number(top['count'])})."


# --- drawing ------------------------------------------------------------------------------------


def map_beside_table(screen: Screen, picture: Picture) -> None:
    """Draw the map and, beside it, the same facts as a table one can choose from by keyboard."""
    sheet = st.grid(3, min_column_width=330, gap="medium")
    with sheet.cell(column_span=2):
        _map(screen, picture)
    with sheet.cell():
        _table(screen, picture)


def _map(screen: Screen, picture: Picture) -> None:
    geodata = screen.settings.geodata
    style = maps.base_style(
        tiles=geodata.tiles, attribution=geodata.tiles_attribution, look=screen.look
    )
    draw = _area_deck if picture.level in (GEBIEDEN, BUURTEN) else _square_deck
    deck = draw(screen, picture, style)
    key = _key(keys.MAP, screen, picture)
    st.pydeck_chart(
        deck,
        height=_HEIGHT,
        key=key,
        on_select=lambda: _clicked(key, screen, picture),
        alt=_alt(screen, picture),
    )
    st.caption(_legend(screen, picture))


def _key(what: str, screen: Screen, picture: Picture) -> str:
    """Another place or level is another map: it opens fitted, with nothing chosen."""
    selection = screen.selection
    parts = (what, picture.level, str(picture.shaded), selection.gebied, selection.buurt)
    return "-".join(part or "" for part in parts)


def _shaded() -> bool:
    chosen = st.segmented_control(
        "Kaartbeeld",
        [_CIRCLES, _SHADES],
        default=_CIRCLES,
        required=True,
        key=keys.PICTURE,
        bind="query-params",
        persist_state="session",
    )
    return chosen == _SHADES


def _area_deck(screen: Screen, picture: Picture, style: str) -> maps.Deck:
    selection = screen.selection
    if picture.level == GEBIEDEN:
        focus = [selection.gebied] if selection.gebied else []
        shapes, chosen = data.outlines("gebied"), selection.gebied
    else:
        focus = picture.facts["area"].tolist() if selection.gebied else []
        shapes, chosen = data.outlines("buurt"), selection.buurt
    return maps.area_map(
        shapes,
        picture.facts,
        value="per_km2" if picture.shaded else None,
        focus=focus,
        chosen=chosen,
        # Forty names on top of each other help nobody; the table and the pointer tell them.
        names=picture.level == GEBIEDEN or bool(selection.gebied),
        look=screen.look,
        style=style,
    )


def _square_deck(screen: Screen, picture: Picture, style: str) -> maps.Deck:
    selection = screen.selection
    if selection.buurt:
        focus = [selection.buurt]
    else:
        focus = list(screen.options.buurten(selection.gebied).values()) if selection.gebied else []
    return maps.square_map(
        picture.facts,
        size=_side(picture.level),
        crs=screen.settings.municipality.crs,
        shapes=data.outlines("buurt"),
        focus=focus,
        look=screen.look,
        style=style,
    )


def _alt(screen: Screen, picture: Picture) -> str:
    top = ", ".join(picture.facts["words"].head(3))
    return (
        f"Kaart van {screen.city}, {picture.level.lower()}. Meeste: {top}. De tabel ernaast toont "
        "dezelfde cijfers."
    )


def _legend(screen: Screen, picture: Picture) -> str:
    parts = []
    if picture.level in (GEBIEDEN, BUURTEN):
        top = picture.facts["per_km2"].max()
        parts.append(
            f"Kleur: licht is 0, donkerst is {dutch.number(top)} per km²."
            if picture.shaded
            else "Oppervlakte van de cirkel = aantal."
        )
        parts.append("Klik op de kaart of kies een rij om in te zoomen.")
    else:
        top = picture.facts["count"].max()
        side = _side(picture.level)
        parts.append(
            f"Vak van {side} × {side} m; donkerst is {dutch.number(top)}. "
            "De drukste hebben een nummer."
        )
    if picture.drop:
        parts.append(
            f"De {dutch.number(_MOST_SQUARES)} drukste vakken; {dutch.number(picture.drop)} "
            "lichtere vakken niet getekend."
        )
    parts.append("Noord is boven.")
    if screen.options.areas.attribution:
        parts.append(f"Grenzen: {screen.options.areas.attribution}.")
    return " ".join(parts)


def _table(screen: Screen, picture: Picture) -> None:
    key = _key(keys.TABLE, screen, picture)
    st.dataframe(
        styled(picture.facts, picture.heads, hide_below=screen.below),
        hide_index=True,
        # A short list ends where it ends: empty rows look like missing ones.
        height=_HEIGHT if len(picture.facts) > _ROWS_THAT_FIT else "content",
        key=key,
        on_select=_row_chosen(key, screen, picture),
        selection_mode="single-row",
        alt=f"{picture.level} met hun aantallen, meeste bovenaan. Kies een rij om in te zoomen.",
    )
    download(screen, picture)


def download(screen: Screen, picture: Picture) -> None:
    """Offer the table as a file: Dutch figures, small numbers hidden as on screen."""
    period = str(screen.selection.period).replace("/", "_")
    st.download_button(
        "Tabel als CSV",
        lambda: csv_file(picture.facts, picture.heads, hide_below=screen.below),
        file_name=f"hotspots-{picture.level.split()[0].lower()}-{period}.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
    )


# --- choosing -------------------------------------------------------------------------------------


def _clicked(key: str, screen: Screen, picture: Picture) -> None:
    found = st.session_state[key].selection.get("objects", {})
    for objects in found.values():
        for item in objects:
            _drill(item.get("properties", item).get("area"), screen, picture)
            return


def _row_chosen(key: str, screen: Screen, picture: Picture) -> Callable[[], None]:
    def chosen() -> None:
        rows = st.session_state[key].selection.rows
        if rows:
            _drill(picture.facts["area"].iloc[rows[0]], screen, picture)

    return chosen


def _drill(area: Any, screen: Screen, picture: Picture) -> None:
    """Go one step finer: gebied to its buurten, buurt to its cells, cell to its buurt."""
    if not isinstance(area, str) or not area:
        return
    if picture.level == GEBIEDEN:
        filters.choose_area(area)
        return
    rows = zip(
        screen.options.areas.codes, screen.options.areas.names, screen.options.areas.gebieden,
        strict=True,
    )  # fmt: skip
    for code, name, gebied in rows:
        if code == area and code != screen.selection.buurt:
            filters.choose_area(gebied or None, name)
