"""Fetching official boundaries from a real HTTP server on this machine, in all its moods."""

from __future__ import annotations

import json
import socket
import threading
import time
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import geopandas as gpd
import pytest
import shapely

from thor_metrics.errors import SourceUnavailable
from thor_metrics.geo import fetch_boundaries, load_areas
from thor_metrics.geo.official import official_file

RD = "EPSG:28992"
X0, Y0 = 176_000.0, 318_000.0


def features(crs: str = "EPSG:4326", *, flip: bool = False) -> list[dict]:
    """Four squares: two of Maastricht, one its water, one of a neighbouring municipality."""
    frame = gpd.GeoDataFrame(
        {
            "buurtcode": ["BU09350000", "BU09350006", "BU09359999", "BU09380001"],
            "buurtnaam": ["Binnenstad", "Wyck", "Maas", "Meerssen"],
            "gemeentecode": ["GM0935", "GM0935", "GM0935", "GM0938"],
            "water": ["NEE", "NEE", "JA", "NEE"],
        },
        geometry=[shapely.box(X0 + 500 * i, Y0, X0 + 500 * i + 500, Y0 + 500) for i in range(4)],
        crs=RD,
    ).to_crs(crs)
    if flip:
        frame = frame.set_geometry(
            gpd.GeoSeries(
                shapely.transform(frame.geometry.to_numpy(), lambda xy: xy[:, ::-1]), crs=crs
            )
        )
    return json.loads(frame.to_json())["features"]


def page(found: list[dict], **more) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": found, **more}).encode()


@contextmanager
def serving(answer):
    """A server whose ``answer(handler)`` writes the whole response."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            answer(self)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def send(handler, body: bytes, *, status: int = 200, kind: str = "application/geo+json", **headers):
    handler.send_response(status)
    handler.send_header("Content-Type", kind)
    handler.send_header("Content-Length", str(len(body)))
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(body)


def at(settings, url: str, **geodata):
    return replace(settings, geodata=replace(settings.geodata, url=url, **geodata))


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    """A workplace's proxy is no part of these conversations."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def test_boundaries_come_in_and_stay(settings):
    assert load_areas(settings).approximate

    with serving(lambda handler: send(handler, page(features()))) as url:
        fetched = fetch_boundaries(at(settings, f"{url}/items?f=json"), timeout_s=5)
    kept = load_areas(settings)  # the server is gone

    for areas in (fetched, kept):
        assert areas.codes == ("BU09350000", "BU09350006")  # no neighbour, no water
        assert areas.gebieden == ("Centrum", "Centrum")
        assert areas.inhabitants == (2330, 5630)
        assert not areas.approximate
        assert areas.attribution == "Grenzen: 127.0.0.1"
        assert areas.place([X0 + 250, X0 + 750, X0 + 1_250], [Y0 + 250] * 3).tolist() == [0, 1, -1]
    about = json.loads(official_file(settings).with_suffix(".json").read_text("utf-8"))
    assert set(about) == {"source", "fetched", "licence", "attribution", "areas"}
    assert about["source"] == f"{url}/items?f=json"
    assert about["areas"] == 3  # kept: all of Maastricht, water too, and no neighbour
    assert len(list(official_file(settings).parent.iterdir())) == 2  # nothing half-written is left


def test_boundaries_named_in_the_settings_win_over_fetched_ones(settings, tmp_path):
    own = gpd.GeoDataFrame({"code": ["A"]}, geometry=[shapely.box(X0, Y0, X0 + 9, Y0 + 9)], crs=RD)
    own.to_file(tmp_path / "eigen.gpkg")
    with serving(lambda handler: send(handler, page(features()))) as url:
        fetch_boundaries(at(settings, url))

    named = replace(
        settings, areas=replace(settings.areas, boundaries=str(tmp_path / "eigen.gpkg"))
    )

    assert load_areas(named).codes == ("A",)


