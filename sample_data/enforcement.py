"""What the enforcement teams do: controles, waarnemingen and sancties that belong together."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from sample_data.city import City, Texts
from sample_data.days import Days, days_between, events_of
from sample_data.draws import Floats, Ints, Moments
from sample_data.places import PLACES
from sample_data.plans import (
    AMOUNTS,
    BIKE_CHECK,
    BIKE_HOTSPOTS,
    CLEANING_COSTS,
    HIGHER_CLEANING_COSTS,
    HIGHER_COSTS_FROM,
    PARKING,
    PENAL_ORDER,
    PLANS,
    REMOVED,
    SANCTION_OF,
    SEEN_AT,
    SIGHTINGS,
    TRAFFIC_FINE,
    WARNING,
    WASTE,
    WORST_PERRONS,
    Plan,
    sweep_days,
)

SHARE_OF_ROUND_MISSED = 0.05
SHARE_OF_LABELLED_REMOVED = 0.45
LOOSE_FINES_PER_WEEK = 8.0

#: No coordinates: the scan car drives a route.
ROUTE = -1

_SORTS = {place.soort for place in PLACES}


def enforce(
    city: City, seed: int, scale: float, start: date, until: date
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Make controles, waarnemingen and sancties from ``start`` up to and including ``until``.

    Rounds of the execution plan do not shrink with ``scale``: a norm of twice a week stays one.

    Returns
    -------
    tuple of DataFrame
        Controles, waarnemingen (linked to a controle or not) and sancties, numbered per year.
    """
    controls, sightings, loose = [], [], []
    for month in pd.period_range(start, until, freq="M"):
        rng = np.random.default_rng([seed, 1, month.year, month.month])
        first, end = month.start_time.date(), (month + 1).start_time.date()
        days = days_between(first, end, seed=seed)
        controls.append(_controls(city, days, scale, rng))
        sightings.append(_sightings(city, days, scale, rng))
        loose.append(_loose_fines(city, days, scale, rng))
    kept = _numbered(_within(pd.concat(controls, ignore_index=True), start, until), "C", 4)
    seen = _within(pd.concat([_seen_at(kept), *sightings]), start, until)
    fines = pd.concat([_sanctions_of(kept), _within(pd.concat(loose), start, until)])
    return kept, _numbered(seen, "W", 6), _numbered(fines, "S", 5)


def _within(rows: pd.DataFrame, start: date, until: date) -> pd.DataFrame:
    return rows[(rows["day"] >= np.datetime64(start)) & (rows["day"] <= np.datetime64(until))]


def _numbered(rows: pd.DataFrame, letter: str, digits: int) -> pd.DataFrame:
    """Sort by time and number within the year, so that later rows never renumber earlier ones."""
    rows = rows.sort_values(["day", "minute"], kind="stable", ignore_index=True)
    year = rows["day"].dt.year
    number = (rows.groupby(year).cumcount() + 1).astype(str).str.zfill(digits)
    return rows.assign(number=letter + year.astype(str) + "-" + number)


