"""Charts (Altair): a tidy frame in, a chart out.

Every chart gets its numbers ready-made; nothing is counted here. Tooltips are whole sentences,
made by the caller in a column ``words``. Hidden counts are NA: they are drawn as an empty cell
with a dot, never as nought.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Final

import altair as alt
import numpy as np
import pandas as pd

from thor_metrics.model import MONTHS, WEEKDAYS
from thor_metrics.views.look import LIGHT, Look

__all__ = ["bars", "calendar", "hour_bars", "sparkline", "week_heat", "weekday_bars"]

_NUMBERS: Final = {"decimal": ",", "thousands": ".", "grouping": [3], "currency": ["€ ", ""]}
_TIMES: Final = {
    "dateTime": "%a %e %B %Y %X",
    "date": "%d-%m-%Y",
    "time": "%H:%M:%S",
    "periods": ["", ""],
    "days": ["zondag", "maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag"],
    "shortDays": ["zo", "ma", "di", "wo", "do", "vr", "za"],
    "months": [
        "januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september",
        "oktober", "november", "december",
    ],
    "shortMonths": list(MONTHS),
}  # fmt: skip

#: Sides of the day begin here: night 0-6, morning 6-12, afternoon 12-18, evening 18-24.
DAY_PARTS: Final = (6, 12, 18)

_LABEL = 15

#: Text in the cells of the week only where it fits.
_CELL_TEXT = alt.expr("width < 640 ? 0 : width < 1000 ? 12 : 14")
_AXIS = 14


def _finish(chart: Any) -> Any:
    """Give a chart Dutch numbers and months, quiet axes and text a projector can show."""
    return (
        chart.configure(locale=alt.Locale(number=_NUMBERS, time=_TIMES))
        .configure_view(strokeWidth=0)
        .configure_axis(labelFontSize=_AXIS, titleFontSize=_AXIS, domain=False, ticks=False)
    )


def _words() -> alt.Tooltip:
    """A tooltip that is one sentence: a single field shows without a table round it."""
    return alt.Tooltip("words:N")


def sparkline(months: pd.DataFrame, *, colour: str, height: int = 56) -> alt.LayerChart:
    """Draw the course over months as a small line from zero, with its last point.

    Parameters
    ----------
    months : DataFrame
        ``month`` ("2026-06"), ``count`` (NA where hidden) and ``words``, in order of time.
    colour : str
        The theme's colour.
    height : int, default 56
        Pixels.
    """
    base = alt.Chart(months).encode(
        x=alt.X("month:O", axis=None),
        y=alt.Y("count:Q", axis=None, scale=alt.Scale(zero=True, nice=False)),
        tooltip=_words(),
    )
    area = base.mark_area(color=colour, opacity=0.18)
    line = base.mark_line(color=colour, strokeWidth=2.5)
    last = alt.Chart(months.tail(1)).mark_point(color=colour, filled=True, size=70, opacity=1)
    point = last.encode(x="month:O", y="count:Q", tooltip=_words())
    return _finish((area + line + point).properties(height=height))


def bars(
    frame: pd.DataFrame,
    *,
    label: str,
    value: str,
    before: str | None = None,
    chosen: str | None = None,
    look: Look = LIGHT,
    pick: str | None = None,
) -> alt.LayerChart:
    """Draw a ranking: one bar a row in the order given, its number at the end.

    Parameters
    ----------
    frame : DataFrame
        ``label``, ``value`` (NA where hidden), ``shown`` (the number as text), ``words``.
    label, value : str
        Columns.
    before : str, optional
        Column with the comparison period: a grey tick behind.
    chosen : str, optional
        Label to keep in focus; the others are quieter.
    pick : str, optional
        Name of a selection: clicking a bar gives its label.
    """
    order = frame[label].tolist()
    y = alt.Y(f"{label}:N", sort=order, title=None, axis=alt.Axis(labelLimit=260, labelPadding=8))
    x = alt.X(f"{value}:Q", axis=None, scale=alt.Scale(zero=True))
    focus = (
        alt.value(1.0)
        if chosen is None
        else alt.condition(alt.datum[label] == chosen, alt.value(1.0), alt.value(0.4))
    )
    bar = (
        alt.Chart(frame)
        .mark_bar(
            color=look.steps[5],
            cornerRadiusEnd=2,
            height={"band": 0.62},
            cursor="pointer" if pick else "default",
        )
        .encode(y=y, x=x, opacity=focus, tooltip=_words())
    )
    if pick:
        bar = bar.add_params(alt.selection_point(pick, fields=[label]))
    number = (
        alt.Chart(frame)
        .mark_text(align="left", dx=7, fontSize=_LABEL, color=look.ink)
        .encode(
            y=y,
            x=alt.X("place:Q", axis=None),
            text="shown:N",
        )
        .transform_calculate(place=f"isValid(datum['{value}']) ? datum['{value}'] : 0")
    )
    layers = [bar, number]
    if before is not None:
        tick = (
            alt.Chart(frame)
            .mark_tick(color=look.before, thickness=3, height={"band": 0.9})
            .encode(y=y, x=alt.X(f"{before}:Q", axis=None))
        )
        layers.insert(1, tick)
    return _finish(alt.layer(*layers).properties(height=alt.Step(34)))


def week_heat(
    hours: pd.DataFrame, *, look: Look = LIGHT, brush: str | None = None, height: int = 330
) -> alt.LayerChart:
    """Draw the week: seven days by twenty-four hours, Monday on top.

    Parameters
    ----------
    hours : DataFrame
        ``weekday`` (Monday 0), ``hour`` (0-23), ``count`` (NA where hidden), ``shown``,
        ``words``, and optionally ``ringed`` (unusual cells).
    brush : str, optional
        Name of an interval selection; it gives the positions ``day`` and ``hour``.

    Notes
    -----
    Both axes are numbers, not names, so that a brush gives two numbers from which whole hours
    and days follow, and so that the dagdeel lines stand exactly between two hours.
    """
    cells = hours.assign(
        right=hours["hour"] + 1,
        below=hours["weekday"] + 1,
        ink=_ink_on(hours["count"], look),
    )
    x_axis = alt.Axis(
        values=list(range(0, 25, 2)),
        labelExpr="datum.value < 10 ? '0' + datum.value : datum.value",
        grid=False, title="uur van de dag",
    )  # fmt: skip
    y_axis = alt.Axis(
        values=[day + 0.5 for day in range(7)],
        labelExpr=f"{list(WEEKDAYS)}[floor(datum.value)]",
        grid=False, title=None, labelPadding=8,
    )  # fmt: skip
    x = alt.X("hour:Q", scale=alt.Scale(domain=[0, 24], nice=False), axis=x_axis)
    y = alt.Y("weekday:Q", scale=alt.Scale(domain=[7, 0], nice=False), axis=y_axis)
    rect = (
        alt.Chart(cells)
        .mark_rect(stroke=look.surface, strokeWidth=1)
        .encode(
            x=x,
            x2="right",
            y=y,
            y2="below",
            color=alt.Color("count:Q", scale=amount_scale(hours["count"], look), legend=None),
            tooltip=_words(),
        )
    )
    if brush:
        mark = alt.BrushConfig(stroke=look.ink, strokeWidth=2, fill=look.primary, fillOpacity=0.12)
        rect = rect.add_params(alt.selection_interval(brush, encodings=["x", "y"], mark=mark))
    text = (
        alt.Chart(cells)
        .transform_calculate(middle="datum.hour + 0.5", centre="datum.weekday + 0.5")
        .mark_text(fontSize=_CELL_TEXT, baseline="middle")
        .encode(x="middle:Q", y="centre:Q", text="shown:N", color=alt.Color("ink:N", scale=None))
    )
    lines = (
        alt.Chart(pd.DataFrame({"hour": list(DAY_PARTS)}))
        .mark_rule(color=look.ink, strokeWidth=1.5, strokeDash=[4, 3])
        .encode(x="hour:Q")
    )
    layers = [rect, text, lines]
    if "ringed" in cells:
        rings = (
            alt.Chart(cells[cells["ringed"].to_numpy(bool)])
            .mark_rect(filled=False, stroke=look.more, strokeWidth=3)
            .encode(x="hour:Q", x2="right", y="weekday:Q", y2="below", tooltip=_words())
        )
        layers.append(rings)
    heat = alt.layer(*layers).resolve_scale(color="independent")
    # As a drawing the brush would be read aloud as a picture without a name. On a canvas a
    # screen reader gets the chart's own name, and the table beside it tells the same.
    canvas = {"embedOptions": {"renderer": "canvas"}}
    return _finish(heat.properties(height=height, usermeta=canvas))


def _ink_on(counts: pd.Series, look: Look) -> np.ndarray:
    """Text colour per cell: whichever of the two can be read on the cell's own colour."""
    top = counts.max()
    share = (counts / top).fillna(0.0) if top and top > 0 else counts.fillna(0) * 0.0
    step = (share * (len(look.steps) - 1)).round().astype(int)
    return np.array(look.on_steps)[step.to_numpy()]


