"""Maps (pydeck): areas as circles or shades, 100 m cells, 25 m spots.

Besides :mod:`thor_metrics.geo` the only room that knows longitude and latitude. One layer of
meaning at a time, on a quiet base: the map service's grey tiles when they can be reached, our own
boundaries always. North is up and the map does not tilt.
"""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
import pydeck as pdk
import shapely
from pydeck.bindings.json_tools import default_serialize

from thor_metrics import geo
from thor_metrics.views.look import LIGHT, Look, contrast, rgb

__all__ = ["Deck", "Outlines", "area_map", "base_style", "outlines", "square_map"]

#: Five decimals of a degree are a metre: enough to draw, a fifth of the bytes.
_DECIMALS: Final = 5

_LARGEST_CIRCLE = 42.0
_SMALLEST_CIRCLE = 5.0

#: Squares that get their number in the ranking.
_RANKED: Final = 10


class Deck(pdk.Deck):
    """A deck that travels light: no indentation, so less than half the bytes."""

    def to_json(self) -> str:
        """Write the deck as compact JSON."""
        return json.dumps(
            self, sort_keys=True, default=default_serialize, separators=(",", ":")
        )


@dataclass(frozen=True)
class Outlines:
    """Areas of one level, ready to draw.

    Attributes
    ----------
    keys, names, gebieden : tuple of str
        Key (gebied name or buurt code), name on the map, and the gebied it lies in.
    polygons : tuple
        Per area its polygons as GeoJSON MultiPolygon coordinates, longitude first.
    centres : tuple of (float, float)
        A point inside the area, for circle and name.
    boxes : tuple of (float, float, float, float)
        West, south, east, north.
    approximate : bool
        Boundaries are derived, not official.
    """

    keys: tuple[str, ...]
    names: tuple[str, ...]
    gebieden: tuple[str, ...]
    polygons: tuple[list[Any], ...]
    centres: tuple[tuple[float, float], ...]
    boxes: tuple[tuple[float, float, float, float], ...]
    approximate: bool

    def box(self, keys: Iterable[str] = ()) -> tuple[float, float, float, float]:
        """Give the box round some areas, or round all of them."""
        wanted = set(keys) or set(self.keys)
        boxes = np.array(
            [box for key, box in zip(self.keys, self.boxes, strict=True) if key in wanted]
            or self.boxes
        )
        west, south = boxes[:, :2].min(axis=0)
        east, north = boxes[:, 2:].max(axis=0)
        return float(west), float(south), float(east), float(north)


def outlines(areas: geo.AreaMap, level: str) -> Outlines:
    """Prepare the areas of a level for drawing; do it once and keep the result.

    Parameters
    ----------
    areas : AreaMap
    level : {"gebied", "buurt"}
        A gebied is the union of its buurten.
    """
    if level == "buurt":
        keys, names, gebieden = areas.codes, areas.names, areas.gebieden
        shapes = list(areas.polygons)
    else:
        keys = tuple(dict.fromkeys(name for name in areas.gebieden if name))
        names = gebieden = keys
        of = np.array(areas.gebieden)
        shapes = [shapely.union_all(areas.polygons[of == key]) for key in keys]
    lonlat = [
        shapely.transform(shape, lambda xy: _lonlat(xy, areas.crs)) for shape in shapes
    ]
    inside = [_middle(_largest(shape)) for shape in lonlat]
    return Outlines(
        keys=tuple(keys),
        names=tuple(names),
        gebieden=tuple(gebieden),
        polygons=tuple(_coordinates(shape) for shape in lonlat),
        centres=tuple((round(point.x, 6), round(point.y, 6)) for point in inside),
        boxes=tuple(tuple(float(side) for side in shape.bounds) for shape in lonlat),
        approximate=areas.approximate,
    )


def _lonlat(xy: np.ndarray, crs: str) -> np.ndarray:
    lon, lat = geo.to_lonlat(xy[:, 0], xy[:, 1], crs)
    return np.column_stack([lon, lat])


def _largest(shape: Any) -> Any:
    """The main part of an area, so that its circle does not stand in an exclave."""
    parts = shapely.get_parts(shape)
    return parts[int(np.argmax(shapely.area(parts)))]


def _middle(shape: Any) -> Any:
    """The centroid, or where that lies outside (a banana) a point inside."""
    centre = shapely.centroid(shape)
    return centre if shapely.contains(shape, centre) else shapely.point_on_surface(shape)


