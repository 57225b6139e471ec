"""GeoJSON, GeoPackage and shapefiles, read in memory; a geometry becomes one point.

Points come as ``x`` and ``y``: metres when the file is in the municipality's own system, else
longitude and latitude. Lines and areas are shown by a point on them.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, FieldError

from thor_metrics import geo
from thor_metrics.errors import FileRefused
from thor_metrics.sources.base import BATCH_ROWS, Batch, Member
from thor_metrics.sources.raw import TEXT, RawTable

__all__ = ["map_file", "open_geo", "shape_archive"]

_BROKEN: Final = (
    DataSourceError, DataLayerError, FeatureError, FieldError, UnicodeDecodeError, ValueError,
)  # fmt: skip
_MAX_FEATURES: Final = 5_000_000


def shape_archive(members: Sequence[Member]) -> bytes:
    """Put the parts of a shapefile in one zip in memory, which is how GDAL takes them.

    Raises
    ------
    FileRefused
        Without the ``.dbf`` with the attributes or the ``.shx`` index.
    """
    parts = {PurePosixPath(member.name).suffix.lower(): member for member in members}
    lacking = [suffix for suffix in (".shp", ".dbf", ".shx") if suffix not in parts]
    if lacking:
        raise FileRefused(
            f"Van de shapefile '{members[0].name}' ontbreekt {' en '.join(lacking)}. Kies alle "
            "delen samen, of de zip waarin ze zitten."
        )
    return _archive({f"data{suffix}": member for suffix, member in parts.items()})


def map_file(member: Member) -> bytes:
    """Read a GeoJSON or GeoPackage; GDAL wants to see the latter's extension."""
    with member.open() as stream:
        if stream.read(15) == b"SQLite format 3":
            return _archive({"data.gpkg": member})
    with member.open() as stream:
        return stream.read()


def _archive(members: Mapping[str, Member]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, member in members.items():
            with member.open() as stream:
                archive.writestr(name, stream.read())
    return buffer.getvalue()


def open_geo(name: str, data: bytes, *, crs: str) -> list[RawTable]:
    """Open the layers of a map file.

    Parameters
    ----------
    name : str
        As the user knows it.
    data : bytes
        From :func:`map_file` or :func:`shape_archive`.
    crs : str
        The municipality's own coordinate system.

    Raises
    ------
    FileRefused
        Damaged, or without features.
    """
    try:
        layers = range(len(pyogrio.list_layers(data)))
        tables = [_layer(name, data, layer, crs) for layer in layers]
    except _BROKEN as error:
        if isinstance(error, FileRefused):
            raise
        raise _damaged(name) from None
    found = [table for table in tables if table is not None]
    if not found:
        raise FileRefused(f"'{name}' bevat geen objecten. Maak de export opnieuw.")
    return found


def _damaged(name: str) -> FileRefused:
    return FileRefused(
        f"'{name}' is beschadigd en niet als kaartbestand te lezen. Maak de export opnieuw."
    )


def _layer(name: str, data: bytes, layer: int, crs: str) -> RawTable | None:
    about = pyogrio.read_info(data, layer=layer, force_feature_count=True)
    rows = int(about["features"])
    if not 0 < rows <= _MAX_FEATURES:
        return None
    fields = tuple(str(field) for field in about["fields"])
    title = str(about["layer_name"])
    return RawTable(
        # A layer without a name gets a random one from the reader.
        name=name if title.startswith("pyogrio_") else title,
        headers=fields,
        read=lambda wanted: _batches(name, data, layer, wanted, crs),
        dates=lambda positions: _dates(name, data, layer, [fields[p] for p in positions]),
        total=rows,
        gives_place=bool(about["geometry_type"]),
        in_degrees=not _is_own(about["crs"], crs),
    )


def _is_own(found: str | None, crs: str) -> bool:
    """Tell whether a file is in the municipality's own system; one that says nothing is."""
    if found is None:
        return True
    own, theirs = (gpd.GeoSeries(crs=name).crs for name in (crs, found))
    return bool(own.equals(theirs, ignore_axis_order=True))


def _read(
    name: str, data: bytes, layer: int, columns: Sequence[str], *, first: int, geometry: bool
) -> pd.DataFrame:
    try:
        return pyogrio.read_dataframe(
            data,
            layer=layer,
            columns=list(columns),
            read_geometry=geometry,
            skip_features=first,
            max_features=BATCH_ROWS,
            datetime_as_string=True,  # the zone is ingest's to judge
        )
    except _BROKEN:
        raise _damaged(name) from None


def _batches(
    name: str, data: bytes, layer: int, wanted: Mapping[int, str], crs: str
) -> Iterator[Batch]:
    fields = pyogrio.read_info(data, layer=layer)["fields"]
    columns = {str(fields[position]): column for position, column in wanted.items()}
    first = 0
    while True:
        frame = _read(name, data, layer, list(columns), first=first, geometry=True)
        if not len(frame):
            return
        rows = pd.DataFrame(
            {column: _plain(frame[field]) for field, column in columns.items()}, index=frame.index
        )
        if isinstance(frame, gpd.GeoDataFrame):
            rows["x"], rows["y"] = _points(frame, crs)
        yield Batch(rows, pd.Series(np.arange(first + 1, first + len(frame) + 1)))
        first += len(frame)


def _plain(values: pd.Series) -> pd.Series:
    if values.dtype == object or isinstance(values.dtype, pd.StringDtype):
        return values.map(str, na_action="ignore").replace("", None).astype(TEXT)
    if isinstance(values.dtype, pd.CategoricalDtype):
        return values.astype(TEXT)
    return values


def _points(frame: gpd.GeoDataFrame, crs: str) -> tuple[np.ndarray, np.ndarray]:
    shapes = frame.geometry.to_numpy()
    kinds = shapely.get_type_id(shapes)
    flat = (kinds > 0) & ~shapely.is_empty(shapes)
    points = shapes.copy()
    points[flat] = shapely.point_on_surface(shapes[flat])
    x, y = shapely.get_x(points), shapely.get_y(points)
    if frame.crs is None or _is_own(frame.crs.to_wkt(), crs):
        return x, y
    return geo.to_lonlat(x, y, frame.crs.to_wkt())


def _dates(name: str, data: bytes, layer: int, columns: Sequence[str]) -> Iterator[str]:
    first = 0
    seen: set[str] = set()
    while columns:
        frame = _read(name, data, layer, columns, first=first, geometry=False)
        if not len(frame):
            return
        for column in columns:
            texts = _plain(frame[column])
            if isinstance(texts.dtype, pd.StringDtype):
                new = set(texts.dropna().unique()) - seen
                seen |= new
                yield from new
        first += len(frame)
