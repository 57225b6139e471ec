"""Statuses of the plan are computed: change the data, see the status change."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from tests import factories
from thor_metrics.engine import Engine
from thor_metrics.ledger import Ledger, Upload
from thor_metrics.model import Period, Selection
from thor_metrics.plan import read_plan
from thor_metrics.progress import Papers, half_years, states

PLAN = read_plan()
TODAY = dt.date(2026, 4, 1)
QUARTER = Selection(Period.parse("2026-Q1"))


@pytest.fixture
def ledger(tmp_path):
    with Ledger.open(tmp_path) as opened:
        yield opened


def state_of(number, ledger, *, today=TODAY, selection=QUARTER, **rows):
    engine = Engine.open(
        {
            "areas": factories.areas(),
            **{name: factories.table(name, some) for name, some in rows.items()},
        }
    )
    papers = Papers(ledger.documents(), ledger.photos(), ledger.actions())
    found = {one.item.id: one for one in states(engine, papers, PLAN, selection, today=today)}
    engine.close()
    assert list(found) == list(PLAN.monitors)
    return found[number]


def days(start, end, step=1):
    return [f"{day:%Y-%m-%d}" for day in pd.date_range(start, end, freq=f"{step}D")]


def reports(per_month_2025, per_month_2026, **more):
    rows = []
    for year, amount in ((2025, per_month_2025), (2026, per_month_2026)):
        for month in (1, 2, 3):
            rows += [{"day": f"{year}-{month:02d}-15", "theme": "afval", **more}] * amount
    # Data run from the first to the last day.
    return [*rows, *({"day": day, "theme": "fiets"} for day in ("2024-12-01", "2026-03-31"))]


def test_without_anything_every_item_says_what_to_load(ledger):
    engine = Engine.open({"areas": factories.areas()})
    papers = Papers(ledger.documents(), ledger.photos(), ledger.actions())
    found = states(engine, papers, PLAN, QUARTER, today=TODAY)
    engine.close()
    assert len(found) == 42
    for state in found:
        if state.item.id == "M36":  # nothing was due yet
            continue
        assert state.status == "geen gegevens", state.item.id
        assert state.why.endswith(".")
        if state.item.target.rule == "follow":
            assert "Laad een bestand met" in state.why


def test_an_item_without_norm_follows_the_data_and_their_age(ledger):
    state = state_of("M01", ledger, incidents=reports(20, 21))
    assert (state.status, state.value, state.before) == ("op schema", 63.0, 60.0)
    assert state.newest == dt.date(2026, 3, 31)

    later = state_of("M01", ledger, incidents=reports(20, 21), today=dt.date(2026, 6, 1))
    assert later.status == "aandacht"
    assert "31-03-2026" in later.why


def test_clearly_more_than_a_year_earlier_asks_for_attention(ledger):
    state = state_of("M01", ledger, incidents=reports(20, 60))
    assert state.status == "aandacht"
    assert state.why == "Duidelijk hoger dan een jaar eerder, meer dan toeval."
    fewer = state_of("M01", ledger, incidents=reports(60, 20))
    assert fewer.status == "op schema"


def test_another_reporting_system_in_between_compares_nothing(ledger):
    rows = reports(20, 60)
    rows = [{**row, "source": "nieuw" if row["day"] > "2026" else "signalen"} for row in rows]
    assert state_of("M01", ledger, incidents=rows).status == "op schema"


def test_a_small_number_about_people_is_not_told(ledger):
    rows = [{"day": "2026-03-02", "theme": "sociaal", "rubriek": "bedelaars", "amount": 4.0}]
    state = state_of("M16", ledger, observations=rows)
    assert np.isnan(state.value)
    assert "klein" in state.why
    assert state.status == "op schema"


def test_a_number_about_people_over_two_years_is_that_of_the_last(ledger):
    rows = [{"day": day, "theme": "sociaal", "rubriek": "bedelaars", "amount": 20.0}
            for day in ("2025-12-02", "2026-03-02")]  # fmt: skip
    selection = Selection(Period.parse("2025-12-01/2026-03-31"))
    state = state_of("M16", ledger, observations=rows, selection=selection)
    assert (state.value, str(state.period)) == (20.0, "2026")


def test_visits_are_held_against_twice_a_week(ledger):
    places = [
        {"source_id": f"M{n}", "source": "bgt", "name": f"Perron {n}", "kind": "milieuperron",
         "x": 176_050.0 + 200 * n, "y": 317_050.0, "buurt": "B1", "gebied": "Centrum"}
        for n in range(20)
    ]  # fmt: skip
    seen = [
        {"day": day, "theme": "afval", "x": 176_050.0, "y": 317_050.0}
        for day in days("2025-01-01", "2026-03-31", 2)
    ]

    def controls(weekdays):
        every = pd.date_range("2026-01-01", "2026-03-31")
        return [{"day": f"{day:%Y-%m-%d}", "object_name": "Perron 0", "planned": "ja"}
                for day in every[every.day_of_week.isin(weekdays)]]  # fmt: skip

    good = state_of("M03", ledger, incidents=seen, objects=places, controls=controls([1, 4]))
    assert (good.status, good.value) == ("op schema", 1.0)
    once = state_of("M03", ledger, incidents=seen, objects=places, controls=controls([1]))
    assert (once.status, once.value) == ("aandacht", 0.0)
    assert "minstens 2 geplande controles per week" in once.target


def test_sweeps_are_asked_in_step_with_the_year(ledger):
    def sweeps(*on):
        rows = [{"day": day, "kind": "Veegactie", "theme": "fiets"} for day in on]
        return [*rows, {"day": "2026-03-31", "kind": "Controle", "theme": "fiets"}]

    none_yet = state_of("M07", ledger, controls=sweeps())
    assert (none_yet.status, none_yet.value) == ("op schema", 0.0)
    autumn = dt.date(2026, 10, 1)
    selection = Selection(Period.parse("2026-H1"))
    late = state_of("M07", ledger, controls=sweeps(), today=autumn, selection=selection)
    assert late.status == "aandacht"
    assert late.why == "0 in 2026; op dit moment van het jaar mag je er 1 verwachten."


def test_documents_are_counted_when_they_are_settled(ledger):
    assert state_of("M14", ledger).status == "geen gegevens"
    number = ledger.add_document("Voortgang 2025", kind="voortgang preventie met gezag",
                                 due_next=dt.date(2026, 9, 1))  # fmt: skip
    assert state_of("M14", ledger).why == "0 van 1 vastgesteld; 1 in de maak."
    ledger.change_document(number, 1, status="vastgesteld")
    today = dt.datetime.now(dt.UTC).date()
    good = state_of("M14", ledger, today=min(today, dt.date(2026, 8, 1)))
    assert (good.status, good.value) == ("op schema", 1.0)
    late = state_of("M14", ledger, today=dt.date(2026, 9, 2))
    assert late.status == "aandacht"
    assert "01-09-2026" in late.why


def test_a_withdrawn_document_does_not_count(ledger):
    ledger.add_document("Oud", kind="terugkoppeling vitamasters", status="ingetrokken")
    assert state_of("M25", ledger).status == "geen gegevens"


def test_photos_are_counted(ledger, tmp_path):
    import io

    from PIL import Image

    assert state_of("M08", ledger).status == "geen gegevens"
    picture = io.BytesIO()
    Image.new("RGB", (40, 30), "green").save(picture, "JPEG")
    picture.seek(0)
    ledger.add_photo(Upload(picture, "plein.jpg"), "Leeg plein na de actie", moment="na")
    today = dt.datetime.now(dt.UTC).date()
    state = state_of("M08", ledger, today=today)
    assert (state.status, state.value) == ("op schema", 1.0)


def test_a_half_year_overview_is_needed_for_every_gebied(ledger):
    assert state_of("M36", ledger).why == "Er is nog geen half jaar voorbij."
    summer = dt.date(2026, 7, 5)
    assert state_of("M36", ledger, today=summer).status == "geen gegevens"
    ledger.add_document("Overzicht Centrum", kind="halfjaaroverzicht", period="2026-H1",
                        links=[("gebied", "Centrum")])  # fmt: skip
    part = state_of("M36", ledger, today=summer)
    assert (part.status, part.value) == ("aandacht", 1.0)
    assert part.why == "1 van 2 ontbreekt, bijvoorbeeld West 2026-H1."
    ledger.add_document("Overzicht West", kind="halfjaaroverzicht", period="2026-H1",
                        links=[("gebied", "West")])  # fmt: skip
    assert state_of("M36", ledger, today=summer).why == "Alle 2 overzichten zijn er."


def test_consulting_hours_must_be_planned_ahead_in_every_gebied(ledger):
    def hours(*buurten):
        rows = [{"day": "2026-04-20", "kind": "spreekuur", "status": "gepland", "buurt": buurt}
                for buurt in buurten]  # fmt: skip
        return [*rows, {"day": "2026-03-20", "kind": "spreekuur", "status": "gehouden"}]

    one = state_of("M38", ledger, activities=hours("B1"))
    assert (one.status, one.why) == ("aandacht", "Nog niets gepland in West.")
    assert state_of("M38", ledger, activities=hours("B1", "B3")).status == "op schema"


def test_a_survey_has_its_own_age(ledger):
    scores = [
        {"survey": "veiligheidsmonitor", "year": year, "question": "Overlast", "unit": "%",
         "score": score, "buurt": None}
        for year, score in ((2023.0, 30.0), (2025.0, 28.0))
    ]  # fmt: skip
    state = state_of("M42", ledger, survey_scores=scores)
    assert (state.status, state.value, state.before) == ("op schema", 28.0, 30.0)
    old = state_of("M42", ledger, survey_scores=scores, today=dt.date(2029, 1, 1))
    assert old.status == "aandacht"


def test_half_years_that_have_ended():
    assert [str(one) for one in half_years(dt.date(2025, 8, 1), dt.date(2026, 7, 1))] == [
        "2025-H2",
        "2026-H1",
    ]


def test_hotspot_actions_count_in_the_half_year_they_ran(ledger):
    place = {"theme": "afval", "place_name": "Perron", "x": 1.0, "y": 2.0}
    assert state_of("M30", ledger, incidents=reports(1, 1)).status == "geen gegevens"
    number = ledger.add_action(
        title="A", starts=dt.date(2025, 11, 1), ends=dt.date(2026, 1, 15), gebied="Centrum", **place
    )
    state = state_of("M30", ledger, incidents=reports(1, 1))
    assert (state.status, state.value) == ("aandacht", 0.0), "a first idea is no action"
    ledger.change_action(number, 1, stage="afgerond")
    state = state_of("M30", ledger, incidents=reports(1, 1))
    assert (state.status, state.value) == ("op schema", 1.0)
    assert state.why == "1 actie in 2026-H1, in 1 gebied."
    elsewhere = Selection(Period.parse("2026-Q1"), gebied="West")
    assert state_of("M30", ledger, selection=elsewhere, incidents=reports(1, 1)).value == 0
    ledger.change_action(number, 2, ends=dt.date(2025, 12, 31))
    assert state_of("M30", ledger, incidents=reports(1, 1)).status == "aandacht"
