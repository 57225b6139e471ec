"""Hours available, planned and unplanned, and how much room a roster needs (M34)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import sqlalchemy as sa

from thor_metrics import capacity
from thor_metrics.engine import Engine
from thor_metrics.indicators.selection import area_conditions, period_conditions
from thor_metrics.model import Selection

__all__ = ["Roster", "flexible_hours"]


@dataclass(frozen=True, eq=False)
class Roster:
    """Hours of a period.

    Attributes
    ----------
    balance : DataFrame
        Of :func:`thor_metrics.capacity.balance`, per shift.
    weekdays : DataFrame
        The same per weekday (Monday 0).
    months : DataFrame
        The same per month.
    profile : DataFrame
        Of :func:`thor_metrics.capacity.unplanned_profile`: unplanned need per weekday and shift.
    needed : DataFrame
        Of :func:`thor_metrics.capacity.flexible_needed`: hours a day that cover 80, 90 and 95 %
        of the days.
    curve : DataFrame
        Of :func:`thor_metrics.capacity.cover_curve`, over whole hours.
    reasons : DataFrame
        ``reason, hours, days``, most hours first.
    """

    balance: pd.DataFrame
    weekdays: pd.DataFrame
    months: pd.DataFrame
    profile: pd.DataFrame
    needed: pd.DataFrame
    curve: pd.DataFrame
    reasons: pd.DataFrame


def flexible_hours(engine: Engine, selection: Selection) -> Roster:
    """Put available, planned and unplanned hours side by side.

    Parameters
    ----------
    engine : Engine
    selection : Selection
        Period and gebied; of a gebied only its own shifts.

    Notes
    -----
    Hours of gebieden are added up per day and shift first: what one gebied lacks another can
    lend. A day with a roster and nothing unplanned counts as 0; a day without a roster is not
    counted at all.
    """
    table = engine.tables["deployments"]
    rows = engine.run(
        sa.select(
            table.c.date.label("day"), table.c.shift, table.c.reason,
            table.c.hours_available, table.c.hours_planned, table.c.hours_unplanned,
        ).where(*period_conditions(table, selection), *area_conditions(table, selection))
    )  # fmt: skip
    hours = ["hours_available", "hours_planned", "hours_unplanned"]
    frame = rows.groupby(["day", "shift"], observed=True)[hours].sum(min_count=1).reset_index()
    frame = frame.assign(hours_unplanned=frame["hours_unplanned"].fillna(0.0))
    daily = frame.groupby("day")["hours_unplanned"].sum().to_numpy(float)
    top = int(np.ceil(daily.max())) if len(daily) else 0
    surprises = rows[rows["hours_unplanned"].fillna(0) > 0]
    reasons = surprises.groupby("reason", observed=True).agg(
        hours=("hours_unplanned", "sum"), days=("day", "nunique")
    )
    return Roster(
        balance=capacity.balance(frame, by=("shift",)),
        weekdays=capacity.balance(frame, by=("weekday",)),
        months=capacity.balance(frame, by=("month",)),
        profile=capacity.unplanned_profile(frame[["day", "shift", "hours_unplanned"]]),
        needed=capacity.flexible_needed(daily),
        curve=capacity.cover_curve(daily, np.arange(0, top + 1)),
        reasons=reasons.sort_values(["hours"], ascending=False).reset_index(),
    )
