"""What an area has more of than the rest of the city."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import special

from thor_metrics import stats

__all__ = ["NOT_COMPARABLE", "overrepresented"]

Floats = NDArray[np.float64]

NOT_COMPARABLE: Final = "geen vergelijking mogelijk"


def overrepresented(
    table: pd.DataFrame,
    *,
    prior: float = 50.0,
    dispersion: ArrayLike = 1.0,
    level: float = 0.95,
) -> pd.DataFrame:
    """Compare the mix of every area with that of the rest of the city.

    Parameters
    ----------
    table : DataFrame, shape (areas, categories)
        Events; the index names the areas, the columns the categories, each once. A missing count
        ("geen gegevens") is compared with nothing and adds to no total.
    prior : float, default 50
        Events with the mix of the whole city that are added to both sides before they are
        compared: an area with few events is drawn towards the city.
    dispersion : array_like, default 1.0
        Variance divided by mean of the counts, one or one a category, at least 1. See
        :func:`thor_metrics.stats.dispersion`.
    level : float, default 0.95

    Returns
    -------
    DataFrame
        One row per area and category, areas in the order of the table: ``area, category, count,
        expected`` (events of the area x share of the category in the whole city), ``share`` (of
        the area's events), ``lq`` (location quotient: count / expected), ``log_odds`` (against
        the rest of the city, the area itself left out), ``low, high`` (of it), ``z`` (log_odds
        by its standard error, to rank with), ``p`` (two-sided), ``q`` (Benjamini-Hochberg over
        all areas and categories), ``certainty`` and ``note``. More than elsewhere is a positive
        log_odds. "geen vergelijking mogelijk": an area or category without events, or the only
        area, or the only category.

    Raises
    ------
    ValueError
        For negative counts, names that return, a prior of 0 or less, or a dispersion below 1.

    Notes
    -----
    Monroe, Colaresi & Quinn 2008, eq. 16 and 19: with y events of the category among n of the
    area, Y among N of the rest of the city, and a = prior x share of the category in the city,
    log_odds = log((y + a) / (n + prior - y - a)) - log((Y + a) / (N + prior - Y - a)), variance
    dispersion x the sum of the inverses of those four numbers. Their shorter variance leaves two
    of the four out because a word is rare; a category can be half of all events.

    That normal approximation is too sure of itself on small counts: with 44 x 30 cells of 10
    events on average and no signal, 10 % of tables had a "significant" cell with it, and 65 %
    where the variance is three times the mean. So p is a tail, not a z: given the totals, the
    count has mean E = n Y' / T (Y' the category's total, T the city's) and variance
    v = dispersion E (1 - n / T)(1 - Y' / T) T / (T - 1); p doubles the smaller tail of the
    negative binomial with that mean and variance, or where v is below E of the binomial with Y'
    draws, count and draws divided by v / (E (1 - n / T)), as the limits of
    :func:`thor_metrics.stats.rate_interval` are scaled. Of a category with more than
    half of all events it is that of the others together. That flags 0-3 % of the same tables.

    Examples
    --------
    >>> table = pd.DataFrame({"afval": [60, 20, 25], "fiets": [15, 20, 30]},
    ...                      index=["Centrum", "Oost", "West"])
    >>> found = overrepresented(table)
    >>> found.loc[[0, 2], ["count", "expected", "lq", "certainty"]].round(2)
       count  expected    lq        certainty
    0     60     46.32  1.30            zeker
    2     20     24.71  0.81  kan toeval zijn
    """
    counts, phi = _checked(table, prior, dispersion)
    known = ~np.isnan(counts)
    y = np.where(known, counts, 0.0)
    of_area = y.sum(axis=1, keepdims=True)
    of_category = y.sum(axis=0, keepdims=True)
    total = y.sum()
    with np.errstate(invalid="ignore", divide="ignore"):
        expected = of_area * of_category / total
        pull = prior * of_category / total
        here, not_here = y + pull, of_area - y + prior - pull
        there = of_category - y + pull
        not_there = total - of_area - of_category + y + prior - pull
        log_odds = np.log(here / not_here) - np.log(there / not_there)
        error = np.sqrt(phi * (1 / here + 1 / not_here + 1 / there + 1 / not_there))
        share, lq = y / of_area, y / expected
    possible = known & _inside(of_area, total) & _inside(of_category, total)
    p = np.full(y.shape, np.nan)
    if possible.any():
        p[possible] = _tails(y, of_area, of_category, total, phi)[possible]
    reach = float(special.ndtri((1.0 + level) / 2.0)) * error
    q = stats.fdr(p)
    columns = {
        "expected": np.where(known, expected, np.nan),
        "share": np.where(known, share, np.nan),
        "lq": np.where(known, lq, np.nan),
        "log_odds": np.where(possible, log_odds, np.nan),
        "low": np.where(possible, log_odds - reach, np.nan),
        "high": np.where(possible, log_odds + reach, np.nan),
        "z": np.where(possible, log_odds / error, np.nan),
        "p": p,
        "q": q,
        "certainty": stats.certainty(q),
        "note": np.where(possible, "", NOT_COMPARABLE),
    }
    areas, categories = table.shape
    return pd.DataFrame(
        {
            "area": table.index.repeat(categories),
            "category": np.tile(np.asarray(table.columns), areas),
            "count": _whole(counts.ravel()),
            **{name: values.ravel() for name, values in columns.items()},
        }
    )


def _checked(table: pd.DataFrame, prior: float, dispersion: ArrayLike) -> tuple[Floats, Floats]:
    for name, index in (("area", table.index), ("category", table.columns)):
        if index.has_duplicates:
            twice = index[index.duplicated()][0]
            raise ValueError(f"every {name} stands once in the table; found {twice!r} twice")
    counts = table.astype("Float64").to_numpy(dtype=np.float64, na_value=np.nan)
    if (counts < 0).any():
        raise ValueError(f"counts are 0 or more; found {np.nanmin(counts):g}")
    if not prior > 0:
        raise ValueError(f"prior is more than 0 events; found {prior}")
    phi = np.asarray(dispersion, dtype=np.float64)
    if phi.shape not in ((), (table.shape[1],)):
        raise ValueError(
            f"dispersion is one number or one a category ({table.shape[1]}); found {phi.shape}"
        )
    if not (phi >= 1).all():
        raise ValueError("dispersion is 1 or more, and none is missing")
    return counts, np.broadcast_to(phi, (1, table.shape[1]))


def _whole(counts: Floats) -> pd.Series:
    """Keep whole numbers whole; counts by share (aoristic, duplicates) are not."""
    told = pd.Series(counts, dtype="Float64")
    seen = counts[~np.isnan(counts)]
    return told.astype("Int64") if (seen == np.round(seen)).all() else told


def _inside(part: Floats, whole: float) -> NDArray[np.bool_]:
    return (part > 0) & (part < whole)


def _tails(y: Floats, of_area: Floats, of_category: Floats, total: float, phi: Floats) -> Floats:
    """Double the smaller tail of the count given the totals of its area and category."""
    # More than half of all events: look at the others, of which there are as many less.
    most = of_category > total / 2.0
    y = np.where(most, of_area - y, y)
    of_category = np.where(most, total - of_category, of_category)
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        chance = of_area / total
        mean = chance * of_category
        scale = phi * (1.0 - of_category / total) * total / (total - 1.0)
        spread = scale * (1.0 - chance)
        wide = spread > 1.0 + 1e-6
        size, rest = mean / np.where(wide, spread - 1.0, 1.0), 1.0 - 1.0 / spread
        count, draws = y / scale, of_category / scale
        none, all_of_it = y == 0, y >= of_category
        # Where an argument would be 0 the tail is whole; the 1 only keeps the function quiet.
        up = np.where(
            wide,
            special.betainc(np.where(none, 1.0, y), size, np.where(wide, rest, 0.5)),
            special.betainc(np.where(none, 1.0, count), draws - count + 1.0, chance),
        )
        down = np.where(
            wide,
            special.betaincc(y + 1.0, size, np.where(wide, rest, 0.5)),
            special.betaincc(count + 1.0, np.where(all_of_it, 1.0, draws - count), chance),
        )
    up = np.where(none, 1.0, up)
    down = np.where(all_of_it & ~wide, 1.0, down)
    return np.minimum(1.0, 2.0 * np.minimum(up, down))
