"""The page Planning: from expected nuisance and hours to rounds, with what they cover."""

from __future__ import annotations

import datetime as dt
from typing import Final

import pandas as pd
import streamlit as st

from thor_metrics import deeds, dutch
from thor_metrics.indicators.week import WeekDemand
from thor_metrics.model import THEMES, WEEKDAYS, Period, Selection
from thor_metrics.ui import data
from thor_metrics.ui.frame import Screen
from thor_metrics.ui.hotspots.drawing import base
from thor_metrics.ui.rounds import keeping
from thor_metrics.views import maps, rounds
from thor_metrics.views.ics import ics_file
from thor_metrics.views.look import theme_title
from thor_metrics.weekplan import LENGTH, PEOPLE, Options, Proposal, propose, timetable

__all__ = ["METHOD", "show"]

METHOD: Final = """
**Waar en wanneer.** De verwachting komt uit alle meldingen tot nu toe (*verwacht* bij Hotspots):
wat er de komende vier weken per vak van 100 meter te verwachten is, gedeeld door vier en verdeeld
over de uren van de week zoals het daar eerder ging. Vakken binnen 75 meter van een perron,
fietsplek, plein of school tellen bij die plek. Over mensen wordt geen verwachting per plek gemaakt.

**De norm.** Het plan vraagt minstens twee geplande controles per week op de lastigste
milieuperrons en fietshotspots. Die gaan voor. Lukt het niet, dan staat erbij welke plek te kort
komt en waarom. Momenten van lopende hotspot-acties tellen als norm op die plek.

**Rondes.** Twee mensen, twee uur, een kwartier per plek, lopend of fietsend langs de kortste weg
(hemelsbreed maal 1,3). Het programma zoekt de rondes met de meeste verwachte overlast en laat zien
hoever ze hoogstens van het best mogelijke af liggen. Wat toeval in de keuze maakt rondes minder
voorspelbaar; met *Andere rondes* trekt het opnieuw.

**Hoe goed is dat?** *Gedekt* is het deel van de verwachte meldingen in de week dat valt op een plek
in de uren van een ronde die daar komt. Dezelfde som staat er voor de geplande controles van de
laatste week, en voor alles op de lastigste plek. Een controle voorkomt niet vanzelf een melding.
"""

_MODES: Final = {"lopend": 4.5, "fietsend": 14.0}
_WEEKS: Final = 6
_MAP_HEIGHT: Final = 520
_USUAL_HOURS: Final = 40.0

#: Themes a forecast per place is made of.
_THEMES: Final = tuple(theme.key for theme in THEMES[:-1] if not theme.about_people)


def show(screen: Screen) -> None:
    """Draw the page: questions, the plan with its score, its rounds, and ways to take it along."""
    week, themes, hours, options, start = _asked(screen)
    demand = _demand(screen, week, themes)
    if demand.origin is None or demand.places.empty:
        screen.headline("Voor deze keuze is geen planning te maken.")
        st.info(f"{demand.words} Kies een ander thema of een groter gebied.")
        keeping.kept(screen, week)
        return
    shifts = _shifts(demand, hours, week)
    if shifts.empty:
        screen.headline("Er zijn nog geen uren om te verdelen.")
        st.info(
            f"Een ronde kost {dutch.number(PEOPLE * LENGTH / 60)} mensuren. Vul bij Mensuren meer "
            "in, of zet bij 'Uren en teams' zelf rondes neer."
        )
        return
    key = f"{week.start}-{screen.selection.gebied}-{screen.selection.buurt}-{'-'.join(themes)}"
    pins, forbidden = keeping.choices(key, len(shifts), len(demand.places))
    middle = None if start is None else _point(demand, start)
    with st.spinner("Rondes maken"):
        made = _proposal(
            f"{key}|{data.versions()}|{data.ledger().newest()}", demand, shifts, options, middle,
            pins, forbidden,
        )  # fmt: skip
    stops = rounds.stops(made.plan.visits, demand.places, made.shifts, week.start)
    screen.headline(_sentence(made, stops))
    _score(demand, made)
    with st.grid(2, min_column_width=460, gap="large"):
        left, right = st.container(), st.container()
    with left:
        _map(screen, stops)
    with right:
        _short(demand, made)
        _taking(screen, stops, week)
    keeping.editor(key, stops)
    keeping.keep(screen, stops, week, themes)
    keeping.kept(screen, week)


