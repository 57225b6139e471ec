"""Objects and duplicates, by hand and against the rule followed report by report."""

from __future__ import annotations

import doctest
import importlib
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from thor_metrics import stats
from thor_metrics.hotspots.concentration import rank_stability
from thor_metrics.hotspots.duplicates import incident_counts, merge_duplicates
from thor_metrics.hotspots.objects import nearest_objects, object_of

START = pd.Timestamp("2026-03-01 12:00")


def reports(*rows, index=None):
    """Reports as (x, y, hours since the start, category)."""
    frame = pd.DataFrame(rows, columns=["x", "y", "hours", "sub_category"], index=index)
    frame["reported_at"] = START + pd.to_timedelta(frame.pop("hours"), unit="h")
    return frame


@pytest.mark.parametrize(
    "module", ["clusters", "emerging", "concentration", "duplicates", "objects"]
)
def test_examples_in_the_docstrings_run(module):
    result = doctest.testmod(importlib.import_module(f"thor_metrics.hotspots.{module}"))

    assert result.failed == 0
    assert result.attempted > 0


# --- duplicates ----------------------------------------------------------------------------


def test_reports_of_one_thing_are_one_incident():
    frame = reports(
        (0, 0, 0, "dumping"),
        (10, 10, 20, "dumping"),
        (0, 0, 5, "fietswrak"),  # another category
        (90, 0, 5, "dumping"),  # too far
        (0, 0, 100, "dumping"),  # too late
        index=list("abcde"),
    )

    merged = merge_duplicates(frame)

    assert merged["incident"].tolist() == ["a", "a", "c", "d", "e"]
    assert merged.drop(columns="incident").equals(frame)
    assert "incident" not in frame
    assert merge_duplicates(frame, by=None)["incident"].tolist() == ["a", "a", "a", "d", "e"]


def test_the_limits_themselves_are_within():
    frame = reports((0, 0, 0, "a"), (15, 20, 72, "a"), (500, 0, 0, "a"), (525.001, 0, 0, "a"))

    assert merge_duplicates(frame)["incident"].tolist() == [0, 0, 2, 3]
    late = reports((0, 0, 0, "a"), (0, 0, 72 + 1 / 3600, "a"))
    assert merge_duplicates(late)["incident"].tolist() == [0, 1]


def test_a_report_a_day_is_not_one_incident_of_a_year():
    """72 hours from the first: days 0 to 3 are one, 4 to 7 the next."""
    frame = reports(*((0, 0, 24 * day, "a") for day in range(10)))

    assert merge_duplicates(frame)["incident"].tolist() == [0, 0, 0, 0, 4, 4, 4, 4, 8, 8]


def test_a_street_of_reports_is_not_one_incident():
    frame = reports(*((20 * step, 0, step, "a") for step in range(6)))

    assert merge_duplicates(frame)["incident"].tolist() == [0, 0, 2, 2, 4, 4]


def test_the_nearest_first_report_wins_and_then_the_oldest():
    near = reports((0, 0, 0, "a"), (40, 0, 1, "a"), (22, 0, 2, "a"))
    middle = reports((0, 0, 0, "a"), (40, 0, 1, "a"), (20, 0, 2, "a"))

    assert merge_duplicates(near)["incident"].tolist() == [0, 1, 1]
    assert merge_duplicates(middle)["incident"].tolist() == [0, 1, 0]


def test_a_report_without_place_time_or_category_is_an_incident_of_its_own():
    frame = reports(*((0, 0, 0, "a") for _ in range(7)))
    frame.loc[1, "x"] = math.nan
    frame.loc[2, "y"] = math.nan
    frame.loc[3, "reported_at"] = pd.NaT
    frame.loc[[4, 5], "sub_category"] = None

    assert merge_duplicates(frame)["incident"].tolist() == [0, 1, 2, 3, 4, 5, 0]
    assert merge_duplicates(frame.iloc[:0])["incident"].tolist() == []
    assert merge_duplicates(frame.loc[[1, 3]])["incident"].tolist() == [1, 3]


def test_columns_of_other_types_and_names():
    frame = reports((0, 0, 0, "a"), (1, 1, 1, "a"), (2, 2, 2, "b"))
    expected = [0, 0, 2]
    typed = frame.astype({"x": "Float64", "y": "Int64", "sub_category": "category"})
    typed["reported_at"] = typed["reported_at"].dt.tz_localize("Europe/Amsterdam").dt.as_unit("s")
    renamed = frame.rename(
        columns={"x": "east", "y": "north", "reported_at": "t", "sub_category": "c"}
    )

    assert merge_duplicates(typed)["incident"].tolist() == expected
    merged = merge_duplicates(renamed, x="east", y="north", time="t", by="c")
    assert merged["incident"].tolist() == expected


