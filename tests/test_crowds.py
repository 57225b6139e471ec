"""Topdag rules against planted days, numbers worked out by hand and scikit-learn."""

from __future__ import annotations

import datetime as dt
import doctest
import importlib
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats as reference

from thor_metrics import crowds
from thor_metrics.crowds import choose

UNTIL = dt.date(2026, 1, 1)
SATURDAY = 5


@pytest.mark.parametrize("module", ["assess", "choose", "conditions", "table"])
def test_examples_in_the_docstrings_run(module):
    result = doctest.testmod(importlib.import_module(f"thor_metrics.crowds.{module}"))

    assert result.attempted
    assert result.failed == 0


def calendar(first="2023-01-01", last="2026-12-31"):
    dates = pd.Series(pd.date_range(first, last))
    return pd.DataFrame(
        {
            "date": dates,
            "topdag": False,
            "is_holiday": dates.dt.strftime("%m-%d").isin(["01-01", "04-27", "12-25", "12-26"]),
            "is_school_holiday": dates.dt.month.isin([7, 8]),
            "is_event": dates.dt.day == 11,
        }
    )


def planted(seed=0):
    """Topdagen: Saturdays in December, feestdagen, and the day after a full Friday."""
    days = calendar()
    rng = np.random.default_rng(seed)
    weekday, month = days["date"].dt.day_of_week, days["date"].dt.month
    parking = rng.normal(60, 3, len(days))
    full = (weekday == SATURDAY - 1) & (rng.random(len(days)) < 0.1)
    days["parking_pct"] = np.where(full, 93.0, parking)
    days["visitors"] = rng.normal(20_000, 1_000, len(days))
    days["foreseen"] = full.shift(1, fill_value=False)
    days["topdag"] = ((weekday == SATURDAY) & (month == 12)) | days["is_holiday"] | days["foreseen"]
    return crowds.with_yesterday(days)


def texts(rules):
    return {rule.text for rule in rules.rules}


# --- conditions ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("conditions", "text"),
    [
        ([("weekday", 5)], "zaterdag"),
        ([("event", 1)], "evenement vandaag"),
        ([("school", 1), ("weekday", 5)], "zaterdag en schoolvakantie"),
        ([("weekday", 6), ("season", 2)], "zondag in de zomer"),
        ([("holiday", 1), ("month", 5)], "feestdag in mei"),
        (
            [("weekday", 5), ("parking", 90)],
            "zaterdag en gisteren parkeerbezetting van minstens 90 %",
        ),
        ([("visitors", 42_000)], "gisteren minstens 42.000 bezoekers"),
    ],
)
def test_rules_in_words(conditions, text):
    rule = crowds.Rule(tuple(crowds.Condition(*part) for part in conditions), 3, 0)

    assert rule.text == text


def flagged_by(*conditions, days):
    rule = crowds.Rule(tuple(crowds.Condition(*part) for part in conditions), 0, 0)
    rules = crowds.Rules((rule,), UNTIL, 0, 0, 0, 0, "")
    return rules.flags(days)["flagged"].tolist()


@pytest.mark.parametrize(
    ("condition", "dates"),
    [
        (("weekday", 0), ["2026-06-01", "2026-06-08"]),
        (("month", 6), [f"2026-06-{day:02d}" for day in range(1, 11)]),
        (("season", 1), ["2026-05-30", "2026-05-31"]),
        (("season", 2), [f"2026-06-{day:02d}" for day in range(1, 11)]),
    ],
)
def test_calendar_conditions_are_of_the_date(condition, dates):
    days = calendar("2026-05-30", "2026-06-10")
    got = days.loc[flagged_by(condition, days=days), "date"]

    assert got.dt.strftime("%Y-%m-%d").tolist() == dates


def test_seasons_go_by_months():
    days = calendar("2025-01-01", "2025-12-31")
    winter = days.loc[flagged_by(("season", 0), days=days), "date"].dt.month

    assert sorted(winter.unique()) == [1, 2, 12]


