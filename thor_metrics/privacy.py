"""What is refused at the door and what is hidden in the window.

The door: headers and values that identify a person never reach the disk. The window: counts about
people below a threshold are not shown, and cannot be worked out from what is shown.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from thor_metrics.settings import slug

__all__ = [
    "HARD_KINDS",
    "formula_cells",
    "hide_small",
    "is_hard",
    "mostly_personal",
    "personal_header",
    "personal_values",
]

ADDRESS: Final = "adres"
FREE_TEXT: Final = "vrije tekst"
NAME: Final = "naam"

#: Kind of personal data -> whole words of a header that mean it (after :func:`slug`).
_WORDS: Final[dict[str, frozenset[str]]] = {
    "BSN": frozenset(("bsn", "burgerservicenummer", "sofinummer", "sofi", "bsnnummer", "bsnr")),
    "kenteken": frozenset((
        "kenteken", "kentekens", "kentekennummer", "kentekennr", "nummerplaat", "nummerbord",
        "license plate", "licence plate", "licenseplate", "number plate", "plate",
        "voertuigkenteken",
    )),
    "telefoonnummer": frozenset((
        "telefoon", "telefoonnummer", "telefoonnr", "tel", "telnr", "telnummer", "mobiel",
        "mobielnummer", "mobielnr", "gsm", "phone", "phonenumber", "mobile", "mobilenumber",
    )),
    "e-mailadres": frozenset((
        "e mail", "email", "emailadres", "mailadres", "e mailadres", "emailaddress", "mail",
    )),
    "bankrekening": frozenset((
        "iban", "rekeningnummer", "rekeningnr", "bankrekening", "bankrekeningnummer",
    )),
    "bonnummer": frozenset((
        "bonnummer", "bonnr", "combibon", "combibonnummer", "bon nummer", "bon nr",
        "vorderingnummer", "cjib nummer", "cjib",
    )),
    "medewerker": frozenset((
        "verbalisant", "verbalisantnummer", "verbalisantnr", "boa nummer", "boa nr", "boanummer",
        "behandelaar", "behandelaars", "medewerker", "medewerkers", "medewerkernummer", "user",
        "username", "gebruiker", "gebruikersnaam", "created by", "createdby", "assigned to",
        "assignedto", "assign to", "assignto", "toegewezen aan", "aangemaakt door",
        "gewijzigd door", "updated by", "updatedby", "personeelsnummer", "inspecteur", "handhaver",
        "toezichthouder", "contactpersoon", "codegebruiker",
    )),
    "geboortedatum": frozenset((
        "geboortedatum", "geboortejaar", "geboorteplaats", "birthdate", "date of birth", "dob",
        "geboren",
    )),
    NAME: frozenset((
        "naam", "voornaam", "voornamen", "achternaam", "tussenvoegsel", "voorletters", "initialen",
        "roepnaam", "melder", "meldernaam", "reporter", "aanvrager", "indiener", "klager",
        "betrokkene", "verdachte", "overtreder", "subject", "subjecten", "first name", "last name",
        "firstname", "lastname", "full name", "fullname", "surname", "name", "bewoner", "eigenaar",
        "kentekenhouder", "houder", "achternamen",
    )),
    ADDRESS: frozenset((
        "adres", "woonadres", "adresregel", "straat", "straatnaam", "huisnummer", "huisnr",
        "huisletter", "toevoeging", "huisnummertoevoeging", "postcode", "postcode6", "pc6",
        "address", "address string", "street", "streetname", "street name", "housenumber",
        "house number", "zipcode", "zip", "zip code", "openbareruimtenaam", "openbare ruimte",
        "nummeraanduiding", "verblijfsobject",
    )),
    FREE_TEXT: frozenset((
        "text", "tekst", "omschrijving", "toelichting", "notitie", "notities", "opmerking",
        "opmerkingen", "description", "notes", "note", "comment", "comments", "beschrijving",
        "meldtekst", "meldingtekst", "meldingstekst", "meldingomschrijving", "bericht", "verhaal",
        "bijzonderheden", "text extra", "remarks", "remark", "vrije tekst", "reactie",
        "antwoord", "extra properties", "media url", "status notes", "foto", "fotos",
    )),
}  # fmt: skip

#: Parts of one long word that mean it too: ``emailadresmelder``, ``bsnklant``.
_PARTS: Final[tuple[tuple[str, str], ...]] = (
    ("kenteken", "kenteken"), ("burgerservice", "BSN"), ("telefoon", "telefoonnummer"),
    ("emailadres", "e-mailadres"), ("rekeningnummer", "bankrekening"), ("bonnummer", "bonnummer"),
    ("verbalisant", "medewerker"), ("behandelaar", "medewerker"), ("geboorte", "geboortedatum"),
    ("achternaam", NAME), ("voornaam", NAME), ("melder", NAME), ("huisnummer", ADDRESS),
    ("straatnaam", ADDRESS), ("postcode", ADDRESS), ("omschrijving", FREE_TEXT),
    ("toelichting", FREE_TEXT), ("opmerking", FREE_TEXT), ("notitie", FREE_TEXT),
)  # fmt: skip

#: "Naam" in a header of several words belongs to a thing when one of these stands beside it.
_THINGS: Final = frozenset((
    "buurt", "wijk", "gebied", "stadsdeel", "object", "categorie", "category", "service", "team",
    "locatie", "evenement", "bestand", "bestands", "file", "dienst", "systeem", "zone", "area",
    "afdeling", "organisatie", "partner", "thema", "rubriek", "status", "gemeente", "type", "soort",
    "statistiek", "plein", "school", "container", "groep", "ncname", "region", "layer", "host",
))  # fmt: skip

#: Never right in a column we keep, whatever the header is mapped to.
HARD_KINDS: Final = frozenset(_WORDS) - {NAME, ADDRESS, FREE_TEXT}


def personal_header(header: str) -> str | None:
    """Tell which kind of personal data a header promises.

    The table's own headers ("Naam" of an object, "Omschrijving object") are not known here: who
    maps headers lets those win, except for :data:`HARD_KINDS`.

    Returns
    -------
    str or None
        Dutch kind ("kenteken", "BSN", "vrije tekst" ...), or ``None`` when nothing is wrong.

    Examples
    --------
    >>> personal_header("E-mail melder"), personal_header("Kenteken voertuig")
    ('e-mailadres', 'kenteken')
    >>> personal_header("Buurtnaam"), personal_header("Aantal gecontroleerde kentekens")
    (None, None)
    """
    # "createdBy" and "EmailAdres" are two words; "BSN" and "IBAN" stay one.
    text = slug(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", header))
    words = text.split()
    if not words or words[0] in {"aantal", "totaal", "count", "number"}:
        return None  # a count of plates is not a plate
    pairs = list(itertools.pairwise(words))
    tokens = {*words, slug(header), *map(" ".join, pairs), *map("".join, pairs)}
    for kind, known in _WORDS.items():
        if hits := tokens & known:
            if hits <= {"naam", "name"} and len(words) > 1 and _THINGS & set(words):
                continue
            return kind
    joined = text.replace(" ", "")
    return next((kind for part, kind in _PARTS if part in joined), None)


def is_hard(kind: str | None) -> bool:
    """Tell whether a kind is never allowed, even under a header the table knows."""
    return kind in HARD_KINDS


# -- values ----------------------------------------------------------------------------------

_EMAIL = re.compile(r"[^\s@<>;,]+@[^\s@<>;,]+\.[A-Za-z]{2,}")
_IBAN = re.compile(
    r"(?<![A-Z0-9])[A-Z]{2}\d{2}(?:\s?[A-Z0-9]{4}){2,7}(?:\s?[A-Z0-9]{1,3})?(?![A-Z0-9])"
)
_PHONE = re.compile(
    r"(?<![\d.,/-])(?:"
    # Mobile and fixed numbers; the separator between groups is the same throughout, or a date
    # with a time ("06-06-2026 12:00") would be one.
    r"06(?:[-\s]?\d{8}|[-\s]{0,3}\d{2}([-\s.])\d{2}\1\d{2}\1\d{2}|[-\s]{0,3}\d{4}[-\s]\d{4})"
    r"|0[1-57-9]\d(?:[-\s]{0,3}\d{7}|[-\s]{1,3}\d{3}[-\s]\d{2}[-\s]\d{2}|[-\s]{1,3}\d{3}[-\s]\d{4})"
    r"|0[1-57-9]\d{2}(?:[-\s]{1,3}\d{6}|[-\s]{1,3}\d{2}[-\s]\d{2}[-\s]\d{2})"
    r"|(?:\+|00)[1-9]\d(?:[-\s]?\(0\))?(?:[-\s]?\d){7,11}"
    r")(?![\d:])"
)
_BSN = re.compile(
    r"(?<![\w.,/-])(?:\d{8,9}|\d{3}[.\s]\d{3}[.\s]\d{3}|\d{4}\.\d{2}\.\d{3})(?![\w.,/-]*\d)"
)
_DATE8 = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
_POSTCODE = re.compile(r"[1-9]\d{3}\s?(?!SA|SD|SS)[A-Z]{2}(?:\s.*)?", re.IGNORECASE)

#: Letters and digits of the fourteen Dutch sidecodes, dashes apart.
_SIDECODES: Final = (
    "XX-99-99", "99-99-XX", "99-XX-99", "XX-99-XX", "XX-XX-99", "99-XX-XX", "99-XXX-9",
    "9-XXX-99", "XX-999-X", "X-999-XX", "XXX-99-X", "X-99-XXX", "9-XX-999", "999-XX-9",
)  # fmt: skip
_PLATE_WITH_DASHES = re.compile(
    # A dashed date with a Dutch month ("1-mrt-26") has the form of sidecode 8.
    r"(?<![\w-])(?!\d{1,2}-mrt-)(?:"
    + "|".join(code.replace("X", "[A-Z]").replace("9", r"\d") for code in _SIDECODES)
    + r")(?![\w-])",
    re.IGNORECASE,
)
#: Since 1978 plates have no vowels; without dashes that keeps ordinary codes out.
_PLATE_BARE = re.compile(
    "|".join(
        code.replace("-", "").replace("X", "[BDFGHJ-NPR-TV-XZ]").replace("9", r"\d")
        for code in _SIDECODES[3:]
    )
)
#: The three oldest forms look like a code with a number or a year; GM0935 is a municipality.
_PLATE_OLD_BARE = re.compile(
    r"(?!GM|[A-Z]{2}(?:19|20)\d\d)[A-Z]{2}\d{4}|\d{4}[A-Z]{2}|\d{2}[A-Z]{2}\d{2}"
)

_LONG_TEXT = 120
_MANY_WORDS = 15

#: Cheap first sieve over distinct values, in RE2: what cannot be personal is not looked at.
_SUSPECT = (
    r"@|\d[\d\s.\-()]{6,}\d|[A-Za-z]{2}\d{2}\s?[A-Za-z0-9]{4}|\d{4}\s?[A-Za-z]{2}\b"
    r"|[A-Za-z]\d|\d[A-Za-z]|\d-?[A-Za-z]{1,3}-?\d?|[A-Za-z]-\d"
)


def _eleven_test(digits: str) -> bool:
    """Tell whether eight or nine digits pass the BSN check: sum of 9..2 and -1 times digit."""
    padded = digits.zfill(9)
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    total = sum(weight * int(digit) for weight, digit in zip(weights, padded, strict=True))
    return total % 11 == 0 and int(digits) > 9_999_999 // 10


def _is_iban(text: str) -> bool:
    """Tell whether a text keeps the IBAN check (ISO 13616: mod 97 is 1)."""
    bare = re.sub(r"\s", "", text)
    if not 15 <= len(bare) <= 34:
        return False
    moved = bare[4:] + bare[:4]
    return int("".join(str(int(sign, 36)) for sign in moved)) % 97 == 1


def _bsn_in(text: str) -> bool:
    for found in _BSN.finditer(text):
        digits = re.sub(r"\D", "", found[0])
        if not (len(digits) == 8 and _DATE8.fullmatch(digits)) and _eleven_test(digits):
            return True
    return False


def _plate_in(text: str) -> bool:
    if _PLATE_WITH_DASHES.search(text):
        return True
    bare = text.strip().upper()
    return bool(_PLATE_BARE.fullmatch(bare) or _PLATE_OLD_BARE.fullmatch(bare))


def _kind_of(text: str) -> str | None:
    """Kind of personal data in one value of an ordinary column, the surest first."""
    if _EMAIL.search(text):
        return "e-mailadres"
    if any(_is_iban(found[0]) for found in _IBAN.finditer(text.upper())):
        return "bankrekening"
    if _PHONE.search(text):
        return "telefoonnummer"
    if _bsn_in(text):
        return "BSN"
    if _POSTCODE.fullmatch(text.strip()):
        return ADDRESS
    if _plate_in(text):
        return "kenteken"
    return None


def _sure_kind_of(text: str) -> str | None:
    """Kinds that no case number has by chance."""
    if _EMAIL.search(text):
        return "e-mailadres"
    if any(_is_iban(found[0]) for found in _IBAN.finditer(text.upper())):
        return "bankrekening"
    return None


def personal_values(values: pd.Series, *, is_key: bool = False) -> pd.Series:
    """Tell per value which kind of personal data it holds.

    Works on distinct values, so a column of a few categories costs next to nothing.

    Parameters
    ----------
    values : Series
        Text or numbers (numbers are read as whole digits).
    is_key : bool
        The column holds case numbers. One in eleven of all nine-digit numbers passes the BSN
        check and a running number can look like a plate or a telephone number, so there those
        kinds count only when the column as a whole cannot be chance (see
        :func:`mostly_personal`).

    Returns
    -------
    Series of str
        Dutch kind, missing where nothing is wrong; same index.
    """
    codes, distinct = _distinct(values)
    kinds = np.full(len(distinct) + 1, None, dtype=object)
    if is_key:
        whole = _key_kind(distinct)
        for position in _suspects(distinct, r"@|[A-Za-z]{2}\d{2}\s?[A-Za-z0-9]{4}"):
            kinds[position] = _sure_kind_of(distinct[position])
        if whole:
            kind, test = whole
            for position, text in enumerate(distinct):
                if kinds[position] is None and test(text):
                    kinds[position] = kind
    else:
        for position in _suspects(distinct, _SUSPECT):
            kinds[position] = _kind_of(distinct[position])
        for position in _long(distinct):
            kinds[position] = kinds[position] or FREE_TEXT
    if not any(kind is not None for kind in kinds):
        return pd.Series(pd.NA, index=values.index, dtype="str")
    return pd.Series(kinds[codes], index=values.index, dtype="str")


def mostly_personal(values: pd.Series) -> str | None:
    """Tell which kind of personal data a whole column holds, if it does.

    At least half of the distinct values must be of one kind, and for BSN more than chance (one in
    eleven passes) explains: Chernoff's bound on that chance below 0.001, which three of three or
    fourteen of twenty-eight reach.

    Returns
    -------
    str or None
    """
    _, distinct = _distinct(values)
    whole = _key_kind(distinct)
    if whole:
        return whole[0]
    if not distinct:
        return None
    kinds = pd.Series([_sure_kind_of(text) for text in distinct[:_KEY_SAMPLE]], dtype="str")
    counts = kinds.value_counts()
    return str(counts.index[0]) if len(counts) and counts.iloc[0] * 2 >= len(kinds) else None


#: Distinct case numbers looked at to judge a column; more cannot change "most of them".
_KEY_SAMPLE = 2_000


def _whole_bsn(text: str) -> bool:
    return bool(_BSN.fullmatch(text.strip())) and _bsn_in(text)


def _whole_plate(text: str) -> bool:
    bare = text.strip().upper()
    return bool(_PLATE_WITH_DASHES.fullmatch(bare) or _PLATE_BARE.fullmatch(bare))


def _whole_phone(text: str) -> bool:
    return bool(_PHONE.fullmatch(text.strip()))


def _key_kind(distinct: Sequence[str]) -> tuple[str, Callable[[str], bool]] | None:
    """Kind that most case numbers are, with its test; ``None`` when it may be chance."""
    step = max(1, len(distinct) // _KEY_SAMPLE)
    sample = distinct[::step][:_KEY_SAMPLE]
    passes = sum(map(_whole_bsn, sample))
    if _beyond_chance(passes, len(sample), 1 / 11):
        return "BSN", _whole_bsn
    plates = [text for text in sample if _whole_plate(text)]
    # Running numbers share their letters ("ZK-10-01"); plates do not.
    letters = {re.sub(r"[^A-Z]", "", text.upper()) for text in plates}
    if len(plates) >= 3 and 2 * len(plates) >= len(sample) and 2 * len(letters) >= len(plates):
        return "kenteken", _whole_plate
    phones = sum(map(_whole_phone, sample))
    if phones >= 3 and 2 * phones >= len(sample):
        return "telefoonnummer", _whole_phone
    return None


def _beyond_chance(passes: int, tried: int, chance: float) -> bool:
    share = passes / tried if tried else 0.0
    if share < 0.5:
        return False
    rest = 0.0 if share == 1 else (1 - share) * math.log((1 - share) / (1 - chance))
    return tried * (share * math.log(share / chance) + rest) > math.log(1_000)


def _distinct(values: pd.Series) -> tuple[np.ndarray, list[str]]:
    """Code per row (-1 missing) and the distinct values as text."""
    if not isinstance(values.dtype, pd.StringDtype):
        if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
            # A BSN typed as a number in Excel is 123456782.0 here.
            values = values.astype("float64").map("{:.0f}".format, na_action="ignore")
        values = values.astype("str")
    codes, uniques = pd.factorize(values)
    return codes, [str(text) for text in uniques]


def _suspects(distinct: list[str], pattern: str) -> list[int]:
    if not distinct:
        return []
    mask = pc.match_substring_regex(pa.array(distinct, pa.string()), pattern)
    return np.flatnonzero(mask.to_numpy(zero_copy_only=False)).tolist()


def _long(distinct: list[str]) -> list[int]:
    return [
        position
        for position, text in enumerate(distinct)
        if len(text) > _LONG_TEXT or text.count(" ") >= _MANY_WORDS
    ]


def formula_cells(values: pd.Series) -> pd.Series:
    """Tell which text cells a spreadsheet would run: they start with ``= + - @`` and more.

    Numbers ("-3,5", "+31"), dates and a lone dash are no formulas. Tabs and returns in front do
    not hide one (OWASP, "CSV injection").

    Returns
    -------
    Series of bool
        Same index; missing is ``False``.
    """
    if not isinstance(values.dtype, pd.StringDtype):
        return pd.Series(False, index=values.index)
    codes, distinct = _distinct(values)
    found = np.zeros(len(distinct) + 1, dtype=bool)
    for position in _suspects(distinct, r"^[\s]*[=+\-@]"):
        text = distinct[position].strip()
        harmless = re.fullmatch(r"[+-]?[\d\s.,:/%€-]*|-+", text)
        found[position] = len(text) > 1 and not harmless
    return pd.Series(found[codes], index=values.index)


# -- counts ----------------------------------------------------------------------------------


def hide_small(
    frame: pd.DataFrame,
    count: str,
    *,
    about_people: pd.Series | np.ndarray | bool,
    below: int,
    within: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Hide small counts about people, and enough others that a total gives nothing away.

    A count from 1 up to ``below`` is hidden where ``about_people``; zero stays. When the total of
    a group is known, one hidden cell is total minus the rest, so at least two cells of a group
    are hidden, or none. Two cells are not enough either when their sum leaves one possibility:
    hidden cells that are all 1 (the least a hidden cell can be) or all ``below - 1`` (the most).
    Then one more is hidden: the first visible cell of the group that is not zero, in the order of
    the frame, and a zero only when there is nothing else. The order, not the size, decides: who
    knows this rule could work back from "the smallest was taken".

    A group of one row is its own total: the caller must not show that total.

    Parameters
    ----------
    frame : DataFrame
    count : str
        Column with counts (whole numbers, not negative).
    about_people : bool or mask
        Rows of which small counts are hidden.
    below : int
        Smallest count that may be shown; at 2 or less only ones would be hidden, which says
        what they are, so nothing is.
    within : sequence of str, optional
        Columns that make a group with a known total; ``None``: the whole frame is one group.

    Returns
    -------
    DataFrame
        A copy: ``count`` as nullable whole numbers, missing where hidden, and the bool column
        ``hidden``.

    Notes
    -----
    Totals in two directions (rows and columns of a cross table) need one call per direction on
    the original counts, and the cells hidden by either.
    """
    values = frame[count].to_numpy(dtype="int64", na_value=0)
    people = np.broadcast_to(np.asarray(about_people, dtype=bool), values.shape)
    hidden = people & (values > 0) & (values < below) if below > 2 else np.zeros(len(frame), bool)
    if hidden.any():
        groups = frame.groupby(list(within), dropna=False, sort=False).ngroup() if within else 0
        group_of = np.broadcast_to(np.asarray(groups), values.shape)
        for group in np.unique(group_of[hidden]):
            rows = np.flatnonzero(group_of == group)
            hidden[rows] = _enough_hidden(values[rows], hidden[rows], below)
    shown = pd.array(values, dtype="Int64")
    shown[hidden] = pd.NA
    return frame.assign(**{count: shown, "hidden": hidden})


def _enough_hidden(values: np.ndarray, hidden: np.ndarray, below: int) -> np.ndarray:
    """Hide more cells of one group until their sum has more than one explanation."""
    hidden = hidden.copy()
    while True:
        cells = values[hidden]
        if len(cells) > 1 and len(cells) < cells.sum() != len(cells) * (below - 1):
            return hidden
        rest = np.flatnonzero(~hidden & (values > 0))
        if not len(rest):
            rest = np.flatnonzero(~hidden)
        if not len(rest):
            return hidden
        hidden[rest[0]] = True
