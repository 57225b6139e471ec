"""Small canonical tables for tests: a few rows one can check by hand, or many seeded ones.

``table("incidents", [{"day": "2026-03-06", "hour": 23, "theme": "fiets", "buurt": "B1"}])`` gives
every stored column of the schema; what is left out gets a dull default, and the calendar, cell
and key columns follow from what is given.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute
import pyarrow.parquet

from thor_metrics.schema import TABLES

ZONE = "Europe/Amsterdam"

#: Four buurten in two gebieden, 1 km2 each; few people live in "Bosscherveld".
AREAS = (
    {"source_id": "B1", "name": "Binnenstad", "wijk": "Centrum", "gebied": "Centrum",
     "x": 176_500.0, "y": 317_500.0, "land_ha": 100.0, "inhabitants": 4_000},
    {"source_id": "B2", "name": "Wyck", "wijk": "Centrum", "gebied": "Centrum",
     "x": 177_500.0, "y": 317_500.0, "land_ha": 50.0, "inhabitants": 2_000},
    {"source_id": "B3", "name": "Caberg", "wijk": "West", "gebied": "West",
     "x": 174_500.0, "y": 318_500.0, "land_ha": 100.0, "inhabitants": 1_000},
    {"source_id": "B4", "name": "Bosscherveld", "wijk": "West", "gebied": "West",
     "x": 175_500.0, "y": 318_500.0, "land_ha": 200.0, "inhabitants": 200},
)  # fmt: skip

GEBIED_OF = {area["source_id"]: area["gebied"] for area in AREAS}
_CORNER = {area["source_id"]: (area["x"] - 500.0, area["y"] - 500.0) for area in AREAS}

RUBRIEKEN = {
    "afval": ("bijplaatsing", "zwerfafval", "dumping"),
    "fiets": ("fout_gestalde_fiets", "fietswrak"),
    "parkeren": ("foutparkeren", "deelscooter"),
    "sociaal": ("jeugdoverlast", "verward_gedrag"),
    "evenementen": ("geluid_evenement",),
}

_ROW_DEFAULTS: dict[str, Any] = {
    "buurt": "B1",
    "source": "signalen",
    "system_version": "2.50",
    "theme": "afval",
    "rubriek": "bijplaatsing",
    "main_category": "Afval",
    "sub_category": "Container bijplaatsing",
    "status": "gesloten",
    "channel": "app",
    "kind": "bijplaatsing",
    "planned": "ja",
    "is_child": False,
}


def frame(name: str, rows: Iterable[Mapping[str, Any]] | pd.DataFrame) -> pd.DataFrame:
    """Complete some rows of a table to all its stored columns.

    Rows of a table with time give ``day`` ("2026-03-06") and ``hour`` (leave it out, or missing:
    the time is not known); the rest is as in the schema. ``gebied``, ``x``, ``y`` follow from
    ``buurt`` unless given; ``buurt: None`` has no place.
    """
    table = TABLES[name]
    if isinstance(rows, pd.DataFrame):
        found = rows.reset_index(drop=True)
    else:
        # Fill in per row: a row that leaves a column out is not a row where it is missing.
        found = pd.DataFrame([_ROW_DEFAULTS | dict(row) for row in rows])
    if not len(found):
        return table.arrow.empty_table().to_pandas()
    stored = [column.name for column in table.stored]
    found = found.assign(**{key: value for key, value in _ROW_DEFAULTS.items() if key not in found})
    if "source_id" not in found:
        found["source_id"] = [f"{name}-{number}" for number in range(len(found))]
    if "counted" not in found:
        found["counted"] = ~found["is_child"].astype(bool) & (found["status"] != "geannuleerd")
    if table.event:
        _place(found)
        _calendar(found, table.event)
    for column in stored:
        if column not in found:
            found[column] = None
    return found[stored]


def table(name: str, rows: Iterable[Mapping[str, Any]] | pd.DataFrame = ()) -> pa.Table:
    """Give some rows as Arrow, in the schema's types."""
    return pa.Table.from_pandas(frame(name, rows), schema=TABLES[name].arrow, preserve_index=False)


def areas() -> pa.Table:
    """Give the four buurten."""
    return table("areas", AREAS)


