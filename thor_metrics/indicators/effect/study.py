"""Effort beside effect: reports at a place before and during an action, and elsewhere."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd
import sqlalchemy as sa
from numpy.typing import NDArray

from thor_metrics import effects
from thor_metrics.engine import Engine
from thor_metrics.indicators.breaks import breaks
from thor_metrics.indicators.effect.area import Area
from thor_metrics.indicators.effect.controls import Dose, dose
from thor_metrics.indicators.effect.likeness import chosen_like, likeness, steady
from thor_metrics.indicators.effect.windows import Windows, choose_windows
from thor_metrics.indicators.selection import (
    ABOUT_PEOPLE,
    counted_conditions,
    period_conditions,
    weight,
)
from thor_metrics.model import Period, Selection

__all__ = ["NOT_JUDGED", "RING", "EffectStudy", "action_effect"]

#: Metres round the place in which nuisance may have moved.
RING: Final = 150.0

#: The verdict where the windows cannot be compared.
NOT_JUDGED: Final = "niet te beoordelen"

#: Why a buurt is compared with, or is not.
ALIKE: Final = "gekozen"
ALL_OF_THEM: Final = "gekozen: te weinig geschiedenis voor een keuze"
LESS_ALIKE: Final = "lijkt minder"
TOO_SMALL: Final = "te weinig meldingen"
TOO_NEAR: Final = "raakt de plek"
OWN_ACTION: Final = "hier liep ook een actie"
OWN_CHANGE: Final = "veranderde zelf sterk"

#: The change that "how many reports would it take" is told for: a fifth less.
_WORTH_SHOWING: Final = 0.8

_DAY: Final = dt.timedelta(days=1)

Pair = tuple[int, int]


@dataclass(frozen=True, eq=False)
class EffectStudy:
    """Everything behind the verdict on one action.

    Attributes
    ----------
    verdict : str
        "minder", "meer", "geen aantoonbaar verschil", "te weinig gegevens" or "niet te
        beoordelen". Said of reports at the place compared with elsewhere; never of a cause.
    windows : Windows
        What is compared; its ``why`` says why nothing can be.
    place, ring, elsewhere : (int, int) or None
        Citizens' reports of the theme before and during the action: at the place, within
        150 metres round it, and in the buurten compared with. ``None`` where hidden.
    own : (int, int) or None
        Own findings at the place before and during; another series, shown apart.
    estimate : Estimate or None
        Ratio of the change at the place to that elsewhere, with its 95 % interval.
    needed : int or None
        Reports before the action that would show a fifth less, with as long a window.
    moved : Difference or None
        Reports more or fewer at place and ring together than elsewhere leads one to expect.
    quotient, prevented : float
        Weighted displacement quotient and total net effect: a description without interval.
    dose : Dose
        Controls of the theme at the place, before and during.
    areas : DataFrame
        Buurten with reports, those compared with and most alike first: ``buurt, before, after,
        hidden, likeness`` (missing where history is short), ``chosen, why``.
    weeks : DataFrame
        ``week`` (first day), ``window`` ("voor", "tijdens", ""), ``count``, ``usual`` (the
        buurten compared with, brought to the level of the place before). Empty where the theme
        is about people.
    """

    verdict: str
    windows: Windows
    place: Pair | None = None
    ring: Pair | None = None
    elsewhere: Pair | None = None
    own: Pair | None = None
    estimate: effects.Estimate | None = None
    needed: int | None = None
    moved: effects.Difference | None = None
    quotient: float = math.nan
    prevented: float = math.nan
    dose: Dose | None = None
    areas: pd.DataFrame | None = None
    weeks: pd.DataFrame | None = None


def action_effect(
    engine: Engine,
    selection: Selection,
    *,
    x: float,
    y: float,
    radius: float,
    outline: str = "",
    selected: tuple[dt.date, dt.date] | None = None,
    baseline: dt.date | None = None,
    compared: Sequence[str] = (),
    avoid: Sequence[str] = (),
    hide_below: int = 5,
) -> EffectStudy:
    """Compare citizens' reports at a place before and during an action with those elsewhere.

    Parameters
    ----------
    engine : Engine
    selection : Selection
        The period is that of the action; the themes are what it is about. Nothing else holds.
    x, y, radius, outline
        The place: see :class:`~thor_metrics.indicators.effect.area.Area`.
    selected : (date, date), optional
        When the place stood out, half-open; it can never be the window before.
    baseline : date, optional
        First day of the window before; default: see :func:`choose_windows`.
    compared : sequence of str
        Buurten to compare with; default: those whose history is most like that of
        the place, at least twelve and with five times its reports, but for those that had a
        change of their own.
    avoid : sequence of str
        Buurten where something was done too: never chosen by themselves.
    hide_below : int, default 5
        Smallest count about people that is shown.

    Returns
    -------
    EffectStudy

    Notes
    -----
    :func:`thor_metrics.effects.rate_ratio` on the totals of equal windows. Its variance is
    phi_t (1/A1 + 1/A0) + phi_c (1/C1 + 1/C0) + tau2: phi_t from the weekly counts at the place,
    phi_c and tau2 (DerSimonian & Laird 1986) from how unlike the buurten compared with changed
    among themselves, so that a place is not called changed for what buurten do by themselves.
    Buurten that the ring touches are left out.
    """
    table = engine.tables["incidents"]
    span = engine.spans.get("incidents")
    if span is None:
        return EffectStudy(NOT_JUDGED, _nothing(selection.period))
    since = [day.date() for day in breaks(engine, "incidents")["since"]]
    windows = choose_windows(
        selection.period,
        data=Period(span[0], span[1] + _DAY),
        selected=Period(*selected) if selected else None,
        baseline=baseline,
        breaks=since,
    )
    area = Area(x, y, radius, outline)
    if windows.before is None or windows.after is None:
        return EffectStudy(
            NOT_JUDGED, windows, dose=dose(engine, selection, area, windows, hide_below=hide_below)
        )
    people = bool(selection.themes) and set(selection.themes) <= set(ABOUT_PEOPLE)
    near = _near(engine, table, selection, area, windows)
    city = _city(engine, table, selection, windows)
    study = _Study(windows, near, city, people=people, below=hide_below)
    free = city.index.difference([*near.touched, *avoid])
    like = likeness(near.history, city.loc[free], _other_weeks(windows, city.columns))
    if compared:
        chosen = [code for code in compared if code in city.index]
        alike = chosen
    else:
        before = study.totals(free)[0]
        alike = chosen_like(like, before, place=study.counts()[0])
        kept = steady(*(part.to_numpy(np.float64) for part in study.totals(alike)))
        chosen = [code for code, there in zip(alike, kept, strict=True) if there]
    why = study.why(chosen, alike, like, avoid)
    found = study.measured(chosen)
    return replace(
        found,
        own=_own(engine, selection, area, windows, people=people, below=hide_below),
        dose=dose(engine, selection, area, windows, hide_below=hide_below),
        areas=study.compared(chosen, like, why),
    )


def _nothing(period: Period) -> Windows:
    why = "Er zijn nog geen meldingen geladen. Laad meldingen bij Inlezen."
    return Windows(period, None, None, why)


# --- counts --------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class _Near:
    """Weekly counts (weeks of the whole history, counted from the start of the action)."""

    history: pd.Series
    ring: pd.Series
    touched: tuple[str, ...]


def _near(
    engine: Engine, table: sa.Table, selection: Selection, area: Area, windows: Windows
) -> _Near:
    rows = engine.run(
        sa.select(table.c.x, table.c.y, table.c.date, table.c.theme, table.c.buurt).where(
            *_until(table, windows), *area.box(table, RING), *counted_conditions(table)
        )
    )
    away = area.distance(rows["x"], rows["y"])
    week = _week(rows["date"], windows)
    mine = rows["theme"].isin(selection.themes) if selection.themes else rows["theme"].notna()

    def counted(where: NDArray[np.bool_]) -> pd.Series:
        return pd.Series(week[where & mine.to_numpy()]).value_counts()

    touched = rows.loc[away <= RING, "buurt"].dropna().unique().tolist()
    return _Near(counted(away == 0), counted((away > 0) & (away <= RING)), tuple(touched))


def _city(engine: Engine, table: sa.Table, selection: Selection, windows: Windows) -> pd.DataFrame:
    """Count reports a week (columns) in every buurt (rows)."""
    where = [*_until(table, windows), *counted_conditions(table), table.c.buurt.is_not(None)]
    if selection.themes:
        where.append(table.c.theme.in_(selection.themes))
    rows = engine.run(
        sa.select(table.c.buurt, table.c.date, sa.func.count().label("count"))
        .where(*where)
        .group_by(table.c.buurt, table.c.date)
    )
    week = _week(rows["date"], windows)
    wide = rows.assign(week=week).pivot_table(
        index="buurt", columns="week", values="count", aggfunc="sum", fill_value=0
    )
    first = int(week.min()) if len(week) else 0
    return wide.reindex(columns=range(min(first, _first(windows)), windows.weeks), fill_value=0)


def _until(table: sa.Table, windows: Windows) -> list[sa.ColumnElement[bool]]:
    assert windows.after is not None
    return [table.c.date < windows.after.end]


def _week(dates: pd.Series, windows: Windows) -> NDArray[np.int64]:
    """Number the weeks from the first of the action, which is 0."""
    assert windows.after is not None
    days = dates.to_numpy("datetime64[D]") - np.datetime64(windows.after.start)
    return np.asarray(np.floor_divide(days.astype(np.int64), 7))


def _first(windows: Windows) -> int:
    """Number of the first week of the window before."""
    assert windows.before is not None
    assert windows.after is not None
    return (windows.before.start - windows.after.start).days // 7


def _other_weeks(windows: Windows, weeks: pd.Index) -> NDArray[np.int64]:
    """Weeks that are no part of what is compared, nor of what made somebody choose the place."""
    assert windows.after is not None
    taken = set(range(_first(windows), _first(windows) + windows.weeks)) | set(range(windows.weeks))
    start, end = (
        (day - windows.after.start).days
        for day in (windows.selected.start, windows.selected.end - _DAY)
    )
    taken |= set(range(start // 7, end // 7 + 1))
    return np.array(sorted(set(weeks.tolist()) - taken), dtype=np.int64)


# --- the study -----------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class _Study:
    windows: Windows
    near: _Near
    city: pd.DataFrame
    people: bool
    below: int

    @property
    def _before(self) -> list[int]:
        return list(range(_first(self.windows), _first(self.windows) + self.windows.weeks))

    @property
    def _after(self) -> list[int]:
        return list(range(self.windows.weeks))

    def _pair(self, weekly: pd.Series) -> Pair:
        before, after = (
            int(weekly.reindex(weeks, fill_value=0).sum()) for weeks in (self._before, self._after)
        )
        return before, after

    def _small(self, *counts: int) -> bool:
        return self.people and any(0 < count < self.below for count in counts)

    def measured(self, chosen: list[str]) -> EffectStudy:
        """Estimate with the chosen buurten; without any, against the place itself."""
        place, ring = self.counts(), self._pair(self.near.ring)
        weekly = self.city.loc[chosen].sum(axis=0)
        elsewhere = self._pair(weekly)
        if self._small(*place, *elsewhere):
            return EffectStudy(effects.TOO_FEW, self.windows)
        if not sum(place):
            return EffectStudy(effects.TOO_FEW, self.windows, place=place, elsewhere=elsewhere)
        estimate = self._estimate(place, elsewhere, chosen)
        found = EffectStudy(
            verdict=effects.verdict(estimate),
            windows=self.windows,
            place=place,
            elsewhere=elsewhere,
            estimate=estimate,
            needed=effects.needed(
                _WORTH_SHOWING,
                dispersion=max(float(estimate.dispersion), 1.0),
                control=elsewhere[0] / place[0] if place[0] and elsewhere[0] else math.inf,
            ),
            weeks=_no_weeks() if self.people else self._weeks(place, elsewhere, weekly),
        )
        # A ring of people is a difference of two circles: the small part would be known.
        return found if self.people else self._with_ring(found, place, ring, elsewhere)

    def _estimate(self, place: Pair, elsewhere: Pair, chosen: list[str]) -> effects.Estimate:
        before, after = (
            self.near.history.reindex(weeks, fill_value=0).to_numpy(np.float64)
            for weeks in (self._before, self._after)
        )
        if not elsewhere[0] or not elsewhere[1]:
            return effects.before_after(before, after)
        phi, df = effects.period_dispersion(before, after)
        own = sum(1.0 / max(count, 0.5) for count in place)
        theirs = sum(1.0 / count for count in elsewhere)
        phi_areas, tau2 = self._unlike(chosen)
        variance = float(phi) * own + phi_areas * theirs + tau2
        return effects.rate_ratio(*place, *elsewhere, dispersion=variance / (own + theirs), df=df)

    def _unlike(self, chosen: list[str]) -> tuple[float, float]:
        """How unlike the buurten changed: as a dispersion of their sum, and as a variance."""
        before, after = (part.to_numpy(np.float64) for part in self.totals(chosen))
        known = (before > 0) & (after > 0)
        before, after = before[known], after[known]
        if len(before) < 2:
            return 1.0, 0.0
        whole = before + after
        expected = whole * before.sum() / whole.sum()
        chi2 = float(((before - expected) ** 2 / (expected * (whole - expected) / whole)).sum())
        w = 1.0 / (1.0 / before + 1.0 / after)
        spread = w.sum() - (w**2).sum() / w.sum()
        return (
            max(1.0, chi2 / (len(before) - 1)),
            max(0.0, (chi2 - (len(before) - 1)) / float(spread)),
        )

    def _with_ring(
        self, found: EffectStudy, place: Pair, ring: Pair, elsewhere: Pair
    ) -> EffectStudy:
        found = replace(found, ring=ring)
        if not elsewhere[0] or found.estimate is None:
            return found
        quotient, prevented = effects.weighted_displacement_quotient(place, ring, elsewhere)
        moved = effects.weighted_displacement_difference(
            place,
            elsewhere,
            displacement=ring,
            # One control stands for both: it counts for as many reports as they had.
            weights=(max(place[0] + ring[0], 0.5) / elsewhere[0], 1.0),
            dispersion=max(float(found.estimate.dispersion), 1.0),
            df=float(found.estimate.df),
        )
        return replace(found, quotient=quotient, prevented=prevented, moved=moved)

    def _weeks(self, place: Pair, elsewhere: Pair, weekly: pd.Series) -> pd.DataFrame:
        assert self.windows.after is not None
        numbers = np.arange(_first(self.windows), self.windows.weeks)
        before, after = set(self._before), set(self._after)
        scale = place[0] / elsewhere[0] if elsewhere[0] else math.nan
        return pd.DataFrame(
            {
                "week": pd.to_datetime(
                    [self.windows.after.start + 7 * int(number) * _DAY for number in numbers]
                ),
                "window": [
                    "voor" if number in before else "tijdens" if number in after else ""
                    for number in numbers
                ],
                "count": self.near.history.reindex(numbers, fill_value=0).to_numpy(np.int64),
                "usual": weekly.reindex(numbers, fill_value=0).to_numpy(np.float64) * scale,
            }
        )

    def counts(self) -> Pair:
        """Reports at the place in the two windows."""
        return self._pair(self.near.history)

    def totals(self, codes: Sequence[str] | pd.Index) -> tuple[pd.Series, pd.Series]:
        """Reports of buurten in the two windows."""
        mine = self.city.loc[list(codes)]
        return mine[self._before].sum(axis=1), mine[self._after].sum(axis=1)

    def why(
        self,
        chosen: list[str],
        alike: list[str],
        like: pd.Series | None,
        avoid: Sequence[str],
    ) -> pd.Series:
        """Say of every buurt why it is compared with, or is not."""
        said = pd.Series(LESS_ALIKE, index=self.city.index)
        if like is not None:
            said[said.index.difference(like.index)] = TOO_SMALL
        said[alike] = OWN_CHANGE
        said[said.index.isin(avoid)] = OWN_ACTION
        said[said.index.isin(self.near.touched)] = TOO_NEAR
        said[chosen] = ALL_OF_THEM if like is None else ALIKE
        return said

    def compared(self, chosen: list[str], like: pd.Series | None, why: pd.Series) -> pd.DataFrame:
        """List every buurt with reports, and whether it is compared with."""
        codes = why.index
        before, after = (part.to_numpy(np.int64) for part in self.totals(codes))
        small = np.array(
            [self._small(*pair) for pair in zip(before, after, strict=True)], dtype=bool
        )
        near = pd.Series(np.nan, index=codes) if like is None else like.reindex(codes)
        frame = pd.DataFrame(
            {
                "buurt": codes,
                "before": pd.Series(before, dtype="Int64").mask(small),
                "after": pd.Series(after, dtype="Int64").mask(small),
                "hidden": small,
                "likeness": near.to_numpy(np.float64),
                "chosen": codes.isin(chosen),
                "why": why.to_numpy(),
            }
        )
        return frame.sort_values(
            ["chosen", "likeness", "buurt"], ascending=[False, True, True], na_position="last"
        ).reset_index(drop=True)


def _no_weeks() -> pd.DataFrame:
    return pd.DataFrame({"week": pd.to_datetime([]), "window": [], "count": [], "usual": []})


def _own(
    engine: Engine,
    selection: Selection,
    area: Area,
    windows: Windows,
    *,
    people: bool,
    below: int,
) -> Pair | None:
    """Count own findings at the place before and during."""
    table = engine.tables["observations"]
    pair: list[int] = []
    for period in (windows.before, windows.after):
        assert period is not None
        where = [*period_conditions(table, Selection(period)), *area.box(table)]
        if selection.themes:
            where.append(table.c.theme.in_(selection.themes))
        rows = engine.run(
            sa.select(table.c.x, table.c.y, weight(table).label("amount"))
            .where(*where)
            .group_by(table.c.x, table.c.y)
        )
        inside = area.distance(rows["x"], rows["y"]) == 0
        pair.append(int(rows["amount"][inside].sum()))
    if people and any(0 < count < below for count in pair):
        return None
    return pair[0], pair[1]
