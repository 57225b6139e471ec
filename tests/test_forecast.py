"""The forecast against numbers worked out by hand, brute force and planted truth."""

from __future__ import annotations

import doctest
import importlib
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import optimize
from scipy import stats as reference

from thor_metrics.forecast import components, forecast, hours, level, places, pool
from thor_metrics.forecast.model import History

MONDAY = pd.Timestamp("2024-01-01")


def days(*numbers):
    """Moments so many days after Monday 1 January 2024."""
    return MONDAY + pd.to_timedelta(list(numbers), unit="D")


def world(rng, rate, count, length, *, start=MONDAY):
    """Incidents over cells of 100 m with intensities ``rate`` (rows, cols), spread over days."""
    cell = rng.choice(rate.size, count, p=(rate / rate.sum()).ravel())
    row, col = np.divmod(cell, rate.shape[1])
    x = col * 100.0 + rng.uniform(0, 100, count)
    y = row * 100.0 + rng.uniform(0, 100, count)
    t = start + pd.to_timedelta(np.sort(rng.uniform(0, length, count)), unit="D")
    return x, y, t


@pytest.mark.parametrize(
    "module", ["backtest", "components", "hours", "level", "model", "places", "pool", "scores"]
)
def test_examples_in_the_docstrings_run(module):
    result = doctest.testmod(importlib.import_module(f"thor_metrics.forecast.{module}"))

    assert result.failed == 0


# --- places and moments --------------------------------------------------------------------


def test_cells_are_half_open_and_hours_begin_on_monday():
    found = places.incidents(
        [0.0, 99.9, 100.0, -0.1],
        [0.0, 0.0, 250.0, 0.0],
        pd.to_datetime(
            ["2024-01-01 00:30", "2024-01-07 23:59:59.999999", "2024-01-06 05:00", "2024-01-08"],
            format="ISO8601",
        ),
    )

    assert found.hour.tolist() == [0, 5 * 24 + 5, 167, 0]
    assert found.col.tolist() == [0, 1, 0, -1]
    assert found.row.tolist() == [0, 2, 0, 0]


def test_every_hour_of_a_year_falls_in_its_own_hour():
    """Whole hours as fractions of a day would be lost to rounding."""
    moments = pd.date_range("2024-01-01", periods=366 * 24, freq="h")

    found = places.incidents(np.zeros(len(moments)), np.zeros(len(moments)), moments)

    assert (found.hour == moments.day_of_week * 24 + moments.hour).all()


def test_incidents_without_place_or_time_are_left_out():
    found = places.incidents([1.0, math.nan, 1.0], [1.0, 1.0, 1.0], [MONDAY, MONDAY, pd.NaT])

    assert len(found) == 1


def test_cells_within_300_metres_of_an_incident_are_inhabited():
    one = places.incidents([1050.0], [1050.0], [MONDAY])

    found = places.places(one)

    away = np.hypot(found.col - 10, found.row - 10)
    assert len(found) == 29
    assert away.max() == 3.0
    assert len(places.places(places.incidents([0.0], [0.0], [MONDAY], cell_size=500.0))) == 1


def test_given_addresses_are_the_places_together_with_the_incidents():
    one = places.incidents([50.0], [50.0], [MONDAY])

    found = places.places(one, inhabited=[[510.0, 20.0], [590.0, 80.0], [math.nan, 1.0]])

    assert found.col.tolist() == [0, 5]
    assert found.index(np.array([5, 4, 0]), np.array([0, 0, 0])).tolist() == [1, -1, 0]


def test_once_a_day_keeps_the_one_that_was_known_first():
    found = places.incidents(
        [10, 20, 10, 150, 10],
        [10, 20, 10, 10, 10],
        days(0.1, 0.2, 0.3, 0.3, 1.1),
        known=days(5, 4, 6, 6, 6),
        once_a_day=True,
    )

    assert (found.day - found.day[0].round(0)).round(1).tolist() == [0.2, 0.3, 1.1]
    assert found.col.tolist() == [0, 1, 0]


