"""Statistics against numbers worked out by hand, by enumeration or published."""

from __future__ import annotations

import doctest
import importlib
import itertools
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats as reference

from thor_metrics import hotitems, stats


@pytest.mark.parametrize(
    "module",
    [
        "dutch",
        "stats",
        "hotitems",
        "indicators.breaks",
        "indicators.selection",
        "indicators.sentences",
    ],
)
def test_examples_in_the_docstrings_run(module):
    result = doctest.testmod(importlib.import_module(f"thor_metrics.{module}"))

    assert result.failed == 0


# --- certainty -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("q", "word"),
    [
        (0.0, "zeker"),
        (0.00999, "zeker"),
        (0.01, "waarschijnlijk"),
        (0.0499, "waarschijnlijk"),
        (0.05, "kan toeval zijn"),
        (1.0, "kan toeval zijn"),
        (math.nan, ""),
    ],
)
def test_certainty_in_a_word(q, word):
    assert stats.certainty([q]).tolist() == [word]


# --- fdr -----------------------------------------------------------------------------------


def test_fdr_of_the_fifteen_p_values_of_benjamini_and_hochberg_1995():
    """Their worked example: four rejections at 5 %, where Bonferroni gives three."""
    p = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262,
         0.5719, 0.6528, 0.7590, 1.0000]  # fmt: skip

    q = stats.fdr(p)

    assert (q < 0.05).sum() == 4
    assert q[3] == pytest.approx(0.0095 * 15 / 4)
    assert q[-1] == 1.0


def test_by_is_bh_times_the_harmonic_sum():
    p = np.array([0.001, 0.002, 0.003, 0.004])

    assert stats.fdr(p, method="by") == pytest.approx(stats.fdr(p) * (1 + 1 / 2 + 1 / 3 + 1 / 4))


def test_missing_p_values_do_not_count_as_tests():
    q = stats.fdr([[0.01, math.nan], [0.04, math.nan]])

    assert q.shape == (2, 2)
    assert q[:, 0] == pytest.approx([0.02, 0.04])
    assert np.isnan(q[:, 1]).all()
    assert np.isnan(stats.fdr([math.nan])).all()
    assert stats.fdr([]).shape == (0,)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40), st.randoms())
def test_q_is_never_below_p_and_does_not_depend_on_the_order(p, random):
    order = list(range(len(p)))
    random.shuffle(order)
    q = stats.fdr(p)

    assert (q >= np.array(p) - 1e-12).all()
    assert (q <= 1).all()
    assert stats.fdr(np.array(p)[order]) == pytest.approx(q[order])
    expected = [
        min(
            1.0, *(value * len(p) / rank for rank, value in enumerate(sorted(p), 1) if value >= one)
        )
        for one in p
    ]
    assert q == pytest.approx(expected)


def test_fdr_says_what_is_wrong():
    with pytest.raises(ValueError, match="method='holm'"):
        stats.fdr([0.1], method="holm")
    with pytest.raises(ValueError, match=r"found 0\.1 to 1\.5"):
        stats.fdr([0.1, 1.5])


# --- Mann-Kendall --------------------------------------------------------------------------


def test_mann_kendall_by_hand():
    """1 2 3 4 with one swap: 5 pairs up, 1 down, S = 4; Var = 4 * 3 * 13 / 18."""
    s, z, p = stats.mann_kendall([1, 3, 2, 4])

    assert s == 4
    assert z == pytest.approx(3 / math.sqrt(4 * 3 * 13 / 18))
    assert p == pytest.approx(2 * reference.norm.sf(float(z)))


def test_mann_kendall_with_ties_by_hand():
    """1 1 2: two pairs up, one tie; Var = (3 * 2 * 11 - 2 * 1 * 9) / 18 = 48 / 18."""
    s, z, _ = stats.mann_kendall([1, 1, 2])

    assert s == 2
    assert z == pytest.approx(1 / math.sqrt(48 / 18))


@given(st.lists(st.integers(0, 4), min_size=2, max_size=12))
def test_mann_kendall_equals_the_formula_pair_by_pair(series):
    s, z, _ = stats.mann_kendall(series)

    n = len(series)
    pairs = sum(np.sign(b - a) for a, b in itertools.combinations(series, 2))
    ties = sum(t * (t - 1) * (2 * t + 5) for t in np.unique(series, return_counts=True)[1])
    variance = (n * (n - 1) * (2 * n + 5) - ties) / 18
    assert s == pairs
    assert z == pytest.approx((pairs - np.sign(pairs)) / math.sqrt(variance) if variance else 0)


