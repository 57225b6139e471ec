"""Hours of the week against numbers worked out by hand, brute force and other libraries."""

from __future__ import annotations

import datetime as dt
import doctest
import importlib
import math

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats as reference

from thor_metrics import hottimes
from thor_metrics.hottimes import hours as hours_module

MODULES = ("clock", "days", "hours", "profile", "school", "season", "weeks")


@pytest.mark.parametrize("module", MODULES)
def test_examples_in_the_docstrings_run(module):
    result = doctest.testmod(importlib.import_module(f"thor_metrics.hottimes.{module}"))

    assert result.attempted > 0
    assert result.failed == 0


# --- aoristic ------------------------------------------------------------------------------


def moments(*texts):
    return np.array(texts, dtype="datetime64[us]")


def test_a_span_is_shared_by_the_hours_it_lies_in():
    """Monday 22.30 to Tuesday 0.30: a quarter, a half and a quarter."""
    got = hottimes.weekly_profile(moments("2026-01-05T22:30"), moments("2026-01-06T00:30"))

    assert (got[0, 22], got[0, 23], got[1, 0]) == (0.25, 0.5, 0.25)
    assert np.count_nonzero(got) == 3


def test_the_week_begins_on_monday_and_wraps_on_sunday_night():
    got = hottimes.weekly_profile(moments("2026-01-11T23:00"), moments("2026-01-12T01:00"))

    assert (got[6, 23], got[0, 0]) == (0.5, 0.5)
    before_1970 = hottimes.weekly_profile(moments("1969-12-28T23:30"))  # a Sunday
    assert before_1970[6, 23] == 1


def test_no_end_or_no_length_is_the_hour_of_the_start():
    start = moments("2026-01-09T20:59:59", "2026-01-09T20:00", "NaT", "NaT")
    end = moments("NaT", "2026-01-09T20:00", "2026-01-09T20:00", "NaT")

    got = hottimes.weekly_profile(start, end)

    assert got[4, 20] == 2
    assert got.sum() == 2
    assert hottimes.weekly_profile(start).tolist() == got.tolist()


def test_a_span_of_an_exact_hour_is_that_hour_alone():
    got = hottimes.weekly_profile(moments("2026-01-05T10:00"), moments("2026-01-05T11:00"))

    assert got[0, 10] == 1
    assert np.count_nonzero(got) == 1


@pytest.mark.parametrize("days", [7, 8, 400])
def test_a_week_or_more_says_nothing(days):
    start = moments("2026-01-05T10:20")

    got = hottimes.weekly_profile(start, start + np.timedelta64(days, "D"), weights=[84])

    assert got == pytest.approx(np.full((7, 24), 0.5))


def test_a_second_less_than_a_week_has_both_ends_in_one_hour():
    start = moments("2026-01-05T10:20")
    end = start + np.timedelta64(7, "D") - np.timedelta64(1, "s")

    got = hottimes.weekly_profile(start, end)

    assert got.sum() == pytest.approx(1)
    assert got[0, 10] == pytest.approx(3_599 / (7 * 86_400 - 1))
    assert got[0, 11] == pytest.approx(3_600 / (7 * 86_400 - 1))


def minute_by_minute(start, end):
    """The same by counting minutes, as slow as that is."""
    profile = np.zeros((7, 24))
    for first, last in zip(start, end, strict=True):
        steps = int((last - first) / np.timedelta64(1, "m"))
        for minute in range(steps):
            moment = (first + np.timedelta64(minute, "m")).astype(dt.datetime)
            profile[moment.weekday(), moment.hour] += 1 / steps
    return profile


def test_spans_equal_counting_the_minutes():
    rng = np.random.default_rng(1)
    start = np.datetime64("2026-02-01T00:00", "m") + rng.integers(0, 20_000, 60)
    end = start + rng.choice([1, 30, 59, 60, 61, 600, 1_440, 4_000, 10_079], 60)

    got = hottimes.weekly_profile(start, end)

    assert got == pytest.approx(minute_by_minute(start, end), abs=1e-9)


spans = st.lists(
    st.tuples(
        st.datetimes(
            pd.Timestamp(1990, 1, 1).to_pydatetime(), pd.Timestamp(2040, 1, 1).to_pydatetime()
        ),
        st.none() | st.timedeltas(dt.timedelta(0), dt.timedelta(days=9)),
        st.floats(0, 100),
    ),
    min_size=1,
    max_size=30,
)


