"""Maps (pydeck): areas as circles or shades, 100 m cells, 25 m spots.

Besides :mod:`thor_metrics.geo` the only room that knows longitude and latitude. One layer of
meaning at a time, on a quiet base: the map service's grey tiles when they can be reached, our own
boundaries always. North is up and the map does not tilt.
"""

from __future__ import annotations

from thor_metrics.views.maps.areas import area_map
from thor_metrics.views.maps.base import Deck, base_style
from thor_metrics.views.maps.mismatch import mismatch_map
from thor_metrics.views.maps.outlines import Outlines, outlines
from thor_metrics.views.maps.paint import Painted, by_amount, by_certainty, by_pattern
from thor_metrics.views.maps.picking import pick_map
from thor_metrics.views.maps.rounds import ROUND_COLOURS, round_map
from thor_metrics.views.maps.spots import spot_map
from thor_metrics.views.maps.squares import square_map

__all__ = [
    "ROUND_COLOURS",
    "Deck",
    "Outlines",
    "Painted",
    "area_map",
    "base_style",
    "by_amount",
    "by_certainty",
    "by_pattern",
    "mismatch_map",
    "outlines",
    "pick_map",
    "round_map",
    "spot_map",
    "square_map",
]
