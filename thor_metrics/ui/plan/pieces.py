"""Pieces that several items share: a table with its file, what to load, a survey."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from thor_metrics import dutch
from thor_metrics.schema import TABLES
from thor_metrics.ui import data
from thor_metrics.ui.frame import Screen
from thor_metrics.views.plan import mark_words
from thor_metrics.views.tables import Head, csv_file, styled

__all__ = ["no_data", "survey", "table"]

_ROW = 39


def table(
    screen: Screen, rows: pd.DataFrame, heads: Sequence[Head], *, key: str, alt: str,
    below: int | None = None, most: int = 10,
) -> None:  # fmt: skip
    """Show a table with its file beside it.

    Parameters
    ----------
    below : int, optional
        What a missing count means; default that of numbers about people.
    most : int
        Rows before it scrolls.
    """
    hidden = screen.below if below is None else below
    st.dataframe(
        styled(rows, heads, hide_below=hidden),
        hide_index=True,
        height=_ROW * (min(len(rows), most) + 1) + 3,
        alt=alt,
    )
    st.download_button(
        "Tabel als CSV",
        lambda: csv_file(rows, heads, hide_below=hidden),
        file_name=f"{key}.csv",
        mime="text/csv",
        key=f"csv-{key}",
        type="tertiary",
        icon=":material/download:",
    )


def no_data(tables: Sequence[str]) -> None:
    """Say which file fills an empty place, and offer the way there."""
    titles = dutch.join(TABLES[name].title for name in tables)
    st.markdown(f"Geen gegevens in deze periode. Laad een bestand met **{titles}**.")
    st.page_link(
        "pages/gegevens/inlezen.py",
        label="Naar Inlezen, met sjablonen",
        icon=":material/upload_file:",
    )


def survey(screen: Screen, name: str) -> None:
    """Show the outcomes of a survey: city and gebieden, or the chosen area beside the city.

    A survey that only knows buurten shows those.
    """
    found = data.ask("survey_results", screen.selection, survey=name)
    if found.empty:
        no_data(("survey_scores",))
        return
    coarse = found["level"] != "buurt"
    if coarse.any() and not (screen.selection.gebied or screen.selection.buurt):
        found = found[coarse]
    rows = found.assign(
        area=found["area"].replace("", screen.city),
        year=found["year"].astype(str),
        outcome=[
            mark_words(score, unit)
            for score, unit in zip(found["score"], found["unit"].fillna(""), strict=True)
        ],
        interval=[
            f"{dutch.number(low, decimals=1)} tot {dutch.number(high, decimals=1)}"
            if basis
            else "niet bekend"
            for low, high, basis in zip(found["low"], found["high"], found["basis"], strict=True)
        ],
    )
    heads = [
        Head("question", "Vraag"),
        Head("area", "Waar"),
        Head("year", "Jaar"),
        Head("outcome", "Uitkomst"),
        Head("interval", "Interval (95 %)"),
        Head("respondents", "Respondenten", "rate"),
    ]
    alt = f"Uitkomsten van {name} per vraag, plaats en jaar."
    table(screen, rows, heads, key=f"onderzoek-{name}", alt=alt)
