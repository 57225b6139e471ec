"""A month as a grid of weeks, Monday first, and the days' items in it."""

from __future__ import annotations

import calendar
import datetime as dt
import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from thor_metrics import dutch
from thor_metrics.model import WEEKDAYS
from thor_metrics.views.look import Look

__all__ = ["Item", "month_grid", "moved"]

#: Lines of one day that fit; what does not is counted on the last one.
_FIT: Final = 4

#: Narrower than this, seven columns cut every word: the days that hold something are listed.
_NARROW: Final = "46rem"


@dataclass(frozen=True)
class Item:
    """One thing on a day.

    Attributes
    ----------
    short : str
        As it stands in the grid, on one line that may be cut off.
    told : str
        All of it, for who points at it.
    cancelled : bool
        It does not go on.
    """

    short: str
    told: str = ""
    cancelled: bool = False


def moved(month: dt.date, months: int) -> dt.date:
    """Give the first day of a month so many months later.

    Examples
    --------
    >>> moved(dt.date(2026, 12, 5), 1), moved(dt.date(2026, 1, 31), -1)
    (datetime.date(2027, 1, 1), datetime.date(2025, 12, 1))
    """
    number = month.year * 12 + month.month - 1 + months
    return dt.date(number // 12, number % 12 + 1, 1)


def month_grid(
    month: dt.date,
    items: Mapping[dt.date, Sequence[Item]],
    *,
    today: dt.date,
    look: Look,
) -> str:
    """Draw a month as an accessible table; on a narrow screen as the days that hold something.

    Parameters
    ----------
    month : date
        Any day of it.
    items : mapping of date to sequence of Item
        In the order of the day. Texts as people read them; they are escaped here.
    today : date
    look : Look
    """
    weeks = calendar.Calendar().monthdatescalendar(month.year, month.month)
    head = "".join(f'<th scope="col">{name}</th>' for name in ("wk", *WEEKDAYS))
    rows = []
    for week in weeks:
        number = week[0].isocalendar().week
        cells = "".join(_day(day, month, items.get(day, ()), today) for day in week)
        rows.append(f'<tr><th scope="row">{number}</th>{cells}</tr>')
    name = dutch.month(f"{month:%Y-%m}")
    return (
        f'{_style(look)}<div class="maandvak">'
        f'<table class="maand" aria-label="{html.escape(name)}">'
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def _style(look: Look) -> str:
    wide = (
        ".maandvak{container-type:inline-size}"
        ".maand{border-collapse:collapse;width:100%;table-layout:fixed;font-size:15px;"
        "line-height:1.35}"
        f".maand td,.maand th{{border:1px solid {look.line};vertical-align:top;padding:2px 6px;"
        "text-align:left}.maand td{height:58px}.maand th:first-child{width:2.6em}"
        f".maand .ander{{background:{look.quiet}}}"
        f".maand .vandaag{{outline:3px solid {look.primary};outline-offset:-3px}}"
        ".maand ul{list-style:none;margin:0;padding:0}"
        ".maand li{font-size:15px;margin:0;overflow:hidden;text-overflow:ellipsis;"
        "white-space:nowrap}"
        ".maand .ruim li{white-space:normal}.maand .dag{display:none}"
    )
    narrow = (
        ".maand thead,.maand tbody th,.maand .leeg,.maand .ander{display:none}"
        ".maand,.maand tbody,.maand tr,.maand td{display:block;width:auto}"
        ".maand td{height:auto;padding:6px 10px;margin-top:-1px}.maand li{white-space:normal}"
        ".maand .dag{display:inline}"
    )
    return f"<style>{wide}@container (max-width:{_NARROW}){{{narrow}}}</style>"


def _day(day: dt.date, month: dt.date, items: Sequence[Item], today: dt.date) -> str:
    marks = (
        ("ander", day.month != month.month),
        ("vandaag", day == today),
        ("leeg", not items),
        ("ruim", len(items) <= _FIT // 2),  # room for two lines each
    )
    kind = " ".join(name for name, on in marks if on)
    fits = len(items) if len(items) <= _FIT else _FIT - 1
    told = "".join(_line(item) for item in items[:fits])
    more = f"<li>+{len(items) - fits} meer</li>" if len(items) > fits else ""
    mark = ' aria-current="date"' if day == today else ""
    name = f'<span class="dag">{WEEKDAYS[day.weekday()]} </span>'
    return f'<td class="{kind}"{mark}><b>{name}{day.day}</b><ul>{told}{more}</ul></td>'


def _line(item: Item) -> str:
    short = html.escape(item.short)
    text = f"<s>{short}</s> (vervallen)" if item.cancelled else short
    return f'<li title="{html.escape(item.told or item.short)}">{text}</li>'
