"""What Signalen remembers of a melding: every category, place and status it has had."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sample_data.city import City
from sample_data.draws import Ints, Keys, Moments, unit
from sample_data.kinds import KIND_NUMBER
from sample_data.textfile import utc

SHARE_RECLASSIFIED, SHARE_RELOCATED, SHARE_REOPENED = 0.09, 0.02, 0.015

#: Values of a status.
REPORTED, TAKEN_UP, CLOSED, CANCELLED, REOPENED = range(5)

#: Values of a location.
PLACE_ITSELF, FIRST_GUESS = range(2)

_FROM_REOPENED_TO_CLOSED = np.timedelta64(25, "h")


@dataclass(frozen=True)
class Export:
    """What is exported, in the order of the ids: row 0 is signal 1.

    Attributes
    ----------
    rows : DataFrame
        Meldingen in order of ``created``.
    created : array of datetime64
        UTC.
    key : array of uint64
        For :mod:`sample_data.draws`.
    moment : datetime64
        UTC moment of the export; later history is not in it.
    city : City
    """

    rows: pd.DataFrame
    created: Moments
    key: Keys
    moment: np.datetime64
    city: City

    @classmethod
    def of(cls, rows: pd.DataFrame, city: City, last_moment: np.datetime64) -> Export:
        """Put meldingen in order of UTC, which is not the local order when clocks go back."""
        created = utc(rows["moment"].to_numpy())
        order = np.argsort(created, kind="stable")
        rows = rows.iloc[order].reset_index(drop=True)
        moment = utc(np.array([last_moment]))[0]
        return cls(rows, created[order], rows["key"].to_numpy(), moment, city)


@dataclass(frozen=True)
class History:
    """Rows of one kind of history, in the order of their ids (1, 2, ...).

    Attributes
    ----------
    signal : array of int
        Position of the melding in the export.
    moment : array of datetime64
        UTC.
    value : array of int
        What it became.
    current : array of int
        Per melding the id of its last row.
    last_moment : array of datetime64
        Per melding the moment of that row.
    """

    signal: Ints
    moment: Moments
    value: Ints
    current: Ints
    last_moment: Moments


def categories_of(export: Export) -> History:
    """Part of the meldingen starts as 'Overig' and gets its category within the hour."""
    kind = export.rows["kind"].to_numpy()
    later = export.created + (5 + 55 * unit(export.key, 11)).astype("timedelta64[m]")
    moved = (unit(export.key, 10) < SHARE_RECLASSIFIED) & (later <= export.moment)
    first = np.where(moved, KIND_NUMBER["overig"], kind)
    everyone = np.arange(len(kind))
    return _in_order(
        export,
        (everyone, export.created, first),
        (everyone[moved], later[moved], kind[moved]),
    )


def locations_of(export: Export) -> History:
    """Part of the meldingen starts some hundred metres off and is moved within hours."""
    later = export.created + (10 + 200 * unit(export.key, 13)).astype("timedelta64[m]")
    moved = (unit(export.key, 12) < SHARE_RELOCATED) & (later <= export.moment)
    everyone = np.arange(len(later))
    return _in_order(
        export,
        (everyone, export.created, np.where(moved, FIRST_GUESS, PLACE_ITSELF)),
        (everyone[moved], later[moved], np.full(int(moved.sum()), PLACE_ITSELF)),
    )


def statuses_of(export: Export) -> History:
    """Gemeld, in behandeling, then closed or cancelled; a few are reopened and closed again."""
    key, created = export.key, export.created
    ends = export.rows["closed"].notna().to_numpy()
    closed = utc(export.rows["closed"].to_numpy())
    cancelled = export.rows["cancelled"].to_numpy()
    started = created + ((closed - created) * (0.4 * unit(key, 14))).astype("timedelta64[us]")
    taken = ends & (unit(key, 15) < 0.75)
    again = ends & ~cancelled & (unit(key, 16) < SHARE_REOPENED)
    reopened = closed + (24 + 72 * unit(key, 17)).astype("timedelta64[h]")
    end = np.where(cancelled, CANCELLED, CLOSED)
    everyone = np.arange(len(key))
    return _in_order(
        export,
        (everyone, created, np.full(len(key), REPORTED)),
        (everyone[taken], started[taken], np.full(int(taken.sum()), TAKEN_UP)),
        (everyone[ends], closed[ends], end[ends]),
        (everyone[again], reopened[again], np.full(int(again.sum()), REOPENED)),
        (everyone[again], (reopened + _FROM_REOPENED_TO_CLOSED)[again], end[again]),
    )


def _in_order(export: Export, *steps: tuple[Ints, Moments, Ints]) -> History:
    """Order (signal, moment, value) by time, number them, and find the last of every melding."""
    signal, moment, value = (np.concatenate(column) for column in zip(*steps, strict=True))
    order = np.argsort(moment, kind="stable")
    order = order[moment[order] <= export.moment]
    signal, moment, value = signal[order], moment[order], value[order]
    current = np.zeros(len(export.rows), dtype=np.int64)
    current[signal] = np.arange(1, len(signal) + 1)
    return History(signal, moment, value, current, moment[current - 1])
