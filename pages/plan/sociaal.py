"""Sociale overlast: every monitor item of this part of the plan, with what lies behind it."""

from thor_metrics.ui import frame, plan

screen = frame.open_page(
    "Hoe staat het met sociale overlast?",
    promise="Hier ziet u plan 1.4: jeugd, bedelaars en kwetsbare personen.",
)

plan.theme_page(screen, "sociaal")

frame.explain(screen, plan.METHOD)
