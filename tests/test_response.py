"""Response times against numbers worked out by hand and against statsmodels."""

from __future__ import annotations

import doctest
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats as reference

from thor_metrics import response

#: 6-mercaptopurine arm of Freireich 1963, weeks of remission: the textbook example.
REMISSION = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
RELAPSED = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]

REPORTS = st.lists(
    st.tuples(st.integers(0, 12), st.booleans()), min_size=1, max_size=60
)  # whole days: many ties


def test_examples_in_the_docstrings_run():
    result = doctest.testmod(response)

    assert result.attempted
    assert result.failed == 0


def of_statsmodels(duration, happened):
    # Imported late: heavy, and only these tests need it.
    from statsmodels.duration.survfunc import SurvfuncRight

    return SurvfuncRight(np.asarray(duration, dtype=float), np.asarray(happened, dtype=int))


def days_of(duration, happened, **options):
    return response.response_times(duration, happened, **options).set_index("quantile")


# --- the curve -----------------------------------------------------------------------------


def test_curve_by_hand():
    """5 reports: 1 of 5 at day 1, 1 of 4 at day 2 (one still open then), 1 of 2 at day 3."""
    curve = response.kaplan_meier([1, 2, 2, 3, 5], [True, True, False, True, False])

    assert curve.time.tolist() == [1, 2, 3]
    assert curve.at_risk.tolist() == [5, 4, 2]
    assert curve.events.tolist() == [1, 1, 1]
    assert curve.survival == pytest.approx([4 / 5, 4 / 5 * 3 / 4, 4 / 5 * 3 / 4 / 2])


def test_interval_by_hand():
    """First step of 1 in 5: Greenwood sum 1 / (5 x 4); exponent e^(z sqrt(1/20) / log(5/4))."""
    curve = response.kaplan_meier([1, 2, 2, 3, 5], [True, True, False, True, False])
    exponent = math.exp(reference.norm.ppf(0.975) * math.sqrt(1 / 20) / math.log(5 / 4))

    assert curve.low[0] == pytest.approx(0.8**exponent)
    assert curve.high[0] == pytest.approx(0.8 ** (1 / exponent))


def test_textbook_curve_of_freireich():
    """Published at 6, 7, 10, 13, 16, 22, 23 weeks (Kalbfleisch & Prentice 1980)."""
    curve = response.kaplan_meier(REMISSION, RELAPSED)

    assert curve.time.tolist() == [6, 7, 10, 13, 16, 22, 23]
    assert curve.survival.round(3).tolist() == [0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448]


def test_without_open_ones_it_is_the_share_itself():
    durations = np.array([3, 1, 4, 1, 5, 9, 2, 6])
    curve = response.kaplan_meier(durations, np.ones(8, dtype=bool))

    for time, share in zip(curve.time, curve.survival, strict=True):
        assert share == pytest.approx((durations > time).mean())


def test_answer_at_once_and_an_open_one_of_the_same_age():
    """Day 0: 2 of 4. An open report aged 3 still waited when another was answered on day 3."""
    curve = response.kaplan_meier([0, 0, 3, 3], [True, True, False, True])

    assert curve.time.tolist() == [0, 3]
    assert curve.at_risk.tolist() == [4, 2]
    assert curve.survival == pytest.approx([0.5, 0.25])


def test_an_open_report_of_no_age_says_nothing_but_counts():
    with_it = response.kaplan_meier([0, 1, 2], [False, True, True])
    without = response.kaplan_meier([1, 2], [True, True])

    assert with_it.survival.tolist() == without.survival.tolist()
    assert response.response_times([0, 1, 2], [False, True, True])["n"].tolist() == [3, 3]


@pytest.mark.parametrize(
    ("duration", "happened"), [([], []), ([1.0, 2.0], [False, False]), ([math.nan], [True])]
)
def test_nothing_happened(duration, happened):
    curve = response.kaplan_meier(duration, happened)

    for values in (curve.time, curve.survival, curve.low, curve.high, curve.at_risk, curve.events):
        assert values.shape == (0,)


def test_all_at_one_moment_has_the_exact_limit_of_none():
    """0 of 10 wait longer: at most 1 - .025^(1/10) do (Clopper & Pearson)."""
    curve = response.kaplan_meier([0] * 10, [True] * 10)

    assert (curve.survival[0], curve.low[0]) == (0, 0)
    assert curve.high[0] == pytest.approx(reference.binomtest(0, 10).proportion_ci().high)


@given(REPORTS)
def test_curve_is_that_of_statsmodels(reports):
    duration, happened = zip(*reports, strict=True)
    assume(any(happened))
    curve = response.kaplan_meier(duration, happened)
    theirs = of_statsmodels(duration, happened)

    assert curve.time.tolist() == theirs.surv_times.tolist()
    assert curve.survival == pytest.approx(theirs.surv_prob, abs=1e-12)
    assert curve.at_risk.tolist() == theirs.n_risk.tolist()
    assert curve.events.tolist() == theirs.n_events.tolist()


@given(REPORTS, st.sampled_from([0.8, 0.95]))
def test_interval_holds_the_curve_and_narrows_with_the_level(reports, level):
    duration, happened = zip(*reports, strict=True)
    curve = response.kaplan_meier(duration, happened, level=level)
    wider = response.kaplan_meier(duration, happened, level=0.99)

    assert np.all(np.diff(curve.survival) < 0)
    assert np.all((curve.low >= 0) & (curve.low <= curve.survival))
    assert np.all((curve.high <= 1) & (curve.high >= curve.survival))
    assert np.all((wider.low <= curve.low) & (wider.high >= curve.high))


