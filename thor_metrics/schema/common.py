"""Columns that several tables share, written once."""

from __future__ import annotations

import pandas as pd

from thor_metrics.schema.table import Column

YES_NO = {
    "ja": ("j", "yes", "y", "true", "1", "waar", "x"),
    "nee": ("n", "no", "false", "0", "onwaar"),
    "onbekend": ("",),
}

#: Which system a row came from, and its number there: together the key of every table.
KEY = (
    Column(
        "source",
        "Bronsysteem",
        help="Naam van het systeem waar de rij uit komt. Leeg laten mag: dan vult Inlezen het in.",
        example="signalen",
        synonyms=("bron systeem", "systeem"),
        required=True,
    ),
    Column(
        "source_id",
        "Nummer",
        help="Het nummer in het bronsysteem. Zelfde nummer opnieuw geladen = dezelfde rij.",
        example="Z2026-00101",
        synonyms=(
            "id", "nr", "meldingsnummer", "meldingnummer", "zaaknummer", "zaak id", "zaak nr",
            "referentie", "referentienummer", "service_request_id", "srnumber", "controlenummer",
            "waarnemingnummer", "sanctienummer", "objectnummer", "identificatie", "kenmerk",
            "registratienummer", "volgnummer", "bronid", "bron id",
        ),
        required=True,
    ),
    Column(
        "system_version",
        "Versie bronsysteem",
        help="Een nieuw meldsysteem is een breuk in elke reeks; daarom wordt de versie bewaard.",
        example="2.50",
    ),
    Column(
        "updated_at",
        "Bijgewerkt op",
        "time",
        help="Laatste wijziging in het bronsysteem; de nieuwste wijziging wint.",
        example="04-06-2026 11:00",
        synonyms=("updated", "updateddate", "updated_datetime", "gewijzigd", "laatst gewijzigd",
                  "wijzigingsdatum", "mutatiedatum"),
    ),
)  # fmt: skip

#: Where, as files say it, and where as we keep it.
PLACE = (
    Column(
        "x", "X-coördinaat", "number", unit="m",
        help="RD-coördinaat (of lengtegraad); punt of komma mag allebei.",
        example="175995,0",
        synonyms=("x", "x coord", "xcoordinaat", "x rd", "rd x", "rdx", "x_coord", "lengtegraad",
                  "lon", "long", "lng", "longitude", "x coordinate"),
    ),
    Column(
        "y", "Y-coördinaat", "number", unit="m",
        help="RD-coördinaat (of breedtegraad).",
        example="318161,0",
        synonyms=("y", "y coord", "ycoordinaat", "y rd", "rd y", "rdy", "y_coord", "breedtegraad",
                  "lat", "latitude", "y coordinate"),
    ),
    Column(
        "geometry", "Geometrie", role="input",
        help="Punt als WKT, EWKB (hex) of GeoJSON; in plaats van X en Y.",
        example="POINT (175995 318161)",
        synonyms=("geometrie", "geom", "wkt", "locatie geometrie", "the_geom", "shape"),
    ),
    Column(
        "area_given", "Buurt",
        help="Code of naam van de buurt; telt alleen als er geen coördinaat is.",
        example="Statenkwartier",
        synonyms=("buurtcode", "buurtnaam", "area_code", "area", "area name", "regionname",
                  "buurt code", "cbs buurt", "wijk", "gebied", "stadsdeel", "nc", "neighborhood"),
    ),
    Column("buurt", "Buurtcode (geplaatst)", role="stored"),
    Column("gebied", "Gebied (geplaatst)", role="stored"),
    Column("cell_x", "Vak x (100 m)", "integer", role="stored"),
    Column("cell_y", "Vak y (100 m)", "integer", role="stored"),
    Column("place_basis", "Plaats bekend uit", role="stored"),
)  # fmt: skip

#: Local calendar columns, made once at ingest so that no query converts time zones.
CALENDAR = (
    Column("time_known", "Tijdstip bekend", "boolean", role="stored"),
    Column("time_basis", "Tijd is van", role="stored"),
    Column("date", "Datum (lokaal)", "date", role="stored"),
    Column("hour", "Uur (lokaal)", "integer", role="stored"),
    Column("weekday", "Weekdag (ma = 0)", "integer", role="stored"),
    Column("iso_year", "ISO-jaar", "integer", role="stored"),
    Column("iso_week", "ISO-week", "integer", role="stored"),
    Column("month", "Maand", role="stored"),
)

THEME = (
    Column(
        "theme_given", "Thema",
        help="Thema van het plan; leeg laten mag als de categorie in settings.toml staat.",
        example="Afval",
        synonyms=("theme", "speerpunt"),
    ),
    Column("theme", "Thema (ingedeeld)", role="stored"),
    Column("rubriek", "Rubriek (ingedeeld)", role="stored"),
)  # fmt: skip

#: Bookkeeping of the store.
TRAIL = (Column("row_hash", "Vingerafdruk", "integer", role="stored"),)


def ends_after_start(rows: pd.DataFrame) -> pd.Series:
    """Tell which rows do not end before they start; a missing end is fine."""
    return ~(rows["ended_at"] < rows["started_at"])
