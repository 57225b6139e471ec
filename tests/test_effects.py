"""Effects against published figures, statsmodels, and sums on paper."""

from __future__ import annotations

import datetime as dt
import doctest
import importlib
import math

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats as reference
from statsmodels.stats.meta_analysis import combine_effects
from statsmodels.stats.rates import etest_poisson_2indep

from thor_metrics import effects

day = dt.date


@pytest.mark.parametrize("module", ["estimate", "ratios", "displacement", "pooling", "windows"])
def test_examples_in_the_docstrings_run(module):
    result = doctest.testmod(importlib.import_module(f"thor_metrics.effects.{module}"))

    assert result.attempted
    assert result.failed == 0


# --- rate_ratio ----------------------------------------------------------------------------


def test_rate_ratio_is_the_published_one():
    got = effects.rate_ratio(130, 74, 133, 91)

    assert got.ratio == pytest.approx(0.831952662722, rel=1e-11)
    assert got.se_log == pytest.approx(0.199282728, abs=1e-7)
    assert (got.low, got.high) == pytest.approx((0.5629, 1.2295), abs=5e-5)
    assert (got.events, got.corrected) == (204, False)


def test_rate_ratio_is_the_interaction_of_statsmodels():
    design = np.repeat([[1, 0, 0, 0], [1, 1, 0, 0], [1, 0, 1, 0], [1, 1, 1, 1]], 2, axis=0)
    counts = [70, 63, 50, 41, 60, 70, 40, 34]  # two months a window
    fitted = sm.GLM(counts, design.astype(float), family=sm.families.Poisson()).fit(scale=2.5)
    got = effects.rate_ratio(130, 74, 133, 91, dispersion=2.5, level=0.9)

    assert got.ratio == pytest.approx(math.exp(fitted.params[3]), rel=1e-7)
    assert got.se_log == pytest.approx(fitted.bse[3], rel=1e-7)
    assert (got.low, got.high) == pytest.approx(np.exp(fitted.conf_int(alpha=0.1)[3]), rel=1e-6)


def test_few_degrees_of_freedom_widen_the_interval():
    wide, narrow = (effects.rate_ratio(130, 74, 133, 91, df=df) for df in (4, math.inf))

    assert wide.se_log == narrow.se_log
    t = reference.t.ppf(0.975, 4)
    assert math.log(wide.high / wide.ratio) == pytest.approx(t * narrow.se_log)


def test_zero_adds_half_an_event_to_all_four():
    """(.5 / 12.5) / (10.5 / 9.5), Var log 1/.5 + 1/12.5 + 1/9.5 + 1/10.5."""
    got = effects.rate_ratio(12, 0, 9, 10)

    assert got.ratio == pytest.approx((0.5 / 12.5) / (10.5 / 9.5))
    assert got.se_log == pytest.approx(math.sqrt(1 / 0.5 + 1 / 12.5 + 1 / 9.5 + 1 / 10.5))
    assert (got.events, got.corrected) == (12, True)
    # An effective event is as many as come in one burst.
    bursty = effects.rate_ratio(12, 0, 9, 10, dispersion=3)
    assert bursty.ratio == pytest.approx((1.5 / 13.5) / (11.5 / 10.5))


@pytest.mark.parametrize(
    "counts", [(0, 0, 5, 5), (5, 5, 0, 0), (0, 0, 0, 0), (5, math.nan, 5, 5), (5, 5, 5, math.nan)]
)
def test_nothing_to_compare_has_no_ratio(counts):
    got = effects.rate_ratio(*counts)

    assert np.isnan([got.ratio, got.low, got.high, got.se_log]).all()
    assert effects.verdict(got) == "te weinig gegevens"