@given(spans)
def test_aoristic_weights_sum_to_the_events(events):
    start = pd.Series([first for first, _, _ in events])
    end = pd.Series([None if span is None else first + span for first, span, _ in events],
                    dtype="datetime64[us]")  # fmt: skip
    weights = [weight for _, _, weight in events]

    assert hottimes.weekly_profile(start, end).sum() == pytest.approx(len(events))
    got = hottimes.weekly_profile(start, end, weights=weights)
    assert got.sum() == pytest.approx(sum(weights))
    assert (got >= 0).all()


@given(spans, st.integers(-50, 50))
def test_a_week_later_is_the_same_week(events, weeks):
    start = pd.Series([first for first, _, _ in events], dtype="datetime64[us]")
    end = pd.Series([first + (span or dt.timedelta(0)) for first, span, _ in events],
                    dtype="datetime64[us]")  # fmt: skip
    later = pd.Timedelta(days=7 * weeks)

    got = hottimes.weekly_profile(start + later, end + later)

    assert got == pytest.approx(hottimes.weekly_profile(start, end), abs=1e-9)


def test_no_crumbs_in_hours_without_events():
    rng = np.random.default_rng(2)
    start = np.datetime64("2026-01-05T08:00", "s") + rng.integers(0, 3_600, 5_000)
    end = start + rng.integers(1, 7_200, 5_000)

    got = hottimes.weekly_profile(start, end)

    assert np.count_nonzero(got) == 3
    assert got[0, 8:11].sum() == pytest.approx(5_000)


def test_weekly_profile_says_what_is_wrong():
    start, end = moments("2026-01-05", "2026-01-06"), moments("2026-01-06", "2026-01-05")

    with pytest.raises(ValueError, match=r"row 1 \(counting from 0\) runs from 2026-01-06"):
        hottimes.weekly_profile(start, end)
    with pytest.raises(ValueError, match="one length; found 2, 1"):
        hottimes.weekly_profile(start, end[:1])
    with pytest.raises(ValueError, match="without a time zone; found one in Europe/Amsterdam"):
        hottimes.weekly_profile(pd.Series(start).dt.tz_localize("Europe/Amsterdam"))
    with pytest.raises(ValueError, match=r"one weight an event: 2; found shape \(3,\)"):
        hottimes.weekly_profile(start, weights=[1, 2, 3])
    for wrong in ([-1, 1], [math.nan, 1]):
        with pytest.raises(ValueError, match="0 or more"):
            hottimes.weekly_profile(start, weights=wrong)


def test_nothing_gives_zeros():
    assert hottimes.weekly_profile([]).shape == (7, 24)
    assert hottimes.weekly_profile([], []).sum() == 0


# --- weeks ---------------------------------------------------------------------------------


def test_only_whole_weeks_are_counted():
    """1 January 2026 is a Thursday, 1 February a Sunday: weeks from the 5th up to the 26th."""
    days = pd.Series(pd.date_range("2026-01-01 09:30", "2026-01-31 09:30"))

    got = hottimes.week_counts(days, dt.date(2026, 1, 1), dt.date(2026, 2, 1))

    assert got.shape == (3, 7, 24)
    assert (got[:, :, 9] == 1).all()
    assert got.sum() == 21


def test_week_counts_leave_out_the_missing_and_weigh_the_rest():
    days = moments("2026-01-05T00:00", "2026-01-11T23:59:59", "NaT", "2026-01-12T00:00")

    got = hottimes.week_counts(
        days, dt.date(2026, 1, 5), dt.date(2026, 1, 12), weights=[2, 3, 5, 7]
    )

    assert (got[0, 0, 0], got[0, 6, 23], got.sum()) == (2, 3, 5)


def test_less_than_a_week_is_no_week():
    first, end = dt.date(2026, 1, 6), dt.date(2026, 1, 12)

    assert hottimes.week_counts(moments("2026-01-07"), first, end).shape == (0, 7, 24)
    assert hottimes.whole_weeks(first, end) == (end, end)
    with pytest.raises(ValueError, match="found 2026-01-12 to 2026-01-06"):
        hottimes.whole_weeks(end, first)