# --- components ----------------------------------------------------------------------------


def test_memories_by_hand():
    """Ages of 10 and 20 days: with a half-life of 10 days they are worth 1/2 and 1/4."""
    of = places.incidents([50, 50, 150], [50, 50, 50], days(0, 10, 10))
    index = np.array([0, 0, 1])
    origin = np.array([of.day[0] + 20])

    assert components.decayed(of, index, 2, origin, 10.0).tolist() == [[0.75, 0.5]]
    assert components.decayed(of, index, 2, origin, math.inf).tolist() == [[2.0, 1.0]]


@given(st.integers(0, 2**32 - 1))
def test_memories_at_many_moments_are_those_at_each_apart(seed):
    rng = np.random.default_rng(seed)
    when = rng.uniform(0, 100, 40)
    of = places.incidents(
        rng.uniform(0, 400, 40),
        np.zeros(40),
        days(*when),
        known=days(*(when + rng.exponential(9, 40))),
    )
    first = of.day.min()
    origins = np.sort(first + rng.uniform(0, 110, 5))

    together = components.decayed(of, of.col, 4, origins, 28.0)

    for at, found in zip(origins, together, strict=True):
        used = (of.day < at) & (of.known <= at)
        weight = 0.5 ** ((at - of.day[used]) / 28.0)
        assert found == pytest.approx(np.bincount(of.col[used], weight, minlength=4))


def test_the_time_of_year_counts_only_what_is_old_and_near_in_the_year():
    of = places.incidents([50, 150, 250, 350], [0, 0, 0, 0], days(0, 30, 200, 365))
    origin = np.array([of.day[0] + 366.0])

    found = components.season(of, of.col, 4, origin, np.array([28.0]))[0]

    # The middle of the horizon is 380 days after the first: 14.75 days away in the year.
    assert found[0] == pytest.approx(
        math.exp(-0.5 * (14.25 / 30) ** 2) * 2 ** (-365.5 / 1095), rel=1e-9
    )
    assert found[1] == pytest.approx(
        math.exp(-0.5 * (15.75 / 30) ** 2) * 2 ** (-335.5 / 1095), rel=1e-9
    )
    assert found[2:].tolist() == [0.0, 0.0]


def test_the_time_of_year_knows_only_what_was_known():
    of = places.incidents([50, 150], [0, 0], days(0, 0), known=days(0, 370))
    origins = of.day[0] + np.array([366.0, 371.0])

    found = components.season(of, of.col, 2, origins, np.full(2, 28.0))

    assert found[0, 0] > 0.7
    assert found[0, 1] == 0.0
    assert found[1, 1] == found[1, 0] > 0


def test_smoothing_is_a_gaussian_over_the_cells_and_far_away_changes_nothing():
    rng = np.random.default_rng(3)
    near = places.incidents(rng.uniform(0, 2000, 30), rng.uniform(0, 2000, 30), days(*range(30)))
    where = places.places(near)
    counts = np.bincount(where.index(near.col, near.row), minlength=len(where)).astype(float)

    found = components.smoothed(counts[np.newaxis], where, 200.0)[0]

    sigma = math.sqrt(200.0**2 - 100.0**2 / 12)
    dx = (where.col[:, None] - where.col) * 100.0
    dy = (where.row[:, None] - where.row) * 100.0
    brute = np.exp(-(dx**2 + dy**2) / (2 * sigma**2)) @ counts * 100.0**2 / (2 * np.pi * sigma**2)
    assert found == pytest.approx(brute, abs=2e-4 * brute.max())

    outlier = places.Places(
        np.append(where.col, 10_000_000), np.append(where.row, 10_000_000), 100.0
    )
    with_outlier = components.smoothed(np.append(counts, 1.0)[np.newaxis], outlier, 200.0)[0]
    assert with_outlier[:-1] == pytest.approx(found, abs=1e-12)


