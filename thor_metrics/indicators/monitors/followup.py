"""What became of what was found: the alcohol act (M23) and the chain of sanctions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
import sqlalchemy as sa

from thor_metrics.engine import Engine
from thor_metrics.errors import SelectionError
from thor_metrics.indicators.registry.definition import Indicator, Measure
from thor_metrics.indicators.registry.shy import known_period, looked_up
from thor_metrics.indicators.selection import area_conditions, period_conditions
from thor_metrics.model import Selection

__all__ = ["KINDS", "Followup", "alcohol_followup", "sanction_chain"]

#: Kinds of sanction by law, each counted for itself and never added up.
KINDS: Final = {
    "naheffing": "Naheffing (belasting)",
    "mulder": "Mulder (verkeer)",
    "opruimkosten": "Opruimkosten",
    "bestuurlijke boete": "Bestuurlijke boete",
    "strafbeschikking": "Strafbeschikking",
    "pv": "Proces-verbaal",
    "waarschuwing": "Waarschuwing",
}


@dataclass(frozen=True)
class Followup:
    """Controls of the alcohol act and what followed.

    Attributes
    ----------
    controls : int
    violations : float
        Found in those controls; NaN where hidden.
    actions : DataFrame
        ``action`` (kind of sanction), ``amount`` (NaN where hidden), most first.
    without : float
        Controls with a violation and nothing linked to them; NaN where hidden.
    hidden : bool
        Something is not shown because it is a small number about people.
    """

    controls: int
    violations: float
    actions: pd.DataFrame
    without: float
    hidden: bool


def alcohol_followup(
    engine: Engine, selection: Selection, *, hide_people_below: int = 10
) -> Followup:
    """Link the controls of the alcohol act to the sanctions and warnings that name them.

    Parameters
    ----------
    engine : Engine
    selection : Selection
        A month, quarter, half-year or year, of the whole city: see the note.
    hide_people_below : int, default 10

    Raises
    ------
    SelectionError
        For another period, or one gebied.

    Notes
    -----
    Violations may be by minors, so numbers below ten are not shown; and only the city as a whole
    over fixed periods is counted, so that no two answers differ by a few people. A sanction is
    linked by the number of the control it names.
    """
    _only_city(selection)
    table, fines = engine.tables["controls"], engine.tables["sanctions"]
    controls = engine.run(
        sa.select(table.c.source_id, table.c.violations).where(
            *period_conditions(table, selection), sa.func.lower(table.c.rubriek) == "alcoholwet"
        )
    )
    # A fine may be imposed days after the control: it is the control's number that links them.
    linked = engine.run(
        sa.select(
            fines.c.control_id,
            sa.func.lower(fines.c.kind).label("action"),
            sa.func.coalesce(fines.c.amount, 1.0).label("amount"),
        ).where(fines.c.control_id.is_not(None))
    )
    linked = linked[linked["control_id"].isin(controls["source_id"])]
    actions = linked.groupby("action")["amount"].sum().reset_index()
    actions = actions.sort_values(["amount", "action"], ascending=[False, True], ignore_index=True)
    violating = controls[controls["violations"].fillna(0) > 0]
    violations = float(violating["violations"].sum())
    without = float((~violating["source_id"].isin(linked["control_id"])).sum())
    numbers = np.array([violations, without, *actions["amount"]])
    small = (numbers > 0) & (numbers < hide_people_below)
    if small[2:].sum() == 1 and len(actions) > 1:  # the others and the total would tell
        small[2 + int(np.flatnonzero(~small[2:])[0])] = True
    shown = np.where(small, np.nan, numbers)
    return Followup(
        controls=len(controls),
        violations=float(shown[0]),
        actions=actions.assign(amount=shown[2:]),
        without=float(shown[1]),
        hidden=bool(small.any()),
    )


def sanction_chain(
    engine: Engine, selection: Selection, *, hide_sanctions_below: int = 5
) -> pd.DataFrame:
    """Follow each kind of sanction from seen to paid.

    Parameters
    ----------
    engine : Engine
    selection : Selection
        A month, quarter, half-year or year; a gebied or the city.
    hide_sanctions_below : int, default 5
        Of a gebied, kinds with fewer sanctions are not shown.

    Returns
    -------
    DataFrame
        One row a kind, by law and in a fixed order: ``kind, title, found, offender_known``
        (sanctions whose row says so), ``imposed, euros, collected, collected_euros``; NaN where
        nobody filled it in or it is hidden; ``hidden``. There is no row of totals: a tax, a cost
        and a fine are not added up.

    Raises
    ------
    SelectionError
        For another period or a buurt.
    """
    if selection.buurt is not None or known_period(selection.period) != selection.period:
        raise SelectionError(
            "De keten van sancties staat er per maand, kwartaal, half jaar of jaar, voor een "
            "gebied of de stad. Kies een andere periode of plaats."
        )
    table = engine.tables["sanctions"]
    imposed = sa.func.coalesce(table.c.amount, 1.0)
    found = engine.run(
        sa.select(
            sa.func.lower(table.c.kind).label("kind"),
            sa.func.sum(table.c.found).label("found"),
            sa.func.sum(imposed).filter(table.c.offender_known == "ja").label("offender_known"),
            sa.func.sum(imposed).label("imposed"),
            sa.func.sum(table.c.euros).label("euros"),
            sa.func.sum(table.c.collected).label("collected"),
            sa.func.sum(table.c.collected_euros).label("collected_euros"),
        )
        .where(*period_conditions(table, selection), *area_conditions(table, selection))
        .group_by(sa.func.lower(table.c.kind))
    )
    order = {kind: number for number, kind in enumerate(KINDS)}
    found = found.assign(
        title=found["kind"].map(KINDS).fillna(found["kind"].str.capitalize()),
        order=found["kind"].map(order).fillna(len(order)),
    ).sort_values(["order", "kind"], ignore_index=True)
    hidden = pd.Series(
        [
            looked_up(
                engine, selection, indicator=_of_kind(kind), by=[], hide_people_below=0,
                hide_sanctions_below=hide_sanctions_below,
            )["hidden"].iloc[0]
            for kind in found["kind"]
        ],
        dtype=bool,
    )  # fmt: skip
    numbers = ["found", "offender_known", "imposed", "euros", "collected", "collected_euros"]
    shown = found[numbers].astype("float64").mask(hidden)
    return pd.concat([found[["kind", "title"]], shown, hidden.rename("hidden")], axis=1)


def _of_kind(kind: str) -> Indicator:
    """One kind of sanction, counted with all its totals: to know what of it may be shown."""
    measure = Measure("sanctions", "amount", empty=1.0, where=(("kind", (kind,)),))
    return Indicator(kind, "", "", kind, measure, shy="sanctions")


def _only_city(selection: Selection) -> None:
    if (
        selection.gebied is not None
        or selection.buurt is not None
        or known_period(selection.period) != selection.period
    ):
        raise SelectionError(
            "Cijfers over mensen en de Alcoholwet staan er voor de hele stad, per maand, "
            "kwartaal, half jaar of jaar. Kies een andere periode of plaats."
        )
