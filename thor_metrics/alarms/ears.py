"""EARS: counts far above those of the last seven."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["Ears", "ears"]

Floats = NDArray[np.float64]

#: How many counts make the baseline, and how many just before now each method skips.
_BASELINE: Final = 7
_SKIPPED: Final = {"C1": 0, "C2": 2}


@dataclass(frozen=True)
class Ears:
    """What EARS expected of every week; arrays in the shape of the counts.

    Attributes
    ----------
    expected : ndarray
        Mean of the seven baseline counts; NaN where there are not seven.
    sd : ndarray
        Their standard deviation, at least the floor.
    bound : ndarray
        The highest count that is no alarm.
    z : ndarray
        (count - expected) / sd.
    alarm : ndarray of bool
        The count lies above the bound.
    """

    expected: Floats
    sd: Floats
    bound: Floats
    z: Floats
    alarm: NDArray[np.bool]


def ears(
    counts: ArrayLike,
    *,
    method: Literal["C1", "C2"] = "C1",
    threshold: float = 3.0,
    sd_floor: float = 0.5,
) -> Ears:
    """Compare every count with the seven before it (Hutwagner et al. 2003).

    Parameters
    ----------
    counts : array_like, shape (..., n)
        Counts of equal stretches (days or weeks) in order of time along the last axis; earlier
        axes are many series.
    method : {"C1", "C2"}
        C1 takes the seven counts just before, C2 skips two, so that a rise over some days does
        not lift its own bound.
    threshold : float, default 3.0
        Standard deviations above the mean that make an alarm.
    sd_floor : float, default 0.5
        The least standard deviation. Seven equal counts have none, and after seven zeros any
        count would be infinitely unusual; with the floor it takes two.

    Returns
    -------
    Ears
        expected = mean, sd with n - 1, bound = mean + threshold sd. The first seven (C1) or nine
        (C2) counts, and those with a missing count in the baseline, have NaN and no alarm. A
        missing count has a bound, but no z and no alarm.

    Raises
    ------
    ValueError
        For an unknown method, negative counts, or a threshold or floor that is not positive.

    Notes
    -----
    Seven counts are a short baseline and it knows no season: of independent counts around 8 a
    week 2 % lie above the bound, of counts with variance four times the mean 4 %. C3 is left out:
    its best known implementation raises an alarm that does not depend on today's count.

    Examples
    --------
    >>> found = ears([10, 12, 11, 9, 10, 13, 12, 11, 30])
    >>> found.bound.round(2).tolist()[-2:], found.alarm.tolist()[-2:]
    ([15.24, 15.18], [False, True])
    """
    if method not in _SKIPPED:
        raise ValueError(f"method='{method}' is not one of 'C1', 'C2'")
    if not threshold > 0 or not sd_floor > 0:
        raise ValueError(f"threshold and sd_floor are above 0; found {threshold:g}, {sd_floor:g}")
    values = np.asarray(counts, dtype=np.float64)
    if values.ndim == 0:
        raise ValueError("a series has at least one axis, time along the last one")
    if (values < 0).any():
        raise ValueError(f"counts are 0 or more; found {np.nanmin(values):g}")
    expected = np.full(values.shape, np.nan)
    sd = np.full(values.shape, np.nan)
    first = _BASELINE + _SKIPPED[method]
    judged = values.shape[-1] - first
    if judged > 0:
        windows = np.lib.stride_tricks.sliding_window_view(values, _BASELINE, axis=-1)
        windows = windows[..., :judged, :]
        expected[..., first:] = windows.mean(axis=-1)
        sd[..., first:] = np.maximum(windows.std(axis=-1, ddof=1), sd_floor)
    bound = expected + threshold * sd
    return Ears(expected, sd, bound, (values - expected) / sd, values > bound)
