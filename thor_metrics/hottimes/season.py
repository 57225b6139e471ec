"""Days that are not like the others, and months: how much more happens then."""

from __future__ import annotations

import itertools
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from thor_metrics import stats

__all__ = ["NOTHING_TO_COMPARE", "by_kind", "season_index"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

NOTHING_TO_COMPARE: Final = "geen gewone dagen om mee te vergelijken"


def by_kind(
    counts: ArrayLike | pd.Series, calendar: pd.DataFrame, *, level: float = 0.95
) -> pd.DataFrame:
    """Compare special days with ordinary days of the same weekday.

    Parameters
    ----------
    counts : Series or array_like
        Events per day. Of a Series the index holds dates, each once, and days of the calendar
        that are not in it are missing; an array is in the order of the calendar. Missing counts
        (NaN) take no part.
    calendar : DataFrame
        Of :func:`calendar_days`.
    level : float, default 0.95

    Returns
    -------
    DataFrame
        One row a kind: ``kind`` ("feestdag", "carnaval", "schoolvakantie", "marktdag",
        "koopzondag", "evenement") and ``name`` ("" for all of the kind together; then each
        holiday, school holiday and event by name), ``days``, ``count``, ``mean`` (per special
        day), ``expected`` (per day, of ordinary days with the same weekdays), ``ratio, low,
        high, p, q, certainty, note``. A kind without days has no row. Without ordinary days of
        the same weekdays, or without events on them, there is no ratio and the note says so.

    Raises
    ------
    ValueError
        When an array is not as long as the calendar, or a date stands in the index twice.

    Notes
    -----
    Ordinary is a day that is no holiday, Carnaval, school holiday or event; of a market day and
    koopzondag it is an ordinary day without it, so a market on every Friday can be compared with
    nothing. Days whose school holidays are unknown count as ordinary, except for schoolvakantie.
    Expected E = sum over weekdays of special days x mean of ordinary days; ratio O / E. The test
    is :func:`thor_metrics.stats.count_ratio` with the ordinary days taken for E^2 / Var(E) events,
    which gives log(O / E) the variance phi (1 / O + Var(E) / E^2). phi is the larger of Pearson's
    over ordinary days and over their weeks, for days in a row are alike. All names are tested
    together (q). A day counts for every kind it has. A feast or event does not stand apart from
    the season it falls in: summer holidays are compared with the rest of the year.

    Examples
    --------
    >>> import datetime as dt
    >>> from thor_metrics.hottimes import calendar_days
    >>> days = calendar_days(dt.date(2026, 1, 1), dt.date(2027, 1, 1))
    >>> found = by_kind(np.where(days["carnaval"], 40, 10), days)
    >>> found.loc[found["kind"] == "carnaval", ["mean", "expected", "ratio"]].iloc[0].tolist()
    [40.0, 10.0, 4.0]
    """
    events = _per_day(counts, calendar)
    known = ~np.isnan(events)
    weekday = calendar["weekday"].to_numpy(dtype=np.int64)
    school = calendar["school_holiday"]
    special = (
        (calendar["holiday"] != "") | calendar["carnaval"] | (calendar["event"] != "")
    ).to_numpy(dtype=bool) | (school.fillna("") != "").to_numpy(dtype=bool)
    ordinary = known & ~special
    phi, df = _dispersion(events, weekday, ordinary, calendar)
    rows = []
    for kind, name, inside, against in _kinds(calendar, ordinary):
        told = _compared(events, weekday, inside & known, against, (phi, df), level)
        rows.append({"kind": kind, "name": name, **told})
    frame = pd.DataFrame(rows, columns=[*_COLUMNS])
    frame = frame[frame["days"] > 0].reset_index(drop=True)
    q = stats.fdr(frame["p"].to_numpy(dtype=np.float64))
    return frame.assign(q=q, certainty=stats.certainty(q))[
        ["kind", "name", "days", "count", "mean", "expected", "ratio", "low", "high", "p", "q",
         "certainty", "note"]
    ]  # fmt: skip


_COLUMNS: Final = (
    "kind", "name", "days", "count", "mean", "expected", "ratio", "low", "high", "p", "note",
)  # fmt: skip


_UNKNOWN: Final = ("expected", "ratio", "low", "high", "p")


def season_index(counts: pd.Series, *, level: float = 0.95) -> pd.DataFrame:
    """Compare each month of the year with its trend: where the year has its tops.

    Parameters
    ----------
    counts : Series
        Events per day, the index holding every date once. Months of which a day is missing take
        no part, nor do the months at both ends that lack half a year beside them.
    level : float, default 0.95

    Returns
    -------
    DataFrame
        Twelve rows, index ``month`` 1..12: ``years`` (months compared), ``count``, ``expected``
        (by the trend), ``index`` (count / expected: 1.2 is 20 % more than the year around it),
        ``low, high``. Months never compared have NaN: that takes at least two years of days, and
        an interval at least three, for only then a month returns.

    Raises
    ------
    ValueError
        When a date stands in the index twice.

    Notes
    -----
    Ratio to the centred moving average of 12 months, the outer two for half (Macaulay 1931), in
    events per day, so that February is not low for being short. Counts and trend are summed over
    the years before they are divided. The interval is :func:`thor_metrics.stats.rate_interval`
    with Pearson's dispersion of the months around index x trend.

    Examples
    --------
    >>> days = pd.date_range("2023-01-01", "2025-12-31")
    >>> counts = pd.Series(np.where(days.month == 7, 20, 10), index=days)
    >>> season_index(counts)["index"].round(2).loc[[6, 7]].tolist()
    [0.92, 1.85]
    """
    frame = pd.DataFrame(index=pd.RangeIndex(1, 13, name="month"))
    _once(counts.index)
    dates = pd.DatetimeIndex(counts.index)
    if not len(dates):
        return frame.assign(years=0, count=0.0, expected=0.0, index=np.nan, low=np.nan, high=np.nan)
    every = pd.date_range(dates.min(), dates.max())
    full = pd.Series(counts.to_numpy(dtype=np.float64, na_value=np.nan), index=dates)
    full = full.reindex(every)
    months = every.to_period("M")
    # A sum with one missing day is missing; so is a month whose other days lie outside.
    total = full.groupby(months).sum(min_count=1).where(full.isna().groupby(months).sum() == 0)
    days = full.groupby(months).size()
    named = pd.PeriodIndex(total.index)
    total = total.where(days == named.days_in_month)
    rate = (total / days).to_numpy()
    trend = np.full(len(rate), np.nan)
    if len(rate) >= 13:
        shares = np.array([0.5, *[1.0] * 11, 0.5]) / 12.0
        trend[6:-6] = np.convolve(rate, shares, mode="valid")
    usable = ~np.isnan(rate) & (trend > 0)
    month = named.month.to_numpy()[usable] - 1
    count, expected = total.to_numpy()[usable], (trend * days.to_numpy())[usable]
    years = np.bincount(month, minlength=12)
    counted = np.bincount(month, weights=count, minlength=12)
    wanted = np.bincount(month, weights=expected, minlength=12)
    with np.errstate(invalid="ignore", divide="ignore"):
        index = counted / wanted
        squares = (count - index[month] * expected) ** 2 / (index[month] * expected)
    freedom = len(count) - np.count_nonzero(years)
    phi = max(1.0, float(np.nansum(squares)) / freedom) if freedom > 0 else np.nan
    low, high = stats.rate_interval(counted, wanted, dispersion=phi, level=level)
    return frame.assign(
        years=years, count=counted, expected=wanted, index=index, low=low, high=high
    )


def _once(index: pd.Index) -> None:
    if index.has_duplicates:
        raise ValueError(f"a date stands once in the index; {index[index.duplicated()][0]} twice")


def _per_day(counts: ArrayLike | pd.Series, calendar: pd.DataFrame) -> Floats:
    if isinstance(counts, pd.Series):
        _once(counts.index)
        values = counts.to_numpy(dtype=np.float64, na_value=np.nan)
        by_date = pd.Series(values, index=pd.DatetimeIndex(counts.index))
        return by_date.reindex(pd.DatetimeIndex(calendar["date"])).to_numpy()
    values = np.asarray(counts, dtype=np.float64)
    if values.shape != (len(calendar),):
        raise ValueError(f"one count a day: {len(calendar)}; found shape {values.shape}")
    return values


def _kinds(calendar: pd.DataFrame, ordinary: Flags) -> list[tuple[str, str, Flags, Flags]]:
    """Name every kind of day: which days it is, and which days it is compared with."""
    kinds: list[tuple[str, str, Flags, Flags]] = []
    carnaval = calendar["carnaval"].to_numpy(dtype=bool)
    for kind, column in (
        ("feestdag", "holiday"),
        ("schoolvakantie", "school_holiday"),
        ("evenement", "event"),
    ):
        against = ordinary & calendar[column].notna().to_numpy()
        words = [text.split(", ") if text else [] for text in calendar[column].fillna("")]
        kinds.append((kind, "", np.array([bool(names) for names in words], dtype=bool), against))
        kinds.extend(
            (kind, name, np.array([name in names for names in words], dtype=bool), against)
            for name in dict.fromkeys(itertools.chain(*words))
        )
    kinds.insert(0, ("carnaval", "", carnaval, ordinary))
    for kind, column in (("marktdag", "market"), ("koopzondag", "koopzondag")):
        # A market on a holiday says little about markets.
        inside = calendar[column].to_numpy(dtype=bool)
        kinds.append((kind, "", inside & ordinary, ordinary & ~inside))
    return kinds


def _compared(
    events: Floats,
    weekday: NDArray[np.int64],
    inside: Flags,
    against: Flags,
    spread: tuple[float, float],
    level: float,
) -> dict[str, float | str]:
    special = np.bincount(weekday[inside], minlength=7)
    ordinary = np.bincount(weekday[against], minlength=7)
    there = np.bincount(weekday[against], weights=events[against], minlength=7)
    days, count = int(inside.sum()), float(events[inside].sum())
    told: dict[str, float | str] = {
        "days": days,
        "count": count,
        "mean": count / days if days else np.nan,
    }
    nothing: dict[str, float | str] = dict.fromkeys(_UNKNOWN, np.nan)
    if (ordinary[special > 0] == 0).any():
        return {**told, **nothing, "note": NOTHING_TO_COMPARE}
    per_day = np.divide(special, ordinary, out=np.zeros(7), where=ordinary > 0)
    expected = float((per_day * there).sum())
    if expected == 0:
        return {**told, **nothing, "note": NOTHING_TO_COMPARE}
    weight = expected**2 / float((per_day**2 * there).sum())
    phi, df = spread
    ratio, low, high, p = stats.count_ratio(
        count, weight, exposure=(expected, weight), dispersion=phi, df=df, level=level
    )
    return (
        told
        | {"expected": expected / days}
        | {"ratio": float(ratio), "low": float(low), "high": float(high), "p": float(p)}
        | {"note": ""}
    )


def _dispersion(
    events: Floats, weekday: NDArray[np.int64], ordinary: Flags, calendar: pd.DataFrame
) -> tuple[float, float]:
    """Estimate the variation of ordinary days around their weekday, by day and by week."""
    count, kind = events[ordinary], weekday[ordinary]
    per_weekday = np.bincount(kind, minlength=7)
    total = np.bincount(kind, weights=count, minlength=7)
    mean = np.divide(total, per_weekday, out=np.zeros(7), where=per_weekday > 0)[kind]
    monday = calendar["date"].to_numpy(dtype="datetime64[D]")[ordinary] - kind
    _, week = np.unique(monday, return_inverse=True)
    estimates = [
        _pearson(count, mean, int((total > 0).sum())),
        _pearson(np.bincount(week, weights=count), np.bincount(week, weights=mean), 1),
    ]
    return max(estimates)


def _pearson(count: NDArray[Any], mean: NDArray[Any], fitted: int) -> tuple[float, float]:
    used = mean > 0
    freedom = int(used.sum()) - fitted
    if freedom <= 0:
        return 1.0, np.inf
    squares = (count[used] - mean[used]) ** 2 / mean[used]
    return max(1.0, float(squares.sum()) / freedom), float(freedom)
