"""Everything the dashboard can show, made from the registry itself (M35)."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from thor_metrics import dutch
from thor_metrics.engine import Engine
from thor_metrics.indicators.registry import INDICATORS, Indicator, Measure
from thor_metrics.indicators.registry.counting import query_of
from thor_metrics.model import Period, Selection
from thor_metrics.plan import Plan
from thor_metrics.schema import TABLES

__all__ = ["catalogue"]

_DAY: Final = dt.timedelta(days=1)

_SHY: Final = {
    "people": "onder de 10 niet getoond; per maand en gebied, niet fijner",
    "sanctions": "per gebied onder de 5 niet getoond; per maand en gebied, niet fijner",
    "": "wordt altijd getoond",
}

_BETTER: Final = {"lower": "minder is beter", "higher": "meer is beter", "": ""}

#: What is not one number: title, what it answers, tables and page.
_PICTURES: Final = (
    ("hot_items", "Hot-items", "Waarvan een gebied meer heeft dan elders, en wat er stijgt",
     ("incidents",), "hotitems"),
    ("hot_cells", "Hotspots per vak", "Vakken van 100 meter met meer dan toeval",
     ("incidents", "observations", "controls"), "hotspots"),
    ("hot_clusters", "Haarden", "Meldingen die binnen 40 meter van elkaar liggen",
     ("incidents",), "hotspots"),
    ("ranked_objects", "Objecten", "Milieuperrons, fietsplekken en scholen met de meeste meldingen",
     ("incidents", "objects"), "hotspots"),
    ("emerging_cells", "Verloop", "Welke vakken nieuw, aanhoudend of voorbij zijn",
     ("incidents",), "hotspots"),
    ("expected_cells", "Verwacht", "Waar de komende vier weken meldingen te verwachten zijn",
     ("incidents",), "hotspots"),
    ("hot_hours", "Hottijden", "Uren van de week die druk of ongewoon zijn",
     ("incidents", "observations", "controls"), "hottijden"),
    ("special_days", "Bijzondere dagen", "Wat feestdagen, Carnaval, markt en evenementen doen",
     ("incidents",), "hottijden"),
    ("alerts", "Opvallend deze week", "Wat in de laatste hele week boven het gewone lag",
     ("incidents",), "gebied"),
    ("planned_visits", "Bezoeken aan de lastigste plekken",
     "Of zij twee keer per week zijn bezocht", ("controls", "incidents", "objects"), "afval"),
    ("event_nuisance", "Meldingen rond evenementen", "Naast dezelfde uren zonder evenement",
     ("incidents", "events"), "evenementen"),
    ("sanction_chain", "Keten van sancties", "Van geconstateerd tot geïnd, per soort",
     ("sanctions",), "afval"),
    ("alcohol_followup", "Opvolging Alcoholwet", "Wat op overtredingen volgde",
     ("controls", "sanctions"), "evenementen"),
    ("reply_times", "Wachttijd van melders", "Tot antwoord en tot afhandeling, open meldingen mee",
     ("incidents",), "wijk"),
    ("flexible_hours", "Ruimte in het rooster", "Hoeveel uren 80, 90 en 95 % van de dagen dekken",
     ("deployments",), "organisatie"),
    ("top_days", "Topdagen en regels", "Welke regels een topdag de dag ervoor herkennen",
     ("crowd_days", "events"), "parkeren"),
    ("survey_results", "Onderzoeken", "Uitkomsten per vraag, jaar en gebied",
     ("survey_scores",), "wijk"),
    ("agenda", "Kalender", "Activiteiten, evenementen en stukken", ("activities", "events"),
     "kalender"),
)  # fmt: skip


def catalogue(engine: Engine, plan: Plan, *, gebied: str | None = None) -> pd.DataFrame:
    """List everything the dashboard can show.

    Parameters
    ----------
    engine : Engine
    plan : Plan
    gebied : str, optional
        Coverage of this gebied only.

    Returns
    -------
    DataFrame
        One row an indicator in the order of the plan, then one a picture: ``key, title, kind``
        ("cijfer" or "beeld"), ``monitor, part`` (of the plan), ``definition, why, limits, unit,
        better, hidden, sources`` (Dutch titles), ``first, newest`` (dates, missing without
        data), ``rows, coverage`` (gebieden with rows in the last year of data, "7 van 7";
        "hele stad" where there is no place), ``missing`` (gebieden without), ``reviewed, page,
        query`` (SQL, to read).
    """
    facts = {name: _facts(engine, name, gebied) for name in TABLES}
    rows = [_indicator(one, plan, facts) for one in INDICATORS.values()]
    rows += [
        _picture(key, title, answers, sources, page, facts)
        for key, title, answers, sources, page in _PICTURES
    ]
    return pd.DataFrame(rows)


def _indicator(one: Indicator, plan: Plan, facts: dict[str, dict[str, Any]]) -> dict[str, Any]:
    item = plan.monitor(one.monitor)
    section = next(part for part in plan.sections if part.number == item.section)
    definition = _words(one.numerator)
    if one.denominator is not None:
        definition += f"; gedeeld door {_words(one.denominator)}"
    return {
        "key": one.key,
        "title": one.title,
        "kind": "cijfer",
        "monitor": one.monitor,
        "part": f"{section.number} {section.title}",
        "definition": definition,
        "why": one.why,
        "limits": one.limits,
        "unit": one.unit,
        "better": _BETTER[one.better],
        "hidden": _SHY[one.shy],
        **_about(one.sources, facts),
        "reviewed": one.reviewed,
        "page": one.theme,
        "query": _sql(one),
    }


def _picture(
    key: str, title: str, answers: str, tables: tuple[str, ...], page: str,
    facts: dict[str, dict[str, Any]],
) -> dict[str, Any]:  # fmt: skip
    return {
        "key": key, "title": title, "kind": "beeld", "monitor": "", "part": "",
        "definition": f"{answers}.", "why": "", "limits": "", "unit": "", "better": "",
        "hidden": "kleine aantallen over mensen niet getoond", **_about(tables, facts),
        "reviewed": None, "page": page, "query": "",
    }  # fmt: skip


def _about(tables: tuple[str, ...], facts: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Say what the least fresh and least complete of some tables holds."""
    mine = [facts[name] for name in tables]
    days = [fact["newest"] for fact in mine if fact["newest"] is not None]
    first = [fact["first"] for fact in mine if fact["first"] is not None]
    worst = max(mine, key=lambda fact: len(fact["missing"]))
    return {
        "sources": dutch.join(TABLES[name].title for name in tables),
        "tables": tables,
        "first": max(first, default=None),
        "newest": min(days, default=None),
        "rows": min(fact["rows"] for fact in mine),
        "coverage": worst["coverage"],
        "missing": dutch.join(worst["missing"]),
    }


