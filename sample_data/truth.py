"""waarheid.json: what was planted and what came of it, to hold findings against."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sample_data.city import City
from sample_data.days import events_of, planned_top_days, unplanned_top_days
from sample_data.draws import Flags
from sample_data.incidents import CHILD, DUPLICATE, NEAR_REPEAT, ORIGINAL
from sample_data.kinds import CHANNELS, KIND_NUMBER, KINDS, THEMES
from sample_data.newsystem import NewSystemRows
from sample_data.plan_truth import plan_truth
from sample_data.planfiles import PlanTables
from sample_data.planted import ACTIONS, BREAK, HOTSPOTS, HOTTIMES, PLACEBOS, Action
from sample_data.rhythms import week_rates
from sample_data.signalen import SignalenRows

WEEKS_BEFORE = 26

_NOTE = (
    "Gesimuleerde gegevens: geen enkel getal zegt iets over Maastricht. Coördinaten in RD "
    "(EPSG:28992), tijden lokaal, 'from' telt mee en 'until' niet. Tellingen zonder deelmeldingen "
    "en zonder exacte herhalingen, tenzij anders vermeld."
)


@dataclass(frozen=True)
class Made:
    """Everything the simulator made in one run."""

    city: City
    seed: int
    scale: float
    start: date
    until: date
    meldingen: pd.DataFrame
    controls: pd.DataFrame
    observations: pd.DataFrame
    sanctions: pd.DataFrame
    signalen: SignalenRows
    new_system: NewSystemRows
    plan: PlanTables
    file_rows: dict[str, int]


def write_truth(file: Path, made: Made) -> None:
    """Write the truth file."""
    rows = made.meldingen
    adults = rows[rows["role"] != CHILD]
    truth = {
        "note": _NOTE,
        "seed": made.seed,
        "scale": made.scale,
        "from": made.start,
        "until": made.until + timedelta(1),
        "hotspots": _hotspots(made, adults),
        "hottimes": _hottimes(adults),
        "actions": _actions(made, adults, ACTIONS),
        "placebos": _actions(made, adults, PLACEBOS),
        "system_break": _system_break(made, adults),
        "events": _events(made),
        "top_days": _top_days(made),
        "categories": _categories(),
        "meldingen": _meldingen(rows, adults),
        "repeats": _repeats(adults),
        "signalen": _signalen(rows, made.signalen),
        "new_system": asdict(made.new_system),
        "controls": _grouped(made.controls, ["theme", "type", "reason"]),
        "observations": _grouped(made.observations, ["soort"], "count"),
        "sanctions": _grouped(made.sanctions, ["soort"], "count", "amount"),
        "plan": plan_truth(made.plan, made.seed, made.start, made.until),
        "file_rows": _file_rows(made),
    }
    text = json.dumps(truth, indent=1, ensure_ascii=False, default=_plain)
    file.write_text(text + "\n", encoding="utf-8", newline="\n")


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"no plain form of {type(value).__name__}")


def _shown(first: date, end: date, made: Made) -> dict[str, date]:
    """Clip a half-open stretch to the run."""
    return {"from": max(first, made.start), "until": min(end, made.until + timedelta(1))}


def _hotspots(made: Made, rows: pd.DataFrame) -> list[dict[str, Any]]:
    found = []
    for number, spot in enumerate(HOTSPOTS):
        point = made.city.point_of(spot.soort, spot.place)
        planted = rows["hotspot"] == number
        inside = _near(made.city, point, rows, spot.radius_m) & (
            rows["theme"] == THEMES.index(spot.theme)
        )
        found.append(
            {
                "name": spot.name,
                "theme": spot.theme,
                "kinds": spot.kinds,
                "place": spot.place,
                "soort": spot.soort,
                "x": made.city.x[point],
                "y": made.city.y[point],
                "buurt": made.city.buurten.code[made.city.buurt[point]],
                "radius_m": spot.radius_m,
                **_shown(spot.first, spot.end, made),
                "extra_per_week": spot.extra_per_week * made.scale,
                "planted_rows": int((planted & (rows["role"] == ORIGINAL)).sum()),
                "rows_of_theme_within_radius": int(inside.sum()),
            }
        )
    return found


def _near(city: City, point: int, rows: pd.DataFrame, radius: float) -> Flags:
    dx, dy = rows["x"].to_numpy() - city.x[point], rows["y"].to_numpy() - city.y[point]
    near: Flags = dx**2 + dy**2 <= radius**2
    return near


def _hottimes(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Planted shares beside the shares by moment of melding and by moment of the nuisance."""
    rates = week_rates()
    found = []
    for hottime in HOTTIMES:
        kinds = [KIND_NUMBER[kind] for kind in hottime.kinds]
        per_year = np.array([KINDS[kind].per_year for kind in kinds])
        days, hours = np.array(hottime.cells()).T
        shares = rates[kinds][:, days, hours].sum(axis=1) / 7
        chosen = rows[rows["kind"].isin(kinds)]
        found.append(
            {
                "name": hottime.name,
                "theme": hottime.theme,
                "kinds": hottime.kinds,
                "weekdays": hottime.weekdays,
                "from_hour": hottime.from_hour,
                "to_hour": hottime.to_hour,
                "multiplier": hottime.multiplier,
                "share_drawn": float((shares * per_year).sum() / per_year.sum()),
                "share_of_meldingen": _share(chosen["moment"], hottime.cells()),
                "share_of_occurrences": _share(chosen["occurred"], hottime.cells()),
            }
        )
    return found


