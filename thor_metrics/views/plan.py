"""The execution plan in words: numbers with their unit, statuses with their sign."""

from __future__ import annotations

import html
from collections.abc import Iterable
from typing import Any, Final

import numpy as np
import pandas as pd

from thor_metrics import dutch
from thor_metrics.indicators.registry import Indicator
from thor_metrics.plan import Section
from thor_metrics.progress import State, Status
from thor_metrics.views.look import Look

__all__ = [
    "SIGNS", "amount_words", "goal_table", "mark_words", "month_rows", "state_value", "trend_words",
]  # fmt: skip

#: Unit of a mark, as files of surveys call it.
_MARK: Final = "cijfer 1-10"

#: Units of which there can be one.
_ONE: Final = {
    "meldingen": "melding", "controles": "controle", "sancties": "sanctie", "boetes": "boete",
    "naheffingen": "naheffing", "veegacties": "veegactie", "rondes": "ronde", "dagen": "dag",
    "opleidingen": "opleiding", "activiteiten": "activiteit", "acties": "actie",
    "bezoeken": "bezoek", "spreekuren": "spreekuur", "documenten": "document", "foto's": "foto",
    "producten": "product", "bijeenkomsten": "bijeenkomst", "deelnames": "deelname",
    "waarschuwingen": "waarschuwing", "overtredingen": "overtreding", "fietsen": "fiets",
    "signaleringen": "signalering", "bijplaatsingen": "bijplaatsing", "voertuigen": "voertuig",
}  # fmt: skip

#: Icon, colour of a badge and sign of each status: never by colour alone.
SIGNS: Final[dict[Status, tuple[str, Any, str]]] = {
    "op schema": (":material/check_circle:", "green", "✓"),
    "aandacht": (":material/error:", "orange", "!"),
    "geen gegevens": (":material/help:", "gray", "?"),
}


def amount_words(value: float, unit: str) -> str:
    """Write a number of an indicator with its unit; a share is a fraction.

    Examples
    --------
    >>> amount_words(0.25, "%"), amount_words(1234.0, "meldingen"), amount_words(684.0, "euro")
    ('25,0 %', '1.234 meldingen', '€ 684')
    >>> amount_words(7.19, "cijfer 1-10"), amount_words(float("nan"), "meldingen")
    ('7,2 (van 1 tot 10)', 'geen gegevens')
    """
    if np.isnan(value):
        return dutch.NO_DATA
    if unit.startswith("%"):
        return f"{dutch.percent(value)}{unit[1:]}"
    if unit == "euro":
        return f"€ {dutch.number(value)}"
    if unit == _MARK:
        return mark_words(value)
    if value == 1:
        unit = _ONE.get(unit, unit)
    decimals = 0 if value == round(value) or abs(value) >= 100 else 1
    return f"{dutch.number(value, decimals=decimals)} {unit}".strip()


def mark_words(value: float, unit: str = _MARK) -> str:
    """Write an outcome of a survey: a mark, or a percentage that is no fraction.

    Examples
    --------
    >>> mark_words(7.19), mark_words(66.7, "%")
    ('7,2 (van 1 tot 10)', '66,7 %')
    """
    told = "(van 1 tot 10)" if unit == _MARK else unit
    return f"{dutch.number(value, decimals=1)} {told}".strip()


def state_value(state: State) -> str:
    """Write the headline number of a monitor item."""
    if np.isnan(state.value):
        return "te klein om te tonen" if "klein" in state.why else dutch.NO_DATA
    if state.item.survey:  # percentages of a survey are no fractions
        return mark_words(state.value, state.unit)
    return amount_words(state.value, state.unit)


def trend_words(state: State) -> str:
    """Say how a number was before, without a judgement.

    Small numbers get no percentage; a number about a running period is not compared here.
    """
    if np.isnan(state.before) or np.isnan(state.value):
        return ""
    if state.item.survey:
        return f"eerder {dutch.number(state.before, decimals=1)}"
    return f"jaar eerder {amount_words(state.before, state.unit)}"


