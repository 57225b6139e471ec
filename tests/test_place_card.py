"""The story of one place by hand, its sentences, and its card on the page."""

from __future__ import annotations

import datetime as dt
import doctest
import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from tests import factories
from tests.conftest import ROOT
from thor_metrics import ingest
from thor_metrics.engine import Engine
from thor_metrics.indicators.places import Visits, hot_clusters, place_story
from thor_metrics.model import Period, Selection
from thor_metrics.settings import load_settings
from thor_metrics.store import Store
from thor_metrics.ui import data, keys
from thor_metrics.views import places

H1 = Selection(Period.parse("2026-H1"))
X, Y = 176_550.0, 317_550.0
PEOPLE = {"theme": "sociaal", "rubriek": "jeugdoverlast"}
NOTHING = pd.DataFrame({"kind": []})


def report(day, x=X, y=Y, **more):
    return {"day": day, "hour": 20, "x": x, "y": y, **more}


def weekly(n, x=X, y=Y, *, first="2026-01-05", **more):
    start = pd.Timestamp(first)
    return [report(str((start + pd.Timedelta(weeks=k)).date()), x, y, **more) for k in range(n)]


def control(day, x=X, y=Y, **more):
    return {"day": day, "hour": 9, "x": x, "y": y, "kind": "Controle perron", "hours_spent": 1.5,
            **more}  # fmt: skip


#: The last day with data: without these the half-year would not be whole.
ENDS = [report("2024-01-01", 176_100.0, 317_100.0), report("2026-06-30", 176_100.0, 317_100.0)]


@pytest.fixture
def opened():
    engines = []

    def make(rows, controls=(), objects=()):
        made = Engine.open(
            {
                "incidents": factories.table("incidents", rows),
                "controls": factories.table("controls", controls),
                "areas": factories.areas(),
                "objects": factories.table("objects", objects),
            }
        )
        engines.append(made)
        return made

    yield make
    for engine in engines:
        engine.close()


def told(engine, selection=H1, *, radius=50.0, **options):
    return place_story(engine, selection, x=X, y=Y, radius=radius, **options)


# --- what and when ----------------------------------------------------------------------------


def test_what_lies_in_the_circle_is_counted(opened):
    engine = opened(
        [
            *ENDS,
            report("2026-03-02"),
            report("2026-03-03"),  # a day later, the same thing
            report("2026-03-03", rubriek="dumping"),
            report("2026-05-01", X + 50.0),  # at exactly 50 m
            report("2026-05-01", X + 50.1),
            report("2026-05-01", X + 40.0, Y + 40.0),  # in the corner
            report("2025-12-31"),  # before the period
        ]
    )

    story = told(engine)

    assert (story.count, story.incidents, story.days, story.hidden) == (4, 3, 3, False)
    assert story.rubrieken[["rubriek", "count"]].to_numpy().tolist() == [
        ["bijplaatsing", 3],
        ["dumping", 1],
    ]
    assert len(story.hours) == 168
    assert story.hours.set_index(["weekday", "hour"])["count"][(1, 20)] == 2
    assert story.hours["count"].sum() == 4


def test_a_square_is_half_open_and_has_its_corners(opened):
    engine = opened(
        [
            *ENDS,
            report("2026-05-01", X - 50.0, Y - 50.0),
            report("2026-05-01", X + 49.9, Y + 49.9),
            report("2026-05-01", X + 49.9, Y - 50.0),
            report("2026-05-01", X + 50.0, Y),
            report("2026-05-01", X, Y + 50.0),
        ]
    )

    assert told(engine, square=True).count == 3
    assert told(engine).count == 2
    assert told(engine, radius=71.0).count == 5


def test_the_selection_holds_for_the_place(opened):
    engine = opened([*ENDS, *weekly(4), *weekly(3, theme="fiets", rubriek="fietswrak")])

    assert told(engine).count == 7
    assert told(engine, replace(H1, themes=("fiets",))).count == 3
    assert told(engine, replace(H1, weekdays=(1,))).count == 0
    assert told(engine, replace(H1, gebied="West")).count == 0


def test_the_course_is_two_years_of_whole_months_whatever_the_period_is(opened):
    engine = opened(
        [*ENDS, *weekly(2, first="2024-07-01"), report("2026-06-15"), report("2024-06-30")]
    )

    months = told(engine, replace(H1, period=Period.parse("2026-06"))).months
    half_way = told(engine, replace(H1, period=Period.parse("2026-06-01/2026-06-20"))).months

    assert months["month"].tolist()[::23] == ["2024-07", "2026-06"]
    assert months["count"].tolist() == [2, *[0] * 22, 1]
    assert half_way["month"].tolist()[::23] == ["2024-06", "2026-05"]


