"""Counts by place, hour, day and month: numbers one can check by hand, then what always holds."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import factories
from thor_metrics.engine import Engine
from thor_metrics.errors import ThorError
from thor_metrics.indicators import counts
from thor_metrics.model import THEMES, Hours, Period, Selection

H1 = Period.parse("2026-H1")
EVERYTHING = Selection(Period(dt.date(2025, 1, 1), dt.date(2026, 7, 1)))

BIG = factories.random_rows(5_000, seed=11)
BIG_TABLE = factories.table("incidents", BIG)
FRAME = BIG_TABLE.to_pandas()
ENGINE = Engine.open({"incidents": BIG_TABLE, "areas": factories.areas()})


def engine_of(rows, *, areas=True):
    content = {"incidents": factories.table("incidents", rows)}
    return Engine.open(content | ({"areas": factories.areas()} if areas else {}))


def times(count, **row):
    """Give the same row a number of times, on consecutive days from 1 March 2026."""
    first = dt.date(2026, 3, 1)
    return [{"day": (first + dt.timedelta(days=n % 28)).isoformat(), **row} for n in range(count)]


@pytest.fixture(scope="module")
def tens():
    """10, 20, 30 in three buurten, none in the fourth, 40 without a place."""
    return engine_of(
        [
            *times(10, buurt="B1"),
            *times(20, buurt="B2"),
            *times(30, buurt="B4"),
            *times(40, buurt=None),
        ]
    )


# --- areas ---------------------------------------------------------------------------------


def test_total_and_without_place(tens):
    assert counts.total(tens, Selection(H1)) == 100
    assert counts.shown_total(tens, Selection(H1)) == 100
    assert counts.without_place(tens, Selection(H1)) == 40
    assert counts.without_place(tens, Selection(H1, gebied="West")) == 40


def test_every_buurt_is_listed_zero_included(tens):
    got = counts.per_area(tens, Selection(H1), level="buurt")

    assert list(got.columns) == [
        "area", "name", "gebied", "count", "hidden", "inhabitants", "land_ha", "per_1000",
        "per_km2",
    ]  # fmt: skip
    assert got["area"].tolist() == ["B4", "B2", "B1", "B3"]
    assert got["count"].tolist() == [30, 20, 10, 0]
    assert not got["hidden"].any()
    assert got["per_1000"].fillna(-1).tolist() == [-1, 10, 2.5, 0]  # 200 people: no rate
    assert got["per_km2"].tolist() == [15, 40, 10, 0]


def test_a_gebied_sums_before_it_divides(tens):
    got = counts.per_area(tens, Selection(H1), level="gebied").set_index("area")

    assert got["count"].to_dict() == {"Centrum": 30, "West": 30}
    assert got["inhabitants"].to_dict() == {"Centrum": 6_000, "West": 1_200}
    assert got["per_1000"].to_dict() == {"Centrum": 5, "West": 25}
    assert got["per_km2"].to_dict() == {"Centrum": 20, "West": 10}
    assert got["name"].tolist() == got["gebied"].tolist() == got.index.tolist()


def test_only_areas_within_the_selection_are_listed(tens):
    buurten = counts.per_area(tens, Selection(H1, gebied="West"), level="buurt")
    gebieden = counts.per_area(tens, Selection(H1, buurt="B2"), level="gebied")

    assert buurten["area"].tolist() == ["B4", "B3"]
    assert gebieden[["area", "count", "inhabitants"]].to_numpy().tolist() == [
        ["Centrum", 20, 2_000]
    ]


def test_missing_inhabitants_give_no_rate():
    areas = [dict(area) for area in factories.AREAS]
    areas[0]["inhabitants"] = None
    engine = Engine.open(
        {
            "incidents": factories.table("incidents", times(10)),
            "areas": factories.table("areas", areas),
        }
    )

    buurten = counts.per_area(engine, Selection(H1), level="buurt").set_index("area")
    gebieden = counts.per_area(engine, Selection(H1), level="gebied").set_index("area")
    assert np.isnan(buurten.loc["B1", "per_1000"])
    assert np.isnan(gebieden.loc["Centrum", "per_1000"])
    assert pd.isna(gebieden.loc["Centrum", "inhabitants"])
    assert gebieden.loc["Centrum", "per_km2"] == pytest.approx(10 / 1.5)


def test_rows_in_an_area_that_is_no_longer_there_still_count():
    engine = engine_of([*times(10), *times(20, buurt="OUD", gebied="Centrum")])

    buurten = counts.per_area(engine, Selection(H1), level="buurt").set_index("area")
    gebieden = counts.per_area(engine, Selection(H1), level="gebied").set_index("area")
    assert buurten.loc["OUD", ["name", "gebied", "count"]].tolist() == ["OUD", "Centrum", 20]
    assert np.isnan(buurten.loc["OUD", "per_km2"])
    assert gebieden["count"].to_dict() == {"Centrum": 30, "West": 0}


def test_without_areas_or_rows_there_are_just_fewer():
    empty = Engine.open({})

    assert counts.total(empty, Selection(H1)) == 0
    assert len(counts.per_area(empty, Selection(H1), level="buurt")) == 0
    assert len(counts.per_area(empty, Selection(H1), level="gebied")) == 0
    assert len(counts.per_cell(empty, Selection(H1))) == 0
    assert counts.per_hour(empty, Selection(H1))["count"].sum() == 0
    assert counts.per_day(empty, Selection(H1))["count"].isna().all()
    assert counts.per_month(empty, Selection(H1))["count"].isna().all()
    assert len(counts.per_month(empty, Selection(H1), by="rubriek")) == 0
    assert counts.per_theme(empty, Selection(H1))["count"].sum() == 0
    assert len(counts.risers(empty, Selection(H1))) == 0
    assert counts.quality(empty, Selection(H1)).rows == 0


# --- squares -------------------------------------------------------------------------------


def test_cells_and_spots_by_hand():
    rows = [
        {"day": "2026-03-01", "x": x, "y": y}
        for x, y in [(176_000.0, 317_000.0), (176_024.9, 317_024.9), (176_025.0, 317_000.0),
                     (176_099.9, 317_099.9), (176_100.0, 317_000.0)]
    ]  # fmt: skip
    engine = engine_of(rows)

    cells = counts.per_cell(engine, Selection(H1))
    spots = counts.per_spot(engine, Selection(H1, buurt="B1"))

    assert cells.to_numpy().tolist() == [
        [1760, 3170, 176_000.0, 317_000.0, 4, False],
        [1761, 3170, 176_100.0, 317_000.0, 1, False],
    ]
    assert spots["count"].tolist() == [2, 1, 1, 1]
    assert spots[["cell_x", "x", "y"]].iloc[0].tolist() == [7_040, 176_000.0, 317_000.0]
    assert set(spots["x"] % 25) == {0.0}


def test_spots_need_one_buurt():
    with pytest.raises(ThorError, match="Kies eerst een buurt"):
        counts.per_spot(ENGINE, Selection(H1, gebied="Centrum"))


def test_the_order_of_hidden_cells_says_nothing_about_their_size():
    rows = [
        *times(1, theme="sociaal", x=176_300.0, y=317_000.0),
        *times(4, theme="sociaal", x=176_200.0, y=317_000.0),
        *times(3, theme="sociaal", x=176_100.0, y=317_000.0),
        *times(9, theme="sociaal", x=176_900.0, y=317_000.0),
    ]

    got = counts.per_cell(engine_of(rows), Selection(H1))

    assert got["count"].fillna(-1).tolist() == [9, -1, -1, -1]
    assert got["cell_x"].tolist() == [1769, 1761, 1762, 1763]


# --- time ----------------------------------------------------------------------------------


def test_hours_are_always_a_whole_week():
    # 6 March 2026 is a Friday.
    rows = [
        *[{"day": "2026-03-06", "hour": 23}] * 30,
        *[{"day": "2026-03-07", "hour": 1}] * 20,
        *[{"day": "2026-03-06", "hour": None}] * 10,
    ]
    engine = engine_of(rows)

    got = counts.per_hour(engine, Selection(H1))
    night = counts.per_hour(engine, Selection(H1, weekdays=(4,), hours=Hours(22, 2)))
    friday = counts.per_hour(engine, Selection(H1, weekdays=(4,)))

    assert len(got) == len(night) == len(friday) == 168
    assert got[["weekday", "hour"]].to_numpy().tolist() == [
        [d, h] for d in range(7) for h in range(24)
    ]
    assert got.set_index(["weekday", "hour"])["count"].loc[[(4, 23), (5, 1)]].tolist() == [30, 20]
    assert got["count"].sum() == night["count"].sum() == 50
    assert friday["count"].sum() == 30


def test_a_day_without_data_is_not_a_day_with_nothing():
    engine = engine_of([{"day": "2026-03-03"}, {"day": "2026-03-05"}])

    got = counts.per_day(engine, Selection(Period.parse("2026-03-02/2026-03-06")))

    assert got["date"].dt.day.tolist() == [2, 3, 4, 5, 6]
    assert got["count"].fillna(-1).tolist() == [-1, 1, 0, 1, -1]
    assert not got["hidden"].any()


def test_months_and_themes_are_complete():
    rows = [*times(10), *times(20, theme="fiets"), {"day": "2026-05-01"}]

    got = counts.per_month(engine_of(rows), Selection(Period.parse("2026-H1")))
    table = got.pivot_table(index="month", columns="theme", values="count", dropna=False)

    assert table.index.tolist() == [f"2026-0{month}" for month in range(1, 7)]
    assert list(dict.fromkeys(got["theme"])) == [theme.key for theme in THEMES]
    assert table.loc["2026-03", ["afval", "fiets", "sociaal"]].tolist() == [10, 20, 0]
    assert table.loc["2026-04"].sum() == 0
    assert table.loc[["2026-01", "2026-02", "2026-06"]].isna().all(axis=None)


def test_months_by_something_else():
    rows = [*times(10), *times(20, buurt="B3", rubriek="dumping")]
    engine = engine_of(rows)
    march = Selection(Period.parse("2026-03"))

    assert counts.per_month(engine, march, by="").to_numpy().tolist() == [["2026-03", 30, False]]
    for by, expected in [
        ("gebied", {"Centrum": 10, "West": 20}),
        ("buurt", {"B1": 10, "B3": 20}),
        ("rubriek", {"bijplaatsing": 10, "dumping": 20}),
    ]:
        got = counts.per_month(engine, march, by=by)
        assert list(got.columns) == ["month", by, "count", "hidden"]
        assert got.set_index(by)["count"].to_dict() == expected


# --- what always holds ---------------------------------------------------------------------

some = st.builds(
    Selection,
    period=st.tuples(st.integers(0, 500), st.integers(2, 200)).map(
        lambda pair: Period(
            dt.date(2024, 12, 1) + dt.timedelta(days=pair[0]),
            dt.date(2024, 12, 1) + dt.timedelta(days=pair[0] + pair[1]),
        )
    ),
    themes=st.sampled_from([(), (), ("afval",), ("fiets", "parkeren")]),
    weekdays=st.sampled_from([(), (4, 5)]),
    hours=st.sampled_from([None, None, Hours(20, 4), Hours(8, 17)]),
)


@settings(max_examples=25, deadline=None)
@given(some)
def test_everything_adds_up_to_the_total(selection):
    """With nothing hidden, every way of splitting gives the same sum."""
    total = counts.total(ENGINE, selection)
    lost = counts.without_place(ENGINE, selection)

    def parts(ask, **options):
        return ask(ENGINE, selection, hide_below=0, **options)["count"].sum()

    assert parts(counts.per_area, level="buurt") + lost == total
    assert parts(counts.per_area, level="gebied") + lost == total
    assert parts(counts.per_cell) + lost == total
    assert parts(counts.per_day) == total
    assert parts(counts.per_month) == total
    assert parts(counts.per_month, by="") == total
    assert parts(counts.per_month, by="rubriek") == total
    assert parts(counts.per_theme) == total
    if selection.hours is not None:
        assert parts(counts.per_hour) == total


@settings(max_examples=25, deadline=None)
@given(some, st.integers(1, 199))
def test_splitting_the_period_adds_up(selection, cut):
    period = selection.period
    middle = period.start + dt.timedelta(days=1 + cut % (period.days - 1))
    parts = [
        replace(selection, period=Period(period.start, middle)),
        replace(selection, period=Period(middle, period.end)),
    ]

    assert sum(counts.total(ENGINE, part) for part in parts) == counts.total(ENGINE, selection)
    whole = counts.per_hour(ENGINE, selection)["count"]
    assert (sum(counts.per_hour(ENGINE, part)["count"] for part in parts) == whole).all()


def test_the_order_of_the_rows_changes_nothing():
    order = np.random.default_rng(2).permutation(len(FRAME))
    shuffled = Engine.open({"incidents": BIG_TABLE.take(order), "areas": factories.areas()})

    for ask in (
        lambda e: counts.per_area(e, Selection(H1), level="buurt"),
        lambda e: counts.per_cell(e, Selection(H1, themes=("sociaal",))),
        lambda e: counts.per_hour(e, Selection(H1)),
        lambda e: counts.per_theme(e, Selection(H1)),
        lambda e: counts.risers(e, Selection(H1)),
    ):
        pd.testing.assert_frame_equal(ask(ENGINE), ask(shuffled))


def test_hours_across_midnight_equal_pandas():
    """The night seen as pandas would: four hours earlier it is still the same evening."""
    selection = Selection(EVERYTHING.period, weekdays=(4, 5), hours=Hours(20, 4))
    known = FRAME[FRAME["counted"] & FRAME["time_known"]]
    moment = pd.to_datetime(known["date"]) + pd.to_timedelta(known["hour"], unit="h")
    evening = moment - pd.Timedelta(hours=4)
    inside = evening.dt.day_of_week.isin([4, 5]) & (evening.dt.hour >= 16)
    expected = moment[inside].groupby([moment.dt.day_of_week, moment.dt.hour]).size()

    got = counts.per_hour(ENGINE, selection)
    found = got[got["count"] > 0].set_index(["weekday", "hour"])["count"]

    assert len(expected) == 16
    assert found.to_dict() == expected.to_dict()


# --- small numbers about people ------------------------------------------------------------


def test_small_numbers_about_people_are_hidden_everywhere():
    engine = engine_of([*times(3, theme="sociaal", hour=22), *times(30, buurt="B3", theme="fiets")])
    people = Selection(H1, themes=("sociaal",))

    assert counts.shown_total(engine, people) is None
    assert counts.shown_total(engine, people, hide_below=3) == 3
    assert counts.shown_total(engine, Selection(H1)) == 33
    for frame in (
        counts.per_area(engine, people, level="buurt"),
        counts.per_area(engine, people, level="gebied"),
        counts.per_cell(engine, people),
        counts.per_hour(engine, people),
        counts.per_day(engine, people),
        counts.per_month(engine, people),
        counts.per_theme(engine, people),
    ):
        assert frame["hidden"].any()
        assert frame.loc[frame["hidden"], "count"].isna().all()
        assert frame["count"].fillna(0).sum() == 0
    areas = counts.per_area(engine, people, level="buurt").set_index("area")
    assert np.isnan(areas.loc["B1", "per_1000"])
    assert np.isnan(areas.loc["B1", "per_km2"])


def test_a_rubriek_about_people_is_about_people():
    rows = times(3, theme="sociaal", rubriek="jeugdoverlast")

    assert counts.shown_total(engine_of(rows), Selection(H1, rubrieken=("jeugdoverlast",))) is None


def test_a_rubriek_about_people_is_hidden_among_others():
    rows = [
        *times(3, theme="sociaal", rubriek="jeugdoverlast"),
        *times(30),
        *times(20, rubriek="x"),
    ]

    got = counts.per_month(engine_of(rows), Selection(Period.parse("2026-03")), by="rubriek")

    assert got["hidden"].sum() == 2
    assert got.set_index("rubriek").loc["jeugdoverlast", "hidden"]


def test_the_total_does_not_give_a_theme_away():
    engine = engine_of([*times(3, theme="sociaal"), *times(30), *times(20, theme="fiets")])

    got = counts.per_theme(engine, Selection(H1)).set_index("theme")

    assert got["hidden"].sum() == 2
    assert got.loc["sociaal", "hidden"]
    assert got["count"].fillna(0).sum() < 53 - 3


def test_a_hidden_gebied_is_not_the_sum_of_its_buurten():
    """West has 3; Centrum is hidden with it, so Centrum's buurten may not all be shown."""
    engine = engine_of(
        [
            *times(3, theme="sociaal", buurt="B3"),
            *times(20, theme="sociaal", buurt="B1"),
            *times(30, theme="sociaal", buurt="B2"),
        ]
    )

    gebieden = counts.per_area(engine, Selection(H1), level="gebied")
    buurten = counts.per_area(engine, Selection(H1), level="buurt").set_index("area")

    assert gebieden["hidden"].all()
    assert buurten.loc[["B1", "B2"], "hidden"].any()


