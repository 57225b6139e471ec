"""Briefing: slides for the team that goes out, on the shared screen."""

from thor_metrics.ui import briefing, frame

screen = frame.open_page(
    "Wat moet deze dienst weten?",
    promise="Hier staat de briefing: wat is nieuw, waar en wanneer, en wat is gepland.",
)

briefing.show(screen)

frame.explain(screen, briefing.METHOD)
