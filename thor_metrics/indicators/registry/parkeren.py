"""Theme 1.3, parkeren: M09 to M13. A naheffing is a tax and is never added to fines."""

from __future__ import annotations

from typing import Final

from thor_metrics.indicators.registry.definition import Indicator, Measure

__all__ = ["INDICATORS"]

_TAX: Final = (("kind", ("naheffing", "naheffingen", "naheffingsaanslag")),)
_MULDER: Final = (("kind", ("mulder", "mulderfeit", "wahv")),)
_TOPDAG: Final = ("topdag", ("ja",))

INDICATORS: Final = (
    Indicator(
        key="scan_voertuigen",
        monitor="M09",
        theme="parkeren",
        title="Gecontroleerde voertuigen met de scanauto",
        numerator=Measure("scan_days", "vehicles"),
        unit="voertuigen",
        why="Hoeveel de scanauto heeft bekeken.",
        limits="Een voertuig dat tweemaal is gescand, telt tweemaal.",
    ),
    Indicator(
        key="scan_betaald",
        monitor="M12",
        theme="parkeren",
        title="Met parkeerrecht, volgens de scanauto",
        numerator=Measure(
            "scan_days", "vehicles", minus="without_right", filled=("without_right",)
        ),
        denominator=Measure("scan_days", "vehicles", filled=("without_right",)),
        unit="%",
        proportion=True,
        better="higher",
        why="Welk deel van de gescande voertuigen parkeerrecht had.",
        limits=(
            "Vergunninghouders tellen vaak mee en de scanauto kiest geen steekproef: leg het naast "
            "het onderzoek, tel ze niet op."
        ),
    ),
    Indicator(
        key="scan_beoordeeld",
        monitor="M09",
        theme="parkeren",
        title="Door een mens beoordeeld",
        numerator=Measure("scan_days", "reviewed", filled=("reviewed", "without_right")),
        denominator=Measure("scan_days", "without_right", filled=("reviewed", "without_right")),
        unit="%",
        proportion=True,
        why="Beeldbeoordeling maakt ter plaatse gaan kijken minder vaak nodig.",
        limits="Alleen dagen waarvan de beoordeling is vastgelegd.",
    ),
    Indicator(
        key="scan_naheffingen",
        monitor="M10",
        theme="parkeren",
        title="Naheffingen met de scanauto",
        numerator=Measure("scan_days", "imposed"),
        unit="naheffingen",
        why="Hoeveel naheffingen uit de scans volgden. Een naheffing is een belasting.",
        limits="Telling van de scanauto; de sanctielijst kan er later bij zijn of er een missen.",
    ),
    Indicator(
        key="scan_in_stand",
        monitor="M10",
        theme="parkeren",
        title="Naheffingen die in stand bleven",
        numerator=Measure("scan_days", "upheld", filled=("upheld", "imposed")),
        denominator=Measure("scan_days", "imposed", filled=("upheld", "imposed")),
        unit="%",
        proportion=True,
        better="higher",
        why="Hoe vaak een naheffing een bezwaar overleeft.",
        limits="Van de laatste weken lopen nog bezwaren.",
    ),
    Indicator(
        key="naheffingen",
        monitor="M10",
        theme="parkeren",
        title="Naheffingen volgens de sanctielijst",
        numerator=Measure("sanctions", "amount", empty=1.0, where=_TAX),
        unit="naheffingen",
        why="Opgelegde naheffingen, van scanauto en controleurs samen.",
        limits="Een belasting: nooit op te tellen bij boetes.",
        shy="sanctions",
    ),
    Indicator(
        key="naheffingen_euro",
        monitor="M10",
        theme="parkeren",
        title="Naheffingen in euro",
        numerator=Measure("sanctions", "euros", where=_TAX),
        unit="euro",
        why="Welk bedrag aan naheffingen is opgelegd.",
        limits="Opgelegd, niet geïnd.",
        shy="sanctions",
        behind=Measure("sanctions", "amount", empty=1.0, where=_TAX),
    ),
    Indicator(
        key="mulder",
        monitor="M11",
        theme="parkeren",
        title="Opgelegde Mulderboetes",
        numerator=Measure("sanctions", "amount", empty=1.0, where=_MULDER),
        unit="boetes",
        why="Boetes voor fout parkeren, door boa's opgelegd.",
        limits="Zegt meer over waar is gecontroleerd dan over waar het misgaat.",
        shy="sanctions",
    ),
    Indicator(
        key="parkeren_meldingen",
        monitor="M11",
        theme="parkeren",
        title="Meldingen parkeeroverlast",
        numerator=Measure("incidents", where=(("theme", ("parkeren",)),)),
        unit="meldingen",
        better="lower",
        why="Waar bewoners last hebben van geparkeerde voertuigen.",
        limits="Wie niet meldt, telt niet mee; een nieuw meldsysteem verandert het aantal.",
    ),
    Indicator(
        key="topdagen_gepland",
        monitor="M13",
        theme="parkeren",
        title="Geplande topdagen",
        numerator=Measure("crowd_days", where=(_TOPDAG, ("planned", ("ja",)))),
        unit="dagen",
        why="Drukke dagen die vooraf in het rooster stonden.",
        limits="Geldt voor de hele stad, niet per gebied.",
    ),
    Indicator(
        key="topdagen_ongepland",
        monitor="M13",
        theme="parkeren",
        title="Ongeplande topdagen",
        numerator=Measure("crowd_days", where=(_TOPDAG, ("planned", ("nee",)))),
        unit="dagen",
        better="lower",
        why="Drukke dagen die niemand had voorzien.",
        limits="Geldt voor de hele stad, niet per gebied.",
    ),
)
