"""Dekking: where and when is the team, beside where and when reports come from."""

from thor_metrics.ui import coverage, frame

screen = frame.open_page(
    "Staan we waar en wanneer de overlast is?",
    promise="Hier ziet u per plek en uur het deel van de inzet naast het deel van de meldingen.",
)

coverage.show(screen)

frame.explain(screen, coverage.METHOD)
