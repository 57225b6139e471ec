"""Open311 GeoReport v2: every shape of answer, and the API by windows."""

from __future__ import annotations

import datetime as dt
import io
import json

import pandas as pd
import pytest

from tests.local_server import Reply, as_json, serve
from thor_metrics.errors import FileRefused, SettingsError, SourceUnavailable
from thor_metrics.settings import Municipality, Settings, SourceSettings
from thor_metrics.sources import open311, open311_api
from thor_metrics.sources.base import Member, Package, Request
from thor_metrics.sources.http import Patience

SETTINGS = Settings(Municipality("GM0935", "Maastricht"))
QUICK = Patience(tries=2, first_pause_s=0.0, longest_pause_s=0.0, answer_s=0.5, whole_s=1.0)

REQUEST = {
    "service_request_id": 638344,
    "status": "closed",
    "status_notes": "Opgeruimd na telefoontje van Jan",
    "service_name": "Bijplaatsing",
    "service_code": "006",
    "description": "Zakken",
    "requested_datetime": "2025-06-02T08:12:44+02:00",
    "updated_datetime": "2025-06-04T11:00:00+02:00",
    "address": "Voorbeeldstraat 12",
    "zipcode": 6211,
    "lat": 50.85289,
    "long": "5.68534",
    "media_url": "http://x/1.jpg ",
}
XML = """<?xml version="1.0" encoding="utf-8"?>
<service_requests>
  <request>
    <service_request_id>638344</service_request_id><status>closed</status>
    <status_notes>Duplicate request.</status_notes><service_name>Stoep</service_name>
    <service_code>006</service_code><description></description>
    <requested_datetime>2010-04-14T06:37:38-08:00</requested_datetime>
    <updated_datetime>2010-04-14T07:37:38-08:00</updated_datetime>
    <lat>37.762221815</lat><long>-122.4651145</long><media_url/>
  </request>
  <request>
    <service_request_id>638349</service_request_id><status>open</status><status_notes/>
    <service_name/><service_code>12</service_code>
    <requested_datetime>2010-04-19T06:37:38-08:00</requested_datetime><updated_datetime/>
    <lat/><long/>
  </request>
</service_requests>"""

RECEIPT = """<service_requests><request><service_request_id>1</service_request_id>
<token>9</token></request></service_requests>"""
ENTITY = """<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]>
<service_requests>&b;</service_requests>"""


def package(content, name="antwoord.json"):
    content = content if isinstance(content, (str, bytes)) else json.dumps(content)
    data = content.encode() if isinstance(content, str) else content
    return Package(name, (Member(name, len(data), lambda: io.BytesIO(data)),))


def read(content, name="antwoord.json", settings=SETTINGS):
    offered = package(content, name)
    assert open311.SOURCE.recognises(offered)
    return open311.SOURCE.read(offered, Request(settings))


def rows(reading):
    return pd.concat([batch.rows for batch in reading.batches]).set_index("source_id")


class TestShapes:
    def test_a_request(self):
        reading = read([REQUEST])
        assert rows(reading).loc["638344"].dropna().to_dict() == {
            "reported_at": "2025-06-02T08:12:44+02:00",
            "updated_at": "2025-06-04T11:00:00+02:00",
            "closed_at": "2025-06-04T11:00:00+02:00",
            "main_category": "Bijplaatsing",
            "status": "closed",
            "is_child": False,
            "x": 5.68534,
            "y": 50.85289,
        }
        assert {"description", "status_notes", "address"} <= set(reading.personal)
        assert reading.total == 1

    @pytest.mark.parametrize(
        "content",
        [
            REQUEST,
            {"service_requests": [REQUEST]},
            {"requests": [REQUEST]},
            {"service_requests": {"request": [REQUEST]}},
            {"service_requests": {"request": REQUEST}},
            "\ufeff" + json.dumps([REQUEST]),
            json.dumps([REQUEST]).replace('"006"', "006"),
            {
                "type": "FeatureCollection",
                "features": [
                    {
                        "type": "Feature",
                        "geometry": {"type": "Point", "coordinates": [5.68534, 50.85289]},
                        "properties": {
                            k: v for k, v in REQUEST.items() if k not in ("lat", "long")
                        },
                    }
                ],
            },
        ],
        ids=["one", "wrapped", "requests", "deep", "deep one", "bom", "006", "geojson"],
    )
    def test_wrappings_make_no_difference(self, content):
        assert rows(read(content)).equals(rows(read([REQUEST])))

    def test_xml(self):
        found = rows(read(XML, "antwoord.xml"))
        assert found.index.tolist() == ["638344", "638349"]
        assert found["main_category"].tolist() == ["Stoep", "12"]
        assert found["is_child"].tolist() == [True, False]
        assert found["closed_at"].tolist()[0] == "2010-04-14T07:37:38-08:00"
        assert found.loc["638349", ["updated_at", "closed_at", "x", "y"]].isna().all()

    def test_xml_with_a_namespace_and_http_headers_above_it(self):
        text = XML.replace("<service_requests>", '<service_requests xmlns="http://x/v2">')
        text = text.replace("?>", "?>", 1)
        assert rows(read("HTTP/1.1 200 OK\nServer: x\n\n" + text, "a.xml")).equals(
            rows(read(XML, "a.xml"))
        )

    def test_numbers_and_texts_are_the_same(self):
        texts = REQUEST | {"service_request_id": "638344", "lat": "50.85289", "long": 5.68534}
        assert rows(read([texts])).equals(rows(read([REQUEST])))

    @pytest.mark.parametrize(
        "changes",
        [
            {"status_notes": "This is a DUPLICATE of 5"},
            {"status_notes": "Duplicaat van 638001"},
            {"extended_attributes": {"duplicate": True}},
            {"extended_attributes": {"parent_service_request_id": "14-1"}},
        ],
    )
    def test_duplicates_are_children(self, changes):
        assert rows(read([REQUEST | changes]))["is_child"].all()

    def test_channel_where_a_server_gives_it(self):
        found = rows(read([REQUEST | {"extended_attributes": {"channel": "phone"}}]))
        assert found["channel"].tolist() == ["phone"]

    @pytest.mark.parametrize(
        ("content", "name"), [("[]", "a.json"), ("<service_requests/>", "a.xml")]
    )
    def test_empty_is_no_error(self, content, name):
        reading = read(content, name)
        assert len(rows(reading)) == 0
        assert "lege lijst" in reading.warnings[0]


