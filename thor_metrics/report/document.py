"""What a report is made of, whatever it is written as: sections, text, tables, figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pandas as pd

from thor_metrics.views.tables import Head

__all__ = ["Block", "Bullets", "Document", "Figure", "Section", "Table", "Text"]


@dataclass(frozen=True)
class Text:
    """One paragraph.

    Attributes
    ----------
    words : str
    strong : bool
        The sentence to remember.
    """

    words: str
    strong: bool = False


@dataclass(frozen=True)
class Bullets:
    """Sentences of which the order says something."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """Rows under titles.

    Attributes
    ----------
    caption : str
        What it shows, with its period; also the name of the sheet's first line.
    frame : DataFrame
        One column per head; values, not words, so that a sheet can count with them.
    heads : sequence of Head
    sheet : str
        Name of its sheet in a workbook, at most 31 characters.
    hide_below : int
        Missing counts are written as less than this.
    """

    caption: str
    frame: pd.DataFrame
    heads: tuple[Head, ...]
    sheet: str
    hide_below: int = 5


@dataclass(frozen=True)
class Figure:
    """A drawing and what it says to who cannot see it.

    Attributes
    ----------
    caption : str
    alt : str
        The whole message in words.
    svg : str
    png : bytes
        The same drawing for programs that know no vectors.
    width : float
        Part of the page's width.
    """

    caption: str
    alt: str
    svg: str
    png: bytes
    width: float = 1.0


Block = Text | Bullets | Table | Figure


@dataclass(frozen=True)
class Section:
    """A heading and what stands under it."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Document:
    """A whole report.

    Attributes
    ----------
    title, subtitle : str
    sections : sequence of Section
    made_from : sequence of (str, str)
        Name and value of everything that decides what stands here: versions of tables,
        settings, the program. The same values give the same bytes, so no moment is among them.
    sample : bool
        The data are made up.
    """

    title: str
    subtitle: str
    sections: Sequence[Section]
    made_from: Sequence[tuple[str, str]] = field(default_factory=tuple)
    sample: bool = False

    def tables(self) -> list[Table]:
        """Return every table, in order."""
        return [
            block for part in self.sections for block in part.blocks if isinstance(block, Table)
        ]
