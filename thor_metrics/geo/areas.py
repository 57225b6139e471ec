"""The buurten of one municipality: which of them a point is in, and which a text names."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import ArrayLike, NDArray

from thor_metrics.errors import AreasError
from thor_metrics.settings import slug

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["AreaMap"]

Floats = NDArray[np.float64]
Indexes = NDArray[np.int64]

#: Squares along the longer side of the raster that answers most points at once.
_RASTER: Final = 256

#: From this many points on the raster (0.2 s to make, once) pays for itself.
_MANY: Final = 20_000

_NUMBERED = re.compile(r"^(?:wijk|buurt) \d\d (?=.)")

#: GEOS builds the search tree of a prepared polygon at first use, in place.
_PREPARED = threading.Lock()


@dataclass(frozen=True, eq=False)
class AreaMap:
    """All buurten of a municipality, in the order of their codes.

    Attributes
    ----------
    codes, names, gebieden : tuple of str
        One a buurt; codes are unique.
    polygons : array of shapely geometries, shape (n,)
        Polygon or MultiPolygon in ``crs``.
    crs : str
        The municipality's own system in metres, such as ``EPSG:28992``.
    approximate : bool
        True when the boundaries were derived from facts: show "benaderde grens".
    attribution : str
        Dutch words about where the boundaries come from.
    wijken : tuple of str
        Name of the CBS wijk, or "".
    inhabitants : tuple of (int or None)
        ``None`` where unknown.
    land_ha : tuple of float
        Land in hectares; where unknown the area of the polygon, water included.
    centres : array of float, shape (n, 2)
        Centroid in metres, or a point inside where the centroid is not.

    Raises
    ------
    AreasError
        When there are no areas, or a code is there twice.
    """

    codes: tuple[str, ...]
    names: tuple[str, ...]
    gebieden: tuple[str, ...]
    polygons: NDArray[np.object_]
    crs: str
    approximate: bool = False
    attribution: str = ""
    wijken: tuple[str, ...] = ()
    inhabitants: tuple[int | None, ...] = ()
    land_ha: tuple[float, ...] = ()
    centres: Floats | None = None

    def __post_init__(self) -> None:
        if not self.codes:
            raise AreasError("Er zijn geen buurten. Geef een tabel of een bestand met grenzen op.")
        twice = pd.Index(self.codes)[pd.Index(self.codes).duplicated()]
        if len(twice):
            raise AreasError(
                f"Elke buurt moet een eigen code hebben. Gevonden: '{twice[0]}' staat er meer dan "
                "één keer. Verbeter de codes, of kies de juiste kolom bij [areas] code_column."
            )
        count = len(self.codes)
        shapes = np.array(self.polygons, dtype=object)  # a copy: preparing changes them in place
        shapely.prepare(shapes)
        fill = {
            "polygons": shapes,
            "wijken": self.wijken or ("",) * count,
            "inhabitants": self.inhabitants or (None,) * count,
            "land_ha": self.land_ha or tuple((shapely.area(shapes) / 10_000).tolist()),
            "centres": _centres(shapes) if self.centres is None else self.centres,
        }
        for name, value in fill.items():
            object.__setattr__(self, name, value)
        lengths = {name: len(getattr(self, name)) for name in ("names", "gebieden", *fill)}
        if set(lengths.values()) != {count}:
            raise AreasError(f"{count} buurten, maar niet overal evenveel waarden: {lengths}.")

    def __len__(self) -> int:
        return len(self.codes)

    @cached_property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east and north border of all buurten together, in metres."""
        west, south, east, north = shapely.total_bounds(self.polygons).tolist()
        return west, south, east, north

    def place(self, x: ArrayLike, y: ArrayLike) -> Indexes:
        """Give the buurt of each point.

        Parameters
        ----------
        x, y : array of float, same length
            Metres in ``crs``; NaN is missing.

        Returns
        -------
        array of int
            Position in ``codes``; -1 outside every buurt and for NaN. A point on a shared border
            is in exactly one buurt: the first in order of code.

        Notes
        -----
        Exact: a square of the raster only answers when it lies wholly inside one buurt (and
        touches none before it), or outside all. The other points are compared with the polygons.
        """
        x, y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
        if len(x) < _MANY:
            found = np.full(len(x), -1, dtype=np.int64)
            left = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
        else:
            found = self._raster.look_up(x, y)
            left = np.flatnonzero(found == _MIXED)
            found[left] = -1
        for index, (west, south, east, north) in enumerate(shapely.bounds(self.polygons)):
            if not left.size:
                break
            px, py = x[left], y[left]
            near = np.flatnonzero((px >= west) & (px <= east) & (py >= south) & (py <= north))
            if not near.size:
                continue
            with _PREPARED:
                hit = near[shapely.intersects_xy(self.polygons[index], px[near], py[near])]
            found[left[hit]] = index
            left = np.delete(left, hit)
        return found

    def index_named(self, texts: pd.Series) -> Indexes:
        """Give the buurt each text names, by code or by name.

        Case, accents, punctuation and CBS's "Wijk 00 " do not count; a code may miss its letters
        (``09350003``, or ``9350003`` as a spreadsheet leaves it). A name that two buurten share
        names neither.

        Parameters
        ----------
        texts : Series
            Text; missing is allowed.

        Returns
        -------
        array of int
            Position in ``codes``, -1 when unknown.
        """
        which, distinct = pd.factorize(texts)
        found = np.array([self._named.get(_plain(str(text)), -1) for text in distinct], np.int64)
        return np.append(found, -1)[which]

    def frame(self) -> gpd.GeoDataFrame:
        """Give a table ``code, name, wijk, gebied, inhabitants, land_ha, geometry``."""
        return gpd.GeoDataFrame(
            {
                "code": pd.Series(self.codes, dtype="str"),
                "name": pd.Series(self.names, dtype="str"),
                "wijk": pd.Series(self.wijken, dtype="str"),
                "gebied": pd.Series(self.gebieden, dtype="str"),
                "inhabitants": pd.Series(list(self.inhabitants), dtype="Int64"),
                "land_ha": pd.Series(self.land_ha, dtype="float64"),
            },
            geometry=list(self.polygons),
            crs=self.crs,
        )

    @cached_property
    def _named(self) -> dict[str, int]:
        """Slug of every code and name -> position."""
        names = _unshared((_plain(name), index) for index, name in enumerate(self.names))
        codes = {slug(code): index for index, code in enumerate(self.codes)}
        digits = [re.sub(r"^[a-z]+", "", code) for code in codes]
        bare = _unshared((code, index) for index, code in enumerate(digits) if code.isdigit())
        short = _unshared((code.lstrip("0"), index) for code, index in bare.items())
        return {key: index for key, index in (short | bare | names | codes).items() if key}

    @cached_property
    def _raster(self) -> _Raster:
        with _PREPARED:
            return _Raster.of(self.polygons, self.bounds)


