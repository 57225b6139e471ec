"""Ambition 2.3, in the wijk: M38 to M42."""

from __future__ import annotations

from typing import Final

from thor_metrics.indicators.registry.definition import Indicator, Measure

__all__ = ["INDICATORS"]

_HELD: Final = ("status", ("gehouden",))
_REPLIED: Final = ("standaardreactie", "telefonisch", "eigen bericht")

INDICATORS: Final = (
    Indicator(
        key="spreekuren_gehouden",
        monitor="M38",
        theme="wijk",
        title="Gehouden spreekuren",
        numerator=Measure("activities", where=(("kind", ("spreekuur",)), _HELD)),
        unit="spreekuren",
        better="higher",
        why="Hoe vaak bewoners bij het gebiedsteam terechtkonden.",
        limits="Zegt niet hoeveel bewoners er kwamen.",
    ),
    Indicator(
        key="spreekuren_gepland",
        monitor="M38",
        theme="wijk",
        title="Geplande spreekuren",
        numerator=Measure("activities", where=(("kind", ("spreekuur",)), ("status", ("gepland",)))),
        unit="spreekuren",
        better="higher",
        why="Wat er nog komt, per gebied.",
        limits="Alleen wat is ingevoerd; kies een periode die vooruit loopt.",
    ),
    Indicator(
        key="buurtbezoeken",
        monitor="M39",
        theme="wijk",
        title="Buurtbezoeken",
        numerator=Measure(
            "activities",
            where=(("kind", ("buurtbezoek", "stadsdeelbezoek", "buurtoverleg")), _HELD),
        ),
        unit="bezoeken",
        better="higher",
        why="Hoe vaak THOR bij georganiseerde bezoeken en overleggen was.",
        limits="Zichtbaar surveilleren te voet of op de fiets telt hier niet mee.",
    ),
    Indicator(
        key="onderschat_acties",
        monitor="M40",
        theme="wijk",
        title="Deelnames aan Onderschat-acties",
        numerator=Measure("activities", where=(("kind", ("onderschat",)), _HELD)),
        unit="acties",
        better="higher",
        why="Hoe vaak THOR meedeed.",
        limits="Telt acties, niet de mensen die meededen.",
    ),
    Indicator(
        key="standaard_of_telefonisch",
        monitor="M42",
        theme="wijk",
        title="Beantwoord met standaardreactie of telefoon",
        numerator=Measure("incidents", where=(("reply", ("standaardreactie", "telefonisch")),)),
        denominator=Measure("incidents", where=(("reply", (*_REPLIED, "geen")),)),
        unit="%",
        proportion=True,
        why="Het plan wil sneller antwoorden met standaardreacties, en bellen waar het lastig is.",
        limits="Alleen meldingen waarvan de soort reactie bekend is.",
    ),
    Indicator(
        key="geen_reactie",
        monitor="M41",
        theme="wijk",
        title="Meldingen zonder reactie",
        numerator=Measure("incidents", where=(("reply", ("geen",)),)),
        denominator=Measure("incidents", where=(("reply", (*_REPLIED, "geen")),)),
        unit="%",
        proportion=True,
        better="lower",
        why="Wie niets hoort, meldt de volgende keer misschien niet.",
        limits="Alleen meldingen waarvan de soort reactie bekend is.",
    ),
)
