"""How good a plan can be at most: the same question with the roads made shorter than they are."""

from __future__ import annotations

import numpy as np
from scipy import optimize, sparse

from thor_metrics.planning.problem import Bools, Floats, Problem

__all__ = ["most_minimums", "most_value"]


def most_value(problem: Problem, *, minimums: int, placed: Bools) -> float:
    """Bound the value of any plan with these pins and at least so many minimum visits.

    Parameters
    ----------
    problem : Problem
    minimums : int
        Visits that count for a minimum.
    placed : array of bool, shape (shifts, places)
        Pins that found a place: every plan compared with has them.

    Returns
    -------
    float

    Notes
    -----
    A round of k stops has k + 1 ways; half of each way to a stop and half of each way from it add
    up to no more than the round. So a visit costs at least its stay and half of the shortest way
    in and out, and the visits of a shift cost at most what its teams have. And a round goes at
    least to its farthest stop and back; what time is left for stays bounds how many of the nearer
    places it can have. That relaxation, with parts of visits allowed, is a linear programme
    (HiGHS); no plan does better.
    """
    found = _relaxed(problem, minimums=minimums, placed=placed, for_value=True)
    return max(found, 0.0)


def most_minimums(problem: Problem, *, placed: Bools) -> int:
    """Bound how many visits of any plan can count for a minimum: see :func:`most_value`."""
    return int(np.floor(_relaxed(problem, minimums=0, placed=placed, for_value=False) + 1e-6))


def _costs(problem: Problem) -> Floats:
    """Thousandths of a minute that a visit takes at least, by shift and place."""
    n, m = problem.places, problem.shifts
    ways = problem.travel.astype(float)
    costs = np.full((m, n), np.inf)
    for shift in range(m):
        here = np.flatnonzero(problem.allowed[shift])
        if not len(here):
            continue
        stops = np.append(here, n + shift)
        among = ways[np.ix_(stops, stops)]
        np.fill_diagonal(among, np.inf)
        near = (among.min(axis=0) + among.min(axis=1))[:-1] / 2
        costs[shift, here] = problem.dwell + near
    return costs


def _round_trips(problem: Problem) -> Floats:
    """Thousandths of a minute from the start of each shift to each place and back, at least."""
    n, m = problem.places, problem.shifts
    ways = problem.travel.astype(float)
    # A given matrix may have a way round that is shorter than the way (Floyd 1962).
    for middle in range(n + m):
        ways = np.minimum(ways, ways[:, [middle]] + ways[[middle]])
    return np.asarray(ways[n : n + m, :n] + ways[:n, n : n + m].T)


def _most_a_shift(problem: Problem) -> Floats:
    """Value of a shift at most, by how far each of its rounds goes."""
    trips = _round_trips(problem)
    most = np.zeros(problem.shifts)
    for shift in range(problem.shifts):
        here = np.flatnonzero(problem.allowed[shift])
        here = here[np.argsort(trips[shift, here], kind="stable")]
        values = problem.value[shift, here]
        for last, trip in enumerate(trips[shift, here]):
            spare = problem.limit[shift] - trip
            stays = len(here) if not problem.dwell else int(spare // problem.dwell)
            nearer = values[: last + 1]
            best = np.sort(nearer)[::-1][: max(stays, 0)].sum()
            most[shift] = max(most[shift], best)
    return most * problem.teams


def _relaxed(problem: Problem, *, minimums: int, placed: Bools, for_value: bool) -> float:
    """Solve the linear programme: visits x (shift, place), counted minimum visits y (place)."""
    n, m = problem.places, problem.shifts
    costs = _costs(problem)
    open_ = np.isfinite(costs) & (problem.teams > 0)[:, None]
    shift, place = np.nonzero(open_)
    wanted = np.flatnonzero(problem.minimum > 0)
    visits, counted = len(shift), len(wanted)
    if not visits:
        return 0.0
    column = np.arange(visits)
    time = sparse.csr_matrix((costs[shift, place], (shift, column)), shape=(m, visits + counted))
    rows, limits = [time], [(problem.teams * problem.limit).astype(float)]
    if counted:
        number = np.full(n, -1)
        number[wanted] = np.arange(counted)
        mine = number[place] >= 0
        # y of a place is no more than its visits.
        data = np.concatenate([-np.ones(int(mine.sum())), np.ones(counted)])
        at = np.concatenate([number[place[mine]], np.arange(counted)])
        to = np.concatenate([column[mine], visits + np.arange(counted)])
        rows.append(sparse.csr_matrix((data, (at, to)), shape=(counted, visits + counted)))
        limits.append(np.zeros(counted))
        if for_value and minimums:
            ones = sparse.csr_matrix(np.r_[np.zeros(visits), -np.ones(counted)])
            rows.append(ones)
            limits.append(np.array([-float(minimums)]))
    if for_value:
        mine = sparse.csr_matrix(
            (problem.value[shift, place], (shift, column)), shape=(m, visits + counted)
        )
        rows.append(mine)
        limits.append(_most_a_shift(problem))
    low = np.concatenate([placed[shift, place].astype(float), np.zeros(counted)])
    high = np.concatenate([np.ones(visits), problem.minimum[wanted].astype(float)])
    goal = (
        np.concatenate([problem.value[shift, place], np.zeros(counted)])
        if for_value
        else np.concatenate([np.zeros(visits), np.ones(counted)])
    )
    solved = optimize.linprog(
        -goal, A_ub=sparse.vstack(rows), b_ub=np.concatenate(limits),
        bounds=np.column_stack([low, high]), method="highs",
    )  # fmt: skip
    if solved.status != 0:  # not solved: all there is, which is a bound too
        return float((goal * high).sum())
    return float(-solved.fun)
