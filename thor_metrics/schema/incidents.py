"""Meldingen: what citizens (and colleagues through the same desk) report."""

from __future__ import annotations

import pandas as pd

from thor_metrics.schema.common import CALENDAR, KEY, PLACE, THEME, TRAIL
from thor_metrics.schema.table import Column, Rule, Table

#: Status codes of the sources; labels differ between versions, so codes come first.
STATUS = {
    "nieuw": ("m", "gemeld", "new", "nieuwe melding", "ontvangen", "geregistreerd"),
    "open": (
        "i", "b", "h", "ingepland", "ready to send", "sent", "send failed", "forward to external",
        "done external", "reaction requested", "reaction received", "closure requested",
        "reopened", "reopenend", "in behandeling", "in afwachting van behandeling", "on hold",
        "extern: te verzenden", "extern: verzonden", "extern: mislukt", "extern: afgehandeld",
        "doorgezet naar extern", "reactie gevraagd", "reactie ontvangen", "heropend",
        "te verzenden naar extern systeem", "verzonden naar extern systeem",
        "verzending naar extern systeem mislukt", "melding is afgehandeld in extern systeem",
        "extern: verzoek tot afhandeling", "verzoek tot afhandeling", "openstaand",
        "in_behandeling", "controle", "wachten_melder", "pauze", "doorverwezen gekregen",
        "doorverwezen", "pending", "in progress", "assigned", "acknowledged", "bezig",
    ),
    "gesloten": (
        "o", "s", "reopen requested", "afgehandeld", "gesplitst", "verzoek tot heropenen",
        "closed", "gesloten", "gereed", "opgelost", "afgerond", "afgesloten", "completed",
    ),
    "geannuleerd": (
        "a", "geannuleerd", "cancelled", "canceled", "vervallen", "ingetrokken",
    ),
    "onbekend": ("", "leeg"),
}  # fmt: skip

CHANNEL = {
    "app": ("citizen-android", "citizen-ios", "mobile app", "mobiele app", "buitenbeter",
            "verbeterdebuurt", "mijngemeente app", "app melding openbare ruimte"),
    "web": ("online", "website", "e-form", "self service", "webformulier", "internet", "burger",
            "bur"),
    "telefoon": ("telephone", "call", "tel", "phone", "telefonisch", "tic-android", "tic-ios"),
    "e-mail": ("email", "mail", "e mail"),
    "balie": ("desk", "loket", "brief", "post"),
    "sociale media": ("whats-app", "whatsapp", "twitter", "facebook", "instagram", "x"),
    "intern": ("interne melding", "handler-android", "handler-ios", "admin-android", "medewerker",
               "driver self report", "eigen waarneming", "toezichthouder"),
    "overig": ("other", "anders"),
    "onbekend": ("", "unknown"),
}  # fmt: skip

REPLY = {
    "standaardreactie": ("standaard", "standaardbericht", "automatisch", "sjabloon"),
    "telefonisch": ("telefoon", "gebeld", "terugbelverzoek"),
    "eigen bericht": ("persoonlijk", "e-mail", "brief"),
    "geen": ("geen reactie", "niet"),
    "onbekend": ("",),
}  # fmt: skip


def _ends_after_start(rows: pd.DataFrame) -> pd.Series:
    return ~(rows["occurred_until"] < rows["occurred_from"])