def test_unknown_never_holds():
    days = calendar("2026-06-01", "2026-06-03").assign(
        is_event=pd.array([True, None, False], dtype="boolean"),
        is_holiday=[None, True, np.nan],
        parking_pct_yesterday=[90.0, 89.9, None],
    )

    assert flagged_by(("event",), days=days) == [True, False, False]
    assert flagged_by(("holiday",), days=days) == [False, True, False]
    assert flagged_by(("parking", 90), days=days) == [True, False, False]
    assert flagged_by(("visitors", 1_000), days=days) == [False] * 3


def test_the_first_rule_that_holds_is_named():
    days = calendar("2026-12-25", "2026-12-27")  # Friday, Saturday (both feestdag) and Sunday
    rules = crowds.Rules(
        tuple(
            crowds.Rule((crowds.Condition(*part),), 0, 0) for part in [("weekday", 5), ("holiday",)]
        ),
        UNTIL, 0, 0, 0, 0, "",
    )  # fmt: skip

    assert rules.flags(days.set_index([["a", "b", "c"]]))["rule"].to_dict() == {
        "a": "feestdag",
        "b": "zaterdag",
        "c": "",
    }


# --- yesterday -----------------------------------------------------------------------------


def test_yesterday_is_the_day_before_and_not_the_row_before():
    days = pd.DataFrame(
        {
            "date": pd.to_datetime(["2026-05-04", "2026-05-01", "2026-05-02"]),
            "visitors": [1, 2, 3],
            "parking_pct": [10.0, 20.0, None],
        },
        index=[7, 8, 9],
    )
    got = crowds.with_yesterday(days)

    assert got.index.tolist() == [7, 8, 9]
    assert got["visitors_yesterday"].fillna(-1).tolist() == [-1, -1, 2]
    assert got["parking_pct_yesterday"].fillna(-1).tolist() == [-1, -1, 20]
    assert not {"visitors", "parking_pct"} & set(got.columns)
    assert "visitors" in days


# --- choosing ------------------------------------------------------------------------------


def test_planted_rules_are_found():
    rules = crowds.choose_rules(planted(), train_until=UNTIL)
    days = planted()
    past = days[days["date"] < pd.Timestamp(UNTIL)]

    assert {"zaterdag in december", "feestdag"} <= texts(rules)
    assert any("gisteren parkeerbezetting" in text for text in texts(rules))
    assert rules.hits == rules.topdagen == past["topdag"].sum()
    assert rules.false_alarms <= 1.0 * len(past) / (365.25 / 12)
    assert rules.note == ""


def test_planted_rules_hold_on_later_days():
    days = planted()
    rules = crowds.choose_rules(days, train_until=UNTIL)
    got = crowds.assess_rules(rules, days).set_index("method")

    assert got.loc["regels", "hit_rate"] == 1
    assert got.loc["regels", "false_alarms"] <= 2
    assert got.loc["elke zaterdag", "hit_rate"] < 1
    assert got.loc["elke zaterdag", "false_alarms"] > 30


@pytest.mark.parametrize("seed", range(5))
def test_later_days_change_nothing(seed):
    """Whatever happens from train_until on, the rules and their figures are the same."""
    days = planted()
    rng = np.random.default_rng(seed)
    later = days["date"] >= pd.Timestamp(UNTIL)
    scrambled = days.copy()
    for name in days.columns.drop("date"):
        scrambled.loc[later, name] = rng.permutation(scrambled.loc[later, name].to_numpy())
    scrambled.loc[later, "topdag"] = ~scrambled.loc[later, "topdag"]
    scrambled.loc[later, ["parking_pct_yesterday", "visitors_yesterday"]] *= 1.7

    rules = crowds.choose_rules(days, train_until=UNTIL)
    assert crowds.choose_rules(scrambled, train_until=UNTIL) == rules
    assert crowds.choose_rules(days[~later], train_until=UNTIL) == rules


