"""Signalen's API, saved and live: a real server here gives pages and every error there is."""

from __future__ import annotations

import datetime as dt
import io
import json

import pandas as pd
import pytest

from tests.local_server import Reply, as_json, serve
from thor_metrics.errors import FileRefused, SettingsError, SourceUnavailable
from thor_metrics.settings import Municipality, Settings, SourceSettings
from thor_metrics.sources import signalen_api, signalen_public
from thor_metrics.sources.base import Member, Package, Request
from thor_metrics.sources.http import Patience

SETTINGS = Settings(Municipality("GM0935", "Maastricht"))
PATH = "/signals/v1/private/signals/"
QUICK = Patience(tries=3, first_pause_s=0.0, longest_pause_s=0.0, answer_s=0.5, whole_s=1.0)


def report(number, **changes):
    """One report as the list gives it, with everything that must not come along."""
    return {
        "_links": {"self": {"href": f"https://x.example{PATH}{number}"}},
        "_display": f"{number} - o - None - 2025-06-02T08:12:44.120339+02:00",
        "id": number,
        "signal_id": "7f1c7b0e",
        "source": "Telefoon – KCC",
        "text": "Jan Jansen belde op 0612345678",
        "text_extra": "",
        "status": {
            "text": "Opgeruimd", "user": "a.b@example.org", "state": "o",
            "state_display": "Afgehandeld", "created_at": "2025-06-04T11:00:00+02:00",
        },
        "location": {
            "stadsdeel": None, "buurt_code": "0003", "area_code": None,
            "area_name": "Statenkwartier",
            "address": {"openbare_ruimte": "Voorbeeldstraat", "huisnummer": "12"},
            "geometrie": {"type": "Point", "coordinates": [5.68534, 50.85289]},
        },
        "category": {
            "main": "Afval", "main_slug": "afval", "sub": "Container bijplaatsing",
            "sub_slug": "container-bijplaatsing", "created_by": "a.b@example.org",
        },
        "reporter": {"email": "jan@example.org", "phone": "0612345678"},
        "created_at": "2025-06-02T08:12:44.120339+02:00",
        "updated_at": "2025-06-04T11:00:00+02:00",
        "incident_date_start": "2025-06-02T07:30:00+02:00",
        "incident_date_end": None,
        "notes": [{"text": "Bel terug", "created_by": None}],
        "has_parent": False,
        "has_children": False,
        "assigned_user_email": None,
    } | changes  # fmt: skip


def page(reports, following=None, count=None):
    return {
        "_links": {"self": {"href": f"https://x.example{PATH}"}, "next": {"href": following}},
        "count": len(reports) if count is None else count,
        "results": reports,
    }


# --- saved ---------------------------------------------------------------------------------


def package(**contents):
    members = [
        Member(f"{name}.json", 1, lambda text=text: io.BytesIO(text.encode()))
        for name, text in contents.items()
    ]
    return Package("map", tuple(members))


def read(**contents):
    offered = package(**{
        name: content if isinstance(content, str) else json.dumps(content)
        for name, content in contents.items()
    })  # fmt: skip
    assert signalen_api.SOURCE.recognises(offered)
    return signalen_api.SOURCE.read(offered, Request(SETTINGS))


def rows(reading):
    return pd.concat([batch.rows for batch in reading.batches]).set_index("source_id")


