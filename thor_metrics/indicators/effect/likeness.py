"""Which buurten went up and down as the place did, when nothing was done there."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

__all__ = ["chosen_like", "likeness", "steady"]

#: Buurten compared with, when nobody chooses: at least so many ...
_MOST: Final = 12
#: ... and so many times the reports of the place, or chance among them would be most of the error.
_TIMES: Final = 5

#: Weeks taken together: single weeks of one place are mostly chance.
_BLOCK: Final = 4
#: With less history than this nothing can be called alike.
_FEWEST_BLOCKS: Final = 6
_FEWEST_EVENTS: Final = 30

#: Reports of a buurt, as a share of those of the place.
_LEAST_SHARE: Final = 0.05

#: A buurt that changed by more than so many spreads is no measure of what is usual.
_FAR: Final = 3.5
#: With fewer buurten the spread itself is not known.
_FEWEST_AREAS: Final = 5


def likeness(place: pd.Series, areas: pd.DataFrame, weeks: NDArray[np.int64]) -> pd.Series | None:
    """Tell how unlike the course of each buurt is to that of the place.

    Parameters
    ----------
    place : Series
        Reports a week, by number of the week; weeks without any may be missing.
    areas : DataFrame
        The same of buurten: a row each, a column a week.
    weeks : ndarray of int
        Weeks to look at: none of those that are compared, nor of those in which the place stood
        out.

    Returns
    -------
    Series or None
        By buurt, most alike first: Pearson's chi-square a degree of freedom of the table of
        place and buurt by blocks of four weeks; 1 is "as alike as chance allows". Only buurten
        with at least a twentieth of the reports of the place: fewer look like anything. ``None``
        where history is too short.

    Examples
    --------
    >>> weeks = np.arange(24)
    >>> place = pd.Series([2] * 12 + [4] * 12, index=weeks)
    >>> areas = pd.DataFrame([[3] * 12 + [6] * 12, [6] * 12 + [3] * 12], index=["a", "b"])
    >>> likeness(place, areas, weeks).round(2).to_dict()
    {'a': 0.0, 'b': 3.86}
    """
    block = weeks // _BLOCK
    whole = np.isin(block, np.flatnonzero(np.bincount(block - block.min()) == _BLOCK) + block.min())
    if not whole.any():
        return None
    weeks, block = weeks[whole], block[whole]
    blocks = np.unique(block)
    mine = _blocks(place.reindex(weeks, fill_value=0).to_numpy(np.float64)[None, :], block)[0]
    theirs = _blocks(areas[weeks.tolist()].to_numpy(np.float64), block)
    if len(blocks) < _FEWEST_BLOCKS or mine.sum() < _FEWEST_EVENTS:
        return None
    enough = theirs.sum(axis=1) >= _LEAST_SHARE * mine.sum()
    theirs = theirs[enough]
    both = theirs + mine
    share = mine.sum() / (theirs.sum(axis=1, keepdims=True) + mine.sum())
    with np.errstate(invalid="ignore", divide="ignore"):
        parts = (mine - both * share) ** 2 / (both * share * (1 - share))
    distance = np.where(both > 0, parts, 0.0).sum(axis=1) / (len(blocks) - 1)
    return pd.Series(distance, index=areas.index[enough]).sort_values(kind="stable")


def _blocks(weekly: NDArray[np.float64], block: NDArray[np.int64]) -> NDArray[np.float64]:
    starts = np.flatnonzero(np.r_[True, np.diff(block) > 0])
    return np.add.reduceat(weekly, starts, axis=1)


def chosen_like(like: pd.Series | None, before: pd.Series, *, place: int) -> list[str]:
    """Choose the buurten to compare with: the most alike, or all where that is not known.

    Parameters
    ----------
    like : Series or None
        See :func:`likeness`.
    before : Series
        Reports of every buurt that may be chosen, in the window before.
    place : int
        The same of the place.
    """
    if like is None or like.empty:
        return before.index.tolist()
    enough = int(np.searchsorted(before[like.index].cumsum(), _TIMES * place)) + 1
    return like.index[: max(_MOST, enough)].tolist()


def steady(before: NDArray[np.float64], after: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell which buurten changed as the others did; the rest had a change of their own.

    Parameters
    ----------
    before, after : ndarray of float
        Reports of each buurt in the two windows.

    Returns
    -------
    ndarray of bool
        False where log((after + 1/2) / (before + 1/2)), in its own standard errors from the
        median, lies more than 3.5 spreads (1.48 times the median deviation, at least 1) away.
        All True for fewer than five buurten.

    Notes
    -----
    The rule looks at the buurten among themselves, never at the place, and cuts both ways: it
    cannot lean towards an effect.

    Examples
    --------
    >>> before = np.array([100.0, 80, 120, 90, 100, 100])
    >>> steady(before, np.array([110.0, 75, 118, 99, 95, 300])).tolist()
    [True, True, True, True, True, False]
    """
    if len(before) < _FEWEST_AREAS:
        return np.ones(len(before), dtype=bool)
    change = np.log((after + 0.5) / (before + 0.5))
    error = np.sqrt(1.0 / (after + 0.5) + 1.0 / (before + 0.5))
    away = (change - np.median(change)) / error
    spread = max(1.0, 1.4826 * float(np.median(np.abs(away))))
    return np.asarray(np.abs(away) <= _FAR * spread)
