"""Evenementen: where and when, so that reports can be laid beside them."""

from __future__ import annotations

from thor_metrics.schema.common import CALENDAR, KEY, PLACE, TRAIL, YES_NO, ends_after_start
from thor_metrics.schema.table import Column, Rule, Table

TABLE = Table(
    name="events",
    title="Evenementen",
    about="Een rij is één evenement: waar, van wanneer tot wanneer, hoe ver het reikt.",
    event="started_at",
    ahead=True,
    natural_key=("started_at", "name"),
    columns=(
        *KEY,
        Column(
            "started_at", "Start evenement", "time", required=True,
            help="Begin: dd-mm-jjjj uu:mm. Wat nog komt, mag ook.", example="03-07-2026 19:00",
            synonyms=("start", "datum", "begin", "startdatum"),
        ),
        Column(
            "started_time", "Starttijd", role="input",
            help="Begintijd als die in een eigen kolom staat.", example="19:00",
            synonyms=("begintijd", "tijd", "tijdstip", "van"),
        ),
        Column(
            "ended_at", "Einde evenement", "time", required=True,
            help="Einde; alleen een tijd mag ook (dezelfde of de volgende dag).",
            example="04-07-2026 01:00", synonyms=("einde", "eindtijd", "einddatum", "tot"),
        ),
        Column(
            "name", "Naam evenement", required=True,
            help="Hoe het evenement heet.", example="Concert op het Vrijthof",
            synonyms=("evenement", "naam", "titel evenement"),
        ),
        Column(
            "radius", "Straal (m)", "number", minimum=50, maximum=5000, unit="m",
            help="Hoe ver van het midden nog overlast kan zijn; leeg is 300 m.", example="300",
            synonyms=("straal", "reikwijdte"),
        ),
        Column(
            "visitors", "Verwachte bezoekers", "number", minimum=0, unit="bezoekers",
            help="Hoeveel bezoekers verwacht.", example="5000",
            synonyms=("bezoekers", "aantal bezoekers"),
        ),
        Column(
            "permit", "Vergunning",
            help="Of er een vergunning is.", example="ja",
            synonyms=("vergund", "vergunning verleend"), allowed=YES_NO, fallback="onbekend",
        ),
        *PLACE,
        *CALENDAR,
        *TRAIL,
    ),
    rules=(Rule("Einde ligt voor het begin", ends_after_start),),
)  # fmt: skip