def _coordinates(shape: Any) -> list[Any]:
    parts = [
        [
            np.round(shapely.get_coordinates(ring), _DECIMALS).tolist()
            for ring in (part.exterior, *part.interiors)
        ]
        for part in shapely.get_parts(shape)
    ]
    return parts


# --- areas --------------------------------------------------------------------------------------


def area_map(
    shapes: Outlines,
    facts: pd.DataFrame,
    *,
    value: str | None = None,
    focus: Sequence[str] = (),
    chosen: str | None = None,
    names: bool = True,
    look: Look = LIGHT,
    style: str | None = None,
) -> Deck:
    """Draw areas with a circle per area, or shaded by a value.

    Parameters
    ----------
    shapes : Outlines
    facts : DataFrame
        ``area``, ``count`` (NA where hidden), ``shown`` (number as text), ``words`` (a sentence).
    value : str, optional
        Column to shade by (for example ``per_km2``); without it circles, their surface in
        proportion to the count: numbers of unequal areas can then be compared honestly.
    focus : sequence of str
        Areas that matter now; the others are dimmed. Empty: all of them.
    chosen : str, optional
        Area with a heavy outline.
    names : bool
        Write the names.
    style : str, optional
        Of :func:`base_style`.
    """
    rows = facts.set_index("area").reindex(list(shapes.keys))
    wanted = set(focus) or set(shapes.keys)
    shades = _shades(rows[value], look, alpha=205) if value else None
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "MultiPolygon", "coordinates": shapes.polygons[place]},
            "properties": {
                "area": key,
                "words": _text(rows["words"].iloc[place]),
                "fill": _fill(shades, place, key in wanted, look),
                "line": _line(key, wanted, chosen, look),
                "wide": 3 if key == chosen else 1,
            },
        }
        for place, key in enumerate(shapes.keys)
    ]
    layers = [
        pdk.Layer(
            "GeoJsonLayer",
            {"type": "FeatureCollection", "features": features},
            id="gebieden",
            pickable=True,
            filled=True,
            stroked=True,
            get_fill_color="properties.fill",
            get_line_color="properties.line",
            get_line_width="properties.wide",
            line_width_units=pdk.types.String("pixels"),
            auto_highlight=True,
            highlight_color=rgb(look.primary, 50),
        )
    ]
    if not value:
        layers += _circles(shapes, rows, wanted, look, names=names)
    elif names:
        layers.append(_names(shapes, wanted, look))
    return _deck(layers, shapes.box(focus), style)


def _text(value: Any) -> str:
    return "" if pd.isna(value) else str(value)


def _fill(shades: list[list[int]] | None, place: int, focused: bool, look: Look) -> list[int]:  # noqa: FBT001 - read from a set right above
    if not focused:
        return rgb(look.surface, 150)
    return shades[place] if shades else rgb(look.primary, 14)


def _line(key: str, wanted: set[str], chosen: str | None, look: Look) -> list[int]:
    if key == chosen:
        return rgb(look.ink)
    return rgb(look.ink, 150 if key in wanted else 60)


def _shades(values: pd.Series, look: Look, *, alpha: int) -> list[list[int]]:
    """Nine colours in equal steps from nought to the largest value; missing is see-through."""
    numbers = values.to_numpy(dtype="float64", na_value=np.nan)
    top = np.nanmax(numbers) if np.isfinite(numbers).any() else 0.0
    last = len(look.steps) - 1
    steps = np.zeros(len(numbers), int)
    if top > 0:
        steps = np.ceil(np.nan_to_num(numbers) / top * last).astype(int).clip(0, last)
    return [
        rgb(look.steps[step], alpha) if np.isfinite(number) else rgb(look.surface, 0)
        for step, number in zip(steps, numbers, strict=True)
    ]


