"""Rounds by insertion, then taken apart and put together again, many times.

The goal is one number: pins first, then minimum visits, then value, then less travel, each weighed
so that all of the next together count for less than one of it. Only the way of choosing knows
about chance; every draw comes from one seeded generator, and the work stops after a number of
steps, never after a time, so the same question has the same answer on any machine.

Taking apart strings of neighbouring stops follows Christiaens & Vanden Berghe (2020, slack
induction by string removals, Transportation Science 54:417-433), adapted to stops that may stay
out.
"""

from __future__ import annotations

import itertools
import math
import random
from dataclasses import dataclass
from typing import Final

import numpy as np

from thor_metrics.planning.problem import Floats, Ints, Problem

__all__ = ["Rounds", "search"]

#: Stops of each round in order, by shift and team, without the start point.
Rounds = list[list[list[int]]]

_LONGEST_STRING: Final = 8
_MOST_STRINGS: Final = 3
#: Temperatures as shares of the mean worth of a visit.
_HOT, _COLD = 0.3, 0.005
_NEVER: Final = np.iinfo(np.int64).max // 4


@dataclass
class _Saved:
    """What one shift looked like, to go back to."""

    stops: list[list[int]]
    used: list[int]
    cost: Ints
    spot: Ints
    counts: Ints
    here: np.ndarray


class _Week:
    """All rounds of a week, with the cheapest insertion of every place in every round."""

    def __init__(self, problem: Problem, values: Floats) -> None:
        self.problem = problem
        n = problem.places
        self.ways: list[list[int]] = problem.travel.tolist()
        self.onto = np.ascontiguousarray(problem.travel[:, :n])
        self.back = np.ascontiguousarray(problem.travel.T[:, :n])
        self.shift_of: list[int] = []
        self.rounds_of: list[list[int]] = []
        for shift, teams in enumerate(problem.teams.tolist()):
            first = len(self.shift_of)
            self.rounds_of.append(list(range(first, first + teams)))
            self.shift_of += [shift] * teams
        total = len(self.shift_of)
        self.stops: list[list[int]] = [[n + s, n + s] for s in self.shift_of]
        self.used = [self.ways[s[0]][s[0]] for s in self.stops]
        self.limit: list[int] = problem.limit[self.shift_of].tolist()
        self.cost = np.zeros((total, n), dtype=np.int64)
        self.spot = np.zeros((total, n), dtype=np.int64)
        self.counts = np.zeros(n, dtype=np.int64)
        self.here = np.zeros((problem.shifts, n), dtype=bool)
        self._weigh(values)
        for number in range(total):
            self.refresh(number)

    def _weigh(self, values: Floats) -> None:
        """Make one number of the four goals."""
        problem = self.problem
        self.worth = np.where(problem.allowed, values, 0.0)
        positive = self.worth[self.worth > 0]
        self.typical = float(positive.mean()) if positive.size else 1.0
        time = max(float((problem.limit * problem.teams).sum()), 1.0)
        self.per_travel = 1e-4 * self.typical / time
        self.per_minimum = 1.1 * float(self.worth.sum()) + self.typical
        per_pin = 1.1 * self.per_minimum * (float(problem.minimum.sum()) + 1.0)
        self.worth = self.worth + np.where(problem.pins > -2, per_pin, 0.0)
        # Closed: forbidden, out of reach, or pinned to another team.
        team = np.array([i - self.rounds_of[s][0] for i, s in enumerate(self.shift_of)], dtype=int)
        pins = problem.pins[self.shift_of]
        self.closed = ~problem.allowed[self.shift_of] | ((pins >= 0) & (pins != team[:, None]))

    def refresh(self, number: int) -> None:
        """Find the cheapest insertion of every place in a round that changed."""
        stops = self.stops[number]
        before, after = stops[:-1], stops[1:]
        ways = self.ways
        gaps = np.array([ways[a][b] for a, b in zip(before, after, strict=True)])
        extra = self.onto[before] + self.back[after]
        extra -= gaps[:, None]
        spot = extra.argmin(axis=0)
        self.spot[number] = spot
        cost = extra[spot, np.arange(len(spot))] + self.problem.dwell
        cost[self.closed[number]] = _NEVER
        self.cost[number] = cost

    def insert(self, number: int, place: int) -> None:
        """Put a place in its cheapest spot of a round."""
        self.stops[number].insert(int(self.spot[number, place]) + 1, place)
        self.used[number] += int(self.cost[number, place])
        self.counts[place] += 1
        self.here[self.shift_of[number], place] = True
        self.refresh(number)

    def cut(self, number: int, first: int, last: int) -> None:
        """Take the stops first up to last out of a round (its start point is stop 0)."""
        stops = self.stops[number]
        gone = stops[first:last]
        self.stops[number] = stops[:first] + stops[last:]
        self.counts[gone] -= 1
        self.here[self.shift_of[number], gone] = False
        self.measure(number)

    def measure(self, number: int) -> None:
        """Add up the minutes of a round anew."""
        stops, ways = self.stops[number], self.ways
        moving = sum(ways[a][b] for a, b in itertools.pairwise(stops))
        self.used[number] = moving + self.problem.dwell * (len(stops) - 2)

    def fill(self, shifts: list[int], *, power: float, noise: Floats | None) -> None:
        """Insert the visit with the most worth for its minutes, until nothing fits."""
        rows = [number for shift in shifts for number in self.rounds_of[shift]]
        if not rows:
            return
        owner = [self.shift_of[number] for number in rows]
        minimum = self.problem.minimum
        # Chance is in the minimums too: else the nearest of them would always be chosen.
        luck = np.ones((len(owner), len(minimum))) if noise is None else noise[owner]
        bonus = self.per_minimum * luck
        gain = self.worth[owner] * luck + bonus * (self.counts < minimum)
        gain[self.here[owner]] = 0.0
        pinned = self.problem.pins[owner] > -2
        left = np.array([self.limit[number] - self.used[number] for number in rows])
        owners = np.array(owner)
        cost = self.cost[rows]
        n = cost.shape[1]
        while True:
            score = gain / np.maximum(cost, 1) ** power
            score[cost > left[:, None]] = 0.0
            best = int(score.argmax())
            row, place = divmod(best, n)
            if not score[row, place] > 0.0:
                return
            number = rows[row]
            self.insert(number, place)
            cost[row] = self.cost[number]
            left[row] = self.limit[number] - self.used[number]
            gain[owners == owner[row], place] = 0.0
            if self.counts[place] == minimum[place]:
                still = (gain[:, place] > 0.0) & ~pinned[:, place]
                gain[still, place] -= bonus[still, place]

    def shorten(self, number: int) -> bool:
        """Turn round pieces of a round, and move short ones, while that saves travel."""
        stops, ways = self.stops[number], self.ways
        shorter = _better_order(stops, ways)
        if shorter is stops:
            return False
        self.stops[number] = shorter
        self.measure(number)
        return True

    def goal(self, shifts: list[int]) -> float:
        """Weigh what these shifts do; minimum visits are those of the whole week."""
        total = self.per_minimum * float(np.minimum(self.counts, self.problem.minimum).sum())
        dwell = self.problem.dwell
        for shift in shifts:
            total += float(self.worth[shift][self.here[shift]].sum())
            for number in self.rounds_of[shift]:
                moving = self.used[number] - dwell * (len(self.stops[number]) - 2)
                total -= self.per_travel * moving
        return total

    def save(self, shift: int) -> _Saved:
        """Remember a shift."""
        rows = self.rounds_of[shift]
        first, last = rows[0], rows[-1] + 1
        return _Saved(
            [list(stops) for stops in self.stops[first:last]],
            self.used[first:last],
            self.cost[first:last].copy(),
            self.spot[first:last].copy(),
            self.counts.copy(),
            self.here[shift].copy(),
        )

    def restore(self, shift: int, saved: _Saved) -> None:
        """Go back to what was remembered of a shift."""
        rows = self.rounds_of[shift]
        first, last = rows[0], rows[-1] + 1
        self.stops[first:last] = saved.stops
        self.used[first:last] = saved.used
        self.cost[first:last] = saved.cost
        self.spot[first:last] = saved.spot
        self.counts[:] = saved.counts
        self.here[shift] = saved.here

    def rounds(self) -> Rounds:
        """Give the stops of every round, without its start point."""
        return [[self.stops[number][1:-1] for number in rows] for rows in self.rounds_of]


