"""Fiets: every monitor item of this part of the plan, with what lies behind it."""

from thor_metrics.ui import frame, plan

screen = frame.open_page(
    "Hoe staat het met fietsen?",
    promise="Hier ziet u plan 1.2: meldingen, stallingen, controles en verwijderde fietsen.",
)

plan.theme_page(screen, "fiets")

frame.explain(screen, plan.METHOD)