# --- asked ---------------------------------------------------------------------------------------


def _asked(
    screen: Screen,
) -> tuple[Period, tuple[str, ...], float, Options, str | None]:
    weeks = _weeks()
    with screen.controls:
        number = st.selectbox("Week", list(weeks), key="week", bind="query-params", width=240)
        themes = st.pills(
            "Thema's", list(_THEMES), selection_mode="multi", format_func=theme_title,
            key="planthema", default=["afval", "fiets"],
        )  # fmt: skip
        hours = st.number_input(
            "Mensuren", min_value=0.0, max_value=1_000.0, step=4.0, value=_USUAL_HOURS,
            format="%.0f", key="mensuren", width=160,
            help="Uren voor rondes in deze week. Een ronde is twee mensen, twee uur.",
        )  # fmt: skip
        mode = st.segmented_control("Hoe", list(_MODES), default="lopend", key="hoe", required=True)
        st.button(
            "Andere rondes", icon=":material/shuffle:", key="andere-rondes", on_click=_again,
            help="Trek opnieuw: zo zijn rondes niet te voorspellen.",
        )  # fmt: skip
    with st.expander("Meer instellen"):
        dwell = st.slider("Minuten per plek", 5, 45, 15, step=5, key="minuten-per-plek")
        luck = st.slider(
            "Toeval in de keuze", 0, 50, 15, step=5, format="%d %%", key="toeval",
            help="0 % is elke week de beste ronde, en dus te voorspellen.",
        )  # fmt: skip
        start = st.text_input(
            "Begin en einde van de rondes (naam van een plek; leeg: midden van het gebied)",
            key="startplek",
        )
    options = Options(
        dwell=float(dwell), speed=_MODES[mode or "lopend"], randomness=luck / 100,
        seed=int(st.session_state.get("trekking", 0)),
    )  # fmt: skip
    week = weeks[number or next(iter(weeks))]
    return week, tuple(sorted(themes or _THEMES)), float(hours), options, start.strip() or None


def _weeks() -> dict[str, Period]:
    """Give this week and the ones after it, or those after the newest data of an older city."""
    today = dt.date.today()  # noqa: DTZ011 - the user's day
    monday = today - dt.timedelta(days=today.weekday())
    found = {}
    for number in range(_WEEKS):
        start = monday + dt.timedelta(weeks=number)
        year, week, _ = start.isocalendar()
        found[f"{year}-W{week:02}"] = Period(start, start + dt.timedelta(days=7))
    return found


def _again() -> None:
    st.session_state["trekking"] = int(st.session_state.get("trekking", 0)) + 1


def _demand(screen: Screen, week: Period, themes: tuple[str, ...]) -> WeekDemand:
    chosen = screen.selection
    asked = Selection(week, gebied=chosen.gebied, buurt=chosen.buurt, themes=themes)
    found: WeekDemand = data.ask("week_demand", asked)
    return deeds.with_actions(found, data.actions(), week)


def _point(demand: WeekDemand, name: str) -> tuple[float, float] | None:
    like = demand.places[demand.places["name"].str.contains(name, case=False, regex=False)]
    if like.empty:
        st.toast(f"Geen plek '{name}' in dit gebied; het midden is genomen.")
        return None
    return float(like["x"].iloc[0]), float(like["y"].iloc[0])


def _shifts(demand: WeekDemand, hours: float, week: Period) -> pd.DataFrame:
    """Propose when the rounds are, and let somebody change that."""
    proposed = timetable(demand, hours)
    with st.expander("Uren en teams"):
        if demand.roster.empty:
            st.caption("Er is geen rooster geladen; alle uren van 8 tot 24 uur kunnen.")
        else:
            st.caption("Niet meer dan het rooster per dienst heeft.")
        edited = st.data_editor(
            pd.DataFrame(
                {
                    "dag": [WEEKDAYS[day] for day in proposed["day"]],
                    "van": [rounds.clock(minute) for minute in proposed["start"]],
                    "tot": [rounds.clock(minute) for minute in proposed["end"]],
                    "teams": proposed["teams"].astype("Int64"),
                }
            ).astype(dict.fromkeys(("dag", "van", "tot"), "str")),
            num_rows="dynamic",
            hide_index=True,
            key=f"diensten-{week.start}-{hours}",
            column_config={
                "dag": st.column_config.SelectboxColumn("Weekdag", options=list(WEEKDAYS)),
                "van": st.column_config.TextColumn("Van", validate=_CLOCK),
                "tot": st.column_config.TextColumn("Tot", validate=_CLOCK),
                "teams": st.column_config.NumberColumn("Teams", min_value=1, max_value=9, step=1),
            },
        )
    return _read(edited)


