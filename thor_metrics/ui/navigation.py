"""The menu: every page listed once, in the order people see it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import streamlit as st

__all__ = ["PAGES", "Entry", "entry_of", "menu"]


@dataclass(frozen=True)
class Entry:
    """One page in the menu.

    Attributes
    ----------
    section : str
        Group in the menu.
    file : str
        Relative to the project folder; its name is the web address.
    title : str
        Short name in the menu and the browser tab; the page itself asks its question.
    help : str
        What it shows, in one sentence.
    filters : bool
        The page is about a selection.
    subject : bool
        Themes, rubrieken, series, weekdays and hours can be chosen; else only period and place,
        because the page has subjects of its own.
    moment_on_page : bool
        Weekdays and hours stand above the page's picture instead of in the sidebar.
    """

    section: str
    file: str
    title: str
    help: str
    filters: bool = True
    subject: bool = True
    moment_on_page: bool = False


#: The first one opens by itself.
PAGES: Final[tuple[Entry, ...]] = (
    Entry(
        "Beeld", "pages/beeld/overzicht.py", "Overzicht",
        "Wat speelt er: per thema het aantal en de verandering, stijgers en gebieden.",
    ),
    Entry(
        "Beeld", "pages/beeld/gebied.py", "Gebied",
        "Wat speelt er in uw gebied: wat valt op, waar, wanneer, en wat er is gedaan.",
    ),
    Entry(
        "Beeld", "pages/beeld/hotitems.py", "Hot-items",
        "Wat valt op: per gebied wat er meer is dan elders en wat er stijgt.",
    ),
    Entry(
        "Beeld", "pages/beeld/hotspots.py", "Hotspots",
        "Waar is het raak: de kaart van stadsdeel tot vak van 100 meter.",
        moment_on_page=True,
    ),
    Entry(
        "Beeld", "pages/beeld/hottijden.py", "Hottijden",
        "Wanneer is het raak: de week, de dag en de kalender.",
    ),
    Entry(
        "Doen", "pages/doen/acties.py", "Acties",
        "Hotspot-acties: het bord, de kaart, en alles over één actie.",
        subject=False,
    ),
    Entry(
        "Doen", "pages/doen/effect.py", "Effect",
        "Inzet naast effect: wat veranderde er op de plek van een actie, naast elders.",
        subject=False,
    ),
    Entry(
        "Doen", "pages/doen/dekking.py", "Dekking",
        "Inzet naast overlast: waar en wanneer staan we, en waar en wanneer wordt gemeld.",
    ),
    Entry(
        "Doen", "pages/doen/planning.py", "Planning",
        "Het weekplan: waar en wanneer rondes, met norm, verwachting en wat ze dekken.",
        subject=False,
    ),
    Entry(
        "Plan", "pages/plan/uitvoeringsplan.py", "Uitvoeringsplan",
        "Het plan van 1.1 tot 2.3: elk doel met acties, monitoritems, norm en stand.",
        subject=False,
    ),
    Entry(
        "Plan", "pages/plan/afval.py", "Afval", "Plan 1.1: afvaloverlast rond hotspots.",
        subject=False,
    ),
    Entry(
        "Plan", "pages/plan/fiets.py", "Fiets", "Plan 1.2: fietsoverlast en stallingen.",
        subject=False,
    ),
    Entry(
        "Plan", "pages/plan/parkeren.py", "Parkeren", "Plan 1.3: scanauto, betalen, topdagen.",
        subject=False,
    ),
    Entry(
        "Plan", "pages/plan/sociaal.py", "Sociale overlast",
        "Plan 1.4: jeugd, bedelaars en kwetsbare personen.",
        subject=False,
    ),
    Entry(
        "Plan", "pages/plan/evenementen.py", "Evenementen",
        "Plan 1.5: vergunningen, overlast en Alcoholwet.",
        subject=False,
    ),
    Entry(
        "Plan", "pages/plan/organisatie.py", "Organisatie",
        "Plan 2.1: opleiding, samenwerking, strategieën, pilots en rooster.",
        subject=False,
    ),
    Entry(
        "Plan", "pages/plan/informatie.py", "Informatie",
        "Plan 2.2: het dashboard zelf, halfjaaroverzichten, inzet naast effect.",
        subject=False,
    ),
    Entry(
        "Plan", "pages/plan/wijk.py", "Wijk",
        "Plan 2.3: spreekuren, bezoeken en reacties op meldingen.",
        subject=False,
    ),
    Entry(
        "Plan", "pages/plan/kalender.py", "Kalender",
        "Spreekuren, activiteiten, evenementen en stukken die eraan komen.",
        subject=False,
    ),
    Entry(
        "Delen", "pages/delen/briefing.py", "Briefing",
        "Dia's voor de dienst op het gedeelde scherm: nieuw, waar, wanneer en wat is gepland.",
        subject=False,
    ),
    Entry(
        "Delen", "pages/delen/halfjaarrapport.py", "Halfjaarrapport",
        "Het rapport per gebied: nalezen, aanvullen en meenemen als PDF, Word of Excel.",
        subject=False,
    ),
    Entry(
        "Delen", "pages/delen/workshop.py", "Workshop",
        "Tien oefeningen in de echte pagina's, met hints, uitleg en voortgang.",
        filters=False,
    ),
    Entry(
        "Gegevens", "pages/gegevens/inlezen.py", "Inlezen",
        "Bestanden laden, controleren, terugdraaien en sjablonen ophalen.",
        filters=False,
    ),
    Entry(
        "Gegevens", "pages/gegevens/catalogus.py", "Catalogus",
        "Alles wat het dashboard kan tonen: definitie, bron, hoe vers en voor welk gebied.",
        subject=False,
    ),
    Entry(
        "Gegevens", "pages/gegevens/rubrieken.py", "Rubrieken",
        "Welke categorie bij welk thema hoort; zelf rubrieken toevoegen.",
        filters=False,
    ),
    Entry(
        "Gegevens", "pages/gegevens/begrippen.py", "Begrippen",
        "De woorden op het scherm, in gewone taal uitgelegd.",
        filters=False,
    ),
)  # fmt: skip


#: With more pages than this a row of names is too long and sections become menus.
_ONE_ROW: Final = 7


def menu() -> list[Any] | dict[str, list[Any]]:
    """Make Streamlit's pages: one row while it fits, else by section."""
    pages = [
        st.Page(entry.file, title=entry.title, help=entry.help, default=number == 0)
        for number, entry in enumerate(PAGES)
    ]
    if len(pages) <= _ONE_ROW:
        return pages
    sections: dict[str, list[Any]] = {}
    for entry, page in zip(PAGES, pages, strict=True):
        sections.setdefault(entry.section, []).append(page)
    return sections


def entry_of(page: Any) -> Entry:
    """Return the line of the menu that a page of Streamlit was made from."""
    return next(entry for entry in PAGES if entry.title == page.title)