@given(st.dates(dt.date(1990, 1, 1), dt.date(2040, 1, 1)), st.integers(0, 400))
def test_whole_weeks_lie_within_and_leave_less_than_a_week_at_each_end(start, days):
    end = start + dt.timedelta(days=days)
    first, last = hottimes.whole_weeks(start, end)

    assert first.weekday() == last.weekday() == 0
    assert first - start < dt.timedelta(days=7)
    if last > first:
        assert dt.timedelta(0) <= end - last < dt.timedelta(days=7)


def test_exposure_of_a_part_of_a_week():
    got = hottimes.exposure_hours(dt.date(2026, 1, 9), dt.date(2026, 1, 12))  # Friday to Sunday

    assert got.sum(axis=1).tolist() == [0, 0, 0, 0, 24, 24, 24]
    assert hottimes.exposure_hours(dt.date(2026, 1, 9), dt.date(2026, 1, 9)).sum() == 0


def test_the_nights_the_clock_changes_have_23_and_25_hours():
    spring = hottimes.exposure_hours(dt.date(2026, 3, 29), dt.date(2026, 3, 30))
    autumn = hottimes.exposure_hours(dt.date(2026, 10, 25), dt.date(2026, 10, 26))

    assert (spring.sum(), spring[6, 2]) == (23, 0)
    assert (autumn.sum(), autumn[6, 2]) == (25, 2)
    assert (
        hottimes.exposure_hours(dt.date(2026, 3, 29), dt.date(2026, 3, 30), zone="UTC").sum() == 24
    )


def test_a_zone_that_shifts_half_an_hour():
    got = hottimes.exposure_hours(
        dt.date(2026, 4, 5), dt.date(2026, 4, 6), zone="Australia/Lord_Howe"
    )

    assert (got.sum(), got[6, 1]) == (24.5, 1.5)


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "../etc"])
def test_an_unknown_zone(zone):
    with pytest.raises(ValueError, match="no time zone known here"):
        hottimes.exposure_hours(dt.date(2026, 1, 1), dt.date(2026, 1, 2), zone=zone)


def test_exposure_is_the_time_that_really_passed():
    start, end = dt.date(2019, 5, 3), dt.date(2026, 8, 17)

    got = hottimes.exposure_hours(start, end)

    passed = pd.Timestamp(end, tz="Europe/Amsterdam") - pd.Timestamp(start, tz="Europe/Amsterdam")
    assert got.sum() == passed / pd.Timedelta(hours=1)
    halves = (hottimes.exposure_hours(start, dt.date(2022, 3, 27)),
              hottimes.exposure_hours(dt.date(2022, 3, 27), end))  # fmt: skip
    assert (halves[0] + halves[1]).tolist() == got.tolist()


def test_dagdelen_hold_every_hour_once():
    grid = np.random.default_rng(3).poisson(4, (2, 7, 24))

    got = hottimes.by_dagdeel(grid)

    assert list(hottimes.DAGDELEN) == ["nacht", "ochtend", "middag", "avond"]
    assert got.shape == (2, 7, 4)
    assert got.sum(axis=-1).tolist() == grid.sum(axis=-1).tolist()
    assert got[0, 0, 0] == grid[0, 0, :6].sum()
    with pytest.raises(ValueError, match=r"found shape \(7, 4\)"):
        hottimes.by_dagdeel(got[0])
    assert np.isnan(hottimes.by_dagdeel([math.nan] + [1] * 23)).tolist() == [True, *[False] * 3]


# --- unusual hours -------------------------------------------------------------------------


def noise(seed, mean=1.0, weeks=12):
    return np.random.default_rng(seed).poisson(mean, (weeks, 7, 24)).astype(float)


def test_expected_is_day_times_hour():
    counts = noise(4)
    table = counts.sum(axis=0)

    got = hottimes.hot_hours(counts)

    assert got.observed.tolist() == table.tolist()
    assert got.expected == pytest.approx(reference.contingency.expected_freq(table))


