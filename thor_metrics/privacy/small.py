"""Small counts about people: hidden, with enough others that a total gives nothing away."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

__all__ = ["hide_small", "hide_small_cross"]


def hide_small(
    frame: pd.DataFrame,
    count: str,
    *,
    about_people: pd.Series | np.ndarray | bool,
    below: int,
    within: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Hide small counts about people, and enough others that a total gives nothing away.

    A count from 1 up to ``below`` is hidden where ``about_people``; zero stays. When the total of
    a group is known, one hidden cell is total minus the rest, so at least two cells of a group
    are hidden, or none. Two cells are not enough either when their sum leaves one possibility:
    hidden cells that are all 1 (the least a hidden cell can be) or all ``below - 1`` (the most).
    Then one more is hidden: the first visible cell of the group that is not zero, in the order of
    the frame, and a zero only when there is nothing else. The order, not the size, decides: who
    knows this rule could work back from "the smallest was taken".

    A group of one row is its own total: the caller must not show that total.

    Parameters
    ----------
    frame : DataFrame
    count : str
        Column with counts (whole numbers, not negative).
    about_people : bool or mask
        Rows of which small counts are hidden.
    below : int
        Smallest count that may be shown; at 2 or less only ones would be hidden, which says
        what they are, so nothing is.
    within : sequence of str, optional
        Columns that make a group with a known total; ``None``: the whole frame is one group.

    Returns
    -------
    DataFrame
        A copy: ``count`` as nullable whole numbers, missing where hidden, and the bool column
        ``hidden``.

    Notes
    -----
    Totals in two directions (rows and columns of a cross table): :func:`hide_small_cross`.
    """
    groups = [_groups(frame, within or [])]
    return _hide(frame, count, groups, about_people=about_people, below=below)


def hide_small_cross(
    frame: pd.DataFrame,
    count: str,
    *,
    about_people: pd.Series | np.ndarray | bool,
    below: int,
    directions: Sequence[Sequence[str]],
) -> pd.DataFrame:
    """Hide small counts of a cross table of which totals are known in several directions.

    A cell hidden for the sake of its row is itself one hidden cell of its column, so the
    directions are gone through until nothing changes.

    Parameters
    ----------
    frame, count, about_people, below
        As for :func:`hide_small`.
    directions : sequence of sequences of str
        Per known set of totals the columns it is by: ``[["gebied"], ["month"]]`` for a table of
        gebied by month with both margins.

    Returns
    -------
    DataFrame
        As of :func:`hide_small`.

    Examples
    --------
    >>> table = pd.DataFrame({"gebied": list("AABB"), "month": [1, 2, 1, 2], "n": [2, 30, 40, 50]})
    >>> hide_small_cross(
    ...     table, "n", about_people=True, below=5, directions=[["gebied"], ["month"]]
    ... )["hidden"].tolist()
    [True, True, True, True]
    """
    groups = [_groups(frame, direction) for direction in directions]
    return _hide(frame, count, groups, about_people=about_people, below=below)


def _groups(frame: pd.DataFrame, within: Sequence[str]) -> np.ndarray:
    """Number of the group of each row; without columns the whole frame is one group."""
    if not len(within):
        return np.zeros(len(frame), np.int64)
    return frame.groupby(list(within), dropna=False, sort=False).ngroup().to_numpy()


def _hide(
    frame: pd.DataFrame,
    count: str,
    directions: Sequence[np.ndarray],
    *,
    about_people: pd.Series | np.ndarray | bool,
    below: int,
) -> pd.DataFrame:
    values = frame[count].to_numpy(dtype="int64", na_value=0)
    people = np.broadcast_to(np.asarray(about_people, dtype=bool), values.shape)
    hidden = people & (values > 0) & (values < below) if below > 2 else np.zeros(len(frame), bool)
    settled = not hidden.any()
    while not settled:
        known = hidden.sum()
        for group_of in directions:
            for group in np.unique(group_of[hidden]):
                rows = np.flatnonzero(group_of == group)
                hidden[rows] = _enough_hidden(values[rows], hidden[rows], below)
        settled = bool(hidden.sum() == known)
    shown = pd.array(values, dtype="Int64")
    shown[hidden] = pd.NA
    return frame.assign(**{count: shown, "hidden": hidden})


def _enough_hidden(values: np.ndarray, hidden: np.ndarray, below: int) -> np.ndarray:
    """Hide more cells of one group until their sum has more than one explanation."""
    hidden = hidden.copy()
    while True:
        cells = values[hidden]
        if len(cells) > 1 and len(cells) < cells.sum() != len(cells) * (below - 1):
            return hidden
        rest = np.flatnonzero(~hidden & (values > 0))
        if not len(rest):
            rest = np.flatnonzero(~hidden)
        if not len(rest):
            return hidden
        hidden[rest[0]] = True
