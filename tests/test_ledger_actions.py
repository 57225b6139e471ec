"""Hotspot actions in the ledger: what people write about a place comes back, with its history."""

from __future__ import annotations

import datetime as dt

import pytest

from thor_metrics.ledger import STAGES, Conflict, Ledger, LedgerError

DAY = dt.date(2026, 11, 2)  # a Monday

PLACE = {"theme": "afval", "place_name": "Perron Mariaberg", "x": 175_500.0, "y": 317_900.0}


@pytest.fixture
def ledger(tmp_path):
    with Ledger.open(tmp_path) as there:
        yield there


def visit(day=DAY, **more):
    return {
        "day": day, "from_minute": 540, "to_minute": 555, "place_name": "Perron Mariaberg",
        "x": 175_500.0, "y": 317_900.0, "theme": "afval", **more,
    }  # fmt: skip


def test_an_action_comes_back_as_it_was_written(ledger):
    number = ledger.add_action(
        title="Extra controles", kind="extra controles", gebied="Centrum", stage="gepland",
        radius=75, starts=DAY, ends=dt.date(2026, 12, 27), selected_from=dt.date(2026, 8, 1),
        selected_to=dt.date(2026, 10, 31), goal_from=12, goal_to=6, goal_by=dt.date(2027, 1, 1),
        moments=[(5, 11, 17), (0, 8, 11), (0, 8, 11)], compared=["BU2", "BU1"],
        prevent="Brief aan bewoners", outline="POLYGON ((0 0, 1 0, 1 1, 0 0))", by="team Centrum",
        **PLACE,
    )  # fmt: skip
    row = ledger.actions().iloc[0]
    assert (row["id"], row["version"], row["stage"]) == (number, 1, "gepland")
    assert row["moments"] == ((0, 8, 11), (5, 11, 17))
    assert row["compared"] == ("BU1", "BU2")
    assert row["starts"].date() == DAY
    assert (row["goal_from"], row["goal_to"], row["radius"]) == (12.0, 6.0, 75.0)
    assert ledger.actions(gebied="Zuid").empty
    assert list(ledger.actions(stage="gepland", theme="afval")["id"]) == [number]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"title": ""}, "titel ontbreekt"),
        ({"title": "Bel 06-12345678"}, "telefoonnummer"),
        ({"stage": "klaar"}, "geen stand"),
        ({"radius": 2}, "getal van 5"),
        ({"radius": float("nan")}, "getal van 5"),
        ({"moments": [(7, 8, 9)]}, "weekdag"),
        ({"moments": [(1, 9, 9)]}, "einde ligt na het begin"),
        ({"outline": "POINT (1 1)"}, "geen geldige veelhoek"),
        ({"outline": "POLYGON ((0 0, 1 1, 0 1, 1 0, 0 0))"}, "geen geldige veelhoek"),
        ({"outline": "zomaar"}, "geen geldige veelhoek"),
        ({"starts": DAY, "ends": dt.date(2026, 11, 1)}, "eindigt"),
        ({"selected_from": DAY, "selected_to": dt.date(2026, 1, 1)}, "plek opviel eindigt"),
        ({"goal_to": -1}, "getal van 0"),
        ({"monitor": "5"}, "geen monitoritem"),
    ],
)
def test_what_cannot_be_kept_is_said_and_nothing_is(ledger, fields, said):
    with pytest.raises(LedgerError, match=said):
        ledger.add_action(**{"title": "Extra controles", **PLACE, **fields})
    assert ledger.actions().empty


def test_an_action_without_a_place_is_refused(ledger):
    with pytest.raises(LedgerError, match="een plek nodig"):
        ledger.add_action(title="Extra controles", theme="afval")


def test_a_window_is_checked_against_what_stands_there(ledger):
    number = ledger.add_action(title="Extra controles", starts=DAY, **PLACE)
    with pytest.raises(LedgerError, match="eindigt"):
        ledger.change_action(number, 1, ends=dt.date(2026, 10, 1))


