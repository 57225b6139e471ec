"""Pieces of the page Gebied: what a gebied's own team wants to see first."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Any, Final

import pandas as pd
import streamlit as st

from thor_metrics import dutch
from thor_metrics.model import SERIES, WEEKDAYS, Hours, Period
from thor_metrics.ui import data, filters, hotitems, keys
from thor_metrics.ui.frame import Screen
from thor_metrics.views import charts, findings, maps, texts
from thor_metrics.views.look import theme_title
from thor_metrics.views.tables import Head, styled

__all__ = [
    "METHOD", "alarms", "choose", "effort", "hot_items", "hot_places", "hot_times", "is_chosen",
    "other_area", "question", "three_h",
]  # fmt: skip

_PLACES: Final = 5
_ALARMS: Final = 5

#: Squares of the small map, and their side in metres.
_SQUARES: Final = 400
_SIDE: Final = 100

_MAP_HEIGHT: Final = 300
_TABLE_HEIGHT: Final = 390
_ROWS_THAT_FIT: Final = 9
_WEEK_HEIGHT: Final = 230

METHOD: Final = """
**Wat er staat.** De drie H's van één gebied naast elkaar: wat valt op (hot-items), waar is het raak
(hotspots) en wanneer (hottijden), voor de gekozen periode. Elk kopje heeft zijn eigen pagina met
alle cijfers en de methode.

**Opvallend deze week.** Elk thema en elke rubriek in de laatste hele week (maandag t/m zondag)
tegenover wat ervoor te verwachten was: met een jaar geschiedenis of meer uit dezelfde weken van
eerdere jaren, anders uit de weken ervoor. Na een ander meldsysteem begint die geschiedenis opnieuw.
*zeker*: minder dan 1 % kans dat het toeval is; *waarschijnlijk*: minder dan 5 %; gecorrigeerd voor
alle thema's en rubrieken die zijn bekeken. Minder dan vijf in een week is geen nieuws.

