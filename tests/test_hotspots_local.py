"""Gi*, window and cell tests against esda, published values, enumeration and permutations."""

from __future__ import annotations

import itertools
import math

import geopandas
import numpy as np
import pytest
import shapely
from esda import G_Local
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from libpysal.weights import KNN, WSP, Queen, W
from scipy import sparse
from scipy import stats as reference

from thor_metrics.hotspots import cell_p, gi_star, local, window_p

MAPS = hnp.arrays(
    np.int64,
    st.tuples(st.integers(1, 7), st.integers(1, 7)),
    elements=st.integers(0, 9),
)

# The remote-sensing example of Getis & Ord 1996 (p. 266): 16 x 16 cells of 30 m, from the south
# as in spData's "getisord" (CC0).
GETIS_ORD = np.array([
    [40, 41, 42, 43, 49, 54, 47, 44, 42, 44, 43, 46, 52, 56, 56, 61],
    [40, 42, 41, 40, 43, 49, 46, 42, 42, 43, 43, 49, 59, 62, 53, 62],
    [43, 42, 40, 42, 42, 42, 41, 42, 42, 43, 42, 53, 66, 61, 51, 62],
    [44, 41, 39, 42, 44, 43, 42, 42, 42, 43, 43, 49, 56, 53, 53, 61],
    [42, 43, 44, 43, 42, 41, 42, 44, 43, 43, 44, 47, 58, 59, 55, 61],
    [52, 59, 61, 56, 41, 40, 43, 44, 46, 48, 50, 52, 68, 69, 60, 61],
    [62, 62, 86, 85, 55, 59, 64, 72, 75, 70, 70, 62, 66, 61, 55, 57],
    [65, 62, 68, 72, 102, 94, 90, 83, 74, 81, 96, 69, 52, 50, 51, 54],
    [62, 59, 55, 61, 99, 97, 93, 80, 65, 87, 107, 80, 59, 60, 67, 66],
    [62, 55, 56, 56, 80, 90, 99, 88, 64, 91, 112, 94, 76, 91, 100, 85],
    [63, 57, 58, 58, 77, 92, 82, 71, 59, 90, 105, 92, 79, 98, 110, 83],
    [59, 58, 60, 64, 88, 99, 82, 81, 71, 80, 89, 89, 89, 102, 104, 75],
    [55, 54, 53, 61, 82, 102, 88, 93, 96, 94, 110, 114, 109, 103, 92, 68],
    [55, 55, 56, 60, 91, 95, 86, 98, 115, 105, 110, 107, 101, 89, 85, 68],
    [62, 63, 64, 59, 85, 88, 95, 106, 110, 99, 89, 82, 79, 84, 97, 79],
    [55, 56, 54, 58, 65, 75, 82, 77, 74, 74, 69, 61, 62, 71, 73, 63],
])  # fmt: skip
CELL_120 = 119


def esda_z(values, w, *, star=True):
    """Analytic z of esda; its default transform="R" has a wrong variance, "B" has the right one."""
    return G_Local(
        np.asarray(values, dtype=float).ravel(),
        w,
        transform="B",
        star=star,
        permutations=0,
        n_jobs=1,
        keep_simulations=False,
    ).Zs


def within(x, y, distance):
    """Binary weights between all places at most this far apart, themselves included."""
    apart = np.hypot(x[:, None] - x, y[:, None] - y)
    return sparse.csr_array((apart <= distance + 1e-9).astype(float))


def without_self(weights):
    return WSP(sparse.csr_matrix(weights - sparse.diags_array(weights.diagonal()))).to_W()


def squares(rows, cols, distance):
    y, x = np.indices((rows, cols)).reshape(2, -1).astype(float)
    return within(x, y, distance)


def hexagons(rows, cols):
    """Seven to a full window: odd rows lie half a cell further east."""
    row, col = np.indices((rows, cols)).reshape(2, -1)
    return within(col + (row % 2) / 2, row * math.sqrt(3) / 2, 1.0)


# --- gi_star -------------------------------------------------------------------------------


def test_gi_star_by_hand():
    """One 9 in the corner of 4 x 4: mean 9/16, its window of 4 cells holds all of it."""
    y = np.zeros((4, 4))
    y[0, 0] = 9
    s = math.sqrt(81 / 16 - (9 / 16) ** 2)

    z = gi_star(y)

    assert z[0, 0] == pytest.approx((9 - 4 * 9 / 16) / (s * math.sqrt((16 * 4 - 16) / 15)))
    assert z[1, 1] == pytest.approx((9 - 9 * 9 / 16) / (s * math.sqrt((16 * 9 - 81) / 15)))
    assert z[3, 3] == pytest.approx(-4 * 9 / 16 / (s * math.sqrt((16 * 4 - 16) / 15)))