def test_every_component_sums_to_one_also_without_anything_to_go_on():
    of = places.incidents([50, 650], [50, 50], days(0, 1))
    where = places.places(of)
    origins = np.array([of.day[0] - 1, of.day[0] + 5, of.day[0] + 400])

    q = components.components(of, where, origins, np.full(3, 28.0))

    assert q.shape == (len(components.NAMES), 3, len(where))
    assert q.sum(axis=2) == pytest.approx(1.0)
    assert q[:, 0] == pytest.approx(1 / len(where))
    # Nothing older than 180 days yet: the time of year is that of all history.
    assert (q[4, 1] == q[0, 1]).all()


def test_a_window_is_half_open_and_never_looks_past_its_moment():
    of = places.incidents([50] * 4, [50] * 4, days(0, 1, 2, 3), known=days(0, 1, 9, 3))
    where = places.places(of)
    first = of.day[0]

    def counted(start, end, origin):
        arrays = (np.array([first + value]) for value in (origin, start, end))
        return components.window(of, where, *arrays).sum()

    assert counted(0, 2, 20) == 2
    assert counted(0, 9, 3) == 2
    assert counted(0, 9, 9) == 4


# --- level ---------------------------------------------------------------------------------


def test_the_level_is_a_fading_mean_of_whole_weeks_by_hand():
    """Two weeks of 7 and then 14; and a first day that is no whole week."""
    day = np.concatenate([[-1.0], np.arange(7), 7 + np.arange(14) / 2])

    found = level.level(day, -1.0, 14.0, 28.0)

    by_hand = [(14 + 7 * f) / (1 + f) * 4 for f in (2 ** (-7 / 28), 2 ** (-7 / 56))]
    assert found == pytest.approx(sum(by_hand) / 2)


def test_the_level_with_less_than_a_week_is_a_mean_a_day():
    assert level.level(np.array([0.0, 1.0]), 0.0, 4.0, 28.0) == pytest.approx(14.0)
    assert level.level(np.array([0.0]), 0.0, 0.001, 28.0) == pytest.approx(28.0)


def test_the_level_of_the_past_is_that_of_what_was_known_then():
    """One a day, each known three weeks later: the last three weeks seem empty."""
    when = np.arange(140.0)
    of = places.incidents(np.zeros(140), np.zeros(140), days(*when), known=days(*(when + 21)))

    found = level.levels(of, of.day[0] + np.array([70.0, 140.0]), np.array([28.0, 7.0]))

    for at, horizon, expected in ((70.0, 28.0, found[0]), (140.0, 7.0, found[1])):
        then = when[when + 21 <= at]
        assert expected == pytest.approx(level.level(then, 0.0, at, horizon))
    assert 5 < found[0] < 20


def test_the_season_is_that_of_an_outside_poisson_regression():
    sm = pytest.importorskip("statsmodels.api")
    rng = np.random.default_rng(5)
    middles = 20_000 - 7 * (np.arange(156) + 0.5)
    angle = 2 * np.pi * middles / 365.25
    counts = rng.poisson(800 * np.exp(0.4 * np.cos(angle) - 0.2 * np.sin(2 * angle))).astype(float)

    found, ahead = level.season_index(counts, middles, middles[:3] + 364)

    waves = np.column_stack([f(k * angle) for k in (1, 2) for f in (np.cos, np.sin)])
    design = np.column_stack([np.ones(156), middles - middles.mean(), waves])
    fitted = sm.GLM(counts, design, family=sm.families.Poisson()).fit()
    assert found == pytest.approx(np.exp(waves @ fitted.params[2:]), rel=2e-3)
    assert ahead == pytest.approx(found[:3], rel=0.02)


def test_the_season_moves_the_level_only_with_eighteen_months():
    """Three years of a rhythm around 70 a week: before its top more is expected than just was."""
    per_day = 10 * (1 + 0.8 * np.sin(2 * np.pi * np.arange(1100) / 365.25))
    day = np.repeat(np.arange(1100.0), np.round(per_day).astype(int))

    seasoned = level.level(day[day < 1096], 0.0, 1096.0, 28.0)
    short = level.level(day[(day >= 731) & (day < 1096)], 731.0, 1096.0, 28.0)

    assert seasoned > 1.2 * short


