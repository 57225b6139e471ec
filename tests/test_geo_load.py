"""Boundaries from any file, facts from the table, and the shipped 44 buurten of Maastricht."""

from __future__ import annotations

import json
import zipfile
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from tests.conftest import REAL_DATA, ROOT
from thor_metrics.errors import AreasError
from thor_metrics.geo import load_area_table, load_areas

RD = "EPSG:28992"
X0, Y0 = 176_000.0, 318_000.0


def square(column: int, row: int, side: float = 500.0) -> shapely.Polygon:
    return shapely.box(
        X0 + column * side, Y0 + row * side, X0 + (column + 1) * side, Y0 + (row + 1) * side
    )


@pytest.fixture
def two() -> gpd.GeoDataFrame:
    """Two neighbours, in RD, with the column names of CBS's GeoPackage."""
    return gpd.GeoDataFrame(
        {"buurtcode": ["BU09350000", "BU09350006"], "buurtnaam": ["Binnenstad", "Wyck"]},
        geometry=[square(0, 0), square(1, 0)],
        crs=RD,
    )


@pytest.fixture
def with_boundaries(settings, tmp_path):
    """Settings that name a boundaries file; other keys of [areas] may be given."""

    def make(path, **areas):
        return replace(settings, areas=replace(settings.areas, boundaries=str(path), **areas))

    return make


def write(frame: gpd.GeoDataFrame, tmp_path, kind: str):
    path = tmp_path / f"grenzen.{kind}"
    if kind == "parquet":
        frame.to_parquet(path)
    elif kind == "shp.zip":
        folder = tmp_path / "shp"
        folder.mkdir()
        frame.to_file(folder / "grenzen.shp")
        path = tmp_path / "grenzen.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for part in folder.iterdir():
                archive.write(part, part.name)
    elif kind == "geojson":
        frame.to_crs("EPSG:4326").to_file(path)
    else:
        frame.to_file(path)
    return path


class TestMaastricht:
    """What the project ships, without any network."""

    def test_the_shipped_facts(self):
        facts = pd.read_csv(ROOT / "geodata" / "buurten.csv")

        assert list(facts) == [
            "code",
            "name",
            "wijk",
            "gebied",
            "lon",
            "lat",
            "x",
            "y",
            "inhabitants",
            "land_ha",
        ]
        assert len(facts) == 44
        assert facts["inhabitants"].sum() == 125_305
        assert facts["land_ha"].sum() == 5_579
        assert facts["gebied"].value_counts().to_dict() == {
            "Noord-West": 9, "Centrum": 7, "West": 6, "Zuid-West": 6,
            "Noord": 6, "Oost": 5, "Zuid": 5,
        }  # fmt: skip

    def test_lonlat_and_rd_of_the_facts_are_the_same_places(self):
        from thor_metrics.geo import to_metric

        facts = pd.read_csv(ROOT / "geodata" / "buurten.csv")
        x, y = to_metric(facts["lon"], facts["lat"], RD)

        assert np.hypot(x - facts["x"], y - facts["y"]).max() < 2

    def test_approximate_boundaries(self, settings):
        areas = load_areas(settings)
        table = load_area_table(settings)

        assert len(areas) == 44
        assert areas.approximate
        assert "benaderde grens" in areas.attribution.lower()
        assert areas.place(table["x"], table["y"]).tolist() == list(range(44))
        assert shapely.area(areas.polygons).sum() == pytest.approx(1.08 * 55.79e6, rel=0.005)
        assert table["source_id"].tolist() == list(areas.codes)
        assert table["inhabitants"].sum() == 125_305

    def test_every_gebied_is_in_one_piece(self, settings):
        """Which is why Boschpoort is not in Zuid."""
        areas = load_areas(settings)
        gebieden = np.array(areas.gebieden)

        for name in set(areas.gebieden):
            assert shapely.union_all(areas.polygons[gebieden == name]).geom_type == "Polygon", name

    def test_the_order_of_the_table_does_not_matter(self, settings, tmp_path):
        facts = pd.read_csv(ROOT / "geodata" / "buurten.csv").sample(frac=1, random_state=3)
        facts.to_csv(tmp_path / "door elkaar.csv", index=False)
        shuffled = replace(
            settings, areas=replace(settings.areas, table=str(tmp_path / "door elkaar.csv"))
        )
        x, y = np.random.default_rng(2).uniform(
            [[172_000], [312_000]], [[182_000], [325_000]], (2, 5_000)
        )

        one, other = load_areas(settings), load_areas(shuffled)

        assert one.codes == other.codes
        assert (one.place(x, y) == other.place(x, y)).all()


