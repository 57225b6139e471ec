"""The indicators of the execution plan: one definition, one module a theme, one list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from thor_metrics import stats
from thor_metrics.engine import Engine
from thor_metrics.errors import SelectionError
from thor_metrics.indicators.registry import (
    afval,
    evenementen,
    fiets,
    informatie,
    organisatie,
    parkeren,
    sociaal,
    wijk,
)
from thor_metrics.indicators.registry.counting import compute
from thor_metrics.indicators.registry.definition import BY, Indicator, Measure
from thor_metrics.indicators.registry.shy import known_period, looked_up
from thor_metrics.model import Selection

__all__ = [
    "BY",
    "INDICATORS",
    "Indicator",
    "Measure",
    "compute",
    "known_period",
    "measured",
    "published",
]

_MODULES: Final = (afval, fiets, parkeren, sociaal, evenementen, organisatie, informatie, wijk)

#: Key -> indicator, in the order of the plan.
INDICATORS: Final[dict[str, Indicator]] = {
    indicator.key: indicator for module in _MODULES for indicator in module.INDICATORS
}


def measured(
    engine: Engine,
    selection: Selection,
    *,
    key: str,
    by: Sequence[str] = (),
    hide_people_below: int = 10,
    hide_sanctions_below: int = 5,
) -> pd.DataFrame:
    """Count one indicator, as it may be shown.

    Parameters
    ----------
    engine, selection
        As for :func:`compute`: period and area hold.
    key : str
        Of :data:`INDICATORS`.
    by : sequence of str
        Of :data:`BY`.
    hide_people_below, hide_sanctions_below : int
        Smallest numbers that are shown.

    Returns
    -------
    DataFrame
        The columns of ``by``, then ``numerator, denominator, value, low, high, suppressed``;
        ``low`` and ``high`` are the 95 % interval of a proportion (Wilson 1927), NaN otherwise.

    Raises
    ------
    SelectionError
        When there is no such indicator.
    ThorError
        When it cannot be split like that, or not over such a period (see
        :func:`thor_metrics.indicators.registry.shy.known_period`).
    """
    indicator = INDICATORS.get(key)
    if indicator is None:
        raise SelectionError(
            f"De indicator '{key}' bestaat niet. Kies uit: {', '.join(INDICATORS)}."
        )
    return published(
        engine,
        selection,
        indicator=indicator,
        by=by,
        hide_people_below=hide_people_below,
        hide_sanctions_below=hide_sanctions_below,
    )


def published(
    engine: Engine,
    selection: Selection,
    *,
    indicator: Indicator,
    by: Sequence[str] = (),
    hide_people_below: int = 10,
    hide_sanctions_below: int = 5,
) -> pd.DataFrame:
    """Make of an indicator what may be shown, with the value: see :func:`measured`.

    Notes
    -----
    ``value`` is the numerator, or the numerator over the denominator (NaN where that is 0). A
    share of which either part is hidden is hidden whole.
    """
    if indicator.shy:
        counted = looked_up(
            engine,
            selection,
            indicator=indicator,
            by=by,
            hide_people_below=hide_people_below,
            hide_sanctions_below=hide_sanctions_below,
        )
    else:
        counted = compute(engine, selection, indicator=indicator, by=by).assign(hidden=False)
    hidden = counted["hidden"]
    top = counted["numerator"].astype("float64").mask(hidden)
    bottom = counted["denominator"].astype("float64").mask(hidden)
    value = top if indicator.denominator is None else top / bottom.where(bottom > 0)
    nothing = np.full(len(value), np.nan)
    low, high = stats.wilson(top, bottom) if indicator.proportion else (nothing, nothing)
    return counted[list(by)].assign(
        numerator=top, denominator=bottom, value=value, low=low, high=high, suppressed=hidden
    )
