"""Sums of hours of which some may be hidden."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from thor_metrics import dutch
from thor_metrics.ui.frame import Screen
from thor_metrics.views import texts

__all__ = ["at_least", "summed"]


def summed(hours: pd.DataFrame, by: str, names: Mapping[str, str], screen: Screen) -> pd.DataFrame:
    """Add up over the week; ``names`` are the short and long names, in order.

    With hidden hours in it a sum is a least: it is marked as one, or hidden itself. What holds
    no chosen hour has no number.
    """
    sums = hours.groupby(by).agg(
        count=("count", "sum"), hidden=("hidden", "any"), chosen=("chosen", "any")
    )
    rows = [
        at_least(int(count), hidden=bool(hidden), screen=screen)
        if chosen
        else (0, "", "niet gekozen")
        for count, hidden, chosen in zip(sums["count"], sums["hidden"], sums["chosen"], strict=True)
    ]
    return pd.DataFrame(
        {
            "name": list(names),
            "count": [float("nan") if shown in ("·", "") else float(n) for n, shown, _ in rows],
            "shown": [shown for _, shown, _ in rows],
            "words": [
                f"{name}: {told}" for name, (_, _, told) in zip(names.values(), rows, strict=True)
            ],
        }
    )


def at_least(count: int, *, hidden: bool, screen: Screen) -> tuple[int, str, str]:
    """Number, short text and words of a sum of which some parts may be hidden."""
    told = texts.counted(count, screen.selection.series)
    if not hidden:
        return count, dutch.number(count), told
    if count == 0:
        return count, "·", "te klein om te tonen"
    return count, f"{dutch.number(count)}+", f"minstens {told}"
