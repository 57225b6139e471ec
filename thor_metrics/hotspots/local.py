"""Where it is more than chance: a cell with its neighbours, and a cell by itself.

Two questions apart. :func:`window_p` asks of a cell and its neighbours together whether chance
alone would put so many there ("hot gebied"); :func:`cell_p` asks it of the one cell ("hot
adres"). :func:`gi_star` is the classic z-score, for comparison and for change over time: read as
a normal deviate it calls far too much significant when counts are low.
"""

from __future__ import annotations

from typing import Any, Final, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import fft, optimize, sparse, special

__all__ = ["cell_p", "gi_star", "window_p"]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Bools = NDArray[np.bool_]
Number = TypeVar("Number", np.float64, np.int64)

# A p-value is never 0: the smallest number with full precision stands for anything below it.
_TINY: Final = np.finfo(np.float64).tiny
# Below this, the sums of a Fourier transform are rounding only (measured: errors up to 2e-14).
_NOISE: Final = 1e-12
# Multiplications spent on sums drawn without replacement, about 0.1 s, before drawing with it.
_EXACT_WORK: Final = 60_000_000
# Longest distribution of a sum held in memory: 32 MB.
_LONGEST: Final = 2**22
# Share of the cells, the highest ones, of which the prior only hears that they are high.
_CENSORED: Final = 0.02
# Variance / mean - 1 of counts that are as good as Poisson: less is not told apart.
_LEAST_EXCESS: Final = 1e-4
# Whole numbers are exact in floats up to here.
_MOST: Final = 2.0**53


def gi_star(
    counts: ArrayLike,
    *,
    reach: int = 1,
    mask: ArrayLike | None = None,
    weights: Any = None,
) -> Floats:
    """Compare each cell and its neighbours with the whole map: Gi* as a z-score.

    Parameters
    ----------
    counts : array_like, shape (rows, cols); any shape when ``weights`` is given
        A number per cell. NaN is unknown: the cell is treated as outside the mask.
    reach : int, default 1
        Neighbours are the cells at most this many rows and columns away: 1 is a window of 3 x 3.
    mask : array_like of bool, shape of ``counts``, optional
        The cells of the area. Others count neither as neighbours nor for mean and variance.
    weights : scipy sparse array, shape (cells, cells), optional
        Own weights between the cells of ``counts`` in C order (hexagons, distances), used as
        they stand; the cell itself must have one. Takes the place of ``reach``.

    Returns
    -------
    ndarray, shape of ``counts``
        z. NaN outside the mask, everywhere on a map without variation, and where a window holds
        the whole map. Never infinite.

    Raises
    ------
    ValueError
        When shapes differ, ``reach`` is negative, counts are infinite, or weights leave a cell
        itself out.

    Notes
    -----
    z_i = (sum_j w_ij y_j - ybar W_i) / (s sqrt((n S1_i - W_i^2) / (n - 1))) with W_i = sum_j
    w_ij, S1_i = sum_j w_ij^2, self included, s^2 = mean(y^2) - ybar^2 (Getis & Ord 1992; Ord &
    Getis 1995, eq. 14). Multiplying the weights of a cell by a constant changes nothing.

    Examples
    --------
    >>> gi_star([[0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 9]])[3].round(3).tolist()
    [-0.577, -0.775, 1.291, 1.732]
    """
    values = np.asarray(counts, dtype=np.float64)
    area = _area(values, mask)
    found = values[area]
    if np.isinf(found).any():
        raise ValueError("counts must be finite; found an infinite one (use NaN for unknown)")
    n = found.size
    if n < 2 or found.min() == found.max():
        return np.full(values.shape, np.nan)
    deviation = np.where(area, values - found.mean(), 0.0)
    inside = area.astype(np.float64)
    if weights is None:
        around = _box(deviation, _reach(reach, values))
        total = squares = _window_sizes(area, reach)
    else:
        matrix = _matrix(weights, values.size)
        if (matrix.diagonal()[area.ravel()] == 0).any():
            raise ValueError(
                "Gi* counts the cell itself: give every cell a weight on the diagonal, for "
                "instance weights + scipy.sparse.eye_array(n)"
            )
        around = (matrix @ deviation.ravel()).reshape(values.shape)
        total = (matrix @ inside.ravel()).reshape(values.shape)
        squares = (matrix.power(2) @ inside.ravel()).reshape(values.shape)
    spread = (n * squares - total**2) / (n - 1)
    # A window of the whole map has no spread but for rounding.
    usable = area & (spread > 1e-12 * n * squares)
    spread[~usable] = np.nan
    return around / (found.std() * np.sqrt(spread))