def test_between_two_of_one_moment_the_western_one_wins():
    frame = reports(
        (40, 0, 0, "a"), (0, 0, 0, "a"), (20, 0, 2, "a"), (25, 0, 0, "b"), (0, 0, 0, "b")
    )

    assert merge_duplicates(frame)["incident"].tolist() == [0, 1, 1, 4, 4]


def one_by_one(frame, distance, hours):
    """The rule, report after report in order of time, then west to east, south to north."""
    firsts, answer = [], {}
    for report in frame.sort_values(["reported_at", "x", "y"], kind="stable").itertuples():
        fitting = [
            (math.dist((report.x, report.y), (first.x, first.y)), first.reported_at, first.Index)
            for first in firsts
            if first.sub_category == report.sub_category
            and math.dist((report.x, report.y), (first.x, first.y)) <= distance
            and report.reported_at - first.reported_at <= pd.Timedelta(hours=hours)
        ]
        if fitting:
            answer[report.Index] = min(fitting, key=lambda fit: fit[:2])[
                2
            ]  # the first, the most western
        else:
            firsts.append(report)
            answer[report.Index] = report.Index
    return [answer[name] for name in frame.index]


reported = st.lists(
    st.tuples(
        st.integers(-40, 40), st.integers(-40, 40), st.integers(0, 200), st.sampled_from("ab")
    ),
    min_size=1,
    max_size=40,
    unique=True,
)


@given(reported, st.sampled_from([0, 1, 5, 25]), st.sampled_from([0, 24, 72]))
@settings(max_examples=100)
def test_incidents_are_those_of_the_rule(rows, distance, hours):
    frame = reports(*rows)

    merged = merge_duplicates(frame, distance=distance, hours=hours)

    assert merged["incident"].tolist() == one_by_one(frame, distance, hours)


@given(reported, st.randoms())
@settings(max_examples=50)
def test_the_order_of_the_rows_plays_no_part(rows, random):
    frame = reports(*rows)
    order = list(frame.index)
    random.shuffle(order)

    shuffled = merge_duplicates(frame.loc[order])["incident"]

    assert shuffled.loc[frame.index].tolist() == merge_duplicates(frame)["incident"].tolist()


def test_both_counts_are_kept_and_add_up():
    frame = reports(
        (0, 0, 0, "a"), (1, 0, 1, "a"), (2, 0, 2, "a"), (900, 0, 0, "a"), (900, 0, 400, "a")
    ).assign(area=["west", "west", "east", "east", "east"])
    merged = merge_duplicates(frame)

    by_area = incident_counts(merged, by="area")

    assert by_area.loc["west"].tolist() == [2, 1]
    assert by_area.loc["east"].tolist() == [3, 2]  # the third report's incident began in the west
    assert incident_counts(merged).to_dict("records") == [{"reports": 5, "incidents": 3}]
    assert by_area.sum().tolist() == [5, 3]
    assert incident_counts(merged, by=["area", "sub_category"]).shape == (2, 2)
    assert incident_counts(merged.iloc[:0], by="area").empty


def test_duplicates_say_what_is_wrong():
    frame = reports((0, 0, 0, "a"))
    with pytest.raises(ValueError, match=r"no column \['theme'\]"):
        merge_duplicates(frame, by="theme")
    with pytest.raises(ValueError, match="'x' holds datetimes"):
        merge_duplicates(frame, time="x")
    with pytest.raises(ValueError, match="must be unique"):
        merge_duplicates(pd.concat([frame, frame]))
    with pytest.raises(ValueError, match="found -1 and 72"):
        merge_duplicates(frame, distance=-1)
    with pytest.raises(ValueError, match="call merge_duplicates first"):
        incident_counts(frame)


# --- objects -------------------------------------------------------------------------------


PERRONS = pd.DataFrame(
    {"x": [0.0, 60.0, 1000.0], "y": [0.0, 0.0, 0.0]}, index=["Markt", "Plein", "Park"]
)


def test_each_incident_goes_to_the_nearest_object_that_reaches_it():
    x = [0, 29, 30, 31, 111, 110, -50, 1000, math.nan]

    owner = object_of(x, [0] * 9, PERRONS)

    assert owner.tolist() == [0, 0, 0, 1, -1, 1, 0, 2, -1]


def test_each_object_may_have_its_own_reach():
    """Plein reaches 10 metres, so what is nearer to it but further than that is Markt's."""
    owner = object_of([35, 51, 80], [0, 0, 0], PERRONS, reach=[100, 10, 5])

    assert owner.tolist() == [0, 1, 0]