def test_how_many_visitors_are_many_is_learned_from_the_past_alone():
    """Topdagen follow on 100 crowded days; later crowds of 90.000 do not move the threshold."""
    days = calendar()
    crowded = np.random.default_rng(2).permutation(len(days)) < 0.1 * len(days)
    days["topdag"], days["visitors_yesterday"] = crowded, np.where(crowded, 50_000.0, 20_000.0)
    later = days["date"] >= pd.Timestamp(UNTIL)
    more = days.assign(visitors_yesterday=days["visitors_yesterday"].where(~later, 90_000.0))

    rules = crowds.choose_rules(more, train_until=UNTIL)
    assert texts(rules) == {"gisteren minstens 50.000 bezoekers"}
    assert rules == crowds.choose_rules(days, train_until=UNTIL)


def test_the_day_itself_belongs_to_later():
    """Half-open: the first day that is not used is train_until."""
    days = planted()
    rules = crowds.choose_rules(days, train_until=UNTIL)

    assert rules.days == (days["date"] < pd.Timestamp(UNTIL)).sum() == 3 * 365 + 1
    assert crowds.assess_rules(rules, days)["days"].tolist() == [365] * 3


def test_order_of_the_days_changes_nothing():
    days = planted()
    shuffled = days.sample(frac=1, random_state=3)

    assert crowds.choose_rules(shuffled, train_until=UNTIL) == crowds.choose_rules(
        days, train_until=UNTIL
    )


def test_silent_days_are_no_ordinary_days():
    """Every Saturday in December is one; of the other Decembers nothing is known."""
    days = calendar()
    december = days["date"].dt.month == 12
    days["topdag"] = (days["date"].dt.day_of_week == SATURDAY) & december
    days["topdag"] = days["topdag"].astype("boolean").where(december | (days["date"].dt.day > 20))
    rules = crowds.choose_rules(days, train_until=UNTIL)
    known = days.loc[days["date"] < pd.Timestamp(UNTIL), "topdag"].notna().sum()

    assert rules.days == known < 3 * 365
    assert (rules.hits, rules.false_alarms) == (rules.topdagen, 0)


@pytest.mark.parametrize("topdag", [True, False, None])
def test_a_register_of_one_kind_teaches_nothing(topdag):
    rules = crowds.choose_rules(calendar().assign(topdag=topdag), train_until=UNTIL)

    assert rules.rules == ()
    assert rules.note == crowds.TOO_FEW_DAYS
    assert not rules.flags(calendar())["flagged"].any()


def test_no_days_before_the_date():
    rules = crowds.choose_rules(planted(), train_until=dt.date(2020, 1, 1))

    assert (rules.days, rules.note) == (0, crowds.TOO_FEW_DAYS)


def test_noise_gives_no_rules():
    """25 topdagen a year at random, 30 times: the correction for the search holds."""
    days, found = planted(), 0
    for seed in range(30):
        noise = np.random.default_rng(seed).random(len(days)) < 25 / 365
        rules = crowds.choose_rules(days.assign(topdag=noise), train_until=UNTIL)
        found += bool(rules.rules)
        assert (rules.note == crowds.NO_RULE) == (not rules.rules)

    assert found <= 3


def noisy(seed):
    rng = np.random.default_rng(seed)
    days = planted(seed)
    flipped = rng.random(len(days)) < 0.03
    silent = rng.random(len(days)) < 0.1
    top = pd.array(days["topdag"] ^ flipped, dtype="boolean")
    top[silent] = pd.NA
    return days.assign(topdag=top)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("at_most", [1, 2, 5])
@pytest.mark.parametrize("alarms", [0.0, 0.2, 2.0])
def test_limits_are_kept(seed, at_most, alarms):
    days = noisy(seed)
    rules = crowds.choose_rules(
        days, train_until=UNTIL, at_most=at_most, false_alarms_per_month=alarms
    )
    past = days[days["date"] < pd.Timestamp(UNTIL)]
    got = crowds.assess(rules.flags(past)["flagged"], past["topdag"])

    assert len(rules.rules) <= at_most
    assert got.false_alarms_per_month <= alarms + 1e-9
    assert (got.hits, got.false_alarms) == (rules.hits, rules.false_alarms)
    assert (got.days, got.topdagen) == (rules.days, rules.topdagen)
    for rule in rules.rules:
        assert rule.hits >= 3
        assert rule.hits + rule.false_alarms >= 4


