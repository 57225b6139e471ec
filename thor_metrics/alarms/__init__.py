"""Unusual this week: counts beyond what the weeks before, or the years before, lead one to expect.

:func:`ears` needs a few weeks and sees a jump; :func:`farrington` needs a year or more and knows
season and trend. Both look at many series at once, time along the last axis. Over many series
correct the p-values of an evening with ``stats.fdr`` before calling anything sure.
"""

from thor_metrics.alarms.ears import Ears, ears
from thor_metrics.alarms.farrington import (
    NO_HISTORY,
    TOO_FEW_RECENT,
    Farrington,
    farrington,
)

__all__ = ["NO_HISTORY", "TOO_FEW_RECENT", "Ears", "Farrington", "ears", "farrington"]
