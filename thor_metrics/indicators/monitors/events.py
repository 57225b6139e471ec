"""Reports around events, beside the same hours without one (M20)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Mapping
from typing import Any, Final

import numpy as np
import pandas as pd
import sqlalchemy as sa
from numpy.typing import NDArray

from thor_metrics import stats
from thor_metrics.engine import Engine
from thor_metrics.indicators.selection import area_conditions, counted_conditions
from thor_metrics.model import Period, Selection

__all__ = ["event_nuisance"]

#: Metres an event reaches when its file does not say.
RADIUS: Final = 300.0

#: Hours after the end that still count, and the weeks before and after that are compared.
AFTER: Final = 2
WEEKS: Final = (-4, -3, -2, -1, 1, 2, 3, 4)

_WEEK: Final = 7 * 24
_EVER: Final = Selection(Period(dt.date(1990, 1, 1), dt.date(2200, 1, 1)))
_COLUMNS: Final = ["name", "start", "end", "gebied", "x", "y", "radius", "visitors", "count",
                   "windows", "usual", "ratio", "low", "high", "certainty"]  # fmt: skip


def event_nuisance(engine: Engine, selection: Selection) -> pd.DataFrame:
    """Count the reports in the place and time of each event, and in the same hours otherwise.

    Parameters
    ----------
    engine : Engine
    selection : Selection
        Period (of the start) and area of the events.

    Returns
    -------
    DataFrame
        One row an event with a place that has ended, latest first: ``name, start, end`` (UTC),
        ``gebied, x, y, radius`` (m), ``visitors``, ``count`` (reports of the theme evenementen
        within the radius, from the hour of the start until two hours after the end), ``windows``
        (comparable windows), ``usual`` (mean number in those), ``ratio, low, high`` (95 %) and
        ``certainty`` after correction for the number of events; NaN and "" without anything to
        compare.

    Notes
    -----
    The same weekday and local hours, one to four weeks before and after, as far as there are data
    and no other event near the place ran then. Only reports of which the hour is known take part,
    and only of the theme evenementen: reports about people have rules of their own.
    """
    span = engine.spans.get("incidents")
    everything = _events(engine, _EVER)
    events = _events(engine, selection)
    if span is None:
        events = events.iloc[:0]
    else:
        first, last = _hours(span[0]), _hours(span[1] + dt.timedelta(days=1))
        events = events[(events["first"] >= first) & (events["until"] <= last)]
    if events.empty or span is None:
        return pd.DataFrame({name: [] for name in _COLUMNS})
    reports = _reports(engine, Period(span[0], span[1] + dt.timedelta(days=1)))
    found = np.array(
        [_one(event, reports, everything, first, last) for event in events.to_dict("records")]
    )
    count, windows, compared = found.T
    ratio, low, high, p = np.full((4, len(events)), np.nan)
    for number in np.flatnonzero(windows):
        ratio[number], low[number], high[number], p[number] = stats.count_ratio(
            count[number], compared[number], exposure=(1.0, float(windows[number]))
        )
    known = events.assign(
        count=count,
        windows=windows,
        usual=np.where(windows > 0, compared / np.maximum(windows, 1), np.nan),
        ratio=ratio,
        low=low,
        high=high,
        certainty=stats.certainty(stats.fdr(p)),
    )
    ordered = known.sort_values(["start", "name"], ascending=[False, True], ignore_index=True)
    return ordered[_COLUMNS]


def _events(engine: Engine, selection: Selection) -> pd.DataFrame:
    """Events with a place; ``first`` and ``until`` are local hours since 1970, half-open."""
    table = engine.tables["events"]
    found = engine.run(
        sa.select(
            table.c.name, table.c.started_at.label("start"), table.c.ended_at.label("end"),
            table.c.date, table.c.hour, table.c.gebied, table.c.x, table.c.y, table.c.radius,
            table.c.visitors,
        ).where(
            table.c.date >= selection.period.start,
            table.c.date < selection.period.end,
            table.c.x.is_not(None),
            table.c.ended_at.is_not(None),
            *area_conditions(table, selection),
        )
    )  # fmt: skip
    first = 24 * _days(found["date"]) + found["hour"].fillna(0).to_numpy(np.int64)
    seconds = (found["end"] - found["start"]).dt.total_seconds().to_numpy(np.float64)
    lasts = np.ceil(seconds / 3600).astype(np.int64)
    found = found.assign(
        radius=found["radius"].fillna(RADIUS), first=first, until=first + lasts + AFTER
    )
    return found.sort_values(["start", "name", "x", "y"], ignore_index=True)


def _reports(engine: Engine, period: Period) -> pd.DataFrame:
    """Local hour since 1970 and place of the reports of the theme."""
    table = engine.tables["incidents"]
    found = engine.run(
        sa.select(table.c.date, table.c.hour, table.c.x, table.c.y).where(
            table.c.date >= period.start,
            table.c.date < period.end,
            table.c.theme == "evenementen",
            table.c.time_known.is_(True),
            table.c.x.is_not(None),
            *counted_conditions(table),
        )
    )
    return found.assign(at=24 * _days(found["date"]) + found["hour"].to_numpy(np.int64))


def _one(
    event: Mapping[Hashable, Any],
    reports: pd.DataFrame,
    everything: pd.DataFrame,
    first: int,
    last: int,
) -> tuple[int, int, int]:
    """Reports of one event; the number of windows compared, and the reports in those."""
    near = _within(reports, event, event["radius"])
    moments = reports["at"].to_numpy()[near]
    others = everything[_within(everything, event, event["radius"] + everything["radius"])]
    windows = compared = 0
    for week in WEEKS:
        begin, until = event["first"] + week * _WEEK, event["until"] + week * _WEEK
        busy = (others["first"] < until) & (others["until"] > begin)
        if begin < first or until > last or busy.any():
            continue
        windows += 1
        compared += int(((moments >= begin) & (moments < until)).sum())
    during = (moments >= event["first"]) & (moments < event["until"])
    return int(during.sum()), windows, compared


def _within(
    rows: pd.DataFrame, event: Mapping[Hashable, Any], radius: float | pd.Series
) -> NDArray[np.bool_]:
    away = np.hypot(rows["x"] - event["x"], rows["y"] - event["y"])
    return np.asarray(away <= radius, dtype=bool)


def _days(dates: pd.Series) -> NDArray[np.int64]:
    return dates.to_numpy("datetime64[D]").astype(np.int64)


def _hours(day: dt.date) -> int:
    return 24 * (day - dt.date(1970, 1, 1)).days
