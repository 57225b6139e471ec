"""Lines and bars."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt

from thor_metrics.model import WEEKDAYS
from thor_metrics.views.charts.common import LABEL, WORDS, layers, once
from thor_metrics.views.look import LIGHT, Look

__all__ = ["bars", "hour_bars", "sparkline", "weekday_bars"]


@once
def sparkline(*, colour: str, height: int = 56) -> Any:
    """Draw the course over months as a small line from zero, with its last point.

    Rows: ``month`` ("2026-06") in order, ``count`` (NA where hidden), ``words``.

    Parameters
    ----------
    colour : str
        The theme's colour.
    height : int, default 56
        Pixels.
    """
    base = alt.Chart().encode(
        x=alt.X("month:O", axis=None),
        y=alt.Y("count:Q", axis=None, scale=alt.Scale(zero=True, nice=False)),
        tooltip=WORDS,
    )
    last = base.transform_joinaggregate(newest="max(month)").transform_filter(
        "datum.month === datum.newest"
    )
    return layers(
        base.mark_area(color=colour, opacity=0.18),
        base.mark_line(color=colour, strokeWidth=2.5),
        last.mark_point(color=colour, filled=True, size=70, opacity=1),
    ).properties(height=height)


@once
def bars(
    *, label: str, value: str, chosen: str | None = None, look: Look = LIGHT, pick: str = ""
) -> Any:
    """Draw a ranking: one bar a row in the order given, its number at the end.

    Rows: ``label``, ``value`` (NA where hidden), ``shown`` (the number as text), ``words``.

    Parameters
    ----------
    label, value : str
        Columns.
    chosen : str, optional
        Label to keep in focus; the others are quieter.
    pick : str
        Name of a selection: clicking a bar gives its label.
    """
    y = alt.Y(f"{label}:N", sort=None, title=None, axis=alt.Axis(labelLimit=260, labelPadding=8))
    x = alt.X(f"{value}:Q", axis=None, scale=alt.Scale(zero=True))
    focus = (
        alt.value(1.0)
        if chosen is None
        else alt.condition(alt.datum[label] == chosen, alt.value(1.0), alt.value(0.4))
    )
    bar = (
        alt.Chart()
        .mark_bar(
            color=look.steps[5],
            cornerRadiusEnd=2,
            height={"band": 0.62},
            cursor="pointer" if pick else "default",
        )
        .encode(y=y, x=x, opacity=focus, tooltip=WORDS)
    )
    if pick:
        bar = bar.add_params(alt.selection_point(pick, fields=[label]))
    number = (
        alt.Chart()
        .transform_calculate(place=f"isValid(datum['{value}']) ? datum['{value}'] : 0")
        .mark_text(align="left", dx=7, fontSize=LABEL, color=look.ink)
        .encode(y=y, x=alt.X("place:Q", axis=None), text="shown:N")
    )
    return layers(bar, number).properties(height=alt.Step(34))


@once
def weekday_bars(*, look: Look = LIGHT, height: int = 200) -> Any:
    """Draw one bar a weekday, Monday first, its number on top.

    Rows: ``name`` ("ma"), ``count``, ``shown``, ``words``.
    """
    bar = _upright(list(WEEKDAYS), look).encode(y=alt.Y("count:Q", title=None, axis=None))
    text = bar.mark_text(dy=-9, fontSize=LABEL, color=look.ink).encode(text="shown:N")
    # Room above the tallest bar for its number.
    room = bar.mark_point(opacity=0).encode(y=alt.Y("high:Q", axis=None))
    return layers(bar, text, room.transform_calculate(high="datum.count * 1.12")).properties(
        height=height
    )


@once
def hour_bars(*, look: Look = LIGHT, height: int = 200) -> Any:
    """Draw one bar an hour of the day.

    Rows: ``name`` ("08"), ``count``, ``words``.
    """
    grid = alt.Axis(grid=True, tickCount=4, format=",d")
    hours = [f"{hour:02d}" for hour in range(24)]
    return layers(
        _upright(hours, look).encode(y=alt.Y("count:Q", title=None, axis=grid))
    ).properties(height=height)


def _upright(order: Sequence[str], look: Look) -> alt.Chart:
    x = alt.X("name:O", sort=list(order), title=None, axis=alt.Axis(labelAngle=0))
    return alt.Chart().mark_bar(color=look.steps[5], cornerRadiusEnd=2).encode(x=x, tooltip=WORDS)
