"""What was done at a place: controls by place, time and theme, corrected by who was there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
import sqlalchemy as sa

from thor_metrics.engine import Engine
from thor_metrics.indicators.effect.area import Area
from thor_metrics.indicators.effect.windows import Windows
from thor_metrics.indicators.selection import ABOUT_PEOPLE, period_conditions
from thor_metrics.model import Period, Selection

__all__ = ["BESIDE", "Dose", "action_controls", "dose"]

#: Metres outside a place at which a control still belongs to it: officers stand beside a perron.
BESIDE: Final = 25.0


@dataclass(frozen=True)
class Dose:
    """Controls at the place before and during an action.

    Attributes
    ----------
    visits, planned : (int or None, int or None)
        Controls, and those of them that were planned; ``None`` where hidden, or before where
        there is no window before.
    minutes : (float, float)
        Minutes of people; NaN where none are filled in or hidden.
    """

    visits: tuple[int | None, int | None]
    planned: tuple[int | None, int | None]
    minutes: tuple[float, float]


def dose(
    engine: Engine, selection: Selection, area: Area, windows: Windows, *, hide_below: int
) -> Dose:
    """Count the controls of the themes at the place, before and during."""
    people = bool(selection.themes) and set(selection.themes) <= set(ABOUT_PEOPLE)
    found: list[tuple[int | None, int | None, float]] = []
    for period in (windows.before, windows.after):
        if period is None:
            found.append((None, None, float("nan")))
            continue
        rows = _there(engine, selection, area, period)
        count, planned = len(rows), int((rows["planned"] == "ja").sum())
        if people and (0 < count < hide_below):
            found.append((None, None, float("nan")))
            continue
        # A small rest would be the difference of the two.
        small = people and any(0 < part < hide_below for part in (planned, count - planned))
        minutes = float(rows["hours_spent"].sum(min_count=1)) * 60
        found.append((count, None if small else planned, minutes))
    before, after = found
    return Dose((before[0], after[0]), (before[1], after[1]), (before[2], after[2]))


def action_controls(
    engine: Engine,
    selection: Selection,
    *,
    x: float,
    y: float,
    radius: float,
    outline: str = "",
    added: Sequence[str] = (),
    left_out: Sequence[str] = (),
) -> pd.DataFrame:
    """List the controls that belong to an action.

    Parameters
    ----------
    engine : Engine
    selection : Selection
        Period and themes of the action.
    x, y, radius, outline
        The place: see :class:`~thor_metrics.indicators.effect.area.Area`.
    added, left_out : sequence of str
        Keys of controls of which somebody said that they belong, or do not.

    Returns
    -------
    DataFrame
        Newest first: ``control`` (key, "source|number"), ``date, hour, kind, planned, theme,
        hours, violations, distance`` (metres outside the place), ``belongs, why`` ("plek en
        tijd", "toegevoegd", "weggelaten"). Also those left out, so that one can go back.
    """
    rows = _there(engine, selection, Area(x, y, radius, outline), selection.period)
    rows = rows.assign(why="plek en tijd")
    extra = sorted(set(added) - set(rows["control"]))
    if extra:
        more = _named(engine, extra)
        away = Area(x, y, radius, outline).distance(more["x"], more["y"])
        rows = pd.concat([rows, more.assign(distance=away, why="toegevoegd")], ignore_index=True)
    out = rows["control"].isin(left_out)
    rows = rows.assign(
        belongs=~out, why=rows["why"].mask(out, "weggelaten"), hours=rows["hours_spent"]
    )
    ordered = rows.sort_values(["date", "hour", "control"], ascending=[False, False, True])
    columns = ["control", "date", "hour", "kind", "planned", "theme", "hours", "violations",
               "distance", "belongs", "why"]  # fmt: skip
    return ordered[columns].reset_index(drop=True)


_COLUMNS: Final = ("source", "source_id", "date", "hour", "kind", "planned", "theme",
                   "hours_spent", "violations", "x", "y")  # fmt: skip


def _there(engine: Engine, selection: Selection, area: Area, period: Period) -> pd.DataFrame:
    table = engine.tables["controls"]
    where = [*period_conditions(table, Selection(period)), *area.box(table, BESIDE)]
    if selection.themes:
        where.append(table.c.theme.in_(selection.themes))
    rows = _keyed(engine.run(sa.select(*(table.c[name] for name in _COLUMNS)).where(*where)))
    away = area.distance(rows["x"], rows["y"])
    rows = rows.assign(distance=np.round(away, 1))
    return rows[away <= BESIDE].reset_index(drop=True)


def _named(engine: Engine, keys: Sequence[str]) -> pd.DataFrame:
    table = engine.tables["controls"]
    numbers = [key.partition("|")[2] for key in keys]
    rows = engine.run(
        sa.select(*(table.c[name] for name in _COLUMNS)).where(table.c.source_id.in_(numbers))
    )
    rows = _keyed(rows)
    return rows[rows["control"].isin(keys)].reset_index(drop=True)


def _keyed(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(control=rows["source"].astype("str") + "|" + rows["source_id"].astype("str"))
