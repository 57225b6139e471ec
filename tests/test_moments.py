"""Hours that stand out and special days: planted weeks, small numbers, and what always holds."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import factories
from thor_metrics.engine import Engine
from thor_metrics.indicators import blocks, counts, moments, special
from thor_metrics.model import Hours, Period, Selection
from thor_metrics.stats import CHANCE, LIKELY, SURE

MONDAY = dt.date(2026, 1, 5)
TEN_WEEKS = Selection(Period(MONDAY, MONDAY + dt.timedelta(weeks=10)))

BIG = Engine.open({"incidents": factories.table("incidents", factories.random_rows(4_000, seed=3))})
YEAR = Selection(Period.parse("2025"))


def engine_of(rows):
    return Engine.open({"incidents": factories.table("incidents", rows)})


def every_hour(weeks=10, *, first=MONDAY, **more):
    """One row every second hour of every day; ``more``: so many more at d<day>_<hour>."""
    rows = [
        {"day": (first + dt.timedelta(days=day)).isoformat(), "hour": hour}
        for day in range(7 * weeks)
        for hour in range(24)
    ]
    for name, count in more.items():
        day, hour = (int(part) for part in name[1:].split("_"))
        rows += [
            {"day": (first + dt.timedelta(days=day + 7 * week)).isoformat(), "hour": hour}
            for week in range(weeks)
            for _ in range(count)
        ]
    return rows


@pytest.fixture(scope="module")
def friday():
    """One an hour, and six more on Friday from 20 until 24."""
    return engine_of(every_hour(d4_20=6, d4_21=6, d4_22=6, d4_23=6))


# --- hours ----------------------------------------------------------------------------------------


def test_planted_evening_is_the_only_unusual_stretch(friday):
    found = moments.hot_hours(friday, TEN_WEEKS, kind="ongewoon")

    assert found.table.columns.tolist() == [
        "weekday", "hour", "chosen", "count", "hidden", "exposure", "expected", "ratio",
        "surprise", "q", "certainty",
    ]  # fmt: skip
    assert (found.weeks, found.first, found.end) == (10, MONDAY, dt.date(2026, 3, 16))
    assert len(found.table) == 168
    block = found.blocks.iloc[0]
    assert (block["weekdays"], block["start"], block["end"]) == ((4,), 20, 24)
    assert (block["count"], block["certainty"], len(found.blocks)) == (280, SURE, 1)
    # What the rest of the week has there: one an hour for ten weeks.
    assert block["expected"] == pytest.approx(40)
    assert block["largest_week"] == pytest.approx(0.1)


def test_busy_is_beside_the_mean_hour(friday):
    found = moments.hot_hours(friday, TEN_WEEKS, kind="druk")
    cell = found.table.set_index(["weekday", "hour"]).loc[(4, 20)]

    # 168 hours x 10 weeks and 24 x 10 more, over 168 hours.
    assert cell["expected"] == pytest.approx((1680 + 240) / 168)
    assert (cell["count"], cell["exposure"], cell["certainty"]) == (70, 10.0, SURE)
    assert np.isnan(cell["ratio"])  # 11 expected: too few for a ratio
    assert cell["surprise"] > 10
    assert set(found.table["certainty"]) == {SURE, CHANCE}


def test_ratio_needs_twenty_of_both():
    after = dt.date(2026, 4, 6)  # no change of the clock until autumn
    found = moments.hot_hours(
        engine_of(every_hour(20, first=after, d4_20=2)),
        Selection(Period(after, after + dt.timedelta(140))),
    )
    ratio = found.table.set_index(["weekday", "hour"])["ratio"]
    assert ratio.loc[(4, 20)] == pytest.approx(60 / ((3360 + 40) / 168))
    assert ratio.loc[(0, 0)] == pytest.approx(20 / ((3360 + 40) / 168))


def test_fewer_than_four_whole_weeks_are_not_tested(friday):
    short = replace(TEN_WEEKS, period=Period(MONDAY + dt.timedelta(1), MONDAY + dt.timedelta(28)))
    found = moments.hot_hours(friday, short, kind="ongewoon")

    assert (found.weeks, found.first, found.end) == (0, None, None)
    assert found.table["q"].isna().all()
    assert set(found.table["certainty"]) == {""}
    assert found.blocks.empty
    assert found.table["expected"].notna().all()  # the difference can be seen all the same
    long = replace(TEN_WEEKS, period=Period(MONDAY, MONDAY + dt.timedelta(28)))
    assert moments.hot_hours(friday, long, kind="ongewoon").weeks == 4


def test_days_without_data_were_not_exposed(friday):
    longer = replace(TEN_WEEKS, period=Period.parse("2026"))
    found = moments.hot_hours(friday, longer, kind="ongewoon")
    assert found.weeks == 10
    assert found.table["exposure"].sum() == 70 * 24
    nothing = moments.hot_hours(friday, replace(TEN_WEEKS, period=Period.parse("2019")))
    assert nothing.weeks == 0
    assert nothing.table["count"].sum() == 0
    assert nothing.table["expected"].eq(0).all()


def test_hour_that_did_not_exist_or_came_twice_is_counted_as_such():
    march = Selection(Period(dt.date(2026, 3, 2), dt.date(2026, 4, 6)))
    rows = [row for row in every_hour(5, first=dt.date(2026, 3, 2))
            if (row["day"], row["hour"]) != ("2026-03-29", 2)]  # fmt: skip
    table = moments.hot_hours(engine_of(rows), march).table.set_index(["weekday", "hour"])
    assert table.loc[(6, 2), "exposure"] == 4  # 29 March has 23 hours
    assert table.loc[(6, 3), "exposure"] == 5
    assert table.loc[(6, 2), "expected"] == pytest.approx(4)
    assert set(table["certainty"]) == {CHANCE}


def test_rows_without_a_time_are_in_no_hour():
    rows = [{"day": "2026-01-05"}, {"day": "2026-01-05", "hour": 8}]
    assert moments.hot_hours(engine_of(rows), TEN_WEEKS).table["count"].sum() == 1


# --- chosen hours ---------------------------------------------------------------------------------

MOMENTS = st.builds(
    dict,
    weekdays=st.sets(st.integers(0, 6), max_size=4).map(lambda days: tuple(sorted(days))),
    hours=st.none()
    | st.tuples(st.integers(0, 23), st.integers(0, 24))
    .filter(lambda pair: pair[0] != pair[1])
    .map(lambda pair: Hours(*pair)),
)


@given(MOMENTS)
@settings(max_examples=25)
def test_counts_are_those_of_the_selection(moment):
    selection = replace(YEAR, **moment)
    table = moments.hot_hours(BIG, selection).table
    usual = counts.per_hour(BIG, selection)

    assert table["count"].fillna(0).tolist() == usual["count"].tolist()
    assert table["count"].isna().equals(~table["chosen"])


@given(MOMENTS, st.sampled_from(["druk", "ongewoon"]))
@settings(max_examples=15)
def test_zooming_in_makes_nothing_surer(moment, kind):
    whole = moments.hot_hours(BIG, YEAR, kind=kind).table
    part = moments.hot_hours(BIG, replace(YEAR, **moment), kind=kind).table
    inside = part["chosen"]

    for column in ("expected", "q", "certainty"):
        assert part.loc[inside, column].equals(whole.loc[inside, column])
    assert not part.loc[~inside, "certainty"].any()


def test_night_belongs_to_the_evening_before():
    chosen = moments.chosen_hours(replace(TEN_WEEKS, weekdays=(6,), hours=Hours(23, 1)))
    assert np.argwhere(chosen).tolist() == [[0, 0], [6, 23]]


# --- small numbers about people -------------------------------------------------------------------


def people(cells):
    rows = []
    for (day, hour), count in cells.items():
        rows += [
            {"day": (MONDAY + dt.timedelta(day + 7 * (n % 10))).isoformat(), "hour": hour,
             "theme": "sociaal", "rubriek": "jeugdoverlast"}
            for n in range(count)
        ]  # fmt: skip
    return engine_of(rows)


def test_hidden_count_takes_all_that_follows_from_it_along():
    engine = people({(4, 22): 60, (4, 23): 30, (1, 10): 3, (2, 11): 2})
    table = moments.hot_hours(engine, TEN_WEEKS, kind="ongewoon").table
    hidden = table[table["hidden"]]

    assert hidden[["weekday", "hour"]].to_numpy().tolist() == [[1, 10], [2, 11]]
    assert hidden[["count", "expected", "ratio", "surprise", "q"]].isna().all(axis=None)
    assert set(hidden["certainty"]) == {""}
    # Shares of days and hours would tell the rest: expectations are whole numbers.
    shown = table.loc[~table["hidden"], "expected"]
    assert (shown == shown.round()).all()


def test_hidden_is_decided_among_the_chosen_hours():
    engine = people({(4, 22): 60, (4, 23): 3, (5, 23): 2})
    friday = replace(TEN_WEEKS, weekdays=(4,))
    table = moments.hot_hours(engine, friday).table
    # 63 on Friday is in the headline: 3 alone would be 63 - 60.
    assert table.loc[table["hidden"], "hour"].tolist() == [22, 23]


# --- dagdelen -------------------------------------------------------------------------------------


def test_dagdelen_find_what_is_too_thin_for_hours():
    evening = {f"d4_{hour}": 1 for hour in range(18, 24)}
    engine = engine_of(every_hour(8, **evening))
    period = replace(TEN_WEEKS, period=Period(MONDAY, MONDAY + dt.timedelta(56)))

    hours = moments.hot_hours(engine, period, kind="ongewoon")
    parts = moments.hot_dagdelen(engine, period, kind="ongewoon")

    assert not hours.blocks["certainty"].eq(SURE).any()
    assert len(parts.table) == 28
    assert parts.table["exposure"].unique().tolist() == [48.0]
    (block,) = parts.blocks.to_dict("records")
    assert (block["weekdays"], block["start"], block["end"]) == ((4,), 18, 24)
    assert (block["count"], block["certainty"]) == (96, SURE)


def test_dagdeel_is_chosen_when_all_its_hours_are():
    table = moments.hot_dagdelen(BIG, replace(YEAR, hours=Hours(10, 18))).table
    assert table.loc[table["chosen"], "dagdeel"].unique().tolist() == ["middag"]


# --- blocks ---------------------------------------------------------------------------------------


def week_of(**words):
    """168 hours of one event, one expected; ``h<place>``: the certainty of an hour."""
    table = pd.DataFrame(
        {
            "weekday": np.repeat(range(7), 24),
            "start": list(range(24)) * 7,
            "end": list(range(1, 25)) * 7,
            "count": 10,
            "expected": 4.0,
            "certainty": CHANCE,
        }
    )
    for place, word in words.items():
        table.loc[int(place[1:]), "certainty"] = word
    return table


def joined(**words):
    found = blocks.joined(week_of(**words), np.ones((5, 168)))
    return [
        (block["weekdays"], block["start"], block["end"], block["certainty"])
        for block in found.to_dict("records")
    ]


def test_block_past_midnight_belongs_to_the_evening_before():
    assert joined(h119=SURE, h120=SURE, h121=SURE) == [((4,), 23, 2, SURE)]
    assert joined(h167=SURE, h0=SURE) == [((6,), 23, 1, SURE)]


def test_equal_blocks_of_several_days_are_one_sentence():
    cells = {f"h{24 * day + hour}": SURE for day in range(4) for hour in (8, 9)}
    assert joined(**cells) == [((0, 1, 2, 3), 8, 10, SURE)]


def test_edge_that_is_only_likely_is_a_block_of_its_own():
    assert joined(h20=LIKELY, h21=SURE, h22=LIKELY, h23=SURE) == [
        ((0,), 21, 24, SURE), ((0,), 20, 21, LIKELY),
    ]  # fmt: skip


def test_a_day_or_longer_is_cut_at_midnight():
    cells = {f"h{hour}": SURE for hour in range(20, 60)}
    assert joined(**cells) == [
        ((1,), 0, 24, SURE), ((2,), 0, 12, SURE), ((0,), 20, 24, SURE),
    ]  # fmt: skip
    every = {f"h{hour}": SURE for hour in range(168)}
    assert joined(**every) == [(tuple(range(7)), 0, 24, SURE)]
    assert joined() == []


@given(st.lists(st.sampled_from([SURE, LIKELY, CHANCE]), min_size=168, max_size=168))
@settings(max_examples=30)
def test_blocks_lose_no_sure_hour_and_invent_none(words):
    table = week_of(**{f"h{place}": word for place, word in enumerate(words)})
    found = blocks.joined(table, np.ones((5, 168)))
    standing = table["certainty"].isin([SURE, LIKELY])
    assert found["count"].sum() == table.loc[standing, "count"].sum()
    assert found["expected"].sum() == pytest.approx(table.loc[standing, "expected"].sum())


# --- special days ---------------------------------------------------------------------------------

SPRING = Selection(Period(dt.date(2026, 1, 5), dt.date(2026, 5, 4)))


def spring(**more):
    days = pd.date_range("2026-01-05", "2026-05-03")
    rows = [
        {"day": f"{day:%Y-%m-%d}", "hour": 12}
        for day in days
        for _ in range(10 + more.get(f"d{day:%m%d}", 0))
    ]
    return engine_of(rows)


def test_carnaval_stands_out_beside_ordinary_days():
    found = special.special_days(
        spring(d0215=20, d0216=20, d0217=20), SPRING, market_weekdays=(2, 4)
    )
    kinds = found.kinds.set_index(["kind", "name"])

    merry = kinds.loc[("carnaval", "")]
    assert (merry["days"], merry["count"], merry["mean"], merry["expected"]) == (3, 90, 30.0, 10.0)
    assert (merry["certainty"], round(merry["ratio"], 2)) == (SURE, 3.0)
    assert kinds.loc[("feestdag", "Koningsdag"), "certainty"] == CHANCE
    assert np.isnan(kinds.loc[("feestdag", "Koningsdag"), "ratio"])  # ten events
    # A market on every Wednesday has no ordinary Wednesday beside it.
    assert kinds.loc[("marktdag", ""), "note"] != ""
    assert found.days["market"].sum() == 34
    assert set(found.days.loc[found.days["carnaval"], "count"]) == {30}


def test_event_from_the_settings_is_marked_and_compared():
    events = (("Kermis", dt.date(2026, 3, 2), dt.date(2026, 3, 6)),)
    found = special.special_days(spring(d0302=15, d0303=15, d0304=15, d0305=15), SPRING,
                                 events=events)  # fmt: skip
    assert found.days["event"].eq("Kermis").sum() == 4
    fair = found.kinds.set_index("name").loc["Kermis"]
    assert (fair["kind"], fair["mean"], fair["certainty"]) == ("evenement", 25.0, SURE)


def test_only_chosen_weekdays_are_compared():
    found = special.special_days(spring(), replace(SPRING, weekdays=(0,)))
    assert found.days["chosen"].sum() == 17
    assert found.days.loc[~found.days["chosen"], "count"].isna().all()
    assert found.kinds.set_index(["kind", "name"]).loc[("carnaval", ""), "days"] == 1


def test_small_special_days_about_people_are_hidden():
    rows = [
        {"day": f"{day:%Y-%m-%d}", "hour": 12, "theme": "sociaal", "rubriek": "jeugdoverlast"}
        for day in pd.date_range("2026-01-05", "2026-05-03")
        for _ in range(1 if day.month == 2 else 6)
    ]
    found = special.special_days(engine_of(rows), SPRING)
    merry = found.kinds.set_index(["kind", "name"]).loc[("carnaval", "")]
    assert merry["hidden"]
    assert pd.isna(merry[["count", "mean", "expected", "ratio", "p", "q"]]).all()
    assert merry["certainty"] == ""
    # Six on King's Day may be known; a day of two is not told by its name either.
    assert not found.kinds.set_index("name").loc["Koningsdag", "hidden"]
    lone = [row for row in rows if row["day"] != "2026-04-27"] + rows[:2]
    rows = lone[:-2] + [row | {"day": "2026-04-27"} for row in lone[-2:]]
    again = special.special_days(engine_of(rows), SPRING).kinds.set_index("name")
    assert again.loc["Koningsdag", "hidden"]
