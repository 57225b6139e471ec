"""Which table a file is, and which of its headers is which column.

Headers are compared by :func:`thor_metrics.settings.slug`. A header that names a column exactly
goes before a synonym, and what the user said goes before everything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import pandas as pd

from thor_metrics.errors import FileRefused, PersonalData
from thor_metrics.privacy import is_hard, personal_header, personal_values
from thor_metrics.schema import TABLES, Column, Table
from thor_metrics.settings import slug
from thor_metrics.sources.base import Request

__all__ = ["Mapped", "choose", "corrections_of", "known_headers", "map_headers", "rank"]

#: Words that mean little alone: beside a longer header for the same column they give way.
_VAGUE: Final = frozenset((
    "datum", "tijd", "tijdstip", "soort", "type", "id", "nr", "bron", "van", "tot", "begin",
    "object", "plek", "naam", "code", "gebied", "wijk", "stadsdeel", "detail", "stand", "nc",
))  # fmt: skip

#: Parts of a file or sheet name that settle a tie between tables.
_NAME_HINTS: Final = {
    "incidents": ("melding", "incident", "signalen"),
    "observations": ("waarneming", "observati"),
    "controls": ("control",),
    "sanctions": ("sanctie", "sanction", "boete", "naheffing", "opruimkosten"),
    "removals": ("verwijder", "removal"),
    "scan_days": ("scanauto", "scan"),
    "crowd_days": ("topdag", "drukte", "crowd"),
    "events": ("evenement", "event"),
    "deployments": ("inzet", "rooster", "deployment"),
    "activities": ("activiteit", "activit", "spreekuur", "opleiding"),
    "occupancy": ("bezetting", "occupancy", "telling"),
    "caseload": ("subject", "caseload"),
    "survey_scores": ("enquete", "survey", "peiling", "monitor"),
    "objects": ("object", "container", "milieuperron", "perron", "stalling"),
    "areas": ("buurt", "gebied", "wijk", "area"),
}

#: How much a header says about the table: needed by it, or known to it alone.
_REQUIRED_WEIGHT = 3.0
_ALONE_WEIGHT = 2.0
_MISSING_WEIGHT = 4.0

#: Headers that fit another table and not this one, before "you chose the wrong table" is said.
_CLEARLY_OTHER = 3


@dataclass(frozen=True)
class Mapped:
    """Headers of one file as columns of one table.

    Attributes
    ----------
    table : Table
    columns : dict of int to str
        Position of a header -> column.
    constants : dict of str to str
        Column -> the same text in every row (a setting ``"= milieuperron" = "kind"``).
    headers : tuple of str
        All headers of the file, as it writes them.
    ignored : tuple of str
    personal : dict of str to str
        Header -> kind of personal data.
    missing : tuple of Column
        Columns the table cannot do without.
    warnings : tuple of str
    score : float
        How well the headers fit the table.
    """

    table: Table
    columns: Mapping[int, str]
    constants: Mapping[str, str]
    headers: tuple[str, ...]
    ignored: tuple[str, ...]
    personal: Mapping[str, str]
    missing: tuple[Column, ...]
    warnings: tuple[str, ...]
    score: float

    @property
    def used(self) -> dict[str, str]:
        """Header -> column, for who reads the report."""
        return {self.headers[position]: name for position, name in self.columns.items()}

    def without(self, *names: str) -> Mapped:
        """Leave columns out, because the file says them in a better way."""
        kept = {position: name for position, name in self.columns.items() if name not in names}
        return replace(self, columns=kept)


def corrections_of(request: Request, source: str) -> dict[str, str]:
    """Slug of a header -> column as the settings and then the user say; "" leaves it out."""
    told = {**request.settings.source(source).columns, **request.columns}
    return {
        header if header.lstrip().startswith("=") else slug(header): name
        for header, name in told.items()
    }


def known_headers(corrections: Mapping[str, str]) -> frozenset[str]:
    """Every header any table or the user knows, as slugs: what a header row is found by."""
    return frozenset().union(corrections, *(table.by_header for table in TABLES.values()))


# -- one table -------------------------------------------------------------------------------


def map_headers(headers: Sequence[str], table: Table, *, corrections: Mapping[str, str]) -> Mapped:
    """Map headers to the columns of one table.

    Two headers for one column: the exact name or title wins, then the earlier synonym, with vague
    ones ("Datum" beside "Datum melding") last; the other is left out with a warning. Personal
    headers are left out unless the table asks for them by that name, and the kinds that are never
    right (BSN, plate, telephone ...) even then.
    """
    slugs = [slug(header) for header in headers]
    personal: dict[str, str] = {}
    offers: list[tuple[int, int, int, str]] = []
    for position, (header, text) in enumerate(zip(headers, slugs, strict=True)):
        kind = personal_header(header)
        wanted = _wanted(text, table, corrections)
        if kind and (is_hard(kind) or not wanted) and corrections.get(text) != "":
            personal[header] = kind
        else:
            offers += [(rank, position, turn, name) for turn, (rank, name) in enumerate(wanted)]
    columns: dict[int, str] = {}
    lost: dict[int, str] = {}
    for _, position, _, name in sorted(offers):
        if position in columns:
            continue
        if name in columns.values():
            lost.setdefault(position, name)
        else:
            columns[position] = name
    taken = {name: headers[position] for position, name in columns.items()}
    warnings = [
        f"Kolom '{headers[position]}' is niet gelezen: '{taken[name]}' is al "
        f"{table.column(name).title}."
        for position, name in sorted(lost.items())
        if position not in columns
    ]
    constants = {
        name: header.lstrip("= ").strip()
        for header, name in corrections.items()
        if header.lstrip().startswith("=") and _has(table, name) and name not in taken
    }
    return Mapped(
        table=table,
        columns=dict(sorted(columns.items())),
        constants=constants,
        headers=tuple(headers),
        ignored=tuple(
            header
            for position, header in enumerate(headers)
            if position not in columns and header not in personal and header.strip()
        ),
        personal=personal,
        missing=_missing(table, {*taken, *constants}),
        warnings=tuple(warnings),
        score=_score(table, columns, slugs, {*taken, *constants}, corrections),
    )


def _has(table: Table, name: str) -> bool:
    return any(column.name == name for column in table.inputs)


def _wanted(text: str, table: Table, corrections: Mapping[str, str]) -> list[tuple[int, str]]:
    """Columns a header may be, with a rank: 0 the user says so, 1 exact, 2 and up synonyms."""
    if text in corrections:
        name = corrections[text]
        return [(0, name)] if name and _has(table, name) else []
    if not text:
        return []
    found = []
    for column in table.inputs:
        if text in {slug(column.name), slug(column.title)}:
            found.append((1, column.name))
        elif text in column.headers:
            turn = [slug(synonym) for synonym in column.synonyms].index(text)
            found.append((2 + turn + (1_000 if text in _VAGUE else 0), column.name))
    return sorted(found)


#: Ingest makes these when the file has none: the source's name, and a number from the content.
_MADE_IF_ABSENT: Final = frozenset(("source", "source_id"))


def _missing(table: Table, have: set[str]) -> tuple[Column, ...]:
    # The number of a buurt is its code: that cannot be made.
    made = {"source"} if table.name == "areas" else _MADE_IF_ABSENT
    return tuple(
        column
        for column in table.inputs
        if column.required and column.name not in have and column.name not in made
    )


def _score(
    table: Table,
    columns: Mapping[int, str],
    slugs: Sequence[str],
    have: set[str],
    corrections: Mapping[str, str],
) -> float:
    score = 0.0
    for position, name in columns.items():
        score += _REQUIRED_WEIGHT if table.column(name).required else 1.0
        text = slugs[position]
        others = (other for other in TABLES.values() if other is not table)
        if text in corrections or not any(text in other.by_header for other in others):
            score += _ALONE_WEIGHT
    return score - _MISSING_WEIGHT * len(_missing(table, have))


# -- all tables ------------------------------------------------------------------------------


def choose(headers: Sequence[str], request: Request, *, source: str, name: str) -> Mapped:
    """Decide the table and map the headers.

    Parameters
    ----------
    headers : sequence of str
    request : Request
        ``table`` is what the file must be; ``None`` lets the headers decide.
    source : str
        Block of the settings with corrections.
    name : str
        File and sheet, for messages and to settle a tie.

    Raises
    ------
    FileRefused
        No known header, a needed column missing, a tie, or clearly another table.
    """
    corrections = corrections_of(request, source)
    _check_corrections(corrections)
    ranked = rank(headers, corrections, name=name)
    best = ranked[0]
    found = _listed(headers)
    if request.table is not None:
        chosen = next(one for one in ranked if one.table.name == request.table)
        if best.table is not chosen.table and _clearly_other(best, chosen):
            raise FileRefused(
                f"Dit lijkt een bestand met {best.table.title}, geen {chosen.table.title}. "
                f"Gevonden kolommen: {found}. Kies {best.table.title}, of wijs de kolommen zelf "
                "aan bij Inlezen."
            )
    else:
        chosen = best
        if not chosen.columns:
            raise FileRefused(
                f"In '{name}' is geen enkele kolom herkend. Gevonden: {found}. Zet de namen van "
                "de kolommen op de eerste rij (zie de sjablonen bij Inlezen) of wijs ze zelf aan."
            )
        rivals = [
            one for one in ranked[1:]
            if one.score > best.score - 1 and len(one.missing) == len(best.missing)
        ]  # fmt: skip
        if rivals and not best.missing:
            titles = " en bij ".join(one.table.title for one in (best, *rivals[:2]))
            raise FileRefused(
                f"De kolommen van '{name}' passen bij {titles}. Gevonden: {found}. Kies de tabel "
                "bij Inlezen, of geef --table op."
            )
    _refuse_personal(chosen, corrections)
    if chosen.missing:
        raise FileRefused(_missing_text(chosen, found))
    return chosen


def _refuse_personal(chosen: Mapped, corrections: Mapping[str, str]) -> None:
    """Refuse a needed column that the user takes from a header like BSN or Kenteken."""
    needed = {column.name: column.title for column in chosen.table.inputs if column.required}
    for header, kind in chosen.personal.items():
        name = corrections.get(slug(header), "")
        if name in needed:
            raise PersonalData(
                f"'{header}' is een persoonsgegeven ({kind}) en mag niet als '{needed[name]}' "
                "worden bewaard. Kies een andere kolom of maak de export zonder persoonsgegevens."
            )


def rank(headers: Sequence[str], corrections: Mapping[str, str], *, name: str) -> list[Mapped]:
    """Map headers to every table, the best fit first; the file's name settles near ties."""
    plain = slug(name)

    def fit(mapped: Mapped) -> float:
        hinted = any(hint in plain for hint in _NAME_HINTS[mapped.table.name])
        return mapped.score + (1.5 if hinted and mapped.columns else 0.0)

    every = [map_headers(headers, table, corrections=corrections) for table in TABLES.values()]
    return sorted((replace(one, score=fit(one)) for one in every), key=lambda one: -one.score)


