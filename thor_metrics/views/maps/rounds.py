"""Rounds on the map: a line each in its own colour, with numbered stops."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd
import pydeck as pdk

from thor_metrics import geo
from thor_metrics.views.look import LIGHT, Look, readable_on, rgb
from thor_metrics.views.maps.base import Deck, deck, labels
from thor_metrics.views.maps.outlines import DECIMALS, Outlines
from thor_metrics.views.maps.spots import borders

__all__ = ["ROUND_COLOURS", "round_map"]

#: Colours that can be told apart, one a round; after eight they begin again.
ROUND_COLOURS: Final = (
    "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#6A3D9A", "#8C564B",
)  # fmt: skip


def round_map(
    stops: pd.DataFrame,
    *,
    crs: str,
    shapes: Outlines,
    focus: Sequence[str] = (),
    numbered: bool = True,
    look: Look = LIGHT,
    style: str | None = None,
) -> Deck:
    """Draw every round as a line from stop to stop.

    Parameters
    ----------
    stops : DataFrame
        In order: ``round, order, x, y`` (metres), ``words``.
    crs : str
        Coordinate system of ``x`` and ``y``.
    shapes : Outlines
        Drawn as thin lines, to know where one is.
    focus : sequence of str
        Areas of ``shapes`` to fit the map to.
    numbered : bool, default True
        Write the order on the stops; with many rounds over each other it tells nothing.
    """
    lon, lat = geo.to_lonlat(stops["x"].to_numpy(), stops["y"].to_numpy(), crs)
    places = np.round(np.column_stack([lon, lat]), DECIMALS + 1)
    colours = [ROUND_COLOURS[(number - 1) % len(ROUND_COLOURS)] for number in stops["round"]]
    lines = [
        {
            "path": places[stops["round"] == number].tolist(),
            "fill": rgb(ROUND_COLOURS[(number - 1) % len(ROUND_COLOURS)], 210),
            "words": f"Ronde {number}",
        }
        for number in stops["round"].unique()
    ]
    dots = [
        {"at": place, "fill": rgb(colour), "words": words}
        for place, colour, words in zip(places.tolist(), colours, stops["words"], strict=True)
    ]
    numbers: dict[str, list[dict[str, object]]] = {}
    for place, colour, order in zip(places.tolist(), colours, stops["order"], strict=True):
        ink = readable_on(colour)
        numbers.setdefault(ink, []).append({"at": place, "text": str(order)})
    layers = [
        borders(shapes, focus, look),
        pdk.Layer(
            "PathLayer",
            lines,
            id="rondes",
            get_path="path",
            get_color="fill",
            get_width=4,
            width_units=pdk.types.String("pixels"),
            pickable=True,
        ),
        pdk.Layer(
            "ScatterplotLayer",
            dots,
            id="stops",
            pickable=True,
            get_position="at",
            get_radius=13,
            radius_units=pdk.types.String("pixels"),
            get_fill_color="fill",
        ),
        *(labels(f"stopnummers-{ink}", data, ink) for ink, data in numbers.items() if numbered),
    ]
    return deck(layers, shapes.box(focus), style)
