"""Rotterdam's MSB: the list (or one detail) of its API as JSON.

Coordinates are RD New, times are on the wall in Rotterdam without saying so.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from thor_metrics.errors import FileRefused
from thor_metrics.sources import jsonfile
from thor_metrics.sources.base import Package, Reading, Request, Source

__all__ = ["SOURCE"]

_NAME: Final = "msb"

_COLUMNS: Final = {
    "id": "source_id",
    "datumMelding": "reported_at",
    "datumAfhandeling": "closed_at",
    "onderwerp.omschrijving": "main_category",
    "status": "status",
    "herkomstCode": "channel",
    "locatie.x": "x",
    "locatie.y": "y",
    "locatie.buurtNummer": "area_given",
    "kindMeldingen": "parent_id",
}
_PERSONAL: Final = {
    "omschrijving": "vrije tekst",
    "locatie.adres": "adres",
    "melder": "melder",
}


def _recognises(package: Package) -> bool:
    return all(
        start.startswith(("{", "[")) and '"datumMelding"' in start
        for start in map(jsonfile.start_of, package.members)
    )


def _read(package: Package, request: Request) -> Reading:
    reports: list[dict[str, Any]] = []
    for member in package.members:
        content = jsonfile.load(member)
        result = content.get("result") if isinstance(content, dict) else content
        found: list[Any] = result if isinstance(result, list) else [result]
        if not all(isinstance(one, dict) and "datumMelding" in one for one in found):
            raise FileRefused(
                f"{member.name} is geen lijst met meldingen van MSB: verwacht wordt "
                '{"result": [{"id": ..., "datumMelding": ...}]}. Sla het antwoord van de lijst op.'
            )
        reports += found
    rows = list(_rows(reports))
    mine = request.settings.source(_NAME)
    return Reading(
        table="incidents",
        source=request.source or _NAME,
        columns=_COLUMNS,
        batches=jsonfile.batches(rows, list(rows[0]) if rows else list(_COLUMNS.values())),
        personal=_PERSONAL,
        time_zone=mine.time_zone,
        date_order=mine.date_order or "ymd",
        total=len(rows),
    )


def _rows(reports: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    parents = {
        child: jsonfile.text(report.get("id"))
        for report in reports
        for child in (*_ids(report.get("kindMeldingen")), *_ids(report.get("volgerMeldingen")))
    }
    for report in reports:
        number = jsonfile.text(report.get("id"))
        place = jsonfile.inside(report, "locatie")
        origin = report.get("herkomstCode") or jsonfile.inside(report, "melder").get("herkomst")
        yield {
            "source_id": number,
            "reported_at": jsonfile.text(report.get("datumMelding")),
            "closed_at": jsonfile.text(report.get("datumAfhandeling")),
            "main_category": jsonfile.text(
                jsonfile.inside(report, "onderwerp").get("omschrijving")
            ),
            "status": jsonfile.text(report.get("status")),
            "channel": jsonfile.text(origin),
            "x": jsonfile.number(place.get("x")),
            "y": jsonfile.number(place.get("y")),
            "area_given": jsonfile.text(place.get("buurtNummer")),
            "parent_id": parents.get(number),
            "is_child": number in parents,
        }


def _ids(listed: Any) -> Iterator[str | None]:
    """Numbers in a list of numbers or of objects with an ``id``."""
    for one in listed if isinstance(listed, list) else ():
        yield jsonfile.text(one.get("id") if isinstance(one, dict) else one)


SOURCE: Final = Source(
    name=_NAME, title="MSB (Rotterdam)", table="incidents", recognises=_recognises, read=_read
)
