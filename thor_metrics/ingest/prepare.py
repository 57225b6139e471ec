"""A batch as a source read it -> rows of the table, typed and placed, with what is wrong.

The same for every source: times, numbers, words, places, themes and calendar are understood
here and nowhere else.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from thor_metrics import geo, privacy
from thor_metrics.ingest.calendar import calendar_columns
from thor_metrics.ingest.classify import UNMAPPED, classify
from thor_metrics.ingest.values import (
    NumberStyle,
    by_distinct,
    canonical,
    number_style,
    numbers,
    texts,
    truths,
)
from thor_metrics.schema import Column, Table
from thor_metrics.settings import Settings, slug
from thor_metrics.sources import Reading
from thor_metrics.sources.dates import parse_times

__all__ = ["KEYS", "FileSense", "Prepared", "has_categories", "prepare", "unmapped"]

_TIME_PARTNERS = {
    "reported_at": "reported_time",
    "observed_at": "observed_time",
    "started_at": "started_time",
    "counted_at": "counted_time",
}

#: Columns of case numbers: nine digits there are a number, not yet a BSN.
KEYS = frozenset(("source_id", "parent_id", "control_id"))

#: Longest text kept in a column: a category is a few words, a story is not.
_LONGEST = 120


@dataclass
class FileSense:
    """What is decided once per file and then holds for all its batches.

    Attributes
    ----------
    zone : str
        Zone of times written without one.
    order : str
        Date order.
    styles : dict of str to NumberStyle
        Per number column, from the first batch that has values.
    coordinates : CoordinateKind or None
        What the coordinates are, from the first batch.
    occurrences : Counter
        For files without numbers: how often each content was seen, so that equal rows get
        different ids and the same file gets the same ids again.
    """

    zone: str
    order: str
    styles: dict[str, NumberStyle] = field(default_factory=dict)
    coordinates: geo.CoordinateKind | None = None
    occurrences: Counter[int] = field(default_factory=Counter)


@dataclass(frozen=True)
class Prepared:
    """A batch in the table's shape.

    Attributes
    ----------
    rows : DataFrame
        Every stored column except ``row_hash``.
    faults : dict of str to ndarray of bool
        Dutch reason -> rows that must be refused for it, over and above the table's rules.
    corrections : Counter
        What was mended, in Dutch, with how often.
    personal : Counter
        "kind in column" -> number of values left out.
    """

    rows: pd.DataFrame
    faults: dict[str, np.ndarray]
    corrections: Counter[str]
    personal: Counter[str]


def prepare(
    raw: pd.DataFrame,
    table: Table,
    reading: Reading,
    sense: FileSense,
    *,
    settings: Settings,
    areas: geo.AreaMap,
) -> Prepared:
    """Understand one batch.

    Parameters
    ----------
    raw : DataFrame
        Input columns of ``table`` as the source gave them.
    """
    work = _Work(raw, table, sense)
    for column in table.inputs:
        if column.kind == "text" and column.role == "both":
            work.text(column)
        elif column.kind in ("number", "integer"):
            work.number(column)
        elif column.kind == "boolean":
            work.boolean(column)
    work.all_times()
    work.number_rows()
    work.fill_source(reading.source, settings.source(reading.source).version)
    if "buurt" in {column.name for column in table.stored}:
        work.place(areas)
    work.derive(settings)
    return Prepared(work.rows[_names(table)], work.faults, work.corrections, work.personal)


def _names(table: Table) -> list[str]:
    return [column.name for column in table.stored if column.name != "row_hash"]


class _Work:
    """One batch under construction: columns are added to ``rows`` step by step."""

    def __init__(self, raw: pd.DataFrame, table: Table, sense: FileSense) -> None:
        self.raw = raw
        self.table = table
        self.sense = sense
        self.index = raw.index
        self.rows = pd.DataFrame(index=raw.index)
        self.faults: dict[str, np.ndarray] = {}
        self.corrections: Counter[str] = Counter()
        self.personal: Counter[str] = Counter()

    def missing(self, dtype: str = "str") -> pd.Series:
        return pd.Series(pd.NA if dtype == "str" else None, index=self.index, dtype=dtype)

    def fault(self, reason: str, where: np.ndarray | pd.Series) -> None:
        mask = np.asarray(where, bool)
        if mask.any():
            self.faults[reason] = self.faults.get(reason, False) | mask

    def text(self, column: Column) -> None:
        """Texts: stripped, without persons, in the schema's words where it has them."""
        values = self._judged(column) if column.name in self.raw else self.missing()
        if column.name == "status":
            self.rows["status_source"] = values
        if column.allowed:
            values = canonical(values, column.canonical, column.fallback)
        self.rows[column.name] = values

    def _judged(self, column: Column) -> pd.Series:
        """Texts without what identifies a person; formulas and stories are faults."""
        # A million rows hold a few dozen categories: they are judged once each.
        codes, distinct = pd.factorize(texts(self.raw[column.name]))
        words = pd.Series(distinct, dtype="str")
        kinds = privacy.personal_values(words, is_key=column.name in KEYS)
        if kinds.notna().any():
            told = pd.Series(kinds.array.take(codes, allow_fill=True), index=self.index)
            for kind, count in told.value_counts().items():
                self.personal[f"{kind} in {column.title}"] += int(count)
            if column.name == "source_id":
                self.fault(f"{column.title} bevat een persoonsgegeven", told.notna())
            words = words.mask(kinds.notna())
        for reason, odd in (
            ("bevat een formule", privacy.formula_cells(words)),
            ("is te lang", words.str.len() > _LONGEST),
        ):
            if odd.any():
                self.fault(f"{column.title} {reason}", np.append(odd.to_numpy(bool), False)[codes])
        return pd.Series(words.array.take(codes, allow_fill=True), index=self.index)

    def number(self, column: Column) -> None:
        name = column.name
        if name not in self.raw:
            self.rows[name] = self.missing("float64")
            return
        if name not in self.sense.styles and self.raw[name].notna().any():
            style = number_style(self.raw[name], coordinates=name in ("x", "y"))
            self.sense.styles[name] = style
        read = numbers(self.raw[name], style=self.sense.styles.get(name, "decimal"))
        if name not in ("x", "y"):  # an unreadable coordinate is a row without place
            self.fault(f"{column.title} is geen getal", read.unreadable)
        self.rows[name] = read.found

    def boolean(self, column: Column) -> None:
        if column.name in self.raw:
            self.rows[column.name] = truths(self.raw[column.name])
        else:
            self.rows[column.name] = self.missing("boolean")

    def all_times(self) -> None:
        """Every time column to UTC; the table's event last decides what is known."""
        self.known: dict[str, np.ndarray] = {}
        for column in self.table.inputs:
            if column.kind == "time":
                self.time(column)

    def time(self, column: Column) -> None:
        name = column.name
        if name not in self.raw:
            self.rows[name] = pd.Series(pd.NaT, index=self.index, dtype="datetime64[us, UTC]")
            self.known[name] = np.zeros(len(self.index), bool)
            return
        values = self.raw[name]
        partner = self.raw.get(_TIME_PARTNERS.get(name, ""))
        if name == "ended_at":
            values = _with_day_of_start(values, self.raw.get("started_at"))
        times = parse_times(values, time=partner, zone=self.sense.zone, order=self.sense.order)
        if name == "updated_at":  # only orders versions of a row; never worth refusing it for
            self.corrections["'Bijgewerkt op' onleesbaar, genegeerd"] += int(times.unreadable.sum())
        else:
            self.fault(f"{column.title} is geen leesbare datum", times.unreadable)
        self.corrections.update(times.corrections)
        self.rows[name] = times.at
        self.known[name] = times.known

    def number_rows(self) -> None:
        """Give rows of a file without an id column a number made from their content."""
        if "source_id" in self.raw:
            return
        # A day total has no number, but it is known by its day and area: corrected, it replaces.
        key = self.rows[list(self.table.natural_key)] if self.table.natural_key else self.raw
        content = pd.util.hash_pandas_object(key, index=False).astype(np.int64)
        before = content.map(self.sense.occurrences).fillna(0).astype(np.int64)
        turn = before + content.groupby(content).cumcount()
        self.sense.occurrences.update(content.to_list())
        self.rows["source_id"] = [
            f"inhoud-{a & (1 << 64) - 1:016x}-{b}" for a, b in zip(content, turn, strict=True)
        ]

    def fill_source(self, source: str, version: str) -> None:
        self.rows["source"] = self.rows["source"].fillna(source)
        if version and "system_version" in self.rows:
            self.rows["system_version"] = self.rows["system_version"].fillna(version)

    def place(self, areas: geo.AreaMap) -> None:
        """Coordinates to the municipality's own system, then buurt, gebied and cell."""
        located = geo.locate(
            self.rows["x"].to_numpy(),
            self.rows["y"].to_numpy(),
            areas=areas,
            geometry=self.raw.get("geometry"),
            kind=self.sense.coordinates,
        )
        self.sense.coordinates = located.kind
        self.corrections.update(located.corrections)
        self.rows["x"], self.rows["y"] = np.round(located.x, 2), np.round(located.y, 2)
        self.rows = self.rows.assign(**place_columns(self.rows, areas))

    def derive(self, settings: Settings) -> None:
        """Theme, what counts, and the calendar."""
        rows = self.rows
        if "theme_given" in rows:
            self.rows = rows = rows.assign(**theme_columns(rows, self.table, settings))
        if self.table.name == "incidents":
            self._incident()
        if {"started_at", "ended_at"} <= set(rows):
            self._past_midnight()
        if not self.table.event:
            return
        at, known = rows[self.table.event], self.known[self.table.event]
        basis = np.full(len(rows), "eigen", dtype=object)
        if self.table.name == "incidents":
            occurred = rows["occurred_from"].notna().to_numpy()
            at = rows["occurred_from"].where(occurred, at)
            known = np.where(occurred, self.known["occurred_from"], known)
            basis = np.where(occurred, "overlast", "melding")
        zone = settings.municipality.time_zone
        now = pd.Timestamp.now(tz="UTC")
        if not self.table.ahead:
            self.fault("Datum ligt in de toekomst", at > now + pd.Timedelta(days=1))
        self.fault("Datum ligt voor 1990", at < pd.Timestamp("1990-01-01", tz="UTC"))
        named = pd.Series(basis, index=self.index, dtype="str", name="time_basis")
        self.rows = pd.concat([rows, named, calendar_columns(at, known, zone=zone)], axis=1)

    def _incident(self) -> None:
        """Children and cancelled reports are kept but do not count; odd ends are blanked."""
        rows = self.rows
        child = rows["parent_id"].notna() | rows["is_child"].fillna(False).astype(bool)
        rows["is_child"] = child
        rows["counted"] = ~child & (rows["status"] != "geannuleerd")
        too_late = (rows["occurred_from"] > rows["reported_at"] + pd.Timedelta(hours=1)).to_numpy()
        self._blank("occurred_from", too_late, "Voorval na de melding: meldmoment gebruikt")
        early = (rows["closed_at"] < rows["reported_at"]).to_numpy()
        self._blank("closed_at", early, "Afgehandeld vóór de melding: afhandeldatum weggelaten")
        early = (rows["answered_at"] < rows["reported_at"]).to_numpy()
        self._blank("answered_at", early, "Reactie vóór de melding: reactiedatum weggelaten")

    def _past_midnight(self) -> None:
        """An end time before the start is past midnight, when the file gave only a time."""
        rows = self.rows
        span = rows["started_at"] - rows["ended_at"]
        past = (span > pd.Timedelta(0)) & (span < pd.Timedelta(hours=24))
        if past.any():
            self.corrections["Eindtijd na middernacht"] += int(past.sum())
            rows["ended_at"] = rows["ended_at"].mask(past, rows["ended_at"] + pd.Timedelta(days=1))

    def _blank(self, name: str, where: np.ndarray, told: str) -> None:
        if where.any():
            self.corrections[told] += int(where.sum())
            self.rows[name] = self.rows[name].mask(where)


