"""Points in cells: counted once, in a cell that only their own place decides."""

from __future__ import annotations

import doctest
import importlib
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thor_metrics.hotspots import MOST_CELLS, Grid, count_grid

PLACES = st.lists(
    st.tuples(st.integers(-4000, 4000), st.integers(-4000, 4000)), min_size=1, max_size=40
)


@pytest.mark.parametrize("module", ["grid", "local", "density"])
def test_examples_in_the_docstrings_run(module):
    result = doctest.testmod(importlib.import_module(f"thor_metrics.hotspots.{module}"))

    assert result.failed == 0
    assert result.attempted > 0


def test_points_by_hand():
    grid = count_grid([10, 20, 150, 150], [10, 20, 10, 310])

    assert grid.counts.tolist() == [[2, 1], [0, 0], [0, 0], [0, 1]]  # row 0 in the south
    assert grid.counts.dtype == np.int64
    assert (grid.x0, grid.y0, grid.cell_size) == (0, 0, 100)
    assert grid.mask.all()
    assert grid.mask.shape == (4, 2)


def test_four_points_on_the_edges_of_two_by_two_cells_count_four():
    """The middle cross of the grid: every point touches two cells and is in one."""
    grid = count_grid([100, 100, 50, 150], [50, 150, 100, 100], bounds=(0, 0, 200, 200))

    assert grid.counts.tolist() == [[0, 1], [1, 2]]


def test_the_corner_of_four_cells_belongs_to_the_north_eastern_one():
    assert count_grid([100], [100], bounds=(0, 0, 200, 200)).counts.tolist() == [[0, 0], [0, 1]]


def test_cells_lie_on_the_fixed_origin_also_west_of_it():
    grid = count_grid([-0.5, 176_543.2], [318_099.9, 318_100.0], cell_size=250)

    assert (grid.x0, grid.y0) == (-250.0, 318_000.0)
    assert grid.counts.shape == (1, 708)


def test_bounds_move_outwards_to_whole_cells_and_hold_no_point_on_their_far_edge():
    grid = count_grid(
        [99, 100, 299, 300, 150], [150, 150, 150, 150, 200], bounds=(110, 120, 290, 180)
    )

    assert grid.bounds == (100, 100, 300, 200)
    assert grid.counts.tolist() == [[1, 1]]


def test_bounds_on_whole_cells_stay():
    assert count_grid([], [], bounds=(100, 200, 300, 400)).bounds == (100, 200, 300, 400)


def test_points_without_a_place_or_weight_are_left_out():
    x, y = [10, math.nan, 10, 10, math.inf], [10, 10, math.nan, 10, 10]

    assert count_grid(x, y).counts.tolist() == [[2]]
    assert count_grid(x, y, bounds=(0, 0, 100, 100)).counts.tolist() == [[2]]
    weighted = count_grid(x, y, weights=[0.5, 1, 1, math.nan, 1]).counts
    assert weighted.tolist() == [[0.5]]
    assert weighted.dtype == np.float64


def test_weights_add_up():
    grid = count_grid([10, 20, 110], [0, 0, 0], weights=[1.5, 2, 0.25])

    assert grid.counts.tolist() == [[3.5, 0.25]]


@given(PLACES)
def test_every_point_is_in_one_cell(places):
    x, y = np.array(places, dtype=float).T

    assert count_grid(x, y, cell_size=50).counts.sum() == len(places)
    west, south, east, north = bounds = (-1000, -2000, 1500, 500)
    inside = (x >= west) & (x < east) & (y >= south) & (y < north)
    assert count_grid(x, y, cell_size=50, bounds=bounds).counts.sum() == inside.sum()


@given(PLACES, PLACES)
def test_a_cell_does_not_depend_on_the_other_points(some, others):
    """The grid of all points is the sum of both, at the same places."""
    both = count_grid(*np.array(some + others, dtype=float).T)
    parts = np.zeros_like(both.counts)
    for places in (some, others):
        part = count_grid(*np.array(places, dtype=float).T, bounds=both.bounds)
        assert (part.x0, part.y0) == (both.x0, both.y0)
        parts += part.counts

    assert (parts == both.counts).all()


@given(PLACES, st.integers(-9, 9), st.integers(-9, 9))
def test_moving_by_whole_cells_moves_the_grid(places, cols, rows):
    x, y = np.array(places, dtype=float).T
    here, there = count_grid(x, y), count_grid(x + 100 * cols, y + 100 * rows)

    assert (here.counts == there.counts).all()
    assert (there.x0 - here.x0, there.y0 - here.y0) == (100 * cols, 100 * rows)