@given(REPORTS, st.randoms())
def test_order_does_not_matter(reports, random):
    before = days_of(*zip(*reports, strict=True))
    random.shuffle(reports)

    pd.testing.assert_frame_equal(before, days_of(*zip(*reports, strict=True)))


# --- days ----------------------------------------------------------------------------------


def test_days_by_hand():
    """10 reports answered on days 1..10: half within 5, nine tenths within 9."""
    got = days_of(range(1, 11), [True] * 10)

    assert got["days"].tolist() == [5, 9]
    assert got["n"].tolist() == [10, 10]
    assert got["open"].tolist() == [0, 0]


def test_open_ones_make_it_longer_than_leaving_them_out():
    """Answered on 1..5, five open since 10 days: half of all within 5 days, not within 3."""
    duration, happened = [1, 2, 3, 4, 5, *[10] * 5], [True] * 5 + [False] * 5
    got = days_of(duration, happened)

    assert got.loc[0.5, "days"] == 5
    assert days_of([1, 2, 3, 4, 5], [True] * 5).loc[0.5, "days"] == 3
    assert math.isnan(got.loc[0.9, "days"])
    assert math.isnan(got.loc[0.9, "high"])
    assert got["open"].tolist() == [5, 5]


@pytest.mark.parametrize(("duration", "happened", "n"), [([], [], 0), ([4, 9], [False] * 2, 2)])
def test_no_answers_give_no_days(duration, happened, n):
    got = days_of(duration, happened)

    assert got[["days", "low", "high"]].isna().all(axis=None)
    assert got["n"].tolist() == [n, n]
    assert got["open"].tolist() == [n, n]


def test_missing_duration_takes_no_part():
    duration = pd.Series([1, None, 3, 2], dtype="Float64")
    happened = pd.Series([True, True, False, True], dtype="boolean")

    pd.testing.assert_frame_equal(
        days_of(duration, happened), days_of([1, 3, 2], [True, False, True])
    )


def test_few_answers_have_no_high_limit():
    """All 10 answered: with 10 the 90 % quantile may lie beyond the longest seen."""
    got = days_of(range(1, 11), [True] * 10)

    assert math.isnan(got.loc[0.9, "high"])
    assert got.loc[0.5, "high"] <= 10


def test_days_of_freireich():
    """Median 23 weeks, interval from 13 without end, as R's survival and SAS give."""
    got = days_of(REMISSION, RELAPSED, quantiles=(0.5,)).iloc[0]

    assert (got["days"], got["low"]) == (23, 13)
    assert math.isnan(got["high"])


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("share", [0.25, 0.5, 0.9])
def test_days_and_limits_are_those_of_statsmodels(seed, share):
    """Limits only where some are left: at S = 0 theirs ends at the longest, ours says unknown."""
    rng = np.random.default_rng(seed)
    answered, asked = rng.exponential(5, 201), rng.uniform(0, 30, 201)
    duration, happened = np.minimum(answered, asked), answered <= asked
    theirs = of_statsmodels(duration, happened)
    got = days_of(duration, happened, quantiles=(share,)).iloc[0]
    with np.errstate(divide="ignore", invalid="ignore"):  # they take the log of S = 0
        low, high = theirs.quantile_ci(share)

    assert got["days"] == theirs.quantile(share)
    assert got["low"] == low
    if theirs.surv_prob[-1] > 0 or high < theirs.surv_times[-1]:
        assert got["high"] == pytest.approx(np.nan if np.isinf(high) else high, nan_ok=True)


@given(REPORTS)
def test_limits_stand_round_the_days(reports):
    got = days_of(*zip(*reports, strict=True), quantiles=(0.1, 0.5, 0.9))
    days, low, high = (got[name].to_numpy() for name in ("days", "low", "high"))

    assert not (low > days).any()
    assert not (days > high).any()
    assert not (np.diff(days) < 0).any()
    assert np.all(np.isnan(high) | ~np.isnan(days))
    assert np.all(np.isnan(days) | ~np.isnan(low))


@given(REPORTS, st.floats(0.01, 100))
def test_unit_of_the_duration_is_the_unit_of_the_days(reports, factor):
    duration, happened = (np.array(values) for values in zip(*reports, strict=True))
    columns = ["days", "low", "high"]

    scaled = days_of(duration * factor, happened)[columns]
    assert scaled.to_numpy() == pytest.approx(
        days_of(duration, happened)[columns].to_numpy() * factor, nan_ok=True
    )


def test_interval_covers_the_true_quantile():
    rng = np.random.default_rng(3)
    held = np.zeros((2,))
    truth = -5 * np.log([0.5, 0.1])
    for _ in range(400):
        answered, asked = rng.exponential(5, 150), rng.uniform(0, 40, 150)
        got = days_of(np.minimum(answered, asked), answered <= asked)
        high = got["high"].fillna(np.inf).to_numpy()
        held += (got["low"].to_numpy() <= truth) & (truth <= high)

    assert np.all((held / 400 > 0.92) & (held / 400 < 0.985)), held / 400


# --- refusals ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("duration", "happened", "says"),
    [
        ([1, -2], [True, True], "0 or more"),
        ([1, math.inf], [True, True], "0 or more"),
        ([1, 2], [True], "every report"),
        ([[1, 2]], [[True, True]], "every report"),
        ([1, 2], [1, 2], "true or false"),
        ([1, 2], [True, None], "true or false"),
    ],
)
def test_what_is_no_report_is_refused(duration, happened, says):
    with pytest.raises(ValueError, match=says):
        response.kaplan_meier(duration, happened)


def test_options_are_checked():
    with pytest.raises(ValueError, match="level"):
        response.kaplan_meier([1], [True], level=95)
    with pytest.raises(ValueError, match="quantiles"):
        response.response_times([1], [True], quantiles=(50,))
    assert response.response_times([1], [True], quantiles=()).empty
