"""Recognise a topdag beforehand: a few plain rules about the calendar and yesterday's counts.

The rules are chosen on the days before a date and judged on the days from it on, beside what
anyone could have said without them ("elke zaterdag", "alle feestdagen"). They are words that a
team can read, doubt and keep; they say nothing about why a day was crowded.
"""

from thor_metrics.crowds.assess import YARDSTICKS, Assessment, assess, assess_rules
from thor_metrics.crowds.choose import NO_RULE, TOO_FEW_DAYS, Rules, choose_rules
from thor_metrics.crowds.conditions import Condition, Rule
from thor_metrics.crowds.table import with_yesterday

__all__ = [
    "NO_RULE",
    "TOO_FEW_DAYS",
    "YARDSTICKS",
    "Assessment",
    "Condition",
    "Rule",
    "Rules",
    "assess",
    "assess_rules",
    "choose_rules",
    "with_yesterday",
]
