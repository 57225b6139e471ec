"""Wanneer is het raak: the week, the day and the calendar."""

from thor_metrics.ui import data, frame, hottimes

screen = frame.open_page(
    "Wanneer is het raak?",
    promise="Hier ziet u op welke dagen en uren het raak is, en hoe druk elke dag was.",
)

hours = data.ask("per_hour", screen.selection)
days = data.ask("per_day", screen.selection)

screen.counted_headline(hottimes.tail(hours))
hottimes.moment_note(screen)
hottimes.week(screen, hours)
hottimes.day_and_hour(screen, hours)
hottimes.calendar(screen, days)

frame.explain(screen, hottimes.METHOD)
