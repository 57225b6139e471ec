"""Did it only move? Displacement as a difference with an interval, and as a description."""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy import special

__all__ = ["Difference", "weighted_displacement_difference", "weighted_displacement_quotient"]

Pair = tuple[float, float]


@dataclass(frozen=True)
class Difference:
    """A change in numbers of events, the change of the control taken off.

    Attributes
    ----------
    difference : float
        Events more (above 0) or fewer (below 0) than the control leads one to expect.
    low, high : float
        Its interval.
    se : float
        Its standard error.
    z, p : float
        Difference in standard errors, and its two-sided p-value; NaN where there were no events.
    """

    difference: float
    low: float
    high: float
    se: float
    z: float
    p: float


def weighted_displacement_difference(
    treated: Pair,
    control: Pair,
    *,
    displacement: Pair | None = None,
    displacement_control: Pair | None = None,
    lengths: Pair = (1.0, 1.0),
    weights: Pair = (1.0, 1.0),
    dispersion: float = 1.0,
    df: float = math.inf,
    level: float = 0.95,
) -> Difference:
    """Add up what an action changed at its place and around it, in events.

    Parameters
    ----------
    treated, control : (float, float)
        Events before and after at the treated place and at its control.
    displacement, displacement_control : (float, float), optional
        The same of the ring around the treated place and of the control of that ring.
    lengths : (float, float)
        Length of the before and the after window: the after counts are brought back to the length
        of the before window.
    weights : (float, float)
        Weight of the control and of the displacement control, for controls of another size: .5
        for a control with twice as many events to begin with.
    dispersion : float, default 1.0
        Variance divided by mean of the counts. The published test is that of 1, which is too
        sure of itself for bursty reports.
    df : float, default infinity
        Degrees of freedom the dispersion was estimated with.
    level : float, default 0.95

    Returns
    -------
    Difference
        (T1 - T0) - (C1 - C0) + (D1 - D0) - (E1 - E0) with C and E the two controls; its variance
        is dispersion times the sum of the counts, each times its squared weight (Wheeler &
        Ratcliffe 2018, Crime Science 7:11). No events at all: difference 0, z and p NaN.

    Raises
    ------
    ValueError
        For a negative or missing count, a length, weight, dispersion or df that is not positive,
        or a displacement control without displacement area.

    Notes
    -----
    Differences assume that without the action all places gain or lose the same *number* of
    events; :func:`rate_ratio` assumes the same *share*. With places of unlike size they differ.

    Examples
    --------
    >>> got = weighted_displacement_difference((100, 60), (100, 90), displacement=(80, 76))
    >>> got.difference, round(got.se, 2), round(got.low, 1), round(got.high, 1)
    (-34.0, 22.49, -78.1, 10.1)
    """
    if displacement_control is not None and displacement is None:
        raise ValueError("a displacement control needs the displacement area it is the control of")
    if min(*lengths, *weights, dispersion, df) <= 0 or not 0 < level < 1:
        raise ValueError(
            "lengths, weights, dispersion and df are above 0 and the level lies between 0 and 1"
        )
    shorter = lengths[0] / lengths[1]
    change = variance = 0.0
    for pair, weight in (
        (treated, 1.0),
        (control, -weights[0]),
        (displacement, 1.0),
        (displacement_control, -weights[1]),
    ):
        before, after = _pair(pair)
        change += weight * (after * shorter - before)
        variance += weight**2 * (after * shorter**2 + before)
    se = math.sqrt(dispersion * variance)
    reach = float(special.stdtrit(df, (1.0 + level) / 2.0)) * se
    z = change / se if se > 0 else math.nan
    p = 2.0 * float(special.stdtr(df, -abs(z)))
    return Difference(change, change - reach, change + reach, se, z, p)


def weighted_displacement_quotient(
    treated: Pair, displacement: Pair, control: Pair
) -> tuple[float, float]:
    """Describe what happened around a treated place as a share of what happened in it.

    Parameters
    ----------
    treated, displacement, control : (float, float)
        Events before and after in the treated place R, the ring around it D, and the control C.

    Returns
    -------
    wdq : float
        (Da/Ca - Db/Cb) / (Ra/Ca - Rb/Cb): above 0 the ring gained with the place, -1 to 0 some of
        the gain moved to the ring, below -1 more moved than was won (Bowers & Johnson 2003). It
        means something only where the treated place did better than its control; elsewhere, and
        where a control count is 0, NaN.
    tne : float
        Total net effect: (Rb Ca/Cb - Ra) + (Db Ca/Cb - Da), events prevented in place and ring
        together; NaN where the control had nothing before.

    Raises
    ------
    ValueError
        For a negative or missing count.

    Notes
    -----
    A description without interval, however certain it looks. What may be concluded comes from
    :func:`weighted_displacement_difference` or :func:`rate_ratio`.

    Examples
    --------
    >>> wdq, tne = weighted_displacement_quotient((100, 60), (80, 76), (500, 480))
    >>> round(wdq, 4), round(tne, 1)
    (0.0222, 36.8)
    """
    (rb, ra), (db, da), (cb, ca) = (_pair(pair) for pair in (treated, displacement, control))
    if cb == 0:
        return math.nan, math.nan
    tne = (rb * ca / cb - ra) + (db * ca / cb - da)
    # Multiplied out by Ca Cb, so that "as the control" is exactly 0 and not a rounding error.
    success = ra * cb - rb * ca
    if ca == 0 or success >= 0:
        return math.nan, tne
    return (da * cb - db * ca) / success, tne


def _pair(pair: Pair | None) -> Pair:
    if pair is None:
        return 0.0, 0.0
    before, after = float(pair[0]), float(pair[1])
    if not (before >= 0 and after >= 0):
        raise ValueError(f"counts are 0 or more; found {before:g} before and {after:g} after")
    return before, after
