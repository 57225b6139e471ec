"""Headers that promise personal data, by whole words and by parts of one long word."""

from __future__ import annotations

import itertools
import re
from typing import Final

from thor_metrics.settings import slug

__all__ = ["ADDRESS", "FREE_TEXT", "HARD_KINDS", "NAME", "is_hard", "personal_header"]

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
