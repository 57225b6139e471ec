"""How the enforcement teams of the sample city work: what is checked where, when, how often."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sample_data.days import weekday_on_or_after

#: The execution plan starts; from here planned rounds visit every worst place twice a week.
PLAN_STARTS = date(2025, 6, 2)

WORST_PERRONS = tuple(
    f"Milieuperron {buurt} 1"
    for buurt in ("Mariaberg", "Nazareth", "Wittevrouwenveld", "Malberg", "Statenkwartier",
                  "Wyck", "Pottenberg")
)  # fmt: skip
BIKE_HOTSPOTS = ("Stationsplein", "Markt", "Universiteitssingel", "Vrijthof", "Boschstraat")

PLANNED, REPORTED, OWN, TOP_DAY, SAMPLE = (
    "Gepland", "Melding", "Eigen waarneming", "Topdag", "Steekproef",
)  # fmt: skip
WASTE, BIKES, PARKING, PEOPLE, EVENTS = (
    "Afval", "Fiets", "Parkeren", "Sociale overlast", "Evenementen",
)  # fmt: skip

ANY_DAY = (0, 1, 2, 3, 4, 5, 6)
WORKDAYS = (0, 1, 2, 3, 4)


@dataclass(frozen=True)
class Outcome:
    """What a controle finds: mean number checked, then shares of what came before.

    Attributes
    ----------
    checked : float
        Mean number of objects, vehicles or people looked at.
    violating : float
        Share of ``checked``.
    sanctioned, warned : float
        Shares of the violations; ``warned`` of those without sanction.
    """

    checked: float
    violating: float
    sanctioned: float = 0.0
    warned: float = 0.0


@dataclass(frozen=True)
class Plan:
    """One way of working.

    Attributes
    ----------
    type, theme, reason : str
        As in the file.
    places : str
        A sort of place, a spread of :mod:`sample_data.city`, ``perron_round``, ``bike_round``,
        ``route`` (a buurt without coordinates) or ``event`` (where an event is).
    per_week : float
        Mean number a week on ``weekdays``; for rounds the number is fixed, for ``event`` it is
        the number per event day.
    weekdays : tuple of int
    hours : tuple of int
        Starts between these hours.
    minutes : int
        Mean length.
    officers : int
    outcome : Outcome
    partner, partner_share : str, float
    first, end : datetime.date
        Half-open.
    days : str
        Only on days with this flag of :class:`sample_data.days.Days`; empty is always.
    """

    type: str
    theme: str
    reason: str
    places: str
    per_week: float
    weekdays: tuple[int, ...]
    hours: tuple[int, int]
    minutes: int
    officers: int
    outcome: Outcome
    partner: str = ""
    partner_share: float = 0.0
    first: date = date.min
    end: date = date.max
    days: str = ""


PERRON, OFFERING = "Controle milieuperron", "Controle verkeerd aangeboden afval"
BIKE_CHECK, SWEEP = "Controle fietsparkeren", "Veegactie"
SCAN_CAR, PARKING_CHECK = "Scanauto", "Controle foutparkeren"
YOUTH, SCHOOL, BEGGING = "Jeugdronde", "Bezoek school", "Toezicht bedelaars"
BAN, NUISANCE = "Controle gebiedsverbod", "Controle overlast personen"
SAFETY, EVENT_CHECK = "Veiligheidsronde", "Evenementcontrole"
SOUND, ALCOHOL = "Geluidscontrole", "Alcoholwetcontrole"

_BAGS = Outcome(14, 0.28, 0.30, 0.35)
_OFFERED = Outcome(5, 0.45, 0.35, 0.40)
_BIKES = Outcome(26, 0.20, 0.0, 0.15)

PLANS: tuple[Plan, ...] = (
    Plan(PERRON, WASTE, PLANNED, "perron_round", 2, (1, 4), (8, 16), 35, 2, _BAGS,
         "Stadsbeheer", 0.10, first=PLAN_STARTS),
    Plan(PERRON, WASTE, PLANNED, "milieuperron", 2.5, WORKDAYS, (8, 16), 35, 2, _BAGS,
         end=PLAN_STARTS),
    Plan(PERRON, WASTE, REPORTED, "milieuperron", 3, WORKDAYS, (8, 17), 30, 2, _BAGS),
    Plan(OFFERING, WASTE, REPORTED, "wonen", 7, WORKDAYS, (8, 17), 25, 2, _OFFERED,
         "Stadsbeheer", 0.15),
    Plan(OFFERING, WASTE, OWN, "wonen", 3, ANY_DAY, (8, 20), 20, 2, _OFFERED),
    Plan(BIKE_CHECK, BIKES, PLANNED, "bike_round", 2, (2, 5), (9, 16), 40, 2, _BIKES,
         first=PLAN_STARTS),
    Plan(BIKE_CHECK, BIKES, PLANNED, "fietsparkeerplek", 2, WORKDAYS, (9, 16), 45, 2, _BIKES,
         end=PLAN_STARTS),
    Plan(BIKE_CHECK, BIKES, REPORTED, "fietsparkeerplek", 3, WORKDAYS, (9, 17), 30, 2, _BIKES),
    Plan(SWEEP, BIKES, PLANNED, "sweep", 0, ANY_DAY, (8, 9), 300, 6, Outcome(420, 0.38),
         "Stadsbeheer", 1.0),
    Plan(SCAN_CAR, PARKING, PLANNED, "route", 12, (0, 1, 2, 3, 4, 5), (9, 20), 120, 1,
         Outcome(1150, 0.045, 1.0)),
    Plan(SCAN_CAR, PARKING, TOP_DAY, "route", 14, ANY_DAY, (10, 18), 120, 1,
         Outcome(1400, 0.06, 1.0), days="top_day"),
    Plan(PARKING_CHECK, PARKING, REPORTED, "parkeren", 6, ANY_DAY, (8, 21), 25, 2,
         Outcome(9, 0.35, 0.65, 0.5)),
    Plan(PARKING_CHECK, PARKING, OWN, "centrum", 3, ANY_DAY, (9, 22), 45, 2,
         Outcome(25, 0.20, 0.65, 0.5)),
    Plan(PARKING_CHECK, PARKING, TOP_DAY, "centrum", 21, ANY_DAY, (10, 18), 60, 2,
         Outcome(30, 0.25, 0.65, 0.5), days="top_day"),
    Plan(YOUTH, PEOPLE, PLANNED, "plein", 3, (2, 4, 5), (18, 23), 120, 2,
         Outcome(4, 0.35, 0.10, 0.7), "Jeugdwerk", 0.25),
    Plan(SCHOOL, PEOPLE, PLANNED, "school", 1.5, WORKDAYS, (9, 15), 60, 1, Outcome(1, 0.05),
         "School", 0.5, days="term"),
    Plan(BEGGING, PEOPLE, PLANNED, "centrum", 2, (1, 3, 4, 5), (10, 18), 90, 2,
         Outcome(3, 0.5, 0.10, 0.8), "Politie", 0.15),
    Plan(BAN, PEOPLE, PLANNED, "plein", 1, ANY_DAY, (12, 23), 60, 2, Outcome(3, 0.10, 0.8),
         "Politie", 0.6),
    Plan(NUISANCE, PEOPLE, REPORTED, "centrum", 5, ANY_DAY, (10, 24), 30, 2,
         Outcome(3, 0.35, 0.15, 0.7), "Zorgpartner", 0.08),
    Plan(SAFETY, EVENTS, PLANNED, "event", 0.3, ANY_DAY, (10, 13), 120, 2, Outcome(8, 0.12, 0, 0.9),
         "Brandweer", 0.7),
    Plan(EVENT_CHECK, EVENTS, PLANNED, "event", 0.8, ANY_DAY, (14, 23), 150, 2,
         Outcome(6, 0.15, 0.15, 0.6), "Politie", 0.25),
    Plan(SOUND, EVENTS, SAMPLE, "event", 0.5, ANY_DAY, (20, 23), 90, 2,
         Outcome(3, 0.25, 0.10, 0.7)),
    Plan(ALCOHOL, EVENTS, SAMPLE, "horeca", 1.5, (3, 4, 5), (20, 24), 120, 2,
         Outcome(5, 0.18, 0.35, 0.6), "Politie", 0.2),
)  # fmt: skip


def sweep_days(year: int) -> tuple[date, date]:
    """Return the two days of the year on which a whole area is swept: Wednesdays."""
    spring, autumn = date(year, 4, 15), date(year, 10, 15)
    return weekday_on_or_after(spring, 2), weekday_on_or_after(autumn, 2)


@dataclass(frozen=True)
class Sighting:
    """What officers note without a controle.

    Attributes
    ----------
    soort, theme : str
    places : str
        A sort of place or a spread.
    per_week : float
    hours : tuple of int
    count : float
        Mean number per note, at least 1.
    """

    soort: str
    theme: str
    places: str
    per_week: float
    hours: tuple[int, int]
    count: float


DUMPED, OFFERED = "bijplaatsing", "verkeerd aangeboden afval"
LABELLED, REMOVED = "gelabelde fiets", "verwijderde fiets"
WRONG_PARKED, YOUTH_GROUP = "foutparkeren", "jeugdgroep"
BEGGAR, BAN_BROKEN = "signalering bedelaar", "overtreding gebiedsverbod"
TOO_LOUD, ALCOHOL_BROKEN = "geluidsoverschrijding", "overtreding Alcoholwet"

SIGHTINGS: tuple[Sighting, ...] = (
    Sighting(DUMPED, WASTE, "perron", 22, (8, 20), 2.5),
    Sighting(OFFERED, WASTE, "wonen", 6, (8, 20), 1.5),
    Sighting(WRONG_PARKED, PARKING, "parkeren", 14, (8, 22), 1.6),
    Sighting(YOUTH_GROUP, PEOPLE, "plein", 8, (16, 24), 1.0),
    Sighting(BEGGAR, PEOPLE, "centrum", 9, (10, 19), 1.0),
    Sighting(BAN_BROKEN, PEOPLE, "centrum", 0.2, (12, 23), 1.0),
    Sighting(REMOVED, BIKES, "fietsparkeerplek", 3, (9, 16), 2.0),
)

#: What a controle leaves behind as an observation: its violations, or part of them.
SEEN_AT = {
    PERRON: DUMPED, OFFERING: OFFERED, BIKE_CHECK: LABELLED, SWEEP: REMOVED,
    PARKING_CHECK: WRONG_PARKED, YOUTH: YOUTH_GROUP, BEGGING: BEGGAR, BAN: BAN_BROKEN,
    SOUND: TOO_LOUD, ALCOHOL: ALCOHOL_BROKEN,
}  # fmt: skip

CLEANING_COSTS, TAX, TRAFFIC_FINE, ADMIN_FINE, PENAL_ORDER, WARNING = (
    "opruimkosten", "naheffing", "mulder", "bestuurlijke boete", "strafbeschikking",
    "waarschuwing",
)  # fmt: skip

#: Kind of sanction per type of controle; others end in a strafbeschikking.
SANCTION_OF = {
    PERRON: CLEANING_COSTS, OFFERING: CLEANING_COSTS, SCAN_CAR: TAX,
    PARKING_CHECK: TRAFFIC_FINE, ALCOHOL: ADMIN_FINE, SOUND: ADMIN_FINE,
    EVENT_CHECK: ADMIN_FINE, SAFETY: ADMIN_FINE,
}  # fmt: skip

#: Euro each. Cleaning costs rise on the day below.
AMOUNTS = {
    CLEANING_COSTS: 108.0, TAX: 72.0, TRAFFIC_FINE: 120.0, ADMIN_FINE: 1360.0,
    PENAL_ORDER: 110.0, WARNING: 0.0,
}  # fmt: skip
HIGHER_CLEANING_COSTS = 171.0
HIGHER_COSTS_FROM = date(2024, 9, 1)
