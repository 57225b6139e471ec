"""Afval: every monitor item of this part of the plan, with what lies behind it."""

from thor_metrics.ui import frame, plan

screen = frame.open_page(
    "Hoe staat het met afval?",
    promise="Hier ziet u plan 1.1: meldingen, bijplaatsingen, controles en opruimkosten.",
)

plan.theme_page(screen, "afval")

frame.explain(screen, plan.METHOD)
