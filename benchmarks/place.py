"""Placing a million points in the buurten: ours beside geopandas.sjoin.

Run: python benchmarks/place.py [boundaries file]
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from thor_metrics.geo import AreaMap, load_areas, locate, to_lonlat
from thor_metrics.settings import load_settings

POINTS = 1_000_000


def timed(name: str, work: Callable[[], Any]) -> Any:
    started = time.perf_counter()
    answer = work()
    print(f"{name:<44}{time.perf_counter() - started:8.3f} s")
    return answer


def sjoin(areas: AreaMap, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(x, y), crs=areas.crs)
    joined = points.sjoin(areas.frame().reset_index(), how="left", predicate="intersects")
    first = joined.groupby(level=0)["index"].min()  # a point on a border comes back twice
    return first.fillna(-1).to_numpy(np.int64)


def main(boundaries: str = "") -> None:
    settings = load_settings(Path(__file__).parents[1] / "settings.toml")
    if boundaries:
        file = str(Path(boundaries).resolve())
        settings = replace(settings, areas=replace(settings.areas, boundaries=file))
    areas = timed("load_areas", lambda: load_areas(settings))
    west, south, east, north = areas.bounds
    x, y = np.random.default_rng(1).uniform([[west], [south]], [[east], [north]], (2, POINTS))
    lon, lat = to_lonlat(x, y, areas.crs)

    first = timed("place, first time (makes the raster)", lambda: areas.place(x, y))
    again = timed("place", lambda: areas.place(x, y))
    theirs = timed("geopandas.sjoin", lambda: sjoin(areas, x, y))
    timed("locate, RD", lambda: locate(x, y, areas=areas))
    timed("locate, lon/lat", lambda: locate(lon, lat, areas=areas))
    print(f"different from sjoin: {int((again != theirs).sum())} of {POINTS:,}")
    assert (first == again).all()


if __name__ == "__main__":
    main(*sys.argv[1:])
