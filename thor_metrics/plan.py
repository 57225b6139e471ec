"""The execution plan as data: sections, goals, actions and the 42 monitor items with their targets.

``plan.toml`` says what is asked; how it is measured stands with the indicators, which name their
monitor item themselves, and how far it is in :mod:`thor_metrics.progress`.
"""

from __future__ import annotations

import datetime as dt
import functools
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final, Literal, get_args

from thor_metrics.errors import SettingsError

__all__ = [
    "Action", "Goal", "Kind", "MonitorItem", "Plan", "Rule", "Section", "Target", "read_plan",
]  # fmt: skip

Kind = Literal[
    "indicator", "document", "effect", "images", "survey", "analysis", "register", "catalogue",
    "report", "calendar",
]  # fmt: skip

#: What a target asks for:
#:
#: ``follow`` nothing but data, fresh, and not clearly worse than a year before;
#: ``visits`` ``at_least`` planned controls a week at each of the worst objects ``of`` a kind, in
#: ``share`` of the weeks;
#: ``per_year`` the indicator ``of`` at least so high in a calendar year;
#: ``documents`` so many documents of the item's kinds;
#: ``photos`` so many pictures;
#: ``survey`` scores of the item's survey;
#: ``half_years`` a document for every gebied and half-year since ``since``;
#: ``planned_per_area`` so many activities ``of`` a kind ahead in every gebied;
#: ``catalogue`` the dashboard's own list.
Rule = Literal[
    "follow", "visits", "per_year", "documents", "photos", "survey", "half_years",
    "planned_per_area", "catalogue", "actions",
]  # fmt: skip

_FILE: Final = Path(__file__).with_name("plan.toml")


@dataclass(frozen=True)
class Target:
    """What is asked of a monitor item.

    Attributes
    ----------
    rule : Rule
    at_least : int
    of : str
        Kind of object or activity, or key of an indicator.
    share : float
        Part of the weeks in which it must be so.
    since : date, optional
        First day that counts.
    by_end : bool
        To be reached at the end of the plan; before that a proportionate part.
    """

    rule: Rule = "follow"
    at_least: int = 0
    of: str = ""
    share: float = 1.0
    since: dt.date | None = None
    by_end: bool = False


@dataclass(frozen=True)
class MonitorItem:
    """One monitor item.

    Attributes
    ----------
    id : str
        M01 to M42.
    title : str
        Short, Dutch.
    kinds : tuple of Kind
    tables : tuple of str
        Tables whose files fill it.
    documents : tuple of str
        Kinds of document that fill it.
    survey : str
    target : Target
    max_age_days : int
        After so many days without news it deserves attention.
    section, goal : str
        Numbers, such as "1.1" and "1.1.2".
    theme : str
        Page it stands on.
    """

    id: str
    title: str
    kinds: tuple[Kind, ...]
    tables: tuple[str, ...]
    documents: tuple[str, ...]
    survey: str
    target: Target
    max_age_days: int
    section: str
    goal: str
    theme: str


@dataclass(frozen=True)
class Action:
    """Something the team does for a goal; ``due`` where the plan names a day."""

    text: str
    due: dt.date | None = None


@dataclass(frozen=True)
class Goal:
    """A goal with its actions and monitor items; ``number`` is "1.1.2" for the second of 1.1."""

    number: str
    title: str
    actions: tuple[Action, ...]
    monitors: tuple[MonitorItem, ...]


@dataclass(frozen=True)
class Section:
    """A theme (1.1 to 1.5) or an ambition (2.1 to 2.3) of the plan."""

    number: str
    title: str
    theme: str
    goals: tuple[Goal, ...]


