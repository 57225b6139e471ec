"""What changed since the same period a year earlier, and whether that is more than chance.

Weeks of the two periods are laid side by side, so that a busy summer or a festival in both years
is no surprise. What is left of the variation (bursts, duplicates, weather) widens the interval:
quasi-Poisson, with at least the variation of independent events.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
import sqlalchemy as sa

from thor_metrics import dutch, hotitems, privacy, stats
from thor_metrics.engine import Engine
from thor_metrics.indicators.breaks import break_words, breaks, broken
from thor_metrics.indicators.selection import (
    ABOUT_PEOPLE,
    area_conditions,
    counted_conditions,
    moment_conditions,
    subject_conditions,
    weight,
)
from thor_metrics.model import THEMES, Period, Selection

__all__ = [
    "Change",
    "Compared",
    "break_words",
    "breaks",
    "compare",
    "compared",
    "paired_dispersion",
    "per_theme",
    "risers",
    "windows_of",
]

#: Weeks the variation is measured over when the period itself is shorter.
FEWEST_WEEKS: Final = 13

#: With fewer pairs of weeks than this nothing can be said about chance.
_LEAST_PAIRS: Final = 4

_DAY: Final = dt.timedelta(days=1)


@dataclass(frozen=True)
class Compared:
    """Which days are compared with which.

    Attributes
    ----------
    now : Period
        The selected period, cut after the last day with data when it is still running.
    before : Period or None
        As many days a year earlier; ``None`` where the data do not go back that far (or there
        are none in the period): "geen gegevens".
    until : date or None
        Last day that is compared, when the period was cut.
    """

    now: Period
    before: Period | None
    until: dt.date | None


@dataclass(frozen=True)
class Change:
    """One number and what became of it since a year earlier.

    Attributes
    ----------
    count, before : int or None
        ``None``: hidden, or for ``before`` no data (see ``note``).
    ratio, low, high : float
        Rate per day now divided by that of a year earlier, with its 95 % interval; NaN where
        there are too few events.
    certainty : str
        "zeker", "waarschijnlijk", "kan toeval zijn", or "" where it cannot be tested.
    note : str
        "", "te weinig om te vergelijken" or "geen gegevens".
    days : Compared
        Which days were compared.
    break_in_series : bool
        The reporting systems, or their versions, are not the same in both periods.
    hidden : bool
        A number is hidden because it is about people and small.
    """

    count: int | None
    before: int | None
    ratio: float
    low: float
    high: float
    certainty: str
    note: str
    days: Compared
    break_in_series: bool
    hidden: bool


def compared(engine: Engine, selection: Selection) -> Compared:
    """Choose the days to compare; see :class:`Compared`."""
    now, earlier = selection.period, selection.period.year_earlier()
    span = engine.spans.get(selection.series)
    if span is None or now.start > span[1]:
        return Compared(now, None, None)
    first, last = span
    until = None
    if now.end > last + _DAY:
        until = last
        now = Period(now.start, last + _DAY)
        earlier = Period(earlier.start, earlier.start + dt.timedelta(days=now.days))
    return Compared(now, earlier if earlier.start >= first else None, until)


def compare(engine: Engine, selection: Selection, *, hide_below: int = 5) -> Change:
    """Compare everything that is selected with the same period a year earlier."""
    days = compared(engine, selection)
    row = _changes(engine, selection, days, None, [""]).iloc[0]
    numbers = {"count": row["people_now"], "before": row["people_before"]}
    small = [
        bool(people) and not pd.isna(row[name]) and 0 < row[name] < hide_below
        for name, people in numbers.items()
    ]
    shown = [
        None if pd.isna(row[name]) or hide else int(row[name])
        for name, hide in zip(numbers, small, strict=True)
    ]
    return Change(
        count=shown[0],
        before=shown[1],
        # A hidden number leaves fewer than 20 events, so there is no ratio to give it away.
        ratio=float(row["ratio"]),
        low=float(row["low"]),
        high=float(row["high"]),
        certainty=row["certainty"],
        note=row["note"],
        days=days,
        break_in_series=bool(row["break_in_series"]),
        hidden=any(small),
    )


def per_theme(engine: Engine, selection: Selection, *, hide_below: int = 5) -> pd.DataFrame:
    """Count per theme, beside the same period a year earlier.

    Parameters
    ----------
    engine, selection
    hide_below : int, default 5
        Smallest count about people that is shown.

    Returns
    -------
    DataFrame
        One row per selected theme in the order of the plan: ``theme, count, before`` (missing:
        hidden, or no data), ``ratio, low, high`` (rate per day, 95 % interval; missing below 20
        events on either side), ``certainty`` (over the themes shown together), ``note``,
        ``break_in_series, hidden, q, compared_until`` (the last day compared when the period is
        still running, else NaT).

    Notes
    -----
    A period that is still running is compared with as many days of a year earlier. The ratio is
    tested by :func:`thor_metrics.stats.count_ratio`; the dispersion is that of the two-way table
    of period by week, sum((O - E)^2 / E) / (weeks - 1), at least 1.
    """
    days = compared(engine, selection)
    keys = [theme.key for theme in THEMES if not selection.themes or theme.key in selection.themes]
    frame = _changes(engine, selection, days, "theme", keys).rename(columns={"item": "theme"})
    frame = _hide(frame, frame["theme"].isin(ABOUT_PEOPLE), hide_below, within=None)
    columns = ["theme", "count", "before", "ratio", "low", "high", "certainty", "note",
               "break_in_series", "hidden", "q", "compared_until"]  # fmt: skip
    return frame[columns]


def risers(
    engine: Engine, selection: Selection, *, top: int = 5, hide_below: int = 5
) -> pd.DataFrame:
    """Find the rubrieken that rose most since the same period a year earlier.

    Parameters
    ----------
    engine, selection
    top : int, default 5
        At most this many.
    hide_below : int, default 5

    Returns
    -------
    DataFrame
        ``rubriek, theme`` and the columns of :func:`per_theme`. The surest first, then those with
        the most extra events; q is corrected over all rubrieken that were tested, not only over
        those shown. Only what rose, with 20 events or more in the two periods together.
    """
    days = compared(engine, selection)
    frame = _changes(engine, selection, days, "rubriek", None).rename(
        columns={"item": "rubriek", "of_theme": "theme"}
    )
    frame = _hide(frame, frame["theme"].isin(ABOUT_PEOPLE), hide_below, within=["theme"])
    order = {stats.SURE: 0, stats.LIKELY: 1, stats.CHANCE: 2}
    rose = frame[(frame["extra"] > 0) & (frame["certainty"] != "")]
    ranked = rose.assign(rank=rose["certainty"].map(order)).sort_values(
        ["rank", "extra", "rubriek"], ascending=[True, False, True]
    )
    columns = ["rubriek", "theme", "count", "before", "ratio", "low", "high", "q", "certainty",
               "note", "break_in_series", "hidden", "compared_until"]  # fmt: skip
    return ranked[columns].head(top).reset_index(drop=True)


def _changes(
    engine: Engine,
    selection: Selection,
    days: Compared,
    by: str | None,
    keys: Sequence[str] | None,
) -> pd.DataFrame:
    """Compare per value of a column (``None``: everything as one), hidden nothing yet."""
    windows = windows_of(engine, selection, days)
    stretches = [days.now, *([days.before] if days.before else []), *windows]
    daily = _daily(engine, selection, list(dict.fromkeys(stretches)), by)
    items = pd.Index(keys if keys is not None else sorted(daily["item"].unique()), name="item")
    rows = items.get_indexer(pd.Index(daily["item"]))
    daily, rows = daily[rows >= 0], rows[rows >= 0]
    count = _sum_in(daily, rows, len(items), days.now)
    frame = pd.DataFrame({"item": items, "count": pd.array(count, dtype="Int64")})
    frame["of_theme"] = items.map(daily.drop_duplicates("item").set_index("item")["theme"].get)
    frame["people_now"] = _all_people(daily, rows, len(items), days.now)
    frame["compared_until"] = pd.Series(days.until, index=frame.index, dtype="datetime64[us]")
    frame["break_in_series"] = broken(engine, selection, days.now, days.before, by=by, items=items)
    if days.before is None:
        return frame.assign(
            before=pd.array([None] * len(frame), dtype="Int64"),
            ratio=np.nan, low=np.nan, high=np.nan, q=np.nan, extra=np.nan,
            certainty="", note=dutch.NO_DATA, people_before=False,
        )  # fmt: skip
    before = _sum_in(daily, rows, len(items), days.before)
    weeks = np.stack([_weeks(daily, rows, len(items), window) for window in windows], axis=1)
    phi, df = paired_dispersion(weeks)
    exposure = (float(days.now.days), float(days.before.days))
    result = hotitems.rising(count, before, dispersion=phi, df=df, exposure=exposure)
    extra = count - before * exposure[0] / exposure[1]
    told = result[["before", "ratio", "low", "high", "q", "certainty", "note"]]
    people = _all_people(daily, rows, len(items), days.before)
    return frame.join(told.set_axis(frame.index)).assign(extra=extra, people_before=people)


def windows_of(engine: Engine, selection: Selection, days: Compared) -> list[Period]:
    """Choose the two stretches of equal whole weeks the variation is measured over."""
    if days.before is None:
        return [days.now]
    first, _ = engine.spans[selection.series]
    shorter = min(days.now.days, days.before.days)
    weeks = max(shorter // 7, FEWEST_WEEKS)
    weeks = min(weeks, (days.before.end - first).days // 7)
    reach = dt.timedelta(days=7 * max(weeks, 1))
    return [Period(period.end - reach, period.end) for period in (days.now, days.before)]


def _daily(
    engine: Engine, selection: Selection, stretches: list[Period], by: str | None
) -> pd.DataFrame:
    """Count per day and item over all the days that are needed."""
    table = engine.tables[selection.series]
    where = sa.or_(
        *(
            sa.and_(table.c.date >= stretch.start, table.c.date < stretch.end)
            for stretch in stretches
        )
    )
    columns = [table.c.date, table.c.theme]
    if by == "rubriek":
        columns.append(table.c.rubriek)
    query = (
        sa.select(*columns, weight(table).label("count"))
        .where(
            where,
            *area_conditions(table, selection),
            *subject_conditions(table, selection),
            *moment_conditions(table, selection),
            *counted_conditions(table),
        )
        .group_by(*columns)
    )
    daily = engine.run(query)
    daily = daily.assign(
        item="" if by is None else daily[by], people=daily["theme"].isin(ABOUT_PEOPLE)
    )
    return daily.dropna(subset=["item"]).reset_index(drop=True)


def _days_in(daily: pd.DataFrame, period: Period) -> tuple[np.ndarray, np.ndarray]:
    """Which rows lie in a period, and how many days before its end (the last day is 0)."""
    date = daily["date"].to_numpy("datetime64[D]")
    inside = (date >= np.datetime64(period.start)) & (date < np.datetime64(period.end))
    ago = (np.datetime64(period.last_day) - date[inside]).astype(np.int64)
    return inside, ago


def _sum_in(daily: pd.DataFrame, rows: np.ndarray, size: int, period: Period) -> np.ndarray:
    inside, _ = _days_in(daily, period)
    counts = np.bincount(rows[inside], daily["count"].to_numpy()[inside], minlength=size)
    return counts.astype(np.int64)


def _weeks(daily: pd.DataFrame, rows: np.ndarray, size: int, window: Period) -> np.ndarray:
    """Counts per item and week, the weeks counted backwards from the end of the window."""
    weeks = window.days // 7
    inside, ago = _days_in(daily, window)
    place = rows[inside] * weeks + ago // 7
    counts = np.bincount(place, daily["count"].to_numpy()[inside], minlength=size * weeks)
    return counts.reshape(size, weeks)


def _all_people(daily: pd.DataFrame, rows: np.ndarray, size: int, period: Period) -> np.ndarray:
    """Per item: nothing but rows about people in the period."""
    inside, _ = _days_in(daily, period)
    others = inside & ~daily["people"].to_numpy()
    return np.bincount(rows[others], minlength=size) == 0


def paired_dispersion(weeks: np.ndarray) -> tuple[np.ndarray, int]:
    """Variation that neither the period nor the time of the year explains.

    Parameters
    ----------
    weeks : ndarray, shape (items, 2, weeks)

    Returns
    -------
    dispersion : ndarray, shape (items,)
        Pearson's statistic of each 2 x weeks table over its degrees of freedom, at least 1;
        NaN with too few weeks.
    df : int
    """
    pairs = weeks.shape[2]
    if pairs < _LEAST_PAIRS:
        return np.full(len(weeks), np.nan), 1
    period = weeks.sum(axis=2, keepdims=True)
    week = weeks.sum(axis=1, keepdims=True)
    everything = weeks.sum(axis=(1, 2), keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        expected = period * week / everything
        parts = np.where(expected > 0, (weeks - expected) ** 2 / expected, 0.0)
    return np.maximum(parts.sum(axis=(1, 2)) / (pairs - 1), 1.0), pairs - 1


def _hide(
    frame: pd.DataFrame, people: pd.Series, below: int, *, within: list[str] | None
) -> pd.DataFrame:
    """Hide small numbers of either period; a ratio would give a hidden one away."""
    hidden: dict[str, Any] = {}
    for name in ("count", "before"):
        shown = privacy.hide_small(frame, name, about_people=people, below=below, within=within)
        hidden[name] = shown["hidden"].to_numpy() & frame[name].notna().to_numpy()
    either = hidden["count"] | hidden["before"]
    return frame.assign(
        count=frame["count"].mask(hidden["count"]),
        before=frame["before"].mask(hidden["before"]),
        hidden=either,
        **{name: frame[name].mask(either) for name in ("ratio", "low", "high")},
    )
