"""Objects: which milieuperrons, fietsparkeerplekken or schools have most around them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import pandas as pd
import sqlalchemy as sa
from numpy.typing import NDArray

from thor_metrics import hotspots, privacy, stats
from thor_metrics.engine import Engine
from thor_metrics.hotitems import FEWEST
from thor_metrics.indicators.moments import FEWEST_WEEKS
from thor_metrics.indicators.places.cells import hot_cells
from thor_metrics.indicators.selection import about_people, conditions
from thor_metrics.model import Period, Selection, Series

__all__ = ["MOMENT", "ORDER", "TOP", "chosen_area", "known_days", "ranked_objects", "week_of"]

#: Length of the list that stability is about.
TOP: Final = 10

#: The moment of a row in each series.
MOMENT: Final[dict[Series, str]] = {
    "incidents": "reported_at",
    "observations": "observed_at",
    "controls": "started_at",
}

#: Surest first.
ORDER: Final = {stats.SURE: 0, stats.LIKELY: 1, stats.CHANCE: 2, "": 3}

_DAY: Final = dt.timedelta(days=1)

_COLUMNS: Final = ["place", "name", "kind", "x", "y", "count", "hidden", "low", "high", "share",
                   "stability", "rank", "certainty"]  # fmt: skip


def ranked_objects(
    engine: Engine,
    selection: Selection,
    *,
    kind: str,
    reach: float = 50,
    hide_below: int = 5,
) -> pd.DataFrame:
    """Rank the objects of one kind by what is reported around them.

    Parameters
    ----------
    engine, selection
    kind : str
        As in the table of objects: "milieuperron", "fietsparkeerplek", "school", ...
    reach : float, default 50
        Metres up to which something belongs to an object, the nearest one of its kind.
    hide_below : int, default 5
        Smallest count about people that is shown.

    Returns
    -------
    DataFrame
        Every object of the selected area that has a place and a name, most first, hidden ones
        before those with nothing: ``place`` ("source:source_id"), ``name, kind, x, y``,
        ``count, hidden``, ``low, high`` (how many as many weeks of the same kind would give,
        95 %), ``share`` (of all that is selected, also without a place; missing under 20),
        ``stability`` (share of 1,000 draws of the weeks in which it is in the top 10), ``rank``
        (equal counts share the best one) and ``certainty`` that it is more than chance there,
        "" where that cannot be said or there is nothing. With fewer than four weeks there are
        no ``low``, ``high`` and ``stability``. Of a hidden number nothing else is told.

    Notes
    -----
    :func:`thor_metrics.hotspots.nearest_objects`. Certainty is that of the surest square of
    :func:`hot_cells` of which at least half belongs to the object, so that map and list say the
    same; there are too few objects of a kind to learn from them what is usual among them.
    """
    every = named_objects(engine)
    every = every[every["kind"] == kind].reset_index(drop=True)
    inside = chosen_area(every, selection)
    objects = every[inside]
    days = known_days(engine.spans.get(selection.series), selection.period)
    if objects.empty:
        return pd.DataFrame({name: [] for name in _COLUMNS})
    everywhere = replace(selection, gebied=None, buurt=None)
    rows = selected_rows(
        engine, everywhere, columns=("cell_x", "cell_y", "gebied", "buurt", "date")
    )
    owner = hotspots.object_of(rows["x"], rows["y"], every, reach=reach)
    week, weeks = week_of(rows["date"], days or selection.period)
    elsewhere = (owner >= 0) & ~inside[owner]
    mine = chosen_area(rows, selection)
    cells = hot_cells(engine, selection, hide_below=hide_below)
    found = hotspots.nearest_objects(
        rows["x"].mask(elsewhere),
        rows["y"],
        objects,
        week=week,
        weeks=weeks,
        reach=reach,
        weights=np.where(mine, rows["amount"], 0.0),
        top=TOP,
    )
    count = pd.Series(np.floor(found["count"] + 0.5).astype("int64"))
    too_short = np.full(len(count), weeks < FEWEST_WEEKS)
    frame = objects.assign(
        count=count,
        low=found["low"].mask(too_short),
        high=found["high"].mask(too_short),
        share=found["share"].where(count >= FEWEST),
        stability=found["stability"].mask(too_short),
        rank=count.rank(method="min", ascending=False).astype("Int64"),
        certainty=_sure(rows[mine], owner[mine], cells, len(every))[inside],
    )
    return _ranked(
        frame,
        only_people=bool(mine.any()) and bool(rows.loc[mine, "people"].all()),
        below=hide_below,
    )


def _ranked(frame: pd.DataFrame, *, only_people: bool, below: int) -> pd.DataFrame:
    frame = privacy.hide_small(frame, "count", about_people=only_people, below=below)
    hidden = frame["hidden"]
    derived = ("low", "high", "share", "stability", "rank")
    frame = frame.assign(
        **{name: frame[name].mask(hidden) for name in derived},
        certainty=frame["certainty"].mask(hidden, ""),
        order=frame["count"].astype("Float64").fillna(0.5),
    )
    ranked = frame.sort_values(["order", "name", "place"], ascending=[False, True, True])
    return ranked[_COLUMNS].reset_index(drop=True)


def chosen_area(rows: pd.DataFrame, selection: Selection) -> NDArray[np.bool_]:
    """Tell which rows (of a series, or objects) lie in the selected area."""
    inside = np.ones(len(rows), dtype=bool)
    for column, wanted in (("gebied", selection.gebied), ("buurt", selection.buurt)):
        if wanted is not None:
            inside &= (rows[column] == wanted).fillna(False).to_numpy(dtype=bool)
    return inside


def _sure(
    rows: pd.DataFrame, owner: NDArray[np.int64], cells: pd.DataFrame, size: int
) -> NDArray[np.object_]:
    """Take for each object the surest of the squares that are for at least half its own."""
    place = ["cell_x", "cell_y"]
    mine = rows[owner >= 0].assign(object=owner[owner >= 0])
    own = mine.groupby(["object", *place], as_index=False)["amount"].sum()
    found = own.merge(cells[[*place, "count", "certainty"]], on=place)
    known = found[found["certainty"] != ""]
    own_square = 2 * known["amount"] >= known["count"].astype("Float64")
    # Without any row map would give text.
    order = known["certainty"].map(ORDER).astype("float64")
    order = order.where(own_square.to_numpy(dtype=bool), ORDER[stats.CHANCE])
    best = order.groupby(known["object"]).min().reindex(range(size)).fillna(ORDER[""])
    words = {number: word for word, number in ORDER.items()}
    return np.array([words[int(number)] for number in best], dtype=object)


# --- rows and weeks ------------------------------------------------------------------------------


def named_objects(engine: Engine) -> pd.DataFrame:
    """Give the objects that have a place and a name: ``place, kind, name, x, y, gebied, buurt``.

    ``place`` is the key of the object ("source:source_id"), by which they are in order.
    """
    table = engine.tables["objects"]
    found = engine.run(
        sa.select(
            table.c.source, table.c.source_id, table.c.kind, table.c.name, table.c.x, table.c.y,
            table.c.gebied, table.c.buurt,
        ).where(
            table.c.x.is_not(None), table.c.y.is_not(None), table.c.name.is_not(None),
            table.c.name != "",
        )
    )  # fmt: skip
    place = found["source"].astype("str") + ":" + found["source_id"].astype("str")
    ordered = found.assign(place=place).sort_values("place", ignore_index=True)
    return ordered[["place", "kind", "name", "x", "y", "gebied", "buurt"]]


def selected_rows(
    engine: Engine,
    selection: Selection,
    *where: sa.ColumnElement[bool],
    columns: Sequence[str],
) -> pd.DataFrame:
    """Give what is selected, row by row and always in the same order.

    Returns
    -------
    DataFrame
        ``columns``, and of every row ``x, y``, ``moment``, ``amount`` (1 where a row is one) and
        ``people`` (it is about people).
    """
    table = engine.tables[selection.series]
    amount = sa.func.coalesce(table.c.amount, 1.0) if "amount" in table.c else sa.literal(1.0)
    found = engine.run(
        sa.select(
            table.c.x,
            table.c.y,
            *(table.c[name] for name in columns),
            table.c[MOMENT[selection.series]].label("moment"),
            sa.cast(amount, sa.Double).label("amount"),
            sa.case((about_people(table), 1), else_=0).label("people"),
        ).where(*conditions(table, selection), *where)
    )
    # Engines give rows in any order; sums of decimals must not depend on it.
    moment = found["moment"].astype("int64")
    order = np.lexsort((found["amount"], moment, found["y"], found["x"]))
    found = found.iloc[order].reset_index(drop=True)
    return found.assign(people=found["people"] == 1)


def known_days(span: tuple[dt.date, dt.date] | None, period: Period) -> Period | None:
    """Give the days of a period of which there are data; ``None`` when there are none."""
    if span is None:
        return None
    start, end = max(period.start, span[0]), min(period.end, span[1] + _DAY)
    return Period(start, end) if start < end else None


def week_of(dates: pd.Series, days: Period) -> tuple[NDArray[np.int64], int]:
    """Number the weeks of some days: as many as fit best, all as long as each other.

    Parameters
    ----------
    dates : Series of datetime64
        Days within ``days``.
    days : Period

    Returns
    -------
    week : ndarray of int64
        0 for the first week.
    weeks : int
        The number of days over seven, rounded, at least 1. A half-year is 26 weeks of six or
        seven days: a last week of three days would look like a quiet one.

    Examples
    --------
    >>> dates = pd.Series(pd.to_datetime(["2026-01-01", "2026-01-07", "2026-01-08", "2026-06-30"]))
    >>> week, weeks = week_of(dates, Period.parse("2026-H1"))
    >>> week.tolist(), weeks
    ([0, 0, 1, 25], 26)
    """
    weeks = max(1, round(days.days / 7))
    since = (dates.to_numpy("datetime64[D]") - np.datetime64(days.start)).astype(np.int64)
    return since * weeks // days.days, weeks
