"""Open311 GeoReport v2 live: the list of requests in windows of at most 90 days.

A server gives at most 1000 requests an answer, and some fewer without saying so: a window whose
answer may be full is asked again in halves.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any, Final

import httpx

from thor_metrics.errors import FileRefused, SettingsError, SourceUnavailable
from thor_metrics.settings import Settings
from thor_metrics.sources import jsonfile
from thor_metrics.sources.base import Batch, Reading, Request
from thor_metrics.sources.http import POLITE, Answer, Client, Patience
from thor_metrics.sources.open311 import NAME, reading, requests_in, row

__all__ = ["fetch"]

_TITLE: Final = "Open311"
#: Longest window the standard allows.
WINDOW: Final = dt.timedelta(days=90)
#: The standard's limit; and round numbers at which servers cut off unasked.
_FULL: Final = 1000
_MAYBE_FULL: Final = frozenset((20, 25, 50, 100, 200, 250, 300, 500))
#: No window gets shorter: more requests than this at once are no longer reports.
_SHORTEST: Final = dt.timedelta(minutes=1)
#: Before this there was no Open311.
_EARLIEST: Final = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
#: A year without requests is the time before the system.
_EMPTY_WINDOWS: Final = 4


def fetch(
    settings: Settings,
    *,
    updated_after: dt.datetime | None = None,
    now: dt.datetime | None = None,
    patience: Patience = POLITE,
    pause: Callable[[float], None] | None = None,
) -> Reading:
    """Read requests from the API, window by window, newest first, while they are being loaded.

    Parameters
    ----------
    settings : Settings
        ``[sources.open311] url``: base address (``.../georeport/v2``) or the address of the list
        (``.../requests.json``, ``.../requests.xml``); a query such as ``?jurisdiction_id=x``
        stays. A token in ``THOR_TOKEN_OPEN311`` goes along when set.
    updated_after : datetime, optional
        The standard filters on the moment of the request only: everything requested since 90
        days before this is read again, so that a request closed meanwhile is found. ``None``
        reads back until a year without requests.
    now, patience, pause
        For tests.

    Raises
    ------
    SettingsError
        Without a usable address.
    SourceUnavailable
        From ``batches``: refused, gone, unreadable, or too many requests in a minute.
    """
    url = settings.source(NAME).url
    if not url:
        raise SettingsError(
            "Het adres van de Open311-server ontbreekt. Zet in settings.toml: [sources.open311] "
            'met url = "https://.../georeport/v2".'
        )
    options: dict[str, Any] = {} if pause is None else {"pause": pause}
    client = Client(settings, source=NAME, title=_TITLE, url=url, patience=patience, **options)
    until = now or dt.datetime.now(dt.UTC)
    since = None
    if updated_after is not None:
        moment = updated_after if updated_after.tzinfo else updated_after.replace(tzinfo=dt.UTC)
        since = moment.astimezone(dt.UTC) - WINDOW
    return reading(Request(settings), _live(client, _list(url), since, until), None, [])


def _list(url: str) -> httpx.URL:
    """Address of the list of requests."""
    base = httpx.URL(url)
    path = base.path.rstrip("/")
    if not path.endswith((".json", ".xml")):
        path = f"{path}/requests.json"
    return base.copy_with(path=path)


def _live(
    client: Client, url: httpx.URL, since: dt.datetime | None, until: dt.datetime
) -> Iterator[Batch]:
    with client:
        requests = _back_in_time(client, url, since, until)
        yield from jsonfile.batches(map(row, requests), list(row({})))


def _back_in_time(
    client: Client, url: httpx.URL, since: dt.datetime | None, until: dt.datetime
) -> Iterator[dict[str, Any]]:
    empty = 0
    seen: set[str] = set()
    while empty < _EMPTY_WINDOWS and until > (since or _EARLIEST):
        start = max(until - WINDOW, since or _EARLIEST)
        found = _window(client, url, start, until)
        ids = _ids(found)
        if ids and ids <= seen:  # the same again: this server does not look at dates
            return
        seen |= ids
        empty = 0 if found or since is not None else empty + 1
        yield from found
        until = start


def _window(
    client: Client, url: httpx.URL, start: dt.datetime, end: dt.datetime
) -> list[dict[str, Any]]:
    """Requests of one window, in halves where the answer may not be whole.

    Both ends of a window belong to it, so halves may share requests; they miss none.
    """

    def ask(start: dt.datetime, end: dt.datetime) -> list[dict[str, Any]]:
        days = url.params.set("start_date", _written(start)).set("end_date", _written(end))
        return client.get(url.copy_with(params=days), understand=_requests)

    def whole(
        found: list[dict[str, Any]], start: dt.datetime, end: dt.datetime
    ) -> list[dict[str, Any]]:
        if len(found) < _FULL and len(found) not in _MAYBE_FULL:
            return found
        middle = start + (end - start) / 2
        newer, older = ask(middle, end), ask(start, middle)
        if end - start > _SHORTEST and _ids(newer) != _ids(older):
            return [*whole(newer, middle, end), *whole(older, start, middle)]
        if len(found) < _FULL:
            return found
        raise SourceUnavailable(
            f"{_TITLE} geeft steeds {len(found)} meldingen, ook voor een korte periode "
            f"({_written(start)}): het filter op datum werkt daar niet. Er is niets ingelezen. "
            "Vraag de beheerder van de server om start_date en end_date, of laad een bestand."
        )

    return whole(ask(start, end), start, end)


def _ids(requests: list[dict[str, Any]]) -> set[str]:
    return {str(one.get("service_request_id")) for one in requests}


def _requests(answer: Answer) -> list[dict[str, Any]]:
    try:
        return requests_in(answer.content, name=_TITLE)
    except FileRefused as refused:
        raise SourceUnavailable(str(refused)) from None


def _written(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
