"""Coordinates as files hold them -> metres in the municipality's own system.

Headers are not trusted: the Signalen export calls the longitude ``lat``. What a pair of numbers
means is decided by where it falls, first by the majority of the file and then row by row.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Protocol

import numpy as np
import pandas as pd
import pyproj
import shapely
from numpy.typing import ArrayLike, NDArray
from pyproj.exceptions import CRSError

from thor_metrics.errors import AreasError

__all__ = [
    "CELL",
    "SWAPPED",
    "UNUSABLE",
    "CoordinateKind",
    "Located",
    "cells",
    "check_metric",
    "locate",
    "same_crs",
    "to_lonlat",
    "to_metric",
]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Box = tuple[float, float, float, float]

#: Side of a square in metres: CBS's own 100 m grid in RD, so it never moves with the data.
CELL: Final = 100

#: Keys of :attr:`Located.corrections`, shown as they stand.
SWAPPED: Final = "Coördinaten omgedraaid"
UNUSABLE: Final = "Coördinaten onbruikbaar: geen plaats"

#: What a pair (x, y) can be, in the order that decides a tie: metric first is as good as any.
_KINDS: Final = ("metric", "lonlat", "metric swapped", "lonlat swapped")

#: Votes after which later batches no longer count: the file has made itself clear.
_ENOUGH: Final = 1_000

#: Points this far outside the municipality are still believed (neighbours, typing errors).
_MARGIN_M: Final = 20_000.0

#: The whole of the Netherlands in RD New (EPSG:28992) and in WGS84.
_NETHERLANDS: Final[Box] = (0.0, 300_000.0, 300_000.0, 625_000.0)
_NETHERLANDS_LONLAT: Final[Box] = (3.2, 50.7, 7.3, 53.6)

#: EPSG codes of plain lon/lat, which a SRID in a geometry text may name.
_LONLAT_SRIDS: Final = (0, 4326, 4258)


class _HasBounds(Protocol):
    @property
    def crs(self) -> str: ...

    @property
    def bounds(self) -> Box: ...


@lru_cache(maxsize=32)
def _transformer(source: str, target: str) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(source, target, always_xy=True)


def _transform(source: str, target: str, x: ArrayLike, y: ArrayLike) -> tuple[Floats, Floats]:
    """Transform, with NaN for what cannot be transformed."""
    found_x, found_y = _transformer(source, target).transform(
        np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    )
    found_x, found_y = np.asarray(found_x, np.float64), np.asarray(found_y, np.float64)
    lost = ~(np.isfinite(found_x) & np.isfinite(found_y))
    return np.where(lost, np.nan, found_x), np.where(lost, np.nan, found_y)


def to_lonlat(x: ArrayLike, y: ArrayLike, crs: str) -> tuple[Floats, Floats]:
    """Turn metres into longitude and latitude (WGS84 degrees), for maps only.

    Parameters
    ----------
    x, y : array of float, same shape
        Coordinates in ``crs``; NaN stays NaN.
    crs : str
        The municipality's system, such as ``EPSG:28992``.
    """
    return _transform(crs, "EPSG:4326", x, y)


def to_metric(lon: ArrayLike, lat: ArrayLike, crs: str) -> tuple[Floats, Floats]:
    """Turn longitude and latitude (WGS84 degrees) into metres in ``crs``; NaN stays NaN.

    Without the RDNAPTRANS grid RD is within half a metre, which is harmless for 100 m squares.
    """
    return _transform("EPSG:4326", crs, lon, lat)


def check_metric(crs: str) -> None:
    """Refuse a system for the municipality that is unknown or does not count in metres.

    Raises
    ------
    AreasError
        Areas, distances and the 100 m grid would be wrong without saying so.
    """
    try:
        system = pyproj.CRS.from_user_input(crs)
    except CRSError:
        unit = "niets"
    else:
        unit = system.axis_info[0].unit_name if system.axis_info else "niets"
    if unit not in ("metre", "meter"):
        raise AreasError(
            "Binnen het programma zijn coördinaten in meters. [municipality] crs is nu "
            f"'{crs[:60]}' en telt in {unit}. Kies een stelsel in meters: EPSG:28992 voor "
            "Nederland, elders bijvoorbeeld de UTM-zone (Los Angeles: EPSG:32611)."
        )


def same_crs(one: str, other: str) -> bool:
    """Whether two names or definitions mean the same coordinate system, whatever axis is first.

    Raises
    ------
    AreasError
        When either is no coordinate system.
    """
    try:
        first, second = pyproj.CRS.from_user_input(one), pyproj.CRS.from_user_input(other)
    except CRSError:
        raise AreasError(
            f"Onbekend coördinatenstelsel: '{one[:60]}' of '{other[:60]}'. Schrijf bijvoorbeeld "
            "EPSG:28992 (Nederland) of EPSG:4326 (lengte- en breedtegraad)."
        ) from None
    return bool(first.equals(second, ignore_axis_order=True))


def cells(x: ArrayLike, y: ArrayLike) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Give the 100 m square of each point: half-open, west and south border included.

    Parameters
    ----------
    x, y : array of float
        Metres, all finite: a row without a place has no square, leave it out.

    Raises
    ------
    ValueError
        When a coordinate is not finite.

    Examples
    --------
    >>> [c.tolist() for c in cells([176_000.0, 176_099.9], [318_100.0, 318_199.9])]
    [[1760, 1760], [3181, 3181]]
    """
    pair = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if not all(np.isfinite(axis).all() for axis in pair):
        raise ValueError("cells() needs finite coordinates; leave out rows without a place.")
    cell_x, cell_y = (np.floor_divide(axis, CELL).astype(np.int64) for axis in pair)
    return cell_x, cell_y


