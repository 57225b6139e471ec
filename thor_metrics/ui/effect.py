"""Pieces of the page Effect: one action with everything behind its verdict, and all together."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

import pandas as pd
import streamlit as st

from thor_metrics import deeds, dutch
from thor_metrics.errors import ThorError
from thor_metrics.indicators.effect import EffectStudy
from thor_metrics.ledger import Conflict
from thor_metrics.ui import data
from thor_metrics.ui.deeds import choosing
from thor_metrics.ui.frame import Screen
from thor_metrics.ui.plan.pieces import table
from thor_metrics.views import charts, effect
from thor_metrics.views import deeds as words
from thor_metrics.views.tables import Head

__all__ = ["METHOD", "one", "together"]

METHOD: Final = """
**Wat wordt vergeleken.** Meldingen van burgers van het thema op de plek, in even veel hele weken
vóór en tijdens de actie, naast buurten die in de jaren ervoor net zo op en neer gingen. Buurten die
de plek raken, waar ook een actie liep of die zelf opeens sterk veranderden, doen niet mee. U kunt
andere buurten kiezen.

**De meetlat.** De weken waarin de plek opviel zijn nooit de weken ervoor. Een plek die is gekozen
omdat het er druk was, wordt vanzelf rustiger (terugval naar het gemiddelde), ook zonder actie. Het
programma weigert dat, net als vergelijken over een ander meldsysteem heen.

**Het oordeel.** *Minder* of *meer*: met 95 % zekerheid anders dan elders. *Geen aantoonbaar
verschil* is niet hetzelfde als geen verschil. De onzekerheid rekent mee dat meldingen in vlagen
komen en dat buurten ook vanzelf uiteenlopen. Op plekken waar niets was gedaan gaf deze rekenwijze
in 4 tot 5 van de 100 keer toch een oordeel; dat hoort bij 95 % zekerheid.

**Samenhang, geen oorzaak.** Naast een actie verandert er meer: weer, werk aan de weg, een ander
ophaalschema. Eigen waarnemingen en controles staan apart: waar meer wordt gekeken, wordt meer
gezien.

