"""Pieces of the page Acties: the board, one action, and the way from a place to an action."""

from thor_metrics.ui.deeds.board import METHOD, show

__all__ = ["METHOD", "show"]
