"""The density of what is selected: a smooth picture, for where squares are too coarse."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
import sqlalchemy as sa

from thor_metrics import hotspots
from thor_metrics.engine import Engine
from thor_metrics.indicators.selection import about_people, conditions
from thor_metrics.model import Selection

__all__ = ["BANDWIDTH", "density"]

#: Reach of one event in metres (standard deviation of the kernel): a few streets.
BANDWIDTH: Final = 150.0

#: Side of a step of the surface, and what is left away because it is next to nothing.
SIDE: Final = 50.0
_SHOWN_FROM: Final = 0.05

#: Under this many events a surface would be the events themselves, blurred.
LEAST_EVENTS: Final = 20


def density(engine: Engine, selection: Selection) -> pd.DataFrame:
    """Smooth what is selected to a density.

    Returns
    -------
    DataFrame
        ``x, y`` (south-west corner of a step of 50 m, metres), ``per_km2`` (events per square
        kilometre over the period): only where it is at least 5 % of the highest. Empty below 20
        events, and in a selection about people alone, whose single events it would show.

    Notes
    -----
    Gaussian kernel with a standard deviation of 150 m (:func:`thor_metrics.hotspots.kde`). An
    observation of several things counts as one place.
    """
    table = engine.tables[selection.series]
    points = engine.run(
        sa.select(table.c.x, table.c.y, about_people(table).label("people")).where(
            *conditions(table, selection), table.c.x.is_not(None), table.c.gebied.is_not(None)
        )
    )
    if len(points) < LEAST_EVENTS or bool(points["people"].all()):
        return pd.DataFrame({"x": [], "y": [], "per_km2": []})
    x, y = points["x"].to_numpy(float), points["y"].to_numpy(float)
    reach = 3 * BANDWIDTH
    west, south = np.floor((x.min() - reach) / SIDE), np.floor((y.min() - reach) / SIDE)
    east, north = np.ceil((x.max() + reach) / SIDE), np.ceil((y.max() + reach) / SIDE)
    bounds = (west * SIDE, south * SIDE, east * SIDE, north * SIDE)
    found = hotspots.kde(x, y, bounds=bounds, cell_size=SIDE, bandwidth=BANDWIDTH)
    row, column = np.nonzero(found >= _SHOWN_FROM * found.max())
    frame = pd.DataFrame(
        {
            "x": (column + west) * SIDE,
            "y": (row + south) * SIDE,
            "per_km2": found[row, column],
        }
    )
    return frame.sort_values("per_km2", ascending=False, ignore_index=True)