def _circles(
    shapes: Outlines, rows: pd.DataFrame, wanted: set[str], look: Look, *, names: bool
) -> list[pdk.Layer]:
    """Circles with their number inside, and the name of the area under them."""
    counts = rows["count"].to_numpy(dtype="float64", na_value=0.0)
    top = max(float(np.nanmax(counts)), 1.0) if len(counts) else 1.0
    data = [
        {
            "at": list(centre),
            "area": key,
            "r": round(max(_LARGEST_CIRCLE * math.sqrt(count / top), _SMALLEST_CIRCLE), 1),
            "name": name,
            "shown": _text(shown),
            "words": _text(words),
            "fill": rgb(look.steps[5], 235 if key in wanted else 70),
            "focus": key in wanted,
        }
        for key, name, centre, count, shown, words in zip(
            shapes.keys, shapes.names, shapes.centres, counts, rows["shown"], rows["words"],
            strict=True,
        )
        if count > 0
    ]  # fmt: skip
    # Large ones first, so that a small neighbour lies on top and can be clicked.
    data.sort(key=lambda circle: -circle["r"])
    circles = pdk.Layer(
        "ScatterplotLayer",
        data,
        id="cirkels",
        pickable=True,
        get_position="at",
        get_radius="r",
        radius_units=pdk.types.String("pixels"),
        get_fill_color="fill",
        get_line_color=rgb(look.surface),
        stroked=True,
        line_width_min_pixels=1,
        auto_highlight=True,
        highlight_color=rgb(look.ink, 60),
    )
    ink = "#FFFFFF" if contrast("#FFFFFF", look.steps[5]) >= 4.5 else "#0E1A33"
    numbers = [
        {"at": circle["at"], "text": circle["shown"]}
        for circle in data
        if circle["focus"] and _fits(circle)
    ]
    layers = [circles, _labels("aantallen", numbers, ink)]
    if names:
        below = [
            {
                "at": circle["at"],
                "text": circle["name"] if _fits(circle) else f"{circle['name']} {circle['shown']}",
                "down": [0, circle["r"] + 4],
            }
            for circle in data
            if circle["focus"]
        ]
        layers.append(_labels("namen", below, look.ink, under=True, halo=look.surface))
    return layers


def _fits(circle: Mapping[str, Any]) -> bool:
    """Tell whether the number fits in its circle; else it stands behind the name."""
    return bool(circle["r"] >= 6 + 3.6 * len(circle["shown"]))


def _names(shapes: Outlines, wanted: set[str], look: Look) -> pdk.Layer:
    data = [
        {"at": list(centre), "text": name}
        for key, name, centre in zip(shapes.keys, shapes.names, shapes.centres, strict=True)
        if key in wanted
    ]
    return _labels("namen", data, look.ink, halo=look.surface)


def _labels(
    layer: str, data: list[dict[str, Any]], colour: str, *, under: bool = False, halo: str = ""
) -> pdk.Layer:
    """Words on the map; ``under`` hangs them below their point, ``halo`` outlines them."""
    more: dict[str, Any] = {"get_pixel_offset": "down"} if under else {}
    if halo:
        more |= {
            "font_settings": {"sdf": True, "fontSize": 64, "buffer": 10, "radius": 16},
            "outline_width": 4,
            "outline_color": rgb(halo),
        }
    return pdk.Layer(
        "TextLayer",
        data,
        id=layer,
        pickable=False,
        get_position="at",
        get_text="text",
        get_color=rgb(colour),
        get_size=16,
        size_units=pdk.types.String("pixels"),
        get_text_anchor=pdk.types.String("middle"),
        get_alignment_baseline=pdk.types.String("top" if under else "center"),
        font_family=pdk.types.String("Source Sans, sans-serif"),
        font_weight=600,
        # As a list this would be one string of code to the map.
        character_set=pdk.types.String("auto"),
        **more,
    )


# --- squares ------------------------------------------------------------------------------------


def square_map(
    squares: pd.DataFrame,
    *,
    size: float,
    crs: str,
    shapes: Outlines,
    focus: Sequence[str] = (),
    look: Look = LIGHT,
    style: str | None = None,
) -> Deck:
    """Draw squares shaded by their count: 100 m cells, or 25 m spots.

    Parameters
    ----------
    squares : DataFrame
        ``x``, ``y`` (south-west corner, metres), ``count`` (NA where hidden), ``area`` (code of
        the buurt it lies in, for a click) and ``words``.
    size : float
        Side of a square in metres.
    crs : str
        Coordinate system of ``x`` and ``y``.
    shapes : Outlines
        Drawn as thin lines, to know where one is.
    focus : sequence of str
        Areas of ``shapes`` to fit the map to.
    """
    x, y = squares["x"].to_numpy(float), squares["y"].to_numpy(float)
    corners = [
        np.round(np.column_stack(geo.to_lonlat(x + size * right, y + size * up, crs)), _DECIMALS + 1)
        for right, up in ((0, 0), (1, 0), (1, 1), (0, 1))
    ]
    shades = _shades(squares["count"], look, alpha=215)
    hidden = squares["count"].isna().to_numpy()
    data = [
        {
            "ring": ring,
            "area": str(area),
            "words": _text(words),
            "fill": rgb(look.steps[1], 120) if small else shade,
        }
        for ring, area, words, shade, small in zip(
            np.stack(corners, axis=1).tolist() if len(squares) else [],
            squares["area"],
            squares["words"],
            shades,
            hidden,
            strict=True,
        )
    ]
    wanted = set(focus) or set(shapes.keys)
    lines = {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": {"type": "MultiPolygon", "coordinates": polygons},
                "properties": {"line": _line(key, wanted, None, look)},
            }
            for key, polygons in zip(shapes.keys, shapes.polygons, strict=True)
        ],
    }
    layers = [
        pdk.Layer(
            "PolygonLayer",
            data,
            id="vakken",
            pickable=True,
            get_polygon="ring",
            get_fill_color="fill",
            get_line_color=rgb(look.surface, 120),
            line_width_min_pixels=1,
            auto_highlight=True,
            highlight_color=rgb(look.ink, 70),
        ),
        pdk.Layer(
            "GeoJsonLayer",
            lines,
            id="grenzen",
            filled=False,
            stroked=True,
            get_line_color="properties.line",
            get_line_width=1,
            line_width_units=pdk.types.String("pixels"),
        ),
        _ranks(squares.head(_RANKED), corners, look),
    ]
    return _deck(layers, shapes.box(focus), style)