GRID = np.stack(np.meshgrid(*[np.arange(13)] * 4, indexing="ij"), axis=-1).reshape(-1, 4)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 9), min_size=4, max_size=4))
def test_no_hidden_number_can_be_worked_out(amounts):
    """Try every explanation of what the screen shows: a hidden number must keep two."""
    places = ["B1", "B2", "B3", "B4"]
    rows = [
        row
        for place, amount in zip(places, amounts, strict=True)
        for row in times(amount, theme="sociaal", buurt=place)
    ]
    engine = engine_of(rows)
    total = counts.shown_total(engine, Selection(H1))
    gebieden = counts.per_area(engine, Selection(H1), level="gebied").set_index("area")["count"]
    buurten = counts.per_area(engine, Selection(H1), level="buurt").set_index("area")["count"]

    possible = np.ones(len(GRID), bool)
    if total is not None:
        possible &= GRID.sum(axis=1) == total
    for name, columns in {"Centrum": [0, 1], "West": [2, 3]}.items():
        if not pd.isna(gebieden[name]):
            possible &= GRID[:, columns].sum(axis=1) == gebieden[name]
    for column, place in enumerate(places):
        if not pd.isna(buurten[place]):
            possible &= GRID[:, column] == buurten[place]
    explanations = GRID[possible]

    for column, place in enumerate(places):
        if 0 < amounts[column] < 5:
            assert pd.isna(buurten[place])
            assert len(np.unique(explanations[:, column])) > 1
