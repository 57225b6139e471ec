"""``indicators``: the numbers of the execution plan, as they may be shown."""

from __future__ import annotations

from typing import Annotated

import typer

from thor_metrics.cli.shared import Json, find_area, records, show
from thor_metrics.indicators.questions import with_privacy
from thor_metrics.indicators.registry import INDICATORS, measured
from thor_metrics.model import Period, Selection

__all__ = ["indicators"]

#: What people say on the command line -> what the tables call it.
_SAID = {"area": "gebied"}


def indicators(
    context: typer.Context,
    period: Annotated[str, typer.Option("--period", help="Bijvoorbeeld 2026-H1 of 2026-W23.")],
    by: Annotated[
        str, typer.Option("--by", help="area, buurt, month, week of kind; meer met komma's.")
    ] = "",
    key: Annotated[str | None, typer.Option("--key", help="Eén indicator; anders alle.")] = None,
    area: Annotated[
        str | None, typer.Option("--area", help="Gebied, of code of naam van buurt.")
    ] = None,
    *,
    as_json: Json = False,
) -> None:
    """Reken de indicatoren van het uitvoeringsplan uit; kleine aantallen blijven verborgen."""
    my = context.obj
    gebied, buurt = find_area(my.settings, area)
    selection = Selection.checked(period=Period.parse(period), gebied=gebied, buurt=buurt)
    split = [_SAID.get(name.strip(), name.strip()) for name in by.split(",") if name.strip()]
    hide = with_privacy("measured", my.settings.privacy, {})
    engine = my.engine()
    rows = []
    for one in [key] if key else INDICATORS:
        shown = measured(engine, selection, key=one, by=split, **hide)
        shown.insert(0, "key", one)
        rows += records(shown)
    show(rows, as_json=as_json, key="rows", period=str(selection.period), area=area)