**Controles.** Wat de eigen mensen deden in de laatste vier weken: soort, aantal, mensuren en of het
gepland was. Controles staan naast de meldingen en zeggen niets over oorzaak: waar meer te zien is,
wordt meer gecontroleerd. Kleine aantallen over personen zijn verborgen.
"""

#: Buttons one can hit with a thumb and read from two metres.
_BIG_BUTTONS: Final = """
<style>
.st-key-kies-een-gebied [data-testid="stBaseButton-secondary"] { min-height: 96px; }
.st-key-kies-een-gebied [data-testid="stBaseButton-secondary"] p { font-size: 24px; }
</style>
"""


# --- which gebied ---------------------------------------------------------------------------------


def question() -> str:
    """Ask what is going on in the place that was chosen."""
    chosen = st.session_state.get(keys.BUURT) or st.session_state.get(keys.GEBIED)
    return (
        f"Wat speelt er in {chosen}?" if isinstance(chosen, str) else "Wat speelt er in uw gebied?"
    )


def is_chosen(screen: Screen) -> bool:
    """Tell whether there is a gebied or buurt to show."""
    return bool(screen.selection.gebied or screen.selection.buurt)


def choose(screen: Screen) -> None:
    """Let somebody choose a gebied: a big button each, in alphabetical order."""
    word = screen.settings.municipality.gebied_word
    screen.headline(f"Kies uw {word}.")
    areas = data.ask("per_area", screen.selection, level="gebied").set_index("area")
    st.html(_BIG_BUTTONS)
    with st.grid(3, min_column_width=250, gap="medium", key="kies-een-gebied"):
        for name in screen.options.gebieden:
            st.button(
                _label(screen, areas, name),
                key=f"gebied-{name}",
                on_click=filters.choose_area,
                args=(name,),
                width="stretch",
            )
    st.caption(
        "Uw keuze staat daarna in de adresbalk: bewaar die link als favoriet en deze pagina opent "
        f"voortaan met uw {word}."
    )


def _label(screen: Screen, areas: pd.DataFrame, name: str) -> str:
    if name not in areas.index:
        return f"**{name}**"
    row = areas.loc[name]
    return f"**{name}**  \n{screen.told({'count': row['count'], 'hidden': row['hidden']})}"


def other_area(screen: Screen) -> None:
    """Offer the way back to the choice."""
    word = screen.settings.municipality.gebied_word
    with screen.controls:
        st.button(
            f"Ander {word}",
            icon=":material/arrow_back:",
            on_click=filters.choose_area,
            args=(None,),
        )


def _here(screen: Screen) -> dict[Hashable, Any]:
    """Give the chosen area as a row that the ways to other pages take."""
    selection = screen.selection
    name = texts.place(selection, screen.names, city=screen.city)
    gebied = selection.gebied
    if selection.buurt and not gebied:
        areas = screen.options.areas
        gebied = areas.gebieden[areas.codes.index(selection.buurt)] or None
    return {"area": selection.buurt or gebied, "gebied": gebied, "name": name}


# --- the three H's --------------------------------------------------------------------------------


def three_h(screen: Screen) -> None:
    """Put what, where and when beside each other."""
    with st.grid(3, min_column_width=330, gap="medium", border=True):
        for piece in (hot_items, hot_places, hot_times):
            with st.container():
                piece(screen)


def hot_items(screen: Screen) -> None:
    """Write what stands out here."""
    own, _ = hotitems.ask(screen)
    _title("Wat valt op?", "Alle hot-items", _open("pages/beeld/hotitems.py"))
    hotitems.area_lines(screen, own, narrow=True)


def _title(words: str, button: str, go: Callable[[], None]) -> None:
    st.subheader(words, anchor=False)
    st.button(button, on_click=go, icon=":material/arrow_forward:", key=f"naar-{button}")


def _open(page: str) -> Callable[[], None]:
    def go() -> None:
        # Without query_params Streamlit refuses, because the filters own the address.
        st.switch_page(page, query_params={})

    return go


def hot_places(screen: Screen) -> None:
    """Draw a small map with the squares, and name the five with most."""
    _title("Waar is het raak?", "Naar de kaart", hotitems.to_page(hotitems.HOTSPOTS, _here(screen)))
    cells = _placed(screen, data.ask("hot_cells", screen.selection))
    if cells.empty:
        st.markdown("Niets met een bekende plaats in deze periode.")
        return
    _map(screen, cells)
    for row in cells.head(_PLACES).to_dict("records"):
        line = st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False)
        with line:
            st.markdown(row["words"], width="stretch")
            st.button(
                "Kaart",
                icon=":material/map:",
                key=f"plek-{row['cell_x']}-{row['cell_y']}",
                on_click=hotitems.to_page(hotitems.HOTSPOTS, row),
                type="tertiary",
                help=f"{row['name']} op de kaart",
            )


def _placed(screen: Screen, cells: pd.DataFrame) -> pd.DataFrame:
    """Say of each square in which buurt it lies."""
    areas = screen.options.areas
    middle_x, middle_y = (cells[axis].to_numpy(float) + _SIDE / 2 for axis in ("x", "y"))
    place = areas.place(middle_x, middle_y)
    near = data.names_near(middle_x[:_PLACES], middle_y[:_PLACES])
    found = cells.assign(
        area=[areas.codes[index] if index >= 0 else "" for index in place],
        name=[areas.names[index] if index >= 0 else "buiten de buurten" for index in place],
        near=near + [""] * (len(cells) - len(near)),
        gebied=[areas.gebieden[index] if index >= 0 else "" for index in place],
        rank=range(1, len(cells) + 1),
    )
    found["place"] = found["area"]
    told = (_place_words(screen, row) for row in found.to_dict("records"))
    return found.assign(words=list(told))


def _place_words(screen: Screen, row: Mapping[Hashable, Any]) -> str:
    sure = row.get("certainty", "")
    stands_out = f" ({sure} meer dan toeval)" if sure in findings.CERTAIN else ""
    near = f", bij {row['near']}" if row["near"] else ""
    return f"{row['rank']}. {row['name']}{near}: {screen.told(row)}{stands_out}"


def _map(screen: Screen, cells: pd.DataFrame) -> None:
    selection = screen.selection
    geodata = screen.settings.geodata
    focus = [selection.buurt] if selection.buurt else list(
        screen.options.buurten(selection.gebied).values()
    )  # fmt: skip
    deck = maps.square_map(
        cells.head(_SQUARES),
        size=_SIDE,
        crs=screen.settings.municipality.crs,
        shapes=data.outlines("buurt"),
        focus=focus,
        # Numbers would lie on top of each other at this size; the first one gets a ring.
        ranked=False,
        at=(cells["x"].iloc[0] + _SIDE / 2, cells["y"].iloc[0] + _SIDE / 2),
        look=screen.look,
        style=maps.base_style(
            tiles=geodata.tiles, attribution=geodata.tiles_attribution, look=screen.look
        ),
    )
    # Fitted to the large map of Hotspots; this one is half as high and half as wide.
    deck.initial_view_state.zoom -= 1.0
    top = "; ".join(cells["words"].head(3))
    st.pydeck_chart(
        deck,
        height=_MAP_HEIGHT,
        key=f"kaartje-{selection.gebied or ''}-{selection.buurt or ''}",
        alt=f"Kaartje met vakken van 100 meter. Meeste: {top}.",
    )
    st.caption("Vakken van 100 meter, donkerder is meer. De ring is nummer 1.")


def hot_times(screen: Screen) -> None:
    """Draw the week small, and say when it is busiest and what is unusual."""
    _title(
        "Wanneer is het raak?", "Naar de uren", hotitems.to_page(hotitems.HOTTIMES, _here(screen))
    )
    zone = screen.settings.municipality.time_zone
    busy = data.ask("hot_hours", screen.selection, zone=zone)
    hours = busy.table
    if not hours["count"].fillna(0).any():
        st.markdown("Van deze selectie is geen tijdstip bekend, of er is niets.")
        return
    shown = hours.assign(
        shown="",
        words=[
            f"{WEEKDAYS[row['weekday']]} {dutch.hours(row['hour'], row['hour'] + 1)}: "
            f"{screen.told(row)}"
            for row in hours.to_dict("records")
        ],
    )
    series = screen.selection.series
    busiest = texts.busiest(hours)
    sentence = texts.busy_words(busiest, series) or "Geen uren springen eruit."
    st.vega_lite_chart(
        charts.week_cells(shown, look=screen.look),
        charts.week_heat(look=screen.look, height=_WEEK_HEIGHT),
        key="week-klein",
        alt=f"Weekbeeld van zeven dagen bij vierentwintig uur. {sentence}",
    )
    st.markdown(f"**{sentence}**")
    if busiest:
        st.button(
            "Deze uren op de kaart",
            icon=":material/map:",
            on_click=_moment_to_map,
            args=(busiest.weekdays, busiest.hours, _here(screen)),
        )
    if busy.weeks == 0:
        st.caption("Te weinig weken om iets over toeval te zeggen.")


def _moment_to_map(days: tuple[int, ...], hours: Hours, here: Mapping[Hashable, Any]) -> None:
    filters.choose_moment(days, hours)
    hotitems.to_page(hotitems.HOTSPOTS, here)()


# --- this week ------------------------------------------------------------------------------------


def alarms(screen: Screen) -> None:
    """Say what stood out in the last whole week."""
    found = data.ask("alerts", screen.selection)
    st.subheader(f"Opvallend deze week{_week(found.week)}", anchor=False)
    if found.week is None:
        st.markdown("Er is nog geen hele week met gegevens om naar te kijken.")
        return
    sure = found.found[found.found["certainty"].isin(findings.CERTAIN)]
    # A theme says nothing that its own rubriek does not say more precisely.
    named = set(sure.loc[sure["level"] == "rubriek", "theme"])
    sure = sure[(sure["level"] == "rubriek") | ~sure["theme"].isin(named)]
    if found.found["q"].isna().all():
        st.markdown("Te weinig weken om iets over toeval te zeggen.")
    elif sure.empty:
        st.markdown("Niets: alle thema's en rubrieken lagen binnen wat gewoon is.")
    here = _here(screen)
    for row in sure.head(_ALARMS).to_dict("records"):
        _alarm(screen, row, here, found.week)
    if found.since is not None:
        st.caption(
            f"Vergeleken met de weken sinds {dutch.date(found.since)}: daarvoor was er een ander "
            "meldsysteem."
        )


def _week(week: Period | None) -> str:
    if week is None:
        return ""
    number = week.start.isocalendar().week
    return f" (week {number}: {dutch.day(week.start)} t/m {dutch.day(week.last_day)})"


def _alarm(
    screen: Screen, row: Mapping[Hashable, Any], here: Mapping[Hashable, Any], week: Period
) -> None:
    theme = row["level"] == "theme"
    title = theme_title(row["item"]) if theme else screen.names.get(row["item"], row["item"])
    line = st.container(horizontal=True, vertical_alignment="center", gap="small")
    with line:
        st.markdown(
            f":material/notifications: **{findings.alert_words(row, title)}**", width="content"
        )
        for label, page in (("Kaart", hotitems.HOTSPOTS), ("Uren", hotitems.HOTTIMES)):
            st.button(
                label,
                key=f"alarm-{label}-{row['level']}-{row['item']}",
                on_click=hotitems.to_page(page, {**here, "title": None if theme else title}),
                type="tertiary",
                help=f"{title}: {label.lower()} van {_span(week)}",
            )


def _span(week: Period) -> str:
    return f"{dutch.day(week.start)} t/m {dutch.day(week.last_day)}"


# --- what we did ----------------------------------------------------------------------------------

_PLANNED: Final = {"ja": "gepland", "nee": "ongepland", "onbekend": "niet bekend"}


def effort(screen: Screen) -> None:
    """List the controls of the last four weeks."""
    found = data.ask("recent_controls", screen.selection)
    period = "" if found.period is None else f" ({_span(found.period)})"
    st.subheader(f"Controles in de laatste vier weken{period}", anchor=False)
    if found.period is None:
        st.markdown("Er zijn geen controles geladen.")
        return
    st.markdown(
        findings.effort_words(found.controls, found.hours, found.planned_hours, below=screen.below)
    )
    if found.kinds.empty:
        return
    shown = found.kinds.assign(
        planned=found.kinds["planned"].map(_PLANNED).fillna("niet bekend"),
        when=[_when(row) for row in found.kinds.to_dict("records")],
        last=[_last(day) for day in found.kinds["last"]],
    )
    heads = [
        Head("kind", "Soort controle"),
        Head("planned", "Aanleiding"),
        Head("controls", "Aantal", "count"),
        Head("hours", "Uren", "rate"),
        Head("violations", "Overtredingen", "rate"),
        Head("when", "Meestal"),
        Head("last", "Laatste"),
    ]
    st.dataframe(
        styled(shown, heads, hide_below=screen.below),
        hide_index=True,
        height=_TABLE_HEIGHT if len(shown) > _ROWS_THAT_FIT else "content",
        alt="Soorten controles in de laatste vier weken met aantal, uren en wanneer.",
    )
    st.button(
        "Controles op de kaart",
        icon=":material/map:",
        on_click=_controls_to_map,
        args=(_here(screen),),
    )


def _controls_to_map(row: Mapping[Hashable, Any]) -> None:
    st.session_state[keys.SERIES] = SERIES["controls"]
    hotitems.to_page(hotitems.HOTSPOTS, row)()


def _when(row: Mapping[Hashable, Any]) -> str:
    if row["hidden"]:
        return "–"
    days = dutch.weekdays(row["weekdays"]) if row["weekdays"] else "alle dagen"
    return f"{days}, {row['day_part']}" if row["day_part"] else days


def _last(day: Any) -> str:
    return "–" if pd.isna(day) else dutch.day(pd.Timestamp(day).date())
