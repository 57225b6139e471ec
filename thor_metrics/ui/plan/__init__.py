"""The pages of the execution plan: the board, and a page per theme and ambition."""

from __future__ import annotations

from thor_metrics.ui.plan.board import METHOD as BOARD_METHOD
from thor_metrics.ui.plan.board import board
from thor_metrics.ui.plan.theme import METHOD, theme_page

__all__ = ["BOARD_METHOD", "METHOD", "board", "theme_page"]
