"""Placing points: by hand on squares, then against brute force on random shapes."""

from __future__ import annotations

import threading

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from thor_metrics.errors import AreasError
from thor_metrics.geo import AreaMap, areas

RD = "EPSG:28992"


def area_map(polygons, **more) -> AreaMap:
    codes = tuple(f"BU{number:08d}" for number in range(len(polygons)))
    names = more.pop(
        "names", tuple(f"Buurt {letter}" for letter in "ABCDEFGHIJKLMNOP"[: len(codes)])
    )
    return AreaMap(
        codes=codes,
        names=names,
        gebieden=tuple("Noord" for _ in codes),
        polygons=np.array(polygons, dtype=object),
        crs=RD,
        **more,
    )


@pytest.fixture
def four_squares() -> AreaMap:
    """A(0), B(1) below; C(2), D(3) above; each 100 m."""
    return area_map([shapely.box(x, y, x + 100, y + 100) for y in (0, 100) for x in (0, 100)])


def brute_force(polygons, x, y) -> np.ndarray:
    """The first polygon that covers the point, one by one."""
    return np.array(
        [
            next((i for i, shape in enumerate(polygons) if shape.covers(shapely.Point(px, py))), -1)
            for px, py in zip(x, y, strict=True)
        ],
        dtype=np.int64,
    )


@pytest.mark.parametrize(
    ("x", "y", "expected"),
    [
        (50, 50, 0),
        (150, 50, 1),
        (50, 150, 2),
        (150, 150, 3),
        (100, 50, 0),  # on the border of A and B
        (150, 100, 1),  # on the border of B and D
        (100, 100, 0),  # where all four meet
        (0, 0, 0),  # a corner of the city is in the city
        (200, 200, 3),
        (200.001, 50, -1),
        (-0.001, 50, -1),
        (np.nan, 50, -1),
        (50, np.nan, -1),
        (np.inf, 50, -1),
        (1e300, -1e300, -1),
    ],
)
@pytest.mark.parametrize("times", [1, 25_000])  # few points: polygons only; many: the raster too
def test_squares_by_hand(four_squares, x, y, expected, times):
    found = four_squares.place(np.full(times, x, float), np.full(times, y, float))

    assert found.dtype == np.int64
    assert set(found.tolist()) == {expected}


def test_no_points(four_squares):
    assert four_squares.place([], []).tolist() == []


def test_a_hole_is_outside_and_an_exclave_is_inside():
    ring = shapely.box(0, 0, 100, 100).difference(shapely.box(40, 40, 60, 60))
    exclave = shapely.box(500, 500, 510, 510)
    found = area_map([shapely.union_all([ring, exclave])]).place(
        [50, 40, 10, 505], [50, 50, 10, 505]
    )

    assert found.tolist() == [-1, 0, 0, 0]


def test_of_overlapping_areas_the_first_wins():
    first, second = shapely.box(0, 0, 60, 100), shapely.box(40, 0, 100, 100)

    assert area_map([first, second]).place([50, 30, 70], [50, 50, 50]).tolist() == [0, 0, 1]


whole = st.integers(0, 12).map(float)


@st.composite
def city(draw) -> list[shapely.Polygon]:
    """Cells of a Voronoi diagram: neighbours share vertices, borders run in any direction."""
    sites = draw(st.lists(st.tuples(whole, whole), min_size=3, max_size=12, unique=True))
    cells = shapely.voronoi_polygons(
        shapely.multipoints(sites), extend_to=shapely.box(0, 0, 12, 12)
    )
    return list(shapely.get_parts(cells))


@given(city(), st.lists(st.tuples(whole, whole), min_size=1, max_size=30), st.booleans())
@settings(max_examples=60, deadline=None)
def test_same_as_brute_force_with_and_without_raster(polygons, points, many):
    """Whole coordinates put many points exactly on borders and corners."""
    corners = shapely.get_coordinates(polygons)
    x, y = np.vstack([np.array(points), corners]).T
    placed = area_map(polygons, names=tuple(str(i) for i in range(len(polygons))))
    expected = brute_force(polygons, x, y)
    repeat = 20_000 // len(x) + 1 if many else 1

    found = placed.place(np.tile(x, repeat), np.tile(y, repeat))

    assert found[: len(x)].tolist() == expected.tolist()
    assert (found.reshape(repeat, -1) == expected).all()


@given(city(), st.integers(0, 2**32 - 1))
@settings(max_examples=20, deadline=None)
def test_every_point_of_the_union_is_in_exactly_one_and_order_does_not_matter(polygons, seed):
    random = np.random.default_rng(seed)
    placed = area_map(polygons, names=tuple(str(i) for i in range(len(polygons))))
    x, y = random.uniform(0, 12, (2, 21_000))
    shuffle = random.permutation(len(x))

    found = placed.place(x, y)

    assert (found >= 0).all()  # the diagram covers the whole square: no gaps
    assert (placed.place(x[shuffle], y[shuffle]) == found[shuffle]).all()
    assert (found[:500] == placed.place(x[:500], y[:500])).all()  # raster or not