def test_many_actions_at_once_are_each_alone():
    before, after, phi = [130, 12, 0, 40], [74, 0, 0, 41], [1, 3, 1, 2.0]
    many = effects.rate_ratio(before, after, 133, 91, dispersion=phi, df=[9, 9, 9, np.inf])

    for at in range(4):
        one = effects.rate_ratio(
            before[at], after[at], 133, 91, dispersion=phi[at], df=np.inf if at == 3 else 9
        )
        for field in ("ratio", "low", "high", "se_log", "dispersion", "df", "events", "corrected"):
            np.testing.assert_array_equal(getattr(many, field)[at], getattr(one, field))
    assert effects.verdicts(many).tolist() == [
        "geen aantoonbaar verschil", "te weinig gegevens", "te weinig gegevens",
        "geen aantoonbaar verschil",
    ]  # fmt: skip


counts_st = st.integers(1, 2_000)


@given(counts_st, counts_st, counts_st, counts_st, st.floats(1, 9))
def test_swapping_before_and_after_turns_the_ratio_round(b, a, cb, ca, phi):
    there = effects.rate_ratio(b, a, cb, ca, dispersion=phi)
    back = effects.rate_ratio(a, b, ca, cb, dispersion=phi)
    control = effects.rate_ratio(cb, ca, b, a, dispersion=phi)

    for other in (back, control):
        assert other.ratio == pytest.approx(1 / there.ratio)
        assert other.low == pytest.approx(1 / there.high)
        assert other.high == pytest.approx(1 / there.low)


def test_rate_ratio_says_what_is_wrong():
    with pytest.raises(ValueError, match="counts are 0 or more; found -1"):
        effects.rate_ratio(-1, 1, 1, 1)
    with pytest.raises(ValueError, match="dispersion must be above 0; found 0"):
        effects.rate_ratio(1, 1, 1, 1, dispersion=0)
    with pytest.raises(ValueError, match="level of an interval lies between 0 and 1; found 95"):
        effects.rate_ratio(1, 1, 1, 1, level=95)


# --- before_after --------------------------------------------------------------------------


def quasi_poisson(before, after, days=None):
    counts = np.concatenate([before, after]).astype(float)
    design = np.column_stack([np.ones(len(counts)), np.arange(len(counts)) >= len(before)])
    offset = None if days is None else np.log(np.concatenate(days))
    model = sm.GLM(counts, design.astype(float), family=sm.families.Poisson(), offset=offset)
    return model.fit(scale="X2", tol=1e-12)


@pytest.mark.parametrize("days", [None, ([31, 28, 31, 30], [30, 31, 31, 30, 31])])
def test_before_after_is_the_quasi_poisson_of_statsmodels(days):
    before, after = [20, 36, 30, 14], [12, 26, 10, 4, 9]
    fitted = quasi_poisson(before, after, days)
    got = effects.before_after(before, after, exposure=days or (1, 1))

    assert got.ratio == pytest.approx(math.exp(fitted.params[1]), rel=1e-8)
    assert got.se_log == pytest.approx(fitted.bse[1], rel=1e-7)
    assert got.dispersion == pytest.approx(fitted.scale, rel=1e-8)
    assert got.df == fitted.df_resid == 7
    reach = reference.t.ppf(0.975, 7) * fitted.bse[1]
    assert (got.low, got.high) == pytest.approx(
        (math.exp(fitted.params[1] - reach), math.exp(fitted.params[1] + reach)), rel=1e-7
    )
    assert got.events == 161


def test_before_after_by_hand():
    """Before 10 30, after 5 5: Pearson (100 + 100) / 20 over 1 + 1 degrees of freedom is 5."""
    got = effects.before_after([10, 30], [5, 5])

    assert (got.ratio, got.dispersion, got.df) == pytest.approx((0.25, 5, 2))
    assert got.se_log == pytest.approx(math.sqrt(5 * (1 / 40 + 1 / 10)))


