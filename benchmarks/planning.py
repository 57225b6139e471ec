"""Rounds of a week: ours beside the plain greedy way, and what more time would gain.

Run: ``python -m benchmarks.planning``. Places and values are drawn with a fixed seed; every line
is the median of three.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import numpy as np
import pandas as pd

from thor_metrics.planning import WeekPlan, greedy, plan_week, worst_place_only
from thor_metrics.planning.plan import A_SHIFT, ITERATIONS

ROUNDS = 3
CASES = {
    "120 places, 4 teams, 4 hours": (120, [(0, 600, 840, 4)]),
    "120 places, 10 rounds of 2 hours": (120, [(day % 7, 600, 720, 1) for day in range(10)]),
    "200 places, 14 shifts of 2 teams": (200, [(day % 7, 600, 720, 2) for day in range(14)]),
}


def case(count: int, rows: list[tuple[int, int, int, int]]) -> tuple[pd.DataFrame, ...]:
    """Draw places in 4 by 4 km with a few of them much busier than the rest."""
    rng = np.random.default_rng(1)
    where = rng.uniform(0, 4_000, (count, 2))
    places = pd.DataFrame(where, columns=["x", "y"])
    places["minimum"] = np.where(np.arange(count) < 6, 2, 0) if len(rows) > 1 else 0
    shifts = pd.DataFrame(rows, columns=["day", "start", "end", "teams"]).assign(x=2e3, y=2e3)
    values = rng.gamma(0.5, 2.0, (count, 1)) * rng.uniform(0.5, 1.5, (1, len(rows)))
    return places, pd.DataFrame(values), shifts


def timed(make: Callable[[], WeekPlan]) -> tuple[WeekPlan, float]:
    """Run it a few times; gives the plan and the median of the seconds."""
    seconds = []
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        plan = make()
        seconds.append(time.perf_counter() - begin)
    return plan, statistics.median(seconds)


def compared(count: int, rows: list[tuple[int, int, int, int]]) -> None:
    """Print the table of one case."""
    places, values, shifts = case(count, rows)
    longer = 10 * (ITERATIONS + A_SHIFT * (len(rows) - 1))

    def ours(iterations: int | None) -> WeekPlan:
        return plan_week(places, values, shifts, randomness=0, iterations=iterations)

    ways: dict[str, Callable[[], WeekPlan]] = {
        "all at the worst place": lambda: worst_place_only(places, values, shifts),
        "greedy": lambda: greedy(places, values, shifts),
        "insertion only": lambda: ours(0),
        "ours": lambda: ours(None),
        "ours, ten times as long": lambda: ours(longer),
    }
    print(f"{'':26}{'value':>9}{'minimums short':>16}{'seconds':>9}")
    for way, make in ways.items():
        plan, seconds = timed(make)
        short = int(plan.minimums["short"].sum())
        print(f"{way:26}{plan.value:9.2f}{short:16d}{seconds:9.2f}")
    print(f"{'bound (relaxation)':26}{plan.bound:9.2f}")


def main() -> None:
    """Print a table a case."""
    for name, (count, rows) in CASES.items():
        print(f"\n{name}")
        compared(count, rows)


if __name__ == "__main__":
    main()
