"""School holidays as the ministry sets them, per region.

Source: Ministerie van OCW, Regeling vaststelling schoolvakanties 2022-2025 (Stcrt. 2021, 25317)
and 2025-2030, as published per school year on rijksoverheid.nl/onderwerpen/schoolvakanties and
opendata.rijksoverheid.nl. Kerst-, zomer- and the one week of meivakantie are obligatory;
herfst- and voorjaarsvakantie are advice. Schools in Limburg move the voorjaarsvakantie to the
week of Carnaval where the advice misses it (2025 and 2027), and most add a second week to the
meivakantie: give :func:`calendar_days` the municipality's own dates where they are known.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

import pandas as pd

__all__ = ["REGIONS", "known_school_days", "school_holidays"]

REGIONS: Final[tuple[str, ...]] = ("noord", "midden", "zuid")

#: Days from the Saturday a holiday starts up to and including the Sunday it ends.
_DAYS: Final = {
    "herfstvakantie": 9,
    "kerstvakantie": 16,
    "voorjaarsvakantie": 9,
    "meivakantie": 9,
    "zomervakantie": 44,
}

#: First Saturday of each holiday per school year: noord, midden, zuid.
_FIRST_DAYS: Final[dict[str, tuple[tuple[str, str, str], ...]]] = {
    "herfstvakantie": (
        ("2024-10-26", "2024-10-26", "2024-10-19"),
        ("2025-10-18", "2025-10-18", "2025-10-11"),
        ("2026-10-10", "2026-10-17", "2026-10-17"),
        ("2027-10-16", "2027-10-16", "2027-10-23"),
        ("2028-10-14", "2028-10-21", "2028-10-21"),
        ("2029-10-20", "2029-10-20", "2029-10-13"),
    ),
    "kerstvakantie": (
        ("2024-12-21", "2024-12-21", "2024-12-21"),
        ("2025-12-20", "2025-12-20", "2025-12-20"),
        ("2026-12-19", "2026-12-19", "2026-12-19"),
        ("2027-12-25", "2027-12-25", "2027-12-25"),
        ("2028-12-23", "2028-12-23", "2028-12-23"),
        ("2029-12-22", "2029-12-22", "2029-12-22"),
    ),
    "voorjaarsvakantie": (
        ("2025-02-15", "2025-02-22", "2025-02-22"),
        ("2026-02-21", "2026-02-14", "2026-02-14"),
        ("2027-02-20", "2027-02-20", "2027-02-13"),
        ("2028-02-19", "2028-02-26", "2028-02-26"),
        ("2029-02-17", "2029-02-17", "2029-02-10"),
        ("2030-02-16", "2030-02-23", "2030-02-23"),
    ),
    "meivakantie": (
        ("2025-04-26", "2025-04-26", "2025-04-26"),
        ("2026-04-25", "2026-04-25", "2026-04-25"),
        ("2027-04-24", "2027-04-24", "2027-04-24"),
        ("2028-04-29", "2028-04-29", "2028-04-29"),
        ("2029-04-28", "2029-04-28", "2029-04-28"),
        ("2030-04-27", "2030-04-27", "2030-04-27"),
    ),
    "zomervakantie": (
        ("2025-07-12", "2025-07-19", "2025-07-05"),
        ("2026-07-04", "2026-07-18", "2026-07-11"),
        ("2027-07-10", "2027-07-17", "2027-07-24"),
        ("2028-07-15", "2028-07-08", "2028-07-22"),
        ("2029-07-21", "2029-07-07", "2029-07-14"),
        ("2030-07-20", "2030-07-13", "2030-07-06"),
    ),
}

#: The last summer holiday before the table ended on 1 September 2024.
_KNOWN_FROM: Final = dt.date(2024, 9, 2)


def school_holidays(region: str = "zuid") -> pd.DataFrame:
    """List the school holidays of a region.

    Parameters
    ----------
    region : {"zuid", "noord", "midden"}

    Returns
    -------
    DataFrame
        One row a holiday, in order of time: ``name``, ``start`` and ``end`` (dates, half-open).
        The school years 2024-2025 up to 2029-2030.

    Raises
    ------
    ValueError
        For another region.

    Examples
    --------
    >>> school_holidays("zuid").iloc[4].tolist()
    ['zomervakantie', datetime.date(2025, 7, 5), datetime.date(2025, 8, 18)]
    """
    column = _column(region)
    starts = sorted(
        (dt.date.fromisoformat(year[column]), name)
        for name, years in _FIRST_DAYS.items()
        for year in years
    )
    ends = [first + dt.timedelta(days=_DAYS[name]) for first, name in starts]
    return pd.DataFrame(
        {"name": [name for _, name in starts], "start": [first for first, _ in starts], "end": ends}
    )


def known_school_days(region: str = "zuid") -> tuple[dt.date, dt.date]:
    """Tell from when until when the school holidays of a region are known.

    Parameters
    ----------
    region : {"zuid", "noord", "midden"}

    Returns
    -------
    first, end : date
        Half-open. Outside it nothing is known, which is not the same as no holiday.

    Raises
    ------
    ValueError
        For another region.

    Examples
    --------
    >>> known_school_days("zuid")
    (datetime.date(2024, 9, 2), datetime.date(2030, 8, 19))
    """
    return _KNOWN_FROM, school_holidays(region)["end"].iloc[-1]


def _column(region: str) -> int:
    if region not in REGIONS:
        raise ValueError(f"region='{region}' is not one of {', '.join(map(repr, REGIONS))}")
    return REGIONS.index(region)
