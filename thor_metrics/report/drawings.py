"""Drawings of a report as vectors, made without a browser and without the network."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import altair as alt
import pandas as pd
import shapely
import vl_convert as vlc

from thor_metrics.geo import AreaMap
from thor_metrics.report.document import Figure
from thor_metrics.report.portable import fonts
from thor_metrics.views import charts
from thor_metrics.views.look import LIGHT

__all__ = ["map_of_squares", "week"]

_VEGA_LITE: Final = "6.1"
_FONT: Final = "Source Sans Pro"
_SHARPNESS: Final = 2.0
_WIDTH: Final = 680
_HEIGHT: Final = 460
_WEEK_HEIGHT: Final = 260
#: Metres a boundary may shift: less than a line is wide.
_COARSE: Final = 8.0
#: Room round the area, as a part of it.
_ROOM: Final = 0.03

vlc.register_font_directory(str(fonts()))


def _figure(spec: dict[str, Any], caption: str, words: str) -> Figure:
    spec["config"] = {**spec.get("config", {}), "font": _FONT, "background": LIGHT.surface}
    svg = vlc.vegalite_to_svg(spec, vl_version=_VEGA_LITE)
    return Figure(caption, words, svg, vlc.svg_to_png(svg, scale=_SHARPNESS))


def week(cells: pd.DataFrame, *, caption: str, words: str, height: int = _WEEK_HEIGHT) -> Figure:
    """Draw the week of seven days by 24 hours.

    Parameters
    ----------
    cells : DataFrame
        As :func:`thor_metrics.views.charts.week_heat` draws them, with rings.
    caption, words : str
        What stands under it, and what it says to who cannot see it.
    height : int
        Pixels.
    """
    spec = charts.week_heat(look=LIGHT, ringed=True, height=height)
    rows = charts.week_cells(cells, look=LIGHT)
    spec["data"] = {"values": _plain(rows)}
    spec.get("datasets", {}).pop("rows", None)
    return _figure({**spec, "width": _WIDTH - 60}, caption, words)


def map_of_squares(
    cells: pd.DataFrame,
    areas: AreaMap,
    inside: Sequence[bool],
    *,
    side: float,
    caption: str,
    words: str,
) -> Figure:
    """Draw squares on the boundaries of the buurten.

    Parameters
    ----------
    cells : DataFrame
        ``x, y`` (metres, lower left corner), ``count``, ``rank``; hidden ones are left out by
        who asks. Only the first ten get their number.
    areas : AreaMap
    inside : sequence of bool
        Which buurten the map is about; the others are quiet.
    side : float
        Of a square, metres.
    caption, words : str
    """
    west, south, east, north = shapely.total_bounds(areas.polygons[list(inside)])
    room = max(east - west, north - south) * _ROOM
    frame = shapely.box(west - room, south - room, east + room, north + room)
    # Together, so that neighbours keep one border between them.
    lines = shapely.coverage_simplify(areas.polygons, _COARSE)
    ground = [
        _feature(shapely.intersection(shape, frame), mine=bool(mine))
        for shape, mine in zip(lines, inside, strict=True)
        if shapely.intersects(shape, frame)
    ]
    top = float(cells["count"].max())
    squares = [
        _feature(
            shapely.box(row["x"], row["y"], row["x"] + side, row["y"] + side),
            share=float(row["count"]) / top,
        )
        for row in cells.to_dict("records")
    ]
    ranked = cells.head(10)
    numbers = [
        {"lon": float(x) + side / 2, "lat": float(y) + side / 2, "rank": str(rank)}
        for x, y, rank in zip(ranked["x"], ranked["y"], ranked["rank"], strict=True)
    ]
    plane = alt.Chart(_rows(ground)).mark_geoshape(stroke=LIGHT.line, strokeWidth=1)
    shade = alt.condition("datum.properties.mine", alt.value(LIGHT.quiet), alt.value(LIGHT.surface))
    scale = alt.Scale(domain=[0, 1], range=list(LIGHT.steps), interpolate="rgb")
    marks = (
        alt.Chart(_rows(squares))
        .mark_geoshape()
        .encode(color=alt.Color("properties.share:Q", scale=scale, legend=None))
    )
    names = alt.Chart(_rows(numbers)).encode(longitude="lon:Q", latitude="lat:Q", text="rank:N")
    halo = names.mark_text(
        fontSize=15, fontWeight="bold", dx=12, dy=-10, stroke=LIGHT.surface, strokeWidth=4
    )
    text = names.mark_text(fontSize=15, fontWeight="bold", dx=12, dy=-10, color=LIGHT.ink)
    assert areas.centres is not None
    labels = [
        {"lon": float(x), "lat": float(y), "name": name}
        for (x, y), name, mine in zip(areas.centres, areas.names, inside, strict=True)
        if mine and not all(inside)
    ]
    buurten = alt.Chart(_rows(labels)).encode(longitude="lon:Q", latitude="lat:Q", text="name:N")
    glow = buurten.mark_text(fontSize=13, stroke=LIGHT.surface, strokeWidth=3)
    places = buurten.mark_text(fontSize=13, color=LIGHT.ink)
    chart = (
        alt.layer(plane.encode(fill=shade), marks, glow, places, halo, text)
        .project(type="identity", reflectY=True)
        .properties(width=_WIDTH, height=_HEIGHT)
        .configure_view(strokeWidth=0)
    )
    return _figure(chart.to_dict(), caption, words)


def _rows(values: list[dict[str, Any]]) -> Any:
    return alt.InlineData(values=values)


def _feature(shape: Any, **facts: object) -> dict[str, Any]:
    geometry = shapely.geometry.mapping(shapely.set_precision(shape, 0.1))
    return {"type": "Feature", "properties": facts, "geometry": geometry}


def _plain(rows: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        {str(name): None if pd.isna(value) else value for name, value in row.items()}
        for row in rows.astype(object).to_dict("records")
    ]
