"""Clusters and objects: where reports lie together, what that place is called, who is hidden."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from tests import factories
from tests.conftest import ROOT
from thor_metrics import geo
from thor_metrics.engine import Engine
from thor_metrics.indicators.places import hot_cells, hot_clusters, ranked_objects
from thor_metrics.indicators.places.objects import ORDER, week_of
from thor_metrics.indicators.places.spots import _letter
from thor_metrics.model import Period, Selection
from thor_metrics.settings import load_settings
from thor_metrics.views import maps
from thor_metrics.views.look import LIGHT

H1 = Selection(Period.parse("2026-H1"))
MARKT, PLEIN = (176_510.0, 317_510.0), (176_700.0, 317_510.0)


def at(x, y, n=1, *, first="2026-01-05", step=7, **more):
    """Give ``n`` reports at one point, a week apart."""
    day = pd.Timestamp(first)
    return [
        {"day": str((day + pd.Timedelta(days=step * k)).date()), "hour": 12, "x": x, "y": y, **more}
        for k in range(n)
    ]


def scattered(n, *, buurt="B4", **more):
    """Give single reports too far apart to be together."""
    x0, y0 = (174_000.0, 318_000.0) if buurt == "B3" else (175_000.0, 318_000.0)
    return [at(x0 + 90 * (k % 11), y0 + 90 * (k // 11), buurt=buurt, **more)[0] for k in range(n)]


def thing(name, place, kind="milieuperron", gebied="Centrum", buurt="B1"):
    x, y = place
    return {"source": "bgt", "source_id": name, "name": name, "kind": kind, "x": x, "y": y,
            "gebied": gebied, "buurt": buurt}  # fmt: skip


@pytest.fixture
def opened():
    engines = []

    def make(rows, objects=(), series="incidents"):
        made = Engine.open(
            {
                series: factories.table(series, rows),
                "areas": factories.areas(),
                "objects": factories.table("objects", objects),
            }
        )
        engines.append(made)
        return made

    yield make
    for engine in engines:
        engine.close()


# --- clusters ------------------------------------------------------------------------------------


def test_a_cluster_has_its_counts_its_name_and_its_line(opened):
    engine = opened(
        [*at(*MARKT, 11), *at(176_520.0, 317_510.0, 1, first="2026-01-06"), *scattered(20)],
        [thing("Perron Markt", (176_550.0, 317_510.0)), thing("Ver", (178_000.0, 317_510.0))],
    )

    (row,) = hot_clusters(engine, H1).to_dict("records")

    # The twelfth is a day and ten metres after the first: the same thing.
    assert (row["count"], row["incidents"], row["days"], row["hidden"]) == (12, 11, 12, False)
    assert row["name"] == "bij Perron Markt"
    assert (row["x"], row["y"]) == (pytest.approx(176_510.8, abs=0.05), 317_510.0)
    assert row["place"] == "176511-317510"
    assert row["ring"][0] == row["ring"][-1]
    assert len(row["ring"]) <= 40
    line = shapely.Polygon(row["ring"])
    assert line.contains(shapely.Point(MARKT))
    assert line.area == pytest.approx(10 * 40 + np.pi * 20**2, rel=0.05)
    assert row["area_m2"] == pytest.approx(line.area, rel=0.05)
    assert row["certainty"] == ""  # too few in the whole municipality to speak of chance


def test_without_an_object_near_it_is_called_after_its_buurt(opened):
    engine = opened(
        [
            *at(*MARKT, 12),
            *at(*PLEIN, 15),
            *at(177_300.0, 317_200.0, 20, buurt="B2"),
            *at(178_900.0, 317_200.0, 11, buurt="WEG", gebied="Centrum"),
        ],
        [thing("Te ver", (177_300.0, 317_301.0))],
    )

    found = hot_clusters(engine, H1)

    assert found["name"].tolist() == [
        "in Wyck", "in Binnenstad A", "in Binnenstad B", "in WEG",
    ]  # fmt: skip
    assert found["count"].tolist() == [20, 15, 12, 11]


def test_two_places_at_one_object_get_letters_too(opened):
    engine = opened(
        [*at(*MARKT, 12), *at(176_610.0, 317_510.0, 13)], [thing("Markt", (176_560.0, 317_510.0))]
    )

    assert hot_clusters(engine, H1)["name"].tolist() == ["bij Markt A", "bij Markt B"]


def test_letters_do_not_end_at_z():
    assert [_letter(n) for n in (0, 25, 26, 27, 701, 702)] == ["A", "Z", "AA", "AB", "ZZ", "AAA"]


def test_a_place_stays_the_same_place_when_an_area_is_chosen(opened):
    engine = opened([*at(*MARKT, 12), *at(174_500.0, 318_500.0, 14, buurt="B3")])

    city = hot_clusters(engine, H1).set_index("place")
    centre = hot_clusters(engine, replace(H1, gebied="Centrum")).set_index("place")
    buurt = hot_clusters(engine, replace(H1, buurt="B1")).set_index("place")

    assert len(city) == 2
    pd.testing.assert_frame_equal(centre, city.loc[centre.index])
    pd.testing.assert_frame_equal(buurt, centre)
    assert hot_clusters(engine, replace(H1, buurt="B2")).empty


def test_of_a_place_on_the_border_only_the_chosen_side_counts(opened):
    rows = [*at(177_010.0, 317_510.0, 6, buurt="B2"), *at(176_990.0, 317_510.0, 8)]
    engine = opened(rows)

    assert hot_clusters(engine, H1)["count"].tolist() == [14]
    assert hot_clusters(engine, replace(H1, buurt="B1"))["count"].tolist() == [8]
    assert hot_clusters(engine, replace(H1, buurt="B2")).empty  # most of it lies elsewhere


def test_nine_are_no_cluster_and_a_busy_year_asks_for_more(opened):
    assert hot_clusters(opened(at(*MARKT, 9)), H1).empty
    crowd = [row for k in range(9) for row in at(174_100.0 + 90 * k, 318_100.0, 500, step=0,
                                                 buurt="B3")]  # fmt: skip
    # 0.3 % of 4,513 is 14.
    found = hot_clusters(opened([*crowd, *at(*MARKT, 13)]), H1)
    assert MARKT[0] not in found["x"].tolist()
    assert len(found) == 9
    assert MARKT[0] in hot_clusters(opened([*crowd, *at(*MARKT, 14)]), H1)["x"].tolist()


def test_observations_are_counted_by_amount_but_lie_together_by_row(opened):
    engine = opened(
        [*at(*MARKT, 10, amount=3.0), *at(177_300.0, 317_200.0, 1, amount=500.0, buurt="B2")],
        series="observations",
    )

    (row,) = hot_clusters(engine, replace(H1, series="observations")).to_dict("records")

    assert row["count"] == 30
    assert pd.isna(row["incidents"])


def test_a_line_about_people_does_not_point_at_a_house(opened):
    engine = opened(at(176_511.0, 317_539.0, 12, theme="sociaal", rubriek="verward_gedrag"))

    (row,) = hot_clusters(engine, H1).to_dict("records")

    assert (row["x"], row["y"]) == (176_525.0, 317_525.0)
    assert shapely.Polygon(row["ring"]).area == pytest.approx(np.pi * 50**2, rel=0.05)


def test_small_numbers_about_people_are_hidden_with_all_they_tell(opened):
    people = {"theme": "sociaal", "rubriek": "jeugdoverlast"}
    engine = opened([*at(*MARKT, 10, **people), *at(*PLEIN, 12, **people)])

    found = hot_clusters(engine, H1, hide_below=20)

    assert found["hidden"].all()
    assert found[["count", "incidents", "days", "area_m2"]].isna().all(axis=None)
    assert set(found["ring"]) == {()}
    assert set(found["certainty"]) == {""}
    assert not hot_clusters(engine, H1)["hidden"].any()
    # Many reports of few things: the things are few people.
    once = hot_clusters(opened(at(*MARKT, 12, step=0, **people)), H1)
    assert (once["count"].item(), pd.isna(once["incidents"].item())) == (12, True)


def test_certainty_is_that_of_its_surest_square(opened):
    spread = [row for k in range(90) for row in scattered(90, buurt="B3")[k : k + 1] * 2]
    engine = opened([*at(*MARKT, 60, step=2), *at(174_505.0, 318_505.0, 10, buurt="B3"), *spread])

    found = hot_clusters(engine, H1)
    cells = hot_cells(engine, H1).set_index(["cell_x", "cell_y"])["certainty"]

    assert found["certainty"].tolist()[0] == cells[(1765, 3175)] == "zeker"
    assert len(found) >= 2
    near = cells[[(1745, 3185)]].iloc[0]
    assert ORDER[found["certainty"].iloc[1]] <= ORDER[near]


def test_nothing_is_an_empty_list(opened):
    found = hot_clusters(opened([]), H1)
    assert found.empty
    assert {"place", "name", "ring", "certainty"} <= set(found)


# --- objects -------------------------------------------------------------------------------------


def perrons():
    return [
        thing("Een", (176_500.0, 317_500.0)),
        thing("Twee", (176_560.0, 317_500.0)),
        thing("Leeg", (176_900.0, 317_900.0)),
        thing("West", (174_500.0, 318_500.0), gebied="West", buurt="B3"),
        thing("School", (176_500.0, 317_500.0), kind="school"),
        thing(None, (176_500.0, 317_500.0)) | {"source_id": "naamloos"},
    ]


def test_what_lies_within_reach_belongs_to_the_nearest(opened):
    rows = [
        *at(176_500.0, 317_550.0, 20),  # at exactly 50 m
        *at(176_500.0, 317_551.0, 3),  # farther
        *at(176_535.0, 317_500.0, 5),  # 35 m from Een, 25 m from Twee
        *at(174_510.0, 318_500.0, 2, buurt="B3"),
        *at(np.nan, np.nan, 10, buurt=None),
    ]

    found = ranked_objects(opened(rows, perrons()), H1, kind="milieuperron").set_index("name")

    assert found["count"].to_dict() == {"Een": 20, "Twee": 5, "West": 2, "Leeg": 0}
    assert found["rank"].tolist() == [1, 2, 3, 4]
    assert found["place"].iloc[0] == "bgt:Een"
    # Of everything that is selected, also without a place; and only of twenty or more.
    assert found["share"].iloc[0] == pytest.approx(20 / 40)
    assert found["share"].iloc[1:].isna().all()
    assert (found["low"] <= found["count"]).all()
    assert (found["high"] >= found["count"]).all()
    assert found["stability"].tolist()[0] == 1.0
    assert found["stability"].tolist()[3] == 0.0


def test_a_chosen_area_has_its_own_objects_and_its_own_total(opened):
    rows = [*at(176_500.0, 317_500.0, 20), *at(174_510.0, 318_500.0, 30, buurt="B3")]
    engine = opened(rows, perrons())

    found = ranked_objects(engine, replace(H1, gebied="Centrum"), kind="milieuperron")

    assert found["name"].tolist() == ["Een", "Leeg", "Twee"]
    assert found["share"].tolist()[0] == 1.0
    assert ranked_objects(engine, H1, kind="school")["count"].tolist() == [20]
    assert ranked_objects(engine, H1, kind="station").empty


def test_what_is_nearest_to_an_object_elsewhere_is_not_ours(opened):
    objects = [
        thing("Hier", (176_980.0, 317_500.0)),
        thing("Overkant", (177_020.0, 317_500.0), buurt="B2"),
    ]
    engine = opened([*at(176_995.0, 317_500.0, 4), *at(177_005.0, 317_500.0, 6)], objects)

    found = ranked_objects(engine, replace(H1, buurt="B1"), kind="milieuperron")

    # All ten are reported in B1, six of them nearer to the object across the border.
    assert found[["name", "count"]].to_numpy().tolist() == [["Hier", 4]]


def test_small_numbers_of_objects_are_hidden_with_all_they_tell(opened):
    people = {"theme": "sociaal", "rubriek": "jeugdoverlast"}
    rows = [*at(176_500.0, 317_500.0, 3, **people), *at(174_510.0, 318_500.0, 9, buurt="B3",
                                                        **people)]  # fmt: skip

    found = ranked_objects(opened(rows, perrons()), H1, kind="milieuperron")

    # Two at least: one alone would be the total minus the rest.
    assert found["hidden"].sum() == 2
    small = found[found["hidden"]]
    derived = ["count", "low", "high", "share", "stability", "rank"]
    assert small[derived].isna().all(axis=None)
    assert set(small["certainty"]) == {""}
    assert found["count"].dropna().tolist() == [0, 0]
    assert found["hidden"].tolist() == [True, True, False, False]


def test_with_fewer_than_four_weeks_nothing_is_said_of_chance(opened):
    engine = opened(at(176_500.0, 317_500.0, 25, step=0, first="2026-03-03"), perrons())

    found = ranked_objects(
        engine, replace(H1, period=Period.parse("2026-W10")), kind="milieuperron"
    )

    assert found["count"].iloc[0] == 25
    assert found[["low", "high", "stability"]].isna().all(axis=None)


def test_an_object_is_as_sure_as_the_square_that_is_its_own(opened):
    spread = scattered(90, buurt="B3") * 2
    near = [thing("Heet", MARKT), thing("Buur", (176_510.0, 317_580.0))]
    # Three reports in the hot square belong to the neighbour: it is not hot by that.
    rows = [*at(*MARKT, 60, step=2), *at(176_510.0, 317_560.0, 3), *spread]

    found = ranked_objects(opened(rows, near), H1, kind="milieuperron").set_index("name")

    assert found["certainty"].to_dict() == {"Heet": "zeker", "Buur": "kan toeval zijn"}


@given(days=st.integers(1, 1_500))
def test_weeks_are_all_as_long_as_each_other(days):
    start = dt.date(2026, 1, 1)
    period = Period(start, start + dt.timedelta(days=days))
    dates = pd.Series(pd.date_range(start, periods=days, freq="D"))

    week, weeks = week_of(dates, period)
    lengths = np.bincount(week, minlength=weeks)

    assert len(lengths) == weeks == max(1, round(days / 7))
    assert np.all(np.diff(week) >= 0)
    assert lengths.max() - lengths.min() <= 1


# --- on the map ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def buurten(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    return maps.outlines(
        geo.load_areas(load_settings(ROOT / "settings.toml", data_dir=folder)), "buurt"
    )


def spots():
    return pd.DataFrame(
        {
            "x": [176_500.0, 176_600.0, 176_700.0, 176_800.0],
            "y": 317_500.0,
            "count": pd.array([400, 100, 0, None], dtype="Int64"),
            "certainty": ["zeker", "kan toeval zijn", "", ""],
            "place": list("abcd"),
            "words": "een zin",
            "ring": [((176_480.0, 317_480.0), (176_520.0, 317_480.0), (176_500.0, 317_520.0)),
                     (), (), ()],
        }
    )  # fmt: skip


def layers(deck):
    return {layer["id"]: layer for layer in json.loads(deck.to_json())["layers"]}


def test_surface_of_a_circle_is_in_proportion_and_nought_has_none(buurten):
    drawn = layers(maps.spot_map(spots(), crs="EPSG:28992", shapes=buurten))

    radius = {item["place"]: item["r"] for item in drawn["plekken"]["data"]}
    assert set(radius) == {"a", "b", "d"}
    assert radius["a"] == pytest.approx(2 * radius["b"])
    assert radius["d"] < radius["b"]  # a hidden one has the smallest circle
    assert {item["words"] for item in drawn["plekken"]["data"]} == {"een zin"}
    assert [item["place"] for item in drawn["omtrekken"]["data"]] == ["a"]
    lon, lat = drawn["omtrekken"]["data"][0]["ring"][0]
    assert 5.6 < lon < 5.8
    assert 50.8 < lat < 50.95
    assert "gekozen" not in drawn


def test_certainty_is_told_by_fill_and_edge_and_numbers_follow_the_table(buurten):
    drawn = layers(
        maps.spot_map(
            spots().drop(columns="ring"),
            crs="EPSG:28992",
            shapes=buurten,
            at=(176_500.0, 317_500.0),
        )
    )

    by_place = {item["place"]: item for item in drawn["plekken"]["data"]}
    assert by_place["a"]["wide"] > by_place["b"]["wide"]
    assert by_place["a"]["fill"][3] > by_place["b"]["fill"][3]
    assert [item["text"] for item in drawn["rangnummers"]["data"]] == ["1"]
    assert [item["text"] for item in drawn["rangnummers-open"]["data"]] == ["2", "3"]
    assert "omtrekken" not in drawn
    assert drawn["gekozen"]["data"][0]["at"] == by_place["a"]["at"]


def test_a_map_of_no_places_is_still_a_map(buurten):
    drawn = layers(maps.spot_map(spots().head(0), crs="EPSG:28992", shapes=buurten, look=LIGHT))

    assert drawn["plekken"]["data"] == []