@dataclass(frozen=True)
class CoordinateKind:
    """What the coordinates of one file have turned out to be, batch after batch.

    Attributes
    ----------
    columns, geometry : tuple of int
        Votes for metric, lon/lat, swapped metric and swapped lon/lat: in the x and y columns,
        and in the geometry text. They are asked apart, because they can differ in one file.
    """

    columns: tuple[int, int, int, int] = (0, 0, 0, 0)
    geometry: tuple[int, int, int, int] = (0, 0, 0, 0)


@dataclass(frozen=True)
class Located:
    """Where rows are.

    Attributes
    ----------
    x, y : array of float
        Metres in the municipality's CRS; NaN in both where there is no place.
    corrections : dict of str to int
        Dutch words -> number of rows; only what happened.
    kind : CoordinateKind
        To hand to :func:`locate` with the next batch of the same file.
    """

    x: Floats
    y: Floats
    corrections: dict[str, int]
    kind: CoordinateKind


def locate(
    x: ArrayLike,
    y: ArrayLike,
    *,
    areas: _HasBounds,
    geometry: pd.Series | None = None,
    kind: CoordinateKind | None = None,
) -> Located:
    r"""Understand coordinates of any kind as metres in the municipality's own system.

    A pair is believed when it falls within 20 km of the municipality, or (for RD) anywhere in
    the Netherlands: as metric coordinates, as longitude and latitude, or as either with x and y
    swapped. Where more than one is possible the majority of the file decides. (0, 0) is what
    systems write for "unknown" and is no place.

    Parameters
    ----------
    x, y : array of float
        What the file calls x or longitude, and y or latitude; NaN is missing.
    areas : AreaMap
        Says where the municipality is and in which CRS the answer must be.
    geometry : Series of str, optional
        WKT, EWKT (``SRID=28992;POINT(..)``), WKB or EWKB in hex (with or without ``\x``),
        GeoJSON, or two numbers as ``50.85, 5.69``; same length. Used where x and y say nothing.
        Lines and polygons count by a point inside them.
    kind : CoordinateKind, optional
        :attr:`Located.kind` of the batch before, so that the whole file is read one way.

    Returns
    -------
    Located
    """
    x, y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    kind = kind or CoordinateKind()
    places = _Places.around(areas)
    given = np.isfinite(x) | np.isfinite(y)
    found_x, found_y, swapped, votes = places.understand(x, y, kind.columns)
    geometry_votes = kind.geometry
    if geometry is not None:
        texts = geometry.fillna("").astype(str).str.strip()
        empty = (texts == "").to_numpy()
        given |= ~empty
        wanted = np.flatnonzero(~empty & np.isnan(found_x))
        if wanted.size:
            points = _points(texts.iloc[wanted], metric=areas.crs)
            found_x[wanted], found_y[wanted], swapped[wanted], geometry_votes = places.understand(
                *points, kind.geometry
            )
    told = {SWAPPED: int(swapped.sum()), UNUSABLE: int((given & np.isnan(found_x)).sum())}
    return Located(
        x=found_x,
        y=found_y,
        corrections={words: rows for words, rows in told.items() if rows},
        kind=CoordinateKind(columns=votes, geometry=geometry_votes),
    )