def test_the_published_values_of_getis_and_ord():
    thirty = squares(16, 16, 1)
    ninety = squares(16, 16, 3)

    assert gi_star(GETIS_ORD, weights=thirty).flat[CELL_120] == pytest.approx(
        1.45077980738707, abs=1e-13
    )
    assert gi_star(GETIS_ORD, weights=ninety).flat[CELL_120] == pytest.approx(
        2.09693874646776, abs=1e-13
    )
    # Gi leaves the cell itself out; that esda finds the published one shows these are the data.
    assert esda_z(GETIS_ORD, without_self(thirty), star=False)[CELL_120] == pytest.approx(
        1.2219791625855, abs=1e-13
    )
    hot = gi_star(GETIS_ORD, weights=thirty) > 1.959964
    assert hot.sum() == 59


@pytest.mark.parametrize("reach", [1, 2, 5])
def test_gi_star_equals_esda_on_squares(reach):
    y = np.random.default_rng(reach).poisson(0.7, (13, 9))

    row, col = np.indices(y.shape).reshape(2, -1)
    near = np.maximum(abs(row[:, None] - row), abs(col[:, None] - col)) <= reach
    weights = sparse.csr_array(near.astype(float))

    expected = esda_z(y, without_self(weights)).reshape(y.shape)
    assert gi_star(y, reach=reach) == pytest.approx(expected, abs=1e-9)
    assert gi_star(y, weights=weights) == pytest.approx(expected, abs=1e-9)


def test_gi_star_equals_esda_on_hexagons():
    y = np.random.default_rng(1).negative_binomial(0.3, 0.2, 20 * 15)
    weights = hexagons(20, 15)
    assert weights.sum(axis=1).max() == 7

    assert gi_star(y, weights=weights) == pytest.approx(esda_z(y, without_self(weights)), abs=1e-9)


def test_gi_star_equals_esda_on_irregular_weights():
    rng = np.random.default_rng(2)
    places = rng.random((150, 2))
    y = rng.poisson(2, 150)
    w = KNN.from_array(places, k=6)
    lonely = W({**w.neighbors, 3: [5], 5: [3, 8, 9]})

    for one in (w, lonely):
        weights = one.sparse + sparse.eye_array(150)
        assert gi_star(y, weights=weights) == pytest.approx(esda_z(y, one), abs=1e-9)


def test_gi_star_inside_a_mask_equals_esda_on_the_cells_of_the_mask():
    rng = np.random.default_rng(3)
    y = rng.poisson(1, (12, 12))
    mask = rng.random(y.shape) < 0.7
    row, col = np.nonzero(mask)
    frame = geopandas.GeoDataFrame(geometry=shapely.box(col, row, col + 1, row + 1))
    w = Queen.from_dataframe(frame, use_index=False, silence_warnings=True)

    z = gi_star(np.where(mask, y, 1000), mask=mask)

    assert z[mask] == pytest.approx(esda_z(y[mask], w), abs=1e-9)
    assert np.isnan(z[~mask]).all()
    unknown = np.where(mask, y, math.nan)
    assert gi_star(unknown) == pytest.approx(z, nan_ok=True)
    assert gi_star(unknown, mask=np.ones_like(mask)) == pytest.approx(z, nan_ok=True)


def test_gi_star_with_weights_by_distance_equals_its_formula():
    rng = np.random.default_rng(4)
    y, mask = rng.poisson(1, 40).astype(float), rng.random(40) < 0.8
    full = rng.random((40, 40)) * (rng.random((40, 40)) < 0.3) + np.eye(40)

    w, known = full * mask, y[mask]
    total, squared, n = w.sum(axis=1), (w**2).sum(axis=1), mask.sum()
    s = math.sqrt((known**2).mean() - known.mean() ** 2)
    expected = (w @ y - known.mean() * total) / (s * np.sqrt((n * squared - total**2) / (n - 1)))
    z = gi_star(y, weights=sparse.coo_array(full), mask=mask)
    assert z[mask] == pytest.approx(expected[mask], abs=1e-9)
    rows = full / full.sum(axis=1, keepdims=True)
    assert gi_star(y, weights=sparse.csr_array(rows), mask=mask)[mask] == pytest.approx(
        gi_star(y, weights=sparse.csr_array(7 * rows), mask=mask)[mask]
    )


