"""The page Hottijden, run as Streamlit runs it: two questions, what stands out, special days."""

import datetime as dt

import pandas as pd
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from tests.conftest import ROOT
from thor_metrics import ingest
from thor_metrics.model import Period, Selection
from thor_metrics.settings import load_settings
from thor_metrics.sources.package import open_package
from thor_metrics.store import Store
from thor_metrics.ui import frame, keys
from thor_metrics.ui.hottimes import METHOD, brushed, question

PAGE = "pages/beeld/hottijden.py"
FIRST = dt.date(2026, 1, 5)


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    """A tenth of the made-up city, loaded as any file is."""
    folder = tmp_path_factory.mktemp("city")
    settings = load_settings(ROOT / "settings.toml", data_dir=folder)
    ingest.sample_city(settings, Store(folder), until=dt.date(2026, 10, 31), scale=0.1)
    return folder


@pytest.fixture
def open_page(monkeypatch):
    monkeypatch.setenv("THOR_GEODATA_TILES", "")

    def app(folder, **query):
        monkeypatch.setenv("THOR_DATA_DIR", str(folder))
        at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
        # The first run makes the pages known; a browser keeps its address, this does not.
        for page in (None, PAGE):
            for name, value in query.items():
                at.query_params[name] = value
                at.session_state[name] = value
            if page:
                at.switch_page(page)
            at.run()
        assert not at.exception, at.exception
        return at

    return app


@pytest.fixture(scope="module", autouse=True)
def forget_engines():
    """Or an engine would outlive the interpreter's own cleaning."""
    yield
    st.cache_resource.clear()


def words(at):
    parts = [*at.title, *at.header, *at.subheader, *at.markdown, *at.caption, *at.info]
    return "\n".join(str(part.value) for part in parts)


def specs(at):
    return [chart.proto.spec for chart in at.get("vega_lite_chart")]


def load(folder, rows):
    """Put incidents in a store through the front door: a file."""
    frame = pd.DataFrame(rows)
    frame["Nummer"] = [f"N{number}" for number in range(len(frame))]
    file = folder / "meldingen.csv"
    frame.to_csv(file, sep=";", index=False)
    settings = load_settings(ROOT / "settings.toml", data_dir=folder)
    for package in open_package([file], max_mb=10):
        ingest.load(package, settings, Store(folder))
    file.unlink()
    return folder


def row(day, hour, category="Container bijplaatsing", theme="Afval"):
    return {
        "Gemeld op": f"{day:%d-%m-%Y} {hour:02d}:10",
        "Hoofdcategorie": "Iets",
        "Subcategorie": category,
        "Thema": theme,
        "X": 176_500,
        "Y": 317_500,
    }


@pytest.fixture(scope="module")
def friday(tmp_path_factory):
    """One an hour for ten weeks, and five more an hour on Friday from 20 until 24."""
    days = [FIRST + dt.timedelta(number) for number in range(70)]
    rows = [row(day, hour) for day in days for hour in range(24)]
    rows += [
        row(day, hour)
        for day in days
        if day.weekday() == 4
        for hour in range(20, 24)
        for _ in range(5)
    ]
    return load(tmp_path_factory.mktemp("friday"), rows)


def own_days(at, first, last):
    at.selectbox(key=keys.PERIOD).select("Eigen periode").run()
    at.date_input(key=keys.DATES).set_value((first, last)).run()
    assert not at.exception, at.exception
    return at


def test_one_opens_with_when_it_is_busy(open_page, city):
    at = open_page(city, periode="2025")
    said = words(at)
    assert "Drukst: " in at.header[0].value
    assert "meer dan toeval" in at.header[0].value
    assert "drukker dan een gemiddeld uur" in said
    assert "hele weken" in said
    assert len(specs(at)) >= 4


def test_the_other_question_names_the_planted_evening(open_page, friday):
    at = own_days(open_page(friday, vraag=question.UNUSUAL), FIRST, dt.date(2026, 3, 15))
    sentence = "vr 20-24 uur: 240 meldingen, verwacht 40 (zeker)"
    assert f"Ongewoon: {sentence}." in at.header[0].value
    assert f"- {sentence}" in words(at)
    assert "strokeCap" in specs(at)[0]  # a line round what stands out
    table = at.dataframe[0].value
    assert table["Wanneer"].tolist() == ["vr 20-24 uur"]
    assert table["Keer verwacht"].tolist() == [6.0]


