"""The municipality's buurten from what is there: a file, the official cache, or facts alone."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd

from thor_metrics.errors import AreasError
from thor_metrics.geo.areas import AreaMap
from thor_metrics.geo.boundaries import column_for, of_municipality, read_boundaries
from thor_metrics.geo.coordinates import check_metric, to_metric
from thor_metrics.geo.official import attribution_of, fetch_official, official_file
from thor_metrics.geo.power import power_diagram
from thor_metrics.settings import Settings, slug

__all__ = ["APPROXIMATE", "fetch_boundaries", "load_area_table", "load_areas"]

#: What stands beside boundaries that nobody drew.
APPROXIMATE: Final = "benaderde grens"

_TEXTS = ("name", "wijk", "gebied")
_NUMBERS = ("x", "y", "lon", "lat", "inhabitants", "land_ha")


def load_areas(settings: Settings) -> AreaMap:
    """Give the buurten of the municipality with the best boundaries there are.

    In this order: the file of ``[areas] boundaries``; the official boundaries that
    :func:`~thor_metrics.geo.fetch_boundaries` has kept in the data folder; a power diagram of
    the facts in ``[areas] table``, which is approximate and says so. Not cached: the caller
    keeps the answer.

    The gebied of a buurt comes from ``[areas] gebied_column``, else from the table by code, else
    by name, else from a recognised column of the file; failing all, the municipality itself is
    the only gebied. Inhabitants and land come from the table, else from the file.

    Raises
    ------
    AreasError
        When there are no usable boundaries and no usable facts, or ``[municipality] crs`` is no
        system in metres.
    """
    check_metric(settings.municipality.crs)
    if settings.areas.boundaries:
        path = settings.path(settings.areas.boundaries)
        attribution = f"Grenzen: {path.name}"
        return _areas_from(read_boundaries(path, settings), settings, attribution=attribution)
    if cached := official_file(settings):
        found = read_boundaries(cached, settings)
        return _areas_from(found, settings, attribution=attribution_of(cached))
    return _approximate(settings)


def fetch_boundaries(settings: Settings, *, timeout_s: float | None = None) -> AreaMap:
    """Fetch the official boundaries, keep them in the data folder, and give the buurten.

    From then on :func:`load_areas` uses them, unless ``[areas] boundaries`` names a file.

    Parameters
    ----------
    settings : Settings
    timeout_s : float, optional
        Seconds to wait for each answer, ``[geodata] timeout_s`` by default; the whole may last
        ten times as long.

    Raises
    ------
    SourceUnavailable
        On any failure of the network or the service; nothing changes then.
    """
    check_metric(settings.municipality.crs)
    found = fetch_official(settings, timeout_s=timeout_s)
    kept = official_file(settings)
    return _areas_from(found, settings, attribution=attribution_of(kept) if kept else "")


def load_area_table(settings: Settings) -> pd.DataFrame:
    """Give the rows of the table ``areas``: one a buurt of :func:`load_areas`.

    Returns
    -------
    DataFrame
        ``source_id`` (code), ``name, wijk, gebied, x, y`` (centroid in metres), ``land_ha,
        inhabitants`` (Int64, NA where unknown).
    """
    areas = load_areas(settings)
    frame = areas.frame().rename(columns={"code": "source_id"})
    centres = np.asarray(areas.centres)
    table = pd.DataFrame(frame.drop(columns="geometry")).assign(x=centres[:, 0], y=centres[:, 1])
    return table[["source_id", *_TEXTS, "x", "y", "land_ha", "inhabitants"]]


def _areas_from(found: gpd.GeoDataFrame, settings: Settings, *, attribution: str) -> AreaMap:
    """Join boundaries (as :func:`~thor_metrics.geo.boundaries.clean` gives them) with the facts."""
    facts = _facts(settings)
    matched = _match(found, facts)
    own = found["gebied"].where(found["gebied"] != "")
    listed = matched["gebied"].where(matched["gebied"] != "")
    gebied = own.fillna(listed) if settings.areas.gebied_column else listed.fillna(own)
    wijk = matched["wijk"].where(matched["wijk"] != "").fillna(found["wijk"])
    inhabitants = matched["inhabitants"].fillna(found["inhabitants"])
    area_ha = pd.Series(found.area.to_numpy() / 10_000, index=found.index)
    land = matched["land_ha"].fillna(found["land_ha"]).fillna(area_ha)
    return AreaMap(
        codes=tuple(found["code"]),
        names=tuple(found["name"]),
        gebieden=tuple(gebied.fillna(settings.municipality.name)),
        polygons=found.geometry.to_numpy(),
        crs=settings.municipality.crs,
        attribution=attribution,
        wijken=tuple(wijk),
        inhabitants=_whole(inhabitants),
        land_ha=tuple(land.tolist()),
    )


def _approximate(settings: Settings) -> AreaMap:
    facts = _facts(settings)
    if facts.empty:
        raise AreasError(
            f"Er zijn geen buurten van {settings.municipality.name} "
            f"({settings.municipality.code}). Geef een bestand met grenzen op bij [areas] "
            "boundaries, haal de officiële grenzen op met 'geodata fetch', of vul [areas] table."
        )
    centres = facts[["x", "y"]].to_numpy(np.float64)
    polygons = power_diagram(centres, facts["land_ha"].to_numpy(np.float64) * 10_000)
    return AreaMap(
        codes=tuple(facts["code"]),
        names=tuple(facts["name"]),
        gebieden=tuple(facts["gebied"].where(facts["gebied"] != "", settings.municipality.name)),
        polygons=polygons,
        crs=settings.municipality.crs,
        approximate=True,
        attribution=f"{APPROXIMATE.capitalize()}, berekend uit zwaartepunt en landoppervlak",
        wijken=tuple(facts["wijk"]),
        inhabitants=_whole(facts["inhabitants"]),
        land_ha=tuple(facts["land_ha"].tolist()),
        centres=centres,
    )


def _match(found: pd.DataFrame, facts: pd.DataFrame) -> pd.DataFrame:
    """Facts in the order of ``found``: by code, else by a name that occurs once."""
    by_code = {slug(code): row for row, code in enumerate(facts["code"])}
    names = facts["name"].map(slug)
    by_name = {name: row for row, name in enumerate(names) if (names == name).sum() == 1}
    rows = [
        by_code.get(slug(code), by_name.get(slug(name), -1))
        for code, name in zip(found["code"], found["name"], strict=True)
    ]
    matched = facts.reset_index(drop=True).reindex(rows)
    return matched.set_axis(found.index)


def _whole(numbers: pd.Series) -> tuple[int | None, ...]:
    return tuple(None if np.isnan(number) else round(number) for number in numbers)


def _facts(settings: Settings) -> pd.DataFrame:
    """Read ``[areas] table``: this municipality's rows, sorted by code; empty without a table."""
    if not settings.areas.table:
        texts = {name: pd.Series(dtype="str") for name in ("code", *_TEXTS)}
        return pd.DataFrame(texts | {name: pd.Series(dtype="float64") for name in _NUMBERS})
    path = settings.path(settings.areas.table)
    raw = _read_csv(path)
    found = {wanted: column_for(raw.columns, wanted) for wanted in ("code", *_TEXTS, *_NUMBERS)}
    code = found["code"] or found["name"]
    if code is None:
        raise AreasError(
            f"{path.name} heeft geen kolom 'code' of 'name'. Gevonden: {', '.join(raw.columns)}. "
            "Zet boven de kolommen: code, name, wijk, gebied, x, y, inhabitants, land_ha."
        )
    own = of_municipality(raw, code, settings.municipality.code)
    rows = raw if own is None else raw[own]
    facts = pd.DataFrame({"code": rows[code]})
    for wanted in _TEXTS:
        column = found[wanted]
        facts[wanted] = rows[column] if column else (rows[code] if wanted == "name" else "")
    for wanted in _NUMBERS:
        facts[wanted] = _numbers(rows, found[wanted], path)
    facts = _with_centres(facts, settings).sort_values("code", ignore_index=True)
    twice = facts["code"][facts["code"].duplicated()]
    if len(twice) or (facts["code"] == "").any():
        which = f"'{twice.iloc[0]}' twee keer" if len(twice) else "een rij zonder code"
        raise AreasError(f"Elke buurt in {path.name} heeft een eigen code. Gevonden: {which}.")
    return facts


