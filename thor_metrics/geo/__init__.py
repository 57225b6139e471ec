"""Where things are: buurten and gebieden, coordinates of any kind, the 100 m grid.

Only this room and ``views/maps.py`` know that there is any CRS but the municipality's own.
"""

from __future__ import annotations

from thor_metrics.geo.areas import AreaMap
from thor_metrics.geo.coordinates import (
    CELL,
    CoordinateKind,
    Located,
    cells,
    locate,
    same_crs,
    to_lonlat,
    to_metric,
)
from thor_metrics.geo.load import APPROXIMATE, fetch_boundaries, load_area_table, load_areas

__all__ = [
    "APPROXIMATE",
    "CELL",
    "AreaMap",
    "CoordinateKind",
    "Located",
    "cells",
    "fetch_boundaries",
    "load_area_table",
    "load_areas",
    "locate",
    "same_crs",
    "to_lonlat",
    "to_metric",
]
