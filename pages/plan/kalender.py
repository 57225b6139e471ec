"""Kalender."""

from thor_metrics.ui import frame

screen = frame.open_page(
    "Wat staat er op de agenda?",
    promise="Hier ziet u spreekuren, activiteiten, evenementen en stukken die eraan komen.",
)
