"""Buurten: the facts per area; their boundaries are a file in geodata."""

from __future__ import annotations

from thor_metrics.schema.common import KEY, TRAIL
from thor_metrics.schema.table import Column, Table

TABLE = Table(
    name="areas",
    title="Gebieden en buurten",
    about="Een rij is één buurt met inwoners en oppervlakte.",
    event="",
    columns=(
        KEY[0],
        Column(
            "source_id", "Buurtcode", required=True,
            help="Code van de buurt (CBS).", example="BU09350003",
            synonyms=("code", "buurt code", "statcode", "cbs code"),
        ),
        Column(
            "name", "Buurtnaam", required=True,
            help="Naam van de buurt.", example="Statenkwartier",
            synonyms=("naam", "buurt", "statnaam"),
        ),
        Column("wijk", "Wijk", help="CBS-wijk.", example="Centrum",
               synonyms=("wijknaam", "wijkcode", "cbs wijk")),
        Column(
            "gebied", "Gebied", help="Stadsdeel of gebied van het gebiedsteam.",
            example="Centrum", synonyms=("stadsdeel", "gebiedsnaam", "stadsdeel 2022"),
        ),
        Column("x", "Zwaartepunt X", "number", unit="m", help="Zwaartepunt.", example="175995",
               synonyms=("x", "x rd", "x coordinaat")),
        Column("y", "Zwaartepunt Y", "number", unit="m", help="Zwaartepunt.", example="318161",
               synonyms=("y", "y rd", "y coordinaat")),
        Column(
            "land_ha", "Oppervlakte land (ha)", "number", minimum=0, unit="ha",
            help="Landoppervlak.", example="42",
            synonyms=("oppervlakte land ha", "land ha", "oppervlakte"),
        ),
        Column(
            "inhabitants", "Inwoners", "integer", minimum=0, unit="personen",
            help="Aantal inwoners.", example="5015", synonyms=("aantal inwoners", "inw"),
        ),
        *TRAIL,
    ),
)  # fmt: skip