def amount_scale(counts: pd.Series, look: Look) -> alt.Scale:
    """Colours of amount: nine even steps from nought to the largest number."""
    top = counts.max()
    return alt.Scale(
        domain=[0, float(top) if pd.notna(top) and top > 0 else 1.0],
        range=list(look.steps),
        interpolate="rgb",
    )


def weekday_bars(days: pd.DataFrame, *, look: Look = LIGHT, height: int = 200) -> alt.LayerChart:
    """Draw one bar a weekday, Monday first.

    Parameters
    ----------
    days : DataFrame
        ``weekday`` (Monday 0), ``count``, ``shown``, ``words``.
    """
    named = days.assign(day=[WEEKDAYS[number] for number in days["weekday"]])
    return _upright(named, "day", list(WEEKDAYS), look=look, height=height, numbers=True)


def hour_bars(hours: pd.DataFrame, *, look: Look = LIGHT, height: int = 200) -> alt.LayerChart:
    """Draw one bar an hour of the day.

    Parameters
    ----------
    hours : DataFrame
        ``hour`` (0-23), ``count``, ``shown``, ``words``.
    """
    named = hours.assign(label=[f"{hour:02d}" for hour in hours["hour"]])
    order = [f"{hour:02d}" for hour in range(24)]
    return _upright(named, "label", order, look=look, height=height, numbers=False)


