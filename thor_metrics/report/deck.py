"""Slides as one web page: for a beamer, from a file without the app, and on one sheet of paper."""

from __future__ import annotations

import html
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from thor_metrics.report.document import Figure, Section
from thor_metrics.report.webpage import as_block

__all__ = ["FRAME", "SCRIPT", "STYLE", "as_deck", "as_slides"]

_HERE: Final = Path(__file__).parent
STYLE: Final = (_HERE / "deck.css").read_text(encoding="utf-8")
SCRIPT: Final = (_HERE / "deck.js").read_text(encoding="utf-8")

_BUTTONS: Final = {
    "back": ("Vorige", "Vorige dia (pijl naar links)"),
    "next": ("Volgende", "Volgende dia (pijl naar rechts of spatie)"),
    "full": ("Volledig scherm", "Volledig scherm aan of uit (F)"),
    "auto": ("Vanzelf", "Vanzelf doorgaan aan of uit (A)"),
    "print": ("Print op één A4", "Alle dia's op één vel"),
}

#: What stands round the slides; the script moves them between the page and the full screen.
FRAME: Final = (
    '<div class="place">{slides}<div class="bar">'
    + "".join(
        f'<button type="button" data-do="{key}" title="{title}">{words}</button>'
        for key, (words, title) in _BUTTONS.items()
    )
    + '<span class="at"></span></div></div>'
    '<dialog class="full" aria-label="Briefing"></dialog>'
    '<span class="told" role="status"></span>'
)


def as_slides(slides: Sequence[Section], *, foot: str, sample: bool) -> str:
    """Write the slides themselves.

    Parameters
    ----------
    slides : sequence of Section
    foot : str
        Under every slide: which gebied and shift, and how new the data are.
    sample : bool
        The data are made up; said under every slide.
    """
    told = html.escape(foot) + (" · verzonnen gegevens" if sample else "")
    drawn = 0
    parts = []
    for number, slide in enumerate(slides, 1):
        figures = sum(isinstance(block, Figure) for block in slide.blocks)
        blocks = []
        for block in slide.blocks:
            drawn += isinstance(block, Figure)
            blocks.append(as_block(block, drawn))
        shape = ("", " drawn", " pair")[min(figures, 2)]
        parts.append(
            f'<section class="slide{" shown" if number == 1 else ""}" aria-roledescription="dia" '
            f'aria-label="{number} van {len(slides)}"><h2>{html.escape(slide.title)}</h2>'
            f'<div class="body{shape}">{"".join(blocks)}</div>'
            f'<div class="foot"><span>{told}</span><span>{number} / {len(slides)}</span></div>'
            "</section>"
        )
    return f'<div class="deck" tabindex="0" role="group" aria-label="Dia\'s">{"".join(parts)}</div>'


def as_deck(slides: str, *, title: str, seconds: int = 0) -> bytes:
    """Write the slides as one file for any browser, to show without the app or to print.

    Parameters
    ----------
    slides : str
        Of :func:`as_slides`.
    title : str
    seconds : int
        Each slide stays this long; 0: until somebody goes on.

    Returns
    -------
    bytes
        UTF-8; nothing in it is fetched from elsewhere.
    """
    name = html.escape(title)
    options = json.dumps({"seconds": seconds, "key": "briefing", "page": ""})
    page = (
        f'<!DOCTYPE html><html lang="nl"><head><meta charset="utf-8"><title>{name}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{STYLE}</style></head><body><main>{FRAME.format(slides=slides)}</main>"
        f"<script>{SCRIPT}\nshowDeck(document.querySelector('main'), {options})</script>"
        "</body></html>"
    )
    return page.encode()
