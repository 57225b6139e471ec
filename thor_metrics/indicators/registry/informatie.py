"""Ambition 2.2, information: M37, effort beside what is reported."""

from __future__ import annotations

from typing import Final

from thor_metrics.indicators.registry.definition import Indicator, Measure

__all__ = ["INDICATORS"]

INDICATORS: Final = (
    Indicator(
        key="inzet_controle_uren",
        monitor="M37",
        theme="informatie",
        title="Uren aan controles",
        numerator=Measure("controls", "hours_spent"),
        unit="uur",
        why="De inzet, om naast de meldingen te leggen.",
        limits="Alleen waar de uren zijn ingevuld.",
    ),
    Indicator(
        key="inzet_controles",
        monitor="M37",
        theme="informatie",
        title="Controles",
        numerator=Measure("controls"),
        unit="controles",
        why="Hoe vaak er is gecontroleerd, over alle thema's.",
        limits="Zegt niet hoe lang of hoe grondig er is gekeken.",
    ),
    Indicator(
        key="meldingen",
        monitor="M37",
        theme="informatie",
        title="Meldingen",
        numerator=Measure("incidents"),
        unit="meldingen",
        better="lower",
        why="Wat bewoners, bezoekers en collega's meldden, over alle thema's.",
        limits="Wie niet meldt, telt niet mee; een nieuw meldsysteem verandert het aantal.",
    ),
)
