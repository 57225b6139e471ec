"""When in the week and the year things happen: rates per kind, weekday and hour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sample_data.days import Days
from sample_data.draws import Floats
from sample_data.kinds import KINDS
from sample_data.planted import HOTTIMES

#: Growth of the number of meldingen a year, by easier channels; 1 halfway through 2025.
GROWTH_PER_YEAR = 0.04


@dataclass(frozen=True)
class Rhythm:
    """Weights per weekday (Monday first) and corner points of the day's curve."""

    weekdays: tuple[float, ...]
    hours: tuple[float, ...]
    heights: tuple[float, ...]

    def week(self) -> Floats:
        """Rate per weekday and hour (7, 24)."""
        curve = np.interp(np.arange(24) + 0.5, self.hours, self.heights)
        return np.outer(self.weekdays, curve / curve.sum())


RHYTHMS: Mapping[str, Rhythm] = {
    "afval": Rhythm(
        (1.3, 1.15, 1.05, 1.05, 1.0, 0.6, 0.5),
        (0, 5, 7, 9, 11, 13, 17, 20, 22, 24),
        (1, 1, 6, 16, 15, 11, 9, 8, 4, 1),
    ),
    "fiets": Rhythm(
        (1.1, 1.15, 1.1, 1.1, 1.0, 0.8, 0.6),
        (0, 6, 8, 10, 16, 18, 21, 24),
        (1, 1, 11, 14, 12, 9, 4, 1),
    ),
    "parkeren": Rhythm(
        (0.95, 0.95, 0.95, 1.0, 1.05, 1.15, 0.8),
        (0, 7, 9, 10, 18, 20, 22, 24),
        (1, 2, 9, 12, 12, 7, 4, 1),
    ),
    "jeugd": Rhythm(
        (0.8, 0.8, 0.9, 0.9, 1.15, 1.25, 0.95),
        (0, 1, 2, 13, 16, 19, 21, 23, 24),
        (5, 3, 0.5, 1, 7, 11, 15, 11, 6),
    ),
    "avond": Rhythm(
        (0.9, 0.9, 0.9, 1.0, 1.2, 1.25, 0.9),
        (0, 2, 4, 7, 12, 16, 21, 23, 24),
        (6, 4, 1, 1, 5, 8, 11, 10, 7),
    ),
    "bedelen": Rhythm(
        (0.95, 0.95, 1.0, 1.0, 1.15, 1.25, 0.7),
        (0, 7, 10, 13, 17, 19, 22, 24),
        (1, 1, 8, 12, 12, 7, 3, 1),
    ),
    "nacht": Rhythm(
        (0.5, 0.5, 0.6, 1.1, 1.3, 1.7, 1.3),
        (0, 2, 4, 6, 12, 20, 22, 24),
        (14, 13, 5, 1, 1, 3, 8, 13),
    ),
    "uitgaan": Rhythm(
        (0.6, 0.6, 0.75, 1.0, 1.3, 1.6, 1.15),
        (0, 1, 3, 5, 12, 17, 20, 22, 24),
        (10, 6, 2, 0.5, 2, 5, 9, 12, 11),
    ),
    "vuurwerk": Rhythm(
        (0.85, 0.85, 0.9, 0.9, 1.05, 1.5, 0.95),
        (0, 1, 3, 14, 17, 20, 22, 24),
        (6, 2, 0.3, 2, 7, 15, 10, 6),
    ),
}


def week_rates() -> Floats:
    """Rates (kind, weekday, hour) with the planted hottimes in; each kind's week sums to 7."""
    rates = np.stack([RHYTHMS[kind.rhythm].week() for kind in KINDS])
    for hottime in HOTTIMES:
        days, hours = np.array(hottime.cells()).T
        for number, kind in enumerate(KINDS):
            if kind.key in hottime.kinds:
                rates[number, days, hours] *= hottime.multiplier
    return rates * 7 / rates.sum(axis=(1, 2), keepdims=True)


def hour_curves(rates: Floats) -> Floats:
    """Cumulative share per hour of the day (kind, weekday, 24); the last hour is 1."""
    curves: Floats = np.cumsum(rates, axis=2)
    return curves / curves[:, :, -1:]


def day_rates(rates: Floats, days: Days) -> Floats:
    """Expected meldingen per kind and day (kind, day) at ``scale=1``, outside planted places."""
    weekly: Floats = rates.sum(axis=2)[:, days.weekday]
    peaks = np.array([(kind.peak_month - 0.5) / 12 * 2 * np.pi for kind in KINDS])
    swings = np.array([kind.swing for kind in KINDS])
    season = 1 + swings[:, None] * np.cos(days.season[None, :] - peaks[:, None])
    per_day = np.array([kind.per_year for kind in KINDS]) / 365.25
    return per_day[:, None] * weekly * season * _moods(days) * growth(days)


def growth(days: Days) -> Floats:
    """Growth factor per day; 1 on 1 July 2025."""
    years = (days.dates - np.datetime64("2025-07-01", "D")).astype(np.float64) / 365.25
    return (1 + GROWTH_PER_YEAR) ** years


def _moods(days: Days) -> Floats:
    factors = np.ones((len(KINDS), len(days.dates)))
    for number, kind in enumerate(KINDS):
        for name, factor in kind.moods.items():
            factors[number, days.flags[name]] *= factor
    return factors
