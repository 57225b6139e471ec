"""What every source gives to ingest: named columns of a table, in batches of rows.

A source reads; it does not judge. Times, numbers, places and categories stay as the file wrote
them (text) or as the format stores them (typed); :mod:`thor_metrics.ingest` understands them in
one place, the same for every source.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO

import pandas as pd

from thor_metrics.settings import Settings

__all__ = ["BATCH_ROWS", "Batch", "Member", "Package", "Reading", "Request", "Source"]

#: Rows a batch: large enough for column arithmetic, small enough for a laptop's memory.
BATCH_ROWS = 50_000


@dataclass(frozen=True)
class Member:
    """One plain file, already out of its zip or gzip, that can be opened more than once.

    Nothing is unpacked to disk: an upload may hold personal data.
    """

    name: str
    size: int
    open: Callable[[], BinaryIO]


@dataclass(frozen=True)
class Package:
    """What the user offered as one thing: a file, a folder or a zip.

    Attributes
    ----------
    name : str
        As the user knows it.
    members : tuple of Member
        At least one.
    """

    name: str
    members: tuple[Member, ...]


@dataclass(frozen=True)
class Request:
    """What the user said beside the file.

    Attributes
    ----------
    settings : Settings
    table : str or None
        Table the file must be of; ``None`` lets the headers decide.
    source : str or None
        Name to store as ``source``; ``None`` takes the source's own.
    columns : mapping of str to str
        Header -> column, corrected by the user; "" leaves a header out.
    """

    settings: Settings
    table: str | None = None
    source: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Batch:
    """Some consecutive rows.

    Attributes
    ----------
    rows : DataFrame
        Columns are names of the table's inputs. Text (``str`` dtype, missing is NA), or typed
        where the format is: numbers, booleans, ``datetime64`` (naive, or in UTC).
    row_numbers : Series of int
        Row in the file as a person counts it (first line or sheet row is 1), same index.
    broken : tuple of (int, str)
        Rows that could not be split into columns: number and Dutch reason.
    """

    rows: pd.DataFrame
    row_numbers: pd.Series
    broken: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True)
class Reading:
    """A package as one source understands it.

    Attributes
    ----------
    table : str
    source : str
        Value of the ``source`` column where a row does not say otherwise.
    columns : mapping of str to str
        Header -> column that was used.
    ignored : tuple of str
        Headers nobody asked for; not read.
    personal : mapping of str to str
        Header -> why it was dropped (a kind of personal data).
    time_zone : str
        Zone of times written without one.
    date_order : {"", "dmy", "mdy", "ymd"}
        Known order, or "" to let the dates of the whole file decide.
    date_samples : callable
        Gives all distinct texts of the time columns of the whole file (an iterator of str), to
        decide the date order before the first row is understood.
    batches : iterator of Batch
        Read once.
    total : int or None
        Number of rows when known beforehand, for a progress bar.
    warnings : tuple of str
        Dutch sentences about the file.
    """

    table: str
    source: str
    columns: Mapping[str, str]
    batches: Iterator[Batch]
    ignored: tuple[str, ...] = ()
    personal: Mapping[str, str] = field(default_factory=dict)
    time_zone: str = ""
    date_order: str = ""
    date_samples: Callable[[], Iterator[str]] = lambda: iter(())
    total: int | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Source:
    """A source system: how to know its files, and how to read them.

    Attributes
    ----------
    name : str
        For the command line's ``--source`` and the settings block.
    title : str
        Dutch name on screen.
    table : str
        Table it fills; "" when the file decides.
    recognises : callable of Package -> bool
        Cheap: names and the first bytes only.
    read : callable of (Package, Request) -> Reading
        Raises :class:`~thor_metrics.errors.FileRefused` with what to do.
    """

    name: str
    title: str
    table: str
    recognises: Callable[[Package], bool]
    read: Callable[[Package, Request], Reading]
