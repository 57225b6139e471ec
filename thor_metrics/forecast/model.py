"""The forecast itself: where and when reports will come in the days after a moment."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from thor_metrics import dutch
from thor_metrics.forecast import components, hours, level, pool
from thor_metrics.forecast.places import Incidents, Places, incidents, moment, places, stamp

__all__ = ["Forecast", "History", "Model", "forecast"]

Floats = NDArray[np.float64]

Model = Literal["pool", "all history"]

_SHORT: Final = 7.0
_HORIZONS: Final = 13
_FEWEST_HORIZONS: Final = 3
_FEWEST_DAYS: Final = 56.0
#: Days of history a past horizon starts with.
_RUN_UP: Final = 28.0
_FEWEST_PER_MONTH: Final = 150.0
_FEWEST_PER_CELL: Final = 3.0

#: Where the fit starts, and what sorts cells into strata.
_START: Final = np.array([0.35, 0.28, 0.10, 0.05, 0.03, 0.09, 0.03, 0.04, 0.02, 0.01])
#: With less than eight weeks of history nothing can be fitted.
_PRIOR: Final = np.array([0.15, 0.05, 0.0, 0.0, 0.0, 0.15, 0.0, 0.15, 0.25, 0.25])
#: The same two for one component with a floor of "everywhere".
_START_PLAIN: Final = np.array([0.95, 0.05])
_PRIOR_PLAIN: Final = np.array([0.75, 0.25])


@dataclass(frozen=True)
class Forecast:
    """Where and when reports are expected in the days from ``origin``.

    Attributes
    ----------
    cells : DataFrame
        One row a cell, from south to north and in each row from west to east: ``x, y`` (metres,
        its south-west corner), ``expected`` (reports in the horizon), ``low`` and ``high`` (90 %
        interval of the count, negative binomial).
    hours : ndarray, shape (cells, 168)
        Share of a cell's reports in each hour of the week, Monday 0 h first; rows sum to 1.
    total : float
        Expected reports in all; the sum of ``expected``.
    city_hours : ndarray, shape (168,)
        The same shares for all cells together.
    weights : mapping of str to float
        Weight of each component. They sum to about 1: more where the level of past horizons was
        too low, less where it was too high.
    strata : DataFrame
        The weights used, a row for each stratum of quiet to busy cells (``from_expected``).
    dispersion : float
        k of the variance expected + k expected^2.
    note : str
        Dutch: why to be careful, and what to do. Empty when there is data enough.
    model : {"pool", "all history"}
    origin : Timestamp
        Local; the horizon is [origin, origin + horizon).
    horizon, cell_size : float
        Days and metres.
    """

    cells: pd.DataFrame
    hours: Floats
    total: float
    city_hours: Floats
    weights: Mapping[str, float]
    strata: pd.DataFrame
    dispersion: float
    note: str
    model: Model
    origin: pd.Timestamp
    horizon: float
    cell_size: float


def forecast(
    x: ArrayLike,
    y: ArrayLike,
    t: ArrayLike | pd.Series,
    *,
    origin: object,
    known: ArrayLike | pd.Series | None = None,
    cell_size: float = 100.0,
    horizon: float = 28.0,
    model: Model = "pool",
    inhabited: ArrayLike | None = None,
    hour_known: ArrayLike | None = None,
    once_a_day: bool = False,
) -> Forecast:
    """Forecast where and when reports will come.

    Parameters
    ----------
    x, y : array_like of float, shape (incidents,)
        Metres in EPSG:28992. An incident without a place is left out.
    t : array_like of datetime
        Local moment (datetime64 or pandas) without time zone; missing is left out.
    origin : datetime-like
        Local moment the forecast is made for. Only incidents before it, and known at it, are
        used: whatever comes after changes nothing.
    known : array_like of datetime, optional
        When each incident was known; ``t`` by default.
    cell_size : float, default 100
        Side of a square cell in metres, half-open on the grid through (0, 0).
    horizon : float, default 28
        Days looked ahead: [origin, origin + horizon).
    model : {"pool", "all history"}, default "pool"
        "all history" is the plain count per cell with a fitted floor, for data on which
        :func:`backtest` does not find the pool to be better. Level and hours are the same.
    inhabited : array_like, shape (points, 2), optional
        Addresses (or a point of each cell) where reports can come from; by default all cells
        within 300 m of an incident. Cells with an incident always belong.
    hour_known : array_like of bool, optional
        False where only the date is known: counts for the place, not for the hour.
    once_a_day : bool, default False
        Count at most one incident a cell and day, so one frequent reporter is no hotspot.

    Returns
    -------
    Forecast
        Without any usable incident it has no cells (or, with ``inhabited``, zeros).

    Raises
    ------
    ValueError
        For an unknown model, a horizon or cell that is not positive, columns of different length
        or moments with a time zone.

    Notes
    -----
    expected(c) = L sum_k w_k q_k(c): L the recent level moved along with the season, q_k ten
    ways to spread one incident over the cells (`components`), w_k their weights, fitted on the
    last 13 horizons that are over by Poisson regression (`pool`): first for all cells together,
    then for strata of quiet to busy cells. With fewer than three past horizons weights are fitted
    on past weeks; with less than eight weeks of history they are fixed. Pooling of several
    memories follows the combination of forecasts (Bates & Granger 1969); the near components are
    those of prospective hotspot maps (Bowers, Johnson & Pease 2004).

    Examples
    --------
    >>> days = pd.date_range("2024-01-01 21:30", periods=200)
    >>> found = forecast([50.0] * 200, [50.0] * 200, days, origin="2024-07-19")
    >>> busiest = found.cells.loc[found.cells["expected"].idxmax()]
    >>> busiest[["x", "y"]].tolist(), round(found.total)
    ([0.0, 0.0], 28)
    """
    if model not in get_args(Model):
        raise ValueError(f"model='{model}' is not one of {', '.join(get_args(Model))}")
    if not horizon > 0:
        raise ValueError(f"horizon is a number of days above 0; found {horizon}")
    found = incidents(
        x, y, t, known=known, cell_size=cell_size, hour_known=hour_known, once_a_day=once_a_day
    )
    return History.at(found, moment(origin), horizon=horizon, inhabited=inhabited).forecast(model)


@dataclass(frozen=True)
class History:
    """What was known at one moment, and the horizons that were over by then.

    Attributes
    ----------
    known : Incidents
        Happened before the moment and known at it.
    places : Places
    origins, horizons, levels : ndarray, shape (past + 1,)
        Moments, days looked ahead and incidents expected from there; the last is now.
    target : ndarray, shape (past, cells)
        What came in each past horizon, counted with what is known now.
    fixed : bool
        Less than eight weeks of history: weights are fixed.
    """

    known: Incidents
    places: Places
    origins: Floats
    horizons: Floats
    levels: Floats
    target: Floats
    fixed: bool

    @classmethod
    def at(
        cls,
        of: Incidents,
        origin: float,
        *,
        horizon: float,
        inhabited: ArrayLike | None = None,
    ) -> History:
        """Take stock at one moment (days since 1970) of incidents that may go on after it."""
        known = of.at(origin)
        where = places(known, inhabited=inhabited)
        span = origin - float(known.day[0]) if len(known) else 0.0
        fixed = span < _FEWEST_DAYS
        step = float(horizon)
        past = _past(span, step)
        if past < _FEWEST_HORIZONS and step > _SHORT:
            step = _SHORT
            past = _past(span, step)
        past = 0 if fixed else past
        origins = origin - step * np.arange(past, -1, -1.0)
        horizons = np.full(past + 1, step)
        horizons[-1] = horizon
        target = np.zeros((past, len(where)))
        if past:
            recent = known.pick(known.day >= origins[0])
            # Side "right": an incident at the very beginning of a horizon belongs to it.
            which = np.searchsorted(origins, recent.day, side="right") - 1
            cell = where.index(recent.col, recent.row)
            came = np.bincount(which * len(where) + cell, minlength=target.size)
            target = came.reshape(target.shape).astype(np.float64)
        return cls(
            known=known,
            places=where,
            origins=origins,
            horizons=horizons,
            levels=level.levels(known, origins, horizons),
            target=target,
            fixed=fixed,
        )

    def pooled(self) -> Fitted:
        """Fit the ten components, in strata where there are three past horizons or more."""
        q = components.components(self.known, self.places, self.origins, self.horizons)
        full = len(self.origins) > 1 and self.horizons[0] == self.horizons[-1]
        return self._fitted(components.NAMES, q, _START, _PRIOR, stratified=bool(full))

    def plain(self, name: str, counts: Floats) -> Fitted:
        """Fit one component, given as counts (past + 1, cells), with a floor of everywhere."""
        even = np.ones_like(counts)
        # Where the stretch is empty, everywhere alike is all it says.
        spread = np.where(counts.sum(axis=1, keepdims=True) > 0, counts, even)
        q = components.shares([spread, even])
        names = (name, components.NAMES[-1])
        return self._fitted(names, q, _START_PLAIN, _PRIOR_PLAIN, stratified=False)

    def all_history(self) -> Fitted:
        """Fit the plain count of everything before each moment."""
        index = self.places.index(self.known.col, self.known.row)
        counts = components.decayed(self.known, index, len(self.places), self.origins, math.inf)
        return self.plain("all history", counts)

    def forecast(self, model: Model) -> Forecast:
        """Forecast from here."""
        fitted = self.pooled() if model == "pool" else self.all_history()
        weights = hours.hour_weights(self.known, float(self.origins[-1]))
        city = hours.city_hours(self.known.hour, weights)
        low, high = pool.interval(fitted.expected, fitted.dispersion)
        size = self.places.cell_size
        strata = pd.DataFrame(fitted.weights.by_stratum, columns=list(fitted.names))
        strata.insert(0, "from_expected", [0.0, *pool.EDGES])
        return Forecast(
            cells=pd.DataFrame(
                {
                    "x": self.places.col * size,
                    "y": self.places.row * size,
                    "expected": fitted.expected,
                    "low": low.astype(np.int64),
                    "high": high.astype(np.int64),
                }
            ),
            hours=hours.cell_hours(self.known, self.places, weights, city),
            total=float(fitted.expected.sum()),
            city_hours=city,
            weights=MappingProxyType(
                dict(zip(fitted.names, fitted.weights.pooled.tolist(), strict=True))
            ),
            strata=strata,
            dispersion=fitted.dispersion,
            note=self._note(),
            model=model,
            origin=stamp(float(self.origins[-1])),
            horizon=float(self.horizons[-1]),
            cell_size=size,
        )

    def _fitted(
        self,
        names: tuple[str, ...],
        q: Floats,
        start: Floats,
        prior: Floats,
        *,
        stratified: bool,
    ) -> Fitted:
        past, now = q[:, :-1], q[:, -1]
        if not len(self.target):
            same = np.tile(prior, (len(pool.EDGES) + 1, 1))
            weights = pool.Weights(prior, same, start)
            k = pool.DISPERSION
        else:
            levels = self.levels[:-1]
            weights = pool.fit(past, levels, self.target, start, stratified=stratified)
            before = np.stack(
                [weights.expected(past[:, j], float(levels[j])) for j in range(len(levels))]
            )
            k = pool.dispersion(before.ravel(), self.target.ravel())
        return Fitted(names, weights, weights.expected(now, float(self.levels[-1])), k)

    def _note(self) -> str:
        """Say in Dutch why to be careful."""
        if not len(self.known):
            return "Er zijn geen meldingen van voor deze dag: een prognose is niet mogelijk."
        said = []
        origin = float(self.origins[-1])
        span = min(max(origin - float(self.known.day[0]), 1.0), 365.0)
        a_month = float((self.known.day >= origin - span).sum()) / max(span, 28.0) * 28.0
        populated = len(np.unique(self.places.index(self.known.col, self.known.row)))
        per_cell = len(self.known) / populated
        if a_month < _FEWEST_PER_MONTH or per_cell < _FEWEST_PER_CELL:
            said.append(
                f"Weinig meldingen voor vakken van {dutch.number(self.places.cell_size)} meter: "
                f"{dutch.number(a_month)} per 28 dagen en {dutch.number(per_cell, decimals=1)} "
                "per vak. Kies grotere vakken (250 of 500 meter) en ga uit van alle geschiedenis."
            )
        if self.fixed:
            said.append(
                "Minder dan acht weken geschiedenis: wat recente en oudere meldingen tellen, "
                "is nog niet uit deze meldingen te leren en staat vast."
            )
        return " ".join(said)


@dataclass(frozen=True)
class Fitted:
    """A fitted model at one moment: ``expected`` per cell, its weights and dispersion."""

    names: tuple[str, ...]
    weights: pool.Weights
    expected: Floats
    dispersion: float


def _past(span: float, step: float) -> int:
    """Count the horizons of ``step`` days that are over and began with four weeks of history."""
    return min(max(math.floor((span - _RUN_UP) / step), 0), _HORIZONS)
