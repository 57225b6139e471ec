"""Files in, rows in tables, every row accounted for."""

from __future__ import annotations

from thor_metrics.ingest.areas import sync_areas
from thor_metrics.ingest.load import Progress, load, load_reading, open_reading
from thor_metrics.ingest.refresh import refresh
from thor_metrics.ingest.remembered import map_category, remember_columns, with_categories
from thor_metrics.ingest.report import IngestReport
from thor_metrics.ingest.sample import sample_city
from thor_metrics.ingest.templates import explanation, template

__all__ = [
    "IngestReport",
    "Progress",
    "explanation",
    "load",
    "load_reading",
    "map_category",
    "open_reading",
    "refresh",
    "remember_columns",
    "sample_city",
    "sync_areas",
    "template",
    "with_categories",
]