def place_columns(rows: pd.DataFrame, areas: geo.AreaMap) -> dict[str, pd.Series]:
    """Buurt, gebied, cell and how they are known, from ``x, y, area_given``.

    A coordinate wins over an area named in the file; a file may name only the gebied. Outside
    every area: no buurt, and it says so.
    """
    x, y = rows["x"].to_numpy(np.float64), rows["y"].to_numpy(np.float64)
    located = np.isfinite(x) & np.isfinite(y)
    inside = areas.place(x, y)
    named = np.where(located, -1, areas.index_named(rows["area_given"]))
    area = np.where(located, inside, named)
    gebied = _picked(areas.gebieden, area, rows.index)
    gebieden = {slug(name): name for name in areas.gebieden}
    said = by_distinct(rows["area_given"], lambda text: gebieden.get(slug(text)))
    only_gebied = ~located & (named < 0) & said.notna().to_numpy()
    basis = np.select(
        [located & (inside >= 0), located, named >= 0, only_gebied],
        ["punt", "buiten de gemeente", "buurt in bestand", "gebied in bestand"],
        "geen",
    )
    cell_x, cell_y = geo.cells(np.where(located, x, 0.0), np.where(located, y, 0.0))
    return {
        "buurt": _picked(areas.codes, area, rows.index),
        "gebied": gebied.mask(only_gebied, said),
        "cell_x": _whole(cell_x, located, rows.index),
        "cell_y": _whole(cell_y, located, rows.index),
        "place_basis": pd.Series(basis, index=rows.index, dtype="str"),
    }


