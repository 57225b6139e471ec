"""Monitor items that are more than one number: visits, events, follow-up, answers, surveys."""

from __future__ import annotations

from thor_metrics.indicators.monitors.agenda import agenda
from thor_metrics.indicators.monitors.events import event_nuisance
from thor_metrics.indicators.monitors.followup import alcohol_followup, sanction_chain
from thor_metrics.indicators.monitors.hours import flexible_hours
from thor_metrics.indicators.monitors.replies import reply_times
from thor_metrics.indicators.monitors.surveys import survey_results
from thor_metrics.indicators.monitors.topdays import top_days
from thor_metrics.indicators.monitors.visits import planned_visits

__all__ = [
    "agenda",
    "alcohol_followup",
    "event_nuisance",
    "flexible_hours",
    "planned_visits",
    "reply_times",
    "sanction_chain",
    "survey_results",
    "top_days",
]