**Bronnen.** Verhouding van verhoudingen met overdispersie; verplaatsing naar Wheeler & Ratcliffe
(2018) en Bowers & Johnson (2003); alle acties samen naar DerSimonian & Laird (1986) met de
correctie van Hartung & Knapp (2001).
"""

_COURSE_HEIGHT: Final = 320


def one(screen: Screen) -> None:
    """Let somebody choose an action, and draw what changed beside it."""
    every = data.actions()
    gebied = screen.selection.gebied
    mine = every[every["gebied"] == gebied] if gebied else every
    begun = mine[[deeds.measurable(row) for row in mine.to_dict("records")]]
    if begun.empty:
        screen.headline("Er is nog geen actie begonnen.")
        st.info(
            "Zodra een actie op 'bezig' staat en vier weken loopt, staat hier wat er veranderde."
        )
        st.page_link("pages/doen/acties.py", label="Naar Acties", icon=":material/task_alt:")
        return
    # What waits for a conclusion first, then what goes on, then the rest.
    order = begun["stage"].map({"afgerond": 0, "bezig": 1}).fillna(2)
    begun = begun.iloc[order.argsort(kind="stable")]
    with screen.controls:
        number = choosing.box(begun)
    deed = begun[begun["id"] == number].to_dict("records")[0]
    study, options = _asked(screen, deed, every)
    screen.headline(effect.verdict_sentence(study, str(deed["place_name"])))
    _verdict(deed, study)
    with st.grid(2, min_column_width=460, gap="large"):
        left, right = st.container(), st.container()
    with left:
        _course(screen, study)
    with right:
        _beside(study)
    _compared(screen, deed, study, options)


def _asked(
    screen: Screen, deed: deeds.Deed, every: pd.DataFrame
) -> tuple[EffectStudy, dict[str, Any]]:
    """Measure with what somebody chose on this screen, else with what the action says."""
    options = deeds.effect_options(deed, every, screen.options.areas)
    number = int(deed["id"])
    chosen = st.session_state.get(f"vergelijk-{number}")
    if chosen:
        options["compared"] = tuple(chosen)
    day = st.session_state.get(f"meetlat-{number}")
    if isinstance(day, dt.date):
        options["baseline"] = day
    return data.ask("action_effect", deeds.selection_of(deed), **options), options


def _verdict(deed: deeds.Deed, study: EffectStudy) -> None:
    icon, colour = effect.SIGNS[study.verdict]
    line = st.container(horizontal=True, vertical_alignment="center")
    with line:
        st.badge(study.verdict, icon=icon, color=colour)
        st.markdown(f"{deed['title']} · {words.days_words(deed)} · {deed['kind']}", width="stretch")
        st.button(
            "Open actie", icon=":material/arrow_forward:", key="effect-actie", on_click=_to_action
        )
    told = effect.ratio_words(study)
    if told:
        st.markdown(told)
    needed = effect.needed_words(study)
    if needed:
        st.caption(needed)
    if study.windows.why:
        st.info(effect.comparison_words(study), icon=":material/block:")
    else:
        st.caption(effect.comparison_words(study))


def _to_action() -> None:
    st.switch_page("pages/doen/acties.py", query_params={})


def _course(screen: Screen, study: EffectStudy) -> None:
    st.subheader("Per week", anchor=False)
    rows = effect.course_rows(study)
    if rows.empty:
        st.markdown(
            "Geen beeld per week: er is niets te vergelijken."
            if study.place is None and study.windows.why
            else "Geen beeld per week: aantallen over mensen zijn per week te klein om te tonen."
        )
        return
    st.vega_lite_chart(
        rows,
        charts.effect_course(look=screen.look, height=_COURSE_HEIGHT),
        key="effect-verloop",
        alt="Meldingen per week op de plek, met de weken ervoor en tijdens de actie als band en "
        f"een streeplijn voor hoe het elders ging. {effect.ratio_words(study).replace('**', '')}",
    )
    st.caption(
        "Balken: meldingen op de plek. Streeplijn: wat het zou zijn naar hoe het elders ging."
    )


def _beside(study: EffectStudy) -> None:
    st.subheader("Inzet ernaast", anchor=False)
    st.markdown(effect.dose_words(study) or "Geen controles bekend.")
    if study.own is not None:
        st.markdown(
            f"Eigen waarnemingen op de plek: {dutch.number(study.own[0])} ervoor, "
            f"{dutch.number(study.own[1])} tijdens.",
            help="Een andere reeks dan meldingen: waar meer wordt gekeken, wordt meer gezien.",
        )
    st.subheader("Verplaatst?", anchor=False)
    st.markdown(
        effect.displacement_words(study)
        or "Over verplaatsing is hier niets te zeggen: de aantallen zijn te klein of verborgen."
    )


def _compared(
    screen: Screen, deed: deeds.Deed, study: EffectStudy, options: dict[str, Any]
) -> None:
    with st.expander("Waarmee is vergeleken, en anders vergelijken"):
        number = int(deed["id"])
        st.date_input(
            "Eerste dag van de weken ervoor (leeg: dezelfde weken van een jaar eerder)",
            value=None, format="DD-MM-YYYY", key=f"meetlat-{number}", width=420,
        )  # fmt: skip
        areas = screen.options.areas
        st.multiselect(
            "Buurten om mee te vergelijken (leeg: gekozen op gelijkenis)",
            list(areas.codes),
            default=[code for code in options["compared"] if code in areas.codes],
            format_func=lambda code: screen.names.get(code, code),
            key=f"vergelijk-{number}",
        )
        if st.button("Bewaar deze buurten bij de actie", key="effect-bewaar"):
            _keep(deed, st.session_state.get(f"vergelijk-{number}") or [])
        if study.areas is not None:
            rows = study.areas.assign(
                name=[screen.names.get(code, code) for code in study.areas["buurt"]]
            )
            heads = [
                Head("name", "Buurt"), Head("why", "Doet mee?"),
                Head("likeness", "Verschil in verloop", "rate", 1),
                Head("before", "Ervoor", "count"), Head("after", "Tijdens", "count"),
            ]  # fmt: skip
            table(screen, rows, heads, key="effect-buurten",
                  alt="Buurten waarmee is vergeleken.")  # fmt: skip
            st.caption(
                "Verschil in verloop: 1 is zo gelijk als toeval toelaat; hoger lijkt minder."
            )


def _keep(deed: deeds.Deed, compared: list[str]) -> None:
    try:
        data.ledger().change_action(int(deed["id"]), int(deed["version"]), compared=compared)
    except Conflict as error:
        st.warning(str(error))
        return
    except ThorError as error:
        st.error(str(error))
        return
    st.toast("De buurten zijn bij de actie bewaard.")
    st.rerun()


# --- all actions ---------------------------------------------------------------------------------


def together(screen: Screen) -> None:
    """Draw all actions with their intervals, and the summary by kind."""
    every = data.actions()
    begun = [row for row in every.to_dict("records") if deeds.measurable(row)]
    if len(begun) < 2:
        return
    st.header("Alle acties samen", anchor=False)
    found = pd.DataFrame(
        [
            deeds.study_row(
                row,
                data.ask(
                    "action_effect", deeds.selection_of(row),
                    **deeds.effect_options(row, every, screen.options.areas),
                ),
            )
            for row in begun
        ]
    )  # fmt: skip
    kinds = deeds.together(found.to_dict("records"))
    st.markdown(_kinds_sentence(kinds))
    rows = effect.forest_rows(found)
    with st.grid(2, min_column_width=460, gap="large"):
        left, right = st.container(), st.container()
    with left:
        if len(rows):
            st.vega_lite_chart(
                rows, charts.forest(look=screen.look, rows=len(rows)), key="effect-alle",
                alt="Per actie de verhouding met haar 95 %-interval; de streep is geen verschil. "
                "De tabel eronder heeft dezelfde getallen.",
            )  # fmt: skip
    with right:
        if len(rows) > 2:
            st.vega_lite_chart(
                rows, charts.funnel(look=screen.look), key="effect-trechter",
                alt="Trechter: verhouding tegen onzekerheid. Binnen de streepjes is toeval.",
            )  # fmt: skip
            st.caption(
                "Trechter: binnen de streepjes past bij toeval. Staan alle onzekere acties aan één "
                "kant, dan zijn er misschien acties niet opgeschreven."
            )
    _tables(screen, found, kinds)


def _kinds_sentence(kinds: pd.DataFrame) -> str:
    if kinds.empty:
        return "Er zijn nog geen twee acties van dezelfde soort om samen te nemen."
    clear = kinds[kinds["verdict"].isin(["minder", "meer"])]
    if clear.empty:
        return "Van geen enkele soort actie is samen een verschil aan te tonen."
    return " ".join(
        f"Bij {row['kind']} ({dutch.amount(row['n'], 'actie', 'acties')}) waren er samen "
        f"{row['verdict']} meldingen dan elders: {dutch.number(row['ratio'], decimals=2)} keer "
        f"({dutch.number(row['low'], decimals=2)} tot {dutch.number(row['high'], decimals=2)})."
        for row in clear.to_dict("records")
    )


def _tables(screen: Screen, found: pd.DataFrame, kinds: pd.DataFrame) -> None:
    with st.expander("Dezelfde cijfers als tabel"):
        heads = [
            Head("title", "Actie"), Head("kind", "Soort"), Head("verdict", "Oordeel"),
            Head("before", "Ervoor", "count"), Head("after", "Tijdens", "count"),
            Head("ratio", "Keer verwacht", "rate", 2), Head("low", "Laag", "rate", 2),
            Head("high", "Hoog", "rate", 2),
        ]  # fmt: skip
        table(screen, found, heads, key="effect-acties", alt="Effect van alle acties.", most=20)
        if len(kinds):
            heads = [
                Head("kind", "Soort"), Head("n", "Acties", "rate"), Head("verdict", "Samen"),
                Head("ratio", "Keer verwacht", "rate", 2), Head("low", "Laag", "rate", 2),
                Head("high", "Hoog", "rate", 2), Head("next_low", "Volgende: laag", "rate", 2),
                Head("next_high", "Volgende: hoog", "rate", 2),
            ]  # fmt: skip
            table(screen, kinds, heads, key="effect-soorten", alt="Effect per soort actie.")
