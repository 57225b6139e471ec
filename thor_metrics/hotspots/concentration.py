"""Concentration: how few places hold how many incidents, and how sure the top of the list is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["Concentration", "best_hits", "concentration", "pai", "pei", "rank_stability"]

Floats = NDArray[np.float64]

# Totals of resampled weeks that are held at once: 16 MB.
_AT_ONCE: Final = 2_000_000


@dataclass(frozen=True)
class Concentration:
    """How unevenly incidents are spread over places.

    Attributes
    ----------
    gini : float
        0 when all places have as many, near 1 when one place has all.
    generalised_gini : float
        The same, corrected for having fewer incidents than places: 0 when incidents are spread
        over as many places as they can be.
    share_of_places_for_half : float
        The fewest places that together hold half of the incidents, as a share of all places.
    """

    gini: float
    generalised_gini: float
    share_of_places_for_half: float


def concentration(counts: ArrayLike, *, unbiased: bool = False) -> Concentration:
    """Measure how unevenly incidents are spread over places.

    Parameters
    ----------
    counts : array_like, any shape
        Incidents per place (cell, address, buurt), places without any included as 0. Missing
        counts are no places.
    unbiased : bool, default False
        Multiply by m / (m - 1), with m the places for ``gini`` and the lesser of places and
        incidents for ``generalised_gini``; with m = 1 there is no value.

    Returns
    -------
    Concentration
        All NaN when there is nothing to divide: no places or no incidents.

    Raises
    ------
    ValueError
        For counts below zero.

    Notes
    -----
    G = sum over i of (2 i - n - 1) x_(i) / (n N), with x_(1) the lowest of n counts and N their
    sum. G' = max(1, n / N) (G - 1) + 1 (Bernasco & Steenbeek 2017, Journal of Quantitative
    Criminology 33:451): five incidents on ten places can at most cover five of them, which the
    plain Gini takes for concentration. Reporting differs between places as nuisance does.

    Examples
    --------
    >>> concentration([5, 2, 1, 0, 0, 0, 0, 0, 0, 0])
    Concentration(gini=0.8, generalised_gini=0.75, share_of_places_for_half=0.1)
    """
    values = np.asarray(counts, dtype=np.float64).ravel()
    values = np.sort(values[~np.isnan(values)])
    if values.size and values[0] < 0:
        raise ValueError(f"counts are zero or more; found {values[0]:g}")
    places, events = values.size, float(values.sum())
    if not events:
        return Concentration(np.nan, np.nan, np.nan)
    order = np.arange(1, places + 1)
    # 1 - G first: it keeps the digits when nearly all places are empty.
    evenness = float(((2 * (places - order) + 1) * values).sum()) / (places * events)
    gini = 1.0 - evenness
    generalised = 1.0 - max(1.0, places / events) * evenness
    if unbiased:
        gini *= _correction(places)
        generalised *= _correction(min(places, events))
    reached = np.cumsum(values[::-1]) >= events / 2.0
    return Concentration(gini, generalised, (int(reached.argmax()) + 1) / places)


def _correction(m: float) -> float:
    return m / (m - 1.0) if m > 1 else np.nan


def pai(
    hits: ArrayLike, area: ArrayLike, *, total_hits: ArrayLike, total_area: ArrayLike
) -> Floats:
    """Compare the incidents in chosen places with what so much area would hold by chance.

    Parameters
    ----------
    hits : array_like
        Incidents in the chosen places.
    area : array_like
        Area of the chosen places, in any unit.
    total_hits : array_like
        Incidents in the whole study area.
    total_area : array_like
        The whole study area, in the same unit.

    Returns
    -------
    ndarray
        The prediction accuracy index: (hits / total_hits) / (area / total_area). 1 is what chance
        gives; NaN where there are no incidents, no area or a value is missing.

    Notes
    -----
    Choose the places on one period and count on a later one: counted on the period they were
    chosen on, any choice looks good. Small areas give a high index; compare at equal area.

    References
    ----------
    Chainey, Tompson & Uhlig 2008, Security Journal 21:4.

    Examples
    --------
    >>> float(pai(20, 1, total_hits=100, total_area=50))
    10.0
    """
    return _ratio(_ratio(hits, total_hits), _ratio(area, total_area))


def pei(hits: ArrayLike, best: ArrayLike) -> Floats:
    """Compare the incidents in chosen places with the best choice of as much area.

    Parameters
    ----------
    hits : array_like
        Incidents in the chosen places.
    best : array_like
        Incidents in the best choice of the same area, known afterwards (:func:`best_hits`).

    Returns
    -------
    ndarray
        The prediction efficiency index: PAI / PAI of the best choice, which at equal area is
        hits / best. 1 is the best there is; NaN where the best holds nothing.

    Notes
    -----
    As with :func:`pai`, count on a later period than the places were chosen on.

    References
    ----------
    Hunt 2016 (thesis, Michigan State University).

    Examples
    --------
    >>> float(pei(15, best_hits([9, 7, 5, 4, 0], 3)))
    0.7142857142857143
    """
    return _ratio(hits, best)


def best_hits(counts: ArrayLike, chosen: int) -> float:
    """Count the incidents in the best choice of so many places of equal area.

    Parameters
    ----------
    counts : array_like, any shape
        Incidents per place; missing counts are no places.
    chosen : int
        How many places are chosen; with more than there are, all of them.

    Returns
    -------
    float
        The sum of the highest ``chosen`` counts.

    Raises
    ------
    ValueError
        For ``chosen`` below zero.

    Examples
    --------
    >>> best_hits([4, 9, 0, 7], 2)
    16.0
    """
    if chosen < 0:
        raise ValueError(f"chosen is a number of places, zero or more; found {chosen}")
    values = np.asarray(counts, dtype=np.float64).ravel()
    values = np.sort(values[~np.isnan(values)])[::-1]
    return float(values[:chosen].sum())


def _ratio(part: ArrayLike, whole: ArrayLike) -> Floats:
    above = np.asarray(part, dtype=np.float64)
    below = np.asarray(whole, dtype=np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(below > 0, above / below, np.nan)


def rank_stability(
    weekly_counts: ArrayLike,
    *,
    top: int = 10,
    draws: int = 1000,
    block: int = 1,
    seed: int = 0,
) -> Floats:
    """Tell how often each place is in the top when the weeks had fallen a little otherwise.

    Parameters
    ----------
    weekly_counts : array_like, shape (weeks, places)
        Incidents per week and place, in order of time.
    top : int, default 10
        How many places the list has.
    draws : int, default 1000
        How many times the weeks are drawn again.
    block : int, default 1
        Draw stretches of this many weeks in a row (the last week is followed by the first), for
        series in which busy weeks come together.
    seed : int, default 0
        The same seed gives the same answer.

    Returns
    -------
    ndarray, shape (places,)
        Share of the draws in which the place is in the top, 0..1. Places that share the last
        positions each get their part of them (two places for one position: a half). A place
        without incidents in a draw is in no top, so the shares sum to at most ``top``.

    Raises
    ------
    ValueError
        For another shape, no weeks, counts missing or below zero, or ``top``, ``draws`` or
        ``block`` below 1.

    Notes
    -----
    A bootstrap of weeks (Efron 1979; in blocks: Politis & Romano 1992, circular): weeks are drawn
    with replacement, for all places at once, so that a busy week is busy everywhere. The standard
    error of a share s is sqrt(s (1 - s) / draws), at most 1.6 points with 1,000. It says how far
    chance within these weeks moves the list, not whether the next weeks will be alike.

    Examples
    --------
    >>> weeks = [[9, 1, 0], [8, 1, 0], [9, 1, 0], [7, 1, 0]]
    >>> rank_stability(weeks, top=1).tolist()
    [1.0, 0.0, 0.0]
    """
    counts = np.asarray(weekly_counts, dtype=np.float64)
    if counts.ndim != 2 or not len(counts):
        raise ValueError(f"weekly_counts has shape (weeks, places); found {counts.shape}")
    if not np.all(counts >= 0):
        raise ValueError("weekly_counts are zero or more and none is missing")
    for name, value in (("top", top), ("draws", draws), ("block", block)):
        if value < 1:
            raise ValueError(f"{name} is 1 or more; found {value}")
    weeks, places = counts.shape
    if not places:
        return np.zeros(0)
    # A place without incidents cannot be in the top, so only the others are looked at.
    used = counts.any(axis=0)
    alive = counts[:, used]
    share = np.zeros(alive.shape[1])
    rng = np.random.default_rng(seed)
    starts = rng.multinomial(-(-weeks // block), np.full(weeks, 1.0 / weeks), size=draws)
    times = sum(np.roll(starts, shift, axis=1) for shift in range(block))
    times = np.asarray(times, dtype=np.float64)
    at_once = max(1, _AT_ONCE // max(1, alive.shape[1]))
    for first in range(0, draws, at_once):
        # Rounded: equal sums of weights must tie, in whatever order they were added up.
        totals = np.round(times[first : first + at_once] @ alive, 9)
        share += _in_top(totals, top).sum(axis=0)
    stability = np.zeros(places)
    stability[used] = share / draws
    return stability


def _in_top(totals: Floats, top: int) -> Floats:
    """Part of a position in the top that each place (column) of each row holds."""
    places = totals.shape[1]
    if top >= places:
        return (totals > 0).astype(np.float64)
    limit = np.partition(totals, places - top, axis=1)[:, places - top, np.newaxis]
    above = totals > limit
    level = totals == limit
    left = top - above.sum(axis=1, keepdims=True)
    shared = left / level.sum(axis=1, keepdims=True)
    return np.where(above, 1.0, np.where(level & (totals > 0), shared, 0.0))
