"""The place of an action: a circle or an outline, and the ring around it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
import sqlalchemy as sa
from numpy.typing import ArrayLike, NDArray

__all__ = ["Area"]


@dataclass(frozen=True)
class Area:
    """A circle, or an outline where that is known.

    Attributes
    ----------
    x, y : float
        Middle, metres in the municipality's coordinate system.
    radius : float
        Metres; of no meaning beside an outline.
    outline : str
        WKT polygon in the same system; empty for the circle.

    Examples
    --------
    >>> Area(0, 0, 50).distance([30, 60], [40, 80]).tolist()
    [0.0, 50.0]
    >>> Area(0, 0, 50, "POLYGON ((0 0, 10 0, 10 10, 0 10, 0 0))").distance([5, 13], [5, 14])
    array([0., 5.])
    """

    x: float
    y: float
    radius: float
    outline: str = ""

    @cached_property
    def _shape(self) -> shapely.Geometry | None:
        if not self.outline:
            return None
        shape = shapely.from_wkt(self.outline)
        shapely.prepare(shape)
        return shape

    def distance(self, x: ArrayLike, y: ArrayLike) -> NDArray[np.float64]:
        """Return metres from points to the area: 0 inside and on its edge, NaN without a place."""
        right, up = np.asarray(x, np.float64), np.asarray(y, np.float64)
        if self._shape is None:
            return np.maximum(np.hypot(right - self.x, up - self.y) - self.radius, 0.0)
        return np.asarray(shapely.distance(shapely.points(right, up), self._shape))

    def box(self, table: sa.Table, grown: float = 0.0) -> list[sa.ColumnElement[bool]]:
        """Give the conditions of the square round the area, ``grown`` metres wider."""
        if self._shape is None:
            low_x, high_x = self.x - self.radius, self.x + self.radius
            low_y, high_y = self.y - self.radius, self.y + self.radius
        else:
            low_x, low_y, high_x, high_y = shapely.bounds(self._shape).tolist()
        return [
            table.c.x >= low_x - grown,
            table.c.x <= high_x + grown,
            table.c.y >= low_y - grown,
            table.c.y <= high_y + grown,
        ]
