"""The pages Gebied and Hot-items, run without a browser."""

import datetime as dt

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from tests.conftest import ROOT
from thor_metrics import ingest
from thor_metrics.settings import load_settings
from thor_metrics.store import Store
from thor_metrics.ui import keys

GEBIED, HOTITEMS = "pages/beeld/gebied.py", "pages/beeld/hotitems.py"


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    folder = tmp_path_factory.mktemp("city")
    settings = load_settings(ROOT / "settings.toml", data_dir=folder)
    ingest.sample_city(settings, Store(folder), until=dt.date(2026, 10, 31), scale=0.1)
    return folder


@pytest.fixture
def open_page(monkeypatch, city):
    monkeypatch.setenv("THOR_GEODATA_TILES", "")
    monkeypatch.setenv("THOR_DATA_DIR", str(city))

    def opened(page, **query):
        at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
        # The first run makes the pages known; a browser keeps its address, this does not.
        for step in (None, page):
            for name, value in query.items():
                at.query_params[name] = value
                at.session_state[name] = value
            if step:
                at.switch_page(step)
            at.run()
        assert not at.exception, at.exception
        assert not at.error
        return at

    return opened


@pytest.fixture(scope="module", autouse=True)
def forget_engines():
    """Or an engine would outlive the interpreter's own cleaning."""
    yield
    st.cache_resource.clear()


def labels(at):
    return [button.label for button in at.button]


def headings(at):
    return [heading.value for heading in at.subheader]


def test_without_a_gebied_there_is_a_button_for_each(open_page):
    at = open_page(GEBIED)
    assert at.header[0].value == "Kies uw stadsdeel."
    wanted = {"Centrum", "Noord", "Noord-West", "Oost", "West", "Zuid", "Zuid-West"}
    assert {label.split("**")[1] for label in labels(at) if label.startswith("**")} == wanted


def test_choosing_sets_the_filter_and_shows_the_gebied(open_page):
    at = open_page(GEBIED, periode="2026-H1")
    next(button for button in at.button if button.label.startswith("**Oost**")).click().run()
    assert at.selectbox(key=keys.GEBIED).value == "Oost"
    assert at.title[0].value == "Wat speelt er in Oost?"
    assert " in Oost in 2026-H1, " in at.header[0].value


@pytest.mark.parametrize("period", ["2026-H1", "2026-H2", "2023"])
def test_the_three_questions_the_week_and_the_controls(open_page, period):
    at = open_page(GEBIED, gebied="Centrum", periode=period)
    told = headings(at)
    assert told[0].startswith("Opvallend deze week (week ")
    assert told[1:4] == ["Wat valt op?", "Waar is het raak?", "Wanneer is het raak?"]
    assert told[4].startswith("Controles in de laatste vier weken (")
    assert {"Alle hot-items", "Naar de kaart", "Naar de uren", "Ander stadsdeel"} <= set(labels(at))


@pytest.mark.parametrize("place", [{"buurt": "Wyck"}, {"gebied": "Centrum", "buurt": "Wyck"}])
def test_a_buurt_has_the_page_too(open_page, place):
    assert open_page(GEBIED, **place).title[0].value == "Wat speelt er in Wyck?"


@pytest.mark.parametrize("series", ["waarnemingen", "controles"])
@pytest.mark.parametrize("page", [GEBIED, HOTITEMS])
def test_other_series(open_page, page, series):
    assert open_page(page, gebied="Noord", reeks=series).title


def test_other_gebied_goes_back_to_the_choice(open_page):
    at = open_page(GEBIED, gebied="Centrum")
    next(button for button in at.button if button.label == "Ander stadsdeel").click().run()
    assert at.header[0].value == "Kies uw stadsdeel."


def test_hot_items_has_a_card_for_every_gebied(open_page):
    at = open_page(HOTITEMS, periode="2026")
    cards = headings(at)
    assert cards[:-2] == ["Centrum", "Noord", "Noord-West", "Oost", "West", "Zuid", "Zuid-West"]
    assert at.header[0].value.startswith(("Wat het meest opvalt: ", "Niets springt eruit"))


def test_hot_items_of_a_gebied_names_its_buurten(open_page):
    at = open_page(HOTITEMS, gebied="Centrum", periode="2026")
    assert headings(at)[:2] == ["In Centrum", "Per buurt"]
    assert "Wyck" in headings(at)


def test_hot_items_of_one_week_says_that_nothing_stands_out(open_page):
    at = open_page(HOTITEMS, periode="Deze week")
    assert at.header[0].value.startswith("Niets springt eruit")