@pytest.mark.parametrize("kind", ["geojson", "gpkg", "shp.zip", "parquet"])
def test_every_format_gives_the_same_areas(two, with_boundaries, tmp_path, kind):
    areas = load_areas(with_boundaries(write(two, tmp_path, kind)))

    assert areas.codes == ("BU09350000", "BU09350006")
    assert areas.names == ("Binnenstad", "Wyck")
    assert areas.gebieden == ("Centrum", "Centrum")  # of the table, by code
    assert areas.inhabitants == (2330, 5630)
    assert areas.land_ha == (31.0, 57.0)
    assert areas.crs == RD
    assert not areas.approximate
    assert areas.place([X0 + 250, X0 + 750, X0 + 1_250], [Y0 + 250] * 3).tolist() == [0, 1, -1]


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("statcode", "statnaam"),
        ("BU_CODE", "BU_NAAM"),
        ("code", "name"),
        ("Buurtcode", "Naam"),
        ("id", "omschrijving"),
    ],
)
def test_columns_are_recognised(two, with_boundaries, tmp_path, code, name):
    renamed = two.rename(columns={"buurtcode": code, "buurtnaam": name})

    assert load_areas(with_boundaries(write(renamed, tmp_path, "gpkg"))).names == (
        "Binnenstad",
        "Wyck",
    )


def test_columns_can_be_named(two, with_boundaries, tmp_path):
    two = two.assign(sleutel=["p", "q"], titel=["Piet", "Quirijn"], team=["Een", "Twee"])
    path = write(two, tmp_path, "gpkg")
    areas = load_areas(
        with_boundaries(
            path, table="", code_column="sleutel", name_column="titel", gebied_column="team"
        )
    )

    assert (areas.codes, areas.names, areas.gebieden) == (
        ("p", "q"),
        ("Piet", "Quirijn"),
        ("Een", "Twee"),
    )


def test_a_named_column_that_is_not_there(two, with_boundaries, tmp_path):
    with pytest.raises(AreasError, match=r"'sleutel'.*buurtcode, buurtnaam"):
        load_areas(with_boundaries(write(two, tmp_path, "gpkg"), code_column="sleutel"))


def test_no_column_is_recognised(two, with_boundaries, tmp_path):
    nameless = two.rename(columns={"buurtcode": "foo", "buurtnaam": "bar"})

    with pytest.raises(AreasError, match=r"foo, bar.*code_column"):
        load_areas(with_boundaries(write(nameless, tmp_path, "gpkg")))


def test_without_a_table(two, with_boundaries, tmp_path):
    """Another municipality: nobody is counted, land is the polygon, one gebied."""
    areas = load_areas(with_boundaries(write(two, tmp_path, "gpkg"), table=""))

    assert areas.inhabitants == (None, None)
    assert areas.land_ha == pytest.approx((25.0, 25.0))
    assert areas.gebieden == ("Maastricht", "Maastricht")


def test_facts_in_the_file_itself(two, with_boundaries, tmp_path):
    """CBS writes -99997 for what is secret."""
    two = two.assign(aantal_inwoners=[120, -99997], oppervlakte_land_in_ha=[20, -99997])
    areas = load_areas(with_boundaries(write(two, tmp_path, "gpkg"), table=""))

    assert areas.inhabitants == (120, None)
    assert areas.land_ha == pytest.approx((20.0, 25.0))


def test_gebied_by_name_when_codes_differ(two, with_boundaries, tmp_path):
    two = two.assign(buurtcode=["a", "b"], buurtnaam=["Amby", "Nergens"])

    assert load_areas(with_boundaries(write(two, tmp_path, "gpkg"))).gebieden == (
        "Oost",
        "Maastricht",
    )


