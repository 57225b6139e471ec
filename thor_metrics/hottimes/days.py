"""The calendar: which days are not like the others."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Final, Literal

import holidays as feasts
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from thor_metrics.hottimes.school import known_school_days, school_holidays

__all__ = ["calendar_days", "carnaval_days", "easter"]

Koopzondag = Literal["geen", "eerste", "laatste", "alle"]
Dates = NDArray[np.datetime64]

_SUNDAY: Final = 6


def easter(year: int) -> dt.date:
    """Give Easter Sunday (Gregorian; the anonymous algorithm of Nature, 1876).

    Parameters
    ----------
    year : int
        1583 or later.

    Raises
    ------
    ValueError
        For a year before the Gregorian calendar.

    Examples
    --------
    >>> easter(2026)
    datetime.date(2026, 4, 5)
    """
    if year < 1583:
        raise ValueError(f"the Gregorian Easter begins in 1583; found {year}")
    golden = year % 19
    century, of_century = divmod(year, 100)
    leaps, rest = divmod(century, 4)
    moon = (century + 8) // 25
    drift = (century - moon + 1) // 3
    epact = (19 * golden + century - leaps - drift + 15) % 30
    quarter, left = divmod(of_century, 4)
    weekday = (32 + 2 * rest + 2 * quarter - epact - left) % 7
    late = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return dt.date(year, month, day + 1)


def carnaval_days(year: int, *, saturday: bool = False) -> list[dt.date]:
    """Give the days of Carnaval: Sunday to Tuesday before Ash Wednesday.

    Parameters
    ----------
    year : int
    saturday : bool, default False
        Count the Saturday before too. Vastelaovend in Maastricht is officially the three days;
        the streets fill up a day earlier.

    Raises
    ------
    ValueError
        For a year before 1583.

    Examples
    --------
    >>> [f"{day:%a %d-%m}" for day in carnaval_days(2026)]
    ['Sun 15-02', 'Mon 16-02', 'Tue 17-02']
    """
    # Ash Wednesday is 46 days before Easter.
    sunday = easter(year) - dt.timedelta(days=49)
    return [sunday + dt.timedelta(days=day) for day in range(-1 if saturday else 0, 3)]


def calendar_days(
    start: dt.date,
    end: dt.date,
    *,
    region: str = "zuid",
    school: pd.DataFrame | None = None,
    market_weekdays: Iterable[int] = (),
    koopzondag: Koopzondag = "geen",
    events: pd.DataFrame | None = None,
    carnaval_saturday: bool = False,
) -> pd.DataFrame:
    """Describe every day of a period.

    Parameters
    ----------
    start, end : date
        Half-open period of local dates.
    region : {"zuid", "noord", "midden"}
        Whose school holidays; Maastricht lies in zuid.
    school : DataFrame, optional
        The municipality's own school holidays instead of those of the region: ``name, start,
        end`` (half-open dates). They are taken to be complete for the whole period.
    market_weekdays : iterable of int
        Weekdays of the market, Monday is 0.
    koopzondag : {"geen", "eerste", "laatste", "alle"}
        Which Sundays of the month the shops are open.
    events : DataFrame, optional
        ``name, start, end`` (half-open dates); events may overlap.
    carnaval_saturday : bool, default False
        Count Carnaval from Saturday; see :func:`carnaval_days`.

    Returns
    -------
    DataFrame
        One row a day: ``date`` (datetime64), ``weekday`` (Monday is 0), ``holiday`` (Dutch name
        of an official holiday by the package holidays, "" for none; Bevrijdingsdag counts every
        year, Goede vrijdag as well), ``carnaval`` (bool), ``school_holiday`` (name, "" for none,
        missing where :func:`known_school_days` has no dates), ``market`` and ``koopzondag``
        (bool), ``event`` (names joined by ", ", "" for none).

    Raises
    ------
    ValueError
        When the period ends before it starts, for an unknown region, weekday or koopzondag, or
        a table without its columns or with an end before its start.

    Examples
    --------
    >>> days = calendar_days(dt.date(2026, 2, 14), dt.date(2026, 2, 17), market_weekdays=[2, 4])
    >>> days["carnaval"].tolist(), days["school_holiday"].unique().tolist()
    ([False, True, True], ['voorjaarsvakantie'])
    """
    if end < start:
        raise ValueError(f"a period ends on or after its start; found {start} to {end}")
    market = set(market_weekdays)
    if not market <= set(range(7)):
        raise ValueError(f"weekdays run from 0 (Monday) to 6; found {sorted(market)}")
    dates = np.arange(np.datetime64(start, "D"), np.datetime64(end, "D"))
    weekday = (dates.astype(np.int64) + 3) % 7
    years = range(start.year, end.year + 1)
    own = school if school is not None else school_holidays(region)
    studied = _named(dates, own, "school")
    if school is None:
        first, last = (np.datetime64(day, "D") for day in known_school_days(region))
        studied[(dates < first) | (dates >= last)] = None
    merry = [day for year in years for day in carnaval_days(year, saturday=carnaval_saturday)]
    return pd.DataFrame(
        {
            "date": dates.astype("datetime64[us]"),
            "weekday": weekday,
            "holiday": pd.array(_feasts(dates, years), dtype="str"),
            "carnaval": np.isin(dates, np.array(merry, dtype="datetime64[D]")),
            "school_holiday": pd.array(studied, dtype="str"),
            "market": np.isin(weekday, sorted(market)),
            "koopzondag": _shopping_sundays(dates, weekday, koopzondag),
            "event": pd.array(
                _named(dates, events, "events") if events is not None else [""] * len(dates),
                dtype="str",
            ),
        }
    )


def _feasts(dates: Dates, years: Sequence[int]) -> list[str]:
    """Name the official holidays; Bevrijdingsdag also in the years few people have it off."""
    names = feasts.country_holidays("NL", years=years, language="nl")
    free = {dt.date(year, 5, 5): "Bevrijdingsdag" for year in years}
    free |= {day: str(name) for day, name in names.items()}
    return [free.get(day, "") for day in dates.tolist()]


def _shopping_sundays(
    dates: Dates, weekday: NDArray[np.int64], koopzondag: Koopzondag
) -> NDArray[np.bool_]:
    sunday = weekday == _SUNDAY
    month = dates.astype("datetime64[M]")
    match koopzondag:
        case "geen":
            return np.zeros(len(dates), dtype=bool)
        case "eerste":
            return sunday & ((dates - 7).astype("datetime64[M]") != month)
        case "laatste":
            return sunday & ((dates + 7).astype("datetime64[M]") != month)
        case "alle":
            return sunday
    raise ValueError(f"koopzondag='{koopzondag}' is not 'geen', 'eerste', 'laatste' or 'alle'")


def _named(dates: Dates, table: pd.DataFrame, name: str) -> NDArray[np.object_]:
    """Write the names of the stretches each day lies in."""
    if missing := {"name", "start", "end"} - set(table.columns):
        raise ValueError(f"{name} misses {sorted(missing)}; found {list(table.columns)}")
    start = pd.to_datetime(table["start"]).to_numpy(dtype="datetime64[D]")
    end = pd.to_datetime(table["end"]).to_numpy(dtype="datetime64[D]")
    if not (end >= start).all():
        row = int(np.argmax(~(end >= start)))
        raise ValueError(
            f"{name} end on or after their start; row {row} (counting from 0) runs from "
            f"{start[row]} to {end[row]}"
        )
    words: list[list[str]] = [[] for _ in dates]
    for text, first, last in zip(table["name"], start, end, strict=True):
        for place in range(*np.searchsorted(dates, [first, last]).tolist()):
            words[place].append(str(text))
    return np.array([", ".join(dict.fromkeys(found)) for found in words], dtype=object)