class TestSaved:
    def test_what_a_report_gives(self):
        found = rows(read(lijst=page([report(101)]))).loc["101"]
        assert found.dropna().to_dict() == {
            "reported_at": "2025-06-02T08:12:44.120339+02:00",
            "updated_at": "2025-06-04T11:00:00+02:00",
            "occurred_from": "2025-06-02T07:30:00+02:00",
            "closed_at": "2025-06-04T11:00:00+02:00",
            "channel": "Telefoon",
            "main_category": "Afval",
            "sub_category": "Container bijplaatsing",
            "status": "o",
            "is_child": False,
            "x": 5.68534,
            "y": 50.85289,
            "area_given": "Statenkwartier",
        }

    def test_only_a_closed_report_has_a_closing_time(self):
        open_again = {"state": "reopened", "created_at": "2025-06-05T11:00:00+02:00"}
        found = rows(read(lijst=page([report(1, status=open_again)])))
        assert found["closed_at"].isna().all()

    def test_several_pages_are_one_list(self):
        reading = read(a=page([report(2)]), b=page([report(1, has_parent=True)]))
        assert reading.total == 2
        found = rows(reading)
        assert found.index.tolist() == ["2", "1"]
        assert found["is_child"].tolist() == [False, True]

    def test_a_detail_names_its_parent(self):
        links = {"self": {"href": f"{PATH}40"}, "sia:parent": {"href": f"https://x{PATH}39"}}
        found = rows(read(detail=report(40, _links=links)))
        assert found.loc["40", ["parent_id", "is_child"]].tolist() == ["39", True]

    def test_odd_reports_do_not_stop_the_others(self):
        odd = report(3, location=None, category={}, source=None, status={"state": ""})
        found = rows(read(lijst=page([odd, report(4)])))
        assert found["x"].isna().tolist() == [True, False]

    def test_other_files_in_the_folder_are_named_and_left(self):
        reading = read(a=page([report(1)]), b={"iets": "anders"}, c={"detail": "Ongeldige pagina."})
        assert len(rows(reading)) == 1
        assert "b.json, c.json" in reading.warnings[0]

    def test_an_empty_list_is_no_error(self):
        reading = read(lijst=page([]))
        assert len(rows(reading)) == 0
        assert "leeg" in reading.warnings[0]

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            ('{"detail":"Ongeldige pagina."}', "foutmelding: 'Ongeldige pagina.'"),
            (page([{"id": 40, "status": {"state": "o"}, "can_view_signal": True}]), "geen lijst"),
            (json.dumps(page([report(1)]))[:-400], "afgebroken"),
        ],
    )
    def test_what_is_no_list_is_refused(self, content, words):
        with pytest.raises(FileRefused, match=words):
            read(lijst=content)

    def test_other_json_is_not_ours(self):
        assert not signalen_api.SOURCE.recognises(package(a='{"_links": {}, "results": []}'))


# --- live ----------------------------------------------------------------------------------


def live(server, *, path="", after=None, patience=QUICK):
    """Read everything a server gives."""
    mine = Settings(
        Municipality("GM0935", "Maastricht"),
        sources={"signalen_api": SourceSettings(url=server.url + path)},
    )
    reading = signalen_api.fetch(
        mine, updated_after=after, patience=patience, pause=lambda seconds: None
    )
    return rows(reading)


class Signalen:
    """Pages of reports, newest first, as the real API gives them; answers may go wrong first."""

    def __init__(self, number=250, *, before=(), size=100):
        self.reports = [report(n) for n in range(number, 0, -1)]
        self.before = list(before)
        self.size = size

    def __call__(self, asked):
        if self.before:
            reply = self.before.pop(0)
            if reply is not None:
                return reply
        at = int(asked.query.get("page", 1))
        start = (at - 1) * self.size
        if start >= max(len(self.reports), 1):
            return as_json({"detail": "Ongeldige pagina."}, 404)
        # As behind a proxy: another host and another path.
        following = f"http://10.0.0.1:8000/intern{PATH}?page={at + 1}&page_size=100"
        last = start + self.size >= len(self.reports)
        some = self.reports[start : start + self.size]
        content = page(some, None if last else following, len(self.reports))
        return as_json(content, **{"X-API-Version": "2.50.12"})


