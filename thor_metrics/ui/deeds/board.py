"""The board of all actions: by stage, on the map, as a list, and per half-year."""

from __future__ import annotations

from typing import Final

import pandas as pd
import streamlit as st

from thor_metrics import deeds, dutch
from thor_metrics.ledger import STAGES
from thor_metrics.model import THEMES
from thor_metrics.ui import data, keys
from thor_metrics.ui.deeds import choosing, form, one
from thor_metrics.ui.frame import Screen
from thor_metrics.ui.hotspots.drawing import base
from thor_metrics.ui.plan.pieces import table
from thor_metrics.views import deeds as words
from thor_metrics.views import maps
from thor_metrics.views.look import theme_title
from thor_metrics.views.tables import Head

__all__ = ["METHOD", "show"]

METHOD: Final = """
**Een hotspot-actie** is wat een team een tijd lang doet op één plek, met een doel in getallen. De
plek, het thema en de uren komen van het scherm waar u op *Maak actie* drukte; alles is te wijzigen.

**Stand.** *Voorstel* (een idee), *gepland*, *bezig*, *afgerond* en *geëvalueerd* (de conclusie is
opgeschreven). Elke wijziging wordt bewaard met wie en wanneer, en kan terug.

**Controles** horen bij een actie als ze in de periode van de actie, van hetzelfde thema en binnen
25 meter van de plek zijn gedaan. Klopt dat niet, dan verandert u dat bij de actie zelf.

**Viel op van ... tot.** Wanneer deze plek eruit sprong. Die weken zijn nooit de meetlat voor het
effect: een plek die is gekozen omdat het er druk was, wordt vanzelf rustiger.
"""

_BOARD, _MAP, _LIST, _HALVES = "Bord", "Kaart", "Lijst", "Per half jaar"
_MAP_HEIGHT: Final = 620
#: Cards of a stage before the rest is folded away.
_CARDS: Final = 6


def show(screen: Screen) -> None:
    """Draw the page: headline, ways to look, the chosen action or the form for a new one."""
    every = data.actions()
    mine = _here(every, screen)
    screen.headline(words.summary(mine) if len(mine) else _nothing(screen, every))
    with screen.controls:
        chosen = _chosen(mine)
        way = st.segmented_control(
            "Toon", [_BOARD, _MAP, _LIST, _HALVES], default=_BOARD, key="toon",
            bind="query-params", required=True,
        )  # fmt: skip
        theme = st.pills(
            "Thema",
            [theme.key for theme in THEMES[:-1]],
            format_func=theme_title,
            key="actiethema",
        )
        form.new_button()
    draft = st.session_state.get(keys.DRAFT)
    if draft is not None:
        form.new(screen, draft)
    if chosen is not None and draft is None:
        one.show(screen, mine[mine["id"] == chosen].to_dict("records")[0])
    shown = mine[mine["theme"] == theme] if theme else mine
    if shown.empty:
        st.info(
            "Nog geen acties. Kies op Hotspots, Hottijden of Gebied een plek en druk op 'Maak "
            "actie', of begin hierboven met 'Nieuwe actie'."
        )
    elif way == _MAP:
        _map(screen, shown)
    elif way == _LIST:
        _list(screen, shown)
    elif way == _HALVES:
        _halves(screen, shown)
    else:
        _board(screen, shown)


def _chosen(mine: pd.DataFrame) -> int | None:
    """Let somebody open an action by its name; the board and the map do the same."""
    fresh = st.session_state.pop(keys.NEW_ACTION, None)
    if fresh is not None:
        choosing.choose(fresh)
    return choosing.box(mine, empty=True, on_change=_forget_draft)


def _forget_draft() -> None:
    st.session_state[keys.DRAFT] = None


def _here(every: pd.DataFrame, screen: Screen) -> pd.DataFrame:
    gebied = screen.selection.gebied
    return every[every["gebied"] == gebied] if gebied else every


def _nothing(screen: Screen, every: pd.DataFrame) -> str:
    where = screen.selection.gebied or screen.city
    return f"In {where} zijn nog geen acties." if len(every) else "Er zijn nog geen acties."


# --- ways to look --------------------------------------------------------------------------------


