"""Boundary files of any format -> polygons with a code, in the municipality's own system."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pyproj
import shapely
from numpy.typing import NDArray
from pyogrio.errors import DataLayerError, DataSourceError

from thor_metrics.errors import AreasError
from thor_metrics.settings import Settings, slug

__all__ = ["SYNONYMS", "clean", "column_for", "of_municipality", "read_boundaries"]

#: What files call the columns we need; the first that is there wins.
SYNONYMS: Final[dict[str, tuple[str, ...]]] = {
    "code": (
        "code", "buurtcode", "bu code", "statcode", "source id", "gebiedcode", "gebiedscode",
        "cbs buurtcode", "area code", "nc id", "identificatie", "id",
    ),
    "name": (
        "name", "naam", "buurtnaam", "bu naam", "statnaam", "gebiedsnaam", "area name",
        "omschrijving", "nc name", "neighborhood", "neighbourhood",
    ),
    "wijk": ("wijk", "wijknaam", "wk naam", "wijkcode", "wk code"),
    "gebied": (
        "gebied", "stadsdeel", "stadsdeelnaam", "stadsdeel 2022", "gebiedsteam", "district",
        "service region", "region",
    ),
    "inhabitants": ("inhabitants", "inwoners", "aantal inwoners", "aant inw", "population"),
    "land_ha": ("land ha", "oppervlakte land in ha", "oppervlakte land ha", "opp land"),
    "municipality": ("gemeentecode", "gm code"),
    "water": ("water", "h2o"),
    "x": ("x", "x rd", "rd x"),
    "y": ("y", "y rd", "rd y"),
    "lon": ("lon", "lon wgs84", "longitude", "lengtegraad"),
    "lat": ("lat", "lat wgs84", "latitude", "breedtegraad"),
}  # fmt: skip

#: A CBS code of a buurt starts with the digits of its municipality: GM0935 -> BU0935.
_CBS_BUURT = re.compile(r"BU\d{8}")
_CBS_MUNICIPALITY = re.compile(r"GM(\d{4})")

_POLYGONS: Final = (3, 6)  # GEOS type numbers of Polygon and MultiPolygon


def column_for(columns: Iterable[str], wanted: str, *, named: str = "") -> str | None:
    """Find the column that holds what is wanted.

    Parameters
    ----------
    columns : iterable of str
    wanted : str
        A key of ``SYNONYMS``.
    named : str
        Column the settings name; it must be there.

    Raises
    ------
    AreasError
        When the settings name a column that is not there.
    """
    present = [str(column) for column in columns]
    if named:
        if named in present:
            return named
        raise AreasError(
            f"De kolom '{named}' uit [areas] {wanted}_column staat niet in het bestand. Gevonden: "
            f"{', '.join(present)}. Verbeter de instelling, of laat haar leeg."
        )
    by_slug = {slug(column): column for column in reversed(present)}
    return next((by_slug[word] for word in SYNONYMS[wanted] if word in by_slug), None)


def read_boundaries(path: Path, settings: Settings) -> gpd.GeoDataFrame:
    """Read a boundaries file of any kind GeoPandas knows.

    Parameters
    ----------
    path : path
        GeoJSON, GeoPackage, Shapefile (also zipped), GeoParquet, ...
    settings : Settings
        Names the columns where they are not recognised, and the municipality to keep.

    Returns
    -------
    GeoDataFrame
        As :func:`clean` gives it.

    Raises
    ------
    AreasError
        When the file is not there, cannot be read, or holds no usable buurten.
    """
    if not path.exists():
        raise AreasError(
            f"Het bestand met grenzen {path.name} is er niet. Zet het in de map "
            f"{path.parent.name or '.'}, of verbeter [areas] boundaries in settings.toml."
        )
    try:
        if path.suffix.lower() in (".parquet", ".geoparquet"):
            found = gpd.read_parquet(path)
        else:
            found = gpd.read_file(path, layer=_layer(path))
    except (DataSourceError, DataLayerError, OSError, ValueError) as error:
        raise AreasError(
            f"{path.name} is niet te lezen als bestand met grenzen. Gebruik GeoJSON, GeoPackage, "
            f"een gezipte Shapefile of GeoParquet. (Melding: {str(error)[:200]})"
        ) from error
    if not isinstance(found, gpd.GeoDataFrame):
        raise AreasError(
            f"{path.name} bevat geen geometrie. Geef een bestand met vlakken, of vul "
            "[areas] table in."
        )
    return clean(found, settings, origin=path.name)


def _layer(path: Path) -> str | None:
    """Give the layer with buurten of a file with several (CBS: buurten, wijken, gemeenten)."""
    layers = [str(name) for name, kind in pyogrio.list_layers(path) if kind is not None]
    if len(layers) < 2:
        return layers[0] if layers else None
    for layer in layers:
        if "buurt" in layer.lower():
            return layer
    for layer in layers:
        if column_for(pyogrio.read_info(path, layer=layer)["fields"], "code"):
            return layer
    return layers[0]


def clean(found: gpd.GeoDataFrame, settings: Settings, *, origin: str) -> gpd.GeoDataFrame:
    """Make any table of polygons into the buurten of this municipality.

    Keeps the municipality's own buurten, leaves out water (CBS: ``water`` is ``JA``), repairs
    geometries, joins the parts of one code, and transforms to the municipality's CRS.

    Parameters
    ----------
    found : GeoDataFrame
    settings : Settings
    origin : str
        How messages name the source.

    Returns
    -------
    GeoDataFrame
        ``code, name, wijk, gebied, inhabitants, land_ha, geometry``, one row a code, sorted by
        code. ``gebied`` and ``wijk`` are "" and numbers NaN where the file does not say.

    Raises
    ------
    AreasError
        No code and no name column, no polygons, an empty geometry, or an unknown CRS.
    """
    code = column_for(found.columns, "code", named=settings.areas.code_column)
    name = column_for(found.columns, "name", named=settings.areas.name_column)
    if code is None and name is None:
        raise AreasError(
            f"In {origin} is geen kolom met een buurtcode of buurtnaam herkend. Gevonden: "
            f"{', '.join(map(str, found.columns))}. Noem de kolom bij [areas] code_column."
        )
    rows = _own_land(found, code or name or "", settings, origin=origin)
    codes = _texts(rows[code or name])
    if (codes == "").any():
        raise AreasError(
            f"In {origin} heeft {int((codes == '').sum())} van de {len(rows)} vlakken geen code in "
            f"kolom '{code or name}'. Vul de codes aan of haal deze vlakken weg."
        )
    gebied = column_for(rows.columns, "gebied", named=settings.areas.gebied_column)
    wijk = column_for(rows.columns, "wijk")
    facts = pd.DataFrame(
        {
            "code": codes,
            "name": codes if name is None else _texts(rows[name]).where(lambda s: s != "", codes),
            "wijk": "" if wijk is None else _texts(rows[wijk]).str.replace(_WIJK, "", regex=True),
            "gebied": "" if gebied is None else _texts(rows[gebied]),
            "inhabitants": _numbers(rows, "inhabitants"),
            "land_ha": _numbers(rows, "land_ha"),
        },
        index=rows.index,
    )
    shapes = _reproject(_polygons(rows.geometry, codes, origin=origin), rows.crs, settings, origin)
    parts = pd.Series(shapes, index=rows.index).groupby(codes, sort=True)
    joined = parts.agg(lambda group: shapely.union_all(group.to_numpy()))
    # A buurt in several parts has its facts on every part: take them once, do not add them up.
    facts = facts.groupby("code", sort=True, as_index=False).first()
    return gpd.GeoDataFrame(facts, geometry=joined.to_numpy(), crs=settings.municipality.crs)


_WIJK = r"^(?:Wijk|Buurt) \d\d (?=.)"


def of_municipality(
    frame: pd.DataFrame, code_column: str, municipality: str
) -> NDArray[np.bool_] | None:
    """Tell which rows are of a municipality; ``None`` when the table cannot tell.

    By a column with the code of the municipality, else by CBS codes (``BU0935....``).
    """
    column = column_for(frame.columns, "municipality")
    if column is not None:
        return (_texts(frame[column]) == municipality).to_numpy()
    number = _CBS_MUNICIPALITY.fullmatch(municipality)
    codes = _texts(frame[code_column])
    if number and len(codes) and codes.str.fullmatch(_CBS_BUURT.pattern).all():
        return codes.str.startswith(f"BU{number[1]}").to_numpy()
    return None


def _own_land(
    found: gpd.GeoDataFrame, code: str, settings: Settings, *, origin: str
) -> gpd.GeoDataFrame:
    own = of_municipality(found, code, settings.municipality.code)
    if own is not None:
        found = found[own]
        if found.empty:
            raise AreasError(
                f"{origin} bevat geen buurten van {settings.municipality.name} "
                f"({settings.municipality.code}). Verbeter [municipality] code, of geef een ander "
                "bestand op."
            )
    water = column_for(found.columns, "water")
    if water is not None:
        found = found[_texts(found[water]).str.upper() != "JA"]
    if found.empty:
        raise AreasError(f"{origin} bevat geen vlakken op het land. Geef een ander bestand op.")
    return found.reset_index(drop=True)


def _texts(values: pd.Series) -> pd.Series:
    """Strip; whole numbers as a spreadsheet stores them lose their ``.0``; missing is ""."""
    if pd.api.types.is_float_dtype(values) and (values.dropna() % 1 == 0).all():
        values = values.astype("Int64")
    return values.astype("str").where(values.notna(), "").str.strip()


def _numbers(rows: pd.DataFrame, wanted: str) -> pd.Series:
    """Numbers of a column; CBS writes -99997 and the like for secret and unknown."""
    column = column_for(rows.columns, wanted)
    if column is None:
        return pd.Series(np.nan, index=rows.index)
    numbers = pd.to_numeric(rows[column], errors="coerce").astype("float64")
    return numbers.where(numbers >= 0)


def _polygons(shapes: gpd.GeoSeries, codes: pd.Series, *, origin: str) -> NDArray[np.object_]:
    """Valid polygons in two dimensions, or an error that names the first code without."""
    flat = shapely.force_2d(shapes.to_numpy())
    broken = ~shapely.is_valid(flat) & ~shapely.is_missing(flat)
    flat[broken] = shapely.make_valid(flat[broken], method="structure", keep_collapsed=False)
    mixed = shapely.get_type_id(flat) == 7  # a collection: keep what has an area
    flat[mixed] = [_area_parts(shape) for shape in flat[mixed]]
    wrong = ~np.isin(shapely.get_type_id(flat), _POLYGONS) | shapely.is_empty(flat)
    if wrong.any():
        first = int(np.flatnonzero(wrong)[0])
        kind = getattr(flat[first], "geom_type", None) or "niets"
        raise AreasError(
            f"Elke buurt moet een vlak hebben. In {origin} heeft '{codes.iloc[first]}' "
            f"{'een leeg vlak' if kind in ('Polygon', 'MultiPolygon') else kind}; in totaal "
            f"{int(wrong.sum())} van de {len(flat)}. Herstel deze vlakken of haal ze weg."
        )
    return flat


def _area_parts(shape: shapely.Geometry) -> shapely.Geometry:
    parts = shapely.get_parts(shape)
    return shapely.union_all(parts[np.isin(shapely.get_type_id(parts), _POLYGONS)])


def _reproject(
    shapes: NDArray[np.object_], crs: pyproj.CRS | None, settings: Settings, origin: str
) -> NDArray[np.object_]:
    west, south, east, north = shapely.total_bounds(shapes)
    fits_lonlat = west >= -180 and east <= 180 and south >= -90 and north <= 90
    if crs is None and fits_lonlat:
        crs = pyproj.CRS("EPSG:4326")
    if crs is None or (crs.is_geographic and not fits_lonlat):
        raise AreasError(
            f"Van {origin} is het coördinatenstelsel niet bekend en de getallen (x {west:.0f} tot "
            f"{east:.0f}, y {south:.0f} tot {north:.0f}) zijn geen lengte- en breedtegraden. Voeg "
            "het .prj-bestand toe, of sla het bestand opnieuw op als GeoPackage met het juiste "
            f"stelsel (voor Nederland: EPSG:28992; hier verwacht: {settings.municipality.crs})."
        )
    moved = gpd.GeoSeries(shapes, crs=crs).to_crs(settings.municipality.crs).to_numpy()
    if not np.isfinite(shapely.total_bounds(moved)).all():
        raise AreasError(
            f"De grenzen in {origin} passen niet in {settings.municipality.crs}. Controleer "
            "[municipality] crs in settings.toml en het stelsel van het bestand."
        )
    return moved