def test_a_season_of_almost_nothing_stays_finite():
    counts = np.zeros(100)
    counts[3] = 1.0

    found, ahead = level.season_index(counts, 7.0 * np.arange(100), np.array([800.0]))

    assert np.isfinite(found).all()
    assert np.isfinite(ahead).all()


# --- weights -------------------------------------------------------------------------------


def _problem(seed=7, cells=400):
    rng = np.random.default_rng(seed)
    q = rng.dirichlet(np.full(cells, 0.3), 3).T
    counts = rng.poisson(2000 * q @ np.array([0.6, 0.3, 0.1])).astype(float)
    return 2000 * q, counts


def test_every_step_of_the_fit_is_at_least_as_likely():
    rates, counts = _problem()
    some, total = counts > 0, rates.sum(axis=0)
    weights = np.array([0.1, 0.1, 0.8])

    likely = []
    for _ in range(40):
        likely.append(pool.log_likelihood(rates[some], counts[some], total, weights))
        weights = pool.em(rates[some], counts[some], total, weights, iterations=1)

    assert (np.diff(likely) >= -1e-9).all()
    assert likely[-1] > likely[0] + 50


def test_the_fit_finds_the_planted_weights_and_those_of_an_outside_optimiser():
    rates, counts = _problem()
    some, total = counts > 0, rates.sum(axis=0)

    found = pool.em(rates[some], counts[some], total, np.full(3, 1 / 3), iterations=3000)
    outside = optimize.minimize(
        lambda w: (rates @ w).sum() - counts[some] @ np.log(rates[some] @ w),
        np.full(3, 1 / 3),
        bounds=[(1e-9, None)] * 3,
        method="L-BFGS-B",
    )

    assert found == pytest.approx([0.6, 0.3, 0.1], abs=0.05)
    assert found == pytest.approx(outside.x, abs=1e-3)
    # Of components that each sum to 1 the weights sum to what came over what was expected.
    assert found.sum() == pytest.approx(counts.sum() / 2000)


def test_shrinkage_goes_from_the_data_to_the_pooled_weights():
    rates, counts = _problem()
    some, total = counts > 0, rates.sum(axis=0)
    pooled = np.array([0.2, 0.2, 0.6])

    def fitted(pull):
        return pool.em(
            rates[some], counts[some], total, pooled, towards=pooled, pull=pull, iterations=500
        )

    assert fitted(0.0) == pytest.approx([0.6, 0.3, 0.1], abs=0.06)
    assert fitted(1e6) == pytest.approx(pooled, rel=1e-3)
    assert fitted(0.0)[0] > fitted(0.5)[0] > fitted(5.0)[0] > pooled[0]


def test_strata_fit_their_own_weights_and_quiet_ones_keep_the_pooled():
    """Busy cells follow the first component, the other cells the second."""
    rng = np.random.default_rng(2)
    busy, quiet = np.arange(20), np.arange(20, 420)
    q = np.zeros((2, 13, 420))
    q[0, :, busy], q[1, :, busy] = 0.03, rng.uniform(0.005, 0.02, 20)[:, None]
    q[0, :, quiet], q[1, :, quiet] = 0.0005, rng.uniform(0.0, 0.003, 400)[:, None]
    levels = np.full(13, 300.0)
    truth = np.where(np.arange(420) < 20, 300 * q[0, 0], 300 * q[1, 0])
    target = rng.poisson(truth, (13, 420)).astype(float)

    found = pool.fit(q, levels, target, np.array([0.5, 0.5]), stratified=True)

    busiest, quietest = found.by_stratum[6], found.by_stratum[2]
    assert busiest[0] > found.pooled[0] + 0.05
    assert quietest[0] < found.pooled[0] - 0.05
    assert (found.by_stratum[-1] == found.pooled).all()
    assert (
        pool.fit(q, levels, target, np.ones(2) / 2, stratified=False).by_stratum == found.pooled
    ).all()


