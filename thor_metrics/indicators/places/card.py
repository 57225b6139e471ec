"""The story of one place: what and when, its course, controls there, how stable its rank is."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd
import sqlalchemy as sa
from numpy.typing import NDArray

from thor_metrics import hotspots, privacy
from thor_metrics.engine import Engine
from thor_metrics.indicators.moments import FEWEST_WEEKS
from thor_metrics.indicators.places.objects import (
    TOP,
    known_days,
    named_objects,
    selected_rows,
    week_of,
)
from thor_metrics.indicators.places.spots import incidents_per
from thor_metrics.indicators.selection import ABOUT_PEOPLE, about_people, conditions, weight
from thor_metrics.model import THEMES, Period, Selection

__all__ = ["CONTROL_DAYS", "PlaceStory", "Visits", "place_story"]

#: Controls are counted over so many days.
CONTROL_DAYS: Final = 90

#: Months of the course, rubrieken of the list, and metres beside the circle an object may lie.
_MONTHS: Final = 24
_RUBRIEKEN: Final = 5
_BESIDE: Final = 25.0

_DAY: Final = dt.timedelta(days=1)
_NOT_MAPPED: Final = THEMES[-1].key


@dataclass(frozen=True, eq=False)
class Visits:
    """Controls within the circle.

    Attributes
    ----------
    period : Period or None
        The last 90 days of the period, or of the data where those end earlier; ``None`` where
        no controls are loaded or the data of them begin later.
    count : int or None
        Controls in those days; ``None`` where the number is hidden.
    hours : float
        Hours of people in those days; NaN where none are filled in or hidden.
    last : date or None
        Day of the last one ever; ``None`` without any, or where the number is hidden.
    kinds : DataFrame
        ``kind, count, hidden, last`` of those days, most first.
    """

    period: Period | None
    count: int | None
    hours: float
    last: dt.date | None
    kinds: pd.DataFrame


@dataclass(frozen=True, eq=False)
class PlaceStory:
    """What is known of one place.

    Attributes
    ----------
    count : int or None
        What is selected within the circle; ``None`` where it is hidden.
    hidden : bool
    incidents, days : int or None
        Different things (several reports of one thing are one; incidents only) and different
        days with something; ``None`` where hidden or not told apart.
    rubrieken : DataFrame
        The five with most: ``rubriek`` ("" where none is known), ``theme, count, hidden``.
    hours : DataFrame
        ``weekday, hour, count, hidden``: 168 rows, as :func:`per_hour` has them.
    months : DataFrame
        ``month, count, hidden``: the last whole months up to the end of the period, at most 24,
        whatever the period is.
    controls : Visits
    objects : DataFrame
        Near objects, nearest first: ``name, kind, distance`` (whole metres from the centre).
    rank : int or None
        Of the 100 m square most of it lies in, among those of the selected area; ``None``
        where it is hidden or there is nothing.
    stability : float
        Share of 1,000 draws of the weeks in which that square is in the top 10; NaN with fewer
        than four weeks, or without a rank.
    weeks : int
        Weeks it was drawn from.
    """

    count: int | None
    hidden: bool
    incidents: int | None
    days: int | None
    rubrieken: pd.DataFrame
    hours: pd.DataFrame
    months: pd.DataFrame
    controls: Visits
    objects: pd.DataFrame
    rank: int | None
    stability: float
    weeks: int


def place_story(
    engine: Engine,
    selection: Selection,
    *,
    x: float,
    y: float,
    radius: float,
    square: bool = False,
    hide_below: int = 5,
) -> PlaceStory:
    """Tell of one place what is selected there, and what was done about it.

    Parameters
    ----------
    engine, selection
    x, y : float
        Centre, metres in the municipality's coordinate system.
    radius : float
        Metres; what lies at exactly this distance is in.
    square : bool, default False
        Take the square with sides of twice the radius instead of the circle; half-open, so that
        the squares of the grid do not overlap.
    hide_below : int, default 5
        Smallest count about people that is shown.

    Notes
    -----
    Controls are those of the selected themes (of all, without themes), whatever rubrieken, days
    and hours are chosen: effort is planned by kind and by shift. A control that has only a buurt
    lies in no circle.
    """
    place = _Place(x, y, radius, square)
    found = _rows(engine, selection, place)
    start, end = selection.period.start, selection.period.end
    date = found["date"].to_numpy("datetime64[D]")
    rows = found[(date >= np.datetime64(start)) & (date < np.datetime64(end))]
    rows = rows.reset_index(drop=True)
    only_people = bool(len(rows)) and bool(rows["people"].all())
    count = _whole(rows["amount"].sum())
    hidden = only_people and 0 < count < hide_below
    incidents = _incidents(rows, selection)
    few = incidents is not None and only_people and incidents < hide_below
    rank, stability, weeks = _rank(engine, selection, rows, hide_below=hide_below)
    return PlaceStory(
        count=None if hidden else count,
        hidden=hidden,
        incidents=None if hidden or few else incidents,
        days=None if hidden else int(rows["date"].nunique()),
        rubrieken=_rubrieken(rows, hide_below),
        hours=_hours(rows, only_people=only_people, below=hide_below),
        months=_months(engine, selection, found, hide_below),
        controls=_visits(engine, selection, place, hide_below),
        objects=_near(engine, x, y, radius + _BESIDE),
        rank=None if hidden else rank,
        stability=float("nan") if hidden else stability,
        weeks=weeks,
    )


def _whole(amount: float) -> int:
    return int(np.floor(amount + 0.5))


@dataclass(frozen=True)
class _Place:
    x: float
    y: float
    radius: float
    square: bool

    def box(self, table: sa.Table) -> list[sa.ColumnElement[bool]]:
        """Give the conditions of the square round the place."""
        x, y, radius = self.x, self.y, self.radius
        return [
            table.c.x >= x - radius,
            table.c.x <= x + radius,
            table.c.y >= y - radius,
            table.c.y <= y + radius,
        ]

    def holds(self, rows: pd.DataFrame) -> NDArray[np.bool_]:
        """Tell of rows in the box whether they are in the place."""
        right, up = (
            rows[axis].to_numpy(np.float64) - middle
            for axis, middle in (("x", self.x), ("y", self.y))
        )
        if self.square:
            return np.asarray((right < self.radius) & (up < self.radius))
        return np.asarray(np.hypot(right, up) <= self.radius)


def _rows(engine: Engine, selection: Selection, place: _Place) -> pd.DataFrame:
    """Give the rows in the place, of the period and of the months before its end."""
    table = engine.tables[selection.series]
    whole = _whole_months(engine, selection)
    early = min([selection.period.start, *(month.start_time.date() for month in whole[:1])])
    longer = replace(selection, period=Period(early, selection.period.end))
    columns = ("cell_x", "cell_y", "date", "month", "weekday", "hour", "time_known", "theme",
               "rubriek")  # fmt: skip
    found = selected_rows(engine, longer, *place.box(table), columns=columns)
    return found[place.holds(found)].reset_index(drop=True)


def _incidents(rows: pd.DataFrame, selection: Selection) -> int | None:
    if selection.series != "incidents":
        return None
    if rows.empty:
        return 0
    return int(incidents_per(rows.assign(all=0), "incidents", "all").iloc[0])


def _rubrieken(rows: pd.DataFrame, below: int) -> pd.DataFrame:
    """Count per rubriek; those about people by themselves, whatever lies beside them."""
    told = rows.assign(rubriek=rows["rubriek"].fillna(""), theme=rows["theme"].fillna(_NOT_MAPPED))
    sums = told.groupby(["rubriek", "theme"], as_index=False)["amount"].sum()
    frame = sums.assign(count=np.floor(sums["amount"] + 0.5).astype("int64"))
    people = frame["theme"].isin(ABOUT_PEOPLE)
    shown = privacy.hide_small(frame, "count", about_people=people, below=below)
    ranked = shown.sort_values(
        ["count", "rubriek"], ascending=[False, True], na_position="last"
    ).head(_RUBRIEKEN)
    return ranked[["rubriek", "theme", "count", "hidden"]].reset_index(drop=True)


def _hours(rows: pd.DataFrame, *, only_people: bool, below: int) -> pd.DataFrame:
    timed = rows[rows["time_known"].fillna(False).astype(bool) & rows["hour"].notna()]
    place = timed["weekday"].to_numpy(np.int64) * 24 + timed["hour"].to_numpy(np.int64)
    amount = timed["amount"].to_numpy(np.float64)
    count = np.floor(np.bincount(place, amount, minlength=168) + 0.5).astype(np.int64)
    weekday, hour = np.divmod(np.arange(168), 24)
    frame = pd.DataFrame({"weekday": weekday, "hour": hour, "count": count})
    return privacy.hide_small(frame, "count", about_people=only_people, below=below)


def _whole_months(engine: Engine, selection: Selection) -> pd.PeriodIndex:
    """List the last whole months up to the end of the period of which there are data."""
    span = engine.spans.get(selection.series)
    if span is None:
        return pd.PeriodIndex([], freq="M")
    until = pd.Period(min(selection.period.end, span[1] + _DAY), freq="M")
    start = pd.Period(span[0], freq="M")
    return pd.period_range(start, until - 1, freq="M")[-_MONTHS:]


def _months(engine: Engine, selection: Selection, found: pd.DataFrame, below: int) -> pd.DataFrame:
    months = _whole_months(engine, selection).strftime("%Y-%m").astype("str")
    inside = found[found["month"].isin(months)]
    sums = inside.groupby("month")["amount"].sum().reindex(months, fill_value=0.0)
    only_people = bool(len(inside)) and bool(inside["people"].all())
    frame = pd.DataFrame(
        {"month": months, "count": np.floor(sums.to_numpy() + 0.5).astype("int64")}
    )
    return privacy.hide_small(frame, "count", about_people=only_people, below=below)


def _near(engine: Engine, x: float, y: float, reach: float) -> pd.DataFrame:
    objects = named_objects(engine)
    away = np.hypot(objects["x"].to_numpy(np.float64) - x, objects["y"].to_numpy(np.float64) - y)
    near = objects.assign(away=away)[away <= reach].sort_values(["away", "place"])
    near = near.assign(distance=np.floor(near["away"] + 0.5).astype("int64"))
    return near[["name", "kind", "distance"]].reset_index(drop=True)


# --- its rank ------------------------------------------------------------------------------------


def _rank(
    engine: Engine, selection: Selection, rows: pd.DataFrame, *, hide_below: int
) -> tuple[int | None, float, int]:
    """Rank the square most of the place lies in, and tell how stable that is."""
    days = known_days(engine.spans.get(selection.series), selection.period)
    if rows.empty or days is None:
        return None, float("nan"), 0
    table = engine.tables[selection.series]
    by = (table.c.cell_x, table.c.cell_y, table.c.date)
    found = engine.run(
        sa.select(
            *by,
            weight(table).label("count"),
            weight(table, about_people(table)).label("people"),
        )
        .where(*conditions(table, selection), table.c.cell_x.is_not(None))
        .group_by(*by)
    )
    week, weeks = week_of(found["date"], days)
    cells = pd.MultiIndex.from_arrays(
        [found["cell_x"].astype("int64"), found["cell_y"].astype("int64")]
    )
    place, known = pd.factorize(cells, sort=True)
    amounts = found["count"].to_numpy(np.float64)
    weekly = np.bincount(week * len(known) + place, amounts, minlength=weeks * len(known))
    weekly = weekly.reshape(weeks, len(known))
    total = weekly.sum(axis=0)
    mine = known.get_loc(_main_cell(rows))
    only_people = int(found["count"].sum()) == int(found["people"].sum())
    if only_people and total[mine] < hide_below:
        return None, float("nan"), weeks
    rank = int((total > total[mine]).sum()) + 1
    if weeks < FEWEST_WEEKS:
        return rank, float("nan"), weeks
    # Squares with less than a fifth of the tenth never come near it: they need no drawing.
    tenth = np.sort(total)[-min(TOP, len(total))]
    kept = np.flatnonzero((total >= tenth / 5) | (np.arange(len(total)) == mine))
    stability = hotspots.rank_stability(weekly[:, kept], top=TOP)
    return rank, float(stability[int(np.flatnonzero(kept == mine)[0])]), weeks


def _main_cell(rows: pd.DataFrame) -> tuple[int, int]:
    """Find the square with most of the rows; of two with as many the most western."""
    sums = rows.groupby(["cell_x", "cell_y"])["amount"].sum()
    x, y = sums.index[int(np.argmax(sums.to_numpy()))]
    return int(x), int(y)


# --- what was done there -------------------------------------------------------------------------


def _visits(engine: Engine, selection: Selection, place: _Place, below: int) -> Visits:
    table = engine.tables["controls"]
    span = engine.spans.get("controls")
    nothing = pd.DataFrame({"kind": [], "count": [], "hidden": [], "last": []})
    end = selection.period.end if span is None else min(selection.period.end, span[1] + _DAY)
    if span is None or end <= span[0]:
        return Visits(None, 0, float("nan"), None, nothing)
    period = Period(end - CONTROL_DAYS * _DAY, end)
    where = [table.c.date < end, *place.box(table)]
    if selection.themes:
        where.append(table.c.theme.in_(selection.themes))
    found = engine.run(
        sa.select(
            table.c.x, table.c.y, table.c.date, table.c.kind, table.c.theme, table.c.hours_spent
        ).where(*where)
    )
    found = found[place.holds(found)].sort_values(["date", "kind", "hours_spent"])
    people = found["theme"].isin(ABOUT_PEOPLE)
    recent = found["date"].to_numpy("datetime64[D]") >= np.datetime64(period.start)
    lately = found[recent]
    small = _small(len(lately), people[recent], below)
    # One control about people, long ago, has a day; so the day is hidden as its number would be.
    untold = small or _small(len(found), people, below)
    return Visits(
        period=period,
        count=None if small else len(lately),
        hours=float("nan") if small else float(lately["hours_spent"].sum(min_count=1)),
        last=None if untold or found.empty else found["date"].max().date(),
        kinds=_kinds(lately, below) if len(lately) else nothing,
    )


def _small(count: int, people: pd.Series, below: int) -> bool:
    return 0 < count < below and bool(people.all())


def _kinds(rows: pd.DataFrame, below: int) -> pd.DataFrame:
    by = rows.assign(people=rows["theme"].isin(ABOUT_PEOPLE)).groupby("kind", as_index=False)
    frame = by.agg(count=("date", "size"), last=("date", "max"), people=("people", "all"))
    shown = privacy.hide_small(frame, "count", about_people=frame["people"], below=below)
    shown = shown.assign(last=shown["last"].mask(shown["hidden"]))
    ranked = shown.sort_values(["count", "kind"], ascending=[False, True], na_position="last")
    return ranked[["kind", "count", "hidden", "last"]].reset_index(drop=True)
