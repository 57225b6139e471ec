"""Hotspot actions in words: a card, its moments, its goal."""

from __future__ import annotations

import html
from collections.abc import Hashable, Iterable, Mapping
from typing import Any, Final, Literal

import pandas as pd

from thor_metrics import dutch
from thor_metrics.model import WEEKDAYS
from thor_metrics.views.look import THEME_COLOURS, Look, theme_title

__all__ = [
    "STAGE_SIGNS", "card", "days_words", "goal_words", "label", "moment_words", "summary",
]  # fmt: skip

Colour = Literal["gray", "blue", "orange", "violet", "green"]

#: Stage -> icon and colour of its badge.
STAGE_SIGNS: Final[Mapping[str, tuple[str, Colour]]] = {
    "voorstel": (":material/lightbulb:", "gray"),
    "gepland": (":material/event:", "blue"),
    "bezig": (":material/play_circle:", "orange"),
    "afgerond": (":material/flag:", "violet"),
    "geëvalueerd": (":material/task_alt:", "green"),
}


def label(deed: Mapping[Hashable, Any]) -> str:
    """Name an action so that it can be told from another of the same title, also in an address.

    Examples
    --------
    >>> label({"id": 13, "title": "Cameraproef"})
    '13. Cameraproef'
    """
    return f"{deed['id']}. {deed['title']}"


def moment_words(moments: Iterable[tuple[int, int, int]]) -> str:
    """Say when controls are planned.

    Examples
    --------
    >>> moment_words([(0, 8, 11), (4, 22, 26)])
    'ma 08–11 uur en vr 22–02 uur'
    >>> moment_words([])
    ''
    """
    return dutch.join(
        f"{WEEKDAYS[day][:2]} {start:02}–{end % 24:02} uur" for day, start, end in moments
    )


def days_words(deed: Mapping[Hashable, Any]) -> str:
    """Say from when to when.

    Examples
    --------
    >>> day = pd.Timestamp
    >>> days_words({"starts": day(2026, 1, 12), "ends": pd.NaT})
    'vanaf 12-01-2026'
    """
    starts, ends = deed["starts"], deed["ends"]
    if pd.isna(starts):
        return "nog geen datum"
    if pd.isna(ends):
        return f"vanaf {dutch.date(starts)}"
    return f"{dutch.date(starts)} t/m {dutch.date(ends)}"


def goal_words(deed: Mapping[Hashable, Any]) -> str:
    """Say what the action should reach; empty without a goal."""
    if pd.isna(deed["goal_to"]):
        return ""
    now = "" if pd.isna(deed["goal_from"]) else f"van {dutch.number(deed['goal_from'])} "
    by = "" if pd.isna(deed["goal_by"]) else f", uiterlijk {dutch.date(deed['goal_by'])}"
    return f"{now}naar {dutch.number(deed['goal_to'])} meldingen per vier weken{by}"


def card(deed: Mapping[Hashable, Any], look: Look) -> str:
    """Draw the facts of an action under its title, with its theme's colour at the side."""
    colour = THEME_COLOURS.get(str(deed["theme"]), look.before)
    lines = [
        f"{theme_title(str(deed['theme']))} · {deed['gebied'] or 'gebied onbekend'}",
        str(deed["place_name"]),
        days_words(deed),
        moment_words(deed["moments"]),
    ]
    told = "".join(f"<div>{html.escape(line)}</div>" for line in lines if line)
    return (
        f'<div style="border-left:6px solid {colour};padding-left:10px;font-size:15px;'
        f'line-height:1.4">{told}</div>'
    )


def summary(actions: pd.DataFrame) -> str:
    """Say in one sentence how things stand.

    Examples
    --------
    >>> summary(pd.DataFrame({"stage": ["bezig", "afgerond", "afgerond", "gepland"]}))
    'Er loopt 1 actie, 1 is gepland en 2 zijn afgerond en nog niet geëvalueerd.'
    """
    count = actions["stage"].value_counts()
    running, planned, done = (int(count.get(s, 0)) for s in ("bezig", "gepland", "afgerond"))
    parts = [
        f"Er {'loopt' if running == 1 else 'lopen'} {dutch.amount(running, 'actie', 'acties')}"
    ]
    if planned:
        parts.append(f"{planned} {'is' if planned == 1 else 'zijn'} gepland")
    if done:
        parts.append(f"{done} {'is' if done == 1 else 'zijn'} afgerond en nog niet geëvalueerd")
    return f"{', '.join(parts[:-1])} en {parts[-1]}." if len(parts) > 1 else f"{parts[0]}."
