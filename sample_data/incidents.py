"""What people report, month by month: the meldingen before any system has stored them.

Every month has its own stream of chance, so a longer run repeats the shorter one and adds to it.
Times are local (Europe/Amsterdam) until a writer turns them into what its system keeps.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from sample_data.city import City
from sample_data.days import Days, days_between, events_of
from sample_data.draws import Flags, Floats, Ints, Moments, mixed
from sample_data.intake import add_children, add_handling, add_intake
from sample_data.kinds import KIND_NUMBER, KINDS, MANNERS, THEME_OF_KIND, THEMES
from sample_data.planted import ACTIONS, BREAK, HOTSPOTS
from sample_data.rhythms import day_rates, hour_curves, week_rates

ORIGINAL, DUPLICATE, NEAR_REPEAT, CHILD = range(4)

#: No hotspot: the melding is part of the ordinary city.
NOWHERE_SPECIAL = -1

MICROSECONDS_PER_HOUR = 3_600_000_000
MAX_HOURS_BETWEEN_DUPLICATES = 5.5
DUPLICATE_RADIUS_M = 10.0
NEAR_REPEAT_SIGMA_M = 40.0
NEAR_REPEAT_DAYS = 14


@dataclass(frozen=True)
class Stream:
    """A steady source of meldingen of one kind at one place or over the whole city.

    Attributes
    ----------
    kind : int
        Position in :data:`KINDS`.
    point : int
        Point of the city; -1 is anywhere, by the spread of the kind.
    radius_m : float
    hotspot : int
        Position in :data:`HOTSPOTS`, or :data:`NOWHERE_SPECIAL`.
    per_day : float
        Expected number a day at ``scale=1``; not used over the whole city.
    first, end : datetime.date
        Half-open.
    """

    kind: int
    point: int
    radius_m: float
    hotspot: int
    per_day: float
    first: date
    end: date


@dataclass(frozen=True)
class World:
    """What stays the same from month to month."""

    city: City
    seed: int
    scale: float
    rates: Floats
    curves: Floats
    place_curves: Floats
    spread_of_kind: Ints

    @classmethod
    def build(cls, city: City, seed: int, scale: float) -> World:
        """Work out the rates and chances once."""
        rates = week_rates()
        names = list(city.curves)
        # One long rising curve: spread number plus chance finds the point in a single search.
        curves = [
            city.curves[name] / city.curves[name][-1] + number for number, name in enumerate(names)
        ]
        spreads = np.array([names.index(kind.spread) for kind in KINDS])
        return cls(city, seed, scale, rates, hour_curves(rates), np.concatenate(curves), spreads)

    def anywhere(self, kind: Ints, rng: np.random.Generator) -> Ints:
        """Draw a point for each melding by the spread of its kind."""
        spread = self.spread_of_kind[kind]
        found = np.searchsorted(self.place_curves, spread + rng.random(len(kind)), side="right")
        return np.minimum(found - spread * len(self.city.x), len(self.city.x) - 1)


def report(
    world: World,
    start: date,
    until: date,
    progress: Callable[[float], None],
) -> pd.DataFrame:
    """Make all meldingen from ``start`` up to and including ``until``.

    Returns
    -------
    DataFrame
        In order of ``moment``, with ``uid``, ``key`` (for :mod:`sample_data.draws`),
        ``parent_uid`` (0 is none), ``moment``, ``occurred`` and ``closed`` (local),
        ``occurred_known``, ``cancelled``, ``kind``, ``theme``, ``point``, ``x``, ``y``, ``buurt``,
        ``at_address``, ``channel``, ``hotspot``, ``role``, ``burst`` (uid of the first report of
        the same thing).
    """
    months = pd.period_range(start, until, freq="M")
    made = []
    for number, month in enumerate(months):
        made.append(_month(world, month.year, month.month))
        progress((number + 1) / len(months))
    everything = pd.concat(made, ignore_index=True)
    inside = (everything["moment"] >= np.datetime64(start, "us")) & (
        everything["moment"] < np.datetime64(until, "us") + np.timedelta64(1, "D")
    )
    everything = everything[inside].sort_values(["moment", "uid"], ignore_index=True)
    everything["buurt"] = world.city.buurten.at(
        everything["x"].to_numpy(), everything["y"].to_numpy()
    )
    return everything


def _month(world: World, year: int, month: int) -> pd.DataFrame:
    rng = np.random.default_rng([world.seed, year, month])
    first = date(year, month, 1)
    end = date(year + month // 12, month % 12 + 1, 1)
    days = days_between(first, end, seed=world.seed)
    rows = _originals(world, days, _planted_streams(world.city, year), rng)
    rows = rows[~_prevented(world, rows, rng)].reset_index(drop=True)
    rows["burst"] = np.arange(len(rows))
    rows = _with_repeats(rows, rng)
    number = (year * 100 + month) * 1_000_000
    rows = rows.assign(uid=np.arange(len(rows)) + number, burst=rows["burst"] + number)
    rows["key"] = mixed(rows["uid"].to_numpy(), world.seed)
    rows = add_intake(rows, world.city, rng)
    rows = add_children(rows, CHILD)
    return add_handling(rows)


def _planted_streams(city: City, year: int) -> list[Stream]:
    """Hotspots, and the events of the year."""
    streams = [
        Stream(
            KIND_NUMBER[kind],
            city.point_of(spot.soort, spot.place),
            spot.radius_m,
            number,
            spot.extra_per_week / 7 / len(spot.kinds),
            spot.first,
            spot.end,
        )
        for number, spot in enumerate(HOTSPOTS)
        for kind in spot.kinds
    ]
    streams += [
        Stream(
            KIND_NUMBER[kind],
            city.point_of("evenemententerrein", event.place),
            150.0,
            NOWHERE_SPECIAL,
            event.extra_per_day / len(event.kinds),
            event.first,
            event.end,
        )
        for event in events_of(year)
        for kind in event.kinds
    ]
    return streams


def _originals(
    world: World, days: Days, planted: list[Stream], rng: np.random.Generator
) -> pd.DataFrame:
    """First reports: a Poisson number per kind or planted place and day."""
    ordinary = day_rates(world.rates, days)
    rates = [ordinary]
    for stream in planted:
        inside = (days.dates >= np.datetime64(stream.first)) & (
            days.dates < np.datetime64(stream.end)
        )
        weekday = world.rates[stream.kind].sum(axis=1)[days.weekday]
        rates.append((stream.per_day * inside * weekday)[None, :])
    jump = np.where(days.dates >= np.datetime64(BREAK.first_day), BREAK.ratio, 1.0)
    counts = rng.poisson(np.concatenate(rates) * jump * world.scale)

    source, day = np.nonzero(counts)
    times = counts[source, day]
    source, day = np.repeat(source, times), np.repeat(day, times)
    stream_kind = np.array([*range(len(KINDS)), *(stream.kind for stream in planted)])
    kind = stream_kind[source]
    anywhere = source < len(KINDS)
    fixed = np.array([0] * len(KINDS) + [stream.point for stream in planted])
    point = np.where(anywhere, world.anywhere(kind, rng), fixed[source])
    # People stand beside the object they report; an address has one point of its own.
    at_place = np.where(point >= world.city.addresses, 12.0, 0.0)
    radius = np.array([0.0] * len(KINDS) + [stream.radius_m for stream in planted])
    dx, dy = _in_disc(np.where(anywhere, at_place, radius[source]), rng)
    hotspot = np.array(
        [NOWHERE_SPECIAL] * len(KINDS) + [stream.hotspot for stream in planted], dtype=np.int64
    )
    return pd.DataFrame(
        {
            "moment": _moments(world, days, kind, day, rng),
            "kind": kind,
            "theme": THEME_OF_KIND[kind],
            "point": point,
            "x": world.city.x[point] + dx,
            "y": world.city.y[point] + dy,
            "hotspot": hotspot[source],
            "role": ORIGINAL,
            "parent_uid": 0,
        }
    )


def _moments(world: World, days: Days, kind: Ints, day: Ints, rng: np.random.Generator) -> Moments:
    """Draw an hour by the rhythm of the kind, then any moment within it."""
    curves = world.curves[kind, days.weekday[day]]
    hour = (curves < rng.random(len(kind))[:, None]).sum(axis=1)
    within = rng.integers(0, MICROSECONDS_PER_HOUR, len(kind))
    offset = (hour * MICROSECONDS_PER_HOUR + within).astype("timedelta64[us]")
    moments: Moments = days.dates[day].astype("datetime64[us]") + offset
    return moments


def _in_disc(radius: Floats, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Steps spread evenly over a disc."""
    reach = radius * np.sqrt(rng.random(len(radius)))
    angle = rng.uniform(0, 2 * np.pi, len(radius))
    return reach * np.cos(angle), reach * np.sin(angle)