def test_small_numbers_about_people_are_hidden_with_all_they_tell(opened):
    drugs = weekly(1, first="2026-02-03", **PEOPLE | {"rubriek": "drugs"})
    beside = weekly(3, X + 45.0, Y + 45.0, **PEOPLE)  # in the same square
    engine = opened([*ENDS, *weekly(4, **PEOPLE), *drugs, *beside])
    social = replace(H1, themes=("sociaal",))

    five = told(engine, social)
    four = told(engine, replace(social, rubrieken=("jeugdoverlast",)))

    assert (five.count, five.hidden) == (5, False)
    assert five.rubrieken["count"].isna().all()
    assert five.hours["count"].dropna().eq(0).all()
    assert five.months["count"].dropna().eq(0).all()
    assert (four.count, four.incidents, four.days, four.rank) == (None, None, None, None)
    assert four.hidden
    assert math.isnan(four.stability)
    # Beside other things the place has a number, its rubriek about people has none.
    mixed = told(opened([*ENDS, *weekly(8), *weekly(2, **PEOPLE)]))
    assert mixed.count == 10
    assert mixed.rubrieken.set_index("rubriek")["hidden"]["jeugdoverlast"]


def test_objects_near_are_named_nearest_first(opened):
    objects = [
        {"source": "bgt", "source_id": name, "name": name, "kind": "plein", "x": X + away, "y": Y}
        for name, away in (("Ver", 76.0), ("Rand", 75.0), ("Hier", 3.4))
    ]

    near = told(opened([*ENDS, *weekly(4)], objects=objects)).objects

    assert near[["name", "distance"]].to_numpy().tolist() == [["Hier", 3], ["Rand", 75]]


# --- its rank ------------------------------------------------------------------------------------