#: Titles of cards read from the left, and stand out.
_TITLES: Final = """
<style>
[class*="st-key-kaart-"] button { justify-content: flex-start; text-align: left; padding: 0; }
[class*="st-key-kaart-"] button p { font-weight: 600; font-size: 17px; text-align: left; }
</style>
"""


def _board(screen: Screen, shown: pd.DataFrame) -> None:
    st.html(_TITLES)
    with st.grid(len(STAGES), min_column_width=250, gap="small"):
        for stage in STAGES:
            rows = shown[shown["stage"] == stage].to_dict("records")
            with st.container(gap="small", key=f"kolom-{STAGES.index(stage)}"):
                icon, colour = words.STAGE_SIGNS[stage]
                st.subheader(stage.capitalize(), anchor=False)
                st.badge(dutch.amount(len(rows), "actie", "acties"), icon=icon, color=colour)
                for row in rows[:_CARDS]:
                    _card(screen, row)
                if len(rows) > _CARDS:
                    with st.expander(f"Nog {len(rows) - _CARDS} tonen"):
                        for row in rows[_CARDS:]:
                            _card(screen, row)


def _card(screen: Screen, row: deeds.Deed) -> None:
    with st.container(border=True, gap="small", key=f"kaart-{row['id']}"):
        st.button(
            str(row["title"]),
            key=f"open-{row['id']}",
            type="tertiary",
            on_click=_open,
            args=(int(row["id"]),),
            help="Open deze actie",
        )
        st.html(words.card(row, screen.look))


def _open(number: int) -> None:
    choosing.choose(number)
    st.session_state[keys.DRAFT] = None


def _map(screen: Screen, shown: pd.DataFrame) -> None:
    running = shown["stage"] == "bezig"
    spots = shown.assign(
        count=1,
        certainty=["zeker" if now else "" for now in running],
        place=shown["id"].astype(str),
        words=[
            f"{row['title']}: {row['stage']}, {words.days_words(row)}"
            for row in shown.to_dict("records")
        ],
    ).sort_values("stage", key=lambda stage: stage != "bezig", kind="stable")
    gebied = screen.selection.gebied
    st.pydeck_chart(
        maps.spot_map(
            spots,
            crs=screen.options.areas.crs,
            shapes=data.outlines("gebied"),
            focus=(gebied,) if gebied else (),
            look=screen.look,
            style=base(screen),
        ),
        height=_MAP_HEIGHT,
        key="actiekaart",
        on_select=_picked,
        alt=f"Kaart met {dutch.amount(len(shown), 'actie', 'acties')}; de lijst heeft dezelfde "
        "acties als tabel.",
    )
    st.caption("Vol: loopt nu. Open: voorstel, gepland of voorbij. Klik op een plek om de actie te "
               "openen.")  # fmt: skip


def _picked() -> None:
    chosen = st.session_state["actiekaart"].selection.objects
    for row in (row for rows in chosen.values() for row in rows):
        _open(int(row["place"]))


_HEADS: Final = (
    Head("title", "Actie"), Head("stage", "Stand"), Head("about", "Thema"),
    Head("gebied", "Gebied"), Head("place_name", "Plek"), Head("when", "Wanneer"),
    Head("moments_told", "Momenten"), Head("goal", "Doel"), Head("team", "Team"),
    Head("partner", "Partner"),
)  # fmt: skip


def _list(screen: Screen, shown: pd.DataFrame) -> None:
    rows = shown.assign(
        about=shown["theme"].map(theme_title),
        when=[words.days_words(row) for row in shown.to_dict("records")],
        goal=[words.goal_words(row) for row in shown.to_dict("records")],
        moments_told=shown["moments"].map(words.moment_words),
    )
    table(screen, rows, _HEADS, key="acties", alt="Alle acties.", most=20)


def _halves(screen: Screen, shown: pd.DataFrame) -> None:
    counted = deeds.per_half_year(shown)
    heads = [
        Head("half", "Half jaar"), Head("gebied", "Gebied"), Head("actions", "Acties", "rate"),
        Head("running", "Gepland of bezig", "rate"), Head("done", "Afgerond", "rate"),
        Head("evaluated", "Geëvalueerd", "rate"),
    ]  # fmt: skip
    st.markdown("Een actie telt mee in elk half jaar waarin zij liep.")
    table(screen, counted, heads, key="acties-per-half-jaar",
          alt="Aantal acties per half jaar en gebied.", most=20)  # fmt: skip
