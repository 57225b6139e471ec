"""The words of people: cleaned, measured, and looked at for personal data before they are kept."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qsl

import pandas as pd
import shapely

from thor_metrics.ledger.problems import FIELD_WORDS, LedgerError
from thor_metrics.model import THEMES
from thor_metrics.privacy import formula_cells, personal_values
from thor_metrics.settings import slug

__all__ = [
    "MOMENTS",
    "STAGES",
    "STATUSES",
    "TARGET_KINDS",
    "VISIT_STATES",
    "Target",
    "all_checked",
    "checked",
    "line_of",
    "plain",
    "refuse_personal",
    "warnings_for",
]

#: From first draft to out of use.
STATUSES: Final = ("concept", "in behandeling", "vastgesteld", "verlopen", "ingetrokken")

#: Of a photo: before or after what was done there, or neither.
MOMENTS: Final = ("", "voor", "na")

#: Of an action: from idea to what came of it.
STAGES: Final = ("voorstel", "gepland", "bezig", "afgerond", "geëvalueerd")

#: Of a planned control.
VISIT_STATES: Final = ("gepland", "gedaan", "vervallen")

#: What a document or photo may belong to.
TARGET_KINDS: Final = ("monitor", "doel", "controle", "activiteit", "gebied", "actie")

#: Controls, the halves of a broken pair, and signs that turn the direction of a text around
#: (Unicode TR 36): none of them is something a person typed. Tabs and line ends stay.
_DROPPED = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff]"
)
_LINE_END = re.compile("\r\n|[\r\u2028\u2029]")

#: Kinds of :func:`personal_values` that single out a person wherever they stand.
_REFUSED: Final = ("BSN", "kenteken", "telefoonnummer", "e-mailadres", "bankrekening")
_WITH_ARTICLE: Final = {
    "BSN": "een BSN",
    "kenteken": "een kenteken",
    "telefoonnummer": "een telefoonnummer",
    "e-mailadres": "een e-mailadres",
    "bankrekening": "een bankrekeningnummer",
}
#: Characters of an outline: some thousand corners.
_MOST_OUTLINE: Final = 50_000

#: Longest thing looked for, in words: "+31 6 12 34 56 78".
_MOST_WORDS: Final = 6

#: Field -> most characters.
_LONGEST: Final = {
    "title": 200,
    "kind": 80,
    "period": 40,
    "note": 10_000,
    "alt": 500,
    "by": 40,
    "source": 60,
    "category": 300,
    "rubriek": 60,
    "key": 60,
    "name": 100,
    "page": 100,
    "address": 4_000,
    "to_id": 100,
    "gebied": 80,
    "place_name": 200,
    "goal_key": 60,
    "team": 80,
    "partner": 80,
    "prevent": 2_000,
    "approach": 2_000,
    "sanction": 2_000,
    "lesson": 5_000,
    "control": 200,
    "introduction": 5_000,
    "conclusion": 5_000,
    "pupil": 40,
    "exercise": 60,
}
_NEEDED: Final = frozenset(
    (
        "title",
        "alt",
        "category",
        "key",
        "name",
        "to_id",
        "place_name",
        "control",
        "pupil",
        "exercise",
    )
)
_LONG: Final = frozenset(
    ("note", "prevent", "approach", "sanction", "lesson", "introduction", "conclusion")
)
#: Names: they stand in menus, tables and exports, so personal data or a formula is refused.
_NAMES: Final = frozenset(("title", "kind", "name", "by", "place_name", "team", "partner", "pupil"))


class Target(NamedTuple):
    """What a document or photo belongs to.

    Examples
    --------
    >>> Target("monitor", "M05")
    Target(kind='monitor', id='M05')
    """

    kind: str
    id: str


def plain(text: str) -> str:
    r"""Take off what nobody typed; line ends stay.

    Unicode NFC, no control or direction signs, no white space around.

    Examples
    --------
    >>> plain(" Vrijthof\u202e\x00\r\nnoord ")
    'Vrijthof\nnoord'
    """
    text = _DROPPED.sub("", _LINE_END.sub("\n", text))
    return unicodedata.normalize("NFC", text).strip()


def line_of(text: str) -> str:
    r"""Bring a text to one line.

    Examples
    --------
    >>> line_of("Evaluatie\n  pilot ")
    'Evaluatie pilot'
    """
    return " ".join(plain(text).split())


def warnings_for(text: str) -> list[str]:
    """Say which kinds of personal data a text seems to hold; empty when none.

    Looks at every run of up to six words, so that a telephone number beside an e-mail address is
    found too. The text itself is not repeated: a warning may end up in a log.

    Returns
    -------
    list of str
        One Dutch sentence a kind: BSN, kenteken, telefoonnummer, e-mailadres, bankrekening.

    Examples
    --------
    >>> warnings_for("Bel 06-12345678 of mail a.jansen@voorbeeld.nl")
    ['Hier lijkt een telefoonnummer in te staan. Haal het weg: het dashboard bewaart geen \
gegevens van personen.', 'Hier lijkt een e-mailadres in te staan. Haal het weg: het dashboard \
bewaart geen gegevens van personen.']
    >>> warnings_for("12 containers geleegd bij het Vrijthof op 06-06-2026")
    []
    """
    return [
        f"Hier lijkt {_WITH_ARTICLE[kind]} in te staan. Haal het weg: het dashboard bewaart geen "
        "gegevens van personen."
        for kind in _kinds_in(text)
    ]


def _kinds_in(text: str) -> list[str]:
    words = text.split()
    pieces = {
        " ".join(words[start : start + many])
        for many in range(1, _MOST_WORDS + 1)
        for start in range(len(words))
    }
    # A plate without dashes is recognised only as a whole value.
    pieces |= {word.strip(".,;:!?()[]{}'\"") for word in words}
    if not pieces:
        return []
    found = set(personal_values(pd.Series(sorted(pieces), dtype="str")).dropna())
    return [kind for kind in _REFUSED if kind in found]


def checked(field: str, value: Any) -> Any:
    """Return a field's value as it is kept.

    Parameters
    ----------
    field : str
        Column of a thing in the ledger, or ``links``.
    value : object
        What was given; ``None`` is empty.

    Raises
    ------
    LedgerError
        In Dutch, when the value is missing, too long, unknown, or names a person where a name of
        a thing belongs.
    """
    if field in _CHECKS:
        return _CHECKS[field](value)
    text = str(value or "")
    text = plain(text) if field in _LONG else line_of(text)
    word = FIELD_WORDS.get(field, "naam van team of rol" if field == "by" else field)
    if field in _NEEDED and not text:
        raise LedgerError(f"De {word} ontbreekt nog. Vul die in en bewaar opnieuw.")
    if len(text) > _LONGEST[field]:
        raise LedgerError(
            f"De {word} is {len(text)} tekens lang; {_LONGEST[field]} is het meeste. Maak de "
            "tekst korter."
        )
    if field in _NAMES:
        refuse_personal(text, word)
        if formula_cells(pd.Series([text], dtype="str")).any():
            raise LedgerError(
                f"De {word} begint met '{text[0]}'; een spreadsheet leest dat als formule. Begin "
                "met een letter of cijfer."
            )
    return text


def all_checked(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return several fields as they are kept: see :func:`checked`."""
    return {name: checked(name, value) for name, value in fields.items()}