def test_rank_is_that_of_the_square_most_of_it_lies_in(opened):
    busy = [
        row
        for k in range(12)
        for row in weekly(3 + k, 176_050.0 + 100 * (k % 4), 317_150.0 + 100 * (k // 4))
    ]
    engine = opened([*ENDS, *busy, *weekly(20)])

    story = told(engine)

    # Square (1765, 3175): the twenty here and nothing of the others.
    assert story.rank == 1
    assert story.stability == 1.0
    assert story.weeks == 26
    last = place_story(engine, H1, x=176_050.0, y=317_150.0, radius=50.0)
    assert (last.rank, last.count) == (13, 3)
    assert last.stability < 0.3
    short = told(engine, replace(H1, period=Period.parse("2026-W10")))
    assert short.rank == 1
    assert math.isnan(short.stability)


def test_a_place_without_anything_has_no_rank(opened):
    story = told(opened(ENDS))

    assert (story.count, story.incidents, story.days, story.rank) == (0, 0, 0, None)
    assert story.rubrieken.empty
    assert story.hours["count"].eq(0).all()


# --- controls ------------------------------------------------------------------------------------


def test_controls_of_ninety_days_and_the_last_one_ever(opened):
    controls = [
        control("2026-04-02"),  # the ninetieth day before July
        control("2026-04-01"),
        control("2026-06-12", kind="Veegactie", hours_spent=None),
        control("2026-07-03"),  # after the period
        control("2026-06-20", X + 51.0),
        control("2026-06-20", theme="fiets"),
    ]
    engine = opened([*ENDS, *weekly(4)], controls)

    found = told(engine, replace(H1, themes=("afval",))).controls

    assert found.period == Period(dt.date(2026, 4, 2), dt.date(2026, 7, 1))
    assert (found.count, found.hours, found.last) == (2, 1.5, dt.date(2026, 6, 12))
    assert found.kinds[["kind", "count"]].to_numpy().tolist() == [
        ["Controle perron", 1],
        ["Veegactie", 1],
    ]
    assert told(engine).controls.count == 3


def test_where_controls_are_not_loaded_that_is_said(opened):
    assert told(opened(ENDS)).controls.period is None
    long_ago = told(opened(ENDS, [control("2026-01-02"), control("2026-06-30", X + 99.0)]))
    assert (long_ago.controls.count, long_ago.controls.last) == (0, dt.date(2026, 1, 2))


def test_a_few_controls_of_people_have_no_day(opened):
    engine = opened(ENDS, [control("2026-06-12", theme="sociaal")])

    found = told(engine).controls

    assert (found.count, found.last) == (None, None)
    assert math.isnan(found.hours)
    assert found.kinds["count"].isna().all()
    assert found.kinds["last"].isna().all()
    once = told(opened(ENDS, [control("2026-01-02", theme="sociaal"), control("2026-06-30", 1.0)]))
    assert (once.controls.count, once.controls.last) == (0, None)


# --- sentences -----------------------------------------------------------------------------------


def test_examples_in_the_docstrings_run():
    result = doctest.testmod(places)

    assert result.failed == 0
    assert result.attempted > 5


@pytest.mark.parametrize(
    ("rank", "stability", "words"),
    [
        (3, 0.9, "stabiel"), (3, 0.5, "buiten de top 10 kunnen vallen"), (3, 0.1, "toeval"),
        (14, 0.4, "in de top 10 kunnen staan"), (14, 0.0, "zelden"), (3, np.nan, "Te weinig weken"),
    ],
)  # fmt: skip
def test_stability_is_told_in_plain_words(rank, stability, words):
    assert words in places.rank_words(rank, stability, where="Wyck")
    assert places.rank_words(None, np.nan, where="Wyck") == ""


def test_controls_in_words():
    quarter = Period.parse("2026-Q2")
    day = dt.date(2026, 1, 2)
    assert places.visit_words(Visits(quarter, None, np.nan, None, NOTHING)) == (
        "Minder dan 5 controles in de laatste 90 dagen."
    )
    assert places.visit_words(Visits(quarter, 0, np.nan, day, NOTHING)) == (
        "Laatste controle 02-01-2026; geen in de laatste 90 dagen."
    )
    assert places.visit_words(Visits(quarter, 0, np.nan, None, NOTHING)) == (
        "Geen controles gevonden in de laatste 90 dagen."
    )
    assert "(12 uur)" in places.visit_words(Visits(quarter, 9, 12.4, day, NOTHING))


def test_the_course_is_not_told_with_a_month_hidden_and_warns_of_another_system():
    names = pd.period_range("2024-07", "2026-06", freq="M").strftime("%Y-%m")
    months = pd.DataFrame({"month": names, "count": pd.array([1] * 24, dtype="Int64")})
    breaks = [dt.date(2023, 1, 1), dt.date(2026, 3, 1), dt.date(2026, 7, 1)]

    assert places.course_words(months, breaks) == (
        "Laatste 12 maanden 12, de 12 maanden ervoor 12. Let op: ander meldsysteem sinds "
        "01-03-2026."
    )
    assert places.course_words(months.head(23)) == ""
    months.loc[5, "count"] = pd.NA
    assert places.course_words(months) == ""


# --- the card ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    folder = tmp_path_factory.mktemp("city")
    settings = load_settings(ROOT / "settings.toml", data_dir=folder)
    ingest.sample_city(settings, Store(folder), until=dt.date(2026, 10, 31), scale=0.1)
    return folder


@pytest.fixture(scope="module", autouse=True)
def forget_engines():
    """Or an engine would outlive the interpreter's own cleaning."""
    yield
    st.cache_resource.clear()


@pytest.fixture
def open_card(monkeypatch, city):
    monkeypatch.setenv("THOR_GEODATA_TILES", "")
    monkeypatch.setenv("THOR_DATA_DIR", str(city))

    def opened():
        at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
        # The first run makes the pages known; a browser keeps its address, this does not.
        for step in (None, "pages/beeld/hotspots.py"):
            for name, value in ((keys.PERIOD, "2025"), (keys.LEVEL, "Haarden")):
                at.query_params[name] = value
                at.session_state[name] = value
            if step:
                at.switch_page(step)
            at.run()
        assert not at.exception, at.exception
        at.selectbox(key=keys.PLACE).select_index(0).run()
        assert not at.exception, at.exception
        return at

    return opened


def heaviest():
    return hot_clusters(data.engine(), Selection(Period.parse("2025"))).iloc[0]


def test_a_chosen_cluster_tells_its_story(open_card):
    at = open_card()

    assert heaviest()["name"][1:] in at.subheader[0].value
    texts = " ".join(piece.value for piece in at.markdown)
    for part in ("#### Wat", "#### Wanneer", "#### Verloop", "**Rang.** Nummer", "**Controles.**"):
        assert part in texts
    assert "voorvallen" in texts

    at.button(key="plekkaart-sluit").click().run()
    assert not at.exception
    assert "plekkaart-sluit" not in [button.key for button in at.button]


def test_the_hours_of_a_place_are_those_of_its_buurt(open_card, monkeypatch):
    top = heaviest()
    at = open_card()
    # Run from a test Streamlit knows no other page.
    opened = []
    monkeypatch.setattr(st, "switch_page", lambda page, **_: opened.append(page))

    at.button(key="plekkaart-uren").click().run()

    assert not at.exception
    assert opened == ["pages/beeld/hottijden.py"]
    areas = data.areas()
    number = int(areas.place(np.array([top["x"]]), np.array([top["y"]]))[0])
    assert at.session_state[keys.BUURT] == areas.names[number]
