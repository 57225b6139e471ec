"""Maps are tested on what they send: which places, how large, how coloured, how many bytes."""

import base64
import json

import numpy as np
import pandas as pd
import pytest

from tests.conftest import ROOT
from thor_metrics import geo
from thor_metrics.settings import load_settings
from thor_metrics.views import maps
from thor_metrics.views.look import DARK, LIGHT


@pytest.fixture(scope="module")
def areas(tmp_path_factory):
    return geo.load_areas(
        load_settings(ROOT / "settings.toml", data_dir=tmp_path_factory.mktemp("data"))
    )


@pytest.fixture(scope="module")
def buurten(areas):
    return maps.outlines(areas, "buurt")


@pytest.fixture(scope="module")
def gebieden(areas):
    return maps.outlines(areas, "gebied")


def facts(shapes, counts):
    filled = [*counts, *[0] * len(shapes.keys)][: len(shapes.keys)]
    frame = pd.DataFrame(
        {"area": shapes.keys, "count": pd.array(filled, dtype="Int64"), "words": "een zin"}
    )
    return frame.assign(
        shown=["minder dan 5" if pd.isna(count) else str(count) for count in frame["count"]],
        per_km2=frame["count"].astype("Float64").to_numpy(float, na_value=np.nan),
    )


def layer(deck, name):
    (found,) = [item for item in json.loads(deck.to_json())["layers"] if item["id"] == name]
    return found


def test_outlines_lie_where_maastricht_lies(buurten):
    west, south, east, north = buurten.box()
    assert 5.6 < west < east < 5.8
    assert 50.8 < south < north < 50.95
    assert len(buurten.keys) == 44
    assert buurten.approximate


def test_a_gebied_holds_the_boxes_of_its_buurten(buurten, gebieden):
    assert len(gebieden.keys) == 7
    centre = [
        key for key, name in zip(buurten.keys, buurten.gebieden, strict=True) if name == "Centrum"
    ]
    assert np.allclose(buurten.box(centre), gebieden.box(["Centrum"]), atol=1e-4)


def test_centres_lie_in_their_own_area(areas, buurten):
    lon, lat = np.array(buurten.centres).T
    place = areas.place(*geo.to_metric(lon, lat, areas.crs))
    assert [areas.codes[index] for index in place] == list(buurten.keys)


def test_surface_of_a_circle_is_in_proportion_to_the_count(gebieden):
    deck = maps.area_map(gebieden, facts(gebieden, [400, 100]))
    radius = {item["area"]: item["r"] for item in layer(deck, "cirkels")["data"]}
    first, second = gebieden.keys[:2]
    assert radius[first] == pytest.approx(2 * radius[second])
    assert len(radius) == 2  # nought has no circle


def test_hidden_count_has_the_smallest_circle_and_its_words(gebieden):
    deck = maps.area_map(gebieden, facts(gebieden, [400, pd.NA]))
    radius = {item["area"]: item["r"] for item in layer(deck, "cirkels")["data"]}
    assert radius[gebieden.keys[1]] == 5.0
    below = [item["text"] for item in layer(deck, "namen")["data"]]
    assert f"{gebieden.names[1]} minder dan 5" in below


def test_number_stands_in_its_circle_only_where_it_fits(gebieden):
    deck = maps.area_map(gebieden, facts(gebieden, [4000, 4]))
    assert [item["text"] for item in layer(deck, "aantallen")["data"]] == ["4000"]


def fills(deck):
    return {
        item["properties"]["area"]: item["properties"]["fill"]
        for item in layer(deck, "gebieden")["data"]["features"]
    }


def test_shades_go_from_quiet_to_strong(gebieden):
    deck = maps.area_map(gebieden, facts(gebieden, [80, 40]), value="per_km2")
    found = fills(deck)
    assert found[gebieden.keys[0]][:3] == [1, 51, 97]  # the ninth step, #013361
    assert found[gebieden.keys[2]][:3] == [231, 241, 254]  # nought: the first, #E7F1FE
    assert not [item for item in json.loads(deck.to_json())["layers"] if item["id"] == "cirkels"]