def refuse_personal(text: str, word: str) -> None:
    """Refuse a name that holds what singles out a person.

    Raises
    ------
    LedgerError
    """
    for kind in _kinds_in(text):
        raise LedgerError(
            f"In de {word} lijkt {_WITH_ARTICLE[kind]} te staan. Dat mag niet: namen staan overal "
            f"in beeld. Haal het weg en bewaar opnieuw."
        )


def _one_of(field: str, allowed: tuple[str, ...]) -> Any:
    def check(value: Any) -> str:
        text = line_of(str(value or ""))
        if text not in allowed:
            known = ", ".join(f"'{name}'" for name in allowed)
            raise LedgerError(f"'{text}' is geen {FIELD_WORDS[field]}. Kies uit {known}.")
        return text

    return check


def _monitor(value: Any) -> str:
    text = line_of(str(value or "")).upper()
    if text and not re.fullmatch(r"M\d\d", text):
        raise LedgerError(f"'{text}' is geen monitoritem. Schrijf M en twee cijfers, zoals M05.")
    return text


def _date(field: str) -> Any:
    def check(value: Any) -> dt.date | None:
        if value is None or value is pd.NaT:
            return None
        if isinstance(value, dt.datetime):
            return value.date()
        if not isinstance(value, dt.date):
            raise LedgerError(
                f"De {FIELD_WORDS[field]} '{value}' is geen datum. Kies een dag in de kalender."
            )
        return value

    return check


def _links(value: Iterable[tuple[str, str]] | None) -> list[tuple[str, str]]:
    found: dict[tuple[str, str], None] = {}
    for kind, target in value or ():
        if kind not in TARGET_KINDS:
            raise LedgerError(
                f"Iets kan niet horen bij een '{kind}'. Kies uit {', '.join(TARGET_KINDS)}."
            )
        text = checked("to_id", target)
        found[kind, _monitor(text) if kind == "monitor" else text] = None
    return sorted(found)


