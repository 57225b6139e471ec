"""Evenementen: every monitor item of this part of the plan, with what lies behind it."""

from thor_metrics.ui import frame, plan

screen = frame.open_page(
    "Hoe staat het met evenementen?",
    promise="Hier ziet u plan 1.5: controles, overlast, sancties en de Alcoholwet.",
)

plan.theme_page(screen, "evenementen")

frame.explain(screen, plan.METHOD)
