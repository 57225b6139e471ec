"""Verwijderingen: bicycles and wrecks taken away, in numbers per action."""

from __future__ import annotations

import pandas as pd

from thor_metrics.schema.common import CALENDAR, KEY, PLACE, TRAIL, YES_NO
from thor_metrics.schema.table import Column, Rule, Table

REMOVED = {
    "fiets": ("fietsen", "verwijderde fiets", "foutgeplaatste fiets"),
    "fietswrak": ("wrak", "wrakken", "fietswrakken"),
    "weesfiets": ("weesfietsen",),
    "bromfiets": ("scooter", "snorfiets", "bromfietsen"),
    "deelfiets": ("deelfietsen", "deelscooter", "deelvervoer"),
    "overig": ("", "anders"),
}

OCCASIONS = {
    "veegactie": ("veegacties", "grote actie"),
    "controle": ("fietscontrole", "ronde"),
    "melding": ("naar aanleiding van melding",),
    "onbekend": ("",),
}


def _no_more_than_taken(rows: pd.DataFrame) -> pd.Series:
    return ~(rows["collected"] > rows["amount"].fillna(1))


TABLE = Table(
    name="removals",
    title="Verwijderingen",
    about="Een rij is wat bij één actie van één soort is weggehaald.",
    event="removed_at",
    natural_key=("removed_at", "kind", "occasion", "object_name", "area_given"),
    columns=(
        *KEY,
        Column(
            "removed_at", "Verwijderd op", "time", required=True,
            help="Wanneer is weggehaald: dd-mm-jjjj uu:mm.", example="15-04-2026 09:30",
            synonyms=("datum", "datum verwijdering", "verwijderdatum"),
        ),
        Column(
            "kind", "Soort verwijdering", required=True,
            help="fiets, fietswrak, weesfiets, bromfiets, deelfiets of overig.", example="fiets",
            synonyms=("soort", "type", "wat"), allowed=REMOVED, fallback="overig",
        ),
        Column(
            "amount", "Aantal", "number", minimum=0, unit="stuks",
            help="Hoeveel; leeg telt als 1.", example="38",
            synonyms=("aantal verwijderd", "aantal fietsen", "hoeveelheid"),
        ),
        Column(
            "occasion", "Bij",
            help="veegactie, controle of melding.", example="veegactie",
            synonyms=("bij actie", "aanleiding"), allowed=OCCASIONS, fallback="onbekend",
        ),
        Column(
            "labelled", "Vooraf gelabeld",
            help="Of eerst een label is aangebracht.", example="nee",
            synonyms=("gelabeld", "label"), allowed=YES_NO, fallback="onbekend",
        ),
        Column(
            "collected", "Opgehaald door eigenaar", "number", minimum=0, unit="stuks",
            help="Hoeveel later zijn opgehaald.", example="12", synonyms=("opgehaald",),
        ),
        Column(
            "control_id", "Controlenummer",
            help="De controle of veegactie waar het bij hoort.", example="C2026-0001",
            synonyms=("bij controle", "controle"),
        ),
        Column(
            "object_name", "Locatie",
            help="Naam van de stalling of het plein; geen adres.", example="Stationsplein",
            synonyms=("object", "plek", "locatie naam"),
        ),
        *PLACE,
        *CALENDAR,
        *TRAIL,
    ),
    rules=(Rule("Meer opgehaald dan verwijderd", _no_more_than_taken),),
)  # fmt: skip
