"""Words on screen, explained in one sentence each, with the page on which they are used."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

__all__ = ["TERMS", "Term", "matching"]


@dataclass(frozen=True)
class Term:
    """One word.

    Attributes
    ----------
    word, meaning : str
    page : str
        File of the page where one meets it.
    """

    word: str
    meaning: str
    page: str


_HOTITEMS: Final = "pages/beeld/hotitems.py"
_HOTSPOTS: Final = "pages/beeld/hotspots.py"
_HOTTIMES: Final = "pages/beeld/hottijden.py"
_OVERVIEW: Final = "pages/beeld/overzicht.py"
_EFFECT: Final = "pages/doen/effect.py"
_PLANNING: Final = "pages/doen/planning.py"
_COVERAGE: Final = "pages/doen/dekking.py"
_ACTIONS: Final = "pages/doen/acties.py"
_PLAN: Final = "pages/plan/uitvoeringsplan.py"

#: In alphabetical order.
TERMS: Final[tuple[Term, ...]] = (
    Term(
        "Actie", "Wat een team een tijd lang op één plek doet, met een doel, momenten en een stand "
        "van voorstel tot geëvalueerd.", _ACTIONS,
    ),
    Term(
        "Buurt", "Het kleinste gebied met een naam; grenzen en codes zijn die van het CBS.",
        _OVERVIEW,
    ),
    Term(
        "Controle", "Een keer dat een handhaver ergens ging kijken. Een eigen reeks: nooit "
        "opgeteld bij meldingen.", _COVERAGE,
    ),
    Term("Dagdeel", "Nacht 0-6, ochtend 6-12, middag 12-18 en avond 18-24 uur.", _HOTTIMES),
    Term(
        "Dekking", "Het deel van de controles in een buurt naast het deel van de meldingen daar.",
        _COVERAGE,
    ),
    Term(
        "Dienst", "Dag 8-16, avond 16-24, nacht 22-6 uur. Een nachtdienst hoort bij de dag waarop "
        "hij begint.", _PLANNING,
    ),
    Term(
        "Effect", "Wat er bij de plek van een actie veranderde, naast plekken die erop leken. Een "
        "verband in de tijd, geen bewezen oorzaak.", _EFFECT,
    ),
    Term("Gebied", "Een stadsdeel: alle buurten die samen één team heeft.", _OVERVIEW),
    Term(
        "Haard", "Meldingen die zo dicht bij elkaar liggen dat ze één plek zijn; met een omtrek en "
        "een naam.", _HOTSPOTS,
    ),
    Term(
        "Hot-item", "Een onderwerp waarvan hier meer is dan elders in de stad, of dat steeg.",
        _HOTITEMS,
    ),
    Term("Hotspot", "Een plek met meer meldingen dan bij toeval te verwachten is.", _HOTSPOTS),
    Term("Hottijd", "Een uur of dagdeel met meer meldingen dan bij toeval te verwachten is.",
         _HOTTIMES),
    Term(
        "Kan toeval zijn", "Er is een verschil te zien, maar zo'n verschil ontstaat vaak ook "
        "vanzelf. Bouw er geen actie op.", _HOTSPOTS,
    ),
    Term(
        "Melding", "Wat een burger of ondernemer liet weten. Meer meldingen is niet altijd meer "
        "overlast: het kan ook meer meldingsbereidheid zijn.", _OVERVIEW,
    ),
    Term("Milieuperron", "Een plek met ondergrondse containers voor huisvuil, glas of papier.",
         _HOTSPOTS),
    Term(
        "Monitoritem", "Eén van de 42 dingen die het uitvoeringsplan 2025-2026 wil volgen.", _PLAN,
    ),
    Term(
        "Reeks", "Meldingen, waarnemingen of controles. Elk telt iets anders; zij worden nooit "
        "opgeteld.", _OVERVIEW,
    ),
    Term("Ronde", "Een route langs plekken in twee uur, door twee mensen.", _PLANNING),
    Term("Rubriek", "Een soort melding binnen een thema, zoals 'dumping' binnen afval.", _OVERVIEW),
    Term("Thema", "Afval, fiets, parkeren, sociale overlast of evenementen.", _OVERVIEW),
    Term("Vak", "Een vierkant van 100 bij 100 meter op de kaart.", _HOTSPOTS),
    Term(
        "Verborgen", "Een klein aantal over personen wordt niet getoond, ook niet in een download: "
        "anders is te raden om wie het gaat.", _OVERVIEW,
    ),
    Term(
        "Verwacht", "Hoeveel het er gewoonlijk zouden zijn, berekend uit andere plekken, uren of "
        "jaren. Erbij staat waaruit.", _HOTSPOTS,
    ),
    Term(
        "Waarneming", "Wat een medewerker zelf buiten zag en vastlegde. Meer surveilleren geeft "
        "meer waarnemingen.", _OVERVIEW,
    ),
    Term("Waarschijnlijk", "Minder dan 5 % kans dat het toeval is, na correctie voor alles wat is "
         "bekeken.", _HOTSPOTS),
    Term("Zeker", "Minder dan 1 % kans dat het toeval is, na correctie voor alles wat is bekeken.",
         _HOTSPOTS),
)  # fmt: skip


def matching(text: str) -> list[Term]:
    """Find words by a part of the word or of what it means.

    Examples
    --------
    >>> [term.word for term in matching("route")]
    ['Ronde']
    """
    wanted = text.strip().casefold()
    return [term for term in TERMS if wanted in f"{term.word} {term.meaning}".casefold()]
