"""Indicators of the plan: numbers one can count by hand, and what no total may give away."""

from __future__ import annotations

import datetime as dt
import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import factories
from thor_metrics.engine import Engine
from thor_metrics.errors import SelectionError, ThorError
from thor_metrics.indicators.registry import (
    INDICATORS,
    Indicator,
    Measure,
    compute,
    known_period,
    measured,
    published,
)
from thor_metrics.model import Period, Selection
from thor_metrics.privacy import hide_tree
from thor_metrics.schema import TABLES

MARCH = Selection(Period.parse("2026-03"))
HALF_YEAR = Selection(Period.parse("2026-H1"))

ROWS = {
    "incidents": [
        {"day": "2026-03-02", "theme": "afval", "buurt": "B1", "reply": "standaardreactie"},
        {"day": "2026-03-09", "theme": "afval", "buurt": "B3", "reply": "telefonisch"},
        {"day": "2026-03-09", "theme": "fiets", "buurt": "B3", "reply": "eigen bericht"},
        {"day": "2026-03-10", "theme": "parkeren", "buurt": "B1", "reply": "geen"},
        {"day": "2026-03-11", "theme": "evenementen", "buurt": "B1", "reply": "onbekend"},
        *[{"day": "2026-03-12", "theme": "sociaal", "rubriek": "jeugd", "buurt": "B1"}] * 12,
        {"day": "2026-04-01", "theme": "afval", "buurt": "B3"},
    ],
    "observations": [
        {"day": "2026-03-02", "theme": "afval", "rubriek": "bijplaatsing", "amount": 4.0},
        {"day": "2026-03-03", "theme": "afval", "rubriek": "bijplaatsing", "amount": None},
        {"day": "2026-03-03", "theme": "afval", "rubriek": "zwerfafval", "amount": 9.0},
        {"day": "2026-03-04", "theme": "sociaal", "rubriek": "bedelaars", "amount": 11.0},
        {"day": "2026-03-04", "theme": "sociaal", "rubriek": "overig_personen",
         "kind": "Overtreding gebiedsverbod", "amount": 10.0},
    ],
    "controls": [
        {"day": "2026-03-02", "theme": "afval", "rubriek": "bijplaatsing", "planned": "ja",
         "checked": 10.0, "violations": 4.0, "buurt": "B1", "partner": "Stadsbeheer",
         "hours_spent": 7.5},
        {"day": "2026-03-10", "theme": "afval", "rubriek": "verkeerd_aangeboden",
         "planned": "nee", "checked": 30.0, "violations": 6.0, "buurt": "B3"},
        {"day": "2026-03-11", "theme": "fiets", "rubriek": "foutgeplaatste_fietsen",
         "kind": "Veegactie", "planned": "ja"},
        {"day": "2026-03-11", "theme": "fiets", "rubriek": "foutgeplaatste_fietsen",
         "kind": "Controle fietsparkeren", "planned": "nee"},
        {"day": "2026-03-12", "theme": "sociaal", "rubriek": "jeugd", "kind": "Jeugdronde"},
        {"day": "2026-03-13", "theme": "evenementen", "rubriek": "evenement",
         "kind": "Veiligheidsronde", "partner": "Brandweer"},
        {"day": "2026-03-13", "theme": "evenementen", "rubriek": "geluid",
         "kind": "Geluidscontrole"},
        {"day": "2026-03-14", "theme": "evenementen", "rubriek": "alcoholwet",
         "kind": "Alcoholwetcontrole", "violations": 12.0},
        {"day": "2026-04-10", "theme": "afval", "rubriek": "verkeerd_aangeboden",
         "checked": 5.0, "violations": 5.0, "buurt": "B3"},
    ],
    "sanctions": [
        {"day": "2026-03-02", "theme": "afval", "kind": "Opruimkosten", "amount": 3.0,
         "euros": 513.0, "buurt": "B1"},
        {"day": "2026-03-03", "theme": "afval", "kind": "opruimkosten", "amount": None,
         "euros": 171.0, "buurt": "B3"},
        {"day": "2026-03-03", "theme": "parkeren", "kind": "mulder", "amount": 7.0,
         "euros": 700.0, "buurt": "B3"},
        {"day": "2026-03-03", "theme": "parkeren", "kind": "naheffing", "amount": 20.0,
         "euros": 1440.0, "buurt": "B1"},
        {"day": "2026-03-14", "theme": "evenementen", "kind": "bestuurlijke boete",
         "amount": 2.0, "euros": 2720.0},
        {"day": "2026-03-14", "theme": "evenementen", "kind": "waarschuwing", "amount": 6.0},
    ],
    "removals": [
        {"day": "2026-03-11", "kind": "fiets", "amount": 38.0, "collected": 12.0},
        {"day": "2026-03-12", "kind": "fietswrak", "amount": None},
    ],
    "scan_days": [
        {"day": "2026-03-02", "vehicles": 1000.0, "without_right": 50.0, "reviewed": 40.0,
         "imposed": 30.0, "upheld": 27.0, "buurt": "B1"},
        {"day": "2026-03-03", "vehicles": 500.0, "without_right": None, "imposed": 10.0,
         "buurt": "B2"},
    ],
    "crowd_days": [
        {"day": "2026-03-07", "topdag": "ja", "planned": "ja"},
        {"day": "2026-03-08", "topdag": "ja", "planned": "nee"},
        {"day": "2026-03-14", "topdag": "ja", "planned": "nee"},
        {"day": "2026-03-15", "topdag": "nee", "planned": "onbekend"},
    ],
    "deployments": [
        {"day": "2026-03-02", "hours_available": 40.0, "hours_planned": 30.0,
         "hours_unplanned": 4.0, "shift": "dag"},
        {"day": "2026-03-02", "hours_available": 20.0, "hours_planned": None,
         "hours_unplanned": 6.0, "shift": "avond"},
    ],
    "activities": [
        {"day": "2026-03-02", "kind": kind, "status": status, "participants": 5.0}
        for kind, status in [
            ("opleiding", "gehouden"), ("opleiding", "vervallen"), ("briefing", "gehouden"),
            ("overleg", "gehouden"), ("samenwerkingsactie", "gehouden"),
            ("teambuilding", "gehouden"), ("beleidsproduct", "gehouden"),
            ("spreekuur", "gehouden"), ("spreekuur", "gepland"), ("buurtbezoek", "gehouden"),
            ("buurtoverleg", "gehouden"), ("onderschat", "gehouden"),
            ("bezoek jeugd", "gehouden"), ("bezoek jeugd", "gepland"),
        ]
    ],
    "occupancy": [
        {"day": "2026-03-02", "capacity": 100.0, "occupied": 80.0, "beside": 10.0},
        {"day": "2026-03-03", "capacity": 100.0, "occupied": 40.0, "beside": None},
    ],
    "caseload": [
        {"day": "2026-03-01", "nature": "jeugd", "subjects": 14.0, "hours_thor": 20.0,
         "hours_partner": 8.0, "buurt": "B1"},
        {"day": "2026-03-01", "nature": "verslaving", "subjects": 30.0, "hours_thor": 12.0,
         "hours_partner": 2.0, "buurt": "B1"},
    ],
}  # fmt: skip

