"""What the numbers say, in one or two Dutch sentences: numbers first, certainty in a word.

Never a cause: that something rose is all the data can tell.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import numpy as np
import pandas as pd

from thor_metrics import dutch, hotitems, stats
from thor_metrics.engine import Engine
from thor_metrics.indicators import breaks, change, counts
from thor_metrics.indicators.change import Change
from thor_metrics.model import SERIES, Period, Selection, Series

__all__ = ["Busiest", "busiest_hours", "change_words", "headline", "real", "when"]

_NO_NAMES: Final[Mapping[str, str]] = MappingProxyType({})

ONE: Final[dict[Series, str]] = {
    "incidents": "melding",
    "observations": "waarneming",
    "controls": "controle",
}

_OVERLAST: Final = {
    "afval": "afvaloverlast",
    "fiets": "fietsoverlast",
    "parkeren": "parkeeroverlast",
    "sociaal": "sociale overlast",
    "evenementen": "evenementenoverlast",
    "niet_ingedeeld": "zonder thema",
}

#: Length of the stretch that is named as the busiest, in hours: half a shift.
_STRETCH: Final = 4

#: With fewer rows of which the time is known, the busiest hours are an accident.
_FEWEST_FOR_HOURS: Final = 50

#: The busiest stretch is named only when it has this many times its fair share.
_STANDS_OUT: Final = 1.5

Busiest = tuple[tuple[int, ...], int, int]


def headline(
    engine: Engine,
    selection: Selection,
    *,
    names: Mapping[str, str] = _NO_NAMES,
    everywhere: str = "",
    hide_below: int = 5,
) -> str:
    """Say how many, where, when, and whether it is more than a year earlier.

    Parameters
    ----------
    engine, selection
    names : mapping of str to str
        Names of buurten and titles of rubrieken by their key.
    everywhere : str
        Name of the municipality, for a selection without an area.
    hide_below : int, default 5
        Smallest count about people that is shown.

    Returns
    -------
    str
        Like "312 meldingen fietsoverlast in Wyck in 2026-H1, 41 meer dan in 2025-H1
        (waarschijnlijk echt). Zwaarst: vr en za 22-02 uur."
    """
    found = change.compare(engine, selection, hide_below=hide_below)
    where = _subject(selection, names) + _place(selection, names, everywhere)
    span = engine.spans.get(selection.series)
    if span is None:
        return f"Er zijn nog geen {SERIES[selection.series]} geladen."
    if found.days.now.start > span[1] or found.days.now.end <= span[0]:
        return (
            f"Geen gegevens over {SERIES[selection.series]} {when(selection.period)}: ze lopen "
            f"van {dutch.date(span[0])} t/m {dutch.date(span[1])}."
        )
    hidden = found.count is None
    first = (
        f"{_amount(found.count, selection.series, hide_below)}{where} {when(selection.period)}"
        f"{_moment(selection)}{_running(found)}"
    )
    if found.count == 0 and not found.before:
        return f"{first}."
    sentences = [f"{first}{change_words(found, hide_below=hide_below)}."]
    if found.break_in_series:
        told = breaks.break_words(
            breaks.breaks(engine, selection.series), found.days.now, found.days.before
        )
        sentences.append(f"Let op: {told or 'niet hetzelfde meldsysteem in beide perioden'}.")
    if not hidden and (heaviest := _heaviest(engine, selection, hide_below)):
        sentences.append(f"Zwaarst: {heaviest}.")
    return " ".join(sentences)


def change_words(found: Change, *, hide_below: int = 5) -> str:
    """Say the change since a year earlier, as the end of a sentence: ", 41 meer dan in ...".

    Parameters
    ----------
    found : Change
        Of :func:`thor_metrics.indicators.change.compare`.
    hide_below : int, default 5
    """
    if found.days.before is None:
        return f" (een jaar eerder: {dutch.NO_DATA})"
    then = "een jaar eerder in dezelfde dagen" if found.days.until else when(found.days.before)
    certain = f" ({real(found.certainty)})" if found.certainty else f" ({found.note})"
    if found.note or found.count is None or found.before is None:
        before = dutch.less_than(hide_below) if found.before is None else dutch.number(found.before)
        return f", tegen {before} {then}{certain if certain != ' ()' else ''}"
    extra = found.count - found.before
    if extra == 0:
        return f", evenveel als {then}"
    more = "meer" if extra > 0 else "minder"
    return f", {dutch.number(abs(extra))} {more} dan {then}{certain}"


def real(certainty: str) -> str:
    """Say a certainty about a difference.

    Examples
    --------
    >>> real("waarschijnlijk"), real("kan toeval zijn")
    ('waarschijnlijk echt', 'kan toeval zijn')
    """
    return f"{certainty} echt" if certainty in (stats.SURE, stats.LIKELY) else certainty


def when(period: Period) -> str:
    """Say a period within a sentence.

    Examples
    --------
    >>> when(Period.parse("2026-H1")), when(Period.parse("2026-06-01/2026-06-03"))
    ('in 2026-H1', 'van 01-06-2026 t/m 03-06-2026')
    """
    if period.days == 1:
        return f"op {dutch.date(period.start)}"
    words = period.words()
    return f"van {words}" if "t/m" in words else f"in {words}"


def busiest_hours(per_hour: pd.DataFrame) -> Busiest | None:
    """Find the four hours, and the days on which, there is most.

    Parameters
    ----------
    per_hour : DataFrame
        Of :func:`thor_metrics.indicators.counts.per_hour`. Hidden counts are not looked at.

    Returns
    -------
    (weekdays, start, end) or None
        Hours past midnight belong to the day they follow; ``end`` is not included. Every day
        with at least 80 % of the busiest is named. ``None`` when there are few rows, or when no
        stretch stands out: it is busy all week then.
    """
    grid = per_hour["count"].fillna(0).to_numpy(dtype=np.float64)
    total = grid.sum()
    if total < _FEWEST_FOR_HOURS:
        return None
    ahead = np.concatenate([grid, grid[: _STRETCH - 1]])
    stretches = np.convolve(ahead, np.ones(_STRETCH), mode="valid").reshape(7, 24)
    in_order = stretches.ravel()
    first = int(in_order.argmax())
    most = in_order[first]
    # A short peak fits in several stretches: name the one with the peak in its middle.
    as_busy = int((in_order[first : first + _STRETCH] == most).cumprod().sum())
    start = (first + as_busy // 2) % 24
    if most < _STANDS_OUT * total * _STRETCH / grid.size:
        return None
    days = tuple(int(other) for other in np.flatnonzero(stretches[:, start] >= 0.8 * most))
    end = start + _STRETCH
    return days, start, end if end <= 24 else end - 24


def _heaviest(engine: Engine, selection: Selection, hide_below: int) -> str:
    """Name the buurt and the hours with most; "" when nothing stands out."""
    parts = []
    if selection.buurt is None:
        areas = counts.per_area(engine, selection, level="buurt", hide_below=hide_below)
        most = areas["count"].fillna(0).to_numpy(dtype=np.int64)
        # Named only when its lead over the next is more than chance (two Poisson counts).
        if (
            len(most) > 1
            and most[0] >= hotitems.FEWEST
            and (most[0] - most[1]) ** 2 > 4 * (most[0] + most[1])
        ):
            parts.append(str(areas["name"].iloc[0]))
    if selection.hours is None:
        per_hour = counts.per_hour(engine, selection, hide_below=hide_below)
        if busiest := busiest_hours(per_hour):
            days, start, end = busiest
            share = counts.quality(engine, selection).reporting_time_share
            basis = " (meldmoment)" if share > 0.5 else ""
            every_day = "alle dagen" if len(days) == 7 else dutch.weekdays(days)
            parts.append(f"{every_day} {dutch.hours(start, end)}{basis}")
    return ", ".join(parts)


def _amount(count: int | None, series: Series, hide_below: int) -> str:
    if count == 0:
        return f"Geen {SERIES[series]}"
    text = dutch.amount(count, ONE[series], SERIES[series], hidden=count is None, below=hide_below)
    return text[0].upper() + text[1:]


def _subject(selection: Selection, names: Mapping[str, str]) -> str:
    if selection.rubrieken:
        titles = (names.get(key, key.replace("_", " ")).lower() for key in selection.rubrieken)
        return f" over {dutch.join(titles)}"
    if len(selection.themes) == 1:
        return f" {_OVERLAST.get(selection.themes[0], selection.themes[0])}"
    return f" {dutch.join(_OVERLAST.get(key, key) for key in selection.themes)}".rstrip()


def _place(selection: Selection, names: Mapping[str, str], everywhere: str) -> str:
    place = selection.buurt or selection.gebied
    place = names.get(place, place) if place else everywhere
    return f" in {place}" if place else ""


def _moment(selection: Selection) -> str:
    hours = selection.hours.words() if selection.hours else ""
    text = " ".join(part for part in (dutch.weekdays(selection.weekdays), hours) if part)
    return f", {text}" if text else ""


def _running(found: Change) -> str:
    return f" (t/m {dutch.date(found.days.until)})" if found.days.until else ""
