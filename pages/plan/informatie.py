"""Informatie: every monitor item of this part of the plan, with what lies behind it."""

from thor_metrics.ui import frame, plan

screen = frame.open_page(
    "Hoe staat het met de informatie?",
    promise="Hier ziet u plan 2.2: het dashboard, halfjaaroverzichten, inzet naast effect.",
)

plan.theme_page(screen, "informatie")

frame.explain(screen, plan.METHOD)