@dataclass(frozen=True)
class Plan:
    """The whole plan; ``end`` is the first day after it."""

    start: dt.date
    end: dt.date
    sections: tuple[Section, ...]

    @functools.cached_property
    def monitors(self) -> Mapping[str, MonitorItem]:
        """Every monitor item by its number, in the order of the plan."""
        return {
            item.id: item
            for section in self.sections
            for goal in section.goals
            for item in goal.monitors
        }

    @functools.cached_property
    def document_kinds(self) -> tuple[str, ...]:
        """Every kind of document some item asks for, each once."""
        every = (kind for item in self.monitors.values() for kind in item.documents)
        return tuple(dict.fromkeys(every))

    def monitor(self, number: str) -> MonitorItem:
        """Give one monitor item.

        Raises
        ------
        SettingsError
            When there is none of that number.
        """
        item = self.monitors.get(number.upper())
        if item is None:
            raise SettingsError(
                f"Het monitoritem '{number}' bestaat niet. Kies uit "
                f"{next(iter(self.monitors))} tot en met {list(self.monitors)[-1]}."
            )
        return item


@functools.cache
def read_plan(file: Path = _FILE) -> Plan:
    """Read the plan.

    Raises
    ------
    SettingsError
        When the file holds something that is not understood: it says where and what may be there.

    Examples
    --------
    >>> plan = read_plan()
    >>> len(plan.monitors), plan.monitor("M03").target.at_least
    (42, 2)
    """
    content = tomllib.loads(file.read_text(encoding="utf-8"))
    _known(content, {"start", "end", "max_age_days", "section"}, file.name)
    usual = int(content.get("max_age_days", 45))
    sections = tuple(_section(part, usual) for part in content["section"])
    plan = Plan(content["start"], content["end"], sections)
    numbers = [item.id for section in sections for goal in section.goals for item in goal.monitors]
    wanted = [f"M{number:02d}" for number in range(1, len(numbers) + 1)]
    if numbers != wanted:
        odd = next((one for one, other in zip(numbers, wanted, strict=True) if one != other), "")
        raise SettingsError(
            f"De monitoritems moeten oplopen van M01 zonder gaten. Gevonden bij {odd}."
        )
    return plan


def _section(part: Mapping[str, Any], usual: int) -> Section:
    _known(part, {"number", "title", "theme", "goal"}, f"section {part.get('number', '?')}")
    goals = tuple(
        _goal(goal, f"{part['number']}.{turn}", part["number"], part["theme"], usual)
        for turn, goal in enumerate(part["goal"], start=1)
    )
    return Section(part["number"], part["title"], part["theme"], goals)


def _goal(part: Mapping[str, Any], number: str, section: str, theme: str, usual: int) -> Goal:
    _known(part, {"title", "actions", "monitor"}, f"goal {number}")
    actions = tuple(
        Action(text) if isinstance(text, str) else Action(**text) for text in part["actions"]
    )
    monitors = tuple(
        _monitor(item, section, number, theme, usual) for item in part.get("monitor", ())
    )
    return Goal(number, part["title"], actions, monitors)


def _monitor(
    part: Mapping[str, Any], section: str, goal: str, theme: str, usual: int
) -> MonitorItem:
    where = f"monitor {part.get('id', '?')}"
    given = {"id", "title", "kinds", "tables", "documents", "survey", "target", "max_age_days"}
    _known(part, given, where)
    _listed(part["kinds"], get_args(Kind), where)
    target = part.get("target", {})
    _known(target, {field.name for field in fields(Target)}, f"{where}, target")
    _listed([target.get("rule", "follow")], get_args(Rule), f"{where}, target")
    return MonitorItem(
        id=part["id"],
        title=part["title"],
        kinds=tuple(part["kinds"]),
        tables=tuple(part.get("tables", ())),
        documents=tuple(part.get("documents", ())),
        survey=part.get("survey", ""),
        target=Target(**target),
        max_age_days=int(part.get("max_age_days", usual)),
        section=section,
        goal=goal,
        theme=theme,
    )


def _known(part: Mapping[str, Any], allowed: set[str], where: str) -> None:
    _listed(part, sorted(allowed), where)


def _listed(found: Iterable[str], allowed: Iterable[str], where: str) -> None:
    odd = [name for name in found if name not in set(allowed)]
    if odd:
        raise SettingsError(
            f"'{odd[0]}' is niet bekend bij {where} van het plan. Kies uit {', '.join(allowed)}."
        )
