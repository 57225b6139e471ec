"""Open311 GeoReport v2: service requests as JSON, XML or CSV, from a file or from the API.

Identifiers, codes and coordinates are numbers here and texts there; nothing is ``null``, an empty
element or absent. Servers and test suites also give lists of services, definitions, receipts and
errors under the same names: those are told apart and refused with what they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

import pandas as pd
from defusedxml import DefusedXmlException
from defusedxml import ElementTree as Xml

from thor_metrics.errors import FileRefused
from thor_metrics.sources import csvfile, jsonfile
from thor_metrics.sources.base import Batch, Member, Package, Reading, Request, Source

__all__ = ["NAME", "SOURCE", "requests_in", "row"]

NAME: Final = "open311"

_COLUMNS: Final = {
    "service_request_id": "source_id",
    "requested_datetime": "reported_at",
    "updated_datetime": "updated_at",
    "status": "status",
    "service_name": "main_category",
    "lat": "y",
    "long": "x",
}
_PERSONAL: Final = {
    "description": "vrije tekst",
    "status_notes": "vrije tekst",
    "address": "adres",
    "zipcode": "adres",
    "media_url": "vrije tekst",
}

#: The profile for bulk CSV: header -> name. ``notes`` and ``status`` are for reading only.
_CSV: Final = {
    "service_request_id": "source_id",
    "requested_datetime": "reported_at",
    "updated_datetime": "updated_at",
    "closed_date": "closed_at",
    "status_description": "status",
    "status": "status",
    "status_notes": "notes",
    "source": "channel",
    "service_name": "main_category",
    "service_subtype": "sub_category",
    "lat": "y",
    "long": "x",
}

_DUPLICATE: Final = re.compile(r"duplicate|duplicaat|dubbele melding", re.IGNORECASE)
#: Starts that belong to GeoReport, requests or not.
_SIGNS: Final = re.compile(
    r'"service_request_id"|"service_requests"|"service_code"|<service_requests|<service_request_id'
    r"|<services[ >]|<service_definition|<errors?>|<error "
)


def _recognises(package: Package) -> bool:
    if not package.members:
        return False
    head = csvfile.head_of(package.members[0])
    if head is not None:
        return len(package.members) == 1 and head.has("service_request_id", "requested_datetime")
    return all(_looks_like(jsonfile.start_of(member)) for member in package.members)


def _looks_like(start: str) -> bool:
    # A saved answer may still have its HTTP headers above the XML.
    if not start.startswith(("{", "[", "<", "HTTP/")):
        return False
    if start in ("[]", "{}"):
        return True
    return _SIGNS.search(start) is not None or _is_json_error(start)


def _is_json_error(start: str) -> bool:
    return start.startswith("[") and '"code"' in start and '"description"' in start


def _read(package: Package, request: Request) -> Reading:
    head = csvfile.head_of(package.members[0])
    if head is not None:
        return _read_csv(package.members[0], request)
    found = [one for member in package.members for one in _file(member)]
    warnings = [] if found else [f"{package.name} is een lege lijst: er zijn geen meldingen."]
    return reading(request, jsonfile.batches(map(row, found), list(row({}))), len(found), warnings)


def reading(
    request: Request, batches: Iterator[Batch], total: int | None, warnings: list[str]
) -> Reading:
    """Describe a list of requests."""
    mine = request.settings.source(NAME)
    return Reading(
        table="incidents",
        source=request.source or NAME,
        columns=_COLUMNS,
        batches=batches,
        personal=_PERSONAL,
        time_zone=mine.time_zone,
        date_order=mine.date_order or "ymd",
        total=total,
        warnings=tuple(warnings),
    )


# --- CSV -----------------------------------------------------------------------------------


def _read_csv(member: Member, request: Request) -> Reading:
    head = csvfile.head_of(member)
    assert head is not None  # recognised by it
    columns = head.columns(_CSV)
    ignored, personal = csvfile.left_out(head.headers, columns)
    times = {header: name for header, name in columns.items() if name.endswith("_at")}

    def samples() -> Iterator[str]:
        for batch in csvfile.batches(member, head, times):
            for name in times.values():
                yield from batch.rows[name].dropna().unique()

    mine = request.settings.source(NAME)
    return Reading(
        table="incidents",
        source=request.source or NAME,
        columns={header: name for header, name in columns.items() if name != "notes"},
        batches=csvfile.batches(member, head, columns, finish=_finished),
        ignored=tuple(ignored),
        personal=personal,
        time_zone=mine.time_zone,
        date_order=mine.date_order,
        date_samples=samples,
    )


def _finished(rows: pd.DataFrame) -> pd.DataFrame:
    """Closing time and duplicates as they follow from the other columns."""
    rows = rows.copy()
    for name in ("x", "y"):
        if name in rows:
            rows[name] = csvfile.plain_numbers(rows[name])
    if "notes" in rows:
        notes = rows.pop("notes").fillna("")
        rows["is_child"] = notes.str.contains(_DUPLICATE.pattern, case=False)
    if "closed_at" not in rows and {"status", "updated_at"} <= set(rows):
        closed = rows["status"].str.strip().str.casefold() == "closed"
        rows["closed_at"] = rows["updated_at"].where(closed)
    return rows


# --- JSON and XML --------------------------------------------------------------------------


def _file(member: Member) -> list[dict[str, Any]]:
    with member.open() as stream:
        content = stream.read()
    try:
        return requests_in(content, name=member.name)
    except ValueError as error:
        if isinstance(error, FileRefused):
            raise
        raise FileRefused(
            f"{member.name} is geen volledige JSON of XML; waarschijnlijk is het bestand "
            "afgebroken. Maak of download het opnieuw."
        ) from None


def requests_in(content: bytes, *, name: str) -> list[dict[str, Any]]:
    """Return the service requests in an answer.

    Parameters
    ----------
    content : bytes
        JSON (a list, a list in an object, one request, GeoJSON) or XML.
    name : str
        What the answer is called in messages.

    Raises
    ------
    FileRefused
        For everything of GeoReport that is no request, with what it is.
    ValueError
        When it is neither JSON nor XML.
    """
    start = content.lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"HTTP/"):
        start = start[max(start.find(b"<"), 0) :]
    found = _from_xml(start, name) if start.startswith(b"<") else _from_json(start, name)
    if found and not any(one.get("requested_datetime") for one in found):
        raise FileRefused(
            f"{name} bevat alleen nummers van meldingen, zonder datum: het is een "
            "ontvangstbevestiging of een token. Vraag de meldingen zelf op (requests.json)."
        )
    return found


def _from_json(content: bytes, name: str) -> list[dict[str, Any]]:
    answer = jsonfile.parse(content)
    for _ in range(2):  # {"service_requests": {"request": [...]}}
        if isinstance(answer, dict):
            for key in ("service_requests", "requests", "request", "features"):
                if isinstance(answer.get(key), (list, dict)):
                    answer = answer[key]
                    break
    items = answer if isinstance(answer, list) else [answer]
    items = [_unfolded(item) for item in items if isinstance(item, dict) and item]
    if all("service_request_id" in item for item in items):
        return items
    keys = {key for item in items for key in item}
    if {"code", "description"} <= keys or "error" in keys or "errors" in keys:
        raise _error(name, items[0].get("description") or items[0].get("error"))
    if "service_code" in keys and "requested_datetime" not in keys:
        raise _services(name)
    raise FileRefused(
        f"{name} is geen antwoord met meldingen volgens Open311 GeoReport v2: er is geen "
        f"service_request_id. Gevonden: {', '.join(sorted(keys)[:6]) or 'niets'}. Vraag de "
        "meldingen op via requests.json of requests.xml."
    )


def _unfolded(item: dict[str, Any]) -> dict[str, Any]:
    """Make of a GeoJSON feature a request with its coordinates."""
    properties = item.get("properties")
    if not isinstance(properties, dict):
        return item
    x, y = jsonfile.point(item.get("geometry"))
    return {"long": x, "lat": y} | properties


def _from_xml(content: bytes, name: str) -> list[dict[str, Any]]:
    try:
        root = Xml.fromstring(content)
    except DefusedXmlException:
        raise FileRefused(
            f"{name} bevat XML-entiteiten of een verwijzing naar buiten; dat is onveilig en hoort "
            "niet in GeoReport. Vraag de leverancier om een gewone export."
        ) from None
    except Xml.ParseError as error:
        raise ValueError(str(error)) from None
    kind = _tag(root)
    if kind in ("errors", "error"):
        words = [part.text for part in root.iter() if _tag(part) in ("description", "error")]
        raise _error(name, next((text for text in words if text and text.strip()), None))
    if kind in ("services", "service", "service_definition"):
        raise _services(name)
    parts = [root] if kind == "request" else [part for part in root if _tag(part) == "request"]
    if not parts and kind != "service_requests":
        raise FileRefused(
            f"{name} is geen antwoord met meldingen volgens Open311 GeoReport v2. Gevonden: "
            f"<{kind}>. Vraag de meldingen op via requests.xml."
        )
    return [{_tag(field): field.text for field in part} for part in parts]


def _tag(element: Any) -> str:
    """Name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def _error(name: str, words: Any) -> FileRefused:
    told = " ".join(str(words).split())[:200] if words else "zonder uitleg"
    return FileRefused(
        f"{name} is een foutmelding van de Open311-server, geen meldingen: "
        f"{told.rstrip('.')}. Herstel de vraag en sla het antwoord opnieuw op."
    )


