"""Sentences the program writes from the numbers: headlines, tooltips, alternatives for pictures.

Numbers first, certainty in a word, association and never cause. A missing number is "geen
gegevens", a hidden one "minder dan 5".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from thor_metrics import dutch
from thor_metrics.indicators.change import Change, Compared
from thor_metrics.model import SERIES, Hours, Selection, Series
from thor_metrics.views.look import theme_title

__all__ = [
    "Busiest",
    "before_words",
    "block_words",
    "busiest",
    "busiest_words",
    "busy_words",
    "change_words",
    "counted",
    "expected_words",
    "headline",
    "hour_words",
    "noun",
    "place",
    "subject",
    "unusual_words",
]

_ONE: Final[dict[Series, str]] = {
    "incidents": "melding",
    "observations": "waarneming",
    "controls": "controle",
}

#: One scale of certainty everywhere, as it reads behind a number.
_SURE: Final = {
    "zeker": "zeker",
    "waarschijnlijk": "waarschijnlijk echt",
    "kan toeval zijn": "kan toeval zijn",
}


def noun(series: Series, count: float | None = None) -> str:
    """Name what is counted: ``1 melding``, ``2 meldingen``."""
    return _ONE[series] if count == 1 else SERIES[series]


def counted(value: float | None, series: Series, *, hidden: bool = False, below: int = 5) -> str:
    """Write a count with its noun.

    Examples
    --------
    >>> counted(1, "incidents"), counted(None, "incidents", hidden=True)
    ('1 melding', 'minder dan 5 meldingen')
    """
    return dutch.amount(value, _ONE[series], SERIES[series], hidden=hidden, below=below)


def place(selection: Selection, names: Mapping[str, str], *, city: str) -> str:
    """Name where the selection is: the buurt, the gebied, or the city."""
    if selection.buurt:
        return names.get(selection.buurt, selection.buurt)
    return selection.gebied or city


def subject(selection: Selection, names: Mapping[str, str]) -> str:
    """Name what the selection is about: rubrieken, or themes, or nothing when it is everything.

    Examples
    --------
    >>> subject(Selection(Period.parse("2026"), themes=("fiets",)), {})
    'fiets'
    """
    if selection.rubrieken:
        return dutch.join(names.get(key, key).lower() for key in selection.rubrieken)
    return dutch.join(theme_title(key).lower() for key in selection.themes)


def change_words(change: Change) -> str:
    """Say how a count changed, its certainty behind it.

    A period that is still running is compared with as many days of a year earlier, and says so.

    Examples
    --------
    >>> now, before = Period.parse("2026-H1"), Period.parse("2025-H1")
    >>> days = Compared(now, before, None)
    >>> change_words(Change(312, 271, 1.15, 1.0, 1.3, "waarschijnlijk", "", days, False, False))
    '41 meer dan in 2025-H1 (waarschijnlijk echt)'
    >>> change_words(Change(3, None, 1, 1, 1, "", "geen gegevens", days, False, False))
    'geen gegevens van een jaar eerder'
    """
    than = before_words(change.days)
    if change.hidden and than:
        return f"de verandering sinds {than} is te klein om te tonen"
    if change.count is None or change.before is None or not than:
        return "geen gegevens van een jaar eerder"
    difference = change.count - change.before
    sure = _SURE.get(change.certainty, "") or change.note
    if change.break_in_series:
        sure = "; ".join(part for part in (sure, "let op: ander meldsysteem") if part)
    behind = f" ({sure})" if sure else ""
    if difference == 0:
        return f"evenveel als in {than}{behind}"
    more = "meer" if difference > 0 else "minder"
    return f"{dutch.number(abs(difference))} {more} dan in {than}{behind}"


def before_words(days: Compared) -> str:
    """Name the days that are compared with; "" when there are none.

    Examples
    --------
    >>> now = Period.parse("2026-07-01/2026-10-31")
    >>> before_words(Compared(now, Period.parse("2025-07-01/2025-10-31"), now.last_day))
    'dezelfde dagen een jaar eerder'
    """
    if days.before is None:
        return ""
    if days.until:
        return "dezelfde dagen een jaar eerder"
    words = days.before.words()
    return f"de periode {words}" if " t/m " in words else words


def headline(
    selection: Selection,
    change: Change,
    *,
    names: Mapping[str, str],
    city: str,
    tail: str = "",
    below: int = 5,
) -> str:
    """Write the sentence at the top of a page.

    Parameters
    ----------
    selection : Selection
    change : Change
        The number of the selection beside that of a year earlier.
    names : mapping of str to str
        Names of buurten and rubrieken by key.
    city : str
    tail : str
        A second sentence, for example where or when it is heaviest.

    Examples
    --------
    >>> now, before = Period.parse("2026-H1"), Period.parse("2025-H1")
    >>> days = Compared(now, before, None)
    >>> headline(
    ...     Selection(now, gebied="Wyck", themes=("fiets",)),
    ...     Change(312, 271, 1.15, 1.0, 1.3, "waarschijnlijk", "", days, False, False),
    ...     names={}, city="Maastricht",
    ... )
    '312 meldingen over fiets in Wyck in 2026-H1, 41 meer dan in 2025-H1 (waarschijnlijk echt).'
    """
    about = subject(selection, names)
    # A count of this series that is missing without being hidden does not occur.
    count = counted(change.count, selection.series, hidden=change.count is None, below=below)
    parts = (
        count,
        f"over {about}" if about else "",
        f"in {place(selection, names, city=city)}",
        _when(selection, change.days),
    )
    sentence = " ".join(part for part in parts if part)
    return f"{sentence}, {change_words(change)}." + (f" {tail}" if tail else "")


def _when(selection: Selection, days: Compared) -> str:
    words = selection.period.words()
    period = f"van {words}" if " t/m " in words else f"in {words}"
    if days.until is not None:
        period = f"{period} (t/m {dutch.date(days.until)})"
    moment = " ".join(
        part
        for part in (
            dutch.weekdays(selection.weekdays),
            selection.hours.words() if selection.hours else "",
        )
        if part
    )
    return f"{period} ({moment})" if moment else period


# --- when ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Busiest:
    """The stretch of the week with most per hour.

    Attributes
    ----------
    weekdays : tuple of int
        Monday 0.
    hours : Hours
        Past midnight belongs to the evening before.
    count : int
    share : float
        Of everything with a known time.
    certainty : str
        That half of its hours have, or a surer one; "" where nothing was tested.
    """

    weekdays: tuple[int, ...]
    hours: Hours
    count: int
    share: float
    certainty: str = ""


def busiest(hours: pd.DataFrame, *, length: int = 4, days: int = 2) -> Busiest | None:
    """Find the stretch of so many hours on so many days in which most happens.

    Parameters
    ----------
    hours : DataFrame
        ``weekday`` (Monday 0), ``hour``, ``count``: the 168 hours of the week; optionally
        ``certainty``.
    length : int, default 4
        Hours in a row, also across midnight.
    days : int, default 2
        The heaviest days within that stretch.

    Returns
    -------
    Busiest or None
        ``None`` when nothing is known, or when it is too little to speak of (under 20).
    """
    week = hours.pivot_table(index="weekday", columns="hour", values="count", aggfunc="sum")
    grid = week.reindex(index=range(7), columns=range(24)).fillna(0).to_numpy(float)
    total = grid.sum()
    if total < 20:
        return None
    # One long line of hours: the night after Sunday is Monday's.
    line = np.concatenate([grid.ravel(), grid.ravel()[:length]])
    sums = np.convolve(line, np.ones(length), mode="valid")[: 7 * 24].reshape(7, 24)
    top_days = np.sort(sums, axis=0)[-days:].sum(axis=0)
    start = int(np.argmax(top_days))
    chosen = np.sort(np.argsort(sums[:, start], kind="stable")[-days:])
    end = (start + length) % 24 or 24
    count = int(sums[chosen, start].sum())
    inside = (chosen[:, np.newaxis] * 24 + start + np.arange(length)) % 168
    return Busiest(
        tuple(int(day) for day in chosen),
        Hours(start, end),
        count,
        count / total,
        _half_as_sure(hours, inside),
    )


def _half_as_sure(hours: pd.DataFrame, inside: np.ndarray) -> str:
    if "certainty" not in hours or not hours["certainty"].any():
        return ""
    words = hours.set_index(hours["weekday"] * 24 + hours["hour"])["certainty"]
    scale = list(_SURE)
    ranks = sorted(
        scale.index(word) if word in scale else len(scale) - 1
        for word in words.reindex(inside.ravel())
    )
    return scale[ranks[(len(ranks) - 1) // 2]]


def busiest_words(found: Busiest | None) -> str:
    """Say when it is busiest, or nothing.

    Examples
    --------
    >>> busiest_words(Busiest((4, 5), Hours(22, 2), 60, 0.3))
    'Drukst: vr en za, 22-02 uur (30 %).'
    """
    if found is None:
        return ""
    days = dutch.weekdays(found.weekdays)
    return f"Drukst: {days}, {found.hours.words()} ({dutch.percent(found.share, decimals=0)})."


def hour_words(days: Sequence[int], hours: Hours | None) -> str:
    """Name a moment of the week.

    Examples
    --------
    >>> hour_words((4, 5), Hours(20, 4)), hour_words((), None)
    ('vr en za, 20-04 uur', 'alle dagen, hele dag')
    """
    which = dutch.weekdays(days) if days else "alle dagen"
    return f"{which}, {hours.words() if hours else 'hele dag'}"


def expected_words(expected: float) -> str:
    """Write an expected number: whole, but a small one with a decimal.

    Examples
    --------
    >>> expected_words(80.4), expected_words(3.44), expected_words(5.0)
    ('80', '3,4', '5')
    """
    whole = expected >= 10 or float(expected).is_integer()
    return dutch.number(expected, decimals=0 if whole else 1)


def busy_words(found: Busiest | None, series: Series) -> str:
    """Say when it is busiest, with how many and how sure.

    Examples
    --------
    >>> busy_words(Busiest((4, 5), Hours(22, 2), 60, 0.3, "zeker"), "incidents")
    'Drukst: vr en za 22-02 uur, 60 meldingen (zeker meer dan toeval).'
    """
    if found is None:
        return ""
    sure = {"": "", "kan toeval zijn": " (kan toeval zijn)"}.get(
        found.certainty, f" ({found.certainty} meer dan toeval)"
    )
    when = f"{dutch.weekdays(found.weekdays)} {found.hours.words()}"
    return f"Drukst: {when}, {counted(found.count, series)}{sure}."


def block_words(block: Mapping[Any, Any], series: Series) -> str:
    """Say what one stretch of hours has, beside what was expected of it.

    Parameters
    ----------
    block : mapping
        ``weekdays, start, end, count, expected, certainty, largest_week`` of
        :class:`thor_metrics.indicators.moments.HotMoments`.

    Examples
    --------
    >>> block = {"weekdays": (4,), "start": 20, "end": 24, "count": 143, "expected": 80.2,
    ...          "certainty": "zeker", "largest_week": 0.1}
    >>> block_words(block, "incidents")
    'vr 20-24 uur: 143 meldingen, verwacht 80 (zeker)'
    >>> block_words({**block, "largest_week": 0.7}, "incidents")
    'vr 20-24 uur: 143 meldingen, verwacht 80 (zeker; vooral in één week)'
    """
    when = f"{dutch.weekdays(block['weekdays'])} {dutch.hours(block['start'], block['end'])}"
    once = "; vooral in één week" if block["largest_week"] > 0.5 else ""
    return (
        f"{when}: {counted(block['count'], series)}, verwacht {expected_words(block['expected'])} "
        f"({block['certainty']}{once})"
    )


def unusual_words(blocks: pd.DataFrame, series: Series, *, tested: bool = True) -> str:
    """Say which hours are most unusual for their day; nothing where that was not tested.

    Examples
    --------
    >>> unusual_words(pd.DataFrame({"count": []}), "incidents")
    'Geen uur is ongewoon voor die dag.'
    """
    if not tested:
        return ""
    if blocks.empty:
        return "Geen uur is ongewoon voor die dag."
    return f"Ongewoon: {block_words(blocks.iloc[0].to_dict(), series)}."
