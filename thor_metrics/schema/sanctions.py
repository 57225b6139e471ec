"""Sancties: what was imposed, without a person in it. A naheffing is a tax, never a fine."""

from __future__ import annotations

from thor_metrics.schema.common import CALENDAR, KEY, PLACE, THEME, TRAIL, YES_NO
from thor_metrics.schema.table import Column, Rule, Table

TABLE = Table(
    name="sanctions",
    title="Sancties",
    about="Een rij is één sanctie of een dagtotaal per soort; nooit een persoon of kenteken.",
    event="imposed_at",
    columns=(
        *KEY,
        Column(
            "imposed_at", "Opgelegd op", "time", required=True,
            help="Datum waarop de sanctie is opgelegd.", example="03-06-2026",
            synonyms=("datum", "datum sanctie", "sanctiedatum", "datum opgelegd",
                      "datum oplegging"),
        ),
        Column(
            "kind", "Soort sanctie", required=True,
            help="opruimkosten, naheffing, mulder, bestuurlijke boete, waarschuwing ...",
            example="opruimkosten", synonyms=("soort", "type", "type sanctie", "sanctie"),
        ),
        Column(
            "amount", "Aantal", "number", minimum=0, unit="stuks",
            help="Hoeveel; leeg telt als 1.", example="1", synonyms=("aantal sancties",),
        ),
        Column(
            "euros", "Bedrag (EUR)", "number", minimum=0, unit="euro",
            help="Totaalbedrag.", example="171,00", synonyms=("bedrag", "euro", "bedrag in euro"),
        ),
        Column(
            "found", "Geconstateerd (aantal)", "number", minimum=0, unit="stuks",
            help="Hoeveel overtredingen zijn gezien.", example="3",
            synonyms=("geconstateerd", "aantal geconstateerd"),
        ),
        Column(
            "offender_known", "Dader bekend",
            help="Of bekend was wie het deed (ja of nee; nooit wie).", example="ja",
            synonyms=("overtreder bekend",), allowed=YES_NO, fallback="onbekend",
        ),
        Column(
            "collected", "Geïnd (aantal)", "number", minimum=0, unit="stuks",
            help="Hoeveel er zijn betaald.", example="1", synonyms=("geind", "betaald"),
        ),
        Column(
            "collected_euros", "Geïnd (EUR)", "number", minimum=0, unit="euro",
            help="Betaald bedrag.", example="171,00",
            synonyms=("geind bedrag", "betaald bedrag"),
        ),
        Column(
            "control_id", "Controlenummer",
            help="De controle waar de sanctie uit volgde.", example="C2026-0001",
            synonyms=("bij controle", "controle"),
        ),
        *PLACE,
        *THEME,
        *CALENDAR,
        *TRAIL,
    ),
    rules=(
        Rule(
            "Meer geïnd dan opgelegd",
            lambda rows: ~(rows["collected"] > rows["amount"].fillna(1)),
        ),
        Rule(
            "Meer opgelegd dan geconstateerd",
            lambda rows: ~(rows["amount"].fillna(1) > rows["found"]),
        ),
    ),
)  # fmt: skip
