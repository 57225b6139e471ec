"""Breaks in a series: days on which another reporting system, or version of one, came into use."""

from __future__ import annotations

import numpy as np
import pandas as pd
import sqlalchemy as sa

from thor_metrics import dutch
from thor_metrics.engine import Engine
from thor_metrics.indicators.selection import counted_conditions, subject_conditions
from thor_metrics.model import Period, Selection, Series

__all__ = ["break_words", "breaks", "broken"]


def breaks(engine: Engine, series: Series) -> pd.DataFrame:
    """List when another reporting system, or another version of one, came into use.

    Returns
    -------
    DataFrame
        ``source, system_version, since`` (datetime64), in order of time; without the systems
        that were there from the first day with data on. Levels before and after such a day
        cannot be compared as they stand.
    """
    table = engine.tables[series].c
    since = sa.func.min(table.date)
    found = engine.run(
        sa.select(table.source, table.system_version, since.label("since"))
        .where(table.date.is_not(None))
        .group_by(table.source, table.system_version)
        .order_by(since, table.source, table.system_version.nulls_last())
    )
    # A system with few rows need not have one on the very first day.
    settled = found["since"].min() + pd.Timedelta(days=28)
    return found[found["since"] > settled].reset_index(drop=True)


def break_words(found: pd.DataFrame, now: Period, before: Period | None) -> str:
    """Say which new reporting system lies between or within the two periods; "" for none.

    Parameters
    ----------
    found : DataFrame
        Of :func:`breaks`.
    now, before : Period
    """
    start = before.start if before else now.start
    since = found["since"].dt.date
    inside = found[(since > start) & (since < now.end)]
    return dutch.join(
        f"ander meldsysteem ({' '.join(part for part in (row.source, row.system_version) if part)})"
        f" sinds {dutch.date(row.since)}"
        for row in inside.fillna("").itertuples()
    )


def broken(
    engine: Engine,
    selection: Selection,
    now: Period,
    before: Period | None,
    *,
    by: str | None,
    items: pd.Index,
) -> np.ndarray:
    """Tell per item whether one period has other systems, or versions of them, than the other.

    Parameters
    ----------
    engine, selection
        Only the subjects of the selection count; a small area or a few hours would miss a
        system by chance.
    now, before : Period
        Without a period before there is nothing to differ from.
    by : str or None
        Column of the items; ``None``: all rows are the one item "".
    items : Index

    Returns
    -------
    ndarray of bool
        False as well where an item has no rows at all in one of the periods.
    """
    if before is None:
        return np.zeros(len(items), bool)
    table = engine.tables[selection.series]
    item = [] if by is None else [table.c[by].label("item")]
    inside = [
        sa.and_(table.c.date >= period.start, table.c.date < period.end) for period in (now, before)
    ]
    columns = [*item, table.c.source, table.c.system_version]
    found = engine.run(
        sa.select(
            *columns,
            sa.func.count().filter(inside[0]).label("now"),
            sa.func.count().filter(inside[1]).label("before"),
        )
        .where(sa.or_(*inside), *subject_conditions(table, selection), *counted_conditions(table))
        .group_by(*columns)
    )
    found = found if by else found.assign(item="")
    lopsided = found["item"][(found["now"] > 0) != (found["before"] > 0)]
    compared_with = found.groupby("item")[["now", "before"]].sum().gt(0).all(axis=1)
    return items.isin(lopsided) & items.isin(compared_with.index[compared_with])
