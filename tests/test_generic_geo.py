"""Map files, Parquet and JSON: formats that know their columns."""

import io
import json
import zipfile

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import LineString, Point, box

from tests.conftest import REAL_DATA
from thor_metrics.errors import FileRefused
from thor_metrics.settings import SourceSettings
from thor_metrics.sources import Request
from thor_metrics.sources.generic import SOURCE
from thor_metrics.sources.package import open_package

#: The Statenkwartier and Wyck in RD and in degrees (domain facts, CBS).
RD = [(175995.0, 318161.0), (177144.0, 317560.0)]
DEGREES = [(5.68534, 50.85289), (5.70161, 50.84745)]


class Upload(io.BytesIO):
    def __init__(self, name, data):
        super().__init__(data)
        self.name = name


@pytest.fixture
def read(settings):
    def read_(data, name, **options):
        uploads = [Upload(name, data)] if isinstance(data, bytes) else data
        [package] = open_package(uploads, max_mb=50)
        return SOURCE.read(package, Request(settings, **options))

    return read_


def rows_of(reading):
    return pd.concat([batch.rows for batch in reading.batches], ignore_index=True)


def spots(crs, shapes=None):
    points = [Point(xy) for xy in (RD if crs == "EPSG:28992" else DEGREES)]
    columns = {"Nummer": ["P1", "P2"], "Soort": ["milieuperron", "plein"], "Eigenaar": ["x", "y"]}
    return gpd.GeoDataFrame(columns, geometry=shapes or points, crs=crs)


def written(frame, folder, suffix):
    frame.to_file(folder / f"plekken{suffix}")
    return folder / f"plekken{suffix}"


def test_geojson_in_degrees(read, tmp_path):
    data = written(spots("EPSG:4326"), tmp_path, ".geojson").read_bytes()

    reading = read(data, "plekken.geojson", table="objects")
    rows = rows_of(reading)

    assert rows["x"].to_list() == [5.68534, 5.70161]
    assert rows["y"].to_list() == [50.85289, 50.84745]
    assert rows["kind"].to_list() == ["milieuperron", "plein"]
    assert dict(reading.personal) == {"Eigenaar": "naam"}
    assert "Eigenaar" not in rows


def test_geopackage_in_the_municipality_s_own_system(read, tmp_path):
    data = written(spots("EPSG:28992"), tmp_path, ".gpkg").read_bytes()

    rows = rows_of(read(data, "plekken.gpkg", table="objects"))

    assert list(zip(rows["x"], rows["y"], strict=True)) == RD


def test_another_system_becomes_degrees(read, tmp_path):
    frame = spots("EPSG:28992").to_crs("EPSG:31370")  # Belgian Lambert
    data = written(frame, tmp_path, ".gpkg").read_bytes()

    rows = rows_of(read(data, "plekken.gpkg", table="objects"))

    assert np.allclose(rows[["x", "y"]], DEGREES, atol=2e-5)


@pytest.mark.parametrize("how", ["zip", "parts", "path"])
def test_shapefile(read, settings, tmp_path, how):
    shape = written(spots("EPSG:28992"), tmp_path, ".shp")
    parts = sorted(tmp_path.glob("plekken.*"))
    if how == "zip":
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            for part in parts:
                archive.write(part, f"map/{part.name}")
        offered = [Upload("plekken.zip", buffer.getvalue())]
    else:
        offered = [Upload(part.name, part.read_bytes()) for part in parts]
    if how == "path":
        [package] = open_package(shape, max_mb=1)
        reading = SOURCE.read(package, Request(settings, table="objects"))
    else:
        reading = read(offered, "", table="objects")

    rows = rows_of(reading)

    assert rows["source_id"].to_list() == ["P1", "P2"]
    assert np.allclose(rows[["x", "y"]], RD)


def test_lines_and_areas_are_shown_by_a_point_on_them(read, tmp_path):
    shapes = [box(176_000, 318_000, 176_100, 318_200), LineString([(0, 0), (10, 0), (20, 0)])]
    data = written(spots("EPSG:28992", shapes), tmp_path, ".gpkg").read_bytes()

    rows = rows_of(read(data, "plekken.gpkg", table="objects"))

    assert (rows["x"][0], rows["y"][0]) == (176_050, 318_100)
    assert (rows["x"][1], rows["y"][1]) == (10, 0)


def test_areas_of_a_map_in_degrees_get_metres(read):
    features = [
        {
            "type": "Feature",
            "properties": {"buurtcode": "BU09350003", "buurtnaam": "Statenkwartier"},
            "geometry": {"type": "Point", "coordinates": list(DEGREES[0])},
        }
    ]
    data = json.dumps({"type": "FeatureCollection", "features": features}).encode()

    reading = read(data, "buurten.json")
    rows = rows_of(reading)

    assert reading.table == "areas"
    assert np.allclose(rows[["x", "y"]], [RD[0]], atol=1.0)


