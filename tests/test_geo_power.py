"""Approximate boundaries: by hand on two buurten, then the promises on any set of them."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from thor_metrics.errors import AreasError
from thor_metrics.geo.power import outline, power_diagram, repaired_weights


def border_x(polygons) -> float:
    """Where the straight border between two cells side by side runs."""
    shared = shapely.intersection(polygons[0], polygons[1])
    xs = shapely.get_coordinates(shared)[:, 0]
    assert np.ptp(xs) < 1e-6
    return float(xs[0])


def test_equal_land_gives_the_middle():
    assert border_x(power_diagram(np.array([[0.0, 0], [1000, 0]]), np.full(2, 1e6))) == (
        pytest.approx(500)
    )


def test_border_by_hand():
    """Power distances are equal at x = (d^2 + w1 - w2) / 2d = (1e6 + 2e5 - 1e5) / 2000 = 550."""
    polygons = power_diagram(np.array([[0.0, 0], [1000, 0]]), np.pi * np.array([2e5, 1e5]))

    assert border_x(polygons) == pytest.approx(550)


def test_weights_that_swallow_a_centroid_are_shrunk():
    """w1 - w2 may be 0.8 x 100^2 = 8,000 at most; the third is far away and stays."""
    centres = np.array([[0.0, 0], [100, 0], [10_000, 0]])

    assert repaired_weights(centres, np.array([50_000.0, 1_000, 70_000])).tolist() == [
        9_000,
        1_000,
        70_000,
    ]


def test_weights_that_break_nothing_stay():
    weights = np.array([2e5, 1e5])

    assert repaired_weights(np.array([[0.0, 0], [1000, 0]]), weights).tolist() == weights.tolist()


def test_a_swallowed_centroid_comes_back_in_its_own_cell():
    polygons = power_diagram(np.array([[0.0, 0], [100, 0]]), np.pi * np.array([50_000.0, 1_000]))

    assert border_x(polygons) == pytest.approx((100**2 + 8_000) / 200)


def test_the_edge_of_the_city():
    """The land and 8 % of water; one piece, without holes, round every centroid."""
    centres = np.array([[0.0, 0], [900, 100], [100, 1_000], [1_200, 1_100]])
    land = np.array([1e6, 4e5, 6e5, 1e6])
    city = outline(centres, land)

    assert city.geom_type == "Polygon"
    assert city.area == pytest.approx(1.08 * land.sum(), rel=0.01)
    assert shapely.contains_xy(city, *centres.T).all()


def test_far_apart_is_still_one_piece():
    centres = np.array([[0.0, 0], [20_000, 0], [0, 30_000]])
    polygons = power_diagram(centres, np.full(3, 1e6))

    assert shapely.contains_xy(polygons, *centres.T).all()
    assert shapely.union_all(polygons).geom_type == "Polygon"


@pytest.mark.parametrize("side", [2, 5])
def test_a_perfect_grid(side):
    """Four cells meet in one point everywhere: the hardest case for geometry code."""
    centres = np.array([(i * 1000.0, j * 1000.0) for i in range(side) for j in range(side)])
    polygons = power_diagram(centres, np.full(len(centres), 1e6))

    assert shapely.coverage_is_valid(polygons)
    assert shapely.contains_xy(polygons, *centres.T).all()
    if side == 5:
        assert polygons[12].area == pytest.approx(1e6)  # the middle one is its own square


def test_one_buurt():
    (polygon,) = power_diagram(np.array([[176_000.0, 318_000.0]]), np.array([1e6]))

    assert polygon.area == pytest.approx(1.08e6, rel=0.01)


coordinate = st.integers(0, 40).map(lambda step: 170_000.0 + 137.0 * step)


@given(
    st.lists(
        st.tuples(coordinate, coordinate, st.floats(1e4, 5e6)),
        min_size=1,
        max_size=25,
        unique_by=lambda row: row[:2],
    ),
    st.integers(0, 2**32 - 1),
)
@settings(max_examples=40, deadline=None)
def test_promises_for_any_facts(rows, seed):
    table = np.array(rows)
    centres, land = table[:, :2], table[:, 2]

    polygons = power_diagram(centres, land)
    city = shapely.union_all(polygons)

    assert shapely.intersects_xy(polygons, *centres.T).all()  # each centroid in its own cell
    assert shapely.coverage_is_valid(polygons)  # no gaps and no overlaps between neighbours
    assert city.geom_type == "Polygon"
    assert not city.interiors
    random = np.random.default_rng(seed)
    west, south, east, north = city.bounds
    x, y = random.uniform(west, east, 200), random.uniform(south, north, 200)
    weights = repaired_weights(centres, land / np.pi)
    power = (x[:, None] - centres[:, 0]) ** 2 + (y[:, None] - centres[:, 1]) ** 2 - weights
    own = power.argmin(axis=1)
    sure = np.diff(np.sort(power, axis=1)[:, :2], axis=1).ravel() > 1 if len(rows) > 1 else own == 0
    inside = shapely.contains_xy(city, x, y) & sure
    assert shapely.intersects_xy(polygons[own[inside]], x[inside], y[inside]).all()


@pytest.mark.parametrize(
    ("centres", "land", "told"),
    [
        ([[0, 0], [0, 0]], [1e6, 1e6], "hetzelfde zwaartepunt"),
        ([[0, 0], [1, np.nan]], [1e6, 1e6], "zwaartepunt"),
        ([[0, 0], [1, 1]], [1e6, 0], "groter dan nul"),
        ([[0, 0], [1, 1]], [1e6, np.nan], "groter dan nul"),
    ],
)
def test_facts_that_cannot_be_drawn_are_refused(centres, land, told):
    with pytest.raises(AreasError, match=told):
        power_diagram(np.array(centres, float), np.array(land, float))
