"""What somebody selected, as conditions of a query and as words."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

import sqlalchemy as sa

from thor_metrics import dutch
from thor_metrics.model import SERIES, THEMES, Hours, Selection, Series

__all__ = [
    "ABOUT_PEOPLE",
    "about_people",
    "area_conditions",
    "conditions",
    "counted_conditions",
    "describe",
    "moment_conditions",
    "period_conditions",
    "subject_conditions",
    "weight",
]

#: Themes whose small numbers are hidden.
ABOUT_PEOPLE: Final = tuple(theme.key for theme in THEMES if theme.about_people)

_TITLES: Final = {theme.key: theme.title for theme in THEMES}

_NO_NAMES: Final[Mapping[str, str]] = MappingProxyType({})


def conditions(table: sa.Table, selection: Selection) -> list[sa.ColumnElement[bool]]:
    """Give the conditions a row keeps to be in the selection; all of them must hold.

    Parameters
    ----------
    table : sqlalchemy.Table
        ``engine.tables[selection.series]``.
    selection : Selection
        The period is half-open on the local date of the row. Hours past midnight belong to the
        evening they follow: Friday 20-4 is Friday from 20:00 and Saturday until 04:00, each as
        far as its own date is in the period. With hours set, rows whose time is not known are
        left out. Of the incidents only those that count are taken: no duplicates, no parts of
        another report, nothing cancelled.
    """
    return [
        *period_conditions(table, selection),
        *area_conditions(table, selection),
        *subject_conditions(table, selection),
        *moment_conditions(table, selection),
        *counted_conditions(table),
    ]


def counted_conditions(table: sa.Table) -> list[sa.ColumnElement[bool]]:
    """Leave out incidents that are a part or a duplicate of another, or were cancelled."""
    return [table.c.counted.is_(True)] if "counted" in table.c else []


def period_conditions(table: sa.Table, selection: Selection) -> list[sa.ColumnElement[bool]]:
    """Give the conditions of the period alone."""
    return [table.c.date >= selection.period.start, table.c.date < selection.period.end]


def area_conditions(table: sa.Table, selection: Selection) -> list[sa.ColumnElement[bool]]:
    """Give the conditions of gebied and buurt; rows without a place are in neither."""
    found: list[sa.ColumnElement[bool]] = []
    if selection.gebied is not None:
        found.append(table.c.gebied == selection.gebied)
    if selection.buurt is not None:
        found.append(table.c.buurt == selection.buurt)
    return found


def subject_conditions(table: sa.Table, selection: Selection) -> list[sa.ColumnElement[bool]]:
    """Give the conditions of themes and rubrieken."""
    found: list[sa.ColumnElement[bool]] = []
    if selection.themes:
        found.append(table.c.theme.in_(selection.themes))
    if selection.rubrieken:
        found.append(table.c.rubriek.in_(selection.rubrieken))
    return found


def moment_conditions(table: sa.Table, selection: Selection) -> list[sa.ColumnElement[bool]]:
    """Give the conditions of weekdays and hours."""
    days, hours = selection.weekdays, selection.hours
    if hours is None:
        return [table.c.weekday.in_(days)] if days else []
    return [table.c.time_known.is_(True), _in_hours(table, days, hours)]


def _in_hours(table: sa.Table, days: tuple[int, ...], hours: Hours) -> sa.ColumnElement[bool]:
    evening = table.c.hour.in_(hours.before_midnight)
    if not days:
        return table.c.hour.in_(hours.of_the_day)
    if not hours.past_midnight:
        return sa.and_(table.c.weekday.in_(days), evening)
    night = table.c.hour.in_(hours.past_midnight)
    next_days = tuple((day + 1) % 7 for day in days)
    return sa.or_(
        sa.and_(table.c.weekday.in_(days), evening),
        sa.and_(table.c.weekday.in_(next_days), night),
    )


def weight(table: sa.Table, *where: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    """Give what one row adds to a count, summed, optionally only over the rows ``where``.

    Incidents and controls count as rows; an observation counts as its amount, 1 when that is
    empty. The result is a bigint and 0 when there are no rows.
    """
    if table.name != "observations":
        counted = sa.func.count()
        return counted.filter(*where) if where else counted
    amounts: Any = sa.func.sum(sa.func.coalesce(table.c.amount, 1))
    if where:
        amounts = amounts.filter(*where)
    # Engines do not agree on how a cast rounds a half.
    return sa.cast(sa.func.floor(sa.func.coalesce(amounts, 0) + 0.5), sa.BigInteger)


def about_people(table: sa.Table) -> sa.ColumnElement[bool]:
    """Tell whether a row concerns people in person, so that small numbers are hidden."""
    return table.c.theme.in_(ABOUT_PEOPLE)


def describe(
    selection: Selection,
    *,
    names: Mapping[str, str] = _NO_NAMES,
    series: Series = "incidents",
) -> str:
    """Say in Dutch what is selected: only the filters that are set.

    Parameters
    ----------
    selection : Selection
    names : mapping of str to str
        Names of buurten and titles of rubrieken by their key; a key without one stands as it is.
    series : {"incidents", "observations", "controls"}
        The usual series; another one is named.

    Examples
    --------
    >>> from thor_metrics.model import Period
    >>> describe(
    ...     Selection(Period.parse("2026-H1"), gebied="Centrum", themes=("afval",),
    ...               weekdays=(4,), hours=Hours(20, 4))
    ... )
    'Centrum, afval, 2026-H1, vr 20-04 uur'
    """
    where = selection.buurt or selection.gebied
    moment = " ".join(
        part
        for part in (
            dutch.weekdays(selection.weekdays),
            selection.hours.words() if selection.hours else "",
        )
        if part
    )
    parts = (
        SERIES[selection.series] if selection.series != series else "",
        names.get(where, where) if where else "",
        dutch.join(_TITLES.get(key, key).lower() for key in selection.themes),
        dutch.join(names.get(key, key).lower() for key in selection.rubrieken),
        selection.period.words(),
        moment,
    )
    return ", ".join(part for part in parts if part)
