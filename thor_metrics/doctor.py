"""Is this installation in order? Every finding says what it is, and what to do about it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Literal

import pyarrow.compute as pc

from thor_metrics import geo, ingest
from thor_metrics.errors import ThorError
from thor_metrics.schema import FACTS, TABLES
from thor_metrics.settings import Settings, category_slug
from thor_metrics.store import Store

__all__ = ["Finding", "examine"]

Level = Literal["goed", "let op", "fout"]

#: A store nobody has filled for this long is told about.
_STALE = dt.timedelta(days=14)


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    level: Level
    subject: str
    told: str

    def as_json(self) -> dict[str, str]:
        """Return the finding as plain values."""
        return asdict(self)


def examine(settings: Settings, store: Store) -> list[Finding]:
    """Look at settings, boundaries, tables and mapping; never raises for what it finds."""
    return [
        *_boundaries(settings),
        *_tables(store),
        *_mapping(settings, store),
        *_time_zones(settings),
    ]


def _boundaries(settings: Settings) -> Iterator[Finding]:
    try:
        areas = geo.load_areas(settings)
    except ThorError as error:
        yield Finding("fout", "Grenzen", str(error))
        return
    where = f"{len(areas.codes)} buurten in {len(set(areas.gebieden))} gebieden"
    if areas.approximate:
        yield Finding(
            "let op",
            "Grenzen",
            f"{where}, benaderd uit inwoners- en oppervlaktecijfers. Haal de officiële grenzen op "
            "met: python -m thor_metrics geodata fetch",
        )
    else:
        yield Finding("goed", "Grenzen", f"{where}. {areas.attribution}")


def _tables(store: Store) -> Iterator[Finding]:
    for name in FACTS:
        table, rows = TABLES[name], store.count(name)
        if not rows:
            yield Finding("let op", table.title, "Nog leeg. Laad een bestand bij Inlezen.")
            continue
        age = dt.datetime.now(dt.UTC) - store.loads(name)["at"].max()
        level: Level = "let op" if age > _STALE else "goed"
        yield Finding(
            level, table.title, f"{rows} rijen; laatst gewijzigd {age.days} dagen geleden"
        )
        refused = len(store.quarantine(name))
        if refused:
            yield Finding(
                "let op", table.title, f"{refused} geweigerde rijen wachten op correctie."
            )


def _mapping(settings: Settings, store: Store) -> Iterator[Finding]:
    known = ingest.with_categories(settings)
    twice = [
        category
        for key, rubriek in known.rubrieken.items()
        for category in rubriek.categories
        if known.rubriek_of.get(category_slug(category)) != key
    ]
    if twice:
        yield Finding("fout", "Rubrieken", f"Staat bij twee rubrieken: {', '.join(twice)}.")
    rows = store.rows("incidents", columns=["theme", "rubriek"])
    lost = pc.sum(pc.and_(pc.equal(rows["theme"], "niet_ingedeeld"), pc.is_null(rows["rubriek"])))
    count = lost.as_py() or 0
    if count:
        yield Finding(
            "let op",
            "Rubrieken",
            f"{count} meldingen hebben een categorie die bij geen rubriek hoort. Deel ze in bij "
            "Inlezen of in settings.toml.",
        )
    else:
        yield Finding("goed", "Rubrieken", "Alle categorieën zijn ingedeeld.")


def _time_zones(settings: Settings) -> Iterator[Finding]:
    for name, source in settings.sources.items():
        zone = source.time_zone or settings.municipality.time_zone
        yield Finding("goed", f"Bron {name}", f"tijden zonder zone gelden als {zone}")
