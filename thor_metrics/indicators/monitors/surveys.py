"""Outcomes of surveys, year beside year (M12, M26, M41, M42)."""

from __future__ import annotations

import pandas as pd
import sqlalchemy as sa

from thor_metrics import stats
from thor_metrics.engine import Engine
from thor_metrics.model import Selection

__all__ = ["survey_results"]


def survey_results(engine: Engine, selection: Selection, *, survey: str) -> pd.DataFrame:
    """Give the scores of one survey, for the city and for the selected area.

    Parameters
    ----------
    engine : Engine
    selection : Selection
        Only the area holds: surveys are of a year.
    survey : str
        "buurtpeiling", "veiligheidsmonitor", "belevingsonderzoek", "betalingsbereidheid" ...

    Returns
    -------
    DataFrame
        ``question, year, area`` (gebied, name of a buurt, or "" for the city), ``level``
        ("stad", "gebied", "buurt"), ``score, unit, respondents, low, high, basis``: "bron" when
        the file gives the interval, "Wilson" when it is worked out for a percentage with a known
        number of respondents, "" when there is none. By question, area and year.
    """
    table = engine.tables["survey_scores"]
    buurten = engine.tables["areas"]
    rows = engine.run(
        sa.select(
            table.c.question, table.c.year, table.c.gebied, table.c.buurt, table.c.area_given,
            table.c.score, table.c.unit, table.c.respondents, table.c.low, table.c.high,
        ).where(table.c.survey == survey)
    )  # fmt: skip
    names = engine.run(sa.select(buurten.c.source_id, buurten.c.name))
    known = dict(zip(names["source_id"], names["name"], strict=True))
    whole = rows["gebied"].isna()
    wanted = whole
    if selection.buurt is not None:
        wanted = whole | (rows["buurt"] == selection.buurt).fillna(value=False)
    elif selection.gebied is not None:
        wanted = whole | (rows["gebied"] == selection.gebied).fillna(value=False)
    else:
        wanted = whole | rows["gebied"].notna()
    rows = rows[wanted.astype(bool)]
    percent = rows["unit"].fillna("").str.strip().isin(["%", "procent", "percentage"])
    given = rows["low"].notna() & rows["high"].notna()
    low, high = stats.wilson(
        (rows["score"] / 100 * rows["respondents"]).to_numpy(float),
        rows["respondents"].to_numpy(float),
    )
    worked = percent & ~given & pd.Series(low, index=rows.index).notna()
    level = pd.Series("gebied", index=rows.index).mask(rows["gebied"].isna(), "stad")
    level = level.mask(rows["buurt"].notna(), "buurt")
    found = rows.assign(
        year=rows["year"].astype("int64"),
        area=rows["buurt"].map(known).fillna(rows["gebied"]).fillna(""),
        level=level,
        low=rows["low"].mask(worked, pd.Series(100 * low, index=rows.index)),
        high=rows["high"].mask(worked, pd.Series(100 * high, index=rows.index)),
        basis=pd.Series("", index=rows.index).mask(given, "bron").mask(worked, "Wilson"),
    )
    columns = ["question", "year", "area", "level", "score", "unit", "respondents", "low", "high",
               "basis"]  # fmt: skip
    return found.sort_values(["question", "area", "year", "score"])[columns].reset_index(drop=True)
