"""Acties, Effect and Planning as Streamlit runs them: written, changed by two, kept, undone."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
import shapely
import streamlit as st
from streamlit.testing.v1 import AppTest

from tests.conftest import ROOT
from thor_metrics import deeds, ingest
from thor_metrics.deeds import Draft
from thor_metrics.indicators.week import WeekDemand
from thor_metrics.ledger import Ledger
from thor_metrics.model import Period
from thor_metrics.settings import load_settings
from thor_metrics.store import Store
from thor_metrics.ui import keys
from thor_metrics.views import deeds as views
from thor_metrics.views.deeds import label
from thor_metrics.views.look import LIGHT

ACTIES, EFFECT, PLANNING = (f"pages/doen/{name}.py" for name in ("acties", "effect", "planning"))


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    folder = tmp_path_factory.mktemp("doing")
    settings = load_settings(ROOT / "settings.toml", data_dir=folder)
    ingest.sample_city(settings, Store(folder), until=dt.date(2026, 10, 31), scale=0.1)
    return folder


@pytest.fixture
def ledger(city):
    with Ledger.open(city) as there:
        yield there


@pytest.fixture
def open_page(monkeypatch, city):
    monkeypatch.setenv("THOR_GEODATA_TILES", "")
    monkeypatch.setenv("THOR_DATA_DIR", str(city))

    def opened(page, **state):
        at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
        for step in (None, page):
            if step:
                at.switch_page(step)
            for key, value in state.items():
                at.session_state[key] = value
            at.run()
        assert not at.exception, at.exception
        return at

    return opened


@pytest.fixture(scope="module", autouse=True)
def forget():
    yield
    st.cache_resource.clear()


def words(at):
    parts = [*at.title, *at.header, *at.subheader, *at.markdown, *at.caption, *at.info, *at.warning]
    html = [block.proto.body for block in at.get("html")]
    return "\n".join([*(str(part.value) for part in parts), *html])


def press(at, name):
    found = [button for button in at.button if button.label == name]
    assert len(found) == 1, [button.label for button in at.button]
    return found[0].click().run()


DRAFT = Draft(
    place_name="Plein 1992", x=177_040.0, y=317_150.0, radius=100.0, theme="parkeren",
    gebied="Centrum", moments=((5, 11, 14),), selected=Period.parse("2026-Q3"), per_four_weeks=12,
)  # fmt: skip


# --- acties --------------------------------------------------------------------------------------


def test_a_place_from_another_screen_becomes_an_action(open_page, ledger):
    at = open_page(ACTIES, **{keys.DRAFT: DRAFT})
    key = "nieuw-Plein 1992"
    assert at.text_input(key=f"{key}-titel").value == "Plein 1992: extra controles"
    at.text_input(key=f"{key}-titel").set_value("Foutparkeerders Plein 1992")
    at.number_input(key=f"{key}-doel").set_value(6.0)
    press(at, "Bewaar actie")
    assert not at.error, at.error
    row = ledger.actions().set_index("title").loc["Foutparkeerders Plein 1992"]
    assert (row["theme"], row["gebied"], row["stage"]) == ("parkeren", "Centrum", "voorstel")
    assert row["moments"] == ((5, 11, 14),)
    assert (row["selected_from"], row["selected_to"]) == (
        pd.Timestamp("2026-07-01"), pd.Timestamp("2026-09-30"),
    )  # fmt: skip
    assert (row["goal_from"], row["goal_to"]) == (12.0, 6.0)
    assert at.selectbox(key=keys.ACTION).value.endswith("Foutparkeerders Plein 1992")
    ledger.remove("action", int(row["id"]))


def test_an_action_can_be_about_a_buurt(open_page):
    at = open_page(ACTIES)
    press(at, "Nieuwe actie")
    at.selectbox(key="actie-buurt").set_value("BU09350006").run()
    assert not at.exception
    assert any("omtrek van dit gebied" in caption.value for caption in at.caption)
    press(at, "Toch niet")
    assert st.session_state is not None
    assert not [field for field in at.text_input if field.key and field.key.startswith("nieuw-")]


def test_an_action_can_be_about_squares_that_somebody_drew(open_page, ledger):
    at = open_page(ACTIES)
    press(at, "Nieuwe actie")
    at.selectbox(key="actie-buurt").set_value("BU09350006").run()
    at.session_state["actie-hoe"] = "Zelf vakken kiezen"
    at.run()
    at.multiselect(key="actie-vakken-BU09350006").set_value(["1773:3174", "1774:3174"]).run()
    press(at, "Bewaar actie")
    assert not at.error, at.error
    row = ledger.actions().iloc[0]
    assert row["place_name"].endswith("2 vakken")
    shape = shapely.from_wkt(row["outline"])
    assert (shape.area, shape.bounds) == (20_000, (177_300, 317_400, 177_500, 317_500))
    assert shape.contains(shapely.Point(row["x"], row["y"]))
    ledger.remove("action", int(row["id"]))


def test_what_is_wrong_is_said_and_nothing_typed_is_lost(open_page, ledger):
    before = len(ledger.actions())
    at = open_page(ACTIES, **{keys.DRAFT: DRAFT})
    at.text_input(key="nieuw-Plein 1992-titel").set_value("Bel 06-12345678")
    press(at, "Bewaar actie")
    assert "telefoonnummer" in at.error[0].value
    assert at.text_input(key="nieuw-Plein 1992-titel").value == "Bel 06-12345678"
    assert len(ledger.actions()) == before


@pytest.fixture
def action(ledger):
    """An action of our own, taken away afterwards."""
    number = ledger.add_action(
        title="Proef", theme="afval", place_name="Perron", x=176_536.0, y=317_669.0,
        gebied="Centrum", stage="gepland", radius=75,
    )  # fmt: skip
    yield {"id": number, "title": "Proef"}
    if not ledger.actions().query("id == @number").empty:
        ledger.remove("action", number)


def opened_action(open_page, action, part=None):
    state = {keys.ACTION: label(action)}
    if part:
        state[f"deel-{action['id']}"] = part
    return open_page(ACTIES, **state)


def test_two_people_change_one_action_and_both_keep_their_words(open_page, ledger, action):
    number = action["id"]
    at = opened_action(open_page, action, "Wijzigen")
    ledger.change_action(number, 1, note="van team Noord", by="team Noord")
    at.text_area(key=f"actie-{number}-notitie").set_value("van team Zuid")
    press(at, "Bewaar wijziging")
    assert "team Noord heeft deze actie gewijzigd" in at.warning[0].value
    assert "van team Noord" in at.warning[0].value
    assert at.text_area(key=f"actie-{number}-notitie").value == "van team Zuid"
    assert ledger.actions().set_index("id").loc[number, "note"] == "van team Noord"
    press(at, "Bewaar wijziging")
    assert ledger.actions().set_index("id").loc[number, "note"] == "van team Zuid"
    told = ledger.history("action", number)
    assert "van team Noord" in told.loc[told["field"] == "note", "new"].tolist()


def test_the_next_stage_is_one_button_and_can_go_back(open_page, ledger, action):
    at = opened_action(open_page, action)
    press(at, "Zet op bezig")
    assert ledger.actions().set_index("id").loc[action["id"], "stage"] == "bezig"
    at = opened_action(open_page, action, "Geschiedenis")
    press(at, "Laatste wijziging terug")
    assert ledger.actions().set_index("id").loc[action["id"], "stage"] == "gepland"


def test_comments_are_plain_text(open_page, action):
    at = opened_action(open_page, action, "Opmerkingen")
    at.text_area(key=f"opmerking-tekst-{action['id']}").set_value("<b>vol</b> **vet**")
    press(at, "Plaats opmerking")
    assert r"\<b\>vol\</b\> \*\*vet\*\*" in words(at)


@pytest.mark.parametrize("way", ["Bord", "Kaart", "Lijst", "Per half jaar"])
def test_every_way_to_look_shows_the_actions(open_page, way):
    at = open_page(ACTIES, toon=way)
    assert not at.exception
    assert "loopt 1 actie" in at.header[0].value


def test_a_removed_action_is_closed(open_page, ledger, action):
    at = opened_action(open_page, action, "Geschiedenis")
    press(at, "Actie weghalen")
    assert not at.exception
    assert at.selectbox(key=keys.ACTION).value is None


# --- effect --------------------------------------------------------------------------------------


def test_the_page_says_what_the_study_says(open_page, ledger):
    title = "Cameraproef Mariaberg"
    number = int(ledger.actions().set_index("title").loc[title, "id"])
    at = open_page(EFFECT, **{keys.ACTION: f"{number}. {title}"})
    assert "Milieuperron Mariaberg 1" in at.header[0].value
    assert "Samenhang, geen oorzaak" in words(at)
    assert " door " not in at.header[0].value


def test_weeks_in_which_the_place_stood_out_are_refused_with_the_reason(open_page, ledger):
    title = "Cameraproef Mariaberg"
    number = int(ledger.actions().set_index("title").loc[title, "id"])
    at = open_page(EFFECT, **{keys.ACTION: f"{number}. {title}"})
    at.date_input(key=f"meetlat-{number}").set_value(dt.date(2025, 7, 1)).run()
    assert "wordt vanzelf rustiger" in " ".join(info.value for info in at.info)
    assert "nog niets te zeggen" in at.header[0].value


# --- planning ------------------------------------------------------------------------------------


def test_a_week_plan_is_made_kept_and_replaced(open_page, ledger):
    at = open_page(PLANNING, gebied="Centrum", mensuren=16.0)
    assert at.header[0].value.startswith("4 rondes met ")
    press(at, "Bewaar als geplande controles")
    kept = ledger.visits(gebied="Centrum")
    assert set(kept["round_number"]) == {1, 2, 3, 4}
    assert f"met {len(kept)} controles" in at.header[0].value
    at.number_input(key="mensuren").set_value(8.0).run()
    press(at, "Vervang de bewaarde planning")
    assert set(ledger.visits(gebied="Centrum")["round_number"]) == {1, 2}
    press(at, "Gedaan")
    assert (ledger.visits(gebied="Centrum")["state"] == "gedaan").any()


def test_without_hours_there_is_a_word_on_how_many_it_takes(open_page):
    at = open_page(PLANNING, gebied="Centrum", mensuren=3.0)
    assert "Een ronde kost 4 mensuren" in words(at)


def test_other_rounds_are_drawn_on_request(open_page):
    at = open_page(PLANNING, gebied="Centrum", mensuren=16.0)
    first = at.header[0].value
    press(at, "Andere rondes")
    assert not at.exception
    assert first.split(" rondes")[0] == at.header[0].value.split(" rondes")[0]


# --- words and sums ------------------------------------------------------------------------------


def test_moments_of_running_actions_are_asked_for_too():
    places = pd.DataFrame({"x": [0.0, 500.0], "y": [0.0, 0.0], "minimum": [0, 2], "name": "ab"})
    demand = WeekDemand(places, None, 0.0, None, None, None, None, "", 0.0, 0.0)
    week = Period.parse("2026-W48")
    deed = {
        "x": 10.0, "y": 0.0, "radius": 50.0, "stage": "bezig", "moments": ((0, 8, 11),) * 3,
        "starts": pd.Timestamp("2026-11-01"), "ends": pd.NaT,
    }  # fmt: skip
    others = [
        {**deed, "x": 510.0, "moments": ((0, 8, 11),)},  # the plan asks for more there
        {**deed, "x": 900.0},  # no listed place near
        {**deed, "stage": "voorstel", "moments": ((0, 8, 11),) * 9},
        {**deed, "starts": pd.Timestamp("2026-11-30"), "moments": ((0, 8, 11),) * 9},
    ]
    found = deeds.with_actions(demand, pd.DataFrame([deed, *others]), week)
    assert found.places["minimum"].tolist() == [3, 2]


def test_actions_are_counted_in_every_half_year_they_ran():
    day = pd.Timestamp
    actions = pd.DataFrame(
        {
            "starts": [day("2025-11-01"), day("2026-07-01"), pd.NaT],
            "ends": [day("2026-07-01"), day("2026-08-01"), pd.NaT],
            "gebied": ["Oost", "Oost", "Oost"],
            "stage": ["geëvalueerd", "bezig", "voorstel"],
        }
    )
    found = deeds.per_half_year(actions).set_index("half")
    assert found["actions"].to_dict() == {"2026-H2": 2, "2026-H1": 1, "2025-H2": 1}
    assert found.loc["2026-H2", ["running", "evaluated"]].tolist() == [1, 1]


def test_a_card_shows_no_tags_of_somebodys_title():
    row = {
        "theme": "afval", "gebied": "<b>Oost</b>", "place_name": "a & b", "starts": pd.NaT,
        "ends": pd.NaT, "moments": (),
    }  # fmt: skip
    assert "<b>" not in views.card(row, LIGHT)
