"""Subjecten: how many, of what nature and how much work; aggregates, never a person."""

from __future__ import annotations

from thor_metrics.schema.common import CALENDAR, KEY, PLACE, TRAIL
from thor_metrics.schema.table import Column, Table

NATURES = {
    "verward gedrag": ("onbegrepen gedrag", "personen met onbegrepen gedrag", "verward"),
    "dak- en thuisloos": ("dakloos", "thuisloos", "daklozen", "dak en thuislozen"),
    "verslaving": ("drugs", "alcohol", "verslaafd"),
    "jeugd": ("jongeren", "jongere"),
    "bedelaar": ("bedelaars", "bedelen"),
    "overig": ("", "anders"),
}

TABLE = Table(
    name="caseload",
    title="Subjecten",
    about="Een rij is een maandtotaal per aard en partner; nooit één persoon.",
    event="month_start",
    natural_key=("month_start", "nature", "partner", "area_given"),
    columns=(
        *KEY,
        Column(
            "month_start", "Subjectmaand", "time", required=True,
            help="Eerste dag van de maand.", example="01-06-2026",
            synonyms=("maand", "datum", "periode"),
        ),
        Column(
            "nature", "Aard", required=True,
            help="verward gedrag, dak- en thuisloos, verslaving, jeugd, bedelaar of overig.",
            example="verward gedrag", synonyms=("aard subject", "problematiek"),
            allowed=NATURES, fallback="overig",
        ),
        Column(
            "partner", "Partner", help="Zorgpartner waarmee is samengewerkt.",
            example="GGD", synonyms=("zorgpartner", "samen met"),
        ),
        Column(
            "subjects", "Aantal subjecten", "number", required=True, minimum=0, unit="subjecten",
            help="Hoeveel verschillende mensen in die maand; alleen het aantal.", example="14",
            synonyms=("subjecten",),
        ),
        Column(
            "contacts", "Contactmomenten", "number", minimum=0, unit="contacten",
            help="Hoe vaak er contact was.", example="31", synonyms=("aantal contacten",),
        ),
        Column(
            "hours_thor", "Uren THOR", "number", minimum=0, unit="uur",
            help="Mensuren van THOR.", example="22,5", synonyms=("inzet thor",),
        ),
        Column(
            "hours_partner", "Uren partner", "number", minimum=0, unit="uur",
            help="Mensuren van de partner.", example="18,0", synonyms=("inzet partner",),
        ),
        *PLACE,
        *CALENDAR,
        *TRAIL,
    ),
)  # fmt: skip
