"""What an action changed: before and after, against a control, with honest intervals.

Two rules stand above the formulas. A place that was chosen because it was bad gets better by
itself, so :func:`separate_windows` refuses a baseline that overlaps the window of the choice. And
reports come in bursts, so every interval takes a dispersion; leaving it at 1 says that events are
independent, which weekly and monthly counts of reports are not.
"""

from thor_metrics.effects.displacement import (
    Difference,
    weighted_displacement_difference,
    weighted_displacement_quotient,
)
from thor_metrics.effects.estimate import (
    FEWEST,
    LESS,
    MORE,
    NO_DIFFERENCE,
    TOO_FEW,
    Estimate,
    needed,
    verdict,
    verdicts,
)
from thor_metrics.effects.pooling import Pooled, pooled
from thor_metrics.effects.ratios import before_after, e_test, period_dispersion, rate_ratio
from thor_metrics.effects.windows import separate_windows

__all__ = [
    "FEWEST",
    "LESS",
    "MORE",
    "NO_DIFFERENCE",
    "TOO_FEW",
    "Difference",
    "Estimate",
    "Pooled",
    "before_after",
    "e_test",
    "needed",
    "period_dispersion",
    "pooled",
    "rate_ratio",
    "separate_windows",
    "verdict",
    "verdicts",
    "weighted_displacement_difference",
    "weighted_displacement_quotient",
]
