"""Read a table of days: dates, true or false or unknown, and numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

__all__ = ["DAYS_A_MONTH", "dates_of", "numbers_of", "with_yesterday", "yes"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

DAYS_A_MONTH: Final = 365.25 / 12


def with_yesterday(days: pd.DataFrame) -> pd.DataFrame:
    """Put the counts of the day before beside each day.

    Parameters
    ----------
    days : DataFrame
        ``date`` (each once, any order), ``visitors`` and ``parking_pct``.

    Returns
    -------
    DataFrame
        A copy with ``visitors_yesterday`` and ``parking_pct_yesterday``; NaN where the day before
        is not in the table. The counts of the day itself are left out: in the morning nobody
        knows them.

    Raises
    ------
    ValueError
        For missing columns or a date in two rows.

    Examples
    --------
    >>> table = pd.DataFrame({
    ...     "date": pd.to_datetime(["2026-05-01", "2026-05-02", "2026-05-04"]),
    ...     "visitors": [20_000, 40_000, 18_000],
    ...     "parking_pct": [60, 95, 50],
    ... })
    >>> with_yesterday(table)["parking_pct_yesterday"].tolist()
    [nan, 60.0, nan]
    """
    dates = dates_of(days, ("visitors", "parking_pct"))
    before = pd.DatetimeIndex(dates) - pd.Timedelta(days=1)
    result = days.drop(columns=["visitors", "parking_pct"])
    for name in ("visitors", "parking_pct"):
        by_date = pd.Series(numbers_of(days, name), index=pd.DatetimeIndex(dates))
        result[f"{name}_yesterday"] = by_date.reindex(before).to_numpy()
    return result


def dates_of(days: pd.DataFrame, columns: Sequence[str]) -> NDArray[np.datetime64]:
    """Give the dates, each once, after a look whether the columns are there."""
    missing = [name for name in ("date", *columns) if name not in days]
    if missing:
        raise ValueError(f"the table misses {missing}; found {list(days.columns)}")
    dates = pd.to_datetime(days["date"]).dt.normalize()
    if dates.isna().any() or dates.duplicated().any():
        wrong = dates[dates.isna() | dates.duplicated()].iloc[0]
        raise ValueError(f"every row has a date of its own; found {wrong}")
    return dates.to_numpy()


def yes(days: pd.DataFrame, name: str) -> tuple[Flags, Flags]:
    """Tell where it is true, and where it is known."""
    known = days[name].notna().to_numpy(dtype=bool)
    values = days[name].to_numpy(dtype=object)
    if not all(value in (True, False) for value in values[known]):
        raise ValueError(f"{name} is true, false or missing; found {set(values[known])}")
    return np.array([bool(value) for value in np.where(known, values, False)], dtype=bool), known


def numbers_of(days: pd.DataFrame, name: str) -> Floats:
    """Give a column of numbers; NaN where they are missing, or all of them."""
    if name not in days:
        return np.full(len(days), np.nan)
    return days[name].to_numpy(dtype=np.float64, na_value=np.nan)
