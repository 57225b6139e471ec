"""The city as the simulator knows it: buurten, invented streets, places, and who lives where.

All coordinates are RD (EPSG:28992) in metres. Streets, house numbers and postcodes are invented;
a buurt is the cell of its centre in a power diagram with weight land area / pi, which is how the
dashboard derives boundaries too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sample_data.draws import Flags, Floats, Ints
from sample_data.places import PLACES

BUURTEN_FILE = Path(__file__).resolve().parent.parent / "geodata" / "buurten.csv"

INHABITANTS_PER_ADDRESS = 10
ADDRESSES_PER_STREET = 40

Texts = NDArray[np.object_]

_FLOWERS = (
    "Korenbloem", "Klaproos", "Leeuwerik", "Kwartel", "Wevers", "Kuipers", "Zadelmakers",
    "Mosterd", "Karper", "Berken", "Hazelaar", "Linden", "Vlinder", "Zwaluw", "Merel", "Koekoek",
    "Kastanje", "Sleutelbloem", "Tijm", "Lavendel", "Salie", "Bernstein", "Kwarts", "Mergel",
    "Vuursteen", "Leisteen", "Krijt", "Parelmoer", "Otter", "Bever", "Reiger", "IJsvogel",
    "Forel", "Snoek", "Wielewaal", "Nachtegaal", "Spreeuw", "Vink", "Distel", "Varen", "Madelief",
    "Boterbloem", "Hyacint", "Tulpen", "Narcis", "Anjer", "Violier", "Jasmijn",
)  # fmt: skip
_ENDINGS = ("straat", "weg", "laan", "hof", "pad", "singel", "dreef", "akker")


@dataclass(frozen=True)
class Buurten:
    """The buurten as parallel arrays; ``reach2`` is the weight in the power diagram (m2)."""

    code: Texts
    name: Texts
    gebied: Texts
    x: Floats
    y: Floats
    reach2: Floats
    inhabitants: Ints

    def at(self, x: Floats, y: Floats) -> Ints:
        """Number of the buurt each point lies in."""
        squares = (x[:, None] - self.x) ** 2
        squares += (y[:, None] - self.y) ** 2
        squares -= self.reach2
        return squares.argmin(axis=1)


@dataclass(frozen=True)
class City:
    """Everything that has a place.

    Attributes
    ----------
    buurten : Buurten
    x, y : array of float
        Points: all addresses, then all places in the order of :data:`PLACES`.
    buurt : array of int
    street, number, postcode : array of str
        A place carries the street of the nearest address and no number.
    addresses : int
        How many of the points are addresses.
    curves : mapping of str to array of float
        Cumulative chance over the points per spread.
    """

    buurten: Buurten
    x: Floats
    y: Floats
    buurt: Ints
    street: Texts
    number: Texts
    postcode: Texts
    addresses: int
    curves: Mapping[str, Floats]

    def point_of(self, soort: str, name: str) -> int:
        """Number of the point of a place."""
        for position, place in enumerate(PLACES):
            if (place.soort, place.name) == (soort, name):
                return self.addresses + position
        raise KeyError(f"no place {soort} {name}")

    def points_of(self, soort: str) -> Ints:
        """Numbers of the points of all places of one sort."""
        return np.array(
            [
                self.addresses + position
                for position, place in enumerate(PLACES)
                if place.soort == soort
            ]
        )

    def names(self, points: Ints) -> Texts:
        """What a controleur would call each point: the place's name or the street."""
        names = np.array([place.name for place in PLACES], dtype=object)
        position = np.maximum(points - self.addresses, 0)
        return np.where(points >= self.addresses, names[position], self.street[points])


def read_buurten(file: Path = BUURTEN_FILE) -> Buurten:
    """Read codes, names, centres, inhabitants and land area of the buurten."""
    table = pd.read_csv(file, encoding="utf-8")
    return Buurten(
        code=table["code"].to_numpy(dtype=object),
        name=table["name"].to_numpy(dtype=object),
        gebied=table["gebied"].to_numpy(dtype=object),
        x=table["x"].to_numpy(dtype=np.float64),
        y=table["y"].to_numpy(dtype=np.float64),
        reach2=table["land_ha"].to_numpy(dtype=np.float64) * 10_000 / np.pi,
        inhabitants=table["inhabitants"].to_numpy(dtype=np.int64),
    )


