"""Squares on the map: cells of the grid, spots within one buurt, steps of a density."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
import pydeck as pdk

from thor_metrics import geo
from thor_metrics.views.look import LIGHT, Look, rgb
from thor_metrics.views.maps.base import Deck, deck, labels, line, text
from thor_metrics.views.maps.outlines import DECIMALS, Outlines
from thor_metrics.views.maps.paint import Painted, by_amount

__all__ = ["square_map"]

#: Squares that get their number in the ranking.
_RANKED: Final = 10

#: Over the whole city the squares are so small that numbers would lie on top of each other.
_RANKED_FROM_AFAR: Final = 3


def square_map(
    squares: pd.DataFrame,
    *,
    size: float,
    crs: str,
    shapes: Outlines,
    focus: Sequence[str] = (),
    painted: Painted | None = None,
    ranked: bool = True,
    at: tuple[float, float] | None = None,
    look: Look = LIGHT,
    style: str | None = None,
) -> Deck:
    """Draw squares: 100 m cells, 25 m spots, or the steps of a density.

    Parameters
    ----------
    squares : DataFrame
        ``x``, ``y`` (south-west corner, metres), ``count`` (NA where hidden), ``place`` (what a
        click gives back) and ``words``.
    size : float
        Side of a square in metres.
    crs : str
        Coordinate system of ``x`` and ``y``.
    shapes : Outlines
        Drawn as thin lines, to know where one is.
    focus : sequence of str
        Areas of ``shapes`` to fit the map to.
    painted : Painted, optional
        Fill and outline per square; without it the squares are shaded by their count.
    ranked : bool
        Number the first squares as the table beside the map numbers them.
    at : (float, float), optional
        Middle of the chosen place (metres), which gets a ring.
    """
    x, y = squares["x"].to_numpy(float), squares["y"].to_numpy(float)
    corners = [
        np.round(np.column_stack(geo.to_lonlat(x + size * right, y + size * up, crs)), DECIMALS + 1)
        for right, up in ((0, 0), (1, 0), (1, 1), (0, 1))
    ]
    paint = painted or by_amount(squares["count"], look)
    edges = {(*colour, wide) for colour, wide in zip(paint.line, paint.wide, strict=True)}
    alike = len(edges) < 2  # then it is said once, not a thousand times
    data = [
        {"ring": ring, "place": text(place), "words": text(words), "fill": fill}
        | ({} if alike else {"line": edge, "wide": wide})
        for ring, place, words, fill, edge, wide in zip(
            np.stack(corners, axis=1).tolist() if len(squares) else [],
            squares["place"],
            squares["words"],
            paint.fill,
            paint.line,
            paint.wide,
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
                "properties": {"line": line(key, wanted, None, look)},
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
            get_line_color=next(iter(paint.line), rgb(look.ink)) if alike else "line",
            get_line_width=next(iter(paint.wide), 0) if alike else "wide",
            line_width_units=pdk.types.String("pixels"),
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
    ]
    if any(paint.strong):
        layers.append(_beacons(data, corners, paint))
    if ranked:
        seen = bool(focus) or any(paint.strong)
        layers += _ranks(_RANKED if seen else _RANKED_FROM_AFAR, corners, paint, look)
    if at is not None:
        layers.append(_ring(at, crs, look))
    return deck(layers, shapes.box(focus), style)


def _ranks(most: int, corners: list[np.ndarray], paint: Painted, look: Look) -> list[pdk.Layer]:
    """Number the first squares, as the table beside the map numbers them."""
    middle = np.round((corners[0] + corners[2]) / 2, 6)[:most].tolist()
    numbered = [{"at": at, "text": str(place)} for place, at in enumerate(middle, start=1)]
    # On a dark dot only the light colour can be read.
    on_dots = [one for one, strong in zip(numbered, paint.strong, strict=False) if strong]
    plain = [one for one in numbered if one not in on_dots]
    layers = [labels("rangnummers", plain, look.ink, halo=look.surface)]
    if on_dots:
        layers.append(labels("rangnummers-op-bakens", on_dots, look.surface, halo=look.ink))
    return layers


def _beacons(data: list[dict[str, Any]], corners: list[np.ndarray], paint: Painted) -> pdk.Layer:
    """Put a dot on what matters most: seen from the whole city a square is a speck."""
    middle = np.round((corners[0] + corners[2]) / 2, 6).tolist()
    rows = zip(data, middle, paint.strong, paint.line, paint.wide, strict=True)
    dots = [
        {"at": at, "place": item["place"], "words": item["words"], "fill": item["fill"],
         "line": edge, "wide": wide}
        for item, at, strong, edge, wide in rows
        if strong
    ]  # fmt: skip
    return pdk.Layer(
        "ScatterplotLayer",
        dots,
        id="bakens",
        pickable=True,
        get_position="at",
        get_radius=45,
        radius_min_pixels=10,
        get_fill_color="fill",
        get_line_color="line",
        get_line_width="wide",
        line_width_units=pdk.types.String("pixels"),
        stroked=True,
        auto_highlight=True,
    )


def _ring(at: tuple[float, float], crs: str, look: Look) -> pdk.Layer:
    """Ring the chosen place."""
    lon, lat = geo.to_lonlat(np.array([at[0]]), np.array([at[1]]), crs)
    return pdk.Layer(
        "ScatterplotLayer",
        [{"at": [round(float(lon[0]), 6), round(float(lat[0]), 6)]}],
        id="gekozen",
        get_position="at",
        get_radius=22,
        radius_units=pdk.types.String("pixels"),
        filled=False,
        stroked=True,
        get_line_color=rgb(look.more),
        get_line_width=4,
        line_width_units=pdk.types.String("pixels"),
    )