_CLOCK: Final = r"^([01]\d|2[0-3]):[0-5]\d$"


def _read(edited: pd.DataFrame) -> pd.DataFrame:
    """Take over what somebody typed; an end before the start is after midnight."""
    rows = []
    for row in edited.dropna().to_dict("records"):
        start, end = (_minutes(str(row[name])) for name in ("van", "tot"))
        end += 1440 if end <= start else 0
        if end <= 1800:
            rows.append((WEEKDAYS.index(row["dag"]), start, end, int(row["teams"])))
    frame = pd.DataFrame(rows, columns=["day", "start", "end", "teams"])
    return frame.sort_values(["day", "start"], ignore_index=True)


def _minutes(clock: str) -> int:
    hours, _, minutes = clock.partition(":")
    return 60 * int(hours) + int(minutes)


# --- made ----------------------------------------------------------------------------------------


@st.cache_data(max_entries=60, show_spinner=False)
def _proposal(
    key: str,  # noqa: ARG001 - the key only
    _demand: WeekDemand,
    shifts: pd.DataFrame,
    options: Options,
    start: tuple[float, float] | None,
    pins: tuple[tuple[int, int, int | None], ...],
    forbidden: tuple[tuple[int, int], ...],
) -> Proposal:
    return propose(_demand, shifts, options=options, start=start, pins=pins, forbidden=forbidden)


def _sentence(made: Proposal, stops: pd.DataFrame) -> str:
    short = int(made.plan.minimums["short"].sum()) if len(made.plan.minimums) else 0
    norm = (
        "de norm wordt overal gehaald"
        if not short
        else f"{dutch.amount(short, 'controle', 'controles')} te kort voor de norm"
    )
    return (
        f"{dutch.amount(stops['round'].nunique(), 'ronde', 'rondes')} met "
        f"{dutch.amount(len(stops), 'controle', 'controles')}; {norm}."
    )


def _score(demand: WeekDemand, made: Proposal) -> None:
    wanted = int(made.plan.minimums["minimum"].sum()) if len(made.plan.minimums) else 0
    missed = int(made.plan.minimums["short"].sum()) if len(made.plan.minimums) else 0
    done = demand.done_week.words() if demand.done_week else "de laatste week"
    plain = dutch.percent(demand.plain_hit_rate)
    tried = f"{demand.words} Met alleen 'waar het altijd was': {plain}."
    facts = [
        ("Gedekt door deze rondes", dutch.percent(made.covered),
         "Deel van de verwachte meldingen van de week op een plek en in de uren van een ronde."),
        ("Norm gehaald", f"{wanted - missed} van {wanted}",
         "Geplande controles die het plan en lopende acties vragen."),
        ("Controles van de laatste week",
         dutch.percent(made.last_week) if made.last_week == made.last_week else dutch.NO_DATA,
         f"Dezelfde som voor de geplande controles van {done}."),
        ("Alles op de lastigste plek", dutch.percent(made.worst_place),
         "Als elk team op de lastigste plek van dat moment blijft."),
        ("Hoogstens te winnen", dutch.percent(made.plan.gap),
         f"Verder dan dit ligt het best mogelijke plan niet af. Gemaakt met: {made.plan.method}."),
        ("Trefkans van de verwachting", dutch.percent(demand.hit_rate), tried),
    ]  # fmt: skip
    with st.grid(6, min_column_width=190, gap="small"):
        for label, value, told in facts:
            with st.container(gap=None):
                st.caption(label, help=told)
                st.markdown(f"**{value}**")


_ALL: Final = "Alle rondes"