def test_missing_value_is_not_shaded_as_nought(gebieden):
    deck = maps.area_map(gebieden, facts(gebieden, [80, pd.NA]), value="per_km2")
    assert fills(deck)[gebieden.keys[1]][3] == 0


def test_areas_out_of_focus_are_dimmed(gebieden):
    one = gebieden.keys[0]
    deck = maps.area_map(gebieden, facts(gebieden, [80, 40]), value="per_km2", focus=[one])
    found = fills(deck)
    assert found[gebieden.keys[1]] == [255, 255, 255, 150]
    assert found[one][3] > 200


def squares(count):
    number = np.arange(count)
    return pd.DataFrame(
        {
            "x": 176_000.0 + number % 40 * 100,
            "y": 317_000.0 + number // 40 * 100,
            "count": pd.array(count - number, dtype="Int64"),
            "place": "1762-3170",
            "words": "Nr 1, in Wyck: 12 meldingen",
        }
    )


def test_square_is_a_hundred_metres(buurten, areas):
    deck = maps.square_map(squares(1), size=100, crs=areas.crs, shapes=buurten)
    (square,) = layer(deck, "vakken")["data"]
    x, y = geo.to_metric(*np.array(square["ring"]).T, areas.crs)
    assert np.allclose(x, [176_000, 176_100, 176_100, 176_000], atol=0.2)
    assert np.allclose(y, [317_000, 317_000, 317_100, 317_100], atol=0.2)


def test_ten_heaviest_squares_are_numbered(buurten, areas):
    one = buurten.keys[:1]
    deck = maps.square_map(squares(30), size=100, crs=areas.crs, shapes=buurten, focus=one)
    numbers = [item["text"] for item in layer(deck, "rangnummers")["data"]]
    assert numbers == [str(number) for number in range(1, 11)]


def test_hidden_square_is_drawn_but_not_as_an_amount(buurten, areas):
    some = squares(2)
    some.loc[1, "count"] = pd.NA
    deck = maps.square_map(some, size=100, crs=areas.crs, shapes=buurten)
    assert layer(deck, "vakken")["data"][1]["fill"] == [186, 217, 253, 120]


def test_no_squares_at_all(buurten, areas):
    deck = maps.square_map(squares(1).head(0), size=100, crs=areas.crs, shapes=buurten)
    assert layer(deck, "vakken")["data"] == []


def test_maps_travel_light(buurten, areas):
    areal = maps.area_map(buurten, facts(buurten, [5]))
    cells = maps.square_map(squares(1_500), size=100, crs=areas.crs, shapes=buurten)
    assert len(areal.to_json()) < 45_000
    assert len(cells.to_json()) < 330_000


def test_map_does_not_tilt_or_turn(buurten):
    spec = json.loads(maps.area_map(buurten, facts(buurten, [5])).to_json())
    assert spec["initialViewState"]["pitch"] == spec["initialViewState"]["bearing"] == 0
    assert spec["views"][0]["controller"]["dragRotate"] is False


def test_tooltip_is_text_so_that_a_name_cannot_be_markup(buurten):
    assert "text" in maps.area_map(buurten, facts(buurten, [5]))._tooltip


def style(**options):
    return json.loads(base64.b64decode(maps.base_style(**options).partition(",")[2]))


def test_without_tiles_nothing_is_asked_of_the_network():
    assert style()["sources"] == {}
    assert "http" not in json.dumps(style())


def test_tiles_carry_their_attribution_and_are_dimmed_in_the_dark():
    found = style(tiles="https://tiles.example/{z}/{x}/{y}.png", attribution="Kadaster", look=DARK)
    assert found["sources"]["kaart"]["attribution"] == "Kadaster"
    assert found["layers"][0]["paint"]["background-color"] == DARK.quiet
    assert found["layers"][1]["paint"]["raster-brightness-max"] < 1
    assert style(tiles="https://tiles.example/x", look=LIGHT)["layers"][1]["paint"] == {}