def test_no_component_dies_out():
    """Thousands of reports, none outside the first half: the other half stays possible."""
    q = np.zeros((2, 13, 40))
    q[0, :, :20], q[1] = 1 / 20, 1 / 40
    target = np.zeros((13, 40))
    target[:, :20] = 10.0

    found = pool.fit(q, np.full(13, 200.0), target, np.array([0.9, 0.1]), stratified=False)

    # Half of the second component's reports came as expected, the other half is the pseudo one.
    assert found.pooled[1] == pytest.approx(2 * 0.1 / 2600, rel=0.01)
    assert found.pooled[0] == pytest.approx(1.0, rel=0.001)


def test_no_incident_at_all_keeps_the_starting_weights():
    q = np.full((2, 3, 4), 0.25)

    found = pool.fit(q, np.ones(3), np.zeros((3, 4)), np.array([0.7, 0.3]), stratified=True)

    assert found.pooled.tolist() == [0.7, 0.3]


def test_the_planted_dispersion_is_found():
    rng = np.random.default_rng(11)
    mean = rng.uniform(1.1, 30, 4000)
    for k in (0.1, 0.3, 1.0):
        counts = rng.poisson(mean * rng.gamma(1 / k, k, 4000)).astype(float)
        assert pool.dispersion(mean, counts) == pytest.approx(k, rel=0.15)
    assert pool.dispersion(mean, rng.poisson(mean).astype(float)) < 0.01
    assert pool.dispersion(mean[:5], mean[:5]) == pool.DISPERSION
    assert pool.dispersion(mean, mean) == 0.0


@pytest.mark.parametrize("k", [0.0, 0.05, 0.3, 2.0])
def test_the_interval_is_that_of_the_outside_distributions(k):
    mean = np.concatenate([[0.0], np.geomspace(1e-6, 500, 300)])

    low, high = pool.interval(mean, k)

    outside = reference.poisson(mean) if k == 0 else reference.nbinom(1 / k, 1 / (1 + k * mean))
    assert (low[1:] == np.maximum(outside.ppf(0.05), 0)[1:]).all()
    assert (high[1:] == outside.ppf(0.95)[1:]).all()
    assert (low[0], high[0]) == (0, 0)


# --- hours ---------------------------------------------------------------------------------


def test_hours_of_the_city_by_hand():
    """700 on Monday 10 h and 300 on Tuesday 20 h, all of full weight."""
    hour = np.repeat([10, 24 + 20], [700, 300])

    found = hours.city_hours(hour, np.ones(1000)).reshape(7, 24)

    weekday_10 = (700 + 1 / 24) / 1001
    monday = (700 + 1 / 7) / 1001
    assert found[0].sum() == pytest.approx(monday)
    assert found[0, 10] == pytest.approx(monday * (700 + 300 * weekday_10) / 1000)
    assert found[5] == pytest.approx((1 / 7) / 1001 / 24)
    assert found.sum() == pytest.approx(1.0)
    assert (found > 0).all()


def test_a_day_leans_on_the_days_of_its_kind():
    """300 on Friday 22 h: Monday to Thursday expect that hour too, the weekend does not."""
    found = hours.city_hours(np.full(300, 4 * 24 + 22), np.ones(300)).reshape(7, 24)

    assert found[0].argmax() == 22
    assert found[0, 22] / found[0].sum() == pytest.approx((300 + 1 / 24) / 301)
    assert found[5:] == pytest.approx(found[5, 0])


def test_a_cell_goes_from_the_hours_of_the_city_to_its_own():
    """100 incidents weigh as much as the city's hours; smoothed round the end of the week."""
    of = places.incidents([50] * 100, [50] * 100, [pd.Timestamp("2024-01-07 23:30")] * 100)
    where = places.places(of)
    city = np.full(168, 1 / 168)

    found = hours.cell_hours(of, where, np.ones(100), city)

    own = found[where.index(np.array([0]), np.array([0]))[0]]
    kernel = np.exp(-0.5 * (np.arange(-6, 7) / 1.5) ** 2)
    assert own[167] == pytest.approx(0.5 * kernel[6] / kernel.sum() + 0.5 / 168)
    assert own[0] == pytest.approx(own[166])
    assert own[80] == pytest.approx(0.5 / 168)
    assert found.sum(axis=1) == pytest.approx(1.0)
    empty = where.index(np.array([1]), np.array([0]))[0]
    assert (found[empty] == city).all()


