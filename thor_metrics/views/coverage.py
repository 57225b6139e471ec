"""Where the team is beside where reports come from, in words."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from thor_metrics import dutch
from thor_metrics.indicators.coverage import LESS, MORE, Coverage
from thor_metrics.model import WEEKDAYS

__all__ = ["heat_rows", "hour_name", "line", "sentence", "top", "worded"]


def hour_name(key: str) -> str:
    """Name an hour of the week.

    Examples
    --------
    >>> hour_name("8"), hour_name("117")
    ('ma 08-09 uur', 'vr 21-22 uur')
    """
    hour = int(key)
    return f"{WEEKDAYS[hour // 24]} {dutch.hours(hour % 24, hour % 24 + 1)}"


def line(row: Mapping[Hashable, Any]) -> str:
    """Say the counts first, then both shares."""
    return (
        f"{dutch.amount(row['reports'], 'melding', 'meldingen')} "
        f"({dutch.percent(row['share_reports'])} van alle) en "
        f"{dutch.amount(row['controls'], 'controle', 'controles')} "
        f"({dutch.percent(row['share_controls'])})"
    )


def worded(rows: pd.DataFrame, *, below: int) -> pd.DataFrame:
    """Add ``words`` (a sentence a row) and ``clear`` (more than chance)."""
    words = [
        f"{row['name']}: {dutch.less_than(below)}, niet te tonen"
        if row["hidden"]
        else f"{row['name']}: {line(row)}. {str(row['verdict']).capitalize()}."
        for row in rows.to_dict("records")
    ]
    return rows.assign(words=words, clear=rows["verdict"].isin([LESS, MORE]))


def top(rows: pd.DataFrame, verdict: str, *, most: int = 5) -> list[str]:
    """Write the places or hours with a verdict, farthest apart first."""
    found = rows[rows["verdict"] == verdict]
    order = found["difference"].abs().sort_values(ascending=False, kind="stable").index[:most]
    return [f"**{row['name']}**: {line(row)}" for row in found.loc[order].to_dict("records")]


def sentence(found: Coverage, what: tuple[str, str]) -> str:
    """Say in one sentence how far effort and nuisance go together.

    Parameters
    ----------
    found : Coverage
    what : (str, str)
        A row, and more of them: ("buurt", "buurten").
    """
    if not found.controls:
        return "Er zijn geen controles in deze keuze."
    if not found.reports:
        return "Er zijn geen meldingen in deze keuze."
    less, more = ((found.rows["verdict"] == verdict).sum() for verdict in (LESS, MORE))
    if not less and not more:
        return "Inzet en overlast zijn in verhouding, of er is te weinig om dat te zeggen."
    return (
        f"Op {dutch.amount(int(less), *what)} is er duidelijk minder inzet dan overlast, op "
        f"{dutch.number(more)} duidelijk meer."
    )


def heat_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of the week for :func:`thor_metrics.views.charts.difference_cells`.

    ``surprise`` is above nought where effort is missing, in standard errors.
    """
    by_hour = rows.assign(hour=rows["key"].astype("int64")).sort_values("hour", ignore_index=True)
    error = (by_hour["high"] - by_hour["low"]).astype("float64") / 3.92
    ratio = -by_hour["difference"].astype("float64") / error.where(error > 0)
    return pd.DataFrame(
        {
            "weekday": by_hour["hour"] // 24,
            "hour": by_hour["hour"] % 24,
            "count": by_hour["reports"],
            "surprise": ratio.replace([np.inf, -np.inf], np.nan),
            "shown": [
                "" if hidden or not (reports or controls) else f"{reports}/{controls}"
                for reports, controls, hidden in zip(
                    by_hour["reports"], by_hour["controls"], by_hour["hidden"], strict=True
                )
            ],
            "words": by_hour["words"],
        }
    )