def test_expected_with_exposure_is_the_model_of_statsmodels():
    counts = noise(5, mean=3)
    hours = np.random.default_rng(6).uniform(10, 12, (7, 24))
    day, hour = (axis.ravel() for axis in np.indices((7, 24)))
    design = pd.get_dummies(pd.DataFrame({"day": day, "hour": hour}), columns=["day", "hour"])
    fitted = sm.GLM(
        counts.sum(axis=0).ravel(), design.drop(columns="day_0").astype(float),
        family=sm.families.Poisson(), exposure=hours.ravel(),
    ).fit(tol=1e-12)  # fmt: skip

    got = hottimes.hot_hours(counts, exposure=hours)

    assert not (got.q < 0.05).any()
    assert got.expected.ravel() == pytest.approx(fitted.fittedvalues.to_numpy(), rel=1e-6)


def test_p_is_the_tail_of_the_negative_binomial():
    counts = np.random.default_rng(7).negative_binomial(1, 0.4, (20, 7, 24)).astype(float)

    got = hottimes.hot_hours(counts)

    share = counts.sum(axis=(1, 2)) / counts.sum()
    spread = (counts - share[:, None, None] * got.observed) ** 2 / share[:, None, None]
    own = spread.sum(axis=0) / got.observed / 19
    phi = np.maximum(got.dispersion, (got.dispersion + own) / 2)
    size = got.expected / (phi - 1)
    assert got.dispersion > 2
    assert got.p == pytest.approx(reference.nbinom.sf(got.observed - 1, size, 1 / phi))
    assert got.q.ravel() == pytest.approx(
        reference.false_discovery_control(got.p.ravel(), method="bh")
    )


def test_p_is_that_of_poisson_where_nothing_is_bursty():
    counts = np.tile(np.array([1.0, 2.0]), (10, 7, 12))
    counts[:, 4, 20] = 5  # every week alike: no variation at all

    got = hottimes.busy_hours(counts)

    assert got.dispersion == 1
    assert got.p == pytest.approx(reference.poisson.sf(got.observed - 1, got.expected))


def test_dispersion_by_hand():
    """Two weeks of equal totals, hours 3 and 1 against 1 and 3: (y - m)^2 = 1 each, s = 1/2.

    Squares 4 / (1/2) = 8; the totals are 4 of 8 twice, so 4 x 1/2 + 4 x 1/2 = 4; 8 / 4 = 2.
    """
    counts = np.zeros((2, 7, 24))
    counts[0, 0, :2] = [3, 1]
    counts[1, 0, :2] = [1, 3]

    assert hottimes.busy_hours(counts).dispersion == 2


def test_busy_weeks_are_no_bursts():
    """All hours of a week times one factor is no variation of the hours."""
    counts = np.ones((6, 7, 24)) * np.array([1, 2, 3, 4, 5, 60])[:, np.newaxis, np.newaxis]

    assert hottimes.hot_hours(counts).dispersion == 1


@pytest.mark.parametrize("mean", [0.2, 0.5, 5.0])
def test_dispersion_is_found_also_where_little_happens(mean):
    rng = np.random.default_rng(8)
    found = [
        hottimes.hot_hours(rng.negative_binomial(mean / 2, 1 / 3, (52, 7, 24))).dispersion
        for _ in range(40)
    ]

    assert np.mean(found) == pytest.approx(3, rel=0.12)


def test_a_peak_does_not_raise_what_is_expected_of_itself():
    counts = np.ones((26, 7, 24))
    counts[:, 4, 20:] = 5

    got = hottimes.hot_hours(counts)

    assert np.argwhere(got.q < 0.05).tolist() == [[4, hour] for hour in range(20, 24)]
    assert got.expected == pytest.approx(np.full((7, 24), 26.0), rel=1e-6)
    assert got.largest_week[4, 20] == pytest.approx(1 / 26)


def test_a_day_that_is_nearly_all_peak_stays_in_its_own_total():
    """14 unusual hours of a Friday leave ten to go by; 20 would leave four."""
    counts = np.full((26, 7, 24), 20.0)
    counts[:, 4, :14] = 200
    more = np.full((26, 7, 24), 20.0)
    more[:, 4, :20] = 200

    assert hottimes.hot_hours(counts).expected == pytest.approx(np.full((7, 24), 520.0))
    got = hottimes.hot_hours(more)
    assert got.expected == pytest.approx(reference.contingency.expected_freq(got.observed))
    assert (got.q[4, :20] < 0.01).all()