# --- the whole -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def town():
    rng = np.random.default_rng(1)
    rate = rng.lognormal(0, 1.2, (12, 15))
    return world(rng, rate, 9000, 800)


ORIGIN = MONDAY + pd.Timedelta(days=700)


@pytest.mark.parametrize("model", ["pool", "all history"])
def test_totals_shares_and_intervals_agree(town, model):
    found = forecast(*town, origin=ORIGIN, model=model)

    cells = found.cells
    assert cells["expected"].sum() == pytest.approx(found.total)
    assert found.total == pytest.approx(9000 / 800 * 28, rel=0.15)
    assert found.hours.shape == (len(cells), 168)
    assert found.hours.sum(axis=1) == pytest.approx(1.0)
    assert found.city_hours.sum() == pytest.approx(1.0)
    assert (cells["low"] <= cells["expected"] + 1).all()
    assert (cells["high"] + 1 >= cells["expected"]).all()
    assert sum(found.weights.values()) == pytest.approx(1.0, abs=0.15)
    assert (found.strata.iloc[:, 1:].to_numpy() >= 0).all()
    assert cells[["y", "x"]].apply(tuple, axis=1).is_monotonic_increasing
    assert (found.origin, found.horizon, found.cell_size) == (ORIGIN, 28.0, 100.0)
    assert found.note == ""


@pytest.mark.parametrize("model", ["pool", "all history"])
def test_whatever_comes_after_the_origin_changes_nothing(town, model):
    x, y, t = (np.array(column) for column in town)
    rng = np.random.default_rng(9)
    known = t + pd.to_timedelta(rng.exponential(3, len(t)), unit="D").to_numpy()
    unseen = (t >= ORIGIN.to_datetime64()) | (known > ORIGIN.to_datetime64())
    before = forecast(x, y, t, origin=ORIGIN, known=known, model=model)

    x[unseen], y[unseen] = rng.uniform(0, 9e5, unseen.sum()), rng.uniform(0, 9e5, unseen.sum())
    later = t >= ORIGIN.to_datetime64()
    t[later] += pd.to_timedelta(rng.uniform(0, 900, later.sum()), unit="D").to_numpy()
    after = forecast(x, y, t, origin=ORIGIN, known=known, model=model)
    cut = forecast(
        x[~unseen], y[~unseen], t[~unseen], origin=ORIGIN, known=known[~unseen], model=model
    )

    for one in (after, cut):
        pd.testing.assert_frame_equal(before.cells, one.cells, check_exact=True)
        assert (before.hours == one.hours).all()
    assert not before.cells.equals(forecast(*town, origin=ORIGIN, model=model).cells)


def test_the_order_of_the_rows_does_not_matter(town):
    order = np.random.default_rng(4).permutation(len(town[0]))

    found = forecast(*town, origin=ORIGIN)
    shuffled = forecast(*(np.array(column)[order] for column in town), origin=ORIGIN)

    pd.testing.assert_frame_equal(found.cells, shuffled.cells, rtol=1e-9)


def test_moments_as_series_strings_and_numpy_are_the_same(town):
    x, y, t = town
    found = forecast(x, y, t, origin=ORIGIN).cells

    for when, origin in (
        (pd.Series(t, index=range(5, 5 + len(t))), ORIGIN.to_pydatetime()),
        (t.to_numpy(), ORIGIN.to_datetime64()),
    ):
        assert forecast(x, y, when, origin=origin).cells.equals(found)


