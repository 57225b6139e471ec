"""What the teams do besides controles: how often, where, with whom, and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sample_data.plans import PEOPLE, PLAN_STARTS

CITY, EVERY_GEBIED, SOME_GEBIED = "stad", "elk gebied", "een gebied"

#: Where: the office, the neighbourhood house of the gebied, a buurt, or a place of a sort.
OFFICE, HOUSE, BUURT, YOUTH_PLACE = "kantoor", "buurthuis", "buurt", "jeugd"


@dataclass(frozen=True)
class ActivityKind:
    """One sort of activity.

    Attributes
    ----------
    kind : str
        As in the file.
    subjects : tuple of str
        Short and fixed; one is drawn.
    scope : str
        :data:`CITY` (once), :data:`EVERY_GEBIED` (each on its own days) or :data:`SOME_GEBIED`.
    every_weeks : int
        On a fixed weekday every so many weeks; 0 is at random, ``per_month`` times.
    per_month : float
        Mean number a month, for each gebied when the scope says so.
    hours : tuple of int
        Starts between these hours.
    minutes : int
        Length.
    people : tuple of int
        Number of people of the own team: least and most.
    where : str
    partners : tuple of str
        One is drawn; empty words mean alone.
    results : tuple of str
    first : datetime.date
    ahead : bool
        Stands in the calendar before it is held.
    theme : str
    """

    kind: str
    subjects: tuple[str, ...]
    scope: str
    every_weeks: int
    per_month: float
    hours: tuple[int, int]
    minutes: int
    people: tuple[int, int]
    where: str
    partners: tuple[str, ...] = ("",)
    results: tuple[str, ...] = ("Gehouden",)
    first: date = date.min
    ahead: bool = False
    theme: str = ""


_POLICE = ("Politie",)

ACTIVITY_KINDS: tuple[ActivityKind, ...] = (
    ActivityKind("opleiding", ("Gesprekstechniek", "Weerbaarheid", "Eerste hulp",
                 "Onbegrepen gedrag", "Alcoholwet", "Milieu en afval", "Proces-verbaal schrijven"),
                 CITY, 0, 2.2, (9, 13), 240, (4, 18), OFFICE, ("", "", "Opleider"),
                 ("Afgerond", "Afgerond", "Deels afgerond"), ahead=True),
    ActivityKind("briefing", ("Weekbriefing gebiedsteam",), EVERY_GEBIED, 1, 0, (8, 9), 30, (2, 5),
                 OFFICE, _POLICE, ahead=True),
    ActivityKind("overleg", ("Gebiedsoverleg", "Voortgang hotspots"), EVERY_GEBIED, 4, 0, (10, 15),
                 60, (1, 3), OFFICE, _POLICE, ("Afspraken gemaakt", "Gehouden"), ahead=True),
    ActivityKind("overleg", ("Werkoverleg",), CITY, 2, 0, (13, 14), 90, (8, 20), OFFICE,
                 ahead=True),
    ActivityKind("samenwerkingsactie", ("Fietscontrole", "Afvalactie", "Actie uitgaansgebied",
                 "Actie jeugd en middelen", "Verkeersactie school"), SOME_GEBIED, 0, 2.5, (10, 20),
                 180, (4, 10), BUURT, ("Politie", "Politie", "Stadsbeheer", "Brandweer",
                 "Woningcorporatie"), ("Overtredingen aangepakt", "Geen overtredingen",
                 "Vervolg afgesproken"), ahead=True),
    ActivityKind("teambuilding", ("Teamdag", "Sportmiddag", "Teamlunch"), EVERY_GEBIED, 26, 0,
                 (12, 14), 180, (4, 9), OFFICE, ("", "Politie"), ahead=True),
    ActivityKind("beleidsproduct", ("Advies terrassenbeleid", "Advies evenementenbeleid",
                 "Advies fietsparkeren", "Advies afvalinzameling", "Toets verordening",
                 "Advies venstertijden"), CITY, 0, 1.2, (9, 15), 120, (1, 3), OFFICE,
                 ("Beleid", "Beleid", "Juridische zaken"),
                 ("Advies overgenomen", "Deels overgenomen", "In behandeling")),
    ActivityKind("spreekuur", ("Inloop gebiedsteam",), EVERY_GEBIED, 2, 0, (13, 16), 120, (1, 2),
                 HOUSE, ("", "", "Politie", "Opbouwwerk"),
                 ("Vragen beantwoord", "Meldingen opgenomen", "Geen bezoekers"),
                 first=PLAN_STARTS, ahead=True),
    ActivityKind("buurtbezoek", ("Ronde door de buurt", "In gesprek met bewoners",
                 "Ronde met winkeliers"), EVERY_GEBIED, 0, 7.0, (9, 19), 90, (1, 3), BUURT,
                 ("", "", "", "Opbouwwerk", "Woningcorporatie"),
                 ("Aandachtspunten genoteerd", "Geen bijzonderheden", "Melding gemaakt")),
    ActivityKind("stadsdeelbezoek", ("Bezoek college aan gebied",), SOME_GEBIED, 0, 0.6, (14, 17),
                 150, (2, 4), BUURT, ("College",), ("Toezeggingen genoteerd", "Gehouden"),
                 ahead=True),
    ActivityKind("buurtoverleg", ("Overleg met buurtplatform",), EVERY_GEBIED, 6, 0, (19, 20), 120,
                 (1, 2), HOUSE, ("Buurtplatform",), ("Afspraken gemaakt", "Gehouden"), ahead=True),
    ActivityKind("onderschat", ("Onderschat-actie",), SOME_GEBIED, 0, 1.6, (9, 15), 180, (2, 5),
                 BUURT, ("Politie", "Zorgpartner", "Woningcorporatie"),
                 ("Signalen doorgezet", "Geen signalen")),
    ActivityKind("bezoek jeugd", ("Bezoek school", "Bezoek samenkomstlocatie"), SOME_GEBIED, 0, 6.5,
                 (12, 21), 60, (1, 2), YOUTH_PLACE, ("School", "Jeugdwerk"),
                 ("Contact gelegd", "Afspraken gemaakt", "Niemand aanwezig"), theme=PEOPLE),
    ActivityKind("workshop", ("Werken met het dashboard",), CITY, 13, 0, (13, 14), 120, (5, 12),
                 OFFICE, results=("Afgerond",), first=PLAN_STARTS, ahead=True),
)  # fmt: skip

OFFICE_NAME = "Werkplek Toezicht en Handhaving"
SHARE_CANCELLED = 0.04

#: In this gebied spreekuren are called off far more often.
WEAK_GEBIED, SHARE_CANCELLED_THERE = "Noord", 0.35
WEEKS_AHEAD = 8
