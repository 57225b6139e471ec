"""Places on the map that are no squares: clusters with their outline, objects."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
import pydeck as pdk

from thor_metrics import geo, stats
from thor_metrics.views.look import LIGHT, Look, rgb
from thor_metrics.views.maps.base import Deck, deck, labels, line, text
from thor_metrics.views.maps.outlines import DECIMALS, Outlines
from thor_metrics.views.maps.paint import by_certainty

__all__ = ["borders", "spot_map"]

#: Places that get their number in the ranking; over the whole city they lie near each other.
_RANKED: Final = 10
_RANKED_FROM_AFAR: Final = 5

#: Pixels.
_LARGEST: Final = 26.0
_SMALLEST: Final = 5.0


def spot_map(
    spots: pd.DataFrame,
    *,
    crs: str,
    shapes: Outlines,
    focus: Sequence[str] = (),
    look: Look = LIGHT,
    style: str | None = None,
    at: tuple[float, float] | None = None,
) -> Deck:
    """Draw places as circles with a surface in proportion to their count.

    Parameters
    ----------
    spots : DataFrame
        Heaviest first: ``x``, ``y`` (centre, metres), ``count`` (NA where hidden: the smallest
        circle), ``certainty`` ("zeker", "waarschijnlijk", "kan toeval zijn" or ""), ``place``
        (what a click gives back), ``words``, and optionally ``ring`` (tuple of (x, y), drawn as
        an outline; empty for none).
    crs : str
        Coordinate system of ``x``, ``y`` and ``ring``.
    shapes : Outlines
        Drawn as thin lines, to know where one is.
    focus : sequence of str
        Areas of ``shapes`` to fit the map to.
    at : (float, float), optional
        Middle of the chosen place (metres), which gets a ring.
    """
    shown = spots[spots["count"].isna() | (spots["count"] > 0).fillna(False)]
    places = _lonlat(shown[["x", "y"]].to_numpy(dtype=np.float64), crs)
    paint = by_certainty(shown["certainty"], look)
    radius = _radii(shown["count"])
    data = [
        {"at": place, "r": r, "place": text(key), "words": text(words), "fill": fill, "line": edge,
         "wide": max(wide, 1)}
        for place, r, key, words, fill, edge, wide in zip(
            places, radius, shown["place"], shown["words"], paint.fill, paint.line, paint.wide,
            strict=True,
        )
    ]  # fmt: skip
    layers = [borders(shapes, focus, look)]
    if "ring" in shown:
        layers.append(_rings(shown, crs, look))
    layers.append(
        pdk.Layer(
            "ScatterplotLayer",
            # Large ones first, so that a small neighbour lies on top and can be clicked.
            sorted(data, key=lambda spot: -spot["r"]),
            id="plekken",
            pickable=True,
            get_position="at",
            get_radius="r",
            radius_units=pdk.types.String("pixels"),
            get_fill_color="fill",
            get_line_color="line",
            get_line_width="wide",
            line_width_units=pdk.types.String("pixels"),
            stroked=True,
            auto_highlight=True,
            highlight_color=rgb(look.ink, 70),
        )
    )
    top = _RANKED if focus else _RANKED_FROM_AFAR
    layers += _ranks(places[:top], shown["certainty"].tolist()[:top], look)
    if at is not None:
        layers.append(_chosen(at, crs, look))
    return deck(layers, shapes.box(focus), style)


def _ranks(places: list[list[float]], certainty: list[str], look: Look) -> list[pdk.Layer]:
    """Number the heaviest places, as the table beside the map numbers them."""
    filled = [word in (stats.SURE, stats.LIKELY) for word in certainty]
    layers = []
    for layer, dark in (("rangnummers", True), ("rangnummers-open", False)):
        data = [
            {"at": place, "text": str(number)}
            for number, (place, full) in enumerate(zip(places, filled, strict=True), start=1)
            if full is dark
        ]
        # On a full circle the number is light (or, on a dark screen, dark) without an edge.
        colour, halo = (look.on_steps[-1], "") if dark else (look.ink, look.surface)
        layers.append(labels(layer, data, colour, halo=halo))
    return layers


def _lonlat(xy: np.ndarray, crs: str) -> list[list[float]]:
    lon, lat = geo.to_lonlat(xy[:, 0], xy[:, 1], crs)
    found: list[list[float]] = np.round(np.column_stack([lon, lat]), DECIMALS + 1).tolist()
    return found


def _radii(counts: pd.Series) -> list[float]:
    numbers = counts.to_numpy(dtype="float64", na_value=0.0)
    top = max(float(numbers.max(initial=0.0)), 1.0)
    return [round(max(_LARGEST * math.sqrt(count / top), _SMALLEST), 1) for count in numbers]


def borders(shapes: Outlines, focus: Sequence[str], look: Look) -> pdk.Layer:
    """Draw areas as thin lines, those out of focus faint."""
    wanted = set(focus) or set(shapes.keys)
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "MultiPolygon", "coordinates": polygons},
            "properties": {"line": line(key, wanted, None, look)},
        }
        for key, polygons in zip(shapes.keys, shapes.polygons, strict=True)
    ]
    return pdk.Layer(
        "GeoJsonLayer",
        {"type": "FeatureCollection", "features": features},
        id="grenzen",
        filled=False,
        stroked=True,
        get_line_color="properties.line",
        get_line_width=1,
        line_width_units=pdk.types.String("pixels"),
    )


def _rings(spots: pd.DataFrame, crs: str, look: Look) -> pdk.Layer:
    """Outline of each cluster; one can click anywhere in it."""
    drawn: list[dict[str, Any]] = [
        {
            "ring": _lonlat(np.asarray(ring, dtype=np.float64), crs),
            "place": text(place),
            "words": text(words),
        }
        for ring, place, words in zip(spots["ring"], spots["place"], spots["words"], strict=True)
        if len(ring)
    ]
    return pdk.Layer(
        "PolygonLayer",
        drawn,
        id="omtrekken",
        pickable=True,
        get_polygon="ring",
        get_fill_color=rgb(look.primary, 40),
        get_line_color=rgb(look.primary, 220),
        get_line_width=2,
        line_width_units=pdk.types.String("pixels"),
    )


def _chosen(at: tuple[float, float], crs: str, look: Look) -> pdk.Layer:
    return pdk.Layer(
        "ScatterplotLayer",
        [{"at": _lonlat(np.array([at]), crs)[0]}],
        id="gekozen",
        get_position="at",
        get_radius=_LARGEST + 6,
        radius_units=pdk.types.String("pixels"),
        filled=False,
        stroked=True,
        get_line_color=rgb(look.more),
        get_line_width=4,
        line_width_units=pdk.types.String("pixels"),
    )
