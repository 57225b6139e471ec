"""The calendar: every day of the period."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

import altair as alt
import numpy as np
import pandas as pd

from thor_metrics.model import MONTHS, WEEKDAYS
from thor_metrics.views.charts.common import WORDS, amount, ink_on, layers, once, shares
from thor_metrics.views.look import LIGHT, Look

__all__ = ["calendar", "calendar_cells"]

#: Longer than this and the calendar gets a chart a year.
_DAYS_ON_ONE_ROW: Final = 400

#: What can be special about a day, and how it is drawn.
_SPECIAL: Final = ("ringed", "event", "school")


@once
def calendar(
    *,
    ringed: bool = False,
    event: bool = False,
    school: bool = False,
    market: tuple[int, ...] = (),
    look: Look = LIGHT,
) -> Any:
    """Draw days: weeks along, Monday on top.

    Rows: of :func:`calendar_cells`.

    Parameters
    ----------
    ringed, event, school : bool
        There are days to ring, to ring with dashes, to underline. A layer without rows would be
        read aloud as an empty picture.
    market : tuple of int
        Weekdays of the market, which the names of those days say.
    """
    week = "'wk ' + timeFormat(toDate(datum.value + 'T12:00'), '%-V')"
    axis = alt.Axis(labelAngle=0, labelOverlap="greedy", labelExpr=week)
    names = [f"{name} (markt)" if day in market else name for day, name in enumerate(WEEKDAYS)]
    told = f"{names}[indexof({list(WEEKDAYS)}, datum.value)]"
    x = alt.X("monday:O", title=None, axis=axis)
    y = alt.Y(
        "day:O", sort=list(WEEKDAYS), title=None, axis=alt.Axis(labelPadding=6, labelExpr=told)
    )
    base = alt.Chart().encode(x=x, y=y, tooltip=WORDS)
    rect = base.mark_rect(stroke=look.surface, strokeWidth=2).encode(color=amount(look))
    # The first of a month is written in its cell: the months need no second axis.
    months = base.mark_text(fontSize=11, fontWeight="bold").encode(
        text="month:N", color=alt.Color("ink:N", scale=None)
    )
    ring: dict[str, Any] = {"filled": False, "stroke": look.more, "strokeWidth": 2.5}
    marks = {
        "school": base.mark_tick(
            orient="horizontal", thickness=2.5, width={"band": 0.6}, yOffset=8, opacity=1
        ).encode(color=alt.Color("ink:N", scale=None)),
        "event": base.mark_rect(**ring, strokeDash=[3, 2]),
        "ringed": base.mark_rect(**ring),
    }
    wanted = {"school": school, "event": event, "ringed": ringed}
    drawn = [mark.transform_filter(f"datum.{name}") for name, mark in marks.items() if wanted[name]]
    weeks = layers(rect, *drawn, months)
    return weeks.resolve_scale(color="independent").properties(height=alt.Step(27))


def calendar_cells(days: pd.DataFrame, *, look: Look = LIGHT) -> dict[str, pd.DataFrame]:
    """Lay days out in weeks.

    Parameters
    ----------
    days : DataFrame
        ``date``, ``count`` (NA where hidden), ``words``; and optionally ``ringed``, ``event`` and
        ``school`` (bool): a holiday or Carnaval, an event, a school holiday.

    Returns
    -------
    dict of str to DataFrame
        Years as text ("2026", "2025-2026", or year after year when it is long) ->
        ``monday`` (first day of the week, ISO), ``day, count, share`` (of the largest of all
        years), ``words, ringed, event, school, month, ink``.
    """
    dates: list[dt.date] = days["date"].tolist()
    counts = days["count"].astype("Float64").astype("float64")
    part = shares(counts)
    cells = pd.DataFrame(
        {
            "monday": [(day - dt.timedelta(day.weekday())).isoformat() for day in dates],
            "day": [WEEKDAYS[day.weekday()] for day in dates],
            "count": counts.to_numpy(),
            "share": part.to_numpy(),
            "words": days["words"].to_numpy(),
            **{
                name: days[name].to_numpy(bool) if name in days else np.zeros(len(days), bool)
                for name in _SPECIAL
            },
            "month": [MONTHS[day.month - 1] if day.day == 1 else "" for day in dates],
            "ink": ink_on(part, look),
        }
    )
    years = np.array([str(day.year) for day in dates])
    if len(dates) <= _DAYS_ON_ONE_ROW:
        return {"-".join(sorted(set(years))): cells} if dates else {}
    return {year: cells[years == year].reset_index(drop=True) for year in sorted(set(years))}
