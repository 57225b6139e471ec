"""The meldingen of the new system: a Dutch CSV as a functional manager would export it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from sample_data.city import City
from sample_data.draws import Flags, Ints, unit
from sample_data.kinds import KINDS
from sample_data.replies import REPLIES, first_replies
from sample_data.textfile import (
    day_and_time,
    day_month_year,
    decimal_comma,
    hour_minute,
    only,
    whole,
    words,
    write_csv,
)

SOURCES = ("App", "Website", "Telefoon", "E-mail", "Medewerker")
STATES = ("Nieuw", "In behandeling", "Afgehandeld", "Ingetrokken")
SHARE_DATE_ONLY, SHARE_WITHOUT_LOCATION, SHARE_REPEATED = 0.008, 0.015, 0.004

_SEMICOLON = ";"


@dataclass(frozen=True)
class NewSystemRows:
    """What the file holds; all but ``rows`` and ``exact_repeats`` without the repeats."""

    rows: int = 0
    unique: int = 0
    date_only: int = 0
    without_coordinates: int = 0
    without_coordinates_with_buurt: int = 0
    exact_repeats: int = 0


def write_new_system(
    file: Path, rows: pd.DataFrame, city: City, last_moment: np.datetime64
) -> NewSystemRows:
    """Write the file and count its flaws.

    Parameters
    ----------
    rows : DataFrame
        Meldingen of the new system in order of ``moment``.
    last_moment : datetime64
        Local moment of the export; what closes later is still open in it.
    """
    key = rows["key"].to_numpy()
    repeated = unit(key, 42) < SHARE_REPEATED
    number = np.arange(len(rows)) + 100_001
    lines = np.repeat(np.arange(len(rows)), 1 + repeated)
    date_only = unit(key, 40) < SHARE_DATE_ONLY
    nowhere = unit(key, 41) < SHARE_WITHOUT_LOCATION
    # Half of the meldingen without coordinates still name the buurt.
    no_buurt = unit(key, 41) < SHARE_WITHOUT_LOCATION / 2
    _write(
        file,
        rows.iloc[lines],
        number[lines],
        city,
        last_moment=last_moment,
        date_only=date_only[lines],
        nowhere=nowhere[lines],
        no_buurt=no_buurt[lines],
    )
    return NewSystemRows(
        rows=len(lines),
        unique=len(rows),
        date_only=int(date_only.sum()),
        without_coordinates=int(nowhere.sum()),
        without_coordinates_with_buurt=int((nowhere & ~no_buurt).sum()),
        exact_repeats=int(repeated.sum()),
    )


def _write(
    file: Path,
    rows: pd.DataFrame,
    number: Ints,
    city: City,
    *,
    last_moment: np.datetime64,
    date_only: Flags,
    nowhere: Flags,
    no_buurt: Flags,
) -> None:
    moment, closed = rows["moment"].to_numpy(), rows["closed"].to_numpy()
    kind, point = rows["kind"].to_numpy(), rows["point"].to_numpy()
    is_closed = closed <= last_moment
    state = np.where(is_closed, np.where(rows["cancelled"], 3, 2), 0)
    days_open = (last_moment - moment).astype("timedelta64[D]").astype(np.int64)
    state = np.where(~is_closed & (days_open >= 1), 1, state)
    addressed = rows["at_address"].to_numpy() & ~nowhere
    answered, reply = first_replies(rows, last_moment)
    years = moment.astype("datetime64[Y]").astype(np.int64) + 1970
    write_csv(
        file,
        {
            "Zaaknummer": pc.binary_join_element_wise(
                pc.binary_join_element_wise("Z", whole(years), ""), whole(number), "-"
            ),
            "Meldingsdatum": day_month_year(moment),
            "Tijdstip melding": only(hour_minute(moment), ~date_only),
            "Datum afgehandeld": only(day_month_year(closed), is_closed),
            "Hoofdcategorie": words([item.new[0] for item in KINDS], kind, _SEMICOLON),
            "Subcategorie": words([item.new[1] for item in KINDS], kind, _SEMICOLON),
            "Status": words(STATES, state, _SEMICOLON),
            "Bron": words(SOURCES, rows["channel"].to_numpy(), _SEMICOLON),
            "Straatnaam": only(words(list(city.street), point, _SEMICOLON), addressed),
            "Huisnummer": only(words(list(city.number), point, _SEMICOLON), addressed),
            "Postcode": only(words(list(city.postcode), point, _SEMICOLON), addressed),
            "Buurt": only(
                words(list(city.buurten.name), rows["buurt"].to_numpy(), _SEMICOLON), ~no_buurt
            ),
            "X-coördinaat": only(decimal_comma(rows["x"].to_numpy(), 1), ~nowhere),
            "Y-coördinaat": only(decimal_comma(rows["y"].to_numpy(), 1), ~nowhere),
            "Eerste reactie op": day_and_time(answered),
            "Soort reactie": words(REPLIES, reply, _SEMICOLON),
        },
        separator=_SEMICOLON,
    )


__all__ = ["NewSystemRows", "write_new_system"]
