"""Density against scikit-learn, the exact sum and totals that have to come out."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.neighbors import KernelDensity

from thor_metrics.hotspots import bandwidth_nrd, count_grid, density, kde

BOUNDS = (176_000, 317_000, 179_000, 319_000)
KERNELS = ("gaussian", "quartic")


def points(n, seed=1, *, inside=700):
    """Points at least ``inside`` metres from the bounds."""
    west, south, east, north = BOUNDS
    rng = np.random.default_rng(seed)
    return (
        rng.uniform(west + inside, east - inside, n),
        rng.uniform(south + inside, north - inside, n),
    )


def exact(x, y, *, cell_size, bandwidth, kernel, weights=None):
    grid = count_grid(x, y, cell_size=cell_size, bounds=BOUNDS)
    across, up = grid.centres()
    total = np.zeros(grid.counts.shape)
    for px, py, w in zip(x, y, np.ones(len(x)) if weights is None else weights, strict=True):
        d2 = ((across - px) ** 2 + (up - py) ** 2) / bandwidth**2
        if kernel == "gaussian":
            total += w * np.exp(-d2 / 2) / (2 * math.pi * bandwidth**2)
        else:
            total += w * 3 / (math.pi * bandwidth**2) * np.maximum(1 - d2, 0) ** 2
    return total * 1e6


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("many", [False, True])
def test_the_integral_is_the_sum_of_the_weights(kernel, many, monkeypatch):
    if many:
        monkeypatch.setattr(density, "_MANY", 10)
    x, y = points(40)
    weights = np.linspace(0, 3, 40)
    for cell_size, bandwidth in ((50, 150), (100, 50), (20, 133.3)):
        options = {"bounds": BOUNDS, "cell_size": cell_size, "bandwidth": bandwidth}
        km2 = cell_size**2 / 1e6

        one = kde(x[:1], y[:1], kernel=kernel, **options)
        assert one.sum() * km2 == pytest.approx(1, rel=1e-9)
        weighted = kde(x, y, kernel=kernel, weights=weights, **options)
        assert weighted.sum() * km2 == pytest.approx(weights.sum(), rel=1e-9)
        assert one.min() >= 0


def test_the_gaussian_equals_scikit_learn():
    x, y = points(60)
    grid = count_grid(x, y, cell_size=20, bounds=BOUNDS)
    model = KernelDensity(bandwidth=150, rtol=0, atol=0).fit(np.column_stack([x, y]))
    centres = np.column_stack([axis.ravel() for axis in grid.centres()])
    expected = np.exp(model.score_samples(centres)).reshape(grid.counts.shape) * 60 * 1e6

    found = kde(x, y, bounds=BOUNDS, cell_size=20, bandwidth=150)

    assert np.abs(found - expected).max() < 0.002 * expected.max()
    assert found.argmax() == expected.argmax()


@pytest.mark.parametrize(
    ("kernel", "bandwidth", "worst"), [("gaussian", 150, 0.005), ("quartic", 400, 0.01)]
)
def test_a_coarse_grid_is_near_the_exact_sum(kernel, bandwidth, worst):
    """Cells of a third of the bandwidth, weights, and points right up to the bounds."""
    x, y = points(200, inside=0)
    weights = np.random.default_rng(2).random(200)
    options = {"cell_size": 50, "bandwidth": bandwidth, "kernel": kernel, "weights": weights}

    found = kde(x, y, bounds=BOUNDS, **options)

    expected = exact(x, y, **options)
    assert np.abs(found - expected).max() < worst * expected.max()


def test_many_points_are_counted_in_their_own_cell_and_come_out_the_same(monkeypatch):
    x, y = points(100_000, inside=100)
    options = {"bounds": BOUNDS, "cell_size": 50, "bandwidth": 150}
    shared = kde(x, y, **options)
    monkeypatch.setattr(density, "_MANY", 1000)

    counted = kde(x, y, **options)

    assert not np.array_equal(counted, shared)
    assert np.abs(counted - shared).max() < 0.01 * shared.max()


@pytest.mark.parametrize(
    ("kernel", "bandwidth", "variance"),
    [("gaussian", 100, 100**2), ("gaussian", 200, 200**2), ("quartic", 400, 400**2 / 8)],
)
@pytest.mark.parametrize("many", [False, True])
def test_the_kernel_is_as_wide_as_it_says(kernel, bandwidth, variance, many, monkeypatch):
    """Sheppard: the variance is that of the points and the kernel, and none of the cells."""
    if many:
        monkeypatch.setattr(density, "_MANY", 10)
    x = np.random.default_rng(3).normal(177_550, 120, 20_000)
    y = np.full(x.size, 318_050.0)
    across, up = count_grid(x, y, cell_size=100, bounds=BOUNDS).centres()

    found = kde(x, y, bounds=BOUNDS, cell_size=100, bandwidth=bandwidth, kernel=kernel)

    share = found / found.sum()
    spread = (share * (across - x.mean()) ** 2).sum()
    assert spread - x.var() == pytest.approx(variance, rel=0.03)
    assert (share * (up - 318_050)).sum() == pytest.approx(0, abs=1e-6)


def test_points_just_outside_the_bounds_count_too():
    outside = kde([176_000 - 30], [318_000], bounds=BOUNDS, cell_size=50, bandwidth=100)
    inside = kde([176_000 + 30], [318_000], bounds=BOUNDS, cell_size=50, bandwidth=100)
    wide = (175_000, *BOUNDS[1:])

    all_of_it = kde([176_000 - 30], [318_000], bounds=wide, cell_size=50, bandwidth=100)

    assert outside == pytest.approx(all_of_it[:, 20:])
    assert outside.sum() / inside.sum() == pytest.approx(0.382 / 0.618, rel=0.02)  # Phi(-0.3)


def test_missing_points_are_left_out():
    options = {"bounds": BOUNDS, "cell_size": 50, "bandwidth": 100}

    found = kde([177_000, math.nan, 177_000], [318_000, 318_000, math.inf], **options)

    assert found == pytest.approx(kde([177_000], [318_000], **options))
    assert kde([177_000], [318_000], weights=[math.nan], **options).sum() == 0
    assert kde([], [], **options).shape == (40, 60)


# --- mask ----------------------------------------------------------------------------------


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("many", [False, True])
def test_an_even_spread_is_even_up_to_the_edge_of_the_area(kernel, many, monkeypatch):
    """One point in the middle of every cell of an L: 400 per km2 everywhere in it."""
    if many:
        monkeypatch.setattr(density, "_MANY", 10)
    mask = np.ones((40, 60), dtype=bool)
    mask[20:, 25:] = False
    grid = count_grid([], [], cell_size=50, bounds=BOUNDS).with_mask(mask)
    x, y = (axis[mask] for axis in grid.centres())

    found = kde(x, y, bounds=BOUNDS, cell_size=50, bandwidth=180, kernel=kernel, mask=mask)

    assert found[mask] == pytest.approx(400, rel=1e-9)
    assert np.isnan(found[~mask]).all()


@pytest.mark.parametrize("many", [False, True])
def test_points_outside_the_mask_change_nothing(many, monkeypatch):
    if many:
        monkeypatch.setattr(density, "_MANY", 0)
    mask = np.zeros((40, 60), dtype=bool)
    mask[10:30, 10:30] = True
    options = {"bounds": BOUNDS, "cell_size": 50, "bandwidth": 100, "mask": mask}
    inside = kde([176_600], [317_600], **options)

    found = kde([176_600, 176_499.9, 177_500], [317_600, 317_600, 318_600], **options)

    assert found == pytest.approx(inside, nan_ok=True)
    assert np.nansum(inside) * 0.05**2 == pytest.approx(1, abs=0.2)
    assert np.nansum(kde([177_000], [318_000], **options)) * 0.05**2 == pytest.approx(1, abs=1e-3)


@given(st.integers(1, 29), st.integers(0, 5))
def test_two_groups_add_up(cut, seed):
    x, y = points(30, seed, inside=0)
    mask = np.random.default_rng(seed).random((20, 30)) < 0.7
    for area in (None, mask):
        options = {"bounds": BOUNDS, "cell_size": 100, "bandwidth": 150, "mask": area}
        parts = kde(x[:cut], y[:cut], **options) + kde(x[cut:], y[cut:], **options)
        assert kde(x, y, **options) == pytest.approx(parts, nan_ok=True)


@given(st.integers(-3, 3), st.integers(-3, 3), st.sampled_from(KERNELS))
def test_moving_everything_by_whole_cells_changes_nothing(cols, rows, kernel):
    x, y = points(20)
    dx, dy = 100 * cols, 100 * rows
    moved = (BOUNDS[0] + dx, BOUNDS[1] + dy, BOUNDS[2] + dx, BOUNDS[3] + dy)
    options = {"cell_size": 100, "bandwidth": 200, "kernel": kernel}

    here = kde(x, y, bounds=BOUNDS, **options)

    there = kde(x + dx, y + dy, bounds=moved, **options)
    assert there == pytest.approx(here, rel=1e-6, abs=1e-6 * here.max())


def test_the_map_is_that_of_the_grid():
    found = kde([176_010], [318_990], bounds=BOUNDS, cell_size=100, bandwidth=100)

    assert found.shape == count_grid([], [], bounds=BOUNDS).counts.shape
    assert np.unravel_index(found.argmax(), found.shape) == (19, 0)  # north-west


def test_kde_says_what_is_wrong():
    options = {"bounds": BOUNDS, "cell_size": 100, "bandwidth": 100}
    with pytest.raises(ValueError, match="kernel='box' is not one of gaussian, quartic"):
        kde([1], [1], kernel="box", **options)
    with pytest.raises(ValueError, match="at least half a cell of 100 m; found 49 m"):
        kde([1], [1], **options | {"bandwidth": 49})
    with pytest.raises(ValueError, match=r"\(20, 30\); found a mask of \(3, 3\)"):
        kde([1], [1], mask=np.ones((3, 3)), **options)
    with pytest.raises(ValueError, match="west, south, east, north"):
        kde([1], [1], **options | {"bounds": (5, 0, 5, 100)})
    with pytest.raises(ValueError, match="positive number of metres"):
        kde([1], [1], **options | {"cell_size": 0})
    with pytest.raises(ValueError, match="equally long"):
        kde([1, 2], [1], **options)


# --- bandwidth_nrd -------------------------------------------------------------------------


def test_bandwidth_by_hand():
    """Both axes: IQR / 1.34 = 149.25 and, half of them in one place, s = 44.72."""
    found = bandwidth_nrd([0, 100, 200, 300, 400], [0, 0, 100, 0, 0])

    assert found == pytest.approx(1.06 * (200 / 1.34 + math.sqrt(2000)) / 2 / 5**0.2)


def test_bandwidth_heeds_both_axes():
    x, y = points(500)

    wide = bandwidth_nrd(x, 10 * y)

    assert wide == pytest.approx(bandwidth_nrd(10 * y, x))
    assert wide == pytest.approx((bandwidth_nrd(x, x) + 10 * bandwidth_nrd(y, y)) / 2)
    assert bandwidth_nrd(np.append(x, math.nan), np.append(y, 0)) == pytest.approx(
        bandwidth_nrd(x, y)
    )


def test_bandwidth_needs_points_in_two_places():
    with pytest.raises(ValueError, match="at least two points; found 1"):
        bandwidth_nrd([1, math.nan], [1, 1])
    with pytest.raises(ValueError, match="all points lie in one place"):
        bandwidth_nrd([1, 1, 1], [2, 2, 2])
