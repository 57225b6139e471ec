"""Planned visits of the places with most nuisance: twice a week, says the plan (M03, M06)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd
import sqlalchemy as sa

from thor_metrics import dutch, hotspots
from thor_metrics.engine import Engine
from thor_metrics.errors import SelectionError
from thor_metrics.indicators.places.objects import named_objects, ranked_objects
from thor_metrics.indicators.selection import period_conditions
from thor_metrics.model import Period, Selection

__all__ = ["KINDS", "Visits", "planned_visits"]

#: Kind of object -> theme whose nuisance makes it one of the worst.
KINDS: Final = {"milieuperron": "afval", "fietsparkeerplek": "fiets"}

#: Metres up to which a report or a control belongs to an object.
REACH: Final = 50.0

#: Longest list of worst places, and how often a place must be in it when weeks are drawn again.
MOST: Final = 10
STABLE: Final = 0.8

_WEEK: Final = dt.timedelta(days=7)


@dataclass(frozen=True)
class Visits:
    """How often the worst places were visited.

    Attributes
    ----------
    chosen_on : Period or None
        The year before the quarter, in which these places had most; ``None`` without data then.
    weeks : Period or None
        Whole weeks (Monday first) of the selection with data of controls.
    places : DataFrame
        One row a place, most first: ``place, name, x, y, gebied, count`` (reports in
        ``chosen_on``), ``stability``, ``visits`` (planned controls in ``weeks``), ``per_week``
        and ``weeks_reached`` (weeks with at least the norm).
    by_week : DataFrame
        ``place, week`` ("2026-W10") and ``visits``, complete.
    norm : int
        Planned controls a week.
    """

    chosen_on: Period | None
    weeks: Period | None
    places: pd.DataFrame
    by_week: pd.DataFrame
    norm: int

    @property
    def reached(self) -> float:
        """Share of places times weeks in which the norm was reached; NaN when there are none."""
        if self.by_week.empty:
            return float("nan")
        return float((self.by_week["visits"] >= self.norm).mean())


def planned_visits(
    engine: Engine, selection: Selection, *, kind: str = "milieuperron", norm: int = 2
) -> Visits:
    """Count the planned controls at each of the worst places, week by week.

    Parameters
    ----------
    engine : Engine
    selection : Selection
        Period and gebied hold. Whole weeks of the period are counted; the last day decides which
        quarter the list of places is of.
    kind : {"milieuperron", "fietsparkeerplek"}
    norm : int, default 2
        Planned controls a week the plan asks for.

    Returns
    -------
    Visits

    Raises
    ------
    SelectionError
        For another kind of object.

    Notes
    -----
    Worst are the objects that are in the top 10 of reports of their theme within 50 metres in
    at least 80 % of 1,000 draws of the weeks of the year before the quarter, so the list stays the
    same for a quarter and does not follow what the visits themselves bring about. A control
    belongs to the object it names, else to the nearest one within 50 metres.
    """
    if kind not in KINDS:
        raise SelectionError(
            f"Van '{kind}' is geen norm bekend. Kies uit {dutch.join(sorted(KINDS))}."
        )
    span = engine.spans.get("controls")
    worst, chosen_on = _worst(engine, selection, kind)
    weeks = _whole_weeks(selection.period, span)
    if weeks is None or worst.empty:
        empty = worst.assign(visits=np.nan, per_week=np.nan, weeks_reached=np.nan)
        nothing = pd.DataFrame({"place": [], "week": [], "visits": []})
        return Visits(chosen_on, weeks, empty, nothing, norm)
    found = _visited(engine, replace(selection, period=weeks), worst)
    names = [_week(day) for day in pd.date_range(weeks.start, weeks.last_day, freq="7D")]
    every = pd.MultiIndex.from_product([worst["place"], names], names=["place", "week"])
    counts = found.groupby(["place", "week"]).size() if len(found) else pd.Series(dtype="int64")
    by_week = counts.reindex(every, fill_value=0).rename("visits").reset_index()
    per = by_week.groupby("place")["visits"]
    places = worst.assign(
        visits=worst["place"].map(per.sum()),
        per_week=worst["place"].map(per.mean()),
        weeks_reached=worst["place"].map((by_week["visits"] >= norm).groupby(by_week.place).sum()),
    )
    return Visits(chosen_on, weeks, places, by_week, norm)


def _worst(engine: Engine, selection: Selection, kind: str) -> tuple[pd.DataFrame, Period | None]:
    """Give the places with most reports in the year before the quarter, and that year."""
    columns = ["place", "name", "x", "y", "gebied", "count", "stability"]
    last = selection.period.last_day
    quarter = dt.date(last.year, last.month - (last.month - 1) % 3, 1)
    span = engine.spans.get("incidents")
    if span is None or span[0] >= quarter:
        return pd.DataFrame(columns=columns), None
    year = Period(max(quarter.replace(year=quarter.year - 1), span[0]), quarter)
    before = Selection(year, themes=(KINDS[kind],))
    ranked = ranked_objects(engine, before, kind=kind, reach=REACH)
    worst = ranked[(ranked["rank"] <= MOST) & (ranked["stability"] >= STABLE)]
    placed = named_objects(engine).set_index("place")["gebied"]
    worst = worst.assign(gebied=worst["place"].map(placed))
    if selection.gebied is not None:
        worst = worst[worst["gebied"] == selection.gebied]
    return worst[columns].reset_index(drop=True), year


def _visited(engine: Engine, selection: Selection, worst: pd.DataFrame) -> pd.DataFrame:
    """Planned controls at the places: ``place, week``."""
    table = engine.tables["controls"]
    rows = engine.run(
        sa.select(table.c.object_name, table.c.x, table.c.y, table.c.date).where(
            *period_conditions(table, selection), table.c.planned == "ja"
        )
    )
    by_name = {name.casefold(): number for number, name in enumerate(worst["name"])}
    named = rows["object_name"].fillna("").str.casefold().map(by_name).astype("Float64")
    near = hotspots.object_of(rows["x"], rows["y"], worst, reach=REACH)
    # A control that names another object is not at this one, however near.
    here = np.where(rows["object_name"].isna(), near, named.fillna(-1).to_numpy(dtype=np.int64))
    rows = rows.assign(at=here)[here >= 0]
    return pd.DataFrame(
        {"place": worst["place"].to_numpy()[rows["at"]], "week": rows["date"].map(_week)}
    )


def _whole_weeks(period: Period, span: tuple[dt.date, dt.date] | None) -> Period | None:
    """Give the whole weeks of a period of which there are data."""
    if span is None:
        return None
    start = max(period.start, span[0])
    end = min(period.end, span[1] + dt.timedelta(days=1))
    start += dt.timedelta(days=-start.weekday() % 7)
    end -= dt.timedelta(days=end.weekday())
    return Period(start, end) if end - start >= _WEEK else None


def _week(day: dt.date | pd.Timestamp) -> str:
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"