def test_an_incident_at_the_origin_belongs_to_the_future():
    when = [*days(*range(20)), ORIGIN]

    found = forecast([50.0] * 20 + [5050.0], [50.0] * 21, when, origin=ORIGIN)

    assert found.cells["x"].max() < 5000
    just_before = [*when[:-1], ORIGIN - pd.Timedelta(1, "us")]
    assert (
        forecast([50.0] * 20 + [5050.0], [50.0] * 21, just_before, origin=ORIGIN).cells["x"].max()
        >= 5000
    )


def test_late_reports_count_in_the_targets_of_past_horizons():
    when = days(*range(200))
    late = when + pd.Timedelta(days=40)
    of = places.incidents([50] * 200, [50] * 200, when, known=late)

    found = History.at(of, places.moment(MONDAY) + 200.0, horizon=28.0)

    # 160 days are known; the horizon of 28 days that ended 28 days ago is known for 16.
    assert len(found.known) == 161
    assert found.target.sum(axis=1)[-3:].tolist() == [28.0, 17.0, 0.0]


def test_short_histories_fit_on_weeks_and_very_short_ones_are_fixed(town):
    def at(number):
        return forecast(*town, origin=MONDAY + pd.Timedelta(days=number))

    of = places.incidents(*town)
    start = places.moment(MONDAY)
    assert len(History.at(of, start + 113, horizon=28).target) == 3
    weeks = History.at(of, start + 100, horizon=28)
    assert (len(weeks.target), weeks.horizons.tolist()) == (10, [7.0] * 10 + [28.0])
    assert not History.at(of, start + 50, horizon=28).target.size

    # On weeks one set of weights for all cells; level and total are of the 28 days.
    assert len(at(100).strata.iloc[:, 1:].drop_duplicates()) == 1
    assert len(at(600).strata.iloc[:, 1:].drop_duplicates()) > 1
    assert at(100).total == pytest.approx(9000 / 800 * 28, rel=0.2)
    assert "Minder dan acht weken" in at(50).note
    assert at(50).weights["everywhere"] == 0.25
    assert sum(at(50).weights.values()) == pytest.approx(1.0)
    assert "Minder dan acht weken" not in at(100).note


def test_little_data_says_what_to_do():
    rng = np.random.default_rng(0)
    x, y, t = world(rng, np.ones((20, 20)), 300, 400)

    found = forecast(x, y, t, origin=MONDAY + pd.Timedelta(days=400))

    assert "Weinig meldingen voor vakken van 100 meter" in found.note
    assert "21 per 28 dagen" in found.note
    assert "alle geschiedenis" in found.note


def test_nothing_one_and_all_at_once():
    empty = forecast([], [], [], origin=ORIGIN)
    assert (len(empty.cells), empty.total, empty.hours.shape) == (0, 0.0, (0, 168))
    assert "niet mogelijk" in empty.note
    only_addresses = forecast([], [], [], origin=ORIGIN, inhabited=[[50.0, 50.0], [950.0, 50.0]])
    assert only_addresses.cells["expected"].tolist() == [0.0, 0.0]
    assert only_addresses.hours.sum(axis=1) == pytest.approx(1.0)

    one = forecast([50.0], [50.0], [ORIGIN - pd.Timedelta(days=3)], origin=ORIGIN)
    assert one.total == pytest.approx(28 / 3)
    assert one.cells.loc[one.cells["expected"].idxmax(), ["x", "y"]].tolist() == [0.0, 0.0]

    for ago in (0.5, 30, 200, 900):
        at_once = forecast(
            [50.0] * 500, [50.0] * 500, [ORIGIN - pd.Timedelta(days=ago)] * 500, origin=ORIGIN
        )
        assert np.isfinite(at_once.cells.to_numpy(dtype=float)).all()
    one_cell = forecast(
        [50.0] * 300, [50.0] * 300, days(*range(300)), origin=days(300)[0], inhabited=[[50, 50]]
    )
    assert one_cell.cells[["x", "y"]].to_numpy().tolist() == [[0.0, 0.0]]
    assert one_cell.total == pytest.approx(28, rel=0.01)


