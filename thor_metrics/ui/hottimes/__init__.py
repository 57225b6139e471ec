"""Pieces of the page Hottijden: the week, the day, the calendar."""

from thor_metrics.ui.hottimes.bars import day_and_hour
from thor_metrics.ui.hottimes.method import METHOD, moment_note
from thor_metrics.ui.hottimes.question import ask, tail
from thor_metrics.ui.hottimes.week import brushed, week
from thor_metrics.ui.hottimes.year import ask_year, calendar, special_days

__all__ = [
    "METHOD",
    "ask",
    "ask_year",
    "brushed",
    "calendar",
    "day_and_hour",
    "moment_note",
    "special_days",
    "tail",
    "week",
]
