"""Capacity against numbers worked out by hand, scipy's binomial and simulated days."""

from __future__ import annotations

import doctest
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats as reference

from thor_metrics import capacity

HOURS = ["hours_available", "hours_planned", "hours_unplanned"]
NEEDS = st.lists(st.integers(0, 40).map(lambda tenths: tenths / 10), max_size=90)


def test_examples_in_the_docstrings_run():
    result = doctest.testmod(capacity)

    assert result.attempted
    assert result.failed == 0


def shifts(*rows):
    table = pd.DataFrame(rows, columns=["day", "shift", *HOURS])
    return table.assign(day=pd.to_datetime(table["day"]))


#: Monday 5 January 2026 and on; a shortage of 2 on Monday by day, of 1 on Tuesday by day and night.
WEEK = shifts(
    ("2026-01-05", "dag", 24, 20, 6),
    ("2026-01-05", "avond", 16, 10, 0),
    ("2026-01-06", "dag", 24, 24, 1),
    ("2026-01-06", "nacht", 8, 6, 3),
    ("2026-02-02", "dag", 30, 20, 4),
)


# --- balance -------------------------------------------------------------------------------


def test_balance_by_shift_by_hand():
    got = capacity.balance(WEEK).set_index("shift")

    assert got.index.tolist() == ["avond", "dag", "nacht"]
    assert got.loc["dag"].to_dict() == {
        "days": 3,
        "shifts": 3,
        "incomplete": 0,
        "hours_available": 78,
        "hours_planned": 64,
        "hours_unplanned": 11,
        "shortage_days": 2,
        "short_hours": 3,
        "unused_hours": 6,
    }
    assert got.loc["avond", ["shortage_days", "short_hours", "unused_hours"]].tolist() == [0, 0, 6]


def test_balance_by_weekday_counts_a_day_once():
    """Tuesday is short in two shifts: one day, two hours."""
    got = capacity.balance(WEEK, by=["weekday"]).set_index("weekday")

    assert got.index.tolist() == [0, 1]
    assert got["days"].tolist() == [2, 1]
    assert got["shifts"].tolist() == [3, 2]
    assert got["shortage_days"].tolist() == [1, 1]
    assert got["short_hours"].tolist() == [2, 2]


def test_balance_by_month_and_shift():
    got = capacity.balance(WEEK, by=["month", "shift"])

    assert list(zip(got["month"].dt.strftime("%Y-%m"), got["shift"], strict=True)) == [
        ("2026-01", "avond"),
        ("2026-01", "dag"),
        ("2026-01", "nacht"),
        ("2026-02", "dag"),
    ]
    assert got["days"].tolist() == [1, 2, 1, 1]


def test_balance_of_all_together():
    got = capacity.balance(WEEK, by=()).iloc[0]

    assert got["days"] == 3
    assert got["shortage_days"] == 2
    assert got[HOURS].tolist() == [102, 80, 14]


def test_missing_hours_are_not_zero_hours():
    table = WEEK.assign(hours_unplanned=[6, 0, None, 3, 4])
    got = capacity.balance(table).set_index("shift")

    assert got.loc["dag", ["days", "shifts", "incomplete"]].tolist() == [2, 2, 1]
    assert got.loc["dag", HOURS].tolist() == [54, 40, 10]
    assert got.loc["dag", "shortage_days"] == 1


def test_group_without_complete_rows_is_unknown():
    got = capacity.balance(WEEK.assign(hours_available=[24, None, 24, 8, 30])).set_index("shift")

    assert got.loc["avond", [*HOURS, "short_hours", "unused_hours"]].isna().all()
    assert got.loc["avond", ["days", "shortage_days", "incomplete"]].tolist() == [0, 0, 1]


def test_tenths_that_fit_are_no_shortage():
    """0.1 + 0.2 is more than 0.3 to a computer."""
    got = capacity.balance(shifts(("2026-01-05", "dag", 0.3, 0.1, 0.2))).iloc[0]

    assert got[["shortage_days", "short_hours", "unused_hours"]].tolist() == [0, 0, 0]


def test_no_rows_give_no_groups():
    assert capacity.balance(WEEK.iloc[:0]).empty
    assert capacity.unplanned_profile(WEEK.iloc[:0]).empty


TABLES = st.lists(
    st.tuples(
        st.integers(0, 80),
        st.sampled_from(["dag", "avond", "nacht"]),
        *[st.integers(0, 300).map(lambda tenths: tenths / 10)] * 3,
    ),
    min_size=1,
    max_size=40,
    unique_by=lambda row: row[:2],
).map(
    lambda rows: shifts(
        *((pd.Timestamp("2026-01-05") + pd.Timedelta(days=row[0]), *row[1:]) for row in rows)
    )
)


