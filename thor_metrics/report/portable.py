"""A report as an accessible PDF: tagged, with bookmarks and a text for every drawing (PDF/UA-1)."""

from __future__ import annotations

import datetime as dt
import json
import tempfile
from importlib import resources
from pathlib import Path
from typing import Final

import typst

from thor_metrics.report.document import Block, Bullets, Document, Figure, Table, Text
from thor_metrics.views.look import LIGHT
from thor_metrics.views.tables import cells

__all__ = ["as_pdf", "fonts"]

#: A fixed moment: a report says what it was made from, not when.
_MOMENT: Final = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)

#: Characters after which a column grows no wider.
_WIDEST: Final = 60

#: How a report looks on paper. The words themselves come as data: nothing in them is markup.
_TEMPLATE: Final = """
#let it = json("report.json")
#set document(title: it.title, author: it.author)
#set page(paper: "a4", margin: (x: 20mm, y: 22mm), numbering: "1 / 1",
  footer: context [#set text(size: 9pt)
    #it.title #h(1fr) #counter(page).display("1 / 1", both: true)])
#set text(lang: "nl", font: "Source Sans Pro", size: 11pt, fill: rgb(it.ink))
#set par(leading: 0.7em, spacing: 1em)
#set table(stroke: (_, y) => (bottom: 0.5pt + rgb(it.line)), inset: (x: 4pt, y: 4pt))
#show table.cell.where(y: 0): strong
#show heading.where(level: 1): set block(above: 1.8em, below: 0.8em)
#show figure.where(kind: table): set block(breakable: true)
#show figure.where(kind: table): set figure.caption(position: top)
#show figure.caption: set text(size: 10pt)
#show figure.caption: set align(left)
#show figure.caption: set block(sticky: true)
#set figure(supplement: none, numbering: none)
#show title: set text(size: 22pt)
#title()
#it.subtitle
#if it.sample { block(stroke: 1pt + rgb(it.primary), inset: 8pt, width: 100%)[
  Verzonnen gegevens van een voorbeeldstad.] }
#outline(title: [Inhoud])
#for section in it.sections {
  heading(level: 1, section.title)
  for block in section.blocks {
    if block.kind == "text" {
      par(if block.strong { text(size: 13pt, weight: "semibold", block.words) }
        else { block.words })
    } else if block.kind == "bullets" {
      list(..block.items)
    } else if block.kind == "table" {
      figure(kind: table, caption: block.caption, {
        set text(size: if block.titles.len() > 6 { 8.5pt } else { 9.5pt })
        table(
          columns: block.widths.map(width => if width > 0 { width * 1fr } else { auto }),
          align: block.sides.map(side => if side == "left" { left } else { right }),
          table.header(..block.titles), ..block.cells)
      })
    } else {
      figure(kind: image, caption: block.caption,
        image(block.file, alt: block.alt, width: block.width * 100%))
    }
  }
}
"""


def fonts() -> Path:
    """Folder with the letters of all written reports."""
    return Path(str(resources.files("font_source_sans_pro"))) / "files"


def as_pdf(document: Document) -> bytes:
    """Write a report as PDF/UA-1.

    Parameters
    ----------
    document : Document

    Returns
    -------
    bytes
        Tagged PDF; the same document gives the same bytes.

    Raises
    ------
    typst.TypstError
        When something in it would not be accessible: a drawing without a text, a heading
        without words.
    """
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        drawings: list[Figure] = []
        sections = [
            {
                "title": section.title,
                "blocks": [_block(block, drawings) for block in section.blocks],
            }
            for section in (*document.sections,)
        ]
        made = {
            "kind": "table",
            "caption": "Dezelfde versies geven hetzelfde rapport.",
            "titles": ["Wat", "Versie"],
            "sides": ["left", "left"],
            "widths": [1, 1],
            "cells": [part for pair in document.made_from for part in pair],
        }
        sections.append({"title": "Waarvan dit is gemaakt", "blocks": [made]})
        content = {
            "title": document.title,
            "subtitle": document.subtitle,
            "author": "THOR",
            "sample": document.sample,
            "sections": sections,
            "ink": LIGHT.ink,
            "line": LIGHT.line,
            "primary": LIGHT.primary,
        }
        (here / "report.json").write_text(json.dumps(content, ensure_ascii=False), "utf-8")
        (here / "report.typ").write_text(_TEMPLATE, "utf-8")
        for number, drawing in enumerate(drawings):
            (here / f"{number}.svg").write_text(drawing.svg, "utf-8")
        pdf: bytes = typst.compile(
            here / "report.typ",
            root=here,
            font_paths=[fonts()],
            ignore_system_fonts=True,
            pdf_standards=["ua-1"],
            timestamp=_MOMENT,
        )
        return pdf


def _block(block: Block, drawings: list[Figure]) -> dict[str, object]:
    match block:
        case Text():
            return {"kind": "text", "words": block.words, "strong": block.strong}
        case Bullets():
            return {"kind": "bullets", "items": list(block.items)}
        case Table():
            rows = cells(block.frame, block.heads, hide_below=block.hide_below)
            return {
                "kind": "table",
                "caption": block.caption,
                "titles": [head.title for head in block.heads],
                "sides": ["left" if head.kind == "text" else "right" for head in block.heads],
                "widths": _widths(block, rows),
                "cells": [cell for row in rows for cell in row],
            }
        case Figure():
            drawings.append(block)
            return {
                "kind": "figure",
                "caption": block.caption,
                "alt": block.alt,
                "file": f"{len(drawings) - 1}.svg",
                "width": block.width,
            }


def _widths(table: Table, rows: list[tuple[str, ...]]) -> list[float]:
    """Share the width among columns of words by how much they hold; figures take what they need."""
    columns = zip(*rows, strict=True) if rows else ([] for _ in table.heads)
    return [
        min(max(len(word) for word in (*column, head.title, "m" * 6)), _WIDEST) ** 0.7
        if head.kind == "text"
        else 0
        for head, column in zip(table.heads, columns, strict=True)
    ]