@pytest.mark.parametrize("seed", range(4))
def test_more_room_never_gives_fewer_hits(seed):
    """One rule at a time the search is complete, so room can only help."""
    hits = [
        crowds.choose_rules(
            noisy(seed), train_until=UNTIL, at_most=1, false_alarms_per_month=alarms
        ).hits
        for alarms in (0.2, 0.5, 1.0, 2.0, 4.0)
    ]

    assert hits == sorted(hits)


def test_each_rule_has_days_of_its_own():
    days = noisy(1)
    rules = crowds.choose_rules(days, train_until=UNTIL, false_alarms_per_month=3.0)
    past = days[(days["date"] < pd.Timestamp(UNTIL)) & days["topdag"].fillna(value=False)]
    alone = np.array([flagged_by(*[(c.kind, c.value) for c in rule.conditions], days=past)
                      for rule in rules.rules])  # fmt: skip

    assert len(rules.rules) > 1
    assert (alone & (alone.sum(axis=0) == 1)).any(axis=1).all()
    assert [rule.hits for rule in rules.rules] == alone.sum(axis=1).tolist()


def test_too_little_support_is_no_rule():
    """Two feestdagen of one name a year are not enough for a year of days."""
    days = calendar()
    days["topdag"] = days["date"].dt.strftime("%m-%d").isin(["04-27", "12-26"])
    year = days[days["date"] >= "2025-01-01"]

    assert crowds.choose_rules(year, train_until=UNTIL, min_hits=3).rules == ()
    assert crowds.choose_rules(days, train_until=UNTIL, min_hits=3).hits == 6


def test_fewest_days_of_a_rule_can_be_asked():
    """Saturdays in December: 5 + 4 + 4 in three years."""
    days = calendar()
    days["topdag"] = (days["date"].dt.day_of_week == SATURDAY) & (days["date"].dt.month == 12)

    assert crowds.choose_rules(days, train_until=UNTIL, min_days=13).hits == 13
    found = crowds.choose_rules(days, train_until=UNTIL, min_days=14, false_alarms_per_month=9)
    assert found.false_alarms > 0


def test_a_rule_that_others_took_over_is_dropped():
    """The first has 10 topdagen and a false alarm; the next two cover all ten and four each."""
    fired = np.zeros((3, 500), dtype=bool)
    fired[0, :10] = fired[0, 400] = True
    fired[1, [*range(5), *range(10, 14)]] = True
    fired[2, [*range(5, 10), *range(14, 18)]] = True
    top = np.arange(500) < 18
    limits = choose._Limits(rules=5, false_alarms=9.0, days=4, hits=3)

    assert choose._greedy(fired, top, np.array([1, 1, 1]), 0.0, limits) == [1, 2]


# --- judging -------------------------------------------------------------------------------


def test_assessment_by_hand():
    """4 known topdagen, 3 flagged of which 2 right, over 10 days."""
    flagged = [1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 1]
    topdag = [True, True, False, True, True, False, False, False, False, False, None]
    got = crowds.assess(np.array(flagged, dtype=bool), topdag)
    theirs = reference.binomtest(2, 4).proportion_ci(method="wilson")

    assert (got.days, got.topdagen, got.hits, got.misses, got.false_alarms) == (10, 4, 2, 2, 1)
    assert (got.hit_rate, got.base_rate) == (0.5, 0.4)
    assert got.precision == pytest.approx(2 / 3)
    assert got.false_alarms_per_month == pytest.approx(1 / 10 * 365.25 / 12)
    assert (got.hit_low, got.hit_high) == pytest.approx((theirs.low, theirs.high))