def _picked(names: tuple[str, ...], position: np.ndarray, index: pd.Index) -> pd.Series:
    """Names by position; -1 is missing."""
    return pd.Series(pd.array([*names, None], dtype="str").take(position), index=index)


def _whole(values: np.ndarray, known: np.ndarray, index: pd.Index) -> pd.Series:
    """Whole numbers, missing where not known."""
    return pd.Series(pd.arrays.IntegerArray(values.astype(np.int64), ~known), index=index)


def theme_columns(rows: pd.DataFrame, table: Table, settings: Settings) -> dict[str, pd.Series]:
    """Theme and rubriek from the categories (incidents) or the kind (the team's own tables).

    A table whose kinds are the schema's own words, or that has none, has no categories to place:
    its theme is what the file says, and nothing where it says nothing.
    """
    if not has_categories(table):
        blank = pd.Series("", index=rows.index, dtype="str")
        told = classify(settings, main=blank, theme=rows["theme_given"])
        return {"theme": told["theme"].mask(told["theme"] == UNMAPPED), "rubriek": told["rubriek"]}
    if "main_category" in rows:
        mapped = classify(
            settings,
            main=rows["main_category"],
            sub=rows["sub_category"],
            theme=rows["theme_given"],
        )
    else:
        mapped = classify(settings, main=rows["kind"], theme=rows["theme_given"])
    return {"theme": mapped["theme"], "rubriek": mapped["rubriek"]}