ENGINE = Engine.open(
    {
        "areas": factories.areas(),
        **{name: factories.table(name, rows) for name, rows in ROWS.items()},
    }
)

#: What March 2026 holds in the tables above, counted by hand.
BY_HAND = {
    "afval_meldingen": (2, None, 2),
    "afval_bijplaatsingen": (5, None, 5),
    "afval_controles": (2, None, 2),
    "afval_geplande_controles": (1, None, 1),
    "afval_gecontroleerd": (40, None, 40),
    "afval_overtredingen": (10, 40, 0.25),
    "afval_opruimkosten": (4, None, 4),
    "afval_opruimkosten_euro": (684, None, 684),
    "fiets_meldingen": (1, None, 1),
    "fiets_bezetting": (120, 200, 0.6),
    "fiets_buiten_vakken": (10, 1, 10),
    "fiets_controles": (2, None, 2),
    "fiets_geplande_controles": (1, None, 1),
    "fiets_verwijderd": (39, None, 39),
    "fiets_opgehaald": (12, 38, 12 / 38),
    "fiets_veegacties": (1, None, 1),
    "scan_voertuigen": (1500, None, 1500),
    "scan_betaald": (950, 1000, 0.95),
    "scan_beoordeeld": (40, 50, 0.8),
    "scan_naheffingen": (40, None, 40),
    "scan_in_stand": (27, 30, 0.9),
    "naheffingen": (20, None, 20),
    "naheffingen_euro": (1440, None, 1440),
    "mulder": (7, None, 7),
    "parkeren_meldingen": (1, None, 1),
    "topdagen_gepland": (1, None, 1),
    "topdagen_ongepland": (2, None, 2),
    "jeugd_meldingen": (12, None, 12),
    "jeugd_rondes": (1, None, 1),
    "jeugd_bezoeken": (1, None, 1),
    "bedelaars_signaleringen": (11, None, 11),
    "gebiedsverboden_overtreden": (10, None, 10),
    "subjecten": (44, None, 44),
    "subjecten_uren_thor": (32, None, 32),
    "subjecten_uren_partner": (10, None, 10),
    "evenement_controles": (2, None, 2),
    "veiligheidsrondes": (1, None, 1),
    "geluidscontroles": (1, None, 1),
    "evenement_meldingen": (1, None, 1),
    "evenement_sancties": (2, None, 2),
    "evenement_waarschuwingen": (6, None, 6),
    "alcohol_controles": (1, None, 1),
    "alcohol_overtredingen": (12, None, 12),
    "opleidingen": (1, None, 1),
    "opleiding_deelnames": (5, None, 5),
    "briefings_overleggen": (2, None, 2),
    "samenwerkingsacties": (1, None, 1),
    "controles_met_partner": (2, 8, 0.25),
    "teambuilding": (1, None, 1),
    "beleidsproducten": (1, None, 1),
    "inzet_beschikbaar": (60, None, 60),
    "inzet_gepland": (30, 40, 0.75),
    "inzet_ongepland": (10, 60, 1 / 6),
    "inzet_controle_uren": (7.5, None, 7.5),
    "inzet_controles": (8, None, 8),
    "meldingen": (17, None, 17),
    "spreekuren_gehouden": (1, None, 1),
    "spreekuren_gepland": (1, None, 1),
    "buurtbezoeken": (2, None, 2),
    "onderschat_acties": (1, None, 1),
    "standaard_of_telefonisch": (2, 4, 0.5),
    "geen_reactie": (1, 4, 0.25),
}


