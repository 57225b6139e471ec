"""Catalogus."""

from thor_metrics.ui import frame

screen = frame.open_page(
    "Wat kan het dashboard tonen?",
    promise="Hier ziet u elk cijfer met definitie, bron en hoe vers het is.",
)
