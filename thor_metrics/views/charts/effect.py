"""Effort beside effect: the weeks of one action, all actions with their intervals, the funnel."""

from __future__ import annotations

from typing import Any

import altair as alt

from thor_metrics.views.charts.common import WORDS, layers, once
from thor_metrics.views.look import LIGHT, Look

__all__ = ["effect_course", "forest", "funnel"]


def _verdicts(look: Look) -> alt.Scale:
    return alt.Scale(
        domain=["minder", "meer", "geen aantoonbaar verschil", "te weinig gegevens"],
        range=[look.less, look.more, look.ink, look.before],
    )


@once
def effect_course(*, look: Look = LIGHT, height: int = 300) -> Any:
    """Draw the counts a week, the windows as bands, and what is usual as a line.

    Rows: ``week`` ("2026-01-12"), ``until`` (where its bar ends), ``window`` ("voor", "tijdens",
    ""), ``band_to`` (on the first row of a window its end, else ""), ``count``, ``usual``,
    ``words``.
    """
    band = alt.Scale(domain=["voor", "tijdens"], range=[look.before, look.primary])
    base = alt.Chart().encode(
        x=alt.X(
            "week:T",
            axis=alt.Axis(format="%b %Y", title=None, grid=False, labelOverlap=True),
        )
    )
    grid = alt.Axis(grid=True, tickCount=4, format=",d", title="Meldingen per week")
    bands = base.transform_filter("datum.band_to !== ''")
    return layers(
        bands.mark_rect(opacity=0.16).encode(
            x="week:T",
            x2="band_to:T",
            color=alt.Color(
                "window:N",
                scale=band,
                legend=alt.Legend(title=None, orient="top", labelFontSize=15),
            ),
        ),
        base.mark_bar(color=look.steps[5], opacity=0.9).encode(
            x2="until:T", y=alt.Y("count:Q", axis=grid), y2=alt.datum(0), tooltip=WORDS
        ),
        base.mark_line(color=look.ink, strokeWidth=2, strokeDash=[5, 4], interpolate="monotone")
        .encode(y=alt.Y("usual:Q", axis=grid), tooltip=WORDS),
    ).properties(height=height)  # fmt: skip


@once
def forest(*, look: Look = LIGHT, rows: int = 10) -> Any:
    """Draw every action's ratio with its interval; the line is "no difference".

    Rows: ``title, verdict, ratio, left, right, words``.
    """
    ticks = [0.2, 0.33, 0.5, 0.75, 1, 1.5, 2, 3, 5]
    x = alt.Scale(type="log", domain=[0.2, 5])
    axis = alt.Axis(
        values=ticks, format=".2~f", title="Keer wat te verwachten was (1 = geen verschil)"
    )
    names = alt.Axis(title=None, labelLimit=280, labelFontSize=15, labelOverlap=False)
    base = alt.Chart().encode(y=alt.Y("title:N", sort=None, axis=names), tooltip=WORDS)
    colour = alt.Color(
        "verdict:N", scale=_verdicts(look),
        legend=alt.Legend(title=None, orient="top", labelFontSize=15, labelLimit=300),
    )  # fmt: skip
    return layers(
        base.mark_rule(strokeWidth=4, opacity=0.55).encode(
            x=alt.X("left:Q", scale=x, axis=axis), x2="right:Q", color=colour
        ),
        base.mark_point(filled=True, size=130, opacity=1).encode(
            x=alt.X("ratio:Q", scale=x), color=colour
        ),
        base.transform_calculate(one="1")
        .mark_rule(color=look.ink, strokeDash=[4, 4])
        .encode(x=alt.X("one:Q", scale=x), y=alt.value(0), y2=alt.value("height")),
    ).properties(height=34 * rows)


@once
def funnel(*, look: Look = LIGHT, height: int = 320) -> Any:
    """Draw ratios against their standard error; outside the funnel is more than chance.

    Rows: ``ratio, se_log, verdict, words``.
    """
    x = alt.Scale(type="log", domain=[0.2, 5])
    up = alt.Scale(reverse=True, domainMin=0)
    base = alt.Chart().encode(tooltip=WORDS)
    y = alt.Y("se_log:Q", scale=up, axis=alt.Axis(title="Onzekerheid (boven: zeker)", grid=False))
    edges = base.transform_calculate(
        low="max(0.2, exp(-1.96 * datum.se_log))", high="min(5, exp(1.96 * datum.se_log))"
    )
    axis = alt.Axis(
        values=[0.2, 0.5, 1, 2, 5], format=".2~f",
        title="Keer wat te verwachten was (1 = geen verschil)",
    )  # fmt: skip
    return layers(
        edges.mark_line(color=look.before, strokeDash=[4, 4]).encode(
            x=alt.X("low:Q", scale=x, axis=axis), y=y, order="se_log:Q"
        ),
        edges.mark_line(color=look.before, strokeDash=[4, 4]).encode(
            x=alt.X("high:Q", scale=x), y=y, order="se_log:Q"
        ),
        base.mark_point(filled=True, size=130, opacity=1).encode(
            x=alt.X("ratio:Q", scale=x), y=y,
            color=alt.Color("verdict:N", scale=_verdicts(look), legend=None),
        ),
    ).properties(height=height)  # fmt: skip