def test_every_indicator_has_a_number_by_hand():
    assert list(BY_HAND) == list(INDICATORS)


@pytest.mark.parametrize("key", INDICATORS)
def test_number_by_hand(key):
    row = measured(ENGINE, MARCH, key=key).iloc[0]
    numerator, denominator, value = BY_HAND[key]
    assert row["numerator"] == numerator
    assert row["denominator"] == denominator or (denominator is None and np.isnan(row.denominator))
    assert row["value"] == pytest.approx(value)
    assert not row["suppressed"]


@pytest.mark.parametrize("key", INDICATORS)
def test_months_and_areas_add_up_to_the_whole(key):
    indicator = INDICATORS[key]
    whole = compute(ENGINE, HALF_YEAR, indicator=indicator)
    placed = all("gebied" in ENGINE.tables[table].c for table in indicator.sources)
    splits = [["month"], ["week"]]
    if placed:
        splits += [["gebied"], ["buurt"], ["gebied", "month"]]
    for by in splits:
        parts = compute(ENGINE, HALF_YEAR, indicator=indicator, by=by)
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
    assert set(indicator.sources) <= set(TABLES)
    assert indicator.reviewed <= dt.date(2026, 11, 24)
    if indicator.unit == "%":
        assert indicator.denominator is not None


def test_nothing_loaded_is_not_nought():
    later = Selection(Period.parse("2027-03"))
    for key in ("afval_meldingen", "jeugd_meldingen"):
        row = measured(ENGINE, later, key=key).iloc[0]
        assert np.isnan(row["value"])
        assert not row["suppressed"]
        assert measured(ENGINE, later, key=key, by=["month"]).empty


def test_months_with_data_and_nothing_in_them_are_nought():
    here = Selection(Period.parse("2026"), gebied="Centrum")
    rows = measured(ENGINE, here, key="afval_meldingen", by=["month"])
    assert rows.set_index("month")["value"].to_dict() == {"2026-03": 1, "2026-04": 0}


def test_weeks_are_iso_weeks():
    rows = measured(ENGINE, MARCH, key="afval_meldingen", by=["week"])
    filled = rows.set_index("week")["value"]
    assert filled[filled > 0].to_dict() == {"2026-W10": 1, "2026-W11": 1}


def test_a_proportion_has_wilsons_interval():
    row = measured(ENGINE, MARCH, key="afval_overtredingen").iloc[0]
    assert (row["low"], row["high"]) == pytest.approx((0.1419, 0.4019), abs=5e-5)
    whole = measured(ENGINE, MARCH, key="fiets_bezetting").iloc[0]
    assert np.isnan(whole["low"]), "parking places are no sample"