def test_the_layer_that_fits_best_is_read(read, tmp_path):
    path = tmp_path / "kaart.gpkg"
    spots("EPSG:28992").drop(columns=["Nummer", "Soort"]).to_file(path, layer="anders")
    spots("EPSG:28992").to_file(path, layer="milieuperrons")

    reading = read(path.read_bytes(), "kaart.gpkg", table="objects")

    assert rows_of(reading)["source_id"].to_list() == ["P1", "P2"]
    assert reading.warnings == ("Gelezen is 'milieuperrons'; overgeslagen: anders.",)


def parquet(frame):
    buffer = io.BytesIO()
    frame.to_parquet(buffer)
    return buffer.getvalue()


def test_parquet_keeps_types_and_reads_only_what_is_wanted(read):
    frame = pd.DataFrame(
        {
            "id": [2**60 + 1, 2],
            "created_at": pd.to_datetime(["2026-06-02T08:12:00+02:00", None], utc=True),
            "closed_at": pd.to_datetime(["2026-06-03", "2026-06-04"]),
            "category": pd.Categorical(["Afval", "Fiets"]),
            "has_parent": [True, False],
            "x": [175995, 177144],
            "reporter": ["jan", "piet"],
        }
    )

    reading = read(parquet(frame), "export.parquet")
    [batch] = reading.batches
    rows = batch.rows

    assert reading.table == "incidents"
    assert rows["source_id"].to_list() == [str(2**60 + 1), "2"]
    assert str(rows["reported_at"].dtype) == "datetime64[us, UTC]"
    assert rows["reported_at"][0] == pd.Timestamp("2026-06-02T06:12:00Z")
    assert str(rows["closed_at"].dtype) == "datetime64[us]"
    assert rows["main_category"].to_list() == ["Afval", "Fiets"]
    assert rows["is_child"].to_list() == [True, False]
    assert rows["x"].dtype == "float64"
    assert dict(reading.personal) == {"reporter": "naam"}
    assert batch.row_numbers.to_list() == [1, 2]
    assert reading.total == 2


def test_parquet_in_batches_with_the_dates_that_are_text(read):
    frame = pd.DataFrame({"id": range(60_000), "datum": ["1/2/2026", "1/31/2026"] * 30_000})

    reading = read(parquet(frame), "meldingen.parquet", table="incidents")

    assert sorted(reading.date_samples()) == ["1/2/2026", "1/31/2026"]
    assert [len(batch.rows) for batch in reading.batches] == [50_000, 10_000]


def test_json_with_an_object_a_row(read):
    rows = [
        {"id": "1", "lat": 52.0477, "lng": 4.2997, "kind": "school", "meta": {"user": "jan"}},
        {"id": "2", "lat": None, "kind": "plein"},
    ]

    reading = read(json.dumps(rows).encode(), "plekken.json", table="objects")
    found = rows_of(reading)

    assert found["source_id"].to_list() == ["1", "2"]
    assert found["y"].isna().to_list() == [False, True]
    # An object within a row may hold anything, persons too: it is no column.
    assert "meta" not in {*reading.columns, *reading.ignored}


def test_json_rows_beside_paging(read):
    data = {"count": 1, "results": [{"id": "1", "datum": "02-06-2026", "categorie": "Afval"}]}

    assert len(rows_of(read(json.dumps(data).encode(), "meldingen.json"))) == 1


@pytest.mark.skipif(not REAL_DATA.exists(), reason="the real data sets are not on this machine")
def test_the_containers_of_the_hague(settings):
    import dataclasses

    golden = json.loads((REAL_DATA / "denhaag_containers/golden.json").read_text())
    mine = SourceSettings(columns={"fc": "kind"})
    request = Request(
        dataclasses.replace(settings, sources={"denhaag": mine}), source="denhaag", table="objects"
    )
    [package] = open_package(REAL_DATA / "denhaag_containers/denhaag_containers.json", max_mb=5)

    rows = rows_of(SOURCE.read(package, request))

    assert len(rows) == golden["rows"]
    assert rows["kind"].value_counts().to_dict() == golden["by_fraction"]
    west, south, east, north = golden["bbox"]
    assert rows["x"].between(west - 1e-4, east + 1e-4).all()
    assert rows["y"].between(south - 1e-4, north + 1e-4).all()


def test_a_shapefile_without_its_attributes(read, tmp_path):
    written(spots("EPSG:28992"), tmp_path, ".shp")

    with pytest.raises(FileRefused, match=r"ontbreekt \.dbf"):
        read(
            [Upload(f"p{s}", (tmp_path / f"plekken{s}").read_bytes()) for s in (".shp", ".shx")], ""
        )
