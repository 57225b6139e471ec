"""The commands that fill, keep and check the tables; ``hot`` counts in a module of its own."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from thor_metrics import doctor, geo, ingest
from thor_metrics.cli.actions import actions, effect
from thor_metrics.cli.catalog import catalog
from thor_metrics.cli.coverage import coverage
from thor_metrics.cli.hot import hot
from thor_metrics.cli.indicators import indicators
from thor_metrics.cli.plan import plan
from thor_metrics.cli.publish import publish
from thor_metrics.cli.report import write
from thor_metrics.cli.shared import (
    Context,
    Json,
    print_json,
    progress,
    records,
    screen,
    show,
    show_report,
)
from thor_metrics.cli.week import plan_week
from thor_metrics.errors import ThorError
from thor_metrics.schema import FACTS, TABLES, table_named
from thor_metrics.settings import load_settings
from thor_metrics.sources import APIS, SOURCES, signalen
from thor_metrics.sources.package import open_package
from thor_metrics.store import Store

__all__ = ["app", "main"]

app = typer.Typer(
    help="THOR dashboard: laden, bewaren en tellen.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
geodata_app = typer.Typer(help="Grenzen van buurten.", no_args_is_help=True)
app.add_typer(geodata_app, name="geodata")
app.add_typer(hot, name="hot")
app.command()(actions)
app.command()(catalog)
app.command()(coverage)
app.command()(effect)
app.command()(indicators)
app.command()(plan)
app.command()(plan_week)
app.command("report")(write)
app.command()(publish)


@app.callback()
def start(
    context: typer.Context,
    data: Annotated[Path | None, typer.Option(help="Map met de tabellen.")] = None,
    settings: Annotated[
        Path, typer.Option(help="Instellingenbestand.", envvar="THOR_SETTINGS")
    ] = Path("settings.toml"),
) -> None:
    """Read the settings before any command."""
    loaded = load_settings(settings, data_dir=data)
    context.obj = Context(loaded, Store(loaded.data_dir))


def main() -> None:
    """Run the command line; a ThorError becomes one clear line and exit status 1."""
    try:
        app()
    except ThorError as error:
        if "--json" in sys.argv:
            print_json({"error": str(error)})
        screen.print(f"[bold red]Niet gelukt.[/] {escape(str(error))}", highlight=False)
        sys.exit(1)


@app.command()
def load(
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(help="Bestanden, mappen of zips.")],
    source: Annotated[str | None, typer.Option(help="Bronsysteem of een eigen naam.")] = None,
    table: Annotated[str | None, typer.Option(help=f"Eén van {', '.join(TABLES)}.")] = None,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Alleen controleren.")] = False,
    keep_sample: Annotated[
        bool, typer.Option("--keep-sample", help="Voorbeeldgegevens laten staan.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Laad bestanden; een bestand dat al geladen is, verandert niets."""
    my: Context = context.obj
    wanted = table_named(table).name if table else None
    results: list[dict[str, Any]] = []
    areas = geo.load_areas(my.settings)
    for file in files:
        try:
            packages = open_package([file], max_mb=my.settings.data.max_file_mb)
            for package in packages:
                with progress(package.name) as tell:
                    report = ingest.load(
                        package,
                        my.settings,
                        my.store,
                        table=wanted,
                        source=source,
                        dry_run=dry_run,
                        keep_sample=keep_sample,
                        areas=areas,
                        progress=tell,
                    )
                results.append(report.as_json())
                show_report(report)
        except ThorError as error:
            # One bad file does not stop the others; the exit status tells.
            results.append({"file": file.name, "error": str(error)})
            screen.print(
                f"[bold red]{file.name} niet geladen.[/] {escape(str(error))}", highlight=False
            )
    if as_json:
        print_json(results[0] if len(results) == 1 else {"loads": results})
    if any("error" in result for result in results):
        raise typer.Exit(1)


