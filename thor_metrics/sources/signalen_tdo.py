r"""Signalen's TDO export: the least Signalen can say about a report, and enough.

One file without free text or reporter; the place is EWKB in hex, with the ``\x`` PostgreSQL puts
before it; categories are slugs.
"""

from __future__ import annotations

from typing import Final

import pandas as pd

from thor_metrics.sources import csvfile, signalen
from thor_metrics.sources.base import Member, Package, Reading, Request, Source
from thor_metrics.sources.csvfile import Head

__all__ = ["SOURCE"]

_NAME: Final = "signalen_tdo"

_COLUMNS: Final = {
    "id": "source_id",
    "created_at": "reported_at",
    "updated_at": "updated_at",
    "geometry": "geometry",
    "status": "status",
    "main_slug": "main_category",
    "sub_slug": "sub_category",
}

_LESS: Final = (
    "Deze export zegt niet welke meldingen deelmeldingen zijn en wanneer ze zijn afgehandeld. "
    "Gebruik liever de CSV-export of de API als u die hebt."
)

#: Signalen's own slugs that do not read as their name, which the CSV export and the API give.
_NAMES: Final = {
    "auto-scooter-bromfietswrak": "Auto- / scooter- / bromfiets(wrak)",
    "boom": "Boom - dood",
    "boom-afval": "Boom - plastic en overig afval",
    "boomziekten-en-plagen": "Boom - ziekten en plagen",
    "bruggen": "Brug",
    "bruin-en-witgoed": "Bruin- en witgoed",
    "container-voor-papier-is-stuk": "Container papier kapot",
    "container-voor-papier-is-vol": "Container papier vol",
    "container-voor-plastic-afval-is-kapot": "Container plastic kapot",
    "container-voor-plastic-afval-is-vol": "Container plastic afval vol",
    "drank-en-drugsoverlast": "Drank- / drugsoverlast",
    "drijfvuil": "Drijfvuil bevaarbaar water",
    "fraude": "Woonfraude",
    "gladheid": "Gladheid winterdienst",
    "gladheid-bladeren": "Gladheid door blad",
    "gladheid-olie": "Gladheid door olie op de weg",
    "graffitiwildplak": "Graffiti / wildplak",
    "hondenpoep": "Uitwerpselen",
    "lantaarnpaal-straatverlichting": "Straatverlichting",
    "maaien-snoeien": "Maaien",
    "oever-kade-steiger": "Oever",
    "onkruid": "Onkruid in het groen",
    "onkruid-verharding": "Onkruid op verharding",
    "overig-boten": "Overige boten",
    "overig-horecabedrijven": "Overig bedrijven / horeca",
    "overlast-op-het-water-geluid": "Geluid op het water",
    "overlast-op-het-water-gezonken-boot": "Wrak in het water",
    "overlast-op-het-water-snel-varen": "Snel varen",
    "overlast-van-taxis-bussen-en-fietstaxis": "Overlast van taxi's, bussen en fietstaxi's",
    "prullenbak-kapot": "Prullenbak is kapot",
    "prullenbak-vol": "Prullenbak is vol",
    "prullenbakkapot": "Prullenbak is kapot",
    "ratten-in-en-rond-woning": "Ratten – in en rond een woning",
    "scheepvaart-nautisch-toezicht": "Nautisch toezicht / vaargedrag",
    "stank-horecabedrijven": "Stank horeca/bedrijven",
    "veegzwerfvuil": "Veeg- / zwerfvuil",
    "verzakking-kades": "Verzakking van kades",
    "wonen-overig": "Overige Wonen",
}


def _signals(package: Package) -> tuple[Member, Head] | None:
    """Find the file with reports; a list of states may lie beside it."""
    for member in sorted(package.members, key=lambda one: one.name, reverse=True):
        head = csvfile.head_of(member)
        if head is not None and head.has("id", "created_at", "main_slug", "sub_slug"):
            return member, head
    return None


def _read(package: Package, request: Request) -> Reading:
    found = _signals(package)
    assert found is not None  # recognised by it
    member, head = found
    columns = head.columns(_COLUMNS)
    ignored, personal = csvfile.left_out(head.headers, columns)
    mine = signalen.settings_of(request.settings, _NAME)
    return Reading(
        table="incidents",
        source=signalen.system_of(request.source, _NAME),
        columns=columns,
        batches=csvfile.batches(member, head, columns, finish=_in_words),
        ignored=tuple(ignored),
        personal=personal,
        time_zone=mine.time_zone or "UTC",
        date_order=mine.date_order or "ymd",
        warnings=(_LESS,),
    )


def _in_words(rows: pd.DataFrame) -> pd.DataFrame:
    """Slugs as the names that the other ways out of Signalen give."""
    return rows.assign(
        **{
            name: rows[name].map(_name, na_action="ignore").astype("str")
            for name in ("main_category", "sub_category")
        }
    )


def _name(slug: str) -> str:
    return _NAMES.get(slug) or slug.replace("-", " ").capitalize()


SOURCE: Final = Source(
    name=_NAME,
    title="Signalen (TDO-export)",
    table="incidents",
    recognises=lambda package: _signals(package) is not None,
    read=_read,
)
