"""Kalender, Catalogus, documents and photos, run as Streamlit runs them."""

import datetime as dt
import io
import json

import icalendar
import openpyxl
import pytest
import streamlit as st
from PIL import Image
from streamlit.testing.v1 import AppTest
from typer.testing import CliRunner

from tests import factories
from tests.conftest import ROOT
from thor_metrics import ingest
from thor_metrics.catalogue import catalogue
from thor_metrics.cli.commands import app as commands
from thor_metrics.engine import Engine
from thor_metrics.indicators.questions import QUESTIONS
from thor_metrics.indicators.registry import INDICATORS
from thor_metrics.ledger import Ledger, Upload
from thor_metrics.plan import read_plan
from thor_metrics.settings import load_settings
from thor_metrics.store import Store
from thor_metrics.ui.catalogue import _excel
from thor_metrics.ui.navigation import PAGES
from thor_metrics.views.ics import Entry, ics_file
from thor_metrics.views.look import LIGHT
from thor_metrics.views.month import Item, month_grid, moved

LAST = dt.date(2026, 10, 31)


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    folder = tmp_path_factory.mktemp("papers")
    settings = load_settings(ROOT / "settings.toml", data_dir=folder)
    ingest.sample_city(settings, Store(folder), until=LAST, scale=0.05)
    return folder


@pytest.fixture
def open_page(monkeypatch, city):
    monkeypatch.setenv("THOR_GEODATA_TILES", "")
    monkeypatch.setenv("THOR_DATA_DIR", str(city))

    def opened(page, **query):
        at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
        for step in (None, page):
            for key, value in query.items():
                at.query_params[key] = value
                at.session_state[key] = value
            if step:
                at.switch_page(step)
            at.run()
        assert not at.exception, at.exception
        return at

    return opened


@pytest.fixture(scope="module", autouse=True)
def forget():
    yield
    st.cache_resource.clear()


def words(at):
    parts = [*at.title, *at.header, *at.subheader, *at.markdown, *at.caption, *at.error]
    html = [block.proto.body for block in at.get("html")]
    return "\n".join([*(str(part.value) for part in parts), *html])


# --- documents and photos -------------------------------------------------------------------------


def test_a_document_is_added_changed_and_taken_back_on_the_page(open_page, city):
    at = open_page("pages/plan/sociaal.py", periode="2026-H2")
    assert "Voortgang Preventie met Gezag" in words(at) or at.dataframe
    at.text_input(key="titel-M14").set_value("Voortgang 2026")
    at.text_input(key="periode-M14").set_value("2026-H2")
    at.selectbox(key="status-M14").set_value("vastgesteld")
    next(button for button in at.button if button.label == "Bewaar").click().run()
    assert not at.error, at.error
    with Ledger.open(city) as ledger:
        row = ledger.documents(monitor="M14").set_index("title").loc["Voortgang 2026"]
    assert (row["kind"], row["period"], row["status"]) == (
        "voortgang preventie met gezag", "2026-H2", "vastgesteld",
    )  # fmt: skip

    number = int(row["id"])
    with Ledger.open(city) as ledger:  # somebody else changes it meanwhile
        ledger.change_document(number, 1, title="Voortgang 2026 (def)")
    at.selectbox(key="welk-M14").set_value(number).run()
    with Ledger.open(city) as ledger:
        ledger.undo("document", number)
        assert "Voortgang 2026" in ledger.documents(monitor="M14")["title"].tolist()


def test_what_is_wrong_is_said_and_nothing_typed_is_lost(open_page):
    at = open_page("pages/plan/sociaal.py", periode="2026-H2")
    at.text_input(key="titel-M14").set_value("Voortgang")
    at.text_input(key="periode-M14").set_value("voorjaar")
    next(button for button in at.button if button.label == "Bewaar").click().run()
    assert "voorjaar" in at.error[0].value
    assert at.text_input(key="titel-M14").value == "Voortgang"


