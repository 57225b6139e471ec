"""Theme 1.2, fiets: M06 and M07. The pictures of M08 are kept in the ledger."""

from __future__ import annotations

from typing import Final

from thor_metrics.indicators.registry.definition import Indicator, Measure

__all__ = ["INDICATORS"]

_BIKES: Final = (("theme", ("fiets",)),)

INDICATORS: Final = (
    Indicator(
        key="fiets_meldingen",
        monitor="M06",
        theme="fiets",
        title="Meldingen fietsoverlast",
        numerator=Measure("incidents", where=_BIKES),
        unit="meldingen",
        better="lower",
        why="Waar fietsen in de weg staan volgens bewoners en bezoekers.",
        limits="Wie niet meldt, telt niet mee; een nieuw meldsysteem verandert het aantal.",
    ),
    Indicator(
        key="fiets_bezetting",
        monitor="M06",
        theme="fiets",
        title="Bezetting van fietsparkeerplekken",
        numerator=Measure("occupancy", "occupied"),
        denominator=Measure("occupancy", "capacity"),
        unit="%",
        why="Waar plaats genoeg is en toch fietsen fout staan, helpt handhaven; elders niet.",
        limits="Alleen de getelde momenten; wie op het drukste uur telt, vindt het vol.",
    ),
    Indicator(
        key="fiets_buiten_vakken",
        monitor="M06",
        theme="fiets",
        title="Fietsen buiten de vakken",
        numerator=Measure("occupancy", "beside"),
        denominator=Measure("occupancy", filled=("beside",)),
        unit="fietsen per telling",
        better="lower",
        why="Hoeveel fietsen er los omheen stonden, per keer dat is geteld.",
        limits="Alleen de getelde momenten en plekken.",
    ),
    Indicator(
        key="fiets_controles",
        monitor="M06",
        theme="fiets",
        title="Fietscontroles",
        numerator=Measure("controls", where=_BIKES),
        unit="controles",
        why="Hoe vaak er op fietsen is gecontroleerd, veegacties meegeteld.",
        limits="Zegt niet hoe lang of hoe grondig er is gekeken.",
    ),
    Indicator(
        key="fiets_geplande_controles",
        monitor="M06",
        theme="fiets",
        title="Geplande fietscontroles",
        numerator=Measure("controls", where=(*_BIKES, ("planned", ("ja",)))),
        unit="controles",
        better="higher",
        why="Het plan vraagt er twee per week op elke hotspot.",
        limits="Telt alle plekken samen; per hotspot staat eronder.",
    ),
    Indicator(
        key="fiets_verwijderd",
        monitor="M07",
        theme="fiets",
        title="Verwijderde fietsen",
        numerator=Measure("removals", "amount", empty=1.0),
        unit="fietsen",
        why="Hoeveel fietsen, wrakken en deelvoertuigen zijn weggehaald.",
        limits="Een veegactie geeft een piek; vergelijk hele jaren.",
    ),
    Indicator(
        key="fiets_opgehaald",
        monitor="M07",
        theme="fiets",
        title="Opgehaald door de eigenaar",
        numerator=Measure("removals", "collected", filled=("collected",)),
        denominator=Measure("removals", "amount", empty=1.0, filled=("collected",)),
        unit="%",
        proportion=True,
        why="Wat niet wordt opgehaald, was waarschijnlijk van niemand meer.",
        limits="Alleen waar het ophalen is bijgehouden; pas verwijderde fietsen kunnen nog komen.",
    ),
    Indicator(
        key="fiets_veegacties",
        monitor="M07",
        theme="fiets",
        title="Veegacties",
        numerator=Measure("controls", where=(("kind", ("veegactie", "veegacties")),)),
        unit="veegacties",
        better="higher",
        why="Het plan vraagt er twee per kalenderjaar.",
        limits="Alleen wat als veegactie is vastgelegd.",
    ),
)
