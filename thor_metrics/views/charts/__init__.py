"""Charts (Altair): what to draw, apart from the numbers it is drawn from.

Every function gives a Vega-Lite description without data; the page sends the numbers beside it.
A description is made once and kept: making one takes 20 ms, more than the query behind it.

Nothing is counted here. Tooltips are whole sentences, made by the caller in a column ``words``.
Hidden counts are NA: drawn as an empty cell with a dot, never as nought.
"""

from thor_metrics.views.charts.bars import bars, hour_bars, sparkline, weekday_bars
from thor_metrics.views.charts.common import Spec
from thor_metrics.views.charts.course import course
from thor_metrics.views.charts.effect import effect_course, forest, funnel
from thor_metrics.views.charts.week import difference_cells, week_cells, week_heat
from thor_metrics.views.charts.year import calendar, calendar_cells

__all__ = [
    "Spec",
    "bars",
    "calendar",
    "calendar_cells",
    "course",
    "difference_cells",
    "effect_course",
    "forest",
    "funnel",
    "hour_bars",
    "sparkline",
    "week_cells",
    "week_heat",
    "weekday_bars",
]
