"""The card of one place: what, when, how it goes, what was done there, how stable its rank is."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from dataclasses import replace
from typing import Any, Final

import numpy as np
import pandas as pd
import streamlit as st

from thor_metrics import dutch
from thor_metrics.deeds import Draft, moments_of
from thor_metrics.indicators.places import PlaceStory
from thor_metrics.model import WEEKDAYS
from thor_metrics.ui import data, filters, keys, making
from thor_metrics.ui.frame import Screen
from thor_metrics.views import charts, places, texts
from thor_metrics.views.charts.course import course
from thor_metrics.views.look import theme_title
from thor_metrics.views.tables import Head, styled

__all__ = ["show"]

_HOTTIMES: Final = "pages/beeld/hottijden.py"

#: Radius of a place of which none is known.
_USUAL: Final = 50.0

#: Pixels; under this the week has no room for the names of its days.
_HEIGHT: Final = 250
_FEWEST_MONTHS: Final = 3
_NEAR: Final = 4
_NO_RUBRIEK: Final = "Niet ingedeeld"

_ABOUT_INCIDENTS: Final = (
    "Meldingen van dezelfde rubriek binnen 25 meter en 72 uur tellen samen als één voorval."
)


def show(
    screen: Screen,
    *,
    x: float,
    y: float,
    radius: float,
    name: str,
    words: str,
    square: bool = False,
    ring: tuple[tuple[float, float], ...] = (),
) -> None:
    """Draw the card of a chosen place.

    Parameters
    ----------
    screen : Screen
    x, y : float
        Middle, metres in the municipality's coordinate system.
    radius : float
        Metres round it; missing is 50.
    name : str
        What the place is called.
    words : str
        Its sentence on the map: how many, and how sure.
    square : bool, default False
        The place is a square with sides of twice the radius, not a circle.
    ring : tuple of (x, y)
        Outline of the place where it has one; an action here takes it over.
    """
    radius = _USUAL if math.isnan(radius) else radius
    story: PlaceStory = data.ask(
        "place_story", screen.selection,
        x=round(float(x), 1), y=round(float(y), 1), radius=round(float(radius), 1), square=square,
    )  # fmt: skip
    with st.container(border=True, key="plekkaart"):
        _head(name)
        st.markdown(f"**{words}**")
        st.markdown(
            places.count_words(
                story, screen.selection.series, within=_within(radius, square=square),
                below=screen.below,
            ),
            help=_ABOUT_INCIDENTS if story.incidents is not None else None,
        )  # fmt: skip
        if story.hidden:
            st.caption("Te klein om meer over te vertellen.")
            return
        if not story.count:
            return
        outline = making.outline_of(x, y, radius, square=square, ring=ring)
        # What it is named after need not be told again.
        others = story.objects[[not name.endswith(near) for near in story.objects["name"]]]
        story = replace(story, objects=others)
        with st.grid(3, min_column_width=290, gap="medium"):
            with st.container(gap="small"):
                _what(screen, story)
            with st.container(gap="small"):
                _when(screen, story)
                buurt = _buurt(screen, x, y)
                with st.container(horizontal=True):
                    _hours_button(buurt)
                    making.make_button(
                        _draft(screen, story, x, y, radius, name, buurt, outline=outline),
                        key="plekkaart-actie",
                    )
            with st.container(gap="small"):
                _course(screen, story)
        with st.expander("Dezelfde cijfers als tabel"):
            _tables(screen, story)


def _within(radius: float, *, square: bool) -> str:
    if square:
        return f"In dit vak van {dutch.number(2 * radius)} meter"
    return f"Binnen {dutch.number(radius)} meter van het midden"


def _head(name: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.subheader(f"{name[:1].upper()}{name[1:]}", anchor=False, width="stretch")
        st.button("Sluit", icon=":material/close:", key="plekkaart-sluit", on_click=_close)


def _buurt(screen: Screen, x: float, y: float) -> tuple[str | None, str] | None:
    """Give the gebied and the name of the buurt the place lies in."""
    areas = screen.options.areas
    number = int(areas.place(np.array([x]), np.array([y]))[0])
    return (areas.gebieden[number] or None, areas.names[number]) if number >= 0 else None


def _hours_button(buurt: tuple[str | None, str] | None) -> None:
    if buurt is None:
        return
    st.button(
        "Bekijk de uren",
        icon=":material/schedule:",
        key="plekkaart-uren",
        on_click=_to_hours,
        args=buurt,
        help=f"Hottijden van {buurt[1]}, de buurt waar deze plek in ligt",
    )


def _to_hours(gebied: str | None, buurt: str) -> None:
    filters.choose_area(gebied, buurt)
    # Without query_params Streamlit refuses, because the filters own the address.
    st.switch_page(_HOTTIMES, query_params={})


def _draft(
    screen: Screen,
    story: PlaceStory,
    x: float,
    y: float,
    radius: float,
    name: str,
    buurt: tuple[str | None, str] | None,
    *,
    outline: str,
) -> Draft:
    """Take over what this card knows, for an action here."""
    themes = screen.selection.themes or tuple(story.rubrieken["theme"].head(1))
    period = screen.selection.period
    return Draft(
        place_name=f"{name[:1].upper()}{name[1:]}",
        x=float(x),
        y=float(y),
        radius=float(radius),
        outline=outline,
        theme=themes[0] if themes else "",
        gebied=(buurt[0] or "") if buurt else "",
        moments=moments_of(making.week_of(story.hours)),
        selected=period,
        per_four_weeks=None if story.count is None else round(28 * story.count / period.days),
    )


def _close() -> None:
    st.session_state[keys.PLACE] = None


# --- what ----------------------------------------------------------------------------------------


def _what(screen: Screen, story: PlaceStory) -> None:
    """List what it is about, which number it is, and what lies near."""
    st.markdown("#### Wat")
    st.markdown("\n".join(f"- {line}" for line in _rubrieken(screen, story.rubrieken)))
    where = texts.place(screen.selection, screen.names, city=screen.city)
    rank = places.rank_words(story.rank, story.stability, where=where)
    if rank:
        st.markdown(
            f"**Rang.** {rank}",
            help="Van alle vakken van 100 meter, het vak waar het meeste van deze plek in ligt. "
            f"De {dutch.number(story.weeks)} weken zijn 1.000 keer opnieuw getrokken. Dit zegt "
            "niet of het volgende weken ook zo is.",
        )
    near = story.objects.head(_NEAR)
    if len(near):
        told = (f"{row['name']} ({row['distance']} m)" for row in near.to_dict("records"))
        st.caption(f"Dichtbij: {dutch.join(told)}.")


def _rubrieken(screen: Screen, rows: pd.DataFrame) -> list[str]:
    return [
        f"{_title(screen, row)}: **{screen.number(row['count'])}**"
        for row in rows.to_dict("records")
    ]


def _title(screen: Screen, row: Mapping[Hashable, Any]) -> str:
    rubriek = row["rubriek"]
    return screen.names.get(rubriek, rubriek.replace("_", " ")) if rubriek else _NO_RUBRIEK


# --- when ----------------------------------------------------------------------------------------


def _when(screen: Screen, story: PlaceStory) -> None:
    """Draw the week of this place, and say when it is busiest."""
    st.markdown("#### Wanneer")
    hours = story.hours
    if not hours["count"].fillna(0).any():
        st.markdown(
            "Per uur te klein om te tonen."
            if hours["hidden"].any()
            else "Er is niets met een bekend tijdstip."
        )
        return
    told = hours.assign(
        shown="",
        words=[
            f"{WEEKDAYS[row['weekday']]} {dutch.hours(row['hour'], row['hour'] + 1)}: "
            f"{screen.told(row)}"
            for row in hours.to_dict("records")
        ],
    )
    sentence = _busiest(screen, hours)
    st.vega_lite_chart(
        charts.week_cells(told, look=screen.look),
        charts.week_heat(look=screen.look, height=_HEIGHT),
        key="plekkaart-week",
        alt=f"Week van deze plek: zeven dagen bij vierentwintig uur. {sentence}",
    )
    st.markdown(sentence)
    if hours["hidden"].any():
        st.caption("Lege uren zijn te klein om te tonen.")


def _busiest(screen: Screen, hours: pd.DataFrame) -> str:
    found = texts.busiest(hours)
    return (
        texts.busy_words(found, screen.selection.series)
        or "Te weinig om een druk moment te noemen."
    )


# --- how it goes, and what was done ---------------------------------------------------------------


def _course(screen: Screen, story: PlaceStory) -> None:
    """Draw two years of months, and say what was controlled."""
    st.markdown("#### Verloop")
    months = story.months
    # Noughts with gaps between them are no line.
    drawn = months["count"].dropna() if not months["hidden"].any() else _above_nought(months)
    if len(drawn) < _FEWEST_MONTHS:
        st.markdown(
            "Per maand te klein om te tonen."
            if months["hidden"].any()
            else "Nog te weinig maanden voor een lijn."
        )
    else:
        _months(screen, months)
    st.markdown(
        f"**Controles.** {places.visit_words(story.controls, below=screen.below)}",
        help="Controles van de gekozen thema's op deze plek. Een controle waarvan alleen de buurt "
        "bekend is, telt hier niet mee.",
    )
    kinds = story.controls.kinds
    if len(kinds) and story.controls.count:
        told = (f"{row['kind']} {screen.number(row['count'])}" for row in kinds.to_dict("records"))
        st.caption(f"{dutch.join(told)}.")


def _above_nought(months: pd.DataFrame) -> pd.Series:
    return months["count"][(months["count"] > 0).fillna(False).astype(bool)]


def _months(screen: Screen, months: pd.DataFrame) -> None:
    first, last = months["month"].iloc[0], months["month"].iloc[-1]
    newest = months["count"].iloc[-1]
    rows = months.assign(
        last=[""] * (len(months) - 1) + ["" if pd.isna(newest) else dutch.number(newest)],
        words=[
            f"{dutch.month(row['month'])}: {screen.told(row)}" for row in months.to_dict("records")
        ],
        count=months["count"].astype("Float64").astype("float64"),
    )
    breaks = data.breaks(screen.selection.series)["since"].dt.date.tolist()
    sentence = places.course_words(months, breaks)
    st.vega_lite_chart(
        rows[["month", "count", "last", "words"]],
        course(look=screen.look, height=_HEIGHT),
        key="plekkaart-verloop",
        alt=f"Aantal per maand van {dutch.month(first)} tot en met {dutch.month(last)}, laatste "
        f"maand {screen.number(newest)}. {sentence}",
    )
    gaps = "Maanden zonder punt zijn te klein om te tonen." if months["hidden"].any() else ""
    told = f"Per maand, {dutch.month(first)} t/m {dutch.month(last)}. {sentence} {gaps}"
    st.caption(told.strip())


# --- the same as tables ---------------------------------------------------------------------------


def _tables(screen: Screen, story: PlaceStory) -> None:
    what = story.rubrieken.assign(
        title=[_title(screen, row) for row in story.rubrieken.to_dict("records")],
        about=story.rubrieken["theme"].map(theme_title),
    )
    months = story.months.assign(name=story.months["month"].map(dutch.month))
    with st.grid(3, min_column_width=290, gap="medium"):
        _table(
            screen, what, "Rubrieken met de meeste op deze plek.",
            Head("title", "Rubriek"), Head("about", "Thema"), Head("count", "Aantal", "count"),
        )  # fmt: skip
        wide = story.hours.pivot_table(
            index="hour", columns="weekday", values="count", aggfunc="first", dropna=False
        ).set_axis(pd.Index(WEEKDAYS), axis=1)
        names = [dutch.hours(hour, hour + 1) for hour in range(24)]
        _table(
            screen, wide.reset_index(drop=True).assign(uur=names),
            "Aantal per uur van de dag en per weekdag op deze plek.",
            Head("uur", "Uur"), *(Head(day, day, "count") for day in WEEKDAYS),
        )  # fmt: skip
        _table(
            screen, months, "Aantal per maand op deze plek.",
            Head("name", "Maand"), Head("count", "Aantal", "count"),
        )  # fmt: skip


def _table(screen: Screen, rows: pd.DataFrame, alt: str, *heads: Head) -> None:
    st.dataframe(styled(rows, heads, hide_below=screen.below), hide_index=True, height=240, alt=alt)
