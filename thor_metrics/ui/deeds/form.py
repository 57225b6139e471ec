"""The form of an action: new from a place on screen, or changed by one of several people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, Final

import pandas as pd
import streamlit as st

from thor_metrics.deeds import Deed, Draft
from thor_metrics.errors import ThorError
from thor_metrics.ledger import STAGES, Conflict, warnings_for
from thor_metrics.model import THEMES, WEEKDAYS
from thor_metrics.ui import data, keys, making
from thor_metrics.ui.frame import Screen
from thor_metrics.ui.hotspots.drawing import base
from thor_metrics.views import maps
from thor_metrics.views.look import theme_title

__all__ = ["change", "new", "new_button"]

#: Kinds that people can choose from, or add to by typing.
KINDS: Final = (
    "extra controles", "veegactie", "cameratoezicht", "borden", "brief en gesprek",
    "inrichting aanpassen", "samen met partner",
)  # fmt: skip

_DAY: Final = dt.timedelta(days=1)


_WHOLE: Final = "Hele buurt"
_DRAWN: Final = "Zelf vakken kiezen"


def new_button() -> None:
    """Offer an action without a place of another screen."""
    st.button("Nieuwe actie", icon=":material/add:", key="nieuwe-actie", on_click=_empty)


def _empty() -> None:
    st.session_state[keys.DRAFT] = Draft("", 0.0, 0.0)
    st.session_state[keys.ACTION] = None


def _forget() -> None:
    st.session_state[keys.DRAFT] = None


def new(screen: Screen, draft: Draft) -> None:
    """Draw the form of a new action."""
    with st.container(border=True, key="nieuwe-actie-vak"):
        st.subheader(f"Nieuwe actie{f': {draft.place_name}' if draft.place_name else ''}",
                     anchor=False)  # fmt: skip
        if not draft.place_name:
            draft = _choose_place(screen)
            if not draft.place_name:
                st.button("Toch niet", on_click=_forget)
                return
        row = {
            "title": f"{draft.place_name}: extra controles" if draft.place_name else "",
            "kind": KINDS[0],
            "theme": draft.theme or THEMES[0].key,
            "stage": "voorstel",
            "place_name": draft.place_name,
            "radius": draft.radius,
            "outline": draft.outline,
            "starts": None,
            "ends": None,
            "selected_from": draft.selected.start if draft.selected else None,
            "selected_to": draft.selected.end - _DAY if draft.selected else None,
            "goal_from": draft.per_four_weeks,
            "goal_to": None,
            "goal_by": None,
            "moments": draft.moments,
            **dict.fromkeys(("team", "partner", "prevent", "approach", "sanction", "monitor",
                             "lesson", "note"), ""),
        }  # fmt: skip
        fields = _form(row, key=f"nieuw-{draft.place_name}", save="Bewaar actie")
        st.button("Toch niet", on_click=_forget)
        if fields is None:
            return

        def keep() -> int:
            return data.ledger().add_action(
                **fields, x=draft.x, y=draft.y, outline=draft.outline, gebied=draft.gebied
            )

        number = _kept(keep, fields)
        if number is not None:
            st.session_state[keys.DRAFT] = None
            st.session_state[keys.NEW_ACTION] = number
            st.toast("De actie is bewaard.")
            st.rerun()


def _choose_place(screen: Screen) -> Draft:
    st.markdown(
        "Kies de plek op **Hotspots** (klik op de kaart, dan *Maak actie*), of neem hier een buurt."
    )
    st.page_link("pages/beeld/hotspots.py", label="Naar Hotspots", icon=":material/map:")
    areas = screen.options.areas
    buurt = st.selectbox(
        "Buurt",
        list(areas.codes),
        index=None,
        format_func=lambda code: screen.names.get(code, code),
        placeholder="Kies een buurt",
        key="actie-buurt",
        width=420,
    )
    if not buurt:
        return Draft("", 0.0, 0.0)
    way = st.segmented_control(
        "Plek", [_WHOLE, _DRAWN], default=_WHOLE, key="actie-hoe", required=True
    )
    if way == _WHOLE:
        return making.of_area(screen, gebied=None, buurt=buurt)
    return _drawn(screen, buurt)


def _drawn(screen: Screen, buurt: str) -> Draft:
    """Let somebody click squares on the map, or choose them by name."""
    squares = making.squares_of(screen, buurt)
    chosen = st.session_state.get(f"actie-vakken-{buurt}", [])
    st.pydeck_chart(
        maps.pick_map(
            squares, chosen, crs=screen.options.areas.crs, shapes=data.outlines("buurt"),
            focus=[buurt], look=screen.look, style=base(screen),
        ),
        height=420,
        key=f"actie-kaart-{buurt}-{len(chosen)}",
        on_select=lambda: _toggled(buurt, f"actie-kaart-{buurt}-{len(chosen)}"),
        alt="Kaart van de buurt in vakken van 100 meter; klik vakken aan die bij de plek horen.",
    )  # fmt: skip
    picked = st.multiselect(
        "Vakken (klik op de kaart of kies hier)", list(squares), key=f"actie-vakken-{buurt}"
    )
    if not picked:
        return Draft("", 0.0, 0.0)
    return making.of_squares(screen, sorted(picked), buurt=buurt)


def _toggled(buurt: str, chart: str) -> None:
    """Put a clicked square in, or take it out again."""
    kept = list(st.session_state.get(f"actie-vakken-{buurt}", []))
    for rows in st.session_state[chart].selection.objects.values():
        for row in rows:
            key = str(row["place"])
            kept = [one for one in kept if one != key] if key in kept else [*kept, key]
    st.session_state[f"actie-vakken-{buurt}"] = kept


def change(deed: Deed) -> None:
    """Draw the form of an action that is there, safe against somebody else's change."""
    number = int(deed["id"])
    # The version that was on screen when somebody began to type, not the one that is there now.
    seen = f"gezien-actie-{number}"
    version = int(st.session_state.setdefault(seen, int(deed["version"])))
    fields = _form(deed, key=f"actie-{number}", save="Bewaar wijziging")
    if fields is None:
        return
    try:
        data.ledger().change_action(number, version, **fields)
    except Conflict as error:
        st.session_state[seen] = error.version
        st.warning(
            f"{error} Uw tekst staat nog in het formulier. Druk nog eens op 'Bewaar wijziging' om "
            "uw versie te houden; die van de ander blijft in de geschiedenis staan."
        )
        return
    except ThorError as error:
        st.error(str(error))
        return
    st.session_state.pop(seen, None)
    for warning in _warnings(fields):
        st.toast(warning, icon=":material/warning:", duration="long")
    st.toast("De wijziging is bewaard.")
    st.rerun()


