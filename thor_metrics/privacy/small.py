"""Small counts about people: hidden, with enough others that a total gives nothing away."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

__all__ = ["hide_small"]


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
    Totals in two directions (rows and columns of a cross table) need one call per direction on
    the original counts, and the cells hidden by either.
    """
    values = frame[count].to_numpy(dtype="int64", na_value=0)
    people = np.broadcast_to(np.asarray(about_people, dtype=bool), values.shape)
    hidden = people & (values > 0) & (values < below) if below > 2 else np.zeros(len(frame), bool)
    if hidden.any():
        groups = frame.groupby(list(within), dropna=False, sort=False).ngroup() if within else 0
        group_of = np.broadcast_to(np.asarray(groups), values.shape)
        for group in np.unique(group_of[hidden]):
            rows = np.flatnonzero(group_of == group)
            hidden[rows] = _enough_hidden(values[rows], hidden[rows], below)
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
