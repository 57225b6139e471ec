"""How often hottimes are found where there are none, and where there is one. Fixed seeds."""

from __future__ import annotations

import numpy as np
import pytest

from thor_metrics import hottimes

WEEKS = 26
GRIDS = 300
HOUR = np.array([1, 1, 1, 1, 1, 1, 2, 4, 6, 7, 7, 7, 8, 8, 8, 8, 9, 9, 9, 8, 7, 6, 4, 2])
DAY = np.array([10, 10, 10, 10, 14, 13, 8])
SHAPE = np.outer(DAY, HOUR) / np.outer(DAY, HOUR).mean()
FRIDAY_NIGHT = (4, slice(20, 24))


def poisson(rng, mean):
    return rng.poisson(mean)


def bursty_hours(rng, mean):
    """Every hour of every week on its own: variance three times the mean."""
    return rng.negative_binomial(mean / 2.0, 1 / 3)


def bursty_weeks(rng, mean):
    """Whole weeks busier and quieter; a busy hour has variance three times its mean or more."""
    weeks = rng.gamma(0.5 * mean.mean(), 1 / (0.5 * mean.mean()), (WEEKS, 1, 1))
    return rng.poisson(mean * weeks)


def bursty_parts(rng, mean):
    """Six hours together busier and quieter: an evening that runs out of hand."""
    parts = rng.gamma(0.5 * mean.mean(), 1 / (0.5 * mean.mean()), (WEEKS, 7, 4))
    return rng.poisson(mean * parts.repeat(6, axis=2))


def grids(kind, *, mean, peak=1.0, shape=SHAPE, seed=26):
    rng = np.random.default_rng(seed)
    expected = np.broadcast_to(shape * mean, (WEEKS, 7, 24)).copy()
    expected[:, *FRIDAY_NIGHT] *= peak
    for _ in range(GRIDS):
        yield kind(rng, expected)


@pytest.mark.parametrize("mean", [0.1, 0.5, 2.0])
@pytest.mark.parametrize("kind", [poisson, bursty_hours, bursty_weeks, bursty_parts])
def test_no_signal_is_flagged_in_at_most_five_percent_of_the_grids(kind, mean):
    flagged = [(hottimes.hot_hours(grid).q < 0.05).any() for grid in grids(kind, mean=mean)]

    print(f"{kind.__name__}, {mean} an hour: {np.mean(flagged):.1%} flagged")
    assert np.mean(flagged) <= 0.05


@pytest.mark.parametrize("mean", [0.1, 0.5, 2.0])
@pytest.mark.parametrize("kind", [poisson, bursty_hours, bursty_weeks, bursty_parts])
def test_a_flat_week_has_no_busy_hours(kind, mean):
    flat = np.ones((7, 24))
    flagged = [
        (hottimes.busy_hours(grid).q < 0.05).any() for grid in grids(kind, mean=mean, shape=flat)
    ]

    print(f"{kind.__name__}, {mean} an hour: {np.mean(flagged):.1%} flagged as busy")
    assert np.mean(flagged) <= 0.1


def test_the_bursts_have_three_times_the_variance():
    """Else the tests above would prove little."""
    for grid in grids(bursty_hours, mean=0.5, shape=np.ones((7, 24))):
        assert grid.var(axis=0, ddof=1).mean() / grid.mean() == pytest.approx(3, abs=0.7)
        break
    for kind in (bursty_weeks, bursty_parts):
        drawn = np.stack(list(grids(kind, mean=2.0, shape=np.ones((7, 24)))))
        assert drawn.var(axis=(0, 1)).mean() / drawn.mean() == pytest.approx(3, abs=0.15)


@pytest.mark.parametrize(
    ("kind", "mean", "peak"), [(poisson, 0.5, 3.0), (poisson, 2.0, 2.0), (bursty_hours, 2.0, 3.0)]
)
def test_a_planted_friday_night_is_found(kind, mean, peak):
    """Two or three times the usual of Friday 20-24 h, of ``mean`` x 168 reports a week."""
    found, missed, elsewhere = [], [], []
    for grid in grids(kind, mean=mean, peak=peak):
        hot = hottimes.hot_hours(grid).q < 0.05
        found.append(hot[FRIDAY_NIGHT].any())
        missed.append(4 - hot[FRIDAY_NIGHT].sum())
        hot[FRIDAY_NIGHT] = False
        elsewhere.append(hot.sum())

    print(
        f"{kind.__name__}, {mean} an hour, peak x{peak:g}: found in {np.mean(found):.1%}, "
        f"{4 - np.mean(missed):.1f} of 4 hours, {np.mean(elsewhere):.2f} other hours"
    )
    assert np.mean(found) >= 0.95
    assert np.mean(elsewhere) <= 0.3


def test_a_strong_peak_makes_no_hours_elsewhere_certain():
    """With the peak in the totals the other days and hours would be expected too low."""
    certain = []
    for grid in grids(bursty_hours, mean=2.0, peak=6.0):
        sure = hottimes.hot_hours(grid).q < 0.01
        assert sure[FRIDAY_NIGHT].any()
        sure[FRIDAY_NIGHT] = False
        certain.append(sure.any())

    print(f"another hour certain in {np.mean(certain):.1%}")
    assert np.mean(certain) <= 0.05