def test_unknown_split_says_what_there_is():
    with pytest.raises(ThorError, match="'incidents' is niet uit te splitsen naar 'kind'"):
        measured(ENGINE, MARCH, key="afval_meldingen", by=["kind"])
    with pytest.raises(ThorError, match="'crowd_days' is niet uit te splitsen naar 'gebied'"):
        measured(ENGINE, MARCH, key="topdagen_gepland", by=["gebied"])


# --- about people ---------------------------------------------------------------------------------


def test_small_numbers_of_an_area_are_hidden_and_their_euros_too():
    for key in ("afval_opruimkosten", "afval_opruimkosten_euro"):
        shown = measured(ENGINE, MARCH, key=key, by=["gebied"])
        assert shown["suppressed"].all()
        assert shown[["numerator", "value"]].isna().all(axis=None)
        assert measured(ENGINE, MARCH, key=key)["value"].notna().all(), "the city is shown"
        here = Selection(MARCH.period, gebied="Centrum")
        assert measured(ENGINE, here, key=key)["suppressed"].all()


def test_people_can_be_asked_by_part():
    rows = measured(ENGINE, HALF_YEAR, key="subjecten", by=["nature"])
    assert rows.set_index("nature")["value"].to_dict() == {"jeugd": 14, "verslaving": 30}


@pytest.mark.parametrize("key", ["jeugd_meldingen", "mulder"])
def test_people_are_not_asked_finer_than_a_month_and_a_gebied(key):
    for selection, by in [
        (Selection(Period.parse("2026-W10")), []),
        (Selection(Period.parse("2026-01-01/2026-05-31")), []),
        (MARCH, ["week"]),
        (MARCH, ["buurt"]),
        (Selection(MARCH.period, buurt="B1"), []),
    ]:
        with pytest.raises(SelectionError, match="Cijfers over mensen en sancties"):
            measured(ENGINE, selection, key=key, by=by)


@pytest.mark.parametrize(
    ("asked", "known"),
    [
        ("2026-W10", "2026-03"),
        ("2026-02-28/2026-03-01", "2026-Q1"),
        ("2026-03-31/2026-04-01", "2026-H1"),
        ("2026-06-30/2026-07-01", "2026"),
        ("2026-Q3", "2026-Q3"),
    ],
)
def test_the_period_around_a_period(asked, known):
    assert str(known_period(Period.parse(asked))) == known


def test_no_period_around_two_years():
    with pytest.raises(SelectionError, match="binnen één jaar"):
        known_period(Period.parse("2025-12-31/2026-01-01"))


# --- the attacker ---------------------------------------------------------------------------------


def determined(equations: np.ndarray) -> np.ndarray:
    """Which unknowns a system of equations leaves no freedom (rank test, one by one)."""
    rank = np.linalg.matrix_rank(equations)
    units = np.eye(equations.shape[1])
    return np.array([np.linalg.matrix_rank(np.vstack([equations, unit])) == rank for unit in units])


@st.composite
def city(draw):
    """Reports about youth per month and gebied, of half a year."""
    small = st.integers(0, 12) | st.integers(0, 60)
    counts = draw(st.lists(small, min_size=6 * 2, max_size=6 * 2))
    return np.array(counts).reshape(6, 2)


@settings(max_examples=25)
@given(counts=city())
def test_no_question_and_no_difference_of_questions_tells_a_small_number(counts):
    """Ask everything there is to ask; see what the answers together say about each month."""
    rows = [
        {"day": f"2026-{month + 1:02d}-15", "theme": "sociaal", "rubriek": "jeugd", "buurt": buurt}
        for (month, place), number in np.ndenumerate(counts)
        for buurt in [("B1", "B3")[place]] * number
    ] or [{"day": "2026-01-15"}]
    engine = Engine.open(
        {"areas": factories.areas(), "incidents": factories.table("incidents", rows)}
    )
    periods = [*(f"2026-{month:02d}" for month in range(1, 7)), "2026-Q1", "2026-Q2", "2026-H1"]
    told, small_told = [], []
    for name, gebied in itertools.product([*periods, "2026"], [None, "Centrum", "West"]):
        period = Period.parse(name)
        answer = measured(engine, Selection(period, gebied=gebied), key="jeugd_meldingen").iloc[0]
        months = [month for month in range(6) if period.start.month <= month + 1
                  <= period.last_day.month]  # fmt: skip
        places = [place for place in range(2) if gebied in (None, ("Centrum", "West")[place])]
        leaves = np.zeros((6, 2))
        leaves[np.ix_(months, places)] = 1.0
        if not answer["suppressed"] and not np.isnan(answer["value"]):
            assert answer["value"] == (counts * leaves).sum()
            told.append(leaves.ravel())
            small_told.append(answer["value"])
    engine.close()

    assert not [value for value in small_told if 0 < value < 10]
    if told:
        small = ((counts > 0) & (counts < 10)).ravel()
        assert not (determined(np.array(told)) & small).any()