@dataclass(frozen=True)
class _Places:
    """Where coordinates of this municipality can be, in metres and in degrees."""

    crs: str
    metric: tuple[Box, ...]
    lonlat: tuple[Box, ...]

    @classmethod
    def around(cls, areas: _HasBounds) -> _Places:
        return _places(areas.crs, areas.bounds)

    def fits(self, kind: str, x: Floats, y: Floats) -> Flags:
        boxes = self.metric if kind.startswith("metric") else self.lonlat
        if kind.endswith("swapped"):
            x, y = y, x
        inside = np.zeros(x.shape, dtype=bool)
        for west, south, east, north in boxes:
            inside |= (x >= west) & (x <= east) & (y >= south) & (y <= north)
        return inside & ((x != 0) | (y != 0))

    def understand(
        self, x: Floats, y: Floats, votes: tuple[int, int, int, int]
    ) -> tuple[Floats, Floats, Flags, tuple[int, int, int, int]]:
        """Give metric x, y, which rows were swapped, and the votes with these rows counted in."""
        fits = [self.fits(kind, x, y) for kind in _KINDS]
        if sum(votes) < _ENOUGH:
            a, b, c, d = (vote + int(fit.sum()) for vote, fit in zip(votes, fits, strict=True))
            votes = (a, b, c, d)
        found_x, found_y = np.full(x.shape, np.nan), np.full(x.shape, np.nan)
        swapped, left = np.zeros(x.shape, dtype=bool), np.ones(x.shape, dtype=bool)
        for choice in sorted(range(len(_KINDS)), key=lambda number: -votes[number]):
            rows = fits[choice] & left
            if not rows.any():
                continue
            left &= ~rows
            first, second = x[rows], y[rows]
            if _KINDS[choice].endswith("swapped"):
                first, second = second, first
                swapped |= rows
            if _KINDS[choice].startswith("lonlat"):
                first, second = to_metric(first, second, self.crs)
            found_x[rows], found_y[rows] = first, second
        return found_x, found_y, swapped, votes


@lru_cache(maxsize=32)
def _places(crs: str, bounds: Box) -> _Places:
    west, south, east, north = bounds
    own = (west - _MARGIN_M, south - _MARGIN_M, east + _MARGIN_M, north + _MARGIN_M)
    lonlat = _transformer(crs, "EPSG:4326").transform_bounds(*own)
    if pyproj.CRS.from_user_input(crs).to_epsg() == 28992:
        return _Places(crs, (own, _NETHERLANDS), (lonlat, _NETHERLANDS_LONLAT))
    return _Places(crs, (own,), (lonlat,))


def _points(texts: pd.Series, *, metric: str) -> tuple[Floats, Floats]:
    """Read the coordinates out of geometry texts, NaN where there is no geometry in them.

    The numbers are as written, except that a SRID which is neither lon/lat nor the
    municipality's own system is transformed to the latter.
    """
    pairs = texts.str.extract(_PAIR)
    x = pd.to_numeric(pairs[0]).to_numpy(np.float64, copy=True)
    y = pd.to_numeric(pairs[1]).to_numpy(np.float64, copy=True)
    rest = np.flatnonzero(np.isnan(x))
    if not rest.size:
        return x, y
    shapes, srids = _shapes(texts.iloc[rest])
    shapes[shapely.is_empty(shapes)] = None
    flat = shapely.get_type_id(shapes) > 0
    shapes[flat] = shapely.point_on_surface(shapes[flat])
    x[rest], y[rest] = shapely.get_x(shapes), shapely.get_y(shapes)
    own = pyproj.CRS.from_user_input(metric).to_epsg()
    for srid in np.unique(srids):
        if int(srid) in _LONLAT_SRIDS or int(srid) == own:
            continue
        rows = rest[srids == srid]
        try:
            x[rows], y[rows] = _transform(f"EPSG:{srid}", metric, x[rows], y[rows])
        except CRSError:
            x[rows] = y[rows] = np.nan
    return x, y


_NUMBER = r"([-+]?\d+(?:\.\d+)?)"
_PAIR = rf"^[(\[]?\s*{_NUMBER}(?:\s*[,;]\s*|\s+){_NUMBER}\s*[)\]]?$"
_HEX = r"(?:\\x|0x)?([0-9A-Fa-f]{18,})"
_EWKT = r"(?i)^SRID=(\d{1,6});\s*"


def _shapes(texts: pd.Series) -> tuple[NDArray[np.object_], NDArray[np.int64]]:
    """Geometries and their SRIDs (0 when not said); ``None`` where nothing can be read."""
    shapes = np.full(len(texts), None, dtype=object)
    srids = np.zeros(len(texts), dtype=np.int64)
    json = texts.str.startswith("{").to_numpy(bool)
    binary = texts.str.fullmatch(_HEX).to_numpy(bool)
    words = ~json & ~binary
    if json.any():
        shapes[json] = shapely.from_geojson(texts[json].to_numpy(object), on_invalid="ignore")
    if binary.any():
        digits = texts[binary].str.extract(_HEX)[0].to_numpy(object)
        shapes[binary] = shapely.from_wkb(digits, on_invalid="ignore")
        srids[binary] = np.maximum(shapely.get_srid(shapes[binary]), 0)
    if words.any():
        said = texts[words].str.extract(_EWKT)[0]
        srids[words] = pd.to_numeric(said).fillna(0).to_numpy(np.int64)
        bare = texts[words].str.replace(_EWKT, "", regex=True).to_numpy(object)
        shapes[words] = shapely.from_wkt(bare, on_invalid="ignore")
    return shapes, srids
