"""The client waits where waiting helps and says at once where it does not."""

from __future__ import annotations

import datetime as dt
import email.utils
import gzip

import httpx
import pytest

from tests.local_server import Reply, as_json, serve
from thor_metrics.errors import SettingsError, SourceUnavailable
from thor_metrics.settings import Data, Municipality, Settings
from thor_metrics.sources.http import POLITE, Client, Patience

SETTINGS = Settings(Municipality("GM0935", "Maastricht"), data=Data(max_file_mb=1))
QUICK = Patience(tries=3, first_pause_s=0.001, longest_pause_s=0.005, answer_s=0.3, whole_s=0.5)


@pytest.fixture
def pauses():
    return []


@pytest.fixture
def client(pauses):
    def make(url, patience=QUICK):
        return Client(
            SETTINGS, source="proef", title="Proef", url=url, patience=patience,
            pause=pauses.append,
        )  # fmt: skip

    return make


def get(client, server, **options):
    with client(server.url) as http:
        return http.get(httpx.URL(server.url + "/lijst"), **options)


def one_after_another(*replies):
    left = list(replies)
    return lambda asked: left.pop(0) if len(left) > 1 else left[0]


def test_a_good_answer(client):
    with serve(lambda asked: as_json({"a": 1})) as server:
        assert get(client, server).json() == {"a": 1}
    assert "Authorization" not in server.asked[0].headers


def test_gzip_is_unpacked(client):
    zipped = Reply(gzip.compress(b"[1]"), headers={"Content-Encoding": "gzip"})
    with serve(lambda asked: zipped) as server:
        assert get(client, server).content == b"[1]"


def test_the_token_goes_along_and_is_never_told(client, monkeypatch):
    monkeypatch.setenv("THOR_TOKEN_PROEF", " geheim123\n")
    with (
        serve(lambda asked: Reply(status=401)) as server,
        pytest.raises(SourceUnavailable, match="THOR_TOKEN_PROEF") as refusal,
    ):
        get(client, server)
    assert server.asked[0].headers["Authorization"] == "Bearer geheim123"
    assert "geheim" not in str(refusal.value)


def test_the_token_stays_here_when_sent_elsewhere(client, monkeypatch):
    monkeypatch.setenv("THOR_TOKEN_PROEF", "geheim123")
    with serve(lambda asked: as_json([])) as elsewhere:
        there = Reply(status=302, headers={"Location": elsewhere.url})
        with serve(lambda asked: there) as server:
            get(client, server)
    assert "Authorization" not in elsewhere.asked[0].headers


@pytest.mark.parametrize(
    ("token", "url"), [("geheim", "http://meldingen.example"), ("ge\nheim", "http://127.0.0.1")]
)
def test_a_token_is_not_sent_in_the_clear_or_broken(client, monkeypatch, token, url):
    monkeypatch.setenv("THOR_TOKEN_PROEF", token)
    with pytest.raises(SettingsError) as refusal:
        client(url)
    assert "heim" not in str(refusal.value)


@pytest.mark.parametrize("url", ["", "meldingen.nl", "ftp://x.nl/", "http://", "http://x:poort"])
def test_an_address_must_be_one(client, url):
    with pytest.raises(SettingsError, match="geen webadres"):
        client(url)


@pytest.mark.parametrize(
    "reply",
    [
        Reply(b"<html>Server Error (500)</html>", 500, {"Content-Type": "text/html"}),
        Reply(status=429),
        Reply(status=503),
        Reply(b"[1, 2, 3]", cut=True),
        Reply(b"[1]", headers={"Content-Encoding": "gzip"}),
        Reply(b"[1]", wait_s=0.6),
        Reply(b"[" + b" " * 99 + b"]", drip_s=0.05),
    ],
    ids=["500", "429", "503", "cut off", "damaged", "slow", "dripping"],
)
def test_what_may_pass_is_tried_again(client, pauses, reply):
    with serve(one_after_another(reply, as_json(["gelukt"]))) as server:
        assert get(client, server).json() == ["gelukt"]
    assert len(server.asked) == 2
    assert len(pauses) == 1


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (Reply(b"<html>", 500), "fout 500"),
        (Reply(b"[1, 2, 3]", cut=True), "afgebroken"),
        (Reply(b"[1]", wait_s=0.6), "geen antwoord op tijd"),
        (Reply(b"<html>Onderhoud</html>"), "niet te lezen"),
    ],
)
def test_patience_ends(client, pauses, reply, words):
    with (
        serve(lambda asked: reply) as server,
        pytest.raises(SourceUnavailable, match=f"3 keer .*{words}"),
    ):
        get(client, server, understand=lambda answer: answer.json())
    assert len(server.asked) == 3
    assert len(pauses) == 2