class TestRefusals:
    @pytest.mark.parametrize(
        ("content", "words"),
        [
            ("<errors><error><code>404</code><description>Weg</description></error></errors>",
             "foutmelding van de Open311-server, geen meldingen: Weg"),
            ("HTTP/1.1 403 Forbidden\n\n<?xml version='1.0'?>\n<error>Invalid api_key</error>",
             "Invalid api_key"),
            ('[{"code": 403, "description": "Missing jurisdiction_id"}]', "jurisdiction_id"),
            ('[{"service_code": "001", "service_name": "Afval", "metadata": true}]', "services"),
            ("<services><service><service_code>1</service_code></service></services>", "services"),
            ("<service_definition><service_code>D</service_code></service_definition>", "services"),
            (RECEIPT, "ontvangstbevestiging"),
            ('[{"service_request_id": "1", "service_notice": "Dank"}]', "ontvangstbevestiging"),
            ('[{"model": "issue", "fields": {"service_code": "1", "requested_datetime": ""}}]',
             "geen service_request_id"),
            ('[{"service_request_id": "1", "requested_da', "afgebroken"),
            (XML[:600], "afgebroken"),
            (ENTITY, "onveilig"),
        ],
    )  # fmt: skip
    def test_each_is_told_apart(self, content, words):
        with pytest.raises(FileRefused, match=words):
            read(content, "a.xml" if content.startswith(("<", "HTTP")) else "a.json")

    def test_other_files_are_not_ours(self):
        for content, name in (
            ('{"type": "FeatureCollection", "features": []}', "a.json"),
            ("<gml><a/></gml>", "a.xml"),
            ("id;datum\n1;2-6-2025\n", "a.csv"),
        ):
            assert not open311.SOURCE.recognises(package(content, name))


class TestCsv:
    TEXT = (
        "service_request_id,requested_datetime,updated_datetime,closed_date,status_description,"
        "status_notes,source,service_name,service_subtype,description,lat,long\n"
        "1,2025-06-02T08:12:44Z,,2025-06-03T08:00:00Z,closed,,phone,Afval,Grofvuil,Jan,50.85,5.686\n"
        "2,2025-06-02T08:12:44Z,,,open,duplicate of 1,web,Afval,Grofvuil,Jan,,\n"
    )

    def test_the_bulk_profile(self):
        reading = read(self.TEXT, "requests.csv")
        found = rows(reading)
        assert found["closed_at"].tolist()[0] == "2025-06-03T08:00:00Z"
        assert found["sub_category"].tolist() == ["Grofvuil", "Grofvuil"]
        assert found["is_child"].tolist() == [False, True]
        assert found["x"].tolist()[0] == 5.686  # a number: as text it could be Dutch thousands
        assert "notes" not in found
        assert "description" in reading.personal

    def test_its_dates_decide_their_own_order(self):
        text = self.TEXT.replace("2025-06-02T08:12:44Z", "06/13/2025 08:12")
        reading = read(text, "requests.csv")
        assert reading.date_order == ""
        assert set(reading.date_samples()) == {"06/13/2025 08:12", "2025-06-03T08:00:00Z"}

    def test_without_closed_date_a_closed_request_was_last_updated_by_closing(self):
        text = (
            "service_request_id,requested_datetime,updated_datetime,status\n"
            "1,2025-06-02T08:12:44Z,2025-06-03T08:00:00Z,Closed\n"
            "2,2025-06-02T08:12:44Z,2025-06-03T08:00:00Z,open\n"
        )
        assert rows(read(text, "r.csv"))["closed_at"].isna().tolist() == [False, True]


