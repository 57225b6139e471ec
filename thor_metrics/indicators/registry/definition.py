"""What an indicator is: it counts one thing, or puts one count over another."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final, Literal

__all__ = ["BY", "Better", "Indicator", "Measure", "Shy"]

Better = Literal["lower", "higher", ""]

#: Whose small numbers an indicator holds: ``people`` are hidden everywhere, ``sanctions`` when
#: split by area or finer; a count of things is not hidden.
Shy = Literal["people", "sanctions", ""]

#: What an indicator can be split by.
BY: Final = (
    "gebied", "buurt", "month", "week", "kind", "nature", "partner", "shift", "reason", "occasion",
)  # fmt: skip


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
    filled : tuple of str
        Columns that must not be empty.
    minus : str
        A second column, taken off; a row adds the difference.
    """

    table: str
    column: str = ""
    empty: float = 0.0
    where: tuple[tuple[str, tuple[str, ...]], ...] = ()
    filled: tuple[str, ...] = ()
    minus: str = ""


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
    proportion : bool
        The numerator is part of the denominator, counted one by one: its uncertainty is Wilson's.
    shy : {"people", "sanctions", ""}
    parts : str
        Column of its tables that it can also be split by, where it is shy: see
        :mod:`thor_metrics.indicators.registry.shy`.
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
    proportion: bool = False
    shy: Shy = ""
    parts: str = ""
    behind: Measure | None = None
    reviewed: dt.date = dt.date(2026, 11, 24)

    @property
    def sources(self) -> tuple[str, ...]:
        """Tables it is counted from, each once."""
        parts = (self.numerator, self.denominator)
        return tuple(dict.fromkeys(part.table for part in parts if part is not None))
