"""The ratio of an effect, what may be said of it in a word, and how many events that takes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import special

__all__ = [
    "FEWEST",
    "LESS",
    "MORE",
    "NO_DIFFERENCE",
    "TOO_FEW",
    "Estimate",
    "Numbers",
    "needed",
    "verdict",
    "verdicts",
]

#: One number, or one for each of many actions.
Numbers = float | NDArray[np.float64]

LESS: Final = "minder"
MORE: Final = "meer"
NO_DIFFERENCE: Final = "geen aantoonbaar verschil"
TOO_FEW: Final = "te weinig gegevens"

#: Below this many events, before and after together, nothing is said of an effect.
FEWEST: Final = 20


@dataclass(frozen=True)
class Estimate:
    """A ratio of rates with its interval; every field is a number or an array of one shape.

    Attributes
    ----------
    ratio : float or ndarray
        After divided by before (and by what happened to the control): .8 is 20 % less. NaN where
        there is nothing to compare.
    low, high : float or ndarray
        Its interval.
    se_log : float or ndarray
        Standard error of log(ratio).
    dispersion : float or ndarray
        Variance divided by mean of the counts that the interval reckons with.
    df : float or ndarray
        Degrees of freedom the dispersion was estimated with; infinite where it was given.
    events : float or ndarray
        Events of the treated place, before and after together; NaN where not known.
    corrected : bool or ndarray
        A count was 0, so half an event was added to all of them (see :func:`rate_ratio`).
    """

    ratio: Numbers
    low: Numbers
    high: Numbers
    se_log: Numbers
    dispersion: Numbers = 1.0
    df: Numbers = math.inf
    events: Numbers = math.nan
    corrected: bool | NDArray[np.bool] = False


def verdicts(
    estimate: Estimate, *, least: float = FEWEST, worth: float = 2.0
) -> NDArray[np.object_]:
    """Say of every effect in an estimate what may be said of it.

    Parameters
    ----------
    estimate : Estimate
    least : float, default 20
        Events of the treated place, before and after together, below which nothing is said.
        An estimate that does not know its events is not held to this.
    worth : float, default 2.0
        A change by this factor either way is worth knowing of. An interval that excludes neither
        is too wide to be called "no difference".

    Returns
    -------
    ndarray of str
        In the shape of the estimate, the first that holds: "te weinig gegevens" (no interval, or
        fewer than ``least`` events), "minder" (the whole interval lies below 1), "meer" (above
        1), "te weinig gegevens" (the interval holds 1 / ``worth`` as well as ``worth``), "geen
        aantoonbaar verschil". The last does not say that nothing changed.

    Raises
    ------
    ValueError
        When ``worth`` is not above 1.

    Examples
    --------
    >>> low, high = np.array([0.3, 0.6, 0.1]), np.array([0.8, 1.3, 9.0])
    >>> many = Estimate(ratio=np.sqrt(low * high), low=low, high=high, se_log=np.ones(3))
    >>> verdicts(many).tolist()
    ['minder', 'geen aantoonbaar verschil', 'te weinig gegevens']
    """
    if not worth > 1:
        raise ValueError(f"a change worth knowing of is a factor above 1; found {worth:g}")
    low, high, events = np.broadcast_arrays(estimate.low, estimate.high, estimate.events)
    words = np.select(
        [
            np.isnan(low) | np.isnan(high) | (events < least),
            high < 1,
            low > 1,
            (low <= 1 / worth) & (high >= worth),
        ],
        [TOO_FEW, LESS, MORE, TOO_FEW],
        NO_DIFFERENCE,
    )
    return words.astype(object)


def verdict(estimate: Estimate, *, least: float = FEWEST, worth: float = 2.0) -> str:
    """Say of one effect what may be said of it; :func:`verdicts` is the same of many.

    Parameters
    ----------
    estimate : Estimate
        Of one action.
    least, worth : float
        See :func:`verdicts`, which holds the rule.

    Returns
    -------
    str
        "minder", "meer", "geen aantoonbaar verschil" or "te weinig gegevens".

    Raises
    ------
    ValueError
        When the estimate is of several actions.

    Examples
    --------
    >>> verdict(Estimate(0.57, 0.43, 0.76, 0.15, events=204.0))
    'minder'
    >>> verdict(Estimate(0.57, 0.43, 0.76, 0.15, events=19.0))
    'te weinig gegevens'
    """
    words = verdicts(estimate, least=least, worth=worth)
    if words.size != 1:
        raise ValueError(f"one effect has one verdict; found {words.size}: use verdicts()")
    return str(words.item())


def needed(
    ratio: float,
    *,
    dispersion: float = 1.0,
    length: float = 1.0,
    control: float = math.inf,
    power: float = 0.8,
    level: float = 0.95,
) -> int:
    """Count the events before an action that are needed to show a change of some size.

    Parameters
    ----------
    ratio : float
        The change to show: .8 for 20 % less. Not 1.
    dispersion : float, default 1.0
        Variance divided by mean of the counts: 3 takes three times as many events.
    length : float, default 1.0
        Length of the after window as a multiple of the before window.
    control : float, default infinity
        Events of the control before, as a multiple of those of the treated place. Infinity is
        also right for a comparison without control.
    power : float, default 0.8
        Chance that a change of this size will be seen.
    level : float, default 0.95
        Level of the interval that must leave out 1.

    Returns
    -------
    int
        B = dispersion (z_(1-(1-level)/2) + z_power)^2 (1 + 1/(ratio length)
        + (1 + 1/length) / control) / log(ratio)^2, rounded up: the variance of
        :func:`rate_ratio` at the expected counts.

    Raises
    ------
    ValueError
        For a ratio of 1 (no number of events shows no change) or a number that is not positive.

    Examples
    --------
    >>> needed(0.8), needed(0.8, dispersion=3), needed(0.5)
    (355, 1065, 50)
    """
    if min(ratio, dispersion, length, control) <= 0 or not 0 < power < 1 or not 0 < level < 1:
        raise ValueError(
            "ratio, dispersion, length and control are above 0, power and level between 0 and 1"
        )
    if ratio == 1:
        raise ValueError("no number of events shows a ratio of 1: name the change to be shown")
    reach = float(special.ndtri((1.0 + level) / 2.0) + special.ndtri(power))
    spread = 1.0 + 1.0 / (ratio * length) + (1.0 + 1.0 / length) / control
    return math.ceil(dispersion * reach**2 * spread / math.log(ratio) ** 2)