def _address(value: Any) -> str:
    """Keep a query string of our own pages, and nothing that leads elsewhere."""
    text = str(value or "").strip().removeprefix("?")
    signs = re.fullmatch(r"[\w\-.~%&=+,;:@!$'()*/?|]*", text, re.ASCII)
    if signs is None or len(text) > _LONGEST["address"]:
        raise LedgerError(
            "Dit is geen adres van een selectie. Bewaar een selectie met de knop op de pagina zelf."
        )
    try:
        parse_qsl(text, max_num_fields=100)
    except ValueError:
        raise LedgerError("Deze selectie heeft meer dan 100 keuzes; maak haar kleiner.") from None
    return text


def _page(value: Any) -> str:
    text = str(value or "").strip("/ ")
    if not re.fullmatch(r"[a-z0-9_\-/]{1,100}", text):
        raise LedgerError(f"'{text}' is geen pagina van het dashboard.")
    return text


def _key(value: Any) -> str:
    text = slug(str(value or "")).replace(" ", "_")
    if not text or len(text) > _LONGEST["key"]:
        raise LedgerError(
            f"Van '{value}' is geen sleutel te maken. Geef een titel met letters of cijfers, van "
            f"hoogstens {_LONGEST['key']} tekens."
        )
    return text


def _number(
    field: str, low: float, high: float, *, whole: bool = False, empty: bool = False
) -> Any:
    def check(value: Any) -> float | int | None:
        if value is None and empty:
            return None
        # Not "<" alone: a missing number is smaller nor larger than anything.
        if isinstance(value, bool) or not low <= float(value) <= high:
            raise LedgerError(
                f"'{FIELD_WORDS[field]}' is een getal van {low:g} tot en met {high:g}; gevonden: "
                f"{value}."
            )
        return int(value) if whole else float(value)

    return check


def _moments(value: Any) -> list[tuple[int, int, int]]:
    found: set[tuple[int, int, int]] = set()
    for weekday, start, end in value or ():
        if not (0 <= weekday <= 6 and 0 <= start <= 23 and start < end <= 30):
            raise LedgerError(
                "Een moment is een weekdag met een begin- en een einduur; het einde ligt na het "
                f"begin en uiterlijk om 6 uur 's ochtends. Gevonden: {start} tot {end} uur."
            )
        found.add((int(weekday), int(start), int(end)))
    return sorted(found)


def _codes(value: Any) -> list[str]:
    return sorted({line_of(str(code)) for code in value or () if line_of(str(code))})


def _in_order(value: Any) -> list[str]:
    return list(dict.fromkeys(line_of(str(code)) for code in value or ()))


def _outline(value: Any) -> str:
    text = line_of(str(value or ""))
    if not text:
        return ""
    shape = shapely.from_wkt(text, on_invalid="ignore") if len(text) <= _MOST_OUTLINE else None
    if shape is None or shape.geom_type not in {"Polygon", "MultiPolygon"} or not shape.is_valid:
        raise LedgerError("Deze omtrek is geen geldige veelhoek. Kies de plek opnieuw op de kaart.")
    return text


def _week(value: Any) -> str:
    text = line_of(str(value or ""))
    if not re.fullmatch(r"\d{4}-W[0-5]\d", text):
        raise LedgerError(f"'{text}' is geen week. Schrijf jaar en week, zoals 2026-W48.")
    return text


_CHECKS: Final[dict[str, Any]] = {
    "status": _one_of("status", STATUSES),
    "moment": _one_of("moment", MOMENTS),
    "theme": _one_of("theme", tuple(theme.key for theme in THEMES)),
    "monitor": _monitor,
    "due_next": _date("due_next"),
    "taken_on": _date("taken_on"),
    "links": _links,
    "address": _address,
    "page": _page,
    "key": _key,
    "stage": _one_of("stage", STAGES),
    "state": _one_of("state", VISIT_STATES),
    "starts": _date("starts"),
    "ends": _date("ends"),
    "selected_from": _date("selected_from"),
    "selected_to": _date("selected_to"),
    "goal_by": _date("goal_by"),
    "day": _date("day"),
    "x": _number("x", -1e7, 1e7),
    "y": _number("y", -1e7, 1e7),
    "radius": _number("radius", 5, 5_000),
    "goal_from": _number("goal_from", 0, 1e6, empty=True),
    "goal_to": _number("goal_to", 0, 1e6, empty=True),
    "from_minute": _number("from_minute", 0, 1_800, whole=True),
    "to_minute": _number("to_minute", 0, 1_800, whole=True),
    "round_number": _number("round_number", 1, 1_000, whole=True),
    "stop": _number("stop", 1, 1_000, whole=True),
    "action_id": _number("action_id", 1, 2**31, whole=True, empty=True),
    "belongs": bool,
    "moments": _moments,
    "compared": _codes,
    "outline": _outline,
    "week": _week,
    "slides": _in_order,
    "seconds": _number("seconds", 0, 600, whole=True),
    "held_on": _date("held_on"),
    "tries": _number("tries", 0, 10_000, whole=True),
    "hints": _number("hints", 0, 10_000, whole=True),
    "solved": bool,
}
