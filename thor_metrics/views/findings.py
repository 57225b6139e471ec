"""Sentences about what stands out in an area: hot-items, the last week, the team's own controls.

Numbers first, certainty in a word, association and never cause.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from thor_metrics import dutch, stats
from thor_metrics.views import texts

__all__ = ["CERTAIN", "alert_words", "effort_words", "item_words"]

#: Certainties that are worth a sentence.
CERTAIN: Final = (stats.SURE, stats.LIKELY)


def item_words(row: Mapping[Any, Any], title: str, *, below: int = 5) -> str:
    """Say what is the matter with one rubriek in one area.

    Parameters
    ----------
    row : mapping
        Of :func:`thor_metrics.indicators.items.hot_items`.
    title : str
        Of the rubriek.
    below : int, default 5
        Counts about people under this are hidden.

    Examples
    --------
    >>> row = {"count": 84, "expected": 41.2, "more": "zeker", "before": 60, "rise": "",
    ...        "hidden": False, "elsewhere": False}
    >>> item_words(row, "Fietswrakken")
    'Fietswrakken: 84, verwacht 41 naar het stadsbeeld (zeker meer dan elders)'
    >>> item_words({**row, "more": "", "rise": "zeker"}, "Dumping")
    'Dumping: gestegen van 60 naar 84 (zeker)'
    """
    if row["hidden"]:
        return f"{title}: {dutch.less_than(below)}"
    count = dutch.number(row["count"])
    more, rise = (row[name] if row[name] in CERTAIN else "" for name in ("more", "rise"))
    if more:
        words = (
            f"{title}: {count}, verwacht {dutch.number(row['expected'])} naar het stadsbeeld "
            f"({more} meer dan elders)"
        )
        return words + (f"; {_risen(row)}" if rise else "")
    if rise:
        return f"{title}: {_risen(row)}"
    return f"{title}: {count}"


def _risen(row: Mapping[Any, Any]) -> str:
    beside = ", meer dan elders in de stad" if row["elsewhere"] else ""
    before, count = dutch.number(row["before"]), dutch.number(row["count"])
    return f"gestegen van {before} naar {count}{beside} ({row['rise']})"


def alert_words(row: Mapping[Any, Any], title: str) -> str:
    """Say that one subject stood out in a week.

    Examples
    --------
    >>> alert_words({"count": 31, "expected": 12.4, "certainty": "zeker"}, "Fietswrakken")
    'Fietswrakken: 31, verwacht 12 (zeker meer dan gewoonlijk)'
    """
    if pd.isna(row["expected"]):
        return f"{title}: {dutch.number(row['count'])} ({row['certainty']} meer dan gewoonlijk)"
    return (
        f"{title}: {dutch.number(row['count'])}, verwacht {dutch.number(row['expected'])} "
        f"({row['certainty']} meer dan gewoonlijk)"
    )


def effort_words(
    controls: int | None, hours: float, planned_hours: float, *, below: int = 5
) -> str:
    """Say how much was controlled.

    Examples
    --------
    >>> effort_words(62, 84.5, 52.0)
    '62 controles in 84 uur, waarvan 52 uur gepland.'
    >>> effort_words(0, float("nan"), float("nan"))
    'Geen controles.'
    """
    if controls == 0:
        return "Geen controles."
    words = texts.counted(controls, "controls", hidden=controls is None, below=below)
    if pd.isna(hours):
        return f"{words[0].upper()}{words[1:]}."
    planned = (
        "" if pd.isna(planned_hours) else f", waarvan {dutch.number(planned_hours)} uur gepland"
    )
    return f"{words[0].upper()}{words[1:]} in {dutch.number(hours)} uur{planned}."
