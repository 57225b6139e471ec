"""Rounds of a week: never too long, minimums first, and near the best there is."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from thor_metrics.planning import greedy, plan_week, travel_minutes, worst_place_only
from thor_metrics.planning.bounds import most_minimums, most_value
from thor_metrics.planning.problem import make_problem


def places_at(xy, minimum=0):
    table = pd.DataFrame(xy, columns=["x", "y"]).astype(float)
    return table.assign(minimum=minimum)


def shifts_of(*rows, at=(0.0, 0.0)):
    frame = pd.DataFrame(rows, columns=["day", "start", "end", "teams"])
    return frame.assign(x=at[0], y=at[1])


HOUR = shifts_of((0, 600, 660, 1))


# --- by hand -------------------------------------------------------------------------------------


def test_walking_takes_as_long_as_it_takes():
    assert travel_minutes([0, 3000], [0, 4000], speed=4.5, detour=1.3)[0, 1] == pytest.approx(
        5000 * 1.3 / 4500 * 60
    )


def test_the_clock_of_a_round():
    places = places_at([(750, 0), (1500, 0)])  # ten minutes apart
    shifts = shifts_of((2, 600, 680, 1))
    plan = plan_week(places, [[1.0], [1.0]], shifts, detour=1.0, randomness=0)
    monday = 2 * 1440
    assert plan.visits["travel"].tolist() in ([10.0, 10.0], [20.0, 10.0])
    assert plan.visits["leave"].iloc[-1] + plan.visits["travel"].iloc[0] <= monday + 680
    assert plan.value == 2
    # 10 + 15 + 10 + 15 + 20 is 70 minutes; in 69 only one fits.
    assert plan_week(places, [[1.0], [1.0]], shifts_of((2, 600, 669, 1)), detour=1.0).value == 1


def test_minimums_go_before_value():
    places = places_at([(0, 0), (0, 0)], [1, 0])
    half_hour = shifts_of((0, 600, 615, 1))
    plan = plan_week(places, [[0.1], [9.0]], half_hour, randomness=0)
    assert plan.visits["place"].tolist() == [0]
    assert plan.visits["needed"].tolist() == [True]


def test_what_cannot_be_reached_is_said_with_its_reason():
    places = places_at([(0, 0), (0, 0), (50_000, 0), (0, 0)], [2, 1, 1, 1])
    one = shifts_of((0, 600, 615, 1))
    plan = plan_week(places, np.ones((4, 1)), one, forbidden=[(0, 3)])
    told = plan.minimums.set_index("place")
    assert told["short"].tolist()[2:] == [1, 1]
    assert told["short"].sum() == 4
    assert told.loc[2, "why"] == "te ver voor een ronde"
    assert told.loc[3, "why"] == "uitgesloten"
    assert set(told.loc[[0, 1], "why"]) <= {"geen uren over", ""}
    assert plan.minimum_bound == 1


def test_all_minimums_are_met_when_hours_allow():
    rng = np.random.default_rng(3)
    places = places_at(rng.uniform(0, 2000, (20, 2)), 2)
    week = shifts_of(*((day, 600, 720, 2) for day in range(7)), at=(1000.0, 1000.0))
    plan = plan_week(places, rng.random((20, 7)), week)
    assert not plan.minimums["short"].any()
    assert (plan.minimums["planned"] >= 2).all()


def test_pins_come_in_and_forbidden_visits_stay_out():
    places = places_at([(0, 0)] * 6)
    shifts = shifts_of((0, 600, 630, 2), (1, 600, 630, 1))
    plan = plan_week(
        places, np.tile([[5.0], [4], [3], [2], [1], [0]], 2), shifts,
        pins=[(0, 5, 1), (1, 4)], forbidden=[(0, 0), (1, 0)], randomness=0,
    )  # fmt: skip
    got = set(plan.visits[["shift", "team", "place"]].itertuples(index=False, name=None))
    assert (0, 1, 5) in got
    assert (1, 0, 4) in got
    assert 0 not in set(plan.visits["place"])
    assert plan.visits.loc[plan.visits["place"] == 5, "pinned"].all()
    assert plan.unplaced.empty


def test_a_pin_that_does_not_fit_is_told():
    places = places_at([(0, 0), (0, 0)])
    plan = plan_week(places, np.ones((2, 1)), shifts_of((0, 600, 615, 1)), pins=[(0, 0), (0, 1)])
    assert plan.unplaced["why"].tolist() == ["geen uren over"]
    assert len(plan.visits) == 1


def test_luck_changes_rounds_and_the_seed_brings_them_back():
    rng = np.random.default_rng(5)
    places = places_at(rng.uniform(0, 1500, (30, 2)))
    values = rng.random((30, 1))
    shift = shifts_of((0, 600, 720, 1), at=(700.0, 700.0))
    plans = [plan_week(places, values, shift, randomness=0.5, seed=seed) for seed in (1, 1, 2, 3)]
    assert plans[0].visits.equals(plans[1].visits)
    assert len({tuple(plan.visits["place"]) for plan in plans}) > 1
    assert all(
        plan.visits["value"].tolist() == values[plan.visits["place"], 0].tolist() for plan in plans
    )


def test_the_worst_place_counts_once_however_many_stand_there():
    plan = worst_place_only(
        places_at([(0, 0), (0, 0)]), [[1.0, 3.0], [2.0, 1.0]],
        shifts_of((0, 600, 660, 3), (1, 600, 660, 3)),
    )  # fmt: skip
    assert (plan.value, plan.visits["place"].tolist()) == (5.0, [1, 0])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"values": [[1.0]]}, "a row a place"),
        ({"values": [[-1.0], [1.0]]}, "0 or more"),
        ({"shifts": shifts_of((7, 600, 660, 1))}, "day must be"),
        ({"shifts": shifts_of((0, 660, 600, 1))}, "start before it ends"),
        ({"randomness": 1.5}, "randomness"),
        ({"pins": [(0, 0)], "forbidden": [(0, 0)]}, "pinned and forbidden"),
        ({"pins": [(0, 9)]}, "place below"),
        ({"speed": 0}, "speed"),
        ({"travel": np.zeros((2, 2))}, "row and a column"),
    ],
)
def test_what_makes_no_sense_is_refused(change, said):
    asked = {"values": [[1.0], [1.0]], "shifts": HOUR, **change}
    with pytest.raises(ValueError, match=said):
        plan_week(places_at([(0, 0), (0, 0)]), asked.pop("values"), asked.pop("shifts"), **asked)


# --- always --------------------------------------------------------------------------------------


@settings(deadline=None, max_examples=60)
@given(
    seed=st.integers(0, 10_000), n=st.integers(0, 12), m=st.integers(1, 4),
    randomness=st.floats(0, 1), spread=st.floats(0, 5_000),
)  # fmt: skip
def test_rounds_fit_visit_once_and_are_bounded(seed, n, m, randomness, spread):
    rng = np.random.default_rng(seed)
    places = places_at(rng.uniform(0, spread + 1, (n, 2)), rng.integers(0, 4, n))
    starts = rng.integers(0, 1_500, m)
    shifts = shifts_of(
        *zip(rng.integers(0, 7, m), starts, starts + rng.integers(10, 240, m),
             rng.integers(0, 4, m), strict=True),
        at=(spread / 2, spread / 2),
    )  # fmt: skip
    values = rng.random((n, m)) * rng.integers(0, 2, (n, m))
    every = [(s, p) for s in range(m) for p in range(n)]
    drawn = rng.permutation(len(every))
    forbidden = [every[number] for number in drawn[: len(every) // 6]]
    pins = [every[number] for number in drawn[-2:]] if len(every) > 6 else []
    plan = plan_week(
        places, values, shifts, pins=pins, forbidden=forbidden, randomness=randomness, seed=seed,
        iterations=60,
    )  # fmt: skip
    visits = plan.visits
    assert not visits.duplicated(["shift", "place"]).any()
    assert not set(forbidden) & set(zip(visits["shift"], visits["place"], strict=True))
    x = np.r_[places["x"], shifts["x"]]
    ways = travel_minutes(x, np.r_[places["y"], shifts["y"]])
    for (shift, team), rows in visits.groupby(["shift", "team"]):
        assert team < shifts["teams"][shift]
        at, clock = n + shift, shifts["day"][shift] * 1440 + shifts["start"][shift]
        for row in rows.sort_values("order").itertuples():
            clock += ways[at, row.place]
            assert row.arrive == pytest.approx(clock, abs=0.1)
            clock += 15
            at = row.place
        assert clock + ways[at, n + shift] <= shifts["day"][shift] * 1440 + shifts["end"][shift]
    counts = np.bincount(visits["place"], minlength=n)
    reached = np.minimum(counts, places["minimum"]).sum()
    assert plan.value == pytest.approx(values[visits["place"], visits["shift"]].sum())
    assert plan.value <= plan.bound + 1e-9
    assert reached <= plan.minimum_bound
    assert plan.minimums["short"].sum() == places["minimum"].sum() - reached
    assert visits["needed"].sum() == reached


# --- against the exact best ----------------------------------------------------------------------


def shortest(ways, stops, start):
    if not stops:
        return 0.0
    return min(
        sum(ways[a, b] for a, b in itertools.pairwise((start, *order, start)))
        for order in itertools.permutations(stops)
    )


def feasible_sets(places, shifts, ways, dwell=15.0):
    """All sets of places that the teams of each shift can visit."""
    n = len(places)
    found = []
    for shift in range(len(shifts)):
        length = shifts["end"][shift] - shifts["start"][shift]
        alone = {
            stops
            for size in range(n + 1)
            for stops in itertools.combinations(range(n), size)
            if shortest(ways, stops, n + shift) + dwell * size <= length + 1e-6
        }
        if shifts["teams"][shift] == 2:
            alone = {
                tuple(sorted({*one, *other}))
                for one in alone for other in alone if not set(one) & set(other)
            }  # fmt: skip
        found.append(alone)
    return found


def exact(places, values, shifts):
    """Most minimum visits, and with those the most value."""
    ways = travel_minutes(np.r_[places["x"], shifts["x"]], np.r_[places["y"], shifts["y"]])
    best = (-1, -1.0)
    for chosen in itertools.product(*feasible_sets(places, shifts, ways)):
        counts = np.zeros(len(places), dtype=int)
        value = 0.0
        for shift, stops in enumerate(chosen):
            counts[list(stops)] += 1
            value += values[list(stops), shift].sum()
        best = max(best, (int(np.minimum(counts, places["minimum"]).sum()), value))
    return best


def small_case(seed):
    rng = np.random.default_rng(seed)
    teams, many = [(1, 1), (2, 1), (1, 2)][seed % 3]
    n = 6 if many == 2 or teams == 2 else 7
    places = places_at(rng.uniform(0, 2_000, (n, 2)), rng.integers(0, 3, n) * (rng.random(n) < 0.4))
    length = int(rng.integers(50, 110))
    shifts = shifts_of(*((day, 600, 600 + length, teams) for day in range(many)),
                       at=(1_000.0, 1_000.0))  # fmt: skip
    return places, rng.gamma(0.7, 1.0, (n, many)), shifts


@pytest.mark.slow
def test_small_weeks_are_within_three_percent_of_the_exact_best():
    gaps, plain = [], []
    for seed in range(60):
        places, values, shifts = small_case(seed)
        plan = plan_week(places, values, shifts, randomness=0)
        most, value = exact(places, values, shifts)
        reached = int(places["minimum"].sum() - plan.minimums["short"].sum())
        assert reached == most, f"minimum visits of case {seed}"
        assert plan.minimum_bound >= most
        assert plan.bound >= value - 1e-9
        gaps.append(1 - plan.value / value if value else 0.0)
        plain.append(1 - greedy(places, values, shifts).value / value if value else 0.0)
    print(
        f"\nfrom the best: mean {np.mean(gaps):.2%}, most {np.max(gaps):.2%}; "
        f"greedy: mean {np.mean(plain):.2%}, most {np.max(plain):.2%}"
    )
    assert max(gaps) <= 0.03


def test_the_bound_is_the_best_where_nothing_has_to_be_walked():
    problem = make_problem(
        places_at([(0, 0)] * 4, [1, 0, 0, 0]), np.array([[1.0], [2], [3], [4]]),
        shifts_of((0, 600, 630, 1)), dwell=15, speed=4.5, detour=1.3, travel=None, pins=(),
        forbidden=(),
    )  # fmt: skip
    nothing = np.zeros((1, 4), dtype=bool)
    assert most_value(problem, minimums=0, placed=nothing) == pytest.approx(7)
    assert most_value(problem, minimums=1, placed=nothing) == pytest.approx(5)
    assert most_minimums(problem, placed=nothing) == 1
