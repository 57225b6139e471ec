"""Squares of 100 m: which are more than chance, and how that went month by month.

Two questions, asked of every square at once and corrected for all of them together. Is this one
square exceptional among the squares where the subject occurs ("plek")? And do the squares around
it hold more than a random mix of the city's squares would ("omgeving")? Both are asked over the
whole municipality, also when a gebied is chosen: zooming in does not change what is sure.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pandas as pd
import sqlalchemy as sa
from numpy.typing import NDArray

from thor_metrics import hotspots, privacy, stats
from thor_metrics.engine import Engine
from thor_metrics.hotitems import FEWEST
from thor_metrics.indicators.selection import (
    about_people,
    area_conditions,
    conditions,
    counted_conditions,
    moment_conditions,
    subject_conditions,
    weight,
)
from thor_metrics.model import Selection

__all__ = ["CELL", "LEAST_EVENTS", "LEAST_MONTHS", "emerging_cells", "hot_cells", "monthly_cells"]

CELL: Final = 100

#: With fewer events in the whole municipality nothing is said about chance.
LEAST_EVENTS: Final = 50

#: Months a course over time needs at least; it looks back over at most :data:`_MONTHS`.
LEAST_MONTHS: Final = 10
_MONTHS: Final = 24

#: Each step of the course is a month with the two before it: one month has too few events.
_STEP: Final = 3

#: Squares that are played back: enough for every eye, few enough for every browser.
_PLAYED: Final = 400

#: A place whose reports fall on so few days is shown as such: often one reporter.
_REPORTS_A_DAY: Final = 3.0

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class _Study:
    """Squares that take part, laid out as a raster with row 0 in the south.

    Attributes
    ----------
    cells : DataFrame
        ``cell_x, cell_y, subject`` (the subject ever occurred here), ``inside`` (something lies in
        the selected area), one row a square.
    """

    cells: pd.DataFrame
    row: NDArray[np.int64]
    column: NDArray[np.int64]
    mask: NDArray[np.bool_]
    subject: NDArray[np.bool_]

    def raster(self, values: NDArray[Any]) -> Floats:
        """Put a value per square on the raster; 0 elsewhere."""
        raster = np.zeros(self.mask.shape)
        raster[self.row, self.column] = values
        return raster

    def at(self, raster: Floats) -> Floats:
        """Read a raster back, one value a square."""
        return raster[self.row, self.column]


def hot_cells(engine: Engine, selection: Selection, *, hide_below: int = 5) -> pd.DataFrame:
    """Count per 100 m square, and say how sure it is that this is more than chance.

    Parameters
    ----------
    engine, selection
    hide_below : int, default 5
        Smallest count about people that is shown.

    Returns
    -------
    DataFrame
        Squares with something, most first, hidden ones last: ``cell_x, cell_y, x, y`` (south-west
        corner, metres), ``count``, ``hidden``, ``days`` (different days with a report),
        ``one_reporter`` (very many reports on few days), ``expected`` (mean of the squares where
        the subject occurs), ``ratio`` (missing under 20 events), ``q_cell``, ``q_window``,
        ``certainty`` ("zeker", "waarschijnlijk", "kan toeval zijn"; "" where it is hidden or
        cannot be tested) and ``kind``: "plek" (this square alone is exceptional), "omgeving"
        (it and the squares around it together are) or "".

    Notes
    -----
    The single square is tested by :func:`thor_metrics.hotspots.cell_p` among the squares where the
    subject was ever reported, the surroundings by :func:`thor_metrics.hotspots.window_p` among
    the squares where anything ever was. Benjamini-Hochberg over both questions and all squares
    of the municipality. Of a selection about people only the words remain: a q-value of a window
    would give its small parts away.
    """
    study = _study(engine, selection)
    found = _counted(engine, selection)
    frame = study.cells.merge(found, how="left", on=["cell_x", "cell_y"])
    for name in ("everywhere", "count", "people", "days"):
        frame[name] = frame[name].fillna(0).astype("int64")
    only_people = _only_people(frame)
    p_cell, p_window = _tested(study, frame["everywhere"].to_numpy())
    q = stats.fdr(np.stack([p_cell, p_window]))
    frame = frame.assign(q_cell=q[0], q_window=q[1])
    expected = float(frame.loc[frame["subject"], "everywhere"].mean()) if len(frame) else np.nan
    frame = frame[frame["count"] > 0].sort_values(["cell_x", "cell_y"], ignore_index=True)
    frame = privacy.hide_small(frame, "count", about_people=only_people, below=hide_below)
    surest = np.fmin(frame["q_cell"], frame["q_window"])
    certainty = np.where(frame["hidden"], "", stats.certainty(surest))
    frame = frame.assign(
        x=frame["cell_x"] * float(CELL),
        y=frame["cell_y"] * float(CELL),
        days=frame["days"].astype("Int64").mask(frame["hidden"]),
        one_reporter=(frame["count"] >= FEWEST).fillna(False).to_numpy(dtype=bool)
        & (frame["count"] >= _REPORTS_A_DAY * frame["days"]).fillna(False).to_numpy(dtype=bool),
        expected=expected,
        ratio=_ratio(frame["count"], expected),
        certainty=certainty,
        kind=np.select(
            [
                np.isin(certainty, ["", stats.CHANCE]),
                (frame["q_cell"] <= frame["q_window"]).to_numpy(),
            ],
            ["", "plek"],
            "omgeving",
        ),
    )
    if only_people:
        frame = frame.assign(q_cell=np.nan, q_window=np.nan)
    columns = ["cell_x", "cell_y", "x", "y", "count", "hidden", "days", "one_reporter", "expected",
               "ratio", "q_cell", "q_window", "certainty", "kind"]  # fmt: skip
    ranked = frame.sort_values("count", ascending=False, na_position="last", kind="stable")
    return ranked[columns].reset_index(drop=True)


def _ratio(count: pd.Series, expected: float) -> Floats:
    events = count.to_numpy(dtype=np.float64, na_value=np.nan)
    enough = (events >= FEWEST) & (expected > 0)
    return np.divide(events, expected, out=np.full(len(events), np.nan), where=enough)


def _only_people(frame: pd.DataFrame) -> bool:
    everything = int(frame["count"].sum())
    return everything > 0 and everything == int(frame["people"].sum())


def _study(engine: Engine, selection: Selection) -> _Study:
    """Find the squares where anything was ever reported in this series."""
    table = engine.tables[selection.series]
    inside = sa.and_(sa.true(), *area_conditions(table, selection))
    subject = sa.and_(sa.true(), *subject_conditions(table, selection))
    cell = (table.c.cell_x, table.c.cell_y)
    found = engine.run(
        sa.select(
            *cell,
            sa.func.count().filter(inside).label("inside"),
            sa.func.count().filter(subject).label("subject"),
        )
        .where(
            table.c.cell_x.is_not(None),
            table.c.gebied.is_not(None),
            *counted_conditions(table),
        )
        .group_by(*cell)
        .order_by(*cell)
    )
    cells = pd.DataFrame(
        {
            "cell_x": found["cell_x"].astype("int64"),
            "cell_y": found["cell_y"].astype("int64"),
            "inside": found["inside"] > 0,
            "subject": found["subject"] > 0,
        }
    )
    x, y = cells["cell_x"].to_numpy(), cells["cell_y"].to_numpy()
    if not len(cells):
        nothing = np.zeros((0, 0), dtype=bool)
        return _Study(cells, y, x, nothing, nothing)
    row, column = y - y.min(), x - x.min()
    mask = np.zeros((int(row.max()) + 1, int(column.max()) + 1), dtype=bool)
    mask[row, column] = True
    part = np.zeros_like(mask)
    part[row, column] = cells["subject"].to_numpy()
    return _Study(cells, row, column, mask, part)


def _counted(engine: Engine, selection: Selection) -> pd.DataFrame:
    """Count per square: in the selected area, and everywhere with the same subject and hours."""
    table = engine.tables[selection.series]
    anywhere = replace(selection, gebied=None, buurt=None)
    inside = sa.and_(sa.true(), *area_conditions(table, selection))
    cell = (table.c.cell_x, table.c.cell_y)
    found = engine.run(
        sa.select(
            *cell,
            weight(table).label("everywhere"),
            weight(table, inside).label("count"),
            weight(table, inside, about_people(table)).label("people"),
            sa.func.count(sa.distinct(sa.case((inside, table.c.date)))).label("days"),
        )
        .where(
            *conditions(table, anywhere), table.c.cell_x.is_not(None), table.c.gebied.is_not(None)
        )
        .group_by(*cell)
    )
    return found.astype({"cell_x": "int64", "cell_y": "int64"})


def _tested(study: _Study, counts: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Chance of as many in the square alone, and in it with those around it."""
    if counts.sum() < LEAST_EVENTS:
        nothing = np.full(len(counts), np.nan)
        return nothing, nothing
    raster = study.raster(counts)
    alone = study.at(hotspots.cell_p(raster, mask=study.subject))
    around = study.at(hotspots.window_p(raster, mask=study.mask))
    return alone, around


