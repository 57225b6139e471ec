"""What can be known in the morning, and rules made of it."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, assert_never

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from thor_metrics import dutch
from thor_metrics.crowds.table import dates_of, numbers_of, yes

__all__ = ["Condition", "Rule", "all_hold", "candidates", "facts_of"]

Flags = NDArray[np.bool_]
Facts = Mapping[str, NDArray]
Kind = Literal["weekday", "holiday", "school", "event", "month", "season", "parking", "visitors"]

_WEEKDAYS: Final = (
    "maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag",
)  # fmt: skip
_MONTHS: Final = (
    "januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september",
    "oktober", "november", "december",
)  # fmt: skip
#: By months: December to February, and on.
_SEASONS: Final = ("winter", "lente", "zomer", "herfst")
_PARKING: Final = (60, 65, 70, 75, 80, 85, 90, 95, 100)
_VISITOR_SHARES: Final = (0.8, 0.9, 0.95)

#: Of one family at most one stands in a rule; also the order in which a rule is told.
_FAMILIES: Final[dict[str, int]] = {
    "weekday": 0, "holiday": 1, "school": 2, "event": 3, "month": 4, "season": 4, "parking": 5,
    "visitors": 5,
}  # fmt: skip


@dataclass(frozen=True)
class Condition:
    """One thing that can be known in the morning.

    Attributes
    ----------
    kind : str
        "weekday" (value Monday 0), "month" (1 to 12), "season" (winter 0), "holiday", "school",
        "event" (value 1), "parking" (at least so many per cent yesterday) or "visitors" (at least
        so many yesterday).
    value : int

    Examples
    --------
    >>> Condition("parking", 90).text, Condition("visitors", 42_000).text
    ('gisteren parkeerbezetting van minstens 90 %', 'gisteren minstens 42.000 bezoekers')
    """

    kind: Kind
    value: int = 1

    @property
    def text(self) -> str:
        """The condition in Dutch."""
        match self.kind:
            case "weekday":
                return _WEEKDAYS[self.value]
            case "holiday":
                return "feestdag"
            case "school":
                return "schoolvakantie"
            case "event":
                return "evenement vandaag"
            case "month":
                return f"in {_MONTHS[self.value - 1]}"
            case "season":
                return f"in de {_SEASONS[self.value]}"
            case "parking":
                return f"gisteren parkeerbezetting van minstens {self.value} %"
            case "visitors":
                return f"gisteren minstens {dutch.number(self.value)} bezoekers"
        assert_never(self.kind)

    def holds(self, facts: Facts) -> Flags:
        """Tell on which days it holds; unknown is no."""
        values = facts[self.kind]
        if self.kind in ("parking", "visitors"):
            return values >= self.value  # False for NaN
        return values == self.value


@dataclass(frozen=True)
class Rule:
    """One or two conditions that hold together.

    Attributes
    ----------
    conditions : tuple of Condition
    hits, false_alarms : int
        Training days on which the rule by itself held, that were a topdag and that were not.

    Examples
    --------
    >>> Rule((Condition("weekday", 5), Condition("month", 12)), 4, 0).text
    'zaterdag in december'
    """

    conditions: tuple[Condition, ...]
    hits: int
    false_alarms: int

    @property
    def text(self) -> str:
        """The rule in Dutch."""
        return _told(self.conditions)


def candidates(facts: Facts) -> list[tuple[Condition, ...]]:
    """Give all conditions, then all pairs of different families, in a fixed order."""
    visitors = facts["visitors"][~np.isnan(facts["visitors"])]
    many = np.quantile(visitors, _VISITOR_SHARES) if visitors.size else np.empty(0)
    thousands = sorted({round(number / 1_000) * 1_000 for number in many} - {0})
    single = [
        *(Condition("weekday", day) for day in range(7)),
        Condition("holiday"),
        Condition("school"),
        Condition("event"),
        *(Condition("month", month) for month in range(1, 13)),
        *(Condition("season", season) for season in range(4)),
        *(Condition("parking", share) for share in _PARKING),
        *(Condition("visitors", number) for number in thousands),
    ]
    pairs = [
        pair
        for pair in itertools.combinations(single, 2)
        if _FAMILIES[pair[0].kind] != _FAMILIES[pair[1].kind]
    ]
    return [*((condition,) for condition in single), *pairs]


def _told(conditions: Sequence[Condition]) -> str:
    text = ""
    for condition in sorted(conditions, key=lambda condition: _FAMILIES[condition.kind]):
        when = condition.kind in ("month", "season")
        text += (" " if when else " en ") * bool(text) + condition.text
    return text


def all_hold(conditions: Sequence[Condition], facts: Facts) -> Flags:
    """Tell on which days all conditions hold."""
    return np.logical_and.reduce([condition.holds(facts) for condition in conditions])


def facts_of(days: pd.DataFrame) -> dict[str, NDArray]:
    """Take from the table what conditions ask."""
    dates = pd.DatetimeIndex(dates_of(days, ("is_holiday", "is_school_holiday", "is_event")))
    month = dates.month.to_numpy()
    return {
        "date": dates.to_numpy(),
        "weekday": dates.day_of_week.to_numpy(),
        "month": month,
        "season": month % 12 // 3,
        "holiday": yes(days, "is_holiday")[0],
        "school": yes(days, "is_school_holiday")[0],
        "event": yes(days, "is_event")[0],
        "parking": numbers_of(days, "parking_pct_yesterday"),
        "visitors": numbers_of(days, "visitors_yesterday"),
    }
