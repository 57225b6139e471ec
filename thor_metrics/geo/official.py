"""Official boundaries from a map service (OGC API Features), kept in the data folder."""

from __future__ import annotations

import datetime as dt
import json
import os
import tempfile
import time
from pathlib import Path
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

import geopandas as gpd
import httpx
import pyproj
import shapely
from pyproj.exceptions import CRSError

from thor_metrics.errors import AreasError, SourceUnavailable
from thor_metrics.geo.boundaries import clean, column_for, of_municipality
from thor_metrics.settings import Settings

__all__ = ["attribution_of", "fetch_official", "official_file"]

#: Longitude first, as GeoJSON has it when an answer does not say otherwise.
_CRS84: Final = "OGC:CRS84"

#: A municipality is a few pages; a service that keeps giving pages is broken.
_MOST_PAGES: Final = 200
_MOST_BYTES: Final = 200_000_000

#: The whole conversation may last this many times the patience for one answer.
_PATIENCE: Final = 10

_WHAT_NOW = "De benaderde grenzen blijven in gebruik; probeer het later opnieuw."


def official_file(settings: Settings) -> Path | None:
    """Give the boundaries kept by an earlier fetch for this municipality, if any."""
    path = _cache_file(settings)
    return path if path.exists() else None


def attribution_of(path: Path) -> str:
    """Give the words to show beside boundaries that were fetched into ``path``."""
    try:
        return str(json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))["attribution"])
    except (OSError, ValueError, KeyError):
        return f"Grenzen: {path.name}"


def fetch_official(settings: Settings, *, timeout_s: float | None = None) -> gpd.GeoDataFrame:
    """Fetch the municipality's buurten and keep them in ``<data>/geodata/``.

    Parameters
    ----------
    settings : Settings
        ``[geodata] url`` is the first page; later pages follow its ``next`` links.
    timeout_s : float, optional
        Seconds to wait for each answer; the whole may last ten times as long. The default is
        ``[geodata] timeout_s``.

    Returns
    -------
    GeoDataFrame
        As :func:`~thor_metrics.geo.boundaries.clean` gives it.

    Raises
    ------
    SourceUnavailable
        On any failure; what was kept before stays as it is.
    """
    url = settings.geodata.url
    if not url:
        raise SourceUnavailable(
            "Er is geen adres van een kaartdienst ingesteld. Vul [geodata] url in settings.toml, "
            "of geef een bestand met grenzen op bij [areas] boundaries."
        )
    patience = settings.geodata.timeout_s if timeout_s is None else timeout_s
    features, crs = _all_pages(url, patience)
    host = _host(url)
    found = _own_features(features, crs, settings, host=host)
    try:
        areas = clean(found, settings, origin=host)
    except AreasError as error:
        raise SourceUnavailable(
            f"{host} gaf buurten die niet te gebruiken zijn. {error} {_WHAT_NOW}"
        ) from error
    _keep(found, settings, host=host, url=url)
    return areas


def _cache_file(settings: Settings) -> Path:
    return settings.data_dir / "geodata" / f"buurten-{settings.municipality.code}.geojson"


def _host(url: str) -> str:
    """Name of the service for messages; an address that is none speaks for itself."""
    try:
        return urlsplit(url).hostname or url
    except ValueError:
        return url


def _all_pages(url: str, patience: float) -> tuple[list[dict[str, Any]], str]:
    host = _host(url)
    features: list[dict[str, Any]] = []
    crs, seen, deadline = _CRS84, set[str](), time.monotonic() + _PATIENCE * patience
    following: str | None = url
    with httpx.Client(timeout=patience, follow_redirects=True, max_redirects=5) as client:
        while following:
            if following in seen or len(seen) >= _MOST_PAGES:
                raise SourceUnavailable(
                    f"{host} verwijst steeds naar dezelfde of nog een pagina (na {len(seen)} "
                    f"pagina's). {_WHAT_NOW}"
                )
            seen.add(following)
            page, page_crs = _page(client, following, host, deadline)
            features += page["features"]
            crs = page_crs
            following = _next_link(page, following)
    return features, crs


