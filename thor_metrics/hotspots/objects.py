"""Objects: the most troubled milieuperrons, fietslocaties and schools."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.spatial import cKDTree

from thor_metrics import stats
from thor_metrics.hotspots.concentration import rank_stability

__all__ = ["nearest_objects", "object_of"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def object_of(
    x: ArrayLike, y: ArrayLike, objects: pd.DataFrame, *, reach: ArrayLike = 50.0
) -> Ints:
    """Find the object each incident belongs to: the nearest one that reaches it.

    Parameters
    ----------
    x, y : array_like, shape (n,)
        Places of the incidents in metres (RD). A missing place belongs to no object.
    objects : DataFrame
        One row an object, with its place in the columns ``x`` and ``y``, in metres (RD).
    reach : float or array_like, default 50.0
        Metres up to which an incident can belong to an object, for all or one an object.

    Returns
    -------
    ndarray of int64, shape (n,)
        Position of the object in ``objects``; -1 for none. At equal distance: the first one.

    Raises
    ------
    ValueError
        When lengths differ, an object has no place or a reach is missing or below zero.

    Examples
    --------
    >>> perrons = pd.DataFrame({"x": [0.0, 60.0], "y": [0.0, 0.0]}, index=["Markt", "Plein"])
    >>> object_of([10, 35, 200], [0, 0, 0], perrons).tolist()
    [0, 1, -1]
    """
    places, limits = _checked_objects(objects, reach)
    east = np.asarray(x, dtype=np.float64)
    north = np.asarray(y, dtype=np.float64)
    if east.ndim != 1 or east.shape != north.shape:
        raise ValueError(
            f"x and y are one-dimensional and of one length; found {east.shape} and {north.shape}"
        )
    owner = np.full(len(east), -1, dtype=np.int64)
    rows = np.flatnonzero(np.isfinite(east) & np.isfinite(north))
    if not len(rows):
        return owner
    points = np.column_stack((east[rows], north[rows]))
    tree = cKDTree(points)
    best = np.full(len(rows), np.inf)
    for number, (place, limit) in enumerate(zip(places, limits, strict=True)):
        # A little wider than the limit, which the line after next then draws exactly.
        near = np.asarray(tree.query_ball_point(place, limit * (1 + 1e-9)), dtype=np.int64)
        away = np.hypot(*(points[near] - place).T)
        closer = (away <= limit) & (away < best[near])
        best[near[closer]] = away[closer]
        owner[rows[near[closer]]] = number
    return owner


def nearest_objects(
    x: ArrayLike,
    y: ArrayLike,
    objects: pd.DataFrame,
    *,
    week: ArrayLike,
    weeks: int,
    reach: ArrayLike = 50.0,
    weights: ArrayLike | None = None,
    top: int = 10,
    level: float = 0.95,
    draws: int = 1000,
    seed: int = 0,
) -> pd.DataFrame:
    """Rank objects by the incidents around them, and say how sure that is.

    Parameters
    ----------
    x, y : array_like, shape (n,)
        Places of the incidents in metres (RD). Give those of one gebied to have its shares.
    objects : DataFrame
        One row an object, with its place in the columns ``x`` and ``y``, in metres (RD).
    week : array_like of int, shape (n,)
        Week of each incident, 0 for the first and ``weeks - 1`` for the last.
    weeks : int
        Number of weeks looked at, those without incidents included.
    reach : float or array_like, default 50.0
        Metres up to which an incident can belong to an object, for all or one an object.
    weights : array_like, shape (n,), optional
        Weight of each incident, zero or more. Default 1 each.
    top : int, default 10
        Length of the list that ``stability`` is about.
    level : float, default 0.95
        Of the interval.
    draws, seed : int
        As in :func:`thor_metrics.hotspots.concentration.rank_stability`.

    Returns
    -------
    DataFrame
        One row an object, in the order and with the index of ``objects``:

        ``count``
            Incidents (weight) that belong to the object; each belongs to one at most.
        ``low``, ``high``
            Interval of the count: how many as many weeks of the same kind would give. From the
            object's own variation between weeks; with a single week there is none (NaN).
        ``share``
            Part of all incidents given, also those without a place or near no object.
        ``stability``
            Share of draws of the weeks in which the object is in the top.
        ``rank``
            1 for the most incidents; equal counts share the best rank.

    Raises
    ------
    ValueError
        When lengths differ, an object has no place, a reach or weight is missing or below zero,
        or a week is not one of 0 to ``weeks - 1``.

    Notes
    -----
    The interval is :func:`thor_metrics.stats.rate_interval` with the dispersion of the weekly
    counts. A high count says where incidents are reported, also because people report more there.

    Examples
    --------
    >>> perrons = pd.DataFrame({"x": [0.0, 500.0], "y": [0.0, 0.0]}, index=["Markt", "Plein"])
    >>> ranked = nearest_objects(
    ...     [1, 2, 3, 501, 900], [0, 0, 0, 0, 0], perrons, week=[0, 1, 2, 0, 3], weeks=4, top=1
    ... )
    >>> [tuple(row) for row in ranked[["count", "share", "rank"]].astype(str).to_numpy()]
    [('3', '0.6', '1'), ('1', '0.2', '2')]
    """
    owner = object_of(x, y, objects, reach=reach)
    number, mass = _checked_weeks(week, weeks, weights, len(owner))
    belongs = owner >= 0
    weekly = np.bincount(
        number[belongs] * len(objects) + owner[belongs],
        weights=mass[belongs],
        minlength=weeks * len(objects),
    ).reshape(weeks, len(objects))
    count = weekly.sum(axis=0)
    total = mass.sum()
    low, high = stats.rate_interval(
        count, np.ones(len(count)), dispersion=stats.dispersion(weekly.T), level=level
    )
    return pd.DataFrame(
        {
            "count": count.astype(np.int64) if weights is None else count,
            "low": low,
            "high": high,
            "share": count / total if total > 0 else np.full(len(count), np.nan),
            "stability": rank_stability(weekly, top=top, draws=draws, seed=seed),
            "rank": pd.Series(count).rank(method="min", ascending=False).astype("int64").to_numpy(),
        },
        index=objects.index,
    )


def _checked_objects(objects: pd.DataFrame, reach: ArrayLike) -> tuple[Floats, Floats]:
    missing = [name for name in ("x", "y") if name not in objects.columns]
    if missing:
        raise ValueError(f"objects has no column {missing}; found {list(objects.columns)}")
    places = objects[["x", "y"]].to_numpy(dtype=np.float64, na_value=np.nan)
    lost = ~np.isfinite(places).all(axis=1)
    if lost.any():
        raise ValueError(
            f"every object has a place; {lost.sum()} have none, the first is "
            f"'{objects.index[lost][0]}'"
        )
    limits = np.asarray(reach, dtype=np.float64)
    if limits.ndim and limits.shape != (len(objects),):
        raise ValueError(f"{limits.size} reaches for {len(objects)} objects; give one an object")
    if not np.all(limits >= 0):
        raise ValueError("a reach is a distance in metres, zero or more, and none is missing")
    return places, np.broadcast_to(limits, (len(objects),))


def _checked_weeks(
    week: ArrayLike, weeks: int, weights: ArrayLike | None, n: int
) -> tuple[Ints, Floats]:
    number = np.asarray(week)
    mass = np.ones(n) if weights is None else np.asarray(weights, dtype=np.float64)
    if number.shape != (n,) or mass.shape != (n,):
        raise ValueError(
            f"one week and one weight an incident: {n} incidents, {number.size} weeks, "
            f"{mass.size} weights"
        )
    if weeks < 1:
        raise ValueError(f"weeks is 1 or more; found {weeks}")
    whole = number.astype(np.int64)
    if not np.all((whole == number) & (whole >= 0) & (whole < weeks)):
        raise ValueError(f"weeks are whole numbers from 0 to {weeks - 1}")
    if not np.all(mass >= 0):
        raise ValueError("weights are zero or more and none is missing")
    return whole, mass
