"""The week plan: from what is expected and the hours there are to rounds, and how good they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from thor_metrics.indicators.week import SHIFTS, WeekDemand
from thor_metrics.planning import WeekPlan, plan_week, worst_place_only

__all__ = ["Options", "Proposal", "propose", "slots", "timetable", "values_of"]

#: Minutes of a round, and people who walk it together.
LENGTH: Final = 120
PEOPLE: Final = 2

#: First hours at which a round can begin: every two hours from eight until midnight.
_STARTS: Final = tuple(range(8, 24, 2))

#: Another team in the same hours meets what the first left: half of it.
_AGAIN: Final = 0.5
_MOST_TEAMS: Final = 3


@dataclass(frozen=True)
class Options:
    """How rounds are made.

    Attributes
    ----------
    dwell : float
        Minutes at a place.
    speed : float
        Kilometres an hour.
    detour : float
        Metres of street to a metre as the crow flies.
    randomness : float
        0 is the best plan, every week the same; more makes rounds less predictable.
    seed : int
        The same week has the same plan until somebody asks for another.
    """

    dwell: float = 15.0
    speed: float = 4.5
    detour: float = 1.3
    randomness: float = 0.15
    seed: int = 0


@dataclass(frozen=True, eq=False)
class Proposal:
    """A plan of rounds, and what it would meet.

    Attributes
    ----------
    shifts : DataFrame
        ``day, start, end`` (minutes of the day), ``teams, x, y``: see
        :func:`thor_metrics.planning.plan_week`.
    plan : WeekPlan
    covered : float
        Share of what is expected in the week that is expected at a place in the hours of a round
        that visits it.
    last_week : float
        The same of the planned controls of the last week with data; NaN without.
    worst_place : float
        The same when every team stays at the worst place of its hours.
    """

    shifts: pd.DataFrame
    plan: WeekPlan
    covered: float
    last_week: float
    worst_place: float


def slots(demand: WeekDemand) -> pd.DataFrame:
    """Give every two hours in which a round can begin: ``day, start, end, expected``.

    What is expected in the whole area, most first.
    """
    week = demand.hours.sum(axis=0)
    rows = [
        (day, 60 * hour, 60 * hour + LENGTH, float(week[24 * day + hour :][: LENGTH // 60].sum()))
        for day in range(7)
        for hour in _STARTS
    ]
    frame = pd.DataFrame(rows, columns=["day", "start", "end", "expected"])
    return frame.sort_values(
        ["expected", "day", "start"], ascending=[False, True, True], ignore_index=True
    )


def timetable(demand: WeekDemand, hours: float) -> pd.DataFrame:
    """Spread person-hours over the hours in which most is expected.

    Parameters
    ----------
    demand : WeekDemand
    hours : float
        Person-hours for rounds in the week; a round takes two people two hours.

    Returns
    -------
    DataFrame
        ``day`` (Monday 0), ``start, end`` (minutes of the day), ``teams``; in order of the week.
        No more than the roster has in a shift, where it is known; what does not fit is left out.
    """
    every = slots(demand)
    left = {
        (int(row["day"]), str(row["shift"])): float(row["hours"])
        for row in demand.roster.to_dict("records")
    }
    cost = PEOPLE * LENGTH / 60
    rounds = np.zeros(len(every), dtype=np.int64)
    worth = every["expected"].to_numpy(np.float64).copy()
    for _ in range(int(hours // cost)):
        open_ = np.array(
            [
                rounds[number] < _MOST_TEAMS and _room(left, every.iloc[number], cost)
                for number in range(len(every))
            ]
        )
        if not open_.any():
            break
        best = int(np.where(open_, worth, -1.0).argmax())
        rounds[best] += 1
        worth[best] *= _AGAIN
        _take(left, every.iloc[best], cost)
    chosen = every.assign(teams=rounds)[rounds > 0]
    return chosen.sort_values(["day", "start"], ignore_index=True)[["day", "start", "end", "teams"]]


def _shift_of(left: Mapping[tuple[int, str], float], slot: pd.Series) -> tuple[int, str] | None:
    """Find the shift on the roster that these hours lie in, with most hours left."""
    found = [
        (int(slot["day"]), shift)
        for shift, (first, last) in SHIFTS.items()
        if 60 * first <= slot["start"] and slot["end"] <= 60 * last
        and (int(slot["day"]), shift) in left
    ]  # fmt: skip
    return max(found, key=lambda key: left[key], default=None)


def _room(left: Mapping[tuple[int, str], float], slot: pd.Series, cost: float) -> bool:
    if not left:
        return True
    key = _shift_of(left, slot)
    return key is not None and left[key] >= cost


def _take(left: dict[tuple[int, str], float], slot: pd.Series, cost: float) -> None:
    key = _shift_of(left, slot)
    if key is not None:
        left[key] -= cost


def values_of(hours: NDArray[np.float64], shifts: pd.DataFrame) -> NDArray[np.float64]:
    """Add up what is expected at each place in the hours of each shift.

    Parameters
    ----------
    hours : ndarray, shape (places, 168)
    shifts : DataFrame
        ``day, start, end``; a shift may run into the next day, and from Sunday into Monday.

    Returns
    -------
    ndarray, shape (places, shifts)

    Examples
    --------
    >>> hours = np.zeros((1, 168)); hours[0, 8:10] = [2.0, 4.0]
    >>> values_of(hours, pd.DataFrame({"day": [0], "start": [510], "end": [570]})).tolist()
    [[3.0]]
    """
    found = np.zeros((len(hours), len(shifts)))
    for number, shift in enumerate(shifts.to_dict("records")):
        first, last = (1440 * shift["day"] + shift[end] for end in ("start", "end"))
        for hour in range(int(first // 60), int(-(-last // 60))):
            part = (min(last, 60 * hour + 60) - max(first, 60 * hour)) / 60
            found[:, number] += part * hours[:, hour % 168]
    return found


def propose(
    demand: WeekDemand,
    shifts: pd.DataFrame,
    *,
    options: Options | None = None,
    start: tuple[float, float] | None = None,
    pins: Iterable[tuple[int, int, int | None]] = (),
    forbidden: Iterable[tuple[int, int]] = (),
) -> Proposal:
    """Make rounds for a week, and compare what they meet.

    Parameters
    ----------
    demand : WeekDemand
    shifts : DataFrame
        Of :func:`timetable`, or changed by somebody.
    options : Options, optional
    start : (float, float), optional
        Where rounds begin and end, metres; default: the middle of what is expected.
    pins : iterable of (shift, place, team or None)
        Visits that must be in.
    forbidden : iterable of (shift, place)
        Visits that must not.

    Returns
    -------
    Proposal

    Raises
    ------
    ValueError
        When there are no places or no shifts.
    """
    if demand.places.empty or shifts.empty:
        raise ValueError("a plan needs at least one place and one shift; found none")
    how = options or Options()
    x, y = start or _middle(demand)
    at = shifts.assign(x=x, y=y)
    values = values_of(demand.hours, at)
    asked: dict[str, Any] = {
        "dwell": how.dwell, "speed": how.speed, "detour": how.detour,
    }  # fmt: skip
    plan = plan_week(
        demand.places, values, at, **asked, pins=pins, forbidden=forbidden,
        randomness=how.randomness, seed=how.seed,
    )  # fmt: skip
    naive = worst_place_only(demand.places, values, at, **asked)
    whole = demand.total or float("nan")
    return Proposal(
        shifts=at,
        plan=plan,
        covered=plan.value / whole,
        last_week=_real(demand) / whole if demand.done_week else float("nan"),
        worst_place=naive.value / whole,
    )


def _middle(demand: WeekDemand) -> tuple[float, float]:
    weight = demand.places["expected"].to_numpy(np.float64) + 1e-9
    x, y = (float(np.average(demand.places[axis], weights=weight)) for axis in ("x", "y"))
    return x, y


def _real(demand: WeekDemand) -> float:
    """What the controls of last week would have met, counted as rounds are: once a two hours."""
    block = LENGTH // 60
    done = demand.done.assign(block=demand.done["hour"] // block)[["place", "block"]]
    done = done.drop_duplicates()
    return float(
        sum(
            demand.hours[int(place), block * int(slot) : block * (int(slot) + 1)].sum()
            for place, slot in zip(done["place"], done["block"], strict=True)
        )
    )
