"""Points in square cells that never move: the same place is the same cell in every run."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

__all__ = ["MOST_CELLS", "Grid", "count_grid"]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Bools = NDArray[np.bool_]

#: A point at (0, 0) by mistake would otherwise ask for a grid from there to the city.
MOST_CELLS: Final = 20_000_000

#: Points at a time: what stays in the cache of a processor, which halves the time and more.
_SLICE: Final = 65_536


@dataclass(frozen=True, eq=False)
class Grid:
    """Counts in square cells, the first row in the south and the first column in the west.

    Attributes
    ----------
    counts : ndarray, shape (rows, cols)
        Events per cell: whole numbers, or sums of weights.
    x0, y0 : float
        South-west corner of the whole grid in metres, a multiple of ``cell_size``: cells lie on
        the fixed origin of the coordinate system, so no data can make them move.
    cell_size : float
        Side of a cell in metres.
    mask : ndarray of bool, shape (rows, cols)
        The cells that belong to the area looked at. Counts outside it are kept, and nothing
        that is given the mask looks at them.

    Examples
    --------
    >>> grid = Grid.from_cells([1760, 1762], [3176, 3176], [4, 1])
    >>> grid.counts.tolist(), grid.x0, grid.y0
    ([[4, 0, 1]], 176000.0, 317600.0)
    """

    counts: NDArray[np.int64] | Floats
    x0: float
    y0: float
    cell_size: float
    mask: Bools

    @classmethod
    def from_cells(
        cls,
        cell_x: ArrayLike,
        cell_y: ArrayLike,
        counts: ArrayLike,
        *,
        cell_size: float = 100,
        mask_cells: tuple[ArrayLike, ArrayLike] | None = None,
        pad: int = 0,
    ) -> Grid:
        """Build a grid from counts per cell, as a database gives them.

        Parameters
        ----------
        cell_x, cell_y : array_like of int
            Whole numbers floor(x / cell_size), floor(y / cell_size). A cell that is named twice
            gets the sum of its counts; a cell that is not named has 0.
        counts : array_like
            Events per named cell.
        cell_size : float, default 100
            Side of a cell in metres.
        mask_cells : (array_like, array_like), optional
            ``cell_x`` and ``cell_y`` of all cells of the area, the empty ones too. The grid holds
            them all and the mask is True on them only. Without it every cell of the rectangle
            belongs to the area.
        pad : int, default 0
            Cells to add on each of the four sides; outside the mask when there is one.

        Returns
        -------
        Grid

        Raises
        ------
        ValueError
            When the lengths differ, there is not one cell, or the grid would hold more than
            ``MOST_CELLS`` cells.

        Examples
        --------
        >>> area = ([0, 1, 1], [0, 0, 1])
        >>> Grid.from_cells([1, 1], [1, 1], [2, 3], mask_cells=area).mask.tolist()
        [[True, True], [False, True]]
        """
        _cell_size(cell_size)
        cols, rows = _cell_numbers(cell_x, cell_y)
        values = np.asarray(counts)
        if values.shape != cols.shape:
            raise ValueError(f"{cols.size} cells have {values.size} counts; give one a cell")
        area = _cell_numbers(*mask_cells) if mask_cells is not None else (cols[:0], rows[:0])
        every_x, every_y = np.append(cols, area[0]), np.append(rows, area[1])
        if not every_x.size:
            raise ValueError("a grid needs at least one cell; found none")
        west, south = int(every_x.min()) - pad, int(every_y.min()) - pad
        shape = _shape(
            (west, south, int(every_x.max()) + 1 + pad, int(every_y.max()) + 1 + pad), cell_size
        )
        mask = np.full(shape, mask_cells is None)
        mask[area[1] - south, area[0] - west] = True
        place = (rows - south) * shape[1] + (cols - west)
        return cls(
            _added(place, values if values.dtype.kind == "f" else values.astype(np.int64), shape),
            west * float(cell_size),
            south * float(cell_size),
            float(cell_size),
            mask,
        )

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east and north edge in metres."""
        rows, cols = self.counts.shape
        return (
            self.x0,
            self.y0,
            self.x0 + cols * self.cell_size,
            self.y0 + rows * self.cell_size,
        )

    def corners(self) -> tuple[Floats, Floats]:
        """X and y in metres of the south-west corner of every cell, in the shape of ``counts``."""
        rows, cols = self.counts.shape
        x, y = np.meshgrid(
            self.x0 + np.arange(cols) * self.cell_size, self.y0 + np.arange(rows) * self.cell_size
        )
        return x, y

    def centres(self) -> tuple[Floats, Floats]:
        """X and y in metres of the middle of every cell, in the shape of ``counts``."""
        x, y = self.corners()
        return x + self.cell_size / 2, y + self.cell_size / 2

    def with_mask(self, mask: ArrayLike) -> Grid:
        """Give the same counts with another area.

        Raises
        ------
        ValueError
            When the mask has another shape than the counts.
        """
        area = np.asarray(mask, dtype=np.bool_)
        if area.shape != self.counts.shape:
            raise ValueError(f"the grid is {self.counts.shape}; found a mask of {area.shape}")
        return dataclasses.replace(self, mask=area)

    def frame(self, **columns: ArrayLike) -> pd.DataFrame:
        """Give one row for every cell in the mask, from south-west to north-east.

        Parameters
        ----------
        **columns : array_like, shape (rows, cols)
            What was computed of the cells, by the name of its column.

        Returns
        -------
        DataFrame
            ``cell_x, cell_y`` (whole numbers), ``x, y`` (south-west corner, metres), ``count``
            and the columns given.

        Examples
        --------
        >>> grid = count_grid([10, 20], [10, 130])
        >>> grid.frame(double=grid.counts * 2)["double"].tolist()
        [2, 2]
        """
        x, y = (corner[self.mask] for corner in self.corners())
        facts = {
            "cell_x": np.rint(x / self.cell_size).astype(np.int64),
            "cell_y": np.rint(y / self.cell_size).astype(np.int64),
            "x": x,
            "y": y,
            "count": self.counts[self.mask],
        }
        return pd.DataFrame(
            facts | {name: np.asarray(values)[self.mask] for name, values in columns.items()}
        )


