"""Where the headers stand: under titles, over one row or two."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from thor_metrics.settings import slug

__all__ = ["HeaderRow", "find_header"]


@dataclass(frozen=True)
class HeaderRow:
    """Where the headers stand.

    Attributes
    ----------
    first, last : int
        Positions of the header rows (two when headers are split or merged over rows).
    names : tuple of str
    recognised : int
        How many names are known headers.
    """

    first: int
    last: int
    names: tuple[str, ...]
    recognised: int


def find_header(rows: Sequence[Sequence[str]], known: frozenset[str]) -> HeaderRow | None:
    """Find the header row among the first rows of a table.

    The row with most known headers; titles above it do not matter. Two rows are taken together
    when that gives more known headers ("Datum" over "melding" and "afgehandeld", or cells merged
    downwards). Without any known header the first row with at least two texts and no number is
    taken, so that a message can name what was found.

    Parameters
    ----------
    rows : sequence of sequence of str
        Cells as text, "" when empty.
    known : frozenset of str
        Slugs, from :func:`thor_metrics.sources.headers.known_headers`.
    """
    best: HeaderRow | None = None
    for position, row in enumerate(rows):
        single = HeaderRow(position, position, tuple(row), _recognised(row, known))
        for option in (single, _two_rows(rows, position, known)):
            if option and option.recognised > (best.recognised if best else 0):
                best = option
    if best:
        return best
    for position, row in enumerate(rows):
        filled = [cell for cell in row if cell.strip()]
        if len(filled) >= 2 and not any(_is_value(cell) for cell in filled):
            return HeaderRow(position, position, tuple(row), 0)
    return None


def _recognised(row: Sequence[str], known: frozenset[str]) -> int:
    return len({text for cell in row if (text := slug(cell)) in known and text})


def _two_rows(
    rows: Sequence[Sequence[str]], position: int, known: frozenset[str]
) -> HeaderRow | None:
    """Take a row and the one under it as one header, cell by cell."""
    if position + 1 >= len(rows):
        return None
    upper, lower = rows[position], rows[position + 1]
    if any(_is_value(cell) for cell in lower) or len([c for c in lower if c.strip()]) < 1:
        return None
    names = []
    above = ""
    for column in range(max(len(upper), len(lower))):
        over = upper[column].strip() if column < len(upper) else ""
        under = lower[column].strip() if column < len(lower) else ""
        above = over or above  # a merged cell has its text in the first cell only
        options = (under, f"{above} {under}", f"{under} {above}", over)
        names.append(next((name for name in options if slug(name) in known), under or over))
    # A value in the first data row may happen to be a known word: ask for two more headers, or
    # one when the rows together leave nothing over.
    single = max(_recognised(upper, known), _recognised(lower, known))
    together = _recognised(names, known)
    if together < single + 2 and not (together == single + 1 == len([n for n in names if n])):
        return None
    return HeaderRow(position, position + 1, tuple(names), together)


def _is_value(cell: str) -> bool:
    """Tell a number, date or time from a header."""
    return bool(re.fullmatch(r"[-+€]?\s*\d[\d\s.,:/T+-]*Z?", cell.strip()))