def test_only_the_own_municipality_of_a_national_file(two, with_boundaries, tmp_path):
    national = pd.concat(
        [two, two.assign(buurtcode=["BU05180000", "BU05180001"])], ignore_index=True
    )
    with_column = national.assign(gemeentecode=["GM0935", "GM0935", "GM0518", "GM0518"])

    for frame, name in ((national, "a"), (with_column, "b")):
        path = tmp_path / f"{name}.gpkg"
        frame.to_file(path)
        assert load_areas(with_boundaries(path)).codes == ("BU09350000", "BU09350006")

    elsewhere = with_column[with_column["gemeentecode"] == "GM0518"]
    elsewhere.to_file(tmp_path / "c.gpkg")
    with pytest.raises(AreasError, match=r"geen buurten van Maastricht \(GM0935\)"):
        load_areas(with_boundaries(tmp_path / "c.gpkg"))


def test_the_layer_with_buurten_is_taken(two, with_boundaries, tmp_path):
    path = tmp_path / "wijkenbuurten_2024.gpkg"
    whole = gpd.GeoDataFrame(
        {"gemeentecode": ["GM0935"], "naam": ["M"]}, geometry=[square(0, 0)], crs=RD
    )
    whole.to_file(path, layer="gemeenten")
    whole.assign(statcode="WK093500").to_file(path, layer="wijken")
    two.to_file(path, layer="buurten")

    assert load_areas(with_boundaries(path)).names == ("Binnenstad", "Wyck")


def test_water_is_left_out(two, with_boundaries, tmp_path):
    two = two.assign(water=["NEE", "JA"])

    assert load_areas(with_boundaries(write(two, tmp_path, "gpkg"))).codes == ("BU09350000",)


def test_parts_of_one_code_are_joined(two, with_boundaries, tmp_path):
    """A buurt in two parts has its inhabitants on both rows; they count once."""
    parts = pd.concat([two, two.iloc[[0]].set_geometry([square(4, 4)])], ignore_index=True)
    parts["aantal_inwoners"] = [100, 200, 100]
    areas = load_areas(with_boundaries(write(parts, tmp_path, "gpkg"), table=""))

    assert areas.codes == ("BU09350000", "BU09350006")
    assert areas.land_ha == pytest.approx((50.0, 25.0))
    assert areas.inhabitants == (100, 200)
    assert areas.place([X0 + 2_250], [Y0 + 2_250]).tolist() == [0]


def test_an_invalid_polygon_is_repaired(two, with_boundaries, tmp_path):
    bow = shapely.Polygon([(X0, Y0), (X0 + 500, Y0 + 500), (X0 + 500, Y0), (X0, Y0 + 500)])
    areas = load_areas(
        with_boundaries(write(two.set_geometry([bow, square(1, 0)]), tmp_path, "gpkg"))
    )

    assert shapely.is_valid(areas.polygons).all()
    assert areas.place([X0 + 50, X0 + 450, X0 + 250], [Y0 + 250, Y0 + 250, Y0 + 50]).tolist() == [
        0,
        0,
        -1,
    ]


@pytest.mark.parametrize(
    ("shape", "told"),
    [
        (shapely.Point(X0, Y0), "Point"),
        (shapely.Polygon(), "een leeg vlak"),
        (None, "niets"),
        (shapely.LineString([(X0, Y0), (X0 + 1, Y0)]), "LineString"),
    ],
)
def test_a_buurt_without_a_polygon_is_refused(two, with_boundaries, tmp_path, shape, told):
    frame = two.set_geometry(gpd.GeoSeries([square(0, 0), shape], crs=RD))

    with pytest.raises(AreasError, match=f"'BU09350006' {told}; in totaal 1 van de 2"):
        load_areas(with_boundaries(write(frame, tmp_path, "parquet")))


def test_a_row_without_code_is_refused(two, with_boundaries, tmp_path):
    with pytest.raises(AreasError, match="1 van de 2 vlakken geen code"):
        load_areas(
            with_boundaries(write(two.assign(buurtcode=["BU09350000", None]), tmp_path, "gpkg"))
        )


