"""Squares of a buurt to click on: what is chosen is full, the rest is a thin grid."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
import pydeck as pdk
import shapely

from thor_metrics import geo
from thor_metrics.views.look import LIGHT, Look, rgb
from thor_metrics.views.maps.base import Deck, deck
from thor_metrics.views.maps.outlines import DECIMALS, Outlines
from thor_metrics.views.maps.spots import borders

__all__ = ["pick_map"]


def pick_map(
    squares: Mapping[str, Any],
    chosen: Collection[str],
    *,
    crs: str,
    shapes: Outlines,
    focus: Sequence[str],
    look: Look = LIGHT,
    style: str | None = None,
) -> Deck:
    """Draw squares that can be clicked one after another.

    Parameters
    ----------
    squares : mapping of str to polygon
        Key (what a click gives back as ``place``) -> square, metres.
    chosen : collection of str
        Keys drawn full.
    crs : str
        Coordinate system of the squares.
    shapes : Outlines
    focus : sequence of str
        Areas of ``shapes`` to fit the map to.
    """
    data = []
    for key, square in squares.items():
        corners = shapely.get_coordinates(square)
        lon, lat = geo.to_lonlat(corners[:, 0], corners[:, 1], crs)
        ring = np.round(np.column_stack([lon, lat]), DECIMALS + 1).tolist()
        fill = rgb(look.primary, 170 if key in chosen else 12)
        word = "gekozen" if key in chosen else "klik om te kiezen"
        data.append({"ring": ring, "place": key, "fill": fill, "words": f"Vak {key}: {word}"})
    layers = [
        pdk.Layer(
            "PolygonLayer",
            data,
            id="keuzevakken",
            pickable=True,
            get_polygon="ring",
            get_fill_color="fill",
            get_line_color=rgb(look.ink, 60),
            get_line_width=1,
            line_width_units=pdk.types.String("pixels"),
            auto_highlight=True,
            highlight_color=rgb(look.ink, 70),
        ),
        borders(shapes, focus, look),
    ]
    return deck(layers, shapes.box(focus), style)
