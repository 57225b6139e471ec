"""Enquêtescores: published outcomes of surveys, per year and area, with their uncertainty."""

from __future__ import annotations

import pandas as pd

from thor_metrics.schema.common import KEY, PLACE, TRAIL
from thor_metrics.schema.table import Column, Rule, Table

SURVEYS = {
    "buurtpeiling": ("buurtpeilingen",),
    "veiligheidsmonitor": ("vm", "cbs veiligheidsmonitor"),
    "belevingsonderzoek": ("medewerkersonderzoek", "gemeentebreed belevingsonderzoek"),
    "betalingsbereidheid": ("betalingsbereidheidsonderzoek", "betaalgedrag"),
    "overig": ("", "anders"),
}


def _score_within(rows: pd.DataFrame) -> pd.Series:
    return ~((rows["low"] > rows["score"]) | (rows["score"] > rows["high"]))


TABLE = Table(
    name="survey_scores",
    title="Enquêtescores",
    about="Een rij is de uitkomst van één vraag, in één jaar, voor één gebied of de hele stad.",
    event="",
    natural_key=("survey", "year", "question", "area_given"),
    columns=(
        *KEY,
        Column(
            "survey", "Onderzoek", required=True,
            help="buurtpeiling, veiligheidsmonitor, belevingsonderzoek of betalingsbereidheid.",
            example="buurtpeiling", synonyms=("enquete", "naam onderzoek"),
            allowed=SURVEYS, fallback="overig",
        ),
        Column(
            "year", "Jaar", "number", required=True, minimum=2000, maximum=2100,
            help="Jaar waarin is gevraagd.", example="2025", synonyms=("onderzoeksjaar",),
        ),
        Column(
            "question", "Vraag", required=True,
            help="De vraag, kort.", example="Tevreden over reactie op meldingen",
            synonyms=("stelling",),
        ),
        Column(
            "score", "Score", "number", required=True,
            help="De uitkomst.", example="61,5", synonyms=("uitkomst", "waarde"),
        ),
        Column(
            "unit", "Eenheid", help="Waarin de score is gemeten.", example="%",
            synonyms=("meeteenheid",),
        ),
        Column(
            "respondents", "Aantal respondenten", "number", minimum=0, unit="respondenten",
            help="Hoeveel mensen de vraag beantwoordden.", example="412",
            synonyms=("n", "respons", "respondenten"),
        ),
        Column(
            "low", "Ondergrens 95 %", "number", help="Laagste waarde van het interval.",
            example="56,7", synonyms=("ondergrens",),
        ),
        Column(
            "high", "Bovengrens 95 %", "number", help="Hoogste waarde van het interval.",
            example="66,1", synonyms=("bovengrens",),
        ),
        *PLACE,
        *TRAIL,
    ),
    rules=(
        Rule("Score ligt buiten het interval", _score_within),
        Rule("Jaar is geen heel getal", lambda rows: rows["year"].isna() | (rows["year"] % 1 == 0)),
    ),
)  # fmt: skip