def _upright(
    frame: pd.DataFrame,
    label: str,
    order: Sequence[str],
    *,
    look: Look,
    height: int,
    numbers: bool,
) -> alt.LayerChart:
    x = alt.X(f"{label}:O", sort=list(order), title=None, axis=alt.Axis(labelAngle=0))
    top = frame["count"].max()
    # Room above the tallest bar for its number.
    room = alt.Scale(domain=[0, float(top) * (1.12 if numbers else 1.0) if top > 0 else 1.0])
    bar = (
        alt.Chart(frame)
        .mark_bar(color=look.steps[5], cornerRadiusEnd=2)
        .encode(
            x=x,
            y=alt.Y("count:Q", title=None, scale=room, axis=None if numbers else _grid()),
            tooltip=_words(),
        )
    )
    layers = [bar]
    if numbers:
        text = (
            alt.Chart(frame)
            .mark_text(dy=-9, fontSize=_LABEL, color=look.ink)
            .encode(x=x, y=alt.Y("count:Q", axis=None, scale=room), text="shown:N")
        )
        layers.append(text)
    return _finish(alt.layer(*layers).properties(height=height))


def _grid() -> alt.Axis:
    return alt.Axis(grid=True, tickCount=4, format=",d")


def calendar(
    days: pd.DataFrame, *, marks: Mapping[dt.date, str] | None = None, look: Look = LIGHT
) -> dict[int, alt.LayerChart]:
    """Draw every day of a period: weeks along, Monday on top, one chart an ISO year.

    Parameters
    ----------
    days : DataFrame
        ``date``, ``count`` (NA where hidden), ``words``; every day of the period.
    marks : mapping of date to str, optional
        Holidays and events; their days get a ring.

    Returns
    -------
    dict of int to LayerChart
        ISO year -> chart, on one scale of colours.
    """
    marks = marks or {}
    iso = [day.isocalendar() for day in days["date"]]
    cells = pd.DataFrame(
        {
            "year": [day.year for day in iso],
            "week": [day.week for day in iso],
            "weekday": [WEEKDAYS[day.weekday - 1] for day in iso],
            "count": days["count"].to_numpy(),
            "words": days["words"].to_numpy(),
            "ringed": [day in marks for day in days["date"]],
            # The first of a month is written in its cell: the months need no second axis.
            "month": [MONTHS[day.month - 1] if day.day == 1 else "" for day in days["date"]],
            "ink": _ink_on(days["count"], look),
        }
    )
    scale = amount_scale(days["count"], look)
    return {
        year: _finish(
            _weeks(cells[cells["year"] == year], scale, look).properties(height=alt.Step(27))
        )
        for year in sorted(set(cells["year"].tolist()))
    }


def _weeks(cells: pd.DataFrame, scale: alt.Scale, look: Look) -> alt.LayerChart:
    axis = alt.Axis(labelAngle=0, labelOverlap="greedy", labelExpr="'wk ' + datum.value")
    x = alt.X("week:O", title=None, axis=axis)
    y = alt.Y("weekday:O", sort=list(WEEKDAYS), title=None, axis=alt.Axis(labelPadding=6))
    base = alt.Chart(cells).encode(x=x, y=y, tooltip=_words())
    rect = base.mark_rect(stroke=look.surface, strokeWidth=2).encode(
        color=alt.Color("count:Q", scale=scale, legend=None)
    )
    names = base.mark_text(fontSize=11, fontWeight="bold").encode(
        text="month:N", color=alt.Color("ink:N", scale=None)
    )
    layers = [rect, names]
    if cells["ringed"].any():
        rings = base.transform_filter(alt.datum.ringed)
        layers.append(rings.mark_rect(filled=False, stroke=look.more, strokeWidth=2.5))
    # The text has colours of its own; sharing one scale with the cells draws nothing at all.
    return alt.layer(*layers).resolve_scale(color="independent")
