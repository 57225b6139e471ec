"""What the numbers of a selection cannot see, counted."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from thor_metrics.engine import Engine
from thor_metrics.indicators.selection import (
    area_conditions,
    counted_conditions,
    period_conditions,
    subject_conditions,
)
from thor_metrics.model import Selection

__all__ = ["Quality", "Reason", "quality"]

#: Theme of rows whose category the settings do not know.
UNMAPPED: Final = "niet_ingedeeld"


@dataclass(frozen=True)
class Reason:
    """A number of rows, and in Dutch what is the matter with them."""

    text: str
    rows: int


@dataclass(frozen=True)
class Quality:
    """How complete the rows behind a selection are. All numbers are rows.

    A filter cannot see the rows that miss what it looks at, so each kind of missing is counted
    without the filter it would fall through.

    Attributes
    ----------
    rows : int
        Rows in the period, area and subjects, at any hour; children and cancelled ones too.
    counted : int
        Those that count.
    children, cancelled : int
        Those that do not: part or duplicate of another incident; cancelled.
    without_time : int
        Counted rows of which only the day is known; in no selection of hours.
    without_place : int
        Counted rows of the subjects, anywhere, that lie in no area; in no selection of an area.
    unmapped : int
        Counted rows in the area whose category the settings do not know; in no theme.
    nuisance_time_known : int
        Counted rows whose time is that of the nuisance (or of the own work) itself.
    reporting_time_share : float
        Share of the counted rows whose time is that of the report; NaN without rows.
    first_date, last_date : date or None
        First and last day with data of the whole series.
    reasons : tuple of Reason
        The above as sentences, most rows first, without those that do not occur.
    unmapped_categories : tuple of Reason
        Categories the settings do not know, as the source wrote them, most rows first.
    """

    rows: int
    counted: int
    children: int
    cancelled: int
    without_time: int
    without_place: int
    unmapped: int
    nuisance_time_known: int
    reporting_time_share: float
    first_date: dt.date | None
    last_date: dt.date | None
    reasons: tuple[Reason, ...] = ()
    unmapped_categories: tuple[Reason, ...] = ()


def quality(engine: Engine, selection: Selection) -> Quality:
    """Count what is missing behind a selection; its weekdays and hours do not matter."""
    table = engine.tables[selection.series]
    area = sa.and_(sa.true(), *area_conditions(table, selection))
    subject = sa.and_(sa.true(), *subject_conditions(table, selection))
    counted = sa.and_(sa.true(), *counted_conditions(table))
    inside = sa.and_(area, subject)
    unmapped = _unmapped(table)
    wanted = {
        "rows": inside,
        "counted": sa.and_(inside, counted),
        "without_time": sa.and_(inside, counted, table.c.time_known.is_not(True)),
        "without_place": sa.and_(subject, counted, table.c.buurt.is_(None)),
        "unmapped": sa.and_(area, counted, unmapped),
        "reporting_time": sa.and_(inside, counted, table.c.time_basis == "melding"),
    }
    if "is_child" in table.c:
        wanted["children"] = sa.and_(inside, table.c.is_child.is_(True))
        wanted["cancelled"] = sa.and_(
            inside, table.c.is_child.is_not(True), table.c.status == "geannuleerd"
        )
    answer = engine.run(
        sa.select(
            *(sa.func.count().filter(where).label(name) for name, where in wanted.items())
        ).where(*period_conditions(table, selection))
    )
    found = {name: int(answer[name].iloc[0]) for name in wanted}
    reporting = found.pop("reporting_time")
    numbers = {"children": 0, "cancelled": 0} | found
    first, last = engine.spans.get(selection.series, (None, None))
    return Quality(
        **numbers,
        nuisance_time_known=found["counted"] - reporting,
        reporting_time_share=reporting / found["counted"] if found["counted"] else float("nan"),
        first_date=first,
        last_date=last,
        reasons=_reasons(numbers | {"reporting_time": reporting}),
        unmapped_categories=_categories(engine, selection) if found["unmapped"] else (),
    )


def _unmapped(table: sa.Table) -> sa.ColumnElement[bool]:
    return sa.and_(
        table.c.theme == UNMAPPED, sa.or_(table.c.rubriek.is_(None), table.c.rubriek == "")
    )


def _categories(engine: Engine, selection: Selection) -> tuple[Reason, ...]:
    table = engine.tables[selection.series]
    names = [table.c[name] for name in ("main_category", "sub_category", "kind") if name in table.c]
    rows = sa.func.count()
    found = engine.run(
        sa.select(*names, rows.label("rows"))
        .where(
            *period_conditions(table, selection),
            *area_conditions(table, selection),
            *counted_conditions(table),
            _unmapped(table),
        )
        .group_by(*names)
        .order_by(rows.desc(), *(name.nulls_last() for name in names))
    )
    texts = found.drop(columns="rows").fillna("").agg(" > ".join, axis=1).str.strip(" >")
    return tuple(
        Reason(text or "zonder categorie", int(count))
        for text, count in zip(texts, found["rows"], strict=True)
    )


def _reasons(found: dict[str, int]) -> tuple[Reason, ...]:
    words = {
        "children": "deelmelding of dubbele melding, telt niet nog eens mee",
        "cancelled": "geannuleerd, telt niet mee",
        "without_time": "zonder tijdstip, staat niet in de uren",
        "without_place": "zonder plaats in de gemeente, staat niet op de kaart",
        "unmapped": "categorie niet ingedeeld bij een thema",
        "reporting_time": "alleen het meldmoment bekend, niet het overlastmoment",
    }
    reasons = (Reason(text, found[name]) for name, text in words.items() if found[name])
    return tuple(sorted(reasons, key=lambda reason: -reason.rows))
