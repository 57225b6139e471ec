"""Organisatie: every monitor item of this part of the plan, with what lies behind it."""

from thor_metrics.ui import frame, plan

screen = frame.open_page(
    "Hoe staat het met de organisatie?",
    promise="Hier ziet u plan 2.1: opleiding, samenwerking, strategieën, pilots en rooster.",
)

plan.theme_page(screen, "organisatie")

frame.explain(screen, plan.METHOD)
