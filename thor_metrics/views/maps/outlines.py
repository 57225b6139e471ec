"""Areas turned into longitude and latitude, once, ready to draw."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely

from thor_metrics import geo

__all__ = ["DECIMALS", "Outlines", "outlines"]

#: Five decimals of a degree are a metre: enough to draw, a fifth of the bytes.
DECIMALS: Final = 5


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
    lonlat = [shapely.transform(shape, lambda xy: _lonlat(xy, areas.crs)) for shape in shapes]
    inside = [_middle(_largest(shape)) for shape in lonlat]
    return Outlines(
        keys=tuple(keys),
        names=tuple(names),
        gebieden=tuple(gebieden),
        polygons=tuple(_coordinates(shape) for shape in lonlat),
        centres=tuple((round(point.x, 6), round(point.y, 6)) for point in inside),
        boxes=tuple(shape.bounds for shape in lonlat),
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
            np.round(shapely.get_coordinates(ring), DECIMALS).tolist()
            for ring in (part.exterior, *part.interiors)
        ]
        for part in shapely.get_parts(shape)
    ]
    return parts
