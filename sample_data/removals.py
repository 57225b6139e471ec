"""What was taken away: the bicycles of veegacties, controles and loose observations."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from sample_data.city import City
from sample_data.draws import Keys, mixed, pick, rounded, unit
from sample_data.plans import REMOVED, SWEEP
from sample_data.textfile import (
    day_and_time,
    decimal_comma,
    number,
    texts,
    whole,
    words,
    write_table,
)

KINDS = ("fiets", "weesfiets", "fietswrak", "deelfiets", "bromfiets")
BIKE, ORPHAN, WRECK, SHARED, MOPED = range(5)
OCCASIONS = ("veegactie", "controle", "melding")
AT_SWEEP, AT_CONTROLE, AFTER_MELDING = range(3)

#: Part that is weesfiets, and weesfiets or wrak, per occasion with a controle.
_ORPHANS, _ORPHANS_AND_WRECKS = np.array([0.18, 0.15, 0.0]), np.array([0.38, 0.25, 0.0])
_LOOSE = (ORPHAN, ORPHAN, ORPHAN, ORPHAN, WRECK, WRECK, WRECK, WRECK, SHARED, MOPED)
SHARE_COLLECTED = np.array([0.34, 0.06, 0.0, 0.85, 0.10])
_SHARE_OF_LOOSE_LABELLED = 0.7


def removals(observations: pd.DataFrame, controls: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Split every observation of removed bicycles into kinds; the amounts add up to it."""
    taken = observations[observations["soort"] == REMOVED].reset_index(drop=True)
    sweeps = set(controls["number"][controls["type"] == SWEEP])
    occasion = np.where(
        taken["control"] == "",
        AFTER_MELDING,
        np.where(taken["control"].isin(sweeps), AT_SWEEP, AT_CONTROLE),
    )
    keys = _keys(taken["number"], seed)
    count = taken["count"].to_numpy()
    orphans = rounded(count * _ORPHANS[occasion], unit(keys, 70))
    old = rounded(count * _ORPHANS_AND_WRECKS[occasion], unit(keys, 70))
    loose = np.array(_LOOSE)[pick(keys, 71, len(_LOOSE))]
    amounts = np.zeros((len(taken), len(KINDS)), np.int64)
    amounts[:, BIKE], amounts[:, ORPHAN], amounts[:, WRECK] = count - old, orphans, old - orphans
    alone = occasion == AFTER_MELDING
    amounts[alone] = 0
    amounts[alone, loose[alone]] = count[alone]
    row, kind = np.nonzero(amounts)
    amount, own = amounts[row, kind], mixed(keys[row] + kind.astype(np.uint64), 72)
    collected = rounded(amount * SHARE_COLLECTED[kind], unit(own, 73))
    by_controle = (occasion[row] == AT_CONTROLE) | ((occasion[row] == AT_SWEEP) & (kind != BIKE))
    old_thing = alone[row] & np.isin(kind, (ORPHAN, WRECK))
    labelled = by_controle | (old_thing & (unit(own, 74) < _SHARE_OF_LOOSE_LABELLED))
    rows = taken.iloc[row][["day", "minute", "point", "buurt", "control"]].assign(
        kind=kind,
        amount=amount,
        occasion=occasion[row],
        labelled=labelled,
        collected=np.minimum(collected, amount),
    )
    year = rows["day"].dt.year
    following = (rows.groupby(year).cumcount() + 1).astype(str).str.zfill(5)
    return rows.assign(number="V" + year.astype(str) + "-" + following)


def write_removals(file: Path, rows: pd.DataFrame, city: City) -> int:
    """Write verwijderingen.csv."""
    point = rows["point"].to_numpy()
    moment = rows["day"].to_numpy().astype("datetime64[m]") + rows["minute"].to_numpy().astype(
        "timedelta64[m]"
    )
    labelled = rows["labelled"].to_numpy().astype(np.int64)
    return write_table(
        file,
        {
            "Nummer": texts(rows["number"].to_numpy(dtype=object), ";"),
            "Verwijderd op": day_and_time(moment),
            "Soort verwijdering": words(KINDS, rows["kind"].to_numpy(), ";"),
            "Aantal": whole(rows["amount"].to_numpy()),
            "Bij": words(OCCASIONS, rows["occasion"].to_numpy(), ";"),
            "Vooraf gelabeld": words(("nee", "ja"), labelled, ";"),
            "Opgehaald door eigenaar": number(rows["collected"].to_numpy().astype(np.float64)),
            "Controlenummer": texts(rows["control"].to_numpy(dtype=object), ";"),
            "Locatie": texts(city.names(point), ";"),
            "Buurtcode": words(list(city.buurten.code), rows["buurt"].to_numpy(), ";"),
            "X-coördinaat": decimal_comma(city.x[point], 1),
            "Y-coördinaat": decimal_comma(city.y[point], 1),
        },
    )


def _keys(numbers: pd.Series, seed: int) -> Keys:
    digits = numbers.str.replace(r"\D", "", regex=True).astype(np.int64).to_numpy()
    return mixed(digits, seed)


__all__ = ["removals", "write_removals"]
