"""Coordinates of any kind end as metres on the right spot."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from thor_metrics.errors import AreasError
from thor_metrics.geo import AreaMap, CoordinateKind, cells, locate, same_crs, to_lonlat, to_metric
from thor_metrics.geo.coordinates import SWAPPED, UNUSABLE

RD = "EPSG:28992"

#: The tower of Amersfoort, origin of RD: 155000, 463000 by definition.
AMERSFOORT = (155_000.0, 463_000.0)
AMERSFOORT_LONLAT = (5.387206, 52.155174)

#: A spot in the Statenkwartier.
X, Y = 175_995.0, 318_161.0
(LON,), (LAT,) = to_lonlat([X], [Y], RD)


def one_area(crs: str, *box: float) -> AreaMap:
    return AreaMap(codes=("A",), names=("A",), gebieden=("A",), crs=crs,
                   polygons=np.array([shapely.box(*box)]))  # fmt: skip


MAASTRICHT = one_area(RD, 172_950, 312_950, 181_460, 324_520)
LOS_ANGELES = one_area("EPSG:32611", 350_000, 3_732_000, 400_000, 3_800_000)


def spot(x, y, *, areas=MAASTRICHT, geometry=None):
    located = locate(
        [x], [y], areas=areas, geometry=None if geometry is None else pd.Series([geometry])
    )
    return located.x[0], located.y[0], located.corrections


def test_the_origin_of_rd():
    x, y = to_metric([AMERSFOORT_LONLAT[0]], [AMERSFOORT_LONLAT[1]], RD)
    lon, lat = to_lonlat(*[[axis] for axis in AMERSFOORT], RD)

    assert (x[0], y[0]) == pytest.approx(AMERSFOORT, abs=1.0)
    assert (lon[0], lat[0]) == pytest.approx(AMERSFOORT_LONLAT, abs=1e-5)


def test_transforming_missing_gives_missing():
    x, y = to_metric([np.nan, 5.69], [50.85, np.inf], RD)

    assert np.isnan(x).all()
    assert np.isnan(y).all()


@pytest.mark.parametrize(
    ("x", "y", "told"),
    [
        (X, Y, {}),
        (LON, LAT, {}),
        (LAT, LON, {SWAPPED: 1}),
        (Y, X, {SWAPPED: 1}),
    ],
)
def test_every_kind_ends_on_the_same_spot(x, y, told):
    found_x, found_y, corrections = spot(x, y)

    assert (found_x, found_y) == pytest.approx((X, Y), abs=0.01)
    assert corrections == told


@pytest.mark.parametrize(
    ("x", "y", "told"),
    [
        (0.0, 0.0, {UNUSABLE: 1}),
        (1.0, 1.0, {UNUSABLE: 1}),
        (-118.3, 34.1, {UNUSABLE: 1}),  # Los Angeles is no place in Maastricht's files
        (999_999.0, 999_999.0, {UNUSABLE: 1}),
        (X, np.nan, {UNUSABLE: 1}),
        (np.inf, Y, {UNUSABLE: 1}),
        (np.nan, np.nan, {}),  # nothing was said, so nothing was corrected
    ],
)
def test_what_is_no_place(x, y, told):
    found_x, found_y, corrections = spot(x, y)

    assert np.isnan(found_x)
    assert np.isnan(found_y)
    assert corrections == told


def test_zero_zero_is_no_place_even_where_it_could_be_one():
    """Accra lies on the meridian of Greenwich: (0, 0) in degrees is near, but means unknown."""
    gulf = one_area("EPSG:32631", *(166_000, -20_000), *(180_000, 20_000))
    located = locate([0.0, 0.001], [0.0, 0.001], areas=gulf)

    assert np.isnan(located.x).tolist() == [True, False]
    assert located.corrections == {UNUSABLE: 1}


def test_elsewhere_in_the_netherlands_is_a_place():
    """Groningen and Den Haag are outside every buurt, but no mistake in the coordinate."""
    located = locate([233_600.0, 4.3], [582_000.0, 52.08], areas=MAASTRICHT)

    assert np.isfinite(located.x).all()
    assert located.corrections == {}


def test_los_angeles_in_its_own_system():
    x, y = to_metric([-118.25], [34.05], "EPSG:32611")
    for pair, told in [
        ((-118.25, 34.05), {}),
        ((34.05, -118.25), {SWAPPED: 1}),
        ((x[0], y[0]), {}),
        ((y[0], x[0]), {SWAPPED: 1}),
    ]:
        found_x, found_y, corrections = spot(*pair, areas=LOS_ANGELES)
        assert (found_x, found_y) == pytest.approx((x[0], y[0]), abs=0.01)
        assert corrections == told
    assert np.isnan(spot(5.69, 50.85, areas=LOS_ANGELES)[0])


def test_row_by_row_after_the_majority():
    """Three rows in RD, one in lon/lat, one swapped: each is understood."""
    located = locate([X, X, X, LON, Y], [Y, Y, Y, LAT, X], areas=MAASTRICHT)

    assert located.x == pytest.approx([X] * 5, abs=0.01)
    assert located.y == pytest.approx([Y] * 5, abs=0.01)
    assert located.corrections == {SWAPPED: 1}
    assert located.kind.columns == (3, 1, 1, 0)


class TestMajority:
    """Longitude 40-41, latitude 40-43: (40.2, 40.6) can be either, (42.5, 40.5) only swapped."""

    crs = "EPSG:32637"
    (west, east), (south, north) = to_metric([40.0, 41.0], [40.0, 43.0], crs)
    diagonal = one_area(crs, west, south, east, north)
    undecided = ([40.2, 40.4], [40.6, 40.8])

    def test_a_tie_is_as_written(self):
        located = locate(*self.undecided, areas=self.diagonal)

        assert located.corrections == {}
        assert to_lonlat(located.x, located.y, self.crs)[0] == pytest.approx([40.2, 40.4])

    def test_other_rows_of_the_file_decide(self):
        located = locate([40.2, 42.5, 42.6], [40.6, 40.5, 40.5], areas=self.diagonal)

        assert located.corrections == {SWAPPED: 3}
        assert to_lonlat(located.x, located.y, self.crs)[0] == pytest.approx([40.6, 40.5, 40.5])

    def test_earlier_batches_of_the_file_decide(self):
        before = locate([42.5] * 3, [40.5] * 3, areas=self.diagonal)

        assert locate(*self.undecided, areas=self.diagonal, kind=before.kind).corrections == {
            SWAPPED: 2
        }

    def test_votes_stop_when_the_file_is_clear(self):
        first = locate(np.full(2_000, X), np.full(2_000, Y), areas=MAASTRICHT)
        second = locate(np.full(5_000, LON), np.full(5_000, LAT), areas=MAASTRICHT, kind=first.kind)

        assert second.kind == first.kind == CoordinateKind(columns=(2_000, 0, 0, 0))
        assert second.x == pytest.approx(np.full(5_000, X), abs=0.01)


POINT = shapely.Point(LON, LAT)


@pytest.mark.parametrize(
    "text",
    [
        f"POINT ({X} {Y})",
        f"point({X} {Y})",
        f"POINT Z ({X} {Y} 49)",
        f"SRID=28992;POINT ({X} {Y})",
        f"srid=4326; POINT({LON} {LAT})",
        POINT.wkt,
        shapely.to_wkb(POINT, hex=True),
        shapely.to_wkb(shapely.set_srid(POINT, 4326), hex=True, include_srid=True),
        "\\x" + shapely.to_wkb(shapely.set_srid(POINT, 4326), hex=True, include_srid=True).lower(),
        shapely.to_wkb(POINT, hex=True, byte_order=0),
        shapely.to_wkb(shapely.set_srid(shapely.Point(X, Y), 28992), hex=True, include_srid=True),
        f'{{"type": "Point", "coordinates": [{LON}, {LAT}]}}',
        f'{{"type":"Feature","properties":{{}},"geometry":{{"type":"Point","coordinates":[{X},{Y}]}}}}',
        f"{LON}, {LAT}",
        f"[{LON},{LAT}]",
        f"{X};{Y}",
        f"  MULTIPOINT (({X} {Y}))  ",
        shapely.box(X - 1, Y - 1, X + 1, Y + 1).wkt,
    ],
)
def test_geometry_texts(text):
    x, y, corrections = spot(np.nan, np.nan, geometry=text)

    assert (x, y) == pytest.approx((X, Y), abs=0.02)
    assert corrections == {}


def test_a_srid_of_another_system_is_transformed():
    """Web Mercator, as web maps export it."""
    x, y = (axis[0] for axis in _mercator())
    text = shapely.to_wkb(shapely.set_srid(shapely.Point(x, y), 3857), hex=True, include_srid=True)

    for geometry in (text, f"SRID=3857;POINT({x} {y})"):
        found_x, found_y, corrections = spot(np.nan, np.nan, geometry=geometry)
        assert (found_x, found_y) == pytest.approx((X, Y), abs=0.02)
        assert corrections == {}


def _mercator():
    from thor_metrics.geo.coordinates import _transform

    return _transform(RD, "EPSG:3857", [X], [Y])


def test_swapped_geometry_as_in_the_fixtures_of_signalen():
    x, y, corrections = spot(np.nan, np.nan, geometry=f"POINT ({LAT} {LON})")

    assert (x, y) == pytest.approx((X, Y), abs=0.01)
    assert corrections == {SWAPPED: 1}


@pytest.mark.parametrize(
    "text",
    [
        "POINT EMPTY",
        "POINT (0 0)",
        "POINT (5.69)",
        "POLYGON ((0 0, 1 1))",
        "SRID=1;POINT(5.69 50.85)",
        "SRID=999999;POINT(5.69 50.85)",
        "0101000020E6",
        "01" * 30,
        "F" * 42,
        "{",
        '{"type": "Point"}',
        '{"type":"Point","coordinates":["a","b"]}',
        "0,0",
        "178",
        "(,)",
        "null",
        "onbekend",
    ],
)
def test_rubbish_in_a_geometry_is_no_place_and_is_counted(text):
    x, y, corrections = spot(np.nan, np.nan, geometry=text)

    assert np.isnan(x)
    assert np.isnan(y)
    assert corrections == {UNUSABLE: 1}


def test_geometry_fills_in_what_x_and_y_do_not_say():
    """Row 1 has x and y (they win), row 2 only a geometry, row 3 neither, row 4 a bad pair."""
    elsewhere = f"POINT ({X + 5_000} {Y})"
    located = locate(
        [X, np.nan, np.nan, 0.0],
        [Y, np.nan, np.nan, 0.0],
        areas=MAASTRICHT,
        geometry=pd.Series(
            [elsewhere, f"POINT ({X} {Y})", None, f"POINT ({X} {Y})"], index=[7, 7, 3, 1]
        ),
    )

    assert located.x[[0, 1, 3]] == pytest.approx([X] * 3)
    assert np.isnan(located.x[2])
    assert located.corrections == {}
    assert located.kind == CoordinateKind(columns=(1, 0, 0, 0), geometry=(2, 0, 0, 0))


@given(
    st.lists(
        st.text(max_size=30) | st.sampled_from(["POINT(1 2)", "{}", "[]", "\\x00"]), max_size=8
    )
)
@settings(max_examples=150, deadline=None)
def test_no_text_breaks_it(texts):
    nothing = np.full(len(texts), np.nan)
    located = locate(nothing, nothing, areas=MAASTRICHT, geometry=pd.Series(texts, dtype="str"))

    assert np.isnan(located.x).all()


numbers = st.floats(allow_nan=True, allow_infinity=True, width=64)


@given(st.lists(st.tuples(numbers, numbers), min_size=1, max_size=20))
@settings(max_examples=150, deadline=None)
def test_any_pair_is_a_believable_place_or_none(pairs):
    x, y = np.array(pairs, dtype=float).T
    before = x.copy()
    located = locate(x, y, areas=MAASTRICHT)

    assert (np.isnan(located.x) == np.isnan(located.y)).all()
    known = ~np.isnan(located.x)
    assert ((located.x[known] > -5_000) & (located.x[known] < 310_000)).all()
    assert np.array_equal(x, before, equal_nan=True)  # the caller's columns are left alone


placed = st.tuples(st.floats(173_000, 181_000), st.floats(313_000, 324_000), st.integers(0, 3))


@given(st.lists(placed, min_size=1, max_size=40), st.randoms())
@settings(max_examples=60, deadline=None)
def test_mixed_kinds_in_any_order_end_where_they_are(rows, random):
    random.shuffle(rows)
    x, y, kind = (np.array(column) for column in zip(*rows, strict=True))
    lon, lat = to_lonlat(x, y, RD)
    first, second = np.choose(kind, [x, lon, y, lat]), np.choose(kind, [y, lat, x, lon])

    located = locate(first, second, areas=MAASTRICHT)

    assert located.x == pytest.approx(x, abs=0.01)
    assert located.y == pytest.approx(y, abs=0.01)
    assert located.corrections.get(SWAPPED, 0) == (kind >= 2).sum()


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (RD, "epsg:28992", True),
        (RD, "urn:ogc:def:crs:EPSG::28992", True),
        ("OGC:CRS84", "EPSG:4326", True),
        (RD, "EPSG:4326", False),
        (RD, "EPSG:7415", False),  # RD with heights
    ],
)
def test_same_crs(one, other, same):
    assert same_crs(one, other) is same


def test_an_unknown_crs_is_told():
    with pytest.raises(AreasError, match="'EPSG:0'"):
        same_crs(RD, "EPSG:0")


def test_long_texts_take_no_time():
    assert np.isnan(spot(np.nan, np.nan, geometry="1" + " " * 200_000 + "x")[0])


def test_cells_by_hand():
    """West and south border are in the square; below zero it still rounds down."""
    cell_x, cell_y = cells(
        [0.0, 99.99, 100.0, 176_050.0, -0.01], [0.0, 99.99, 100.0, 318_199.0, -100.0]
    )

    assert cell_x.dtype == np.int64
    assert cell_x.tolist() == [0, 0, 1, 1760, -1]
    assert cell_y.tolist() == [0, 0, 1, 3181, -1]


def test_a_row_without_place_has_no_cell():
    with pytest.raises(ValueError, match="finite"):
        cells([np.nan], [1.0])
