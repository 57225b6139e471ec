"""One moment of the back-test: each model forecasts from it and is held against what came."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from thor_metrics.forecast import components, hours, pool, scores
from thor_metrics.forecast.model import Fitted, History
from thor_metrics.forecast.places import HOURS, Incidents, stamp

__all__ = ["ALL", "LAST", "POOL", "YEAR_AGO", "Trial", "trial"]

Floats = NDArray[np.float64]

POOL: Final = "pool"
ALL: Final = "all history"
LAST: Final = "last 28 days"
YEAR_AGO: Final = "same period last year"

_LAST: Final = 28.0
#: Whole weeks, so that the days of the week agree.
_YEAR: Final = 364.0
#: Expected reports from which an interval says something.
_BUSY: Final = 4.0
_LEVEL: Final = 0.90


@dataclass(frozen=True)
class Trial:
    """What one moment gave.

    Attributes
    ----------
    runs, calibration, coverage, totals : DataFrame
        As those of :class:`thor_metrics.forecast.Backtest`, for this moment.
    outside : float
        Share of the reports in cells that were no cell of the forecast.
    """

    runs: pd.DataFrame
    calibration: pd.DataFrame
    coverage: pd.DataFrame
    totals: pd.DataFrame
    outside: float


def trial(
    of: Incidents,
    origin: float,
    horizon: float,
    areas: tuple[float, ...],
    inhabited: ArrayLike | None,
) -> Trial | None:
    """Test one moment (days since 1970); nothing to test without a report before and after it."""
    history = History.at(of, origin, horizon=horizon, inhabited=inhabited)
    came = of.pick((of.day >= origin) & (of.day < origin + horizon))
    if not len(history.known) or not len(came):
        return None
    places, known = history.places, history.known
    cell = places.index(came.col, came.row)
    inside = cell >= 0
    observed = np.bincount(cell[inside], minlength=len(places)).astype(np.float64)
    populated = len(np.unique(places.index(known.col, known.row)))
    timed = inside & (came.hour >= 0)
    weights = hours.hour_weights(known, origin)
    city = hours.city_hours(known.hour, weights)
    own = hours.cell_hours(known, places, weights, city)
    # Reports outside the cells are part of what the best choice could have caught.
    elsewhere = np.unique(
        np.column_stack([came.col, came.row])[~inside], axis=0, return_counts=True
    )
    all_counts = np.concatenate([observed, elsewhere[1]])
    take = np.array(areas) * populated
    best = scores.hits(all_counts, all_counts, take) / len(came)
    has_hour = int((came.hour >= 0).sum())
    runs: list[dict[str, object]] = []
    calibration, coverage = [], []
    models = _models(history)
    for name, fitted in models.items():
        rows = own if name == POOL else city[np.newaxis]
        expected = fitted.expected
        log_p = np.log(expected / expected.sum()) if expected.sum() > 0 else expected - np.inf
        caught = scores.hits(expected, observed, take) / len(came)
        place = float(log_p[cell[inside]].mean()) if inside.any() else math.nan
        when = np.log(rows[cell[timed] if len(rows) > 1 else 0, came.hour[timed]])
        slot = float((log_p[cell[timed]] + when).mean()) if timed.any() else math.nan
        runs += _rows(name, "cells", areas, caught, best, place)
        if has_hour:
            caught, possible = (
                value / has_hour
                for value in scores.slot_hits(
                    expected, rows, cell[timed], came.hour[timed], take * HOURS
                )
            )
            runs += _rows(name, "slots", areas, caught, possible, slot)
        calibration.append(_deciles(name, expected, observed))
        coverage += _covered(name, fitted, observed)
    frame = pd.DataFrame(runs)
    frame.insert(0, "origin", stamp(origin))
    totals = _totals(history, models, horizon)
    totals.insert(0, "origin", stamp(origin))
    totals["observed"] = len(came)
    return Trial(
        frame, pd.concat(calibration), pd.DataFrame(coverage), totals, float((~inside).mean())
    )


def _models(history: History) -> dict[str, Fitted]:
    """Fit the pool and what it is held against; last year only where the data go back so far."""
    origins = history.origins
    found = {POOL: history.pooled(), ALL: history.all_history()}
    last = components.window(history.known, history.places, origins, origins - _LAST, origins)
    found[LAST] = history.plain(LAST, last)
    if origins[-1] - _YEAR >= history.known.day[0]:
        start = origins - _YEAR
        end = start + history.horizons
        year_ago = components.window(history.known, history.places, origins, start, end)
        found[YEAR_AGO] = history.plain(YEAR_AGO, year_ago)
    return found


def _totals(history: History, models: dict[str, Fitted], horizon: float) -> pd.DataFrame:
    day, origin = history.known.day, float(history.origins[-1])
    year_ago = (day >= origin - _YEAR) & (day < origin - _YEAR + horizon)
    raw = {
        POOL: float(models[POOL].expected.sum()),
        ALL: len(day) / max(origin - float(day[0]), 1.0) * horizon,
        LAST: float((day >= origin - _LAST).sum()) * horizon / _LAST,
        YEAR_AGO: float(year_ago.sum()),
    }
    return pd.DataFrame([{"model": name, "expected": raw[name]} for name in models])


def _rows(
    model: str,
    what: str,
    areas: tuple[float, ...],
    caught: Floats,
    best: Floats,
    log_score: float,
) -> list[dict[str, object]]:
    return [
        {
            "model": model,
            "what": what,
            "share": share,
            "hit_rate": float(hit),
            "best": float(top),
            "log_score": log_score,
        }
        for share, hit, top in zip(areas, caught, best, strict=True)
    ]


def _deciles(model: str, expected: Floats, observed: Floats) -> pd.DataFrame:
    said, came = scores.deciles(expected, observed)
    return pd.DataFrame(
        {"model": model, "decile": np.arange(1, 11), "expected": said, "observed": came}
    )


def _covered(model: str, fitted: Fitted, observed: Floats) -> list[dict[str, object]]:
    busy = fitted.expected >= _BUSY
    rows: list[dict[str, object]] = []
    for name, k in (("negative binomial", fitted.dispersion), ("Poisson", 0.0)):
        low, high = pool.interval(fitted.expected[busy], k, level=_LEVEL)
        within = (observed[busy] >= low) & (observed[busy] <= high)
        rows.append(
            {"model": model, "interval": name, "cells": int(busy.sum()), "within": within.sum()}
        )
    return rows
