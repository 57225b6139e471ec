"""How much each component counts: fitted on horizons that are over, by expectation-maximisation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import special

__all__ = [
    "DISPERSION",
    "EDGES",
    "Weights",
    "dispersion",
    "em",
    "fit",
    "interval",
    "log_likelihood",
    "strata",
]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: Expected incidents a horizon between which the strata of busy and quiet cells lie.
EDGES: Final = (0.05, 0.2, 0.5, 1.0, 2.0, 4.0, 8.0)
#: Extra variation taken when the past cannot tell: the usual value of nuisance reports.
DISPERSION: Final = 0.3

_ITERATIONS: Final = 60
_PSEUDO: Final = 50.0
#: One pseudo-incident at the starting weights: no component dies out, no cell is impossible.
_FLOOR: Final = 1.0
_FEWEST: Final = 20
_FEWEST_CELLS: Final = 20


@dataclass(frozen=True)
class Weights:
    """Weights of the components.

    Attributes
    ----------
    pooled : ndarray, shape (components,)
        One set for all cells.
    by_stratum : ndarray, shape (strata, components)
        A set for each stratum of :data:`EDGES`, from quiet to busy.
    start : ndarray, shape (components,)
        The weights that say which stratum a cell is in.
    """

    pooled: Floats
    by_stratum: Floats
    start: Floats

    def expected(self, q: Floats, level: float) -> Floats:
        """Return the expected incidents of each cell, of q (components, cells)."""
        which = strata(q, level, self.start)
        return level * np.einsum("kc,ck->c", q, self.by_stratum[which])


def strata(q: Floats, level: float, start: Floats) -> Ints:
    """Sort cells from quiet to busy by what they expect under the starting weights.

    Examples
    --------
    >>> strata(np.array([[0.0, 0.01, 0.99]]), 10.0, np.array([1.0])).tolist()
    [0, 1, 7]
    """
    return np.searchsorted(EDGES, level * (start @ q), side="right")


def em(
    rates: Floats,
    counts: Floats,
    exposure: Floats,
    start: Floats,
    *,
    towards: Floats | None = None,
    pull: float = 0.0,
    iterations: int = _ITERATIONS,
) -> Floats:
    """Fit non-negative weights w of counts ~ Poisson(rates @ w).

    Parameters
    ----------
    rates : ndarray, shape (cells, components)
        Level times component, in cells with a count above 0: the others matter only through
        ``exposure``.
    counts : ndarray, shape (cells,)
    exposure : ndarray, shape (components,)
        Sum of the rates over all cells. A component that is nowhere gets weight 0.
    start : ndarray, shape (components,)
    towards : ndarray, shape (components,), optional
        Weights to shrink to.
    pull : float, default 0
        Strength of that, as a share of the exposure.
    iterations : int, default 60

    Returns
    -------
    ndarray, shape (components,)
        After each step w_k <- w_k sum(counts rates_k / (rates @ w)) / exposure_k the likelihood
        is at least as high (Dempster, Laird & Rubin 1977). With ``towards`` v the step is
        (w_k sum(...) + pull v_k exposure_k) / ((1 + pull) exposure_k): the posterior mode under a
        gamma prior with mode v.

    Examples
    --------
    >>> em(np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([3.0, 5.0]), np.ones(2), np.ones(2))
    array([3., 5.])
    """
    weights = np.where(exposure > 0, start, 0.0)
    scale = np.where(exposure > 0, exposure * (1.0 + pull), 1.0)
    held = 0.0 if towards is None else pull * exposure * towards
    for _ in range(iterations):
        mean = rates @ weights
        ratio = np.divide(counts, mean, out=np.zeros_like(mean), where=mean > 0)
        weights = (weights * (ratio @ rates) + held) / scale
    return weights


def fit(q: Floats, level: Floats, target: Floats, start: Floats, *, stratified: bool) -> Weights:
    """Fit the weights on horizons that are over.

    Parameters
    ----------
    q : ndarray, shape (components, horizons, cells)
        As they were at the beginning of each horizon.
    level : ndarray, shape (horizons,)
        Incidents expected in each.
    target : ndarray, shape (horizons, cells)
        Incidents that came.
    start : ndarray, shape (components,)
        Where the fit begins; worth one incident in it, so that no weight becomes nothing.
    stratified : bool
        Also per stratum, pulled to the pooled fit by 50 pseudo-incidents; a stratum with fewer
        than 20 incidents keeps the pooled weights.

    Returns
    -------
    Weights
        The starting weights where no incident came at all.
    """
    parts = len(EDGES) + 1
    same = np.tile(start, (parts, 1))
    horizon, cell = np.nonzero(target)
    if not len(horizon) or not level.any():
        return Weights(start, same, start)
    counts = target[horizon, cell]
    rates = (q[:, horizon, cell] * level[horizon]).T
    exposure = q.sum(axis=2) @ level
    pooled = em(
        rates, counts, exposure, start, towards=start, pull=_FLOOR / float(exposure @ start)
    )
    by_stratum = np.tile(pooled, (parts, 1))
    if stratified:
        which = np.stack([strata(q[:, j], float(level[j]), start) for j in range(len(level))])
        of_count = which[horizon, cell]
        exposures = _exposures(q, level, which, parts)
        for part in range(parts):
            here = of_count == part
            expected = float(exposures[part] @ pooled)
            if counts[here].sum() < _FEWEST or expected <= 0:
                continue
            by_stratum[part] = em(
                rates[here],
                counts[here],
                exposures[part],
                pooled,
                towards=pooled,
                pull=_PSEUDO / expected,
            )
    return Weights(pooled, by_stratum, start)


def log_likelihood(rates: Floats, counts: Floats, exposure: Floats, weights: Floats) -> float:
    """Return the Poisson log-likelihood that :func:`em` climbs, without its constant."""
    return float(counts @ np.log(rates @ weights) - exposure @ weights)


def dispersion(expected: Floats, observed: Floats) -> float:
    """Estimate how much more cells vary than Poisson: variance = mean + k mean^2.

    Parameters
    ----------
    expected, observed : ndarray
        Of all cells of past horizons; only those with more than one incident expected take part.

    Returns
    -------
    float
        k = max(0, sum((observed - expected)^2 - expected) / sum(expected^2)). With fewer than 20
        such cells there is nothing to estimate and k is 0.3.

    Examples
    --------
    >>> dispersion(np.full(20, 2.0), np.tile([0.0, 4.0], 10))
    0.5
    """
    busy = expected > 1.0
    if busy.sum() < _FEWEST_CELLS:
        return DISPERSION
    mean, came = expected[busy], observed[busy]
    return max(0.0, float(((came - mean) ** 2 - mean).sum() / (mean**2).sum()))


def interval(expected: Floats, k: float, *, level: float = 0.90) -> tuple[Floats, Floats]:
    """Give the range in which the count of each cell will probably lie.

    Parameters
    ----------
    expected : ndarray
    k : float
        Extra variation; 0 is Poisson.
    level : float, default 0.90

    Returns
    -------
    low, high : ndarray of whole numbers
        Quantiles of the negative binomial distribution with variance expected + k expected^2.

    Examples
    --------
    >>> low, high = interval(np.array([0.01, 10.0]), 0.0)
    >>> low.tolist(), high.tolist()
    ([0.0, 5.0], [0.0, 15.0])
    """
    tail = (1.0 - level) / 2.0
    return _quantile(expected, k, tail), _quantile(expected, k, 1.0 - tail)


def _cumulative(count: Floats, mean: Floats, k: float) -> Floats:
    if k < 1e-9:
        return special.pdtr(count, mean)
    return special.betainc(1.0 / k, count + 1.0, 1.0 / (1.0 + k * mean))


def _quantile(expected: Floats, k: float, p: float) -> Floats:
    """Find the smallest whole number with at least ``p`` at or below it, by halving."""
    found = np.zeros(len(expected))
    # Most cells are so quiet that the answer is 0.
    busy = np.flatnonzero(_cumulative(np.zeros(len(expected)), expected, k) < p)
    mean = expected[busy]
    low = np.zeros(len(busy))
    high = np.ceil(mean + 12.0 * np.sqrt(mean + k * mean**2) + 12.0)
    while (high - low > 1.0).any():
        half = np.floor((low + high) / 2.0)
        enough = _cumulative(half, mean, k) >= p
        low, high = np.where(enough, low, half), np.where(enough, half, high)
    found[busy] = high
    return found


def _exposures(q: Floats, level: Floats, which: Ints, parts: int) -> Floats:
    found = np.zeros((parts, len(q)))
    for j, scale in enumerate(level):
        for k in range(len(q)):
            found[:, k] += scale * np.bincount(which[j], weights=q[k, j], minlength=parts)
    return found
