"""Indicators about people and sanctions: counted once, hidden once, whatever is asked.

Hiding per answer is not enough: the half-year minus its first five months is June. So these
indicators know a fixed set of numbers only - months, quarters, half-years and years, per gebied
and for the city, per part and in total - and what is hidden is decided for all of them at once.
"""

from __future__ import annotations

import datetime as dt
import itertools
import weakref
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from thor_metrics import privacy
from thor_metrics.engine import Engine
from thor_metrics.errors import SelectionError
from thor_metrics.indicators.registry.counting import amounts, areas_of
from thor_metrics.indicators.registry.definition import Indicator
from thor_metrics.model import Period, Selection

__all__ = ["known_period", "looked_up"]

#: The whole of a dimension.
ALL: Final = ""

#: Rows without a place: a number of its own, so that city minus gebieden gives nothing away.
NOWHERE: Final = "?"

#: Time, gebied and part of one number; its numerator, denominator and what stands behind it.
Key = tuple[str, str, str]
Numbers = NDArray[np.float64]

#: Numbers that are asked of a cube; what is hidden is decided by the last two.
_PARTS: Final = ("numerator", "denominator", "behind")


@dataclass(frozen=True)
class Cube:
    """Every number of one indicator.

    Attributes
    ----------
    rows : DataFrame
        Index ``time`` ("2026-03", "2026-Q1", "2026-H1", "2026"), ``gebied`` and ``part`` ("" is
        all of them); columns ``numerator, denominator, behind, hidden``.
    """

    rows: pd.DataFrame


_known: weakref.WeakKeyDictionary[Engine, dict[tuple[Indicator, int], Cube]] = (
    weakref.WeakKeyDictionary()
)


def known_period(period: Period) -> Period:
    """Give the month, quarter, half-year or year that a period is or lies in.

    Raises
    ------
    SelectionError
        When it lies in more than one year.

    Examples
    --------
    >>> str(known_period(Period.parse("2026-02-03/2026-03-10")))
    '2026-Q1'
    >>> str(known_period(Period.parse("2026-H1")))
    '2026-H1'
    """
    year, month = period.start.year, period.start.month
    last = period.last_day
    if last.year == year:
        for name in _times(year, month):
            whole = Period.parse(name)
            if whole.start <= period.start and period.end <= whole.end:
                return whole
    raise SelectionError(
        "Cijfers over mensen en sancties staan er per maand, kwartaal, half jaar of jaar. "
        f"Gevonden: {period.words()}. Kies een periode binnen één jaar."
    )


def _times(year: int, month: int) -> tuple[str, str, str, str]:
    """Names of the month and of what it is in, the shortest first."""
    return (
        f"{year}-{month:02d}",
        f"{year}-Q{(month + 2) // 3}",
        f"{year}-H{(month + 5) // 6}",
        f"{year}",
    )


def looked_up(
    engine: Engine,
    selection: Selection,
    *,
    indicator: Indicator,
    by: Sequence[str],
    hide_people_below: int,
    hide_sanctions_below: int,
) -> pd.DataFrame:
    """Give the numbers of a selection with whether they are hidden.

    Returns
    -------
    DataFrame
        The columns of ``by``, ``numerator``, ``denominator``, ``hidden``.

    Raises
    ------
    SelectionError
        When the period is not a month, quarter, half-year or year, or the question is finer
        than gebied and month.
    """
    finer = [name for name in by if name not in ("gebied", "month", indicator.parts)]
    if finer or selection.buurt is not None:
        raise SelectionError(
            "Cijfers over mensen en sancties staan er niet fijner dan per gebied en maand. "
            f"Gevonden: {finer[0] if finer else 'buurt'}. Kies een gebied of de hele stad."
        )
    if known_period(selection.period) != selection.period:
        raise SelectionError(
            "Cijfers over mensen en sancties staan er per maand, kwartaal, half jaar of jaar. "
            f"Gevonden: {selection.period.words()}. Kies bijvoorbeeld "
            f"{known_period(selection.period)}."
        )
    below = hide_people_below if indicator.shy == "people" else hide_sanctions_below
    cube = _cube(engine, indicator, below)
    wanted = cube.rows.reset_index()
    times = [str(selection.period)]
    if "month" in by:
        months = pd.period_range(selection.period.start, selection.period.last_day, freq="M")
        times = [str(month) for month in months]
    found = wanted[wanted["time"].isin(times)]
    if "gebied" in by:
        here = found["gebied"] == selection.gebied
        found = found[here if selection.gebied else ~found["gebied"].isin([ALL, NOWHERE])]
    else:
        found = found[found["gebied"] == (selection.gebied or ALL)]
    found = found[(found["part"] != ALL) == (indicator.parts in by and indicator.parts != "")]
    found = found.rename(columns={"time": "month", "part": indicator.parts or "part"})
    found = found.sort_values(list(by)) if by else found
    if not by and found.empty:
        found = pd.DataFrame([{"hidden": False}])
    columns = [*by, "numerator", "denominator", "hidden"]
    return found.reindex(columns=columns).astype({"hidden": bool}).reset_index(drop=True)


