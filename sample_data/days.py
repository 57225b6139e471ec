"""The year in Maastricht: carnival, school holidays, student terms, busy days, events.

Dates follow rules, not published calendars; they are near enough to look real and no more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from sample_data.draws import Flags, Floats, Ints, Moments

THURSDAY, FRIDAY, SATURDAY = 3, 4, 5


@dataclass(frozen=True)
class Days:
    """A run of days and what is going on.

    Attributes
    ----------
    dates : array of datetime64[D]
    weekday : array of int
        Monday 0.
    season : array of float
        Angle of the day in the year, 0 to 2 pi.
    flags : mapping of str to array of bool
        ``carnival``, ``school_holiday``, ``term``, ``summer``, ``december``, ``fireworks``,
        ``after_weekend_feast``, ``top_day``.
    """

    dates: Moments
    weekday: Ints
    season: Floats
    flags: Mapping[str, Flags]


@dataclass(frozen=True)
class Event:
    """Something that draws a crowd.

    Attributes
    ----------
    name, place : str
        ``place`` is the name of an evenemententerrein.
    first, end : datetime.date
        Half-open.
    kinds : tuple of str
        Kinds of meldingen it brings.
    extra_per_day : float
        Expected extra meldingen a day, all kinds together, before repeats by others.
    """

    name: str
    place: str
    first: date
    end: date
    kinds: tuple[str, ...]
    extra_per_day: float


def easter(year: int) -> date:
    """Easter Sunday by the Gregorian computus (Meeus/Jones/Butcher).

    Examples
    --------
    >>> easter(2026)
    datetime.date(2026, 4, 5)
    """
    century, rest = divmod(year, 100)
    golden = year % 19
    epact = 19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15
    epact %= 30
    shift = (32 + 2 * (century % 4) + 2 * (rest // 4) - epact - rest % 4) % 7
    correction = (golden + 11 * epact + 22 * shift) // 451
    month, day = divmod(epact + shift - 7 * correction + 114, 31)
    return date(year, month, day + 1)


def weekday_on_or_after(day: date, weekday: int) -> date:
    """First day with this weekday from ``day`` on."""
    return day + timedelta((weekday - day.weekday()) % 7)


def events_of(year: int) -> list[Event]:
    """Events of one year, by rule."""
    music, crowd = ("muziek", "bezoekers"), ("muziek", "bezoekers", "evenement", "wildplassen")
    carnival = easter(year) - timedelta(50)
    concerts = weekday_on_or_after(date(year, 7, 1), THURSDAY)
    spring_fair = weekday_on_or_after(date(year, 4, 21), FRIDAY)
    autumn_fair = weekday_on_or_after(date(year, 10, 1), FRIDAY)
    food = weekday_on_or_after(date(year, 8, 24), THURSDAY)
    market = weekday_on_or_after(date(year, 11, 28), SATURDAY)
    park = weekday_on_or_after(date(year, 6, 8), SATURDAY)
    fair_trade = weekday_on_or_after(date(year, 3, 8), THURSDAY)
    kings_day = date(year, 4, 27)
    if kings_day.weekday() == 6:
        kings_day -= timedelta(1)
    weekends = [concerts + timedelta(7 * week) for week in range(3)]
    return [
        Event("Carnaval", "Vrijthof", carnival, carnival + timedelta(4), crowd, 14.0),
        Event("Carnaval Markt", "Markt", carnival, carnival + timedelta(4), crowd, 8.0),
        Event("Kunstbeurs", "MECC", fair_trade, fair_trade + timedelta(8), ("foutparkeren",), 2.5),
        Event("Voorjaarskermis", "Griend", spring_fair, spring_fair + timedelta(10), music, 2.0),
        Event("Koningsdag", "Markt", kings_day, kings_day + timedelta(1), crowd, 12.0),
        Event("Parkfestival", "Geusseltpark", park, park + timedelta(2), music, 12.0),
        *(
            Event("Zomerconcerten", "Vrijthof", day, day + timedelta(4), music, 5.0)
            for day in weekends
        ),
        Event("Culinair festival", "Vrijthof", food, food + timedelta(4), crowd, 7.0),
        Event("Najaarskermis", "Markt", autumn_fair, autumn_fair + timedelta(10), music, 2.0),
        Event(
            "Elfde van de elfde", "Vrijthof", date(year, 11, 11), date(year, 11, 12), crowd, 12.0
        ),
        Event("Wintermarkt", "Vrijthof", market, date(year + 1, 1, 1), music, 1.0),
    ]


def planned_top_days(year: int) -> list[date]:
    """Days everybody knows will be crowded."""
    sunday = easter(year)
    carnival = sunday - timedelta(50)
    food = weekday_on_or_after(date(year, 8, 24), SATURDAY)
    concert = weekday_on_or_after(date(year, 7, 1), SATURDAY)
    december = weekday_on_or_after(date(year, 12, 1), SATURDAY)
    days = [
        *(carnival + timedelta(day) for day in range(4)),
        sunday + timedelta(1),
        sunday + timedelta(39),
        sunday + timedelta(50),
        *(concert + timedelta(7 * week) for week in range(3)),
        food,
        food + timedelta(1),
        date(year, 10, 3),
        date(year, 11, 1),
        date(year, 11, 11),
        date(year, 12, 26),
        *(december + timedelta(7 * week) for week in range(4)),
    ]
    return sorted({day for day in days if day.year == year})


def unplanned_top_days(year: int, seed: int) -> list[date]:
    """Five days in the weekend that turn out crowded, different for every seed."""
    rng = np.random.default_rng([seed, year, 99])
    saturdays = [
        weekday_on_or_after(date(year, 2, 20) + timedelta(7 * week), SATURDAY) for week in range(38)
    ]
    planned = set(planned_top_days(year))
    free = [day for day in saturdays if day not in planned]
    return sorted(free[index] for index in rng.choice(len(free), size=5, replace=False))


def days_between(first: date, end: date, *, seed: int) -> Days:
    """Describe every day from ``first`` up to ``end`` (half-open)."""
    dates = np.arange(np.datetime64(first, "D"), np.datetime64(end, "D"))
    years = range(first.year - 1, end.year + 1)
    day_number = (dates - dates.astype("datetime64[Y]")).astype(np.int64)
    month = dates.astype("datetime64[M]").astype(np.int64) % 12 + 1
    weekday = (dates.astype(np.int64) + 3) % 7
    spans = {name: [span for year in years for span in _spans(name, year, seed)] for name in _SPANS}
    flags = {name: _inside(dates, spans[name]) for name in _SPANS}
    flags |= {"summer": (month >= 6) & (month <= 8), "december": month == 12}
    return Days(dates, weekday, day_number / 365.25 * 2 * np.pi, flags)


_SPANS = ("carnival", "school_holiday", "term", "fireworks", "after_weekend_feast", "top_day")


def _spans(name: str, year: int, seed: int) -> list[tuple[date, int]]:
    """First days and lengths of one sort of days; Christmas holidays run into the next year."""
    sunday = easter(year)
    match name:
        case "carnival":
            return [(sunday - timedelta(50), 4)]
        case "fireworks":
            return [(date(year, 12, 26), 7)]
        case "after_weekend_feast":
            return [
                (sunday + timedelta(2), 1),
                (sunday + timedelta(51), 1),
                (date(year, 12, 27), 2),
            ]
        case "term":
            return [(date(year, 9, 1), 107), (date(year, 1, 6), 80), (date(year, 4, 6), 90)]
        case "school_holiday":
            return [
                (sunday - timedelta(50), 9),
                (weekday_on_or_after(date(year, 4, 24), SATURDAY), 9),
                (weekday_on_or_after(date(year, 7, 8), SATURDAY), 44),
                (weekday_on_or_after(date(year, 10, 12), SATURDAY), 9),
                (weekday_on_or_after(date(year, 12, 18), SATURDAY), 16),
            ]
        case _:
            return [(day, 1) for day in planned_top_days(year) + unplanned_top_days(year, seed)]


def _inside(dates: Moments, spans: list[tuple[date, int]]) -> Flags:
    inside = np.zeros(len(dates), dtype=bool)
    for first, length in spans:
        start = np.datetime64(first, "D")
        inside |= (dates >= start) & (dates < start + length)
    return inside