def test_nothing_in_one_window_is_half_an_effective_event():
    got = effects.before_after([5, 4, 5, 6], [0, 0, 0, 0])

    assert got.corrected
    assert got.df == 3  # a window of zeros says nothing of the dispersion
    assert got.ratio == pytest.approx(0.5 / 20.5)
    assert got.se_log == pytest.approx(math.sqrt(1 / 0.5 + 1 / 20.5))
    # The score interval of 0 of 20, by the odds of Wilson's limit with Student's t: t^2 / 20.
    t = reference.t.ppf(0.975, 3)
    assert (got.low, got.high) == pytest.approx((0, t * t / 20))
    longer = effects.before_after([5, 4, 5, 6], [0] * 8)
    assert longer.high == pytest.approx(got.high / 2)
    new = effects.before_after([0, 0, 0, 0], [5, 4, 5, 6])
    assert new.ratio == pytest.approx(41)
    assert (new.low, new.high) == pytest.approx((20 / t**2, math.inf))
    assert effects.verdict(got) == "minder"
    nothing = effects.before_after([0, 0], [0, 0])
    assert np.isnan([nothing.ratio, nothing.low]).all()
    assert not nothing.corrected


def test_one_period_a_side_says_nothing_of_the_dispersion():
    got = effects.before_after([100], [20])

    assert np.isnan([got.ratio, got.low, got.high]).all()
    assert effects.verdict(got) == "te weinig gegevens"
    assert np.isnan(effects.before_after([5, math.nan], [4, 4]).ratio)


def test_before_after_of_many_places_at_once():
    rng = np.random.default_rng(1)
    before, after = rng.poisson(4, (3, 2, 12)), rng.poisson(4, (3, 2, 6))
    many = effects.before_after(before, after)

    assert many.ratio.shape == (3, 2)
    for place in np.ndindex(3, 2):
        one = effects.before_after(before[place], after[place])
        assert (many.low[place], many.high[place]) == pytest.approx((one.low, one.high))


def test_before_after_says_what_is_wrong():
    with pytest.raises(ValueError, match="one or more periods"):
        effects.before_after(12, 4)
    with pytest.raises(ValueError, match="one or more periods"):
        effects.before_after([], [4])
    with pytest.raises(ValueError, match="exposure must be above 0; found 0"):
        effects.before_after([1, 2], [3, 4], exposure=([30, 0], 30))


def test_period_dispersion_by_hand():
    """10 20 30 40 has 500 / 25 = 20; 5 5 5 has 0; over 3 + 2 degrees of freedom."""
    assert effects.period_dispersion([10, 20, 30, 40], [5, 5, 5]) == (4, 5)
    assert effects.period_dispersion([5, 5, 5]) == (1, 2)
    assert effects.period_dispersion([5, 5, 5], at_least=0.5) == (0.5, 2)
    # Twice as long, twice as many: no dispersion.
    assert effects.period_dispersion([10, 20], exposure=([1, 2],), at_least=0)[0] == 0
    phi, df = effects.period_dispersion([0, 0, 0])
    assert np.isnan(phi)
    assert df == 0
    with pytest.raises(ValueError, match="2 windows have as many exposures; found 1"):
        effects.period_dispersion([1, 2], [3, 4], exposure=([1, 2],))


# --- e_test --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "two", "p"), [(3, 0, 0.0883790094548), (6, 2, 0.1748748209437), (0, 0, 1), (4, 4, 1)]
)
def test_e_test_is_the_published_one(one, two, p):
    assert effects.e_test(one, 1, two, 1) == pytest.approx(p, rel=1e-10)


@pytest.mark.parametrize(
    ("one", "days_one", "two", "days_two"),
    [(3, 1, 0, 1), (6, 1, 2, 1), (0, 2, 5, 3), (20, 10, 11, 7), (60, 51477, 30, 54308),
     (1, 5, 0, 1), (150, 1, 120, 1), (7, 0.5, 40, 2)],
)  # fmt: skip
def test_e_test_is_that_of_statsmodels(one, days_one, two, days_two):
    _, theirs = etest_poisson_2indep(one, days_one, two, days_two, method="score")

    assert effects.e_test(one, days_one, two, days_two) == pytest.approx(theirs, rel=1e-8)


def test_e_test_of_large_counts_is_near_the_normal_one():
    z = (50_000 - 50_700) / math.sqrt(100_700)

    assert effects.e_test(50_000, 1, 50_700, 1) == pytest.approx(
        2 * reference.norm.sf(-z), abs=1e-3
    )


