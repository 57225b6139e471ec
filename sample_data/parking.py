"""What the scan car counted in a day, beside the controles it drove."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from sample_data.city import City
from sample_data.draws import day_numbers, mixed, rounded, unit
from sample_data.plans import SCAN_CAR
from sample_data.textfile import day_month_year, texts, whole, words, write_table

#: From here on people look at nearly every image before a naheffing goes out.
REVIEW_FIRST_DAY = date(2026, 3, 1)
SHARE_REVIEWED_BEFORE, SHARE_REVIEWED_AFTER = 0.80, 0.97
SHARE_UPHELD_BEFORE, SHARE_UPHELD_AFTER = 0.93, 0.975

#: Vehicles without a right that got no naheffing, as part of those that did.
LET_GO_LEAST, LET_GO_MOST = 0.42, 0.58


def scan_days(controls: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Add up the scan car's controles per day and buurt and put the review in between.

    Vehicles and naheffingen are those of the controles, so both files give the same totals.
    """
    routes = controls[controls["type"] == SCAN_CAR]
    rows = routes.groupby(["day", "buurt"], as_index=False)[["checked", "sanctions"]].sum()
    rows = rows.rename(columns={"checked": "vehicles", "sanctions": "imposed"})
    keys = mixed(day_numbers(rows["day"].to_numpy()) * 100 + rows["buurt"].to_numpy(), seed)
    later = (rows["day"] >= pd.Timestamp(REVIEW_FIRST_DAY)).to_numpy()
    imposed = rows["imposed"].to_numpy()
    let_go = LET_GO_LEAST + (LET_GO_MOST - LET_GO_LEAST) * unit(keys, 60)
    without = imposed + rounded(imposed * let_go, unit(keys, 61))
    without = np.minimum(without, rows["vehicles"].to_numpy())
    share = np.where(later, SHARE_REVIEWED_AFTER, SHARE_REVIEWED_BEFORE)
    reviewed = np.clip(rounded(without * share, unit(keys, 62)), imposed, without)
    stays = np.where(later, SHARE_UPHELD_AFTER, SHARE_UPHELD_BEFORE)
    upheld = rounded(imposed * stays, unit(keys, 63))
    return rows.assign(without=without, reviewed=reviewed, upheld=np.minimum(upheld, imposed))


def write_scan_days(file: Path, rows: pd.DataFrame, city: City) -> int:
    """Write scanautodagen.csv."""
    return write_table(
        file,
        {
            "Scandatum": day_month_year(rows["day"].to_numpy()),
            "Buurt": words(list(city.buurten.name), rows["buurt"].to_numpy(), ";"),
            "Gecontroleerde voertuigen": whole(rows["vehicles"].to_numpy()),
            "Zonder geldig parkeerrecht": whole(rows["without"].to_numpy()),
            "Beoordeeld": whole(rows["reviewed"].to_numpy()),
            "Naheffingen opgelegd": whole(rows["imposed"].to_numpy()),
            "In stand gebleven": whole(rows["upheld"].to_numpy()),
            "Vergunninghouders meegeteld": texts(np.full(len(rows), "ja", object), ";"),
        },
    )


__all__ = ["REVIEW_FIRST_DAY", "scan_days", "write_scan_days"]
