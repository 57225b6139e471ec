"""The list of events: where, from when to when, how far they reach; also those to come."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from sample_data.activity_kinds import WEEKS_AHEAD
from sample_data.city import City
from sample_data.days import events_of
from sample_data.draws import day_numbers, mixed, unit
from sample_data.places import PLACES
from sample_data.textfile import (
    day_and_time,
    decimal_comma,
    number,
    texts,
    words,
    write_table,
)

#: First and last hour of a day; past 24 is the next morning.
_HOURS = {
    "Carnaval": (11, 26), "Carnaval Markt": (11, 26), "Kunstbeurs": (11, 19),
    "Voorjaarskermis": (13, 23), "Koningsdag": (9, 21), "Parkfestival": (13, 23),
    "Zomerconcerten": (19, 24), "Culinair festival": (16, 24), "Najaarskermis": (13, 23),
    "Elfde van de elfde": (10, 22), "Wintermarkt": (11, 22),
}  # fmt: skip
_RADIUS = {"Vrijthof": 300, "Markt": 250, "Griend": 350, "Geusseltpark": 600, "MECC": 500}
WITHOUT_PERMIT = ("Carnaval Markt",)


def event_list(city: City, seed: int, start: date, until: date) -> pd.DataFrame:
    """List events that touch the run, and those that begin within eight weeks after it."""
    last = until + timedelta(7 * WEEKS_AHEAD)
    found = [
        event
        for year in range(start.year - 1, last.year + 1)
        for event in events_of(year)
        if event.end > start and event.first <= last
    ]
    found.sort(key=lambda event: event.first)
    capacity = {p.name: p.capacity for p in PLACES if p.soort == "evenemententerrein"}
    first = np.array([event.first for event in found], "datetime64[D]")
    end = np.array([event.end for event in found], "datetime64[D]")
    opens = np.array([_HOURS[event.name][0] for event in found], np.int64)
    closes = np.array([_HOURS[event.name][1] for event in found], np.int64)
    seats = np.array([capacity[event.place] for event in found], np.float64)
    terrain = np.array([list(capacity).index(event.place) for event in found], np.int64)
    keys = mixed(day_numbers(first) * 100 + terrain, seed)
    days = (end - first).astype(np.float64)
    return pd.DataFrame(
        {
            "name": np.array([event.name for event in found], object),
            "start": first.astype("datetime64[m]") + (opens * 60).astype("timedelta64[m]"),
            "end": (end - 1).astype("datetime64[m]") + (closes * 60).astype("timedelta64[m]"),
            "radius": [float(_RADIUS[event.place]) for event in found],
            "visitors": np.rint(seats * (0.5 + 0.6 * unit(keys, 85)) * days / 100) * 100,
            "permit": [event.name not in WITHOUT_PERMIT for event in found],
            "point": [city.point_of("evenemententerrein", event.place) for event in found],
        }
    )


def write_events(file: Path, rows: pd.DataFrame, city: City) -> int:
    """Write evenementen.csv."""
    point = rows["point"].to_numpy(np.int64)
    return write_table(
        file,
        {
            "Start evenement": day_and_time(rows["start"].to_numpy()),
            "Einde evenement": day_and_time(rows["end"].to_numpy()),
            "Naam evenement": texts(rows["name"].to_numpy(dtype=object), ";"),
            "Straal (m)": number(rows["radius"].to_numpy(np.float64)),
            "Verwachte bezoekers": number(rows["visitors"].to_numpy(np.float64)),
            "Vergunning": words(("nee", "ja"), rows["permit"].to_numpy(np.int64), ";"),
            "Buurtcode": words(list(city.buurten.code), city.buurt[point], ";"),
            "X-coördinaat": decimal_comma(city.x[point], 1),
            "Y-coördinaat": decimal_comma(city.y[point], 1),
        },
    )


__all__ = ["event_list", "write_events"]