def test_maps_without_variation_have_no_z():
    for constant in (0, 5, 0.1):
        assert np.isnan(gi_star(np.full((6, 7), constant))).all()
    assert np.isnan(gi_star([[3]])).all()
    assert np.isnan(gi_star([[1, 2], [3, 4]])).all()  # every window holds the whole map
    assert np.isnan(gi_star([[1, 2], [3, 4]], mask=[[False, False], [False, False]])).all()
    assert np.isfinite(gi_star([[1, 2, 3]])[0, [0, 2]]).all()


@given(MAPS, st.integers(0, 3), st.integers(1, 50), st.integers(-50, 50))
def test_gi_star_turns_with_the_map_and_does_not_depend_on_the_unit(y, reach, unit, base):
    z = gi_star(y, reach=reach)

    assert not np.isinf(z).any()
    assert gi_star(unit * y + base, reach=reach) == pytest.approx(z, nan_ok=True, abs=1e-9)
    assert gi_star(np.rot90(y), reach=reach) == pytest.approx(np.rot90(z), nan_ok=True, abs=1e-9)
    assert gi_star(y.T, reach=reach) == pytest.approx(z.T, nan_ok=True, abs=1e-9)


@given(MAPS, st.integers(0, 3))
def test_cells_outside_the_mask_change_nothing(y, reach):
    mask = np.pad(np.ones_like(y, dtype=bool), 2)
    wide = np.pad(y, 2, constant_values=77)

    for measure in (gi_star, window_p):
        inside = measure(wide, reach=reach, mask=mask)[2:-2, 2:-2]
        assert inside == pytest.approx(measure(y, reach=reach), nan_ok=True, abs=1e-9)
    assert cell_p(wide, mask=mask)[2:-2, 2:-2] == pytest.approx(cell_p(y))


def test_gi_star_says_what_is_wrong():
    with pytest.raises(ValueError, match=r"\(2, 2\); found a mask of \(2,\)"):
        gi_star(np.eye(2), mask=[True, True])
    with pytest.raises(ValueError, match=r"\(rows, cols\) unless weights"):
        gi_star([1, 2, 3])
    with pytest.raises(ValueError, match="reach is a whole number of cells, 0 or more; found -1"):
        gi_star(np.eye(3), reach=-1)
    with pytest.raises(ValueError, match="finite"):
        gi_star([[1, math.inf]])
    with pytest.raises(ValueError, match=r"9 cells need weights of \(9, 9\); found \(4, 4\)"):
        gi_star(np.eye(3), weights=sparse.eye_array(4))
    with pytest.raises(ValueError, match="counts the cell itself"):
        gi_star([1, 2], weights=sparse.csr_array([[0, 1], [1, 0]]))


# --- window_p ------------------------------------------------------------------------------


def test_window_p_by_hand():
    """3 1 0 0 in a row: windows of 2, 3, 3 and 2 cells with sums 4, 4, 1 and 0."""
    p = window_p([[3, 1, 0, 0]])

    assert p == pytest.approx(np.array([[1 / 6, 1 / 2, 1, 1]]))


