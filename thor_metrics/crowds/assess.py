"""Judge rules on days they were not chosen on."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from thor_metrics import stats
from thor_metrics.crowds.choose import Rules
from thor_metrics.crowds.conditions import Condition, facts_of
from thor_metrics.crowds.table import DAYS_A_MONTH, dates_of, yes

__all__ = ["YARDSTICKS", "Assessment", "assess", "assess_rules"]

#: What needs no rules: the least that rules must do better than.
YARDSTICKS: Final[dict[str, Condition]] = {
    "elke zaterdag": Condition("weekday", 5),
    "alle feestdagen": Condition("holiday"),
}


@dataclass(frozen=True)
class Assessment:
    """How well days were recognised.

    Attributes
    ----------
    days, topdagen : int
        Days of which it is known whether they were a topdag, and those that were.
    hits, misses, false_alarms : int
        Topdagen that were flagged and that were not; flagged days that were none.
    hit_rate, hit_low, hit_high : float
        hits / topdagen, and its interval (Wilson 1927). No topdagen: NaN.
    precision : float
        Share of flagged days that were a topdag. Nothing flagged: NaN.
    false_alarms_per_month : float
        Per 30.44 of the days. No days: NaN.
    base_rate : float
        topdagen / days: the precision of flagging at random.
    """

    days: int
    topdagen: int
    hits: int
    misses: int
    false_alarms: int
    hit_rate: float
    hit_low: float
    hit_high: float
    precision: float
    false_alarms_per_month: float
    base_rate: float


def assess(
    flagged: ArrayLike | pd.Series, topdag: ArrayLike | pd.Series, *, level: float = 0.95
) -> Assessment:
    """Set what was flagged beside what the days were.

    Parameters
    ----------
    flagged : Series or array_like of bool, shape (n,)
        Of each day. Missing is refused: a method flags a day or it does not.
    topdag : Series or array_like of bool, shape (n,)
        Of the same days, in the same order. Missing: the day is not judged.
    level : float, default 0.95

    Returns
    -------
    Assessment

    Raises
    ------
    ValueError
        For shapes that differ or values that are not true or false.

    Examples
    --------
    >>> got = assess([True, True, False, False], [True, False, True, None])
    >>> got.days, got.hits, got.misses, got.false_alarms, got.hit_rate
    (3, 1, 1, 1, 0.5)
    """
    of_days, said_of_days = _column(flagged), _column(topdag)
    if len(of_days) != len(said_of_days):
        raise ValueError(
            f"flagged and topdag are of as many days; found {len(of_days)} and {len(said_of_days)}"
        )
    table = pd.DataFrame({"flagged": of_days, "topdag": said_of_days})
    called, said = yes(table, "flagged")
    top, known = yes(table, "topdag")
    if not said.all():
        raise ValueError("flagged is true or false for every day; found missing ones")
    called, top = called[known], top[known]
    hits, topdagen = int((called & top).sum()), int(top.sum())
    false_alarms, days = int((called & ~top).sum()), len(top)
    low, high = stats.wilson(hits, topdagen, level=level)
    return Assessment(
        days=days,
        topdagen=topdagen,
        hits=hits,
        misses=topdagen - hits,
        false_alarms=false_alarms,
        hit_rate=_share(hits, topdagen),
        hit_low=float(low),
        hit_high=float(high),
        precision=_share(hits, hits + false_alarms),
        false_alarms_per_month=_share(false_alarms, days) * DAYS_A_MONTH,
        base_rate=_share(topdagen, days),
    )


def assess_rules(rules: Rules, days: pd.DataFrame, *, level: float = 0.95) -> pd.DataFrame:
    """Judge rules on days they were not chosen on, beside what needs no rules.

    Parameters
    ----------
    rules : Rules
        Of :func:`choose_rules`.
    days : DataFrame
        As in :func:`choose_rules`, and if it is known ``planned`` (true, false or missing).
        Only days from ``rules.train_until`` on are judged.
    level : float, default 0.95

    Returns
    -------
    DataFrame
        One row a method and sort of topdag: ``method`` ("regels", "elke zaterdag", "alle
        feestdagen"), ``sort`` ("alle"; with ``planned`` also "gepland" and "ongepland") and the
        fields of :class:`Assessment`. For "gepland" the other topdagen are left out of the days,
        and the other way round; a false alarm is one in both, per month of all judged days.

    Raises
    ------
    ValueError
        As :func:`choose_rules`.

    Examples
    --------
    >>> import datetime as dt
    >>> from thor_metrics.crowds import choose_rules
    >>> dates = pd.date_range("2024-01-01", "2026-12-31")
    >>> busy = (dates.day_of_week == 5) & (dates.month == 12)
    >>> table = pd.DataFrame({"date": dates, "topdag": busy})
    >>> table[["is_holiday", "is_school_holiday", "is_event"]] = False
    >>> rules = choose_rules(table, train_until=dt.date(2026, 1, 1))
    >>> assess_rules(rules, table)[["method", "hits", "false_alarms"]].to_numpy().tolist()
    [['regels', 4, 0], ['elke zaterdag', 4, 48], ['alle feestdagen', 0, 0]]
    """
    dates = dates_of(days, ("topdag",))
    later = days[dates >= np.datetime64(rules.train_until)]
    facts = facts_of(later)
    methods = {"regels": rules.flags(later)["flagged"].to_numpy(dtype=bool)} | {
        name: condition.holds(facts) for name, condition in YARDSTICKS.items()
    }
    top, known = yes(later, "topdag")
    judged = {"alle": known}
    if "planned" in later:
        planned, said = yes(later, "planned")
        judged["gepland"] = known & (~top | (said & planned))
        judged["ongepland"] = known & (~top | (said & ~planned))
    rows = []
    for sort, those in judged.items():
        for name, flagged in methods.items():
            found = asdict(assess(flagged[those], top[those], level=level))
            # Per month of all days: the days left out are no shorter month.
            found["false_alarms_per_month"] = (
                _share(found["false_alarms"], int(known.sum())) * DAYS_A_MONTH
            )
            rows.append({"method": name, "sort": sort, **found})
    return pd.DataFrame(rows)


def _column(values: ArrayLike | pd.Series) -> pd.Series:
    if isinstance(values, pd.Series):
        return values.reset_index(drop=True).astype(object)
    return pd.Series(np.asarray(values, dtype=object).ravel(), dtype=object)


def _share(part: int, whole: int) -> float:
    return part / whole if whole else np.nan
