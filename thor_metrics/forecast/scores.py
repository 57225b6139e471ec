"""How good a ranking was, with ties shared out exactly."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from thor_metrics.forecast.places import HOURS

__all__ = ["deciles", "hits", "slot_hits"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def hits(score: ArrayLike, counts: ArrayLike, take: ArrayLike) -> Floats:
    """Count the incidents in the places with the highest scores.

    Parameters
    ----------
    score, counts : array_like, shape (places,)
        What ranks the places, and the incidents that came.
    take : array_like
        Numbers of places to take; need not be whole.

    Returns
    -------
    ndarray, shape of ``take``
        The mean over all orders of places with equal scores: of a group that is only taken in
        part, that part of its incidents.

    Examples
    --------
    >>> hits([3, 1, 1, 0], [5, 2, 4, 9], [1, 2, 2.5]).tolist()
    [5.0, 8.0, 9.5]
    """
    # Descending: the best group first.
    _, group, size = np.unique(
        -np.asarray(score, dtype=np.float64), return_inverse=True, return_counts=True
    )
    caught = np.bincount(group, weights=np.asarray(counts, dtype=np.float64), minlength=len(size))
    return np.interp(
        np.asarray(take, dtype=np.float64),
        np.concatenate([[0], np.cumsum(size)]),
        np.concatenate([[0.0], np.cumsum(caught)]),
    )


def slot_hits(
    expected: Floats, hours: Floats, cell: Ints, hour: Ints, take: ArrayLike
) -> tuple[Floats, Floats]:
    """Count the incidents in the slots (cell and hour of the week) with the highest forecast.

    Parameters
    ----------
    expected : ndarray, shape (cells,)
    hours : ndarray, shape (cells, 168) or (1, 168)
        Shares by cell, or one row for all.
    cell, hour : ndarray of int, shape (incidents,)
        Where and when incidents came.
    take : array_like
        Numbers of slots.

    Returns
    -------
    caught, possible : ndarray, shape of ``take``
        As :func:`hits` over all slots, and of the best choice afterwards. Only cells whose best
        hour may be among the highest are worked out; the result is the same.
    """
    wanted = np.asarray(take, dtype=np.float64)
    n = len(expected)
    most = min(math.ceil(float(wanted.max())), n * HOURS)
    best_of_cell = expected * hours.max(axis=1)
    order = np.argsort(-best_of_cell, kind="stable")
    size = min(n, 2 * math.ceil(most / HOURS) + 1)
    while True:
        chosen = order[:size]
        rows = hours[chosen] if len(hours) == n else hours
        slots = (expected[chosen, np.newaxis] * rows).ravel()
        least = -np.inf
        if most < len(slots):
            least = np.partition(slots, len(slots) - most)[len(slots) - most]
        # Beyond the chosen cells no slot may reach the lowest one taken, not even tie with it.
        if size == n or (most < len(slots) and best_of_cell[order[size]] < least):
            break
        size = min(n, 2 * size)
    position = np.full(n, -1, dtype=np.int64)
    position[chosen] = np.arange(size)
    here = position[cell] >= 0
    came = np.bincount(position[cell[here]] * HOURS + hour[here], minlength=len(slots))
    taken = slots >= least
    _, per_slot = np.unique(cell * HOURS + hour, return_counts=True)
    possible = np.concatenate([[0], np.cumsum(np.sort(per_slot)[::-1])])
    return (
        hits(slots[taken], came[taken], wanted),
        np.interp(wanted, np.arange(len(possible)), possible),
    )


def deciles(expected: Floats, observed: Floats) -> tuple[Floats, Floats]:
    """Split cells into ten groups that each expect a tenth of the incidents.

    Parameters
    ----------
    expected, observed : ndarray, shape (cells,)

    Returns
    -------
    expected, observed : ndarray, shape (10,)
        Sums of the groups, from the quietest cells to the busiest. A cell is in the group in
        which its middle falls.

    Examples
    --------
    >>> deciles(np.full(10, 0.5), np.arange(10.0))[1].tolist()
    [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0]
    """
    if not expected.sum() > 0:
        return np.zeros(10), np.zeros(10)
    order = np.argsort(expected, kind="stable")
    ends = np.cumsum(expected[order])
    middles = (ends - expected[order] / 2.0) / ends[-1]
    group = np.minimum((middles * 10.0).astype(np.int64), 9)
    said, came = np.zeros(10), np.zeros(10)
    np.add.at(said, group, expected[order])
    np.add.at(came, group, observed[order])
    return said, came
