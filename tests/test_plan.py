"""The plan as data: complete, in our own words, and a mistake in it is told where it is."""

import csv
import dataclasses
import re

import pytest

from tests.conftest import REAL_DATA
from thor_metrics.errors import SettingsError
from thor_metrics.indicators.registry import INDICATORS
from thor_metrics.plan import read_plan
from thor_metrics.schema import TABLES
from thor_metrics.schema.activities import ACTIVITIES
from thor_metrics.schema.objects import OBJECT_KINDS
from thor_metrics.schema.survey_scores import SURVEYS

PLAN = read_plan()
ORIGINAL = REAL_DATA.parent / "plan"

with_original = pytest.mark.skipif(not ORIGINAL.is_dir(), reason="the plan's text is not here")


def words(text):
    return re.findall(r"\w+", text.casefold())


def every_text():
    for section in PLAN.sections:
        yield section.title
        for goal in section.goals:
            yield goal.title
            yield from (action.text for action in goal.actions)
            yield from (item.title for item in goal.monitors)


@with_original
def test_all_42_items_stand_in_their_own_section_and_theme():
    with (ORIGINAL / "monitors.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    wanted = [(row["id"], row["section"], row["theme"]) for row in rows]
    found = [(item.id, item.section, item.theme) for item in PLAN.monitors.values()]
    assert found == wanted
    assert len(found) == 42


@with_original
def test_no_sentence_is_the_plans_own():
    original = words((ORIGINAL / "uitvoeringsplan-2025-2026.txt").read_text("utf-8"))
    runs = {tuple(original[n : n + 8]) for n in range(len(original) - 7)}
    for text in every_text():
        mine = words(text)
        assert not [run for n in range(len(mine) - 7) if (run := tuple(mine[n : n + 8])) in runs]


def test_texts_fit_on_a_line():
    assert max(len(text) for text in every_text()) <= 110


def test_every_name_in_the_plan_exists():
    for item in PLAN.monitors.values():
        assert set(item.tables) <= set(TABLES), item.id
        assert item.tables or item.documents or item.target.rule in {"catalogue", "actions"}, (
            item.id
        )
        assert (item.survey == "") == (item.target.rule != "survey"), item.id
        assert item.survey in {"", *SURVEYS}
        of = {"visits": OBJECT_KINDS, "per_year": INDICATORS, "planned_per_area": ACTIVITIES}
        assert item.target.of in of.get(item.target.rule, {""}), item.id


def test_every_indicator_answers_an_item_of_its_own_theme():
    for indicator in INDICATORS.values():
        assert PLAN.monitor(indicator.monitor).theme == indicator.theme, indicator.key


def test_every_indicator_item_has_an_indicator_and_only_tables_it_names():
    answered = {indicator.monitor for indicator in INDICATORS.values()}
    for item in PLAN.monitors.values():
        if "indicator" in item.kinds:
            assert item.id in answered, item.id
    for indicator in INDICATORS.values():
        named = set(PLAN.monitor(indicator.monitor).tables) | {"incidents", "controls", "sanctions"}
        assert set(indicator.sources) <= named, indicator.key


def test_period_of_the_plan():
    assert (str(PLAN.start), str(PLAN.end)) == ("2025-06-01", "2027-01-01")
    assert PLAN.monitor("m36").target.since.isoformat() == "2026-01-01"


def test_the_plan_cannot_be_changed_by_accident():
    with pytest.raises(dataclasses.FrozenInstanceError):
        PLAN.monitor("M01").title = "anders"


def test_an_unknown_item_is_told_with_those_there_are():
    with pytest.raises(SettingsError, match="'M99' bestaat niet"):
        PLAN.monitor("M99")


SMALL = """
start = 2025-06-01
end = 2027-01-01
[[section]]
number = "1.1"
title = "Afval"
theme = "afval"
[[section.goal]]
title = "Minder"
actions = ["Doen"]
[[section.goal.monitor]]
id = "M01"
title = "Meldingen"
kinds = ["indicator"]
tables = ["incidents"]
"""


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('title = "Minder"', 'titel = "Minder"', "'titel' is niet bekend bij goal 1.1.1"),
        ('kinds = ["indicator"]', 'kinds = ["kaart"]', "'kaart' is niet bekend bij monitor M01"),
        ('id = "M01"', 'id = "M02"', "oplopen van M01 zonder gaten. Gevonden bij M02"),
        ('tables = ["incidents"]', 'target = { rule = "ooit" }', "'ooit' is niet bekend"),
        ('tables = ["incidents"]', 'target = { rul = "follow" }', "'rul' is niet bekend"),
        ("start = 2025-06-01", "start = 2025-06-01\nsoort = 1", "'soort' is niet bekend"),
    ],
)
def test_a_mistake_is_told_where_it_is(tmp_path, old, new, told):
    good = tmp_path / "good.toml"
    good.write_text(SMALL, encoding="utf-8")
    assert list(read_plan(good).monitors) == ["M01"]
    bad = tmp_path / "bad.toml"
    bad.write_text(SMALL.replace(old, new), encoding="utf-8")
    with pytest.raises(SettingsError, match=told):
        read_plan(bad)
