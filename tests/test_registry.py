"""Indicators of the plan: numbers one can count by hand, and what no total may give away."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from tests import factories
from thor_metrics.engine import Engine
from thor_metrics.errors import ThorError
from thor_metrics.indicators.registry import INDICATORS, Indicator, Measure, compute, publish
from thor_metrics.model import Period, Selection
from thor_metrics.privacy import hide_small_cross

MARCH = Selection(Period.parse("2026-03"))

#: Two perrons checked in March, one in April; two sanctions of which one counts for three.
ENGINE = Engine.open(
    {
        "areas": factories.areas(),
        "incidents": factories.table(
            "incidents",
            [
                {"day": "2026-03-02", "theme": "afval", "buurt": "B1"},
                {"day": "2026-03-09", "theme": "afval", "buurt": "B3"},
                {"day": "2026-03-09", "theme": "fiets", "buurt": "B3"},
                {"day": "2026-04-01", "theme": "afval", "buurt": "B3"},
            ],
        ),
        "observations": factories.table(
            "observations",
            [
                {"day": "2026-03-02", "theme": "afval", "rubriek": "bijplaatsing", "amount": 4.0},
                {"day": "2026-03-03", "theme": "afval", "rubriek": "bijplaatsing", "amount": None},
                {"day": "2026-03-03", "theme": "afval", "rubriek": "zwerfafval", "amount": 9.0},
            ],
        ),
        "controls": factories.table(
            "controls",
            [
                {"day": "2026-03-02", "theme": "afval", "rubriek": "bijplaatsing",
                 "checked": 10.0, "violations": 4.0, "buurt": "B1"},
                {"day": "2026-03-10", "theme": "afval", "rubriek": "verkeerd_aangeboden",
                 "checked": 30.0, "violations": 6.0, "buurt": "B3"},
                {"day": "2026-04-10", "theme": "afval", "rubriek": "verkeerd_aangeboden",
                 "checked": 5.0, "violations": 5.0, "buurt": "B3"},
            ],
        ),
        "sanctions": factories.table(
            "sanctions",
            [
                {"day": "2026-03-02", "theme": "afval", "kind": "Opruimkosten", "amount": 3.0,
                 "euros": 513.0, "buurt": "B1"},
                {"day": "2026-03-03", "theme": "afval", "kind": "opruimkosten", "amount": None,
                 "euros": 171.0, "buurt": "B3"},
                {"day": "2026-03-03", "theme": "parkeren", "kind": "mulder", "amount": 7.0,
                 "euros": 700.0, "buurt": "B3"},
            ],
        ),
    }
)  # fmt: skip

#: What March 2026 holds in the tables above, counted by hand.
BY_HAND = {
    "afval_meldingen": (2, None, 2),
    "afval_bijplaatsingen": (5, None, 5),
    "afval_controles": (2, None, 2),
    "afval_gecontroleerd": (40, None, 40),
    "afval_overtredingen": (10, 40, 0.25),
    "afval_opruimkosten": (4, None, 4),
    "afval_opruimkosten_euro": (684, None, 684),
}


def test_every_indicator_has_a_number_by_hand():
    assert BY_HAND.keys() == INDICATORS.keys()


@pytest.mark.parametrize("key", INDICATORS)
def test_number_by_hand(key):
    indicator = INDICATORS[key]
    row = publish(compute(ENGINE, MARCH, indicator=indicator), indicator).iloc[0]
    numerator, denominator, value = BY_HAND[key]
    assert row["numerator"] == numerator
    assert row["denominator"] == denominator or (denominator is None and np.isnan(row.denominator))
    assert row["value"] == pytest.approx(value)


@pytest.mark.parametrize("key", INDICATORS)
def test_months_and_areas_add_up_to_the_whole(key):
    indicator = INDICATORS[key]
    selection = Selection(Period.parse("2026-H1"))
    whole = compute(ENGINE, selection, indicator=indicator)
    for by in (["month"], ["gebied"], ["buurt"], ["week"], ["gebied", "month"]):
        parts = compute(ENGINE, selection, indicator=indicator, by=by)
        for column in ("numerator", "denominator", "behind"):
            assert parts[column].sum(min_count=1) == pytest.approx(
                whole[column].iloc[0], nan_ok=True
            ), (by, column)


@pytest.mark.parametrize("key", INDICATORS)
def test_explained(key):
    indicator = INDICATORS[key]
    assert indicator.key == key
    assert indicator.title
    assert indicator.why.endswith(".")
    assert indicator.limits.endswith(".")
    assert indicator.unit


def test_nothing_loaded_is_not_nought():
    later = Selection(Period.parse("2027-03"))
    indicator = INDICATORS["afval_meldingen"]
    row = publish(compute(ENGINE, later, indicator=indicator), indicator).iloc[0]
    assert np.isnan(row["value"])
    assert not row["suppressed"]
    assert compute(ENGINE, later, indicator=indicator, by=["month"]).empty


def test_months_with_data_and_nothing_in_them_are_nought():
    rows = compute(
        ENGINE, Selection(Period.parse("2026"), gebied="Centrum"),
        indicator=INDICATORS["afval_meldingen"], by=["month"],
    )  # fmt: skip
    assert rows.set_index("month")["numerator"].to_dict() == {"2026-03": 1, "2026-04": 0}


def test_weeks_are_iso_weeks():
    rows = compute(ENGINE, MARCH, indicator=INDICATORS["afval_meldingen"], by=["week"])
    filled = rows.set_index("week")["numerator"]
    assert filled[filled > 0].to_dict() == {"2026-W10": 1, "2026-W11": 1}


def test_unknown_split_says_what_there_is():
    with pytest.raises(ThorError, match="'incidents' is niet uit te splitsen naar 'kind'"):
        compute(ENGINE, MARCH, indicator=INDICATORS["afval_meldingen"], by=["kind"])


def test_sanctions_split_by_area_are_hidden_and_their_euros_too():
    for key in ("afval_opruimkosten", "afval_opruimkosten_euro"):
        indicator = INDICATORS[key]
        counted = compute(ENGINE, MARCH, indicator=indicator, by=["gebied"])
        shown = publish(counted, indicator, by=["gebied"])
        assert shown["suppressed"].all()
        assert shown[["numerator", "value"]].isna().all(axis=None)


def test_sanctions_of_one_chosen_area_are_hidden():
    indicator = INDICATORS["afval_opruimkosten"]
    here = compute(ENGINE, Selection(MARCH.period, gebied="Centrum"), indicator=indicator)
    assert publish(here, indicator, in_area=True)["suppressed"].all()
    assert not publish(here, indicator)["suppressed"].any()


def test_a_share_is_hidden_whole():
    people = Indicator(
        "x", "M15", "sociaal", "X", Measure("controls", "violations"),
        Measure("controls", "checked"), shy="people",
    )  # fmt: skip
    counted = pd.DataFrame({"numerator": [4.0], "denominator": [40.0], "behind": [4.0]})
    shown = publish(counted, people)
    assert shown[["numerator", "denominator", "value"]].isna().all(axis=None)
    enough = counted.assign(numerator=10.0, behind=10.0)
    assert publish(enough, people)["value"].tolist() == [0.25]


# --- the attacker ---------------------------------------------------------------------------------


@st.composite
def cross_tables(draw):
    rows, columns = draw(st.integers(2, 4)), draw(st.integers(2, 5))
    cells = st.integers(0, 12) | st.integers(13, 60)
    return np.array(
        draw(st.lists(cells, min_size=rows * columns, max_size=rows * columns))
    ).reshape(rows, columns)


def attack(values: np.ndarray, hidden: np.ndarray) -> list[tuple[float, float]]:
    """What somebody who has all margins and all shown cells can say of each hidden one."""
    places = np.argwhere(hidden)
    equations, totals = [], []
    for axis in (0, 1):
        for line in np.unique(places[:, axis]):
            equations.append((places[:, axis] == line).astype(float))
            cells = values.take(line, axis=axis)
            totals.append(cells[hidden.take(line, axis=axis)].sum())
    found = []
    for number in range(len(places)):
        goal = np.eye(len(places))[number]
        low, high = (
            linprog(sign * goal, A_eq=equations, b_eq=totals, bounds=(0, None)) for sign in (1, -1)
        )
        found.append((low.fun, -high.fun))
    return found


@settings(max_examples=60)
@given(values=cross_tables(), below=st.sampled_from([5, 10]))
def test_no_hidden_cell_can_be_worked_out_from_the_margins(values, below):
    rows, columns = values.shape
    frame = pd.DataFrame(
        {
            "area": np.repeat(np.arange(rows), columns),
            "month": np.tile(np.arange(columns), rows),
            "n": values.ravel(),
        }
    )
    shown = hide_small_cross(
        frame, "n", about_people=True, below=below, directions=[["area"], ["month"]]
    )
    hidden = shown["hidden"].to_numpy().reshape(rows, columns)
    assert hidden[(values > 0) & (values < below)].all()
    if hidden.any() and not hidden.all():
        for low, high in attack(values, hidden):
            assert high - low > 0.5


def test_reviewed_is_no_day_to_come():
    assert all(one.reviewed <= dt.date(2026, 11, 24) for one in INDICATORS.values())
