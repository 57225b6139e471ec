"""A report as one web page that needs nothing else: style, drawings and all are inside."""

from __future__ import annotations

import html
import re
from typing import Final

from thor_metrics.report.document import Block, Bullets, Document, Figure, Table, Text
from thor_metrics.views.look import LIGHT
from thor_metrics.views.tables import cells

__all__ = ["as_block", "as_html"]

_STYLE: Final = f"""
:root {{ color-scheme: light; }}
body {{ font: 18px/1.5 "Source Sans Pro", "Source Sans 3", system-ui, sans-serif;
  color: {LIGHT.ink}; background: {LIGHT.surface}; max-width: 60rem; margin: 0 auto;
  padding: 1rem; }}
h1 {{ font-size: 34px; margin-bottom: 0; }} h2 {{ font-size: 28px; margin-top: 2.5rem; }}
p, li {{ max-width: 75ch; }} .strong {{ font-size: 22px; font-weight: 600; }}
.scroll {{ overflow-x: auto; }} table {{ border-collapse: collapse; font-size: 16px; }}
caption {{ text-align: left; font-weight: 600; padding: .5rem 0; }}
th, td {{ text-align: left; padding: .25rem .75rem; border-bottom: 1px solid {LIGHT.line}; }}
td.figure, th.figure {{ text-align: right; font-variant-numeric: tabular-nums; }}
figure {{ margin: 1.5rem 0; }} figure svg {{ max-width: 100%; height: auto; }}
figure svg text {{ font-family: inherit; }}
nav ol {{ columns: 2; }} .sample {{ border: 2px solid {LIGHT.primary}; padding: .5rem 1rem; }}
@media print {{ h2 {{ break-after: avoid; }} figure, tr {{ break-inside: avoid; }} }}
"""


def as_html(document: Document) -> bytes:
    """Write a report as one file for any browser.

    Parameters
    ----------
    document : Document

    Returns
    -------
    bytes
        UTF-8; nothing in it is fetched from elsewhere and nothing in it runs.
    """
    title = html.escape(document.title)
    titles = [html.escape(section.title) for section in document.sections]
    links = "".join(f'<li><a href="#deel-{n}">{name}</a></li>' for n, name in enumerate(titles, 1))
    parts = []
    drawn = 0
    for number, section in enumerate(document.sections, 1):
        blocks = []
        for block in section.blocks:
            drawn += isinstance(block, Figure)
            blocks.append(as_block(block, drawn))
        parts.append(
            f'<section aria-labelledby="deel-{number}"><h2 id="deel-{number}">'
            f"{titles[number - 1]}</h2>{''.join(blocks)}</section>"
        )
    made = "".join(
        f"<tr><th scope='row'>{html.escape(name)}</th><td>{html.escape(value)}</td></tr>"
        for name, value in document.made_from
    )
    sample = (
        '<p class="sample">Verzonnen gegevens van een voorbeeldstad.</p>' if document.sample else ""
    )
    page = (
        f'<!DOCTYPE html><html lang="nl"><head><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
        "style-src 'unsafe-inline'; img-src data:\">"
        f"<style>{_STYLE}</style></head><body><header><h1>{title}</h1>"
        f"<p>{html.escape(document.subtitle)}</p>{sample}</header>"
        f'<nav aria-label="Inhoud"><ol>{links}</ol></nav><main>{"".join(parts)}</main>'
        f"<footer><h2>Waarvan dit is gemaakt</h2><table>{made}</table></footer></body></html>"
    )
    return page.encode()


def as_block(block: Block, number: int) -> str:
    """Write one block; ``number`` keeps the names inside drawings apart."""
    match block:
        case Text():
            kind = ' class="strong"' if block.strong else ""
            lines = "<br>".join(html.escape(line) for line in block.words.split("\n"))
            return f"<p{kind}>{lines}</p>"
        case Bullets():
            return "<ul>" + "".join(f"<li>{html.escape(x)}</li>" for x in block.items) + "</ul>"
        case Table():
            return _table(block)
        case Figure():
            return _figure(block, number)


def _table(table: Table) -> str:
    kinds = ["" if head.kind == "text" else ' class="figure"' for head in table.heads]
    heads = "".join(
        f'<th scope="col"{kind}>{html.escape(head.title)}</th>'
        for head, kind in zip(table.heads, kinds, strict=True)
    )
    rows = "".join(
        "<tr>"
        + "".join(f"<td{k}>{html.escape(v)}</td>" for k, v in zip(kinds, row, strict=True))
        + "</tr>"
        for row in cells(table.frame, table.heads, hide_below=table.hide_below)
    )
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{html.escape(table.caption)}">'
        f"<table><caption>{html.escape(table.caption)}</caption><thead><tr>{heads}</tr></thead>"
        f"<tbody>{rows}</tbody></table></div>"
    )


def _figure(figure: Figure, number: int) -> str:
    # Names inside a drawing count for the whole page: two drawings would share their clips.
    own = re.sub(r'(id="|url\(#|href="#)', rf"\g<1>f{number}-", figure.svg)
    # What is drawn is told by the one description; parts of it would be read as noise.
    own = re.sub(r' (?:role|aria-[a-z]+)="[^"]*"', "", own)
    own = own.replace("<svg ", f'<svg role="img" aria-label="{html.escape(figure.alt)}" ', 1)
    return f"<figure>{own}<figcaption>{html.escape(figure.caption)}</figcaption></figure>"
