"""The part of waarheid.json that is about the plan's own files: what was planted in them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import pandas as pd

from sample_data.activity_kinds import (
    SHARE_CANCELLED,
    SHARE_CANCELLED_THERE,
    WEAK_GEBIED,
    WEEKS_AHEAD,
)
from sample_data.caseload import GROWING, GROWTH_PER_YEAR
from sample_data.chain import SHARE_PAID
from sample_data.crowds import FORESHADOW_PCT, false_signals, foreseeable_top_days
from sample_data.days import unplanned_top_days
from sample_data.eventlist import WITHOUT_PERMIT
from sample_data.parking import (
    REVIEW_FIRST_DAY,
    SHARE_REVIEWED_AFTER,
    SHARE_REVIEWED_BEFORE,
    SHARE_UPHELD_AFTER,
    SHARE_UPHELD_BEFORE,
)
from sample_data.planfiles import PlanTables
from sample_data.plans import PLAN_STARTS
from sample_data.planted import BREAK
from sample_data.replies import SHARE_NONE, STANDARD_FIRST, STANDARD_LAST
from sample_data.shifts import SHIFTS, demonstrations
from sample_data.stalls import FULL, WITH_ROOM
from sample_data.surveys import QUESTIONS


def plan_truth(tables: PlanTables, seed: int, start: date, until: date) -> dict[str, Any]:
    """Tell what was planted, for the days of the run, and a few totals to hold files against."""
    years = range(start.year, until.year + 1)

    def within(days: Iterable[date]) -> list[date]:
        return [day for day in days if start <= day <= until]

    foreseen = within(day for year in years for day in foreseeable_top_days(year, seed))
    surprises = within(day for year in years for day in unplanned_top_days(year, seed))
    marches = [march for year in years for march in demonstrations(year, seed)]
    return {
        "image_review": {
            "from": REVIEW_FIRST_DAY,
            "share_reviewed": [SHARE_REVIEWED_BEFORE, SHARE_REVIEWED_AFTER],
            "share_upheld": [SHARE_UPHELD_BEFORE, SHARE_UPHELD_AFTER],
            **_sums(tables.scan_days, "vehicles", "without", "reviewed", "imposed", "upheld"),
        },
        "top_days_unplanned": {
            "foreseeable": foreseen,
            "not_foreseeable": [day for day in surprises if day not in foreseen],
            "parking_pct_higher_the_day_before": FORESHADOW_PCT,
            "false_signals": within(day for year in years for day in false_signals(year, seed)),
        },
        "deployments": {
            "demonstrations": [
                {"day": march.day, "shift": SHIFTS[march.shift], "hours": march.hours}
                for march in marches
                if start <= march.day <= until
            ],
            **_sums(tables.deployments, "available", "planned", "unplanned"),
        },
        "removals": _sums(tables.removals, "amount", "collected"),
        "activities": {
            "spreekuren_from": PLAN_STARTS,
            "weeks_ahead": WEEKS_AHEAD,
            "planned_until": until + timedelta(7 * WEEKS_AHEAD + 1),
            "weak_gebied": WEAK_GEBIED,
            "share_of_spreekuren_cancelled": [SHARE_CANCELLED, SHARE_CANCELLED_THERE],
            "per_kind_and_status": _sizes(tables.activities, "kind", "status"),
        },
        "events_without_permit": WITHOUT_PERMIT,
        "bike_places": {"with_room_and_nuisance": WITH_ROOM, "full": FULL},
        "surveys": [
            {"survey": question.survey, "question": question.text, "true": question.true}
            for question in QUESTIONS
        ],
        "caseload": {"growing": GROWING, "growth_per_year": GROWTH_PER_YEAR},
        "sanctions_share_paid": SHARE_PAID,
        "replies": {
            "from": BREAK.first_day,
            "share_standard": [STANDARD_FIRST, STANDARD_LAST],
            "share_never_answered": SHARE_NONE,
        },
    }


def _sums(rows: pd.DataFrame, *columns: str) -> dict[str, float]:
    return {name: float(rows[name].sum()) for name in columns}


def _sizes(rows: pd.DataFrame, *by: str) -> list[dict[str, Any]]:
    sizes = rows.groupby(list(by)).size().rename("rows").reset_index()
    return [{str(name): value for name, value in row.items()} for row in sizes.to_dict("records")]


__all__ = ["plan_truth"]
