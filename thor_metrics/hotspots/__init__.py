"""Where it happens: counts in cells, what is more than chance, density, clusters and objects."""

from __future__ import annotations

from thor_metrics.hotspots.clusters import NOISE, clusters, outlines
from thor_metrics.hotspots.concentration import (
    Concentration,
    best_hits,
    concentration,
    pai,
    pei,
    rank_stability,
)
from thor_metrics.hotspots.density import bandwidth_nrd, kde
from thor_metrics.hotspots.duplicates import incident_counts, merge_duplicates
from thor_metrics.hotspots.emerging import EMERGING_CLASSES, emerging
from thor_metrics.hotspots.grid import MOST_CELLS, Grid, count_grid
from thor_metrics.hotspots.local import cell_p, gi_star, window_p
from thor_metrics.hotspots.objects import nearest_objects, object_of

__all__ = [
    "EMERGING_CLASSES",
    "MOST_CELLS",
    "NOISE",
    "Concentration",
    "Grid",
    "bandwidth_nrd",
    "best_hits",
    "cell_p",
    "clusters",
    "concentration",
    "count_grid",
    "emerging",
    "gi_star",
    "incident_counts",
    "kde",
    "merge_duplicates",
    "nearest_objects",
    "object_of",
    "outlines",
    "pai",
    "pei",
    "rank_stability",
    "window_p",
]