def search(problem: Problem, values: Floats, *, iterations: int, seed: int) -> Rounds:
    """Make rounds for every shift.

    Parameters
    ----------
    problem : Problem
    values : array, shape (shifts, places)
        What to choose by; 0 or more.
    iterations : int
        How often to take rounds apart and put them together again; 0 for insertion only.
    seed : int

    Returns
    -------
    list
        By shift and team the places in order. Every round fits in its shift.

    Examples
    --------
    >>> import pandas as pd
    >>> from thor_metrics.planning.problem import make_problem
    >>> places = pd.DataFrame({"x": [750.0, 1500.0], "y": [0.0, 0.0], "minimum": [0, 0]})
    >>> shifts = pd.DataFrame(
    ...     {"day": [0], "start": [0], "end": [60], "teams": [1], "x": [0.0], "y": [0.0]}
    ... )
    >>> problem = make_problem(places, [[2.0], [3.0]], shifts, dwell=10, speed=4.5, detour=1.0,
    ...                        travel=None, pins=(), forbidden=())
    >>> search(problem, problem.value, iterations=10, seed=0)
    [[[1, 0]]]
    """
    week = _Week(problem, values)
    open_shifts = [s for s, rows in enumerate(week.rounds_of) if rows and problem.allowed[s].any()]
    if not open_shifts:
        return week.rounds()
    week.fill(open_shifts, power=1.0, noise=None)
    for shift in open_shifts:
        _tidy(week, shift, power=1.0, noise=None)
    if iterations:
        _improve(week, open_shifts, iterations, random.Random(seed))  # noqa: S311  no secret
    return week.rounds()


