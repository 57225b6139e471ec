"""The workshop: exercises for senior WGM'ers, done in the real pages and checked against the data.

An exercise knows no answers. It asks the data the same question as the page does, so it holds for
the sample city, for own data and next year.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import pandas as pd

from thor_metrics import dutch, stats
from thor_metrics.model import THEMES, WEEKDAYS, Period, Selection
from thor_metrics.report import Facts
from thor_metrics.report.contents import cells_of, hot_items, place_name

__all__ = ["EXERCISES", "Exercise", "Question", "Setting", "progress", "setting", "two_controls"]

_NONE: Final = "bij geen enkel"
_CHOICES: Final = 5
_MOMENTS: Final = 2


@dataclass(frozen=True)
class Setting:
    """What all exercises of a course are about.

    Attributes
    ----------
    period : Period
        The last whole quarter with data.
    gebied : str
        The one with most reports in it.
    """

    period: Period
    gebied: str

    def select(self, *themes: str, everywhere: bool = False) -> Selection:
        """Select what an exercise is about."""
        return Selection(self.period, gebied=None if everywhere else self.gebied, themes=themes)


@dataclass(frozen=True)
class Question:
    """What is asked, what can be answered, and what is right.

    Attributes
    ----------
    words : str
    choices : tuple of str
        Empty: not a choice but a deed, checked by :func:`two_controls`.
    right : frozenset of str
        Every choice that is right; empty: the data say nothing here, skip it.
    why : str
        Explanation, with the numbers.
    """

    words: str
    choices: tuple[str, ...]
    right: frozenset[str]
    why: str


@dataclass(frozen=True)
class Exercise:
    """One exercise.

    Attributes
    ----------
    key, title : str
    page : str
        File of the page in which it is done.
    hint : str
    ask : callable
        Gives the question from facts and setting.
    themes : tuple of str
        Set as filters on the page.
    everywhere : bool
        About the whole city instead of the gebied.
    """

    key: str
    title: str
    page: str
    hint: str
    ask: Callable[[Facts, Setting], Question]
    themes: tuple[str, ...] = ()
    everywhere: bool = False


def setting(facts: Facts) -> Setting:
    """Choose period and gebied: the last whole quarter with data, and where most was reported."""
    after = facts.newest() + dt.timedelta(days=1)
    end = dt.date(after.year, 3 * ((after.month - 1) // 3) + 1, 1)
    start = (end - dt.timedelta(days=1)).replace(day=1)
    start = dt.date(start.year, 3 * ((start.month - 1) // 3) + 1, 1)
    period = Period(start, end)
    areas = facts.ask("per_area", Selection(period), level="gebied")
    most = areas.dropna(subset="count").sort_values(["count", "name"], ascending=[False, True])
    return Setting(period, str(most["name"].iloc[0]))


def _question(words: str, right: Iterable[str], others: Iterable[str], why: str) -> Question:
    good = list(dict.fromkeys(right))
    wrong = [word for word in dict.fromkeys(others) if word not in good]
    # One right one among the wrong is enough to choose from; the order gives nothing away.
    choices = sorted([*good[:1], *wrong[: _CHOICES - 1]])
    return Question(words, tuple(choices), frozenset(good[:1]), why)


# --- the questions -------------------------------------------------------------------------------


def _most_waste(facts: Facts, at: Setting) -> Question:
    areas = facts.ask("per_area", at.select("afval", everywhere=True), level="gebied")
    ranked = areas.dropna(subset="count").sort_values(["count", "name"], ascending=[False, True])
    names = [str(name) for name in ranked["name"]]
    most = dutch.number(ranked["count"].iloc[0]) if names else ""
    return _question(
        f"In welk gebied kwamen in {at.period.words()} de meeste meldingen over afval binnen?",
        names[:1],
        names[1:],
        f"{names[0] if names else ''} had er {most}. Let op: dit zijn aantallen. "
        "Per 1.000 inwoners kan de volgorde anders zijn.",
    )


def _risen(facts: Facts, at: Setting) -> Question:
    found = facts.ask("per_theme", at.select(everywhere=True))
    titles = {theme.key: theme.title for theme in THEMES}
    sure = found[(found["certainty"] == stats.SURE) & (found["count"] > found["before"])]
    none = f"{_NONE} thema"
    right = [titles[key] for key in sure["theme"]] or [none]
    rest = [titles[key] for key in found["theme"] if titles[key] not in right] + [none]
    rows = sure.to_dict("records")
    told = (
        f"{right[0]} ging van {dutch.number(rows[0]['before'])} naar "
        f"{dutch.number(rows[0]['count'])} meldingen: zeker meer."
        if rows
        else "Bij elk thema kan het verschil toeval zijn."
    )
    note = " Kwam er een ander meldsysteem, dan staat dat erbij: dan zegt het verschil minder."
    return _question(
        "Bij welk thema is het zeker dat er in de hele stad meer meldingen zijn dan een jaar "
        f"eerder ({at.period.words()})?",
        right,
        rest,
        told + note,
    )


def _standing_out(facts: Facts, at: Setting) -> Question:
    found = hot_items(facts, at.select())
    sure = found[found["more"] == stats.SURE]
    rest = found[~found["stands_out"]]
    none = f"{_NONE} onderwerp"
    why = f"{sure['words'].iloc[0]}." if len(sure) else "Niets is zeker meer dan elders."
    return _question(
        f"Welk onderwerp is in {at.gebied} zeker meer dan elders in de stad?",
        list(sure["title"]) or [none],
        [*rest["title"], none],
        f"{why} 'Verwacht' is wat {at.gebied} zou hebben als het net zo was als de rest "
        "van de stad.",
    )


def _bicycle_square(facts: Facts, at: Setting) -> Question:
    cells = cells_of(facts, at.select("fiets", everywhere=True))
    names = list(dict.fromkeys(cells["buurt"]))
    first = cells.to_dict("records")[0] if len(cells) else None
    why = (
        f"Vak 1 ligt in {place_name(first)}: {dutch.number(first['count'])} meldingen op "
        f"{dutch.number(first['days'])} dagen ({first['certainty']})."
        if first
        else ""
    )
    return _question(
        f"In welke buurt ligt het vak met de meeste fietsmeldingen in {at.period.words()}?",
        names[:1],
        names[1:],
        why + " Een vak is 100 bij 100 meter. Donker is veel; een rand is meer dan toeval.",
    )


def _container(facts: Facts, at: Setting) -> Question:
    found = facts.ask("ranked_objects", at.select("afval"), kind="milieuperron")
    found = found[found["count"].fillna(0) > 0]
    names = list(found["name"])
    row = found.to_dict("records")[0] if names else None
    why = (
        f"{row['name']}: {dutch.number(row['count'])} meldingen binnen 50 meter. Met andere weken "
        f"waren het er {dutch.number(row['low'])} tot {dutch.number(row['high'])} geweest."
        if row
        else ""
    )
    return _question(
        f"Rond welk milieuperron in {at.gebied} kwamen de meeste afvalmeldingen binnen?",
        names[:1],
        names[1:],
        why,
    )


def _evening(facts: Facts, at: Setting) -> Question:
    parts = facts.ask("hot_dagdelen", at.select("sociaal")).table.dropna(subset="count")
    parts = parts.sort_values(["count", "weekday", "start"], ascending=[False, True, True])
    names = [
        f"{WEEKDAYS[day]} {part} ({dutch.hours(start, end)})"
        for day, part, start, end in zip(
            parts["weekday"], parts["dagdeel"], parts["start"], parts["end"], strict=True
        )
    ]
    row = parts.to_dict("records")[0] if names else None
    sure = f" ({row['certainty']} meer dan gewoonlijk)" if row and row["certainty"] else ""
    why = (
        f"{names[0]}: {dutch.number(row['count'])} meldingen, verwacht "
        f"{dutch.number(row['expected'])}{sure}."
        if row
        else ""
    )
    return _question(
        f"Op welk dagdeel is er in {at.gebied} de meeste sociale overlast?",
        names[:1],
        names[1:],
        why + " Het uur is dat van de melding; een nacht hoort op de kalenderdag zelf.",
    )


def _coverage(facts: Facts, at: Setting) -> Question:
    rows = facts.ask("coverage", at.select(), by="buurt").rows
    rows = rows[rows["reports"].notna()].assign(
        name=[facts.names.get(key, key) for key in rows.loc[rows["reports"].notna(), "key"]]
    )
    less = rows[rows["verdict"] == "minder inzet dan overlast"]
    none = f"{_NONE}e buurt"
    why = "Overal is de inzet in verhouding."
    if len(less):
        row = less.to_dict("records")[0]
        why = (
            f"{row['name']} heeft {dutch.percent(row['share_reports'], decimals=0)} van de "
            f"meldingen en {dutch.percent(row['share_controls'], decimals=0)} van de controles."
        )
    return _question(
        f"Welke buurt van {at.gebied} krijgt minder controles dan bij de meldingen past?",
        list(less["name"]) or [none],
        [*rows.loc[~rows["key"].isin(less["key"]), "name"], none],
        f"{why} Dat zegt niet wat de oorzaak is, wel waar het gesprek over gaat.",
    )


def _effect(facts: Facts, _: Setting) -> Question:
    newest = facts.newest()
    long = Selection(Period(newest.replace(day=1) - dt.timedelta(days=365), newest))
    words = ["minder", "meer", "geen aantoonbaar verschil", "niet te beoordelen"]
    for deed in facts.actions(long).to_dict("records"):
        studied = facts.studied(deed)
        if studied and studied["verdict"] in words:
            verdict = str(studied["verdict"])
            return _question(
                f"Wat zien we bij de actie '{deed['title']}'?",
                [verdict],
                words,
                f"Het oordeel is: {verdict}. Het is een verband in de tijd, naast buurten die op "
                "deze leken; geen bewezen oorzaak.",
            )
    return Question("Er is nog geen actie om te meten.", (), frozenset(), "")


def _attention(facts: Facts, at: Setting) -> Question:
    found = facts.states(at.select(everywhere=True))
    asked = sum(state.status == "aandacht" for state in found)
    near = {asked + step for step in (-2, 3, 6, 9) if asked + step >= 0}
    return _question(
        f"Bij hoeveel monitoritems van het uitvoeringsplan staat 'aandacht' ({at.period.words()})?",
        [str(asked)],
        [str(number) for number in sorted(near)],
        "Die stand wordt door een regel bepaald en door niemand ingetypt. Onder elk item staat "
        "waarom.",
    )


def _plan(_: Facts, at: Setting) -> Question:
    return Question(
        f"Waar en wanneer is in {at.gebied} de meeste fietsoverlast? Kies een hotspot op de kaart, "
        "maak er een actie van en plan twee controles (momenten). Kom daarna hier terug.",
        (),
        frozenset({"gedaan"}),
        "U koos een plek op grond van meldingen, en momenten op grond van de uren. Over vier weken "
        "staat bij Effect wat er veranderde.",
    )


EXERCISES: Final[tuple[Exercise, ...]] = (
    Exercise(
        "gebied", "Het drukste gebied", "pages/beeld/overzicht.py",
        "Kijk op Overzicht naar de ranglijst van gebieden, met thema afval gekozen.",
        _most_waste, ("afval",), everywhere=True,
    ),
    Exercise(
        "stijging", "Meer dan vorig jaar", "pages/beeld/overzicht.py",
        "Onder elk thema staat hoe zeker de verandering is. Zoek het woord 'zeker'.",
        _risen, everywhere=True,
    ),
    Exercise(
        "hotitem", "Wat valt op", "pages/beeld/hotitems.py",
        "Bij 'Wat is hier meer dan elders' staat per onderwerp hoe zeker dat is.",
        _standing_out,
    ),
    Exercise(
        "hotspot", "Waar is het raak", "pages/beeld/hotspots.py",
        "Kies de vakken en kijk in de ranglijst naast de kaart wie op 1 staat.",
        _bicycle_square, ("fiets",), everywhere=True,
    ),
    Exercise(
        "perron", "Welk milieuperron", "pages/beeld/hotspots.py",
        "Kies bij de vraag boven de kaart 'Objecten' en dan milieuperrons.",
        _container, ("afval",),
    ),
    Exercise(
        "hottijd", "Wanneer is het raak", "pages/beeld/hottijden.py",
        "Kijk naar de donkerste uren in het weekbeeld, of naar de tabel van dagdelen.",
        _evening, ("sociaal",),
    ),
    Exercise(
        "dekking", "Staan we goed", "pages/doen/dekking.py",
        "Zoek in de tabel per buurt het oordeel 'minder inzet dan overlast'.",
        _coverage,
    ),
    Exercise(
        "effect", "Wat veranderde er", "pages/doen/effect.py",
        "Kies de actie op de pagina Effect; het oordeel staat in de kop.",
        _effect, everywhere=True,
    ),
    Exercise(
        "plan", "Hoe staat het plan", "pages/plan/uitvoeringsplan.py",
        "Bovenaan Uitvoeringsplan staat hoeveel items op schema zijn en hoeveel aandacht vragen.",
        _attention, everywhere=True,
    ),
    Exercise(
        "actie", "Van hotspot naar actie", "pages/beeld/hotspots.py",
        "Klik een vak aan, kies 'Maak actie' en vul bij Wanneer twee momenten in.",
        _plan, ("fiets",),
    ),
)  # fmt: skip


def two_controls(actions: pd.DataFrame, at: Setting, *, after: int) -> bool:
    """Tell whether the last exercise is done: a new bicycle action here with two moments.

    Parameters
    ----------
    actions : DataFrame
        Of :meth:`thor_metrics.ledger.actions.Actions.actions`.
    at : Setting
    after : int
        Number of the last action there was when the exercise was begun.
    """
    mine = actions[
        (actions["id"] > after) & (actions["theme"] == "fiets") & (actions["gebied"] == at.gebied)
    ]
    return any(len(moments) >= _MOMENTS for moments in mine["moments"])


def progress(steps: pd.DataFrame) -> pd.DataFrame:
    """Say per exercise how the group is doing, without anybody in it.

    Parameters
    ----------
    steps : DataFrame
        Of :meth:`thor_metrics.ledger.sharing.Sharing.steps`.

    Returns
    -------
    DataFrame
        ``title, begun, solved, tries, hints``: pupils who began and who solved it; answers and
        hints of all together. One row per exercise, in their order.
    """
    grouped: Mapping[str, pd.DataFrame] = {str(k): rows for k, rows in steps.groupby("exercise")}
    nobody = steps.iloc[:0]
    rows = []
    for exercise in EXERCISES:
        mine = grouped.get(exercise.key, nobody)
        rows.append(
            {
                "title": exercise.title,
                "begun": len(mine),
                "solved": int(mine["solved"].sum()),
                "tries": int(mine["tries"].sum()),
                "hints": int(mine["hints"].sum()),
            }
        )
    return pd.DataFrame(rows)