def _map(screen: Screen, stops: pd.DataFrame) -> None:
    titles = {rounds.round_title(rows): number for number, rows in stops.groupby("round")}
    wanted = st.selectbox("Toon op de kaart", [_ALL, *titles], key="kaartronde", width=360)
    chosen_round = titles.get(wanted)
    if chosen_round is not None:
        stops = stops[stops["round"] == chosen_round].reset_index(drop=True)
    shown = stops.assign(
        words=[
            f"Ronde {row['round']}, stop {row['order']}: {row['name']} om "
            f"{rounds.clock(row['from_minute'])} ({rounds.why_words(row)})"
            for row in stops.to_dict("records")
        ]
    )
    chosen = screen.selection
    areas = screen.options.areas
    focus = [
        code
        for code, gebied in zip(areas.codes, areas.gebieden, strict=True)
        if chosen.buurt == code or (not chosen.buurt and chosen.gebied == gebied)
    ]
    st.pydeck_chart(
        maps.round_map(
            shown,
            crs=areas.crs,
            shapes=data.outlines("buurt"),
            focus=focus,
            numbered=chosen_round is not None,
            look=screen.look,
            style=base(screen),
        ),
        height=_MAP_HEIGHT,
        key="rondekaart",
        alt=f"Kaart met {dutch.amount(shown['round'].nunique(), 'ronde', 'rondes')}; de tabel "
        "eronder heeft dezelfde plekken op volgorde.",
    )  # fmt: skip
    st.caption("Elke ronde een kleur; kies er een om de volgorde te zien. Noord is boven.")


def _short(demand: WeekDemand, made: Proposal) -> None:
    st.subheader("Norm", anchor=False)
    minimums = made.plan.minimums
    if minimums.empty:
        st.markdown("Het plan noemt voor deze thema's in dit gebied geen minimum.")
        return
    short = minimums[minimums["short"] > 0]
    if short.empty:
        names = dutch.join(demand.places["name"].iloc[minimums["place"]].tolist()[:6])
        st.markdown(f"Overal gehaald: {names}.")
    for row in short.to_dict("records"):
        name = demand.places["name"].iloc[int(row["place"])]
        st.markdown(f"- **{name}**: {int(row['planned'])} van {int(row['minimum'])} ({row['why']})")
    for row in made.plan.unplaced.to_dict("records"):
        name = demand.places["name"].iloc[int(row["place"])]
        st.markdown(f"- Vastgezet, maar past niet: **{name}** ({row['why']})")


def _taking(screen: Screen, stops: pd.DataFrame, week: Period) -> None:
    st.subheader("Meenemen", anchor=False)
    areas = screen.options.areas
    zone = screen.settings.municipality.time_zone
    where = screen.selection.buurt or screen.selection.gebied or screen.city
    name = f"Rondes {screen.names.get(where, where)} {keeping.week_word(week)}"
    stem = f"rondes-{keeping.week_word(week)}"
    files = [
        ("A4 om te printen", f"{stem}.html", "text/html", ":material/print:",
         lambda: rounds.sheet(stops, areas.polygons, title=name, notes=_notes(screen))),
        ("Agenda (.ics)", f"{stem}.ics", "text/calendar", ":material/event:",
         lambda: ics_file(
             rounds.entries(stops, zone=zone, key=f"{where}-{week.start}"), name=name, zone=zone,
             stamp=data.last_load() or dt.datetime.now(dt.UTC),
         )),
        ("Route (GPX)", f"{stem}.gpx", "application/gpx+xml", ":material/route:",
         lambda: rounds.gpx(stops, areas.crs, name=name)),
        ("Kaartbestand (GeoJSON)", f"{stem}.geojson", "application/geo+json", ":material/map:",
         lambda: rounds.geojson(stops, areas.crs)),
    ]  # fmt: skip
    with st.container(horizontal=True):
        for label, file, mime, icon, make in files:
            st.download_button(
                label, make, file_name=file, mime=mime, icon=icon, key=f"mee-{file}",
                on_click="ignore",
            )  # fmt: skip


def _notes(screen: Screen) -> list[str]:
    made_up = "Verzonnen gegevens van een voorbeeldstad." if data.is_sample() else ""
    return [made_up, f"Gemaakt met het THOR-dashboard van {screen.city}.",
            "Verwacht: meldingen op die plek in de uren van de ronde."]  # fmt: skip
