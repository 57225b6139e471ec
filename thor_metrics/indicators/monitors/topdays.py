"""Topdagen: the register beside rules that recognise one the day before (M13)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd
import sqlalchemy as sa

from thor_metrics import crowds, hottimes
from thor_metrics.engine import Engine
from thor_metrics.model import Selection

__all__ = ["TopDays", "top_days"]


@dataclass(frozen=True, eq=False)
class TopDays:
    """The register of a period, and how well rules would have seen it coming.

    Attributes
    ----------
    days : DataFrame
        Every registered day of the period: ``date, topdag, planned`` (bool or missing),
        ``visitors, parking_pct, occasion``, ``flagged, rule`` (of the chosen rules; only days
        after those they were chosen on are a fair test).
    rules : tuple of str
        The rules, in Dutch words, in the order they were chosen.
    train_until : date or None
        First day that was not used to choose them; ``None`` without rules.
    assessed : DataFrame
        Of :func:`thor_metrics.crowds.assess_rules`, over the days from ``train_until``.
    note : str
        Why there are no rules, in Dutch.
    """

    days: pd.DataFrame
    rules: tuple[str, ...]
    train_until: dt.date | None
    assessed: pd.DataFrame
    note: str


def top_days(
    engine: Engine,
    selection: Selection,
    *,
    region: str = "zuid",
    events: tuple[tuple[str, dt.date, dt.date], ...] = (),
    at_most: int = 5,
) -> TopDays:
    """Give the topdagen of a period, and rules that see them coming.

    Parameters
    ----------
    engine : Engine
    selection : Selection
        Period; topdagen are of the whole city.
    region : {"zuid", "noord", "midden"}
        Whose school holidays.
    events : tuple of (name, first day, day after the last one)
        Beside those of the table of events.
    at_most : int, default 5
        Number of rules.

    Notes
    -----
    The rules are chosen on all registered days before the calendar year of the selection's last
    day, and tested on the days of that year: what happened afterwards cannot choose them. They
    look at the calendar and at yesterday's counts only.
    """
    days = _register(engine, region, events)
    last = selection.period.last_day
    train_until = dt.date(last.year, 1, 1)
    inside = days["date"].between(
        pd.Timestamp(selection.period.start), pd.Timestamp(last), inclusive="both"
    )
    columns = ["date", "topdag", "planned", "visitors", "parking_pct", "occasion"]
    before = days["date"] < pd.Timestamp(train_until)
    if not before.any():
        plain = days.loc[inside, columns].assign(flagged=False, rule="").reset_index(drop=True)
        note = "Er zijn nog geen topdagen van een eerder jaar om regels uit te leren."
        return TopDays(plain, (), None, pd.DataFrame(), note)
    known = crowds.with_yesterday(days).assign(planned=days["planned"].to_numpy())
    rules = crowds.choose_rules(known, train_until=train_until, at_most=at_most)
    flags = rules.flags(known)
    shown = days[columns].assign(flagged=flags["flagged"].to_numpy(), rule=flags["rule"].to_numpy())
    tested = known["date"].between(pd.Timestamp(train_until), pd.Timestamp(last), inclusive="both")
    return TopDays(
        shown[inside.to_numpy()].reset_index(drop=True),
        tuple(rule.text for rule in rules.rules),
        train_until,
        crowds.assess_rules(rules, known[tested]) if tested.any() else pd.DataFrame(),
        rules.note,
    )


def _register(
    engine: Engine, region: str, events: tuple[tuple[str, dt.date, dt.date], ...]
) -> pd.DataFrame:
    """Every day of the register with what the calendar says about it."""
    table, planned = engine.tables["crowd_days"], engine.tables["events"]
    found = engine.run(
        sa.select(
            table.c.date, table.c.topdag, table.c.planned, table.c.visitors, table.c.parking_pct,
            table.c.occasion,
        ).where(table.c.date.is_not(None))
    )  # fmt: skip
    found = found.sort_values(["date", "visitors", "topdag"]).drop_duplicates("date", keep="last")
    found = found.reset_index(drop=True)
    if found.empty:
        return found.assign(is_holiday=False, is_school_holiday=False, is_event=False)
    first, last = found["date"].iloc[0].date(), found["date"].iloc[-1].date()
    calendar = hottimes.calendar_days(first, last + dt.timedelta(days=1), region=region)
    there = calendar.set_index("date").reindex(found["date"])
    rows = engine.run(sa.select(planned.c.date, planned.c.ended_at, planned.c.started_at))
    lasts = (rows["ended_at"] - rows["started_at"]).dt.days.fillna(0)
    spans = [
        *((start.date(), start.date() + dt.timedelta(days=int(long) + 1))
          for start, long in zip(rows["date"], lasts, strict=True)),
        *((start, end) for _, start, end in events),
    ]  # fmt: skip
    dates = found["date"].to_numpy("datetime64[D]")
    busy = np.zeros(len(found), bool)
    for start, end in spans:
        busy |= (dates >= np.datetime64(start)) & (dates < np.datetime64(end))
    yes = {"ja": True, "nee": False}
    return found.assign(
        topdag=found["topdag"].map(yes).astype("boolean"),
        planned=found["planned"].map(yes).astype("boolean"),
        is_holiday=(there["holiday"].fillna("") != "").to_numpy()
        | (there["carnaval"].fillna("") != "").to_numpy(),
        is_school_holiday=(there["school_holiday"].fillna("") != "").to_numpy(),
        is_event=busy,
    )
