"""``catalog``: everything the dashboard can show."""

from __future__ import annotations

from typing import Annotated

import typer

from thor_metrics.catalogue import catalogue
from thor_metrics.cli.shared import Json, find_area, records, show
from thor_metrics.plan import read_plan

__all__ = ["catalog"]


def catalog(
    context: typer.Context,
    area: Annotated[str | None, typer.Option("--area", help="Gebied.")] = None,
    *,
    query: Annotated[bool, typer.Option("--query", help="Met de vraag als SQL.")] = False,
    as_json: Json = False,
) -> None:
    """Noem elk cijfer en beeld met definitie, bron, hoe vers en voor welke gebieden."""
    my = context.obj
    gebied, _ = find_area(my.settings, area)
    rows = catalogue(my.engine(), read_plan(), gebied=gebied).drop(columns="tables")
    wanted = list(rows) if query else [name for name in rows if name != "query"]
    if not as_json:
        wanted = ["key", "title", "monitor", "sources", "newest", "coverage", "page"]
    show(records(rows[wanted]), as_json=as_json, key="rows")
