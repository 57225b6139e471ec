"""Hours and places to rounds of a week: the plan, the greedy one, and the naive one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from thor_metrics.planning import bounds
from thor_metrics.planning.problem import (
    UNIT,
    WALKING,
    Bools,
    Pin,
    Problem,
    WeekPlan,
    make_problem,
)
from thor_metrics.planning.search import Rounds, search

__all__ = ["greedy", "plan_week", "worst_place_only"]

#: Times rounds are taken apart and put together again, and so many more for every next shift; more
#: gains little (benchmarks/planning.py).
ITERATIONS: Final = 1_500
A_SHIFT: Final = 300

_NO_HOURS: Final = "geen uren over"
_TOO_FAR: Final = "te ver voor een ronde"
_LEFT_OUT: Final = "uitgesloten"


def plan_week(
    places: pd.DataFrame,
    values: ArrayLike,
    shifts: pd.DataFrame,
    *,
    dwell: float = 15.0,
    speed: float = WALKING,
    detour: float = 1.3,
    travel: ArrayLike | None = None,
    pins: Iterable[Pin] = (),
    forbidden: Iterable[tuple[int, int]] = (),
    randomness: float = 0.15,
    seed: int = 0,
    iterations: int | None = None,
) -> WeekPlan:
    """Choose who goes where and in which order: minimum visits first, then what is expected.

    Parameters
    ----------
    places : DataFrame
        ``x, y`` (metres, EPSG:28992), ``minimum`` (visits a week, 0 or more).
    values : array_like, shape (places, shifts)
        Expected reports at each place in the hours of each shift, 0 or more.
    shifts : DataFrame
        ``day`` (Monday 0), ``start, end`` (minutes of that day, to 1800 for the night after),
        ``teams``, ``x, y`` (where rounds begin and end).
    dwell : float, default 15
        Minutes at a place.
    speed, detour : float
        Kilometres an hour, and metres of street to a metre as the crow flies.
    travel : array_like, optional
        Minutes between places and then the start points of the shifts, instead.
    pins : iterable of (shift, place) or (shift, place, team)
        Visits that must be in; they go before minimums.
    forbidden : iterable of (shift, place)
        Visits that must not.
    randomness : float, default .15
        0..1: each value is chosen by as if it were up to so much more or less, so that rounds
        cannot be predicted; values reported are the real ones. 0 chooses the best.
    seed : int
        The same seed gives the same plan, on any machine.
    iterations : int, optional
        Default: 1,500 and 300 for every next shift.

    Returns
    -------
    WeekPlan
        A place is visited at most once a shift, and every round ends in its shift.

    Raises
    ------
    ValueError
        For missing columns or numbers, values of another shape, a day outside 0..6, shifts that
        end before they start, pins that are forbidden, or a randomness outside 0..1.

    Examples
    --------
    >>> places = pd.DataFrame({"x": [0.0, 750.0], "y": [0.0, 0.0], "minimum": [0, 2]})
    >>> shifts = pd.DataFrame(
    ...     {"day": [0, 1], "start": [600, 600], "end": [660, 660], "teams": [1, 1],
    ...      "x": [0.0, 0.0], "y": [0.0, 0.0]}
    ... )
    >>> plan = plan_week(places, [[2.0, 1.0], [1.0, 1.0]], shifts, detour=1.0)
    >>> plan.visits[["shift", "place", "needed"]].to_numpy().tolist()
    [[0, 0, False], [0, 1, True], [1, 0, False], [1, 1, True]]
    >>> plan.value, int(plan.minimums["short"].sum())
    (5.0, 0)
    """
    if not 0 <= randomness <= 1:
        raise ValueError(f"randomness must be between 0 and 1; found {randomness}")
    problem = make_problem(
        places, values, shifts, dwell=dwell, speed=speed, detour=detour, travel=travel,
        pins=pins, forbidden=forbidden,
    )  # fmt: skip
    drawn = problem.value
    if randomness:
        luck = np.random.default_rng(seed).random(drawn.shape)
        drawn = drawn * (1.0 + randomness * (2.0 * luck - 1.0))
    if iterations is None:
        iterations = ITERATIONS + A_SHIFT * max(problem.shifts - 1, 0)
    rounds = search(problem, drawn, iterations=iterations, seed=seed)
    return _finished(problem, rounds, "invoegen en verbeteren")


def greedy(
    places: pd.DataFrame,
    values: ArrayLike,
    shifts: pd.DataFrame,
    *,
    dwell: float = 15.0,
    speed: float = WALKING,
    detour: float = 1.3,
    travel: ArrayLike | None = None,
) -> WeekPlan:
    """Go each time to the place with the most value for the minutes it takes: the plain way.

    Parameters
    ----------
    places, values, shifts, dwell, speed, detour, travel
        As in :func:`plan_week`.

    Returns
    -------
    WeekPlan
        Minimums count here too, but nothing is ever looked back upon.

    Examples
    --------
    >>> places = pd.DataFrame({"x": [750.0], "y": [0.0], "minimum": [0]})
    >>> shifts = pd.DataFrame(
    ...     {"day": [0], "start": [600], "end": [660], "teams": [1], "x": [0.0], "y": [0.0]}
    ... )
    >>> greedy(places, [[2.0]], shifts, detour=1.0).value
    2.0
    """
    problem = make_problem(
        places, values, shifts, dwell=dwell, speed=speed, detour=detour, travel=travel,
        pins=(), forbidden=(),
    )  # fmt: skip
    short = problem.minimum.copy()
    extra = float(problem.value.max(initial=0.0)) + 1.0
    rounds: Rounds = []
    for shift in range(problem.shifts):
        there: set[int] = set()
        rounds.append(
            [
                _greedy_round(problem, shift, there, short, extra)
                for _ in range(problem.teams[shift])
            ]
        )
    return _finished(problem, rounds, "steeds de beste volgende")


def _greedy_round(
    problem: Problem, shift: int, there: set[int], short: np.ndarray, extra: float
) -> list[int]:
    start = problem.places + shift
    at, used = start, 0
    chosen: list[int] = []
    while True:
        step = problem.travel[at, : problem.places] + problem.dwell
        home = problem.travel[: problem.places, start]
        fits = problem.allowed[shift] & (used + step + home <= problem.limit[shift])
        fits[list(there)] = False
        worth = (problem.value[shift] + extra * (short > 0)) / np.maximum(step, 1)
        if not (fits & (worth > 0)).any():
            return chosen
        best = int(np.where(fits, worth, -1.0).argmax())
        used += int(step[best])
        short[best] -= 1
        there.add(best)
        chosen.append(best)
        at = best


def worst_place_only(
    places: pd.DataFrame,
    values: ArrayLike,
    shifts: pd.DataFrame,
    *,
    dwell: float = 15.0,
    speed: float = WALKING,
    detour: float = 1.3,
    travel: ArrayLike | None = None,
) -> WeekPlan:
    """Let every team stand at the place where most is expected in its hours: the naive way.

    Parameters
    ----------
    places, values, shifts, dwell, speed, detour, travel
        As in :func:`plan_week`.

    Returns
    -------
    WeekPlan
        One visit a shift: the value of a place counts once, however many stand there.

    Examples
    --------
    >>> places = pd.DataFrame({"x": [0.0, 0.0], "y": [0.0, 0.0], "minimum": [0, 0]})
    >>> shifts = pd.DataFrame(
    ...     {"day": [0], "start": [600], "end": [660], "teams": [3], "x": [0.0], "y": [0.0]}
    ... )
    >>> worst_place_only(places, [[2.0], [3.0]], shifts).value
    3.0
    """
    problem = make_problem(
        places, values, shifts, dwell=dwell, speed=speed, detour=detour, travel=travel,
        pins=(), forbidden=(),
    )  # fmt: skip
    rounds: Rounds = []
    for shift in range(problem.shifts):
        reachable = np.where(problem.allowed[shift], problem.value[shift], -1.0)
        worst = int(reachable.argmax()) if len(reachable) else -1
        teams: list[list[int]] = [[] for _ in range(problem.teams[shift])]
        if teams and worst >= 0 and reachable[worst] >= 0:
            teams[0] = [worst]
        rounds.append(teams)
    return _finished(problem, rounds, "alles op de lastigste plek")


# --- what came of it -----------------------------------------------------------------------------

_COLUMNS: Final = (
    "shift", "team", "order", "place", "arrive", "leave", "travel", "value", "needed", "pinned",
)  # fmt: skip


def _finished(problem: Problem, rounds: Rounds, method: str) -> WeekPlan:
    """Put times to rounds, count what they reach, and how much more there could be."""
    visits = _visits(problem, rounds)
    placed = np.zeros(problem.value.shape, dtype=bool)
    placed[visits["shift"], visits["place"]] = True
    pinned = placed & (problem.pins > -2)
    counts = np.bincount(visits["place"], minlength=problem.places)
    reached = int(np.minimum(counts, problem.minimum).sum())
    value = float(visits["value"].sum())
    return WeekPlan(
        visits=visits,
        minimums=_minimums(problem, counts),
        unplaced=_unplaced(problem, placed),
        value=value,
        # Rounding in the solver is no reason to be below a plan that is there.
        bound=max(value, bounds.most_value(problem, minimums=reached, placed=pinned)),
        minimum_bound=max(reached, bounds.most_minimums(problem, placed=pinned)),
        method=method,
    )


def _visits(problem: Problem, rounds: Rounds) -> pd.DataFrame:
    rows = []
    for shift, teams in enumerate(rounds):
        for team, stops in enumerate(teams):
            at, clock = problem.places + shift, int(problem.begin[shift])
            for order, place in enumerate(stops, start=1):
                way = int(problem.travel[at, place])
                arrive = clock + way
                clock = arrive + problem.dwell
                rows.append(
                    (shift, team, order, place, arrive / UNIT, clock / UNIT, way / UNIT,
                     float(problem.value[shift, place]), False,
                     bool(problem.pins[shift, place] > -2))
                )  # fmt: skip
                at = place
    frame = pd.DataFrame(rows, columns=list(_COLUMNS))
    whole = dict.fromkeys(("shift", "team", "order", "place"), "int64")
    real = dict.fromkeys(("arrive", "leave", "travel", "value"), "float64")
    frame = frame.astype({**whole, **real, "needed": bool, "pinned": bool})
    in_time = frame.sort_values(["arrive", "shift", "team"]).groupby("place").cumcount()
    needed = in_time.reindex(frame.index) < problem.minimum[frame["place"]]
    return frame.assign(needed=needed.astype(bool))


def _minimums(problem: Problem, counts: np.ndarray) -> pd.DataFrame:
    wanted = np.flatnonzero(problem.minimum > 0)
    short = np.maximum(problem.minimum[wanted] - counts[wanted], 0)
    return pd.DataFrame(
        {
            "place": wanted,
            "minimum": problem.minimum[wanted],
            "planned": counts[wanted],
            "short": short,
            "why": [
                _why(problem, int(place)) if few else ""
                for place, few in zip(wanted, short, strict=True)
            ],
        }
    )


def _why(problem: Problem, place: int) -> str:
    """Say why a minimum is not reached."""
    if problem.allowed[:, place].sum() >= problem.minimum[place]:
        return _NO_HOURS
    free = ~problem.forbidden[:, place] & (problem.teams > 0)
    if free.sum() < problem.minimum[place]:
        staffed = int((problem.teams > 0).sum())
        return _LEFT_OUT if staffed >= problem.minimum[place] else _NO_HOURS
    return _TOO_FAR


def _unplaced(problem: Problem, placed: Bools) -> pd.DataFrame:
    shift, place = np.nonzero((problem.pins > -2) & ~placed)
    near = problem.allowed[shift, place]
    return pd.DataFrame(
        {
            "shift": shift,
            "place": place,
            "team": problem.pins[shift, place],
            "why": np.where(near, _NO_HOURS, _TOO_FAR),
        }
    )