def _clearly_other(best: Mapped, chosen: Mapped) -> bool:
    if chosen.missing and not best.missing:
        return True
    gained = len(best.columns.keys() - chosen.columns.keys())
    lost = len(chosen.columns.keys() - best.columns.keys())
    return gained >= _CLEARLY_OTHER and gained >= 3 * lost


def _check_corrections(corrections: Mapping[str, str]) -> None:
    names = {column.name for table in TABLES.values() for column in table.inputs}
    for header, name in corrections.items():
        if name and name not in names:
            raise FileRefused(
                f"De kolom '{name}' (opgegeven voor '{header}') bestaat niet. Kies uit "
                f"{', '.join(sorted(names))}."
            )


def _missing_text(chosen: Mapped, found: str) -> str:
    titles = " en ".join(f"'{column.title}'" for column in chosen.missing)
    word = "kolom" if len(chosen.missing) == 1 else "kolommen"
    return (
        f"{chosen.table.title} missen de {word} {titles}. Gevonden: {found}. Kies de juiste kolom "
        "bij Inlezen, of voeg die toe aan het bestand."
    )


def _listed(headers: Sequence[str]) -> str:
    """Headers for a message; a file without headers has data there, and that is not shown."""
    filled = pd.Series([header for header in headers if header.strip()], dtype="str")
    shown = [f"'{header[:40]}'" for header in filled.where(personal_values(filled).isna(), "…")]
    more = f" en nog {len(shown) - 12}" if len(shown) > 12 else ""
    return (", ".join(shown[:12]) or "niets") + more
