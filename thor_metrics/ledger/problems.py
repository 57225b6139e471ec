"""What can go wrong when people write in the app, in words that lose none of theirs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from thor_metrics.errors import ThorError

__all__ = ["FIELD_WORDS", "KIND_WORDS", "Conflict", "Difference", "LedgerError", "shown"]

#: What people call the things and their fields.
KIND_WORDS: Final[Mapping[str, str]] = {
    "document": "document",
    "photo": "foto",
    "mapping": "indeling",
    "rubriek": "rubriek",
    "selection": "selectie",
    "action": "actie",
    "comment": "opmerking",
    "visit": "geplande controle",
    "match": "koppeling",
    "preface": "tekst bij rapport",
    "briefing": "briefing",
    "step": "oefening",
}
FIELD_WORDS: Final[Mapping[str, str]] = {
    "action_id": "actie",
    "address": "adres",
    "alt": "beschrijving",
    "approach": "aanspreken",
    "belongs": "hoort erbij",
    "category": "categorie",
    "compared": "vergeleken met",
    "conclusion": "slotconclusie",
    "control": "controle",
    "day": "dag",
    "due_next": "volgende datum",
    "ends": "laatste dag",
    "exercise": "oefening",
    "file_hash": "bestand",
    "file_name": "bestandsnaam",
    "file_size": "grootte",
    "from_minute": "begin",
    "gebied": "gebied",
    "goal_by": "doel bereikt op",
    "goal_from": "doel: nu",
    "goal_key": "doel: wat",
    "goal_to": "doel: straks",
    "held_on": "laatst gehouden",
    "hints": "hints",
    "introduction": "inleiding",
    "key": "sleutel",
    "kind": "soort",
    "lesson": "conclusie",
    "links": "hoort bij",
    "media_type": "bestandstype",
    "moment": "voor of na",
    "moments": "momenten",
    "monitor": "monitoritem",
    "name": "naam",
    "note": "notitie",
    "outline": "omtrek",
    "page": "pagina",
    "partner": "partner",
    "period": "periode",
    "place_name": "plek",
    "prevent": "voorkomen",
    "pupil": "schuilnaam",
    "radius": "straal",
    "removed": "verwijderd",
    "round_number": "ronde",
    "rubriek": "rubriek",
    "sanction": "sanctioneren",
    "seconds": "seconden per scherm",
    "selected_from": "viel op vanaf",
    "selected_to": "viel op tot en met",
    "slides": "schermen",
    "solved": "opgelost",
    "source": "bron",
    "stage": "stand",
    "starts": "eerste dag",
    "state": "stand",
    "status": "status",
    "stop": "stop",
    "taken_on": "genomen op",
    "team": "team",
    "theme": "thema",
    "title": "titel",
    "to_id": "verwijzing",
    "to_minute": "einde",
    "tries": "pogingen",
    "week": "week",
    "x": "x",
    "y": "y",
}

#: The only one of them that is neuter.
_THIS: Final = {"document": "dit"}


class LedgerError(ThorError, ValueError):
    """What somebody wrote cannot be kept like this; nothing was changed."""


@dataclass(frozen=True)
class Difference:
    """One field of which two people want something else.

    Attributes
    ----------
    field : str
    mine : object
        What this person wanted to write.
    theirs : object
        What stands there now.
    """

    field: str
    mine: Any
    theirs: Any

    def __str__(self) -> str:
        word = FIELD_WORDS.get(self.field, self.field)
        return f"{word}: jij '{shown(self.mine)}', nu '{shown(self.theirs)}'"


class Conflict(LedgerError):
    """Somebody else changed the same thing first. Holds the words of both.

    Attributes
    ----------
    kind, id
        Which thing.
    version : int
        The version that stands there now: write again with this one to win.
    mine, theirs : mapping of str to object
        Field -> what this person wanted, and what stands there now, for every field this person
        wanted to write.
    differences : tuple of Difference
        The fields in which the two differ.
    by : str
        Who changed it last, may be empty.
    at : datetime
        When, UTC.
    """

    def __init__(
        self,
        kind: str,
        id: int,  # noqa: A002 - the word everywhere in the ledger
        *,
        version: int,
        mine: Mapping[str, Any],
        theirs: Mapping[str, Any],
        by: str,
        at: dt.datetime,
    ) -> None:
        self.kind, self.id, self.version, self.by, self.at = kind, id, version, by, at
        self.mine, self.theirs = dict(mine), dict(theirs)
        self.differences = tuple(
            Difference(field, value, theirs.get(field))
            for field, value in mine.items()
            if value != theirs.get(field)
        )
        what = f"{_THIS.get(kind, 'deze')} {KIND_WORDS.get(kind, kind)}"
        words = "; ".join(map(str, self.differences))
        super().__init__(
            f"{by or 'Iemand anders'} heeft {what} gewijzigd terwijl jij bezig was; jouw "
            "wijziging is nog niet bewaard. "
            + (f"Verschil: {words}. " if words else "")
            + "Kies wat moet blijven staan en bewaar opnieuw."
        )


def shown(value: Any) -> str:
    """Write a value of a field as people read it.

    Examples
    --------
    >>> shown(None), shown(True), shown(dt.date(2026, 3, 1)), shown([("doel", "1.1")])
    ('', 'ja', '01-03-2026', 'doel 1.1')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ja" if value else "nee"
    if isinstance(value, dt.date):
        return f"{value:%d-%m-%Y}"
    if isinstance(value, list | tuple):
        return ", ".join(
            item if isinstance(item, str) else " ".join(map(str, item)) for item in value
        )
    return str(value)
