"""Where it is more than chance: squares, their course, clusters, objects, one place's story."""

from thor_metrics.indicators.places.card import PlaceStory, Visits, place_story
from thor_metrics.indicators.places.cells import emerging_cells, hot_cells, monthly_cells
from thor_metrics.indicators.places.expected import Expectation, expected_cells
from thor_metrics.indicators.places.naming import names_near
from thor_metrics.indicators.places.objects import ranked_objects
from thor_metrics.indicators.places.spots import hot_clusters
from thor_metrics.indicators.places.surface import density

__all__ = [
    "Expectation",
    "PlaceStory",
    "Visits",
    "density",
    "emerging_cells",
    "expected_cells",
    "hot_cells",
    "hot_clusters",
    "monthly_cells",
    "names_near",
    "place_story",
    "ranked_objects",
]
