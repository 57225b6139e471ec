"""Which action is looked at: one box on every page that is about one, in the address bar too."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import streamlit as st

from thor_metrics.ui import data, keys
from thor_metrics.views.deeds import label

__all__ = ["box", "choose"]


def choose(number: int | None) -> None:
    """Choose an action before its box is drawn, or none."""
    every = data.actions()
    mine = every[every["id"] == number].to_dict("records")
    st.session_state[keys.ACTION] = label(mine[0]) if mine else None


def box(
    mine: pd.DataFrame, *, empty: bool = False, on_change: Callable[[], None] | None = None
) -> int | None:
    """Draw the box; gives the number of the action.

    Parameters
    ----------
    mine : DataFrame
        Actions that can be chosen.
    empty : bool
        None may be chosen.
    on_change : callable, optional
    """
    labels = {label(row): int(row["id"]) for row in mine.to_dict("records")}
    # Not set to another here: that would win from the address bar.
    if st.session_state.get(keys.ACTION) not in (None, *labels):
        del st.session_state[keys.ACTION]
    chosen = st.selectbox(
        "Actie",
        list(labels),
        index=None if empty else 0,
        placeholder="Open een actie",
        key=keys.ACTION,
        bind="query-params",
        on_change=on_change,
        width=360,
    )
    return labels.get(chosen) if chosen else None
