"""Sentences about one place: how it went, what was controlled there, how stable its rank is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pandas as pd

from thor_metrics import dutch
from thor_metrics.indicators.places import PlaceStory, Visits
from thor_metrics.model import Series
from thor_metrics.views import texts

__all__ = ["count_words", "course_words", "rank_words", "visit_words"]

#: Months on either side of the comparison of the course.
_YEAR = 12


def count_words(story: PlaceStory, series: Series, *, within: str, below: int = 5) -> str:
    """Say how much there is, in how many things and on how many days.

    Parameters
    ----------
    within : str
        "Binnen 50 meter", "In dit vak".
    """
    told = texts.counted(story.count, series, hidden=story.hidden, below=below)
    if story.hidden or not story.count:
        return f"{within}: {told}."
    parts = [told]
    if story.incidents is not None:
        parts.append(dutch.amount(story.incidents, "voorval", "voorvallen"))
    if story.days is not None:
        parts.append(f"op {dutch.amount(story.days, 'dag', 'verschillende dagen')}")
    return f"{within}: {', '.join(parts)}."


def rank_words(rank: int | None, stability: float, *, where: str, top: int = 10) -> str:
    """Say which number the square of a place is, and whether that is chance.

    Parameters
    ----------
    rank : int or None
    stability : float
        Share of the draws of the weeks in which it is in the top; NaN where that was not drawn.
    where : str
        Name of the area.
    top : int, default 10

    Examples
    --------
    >>> rank_words(1, 0.998, where="Wyck")
    'Nummer 1 van de vakken in Wyck. Dat is stabiel: met andere weken stond deze plek ook bijna \
altijd in de top 10.'
    >>> rank_words(8, 0.61, where="Wyck")
    'Nummer 8 van de vakken in Wyck. Dat wisselt: met andere weken had deze plek ook buiten de \
top 10 kunnen vallen.'
    >>> rank_words(123, 0.0, where="Wyck")
    'Nummer 123 van de vakken in Wyck. Met andere weken kwam deze plek ook zelden in de top 10.'
    """
    if rank is None:
        return ""
    number = f"Nummer {dutch.number(rank)} van de vakken in {where}."
    if pd.isna(stability):
        return f"{number} Te weinig weken om te zeggen hoe stabiel dat is."
    if stability >= 0.9:
        return (
            f"{number} Dat is stabiel: met andere weken stond deze plek ook bijna altijd in de "
            f"top {top}."
        )
    if stability >= 0.3:
        side = (
            f"had deze plek ook buiten de top {top} kunnen vallen"
            if rank <= top
            else f"had deze plek ook in de top {top} kunnen staan"
        )
        return f"{number} Dat wisselt: met andere weken {side}."
    if rank <= top:
        return f"{number} Dat is toeval: met andere weken viel deze plek meestal buiten de top."
    return f"{number} Met andere weken kwam deze plek ook zelden in de top {top}."


def course_words(months: pd.DataFrame, breaks: Sequence[dt.date] = ()) -> str:
    """Put the last twelve months beside the twelve before; "" where that cannot be said.

    Parameters
    ----------
    months : DataFrame
        ``month, count, hidden``: whole months in order.
    breaks : sequence of date
        Days on which another reporting system came into use.

    Examples
    --------
    >>> months = pd.DataFrame({"month": [f"2024-{n:02}" for n in range(1, 13)]
    ...     + [f"2025-{n:02}" for n in range(1, 13)], "count": [2] * 12 + [3] * 12,
    ...     "hidden": False})
    >>> course_words(months)
    'Laatste 12 maanden 36, de 12 maanden ervoor 24.'
    """
    if len(months) < 2 * _YEAR or months["count"].isna().any():
        return ""
    now = int(months["count"].iloc[-_YEAR:].sum())
    before = int(months["count"].iloc[-2 * _YEAR : -_YEAR].sum())
    first = dt.date.fromisoformat(f"{months['month'].iloc[-2 * _YEAR]}-01")
    last = dt.date.fromisoformat(f"{months['month'].iloc[-1]}-28")
    inside = [day for day in breaks if first < day <= last]
    told = f"Laatste 12 maanden {dutch.number(now)}, de 12 maanden ervoor {dutch.number(before)}."
    if inside:
        told += f" Let op: ander meldsysteem sinds {dutch.date(inside[-1])}."
    return told


def visit_words(found: Visits, *, days: int = 90, below: int = 5) -> str:
    """Say when somebody last controlled there, and how often lately.

    Examples
    --------
    >>> from thor_metrics.model import Period
    >>> none = pd.DataFrame({"kind": []})
    >>> visit_words(Visits(Period.parse("2026-Q1"), 4, 6.5, dt.date(2026, 3, 12), none))
    'Laatste controle 12-03-2026; 4 in de laatste 90 dagen (6,5 uur).'
    >>> visit_words(Visits(None, 0, float("nan"), None, none))
    'Geen controles geladen.'
    """
    if found.period is None:
        return "Geen controles geladen."
    lately = f"in de laatste {days} dagen"
    if found.count is None:
        return f"{dutch.less_than(below).capitalize()} controles {lately}."
    last = "" if found.last is None else f"Laatste controle {dutch.date(found.last)}"
    if found.count == 0:
        return f"{last}; geen {lately}." if last else f"Geen controles gevonden {lately}."
    whole = found.hours >= 10 or float(found.hours).is_integer()
    spent = dutch.number(found.hours, decimals=0 if whole else 1)
    hours = "" if pd.isna(found.hours) else f" ({spent} uur)"
    many = f"{dutch.number(found.count)} {lately}{hours}."
    return f"{last}; {many}" if last else f"Controles: {many}"
