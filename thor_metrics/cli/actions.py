"""``actions`` and ``effect``: what is done where, and what changed beside it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import is_dataclass
from typing import Annotated, Any

import numpy as np
import pandas as pd
import typer

from thor_metrics import deeds, geo
from thor_metrics.cli.shared import Json, find_area, print_json, records, show
from thor_metrics.errors import SelectionError
from thor_metrics.indicators.effect import EffectStudy, action_effect
from thor_metrics.indicators.questions import with_privacy
from thor_metrics.ledger import STAGES
from thor_metrics.model import Period

__all__ = ["actions", "effect"]

_SHOWN = ("id", "title", "kind", "theme", "gebied", "stage", "place_name", "starts", "ends")
_WHOLE = (
    *_SHOWN, "x", "y", "radius", "outline", "selected_from", "selected_to", "goal_key",
    "goal_from", "goal_to", "goal_by", "moments", "team", "partner", "monitor", "version",
)  # fmt: skip


def actions(
    context: typer.Context,
    area: Annotated[str | None, typer.Option("--area", help="Gebied.")] = None,
    stage: Annotated[
        str | None, typer.Option("--stage", help=f"Stand: {', '.join(STAGES)}.")
    ] = None,
    *,
    as_json: Json = False,
) -> None:
    """Zet de hotspot-acties op een rij."""
    my = context.obj
    gebied, _ = find_area(my.settings, area)
    if stage is not None and stage not in STAGES:
        raise SelectionError(f"'{stage}' is geen stand. Kies uit {', '.join(STAGES)}.")
    with my.ledger() as ledger:
        found = ledger.actions(gebied=gebied, stage=stage)
    rows = records(_days(found[list(_WHOLE if as_json else _SHOWN)]))
    show(rows, as_json=as_json, key="actions", area=area, stage=stage)


def effect(
    context: typer.Context,
    action: Annotated[int, typer.Option("--action", help="Nummer van de actie.")],
    baseline: Annotated[
        str | None,
        typer.Option("--baseline", help="Eerste dag van de weken ervoor (jjjj-mm-dd)."),
    ] = None,
    *,
    as_json: Json = False,
) -> None:
    """Zet het effect van een actie naast de inzet, met elk getal achter het oordeel."""
    my = context.obj
    with my.ledger() as ledger:
        every = ledger.actions()
    mine = every[every["id"] == action]
    if mine.empty:
        raise SelectionError(f"Actie {action} bestaat niet. Kijk met 'actions' welke er zijn.")
    deed = mine.to_dict("records")[0]
    if deeds.period_of(deed) is None:
        raise SelectionError(
            f"Actie {action} heeft nog geen eerste dag, dus er is niets te meten. Vul die in op de "
            "pagina Acties."
        )
    options = deeds.effect_options(deed, every, geo.load_areas(my.settings))
    if baseline:
        options["baseline"] = _day(baseline)
    options = with_privacy("action_effect", my.settings.privacy, options)
    study = action_effect(my.engine(), deeds.selection_of(deed), **options)
    told = {"action": action, "title": deed["title"], **_told(study)}
    if as_json:
        print_json(told)
    else:
        row = deeds.study_row(deed, study)
        show([{**row, "why": study.windows.why}], as_json=False, key="")


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise SelectionError(f"'{text}' is geen dag. Schrijf jjjj-mm-dd.") from None


def _days(rows: pd.DataFrame) -> pd.DataFrame:
    """Write days as text."""
    dates = rows.select_dtypes("datetime").columns
    return rows.assign(
        **{name: rows[name].dt.strftime("%Y-%m-%d").where(rows[name].notna()) for name in dates}
    )


def _told(study: EffectStudy) -> dict[str, Any]:
    """Every number behind the verdict, as plain values; missing is null."""
    return {name: _plain(getattr(study, name)) for name in study.__dataclass_fields__}


def _plain(value: Any) -> Any:
    if isinstance(value, pd.DataFrame):
        return records(_days(value))
    if isinstance(value, Period):
        return str(value)
    if is_dataclass(value) and not isinstance(value, type):
        return {name: _plain(part) for name, part in vars(value).items()}
    if isinstance(value, Mapping):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    if isinstance(value, float | np.floating):
        return float(value) if np.isfinite(value) else None
    return value.item() if hasattr(value, "item") else value
