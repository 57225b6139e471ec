"""``report``: the half-year overview of one gebied or of all, as files."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from thor_metrics import geo, report
from thor_metrics.cli.shared import Json, find_area, print_json, progress, screen
from thor_metrics.errors import SelectionError
from thor_metrics.model import Period
from thor_metrics.progress import Papers
from thor_metrics.settings import Settings

__all__ = ["write"]


def write(
    context: typer.Context,
    period: Annotated[str, typer.Option("--period", help="Bijvoorbeeld 2026-H1, of last-half.")],
    out: Annotated[Path, typer.Option("--out", help="Map voor de bestanden.")],
    area: Annotated[
        str, typer.Option("--area", help="Gebied, 'gemeente', of 'all' voor alle en de gemeente.")
    ] = "all",
    formats: Annotated[
        str, typer.Option("--format", help="Met komma's ertussen: pdf,docx,xlsx,html.")
    ] = "pdf",
    *,
    as_json: Json = False,
) -> None:
    """Schrijf het halfjaarrapport per gebied als PDF, Word, Excel of webpagina."""
    my = context.obj
    today = dt.date.today()  # noqa: DTZ011 - the user's day
    chosen = _last_half(today) if period == "last-half" else Period.parse(period)
    wanted = [name.strip() for name in formats.split(",")]
    if unknown := [name for name in wanted if name not in report.FORMATS]:
        raise SelectionError(
            f"'{unknown[0]}' is geen formaat. Kies uit {', '.join(report.FORMATS)}."
        )
    areas = geo.load_areas(my.settings)
    gebieden = _gebieden(my.settings, areas, area)
    with my.ledger() as ledger:
        papers = Papers(ledger.documents(), ledger.photos(), ledger.actions())
        prefaces = ledger.prefaces()
    store = my.store
    facts = report.Facts(
        my.engine(), my.settings, areas, papers, prefaces, store.versions(), store.is_sample()
    )
    out.mkdir(parents=True, exist_ok=True)
    total = len(gebieden) * len(wanted)
    names = []
    with progress("Halfjaarrapport") as tell:
        for made in report.make(facts, chosen, gebieden, wanted):
            (out / made.name).write_bytes(made.content)
            names.append(made.name)
            tell(len(names) / total, made.name)
    if as_json:
        print_json({"period": str(chosen), "files": names})
    else:
        screen.print(f"{len(names)} bestanden geschreven in {out}.", highlight=False)


def _last_half(today: dt.date) -> Period:
    """Give the half-year that is over, so that a schedule need not name it.

    Examples
    --------
    >>> [str(_last_half(dt.date(2027, month, 2))) for month in (1, 7)]
    ['2026-H2', '2027-H1']
    """
    half = f"{today.year}-H1" if today.month > 6 else f"{today.year - 1}-H2"
    return Period.parse(half)


def _gebieden(settings: Settings, areas: geo.AreaMap, area: str) -> list[str]:
    if area == "all":
        return [*dict.fromkeys(name for name in areas.gebieden if name), ""]
    if area == "gemeente":
        return [""]
    gebied, _ = find_area(settings, area)
    if gebied is None:
        raise SelectionError(
            f"'{area}' is een buurt; een halfjaarrapport gaat over een gebied. Kies een gebied."
        )
    return [gebied]
