"""How full the bicycle places were when somebody counted."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from sample_data.city import City
from sample_data.days import SATURDAY, days_between
from sample_data.draws import Floats, Ints, Moments, months
from sample_data.places import PLACES, Place
from sample_data.planted import ACTIONS
from sample_data.textfile import day_and_time, decimal_comma, number, texts, words, write_table

STREAM = 15

#: Room left and bicycles beside the racks all the same; and full, whatever the day.
WITH_ROOM, FULL = "Markt", "Stationsplein"

#: Mean share of the places taken; places not named lie in between by their order.
_FILL = {WITH_ROOM: 0.58, FULL: 0.985, "Universiteitssingel": 0.78, "Boschstraat": 0.88,
         "Vrijthof": 0.70}  # fmt: skip
_BESIDE = {WITH_ROOM: 21.0, FULL: 60.0}
_STUDENT_PLACES = ("Universiteitssingel", "Station Randwyck", "Tongersestraat")
_OUT_OF_TERM = 0.5

_SPREAD, _SPILLS_FROM = 0.035, 0.80
_TUESDAY = 1
_HOUR_OF = {_TUESDAY: 11, SATURDAY: 14}
_MINUTES_BETWEEN_PLACES = 4


def occupancy(city: City, seed: int, start: date, until: date) -> pd.DataFrame:
    """Count every place twice a month on a Tuesday and twice on a Saturday; not scaled."""
    places = [place for place in PLACES if place.soort == "fietsparkeerplek"]
    capacity = np.array([place.capacity for place in places])
    order = np.arange(len(places))
    fill = np.array([_FILL.get(p.name, 0.40 + 0.03 * (i % 13)) for i, p in enumerate(places)])
    student = np.isin([place.name for place in places], _STUDENT_PLACES)
    parts = []
    for first, end, rng in months(seed, STREAM, start, until):
        days = days_between(first, end, seed=seed)
        week = np.arange(len(days.dates)) // 7
        counted = ((days.weekday == _TUESDAY) & np.isin(week, (0, 2))) | (
            (days.weekday == SATURDAY) & np.isin(week, (1, 3))
        )
        at = np.flatnonzero(counted)
        noise, luck = rng.normal(size=(2, len(at), len(places)))
        quiet = student & ~days.flags["term"][at][:, None]
        share = fill * np.where(quiet, _OUT_OF_TERM, 1.0) + _SPREAD * noise
        occupied = np.clip(np.rint(share * capacity), 0, capacity)
        beside = _beside(places, capacity, share, days.dates[at])
        # Poisson is near enough to normal here, and never below none.
        beside = np.maximum(np.rint(beside + np.sqrt(beside) * luck), 0)
        hour = np.array([_HOUR_OF[int(day)] for day in days.weekday[at]])
        minute = hour[:, None] * 60 + order * _MINUTES_BETWEEN_PLACES
        moment = days.dates[at].astype("datetime64[m]")[:, None] + minute.astype("timedelta64[m]")
        parts.append(
            pd.DataFrame(
                {
                    "moment": moment.ravel(),
                    "point": np.tile(city.addresses + _positions(), len(at)),
                    "capacity": np.tile(capacity, len(at)).astype(np.float64),
                    "occupied": occupied.ravel(),
                    "beside": beside.ravel(),
                }
            )
        )
    rows = pd.concat(parts, ignore_index=True)
    day = rows["moment"].to_numpy().astype("datetime64[D]")
    return rows[(day >= np.datetime64(start)) & (day <= np.datetime64(until))]


def write_occupancy(file: Path, rows: pd.DataFrame, city: City) -> int:
    """Write stallingen.csv."""
    point = rows["point"].to_numpy()
    return write_table(
        file,
        {
            "Geteld op": day_and_time(rows["moment"].to_numpy()),
            "Stalling": texts(city.names(point), ";"),
            "Capaciteit": number(rows["capacity"].to_numpy()),
            "Bezet": number(rows["occupied"].to_numpy()),
            "Buiten de vakken": number(rows["beside"].to_numpy()),
            "Buurtcode": words(list(city.buurten.code), city.buurt[point], ";"),
            "X-coördinaat": decimal_comma(city.x[point], 1),
            "Y-coördinaat": decimal_comma(city.y[point], 1),
        },
    )


def _positions() -> Ints:
    return np.array([i for i, place in enumerate(PLACES) if place.soort == "fietsparkeerplek"])


def _beside(places: list[Place], capacity: Ints, share: Floats, dates: Moments) -> Floats:
    """Mean number beside the racks: a little everywhere, more where it gets full."""
    base = np.array([_BESIDE.get(place.name, 0.015 * place.capacity) for place in places])
    mean = base + 0.25 * capacity * np.maximum(share - _SPILLS_FROM, 0) * (
        base < min(_BESIDE.values())
    )
    for action in ACTIONS:
        if action.soort == "fietsparkeerplek":
            during = (dates >= np.datetime64(action.first)) & (dates < np.datetime64(action.end))
            there = np.array([place.name == action.place for place in places])
            mean = np.where(during[:, None] & there, mean * action.true_ratio, mean)
    return mean


__all__ = ["FULL", "WITH_ROOM", "occupancy", "write_occupancy"]