def _cube(engine: Engine, indicator: Indicator, below: int) -> Cube:
    mine = _known.setdefault(engine, {})
    key = (indicator, below)
    if key not in mine:
        mine[key] = _counted(engine, indicator, below)
    return mine[key]


def _counted(engine: Engine, indicator: Indicator, below: int) -> Cube:
    """Count every month, gebied and part; add up; decide what is hidden."""
    rows, equations = _added_up(_leaves(engine, indicator))
    hidden = np.zeros(len(rows), bool)
    split = rows.index.get_level_values("gebied") != ALL
    for part in ("behind", "denominator"):
        values = np.round(rows[part].to_numpy(np.float64))
        small = (values > 0) & (values < below)
        if indicator.shy == "sanctions":
            small &= split
        hidden |= privacy.hide_tree(values, equations, small=small, below=below)
    if indicator.denominator is None:
        rows = rows.assign(denominator=np.nan)
    return Cube(rows.assign(hidden=hidden))


def _leaves(engine: Engine, indicator: Indicator) -> dict[Key, Numbers]:
    """Count per month, gebied and part: complete over what there are data of."""
    measures = (indicator.numerator, indicator.denominator, indicator.behind or indicator.numerator)
    spans = [engine.spans[table] for table in indicator.sources if table in engine.spans]
    if not spans:
        return {}
    first, last = min(span[0] for span in spans), max(span[1] for span in spans)
    whole = Selection(Period(first, last + dt.timedelta(days=1)))
    by = ["month", "gebied", *([indicator.parts] if indicator.parts else [])]
    found: dict[Key, Numbers] = {}
    for place, measure in enumerate(measures):
        if measure is None:
            continue
        for month, gebied, *rest in _rows(amounts(engine, whole, measure, by)):
            part = (rest[0] or NOWHERE) if indicator.parts else ALL
            key = (month, gebied or NOWHERE, part)
            found.setdefault(key, np.zeros(len(_PARTS)))[place] += rest[-1]
    months = [str(month) for month in pd.period_range(first, last, freq="M")]
    gebieden = [*areas_of(engine, whole)["gebied"], NOWHERE]
    parts = sorted({part for _, _, part in found}) or [ALL]
    every = dict.fromkeys([*itertools.product(months, gebieden, parts), *found])
    return {key: found.get(key, np.zeros(len(_PARTS))) for key in every}


def _rows(frame: pd.DataFrame) -> Iterator[tuple[Any, ...]]:
    """Rows as tuples, with None for what is missing."""
    yield from frame.astype(object).where(frame.notna(), None).itertuples(index=False, name=None)


def _added_up(leaves: dict[Key, Numbers]) -> tuple[pd.DataFrame, list[privacy.Equation]]:
    """Every total of the leaves, and which numbers each is the sum of."""
    table = dict(leaves)
    chains = {_times(int(time[:4]), int(time[5:])) for time, _, _ in leaves}
    axes = [(0, {chain[n]: chain[n + 1] for chain in chains}) for n in range(3)]
    for axis in (1, 2):
        names = {key[axis] for key in leaves}
        if names != {ALL}:
            axes.append((axis, dict.fromkeys(names, ALL)))
    for axis, total_of in axes:
        for key, counted in list(table.items()):
            if key[axis] in total_of:
                total = _at(key, axis, total_of[key[axis]])
                table[total] = table.get(total, np.zeros(len(_PARTS))) + counted
    place = {key: number for number, key in enumerate(table)}
    members: dict[tuple[int, Key], list[int]] = {}
    for axis, total_of in axes:
        for key, number in place.items():
            if key[axis] in total_of:
                total = _at(key, axis, total_of[key[axis]])
                members.setdefault((axis, total), []).append(number)
    keys = pd.DataFrame(list(table), columns=["time", "gebied", "part"])
    numbers = np.array(list(table.values())).reshape(len(table), len(_PARTS))
    rows = pd.DataFrame(numbers, columns=list(_PARTS)).set_index(pd.MultiIndex.from_frame(keys))
    return rows, [(place[total], parts) for (_, total), parts in members.items()]


def _at(key: Key, axis: int, name: str) -> Key:
    time, gebied, part = (name if at == axis else old for at, old in enumerate(key))
    return time, gebied, part
