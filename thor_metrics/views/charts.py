"""Charts (Altair): what to draw, apart from the numbers it is drawn from.

Every function gives a Vega-Lite description without data; the page sends the numbers beside it.
A description is made once and kept: making one takes 20 ms, more than the query behind it.

Nothing is counted here. Tooltips are whole sentences, made by the caller in a column ``words``.
Hidden counts are NA: drawn as an empty cell with a dot, never as nought.
"""

from __future__ import annotations

import copy
import datetime as dt
import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, ParamSpec

import altair as alt
import numpy as np
import pandas as pd

from thor_metrics.model import MONTHS, WEEKDAYS
from thor_metrics.views.look import LIGHT, Look

__all__ = [
    "Spec",
    "bars",
    "calendar",
    "calendar_cells",
    "hour_bars",
    "sparkline",
    "week_cells",
    "week_heat",
    "weekday_bars",
]

#: A Vega-Lite description; the data come beside it.
Spec = dict[str, Any]

_Given = ParamSpec("_Given")

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

#: Parts of the day begin here: night 0-6, morning 6-12, afternoon 12-18, evening 18-24.
DAY_PARTS: Final = (6, 12, 18)

_LABEL: Final = 15
_AXIS: Final = 14

#: Text in the cells of the week only where it fits.
_CELL_TEXT = alt.expr("width < 640 ? 0 : width < 1000 ? 12 : 14")

_WORDS = alt.Tooltip("words:N")


def _once(make: Callable[_Given, Any]) -> Callable[_Given, Spec]:
    """Make a description once per set of arguments; each caller gets a copy of its own."""
    kept: Callable[..., Spec] = functools.lru_cache(maxsize=256)(
        lambda *given, **options: _finished(make(*given, **options))
    )

    @functools.wraps(make)
    def fresh(*given: _Given.args, **options: _Given.kwargs) -> Spec:
        return copy.deepcopy(kept(*given, **options))

    return fresh


def _finished(chart: Any) -> Spec:
    """Give a chart Dutch numbers and months, quiet axes and text a projector can show."""
    spec: Spec = (
        chart.configure(locale=alt.Locale(number=_NUMBERS, time=_TIMES))
        .configure_view(strokeWidth=0)
        .configure_axis(labelFontSize=_AXIS, titleFontSize=_AXIS, domain=False, ticks=False)
        .to_dict()
    )
    spec.pop("data", None)
    # Streamlit leaves room below for an axis, also where there is none.
    return spec | {"padding": {"left": 5, "right": 10, "top": 5, "bottom": 5}}


def _layers(*layers: alt.Chart) -> Any:
    # A name instead of the rows: types are then taken from the shorthand, and nothing is sent.
    return alt.layer(*layers, data=alt.NamedData("rows"))


def _amount(look: Look) -> alt.Color:
    """Colours of amount: nine even steps from nought to the largest number there is.

    By ``share`` and not by ``count``, so that one description serves all numbers.
    """
    scale = alt.Scale(domain=[0, 1], range=list(look.steps), interpolate="rgb")
    return alt.Color("share:Q", scale=scale, legend=None)


def _shares(counts: pd.Series) -> pd.Series:
    """Counts as a part of the largest; missing stays missing, and all noughts stay nought."""
    top = counts.max()
    return counts / top if pd.notna(top) and top > 0 else counts * 0.0


# --- lines and bars -------------------------------------------------------------------------------


@_once
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
        tooltip=_WORDS,
    )
    last = base.transform_joinaggregate(newest="max(month)").transform_filter(
        "datum.month === datum.newest"
    )
    return _layers(
        base.mark_area(color=colour, opacity=0.18),
        base.mark_line(color=colour, strokeWidth=2.5),
        last.mark_point(color=colour, filled=True, size=70, opacity=1),
    ).properties(height=height)


@_once
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
        .encode(y=y, x=x, opacity=focus, tooltip=_WORDS)
    )
    if pick:
        bar = bar.add_params(alt.selection_point(pick, fields=[label]))
    number = (
        alt.Chart()
        .transform_calculate(place=f"isValid(datum['{value}']) ? datum['{value}'] : 0")
        .mark_text(align="left", dx=7, fontSize=_LABEL, color=look.ink)
        .encode(y=y, x=alt.X("place:Q", axis=None), text="shown:N")
    )
    return _layers(bar, number).properties(height=alt.Step(34))


