"""Places where reports lie close together, whatever squares one lays over the city, with a name."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any, Final

import numpy as np
import pandas as pd
import shapely
import sqlalchemy as sa

from thor_metrics import hotspots, privacy
from thor_metrics.engine import Engine
from thor_metrics.indicators.places.cells import hot_cells
from thor_metrics.indicators.places.objects import (
    ORDER,
    chosen_area,
    named_objects,
    selected_rows,
)
from thor_metrics.model import Selection, Series

__all__ = ["hot_clusters", "incidents_per"]

#: Metres: reports this near each other are neighbours.
_EPS: Final = 40.0

#: A core has so many reports round it: this part of the municipality's, and never less than ten.
#: A fixed number would chain a whole centre together in a busy year and find nothing in a week;
#: with 0.3 % the places stay of a size one can walk to, from a week to four years.
_SHARE: Final = 0.003
_LEAST: Final = 10

#: Metres between the outermost reports and the line.
_REACH: Final = 20.0

#: Where most is about people, reports are first moved to the middle of their square of so many
#: metres, and the line lies wider: no outline may point at one house.
_BLUR: Final = 50.0

_NAMED_WITHIN: Final = 100.0
_MOST_POINTS: Final = 40

_READ: Final = ("cell_x", "cell_y", "gebied", "buurt", "date", "rubriek")

_COLUMNS: Final = ["place", "name", "x", "y", "count", "hidden", "incidents", "days", "area_m2",
                   "ring", "certainty"]  # fmt: skip


def hot_clusters(engine: Engine, selection: Selection, *, hide_below: int = 5) -> pd.DataFrame:
    """Find the places where reports lie close together, and name them.

    Parameters
    ----------
    engine, selection
    hide_below : int, default 5
        Smallest count about people that is shown.

    Returns
    -------
    DataFrame
        Heaviest first, hidden ones last: ``place`` ("176227-317718", the rounded centre),
        ``name`` ("bij Milieuperron Mariaberg 1", "in Wyck B"), ``x, y`` (weighted centre,
        metres), ``count, hidden``, ``incidents`` (several reports of one thing are one; missing
        for other series than incidents), ``days`` (different days with a report), ``area_m2``,
        ``ring`` (tuple of (x, y), closed, at most 40 points; empty where it is hidden) and
        ``certainty``: the surest of the squares of :func:`hot_cells` that its reports lie in.

    Notes
    -----
    DBSCAN (:func:`thor_metrics.hotspots.clusters`) with 40 m; a core has at least 0.3 % of the
    rows of the municipality round it, and at least 10. It is run over the whole municipality,
    so that a place stays the same place when a gebied is chosen; a place belongs to the
    area that at least half of its rows lie in, and only those are counted. Rows are clustered,
    not amounts: one observation of thirty bicycles is no cluster. A name is that of the nearest
    object within 100 m of the centre, else of the buurt of most rows, with letters, heaviest
    first, where a name would occur twice. Where at least half is about people the centre and the
    line are those of squares of 50 m and not of addresses.
    """
    table = engine.tables[selection.series]
    placed = (table.c.x.is_not(None), table.c.gebied.is_not(None))
    everywhere = replace(selection, gebied=None, buurt=None)
    rows = selected_rows(engine, everywhere, *placed, columns=_READ)
    enough = max(_LEAST, math.ceil(_SHARE * len(rows)))
    label = hotspots.clusters(rows["x"], rows["y"], eps=_EPS, min_samples=enough)
    rows = rows.assign(label=label)[label >= 0]
    rows["inside"] = chosen_area(rows, selection)
    rows = rows[rows.groupby("label")["inside"].transform("mean") >= 0.5].reset_index(drop=True)
    if rows.empty:
        return pd.DataFrame({name: [] for name in _COLUMNS})
    frame = _outlined(rows)
    mine = rows[rows["inside"]].reset_index(drop=True)
    frame = _told(frame, mine, hot_cells(engine, selection, hide_below=hide_below))
    frame["incidents"] = incidents_per(mine, selection.series, "label")
    frame["name"] = _names(frame, mine, named_objects(engine), _buurten(engine))
    ranked = _hidden(frame, hide_below).sort_values(
        ["count", "x", "y"], ascending=[False, True, True], na_position="last"
    )
    return ranked[_COLUMNS].reset_index(drop=True)


def _outlined(rows: pd.DataFrame) -> pd.DataFrame:
    """Give the centre and the line of every place, by label."""
    blurred = (rows.groupby("label")["people"].transform("mean") >= 0.5).to_numpy()
    parts = []
    for part, reach in ((rows[~blurred], _REACH), (rows[blurred], _BLUR)):
        x, y = (part[axis].to_numpy(dtype=np.float64) for axis in ("x", "y"))
        if reach == _BLUR:
            x, y = ((np.floor(axis / _BLUR) + 0.5) * _BLUR for axis in (x, y))
        found = hotspots.outlines(
            x, y, part["label"], reach=reach, weights=part["amount"].to_numpy()
        )
        if len(found):
            parts.append(found)
    frame = pd.concat(parts).set_index("label").sort_index()
    return frame.assign(
        x=frame["x"].round(1),
        y=frame["y"].round(1),
        area_m2=frame["area_m2"].round(),
        ring=frame["polygon"].map(_ring),
        place=[f"{x:.0f}-{y:.0f}" for x, y in zip(frame["x"], frame["y"], strict=True)],
    )


def _ring(polygon: Any) -> tuple[tuple[float, float], ...]:
    """Draw the line with few points: to the eye the same, to a browser a tenth."""
    tolerance = 1.0
    line = shapely.simplify(polygon, tolerance)
    while shapely.get_num_coordinates(line) > _MOST_POINTS:
        tolerance *= 1.5
        line = shapely.simplify(polygon, tolerance)
    points = shapely.get_coordinates(shapely.get_exterior_ring(line)).round(1)
    return tuple((float(x), float(y)) for x, y in points)


def _told(frame: pd.DataFrame, rows: pd.DataFrame, cells: pd.DataFrame) -> pd.DataFrame:
    """Add counts and how sure it is, by label."""
    by = rows.groupby("label")
    place = ["cell_x", "cell_y"]
    sure = rows[["label", *place]].merge(cells[[*place, "certainty"]], how="left", on=place)
    best = sure["certainty"].fillna("").map(ORDER).groupby(sure["label"]).min()
    return frame.assign(
        count=np.floor(by["amount"].sum() + 0.5).astype("int64"),
        people=by["people"].all(),
        days=by["date"].nunique().astype("Int64"),
        certainty=best.map({place: word for word, place in ORDER.items()}),
    )


def incidents_per(rows: pd.DataFrame, series: Series, by: str) -> pd.Series:
    """Count incidents per group: several reports of one thing are one.

    Parameters
    ----------
    rows : DataFrame
        One row a report, with a unique index: ``x, y, moment, rubriek`` and the column ``by``.
    series : {"incidents", "observations", "controls"}
        Only of incidents can there be several reports; the others have no number.
    by : str

    Returns
    -------
    Series of Int64
        By the values of ``by``. Reports are merged within 25 m and 72 hours of the first, of
        one rubriek (:func:`thor_metrics.hotspots.merge_duplicates`): categories of one thing
        differ between reporting systems, rubrieken do not.
    """
    if series != "incidents":
        groups = rows.groupby(by).size()
        return pd.Series(pd.NA, index=groups.index, dtype="Int64")
    merged = hotspots.merge_duplicates(rows, time="moment", by="rubriek")
    return merged.groupby(by)["incident"].nunique().astype("Int64")


def _hidden(frame: pd.DataFrame, below: int) -> pd.DataFrame:
    """Hide small numbers about people, and what would tell them."""
    # In the order of the map: who is hidden besides must not depend on size.
    people = frame.sort_values(["x", "y"])["people"].to_numpy()
    shown = privacy.hide_small(
        frame.sort_values(["x", "y"], ignore_index=True), "count", about_people=people, below=below
    )
    hidden = shown["hidden"]
    few = hidden | (shown["people"] & (shown["incidents"] < below).fillna(False))
    return shown.assign(
        incidents=shown["incidents"].mask(few.astype(bool)),
        days=shown["days"].mask(hidden),
        area_m2=shown["area_m2"].mask(hidden),
        ring=shown["ring"].where(~hidden, other=pd.Series([()] * len(shown))),
        certainty=shown["certainty"].mask(hidden, ""),
    )


# --- names ---------------------------------------------------------------------------------------


def _buurten(engine: Engine) -> dict[str, str]:
    areas = engine.tables["areas"].c
    found = engine.run(sa.select(areas.source_id, areas.name))
    return dict(zip(found["source_id"], found["name"], strict=True))


def _names(
    frame: pd.DataFrame, rows: pd.DataFrame, objects: pd.DataFrame, buurten: dict[str, str]
) -> list[str]:
    """Name every place after the nearest object, else after its buurt; twice gets letters."""
    near = hotspots.object_of(frame["x"], frame["y"], objects, reach=_NAMED_WITHIN)
    at = objects["name"].to_numpy()
    # The buurt of most rows; of two with as many the first by code.
    sizes = rows.groupby(["label", "buurt"], as_index=False).size()
    ranked = sizes.sort_values(["size", "buurt"], ascending=[False, True])
    buurt = ranked.drop_duplicates("label").set_index("label")["buurt"]
    plain = pd.Series(
        [
            f"bij {at[number]}"
            if number >= 0
            else f"in {buurten.get(code, code)}"
            if isinstance(code := buurt.get(label), str)
            else "buiten de buurten"
            for label, number in zip(frame.index, near, strict=True)
        ],
        index=frame.index,
    )
    heaviest = frame.sort_values(["count", "x", "y"], ascending=[False, True, True]).index
    turn = plain[heaviest].groupby(plain[heaviest]).cumcount().reindex(frame.index)
    twice = plain.groupby(plain).transform("size") > 1
    return [
        f"{name} {_letter(number)}" if again else name
        for name, number, again in zip(plain, turn, twice, strict=True)
    ]


def _letter(number: int) -> str:
    """A, B, ... Z, AA, AB, ..."""
    first, last = divmod(number, 26)
    return (_letter(first - 1) if first else "") + chr(ord("A") + last)