def _facts(engine: Engine, name: str, gebied: str | None) -> dict[str, Any]:
    """What a table holds: days, rows, and which gebieden in the last year of its data."""
    table = engine.tables[name]
    counted = engine.run(sa.select(sa.func.count().label("rows")).select_from(table))
    rows = int(counted["rows"].iloc[0])
    span = engine.spans.get(name)
    areas = engine.tables["areas"]
    known = engine.run(sa.select(areas.c.gebied).distinct())["gebied"].dropna()
    every = [one for one in sorted(known) if gebied in (None, one)]
    fact: dict[str, Any] = {
        "rows": rows,
        "first": span[0] if span else None,
        "newest": span[1] if span else None,
        "coverage": "geen gegevens" if not rows else "hele stad",
        "missing": [],
    }
    if "gebied" not in table.c or not rows:
        return fact
    where = [table.c.date > span[1] - 365 * _DAY] if span else []
    there = set(engine.run(sa.select(table.c.gebied).where(*where).distinct())["gebied"].dropna())
    missing = [one for one in every if one not in there]
    return {**fact, "coverage": f"{len(every) - len(missing)} van {len(every)}", "missing": missing}


def _words(measure: Measure) -> str:
    """Write in Dutch what is added up."""
    table = TABLES[measure.table]
    what = (
        f"som van {table.column(measure.column).title} bij {table.title}"
        if measure.column
        else f"aantal rijen van {table.title}"
    )
    if measure.minus:
        what += f" min {table.column(measure.minus).title}"
    rules = [
        f"{_title(measure.table, name)} is {dutch.join(values, word='of').replace('_', ' ')}"
        for name, values in measure.where
    ]
    rules += [f"{_title(measure.table, name)} is ingevuld" for name in measure.filled]
    return what + (f", waar {dutch.join(rules)}" if rules else "")


def _title(table: str, name: str) -> str:
    return TABLES[table].column(name).title.removesuffix(" (ingedeeld)")


def _sql(one: Indicator) -> str:
    """Write the question as SQL for an example year, to read."""
    example = Selection(Period.parse("2026"))
    parts = [query_of(one.numerator, example, [])]
    if one.denominator is not None:
        parts.append(query_of(one.denominator, example, []))
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    return ";\n\n".join(
        str(part.compile(dialect=dialect, compile_kwargs={"literal_binds": True})) for part in parts
    )
