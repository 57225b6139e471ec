"""Hot-items: what an area has more of than elsewhere, and what rises there.

Two questions, kept apart. *More than elsewhere*: is this rubriek a larger part of what is reported
here than in the rest of the city? *Rises*: is it more than in the same period a year earlier? Both
allow for how much the weekly counts vary, and are corrected for everything that was looked at: all
areas times all rubrieken, also when only some of them are on the screen.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import pandas as pd
import sqlalchemy as sa
from scipy import special

from thor_metrics import dutch, hotitems, privacy, stats
from thor_metrics.engine import Engine
from thor_metrics.indicators.breaks import broken
from thor_metrics.indicators.change import (
    FEWEST_WEEKS,
    Compared,
    compared,
    paired_dispersion,
    windows_of,
)
from thor_metrics.indicators.selection import (
    ABOUT_PEOPLE,
    counted_conditions,
    moment_conditions,
    weight,
)
from thor_metrics.model import Period, Selection

__all__ = ["chosen", "hot_items"]


@dataclass(frozen=True)
class _Counts:
    """Counts of every area by every rubriek, and how much they vary from week to week.

    Attributes
    ----------
    now, before : ndarray of int
        ``before`` is missing as a whole where the data do not go back that far.
    dispersion : (ndarray, int)
        Variance divided by mean, and the degrees of freedom it was estimated with.
    """

    now: np.ndarray
    before: np.ndarray | None
    dispersion: tuple[np.ndarray, int]


Level = Literal["gebied", "buurt"]

#: With fewer weeks than this nothing can be said about chance.
_LEAST_WEEKS: Final = 4

_ORDER: Final = {stats.SURE: 0, stats.LIKELY: 1, stats.CHANCE: 2, "": 3}

_COLUMNS: Final = [
    "area", "name", "gebied", "rank", "stands_out", "rubriek", "theme", "count", "expected",
    "quotient", "more", "before", "before_expected", "ratio", "rise", "elsewhere", "note",
    "certainty", "hidden", "compared_until",
]  # fmt: skip


def hot_items(
    engine: Engine, selection: Selection, *, level: Level = "gebied", hide_below: int = 5
) -> pd.DataFrame:
    """Rank the rubrieken of every area: the surest of what is more, or rises, first.

    Parameters
    ----------
    engine : Engine
    selection : Selection
        Area, themes and rubrieken choose which rows are given. They do not change a number: the
        comparison is always with the whole city and everything that is reported there.
    level : {"gebied", "buurt"}
        With a buurt chosen it is always that of the buurten.
    hide_below : int, default 5
        Smallest count about people that is shown.

    Returns
    -------
    DataFrame
        One row per area and rubriek: ``area`` (name of the gebied, or code of the buurt),
        ``name, gebied, rank`` (1 is the first of its area), ``stands_out`` (more than chance),
        ``rubriek, theme, count, expected`` (as many as with the mix of the whole city),
        ``quotient`` (count / expected), ``more`` (certainty that it is more than elsewhere; ""
        when it is not more), ``before`` (same days a year earlier), ``before_expected`` (what
        follows from it for now), ``ratio`` (missing below 20 events on either side), ``rise``
        (certainty that it rose; "" when it did not, or cannot be tested), ``elsewhere, note,
        certainty`` (the surer of the two), ``hidden, compared_until``. What is derived from a
        hidden number is missing. Rubrieken that are "niet ingedeeld" count in the mix and have
        no row.

    Notes
    -----
    More than elsewhere by :func:`thor_metrics.hotitems.overrepresented`, rising by
    :func:`thor_metrics.hotitems.rising`, ranked by :func:`thor_metrics.hotitems.hot_items`; what
    does not stand out follows by its count. Where another reporting system came into use between
    the two periods a rise may be the system's. That is the same in every area, so there
    (``elsewhere`` True) the area's change is compared with that of the rest of the city: the two
    shares now / (now + before), quasi-Poisson, Student's t.
    """
    everything = Selection(
        selection.period, series=selection.series, weekdays=selection.weekdays,
        hours=selection.hours,
    )  # fmt: skip
    if selection.buurt is not None:
        level = "buurt"
    days = compared(engine, everything)
    windows = _windows(engine, everything, days)
    stretches = [days.now, *([days.before] if days.before else []), *windows]
    daily = _daily(engine, everything, list(dict.fromkeys(stretches)), level)
    frame = _grid(daily)
    if frame.empty:
        return pd.DataFrame({name: [] for name in _COLUMNS})
    rows = pd.MultiIndex.from_frame(frame[["area", "rubriek"]]).get_indexer(
        pd.MultiIndex.from_frame(daily[["area", "rubriek"]])
    )
    counts = _Counts(
        now=_sums(daily, rows, len(frame), days.now),
        before=None if days.before is None else _sums(daily, rows, len(frame), days.before),
        dispersion=_dispersion(_week_counts(daily, rows, len(frame), windows)),
    )
    frame = _judged(frame, counts, _rises(engine, everything, days, frame, counts))
    frame = _hide(frame, hide_below, level)
    frame = _ranked(frame[frame["theme"] != "niet_ingedeeld"])
    frame = frame.assign(
        compared_until=pd.Series(days.until, index=frame.index, dtype="datetime64[us]"),
        name=_names(engine, frame["area"], level),
    )
    return chosen(frame, selection)[_COLUMNS].reset_index(drop=True)


# --- counts ---------------------------------------------------------------------------------------


def _daily(
    engine: Engine, selection: Selection, stretches: list[Period], level: Level
) -> pd.DataFrame:
    """Count per day, area and rubriek over all the days that are needed."""
    table = engine.tables[selection.series]
    inside = (
        sa.and_(table.c.date >= stretch.start, table.c.date < stretch.end) for stretch in stretches
    )
    area = table.c[level].label("area")
    gebied = [] if level == "gebied" else [table.c.gebied]
    by = [area, *gebied, table.c.rubriek, table.c.theme, table.c.date]
    query = (
        sa.select(*by, weight(table).label("count"))
        .where(
            sa.or_(*inside),
            table.c[level].is_not(None),
            table.c.rubriek.is_not(None),
            *moment_conditions(table, selection),
            *counted_conditions(table),
        )
        .group_by(*by)
    )
    found = engine.run(query)
    return found if gebied else found.assign(gebied=found["area"])


def _windows(engine: Engine, selection: Selection, days: Compared) -> list[Period]:
    """Choose the whole weeks the variation is measured over; a year earlier too where it can."""
    if days.before is not None:
        return windows_of(engine, selection, days)
    span = engine.spans.get(selection.series)
    known = days.now.days if span is None else (days.now.end - span[0]).days
    weeks = min(max(days.now.days // 7, FEWEST_WEEKS), known // 7)
    return [Period(days.now.end - dt.timedelta(days=7 * max(weeks, 1)), days.now.end)]


def _dispersion(weeks: np.ndarray) -> tuple[np.ndarray, int]:
    """Variation per row that neither the period nor the week explains, and its freedom."""
    if weeks.shape[1] > 1:
        return paired_dispersion(weeks)
    count = weeks.shape[2]
    if count < _LEAST_WEEKS:
        return np.full(len(weeks), np.nan), 1
    return stats.dispersion(weeks[:, 0]), count - 1


def _grid(daily: pd.DataFrame) -> pd.DataFrame:
    """Every area with every rubriek, also where there was nothing."""
    gebied = daily.drop_duplicates("area").set_index("area")["gebied"]
    theme = daily.drop_duplicates("rubriek").set_index("rubriek")["theme"]
    areas, rubrieken = sorted(gebied.index), sorted(theme.index)
    grid = pd.MultiIndex.from_product([areas, rubrieken], names=["area", "rubriek"])
    frame = grid.to_frame(index=False)
    return frame.assign(gebied=frame["area"].map(gebied), theme=frame["rubriek"].map(theme))


def _inside(daily: pd.DataFrame, period: Period) -> np.ndarray:
    date = daily["date"].to_numpy("datetime64[D]")
    return (date >= np.datetime64(period.start)) & (date < np.datetime64(period.end))


def _sums(daily: pd.DataFrame, rows: np.ndarray, size: int, period: Period) -> np.ndarray:
    inside = _inside(daily, period)
    counts = np.bincount(rows[inside], daily["count"].to_numpy()[inside], minlength=size)
    return counts.astype(np.int64)


def _week_counts(
    daily: pd.DataFrame, rows: np.ndarray, size: int, windows: list[Period]
) -> np.ndarray:
    """Counts per row, window and week, the weeks counted backwards from the end."""
    date = daily["date"].to_numpy("datetime64[D]")
    found = []
    for window in windows:
        weeks = window.days // 7
        inside = _inside(daily, window)
        ago = (np.datetime64(window.last_day) - date[inside]).astype(np.int64) // 7
        counts = np.bincount(
            rows[inside] * weeks + ago,
            daily["count"].to_numpy()[inside],
            minlength=size * weeks,
        )
        found.append(counts.reshape(size, weeks))
    return np.stack(found, axis=1)


# --- what stands out ------------------------------------------------------------------------------


def _judged(frame: pd.DataFrame, counts: _Counts, rise: pd.DataFrame) -> pd.DataFrame:
    """Add what is more than elsewhere, what rises, and the order of what stands out."""
    pairs = pd.MultiIndex.from_frame(frame[["area", "rubriek"]], names=["area", "category"])
    rise = rise.set_axis(pairs)
    shape = (frame["area"].nunique(), frame["rubriek"].nunique())
    # The frame is every area by every rubriek in order, so it is a table row by row.
    table = pd.DataFrame(
        counts.now.reshape(shape),
        index=frame["area"].unique(),
        columns=frame["rubriek"].unique(),
    )
    phi = _per_rubriek(counts, shape)
    over = hotitems.overrepresented(table, dispersion=np.nan_to_num(phi, nan=1.0))
    if np.isnan(phi).all():
        # Too few weeks to know how much they vary: nothing can be said about chance.
        over = over.assign(certainty="", p=np.nan, q=np.nan)
    listed = hotitems.hot_items(over, rise, top=shape[1], fallback=0)
    place = listed.set_index(["area", "category"])["rank"].reindex(pairs)
    more = (over["log_odds"] > 0).to_numpy()
    known = rise["expected"].notna().to_numpy()
    rose = known & (counts.now > rise["expected"].fillna(0).to_numpy())
    return frame.assign(
        count=counts.now,
        expected=over["expected"].to_numpy(),
        quotient=over["lq"].to_numpy(),
        more=np.where(more, over["certainty"], ""),
        before=rise["before"].array,
        before_expected=rise["expected"].to_numpy(),
        ratio=rise["ratio"].to_numpy(),
        rise=np.where(rose, rise["certainty"], ""),
        elsewhere=rise["elsewhere"].to_numpy(),
        note=rise["note"].to_numpy(),
        place=place.to_numpy(),
    )


def _per_rubriek(counts: _Counts, shape: tuple[int, int]) -> np.ndarray:
    """Mean variation of the areas per rubriek: areas with more events know it better."""
    phi = counts.dispersion[0].reshape(shape)
    events = counts.now.reshape(shape) + 1.0
    return (phi * events).sum(axis=0) / events.sum(axis=0)


def _rises(
    engine: Engine, selection: Selection, days: Compared, frame: pd.DataFrame, counts: _Counts
) -> pd.DataFrame:
    """Compare with a year earlier; across a break with the change in the rest of the city."""
    if days.before is None or counts.before is None:
        nothing = np.full(len(frame), np.nan)
        told = hotitems.rising(counts.now, nothing)
        return told.assign(note=dutch.NO_DATA, elsewhere=False)
    phi, df = counts.dispersion
    rubrieken = pd.Index(frame["rubriek"].unique(), name="rubriek")
    changed = broken(engine, selection, days.now, days.before, by="rubriek", items=rubrieken)
    lopsided = frame["rubriek"].isin(rubrieken[changed]).to_numpy()
    exposure = (float(days.now.days), float(days.before.days))
    told = hotitems.rising(
        counts.now, counts.before, dispersion=phi, df=df, exposure=exposure, broken=lopsided
    )
    expected, p = _beside_the_rest(frame["rubriek"], counts)
    few = np.minimum(counts.now, counts.before) < hotitems.FEWEST
    p = np.where(lopsided, p, told["p"])
    q = stats.fdr(p)
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = np.where(few, np.nan, counts.now / expected)
    note = np.where(np.isnan(p), hotitems.BROKEN, np.where(few, hotitems.TOO_FEW, ""))
    return told.assign(
        expected=np.where(lopsided, expected, told["expected"]),
        ratio=np.where(lopsided, ratio, told["ratio"]),
        p=p,
        certainty=stats.certainty(q),
        note=np.where(lopsided, note, told["note"]),
        elsewhere=lopsided & ~np.isnan(p),
    )


def _beside_the_rest(rubriek: pd.Series, counts: _Counts) -> tuple[np.ndarray, np.ndarray]:
    """Expect of each area the change of the rest of the city; p-value of the difference."""
    assert counts.before is not None
    codes = pd.factorize(rubriek)[0]
    now, before = (part.astype(np.float64) for part in (counts.now, counts.before))
    phi, df = counts.dispersion
    rest_now, rest_before = (np.bincount(codes, part)[codes] - part for part in (now, before))
    both, rest = now + before, rest_now + rest_before
    with np.errstate(invalid="ignore", divide="ignore"):
        overall = (now + rest_now) / (both + rest)
        weighted = np.bincount(codes, np.nan_to_num(phi) * both) / np.bincount(codes, both)
        variance = overall * (1.0 - overall) * (phi / both + weighted[codes] / rest)
        t = (now / both - rest_now / rest) / np.sqrt(variance)
        expected = before * rest_now / rest_before
    tested = (both >= hotitems.FEWEST) & (rest >= hotitems.FEWEST) & (variance > 0)
    p = np.where(tested, 2.0 * special.stdtr(float(df), -np.abs(t)), np.nan)
    return np.where(rest_before > 0, expected, np.nan), p


def _hide(frame: pd.DataFrame, below: int, level: Level) -> pd.DataFrame:
    """Hide small numbers of either period, and all that was made of them.

    Totals of an area per theme and of a rubriek over the areas are on other screens, so both
    directions count.
    """
    people = frame["theme"].isin(ABOUT_PEOPLE)
    down = ["rubriek"] if level == "gebied" else ["gebied", "rubriek"]
    hidden = np.zeros(len(frame), bool)
    shown = {}
    for name in ("count", "before"):
        small = np.zeros(len(frame), bool)
        for within in (["area", "theme"], down):
            small |= privacy.hide_small(
                frame, name, about_people=people, below=below, within=within
            )["hidden"].to_numpy()
        small &= frame[name].notna().to_numpy()
        shown[name] = frame[name].astype("Int64").mask(small)
        hidden |= small
    derived = ("expected", "quotient", "before_expected", "ratio", "place")
    return frame.assign(
        **shown,
        hidden=hidden,
        **{name: frame[name].astype("float64").mask(hidden) for name in derived},
        **{name: frame[name].mask(hidden, "") for name in ("more", "rise", "note")},
    )


def _ranked(frame: pd.DataFrame) -> pd.DataFrame:
    """Order every area: what stands out first, the surest on top, then what is largest."""
    something = frame["hidden"] | (frame["count"] > 0) | (frame["before"] > 0).fillna(False)
    frame = frame[something.astype(bool)]
    words = {place: word for word, place in _ORDER.items()}
    surest = pd.concat([frame["more"].map(_ORDER), frame["rise"].map(_ORDER)], axis=1).min(axis=1)
    ranked = frame.assign(
        certainty=surest.map(words), stands_out=frame["place"].notna()
    ).sort_values(
        ["area", "place", "count", "rubriek"],
        ascending=[True, True, False, True],
        na_position="last",
    )
    return ranked.assign(rank=ranked.groupby("area").cumcount() + 1)


def _names(engine: Engine, area: pd.Series, level: Level) -> pd.Series:
    if level == "gebied":
        return area
    table = engine.tables["areas"].c
    known = engine.run(sa.select(table.source_id, table.name)).set_index("source_id")["name"]
    return area.map(known).fillna(area)


def chosen(frame: pd.DataFrame, selection: Selection) -> pd.DataFrame:
    """Keep the rows of the area and the subjects of a selection; no number changes by it."""
    if selection.buurt is not None:
        frame = frame[frame["area"] == selection.buurt]
    elif selection.gebied is not None:
        frame = frame[frame["gebied"] == selection.gebied]
    if selection.themes:
        frame = frame[frame["theme"].isin(selection.themes)]
    if selection.rubrieken:
        frame = frame[frame["rubriek"].isin(selection.rubrieken)]
    return frame
