"""Local calendar columns, made once here so that no query ever converts a time zone."""

from __future__ import annotations

import numpy as np
import pandas as pd

__all__ = ["calendar_columns"]

_DAY = np.timedelta64(1, "D")


def calendar_columns(at: pd.Series, known: np.ndarray, *, zone: str) -> pd.DataFrame:
    """Local date, hour, weekday, ISO week and month of moments.

    Parameters
    ----------
    at : Series of datetime64[us, UTC]
        Missing gives missing columns.
    known : ndarray of bool
        False where only the day is known: the hour is then missing, never midnight.
    zone : str
        IANA name of the municipality's time zone.

    Returns
    -------
    DataFrame
        ``date`` (datetime64[s], midnight), ``hour`` (Int64), ``weekday`` (Monday 0), ``iso_year``,
        ``iso_week`` (Int64), ``month`` ("2026-06"; "onbekend" where missing), ``time_known``.
    """
    read = at.dt.tz_convert(zone).dt.tz_localize(None).to_numpy("datetime64[us]")
    missing = np.isnat(read)
    local = np.where(missing, np.datetime64(0, "us"), read)
    days = local.astype("datetime64[D]")
    hour = (local - days) // np.timedelta64(1, "h")
    weekday = (days.astype(np.int64) + 3) % 7  # 1 January 1970 was a Thursday
    thursday = days + (3 - weekday) * _DAY  # the ISO week belongs to the year of its Thursday
    first = thursday.astype("datetime64[Y]").astype("datetime64[D]")
    codes, months = pd.factorize(days.astype("datetime64[M]").astype(np.int64))
    names = np.asarray(months).astype("datetime64[M]").astype(str).astype(object)
    month = np.where(missing, "onbekend", names[codes])
    return pd.DataFrame(
        {
            "time_known": known & ~missing,
            "date": pd.Series(days.astype("datetime64[s]"), index=at.index).mask(missing),
            "hour": _whole(hour, ~known | missing, at.index),
            "weekday": _whole(weekday, missing, at.index),
            "iso_year": _whole(
                thursday.astype("datetime64[Y]").astype(np.int64) + 1970, missing, at.index
            ),
            "iso_week": _whole((thursday - first) // (7 * _DAY) + 1, missing, at.index),
            "month": pd.Series(month, index=at.index, dtype="str"),
        },
        index=at.index,
    )


def _whole(values: np.ndarray, missing: np.ndarray, index: pd.Index) -> pd.Series:
    """Whole numbers with missing ones."""
    whole = np.where(missing, 0, values).astype(np.int64)
    return pd.Series(pd.arrays.IntegerArray(whole, np.array(missing, bool)), index=index)
