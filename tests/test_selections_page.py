"""Saved choices in the sidebar: kept, used on any page, taken away and back; refused in words."""

import datetime as dt

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from tests.conftest import ROOT
from thor_metrics import ingest
from thor_metrics.ledger import Ledger
from thor_metrics.settings import load_settings
from thor_metrics.store import Store
from thor_metrics.ui.selections import Allowed, address_of, state_of, words_of

LAST = dt.date(2026, 10, 31)
KNOWN = Allowed(
    {
        "periode": ("2026", "4 weken", "Eigen periode"),
        "gebied": ("Oost",),
        "thema": ("Afval", "Fiets"),
        "dagen": ("za", "zo"),
        "reeks": ("meldingen", "controles"),
    },
    dt.date(2025, 1, 1),
    LAST,
)


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    folder = tmp_path_factory.mktemp("choices")
    settings = load_settings(ROOT / "settings.toml", data_dir=folder)
    ingest.sample_city(settings, Store(folder), until=LAST, scale=0.02)
    return folder


@pytest.fixture
def app(monkeypatch, city):
    monkeypatch.setenv("THOR_GEODATA_TILES", "")
    monkeypatch.setenv("THOR_DATA_DIR", str(city))
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    assert not at.exception, at.exception
    yield at
    with Ledger.open(city) as ledger:
        for number in ledger.selections()["id"]:
            ledger.remove("selection", int(number))


@pytest.fixture(scope="module", autouse=True)
def forget():
    yield
    st.cache_resource.clear()


def kept(city):
    with Ledger.open(city) as ledger:
        return dict(ledger.selections()[["name", "address"]].to_numpy().tolist())


def keep(at, name, by=""):
    at.text_input(key="keuze_naam").set_value(name)
    at.text_input(key="keuze_door").set_value(by)
    next(button for button in at.sidebar.button if button.label == "Bewaar").click().run()
    assert not at.exception, at.exception
    return at


def told(at):
    return [part.value for part in (*at.sidebar.success, *at.sidebar.warning, *at.sidebar.error)]


def test_a_choice_is_kept_used_on_another_page_and_taken_away_and_back(app, city):
    app.selectbox(key="periode").set_value("2026-H1")
    app.selectbox(key="gebied").set_value("Oost")
    app.pills(key="thema").set_value(["Afval"]).run()
    keep(app, "Afval in Oost", by="team Oost")
    assert told(app) == ["'Afval in Oost' is bewaard."]
    assert kept(city) == {
        "Afval in Oost": "periode=2026-H1&gebied=Oost&thema=Afval&reeks=meldingen"
    }
    assert app.text_input(key="keuze_naam").value == ""

    next(button for button in app.button if button.label == "Filters wissen").click().run()
    assert app.selectbox(key="gebied").value is None
    app.switch_page("pages/plan/afval.py").run()
    app.selectbox(key="keuze_welke").set_value("Afval in Oost").run()
    said = [part.value for part in app.sidebar.caption]
    assert any("2026-H1, Oost, Afval." in words and "team Oost" in words for words in said)
    app.button(key="keuze_gebruik").click().run()
    assert not app.exception
    assert app.selectbox(key="gebied").value == "Oost"
    assert app.selectbox(key="periode").value == "2026-H1"
    app.switch_page("pages/beeld/overzicht.py").run()
    assert app.pills(key="thema").value == ["Afval"]
    assert app.session_state["niveau"] == "Buurten", "the map goes along"

    app.selectbox(key="keuze_welke").set_value("Afval in Oost").run()
    app.button(key="keuze_weg").click().run()
    assert told(app) == ["'Afval in Oost' is weggehaald."]
    assert kept(city) == {}
    app.button(key="keuze_terug").click().run()
    assert "Afval in Oost" in app.selectbox(key="keuze_welke").options
    assert list(kept(city)) == ["Afval in Oost"]


