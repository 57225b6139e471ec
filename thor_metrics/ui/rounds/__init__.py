"""Pieces of the page Planning: the week plan, changed by hand, kept and taken along."""

from thor_metrics.ui.rounds.page import METHOD, show

__all__ = ["METHOD", "show"]