@pytest.mark.parametrize("reach", [0, 1, 2])
def test_window_p_equals_counting_every_choice_of_cells(reach):
    y = np.array([[2, 0, 0, 1], [0, 5, 0, 0], [1, 0, 0, 2]])
    mask = np.array([[1, 1, 1, 1], [1, 1, 0, 1], [1, 0, 1, 1]], dtype=bool)

    p = window_p(y, reach=reach, mask=mask)

    row, col = np.indices(y.shape)
    for i, j in zip(*np.nonzero(mask), strict=True):
        window = mask & (abs(row - i) <= reach) & (abs(col - j) <= reach)
        sums = [sum(c) for c in itertools.combinations(y[mask].tolist(), int(window.sum()))]
        expected = np.mean(np.array(sums) >= y[window].sum())
        assert p[i, j] == pytest.approx(expected, rel=1e-12)
    assert np.isnan(p[~mask]).all()


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_window_p_equals_permuting_the_map(seed):
    """20,000 deals of the counts over the cells; 4.5 standard errors of a share as the margin."""
    rng = np.random.default_rng(seed)
    y = rng.negative_binomial(0.5, 0.3, (15, 12))
    mask = rng.random(y.shape) < 0.85
    row, col = np.nonzero(mask)
    near = np.maximum(abs(row[:, None] - row), abs(col[:, None] - col)) <= 1
    weights = sparse.csr_array(near.astype(np.int32))
    known = y[mask].astype(np.int32)
    times, seen = 20_000, weights @ known
    reached = np.zeros(known.size, dtype=int)
    for _ in range(10):
        dealt = rng.permuted(np.tile(known, (times // 10, 1)), axis=1)
        sums = (weights @ dealt.T).T
        reached += (sums >= seen).sum(axis=0)

    p = window_p(y, mask=mask)[mask]

    margin = 4.5 * np.sqrt(p * (1 - p) / times) + 1e-9
    assert (np.abs(reached / times - p) <= margin).all()
    print(f"window_p: largest difference {np.abs(reached / times - p).max():.4f} of {times} deals")


def test_window_p_of_zeros_and_ones_is_hypergeometric():
    """The sum of k draws without replacement."""
    y = (np.random.default_rng(5).random((30, 30)) < 0.1).astype(int)
    sums = local._box(y, 1)[1:-1, 1:-1]

    expected = reference.hypergeom.sf(sums - 1, y.size, y.sum(), 9)
    assert window_p(y)[1:-1, 1:-1] == pytest.approx(expected, rel=1e-10)


def test_tiny_p_values_keep_their_precision():
    """A block of nine ones among a million cells: 1 / C(1,000,000, 9), about 4e-49."""
    y = np.zeros((1000, 1000), dtype=int)
    y[500:503, 500:503] = 1

    p = window_p(y)

    assert p[501, 501] == pytest.approx(1 / math.comb(1_000_000, 9), rel=1e-9)
    assert 0 < p[501, 501] < p[500, 501] < p[500, 500] < 1


def test_p_below_the_smallest_number_stays_above_zero():
    y = np.zeros((1000, 1000), dtype=int)
    y[:9, :9] = 1

    p = window_p(y, reach=4)

    assert p.min() == np.finfo(float).tiny


def test_with_replacement_is_nearly_without_and_never_below_its_floor(monkeypatch):
    rng = np.random.default_rng(6)
    y = rng.negative_binomial(0.3, 0.1, (60, 60))
    y[30:33, 30:33] = 40
    mask = rng.random(y.shape) < 0.9
    without = window_p(y, mask=mask)
    monkeypatch.setattr(local, "_EXACT_WORK", 0)

    drawn_again = window_p(y, mask=mask)

    assert drawn_again[mask] == pytest.approx(without[mask], abs=9 / 3600)
    assert np.nanmin(drawn_again) == local._NOISE
    assert np.nanmin(without) < 1e-16
    order = np.argsort(without[mask], kind="stable")
    nine = local._window_sizes(mask, 1)[mask][order] == 9
    assert (np.diff(drawn_again[mask][order][nine]) >= 0).all()


def test_the_transform_equals_repeated_convolution():
    times = np.bincount(np.random.default_rng(7).poisson(3, 500))
    chances = times / times.sum()
    by_hand = np.ones(1)
    for _ in range(9):
        by_hand = np.convolve(by_hand, chances)

    (found,) = local._drawn_with_replacement(times, np.array([9]))

    assert found == pytest.approx(by_hand, abs=1e-15)


def test_counts_as_large_as_a_whole_city_go_by_the_transform():
    y = np.zeros((40, 40), dtype=int)
    y.flat[:800] = np.arange(800) * 37 % 997
    y[30, 30] = 100_000

    p = window_p(y)

    assert ((p > 0) & (p <= 1)).all()
    assert p[30, 30] == pytest.approx(9 / 1600, rel=0.01)  # the one spike: k / n


@pytest.mark.parametrize("build", [lambda: squares(9, 11, 1.5), lambda: hexagons(9, 11)])
def test_window_p_with_weights(build):
    y = np.random.default_rng(8).poisson(0.6, (9, 11))
    weights = build()
    sizes, sums = weights.sum(axis=1), weights @ y.ravel()

    p = window_p(y, weights=weights)

    assert p.shape == y.shape
    assert window_p(y.ravel(), weights=weights).tolist() == p.ravel().tolist()
    if sizes.max() == 9:
        assert p == pytest.approx(window_p(y))
    # Of equal windows the fuller one is rarer.
    for size in np.unique(sizes):
        order = np.argsort(sums[sizes == size])
        assert (np.diff(p.ravel()[sizes == size][order]) <= 0).all()


def test_a_cell_without_window_has_no_p():
    p = window_p([1, 2, 3], weights=sparse.csr_array([[1, 1, 0], [0, 0, 0], [0, 0, 1]]))

    assert p == pytest.approx([1.0, math.nan, 1 / 3], nan_ok=True)


@given(MAPS, st.integers(0, 3))
def test_window_p_lies_in_0_1_and_turns_with_the_map(y, reach):
    p = window_p(y, reach=reach)

    assert ((p > 0) & (p <= 1)).all()
    assert window_p(np.rot90(y), reach=reach) == pytest.approx(np.rot90(p))
    assert window_p(y[:, ::-1], reach=reach) == pytest.approx(p[:, ::-1])
    assert window_p(3 * y, reach=reach) == pytest.approx(p)  # reports or pairs of three
    if y.min() == y.max():
        assert (p == 1).all()


@given(MAPS)
def test_more_in_the_window_is_never_less_surprising_than_the_share_of_such_cells(y):
    """With a window of one cell p is the share of cells at least as high."""
    p = window_p(y, reach=0)

    assert p == pytest.approx((y.ravel() >= y[..., None]).mean(axis=-1))


def test_window_p_of_nothing():
    assert np.isnan(window_p(np.ones((3, 3)), mask=np.zeros((3, 3), dtype=bool))).all()
    assert (window_p(np.zeros((3, 3))) == 1).all()
    assert np.isnan(window_p([[math.nan, 1.0]])[0, 0])


@pytest.mark.parametrize("measure", [window_p, cell_p])
def test_counts_have_to_be_counts(measure):
    assert measure([[1.0, 0.0, 2.0]]).shape == (1, 3)
    with pytest.raises(ValueError, match=r"found 0\.5 at \(0, 1\)"):
        measure([[1, 0.5]])
    with pytest.raises(ValueError, match="found -1"):
        measure([[1, -1]])
    with pytest.raises(ValueError, match="found inf"):
        measure([[1, math.inf]])
    assert np.isnan(measure([[1, 0.5]], mask=[[True, False]])[0, 1])


def test_window_p_says_what_is_wrong():
    with pytest.raises(ValueError, match=r"weights are 0 or 1; found 0\.5\. Use gi_star"):
        window_p([1, 2], weights=sparse.csr_array([[1, 0.5], [0, 1]]))
    twice = sparse.csr_array(([1.0, 1.0], [0, 0], [0, 2, 2]), shape=(2, 2))  # one entry, 1 + 1
    with pytest.raises(ValueError, match="found 2"):
        window_p([1, 2], weights=twice)
    with pytest.raises(ValueError, match="too large to list"):
        window_p([[0, 2_000_000, 1], [0, 0, 0], [0, 0, 0]])


# --- cell_p --------------------------------------------------------------------------------


def test_cell_p_is_the_exceedance_of_the_negative_binomial_the_map_comes_from():
    """100,000 cells say nearly exactly which one: mean 1, size 0.5."""
    y = np.random.default_rng(9).negative_binomial(0.5, 1 / 3, 100_000)

    p = cell_p(y)

    assert p == pytest.approx(reference.nbinom.sf(y - 1, 0.5, 1 / 3), rel=0.12)
    assert (p[y == 0] == 1).all()


def test_cell_p_of_a_poisson_map_is_poisson():
    y = np.random.default_rng(10).poisson(2.0, (300, 300))

    p = cell_p(y)

    high = y <= 8
    assert p[high] == pytest.approx(reference.poisson.sf(y - 1, 2.0)[high], rel=0.1)


@pytest.mark.parametrize("spikes", [1, 5, 20, 70])
def test_spikes_do_not_hide_themselves_or_each_other(spikes):
    """Cells of 60 on a quiet map of 3,600; of moments, five would hide each other."""
    y = np.random.default_rng(11).poisson(0.2, 3600)
    y[:spikes] = 60

    p = cell_p(y)

    assert p[:spikes].max() < 1e-12
    assert p[spikes:].min() > 1e-7


def test_cell_p_of_plain_maps():
    assert (cell_p(np.zeros((4, 4))) == 1).all()
    assert cell_p(np.full((20, 20), 5)) == pytest.approx(
        reference.poisson.sf(4, 5), rel=1e-2
    )  # no more differences than Poisson
    assert cell_p([[7]]).shape == (1, 1)
    assert np.isnan(cell_p([[1, 2]], mask=[[False, False]])).all()


@given(MAPS)
def test_cell_p_lies_in_0_1_and_falls_with_the_count(y):
    p = cell_p(y)

    assert ((p > 0) & (p <= 1)).all()
    order = np.argsort(y, axis=None)
    assert (np.diff(p.ravel()[order]) <= 0).all()
    assert cell_p(np.rot90(y)) == pytest.approx(np.rot90(p))
