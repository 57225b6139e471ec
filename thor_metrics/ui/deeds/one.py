"""One action: what it is, what was done, what was said, what changed."""

from __future__ import annotations

from typing import Any, Final
from zoneinfo import ZoneInfo

import pandas as pd
import streamlit as st

from thor_metrics import deeds, dutch
from thor_metrics.errors import ThorError
from thor_metrics.ledger import FIELD_WORDS, STAGES, Target, warnings_for
from thor_metrics.ui import data, papers
from thor_metrics.ui.deeds import choosing, form
from thor_metrics.ui.frame import Screen
from thor_metrics.views import deeds as words
from thor_metrics.views.look import theme_title
from thor_metrics.views.tables import Head, styled

__all__ = ["show"]

_FACTS, _CONTROLS, _SAID, _PHOTOS, _HISTORY, _CHANGE = (
    "Actie", "Controles", "Opmerkingen", "Foto's", "Geschiedenis", "Wijzigen",
)  # fmt: skip
_ROW: Final = 39


def show(screen: Screen, deed: deeds.Deed) -> None:
    """Draw an action with one of its parts."""
    number = int(deed["id"])
    with st.container(border=True, key="actie-vak"):
        head = st.container(horizontal=True, vertical_alignment="center", gap="small")
        with head:
            st.subheader(str(deed["title"]), anchor=False, width="stretch")
            icon, colour = words.STAGE_SIGNS[str(deed["stage"])]
            st.badge(str(deed["stage"]), icon=icon, color=colour)
            _next_stage(deed)
            if deeds.measurable(deed):
                st.button(
                    "Bekijk effect", icon=":material/monitoring:", on_click=_to_effect,
                    args=(number,), key="actie-effect",
                )  # fmt: skip
            st.button("Plan controles", icon=":material/route:", on_click=_to_planning,
                      key="actie-planning")  # fmt: skip
            st.button("Sluit", icon=":material/close:", on_click=_close, key="actie-sluit")
        part = st.segmented_control(
            "Deel", [_FACTS, _CONTROLS, _SAID, _PHOTOS, _HISTORY, _CHANGE], default=_FACTS,
            key=f"deel-{number}", label_visibility="collapsed", required=True,
        )  # fmt: skip
        if part == _CONTROLS:
            _controls(deed)
        elif part == _SAID:
            _comments(number)
        elif part == _PHOTOS:
            papers.photos(screen, link=Target("actie", str(number)))
        elif part == _HISTORY:
            _history(screen, number)
        elif part == _CHANGE:
            form.change(deed)
        else:
            _facts(deed)


def _close() -> None:
    choosing.choose(None)


def _to_effect(number: int) -> None:
    choosing.choose(number)
    st.switch_page("pages/doen/effect.py", query_params={})


def _to_planning() -> None:
    st.switch_page("pages/doen/planning.py", query_params={})


def _next_stage(deed: deeds.Deed) -> None:
    """Offer the next stage as one button."""
    place = STAGES.index(str(deed["stage"]))
    if place + 1 == len(STAGES):
        return
    coming = STAGES[place + 1]
    if not st.button(f"Zet op {coming}", key="actie-stand", type="primary"):
        return
    try:
        data.ledger().change_action(int(deed["id"]), int(deed["version"]), stage=coming)
    except ThorError as error:
        st.error(str(error))
        return
    st.toast(f"De actie staat op {coming}. Terugdraaien kan bij Geschiedenis.")
    st.rerun()


def _facts(deed: deeds.Deed) -> None:
    selected = words.days_words({"starts": deed["selected_from"], "ends": deed["selected_to"]})
    facts = [
        ("Thema", theme_title(str(deed["theme"]))),
        ("Plek", ", ".join(filter(None, (str(deed["place_name"]), str(deed["gebied"]))))),
        ("Wanneer", words.days_words(deed)),
        ("Momenten", words.moment_words(deed["moments"])),
        ("Team", " met ".join(part for part in (deed["team"], deed["partner"]) if part)),
        ("Soort", str(deed["kind"])),
        ("Viel op", "" if pd.isna(deed["selected_from"]) else selected),
        ("Doel", words.goal_words(deed)),
        ("Monitoritem", str(deed["monitor"])),
    ]
    with st.grid(4, min_column_width=250, gap="small"):
        for label, value in facts:
            if value:
                with st.container(gap=None):
                    st.caption(label)
                    st.markdown(f"**{_plain(value)}**")
    long = {
        "Voorkomen": deed["prevent"], "Aanspreken": deed["approach"],
        "Sanctioneren": deed["sanction"], "Conclusie": deed["lesson"], "Notitie": deed["note"],
    }  # fmt: skip
    for label, text in long.items():
        if text:
            st.markdown(f"**{label}.** {_plain(text)}")


def _plain(text: Any) -> str:
    """Keep Markdown that somebody typed from being Markdown."""
    return "".join(f"\\{sign}" if sign in r"\`*_[]<>#$:~" else sign for sign in str(text))


# --- controls ------------------------------------------------------------------------------------


