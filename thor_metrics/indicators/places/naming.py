"""What a place is called: the object it lies near, never an address."""

from __future__ import annotations

from typing import Final

from numpy.typing import ArrayLike

from thor_metrics import hotspots
from thor_metrics.engine import Engine
from thor_metrics.indicators.places.objects import named_objects

__all__ = ["names_near"]

#: Metres up to which a place is said to be at an object.
_REACH: Final = 100.0


def names_near(engine: Engine, x: ArrayLike, y: ArrayLike) -> list[str]:
    """Name the nearest object of every point (metres); "" where there is none within 100 m."""
    objects = named_objects(engine)
    near = hotspots.object_of(x, y, objects, reach=_REACH)
    names = objects["name"].to_numpy()
    return [str(names[number]) if number >= 0 else "" for number in near]
