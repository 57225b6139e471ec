"""What the team itself did in an area lately: controls by kind, planned or not, with their hours.

Effort is shown beside what is reported and never divided by it: where there is more to see, more
is controlled, and the other way round.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
import sqlalchemy as sa

from thor_metrics import privacy
from thor_metrics.engine import Engine
from thor_metrics.indicators.selection import (
    ABOUT_PEOPLE,
    area_conditions,
    period_conditions,
)
from thor_metrics.model import Period, Selection

__all__ = ["DAY_PARTS", "Effort", "recent_controls"]

#: Parts of the day of six hours each, from midnight.
DAY_PARTS: Final = ("nacht", "ochtend", "middag", "avond")

#: A kind of control that takes more weekdays than this to hold half of it is on all days.
_MOST_DAYS: Final = 3

_DAY: Final = dt.timedelta(days=1)


@dataclass(frozen=True)
class Effort:
    """Controls of the last weeks of a period.

    Attributes
    ----------
    period : Period or None
        The weeks looked at; ``None`` where there are no data of controls in them.
    kinds : DataFrame
        One row per kind, theme and reason, most hours first: ``kind, theme, planned`` ("ja",
        "nee", "onbekend"), ``controls, hours, violations`` (missing: hidden, or for hours and
        violations not filled in), ``hidden, last`` (datetime64), ``weekdays`` (those that hold
        half of it, Monday 0; empty when it is spread over the week), ``day_part`` (with most; ""
        when no time is known).
    controls : int or None
        All of them; ``None`` where the number is hidden.
    hours, planned_hours : float
        Hours of people, all and of what was planned; NaN where none are filled in or hidden.
    """

    period: Period | None
    kinds: pd.DataFrame
    controls: int | None
    hours: float
    planned_hours: float


def recent_controls(
    engine: Engine, selection: Selection, *, weeks: int = 4, hide_below: int = 5
) -> Effort:
    """Give the controls of the last weeks in an area, by kind.

    Parameters
    ----------
    engine : Engine
    selection : Selection
        Of the period only the end counts, cut after the last day with controls; area and themes
        hold, rubrieken, weekdays and hours do not: effort is planned by kind and by shift.
    weeks : int, default 4
    hide_below : int, default 5
        Smallest count of controls about people that is shown.

    Returns
    -------
    Effort
    """
    period = _weeks(engine, selection, weeks)
    if period is None:
        return Effort(None, _kinds(_nothing(), hide_below), 0, np.nan, np.nan)
    found = _ask(engine, selection, period)
    kinds = _kinds(found, hide_below)
    total = int(found["controls"].sum())
    small = bool(0 < total < hide_below) and bool(found["theme"].isin(ABOUT_PEOPLE).all())
    planned = found["planned"] == "ja"
    # One hidden part is its sum minus the rest.
    alone = kinds["hidden"].groupby(kinds["planned"] == "ja").sum().eq(1).any()
    return Effort(
        period=period,
        kinds=kinds,
        controls=None if small else total,
        hours=np.nan if small else float(found["hours"].sum(min_count=1)),
        planned_hours=np.nan
        if small or alone
        else float(found.loc[planned, "hours"].sum(min_count=1)),
    )


def _weeks(engine: Engine, selection: Selection, weeks: int) -> Period | None:
    """Choose the last weeks of the period of which there are data."""
    span = engine.spans.get("controls")
    if span is None:
        return None
    end = min(selection.period.end, span[1] + _DAY)
    start = end - 7 * weeks * _DAY
    return Period(start, end) if end > span[0] else None


def _ask(engine: Engine, selection: Selection, period: Period) -> pd.DataFrame:
    table = engine.tables["controls"]
    by = (
        table.c.kind, table.c.theme, table.c.planned, table.c.date, table.c.weekday, table.c.hour,
        table.c.time_known,
    )  # fmt: skip
    where = [*period_conditions(table, Selection(period)), *area_conditions(table, selection)]
    if selection.themes:
        where.append(table.c.theme.in_(selection.themes))
    query = sa.select(
        *by,
        sa.func.count().label("controls"),
        sa.func.sum(table.c.hours_spent).label("hours"),
        sa.func.sum(table.c.violations).label("violations"),
    )
    return engine.run(query.where(*where).group_by(*by))


def _nothing() -> pd.DataFrame:
    columns = ["kind", "theme", "planned", "date", "weekday", "hour", "time_known", "controls",
               "hours", "violations"]  # fmt: skip
    return pd.DataFrame({name: [] for name in columns})


def _kinds(found: pd.DataFrame, hide_below: int) -> pd.DataFrame:
    """Sum per kind, theme and reason; small numbers about people hidden."""
    columns = ["kind", "theme", "planned", "controls", "hours", "violations", "hidden", "last",
               "weekdays", "day_part"]  # fmt: skip
    if found.empty:
        return pd.DataFrame({name: [] for name in columns})
    by = ["kind", "theme", "planned"]
    rows = [
        {
            **dict(zip(by, key, strict=True)),
            "controls": int(part["controls"].sum()),
            "hours": part["hours"].sum(min_count=1),
            "violations": part["violations"].sum(min_count=1),
            "last": part["date"].max(),
            "weekdays": _usual_days(part),
            "day_part": _usual_part(part),
        }
        for key, part in found.groupby(by, sort=True, dropna=False)
    ]
    frame = pd.DataFrame(rows)
    people = frame["theme"].isin(ABOUT_PEOPLE)
    frame = privacy.hide_small(frame, "controls", about_people=people, below=hide_below)
    hidden = frame["hidden"]
    frame = frame.assign(
        hours=frame["hours"].astype("float64").mask(hidden),
        violations=frame["violations"].astype("float64").mask(hidden),
        # Of a hidden number not even the days are told: one control has one day.
        weekdays=frame["weekdays"].where(~hidden, other=pd.Series([()] * len(frame))),
        day_part=frame["day_part"].mask(hidden, ""),
        last=pd.to_datetime(frame["last"]).mask(hidden),
    )
    ranked = frame.sort_values(
        ["hours", "controls", "kind"], ascending=[False, False, True], na_position="last"
    )
    return ranked[columns].reset_index(drop=True)


def _usual_days(part: pd.DataFrame) -> tuple[int, ...]:
    """Busiest weekdays that hold half of the controls; none when that takes more than three."""
    days = np.bincount(part["weekday"].to_numpy(np.int64), part["controls"].to_numpy(), minlength=7)
    order = np.argsort(-days, kind="stable")
    needed = int(np.searchsorted(days[order].cumsum(), days.sum() / 2)) + 1
    return tuple(sorted(int(day) for day in order[:needed])) if needed <= _MOST_DAYS else ()


def _usual_part(part: pd.DataFrame) -> str:
    """Part of the day in which most of them began; the earlier of two that are equal."""
    timed = part[part["time_known"].fillna(False).astype(bool) & part["hour"].notna()]
    if timed.empty:
        return ""
    parts = np.bincount(timed["hour"].to_numpy(np.int64) // 6, timed["controls"].to_numpy())
    return DAY_PARTS[int(parts.argmax())]