def _share(moments: pd.Series, cells: list[tuple[int, int]]) -> float | None:
    """Share of the moments in these hours of the week; None without moments."""
    if moments.empty:
        return None
    wanted = [day * 24 + hour for day, hour in cells]
    return float((moments.dt.day_of_week * 24 + moments.dt.hour).isin(wanted).mean())


def _actions(made: Made, rows: pd.DataFrame, actions: tuple[Action, ...]) -> list[dict[str, Any]]:
    found = []
    for action in actions:
        point = made.city.point_of(action.soort, action.place)
        touched = rows[
            _near(made.city, point, rows, action.radius_m)
            & (rows["theme"] == THEMES.index(action.theme))
        ]
        before = max(action.first - timedelta(7 * WEEKS_BEFORE), made.start)
        end = min(action.end, made.until + timedelta(1))
        found.append(
            {
                "name": action.name,
                "theme": action.theme,
                "place": action.place,
                "soort": action.soort,
                "x": made.city.x[point],
                "y": made.city.y[point],
                "radius_m": action.radius_m,
                "from": action.first,
                "until": action.end,
                "true_ratio": action.true_ratio,
                "displacement": "none",
                "weeks_before": WEEKS_BEFORE,
                "per_week_before": _per_week(touched, before, action.first),
                "per_week_during": _per_week(touched, action.first, end),
            }
        )
    return found


def _per_week(rows: pd.DataFrame, first: date, end: date) -> float | None:
    """Mean number a week in a half-open stretch; None without days."""
    if end <= first:
        return None
    inside = (rows["moment"] >= pd.Timestamp(first)) & (rows["moment"] < pd.Timestamp(end))
    return round(float(inside.sum()) * 7 / (end - first).days, 3)


def _system_break(made: Made, rows: pd.DataFrame) -> dict[str, Any]:
    day = BREAK.first_day
    end = made.until + timedelta(1)
    year = timedelta(364)
    return {
        "first_day": day,
        "ratio": BREAK.ratio,
        "per_week_before": _per_week(rows, max(day - year, made.start), min(day, end)),
        "per_week_after": _per_week(rows, max(day, made.start), end),
        "per_week_same_weeks_year_before": _per_week(rows, max(day - year, made.start), end - year),
    }


def _years(made: Made) -> range:
    return range(made.start.year, made.until.year + 1)


