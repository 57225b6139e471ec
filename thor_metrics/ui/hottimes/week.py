"""The week as a picture: its hours, what stands out, and the way to the map."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from typing import Any, Final

import pandas as pd
import streamlit as st

from thor_metrics import dutch
from thor_metrics.indicators.moments import FEWEST_WEEKS, LEAST_FOR_RATIO
from thor_metrics.model import WEEKDAYS, Hours
from thor_metrics.ui import filters, keys
from thor_metrics.ui.frame import Screen
from thor_metrics.ui.hottimes.question import STANDS_OUT, Answer
from thor_metrics.ui.hottimes.sums import at_least
from thor_metrics.views import charts, texts
from thor_metrics.views.tables import Head, styled

__all__ = ["brushed", "week"]

_BRUSH: Final = "vak"

#: More sentences than this are read by nobody; the table has them all.
_MOST_BLOCKS: Final = 5


def week(screen: Screen, answer: Answer) -> None:
    """Draw the week, say which hours stand out, and let a brush choose hours for the map."""
    hours = answer.hours.table
    st.subheader("De week", anchor=False)
    if not hours["count"].fillna(0).any() and not hours["hidden"].any():
        st.info(
            "Van deze selectie is geen tijdstip bekend, of er is niets. Kies een langere periode."
        )
        return
    told = _with_words(screen, answer)
    cells = charts.difference_cells if answer.unusual else charts.week_cells
    sure = hours["certainty"].isin(STANDS_OUT)
    event: Any = st.vega_lite_chart(
        cells(told, look=screen.look),
        charts.week_heat(
            look=screen.look,
            brush=_BRUSH,
            ringed=bool((sure & hours["chosen"]).any()),
            differences=answer.unusual,
        ),
        key=f"{keys.HEAT}-{'ongewoon' if answer.unusual else 'druk'}",
        on_select="rerun",
        selection_mode=[_BRUSH],
        alt=_alt(screen, answer),
    )
    st.caption(_legend(screen, answer))
    _what_stands_out(screen, answer)
    _carry_over(screen, hours, event.selection.get(_BRUSH) or {})
    with st.expander("Dezelfde cijfers als tabel"):
        _blocks_table(answer)
        _table(hours, screen)


# --- the picture ----------------------------------------------------------------------------------


def _with_words(screen: Screen, answer: Answer) -> pd.DataFrame:
    hours = answer.hours.table
    rows = hours.to_dict("records")
    return hours.assign(
        shown=[_shown(row, unusual=answer.unusual) for row in rows],
        words=[_sentence(screen, row) for row in rows],
    )


def _shown(row: Mapping[Hashable, Any], *, unusual: bool) -> str:
    if not row["chosen"]:
        return ""
    # A hidden number is a dot: an empty cell would read as nought.
    if pd.isna(row["count"]):
        return "·"
    if unusual:
        return "" if pd.isna(row["expected"]) else dutch.signed(row["count"] - row["expected"])
    return dutch.number(row["count"])


def _sentence(screen: Screen, row: Mapping[Hashable, Any]) -> str:
    moment = f"{WEEKDAYS[row['weekday']]} {dutch.hours(row['hour'], row['hour'] + 1)}"
    if not row["chosen"]:
        return f"{moment}: niet gekozen"
    words = f"{moment}: {screen.told(row)}"
    if pd.isna(row["expected"]):
        return words
    sure = f" ({row['certainty']})" if row["certainty"] in STANDS_OUT else ""
    return f"{words}, verwacht {texts.expected_words(row['expected'])}{sure}"


def _legend(screen: Screen, answer: Answer) -> str:
    """Say over which days, what colour and line mean, and what is left out."""
    hours = answer.hours.table
    hidden = bool(hours["hidden"].any())
    _, _, n = at_least(int(hours["count"].sum()), hidden=hidden, screen=screen)
    tested = answer.hours.weeks
    parts = [
        f"{screen.selection.period.words()}, {n}",
        "Getal: hoeveel meer of minder dan verwacht"
        if answer.unusual
        else "Getal: hoeveel in dat uur, alle weken samen",
        f"Dikke rand: zeker; dunne rand: waarschijnlijk (getoetst op {tested} hele weken)"
        if not answer.hours.blocks.empty
        else "",
        "Een punt is een aantal dat te klein is om te tonen" if hidden else "",
        "" if hours["chosen"].all() else "Leeg: niet gekozen; vergeleken is met de hele week",
        "Sleep over het weekbeeld om dagen en uren te kiezen",
    ]
    return ". ".join(part for part in parts if part) + "."


def _alt(screen: Screen, answer: Answer) -> str:
    words = [
        texts.block_words(row, screen.selection.series)
        for row in answer.hours.blocks.head(3).to_dict("records")
    ]
    top = f" Wat eruit springt: {'; '.join(words)}." if words else ""
    return f"Weekbeeld van zeven dagen bij vierentwintig uur. {answer.question}{top}"


# --- what stands out ------------------------------------------------------------------------------


def _what_stands_out(screen: Screen, answer: Answer) -> None:
    """Give the surest stretches of hours as sentences, or say why there are none."""
    found = answer.hours
    if not found.weeks:
        st.info(
            f"In deze periode zijn er minder dan {FEWEST_WEEKS} hele weken met gegevens: te "
            "weinig weken om iets over toeval te zeggen."
        )
        return
    blocks, named = found.blocks, "Deze uren"
    if blocks.empty and answer.dagdelen is not None:
        blocks, named = answer.dagdelen.blocks, "Deze dagdelen"
    if blocks.empty:
        which = "Geen uur" if found.table["chosen"].all() else "Geen gekozen uur"
        st.markdown(
            f"**{which} is ongewoon voor die dag**: wat er bovenuit steekt, kan toeval zijn."
            if answer.unusual
            else f"**{which} is drukker dan een gemiddeld uur van de week**: wat er bovenuit "
            "steekt, kan toeval zijn."
        )
        return
    why = "zijn ongewoon voor die dag" if answer.unusual else "zijn drukker dan een gemiddeld uur"
    lines = [
        f"- {texts.block_words(row, screen.selection.series)}"
        for row in blocks.head(_MOST_BLOCKS).to_dict("records")
    ]
    more = len(blocks) - _MOST_BLOCKS
    rest = f"\n- en nog {more}, in de tabel hieronder" if more > 0 else ""
    st.markdown(f"**{named} {why}:**\n\n" + "\n".join(lines) + rest)


def _blocks_table(answer: Answer) -> None:
    """Every stretch of hours that stands out, with its numbers."""
    blocks = answer.hours.blocks
    if blocks.empty:
        return
    few = (blocks["count"] < LEAST_FOR_RATIO) | (blocks["expected"] < LEAST_FOR_RATIO)
    rows = blocks.assign(
        when=[
            f"{dutch.weekdays(row['weekdays'])} {dutch.hours(row['start'], row['end'])}"
            for row in blocks.to_dict("records")
        ],
        ratio=(blocks["count"] / blocks["expected"]).mask(few),
    )
    heads = [
        Head("when", "Wanneer"),
        Head("count", "Aantal", "count"),
        Head("expected", "Verwacht", "rate"),
        Head("ratio", "Keer verwacht", "rate", decimals=1),
        Head("certainty", "Hoe zeker"),
        Head("largest_week", "Deel in de drukste week", "percent"),
    ]
    st.dataframe(
        styled(rows, heads),
        hide_index=True,
        alt="Uren die eruit springen, met het aantal en wat verwacht was.",
    )


# --- to the map -----------------------------------------------------------------------------------


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
    chosen = hours[hours["chosen"]]
    wide = chosen.pivot_table(
        index="hour", columns="weekday", values="count", aggfunc="first", dropna=False
    )
    days = [WEEKDAYS[int(day)] for day in wide.columns.tolist()]
    names = [dutch.hours(hour, hour + 1) for hour in wide.index.tolist()]
    frame = wide.set_axis(pd.Index(days), axis=1).reset_index(drop=True).assign(uur=names)
    heads = [Head("uur", "Uur"), *(Head(day, day, "count") for day in days)]
    st.dataframe(
        styled(frame, heads, hide_below=screen.below),
        hide_index=True,
        alt="Aantal per uur van de dag en per weekdag.",
    )
