"""Hottimes: at which hours and on which kind of days it happens, and how sure that is.

Two questions about the hours of the week are kept apart: "wanneer is het druk"
(:func:`busy_hours`) and "welk uur is ongewoon voor die dag" (:func:`hot_hours`).
"""

from thor_metrics.hottimes.clock import clock_mean
from thor_metrics.hottimes.days import calendar_days, carnaval_days, easter
from thor_metrics.hottimes.hours import HotHours, busy_hours, hot_hours
from thor_metrics.hottimes.profile import DAGDELEN, by_dagdeel, week_counts, weekly_profile
from thor_metrics.hottimes.school import REGIONS, known_school_days, school_holidays
from thor_metrics.hottimes.season import NOTHING_TO_COMPARE, by_kind, season_index
from thor_metrics.hottimes.weeks import exposure_hours, whole_weeks

__all__ = [
    "DAGDELEN",
    "NOTHING_TO_COMPARE",
    "REGIONS",
    "HotHours",
    "busy_hours",
    "by_dagdeel",
    "by_kind",
    "calendar_days",
    "carnaval_days",
    "clock_mean",
    "easter",
    "exposure_hours",
    "hot_hours",
    "known_school_days",
    "school_holidays",
    "season_index",
    "week_counts",
    "weekly_profile",
    "whole_weeks",
]
