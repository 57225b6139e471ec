"""Ambition 2.1, the organisation: M24, M27 to M29, M31 and M34."""

from __future__ import annotations

from typing import Final

from thor_metrics.indicators.registry.definition import Indicator, Measure

__all__ = ["INDICATORS"]

_HELD: Final = ("status", ("gehouden",))


def _held(*kinds: str, column: str = "") -> Measure:
    return Measure("activities", column, where=(("kind", kinds), _HELD))


INDICATORS: Final = (
    Indicator(
        key="opleidingen",
        monitor="M24",
        theme="organisatie",
        title="Gevolgde opleidingen",
        numerator=_held("opleiding"),
        unit="opleidingen",
        why="Hoe vaak een opleiding of training is gehouden.",
        limits="Telt bijeenkomsten, geen diploma's.",
    ),
    Indicator(
        key="opleiding_deelnames",
        monitor="M24",
        theme="organisatie",
        title="Deelnames aan opleidingen",
        numerator=_held("opleiding", column="participants"),
        unit="deelnames",
        better="higher",
        why="Hoeveel stoelen bezet waren.",
        limits="Wie twee opleidingen volgde, telt tweemaal.",
    ),
    Indicator(
        key="briefings_overleggen",
        monitor="M27",
        theme="organisatie",
        title="Briefings en overleggen",
        numerator=_held("briefing", "overleg"),
        unit="bijeenkomsten",
        why="Hoe vaak de gebiedsteams informatie uitwisselden.",
        limits="Alleen wat als activiteit is vastgelegd.",
    ),
    Indicator(
        key="samenwerkingsacties",
        monitor="M28",
        theme="organisatie",
        title="Samenwerkingsacties",
        numerator=_held("samenwerkingsactie"),
        unit="acties",
        why="Acties die samen met partners zijn voorbereid en gehouden.",
        limits="Alleen wat als samenwerkingsactie is vastgelegd.",
    ),
    Indicator(
        key="controles_met_partner",
        monitor="M28",
        theme="organisatie",
        title="Controles samen met een partner",
        numerator=Measure("controls", filled=("partner",)),
        denominator=Measure("controls"),
        unit="%",
        proportion=True,
        why="Bij welk deel van de controles een partner mee was.",
        limits="Leeg gelaten betekent hier: zonder partner.",
    ),
    Indicator(
        key="teambuilding",
        monitor="M29",
        theme="organisatie",
        title="Teambuildingsactiviteiten",
        numerator=_held("teambuilding"),
        unit="activiteiten",
        why="Wat per gebied samen is ondernomen.",
        limits="Alleen wat als activiteit is vastgelegd.",
    ),
    Indicator(
        key="beleidsproducten",
        monitor="M31",
        theme="organisatie",
        title="Bijdragen aan beleid",
        numerator=_held("beleidsproduct"),
        unit="producten",
        why="Aan welk beleid THOR heeft meegeschreven.",
        limits="Alleen wat als activiteit is vastgelegd.",
    ),
    Indicator(
        key="inzet_beschikbaar",
        monitor="M34",
        theme="organisatie",
        title="Beschikbare uren",
        numerator=Measure("deployments", "hours_available"),
        unit="uur",
        why="Wat er in het rooster stond.",
        limits="Roosteruren, geen gewerkte uren.",
    ),
    Indicator(
        key="inzet_gepland",
        monitor="M34",
        theme="organisatie",
        title="Geplande uren",
        numerator=Measure("deployments", "hours_planned"),
        denominator=Measure("deployments", "hours_available", filled=("hours_planned",)),
        unit="%",
        why="Welk deel van de beschikbare uren vooraf is verdeeld.",
        limits="Wat niet is verdeeld, is niet vanzelf vrij.",
    ),
    Indicator(
        key="inzet_ongepland",
        monitor="M34",
        theme="organisatie",
        title="Ongeplande uren",
        numerator=Measure("deployments", "hours_unplanned"),
        denominator=Measure("deployments", "hours_available", filled=("hours_unplanned",)),
        unit="%",
        why="Welk deel opging aan wat niemand had voorzien.",
        limits="Gemiddelden verbergen pieken: zie de verdeling eronder.",
    ),
)