class TestLive:
    def test_all_pages_from_our_own_address(self):
        with serve(Signalen(250)) as server:
            found = live(server)
        assert found.index.tolist() == [str(n) for n in range(250, 0, -1)]
        assert [asked.path for asked in server.asked] == [PATH] * 3
        assert [asked.query.get("page") for asked in server.asked] == [None, "2", "3"]
        assert server.asked[0].query["page_size"] == "100"
        assert set(found["system_version"]) == {"2.50.12"}
        assert found.loc["7", "sub_category"] == "Container bijplaatsing"

    @pytest.mark.parametrize("path", ["", "/", "/signals/v1", "/signals/v1/", PATH, PATH[:-1]])
    def test_the_address_may_be_long_or_short(self, path):
        with serve(Signalen(1)) as server:
            live(server, path=path)
        assert server.asked[0].path == PATH

    def test_a_prefix_stays(self):
        with serve(Signalen(1)) as server:
            live(server, path="/meldingen/")
        assert server.asked[0].path == f"/meldingen{PATH}"

    def test_incremental(self):
        moment = dt.datetime(2026, 6, 1, 12, tzinfo=dt.timezone(dt.timedelta(hours=2)))
        with serve(Signalen(1)) as server:
            live(server, after=moment)
        assert server.asked[0].query["updated_after"] == "2026-06-01T12:00:00+02:00"

    def test_the_token_of_the_environment(self, monkeypatch):
        monkeypatch.setenv("THOR_TOKEN_SIGNALEN_API", "abc")
        with serve(Signalen(1)) as server:
            live(server)
        assert server.asked[0].headers["Authorization"] == "Bearer abc"

    def test_nothing_new(self):
        with serve(Signalen(0)) as server:
            found = live(server)
        assert len(found) == 0
        assert {"reported_at", "x", "is_child"} <= set(found)

    @pytest.mark.parametrize(
        "reply",
        [
            Reply(b"<h1>Server Error (500)</h1>", 500, {"Content-Type": "text/html"}),
            Reply(status=429, headers={"Retry-After": "1"}),
            Reply(json.dumps(page([report(1)])).encode(), cut=True),
            Reply(json.dumps(page([report(1)])).encode()[:-300]),
            Reply(b"<html>Onderhoud</html>"),
            as_json({"results": [{"id": 1}]}),
            as_json([1, 2]),
            Reply(b"{}", wait_s=0.7),
        ],
        ids=["500", "429", "cut", "half", "html", "half reports", "list", "slow"],
    )
    def test_a_stumble_halfway_loses_nothing(self, reply):
        with serve(Signalen(250, before=[None, reply])) as server:
            assert len(live(server)) == 250
        assert len(server.asked) == 4

    def test_without_a_token_500_says_what_is_missing(self):
        error = Reply(b"<h1>Server Error (500)</h1>", 500, {"Content-Type": "text/html"})
        with (
            serve(lambda asked: error) as server,
            pytest.raises(SourceUnavailable, match="THOR_TOKEN_SIGNALEN_API"),
        ):
            live(server)
        assert len(server.asked) == 3

    @pytest.mark.parametrize(("status", "words"), [(401, "token"), (403, "recht"), (404, "url")])
    def test_refusals_at_once(self, status, words):
        with (
            serve(lambda asked: as_json({"detail": "nee"}, status)) as server,
            pytest.raises(SourceUnavailable, match=words),
        ):
            live(server)
        assert len(server.asked) == 1

    def test_a_token_that_expires_halfway(self):
        with (
            serve(Signalen(250, before=[None, as_json({}, 401)])) as server,
            pytest.raises(SourceUnavailable, match="nieuw token"),
        ):
            live(server)

    def test_redirect_loop(self):
        loop = Reply(status=302, headers={"Location": PATH})
        with serve(lambda asked: loop) as server, pytest.raises(SourceUnavailable, match="door"):
            live(server)

    def test_a_page_that_names_itself_as_next(self):
        same = as_json(page([report(1)], f"http://x{PATH}?page=2", 9))
        with (
            serve(lambda asked: same) as server,
            pytest.raises(SourceUnavailable, match="steeds dezelfde pagina"),
        ):
            live(server)
        assert len(server.asked) == 2

    def test_a_next_that_never_ends(self):
        def forever(asked):
            at = int(asked.query.get("page", 1))
            return as_json(page([report(1)], f"{PATH}?page={at + 1}", 9))

        with serve(forever) as server, pytest.raises(SourceUnavailable, match="dezelfde"):
            live(server)
        assert len(server.asked) == 2

    def test_pages_that_keep_coming(self):
        def forever(asked):
            at = int(asked.query.get("page", 1))
            some = [report(n) for n in range(at * 100, at * 100 + 100)]
            return as_json(page(some, f"{PATH}?page={at + 1}", 9))

        with serve(forever) as server, pytest.raises(SourceUnavailable, match="aan een eind"):
            live(server)
        assert len(server.asked) == 12

    def test_reports_that_come_in_meanwhile_come_twice_and_none_is_missed(self):
        signalen = Signalen(250)

        def growing(asked):
            reply = signalen(asked)
            number = len(signalen.reports) + 1
            signalen.reports.insert(0, report(number))
            return reply

        with serve(growing) as server:
            found = live(server)
        assert set(found.index) >= {str(n) for n in range(1, 251)}

    def test_a_last_page_that_is_gone_is_the_end(self):
        signalen = Signalen(201)

        def shrinking(asked):
            reply = signalen(asked)
            if asked.query.get("page") == "2":
                signalen.reports.pop()
            return reply

        with serve(shrinking) as server:
            assert len(live(server)) == 200

    def test_a_list_that_stops_early_is_noticed(self):
        with (
            serve(lambda asked: as_json(page([report(1)], None, 300))) as server,
            pytest.raises(SourceUnavailable, match="300 meldingen maar gaf er 1"),
        ):
            live(server)

    def test_without_an_address(self):
        with pytest.raises(SettingsError, match=r"sources\.signalen_api"):
            signalen_api.fetch(SETTINGS)


