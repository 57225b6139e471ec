"""Where the team is beside where reports come from: two colours, one on either side of even."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd
import pydeck as pdk

from thor_metrics import geo
from thor_metrics.views.look import LIGHT, Look, rgb
from thor_metrics.views.maps.base import Deck, deck, line, text
from thor_metrics.views.maps.outlines import DECIMALS, Outlines
from thor_metrics.views.maps.spots import borders

__all__ = ["mismatch_map"]

#: Pixels of the largest circle, and of the smallest.
_LARGEST: Final = 30.0
_SMALLEST: Final = 4.0


def mismatch_map(
    rows: pd.DataFrame,
    *,
    crs: str,
    shapes: Outlines,
    focus: Sequence[str] = (),
    look: Look = LIGHT,
    style: str | None = None,
) -> Deck:
    """Draw areas in a colour, or places as circles, by how far both shares are apart.

    Parameters
    ----------
    rows : DataFrame
        ``key``, ``difference`` (share of controls minus that of reports; missing: no colour),
        ``clear`` (more than chance: full colour, else faint), ``words``; and ``x, y`` (metres) of
        places, missing where ``key`` is an area of ``shapes``.
    crs : str
        Coordinate system of ``x`` and ``y``.
    shapes : Outlines
    focus : sequence of str
        Areas of ``shapes`` to fit the map to.
    """
    placed = rows[rows["x"].notna() & rows["difference"].notna()]
    layers = [borders(shapes, focus, look)]
    if len(placed):
        layers.append(_circles(placed, crs, look))
    else:
        layers.insert(0, _areas(rows, shapes, focus, look))
    return deck(layers, shapes.box(focus), style)


def _fill(difference: float, top: float, look: Look, *, clear: bool) -> list[int]:
    """Orange is missing, teal is much; faint where it can be chance."""
    if np.isnan(difference):
        return rgb(look.quiet, 0)
    colour = look.more if difference < 0 else look.less
    strength = min(abs(difference) / top, 1.0) if top > 0 else 0.0
    return rgb(colour, round((90 + 140 * strength) if clear else 40))


def _areas(rows: pd.DataFrame, shapes: Outlines, focus: Sequence[str], look: Look) -> pdk.Layer:
    facts = rows.set_index("key").reindex(list(shapes.keys))
    wanted = set(focus) or set(shapes.keys)
    top = float(facts["difference"].abs().max())
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "MultiPolygon", "coordinates": polygons},
            "properties": {
                "fill": _fill(float(difference), top, look, clear=bool(clear is True)),
                "line": line(key, wanted, None, look),
            },
            # A tooltip looks for its words beside the properties.
            "words": text(words),
        }
        for key, polygons, difference, clear, words in zip(
            shapes.keys, shapes.polygons, facts["difference"], facts["clear"], facts["words"],
            strict=True,
        )
    ]  # fmt: skip
    return pdk.Layer(
        "GeoJsonLayer",
        {"type": "FeatureCollection", "features": features},
        id="verschil",
        filled=True,
        stroked=True,
        pickable=True,
        get_fill_color="properties.fill",
        get_line_color="properties.line",
        get_line_width=1,
        line_width_units=pdk.types.String("pixels"),
    )


def _circles(rows: pd.DataFrame, crs: str, look: Look) -> pdk.Layer:
    lon, lat = geo.to_lonlat(rows["x"].to_numpy(), rows["y"].to_numpy(), crs)
    at = np.round(np.column_stack([lon, lat]), DECIMALS + 1).tolist()
    size = np.sqrt(rows["difference"].abs().to_numpy(np.float64))
    top = float(size.max()) or 1.0
    radius = np.round(_SMALLEST + (_LARGEST - _SMALLEST) * size / top, 1)
    data = [
        {
            "at": place,
            "r": float(r),
            "fill": _fill(float(row["difference"]), top**2, look, clear=bool(row["clear"])),
            "words": row["words"],
        }
        for place, r, row in zip(at, radius, rows.to_dict("records"), strict=True)
    ]
    return pdk.Layer(
        "ScatterplotLayer",
        sorted(data, key=lambda spot: -spot["r"]),
        id="verschil",
        pickable=True,
        get_position="at",
        get_radius="r",
        radius_units=pdk.types.String("pixels"),
        get_fill_color="fill",
    )
