"""``coverage``: the share of controls beside the share of reports, by place or hour."""

from __future__ import annotations

from typing import Annotated

import typer

from thor_metrics.cli.shared import Json, find_area, records, show
from thor_metrics.indicators.coverage import coverage as question
from thor_metrics.indicators.questions import with_privacy
from thor_metrics.model import Period, Selection

__all__ = ["coverage"]


def coverage(
    context: typer.Context,
    period: Annotated[str, typer.Option("--period", help="Bijvoorbeeld 2026-H1 of 2026-W23.")],
    by: Annotated[str, typer.Option("--by", help="buurt, cell, object of hour.")] = "buurt",
    area: Annotated[
        str | None, typer.Option("--area", help="Gebied, of code of naam van buurt.")
    ] = None,
    theme: Annotated[str, typer.Option("--theme", help="Thema's, met komma's.")] = "",
    *,
    as_json: Json = False,
) -> None:
    """Zet inzet naast overlast: waar en wanneer staan we, en waar wordt gemeld."""
    my = context.obj
    gebied, buurt = find_area(my.settings, area)
    selection = Selection.checked(
        period=Period.parse(period), gebied=gebied, buurt=buurt,
        themes=tuple(part.strip() for part in theme.split(",") if part.strip()),
    )  # fmt: skip
    options = with_privacy("coverage", my.settings.privacy, {"by": by})
    found = question(my.engine(), selection, **options)
    show(
        records(found.rows),
        as_json=as_json,
        key="rows",
        period=str(selection.period),
        area=area,
        by=by,
        reports=found.reports,
        controls=found.controls,
        without=found.without,
    )