def test_numbers_as_codes_stay_whole(two, with_boundaries, tmp_path):
    path = write(two.assign(buurtcode=[7.0, 12.0]), tmp_path, "gpkg")

    assert load_areas(with_boundaries(path, table="")).codes == ("12", "7")


class TestCrs:
    def shapefile_without_prj(self, frame, tmp_path):
        frame.to_file(tmp_path / "kaal.shp")
        (tmp_path / "kaal.prj").unlink()
        return tmp_path / "kaal.shp"

    def test_missing_but_lonlat(self, two, with_boundaries, tmp_path):
        path = self.shapefile_without_prj(two.to_crs("EPSG:4326"), tmp_path)

        assert load_areas(with_boundaries(path)).place([X0 + 250], [Y0 + 250]).tolist() == [0]

    def test_missing_and_not_lonlat(self, two, with_boundaries, tmp_path):
        path = self.shapefile_without_prj(two, tmp_path)

        with pytest.raises(AreasError, match=r"x 176000 tot 177000.*\.prj.*EPSG:28992"):
            load_areas(with_boundaries(path))

    def test_metres_in_a_geojson_that_does_not_say_so(self, two, with_boundaries, tmp_path):
        path = tmp_path / "rd.geojson"
        path.write_text(
            json.dumps(
                {"type": "FeatureCollection", "features": json.loads(two.to_json())["features"]}
            )
        )

        with pytest.raises(AreasError, match="coördinatenstelsel"):
            load_areas(with_boundaries(path))

    @pytest.mark.parametrize("crs", ["EPSG:3857", "EPSG:25831", "EPSG:4258"])
    def test_any_other_system(self, two, with_boundaries, tmp_path, crs):
        areas = load_areas(with_boundaries(write(two.to_crs(crs), tmp_path, "gpkg")))

        assert shapely.area(areas.polygons) == pytest.approx([250_000] * 2, rel=1e-3)
        assert areas.place([X0 + 250, X0 + 750], [Y0 + 250] * 2).tolist() == [0, 1]


@pytest.mark.parametrize(
    "content", [b"", b"geen kaart", b'{"type": "FeatureCollection", "features": [']
)
@pytest.mark.parametrize("suffix", ["geojson", "gpkg", "zip", "parquet"])
def test_an_unreadable_file(with_boundaries, tmp_path, content, suffix):
    path = tmp_path / f"stuk.{suffix}"
    path.write_bytes(content)

    with pytest.raises(AreasError, match=f"stuk.{suffix}"):
        load_areas(with_boundaries(path))


def test_a_table_is_no_boundaries(with_boundaries, tmp_path):
    (tmp_path / "los.csv").write_text("code,name\nA,B\n")

    with pytest.raises(AreasError, match=r"los\.csv"):
        load_areas(with_boundaries(tmp_path / "los.csv"))


def test_a_missing_file(with_boundaries, tmp_path):
    with pytest.raises(AreasError, match=r"weg\.gpkg is er niet"):
        load_areas(with_boundaries(tmp_path / "weg.gpkg"))


@pytest.mark.parametrize(
    ("crs", "unit"), [("EPSG:4326", "degree"), ("EPSG:2229", "US survey foot"), ("onzin", "niets")]
)
def test_the_municipality_counts_in_metres(settings, crs, unit):
    wrong = replace(settings, municipality=replace(settings.municipality, crs=crs))

    with pytest.raises(AreasError, match=f"'{crs}' en telt in {unit}"):
        load_areas(wrong)


