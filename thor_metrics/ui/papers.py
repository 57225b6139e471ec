"""Documents and photos under a monitor item: list, add, change, undo."""

from __future__ import annotations

import html
import re
from collections.abc import Hashable, Mapping
from functools import partial
from typing import Any, Final

import pandas as pd
import streamlit as st

from thor_metrics import dutch
from thor_metrics.errors import ThorError
from thor_metrics.ledger import MOMENTS, STATUSES, Conflict, Target, Upload, warnings_for
from thor_metrics.model import Period
from thor_metrics.ui import data
from thor_metrics.ui.frame import Screen
from thor_metrics.views.tables import Head, styled

__all__ = ["documents", "photos"]

Row = Mapping[Hashable, Any]

_FILES: Final = ["pdf", "docx", "xlsx", "png", "jpg", "jpeg", "webp"]
_PICTURES: Final = ["jpg", "jpeg", "png", "webp"]
_MOMENT_WORDS: Final = {"voor": "vóór de actie", "na": "na de actie", "": "los"}


# --- documents ------------------------------------------------------------------------------------


def documents(screen: Screen, *, monitor: str, kinds: tuple[str, ...]) -> None:
    """List the documents of an item, with a form to add one and to change one.

    Parameters
    ----------
    screen : Screen
    monitor : str
        M-number.
    kinds : tuple of str
        Kinds of document the item asks for.
    """
    every = data.papers().documents
    mine = every[(every["monitor"] == monitor) | every["kind"].isin(kinds)]
    gebied = screen.selection.gebied
    if gebied:
        mine = mine[[_belongs(links, gebied) for links in mine["links"]]]
    st.markdown("**Documenten in het register**")
    if mine.empty:
        st.caption(
            f"Nog niets. Voeg hieronder een document toe: {dutch.join(kinds)}. Het telt mee zodra "
            "de status 'vastgesteld' is."
        )
    else:
        _listed(screen, mine, monitor)
        _downloads(mine)
    with st.grid(2, min_column_width=320, gap="small"):
        with st.expander("Document toevoegen", icon=":material/add:"):
            _add_document(screen, monitor, kinds)
        if len(mine):
            with st.expander("Document wijzigen", icon=":material/edit:"):
                _change_document(monitor, mine)


def _belongs(links: tuple[tuple[str, str], ...], gebied: str) -> bool:
    of = {name for kind, name in links if kind == "gebied"}
    return not of or gebied in of


def _listed(screen: Screen, mine: pd.DataFrame, monitor: str) -> None:
    rows = mine.assign(
        due=[dutch.date(day) if pd.notna(day) else "" for day in mine["due_next"]],
        where=[
            dutch.join(name for kind, name in links if kind == "gebied") or "hele stad"
            for links in mine["links"]
        ],
        changed=[dutch.date(moment) for moment in mine["changed_at"]],
        file=mine["file_name"].where(mine["file_hash"] != "", "geen bestand"),
    )
    heads = [
        Head("title", "Titel"),
        Head("kind", "Soort"),
        Head("period", "Periode"),
        Head("status", "Status"),
        Head("due", "Volgende versie op"),
        Head("where", screen.settings.municipality.gebied_word.capitalize()),
        Head("file", "Bestand"),
        Head("changed", "Gewijzigd op"),
    ]
    st.dataframe(
        styled(rows, heads),
        hide_index=True,
        height=39 * (min(len(rows), 8) + 1) + 3,
        alt=f"Documenten bij {monitor}.",
    )


def _downloads(mine: pd.DataFrame) -> None:
    there = mine[mine["file_hash"] != ""]
    with st.container(horizontal=True):
        for row in there.to_dict("records"):
            st.download_button(
                str(row["file_name"]),
                partial(data.ledger().open_file, str(row["file_hash"])),
                file_name=str(row["file_name"]),
                mime=str(row["media_type"]),
                key=f"bestand-{row['id']}",
                icon=":material/download:",
                type="tertiary",
            )


