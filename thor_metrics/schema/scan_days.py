"""Scanautodagen: what the scan car counted on one day, per area; never a plate or a car."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd

from thor_metrics.schema.common import CALENDAR, KEY, PLACE, TRAIL, YES_NO
from thor_metrics.schema.table import Column, Rule, Table

#: Each is a part of the one before it.
CHAIN = ("vehicles", "without_right", "reviewed", "imposed", "upheld")


def _each_within_the_one_before(rows: pd.DataFrame) -> pd.Series:
    filled = rows[list(CHAIN)].ffill(axis=1)  # a link nobody filled in breaks no chain
    good = pd.Series(data=True, index=rows.index)
    for whole, part in pairwise(CHAIN):
        good &= ~(rows[part] > filled[whole])
    return good


TABLE = Table(
    name="scan_days",
    title="Scanautodagen",
    about="Een rij is één dag van de scanauto in één buurt of gebied, als totalen.",
    event="scanned_on",
    natural_key=("scanned_on", "area_given"),
    columns=(
        *KEY,
        Column(
            "scanned_on", "Scandatum", "time", required=True,
            help="De dag waarop is gescand.", example="03-06-2026",
            synonyms=("datum", "dag", "datum scan"),
        ),
        Column(
            "vehicles", "Gecontroleerde voertuigen", "number", required=True, minimum=0,
            unit="stuks", help="Hoeveel voertuigen zijn gescand.", example="1150",
            synonyms=("gescand", "aantal scans", "gescande voertuigen", "gecontroleerd",
                      "aantal gecontroleerde voertuigen"),
        ),
        Column(
            "without_right", "Zonder geldig parkeerrecht", "number", minimum=0, unit="stuks",
            help="Hoeveel daarvan op dat moment geen parkeerrecht hadden.", example="61",
            synonyms=("zonder parkeerrecht", "geen parkeerrecht", "geen geldig recht"),
        ),
        Column(
            "reviewed", "Beoordeeld", "number", minimum=0, unit="stuks",
            help="Hoeveel daarvan door een mens zijn bekeken (beeldbeoordeling).", example="58",
            synonyms=("beeldbeoordeling", "bekeken beelden", "aantal beoordeeld"),
        ),
        Column(
            "imposed", "Naheffingen opgelegd", "number", minimum=0, unit="stuks",
            help="Hoeveel naheffingen daaruit volgden. Een naheffing is een belasting.",
            example="44", synonyms=("naheffingen", "naheffingsaanslagen", "aantal naheffingen"),
        ),
        Column(
            "upheld", "In stand gebleven", "number", minimum=0, unit="stuks",
            help="Hoeveel naheffingen na bezwaar zijn blijven staan.", example="41",
            synonyms=("na bezwaar", "onherroepelijk"),
        ),
        Column(
            "permits", "Vergunninghouders meegeteld",
            help="Of voertuigen met een vergunning bij de gecontroleerde zitten.", example="ja",
            synonyms=("vergunningen meegeteld",), allowed=YES_NO, fallback="onbekend",
        ),
        *PLACE,
        *CALENDAR,
        *TRAIL,
    ),
    rules=(
        Rule(
            "Van gecontroleerd naar in stand gebleven neemt een aantal toe",
            _each_within_the_one_before,
        ),
    ),
)  # fmt: skip