@given(st.integers(0, 60), st.integers(0, 60), st.sampled_from([0.25, 1.0, 3.0]))
def test_e_test_does_not_care_which_is_first(one, two, longer):
    p = effects.e_test(one, longer, two, 1)

    assert 0 <= p <= 1
    assert effects.e_test(two, 1, one, longer) == pytest.approx(p, abs=1e-9)


def test_e_test_says_what_is_wrong():
    for count in (-1, 1.5, math.nan):
        with pytest.raises(ValueError, match="whole number of 0 or more"):
            effects.e_test(count, 1, 2, 1)
    with pytest.raises(ValueError, match="exposure is above 0; found 0"):
        effects.e_test(1, 0, 2, 1)


# --- displacement --------------------------------------------------------------------------


def test_wdd_by_hand():
    """-40 - (-10) + (-4) - (-2) = -32; the variance is the sum of the eight counts."""
    got = effects.weighted_displacement_difference(
        (100, 60), (100, 90), displacement=(80, 76), displacement_control=(50, 48)
    )

    assert got.difference == -32
    assert got.se == pytest.approx(math.sqrt(160 + 190 + 156 + 98))
    assert got.z == pytest.approx(-32 / got.se)
    assert got.p == pytest.approx(2 * reference.norm.sf(32 / got.se))
    assert (got.low, got.high) == pytest.approx((-32 - 1.959964 * got.se, -32 + 1.959964 * got.se))


def test_wdd_with_dispersion_lengths_and_weights():
    plain = effects.weighted_displacement_difference((100, 60), (100, 90))
    bursty = effects.weighted_displacement_difference((100, 60), (100, 90), dispersion=4, df=10)
    assert bursty.difference == plain.difference == -30
    assert bursty.se == pytest.approx(2 * plain.se)
    assert bursty.high == pytest.approx(-30 + reference.t.ppf(0.975, 10) * bursty.se)
    assert bursty.p == pytest.approx(2 * reference.t.sf(15 / plain.se, 10))

    # Twice as long after: 60 in two years are 30 a year. The control counts half.
    got = effects.weighted_displacement_difference(
        (100, 60), (100, 90), lengths=(1, 2), weights=(0.5, 1)
    )
    assert got.difference == (30 - 100) - 0.5 * (45 - 100)
    assert got.se == pytest.approx(math.sqrt(100 + 60 / 4 + 0.25 * (100 + 90 / 4)))


def test_wdd_of_nothing():
    got = effects.weighted_displacement_difference((0, 0), (0, 0))

    assert (got.difference, got.low, got.high, got.se) == (0, 0, 0, 0)
    assert np.isnan([got.z, got.p]).all()


def test_wdd_says_what_is_wrong():
    wdd = effects.weighted_displacement_difference
    with pytest.raises(ValueError, match="needs the displacement area"):
        wdd((1, 2), (3, 4), displacement_control=(5, 6))
    with pytest.raises(ValueError, match="found -1 before and 2 after"):
        wdd((-1, 2), (3, 4))
    with pytest.raises(ValueError, match="found nan before"):
        wdd((math.nan, 2), (3, 4))
    with pytest.raises(ValueError, match="are above 0"):
        wdd((1, 2), (3, 4), dispersion=0)


def test_wdq_is_the_published_one():
    wdq, tne = effects.weighted_displacement_quotient((100, 60), (80, 76), (500, 480))

    assert wdq == pytest.approx(0.0222, abs=5e-5)
    assert tne == pytest.approx(36.8)


def test_wdq_means_something_only_where_the_place_did_better():
    quotient = effects.weighted_displacement_quotient

    # All of the gain moved to the ring: -1, and nothing was won.
    assert quotient((100, 60), (80, 120), (500, 500)) == pytest.approx((-1, 0))
    assert np.isnan(quotient((100, 96), (80, 76), (500, 480))[0])  # as its control
    worse = quotient((100, 110), (80, 80), (500, 500))
    assert np.isnan(worse[0])
    assert worse[1] == -10
    assert np.isnan(quotient((100, 60), (80, 76), (0, 480))).all()
    gone = quotient((100, 60), (80, 76), (500, 0))
    assert np.isnan(gone[0])
    assert gone[1] == -136
    with pytest.raises(ValueError, match="found 80 before and -1 after"):
        quotient((100, 60), (80, -1), (500, 480))