# --- public map ----------------------------------------------------------------------------

FEATURE = {
    "type": "Feature",
    "geometry": {"type": "Point", "coordinates": [5.68534, 50.85289]},
    "properties": {
        "category": {"name": "Grofvuil", "slug": "grofvuil", "parent": {"name": "Afval"}},
        "created_at": "2025-06-02T06:12:44.120339+00:00",
    },
}


def public(*features):
    collection = {"type": "FeatureCollection", "features": list(features)}
    offered = package(kaart=json.dumps(collection))
    assert signalen_public.SOURCE.recognises(offered)
    return signalen_public.SOURCE.read(offered, Request(SETTINGS))


class TestPublicMap:
    def test_without_numbers_ingest_makes_them(self):
        reading = public(FEATURE)
        (batch,) = reading.batches
        assert "source_id" not in batch.rows
        assert batch.rows.loc[0].dropna().to_dict() == {
            "reported_at": "2025-06-02T06:12:44.120339+00:00",
            "main_category": "Afval",
            "sub_category": "Grofvuil",
            "x": 5.68534,
            "y": 50.85289,
        }
        # Never the same system as the private export: the reports would be the same ones.
        assert reading.source == "signalen_public"
        assert "dubbel" in reading.warnings[0]

    def test_the_old_map_has_numbers_and_states(self):
        old = FEATURE | {
            "properties": {
                "id": 306, "status": "m", "category": {"sub": "Grofvuil", "main": "Afval"},
                "created_at": "2026-10-25T01:59:00+00:00",
            }
        }  # fmt: skip
        found = rows(public(old))
        assert found.loc["306", ["status", "main_category", "sub_category"]].tolist() == [
            "m", "Afval", "Grofvuil",
        ]  # fmt: skip

    def test_lines_and_nothing_have_no_place(self):
        line = {"type": "LineString", "coordinates": [[5.6, 50.8], [5.7, 50.9]]}
        (batch,) = public(
            FEATURE, FEATURE | {"geometry": line}, FEATURE | {"geometry": None}
        ).batches
        assert batch.rows["x"].isna().tolist() == [False, True, True]

    def test_the_map_for_staff_is_refused_with_the_way_out(self):
        bare = FEATURE | {"properties": {"id": 1, "created_at": "2026-10-25T01:59:00+00:00"}}
        with pytest.raises(FileRefused, match="zonder categorie"):
            public(bare)

    def test_other_geojson_is_not_ours(self):
        areas = '{"type":"FeatureCollection","features":[{"properties":{"code":"BU1"}}]}'
        assert not signalen_public.SOURCE.recognises(package(a=areas))
