"""What lies behind items about people, sanctions and answers: never a small number."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pandas as pd
import streamlit as st

from thor_metrics import dutch
from thor_metrics.ui import data
from thor_metrics.ui.frame import Screen
from thor_metrics.ui.plan.asking import known
from thor_metrics.ui.plan.pieces import no_data, survey
from thor_metrics.views.tables import Head, styled

__all__ = [
    "alcohol", "chain", "neighbourhood_survey", "paying", "safety_survey", "subjects",
]  # fmt: skip

_WAITS: Final = {"antwoord": "Eerste antwoord", "afgehandeld": "Afgehandeld"}


def chain(screen: Screen) -> None:
    """Follow every kind of sanction from seen to paid."""
    st.markdown("**Hoeveel van wat is gezien, wordt opgelegd en betaald?**")
    chosen = known(screen.selection, "mulder")
    found = data.ask("sanction_chain", chosen)
    if found.empty:
        no_data(("sanctions",))
        return
    below = screen.settings.privacy.hide_sanctions_below
    money = {name: found[name] for name in ("euros", "collected_euros")}
    heads = [
        Head("title", "Soort"),
        Head("found", "Geconstateerd", "rate"),
        Head("offender_known", "Dader bekend", "rate"),
        Head("imposed", "Opgelegd", "count"),
        Head("euros", "Opgelegd (€)", "rate"),
        Head("collected", "Geïnd", "rate"),
        Head("collected_euros", "Geïnd (€)", "rate"),
    ]
    st.dataframe(
        styled(found.assign(**money), heads, hide_below=below),
        hide_index=True,
        alt="Per soort sanctie: geconstateerd, dader bekend, opgelegd, geïnd.",
    )
    st.caption(
        f"Over {chosen.period.words()}. Een belasting (naheffing), kosten en boetes staan naast "
        "elkaar en worden niet opgeteld. Een streepje: niet ingevuld of niet getoond."
    )


def paying(screen: Screen) -> None:
    """Put the survey of paying beside what the scan car saw."""
    st.markdown("**Wordt er betaald? Het onderzoek en de scanauto naast elkaar, niet opgeteld.**")
    survey(screen, "betalingsbereidheid")
    st.caption(
        "Het onderzoek is een steekproef van bezoekers; de scanauto telt alle voertuigen op zijn "
        "route, vaak ook vergunninghouders. Daarom verschillen ze. Intervallen: uit het "
        "onderzoek zelf, of volgens Wilson."
    )


def subjects(screen: Screen) -> None:
    """Break the caseload down by nature."""
    st.markdown("**Welke aard, en hoeveel werk is het samen?**")
    chosen = known(screen.selection, "subjecten")
    parts = [
        data.ask("measured", chosen, key=key, by=("nature",))
        for key in ("subjecten", "subjecten_uren_thor", "subjecten_uren_partner")
    ]
    if parts[0].empty:
        no_data(("caseload",))
        return
    rows = parts[0][["nature", "value"]].assign(
        thor=parts[1]["value"].to_numpy(), partner=parts[2]["value"].to_numpy()
    )
    heads = [
        Head("nature", "Aard"),
        Head("value", "Subjectmaanden", "count"),
        Head("thor", "Uren THOR", "count"),
        Head("partner", "Uren partner", "count"),
    ]
    st.dataframe(
        styled(rows.sort_values("value", ascending=False), heads, hide_below=screen.below),
        hide_index=True,
        alt="Subjecten naar aard met uren.",
    )
    st.caption(
        f"Over {chosen.period.words()}. Alleen totalen; aantallen onder de "
        f"{screen.below} staan er niet, en ook niet waaruit ze te berekenen zijn."
    )


def alcohol(screen: Screen) -> None:
    """Say what followed from violations of the alcohol act."""
    st.markdown("**Wat volgde er op overtredingen van de Alcoholwet?**")
    chosen = replace(known(screen.selection, "alcohol_overtredingen"), gebied=None)
    found = data.ask("alcohol_followup", chosen)
    below = screen.settings.privacy.hide_below
    told = dutch.less_than(below)

    def number(value: float) -> str:
        return told if pd.isna(value) else dutch.number(value)

    st.markdown(
        f"In {chosen.period.words()}, in de hele stad: {dutch.number(found.controls)} controles, "
        f"{number(found.violations)} overtredingen."
    )
    if len(found.actions):
        rows = found.actions.assign(action=found.actions["action"].str.capitalize())
        st.dataframe(
            styled(
                rows, [Head("action", "Actie of sanctie"), Head("amount", "Aantal", "count")],
                hide_below=below,
            ),
            hide_index=True,
            width="content",
            alt="Acties en sancties na controles op de Alcoholwet.",
        )  # fmt: skip
    st.markdown(
        f"Controles met een overtreding waar niets aan gekoppeld is: {number(found.without)}."
    )
    st.caption(
        "Gekoppeld op controlenummer. Overtreders kunnen minderjarig zijn: daarom staat wat erop "
        f"volgde er alleen voor de hele stad en niet onder de {below}."
    )


def neighbourhood_survey(screen: Screen) -> None:
    """Show the neighbourhood survey beside how long answers take."""
    survey(screen, "buurtpeiling")
    _replies(screen)


def safety_survey(screen: Screen) -> None:
    """Show the safety survey."""
    survey(screen, "veiligheidsmonitor")


def _replies(screen: Screen) -> None:
    st.markdown("**Hoe lang wacht een melder?**")
    found = data.ask("reply_times", screen.selection)
    if found.empty:
        st.markdown("Geen meldsysteem dat bijhoudt wanneer er is geantwoord of afgehandeld.")
        return
    half = found[found["quantile"] == 0.5].set_index(["until", "source"])
    most = found[found["quantile"] == 0.9].set_index(["until", "source"])
    rows = pd.DataFrame(
        {
            "until": [_WAITS[until] for until, _ in half.index],
            "source": [source for _, source in half.index],
            "half": [_days(row) for row in half.to_dict("records")],
            "most": [_days(row) for row in most.loc[half.index].to_dict("records")],
            "n": half["n"].to_numpy(),
            "open": half["open"].to_numpy(),
        }
    )
    heads = [
        Head("until", "Tot"),
        Head("source", "Meldsysteem"),
        Head("half", "De helft binnen"),
        Head("most", "9 van de 10 binnen"),
        Head("n", "Meldingen", "rate"),
        Head("open", "Nog open", "rate"),
    ]
    st.dataframe(
        styled(rows, heads), hide_index=True, alt="Wachttijd tot antwoord en tot afhandeling."
    )
    st.caption(
        "Meldingen die nog open staan tellen mee als 'langer dan nu' (Kaplan-Meier): weglaten zou "
        "het mooier maken dan het is. Tussen haakjes het 95 %-interval."
    )


def _days(row: dict[object, float]) -> str:
    if pd.isna(row["days"]):
        return "nog niet bereikt"
    high = "?" if pd.isna(row["high"]) else dutch.number(row["high"], decimals=1)
    return (
        f"{dutch.number(row['days'], decimals=1)} dagen "
        f"({dutch.number(row['low'], decimals=1)}–{high})"
    )