@given(TABLES, st.sampled_from([["shift"], ["weekday"], ["month", "shift"], []]))
def test_hours_add_up_and_balance(table, by):
    got = capacity.balance(table, by=by)
    whole = capacity.balance(table, by=()).iloc[0]
    left = got["hours_available"] - got["hours_planned"] - got["hours_unplanned"]

    assert (left - got["unused_hours"] + got["short_hours"]).abs().max() < 1e-6
    for name in [*HOURS, "short_hours", "unused_hours", "shifts"]:
        assert got[name].sum() == pytest.approx(whole[name])
    assert (got["shortage_days"] <= got["days"]).all()
    if by == ["weekday"]:
        assert got["shortage_days"].sum() == whole["shortage_days"]


# --- profile -------------------------------------------------------------------------------


def test_profile_by_hand():
    days = pd.date_range("2026-01-05", periods=5, freq="7D")
    table = pd.concat(
        [
            pd.DataFrame({"day": days, "shift": "dag", "hours_unplanned": [0, 8, 0, 2, 0]}),
            pd.DataFrame(
                {
                    "day": days[:2] + pd.Timedelta(days=5),
                    "shift": "nacht",
                    "hours_unplanned": [3, 5],
                }
            ),
        ]
    )
    got = capacity.unplanned_profile(table)

    assert got[["weekday", "shift", "days"]].to_numpy().tolist() == [[0, "dag", 5], [5, "nacht", 2]]
    assert got["share_any"].tolist() == [0.4, 1]
    assert got["mean"].tolist() == [2, 4]
    assert got["median"].tolist() == [0, 4]
    assert got["p80"].tolist() == [2, 5]
    assert got["p95"].tolist() == [8, 5]
    assert got[["p80_high", "p90_high", "p95_high"]].isna().all(axis=None)


def test_profile_has_the_interval_of_the_share():
    days = pd.date_range("2026-01-05", periods=10, freq="7D")
    table = pd.DataFrame({"day": days, "shift": "dag", "hours_unplanned": [0, 1] * 5})
    got = capacity.unplanned_profile(table).iloc[0]
    theirs = reference.binomtest(5, 10).proportion_ci(method="wilson")

    assert (got["share_low"], got["share_high"]) == pytest.approx((theirs.low, theirs.high))


def test_a_day_that_is_missing_does_not_become_zero():
    days = pd.date_range("2026-01-05", periods=3, freq="7D")
    hours = pd.Series([4, None, 6], dtype="Float64")
    got = capacity.unplanned_profile(
        pd.DataFrame({"day": days, "shift": "dag", "hours_unplanned": hours})
    )

    assert got[["days", "mean", "share_any"]].to_numpy().tolist() == [[2, 5, 1]]


@given(TABLES)
def test_profile_is_flexible_needed_of_each_weekday_and_shift(table):
    got = capacity.unplanned_profile(table)
    same = table[
        (table["day"].dt.day_of_week == got["weekday"].iloc[0])
        & (table["shift"] == got["shift"].iloc[0])
    ]
    needed = capacity.flexible_needed(same["hours_unplanned"]).set_index("cover")

    assert got["days"].sum() == len(table)
    assert (got["p80"] <= got["p90"]).all()
    assert got["p90"].iloc[0] == needed.loc[0.9, "hours"]
    assert got["p90_low"].iloc[0] == pytest.approx(needed.loc[0.9, "low"], nan_ok=True)


# --- flexible hours ------------------------------------------------------------------------


def test_flexible_hours_by_hand():
    """Ten days: 3 hours are enough on 8 of them, 5 on 9, only 20 on 95 %."""
    got = capacity.flexible_needed([0, 0, 0, 0, 1, 2, 3, 3, 5, 20])

    assert got["hours"].tolist() == [3, 5, 20]
    assert got["days"].tolist() == [10, 10, 10]
    assert got["high"].isna().all()
    assert got["note"].tolist() == [capacity.TOO_FEW_DAYS] * 3


def test_limits_are_ranks_of_the_binomial():
    """The published ranks for the median of 20 days are 6 and 15 (Conover 1999)."""
    got = capacity.flexible_needed(range(1, 21), cover=[0.5]).iloc[0]

    assert (got["low"], got["high"]) == (6, 15)
    assert got["note"] == ""


@pytest.mark.parametrize(("share", "fewest"), [(0.8, 17), (0.9, 36), (0.95, 72)])
def test_fewest_days_that_bound_a_share(share, fewest):
    """share^n must fall below .025."""
    assert share**fewest <= 0.025 < share ** (fewest - 1)
    for days, bounded in [(fewest - 1, False), (fewest, True)]:
        got = capacity.flexible_needed(range(days), cover=[share]).iloc[0]
        assert math.isnan(got["high"]) != bounded
        assert (got["note"] == "") == bounded


@pytest.mark.parametrize("n", [20, 36, 72, 365, 1_000])
@pytest.mark.parametrize("share", [0.5, 0.8, 0.9, 0.95])
@pytest.mark.parametrize("level", [0.8, 0.95])
def test_limits_hold_as_often_as_they_say_and_no_closer_ones_do(n, share, level):
    got = capacity.flexible_needed(range(1, n + 1), cover=[share], level=level).iloc[0]
    binomial = reference.binom(n, share)
    tail = (1 - level) / 2

    if not math.isnan(got["low"]):
        assert binomial.cdf(got["low"] - 1) <= tail + 1e-12
        assert binomial.cdf(got["low"]) > tail - 1e-12
    if not math.isnan(got["high"]):
        assert binomial.sf(got["high"] - 1) <= tail + 1e-12
        assert binomial.sf(got["high"] - 2) > tail - 1e-12