def random_rows(
    count: int,
    *,
    seed: int = 1,
    start: str = "2025-01-01",
    days: int = 545,
    buurten: Sequence[str | None] = ("B1", "B2", "B3", "B4", None),
) -> pd.DataFrame:
    """Give many rows for :func:`table`: uneven over themes, places, days and hours."""
    rng = np.random.default_rng(seed)
    themes = np.array(list(RUBRIEKEN))
    theme = rng.choice(themes, count, p=[0.45, 0.15, 0.2, 0.15, 0.05])
    pick = rng.integers(0, 6, count)
    rubriek = [RUBRIEKEN[key][n % len(RUBRIEKEN[key])] for key, n in zip(theme, pick, strict=True)]
    hour = np.where(
        rng.random(count) < 0.2, np.nan, np.floor(rng.triangular(0, 16, 24, count) + 4) % 24
    )
    hour = np.where(rng.random(count) < 0.1, np.floor(rng.random(count) * 24), hour)
    first = np.datetime64(start)
    return pd.DataFrame(
        {
            "day": first + rng.integers(0, days, count).astype("timedelta64[D]"),
            "hour": hour,
            "theme": theme,
            "rubriek": rubriek,
            "buurt": np.array(buurten, dtype=object)[rng.integers(0, len(buurten), count)],
            "is_child": rng.random(count) < 0.05,
            "status": rng.choice(["gesloten", "open", "geannuleerd"], count, p=[0.8, 0.15, 0.05]),
            "amount": rng.choice([np.nan, 1.0, 2.0, 5.0], count),
        }
    )


def write_parquet(content: pa.Table, folder: Path) -> list[str]:
    """Write a table as Delta does: a folder a month, without the month in the files."""
    names = []
    for month in sorted(set(content["month"].to_pylist())):
        rows = content.filter(pa.compute.equal(content["month"], month)).drop_columns(["month"])
        file = folder / f"month={month}" / "part-0.parquet"
        file.parent.mkdir(parents=True)
        pa.parquet.write_table(rows, file)
        names.append(str(file))
    return names


def _place(rows: pd.DataFrame) -> None:
    known = rows["buurt"].isin(list(_CORNER))
    placed = rows["buurt"].map(GEBIED_OF)
    rows["gebied"] = rows["gebied"].fillna(placed) if "gebied" in rows else placed
    if "x" not in rows:
        # A different 10 m square for every row, so that cells and spots hold several rows.
        step = np.arange(len(rows)) * 10.0 % 1000.0
        corner = rows["buurt"].map(lambda code: _CORNER.get(code, (np.nan, np.nan)))
        rows["x"] = [xy[0] for xy in corner] + step
        rows["y"] = [xy[1] for xy in corner] + step
    for axis in ("x", "y"):
        cell = np.floor(rows[axis].astype("float64") / 100.0)
        rows[f"cell_{axis}"] = pd.array(cell, dtype="Int64")
    rows["place_basis"] = np.where(known, "punt", "geen")


def _calendar(rows: pd.DataFrame, event: str) -> None:
    day = pd.to_datetime(rows.pop("day"))
    hour = pd.to_numeric(rows["hour"]) if "hour" in rows else pd.Series(np.nan, index=rows.index)
    timed = hour.notna()
    rows["time_known"] = rows["time_known"].fillna(timed) if "time_known" in rows else timed
    rows["hour"] = hour.astype("Int64")
    local = day + pd.to_timedelta(hour.fillna(12), unit="h")
    moment = local.dt.tz_localize(ZONE, ambiguous=np.ones(len(rows), bool),
                                  nonexistent="shift_forward")  # fmt: skip
    rows[event] = moment.dt.tz_convert("UTC").astype("datetime64[us, UTC]")
    rows["date"] = [moment.date() for moment in day]
    rows["weekday"] = day.dt.day_of_week.astype("int64")
    week = day.dt.isocalendar()
    rows["iso_year"], rows["iso_week"] = week["year"].astype("int64"), week["week"].astype("int64")
    rows["month"] = day.dt.strftime("%Y-%m")
    basis = "melding" if event == "reported_at" else "eigen"
    rows["time_basis"] = rows["time_basis"].fillna(basis) if "time_basis" in rows else basis


def day_of(text: str) -> dt.date:
    """Read an ISO date."""
    return dt.date.fromisoformat(text)