def test_mann_kendall_of_many_series_at_once_is_that_of_each():
    series = np.random.default_rng(1).poisson(3, (2, 3, 20)).astype(float)
    series[1, 2, :5] = np.nan
    s, z, p = stats.mann_kendall(series)

    assert s.shape == z.shape == p.shape == (2, 3)
    for place in np.ndindex(2, 3):
        alone = stats.mann_kendall(series[place][~np.isnan(series[place])])
        assert (s[place], z[place], p[place]) == pytest.approx(tuple(map(float, alone)))


def test_mann_kendall_s_is_that_of_scipy():
    series = np.random.default_rng(2).normal(size=30)
    tau = reference.kendalltau(range(30), series).statistic

    assert stats.mann_kendall(series)[0] == pytest.approx(tau * 30 * 29 / 2)


def test_mann_kendall_of_nothing_much():
    assert [float(x) for x in stats.mann_kendall([5, 5, 5])] == [0, 0, 1]
    assert np.isnan(stats.mann_kendall([5])).all()
    assert np.isnan(stats.mann_kendall([math.nan, 5])).all()


# --- rates and dispersion ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "low", "high"),
    [(0, 0.0, 3.689), (1, 0.0253, 5.572), (10, 4.795, 18.390), (100, 81.364, 121.627)],
)
def test_rate_interval_is_garwoods_table(count, low, high):
    got = stats.rate_interval(count, 1)

    assert [float(x) for x in got] == pytest.approx([low, high], abs=2e-3)


def test_rate_interval_per_unit_and_wider_with_dispersion():
    low, high = stats.rate_interval([10, 10, 10], [1, 1_000, 1], dispersion=[1, 1, 4])

    assert low[1] == pytest.approx(low[0] / 1_000)
    assert high[1] == pytest.approx(high[0] / 1_000)
    assert low[2] < low[0] < 10 < high[0] < high[2]
    one, two = (reference.chi2.ppf(0.025, 5) * 4 / 2, reference.chi2.ppf(0.975, 7) * 4 / 2)
    assert (low[2], high[2]) == pytest.approx((one, two))


def test_no_exposure_has_no_rate():
    low, high = stats.rate_interval([5, 5, math.nan], [0, math.nan, 1])

    assert np.isnan(low).all()
    assert np.isnan(high).all()


def test_dispersion_by_hand():
    """10 20 30 40: mean 25, squares 225 + 25 + 25 + 225 = 500, 500 / 25 / 3."""
    assert stats.dispersion([10, 20, 30, 40]) == pytest.approx(500 / 25 / 3)
    assert stats.dispersion([5, 5, 5]) == 1
    assert stats.dispersion([5, 5, 5], at_least=0) == 0
    assert stats.dispersion([0, 0]) == 1
    assert np.isnan(stats.dispersion([7]))
    assert stats.dispersion([[10, 20, 30, 40], [1, 1, 1, 1]]).shape == (2,)


# --- wilson --------------------------------------------------------------------------------


def test_wilson_by_hand():
    """5 of 10: the middle is 1/2 by symmetry, the half-width z / (2 sqrt(n + z^2))."""
    low, high = stats.wilson(5, 10)
    z = reference.norm.ppf(0.975)

    assert low == pytest.approx(0.5 - z / (2 * math.sqrt(10 + z**2)))
    assert high == pytest.approx(0.5 + z / (2 * math.sqrt(10 + z**2)))


def test_wilson_of_nobody_of_nothing_and_of_missing():
    low, high = stats.wilson([0, 10, 0, math.nan, 3], [10, 10, 0, 10, math.nan])

    assert low[0] == pytest.approx(0, abs=1e-15)
    assert high[1] == pytest.approx(1)
    assert high[0] == pytest.approx(1 - low[1])
    assert np.isnan(low[2:]).all()
    assert np.isnan(high[2:]).all()


def test_wilson_of_more_than_all_is_no_share():
    low, high = stats.wilson([-1, 11], 10)

    assert np.isnan(low).all()
    assert np.isnan(high).all()


@given(st.integers(1, 3_000), st.data(), st.sampled_from([0.8, 0.95, 0.99]))
def test_wilson_is_that_of_statsmodels(n, data, level):
    from statsmodels.stats.proportion import proportion_confint

    count = data.draw(st.integers(0, n))
    low, high = stats.wilson(count, n, level=level)

    assert (float(low), float(high)) == pytest.approx(
        proportion_confint(count, n, alpha=1 - level, method="wilson"), abs=1e-12
    )
    assert 0 <= low <= count / n + 1e-15
    assert count / n - 1e-15 <= high <= 1