def test_two_people_at_one_document_lose_nothing(open_page, city):
    with Ledger.open(city) as ledger:
        number = ledger.add_document("Terugkoppeling", kind="terugkoppeling vitamasters",
                                     monitor="M25")  # fmt: skip
    at = open_page("pages/plan/organisatie.py", periode="2026-H2")
    at.selectbox(key="welk-M25").set_value(number).run()
    with Ledger.open(city) as ledger:
        ledger.change_document(number, 1, title="Terugkoppeling van een ander")
    at.text_input(key=f"nieuw-{number}").set_value("Terugkoppeling van mij")
    saves = [button for button in at.button if button.label == "Bewaar wijziging"]
    next(button for button in saves if str(number) in button.form_id).click().run()
    assert "Uw tekst staat nog in het formulier" in at.warning[0].value
    with Ledger.open(city) as ledger:
        titles = ledger.documents(monitor="M25")["title"].tolist()
    assert "Terugkoppeling van een ander" in titles
    assert "Terugkoppeling van mij" not in titles
    saves = [button for button in at.button if button.label == "Bewaar wijziging"]
    next(button for button in saves if str(number) in button.form_id).click().run()
    with Ledger.open(city) as ledger:
        assert "Terugkoppeling van mij" in ledger.documents(monitor="M25")["title"].tolist()


def gps_photo():
    picture, out = Image.new("RGB", (60, 40), "green"), io.BytesIO()
    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: (50.0, 51.0, 0.0), 3: "E", 4: (5.0, 41.0, 0.0)}
    exif[0x0110] = "Geheime camera"
    picture.save(out, "JPEG", exif=exif)
    return out.getvalue()


def test_photos_of_the_city_are_on_the_page_without_camera_or_place(open_page, city):
    said = words(open_page("pages/plan/fiets.py", periode="2026-H2"))
    assert "vóór de actie" in said
    assert "na de actie" in said
    assert b"Geheime camera" in gps_photo()
    with Ledger.open(city) as ledger:
        number = ledger.add_photo(Upload(io.BytesIO(gps_photo()), "x.jpg"), "Groen vlak")
        row = ledger.photos().set_index("id").loc[number]
        for name in ("file_hash", "thumb_hash"):
            kept = ledger.open_file(row[name])
            assert b"Geheime camera" not in kept
            assert not Image.open(io.BytesIO(kept)).getexif()
        ledger.remove("photo", number)


# --- calendar -------------------------------------------------------------------------------------


def test_the_calendar_shows_the_month_and_moves_on(open_page):
    at = open_page("pages/plan/kalender.py")
    assert "afspra" in at.header[0].value or "niets" in at.header[0].value
    before = at.header[0].value
    at.session_state["kalendermaand"] = dt.date(2026, 11, 1)
    at.run()
    said = words(at)
    assert "in nov 2026" in at.header[0].value
    assert "spreekuur" in said
    next(button for button in at.button if button.label == "Volgende maand").click().run()
    assert "dec 2026" in at.header[0].value != before
    at.multiselect(key="agendasoort").set_value(["spreekuur"]).run()
    assert "briefing" not in words(at).split("<table")[1]


def test_the_calendar_can_be_a_list(open_page):
    at = open_page("pages/plan/kalender.py")
    at.session_state["kalendermaand"] = dt.date(2026, 11, 1)
    at.run()
    assert "<table" in words(at)
    assert not at.dataframe
    at.segmented_control(key="agendabeeld").set_value("Lijst").run()
    assert not at.exception
    assert "<table" not in words(at)
    rows = at.dataframe[0].value
    assert len(rows) == int(at.header[0].value.split()[0])
    assert rows["Dag"].isin(["ma", "di", "wo", "do", "vr", "za", "zo"]).all()


def test_a_month_starts_on_monday_escapes_texts_and_counts_what_does_not_fit():
    items = {
        dt.date(2026, 11, 3): [Item("<b>x</b>", 'all of "x"'), Item("b", cancelled=True),
                               Item("c"), Item("d"), Item("e")],
        dt.date(2026, 11, 4): [Item("f"), Item("g"), Item("h"), Item("i")],
    }  # fmt: skip
    drawn = month_grid(dt.date(2026, 11, 1), items, today=dt.date(2026, 11, 3), look=LIGHT)
    assert drawn.index(">ma<") < drawn.index(">zo<")
    assert "&lt;b&gt;x&lt;/b&gt;" in drawn
    assert "<s>b</s> (vervallen)" in drawn
    assert 'title="all of &quot;x&quot;"' in drawn
    assert "+2 meer" in drawn
    assert ">d<" not in drawn
    assert ">i<" in drawn
    assert '<th scope="row">44</th>' in drawn  # 26 October to 1 November
    assert drawn.count('aria-current="date"') == 1
    assert moved(dt.date(2026, 11, 30), 3) == dt.date(2027, 2, 1)


