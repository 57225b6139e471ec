"""Alarms against three lines by hand, statsmodels' regression, and quiet weeks."""

from __future__ import annotations

import doctest
import importlib
import math

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats as reference

from thor_metrics import alarms

# The name of the function hides that of its module.
inner = importlib.import_module("thor_metrics.alarms.farrington")


@pytest.mark.parametrize("module", ["ears", "farrington"])
def test_examples_in_the_docstrings_run(module):
    result = doctest.testmod(importlib.import_module(f"thor_metrics.alarms.{module}"))

    assert result.attempted
    assert result.failed == 0


# --- EARS ----------------------------------------------------------------------------------


def by_hand(counts, skipped):
    """EARS in three lines."""
    for now in range(7 + skipped, len(counts)):
        base = counts[now - skipped - 7 : now - skipped]
        yield now, np.mean(base), np.std(base, ddof=1)


@pytest.mark.parametrize(("method", "skipped"), [("C1", 0), ("C2", 2)])
def test_ears_is_mean_and_sd_of_seven(method, skipped):
    counts = np.random.default_rng(1).poisson(20, 60)
    got = alarms.ears(counts, method=method)

    assert np.isnan(got.bound[: 7 + skipped]).all()
    assert not got.alarm[: 7 + skipped].any()
    for now, mean, sd in by_hand(counts, skipped):
        assert got.expected[now] == pytest.approx(mean)
        assert got.sd[now] == pytest.approx(sd)
        assert got.bound[now] == pytest.approx(mean + 3 * sd)
        assert got.z[now] == pytest.approx((counts[now] - mean) / sd)
        assert got.alarm[now] == (counts[now] > mean + 3 * sd)


def test_ears_by_hand():
    """2 4 4 4 5 5 4 has mean 4 and squares 4 + 1 + 1 = 6: sd 1, bound 7."""
    got = alarms.ears([2, 4, 4, 4, 5, 5, 4, 7, 4])

    assert got.bound[7] == 7
    assert not got.alarm[7]  # on the bound is not above it
    assert alarms.ears([2, 4, 4, 4, 5, 5, 4, 8]).alarm[7]
    assert got.z[7] == pytest.approx(3)


def test_ears_c2_is_not_lifted_by_a_rise_of_two_days():
    counts = [5, 6, 4, 5, 6, 4, 5, 12, 14, 16]

    assert not alarms.ears(counts, method="C1").alarm[9]
    assert alarms.ears(counts, method="C2").alarm[9]


def test_ears_after_zeros_is_not_infinite():
    """Seven zeros have no spread: with the floor of a half one report is none, two are."""
    one, two = (alarms.ears([0] * 7 + [now]) for now in (1, 2))

    assert (one.z[7], two.z[7]) == (2, 4)
    assert (one.alarm[7], two.alarm[7]) == (False, True)
    assert alarms.ears([9] * 8).z[7] == 0
    assert not alarms.ears([0] * 7 + [2], sd_floor=1).alarm[7]


def test_ears_of_many_series_is_that_of_each():
    counts = np.random.default_rng(2).poisson(3, (2, 3, 30))
    got = alarms.ears(counts, method="C2", threshold=2)

    assert got.alarm.shape == (2, 3, 30)
    for place in np.ndindex(2, 3):
        alone = alarms.ears(counts[place], method="C2", threshold=2)
        np.testing.assert_array_equal(got.z[place], alone.z)
        np.testing.assert_array_equal(got.alarm[place], alone.alarm)


def test_ears_without_data_gives_no_alarm():
    counts = np.array([4.0, 5, 6, 4, np.nan, 5, 4, 90, 4, 4, 4, 90])
    got = alarms.ears(counts)

    assert np.isnan(got.bound[7:]).all()
    assert not got.alarm.any()
    assert not alarms.ears([1, 2, 3]).alarm.any()
    assert alarms.ears([]).alarm.shape == (0,)
    now = alarms.ears([4, 5, 6, 4, 5, 5, 4, np.nan])
    assert now.bound[7] > 0
    assert np.isnan(now.z[7])
    assert not now.alarm[7]


def test_ears_says_what_is_wrong():
    with pytest.raises(ValueError, match="method='C3'"):
        alarms.ears([1] * 9, method="C3")
    with pytest.raises(ValueError, match="found -1"):
        alarms.ears([1, -1])
    with pytest.raises(ValueError, match="above 0"):
        alarms.ears([1] * 9, sd_floor=0)
    with pytest.raises(ValueError, match="at least one axis"):
        alarms.ears(3)


