"""Theme 1.5, evenementen: M19 to M23."""

from __future__ import annotations

from typing import Final

from thor_metrics.indicators.registry.definition import Indicator, Measure

__all__ = ["INDICATORS"]

_EVENTS: Final = (("theme", ("evenementen",)),)
_ALCOHOL: Final = (("rubriek", ("alcoholwet",)),)
_CHECKS: Final = ("evenement", "geluid", "horeca")

INDICATORS: Final = (
    Indicator(
        key="evenement_controles",
        monitor="M19",
        theme="evenementen",
        title="Controles bij evenementen",
        numerator=Measure("controls", where=(("rubriek", _CHECKS),)),
        unit="controles",
        why="Hoe vaak er rond evenementen is gecontroleerd; de Alcoholwet staat apart.",
        limits="Zegt niet hoe lang of hoe grondig er is gekeken.",
    ),
    Indicator(
        key="veiligheidsrondes",
        monitor="M19",
        theme="evenementen",
        title="Veiligheidsrondes vooraf",
        numerator=Measure("controls", where=(("kind", ("veiligheidsronde", "schouw")),)),
        unit="rondes",
        better="higher",
        why="Het plan wil dat THOR er vóór evenementen structureel bij is.",
        limits="Alleen wat als veiligheidsronde is vastgelegd.",
    ),
    Indicator(
        key="geluidscontroles",
        monitor="M19",
        theme="evenementen",
        title="Geluidscontroles",
        numerator=Measure("controls", where=(("kind", ("geluidscontrole", "geluidsmeting")),)),
        unit="controles",
        why="Steekproeven van het geluid.",
        limits="Een steekproef zegt iets over de gekozen avonden.",
    ),
    Indicator(
        key="evenement_meldingen",
        monitor="M20",
        theme="evenementen",
        title="Meldingen over evenementen en horeca",
        numerator=Measure("incidents", where=_EVENTS),
        unit="meldingen",
        better="lower",
        why="Alle meldingen van dit thema; die rond één evenement staan eronder.",
        limits="Wie niet meldt, telt niet mee; een nieuw meldsysteem verandert het aantal.",
    ),
    Indicator(
        key="evenement_sancties",
        monitor="M21",
        theme="evenementen",
        title="Sancties bij evenementen",
        numerator=Measure(
            "sanctions",
            "amount",
            empty=1.0,
            where=(
                *_EVENTS,
                ("kind", ("bestuurlijke boete", "strafbeschikking", "last onder dwangsom", "pv")),
            ),
        ),
        unit="sancties",
        why="Wat controles bij evenementen opleverden; waarschuwingen staan apart.",
        limits="Zegt meer over waar is gecontroleerd dan over waar het misging.",
        shy="sanctions",
    ),
    Indicator(
        key="evenement_waarschuwingen",
        monitor="M21",
        theme="evenementen",
        title="Waarschuwingen bij evenementen",
        numerator=Measure(
            "sanctions", "amount", empty=1.0, where=(*_EVENTS, ("kind", ("waarschuwing",)))
        ),
        unit="waarschuwingen",
        why="Waar een waarschuwing genoeg was.",
        limits="Alleen wat is vastgelegd.",
        shy="sanctions",
    ),
    Indicator(
        key="alcohol_controles",
        monitor="M22",
        theme="evenementen",
        title="Controles Alcoholwet",
        numerator=Measure("controls", where=_ALCOHOL),
        unit="controles",
        why="Hoe vaak op de Alcoholwet is gecontroleerd.",
        limits="Zegt niet hoe lang of hoe grondig er is gekeken.",
    ),
    Indicator(
        key="alcohol_overtredingen",
        monitor="M23",
        theme="evenementen",
        title="Overtredingen Alcoholwet",
        numerator=Measure("controls", "violations", where=_ALCOHOL),
        unit="overtredingen",
        better="lower",
        why="Wat de controles vonden; wat erop volgde staat eronder.",
        limits="Er wordt gekeken waar al iets wordt verwacht; het is geen steekproef.",
        shy="people",
    ),
)
