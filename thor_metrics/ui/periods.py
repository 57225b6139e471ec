"""The periods one can pick, given which days there are data of. Pure: no Streamlit here."""

from __future__ import annotations

import datetime as dt

from thor_metrics.errors import PeriodError
from thor_metrics.model import Period

__all__ = [
    "FOUR_WEEKS",
    "OWN",
    "RELATIVE",
    "THIS_QUARTER",
    "THIS_WEEK",
    "choices",
    "own",
    "usual",
]

THIS_WEEK = "Deze week"
FOUR_WEEKS = "4 weken"
THIS_QUARTER = "Dit kwartaal"
OWN = "Eigen periode"

#: Periods that mean other days when newer data come in.
RELATIVE = (THIS_WEEK, FOUR_WEEKS, THIS_QUARTER)

_DAY = dt.timedelta(days=1)


def choices(first: dt.date, last: dt.date) -> dict[str, Period]:
    """List the periods to pick from, nearest first.

    Parameters
    ----------
    first, last : date
        First and last day with data. Relative periods end on ``last``: a page about this week is
        of no use when this week has not been loaded yet.

    Returns
    -------
    dict of str to Period
        Dutch name -> period.
    """
    monday = last - last.weekday() * _DAY
    quarter = Period.parse(f"{last.year}-Q{(last.month + 2) // 3}")
    found = {
        THIS_WEEK: Period(monday, last + _DAY),
        FOUR_WEEKS: Period(last - 27 * _DAY, last + _DAY),
        THIS_QUARTER: quarter,
    }
    for year in range(last.year, first.year - 1, -1):
        for half in (2, 1):
            found[f"{year}-H{half}"] = Period.parse(f"{year}-H{half}")
    for year in range(last.year, first.year - 1, -1):
        found[f"{year}"] = Period.parse(f"{year}")
    return {
        name: period
        for name, period in found.items()
        if period.start <= last and period.end > first
    }


def usual(last: dt.date) -> str:
    """Name the period to open with: the running half-year, or 4 weeks when it is younger."""
    half = Period.parse(f"{last.year}-H{1 if last.month <= 6 else 2}")
    return FOUR_WEEKS if (last - half.start).days < 28 else str(half)


def own(dates: object) -> Period:
    """Make a period of what a date field gives while somebody is choosing.

    Parameters
    ----------
    dates : tuple of date, date or None
        None, one or two days; with one day chosen it is that day.

    Raises
    ------
    PeriodError
        When there is no day at all.
    """
    days = [day for day in (dates if isinstance(dates, (tuple, list)) else (dates,)) if day]
    if not days or not all(isinstance(day, dt.date) for day in days):
        raise PeriodError("Kies bij 'Eigen periode' een eerste en een laatste dag.")
    return Period(days[0], days[-1] + _DAY)