@_once
def weekday_bars(*, look: Look = LIGHT, height: int = 200) -> Any:
    """Draw one bar a weekday, Monday first, its number on top.

    Rows: ``name`` ("ma"), ``count``, ``shown``, ``words``.
    """
    bar = _upright(list(WEEKDAYS), look).encode(y=alt.Y("count:Q", title=None, axis=None))
    text = bar.mark_text(dy=-9, fontSize=_LABEL, color=look.ink).encode(text="shown:N")
    # Room above the tallest bar for its number.
    room = bar.mark_point(opacity=0).encode(y=alt.Y("high:Q", axis=None))
    return _layers(bar, text, room.transform_calculate(high="datum.count * 1.12")).properties(
        height=height
    )


@_once
def hour_bars(*, look: Look = LIGHT, height: int = 200) -> Any:
    """Draw one bar an hour of the day.

    Rows: ``name`` ("08"), ``count``, ``words``.
    """
    grid = alt.Axis(grid=True, tickCount=4, format=",d")
    hours = [f"{hour:02d}" for hour in range(24)]
    return _layers(
        _upright(hours, look).encode(y=alt.Y("count:Q", title=None, axis=grid))
    ).properties(height=height)


def _upright(order: Sequence[str], look: Look) -> alt.Chart:
    x = alt.X("name:O", sort=list(order), title=None, axis=alt.Axis(labelAngle=0))
    return alt.Chart().mark_bar(color=look.steps[5], cornerRadiusEnd=2).encode(x=x, tooltip=_WORDS)


# --- the week -------------------------------------------------------------------------------------


@_once
def week_heat(
    *, look: Look = LIGHT, brush: str = "", ringed: bool = False, height: int = 330
) -> Any:
    """Draw the week: seven days by twenty-four hours, Monday on top.

    Rows: of :func:`week_cells`.

    Parameters
    ----------
    brush : str
        Name of an interval selection; it gives two numbers for ``hour`` and for ``weekday``.
    ringed : bool
        Ring the cells whose ``ringed`` is true.

    Notes
    -----
    Both axes are numbers, not names, so that a brush gives two numbers from which whole hours
    and days follow, and so that the dagdeel lines stand exactly between two hours.
    """
    x_axis = alt.Axis(
        values=list(range(0, 25, 2)),
        labelExpr="datum.value < 10 ? '0' + datum.value : datum.value",
        grid=False,
        title="uur van de dag",
    )
    y_axis = alt.Axis(
        values=[day + 0.5 for day in range(7)],
        labelExpr=f"{list(WEEKDAYS)}[floor(datum.value)]",
        grid=False,
        title=None,
        labelPadding=8,
    )
    x = alt.X("hour:Q", scale=alt.Scale(domain=[0, 24], nice=False), axis=x_axis)
    y = alt.Y("weekday:Q", scale=alt.Scale(domain=[7, 0], nice=False), axis=y_axis)
    cell = alt.Chart().encode(x=x, x2="right", y=y, y2="below", tooltip=_WORDS)
    rect = cell.mark_rect(stroke=look.surface, strokeWidth=1).encode(color=_amount(look))
    if brush:
        mark = alt.BrushConfig(stroke=look.ink, strokeWidth=2, fill=look.primary, fillOpacity=0.12)
        rect = rect.add_params(alt.selection_interval(brush, encodings=["x", "y"], mark=mark))
    text = (
        alt.Chart()
        .transform_calculate(middle="datum.hour + 0.5", centre="datum.weekday + 0.5")
        .mark_text(fontSize=_CELL_TEXT, baseline="middle")
        .encode(x="middle:Q", y="centre:Q", text="shown:N", color=alt.Color("ink:N", scale=None))
    )
    # Lines from the same rows: Streamlit knows of one set of data a chart.
    starts = alt.FieldOneOfPredicate("hour", list(DAY_PARTS))
    lines = (
        alt.Chart()
        .transform_filter(starts)
        .transform_filter("datum.weekday === 0")
        .mark_rule(color=look.ink, strokeWidth=1.5, strokeDash=[4, 3])
        .encode(x="hour:Q")
    )
    rings = cell.transform_filter(alt.datum.ringed).mark_rect(
        filled=False, stroke=look.more, strokeWidth=3
    )
    heat = _layers(rect, text, lines, *([rings] if ringed else []))
    # As a drawing the brush would be read aloud as a picture without a name. On a canvas a
    # screen reader gets the chart's own name, and the table below it tells the same.
    canvas = {"embedOptions": {"renderer": "canvas"}}
    # The text has colours of its own; sharing one scale with the cells draws nothing at all.
    return heat.resolve_scale(color="independent").properties(height=height, usermeta=canvas)