def _ranks(squares: pd.DataFrame, corners: list[np.ndarray], look: Look) -> pdk.Layer:
    """Number the heaviest squares, as the table beside the map numbers them."""
    middle = (corners[0] + corners[2])[: len(squares)] / 2
    data = [
        {"at": [round(float(lon), 6), round(float(lat), 6)], "text": str(place)}
        for place, (lon, lat) in enumerate(middle, start=1)
    ]
    return _labels("rangnummers", data, look.ink, halo=look.surface)


# --- base ---------------------------------------------------------------------------------------


def base_style(*, tiles: str = "", attribution: str = "", look: Look = LIGHT) -> str:
    """Make a MapLibre style as a ``data:`` address: a background, and tiles when there are any.

    A dict or a raster ``TileLayer`` does not work in Streamlit's map; unreachable tiles leave the
    background and our own layers standing.

    Parameters
    ----------
    tiles : str
        Address of raster tiles with ``{z}/{x}/{y}``; empty uses no network at all.
    attribution : str
        Shown in the corner.
    """
    sources: dict[str, Any] = {}
    layers: list[dict[str, Any]] = [
        {"id": "grond", "type": "background", "paint": {"background-color": look.quiet}}
    ]
    if tiles:
        sources["kaart"] = {
            "type": "raster",
            "tiles": [tiles],
            "tileSize": 256,
            "minzoom": 6,
            "maxzoom": 19,
            "attribution": attribution,
        }
        dark = look is not LIGHT
        paint = {"raster-brightness-max": 0.45, "raster-saturation": -1} if dark else {}
        layers.append({"id": "kaart", "type": "raster", "source": "kaart", "paint": paint})
    style = {"version": 8, "sources": sources, "layers": layers}
    text = json.dumps(style, separators=(",", ":")).encode()
    return "data:application/json;base64," + base64.b64encode(text).decode()


def _deck(
    layers: list[pdk.Layer], box: tuple[float, float, float, float], style: str | None
) -> Deck:
    return Deck(
        layers=layers,
        initial_view_state=_view(box),
        map_provider="maplibre",
        map_style=style or base_style(),
        views=[
            pdk.View(
                "MapView",
                # No tilt and no turning: north stays up, squares stay square.
                controller={"dragRotate": False, "touchRotate": False, "keyboard": True},
            )
        ],
        tooltip={"text": "{words}", "style": {"maxWidth": "320px", "fontSize": "16px"}},
    )


def _view(
    box: tuple[float, float, float, float], *, width: int = 900, height: int = 560
) -> pdk.ViewState:
    """Look at a box from above so that it just fits in a map of about this many pixels."""
    west, south, east, north = box
    middle = math.radians((south + north) / 2)
    # Web Mercator: 512 pixels hold 360 degrees of longitude at zoom 0.
    across = math.log2(width / 512 * 360 / max(east - west, 1e-4))
    up = math.log2(height / 512 * 360 * math.cos(middle) / max(north - south, 1e-4))
    return pdk.ViewState(
        longitude=round((west + east) / 2, 5),
        latitude=round((south + north) / 2, 5),
        zoom=round(min(across, up, 16.5), 2),
        pitch=0,
        bearing=0,
    )
