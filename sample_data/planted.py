"""What is planted on purpose, so that a finding can be checked against the truth.

Nothing here is a fact about Maastricht. Rates are for ``scale=1`` and hold before duplicates,
near-repeats and the break; ``waarheid.json`` gives the rows that came of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Hotspot:
    """A place with more meldingen than its surroundings.

    Attributes
    ----------
    name, theme : str
    soort, place : str
        The object it lies at.
    kinds : tuple of str
        Kinds of meldingen, in equal parts.
    radius_m : float
        The extra meldingen lie within this distance, even over the disc.
    extra_per_week : float
    first, end : datetime.date
        Half-open.
    """

    name: str
    theme: str
    soort: str
    place: str
    kinds: tuple[str, ...]
    radius_m: float
    extra_per_week: float
    first: date = date.min
    end: date = date.max


@dataclass(frozen=True)
class Hottime:
    """Hours of the week with more meldingen of some kinds.

    Attributes
    ----------
    weekdays : tuple of int
        Monday 0. Hours past midnight belong to the evening before.
    from_hour, to_hour : int
        Half-open local hours; ``to_hour`` up to 30 runs into the next morning.
    multiplier : float
        Times the rate these hours would have had.
    """

    name: str
    theme: str
    kinds: tuple[str, ...]
    weekdays: tuple[int, ...]
    from_hour: int
    to_hour: int
    multiplier: float

    def cells(self) -> list[tuple[int, int]]:
        """All (weekday, hour) pairs of the calendar week."""
        return [
            ((day + hour // 24) % 7, hour % 24)
            for day in self.weekdays
            for hour in range(self.from_hour, self.to_hour)
        ]


@dataclass(frozen=True)
class Action:
    """Something done at a place, with the effect it truly has.

    Attributes
    ----------
    radius_m : float
        Every melding of the theme within this distance is affected.
    first, end : datetime.date
        Half-open; afterwards everything is as before.
    true_ratio : float
        Expected meldingen with the action over expected without: 1 is no effect.
    """

    name: str
    theme: str
    soort: str
    place: str
    radius_m: float
    first: date
    end: date
    true_ratio: float


@dataclass(frozen=True)
class SystemBreak:
    """The move to the new reporting system.

    Attributes
    ----------
    first_day : datetime.date
        First day of the new system.
    ratio : float
        Meldingen of any kind after over before, all else equal.
    """

    first_day: date
    ratio: float


BREAK = SystemBreak(date(2026, 7, 1), 1.12)

_BAGS = ("bijplaatsing", "huisafval")

HOTSPOTS = (
    Hotspot("Perron Mariaberg", "afval", "milieuperron", "Milieuperron Mariaberg 1",
            _BAGS, 35.0, 9.0),
    Hotspot("Perron Nazareth", "afval", "milieuperron", "Milieuperron Nazareth 1",
            _BAGS, 35.0, 7.0),
    Hotspot("Perron Wittevrouwenveld", "afval", "milieuperron",
            "Milieuperron Wittevrouwenveld 1", _BAGS, 35.0, 8.0),
    Hotspot("Perron Malberg", "afval", "milieuperron", "Milieuperron Malberg 1",
            _BAGS, 35.0, 7.0),
    Hotspot("Perron Heer (nieuw)", "afval", "milieuperron", "Milieuperron Heer 1",
            _BAGS, 35.0, 8.0, first=date(2026, 3, 1)),
    Hotspot("Perron Statenkwartier (voorbij)", "afval", "milieuperron",
            "Milieuperron Statenkwartier 1", _BAGS, 35.0, 6.0, end=date(2025, 6, 1)),
    Hotspot("Fietsen Stationsplein", "fiets", "fietsparkeerplek", "Stationsplein",
            ("foutgeplaatst",), 60.0, 9.0),
    Hotspot("Fietsen Markt", "fiets", "fietsparkeerplek", "Markt",
            ("foutgeplaatst", "deelfiets"), 45.0, 4.0),
    Hotspot("Fietsen Randwyck", "fiets", "fietsparkeerplek", "Universiteitssingel",
            ("foutgeplaatst", "fietswrak"), 60.0, 4.0, first=date(2024, 9, 1)),
    Hotspot("Parkeren Plein 1992", "parkeren", "plein", "Plein 1992",
            ("foutparkeren",), 70.0, 5.0),
    Hotspot("Parkeren school Scharn", "parkeren", "school", "Basisschool De Zonnewijzer",
            ("foutparkeren",), 70.0, 5.0),
    Hotspot("Parkeren MECC (nieuw)", "parkeren", "evenemententerrein", "MECC",
            ("foutparkeren",), 90.0, 6.0, first=date(2026, 4, 1)),
    Hotspot("Jeugd Geusseltpark", "sociaal", "evenemententerrein", "Geusseltpark",
            ("jongeren",), 80.0, 6.0),
    Hotspot("Stationsplein bedelen en drank", "sociaal", "plein", "Stationsplein",
            ("bedelen", "drank_drugs"), 50.0, 6.0),
    Hotspot("Bassin drank en drugs (voorbij)", "sociaal", "plein", "Bassin",
            ("drank_drugs",), 60.0, 5.0, end=date(2025, 1, 1)),
    Hotspot("Jeugd De Heeg (nieuw)", "sociaal", "plein", "Plein De Heeg",
            ("jongeren",), 60.0, 7.0, first=date(2026, 5, 1)),
    Hotspot("Muziek binnenstad", "evenementen", "horeca", "Horecacluster Binnenstad 1",
            ("muziek", "terras"), 45.0, 4.0),
)  # fmt: skip

HOTTIMES = (
    Hottime("Afval op maandagochtend", "afval",
            ("bijplaatsing", "huisafval", "zwerfvuil"), (0,), 8, 11, 1.8),
    Hottime("Jeugd op vrijdag- en zaterdagavond", "sociaal", ("jongeren",), (4, 5), 20, 24, 2.5),
    Hottime("Drank en wildplassen in de uitgaansnacht", "sociaal",
            ("drank_drugs", "wildplassen"), (4, 5), 22, 28, 2.5),
    Hottime("Parkeren op zaterdagmiddag", "parkeren", ("foutparkeren",), (5,), 11, 17, 2.0),
    Hottime("Fietsen aan het begin van de collegedag", "fiets",
            ("foutgeplaatst",), (0, 1, 2, 3), 8, 10, 1.8),
    Hottime("Muziek in het weekend", "evenementen", ("muziek",), (4, 5), 22, 26, 2.0),
)  # fmt: skip

ACTIONS = (
    Action("Cameraproef Mariaberg", "afval", "milieuperron", "Milieuperron Mariaberg 1",
           75.0, date(2026, 1, 12), date(2026, 6, 29), 0.55),
    Action("Cameraproef Nazareth", "afval", "milieuperron", "Milieuperron Nazareth 1",
           75.0, date(2026, 1, 12), date(2026, 6, 29), 0.55),
    Action("Fietsactie Stationsplein", "fiets", "fietsparkeerplek", "Stationsplein",
           100.0, date(2025, 9, 1), date(2025, 12, 1), 0.6),
    Action("Borden Malberg (zonder effect)", "afval", "milieuperron", "Milieuperron Malberg 1",
           75.0, date(2026, 1, 12), date(2026, 6, 29), 1.0),
)  # fmt: skip

#: Written down as actions, but nothing was done: every one truly has a ratio of 1. Their places
#: are planted hotspots that run on as they were, so there is enough to see a difference in.
PLACEBOS = (
    Action("Extra rondes Wittevrouwenveld", "afval", "milieuperron",
           "Milieuperron Wittevrouwenveld 1", 75.0, date(2025, 3, 3), date(2025, 8, 18), 1.0),
    Action("Brief aan bewoners Mariaberg", "afval", "milieuperron", "Milieuperron Mariaberg 1",
           75.0, date(2024, 3, 4), date(2024, 8, 19), 1.0),
    Action("Extra rondes Nazareth", "afval", "milieuperron", "Milieuperron Nazareth 1",
           75.0, date(2024, 9, 2), date(2025, 1, 6), 1.0),
    Action("Stickers op fietsen Markt", "fiets", "fietsparkeerplek", "Markt",
           100.0, date(2025, 2, 3), date(2025, 6, 30), 1.0),
    Action("Fietscoach Randwyck", "fiets", "fietsparkeerplek", "Universiteitssingel",
           100.0, date(2025, 9, 15), date(2025, 12, 15), 1.0),
    Action("Extra controles Plein 1992", "parkeren", "plein", "Plein 1992",
           100.0, date(2025, 3, 3), date(2025, 9, 1), 1.0),
    Action("Schoolactie Scharn", "parkeren", "school", "Basisschool De Zonnewijzer",
           100.0, date(2025, 9, 1), date(2026, 2, 16), 1.0),
    Action("Jeugdrondes Geusseltpark", "sociaal", "evenemententerrein", "Geusseltpark",
           100.0, date(2025, 4, 7), date(2025, 9, 22), 1.0),
    Action("Gesprekken Stationsplein", "sociaal", "plein", "Stationsplein",
           100.0, date(2025, 10, 6), date(2026, 3, 23), 1.0),
    Action("Afspraken met horeca binnenstad", "evenementen", "horeca",
           "Horecacluster Binnenstad 1", 75.0, date(2025, 5, 5), date(2025, 10, 20), 1.0),
)  # fmt: skip