def _centres(shapes: NDArray[np.object_]) -> Floats:
    middle = shapely.centroid(shapes)
    inside = shapely.intersects(shapes, middle)
    points = np.where(inside, middle, shapely.point_on_surface(shapes))
    return np.column_stack([shapely.get_x(points), shapely.get_y(points)])


def _plain(text: str) -> str:
    return _NUMBERED.sub("", slug(text))


def _unshared(pairs: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Keys that stand for one position only."""
    found: dict[str, set[int]] = {}
    for key, index in pairs:
        found.setdefault(key, set()).add(index)
    return {key: next(iter(indexes)) for key, indexes in found.items() if len(indexes) == 1}


#: A square of the raster that cannot answer for all points in it.
_MIXED: Final = -2


@dataclass(frozen=True, eq=False)
class _Raster:
    """Squares over the municipality that know the answer for every point in them."""

    west: float
    south: float
    size: float
    answers: Indexes  # shape (rows, columns), with one row and column of "outside" all round

    @classmethod
    def of(
        cls, polygons: NDArray[np.object_], bounds: tuple[float, float, float, float]
    ) -> _Raster:
        west, south, east, north = bounds
        size = max(east - west, north - south, 1.0) / _RASTER
        columns, rows = (int(np.ceil(side / size)) + 1 for side in (east - west, north - south))
        column, row = np.meshgrid(np.arange(columns), np.arange(rows))
        # A hair larger than the square, so that rounding cannot put a point beside it.
        hair = 1e-6 * size
        squares = shapely.box(
            west + column * size - hair,
            south + row * size - hair,
            west + (column + 1) * size + hair,
            south + (row + 1) * size + hair,
        )
        answers = np.full((rows, columns), -1, dtype=np.int64)
        for index, polygon in enumerate(polygons):
            open_ = answers == -1
            touched = np.zeros_like(open_)
            touched[open_] = shapely.intersects(polygon, squares[open_])
            whole = np.zeros_like(open_)
            whole[touched] = shapely.covers(polygon, squares[touched])
            answers[touched] = np.where(whole[touched], index, _MIXED)
        return cls(west, south, size, np.pad(answers, 1, constant_values=-1))

    def look_up(self, x: Floats, y: Floats) -> Indexes:
        """Give the answer per point: a position, -1 for outside or NaN, or ``_MIXED``."""
        rows, columns = self.answers.shape
        return self.answers[self._square(y, self.south, rows), self._square(x, self.west, columns)]

    def _square(self, axis: Floats, start: float, count: int) -> Indexes:
        """Number of the row or column; missing and far away end in the border, outside."""
        near = np.clip(axis, start - self.size, start + count * self.size)
        number = np.nan_to_num(np.floor((near - start) / self.size) + 1)
        return np.clip(number, 0, count - 1).astype(np.int64)
