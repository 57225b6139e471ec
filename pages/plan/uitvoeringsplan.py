"""Hoe ver is het plan: every goal with its actions, monitor items, norms and status."""

from thor_metrics.ui import frame, plan

screen = frame.open_page(
    "Hoe ver is het uitvoeringsplan?",
    promise="Hier ziet u elk doel van 1.1 tot 2.3 met zijn norm en stand.",
)

plan.board(screen)

frame.explain(screen, plan.BOARD_METHOD)
