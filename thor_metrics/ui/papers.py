"""Documents and photos under a monitor item."""

from __future__ import annotations

from thor_metrics.ui.frame import Screen

__all__ = ["documents", "photos"]


def documents(screen: Screen, *, monitor: str, kinds: tuple[str, ...]) -> None:
    """List, add and change documents."""


def photos(screen: Screen, *, monitor: str = "") -> None:
    """List, add and remove photos."""