# --- month by month ------------------------------------------------------------------------------


def emerging_cells(engine: Engine, selection: Selection) -> pd.DataFrame:
    """Say of every square that was a hotspot how that went over the last two years of months.

    Returns
    -------
    DataFrame
        Squares of the selected area with a pattern, most recent hot months first: ``cell_x,
        cell_y, x, y, pattern`` (English name of :data:`thor_metrics.hotspots.EMERGING_CLASSES`),
        ``hot_months`` (how many were hot), ``months`` (how many were looked at), ``since`` (first
        month of the run of hot months that lasts until the end, "2026-03"; "" when it is not hot
        now), ``first``, ``last`` (month looked at). Empty with fewer than
        :data:`LEAST_MONTHS` whole months of data before the end of the period.

    Notes
    -----
    A step is a month with the two before it, as a space-time window has neighbours in time; it is
    tested as in :func:`hot_cells` (both questions, q < .05). The trend is that of the Gi* of the
    square over the single months (Mann-Kendall): single, because steps that overlap look like
    a trend by themselves, and Gi*, so that a busy month of the whole city is no rise. No counts
    are given, so there is nothing about people to hide.
    """
    study = _study(engine, selection)
    months = _whole_months(engine, selection)
    columns = ["cell_x", "cell_y", "x", "y", "pattern", "hot_months", "months", "since", "first",
               "last"]  # fmt: skip
    if len(months) < LEAST_MONTHS + _STEP - 1 or study.cells.empty:
        return pd.DataFrame({name: [] for name in columns})
    counts = _per_month(engine, selection, study, months)
    steps = np.lib.stride_tricks.sliding_window_view(counts, _STEP, axis=0).sum(axis=-1)
    months = months[_STEP - 1 :]
    hot = np.zeros(steps.shape, dtype=np.int64)
    for number, step in enumerate(steps):
        alone, around = _tested(study, step)
        q = stats.fdr(np.stack([alone, around]))
        hot[number] = (np.fmin(q[0], q[1]) < 0.05).astype(np.int64)
    z = [study.at(hotspots.gi_star(study.raster(month), mask=study.mask)) for month in counts]
    rise, _, p = stats.mann_kendall(np.nan_to_num(np.stack(z, axis=-1)))
    pattern = hotspots.emerging(hot, trend=np.sign(rise), trend_p=p)
    run = np.cumprod(hot[::-1], axis=0).sum(axis=0)
    since = np.array(["", *months[::-1]], dtype=object)[run]
    frame = study.cells.assign(
        x=study.cells["cell_x"] * float(CELL),
        y=study.cells["cell_y"] * float(CELL),
        pattern=pattern,
        hot_months=hot.sum(axis=0),
        months=len(months),
        since=since,
        first=months[0],
        last=months[-1],
        run=run,
    )
    kept = frame[frame["inside"] & (frame["hot_months"] > 0) & (pattern != _NONE)]
    ranked = kept.sort_values(["run", "hot_months"], ascending=False, kind="stable")
    return ranked[columns].reset_index(drop=True)