def test_counting_says_what_is_wrong():
    with pytest.raises(ValueError, match="give bounds"):
        count_grid([], [])
    with pytest.raises(ValueError, match="give bounds"):
        count_grid([math.nan], [1])
    with pytest.raises(ValueError, match=r"found shapes \[\(2,\), \(1,\)\]"):
        count_grid([1, 2], [1])
    with pytest.raises(ValueError, match="equally long"):
        count_grid([1, 2], [1, 2], weights=[1])
    with pytest.raises(ValueError, match="positive number of metres; found 0"):
        count_grid([1], [1], cell_size=0)
    with pytest.raises(ValueError, match="west, south, east, north"):
        count_grid([1], [1], bounds=(0, 0, 0, 100))
    with pytest.raises(ValueError, match="a point far away"):
        count_grid([0, 176_000], [0, 318_000], cell_size=1)


def test_the_guard_lets_a_whole_country_of_cells_through():
    assert count_grid([0, 280_000], [306_000, 620_000]).counts.size < MOST_CELLS


# --- Grid ----------------------------------------------------------------------------------


def test_corners_and_centres():
    grid = count_grid([150, 250], [310, 410])

    x, y = grid.corners()
    assert x.tolist() == [[100, 200], [100, 200]]
    assert y.tolist() == [[300, 300], [400, 400]]
    x, y = grid.centres()
    assert x.tolist() == [[150, 250], [150, 250]]
    assert y.tolist() == [[350, 350], [450, 450]]


def test_another_mask():
    grid = count_grid([50, 150], [50, 50])

    assert grid.with_mask([[True, False]]).mask.tolist() == [[True, False]]
    assert grid.mask.all()
    with pytest.raises(ValueError, match=r"\(1, 2\); found a mask of \(2, 1\)"):
        grid.with_mask([[True], [False]])


def test_a_frame_has_one_row_per_cell_in_the_mask():
    grid = count_grid([150, 250, 250], [310, 310, 410]).with_mask([[False, True], [True, True]])

    frame = grid.frame(p=[[0.1, 0.2], [0.3, 0.4]])

    assert list(frame) == ["cell_x", "cell_y", "x", "y", "count", "p"]
    assert frame["cell_x"].tolist() == [2, 1, 2]
    assert frame["cell_y"].tolist() == [3, 4, 4]
    assert frame["x"].tolist() == [200, 100, 200]
    assert frame["y"].tolist() == [300, 400, 400]
    assert frame["count"].tolist() == [1, 0, 1]
    assert frame["p"].tolist() == [0.2, 0.3, 0.4]


@given(PLACES)
def test_from_cells_gives_the_grid_of_the_points(places):
    x, y = np.array(places, dtype=float).T
    grid = count_grid(x, y)
    cells = np.floor(x / 100).astype(int), np.floor(y / 100).astype(int)

    again = Grid.from_cells(*cells, np.ones(len(x), dtype=int))

    assert (again.counts == grid.counts).all()
    assert again.counts.dtype == np.int64
    assert again.bounds == grid.bounds
    assert again.mask.all()
    table = grid.frame()
    from_table = Grid.from_cells(table["cell_x"], table["cell_y"], table["count"])
    assert (from_table.counts == grid.counts).all()


def test_from_cells_with_the_cells_of_an_area():
    """An L of three cells, counts in one of them and in a cell outside the area."""
    grid = Grid.from_cells([5, 7], [8, 8], [3, 2], mask_cells=([5, 5, 6], [8, 9, 8]), cell_size=10)

    assert grid.counts.tolist() == [[3, 0, 2], [0, 0, 0]]
    assert grid.mask.tolist() == [[True, True, False], [True, False, False]]
    assert (grid.x0, grid.y0) == (50, 80)


def test_padding():
    grid = Grid.from_cells([5], [8], [3], pad=1)

    assert grid.counts.tolist() == [[0, 0, 0], [0, 3, 0], [0, 0, 0]]
    assert grid.mask.all()
    assert (grid.x0, grid.y0) == (400, 700)
    assert Grid.from_cells([5], [8], [3], pad=1, mask_cells=([5], [8])).mask.sum() == 1


def test_from_cells_keeps_fractions():
    assert Grid.from_cells([0, 0, 1], [0, 0, 0], [0.5, 0.25, 1]).counts.tolist() == [[0.75, 1.0]]


def test_from_cells_says_what_is_wrong():
    with pytest.raises(ValueError, match="at least one cell"):
        Grid.from_cells([], [], [])
    with pytest.raises(ValueError, match="2 cells have 1 counts"):
        Grid.from_cells([1, 2], [1, 2], [1])
    with pytest.raises(ValueError, match=r"found \(2,\), \(1,\)"):
        Grid.from_cells([1, 2], [1], [1, 2])
    with pytest.raises(ValueError, match="a point far away"):
        Grid.from_cells([0, 10_000], [0, 10_000], [1, 1])
    assert Grid.from_cells([], [], [], mask_cells=([1], [1])).counts.tolist() == [[0]]