def test_on_a_page_without_subjects_only_period_and_place_are_kept(app, city):
    app.pills(key="thema").set_value(["Fiets"]).run()
    app.switch_page("pages/plan/wijk.py").run()
    app.selectbox(key="periode").set_value("2026").run()
    keep(app, "Heel 2026")
    assert kept(city) == {"Heel 2026": "periode=2026"}


def test_a_refusal_is_said_in_words_and_loses_no_text(app, city):
    keep(app, "")
    assert "naam ontbreekt" in told(app)[0]
    keep(app, "Bel 06-12345678")
    assert told(app)
    assert app.text_input(key="keuze_naam").value == "Bel 06-12345678"
    assert kept(city) == {}


def test_the_same_name_replaces_says_so_and_can_be_undone(app, city):
    keep(app, "Weekend")
    before = kept(city)["Weekend"]
    app.pills(key="dagen").set_value(["za", "zo"]).run()
    keep(app, "Weekend")
    assert told(app) == ["'Weekend' bestond al en is vervangen."]
    assert kept(city)["Weekend"] == before + "&dagen=za&dagen=zo"
    app.button(key="keuze_terug").click().run()
    assert kept(city)["Weekend"] == before


def test_what_somebody_else_changed_meanwhile_is_not_taken_away(app, city):
    keep(app, "Weekend")
    with Ledger.open(city) as ledger:
        ledger.save_selection("Weekend", "alle", "gebied=Oost", by="team West")
    app.button(key="keuze_weg").click().run()
    assert not app.exception
    assert "team West" in told(app)[0]
    assert kept(city) == {"Weekend": "gebied=Oost"}


def test_a_choice_of_what_is_gone_says_what_it_left_out(app, city):
    with Ledger.open(city) as ledger:
        ledger.save_selection("Oud", "alle", "gebied=Atlantis&thema=Fiets&vreemd=1&dagen=xx")
    app.run()
    app.selectbox(key="keuze_welke").set_value("Oud").run()
    app.button(key="keuze_gebruik").click().run()
    assert not app.exception
    assert told(app) == ["Niet meer te kiezen en daarom weggelaten: Atlantis en xx."]
    assert app.pills(key="thema").value == ["Fiets"]


def test_own_days_come_back_as_far_as_there_are_data(app, city):
    with Ledger.open(city) as ledger:
        ledger.save_selection(
            "Herfst", "alle", "periode=Eigen+periode&datums=2026-10-01&datums=2027-02-01"
        )
    app.run()
    app.selectbox(key="keuze_welke").set_value("Herfst").run()
    app.button(key="keuze_gebruik").click().run()
    assert not app.exception
    assert app.date_input(key="datums").value == (dt.date(2026, 10, 1), LAST)


# --- the address ----------------------------------------------------------------------------------


def test_an_address_comes_back_as_it_was():
    state = {
        "periode": "Eigen periode",
        "datums": (dt.date(2026, 2, 1), dt.date(2026, 3, 1)),
        "gebied": "Oost",
        "thema": ["Afval", "Fiets"],
        "dagen": ["zo"],
        "reeks": "controles",
    }
    back, lost = state_of(address_of(state), KNOWN)
    assert lost == []
    assert {key: value for key, value in back.items() if value} == state


def test_days_that_are_no_period_count_only_for_own_days():
    state = {"periode": "4 weken", "datums": (dt.date(2026, 2, 1), dt.date(2026, 3, 1))}
    assert address_of(state) == "periode=4+weken"


@pytest.mark.parametrize("days", ["", "&datums=gisteren", "&datums=2031-01-01&datums=2031-02-01"])
def test_days_without_data_are_said(days):
    back, lost = state_of(f"periode=Eigen+periode{days}", KNOWN)
    assert back["periode"] is None
    assert "datums" not in back
    assert lost == ["de dagen"]


def test_words_of_nothing_is_everything():
    assert words_of("") == words_of("reeks=meldingen") == "alles"
    assert words_of("van=22:00") == "22:00 tot 24:00"
    assert words_of("periode=Eigen+periode&datums=ooit") == "Eigen periode"
