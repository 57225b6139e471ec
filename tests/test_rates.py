"""Rates of small areas against esda, the published North Carolina figures, and hand-work."""

from __future__ import annotations

import doctest
import importlib.util
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pyogrio
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats as reference

from thor_metrics import rates


def test_examples_in_the_docstrings_run():
    result = doctest.testmod(rates)

    assert result.attempted
    assert result.failed == 0


@pytest.fixture(scope="module")
def sids():
    """Sudden infant deaths and births, 1974-78, in the 100 counties of North Carolina."""
    folder = Path(importlib.util.find_spec("libpysal").origin).parent / "examples" / "sids2"
    table = pyogrio.read_dataframe(folder / "sids2.dbf", read_geometry=False)
    return table["SID74"].to_numpy(), table["BIR74"].to_numpy()


def of_esda(events, population):
    # Imported late: esda is heavy and only these tests need it.
    from esda.smoothing import Empirical_Bayes

    return Empirical_Bayes(np.asarray(events), np.asarray(population)).r.ravel()


# --- empirical Bayes -----------------------------------------------------------------------


def test_prior_of_north_carolina_is_the_published_one(sids):
    prior = rates.area_prior(*sids)

    assert prior.variance == pytest.approx(7.692930647014653e-07, rel=1e-10)
    assert prior.mean == pytest.approx(0.0020214448936544207, rel=1e-12)


