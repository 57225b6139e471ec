"""``hot``: what the pages count, for scripts and for checking the pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import pandas as pd
import typer

from thor_metrics.cli.shared import Context, Json, find_area, records, show
from thor_metrics.engine import Engine
from thor_metrics.indicators import counts, items
from thor_metrics.model import Hours, Period, Selection, parse_weekdays
from thor_metrics.settings import Settings

__all__ = ["hot"]

hot = typer.Typer(help="Wat, waar en wanneer het raak is.", no_args_is_help=True)

PeriodOption = Annotated[str, typer.Option("--period", help="Bijvoorbeeld 2026-H1 of 2026-W23.")]
AreaOption = Annotated[
    str | None, typer.Option("--area", help="Gebied, of code of naam van buurt.")
]
ThemeOption = Annotated[str | None, typer.Option("--theme", help="Thema, of meer met komma's.")]
SeriesOption = Annotated[str, typer.Option("--series", help="incidents, observations of controls.")]
WeekdayOption = Annotated[str | None, typer.Option("--weekday", help="Bijvoorbeeld ma,vr.")]
HoursOption = Annotated[
    str | None,
    typer.Option("--hours", help="Bijvoorbeeld 20-4; na middernacht hoort bij de avond."),
]


@hot.command(name="areas")
def hot_areas(
    context: typer.Context,
    period: PeriodOption,
    area: AreaOption = None,
    theme: ThemeOption = None,
    weekday: WeekdayOption = None,
    hours: HoursOption = None,
    series: SeriesOption = "incidents",
    level: Annotated[str, typer.Option(help="buurt of gebied.")] = "buurt",
    *,
    as_json: Json = False,
) -> None:
    """Tel per buurt of gebied."""
    _hot(
        context.obj,
        (period, area, theme, weekday, hours, series),
        lambda engine, selection, hide: counts.per_area(
            engine, selection, level="gebied" if level == "gebied" else "buurt", **hide
        ),
        as_json=as_json,
    )


@hot.command(name="cells")
def hot_cells(
    context: typer.Context,
    period: PeriodOption,
    area: AreaOption = None,
    theme: ThemeOption = None,
    weekday: WeekdayOption = None,
    hours: HoursOption = None,
    series: SeriesOption = "incidents",
    *,
    as_json: Json = False,
) -> None:
    """Tel per vak van 100 bij 100 meter."""
    _hot(
        context.obj,
        (period, area, theme, weekday, hours, series),
        lambda engine, selection, hide: counts.per_cell(engine, selection, **hide),
        as_json=as_json,
    )


@hot.command(name="items")
def hot_items(
    context: typer.Context,
    period: PeriodOption,
    area: AreaOption = None,
    theme: ThemeOption = None,
    weekday: WeekdayOption = None,
    hours: HoursOption = None,
    series: SeriesOption = "incidents",
    level: Annotated[str, typer.Option(help="buurt of gebied.")] = "gebied",
    *,
    as_json: Json = False,
) -> None:
    """Zeg per gebied of buurt wat er meer is dan elders en wat er stijgt."""
    _hot(
        context.obj,
        (period, area, theme, weekday, hours, series),
        lambda engine, selection, hide: items.hot_items(
            engine, selection, level="buurt" if level == "buurt" else "gebied", **hide
        ),
        as_json=as_json,
    )


@hot.command(name="times")
def hot_times(
    context: typer.Context,
    period: PeriodOption,
    area: AreaOption = None,
    theme: ThemeOption = None,
    weekday: WeekdayOption = None,
    hours: HoursOption = None,
    series: SeriesOption = "incidents",
    *,
    as_json: Json = False,
) -> None:
    """Tel per weekdag en uur."""
    _hot(
        context.obj,
        (period, area, theme, weekday, hours, series),
        lambda engine, selection, hide: counts.per_hour(engine, selection, **hide),
        as_json=as_json,
    )


def _hot(
    my: Context,
    said: tuple[str, str | None, str | None, str | None, str | None, str],
    count: Callable[[Engine, Selection, dict[str, Any]], pd.DataFrame],
    *,
    as_json: bool,
) -> None:
    selection = _selection(my.settings, *said)
    rows = count(my.engine(), selection, {"hide_below": my.settings.privacy.hide_below})
    show(records(rows), as_json=as_json, key="rows", filter=_as_words(selection))


def _selection(
    settings: Settings,
    period: str,
    area: str | None,
    theme: str | None,
    weekday: str | None,
    hours: str | None,
    series: str,
) -> Selection:
    gebied, buurt = find_area(settings, area)
    return Selection.checked(
        period=Period.parse(period),
        gebied=gebied,
        buurt=buurt,
        themes=tuple(part.strip() for part in theme.split(",")) if theme else (),
        series=series,
        weekdays=parse_weekdays(weekday) if weekday else (),
        hours=Hours.parse(hours) if hours else None,
    )


def _as_words(selection: Selection) -> dict[str, Any]:
    """Echo of the filter, so that a number never travels without what it counts."""
    return {
        "period": str(selection.period),
        "gebied": selection.gebied,
        "buurt": selection.buurt,
        "themes": list(selection.themes),
        "series": selection.series,
        "weekdays": list(selection.weekdays),
        "hours": str(selection.hours) if selection.hours else None,
    }