def window_p(
    counts: ArrayLike,
    *,
    reach: int = 1,
    mask: ArrayLike | None = None,
    weights: Any = None,
) -> Floats:
    """Test whether chance alone would put so many in a cell and its neighbours.

    Parameters
    ----------
    counts : array_like, shape (rows, cols); any shape when ``weights`` is given
        Whole numbers of events per cell, 0 or more. NaN is unknown: the cell is treated as
        outside the mask.
    reach : int, default 1
        Neighbours are the cells at most this many rows and columns away: 1 is a window of 3 x 3.
    mask : array_like of bool, shape of ``counts``, optional
        The cells of the area. Others are not in any window, nor drawn from.
    weights : scipy sparse array of 0 and 1, shape (cells, cells), optional
        Own neighbours of the cells of ``counts`` in C order. The window of a cell is its row: put
        ones on the diagonal to have the cell itself in it. Takes the place of ``reach``.

    Returns
    -------
    ndarray, shape of ``counts``
        p in (0, 1]: the chance of the sum in the window or a larger one, if the counts of the map
        were dealt to its cells at random. NaN outside the mask and for cells without a window.

    Raises
    ------
    ValueError
        When counts are not whole or negative, weights are not 0 or 1, shapes differ, or sums get
        too large to list them (4 million).

    Notes
    -----
    p_i = sum over t >= sum of the window of F_k(t): F_k is the distribution of the sum of k of
    the map's n counts, k the number of cells of the window in the mask. It is computed, not
    simulated, so there is no smallest p of a number of permutations, and only once per window
    size. The draws are without replacement, as in a permutation of the map:
    F_k = [z^k] prod over values v of sum_j C(n_v, j) z^j x^(jv), divided by C(n, k), with terms
    that are all positive: small p-values keep their relative precision down to 2e-308.
    When there are too many different high counts for that, the draws are with replacement, by a
    Fourier transform: F_k = f^(*k) with f the distribution of the map's counts; p is then off by
    at most about k / n, and by 1e-12, its floor, where that is more.

    One very high count cannot by itself be rarer than about k / n here, as chance deals it to a
    window that often: :func:`cell_p` finds those. It is the randomisation null of Gi* (Getis &
    Ord 1992) with its distribution worked out where others permute or assume a normal one.

    Examples
    --------
    >>> p = window_p([[3, 1, 0, 0, 0, 0, 0, 0]])
    >>> p.round(4).tolist()
    [[0.0357, 0.1071, 0.6429, 1.0, 1.0, 1.0, 1.0, 1.0]]

    One of the 28 pairs of cells holds both, and 6 of the 56 threes.
    """
    values = np.asarray(counts, dtype=np.float64)
    area = _area(values, mask)
    whole = _whole(values, area)
    if weights is None:
        sums = _box(whole, _reach(reach, values))
        sizes = _window_sizes(area, reach)
    else:
        matrix = _matrix(weights, values.size)
        partial = matrix.data[(matrix.data != 0) & (matrix.data != 1)]
        if partial.size:
            raise ValueError(
                f"window_p adds whole cells, so weights are 0 or 1; found {partial[0]:g}. "
                "Use gi_star for weights by distance; for severity multiply the counts instead"
            )
        # Whole numbers in floats are exact up to 2^53.
        sums = (matrix @ whole.ravel()).astype(np.int64).reshape(values.shape)
        sizes = (matrix @ area.ravel()).astype(np.int64).reshape(values.shape)
    tested = area & (sizes > 0)
    p = np.full(values.shape, np.nan)
    if not tested.any():
        return p
    ks = np.flatnonzero(np.bincount(sizes[tested]))
    tails = _tails(whole[area], ks)
    # All tails in one row, and for each window size where its tail starts.
    starts = np.zeros(ks[-1] + 1, dtype=np.int64)
    starts[ks] = np.cumsum([0, *(len(tail) for tail in tails[:-1])])
    if tested.all():
        return np.concatenate(tails)[starts[sizes] + sums]
    p[tested] = np.concatenate(tails)[starts[sizes[tested]] + sums[tested]]
    return p