@pytest.mark.parametrize("count", [hottimes.hot_hours, hottimes.busy_hours])
def test_parts_of_the_day_are_tested_as_hours_are(count):
    """Four parts, and the same four among hours in which nothing ever happens."""
    counts = hottimes.by_dagdeel(noise(14, mean=0.2, weeks=20))
    counts[:, 4, 3] *= 4
    among = np.zeros((20, 7, 24))
    among[:, :, :4] = counts
    hours = np.zeros((7, 24))
    hours[:, :4] = 120

    got, other = count(counts, exposure=np.full((7, 4), 120)), count(among, exposure=hours)

    assert got.q.shape == (7, 4)
    assert got.q[4, 3] < 0.05
    assert other.q[:, :4] == pytest.approx(got.q)
    assert other.expected[:, :4] == pytest.approx(got.expected)


def test_only_hours_with_events_are_something_to_go_by():
    """Friday has five such hours; one of them left is less than a quarter, two are more."""
    expected = np.zeros((7, 24), dtype=bool)
    expected[:, :5] = True
    left = np.ones((7, 24), dtype=bool)
    left[4, :4] = False

    assert hours_module._little_left(left, expected)
    left[4, 3] = True
    assert not hours_module._little_left(left, expected)


def test_one_wild_evening_is_no_habit():
    counts = np.full((10, 7, 24), 1.0)
    counts[3, 5, 22] = 41
    habit = np.full((10, 7, 24), 1.0)
    habit[:, 5, 22] = 5

    once, often = hottimes.hot_hours(counts), hottimes.hot_hours(habit)

    assert once.observed[5, 22] == often.observed[5, 22] == 50
    assert (once.q[5, 22] > 0.05, often.q[5, 22] < 0.01) == (True, True)
    assert once.largest_week[5, 22] == pytest.approx(41 / 50)
    assert often.largest_week[5, 22] == pytest.approx(5 / 50)


def test_busy_and_unusual_are_two_questions():
    """Every afternoon busy is busy and nothing unusual."""
    counts = np.ones((20, 7, 24))
    counts[:, :, 12:18] = 4

    assert (hottimes.busy_hours(counts).q[:, 12:18] < 0.01).all()
    assert not (hottimes.hot_hours(counts).q < 0.05).any()
    assert hottimes.busy_hours(counts).expected == pytest.approx(np.full((7, 24), 20 * 1.75))


def test_exposure_of_busy_hours():
    counts = np.ones((4, 7, 24))
    hours = np.full((7, 24), 4.0)
    hours[6, 2] = 8

    got = hottimes.busy_hours(counts, exposure=hours)

    assert got.expected[6, 2] == pytest.approx(2 * got.expected[0, 0])
    assert got.expected.sum() == pytest.approx(counts.sum())


def test_hours_and_days_without_any_event_are_not_tested():
    counts = noise(10, mean=3)
    counts[:, 6] = 0
    counts[:, :, 3] = 0

    got = hottimes.hot_hours(counts)

    assert np.isnan(got.p[6]).all()
    assert np.isnan(got.q[:, 3]).all()
    assert (np.isfinite(got.p).sum(), got.expected[6].sum()) == (6 * 23, 0)
    assert np.isnan(got.largest_week[6]).all()


@pytest.mark.parametrize("count", [hottimes.hot_hours, hottimes.busy_hours])
@pytest.mark.parametrize("weeks", [0, 1, 5])
def test_nothing_gives_no_p(count, weeks):
    got = count(np.zeros((weeks, 7, 24)))

    assert np.isnan(got.p).all()
    assert np.isnan(got.q).all()
    assert got.expected.sum() == 0


def test_one_week_says_nothing_of_the_variation():
    got = hottimes.hot_hours(np.ones((1, 7, 24)))

    assert np.isnan(got.dispersion)
    assert np.isnan(got.p).all()
    assert got.expected == pytest.approx(np.ones((7, 24)))


def test_everything_in_one_hour_is_expected_there():
    counts = np.zeros((5, 7, 24))
    counts[:, 4, 22] = 3

    got = hottimes.hot_hours(counts)

    assert (got.expected[4, 22], got.dispersion) == (15, 1)
    assert np.isfinite(got.p).sum() == 1
    assert got.p[4, 22] > 0.4
    assert hottimes.busy_hours(counts).q[4, 22] < 1e-9


