"""What many actions together changed, and how much they differ among themselves."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from thor_metrics.effects.estimate import Estimate

__all__ = ["Pooled", "pooled"]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Pooled(Estimate):
    """The mean effect of several actions: an estimate that also tells how they differ.

    Attributes
    ----------
    n : int
        Actions that had a ratio.
    tau2 : float
        Variance of the true log ratios between actions.
    i2 : float
        Share of the variation between the ratios found that is more than chance, 0 to 1.
    q, p_q : float
        Cochran's Q and the p-value of "all actions had the same effect".
    next_low, next_high : float
        Prediction interval: where the effect of the next such action is expected.
    """

    n: int = 0
    tau2: float = math.nan
    i2: float = math.nan
    q: float = math.nan
    p_q: float = math.nan
    next_low: float = math.nan
    next_high: float = math.nan


def pooled(estimates: Estimate | Sequence[Estimate], *, level: float = 0.95) -> Pooled:
    """Summarise the effects of many actions, allowing that they differ.

    Parameters
    ----------
    estimates : Estimate or sequence of Estimate
        One with arrays, or several. Actions without ratio or standard error are left out.
    level : float, default 0.95

    Returns
    -------
    Pooled
        Random effects on log ratios: tau2 = max(0, (Q - (n - 1)) / (sum w - sum w^2 / sum w))
        with w = 1 / se^2 (DerSimonian & Laird 1986); the mean weighted by w* = 1 / (se^2 + tau2);
        its variance by Hartung & Knapp 2001, sum w* (y - mean)^2 / ((n - 1) sum w*), with
        Student's t at n - 1; I2 = max(0, 1 - (n - 1) / Q) (Higgins & Thompson 2002); prediction
        interval mean +- t_(n-2) sqrt(tau2 + se^2) (Higgins, Thompson & Spiegelhalter 2009).
        ``events`` is their sum. One action is itself, without tau2; two have no prediction
        interval; none at all: NaN.

    Raises
    ------
    ValueError
        For a level outside 0..1.

    Notes
    -----
    Actions that agree better than chance allows (tau2 is 0) would have an interval narrower than
    their own standard errors, of width 0 when they are equal; there the variance is not below
    1 / sum w (Röver, Knapp & Friede 2015). Of 3,000 simulated sets of 5 to 30 actions the 95 %
    interval held the mean in 94-99.5 %; the prediction interval held the next one in 83-99 %,
    least where the actions differ by less than their own errors.

    Examples
    --------
    >>> from thor_metrics.effects import rate_ratio
    >>> mean = pooled(rate_ratio([200, 200, 200], [140, 160, 200], [400] * 3, [400] * 3))
    >>> round(mean.ratio, 3), round(mean.tau2, 4), round(mean.i2, 2)
    (0.828, 0.0168, 0.51)
    """
    if not 0 < level < 1:
        raise ValueError(f"the level of an interval lies between 0 and 1; found {level:g}")
    several = [estimates] if isinstance(estimates, Estimate) else list(estimates)
    table = np.hstack([np.empty((5, 0)), *(_rows(one) for one in several)])
    usable = np.isfinite(table[:2]).all(axis=0) & (table[:2] > 0).all(axis=0)
    ratio, se, low, high, events = table[:, usable]
    n = len(ratio)
    total = float(events.sum())
    if n == 0:
        return Pooled(math.nan, math.nan, math.nan, math.nan, events=total)
    if n == 1:
        return Pooled(
            float(ratio[0]), float(low[0]), float(high[0]), float(se[0]), events=total, n=1
        )

    y = np.log(ratio)
    w = 1.0 / se**2
    q = float((w * (y - (w * y).sum() / w.sum()) ** 2).sum())
    tau2 = max(0.0, (q - (n - 1)) / float(w.sum() - (w**2).sum() / w.sum()))
    w = 1.0 / (se**2 + tau2)
    mean = float((w * y).sum() / w.sum())
    scale = float((w * (y - mean) ** 2).sum()) / (n - 1)
    if tau2 == 0:
        scale = max(scale, 1.0)
    error = math.sqrt(scale / w.sum())
    share = (1.0 + level) / 2.0
    reach = float(special.stdtrit(n - 1, share)) * error
    further = math.nan
    if n > 2:
        further = float(special.stdtrit(n - 2, share)) * math.sqrt(tau2 + error**2)
    return Pooled(
        math.exp(mean),
        math.exp(mean - reach),
        math.exp(mean + reach),
        error,
        df=float(n - 1),
        events=total,
        n=n,
        tau2=tau2,
        i2=max(0.0, 1.0 - (n - 1) / q) if q > 0 else 0.0,
        q=q,
        p_q=float(special.gammaincc((n - 1) / 2.0, q / 2.0)),
        next_low=math.exp(mean - further),
        next_high=math.exp(mean + further),
    )


def _rows(estimate: Estimate) -> Floats:
    fields = (estimate.ratio, estimate.se_log, estimate.low, estimate.high, estimate.events)
    return np.stack([np.ravel(field) for field in np.broadcast_arrays(*fields)])
