"""Where it will be busy in the coming four weeks, and how well that could be said before."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
import sqlalchemy as sa

from thor_metrics import forecast
from thor_metrics.engine import Engine
from thor_metrics.indicators.places.cells import CELL
from thor_metrics.indicators.selection import (
    about_people,
    area_conditions,
    counted_conditions,
    moment_conditions,
    subject_conditions,
)
from thor_metrics.model import Selection

__all__ = ["DAYS", "Expectation", "Outlook", "expected_cells", "outlook"]

#: Days looked ahead: four weeks have every weekday equally often.
DAYS: Final = 28

#: With less history than this there is nothing to learn a pattern from, and nothing to test on.
_LEAST_DAYS: Final = 8 * 7
_LEAST_EVENTS: Final = 100


@dataclass(frozen=True)
class Expectation:
    """What is expected, and how far that can be trusted.

    Attributes
    ----------
    cells : DataFrame
        ``cell_x, cell_y, x, y`` (south-west corner, metres), ``expected``, ``low``, ``high`` (90 %
        interval), most first; only squares of the selected area with at least half an event.
    origin : date or None
        First day of the four weeks: the day after the newest data. ``None``: no expectation.
    words : str
        What was found when it was tried on the past, in Dutch; or why there is none.
    note : str
        A caution in Dutch, or "".
    hit_rate : float
        Share of the events of the past that fell in the 5 % of squares it named; NaN untested.
    plain_hit_rate : float
        The same for "where it always was".
    """

    cells: pd.DataFrame
    origin: dt.date | None
    words: str
    note: str = ""
    hit_rate: float = float("nan")
    plain_hit_rate: float = float("nan")


def expected_cells(engine: Engine, selection: Selection) -> Expectation:
    """Expect the coming four weeks per 100 m square, from all history of what is selected.

    Parameters
    ----------
    engine, selection
        The period is not used: a forecast looks ahead from the newest day with data. The model is
        made over the whole municipality; the selected area only chooses what is shown.

    Returns
    -------
    Expectation

    Notes
    -----
    :func:`thor_metrics.forecast.forecast`, tried on the past by
    :func:`thor_metrics.forecast.backtest` first: where the pooled forecast is not better than
    "where it always was" on these data, that is used, and the words say so. A selection about
    people alone has no expectation per square.
    """
    found = outlook(engine, selection)
    if isinstance(found, str):
        return _none(found)
    made, here = found.made, found.here
    cells = made.cells.assign(
        cell_x=np.floor_divide(made.cells["x"], CELL).astype("int64"),
        cell_y=np.floor_divide(made.cells["y"], CELL).astype("int64"),
    )
    shown = cells.merge(here, on=["cell_x", "cell_y"])
    shown = shown[shown["expected"] >= 0.5].sort_values("expected", ascending=False)
    columns = ["cell_x", "cell_y", "x", "y", "expected", "low", "high"]
    return Expectation(
        shown[columns].reset_index(drop=True),
        found.origin,
        found.words,
        made.note,
        found.hit_rate,
        found.plain_hit_rate,
    )


@dataclass(frozen=True, eq=False)
class Outlook:
    """A forecast of the whole municipality, and how well it could have been made before.

    Attributes
    ----------
    made : Forecast
    here : DataFrame
        ``cell_x, cell_y`` of the squares of the selected area with anything ever reported.
    origin : date
        The day after the newest data.
    words : str
        What was found when it was tried on the past, in Dutch.
    hit_rate, plain_hit_rate : float
        See :class:`Expectation`.
    """

    made: forecast.Forecast
    here: pd.DataFrame
    origin: dt.date
    words: str
    hit_rate: float
    plain_hit_rate: float


def outlook(engine: Engine, selection: Selection) -> Outlook | str:
    """Forecast the coming four weeks, or say in Dutch why that cannot be done.

    Parameters
    ----------
    engine, selection
        See :func:`expected_cells`.
    """
    table = engine.tables[selection.series]
    inside = sa.and_(sa.true(), *area_conditions(table, selection))
    rows = engine.run(
        sa.select(
            table.c.x,
            table.c.y,
            table.c.date,
            table.c.hour,
            table.c.time_known,
            sa.case((inside, 1), else_=0).label("inside"),
            sa.case((about_people(table), 1), else_=0).label("people"),
        ).where(
            table.c.x.is_not(None),
            table.c.gebied.is_not(None),
            *subject_conditions(table, selection),
            *moment_conditions(table, selection),
            *counted_conditions(table),
        )
    )
    if len(rows) and bool(rows["people"].all()):
        return "Over personen maakt dit programma geen verwachting per vak."
    span = engine.spans.get(selection.series)
    if span is None or len(rows) < _LEAST_EVENTS or (span[1] - span[0]).days < _LEAST_DAYS:
        return "Voor een verwachting is te weinig geschiedenis."
    origin = span[1] + dt.timedelta(days=1)
    known = rows["time_known"].to_numpy(dtype=bool)
    hour = np.where(known, rows["hour"].fillna(12).to_numpy(dtype=np.int64), 12)
    moments = rows["date"].to_numpy("datetime64[m]") + hour * np.timedelta64(60, "m")
    x, y = rows["x"].to_numpy(float), rows["y"].to_numpy(float)
    tried = forecast.backtest(x, y, moments, cell_size=CELL, horizon=DAYS, hour_known=known)
    made = forecast.forecast(
        x, y, moments, origin=pd.Timestamp(origin), cell_size=CELL, horizon=DAYS,
        model=tried.use, hour_known=known,
    )  # fmt: skip
    here = rows["inside"].to_numpy() == 1
    cells = {
        f"cell_{axis}": np.floor_divide(at[here], CELL).astype("int64")
        for axis, at in (("x", x), ("y", y))
    }
    rates = tried.hits
    return Outlook(
        made,
        pd.DataFrame(cells).drop_duplicates(ignore_index=True),
        origin,
        tried.words,
        _rate(rates, tried.use),
        _rate(rates, "all history"),
    )


def _rate(hits: pd.DataFrame, model: str) -> float:
    if hits.empty:
        return float("nan")
    wanted = (hits["model"] == model) & (hits["what"] == "cells") & np.isclose(hits["share"], 0.05)
    found = hits[wanted]
    return float(found["hit_rate"].iloc[0]) if len(found) else float("nan")


def _none(words: str) -> Expectation:
    nothing = ["cell_x", "cell_y", "x", "y", "expected", "low", "high"]
    return Expectation(pd.DataFrame({name: [] for name in nothing}), None, words)
