"""How far the plan is: for each monitor item its number, its target and a status by rule.

A status is never typed in. Change the data and it changes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd
import sqlalchemy as sa

from thor_metrics import dutch, stats
from thor_metrics.engine import Engine
from thor_metrics.errors import SelectionError
from thor_metrics.indicators import change, monitors
from thor_metrics.indicators.registry import INDICATORS, Indicator, known_period, measured
from thor_metrics.model import Period, Selection
from thor_metrics.plan import MonitorItem, Plan, Rule
from thor_metrics.progress.state import GOOD, LOOK, NOTHING, Papers, State, Status
from thor_metrics.schema import TABLES

__all__ = ["Papers", "State", "Status", "half_years", "states"]

#: A document in one of these does not count.
_NOT_THERE: Final = ("verlopen", "ingetrokken")
_DONE: Final = "vastgesteld"

_DAY: Final = dt.timedelta(days=1)


@dataclass(frozen=True)
class _Asked:
    """Everything a rule may look at."""

    engine: Engine
    papers: Papers
    selection: Selection
    plan: Plan
    today: dt.date
    hide_people_below: int
    hide_sanctions_below: int

    def measured(self, selection: Selection, key: str, by: Sequence[str] = ()) -> pd.DataFrame:
        """Give an indicator as it may be shown."""
        return measured(
            self.engine, selection, key=key, by=by, hide_people_below=self.hide_people_below,
            hide_sanctions_below=self.hide_sanctions_below,
        )  # fmt: skip


def states(
    engine: Engine,
    papers: Papers,
    plan: Plan,
    selection: Selection,
    *,
    today: dt.date,
    only: Collection[str] | None = None,
    hide_people_below: int = 10,
    hide_sanctions_below: int = 5,
) -> list[State]:
    """Work out every monitor item of the plan.

    Parameters
    ----------
    engine : Engine
    papers : Papers
    plan : Plan
    selection : Selection
        Period and gebied hold.
    today : date
        What "fresh", "planned" and "due" are measured from.
    only : collection of str, optional
        Numbers of the items that are wanted; default all.
    hide_people_below, hide_sanctions_below : int
        Smallest numbers that are shown.

    Returns
    -------
    list of State
        In the order of the plan.
    """
    asked = _Asked(engine, papers, selection, plan, today, hide_people_below, hide_sanctions_below)
    return [
        _aged(_RULES[item.target.rule](asked, item), asked)
        for item in plan.monitors.values()
        if only is None or item.id in only
    ]


def half_years(since: dt.date, today: dt.date) -> list[Period]:
    """Give the half-years that have ended, from the one ``since`` lies in.

    Examples
    --------
    >>> [str(one) for one in half_years(dt.date(2026, 1, 1), dt.date(2027, 3, 1))]
    ['2026-H1', '2026-H2']
    """
    found, year, half = [], since.year, 1 + (since.month > 6)
    while (period := Period.parse(f"{year}-H{half}")).end <= today:
        found.append(period)
        year, half = (year, 2) if half == 1 else (year + 1, 1)
    return found


# --- one number -----------------------------------------------------------------------------------


def _numbers(item: MonitorItem) -> tuple[Indicator, ...]:
    return tuple(one for one in INDICATORS.values() if one.monitor == item.id)


def _measured(asked: _Asked, indicator: Indicator) -> tuple[pd.Series, Selection]:
    """The headline number, over the period that it is known for."""
    selection = asked.selection
    if indicator.shy:
        last = selection.period.last_day
        try:
            period = known_period(selection.period)
        except SelectionError:  # more than a year: the year it ends in
            period = Period.parse(str(last.year))
        selection = replace(selection, period=period, buurt=None)
    row = asked.measured(selection, indicator.key).iloc[0]
    return row, selection


def _state(asked: _Asked, item: MonitorItem, status: Status, why: str, **more: object) -> State:
    return State(item, _numbers(item), status, why, newest=_newest(asked, item), **more)  # type: ignore[arg-type]


def _newest(asked: _Asked, item: MonitorItem) -> dt.date | None:
    """Last day with news in what fills the item, not later than today."""
    spans = [asked.engine.spans[name][1] for name in item.tables if name in asked.engine.spans]
    days = [min(span, asked.today) for span in spans]
    mine = _documents(asked, item)
    days += [moment.date() for moment in mine["changed_at"]]
    if item.target.rule == "actions":
        days += [moment.date() for moment in asked.papers.actions["changed_at"]]
    if item.documents == ("foto",):
        days += [day.date() for day in asked.papers.photos["created_at"]]
    return max(days, default=None)


def _aged(state: State, asked: _Asked) -> State:
    """Turn a good status into "aandacht" when the last news is too old."""
    item = state.item
    if state.status != GOOD or state.newest is None or item.survey:
        return state
    if (asked.today - state.newest).days <= item.max_age_days:
        return state
    return replace(
        state,
        status=LOOK,
        why=f"De laatste gegevens zijn van {dutch.date(state.newest)}. Laad een nieuw bestand.",
    )


def _nothing(asked: _Asked, item: MonitorItem, what: str = "") -> State:
    titles = [TABLES[name].title for name in item.tables]
    missing = what or f"Er zijn geen gegevens. Laad een bestand met {dutch.join(titles)}."
    return _state(asked, item, NOTHING, missing)


# --- the rules ------------------------------------------------------------------------------------


def _follow(asked: _Asked, item: MonitorItem) -> State:
    """Without a norm: there must be data, and they may not be clearly worse than a year before."""
    found = _numbers(item)
    if not found:
        return _nothing(asked, item)
    first = found[0]
    row, selection = _measured(asked, first)
    if row["suppressed"]:
        return _state(
            asked, item, GOOD, "Het aantal is klein en wordt daarom niet getoond.",
            unit=first.unit, period=selection.period,
        )  # fmt: skip
    if np.isnan(row["value"]):
        return _nothing(asked, item)
    before, worse = _year_before(asked, first, selection)
    why = "Er zijn gegevens; er is geen norm."
    if worse:
        why = f"Duidelijk {worse} dan een jaar eerder, meer dan toeval."
    return _state(
        asked, item, LOOK if worse else GOOD, why,
        value=float(row["value"]), unit=first.unit, period=selection.period, before=before,
    )  # fmt: skip


def _year_before(asked: _Asked, indicator: Indicator, selection: Selection) -> tuple[float, str]:
    """The number a year earlier; "hoger" or "lager" when that way is worse and no chance."""
    earlier = replace(selection, period=selection.period.year_earlier())
    table = indicator.numerator.table
    span = asked.engine.spans.get(table)
    if span is None or span[0] > earlier.period.start:
        return float("nan"), ""
    if not indicator.shy:  # what has not happened yet is not compared with what has
        until = min(selection.period.end, span[1] + _DAY)
        selection = replace(selection, period=Period(selection.period.start, until))
        earlier = replace(selection, period=selection.period.year_earlier())
    elif span[1] + _DAY < selection.period.end:
        return float("nan"), ""
    now, then = (asked.measured(one, indicator.key).iloc[0] for one in (selection, earlier))
    value = float(then["value"])
    if not indicator.better or np.isnan(value) or np.isnan(now["value"]):
        return value, ""
    if table == "incidents":
        since = change.breaks(asked.engine, "incidents")["since"].dt.date
        if ((since > earlier.period.start) & (since < selection.period.end)).any():
            return value, ""
    higher = _clearly(asked, indicator, selection, earlier, now, then)
    worse = {"lower": "hoger", "higher": "lager"}[indicator.better]
    return value, worse if higher == worse else ""


def _clearly(
    asked: _Asked, indicator: Indicator, selection: Selection, earlier: Selection, now: pd.Series,
    then: pd.Series,
) -> str:  # fmt: skip
    """Say "hoger" or "lager" when two numbers differ by more than chance, else ""."""
    if indicator.proportion:
        return _apart(now["low"], now["high"], then["low"], then["high"])
    if indicator.denominator is not None:
        return ""
    months = [
        asked.measured(one, indicator.key, ["month"])["numerator"] for one in (selection, earlier)
    ]
    counts = [part.dropna().to_numpy(float) for part in months]
    if min(len(part) for part in counts) < 3:
        return ""
    # Months of one year differ among themselves; more than that is needed to be news.
    spread = max(float(stats.dispersion(part)) for part in counts)
    ratio = stats.count_ratio(
        now["numerator"], then["numerator"],
        exposure=(selection.period.days, earlier.period.days),
        dispersion=spread, df=sum(len(part) - 1 for part in counts),
    )  # fmt: skip
    return _apart(float(ratio[1]), float(ratio[2]), 1.0, 1.0)


def _apart(low: float, high: float, other_low: float, other_high: float) -> str:
    if low > other_high:
        return "hoger"
    return "lager" if high < other_low else ""


def _visits(asked: _Asked, item: MonitorItem) -> State:
    target = item.target
    found = monitors.planned_visits(
        asked.engine, asked.selection, kind=target.of, norm=target.at_least
    )
    words = (
        f"minstens {target.at_least} geplande controles per week bij elk van de lastigste plekken "
        f"({target.of}), in {dutch.percent(target.share)} van de weken"
    )
    if found.places.empty or found.weeks is None:
        missing = (
            "Er is nog geen jaar met meldingen en objecten om de lastigste plekken te kiezen."
            if found.places.empty
            else "Er zijn geen hele weken met controles in deze periode."
        )
        return replace(_nothing(asked, item, missing), target=words)
    reached = found.reached
    weeks = found.by_week["week"].nunique()
    short = int((found.places["weeks_reached"] < target.share * weeks).sum())
    return _state(
        asked, item, GOOD if reached >= target.share else LOOK,
        f"Bij {len(found.places)} plekken, gemeten over {found.weeks.words()}; "
        + (f"{short} daarvan te vaak niet gehaald." if short else "overal gehaald."),
        value=reached, unit="% van de weken gehaald", period=found.weeks, target=words,
    )  # fmt: skip


def _per_year(asked: _Asked, item: MonitorItem) -> State:
    target = item.target
    year = Period.parse(str(asked.selection.period.last_day.year))
    whole = replace(asked.selection, period=year, gebied=None, buurt=None)
    indicator = INDICATORS[target.of]
    row = asked.measured(whole, target.of).iloc[0]
    words = f"minstens {target.at_least} {indicator.unit} per kalenderjaar"
    if np.isnan(row["value"]):
        return replace(_nothing(asked, item), target=words)
    passed = min(max((asked.today - year.start).days / year.days, 0.0), 1.0)
    needed = int(target.at_least * passed)
    count = int(row["value"])
    return _state(
        asked, item, GOOD if count >= needed else LOOK,
        f"{count} in {year.words()}"
        + ("." if passed == 1 else f"; op dit moment van het jaar mag je er {needed} verwachten."),
        value=float(count), unit=f"{indicator.unit} in {year.start.year}", period=year,
        target=words,
    )  # fmt: skip


def _documents(asked: _Asked, item: MonitorItem) -> pd.DataFrame:
    """Documents that fill an item: of its number, or of a kind it asks for."""
    every = asked.papers.documents
    mine = (every["monitor"] == item.id) | every["kind"].isin(item.documents)
    return every[mine & ~every["status"].isin(_NOT_THERE)]


def _in_register(asked: _Asked, item: MonitorItem) -> State:
    target = item.target
    found = _documents(asked, item)
    done = int((found["status"] == _DONE).sum())
    needed = target.at_least
    words = f"minstens {needed} vastgesteld" + (" aan het eind van het plan" * target.by_end)
    if target.by_end:
        whole = (asked.plan.end - asked.plan.start).days
        passed = min(max((asked.today - asked.plan.start).days / whole, 0.0), 1.0)
        needed = int(needed * passed)
    if found.empty:
        kinds = dutch.join(f"'{kind}'" for kind in item.documents)
        return replace(
            _nothing(asked, item, f"Er staat nog geen document {kinds} in het register."),
            target=words,
        )
    late = found["due_next"] < pd.Timestamp(asked.today)
    if late.any():
        status, why = LOOK, f"Een nieuwe versie had er {dutch.date(found['due_next'].min())} al "
        why += "moeten zijn."
    elif done < needed:
        status, why = LOOK, f"{done} van {needed} vastgesteld; {len(found) - done} in de maak."
    else:
        status, why = GOOD, f"{done} vastgesteld, {len(found) - done} in de maak."
    return _state(asked, item, status, why, value=float(done), unit="documenten", target=words)


def _hotspot_actions(asked: _Asked, item: MonitorItem) -> State:
    """Actions that ran in the half-year of the selection, beyond a first idea."""
    words = f"minstens {item.target.at_least} hotspot-actie in het half jaar"
    every = asked.papers.actions
    if every.empty:
        why = "Er staat nog geen hotspot-actie. Maak er een vanaf Hotspots met 'Maak actie'."
        return replace(_nothing(asked, item, why), target=words)
    day = asked.selection.period.last_day
    half = Period.parse(f"{day.year}-H{1 + (day.month > 6)}")
    gebied = asked.selection.gebied
    mine = every if gebied is None else every[every["gebied"] == gebied]
    ran = mine[
        (mine["stage"] != "voorstel")
        & (mine["starts"] < pd.Timestamp(half.end))
        & ~(mine["ends"] < pd.Timestamp(half.start))
    ]
    gebieden = ran["gebied"].replace("", pd.NA).nunique()
    return _state(
        asked, item, GOOD if len(ran) >= item.target.at_least else LOOK,
        f"{dutch.amount(len(ran), 'actie', 'acties')} in {half}, in "
        f"{dutch.amount(gebieden, 'gebied', 'gebieden')}.",
        value=float(len(ran)), unit="acties", period=half, target=words,
    )  # fmt: skip


def _photos(asked: _Asked, item: MonitorItem) -> State:
    count = len(asked.papers.photos)
    words = f"minstens {item.target.at_least} foto met wat er is gedaan"
    if not count:
        return replace(
            _nothing(asked, item, "Er staat nog geen foto in het register."), target=words
        )
    both = int((asked.papers.photos["moment"] == "na").sum())
    return _state(
        asked, item, GOOD if count >= item.target.at_least else LOOK,
        f"{count} foto's, waarvan {both} van na de actie.",
        value=float(count), unit="foto's", target=words,
    )  # fmt: skip


def _survey(asked: _Asked, item: MonitorItem) -> State:
    found = monitors.survey_results(asked.engine, asked.selection, survey=item.survey)
    if found.empty:
        return _nothing(asked, item)
    year = int(found["year"].max())
    city = found[(found["year"] == year) & (found["level"] == "stad")]
    newest = (city if len(city) else found[found["year"] == year]).iloc[0]
    age = (asked.today - dt.date(year, 12, 31)).days
    earlier = found[
        (found["question"] == newest["question"])
        & (found["area"] == newest["area"])
        & (found["year"] < year)
    ]
    fresh = age <= item.max_age_days
    return replace(
        _state(
            asked, item, GOOD if fresh else LOOK,
            f"Laatste meting {year}: {newest['question'].lower()}."
            + ("" if fresh else " Er is een nieuwe meting nodig."),
            value=float(newest["score"]), unit=str(newest["unit"] or ""),
            before=float(earlier["score"].iloc[-1]) if len(earlier) else float("nan"),
        ),
        newest=dt.date(year, 12, 31),
    )  # fmt: skip


def _half_years(asked: _Asked, item: MonitorItem) -> State:
    since = item.target.since or asked.plan.start
    gebieden = _gebieden(asked)
    ended = half_years(since, asked.today)
    words = f"een overzicht per gebied van elk half jaar, vanaf {dutch.date(since)}"
    needed = {(str(period), gebied) for period in ended for gebied in gebieden}
    found = _documents(asked, item)
    there: set[tuple[str, str]] = set()
    for period, links in zip(found["period"], found["links"], strict=True):
        of = {name for kind, name in links if kind == "gebied"} or set(gebieden)
        there |= {(period, gebied) for gebied in of}
    done = len(needed & there)
    missing = sorted(needed - there)
    if not found.empty and not missing:
        why = f"Alle {done} overzichten zijn er."
    elif missing:
        period, gebied = missing[0]
        word = "ontbreekt" if len(missing) == 1 else "ontbreken"
        why = f"{len(missing)} van {len(needed)} {word}, bijvoorbeeld {gebied} {period}."
    else:
        why = "Er is nog geen half jaar voorbij."
    status = GOOD if not missing else NOTHING if found.empty else LOOK
    return _state(
        asked, item, status, why, value=float(done), unit=f"van {len(needed)} overzichten",
        target=words,
    )  # fmt: skip


def _planned(asked: _Asked, item: MonitorItem) -> State:
    target = item.target
    words = f"in elk gebied minstens {target.at_least} {target.of} vooruit gepland"
    ahead = Selection(Period(asked.today, asked.today + dt.timedelta(days=366)))
    found = monitors.agenda(asked.engine, ahead, kinds=(target.of,))
    found = found[found["status"] == "gepland"]
    if "activities" not in asked.engine.spans:
        return replace(_nothing(asked, item), target=words)
    gebieden = _gebieden(asked)
    per = found.groupby("gebied").size().reindex(gebieden, fill_value=0)
    short = per.index[per < target.at_least].tolist()
    return _state(
        asked, item, LOOK if short else GOOD,
        f"Nog niets gepland in {dutch.join(short)}." if short
        else f"{int(per.sum())} gepland, verdeeld over alle gebieden.",
        value=float(len(gebieden) - len(short)), unit=f"van {len(gebieden)} gebieden",
        target=words,
    )  # fmt: skip


def _catalogue(asked: _Asked, item: MonitorItem) -> State:
    filled = [name for name in TABLES if name in asked.engine.spans]
    return _state(
        asked, item, GOOD if filled else NOTHING,
        f"{len(INDICATORS)} cijfers; {len(filled)} tabellen met een datum zijn gevuld.",
        value=float(len(INDICATORS)), unit="cijfers",
    )  # fmt: skip


def _gebieden(asked: _Asked) -> list[str]:
    table = asked.engine.tables["areas"].c
    rows = asked.engine.run(sa.select(table.gebied).distinct())
    every = sorted(rows["gebied"].dropna())
    return [one for one in every if asked.selection.gebied in (None, one)]


_RULES: Final[Mapping[Rule, Callable[[_Asked, MonitorItem], State]]] = {
    "follow": _follow,
    "visits": _visits,
    "per_year": _per_year,
    "documents": _in_register,
    "actions": _hotspot_actions,
    "photos": _photos,
    "survey": _survey,
    "half_years": _half_years,
    "planned_per_area": _planned,
    "catalogue": _catalogue,
}
