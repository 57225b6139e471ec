"""Wanneer is het raak: when it is busy, which hour is unusual, and what special days do."""

from thor_metrics.ui import frame, hottimes, making

screen = frame.open_page(
    "Wanneer is het raak?",
    promise="Hier ziet u op welke dagen en uren het raak is, en hoe druk elke dag was.",
)

answer = hottimes.ask(screen)
year = hottimes.ask_year(screen)

screen.counted_headline(hottimes.tail(screen, answer))
hottimes.moment_note(screen)
hottimes.week(screen, answer)
making.area_button(screen, key="uren-actie")
hottimes.day_and_hour(screen, answer.hours.table)
hottimes.calendar(screen, year.days)
hottimes.special_days(screen, year.kinds)

frame.explain(screen, hottimes.METHOD)
