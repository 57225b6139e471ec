"""The command line: ``python -m thor_metrics [--data DIR] [--settings FILE] COMMAND``.

Words for people go to the terminal's error stream, so that ``--json`` leaves exactly one JSON
object on standard output. Exit status 0 is success, 1 a refusal in Dutch, 2 wrong usage.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table as RichTable

from thor_metrics import doctor, geo, ingest
from thor_metrics.engine import Engine
from thor_metrics.errors import SelectionError, ThorError
from thor_metrics.indicators import counts
from thor_metrics.model import Hours, Period, Selection, parse_weekdays
from thor_metrics.schema import FACTS, TABLES, table_named
from thor_metrics.settings import Settings, load_settings, slug
from thor_metrics.sources import APIS, SOURCES
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
hot_app = typer.Typer(help="Wat, waar en wanneer het raak is.", no_args_is_help=True)
app.add_typer(geodata_app, name="geodata")
app.add_typer(hot_app, name="hot")

_screen = Console(stderr=True)

Json = Annotated[bool, typer.Option("--json", help="Eén JSON-object op standaarduitvoer.")]


@dataclass(frozen=True)
class Context:
    """Settings and store, once per run."""

    settings: Settings
    store: Store


@app.callback()
def start(
    context: typer.Context,
    data: Annotated[Path | None, typer.Option(help="Map met de tabellen.")] = None,
    settings: Annotated[Path, typer.Option(help="Instellingenbestand.")] = Path("settings.toml"),
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
            _print_json({"error": str(error)})
        _screen.print(f"[bold red]Niet gelukt.[/] {error}", highlight=False)
        sys.exit(1)


# --- loading ----------------------------------------------------------------------------------


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
                with _progress(package.name) as tell:
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
                _show_report(report)
        except ThorError as error:
            # One bad file does not stop the others; the exit status tells.
            results.append({"file": file.name, "error": str(error)})
            _screen.print(f"[bold red]{file.name} niet geladen.[/] {error}", highlight=False)
    if as_json:
        _print_json(results[0] if len(results) == 1 else {"loads": results})
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
    since = None if everything else my.store.newest("incidents", source)
    with _progress(SOURCES[source].title) as tell:
        reading = APIS[source](my.settings, updated_after=since)
        report = ingest.load_reading(
            reading, SOURCES[source].title, my.settings, my.store, progress=tell
        )
    _show_report(report)
    if as_json:
        _print_json(report.as_json())


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
                _print_json({"loads": []})
            return
        if not my.store.is_sample():
            raise ThorError(
                "Er staan al echte gegevens. Voorbeeldgegevens ernaast zetten zou tellingen "
                "vervuilen. Gebruik --data met een andere map."
            )
    with _progress("Voorbeeldstad") as tell:
        reports = ingest.sample_city(my.settings, my.store, scale=scale, progress=tell)
    for report in reports:
        _show_report(report)
    if as_json:
        _print_json({"loads": [report.as_json() for report in reports]})


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
    _show(rows, as_json=as_json, key="tables")


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
    records = [
        {**record, "raw": json.loads(record["raw"]), "at": record["at"].isoformat()}
        for record in rows.astype(object).where(rows.notna(), None).to_dict("records")
    ]
    _show(records, as_json=as_json, key="rows")


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
    _show([result], as_json=as_json, key="")


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
    _show([{"table": table_named(table).name, "file": str(out)}], as_json=as_json, key="")


@app.command()
def refresh(context: typer.Context, *, as_json: Json = False) -> None:
    """Plaats en deel alle rijen opnieuw in, na andere grenzen of rubrieken."""
    my: Context = context.obj
    changed = ingest.refresh(my.settings, my.store)
    _show([{"changed": changed}], as_json=as_json, key="")


@app.command(name="doctor")
def check(context: typer.Context, *, as_json: Json = False) -> None:
    """Controleer instellingen, grenzen, tabellen en indeling van categorieën."""
    my: Context = context.obj
    findings = doctor.examine(my.settings, my.store)
    _show([finding.as_json() for finding in findings], as_json=as_json, key="findings")
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
        _screen.print(f"Officiële grenzen niet opgehaald; we gaan verder met wat er is. {error}")
        if as_json:
            _print_json({"areas": 0, "warning": str(error)})
        return
    changed = ingest.refresh(my.settings, my.store, areas=areas)
    _show([{"areas": len(areas.codes), "changed": changed}], as_json=as_json, key="")


# --- counting ---------------------------------------------------------------------------------

PeriodOption = Annotated[str, typer.Option("--period", help="Bijvoorbeeld 2026-H1 of 2026-W23.")]
AreaOption = Annotated[str | None, typer.Option("--area", help="Gebied, of code of naam van buurt.")]
ThemeOption = Annotated[str | None, typer.Option("--theme", help="Thema, of meer met komma's.")]
SeriesOption = Annotated[
    str, typer.Option("--series", help="incidents, observations of controls.")
]
WeekdayOption = Annotated[str | None, typer.Option("--weekday", help="Bijvoorbeeld ma,vr.")]
HoursOption = Annotated[
    str | None, typer.Option("--hours", help="Bijvoorbeeld 20-4; na middernacht hoort bij de avond.")
]


@hot_app.command(name="areas")
def hot_areas(
    context: typer.Context,
    period: PeriodOption,
    area: AreaOption = None,
    theme: ThemeOption = None,
    weekday: WeekdayOption = None,
    hours: HoursOption = None,
    series: SeriesOption = "incidents",
    level: Annotated[str, typer.Option(help="buurt of gebied.")] = "buurt",
    *,
    as_json: Json = False,
) -> None:
    """Tel per buurt of gebied."""
    _hot(
        context.obj,
        (period, area, theme, weekday, hours, series),
        lambda engine, selection, hide: counts.per_area(
            engine, selection, level="gebied" if level == "gebied" else "buurt", **hide
        ),
        as_json=as_json,
    )


@hot_app.command(name="cells")
def hot_cells(
    context: typer.Context,
    period: PeriodOption,
    area: AreaOption = None,
    theme: ThemeOption = None,
    weekday: WeekdayOption = None,
    hours: HoursOption = None,
    series: SeriesOption = "incidents",
    *,
    as_json: Json = False,
) -> None:
    """Tel per vak van 100 bij 100 meter."""
    _hot(
        context.obj,
        (period, area, theme, weekday, hours, series),
        lambda engine, selection, hide: counts.per_cell(engine, selection, **hide),
        as_json=as_json,
    )


@hot_app.command(name="times")
def hot_times(
    context: typer.Context,
    period: PeriodOption,
    area: AreaOption = None,
    theme: ThemeOption = None,
    weekday: WeekdayOption = None,
    hours: HoursOption = None,
    series: SeriesOption = "incidents",
    *,
    as_json: Json = False,
) -> None:
    """Tel per weekdag en uur."""
    _hot(
        context.obj,
        (period, area, theme, weekday, hours, series),
        lambda engine, selection, hide: counts.per_hour(engine, selection, **hide),
        as_json=as_json,
    )


def _hot(
    my: Context,
    said: tuple[str, str | None, str | None, str | None, str | None, str],
    count: Callable[[Engine, Selection, dict[str, Any]], pd.DataFrame],
    *,
    as_json: bool,
) -> None:
    selection = _selection(my.settings, *said)
    needed = {name: my.store.files(name) for name in (*FACTS, "areas", "objects")}
    engine = Engine.open(needed)
    rows = count(engine, selection, {"hide_below": my.settings.privacy.hide_below})
    _show(_records(rows), as_json=as_json, key="rows", filter=_as_words(selection))


def _selection(
    settings: Settings,
    period: str,
    area: str | None,
    theme: str | None,
    weekday: str | None,
    hours: str | None,
    series: str,
) -> Selection:
    gebied, buurt = _find_area(geo.load_areas(settings), area) if area else (None, None)
    return Selection.checked(
        period=Period.parse(period),
        gebied=gebied,
        buurt=buurt,
        themes=tuple(part.strip() for part in theme.split(",")) if theme else (),
        series=series,
        weekdays=parse_weekdays(weekday) if weekday else (),
        hours=Hours.parse(hours) if hours else None,
    )


def _find_area(areas: geo.AreaMap, wanted: str) -> tuple[str | None, str | None]:
    """Return (gebied, buurt code) of what a person typed; a gebied wins over a buurt."""
    for gebied in dict.fromkeys(areas.gebieden):
        if slug(gebied) == slug(wanted):
            return gebied, None
    found = int(areas.index_named(pd.Series([wanted], dtype="str"))[0])
    if found < 0:
        raise SelectionError(
            f"Het gebied '{wanted}' bestaat niet. Gebieden: "
            f"{', '.join(dict.fromkeys(areas.gebieden))}; of geef een buurt met code of naam."
        )
    return None, areas.codes[found]


def _as_words(selection: Selection) -> dict[str, Any]:
    """Echo of the filter, so that a number never travels without what it counts."""
    return {
        "period": str(selection.period),
        "gebied": selection.gebied,
        "buurt": selection.buurt,
        "themes": list(selection.themes),
        "series": selection.series,
        "weekdays": list(selection.weekdays),
        "hours": str(selection.hours) if selection.hours else None,
    }


# --- printing ---------------------------------------------------------------------------------


@contextmanager
def _progress(title: str) -> Iterator[Callable[[float, str], None]]:
    """Show a bar on the terminal; gives the function that moves it."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=_screen, transient=True) as bar:
        task = bar.add_task(title, total=None)

        def tell(share: float, words: str) -> None:
            total = 1.0 if share >= 0 else None
            bar.update(task, total=total, completed=max(share, 0), description=f"{title}: {words}")

        yield tell


