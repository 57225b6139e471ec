"""Stallingsbezetting: how full a bicycle parking was when somebody counted."""

from __future__ import annotations

from thor_metrics.schema.common import CALENDAR, KEY, PLACE, TRAIL
from thor_metrics.schema.table import Column, Table

TABLE = Table(
    name="occupancy",
    title="Stallingsbezetting",
    about="Een rij is één telling bij één fietsparkeerplek.",
    event="counted_at",
    natural_key=("counted_at", "object_name"),
    columns=(
        *KEY,
        Column(
            "counted_at", "Geteld op", "time", required=True,
            help="Wanneer is geteld: dd-mm-jjjj uu:mm.", example="03-06-2026 11:00",
            synonyms=("datum", "datum telling", "teldatum"),
        ),
        Column(
            "counted_time", "Geteld om", role="input",
            help="Tijdstip als dat in een eigen kolom staat.", example="11:00",
            synonyms=("tijd", "tijdstip"),
        ),
        Column(
            "object_name", "Stalling", required=True,
            help="Naam van de fietsparkeerplek, zoals bij Objecten.", example="Stationsplein",
            synonyms=("locatie", "fietsparkeerplek", "plek", "object"),
        ),
        Column(
            "capacity", "Capaciteit", "number", required=True, minimum=0, unit="plaatsen",
            help="Aantal plaatsen.", example="120", synonyms=("aantal plaatsen", "plaatsen"),
        ),
        Column(
            "occupied", "Bezet", "number", required=True, minimum=0, unit="plaatsen",
            help="Aantal bezette plaatsen.", example="97",
            synonyms=("bezette plaatsen", "gestald", "aantal gestald"),
        ),
        Column(
            "beside", "Buiten de vakken", "number", minimum=0, unit="fietsen",
            help="Fietsen die er los omheen stonden.", example="14",
            synonyms=("foutgeplaatst", "naast de vakken", "buiten de rekken"),
        ),
        *PLACE,
        *CALENDAR,
        *TRAIL,
    ),
)  # fmt: skip
