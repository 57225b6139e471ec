"""Pieces of the page Hottijden."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from typing import Any, Final

import holidays
import pandas as pd
import streamlit as st

from thor_metrics import dutch
from thor_metrics.model import WEEKDAYS, Hours
from thor_metrics.ui import data, filters, keys
from thor_metrics.ui.frame import Screen
from thor_metrics.views import charts, texts
from thor_metrics.views.tables import Head, styled

__all__ = ["METHOD", "brushed", "calendar", "day_and_hour", "moment_note", "tail", "week"]

_BRUSH: Final = "vak"

METHOD: Final = (
    """
**Wat er staat.** Aantallen per uur en weekdag op de klok van hier. Als bekend is wanneer de
overlast was, telt dat moment; anders het moment van melden. Rijen waarvan alleen de dag bekend is,
staan niet in de uren en worden wel geteld.

**Let op.** Mensen melden vaak later dan de overlast: 's avonds laat gebeurd, 's ochtends gemeld.
Een piek op maandagochtend kan het weekeinde zijn.

**Uren.** """
    + filters.NIGHT_RULE
)


def tail(hours: pd.DataFrame) -> str:
    """Say when it is busiest, as a second sentence."""
    return texts.busiest_words(texts.busiest(hours))


def moment_note(screen: Screen) -> None:
    """Say what kind of moment the hours are, and how many rows have none."""
    found = screen.quality
    notes = []
    if found.counted and found.reporting_time_share > 0:
        share = dutch.percent(found.reporting_time_share, decimals=0)
        notes.append(f"**Meldmoment, niet overlastmoment**, bij {share} van de rijen.")
    if found.without_time:
        notes.append(
            f"{dutch.number(found.without_time)} rijen zonder tijdstip staan niet in de uren."
        )
    if notes:
        st.markdown(
            " ".join(notes),
            help="Waar alleen bekend is wanneer er gemeld is, kan de overlast eerder zijn geweest.",
        )


# --- the week -----------------------------------------------------------------------------------


def week(screen: Screen, hours: pd.DataFrame) -> None:
    """Draw the week; a brush over it chooses days and hours for the map."""
    st.subheader("De week", anchor=False)
    if not hours["count"].fillna(0).any() and not hours["hidden"].any():
        st.info(
            "Van deze selectie is geen tijdstip bekend, of er is niets. Kies een langere periode."
        )
        return
    event: Any = st.vega_lite_chart(
        charts.week_cells(_with_words(hours, screen), look=screen.look),
        charts.week_heat(look=screen.look, brush=_BRUSH),
        key=keys.HEAT,
        on_select="rerun",
        selection_mode=[_BRUSH],
        alt=_alt(hours),
    )
    hidden = bool(hours["hidden"].any())
    _, _, n = _least(int(hours["count"].sum()), hidden=hidden, screen=screen)
    st.caption(
        f"{screen.selection.period.words()}, {n}. Sleep over het weekbeeld om dagen en uren te "
        "kiezen. Streepjes: 6, 12 en 18 uur."
        + (" Een punt is een aantal dat te klein is om te tonen." if hidden else "")
    )
    _carry_over(screen, hours, event.selection.get(_BRUSH) or {})
    with st.expander("Dezelfde cijfers als tabel"):
        _table(hours, screen)


def _with_words(hours: pd.DataFrame, screen: Screen) -> pd.DataFrame:
    return hours.assign(
        # A hidden number is a dot: an empty cell would read as nought.
        shown=["·" if pd.isna(count) else dutch.number(count) for count in hours["count"]],
        words=[
            f"{WEEKDAYS[row['weekday']]} {_hour(row['hour'])}: {screen.told(row)}"
            for row in hours.to_dict("records")
        ],
    )


def _hour(hour: int) -> str:
    return dutch.hours(hour, hour + 1)


def _alt(hours: pd.DataFrame) -> str:
    found = texts.busiest(hours, length=1, days=1)
    top = f" {texts.busiest_words(found)}" if found else ""
    return f"Weekbeeld van zeven dagen bij vierentwintig uur.{top}"


def brushed(box: Mapping[str, Any]) -> tuple[tuple[int, ...], Hours] | None:
    """Turn a brush over the week into whole days and hours.

    Parameters
    ----------
    box : mapping
        ``hour`` and ``weekday``: two numbers each, in any order.

    Returns
    -------
    tuple of (weekdays, Hours) or None
        Every day and hour the brush touches for more than a tenth; ``None`` without a brush.

    Examples
    --------
    >>> brushed({"hour": [20.05, 23.9], "weekday": [4.2, 5.8]})
    ((4, 5), Hours(start=20, end=24))
    """
    if not box.get("hour") or not box.get("weekday"):
        return None
    hours = sorted(float(value) for value in box["hour"])
    days = sorted(float(value) for value in box["weekday"])
    start, end = max(math.floor(hours[0] + 0.1), 0), min(math.ceil(hours[1] - 0.1), 24)
    first, last = max(math.floor(days[0] + 0.1), 0), min(math.ceil(days[1] - 0.1), 7)
    if end <= start or last <= first:
        return None
    return tuple(range(first, last)), Hours(start, end)


def _carry_over(screen: Screen, hours: pd.DataFrame, box: Mapping[str, Any]) -> None:
    """Offer to take the brushed hours, or without a brush the busiest ones, to the map."""
    chosen = brushed(box)
    busiest = texts.busiest(hours)
    if chosen is not None:
        days, stretch = chosen
        inside = hours["weekday"].isin(days) & hours["hour"].isin(stretch.of_the_day)
        lead, count = "Gekozen", int(hours["count"][inside].sum())
    elif busiest is not None:
        days, stretch = busiest.weekdays, busiest.hours
        lead, count = "Drukst", busiest.count
    else:
        return
    told = f"**{lead}: {texts.hour_words(days, stretch)}**"
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"{told} ({texts.counted(count, screen.selection.series)})", width="content")
        st.button(
            "Bekijk deze uren op de kaart",
            icon=":material/map:",
            type="primary",
            on_click=_to_map,
            args=(days, stretch),
        )


def _to_map(days: tuple[int, ...], hours: Hours) -> None:
    filters.choose_moment(days, hours)
    # Without query_params Streamlit refuses, because the filters own the address.
    st.switch_page("pages/beeld/hotspots.py", query_params={})


def _table(hours: pd.DataFrame, screen: Screen) -> None:
    wide = hours.pivot_table(
        index="hour", columns="weekday", values="count", aggfunc="first", dropna=False
    )
    wide.columns = pd.Index(list(WEEKDAYS))
    frame = wide.reset_index(drop=True).assign(uur=[_hour(hour) for hour in range(24)])
    heads = [Head("uur", "Uur"), *(Head(day, day, "count") for day in WEEKDAYS)]
    st.dataframe(
        styled(frame, heads, hide_below=screen.below),
        hide_index=True,
        alt="Aantal per uur van de dag en per weekdag.",
    )


# --- days and hours apart -------------------------------------------------------------------------


def day_and_hour(screen: Screen, hours: pd.DataFrame) -> None:
    """Draw the weekdays and the hours of the day beside each other."""
    by_day = _summed(hours, "weekday", dict(zip(WEEKDAYS, WEEKDAYS, strict=True)), screen)
    by_hour = _summed(hours, "hour", {f"{hour:02d}": _hour(hour) for hour in range(24)}, screen)
    if by_day["count"].isna().all():
        return
    sheet = st.grid(3, min_column_width=330, gap="large")
    with sheet.cell():
        st.subheader("Per weekdag", anchor=False)
        st.vega_lite_chart(
            by_day,
            charts.weekday_bars(look=screen.look),
            key="per-weekdag",
            alt=f"Aantal per weekdag: {'; '.join(by_day['words'])}.",
        )
    with sheet.cell(column_span=2):
        st.subheader("Per uur van de dag", anchor=False)
        top = "; ".join(by_hour.nlargest(1, "count")["words"])
        st.vega_lite_chart(
            by_hour,
            charts.hour_bars(look=screen.look),
            key="per-uur",
            alt=f"Aantal per uur van de dag, hoogste {top}.",
        )


def _summed(hours: pd.DataFrame, by: str, names: Mapping[str, str], screen: Screen) -> pd.DataFrame:
    """Add up over the week; ``names`` are the short and long names, in order.

    With hidden hours in it a sum is a least: it is marked as one, or hidden itself.
    """
    summed = hours.groupby(by).agg(count=("count", "sum"), hidden=("hidden", "any"))
    rows = [
        _least(int(count), hidden=bool(hidden), screen=screen)
        for count, hidden in zip(summed["count"], summed["hidden"], strict=True)
    ]
    return pd.DataFrame(
        {
            "name": list(names),
            "count": [float("nan") if shown == "·" else float(n) for n, shown, _ in rows],
            "shown": [shown for _, shown, _ in rows],
            "words": [
                f"{name}: {told}" for name, (_, _, told) in zip(names.values(), rows, strict=True)
            ],
        }
    )


def _least(count: int, *, hidden: bool, screen: Screen) -> tuple[int, str, str]:
    """Number, short text and words of a sum of which some parts may be hidden."""
    told = texts.counted(count, screen.selection.series)
    if not hidden:
        return count, dutch.number(count), told
    if count == 0:
        return count, "·", "te klein om te tonen"
    return count, f"{dutch.number(count)}+", f"minstens {told}"


# --- calendar -----------------------------------------------------------------------------------


def calendar(screen: Screen, days: pd.DataFrame) -> None:
    """Draw every day of the period, with holidays ringed."""
    st.subheader("De kalender", anchor=False)
    # Days that are still to come are not empty days.
    days = days[days["date"] <= pd.Timestamp(screen.options.last)]
    dates: list[dt.date] = [moment.date() for moment in days["date"].tolist()]
    if not dates:
        st.info("Van deze periode zijn nog geen gegevens.")
        return
    free = holidays.country_holidays("NL", years=range(dates[0].year, dates[-1].year + 1),
                                     language="nl")  # fmt: skip
    marks = {day: str(free[day]) for day in dates if day in free}
    rows = days.to_dict("records")
    shown = days.assign(
        date=dates,
        words=[
            f"{_day(day, marks)}: {screen.told(row)}" for day, row in zip(dates, rows, strict=True)
        ],
    )
    for years, cells in charts.calendar_cells(shown, marks=marks, look=screen.look).items():
        drawing = charts.calendar(ringed=bool(cells["ringed"].any()), look=screen.look)
        busiest = cells.nlargest(1, "count")["words"].tolist()
        st.vega_lite_chart(
            cells,
            drawing,
            key=f"kalender-{years}",
            alt=f"Kalender van {years}." + (f" Drukste: {busiest[0]}." if busiest else ""),
        )
        st.caption(
            f"{years}, per week. Donkerder is meer; een rand is een feestdag."
            + (" Een leeg vak is te klein om te tonen." if days["hidden"].any() else "")
        )
    _breaks(screen)


def _day(day: dt.date, marks: Mapping[dt.date, str]) -> str:
    feast = f" ({marks[day]})" if day in marks else ""
    return f"{dutch.day(day)} {day.year}{feast}"


def _breaks(screen: Screen) -> None:
    """Say on which days another reporting system came into use."""
    period = screen.selection.period
    for row in data.breaks(screen.selection.series).to_dict("records"):
        since = row["since"].date()
        if period.start <= since < period.end:
            st.caption(
                f"Ander meldsysteem ({row['source']}) sinds {dutch.date(since)}: aantallen van "
                "daarvoor en daarna zijn niet zomaar te vergelijken."
            )
