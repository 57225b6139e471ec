"""What every map shares: the compact deck, the base, the view, labels and shades."""

from __future__ import annotations

import base64
import json
import math
from typing import Any

import numpy as np
import pandas as pd
import pydeck as pdk
from pydeck.bindings.json_tools import default_serialize

from thor_metrics.views.look import LIGHT, Look, rgb

__all__ = ["Deck", "base_style", "deck", "labels", "line", "shades", "text"]


class Deck(pdk.Deck):  # type: ignore[misc]  # pydeck has no types
    """A deck that travels light: no indentation, so less than half the bytes."""

    def to_json(self) -> str:
        """Write the deck as compact JSON."""
        return json.dumps(self, sort_keys=True, default=default_serialize, separators=(",", ":"))


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


def deck(
    layers: list[pdk.Layer], box: tuple[float, float, float, float], style: str | None
) -> Deck:
    """Put layers on a base, seen from above so that the box just fits."""
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


def text(value: Any) -> str:
    """Words of a cell; nothing for a missing one."""
    return "" if pd.isna(value) else str(value)


def line(key: str, wanted: set[str], chosen: str | None, look: Look) -> list[int]:
    """Colour of an outline: the chosen area strongest, areas out of focus faint."""
    if key == chosen:
        return rgb(look.ink)
    return rgb(look.ink, 150 if key in wanted else 60)


def shades(
    values: pd.Series, look: Look, *, alpha: int, top: float | None = None
) -> list[list[int]]:
    """Nine colours in equal steps from nought to the largest value; missing is see-through.

    ``top`` fixes the largest value, so that a colour means the same on another drawing.
    """
    numbers = values.to_numpy(dtype="float64", na_value=np.nan)
    if top is None:
        top = float(np.nanmax(numbers)) if np.isfinite(numbers).any() else 0.0
    last = len(look.steps) - 1
    steps = np.zeros(len(numbers), int)
    if top > 0:
        steps = np.ceil(np.nan_to_num(numbers) / top * last).astype(int).clip(0, last)
    return [
        rgb(look.steps[step], alpha) if np.isfinite(number) else rgb(look.surface, 0)
        for step, number in zip(steps, numbers, strict=True)
    ]


def labels(
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