def test_pages_follow_next_links(settings):
    asked = []

    def answer(handler):
        asked.append(handler.path)
        number = int(handler.path.partition("cursor=")[2] or 0)
        links = [{"rel": "self", "href": handler.path}]
        if number < 3:
            links.append({"rel": "next", "href": f"/items?cursor={number + 1}"})  # relative
        send(handler, page(features()[number : number + 1], links=links))

    with serving(answer) as url:
        areas = fetch_boundaries(at(settings, f"{url}/items"))

    assert asked == ["/items", "/items?cursor=1", "/items?cursor=2", "/items?cursor=3"]
    assert areas.names == ("Binnenstad", "Wyck")


@pytest.mark.parametrize(
    ("crs", "flip", "header", "member"),
    [
        ("EPSG:28992", False, "<http://www.opengis.net/def/crs/EPSG/0/28992>", None),
        (
            "EPSG:28992",
            False,
            None,
            {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::28992"}},
        ),
        ("EPSG:4326", False, "<http://www.opengis.net/def/crs/OGC/1.3/CRS84>", None),
        ("EPSG:4326", True, "<http://www.opengis.net/def/crs/EPSG/0/4326>", None),  # latitude first
        ("EPSG:4258", True, "<http://www.opengis.net/def/crs/EPSG/0/4258>", None),
    ],
)
def test_the_crs_of_the_answer_counts(settings, crs, flip, header, member):
    headers = {"Content_Crs": header} if header else {}
    body = page(features(crs, flip=flip), **({"crs": member} if member else {}))

    with serving(lambda handler: send(handler, body, **headers)) as url:
        fetched = fetch_boundaries(at(settings, url))

    for areas in (fetched, load_areas(settings)):
        assert areas.place([X0 + 250, X0 + 750], [Y0 + 250] * 2).tolist() == [0, 1]
        assert shapely.area(areas.polygons) == pytest.approx([250_000] * 2, rel=1e-4)


def test_a_redirect_is_followed(settings):
    def answer(handler):
        if handler.path == "/oud":
            send(handler, b"", status=301, Location="/nieuw")
        else:
            send(handler, page(features()))

    with serving(answer) as url:
        assert len(fetch_boundaries(at(settings, f"{url}/oud"))) == 2


def html(handler):
    send(handler, b"<!doctype html><title>Onderhoud</title>", kind="text/html")


def broken_off(handler):
    handler.send_response(200)
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    handler.wfile.write(page(features())[:200])


def broken_json(handler):
    send(handler, page(features())[:-200])


def endless_pages(handler):
    number = int(handler.path.partition("p=")[2] or 0)
    send(handler, page([], links=[{"rel": "next", "href": f"/?p={number + 1}"}]))


def itself(handler):
    send(handler, page(features(), links=[{"rel": "next", "href": handler.path}]))


def elsewhere(handler):
    send(handler, page(features()[3:]))


def no_code(handler):
    bare = [{**feature, "properties": {"foo": 1}} for feature in features()]
    send(handler, page(bare))


def odd_geometry(handler):
    send(handler, page([{**features()[0], "geometry": {"type": "Polygon", "coordinates": "?"}}]))


def points(handler):
    send(
        handler,
        page([{**features()[0], "geometry": {"type": "Point", "coordinates": [5.69, 50.85]}}]),
    )


def bad_crs(handler):
    send(handler, page(features()), Content_Crs="<http://example.org/nergens>")


def slow(handler):
    time.sleep(1.0)


def drip(handler):
    """A byte now and then keeps every single wait short, and the whole endless."""
    handler.send_response(200)
    handler.end_headers()
    try:
        for _ in range(400):
            handler.wfile.write(b" ")
            handler.wfile.flush()
            time.sleep(0.02)
    except OSError:
        pass


def bad_link(handler):
    send(handler, page(features(), links=[{"rel": "next", "href": "http://["}]))


FAILURES = {
    "niet te bereiken": bad_link,
    "foutcode 500": lambda handler: send(handler, b"stuk", status=500),
    "foutcode 404": lambda handler: send(handler, page([]), status=404),
    "foutcode 403": lambda handler: send(handler, b"{}", status=403),
    "webpagina in plaats van gegevens": html,
    "brak halverwege af": broken_off,
    "halverwege ophouden of onleesbaar": broken_json,
    "gegevens die halverwege": lambda handler: send(handler, b"[" * 200_000),
    "gaf 0 buurten, maar geen enkele van Maastricht": lambda handler: send(handler, page([])),
    "gaf 1 buurten, maar geen enkele van Maastricht": elsewhere,
    "zonder lijst van buurten": lambda handler: send(handler, b'{"type": "Feature"}'),
    r"zonder lijst van buurten .*items": lambda handler: send(handler, b"[1, 2]"),
    "verwijst in een kring": lambda handler: send(handler, b"", status=302, Location="/kring"),
    "steeds naar dezelfde": itself,
    r"\(na 200 pagina's\)": endless_pages,
    "geen kolom met een buurtcode": no_code,
    "niet te lezen zijn": odd_geometry,
    "moet een vlak hebben": points,
    r"coördinatenstelsel http://example": bad_crs,
    "niet op tijd": slow,
    "te traag": drip,
}


@pytest.mark.parametrize("told", FAILURES)
def test_every_failure_is_told_in_dutch_and_changes_nothing(settings, told):
    with serving(lambda handler: send(handler, page(features()))) as url:
        fetch_boundaries(at(settings, url))
    before = {path: path.read_bytes() for path in official_file(settings).parent.iterdir()}
    timeout = {"niet op tijd": 0.2, "te traag": 0.2}.get(told, 10.0)
    started = time.monotonic()

    with serving(FAILURES[told]) as url, pytest.raises(SourceUnavailable, match=told) as caught:
        fetch_boundaries(at(settings, url), timeout_s=timeout)

    assert time.monotonic() - started < 10
    assert "127.0.0.1" in str(caught.value)
    assert "probeer het later opnieuw" in str(caught.value)
    assert {path: path.read_bytes() for path in official_file(settings).parent.iterdir()} == before


def test_nobody_listens(settings):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
        with pytest.raises(SourceUnavailable, match="niet te bereiken"):
            fetch_boundaries(at(settings, url), timeout_s=2)
    assert load_areas(settings).approximate


@pytest.mark.parametrize(
    "url", ["geen-adres", "ftp://127.0.0.1/x", "http://[", "http://a b/", "http://127.0.0.1:99999/"]
)
def test_an_address_that_is_none(settings, url):
    with pytest.raises(SourceUnavailable, match=r"niet te bereiken"):
        fetch_boundaries(at(settings, url), timeout_s=2)


def test_no_address(settings):
    with pytest.raises(SourceUnavailable, match=r"\[geodata\] url"):
        fetch_boundaries(at(settings, ""))


def test_a_folder_that_cannot_be_written(settings):
    settings.data_dir.mkdir(parents=True)
    (settings.data_dir / "geodata").write_text("een bestand op de plek van de map")

    with (
        serving(lambda handler: send(handler, page(features()))) as url,
        pytest.raises(SourceUnavailable, match="niet te bewaren"),
    ):
        fetch_boundaries(at(settings, url))


def test_pdok_is_named_with_its_licence(settings, monkeypatch):
    """The words that stand under the map."""
    from thor_metrics.geo import official

    monkeypatch.setattr(official, "_all_pages", lambda _url, _patience: (features(), "OGC:CRS84"))
    areas = fetch_boundaries(at(settings, "https://api.pdok.nl/cbs/items?f=json"))

    assert areas.attribution == "Grenzen: © CBS en Kadaster (PDOK)"
    assert "CC BY 4.0" in official_file(settings).with_suffix(".json").read_text("utf-8")
