"""A selection as conditions: every filter against the same rule written out in pandas."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import factories
from thor_metrics.engine import Engine, tables
from thor_metrics.indicators.selection import conditions, describe, weight
from thor_metrics.model import Hours, Period, Selection

H1 = Period.parse("2026-H1")
CONTENT = factories.table("incidents", factories.random_rows(3_000, seed=7))
ENGINE = Engine.open({"incidents": CONTENT})
FRAME = CONTENT.to_pandas()


def count(engine: Engine, selection: Selection) -> int:
    table = engine.tables[selection.series]
    select = sa.select(weight(table).label("n")).where(*conditions(table, selection))
    return int(engine.run(select)["n"].iloc[0])


def engine_of(*rows: dict) -> Engine:
    return Engine.open({"incidents": factories.table("incidents", rows)})


@pytest.mark.parametrize(
    ("day", "inside"),
    [("2025-12-31", 0), ("2026-01-01", 1), ("2026-06-30", 1), ("2026-07-01", 0)],
)
def test_the_period_is_half_open(day, inside):
    assert count(engine_of({"day": day}), Selection(H1)) == inside


# Friday is 6 March 2026; the shift is Friday 20:00 until Saturday 04:00.
@pytest.mark.parametrize(
    ("day", "hour", "inside"),
    [
        ("2026-03-06", 19, 0),
        ("2026-03-06", 20, 1),
        ("2026-03-06", 23, 1),
        ("2026-03-07", 0, 1),
        ("2026-03-07", 3, 1),
        ("2026-03-07", 4, 0),
        ("2026-03-07", 20, 0),  # Saturday evening
        ("2026-03-06", 3, 0),  # the night of Thursday
        ("2026-03-06", None, 0),  # some time on Friday
    ],
)
def test_the_night_belongs_to_the_evening_it_follows(day, hour, inside):
    friday_night = Selection(H1, weekdays=(4,), hours=Hours(20, 4))

    assert count(engine_of({"day": day, "hour": hour}), friday_night) == inside


def test_sunday_night_runs_into_monday():
    sunday_night = Selection(H1, weekdays=(6,), hours=Hours(22, 2))

    assert count(engine_of({"day": "2026-03-09", "hour": 1}), sunday_night) == 1


def test_the_period_cuts_the_night_at_its_own_date():
    last_night = Selection(Period.parse("2026-03-06/2026-03-06"), weekdays=(4,), hours=Hours(20, 4))
    rows = [{"day": "2026-03-06", "hour": 23}, {"day": "2026-03-07", "hour": 1}]

    assert count(engine_of(*rows), last_night) == 1


def test_a_weekday_without_hours_includes_rows_of_unknown_time():
    fridays = Selection(H1, weekdays=(4,))

    assert count(engine_of({"day": "2026-03-06", "hour": None}), fridays) == 1


def test_an_hour_that_is_there_but_not_known_is_not_used():
    rows = [{"day": "2026-03-06", "hour": 12, "time_known": False}]

    assert count(engine_of(*rows), Selection(H1, hours=Hours(0, 24))) == 0


@pytest.mark.parametrize(
    "row",
    [{"is_child": True}, {"status": "geannuleerd"}, {"buurt": "B2"}, {"theme": "fiets"},
     {"rubriek": "dumping"}, {"gebied": "West"}],
)  # fmt: skip
def test_each_filter_leaves_its_row_out(row):
    everything = {"day": "2026-03-06", "buurt": "B1", "theme": "afval", "rubriek": "bijplaatsing"}
    narrow = Selection(
        H1, gebied="Centrum", buurt="B1", themes=("afval", "parkeren"), rubrieken=("bijplaatsing",)
    )

    assert count(engine_of(everything, everything | row), narrow) == 1


def test_children_and_cancelled_do_not_count():
    rows = [{"day": "2026-03-06"} | extra for extra in ({}, {"is_child": True},
            {"status": "geannuleerd"})]  # fmt: skip

    assert count(engine_of(*rows), Selection(H1)) == 1


def test_the_weight_of_an_observation_is_its_amount():
    rows = [{"day": "2026-03-06", "amount": amount} for amount in (10, 20, None)]
    engine = Engine.open(
        {
            "observations": factories.table("observations", rows),
            "controls": factories.table("controls", rows),
        }
    )

    assert count(engine, Selection(H1, series="observations")) == 31
    assert count(engine, Selection(H1, series="controls")) == 3
    assert count(engine, Selection(Period.parse("2020"), series="observations")) == 0


hours = st.tuples(st.integers(0, 23), st.integers(0, 24)).filter(lambda pair: pair[0] != pair[1])
selections = st.builds(
    Selection,
    period=st.tuples(st.integers(0, 500), st.integers(1, 120)).map(
        lambda pair: Period(
            dt.date(2025, 1, 1) + dt.timedelta(days=pair[0]),
            dt.date(2025, 1, 1) + dt.timedelta(days=pair[0] + pair[1]),
        )
    ),
    gebied=st.sampled_from([None, None, "Centrum", "West"]),
    buurt=st.sampled_from([None, None, "B1", "B3"]),
    themes=st.sets(st.sampled_from(["afval", "fiets", "sociaal"])).map(lambda s: tuple(sorted(s))),
    rubrieken=st.sampled_from([(), (), ("dumping", "fietswrak")]),
    weekdays=st.sets(st.integers(0, 6)).map(lambda s: tuple(sorted(s))),
    hours=st.none() | hours.map(lambda pair: Hours(*pair)),
)


def by_hand(frame: pd.DataFrame, selection: Selection) -> int:
    """Write the rule once more, another way: shift nights back and look at the evening's day."""
    kept = frame[frame["counted"]]
    kept = kept[(kept["date"] >= selection.period.start) & (kept["date"] < selection.period.end)]
    if selection.gebied:
        kept = kept[kept["gebied"] == selection.gebied]
    if selection.buurt:
        kept = kept[kept["buurt"] == selection.buurt]
    if selection.themes:
        kept = kept[kept["theme"].isin(selection.themes)]
    if selection.rubrieken:
        kept = kept[kept["rubriek"].isin(selection.rubrieken)]
    day = kept["weekday"]
    if selection.hours is not None:
        start, end = selection.hours.start, selection.hours.end
        kept = kept[kept["time_known"]]
        since = (kept["hour"] - start) % 24
        length = (end - start) % 24 or 24
        inside = since < length
        day = (kept["weekday"] - ((kept["hour"] < start) & inside)) % 7
        kept, day = kept[inside], day[inside]
    if selection.weekdays:
        kept = kept[day.isin(selection.weekdays)]
    return len(kept)