def has_categories(table: Table) -> bool:
    """Tell whether a table's rows carry a source's own categories."""
    names = {column.name: column for column in table.stored}
    return "main_category" in names or ("kind" in names and not names["kind"].allowed)


def unmapped(rows: pd.DataFrame) -> Counter[str]:
    """Count the categories the settings do not know."""
    lost = rows[(rows["theme"] == UNMAPPED) & rows["rubriek"].isna()]
    if "main_category" in lost:
        names = lost["main_category"].fillna("") + " > " + lost["sub_category"].fillna("")
        names = names.str.strip(" >")
    else:
        names = lost["kind"].fillna("")
    return Counter({str(name): int(count) for name, count in names.value_counts().items()})


def _with_day_of_start(ends: pd.Series, starts: pd.Series | None) -> pd.Series:
    """Put the day of the start before an end that is only a time (``11:30``)."""
    if starts is None or not isinstance(ends.dtype, pd.StringDtype):
        return ends
    only_time = ends.str.fullmatch(r"\s*\d{1,2}[:.]\d{2}([:.]\d{2})?\s*").fillna(False).astype(bool)
    if not only_time.any():
        return ends
    if not isinstance(starts.dtype, pd.StringDtype):
        starts = starts.dt.strftime("%Y-%m-%d")
    days = starts.str.strip().str.split(r"[ T]", regex=True).str[0]
    return ends.mask(only_time, days + " " + ends.str.strip().str.replace(".", ":", regex=False))
