"""How crowded the city was, every day, and which topdagen somebody could have seen coming."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from sample_data.city import Texts
from sample_data.days import (
    FRIDAY,
    days_between,
    easter,
    events_of,
    planned_top_days,
    unplanned_top_days,
    weekday_on_or_after,
)
from sample_data.draws import Flags, Moments, months, pick
from sample_data.textfile import day_month_year, number, texts, words, write_table

STREAM = 10

#: Of the five unplanned topdagen of a year, how many show the day before; and on how many
#: other Fridays the garages are as full with no topdag to follow.
FORESEEABLE_PER_YEAR, FALSE_SIGNALS_PER_YEAR = 3, 3

#: Points that parking is higher on the day before a topdag that can be foreseen.
FORESHADOW_PCT = 20.0

_VISITORS_BY_WEEKDAY = (17_000, 17_000, 18_000, 20_000, 23_000, 36_000, 24_000)
_LEAST_ON_A_TOP_DAY = 33_000
_TIMES_PLANNED, _TIMES_UNPLANNED, _NOISE = 1.5, 1.45, 0.06
_UNPLANNED_OCCASIONS = ("mooi weer", "dagjesmensen", "voetbal", "onbekend")


def foreseeable_top_days(year: int, seed: int) -> list[date]:
    """Unplanned topdagen whose day before has fuller garages than usual."""
    days = unplanned_top_days(year, seed)
    rng = np.random.default_rng([seed, STREAM, year])
    return sorted(days[i] for i in rng.choice(len(days), FORESEEABLE_PER_YEAR, replace=False))


def false_signals(year: int, seed: int) -> list[date]:
    """Fridays with fuller garages and an ordinary Saturday behind them."""
    rng = np.random.default_rng([seed, STREAM, year, 99])
    top = {*planned_top_days(year), *unplanned_top_days(year, seed)}
    first = weekday_on_or_after(date(year, 1, 8), FRIDAY)
    fridays = [first + timedelta(7 * week) for week in range(46)]
    quiet = [day for day in fridays if not {day, day + timedelta(1)} & top]
    return sorted(quiet[i] for i in rng.choice(len(quiet), FALSE_SIGNALS_PER_YEAR, replace=False))


def crowd_days(seed: int, start: date, until: date) -> pd.DataFrame:
    """Describe every day from ``start`` up to and including ``until``.

    Crowds do not shrink with ``scale``: they are a measure of the day, not rows of citizens.
    """
    spans = list(months(seed, STREAM, start, until))
    noise = np.concatenate([rng.normal(size=(2, (end - at).days)) for at, end, rng in spans], 1)
    days = days_between(spans[0][0], spans[-1][1], seed=seed)
    years = range(start.year, until.year + 2)
    top = days.flags["top_day"]
    planned = _among(days.dates, [day for year in years for day in planned_top_days(year)])
    visitors = np.array(_VISITORS_BY_WEEKDAY)[days.weekday] * np.exp(_NOISE * noise[0])
    visitors *= 1 + 0.06 * days.flags["summer"] + 0.10 * days.flags["december"]
    visitors *= 1 + 0.06 * days.flags["school_holiday"]
    crowded = np.maximum(visitors, _LEAST_ON_A_TOP_DAY * np.exp(_NOISE * noise[0]))
    visitors = np.where(
        top, crowded * np.where(planned, _TIMES_PLANNED, _TIMES_UNPLANNED), visitors
    )
    parking = 108 * (1 - np.exp(-visitors / 28_000)) + 2.5 * noise[1]
    signals = [day - timedelta(1) for year in years for day in foreseeable_top_days(year, seed)]
    signals += [day for year in years for day in false_signals(year, seed)]
    parking += FORESHADOW_PCT * _among(days.dates, signals)
    rows = pd.DataFrame(
        {
            "day": days.dates,
            "top": top,
            "planned": planned,
            "visitors": np.rint(visitors / 100) * 100,
            "parking": np.clip(parking, 5, 110).round(1),
            "occasion": _occasions(days.dates, days.weekday == 6, top & ~planned, seed),
        }
    )
    return rows[(rows["day"] >= pd.Timestamp(start)) & (rows["day"] <= pd.Timestamp(until))]


def write_crowd_days(file: Path, rows: pd.DataFrame) -> int:
    """Write topdagen.csv; on other days nothing says planned or not."""
    top, planned = rows["top"].to_numpy(), rows["planned"].to_numpy()
    return write_table(
        file,
        {
            "Dag": day_month_year(rows["day"].to_numpy()),
            "Topdag": words(("nee", "ja"), top.astype(np.int64), ";"),
            "Gepland": words(("", "nee", "ja"), top.astype(np.int64) + (top & planned), ";"),
            "Bezoekers": number(rows["visitors"].to_numpy()),
            "Parkeerbezetting (%)": number(rows["parking"].to_numpy(), 1),
            "Gebeurtenis": texts(rows["occasion"].to_numpy(dtype=object), ";"),
        },
    )


def _among(dates: Moments, chosen: list[date]) -> Flags:
    among: Flags = np.isin(dates, np.array(chosen, "datetime64[D]"))
    return among


def _occasions(dates: Moments, sunday: Flags, unplanned: Flags, seed: int) -> Texts:
    """A few fixed words; empty on an ordinary day."""
    first_of_month = (dates - dates.astype("datetime64[M]")).astype(np.int64) < 7
    words_of = np.where(sunday & first_of_month, "koopzondag", "").astype(object)
    keys = (dates.astype(np.int64) + seed).astype(np.uint64)
    words_of[unplanned] = np.array(_UNPLANNED_OCCASIONS, object)[
        pick(keys, 64, len(_UNPLANNED_OCCASIONS))
    ][unplanned]
    position = {day: at for at, day in enumerate(dates.astype(object))}
    years = {day.year for day in position}
    for year in sorted(years):
        for event in events_of(year):
            for day in (event.first + timedelta(n) for n in range((event.end - event.first).days)):
                if day in position and not words_of[position[day]]:
                    words_of[position[day]] = "evenement"
        for day, word in _feasts(year).items():
            if day in position:
                words_of[position[day]] = word
    return words_of


def _feasts(year: int) -> dict[date, str]:
    """What every planned topdag of a year is called."""
    sunday = easter(year)
    fixed = {
        sunday + timedelta(1): "tweede paasdag",
        sunday + timedelta(39): "hemelvaart",
        sunday + timedelta(50): "tweede pinksterdag",
        date(year, 10, 3): "feestdag Duitsland",
        date(year, 11, 1): "allerheiligen",
        date(year, 11, 11): "elfde van de elfde",
        date(year, 12, 26): "tweede kerstdag",
    }
    carnival = sunday - timedelta(50)
    fixed |= {carnival + timedelta(day): "carnaval" for day in range(4)}
    seasons = {7: "zomerconcert", 8: "culinair festival", 12: "kerstinkopen"}
    return {day: fixed.get(day, seasons.get(day.month, "druk")) for day in planned_top_days(year)}


__all__ = ["crowd_days", "false_signals", "foreseeable_top_days", "write_crowd_days"]
