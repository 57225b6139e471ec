"""Any table a spreadsheet or map program can write: known by its headers, not by its maker."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import replace

import pandas as pd

from thor_metrics import geo
from thor_metrics.errors import FileRefused, PersonalData
from thor_metrics.privacy import mostly_personal
from thor_metrics.sources.archives import extension
from thor_metrics.sources.base import Batch, Member, Package, Reading, Request, Source
from thor_metrics.sources.headers import Mapped, choose, corrections_of, known_headers, rank
from thor_metrics.sources.raw import TEXT, RawTable
from thor_metrics.sources.tables_csv import open_csv
from thor_metrics.sources.tables_geo import map_file, open_geo, shape_archive
from thor_metrics.sources.tables_sheet import open_sheets
from thor_metrics.sources.tables_typed import open_json, open_parquet

__all__ = ["SOURCE"]

NAME = "generiek"

_SHEETS = frozenset((".xlsx", ".xlsm", ".xls", ".ods"))
_TEXTS = frozenset((".csv", ".tsv", ".txt"))
_SHAPE_PARTS = frozenset((".shx", ".dbf", ".prj", ".cpg"))


def _recognises(_: Package) -> bool:
    """Take whatever no other source knows; reading it tells whether that was right."""
    return True


def _read(package: Package, request: Request) -> Reading:
    """Find the table in the package, map its headers, and give its rows.

    Raises
    ------
    FileRefused
        Unreadable, no known headers, a needed column missing, or another table than asked.
    PersonalData
        A needed column that identifies people.
    """
    source = request.source or NAME
    corrections = corrections_of(request, source)
    tables = _tables(package, known_headers(corrections), request)
    table, others = _best(tables, package, request, corrections)
    label = package.name if table.name in package.name else f"{package.name} {table.name}"
    mapped = choose(_headers(table), request, source=source, name=label)
    warnings = [*table.warnings, *mapped.warnings]
    if others:
        warnings.append(f"Gelezen is '{table.name}'; overgeslagen: {', '.join(others)}.")
    batches = _checked(table, mapped, package.name)
    if table.in_degrees and mapped.table.name == "areas":
        crs = request.settings.municipality.crs
        batches = (_in_metres(batch, crs) for batch in batches)
    times = {column.name for column in mapped.table.inputs if column.kind == "time"}
    positions = [position for position, name in mapped.columns.items() if name in times]
    ours = request.settings.source(source)
    return Reading(
        table=mapped.table.name,
        source=source,
        columns=mapped.used,
        batches=batches,
        ignored=mapped.ignored,
        personal=mapped.personal,
        time_zone=ours.time_zone or request.settings.municipality.time_zone,
        date_order=ours.date_order,
        date_samples=lambda: table.dates(positions),
        total=table.total,
        warnings=tuple(warnings),
    )


def _headers(table: RawTable) -> tuple[str, ...]:
    """Headers of a table; a map file's own points go before its columns with coordinates."""
    if not table.gives_place:
        return table.headers
    return (*table.headers, "x", "y")


# -- which table -----------------------------------------------------------------------------


def _tables(package: Package, known: frozenset[str], request: Request) -> list[RawTable]:
    """Open every table in a package: files, sheets and layers.

    In a package of several files one that cannot be opened is passed over while another can.
    """
    tables: list[RawTable] = []
    refused: list[FileRefused] = []
    for member in package.members:
        if extension(member.name) in _SHAPE_PARTS:
            continue
        try:
            tables += _open(member, package, known, request)
        except FileRefused as error:
            refused.append(error)
    if not tables:
        if refused:
            raise refused[0]
        raise FileRefused(
            f"'{package.name}' bevat geen tabel. Kies een CSV, Excel of kaartbestand; van een "
            "shapefile alle delen samen."
        )
    return tables


def _open(
    member: Member, package: Package, known: frozenset[str], request: Request
) -> list[RawTable]:
    with member.open() as stream:
        head = stream.read(1 << 12)
    suffix = extension(member.name)
    settings = request.settings
    crs = settings.municipality.crs
    # What is in the file counts, not what it is called: an .xls is often a CSV or an .xlsx.
    if head[:2] == b"PK" or head[:4] == b"\xd0\xcf\x11\xe0":
        return open_sheets(member, known, max_mb=settings.data.max_file_mb)
    if head[:4] == b"PAR1":
        return [open_parquet(member)]
    if suffix == ".shp":
        stem = member.name[:-4].lower()
        parts = [part for part in package.members if part.name[:-4].lower() == stem]
        return open_geo(member.name, shape_archive(parts), crs=crs)
    if head[:13] == b"SQLite format" or suffix in {".gpkg", ".geojson"} or _is_geojson(head):
        return open_geo(member.name, map_file(member), crs=crs)
    if suffix == ".json" or head.lstrip()[:2] in {b"[{", b"[]"}:
        return [open_json(member)]
    if suffix in _TEXTS | _SHEETS:
        return [open_csv(member, known)]
    raise FileRefused(
        f"'{member.name}' is geen tabel die zonder bron gelezen kan worden. Kies de bron bij "
        "Inlezen, of een export als CSV of Excel."
    )


def _is_geojson(head: bytes) -> bool:
    return head.lstrip()[:1] == b"{" and b'"FeatureCollection"' in head


def _best(
    tables: list[RawTable], package: Package, request: Request, corrections: Mapping[str, str]
) -> tuple[RawTable, list[str]]:
    """Choose the sheet, layer or file that fits best; the names of the others."""

    def fit(table: RawTable) -> float:
        ranked = rank(_headers(table), corrections, name=f"{package.name} {table.name}")
        return next(
            one.score for one in ranked if request.table in (None, one.table.name)
        )  # fmt: skip

    best = max(tables, key=fit)
    return best, [table.name for table in tables if table is not best]


# -- rows ------------------------------------------------------------------------------------


def _checked(table: RawTable, mapped: Mapped, name: str) -> Iterator[Batch]:
    """Give the batches, after a look at the first one: needed columns must not be people."""
    own = range(len(table.headers))
    wanted = {position: column for position, column in mapped.columns.items() if position in own}
    if table.gives_place:
        wanted = {p: column for p, column in wanted.items() if column not in {"x", "y", "geometry"}}
    batches = table.read(wanted)
    first = next(batches, None)
    if first is None:
        raise FileRefused(
            f"'{name}' heeft alleen namen van kolommen en geen rijen. Controleer de periode van de "
            "export."
        )
    for column in mapped.table.inputs:
        if column.required and column.kind == "text" and column.name in first.rows:
            kind = mostly_personal(first.rows[column.name])
            if kind:
                raise PersonalData(
                    f"De kolom '{column.title}' bevat persoonsgegevens ({kind}). Kies een andere "
                    f"kolom als '{column.title}', of maak de export zonder deze gegevens."
                )
    every = itertools.chain((first,), batches)
    return (_with_constants(batch, mapped.constants) for batch in every)


def _in_metres(batch: Batch, crs: str) -> Batch:
    """Areas are facts, not places to look up: ingest takes their x and y as they are."""
    x, y = geo.to_metric(batch.rows["x"], batch.rows["y"], crs)
    return replace(batch, rows=batch.rows.assign(x=x, y=y))


def _with_constants(batch: Batch, constants: Mapping[str, str]) -> Batch:
    if not constants:
        return batch
    added = {
        name: pd.Series(text, index=batch.rows.index, dtype=TEXT)
        for name, text in constants.items()
    }
    return replace(batch, rows=batch.rows.assign(**added))


SOURCE = Source(NAME, "Tabel (CSV, Excel, ...)", "", _recognises, _read)