# --- Farrington: the regression ------------------------------------------------------------

TIME = np.concatenate([np.arange(-3, 4) - round(52.1775 * year) for year in (3, 2, 1)]) / 52.1775


def glm(y, time, weights, trend):
    design = np.column_stack([np.ones(len(y)), time])[:, : 1 + trend]
    model = sm.GLM(y, design, family=sm.families.Poisson(), var_weights=weights)
    fitted = model.fit(scale="X2", tol=1e-12)
    at_now = np.array([1.0, 0.0])[: 1 + trend]
    return fitted, math.exp(fitted.params @ at_now), at_now @ fitted.cov_params() @ at_now


@pytest.mark.parametrize("trend", [False, True])
@pytest.mark.parametrize("weighted", [False, True])
def test_the_regression_is_that_of_statsmodels(trend, weighted):
    rng = np.random.default_rng(3)
    y = rng.negative_binomial(4, 1 / 3, (5, 21)).astype(float)
    weights = rng.uniform(0.2, 1.5, (5, 21)) if weighted else np.ones((5, 21))
    got = (inner._slope if trend else inner._level)(y, TIME, weights)

    for row in range(5):
        fitted, expected, variance = glm(y[row], TIME, weights[row], trend)
        assert fitted.scale > 1
        assert got.expected[row] == pytest.approx(expected, rel=1e-8)
        assert got.dispersion[row] == pytest.approx(fitted.scale, rel=1e-8)
        assert got.variance[row] == pytest.approx(variance, rel=1e-7)
        assert got.mean[row] == pytest.approx(fitted.fittedvalues, rel=1e-8)
        hat = fitted.get_influence().hat_matrix_diag
        assert got.leverage[row] == pytest.approx(hat, rel=1e-7)


def steps(weekly, week, level=0.99):
    """The whole method for one week, one step after the other, on statsmodels' regression."""
    weeks = np.concatenate([week - round(52.1775 * b) + np.arange(-3, 4) for b in (3, 2, 1)])
    y, time = weekly[weeks].astype(float), (weeks - week) / 52.1775
    for trend in (True, False):
        weights = np.ones(21)
        for last in (False, False, False, True):
            fitted, expected, variance = glm(y, time, weights, trend)
            phi = max(fitted.scale, 1)
            if not last:
                m = fitted.fittedvalues
                hat = fitted.get_influence().hat_matrix_diag
                residual = 1.5 * (y ** (2 / 3) * m ** (-1 / 6) - m**0.5) / np.sqrt(1 - hat)
                residual /= max(reference.median_abs_deviation(residual) / 0.6745, 1)
                weights = np.where(residual > 3, residual**-2.0, 1.0)
                weights *= 21 / weights.sum()
        if not trend or expected <= y.max():
            break
    variance *= phi / fitted.scale
    spread = phi + expected * variance
    size = expected / (spread - 1)
    share = reference.norm.cdf(reference.t.ppf(level, 20 - trend))
    bound = reference.nbinom.ppf(share, size, 1 / spread)
    z = reference.norm.isf(reference.nbinom.sf(weekly[week] - 1, size, 1 / spread))
    return expected, bound, phi, reference.t.sf(z, 20 - trend), trend, (weights != 1).any()


def test_farrington_step_by_step():
    rng = np.random.default_rng(4)
    weekly = rng.negative_binomial(5, 1 / 3, (12, 180))
    weekly[2:, 70:73] += 40  # an outbreak two years ago in most
    weekly[6:] += np.arange(180) // 12  # a rise in half of them
    weekly[9:] += np.exp(np.arange(180) / 30).astype(int)  # that cannot go on in some
    got = alarms.farrington(weekly, weeks=3)

    seen = set()
    for row in range(12):
        for at, week in enumerate((177, 178, 179)):
            expected, bound, phi, p, trend, reweighted = steps(weekly[row], week)
            seen.add((trend, bool(reweighted)))
            assert got.expected[row, at] == pytest.approx(expected, rel=1e-7)
            assert got.bound[row, at] == bound
            assert got.dispersion[row, at] == pytest.approx(phi, rel=1e-7)
            assert got.p[row, at] == pytest.approx(p, rel=1e-6)
            assert got.trend[row, at] == trend
            assert got.alarm[row, at] == (weekly[row, week] > bound)
    assert {trend for trend, _ in seen} == {True, False}
    assert {reweighted for _, reweighted in seen} == {True, False}


