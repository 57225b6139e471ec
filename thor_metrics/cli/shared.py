"""What every command has: settings and store, a progress bar, and one way of printing.

Words for people go to the terminal's error stream, so that ``--json`` leaves exactly one JSON
object on standard output.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated, Any

import pandas as pd
import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table as RichTable

from thor_metrics import dutch, geo, ingest
from thor_metrics.engine import Engine, Files
from thor_metrics.errors import SelectionError
from thor_metrics.ledger import Ledger
from thor_metrics.schema import TABLES
from thor_metrics.settings import Settings, slug
from thor_metrics.store import Store

__all__ = [
    "Context",
    "Json",
    "find_area",
    "print_json",
    "progress",
    "records",
    "screen",
    "show",
    "show_report",
]

screen = Console(stderr=True)

Json = Annotated[bool, typer.Option("--json", help="Eén JSON-object op standaarduitvoer.")]


@dataclass(frozen=True)
class Context:
    """Settings and store, once per run."""

    settings: Settings
    store: Store

    def engine(self) -> Engine:
        """Open the tables for questions, as the settings say."""
        needed = {name: Files(self.store.files(name)) for name in TABLES}
        mine = self.settings.engine
        return Engine.open(needed, url=mine.url, in_memory_rows=mine.in_memory_rows)

    def ledger(self) -> Ledger:
        """Open what people keep in the app."""
        return Ledger.open(self.settings.data_dir, self.settings.ledger.url)


@contextmanager
def progress(title: str) -> Iterator[Callable[[float, str], None]]:
    """Show a bar on the terminal; gives the function that moves it."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=screen, transient=True) as bar:
        task = bar.add_task(title, total=None)

        def tell(share: float, words: str) -> None:
            total = 1.0 if share >= 0 else None
            bar.update(task, total=total, completed=max(share, 0), description=f"{title}: {words}")

        yield tell


def show_report(report: ingest.IngestReport) -> None:
    """Tell a person what a load did."""
    what = "gecontroleerd (niets geschreven)" if report.dry_run else "geladen"
    screen.print(
        f"[bold]{escape(report.file)}[/] {what} in {TABLES[report.table].title.lower()}: "
        f"{report.read} gelezen = {report.new} nieuw + {report.updated} gewijzigd + "
        f"{report.unchanged} ongewijzigd + {report.duplicates} dubbel + {report.rejected} "
        f"geweigerd.",
        highlight=False,
    )
    for title, told in (("Geweigerd", report.reasons), ("Hersteld", report.corrections)):
        for reason, number in told.items():
            screen.print(f"  {title}: {escape(reason)} ({number})", highlight=False)
    for warning in report.warnings:
        screen.print(f"  Let op: {escape(warning)}", highlight=False)


def find_area(settings: Settings, wanted: str | None) -> tuple[str | None, str | None]:
    """Return (gebied, buurt code) of what a person typed; a gebied wins over a buurt.

    Raises
    ------
    SelectionError
        When there is no such area.
    """
    if wanted is None:
        return None, None
    areas = geo.load_areas(settings)
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


def records(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as plain values; missing is null."""
    plain = rows.astype(object).where(rows.notna(), None).to_dict("records")
    return [{str(name): value for name, value in record.items()} for record in plain]


def show(rows: list[dict[str, Any]], *, as_json: bool, key: str, **beside: object) -> None:
    """Print rows as one JSON object, or as a table for people."""
    if as_json:
        print_json({**beside, key: rows} if key else rows[0])
        return
    if not rows:
        screen.print("Niets gevonden.")
        return
    table = RichTable(*rows[0])
    for row in rows:
        table.add_row(*(_told(value) for value in row.values()))
    Console().print(table)


def _told(value: object) -> str:
    """Give a value as a person reads it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ja" if value else "nee"
    return dutch.number(value, decimals=1) if isinstance(value, float) else str(value)


def print_json(value: object) -> None:
    """Print one JSON object on standard output."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, default=_plain) + "\n")


def _plain(value: object) -> object:
    """JSON for numpy numbers and dates."""
    if hasattr(value, "item"):
        return value.item()
    return str(value)
