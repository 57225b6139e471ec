"""Objecten: fixed places that nuisance gathers around."""

from __future__ import annotations

from thor_metrics.schema.common import KEY, PLACE, TRAIL
from thor_metrics.schema.table import Column, Table

OBJECT_KINDS = {
    "milieuperron": ("container", "perron", "ondergrondse container", "afvalcontainer"),
    "fietsparkeerplek": ("fietsenstalling", "stalling", "fietslocatie", "fietsparkeren"),
    "school": ("scholen",),
    "plein": ("pleinen",),
    "horeca": ("cafe", "restaurant", "terras"),
    "evenemententerrein": ("evenementterrein", "evenementenlocatie"),
    "station": (),
    "overig": ("",),
}

TABLE = Table(
    name="objects",
    title="Objecten",
    about="Een rij is één vaste plek: milieuperron, fietsparkeerplek, school, plein ...",
    event="",
    columns=(
        *KEY,
        Column(
            "kind", "Soort", required=True,
            help="milieuperron, fietsparkeerplek, school, plein, horeca, evenemententerrein ...",
            example="milieuperron", synonyms=("soort object", "type", "objecttype"),
            allowed=OBJECT_KINDS, fallback="overig",
        ),
        Column("name", "Naam", help="Herkenbare naam.", example="Milieuperron Herbenusstraat",
               synonyms=("omschrijving object", "locatienaam")),
        Column(
            "capacity", "Capaciteit", "number", minimum=0, unit="plaatsen",
            help="Aantal plaatsen of containers.", example="120", synonyms=("aantal plaatsen",),
        ),
        *PLACE,
        *TRAIL,
    ),
)  # fmt: skip