@given(st.lists(st.tuples(st.booleans(), st.sampled_from([True, False, None])), min_size=1))
def test_assessment_is_the_confusion_matrix_of_scikit_learn(days):
    from sklearn.metrics import confusion_matrix

    flagged, topdag = zip(*days, strict=True)
    got = crowds.assess(flagged, pd.Series(topdag, dtype="boolean"))
    known = [day for day in days if day[1] is not None]
    if known:
        called, top = zip(*known, strict=True)
        table = confusion_matrix(top, called, labels=[False, True])
        assert [[got.days - got.topdagen - got.false_alarms, got.false_alarms],
                [got.misses, got.hits]] == table.tolist()  # fmt: skip
    assert got.days == len(known)
    if got.topdagen:
        assert got.hit_low <= got.hit_rate + 1e-15
        assert got.hit_rate <= got.hit_high + 1e-15


@pytest.mark.parametrize("topdag", [[], [None, None]])
def test_nothing_known_is_nothing_judged(topdag):
    got = crowds.assess([True] * len(topdag), topdag)

    assert (got.days, got.hits, got.misses, got.false_alarms) == (0, 0, 0, 0)
    for value in (got.hit_rate, got.hit_low, got.precision, got.false_alarms_per_month):
        assert math.isnan(value)


def test_planned_and_unplanned_are_judged_apart():
    days = planted()
    days["planned"] = pd.array(~days["foreseen"], dtype="boolean")
    days.loc[days["topdag"] & (days["date"] == "2026-01-01"), "planned"] = pd.NA
    rules = crowds.choose_rules(days, train_until=UNTIL)
    got = crowds.assess_rules(rules, days).set_index(["sort", "method"])
    later = days[(days["date"] >= pd.Timestamp(UNTIL)) & days["topdag"]]

    topdagen = got.xs("regels", level="method")["topdagen"].tolist()
    assert topdagen == [
        len(later),
        (later["planned"].fillna(value=False)).sum(),
        (~later["planned"].fillna(value=True)).sum(),
    ]
    assert topdagen[0] == topdagen[1] + topdagen[2] + 1
    for method in ["regels", *crowds.YARDSTICKS]:
        alarms = got.xs(method, level="method")[["false_alarms", "false_alarms_per_month"]]
        assert len(alarms.drop_duplicates()) == 1


def test_yardsticks_by_hand():
    days = calendar()
    rules = crowds.choose_rules(days, train_until=UNTIL)
    days.loc[days["date"].isin(pd.to_datetime(["2026-01-03", "2026-04-27"])), "topdag"] = True
    got = crowds.assess_rules(rules, days).set_index("method")

    assert got["hits"].to_dict() == {"regels": 0, "elke zaterdag": 1, "alle feestdagen": 1}
    assert got["false_alarms"].to_dict() == {"regels": 0, "elke zaterdag": 51, "alle feestdagen": 3}


# --- refusals ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "says"),
    [
        (calendar().drop(columns="is_event"), "misses"),
        (calendar().drop(columns="topdag"), "misses"),
        (pd.concat([calendar(), calendar()]), "date of its own"),
        (calendar().assign(topdag="ja"), "true, false or missing"),
    ],
)
def test_what_is_no_table_of_days_is_refused(days, says):
    with pytest.raises(ValueError, match=says):
        crowds.choose_rules(days, train_until=UNTIL)


@pytest.mark.parametrize(
    "option",
    [{"at_most": 0}, {"min_days": 0}, {"min_hits": 0}, {"false_alarms_per_month": -1.0}],
)
def test_options_are_checked(option):
    with pytest.raises(ValueError, match="1 or more"):
        crowds.choose_rules(calendar(), train_until=UNTIL, **option)


def test_flags_are_checked():
    with pytest.raises(ValueError, match="missing ones"):
        crowds.assess([True, None], [True, False])
    with pytest.raises(ValueError, match="as many"):
        crowds.assess([True], [True, False])
    with pytest.raises(ValueError, match="true, false"):
        crowds.assess([2], [True])
