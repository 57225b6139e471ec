"""What people of the made-up city keep: documents and photos, as facts and as files.

They are no rows of a table: people write them in the app. The dashboard's demo puts them there.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date, timedelta

from PIL import Image, ImageDraw

__all__ = ["BY", "Paper", "Picture", "papers", "pictures"]

#: Who wrote them: by this name they are found again, and taken away.
BY = "voorbeeldstad"


@dataclass(frozen=True)
class Paper:
    """One document.

    Attributes
    ----------
    title, kind, monitor, period, status : str
    due_next : date or None
        When the next one must be there.
    gebied : str
        Empty: the whole city.
    note : str
    """

    title: str
    kind: str
    monitor: str
    period: str = ""
    status: str = "vastgesteld"
    due_next: date | None = None
    gebied: str = ""
    note: str = ""


@dataclass(frozen=True)
class Picture:
    """One photo, drawn; ``content`` is a JPEG."""

    alt: str
    moment: str
    taken_on: date
    content: bytes


def papers(until: date, gebieden: tuple[str, ...]) -> list[Paper]:
    """Give the documents there are on the last day of the city.

    Parameters
    ----------
    until : datetime.date
        Last day with data.
    gebieden : tuple of str

    Returns
    -------
    list of Paper
        Half-year overviews miss one gebied of the newest half-year on purpose, one naleefstrategie
        is still being written, and one progress report is late.
    """
    found = [
        Paper("Evaluatie camerapilot milieuperrons", "evaluatie camerapilot", "M05", "2026-Q2",
              "in behandeling", note="Concept ligt bij de projectgroep."),
        Paper("Voortgang Preventie met Gezag", "voortgang preventie met gezag", "M14", "2025",
              due_next=until - timedelta(days=12)),
        Paper("Terugkoppeling Vitamasters voorjaar", "terugkoppeling vitamasters", "M25",
              "2026-H1", due_next=until + timedelta(days=90)),
        Paper("Naleefstrategie terrassen", "naleefstrategie", "M32", "2025-H2"),
        Paper("Naleefstrategie carnaval", "naleefstrategie", "M32", "2026-Q1"),
        Paper("Naleefstrategie evenementen", "naleefstrategie", "M32", "2026-Q2"),
        Paper("Naleefstrategie jeugd en middelen", "naleefstrategie", "M32", "2026-H2",
              "concept"),
        Paper("Evaluatie experiment gesloten coffeeshopketen", "evaluatie pilot", "M33", "2026-H1"),
    ]  # fmt: skip
    ended = [half for half in ("2026-H1", "2026-H2") if _end(half) <= until]
    for half in ended:
        there = gebieden if half != ended[-1] else gebieden[:-1]
        found += [
            Paper(f"Halfjaaroverzicht {gebied} {half}", "halfjaaroverzicht", "M36", half,
                  gebied=gebied)
            for gebied in there
        ]  # fmt: skip
    return found


def _end(half: str) -> date:
    year = int(half[:4])
    return date(year, 6, 30) if half.endswith("1") else date(year, 12, 31)


def pictures(until: date) -> list[Picture]:
    """Give a drawn picture from before and one from after a sweep of bicycles."""
    day = until - timedelta(days=16)
    return [
        Picture("Getekend plein met negen fietsen buiten de vakken", "voor", day, _square(9)),
        Picture("Getekend plein met nog één fiets buiten de vakken", "na", day, _square(1)),
    ]


def _square(bicycles: int) -> bytes:
    """Draw a square with so many bicycles on it; clearly no photo."""
    image = Image.new("RGB", (960, 640), "#DCE6F0")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 400, 960, 640), fill="#B9C4CF")
    for number in range(bicycles):
        x, y = 60 + 100 * number, 430 + 60 * (number % 3)
        for wheel in (0, 50):
            draw.ellipse((x + wheel, y, x + wheel + 36, y + 36), outline="#0E1A33", width=5)
        draw.line((x + 18, y + 18, x + 44, y - 12, x + 68, y + 18), fill="#0B5CAD", width=5)
    draw.text((24, 24), "Getekend voor de voorbeeldstad", fill="#0E1A33", font_size=28)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=80)
    return out.getvalue()
