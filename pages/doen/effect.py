"""Effect: what changed at the place of an action, beside what changed elsewhere."""

from thor_metrics.ui import effect, frame

screen = frame.open_page(
    "Wat veranderde er naast de inzet?",
    promise="Hier ziet u per actie de meldingen ervoor en tijdens, naast die van elders.",
)

effect.one(screen)
effect.together(screen)

frame.explain(screen, effect.METHOD)
