"""How many, where and when: counts of what is selected, as tables that screens can show.

Every function is pure in (engine, selection). A count is hidden (missing, ``hidden`` True) where
it is about people and small, with enough others that a total gives nothing away; what a table
says stays hidden in everything made from it. Zero is shown: nobody is in it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final, Literal

import numpy as np
import pandas as pd
import sqlalchemy as sa

from thor_metrics import privacy
from thor_metrics.engine import Engine
from thor_metrics.errors import ThorError
from thor_metrics.indicators.change import per_theme, risers
from thor_metrics.indicators.quality import Quality, quality
from thor_metrics.indicators.selection import about_people, conditions, weight
from thor_metrics.model import THEMES, Selection

__all__ = [
    "Quality",
    "per_area",
    "per_cell",
    "per_day",
    "per_hour",
    "per_month",
    "per_spot",
    "per_theme",
    "quality",
    "risers",
    "shown_total",
    "total",
    "without_place",
]

#: Sides of the squares of the grid and of the spots within one buurt, in metres.
CELL: Final = 100
SPOT: Final = 25

By = Literal["theme", "rubriek", "gebied", "buurt", ""]


def total(engine: Engine, selection: Selection) -> int:
    """Count what is selected: incidents that count, amounts of observations, controls.

    Not for the screen when it may be about people: see :func:`shown_total`.
    """
    table = engine.tables[selection.series]
    answer = engine.run(sa.select(weight(table).label("n")).where(*conditions(table, selection)))
    return int(answer["n"].iloc[0])


def shown_total(engine: Engine, selection: Selection, *, hide_below: int = 5) -> int | None:
    """Count what is selected, as it may be shown.

    Returns
    -------
    int or None
        ``None`` where the number is hidden: everything selected is about people, and there are
        fewer than ``hide_below`` but not none.
    """
    answer = _grouped(engine, selection)
    count = int(answer["count"].iloc[0])
    return None if _only_people(answer) and 0 < count < hide_below else count


def without_place(engine: Engine, selection: Selection) -> int:
    """Count what is selected, in whatever area, but lies in none: no place or outside them."""
    table = engine.tables[selection.series]
    anywhere = replace(selection, gebied=None, buurt=None)
    where = (*conditions(table, anywhere), table.c.buurt.is_(None))
    return int(engine.run(sa.select(weight(table).label("n")).where(*where))["n"].iloc[0])


def per_area(
    engine: Engine,
    selection: Selection,
    *,
    level: Literal["gebied", "buurt"],
    hide_below: int = 5,
    rates_from_inhabitants: int = 250,
) -> pd.DataFrame:
    """Count per gebied or buurt.

    Parameters
    ----------
    engine, selection
    level : {"gebied", "buurt"}
    hide_below : int, default 5
        Smallest count about people that is shown.
    rates_from_inhabitants : int, default 250
        No rate per inhabitant where fewer people live.

    Returns
    -------
    DataFrame
        ``area`` (code of the buurt, or name of the gebied), ``name``, ``gebied``, ``count``,
        ``hidden``, ``inhabitants``, ``land_ha``, ``per_1000`` (count per 1,000 inhabitants over
        the period) and ``per_km2``. Every area of the selection is there, also with count 0;
        most first, hidden ones last. Rows without a place are in none of them: see
        :func:`without_place`. Inhabitants and land of a gebied are summed before dividing; a
        gebied with a buurt of which they are missing has no rate.
    """
    table = engine.tables[selection.series]
    found = _grouped(engine, selection, table.c.gebied, table.c.buurt)
    people = _only_people(found)
    frame = _all_areas(engine, selection, found)
    gebieden = frame.groupby("gebied", as_index=False, dropna=False).agg(
        count=("count", "sum"),
        inhabitants=("inhabitants", lambda part: part.sum(skipna=False)),
        land_ha=("land_ha", lambda part: part.sum(skipna=False)),
    )
    gebieden = privacy.hide_small(gebieden, "count", about_people=people, below=hide_below)
    if level == "gebied":
        frame = gebieden.assign(area=gebieden["gebied"], name=gebieden["gebied"])
    else:
        frame = privacy.hide_small(
            frame, "count", about_people=people, below=hide_below, within=["gebied"]
        )
        frame = _hide_parts(frame, set(gebieden.loc[gebieden["hidden"], "gebied"]))
    frame = frame.assign(**_rates(frame, rates_from_inhabitants))
    columns = ["area", "name", "gebied", "count", "hidden", "inhabitants", "land_ha",
               "per_1000", "per_km2"]  # fmt: skip
    ranked = frame.sort_values(["count", "name"], ascending=[False, True], na_position="last")
    return ranked[columns].reset_index(drop=True)


def _all_areas(engine: Engine, selection: Selection, found: pd.DataFrame) -> pd.DataFrame:
    """Every buurt of the selection with its facts and its count, in the order of the facts."""
    areas = engine.tables["areas"].c
    query = sa.select(
        areas.source_id.label("area"),
        areas.name,
        areas.gebied,
        sa.cast(areas.inhabitants, sa.Double).label("inhabitants"),
        areas.land_ha,
    ).order_by(areas.source_id)
    if selection.gebied is not None:
        query = query.where(areas.gebied == selection.gebied)
    if selection.buurt is not None:
        query = query.where(areas.source_id == selection.buurt)
    facts = engine.run(query)
    counts = found.dropna(subset=["buurt"]).groupby("buurt")["count"].sum()
    # Rows placed with other boundaries than today's still belong to the total.
    lost = found[found["buurt"].notna() & ~found["buurt"].isin(facts["area"])]
    if len(lost):
        extra = lost.drop_duplicates("buurt").rename(columns={"buurt": "area"})
        facts = pd.concat(
            [facts, extra.assign(name=extra["area"])[["area", "name", "gebied"]]],
            ignore_index=True,
        )
    count = facts["area"].map(counts).fillna(0).astype("int64")
    return facts.assign(count=count)


def _hide_parts(frame: pd.DataFrame, gebieden: set[str]) -> pd.DataFrame:
    """Hide two buurten of a gebied whose own number is hidden, or they would add up to it."""
    hidden = frame["hidden"].to_numpy(copy=True)
    some = (frame["count"] > 0).fillna(False).to_numpy(dtype=bool)
    for gebied in gebieden:
        inside = (frame["gebied"] == gebied).to_numpy()
        if not hidden[inside].any():
            hidden[np.flatnonzero(inside & some)[:2]] = True
    return frame.assign(count=frame["count"].mask(hidden), hidden=hidden)


def _rates(frame: pd.DataFrame, least: int) -> dict[str, pd.Series]:
    count = frame["count"].astype("Float64").to_numpy(dtype=np.float64, na_value=np.nan)
    inhabitants = frame["inhabitants"].to_numpy(dtype=np.float64)
    land = frame["land_ha"].to_numpy(dtype=np.float64)
    lived_in = np.where(inhabitants >= max(least, 1), inhabitants, np.nan)
    land_km2 = np.where(land > 0, land / 100.0, np.nan)
    return {
        "inhabitants": frame["inhabitants"].astype("Int64"),
        "per_1000": pd.Series(count / lived_in * 1_000, index=frame.index),
        "per_km2": pd.Series(count / land_km2, index=frame.index),
    }


def per_cell(engine: Engine, selection: Selection, *, hide_below: int = 5) -> pd.DataFrame:
    """Count per 100 m square of the fixed grid.

    Returns
    -------
    DataFrame
        ``cell_x``, ``cell_y``, ``x``, ``y`` (south-west corner, metres in the municipality's
        coordinate system), ``count``, ``hidden``; only squares with something, most first,
        hidden ones last in the order of the map.
    """
    table = engine.tables[selection.series]
    cell = (table.c.cell_x, table.c.cell_y)
    found = _grouped(engine, selection, *cell, where=[table.c.cell_x.is_not(None)])
    return _squares(found, CELL, hide_below)


def per_spot(engine: Engine, selection: Selection, *, hide_below: int = 5) -> pd.DataFrame:
    """Count per 25 m square, within one buurt.

    Returns
    -------
    DataFrame
        As :func:`per_cell`, with numbers of 25 m squares.

    Raises
    ------
    ThorError
        When no buurt is selected: over a whole city this is a map of addresses.
    """
    if selection.buurt is None:
        raise ThorError(
            "Plekken van 25 meter zijn er alleen binnen één buurt. Kies eerst een buurt."
        )
    table = engine.tables[selection.series]
    spot = (
        sa.cast(sa.func.floor(table.c.x / SPOT), sa.BigInteger).label("cell_x"),
        sa.cast(sa.func.floor(table.c.y / SPOT), sa.BigInteger).label("cell_y"),
    )
    found = _grouped(engine, selection, *spot, where=[table.c.x.is_not(None)])
    return _squares(found, SPOT, hide_below)


def _squares(found: pd.DataFrame, side: int, hide_below: int) -> pd.DataFrame:
    # In the order of the map before hiding: who is hidden must not depend on size.
    found = found.astype({"cell_x": "int64", "cell_y": "int64"})
    frame = _hidden(found.sort_values(["cell_x", "cell_y"], ignore_index=True), hide_below)
    frame = frame.assign(
        x=frame["cell_x"] * float(side),
        y=frame["cell_y"] * float(side),
    )
    ranked = frame.sort_values("count", ascending=False, na_position="last", kind="stable")
    columns = ["cell_x", "cell_y", "x", "y", "count", "hidden"]
    return ranked[columns].reset_index(drop=True)


def per_hour(engine: Engine, selection: Selection, *, hide_below: int = 5) -> pd.DataFrame:
    """Count per weekday and hour of the local calendar.

    Returns
    -------
    DataFrame
        ``weekday`` (Monday 0), ``hour``, ``count``, ``hidden``: always 168 rows, in order. A
        selection of weekdays or hours leaves the others at 0. Rows without a known time are in
        none of them.
    """
    table = engine.tables[selection.series]
    found = _grouped(
        engine, selection, table.c.weekday, table.c.hour, where=[table.c.time_known.is_(True)]
    ).dropna(subset=["weekday", "hour"])
    week = pd.MultiIndex.from_product([range(7), range(24)], names=["weekday", "hour"])
    return _hidden(_complete(found, week), hide_below)


def per_day(engine: Engine, selection: Selection, *, hide_below: int = 5) -> pd.DataFrame:
    """Count per day of the period.

    Returns
    -------
    DataFrame
        ``date`` (datetime64), ``count``, ``hidden``: every day of the period. A day before the
        first or after the last day with data has no count: that is "geen gegevens", not 0.
    """
    table = engine.tables[selection.series]
    found = _grouped(engine, selection, table.c.date)
    days = pd.date_range(
        selection.period.start, selection.period.end, inclusive="left", name="date", unit="us"
    )
    frame = _hidden(_complete(found, days), hide_below)
    first, last = _span(engine, selection)
    return _no_data(frame, (frame["date"] < first) | (frame["date"] > last))


def per_month(
    engine: Engine, selection: Selection, *, by: By = "theme", hide_below: int = 5
) -> pd.DataFrame:
    """Count per month of the period, split by something or not at all.

    Parameters
    ----------
    engine, selection
    by : {"theme", "rubriek", "gebied", "buurt", ""}
        "" is not split.
    hide_below : int, default 5

    Returns
    -------
    DataFrame
        ``month`` ("2026-06"), the column ``by``, ``count``, ``hidden``: every month for every
        value (all selected themes, or the rubrieken, gebieden or buurten that occur), in order.
        A month without any data has no count.
    """
    table = engine.tables[selection.series]
    split = (table.c[by],) if by else ()
    where = [table.c[by].is_not(None)] if by else []
    found = _grouped(engine, selection, table.c.month, *split, where=where)
    start, end = selection.period.start, selection.period.last_day
    months = pd.period_range(start, end, freq="M").strftime("%Y-%m").astype("str")
    if by:
        known = _values(found[by], selection, by)
        keys: pd.Index = pd.MultiIndex.from_product([months, known], names=["month", by])
    else:
        keys = pd.Index(months, name="month")
    frame = _complete(found, keys)
    people: Any = _only_people(found)
    if by in ("theme", "rubriek"):
        # Such a line is about people by itself, whatever the lines beside it are about.
        sums = frame.groupby(by)[["count", "people"]].transform("sum")
        people = sums["people"].eq(sums["count"]) & sums["count"].gt(0)
    # Both the total of a month and that of a theme are on the screens.
    hidden = np.zeros(len(frame), bool)
    for group in ("month", by) if by else (None,):
        hidden |= privacy.hide_small(
            frame, "count", about_people=people, below=hide_below, within=[group] if group else None
        )["hidden"].to_numpy()
    frame = frame.drop(columns="people").assign(
        count=frame["count"].astype("Int64").mask(hidden), hidden=hidden
    )
    first, last = _span(engine, selection)
    outside = (frame["month"] < f"{first:%Y-%m}") | (frame["month"] > f"{last:%Y-%m}")
    return _no_data(frame, outside)


def _values(found: pd.Series, selection: Selection, by: str) -> list[str]:
    if by == "theme":
        wanted = selection.themes or tuple(theme.key for theme in THEMES)
        return [theme.key for theme in THEMES if theme.key in wanted]
    if by == "rubriek" and selection.rubrieken:
        return list(selection.rubrieken)
    return sorted(found.unique())


def _grouped(
    engine: Engine,
    selection: Selection,
    *by: sa.ColumnElement[Any],
    where: Iterable[sa.ColumnElement[bool]] = (),
) -> pd.DataFrame:
    """Count per combination of columns, and how much of each count is about people."""
    table = engine.tables[selection.series]
    query = sa.select(
        *by,
        weight(table).label("count"),
        weight(table, about_people(table)).label("people"),
    ).where(*conditions(table, selection), *where)
    return engine.run(query.group_by(*by) if by else query)


def _only_people(found: pd.DataFrame) -> bool:
    """Tell whether all that is counted is about people; then the small numbers are hidden."""
    everything = int(found["count"].sum())
    return everything > 0 and everything == int(found["people"].sum())


def _hidden(frame: pd.DataFrame, below: int) -> pd.DataFrame:
    shown = privacy.hide_small(frame, "count", about_people=_only_people(frame), below=below)
    return shown.drop(columns="people")


def _complete(found: pd.DataFrame, keys: pd.Index) -> pd.DataFrame:
    """Put a row with 0 where nothing was found."""
    indexed = found.set_index(list(keys.names))
    full = indexed.reindex(keys, fill_value=0).astype("int64")
    return full.reset_index()


def _span(engine: Engine, selection: Selection) -> tuple[pd.Timestamp, pd.Timestamp]:
    never = (dt.date(9999, 12, 31), dt.date(1, 1, 1))
    first, last = engine.spans.get(selection.series, never)
    return pd.Timestamp(first), pd.Timestamp(last)


def _no_data(frame: pd.DataFrame, where: pd.Series) -> pd.DataFrame:
    return frame.assign(count=frame["count"].mask(where), hidden=frame["hidden"] & ~where)