def count_grid(
    x: ArrayLike,
    y: ArrayLike,
    *,
    cell_size: float = 100,
    bounds: tuple[float, float, float, float] | None = None,
    weights: ArrayLike | None = None,
) -> Grid:
    """Count points in square cells on the fixed origin of the coordinate system.

    Parameters
    ----------
    x, y : array_like, shape (n,)
        Metres in the municipality's own system (RD). A point without x, y or weight (NaN) is
        left out.
    cell_size : float, default 100
        Side of a cell in metres. Cell (i, j) holds the points with i = floor(x / cell_size) and
        j = floor(y / cell_size): half-open, so a point on an edge is in one cell only, and in
        the same one whatever the other points are.
    bounds : (west, south, east, north), optional
        Metres, moved outwards to whole cells. Points outside (east and north edge included) are
        left out. Without it the grid is just as large as the points need.
    weights : array_like, shape (n,), optional
        What each point counts for, 1 without it.

    Returns
    -------
    Grid
        ``counts`` are whole numbers, or floats when there are weights. The mask is all True.

    Raises
    ------
    ValueError
        When lengths differ, there are neither points nor bounds, bounds are no rectangle,
        ``cell_size`` is not positive, or the grid would hold more than ``MOST_CELLS`` cells.

    Notes
    -----
    n_ij = sum over points of w [i c <= x < (i + 1) c] [j c <= y < (j + 1) c]

    Examples
    --------
    >>> grid = count_grid([0, 99.9, 100, 250], [0, 0, 0, 0], bounds=(0, 0, 210, 100))
    >>> grid.counts.tolist(), grid.bounds
    ([[2, 1, 1]], (0.0, 0.0, 300.0, 100.0))
    """
    _cell_size(cell_size)
    east, north, amounts = points(x, y, weights)
    edges = (
        _around(east, north, amounts, cell_size)
        if bounds is None
        else (cell_bounds(bounds, cell_size))
    )
    west, south, right, top = edges
    shape = _shape(edges, cell_size)
    counts = np.zeros(shape) if amounts is not None else np.zeros(shape, dtype=np.int64)
    # Every slice makes a grid of its own, so on a large grid the slices are large as well.
    step = max(_SLICE, 4 * counts.size)
    for start in range(0, len(east), step):
        part = slice(start, start + step)
        cols, rows = np.floor(east[part] / cell_size), np.floor(north[part] / cell_size)
        # False for NaN as well: comparisons with it are never true.
        inside = (cols >= west) & (cols < right) & (rows >= south) & (rows < top)
        heavy = None if amounts is None else amounts[part]
        if heavy is not None:
            inside &= ~np.isnan(heavy)
        if not inside.all():
            cols, rows = cols[inside], rows[inside]
            heavy = None if heavy is None else heavy[inside]
        place = ((rows - south) * shape[1] + (cols - west)).astype(np.intp)
        counts += _added(place, heavy, shape)
    return Grid(
        counts,
        west * float(cell_size),
        south * float(cell_size),
        float(cell_size),
        np.ones(shape, dtype=np.bool_),
    )


