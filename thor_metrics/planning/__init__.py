"""Hours and places to rounds of a week, with how far they are from the best there can be."""

from thor_metrics.planning.plan import greedy, plan_week, worst_place_only
from thor_metrics.planning.problem import CYCLING, WALKING, Pin, WeekPlan, travel_minutes

__all__ = [
    "CYCLING",
    "WALKING",
    "Pin",
    "WeekPlan",
    "greedy",
    "plan_week",
    "travel_minutes",
    "worst_place_only",
]
