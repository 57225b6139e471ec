"""The course over months, with its scale in words: first year, last number."""

from __future__ import annotations

from typing import Any

import altair as alt

from thor_metrics.views.charts.common import LABEL, WORDS, layers, once
from thor_metrics.views.look import LIGHT, Look

__all__ = ["course"]


@once
def course(*, look: Look = LIGHT, height: int = 150) -> Any:
    """Draw months as a line from zero; the last one has its number beside it.

    Rows: ``month`` ("2026-06") in order, ``count`` (NA where hidden), ``last`` (the number of the
    last month as text, else ""), ``words``.
    """
    year = "slice(datum.value, 5) === '01' ? slice(datum.value, 0, 4) : ''"
    axis = alt.Axis(labelExpr=year, labelAngle=0, labelOverlap=False, title=None, grid=False)
    grid = alt.Axis(grid=True, tickCount=3, format=",d", title=None)
    base = alt.Chart().encode(
        x=alt.X("month:O", axis=axis),
        y=alt.Y("count:Q", axis=grid, scale=alt.Scale(zero=True)),
        tooltip=WORDS,
    )
    end = base.transform_filter("datum.last !== ''")
    told: dict[str, Any] = {
        "fontSize": LABEL,
        "fontWeight": "bold",
        "align": "right",
        "dx": -4,
        "dy": -14,
    }
    return layers(
        base.mark_area(color=look.steps[5], opacity=0.15),
        base.mark_line(color=look.steps[5], strokeWidth=2.5),
        base.mark_point(color=look.steps[5], filled=True, size=28, opacity=1),
        end.mark_point(color=look.ink, filled=True, size=80, opacity=1),
        # The number stays readable where the line runs through it.
        end.mark_text(color=look.surface, stroke=look.surface, strokeWidth=6, **told).encode(
            text="last:N"
        ),
        end.mark_text(color=look.ink, **told).encode(text="last:N"),
    ).properties(height=height)