# --- windows -------------------------------------------------------------------------------

CHOICE = (day(2026, 1, 1), day(2026, 4, 1))
BASELINE = (day(2026, 4, 1), day(2026, 7, 1))
AFTER = (day(2026, 7, 1), day(2026, 10, 1))


def test_windows_that_touch_are_separate():
    effects.separate_windows(CHOICE, BASELINE, AFTER)
    effects.separate_windows(BASELINE, CHOICE, AFTER)  # the baseline may also lie before


@pytest.mark.parametrize(
    "baseline",
    [
        CHOICE,
        (day(2026, 3, 31), day(2026, 7, 1)),  # one day
        (day(2025, 1, 1), day(2026, 1, 2)),
        (day(2025, 1, 1), day(2026, 7, 1)),  # all around it
        (day(2026, 2, 1), day(2026, 3, 1)),  # inside it
    ],
)
def test_a_baseline_in_the_window_of_the_choice_is_refused(baseline):
    with pytest.raises(ValueError, match=r"regression to the mean.*from 2026-04-01 on"):
        effects.separate_windows(CHOICE, baseline, AFTER)


def test_after_comes_after():
    with pytest.raises(ValueError, match="before the baseline window ends"):
        effects.separate_windows(CHOICE, BASELINE, (day(2026, 6, 30), day(2026, 10, 1)))
    with pytest.raises(ValueError, match="before the selection window ends"):
        effects.separate_windows(AFTER, BASELINE, AFTER)
    with pytest.raises(ValueError, match="baseline window must end after it begins"):
        effects.separate_windows(CHOICE, BASELINE[::-1], AFTER)
    with pytest.raises(ValueError, match="after window must end after it begins"):
        effects.separate_windows(CHOICE, BASELINE, (AFTER[0], AFTER[0]))


# --- verdicts ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("low", "high", "events", "word"),
    [
        (0.4, 0.99, 20, "minder"),
        (0.4, 1.0, 20, "geen aantoonbaar verschil"),
        (1.0, 1.4, 20, "geen aantoonbaar verschil"),
        (1.01, 9.0, 20, "meer"),
        (0.4, 0.9, 19, "te weinig gegevens"),
        (0.4, 0.9, math.nan, "minder"),  # it does not know its events
        (0.5, 2.0, 99, "te weinig gegevens"),
        (0.51, 9.0, 99, "geen aantoonbaar verschil"),
        (0.01, 1.99, 99, "geen aantoonbaar verschil"),
        (math.nan, math.nan, 99, "te weinig gegevens"),
    ],
)
def test_verdict_in_a_word(low, high, events, word):
    estimate = effects.Estimate(0.8, low, high, 0.1, events=events)

    assert effects.verdict(estimate) == word


def test_verdict_by_other_measures():
    estimate = effects.Estimate(0.8, 0.6, 1.4, 0.1, events=50)

    assert effects.verdict(estimate, worth=1.3) == "te weinig gegevens"
    assert effects.verdict(estimate, least=51) == "te weinig gegevens"
    with pytest.raises(ValueError, match="factor above 1; found 1"):
        effects.verdict(estimate, worth=1)
    with pytest.raises(ValueError, match="found 2: use verdicts"):
        effects.verdict(effects.rate_ratio([9, 9], [9, 9], 9, 9))


def test_needed_by_hand():
    """(1.959964 + .841621)^2 (1 + 1 / .5) / log(.5)^2 = 49.01, so 50."""
    assert effects.needed(0.5) == math.ceil(2.801585**2 * 3 / math.log(0.5) ** 2) == 50
    assert effects.needed(0.8, dispersion=3) == pytest.approx(3 * effects.needed(0.8), abs=3)
    assert effects.needed(0.8, control=1) > effects.needed(0.8, control=5) > effects.needed(0.8)
    assert effects.needed(0.8, length=2) < effects.needed(0.8)
    assert effects.needed(1.25) < effects.needed(0.8)  # a rise brings its own events
    assert effects.needed(0.8, power=0.9) > effects.needed(0.8)


