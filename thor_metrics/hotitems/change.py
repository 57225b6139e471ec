"""Which subjects rise, and how sure that is."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from thor_metrics import stats

__all__ = ["BROKEN", "FEWEST", "TOO_FEW", "rising"]

#: Below this many events on either side a percentage says more than the data do.
FEWEST: Final = 20

TOO_FEW: Final = "te weinig om te vergelijken"

BROKEN: Final = "breuk in de reeks"


def rising(
    now: ArrayLike | pd.Series,
    before: ArrayLike | pd.Series,
    *,
    dispersion: ArrayLike = 1.0,
    df: ArrayLike = np.inf,
    exposure: tuple[float, float] = (1.0, 1.0),
    fewest: int = FEWEST,
    level: float = 0.95,
    broken: ArrayLike | None = None,
) -> pd.DataFrame:
    """Compare counts of things with their counts in an earlier stretch, all at once.

    Parameters
    ----------
    now, before : Series or array_like
        Events per thing. Of Series the index names the things and must be the same; a missing
        count ("geen gegevens") is compared with nothing. Best is the same stretch a year
        earlier: then the season is the same.
    dispersion : array_like, default 1.0
        Variance divided by mean of the counts, one or one a thing.
    df : array_like, default infinity
        Degrees of freedom the dispersion was estimated with.
    exposure : (float, float)
        Length of the two stretches, in days.
    fewest : int, default 20
        With fewer events on either side there is no ratio; with fewer in the two together there
        is no test either.
    level : float, default 0.95
    broken : array_like of bool, optional
        One or one a thing: between the two stretches the way of counting changed (another
        report system, another list of categories), so that a difference may be the counting.

    Returns
    -------
    DataFrame
        One row a thing, in the order and with the index of ``now``: ``now, before, expected``
        (``before`` at the length of now), ``ratio, low, high`` (per unit of exposure), ``p, q``
        (Benjamini-Hochberg over all things tested), ``certainty`` and ``note`` ("te weinig om te
        vergelijken" where there is no ratio; "breuk in de reeks" where the series is broken:
        no ratio and no test).

    Raises
    ------
    ValueError
        When the two indexes differ, or ``broken`` has another length or a missing value.

    Examples
    --------
    >>> now = pd.Series({"fietswrak": 60, "dumping": 25, "geluid": 3})
    >>> before = pd.Series({"fietswrak": 30, "dumping": 24, "geluid": 9})
    >>> rising(now, before)["certainty"].tolist()
    ['zeker', 'kan toeval zijn', '']
    >>> rising(now, before, broken=[True, False, False])["note"].tolist()
    ['breuk in de reeks', '', 'te weinig om te vergelijken']
    """
    later = pd.Series(now, dtype="Float64")
    earlier = pd.Series(before, dtype="Float64")
    if not later.index.equals(earlier.index):
        raise ValueError("now and before must have the same index, in the same order")
    a = later.to_numpy(dtype=np.float64, na_value=np.nan)
    b = earlier.to_numpy(dtype=np.float64, na_value=np.nan)
    whole = _whole(broken, len(a))
    ratio, low, high, p = stats.count_ratio(
        a, b, exposure=exposure, dispersion=dispersion, df=df, level=level
    )
    p = np.where(whole & (a + b >= fewest), p, np.nan)
    q = stats.fdr(p)
    enough = whole & (np.minimum(a, b) >= fewest)
    known = ~np.isnan(a + b)
    return pd.DataFrame(
        {
            "now": later.astype("Int64"),
            "before": earlier.astype("Int64"),
            "expected": b * (exposure[0] / exposure[1]),
            "ratio": np.where(enough, ratio, np.nan),
            "low": np.where(enough, low, np.nan),
            "high": np.where(enough, high, np.nan),
            "p": p,
            "q": q,
            "certainty": stats.certainty(q),
            "note": np.select([known & ~whole, known & ~enough], [BROKEN, TOO_FEW], ""),
        },
        index=later.index,
    )


def _whole(broken: ArrayLike | None, things: int) -> np.ndarray:
    """Tell of which things the series is not broken."""
    if broken is None:
        return np.ones(things, dtype=bool)
    flags = np.asarray(broken)
    if flags.dtype != bool or flags.shape not in ((), (things,)):
        raise ValueError(
            f"broken is true or false, once or once a thing ({things}); found {flags.dtype} "
            f"of shape {flags.shape}"
        )
    return np.broadcast_to(~flags, (things,))
