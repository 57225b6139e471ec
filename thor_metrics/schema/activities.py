"""Activiteiten: what the team does besides controles: training, meetings, hours in the wijk."""

from __future__ import annotations

from thor_metrics.schema.common import CALENDAR, KEY, PLACE, THEME, TRAIL, ends_after_start
from thor_metrics.schema.table import Column, Rule, Table

ACTIVITIES = {
    "opleiding": ("training", "cursus", "opleidingen"),
    "briefing": ("briefings",),
    "overleg": ("vergadering", "werkoverleg", "overleggen"),
    "samenwerkingsactie": ("gecoordineerde actie", "gezamenlijke actie", "integrale actie"),
    "teambuilding": ("teamuitje", "teambuildingsactiviteit"),
    "beleidsproduct": ("beleid", "beleidsadvies"),
    "spreekuur": ("spreekuren", "inloopspreekuur"),
    "buurtbezoek": ("wijkbezoek", "buurtbezoeken"),
    "stadsdeelbezoek": ("gebiedsbezoek",),
    "buurtoverleg": ("wijkoverleg", "buurtoverleggen"),
    "onderschat": ("onderschat-actie", "onderschat actie"),
    "bezoek jeugd": ("bezoek school", "schoolbezoek", "bezoek samenkomstlocatie"),
    "workshop": ("workshop dashboard",),
    "evaluatie": ("evaluatie evenement",),
    "overig": ("", "anders"),
}

STATUS = {
    "gepland": ("planned", "ingepland", "staat gepland"),
    "gehouden": ("", "uitgevoerd", "done", "geweest", "afgerond", "gerealiseerd"),
    "vervallen": ("geannuleerd", "cancelled", "niet doorgegaan"),
}

TABLE = Table(
    name="activities",
    title="Activiteiten",
    about="Een rij is één activiteit: opleiding, overleg, spreekuur, buurtbezoek ...",
    event="started_at",
    ahead=True,
    natural_key=("started_at", "kind", "subject", "location", "area_given"),
    columns=(
        *KEY,
        Column(
            "started_at", "Start activiteit", "time", required=True,
            help="Begin: dd-mm-jjjj uu:mm. Wat nog komt, mag ook.", example="03-06-2026 15:00",
            synonyms=("start", "datum", "begin", "datum activiteit", "startdatum"),
        ),
        Column(
            "started_time", "Starttijd", role="input",
            help="Begintijd als die in een eigen kolom staat.", example="15:00",
            synonyms=("begintijd", "tijd", "tijdstip", "van"),
        ),
        Column(
            "ended_at", "Einde", "time",
            help="Einde; alleen een tijd mag ook.", example="03-06-2026 17:00",
            synonyms=("eindtijd", "einddatum", "tot"),
        ),
        Column(
            "kind", "Soort activiteit", required=True,
            help="opleiding, briefing, overleg, spreekuur, buurtbezoek, onderschat ...",
            example="spreekuur", synonyms=("activiteit", "soort", "type activiteit"),
            allowed=ACTIVITIES, fallback="overig",
        ),
        Column(
            "subject", "Onderwerp",
            help="Waarover, in een paar woorden; geen namen van mensen.",
            example="Inloop wijkgebonden medewerker",
            synonyms=("titel", "omschrijving activiteit"),
        ),
        Column(
            "partner", "Partner", help="Met wie samen.", example="Politie",
            synonyms=("samen met", "samenwerkingspartner"),
        ),
        Column(
            "participants", "Deelnemers", "number", minimum=0, maximum=5000, unit="deelnemers",
            help="Hoeveel mensen van THOR meededen.", example="2",
            synonyms=("aantal deelnemers",),
        ),
        Column(
            "hours_spent", "Inzet (uren)", "number", minimum=0, maximum=2000, unit="uur",
            help="Mensuren: personen maal duur.", example="4,0",
            synonyms=("inzet", "uren", "inzet uren", "manuren", "mensuren"),
        ),
        Column(
            "status", "Status activiteit",
            help="gepland, gehouden of vervallen; leeg is gehouden.", example="gehouden",
            synonyms=("status", "stand"), allowed=STATUS, fallback="gehouden",
        ),
        Column(
            "result", "Resultaat",
            help="Uitkomst in een of twee vaste woorden; geen vrije tekst.", example="Gehouden",
            synonyms=("uitkomst",),
        ),
        Column(
            "location", "Waar",
            help="Naam van de plek; geen adres.", example="Buurthuis",
            synonyms=("locatie", "plek", "spreekuurlocatie"),
        ),
        *PLACE,
        *THEME,
        *CALENDAR,
        *TRAIL,
    ),
    rules=(Rule("Einde ligt voor het begin", ends_after_start),),
)  # fmt: skip