def _controls(deed: deeds.Deed) -> None:
    if deeds.period_of(deed) is None:
        st.info("Kies eerst de eerste en laatste dag van de actie, bij Wijzigen.")
        return
    number = int(deed["id"])
    matches = data.ledger().matches(number)
    found = data.ask(
        "action_controls", deeds.selection_of(deed), **deeds.control_options(deed, matches)
    )
    if found.empty:
        st.info("Er zijn nog geen controles van dit thema op deze plek in deze periode.")
        return
    mine = found[found["belongs"]]
    hours = dutch.number(mine["hours"].sum(), decimals=1)
    st.markdown(
        f"**{dutch.amount(len(mine), 'controle', 'controles')}**, {hours} mensuren, waarvan "
        f"{int((mine['planned'] == 'ja').sum())} gepland."
    )
    rows = found.assign(
        day=found["date"].map(dutch.date),
        at=[f"{hour:02.0f} uur" if pd.notna(hour) else "" for hour in found["hour"]],
        belongs_told=["ja" if belongs else "nee" for belongs in found["belongs"]],
    )
    heads = [
        Head("day", "Datum"), Head("at", "Tijd"), Head("kind", "Soort"),
        Head("planned", "Gepland"), Head("hours", "Mensuren", "rate", 1),
        Head("violations", "Overtredingen", "rate"), Head("distance", "Meter ernaast", "rate"),
        Head("belongs_told", "Hoort erbij"), Head("why", "Waarom"),
    ]  # fmt: skip
    event: Any = st.dataframe(
        styled(rows, heads), hide_index=True, on_select="rerun", selection_mode="single-row",
        height=_ROW * (min(len(rows), 8) + 1) + 3, key=f"controles-{number}",
        alt="Controles bij deze actie.",
    )  # fmt: skip
    if not event.selection.rows:
        st.caption("Kies een rij om te zeggen dat een controle er niet (of juist wel) bij hoort.")
        return
    chosen = found.iloc[event.selection.rows[0]]
    label = "Hoort er niet bij" if chosen["belongs"] else "Hoort er wel bij"
    if st.button(label, key=f"hoort-{number}"):
        data.ledger().match_control(
            number, str(chosen["control"]), belongs=not bool(chosen["belongs"])
        )
        st.rerun()


# --- said, and done ------------------------------------------------------------------------------


def _comments(number: int) -> None:
    with st.form(f"opmerking-{number}", border=False, clear_on_submit=True):
        note = st.text_area("Opmerking", key=f"opmerking-tekst-{number}", height=80)
        by = st.text_input("Door (team of rol, geen naam)", key=f"opmerking-door-{number}")
        save = st.form_submit_button("Plaats opmerking", type="primary")
    if save:
        try:
            data.ledger().add_comment(number, note, by=by)
        except ThorError as error:
            st.error(str(error))
            return
        for warning in warnings_for(note):
            st.toast(warning, icon=":material/warning:", duration="long")
        st.rerun()
    said = data.ledger().comments(number)
    if said.empty:
        st.caption("Nog geen opmerkingen.")
    for row in said.to_dict("records"):
        line = st.container(horizontal=True, vertical_alignment="center")
        with line:
            st.markdown(
                f"**{dutch.date(row['created_at'])}** {_plain(row['created_by'])}: "
                f"{_plain(row['note'])}",
                width="stretch",
            )
            if st.button("Weghalen", key=f"opmerking-weg-{row['id']}", type="tertiary"):
                data.ledger().remove("comment", int(row["id"]))
                st.rerun()


_DONE: Final = {
    "add": "gemaakt", "change": "gewijzigd", "remove": "weggehaald", "restore": "teruggezet",
    "undo": "teruggedraaid",
}  # fmt: skip


def _history(screen: Screen, number: int) -> None:
    told = data.ledger().history("action", number)
    zone = ZoneInfo(screen.settings.municipality.time_zone)
    rows = told.assign(
        when=[f"{moment.tz_convert(zone):%d-%m-%Y %H:%M}" for moment in told["at"]],
        done=told["action"].map(_DONE),
        what=told["field"].map(lambda field: FIELD_WORDS.get(field, field)),
    )
    heads = [
        Head("when", "Wanneer"), Head("by", "Door"), Head("done", "Wat"), Head("what", "Veld"),
        Head("old", "Was"), Head("new", "Werd"),
    ]  # fmt: skip
    st.dataframe(
        styled(rows, heads), hide_index=True, height=_ROW * (min(len(rows), 8) + 1) + 3,
        alt="Geschiedenis van deze actie, nieuwste bovenaan.",
    )  # fmt: skip
    undo, remove = st.columns(2)
    try:
        if undo.button("Laatste wijziging terug", icon=":material/undo:", key=f"undo-{number}"):
            data.ledger().undo("action", number)
            st.rerun()
        if remove.button("Actie weghalen", icon=":material/delete:", key=f"weg-actie-{number}"):
            data.ledger().remove("action", number)
            st.toast("De actie is weggehaald.")
            st.rerun()
    except ThorError as error:
        st.error(str(error))