def test_empirical_bayes_is_that_of_esda(sids):
    np.testing.assert_allclose(rates.empirical_bayes(*sids), of_esda(*sids), rtol=1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_empirical_bayes_is_that_of_esda_on_other_areas(seed):
    rng = np.random.default_rng(seed)
    population = rng.integers(20, 9_000, 44)
    events = rng.poisson(population * rng.gamma(3, 0.01, 44))

    np.testing.assert_allclose(
        rates.empirical_bayes(events, population), of_esda(events, population), rtol=1e-10
    )


def test_prior_by_hand():
    """Rates .01 .03 .08 of 1,000 each: mean .04, variance .0026 / 3, less .04 / 1,000."""
    prior = rates.area_prior([10, 30, 80], [1_000] * 3)

    assert prior.mean == pytest.approx(0.04)
    assert prior.variance == pytest.approx(0.0026 / 3 - 0.00004)
    # The weight of an area of 1,000: a / (a + .04 / 1,000).
    weight = prior.variance / (prior.variance + 0.00004)
    got = rates.empirical_bayes([10, 30, 80], [1_000] * 3)
    assert got == pytest.approx([0.04 + weight * step for step in (-0.03, -0.01, 0.04)])


def test_areas_that_differ_by_chance_only_get_the_rate_of_all():
    """10 and 12 of 100 differ less than chance: a would be below 0."""
    assert rates.area_prior([10, 12], [100, 100]).variance == 0
    assert rates.empirical_bayes([10, 12], [100, 100]) == pytest.approx([0.11, 0.11])
    assert rates.empirical_bayes([0, 0], [100, 50]).tolist() == [0, 0]


def test_areas_without_people_have_no_rate_and_do_not_count():
    events, population = [10, 30, 80, 4, math.nan, 9], [1_000, 1_000, 1_000, 0, 500, math.nan]
    got = rates.empirical_bayes(events, population)

    assert np.isnan(got[3:]).all()
    assert got[:3] == pytest.approx(rates.empirical_bayes([10, 30, 80], [1_000] * 3))
    assert np.isnan(rates.empirical_bayes([1], [0])).all()
    assert np.isnan(rates.area_prior([], []).mean)
    nullable = pd.Series([10, 30, 80, None], dtype="Int64")
    assert np.isnan(rates.empirical_bayes(nullable, pd.Series([1_000] * 4))[3])


@given(
    st.lists(st.tuples(st.integers(0, 60), st.integers(1, 3_000)), min_size=2, max_size=30),
    st.integers(2, 50),
)
def test_a_drawn_in_rate_lies_between_its_own_and_that_of_all(areas, times):
    events, population = np.array(areas, dtype=float).T
    got = rates.empirical_bayes(events, population)
    own, all_ = events / population, events.sum() / population.sum()

    assert (got >= np.minimum(own, all_) - 1e-12).all()
    assert (got <= np.maximum(own, all_) + 1e-12).all()
    # More of the same people and events: chance explains less, so less is drawn in.
    more = rates.empirical_bayes(events * times, population * times)
    assert (np.abs(more - all_) >= np.abs(got - all_) - 1e-12).all()


def test_drawing_in_comes_nearer_to_the_truth():
    rng = np.random.default_rng(1)
    population = rng.integers(20, 2_000, (200, 44))
    truth = rng.gamma(4, 0.005, (200, 44))
    events = rng.poisson(population * truth)
    drawn = np.array([rates.empirical_bayes(*one) for one in zip(events, population, strict=True)])
    plain = events / population
    ratio = ((drawn - truth) ** 2).mean() / ((plain - truth) ** 2).mean()
    print(f"mean squared error of drawn-in rates / of plain rates: {ratio:.2f}")

    assert ratio < 0.6


def test_rates_say_what_is_wrong():
    with pytest.raises(ValueError, match=r"found \(2,\) and \(1,\)"):
        rates.empirical_bayes([1, 2], [3])
    with pytest.raises(ValueError, match="events are 0 or more; found -1"):
        rates.area_prior([-1], [3])
    with pytest.raises(ValueError, match="population are 0 or more; found -3"):
        rates.funnel([1], [-3])


# --- funnel --------------------------------------------------------------------------------


def test_funnel_of_chance_by_hand():
    """36 of 900 with target .01: z = (sqrt .04 - sqrt .01) 2 sqrt 900 = 6."""
    table = rates.funnel([36, 9], [900, 900], target=0.01, overdispersion=False)

    assert table["z"].tolist() == pytest.approx([6, 0])
    assert table["p"].tolist() == pytest.approx([2 * reference.norm.sf(6), 1])
    assert table["q"].tolist() == pytest.approx([4 * reference.norm.sf(6), 1])
    reach = reference.norm.ppf(0.975) / 60
    assert table["low_95"].tolist() == pytest.approx([(0.1 - reach) ** 2] * 2)
    assert table["high_95"].tolist() == pytest.approx([(0.1 + reach) ** 2] * 2)
    reach = reference.norm.ppf(0.999) / 60
    assert table["high_99.8"].tolist() == pytest.approx([(0.1 + reach) ** 2] * 2)
    assert table["outside"].tolist() == [True, False]


def test_expected_events_instead_of_people():
    rate = rates.funnel([36, 9], [900, 900], target=0.01)
    ratio = rates.funnel([36, 9], [9, 9], target=1)

    assert ratio["z"].tolist() == pytest.approx(rate["z"].tolist())
    assert ratio["rate"].tolist() == [4, 1]


def test_overdispersion_by_hand():
    """Eleven areas of one size, z -5 ... 5; winsorised at -4 and 4 the squares sum to 92."""
    target, population = 0.04, 2_500
    z = np.arange(-5, 6)
    events = population * (np.sqrt(target) + z / (2 * np.sqrt(population))) ** 2
    table = rates.funnel(events, [population] * 11, target=target)
    c = reference.norm.ppf(0.9)
    drawn_in = 0.8 - 2 * c * reference.norm.pdf(c) + 0.2 * c**2

    phi = 92 / 11 / drawn_in
    assert table["z"].tolist() == pytest.approx(z)
    assert table["phi"].tolist() == pytest.approx([phi] * 11)
    s2 = 1 / (4 * population)
    tau2 = (11 * phi - 10) / (10 / s2)  # sum w - sum w^2 / sum w of eleven equal weights
    assert table["tau2"].tolist() == pytest.approx([tau2] * 11)
    assert table["z_adjusted"].tolist() == pytest.approx(z * np.sqrt(s2 / (s2 + tau2)))
    times = rates.funnel(events, [population] * 11, target=target, model="multiplicative")
    assert times["z_adjusted"].tolist() == pytest.approx(z / np.sqrt(phi))


@pytest.mark.parametrize("model", ["additive", "multiplicative"])
def test_limits_and_flag_say_the_same(model):
    rng = np.random.default_rng(2)
    population = rng.integers(10, 5_000, 200)
    events = rng.poisson(population * rng.gamma(2, 0.01, 200))
    table = rates.funnel(events, population, model=model, levels=(0.5, 0.9))

    beyond = (table["rate"] < table["low_90"]) | (table["rate"] > table["high_90"])
    # Where the low limit is 0 no rate can be below it, however far out on the root scale.
    sure = (table["low_90"] > 0) | (table["z"] > 0)
    assert (table["outside"] == beyond)[sure].all()
    assert table["outside"].any()
    assert (table["low_90"] <= table["low_50"]).all()


def test_funnel_keeps_the_names_and_leaves_out_who_has_no_people():
    events = pd.Series([20, 22, 5, 18], index=["A", "B", "leeg", "C"])
    people = pd.Series([1_000, 1_000, 0, 1_000], index=events.index)
    table = rates.funnel(events, people)

    assert table.index.tolist() == ["A", "B", "leeg", "C"]
    assert table.loc["leeg", ["rate", "z", "low_95", "p", "q"]].isna().all()
    assert not table["outside"].any()
    assert table["target"].tolist() == [0.02] * 4
    assert table.drop(index="leeg")["z"].tolist() == pytest.approx(
        rates.funnel([20, 22, 18], [1_000] * 3)["z"].tolist()
    )
    assert rates.funnel([], []).empty
    nothing = rates.funnel([0, 0, 0, 0], [10, 20, 30, 40])
    assert nothing["z"].tolist() == [0] * 4
    assert not nothing["outside"].any()


def test_less_than_chance_does_not_narrow_the_limits():
    table = rates.funnel([20] * 10, [1_000] * 10)
    alone = rates.funnel([20] * 10, [1_000] * 10, overdispersion=False)

    assert table["phi"].tolist() == [1] * 10
    assert table["tau2"].tolist() == [0] * 10
    pd.testing.assert_frame_equal(table, alone)


def test_an_area_that_stands_out_does_not_widen_its_own_limits():
    events = [20, 22, 18, 21, 19, 23, 17, 20, 22, 18, 21, 19]
    table = rates.funnel([*events, 90], [1_000] * 13, target=0.02)

    assert table["phi"].iloc[0] == 1
    assert table["outside"].tolist() == [False] * 12 + [True]


@given(st.randoms())
def test_order_of_the_areas_does_not_matter(random):
    events, population = np.array([[3, 40, 12, 9, 55, 1], [90, 800, 400, 310, 700, 60]])
    order = list(range(6))
    random.shuffle(order)
    table = rates.funnel(events, population)
    shuffled = rates.funnel(events[order], population[order])

    np.testing.assert_allclose(shuffled["z_adjusted"], table["z_adjusted"].to_numpy()[order])


def test_funnel_says_what_is_wrong():
    with pytest.raises(ValueError, match="model='both'"):
        rates.funnel([1], [2], model="both")
    with pytest.raises(ValueError, match=r"levels lie between 0 and 1; found \(95,\)"):
        rates.funnel([1], [2], levels=(95,))
    with pytest.raises(ValueError, match="target is above 0; found -1"):
        rates.funnel([1], [2], target=-1)
    with pytest.raises(ValueError, match=r"found shape \(1, 1\)"):
        rates.funnel([[1]], [[2]])
    with pytest.raises(ValueError, match="same index"):
        rates.funnel(pd.Series({"a": 1}), pd.Series({"b": 2}))


@pytest.mark.slow
def test_areas_that_differ_as_areas_do_are_seldom_outside():
    """44 buurten of very different sizes, levels spread by 30 %: 5 % may lie outside 95 %."""
    rng = np.random.default_rng(3)
    inside = {"chance": [], "published": [], "additive": [], "multiplicative": []}
    largest = {"additive": [], "multiplicative": []}
    for _ in range(600):
        population = rng.lognormal(7.5, 0.9, 44)
        events = rng.poisson(population * 0.02 * rng.gamma(11, 1 / 11, 44))
        alone = rates.funnel(events, population, overdispersion=False)
        inside["chance"].append((alone["z"].abs() < 1.96).mean())
        drawn = alone["z"].clip(*alone["z"].quantile([0.1, 0.9]))
        phi = (drawn**2).mean()
        inside["published"].append((alone["z"].abs() / np.sqrt(phi) < 1.96).mean())
        for model in ("additive", "multiplicative"):
            z = rates.funnel(events, population, model=model)["z_adjusted"].abs()
            inside[model].append((z < 1.96).mean())
            largest[model].append((z[population > np.quantile(population, 0.8)] < 1.96).mean())
    outside = {name: 1 - np.mean(shares) for name, shares in inside.items()}
    of_largest = {name: 1 - np.mean(shares) for name, shares in largest.items()}
    print("outside 95 %:", {k: f"{v:.3f}" for k, v in outside.items()})
    print("of the largest fifth:", {k: f"{v:.3f}" for k, v in of_largest.items()})

    assert outside["additive"] < 0.085
    assert of_largest["additive"] < 0.085
    assert outside["published"] > 0.1
    assert of_largest["multiplicative"] > 0.15
