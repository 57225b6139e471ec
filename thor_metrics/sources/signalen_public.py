"""Signalen's public map: GeoJSON without numbers (today) or with them (the old ``map-signals``).

Open reports in public categories only, so never the whole picture and never to be added to the
private export: the rows are a system of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from thor_metrics.errors import FileRefused
from thor_metrics.sources import jsonfile, signalen
from thor_metrics.sources.base import Package, Reading, Request, Source

__all__ = ["SOURCE"]

_NAME: Final = "signalen_public"

_COLUMNS: Final = {
    "id": "source_id",
    "created_at": "reported_at",
    "status": "status",
    "category.parent.name": "main_category",
    "category.name": "sub_category",
    "geometry (lengtegraad)": "x",
    "geometry (breedtegraad)": "y",
}
_WARNING: Final = (
    "Dit zijn openbare kaartgegevens: alleen openstaande meldingen in openbare categorieën. Laad "
    "ze niet naast de gewone export van Signalen, dan tellen meldingen dubbel."
)


def _recognises(package: Package) -> bool:
    if len(package.members) != 1:
        return False
    start = jsonfile.start_of(package.members[0])
    return (
        start.startswith("{")
        and '"FeatureCollection"' in start[:200]
        and '"created_at"' in start
        and '"properties"' in start
        and ('"category"' in start or '"id"' in start)
        and '"service_request_id"' not in start
    )


def _read(package: Package, request: Request) -> Reading:
    (member,) = package.members
    content = jsonfile.load(member)
    features = content.get("features") if isinstance(content, dict) else None
    if not isinstance(features, list):
        raise FileRefused(f"{member.name} is geen GeoJSON met een lijst 'features'.")
    if features and not any(jsonfile.inside(one, "properties", "category") for one in features):
        raise FileRefused(
            f"{member.name} is de kaartlaag van Signalen voor medewerkers: alleen nummer, punt en "
            "datum, zonder categorie en status. Gebruik de CSV-export of de lijst "
            "/signals/v1/private/signals/."
        )
    rows = list(_rows(features))
    columns = ["reported_at", "main_category", "sub_category", "status", "x", "y"]
    # Without numbers in the file ingest makes them from the content.
    if any(row["source_id"] for row in rows):
        columns.insert(0, "source_id")
    mine = signalen.settings_of(request.settings, _NAME)
    return Reading(
        table="incidents",
        source=request.source or _NAME,
        columns={
            header: name for header, name in _COLUMNS.items() if name in columns or name == "x, y"
        },
        batches=jsonfile.batches(rows, columns),
        time_zone=mine.time_zone or "UTC",
        date_order=mine.date_order or "ymd",
        total=len(rows),
        warnings=(_WARNING,),
    )


def _rows(features: list[Any]) -> Iterator[dict[str, Any]]:
    for feature in features:
        properties = jsonfile.inside(feature, "properties")
        category = jsonfile.inside(properties, "category")
        parent = jsonfile.inside(category, "parent")
        x, y = jsonfile.point(jsonfile.inside(feature, "geometry"))
        yield {
            "source_id": jsonfile.text(properties.get("id")),
            "reported_at": jsonfile.text(properties.get("created_at")),
            "main_category": jsonfile.text(parent.get("name") or category.get("main")),
            "sub_category": jsonfile.text(category.get("name") or category.get("sub")),
            "status": jsonfile.text(properties.get("status")),
            "x": x,
            "y": y,
        }


SOURCE: Final = Source(
    name=_NAME,
    title="Signalen (openbare kaart)",
    table="incidents",
    recognises=_recognises,
    read=_read,
)
