"""What was and what will be held: activities and events (M24 to M31, M38 to M40)."""

from __future__ import annotations

from typing import Any

import pandas as pd
import sqlalchemy as sa

from thor_metrics.engine import Engine
from thor_metrics.indicators.selection import area_conditions, period_conditions
from thor_metrics.model import Selection

__all__ = ["agenda"]

_COLUMNS = ["start", "end", "time_known", "kind", "title", "status", "gebied", "location",
            "partner", "participants", "theme", "key"]  # fmt: skip


def agenda(engine: Engine, selection: Selection, *, kinds: tuple[str, ...] = ()) -> pd.DataFrame:
    """List activities and events of a period.

    Parameters
    ----------
    engine : Engine
    selection : Selection
        Period and area hold; with an area, what is of the whole city stays in.
    kinds : tuple of str
        Of activities; "evenement" for events. Empty is all.

    Returns
    -------
    DataFrame
        In order of time: ``start, end`` (UTC), ``time_known, kind, title, status, gebied``
        (missing: the whole city), ``location, partner, participants, theme, key`` (the number in
        its source, stable).
    """
    activities, events = engine.tables["activities"], engine.tables["events"]
    parts = [
        _rows(
            engine, activities, selection,
            activities.c.kind, activities.c.subject.label("title"), activities.c.status,
            activities.c.location, activities.c.partner, activities.c.participants,
            activities.c.theme,
        ),
        _rows(
            engine, events, selection,
            sa.literal("evenement").label("kind"), events.c.name.label("title"),
        ).assign(status=None, location=None, partner=None, participants=float("nan"),
                 theme="evenementen"),
    ]  # fmt: skip
    found = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
    if kinds:
        found = found[found["kind"].isin(kinds)]
    return found.sort_values(["start", "kind", "title", "key"])[_COLUMNS].reset_index(drop=True)


def _rows(
    engine: Engine, table: sa.Table, selection: Selection, *columns: sa.ColumnElement[Any]
) -> pd.DataFrame:
    here = area_conditions(table, selection)
    where = [sa.or_(sa.and_(*here), table.c.gebied.is_(None))] if here else []
    return engine.run(
        sa.select(
            table.c.started_at.label("start"), table.c.ended_at.label("end"), table.c.time_known,
            table.c.gebied, table.c.source_id.label("key"), *columns,
        ).where(*period_conditions(table, selection), *where)
    )  # fmt: skip
