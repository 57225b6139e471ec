"""What "Hoe weten we dit?" says on the page Hotspots."""

from __future__ import annotations

from typing import Final

from thor_metrics.ui import filters

__all__ = ["METHOD"]

METHOD: Final = (
    """
**Wat er staat.** Aantallen per gebied of buurt, per vast vak van 100 × 100 meter (het raster van
het CBS), per object, per haard, of binnen één buurt per plek van 25 × 25 meter. Een cirkel heeft
een oppervlakte naar het aantal; kleur per km² maakt grote en kleine gebieden vergelijkbaar.

**Meer dan toeval.** Twee vragen, aan alle vakken van de gemeente tegelijk. *Deze plek*: is dit ene
vak uitzonderlijk tussen de vakken waar dit onderwerp voorkomt? Daarvoor leert het programma uit de
vakken zelf hoeveel ze van elkaar verschillen. *De omgeving*: ligt er in dit vak en de acht
eromheen samen meer dan bij een willekeurige verdeling over de vakken waar ooit iets gemeld is?
Omdat er naar zo veel vakken gekeken wordt, zijn de kansen daarvoor gecorrigeerd (Benjamini en
Hochberg). **Zeker**: van zulke vakken is minder dan 1 op de 100 toeval. **Waarschijnlijk**: minder
dan 1 op de 20. De rest **kan toeval zijn**. De vergelijking gaat altijd over de hele gemeente: wie
inzoomt, ziet dezelfde zekerheid.

**Verloop.** Elke maand met de twee ervoor wordt zo getoetst, hooguit twee jaar terug. "Nieuw" is
alleen nu een hotspot, "aanhoudend" vrijwel altijd, "neemt toe" en "neemt af" zijn dat met een
duidelijke lijn, "voorbij" is nu niet meer.

**Haarden.** Meldingen die samen een klont vormen: minstens tien binnen veertig meter van elkaar.
Voorvallen zijn meldingen zonder wat anderen over hetzelfde meldden (zelfde soort, binnen 25 meter
en 72 uur).

**Verwachting.** Voor de komende vier weken, uit alle geschiedenis; eerst op het verleden
uitgeprobeerd. Is dat niet beter dan "waar het altijd was", dan wordt dat gebruikt.

**Verhoudingen.** Per 1.000 inwoners staat er alleen waar genoeg mensen wonen: in een werkgebied
zegt dat getal niets. Een verhouding staat er pas vanaf 20 meldingen.

**Grenzen van de kaart.** Melden is niet hetzelfde als overlast: de ene buurt meldt meer dan de
andere. Een melding zonder huisnummer valt op het midden van de straat en lijkt daar een hotspot.
Plekken zijn er alleen binnen één buurt, zodat niemand de kaart als adressenlijst gebruikt.
Kleine aantallen over personen zijn verborgen, ook in het bestand.

**Uren.** """
    + filters.NIGHT_RULE
)