def test_short_period_says_that_nothing_can_be_said(open_page, friday):
    at = own_days(open_page(friday), dt.date(2026, 1, 5), dt.date(2026, 1, 25))
    said = words(at)
    assert "te weinig weken om iets over toeval te zeggen" in said
    assert "zeker meer" not in said
    assert "Dikke rand" not in said
    assert "strokeCap" not in specs(at)[0]


def test_chosen_hours_leave_the_verdict_alone(open_page, friday):
    at = open_page(friday, vraag=question.UNUSUAL, dagen=["vr"], van="20:00", tot="24:00")
    at = own_days(at, FIRST, dt.date(2026, 3, 15))
    said = words(at)
    assert "vr 20-24 uur: 240 meldingen, verwacht 40 (zeker)" in said
    assert "vergeleken met de hele week" in said
    assert list(at.dataframe[1].value.columns) == ["Uur", "vr"]


def test_nonsense_as_question_is_the_first_one(open_page, city):
    at = open_page(city, vraag="<b>wat?</b>")
    assert "Drukst" in at.header[0].value


def test_special_days_stand_in_a_table(open_page, city):
    at = open_page(city, periode="2025")
    table = next(frame.value for frame in at.dataframe if "Gewone dag" in frame.value)
    assert {"Carnaval", "Koningsdag", "Zomervakantie", "Marktdagen"} <= set(table["Dag"])
    carnaval = table.set_index("Dag").loc["Carnaval"]
    assert carnaval["Dagen"] == 3
    said = words(at)
    assert "rand: feestdag of Carnaval" in said
    assert "streep onder: schoolvakantie" in said
    assert any("wo (markt)" in spec for spec in specs(at))


def test_small_numbers_about_people_are_in_no_sentence(open_page, tmp_path):
    days = [FIRST + dt.timedelta(number) for number in range(70)]
    rows = [row(day, 23, "Jongerenoverlast", "Sociale overlast") for day in days]
    rows += [row(days[1], 9, "Jongerenoverlast", "Sociale overlast") for _ in range(3)]
    at = open_page(load(tmp_path, rows), vraag=question.UNUSUAL)
    at = own_days(at, FIRST, dt.date(2026, 3, 15))
    said = words(at) + "".join(str(chart.proto) for chart in at.get("vega_lite_chart"))
    assert "di 09-10 uur: 3 " not in said
    assert "Een punt is een aantal dat te klein is om te tonen" in said


def test_days_without_a_time_are_named(open_page, tmp_path):
    rows = [row(FIRST, 8) | {"Gemeld op": f"{FIRST:%d-%m-%Y}"}, row(FIRST, 8)]
    at = open_page(load(tmp_path, rows))
    assert "1 rijen zonder tijdstip" in words(at) or "1 rij zonder tijdstip" in words(at)


def test_link_brings_the_question_back(monkeypatch):
    chosen = {keys.QUESTION: question.UNUSUAL, keys.PERIOD: "2025"}
    monkeypatch.setattr(frame.st, "session_state", chosen)
    query = frame._query(Selection(Period.parse("2025")))
    assert query == {"periode": ["2025"], "vraag": [question.UNUSUAL]}


@pytest.mark.parametrize(
    ("box", "wanted"),
    [
        ({"hour": [23.9, 20.05], "weekday": [4.2, 4.9]}, ((4,), (20, 24))),
        ({"hour": [-1.0, 30.0], "weekday": [-2.0, 9.0]}, (tuple(range(7)), (0, 24))),
        ({"hour": [8.0, 8.05], "weekday": [1.0, 2.0]}, None),
        ({}, None),
    ],
)
def test_brush_becomes_whole_days_and_hours(box, wanted):
    found = brushed(box)
    got = None if found is None else (found[0], (found[1].start, found[1].end))
    assert got == wanted


def test_method_explains_both_questions_and_the_word_scale():
    for part in ("Twee vragen", "zeker", "waarschijnlijk", "kan toeval zijn", "23 of 25 uur"):
        assert part in METHOD
