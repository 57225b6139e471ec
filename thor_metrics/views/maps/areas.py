"""Areas on the map: a circle per area, or a shade per km2."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
import pydeck as pdk

from thor_metrics.views.look import LIGHT, Look, rgb
from thor_metrics.views.maps.base import Deck, deck, labels, line, shades, text
from thor_metrics.views.maps.outlines import Outlines

__all__ = ["area_map"]

_LARGEST_CIRCLE: Final = 42.0
_SMALLEST_CIRCLE: Final = 5.0


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
    tints = shades(rows[value], look, alpha=205) if value else None
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "MultiPolygon", "coordinates": shapes.polygons[place]},
            "properties": {
                "area": key,
                "words": text(rows["words"].iloc[place]),
                "fill": _fill(tints, place, look) if key in wanted else rgb(look.surface, 150),
                "line": line(key, wanted, chosen, look),
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
    return deck(layers, shapes.box(focus), style)


def _fill(tints: list[list[int]] | None, place: int, look: Look) -> list[int]:
    """Its shade, or with circles hardly anything: enough to be clicked."""
    return tints[place] if tints else rgb(look.primary, 14)


def _circles(
    shapes: Outlines, rows: pd.DataFrame, wanted: set[str], look: Look, *, names: bool
) -> list[pdk.Layer]:
    """Circles with their number inside, and the name of the area under them.

    A hidden number gets the smallest circle; an area with nothing gets its name alone.
    """
    counts = rows["count"].to_numpy(dtype="float64", na_value=np.nan)
    top = max(float(np.nanmax(counts)), 1.0) if np.isfinite(counts).any() else 1.0
    data = [
        {
            "at": list(centre),
            "area": key,
            "r": _radius(count, top),
            "name": name,
            "shown": text(shown),
            "words": text(words),
            "fill": rgb(look.steps[5], 235 if key in wanted else 70),
            "focus": key in wanted,
        }
        for key, name, centre, count, shown, words in zip(
            shapes.keys, shapes.names, shapes.centres, counts, rows["shown"], rows["words"],
            strict=True,
        )
    ]  # fmt: skip
    # Large ones first, so that a small neighbour lies on top and can be clicked.
    data.sort(key=lambda circle: -circle["r"])
    circles = pdk.Layer(
        "ScatterplotLayer",
        [circle for circle in data if circle["r"] > 0],
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
    focused = [circle for circle in data if circle["focus"]]
    inside = [{"at": circle["at"], "text": circle["shown"]} for circle in focused if _fits(circle)]
    layers = [circles, labels("aantallen", inside, look.on_steps[5])]
    if names:
        below = [
            {
                "at": circle["at"],
                "text": circle["name"] if _fits(circle) else f"{circle['name']} {circle['shown']}",
                "down": [0, circle["r"] + 4],
            }
            for circle in focused
        ]
        layers.append(labels("namen", below, look.ink, under=True, halo=look.surface))
    return layers


def _radius(count: float, top: float) -> float:
    """Pixels: the surface of a circle is in proportion to the count."""
    if count == 0:
        return 0.0
    if math.isnan(count):
        return _SMALLEST_CIRCLE
    return round(max(_LARGEST_CIRCLE * math.sqrt(count / top), _SMALLEST_CIRCLE), 1)


def _fits(circle: Mapping[str, Any]) -> bool:
    """Tell whether the number fits in its circle; else it stands behind the name."""
    return bool(circle["r"] >= 6 + 3.6 * len(circle["shown"]))


def _names(shapes: Outlines, wanted: set[str], look: Look) -> pdk.Layer:
    data = [
        {"at": list(centre), "text": name}
        for key, name, centre in zip(shapes.keys, shapes.names, shapes.centres, strict=True)
        if key in wanted
    ]
    return labels("namen", data, look.ink, halo=look.surface)
