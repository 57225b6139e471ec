"""What comes before and after a sanction: found, offender known, paid."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sample_data.draws import mixed, rounded, unit
from sample_data.plans import (
    ADMIN_FINE,
    BIKES,
    CLEANING_COSTS,
    PENAL_ORDER,
    TAX,
    TRAFFIC_FINE,
    WARNING,
    WASTE,
)

#: Part that gets paid, per kind of sanction; a warning costs nothing.
SHARE_PAID = {
    CLEANING_COSTS: 0.66, TAX: 0.91, TRAFFIC_FINE: 0.87, ADMIN_FINE: 0.58, PENAL_ORDER: 0.72,
}  # fmt: skip

#: Part of the warnings that reached somebody, per theme; whoever got a sanction is known.
_WARNED_KNOWN = {WASTE: 0.55, BIKES: 0.12}
_WARNED_KNOWN_ELSEWHERE = 0.9


def add_chain(sanctions: pd.DataFrame, controls: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Add ``found``, ``known``, ``paid`` and ``paid_euros`` from each row's own number.

    Of a controle with sanctions and warnings, what ended in neither goes to one of both, so that
    what was found adds up to the violations of the controle.
    """
    digits = sanctions["number"].str.replace(r"\D", "", regex=True).astype(np.int64).to_numpy()
    keys = mixed(digits, seed)
    count = sanctions["count"].to_numpy()
    by_number = controls.set_index("number")
    left = by_number["violations"] - by_number["warnings"] - by_number["sanctions"]
    both = (by_number["warnings"] > 0) & (by_number["sanctions"] > 0)
    control = sanctions["control"]
    warning = (sanctions["soort"] == WARNING).to_numpy()
    rest = control.map(left).fillna(0).to_numpy(np.int64)
    shared = control.map(both).fillna(value=False).to_numpy(dtype=bool)
    found = count + np.where(shared & ~warning, 0, rest)
    share = sanctions["soort"].map(SHARE_PAID).to_numpy(np.float64)
    paid = rounded(count * np.nan_to_num(share), unit(keys, 90))
    paid = np.where(warning, np.nan, np.minimum(paid, count))
    known = sanctions["theme"].map(_WARNED_KNOWN).fillna(_WARNED_KNOWN_ELSEWHERE)
    return sanctions.assign(
        found=found,
        known=~warning | (unit(keys, 91) < known.to_numpy()),
        paid=paid,
        paid_euros=np.round(paid * sanctions["amount"].to_numpy(np.float64) / count, 2),
    )


__all__ = ["SHARE_PAID", "add_chain"]
