"""What a week asks for: where reports are expected hour by hour, and what must be visited."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
import sqlalchemy as sa
from numpy.typing import NDArray

from thor_metrics import hotspots
from thor_metrics.engine import Engine
from thor_metrics.indicators.monitors.visits import KINDS, planned_visits
from thor_metrics.indicators.places.cells import CELL
from thor_metrics.indicators.places.expected import DAYS, outlook
from thor_metrics.indicators.places.naming import names_near
from thor_metrics.indicators.places.objects import named_objects
from thor_metrics.indicators.selection import area_conditions, period_conditions
from thor_metrics.model import Period, Selection

__all__ = ["MOST", "REACH", "SHIFTS", "WeekDemand", "week_demand"]

#: Places planned for: with more a round is no longer a choice.
MOST: Final = 120

#: Metres up to which a square belongs to an object: its middle may lie a corner away.
REACH: Final = 75.0

#: Shift -> its first and last hour; past 24 is the night after.
SHIFTS: Final = {"dag": (8, 16), "avond": (16, 24), "nacht": (22, 30)}

#: Metres within which two objects are one place for who stands there.
_SAME: Final = 40.0

#: Weeks of rosters from which the usual hours are taken.
_ROSTER_WEEKS: Final = 8

_WEEK: Final = dt.timedelta(days=7)
_DAY: Final = dt.timedelta(days=1)


@dataclass(frozen=True, eq=False)
class WeekDemand:
    """What is expected in one week, and what there is to meet it with.

    Attributes
    ----------
    places : DataFrame
        Most expected first: ``place`` ("source:id" of an object, "cell_x:cell_y" of a square),
        ``name, kind`` ("object" or "vak"), ``x, y`` (metres), ``expected`` (reports in the week),
        ``minimum`` (planned controls a week that the plan asks for there).
    hours : ndarray, shape (places, 168)
        Expected reports by hour of the week, Monday 0 h first; a row adds up to ``expected``.
    total : float
        Expected in the whole selected area, also at places that are not listed.
    roster : DataFrame
        ``day`` (Monday 0), ``shift``, ``hours``: person-hours on the roster of that week, or the
        mean of the last eight weeks; empty without data of deployments.
    done : DataFrame
        Planned controls of the last whole week with data: ``place`` (row of ``places``), ``hour``
        (of the week).
    done_week : Period or None
    origin : date or None
        First day the forecast is about; ``None``: there is no forecast, ``words`` says why.
    words : str
    hit_rate, plain_hit_rate : float
        See :class:`~thor_metrics.indicators.places.expected.Expectation`.
    """

    places: pd.DataFrame
    hours: NDArray[np.float64]
    total: float
    roster: pd.DataFrame
    done: pd.DataFrame
    done_week: Period | None
    origin: dt.date | None
    words: str
    hit_rate: float
    plain_hit_rate: float


def week_demand(engine: Engine, selection: Selection, *, most: int = MOST) -> WeekDemand:
    """Say where and when reports are expected in a week, and what must be visited anyway.

    Parameters
    ----------
    engine : Engine
    selection : Selection
        The period is the week; area and themes hold. Weekdays and hours do not: the plan chooses
        those.
    most : int, default 120
        Places listed.

    Returns
    -------
    WeekDemand

    Notes
    -----
    A quarter of :func:`thor_metrics.forecast.forecast` over four weeks, spread over the hours of
    the week as each square's own history says. Squares whose middle lies within 75 metres of a
    milieuperron, fietsparkeerplek, plein or school belong to it. The minimums are those of
    :func:`thor_metrics.indicators.monitors.planned_visits` for the quarter of the week.
    """
    asked = Selection(selection.period, gebied=selection.gebied, buurt=selection.buurt,
                      themes=selection.themes)  # fmt: skip
    found = outlook(engine, asked)
    roster = _roster(engine, asked)
    if isinstance(found, str):
        nothing = pd.DataFrame({name: [] for name in _COLUMNS})
        empty = np.zeros((0, 168))
        done = pd.DataFrame({"place": [], "hour": []})
        return WeekDemand(nothing, empty, 0.0, roster, done, None, None, found, np.nan, np.nan)
    cells = found.made.cells.reset_index(drop=True).assign(row=np.arange(len(found.made.cells)))
    here = found.here.assign(x=found.here["cell_x"] * CELL, y=found.here["cell_y"] * CELL)
    cells = cells.merge(here[["x", "y"]], on=["x", "y"])
    weekly = cells["expected"].to_numpy() * 7 / DAYS
    spread = weekly[:, None] * found.made.hours[cells["row"].to_numpy()]
    must = _must(engine, asked)
    places, hours = _gathered(engine, cells, spread, must, most)
    done, done_week = _done(engine, asked, places)
    return WeekDemand(
        places, hours, float(weekly.sum()), roster, done, done_week, found.origin, found.words,
        found.hit_rate, found.plain_hit_rate,
    )  # fmt: skip


_COLUMNS: Final = ("place", "name", "kind", "x", "y", "expected", "minimum")

#: Kinds of object at which a control is done.
_OBJECTS: Final = ("milieuperron", "fietsparkeerplek", "plein", "school")


def _must(engine: Engine, selection: Selection) -> pd.DataFrame:
    """Places with a minimum: ``place, minimum``."""
    found = []
    for kind, theme in KINDS.items():
        if selection.themes and theme not in selection.themes:
            continue
        visits = planned_visits(engine, selection, kind=kind)
        found.append(visits.places[["place"]].assign(minimum=visits.norm))
    if not found:
        return pd.DataFrame({"place": [], "minimum": []})
    return pd.concat(found, ignore_index=True)


def _gathered(
    engine: Engine,
    cells: pd.DataFrame,
    spread: NDArray[np.float64],
    must: pd.DataFrame,
    most: int,
) -> tuple[pd.DataFrame, NDArray[np.float64]]:
    """Take squares near an object together; the rest stand for themselves."""
    every = named_objects(engine)
    objects = _apart(every[every["kind"].isin(_OBJECTS)], must)
    middle_x, middle_y = (cells[axis].to_numpy() + CELL / 2 for axis in ("x", "y"))
    owner = hotspots.object_of(
        pd.Series(middle_x), pd.Series(middle_y), objects, reach=REACH
    ).astype(np.int64)
    alone = owner < 0
    # A group an object, and one for every square of its own.
    group = np.where(alone, len(objects) + np.arange(len(cells)), owner)
    codes, number = np.unique(group, return_inverse=True)
    hours = np.zeros((len(codes), 168))
    np.add.at(hours, number, spread)
    of_object = codes < len(objects)
    square = codes[~of_object] - len(objects)
    places = pd.concat(
        [
            objects.iloc[codes[of_object]][["place", "name", "x", "y"]].assign(kind="object"),
            _squares(engine, cells.iloc[square], middle_x[square], middle_y[square]),
        ],
        ignore_index=True,
    )
    missing = objects[objects["place"].isin(set(must["place"]) - set(places["place"]))]
    places = pd.concat(
        [places, missing[["place", "name", "x", "y"]].assign(kind="object")], ignore_index=True
    )
    hours = np.vstack([hours, np.zeros((len(missing), 168))])
    minimum = places["place"].map(must.set_index("place")["minimum"]).fillna(0).astype("int64")
    places = places.assign(expected=hours.sum(axis=1), minimum=minimum)
    order = places.assign(needed=minimum.gt(0)).sort_values(
        ["needed", "expected", "place"], ascending=[False, False, True]
    )
    kept = order.head(most).sort_values(["expected", "place"], ascending=[False, True]).index
    return places.loc[kept, list(_COLUMNS)].reset_index(drop=True), hours[kept]


def _apart(objects: pd.DataFrame, must: pd.DataFrame) -> pd.DataFrame:
    """Take one of objects that lie on top of each other: a square and its bicycle racks."""
    needed = objects["place"].isin(must["place"])
    ordered = objects.assign(needed=needed, of=objects["kind"].map(_OBJECTS.index)).sort_values(
        ["needed", "of", "place"], ascending=[False, True, True], ignore_index=True
    )
    x, y = ordered["x"].to_numpy(np.float64), ordered["y"].to_numpy(np.float64)
    near = np.hypot(x[:, None] - x, y[:, None] - y) <= _SAME
    earlier = np.tril(near, -1)
    kept = np.ones(len(ordered), dtype=bool)
    for number in range(len(ordered)):
        kept[number] = not (earlier[number] & kept).any() or bool(ordered["needed"][number])
    return ordered[kept].sort_values("place", ignore_index=True)


def _squares(
    engine: Engine, cells: pd.DataFrame, x: NDArray[np.float64], y: NDArray[np.float64]
) -> pd.DataFrame:
    names = names_near(engine, x, y)
    cell_x, cell_y = (np.floor_divide(cells[axis], CELL).astype("int64") for axis in ("x", "y"))
    keys = [f"{right}:{up}" for right, up in zip(cell_x, cell_y, strict=True)]
    told = [name or f"vak {key}" for name, key in zip(names, keys, strict=True)]
    return pd.DataFrame({"place": keys, "name": told, "x": x, "y": y, "kind": "vak"})


def _roster(engine: Engine, selection: Selection) -> pd.DataFrame:
    """Person-hours by weekday and shift: of this week, or the mean of the last eight."""
    table = engine.tables["deployments"]
    span = engine.spans.get("deployments")
    empty = pd.DataFrame({"day": [], "shift": [], "hours": []})
    if span is None:
        return empty
    week, last = selection.period, span[1] + _DAY
    weeks = 1
    if not (span[0] <= week.start and week.end <= last):
        end = last - last.weekday() * _DAY
        weeks = min(_ROSTER_WEEKS, (end - span[0]) // _WEEK)
        if weeks < 1:
            return empty
        week = Period(end - weeks * _WEEK, end)
    rows = engine.run(
        sa.select(
            table.c.weekday.label("day"), table.c.shift,
            sa.func.sum(table.c.hours_available).label("hours"),
        )
        .where(
            *period_conditions(table, Selection(week)),
            *area_conditions(table, selection),
            table.c.shift != "onbekend",
        )
        .group_by(table.c.weekday, table.c.shift)
    )  # fmt: skip
    rows = rows.assign(hours=rows["hours"].astype("float64") / weeks)
    return rows.sort_values(["day", "shift"], ignore_index=True)


def _done(
    engine: Engine, selection: Selection, places: pd.DataFrame
) -> tuple[pd.DataFrame, Period | None]:
    """Planned controls of the last whole week, at the places."""
    span = engine.spans.get("controls")
    if span is None:
        return pd.DataFrame({"place": [], "hour": []}), None
    end = min(span[1] + _DAY, selection.period.start)
    end -= end.weekday() * _DAY
    week = Period(end - _WEEK, end)
    table = engine.tables["controls"]
    where = [*period_conditions(table, Selection(week)), *area_conditions(table, selection)]
    if selection.themes:
        where.append(table.c.theme.in_(selection.themes))
    rows = engine.run(
        sa.select(table.c.x, table.c.y, table.c.weekday, table.c.hour).where(
            *where, table.c.planned == "ja", table.c.time_known.is_(True), table.c.x.is_not(None)
        )
    )
    at = hotspots.object_of(rows["x"], rows["y"], places, reach=REACH).astype(np.int64)
    found = pd.DataFrame(
        {"place": at, "hour": 24 * rows["weekday"].astype("int64") + rows["hour"].astype("int64")}
    )
    found = found[found["place"] >= 0]
    return found.sort_values(["hour", "place"], ignore_index=True), week
