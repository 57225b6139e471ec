"""How the page Hottijden knows what it says, and what its hours are."""

from __future__ import annotations

from typing import Final

import streamlit as st

from thor_metrics import dutch
from thor_metrics.ui import filters
from thor_metrics.ui.frame import Screen

__all__ = ["METHOD", "moment_note"]

METHOD: Final = (
    """
**Wat er staat.** Aantallen per uur en weekdag op de klok van hier. Als bekend is wanneer de
overlast was, telt dat moment; anders het moment van melden. Staat er een begin én een einde bij,
dan telt het begin. Rijen waarvan alleen de dag bekend is, staan niet in de uren en worden wel
geteld.

**Twee vragen.** *Wanneer is het druk?* legt elk uur naast het gemiddelde uur van de week. *Welk uur
is ongewoon voor die dag?* legt elk uur naast wat die dag en dat uur samen doen verwachten: vrijdag
is druk en acht uur 's avonds is druk, dus vrijdagavond mag dat ook zijn.

**Hoe zeker.** *zeker*: minder dan 1 % kans dat zoiets toeval is; *waarschijnlijk*: minder dan 5 %;
de rest *kan toeval zijn*. Er is gecorrigeerd voor alle 168 uren, en voor weken die van elkaar
verschillen: hoe grilliger de weken, hoe meer er nodig is. Getoetst wordt op hele weken met
gegevens, minstens vier; een dag met 23 of 25 uur telt zo lang als hij was. Ook met dagen of uren
gekozen is vergeleken met de hele week: anders zou een uur zekerder worden doordat u ernaar
inzoomt. Een blok uren is zo zeker als zijn buitenste uren.

**Let op.** Mensen melden vaak later dan de overlast: 's avonds laat gebeurd, 's ochtends gemeld.
Een piek op maandagochtend kan het weekeinde zijn. Uren die ongewoon blijken, tellen niet mee in wat
voor hun dag en uur verwacht wordt. Een piek die op de meeste dagen terugkomt, is niet ongewoon voor
die dag maar wel druk: kijk naar allebei. Meer meldingen in een uur zegt niet waardoor.

**Bijzondere dagen.** Feestdagen, Carnaval, schoolvakanties en evenementen naast gewone dagen van
dezelfde weekdag in dezelfde periode. Een vakantie valt in een seizoen: het verschil kan ook daarvan
zijn. Marktdagen en evenementen staan in settings.toml; schoolvakanties zijn bekend vanaf
september 2024.

**Uren.** """
    + filters.NIGHT_RULE
)


def moment_note(screen: Screen) -> None:
    """Say what kind of moment the hours are, and how many rows have none."""
    found = screen.quality
    notes = []
    if found.counted and found.reporting_time_share > 0:
        share = dutch.percent(found.reporting_time_share, decimals=0)
        notes.append(f"**Meldmoment, niet overlastmoment**, bij {share} van de rijen.")
    if found.without_time:
        notes.append(
            f"{dutch.number(found.without_time)} rijen zonder tijdstip staan niet in de uren."
        )
    if notes:
        st.markdown(
            " ".join(notes),
            help="Waar alleen bekend is wanneer er gemeld is, kan de overlast eerder zijn geweest.",
        )
