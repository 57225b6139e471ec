"""Everything a screen, a report or the command line can ask, by name.

A name can be the key of a cache, a function cannot. Every question is pure in (engine, selection,
plain options) and is asked of all engines in ``tests/test_conformance.py``.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any, Final

from thor_metrics.indicators import (
    alerts,
    categories,
    change,
    counts,
    coverage,
    effect,
    effort,
    items,
    moments,
    monitors,
    places,
    registry,
    special,
    week,
)
from thor_metrics.settings import Privacy

__all__ = ["QUESTIONS", "with_privacy"]

_ASKED: Final[tuple[Callable[..., Any], ...]] = (
    alerts.alerts,
    counts.per_area,
    counts.per_cell,
    counts.per_day,
    counts.per_hour,
    counts.per_month,
    counts.per_spot,
    counts.quality,
    counts.shown_total,
    counts.total,
    counts.without_place,
    categories.categories,
    coverage.coverage,
    change.compare,
    change.per_theme,
    change.risers,
    effect.action_controls,
    effect.action_effect,
    effort.recent_controls,
    items.hot_items,
    moments.hot_dagdelen,
    moments.hot_hours,
    monitors.agenda,
    monitors.alcohol_followup,
    monitors.event_nuisance,
    monitors.flexible_hours,
    monitors.planned_visits,
    monitors.reply_times,
    monitors.sanction_chain,
    monitors.survey_results,
    monitors.top_days,
    places.density,
    places.emerging_cells,
    places.expected_cells,
    places.hot_cells,
    places.hot_clusters,
    places.monthly_cells,
    places.place_story,
    places.ranked_objects,
    registry.measured,
    special.special_days,
    week.week_demand,
)

QUESTIONS: Final[Mapping[str, Callable[..., Any]]] = {
    question.__name__: question for question in _ASKED
}


def with_privacy(question: str, privacy: Privacy, options: Mapping[str, Any]) -> dict[str, Any]:
    """Add what the settings say about small numbers, to a question that has to know it.

    Parameters
    ----------
    question : str
        Name of :data:`QUESTIONS`.
    privacy : Privacy
    options : mapping of str to any
        Keyword arguments of the question; they cannot loosen the settings.

    Returns
    -------
    dict
        ``options`` with what the settings say, where the question takes it.
    """
    known = inspect.signature(QUESTIONS[question]).parameters
    rules = {
        "hide_below": privacy.hide_below,
        "rates_from_inhabitants": privacy.rates_from_inhabitants,
        "hide_people_below": privacy.hide_below,
        "hide_sanctions_below": privacy.hide_sanctions_below,
    }
    return {**options, **{name: value for name, value in rules.items() if name in known}}
