"""Pieces of the page Hotspots: levels, facts, the map beside its table, the course of months."""

from __future__ import annotations

from thor_metrics.ui.hotspots.choosing import chosen_place
from thor_metrics.ui.hotspots.facts import Picture, ask, tail
from thor_metrics.ui.hotspots.levels import Way, way
from thor_metrics.ui.hotspots.method import METHOD
from thor_metrics.ui.hotspots.months import show

__all__ = [
    "METHOD",
    "Picture",
    "Way",
    "ask",
    "chosen_place",
    "show",
    "tail",
    "way",
]
