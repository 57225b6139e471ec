"""People with a plan of approach, as monthly numbers: never a person, often a small number."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from sample_data.city import City
from sample_data.draws import months
from sample_data.textfile import day_month_year, number, words, write_table

STREAM = 18

#: Nature, partner, mean number a month in the busiest gebied and in every other one, contacts
#: per subject, hours per contact of the own team and of the partner.
_NATURES = (
    ("verward gedrag", "GGD", 15.0, 6.0, 2.6, 0.9, 0.7),
    ("dak- en thuisloos", "Maatschappelijke opvang", 21.0, 1.8, 3.4, 0.6, 0.8),
    ("verslaving", "Verslavingszorg", 17.0, 3.0, 2.9, 0.6, 0.7),
    ("jeugd", "Jeugdwerk", 12.0, 9.0, 2.2, 0.7, 0.9),
    ("bedelaar", "Politie", 13.0, 0.6, 3.0, 0.4, 0.2),
    ("overig", "Wijkteam", 4.0, 2.0, 1.6, 0.7, 0.6),
)
BUSIEST_GEBIED = "Centrum"

#: More people with confused behaviour every year; the rest stays as it is.
GROWING, GROWTH_PER_YEAR = "verward gedrag", 0.15
_FROM_YEAR = 2023


def caseload(city: City, seed: int, start: date, until: date) -> pd.DataFrame:
    """Count per whole month, gebied and nature; not scaled.

    A month that is not over has no numbers yet.
    """
    gebieden = list(dict.fromkeys(city.buurten.gebied))
    centre = np.array([name == BUSIEST_GEBIED for name in gebieden])
    mean = np.array([np.where(centre, row[2], row[3]) for row in _NATURES]).T
    per_subject, own, partner = (np.array([row[at] for row in _NATURES]) for at in (4, 5, 6))
    growing = np.array([row[0] == GROWING for row in _NATURES])
    parts = []
    for first, end, rng in months(seed, STREAM, start, until):
        years = first.year - _FROM_YEAR + (first.month - 1) / 12
        growth = np.where(growing, (1 + GROWTH_PER_YEAR) ** years, 1.0)
        subjects = rng.poisson(mean * growth)
        contacts = subjects + rng.poisson(subjects * (per_subject - 1))
        luck = rng.uniform(0.7, 1.3, (2, *mean.shape))
        if first < start or end - timedelta(1) > until:
            continue
        gebied, nature = np.indices(mean.shape)
        parts.append(
            pd.DataFrame(
                {
                    "month": np.datetime64(first, "D"),
                    "gebied": gebied.ravel(),
                    "nature": nature.ravel(),
                    "subjects": subjects.ravel().astype(np.float64),
                    "contacts": contacts.ravel().astype(np.float64),
                    "own": (contacts * own * luck[0]).round(1).ravel(),
                    "partner": (contacts * partner * luck[1]).round(1).ravel(),
                }
            )
        )
    names = ["month", "gebied", "nature", "subjects", "contacts", "own", "partner"]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=names)


def write_caseload(file: Path, rows: pd.DataFrame, city: City) -> int:
    """Write subjecten.csv."""
    gebieden = list(dict.fromkeys(city.buurten.gebied))
    nature = rows["nature"].to_numpy(np.int64)
    return write_table(
        file,
        {
            "Subjectmaand": day_month_year(rows["month"].to_numpy("datetime64[D]")),
            "Gebied": words(gebieden, rows["gebied"].to_numpy(np.int64), ";"),
            "Aard": words([row[0] for row in _NATURES], nature, ";"),
            "Partner": words([row[1] for row in _NATURES], nature, ";"),
            "Aantal subjecten": number(rows["subjects"].to_numpy(np.float64)),
            "Contactmomenten": number(rows["contacts"].to_numpy(np.float64)),
            "Uren THOR": number(rows["own"].to_numpy(np.float64), 1),
            "Uren partner": number(rows["partner"].to_numpy(np.float64), 1),
        },
    )


__all__ = ["GROWING", "GROWTH_PER_YEAR", "caseload", "write_caseload"]