def week_cells(hours: pd.DataFrame, *, look: Look = LIGHT) -> pd.DataFrame:
    """Complete the hours of the week to what :func:`week_heat` draws.

    Parameters
    ----------
    hours : DataFrame
        ``weekday`` (Monday 0), ``hour`` (0-23), ``count`` (NA where hidden), ``shown``,
        ``words``, and optionally ``ringed``.
    """
    counts = hours["count"].astype("Float64").astype("float64")
    shares = _shares(counts)
    return hours.assign(
        count=counts,
        share=shares,
        right=hours["hour"] + 1,
        below=hours["weekday"] + 1,
        ink=_ink_on(shares, look),
    )


def _ink_on(shares: pd.Series, look: Look) -> np.ndarray:
    """Text colour per cell: the one that can be read on its colour, or on the page if hidden."""
    step = (shares.fillna(0.0) * (len(look.steps) - 1)).round().astype(int)
    return np.where(shares.isna(), look.ink, np.array(look.on_steps)[step.to_numpy()])


# --- the calendar -------------------------------------------------------------------------------

#: Longer than this and the calendar gets a chart a year.
_DAYS_ON_ONE_ROW: Final = 400


@_once
def calendar(*, ringed: bool = False, look: Look = LIGHT) -> Any:
    """Draw days: weeks along, Monday on top.

    Rows: of :func:`calendar_cells`.

    Parameters
    ----------
    ringed : bool
        There are days to ring.
    """
    week = "'wk ' + timeFormat(toDate(datum.value + 'T12:00'), '%-V')"
    axis = alt.Axis(labelAngle=0, labelOverlap="greedy", labelExpr=week)
    x = alt.X("monday:O", title=None, axis=axis)
    y = alt.Y("day:O", sort=list(WEEKDAYS), title=None, axis=alt.Axis(labelPadding=6))
    base = alt.Chart().encode(x=x, y=y, tooltip=_WORDS)
    rect = base.mark_rect(stroke=look.surface, strokeWidth=2).encode(color=_amount(look))
    # The first of a month is written in its cell: the months need no second axis.
    names = base.mark_text(fontSize=11, fontWeight="bold").encode(
        text="month:N", color=alt.Color("ink:N", scale=None)
    )
    rings = base.transform_filter(alt.datum.ringed).mark_rect(
        filled=False, stroke=look.more, strokeWidth=2.5
    )
    weeks = _layers(rect, names, *([rings] if ringed else []))
    return weeks.resolve_scale(color="independent").properties(height=alt.Step(27))


def calendar_cells(
    days: pd.DataFrame, *, marks: Mapping[dt.date, str] | None = None, look: Look = LIGHT
) -> dict[str, pd.DataFrame]:
    """Lay days out in weeks.

    Parameters
    ----------
    days : DataFrame
        ``date``, ``count`` (NA where hidden), ``words``; every day of the period.
    marks : mapping of date to str, optional
        Holidays and events; their days get a ring.

    Returns
    -------
    dict of str to DataFrame
        Years as text ("2026", "2025-2026", or year after year when it is long) ->
        ``monday`` (first day of the week, ISO), ``day, count, share`` (of the largest of all
        years), ``words, ringed, month, ink``.
    """
    marks = marks or {}
    dates: list[dt.date] = days["date"].tolist()
    counts = days["count"].astype("Float64").astype("float64")
    shares = _shares(counts)
    cells = pd.DataFrame(
        {
            "monday": [(day - dt.timedelta(day.weekday())).isoformat() for day in dates],
            "day": [WEEKDAYS[day.weekday()] for day in dates],
            "count": counts.to_numpy(),
            "share": shares.to_numpy(),
            "words": days["words"].to_numpy(),
            "ringed": [day in marks for day in dates],
            "month": [MONTHS[day.month - 1] if day.day == 1 else "" for day in dates],
            "ink": _ink_on(shares, look),
        }
    )
    years = np.array([str(day.year) for day in dates])
    if len(dates) <= _DAYS_ON_ONE_ROW:
        return {"-".join(sorted(set(years))): cells} if dates else {}
    return {year: cells[years == year].reset_index(drop=True) for year in sorted(set(years))}