def _show_report(report: ingest.IngestReport) -> None:
    what = "gecontroleerd (niets geschreven)" if report.dry_run else "geladen"
    _screen.print(
        f"[bold]{report.file}[/] {what} in {TABLES[report.table].title.lower()}: "
        f"{report.read} gelezen = {report.new} nieuw + {report.updated} gewijzigd + "
        f"{report.unchanged} ongewijzigd + {report.duplicates} dubbel + {report.rejected} "
        f"geweigerd.",
        highlight=False,
    )
    for title, told in (("Geweigerd", report.reasons), ("Hersteld", report.corrections)):
        for reason, number in told.items():
            _screen.print(f"  {title}: {reason} ({number})", highlight=False)
    for warning in report.warnings:
        _screen.print(f"  Let op: {warning}", highlight=False)


def _records(rows: pd.DataFrame) -> list[dict[str, Any]]:
    return rows.astype(object).where(rows.notna(), None).to_dict("records")


def _show(
    rows: list[dict[str, Any]], *, as_json: bool, key: str, **beside: object
) -> None:
    """Print rows as one JSON object, or as a table for people."""
    if as_json:
        _print_json({**beside, key: rows} if key else rows[0])
        return
    if not rows:
        _screen.print("Niets gevonden.")
        return
    table = RichTable(*rows[0])
    for row in rows:
        table.add_row(*("" if value is None else str(value) for value in row.values()))
    Console().print(table)


def _print_json(value: object) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, default=_plain) + "\n")


def _plain(value: object) -> object:
    """JSON for numpy numbers and dates."""
    if hasattr(value, "item"):
        return value.item()
    return str(value)


if __name__ == "__main__":
    main()
