"""A month as a grid of weeks, Monday first, and the days' items in it."""

from __future__ import annotations

import calendar
import datetime as dt
import html
from collections.abc import Mapping, Sequence
from typing import Final

from thor_metrics import dutch
from thor_metrics.model import WEEKDAYS
from thor_metrics.views.look import Look

__all__ = ["month_grid", "moved"]

#: Items of one day that fit; the others are counted.
_FIT: Final = 3


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
    items: Mapping[dt.date, Sequence[tuple[str, bool]]],
    *,
    today: dt.date,
    look: Look,
) -> str:
    """Draw a month as an accessible table.

    Parameters
    ----------
    month : date
        Any day of it.
    items : mapping of date to sequence of (text, cancelled)
        Texts as people read them; they are escaped here.
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
    style = (
        "<style>.maand{border-collapse:collapse;width:100%;table-layout:fixed;font-size:15px}"
        f".maand td,.maand th{{border:1px solid {look.line};vertical-align:top;padding:4px 6px;"
        "text-align:left;overflow-wrap:anywhere}.maand td{height:92px}"
        ".maand th:first-child{width:2.6em}"
        f".maand .ander{{background:{look.quiet}}}"
        f".maand .vandaag{{outline:3px solid {look.primary};"
        "outline-offset:-3px}.maand ul{list-style:none;margin:0;padding:0}</style>"
    )
    return (
        f'{style}<table class="maand" aria-label="{html.escape(name)}">'
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
    )


def _day(day: dt.date, month: dt.date, items: Sequence[tuple[str, bool]], today: dt.date) -> str:
    kind = " ".join(
        name for name, on in (("ander", day.month != month.month), ("vandaag", day == today)) if on
    )
    told = "".join(
        f"<li>{'<s>' if cancelled else ''}{html.escape(text)}"
        f"{'</s> (vervallen)' if cancelled else ''}</li>"
        for text, cancelled in items[:_FIT]
    )
    more = f"<li>+{len(items) - _FIT} meer</li>" if len(items) > _FIT else ""
    mark = ' aria-current="date"' if day == today else ""
    return f'<td class="{kind}"{mark}><b>{day.day}</b><ul>{told}{more}</ul></td>'
