"""What an indicator is, how it is counted, and how much of it may be shown.

An indicator counts one thing, or puts one count over another. Counting (:func:`compute`) and
showing (:func:`publish`) are apart: everything that leaves the program goes through the second.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
import pandas as pd
import sqlalchemy as sa

from thor_metrics import privacy
from thor_metrics.engine import Engine
from thor_metrics.errors import ThorError
from thor_metrics.indicators.selection import area_conditions, counted_conditions, period_conditions
from thor_metrics.model import Period, Selection

__all__ = ["BY", "Better", "Indicator", "Measure", "Shy", "compute", "publish"]

Better = Literal["lower", "higher", ""]

#: Whose small numbers an indicator holds: ``people`` are hidden everywhere, ``sanctions`` when
#: split by area or finer; a count of things is not hidden.
Shy = Literal["people", "sanctions", ""]

#: What an indicator can be split by.
BY: Final = ("gebied", "buurt", "month", "week", "kind")

_AREAS: Final = {"gebied", "buurt"}

_DAY: Final = dt.timedelta(days=1)


@dataclass(frozen=True)
class Measure:
    """What is added up: rows of a table, or the values of one column.

    Attributes
    ----------
    table : str
        Name in the schema.
    column : str
        Summed; "" counts rows.
    empty : float
        What a row adds whose column is empty.
    where : tuple of (str, tuple of str)
        Columns and the values they may have, in lower case; all must hold.
    """

    table: str
    column: str = ""
    empty: float = 0.0
    where: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True)
class Indicator:
    """One number of the execution plan.

    Attributes
    ----------
    key : str
        Name in code, on the command line and in exports.
    monitor : str
        Monitor item of the plan it answers, M01 to M42.
    theme : str
        Page it stands on.
    title : str
        Dutch name.
    numerator : Measure
    denominator : Measure, optional
        Without one the indicator is a count.
    unit : str
        Dutch; "%" for a share.
    better : {"lower", "higher", ""}
        Which way is good; "" where more can be either.
    why : str
        What somebody does with it, in a Dutch sentence.
    limits : str
        What it does not say, in a Dutch sentence.
    shy : {"people", "sanctions", ""}
    behind : Measure, optional
        How many people or sanctions stand behind the numerator, where that is not itself their
        number (euros, hours): what is hidden is decided by it.
    reviewed : date
        When the definition was last read by a person.
    """

    key: str
    monitor: str
    theme: str
    title: str
    numerator: Measure
    denominator: Measure | None = None
    unit: str = ""
    better: Better = ""
    why: str = ""
    limits: str = ""
    shy: Shy = ""
    behind: Measure | None = None
    reviewed: dt.date = dt.date(2026, 11, 24)

    @property
    def sources(self) -> tuple[str, ...]:
        """Tables it is counted from, each once."""
        parts = (self.numerator, self.denominator)
        return tuple(dict.fromkeys(part.table for part in parts if part is not None))


def compute(
    engine: Engine, selection: Selection, *, indicator: Indicator, by: Sequence[str] = ()
) -> pd.DataFrame:
    """Count an indicator. Not for the screen: see :func:`publish`.

    Parameters
    ----------
    engine : Engine
    selection : Selection
        Period and area hold; an indicator has its own subject, and the tables of days know no
        hours, so themes, weekdays and hours do not.
    indicator : Indicator
    by : sequence of str
        Of :data:`BY`.

    Returns
    -------
    DataFrame
        The columns of ``by``, then ``numerator``, ``denominator`` (NaN without one) and
        ``behind``. Every
        gebied of the selection and every month or week of the period with data is there, also
        with 0. Without data in the period nothing is 0: the numbers are missing, and a split
        has no rows. Rows without a place are in the whole and in no area.

    Raises
    ------
    ThorError
        When ``by`` holds what the indicator's tables do not know.
    """
    wanted = list(by)
    parts = {
        "numerator": indicator.numerator,
        "denominator": indicator.denominator,
        "behind": indicator.behind or indicator.numerator,
    }
    asked: dict[Measure, pd.DataFrame] = {}
    found: pd.DataFrame | None = None
    for name, measure in parts.items():
        if measure is None:
            continue
        if measure not in asked:
            asked[measure] = _counted(engine, selection, measure, wanted)
        part = asked[measure].rename(columns={"amount": name})
        if found is None:
            found = part
        elif wanted:
            found = found.merge(part, on=wanted, how="outer", sort=True)
        else:
            found = pd.concat([found, part], axis=1)
    assert found is not None
    return found.reindex(columns=[*wanted, *parts])


def publish(
    counted: pd.DataFrame,
    indicator: Indicator,
    *,
    by: Sequence[str] = (),
    in_area: bool = False,
    hide_people_below: int = 10,
    hide_sanctions_below: int = 5,
) -> pd.DataFrame:
    """Make of counts what may be shown, with the value.

    Parameters
    ----------
    counted : DataFrame
        Of :func:`compute`.
    indicator : Indicator
    by : sequence of str
        What it was split by.
    in_area : bool, default False
        The selection was one gebied or buurt.
    hide_people_below, hide_sanctions_below : int
        Smallest numbers that are shown.

    Returns
    -------
    DataFrame
        As ``counted``, with ``value`` (numerator, or numerator over denominator; NaN where the
        denominator is 0, missing or anything is hidden) and ``suppressed``.

    Notes
    -----
    Where a number is small, others are hidden with it until totals give nothing away
    (:func:`thor_metrics.privacy.hide_small_cross`). A share of which either part is hidden is
    hidden whole.
    """
    split = in_area or bool(_AREAS & set(by))
    below = {
        "people": hide_people_below,
        "sanctions": hide_sanctions_below if split else 0,
        "": 0,
    }[indicator.shy]
    directions = [[name] for name in by] if len(by) > 1 else [[]]
    hidden = np.zeros(len(counted), bool)
    for part in ("behind", "denominator"):
        if below and counted[part].notna().any():
            known = counted.assign(**{part: counted[part].fillna(0).round().astype("int64")})
            hidden |= privacy.hide_small_cross(
                known, part, about_people=True, below=below, directions=directions
            )["hidden"].to_numpy()
    shown = counted.drop(columns="behind").assign(
        numerator=counted["numerator"].mask(hidden),
        denominator=counted["denominator"].mask(hidden),
    )
    value = shown["numerator"]
    if indicator.denominator is not None:
        value = value / shown["denominator"].where(shown["denominator"] > 0)
    return shown.assign(value=value, suppressed=hidden)


# --- counting -------------------------------------------------------------------------------------


def _counted(engine: Engine, selection: Selection, measure: Measure, by: list[str]) -> pd.DataFrame:
    """Amount per combination of ``by``, complete: see :func:`compute`."""
    table = engine.tables[measure.table]
    split = [table.c[name] for name in _columns(table, by)]
    where = [
        *period_conditions(table, selection),
        *(area_conditions(table, selection) if "gebied" in table.c else ()),
        *counted_conditions(table),
        *(sa.func.lower(table.c[name]).in_(values) for name, values in measure.where),
        *(table.c[name].is_not(None) for name in by if name in _AREAS),
    ]
    query: sa.Select[Any] = sa.select(*split, _amount(table, measure).label("amount"))
    query = query.where(*where)
    found = engine.run(query.group_by(*split) if split else query)
    found = found.assign(amount=found["amount"].astype("float64").fillna(0.0))
    covered = _covered(engine, measure.table, selection.period)
    if covered is None:
        return pd.DataFrame({**{name: [] for name in by}, "amount": [] if by else [np.nan]})
    if not by:
        return found
    return _complete(engine, selection, _with_week(found), by, covered)


def _columns(table: sa.Table, by: Sequence[str]) -> list[str]:
    """Columns of a table that make what is split by."""
    found: list[str] = []
    for name in by:
        if name not in BY or (name != "week" and name not in table.c):
            raise ThorError(
                f"'{table.name}' is niet uit te splitsen naar '{name}'. Kies uit: "
                f"{', '.join(known for known in BY if known == 'week' or known in table.c)}."
            )
        found += ["iso_year", "iso_week"] if name == "week" else [name]
    return found


def _amount(table: sa.Table, measure: Measure) -> sa.ColumnElement[Any]:
    if not measure.column:
        return sa.func.count()
    return sa.func.sum(sa.func.coalesce(table.c[measure.column], measure.empty))


def _covered(engine: Engine, table: str, period: Period) -> Period | None:
    """Give the part of the period of which there are data."""
    span = engine.spans.get(table)
    if span is None:
        return None
    start, end = max(span[0], period.start), min(span[1] + _DAY, period.end)
    return Period(start, end) if end > start else None


def _with_week(found: pd.DataFrame) -> pd.DataFrame:
    if "iso_week" not in found:
        return found
    week = found["iso_week"].astype(str).str.zfill(2)
    return found.assign(week=found["iso_year"].astype(str) + "-W" + week)


def _complete(
    engine: Engine, selection: Selection, found: pd.DataFrame, by: list[str], covered: Period
) -> pd.DataFrame:
    """Add what did not happen: every area and every month or week with data, with 0."""
    days = pd.date_range(covered.start, covered.last_day)
    levels: dict[str, Any] = {
        "month": sorted(set(days.strftime("%Y-%m"))),
        "week": sorted(set(days.strftime("%G-W%V"))),
        "kind": sorted(found["kind"].dropna().unique()) if "kind" in found else [],
    }
    if _AREAS & set(by):
        levels |= _areas(engine, selection)
    if "buurt" in by and "gebied" in by:
        raise ThorError("Kies gebied of buurt: een buurt ligt al in één gebied.")
    every = pd.MultiIndex.from_product([levels[name] for name in by], names=by)
    summed = found.groupby(by)["amount"].sum()
    if len(by) == 1:
        summed.index = pd.MultiIndex.from_arrays([summed.index], names=by)
    return summed.reindex(every, fill_value=0.0).reset_index()


def _areas(engine: Engine, selection: Selection) -> dict[str, list[str]]:
    areas = engine.tables["areas"].c
    query = sa.select(areas.source_id.label("buurt"), areas.gebied).where(
        *([areas.gebied == selection.gebied] if selection.gebied is not None else ()),
        *([areas.source_id == selection.buurt] if selection.buurt is not None else ()),
    )
    known = engine.run(query)
    return {name: sorted(known[name].dropna().unique()) for name in ("gebied", "buurt")}
