"""Choose rules on the past."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from thor_metrics import stats
from thor_metrics.crowds.conditions import Rule, all_hold, candidates, facts_of
from thor_metrics.crowds.table import DAYS_A_MONTH, dates_of, yes

__all__ = ["NO_RULE", "TOO_FEW_DAYS", "Rules", "choose_rules"]

Flags = NDArray[np.bool_]

TOO_FEW_DAYS: Final = "te weinig dagen waarvan bekend is of het een topdag was"
NO_RULE: Final = "geen regel voorspelt topdagen beter dan toeval"

#: Rules that happen to fit are part of a search: of those that pass, this share at most (FDR).
_CHANCE: Final = 0.05
#: What a false alarm costs, in hits: a choice is made at each, and the best choice kept.
_PRICES: Final = (0.0, 0.1, 0.25, 0.5, 1.0, 2.0)


@dataclass(frozen=True)
class Rules:
    """A chosen set of rules, and what it was chosen on.

    Attributes
    ----------
    rules : tuple of Rule
        In the order in which they were chosen; the first that holds is named.
    train_until : date
        Days before it were used, later ones were not looked at.
    days, topdagen : int
        Training days of which it is known whether they were a topdag, and those that were.
    hits, false_alarms : int
        Of the set as a whole on those days. Flattering: it was chosen on them.
    note : str
        Why there are no rules; "" where there are.
    """

    rules: tuple[Rule, ...]
    train_until: dt.date
    days: int
    topdagen: int
    hits: int
    false_alarms: int
    note: str

    def flags(self, days: pd.DataFrame) -> pd.DataFrame:
        """Say which days look like a topdag, and by which rule.

        Parameters
        ----------
        days : DataFrame
            As in :func:`choose_rules`; ``topdag`` is not looked at and may be left out.

        Returns
        -------
        DataFrame
            The index of ``days``: ``date``, ``flagged`` (bool) and ``rule`` (Dutch words of the
            first rule that holds; "" where none does).
        """
        facts = facts_of(days)
        words = np.full(len(days), "", dtype=object)
        for rule in reversed(self.rules):
            words[all_hold(rule.conditions, facts)] = rule.text
        return pd.DataFrame(
            {"date": facts["date"], "flagged": words != "", "rule": words}, index=days.index
        )


def choose_rules(
    days: pd.DataFrame,
    *,
    train_until: dt.date,
    at_most: int = 5,
    false_alarms_per_month: float = 1.0,
    min_days: int = 4,
    min_hits: int = 3,
) -> Rules:
    """Choose a few rules that together recognise most topdagen of the past.

    Parameters
    ----------
    days : DataFrame
        One row a day, any order: ``date`` (each once), ``topdag`` (true, false, or missing where
        the register is silent), ``is_holiday, is_school_holiday, is_event`` (missing is unknown:
        no rule holds), and if there are any ``visitors_yesterday`` and ``parking_pct_yesterday``
        (of the day before, see :func:`with_yesterday`). Weekday, month and season are of the date.
    train_until : date
        Only days before it are used.
    at_most : int, default 5
    false_alarms_per_month : float, default 1.0
        The most that all rules together may have on the training days.
    min_days, min_hits : int, default 4 and 3
        A rule adds at least so many days, and so many topdagen, to what is flagged already.

    Returns
    -------
    Rules
        Fewer than ``at_most`` when no other is better than chance; none, with a note, when
        nothing is, or when no topdag or no ordinary day is known.

    Raises
    ------
    ValueError
        For missing columns, a date in two rows, values that are not true, false or missing, or
        options that are not positive.

    Notes
    -----
    Candidates are all single conditions and all pairs: weekday, feestdag, schoolvakantie,
    evenement, month or season, yesterday's parking (steps of 5 %) or visitors (those of the 20,
    10 and 5 % most crowded training days, to the thousand). A rule may be added when its share of
    topdagen, among days not flagged yet, is more than chance: binomial tail with q below .05 after
    correction for all candidates (Benjamini & Hochberg 1995). Of those the one with most hits
    minus a price for each false alarm is added, greedily (maximum coverage: Nemhauser, Wolsey &
    Fisher 1978), at six prices; the choice with most hits is kept, then that with fewest false
    alarms and conditions. The same days always give the same rules.

    A silent register is not "no topdag". When only topdagen are registered there is nothing to
    learn from: let the caller say from when to when the register is complete.

    Examples
    --------
    >>> dates = pd.date_range("2024-01-01", "2026-12-31")
    >>> busy = (dates.day_of_week == 5) & (dates.month == 12)
    >>> table = pd.DataFrame({"date": dates, "topdag": busy})
    >>> table[["is_holiday", "is_school_holiday", "is_event"]] = False
    >>> rules = choose_rules(table, train_until=dt.date(2026, 1, 1))
    >>> [rule.text for rule in rules.rules], rules.hits
    (['zaterdag in december'], 8)
    """
    if at_most < 1 or min_days < 1 or min_hits < 1 or not false_alarms_per_month >= 0:
        raise ValueError(
            "at_most, min_days and min_hits are 1 or more, false_alarms_per_month 0 or more; found "
            f"{at_most}, {min_days}, {min_hits} and {false_alarms_per_month}"
        )
    dates = dates_of(days, ("topdag",))
    past = days[dates < np.datetime64(train_until)]
    top, known = yes(past, "topdag")
    past, top = past[known], top[known]
    facts = facts_of(past)
    count, crowded = len(top), int(top.sum())
    until = pd.Timestamp(train_until).date()
    if not 0 < crowded < count:
        return Rules((), until, count, crowded, 0, 0, TOO_FEW_DAYS)
    found = candidates(facts)
    fired = np.array([all_hold(conditions, facts) for conditions in found])
    lengths = np.array([len(conditions) for conditions in found])
    limits = _Limits(at_most, false_alarms_per_month * count / DAYS_A_MONTH, min_days, min_hits)
    choices = [_greedy(fired, top, lengths, price, limits) for price in _PRICES]

    def worth(chosen: list[int]) -> tuple[int, int, int]:
        flagged = fired[chosen].any(axis=0)
        return (
            int((flagged & top).sum()),
            -int((flagged & ~top).sum()),
            -int(lengths[chosen].sum()),
        )

    best = max(choices, key=worth)  # the first of equals
    hits, negative, _ = worth(best)
    rules = tuple(
        Rule(found[at], int((fired[at] & top).sum()), int((fired[at] & ~top).sum())) for at in best
    )
    return Rules(rules, until, count, crowded, hits, -negative, "" if rules else NO_RULE)


@dataclass(frozen=True)
class _Limits:
    rules: int
    false_alarms: float
    days: int
    hits: int


def _greedy(
    fired: Flags, top: Flags, lengths: NDArray[np.int64], price: float, limits: _Limits
) -> list[int]:
    """Add the best rule until none is left that is better than chance."""
    chosen: list[int] = []
    unflagged = np.ones(len(top), dtype=bool)
    while len(chosen) < limits.rules and unflagged.any():
        days = fired[:, unflagged].sum(axis=1)
        hits = fired[:, unflagged & top].sum(axis=1)
        wrong = days - hits
        p = np.where(
            hits > 0,
            special.bdtrc(np.maximum(hits - 1.0, 0.0), days, top[unflagged].mean()),
            1.0,
        )
        # How many days a rule has is known without their outcome, so the others need no test.
        q = stats.fdr(np.where(days >= limits.days, p, np.nan))
        room = limits.false_alarms - (~unflagged & ~top).sum()
        worth = hits - price * wrong
        usable = (q < _CHANCE) & (hits >= limits.hits) & (wrong <= room + 1e-9) & (worth > 0)
        if not usable.any():
            break
        # The last key counts first; equals in the order of the candidates.
        order = np.lexsort((wrong, lengths, -worth, ~usable))
        chosen.append(int(order[0]))
        unflagged &= ~fired[order[0]]
    for at in list(chosen):  # a later rule may have taken over what an earlier one was for
        others = [other for other in chosen if other != at]
        if others and not (fired[at] & top & ~fired[others].any(axis=0)).any():
            chosen = others
    return chosen
