"""The meldingen as Signalen exports them for a data warehouse, quirks included.

``locations.csv`` holds the longitude in ``lat`` and the latitude in ``lng``; missing JSON is the
word ``null``; categories, statuses and locations keep their history.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from sample_data.city import City
from sample_data.signalen_files import (
    write_categories,
    write_locations,
    write_reporters,
    write_signals,
    write_statuses,
)
from sample_data.signalen_history import Export, categories_of, locations_of, statuses_of


@dataclass(frozen=True)
class SignalenRows:
    """Rows per file, and how many hold something about an invented person."""

    signals: int = 0
    locations: int = 0
    categories: int = 0
    statuses: int = 0
    reporters_with_contact: int = 0
    texts_with_contact: int = 0


def write_signalen(
    folder: Path, rows: pd.DataFrame, city: City, last_moment: np.datetime64
) -> SignalenRows:
    """Write the five files of the export.

    Parameters
    ----------
    folder : Path
        Made when missing.
    rows : DataFrame
        Meldingen of the old system, at least one.
    city : City
    last_moment : datetime64
        Local moment of the export; later history is not in it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    export = Export.of(rows, city, last_moment)
    categories, locations, statuses = (
        categories_of(export),
        locations_of(export),
        statuses_of(export),
    )
    return SignalenRows(
        signals=len(rows),
        locations=write_locations(folder, export, locations),
        categories=write_categories(folder, export, categories),
        statuses=write_statuses(folder, export, statuses),
        reporters_with_contact=write_reporters(folder, export),
        texts_with_contact=write_signals(
            folder, export, categories=categories, locations=locations, statuses=statuses
        ),
    )


__all__ = ["SignalenRows", "write_signalen"]
