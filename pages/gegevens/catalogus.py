"""Wat kan het dashboard tonen: every number and picture, from the registry itself."""

from thor_metrics.ui import catalogue, frame

screen = frame.open_page(
    "Wat kan het dashboard tonen?",
    promise="Hier ziet u elk cijfer met definitie, bron en hoe vers het is.",
)

rows = catalogue.ask(screen)
chosen = catalogue.listed(screen, rows)
if chosen is not None:
    catalogue.card(chosen)
    catalogue.downloads(rows)

frame.explain(screen, catalogue.METHOD)