@settings(max_examples=60)
@given(
    values=st.lists(st.integers(0, 12) | st.integers(13, 60), min_size=12, max_size=12),
    below=st.sampled_from([5, 10]),
)
def test_no_small_number_of_a_cross_table_can_be_worked_out(values, below):
    cells = np.array(values).reshape(3, 4)
    whole = np.zeros((4, 5))
    whole[1:, 1:], whole[0, 1:], whole[1:, 0] = cells, cells.sum(axis=0), cells.sum(axis=1)
    whole[0, 0] = cells.sum()
    at = np.arange(20).reshape(4, 5)
    equations = [(at[0, n], at[1:, n].tolist()) for n in range(5)]
    equations += [(at[n, 0], at[n, 1:].tolist()) for n in range(4)]
    small = (whole > 0) & (whole < below)

    hidden = hide_tree(
        whole.ravel(), [(int(total), parts) for total, parts in equations],
        small=small.ravel(), below=below,
    )  # fmt: skip

    assert hidden[small.ravel()].all()
    if hidden.all():
        return
    system = []
    for total, parts in equations:
        row = np.zeros(20)
        row[total], row[parts] = -1.0, 1.0
        system.append(row)
    known = [np.eye(20)[place] for place in np.flatnonzero(~hidden)]
    assert not (determined(np.array([*system, *known])) & hidden).any()


def test_a_share_of_people_is_hidden_whole():
    few = [{"day": "2026-03-02", "theme": "sociaal", "rubriek": "jeugd", "checked": 40.0,
            "violations": 4.0}]  # fmt: skip
    engine = Engine.open({"areas": factories.areas(), "controls": factories.table("controls", few)})
    people = Indicator(
        "x", "M15", "sociaal", "X", Measure("controls", "violations"),
        Measure("controls", "checked"), proportion=True, shy="people",
    )  # fmt: skip
    row = published(engine, MARCH, indicator=people).iloc[0]
    assert row["suppressed"]
    assert row[["numerator", "denominator", "value", "low", "high"]].isna().all()
    assert published(engine, MARCH, indicator=people, hide_people_below=4)["value"].tolist() == [
        0.1
    ]
    engine.close()


def test_rows_without_a_place_give_nothing_away():
    """City minus the two gebieden would be the three reports that have no place."""
    rows = [
        {"day": "2026-03-02", "theme": "sociaal", "rubriek": "jeugd", "buurt": buurt}
        for buurt, count in (("B1", 30), ("B3", 40), (None, 3))
        for _ in range(count)
    ]
    engine = Engine.open(
        {"areas": factories.areas(), "incidents": factories.table("incidents", rows)}
    )
    shown = measured(engine, MARCH, key="jeugd_meldingen", by=["gebied"])
    assert measured(engine, MARCH, key="jeugd_meldingen")["value"].tolist() == [73.0]
    assert shown["suppressed"].tolist() == [True, False]
    engine.close()


def test_a_cube_of_a_city_is_made_in_a_moment_and_kept():
    frame = pd.DataFrame(
        {
            "day": np.repeat(pd.date_range("2022-01-15", "2026-12-15", freq="MS"), 40),
            "theme": "sociaal", "rubriek": "jeugd",
        }
    )  # fmt: skip
    dice = np.random.default_rng(1)
    frame["buurt"] = dice.choice(["B1", "B2", "B3", "B4"], len(frame), p=[0.5, 0.2, 0.2, 0.1])
    engine = Engine.open(
        {"areas": factories.areas(), "incidents": factories.table("incidents", frame)}
    )
    year = Selection(Period.parse("2024"))
    months = measured(engine, year, key="jeugd_meldingen", by=["gebied", "month"])
    assert len(months) == 24
    assert 0 < months["suppressed"].sum() < 24
    engine.close()
