"""How a place is painted when the map says more than an amount: how sure, and how it goes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from thor_metrics import stats
from thor_metrics.views.look import Look, rgb
from thor_metrics.views.maps.base import shades

__all__ = ["Painted", "by_amount", "by_certainty", "by_pattern"]


@dataclass(frozen=True)
class Painted:
    """Fill and outline of every place, in the order of the table.

    Attributes
    ----------
    fill, line : list of [red, green, blue, alpha]
    wide : list of int
        Width of the outline in pixels; 0 is none.
    strong : list of bool
        Places that must be seen from afar, however small they are on the map.
    """

    fill: list[list[int]]
    line: list[list[int]]
    wide: list[int]
    strong: list[bool]


def by_amount(
    values: pd.Series, look: Look, *, top: float | None = None, alpha: int = 215, edge: int = 1
) -> Painted:
    """Shade by amount; a hidden one is faint, neither nought nor much.

    Parameters
    ----------
    top : float, optional
        Amount of the darkest shade; the largest value otherwise.
    edge : int
        Width of the outline in pixels.
    """
    tints = shades(values, look, alpha=alpha, top=top)
    missing = values.isna().to_numpy()
    fill = [
        rgb(look.steps[1], 120) if gone else tint for tint, gone in zip(tints, missing, strict=True)
    ]
    plain = [rgb(look.surface, 120)] * len(fill)
    return Painted(fill, plain, [edge] * len(fill), [False] * len(fill))


#: Certainty -> step of the colour, its opacity, and the width of the outline.
_SURENESS: Final[Mapping[str, tuple[int, int, int]]] = {
    stats.SURE: (8, 225, 3),
    stats.LIKELY: (5, 215, 0),
    stats.CHANCE: (2, 70, 1),
    "": (1, 40, 0),
}


def by_certainty(words: pd.Series, look: Look) -> Painted:
    """Paint how sure it is: filled and outlined, filled, or an outline only.

    Parameters
    ----------
    words : Series of str
        "zeker", "waarschijnlijk", "kan toeval zijn" or "".
    """
    chosen = [_SURENESS[word] for word in words]
    return Painted(
        [rgb(look.steps[step], alpha) for step, alpha, _ in chosen],
        [rgb(look.ink if wide == 3 else look.steps[step], 230) for step, _, wide in chosen],
        [wide for _, _, wide in chosen],
        [word in (stats.SURE, stats.LIKELY) for word in words],
    )


def by_pattern(tones: pd.Series, look: Look) -> Painted:
    """Paint how a place goes: more in one colour, less in the other, steady in ink.

    Parameters
    ----------
    tones : Series of str
        "more", "less" or "same"; the words beside it say the same.
    """
    colours = {"more": look.more, "less": look.less, "same": look.primary}
    chosen: list[Any] = [colours[tone] for tone in tones]
    return Painted(
        [rgb(colour, 200) for colour in chosen],
        [rgb(look.surface, 200)] * len(chosen),
        [1] * len(chosen),
        [True] * len(chosen),
    )