def build_city(seed: int, buurten: Buurten | None = None) -> City:
    """Lay out streets, addresses and places; the same seed gives the same city."""
    rng = np.random.default_rng([seed, 0])
    buurten = buurten or read_buurten()
    x, y, buurt, street, number = _addresses(buurten, rng)
    addresses = len(x)
    place_x, place_y = _places(buurten, x, y, buurt, rng)
    nearest = np.array(
        [np.argmin((x - px) ** 2 + (y - py) ** 2) for px, py in zip(place_x, place_y, strict=True)]
    )
    x, y = np.concatenate([x, place_x]), np.concatenate([y, place_y])
    street = np.concatenate([street, street[nearest]])
    buurt = np.concatenate([buurt, buurten.at(place_x, place_y)])
    number_text = np.concatenate(
        [number.astype(str).astype(object), np.full(len(nearest), "", object)]
    )
    curves = {
        name: np.cumsum(weights)
        for name, weights in _spreads(buurten, buurt, addresses, rng).items()
    }
    names, letters = _street_names(int(street.max()) + 1, rng)
    digits = np.array([f"62{11 + int(code[-4:-2]) * 2}" for code in buurten.code], object)
    return City(
        buurten,
        x,
        y,
        buurt,
        names[street],
        number_text,
        digits[buurt] + " " + letters[street],
        addresses,
        curves,
    )


