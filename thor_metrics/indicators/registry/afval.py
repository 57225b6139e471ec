"""Theme 1.1, afval: M01 to M05."""

from __future__ import annotations

from typing import Final

from thor_metrics.indicators.registry.definition import Indicator, Measure

__all__ = ["INDICATORS"]

_CHECKS: Final = (("rubriek", ("verkeerd_aangeboden", "bijplaatsing")),)
_BOTH: Final = ("checked", "violations")
_COSTS: Final = (("kind", ("opruimkosten",)),)

INDICATORS: Final = (
    Indicator(
        key="afval_meldingen",
        monitor="M01",
        theme="afval",
        title="Meldingen afvaloverlast",
        numerator=Measure("incidents", where=(("theme", ("afval",)),)),
        unit="meldingen",
        better="lower",
        why="Waar en wanneer bewoners afval zien liggen.",
        limits="Wie niet meldt, telt niet mee; een nieuw meldsysteem verandert het aantal.",
    ),
    Indicator(
        key="afval_bijplaatsingen",
        monitor="M02",
        theme="afval",
        title="Bijplaatsingen",
        numerator=Measure(
            "observations", "amount", empty=1.0, where=(("rubriek", ("bijplaatsing",)),)
        ),
        unit="bijplaatsingen",
        better="lower",
        why="Wat de eigen mensen naast de containers zien staan.",
        limits="Wie vaker kijkt, ziet meer: leg het naast het aantal controles.",
    ),
    Indicator(
        key="afval_controles",
        monitor="M03",
        theme="afval",
        title="Controles afval",
        numerator=Measure("controls", where=_CHECKS),
        unit="controles",
        why="Hoe vaak er is gecontroleerd op verkeerd aangeboden afval.",
        limits="Zegt niet hoe lang of hoe grondig er is gekeken.",
    ),
    Indicator(
        key="afval_geplande_controles",
        monitor="M03",
        theme="afval",
        title="Geplande controles bij milieuperrons",
        numerator=Measure("controls", where=(("rubriek", ("bijplaatsing",)), ("planned", ("ja",)))),
        unit="controles",
        better="higher",
        why="Het plan vraagt er minstens twee per week bij elk van de lastigste milieuperrons.",
        limits="Telt alle milieuperrons samen; per milieuperron staat eronder.",
    ),
    Indicator(
        key="afval_gecontroleerd",
        monitor="M03",
        theme="afval",
        title="Gecontroleerde aanbiedingen",
        numerator=Measure("controls", "checked", where=_CHECKS),
        unit="aanbiedingen",
        why="Hoeveel zakken, dozen en stukken grofvuil zijn bekeken.",
        limits="Alleen waar het aantal is ingevuld.",
    ),
    Indicator(
        key="afval_overtredingen",
        monitor="M03",
        theme="afval",
        title="Overtredingen per gecontroleerde aanbieding",
        numerator=Measure("controls", "violations", where=_CHECKS, filled=_BOTH),
        denominator=Measure("controls", "checked", where=_CHECKS, filled=_BOTH),
        unit="%",
        proportion=True,
        better="lower",
        why="Welk deel van wat is bekeken niet in orde was.",
        limits="Er wordt gekeken waar al iets wordt verwacht; het is geen steekproef.",
    ),
    Indicator(
        key="afval_opruimkosten",
        monitor="M04",
        theme="afval",
        title="Opgelegde opruimkosten",
        numerator=Measure("sanctions", "amount", empty=1.0, where=_COSTS),
        unit="sancties",
        why="Hoe vaak de kosten van opruimen zijn verhaald.",
        limits="Alleen waar de dader bekend werd; kosten zijn geen boete.",
        shy="sanctions",
    ),
    Indicator(
        key="afval_opruimkosten_euro",
        monitor="M04",
        theme="afval",
        title="Opgelegde opruimkosten in euro",
        numerator=Measure("sanctions", "euros", where=_COSTS),
        unit="euro",
        why="Welk bedrag is verhaald.",
        limits="Opgelegd, niet geïnd.",
        shy="sanctions",
        behind=Measure("sanctions", "amount", empty=1.0, where=_COSTS),
    ),
)
