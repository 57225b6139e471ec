"""Squares on the map: the 100 m cells of the grid, or 25 m spots within one buurt."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd
import pydeck as pdk

from thor_metrics import geo
from thor_metrics.views.look import LIGHT, Look, rgb
from thor_metrics.views.maps.base import Deck, deck, labels, line, shades, text
from thor_metrics.views.maps.outlines import DECIMALS, Outlines

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
        np.round(np.column_stack(geo.to_lonlat(x + size * right, y + size * up, crs)), DECIMALS + 1)
        for right, up in ((0, 0), (1, 0), (1, 1), (0, 1))
    ]
    tints = shades(squares["count"], look, alpha=215)
    hidden = squares["count"].isna().to_numpy()
    data = [
        {
            "ring": ring,
            "area": str(area),
            "words": text(words),
            "fill": rgb(look.steps[1], 120) if small else shade,
        }
        for ring, area, words, shade, small in zip(
            np.stack(corners, axis=1).tolist() if len(squares) else [],
            squares["area"],
            squares["words"],
            tints,
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
        _ranks(squares.head(_RANKED if focus else _RANKED_FROM_AFAR), corners, look),
    ]
    return deck(layers, shapes.box(focus), style)


def _ranks(squares: pd.DataFrame, corners: list[np.ndarray], look: Look) -> pdk.Layer:
    """Number the heaviest squares, as the table beside the map numbers them."""
    middle = (corners[0] + corners[2])[: len(squares)] / 2
    data = [
        {"at": [round(float(lon), 6), round(float(lat), 6)], "text": str(place)}
        for place, (lon, lat) in enumerate(middle, start=1)
    ]
    return labels("rangnummers", data, look.ink, halo=look.surface)
