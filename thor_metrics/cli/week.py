"""``plan-week``: rounds of a week from what is expected, what the plan asks and the hours."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from thor_metrics import deeds
from thor_metrics.cli.shared import Json, find_area, print_json, show
from thor_metrics.errors import SelectionError
from thor_metrics.indicators.week import week_demand
from thor_metrics.model import WEEKDAYS, Period, Selection
from thor_metrics.views import rounds
from thor_metrics.weekplan import Options, propose, timetable

__all__ = ["plan_week"]


def plan_week(
    context: typer.Context,
    week: Annotated[str, typer.Option("--week", help="ISO-week, bijvoorbeeld 2026-W48.")],
    area: Annotated[
        str | None, typer.Option("--area", help="Gebied, of code of naam van buurt.")
    ] = None,
    hours: Annotated[float, typer.Option("--hours", help="Mensuren voor rondes.")] = 40.0,
    theme: Annotated[
        str, typer.Option("--theme", help="Een of meer thema's, met komma's.")
    ] = "afval,fiets",
    seed: Annotated[int, typer.Option("--seed", help="Ander getal: andere rondes.")] = 0,
    *,
    as_json: Json = False,
) -> None:
    """Maak een weekplan: rondes, wat ze dekken, en welke norm niet gehaald kan worden."""
    my = context.obj
    gebied, buurt = find_area(my.settings, area)
    period = Period.parse(week)
    if period.days != 7 or period.start.weekday():
        raise SelectionError(f"'{week}' is geen week. Schrijf jaar en week, zoals 2026-W48.")
    selection = Selection.checked(
        period=period, gebied=gebied, buurt=buurt,
        themes=tuple(part.strip() for part in theme.split(",") if part.strip()),
    )  # fmt: skip
    with my.ledger() as ledger:
        actions = ledger.actions()
    demand = deeds.with_actions(week_demand(my.engine(), selection), actions, period)
    shifts = timetable(demand, hours)
    if demand.places.empty or shifts.empty:
        raise SelectionError(
            demand.words if demand.places.empty else
            f"Met {hours:g} mensuren is geen ronde te maken: een ronde kost er vier."
        )  # fmt: skip
    made = propose(demand, shifts, options=Options(seed=seed))
    stops = rounds.stops(made.plan.visits, demand.places, made.shifts, period.start)
    rows: list[dict[str, Any]] = [
        {
            "round": int(row["round"]),
            "stop": int(row["order"]),
            "weekday": WEEKDAYS[row["day"].weekday()],
            "day": row["day"].isoformat(),
            "from": rounds.clock(row["from_minute"]),
            "to": rounds.clock(row["to_minute"]),
            "place": row["name"],
            "x": round(float(row["x"]), 1),
            "y": round(float(row["y"]), 1),
            "expected": round(float(row["expected"]), 4),
            "needed": bool(row["needed"]),
        }
        for row in stops.to_dict("records")
    ]
    if not as_json:
        show(rows, as_json=False, key="")
        return
    minimums = made.plan.minimums
    print_json(
        {
            "week": week,
            "area": area,
            "hours": hours,
            "themes": list(selection.themes),
            "covered": made.covered,
            "last_week": made.last_week if made.last_week == made.last_week else None,
            "worst_place": made.worst_place,
            "gap": made.plan.gap,
            "method": made.plan.method,
            "hit_rate": demand.hit_rate,
            "forecast": demand.words,
            "minimums": [
                {
                    "place": demand.places["name"].iloc[int(row["place"])],
                    "minimum": int(row["minimum"]),
                    "planned": int(row["planned"]),
                    "short": int(row["short"]),
                    "why": row["why"],
                }
                for row in minimums.to_dict("records")
            ],
            "visits": rows,
        }
    )
