"""Monitor items that are more than one number, each with numbers one can count by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests import factories
from thor_metrics.engine import Engine
from thor_metrics.errors import SelectionError
from thor_metrics.indicators import monitors
from thor_metrics.model import Period, Selection

HALF_YEAR = Selection(Period.parse("2026-H1"))


def opened(**rows):
    return Engine.open(
        {
            "areas": factories.areas(),
            **{name: factories.table(name, some) for name, some in rows.items()},
        }
    )


# --- visits ---------------------------------------------------------------------------------------


def perron(number, buurt="B1"):
    return {"source_id": f"M{number}", "source": "bgt", "name": f"Perron {number}",
            "kind": "milieuperron", "x": 176_050.0 + 200 * number, "y": 317_050.0,
            "buurt": buurt, "gebied": factories.GEBIED_OF[buurt]}  # fmt: skip


def around(number, days, buurt="B1"):
    """Reports at a perron, on some days."""
    at = perron(number)
    return [{"day": day, "theme": "afval", "x": at["x"], "y": at["y"], "buurt": buurt}
            for day in days]  # fmt: skip


@pytest.fixture(scope="module")
def visited():
    year = pd.date_range("2025-01-01", "2025-12-31", freq="D").strftime("%Y-%m-%d")
    reports = [*around(0, year[::2]), *around(1, year[::3]), *around(2, year[:3])]
    controls = [
        # Week 2 (5 to 11 January): twice at perron 0, once planned at perron 1 and once not.
        {"day": "2026-01-05", "object_name": "Perron 0", "planned": "ja"},
        {"day": "2026-01-08", "object_name": "perron 0", "planned": "ja"},
        {"day": "2026-01-08", "object_name": "Perron 1", "planned": "ja"},
        {"day": "2026-01-09", "object_name": "Perron 1", "planned": "nee"},
        # Week 3: no name, but next to perron 0; another name, also next to it; far away.
        {"day": "2026-01-13", "object_name": None, "planned": "ja", "x": 176_060.0, "y": 317_050.0},
        {"day": "2026-01-13", "object_name": "Park", "planned": "ja", "x": 176_050.0,
         "y": 317_050.0},
        {"day": "2026-01-14", "object_name": None, "planned": "ja", "x": 179_000.0,
         "y": 317_050.0},
        # Week 4 has begun and is not over.
        {"day": "2026-01-20", "object_name": "Perron 0", "planned": "ja"},
    ]  # fmt: skip
    with_default = [{"x": np.nan, "y": np.nan, **row} for row in controls]
    engine = opened(
        incidents=reports,
        controls=with_default,
        objects=[perron(number) for number in range(20)],
    )
    yield engine
    engine.close()


def test_visits_of_the_worst_perrons_are_counted_per_whole_week(visited):
    found = monitors.planned_visits(visited, HALF_YEAR)

    assert str(found.chosen_on) == "2025-04-01/2026-03-31"
    assert found.places["name"].tolist() == ["Perron 0", "Perron 1"], "the third is not stable"
    assert str(found.weeks) == "2026-01-05/2026-01-18"
    table = found.by_week.pivot_table(index="place", columns="week", values="visits")
    assert table.loc["bgt:M0"].to_dict() == {"2026-W02": 2, "2026-W03": 1}
    assert table.loc["bgt:M1"].to_dict() == {"2026-W02": 1, "2026-W03": 0}
    assert found.places["weeks_reached"].tolist() == [1, 0]
    assert found.reached == 0.25


def test_the_list_of_worst_places_does_not_move_within_a_quarter(visited):
    lists = [
        monitors.planned_visits(visited, Selection(Period.parse(period))).places["name"].tolist()
        for period in ("2026-01", "2026-02", "2026-Q1", "2026-03-05/2026-03-20")
    ]
    assert all(one == lists[0] for one in lists)


def test_without_data_there_is_no_norm_to_miss(visited):
    found = monitors.planned_visits(visited, Selection(Period.parse("2024-H1")))
    assert found.places.empty
    assert np.isnan(found.reached)
    with pytest.raises(SelectionError, match="Kies uit fietsparkeerplek en milieuperron"):
        monitors.planned_visits(visited, HALF_YEAR, kind="kerk")


# --- events ---------------------------------------------------------------------------------------


def test_reports_around_an_event_beside_the_same_hours_without_one():
    here = {"x": 176_400.0, "y": 317_400.0, "buurt": "B1"}
    noise = {"theme": "evenementen", **here}
    event = {"name": "Concert", "radius": 300.0, **here}
    reports = [
        *[{"day": "2026-05-15", "hour": 21, **noise}] * 5,  # Friday, during
        {"day": "2026-05-16", "hour": 0, **noise},  # an hour after the end
        {"day": "2026-05-16", "hour": 1, **noise},  # two hours after: no more
        {"day": "2026-05-15", "hour": 21, **noise, "x": 177_000.0},  # too far
        {"day": "2026-05-15", "hour": 21, **noise, "theme": "afval"},
        {"day": "2026-05-15", **noise},  # hour not known
        {"day": "2026-05-08", "hour": 21, **noise},
        {"day": "2026-05-29", "hour": 20, **noise},
        {"day": "2026-05-22", "hour": 21, **noise},  # another event ran then
        {"day": "2026-04-01", "hour": 1, **noise}, {"day": "2026-06-30", "hour": 1, **noise},
    ]  # fmt: skip
    ends = pd.Timestamp("2026-05-15T23:00+02:00")
    engine = opened(
        incidents=reports,
        events=[
            {"day": "2026-05-15", "hour": 20, "ended_at": ends, **event},
            {"day": "2026-05-22", "hour": 20, "ended_at": ends + pd.Timedelta(days=7), **event},
            {"day": "2026-07-03", "hour": 20, "ended_at": ends + pd.Timedelta(days=49), **event},
        ],
    )
    found = monitors.event_nuisance(engine, Selection(Period.parse("2026"))).set_index("start")
    engine.close()

    assert len(found) == 2, "the one in July lies after the data"
    first = found.iloc[1]
    assert (first["count"], first["windows"]) == (6, 7)
    assert first["usual"] == pytest.approx(2 / 7)
    assert first["ratio"] == pytest.approx(6 / (2 / 7))
    assert first["low"] > 1
    assert first["certainty"] == "zeker"


# --- hours and topdagen ---------------------------------------------------------------------------


def test_hours_of_gebieden_are_added_up_before_days_are_compared():
    rows = [
        {"day": day, "shift": "dag", "hours_available": 8.0, "hours_planned": 6.0,
         "hours_unplanned": extra, "reason": reason, "buurt": buurt}
        for day in pd.date_range("2026-01-05", periods=40, freq="D").strftime("%Y-%m-%d")
        for buurt, extra, reason in (
            ("B1", 3.0 if day[-1] == "5" else None, "demonstratie"), ("B3", 0.0, "geen"))
    ]  # fmt: skip
    engine = opened(deployments=rows)
    found = monitors.flexible_hours(engine, HALF_YEAR)
    engine.close()
    shift = found.balance.iloc[0]
    assert (shift["hours_available"], shift["hours_planned"]) == (640.0, 480.0)
    assert shift["hours_unplanned"] == 3.0 * 4
    assert found.reasons.to_numpy().tolist() == [["demonstratie", 12.0, 4]]
    assert found.curve.loc[found.curve["hours"] == 0, "covered"].tolist() == [36]
    assert found.curve.loc[found.curve["hours"] == 3, "share"].tolist() == [1.0]
    assert found.needed.set_index("cover").loc[0.8, "hours"] == 0.0


def topdag_rows():
    """Two years in which every Saturday in December is a topdag, and one Monday nobody saw."""
    rows = []
    for day in pd.date_range("2024-01-01", "2026-02-28"):
        top = (day.month == 12 and day.day_of_week == 5) or f"{day:%Y-%m-%d}" == "2025-05-12"
        rows.append(
            {"day": f"{day:%Y-%m-%d}", "topdag": "ja" if top else "nee",
             "planned": ("nee" if day.month == 5 else "ja") if top else "onbekend",
             "visitors": 40_000.0 if top else 10_000.0, "parking_pct": 60.0}
        )  # fmt: skip
    return rows


def test_rules_for_topdagen_are_chosen_before_the_year_they_are_tested_on():
    engine = opened(crowd_days=topdag_rows())
    found = monitors.top_days(engine, Selection(Period.parse("2025")))
    assert str(found.train_until) == "2025-01-01"
    assert len(found.days) == 365
    assert found.days["topdag"].sum() == 5
    assert found.rules, found.note
    flagged = found.days[found.days["flagged"]]
    assert set(flagged["date"].dt.month) == {12}
    december = found.days[(found.days["date"].dt.month == 12) & found.days["topdag"]]
    assert december["flagged"].all()
    whole = found.assessed.query("method == 'regels' and sort == 'alle'").iloc[0]
    assert (whole["topdagen"], whole["misses"]) == (5, 1)
    engine.close()


def test_what_happens_later_does_not_choose_the_rules():
    rows = topdag_rows()
    other = [
        {**row, "topdag": "ja" if number % 3 else "nee"} if row["day"] >= "2025" else row
        for number, row in enumerate(rows)
    ]
    rules = []
    for some in (rows, other):
        engine = opened(crowd_days=some)
        rules.append(monitors.top_days(engine, Selection(Period.parse("2025"))).rules)
        engine.close()
    assert rules[0] == rules[1]


def test_a_first_year_has_no_rules_and_says_why():
    engine = opened(crowd_days=topdag_rows())
    found = monitors.top_days(engine, Selection(Period.parse("2024-H1")))
    assert found.rules == ()
    assert "eerder jaar" in found.note
    assert len(found.days) == 182
    engine.close()


# --- what followed --------------------------------------------------------------------------------


def test_alcohol_controls_are_linked_to_what_followed_by_their_number():
    alcohol = {"theme": "evenementen", "rubriek": "alcoholwet"}
    engine = opened(
        controls=[
            {"day": "2026-02-06", "source_id": "C1", "violations": 20.0, **alcohol},
            {"day": "2026-02-06", "source_id": "C2", "violations": 0.0, **alcohol},
            *[
                {"day": "2026-02-07", "source_id": f"D{n}", "violations": 1.0, **alcohol}
                for n in range(11)
            ],
            {"day": "2026-02-06", "source_id": "C9", "violations": 7.0},
        ],
        sanctions=[
            {"day": "2026-03-20", "kind": "Bestuurlijke boete", "amount": 12.0, "control_id": "C1"},
            {"day": "2026-02-06", "kind": "waarschuwing", "amount": 15.0, "control_id": "C1"},
            {"day": "2026-02-06", "kind": "waarschuwing", "amount": 99.0, "control_id": "C9"},
        ],
    )
    found = monitors.alcohol_followup(engine, Selection(Period.parse("2026-02")))
    assert (found.controls, found.violations, found.without) == (13, 31.0, 11.0)
    assert found.actions.to_numpy().tolist() == [["waarschuwing", 15], ["bestuurlijke boete", 12]]
    assert not found.hidden

    few = monitors.alcohol_followup(
        engine, Selection(Period.parse("2026-02")), hide_people_below=13
    )
    assert few.hidden
    assert np.isnan(few.without)
    assert few.actions["amount"].isna().all(), "one hidden of two is no secret"
    for period, gebied in (("2026-W06", None), ("2026-02", "Centrum")):
        with pytest.raises(SelectionError, match="hele stad"):
            monitors.alcohol_followup(engine, Selection(Period.parse(period), gebied=gebied))
    engine.close()


def test_a_sanction_is_followed_from_seen_to_paid_and_kinds_are_not_added_up():
    engine = opened(
        sanctions=[
            {"day": "2026-03-02", "kind": "mulder", "amount": 30.0, "found": 40.0, "euros": 3600.0,
             "offender_known": "ja", "collected": 20.0, "collected_euros": 2400.0},
            {"day": "2026-03-02", "kind": "Mulder", "amount": 10.0, "found": None,
             "offender_known": "nee", "buurt": "B3"},
            {"day": "2026-03-02", "kind": "naheffing", "amount": None, "found": 1.0},
            {"day": "2026-03-02", "kind": "stilgezet", "amount": 7.0},
        ]
    )  # fmt: skip
    chain = monitors.sanction_chain(engine, HALF_YEAR).set_index("kind")
    assert chain.index.tolist() == ["naheffing", "mulder", "stilgezet"]
    fine = chain.loc["mulder"]
    assert fine[["found", "offender_known", "imposed", "collected"]].tolist() == [40, 30, 40, 20]
    assert np.isnan(chain.loc["naheffing", "collected"])
    assert chain.loc["stilgezet", "title"] == "Stilgezet"

    here = Selection(HALF_YEAR.period, gebied="Centrum")
    part = monitors.sanction_chain(engine, here).set_index("kind")
    assert part["hidden"].to_dict() == {"naheffing": True, "mulder": False, "stilgezet": False}
    assert part.loc["naheffing", ["found", "imposed", "euros"]].isna().all()
    with pytest.raises(SelectionError, match="half jaar of jaar"):
        monitors.sanction_chain(engine, Selection(Period.parse("2026-W10")))
    engine.close()


# --- answers, surveys, agenda ---------------------------------------------------------------------


def test_open_reports_count_as_longer_than_this():
    start = pd.Timestamp("2026-03-02T12:00+01:00")
    # fmt: off
    rows = [
        {"day": "2026-03-02", "hour": 12, "answered_at": start + pd.Timedelta(days=1),
         "closed_at": start + pd.Timedelta(days=2), "status": "gesloten"}
    ] * 15 + [
        {"day": "2026-03-02", "hour": 12, "answered_at": None, "closed_at": None,
         "status": "open"}
    ] * 15 + [{"day": "2026-03-31", "hour": 12, "status": "gesloten", "closed_at": None}]
    # fmt: on
    engine = opened(incidents=rows)
    found = monitors.reply_times(engine, Selection(Period.parse("2026-03"))).set_index(
        ["until", "quantile"]
    )
    engine.close()

    closed = found.loc[("afgehandeld", 0.5)]
    assert (closed["days"], closed["n"], closed["open"]) == (2.0, 30, 15)
    assert np.isnan(found.loc[("afgehandeld", 0.9), "days"]), "not reached yet"
    assert found.loc[("antwoord", 0.5), "n"] == 31


def test_a_system_that_never_says_when_it_answered_has_no_answer_times():
    rows = [{"day": "2026-03-02", "hour": 12, "status": "open"}] * 40
    engine = opened(incidents=rows)
    assert monitors.reply_times(engine, Selection(Period.parse("2026-03"))).empty
    engine.close()


def test_survey_scores_by_year_with_the_interval_of_the_file_or_wilsons():
    base = {"survey": "buurtpeiling", "question": "Tevreden", "unit": "%", "buurt": None}
    engine = opened(
        survey_scores=[
            {"year": 2023.0, "score": 50.0, "respondents": 100.0, **base},
            {"year": 2025.0, "score": 61.5, "low": 56.7, "high": 66.1, "respondents": 400.0,
             **base},
            {"year": 2025.0, "score": 7.1, "respondents": 40.0, **base, "unit": "cijfer 1-10",
             "gebied": "Centrum"},
            {"year": 2025.0, "score": 7.9, **base, "unit": "cijfer", "gebied": "Centrum",
             "buurt": "B2"},
            {"year": 2025.0, "score": 1.0, **base, "survey": "veiligheidsmonitor"},
        ]
    )  # fmt: skip
    city = monitors.survey_results(engine, HALF_YEAR, survey="buurtpeiling")
    assert city[["year", "area", "level"]].to_numpy().tolist() == [
        [2023, "", "stad"], [2025, "", "stad"], [2025, "Centrum", "gebied"],
        [2025, "Wyck", "buurt"],
    ]  # fmt: skip
    assert city["basis"].tolist() == ["Wilson", "bron", "", ""]
    assert city.loc[0, ["low", "high"]].tolist() == pytest.approx([40.38, 59.62], abs=0.01)
    west = monitors.survey_results(
        engine, Selection(HALF_YEAR.period, gebied="West"), survey="buurtpeiling"
    )
    assert west["level"].unique().tolist() == ["stad"]
    engine.close()


def test_the_agenda_holds_activities_and_events_of_the_area_and_of_the_whole_city():
    engine = opened(
        activities=[
            {"day": "2026-03-02", "hour": 15, "kind": "spreekuur", "subject": "Inloop",
             "status": "gepland", "buurt": "B3"},
            {"day": "2026-03-01", "kind": "opleiding", "subject": "Alcoholwet", "buurt": None},
            {"day": "2026-03-05", "kind": "overleg", "buurt": "B1"},
        ],
        events=[{"day": "2026-03-03", "hour": 20, "name": "Fancy fair", "buurt": "B3"}],
    )  # fmt: skip
    west = Selection(Period.parse("2026-03"), gebied="West")
    found = monitors.agenda(engine, west)
    assert found["kind"].tolist() == ["opleiding", "spreekuur", "evenement"]
    assert found["title"].tolist() == ["Alcoholwet", "Inloop", "Fancy fair"]
    assert monitors.agenda(engine, west, kinds=("spreekuur",))["status"].tolist() == ["gepland"]
    assert monitors.agenda(engine, Selection(Period.parse("2025-03"))).empty
    engine.close()
