"""Pieces of the page Kalender: a month, a list, and a file for somebody's own agenda."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Mapping
from typing import Any, Final
from zoneinfo import ZoneInfo

import pandas as pd
import streamlit as st

from thor_metrics import dutch
from thor_metrics.model import WEEKDAYS, Period, Selection
from thor_metrics.ui import data
from thor_metrics.ui.frame import Screen
from thor_metrics.views.ics import Entry, ics_file
from thor_metrics.views.month import Item, month_grid, moved
from thor_metrics.views.tables import Head, csv_file, styled

__all__ = [
    "METHOD", "ask", "choose_month", "download", "headline", "kinds", "listed", "month", "moved",
]  # fmt: skip

METHOD: Final = """
**Wat er staat.** Activiteiten en evenementen uit de geladen bestanden, en stukken uit het register
met een datum waarop een nieuwe versie er moet zijn. De kalender kijkt ook vooruit en heeft daarom
een eigen maand; het gekozen gebied geldt wel. Wat voor de hele stad is, blijft staan.

**Maand of lijst.** De maand toont per dag hoogstens vier regels; in de lijst staat alles, met
plaats, partner en status.
"""

_GRID: Final = "Maand"
_LIST: Final = "Lijst"
_SHOWN_AS: Final = "agendabeeld"

_MONTH: Final = "kalendermaand"
_DEADLINE: Final = "stuk"

#: What is known by its name; the rest is one of many of its kind in a gebied.
_NAMED: Final = frozenset(("evenement", "evaluatie", "opleiding", _DEADLINE))

Row = Mapping[Hashable, Any]


def choose_month(screen: Screen) -> dt.date:
    """Draw the switch and the way through the months; gives the first day of the chosen one."""
    now = _today(screen).replace(day=1)
    chosen: dt.date = st.session_state.get(_MONTH, now)

    def go(to: dt.date) -> None:
        st.session_state[_MONTH] = to

    with screen.controls:
        st.segmented_control(
            "Toon als", [_GRID, _LIST], default=_GRID, required=True, key=_SHOWN_AS,
            bind="query-params",
        )  # fmt: skip
        st.button(
            "Vorige maand", icon=":material/chevron_left:", on_click=go, args=(moved(chosen, -1),)
        )
        st.button("Deze maand", on_click=go, args=(now,))
        st.button(
            "Volgende maand", icon=":material/chevron_right:", on_click=go, args=(moved(chosen, 1),)
        )
    return chosen


def ask(screen: Screen, first: dt.date, until: dt.date) -> pd.DataFrame:
    """Give everything on the agenda from ``first`` up to ``until``, of the kinds that are chosen.

    Returns
    -------
    DataFrame
        As :func:`thor_metrics.indicators.monitors.agenda`, with ``day, time, last`` (local) and
        documents that are due as kind "stuk".
    """
    selection = Selection(
        Period(first, until), gebied=screen.selection.gebied, buurt=screen.selection.buurt
    )
    found = data.ask("agenda", selection)
    zone = screen.settings.municipality.time_zone
    start = pd.to_datetime(found["start"], utc=True).dt.tz_convert(zone)
    known = found["time_known"].fillna(value=False).astype(bool)
    rows = found.assign(
        local=start,
        finish=pd.to_datetime(found["end"], utc=True).dt.tz_convert(zone),
        day=start.dt.date,
        time=start.dt.strftime("%H:%M").where(known, ""),
    )
    every = pd.concat([rows, _due(screen, first, until)], ignore_index=True)
    for name in ("title", "location", "partner", "status"):
        every[name] = every[name].fillna("")
    every["gebied"] = every["gebied"].fillna("hele stad")
    return every.sort_values(["day", "time", "kind", "title"], ignore_index=True)


def _due(screen: Screen, first: dt.date, until: dt.date) -> pd.DataFrame:
    """Documents of which a new version is due, as things on the agenda."""
    papers = data.papers().documents
    days = papers["due_next"]
    papers = papers[(days >= pd.Timestamp(first)) & (days < pd.Timestamp(until))]
    gebied = screen.selection.gebied
    rows = []
    for row in papers.to_dict("records"):
        of = [name for kind, name in row["links"] if kind == "gebied"]
        if gebied and of and gebied not in of:
            continue
        rows.append(
            {
                "kind": _DEADLINE, "title": f"{row['title']} (nieuwe versie)", "status": "",
                "gebied": dutch.join(of) or None, "day": row["due_next"].date(), "time": "",
                "key": f"document-{row['id']}", "time_known": False,
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def kinds(screen: Screen, rows: pd.DataFrame) -> pd.DataFrame:
    """Let kinds be chosen; gives the rows of those."""
    counts = rows["kind"].value_counts()
    with screen.controls:
        chosen = st.multiselect(
            "Soort",
            sorted(counts.index),
            format_func=lambda name: f"{name} ({counts.get(name, 0)})",
            placeholder="Alle soorten",
            key="agendasoort",
            width=420,
        )
    return rows[rows["kind"].isin(chosen)] if chosen else rows


def month(screen: Screen, first: dt.date, rows: pd.DataFrame) -> None:
    """Draw the month as a grid, unless the list is chosen."""
    if _as_list():
        return
    items: dict[dt.date, list[Item]] = {}
    for row in rows.to_dict("records"):
        items.setdefault(row["day"], []).append(_item(row))
    st.html(month_grid(first, items, today=_today(screen), look=screen.look))


def _as_list() -> bool:
    return bool(st.session_state.get(_SHOWN_AS) == _LIST)


def _item(row: Row) -> Item:
    gebied = "" if row["gebied"] == "hele stad" else row["gebied"]
    what = row["title"] if row["kind"] in _NAMED and row["title"] else row["kind"]
    short = " ".join(part for part in (row["time"], what, gebied) if part)
    kind = f"{row['kind']}: {row['title']}" if row["title"] else row["kind"]
    places = ", ".join(part for part in (row["location"], gebied) if part)
    told = " ".join(part for part in (row["time"], kind) if part)
    return Item(short, f"{told}, {places}" if places else told, row["status"] == "vervallen")


def listed(screen: Screen, rows: pd.DataFrame) -> None:
    """List what the month holds, with its file, when the list is chosen."""
    if rows.empty:
        st.markdown(
            "Niets in deze maand. Laad een bestand met **Activiteiten** of **Evenementen** bij "
            "Inlezen; ook wat nog komt mag erin."
        )
        st.page_link("pages/gegevens/inlezen.py", label="Naar Inlezen, met sjablonen")
        return
    if not _as_list():
        return
    told = rows.assign(
        weekday=[WEEKDAYS[day.weekday()] for day in rows["day"]],
        date=[dutch.date(day) for day in rows["day"]],
    )
    heads = [
        Head("weekday", "Dag"),
        Head("date", "Datum"),
        Head("time", "Tijd"),
        Head("kind", "Soort"),
        Head("title", "Wat"),
        Head("gebied", screen.settings.municipality.gebied_word.capitalize()),
        Head("location", "Waar"),
        Head("partner", "Met"),
        Head("status", "Status"),
    ]
    st.dataframe(
        styled(told, heads), hide_index=True, height=39 * (min(len(told), 16) + 1) + 3,
        alt="Alles op de agenda van deze maand.",
    )  # fmt: skip
    st.download_button(
        "Deze maand als CSV",
        lambda: csv_file(told, heads),
        file_name="agenda.csv",
        mime="text/csv",
        icon=":material/download:",
        type="tertiary",
    )


def download(screen: Screen) -> None:
    """Offer the agenda of this year and what is ahead, for Outlook or a telephone."""
    today = _today(screen)
    place = screen.selection.gebied or screen.city

    def content() -> bytes:
        rows = ask(screen, moved(today, -12), moved(today, 13))
        zone = screen.settings.municipality.time_zone
        stamp = data.last_load() or dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
        entries = [_entry(row) for row in rows.to_dict("records")]
        return ics_file(entries, name=f"THOR {place}", zone=zone, stamp=stamp)

    st.download_button(
        f"Agenda van {place} voor Outlook of telefoon (.ics)",
        content,
        file_name=f"thor-{place.lower().replace(' ', '-')}.ics",
        mime="text/calendar",
        icon=":material/event:",
    )


def _entry(row: Row) -> Entry:
    where = ", ".join(part for part in (row["location"], row["gebied"]) if part)
    title = ": ".join(part for part in (str(row["kind"]).capitalize(), row["title"]) if part)
    start: dt.datetime | dt.date
    end: dt.datetime | dt.date
    if row["time"]:
        start = row["local"].to_pydatetime()
        late = row["finish"]
        end = start + dt.timedelta(hours=1) if pd.isna(late) else late.to_pydatetime()
    else:
        start, end = row["day"], row["day"] + dt.timedelta(days=1)
    return Entry(str(row["key"]), title, start, end, where, row["status"] == "vervallen")


def headline(rows: pd.DataFrame, first: dt.date) -> str:
    """Say how much there is in the month."""
    words = dutch.month(f"{first:%Y-%m}")
    if rows.empty:
        return f"Er staat niets op de agenda van {words}."
    meetings = int((rows["kind"] == "spreekuur").sum())
    also = f", waarvan {dutch.amount(meetings, 'spreekuur', 'spreekuren')}" if meetings else ""
    return f"{dutch.amount(len(rows), 'afspraak', 'afspraken')} in {words}{also}."


def _today(screen: Screen) -> dt.date:
    return dt.datetime.now(ZoneInfo(screen.settings.municipality.time_zone)).date()
