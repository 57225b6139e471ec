"""Words of reports, briefings of teams and steps of the workshop are kept."""

from __future__ import annotations

import datetime as dt

import pytest

from thor_metrics.ledger import Conflict, Ledger, LedgerError


@pytest.fixture
def ledger(tmp_path):
    with Ledger.open(tmp_path) as opened:
        yield opened


def test_words_of_a_report_are_kept_once_per_gebied_and_period(ledger):
    first = ledger.write_preface("Centrum", "2026-H1", introduction="Druk.", conclusion="")
    second = ledger.write_preface(
        "Centrum", "2026-H1", introduction="Druk.", conclusion="Door.", version=first
    )

    kept = ledger.prefaces()

    assert (first, second) == (1, 2)
    assert kept[["gebied", "introduction", "conclusion"]].to_numpy().tolist() == [
        ["Centrum", "Druk.", "Door."]
    ]


def test_two_who_write_one_report_lose_nothing(ledger):
    ledger.write_preface("", "2026-H1", introduction="Van mij", conclusion="")

    with pytest.raises(Conflict) as caught:
        ledger.write_preface("", "2026-H1", introduction="Van jou", conclusion="", version=0)

    [difference] = caught.value.differences
    assert (difference.mine, difference.theirs) == ("Van jou", "Van mij")


def test_slides_keep_their_order(ledger):
    ledger.save_briefing("Noord", slides=["tijden", "kaart", "tijden"], seconds=20)
    number = ledger.save_briefing("Noord", slides=["kaart"], gebied="Centrum")
    ledger.hold_briefing("Noord", dt.date(2026, 6, 1))
    ledger.undo("briefing", number)
    ledger.undo("briefing", number)

    kept = ledger.briefings().iloc[0]

    assert kept["slides"] == ("tijden", "kaart")
    assert kept["seconds"] == 20


def test_a_briefing_has_a_team_without_personal_data(ledger):
    with pytest.raises(LedgerError, match="ontbreekt"):
        ledger.save_briefing("")
    with pytest.raises(LedgerError, match="telefoonnummer"):
        ledger.save_briefing("06-12345678")


def test_solved_once_stays_solved_and_tries_add_up(ledger):
    ledger.take_step("merel", "fiets", tries=1)
    ledger.take_step("merel", "fiets", tries=1, solved=True)
    ledger.take_step("merel", "fiets", hints=1)

    step = ledger.steps("merel").iloc[0]
    assert (step["tries"], step["hints"], bool(step["solved"])) == (2, 1, True)

    ledger.forget_steps("merel")
    assert ledger.steps().empty
    ledger.take_step("merel", "fiets", tries=1)
    assert ledger.steps()["tries"].tolist() == [1]