def test_no_connection_is_said_after_trying(client, pauses):
    with serve(lambda asked: Reply()) as server:
        pass
    with pytest.raises(SourceUnavailable, match="geen verbinding"):
        get(client, server)
    assert len(pauses) == 2


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (401, "nieuw token"),
        (403, "leesrechten"),
        (404, "adres bestaat niet"),
        (400, "fout 400"),
        (410, "fout 410"),
    ],
)
def test_refusals_are_said_at_once(client, pauses, status, words):
    with (
        serve(lambda asked: as_json({"detail": "nee"}, status)) as server,
        pytest.raises(SourceUnavailable, match=words),
    ):
        get(client, server)
    assert len(server.asked) == 1
    assert pauses == []


def test_a_404_may_mean_the_end(client):
    with serve(lambda asked: Reply(status=404)) as server:
        assert get(client, server, gone="einde") == "einde"


def test_a_redirect_loop_is_said_at_once(client, pauses):
    with (
        serve(lambda asked: Reply(status=302, headers={"Location": "/lijst"})) as server,
        pytest.raises(SourceUnavailable, match="blijft doorverwijzen"),
    ):
        get(client, server)
    assert pauses == []


def test_a_redirect_to_a_file_is_refused(client):
    reply = Reply(status=302, headers={"Location": "file:///etc/passwd"})
    with serve(lambda asked: reply) as server, pytest.raises(SourceUnavailable, match="geen web"):
        get(client, server)


def test_an_answer_has_a_largest_size(client):
    with (
        serve(lambda asked: Reply(b"x" * 1_000_001)) as server,
        pytest.raises(SourceUnavailable, match="meer dan 1 MB"),
    ):
        get(client, server)
    assert len(server.asked) == 1


class TestPauses:
    def test_they_double_with_jitter_and_have_a_cap(self, client, pauses):
        patience = Patience(tries=6, first_pause_s=1, longest_pause_s=5, answer_s=1)
        with (
            serve(lambda asked: Reply(status=503)) as server,
            client(server.url, patience) as http,
            pytest.raises(SourceUnavailable),
        ):
            http.get(httpx.URL(server.url))
        assert len(pauses) == 5
        for pause, full in zip(pauses, [1, 2, 4, 5, 5], strict=True):
            assert full / 2 <= pause <= full

    @pytest.mark.parametrize(
        ("asked_for", "wanted"), [("2", 2.0), ("900", 60.0), ("-1", 0.0), ("straks", None)]
    )
    def test_the_server_may_ask_for_one(self, client, pauses, asked_for, wanted):
        first = Reply(status=429, headers={"Retry-After": asked_for})
        with (
            serve(one_after_another(first, as_json([]))) as server,
            client(server.url, POLITE) as http,
        ):
            http.get(httpx.URL(server.url))
        if wanted is None:
            assert 0.5 <= pauses[0] <= 1.0
        else:
            assert pauses == [wanted]

    def test_or_name_a_moment(self, client, pauses):
        moment = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=30)
        header = {"Retry-After": email.utils.format_datetime(moment, usegmt=True)}
        with (
            serve(one_after_another(Reply(status=503, headers=header), as_json([]))) as server,
            client(server.url, POLITE) as http,
        ):
            http.get(httpx.URL(server.url))
        assert 25 < pauses[0] <= 30


def test_messages_hide_what_may_be_secret_in_an_address(client):
    with (
        serve(lambda asked: Reply(status=404)) as server,
        client(server.url) as http,
        pytest.raises(SourceUnavailable) as refusal,
    ):
        http.get(httpx.URL(server.url + "/lijst?api_key=geheim"))
    assert "geheim" not in str(refusal.value)
    assert "/lijst" in str(refusal.value)