def _read_csv(path: Path) -> pd.DataFrame:
    try:
        content = path.read_bytes()
    except OSError:
        raise AreasError(
            f"De tabel met buurten {path.name} is er niet of is niet te lezen. Verbeter [areas] "
            "table in settings.toml, of laat haar leeg en geef een bestand met grenzen op."
        ) from None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")  # what a Dutch Excel saves
    header = text.partition("\n")[0]
    separator = ";" if header.count(";") > header.count(",") else ","
    try:
        raw = pd.read_csv(io.StringIO(text), sep=separator, dtype="str", keep_default_na=False)
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise AreasError(f"{path.name} is geen leesbare CSV: {error}.") from error
    return raw.apply(lambda column: column.str.strip())


def _numbers(rows: pd.DataFrame, column: str | None, path: Path) -> pd.Series:
    if column is None:
        return pd.Series(np.nan, index=rows.index)
    texts = rows[column].str.replace(",", ".", regex=False)
    numbers = pd.to_numeric(texts.where(texts != ""), errors="coerce").astype("float64")
    wrong = numbers.isna() & (texts != "")
    if wrong.any():
        raise AreasError(
            f"Kolom '{column}' van {path.name} moet getallen bevatten. Gevonden: "
            f"'{texts[wrong].iloc[0]}' in rij {int(np.flatnonzero(wrong)[0]) + 2}."
        )
    return numbers


def _with_centres(facts: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Fill x and y from lon and lat where they are missing."""
    x, y = to_metric(facts["lon"], facts["lat"], settings.municipality.crs)
    return facts.assign(x=facts["x"].fillna(pd.Series(x, facts.index)),
                        y=facts["y"].fillna(pd.Series(y, facts.index)))  # fmt: skip