def test_a_frequent_reporter_is_one_a_day():
    """Twenty a day at one place beside one a day at the other."""
    t = np.repeat(days(*range(100)), 21)
    x = np.tile([50.0] * 20 + [2050.0], 100)

    plain = forecast(x, x, t, origin=days(100)[0]).cells.set_index("x")["expected"]
    daily = forecast(x, x, t, origin=days(100)[0], once_a_day=True).cells.set_index("x")["expected"]

    assert plain.groupby(level=0).max()[0.0] > 10 * plain.groupby(level=0).max()[2000.0]
    assert daily.groupby(level=0).max()[0.0] == pytest.approx(daily.groupby(level=0).max()[2000.0])


def test_reports_without_an_hour_count_for_the_place_only():
    t = days(*range(100))
    found = forecast([50.0] * 100, [50.0] * 100, t, origin=days(100)[0], hour_known=[False] * 100)

    assert found.total == pytest.approx(28, rel=0.01)
    assert found.hours == pytest.approx(1 / 168)


def test_a_place_that_lost_its_trouble_fades_in_the_pool_and_not_in_all_history():
    rng = np.random.default_rng(6)
    old = np.sort(rng.uniform(0, 400, 800))
    new = np.sort(rng.uniform(400, 800, 800))
    x = np.repeat([50.0, 3050.0], 800)
    t = days(*np.concatenate([old, new]))

    def expected(model):
        cells = forecast(x, x, t, origin=days(800)[0], model=model).cells
        return cells.groupby("x")["expected"].max()[[0.0, 3000.0]].tolist()

    gone, here = expected("pool")
    assert here > 20 * gone
    gone, here = expected("all history")
    assert here == pytest.approx(gone, rel=0.05)


@pytest.mark.slow
def test_the_interval_covers_what_comes_in_an_over_dispersed_world():
    """Negative binomial with k = 0.3 a cell and 28 days: 90 % intervals hold 85-96 %."""
    rng = np.random.default_rng(12)
    cells, months = 150, 20
    rate = rng.lognormal(1.2, 0.9, cells)
    counts = rng.poisson(rate * rng.gamma(1 / 0.3, 0.3, (months + 1, cells)))
    month, cell = (index.ravel() for index in np.indices(counts.shape))
    month, cell = np.repeat(month, counts.ravel()), np.repeat(cell, counts.ravel())
    row, col = np.divmod(cell, 15)
    t = days(*(28 * month + rng.uniform(0, 28, len(month))))
    covered, k = [], []
    for last in range(14, months + 1):
        found = forecast(
            col * 100.0 + 50,
            row * 100.0 + 50,
            t,
            origin=days(28 * last)[0],
            inhabited=np.column_stack([col, row]) * 100.0 + 50,
        )
        busy = found.cells["expected"] >= 4
        came = counts[last][
            found.cells["y"] // 100 * 15 + found.cells["x"] // 100 == np.arange(cells)
        ]
        covered.append(((found.cells["low"] <= came) & (came <= found.cells["high"]))[busy])
        k.append(found.dispersion)

    assert 0.85 <= np.concatenate(covered).mean() <= 0.96
    assert 0.15 <= np.mean(k) <= 0.6


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"model": "best"}, "model='best' is not one of pool, all history"),
        ({"horizon": 0}, "horizon is a number of days above 0; found 0"),
        ({"cell_size": -5}, "cell_size is a number of metres above 0; found -5"),
        ({"origin": pd.NaT}, "a moment is local and without time zone"),
        ({"origin": pd.Timestamp("2024-01-01", tz="UTC")}, "without time zone"),
        ({"t": pd.to_datetime(["2024-01-01"]).tz_localize("UTC")}, "t holds local moments"),
        ({"x": [1.0, 2.0]}, r"one value an incident; found lengths \[1, 2\]"),
    ],
)
def test_what_must_hold_is_said(change, message):
    given_ = {"x": [1.0], "y": [1.0], "t": [MONDAY], "origin": ORIGIN} | change

    with pytest.raises(ValueError, match=message):
        forecast(given_.pop("x"), given_.pop("y"), given_.pop("t"), **given_)
