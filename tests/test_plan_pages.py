"""The pages of the plan, run as Streamlit runs them: every item visible, filters that work."""

import datetime as dt
import json

import pytest
import sqlalchemy as sa
import streamlit as st
from streamlit.testing.v1 import AppTest
from typer.testing import CliRunner

from tests.conftest import ROOT
from thor_metrics import ingest
from thor_metrics.cli.commands import app as commands
from thor_metrics.plan import read_plan
from thor_metrics.settings import load_settings
from thor_metrics.store import Store
from thor_metrics.ui import data

PLAN = read_plan()
LAST = dt.date(2026, 10, 31)
THEMES = [section.theme for section in PLAN.sections]


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    """A fifth of the made-up city."""
    folder = tmp_path_factory.mktemp("plan")
    settings = load_settings(ROOT / "settings.toml", data_dir=folder)
    ingest.sample_city(settings, Store(folder), until=LAST, scale=0.2)
    return folder


@pytest.fixture
def open_page(monkeypatch, city):
    monkeypatch.setenv("THOR_GEODATA_TILES", "")
    monkeypatch.setenv("THOR_DATA_DIR", str(city))

    def opened(name, **query):
        at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
        for step in (None, name):
            for key, value in query.items():
                at.query_params[key] = value
                at.session_state[key] = value
            if step:
                at.switch_page(f"pages/plan/{step}.py")
            at.run()
        assert not at.exception, at.exception
        assert not at.error
        return at

    return opened


@pytest.fixture(scope="module", autouse=True)
def forget():
    yield
    st.cache_resource.clear()


def words(at):
    parts = [*at.title, *at.header, *at.subheader, *at.markdown, *at.caption, *at.info]
    html = [block.proto.body for block in at.get("html")]
    return "\n".join([*(str(part.value) for part in parts), *html])


def test_the_board_shows_every_goal_action_and_item(open_page):
    said = words(open_page("uitvoeringsplan", periode="2026-H2"))
    for section in PLAN.sections:
        assert f"{section.number} {section.title}" in said
        for goal in section.goals:
            assert goal.number in said
            for item in goal.monitors:
                assert f"{item.id} {item.title}" in said, item.id
    assert said.count("Norm: ") >= 10


def test_the_board_can_show_only_what_needs_attention(open_page):
    at = open_page("uitvoeringsplan", periode="2026-H2")
    whole = words(at)
    at.segmented_control(key="stand").set_value("Aandacht").run()
    part = words(at)
    assert "M03" in part
    assert "M09 " in whole
    assert "M09 " not in part
    assert not at.exception


def test_a_choice_on_the_board_without_items_says_so(open_page):
    at = open_page("uitvoeringsplan", periode="2026-H2")
    assert "gegevens" not in at.header[0].value, "nothing is missing, so nothing is said of it"
    at.segmented_control(key="stand").set_value("Geen gegevens").run()
    assert "Voor elk monitoritem zijn er gegevens" in words(at)


@pytest.mark.parametrize("theme", THEMES)
def test_a_theme_page_shows_all_its_items_with_status_and_number(open_page, theme):
    at = open_page(theme, periode="2026-H2")
    said = words(at)
    for item in PLAN.monitors.values():
        assert (f"#### {item.id} " in said) == (item.theme == theme), item.id


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(
    "query",
    [
        {"periode": "2026-H1", "gebied": "Oost"},
        {"periode": "2026", "gebied": "Centrum", "buurt": "Wyck"},
        {"periode": "4 weken"},
    ],
)
def test_period_and_place_work_on_every_theme_page(open_page, theme, query):
    at = open_page(theme, **query)
    assert not at.warning
    assert query.get("buurt", query.get("gebied", "")) in words(at)


def test_what_took_place_stands_apart_from_what_is_planned(open_page):
    at = open_page("wijk", periode="2026-H2")
    tables = {frame.proto.alt: frame.value for frame in at.dataframe}
    assert len(tables) == len(at.dataframe), "every table has a name of its own"
    assert not [name for name, rows in tables.items() if rows.empty]
    kinds = ("buurtbezoek", "stadsdeelbezoek", "buurtoverleg")
    table = data.engine().tables["activities"].c
    rows = data.engine().run(sa.select(table.status, table.started_at, table.kind))
    here = rows["started_at"].dt.tz_convert("Europe/Amsterdam") >= "2026-07-01"
    counts = rows.loc[here & rows["kind"].isin(kinds), "status"].value_counts()
    assert len(tables["Waar is THOR op bezoek geweest?"]) == counts["gehouden"] > 0
    ahead = tables["Nog gepland: buurtbezoek, stadsdeelbezoek en buurtoverleg."]
    assert len(ahead) == counts["gepland"] > 0
    assert f"{counts['vervallen']} afspra" in words(at)


def test_a_number_follows_the_gebied(open_page):
    def first_number(**query):
        return [block.proto.body for block in open_page("afval", **query).get("html")][1]

    assert first_number(periode="2026-H1") != first_number(periode="2026-H1", gebied="Oost")


def test_a_number_about_people_is_told_over_the_period_it_is_known_for(open_page):
    said = words(open_page("sociaal", periode="4 weken", gebied="Oost", buurt="Heer"))
    assert "over okt 2026" in said
    assert "niet per buurt bekend" in said


def test_no_small_number_of_sanctions_or_people_is_on_the_page(open_page):
    said = words(open_page("sociaal", periode="2026-H2", gebied="Zuid-West"))
    assert "minder dan 10" in said


# --- the command ----------------------------------------------------------------------------------


def test_the_command_gives_all_items(city):
    result = CliRunner().invoke(
        commands, ["--data", str(city), "plan", "--period", "2026-H2", "--json"]
    )
    assert result.exit_code == 0, result.stderr
    rows = json.loads(result.stdout)
    assert [row["monitor"] for row in rows] == list(PLAN.monitors)
    told = {"monitor", "section", "title", "status", "value", "unit", "target", "period",
            "indicator", "page"}  # fmt: skip
    assert told <= set(rows[0])
    assert not [row["monitor"] for row in rows if row["status"] == "geen gegevens"]
    by_number = {row["monitor"]: row for row in rows}
    assert by_number["M03"]["status"] == "aandacht"
    assert by_number["M36"]["value"] == 6.0
    assert by_number["M38"]["status"] == "op schema"
    without = [row["monitor"] for row in rows if row["value"] is None]
    assert set(without) <= {"M16", "M17", "M18", "M23"}, "only small numbers about people"


def test_the_command_can_look_at_one_gebied(city):
    result = CliRunner().invoke(
        commands, ["--data", str(city), "plan", "--period", "2026-H1", "--area", "Oost", "--json"]
    )
    rows = {row["monitor"]: row for row in json.loads(result.stdout)}
    assert rows["M38"]["unit"] == "van 1 gebieden"