def test_farrington_power_bound_by_hand():
    """Baseline 9 each week of one year: phi 1, variance of the mean 9 / 7."""
    got = alarms.farrington([9] * 60, years=1, bound="power", weeks=1)

    t = reference.t.ppf(0.99, 6)
    bound = 9 * (1 + 2 / 3 * t * math.sqrt(9 + 9 / 7) / 9) ** 1.5
    assert got.expected == pytest.approx([9])
    assert got.bound == pytest.approx([bound])
    assert got.p == pytest.approx([0.5])


@given(st.integers(0, 60), st.sampled_from(["nb", "power"]), st.integers(0, 20))
def test_bound_and_p_say_the_same(now, bound, seed):
    weekly = np.random.default_rng(seed).poisson(seed, 120)
    got = alarms.farrington(np.append(weekly, now), bound=bound, least=0, weeks=1)

    assert (now > got.bound[0]) == (got.p[0] < 0.01)
    assert got.alarm[0] == (now > got.bound[0])


# --- Farrington: history, zeros, missing ---------------------------------------------------


def test_farrington_uses_the_years_there_are():
    weekly = np.random.default_rng(5).poisson(9, 200)
    got = alarms.farrington(weekly)

    assert got.expected.shape == (200,)
    # Week 55 is the first with three weeks before the same week a year earlier.
    assert got.years[:55].tolist() == [0] * 55
    assert [got.years[week] for week in (55, 106, 107, 159, 160)] == [1, 1, 2, 2, 3]
    assert np.isnan(got.bound[:55]).all()
    assert not np.isnan(got.bound[55:]).any()
    assert got.note[:56].tolist() == [alarms.NO_HISTORY] * 55 + [""]
    assert not got.trend[:160].any()
    assert got.trend[160:].any()


def test_farrington_is_about_the_same_season():
    week = np.arange(3 * 52 + 8)
    weekly = np.where(np.abs((week % 52) - 26) < 6, 40, 4)
    spike = weekly.copy()
    spike[-1] = 30

    assert weekly[-1] == 4
    assert alarms.farrington(spike, weeks=1).alarm[-1]
    summer = alarms.farrington(spike[: 2 * 52 + 27])
    assert spike[2 * 52 + 26] == 40
    assert not summer.alarm[-1]


def test_an_old_outbreak_does_not_hide_a_new_one():
    weekly = np.random.default_rng(6).poisson(6, 170)
    weekly[169 - 104 - 1 : 169 - 104 + 2] = 45
    weekly[-1] = 30
    got = alarms.farrington(weekly, weeks=1)

    assert got.alarm[0]
    assert got.dispersion[0] < 2
    plain = weekly[np.concatenate([169 - back + np.arange(-3, 4) for back in (157, 104, 52)])]
    assert plain.mean() + 2.5 * plain.std(ddof=1) > 30


def test_few_of_late_are_no_alarm():
    quiet = [0] * 60
    got = alarms.farrington([*quiet, 4], weeks=1)

    assert got.expected[0] == 0
    assert 0 < got.bound[0] < 4
    assert (got.alarm[0], got.note[0]) == (False, alarms.TOO_FEW_RECENT)
    assert alarms.farrington([*quiet, 5], weeks=1).alarm[0]
    assert alarms.farrington([*quiet, 2, 0, 0, 4], weeks=1).alarm[0]  # six in four weeks
    assert not alarms.farrington([*quiet, 2, 0, 0, 0, 4], weeks=1).alarm[0]


def test_nothing_ever_is_as_expected():
    got = alarms.farrington([0] * 170, least=0)

    assert not got.alarm.any()
    assert (got.p[60:] > 0.5).all()
    # The gamma of shape .5: negative binomial with mean .5 / 7 over seven weeks of zeros.
    one = alarms.farrington([0] * 60 + [1], years=1, weeks=1)
    tail = reference.nbinom.sf(0, 0.5, 7 / 8)
    assert one.p[0] == pytest.approx(reference.t.sf(reference.norm.isf(tail), 6))