def test_hot_hours_say_what_is_wrong():
    good = np.ones((3, 7, 24))
    for wrong in (good[0], good[:, :6], good[:, :, :0]):
        with pytest.raises(ValueError, match=r"counts must have shape \(weeks, 7, 24\)"):
            hottimes.hot_hours(wrong)
    for wrong in (-good, good * math.nan):
        with pytest.raises(ValueError, match="0 or more"):
            hottimes.hot_hours(wrong)
    with pytest.raises(ValueError, match=r"exposure must have shape \(7, 24\)"):
        hottimes.busy_hours(good, exposure=[1, 2])
    with pytest.raises(ValueError, match="hours of exposure"):
        hottimes.busy_hours(good, exposure=-np.ones((7, 24)))
    hours = np.ones((7, 24))
    hours[6, 2] = 0
    with pytest.raises(ValueError, match=r"weekday 6 \(Monday is 0\), 2 h"):
        hottimes.busy_hours(good, exposure=hours)


@given(st.integers(0, 10_000), st.integers(0, 6), st.integers(0, 23))
def test_turning_days_and_hours_turns_the_result(seed, days, hours):
    counts = noise(seed, mean=0.7, weeks=4)
    turned = np.roll(counts, (days, hours), axis=(1, 2))

    one, other = hottimes.hot_hours(counts), hottimes.hot_hours(turned)

    assert other.p == pytest.approx(np.roll(one.p, (days, hours), axis=(0, 1)), nan_ok=True)
    assert other.dispersion == pytest.approx(one.dispersion)


# --- the clock -----------------------------------------------------------------------------


def test_mean_r_and_p_of_eighteen_hours_as_r_circular_gives_them():
    """Nine hours on each side of the mean at the distance whose cosine is r."""
    mean, r, p = 23.5753730993, 0.70997347187988, 3.0751536577978e-05
    distance = math.acos(r) * 24 / (2 * math.pi)
    hours = [(mean + side * distance) % 24 for side in (-1, 1) for _ in range(9)]

    assert hottimes.clock_mean(hours) == pytest.approx((mean, r, p), rel=1e-10)


@given(st.lists(st.floats(0, 24), min_size=1, max_size=40))
def test_mean_and_length_are_those_of_scipy(hours):
    mean, r, p = hottimes.clock_mean(hours)

    # scipy's variance loses its last digits where all hours are one.
    assert 1 - r == pytest.approx(reference.circvar(hours, high=24), abs=1e-9)
    assert 0 <= p <= 1
    if r > 1e-6:
        other = reference.circmean(hours, high=24)
        assert min(abs(mean - other), 24 - abs(mean - other)) < 1e-6


@pytest.mark.parametrize("n", [5, 18, 60])
def test_rayleigh_p_is_how_often_chance_does_so(n):
    rng = np.random.default_rng(11)
    angles = rng.uniform(0, 2 * np.pi, (40_000, n))
    lengths = np.sort(np.hypot(np.cos(angles).mean(axis=1), np.sin(angles).mean(axis=1)))
    for share in (0.2, 0.05, 0.01):
        r = lengths[int((1 - share) * len(lengths))]
        distance = math.acos(r) * 12 / math.pi
        hours = [12 - distance, 12 + distance] * (n // 2)
        if n % 2 == 0:
            p = hottimes.clock_mean(hours)[2]
            assert p == pytest.approx(share, rel=0.12)
    drawn = [hottimes.clock_mean(row * 12 / np.pi)[2] for row in angles[:2_000]]
    assert np.mean(np.array(drawn) < 0.05) == pytest.approx(0.05, abs=0.013)


def test_the_mean_of_23_and_1_is_midnight():
    mean, r, _ = hottimes.clock_mean([23, 1, math.nan])

    assert min(mean, 24 - mean) < 1e-9
    assert r == pytest.approx(math.cos(math.pi / 12))


def test_hours_across_the_clock_have_no_mean():
    mean, r, p = hottimes.clock_mean([0, 6, 12, 18])

    assert math.isnan(mean)
    assert r == pytest.approx(0)
    assert p == pytest.approx(1)


def test_clock_mean_of_little():
    assert all(math.isnan(value) for value in hottimes.clock_mean([]))
    assert hottimes.clock_mean([7.5]) == pytest.approx((7.5, 1, 1))
    with pytest.raises(ValueError, match="found 3 to 25"):
        hottimes.clock_mean([3, 25])
