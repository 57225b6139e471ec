"""How well the forecast would have done: made at moments in the past, held against what came."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from thor_metrics import dutch
from thor_metrics.forecast.model import Model
from thor_metrics.forecast.places import Incidents, incidents, moment
from thor_metrics.forecast.trial import ALL, LAST, POOL, YEAR_AGO, Trial, trial

__all__ = ["Backtest", "backtest"]

Floats = NDArray[np.float64]

_MODELS: Final = (POOL, ALL, LAST, YEAR_AGO)
_IN_DUTCH: Final = {
    POOL: "de prognose",
    ALL: "alle geschiedenis",
    LAST: "de laatste 28 dagen",
    YEAR_AGO: "dezelfde periode vorig jaar",
}
_MOST: Final = 13
_FEWEST: Final = 3
#: Less history than this at a moment makes no forecast worth testing.
_RUN_UP: Final = 56.0
#: Relative loss of hit rate that is taken for equal.
_EQUAL: Final = 0.01


@dataclass(frozen=True)
class Backtest:
    """What each model caught of what came, over all moments tested.

    Attributes
    ----------
    hits : DataFrame
        A row for each ``model``, ``what`` ("cells" or "slots": cell and hour of the week) and
        ``share`` taken: ``hit_rate`` (mean over moments of the share of reports caught), ``se``
        (its standard error over moments), ``pai`` (hit rate / share), ``pei`` (hit rate / that of
        the best choice afterwards) and ``origins`` (moments tested). The share is of the cells
        with a report before the moment, or of 168 times that; a model may choose any cell, and
        reports outside its cells count as missed.
    log_score : DataFrame
        ``model``, ``what``, ``log_score`` (mean over moments of the mean ln p of a report's cell,
        or cell and hour), ``se``, ``origins``. Reports outside the cells known at the moment are
        left out, the same ones for each model; ``outside`` is their share.
    calibration : DataFrame
        ``model``, ``decile`` (1 quietest to 10 busiest, each a tenth of the expected reports),
        ``expected``, ``observed``, ``ratio`` (observed / expected), over all moments together.
    coverage : DataFrame
        ``model``, ``interval`` ("negative binomial" or "Poisson"), ``cells`` (with at least 4
        reports expected, over all moments) and ``covered``: the share within the 90 % interval.
    paired : DataFrame
        The pool minus each other model: ``against``, ``measure`` ("hit_rate", "log_score"),
        ``what``, ``share``, ``difference``, ``se``, ``relative`` (difference / the other's; hit
        rates only), ``origins``. Only moments at which both exist.
    totals : DataFrame
        ``origin``, ``model``, ``expected``, ``observed``: the plain number of reports. Here the
        other models are taken raw (a mean a day, a count) and not at the level of the forecast.
    runs : DataFrame
        One row a moment: ``origin``, ``model``, ``what``, ``share``, ``hit_rate``, ``best``,
        ``log_score``.
    use : {"pool", "all history"}
        What to forecast with. The pool where it is no worse than all history in the middle area
        (hit rate at most 1 % lower, relatively) and better in log score, over at least three
        moments; else all history.
    best : str
        Model with the highest hit rate in the middle area, of all four.
    words : str
        Dutch: what came out.
    """

    hits: pd.DataFrame
    log_score: pd.DataFrame
    calibration: pd.DataFrame
    coverage: pd.DataFrame
    paired: pd.DataFrame
    totals: pd.DataFrame
    runs: pd.DataFrame
    use: Model
    best: str
    words: str


def backtest(
    x: ArrayLike,
    y: ArrayLike,
    t: ArrayLike | pd.Series,
    *,
    origins: Sequence[object] | None = None,
    known: ArrayLike | pd.Series | None = None,
    cell_size: float = 100.0,
    horizon: float = 28.0,
    areas: Sequence[float] = (0.01, 0.05, 0.10),
    inhabited: ArrayLike | None = None,
    hour_known: ArrayLike | None = None,
    once_a_day: bool = False,
) -> Backtest:
    """Forecast from moments in the past and count how much of what came was caught.

    Parameters
    ----------
    x, y, t, known, cell_size, horizon, inhabited, hour_known, once_a_day
        As in :func:`thor_metrics.forecast.forecast`.
    origins : sequence of datetime-like, optional
        Moments to test; the incidents must go on for a whole ``horizon`` after each. By default
        every ``horizon`` days back from the last day of the incidents, at most 13 and within a
        year (364 days), and none with less than eight weeks of history.
    areas : sequence of float, default (0.01, 0.05, 0.10)
        Shares of the cells (and of the slots) to take.

    Returns
    -------
    Backtest
        Empty frames when there is no moment to test.

    Raises
    ------
    ValueError
        When a share is not between 0 and 1, or as in ``forecast``.

    Notes
    -----
    At each moment weights, level and hours are fitted on what was known then; nothing later
    takes part. The other models get a uniform floor whose weight is fitted on their past, as
    otherwise one report in a new cell makes their log score minus infinity, and the hours of the
    city; the pool has hours by cell. Hit rate and PAI: Chainey, Tompson & Uhlig 2008; PEI: Hunt
    2016; log score: Good 1952.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> place = rng.choice([50.0, 150.0, 950.0], 4000, p=[0.6, 0.3, 0.1])
    >>> days = pd.to_datetime("2023-01-01") + pd.to_timedelta(rng.uniform(0, 400, 4000), unit="D")
    >>> tested = backtest(place, place, days, areas=(1 / 3,))
    >>> cells = tested.hits[tested.hits["what"] == "cells"].set_index("model")["hit_rate"]
    >>> round(float(cells["all history"]), 1)
    0.6
    """
    wanted = tuple(float(share) for share in areas)
    if not wanted or not all(0 < share <= 1 for share in wanted):
        raise ValueError(f"areas are shares above 0, at most 1; found {list(areas)}")
    if not horizon > 0:
        raise ValueError(f"horizon is a number of days above 0; found {horizon}")
    of = incidents(
        x, y, t, known=known, cell_size=cell_size, hour_known=hour_known, once_a_day=once_a_day
    )
    moments = (
        _default_origins(of, float(horizon))
        if origins is None
        else np.sort(np.array([moment(origin) for origin in origins], dtype=np.float64))
    )
    found = [trial(of, float(one), float(horizon), wanted, inhabited) for one in moments]
    return _summary([one for one in found if one is not None], wanted, float(horizon))


def _default_origins(of: Incidents, horizon: float) -> Floats:
    if not len(of):
        return np.empty(0)
    end = math.floor(of.day[-1])
    most = min(_MOST, max(math.floor(364.0 / horizon), 1))
    moments = end - horizon * np.arange(most, 0, -1.0)
    return moments[moments >= of.day[0] + _RUN_UP]


def _summary(tests: list[Trial], areas: tuple[float, ...], horizon: float) -> Backtest:
    runs = _joined([one.runs for one in tests], _RUNS)
    by_score = runs[runs["share"] == areas[0]].drop(columns=["share", "hit_rate", "best"])
    grouped = runs.groupby(["model", "what", "share"], sort=False)
    hits = grouped.agg(
        hit_rate=("hit_rate", "mean"),
        se=("hit_rate", _standard_error),
        pai=("hit_rate", "mean"),
        pei=("best", "mean"),
        origins=("hit_rate", "size"),
    ).reset_index()
    hits["pai"] = hits["hit_rate"] / hits["share"]
    hits["pei"] = hits["hit_rate"] / hits["pei"]
    log_score = (
        by_score.groupby(["model", "what"], sort=False)
        .agg(
            log_score=("log_score", "mean"),
            se=("log_score", _standard_error),
            origins=("log_score", "size"),
        )
        .reset_index()
    )
    log_score["outside"] = float(np.mean([one.outside for one in tests])) if tests else math.nan
    calibration = (
        _joined([one.calibration for one in tests], ["model", "decile", "expected", "observed"])
        .groupby(["model", "decile"], sort=False)
        .sum()
        .reset_index()
    )
    calibration["ratio"] = calibration["observed"] / calibration["expected"].replace(0.0, np.nan)
    coverage = (
        _joined([one.coverage for one in tests], ["model", "interval", "cells", "within"])
        .groupby(["model", "interval"], sort=False)
        .sum()
        .reset_index()
    )
    within = coverage.pop("within")
    coverage["covered"] = within / coverage["cells"].replace(0, np.nan)
    paired = _paired(runs, by_score)
    middle = areas[len(areas) // 2]
    use = _use(paired, middle, len(tests))
    of_middle = hits[(hits["what"] == "cells") & (hits["share"] == middle)]
    ranked = of_middle.sort_values("hit_rate", ascending=False, kind="stable")["model"]
    return Backtest(
        hits=hits,
        log_score=log_score,
        calibration=calibration,
        coverage=coverage,
        paired=paired,
        totals=_joined([one.totals for one in tests], ["origin", "model", "expected", "observed"]),
        runs=runs,
        use=use,
        best=str(ranked.iloc[0]) if len(ranked) else ALL,
        words=_words(of_middle, use, len(tests), middle, horizon),
    )


_RUNS: Final = ["origin", "model", "what", "share", "hit_rate", "best", "log_score"]


def _joined(frames: list[pd.DataFrame], columns: list[str]) -> pd.DataFrame:
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=columns)


def _paired(runs: pd.DataFrame, by_score: pd.DataFrame) -> pd.DataFrame:
    """Compare the pool with each other model at the same moments."""
    rows: list[dict[str, object]] = []
    groups = [
        ("hit_rate", str(what), float(str(share)), part)
        for (what, share), part in runs.groupby(["what", "share"], sort=False)
    ]
    groups += [
        ("log_score", str(what), math.nan, part)
        for what, part in by_score.groupby("what", sort=False)
    ]
    for measure, what, share, part in groups:
        wide = part.pivot_table(index="origin", columns="model", values=measure)
        for other in _MODELS[1:]:
            if other not in wide or POOL not in wide:
                continue
            both = wide[[POOL, other]].dropna()
            difference = both[POOL] - both[other]
            base = float(both[other].mean())
            relative = measure == "hit_rate" and base > 0
            rows.append(
                {
                    "against": other,
                    "measure": measure,
                    "what": what,
                    "share": share,
                    "difference": float(difference.mean()),
                    "se": _standard_error(difference),
                    "relative": float(difference.mean()) / base if relative else math.nan,
                    "origins": len(both),
                }
            )
    columns = ["against", "measure", "what", "share", "difference", "se", "relative", "origins"]
    return pd.DataFrame(rows, columns=columns)


def _use(paired: pd.DataFrame, middle: float, tested: int) -> Model:
    """Choose the pool only where it has shown itself better than the plain count."""
    if tested < _FEWEST:
        return "all history"
    of_cells = paired[(paired["against"] == ALL) & (paired["what"] == "cells")]
    hit = of_cells[(of_cells["measure"] == "hit_rate") & (of_cells["share"] == middle)]
    score = of_cells[of_cells["measure"] == "log_score"]
    not_worse = bool((hit["relative"] >= -_EQUAL).all()) and len(hit) > 0
    better = bool((score["difference"] > 0).all()) and len(score) > 0
    return "pool" if not_worse and better else "all history"


def _standard_error(values: pd.Series) -> float:
    return float(values.std(ddof=1) / math.sqrt(len(values))) if len(values) > 1 else math.nan


def _words(of_middle: pd.DataFrame, use: Model, tested: int, middle: float, horizon: float) -> str:
    if not tested:
        return (
            "De prognose is nog niet te toetsen: daarvoor zijn minstens acht weken meldingen nodig "
            "en een periode erna. Tot dan telt alle geschiedenis."
        )
    rates = of_middle.set_index("model")["hit_rate"]
    others = [
        f"{dutch.percent(rates[name])} bij {_IN_DUTCH[name]}"
        for name in _MODELS[1:]
        if name in rates
    ]
    said = (
        f"Getoetst op {dutch.amount(tested, 'moment', 'momenten')} in het verleden: van de "
        f"meldingen in de {dutch.amount(horizon, 'dag', 'dagen')} erna viel "
        f"{dutch.percent(rates[POOL])} in de {dutch.percent(middle, decimals=0)} van "
        f"de vakken die de prognose aanwees, tegen {dutch.join(others)}. "
    )
    if use == POOL:
        return said + "De kaart gebruikt daarom de prognose."
    if tested < _FEWEST:
        return said + "Dat is te weinig om op te kiezen: de kaart gebruikt alle geschiedenis."
    return said + (
        "De prognose is hier niet beter dan die telling: de kaart gebruikt alle geschiedenis."
    )