# --- live ----------------------------------------------------------------------------------

NOW = dt.datetime(2026, 6, 30, 12, tzinfo=dt.UTC)


class Server:
    """A GeoReport server with requests at given moments, and a largest answer."""

    def __init__(self, moments, *, most=1000, dates=True):
        self.requests = [
            REQUEST | {"service_request_id": n, "requested_datetime": moment.isoformat()}
            for n, moment in enumerate(moments)
        ]
        self.moments = list(moments)
        self.most = most
        self.dates = dates

    def __call__(self, asked):
        start = dt.datetime.fromisoformat(asked.query["start_date"])
        end = dt.datetime.fromisoformat(asked.query["end_date"])
        assert end - start <= dt.timedelta(days=90)
        found = [
            request
            for request, moment in zip(self.requests, self.moments, strict=True)
            if not self.dates or start <= moment <= end
        ]
        return as_json(found[: self.most])


def live(server, *, path="/georeport/v2", after=None):
    mine = Settings(
        Municipality("GM0935", "Maastricht"),
        sources={"open311": SourceSettings(url=server.url + path)},
    )
    reading = open311_api.fetch(
        mine, updated_after=after, now=NOW, patience=QUICK, pause=lambda seconds: None
    )
    return rows(reading)


def days_back(*days):
    return [NOW - dt.timedelta(days=day, hours=1) for day in days]


class TestLive:
    def test_back_until_a_year_of_silence(self):
        with serve(Server(days_back(1, 100, 400, 1000))) as server:
            found = live(server)
        # 1000 days back lies behind more than a year without requests.
        assert sorted(found.index) == ["0", "1", "2"]
        starts = [asked.query["start_date"] for asked in server.asked]
        assert starts[0] == "2026-04-01T12:00:00Z"
        assert {asked.path for asked in server.asked} == {"/georeport/v2/requests.json"}
        assert len(starts) == 5 + 4

    def test_incremental_looks_ninety_days_further_back(self):
        with serve(Server(days_back(1, 50, 100, 200))) as server:
            found = live(server, after=NOW - dt.timedelta(days=20))
        assert sorted(found.index) == ["0", "1", "2"]

    def test_a_full_answer_is_asked_again_in_halves(self):
        moments = [NOW - dt.timedelta(hours=hour / 2) for hour in range(1, 2501)]
        with serve(Server(moments)) as server:
            found = live(server, after=NOW)
        assert len(set(found.index)) == len([m for m in moments if m > NOW - open311_api.WINDOW])

    def test_a_server_that_cuts_off_at_fifty_unasked(self):
        moments = [NOW - dt.timedelta(hours=hour) for hour in range(1, 301)]
        with serve(Server(moments, most=50)) as server:
            assert len(set(live(server, after=NOW).index)) == 300

    def test_a_server_without_dates_is_read_once(self):
        with serve(Server(days_back(*range(7)), dates=False)) as server:
            assert len(live(server)) == 7
        assert len(server.asked) == 2

    def test_a_full_server_without_dates_is_refused(self):
        with (
            serve(Server(days_back(*range(1200)), dates=False)) as server,
            pytest.raises(SourceUnavailable, match="filter op datum werkt daar niet"),
        ):
            live(server)
        assert len(server.asked) == 3

    def test_a_query_in_the_address_stays_and_xml_may_be_asked(self):
        with serve(lambda asked: Reply(XML.encode())) as server:
            found = live(server, path="/v2/requests.xml?jurisdiction_id=nl")
        assert sorted(found.index) == ["638344", "638349"]
        assert server.asked[0].path == "/v2/requests.xml"
        assert server.asked[0].query["jurisdiction_id"] == "nl"

    @pytest.mark.parametrize(
        ("reply", "words"),
        [
            (Reply(b"<errors><error><description>Weg</description></error></errors>"), "Weg"),
            (as_json([{"code": 400, "description": "start_date"}], 400), "fout 400"),
            (Reply(status=500), "fout 500"),
            (Reply(b"<html>"), "niet te lezen"),
            (as_json([{"service_code": "1", "service_name": "a"}]), "services"),
        ],
    )
    def test_errors(self, reply, words):
        with serve(lambda asked: reply) as server, pytest.raises(SourceUnavailable, match=words):
            live(server)

    def test_without_an_address(self):
        with pytest.raises(SettingsError, match=r"sources\.open311"):
            open311_api.fetch(SETTINGS)