def test_the_agenda_file_is_read_back_as_it_was_meant():
    zone = dt.timezone(dt.timedelta(hours=1))
    entries = [
        Entry("a", "Spreekuur; inloop, koffie", dt.datetime(2026, 11, 3, 15, tzinfo=zone),
              dt.datetime(2026, 11, 3, 17, tzinfo=zone), "Buurthuis\nWyck"),
        Entry("b", "Kermis", dt.date(2026, 12, 1), dt.date(2026, 12, 2), cancelled=True),
    ]  # fmt: skip
    stamp = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
    content = ics_file(entries, name="THOR", zone="Europe/Amsterdam", stamp=stamp)
    assert content == ics_file(entries, name="THOR", zone="Europe/Amsterdam", stamp=stamp)
    first, second = icalendar.Calendar.from_ical(content).walk("VEVENT")
    assert first["summary"] == "Spreekuur; inloop, koffie"
    assert first["location"] == "Buurthuis\nWyck"
    assert first.decoded("dtstart").utcoffset() == dt.timedelta(hours=1)
    assert second.decoded("dtstart") == dt.date(2026, 12, 1)
    assert (first["status"], second["status"]) == ("CONFIRMED", "CANCELLED")
    assert first["uid"] != second["uid"]


# --- catalogue ------------------------------------------------------------------------------------


def test_the_catalogue_is_made_from_the_registry():
    engine = Engine.open(
        {
            "areas": factories.areas(),
            "incidents": factories.table("incidents", [{"day": "2026-03-02", "buurt": "B1"}]),
        }
    )
    rows = catalogue(engine, read_plan()).set_index("key")
    here = catalogue(engine, read_plan(), gebied="West").set_index("key")
    engine.close()
    assert list(rows.index[: len(INDICATORS)]) == list(INDICATORS)
    assert set(rows.index[len(INDICATORS) :]) <= set(QUESTIONS)
    waste = rows.loc["afval_meldingen"]
    assert waste["definition"] == "aantal rijen van Meldingen, waar Thema is afval"
    assert (waste["rows"], waste["coverage"], waste["missing"]) == (1, "1 van 2", "West")
    assert here.loc["afval_meldingen", "coverage"] == "0 van 1"
    assert "lower(incidents.theme) IN ('afval')" in waste["query"]
    assert rows.loc["mulder", "coverage"] == "geen gegevens"
    assert "gedeeld door" in rows.loc["scan_betaald", "definition"]
    pages = {page.file.rpartition("/")[2].removesuffix(".py") for page in PAGES}
    assert set(rows["page"]) <= pages


def test_the_catalogue_can_be_searched_and_taken_along(open_page):
    at = open_page("pages/gegevens/catalogus.py")
    assert f"{len(INDICATORS)} cijfers" in at.header[0].value
    at.text_input(key="zoek").set_value("naheffing").run()
    assert at.header[0].value.startswith("4 cijfers")
    assert not at.exception
    engine = Engine.open({"areas": factories.areas()})
    rows = catalogue(engine, read_plan()).assign(newest_words="x", title="=1+1")
    engine.close()
    sheet = openpyxl.load_workbook(io.BytesIO(_excel(rows))).active
    assert sheet["A2"].value == "'=1+1"


def test_the_command_lists_the_catalogue(city):
    run = CliRunner().invoke(commands, ["--data", str(city), "catalog", "--json"])
    rows = json.loads(run.stdout)["rows"]
    assert {"key", "definition", "sources", "newest", "coverage"} <= set(rows[0])
    assert "query" not in rows[0]
    assert len(rows) > len(INDICATORS)
