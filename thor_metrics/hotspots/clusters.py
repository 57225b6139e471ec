"""Clusters: places where incidents lie close together, whatever grid one lays over the city.

DBSCAN of Ester et al. 1996, written for many points in a plane: on a grid fine enough that all
points of one cell are neighbours (Gunawan 2013), so that neither memory nor time grows with the
square of a crowded address.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
import pandas as pd
import shapely
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

__all__ = ["NOISE", "clusters", "outlines"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

#: Label of a point that belongs to no cluster.
NOISE: Final = -1

# Side of a cell as a part of eps: its diagonal, 0.99 eps, leaves room for rounding.
_SIDE: Final = 0.7
# With that side, points within eps of each other are at most two cells apart on either axis.
# One of each two opposite offsets, nearest first: near cells are joined before far ones are tried.
_OFFSETS: Final = sorted(
    ((i, j) for i in range(3) for j in range(-2, 3) if (i, j) > (0, 0)),
    key=lambda offset: (offset[0] ** 2 + offset[1] ** 2, offset),
)
# Distances that are worked out at once: about 100 MB at the widest moment.
_AT_ONCE: Final = 1_000_000
# From this many pairs of points on, two cells are compared by a tree and not pair by pair.
_CROWDED: Final = 16_384


def clusters(
    x: ArrayLike,
    y: ArrayLike,
    *,
    eps: float = 40.0,
    min_samples: float = 10,
    weights: ArrayLike | None = None,
) -> Ints:
    """Find where incidents lie close together (DBSCAN).

    Parameters
    ----------
    x, y : array_like, shape (n,)
        Places in metres (the municipality's RD). A missing place belongs to no cluster.
    eps : float, default 40.0
        Points at most this many metres apart are neighbours.
    min_samples : float, default 10
        A point with at least this much weight within ``eps``, its own included, is the core of
        a cluster; without weights this is a number of incidents.
    weights : array_like, shape (n,), optional
        Weight of each point (reports of one incident, severity), zero or more. Default 1 each.

    Returns
    -------
    ndarray of int64, shape (n,)
        The cluster of each point, numbered from the heaviest (0) to the lightest; -1 for points
        in no cluster. Clusters of equal weight are numbered from west to east.

    Raises
    ------
    ValueError
        When lengths differ, ``eps`` or ``min_samples`` is not above zero or a weight is missing
        or below zero; also when the points lie further apart than 10^9 times ``eps``.

    Notes
    -----
    Cores within ``eps`` of each other are one cluster, and so on along the chain. A point that is
    no core but has one within ``eps`` joins the nearest core (the original gives it to the cluster
    found first, so that the answer depends on the order of the rows; here it does not). A cluster
    says that incidents lie close together, not that there are more than chance would give.

    References
    ----------
    Ester, Kriegel, Sander & Xu 1996, KDD-96:226; Gunawan 2013 (TU Eindhoven) for the grid.

    Examples
    --------
    >>> clusters([0, 10, 20, 500, 510, 900], [0, 0, 0, 0, 0, 0], eps=15, min_samples=2).tolist()
    [0, 0, 0, 1, 1, -1]
    """
    east, north, mass = _checked(x, y, weights)
    if not eps > 0 or not np.isfinite(eps):
        raise ValueError(f"eps is a distance in metres above zero; found {eps}")
    if not min_samples > 0:
        raise ValueError(f"min_samples is above zero; found {min_samples}")
    labels = np.full(east.shape, NOISE, dtype=np.int64)
    known = np.isfinite(east) & np.isfinite(north)
    if not known.any():
        return labels
    # Many incidents have the same address: each is looked at once, with the weight of all. Around
    # the middle, so that squares of distances keep their digits.
    addresses, which = _unique(east[known], north[known])
    points = addresses - addresses[len(addresses) // 2]
    heavy: Floats = np.bincount(which, weights=mass[known]).astype(np.float64)
    core = _Cells(points, eps).cores(heavy, enough=min_samples)
    found = np.full(len(points), NOISE, dtype=np.int64)
    if core.any():
        found[core] = _Cells(points[core], eps).joined()
        others = np.flatnonzero(~core)
        distance, nearest = cKDTree(points[core]).query(points[others])
        near = distance <= eps
        found[others[near]] = found[core][nearest[near]]
        found = _heaviest_first(found, heavy)
    labels[known] = found[which]
    return labels


def outlines(
    x: ArrayLike,
    y: ArrayLike,
    labels: ArrayLike,
    *,
    reach: float = 20.0,
    weights: ArrayLike | None = None,
) -> pd.DataFrame:
    """Draw a line around each cluster and give its facts.

    Parameters
    ----------
    x, y : array_like, shape (n,)
        Places in metres (RD), as given to :func:`clusters`.
    labels : array_like of int, shape (n,)
        What :func:`clusters` gave; points below zero are in no cluster.
    reach : float, default 20.0
        Metres between the outermost points and the line (half of the default ``eps``), so that a
        cluster at a single address has a shape too.
    weights : array_like, shape (n,), optional
        As given to :func:`clusters`.

    Returns
    -------
    DataFrame
        One row a cluster, by label: ``label``, ``n`` (points), ``weight``, ``x`` and ``y`` (centre
        weighted by ``weights``), ``area_m2`` (of the polygon) and ``polygon`` (a shapely polygon
        without holes that has all points of the cluster inside). Without clusters: no rows.

    Raises
    ------
    ValueError
        When lengths differ, ``reach`` is not above zero or a labelled point has no place.

    Notes
    -----
    The polygon is the concave hull of the points (shapely, ratio 0.3), widened by ``reach``: for
    the eye, not for counting. Outlines of neighbouring clusters may overlap.

    Examples
    --------
    >>> facts = outlines([0, 10, 20, 900], [0, 0, 0, 0], [0, 0, 0, -1], reach=20)
    >>> facts[["label", "n", "x", "y"]].to_dict("records")
    [{'label': 0, 'n': 3, 'x': 10.0, 'y': 0.0}]
    >>> round(facts["area_m2"].item() / (20 * 40 + 3.14159 * 20**2), 2)
    0.98
    """
    east, north, mass = _checked(x, y, weights)
    label = np.asarray(labels, dtype=np.int64)
    if label.shape != east.shape:
        raise ValueError(f"{label.size} labels for {east.size} points; give one a point")
    if not reach > 0:
        raise ValueError(f"reach is a distance in metres above zero; found {reach}")
    inside = label >= 0
    east, north, mass, label = east[inside], north[inside], mass[inside], label[inside]
    if not np.all(np.isfinite(east) & np.isfinite(north)):
        raise ValueError("a point in a cluster has no place; its label must be -1")
    names, number = np.unique(label, return_inverse=True)
    count = np.bincount(number, minlength=len(names))
    weight = np.bincount(number, weights=mass, minlength=len(names))
    # Points without any weight still lie somewhere: their plain centre.
    part = np.where(weight[number] > 0, mass, 1.0)
    whole = np.bincount(number, weights=part, minlength=len(names))
    polygons = _around(east, north, number, reach)
    return pd.DataFrame(
        {
            "label": names,
            "n": count.astype(np.int64),
            "weight": weight,
            "x": np.bincount(number, weights=part * east, minlength=len(names)) / whole,
            "y": np.bincount(number, weights=part * north, minlength=len(names)) / whole,
            "area_m2": shapely.area(polygons),
            "polygon": polygons,
        }
    )


class _Cells:
    """Points sorted into square cells so small that all points of one are neighbours."""

    def __init__(self, points: Floats, eps: float) -> None:
        place = np.floor(points / (_SIDE * eps)).astype(np.int64)
        place -= place.min(axis=0)
        # Two empty rows on either side: a step out of the grid meets no cell of another row.
        self.width = int(place[:, 1].max()) + 5
        if (float(place[:, 0].max()) + 5) * self.width > 2.0**62:
            raise ValueError(f"eps={eps:g} is too small for points this far apart")
        key = (place[:, 0] + 2) * self.width + place[:, 1] + 2
        self.order = np.argsort(key, kind="stable")
        self.points = points[self.order]
        self.keys, self.start, self.size = np.unique(
            key[self.order], return_index=True, return_counts=True
        )
        self.cell = np.repeat(np.arange(len(self.keys)), self.size)
        self.limit = eps * eps

    def cores(self, mass: Floats, *, enough: float) -> Bools:
        """Tell which points have enough weight within eps, their own included."""
        sorted_mass = mass[self.order]
        in_cell = np.bincount(self.cell, weights=sorted_mass)
        around = in_cell.copy()
        offsets = [self._pairs(i, j) for i, j in _OFFSETS]
        for here, there in offsets:
            around[here] += in_cell[there]
            around[there] += in_cell[here]
        total = in_cell[self.cell]
        # Only where the own cell is not enough and all cells around together could be.
        open_cell = (in_cell < enough) & (around >= enough)
        for here, there in offsets:
            for one, other in ((here, there), (there, here)):
                asked = open_cell[one]
                for _, a, b in self._compared(one[asked], other[asked], total < enough):
                    near = self._near(a, b)
                    total += np.bincount(
                        a[near], weights=sorted_mass[b[near]], minlength=len(total)
                    )
        result = np.empty(len(total), dtype=np.bool_)
        result[self.order] = total >= enough
        return result

    def joined(self) -> Ints:
        """Component of each point, in which each has another within eps."""
        cells = len(self.keys)
        component = np.arange(cells)
        for i, j in _OFFSETS:
            here, there = self._pairs(i, j)
            apart = component[here] != component[there]
            here, there = here[apart], there[apart]
            touching = self._touching(here, there)
            edges = (component[here[touching]], component[there[touching]])
            graph = coo_array((np.ones(len(edges[0])), edges), shape=(cells, cells))
            component = connected_components(graph, directed=False)[1][component]
        result = np.empty(len(self.points), dtype=np.int64)
        result[self.order] = component[self.cell]
        return result

    def _pairs(self, i: int, j: int) -> tuple[Ints, Ints]:
        """Cells that have a cell at this offset, and that cell."""
        wanted = self.keys + (i * self.width + j)
        there = np.searchsorted(self.keys, wanted)
        there[there == len(self.keys)] = 0
        here = np.flatnonzero(self.keys[there] == wanted)
        return here, there[here]

    def _touching(self, here: Ints, there: Ints) -> Bools:
        """Tell of each pair of cells whether a point of one has a point of the other within eps."""
        touching = np.zeros(len(here), dtype=np.bool_)
        crowded = self.size[here] * self.size[there] > _CROWDED
        for pair in np.flatnonzero(crowded):
            one, other = self._of(here[pair]), self._of(there[pair])
            distance, nearest = cKDTree(self.points[one]).query(self.points[other])
            # By the same arithmetic as below, so that the limit lies in the same place.
            best = int(distance.argmin())
            touching[pair] = self._near(
                np.array([one.start + nearest[best]]), np.array([other.start + best])
            ).any()
        calm = np.flatnonzero(~crowded)
        every = np.ones(len(self.points), dtype=np.bool_)
        for row, a, b in self._compared(here[calm], there[calm], every):
            touching[calm[row[self._near(a, b)]]] = True
        return touching

    def _of(self, cell: int) -> slice:
        return slice(self.start[cell], self.start[cell] + self.size[cell])

    def _near(self, a: Ints, b: Ints) -> Bools:
        step = self.points[a] - self.points[b]
        return np.einsum("ij,ij->i", step, step) <= self.limit

    def _compared(
        self, here: Ints, there: Ints, wanted: Bools
    ) -> Iterator[tuple[Ints, Ints, Ints]]:
        """Every pair of a wanted point of one cell and a point of the other, some at a time.

        Yields the number of the pair of cells and the two points, in sorted order.
        """
        # A row is a point of ``here`` with all points of the cell ``there``.
        row = np.repeat(np.arange(len(here)), self.size[here])
        point = self.start[here][row] + _within(self.size[here])
        asked = wanted[point]
        row, point = row[asked], point[asked]
        times = self.size[there][row]
        until = np.cumsum(times)
        first = 0
        while first < len(row):
            done = until[first - 1] if first else 0
            last = max(int(np.searchsorted(until, done + _AT_ONCE, side="right")), first + 1)
            part = slice(first, last)
            pair = np.repeat(row[part], times[part])
            yield (
                pair,
                np.repeat(point[part], times[part]),
                self.start[there][pair] + _within(times[part]),
            )
            first = last


def _within(sizes: Ints) -> Ints:
    """0, 1, ... size - 1 for each size, one after another."""
    ends = np.cumsum(sizes)
    return np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - sizes, sizes)


def _checked(
    x: ArrayLike, y: ArrayLike, weights: ArrayLike | None
) -> tuple[Floats, Floats, Floats]:
    east = np.asarray(x, dtype=np.float64)
    north = np.asarray(y, dtype=np.float64)
    if east.ndim != 1 or east.shape != north.shape:
        raise ValueError(
            f"x and y are one-dimensional and of one length; found {east.shape} and {north.shape}"
        )
    if weights is None:
        return east, north, np.ones(east.shape)
    mass = np.asarray(weights, dtype=np.float64)
    if mass.shape != east.shape:
        raise ValueError(f"{mass.size} weights for {east.size} points; give one a point")
    if not np.all(mass >= 0):
        raise ValueError(f"weights are zero or more; found {mass[~(mass >= 0)][0]:g}")
    return east, north, mass


def _unique(east: Floats, north: Floats) -> tuple[Floats, Ints]:
    """Different places from west to east, and which of them each point is."""
    order = np.lexsort((north, east))
    x, y = east[order], north[order]
    new = np.ones(len(x), dtype=np.bool_)
    new[1:] = (x[1:] != x[:-1]) | (y[1:] != y[:-1])
    which = np.empty(len(x), dtype=np.int64)
    which[order] = np.cumsum(new) - 1
    return np.column_stack((x[new], y[new])), which


def _heaviest_first(found: Ints, mass: Floats) -> Ints:
    """Renumber 0, 1, ... by falling weight; equal ones by their westernmost point."""
    inside = found >= 0
    _, first, number = np.unique(found[inside], return_index=True, return_inverse=True)
    weight = np.bincount(number, weights=mass[inside])
    rank = np.empty(len(weight), dtype=np.int64)
    rank[np.lexsort((first, -weight))] = np.arange(len(weight))
    result = found.copy()
    result[inside] = rank[number]
    return result


def _around(east: Floats, north: Floats, number: Ints, reach: float) -> NDArray[np.object_]:
    order = np.lexsort((north, east, number))
    x, y, group = east[order], north[order], number[order]
    new = np.ones(len(x), dtype=np.bool_)
    new[1:] = (x[1:] != x[:-1]) | (y[1:] != y[:-1]) | (group[1:] != group[:-1])
    if not len(x):
        return np.empty(0, dtype=object)
    sets = shapely.multipoints(shapely.points(x[new], y[new]), indices=group[new])
    widened = shapely.buffer(shapely.concave_hull(sets, ratio=0.3), reach, quad_segs=4)
    # A bent hull can close on itself when widened: what it surrounds belongs to it.
    return np.asarray(shapely.polygons(shapely.get_exterior_ring(widened)), dtype=object)