def _add_document(screen: Screen, monitor: str, kinds: tuple[str, ...]) -> None:
    with st.form(f"document-{monitor}", border=False, clear_on_submit=False):
        title = st.text_input("Titel", key=f"titel-{monitor}", placeholder="Evaluatie pilot 2026")
        kind = st.selectbox("Soort", kinds, key=f"soort-{monitor}")
        period = st.text_input("Periode", key=f"periode-{monitor}", placeholder="2026-H1")
        status = st.selectbox("Status", STATUSES, key=f"status-{monitor}")
        due = st.date_input(
            "Volgende versie op", value=None, format="DD-MM-YYYY", key=f"volgende-{monitor}"
        )
        where = st.multiselect(
            f"{screen.settings.municipality.gebied_word.capitalize()} (leeg: hele stad)",
            screen.options.gebieden,
            key=f"waar-{monitor}",
        )
        note = st.text_area("Notitie", key=f"notitie-{monitor}", height=80)
        file = st.file_uploader(
            "Bestand: PDF, Word, Excel of afbeelding, hoogstens 25 MB",
            type=_FILES,
            key=f"upload-{monitor}",
            max_upload_size=25,
        )
        by = st.text_input("Door (team of rol, geen naam)", key=f"door-{monitor}")
        if not st.form_submit_button("Bewaar", type="primary"):
            return
    try:
        data.ledger().add_document(
            title,
            kind=kind or "",
            monitor=monitor,
            period=_period(period),
            status=status or "concept",
            due_next=due,
            note=note,
            file=Upload(file, file.name, file.size) if file else None,
            links=[Target("gebied", name) for name in where],
            by=by,
        )
    except ThorError as error:
        st.error(str(error))
        return
    for warning in warnings_for(note):
        st.warning(warning)
    st.toast("Het document is bewaard.")
    if not warnings_for(note):
        st.rerun()


def _period(text: str) -> str:
    """Check a period as a person types it; empty is fine."""
    plain = text.strip()
    if plain and not re.fullmatch(r"\d{4}", plain):
        Period.parse(plain)
    return plain


def _change_document(monitor: str, mine: pd.DataFrame) -> None:
    rows = {int(row["id"]): row for row in mine.to_dict("records")}
    number = st.selectbox(
        "Welk document",
        list(rows),
        format_func=lambda one: f"{rows[one]['title']} ({rows[one]['status']})",
        key=f"welk-{monitor}",
    )
    row = rows[number if number in rows else next(iter(rows))]
    number = int(row["id"])
    # The version that was on screen when somebody began to type, not the one that is there now.
    seen = f"gezien-{number}"
    version = int(st.session_state.setdefault(seen, int(row["version"])))
    with st.form(f"wijzig-{monitor}-{number}", border=False):
        title = st.text_input("Titel", value=row["title"], key=f"nieuw-{number}")
        status = st.selectbox(
            "Status", STATUSES, index=STATUSES.index(row["status"]), key=f"nieuwstatus-{number}"
        )
        due = st.date_input(
            "Volgende versie op",
            value=None if pd.isna(row["due_next"]) else row["due_next"].date(),
            format="DD-MM-YYYY",
            key=f"nieuwdatum-{number}",
        )
        save = st.form_submit_button("Bewaar wijziging", type="primary")
    with st.container(horizontal=True):
        undo = st.button("Laatste wijziging terug", icon=":material/undo:", key=f"terug-{number}")
        remove = st.button("Weghalen", icon=":material/delete:", key=f"weg-{number}")
    try:
        if save:
            data.ledger().change_document(number, version, title=title, status=status, due_next=due)
        elif undo:
            data.ledger().undo("document", number)
        elif remove:
            data.ledger().remove("document", number, version=version)
        else:
            return
    except Conflict as error:
        st.session_state[seen] = int(row["version"])
        st.warning(f"{error} Uw tekst staat nog in het formulier; bewaar opnieuw om die te houden.")
        return
    except ThorError as error:
        st.error(str(error))
        return
    for key in (seen, *(f"{name}-{number}" for name in ("nieuw", "nieuwstatus", "nieuwdatum"))):
        st.session_state.pop(key, None)
    st.rerun()