def _controls(city: City, days: Days, scale: float, rng: np.random.Generator) -> pd.DataFrame:
    parts = [
        (number, *_schedule(plan, city, days, scale, rng)) for number, plan in enumerate(PLANS)
    ]
    plan = np.concatenate([np.full(len(day), number) for number, day, _, _ in parts])
    day, point, buurt = (np.concatenate([part[index] for part in parts]) for index in (1, 2, 3))
    count = len(plan)
    start = (
        _field("from_hour")[plan] * 60
        + rng.random(count) * (_field("to_hour") - _field("from_hour"))[plan] * 60
    )
    length = _field("minutes")[plan] * rng.uniform(0.7, 1.4, count)
    checked = np.maximum(rng.poisson(_field("checked")[plan]), 1)
    violations = rng.binomial(checked, _field("violating")[plan])
    sanctions = rng.binomial(violations, _field("sanctioned")[plan])
    warnings = rng.binomial(violations - sanctions, _field("warned")[plan])
    minute = (start // 5 * 5).astype(np.int64)
    lasts = np.maximum(length // 5 * 5, 10).astype(np.int64)
    return pd.DataFrame(
        {
            "day": days.dates[day],
            "minute": minute,
            "end_minute": minute + lasts,
            "plan": plan,
            "type": _texts("type")[plan],
            "theme": _texts("theme")[plan],
            "reason": _texts("reason")[plan],
            "point": point,
            "buurt": buurt,
            "checked": checked,
            "violations": violations,
            "warnings": warnings,
            "sanctions": sanctions,
            "hours": np.round(lasts / 60 * _field("officers")[plan], 1),
            "partner": np.where(
                rng.random(count) < _field("partner_share")[plan], _texts("partner")[plan], ""
            ),
            "removed": rng.binomial(violations, SHARE_OF_LABELLED_REMOVED),
        }
    )


def _field(name: str) -> Floats:
    """One number of every plan."""
    values = {
        "from_hour": [plan.hours[0] for plan in PLANS],
        "to_hour": [plan.hours[1] for plan in PLANS],
        "checked": [plan.outcome.checked for plan in PLANS],
        "violating": [plan.outcome.violating for plan in PLANS],
        "sanctioned": [plan.outcome.sanctioned for plan in PLANS],
        "warned": [plan.outcome.warned for plan in PLANS],
    }
    return np.array(values.get(name) or [getattr(plan, name) for plan in PLANS], np.float64)


def _texts(name: str) -> Texts:
    return np.array([getattr(plan, name) for plan in PLANS], dtype=object)


def _schedule(
    plan: Plan, city: City, days: Days, scale: float, rng: np.random.Generator
) -> tuple[Ints, Ints, Ints]:
    """Choose days (positions in ``days``), points and buurten of one plan's controles."""
    fits = np.isin(days.weekday, plan.weekdays)
    fits &= (days.dates >= np.datetime64(plan.first)) & (days.dates < np.datetime64(plan.end))
    if plan.days:
        fits &= days.flags[plan.days]
    if plan.places in ("perron_round", "bike_round"):
        day, point = _round(plan, city, np.flatnonzero(fits), rng)
    elif plan.places == "sweep":
        day, point = _sweeps(city, days)
    elif plan.places == "event":
        day, point = _at_events(plan, city, days, scale, rng)
    else:
        counts = rng.poisson(plan.per_week / len(plan.weekdays) * scale * fits)
        day = np.repeat(np.arange(len(fits)), counts)
        if plan.places == "route":
            buurt = rng.choice(_route_buurten(city), len(day))
            return day, np.full(len(day), ROUTE), buurt
        point = _points(city, plan.places, len(day), rng)
    return day, point, city.buurt[point]


def _round(plan: Plan, city: City, days: Ints, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Every listed place on every round, save now and then one."""
    soort, names = (
        ("milieuperron", WORST_PERRONS)
        if plan.places == "perron_round"
        else ("fietsparkeerplek", BIKE_HOTSPOTS)
    )
    points = np.array([city.point_of(soort, name) for name in names])
    day, point = np.repeat(days, len(points)), np.tile(points, len(days))
    visited = rng.random(len(day)) >= SHARE_OF_ROUND_MISSED
    return day[visited], point[visited]


def _sweeps(city: City, days: Days) -> tuple[Ints, Ints]:
    """Spring at the station, autumn at the Markt."""
    year = int(days.dates[0].astype("datetime64[Y]").astype(np.int64)) + 1970
    found = [
        (int(np.flatnonzero(days.dates == np.datetime64(day))[0]), place)
        for day, place in zip(sweep_days(year), ("Stationsplein", "Markt"), strict=True)
        if np.datetime64(day) in days.dates
    ]
    points = [city.point_of("fietsparkeerplek", place) for _, place in found]
    return np.array([day for day, _ in found], np.int64), np.array(points, np.int64)


def _at_events(
    plan: Plan, city: City, days: Days, scale: float, rng: np.random.Generator
) -> tuple[Ints, Ints]:
    year = int(days.dates[0].astype("datetime64[Y]").astype(np.int64)) + 1970
    day, point = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for event in events_of(year):
        on = (days.dates >= np.datetime64(event.first)) & (days.dates < np.datetime64(event.end))
        chosen = np.repeat(np.arange(len(on)), rng.poisson(plan.per_week * scale * on))
        day.append(chosen)
        point.append(np.full(len(chosen), city.point_of("evenemententerrein", event.place)))
    return np.concatenate(day), np.concatenate(point)


def _points(city: City, places: str, count: int, rng: np.random.Generator) -> Ints:
    """Draw points from a sort of place or from a spread over the city."""
    if places in _SORTS and places != "plein":
        return rng.choice(city.points_of(places), count)
    curve = city.curves[places]
    return np.minimum(
        np.searchsorted(curve, rng.random(count) * curve[-1], side="right"), len(curve) - 1
    )


def _route_buurten(city: City) -> Ints:
    """Where parking is paid: the centre and what borders on it."""
    names = (
        "Binnenstad",
        "Jekerkwartier",
        "Kommelkwartier",
        "Statenkwartier",
        "Wyck",
        "Boschstraatkwartier",
        "Sint Maartenspoort",
        "Brusselsepoort",
    )
    return np.flatnonzero(np.isin(city.buurten.name, names))


def _sightings(city: City, days: Days, scale: float, rng: np.random.Generator) -> pd.DataFrame:
    """Notes that officers make on patrol, without a controle."""
    parts = []
    for sighting in SIGHTINGS:
        day = np.repeat(
            np.arange(len(days.dates)), rng.poisson(sighting.per_week / 7 * scale, len(days.dates))
        )
        point = _points(city, sighting.places, len(day), rng)
        first, last = sighting.hours
        parts.append(
            pd.DataFrame(
                {
                    "day": days.dates[day],
                    "minute": rng.integers(first * 60, last * 60, len(day)),
                    "soort": sighting.soort,
                    "count": 1 + rng.poisson(sighting.count - 1, len(day)),
                    "theme": sighting.theme,
                    "point": point,
                    "buurt": city.buurt[point],
                    "control": "",
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def _seen_at(controls: pd.DataFrame) -> pd.DataFrame:
    """Observations that belong to a controle."""
    found = controls[controls["type"].isin(SEEN_AT) & (controls["violations"] > 0)]
    seen = found.assign(soort=found["type"].map(SEEN_AT), count=found["violations"])
    taken = found[(found["type"] == BIKE_CHECK) & (found["removed"] > 0)]
    taken = taken.assign(soort=REMOVED, count=taken["removed"])
    rows = pd.concat([seen, taken]).rename(columns={"number": "control"})
    # Noted half-way through the controle, which may be after midnight.
    halfway = (rows["minute"] + rows["end_minute"]) // 2
    rows = rows.assign(
        day=rows["day"] + pd.to_timedelta(halfway // 1440, unit="D"), minute=halfway % 1440
    )
    return rows[["day", "minute", "soort", "count", "theme", "point", "buurt", "control"]]


def _loose_fines(city: City, days: Days, scale: float, rng: np.random.Generator) -> pd.DataFrame:
    """Traffic fines that a boa gives in passing."""
    counts = rng.poisson(LOOSE_FINES_PER_WEEK / 7 * scale, len(days.dates))
    day = np.repeat(np.arange(len(counts)), counts)
    point = _points(city, "parkeren", len(day), rng)
    return pd.DataFrame(
        {
            "day": days.dates[day],
            "minute": rng.integers(540, 1260, len(day)),
            "soort": TRAFFIC_FINE,
            "count": 1,
            "amount": AMOUNTS[TRAFFIC_FINE],
            "control": "",
            "theme": PARKING,
            "buurt": city.buurt[point],
        }
    )


def _sanctions_of(controls: pd.DataFrame) -> pd.DataFrame:
    """One row per controle and kind: the number of sanctions, then the number of warnings."""
    fined = controls[controls["sanctions"] > 0]
    fined = fined.assign(
        soort=fined["type"].map(SANCTION_OF).fillna(PENAL_ORDER), count=fined["sanctions"]
    )
    warned = controls[controls["warnings"] > 0]
    warned = warned.assign(soort=WARNING, count=warned["warnings"])
    rows = pd.concat([fined, warned]).rename(columns={"number": "control"})
    each = rows["soort"].map(AMOUNTS).to_numpy(dtype=np.float64)
    each = np.where(rows["soort"] == CLEANING_COSTS, cleaning_costs(rows["day"].to_numpy()), each)
    rows = rows.assign(amount=each * rows["count"].to_numpy())
    return rows[["day", "minute", "soort", "count", "amount", "control", "theme", "buurt"]]


def cleaning_costs(day: Moments) -> Floats:
    """Euro for one cleaning, by day."""
    later = day >= np.datetime64(HIGHER_COSTS_FROM)
    return np.where(later, HIGHER_CLEANING_COSTS, AMOUNTS[CLEANING_COSTS])


def recovered(controls: pd.DataFrame) -> Floats:
    """Euro recovered per controle; NaN where the theme knows no cleaning costs."""
    costs = cleaning_costs(controls["day"].to_numpy()) * controls["sanctions"].to_numpy()
    return np.where((controls["theme"] == WASTE) & (costs > 0), costs, np.nan)


__all__ = ["ROUTE", "cleaning_costs", "enforce", "recovered"]
