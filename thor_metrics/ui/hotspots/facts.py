"""What the map and its table show: asked per level and picture, with a sentence per place."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

import pandas as pd
import streamlit as st

from thor_metrics import dutch, stats
from thor_metrics.indicators.places import Expectation
from thor_metrics.ui import data
from thor_metrics.ui.filters import BUURTEN, GEBIEDEN, SPOTS
from thor_metrics.ui.frame import Screen
from thor_metrics.ui.hotspots.levels import (
    CHANCE,
    CLUSTERS,
    COURSE,
    DENSITY,
    EXPECTED,
    OBJECTS,
    Way,
)
from thor_metrics.views.patterns import pattern_tone, pattern_words
from thor_metrics.views.tables import Head

__all__ = ["MOST_PLACES", "Picture", "ask", "side", "tail"]

#: More squares than this make the browser wait and nobody can tell them apart.
MOST_PLACES: Final = 1_500

_ORDER: Final = {stats.SURE: 0, stats.LIKELY: 1, stats.CHANCE: 2, "": 3}


@dataclass(frozen=True)
class Picture:
    """What the map and its table show: the same facts.

    Attributes
    ----------
    way : Way
    facts : DataFrame
        First what matters most, with ``name``, ``place`` (unique), ``words``; of places also
        ``x, y`` (south-west corner, or the middle of a cluster or object).
    heads : tuple of Head
        Columns of the table.
    drop : int
        Places left out because there are too many.
    surface : DataFrame or None
        Steps of the density, when that is drawn instead of the facts.
    told : str
        A sentence under the map about these facts; "" for none.
    """

    way: Way
    facts: pd.DataFrame
    heads: tuple[Head, ...]
    drop: int = 0
    surface: pd.DataFrame | None = None
    told: str = ""


def side(level: str) -> int:
    """Side of a square in metres."""
    return 25 if level == SPOTS else 100


def ask(screen: Screen, way: Way) -> Picture:
    """Ask the facts of a level, with a sentence for every place."""
    if way.level in (GEBIEDEN, BUURTEN):
        return _areas(screen, way)
    if way.level == CLUSTERS:
        return _clusters(screen, way)
    if way.level == OBJECTS:
        return _objects(screen, way)
    if way.level == SPOTS:
        return _counted(screen, way, data.ask("per_spot", screen.selection))
    if way.picture == COURSE:
        return _course(screen, way)
    if way.picture == EXPECTED:
        return _expected(screen, way)
    return _squares(screen, way)


def _areas(screen: Screen, way: Way) -> Picture:
    selection = screen.selection
    if way.level == GEBIEDEN:
        facts = data.ask("per_area", replace(selection, gebied=None, buurt=None), level="gebied")
    else:
        facts = data.ask("per_area", replace(selection, buurt=None), level="buurt")
    facts = facts.assign(
        place=facts["area"],
        shown=facts["count"].map(screen.number),
        words=[
            f"{row['name']}: {screen.told(row)}{_rate(row['per_km2'])}"
            for row in facts.to_dict("records")
        ],
    )
    word = screen.settings.municipality.gebied_word if way.level == GEBIEDEN else "buurt"
    heads = (
        Head("name", word.capitalize()),
        Head("count", "Aantal", "count"),
        Head("per_km2", "Per km²", "rate", 1),
        Head("per_1000", "Per 1.000 inw.", "rate", 1),
    )
    return Picture(way, facts, heads)


def _rate(per_km2: float) -> str:
    return "" if pd.isna(per_km2) else f", {dutch.number(per_km2)} per km²"


# --- squares -------------------------------------------------------------------------------------


def _squares(screen: Screen, way: Way) -> Picture:
    found = data.ask("hot_cells", screen.selection)
    if way.picture != CHANCE:
        picture = _counted(screen, way, found)
        if way.picture == DENSITY:
            return replace(picture, surface=data.ask("density", screen.selection))
        return picture
    order = found["certainty"].map(_ORDER)
    ranked = found.assign(order=order).sort_values("order", kind="stable", ignore_index=True)
    facts, drop = _placed(screen, ranked, way)
    facts["kind_words"] = facts["kind"].map({"plek": "deze plek", "omgeving": "de omgeving"})
    facts["words"] = [
        f"Nr {row['rank']}, {row['name']}: {screen.told(row)}{_sureness(row)}"
        for row in facts.to_dict("records")
    ]
    heads = (
        Head("rank", "Nr", "rate"),
        Head("name", "Waar"),
        Head("count", "Aantal", "count"),
        Head("certainty", "Meer dan toeval?"),
        Head("ratio", "× gemiddeld vak", "rate", 1),
        Head("days", "Op dagen", "rate"),
        Head("square", "Vak (100 m)"),
    )
    return Picture(way, facts, heads, drop, told=_caution(facts))


def _sureness(row: Any) -> str:
    if not row["certainty"]:
        return ""
    if row["certainty"] == stats.CHANCE:
        return f" ({stats.CHANCE})"
    of = "als plek" if row["kind"] == "plek" else "samen met de omgeving"
    return f" ({row['certainty']} meer dan toeval, {of})"


def _caution(facts: pd.DataFrame) -> str:
    """Warn about places where very many reports came on few days."""
    if facts.empty or (facts["certainty"] == "").all():
        return "Te weinig om iets over toeval te zeggen." if len(facts) else ""
    few = facts[facts["one_reporter"]]
    if few.empty:
        return ""
    names = dutch.join(few["name"].head(3))
    return f"Let op: bij {names} kwamen veel meldingen op weinig dagen; vaak is dat één melder."


def _counted(screen: Screen, way: Way, found: pd.DataFrame) -> Picture:
    facts, drop = _placed(screen, found, way)
    facts["words"] = [
        f"Nr {row['rank']}, {row['name']}: {screen.told(row)}" for row in facts.to_dict("records")
    ]
    heads = (
        Head("rank", "Nr", "rate"),
        Head("name", "Waar"),
        Head("count", "Aantal", "count"),
        Head("square", f"Vak ({side(way.level)} m)"),
    )
    return Picture(way, facts, heads, drop)


def _placed(screen: Screen, found: pd.DataFrame, way: Way) -> tuple[pd.DataFrame, int]:
    """Number and name the first places; also say how many more there are."""
    facts = found.head(MOST_PLACES).reset_index(drop=True)
    half = side(way.level) / 2
    areas = screen.options.areas
    middle_x, middle_y = (facts[axis].to_numpy(float) + half for axis in ("x", "y"))
    place = areas.place(middle_x, middle_y)
    squares = [f"{x}-{y}" for x, y in zip(facts["cell_x"], facts["cell_y"], strict=True)]
    near = data.names_near(middle_x, middle_y)
    facts = facts.assign(
        area=[areas.codes[index] if index >= 0 else "" for index in place],
        name=[
            name or (areas.names[index] if index >= 0 else "buiten de buurten")
            for index, name in zip(place, near, strict=True)
        ],
        square=squares,
        place=squares,
        rank=range(1, len(facts) + 1),
    )
    return facts, len(found) - len(facts)


def _course(screen: Screen, way: Way) -> Picture:
    found = data.ask("emerging_cells", screen.selection)
    facts, drop = _placed(screen, found, way)
    facts = facts.assign(
        course=facts["pattern"].map(pattern_words),
        tone=facts["pattern"].map(pattern_tone),
        from_month=[dutch.month(month) if month else "–" for month in facts["since"]],
    )
    facts["words"] = [
        f"Nr {row['rank']}, {row['name']}: {row['course']}, hotspot in {row['hot_months']} van de "
        f"{row['months']} maanden"
        for row in facts.to_dict("records")
    ]
    heads = (
        Head("rank", "Nr", "rate"),
        Head("name", "Waar"),
        Head("course", "Verloop"),
        Head("from_month", "Hotspot sinds"),
        Head("hot_months", "Maanden hotspot", "rate"),
        Head("square", "Vak (100 m)"),
    )
    told = (
        f"Gekeken is van {dutch.month(facts['first'].iloc[0])} tot en met "
        f"{dutch.month(facts['last'].iloc[0])}."
        if len(facts)
        else "Geen vak was in deze tijd een hotspot, of er is nog geen jaar aan hele maanden."
    )
    return Picture(way, facts, heads, drop, told=told)


def _expected(screen: Screen, way: Way) -> Picture:
    with st.spinner("De verwachting uitproberen op het verleden"):
        found: Expectation = data.ask("expected_cells", screen.selection)
    facts, drop = _placed(screen, found.cells, way)
    facts["words"] = [
        f"Nr {row['rank']}, {row['name']}: naar verwachting {dutch.number(row['expected'])} in "
        f"vier weken (tussen {dutch.number(row['low'])} en {dutch.number(row['high'])})"
        for row in facts.to_dict("records")
    ]
    heads = (
        Head("rank", "Nr", "rate"),
        Head("name", "Waar"),
        Head("expected", "Verwacht in 4 weken", "rate", 1),
        Head("low", "Van", "rate"),
        Head("high", "Tot", "rate"),
        Head("square", "Vak (100 m)"),
    )
    since = f"Vier weken vanaf {dutch.date(found.origin)}. " if found.origin else ""
    told = " ".join(part for part in (f"{since}{found.words}", found.note) if part)
    return Picture(way, facts, heads, drop, told=told)


# --- clusters and objects ------------------------------------------------------------------------


def _clusters(screen: Screen, way: Way) -> Picture:
    found = data.ask("hot_clusters", screen.selection)
    facts = found.assign(rank=range(1, len(found) + 1))
    facts["words"] = [
        f"Nr {row['rank']}, {row['name']}: {screen.told(row)}{_about(row)}"
        for row in facts.to_dict("records")
    ]
    heads = (
        Head("rank", "Nr", "rate"),
        Head("name", "Haard"),
        Head("count", "Aantal", "count"),
        Head("certainty", "Meer dan toeval?"),
        Head("incidents", "Voorvallen", "rate"),
        Head("days", "Op dagen", "rate"),
    )
    told = "" if len(facts) else "Nergens liggen er genoeg bij elkaar voor een haard."
    return Picture(way, facts, heads, told=told)


def _about(row: Any) -> str:
    return f" ({row['certainty']} meer dan toeval)" if row["certainty"] in _SURELY else ""


_SURELY: Final = (stats.SURE, stats.LIKELY)


def _objects(screen: Screen, way: Way) -> Picture:
    found = data.ask("ranked_objects", screen.selection, kind=way.kind)
    facts = found[found["hidden"] | (found["count"].fillna(0) > 0)].reset_index(drop=True)
    facts["words"] = [
        f"Nr {row['rank']}, {row['name']}: {screen.told(row)}{_about(row)}"
        for row in facts.to_dict("records")
    ]
    heads = (
        Head("rank", "Nr", "rate"),
        Head("name", way.kind.capitalize()),
        Head("count", "Aantal", "count"),
        Head("certainty", "Meer dan toeval?"),
        Head("low", "Van", "rate"),
        Head("high", "Tot", "rate"),
        Head("share", "Deel van alles", "percent"),
        Head("stability", "Top 10 zeker?", "percent"),
    )
    told = (
        "Geteld is wat binnen 50 meter ligt, bij het object dat het dichtst bij is. 'Van' en "
        "'Tot': zo veel kan het aantal door toeval schelen. 'Top 10 zeker?': hoe vaak het object "
        "in de top 10 staat als de weken opnieuw worden getrokken."
        if len(facts)
        else f"Er is niets binnen 50 meter van een {way.kind}, of er zijn geen objecten geladen. "
        "Objecten laden kan bij Inlezen."
    )
    return Picture(way, facts, heads, told=told)


def tail(picture: Picture) -> str:
    """Name the heaviest place, as a second sentence of the headline."""
    facts = picture.facts
    if "course" in facts and len(facts):
        found = facts["course"].value_counts(sort=False)
        told = dutch.join(f"{number} {words}" for words, number in found.items())
        return f"Vakken die hotspot zijn of waren: {told}."
    if "certainty" in facts:
        sure = int((facts["certainty"] == stats.SURE).sum())
        if sure:
            count = dutch.amount(sure, "plek", "plekken")
            return f"{count} met zeker meer dan toeval; nummer 1: {facts['name'].iloc[0]}."
    if "count" not in facts:
        return ""
    known = facts[facts["count"].fillna(0) > 0]
    if len(known) < 2:
        return ""
    top = known.sort_values("count", ascending=False, kind="stable").iloc[0]
    return f"Zwaarst: {top['name']} ({dutch.number(top['count'])})."