TABLE = Table(
    name="incidents",
    title="Meldingen",
    about="Een rij is één melding van een bewoner, bezoeker of collega.",
    event="reported_at",
    columns=(
        *KEY,
        Column(
            "reported_at", "Gemeld op", "time",
            help="Wanneer de melding binnenkwam: dd-mm-jjjj uu:mm. Tijd mag in een eigen kolom.",
            example="02-06-2026 08:12",
            synonyms=("datum", "meldingsdatum", "datum melding", "melddatum", "aangemaakt",
                      "datum tijd", "datum/tijd", "registratiedatum", "aanmaakdatum", "created",
                      "created_at", "createddate", "requested_datetime", "datummelding",
                      "gemeld", "datum gemeld", "aangemaakt op", "datum aangemaakt",
                      "datum aanmaak", "aanvraagdatum", "meldmoment", "created date"),
            required=True,
        ),
        Column(
            "reported_time", "Gemeld om", role="input",
            help="Tijdstip van melden als dat in een eigen kolom staat.", example="08:12",
            synonyms=("tijdstip melding", "tijd", "tijdstip", "meldtijd", "tijd melding",
                      "meldingstijd"),
        ),
        Column(
            "occurred_from", "Voorval op", "time",
            help="Wanneer de overlast was, als dat bekend is. Beter dan het meldmoment.",
            example="01-06-2026 23:30",
            synonyms=("datum voorval", "tijdstip overlast", "waargenomen op",
                      "incident_date_start", "incident date start", "voorvaldatum",
                      "pleegdatum", "datum overlast"),
        ),
        Column(
            "occurred_until", "Voorval tot", "time",
            help="Einde van de overlast.", example="02-06-2026 01:00",
            synonyms=("incident_date_end", "incident date end", "einde voorval", "voorval einde"),
        ),
        Column(
            "closed_at", "Afgehandeld op", "time",
            help="Wanneer de melding is afgehandeld.", example="04-06-2026 11:00",
            synonyms=("datum afgehandeld", "afhandeldatum", "gereed", "datum gereed", "einddatum",
                      "closeddate", "closed_date", "closed date", "datumafhandeling",
                      "gesloten op", "datum gesloten", "afgerond op"),
        ),
        Column(
            "answered_at", "Eerste reactie op", "time",
            help="Wanneer de melder voor het eerst iets hoorde.", example="02-06-2026 10:30",
            synonyms=("eerste reactie", "datum eerste reactie", "reactie op", "beantwoord op"),
        ),
        Column(
            "reply", "Soort reactie",
            help="standaardreactie, telefonisch, eigen bericht of geen.",
            example="standaardreactie", synonyms=("reactie", "wijze van reactie"),
            allowed=REPLY, fallback="eigen bericht",
        ),
        Column(
            "main_category", "Hoofdcategorie",
            help="Categorie zoals het bronsysteem die noemt.", example="Afval",
            synonyms=("categorie", "main", "hoofd categorie", "hoofdrubriek", "category",
                      "hoofdgroep", "categoryname", "requesttype", "request type",
                      "service_name", "soort melding", "onderwerp", "rubriek naam", "soort"),
        ),
        Column(
            "sub_category", "Subcategorie",
            help="Onderverdeling van de categorie.", example="Container bijplaatsing",
            synonyms=("sub", "sub categorie", "subrubriek", "service_subtype", "onderrubriek",
                      "subsoort", "detail", "rubriek"),
        ),
        Column(
            "status", "Status",
            help="Fase van afhandeling.", example="Afgehandeld",
            synonyms=("fase", "stand", "state", "status_description", "status omschrijving"),
            allowed=STATUS, fallback="onbekend",
        ),
        Column(
            "channel", "Kanaal",
            help="Hoe de melding binnenkwam.", example="App",
            synonyms=("bron", "herkomst", "kanaal", "requestsource", "request source", "source",
                      "herkomstcode", "meldkanaal", "invoerkanaal"),
            allowed=CHANNEL, fallback="overig",
        ),
        Column(
            "parent_id", "Hoofdmelding",
            help="Nummer van de melding waar deze een deel of dubbele van is.", example="",
            synonyms=("duplicaat van", "parent", "hoofd melding", "hoofdmelding nummer",
                      "dubbel van", "duplicate of"),
        ),
        Column(
            "is_child", "Is deelmelding", "boolean",
            help="Ja als deze bij een hoofdmelding hoort; telt dan niet nog eens mee.",
            example="nee",
            synonyms=("deelmelding", "has_parent", "is duplicaat", "dubbel", "duplicaat"),
        ),
        *PLACE,
        *THEME,
        Column("status_source", "Status in de bron", role="stored"),
        Column("counted", "Telt mee", "boolean", role="stored"),
        *CALENDAR,
        *TRAIL,
    ),
    rules=(Rule("Voorval eindigt voordat het begint", _ends_after_start),),
)  # fmt: skip
