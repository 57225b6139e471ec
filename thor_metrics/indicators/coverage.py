"""Dekking: where and when the team is, beside where and when reports come from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import pandas as pd
import sqlalchemy as sa
from numpy.typing import NDArray
from scipy import special

from thor_metrics import hotspots, privacy, stats
from thor_metrics.engine import Engine
from thor_metrics.errors import SelectionError
from thor_metrics.indicators.places.cells import CELL
from thor_metrics.indicators.places.naming import names_near
from thor_metrics.indicators.places.objects import named_objects
from thor_metrics.indicators.selection import (
    ABOUT_PEOPLE,
    area_conditions,
    counted_conditions,
    moment_conditions,
    period_conditions,
    subject_conditions,
)
from thor_metrics.model import Selection

__all__ = ["BY", "LESS", "MORE", "SAME", "TOO_FEW", "Coverage", "coverage"]

By = Literal["buurt", "cell", "object", "hour"]
BY: Final = ("buurt", "cell", "object", "hour")

LESS: Final = "minder inzet dan overlast"
MORE: Final = "meer inzet dan overlast"
SAME: Final = "in verhouding"
TOO_FEW: Final = "te weinig gegevens"

#: Reports and controls of a place or hour, the larger of the two, below which nothing is said.
_FEWEST: Final = 10
_ALPHA: Final = 0.05

#: Kinds of object at which a control is done, and metres up to which something belongs to one.
_OBJECTS: Final = ("milieuperron", "fietsparkeerplek", "plein", "school")
_REACH: Final = 75.0


@dataclass(frozen=True, eq=False)
class Coverage:
    """Reports and controls by place or hour: two series beside each other, never added up.

    Attributes
    ----------
    rows : DataFrame
        Most missing first: ``key`` (code of the buurt, "cell_x:cell_y", "source:id" of the object,
        or hour of the week from Monday 0 h as text), ``name``, ``x, y`` (middle, metres; missing
        for buurten and hours), ``reports, controls`` (NA where hidden), ``hours`` (of people),
        ``share_reports, share_controls`` (0..1), ``difference`` (controls minus reports), ``low,
        high`` (its 95 % interval), ``q``, ``verdict``, ``hidden``.
    reports, controls : int
        What these rows are shares of.
    without : int
        Controls of the selection that have no place (or, by hour, no time) and are in no row.
    dispersion : (float, float)
        Variance divided by mean of the reports and of the controls, from week to week.
    """

    rows: pd.DataFrame
    reports: int
    controls: int
    without: int
    dispersion: tuple[float, float]


def coverage(
    engine: Engine, selection: Selection, *, by: By = "buurt", hide_below: int = 5
) -> Coverage:
    """Put the share of controls beside the share of reports, by place or hour.

    Parameters
    ----------
    engine : Engine
    selection : Selection
        Period, area, themes, weekdays and hours hold for both series; the series of the selection
        and its rubrieken do not: controls are not planned by rubriek.
    by : {"buurt", "cell", "object", "hour"}
    hide_below : int, default 5
        Smallest count about people that is shown.

    Returns
    -------
    Coverage

    Raises
    ------
    SelectionError
        For another ``by``.

    Notes
    -----
    z = (p_c - p_r) / sqrt(p (1 - p) (phi_c / C + phi_r / R)) with p the mean of both shares, C
    and R the totals and phi the variation from week to week (as in
    :func:`thor_metrics.hottimes.hot_hours`); two-sided, and corrected for all rows by Benjamini &
    Hochberg (1995). It compares where people are with where reports come from; it does not say
    that one follows from the other. An interval is p_c - p_r with the shares' own variances.
    """
    if by not in BY:
        raise SelectionError(f"'{by}' kan niet. Kies uit {', '.join(BY)}.")
    reports = _rows(engine, selection, "incidents", by)
    controls = _rows(engine, selection, "controls", by)
    every = len(controls)
    objects = _objects(engine)
    reports, controls = (_keyed(rows, by, objects) for rows in (reports, controls))
    phi = _dispersion(reports), _dispersion(controls)
    frame = _compared(reports, controls, by, phi)
    people = bool(selection.themes) and set(selection.themes) <= set(ABOUT_PEOPLE)
    frame = _hidden(frame, people=people, below=hide_below)
    named = _named(engine, frame, by, objects)
    order = named["difference"].fillna(0.0)
    ranked = named.assign(order=order).sort_values(["order", "key"], ignore_index=True)
    return Coverage(
        rows=ranked[list(_COLUMNS)],
        reports=len(reports),
        controls=len(controls),
        without=every - len(controls),
        dispersion=phi,
    )


_COLUMNS: Final = (
    "key", "name", "x", "y", "reports", "controls", "hours", "share_reports", "share_controls",
    "difference", "low", "high", "q", "verdict", "hidden",
)  # fmt: skip


def _rows(engine: Engine, selection: Selection, series: str, by: By) -> pd.DataFrame:
    table = engine.tables[series]
    chosen = Selection(
        selection.period, gebied=selection.gebied, buurt=selection.buurt, themes=selection.themes,
        weekdays=selection.weekdays, hours=selection.hours,
    )  # fmt: skip
    where = [
        *period_conditions(table, chosen), *area_conditions(table, chosen),
        *subject_conditions(table, chosen), *moment_conditions(table, chosen),
        *counted_conditions(table),
    ]  # fmt: skip
    hours = table.c.hours_spent if series == "controls" else sa.literal(0.0)
    # Reports without a place are in no row; of controls it is told how many those are.
    if series == "incidents" and by != "hour":
        where.append(table.c.buurt.is_not(None))
    return engine.run(
        sa.select(
            table.c.buurt, table.c.cell_x, table.c.cell_y, table.c.x, table.c.y, table.c.weekday,
            table.c.hour, table.c.time_known, table.c.date, hours.label("hours"),
        ).where(*where)
    )  # fmt: skip


def _objects(engine: Engine) -> pd.DataFrame:
    every = named_objects(engine)
    return every[every["kind"].isin(_OBJECTS)].sort_values("place", ignore_index=True)


def _keyed(rows: pd.DataFrame, by: By, objects: pd.DataFrame) -> pd.DataFrame:
    """Give every row its key; rows without one are left out."""
    if by == "buurt":
        key = rows["buurt"].astype("object")
    elif by == "hour":
        known = rows["time_known"].fillna(False).astype(bool) & rows["hour"].notna()
        number = 24 * rows["weekday"].astype("Int64") + rows["hour"].astype("Int64")
        key = number.astype("str").where(known).astype("object")
    elif by == "cell":
        known = rows["cell_x"].notna()
        text = rows["cell_x"].astype("Int64").astype("str") + ":"
        key = (text + rows["cell_y"].astype("Int64").astype("str")).where(known).astype("object")
    else:
        owner = hotspots.object_of(rows["x"], rows["y"], objects, reach=_REACH).astype(np.int64)
        names = np.array([*objects["place"], None], dtype=object)
        key = pd.Series(names[owner], index=rows.index, dtype="object")
    found = rows.assign(key=key)[key.notna().to_numpy()]
    day = found["date"].to_numpy("datetime64[D]").astype(np.int64)
    return found.assign(week=(day + 3) // 7).reset_index(drop=True)


def _dispersion(rows: pd.DataFrame) -> float:
    """Tell how much more the counts vary from week to week than independent ones would."""
    weeks = rows["week"].nunique()
    if weeks < 2:
        return 1.0
    table = pd.crosstab(rows["week"], rows["key"]).to_numpy(np.float64)
    n, per_week, per_key = table.sum(), table.sum(axis=1), table.sum(axis=0)
    share = per_week / n
    left = float((((table - np.outer(share, per_key)) ** 2) / share[:, None]).sum())
    expected = (weeks - 1) * float((per_key * (1 - per_key / n)).sum())
    return max(1.0, left / expected) if expected > 0 else 1.0


def _compared(
    reports: pd.DataFrame, controls: pd.DataFrame, by: By, phi: tuple[float, float]
) -> pd.DataFrame:
    counted = pd.DataFrame(
        {
            "reports": reports["key"].value_counts(),
            "controls": controls["key"].value_counts(),
            "hours": controls.groupby("key")["hours"].sum(min_count=1).astype("float64"),
        }
    )
    if by == "hour":
        counted = counted.reindex([str(hour) for hour in range(168)])
    counts = counted[["reports", "controls"]].fillna(0).astype("int64")
    r, c = (counts[name].to_numpy(np.float64) for name in ("reports", "controls"))
    whole_r, whole_c = max(r.sum(), 1.0), max(c.sum(), 1.0)
    of_r, of_c = r / whole_r, c / whole_c
    mean = (of_r + of_c) / 2
    spread = np.sqrt(mean * (1 - mean) * (phi[1] / whole_c + phi[0] / whole_r))
    z = np.divide(of_c - of_r, spread, out=np.zeros_like(mean), where=spread > 0)
    known = (np.maximum(r, c) >= _FEWEST) & (r.sum() > 0) & (c.sum() > 0)
    p = np.where(known, 2.0 * special.ndtr(-np.abs(z)), np.nan)
    q = stats.fdr(p)
    reach = special.ndtri(0.975) * np.sqrt(
        phi[1] * of_c * (1 - of_c) / whole_c + phi[0] * of_r * (1 - of_r) / whole_r
    )
    difference = of_c - of_r
    return counts.assign(
        key=counts.index.astype("str"),
        hours=counted["hours"].fillna(0.0),
        share_reports=of_r,
        share_controls=of_c,
        difference=difference,
        low=difference - reach,
        high=difference + reach,
        q=q,
        verdict=_verdicts(difference, q),
    ).reset_index(drop=True)


def _verdicts(difference: NDArray[np.float64], q: NDArray[np.float64]) -> NDArray[np.object_]:
    words = np.select(
        [np.isnan(q), (q < _ALPHA) & (difference < 0), (q < _ALPHA) & (difference > 0)],
        [TOO_FEW, LESS, MORE],
        SAME,
    )
    return words.astype(object)


def _hidden(frame: pd.DataFrame, *, people: bool, below: int) -> pd.DataFrame:
    """Hide small counts about people, and all that follows from them."""
    small = pd.Series(data=False, index=frame.index)
    for name in ("reports", "controls"):
        found = privacy.hide_small(frame, name, about_people=people, below=below)
        small |= found["hidden"]
    # One hidden row alone is the total minus the rest.
    if small.sum() == 1 and len(frame) > 1:
        rest = frame.loc[~small, ["reports", "controls"]].sum(axis=1)
        filled = rest[rest > 0] if (rest > 0).any() else rest
        small.iloc[int(filled.index.to_numpy()[int(filled.to_numpy().argmin())])] = True
    derived = ["hours", "share_reports", "share_controls", "difference", "low", "high", "q"]
    return frame.assign(
        hidden=small,
        reports=frame["reports"].astype("Int64").mask(small),
        controls=frame["controls"].astype("Int64").mask(small),
        verdict=frame["verdict"].mask(small, TOO_FEW),
        **{name: frame[name].mask(small) for name in derived},
    )


def _named(engine: Engine, frame: pd.DataFrame, by: By, objects: pd.DataFrame) -> pd.DataFrame:
    nothing = np.full(len(frame), np.nan)
    if by in {"buurt", "hour"}:
        return frame.assign(name=frame["key"], x=nothing, y=nothing)
    if by == "object":
        at = objects.set_index("place").reindex(frame["key"])
        return frame.assign(
            name=at["name"].to_numpy(), x=at["x"].to_numpy(np.float64),
            y=at["y"].to_numpy(np.float64),
        )  # fmt: skip
    parts = frame["key"].str.split(":", expand=True).astype("int64") if len(frame) else None
    if parts is None:
        return frame.assign(name=[], x=nothing, y=nothing)
    x, y = ((parts[axis].to_numpy() + 0.5) * CELL for axis in (0, 1))
    names = names_near(engine, x, y)
    told = [name or f"vak {key}" for name, key in zip(names, frame["key"], strict=True)]
    return frame.assign(name=told, x=x, y=y)
