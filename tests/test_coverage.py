"""Dekking: shares of controls beside shares of reports, recounted with plain pandas."""

from __future__ import annotations

import datetime as dt

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import sqlalchemy as sa

from tests import factories
from tests.conftest import ROOT
from thor_metrics import geo, ingest
from thor_metrics.engine import Engine, Files
from thor_metrics.errors import SelectionError
from thor_metrics.indicators.coverage import LESS, MORE, SAME, TOO_FEW, coverage
from thor_metrics.model import Hours, Period, Selection
from thor_metrics.settings import load_settings
from thor_metrics.store import Store
from thor_metrics.views import coverage as words

H1 = Selection(Period.parse("2026-H1"), themes=("afval",))
MONDAYS = [str(day.date()) for day in pd.date_range("2026-01-05", periods=20, freq="7D")]


def reports(count, **more):
    """So many reports on each of twenty Mondays."""
    return [{"day": day, "hour": 9, **more} for day in MONDAYS for _ in range(count)]


def controls(count, **more):
    return reports(count, kind="Controle", hours_spent=0.5, **more)


@pytest.fixture
def asked():
    opened = []

    def ask(incidents, checks, selection=H1, **options):
        engine = Engine.open(
            {
                "incidents": factories.table("incidents", incidents),
                "controls": factories.table("controls", checks),
            }
        )
        opened.append(engine)
        return coverage(engine, selection, **options)

    yield ask
    for engine in opened:
        engine.close()


def test_shares_by_hand(asked):
    found = asked(
        [*reports(3, buurt="B1"), *reports(1, buurt="B2")],
        [*controls(1, buurt="B1"), *controls(4, buurt="B2")],
    )
    rows = found.rows.set_index("key")
    assert (found.reports, found.controls, found.without) == (80, 100, 0)
    assert rows.loc["B1", ["reports", "controls", "hours"]].tolist() == [60, 20, 10.0]
    assert rows.loc["B1", ["share_reports", "share_controls"]].tolist() == [0.75, 0.2]
    assert rows.loc["B1", "difference"] == pytest.approx(-0.55)
    assert found.dispersion == (1.0, 1.0)
    # p is .475 for both; the same every week, so nothing but chance of counting.
    reach = 1.96 * np.sqrt(0.75 * 0.25 / 80 + 0.2 * 0.8 / 100)
    assert rows.loc["B1", "high"] - rows.loc["B1", "difference"] == pytest.approx(reach, rel=1e-3)
    assert rows["verdict"].to_dict() == {"B1": LESS, "B2": MORE}
    assert found.rows["key"].tolist() == ["B1", "B2"], "most missing first"


def test_equal_shares_are_in_proportion_whatever_the_numbers(asked):
    found = asked(
        [*reports(4, buurt="B1"), *reports(8, buurt="B2")],
        [*controls(1, buurt="B1"), *controls(2, buurt="B2")],
    )
    assert found.rows["verdict"].tolist() == [SAME, SAME]
    assert found.rows["difference"].tolist() == pytest.approx([0, 0])


def test_few_of_both_say_nothing(asked):
    found = asked([*reports(9, buurt="B2"), *reports(1, buurt="B1")[:9]], controls(2, buurt="B2"))
    assert found.rows.set_index("key").loc["B1", "verdict"] == TOO_FEW


def test_controls_belong_to_their_own_theme(asked):
    found = asked(reports(1), [*controls(1), *controls(5, theme="fiets")])
    assert found.controls == 20


def test_hours_are_those_of_the_clock_and_unknown_ones_are_told(asked):
    night = reports(1, buurt="B1")
    checks = [*controls(1), *controls(1, time_known=False)]
    found = asked(night, checks, by="hour")
    rows = found.rows.set_index("key")
    assert len(rows) == 168
    assert rows.loc["9", ["reports", "controls"]].tolist() == [20, 20]
    assert (found.controls, found.without) == (20, 20)


def test_a_control_without_a_place_is_told_and_in_no_row(asked):
    found = asked(reports(1), [*controls(1), *controls(1, buurt=None)])
    assert (found.controls, found.without) == (20, 20)


def test_the_moment_of_the_selection_holds_for_both(asked):
    at_nine = Selection(H1.period, themes=("afval",), weekdays=(0,), hours=Hours(9, 10))
    found = asked(reports(2), [*controls(1), *controls(3, hour=15)], at_nine)
    assert (found.reports, found.controls) == (40, 20)


def test_small_numbers_about_people_are_hidden_and_do_not_follow(asked):
    people = {"theme": "sociaal", "rubriek": "jeugdoverlast"}
    selection = Selection(H1.period, themes=("sociaal",))
    found = asked(
        [*reports(2, buurt="B1", **people), *reports(1, buurt="B2", **people)[:3],
         *reports(1, buurt="B3", **people)],
        [*controls(1, buurt="B1", **people), *controls(1, buurt="B2", **people)],
        selection,
    )  # fmt: skip
    hidden = found.rows[found.rows["hidden"]]
    assert len(hidden) >= 2, "one alone is the total minus the rest"
    assert "B2" in hidden["key"].tolist()
    numbers = ["reports", "controls", "hours", "share_reports", "share_controls", "difference",
               "low", "high", "q"]  # fmt: skip
    assert hidden[numbers].isna().all(axis=None)
    assert set(hidden["verdict"]) == {TOO_FEW}


def test_another_split_is_refused(asked):
    with pytest.raises(SelectionError, match="buurt, cell, object, hour"):
        asked(reports(1), controls(1), by="straat")