def _prevented(world: World, rows: pd.DataFrame, rng: np.random.Generator) -> Flags:
    """Which meldingen an action keeps from happening."""
    prevented = np.zeros(len(rows), dtype=bool)
    for action in ACTIONS:
        luck = rng.random(len(rows))
        point = world.city.point_of(action.soort, action.place)
        dx = rows["x"].to_numpy() - world.city.x[point]
        dy = rows["y"].to_numpy() - world.city.y[point]
        moment = rows["moment"].to_numpy()
        touched = (
            (rows["theme"].to_numpy() == THEMES.index(action.theme))
            & (dx**2 + dy**2 < action.radius_m**2)
            & (moment >= np.datetime64(action.first, "us"))
            & (moment < np.datetime64(action.end, "us"))
        )
        prevented |= touched & (luck >= action.true_ratio)
    return prevented


def _with_repeats(rows: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Add what others report of the same thing, and what comes back nearby within two weeks."""
    burst = np.array([MANNERS[theme].burst for theme in THEMES])[rows["theme"]]
    again = np.array([MANNERS[theme].near_repeat for theme in THEMES])[rows["theme"]]
    followers = np.where(rng.random(len(rows)) < burst, 1 + rng.poisson(0.7, len(rows)), 0)
    duplicates = rows.loc[rows.index.repeat(followers)].assign(role=DUPLICATE)
    hours: Floats = np.minimum(rng.exponential(1.2, len(duplicates)), MAX_HOURS_BETWEEN_DUPLICATES)
    duplicates = _moved(duplicates, hours, _in_disc(np.full(len(hours), DUPLICATE_RADIUS_M), rng))

    repeats = rows[rng.random(len(rows)) < again].assign(role=NEAR_REPEAT)
    later = 24.0 * rng.integers(1, NEAR_REPEAT_DAYS + 1, len(repeats)).astype(np.float64)
    step = rng.normal(0, NEAR_REPEAT_SIGMA_M, (2, len(repeats)))
    repeats = _moved(repeats, later, (step[0], step[1])).assign(hotspot=NOWHERE_SPECIAL)

    everything = pd.concat([rows, duplicates, repeats], ignore_index=True)
    alone = everything["role"] == NEAR_REPEAT
    return everything.assign(burst=np.where(alone, everything.index, everything["burst"]))


def _moved(rows: pd.DataFrame, hours: Floats, step: tuple[Floats, Floats]) -> pd.DataFrame:
    later = (hours * MICROSECONDS_PER_HOUR).astype("timedelta64[us]")
    return rows.assign(
        moment=rows["moment"].to_numpy() + later, x=rows["x"] + step[0], y=rows["y"] + step[1]
    )
