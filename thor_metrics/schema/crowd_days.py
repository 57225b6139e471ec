"""Topdagen: how busy the city was on a day, and whether that was foreseen."""

from __future__ import annotations

from thor_metrics.schema.common import CALENDAR, KEY, TRAIL, YES_NO
from thor_metrics.schema.table import Column, Table

FORESEEN = {
    "ja": ("gepland", "planned", "true", "1", "j", "yes"),
    "nee": ("ongepland", "unplanned", "false", "0", "n", "no"),
    "onbekend": ("",),
}

TABLE = Table(
    name="crowd_days",
    title="Topdagen",
    about="Een rij is één dag van de hele stad: topdag of niet, gepland of niet, hoe druk.",
    event="day",
    ahead=True,
    natural_key=("day",),
    columns=(
        *KEY,
        Column(
            "day", "Dag", "time", required=True,
            help="De dag: dd-mm-jjjj. Geplande topdagen mogen vooruit.", example="27-06-2026",
            synonyms=("datum",),
        ),
        Column(
            "topdag", "Topdag", required=True,
            help="Of het een topdag was (of wordt). Ook dagen met 'nee' helpen: daarmee wordt "
            "gemeten hoe goed topdagen te voorzien zijn.",
            example="ja", synonyms=("is topdag", "drukke dag"), allowed=YES_NO,
            fallback="onbekend",
        ),
        Column(
            "planned", "Gepland",
            help="Of de topdag vooraf in het rooster stond.", example="ja",
            synonyms=("gepland of ongepland", "voorzien"), allowed=FORESEEN, fallback="onbekend",
        ),
        Column(
            "visitors", "Bezoekers", "number", minimum=0, unit="bezoekers",
            help="Geteld of geschat aantal bezoekers van de binnenstad.", example="42000",
            synonyms=("aantal bezoekers", "passanten"),
        ),
        Column(
            "parking_pct", "Parkeerbezetting (%)", "number", minimum=0, maximum=150, unit="%",
            help="Hoogste bezetting van de parkeergarages op die dag.", example="97",
            synonyms=("parkeerbezetting", "bezetting garages"),
        ),
        Column(
            "occasion", "Gebeurtenis",
            help="Waardoor het druk was, in een paar vaste woorden.", example="koopzondag",
            synonyms=("aanleiding drukte", "reden drukte"),
        ),
        *CALENDAR,
        *TRAIL,
    ),
)  # fmt: skip
