"""Fixi's CSV in UTC and Rotterdam's MSB in RD."""

from __future__ import annotations

import io
import json

import pandas as pd
import pytest

from thor_metrics.errors import FileRefused
from thor_metrics.settings import Municipality, Settings, SourceSettings
from thor_metrics.sources import fixi, msb
from thor_metrics.sources.base import Member, Package, Request
from thor_metrics.sources.dates import parse_times

SETTINGS = Settings(Municipality("GM0935", "Maastricht"))

FIXI = """\
id;categoryName;teamName;source;created;regionName;description
12345;Overlast en handhaving ;Handhaving;citizen-android;2025-06-06 20:45:10.0000000;Centrum ;Tekst
12346;Zwerfafval;Wijkbeheer;telephone;2025-01-02 06:12:44.0000000;Noord;"Tekst met ; erin
en een regeleinde"
12347;Zwerfafval;Wijkbeheer;handler-web;2025-06-02 06:12:44.0000000;;
12348;Zwerfafval;Wijkbeheer;Admin-Android;2025-06-02 06:12:44.0000000;;
12349;Zwerfafval;Wijkbeheer;;2025-06-02 06:12:44.0000000;;
"""


def offer(text, name, source, settings=SETTINGS):
    data = text.encode()
    package = Package(name, (Member(name, len(data), lambda: io.BytesIO(data)),))
    assert source.recognises(package)
    return source.read(package, Request(settings))


def rows(reading):
    return pd.concat([batch.rows for batch in reading.batches]).set_index("source_id")


class TestFixi:
    def test_rows(self):
        reading = offer(FIXI, "fixi_2025_06_30.csv", fixi.SOURCE)
        found = rows(reading)
        assert found.loc["12345"].to_dict() == {
            "main_category": "Overlast en handhaving",
            "channel": "citizen-android",
            "reported_at": "2025-06-06 20:45:10.0000000",
            "area_given": "Centrum",
        }
        assert set(reading.personal) == {"description"}
        assert reading.ignored == ("teamName",)

    def test_staff_is_intern(self):
        channels = rows(offer(FIXI, "f.csv", fixi.SOURCE))["channel"]
        assert channels[["12347", "12348"]].tolist() == ["intern", "intern"]
        assert channels["12346"] == "telephone"
        assert pd.isna(channels["12349"])

    def test_times_are_utc_unless_the_settings_say_otherwise(self):
        reading = offer(FIXI, "f.csv", fixi.SOURCE)
        assert reading.time_zone == "UTC"
        times = parse_times(
            rows(reading)["reported_at"], zone=reading.time_zone, order=reading.date_order
        )
        # Half past eight in the evening in UTC is the heart of a summer night out.
        assert times.at.loc["12345"].tz_convert("Europe/Amsterdam").hour == 22
        assert times.known.all()
        mine = Settings(
            SETTINGS.municipality, sources={"fixi": SourceSettings(time_zone="Europe/Amsterdam")}
        )
        assert offer(FIXI, "f.csv", fixi.SOURCE, mine).time_zone == "Europe/Amsterdam"

    def test_a_file_in_windows_letters(self):
        data = FIXI.replace("Centrum ", "’t Café ").encode("cp1252")
        package = Package("f.csv", (Member("f.csv", len(data), lambda: io.BytesIO(data)),))
        (batch,) = fixi.SOURCE.read(package, Request(SETTINGS)).batches
        assert batch.rows["area_given"][0] == "’t Café"

    def test_coordinates_and_status_where_an_export_has_them(self):
        text = (
            "id,created,categoryName,latitude,longitude,status\n1,2025-06-02 06:12,A,50.8,5.6,x\n"
        )
        assert rows(offer(text, "f.csv", fixi.SOURCE)).loc["1", ["x", "y", "status"]].tolist() == [
            "5.6", "50.8", "x",
        ]  # fmt: skip

    def test_other_csv_is_not_ours(self):
        data = b"id;created;omschrijving\n1;2;3\n"
        package = Package("f.csv", (Member("f.csv", len(data), lambda: io.BytesIO(data)),))
        assert not fixi.SOURCE.recognises(package)


MELDING = {
    "datumMelding": "2025-06-02T08:12:44",
    "datumAfhandeling": "2025-06-03T10:00:00",
    "herkomstCode": "BUR",
    "afdeling": {"id": "SHI", "omschrijving": "Schoon"},
    "id": "123456",
    "status": "Nieuw",
    "onderwerp": {"id": "011", "omschrijving": "Grofvuil"},
    "omschrijving": "Zakken bij Jan op 12",
    "locatie": {"adres": {"straatNaam": "Voorbeeldstraat"}, "x": 92506, "y": 437644},
}


class TestMsb:
    def test_rows(self):
        reading = offer(json.dumps({"success": True, "result": [MELDING]}), "a.json", msb.SOURCE)
        assert rows(reading).loc["123456"].dropna().to_dict() == {
            "reported_at": "2025-06-02T08:12:44",
            "closed_at": "2025-06-03T10:00:00",
            "main_category": "Grofvuil",
            "status": "Nieuw",
            "channel": "BUR",
            "x": 92506.0,
            "y": 437644.0,
            "is_child": False,
        }
        assert reading.time_zone == ""  # the municipality's own clock

    def test_a_detail_and_children(self):
        parent = MELDING | {
            "kindMeldingen": [{"id": 2}],
            "volgerMeldingen": ["3"],
            "locatie": {"x": None, "buurtNummer": 5},
            "herkomstCode": None,
            "melder": {"herkomst": "Telefoon", "naam": "Jan"},
        }
        (one,) = offer(json.dumps({"result": parent}), "a.json", msb.SOURCE).batches
        assert one.rows.loc[0, ["area_given", "channel"]].tolist() == ["5", "Telefoon"]
        assert not one.rows.astype(str).eq("Jan").any(axis=None)
        many = [parent, MELDING | {"id": 2}, MELDING | {"id": 3}, MELDING | {"id": 4}]
        found = rows(offer(json.dumps(many), "a.json", msb.SOURCE))
        assert found["is_child"].tolist() == [False, True, True, False]
        assert found["parent_id"].tolist()[1:3] == ["123456", "123456"]

    @pytest.mark.parametrize(
        "text",
        [
            '{"success": false, "result": ["datumMelding"], "x": "\\"datumMelding\\""}',
            '{"result": [{"id": 1, "datumMelding": "2025-',
        ],
    )
    def test_what_is_no_list_is_refused(self, text):
        with pytest.raises(FileRefused):
            offer(text, "a.json", msb.SOURCE)