def test_without_a_difference_hardly_anything_is_called_one():
    """Reports and controls over the same places at random: few maps with a verdict."""
    rng = np.random.default_rng(4)
    wrong = 0
    share = rng.dirichlet(np.full(30, 2.0))
    for _ in range(100):
        rows = {}
        for name, many in (("incidents", 600), ("controls", 200)):
            cells = rng.choice(30, many, p=share)
            rows[name] = [
                {"day": MONDAYS[week], "hour": 9, "buurt": "B1", "x": 176_050.0 + 100.0 * cell,
                 "y": 317_050.0, "kind": "Controle"}
                for cell, week in zip(cells, rng.integers(0, 20, many), strict=True)
            ]  # fmt: skip
        engine = Engine.open({name: factories.table(name, rows[name]) for name in rows})
        found = coverage(engine, H1, by="cell").rows
        engine.close()
        wrong += bool(found["verdict"].isin([LESS, MORE]).any())
    print(f"\nno difference, yet a verdict: {wrong} of 100 maps")
    assert wrong <= 10


# --- against plain pandas ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    folder = tmp_path_factory.mktemp("coverage")
    settings = load_settings(ROOT / "settings.toml", data_dir=folder)
    store = Store(folder)
    ingest.sample_city(settings, store, until=dt.date(2026, 10, 31), scale=0.2)
    engine = Engine.open({name: Files(store.files(name)) for name in store.versions()})
    yield engine, settings
    engine.close()


def plain(engine, name):
    """Rows of the theme in the period, as pandas reads them."""
    table = engine.tables[name]
    rows = engine.run(sa.select(table))
    rows = rows[(rows["theme"] == "afval") & rows["date"].between("2026-01-01", "2026-06-30")]
    return rows[rows["counted"].astype(bool)] if "counted" in rows else rows


@pytest.mark.parametrize("by", ["buurt", "cell", "hour"])
def test_figures_equal_plain_pandas(city, by):
    engine, settings = city
    found = coverage(engine, H1, by=by)
    shares = {}
    for name in ("incidents", "controls"):
        rows = plain(engine, name)
        if by == "hour":
            rows = rows[rows["time_known"].astype(bool)]
            key = (24 * rows["weekday"] + rows["hour"]).astype(int).astype(str)
        else:
            rows = rows[rows["x"].notna()]
            if by == "cell":
                key = (
                    np.floor(rows["x"] / 100).astype(int).astype(str)
                    + ":"
                    + np.floor(rows["y"] / 100).astype(int).astype(str)
                )
            else:
                areas = geo.load_areas(settings).frame()
                points = gpd.GeoDataFrame(
                    rows, geometry=gpd.points_from_xy(rows["x"], rows["y"]), crs=areas.crs
                )
                joined = gpd.sjoin(points, areas, predicate="within")
                key = joined["code"]
        shares[name] = key.value_counts()
    expected = pd.DataFrame(shares).fillna(0).astype(int)
    got = found.rows.set_index("key")
    got = got[(got["reports"] > 0) | (got["controls"] > 0)]
    assert got["reports"].astype(int).sort_index().to_dict() == (
        expected["incidents"].sort_index().to_dict()
    )
    assert got["controls"].astype(int).sort_index().to_dict() == (
        expected["controls"].sort_index().to_dict()
    )
    assert got["share_reports"].sum() == pytest.approx(1)
    assert got["share_controls"].sum() == pytest.approx(1)


def test_objects_hold_what_lies_nearest_within_reach(city):
    engine, _ = city
    found = coverage(engine, H1, by="object").rows.set_index("key")
    table = engine.tables["objects"]
    places = engine.run(sa.select(table))
    places = places[
        places["kind"].isin(["milieuperron", "fietsparkeerplek", "plein", "school"])
        & places["x"].notna() & places["name"].notna()
    ].reset_index(drop=True)  # fmt: skip
    rows = plain(engine, "controls")
    rows = rows[rows["x"].notna()]
    away = np.hypot(
        rows["x"].to_numpy()[:, None] - places["x"].to_numpy(),
        rows["y"].to_numpy()[:, None] - places["y"].to_numpy(),
    )
    near = away.argmin(axis=1)[away.min(axis=1) <= 75]
    counts = pd.Series(near).value_counts()
    keys = places["source"] + ":" + places["source_id"].astype(str)
    expected = {keys[number]: int(many) for number, many in counts.items()}
    assert found.loc[found["controls"] > 0, "controls"].astype(int).to_dict() == expected


# --- words ---------------------------------------------------------------------------------------


def test_the_week_is_orange_where_effort_is_missing(asked):
    found = asked([*reports(4), *reports(1, hour=15)], [*controls(1), *controls(4, hour=15)],
                  by="hour")  # fmt: skip
    named = found.rows.assign(name=found.rows["key"].map(words.hour_name))
    heat = words.heat_rows(words.worded(named, below=5)).set_index(["weekday", "hour"])
    assert heat.loc[(0, 9), "surprise"] > 0 > heat.loc[(0, 15), "surprise"]
    assert heat.loc[(0, 9), "shown"] == "80/20"
    assert (
        "ma 09-10 uur: 80 meldingen (80,0 % van alle) en 20 controles (20,0 %)"
        in (heat.loc[(0, 9), "words"])
    )
    assert words.sentence(found, ("uur", "uren")) == (
        "Op 1 uur is er duidelijk minder inzet dan overlast, op 1 duidelijk meer."
    )
