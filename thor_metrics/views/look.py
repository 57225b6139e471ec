"""Colours, written once: every chart, map and report takes them from here."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

from thor_metrics.model import THEMES

__all__ = [
    "DARK",
    "LIGHT",
    "THEME_COLOURS",
    "Look",
    "contrast",
    "readable_on",
    "rgb",
    "theme_title",
]

#: A theme keeps its colour on every screen (Okabe-Ito, safe for colour-blind eyes).
THEME_COLOURS: Final[dict[str, str]] = {
    "afval": "#009E73",
    "fiets": "#E69F00",
    "parkeren": "#0072B2",
    "sociaal": "#CC79A7",
    "evenementen": "#D55E00",
    "niet_ingedeeld": "#7A8594",
}


@dataclass(frozen=True)
class Look:
    """Colours of one appearance.

    Attributes
    ----------
    ink, surface, quiet, line : str
        Text, background, second background, thin lines.
    primary : str
        What can be clicked or is chosen.
    more, less : str
        More nuisance and less nuisance; always with an arrow and a sign beside it.
    before : str
        The comparison period.
    steps : tuple of str
        Nine steps of amount, from quiet to strong: one hue, even steps of lightness (OKLCH).
    """

    ink: str
    surface: str
    quiet: str
    line: str
    primary: str
    more: str
    less: str
    before: str
    steps: tuple[str, ...]

    @cached_property
    def on_steps(self) -> tuple[str, ...]:
        """Text colour that can be read on each step."""
        return tuple(readable_on(step) for step in self.steps)


LIGHT: Final = Look(
    ink="#0E1A33",
    surface="#FFFFFF",
    quiet="#F3F6FA",
    line="#D5DCE6",
    primary="#0B5CAD",
    more="#B5470B",
    less="#0B6E69",
    before="#9AA5B4",
    steps=(
        "#E7F1FE", "#BAD9FD", "#8AC1FE", "#60A8F5", "#478FDA", "#2E76C0", "#105EA6", "#004885",
        "#013361",
    ),
)  # fmt: skip

DARK: Final = Look(
    ink="#E8EEF7",
    surface="#0F1722",
    quiet="#18222F",
    line="#2C3A4B",
    primary="#6CB2FF",
    more="#F0955A",
    less="#5CC2BB",
    before="#6B7889",
    steps=(
        "#002E59", "#00427C", "#03589F", "#276FB9", "#4088D3", "#59A0ED", "#7DB9FC", "#ABD2FF",
        "#DAEAFC",
    ),
)  # fmt: skip

_TITLES = {theme.key: theme.title for theme in THEMES}


def theme_title(key: str) -> str:
    """Return what a person reads for a theme key; an unknown key stays as it is."""
    return _TITLES.get(key, key)


def rgb(colour: str, alpha: int = 255) -> list[int]:
    """Turn ``#RRGGBB`` into the list deck.gl wants.

    Examples
    --------
    >>> rgb("#0B5CAD", 128)
    [11, 92, 173, 128]
    """
    return [int(colour[place : place + 2], 16) for place in (1, 3, 5)] + [alpha]


def _luminance(colour: str) -> float:
    parts = [value / 255 for value in rgb(colour)[:3]]
    linear = [
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours (WCAG 2.2, 1.4.3): 4.5 is enough for text.

    Examples
    --------
    >>> round(contrast("#FFFFFF", "#000000"))
    21
    """
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def readable_on(colour: str) -> str:
    """Choose ink or white, whichever can be read better on a colour."""
    return max(("#0E1A33", "#FFFFFF"), key=lambda ink: contrast(ink, colour))