def wgs84(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Turn RD into longitude and latitude (Schreutelkamp and Strang van Hees, within 1 m)."""
    east, north = (x - 155_000) * 1e-5, (y - 463_000) * 1e-5
    lat, lon = np.full_like(east, 52.15517440), np.full_like(east, 5.38720621)
    for p, q, seconds in _LATITUDE:
        lat += seconds / 3600 * east**p * north**q
    for p, q, seconds in _LONGITUDE:
        lon += seconds / 3600 * east**p * north**q
    return lon, lat


_LATITUDE = (
    (0, 1, 3235.65389), (2, 0, -32.58297), (0, 2, -0.24750), (2, 1, -0.84978), (0, 3, -0.06550),
    (2, 2, -0.01709), (1, 0, -0.00738), (4, 0, 0.00530), (2, 3, -0.00039), (4, 1, 0.00033),
    (1, 1, -0.00012),
)  # fmt: skip
_LONGITUDE = (
    (1, 0, 5260.52916), (1, 1, 105.94684), (1, 2, 2.45656), (3, 0, -0.81885), (1, 3, 0.05594),
    (3, 1, -0.05607), (0, 1, 0.01199), (3, 2, -0.00256), (1, 4, 0.00128), (0, 2, 0.00022),
    (2, 0, -0.00022), (5, 0, 0.00026),
)  # fmt: skip


def _addresses(
    buurten: Buurten, rng: np.random.Generator
) -> tuple[Floats, Floats, Ints, Ints, Ints]:
    """Addresses along straight streets, only those inside their own buurt."""
    wanted = np.maximum(buurten.inhabitants // INHABITANTS_PER_ADDRESS, 12)
    streets_per_buurt = -(-wanted // ADDRESSES_PER_STREET)
    street_buurt = np.repeat(np.arange(len(wanted)), streets_per_buurt)
    centre_x, centre_y = _inside_own_buurt(buurten, street_buurt, rng)
    heading = rng.uniform(0, np.pi, len(street_buurt))
    length = rng.uniform(180, 420, len(street_buurt))

    # Twice as many as needed, since part of them falls over the edge of the buurt.
    tries = 2 * ADDRESSES_PER_STREET
    street = np.repeat(np.arange(len(street_buurt)), tries)
    number = np.tile(np.arange(1, tries + 1), len(street_buurt))
    along = ((number - 0.5) / tries - 0.5) * length[street]
    side = np.where(number % 2 == 0, 9.0, -9.0) + rng.uniform(-2, 2, len(street))
    x = centre_x[street] + along * np.cos(heading[street]) - side * np.sin(heading[street])
    y = centre_y[street] + along * np.sin(heading[street]) + side * np.cos(heading[street])
    buurt = street_buurt[street]
    kept = np.flatnonzero(buurten.at(x, y) == buurt)
    kept = rng.permutation(kept)
    kept = kept[np.argsort(buurt[kept], kind="stable")]
    rank = pd.Series(buurt[kept]).groupby(buurt[kept]).cumcount().to_numpy()
    kept = np.sort(kept[rank < wanted[buurt[kept]]])
    return x[kept].round(1), y[kept].round(1), buurt[kept], street[kept], number[kept]


def _inside_own_buurt(
    buurten: Buurten, buurt: Ints, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """One point in each listed buurt, drawn again until it lies inside."""
    x, y = buurten.x[buurt].copy(), buurten.y[buurt].copy()
    todo = np.arange(len(buurt))
    while len(todo):
        reach = 0.85 * np.sqrt(buurten.reach2[buurt[todo]] * rng.random(len(todo)))
        angle = rng.uniform(0, 2 * np.pi, len(todo))
        x[todo] = buurten.x[buurt[todo]] + reach * np.cos(angle)
        y[todo] = buurten.y[buurt[todo]] + reach * np.sin(angle)
        todo = todo[buurten.at(x[todo], y[todo]) != buurt[todo]]
    return x, y


def _places(
    buurten: Buurten, x: Floats, y: Floats, buurt: Ints, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """Where the places are: as given, or at some address of their buurt, well apart."""
    code = {text: position for position, text in enumerate(buurten.name)}
    taken: set[int] = set()
    place_x, place_y = np.empty(len(PLACES)), np.empty(len(PLACES))
    for position, place in enumerate(PLACES):
        place_x[position], place_y[position] = place.x, place.y
        if place.buurt:
            candidates = rng.permutation(np.flatnonzero(buurt == code[place.buurt]))
            free = [candidate for candidate in candidates if candidate not in taken]
            point = free[0] if free else candidates[0]
            near = np.flatnonzero((x - x[point]) ** 2 + (y - y[point]) ** 2 < 60**2)
            taken.update(int(index) for index in near)
            place_x[position], place_y[position] = x[point], y[point]
    return place_x.round(1), place_y.round(1)


def _street_names(count: int, rng: np.random.Generator) -> tuple[Texts, Texts]:
    names = [flower + ending for flower in _FLOWERS for ending in _ENDINGS]
    chosen = rng.permutation(np.array(names, object))[:count]
    letters = [f"X{chr(65 + index % 26)}" for index in range(count)]
    return chosen, np.array(letters, object)


#: Per spread: how addresses weigh, and the share of meldingen that falls on places of a sort.
_SPREADS: Mapping[str, tuple[str, Mapping[str, float]]] = {
    "wonen": ("wonen", {}),
    "perron": ("wonen", {"milieuperron": 0.65}),
    "centrum": ("centrum", {"plein": 0.15}),
    "student": ("student", {"fietsparkeerplek": 0.30}),
    "fietsplek": ("student", {"fietsparkeerplek": 0.45, "station": 0.05}),
    "parkeren": ("parkeren", {"school": 0.10, "plein": 0.05}),
    "plein": ("wonen", {"plein": 0.25, "school": 0.10}),
    "horeca": ("centrum", {"horeca": 0.60}),
    "terrein": ("centrum", {"evenemententerrein": 0.70}),
}

_BUSY_BUURTEN: Mapping[str, Mapping[str, float]] = {
    "wonen": {"Mariaberg": 1.6, "Wittevrouwenveld": 1.5, "Nazareth": 1.5, "Malberg": 1.4,
              "Limmel": 1.3, "Pottenberg": 1.3, "Wyckerpoort": 1.2, "Statenkwartier": 1.2},
    "centrum": {"Binnenstad": 14, "Wyck": 7, "Boschstraatkwartier": 6, "Statenkwartier": 3,
                "Kommelkwartier": 3, "Jekerkwartier": 4, "Sint Maartenspoort": 3},
    "student": {"Binnenstad": 8, "Jekerkwartier": 8, "Wyck": 6, "Randwyck": 5,
                "Boschstraatkwartier": 4, "Kommelkwartier": 3, "Statenkwartier": 3,
                "Brusselsepoort": 2, "Heugemerveld": 1.5},
    "parkeren": {"Binnenstad": 4, "Wyck": 3.5, "Statenkwartier": 2.5, "Kommelkwartier": 2.5,
                 "Jekerkwartier": 2.5, "Sint Maartenspoort": 2, "Brusselsepoort": 1.5},
}  # fmt: skip


def _spreads(
    buurten: Buurten, buurt: Ints, addresses: int, rng: np.random.Generator
) -> dict[str, Floats]:
    """Chance of each point per spread; a few addresses get many meldingen (Zipf)."""
    is_address = np.arange(len(buurt)) < addresses
    repeat = np.concatenate([_zipf(addresses, 0.6, rng), np.zeros(len(PLACES))])
    soorten = np.array([place.soort for place in PLACES])
    at_places = {soort: _on_places(soorten == soort, addresses, rng) for soort in PLACE_SORTS}
    spreads = {}
    for name, (busy, shares) in _SPREADS.items():
        factor = np.array([_BUSY_BUURTEN[busy].get(text, 1.0) for text in buurten.name])
        weights = np.where(is_address, repeat * factor[buurt], 0.0)
        weights *= (1 - sum(shares.values())) / weights.sum()
        for soort, share in shares.items():
            weights += share * at_places[soort]
        spreads[name] = weights
    return spreads


def _zipf(count: int, exponent: float, rng: np.random.Generator) -> Floats:
    ranks = rng.permutation(np.arange(1, count + 1)).astype(np.float64)
    return ranks**-exponent


def _on_places(chosen: Flags, addresses: int, rng: np.random.Generator) -> Floats:
    weights = np.zeros(addresses + len(chosen))
    weights[addresses + np.flatnonzero(chosen)] = _zipf(int(chosen.sum()), 0.4, rng)
    return weights / weights.sum()


#: In this order, so that the draws do not depend on the order of a set.
PLACE_SORTS: tuple[str, ...] = tuple(dict.fromkeys(place.soort for place in PLACES))

__all__ = ["Buurten", "City", "build_city", "read_buurten", "wgs84"]
