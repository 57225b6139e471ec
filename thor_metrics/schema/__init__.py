"""The tables: one module each, listed once here."""

from __future__ import annotations

from typing import Final

from thor_metrics.errors import StoreError
from thor_metrics.schema import (
    activities,
    areas,
    caseload,
    controls,
    crowd_days,
    deployments,
    events,
    incidents,
    objects,
    observations,
    occupancy,
    removals,
    sanctions,
    scan_days,
    survey_scores,
)
from thor_metrics.schema.table import Column, Table

__all__ = ["FACTS", "TABLES", "Column", "Table", "table_named"]

TABLES: Final[dict[str, Table]] = {
    table.name: table
    for table in (
        incidents.TABLE,
        observations.TABLE,
        controls.TABLE,
        sanctions.TABLE,
        removals.TABLE,
        scan_days.TABLE,
        crowd_days.TABLE,
        events.TABLE,
        deployments.TABLE,
        activities.TABLE,
        occupancy.TABLE,
        caseload.TABLE,
        survey_scores.TABLE,
        objects.TABLE,
        areas.TABLE,
    )
}

#: Tables with a moment: partitioned by month and filtered by period.
FACTS: Final[tuple[str, ...]] = tuple(name for name, table in TABLES.items() if table.event)


def table_named(name: str) -> Table:
    """Return a table by its English name or Dutch title.

    Raises
    ------
    StoreError
        When there is no such table.
    """
    for table in TABLES.values():
        if name.casefold() in (table.name, table.title.casefold()):
            return table
    raise StoreError(f"De tabel '{name}' bestaat niet. Kies uit {', '.join(TABLES)}.")