def test_a_hair_beside_the_lines_of_the_raster():
    """Borders on the very lines of the raster, at numbers that are not round in binary."""
    random = np.random.default_rng(5)
    for west, width in zip(random.uniform(1e5, 2e5, 20), random.uniform(3e3, 9e3, 20), strict=True):
        size = width / 256
        lines = west + np.arange(257) * size
        strips = [shapely.box(lines[i], 0, lines[i + 8], 1_000) for i in range(0, 249, 8)]
        placed = area_map(strips, names=tuple(str(i) for i in range(len(strips))))
        near = np.concatenate([lines, np.nextafter(lines, 0), np.nextafter(lines, 1e9)])
        y = np.full(len(near), 500.0)
        repeat = 20_000 // len(near) + 1

        by_raster = placed.place(np.tile(near, repeat), np.tile(y, repeat))[: len(near)]

        assert by_raster.tolist() == placed.place(near, y).tolist()


@given(hnp.arrays(np.float64, 40, elements=st.floats(allow_nan=True, allow_infinity=True)))
@settings(max_examples=40, deadline=None)
def test_any_number_is_answered(numbers):
    squares = area_map([shapely.box(0, 0, 1, 1)])
    x, y = np.tile(numbers[:20], 1_100), np.tile(numbers[20:], 1_100)

    inside = (x >= 0) & (x <= 1) & (y >= 0) & (y <= 1)

    assert (squares.place(x, y) == np.where(inside, 0, -1)).all()


def test_threads_give_the_same_answer(four_squares):
    random = np.random.default_rng(1)
    x, y = random.uniform(-20, 220, (2, 30_000))
    answers = []
    threads = [
        threading.Thread(target=lambda: answers.append(four_squares.place(x, y))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    expected = np.where((x >= 0) & (x <= 200) & (y >= 0) & (y <= 200),
                        (x > 100).astype(int) + 2 * (y > 100), -1)  # fmt: skip
    assert len(answers) == 4
    assert all((answer == expected).all() for answer in answers)


class TestIndexNamed:
    named = area_map(
        [shapely.box(i, 0, i + 1, 1) for i in range(5)],
        names=("Wyck", "Belvédère", "Centrum", "Centrum", "Dousberg-Hazendans"),
    )

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("Wyck", 0),
            (" WYCK ", 0),
            ("Wijk 00 Wyck", 0),
            ("belvedere", 1),
            ("Dousberg Hazendans", 4),
            ("Centrum", -1),  # two buurten have this name
            ("BU00000003", 3),
            ("bu00000003", 3),
            ("00000003", 3),
            ("3", 3),
            ("", -1),
            ("Wijk 00 ", -1),
            ("Heer", -1),
            (None, -1),
            (np.nan, -1),
        ],
    )
    def test_one(self, text, expected):
        assert self.named.index_named(pd.Series([text], dtype="str")).tolist() == [expected]

    def test_many_keep_their_order(self):
        texts = pd.Series(
            ["Wyck", None, "?", "Wyck", "BU00000004"], dtype="str", index=[9, 8, 7, 6, 5]
        )

        assert self.named.index_named(texts).tolist() == [0, -1, -1, 0, 4]

    def test_none(self):
        assert self.named.index_named(pd.Series([], dtype="str")).tolist() == []

    def test_numbers_of_a_spreadsheet(self):
        assert self.named.index_named(pd.Series([3, 99])).tolist() == [3, -1]


def test_frame_and_what_is_filled_in(four_squares):
    frame = four_squares.frame()

    assert list(frame) == ["code", "name", "wijk", "gebied", "inhabitants", "land_ha", "geometry"]
    assert frame.crs == RD
    assert frame["land_ha"].tolist() == [1.0] * 4
    assert frame["inhabitants"].isna().all()
    assert np.asarray(four_squares.centres).tolist() == [[50, 50], [150, 50], [50, 150], [150, 150]]
    assert four_squares.bounds == (0, 0, 200, 200)


def test_a_centre_lies_inside_even_of_a_horseshoe():
    horseshoe = shapely.box(0, 0, 90, 90).difference(shapely.box(30, 10, 60, 90))
    shape = area_map([horseshoe])

    assert shape.place(*np.asarray(shape.centres).T).tolist() == [0]


def test_refuses_no_areas_and_a_code_twice():
    with pytest.raises(AreasError, match="geen buurten"):
        area_map([])
    with pytest.raises(AreasError, match="'A'"):
        AreaMap(codes=("A", "A"), names=("a", "b"), gebieden=("", ""), crs=RD,
                polygons=np.array([shapely.box(0, 0, 1, 1)] * 2))  # fmt: skip


def test_many_is_within_reach_of_a_batch():
    """Ingest places 50,000 rows at a time: those must take the fast road."""
    assert areas._MANY < 50_000
