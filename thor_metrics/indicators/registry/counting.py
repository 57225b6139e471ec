"""How an indicator is counted: amounts per area and moment, complete where there are data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
import sqlalchemy as sa

from thor_metrics.engine import Engine, tables
from thor_metrics.errors import ThorError
from thor_metrics.indicators.registry.definition import BY, Indicator, Measure
from thor_metrics.indicators.selection import area_conditions, counted_conditions, period_conditions
from thor_metrics.model import Period, Selection

__all__ = ["amounts", "areas_of", "compute", "query_of"]

_AREAS: Final = {"gebied", "buurt"}

_DAY: Final = dt.timedelta(days=1)


def compute(
    engine: Engine, selection: Selection, *, indicator: Indicator, by: Sequence[str] = ()
) -> pd.DataFrame:
    """Count an indicator. Not for the screen: see :func:`publish`.

    Parameters
    ----------
    engine : Engine
    selection : Selection
        Period and area hold; an indicator has its own subject, and the tables of days know no
        hours, so themes, weekdays and hours do not.
    indicator : Indicator
    by : sequence of str
        Of :data:`BY`.

    Returns
    -------
    DataFrame
        The columns of ``by``, then ``numerator``, ``denominator`` (NaN without one) and
        ``behind``. Every
        gebied of the selection and every month or week of the period with data is there, also
        with 0. Without data in the period nothing is 0: the numbers are missing, and a split
        has no rows. Rows without a place are in the whole and in no area.

    Raises
    ------
    ThorError
        When ``by`` holds what the indicator's tables do not know.
    """
    wanted = list(by)
    parts = {
        "numerator": indicator.numerator,
        "denominator": indicator.denominator,
        "behind": indicator.behind or indicator.numerator,
    }
    asked: dict[Measure, pd.DataFrame] = {}
    found: pd.DataFrame | None = None
    for name, measure in parts.items():
        if measure is None:
            continue
        if measure not in asked:
            asked[measure] = _counted(engine, selection, measure, wanted)
        part = asked[measure].rename(columns={"amount": name})
        if found is None:
            found = part
        elif wanted:
            found = found.merge(part, on=wanted, how="outer", sort=True)
        else:
            found = pd.concat([found, part], axis=1)
    assert found is not None
    return found.reindex(columns=[*wanted, *parts])


def amounts(
    engine: Engine, selection: Selection, measure: Measure, by: Sequence[str]
) -> pd.DataFrame:
    """Add up one measure per combination that occurs; nothing is filled in.

    Returns
    -------
    DataFrame
        The columns of ``by`` (a gebied may be missing) and ``amount``.
    """
    found = engine.run(query_of(measure, selection, by))
    found = _with_week(found.assign(amount=found["amount"].astype("float64").fillna(0.0)))
    return found[[*by, "amount"]]


def query_of(
    measure: Measure, selection: Selection, by: Sequence[str]
) -> sa.Select[*tuple[Any, ...]]:
    """Write the question a measure is."""
    table = tables[measure.table]
    split = [table.c[name] for name in _columns(table, by)]
    query = sa.select(*split, _amount(table, measure).label("amount")).where(
        *period_conditions(table, selection),
        *(area_conditions(table, selection) if "gebied" in table.c else ()),
        *counted_conditions(table),
        *(sa.func.lower(table.c[name]).in_(values) for name, values in measure.where),
        *(table.c[name].is_not(None) for name in measure.filled),
    )
    return query.group_by(*split) if split else query


def _counted(engine: Engine, selection: Selection, measure: Measure, by: list[str]) -> pd.DataFrame:
    """Amount per combination of ``by``, complete: see :func:`compute`."""
    covered = _covered(engine, measure.table, selection.period)
    if covered is None:
        _columns(engine.tables[measure.table], by)
        return pd.DataFrame({**{name: [] for name in by}, "amount": [] if by else [np.nan]})
    found = amounts(engine, selection, measure, by)
    if not by:
        return found
    placed = found[[name for name in by if name in _AREAS]].notna().all(axis=1)
    return _complete(engine, selection, found[placed], by, covered)


def _columns(table: sa.Table, by: Sequence[str]) -> list[str]:
    """Columns of a table that make what is split by."""
    found: list[str] = []
    for name in by:
        if name not in BY or (name != "week" and name not in table.c):
            raise ThorError(
                f"'{table.name}' is niet uit te splitsen naar '{name}'. Kies uit: "
                f"{', '.join(known for known in BY if known == 'week' or known in table.c)}."
            )
        found += ["iso_year", "iso_week"] if name == "week" else [name]
    return found


def _amount(table: sa.Table, measure: Measure) -> sa.ColumnElement[Any]:
    if not measure.column:
        return sa.func.count()
    amount: Any = sa.func.coalesce(table.c[measure.column], measure.empty)
    if measure.minus:
        amount = amount - sa.func.coalesce(table.c[measure.minus], 0.0)
    return sa.func.sum(amount)


def _covered(engine: Engine, table: str, period: Period) -> Period | None:
    """Give the part of the period of which there are data."""
    span = engine.spans.get(table)
    if span is None:
        return None
    start, end = max(span[0], period.start), min(span[1] + _DAY, period.end)
    return Period(start, end) if end > start else None


def _with_week(found: pd.DataFrame) -> pd.DataFrame:
    if "iso_week" not in found:
        return found
    week = found["iso_week"].astype(str).str.zfill(2)
    return found.assign(week=found["iso_year"].astype(str) + "-W" + week)


def _complete(
    engine: Engine, selection: Selection, found: pd.DataFrame, by: list[str], covered: Period
) -> pd.DataFrame:
    """Add what did not happen: every area and every month or week with data, with 0."""
    days = pd.date_range(covered.start, covered.last_day)
    levels: dict[str, Any] = {
        "month": sorted(set(days.strftime("%Y-%m"))),
        "week": sorted(set(days.strftime("%G-W%V"))),
    }
    levels |= {
        name: sorted(found[name].dropna().unique())
        for name in by
        if name not in levels and name not in _AREAS
    }
    if _AREAS & set(by):
        levels |= areas_of(engine, selection)
    if "buurt" in by and "gebied" in by:
        raise ThorError("Kies gebied of buurt: een buurt ligt al in één gebied.")
    every = pd.MultiIndex.from_product([levels[name] for name in by], names=by)
    summed = found.groupby(by)["amount"].sum()
    if len(by) == 1:
        summed.index = pd.MultiIndex.from_arrays([summed.index], names=by)
    return summed.reindex(every, fill_value=0.0).reset_index()


def areas_of(engine: Engine, selection: Selection) -> dict[str, list[str]]:
    """Give the gebieden and the buurten (codes) of a selection, sorted."""
    areas = engine.tables["areas"].c
    query = sa.select(areas.source_id.label("buurt"), areas.gebied).where(
        *([areas.gebied == selection.gebied] if selection.gebied is not None else ()),
        *([areas.source_id == selection.buurt] if selection.buurt is not None else ()),
    )
    known = engine.run(query)
    return {name: sorted(known[name].dropna().unique()) for name in ("gebied", "buurt")}
