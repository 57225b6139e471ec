"""What a table is: columns with their words, and the rules a row must keep.

One :class:`Table` says everything once. Validation (pandera), the columns on disk (Arrow), the
templates people fill in, the recognition of headers and the documentation all come from it.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

import pandas as pd
import pandera.pandas as pa_rules
import pyarrow as pa

from thor_metrics.settings import slug

__all__ = ["Column", "Kind", "Role", "Rule", "Table"]

Kind = Literal["text", "time", "number", "integer", "boolean", "date"]

#: ``input``: only in files. ``both``: in files and on disk. ``stored``: made at ingest.
Role = Literal["input", "both", "stored"]

_ARROW: dict[Kind, pa.DataType] = {
    "text": pa.string(),
    "time": pa.timestamp("us", tz="UTC"),
    "date": pa.date32(),
    "number": pa.float64(),
    "integer": pa.int64(),
    "boolean": pa.bool_(),
}


@dataclass(frozen=True)
class Column:
    """One column: its name in code, its Dutch title, and what may be in it.

    Attributes
    ----------
    name : str
        Name in code and on disk.
    title : str
        Header in templates and downloads.
    kind : Kind
    help : str
        One Dutch sentence for who fills it in.
    example : str
        A value as a Dutch spreadsheet would hold it.
    synonyms : tuple of str
        Other headers that mean this column, compared by :func:`thor_metrics.settings.slug`.
    required : bool
        A row without it is refused.
    unit : str
        For numbers.
    minimum, maximum : float, optional
        Inclusive bounds for numbers.
    allowed : mapping of str to tuple of str
        Canonical value -> what sources write for it. Empty: anything.
    fallback : str
        Canonical value for what ``allowed`` does not know; empty refuses the row.
    role : Role
    """

    name: str
    title: str
    kind: Kind = "text"
    help: str = ""
    example: str = ""
    synonyms: tuple[str, ...] = ()
    required: bool = False
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None
    allowed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    fallback: str = ""
    role: Role = "both"

    @functools.cached_property
    def headers(self) -> frozenset[str]:
        """Every header that means this column, as slugs."""
        return frozenset(slug(text) for text in (self.name, self.title, *self.synonyms))

    @functools.cached_property
    def canonical(self) -> dict[str, str]:
        """Slug of a source's value -> canonical value, for columns with ``allowed``."""
        return {
            slug(text): value for value, texts in self.allowed.items() for text in (value, *texts)
        }


@dataclass(frozen=True)
class Rule:
    """A rule about whole rows: what must hold, in Dutch, and the test (True = good)."""

    message: str
    holds: Callable[[pd.DataFrame], pd.Series]


@dataclass(frozen=True)
class Table:
    """A table of the store and of the files that fill it.

    Attributes
    ----------
    name : str
        Name in code, on disk and on the command line.
    title : str
        Dutch name on screen.
    about : str
        One Dutch sentence on what a row is.
    event : str
        Time column that says when it happened; "" for tables without time.
    columns : tuple of Column
    rules : tuple of Rule
    natural_key : tuple of str
        Columns that say which row it is in a file without numbers, so that a corrected total
        replaces the old one. Empty: the whole row says it.
    ahead : bool
        Whether rows may lie in the future (what is planned).
    """

    name: str
    title: str
    about: str
    event: str
    columns: tuple[Column, ...]
    rules: tuple[Rule, ...] = ()
    natural_key: tuple[str, ...] = ()
    ahead: bool = False

    def column(self, name: str) -> Column:
        """Return a column by its name."""
        return next(column for column in self.columns if column.name == name)

    @functools.cached_property
    def inputs(self) -> tuple[Column, ...]:
        """Columns a file may have."""
        return tuple(column for column in self.columns if column.role != "stored")

    @functools.cached_property
    def stored(self) -> tuple[Column, ...]:
        """Columns on disk."""
        return tuple(column for column in self.columns if column.role != "input")

    @functools.cached_property
    def arrow(self) -> pa.Schema:
        """Columns on disk as an Arrow schema."""
        return pa.schema([(column.name, _ARROW[column.kind]) for column in self.stored])

    @functools.cached_property
    def by_header(self) -> dict[str, str]:
        """Slug of a header -> column name. An earlier column keeps a shared synonym."""
        found: dict[str, str] = {}
        for column in self.inputs:
            for header in column.headers:
                found.setdefault(header, column.name)
        return found

    @functools.cached_property
    def checks(self) -> pa_rules.DataFrameSchema:
        """The rules as a pandera schema over a typed frame; check names are Dutch reasons."""
        return pa_rules.DataFrameSchema(
            {column.name: _checked(column) for column in self.stored if _has_rules(column)},
            checks=[
                pa_rules.Check(rule.holds, name=rule.message, error=rule.message, ignore_na=False)
                for rule in self.rules
            ],
            strict=False,
        )


def _has_rules(column: Column) -> bool:
    return column.required or column.minimum is not None or column.maximum is not None


def _checked(column: Column) -> pa_rules.Column:
    """Bounds and presence of one column, each with the sentence a refused row gets."""
    checks = []
    if column.required:
        message = f"{column.title} ontbreekt"
        checks.append(pa_rules.Check(pd.Series.notna, name=message, error=message, ignore_na=False))
    if column.minimum is not None:
        message = f"{column.title} is kleiner dan {column.minimum:g}"
        checks.append(
            pa_rules.Check.ge(column.minimum, name=message, error=message, ignore_na=True)
        )
    if column.maximum is not None:
        message = f"{column.title} is groter dan {column.maximum:g}"
        checks.append(
            pa_rules.Check.le(column.maximum, name=message, error=message, ignore_na=True)
        )
    return pa_rules.Column(None, checks=checks, nullable=True, required=False)