def _kept(keep: Callable[[], int], fields: dict[str, Any]) -> int | None:
    try:
        number = keep()
    except ThorError as error:
        st.error(str(error))
        return None
    for warning in _warnings(fields):
        st.toast(warning, icon=":material/warning:", duration="long")
    return number


def _warnings(fields: dict[str, Any]) -> list[str]:
    texts = (fields[name] for name in ("note", "prevent", "approach", "sanction", "lesson"))
    return sorted({warning for text in texts for warning in warnings_for(text)})


def _form(row: Any, *, key: str, save: str) -> dict[str, Any] | None:
    """Draw all fields; gives them when somebody saves."""
    with st.form(f"formulier-{key}", border=False, clear_on_submit=False, enter_to_submit=False):
        fields: dict[str, Any] = {}
        with st.grid(3, min_column_width=320, gap="medium"):
            with st.container(gap="small"):
                st.markdown("#### Wat en waar")
                fields |= _what(row, key)
            with st.container(gap="small"):
                st.markdown("#### Wanneer en wie")
                fields |= _when(row, key)
            with st.container(gap="small"):
                st.markdown("#### Doel en aanpak")
                fields |= _how(row, key)
        return fields if st.form_submit_button(save, type="primary") else None


def _what(row: Any, key: str) -> dict[str, Any]:
    kinds = list(dict.fromkeys((*KINDS, row["kind"])))
    themes = [theme.key for theme in THEMES[:-1]]
    fields = {
        "title": st.text_input("Titel", value=row["title"], key=f"{key}-titel"),
        "kind": st.selectbox(
            "Soort actie", kinds, index=kinds.index(row["kind"]), accept_new_options=True,
            key=f"{key}-soort", help="Acties van één soort worden bij Effect samengenomen.",
        ),
        "theme": st.selectbox(
            "Thema", themes, index=themes.index(row["theme"]) if row["theme"] in themes else 0,
            format_func=theme_title, key=f"{key}-thema",
        ),
        "stage": st.selectbox(
            "Stand", STAGES, index=STAGES.index(row["stage"]), key=f"{key}-stand"
        ),
        "place_name": st.text_input(
            "Plek", value=row["place_name"], key=f"{key}-plek",
            help="Naam van een plein, perron of straat; geen huisadres.",
        ),
    }  # fmt: skip
    if not row["outline"]:
        fields["radius"] = st.number_input(
            "Straal (meter)", min_value=10, max_value=1_000, step=5, value=round(row["radius"]),
            key=f"{key}-straal", help="Meldingen binnen deze afstand van het midden tellen mee.",
        )  # fmt: skip
    else:
        st.caption("De plek is de omtrek van dit gebied of deze buurt.")
    return fields


