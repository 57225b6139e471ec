"""Real output of Signalen and of Open311 servers, where a workplace has it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely

from tests.local_server import Reply, as_json, serve
from thor_metrics.errors import FileRefused
from thor_metrics.settings import Municipality, Settings, SourceSettings
from thor_metrics.sources import open311, signalen_api, signalen_csv, signalen_public, signalen_tdo
from thor_metrics.sources.base import Package, Request
from thor_metrics.sources.dates import parse_times
from thor_metrics.sources.package import open_package

DATA = Path(__file__).parents[2] / "shared" / "data"
LIVE = DATA / "signalen_live"
SETTINGS = Settings(Municipality("GM0935", "Maastricht"))

pytestmark = pytest.mark.skipif(
    not LIVE.is_dir(), reason="the real data is no part of the project; it lies beside it"
)

TIMES = ("reported_at", "updated_at", "occurred_from", "occurred_until", "closed_at")


def package(*paths):
    members = [
        member
        for path in paths
        for offered in open_package(DATA / path, max_mb=100)
        for member in offered.members
    ]
    return Package(Path(paths[0]).name, tuple(members))


def rows(source, *paths):
    offered = package(*paths)
    assert source.recognises(offered)
    return by_number(source.read(offered, Request(SETTINGS)))


def by_number(reading):
    """All rows by number, with times understood as ingest does."""
    found = pd.concat([batch.rows for batch in reading.batches])
    found = found.set_index("source_id").sort_index()
    for name in set(TIMES) & set(found):
        times = parse_times(
            found[name], zone=reading.time_zone or "Europe/Amsterdam", order=reading.date_order
        )
        assert not times.unreadable.any()
        found[name] = times.at
    return found


@pytest.fixture(scope="module")
def csv():
    return rows(signalen_csv.SOURCE, "signalen_live/csv_dwh/2026/11/23/20261123_182305UTC.zip")


@pytest.fixture(scope="module")
def api():
    pages = [f"signalen_live/api/private_signals_page{n}.json" for n in (1, 2, 3, 4)]
    return rows(signalen_api.SOURCE, *pages)


@pytest.mark.parametrize(
    "path",
    [
        "signalen_live/csv_plain",
        "signalen_live/csv_dwh",
        "signalen_live/csv_dwh/2026/11/23",
        "signalen_live/api/private_csv_download.zip",
    ],
)
def test_every_way_to_store_the_export_is_the_same(csv, path):
    pd.testing.assert_frame_equal(rows(signalen_csv.SOURCE, path), csv)


def assert_same(ours, theirs):
    """Same reports, place within a metre, time within a second, states and children equal."""
    assert ours.index.equals(theirs.index)
    shared = set(ours) & set(theirs)
    for name in shared & {"reported_at", "updated_at", "occurred_from", "occurred_until"}:
        assert (ours[name].isna() == theirs[name].isna()).all()
        apart = (ours[name] - theirs[name]).abs().max()
        assert apart < pd.Timedelta(seconds=1)
    for name in shared & {"status", "is_child", "channel", "main_category", "sub_category"}:
        assert (ours[name] == theirs[name]).all(), name
    apart = np.hypot((ours["x"] - theirs["x"]) * 71_000, (ours["y"] - theirs["y"]) * 111_000)
    assert apart.max() < 1.0


def upright(csv):
    """Longitude and latitude the right way round, as geo puts them."""
    return csv.rename(columns={"x": "y", "y": "x"})


def test_csv_and_api_give_the_same_reports(csv, api):
    assert len(csv) == 307
    assert csv["is_child"].sum() == 19
    assert_same(upright(csv), api)
    # A list cannot tell when a report was closed that somebody wants reopened.
    differ = csv["closed_at"].notna() & api["closed_at"].isna()
    assert set(csv.loc[differ, "status"]) == {"reopen requested"}
    both = csv["closed_at"].notna() & ~differ
    assert (csv["closed_at"][both] == api["closed_at"][both]).all()
    assert api["closed_at"][~both].isna().all()


def test_tdo_gives_the_same_reports(csv):
    tdo = rows(signalen_tdo.SOURCE, "signalen_live/csv_tdo")
    points = shapely.from_wkb(tdo["geometry"].str.removeprefix("\\x"))
    placed = tdo.assign(x=shapely.get_x(points), y=shapely.get_y(points))
    assert_same(upright(csv), placed.drop(columns=["main_category", "sub_category"]))
    # Slugs and names reduce to the same category for the mapping to themes.
    from thor_metrics.settings import slug

    for name in ("main_category", "sub_category"):
        assert (tdo[name].map(slug) == csv[name].map(slug)).all()


def test_one_large_page_and_the_filter(api):
    whole = rows(signalen_api.SOURCE, "signalen_live/api/private_signals_page_size_500.json")
    pd.testing.assert_frame_equal(whole, api)
    june = rows(
        signalen_api.SOURCE, "signalen_live/api/private_signals_filtered_created_2026_06.json"
    )
    pd.testing.assert_frame_equal(june, api.loc[june.index], check_dtype=False)


def test_the_api_replayed(api):
    """The real pages through a real server, stumbling over each of the real errors once."""
    pages = {
        str(n): (LIVE / f"api/private_signals_page{n}.json").read_bytes() for n in (1, 2, 3, 4)
    }
    errors = json.loads((LIVE / "api/error_answers_per_token.json").read_text())
    stumbles = [
        Reply(errors["no_header"]["body_first_200"].encode(), 500),
        None,
        Reply(pages["2"], cut=True),
        None,
        Reply(b"", 502),
    ]

    def answer(asked):
        reply = stumbles.pop(0) if stumbles else None
        return reply or Reply(pages[asked.query.get("page", "1")])

    with serve(answer) as server:
        mine = Settings(
            SETTINGS.municipality, sources={"signalen_api": SourceSettings(url=server.url)}
        )
        found = by_number(signalen_api.fetch(mine, pause=lambda seconds: None))
    assert len(server.asked) == 7
    assert found.pop("system_version").isna().all()
    pd.testing.assert_frame_equal(found, api)


@pytest.mark.parametrize("kind", ["expired", "wrong_issuer"])
def test_the_real_refusals(kind):
    from thor_metrics.errors import SourceUnavailable

    errors = json.loads((LIVE / "api/error_answers_per_token.json").read_text())
    status = int(errors[kind]["status_line"].split()[1])
    assert status in (401, 403)
    with serve(lambda asked: as_json({}, status)) as server:
        mine = Settings(
            SETTINGS.municipality, sources={"signalen_api": SourceSettings(url=server.url)}
        )
        with pytest.raises(SourceUnavailable, match="token"):
            list(signalen_api.fetch(mine).batches)
    assert len(server.asked) == 1


def test_no_person_comes_along(csv, api):
    """Nothing from the tables and keys that hold people, in no column."""
    people = pd.read_csv(LIVE / "csv_plain/reporters.csv", dtype=str)
    texts = pd.read_csv(LIVE / "csv_plain/signals.csv", dtype=str)["text"]
    secret = {*people["email"].dropna(), *people["phone"].dropna(), *texts.dropna()}
    for found in (csv, api):
        values = set(found.astype(str).to_numpy().ravel())
        assert not values & secret
        assert not any("@" in str(value) for value in values)


def test_the_public_maps():
    old = rows(signalen_public.SOURCE, "signalen_live/api/public_map_signals.geojson")
    assert len(old) == 128
    offered = package("signalen_live/api/public_signals_geography.geojson")
    (batch,) = signalen_public.SOURCE.read(offered, Request(SETTINGS)).batches
    assert len(batch.rows) == 54
    with pytest.raises(FileRefused, match="zonder categorie"):
        rows(signalen_public.SOURCE, "signalen_live/api/private_signals_geography.geojson")


#: Rows each real answer gives; 0 is an empty list, a word is part of the refusal.
OPEN311 = {
    "6aika_helsinki/insert_requests.json": "geen service_request_id",
    "6aika_helsinki/taskful_request.json": 1,
    "chicago_live/chicago_requests_50.json": 50,
    "open311status/files__requests_many.xml": 2,
    "open311status/files__requests_single.xml": 1,
    "open311status/files__services_giessen.xml": "services",
    "open311status/service_list.json": "services",
    "open311status/service_requests.json": 2,
    "sf_2010_codeforamerica/403.xml": "Invalid api_key",
    "sf_2010_codeforamerica/get_service_request.xml": 1,
    "sf_2010_codeforamerica/get_service_request_not_found.xml": "not found",
    "sf_2010_codeforamerica/post_service_request.xml": "ontvangstbevestiging",
    "sf_2010_codeforamerica/request_id_from_token.xml": "ontvangstbevestiging",
    "sf_2010_codeforamerica/service_definition.xml": "services",
    "sf_2010_codeforamerica/service_requests.xml": 2,
    "sf_2010_codeforamerica/service_requests_empty.xml": 0,
    "sf_2010_codeforamerica/services.xml": "services",
    "toronto_history/requests_toronto_multi.xml": 2,
    "toronto_history/requests_toronto_single.xml": 1,
}


def test_every_open311_answer_is_listed():
    found = {f"{path.parent.name}/{path.name}" for path in (DATA / "open311").glob("*/*")}
    assert found == set(OPEN311)


@pytest.mark.parametrize("path", OPEN311)
def test_open311(path):
    wanted = OPEN311[path]
    if isinstance(wanted, str):
        with pytest.raises(FileRefused, match=wanted):
            rows(open311.SOURCE, f"open311/{path}")
    else:
        assert len(rows(open311.SOURCE, f"open311/{path}")) == wanted


def test_chicago_counts_are_golden():
    golden = json.loads((DATA / "open311/golden.json").read_text())
    found = rows(open311.SOURCE, "open311/chicago_live/chicago_requests_50.json")
    assert found["main_category"].value_counts().to_dict() == golden["chicago_services"]
