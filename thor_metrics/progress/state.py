"""How far one monitor item is, and what people keep that may fill it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final, Literal

import pandas as pd

from thor_metrics.indicators.registry import Indicator
from thor_metrics.model import Period
from thor_metrics.plan import MonitorItem

__all__ = ["GOOD", "LOOK", "NOTHING", "Papers", "State", "Status"]

Status = Literal["op schema", "aandacht", "geen gegevens"]

GOOD: Final[Status] = "op schema"
LOOK: Final[Status] = "aandacht"
NOTHING: Final[Status] = "geen gegevens"


@dataclass(frozen=True)
class Papers:
    """What people keep in the app, as tables of :class:`thor_metrics.ledger.Ledger`."""

    documents: pd.DataFrame
    photos: pd.DataFrame
    actions: pd.DataFrame


@dataclass(frozen=True)
class State:
    """How far one monitor item is.

    Attributes
    ----------
    item : MonitorItem
    indicators : tuple of Indicator
        The numbers that belong to it, the headline first.
    status : Status
    why : str
        One Dutch sentence.
    value : float
        Headline number; NaN when there is none or it is not shown. A share is a fraction.
    unit : str
    period : Period or None
        What the number is over.
    before : float
        The same a year earlier; NaN when there is none.
    target : str
        What is asked, in Dutch; "" without a norm.
    newest : date or None
        Last day with news.
    """

    item: MonitorItem
    indicators: tuple[Indicator, ...]
    status: Status
    why: str
    value: float = float("nan")
    unit: str = ""
    period: Period | None = None
    before: float = float("nan")
    target: str = ""
    newest: dt.date | None = None