def cell_p(counts: ArrayLike, *, mask: ArrayLike | None = None) -> Floats:
    """Test whether one cell by itself has more than the differences between cells explain.

    Parameters
    ----------
    counts : array_like, any shape
        Whole numbers of events per cell, 0 or more. NaN is unknown: treated as outside the mask.
    mask : array_like of bool, shape of ``counts``, optional
        The cells of the area, which the prior is learned from.

    Returns
    -------
    ndarray, shape of ``counts``
        p = P(Y >= y) in (0, 1]; 1 for an empty cell. NaN outside the mask.

    Raises
    ------
    ValueError
        When counts are not whole or negative, or the shapes differ.

    Notes
    -----
    Each cell has its own mean from a gamma distribution with mean m and variance a m^2, and a
    Poisson count round it: Y is negative binomial (Greenwood & Yule 1920) and
    P(Y >= y) = I(a m / (1 + a m); y, 1 / a), the regularised incomplete beta function.

    m and a are those of the greatest likelihood, where of the highest counts (the limit c is the
    least count that at most 2 % of the cells reach, and at least 2) only "c or more" is used.
    So a spike is heard as one high cell whatever its height, and cannot explain itself. Moments,
    of all cells or of all others, do let spikes hide each other: on a map of 3,600 cells with 0.2
    per cell, five cells of 60 raise the variance so much that none of the five is found. The
    censored fit finds all of them as long as they are at most 2 % of the cells; more than that
    are how this city is. Maps from the model itself stay calibrated. Differences between cells
    with a heavier tail than a gamma are found as hot cells.

    With few cells (below about 100) the estimates of m and a are uncertain and p is not corrected
    for that.

    Examples
    --------
    >>> quiet = np.zeros((20, 20))
    >>> quiet[::4, ::4] = 1
    >>> quiet[7, 7] = 12
    >>> bool(cell_p(quiet)[7, 7] < 1e-9), round(float(cell_p(quiet)[0, 0]), 3)
    (True, 0.065)
    """
    values = np.asarray(counts, dtype=np.float64)
    area = _area(values, mask)
    whole = _whole(values, area)[area]
    p = np.full(values.shape, np.nan)
    if not whole.size:
        return p
    levels, level = np.unique(whole, return_inverse=True)
    tail = np.ones(levels.size)
    if levels[-1] > 0:
        mean, excess = _gamma_prior(whole)
        # The beta function has no value for an empty cell, which is no surprise in any case.
        tail = np.where(levels > 0, _at_least(np.maximum(levels, 1), mean, excess), 1.0)
    p[area] = np.clip(tail, _TINY, 1.0)[level]
    return p


def _gamma_prior(whole: Integers) -> tuple[float, float]:
    """Fit mean m and excess d = a m (variance / mean - 1) with the highest counts censored."""
    n = whole.size
    last = n - 1 - int(_CENSORED * n)
    limit = max(int(np.partition(whole, last)[last]) + 1, 2)
    levels, times = np.unique(whole[whole < limit], return_counts=True)
    beyond = n - times.sum()

    def misfit(logs: Floats) -> float:
        mean, excess = np.exp(np.clip(logs, (-np.inf, np.log(_LEAST_EXCESS)), 50.0))
        size = mean / excess
        each = (
            special.gammaln(levels + size)
            - special.gammaln(size)
            - special.gammaln(levels + 1)
            + levels * (np.log(excess) - np.log1p(excess))
            - size * np.log1p(excess)
        )
        more = max(float(_at_least(limit, mean, excess)), _TINY)
        return -float(times @ each + beyond * np.log(more))

    seen = np.minimum(whole, limit)
    mean = seen.mean()
    start = np.log([mean, max(seen.var() / mean - 1.0, 0.01)])
    # A simplex needs no derivatives, which rounding spoils when the map is close to Poisson.
    found = optimize.minimize(
        misfit,
        start,
        method="Nelder-Mead",
        options={
            "initial_simplex": start + np.array([[0.0, 0.0], [0.3, 0.0], [0.0, 0.7]]),
            "xatol": 1e-3,
            "fatol": 1e-3,
        },
    )
    mean, excess = np.exp(found.x)
    return float(mean), float(max(excess, _LEAST_EXCESS))


def _at_least(levels: ArrayLike, mean: float, excess: float) -> Floats:
    return special.betainc(levels, mean / excess, excess / (1.0 + excess))


def _tails(found: Integers, ks: Integers) -> list[Floats]:
    """P(sum of k draws >= t) for t = 0, 1, ... k max, for every k."""
    highest, longest = int(found.max()), int(ks[-1]) * int(found.max())
    if longest > _LONGEST:
        raise ValueError(
            f"{ks[-1]} cells of up to {highest:,} make sums too large to list (at most "
            f"{_LONGEST:,}): count in larger units"
        )
    times = np.bincount(found)
    levels = np.flatnonzero(times)
    largest = float(ks[-1])
    work = (np.minimum(times[levels], largest) * largest**2 * levels).sum()
    without = work <= _EXACT_WORK
    floor = _TINY if without else _NOISE
    draw = _drawn_without_replacement if without else _drawn_with_replacement
    tails = []
    for chances in draw(times, ks):
        # Added from the rarest sum on, so that small tails keep their precision.
        tail = np.cumsum(chances[::-1])
        tails.append(np.clip(np.maximum.accumulate(tail)[::-1], floor, 1.0))
    return tails


