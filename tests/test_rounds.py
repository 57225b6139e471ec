"""Rounds as people take them along: words, calendar, GPX, GeoJSON and the sheet of A4."""

from __future__ import annotations

import datetime as dt
import json
import xml.etree.ElementTree as ET

import icalendar
import pandas as pd
import pytest
import shapely

from thor_metrics import geo
from thor_metrics.views import rounds
from thor_metrics.views.ics import ics_file

MONDAY = dt.date(2026, 11, 23)
CRS = "EPSG:28992"

PLACES = pd.DataFrame(
    {"name": ["Markt", "Stationsplein & <Wyck>"], "x": [176_410.0, 177_350.0],
     "y": [318_040.0, 317_830.0]}
)  # fmt: skip
SHIFTS = pd.DataFrame({"day": [4, 1], "start": [1320, 600], "end": [1560, 720], "teams": [1, 1]})
#: Friday 22:00-02:00 in the first shift; Tuesday 10:00 in the second.
VISITS = pd.DataFrame(
    {
        "shift": [0, 0, 1], "team": [0, 0, 0], "order": [1, 2, 1], "place": [0, 1, 0],
        "arrive": [4 * 1440 + 1430.4, 4 * 1440 + 1455.0, 1440 + 605.0],
        "leave": [4 * 1440 + 1445.4, 4 * 1440 + 1470.0, 1440 + 620.0],
        "travel": [10.4, 9.6, 5.0], "value": [0.5, 1.25, 0.1],
        "needed": [True, False, False], "pinned": [False, True, False],
    }
)  # fmt: skip


@pytest.fixture
def table():
    return rounds.stops(VISITS, PLACES, SHIFTS, MONDAY)


def test_rounds_are_numbered_in_order_of_time(table):
    assert table["round"].tolist() == [1, 2, 2]
    assert table["day"].tolist() == [dt.date(2026, 11, 24)] + 2 * [dt.date(2026, 11, 27)]
    assert table["name"].tolist() == ["Markt", "Markt", "Stationsplein & <Wyck>"]
    # Never earlier than somebody can be there, never shorter than the stay.
    assert table[["from_minute", "to_minute"]].to_numpy().tolist() == [
        [605, 620], [1430, 1446], [1455, 1470],
    ]  # fmt: skip


def test_a_round_has_a_title_and_every_stop_a_reason(table):
    assert rounds.round_title(table[table["round"] == 2]) == "Ronde 2: vr 27-11-2026, 23:50–00:30"
    why = [rounds.why_words(row) for row in table.to_dict("records")]
    assert why == [
        "0,10 meldingen verwacht",
        "norm van het plan, 0,50 meldingen verwacht",
        "vastgezet, 1,25 meldingen verwacht",
    ]


def test_the_calendar_holds_every_round_at_its_local_time(table):
    made = rounds.entries(table, zone="Europe/Amsterdam", key="x")
    text = ics_file(made, name="n", zone="Europe/Amsterdam", stamp=dt.datetime.now(dt.UTC))
    events = icalendar.Calendar.from_ical(text).walk("VEVENT")
    assert len(events) == 2
    night = events[1]
    assert night["dtstart"].dt.strftime("%Y-%m-%d %H:%M %z") == "2026-11-27 23:50 +0100"
    assert night["dtend"].dt.strftime("%Y-%m-%d %H:%M") == "2026-11-28 00:30"
    assert "Stationsplein" in night["summary"]


def test_the_hours_of_a_changed_clock_are_those_on_the_wall():
    shifts = pd.DataFrame({"day": [6], "start": [600], "end": [720], "teams": [1]})
    visits = VISITS.iloc[:1].assign(shift=0, arrive=6 * 1440 + 600.0, leave=6 * 1440 + 615.0)
    found = rounds.stops(visits, PLACES, shifts, dt.date(2026, 10, 19))  # clock back on the 25th
    entry = rounds.entries(found, zone="Europe/Amsterdam", key="x")[0]
    assert entry.start.strftime("%Y-%m-%d %H:%M %z") == "2026-10-25 10:00 +0100"


def test_gpx_and_geojson_lead_to_the_places(table):
    root = ET.fromstring(rounds.gpx(table, CRS, name="Rondes"))
    space = {"g": "http://www.topografix.com/GPX/1/1"}
    points = root.findall("g:rte/g:rtept", space)
    assert len(root.findall("g:rte", space)) == 2
    assert [p.find("g:name", space).text for p in points][2] == "00:15 Stationsplein & <Wyck>"
    lon, lat = geo.to_lonlat(PLACES["x"].to_numpy(), PLACES["y"].to_numpy(), CRS)
    assert float(points[0].get("lat")) == pytest.approx(lat[0], abs=1e-6)
    assert float(points[0].get("lon")) == pytest.approx(lon[0], abs=1e-6)

    features = json.loads(rounds.geojson(table, CRS))["features"]
    kinds = [feature["geometry"]["type"] for feature in features]
    assert kinds == ["Point"] * 3 + ["LineString"]
    assert features[2]["properties"]["van"] == "00:15"
    assert features[3]["geometry"]["coordinates"][1] == pytest.approx([lon[1], lat[1]], abs=1e-6)


def test_the_sheet_is_a_page_a_round_and_asks_for_nothing_else(table):
    square = shapely.box(176_000, 317_000, 178_000, 319_000)
    page = rounds.sheet(table, [square], title="Rondes <Centrum>", notes=["Verzonnen & zo"])
    text = page.decode()
    assert text.count("<section>") == 2
    assert "size: A4" in text
    assert "Stationsplein &amp; &lt;Wyck&gt;" in text
    assert "<Centrum>" not in text
    assert text.count("<circle") == 3
    assert not any(word in text for word in ("http:", "https:", "src=", "url("))


def test_a_round_of_one_place_still_has_a_map(table):
    alone = table[table["round"] == 1].reset_index(drop=True)
    assert rounds.sheet(alone, [], title="t", notes=[]).decode().count("<circle") == 1
    kinds = [f["geometry"]["type"] for f in json.loads(rounds.geojson(alone, CRS))["features"]]
    assert kinds == ["Point"]
