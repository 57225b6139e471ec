"""The week: seven days by twenty-four hours, Monday on top."""

from __future__ import annotations

from typing import Any, Final

import altair as alt
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from thor_metrics import stats
from thor_metrics.model import WEEKDAYS
from thor_metrics.views.charts.common import WORDS, amount, ink_on, layers, once, shares
from thor_metrics.views.look import LIGHT, Look, contrast, rgb

__all__ = ["DAY_PARTS", "difference_cells", "week_cells", "week_heat"]

#: Parts of the day begin here: night 0-6, morning 6-12, afternoon 12-18, evening 18-24.
DAY_PARTS: Final = (6, 12, 18)

#: Text in the cells of the week only where it fits.
_CELL_TEXT = alt.expr("width < 640 ? 0 : width < 1000 ? 12 : 14")

#: Width of the line round what stands out: a number two metres from the screen can tell apart.
_RING: Final = {stats.SURE: 4.5, stats.LIKELY: 1.5}

#: This many standard deviations from what was expected has the strongest colour.
_STRONGEST: Final = 6.0

_SIDES: Final = ("above", "under", "before", "after")


@once
def week_heat(
    *,
    look: Look = LIGHT,
    brush: str = "",
    ringed: bool = False,
    differences: bool = False,
    height: int = 330,
) -> Any:
    """Draw the week.

    Rows: of :func:`week_cells`, or of :func:`difference_cells`.

    Parameters
    ----------
    brush : str
        Name of an interval selection; it gives two numbers for ``hour`` and for ``weekday``.
    ringed : bool
        Draw a line round what stands out: thick where that is sure, thin where it is likely.
    differences : bool
        Colour is more or less than expected instead of how much.

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
    cell = alt.Chart().encode(x=x, x2="right", y=y, y2="below", tooltip=WORDS)
    colour = alt.Color("colour:N", scale=None) if differences else amount(look)
    rect = cell.mark_rect(stroke=look.surface, strokeWidth=1).encode(color=colour)
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
    rings = _rings(look.ink if differences else look.more) if ringed else []
    heat = layers(rect, text, lines, *rings)
    # As a drawing the brush would be read aloud as a picture without a name. On a canvas a
    # screen reader gets the chart's own name, and the table below it tells the same.
    canvas = {"embedOptions": {"renderer": "canvas"}}
    # The text has colours of its own; sharing one scale with the cells draws nothing at all.
    return heat.resolve_scale(color="independent", strokeWidth="independent").properties(
        height=height, usermeta=canvas
    )


def _rings(colour: str) -> list[alt.Chart]:
    """One line round adjacent cells together: a side is drawn where the neighbour is less sure."""
    ends: dict[str, dict[str, Any]] = {
        "above": {"x": "hour:Q", "x2": "right", "y": "weekday:Q"},
        "under": {"x": "hour:Q", "x2": "right", "y": "below:Q"},
        "before": {"x": "hour:Q", "y": "weekday:Q", "y2": "below"},
        "after": {"x": "right:Q", "y": "weekday:Q", "y2": "below"},
    }
    return [
        alt.Chart()
        .transform_filter(f"datum.{side} > 0")
        .mark_rule(color=colour, strokeCap="square", opacity=1)
        .encode(**ends[side], strokeWidth=alt.StrokeWidth(f"{side}:Q", scale=None))
        for side in _SIDES
    ]


def week_cells(hours: pd.DataFrame, *, look: Look = LIGHT) -> pd.DataFrame:
    """Complete the hours of the week to what :func:`week_heat` draws.

    Parameters
    ----------
    hours : DataFrame
        ``weekday`` (Monday 0), ``hour`` (0-23), ``count`` (NA where hidden or not chosen),
        ``shown``, ``words``, and optionally ``certainty``.
    """
    counts = hours["count"].astype("Float64").astype("float64")
    part = shares(counts)
    return _placed(hours).assign(count=counts, share=part, ink=ink_on(part, look))


def difference_cells(hours: pd.DataFrame, *, look: Look = LIGHT) -> pd.DataFrame:
    """Complete the hours of the week to what :func:`week_heat` draws with ``differences``.

    Parameters
    ----------
    hours : DataFrame
        As for :func:`week_cells`, with ``surprise``: count minus expected in standard deviations
        (missing: no colour). Little data has little colour, however large the ratio.
    """
    strength = np.clip(hours["surprise"].to_numpy(dtype=np.float64) / _STRONGEST, -1.0, 1.0)
    colours = [_between(look, value) for value in strength]
    inks = [_readable(look, colour) for colour in colours]
    return _placed(hours).assign(colour=colours, ink=inks)


def _between(look: Look, value: float) -> str:
    """Mix the colour of more, or less, nuisance with the background."""
    if np.isnan(value):
        return look.surface
    # Never the full colour: the line round a cell has to stand out against it.
    weight = 0.8 * abs(value)
    pairs = zip(rgb(look.more if value > 0 else look.less), rgb(look.quiet), strict=True)
    parts = [round(strong * weight + quiet * (1 - weight)) for strong, quiet in pairs]
    return "#" + "".join(f"{part:02X}" for part in parts[:3])


def _readable(look: Look, colour: str) -> str:
    """Half-way tones can only be read in true black or white."""
    inks = {ink: contrast(ink, colour) for ink in (look.ink, "#000000", "#FFFFFF")}
    return max(inks, key=lambda ink: inks[ink])


def _placed(hours: pd.DataFrame) -> pd.DataFrame:
    """Add the right and lower sides of the cells, and the widths of the lines round them."""
    frame = hours.assign(right=hours["hour"] + 1, below=hours["weekday"] + 1)
    if "certainty" not in hours:
        return frame
    width: NDArray[np.float64] = np.zeros((9, 26))
    own = hours["certainty"].map(_RING).fillna(0.0).to_numpy(dtype=np.float64)
    row = hours["weekday"].to_numpy(dtype=np.int64) + 1
    column = hours["hour"].to_numpy(dtype=np.int64) + 1
    width[row, column] = own
    near = {
        "above": width[row - 1, column],
        "under": width[row + 1, column],
        "before": width[row, column - 1],
        "after": width[row, column + 1],
    }
    return frame.assign(**{side: np.where(own > near[side], own, 0.0) for side in _SIDES})
