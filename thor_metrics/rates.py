"""Rates of small areas: what is left of a difference when chance is taken off.

Few inhabitants give wild rates: the highest and the lowest of a city are its smallest buurten.
:func:`empirical_bayes` draws such rates to the city's before a map is coloured; :func:`funnel`
shows for each area how far from the city's rate chance, and the differences that are normal
between areas, can bring it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import special

from thor_metrics import stats

__all__ = ["Prior", "area_prior", "empirical_bayes", "funnel"]

Floats = NDArray[np.float64]

#: Share of the areas at either end whose z-score is drawn in before the dispersion is measured.
_TAIL: Final = 0.1
#: Mean square of a standard normal of which both tails of 10 % are drawn in to +-1.2816:
#: .8 - 2 c f(c) + .2 c^2. Dividing by it makes the dispersion of normal scores 1 again.
_DRAWN_IN: Final = 0.6786545589528744


@dataclass(frozen=True)
class Prior:
    """How the true rates of areas are spread, estimated from the areas themselves.

    Attributes
    ----------
    mean : float
        Events divided by population, all areas together (b).
    variance : float
        Variance of the true rates between areas (a); 0 where chance explains all.
    """

    mean: float
    variance: float


def area_prior(events: ArrayLike, population: ArrayLike) -> Prior:
    """Estimate the spread of true rates between areas (Marshall 1991).

    Parameters
    ----------
    events : array_like
        Events an area.
    population : array_like
        Inhabitants (or objects, or hours). Areas where it is 0, or where either number is
        missing, do not count.

    Returns
    -------
    Prior
        b = sum y / sum n; a = sum n (y/n - b)^2 / sum n - b / mean n, at least 0. No areas: NaN.

    Raises
    ------
    ValueError
        For negative numbers or shapes that differ.

    Examples
    --------
    >>> prior = area_prior([10, 30, 80], [1_000, 1_000, 1_000])
    >>> round(prior.mean, 3), round(prior.variance, 6)
    (0.04, 0.000827)
    """
    y, n, known = _areas(events, population)
    y, n = y[known], n[known]
    if not y.size:
        return Prior(np.nan, np.nan)
    mean = float(y.sum() / n.sum())
    between = float((n * (y / n - mean) ** 2).sum() / n.sum()) - mean / float(n.mean())
    return Prior(mean, max(between, 0.0))


def empirical_bayes(events: ArrayLike, population: ArrayLike) -> Floats:
    """Draw the rates of areas to the rate of all, the smaller the area the further.

    Parameters
    ----------
    events : array_like
        Events an area.
    population : array_like
        Inhabitants (or objects, or hours), in the shape of ``events``.

    Returns
    -------
    ndarray
        b + a / (a + b / n) (y/n - b) with a and b of :func:`area_prior` (Marshall 1991, global
        empirical Bayes), per unit of population. Where the areas differ no more than by chance
        (a would be negative, it is taken as 0) all get b. Population 0 or a missing number: NaN.

    Raises
    ------
    ValueError
        For negative numbers or shapes that differ.

    Notes
    -----
    A drawn-in rate is the best guess of an area's level, not a count to account for: show the
    counts beside it.

    Examples
    --------
    >>> empirical_bayes([0, 30, 80, 2], [10, 1_000, 1_000, 0]).round(4).tolist()
    [0.0497, 0.0322, 0.0777, nan]
    """
    y, n, known = _areas(events, population)
    prior = area_prior(y, n)
    rate = np.full(y.shape, np.nan)
    rate[known] = y[known] / n[known]
    if prior.variance > 0:
        weight = prior.variance / (prior.variance + prior.mean / np.where(known, n, 1.0))
        return prior.mean + weight * (rate - prior.mean)
    return np.where(known, prior.mean, np.nan)


def funnel(
    events: ArrayLike | pd.Series,
    population: ArrayLike | pd.Series,
    *,
    target: float | None = None,
    levels: tuple[float, ...] = (0.95, 0.998),
    overdispersion: bool = True,
    model: Literal["additive", "multiplicative"] = "additive",
) -> pd.DataFrame:
    """Compare the rates of areas with one target, at limits that fit each area's size.

    Parameters
    ----------
    events : Series or array_like
        Events an area; the index of a Series names the areas.
    population : Series or array_like
        Inhabitants, or the expected events of each area together with ``target=1``.
    target : float, optional
        The rate to compare with; without it that of all areas together.
    levels : tuple of float, default (.95, .998)
        Levels of the limits; 95 % and 99.8 % are two and three standard errors.
    overdispersion : bool, default True
        Reckon with differences between areas that are neither chance nor remarkable. Without,
        nearly every large area is "outside".
    model : {"additive", "multiplicative"}
        Areas have levels of their own, spread around the target (variance s^2 + tau^2), or every
        area varies the same factor more than by chance (variance phi s^2; for events that come
        in bursts). On 44 areas with levels spread by 30 %, 7 % lay outside the 95 % limits with
        the first, 7 % also with the second, but there 20 % of the largest areas did.

    Returns
    -------
    DataFrame
        One row an area, with the index of ``events``: ``events, population, rate, target, z``
        (chance alone), ``phi, tau2`` (the same in all rows; 1 and 0 where chance suffices),
        ``z_adjusted``, a ``low_`` and ``high_`` a level in per cent (``low_95, high_95,
        low_99.8, high_99.8``; a rate), ``p``, ``q`` (Benjamini-Hochberg over the areas) and
        ``outside``: beyond the widest limits. Population 0 or a missing number: NaN, not outside.

    Raises
    ------
    ValueError
        For negative numbers, other indexes or shapes, an unknown model, levels outside 0..1 or a
        target that is not positive.

    Notes
    -----
    Spiegelhalter 2005 (Statistics in Medicine 24:1185): on the square-root scale a rate has
    standard error s = 1 / (2 sqrt(population)), z = (sqrt(rate) - sqrt(target)) / s. The z-scores
    are winsorised at 10 % and 90 %, so that the areas one looks for do not widen their own
    limits; phi is the mean of their squares, tau^2 = (I phi - (I - 1)) / (sum w - sum w^2 / sum w)
    with w = 1 / s^2, at least 0. One step differs from the article: winsorising takes away 32 %
    of the mean square of normal scores, so phi is divided by .6786. Without it 12 % of areas
    that differ as areas do lay outside the 95 % limits.

    Examples
    --------
    >>> areas = pd.Series([20, 22, 18, 21, 60, 17, 24, 20, 19, 23], index=list("ABCDEFGHIJ"))
    >>> table = funnel(areas, [1_000] * 10, target=0.02)
    >>> table.index[table["outside"]].tolist(), float(table["high_99.8"].iloc[0].round(4))
    (['E'], 0.0362)
    """
    if isinstance(events, pd.Series) and isinstance(population, pd.Series):
        _same_index(events, population)
    if model not in ("additive", "multiplicative"):
        raise ValueError(f"model='{model}' is not one of 'additive', 'multiplicative'")
    if not levels or not all(0 < level < 1 for level in levels):
        raise ValueError(f"levels lie between 0 and 1; found {levels}")
    y, n, known = _areas(events, population)
    if y.ndim != 1:
        raise ValueError(f"areas are a list, one number each; found shape {y.shape}")
    middle = area_prior(y, n).mean if target is None else target
    if middle < 0 or (target is not None and not target > 0):
        raise ValueError(f"a target is above 0; found {target}")

    rate = np.full(y.shape, np.nan)
    rate[known] = y[known] / n[known]
    error = np.full(y.shape, np.nan)
    error[known] = 0.5 / np.sqrt(n[known])
    z = (np.sqrt(rate) - np.sqrt(middle)) / error
    phi, tau2 = _overdispersion(z[known], error[known]) if overdispersion else (1.0, 0.0)
    # Where chance suffices phi is 1 and tau2 is 0, so that both models are chance alone.
    spread = np.sqrt(error**2 + tau2) if model == "additive" else error * np.sqrt(phi)
    adjusted = (np.sqrt(rate) - np.sqrt(middle)) / spread
    p = special.erfc(np.abs(adjusted) / np.sqrt(2.0))
    limits: dict[str, Floats] = {}
    for level in levels:
        reach = special.ndtri((1.0 + level) / 2.0) * spread
        name = f"{100 * level:.10g}"
        limits[f"low_{name}"] = np.maximum(np.sqrt(middle) - reach, 0.0) ** 2
        limits[f"high_{name}"] = (np.sqrt(middle) + reach) ** 2
    return pd.DataFrame(
        {
            "events": y,
            "population": n,
            "rate": rate,
            "target": middle,
            "z": z,
            "phi": phi,
            "tau2": tau2,
            "z_adjusted": adjusted,
            **limits,
            "p": p,
            "q": stats.fdr(p),
            "outside": np.abs(adjusted) > special.ndtri((1.0 + max(levels)) / 2.0),
        },
        index=events.index if isinstance(events, pd.Series) else None,
    )


def _overdispersion(z: Floats, error: Floats) -> tuple[float, float]:
    """Give phi (at least 1) and tau2 (at least 0) of z-scores of areas."""
    count = len(z)
    if count < 3:
        return 1.0, 0.0  # two areas do not tell what is normal
    low, high = np.quantile(z, [_TAIL, 1.0 - _TAIL])
    phi = float((np.clip(z, low, high) ** 2).mean()) / _DRAWN_IN
    w = 1.0 / error**2
    tau2 = (count * phi - (count - 1)) / float(w.sum() - (w**2).sum() / w.sum())
    return (phi, tau2) if phi > 1 and tau2 > 0 else (1.0, 0.0)


def _areas(events: ArrayLike, population: ArrayLike) -> tuple[Floats, Floats, NDArray[np.bool]]:
    y = _numbers(events)
    n = _numbers(population)
    if y.shape != n.shape:
        raise ValueError(f"every area has events and a population; found {y.shape} and {n.shape}")
    for name, values in (("events", y), ("population", n)):
        if (values < 0).any():
            raise ValueError(f"{name} are 0 or more; found {np.nanmin(values):g}")
    return y, n, (n > 0) & ~np.isnan(y)


def _numbers(values: ArrayLike) -> Floats:
    if isinstance(values, pd.Series):  # <NA> of nullable whole numbers too
        return values.to_numpy(dtype=np.float64, na_value=np.nan)
    return np.asarray(values, dtype=np.float64)


def _same_index(events: pd.Series, population: pd.Series) -> None:
    if not events.index.equals(population.index):
        raise ValueError("events and population must have the same index, in the same order")