def _when(row: Any, key: str) -> dict[str, Any]:
    starts, ends = _dates("Eerste en laatste dag", row["starts"], row["ends"], f"{key}-dagen")
    chosen, until = _dates(
        "Viel op van ... tot en met", row["selected_from"], row["selected_to"], f"{key}-viel-op",
        help="De periode waarin deze plek eruit sprong. Die weken zijn nooit de meetlat.",
    )  # fmt: skip
    return {
        "starts": starts,
        "ends": ends,
        "selected_from": chosen,
        "selected_to": until,
        "moments": _moments(row["moments"], key),
        "team": st.text_input("Team", value=row["team"], key=f"{key}-team",
                              help="Een team of rol, geen namen van mensen."),
        "partner": st.text_input("Samen met", value=row["partner"], key=f"{key}-partner",
                                 placeholder="Politie, jongerenwerk, woningcorporatie"),
    }  # fmt: skip


def _how(row: Any, key: str) -> dict[str, Any]:
    now, then = st.columns(2)
    with now:
        goal_from = _number("Nu, per 4 weken", row["goal_from"], f"{key}-nu")
    with then:
        goal_to = _number("Doel, per 4 weken", row["goal_to"], f"{key}-doel")
    return {
        "goal_from": goal_from,
        "goal_to": goal_to,
        "goal_by": st.date_input(
            "Doel bereikt op", value=_day(row["goal_by"]), format="DD-MM-YYYY", key=f"{key}-op"
        ),
        "prevent": st.text_area("Voorkomen", row["prevent"], height=70, key=f"{key}-voorkomen"),
        "approach": st.text_area("Aanspreken", row["approach"], height=70, key=f"{key}-aanspreken"),
        "sanction": st.text_area(
            "Sanctioneren", row["sanction"], height=70, key=f"{key}-sanctioneren"
        ),
        "monitor": st.text_input(
            "Monitoritem (mag leeg)", value=row["monitor"], key=f"{key}-monitor",
            placeholder="M05", help="Bij een pilot: het item van het plan.",
        ),
        "lesson": st.text_area(
            "Conclusie van het team", row["lesson"], height=70, key=f"{key}-conclusie"
        ),
        "note": st.text_area("Notitie", row["note"], height=70, key=f"{key}-notitie"),
    }  # fmt: skip


def _day(value: Any) -> dt.date | None:
    return None if pd.isna(value) else pd.Timestamp(value).date()


def _dates(
    label: str,
    first: Any,
    last: Any,
    key: str,
    *,
    help: str | None = None,  # noqa: A002 - as Streamlit calls it
) -> tuple[dt.date | None, dt.date | None]:
    days: Any = tuple(day for day in (_day(first), _day(last)) if day is not None)
    chosen = st.date_input(label, value=days, format="DD-MM-YYYY", key=key, help=help)
    found = list(chosen) if isinstance(chosen, tuple) else [chosen]
    return (*found, None, None)[:2]  # type: ignore[return-value]


def _number(label: str, value: Any, key: str) -> float | None:
    return st.number_input(
        label, min_value=0.0, step=1.0, format="%.0f", key=key,
        value=None if pd.isna(value) else float(value),
        help="Meldingen op deze plek in vier weken.",
    )  # fmt: skip


_ROWS: Final = pd.DataFrame({"dag": pd.Series(dtype="str"), "van": pd.Series(dtype="Int64"),
                             "tot": pd.Series(dtype="Int64")})  # fmt: skip


def _moments(moments: Any, key: str) -> list[tuple[int, int, int]]:
    rows = pd.DataFrame(
        [(WEEKDAYS[day], start, end) for day, start, end in moments], columns=list(_ROWS)
    )
    st.caption(
        "Momenten in de week", help="Uit de uren van deze plek; wijzig, of voeg een rij toe."
    )
    edited = st.data_editor(
        rows.astype({"van": "Int64", "tot": "Int64"}),
        num_rows="dynamic",
        hide_index=True,
        key=f"{key}-momenten",
        column_config={
            "dag": st.column_config.SelectboxColumn("Weekdag", options=list(WEEKDAYS)),
            "van": st.column_config.NumberColumn("Van (uur)", min_value=0, max_value=23, step=1),
            "tot": st.column_config.NumberColumn(
                "Tot (uur)", min_value=1, max_value=30, step=1,
                help="24 is middernacht, 26 is twee uur 's nachts.",
            ),
        },
    )  # fmt: skip
    return [
        (WEEKDAYS.index(row["dag"]), int(row["van"]), int(row["tot"]))
        for row in edited.dropna().to_dict("records")
    ]
