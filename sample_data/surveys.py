"""Published outcomes of surveys: score, number of respondents and the interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from sample_data.city import City
from sample_data.draws import Floats
from sample_data.textfile import number, texts, whole, write_table

STREAM = 17

#: Two-sided 95 % of the normal distribution.
_Z = 1.959964

CITY, GEBIED, BUURT, PAID_GEBIED = "stad", "gebied", "buurt", "gebied met betaald parkeren"

_LEAST_INHABITANTS = 300
_SPREAD_OF_MARKS = 1.4


@dataclass(frozen=True)
class Question:
    """One question of a survey.

    Attributes
    ----------
    survey, text : str
        As in the file.
    unit : str
        ``%`` (share that agrees) or ``cijfer 1-10``.
    areas : tuple of str
        Levels it is published at.
    fieldwork : tuple of int
        Month and day on which it is ready.
    true : mapping of int to float
        Year -> share (0 to 1) or mean mark in the whole city.
    apart : float
        How far areas lie apart: sigma, in the unit of ``true``.
    """

    survey: str
    text: str
    unit: str
    areas: tuple[str, ...]
    fieldwork: tuple[int, int]
    true: dict[int, float]
    apart: float = 0.0


_PERCENT, _MARK = "%", "cijfer 1-10"
_DISTRICT, _MONITOR = "buurtpeiling", "veiligheidsmonitor"
_STAFF, _PAYING = "belevingsonderzoek", "betalingsbereidheid"
_AUTUMN, _WINTER, _JUNE, _MAY = (10, 15), (12, 1), (6, 15), (5, 20)

QUESTIONS: tuple[Question, ...] = (
    Question(_DISTRICT, "Tevreden over reactie op meldingen", _PERCENT, (BUURT,), _AUTUMN,
             {2023: 0.46, 2025: 0.53}, 0.05),
    Question(_DISTRICT, "Bekend met het gebiedsteam", _PERCENT, (BUURT,), _AUTUMN,
             {2023: 0.21, 2025: 0.34}, 0.05),
    Question(_DISTRICT, "Veel afval op straat", _PERCENT, (BUURT,), _AUTUMN,
             {2023: 0.37, 2025: 0.35}, 0.08),
    Question(_DISTRICT, "Rapportcijfer leefbaarheid", _MARK, (BUURT,), _AUTUMN,
             {2023: 6.9, 2025: 7.0}, 0.35),
    Question(_MONITOR, "Voelt zich wel eens onveilig in de buurt", _PERCENT, (CITY, GEBIED),
             _WINTER, {2023: 0.18, 2025: 0.17}, 0.03),
    Question(_MONITOR, "Tevreden over functioneren gemeente bij overlast", _PERCENT,
             (CITY, GEBIED), _WINTER, {2023: 0.31, 2025: 0.35}, 0.03),
    Question(_MONITOR, "Rapportcijfer veiligheid in de buurt", _MARK, (CITY, GEBIED), _WINTER,
             {2023: 7.1, 2025: 7.2}, 0.2),
    Question(_STAFF, "Tevreden met het werk", _PERCENT, (CITY,), _JUNE, {2024: 0.68, 2026: 0.75}),
    Question(_STAFF, "Voelt zich weerbaar in het werk", _PERCENT, (CITY,), _JUNE,
             {2024: 0.61, 2026: 0.71}),
    Question(_STAFF, "Rapportcijfer werkplezier", _MARK, (CITY,), _JUNE, {2024: 6.9, 2026: 7.3}),
    Question(_PAYING, "Heeft betaald voor parkeren", _PERCENT, (CITY, PAID_GEBIED), _MAY,
             {2024: 0.71, 2025: 0.745, 2026: 0.79}, 0.02),
)  # fmt: skip

_PAID_GEBIEDEN = ("Centrum", "West")


def survey_scores(city: City, seed: int, start: date, until: date) -> pd.DataFrame:
    """Ask samples; not scaled, since a survey keeps its size.

    A survey counts when it was ready by ``until`` and not in a year before ``start``.
    """
    rows = []
    for position, question in enumerate(QUESTIONS):
        for year, true in question.true.items():
            if year < start.year or date(year, *question.fieldwork) > until:
                continue
            rng = np.random.default_rng([seed, STREAM, year, position])
            for level in question.areas:
                areas, people = _areas(city, question.survey, level)
                apart = 0.0 if level == CITY else question.apart
                means = true + apart * rng.normal(size=len(areas))
                found = _answers(question.unit, means, people, rng)
                rows += [
                    (year, question.survey, question.text, question.unit, area, int(n), *scores)
                    for area, n, scores in zip(areas, people, found, strict=True)
                ]
    names = ["year", "survey", "question", "unit", "area", "respondents", "score", "low", "high"]
    table = pd.DataFrame(rows, columns=names)
    return table.sort_values("year", kind="stable", ignore_index=True)


def write_survey_scores(file: Path, rows: pd.DataFrame) -> int:
    """Write enquetes.csv; the whole city has no buurt."""
    return write_table(
        file,
        {
            "Onderzoek": texts(rows["survey"].to_numpy(dtype=object), ";"),
            "Jaar": whole(rows["year"].to_numpy(np.int64)),
            "Vraag": texts(rows["question"].to_numpy(dtype=object), ";"),
            "Score": number(rows["score"].to_numpy(np.float64), 2),
            "Eenheid": texts(rows["unit"].to_numpy(dtype=object), ";"),
            "Aantal respondenten": whole(rows["respondents"].to_numpy(np.int64)),
            "Ondergrens 95 %": number(rows["low"].to_numpy(np.float64), 2),
            "Bovengrens 95 %": number(rows["high"].to_numpy(np.float64), 2),
            "Buurt": texts(rows["area"].to_numpy(dtype=object), ";"),
        },
    )


def wilson(successes: Floats, people: Floats) -> tuple[Floats, Floats]:
    """Two-sided 95 % interval of a share (Wilson 1927), between 0 and 1."""
    share, z2 = successes / people, _Z**2
    middle = (share + z2 / (2 * people)) / (1 + z2 / people)
    half = _Z / (1 + z2 / people) * np.sqrt(share * (1 - share) / people + z2 / (4 * people**2))
    return middle - half, middle + half


def _areas(city: City, survey: str, level: str) -> tuple[Sequence[str], Floats]:
    """Names and numbers of respondents; fewer where fewer people live."""
    buurten = city.buurten
    if level == CITY:
        size = {_MONITOR: 2100.0, _STAFF: 84.0, _PAYING: 1240.0}[survey]
        return [""], np.array([size])
    if level == PAID_GEBIED:
        return _PAID_GEBIEDEN, np.array([930.0, 310.0])
    if level == GEBIED:
        gebieden = list(dict.fromkeys(buurten.gebied))
        people = np.array([buurten.inhabitants[buurten.gebied == name].sum() for name in gebieden])
        return gebieden, np.rint(2100 * people / people.sum())
    lived_in = buurten.inhabitants >= _LEAST_INHABITANTS
    people = np.rint(2.2 * np.sqrt(buurten.inhabitants[lived_in].astype(np.float64)))
    return list(buurten.name[lived_in]), people


def _answers(
    unit: str, means: Floats, people: Floats, rng: np.random.Generator
) -> list[tuple[float, float, float]]:
    """Score, low and high; percentages from whole people, marks from a mean and its error."""
    if unit == _PERCENT:
        agree = rng.binomial(people.astype(np.int64), np.clip(means, 0.02, 0.98)).astype(float)
        low, high = wilson(agree, people)
        values = 100 * np.stack([agree / people, low, high])
    else:
        error = _SPREAD_OF_MARKS / np.sqrt(people)
        mark = np.clip(means + error * rng.normal(size=len(means)), 1, 10)
        values = np.stack([mark, mark - _Z * error, mark + _Z * error])
    return [tuple(column) for column in values.round(2).T.tolist()]


__all__ = ["QUESTIONS", "survey_scores", "wilson", "write_survey_scores"]