def _services(name: str) -> FileRefused:
    return FileRefused(
        f"{name} is een lijst of beschrijving van categorieën (services), geen meldingen. Vraag "
        "de meldingen op via requests.json of requests.xml."
    )


def row(item: dict[str, Any]) -> dict[str, Any]:
    """Take from a request what the table needs."""
    more = jsonfile.inside(item, "extended_attributes")
    status = jsonfile.text(item.get("status"))
    updated = jsonfile.text(item.get("updated_datetime"))
    parent = jsonfile.text(more.get("parent_service_request_id"))
    notes = jsonfile.text(item.get("status_notes")) or ""
    return {
        "source_id": jsonfile.text(item.get("service_request_id")),
        "reported_at": jsonfile.text(item.get("requested_datetime")),
        "updated_at": updated,
        # GeoReport knows no closing time: a closed request was last updated by closing it.
        "closed_at": updated if status and status.casefold() == "closed" else None,
        "main_category": (
            jsonfile.text(item.get("service_name")) or jsonfile.text(item.get("service_code"))
        ),
        "sub_category": jsonfile.text(item.get("service_subtype")),
        "status": status,
        "channel": jsonfile.text(more.get("channel")),
        "parent_id": parent,
        "is_child": bool(parent or more.get("duplicate") is True or _DUPLICATE.search(notes)),
        "x": jsonfile.number(item.get("long")),
        "y": jsonfile.number(item.get("lat")),
    }


SOURCE: Final = Source(
    name=NAME, title="Open311 (GeoReport v2)", table="incidents", recognises=_recognises, read=_read
)
