"""A report as a Word file one can go on writing in: real headings, tables and captions."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any, Final

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from thor_metrics.report.document import Block, Bullets, Document, Figure, Table, Text
from thor_metrics.report.packed import repacked
from thor_metrics.views.look import LIGHT
from thor_metrics.views.tables import cells

__all__ = ["as_docx"]

_MOMENT: Final = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
_PAGE: Final = 17.0
_SVG: Final = "http://schemas.microsoft.com/office/drawing/2016/SVG/main"
_RELATED: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def as_docx(document: Document) -> bytes:
    """Write a report as a Word file.

    Parameters
    ----------
    document : Document

    Returns
    -------
    bytes
        Drawings are vectors, with pixels for programs that know none; the same document gives
        the same bytes.
    """
    file = docx.Document()
    about = file.core_properties
    about.title, about.author, about.language = document.title, "THOR", "nl-NL"
    about.created = about.modified = _MOMENT
    about.comments = ""
    _styles(file)
    file.add_heading(document.title, 0)
    file.add_paragraph(document.subtitle)
    if document.sample:
        file.add_paragraph("Verzonnen gegevens van een voorbeeldstad.", style="Intense Quote")
    for section in document.sections:
        file.add_heading(section.title, 1)
        for block in section.blocks:
            _write(file, block)
    file.add_heading("Waarvan dit is gemaakt", 1)
    _rows(file, ["Wat", "Versie"], [tuple(pair) for pair in document.made_from], [False, False])
    out = io.BytesIO()
    file.save(out)
    return repacked(out.getvalue())


def _styles(file: Any) -> None:
    page = file.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2)
    normal = file.styles["Normal"]
    normal.font.size = Pt(11)
    normal.font.name = "Calibri"
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "nl-NL")
    normal.element.get_or_add_rPr().append(language)
    for level in ("Title", "Heading 1"):
        style = file.styles[level]
        style.font.color.rgb = RGBColor.from_string(LIGHT.ink.lstrip("#"))
        style.font.name = "Calibri"


def _write(file: Any, block: Block) -> None:
    match block:
        case Text():
            paragraph = file.add_paragraph()
            run = paragraph.add_run(block.words)
            run.bold = block.strong
        case Bullets():
            for item in block.items:
                file.add_paragraph(item, style="List Bullet")
        case Table():
            caption = file.add_paragraph(block.caption, style="Caption")
            caption.paragraph_format.keep_with_next = True
            _rows(
                file,
                [head.title for head in block.heads],
                cells(block.frame, block.heads, hide_below=block.hide_below),
                [head.kind != "text" for head in block.heads],
            )
        case Figure():
            _drawing(file, block)


def _rows(file: Any, titles: list[str], rows: list[tuple[str, ...]], figures: list[bool]) -> None:
    table = file.add_table(rows=1 + len(rows), cols=len(titles), style="Light List Accent 1")
    header = OxmlElement("w:tblHeader")
    header.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(header)  # noqa: SLF001 - no public way
    # Through the elements: asking a table for a cell walks through all of it.
    for line, row in zip(table._tbl.tr_lst, [tuple(titles), *rows], strict=True):  # noqa: SLF001
        for cell, words, right in zip(line.tc_lst, row, figures, strict=True):
            paragraph = cell.p_lst[0]
            paragraph.add_r().text = words
            if right:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    file.add_paragraph()


def _drawing(file: Any, figure: Figure) -> None:
    shape = file.add_picture(io.BytesIO(figure.png), width=Cm(_PAGE * figure.width))
    inline = shape._inline  # noqa: SLF001 - no public way to a description or to vectors
    inline.docPr.set("descr", figure.alt)
    number = len(file.inline_shapes)
    part = Part(
        PackURI(f"/word/media/drawing{number}.svg"),
        "image/svg+xml",
        figure.svg.encode(),
        file.part.package,
    )
    link = file.part.relate_to(part, f"{_RELATED}/image")
    blip = inline.graphic.graphicData.pic.blipFill.blip
    blip.append(
        parse_xml(
            '<a:extLst xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
            '<a:ext uri="{96DAC541-7B7A-43D3-8B79-37D633B846F1}">'
            f'<asvg:svgBlip xmlns:asvg="{_SVG}" xmlns:r="{_RELATED}" r:embed="{link}"/>'
            "</a:ext></a:extLst>"
        )
    )
    file.add_paragraph(figure.caption, style="Caption")