def _around(
    east: Floats, north: Floats, amounts: Floats | None, cell_size: float
) -> tuple[int, int, int, int]:
    """Find the cells that just hold all known points."""
    known = np.isfinite(east) & np.isfinite(north)
    if amounts is not None:
        known &= ~np.isnan(amounts)
    if not known.any():
        raise ValueError("no point has an x and a y: give bounds for a grid without points")
    cols, rows = np.floor(east[known] / cell_size), np.floor(north[known] / cell_size)
    return int(cols.min()), int(rows.min()), int(cols.max()) + 1, int(rows.max()) + 1


def points(
    x: ArrayLike, y: ArrayLike, weights: ArrayLike | None
) -> tuple[Floats, Floats, Floats | None]:
    """Read points and their weights as flat arrays of one length."""
    east, north = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    amounts = None if weights is None else np.asarray(weights, dtype=np.float64)
    shapes = [one.shape for one in (east, north, amounts) if one is not None]
    if east.ndim != 1 or len(set(shapes)) > 1:
        raise ValueError(f"x, y and weights are flat and equally long; found shapes {shapes}")
    return east, north, amounts


def cell_bounds(
    bounds: tuple[float, float, float, float], cell_size: float
) -> tuple[int, int, int, int]:
    """Move (west, south, east, north) outwards to whole cells, as numbers of cells."""
    _cell_size(cell_size)
    west, south, east, north = (float(edge) for edge in bounds)
    if not (west < east and south < north and np.isfinite([west, south, east, north]).all()):
        raise ValueError(f"bounds are (west, south, east, north) in metres; found {bounds}")
    return (
        int(np.floor(west / cell_size)),
        int(np.floor(south / cell_size)),
        int(np.ceil(east / cell_size)),
        int(np.ceil(north / cell_size)),
    )


def _cell_size(cell_size: float) -> None:
    if not (cell_size > 0 and np.isfinite(cell_size)):
        raise ValueError(f"cell_size is a positive number of metres; found {cell_size}")


def _cell_numbers(cell_x: ArrayLike, cell_y: ArrayLike) -> tuple[Integers, Integers]:
    pair = np.asarray(cell_x, dtype=np.int64), np.asarray(cell_y, dtype=np.int64)
    if pair[0].ndim != 1 or pair[0].shape != pair[1].shape:
        raise ValueError(
            f"cell_x and cell_y are flat and equally long; found {pair[0].shape}, {pair[1].shape}"
        )
    return pair


def _shape(edges: tuple[int, int, int, int], cell_size: float) -> tuple[int, int]:
    west, south, east, north = edges
    rows, cols = north - south, east - west
    if rows * cols > MOST_CELLS:
        raise ValueError(
            f"{rows:,} x {cols:,} cells of {cell_size:g} m is more than {MOST_CELLS:,}: look for "
            "a point far away (0, 0 for instance), give bounds or a larger cell_size"
        )
    return rows, cols


def _added(
    place: NDArray[np.intp] | Integers,
    amounts: Floats | Integers | None,
    shape: tuple[int, int],
) -> Integers | Floats:
    size = shape[0] * shape[1]
    if amounts is None:
        return np.bincount(place, minlength=size).reshape(shape)
    sums = np.bincount(place, weights=amounts, minlength=size).reshape(shape)
    # Sums of whole numbers are exact in floats up to 2^53.
    return sums if amounts.dtype.kind == "f" else sums.astype(np.int64)