def month_rows(months: pd.DataFrame, indicator: Indicator) -> pd.DataFrame:
    """Rows of :func:`thor_metrics.views.charts.course` from an indicator by month."""
    scale = 100.0 if indicator.unit == "%" else 1.0
    told = [
        "verborgen" if row["suppressed"] else amount_words(float(row["value"]), indicator.unit)
        for row in months.to_dict("records")
    ]
    known = months["value"].notna().to_numpy().nonzero()[0]
    last = known[-1] if len(known) else -1  # a hidden month has no point to write beside
    return pd.DataFrame(
        {
            "month": months["month"],
            "count": months["value"] * scale,
            "last": [words if number == last else "" for number, words in enumerate(told)],
            "words": [
                f"{dutch.month(month)}: {words}"
                for month, words in zip(months["month"], told, strict=True)
            ],
        }
    )


def goal_table(section: Section, states: Iterable[State], look: Look) -> str:
    """Draw the goals of a section with their actions and monitor items as one accessible table."""
    by_goal: dict[str, list[State]] = {}
    for state in states:
        by_goal.setdefault(state.item.goal, []).append(state)
    rows = []
    for goal in section.goals:
        acts = "".join(f"<li>{html.escape(action.text)}</li>" for action in goal.actions)
        mine = by_goal.get(goal.number, [])
        first = (
            f'<th scope="rowgroup" rowspan="{max(len(mine), 1)}" class="doel">'
            f"{html.escape(goal.number)} {html.escape(goal.title)}<ul>{acts}</ul></th>"
        )
        if not mine:
            rows.append(
                f'<tr>{first}<td colspan="4">Het plan noemt hier geen monitoritem.</td></tr>'
            )
        rows += [
            f"<tr>{first if number == 0 else ''}{_cells(state, look)}</tr>"
            for number, state in enumerate(mine)
        ]
    head = "".join(
        f'<th scope="col">{title}</th>'
        for title in ("Doel en acties", "Monitoritem", "Stand", "Nu", "Norm en toelichting")
    )
    style = (
        "<style>.plan{border-collapse:collapse;width:100%;font-size:17px}"
        f".plan td,.plan th{{border-top:1px solid {look.line};padding:.5em .6em;text-align:left;"
        "vertical-align:top;font-weight:400}"
        ".plan thead th,.plan .item{font-weight:600}.plan .doel{width:30%;font-weight:600}"
        ".plan ul{margin:.3em 0 0 1.1em;padding:0;font-weight:400;font-size:15px}"
        ".plan .stand{white-space:nowrap;font-weight:600}.plan .nu{font-weight:600}"
        ".plan small{font-size:15px;font-weight:400}.planvak{container-type:inline-size}"
        # Narrow: a goal above its items, and every item a small block of its own.
        "@container (max-width:56rem){.plan thead{display:none}"
        ".plan,.plan tbody,.plan tr,.plan td,.plan .doel{display:block;width:auto}"
        ".plan td{border:0;padding:.1em .6em}.plan .item{padding-top:.6em}"
        ".plan tr:has(.doel) .item,.plan .item{border-top:1px solid "
        f"{look.line}}}.plan .doel{{background:{look.quiet}}}}}</style>"
    )
    caption = f"Doelen van {html.escape(section.number)} {html.escape(section.title)}"
    return (
        f'{style}<div class="planvak" role="region" aria-label="{caption}"><table class="plan">'
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
        "</div>"
    )


def _cells(state: State, look: Look) -> str:
    colours = {"op schema": look.less, "aandacht": look.more, "geen gegevens": look.ink}
    _, _, sign = SIGNS[state.status]
    over = f"<br><small>{html.escape(state.period.words())}</small>" if state.period else ""
    trend = trend_words(state)
    before = f"<br><small>{html.escape(trend)}</small>" if trend else ""
    norm = f"Norm: {html.escape(state.target)}.<br>" if state.target else ""
    return (
        f'<td class="item">{state.item.id} {html.escape(state.item.title)}</td>'
        f'<td class="stand" style="color:{colours[state.status]}">'
        f'<span aria-hidden="true">{sign}</span> {state.status}</td>'
        f'<td class="nu">{html.escape(state_value(state))}{over}{before}</td>'
        f"<td>{norm}{html.escape(state.why)}</td>"
    )
