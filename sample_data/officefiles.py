"""The files an office keeps: controles, waarnemingen (Excel), sancties and objecten."""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from openpyxl import Workbook

from sample_data.city import City, Texts
from sample_data.draws import Flags, Floats, Ints
from sample_data.enforcement import ROUTE, recovered
from sample_data.places import PLACES
from sample_data.textfile import (
    Column,
    day_month_year,
    decimal_comma,
    number,
    only,
    texts,
    whole,
    words,
    write_csv,
)

OBSERVATION_COLUMNS = (
    "Waarnemingnummer", "Datum", "Tijd", "Soort", "Aantal", "Thema", "Locatie", "Buurtcode",
    "X", "Y", "Controlenummer",
)  # fmt: skip

_SEMICOLON = ";"
_TEAM_OF_THEME = {"Parkeren": "Parkeren", "Evenementen": "Evenementen"}


def write_controls(file: Path, rows: pd.DataFrame, city: City) -> int:
    """Write controles.csv; a controle past midnight ends at an earlier clock time."""
    point, buurt = rows["point"].to_numpy(), rows["buurt"].to_numpy()
    costs = recovered(rows)
    return write_csv(
        file,
        {
            "Controlenummer": _texts(rows["number"]),
            "Datum": day_month_year(rows["day"].to_numpy()),
            "Starttijd": _clock(rows["minute"].to_numpy()),
            "Eindtijd": _clock(rows["end_minute"].to_numpy()),
            "Thema": _texts(rows["theme"]),
            "Type controle": _texts(rows["type"]),
            "Locatie": texts(_places(city, point, buurt), _SEMICOLON),
            "Buurtcode": words(list(city.buurten.code), buurt, _SEMICOLON),
            "Aanleiding": _texts(rows["reason"]),
            "Aantal gecontroleerd": whole(rows["checked"].to_numpy()),
            "Aantal overtredingen": whole(rows["violations"].to_numpy()),
            "Waarschuwingen": whole(rows["warnings"].to_numpy()),
            "Sancties": whole(rows["sanctions"].to_numpy()),
            "Kosten verhaald (EUR)": _euro(np.nan_to_num(costs), ~np.isnan(costs)),
            "Inzet (uren)": decimal_comma(rows["hours"].to_numpy(), 1),
            "Team": _teams(city, rows),
            **_coordinates(city, point),
            "Partner": _texts(rows["partner"]),
        },
        separator=_SEMICOLON,
    )


def write_sanctions(file: Path, rows: pd.DataFrame, city: City) -> int:
    """Write sancties.csv: per controle and kind the number, what was found and what was paid."""
    amount = rows["amount"].to_numpy()
    return write_csv(
        file,
        {
            "Sanctienummer": _texts(rows["number"]),
            "Datum": day_month_year(rows["day"].to_numpy()),
            "Soort": _texts(rows["soort"]),
            "Aantal": whole(rows["count"].to_numpy()),
            "Bedrag (EUR)": _euro(amount, amount > 0),
            "Controlenummer": _texts(rows["control"]),
            "Thema": _texts(rows["theme"]),
            "Buurtcode": words(list(city.buurten.code), rows["buurt"].to_numpy(), _SEMICOLON),
            "Dader bekend": words(("nee", "ja"), rows["known"].to_numpy(np.int64), _SEMICOLON),
            "Geïnd (aantal)": number(rows["paid"].to_numpy()),
            "Geïnd (EUR)": number(rows["paid_euros"].to_numpy(), 2),
            "Geconstateerd (aantal)": whole(rows["found"].to_numpy()),
        },
        separator=_SEMICOLON,
    )


def write_objects(file: Path, city: City) -> int:
    """Write objecten.csv; positions are approximate or made up."""
    point = np.arange(len(PLACES)) + city.addresses
    capacity = np.array([place.capacity for place in PLACES])
    return write_csv(
        file,
        {
            "Objectnummer": pa.array([f"O-{number:04d}" for number in range(1, len(PLACES) + 1)]),
            "Soort": pa.array([place.soort for place in PLACES]),
            "Naam": pa.array([place.name for place in PLACES]),
            "Capaciteit": whole(capacity, capacity > 0),
            "Buurtcode": words(list(city.buurten.code), city.buurt[point], _SEMICOLON),
            **_coordinates(city, point),
        },
        separator=_SEMICOLON,
    )


def write_observations(file: Path, rows: pd.DataFrame, city: City, until: date) -> int:
    """Write waarnemingen.xlsx with two title rows, a header and a row of totals, as people do."""
    book = Workbook(write_only=True)
    # Not the clock of the run, so that the same arguments give the same words in the file.
    book.properties.created = book.properties.modified = datetime.combine(until, time())
    sheet = book.create_sheet("Waarnemingen")
    sheet.append(["Waarnemingen Toezicht en Handhaving Openbare Ruimte (voorbeeldgegevens)"])
    sheet.append([f"Stand van {until:%d-%m-%Y}"])
    sheet.append([])
    sheet.append(OBSERVATION_COLUMNS)
    point, buurt, minute = (rows[name].to_numpy() for name in ("point", "buurt", "minute"))
    columns = (
        rows["number"].tolist(),
        [moment.to_pydatetime().date() for moment in rows["day"]],
        [time(hour, rest) for hour, rest in zip(minute // 60, minute % 60, strict=True)],
        rows["soort"].tolist(),
        rows["count"].tolist(),
        rows["theme"].tolist(),
        _places(city, point, buurt).tolist(),
        city.buurten.code[buurt].tolist(),
        city.x[point].round(1).tolist(),
        city.y[point].round(1).tolist(),
        rows["control"].tolist(),
    )
    for line in zip(*columns, strict=True):
        sheet.append(line)
    sheet.append(["Totaal", None, None, None, int(rows["count"].sum())])
    book.save(file)
    return len(rows)


def _texts(values: pd.Series) -> pa.Array:
    return texts(values.to_numpy(dtype=object), _SEMICOLON)


def _clock(minute: Ints) -> pa.Array:
    choices = [f"{value // 60:02d}:{value % 60:02d}" for value in range(1440)]
    return words(choices, minute % 1440, _SEMICOLON)


def _euro(amount: Floats, shown: Flags) -> pa.Array:
    return only(decimal_comma(amount, 2), shown)


def _places(city: City, point: Ints, buurt: Ints) -> Texts:
    routes = np.array([f"Route {name}" for name in city.buurten.name], dtype=object)
    names: Texts = np.where(point == ROUTE, routes[buurt], city.names(np.maximum(point, 0)))
    return names


def _teams(city: City, rows: pd.DataFrame) -> Column:
    team = rows["theme"].map(_TEAM_OF_THEME)
    gebied = pd.Series(city.buurten.gebied[rows["buurt"].to_numpy()], index=rows.index)
    return texts(team.fillna(gebied).to_numpy(dtype=object), _SEMICOLON)


def _coordinates(city: City, point: Ints) -> dict[str, Column]:
    known = point != ROUTE
    return {
        "X-coördinaat": only(decimal_comma(city.x[np.maximum(point, 0)], 1), known),
        "Y-coördinaat": only(decimal_comma(city.y[np.maximum(point, 0)], 1), known),
    }


__all__ = [
    "OBSERVATION_COLUMNS",
    "write_controls",
    "write_objects",
    "write_observations",
    "write_sanctions",
]