def test_limits_cover_the_true_quantile_of_bursty_hours():
    """Nine days of ten nothing, else tens of hours: far from any bell."""
    rng = np.random.default_rng(4)
    truth, held = reference.expon(scale=20).ppf(0.5), 0
    for _ in range(600):
        days = np.where(rng.random(365) < 0.1, rng.exponential(20, 365), 0.0)
        got = capacity.flexible_needed(days, cover=[0.95]).iloc[0]
        held += got["low"] <= truth <= got["high"]

    assert 0.935 < held / 600 < 0.985, held / 600


def test_exact_shares_of_days_need_no_day_more():
    """95 of 100 days: 100 x .95 is a little more than 95 for some shares."""
    for share in (0.07, 0.29, 0.55, 0.56, 0.57, 0.95):
        got = capacity.flexible_needed(range(1, 101), cover=[share]).iloc[0]
        assert got["hours"] == round(100 * share)


def test_no_days_need_no_number():
    got = capacity.flexible_needed([])

    assert got[["hours", "low", "high"]].isna().all(axis=None)
    assert got["note"].tolist() == [capacity.TOO_FEW_DAYS] * 3
    pd.testing.assert_frame_equal(got, capacity.flexible_needed([math.nan]))


@given(NEEDS, st.floats(0.01, 0.99), st.randoms())
def test_hours_cover_their_share_and_the_next_fewer_do_not(needs, share, random):
    got = capacity.flexible_needed(needs, cover=[share]).iloc[0]
    random.shuffle(needs)

    assert got.equals(capacity.flexible_needed(needs, cover=[share]).iloc[0])
    if needs:
        values = np.array(needs)
        assert (values <= got["hours"]).mean() >= share - 1e-9
        assert (values < got["hours"]).mean() < share
        assert not got["low"] > got["hours"]
        assert not got["hours"] > got["high"]


# --- cover curve ---------------------------------------------------------------------------


def test_cover_curve_by_hand():
    got = capacity.cover_curve([0, 0, 2, 6, math.nan], [0, 1, 2, 6])

    assert got["covered"].tolist() == [2, 2, 3, 4]
    assert got["days"].tolist() == [4] * 4
    assert got["share"].tolist() == [0.5, 0.5, 0.75, 1]


def test_cover_curve_has_the_interval_of_statsmodels():
    from statsmodels.stats.proportion import proportion_confint

    got = capacity.cover_curve(range(50), [0, 10, 40], level=0.9)
    low, high = proportion_confint(np.array([1, 11, 41]), 50, alpha=0.1, method="wilson")

    assert got["low"].to_numpy() == pytest.approx(low)
    assert got["high"].to_numpy() == pytest.approx(high)


@given(NEEDS.filter(len), st.floats(0.01, 0.99))
def test_flexible_hours_and_cover_curve_agree(needs, share):
    hours = capacity.flexible_needed(needs, cover=[share])["hours"]
    got = capacity.cover_curve(needs, [*hours, 100.0])

    assert got["share"].iloc[0] >= share - 1e-9
    assert got["share"].iloc[1] == 1
    assert got["low"].iloc[0] <= got["share"].iloc[0] <= got["high"].iloc[0] + 1e-15


def test_cover_curve_of_no_days():
    assert capacity.cover_curve([], [0, 4])[["share", "low", "high"]].isna().all(axis=None)


def test_sums_of_tenths_are_covered_by_their_hours():
    """Three times 0.1 hour is covered by 0.3 hour."""
    assert capacity.cover_curve([0.1 + 0.1 + 0.1], [0.3])["covered"].tolist() == [1]


# --- refusals ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "says"),
    [
        (WEEK.drop(columns="hours_planned"), "misses"),
        (pd.concat([WEEK, WEEK]), "2026-01-05 'dag' twice"),
        (WEEK.assign(hours_planned=-1.0), "0 or more"),
        (WEEK.assign(shift=None), "without"),
    ],
)
def test_what_is_no_table_of_shifts_is_refused(table, says):
    with pytest.raises(ValueError, match=says):
        capacity.balance(table)


@pytest.mark.parametrize("by", [["gebied"], ["shift", "shift"]])
def test_other_groups_are_refused(by):
    with pytest.raises(ValueError, match="by is any of"):
        capacity.balance(WEEK, by=by)


def test_options_are_checked():
    with pytest.raises(ValueError, match="shares of days"):
        capacity.flexible_needed([1], cover=[80])
    with pytest.raises(ValueError, match="level"):
        capacity.cover_curve([1], [1], level=95)
    with pytest.raises(ValueError, match="0 or more"):
        capacity.flexible_needed([-1])
    with pytest.raises(ValueError, match="hours to try"):
        capacity.cover_curve([1], [math.nan])
    with pytest.raises(ValueError, match="one number a day"):
        capacity.flexible_needed([[1, 2]])
