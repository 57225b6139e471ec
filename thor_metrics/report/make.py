"""From facts to files: every gebied asked for, in every format asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from thor_metrics.model import Period, Selection
from thor_metrics.report.contents import compose
from thor_metrics.report.document import Document
from thor_metrics.report.facts import Facts
from thor_metrics.report.portable import as_pdf
from thor_metrics.report.webpage import as_html
from thor_metrics.report.word import as_docx
from thor_metrics.report.workbook import as_xlsx
from thor_metrics.settings import slug

__all__ = ["FORMATS", "Made", "file_name", "make"]

#: Ending of a file -> what writes it.
FORMATS: Final[Mapping[str, Callable[[Document], bytes]]] = {
    "pdf": as_pdf,
    "docx": as_docx,
    "xlsx": as_xlsx,
    "html": as_html,
}


class Made(NamedTuple):
    """One file of a report."""

    name: str
    content: bytes


def file_name(period: Period, place: str) -> str:
    """Name a report without its ending.

    Examples
    --------
    >>> file_name(Period.parse("2026-H1"), "Maastricht Noord")
    'halfjaarrapport-2026-H1-maastricht-noord'
    """
    when = str(period).replace("/", "-tot-")
    return f"halfjaarrapport-{when}-{slug(place).replace(' ', '-')}"


def make(
    facts: Facts, period: Period, gebieden: Sequence[str], formats: Sequence[str]
) -> Iterator[Made]:
    """Write reports, one file at a time.

    Parameters
    ----------
    facts : Facts
    period : Period
    gebieden : sequence of str
        Names; "" is the whole city.
    formats : sequence of str
        Of :data:`FORMATS`.

    Yields
    ------
    Made
        ``halfjaarrapport-2026-H1-centrum.pdf`` and its bytes.
    """
    for gebied in gebieden:
        document = compose(facts, Selection(period, gebied=gebied or None))
        name = file_name(period, gebied or facts.settings.municipality.name)
        for ending in formats:
            yield Made(f"{name}.{ending}", FORMATS[ending](document))
