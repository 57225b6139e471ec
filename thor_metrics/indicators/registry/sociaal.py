"""Theme 1.4, sociale overlast: M15 to M18. About people, so small numbers are hidden."""

from __future__ import annotations

from typing import Final

from thor_metrics.indicators.registry.definition import Indicator, Measure

__all__ = ["INDICATORS"]

_YOUTH: Final = (("rubriek", ("jeugd",)),)
_SUBJECTS: Final = Measure("caseload", "subjects")

INDICATORS: Final = (
    Indicator(
        key="jeugd_meldingen",
        monitor="M15",
        theme="sociaal",
        title="Meldingen jeugdoverlast",
        numerator=Measure("incidents", where=_YOUTH),
        unit="meldingen",
        better="lower",
        why="Waar en wanneer bewoners last hebben van jeugd.",
        limits="Wie niet meldt, telt niet mee; een melding zegt niets over wie er stond.",
        shy="people",
    ),
    Indicator(
        key="jeugd_rondes",
        monitor="M15",
        theme="sociaal",
        title="Jeugdrondes en schoolbezoeken",
        numerator=Measure("controls", where=_YOUTH),
        unit="bezoeken",
        why="Hoe vaak scholen en plekken van jeugd zijn bezocht.",
        limits="Uit de controles; bezoeken die als activiteit zijn vastgelegd staan apart.",
    ),
    Indicator(
        key="jeugd_bezoeken",
        monitor="M15",
        theme="sociaal",
        title="Bezoeken aan jeugd, uit de agenda",
        numerator=Measure(
            "activities", where=(("kind", ("bezoek jeugd",)), ("status", ("gehouden",)))
        ),
        unit="bezoeken",
        why="Gehouden bezoeken aan scholen en samenkomstlocaties.",
        limits="Alleen wat als activiteit is vastgelegd.",
    ),
    Indicator(
        key="bedelaars_signaleringen",
        monitor="M16",
        theme="sociaal",
        title="Signaleringen van bedelaars",
        numerator=Measure(
            "observations", "amount", empty=1.0, where=(("rubriek", ("bedelaars",)),)
        ),
        unit="signaleringen",
        why="Waar bedelaars zijn gezien, om met de politie af te stemmen.",
        limits="Dezelfde mens kan vaak zijn gezien; wie vaker kijkt, ziet meer.",
        shy="people",
    ),
    Indicator(
        key="gebiedsverboden_overtreden",
        monitor="M17",
        theme="sociaal",
        title="Overtredingen van gebiedsverboden",
        numerator=Measure(
            "observations",
            "amount",
            empty=1.0,
            where=(("kind", ("overtreding gebiedsverbod", "gebiedsverbod overtreden")),),
        ),
        unit="overtredingen",
        better="lower",
        why="Hoe vaak een verbod werd overtreden.",
        limits="Alleen wat is gezien.",
        shy="people",
    ),
    Indicator(
        key="subjecten",
        monitor="M18",
        theme="sociaal",
        title="Subjecten, opgeteld per maand",
        numerator=_SUBJECTS,
        unit="subjectmaanden",
        why="Hoeveel mensen per maand aandacht van THOR vroegen.",
        limits="Wie meer maanden voorkomt, telt elke maand mee; het is geen aantal mensen.",
        shy="people",
        parts="nature",
    ),
    Indicator(
        key="subjecten_uren_thor",
        monitor="M18",
        theme="sociaal",
        title="Uren THOR voor subjecten",
        numerator=Measure("caseload", "hours_thor"),
        unit="uur",
        why="Hoeveel werk dit THOR kost.",
        limits="Alleen ingevulde uren.",
        shy="people",
        parts="nature",
        behind=_SUBJECTS,
    ),
    Indicator(
        key="subjecten_uren_partner",
        monitor="M18",
        theme="sociaal",
        title="Uren partners voor subjecten",
        numerator=Measure("caseload", "hours_partner"),
        unit="uur",
        why="Hoeveel werk de partners eraan hebben.",
        limits="Alleen wat partners hebben doorgegeven.",
        shy="people",
        parts="nature",
        behind=_SUBJECTS,
    ),
)