def _page(client: httpx.Client, url: str, host: str, deadline: float) -> tuple[dict[str, Any], str]:
    """Get one page and the CRS of its coordinates."""
    try:
        with client.stream("GET", url, headers={"Accept": "application/geo+json"}) as answer:
            if answer.status_code != httpx.codes.OK:
                raise SourceUnavailable(
                    f"{host} antwoordde met foutcode {answer.status_code}. Controleer [geodata] "
                    f"url in settings.toml. {_WHAT_NOW}"
                )
            content = bytearray()
            for part in answer.iter_bytes():
                content += part
                if time.monotonic() > deadline:
                    raise SourceUnavailable(f"{host} antwoordt te traag. {_WHAT_NOW}")
                if len(content) > _MOST_BYTES:
                    raise SourceUnavailable(f"{host} stuurt veel te veel. {_WHAT_NOW}")
    except httpx.TimeoutException:
        raise SourceUnavailable(f"{host} antwoordde niet op tijd. {_WHAT_NOW}") from None
    except httpx.TooManyRedirects:
        raise SourceUnavailable(f"{host} verwijst in een kring door. {_WHAT_NOW}") from None
    except (httpx.RemoteProtocolError, httpx.ReadError, httpx.DecodingError):
        raise SourceUnavailable(
            f"Het antwoord van {host} brak halverwege af. {_WHAT_NOW}"
        ) from None
    except (httpx.HTTPError, httpx.InvalidURL):
        raise SourceUnavailable(
            f"{host} is niet te bereiken. Controleer het netwerk en [geodata] url. {_WHAT_NOW}"
        ) from None
    return _json_page(bytes(content), answer.headers, host)


def _json_page(content: bytes, headers: httpx.Headers, host: str) -> tuple[dict[str, Any], str]:
    try:
        page = json.loads(content)
    except (ValueError, RecursionError):
        if content.lstrip()[:1] == b"<":
            told = "met een webpagina in plaats van gegevens"
        else:
            told = "met gegevens die halverwege ophouden of onleesbaar zijn"
        raise SourceUnavailable(f"{host} antwoordde {told}. {_WHAT_NOW}") from None
    if not (isinstance(page, dict) and isinstance(page.get("features"), list)):
        raise SourceUnavailable(
            f"{host} antwoordde zonder lijst van buurten ('features'). Controleer of [geodata] url "
            f"naar .../items?f=json wijst. {_WHAT_NOW}"
        )
    member = page.get("crs")
    named = member.get("properties", {}).get("name") if isinstance(member, dict) else None
    return page, headers.get("Content-Crs", "").strip("<> ") or named or _CRS84


def _next_link(page: dict[str, Any], url: str) -> str | None:
    for link in page.get("links") or ():
        if isinstance(link, dict) and link.get("rel") == "next" and link.get("href"):
            try:
                return urljoin(url, str(link["href"]))
            except ValueError:
                return str(link["href"])  # no address at all: asking for it tells so
    return None


def _own_features(
    features: list[dict[str, Any]], crs: str, settings: Settings, *, host: str
) -> gpd.GeoDataFrame:
    """Features of this municipality (services answer by rectangle, so neighbours come along)."""
    empty = SourceUnavailable(
        f"{host} gaf {len(features)} buurten, maar geen enkele van {settings.municipality.name} "
        f"({settings.municipality.code}). Controleer bbox in [geodata] url. {_WHAT_NOW}"
    )
    if not features:
        raise empty
    try:
        system = pyproj.CRS.from_user_input(crs)
        found = gpd.GeoDataFrame.from_features(features, crs=system)
        if _latitude_first(system):
            flipped = shapely.transform(found.geometry.to_numpy(), lambda xy: xy[:, ::-1])
            found = found.set_geometry(gpd.GeoSeries(flipped, index=found.index, crs=system))
    except (CRSError, ValueError, TypeError, KeyError, AttributeError, shapely.errors.ShapelyError):
        raise SourceUnavailable(
            f"{host} gaf buurten die niet te lezen zijn (coördinatenstelsel {crs}). {_WHAT_NOW}"
        ) from None
    code = column_for(found.columns, "code", named="")
    own = of_municipality(found, code, settings.municipality.code) if code else None
    if own is None:
        return found
    if not own.any():
        raise empty
    return found[own]


def _latitude_first(system: pyproj.CRS) -> bool:
    """Whether an OGC service writes this system with the latitude first (EPSG:4326 does)."""
    return system.is_geographic and system.axis_info[0].direction == "north"


def _keep(found: gpd.GeoDataFrame, settings: Settings, *, host: str, url: str) -> None:
    """Write the answer and where it came from; a reader sees all of the old or of the new."""
    path = _cache_file(settings)
    official = host == "pdok.nl" or host.endswith(".pdok.nl")
    about = {
        "source": url,
        "fetched": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "licence": "CC BY 4.0" if official else f"zie {host}",
        "attribution": "Grenzen: © CBS en Kadaster (PDOK)" if official else f"Grenzen: {host}",
        "areas": len(found),
    }
    kept = found.to_crs("EPSG:4326").reset_index(drop=True)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path, kept.to_json(drop_id=True))
        _replace(path.with_suffix(".json"), json.dumps(about, ensure_ascii=False, indent=2))
    except OSError as error:
        raise SourceUnavailable(
            f"De grenzen zijn opgehaald maar niet te bewaren in {path.parent.name}: "
            f"{error.strerror}. Maak ruimte of geef schrijfrechten."
        ) from error


def _replace(path: Path, text: str) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".tmp")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)
