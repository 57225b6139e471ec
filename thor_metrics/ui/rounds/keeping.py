"""What somebody does with proposed rounds: change them by hand, keep them, say what was done."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from thor_metrics import dutch
from thor_metrics.errors import ThorError
from thor_metrics.ledger import Conflict, VisitFields
from thor_metrics.model import WEEKDAYS, Period
from thor_metrics.ui import data
from thor_metrics.ui.frame import Screen
from thor_metrics.ui.plan.pieces import table
from thor_metrics.views import rounds
from thor_metrics.views.tables import Head

__all__ = ["choices", "editor", "keep", "kept", "week_word"]


def week_word(week: Period) -> str:
    """Write a week as people say it: ``2026-W48``."""
    year, number, _ = week.start.isocalendar()
    return f"{year}-W{number:02}"


def choices(
    key: str, shifts: int, places: int
) -> tuple[tuple[tuple[int, int, int | None], ...], tuple[tuple[int, int], ...]]:
    """Give what somebody fixed and took out in this plan, as far as it still exists."""
    kept = st.session_state.setdefault("plankeuzes", {}).get(key, {})
    pins = tuple(
        (shift, place, team)
        for (shift, place), team in kept.get("pins", {}).items()
        if shift < shifts and place < places
    )
    forbidden = tuple(
        (shift, place)
        for shift, place in kept.get("forbidden", ())
        if shift < shifts and place < places
    )
    return pins, forbidden


# --- changed by hand -----------------------------------------------------------------------------


def editor(key: str, stops: pd.DataFrame) -> None:
    """Let somebody fix, take out and move stops."""
    st.subheader("De rondes", anchor=False)
    st.caption(
        "Zet een stop vast, haal hem weg of geef hem aan een andere ronde, en druk op 'Maak "
        "opnieuw'."
    )
    titles = {int(str(number)): rounds.round_title(rows) for number, rows in stops.groupby("round")}
    shown = pd.DataFrame(
        {
            "ronde": [titles[number] for number in stops["round"]],
            "tijd": [
                f"{rounds.clock(start)}–{rounds.clock(end)}"
                for start, end in zip(stops["from_minute"], stops["to_minute"], strict=True)
            ],
            "plek": stops["name"],
            "waarom": [rounds.why_words(row) for row in stops.to_dict("records")],
            "vast": stops["pinned"],
            "weg": False,
        }
    )
    with st.form(f"rondes-{key}", border=False):
        edited = st.data_editor(
            shown, hide_index=True, key=f"rondes-tabel-{key}-{len(stops)}",
            disabled=["tijd", "plek", "waarom"],
            height=39 * (min(len(shown), 14) + 1) + 3,
            column_config={
                "ronde": st.column_config.SelectboxColumn(
                    "Ronde", options=list(titles.values()), width="medium"
                ),
                "tijd": "Tijd", "plek": "Plek", "waarom": "Waarom",
                "vast": st.column_config.CheckboxColumn("Vast"),
                "weg": st.column_config.CheckboxColumn("Weg"),
            },
        )  # fmt: skip
        with st.container(horizontal=True):
            again = st.form_submit_button("Maak opnieuw", icon=":material/refresh:")
            clear = st.form_submit_button("Alles loslaten", icon=":material/undo:")
    if clear:
        st.session_state["plankeuzes"].pop(key, None)
        st.rerun()
    if again:
        _remember(key, stops, edited, {title: number for number, title in titles.items()})
        st.rerun()


def _remember(key: str, stops: pd.DataFrame, edited: pd.DataFrame, numbers: dict[str, int]) -> None:
    kept = st.session_state["plankeuzes"].get(key, {})
    pins: dict[tuple[int, int], int | None] = {}
    forbidden = set(kept.get("forbidden", ()))
    there = {row["round"]: row for row in stops.to_dict("records")}
    for row, new in zip(stops.to_dict("records"), edited.to_dict("records"), strict=True):
        at = (int(row["shift"]), int(row["place"]))
        wanted = numbers[new["ronde"]]
        if new["weg"]:
            forbidden.add(at)
        elif wanted != row["round"]:
            shift = int(there[wanted]["shift"])
            pins[shift, at[1]] = int(there[wanted]["team"])
            if shift != at[0]:
                forbidden.add(at)
        elif new["vast"]:
            pins[at] = int(row["team"])
    forbidden -= set(pins)
    st.session_state["plankeuzes"][key] = {"pins": pins, "forbidden": forbidden}


# --- kept ----------------------------------------------------------------------------------------


def keep(screen: Screen, stops: pd.DataFrame, week: Period, themes: tuple[str, ...]) -> None:
    """Keep the rounds as planned controls, in place of those kept before."""
    there = _planned(screen, week)
    label = "Vervang de bewaarde planning" if len(there) else "Bewaar als geplande controles"
    if not st.button(label, type="primary", icon=":material/save:", key="bewaar-planning"):
        return
    gebied = screen.selection.gebied or ""
    visits: list[VisitFields] = [
        {
            "day": row["day"], "from_minute": row["from_minute"], "to_minute": row["to_minute"],
            "place_name": row["name"], "x": row["x"], "y": row["y"],
            "theme": themes[0] if len(themes) == 1 else "niet_ingedeeld",
            "gebied": gebied, "round_number": row["round"], "stop": row["order"],
        }
        for row in stops.to_dict("records")
    ]  # fmt: skip
    instead = dict(zip(there["id"].tolist(), there["version"].tolist(), strict=True))
    try:
        data.ledger().plan_visits(visits, instead=instead)
    except Conflict as error:
        st.warning(str(error))
        return
    except ThorError as error:
        st.error(str(error))
        return
    st.toast(f"{dutch.amount(len(visits), 'controle', 'controles')} bewaard.")
    st.rerun()


def _planned(screen: Screen, week: Period) -> pd.DataFrame:
    every = data.ledger().visits(week=week_word(week))
    gebied = screen.selection.gebied
    return every[every["gebied"] == (gebied or "")]


def kept(screen: Screen, week: Period) -> None:
    """Show what was kept for this week."""
    there = _planned(screen, week)
    if there.empty:
        return
    st.header("Bewaarde planning van deze week", anchor=False)
    rows = there.assign(
        when=[
            f"{WEEKDAYS[day.weekday()]} {dutch.date(day)} {rounds.clock(start)}"
            for day, start in zip(there["day"], there["from_minute"], strict=True)
        ]
    )
    heads = [
        Head("round_number", "Ronde", "rate"), Head("when", "Wanneer"),
        Head("place_name", "Plek"), Head("state", "Stand"),
    ]  # fmt: skip
    table(screen, rows, heads, key="bewaarde-planning", alt="Bewaarde geplande controles.")
    _done(rows)


def _done(rows: pd.DataFrame) -> None:
    """Let somebody say of a round that it was walked, or was not."""
    open_ = rows[rows["state"] == "gepland"]
    if open_.empty:
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        number = st.selectbox(
            "Ronde", sorted(open_["round_number"].unique().tolist()), key="welke-ronde", width=160
        )
        mine = open_[open_["round_number"] == number]
        for label, state in (("Gedaan", "gedaan"), ("Vervallen", "vervallen")):
            if st.button(label, key=f"ronde-{state}"):
                for row in mine.to_dict("records"):
                    data.ledger().change_visit(int(row["id"]), int(row["version"]), state=state)
                st.rerun()
