"""When: which hours of the week stand out, how sure that is, and what special days do.

Two questions, never mixed: "druk" (busier than the mean hour of the week) and "ongewoon" (more
than the day and the hour give together). The verdict on an hour is always that of the whole week,
also when weekdays or hours are chosen: otherwise an hour would become surer by zooming in on it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
import pandas as pd
import sqlalchemy as sa
from numpy.typing import NDArray

from thor_metrics import hottimes, privacy, stats
from thor_metrics.engine import Engine
from thor_metrics.indicators.blocks import joined
from thor_metrics.indicators.selection import (
    about_people,
    area_conditions,
    counted_conditions,
    period_conditions,
    subject_conditions,
    weight,
)
from thor_metrics.model import Period, Selection

__all__ = [
    "FEWEST_WEEKS",
    "LEAST_FOR_RATIO",
    "HotMoments",
    "Kind",
    "chosen_hours",
    "hot_dagdelen",
    "hot_hours",
]

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

Kind = Literal["druk", "ongewoon"]

#: With fewer whole weeks than this nothing is said about chance.
FEWEST_WEEKS: Final = 4

#: A ratio of fewer events than this says more than the data do.
LEAST_FOR_RATIO: Final = 20

_DAY: Final = dt.timedelta(days=1)

_TESTS: Final[dict[Kind, Callable[..., hottimes.HotHours]]] = {
    "druk": hottimes.busy_hours,
    "ongewoon": hottimes.hot_hours,
}


@dataclass(frozen=True, eq=False)
class HotMoments:
    """Hours (or dagdelen) of the week beside what was expected of them.

    Attributes
    ----------
    table : DataFrame
        One row a moment; see :func:`hot_hours` and :func:`hot_dagdelen`.
    blocks : DataFrame
        Adjacent moments that stand out, joined: ``weekdays`` (tuple), ``start``, ``end`` (hours;
        past midnight belongs to the evening before), ``count``, ``expected``, ``certainty``,
        ``largest_week`` (share of the count in its busiest week). Surest and largest first.
    weeks : int
        Whole weeks that were tested; 0 where there are too few to say anything about chance.
    first, end : date or None
        First day of those weeks and the day after the last one.
    dispersion : float
        Variance divided by mean from week to week; NaN where nothing was tested.
    """

    table: pd.DataFrame
    blocks: pd.DataFrame
    weeks: int
    first: dt.date | None
    end: dt.date | None
    dispersion: float


def hot_hours(
    engine: Engine,
    selection: Selection,
    *,
    kind: Kind = "druk",
    zone: str = "Europe/Amsterdam",
    hide_below: int = 5,
) -> HotMoments:
    """Compare every hour of the week with what was expected of it.

    Parameters
    ----------
    engine, selection
        Rows without a known time are in no hour.
    kind : {"druk", "ongewoon"}
        Beside the mean hour of the week, or beside what its day and its hour give together.
    zone : str
        Clock of the municipality: a day on which it changes has 23 or 25 hours.
    hide_below : int, default 5

    Returns
    -------
    HotMoments
        Its ``table`` has 168 rows: ``weekday`` (Monday 0), ``hour``, ``chosen`` (within the
        weekdays and hours of the selection; elsewhere there is no count), ``count``, ``hidden``,
        ``exposure`` (hours that passed in the days with data of the period), ``expected`` (in the
        same hours), ``ratio`` (count / expected, missing where either is under 20),
        ``surprise`` (count minus expected in standard deviations), ``q`` and ``certainty``.

    Notes
    -----
    Counts and expectations are of the whole period; the test is that of
    :mod:`thor_metrics.hottimes` on its whole weeks with data, if there are at least four, and is
    corrected for all 168 hours whatever is chosen. Expected is then what those weeks expect per
    hour of exposure, else what the totals of the period give. Of a hidden count everything made
    from it is hidden too; where any is, expectations are whole numbers.
    """
    return _moments(engine, selection, kind, zone=zone, hide_below=hide_below, parts=_hours())


def hot_dagdelen(
    engine: Engine,
    selection: Selection,
    *,
    kind: Kind = "druk",
    zone: str = "Europe/Amsterdam",
    hide_below: int = 5,
) -> HotMoments:
    """Compare nights, mornings, afternoons and evenings: for numbers too small for hours.

    Returns
    -------
    HotMoments
        As :func:`hot_hours`, with 28 rows and ``dagdeel`` and ``start``, ``end`` (hours) instead
        of ``hour``. With hours chosen a dagdeel is ``chosen`` where all of its hours are.
    """
    parts = list(hottimes.DAGDELEN.items())
    return _moments(engine, selection, kind, zone=zone, hide_below=hide_below, parts=parts)


def chosen_hours(selection: Selection) -> Mask:
    """Tell which hours of the week a selection holds, (7, 24) and Monday first.

    Examples
    --------
    >>> from thor_metrics.model import Hours
    >>> night = Selection(Period.parse("2026"), weekdays=(4,), hours=Hours(22, 2))
    >>> np.argwhere(chosen_hours(night)).tolist()
    [[4, 22], [4, 23], [5, 0], [5, 1]]
    """
    chosen = np.zeros((7, 24), dtype=bool)
    days = np.array(selection.weekdays or range(7))
    if selection.hours is None:
        chosen[days] = True
        return chosen
    evening, night = selection.hours.before_midnight, selection.hours.past_midnight
    chosen[np.ix_(days, np.array(evening))] = True
    if night:
        chosen[np.ix_((days + 1) % 7, np.array(night))] = True
    return chosen


_Parts = Sequence[tuple[str, tuple[int, int]]]


def _hours() -> _Parts:
    return [("", (hour, hour + 1)) for hour in range(24)]


def _moments(
    engine: Engine,
    selection: Selection,
    kind: Kind,
    *,
    zone: str,
    hide_below: int,
    parts: _Parts,
) -> HotMoments:
    """Count, expect and test parts of the day; ``parts`` are names and half-open hours."""
    with_data = _with_data(engine, selection)
    found = _per_date_and_hour(engine, selection)
    chosen = chosen_hours(selection)
    exposure, weekly = np.zeros((7, 24)), np.zeros((0, 7, 24))
    first = end = None
    if with_data is not None:
        exposure = hottimes.exposure_hours(with_data.start, with_data.end, zone=zone)
        first, end = hottimes.whole_weeks(with_data.start, with_data.end)
        weekly = hottimes.week_counts(
            found["date"] + pd.to_timedelta(found["hour"], unit="h"),
            with_data.start,
            with_data.end,
            weights=found["count"].to_numpy(),
        )
    counts, people = (_week(found, name) for name in ("count", "people"))
    tested = len(weekly) >= FEWEST_WEEKS and first is not None and end is not None
    summed = [_by_part(grid, parts) for grid in (counts, people, exposure, weekly)]
    result = _expected(summed[0], summed[2], kind)
    q = np.full((7, len(parts)), np.nan)
    phi = np.nan
    if tested:
        assert first is not None
        assert end is not None
        hours = _by_part(hottimes.exposure_hours(first, end, zone=zone), parts)
        test = _TESTS[kind](_padded(summed[3]), exposure=_padded(hours))
        q, phi = test.q[:, : len(parts)], test.dispersion
        # The rate of the whole weeks, over all hours of the period.
        result = test.expected[:, : len(parts)] * summed[2] / hours
    inside = np.stack([chosen[:, a:b].all(axis=1) for _, (a, b) in parts], axis=1)
    table = pd.DataFrame(
        {
            "weekday": np.repeat(np.arange(7), len(parts)),
            "dagdeel": [name for name, _ in parts] * 7,
            "start": [hours[0] for _, hours in parts] * 7,
            "end": [hours[1] for _, hours in parts] * 7,
            "chosen": inside.ravel(),
            "exposure": summed[2].ravel(),
            "expected": result.ravel(),
            "q": q.ravel(),
        }
    )
    only_people = bool(0 < counts[chosen].sum() == people[chosen].sum())
    table = _shown(table, summed[0].ravel(), only_people=only_people, below=hide_below, phi=phi)
    blocks = joined(table, summed[3].reshape(len(weekly), 7 * len(parts)))
    if len(parts) == 24:
        table = table.rename(columns={"start": "hour"}).drop(columns=["dagdeel", "end"])
    enough = len(weekly) if tested else 0
    return HotMoments(
        table, blocks, enough, first if tested else None, end if tested else None, float(phi)
    )


def _with_data(engine: Engine, selection: Selection) -> Period | None:
    """Give the part of the period for which there are data; days outside it had no exposure."""
    span = engine.spans.get(selection.series)
    if span is None:
        return None
    start = max(selection.period.start, span[0])
    end = min(selection.period.end, span[1] + _DAY)
    return Period(start, end) if start < end else None


def _per_date_and_hour(engine: Engine, selection: Selection) -> pd.DataFrame:
    """Count per local date and hour, all hours of the week whatever moment is chosen."""
    table = engine.tables[selection.series]
    query = (
        sa.select(
            table.c.date,
            table.c.hour,
            weight(table).label("count"),
            weight(table, about_people(table)).label("people"),
        )
        .where(
            *period_conditions(table, selection),
            *area_conditions(table, selection),
            *subject_conditions(table, selection),
            *counted_conditions(table),
            table.c.time_known.is_(True),
            table.c.hour.is_not(None),
        )
        .group_by(table.c.date, table.c.hour)
    )
    return engine.run(query)


def _week(found: pd.DataFrame, name: str) -> Floats:
    place = found["date"].dt.day_of_week.to_numpy() * 24 + found["hour"].to_numpy(np.int64)
    amounts = found[name].to_numpy(np.float64)
    grid: Floats = np.bincount(place, weights=amounts, minlength=168).astype(np.float64)
    return grid.reshape(7, 24)


def _by_part(grid: Floats, parts: _Parts) -> Floats:
    return np.stack([grid[..., a:b].sum(axis=-1) for _, (a, b) in parts], axis=-1)


def _padded(grid: Floats) -> Floats:
    """Put parts of the day where hours stand: an hour without exposure is not tested."""
    room = np.zeros((*grid.shape[:-1], 24))
    room[..., : grid.shape[-1]] = grid
    return room


def _expected(counts: Floats, exposure: Floats, kind: Kind) -> Floats:
    """Expect of the whole period what its totals and its hours give."""
    # One stretch holds no variation and so no test, but the expectation is the same sum.
    # Rows in an hour that did not exist (a clock that was wrong) have nothing to be compared with.
    usable = np.where(exposure > 0, counts, 0.0)
    found = _TESTS[kind](_padded(usable)[np.newaxis], exposure=_padded(exposure))
    return found.expected[:, : counts.shape[1]]


def _shown(
    table: pd.DataFrame, counts: Floats, *, only_people: bool, below: int, phi: float
) -> pd.DataFrame:
    """Add counts as they may be shown, and what follows from them."""
    chosen = table["chosen"].to_numpy()
    asked = table.loc[chosen].assign(count=counts[chosen].astype(np.int64))
    asked = privacy.hide_small(asked, "count", about_people=only_people, below=below)
    count = asked["count"].reindex(table.index)
    hidden = asked["hidden"].reindex(table.index, fill_value=False)
    known = count.astype("Float64").to_numpy(dtype=np.float64, na_value=np.nan)
    expected = table["expected"].to_numpy()
    if hidden.any():
        expected = np.round(expected)
    expected = np.where(hidden, np.nan, expected)
    q = np.where(np.isnan(known), np.nan, table["q"].to_numpy())
    spread = np.sqrt(expected * (1.0 if np.isnan(phi) else phi))
    enough = (known >= LEAST_FOR_RATIO) & (expected >= LEAST_FOR_RATIO)
    positive = expected > 0
    with np.errstate(invalid="ignore", divide="ignore"):
        columns: dict[str, Any] = {
            "count": count,
            "hidden": hidden,
            "exposure": table["exposure"],
            "expected": expected,
            "ratio": np.where(enough, known / expected, np.nan),
            "surprise": np.where(positive, (known - expected) / spread, np.nan),
            "q": q,
            "certainty": stats.certainty(q),
        }
    return table.drop(columns=["exposure", "expected", "q"]).assign(**columns)
