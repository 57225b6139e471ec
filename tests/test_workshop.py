"""The workshop: every answer comes from the data, and is found in what the pages show."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from thor_metrics import geo, ingest, workshop
from thor_metrics.engine import Engine, Files
from thor_metrics.ledger import Ledger
from thor_metrics.model import Period
from thor_metrics.progress import Papers
from thor_metrics.report import Facts
from thor_metrics.schema import TABLES
from thor_metrics.store import Store
from thor_metrics.views import glossary


@pytest.fixture(scope="module")
def facts(tmp_path_factory):
    from thor_metrics.settings import load_settings

    folder = tmp_path_factory.mktemp("city")
    settings = load_settings("settings.toml", data_dir=folder)
    store = Store(folder)
    ingest.sample_city(settings, store, until=dt.date(2026, 10, 31), scale=0.1)
    versions = store.versions()
    engine = Engine.open(
        {
            name: Files(store.files(name, version=versions[name]))
            for name in TABLES
            if name in versions
        },
        url="duckdb:",
    )
    with Ledger.open(folder) as ledger:
        papers = Papers(ledger.documents(), ledger.photos(), ledger.actions())
        prefaces = ledger.prefaces()
    return Facts(
        engine, settings, geo.load_areas(settings), papers, prefaces, versions, sample=True
    )


@pytest.fixture(scope="module")
def at(facts):
    return workshop.setting(facts)


def test_the_course_is_about_the_last_whole_quarter(at):
    assert at.period == Period(dt.date(2026, 7, 1), dt.date(2026, 10, 1))


@pytest.mark.parametrize("exercise", workshop.EXERCISES, ids=lambda exercise: exercise.key)
def test_every_exercise_has_one_right_answer_among_wrong_ones(facts, at, exercise):
    asked = exercise.ask(facts, at)
    assert len(asked.right) == 1
    assert asked.why
    if asked.choices:
        assert asked.right < set(asked.choices)
        assert 2 <= len(asked.choices) <= 6
        assert list(asked.choices) == sorted(asked.choices)


def test_the_gebied_with_most_waste_is_counted_again_by_hand(facts, at):
    asked = workshop.EXERCISES[0].ask(facts, at)
    counts = facts.ask("per_area", at.select("afval", everywhere=True), level="gebied")
    assert asked.right == {counts.set_index("name")["count"].astype(float).idxmax()}


@pytest.mark.parametrize(
    ("row", "done"),
    [
        ({"id": 8, "theme": "fiets", "gebied": "Oost", "moments": [(0, 8, 10), (4, 20, 22)]}, True),
        ({"id": 8, "theme": "fiets", "gebied": "Oost", "moments": [(0, 8, 10)]}, False),
        ({"id": 7, "theme": "fiets", "gebied": "Oost", "moments": [(0, 8, 10)] * 2}, False),
        ({"id": 8, "theme": "afval", "gebied": "Oost", "moments": [(0, 8, 10)] * 2}, False),
    ],
)
def test_the_last_exercise_asks_for_a_new_action_with_two_moments(row, done):
    at = workshop.Setting(Period.parse("2026-Q3"), "Oost")
    assert workshop.two_controls(pd.DataFrame([row]), at, after=7) is done


def test_the_trainer_sees_numbers_and_nobody():
    steps = pd.DataFrame(
        {
            "pupil": ["otter-11", "das-12"],
            "exercise": ["gebied", "gebied"],
            "tries": [1, 3],
            "hints": [0, 1],
            "solved": [True, False],
        }
    )
    told = workshop.progress(steps)
    assert told.iloc[0].to_dict() == {
        "title": "Het drukste gebied", "begun": 2, "solved": 1, "tries": 4, "hints": 1,
    }  # fmt: skip
    assert len(told) == len(workshop.EXERCISES)
    assert "otter" not in told.to_csv()


def test_words_are_in_order_and_explained_once():
    words = [term.word for term in glossary.TERMS]
    assert words == sorted(words, key=str.casefold)
    assert len(set(words)) == len(words)
