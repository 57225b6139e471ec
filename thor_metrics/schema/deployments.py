"""Inzet: hours per day, shift and gebied: available, planned, and what came in between."""

from __future__ import annotations

from thor_metrics.schema.common import CALENDAR, KEY, PLACE, THEME, TRAIL
from thor_metrics.schema.table import Column, Table

SHIFTS = {
    "dag": ("vroeg", "ochtend", "dagdienst", "vroege dienst", "d"),
    "avond": ("laat", "middag", "avonddienst", "late dienst", "a"),
    "nacht": ("nachtdienst", "n"),
    "onbekend": ("",),
}

REASONS = {
    "demonstratie": ("demo", "betoging"),
    "incident": ("calamiteit", "spoed"),
    "evenement": ("evenementen",),
    "ondersteuning politie": ("politie", "assistentie politie"),
    "uitval": ("ziekte", "verzuim"),
    "topdag": ("drukte",),
    "overig": ("anders",),
    "geen": ("", "-", "nvt", "n.v.t."),
}

TABLE = Table(
    name="deployments",
    title="Inzet",
    about="Een rij is één dienst van één gebied: uren beschikbaar, gepland en ongepland.",
    event="day",
    natural_key=("day", "shift", "area_given", "theme_given", "reason"),
    columns=(
        *KEY,
        Column(
            "day", "Datum inzet", "time", required=True,
            help="De dag waarop de dienst begint.", example="03-06-2026",
            synonyms=("datum", "dag", "roosterdatum"),
        ),
        Column(
            "shift", "Dienst",
            help="dag, avond of nacht.", example="avond",
            synonyms=("dienstsoort", "dagdeel"), allowed=SHIFTS, fallback="onbekend",
        ),
        Column(
            "hours_available", "Beschikbare uren", "number", required=True, minimum=0,
            maximum=2000, unit="uur", help="Mensuren die in het rooster staan.", example="24,0",
            synonyms=("capaciteit uren", "uren beschikbaar", "roosteruren"),
        ),
        Column(
            "hours_planned", "Geplande uren", "number", minimum=0, maximum=2000, unit="uur",
            help="Mensuren die vooraf aan werk zijn toegedeeld.", example="18,5",
            synonyms=("uren gepland", "planbare uren"),
        ),
        Column(
            "hours_unplanned", "Ongeplande uren", "number", minimum=0, maximum=2000, unit="uur",
            help="Mensuren die niet waren voorzien.", example="4,0",
            synonyms=("uren ongepland", "niet planbare uren"),
        ),
        Column(
            "reason", "Reden ongepland",
            help="Waardoor, in vaste woorden.", example="demonstratie",
            synonyms=("reden", "oorzaak ongepland"), allowed=REASONS, fallback="overig",
        ),
        *PLACE,
        *THEME,
        *CALENDAR,
        *TRAIL,
    ),
)  # fmt: skip