# --- photos ---------------------------------------------------------------------------------------


def photos(screen: Screen, *, monitor: str = "", link: Target | None = None) -> None:
    """Show photos, before and after beside each other, with a form to add one.

    Parameters
    ----------
    screen : Screen
    monitor : str
        M-number the new photo belongs to.
    link : Target, optional
        Only photos that belong to it, and new ones will; default: all of them.
    """
    found = data.papers().photos
    if link is not None:
        found = found[[tuple(link) in links for links in found["links"]]]
    gebied = screen.selection.gebied
    if gebied:
        found = found[[_belongs(links, gebied) for links in found["links"]]]
    st.markdown("**Foto's van vóór en na**")
    if found.empty:
        st.caption(
            "Nog geen foto's. Een foto van vóór en een van na een veegactie of hotspot-actie laat "
            "in een briefing meteen zien wat er is gedaan."
        )
    else:
        with st.grid(3, min_column_width=280, gap="medium"):
            for row in found.to_dict("records"):
                with st.container(gap="small"):
                    _photo(row)
    with st.expander("Foto toevoegen", icon=":material/add_a_photo:"):
        _add_photo(screen, monitor, link)


def _photo(row: Row) -> None:
    alt = str(row["alt"])
    st.image(data.ledger().open_file(str(row["thumb_hash"])), caption=alt, alt=alt)
    known = bool(pd.notna(row["taken_on"]))
    day = dutch.date(row["taken_on"]) if known else "datum onbekend"
    line = st.container(horizontal=True, vertical_alignment="center")
    with line:
        st.markdown(f"**{_MOMENT_WORDS[str(row['moment'])]}**, {html.escape(day)}")
        if st.button(
            "Weghalen", icon=":material/delete:", key=f"foto-weg-{row['id']}", type="tertiary"
        ):
            data.ledger().remove("photo", int(row["id"]))
            st.rerun()


def _add_photo(screen: Screen, monitor: str, link: Target | None) -> None:
    st.caption(
        "Plaats, camera en andere gegevens in de foto worden weggehaald en de foto wordt kleiner "
        "gemaakt. Zet geen herkenbare mensen of kentekens op een foto."
    )
    with st.form(f"foto-{monitor}", border=False, clear_on_submit=False):
        file = st.file_uploader(
            "Foto: JPEG, PNG of WebP, hoogstens 15 MB",
            type=_PICTURES,
            key=f"foto-bestand-{monitor}",
            max_upload_size=15,
        )
        alt = st.text_input(
            "Wat is er te zien?",
            key=f"foto-alt-{monitor}",
            placeholder="Leeg plein bij het station na de veegactie",
            help="Voor wie de foto niet kan zien, en om hem terug te vinden.",
        )
        moment = st.segmented_control(
            "Wanneer genomen",
            list(MOMENTS),
            format_func=lambda name: _MOMENT_WORDS[name],
            default="",
            key=f"foto-moment-{monitor}",
        )
        taken = st.date_input(
            "Datum", value=None, format="DD-MM-YYYY", key=f"foto-datum-{monitor}",
            help="Leeg: de dag die de camera in de foto schreef.",
        )  # fmt: skip
        where = st.multiselect(
            screen.settings.municipality.gebied_word.capitalize(),
            screen.options.gebieden,
            key=f"foto-waar-{monitor}",
        )
        if not st.form_submit_button("Bewaar foto", type="primary"):
            return
    if file is None:
        st.error("Kies eerst een foto.")
        return
    links = [Target("gebied", name) for name in where]
    if monitor:
        links.append(Target("monitor", monitor))
    if link is not None:
        links.append(link)
    try:
        data.ledger().add_photo(
            Upload(file, file.name, file.size), alt, moment=moment or "", taken_on=taken,
            links=links,
        )  # fmt: skip
    except ThorError as error:
        st.error(str(error))
        return
    st.rerun()