def test_a_stale_write_loses_nobodys_words(ledger):
    number = ledger.add_action(title="Extra controles", note="eerste", **PLACE)
    assert ledger.change_action(number, 1, note="van team Noord", by="team Noord") == 2
    with pytest.raises(Conflict) as refused:
        ledger.change_action(number, 1, note="van team Zuid", stage="bezig", by="team Zuid")
    assert refused.value.mine == {"note": "van team Zuid", "stage": "bezig"}
    assert refused.value.theirs == {"note": "van team Noord", "stage": "voorstel"}
    assert "team Noord heeft deze actie gewijzigd" in str(refused.value)
    assert ledger.actions()["note"].tolist() == ["van team Noord"]


def test_every_stage_stands_in_the_history_and_can_go_back(ledger):
    number = ledger.add_action(title="Extra controles", **PLACE)
    for version, stage in enumerate(STAGES[1:], start=1):
        assert ledger.change_action(number, version, stage=stage) == version + 1
    told = ledger.history("action", number)
    stages = told.loc[(told["field"] == "stage") & (told["action"] == "change"), "new"]
    assert stages.tolist() == list(reversed(STAGES[1:]))
    ledger.undo("action", number)
    assert ledger.actions()["stage"].tolist() == [STAGES[-2]]


def test_moments_and_comparison_go_back_too(ledger):
    number = ledger.add_action(title="A", moments=[(0, 8, 11)], compared=["BU1"], **PLACE)
    ledger.change_action(number, 1, moments=[(4, 20, 28)], compared=[])
    ledger.undo("action", number)
    row = ledger.actions().iloc[0]
    assert (row["moments"], row["compared"]) == (((0, 8, 11),), ("BU1",))


def test_comments_stand_newest_first_and_can_be_taken_away(ledger):
    number = ledger.add_action(title="Extra controles", **PLACE)
    first = ledger.add_comment(number, "Perron staat vol.\nMorgen terug.", by="team Noord")
    ledger.add_comment(number, "Leeggehaald")
    assert ledger.comments(number)["note"].tolist() == [
        "Leeggehaald", "Perron staat vol.\nMorgen terug.",
    ]  # fmt: skip
    ledger.remove("comment", first)
    assert len(ledger.comments(number)) == 1
    with pytest.raises(LedgerError, match="nog leeg"):
        ledger.add_comment(number, "  ")
    with pytest.raises(LedgerError, match="bestaat niet"):
        ledger.add_comment(999, "x")


def test_a_plan_is_kept_whole_or_not_at_all(ledger):
    with pytest.raises(LedgerError, match="getal van 0"):
        ledger.plan_visits([visit(), visit(from_minute=-1)])
    assert ledger.visits().empty
    numbers = ledger.plan_visits([visit(stop=2), visit(stop=1, place_name="Markt")])
    week = ledger.visits(week="2026-W45")
    assert week["place_name"].tolist() == ["Markt", "Perron Mariaberg"]
    assert sorted(week["id"]) == numbers
    assert ledger.visits(week="2026-W46").empty


def test_a_new_plan_takes_the_place_of_the_old_one(ledger):
    old = ledger.plan_visits([visit(), visit(stop=2)])
    new = ledger.plan_visits([visit(place_name="Markt")], instead=dict.fromkeys(old, 1))
    assert ledger.visits()["id"].tolist() == new
    with pytest.raises(LedgerError, match="gewijzigd"):
        ledger.plan_visits([visit()], instead={new[0]: 7})
    assert ledger.visits()["id"].tolist() == new


def test_the_week_is_that_of_the_iso_calendar(ledger):
    ledger.plan_visits([visit(dt.date(2027, 1, 1))])
    assert ledger.visits()["week"].tolist() == ["2026-W53"]


def test_a_visit_is_said_to_be_done(ledger):
    (number,) = ledger.plan_visits([visit()])
    assert ledger.change_visit(number, 1, state="gedaan") == 2
    with pytest.raises(LedgerError, match="geen stand"):
        ledger.change_visit(number, 2, state="misschien")


def test_what_people_say_of_a_control_goes_above_place_and_time(ledger):
    number = ledger.add_action(title="Extra controles", **PLACE)
    ledger.match_control(number, "msb|17", belongs=False)
    ledger.match_control(number, "msb|18", belongs=True)
    ledger.match_control(number, "msb|17", belongs=True)
    assert ledger.matches(number) == {"msb|17": True, "msb|18": True}
