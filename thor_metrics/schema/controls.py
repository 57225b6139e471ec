"""Controles: the team's own effort, planned or not, and what it found."""

from __future__ import annotations

from thor_metrics.schema.common import CALENDAR, KEY, PLACE, THEME, TRAIL, ends_after_start
from thor_metrics.schema.table import Column, Rule, Table

PLANNED = {
    "ja": ("gepland", "planned", "true", "1", "j", "yes", "veegactie", "steekproef"),
    "nee": (
        "ongepland", "unplanned", "false", "0", "n", "no", "melding", "eigen waarneming",
        "topdag", "spoed", "incident", "naar aanleiding van melding",
    ),
    "onbekend": ("",),
}  # fmt: skip


TABLE = Table(
    name="controls",
    title="Controles",
    about="Een rij is één controle of actie: gepland of niet, hoe lang, wat is gevonden.",
    event="started_at",
    columns=(
        *KEY,
        Column(
            "started_at", "Start", "time",
            help="Begin van de controle: dd-mm-jjjj uu:mm. Tijd mag in een eigen kolom.",
            example="03-06-2026 09:00",
            synonyms=("datum", "datum controle", "begin", "startdatum", "datum tijd", "begonnen",
                      "controledatum"),
            required=True,
        ),
        Column(
            "started_time", "Starttijd", role="input",
            help="Begintijd als die in een eigen kolom staat.", example="09:00",
            synonyms=("begintijd", "tijd", "tijdstip", "van"),
        ),
        Column(
            "ended_at", "Einde", "time",
            help="Einde van de controle; alleen een tijd mag ook (dezelfde of de volgende dag).",
            example="03-06-2026 11:30", synonyms=("eindtijd", "einddatum", "tot"),
        ),
        Column(
            "kind", "Type controle", required=True,
            help="Soort controle.", example="Controle milieuperron",
            synonyms=("soort", "soort controle", "type", "controle"),
        ),
        Column(
            "planned", "Aanleiding",
            help="Gepland, of waardoor dan wel.", example="Gepland",
            synonyms=("gepland", "reden", "gepland ja nee"),
            allowed=PLANNED, fallback="onbekend",
        ),
        Column(
            "checked", "Aantal gecontroleerd", "number", minimum=0, unit="stuks",
            help="Hoeveel voertuigen, fietsen, zakken of zaken zijn bekeken.", example="14",
            synonyms=("gecontroleerd", "aantal gecontroleerde voertuigen"),
        ),
        Column(
            "violations", "Aantal overtredingen", "number", minimum=0, unit="stuks",
            help="Hoeveel daarvan niet in orde waren.", example="5",
            synonyms=("overtredingen",),
        ),
        Column(
            "warnings", "Waarschuwingen", "number", minimum=0, unit="stuks",
            help="Hoeveel waarschuwingen.", example="2", synonyms=("aantal waarschuwingen",),
        ),
        Column(
            "sanctions", "Sancties", "number", minimum=0, unit="stuks",
            help="Hoeveel sancties.", example="3", synonyms=("aantal sancties", "boetes"),
        ),
        Column(
            "costs_recovered", "Kosten verhaald (EUR)", "number", minimum=0, unit="euro",
            help="Verhaalde opruimkosten.", example="513,00",
            synonyms=("kosten verhaald", "opruimkosten"),
        ),
        Column(
            "hours_spent", "Inzet (uren)", "number", minimum=0, maximum=2000, unit="uur",
            help="Mensuren: personen maal duur.", example="5,0",
            synonyms=("inzet", "uren", "inzet uren", "manuren", "mensuren"),
        ),
        Column(
            "result", "Resultaat",
            help="Uitkomst in een of twee vaste woorden; geen vrije tekst.",
            example="Overtreding vastgesteld", synonyms=("uitkomst",),
        ),
        Column(
            "partner", "Partner",
            help="Met wie samen.", example="Politie",
            synonyms=("samen met", "samenwerkingspartner"),
        ),
        Column("team", "Team", help="Welk team.", example="Centrum"),
        Column(
            "object_name", "Locatie",
            help="Naam van het milieuperron, plein of object; geen adres.",
            example="Milieuperron Herbenusstraat", synonyms=("object", "plek", "locatie naam"),
        ),
        *PLACE,
        *THEME,
        *CALENDAR,
        *TRAIL,
    ),
    rules=(
        Rule("Einde ligt voor het begin", ends_after_start),
        Rule(
            "Meer overtredingen dan gecontroleerd",
            lambda rows: ~(rows["violations"] > rows["checked"]),
        ),
    ),
)  # fmt: skip