@app.command()
def fetch(
    context: typer.Context,
    source: Annotated[str, typer.Argument(help=f"Eén van {', '.join(APIS)}.")],
    *,
    everything: Annotated[
        bool, typer.Option("--all", help="Alles, niet alleen wat sinds de vorige keer wijzigde.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Haal gegevens op bij de API van een bronsysteem."""
    my: Context = context.obj
    if source not in APIS:
        raise ThorError(f"'{source}' heeft geen API. Kies uit {', '.join(APIS)}.")
    system = signalen.SYSTEM if source == SOURCES["signalen_api"].name else source
    since = None if everything else my.store.newest("incidents", system)
    with progress(SOURCES[source].title) as tell:
        reading = APIS[source](my.settings, updated_after=since)
        report = ingest.load_reading(
            reading, SOURCES[source].title, my.settings, my.store, progress=tell
        )
    show_report(report)
    if as_json:
        print_json(report.as_json())


@app.command()
def demo(
    context: typer.Context,
    scale: Annotated[float, typer.Option(help="Deel van het gewone aantal rijen.")] = 1.0,
    *,
    if_empty: Annotated[
        bool, typer.Option("--if-empty", help="Niets doen als er al gegevens zijn.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Vul de tabellen met een verzonnen voorbeeldstad."""
    my: Context = context.obj
    if any(my.store.count(name) for name in FACTS):
        if if_empty:
            if as_json:
                print_json({"loads": []})
            return
        if not my.store.is_sample():
            raise ThorError(
                "Er staan al echte gegevens. Voorbeeldgegevens ernaast zetten zou tellingen "
                "vervuilen. Gebruik --data met een andere map."
            )
    with progress("Voorbeeldstad") as tell:
        reports = ingest.sample_city(my.settings, my.store, scale=scale, progress=tell)
    for report in reports:
        show_report(report)
    if as_json:
        print_json({"loads": [report.as_json() for report in reports]})


# --- what is there ----------------------------------------------------------------------------


@app.command()
def tables(context: typer.Context, *, as_json: Json = False) -> None:
    """Toon de tabellen met hun versie en aantal rijen."""
    my: Context = context.obj
    versions = my.store.versions()
    rows = [
        {
            "table": name,
            "title": table.title,
            "version": versions.get(name),
            "rows": my.store.count(name),
        }
        for name, table in TABLES.items()
    ]
    rows.append(
        {
            "table": "quarantine",
            "title": "Geweigerde rijen",
            "version": versions.get("quarantine"),
            "rows": my.store.count("quarantine"),
        }
    )
    show(rows, as_json=as_json, key="tables")


@app.command()
def quarantine(
    context: typer.Context,
    table: Annotated[str, typer.Argument(help="Tabel.")],
    *,
    as_json: Json = False,
) -> None:
    """Toon de geweigerde rijen met hun redenen."""
    my: Context = context.obj
    rows = my.store.quarantine(table)
    refused = [
        {**record, "raw": json.loads(record["raw"]), "at": record["at"].isoformat()}
        for record in records(rows)
    ]
    show(refused, as_json=as_json, key="rows")


@app.command()
def restore(
    context: typer.Context,
    table: Annotated[str, typer.Argument(help="Tabel.")],
    version: Annotated[int, typer.Option(help="Versie om naar terug te gaan.")],
    *,
    as_json: Json = False,
) -> None:
    """Zet een tabel terug naar een eerdere versie; de tussenliggende ladingen vervallen."""
    my: Context = context.obj
    now = my.store.restore(table, version)
    result = {"table": table_named(table).name, "restored": version, "version": now}
    show([result], as_json=as_json, key="")


@app.command()
def template(
    table: Annotated[str, typer.Argument(help=f"Eén van {', '.join(TABLES)}.")],
    out: Annotated[Path, typer.Option(help="Bestand om te maken: .xlsx of .csv.")],
    *,
    as_json: Json = False,
) -> None:
    """Maak een invulsjabloon met uitleg."""
    kind = out.suffix.lower().lstrip(".")
    if kind not in ("xlsx", "csv"):
        raise ThorError(f"Een sjabloon is .xlsx of .csv. Gevonden: '{out.name}'.")
    out.write_bytes(ingest.template(table, "xlsx" if kind == "xlsx" else "csv"))
    show([{"table": table_named(table).name, "file": str(out)}], as_json=as_json, key="")


@app.command()
def refresh(context: typer.Context, *, as_json: Json = False) -> None:
    """Plaats en deel alle rijen opnieuw in, na andere grenzen of rubrieken."""
    my: Context = context.obj
    changed = ingest.refresh(my.settings, my.store)
    show([{"changed": changed}], as_json=as_json, key="")


@app.command(name="doctor")
def check(context: typer.Context, *, as_json: Json = False) -> None:
    """Controleer instellingen, grenzen, tabellen en indeling van categorieën."""
    my: Context = context.obj
    findings = doctor.examine(my.settings, my.store)
    show([finding.as_json() for finding in findings], as_json=as_json, key="findings")
    if any(finding.level == "fout" for finding in findings):
        raise typer.Exit(1)


@geodata_app.command(name="fetch")
def geodata_fetch(
    context: typer.Context,
    timeout: Annotated[float | None, typer.Option(help="Seconden wachten per antwoord.")] = None,
    *,
    soft: Annotated[
        bool, typer.Option("--soft", help="Geen fout als het netwerk er niet is.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Vervang benaderde grenzen door de officiële van CBS en PDOK."""
    my: Context = context.obj
    try:
        areas = geo.fetch_boundaries(my.settings, timeout_s=timeout)
    except ThorError as error:
        if not soft:
            raise
        screen.print(
            f"Officiële grenzen niet opgehaald; we gaan verder met wat er is. {escape(str(error))}"
        )
        if as_json:
            print_json({"areas": 0, "warning": str(error)})
        return
    changed = ingest.refresh(my.settings, my.store, areas=areas)
    show([{"areas": len(areas.codes), "changed": changed}], as_json=as_json, key="")
