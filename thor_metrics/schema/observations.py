"""Eigen waarnemingen: what officers see themselves, apart from what is reported to them."""

from __future__ import annotations

from thor_metrics.schema.common import CALENDAR, KEY, PLACE, THEME, TRAIL
from thor_metrics.schema.table import Column, Table

TABLE = Table(
    name="observations",
    title="Waarnemingen",
    about="Een rij is één eigen waarneming van een medewerker, met soort en aantal.",
    event="observed_at",
    columns=(
        *KEY,
        Column(
            "observed_at", "Waargenomen op", "time",
            help="Wanneer het is gezien: dd-mm-jjjj uu:mm. Tijd mag in een eigen kolom.",
            example="02-06-2026 08:12",
            synonyms=("datum", "datum waarneming", "datum tijd", "waarnemingsdatum",
                      "observed at", "datum gezien"),
            required=True,
        ),
        Column(
            "observed_time", "Waargenomen om", role="input",
            help="Tijdstip als dat in een eigen kolom staat.", example="08:12",
            synonyms=("tijd", "tijdstip", "tijdstip waarneming"),
        ),
        Column(
            "kind", "Soort", required=True,
            help="Wat er is gezien.", example="bijplaatsing",
            synonyms=("soort waarneming", "type", "type waarneming", "waarneming"),
        ),
        Column(
            "amount", "Aantal", "number", minimum=0, unit="stuks",
            help="Hoeveel ervan; leeg telt als 1.", example="3",
            synonyms=("hoeveelheid", "aantal stuks"),
        ),
        Column(
            "control_id", "Controlenummer",
            help="De controle waarbij dit is gezien.", example="C2026-0001",
            synonyms=("bij controle", "controle"),
        ),
        Column(
            "object_name", "Locatie",
            help="Naam van het milieuperron, plein of object; geen adres.",
            example="Milieuperron Herbenusstraat",
            synonyms=("object", "plek", "milieuperron", "locatie naam"),
        ),
        *PLACE,
        *THEME,
        *CALENDAR,
        *TRAIL,
    ),
)  # fmt: skip