def _tidy(week: _Week, shift: int, *, power: float, noise: Floats | None) -> None:
    """Shorten the rounds of a shift and use the time that this frees."""
    for _ in range(3):
        shorter = [number for number in week.rounds_of[shift] if week.shorten(number)]
        for number in shorter:
            week.refresh(number)
        if not shorter:
            return
        week.fill([shift], power=power, noise=noise)


def _improve(week: _Week, shifts: list[int], iterations: int, chance: random.Random) -> None:
    """Simulated annealing over rounds taken apart and put together again."""
    problem = week.problem
    order = np.minimum(problem.travel, problem.travel.T)[: problem.places, : problem.places]
    near: list[list[int]] = np.argsort(order, axis=1, kind="stable").tolist()
    draws = np.random.default_rng(chance.getrandbits(64))
    together = len(shifts) > 1 and bool(problem.minimum.any() or (problem.pins > -2).any())
    hot, cold = _HOT * week.typical, _COLD * week.typical
    now = best = week.goal(shifts)
    kept = [list(stops) for stops in week.stops]
    for step in range(iterations):
        heat = hot * (cold / hot) ** (step / iterations)
        pair = chance.sample(shifts, 2) if together and chance.random() < 0.3 else None
        chosen = pair or [shifts[step % len(shifts)]]
        saved = [(shift, week.save(shift)) for shift in chosen]
        before = week.goal(chosen)
        for shift in chosen:
            _ruin(week, shift, near, chance)
        power = chance.choice((0.5, 0.8, 1.0, 1.0, 1.3, 2.0))
        noise = 1.0 + 0.4 * (draws.random(week.worth.shape) - 0.5)
        week.fill(chosen, power=power, noise=noise)
        for shift in chosen:
            _tidy(week, shift, power=power, noise=noise)
        gain = week.goal(chosen) - before
        if gain < heat * math.log(1.0 - chance.random()):
            for shift, old in reversed(saved):
                week.restore(shift, old)
            continue
        now += gain
        if now > best + 1e-12 * abs(best):
            best, kept = now, [list(stops) for stops in week.stops]
    week.stops = kept


def _ruin(week: _Week, shift: int, near: list[list[int]], chance: random.Random) -> None:
    """Take strings of stops out of rounds that come near one place."""
    rounds = [number for number in week.rounds_of[shift] if len(week.stops[number]) > 2]
    if not rounds:
        return
    where = {place: number for number in rounds for place in week.stops[number][1:-1]}
    middle = chance.randrange(len(near))
    strings = chance.randint(1, min(_MOST_STRINGS, len(rounds)))
    longest = chance.randint(1, _LONGEST_STRING)
    touched: set[int] = set()
    for place in near[middle]:
        number = where.get(place)
        if number is None or number in touched:
            continue
        touched.add(number)
        stops = week.stops[number]
        size = chance.randint(1, min(longest, len(stops) - 2))
        at = stops.index(place)
        first = chance.randint(max(1, at - size + 1), min(at, len(stops) - 1 - size))
        week.cut(number, first, first + size)
        week.refresh(number)
        if len(touched) == strings:
            return


def _better_order(stops: list[int], ways: list[list[int]]) -> list[int]:
    """Give the same stops in an order with less travel, or the list itself."""
    best = stops
    improved = True
    while improved:
        improved = False
        for make in (_turned, _moved):
            shorter = make(best, ways)
            if shorter is not None:
                best, improved = shorter, True
    return best


def _turned(stops: list[int], ways: list[list[int]]) -> list[int] | None:
    """2-opt: the first piece that is better the other way round."""
    last = len(stops) - 1
    for i in range(1, last):
        a, b = stops[i - 1], stops[i]
        forth = back = 0
        for j in range(i + 1, last):
            c, d = stops[j], stops[j + 1]
            # There and back need not be equally long in a given matrix.
            forth += ways[stops[j - 1]][c]
            back += ways[c][stops[j - 1]]
            if ways[a][c] + back + ways[b][d] < ways[a][b] + forth + ways[c][d]:
                return stops[:i] + stops[i : j + 1][::-1] + stops[j + 1 :]
    return None


def _moved(stops: list[int], ways: list[list[int]]) -> list[int] | None:
    """Or-opt: the first string of one to three stops that is better somewhere else."""
    last = len(stops) - 1
    for size in (1, 2, 3):
        for i in range(1, last - size + 1):
            a, first, end, b = stops[i - 1], stops[i], stops[i + size - 1], stops[i + size]
            saved = ways[a][first] + ways[end][b] - ways[a][b]
            if saved <= 0:
                continue
            rest = stops[:i] + stops[i + size :]
            for j in range(len(rest) - 1):
                c, d = rest[j], rest[j + 1]
                if ways[c][first] + ways[end][d] - ways[c][d] < saved:
                    return rest[: j + 1] + stops[i : i + size] + rest[j + 1 :]
    return None
