"""Opvallend deze week: which subjects had more last week than the weeks like it lead to expect."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
import sqlalchemy as sa
from scipy import special

from thor_metrics import alarms, privacy, stats
from thor_metrics.engine import Engine
from thor_metrics.indicators.breaks import breaks
from thor_metrics.indicators.selection import (
    ABOUT_PEOPLE,
    area_conditions,
    counted_conditions,
    moment_conditions,
    weight,
)
from thor_metrics.model import THEMES, Period, Selection

__all__ = ["Alerts", "alerts", "last_week"]

#: Weeks on either side of the same week in an earlier year that are compared with it.
HALF_WIDTH: Final = 3

#: What a week was compared with.
SEASON: Final = "seizoen"
WEEKS_BEFORE: Final = "weken ervoor"

#: Weeks of the baseline of EARS.
_BASELINE: Final = 7

#: Fewer in the week than this is no news, however rare.
_FEWEST: Final = 5

_DAY: Final = dt.timedelta(days=1)


@dataclass(frozen=True, eq=False)
class Alerts:
    """What stood out in one week.

    Attributes
    ----------
    week : Period or None
        The last whole ISO week of the period; ``None`` without one, or with too little history.
    found : DataFrame
        One row per subject that was looked at, surest first: ``level`` ("theme" or "rubriek"),
        ``item, theme, count, expected`` (missing: hidden), ``q``, ``certainty`` (that it is more;
        "" where that cannot be said), ``method`` ("seizoen" or "weken ervoor"), ``hidden``.
    since : date or None
        First day of the history of the subject with the shortest one, where another reporting
        system cut it short.
    """

    week: Period | None
    found: pd.DataFrame
    since: dt.date | None


def last_week(engine: Engine, selection: Selection) -> Period | None:
    """Choose the last whole ISO week up to the end of the period of which there are data."""
    span = engine.spans.get(selection.series)
    if span is None:
        return None
    end = min(selection.period.end, span[1] + _DAY)
    end -= end.weekday() * _DAY
    start = end - 7 * _DAY
    return Period(start, end) if start >= span[0] else None


def alerts(engine: Engine, selection: Selection, *, hide_below: int = 5) -> Alerts:
    """Find the themes and rubrieken with more in the last whole week than was to be expected.

    Parameters
    ----------
    engine : Engine
    selection : Selection
        Of the period only the end counts; gebied, buurt, weekdays and hours hold for the history
        too. Themes and rubrieken choose which rows are given, not what is corrected for.
    hide_below : int, default 5
        Smallest count about people that is shown.

    Returns
    -------
    Alerts

    Notes
    -----
    With a year of history or more the week is compared with the same weeks of earlier years
    (:func:`thor_metrics.alarms.farrington`), else with the seven weeks before it
    (:func:`thor_metrics.alarms.ears`). The history of a subject begins anew where another
    reporting system came into use. q is corrected (Benjamini-Hochberg) over all themes and
    rubrieken that were looked at.
    """
    week = last_week(engine, selection)
    columns = ["level", "item", "theme", "count", "expected", "q", "certainty", "method", "hidden"]
    if week is None:
        return Alerts(None, pd.DataFrame({name: [] for name in columns}), None)
    subjects, counts, start = _weekly(engine, selection, week)
    since = _since(engine, selection, subjects, (start, week.end))
    frame = _tested(subjects, counts, np.maximum((since - _day(start)) // 7, 0))
    people = frame["theme"].isin(ABOUT_PEOPLE)
    hidden = privacy.hide_small(
        # A theme is the total of its rubrieken, so those hide each other.
        frame, "count", about_people=people, below=hide_below, within=["level", "theme"],
    )["hidden"]  # fmt: skip
    sure = frame["q"].notna() & (frame["count"] > frame["expected"]) & (frame["count"] >= _FEWEST)
    frame = frame.assign(
        certainty=np.where(sure & ~hidden, stats.certainty(frame["q"]), ""),
        count=frame["count"].astype("Int64").mask(hidden),
        # What small numbers about people lead to expect is a small number about people.
        expected=frame["expected"].mask(hidden | (people & (frame["expected"] < hide_below))),
        q=frame["q"].mask(hidden),
        hidden=hidden,
    )
    order = {stats.SURE: 0, stats.LIKELY: 1, stats.CHANCE: 2, "": 3}
    ranked = frame.assign(order=frame["certainty"].map(order)).sort_values(
        ["order", "q", "level", "item"], na_position="last"
    )
    if selection.themes:
        ranked = ranked[ranked["theme"].isin(selection.themes)]
    if selection.rubrieken:
        ranked = ranked[ranked["item"].isin(selection.rubrieken)]
    latest = start + int(since.max() - _day(start)) * _DAY if len(since) else start
    return Alerts(week, ranked[columns].reset_index(drop=True), latest if latest > start else None)


def _weekly(
    engine: Engine, selection: Selection, week: Period
) -> tuple[pd.DataFrame, np.ndarray, dt.date]:
    """Count per subject and week from the first whole week on; the last column is the week."""
    table = engine.tables[selection.series]
    first = engine.spans[selection.series][0]
    start = first + (-first.weekday() % 7) * _DAY
    by = (table.c.theme, table.c.rubriek, table.c.iso_year, table.c.iso_week)
    query = (
        sa.select(*by, weight(table).label("count"))
        .where(
            table.c.date >= start,
            table.c.date < week.end,
            *area_conditions(table, selection),
            *moment_conditions(table, selection),
            *counted_conditions(table),
        )
        .group_by(*by)
    )
    found = engine.run(query)
    known = [theme.key for theme in THEMES if theme.key != "niet_ingedeeld"]
    found = found[found["theme"].isin(known)]
    mondays = [
        dt.date.fromisocalendar(int(year), int(number), 1)
        for year, number in zip(found["iso_year"], found["iso_week"], strict=True)
    ]
    weeks = (week.end - start).days // 7
    place = np.array([(monday - start).days // 7 for monday in mondays], dtype=np.int64)
    rubrieken = found.dropna(subset=["rubriek"]).drop_duplicates("rubriek").sort_values("rubriek")
    subjects = pd.DataFrame(
        {
            "level": ["theme"] * len(known) + ["rubriek"] * len(rubrieken),
            "item": [*known, *rubrieken["rubriek"]],
            "theme": [*known, *rubrieken["theme"]],
        }
    )
    counts = np.zeros((len(subjects), weeks), dtype=np.int64)
    amount = found["count"].to_numpy(dtype=np.int64)
    for level in ("theme", "rubriek"):
        mine = subjects.index[subjects["level"] == level]
        rows = pd.Index(subjects["item"][mine]).get_indexer(pd.Index(found[level]))
        inside = rows >= 0
        np.add.at(counts, (mine[rows[inside]], place[inside]), amount[inside])
    return subjects, counts, start


def _since(
    engine: Engine, selection: Selection, subjects: pd.DataFrame, span: tuple[dt.date, dt.date]
) -> np.ndarray:
    """Day from which on the counts of a subject can be compared, as datetime64[D] numbers."""
    first = np.full(len(subjects), _day(span[0]))
    changed = breaks(engine, selection.series)
    changed = changed[changed["since"] < pd.Timestamp(span[1])]
    if changed.empty:
        return first
    table = engine.tables[selection.series]
    by = (table.c.theme, table.c.rubriek, table.c.source, table.c.system_version)
    used = engine.run(sa.select(*by).group_by(*by))
    key = ["source", "system_version"]
    used = used.merge(changed.drop_duplicates(key), on=key)
    for level in ("theme", "rubriek"):
        latest = used.groupby(level)["since"].max()
        day = subjects["item"].where(subjects["level"] == level).map(latest)
        known = day.notna().to_numpy()
        ahead = pd.to_timedelta((-day[known].dt.day_of_week) % 7, unit="D")
        monday = day[known].dt.normalize() + ahead
        days = monday.to_numpy("datetime64[D]").astype(np.int64)
        first[known] = np.maximum(first[known], days)
    return first


def _day(day: dt.date) -> int:
    return int(np.datetime64(day, "D").astype(np.int64))


def _tested(subjects: pd.DataFrame, counts: np.ndarray, first: np.ndarray) -> pd.DataFrame:
    """Expect of the last week what its history leads to; ``first`` is where that begins."""
    expected, p = (np.full(len(counts), np.nan) for _ in range(2))
    method = np.full(len(counts), "", dtype=object)
    for begin in np.unique(first):
        rows = np.flatnonzero(first == begin)
        history = counts[rows, begin:]
        if history.shape[1] == 0:
            continue
        seasons = alarms.farrington(history, halfwidth=HALF_WIDTH, weeks=1)
        before, p_before = _weeks_before(history)
        known = ~np.isnan(seasons.p[:, 0])
        expected[rows] = np.where(known, seasons.expected[:, 0], before)
        p[rows] = np.where(known, seasons.p[:, 0], p_before)
        method[rows] = np.where(known, SEASON, np.where(np.isnan(p_before), "", WEEKS_BEFORE))
    return subjects.assign(count=counts[:, -1], expected=expected, q=stats.fdr(p), method=method)


def _weeks_before(history: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean of the seven weeks before, and the chance of a week as high as this.

    Seven weeks know little of how much weeks vary: Student's t with six degrees of freedom, and
    at least the variation of independent events.
    """
    found = alarms.ears(history, method="C1")
    expected = found.expected[:, -1]
    sd = np.maximum(found.sd[:, -1], np.sqrt(expected))
    t = (history[:, -1] - expected) / (sd * np.sqrt(1.0 + 1.0 / _BASELINE))
    return expected, special.stdtr(_BASELINE - 1, -t)