# --- comparing two counts ------------------------------------------------------------------


def test_count_ratio_by_hand():
    """60 against 30: share 2/3 of 90, (2/3 - 1/2) / sqrt(1/4 / 90) = 3.1623."""
    ratio, low, high, p = stats.count_ratio(60, 30)

    assert ratio == 2
    assert p == pytest.approx(2 * reference.norm.sf(math.sqrt(10)))
    wilson = reference.binomtest(60, 90).proportion_ci(method="wilson")
    assert low == pytest.approx(wilson.low / (1 - wilson.low))
    assert high == pytest.approx(wilson.high / (1 - wilson.high))


def test_dispersion_of_two_halves_the_information():
    wide = stats.count_ratio(60, 30, dispersion=2)

    assert [float(x) for x in wide] == pytest.approx([float(x) for x in stats.count_ratio(30, 15)])


def test_exposure_makes_it_a_ratio_of_rates():
    ratio, low, high, p = stats.count_ratio(60, 30, exposure=(2.0, 1.0))

    assert ratio == 1
    assert p == pytest.approx(1)
    assert low < 1 < high


@given(
    st.integers(0, 500), st.integers(0, 500), st.floats(1, 10), st.sampled_from([5.0, 25.0, np.inf])
)
def test_interval_and_p_say_the_same(now, before, phi, df):
    _, low, high, p = stats.count_ratio(now, before, dispersion=phi, df=df)

    if now + before == 0:
        assert np.isnan(p)
    elif abs(float(p) - 0.05) > 1e-9:
        assert (low <= 1 <= high) == (p > 0.05)


def test_interval_covers_a_true_ratio_on_bursty_weeks():
    rng = np.random.default_rng(5)
    phi, weeks, mean = 3.0, 26, 12.0
    shape = mean / (phi - 1)
    weekly = rng.negative_binomial(shape, 1 / phi, (4_000, 2, weeks))
    estimate = stats.dispersion(weekly).mean(axis=1)
    now, before = weekly.sum(axis=2).T
    _, low, high, _ = stats.count_ratio(now, before, dispersion=estimate, df=2 * (weeks - 1))

    assert 0.93 < ((low <= 1) & (high >= 1)).mean() < 0.97


# --- hot-items that rise -------------------------------------------------------------------


def test_rising_shows_no_ratio_for_few():
    now = pd.Series({"veel": 60, "nieuw": 40, "weinig": 9, "geen": 0})
    before = pd.Series({"veel": 30, "nieuw": 2, "weinig": 4, "geen": 0})

    got = hotitems.rising(now, before)

    assert got.index.tolist() == ["veel", "nieuw", "weinig", "geen"]
    assert got["ratio"].round(2).fillna(-1).tolist() == [2, -1, -1, -1]
    assert got["certainty"].tolist() == ["zeker", "zeker", "", ""]
    assert got["note"].tolist() == ["", *["te weinig om te vergelijken"] * 3]
    assert got["q"].notna().tolist() == [True, True, False, False]


def test_rising_compares_missing_with_nothing():
    got = hotitems.rising(pd.Series([60, 60]), pd.Series([30, None], dtype="Int64"))

    assert got["before"].isna().tolist() == [False, True]
    assert got["certainty"].tolist() == ["zeker", ""]
    assert got["note"].tolist() == ["", ""]
    assert got["q"].iloc[0] == got["p"].iloc[0]


def test_rising_corrects_for_the_number_of_things():
    alone = hotitems.rising([65], [40])
    among = hotitems.rising([65, *[50] * 19], [40, *[50] * 19])

    assert alone["certainty"].tolist() == ["waarschijnlijk"]
    assert among["certainty"].iloc[0] == "kan toeval zijn"


def test_rising_refuses_other_things():
    with pytest.raises(ValueError, match="same index"):
        hotitems.rising(pd.Series({"a": 1}), pd.Series({"b": 1}))


def test_noise_is_rarely_called_sure():
    rng = np.random.default_rng(6)
    called = 0
    for _ in range(200):
        now, before = rng.poisson(100, (2, 30))
        called += (hotitems.rising(now, before)["q"] < 0.05).any()

    assert called / 200 <= 0.1
