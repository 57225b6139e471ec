"""Parkeren: every monitor item of this part of the plan, with what lies behind it."""

from thor_metrics.ui import frame, plan

screen = frame.open_page(
    "Hoe staat het met parkeren?",
    promise="Hier ziet u plan 1.3: scanauto, betalen, boetes en topdagen.",
)

plan.theme_page(screen, "parkeren")

frame.explain(screen, plan.METHOD)