@settings(max_examples=150, deadline=None)
@given(selections)
def test_every_selection_equals_the_rule_in_pandas(selection):
    assert count(ENGINE, selection) == by_hand(FRAME, selection)


def test_a_night_counted_on_its_calendar_day_would_be_noticed():
    """Plant the usual mistake, and see that the rule in pandas does not agree with it."""
    year = Period.parse("2025")
    table = tables["incidents"]
    nights = [Selection(year, weekdays=(day,), hours=Hours(20, 4)) for day in range(7)]
    wrong = [
        sa.select(sa.func.count().label("n")).where(
            *conditions(table, Selection(year, weekdays=night.weekdays)),
            table.c.hour.in_(Hours(20, 4).of_the_day),
        )
        for night in nights
    ]
    expected = [by_hand(FRAME, night) for night in nights]

    assert [count(ENGINE, night) for night in nights] == expected
    assert [int(ENGINE.run(select)["n"].iloc[0]) for select in wrong] != expected


def test_no_filter_writes_its_value_into_the_query():
    nasty = Selection(H1, gebied="x' or 1=1 --", buurt="y'", themes=("z'",), rubrieken=("w'",))

    assert count(ENGINE, nasty) == 0


@pytest.mark.parametrize(
    ("selection", "words"),
    [
        (Selection(H1), "2026-H1"),
        (Selection(H1, gebied="Centrum", buurt="B2"), "Wyck, 2026-H1"),
        (
            Selection(Period.parse("2026-W23"), themes=("sociaal", "fiets"), weekdays=(4, 5)),
            "sociale overlast en fiets, week 23 van 2026, vr en za",
        ),
        (
            Selection(H1, rubrieken=("fietswrak",), series="controls", hours=Hours(8, 17)),
            "controles, fietswrakken, 2026-H1, 08-17 uur",
        ),
    ],
)
def test_a_selection_in_words(selection, words):
    assert describe(selection, names={"B2": "Wyck", "fietswrak": "Fietswrakken"}) == words
