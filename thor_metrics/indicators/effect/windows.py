"""Which weeks are compared with which: equal windows, apart from what made somebody choose."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from thor_metrics import dutch
from thor_metrics.effects import separate_windows
from thor_metrics.model import Period

__all__ = ["ASSUMED_WEEKS", "FEWEST_WEEKS", "Windows", "choose_windows"]

#: Weeks an action must have run before anything is said.
FEWEST_WEEKS: Final = 4

#: Where nobody wrote down when a place stood out, these weeks before the start are taken for it.
ASSUMED_WEEKS: Final = 26

_WEEK: Final = dt.timedelta(days=7)
#: A year of whole weeks, so that every weekday stands beside itself.
_YEAR: Final = 52 * _WEEK


@dataclass(frozen=True)
class Windows:
    """The weeks of a study.

    Attributes
    ----------
    selected : Period
        When the place stood out.
    before, after : Period or None
        Equally long, in whole weeks; ``None`` where nothing can be compared.
    why : str
        Why not, in Dutch, with what to do; empty when they can be compared.
    note : str
        What one must know of the choice, in Dutch, or empty.
    """

    selected: Period
    before: Period | None
    after: Period | None
    why: str = ""
    note: str = ""

    @property
    def weeks(self) -> int:
        """Length of both windows."""
        return 0 if self.after is None else (self.after.end - self.after.start) // _WEEK


def choose_windows(
    action: Period,
    *,
    data: Period,
    selected: Period | None = None,
    baseline: dt.date | None = None,
    breaks: Sequence[dt.date] = (),
) -> Windows:
    """Choose what an action is measured from.

    Parameters
    ----------
    action : Period
        From the first day of the action up to, not including, the day after its last.
    data : Period
        Days of which there are reports.
    selected : Period, optional
        When the place stood out; default: the 26 weeks before the action.
    baseline : date, optional
        First day of the window before, chosen by somebody; default: the first of these that can
        be: the same weeks one year earlier, two years earlier, the weeks just before the place
        stood out.
    breaks : sequence of date
        Days on which another reporting system came into use.

    Returns
    -------
    Windows
        Both windows end before a break or begin after one: levels on either side of it cannot be
        compared. An action that runs over a break is followed up to it.

    Examples
    --------
    >>> day = dt.date
    >>> found = choose_windows(
    ...     Period(day(2026, 1, 12), day(2026, 6, 29)),
    ...     data=Period(day(2023, 1, 1), day(2026, 11, 1)),
    ...     selected=Period(day(2025, 8, 1), day(2025, 11, 1)),
    ... )
    >>> found.before, found.weeks
    (Period(start=datetime.date(2025, 1, 13), end=datetime.date(2025, 6, 30)), 24)
    """
    note = ""
    if selected is None:
        selected = Period(action.start - ASSUMED_WEEKS * _WEEK, action.start)
        note = (
            "Niet opgeschreven is wanneer deze plek opviel; aangenomen zijn de "
            f"{ASSUMED_WEEKS} weken voor de start."
        )
    end = min(action.end, data.end)
    cut = min((day for day in breaks if action.start < day < end), default=end)
    if cut < end:
        note = f"{note} Gevolgd tot {dutch.date(cut)}: daarna kwam een ander meldsysteem.".strip()
    weeks = (cut - action.start) // _WEEK
    if weeks < FEWEST_WEEKS:
        return Windows(selected, None, None, _too_short(action, cut, max(weeks, 0)), note)
    after = Period(action.start, action.start + weeks * _WEEK)
    if selected.end > after.start:
        return Windows(selected, None, after, _late(selected, after), note)
    starts = [baseline] if baseline else [
        after.start - _YEAR, after.start - 2 * _YEAR, selected.start - weeks * _WEEK,
    ]  # fmt: skip
    tried = []
    for start in starts:
        before = Period(start, start + weeks * _WEEK)
        why = _refused(before, after, selected, data, breaks)
        if not why:
            return Windows(selected, before, after, "", note)
        tried.append(why)
    return Windows(selected, None, after, tried[0], note)


def _refused(
    before: Period, after: Period, selected: Period, data: Period, breaks: Sequence[dt.date]
) -> str:
    """Say why these weeks cannot be the window before; empty when they can."""
    if before.start < data.start:
        return (
            f"Van de vergelijkingsweken ({before.words()}) zijn niet alle meldingen geladen: die "
            f"beginnen op {dutch.date(data.start)}. Laad oudere meldingen, of kies latere weken."
        )
    try:
        separate_windows(
            (selected.start, selected.end), (before.start, before.end), (after.start, after.end)
        )
    except ValueError:
        return (
            f"De vergelijkingsweken ({before.words()}) zijn (deels) de weken waarin deze plek "
            f"opviel ({selected.words()}). Een plek die is gekozen omdat het er druk was, wordt "
            "vanzelf rustiger, ook zonder actie. Kies weken van voor die tijd, of weken erna en "
            "voor de start van de actie."
        )
    if any(before.start < day <= after.start for day in breaks):
        return (
            f"Tussen de vergelijkingsweken ({before.words()}) en de actie kwam een ander "
            "meldsysteem. Aantallen van voor en na die dag zijn niet te vergelijken. Kies weken "
            "na die dag."
        )
    return ""


def _too_short(action: Period, end: dt.date, weeks: int) -> str:
    if end <= action.start:
        return (
            f"De actie begint op {dutch.date(action.start)}; er zijn nog geen meldingen van die "
            "tijd. Kom terug als er vier weken om zijn."
        )
    return (
        f"Er zijn {dutch.amount(weeks, 'hele week', 'hele weken')} om naar te kijken; minstens "
        f"{FEWEST_WEEKS} zijn nodig."
    )


def _late(selected: Period, after: Period) -> str:
    return (
        f"De weken waarin deze plek opviel ({selected.words()}) lopen door na de start van de "
        f"actie ({dutch.date(after.start)}). Pas bij de actie aan wanneer de plek opviel: dat is "
        "altijd voor de start."
    )
