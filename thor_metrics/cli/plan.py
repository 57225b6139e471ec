"""``plan``: every monitor item of the execution plan with its number, norm and status."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

import numpy as np
import typer

from thor_metrics.cli.shared import Json, find_area, print_json, show
from thor_metrics.engine import Engine
from thor_metrics.model import Period, Selection
from thor_metrics.plan import read_plan
from thor_metrics.progress import Papers, State, states

__all__ = ["plan"]


def plan(
    context: typer.Context,
    period: Annotated[
        str | None,
        typer.Option("--period", help="Bijvoorbeeld 2026-H1; anders het half jaar van nu."),
    ] = None,
    area: Annotated[str | None, typer.Option("--area", help="Gebied.")] = None,
    *,
    as_json: Json = False,
) -> None:
    """Zet de 42 monitoritems van het uitvoeringsplan op een rij, met norm en stand."""
    my = context.obj
    gebied, buurt = find_area(my.settings, area)
    today = dt.date.today()  # noqa: DTZ011 - the user's day
    engine = my.engine()
    chosen = Period.parse(period) if period else _half_year(engine, today)
    with my.ledger() as ledger:
        papers = Papers(ledger.documents(), ledger.photos(), ledger.actions())
    found = states(
        engine,
        papers,
        read_plan(),
        Selection.checked(period=chosen, gebied=gebied, buurt=buurt),
        today=today,
        hide_people_below=my.settings.privacy.hide_below,
        hide_sanctions_below=my.settings.privacy.hide_sanctions_below,
    )
    rows = [_row(state) for state in found]
    if as_json:
        print_json(rows)
    else:
        show(rows, as_json=False, key="")


def _half_year(engine: Engine, today: dt.date) -> Period:
    """Give the half-year of the newest report, or of today."""
    day = min(engine.spans["incidents"][1], today) if "incidents" in engine.spans else today
    return Period.parse(f"{day.year}-H{1 + (day.month > 6)}")


def _row(state: State) -> dict[str, Any]:
    return {
        "monitor": state.item.id,
        "section": state.item.section,
        "title": state.item.title,
        "status": state.status,
        "why": state.why,
        "value": None if np.isnan(state.value) else state.value,
        "unit": state.unit,
        "target": state.target,
        "period": str(state.period) if state.period else None,
        "newest": state.newest.isoformat() if state.newest else None,
        "indicator": [one.key for one in state.indicators],
        "page": state.item.theme,
    }