def test_needed_gives_a_standard_error_that_just_shows_it():
    events = effects.needed(0.7, dispersion=2.5, control=3)
    estimate = effects.rate_ratio(events, 0.7 * events, 3 * events, 3 * events, dispersion=2.5)

    assert -math.log(0.7) / estimate.se_log == pytest.approx(1.959964 + 0.841621, rel=0.01)


def test_needed_says_what_is_wrong():
    with pytest.raises(ValueError, match="no number of events"):
        effects.needed(1.0)
    for options in ({"ratio": 0}, {"ratio": 0.8, "power": 1}, {"ratio": 0.8, "dispersion": -1}):
        with pytest.raises(ValueError, match="are above 0"):
            effects.needed(**options)


# --- pooled --------------------------------------------------------------------------------


def estimates_of(ratio, se):
    ratio, se = np.array(ratio), np.array(se)
    return effects.Estimate(ratio, ratio / np.exp(2 * se), ratio * np.exp(2 * se), se)


def test_pooled_is_that_of_statsmodels():
    ratio, se = [0.6, 0.75, 1.1, 0.5, 0.9, 1.3, 0.7], [0.1, 0.2, 0.15, 0.12, 0.3, 0.25, 0.08]
    theirs = combine_effects(
        np.log(ratio), np.square(se), method_re="dl", use_t=True, row_names=list("abcdefg")
    )
    got = effects.pooled(estimates_of(ratio, se))

    assert got.n == 7
    assert got.tau2 == pytest.approx(theirs.tau2)
    assert got.q == pytest.approx(theirs.q)
    assert got.i2 == pytest.approx(theirs.i2)
    assert got.p_q == pytest.approx(theirs.test_homogeneity().pvalue)
    assert got.ratio == pytest.approx(math.exp(theirs.mean_effect_re))
    assert got.se_log == pytest.approx(theirs.sd_eff_w_re_hksj)
    assert (got.low, got.high) == pytest.approx(np.exp(theirs.conf_int()[3]))
    reach = reference.t.ppf(0.975, 5) * math.sqrt(theirs.tau2 + theirs.var_hksj_re)
    assert got.next_low == pytest.approx(math.exp(theirs.mean_effect_re - reach))
    assert got.next_high == pytest.approx(math.exp(theirs.mean_effect_re + reach))


def test_actions_that_agree_by_luck_are_not_sure():
    """Two equal ratios: Hartung and Knapp alone would give an interval of width 0."""
    got = effects.pooled(estimates_of([0.8, 0.8], [0.3, 0.3]))

    assert (got.tau2, got.i2, got.q) == (0, 0, pytest.approx(0))
    assert got.se_log == pytest.approx(0.3 / math.sqrt(2))
    assert effects.verdict(got) != "minder"
    assert np.isnan([got.next_low, got.next_high]).all()


def test_pooled_of_several_estimates_one_and_none():
    one = effects.rate_ratio(130, 74, 133, 91)
    two = effects.rate_ratio([200, 0], [120, 0], 150, 140)  # the second has no ratio
    got = effects.pooled([one, two])

    assert got.n == 2
    assert got.events == 204 + 320
    alone = effects.pooled([one])
    assert (alone.ratio, alone.low, alone.high, alone.n) == (one.ratio, one.low, one.high, 1)
    assert np.isnan(alone.tau2)
    for nothing in ([], effects.rate_ratio(0, 0, 1, 1)):
        none = effects.pooled(nothing)
        assert none.n == 0
        assert np.isnan([none.ratio, none.low, none.next_high]).all()
        assert effects.verdict(none) == "te weinig gegevens"
    with pytest.raises(ValueError, match="level of an interval"):
        effects.pooled([one], level=95)