def test_missing_weeks_are_left_out():
    weekly = np.full(61, 9.0)
    weekly[[6, 8]] = np.nan  # two of the seven around week 60 - 52
    got = alarms.farrington(weekly, weeks=1, bound="power")

    t = reference.t.ppf(0.99, 4)
    assert got.bound == pytest.approx([9 * (1 + 2 / 3 * t * math.sqrt(9 + 9 / 5) / 9) ** 1.5])
    weekly[10] = np.nan
    assert alarms.farrington(weekly, weeks=1).note.tolist() == [alarms.NO_HISTORY]
    now = alarms.farrington([9.0] * 60 + [np.nan], weeks=1)
    assert np.isnan(now.p[0])
    assert not now.alarm[0]
    assert now.expected[0] == 9


def test_a_trend_is_not_followed_beyond_what_was_seen():
    """A week of 5, 10, 20 in three years leads to 40, which nobody ever saw: the mean stands."""
    up = alarms.farrington(np.repeat([5, 10, 20, 30], 53)[: 3 * 53 + 27], weeks=1)
    down = alarms.farrington(np.repeat([40, 20, 10, 5], 53)[: 3 * 53 + 27], weeks=1)

    assert (up.trend[0], down.trend[0]) == (False, True)
    assert up.expected[0] == pytest.approx(35 / 3)
    assert down.expected[0] == pytest.approx(5, rel=0.02)


def test_events_in_one_year_only_are_no_trend():
    weekly = np.zeros(170)
    weekly[8:20] = 5
    got = alarms.farrington(weekly, weeks=1)

    assert not got.trend[0]
    assert got.expected[0] > 0


def test_many_series_are_judged_as_each_alone():
    weekly = np.random.default_rng(7).poisson(4, (2, 3, 170)).astype(float)
    weekly[0, 1, :60] = np.nan
    weekly[1, 2] = 0
    got = alarms.farrington(weekly, weeks=8)

    assert got.expected.shape == got.note.shape == (2, 3, 8)
    for place in np.ndindex(2, 3):
        alone = alarms.farrington(weekly[place], weeks=8)
        for field in ("expected", "bound", "p", "dispersion"):
            np.testing.assert_allclose(getattr(got, field)[place], getattr(alone, field), rtol=1e-9)
        assert got.note[place].tolist() == alone.note.tolist()
        whole = alarms.farrington(weekly[place])
        np.testing.assert_allclose(got.p[place], whole.p[-8:], rtol=1e-9)


def test_farrington_says_what_is_wrong():
    for options in ({"years": 0}, {"weeks": 0}, {"halfwidth": -1}):
        with pytest.raises(ValueError, match="1 or more"):
            alarms.farrington([1] * 60, **options)
    with pytest.raises(ValueError, match="level lies between 0 and 1; found 99"):
        alarms.farrington([1] * 60, level=99)
    with pytest.raises(ValueError, match="bound='normal'"):
        alarms.farrington([1] * 60, bound="normal")
    with pytest.raises(ValueError, match="found -2"):
        alarms.farrington([1, -2])
    with pytest.raises(ValueError, match="at least one axis"):
        alarms.farrington(3)
    assert alarms.farrington([]).alarm.shape == (0,)


# --- calibration ---------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("years", [1, 3])
@pytest.mark.parametrize("spread", [1.001, 2.0, 4.0])
def test_quiet_weeks_seldom_raise_an_alarm(years, spread):
    rng = np.random.default_rng(8)
    season = np.exp(0.3 * np.sin(2 * np.pi * np.arange(215) / 52.18))
    shares = []
    for mean in (2, 8, 40):
        weekly = rng.negative_binomial(mean * season / (spread - 1), 1 / spread, (3_000, 215))
        shares.append(alarms.farrington(weekly, years=years, weeks=1, least=0).alarm.mean())
    print(f"farrington, {years} years, variance/mean {spread:g}: {np.round(shares, 4)}")

    assert max(shares) < 0.025  # the bound is that of 1 %


@pytest.mark.slow
def test_a_planted_doubling_is_found():
    rng = np.random.default_rng(9)
    weekly = rng.negative_binomial(40, 1 / 2, (1_000, 215))
    weekly[:, -1] += rng.poisson(50, 1_000)
    found = alarms.farrington(weekly, weeks=1).alarm.mean()
    print(f"farrington finds 40 -> 90 in {found:.1%}")

    assert found > 0.88
