"""The mean hour of a day that has no beginning."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

__all__ = ["clock_mean"]


def clock_mean(hours: ArrayLike) -> tuple[float, float, float]:
    """Give the mean hour on the clock, how close the hours lie, and whether that is chance.

    Parameters
    ----------
    hours : array_like
        Hours of the day, 0 to 24 with decimals. Missing ones are left out.

    Returns
    -------
    mean : float
        Mean hour, 0 up to 24: that of 23 and 1 is 0, not 12. NaN of nothing, and when the hours
        balance each other so that there is no mean.
    r : float
        Mean resultant length: 0 (all round the clock) to 1 (all at one moment). NaN of nothing.
    p : float
        Rayleigh's test against "any hour alike": exp(-z) (1 + (2z - z^2) / (4n)
        - (24z - 132z^2 + 76z^3 - 9z^4) / (288n^2)) with z = n r^2 (Wilkie 1983). One hour has
        p 1, none NaN.

    Raises
    ------
    ValueError
        For hours outside 0..24.

    Notes
    -----
    The test is blind to two peaks across the clock from each other (8 h and 20 h): look at the
    168 hours of :func:`hot_hours` first.

    Examples
    --------
    >>> mean, r, p = clock_mean([22, 23, 0, 1])
    >>> round(mean, 6), round(r, 4), round(p, 4)
    (23.5, 0.9577, 0.0134)
    """
    values = np.asarray(hours, dtype=np.float64).ravel()
    values = values[~np.isnan(values)]
    if not ((values >= 0) & (values <= 24)).all():
        raise ValueError(f"hours lie from 0 to 24; found {values.min():g} to {values.max():g}")
    n = values.size
    if n == 0:
        return np.nan, np.nan, np.nan
    angles = values * (2.0 * np.pi / 24.0)
    x, y = float(np.cos(angles).mean()), float(np.sin(angles).mean())
    r = min(float(np.hypot(x, y)), 1.0)
    mean = float(np.arctan2(y, x)) * 24.0 / (2.0 * np.pi) % 24.0 if r > 1e-12 else np.nan
    if n == 1:
        return mean, r, 1.0
    z = n * r * r
    second = (2 * z - z**2) / (4 * n)
    third = (24 * z - 132 * z**2 + 76 * z**3 - 9 * z**4) / (288 * n**2)
    return mean, r, float(np.clip(np.exp(-z) * (1 + second - third), 0.0, 1.0))