class TestTable:
    @pytest.fixture
    def with_table(self, settings, tmp_path):
        def make(text: str, encoding: str = "utf-8", **municipality):
            path = tmp_path / "tabel.csv"
            path.write_bytes(text.encode(encoding))
            return replace(
                settings,
                municipality=replace(settings.municipality, **municipality),
                areas=replace(settings.areas, table=str(path)),
            )

        return make

    def test_as_a_dutch_excel_saves_it(self, with_table):
        """Semicolons, decimal comma, cp1252, Dutch headers, lon and lat instead of x and y."""
        areas = load_areas(
            with_table(
                "Buurtcode;Buurtnaam;Stadsdeel;lon;lat;Oppervlakte land ha;Inwoners\n"
                "1;Belvédère;Noord;5,67782;50,86985;113,5;25\n"
                "2;Caberg;;5,67059;50,85896;61;3170\n",
                "cp1252",
            )
        )

        assert areas.names == ("Belvédère", "Caberg")
        assert areas.gebieden == ("Noord", "Maastricht")
        assert areas.land_ha == (113.5, 61.0)
        assert np.asarray(areas.centres)[0] == pytest.approx((175_458, 320_045), abs=2)

    @pytest.mark.parametrize(
        ("text", "told"),
        [
            ("", "leesbare CSV"),
            ("foo,bar\n1,2\n", "geen kolom 'code'"),
            ("code,x,y,land_ha\nA,1,2,veel\n", "'veel' in rij 2"),
            ("code,x,y,land_ha\nA,1,2,3\nA,2,2,3\n", "'A' twee keer"),
            ("code,x,y,land_ha\n,1,2,3\n", "zonder code"),
            ("code,x,y,land_ha\nA,1,2,3\nB,,2,3\n", "zwaartepunt"),
            ("code,x,y\nA,1,2\n", "landoppervlak"),
        ],
    )
    def test_errors_teach(self, with_table, text, told):
        with pytest.raises(AreasError, match=told):
            load_areas(with_table(text))

    def test_the_table_of_another_municipality_is_not_used(self, settings):
        elsewhere = replace(
            settings, municipality=replace(settings.municipality, code="GM0518", name="Den Haag")
        )

        with pytest.raises(AreasError, match=r"geen buurten van Den Haag \(GM0518\)"):
            load_areas(elsewhere)

    def test_a_missing_table(self, settings):
        with pytest.raises(AreasError, match=r"weg\.csv is er niet"):
            load_areas(replace(settings, areas=replace(settings.areas, table="weg.csv")))

    def test_neither_table_nor_boundaries(self, settings):
        with pytest.raises(AreasError, match="geodata fetch"):
            load_areas(replace(settings, areas=replace(settings.areas, table="")))


@pytest.mark.skipif(not REAL_DATA.exists(), reason="the real data sets are not on this machine")
class TestRealBoundaries:
    """CBS 2024, generalised to about 100 m."""

    @pytest.fixture
    def real(self, with_boundaries):
        return load_areas(
            with_boundaries(REAL_DATA / "maastricht" / "maastricht_buurten_2024_wgs84.geojson")
        )

    def test_all_44_with_their_names_and_facts(self, real, settings):
        approximate = load_areas(settings)

        assert real.codes == approximate.codes
        assert real.names == approximate.names
        assert real.gebieden == approximate.gebieden
        assert real.inhabitants == approximate.inhabitants
        assert not real.approximate

    def test_every_centroid_in_its_own_buurt(self, real):
        facts = pd.read_csv(ROOT / "geodata" / "buurten.csv")

        assert real.place(facts["x"], facts["y"]).tolist() == list(range(44))

    def test_how_good_the_approximation_is(self, real, settings):
        """The figures in geodata/README.md."""
        west, south, east, north = real.bounds
        x, y = np.random.default_rng(0).uniform([[west], [south]], [[east], [north]], (2, 30_000))
        truth, guess = real.place(x, y), load_areas(settings).place(x, y)
        city = np.flatnonzero(truth >= 0)[:10_000]
        gebied = np.array([*real.gebieden, "buiten"])

        assert len(city) == 10_000
        assert (guess[city] == truth[city]).mean() == pytest.approx(0.79, abs=0.015)
        assert (gebied[guess[city]] == gebied[truth[city]]).mean() == pytest.approx(0.91, abs=0.015)
        assert (guess[city] < 0).mean() == pytest.approx(0.04, abs=0.01)

    def test_containers_of_the_hague(self, real):
        from thor_metrics.geo import locate

        containers = pd.read_json(REAL_DATA / "denhaag_containers" / "denhaag_containers.json")
        located = locate(containers["lng"], containers["lat"], areas=real)

        assert len(containers) == 8_353
        assert np.isfinite(located.x).all()
        assert located.corrections == {}
        assert (real.place(located.x, located.y) == -1).all()