def _drawn_without_replacement(times: Integers, ks: Integers) -> list[Floats]:
    """Distribution of the sum of k of the cells, by adding one count at a time to choose from.

    Row j of ``ways`` holds, for each sum, the number of ways to get it with j cells of the counts
    so far, times j! / n^j to stay between 0 and 1.
    """
    n, most = int(times.sum()), int(ks[-1])
    number = np.arange(most + 1)
    choose = special.binom(number[:, np.newaxis], number)
    ways = np.zeros((most + 1, 1))
    ways[0, 0] = 1.0
    for level in np.flatnonzero(times):
        cells = int(times[level])
        wider = np.zeros((most + 1, most * level + 1))
        wider[:, : ways.shape[1]] = ways
        ordered = 1.0
        for taken in range(1, min(cells, most) + 1):
            ordered *= (cells - taken + 1) / n
            rest = ways[: most + 1 - taken]
            factor = ordered * choose[taken:, taken, np.newaxis]
            at = taken * level
            # The other cells are at most as high, so no sum falls beyond the edge.
            width = min(rest.shape[1], wider.shape[1] - at)
            wider[taken:, at : at + width] += factor * rest[:, :width]
        ways = wider
    every = np.cumprod(np.append(1.0, (n - np.arange(most)) / n))
    highest = len(times) - 1
    return [ways[k, : k * highest + 1] / every[k] for k in ks]


def _drawn_with_replacement(times: Integers, ks: Integers) -> list[Floats]:
    highest = len(times) - 1
    length = fft.next_fast_len(int(ks[-1]) * highest + 1, real=True)
    spectrum = fft.rfft(times / times.sum(), length)
    return [fft.irfft(spectrum**k, length)[: k * highest + 1] for k in ks]


def _area(values: Floats, mask: ArrayLike | None) -> Bools:
    known = ~np.isnan(values)
    if mask is None:
        return known
    area = np.asarray(mask, dtype=np.bool_)
    if area.shape != values.shape:
        raise ValueError(f"counts are {values.shape}; found a mask of {area.shape}")
    return known & area


def _whole(values: Floats, area: Bools) -> Integers:
    """Read counts as whole numbers, 0 outside the area."""
    inside = np.where(area, values, 0.0)
    wrong = (inside < 0) | (inside != np.floor(inside)) | (inside > _MOST)
    if wrong.any():
        raise ValueError(
            "counts are whole numbers of events, 0 or more; "
            f"found {inside[wrong][0]:g} at {tuple(int(i[0]) for i in np.nonzero(wrong))}"
        )
    return inside.astype(np.int64)


def _reach(reach: int, values: Floats) -> int:
    if values.ndim != 2:
        raise ValueError(f"counts are (rows, cols) unless weights are given; found {values.shape}")
    if reach < 0 or reach != int(reach):
        raise ValueError(f"reach is a whole number of cells, 0 or more; found {reach}")
    return int(reach)


def _matrix(weights: Any, cells: int) -> Any:
    matrix = sparse.csr_array(weights, dtype=np.float64)
    if matrix.shape != (cells, cells):
        raise ValueError(f"{cells} cells need weights of ({cells}, {cells}); found {matrix.shape}")
    if not matrix.has_canonical_format:
        matrix = matrix.copy()
        matrix.sum_duplicates()
    return matrix


def _window_sizes(area: Bools, reach: int) -> Integers:
    if not area.all():
        return _box(area.astype(np.int64), reach)
    rows, cols = (
        np.minimum(at + reach, size - 1) - np.maximum(at - reach, 0) + 1
        for size, at in ((size, np.arange(size)) for size in area.shape)
    )
    return rows[:, np.newaxis] * cols


def _box(values: NDArray[Number], reach: int) -> NDArray[Number]:
    """Sum over the window of each cell: shifted copies, first down the rows, then along them."""
    for _ in range(2):
        total = values.copy()
        for step in range(1, min(reach, len(values) - 1) + 1):
            total[step:] += values[:-step]
            total[:-step] += values[step:]
        values = total.T
    return values
