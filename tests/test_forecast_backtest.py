"""The back-test: its counting against brute force, its verdicts in worlds whose truth is known."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thor_metrics.forecast import backtest, forecast, places, scores
from thor_metrics.forecast.backtest import _use

MONDAY = pd.Timestamp("2023-01-02")


def moments(days):
    return MONDAY + pd.to_timedelta(days, unit="D")


def world(rng, chances, count, day):
    """Incidents in cells of 100 m with chances (rows, cols), at the given days."""
    cell = rng.choice(chances.size, count, p=chances.ravel() / chances.sum())
    row, col = np.divmod(cell, chances.shape[1])
    return col * 100.0 + rng.uniform(0, 100, count), row * 100.0 + rng.uniform(0, 100, count), day


# --- counting hits -------------------------------------------------------------------------


def _brute_force(score, counts, take):
    """The mean over every order that goes from high to low."""
    caught = [
        sum(counts[place] for place in order[:take])
        for order in itertools.permutations(range(len(score)))
        if all(score[a] >= score[b] for a, b in itertools.pairwise(order))
    ]
    return np.mean(caught)


@given(
    st.lists(st.tuples(st.integers(0, 2), st.integers(0, 5)), min_size=1, max_size=6),
    st.integers(0, 6),
)
def test_ties_are_the_mean_over_all_orders(cells, take):
    score, counts = zip(*cells, strict=True)
    take = min(take, len(cells))

    assert scores.hits(score, counts, take) == pytest.approx(_brute_force(score, counts, take))


def test_more_than_there_is_takes_everything():
    assert scores.hits([1, 2], [3, 4], [0, 5]).tolist() == [0.0, 7.0]
    assert scores.hits([], [], [1]).tolist() == [0.0]


def test_random_scores_catch_the_share_that_was_taken():
    rng = np.random.default_rng(1)
    counts = rng.poisson(rng.lognormal(0, 1.5, 400))

    caught = [scores.hits(rng.random(400), counts, [4, 20, 40]) for _ in range(4000)]

    rates = np.array(caught) / counts.sum()
    error = rates.std(axis=0) / math.sqrt(4000)
    assert (np.abs(rates.mean(axis=0) - [0.01, 0.05, 0.10]) < 3.5 * error).all()
    assert (error < 0.001).all()


@given(
    st.integers(0, 2**32 - 1),
    st.booleans(),
    st.sampled_from([1, 3, 200]),
    st.sampled_from([1, 33, 168, 700, 2016]),
)
def test_slots_are_those_of_counting_them_all(seed, own, most, top):
    """Few distinct values, so that ties are everywhere."""
    rng = np.random.default_rng(seed)
    expected = rng.integers(0, most, 12) / 4.0
    hours = rng.integers(1, 5, (12 if own else 1, 168)) / 256.0
    cell, hour = rng.integers(0, 12, 60), rng.integers(0, 168, 60)
    take = [top / 7, top / 2, top]

    caught, possible = scores.slot_hits(expected, hours, cell, hour, take)

    everything = (expected[:, np.newaxis] * hours).ravel()
    came = np.bincount(cell * 168 + hour, minlength=12 * 168)
    assert caught == pytest.approx(scores.hits(everything, came, take))
    assert possible == pytest.approx(scores.hits(came, came, take))


def test_deciles_hold_a_tenth_of_the_expected_each():
    rng = np.random.default_rng(2)
    expected = rng.lognormal(0, 1, 5000)

    said, came = scores.deciles(expected, expected * 2)

    assert said == pytest.approx(expected.sum() / 10, rel=0.02)
    assert came == pytest.approx(2 * said)
    assert scores.deciles(np.zeros(3), np.ones(3))[0].sum() == 0.0


# --- one moment by hand --------------------------------------------------------------------


def test_one_moment_by_hand():
    """Ten cells; 91 days of ten a day in cell 0, one a day in the nine others; then 8 and 2."""
    before = np.repeat(np.arange(91.0), 19)
    where = np.tile(np.repeat(np.arange(10), [10] + [1] * 9), 91)
    after = 91.5 + np.arange(10) / 10
    col = np.concatenate([where, [0] * 8, [9, 60]])
    x, t = col * 100.0 + 50, moments(np.concatenate([before, after]))

    found = backtest(
        x, np.zeros(len(x)), t, origins=[moments([91.0])[0]], areas=(0.1, 0.2, 0.3), horizon=7
    )

    hits = found.hits[found.hits["what"] == "cells"].set_index(["model", "share"])
    for model in ("pool", "all history", "last 28 days"):
        assert hits.loc[(model, 0.1), "hit_rate"] == pytest.approx(0.8)
        assert hits.loc[(model, 0.1), "pai"] == pytest.approx(8.0)
        assert hits.loc[(model, 0.1), "pei"] == pytest.approx(1.0)
    # The second cell is one of nine equal ones, one of which has the one other report.
    assert hits.loc[("all history", 0.2), "hit_rate"] == pytest.approx(0.8 + 0.1 / 9)
    assert hits.loc[("all history", 0.2), "pei"] == pytest.approx((0.8 + 0.1 / 9) / 0.9)
    # The best three cells hold everything: the report outside the cells is one of them.
    assert hits.loc[("all history", 0.3), "pei"] == pytest.approx(0.8 + 0.2 / 9)
    assert "same period last year" not in hits.index.get_level_values(0)
    assert set(found.log_score["outside"]) == {0.1}
    assert found.totals.set_index("model")["expected"].to_dict() == pytest.approx(
        {"pool": 133, "all history": 133, "last 28 days": 133}, rel=0.01
    )
    assert set(found.totals["observed"]) == {10}
    by_score = found.log_score[found.log_score["what"] == "cells"].set_index("model")["log_score"]
    # Of the nine reports inside eight are in the cell with 10/19, one in a cell with 1/19.
    assert by_score["all history"] == pytest.approx(
        (8 * math.log(10 / 19) + math.log(1 / 19)) / 9, abs=0.01
    )


def test_the_same_period_last_year_is_whole_weeks_back():
    """Last year one week was in cell 9 and the three after it in cell 19; all else in cell 0."""
    day = np.arange(0, 420.0, 0.25)
    week = (day - (392 - 364)) // 7
    x = np.select([week == 0, (week > 0) & (week < 4), day >= 392], [950.0, 1950.0, 1950.0], 50.0)

    found = backtest(x, x, moments(day), origins=[moments([392.0])[0]], areas=(1 / 3,))

    rate = found.hits[found.hits["what"] == "cells"].set_index("model")["hit_rate"]
    assert rate["same period last year"] == 1.0
    assert rate["all history"] == 0.0
    assert found.best == "same period last year"


# --- which moments -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def stationary():
    """600 cells whose chances never change, 1,100 reports a month over two and a half years."""
    rng = np.random.default_rng(20)
    chances = rng.lognormal(0, 1.3, (20, 30))
    day = np.sort(rng.uniform(0, 900, 35_000))
    return chances / chances.sum(), world(rng, chances, len(day), moments(day))


@pytest.fixture(scope="module")
def tested(stationary):
    return backtest(*stationary[1])


def test_moments_are_a_year_back_without_overlap(tested):
    at = np.sort(tested.runs["origin"].unique())

    assert len(at) == 13
    assert set(np.diff(at)) == {np.timedelta64(28, "D")}
    assert at[-1] + np.timedelta64(28, "D") == np.datetime64(MONDAY) + np.timedelta64(899, "D")
    assert set(tested.hits["origins"]) == {13}


def test_moments_have_eight_weeks_before_them(stationary):
    x, y, t = stationary[1]
    soon = t < MONDAY + pd.Timedelta(days=127)

    few = backtest(x[soon], y[soon], t[soon])

    assert (few.runs["origin"].min() - MONDAY).days == 70
    assert few.runs["origin"].nunique() == 2
    assert few.use == "all history"
    assert "te weinig om op te kiezen" in few.words


def test_nothing_to_test():
    for x, t in (([], []), ([50.0] * 30, moments(np.arange(30.0)))):
        found = backtest(x, x, t)
        assert found.use == "all history"
        assert found.best == "all history"
        assert "nog niet te toetsen" in found.words
        for name in ("hits", "log_score", "calibration", "coverage", "paired", "totals", "runs"):
            assert len(getattr(found, name)) == 0
        assert list(found.hits.columns) == [
            "model", "what", "share", "hit_rate", "se", "pai", "pei", "origins",
        ]  # fmt: skip


def test_what_comes_later_changes_no_earlier_moment(stationary):
    x, y, t = (np.array(column) for column in stationary[1])
    at = [moments([600.0])[0], moments([628.0])[0]]
    before = backtest(x, y, t, origins=at).runs
    later = t >= at[1].to_datetime64()
    rng = np.random.default_rng(3)
    x[later], y[later] = rng.permutation(x[later]), rng.permutation(y[later])

    after = backtest(x, y, t, origins=at).runs

    first = before["origin"] == at[0]
    pd.testing.assert_frame_equal(before[first], after[first], check_exact=True)
    assert (before[~first]["hit_rate"] > after[~first]["hit_rate"]).mean() > 0.9


def test_the_moments_are_forecast_as_the_forecast_does(stationary):
    """The first moment by hand: forecast, rank, count."""
    x, y, t = stationary[1]
    at = moments([700.0])[0]
    for model in ("pool", "all history"):
        run = backtest(x, y, t, origins=[at]).runs
        run = run[(run["model"] == model) & (run["what"] == "cells") & (run["share"] == 0.05)]
        made = forecast(x, y, t, origin=at, model=model)
        here = (t >= at) & (t < at + pd.Timedelta(days=28))
        came = places.incidents(x[here], y[here], t[here])
        where = places.Places(
            (made.cells["x"] // 100).to_numpy(np.int64),
            (made.cells["y"] // 100).to_numpy(np.int64),
            100.0,
        )
        counts = np.bincount(where.index(came.col, came.row), minlength=len(where))
        populated = len({*zip(x[t < at] // 100, y[t < at] // 100, strict=True)})

        caught = scores.hits(made.cells["expected"], counts, 0.05 * populated) / len(came)

        assert run["hit_rate"].tolist() == pytest.approx([float(caught)])


# --- worlds whose truth is known -----------------------------------------------------------


def _rate(found, model, share, what="cells"):
    hits = found.hits
    row = hits[(hits["model"] == model) & (hits["share"] == share) & (hits["what"] == what)]
    return float(row["hit_rate"].iloc[0])


def test_in_a_world_that_stands_still_the_pool_comes_close_to_the_truth(stationary, tested):
    chances, (x, y, t) = stationary
    ideal, log_p = [], []
    for at in tested.runs["origin"].unique():
        here = (t >= at) & (t < at + pd.Timedelta(days=28))
        cell = (y[here] // 100 * 30 + x[here] // 100).astype(int)
        counts = np.bincount(cell, minlength=600)
        ideal.append(scores.hits(chances.ravel(), counts, [6, 30, 60]) / counts.sum())
        log_p.append(np.log(chances.ravel()[cell]).mean())
    ideal = np.mean(ideal, axis=0)

    for share, truth in zip((0.01, 0.05, 0.10), ideal, strict=True):
        assert _rate(tested, "pool", share) == pytest.approx(truth, abs=0.01)
    assert _rate(tested, "last 28 days", 0.05) < ideal[1] - 0.02
    by_score = tested.log_score[tested.log_score["what"] == "cells"].set_index("model")["log_score"]
    assert np.mean(log_p) - 0.04 < by_score["pool"] < np.mean(log_p) + 0.005
    assert by_score["last 28 days"] < by_score["pool"] - 0.1


def test_in_that_world_the_forecast_is_calibrated(tested):
    of_pool = tested.calibration[tested.calibration["model"] == "pool"]
    coverage = tested.coverage.set_index(["model", "interval"])["covered"]

    assert of_pool["ratio"].between(0.8, 1.25).all()
    assert of_pool["expected"].sum() == pytest.approx(of_pool["observed"].sum(), rel=0.05)
    assert 0.85 <= coverage["pool", "negative binomial"] <= 0.97
    error = np.log(tested.totals["expected"] / tested.totals["observed"]).abs()
    assert error[tested.totals["model"] == "pool"].mean() < 0.08


def test_hit_rates_pai_and_pei_agree(tested):
    hits = tested.hits

    assert (hits["pai"] * hits["share"]).tolist() == pytest.approx(hits["hit_rate"].tolist())
    assert hits["pei"].between(0, 1).all()
    assert (hits["se"] > 0).all()
    wide = hits.pivot_table(index=["model", "what"], columns="share", values="hit_rate")
    assert (wide.diff(axis=1).iloc[:, 1:] > 0).all(axis=None)
    pair = tested.paired[
        (tested.paired["against"] == "last 28 days")
        & (tested.paired["what"] == "cells")
        & (tested.paired["share"] == 0.05)
    ]
    assert pair["difference"].iloc[0] == pytest.approx(
        _rate(tested, "pool", 0.05) - _rate(tested, "last 28 days", 0.05)
    )
    assert pair["relative"].iloc[0] == pytest.approx(
        _rate(tested, "pool", 0.05) / _rate(tested, "last 28 days", 0.05) - 1
    )


def test_in_a_world_that_shifts_the_pool_beats_all_history():
    """Every four months a third of the cells gets other chances."""
    rng = np.random.default_rng(31)
    chances = rng.lognormal(0, 1.5, (15, 20))
    parts = []
    for begin in range(0, 840, 120):
        moved = rng.random(chances.shape) < 1 / 3
        chances = np.where(moved, rng.lognormal(0, 1.5, chances.shape), chances)
        parts.append(world(rng, chances, 4000, begin + rng.uniform(0, 120, 4000)))
    x, y, day = (np.concatenate(column) for column in zip(*parts, strict=True))

    found = backtest(x, y, moments(day))

    assert _rate(found, "pool", 0.05) > 1.10 * _rate(found, "all history", 0.05)
    assert _rate(found, "pool", 0.05) > _rate(found, "same period last year", 0.05)
    assert _rate(found, "pool", 0.01, "slots") > _rate(found, "all history", 0.01, "slots")
    assert (found.use, found.best) == ("pool", "pool")
    assert "De kaart gebruikt daarom de prognose." in found.words
    assert found.words.startswith("Getoetst op 13 momenten in het verleden: van de meldingen in de")


def test_hours_of_each_cell_are_worth_knowing():
    """Half of the cells is a matter of the morning, the other half of the night."""
    rng = np.random.default_rng(8)
    x, y, day = world(rng, np.ones((5, 8)), 20_000, np.floor(rng.uniform(0, 560, 20_000)))
    hour = np.where(x < 400, 9, 23)

    found = backtest(x, y, moments(day + hour / 24), areas=(0.01, 0.05))

    assert _rate(found, "pool", 0.05, "slots") > 1.3 * _rate(found, "all history", 0.05, "slots")
    without = backtest(
        x, y, moments(day + hour / 24), areas=(0.01, 0.05), hour_known=np.zeros(len(x), dtype=bool)
    )
    assert set(without.hits["what"]) == {"cells"}
    assert (
        without.hits["hit_rate"].tolist()
        == found.hits["hit_rate"][found.hits["what"] == "cells"].tolist()
    )


# --- what to use ---------------------------------------------------------------------------


def _pair(relative, score):
    row = {"against": "all history", "what": "cells", "difference": 0.0, "relative": math.nan}
    return pd.DataFrame(
        [
            {**row, "measure": "hit_rate", "share": 0.05, "relative": relative},
            {**row, "measure": "hit_rate", "share": 0.01, "relative": -0.5},
            {**row, "measure": "log_score", "share": math.nan, "difference": score},
        ]
    )


@pytest.mark.parametrize(
    ("relative", "score", "tested_", "use"),
    [
        (0.05, 0.02, 13, "pool"),
        (-0.009, 0.02, 13, "pool"),
        (-0.011, 0.02, 13, "all history"),
        (0.05, -0.001, 13, "all history"),
        (0.05, 0.02, 3, "pool"),
        (0.05, 0.02, 2, "all history"),
    ],
)
def test_the_rule_for_falling_back(relative, score, tested_, use):
    assert _use(_pair(relative, score), 0.05, tested_) == use


def test_where_the_pool_is_not_better_all_history_is_used_and_said():
    """Few reports in cells that are all alike: there is nothing to find."""
    rng = np.random.default_rng(5)
    x, y, day = world(rng, np.ones((20, 20)), 1500, np.sort(rng.uniform(0, 700, 1500)))

    found = backtest(x, y, moments(day))

    assert found.use == "all history"
    assert "De prognose is hier niet beter dan die telling" in found.words
    made = forecast(x, y, moments(day), origin=moments([690.0])[0], model=found.use)
    assert set(made.weights) == {"all history", "everywhere"}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"areas": (0.0,)}, r"areas are shares above 0, at most 1; found \[0.0\]"),
        ({"areas": ()}, r"found \[\]"),
        ({"horizon": -1}, "horizon is a number of days above 0"),
        ({"origins": [None]}, "a moment is local"),
    ],
)
def test_what_must_hold_is_said(change, message):
    with pytest.raises(ValueError, match=message):
        backtest([1.0], [1.0], [MONDAY], **change)
