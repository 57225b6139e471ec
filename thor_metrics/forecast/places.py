"""Where and when: incidents as plain numbers, and the cells a forecast is made for."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

__all__ = ["HOURS", "NEAR", "Incidents", "Places", "incidents", "moment", "places", "stamp"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: Hours in a week.
HOURS: Final = 168
#: Metres around an incident in which people are taken to live, work or pass.
NEAR: Final = 300.0

_DAY: Final = 86_400_000_000
_HOUR: Final = 3_600_000_000
_WIDE: Final = 2**32


@dataclass(frozen=True)
class Incidents:
    """Incidents with a place and a time, in order of time.

    Attributes
    ----------
    col, row : ndarray of int, shape (incidents,)
        Cell east and north of the origin of the grid (0, 0).
    day : ndarray of float
        Local time in days since 1 January 1970.
    known : ndarray of float
        When the incident was known, never before it happened.
    hour : ndarray of int
        Hour of the week, 0 is Monday from 0 to 1 h; -1 where only the date is known.
    cell_size : float
        Side of a cell in metres.
    """

    col: Ints
    row: Ints
    day: Floats
    known: Floats
    hour: Ints
    cell_size: float

    def __len__(self) -> int:
        return len(self.day)

    def pick(self, which: NDArray[np.bool_]) -> Incidents:
        """Return the incidents for which ``which`` is true, in the same order."""
        return Incidents(
            self.col[which],
            self.row[which],
            self.day[which],
            self.known[which],
            self.hour[which],
            self.cell_size,
        )

    def at(self, origin: float) -> Incidents:
        """Return what was known at ``origin`` of what happened before it."""
        return self.pick((self.day < origin) & (self.known <= origin))


@dataclass(frozen=True)
class Places:
    """The cells of a forecast, from south to north and in each row from west to east.

    Attributes
    ----------
    col, row : ndarray of int, shape (cells,)
    cell_size : float
    """

    col: Ints
    row: Ints
    cell_size: float

    def __len__(self) -> int:
        return len(self.col)

    def index(self, col: Ints, row: Ints) -> Ints:
        """Return the position of each cell, -1 where it is not one of these places."""
        keys, wanted = _key(self.col, self.row), _key(col, row)
        if not len(keys):
            return np.full(len(wanted), -1, dtype=np.int64)
        found = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
        return np.where(keys[found] == wanted, found, -1)

    def raster(self, gap: int) -> tuple[Ints, Ints, tuple[int, int]]:
        """Return row and column of each cell in a picture, and the shape of that picture.

        Rows and columns without any cell are left out as far as they are more than ``gap``
        wide, so one wrong coordinate far away does not make the picture a thousand times as large.
        """
        rows, cols = _drawn_in(self.row, gap), _drawn_in(self.col, gap)
        return rows, cols, (int(rows.max()) + 1, int(cols.max()) + 1)


def moment(value: object) -> float:
    """Turn a naive local moment into days since 1 January 1970.

    Raises
    ------
    ValueError
        For a missing moment or one with a time zone.

    Examples
    --------
    >>> moment("1970-01-02 12:00")
    1.5
    """
    when = pd.Timestamp(value)  # type: ignore[arg-type]
    if pd.isna(when) or when.tzinfo is not None:
        raise ValueError(f"a moment is local and without time zone; found {value!r}")
    return float(when.to_datetime64().astype("datetime64[us]").astype(np.int64)) / _DAY


def stamp(day: float) -> pd.Timestamp:
    """Turn days since 1 January 1970 into a moment, the reverse of :func:`moment`.

    Examples
    --------
    >>> stamp(1.5)
    Timestamp('1970-01-02 12:00:00')
    """
    return pd.Timestamp("1970-01-01") + pd.Timedelta(microseconds=round(day * _DAY))


def incidents(
    x: ArrayLike,
    y: ArrayLike,
    t: ArrayLike | pd.Series,
    *,
    known: ArrayLike | pd.Series | None = None,
    cell_size: float = 100.0,
    hour_known: ArrayLike | None = None,
    once_a_day: bool = False,
) -> Incidents:
    """Bring incidents into the form the forecast counts with.

    Parameters
    ----------
    x, y : array_like of float, shape (incidents,)
        Metres in EPSG:28992. A missing one leaves the incident out.
    t : array_like of datetime
        Local moment without time zone. A missing one leaves the incident out.
    known : array_like of datetime, optional
        When it was known; missing, or before ``t``, is ``t`` itself.
    cell_size : float, default 100
        Side of a square cell in metres, half-open on a grid through (0, 0).
    hour_known : array_like of bool, optional
        False where only the date is known: such an incident counts for the place, not the hour.
    once_a_day : bool, default False
        Count at most one incident a cell and day, the one that was known first: one person who
        reports twenty times a day is then one.

    Returns
    -------
    Incidents
        In order of time.

    Raises
    ------
    ValueError
        When lengths differ, the cell size is not positive or moments carry a time zone.

    Examples
    --------
    >>> found = incidents([10, 250], [0, 99], ["2024-01-01 13:30", "2024-01-02 00:00"])
    >>> found.col.tolist(), found.row.tolist(), found.hour.tolist()
    ([0, 2], [0, 0], [13, 24])
    """
    if not cell_size > 0:
        raise ValueError(f"cell_size is a number of metres above 0; found {cell_size}")
    east, north = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    when = _micros(t, "t")
    later = when if known is None else _micros(known, "known")
    timed = (
        np.ones(len(when), dtype=bool)
        if hour_known is None
        else np.asarray(hour_known, dtype=np.bool_)
    )
    lengths = {len(east), len(north), len(when), len(later), len(timed)}
    if len(lengths) > 1:
        raise ValueError(f"all columns have one value an incident; found lengths {sorted(lengths)}")
    missing = np.iinfo(np.int64).min
    kept = np.isfinite(east) & np.isfinite(north) & (when != missing)
    order = np.flatnonzero(kept)[np.argsort(when[kept], kind="stable")]
    when, later = when[order], np.maximum(when[order], later[order])
    # Days since Thursday 1 January 1970; whole numbers, so no hour is lost to rounding.
    hour = (when // _DAY + 3) % 7 * 24 + when // _HOUR % 24
    found = Incidents(
        np.floor(east[order] / cell_size).astype(np.int64),
        np.floor(north[order] / cell_size).astype(np.int64),
        when / _DAY,
        later / _DAY,
        np.where(timed[order], hour, -1),
        float(cell_size),
    )
    return found.pick(_first_of_day(found)) if once_a_day else found


def places(of: Incidents, *, inhabited: ArrayLike | None = None, near: float = NEAR) -> Places:
    """Choose the cells where an incident can be expected.

    Parameters
    ----------
    of : Incidents
        Cells with an incident always belong.
    inhabited : array_like, shape (points, 2), optional
        Addresses, or any point of each inhabited cell: x and y in metres. Without them every
        cell whose centre is within ``near`` metres of the centre of a cell with an incident.
    near : float, default 300

    Returns
    -------
    Places
        Sorted from south to north, then from west to east.

    Examples
    --------
    >>> one = incidents([50], [50], ["2024-01-01"])
    >>> len(places(one)), len(places(one, inhabited=[[150, 50]]))
    (29, 2)
    """
    size = of.cell_size
    populated = np.unique(_key(of.col, of.row))
    row, col = populated // _WIDE, populated % _WIDE - _WIDE // 2
    if inhabited is not None:
        points = np.asarray(inhabited, dtype=np.float64).reshape(-1, 2)
        cells = np.floor(points[np.isfinite(points).all(axis=1)] / size).astype(np.int64)
        keys = np.concatenate([populated, _key(cells[:, 0], cells[:, 1])])
    else:
        reach = math.floor(near / size)
        steps = np.arange(-reach, reach + 1)
        up, right = (grid.ravel() for grid in np.meshgrid(steps, steps, indexing="ij"))
        close = np.hypot(up, right) * size <= near
        keys = _key(
            (col[:, np.newaxis] + right[close]).ravel(), (row[:, np.newaxis] + up[close]).ravel()
        )
    keys = np.unique(keys)
    return Places(keys % _WIDE - _WIDE // 2, keys // _WIDE, size)


def _key(col: Ints, row: Ints) -> Ints:
    return row * _WIDE + col + _WIDE // 2


def _first_of_day(of: Incidents) -> NDArray[np.bool_]:
    day = np.floor(of.day).astype(np.int64)
    order = np.lexsort((of.known, day, of.col, of.row))
    same = np.zeros(len(of), dtype=bool)
    here = _key(of.col, of.row)[order]
    same[1:] = (here[1:] == here[:-1]) & (day[order][1:] == day[order][:-1])
    first = np.empty(len(of), dtype=bool)
    first[order] = ~same
    return first


def _drawn_in(values: Ints, gap: int) -> Ints:
    distinct, position = np.unique(values, return_inverse=True)
    steps = np.minimum(np.diff(distinct), gap)
    return np.concatenate([[0], np.cumsum(steps)]).astype(np.int64)[position]


def _micros(values: ArrayLike | pd.Series, name: str) -> Ints:
    column = pd.Series(values)
    if not len(column):
        return np.empty(0, dtype=np.int64)
    moments = pd.to_datetime(column)
    if moments.dt.tz is not None:
        raise ValueError(f"{name} holds local moments without time zone; found {moments.dt.tz}")
    return moments.to_numpy(dtype="datetime64[us]").astype(np.int64)
