"""The indicators of the execution plan: one definition, one module a theme, one list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pandas as pd

from thor_metrics.engine import Engine
from thor_metrics.errors import SelectionError
from thor_metrics.indicators.registry import afval
from thor_metrics.indicators.registry.definition import (
    BY,
    Indicator,
    Measure,
    compute,
    publish,
)
from thor_metrics.model import Selection

__all__ = ["BY", "INDICATORS", "Indicator", "Measure", "compute", "measured", "publish"]

#: Key -> indicator, in the order of the plan.
INDICATORS: Final[dict[str, Indicator]] = {
    indicator.key: indicator for module in (afval,) for indicator in module.INDICATORS
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
        The columns of ``by``, then ``numerator, denominator, value, suppressed``.

    Raises
    ------
    SelectionError
        When there is no such indicator.
    ThorError
        When it cannot be split like that.
    """
    indicator = INDICATORS.get(key)
    if indicator is None:
        raise SelectionError(
            f"De indicator '{key}' bestaat niet. Kies uit: {', '.join(INDICATORS)}."
        )
    return publish(
        compute(engine, selection, indicator=indicator, by=by),
        indicator,
        by=by,
        in_area=selection.gebied is not None or selection.buurt is not None,
        hide_people_below=hide_people_below,
        hide_sanctions_below=hide_sanctions_below,
    )
