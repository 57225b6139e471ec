"""Signalen's CSV export: a folder or zip of tables that belong together.

``signals.csv`` points at its current location, category and status; the other tables hold their
whole history. Free text, reporters, notes and staff are never opened or never read. ``lat`` holds
the longitude and ``lng`` the latitude (SIA up to 2.50 at least): both go on as the file names
them, and :mod:`thor_metrics.geo` sees, mends and counts it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Final

import numpy as np
import pandas as pd

from thor_metrics.errors import FileRefused
from thor_metrics.sources import csvfile, signalen
from thor_metrics.sources.base import BATCH_ROWS, Batch, Member, Package, Reading, Request, Source
from thor_metrics.sources.csvfile import Head
from thor_metrics.sources.dates import parse_times

__all__ = ["SOURCE"]

_NAME: Final = "signalen_csv"

#: Header -> name, per file. What is not listed is not read.
_SIGNALS: Final = {
    "id": "source_id",
    "created_at": "reported_at",
    "updated_at": "updated_at",
    "incident_date_start": "occurred_from",
    "incident_date_end": "occurred_until",
    "source": "channel",
    "parent": "parent_id",
    "location_id": "location_id",
    "category_assignment_id": "category_id",
    "status_id": "status_id",
}
_POINTERS: Final = ("location_id", "category_id", "status_id")
_HISTORY: Final = {"id": "id", "_signal_id": "signal", "created_at": "at"}
_PLACE: Final = {"lat": "y", "lng": "x"}
_AREA: Final = {name: name for name in ("area_code", "area_name", "buurt_code", "stadsdeel")}
_KIND: Final = {"main": "main_category", "sub": "sub_category"}
_STATE: Final = {"state": "status", "state_display": "label"}

#: One file with everything that a report query can give (delta10/signalen-bi).
_OVERVIEW: Final = {
    "id": "source_id",
    "created_at": "reported_at",
    "updated_at": "updated_at",
    "source": "channel",
    "geometry": "geometry",
    "status": "status",
    "main_category": "main_category",
    "sub_category": "sub_category",
    "area_code": "area_given",
}

#: Tables of the export that are not enough, or not allowed, on their own.
_PARTS: Final = frozenset((
    "locations", "categories", "statuses", "reporters", "notes", "signals_assigned_user", "sla",
    "directing_departments", "routing_departments", "ml",
))  # fmt: skip
#: Tables with people and free text: they stay shut.
_SHUT: Final = {
    "reporters": "melders", "notes": "notities", "signals_assigned_user": "medewerkers",
    "ml": "vrije tekst",
}  # fmt: skip


def _recognises(package: Package) -> bool:
    signals = [member for member in package.members if csvfile.stem(member) == "signals"]
    if any(_is_signals(csvfile.head_of(member)) for member in signals):
        return True
    if len(package.members) != 1:
        return False
    (member,) = package.members
    head = csvfile.head_of(member)
    if head is None:
        return False
    return _is_signals(head) or _is_overview(head) or _is_part(member, head)


def _is_signals(head: Head | None) -> bool:
    return head is not None and head.has("id", "created_at") and (
        head.has("status_id") or head.has("location_id") or head.has("signal_uuid")
    )  # fmt: skip


def _is_overview(head: Head) -> bool:
    return head.has("id", "created_at", "main_category", "sub_category") and (
        head.has("geometry") or head.has("routing_department")
    )


def _is_part(member: Member, head: Head) -> bool:
    known = csvfile.stem(member) in _PARTS or csvfile.stem(member).startswith("kto-feedback")
    return known and (head.has("_signal_id") or head.has("assigned_to") or head.has("n_days"))


def _read(package: Package, request: Request) -> Reading:
    if len(package.members) == 1:
        (member,) = package.members
        head = csvfile.head_of(member)
        assert head is not None  # recognised by its header
        if _is_overview(head):
            return _read_overview(member, head, request)
        if _is_part(member, head):
            raise FileRefused(
                f"{package.name} is één tabel uit de CSV-export van Signalen. Kies de hele map of "
                "de zip (JJJJMMDD_UUMMSSUTC.zip), met daarin signals.csv, locations.csv, "
                "categories.csv en statuses.csv."
            )
    members, warnings = _newest_export(package)
    return _read_export(members, request, warnings)


def _read_overview(member: Member, head: Head, request: Request) -> Reading:
    columns = head.columns(_OVERVIEW)
    ignored, personal = csvfile.left_out(head.headers, columns)
    return _reading(request, columns, csvfile.batches(member, head, columns), ignored, personal)


def _reading(
    request: Request,
    columns: Mapping[str, str],
    batches: Iterator[Batch],
    ignored: list[str],
    personal: Mapping[str, str],
) -> Reading:
    mine = signalen.settings_of(request.settings, _NAME)
    return Reading(
        table="incidents",
        source=signalen.system_of(request.source, _NAME),
        columns=columns,
        batches=batches,
        ignored=tuple(ignored),
        personal=personal,
        # Signalen's own export runs in UTC; all its times say so, but a copy may have lost it.
        time_zone=mine.time_zone or "UTC",
        date_order=mine.date_order or "ymd",
    )


def _newest_export(package: Package) -> tuple[dict[str, Member], list[str]]:
    """Tables of the newest export in a package that may hold many days of them."""
    exports: dict[str, dict[str, Member]] = {}
    for member in package.members:
        folder = str(PurePosixPath(member.name.replace("\\", "/")).parent)
        tables = exports.setdefault(folder, {})
        name = csvfile.stem(member)
        # Time prefixes sort as times: within a day the last export wins.
        if name not in tables or member.name > tables[name].name:
            tables[name] = member
    whole = {
        folder: tables
        for folder, tables in exports.items()
        if "signals" in tables and _is_signals(csvfile.head_of(tables["signals"]))
    }
    newest = max(whole, default=None)
    if newest is None:  # one file under another name
        return {"signals": package.members[0]}, []
    # Signalen leaves the zip beside the files that are in it.
    days = {re.sub(r"(^|/)[^/]*\.zip$", "", folder) for folder in whole}
    warnings = []
    if len(days) > 1:
        warnings.append(
            f"{package.name} bevat {len(days)} exports van Signalen; alleen de nieuwste "
            f"({newest}) is gelezen, want elke export is volledig."
        )
    return whole[newest], warnings


def _read_export(members: dict[str, Member], request: Request, warnings: list[str]) -> Reading:
    heads = {
        name: head
        for name, member in members.items()
        if name in ("signals", "locations", "categories", "statuses")
        and (head := csvfile.head_of(member)) is not None
    }
    for name, lost in (
        ("locations", "plaats"), ("categories", "categorie"), ("statuses", "status"),
    ):  # fmt: skip
        if name not in heads:
            warnings.append(f"{name}.csv ontbreekt in de export: de meldingen hebben geen {lost}.")
    columns = heads["signals"].columns(_SIGNALS)
    ignored, personal = csvfile.left_out(heads["signals"].headers, columns)
    columns = {header: name for header, name in columns.items() if name not in _POINTERS}
    for name, wanted in (("locations", _PLACE), ("categories", _KIND), ("statuses", _STATE)):
        if name in heads:
            found = heads[name].columns(wanted)
            columns |= {
                f"{name}.{header}": column for header, column in found.items() if column != "label"
            }
    shut = {f"{name}.csv": kind for name, kind in _SHUT.items() if name in members}
    reading = _reading(request, columns, _joined(members, heads), ignored, dict(personal) | shut)
    return replace(reading, warnings=tuple(warnings))


def _joined(members: dict[str, Member], heads: dict[str, Head]) -> Iterator[Batch]:
    """Join the current location, category and status to every signal."""

    def read(name: str, wanted: dict[str, str]) -> pd.DataFrame:
        if name not in heads:
            return pd.DataFrame({"signal": pd.Series([], dtype="str")})
        columns = heads[name].columns(_HISTORY | wanted)
        return csvfile.read_all(members[name], heads[name], columns)[0]

    head = heads["signals"]
    signals, numbers, broken = csvfile.read_all(members["signals"], head, head.columns(_SIGNALS))
    places, states = read("locations", _PLACE | _AREA), read("statuses", _STATE)
    if set(_AREA) & set(places):
        places["area_given"] = _area(places)
    if "status" not in states and "label" in states:
        states["status"] = states["label"]
    _add(signals, "location_id", places, "x", "y", "area_given")
    _add(signals, "category_id", read("categories", _KIND), "main_category", "sub_category")
    _add(signals, "status_id", states, "status")
    for name in {"x", "y"} & set(signals):
        signals[name] = csvfile.plain_numbers(signals[name])
    if {"status", "signal", "at"} <= set(states):
        closed = _closing(states)
        at = closed.index.get_indexer(pd.Index(signals["source_id"]))
        signals["closed_at"] = _take(closed, at)
    if "channel" in signals:
        signals["channel"] = signals["channel"].str.replace(
            signalen.DETAIL_OF_CHANNEL, "", regex=True
        )
    if "parent_id" in signals:
        signals["is_child"] = signals["parent_id"].notna()
    signals = signals.drop(columns=list(_POINTERS), errors="ignore")
    for start in range(0, max(len(signals), 1), BATCH_ROWS):
        rows = signals.iloc[start : start + BATCH_ROWS]
        yield Batch(rows, numbers.loc[rows.index], broken if start == 0 else ())


def _add(signals: pd.DataFrame, pointer: str, history: pd.DataFrame, *names: str) -> None:
    """Add columns of the history row each signal points at."""
    current = _current(signals, pointer, history)
    for name in names:
        if name in history:
            signals[name] = _take(history[name], current)


def _take(values: pd.Series, rows: np.ndarray) -> pd.Series:
    """Values at positions; missing at -1."""
    return pd.Series(values.array.take(rows, allow_fill=True))


def _current(signals: pd.DataFrame, pointer: str, history: pd.DataFrame) -> np.ndarray:
    """Position in ``history`` of each signal's current row, -1 for none.

    The pointer in signals.csv names it; where the export has no pointer it is the newest row.
    """
    rows = np.full(len(signals), -1)
    if pointer in signals and "id" in history:
        ids = pd.Index(history["id"])
        if not ids.is_unique:
            history = history.drop_duplicates("id", keep="last")
        positions = pd.Index(history["id"]).get_indexer(pd.Index(signals[pointer]))
        known = (positions >= 0) & signals[pointer].notna().to_numpy()
        rows[known] = history.index.to_numpy()[positions[known]]
    if "signal" in history and (rows < 0).any():
        newest = _in_time(history).drop_duplicates("signal", keep="last")
        positions = pd.Index(newest["signal"]).get_indexer(pd.Index(signals["source_id"]))
        lost = (rows < 0) & (positions >= 0)
        rows[lost] = newest.index.to_numpy()[positions[lost]]
    return rows


def _in_time(history: pd.DataFrame) -> pd.DataFrame:
    """History in order of time, then of number: rows of one moment keep the order of writing."""
    keys = pd.DataFrame(index=history.index)
    if "at" in history:
        keys["at"] = parse_times(history["at"], zone="UTC", order="ymd").at
    keys["id"] = pd.to_numeric(history["id"], errors="coerce") if "id" in history else 0
    return history.loc[keys.sort_values([str(key) for key in keys], kind="stable").index]


def _area(places: pd.DataFrame) -> pd.Series:
    """Area as the location names it, most exact first."""
    area = pd.Series(pd.NA, index=places.index, dtype="str")
    for name in _AREA:
        if name in places:
            area = area.fillna(places[name])
    return area


def _closing(states: pd.DataFrame) -> pd.Series:
    """When each closed signal was closed: its first ``o`` since it was last open.

    Signalen writes a new row for every change of state. A reopened signal is closed again by a
    later ``o``; a second ``o`` (another text to the reporter) or a request to reopen does not
    move the moment. A signal that is open or cancelled now has none.

    Returns
    -------
    Series of str
        Text of ``created_at``, indexed by signal.
    """
    ordered = _in_time(states[states["signal"].notna()])
    shut = ordered["status"].isin(signalen.CLOSING)
    # From the end backwards: rows before the last open state count for nothing.
    still = shut[::-1].groupby(ordered["signal"][::-1]).cummin()[::-1]
    ends = ordered[still & (ordered["status"] == signalen.CLOSED)]
    return ends.drop_duplicates("signal").set_index("signal")["at"]


SOURCE: Final = Source(
    name=_NAME,
    title="Signalen (CSV-export)",
    table="incidents",
    recognises=_recognises,
    read=_read,
)