_NONE: Final = "no pattern detected"


def _whole_months(engine: Engine, selection: Selection) -> list[str]:
    """Name the last whole months with data before the end of the period, at most two years."""
    span = engine.spans.get(selection.series)
    if span is None:
        return []
    first, last = span
    end = min(selection.period.end, last + dt.timedelta(days=1))
    until = pd.Period(end, freq="M")  # the month the end is in is not whole
    start = pd.Period(first, freq="M") + int(first.day > 1)
    names = pd.period_range(start, until - 1, freq="M").strftime("%Y-%m")
    return [str(name) for name in names[-_MONTHS - _STEP + 1 :]]


def _per_month(
    engine: Engine, selection: Selection, study: _Study, months: list[str]
) -> NDArray[np.int64]:
    """Count per month and square of the study, over the whole municipality."""
    table = engine.tables[selection.series]
    by = (table.c.month, table.c.cell_x, table.c.cell_y)
    found = engine.run(
        sa.select(*by, weight(table).label("count"))
        .where(
            table.c.month >= months[0],
            table.c.month <= months[-1],
            table.c.cell_x.is_not(None),
            table.c.gebied.is_not(None),
            *subject_conditions(table, selection),
            *moment_conditions(table, selection),
            *counted_conditions(table),
        )
        .group_by(*by)
    ).astype({"cell_x": "int64", "cell_y": "int64"})
    places = pd.MultiIndex.from_frame(study.cells[["cell_x", "cell_y"]])
    place = places.get_indexer(pd.MultiIndex.from_frame(found[["cell_x", "cell_y"]]))
    month = pd.Index(months).get_indexer(pd.Index(found["month"]))
    flat = np.bincount(
        month * len(places) + place,
        found["count"].to_numpy(),
        minlength=len(months) * len(places),
    )
    return flat.astype(np.int64).reshape(len(months), len(places))