def _events(made: Made) -> list[dict[str, Any]]:
    found = []
    for event in (event for year in _years(made) for event in events_of(year)):
        point = made.city.point_of("evenemententerrein", event.place)
        found.append(
            {
                "name": event.name,
                "place": event.place,
                "x": made.city.x[point],
                "y": made.city.y[point],
                "from": event.first,
                "until": event.end,
                "extra_per_day": event.extra_per_day * made.scale,
                "kinds": event.kinds,
            }
        )
    return found


def _top_days(made: Made) -> dict[str, list[date]]:
    years = _years(made)
    return {
        "planned": [day for year in years for day in planned_top_days(year)],
        "unplanned": [day for year in years for day in unplanned_top_days(year, made.seed)],
    }


def _categories() -> list[dict[str, Any]]:
    """What each category means, by main and sub name in both systems."""
    return [
        {"theme": kind.theme, "rubriek": kind.rubriek, "signalen": kind.old, "new_system": kind.new}
        for kind in KINDS
    ]


def _meldingen(rows: pd.DataFrame, adults: pd.DataFrame) -> dict[str, Any]:
    year = adults["moment"].dt.year.rename("year")
    counted = adults.groupby(["theme", year, "channel"]).size().rename("rows").reset_index()
    return {
        "rows": len(rows),
        "rows_without_children": len(adults),
        "per_theme_year_channel": [
            {**record, "theme": THEMES[record["theme"]], "channel": CHANNELS[record["channel"]]}
            for record in counted.to_dict("records")
        ],
    }


def _repeats(rows: pd.DataFrame) -> dict[str, int]:
    """Duplicates: others report the same thing; close ones lie within 6 hours and 25 metres."""
    duplicates = rows[rows["role"] == DUPLICATE]
    first = rows.set_index("uid").reindex(duplicates["burst"])
    apart = np.abs(duplicates["moment"].to_numpy() - first["moment"].to_numpy())
    dx = duplicates["x"].to_numpy() - first["x"].to_numpy()
    dy = duplicates["y"].to_numpy() - first["y"].to_numpy()
    close = (apart <= np.timedelta64(6, "h")) & (dx**2 + dy**2 <= 25**2)
    return {
        "bursts": int(duplicates["burst"].nunique()),
        "duplicates": len(duplicates),
        "duplicates_within_6_hours_and_25_m": int(close.sum()),
        "near_repeats": int((rows["role"] == NEAR_REPEAT).sum()),
    }


def _signalen(rows: pd.DataFrame, written: SignalenRows) -> dict[str, int]:
    old = rows[rows["moment"] < pd.Timestamp(BREAK.first_day)]
    children = old[old["role"] == CHILD]
    return {
        "rows": len(old),
        "children": len(children),
        "parents": int(children["parent_uid"].nunique()),
        "reporters_with_contact": written.reporters_with_contact,
        "texts_with_contact": written.texts_with_contact,
        "occurrence_known": int(old["occurred_known"].sum()),
    }


def _file_rows(made: Made) -> dict[str, int]:
    """Rows in every file, without headers, titles and totals."""
    signalen = made.signalen
    return {
        "signalen/signals.csv": signalen.signals,
        "signalen/locations.csv": signalen.locations,
        "signalen/categories.csv": signalen.categories,
        "signalen/statuses.csv": signalen.statuses,
        "signalen/reporters.csv": signalen.signals,
        "meldingen_nieuw_systeem.csv": made.new_system.rows,
        **made.file_rows,
    }


def _grouped(rows: pd.DataFrame, by: list[str], *sums: str) -> list[dict[str, Any]]:
    groups = rows.groupby([rows["day"].dt.year.rename("year"), *by])
    table = groups[list(sums)].sum() if sums else pd.DataFrame(index=groups.size().index)
    table.insert(0, "rows", groups.size())
    return [
        {str(name): value for name, value in record.items()}
        for record in table.reset_index().to_dict("records")
    ]


__all__ = ["Made", "write_truth"]