@given(
    st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), min_size=1, max_size=30),
    st.lists(
        st.tuples(st.integers(0, 20), st.integers(0, 20), st.integers(0, 12)),
        min_size=1,
        max_size=8,
    ),
)
@settings(max_examples=100)
def test_owners_are_those_of_all_distances(points, spots):
    objects = pd.DataFrame(spots, columns=["x", "y", "reach"])
    expected = []
    for x, y in points:
        reaching = [
            (math.hypot(x - spot[0], y - spot[1]), position)
            for position, spot in enumerate(spots)
            if math.hypot(x - spot[0], y - spot[1]) <= spot[2]
        ]
        expected.append(min(reaching)[1] if reaching else -1)

    found = object_of(*np.array(points).T, objects, reach=objects["reach"])

    assert found.tolist() == expected


def test_the_ranking_by_hand():
    x = [0, 10, 20, 60, 70, 500, math.nan, 5]
    week = [0, 1, 2, 0, 0, 3, 3, 3]
    ranked = nearest_objects(x, [0] * 8, PERRONS, week=week, weeks=4, top=1)

    assert ranked.index.tolist() == ["Markt", "Plein", "Park"]
    assert ranked["count"].tolist() == [4, 2, 0]
    assert ranked["share"].tolist() == [0.5, 0.25, 0]  # of eight, two of which are nowhere near
    assert ranked["rank"].tolist() == [1, 2, 3]
    weekly = np.array([[1, 2, 0], [1, 0, 0], [1, 0, 0], [1, 0, 0]])
    assert ranked["stability"].tolist() == rank_stability(weekly, top=1).tolist()
    # One a week at Markt: no more varied than Poisson. Plein: mean .5, squares 3, so 3 / .5 / 3.
    low, high = stats.rate_interval([4, 2, 0], 1, dispersion=[1, 2, 1])
    assert ranked["low"].tolist() == pytest.approx(low.tolist())
    assert ranked["high"].tolist() == pytest.approx(high.tolist())


def test_weights_and_equal_counts():
    ranked = nearest_objects(
        [0, 60, 1000], [0] * 3, PERRONS, week=[0, 0, 1], weeks=2, weights=[2.5, 2.5, 5]
    )

    assert ranked["count"].tolist() == [2.5, 2.5, 5]
    assert ranked["share"].tolist() == [0.25, 0.25, 0.5]
    assert ranked["rank"].tolist() == [2, 2, 1]


def test_without_incidents_or_objects_there_is_a_table_all_the_same():
    quiet = nearest_objects([], [], PERRONS, week=[], weeks=4)
    none = nearest_objects([1], [1], PERRONS.iloc[:0], week=[0], weeks=4)

    assert quiet["count"].tolist() == [0, 0, 0]
    assert quiet["share"].isna().all()
    assert quiet["rank"].tolist() == [1, 1, 1]
    assert quiet["high"].tolist() == pytest.approx([-math.log(0.025)] * 3)
    assert none.empty
    assert none.columns.tolist() == quiet.columns.tolist()


def test_a_single_week_has_no_interval():
    ranked = nearest_objects([0], [0], PERRONS, week=[0], weeks=1)

    assert ranked[["low", "high"]].isna().all(axis=None)
    assert ranked["count"].tolist() == [1, 0, 0]


def test_intervals_cover_what_so_many_weeks_give_on_average():
    """Weekly counts with variance three times the mean: Poisson limits would cover 75 %."""
    rng = np.random.default_rng(5)
    objects = pd.DataFrame({"x": np.arange(1000) * 200.0, "y": 0.0})
    weekly = rng.poisson(rng.gamma(1.0, 2.0, (52, 1000)))
    week, spot = (np.repeat(axis.ravel(), weekly.ravel()) for axis in np.indices(weekly.shape))

    ranked = nearest_objects(spot * 200.0, np.zeros(len(spot)), objects, week=week, weeks=52)

    assert ranked["count"].tolist() == weekly.sum(axis=0).tolist()
    covered = (ranked["low"] <= 104) & (ranked["high"] >= 104)
    assert 0.93 <= covered.mean() <= 0.97


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"objects": PERRONS[["x"]]}, r"no column \['y'\]"),
        ({"objects": PERRONS.replace(60.0, math.nan)}, "1 have none, the first is 'Plein'"),
        ({"reach": [1, 2]}, "2 reaches for 3 objects"),
        ({"reach": -1}, "a reach is a distance"),
        ({"reach": math.nan}, "none is missing"),
        ({"y": [0]}, r"found \(2,\) and \(1,\)"),
        ({"week": [0]}, "2 incidents, 1 weeks"),
        ({"week": [0, 4]}, "from 0 to 3"),
        ({"week": [0, 0.5]}, "whole numbers"),
        ({"weeks": 0}, "weeks is 1 or more"),
        ({"weights": [1]}, "1 weights"),
        ({"weights": [1, -1]}, "zero or more"),
    ],
)
def test_objects_say_what_is_wrong(changes, message):
    arguments = {"x": [0, 1], "y": [0, 1], "objects": PERRONS, "week": [0, 1], "weeks": 4}

    with pytest.raises(ValueError, match=message):
        nearest_objects(**{**arguments, **changes})