def monthly_cells(engine: Engine, selection: Selection, *, hide_below: int = 5) -> pd.DataFrame:
    """Count per month of the period in the busiest squares, to play back.

    Returns
    -------
    DataFrame
        ``month`` ("2026-03"), ``cell_x, cell_y, x, y, count, hidden``: only what is not 0, for at
        most 400 squares, the same ones in every month. Counts about people under ``hide_below``
        are hidden; as not every square is there, no total gives them away.
    """
    table = engine.tables[selection.series]
    by = (table.c.month, table.c.cell_x, table.c.cell_y)
    found = engine.run(
        sa.select(
            *by,
            weight(table).label("count"),
            weight(table, about_people(table)).label("people"),
        )
        .where(*conditions(table, selection), table.c.cell_x.is_not(None))
        .group_by(*by)
    ).astype({"cell_x": "int64", "cell_y": "int64"})
    found["total"] = found.groupby(["cell_x", "cell_y"])["count"].transform("sum")
    order = found.drop_duplicates(["cell_x", "cell_y"]).nlargest(_PLAYED, "total")
    kept = found.merge(order[["cell_x", "cell_y"]], on=["cell_x", "cell_y"])
    small = _only_people(found) & (kept["count"] < hide_below)
    frame = kept.assign(
        x=kept["cell_x"] * float(CELL),
        y=kept["cell_y"] * float(CELL),
        hidden=small,
        count=kept["count"].astype("Int64").mask(small),
    ).sort_values(["month", "cell_x", "cell_y"], ignore_index=True)
    return frame[["month", "cell_x", "cell_y", "x", "y", "count", "hidden"]]
