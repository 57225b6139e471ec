"""``publish``: the tables' current version into PostgreSQL, for other servers and programs."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from thor_metrics import engine
from thor_metrics.cli.shared import Context, Json, progress, show
from thor_metrics.schema import TABLES

__all__ = ["publish"]


def publish(
    context: typer.Context,
    to: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="postgresql+psycopg://gebruiker@server/database; anders dat van [engine]. Een "
            "wachtwoord staat beter in PGPASSWORD of THOR_ENGINE_URL.",
        ),
    ] = None,
    *,
    as_json: Json = False,
) -> None:
    """Zet de huidige versie van de tabellen in PostgreSQL; wat er al staat, blijft staan."""
    my: Context = context.obj
    versions = my.store.versions()
    files = {
        name: engine.Files(my.store.files(name, version=versions[name]))
        for name in TABLES
        if name in versions
    }
    with progress("Publiceren") as tell:
        done = engine.publish(to or my.settings.engine.url, files, versions, progress=tell)
    show([asdict(part) for part in done], as_json=as_json, key="tables")
