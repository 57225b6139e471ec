"""The calendar of the teams: what was held, what was called off and what is still to come."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from sample_data.activity_kinds import (
    ACTIVITY_KINDS,
    BUURT,
    CITY,
    EVERY_GEBIED,
    HOUSE,
    OFFICE,
    OFFICE_NAME,
    SHARE_CANCELLED,
    SHARE_CANCELLED_THERE,
    WEAK_GEBIED,
    WEEKS_AHEAD,
    ActivityKind,
)
from sample_data.city import City, Texts
from sample_data.days import easter, events_of
from sample_data.draws import Floats, Ints, Moments, Spans, day_numbers, mixed, months, pick, unit
from sample_data.plans import EVENTS
from sample_data.textfile import day_and_time, number, only, texts, write_table

STREAM = 13

#: Nobody visits a buurt where nobody lives.
_LEAST_INHABITANTS = 400
_WORKDAYS, _DAY_OFF = 5, 7
_EVALUATED_AFTER = 10
_EVALUATION_RESULTS = ("Verbeterpunten benoemd", "Voorschriften aangepast", "Goed verlopen")


def activities(city: City, seed: int, start: date, until: date) -> pd.DataFrame:
    """Make all activities from ``start`` up to eight weeks after ``until``.

    Their number does not shrink with ``scale``: a spreekuur every two weeks stays one. What lies
    behind ``until`` is planned; how it ends shows in a run with a later ``until``.
    """
    last = until + timedelta(7 * WEEKS_AHEAD)
    parts = []
    for first, end, rng in months(seed, STREAM, start, last):
        dates = np.arange(np.datetime64(first, "D"), np.datetime64(end, "D"))
        parts += [_of_kind(sort, city, dates, rng) for sort in ACTIVITY_KINDS]
    parts += [_evaluations(city, seed, year) for year in range(start.year - 1, last.year + 1)]
    rows = pd.concat([part for part in parts if len(part)], ignore_index=True)
    inside = (rows["day"] >= pd.Timestamp(start)) & (rows["day"] <= pd.Timestamp(last))
    inside &= rows["ahead"] | (rows["day"] <= pd.Timestamp(until))
    rows = rows[inside].drop_duplicates(["day", "minute", "kind", "subject", "place", "area"])
    rows = rows.sort_values(["day", "minute"], kind="stable", ignore_index=True)
    to_come = rows["day"] > pd.Timestamp(until)
    rows["status"] = np.where(to_come, "gepland", np.where(rows["off"], "vervallen", "gehouden"))
    return rows


def write_activities(file: Path, rows: pd.DataFrame) -> int:
    """Write activiteiten.csv; people, hours and result are known of what was held."""
    start: Moments = np.add(
        rows["day"].to_numpy().astype("datetime64[m]"), _minutes(rows["minute"])
    )
    end: Moments = np.add(start, _minutes(rows["length"]))
    held = (rows["status"] == "gehouden").to_numpy()
    hours = rows["people"].to_numpy() * rows["length"].to_numpy() / 60
    result = np.where(rows["status"] == "vervallen", "Vervallen", rows["result"])
    result = np.where(rows["status"] == "gepland", "", result)
    return write_table(
        file,
        {
            "Start activiteit": day_and_time(start),
            "Einde": day_and_time(end),
            "Soort activiteit": _texts(rows["kind"]),
            "Onderwerp": _texts(rows["subject"]),
            "Partner": _texts(rows["partner"]),
            "Deelnemers": only(number(rows["people"].to_numpy().astype(np.float64)), held),
            "Inzet (uren)": only(number(hours, 1), held),
            "Status activiteit": _texts(rows["status"]),
            "Resultaat": texts(result.astype(object), ";"),
            "Waar": _texts(rows["place"]),
            "Buurt": _texts(rows["area"]),
            "Thema": _texts(rows["theme"]),
        },
    )


def _texts(values: pd.Series) -> pa.Array:
    return texts(values.to_numpy(dtype=object), ";")


def _minutes(values: pd.Series) -> Spans:
    return values.to_numpy().astype("timedelta64[m]")


def _of_kind(
    sort: ActivityKind, city: City, dates: Moments, rng: np.random.Generator
) -> pd.DataFrame:
    """One kind in one month: all its days are drawn, so a longer run draws the same."""
    gebieden = np.array(list(dict.fromkeys(city.buurten.gebied)), object)
    weekday = (dates.astype(np.int64) + 3) % 7
    weekday = np.where(np.isin(dates, _days_off(dates)), _DAY_OFF, weekday)
    if sort.every_weeks:
        day, gebied = _regular(sort, dates, weekday, len(gebieden))
    else:
        groups = len(gebieden) if sort.scope == EVERY_GEBIED else 1
        counts = rng.poisson(sort.per_month, groups)
        gebied = np.repeat(np.arange(groups), counts)
        day = rng.choice(np.flatnonzero(weekday < _WORKDAYS), len(gebied))
        if sort.scope != EVERY_GEBIED:
            gebied = rng.integers(0, len(gebieden), len(gebied))
    count = len(day)
    first, last = sort.hours
    minute = rng.integers(first * 4, last * 4 + 1, count) * 15
    subject = rng.integers(0, len(sort.subjects), count)
    partner = rng.integers(0, len(sort.partners), count)
    result = rng.integers(0, len(sort.results), count)
    people = rng.integers(sort.people[0], sort.people[1] + 1, count)
    luck, spot = rng.random(count), rng.random(count)
    names = np.full(count, "", object) if sort.scope == CITY else gebieden[gebied]
    place, area = _where(sort.where, city, names, subject, spot)
    weak = (names == WEAK_GEBIED) & (sort.kind == "spreekuur")
    rows = pd.DataFrame(
        {
            "day": dates[day],
            "minute": minute,
            "length": sort.minutes,
            "kind": sort.kind,
            "subject": np.array(sort.subjects, object)[subject],
            "partner": np.array(sort.partners, object)[partner],
            "people": people,
            "result": np.array(sort.results, object)[result],
            "place": place,
            "area": area,
            "theme": sort.theme,
            "ahead": sort.ahead,
            "off": luck < np.where(weak, SHARE_CANCELLED_THERE, SHARE_CANCELLED),
        }
    )
    return rows[rows["day"] >= np.datetime64(max(sort.first, date(1970, 1, 1)))]


def _regular(sort: ActivityKind, dates: Moments, weekday: Ints, gebieden: int) -> tuple[Ints, Ints]:
    """Every gebied on its own weekday and in its own weeks."""
    groups = np.arange(gebieden if sort.scope == EVERY_GEBIED else 1)
    week = (dates.astype(np.int64) + 3) // 7
    on = weekday[:, None] == (groups + len(sort.kind)) % _WORKDAYS
    on &= (week[:, None] + groups) % sort.every_weeks == 0
    day, gebied = np.nonzero(on)
    return day, gebied


def _days_off(dates: Moments) -> Moments:
    """Holidays on which the office is closed."""
    year = dates[0].astype(object).year
    sunday = easter(year)
    moving = (sunday + timedelta(days) for days in (1, 39, 50))
    fixed = (date(year, month, day) for month, day in ((1, 1), (4, 27), (12, 25), (12, 26)))
    return np.array([*moving, *fixed], "datetime64[D]")


def _where(
    where: str, city: City, gebied: Texts, subject: Ints, spot: Floats
) -> tuple[Texts, Texts]:
    """Name of the place and of the buurt or gebied."""
    if where == OFFICE:
        return np.full(len(gebied), OFFICE_NAME, object), gebied
    if where == HOUSE:
        houses = np.array([f"Buurthuis {name}" for name in gebied], object)
        return houses, gebied
    place, area = np.full(len(gebied), "", object), np.full(len(gebied), "", object)
    for name in dict.fromkeys(gebied):
        mine = np.flatnonzero(gebied == name)
        if where == BUURT:
            lived_in = city.buurten.inhabitants >= _LEAST_INHABITANTS
            options = city.buurten.name[lived_in & (city.buurten.gebied == name)]
            area[mine] = options[(spot[mine] * len(options)).astype(np.int64)]
        else:
            # The first subject is a school, the second a square where youth meets.
            for number_, soort in enumerate(("school", "plein")):
                these = mine[subject[mine] == number_]
                options, buurten = _places_in(city, soort, name)
                chosen = (spot[these] * len(options)).astype(np.int64)
                place[these], area[these] = options[chosen], buurten[chosen]
    return place, area


def _places_in(city: City, soort: str, gebied: str) -> tuple[Texts, Texts]:
    """Places of one sort in a gebied and the names of their buurten; all when it has none."""
    points = city.points_of(soort)
    inside = points[city.buurten.gebied[city.buurt[points]] == gebied]
    points = inside if len(inside) else points
    return city.names(points), city.buurten.name[city.buurt[points]]


def _evaluations(city: City, seed: int, year: int) -> pd.DataFrame:
    """Look back at every event some ten days after it, on a working day."""
    events = events_of(year)
    day = np.array([event.end for event in events], "datetime64[D]") + _EVALUATED_AFTER
    weekday = (day.astype(np.int64) + 3) % 7
    day = day + np.where(weekday >= _WORKDAYS, 7 - weekday, 0)
    keys = mixed(day_numbers(day) * 100 + np.arange(len(events)), seed)
    points = np.array([city.point_of("evenemententerrein", event.place) for event in events])
    return pd.DataFrame(
        {
            "day": day,
            "minute": 600 + 30 * pick(keys, 80, 10),
            "length": 60,
            "kind": "evaluatie",
            "subject": np.array([f"Evaluatie {event.name}" for event in events], object),
            "partner": np.array(("Organisator", "Politie"), object)[pick(keys, 81, 2)],
            "people": 2 + pick(keys, 82, 3),
            "result": np.array(_EVALUATION_RESULTS, object)[pick(keys, 83, 3)],
            "place": OFFICE_NAME,
            "area": city.buurten.name[city.buurt[points]],
            "theme": EVENTS,
            "ahead": True,
            "off": unit(keys, 84) < SHARE_CANCELLED,
        }
    )


__all__ = ["activities", "write_activities"]
