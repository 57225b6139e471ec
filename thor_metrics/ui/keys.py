"""Names of everything that is remembered per visitor; the bound ones are the address bar."""

from __future__ import annotations

from typing import Final

# In the address bar: short Dutch words, because people read and send them.
PERIOD: Final = "periode"
DATES: Final = "datums"
GEBIED: Final = "gebied"
BUURT: Final = "buurt"
THEMES: Final = "thema"
RUBRIEKEN: Final = "rubriek"
SERIES: Final = "reeks"
WEEKDAYS: Final = "dagen"
HOUR_FROM: Final = "van"
HOUR_UNTIL: Final = "tot"
LEVEL: Final = "niveau"
PICTURE: Final = "beeld"
OBJECT_KIND: Final = "soort"
PLACE: Final = "plek"
QUESTION: Final = "vraag"
ACTION: Final = "actie"

#: What "Filters wissen" wipes; how the map is drawn is no filter.
FILTERS: Final = (
    PERIOD, DATES, GEBIED, BUURT, THEMES, RUBRIEKEN, SERIES, WEEKDAYS, HOUR_FROM, HOUR_UNTIL,
)  # fmt: skip

#: How pages draw what is selected: in the address bar, and in a copied link.
DRAWING: Final = (LEVEL, PICTURE, OBJECT_KIND, PLACE, QUESTION, ACTION)

# Not in the address bar.
MAP: Final = "kaart"
TABLE: Final = "tabel"
RANKING: Final = "ranglijst"
MONTH: Final = "maand"
PLAYING: Final = "speelt"
HEAT: Final = "weekbeeld"
DRAFT: Final = "concept_actie"
NEW_ACTION: Final = "net_bewaarde_actie"
UPLOAD: Final = "bestanden"
UPLOAD_ROUND: Final = "bestanden_ronde"
LAST_REPORTS: Final = "laatste_rapporten"
