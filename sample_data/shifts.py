"""Hours on the roster, hours planned and hours that nobody had planned, per shift and gebied."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from sample_data.city import City
from sample_data.days import (
    Days,
    days_between,
    events_of,
    planned_top_days,
    unplanned_top_days,
    weekday_on_or_after,
)
from sample_data.draws import Flags, Floats, Ints, Moments, day_numbers, months
from sample_data.plans import OWN, REPORTED
from sample_data.textfile import day_month_year, number, words, write_table

STREAM = 12
SHIFTS = ("dag", "avond", "nacht")
DAY, EVENING, NIGHT = range(3)

#: Minutes of the day at which the evening and the night begin; a controle belongs to the shift
#: it starts in.
EVENING_STARTS, NIGHT_STARTS = 930, 1380

BUSIEST_GEBIED = "Centrum"
DEMONSTRATIONS_PER_YEAR = 9

#: Hours on the roster: busiest gebied and every other one, on working days and in the weekend
#: (for evening and night that is Friday and Saturday), per shift.
_ROSTER = {DAY: ((56, 24), (40, 8)), EVENING: ((40, 14), (56, 18)), NIGHT: ((8, 2), (32, 6))}
_TOP_DAY_FACTOR = 1.5
_PLANNED_LEAST, _PLANNED_MOST = 0.42, 0.62

#: Mean unplanned hours of an ordinary shift, busiest gebied and every other one.
_SMALL = {DAY: (3.0, 0.8), EVENING: (5.0, 1.4), NIGHT: (3.0, 0.3)}
_SMALL_FROM = 0.75

_INCIDENT, _POLICE, _ABSENT, _AT_EVENT = 0.0024, 0.006, 0.012, 0.2
_LOST_BY_ABSENCE = 0.35

REASONS = (
    "geen", "overig", "incident", "demonstratie", "evenement", "ondersteuning politie", "uitval",
    "topdag",
)  # fmt: skip


@dataclass(frozen=True)
class Demonstration:
    """A demonstration in the centre that the roster did not foresee."""

    day: date
    shift: int
    hours: float


def demonstrations(year: int, seed: int) -> list[Demonstration]:
    """Demonstrations of one year, on no topdag; most on a Saturday by day."""
    rng = np.random.default_rng([seed, STREAM, year])
    saturday = weekday_on_or_after(date(year, 1, 4), 5)
    top = {*planned_top_days(year), *unplanned_top_days(year, seed)}
    quiet = [
        week
        for week in range(50)
        if not top & {saturday + timedelta(7 * week - back) for back in range(5)}
    ]
    weeks = np.sort(rng.choice(quiet, DEMONSTRATIONS_PER_YEAR, replace=False))
    back = np.where(rng.random(len(weeks)) < 0.7, 0, rng.integers(1, 5, len(weeks)))
    evening = (rng.random(len(weeks)) < 0.25).astype(np.int64)
    hours = np.rint(rng.uniform(36, 90, len(weeks)))
    return [
        Demonstration(saturday + timedelta(7 * int(week) - int(days)), int(shift), float(length))
        for week, days, shift, length in zip(weeks, back, evening, hours, strict=True)
    ]


def deployments(
    city: City, seed: int, start: date, until: date, controls: pd.DataFrame
) -> pd.DataFrame:
    """Make one row per day, shift and gebied from ``start`` up to and including ``until``.

    Planned hours hold at least those of the planned controles; controles after a melding or an
    own observation are unplanned. The roster does not shrink with ``scale``.
    """
    gebieden = list(dict.fromkeys(city.buurten.gebied))
    centre = np.array([name == BUSIEST_GEBIED for name in gebieden])
    spans = list(months(seed, STREAM, start, until))
    days = days_between(spans[0][0], spans[-1][1], seed=seed)
    shape = (len(days.dates), len(SHIFTS), len(gebieden))
    uniform = np.concatenate(
        [rng.random((7, (end - at).days, *shape[1:])) for at, end, rng in spans], 1
    )
    planned_work, answering = _controle_hours(city, gebieden, days, controls, shape)

    weekend = np.isin(days.weekday, (5, 6))
    late_weekend = np.isin(days.weekday, (4, 5))
    roster = _per_shift(_ROSTER, shape, centre, weekend, late_weekend)
    expected = np.isin(days.dates, _days_of(planned_top_days, days))
    busy = expected[:, None, None] & centre & (np.arange(3) < NIGHT)[:, None]
    roster = np.where(busy, _TOP_DAY_FACTOR * roster, roster)
    share = _PLANNED_LEAST + (_PLANNED_MOST - _PLANNED_LEAST) * uniform[0]
    planned = _halves(np.maximum(share * roster, planned_work + 0.15 * roster), up=True)
    absent = uniform[1] < _ABSENT
    available = np.maximum(roster, planned) * np.where(absent, 1 - _LOST_BY_ABSENCE, 1.0)
    available = _halves(np.maximum(available, planned_work), up=True)
    planned = np.minimum(planned, available)

    causes = _causes(days, seed, uniform, answering, centre, absent)
    unplanned = _halves(sum(causes.values(), np.zeros(shape)))
    largest = np.array([REASONS.index(name) for name in causes])[
        np.argmax(np.stack(list(causes.values())), axis=0)
    ]
    # What an ordinary shift runs into: something on the street after dark, anything by day.
    largest[:, DAY][largest[:, DAY] == 0] = REASONS.index("overig")
    largest[largest == 0] = REASONS.index("incident")
    at, shift, gebied = np.unravel_index(np.arange(planned.size), shape)
    rows = pd.DataFrame(
        {
            "day": days.dates[at],
            "shift": shift,
            "gebied": gebied,
            "available": available.ravel(),
            "planned": planned.ravel(),
            "unplanned": unplanned.ravel(),
            "reason": np.where(unplanned > 0, largest, 0).ravel(),
        }
    )
    return rows[(rows["day"] >= pd.Timestamp(start)) & (rows["day"] <= pd.Timestamp(until))]


def write_deployments(file: Path, rows: pd.DataFrame, city: City) -> int:
    """Write inzet.csv."""
    gebieden = list(dict.fromkeys(city.buurten.gebied))
    return write_table(
        file,
        {
            "Datum inzet": day_month_year(rows["day"].to_numpy()),
            "Dienst": words(SHIFTS, rows["shift"].to_numpy(), ";"),
            "Gebied": words(gebieden, rows["gebied"].to_numpy(), ";"),
            "Beschikbare uren": number(rows["available"].to_numpy(), 1),
            "Geplande uren": number(rows["planned"].to_numpy(), 1),
            "Ongeplande uren": number(rows["unplanned"].to_numpy(), 1),
            "Reden ongepland": words(REASONS, rows["reason"].to_numpy(), ";"),
        },
    )


def shift_of(minute: Ints) -> Ints:
    """Shift that a minute of the day falls in."""
    shift: Ints = (minute >= EVENING_STARTS).astype(np.int64) + (minute >= NIGHT_STARTS)
    return shift


def _controle_hours(
    city: City,
    gebieden: list[str],
    days: Days,
    controls: pd.DataFrame,
    shape: tuple[int, int, int],
) -> tuple[Floats, Floats]:
    """Hours of planned controles and of those that answer something."""
    number_of = {name: position for position, name in enumerate(gebieden)}
    gebied = np.array([number_of[name] for name in city.buurten.gebied])[controls["buurt"]]
    at = day_numbers(controls["day"].to_numpy()) - day_numbers(days.dates[:1])[0]
    cells = (at, shift_of(controls["minute"].to_numpy()), gebied)
    answers = controls["reason"].isin((REPORTED, OWN)).to_numpy()
    hours = controls["hours"].to_numpy()
    planned, answering = np.zeros(shape), np.zeros(shape)
    np.add.at(planned, cells, np.where(answers, 0.0, hours))
    np.add.at(answering, cells, np.where(answers, hours, 0.0))
    return planned, answering


def _per_shift(
    table: dict[int, tuple[tuple[int, int], tuple[int, int]]],
    shape: tuple[int, int, int],
    centre: Flags,
    weekend: Flags,
    late_weekend: Flags,
) -> Floats:
    values = np.zeros(shape)
    for shift, (working, free) in table.items():
        quiet, crowded = (np.where(centre, *pair) for pair in (working, free))
        chosen = weekend if shift == DAY else late_weekend
        values[:, shift] = np.where(chosen[:, None], crowded, quiet)
    return values


def _causes(
    days: Days, seed: int, uniform: Floats, answering: Floats, centre: Flags, absent: Flags
) -> dict[str, Floats]:
    """Unplanned hours by cause; ``geen`` stands for what every shift runs into."""
    small = np.zeros(answering.shape)
    for shift, pair in _SMALL.items():
        mean = np.where(centre, *pair)
        # Nothing at all in a part of the shifts, an exponential number of hours in the others.
        luck = np.clip((uniform[2, :, shift] - (1 - _SMALL_FROM)) / _SMALL_FROM, 0, None)
        small[:, shift] = -np.log(1 - luck) * mean / _SMALL_FROM
    late = np.arange(3)[:, None] > DAY
    evening = np.arange(3)[:, None] == EVENING
    size = uniform[3]
    on_event = np.isin(days.dates, _event_days(days))[:, None, None] & centre & evening
    surprise = days.flags["top_day"] & ~np.isin(days.dates, _days_of(planned_top_days, days))
    surprised = surprise[:, None, None] & centre & ~(np.arange(3)[:, None] == NIGHT)
    marches = np.zeros(answering.shape)
    first, last = days.dates[0].astype(object), days.dates[-1].astype(object)
    for year in range(first.year, last.year + 1):
        for march in demonstrations(year, seed):
            if first <= march.day <= last:
                marches[(march.day - first).days, march.shift, centre] = march.hours
    return {
        "geen": answering + small,
        "demonstratie": marches,
        "incident": (uniform[4] < _INCIDENT) * (10 + 22 * size),
        "ondersteuning politie": ((uniform[5] < _POLICE) & late) * (6 + 14 * size),
        "evenement": ((uniform[6] < _AT_EVENT) & on_event) * (8 + 16 * size),
        "uitval": absent * (4 + 4 * size),
        "topdag": surprised * (28 + 24 * size),
    }


def _days_of(rule: Callable[[int], list[date]], days: Days) -> Moments:
    years = range(days.dates[0].astype(object).year, days.dates[-1].astype(object).year + 1)
    return np.array([day for year in years for day in rule(year)], "datetime64[D]")


def _event_days(days: Days) -> Moments:
    return _days_of(
        lambda year: [
            event.first + timedelta(n)
            for event in events_of(year)
            for n in range((event.end - event.first).days)
        ],
        days,
    )


def _halves(hours: Floats, *, up: bool = False) -> Floats:
    """Round to half hours."""
    return np.ceil(hours * 2 - 1e-9) / 2 if up else np.rint(hours * 2) / 2


__all__ = [
    "SHIFTS",
    "Demonstration",
    "demonstrations",
    "deployments",
    "shift_of",
    "write_deployments",
]
