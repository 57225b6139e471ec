"""Effort beside effect, by hand: what is counted, what is compared, and what is refused."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from tests import factories
from thor_metrics import deeds, effects
from thor_metrics.engine import Engine
from thor_metrics.indicators.effect import (
    NOT_JUDGED,
    Area,
    action_controls,
    action_effect,
    choose_windows,
)
from thor_metrics.indicators.effect.likeness import chosen_like, likeness, steady
from thor_metrics.model import Period, Selection

DAY = dt.date
WEEK = dt.timedelta(weeks=1)
X, Y = 176_550.0, 317_550.0
PLACE = {"x": X, "y": Y, "radius": 50.0}
ACTION = Period(DAY(2026, 1, 5), DAY(2026, 5, 25))  # 20 weeks
CHOSEN = (DAY(2025, 9, 1), DAY(2026, 1, 1))
AFVAL = Selection(ACTION, themes=("afval",))


def weekly(count, first, weeks=20, *, x=X, y=Y, buurt="B1", **more):
    """``count`` reports on every Monday."""
    days = [first + number * WEEK for number in range(weeks)]
    row = {"buurt": buurt, "x": x, "y": y, "hour": 9, **more}
    return [{"day": str(day), **row} for day in days for _ in range(count)]


BEFORE, AFTER = DAY(2025, 1, 6), DAY(2026, 1, 5)
FAR = {"x": 190_000.0, "y": 330_000.0}
ELSEWHERE = [
    *weekly(5, BEFORE, **FAR, buurt="B3"), *weekly(5, AFTER, **FAR, buurt="B3"),
    *weekly(5, BEFORE, **FAR, buurt="B4"), *weekly(5, AFTER, **FAR, buurt="B4"),
]  # fmt: skip
#: The first and the last day of which there are reports.
FIRST = [
    {"day": day, "hour": 9, "buurt": "B3", **FAR, "theme": "fiets"}
    for day in ("2024-01-01", "2026-10-31")
]


@pytest.fixture
def asked():
    opened = []

    def ask(rows, selection=AFVAL, *, controls=(), observations=(), **options):
        tables = {"incidents": rows, "controls": controls, "observations": observations}
        engine = Engine.open(
            {name: factories.table(name, content) for name, content in tables.items()}
        )
        opened.append(engine)
        return action_effect(engine, selection, **{**PLACE, "selected": CHOSEN, **options})

    yield ask
    for engine in opened:
        engine.close()


def halved(**more):
    return [*FIRST, *ELSEWHERE, *weekly(4, BEFORE, **more), *weekly(2, AFTER, **more)]


def test_half_as_many_while_elsewhere_stays_is_a_ratio_of_a_half(asked):
    study = asked(halved())
    assert study.place == (80, 40)
    assert study.elsewhere == (200, 200)
    assert study.windows.before == Period(BEFORE, DAY(2025, 5, 26))
    assert study.windows.after == ACTION
    assert study.estimate.ratio == pytest.approx(0.5)
    # No burst in it: the variance is that of four counts, and Student's t at 38.
    assert study.estimate.se_log == pytest.approx(np.sqrt(1 / 80 + 1 / 40 + 2 / 200))
    assert study.verdict == "minder"
    assert study.areas["chosen"].sum() == 2
    assert study.needed == effects.needed(0.8, dispersion=1, control=200 / 80)


def test_what_goes_down_everywhere_is_no_effect(asked):
    down = [*weekly(4, BEFORE), *weekly(2, AFTER)]
    there = [
        row
        for buurt in ("B3", "B4")
        for row in (
            *weekly(6, BEFORE, **FAR, buurt=buurt),
            *weekly(3, AFTER, **FAR, buurt=buurt),
        )
    ]
    study = asked([*FIRST, *down, *there])
    assert study.elsewhere == (240, 120)
    assert study.estimate.ratio == pytest.approx(1)
    assert study.verdict == "geen aantoonbaar verschil"


def test_the_weeks_are_drawn_beside_what_is_usual(asked):
    weeks = asked(halved()).weeks
    assert weeks.groupby("window")["count"].sum()[["voor", "tijdens"]].tolist() == [80, 40]
    assert weeks["week"].iloc[0] == pd.Timestamp(BEFORE)
    assert weeks.loc[weeks["window"] == "voor", "usual"].eq(10 * 80 / 200).all()


def test_the_edge_of_the_place_counts_and_the_ring_is_apart(asked):
    edge = weekly(1, BEFORE, x=X + 50)
    ring = weekly(1, BEFORE, x=X + 51)
    beyond = weekly(1, BEFORE, x=X + 201)
    study = asked([*halved(), *edge, *ring, *beyond])
    assert study.place == (100, 40)
    assert study.ring == (20, 0)


def test_displacement_is_told_in_reports(asked):
    moved = [*weekly(1, BEFORE, x=X + 100), *weekly(2, AFTER, x=X + 100)]
    study = asked([*halved(), *moved])
    assert study.ring == (20, 40)
    assert study.moved.difference == pytest.approx((40 - 80) + (40 - 20))
    wdq, net = effects.weighted_displacement_quotient((80, 40), (20, 40), (200, 200))
    assert (study.quotient, study.prevented) == (wdq, net)


def test_buurten_that_the_ring_touches_are_no_comparison(asked):
    near = weekly(5, BEFORE, x=X + 100, buurt="B3")
    study = asked([*halved(), *near])
    why = study.areas.set_index("buurt")["why"]
    assert why["B3"] == "raakt de plek"
    assert study.areas.loc[study.areas["chosen"], "buurt"].tolist() == ["B4"]


def test_buurten_with_an_action_of_their_own_are_no_comparison(asked):
    study = asked(halved(), avoid=("B4",))
    assert study.areas.loc[study.areas["chosen"], "buurt"].tolist() == ["B3"]
    assert study.areas.set_index("buurt").loc["B4", "why"] == "hier liep ook een actie"


def test_people_choose_what_is_compared_with(asked):
    study = asked(halved(), compared=("B4", "B9"))
    assert study.areas.loc[study.areas["chosen"], "buurt"].tolist() == ["B4"]
    assert study.elsewhere == (100, 100)


def test_another_theme_is_another_action(asked):
    study = asked([*halved(), *weekly(9, AFTER, theme="fiets")])
    assert study.place == (80, 40)


def test_an_outline_holds_what_is_in_it(asked):
    left = shapely.box(X - 50, Y - 50, X, Y + 50).wkt
    study = asked([*halved(x=X - 10), *weekly(1, BEFORE, x=X + 10)], outline=left)
    assert (study.place, study.ring) == ((80, 40), (20, 0))


def test_without_a_report_there_is_nothing_to_say(asked):
    study = asked([*FIRST, *ELSEWHERE])
    assert (study.verdict, study.place, study.estimate) == ("te weinig gegevens", (0, 0), None)


def test_small_numbers_about_people_are_hidden_with_all_that_follows_from_them(asked):
    people = {"theme": "sociaal", "rubriek": "jeugdoverlast"}
    elsewhere = [{**row, **people} for row in ELSEWHERE]
    few = [*FIRST, *elsewhere, *weekly(4, BEFORE, **people), *weekly(1, AFTER, 3, **people)]
    selection = replace(AFVAL, themes=("sociaal",))
    study = asked(few, selection)
    assert study.verdict == "te weinig gegevens"
    assert study.place is study.estimate is study.elsewhere is study.ring is study.weeks is None
    many = asked([*few, *weekly(2, AFTER, **people)], selection)
    assert many.place == (80, 43)
    assert many.weeks.empty
    assert many.ring is many.moved is None


def test_own_findings_are_another_series(asked):
    seen = [*weekly(1, BEFORE, amount=3), *weekly(2, AFTER, x=X + 51, amount=1)]
    study = asked(halved(), observations=seen)
    assert study.own == (60, 0)
    assert study.place == (80, 40)


def control(day, *, x=X, planned="ja", hours=0.5, **more):
    return {"day": str(day), "hour": 9, "x": x, "y": Y, "buurt": "B1", "kind": "Controle",
            "planned": planned, "hours_spent": hours, **more}  # fmt: skip


def test_the_dose_is_what_was_done_before_and_during(asked):
    controls = [
        control(BEFORE), control(AFTER), control(AFTER, planned="nee"), control(AFTER, x=X + 75),
        control(AFTER, x=X + 76), control(AFTER, theme="fiets"), control(ACTION.end),
    ]  # fmt: skip
    dose = asked(halved(), controls=controls).dose
    assert (dose.visits, dose.planned, dose.minutes) == ((1, 3), (1, 2), (30.0, 90.0))


# --- windows -------------------------------------------------------------------------------------

DATA = Period(DAY(2023, 1, 1), DAY(2026, 11, 1))
CHOSEN_IN = Period(*CHOSEN)


def test_the_same_weeks_of_a_year_earlier_come_first():
    found = choose_windows(ACTION, data=DATA, selected=CHOSEN_IN)
    assert found.before == Period(DAY(2025, 1, 6), DAY(2025, 5, 26))
    assert found.weeks == 20


def test_the_window_of_the_choice_is_never_the_baseline():
    stood_out = Period(DAY(2025, 3, 1), DAY(2025, 12, 1))
    found = choose_windows(ACTION, data=DATA, selected=stood_out)
    assert found.before == Period(DAY(2024, 1, 8), DAY(2024, 5, 27)), "two years earlier"
    refused = choose_windows(ACTION, data=DATA, selected=stood_out, baseline=DAY(2025, 1, 6))
    assert refused.before is None
    assert "wordt vanzelf rustiger" in refused.why


def test_a_choice_that_goes_on_after_the_start_is_refused():
    found = choose_windows(ACTION, data=DATA, selected=Period(DAY(2025, 9, 1), DAY(2026, 2, 1)))
    assert found.before is None
    assert "lopen door na de start" in found.why


def test_where_nobody_wrote_down_when_it_stood_out_half_a_year_is_taken():
    found = choose_windows(ACTION, data=DATA)
    assert found.selected == Period(ACTION.start - 26 * WEEK, ACTION.start)
    assert "Niet opgeschreven" in found.note


def test_an_action_is_followed_up_to_another_system():
    found = choose_windows(ACTION, data=DATA, selected=CHOSEN_IN, breaks=[DAY(2026, 3, 4)])
    assert found.weeks == 8
    assert "Gevolgd tot 04-03-2026" in found.note


@pytest.mark.parametrize("day", [DAY(2025, 8, 1), DAY(2026, 1, 5)])
def test_a_system_between_the_windows_makes_them_no_comparison(day):
    found = choose_windows(ACTION, data=Period(DAY(2024, 12, 1), DATA.end), selected=CHOSEN_IN,
                           breaks=[day])  # fmt: skip
    assert found.before is None
    assert "ander meldsysteem" in found.why


def test_a_system_of_before_both_windows_does_not_matter():
    found = choose_windows(ACTION, data=DATA, selected=CHOSEN_IN, breaks=[DAY(2025, 1, 6)])
    assert found.before == Period(DAY(2025, 1, 6), DAY(2025, 5, 26))


def test_weeks_without_data_are_no_weeks_without_reports():
    found = choose_windows(ACTION, data=Period(DAY(2025, 2, 1), DATA.end), selected=CHOSEN_IN)
    assert found.before == Period(DAY(2025, 4, 14), DAY(2025, 9, 1)), "just before it stood out"
    found = choose_windows(ACTION, data=Period(DAY(2025, 6, 1), DATA.end), selected=CHOSEN_IN)
    assert found.before is None
    assert "niet alle meldingen geladen" in found.why


@pytest.mark.parametrize(("days", "said"), [(27, "3 hele weken"), (0, "nog geen meldingen")])
def test_an_action_that_only_began_is_too_young(days, said):
    end = ACTION.start + dt.timedelta(days=days)
    found = choose_windows(ACTION, data=Period(DATA.start, end), selected=CHOSEN_IN)
    assert (found.after, found.weeks) == (None, 0)
    assert said in found.why


def test_what_cannot_be_compared_is_not_judged(asked):
    study = asked(halved(), selected=(DAY(2025, 1, 1), DAY(2026, 1, 1)), baseline=BEFORE)
    assert study.verdict == NOT_JUDGED
    assert study.place is study.estimate is None


@given(
    start=st.dates(DAY(2024, 1, 1), DAY(2026, 6, 1)),
    weeks=st.integers(1, 60),
    gap=st.integers(0, 200),
    length=st.integers(1, 900),
    day=st.dates(DAY(2023, 1, 1), DAY(2026, 11, 1)),
)
def test_windows_are_equal_apart_and_on_one_side_of_a_break(start, weeks, gap, length, day):
    chosen = start - dt.timedelta(days=gap)
    found = choose_windows(
        Period(start, start + weeks * WEEK), data=DATA, breaks=[day],
        selected=Period(chosen - dt.timedelta(days=length), chosen),
    )  # fmt: skip
    if found.before is None:
        assert found.why
        return
    before, after, selected = found.before, found.after, found.selected
    assert (before.days, after.days) == (7 * found.weeks,) * 2
    assert (after.start - before.start).days % 7 == 0 or before.end <= selected.start
    assert before.end <= after.start
    assert before.end <= selected.start or before.start >= selected.end
    assert before.start >= DATA.start
    assert not before.start < day < after.end


# --- who is compared with ------------------------------------------------------------------------


def test_the_most_alike_come_first_and_tiny_ones_not_at_all():
    weeks = np.arange(40)
    rng = np.random.default_rng(1)
    course = np.repeat([4, 4, 8, 8, 4], 8)
    place = pd.Series(course, index=weeks)
    areas = pd.DataFrame(
        [2 * course, 2 * course[::-1] + rng.integers(0, 2, 40), np.repeat([12, 12, 2, 2, 12], 8),
         np.r_[np.zeros(39), 1]],
        index=["same", "nearly", "opposite", "tiny"],
    )  # fmt: skip
    found = likeness(place, areas, weeks)
    assert found.index.tolist() == ["same", "nearly", "opposite"]
    assert found["same"] == 0


def test_without_history_all_are_compared_with():
    place, areas = pd.Series([1] * 8), pd.DataFrame([[1] * 8], index=["a"])
    assert likeness(place, areas, np.arange(8)) is None
    assert chosen_like(None, pd.Series([3, 4], index=["a", "b"]), place=5) == ["a", "b"]


def test_enough_reports_are_compared_with():
    names = [f"b{number:02}" for number in range(30)]
    like, before = pd.Series(np.arange(30.0), index=names), pd.Series(10, index=names)
    assert len(chosen_like(like, before, place=1)) == 12
    assert len(chosen_like(like, before, place=40)) == 20


def test_a_change_of_its_own_is_seen_only_among_enough():
    before = np.full(4, 100.0)
    assert steady(before, np.array([100.0, 100, 100, 900])).all()


def test_an_area_knows_its_edge():
    square = Area(0, 0, 9, "POLYGON ((0 0, 10 0, 10 10, 0 10, 0 0))")
    assert square.distance([10, 20, -3], [5, 5, -4]).tolist() == [0, 10, 5]


# --- controls and words --------------------------------------------------------------------------


def test_controls_belong_by_place_time_and_theme_until_somebody_says_otherwise():
    rows = [
        {**control(day, x=x), "source": "s", "source_id": number}
        for number, day, x in (
            ("1", AFTER, X), ("2", AFTER, X + 30), ("3", AFTER, X + 400), ("4", BEFORE, X),
        )
    ]  # fmt: skip
    engine = Engine.open({"controls": factories.table("controls", rows)})
    found = action_controls(engine, AFVAL, **PLACE, added=("s|3",), left_out=("s|2",))
    engine.close()
    told = found.set_index("control")[["belongs", "why", "distance"]].T.to_dict("list")
    assert told == {
        "s|1": [True, "plek en tijd", 0.0],
        "s|2": [False, "weggelaten", 0.0],
        "s|3": [True, "toegevoegd", 350.0],
    }


def test_actions_that_cannot_be_measured_say_so_by_their_stage():
    deed = {"starts": pd.Timestamp("2026-01-05"), "ends": pd.NaT, "stage": "gepland"}
    assert not deeds.measurable(deed)
    assert deeds.measurable({**deed, "stage": "bezig"})
    assert not deeds.measurable({**deed, "stage": "bezig", "starts": pd.NaT})
    assert deeds.period_of(deed) == Period(DAY(2026, 1, 5), DAY(2027, 1, 5))


def test_one_action_of_a_kind_is_no_summary():
    rows = [
        {"kind": "a", "ratio": 0.5, "low": 0.4, "high": 0.7, "se_log": 0.1, "events": 100.0},
        {"kind": "b", "ratio": 0.5, "low": 0.4, "high": 0.7, "se_log": 0.1, "events": 100.0},
        {"kind": "b", "ratio": np.nan, "low": np.nan, "high": np.nan, "se_log": np.nan,
         "events": np.nan},
    ]  # fmt: skip
    assert deeds.together(rows).empty
    assert deeds.together([]).empty
