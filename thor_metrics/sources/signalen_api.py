"""Signalen's API for staff, live or as saved pages: ``/signals/v1/private/signals/``.

The list holds parents and children alike (``has_parent``); a child's parent is only named in a
detail. Times carry their offset. Of a report only what the table needs is taken: texts, reporter,
notes and staff are dropped while reading.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

import httpx

from thor_metrics.errors import FileRefused, SettingsError, SourceUnavailable
from thor_metrics.settings import Settings
from thor_metrics.sources import jsonfile, signalen
from thor_metrics.sources.base import Batch, Package, Reading, Request, Source
from thor_metrics.sources.http import POLITE, Answer, Client, Patience

__all__ = ["SOURCE", "fetch"]

_NAME: Final = "signalen_api"
_TITLE: Final = "Signalen (API)"
_PATH: Final = "signals/v1/private/signals/"
_PAGE_SIZE: Final = 100

#: Where each column is in a report.
_COLUMNS: Final = {
    "id": "source_id",
    "created_at": "reported_at",
    "updated_at": "updated_at",
    "incident_date_start": "occurred_from",
    "incident_date_end": "occurred_until",
    "source": "channel",
    "category.main": "main_category",
    "category.sub": "sub_category",
    "status.state": "status",
    "status.created_at": "closed_at",
    "has_parent": "is_child",
    "_links.sia:parent": "parent_id",
    "location.geometrie (lengtegraad)": "x",
    "location.geometrie (breedtegraad)": "y",
    "location.area_code": "area_given",
}
#: Keys that hold people or their words, with what to call them.
_PERSONAL: Final = {
    "text": "vrije tekst",
    "text_extra": "vrije tekst",
    "extra_properties": "vrije tekst",
    "notes": "vrije tekst",
    "reporter": "melder",
    "location.address": "adres",
    "status.user": "medewerker",
    "assigned_user_email": "medewerker",
}


# --- one report ----------------------------------------------------------------------------


def _row(report: dict[str, Any]) -> dict[str, Any]:
    """Take from a report what the table needs."""
    status = jsonfile.inside(report, "status")
    category = jsonfile.inside(report, "category")
    location = jsonfile.inside(report, "location")
    x, y = jsonfile.point(location.get("geometrie"))
    parent = jsonfile.inside(report, "_links", "sia:parent").get("href")
    state = status.get("state")
    channel = jsonfile.text(report.get("source"))
    return {
        "source_id": jsonfile.text(report.get("id")),
        "reported_at": jsonfile.text(report.get("created_at")),
        "updated_at": jsonfile.text(report.get("updated_at")),
        "occurred_from": jsonfile.text(report.get("incident_date_start")),
        "occurred_until": jsonfile.text(report.get("incident_date_end")),
        "closed_at": jsonfile.text(status.get("created_at")) if state == signalen.CLOSED else None,
        "channel": channel and signalen.DETAIL_OF_CHANNEL.sub("", channel),
        "main_category": jsonfile.text(category.get("main") or category.get("main_slug")),
        "sub_category": jsonfile.text(category.get("sub") or category.get("sub_slug")),
        "status": jsonfile.text(state),
        "parent_id": str(parent).rstrip("/").rpartition("/")[2] if parent else None,
        "is_child": bool(report.get("has_parent") or parent),
        "x": x,
        "y": y,
        "area_given": jsonfile.text(
            location.get("area_code")
            or location.get("area_name")
            or location.get("buurt_code")
            or location.get("stadsdeel")
        ),
    }


def _is_report(item: Any) -> bool:
    return isinstance(item, dict) and {"id", "created_at", "status", "category"} <= set(item)


def _reading(
    settings: Settings, source: str | None, batches: Iterator[Batch], **more: Any
) -> Reading:
    mine = signalen.settings_of(settings, _NAME)
    return Reading(
        table="incidents",
        source=signalen.system_of(source, _NAME),
        columns=_COLUMNS,
        batches=batches,
        personal=_PERSONAL,
        time_zone=mine.time_zone,
        date_order=mine.date_order or "ymd",
        **more,
    )


# --- saved pages ---------------------------------------------------------------------------


def _recognises(package: Package) -> bool:
    return any(_looks_like(jsonfile.start_of(member)) for member in package.members)


def _looks_like(start: str) -> bool:
    # Also a list that holds nothing says where it comes from.
    return start.startswith("{") and ("/private/signals" in start[:600] or start in _ERRORS)


#: What a saved error answer of Signalen looks like.
_ERRORS: Final = frozenset((
    '{"detail":"Ongeldige pagina."}',
    '{"detail":"Invalid page."}',
    '{"non_field_errors":["Either bbox or lon/lat must be filled in"]}',
))  # fmt: skip


def _read(package: Package, request: Request) -> Reading:
    reports: list[dict[str, Any]] = []
    skipped: list[str] = []
    refusals: list[FileRefused] = []
    for member in package.members:
        if not _looks_like(jsonfile.start_of(member)):
            skipped.append(member.name)
            continue
        try:
            reports += _reports(jsonfile.load(member), member.name)
        except FileRefused as refused:
            refusals.append(refused)
            skipped.append(member.name)
    if refusals and not reports:
        raise refusals[0]
    warnings = []
    if skipped:
        more = f" en {len(skipped) - 3} andere" if len(skipped) > 3 else ""
        warnings.append(
            f"Geen lijst met meldingen en dus niet gelezen: {', '.join(skipped[:3])}{more}."
        )
    if not reports:
        warnings.append("De lijst van Signalen is leeg: er zijn geen meldingen gelezen.")
    return _reading(
        request.settings,
        request.source,
        jsonfile.batches(map(_row, reports), list(_row({}))),
        total=len(reports),
        warnings=tuple(warnings),
    )


def _reports(content: Any, name: str) -> list[dict[str, Any]]:
    """Reports in a saved page or detail."""
    if _is_report(content) and "location" in content:
        return [content]
    results = content.get("results") if isinstance(content, dict) else content
    if not isinstance(results, list) or not all(_is_report(item) for item in results):
        told = content.get("detail") if isinstance(content, dict) else None
        but = f", maar een foutmelding: '{told}'" if told else ""
        raise FileRefused(
            f"{name} is geen lijst met meldingen uit de API van Signalen{but}. Sla de pagina's "
            f"van {_PATH} op (met per melding id, created_at, status, category en location)."
        )
    return results


# --- live ----------------------------------------------------------------------------------


def fetch(
    settings: Settings,
    *,
    updated_after: dt.datetime | None = None,
    patience: Patience = POLITE,
    pause: Callable[[float], None] | None = None,
) -> Reading:
    """Read reports from the API, page by page, while they are being loaded.

    Parameters
    ----------
    settings : Settings
        ``[sources.signalen_api] url``: the address of Signalen's API, with or without
        ``/signals/v1/private/signals/``. The token is in ``THOR_TOKEN_SIGNALEN_API``.
    updated_after : datetime, optional
        Only reports changed since (with a zone; without one UTC); ``None`` reads all.
    patience, pause
        For tests.

    Returns
    -------
    Reading
        Its ``batches`` ask for the pages one by one. Newest first, so a report that comes in
        meanwhile moves others to the next page: those come twice, never not at all.

    Raises
    ------
    SettingsError
        Without a usable address.
    SourceUnavailable
        From ``batches``: refused, gone, unreadable, repeating itself or stopping early.
    """
    url = settings.sources[_NAME].url if _NAME in settings.sources else ""
    url = url or settings.source(signalen.SYSTEM).url
    if not url:
        raise SettingsError(
            "Het adres van Signalen ontbreekt. Zet in settings.toml: [sources.signalen_api] met "
            'url = "https://api.meldingen.gemeente.nl" en het token in de omgevingsvariabele '
            "THOR_TOKEN_SIGNALEN_API."
        )
    options = {} if pause is None else {"pause": pause}
    client = Client(settings, source=_NAME, title=_TITLE, url=url, patience=patience, **options)
    return _reading(settings, None, _live(client, _first(url, updated_after)))


def _first(url: str, updated_after: dt.datetime | None) -> httpx.URL:
    """Address of the first page."""
    base = httpx.URL(url)
    path = base.path.rstrip("/") + "/"
    if not path.endswith("/private/signals/"):
        path = path.removesuffix("signals/v1/") + _PATH
    query = base.params.set("page_size", _PAGE_SIZE)
    if updated_after is not None:
        moment = updated_after if updated_after.tzinfo else updated_after.replace(tzinfo=dt.UTC)
        query = query.set("updated_after", moment.isoformat())
    return base.copy_with(path=path, params=query)


def _live(client: Client, first: httpx.URL) -> Iterator[Batch]:
    columns = [*_row({}), "system_version"]
    with client:
        yield from jsonfile.batches(_rows(_pages(client, first)), columns)


def _rows(pages: Iterable[tuple[list[dict[str, Any]], str | None]]) -> Iterator[dict[str, Any]]:
    for reports, version in pages:
        for report in reports:
            yield _row(report) | {"system_version": version}


def _pages(client: Client, first: httpx.URL) -> Iterator[tuple[list[dict[str, Any]], str | None]]:
    """Follow the next links; stop loops, notice a list that ends early."""
    url = first
    asked: set[str] = set()
    seen: set[Any] = set()
    contents: set[tuple[Any, ...]] = set()
    promised: int | None = None
    while True:
        asked.add(str(url))
        page = client.get(url, understand=_page, gone=() if len(asked) > 1 else None)
        if page == ():  # the last page has gone while reading: reports were removed
            break
        reports, following, count, version = page
        promised = count if promised is None else promised
        ids = tuple(report["id"] for report in reports)
        if reports and ids in contents:
            raise _endless()
        if promised is not None and len(seen) > 2 * promised + 1_000:
            raise _endless()
        contents.add(ids)
        seen.update(ids)
        yield reports, version
        if not following:
            break
        # Behind a proxy the link may name another host or path; only its question is ours.
        url = first.copy_with(query=httpx.URL(following).query)
        if str(url) in asked:
            raise _endless()
    if promised is not None and len(seen) < promised - max(5, promised // 100):
        raise SourceUnavailable(
            f"{_TITLE} noemt {promised} meldingen maar gaf er {len(seen)}. Er is niets ingelezen. "
            "Probeer het later opnieuw."
        )


def _endless() -> SourceUnavailable:
    return SourceUnavailable(
        f"{_TITLE} geeft steeds dezelfde pagina of blijft pagina's geven: het bladeren komt niet "
        "aan een eind. Er is niets ingelezen. Controleer het adres in settings.toml bij "
        "[sources.signalen_api]."
    )


def _page(answer: Answer) -> tuple[list[dict[str, Any]], str | None, int | None, str | None]:
    """Reports, next link, number promised and Signalen's version of an answer."""
    content = answer.json()
    if not isinstance(content, dict) or not isinstance(content.get("results"), list):
        raise json.JSONDecodeError("no list of reports", "", 0)
    if not all(_is_report(item) for item in content["results"]):
        raise json.JSONDecodeError("no reports", "", 0)
    following = jsonfile.inside(content, "_links", "next").get("href")
    count = content.get("count")
    return (
        content["results"],
        following if isinstance(following, str) else None,
        count if isinstance(count, int) else None,
        answer.headers.get("X-API-Version"),
    )


SOURCE: Final = Source(
    name=_NAME, title=_TITLE, table="incidents", recognises=_recognises, read=_read
)
