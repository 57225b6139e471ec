"""What a course over the months is called on screen, and which colour it gets."""

from __future__ import annotations

from typing import Final

__all__ = ["PATTERNS", "pattern_tone", "pattern_words"]

#: English name of a class -> word on screen, and whether it asks for more or less attention.
PATTERNS: Final[dict[str, tuple[str, str]]] = {
    "new hot spot": ("nieuw", "more"),
    "consecutive hot spot": ("sinds kort", "more"),
    "intensifying hot spot": ("neemt toe", "more"),
    "persistent hot spot": ("aanhoudend", "same"),
    "diminishing hot spot": ("neemt af", "less"),
    "sporadic hot spot": ("af en toe", "same"),
    "oscillating hot spot": ("wisselt druk en rustig", "same"),
    "historical hot spot": ("voorbij", "less"),
    "new cold spot": ("nieuw rustig", "less"),
    "consecutive cold spot": ("sinds kort rustig", "less"),
    "intensifying cold spot": ("steeds rustiger", "less"),
    "persistent cold spot": ("aanhoudend rustig", "same"),
    "diminishing cold spot": ("steeds minder rustig", "more"),
    "sporadic cold spot": ("af en toe rustig", "same"),
    "oscillating cold spot": ("wisselt rustig en druk", "same"),
    "historical cold spot": ("niet meer rustig", "more"),
    "no pattern detected": ("geen patroon", "same"),
}


def pattern_words(pattern: str) -> str:
    """Say a class of :data:`thor_metrics.hotspots.EMERGING_CLASSES` in Dutch.

    Examples
    --------
    >>> pattern_words("new hot spot")
    'nieuw'
    """
    return PATTERNS[pattern][0]


def pattern_tone(pattern: str) -> str:
    """Tell whether a class means "more", "less" or the "same"."""
    return PATTERNS[pattern][1]
