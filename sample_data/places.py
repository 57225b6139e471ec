"""Places that objects, hotspots and controles refer to.

Public squares and stations carry their real name with a position read off by eye; everything
else is invented and lies at some address of its buurt. None of it is a register of objects.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """One object.

    Attributes
    ----------
    soort, name : str
        Together unique.
    capacity : int
        Bicycle places, containers, seats or visitors; 0 is unknown.
    x, y : float
        RD in metres; used when ``buurt`` is empty.
    buurt : str
        Name of the buurt it lies somewhere in.
    """

    soort: str
    name: str
    capacity: int
    x: float = 0.0
    y: float = 0.0
    buurt: str = ""


_PERRONS = {
    "Binnenstad": 2, "Jekerkwartier": 1, "Kommelkwartier": 1, "Statenkwartier": 3,
    "Boschstraatkwartier": 2, "Sint Maartenspoort": 1, "Wyck": 3, "Villapark": 1, "Biesland": 1,
    "Brusselsepoort": 3, "Mariaberg": 3, "Belfort": 1, "Pottenberg": 2, "Malpertuis": 1,
    "Caberg": 2, "Malberg": 3, "Daalhof": 3, "Boschpoort": 1, "Wyckerpoort": 2, "Heugemerveld": 2,
    "Wittevrouwenveld": 4, "Nazareth": 2, "Limmel": 2, "Scharn": 2, "Amby": 2, "Borgharen": 1,
    "Randwyck": 2, "Heugem": 2, "Heer": 3, "De Heeg": 2,
}  # fmt: skip

_HORECA = {
    "Binnenstad": 14, "Jekerkwartier": 4, "Wyck": 9, "Boschstraatkwartier": 4,
    "Statenkwartier": 2, "Kommelkwartier": 1, "Sint Maartenspoort": 1, "Heer": 1, "Scharn": 1,
    "Amby": 1, "Randwyck": 1, "Brusselsepoort": 1,
}  # fmt: skip

_SCHOOLS = {
    "Scharn": "De Zonnewijzer", "Amby": "De Korenaar", "Heer": "De Maretak",
    "De Heeg": "De Windvang", "Heugem": "De Veerpont", "Randwyck": "De Kompasroos",
    "Heugemerveld": "De Spoorzoeker", "Wyck": "De Brug", "Wyckerpoort": "De Regenton",
    "Wittevrouwenveld": "De Vlieger", "Nazareth": "De Kruidentuin", "Limmel": "De Waterrand",
    "Boschpoort": "De Sluis", "Statenkwartier": "De Vesting", "Jekerkwartier": "De Watermolen",
    "Villapark": "De Lindeboom", "Biesland": "De Holle Weg", "Mariaberg": "De Ploeg",
    "Brusselsepoort": "De Poort", "Pottenberg": "De Draaischijf", "Daalhof": "De Boomgaard",
    "Malberg": "De Zaaier", "Caberg": "De Lichtboei", "Oud-Caberg": "De Hoeve",
    "Wolder": "De Grenspaal", "Borgharen": "De Maasoever",
}  # fmt: skip

_COLLEGES = {"Brusselsepoort": "Noord", "Randwyck": "Zuid", "Scharn": "Oost", "Campagne": "West"}

_SQUARES = (
    Place("plein", "Vrijthof", 0, 176_227, 317_718),
    Place("plein", "Markt", 0, 176_389, 318_008),
    Place("plein", "Onze Lieve Vrouweplein", 0, 176_571, 317_552),
    Place("plein", "Stationsplein", 0, 177_340, 317_805),
    Place("plein", "Plein 1992", 0, 177_040, 317_150),
    Place("plein", "Koningsplein", 0, 177_830, 317_650),
    Place("plein", "Bassin", 0, 176_470, 318_560),
    Place("plein", "Sint Amorsplein", 0, 176_330, 317_800),
    Place("plein", "Oranjeplein", 0, 177_900, 318_120),
    *(Place("plein", f"Plein {buurt}", 0, buurt=buurt)
      for buurt in ("De Heeg", "Malberg", "Mariaberg", "Nazareth", "Daalhof", "Amby")),
)  # fmt: skip

_TERRAINS = (
    Place("evenemententerrein", "Vrijthof", 12_000, 176_227, 317_718),
    Place("evenemententerrein", "Markt", 8_000, 176_389, 318_008),
    Place("evenemententerrein", "Griend", 5_000, 176_853, 318_230),
    Place("evenemententerrein", "Geusseltpark", 10_000, 178_400, 318_905),
    Place("evenemententerrein", "MECC", 20_000, 178_010, 316_020),
    Place("evenemententerrein", "Stadspark", 3_000, 176_480, 317_250),
)

_BIKE_PLACES = (
    Place("fietsparkeerplek", "Stationsplein", 3_000, 177_350, 317_830),
    Place("fietsparkeerplek", "Stationsstraat", 120, 177_180, 317_790),
    Place("fietsparkeerplek", "Parallelweg", 200, 177_330, 317_650),
    Place("fietsparkeerplek", "Markt", 350, 176_410, 318_040),
    Place("fietsparkeerplek", "Vrijthof", 500, 176_170, 317_690),
    Place("fietsparkeerplek", "Onze Lieve Vrouweplein", 90, 176_600, 317_580),
    Place("fietsparkeerplek", "Helmstraat", 60, 176_300, 317_840),
    Place("fietsparkeerplek", "Boschstraat", 140, 176_430, 318_330),
    Place("fietsparkeerplek", "Bassin", 100, 176_490, 318_590),
    Place("fietsparkeerplek", "Kesselskade", 80, 176_650, 317_900),
    Place("fietsparkeerplek", "Wycker Brugstraat", 70, 176_980, 317_790),
    Place("fietsparkeerplek", "Plein 1992", 240, 177_060, 317_180),
    Place("fietsparkeerplek", "Tongersestraat", 160, 176_060, 317_330),
    Place("fietsparkeerplek", "Universiteitssingel", 900, 177_960, 315_760),
    Place("fietsparkeerplek", "Station Randwyck", 600, 178_150, 316_090),
    Place("fietsparkeerplek", "Station Noord", 200, 178_460, 319_400),
    Place("fietsparkeerplek", "MECC", 150, 178_040, 316_060),
    Place("fietsparkeerplek", "Griend", 60, 176_830, 318_210),
    *(Place("fietsparkeerplek", f"Winkelcentrum {buurt}", 80, buurt=buurt)
      for buurt in ("Brusselsepoort", "Malberg", "Daalhof", "Heer", "Amby", "De Heeg", "Scharn")),
)  # fmt: skip

_STATIONS = (
    Place("station", "Station Maastricht", 0, 177_390, 317_770),
    Place("station", "Station Maastricht Randwyck", 0, 178_170, 316_100),
    Place("station", "Station Maastricht Noord", 0, 178_470, 319_410),
)

PLACES: tuple[Place, ...] = (
    *(Place("milieuperron", f"Milieuperron {buurt} {number}", 3 + number % 4, buurt=buurt)
      for buurt, count in _PERRONS.items() for number in range(1, count + 1)),
    *_BIKE_PLACES,
    *(Place("school", f"Basisschool {name}", 0, buurt=buurt) for buurt, name in _SCHOOLS.items()),
    *(Place("school", f"College {name}", 0, buurt=buurt) for buurt, name in _COLLEGES.items()),
    *_SQUARES,
    *(Place("horeca", f"Horecacluster {buurt} {number}", 0, buurt=buurt)
      for buurt, count in _HORECA.items() for number in range(1, count + 1)),
    *_TERRAINS,
    *_STATIONS,
)  # fmt: skip
