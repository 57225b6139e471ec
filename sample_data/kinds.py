"""The kinds of meldingen: names in both systems, how many, when, where.

Category names of the old system are Signalen's own, plus a few a municipality adds itself. The
volumes follow no count of Maastricht.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from sample_data.draws import Ints

THEMES = ("afval", "fiets", "parkeren", "sociaal", "evenementen", "niet_ingedeeld")

CHANNELS = ("app", "online", "telefoon", "e-mail", "intern")
APP, ONLINE, PHONE, MAIL, INTERNAL = range(len(CHANNELS))

WASTE = "Afval"
SPACE = "Overlast in de openbare ruimte"
PEOPLE = "Overlast van en door personen of groepen"
BUSINESS = "Overlast Bedrijven en Horeca"
ROADS = "Wegen, verkeer, straatmeubilair"

NEW_WASTE = "Afval en reiniging"
NEW_BIKES = "Fietsen"
NEW_PARKING = "Parkeren"
NEW_PEOPLE = "Overlast personen"
NEW_EVENTS = "Horeca en evenementen"
NEW_OTHER = "Openbare ruimte overig"


@dataclass(frozen=True)
class Manner:
    """How meldingen of one theme come in and are dealt with.

    Attributes
    ----------
    drawn : str
        What the hours of the kinds describe: ``voorval`` (the nuisance) or ``melding``.
    burst, near_repeat : float
        Share of meldingen that others repeat within hours, or that come back nearby within weeks.
    occurrence_known : float
        Share with the moment of the nuisance filled in.
    delay_minutes : float
        Mean time between nuisance and melding.
    median_days, spread : float
        Handling time: median in days and sigma of its logarithm.
    channels_first, channels_last : tuple of float
        Shares of :data:`CHANNELS` on 2023-01-01 and on 2026-07-01; in between on a straight line.
    """

    drawn: str
    burst: float
    near_repeat: float
    occurrence_known: float
    delay_minutes: float
    median_days: float
    spread: float
    channels_first: tuple[float, ...]
    channels_last: tuple[float, ...]


MANNERS: Mapping[str, Manner] = {
    "afval": Manner("melding", 0.05, 0.04, 0.05, 180, 1.5, 0.8,
                    (0.20, 0.44, 0.22, 0.05, 0.09), (0.42, 0.32, 0.14, 0.03, 0.09)),
    "fiets": Manner("melding", 0.02, 0.04, 0.08, 240, 5.0, 0.9,
                    (0.22, 0.45, 0.16, 0.07, 0.10), (0.44, 0.32, 0.10, 0.04, 0.10)),
    "parkeren": Manner("melding", 0.03, 0.04, 0.20, 30, 0.35, 1.0,
                       (0.18, 0.38, 0.36, 0.06, 0.02), (0.38, 0.30, 0.26, 0.04, 0.02)),
    "sociaal": Manner("voorval", 0.07, 0.05, 0.65, 25, 2.0, 1.0,
                      (0.14, 0.36, 0.41, 0.06, 0.03), (0.34, 0.28, 0.31, 0.04, 0.03)),
    "evenementen": Manner("voorval", 0.15, 0.03, 0.50, 40, 4.0, 0.8,
                          (0.14, 0.40, 0.36, 0.09, 0.01), (0.34, 0.32, 0.27, 0.06, 0.01)),
    "niet_ingedeeld": Manner("melding", 0.01, 0.01, 0.02, 240, 6.0, 0.9,
                             (0.20, 0.46, 0.24, 0.06, 0.04), (0.42, 0.34, 0.16, 0.04, 0.04)),
}  # fmt: skip


@dataclass(frozen=True)
class Kind:
    """One kind of melding.

    Attributes
    ----------
    key, theme, rubriek : str
        What the categories mean; an empty rubriek is left for a person to place.
    old, new : tuple of str
        Main and sub category in Signalen and in the new system.
    per_year : float
        Expected number a year at ``scale=1`` in 2025, without planted places and repeats.
    rhythm : str
        Hours and weekdays, see :mod:`sample_data.rhythms`.
    spread : str
        Where in the city, see :mod:`sample_data.city`.
    peak_month, swing : float
        Season: month of the peak (1 to 12) and how far above the mean it is (0.2 = 20 %).
    service_days : int
        Working days to the deadline.
    texts : tuple of str
        Invented descriptions.
    moods : mapping of str to float
        Multiplier per sort of day, see :class:`sample_data.days.Days`.
    """

    key: str
    theme: str
    rubriek: str
    old: tuple[str, str]
    new: tuple[str, str]
    per_year: float
    rhythm: str
    spread: str
    peak_month: float
    swing: float
    service_days: int
    texts: tuple[str, ...]
    moods: Mapping[str, float] = field(default_factory=dict)


_FEAST = {"after_weekend_feast": 1.5, "top_day": 1.1}
_STUDENTS = {"term": 1.25, "school_holiday": 0.75}
_NIGHTLIFE = {"carnival": 2.5, "december": 1.15, "summer": 1.2}

KINDS: tuple[Kind, ...] = (
    Kind("bijplaatsing", "afval", "bijplaatsing", (WASTE, "Container bijplaatsing"),
         (NEW_WASTE, "Bijplaatsing milieuperron"), 3230, "afval", "perron", 1, 0.10, 3,
         ("Zakken naast de container", "Er staat afval naast de containers, al dagen",
          'Dozen en zakken naast de ondergrondse container, bord "niet bijplaatsen" staat er'),
         _FEAST),
    Kind("huisafval", "afval", "verkeerd_aangeboden", (WASTE, "Huisafval"),
         (NEW_WASTE, "Verkeerd aangeboden huisvuil"), 1700, "afval", "wonen", 8, 0.08, 3,
         ("Vuilniszakken op de verkeerde dag buiten", "Restzakken op straat, opengepikt"), _FEAST),
    Kind("grofvuil", "afval", "verkeerd_aangeboden", (WASTE, "Grofvuil"),
         (NEW_WASTE, "Grof afval op straat"), 1150, "afval", "wonen", 7, 0.18, 3,
         ("Matras op de stoep", "Bank en kast gedumpt bij de containers")),
    Kind("container_vol", "afval", "containers", (WASTE, "Container is vol"),
         (NEW_WASTE, "Ondergrondse container vol"), 850, "afval", "perron", 1, 0.10, 3,
         ("Container is vol", "Glascontainer zit vol"), _FEAST),
    Kind("handhaving_afval", "afval", "verkeerd_aangeboden", (WASTE, "Handhaving op afval"),
         (NEW_WASTE, "Dumping met spoor naar dader"), 380, "afval", "wonen", 6, 0.05, 3,
         ("Afval verkeerd aangeboden, er zit een adreslabel tussen",)),
    Kind("zwerfvuil", "afval", "zwerfafval", ("Schoon", "Veeg- / zwerfvuil"),
         (NEW_WASTE, "Zwerfafval"), 1080, "afval", "centrum", 7, 0.20, 3,
         ("Veel zwerfafval in het plantsoen", "Blikjes en verpakkingen op straat"),
         {"carnival": 1.8}),
    Kind("fietswrak", "fiets", "fietswrakken", (SPACE, "Fietswrak"),
         (NEW_BIKES, "Weesfiets of wrak"), 720, "fiets", "student", 9, 0.20, 21,
         ("Fietswrak aan de paal", "Fiets zonder wielen, staat er al maanden"), _STUDENTS),
    Kind("foutgeplaatst", "fiets", "foutgeplaatste_fietsen", (SPACE, "Foutgeplaatste fiets"),
         (NEW_BIKES, "Hinderlijk gestalde fiets"), 830, "fiets", "fietsplek", 10, 0.20, 5,
         ("Fietsen blokkeren de stoep", "Fietsen buiten de vakken, rolstoel kan er niet langs"),
         _STUDENTS),
    Kind("deelfiets", "fiets", "deelvervoer", (SPACE, "Deelfiets"),
         (NEW_BIKES, "Deelvervoer verkeerd geplaatst"), 360, "fiets", "student", 6, 0.25, 21,
         ("Deelscooter midden op de stoep", "Deelfiets ligt op het trottoir"), _STUDENTS),
    Kind("foutparkeren", "parkeren", "foutparkeren", (SPACE, "Parkeeroverlast"),
         (NEW_PARKING, "Foutgeparkeerd voertuig"), 2880, "parkeren", "parkeren", 12, 0.10, 3,
         ("Auto op de stoep", "Dubbel geparkeerd bij de school, elke ochtend rond half negen",
          "Auto blokkeert de uitrit"), {"top_day": 1.7, "school_holiday": 0.9}),
    Kind("laden_lossen", "parkeren", "venstertijden", (SPACE, "Laden en lossen binnenstad"),
         (NEW_PARKING, "Laden en lossen buiten venstertijd"), 420, "parkeren", "centrum", 11, 0.10,
         3, ("Vrachtwagen buiten de venstertijden",), {"december": 1.3}),
    Kind("autowrak", "parkeren", "voertuigwrakken", (SPACE, "Auto- / scooter- / bromfiets(wrak)"),
         (NEW_PARKING, "Voertuigwrak"), 450, "parkeren", "wonen", 5, 0.05, 21,
         ("Auto zonder kenteken staat er al weken", "Aanhanger staat hier al maanden")),
    Kind("parkeerautomaat", "parkeren", "betaald_parkeren", (ROADS, "Parkeerautomaten"),
         (NEW_PARKING, "Parkeerautomaat defect"), 300, "parkeren", "centrum", 7, 0.05, 5,
         ("Parkeerautomaat geeft storing",), {"top_day": 1.3}),
    Kind("jongeren", "sociaal", "jeugd", (PEOPLE, "Jongerenoverlast"),
         (NEW_PEOPLE, "Jeugdoverlast"), 980, "jeugd", "plein", 7, 0.30, 3,
         ("Groep jongeren op het plein, veel lawaai", "Jongeren met scooters bij de speelplaats"),
         {"summer": 1.15, "school_holiday": 1.1}),
    Kind("bedelen", "sociaal", "bedelaars", (PEOPLE, "Daklozen / bedelen"),
         (NEW_PEOPLE, "Bedelen en dak- en thuislozen"), 380, "bedelen", "centrum", 12, 0.10, 3,
         ("Bedelaar bij de ingang van de winkel", "Iemand slaapt in het portiek")),
    Kind("drank_drugs", "sociaal", "drank_en_drugs", (PEOPLE, "Drank- en drugsoverlast"),
         (NEW_PEOPLE, "Alcohol- en drugsoverlast"), 620, "avond", "centrum", 7, 0.20, 3,
         ("Er wordt gedeald op de hoek", "Groep drinkt op het bankje"), _NIGHTLIFE),
    Kind("wildplassen", "sociaal", "uitgaan", (PEOPLE, "Wildplassen / poepen / overgeven"),
         (NEW_PEOPLE, "Wildplassen"), 260, "nacht", "horeca", 7, 0.15, 3,
         ("Wildplassen tegen de gevel",), _NIGHTLIFE),
    Kind("vuurwerk", "sociaal", "vuurwerk", (PEOPLE, "Overlast door afsteken vuurwerk"),
         (NEW_PEOPLE, "Vuurwerk"), 190, "vuurwerk", "wonen", 12, 0.80, 3,
         ("Harde knallen", "Vuurwerk bij de flat"), {"december": 2.0, "fireworks": 5.0}),
    Kind("overige_personen", "sociaal", "overig_personen",
         (PEOPLE, "Overige overlast door personen"), (NEW_PEOPLE, "Overlast personen overig"),
         600, "avond", "wonen", 7, 0.15, 3,
         ("Verward persoon op straat, roept en schreeuwt", "Overlast van een vaste groep")),
    Kind("muziek", "evenementen", "geluid", (BUSINESS, "Geluidsoverlast muziek"),
         (NEW_EVENTS, "Geluid muziek"), 230, "uitgaan", "horeca", 7, 0.30, 5,
         ("Harde muziek, ramen trillen", "Bas is in de hele straat te horen"), _NIGHTLIFE),
    Kind("terras", "evenementen", "horeca", (BUSINESS, "Overlast terrassen"),
         (NEW_EVENTS, "Terras"), 140, "uitgaan", "horeca", 7, 0.70, 5,
         ("Terras staat buiten de vakken", "Terras is na sluitingstijd nog open")),
    Kind("bezoekers", "evenementen", "horeca",
         (BUSINESS, "Overlast door bezoekers (niet op terras)"),
         (NEW_EVENTS, "Bezoekers horeca of evenement"), 160, "uitgaan", "horeca", 7, 0.25, 5,
         ("Bezoekers schreeuwen op straat na sluitingstijd",), _NIGHTLIFE),
    Kind("evenement", "evenementen", "evenement", (BUSINESS, "Evenement"),
         (NEW_EVENTS, "Evenement"), 50, "uitgaan", "terrein", 7, 0.40, 5,
         ("Opbouw van het evenement in de nacht", "Afval en hekken blijven staan na afloop")),
    Kind("straatverlichting", "niet_ingedeeld", "geen_thema",
         (ROADS, "Straatverlichting / openbare klok"), (NEW_OTHER, "Openbare verlichting"),
         280, "afval", "wonen", 12, 0.40, 21, ("Lantaarnpaal brandt niet",)),
    Kind("stoep", "niet_ingedeeld", "geen_thema",
         (ROADS, "Onderhoud stoep, straat en fietspad"), (NEW_OTHER, "Wegdek en stoep"),
         200, "afval", "wonen", 2, 0.15, 5, ("Losse tegel, struikelgevaar",)),
    Kind("onkruid", "niet_ingedeeld", "geen_thema", ("Openbaar groen en water", "Onkruid"),
         (NEW_OTHER, "Groen"), 170, "afval", "wonen", 6, 0.80, 5, ("Onkruid tussen de tegels",)),
    Kind("boom", "niet_ingedeeld", "geen_thema", ("Openbaar groen en water", "Boom"),
         (NEW_OTHER, "Bomen"), 110, "afval", "wonen", 10, 0.30, 5,
         ("Tak hangt los boven het pad",)),
    Kind("ratten", "niet_ingedeeld", "geen_thema", ("Overlast van dieren", "Ratten"),
         (NEW_OTHER, "Ongedierte"), 90, "afval", "wonen", 8, 0.40, 5,
         ("Rat gezien bij de container",)),
    Kind("object", "niet_ingedeeld", "", (SPACE, "Hinderlijk geplaatst object"),
         (NEW_OTHER, "Obstakel op de weg"), 90, "afval", "centrum", 6, 0.10, 5,
         ("Bouwhek blokkeert het voetpad", "Reclamebord midden op de stoep")),
    Kind("overig", "niet_ingedeeld", "", ("Overig", "Overig"),
         (NEW_OTHER, "Overig"), 60, "afval", "wonen", 6, 0.0, 5, ("Melding zonder rubriek",)),
)  # fmt: skip

KIND_NUMBER: Mapping[str, int] = {kind.key: number for number, kind in enumerate(KINDS)}

THEME_OF_KIND: Ints = np.array([THEMES.index(kind.theme) for kind in KINDS])
