"""Categories as the sources write them, and where the settings put them."""

from __future__ import annotations

from typing import Final

import pandas as pd
import sqlalchemy as sa

from thor_metrics.engine import Engine
from thor_metrics.indicators.selection import period_conditions
from thor_metrics.model import Selection

__all__ = ["categories"]

_KINDS: Final = ("observations", "controls", "sanctions")


def categories(engine: Engine, selection: Selection) -> pd.DataFrame:
    """Count the rows of every category of a source.

    Parameters
    ----------
    engine : Engine
    selection : Selection
        Only the period holds.

    Returns
    -------
    DataFrame
        ``table, category`` ("main > sub", or one of them alone), ``theme, rubriek`` (missing:
        in none), ``rows``; most rows first.
    """
    table = engine.tables["incidents"]
    parts = [
        engine.run(
            sa.select(
                table.c.main_category, table.c.sub_category, table.c.theme, table.c.rubriek,
                sa.func.count().label("rows"),
            )
            .where(*period_conditions(table, selection))
            .group_by(table.c.main_category, table.c.sub_category, table.c.theme, table.c.rubriek)
        ).assign(table="incidents")
    ]  # fmt: skip
    for name in _KINDS:
        kind = engine.tables[name]
        found = engine.run(
            sa.select(
                kind.c.kind.label("main_category"), kind.c.theme, kind.c.rubriek,
                sa.func.count().label("rows"),
            )
            .where(*period_conditions(kind, selection))
            .group_by(kind.c.kind, kind.c.theme, kind.c.rubriek)
        )  # fmt: skip
        parts.append(found.assign(table=name, sub_category=None))
    rows = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
    main = rows["main_category"].fillna("").astype(object)
    sub = rows["sub_category"].fillna("").astype(object)
    both = [" > ".join(part for part in pair if part) for pair in zip(main, sub, strict=True)]
    rows = rows.assign(category=both)
    names = ["table", "category", "theme", "rubriek"]
    counted = rows[rows["category"] != ""].groupby(names, dropna=False, sort=False)["rows"].sum()
    return counted.reset_index().sort_values(
        ["rows", *names], ascending=[False, True, True, True, True], ignore_index=True
    )
