"""Hide small numbers of which many totals are known: of the year, of the city, of all kinds."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

__all__ = ["Equation", "hide_tree"]

#: Position of a total, and the positions of the numbers that add up to it.
Equation = tuple[int, Sequence[int]]

_EXACT = 1e-9


def hide_tree(
    values: NDArray[np.float64],
    equations: Sequence[Equation],
    *,
    small: NDArray[np.bool_],
    below: int,
) -> NDArray[np.bool_]:
    """Hide small numbers, and so many others that no sum or difference gives one away.

    Somebody who sees every number that is not hidden knows one equation per total: total =
    sum of its parts. An equation with one hidden number gives that number away, so it holds
    none or at least two; and where the total and another part are shown, the hidden parts may not
    be all 1 or all ``below - 1``, which is one possibility too. After that whatever the equations
    *together* still determine is protected by hiding more beside it.

    Parameters
    ----------
    values : ndarray of float, shape (n,)
        Counts, not negative.
    equations : sequence of (total, parts)
        Positions in ``values``.
    small : ndarray of bool, shape (n,)
        Which numbers must be hidden.
    below : int
        Smallest number that may be shown.

    Returns
    -------
    ndarray of bool, shape (n,)
        Which numbers are hidden.

    Notes
    -----
    A hidden number is determined exactly when its unit vector lies in the row space of the
    equations restricted to hidden numbers. Which number is hidden next depends on the order of
    the parts and on whether they are zero, never on which is smallest: that would tell.
    Protection is against being worked out exactly, not against being bounded.

    Examples
    --------
    A city of three gebieden; one small number takes the next one with it.

    >>> hide_tree(
    ...     np.array([60.0, 3.0, 20.0, 37.0]), [(0, [1, 2, 3])],
    ...     small=np.array([False, True, False, False]), below=5,
    ... ).tolist()
    [False, True, True, False]
    """
    hidden = np.array(small, dtype=bool, copy=True)
    if not hidden.any() or not len(equations):
        return hidden
    matrix = _matrix(equations, len(values))
    known = -1
    while hidden.sum() != known:
        known = int(hidden.sum())
        _fill(hidden, values, equations, matrix, below)
        for place in _determined(matrix, hidden):
            touching = matrix[:, [place]].nonzero()[0].tolist()
            for number in touching:
                if _hide_one(hidden, values, equations[number]):
                    break
    return hidden


def _matrix(equations: Sequence[Equation], size: int) -> sp.csr_array:
    """One row an equation: -1 at the total, 1 at its parts."""
    rows = np.concatenate(
        [np.full(len(parts) + 1, number) for number, (_, parts) in enumerate(equations)]
    )
    columns = np.concatenate([np.array([total, *parts]) for total, parts in equations])
    signs = np.concatenate([np.array([-1.0, *[1.0] * len(parts)]) for _, parts in equations])
    return sp.csr_array((signs, (rows, columns)), shape=(len(equations), size))


def _fill(
    hidden: NDArray[np.bool_],
    values: NDArray[np.float64],
    equations: Sequence[Equation],
    matrix: sp.csr_array,
    below: int,
) -> None:
    """Hide until every equation holds none or enough."""
    terms = abs(matrix)
    while True:
        counts = terms @ hidden.astype(float)
        changed = False
        for number in np.flatnonzero(counts > 0).tolist():
            total, parts = equations[number]
            if not _enough(hidden, values, total, np.asarray(parts), below):
                changed |= _hide_one(hidden, values, equations[number])
        if not changed:
            return


def _enough(
    hidden: NDArray[np.bool_],
    values: NDArray[np.float64],
    total: int,
    parts: NDArray[np.int64],
    below: int,
) -> bool:
    cells = values[parts[hidden[parts]]]
    if hidden[total]:
        return len(cells) >= 1
    if len(cells) < 2:
        return not len(cells)
    if not values[
        parts[~hidden[parts]]
    ].any():  # a zero may be among the hidden: nobody knows where
        return True
    return bool(len(cells) < cells.sum() != len(cells) * (below - 1))


def _hide_one(hidden: NDArray[np.bool_], values: NDArray[np.float64], equation: Equation) -> bool:
    """Hide the next number of an equation: a part that is not zero, else a zero, else the total."""
    total, parts = equation
    rest = [part for part in parts if not hidden[part]]
    chosen = next((part for part in rest if values[part] > 0), rest[0] if rest else total)
    if hidden[chosen]:
        return False
    hidden[chosen] = True
    return True


def _determined(matrix: sp.csr_array, hidden: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Positions of hidden numbers that the equations together leave no freedom."""
    places = np.flatnonzero(hidden)
    open_equations = matrix[:, places]
    open_equations = open_equations[np.flatnonzero(abs(open_equations).sum(axis=1)), :]
    linked, groups = sp.csgraph.connected_components(
        abs(open_equations.T) @ abs(open_equations), directed=False
    )
    found = []
    for group in range(linked):
        members = np.flatnonzero(groups == group)
        block = open_equations[:, members].toarray()
        block = block[np.abs(block).any(axis=1)]
        # The share of each unit vector that lies in the row space.
        _, sizes, rows = np.linalg.svd(block, full_matrices=False)
        basis = rows[sizes > _EXACT * max(block.shape) * max(sizes[0], 1.0)] if len(sizes) else rows
        inside = np.square(basis).sum(axis=0)
        found.append(members[inside > 1 - 1e-7])
    return places[np.concatenate(found)] if found else places[:0]
