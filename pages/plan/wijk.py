"""Wijk: every monitor item of this part of the plan, with what lies behind it."""

from thor_metrics.ui import frame, plan

screen = frame.open_page(
    "Hoe staat het in de wijk?",
    promise="Hier ziet u plan 2.3: spreekuren, bezoeken en reacties op meldingen.",
)

plan.theme_page(screen, "wijk")

frame.explain(screen, plan.METHOD)
