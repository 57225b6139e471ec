"""Acties: the board of hotspot actions, and one of them."""

from thor_metrics.ui import deeds, frame

screen = frame.open_page(
    "Wat doen we waar?",
    promise="Hier staan de hotspot-acties: plek, doel, momenten, stand en wat ervan kwam.",
)

deeds.show(screen)

frame.explain(screen, deeds.METHOD)
