"""What a written-down action asks of the numbers, and what all actions together say.

The ledger knows words, the indicators know counts; here the one becomes a question to the other.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from thor_metrics import effects
from thor_metrics.geo import AreaMap
from thor_metrics.indicators.effect import EffectStudy
from thor_metrics.indicators.week import WeekDemand
from thor_metrics.model import Period, Selection

__all__ = [
    "Deed",
    "Draft",
    "control_options",
    "effect_options",
    "measurable",
    "moments_of",
    "per_half_year",
    "period_of",
    "selection_of",
    "study_row",
    "together",
    "with_actions",
]

#: One row of :meth:`thor_metrics.ledger.Ledger.actions`.
Deed = Mapping[Hashable, Any]

_DAY: Final = dt.timedelta(days=1)
_YEAR: Final = 364 * _DAY

#: An action without an end is followed for as long as this.
_OPEN_END: Final = dt.timedelta(days=365)


def period_of(deed: Deed) -> Period | None:
    """Give the days of an action, half-open; ``None`` before somebody chose its first day.

    Examples
    --------
    >>> day = pd.Timestamp
    >>> period_of({"starts": day(2026, 1, 12), "ends": day(2026, 6, 28)})
    Period(start=datetime.date(2026, 1, 12), end=datetime.date(2026, 6, 29))
    """
    if pd.isna(deed["starts"]):
        return None
    start = deed["starts"].date()
    return Period(start, start + _OPEN_END if pd.isna(deed["ends"]) else deed["ends"].date() + _DAY)


def measurable(deed: Deed) -> bool:
    """Tell whether an action has begun for real: a plan has no effect."""
    return deed["stage"] not in {"voorstel", "gepland"} and period_of(deed) is not None


def selection_of(deed: Deed) -> Selection:
    """Give the days and the theme of an action.

    Raises
    ------
    ValueError
        When it has no first day.
    """
    period = period_of(deed)
    if period is None:
        raise ValueError(f"action {deed['id']} has no first day; ask measurable() first")
    return Selection(period, themes=(deed["theme"],))


def effect_options(deed: Deed, others: pd.DataFrame, areas: AreaMap) -> dict[str, Any]:
    """Give what :func:`~thor_metrics.indicators.effect.action_effect` has to know of an action.

    Parameters
    ----------
    deed : mapping
    others : DataFrame
        All actions: those of the same theme that ran in the compared years make their buurt unfit
        to compare with.
    areas : AreaMap
    """
    options = _place(deed)
    if pd.notna(deed["selected_from"]) and pd.notna(deed["selected_to"]):
        options["selected"] = (deed["selected_from"].date(), deed["selected_to"].date() + _DAY)
    return {**options, "compared": tuple(deed["compared"]), "avoid": _busy(deed, others, areas)}


def _place(deed: Deed) -> dict[str, Any]:
    return {
        "x": float(deed["x"]),
        "y": float(deed["y"]),
        "radius": float(deed["radius"]),
        "outline": str(deed["outline"]),
    }


def _busy(deed: Deed, others: pd.DataFrame, areas: AreaMap) -> tuple[str, ...]:
    """Codes of buurten where something of the same theme was done in the compared years."""
    mine = selection_of(deed).period
    alike = others[
        (others["theme"] == deed["theme"])
        & (others["id"] != deed["id"])
        & (others["starts"] < pd.Timestamp(mine.end))
        & ~(others["ends"] < pd.Timestamp(mine.start - _YEAR))
        & ~others["stage"].isin(["voorstel", "gepland"])
    ]
    found = areas.place(alike["x"].to_numpy(np.float64), alike["y"].to_numpy(np.float64))
    return tuple(sorted({areas.codes[number] for number in found if number >= 0}))


def control_options(deed: Deed, matches: Mapping[str, bool]) -> dict[str, Any]:
    """Give what :func:`~thor_metrics.indicators.effect.action_controls` has to know."""
    return {
        **_place(deed),
        "added": tuple(sorted(key for key, belongs in matches.items() if belongs)),
        "left_out": tuple(sorted(key for key, belongs in matches.items() if not belongs)),
    }


# --- together ------------------------------------------------------------------------------------


def study_row(deed: Deed, study: EffectStudy) -> dict[str, Any]:
    """Put an action beside its verdict, one row of a table of many.

    Returns
    -------
    dict
        ``id, title, kind, theme, gebied, starts, ends, verdict, before, after, elsewhere_before,
        elsewhere_after, ratio, low, high, se_log, events``; numbers are missing where hidden or
        not judged.
    """
    nothing = effects.Estimate(np.nan, np.nan, np.nan, np.nan)
    estimate = study.estimate or nothing
    before, after = study.place or (None, None)
    there, then = study.elsewhere or (None, None)
    return {
        **{name: deed[name] for name in ("id", "title", "kind", "theme", "gebied")},
        "starts": deed["starts"],
        "ends": deed["ends"],
        "verdict": study.verdict,
        "before": before,
        "after": after,
        "elsewhere_before": there,
        "elsewhere_after": then,
        "ratio": float(estimate.ratio),
        "low": float(estimate.low),
        "high": float(estimate.high),
        "se_log": float(estimate.se_log),
        "events": float(before + after) if before is not None and after is not None else np.nan,
    }


_TOGETHER: Final = ("kind", "n", "ratio", "low", "high", "next_low", "next_high", "i2", "verdict")


def together(rows: Iterable[Mapping[Any, Any]], *, at_least: int = 2) -> pd.DataFrame:
    """Summarise the effects of actions by kind, allowing that they differ.

    Parameters
    ----------
    rows : iterable of mapping
        Of :func:`study_row`.
    at_least : int, default 2
        Kinds with fewer actions that could be measured are left out: one action is itself.

    Returns
    -------
    DataFrame
        ``kind, n`` (actions measured), ``ratio, low, high`` (mean and 95 % interval),
        ``next_low, next_high`` (where a next one is expected; missing under three), ``i2``,
        ``verdict``; most actions first. See :func:`thor_metrics.effects.pooled`.

    Examples
    --------
    >>> rows = [
    ...     {"kind": "borden", "ratio": r, "low": r / 1.3, "high": r * 1.3, "se_log": 0.13,
    ...      "events": 200.0} for r in (0.7, 0.75, 0.65)
    ... ]
    >>> together(rows)[["kind", "n", "verdict"]].values.tolist()
    [['borden', 3, 'minder']]
    """
    frame = pd.DataFrame(list(rows))
    found = []
    for kind, part in frame.groupby("kind", sort=True) if len(frame) else ():
        measured = part[part["events"].ge(effects.FEWEST) & part["ratio"].gt(0)]
        columns = {
            name: measured[name].to_numpy(np.float64)
            for name in ("ratio", "low", "high", "se_log", "events")
        }
        mean = effects.pooled(effects.Estimate(**columns))
        if mean.n >= at_least:
            found.append(
                {
                    "kind": kind,
                    **{name: getattr(mean, name) for name in _TOGETHER[1:-1]},
                    "verdict": effects.verdict(mean),
                }
            )
    ordered = pd.DataFrame(found, columns=list(_TOGETHER))
    return ordered.sort_values(["n", "kind"], ascending=[False, True], ignore_index=True)


# --- from a place on screen ----------------------------------------------------------------------


@dataclass(frozen=True)
class Draft:
    """What is known of an action before anybody typed a word: taken over from the screen.

    Attributes
    ----------
    place_name : str
    x, y, radius : float
        Middle and reach, metres in the municipality's coordinate system.
    outline : str
        WKT polygon; empty for the circle.
    theme, gebied : str
        Empty where not known.
    moments : tuple of (int, int, int)
        Weekday (Monday 0), from hour, to hour: its hottime.
    selected : Period or None
        What was looked at when the place stood out.
    per_four_weeks : float or None
        Reports in four weeks of that period; ``None`` where hidden.
    """

    place_name: str
    x: float
    y: float
    radius: float = 50.0
    outline: str = ""
    theme: str = ""
    gebied: str = ""
    moments: tuple[tuple[int, int, int], ...] = ()
    selected: Period | None = None
    per_four_weeks: float | None = None


#: Hours of a planned moment, and how many moments a week are proposed: the plan's two controls.
_MOMENT_HOURS: Final = 3
_MOMENTS: Final = 2


def moments_of(week: NDArray[np.float64]) -> tuple[tuple[int, int, int], ...]:
    """Propose two moments a week: the busiest three hours of the two busiest weekdays.

    Parameters
    ----------
    week : ndarray, shape (7, 24)
        Counts by weekday and hour.

    Returns
    -------
    tuple of (int, int, int)
        Weekday (Monday 0), from hour, to hour, in the order of the week; none without counts.

    Examples
    --------
    >>> week = np.zeros((7, 24)); week[0, 8:11] = 3; week[4, 20:23] = 2; week[5, 20] = 1
    >>> moments_of(week)
    ((0, 8, 11), (4, 20, 23))
    """
    windows = np.lib.stride_tricks.sliding_window_view(week, _MOMENT_HOURS, axis=1).sum(axis=2)
    start, best = windows.argmax(axis=1), windows.max(axis=1)
    days = [day for day in np.argsort(-best, kind="stable")[:_MOMENTS] if best[day] > 0]
    return tuple(
        sorted((int(day), int(start[day]), int(start[day]) + _MOMENT_HOURS) for day in days)
    )


def per_half_year(actions: pd.DataFrame) -> pd.DataFrame:
    """Count actions per gebied and half-year in which they ran, by how far they are.

    Returns
    -------
    DataFrame
        ``half`` ("2026-H1"), ``gebied, actions, running, done, evaluated``; newest half-year
        first. An action of two half-years counts in both. Those without a first day are left out.

    Examples
    --------
    >>> per_half_year(pd.DataFrame({
    ...     "starts": [pd.Timestamp("2026-05-01")], "ends": [pd.Timestamp("2026-08-01")],
    ...     "gebied": ["Centrum"], "stage": ["bezig"],
    ... }))[["half", "actions", "running"]].values.tolist()
    [['2026-H2', 1, 1], ['2026-H1', 1, 1]]
    """
    rows = [
        {"half": half, "gebied": deed["gebied"], "stage": deed["stage"]}
        for deed in actions.to_dict("records")
        if (period := period_of(deed)) is not None
        for half in _halves(period)
    ]
    frame = pd.DataFrame(rows, columns=["half", "gebied", "stage"])
    stage = frame["stage"]
    counted = frame.assign(
        actions=1,
        running=stage.isin(["gepland", "bezig"]),
        done=stage.eq("afgerond"),
        evaluated=stage.eq("geëvalueerd"),
    ).groupby(["half", "gebied"], as_index=False)[["actions", "running", "done", "evaluated"]]
    found = counted.sum().astype(dict.fromkeys(("actions", "running", "done", "evaluated"), int))
    return found.sort_values(["half", "gebied"], ascending=[False, True], ignore_index=True)


def _halves(period: Period) -> list[str]:
    first, last = period.start, period.end - _DAY
    return [
        f"{year}-H{half}"
        for year in range(first.year, last.year + 1)
        for half in (1, 2)
        if dt.date(year, 6 * half - 5, 1) <= last
        and (dt.date(year, 7, 1) if half == 1 else dt.date(year + 1, 1, 1)) > first
    ]


def with_actions(demand: WeekDemand, actions: pd.DataFrame, week: Period) -> WeekDemand:
    """Ask for the moments of running actions too: as many visits a week at their place.

    Parameters
    ----------
    demand : WeekDemand
    actions : DataFrame
        All actions; those planned or going on in the week count, at the listed place nearest to
        them within their own reach.
    week : Period

    Returns
    -------
    WeekDemand
        With the larger of both minimums.
    """
    if demand.places.empty:
        return demand
    minimum = demand.places["minimum"].to_numpy(copy=True)
    x, y = (demand.places[axis].to_numpy(np.float64) for axis in ("x", "y"))
    for deed in actions.to_dict("records"):
        period = period_of(deed)
        if deed["stage"] not in {"gepland", "bezig"} or period is None:
            continue
        if period.start >= week.end or period.end <= week.start:
            continue
        away = np.hypot(x - deed["x"], y - deed["y"])
        nearest = int(away.argmin())
        if away[nearest] <= deed["radius"]:
            minimum[nearest] = max(minimum[nearest], len(deed["moments"]))
    return replace(demand, places=demand.places.assign(minimum=minimum))
