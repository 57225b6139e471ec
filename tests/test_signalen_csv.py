"""Signalen's CSV and TDO exports, rebuilt small: joins, history, variants, what stays shut."""

from __future__ import annotations

import io
import zipfile

import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from thor_metrics.errors import FileRefused
from thor_metrics.settings import Municipality, Settings, SourceSettings
from thor_metrics.sources import signalen_csv, signalen_tdo
from thor_metrics.sources.base import BATCH_ROWS, Member, Package, Request

SETTINGS = Settings(Municipality("GM0935", "Maastricht"))

SIGNALS = """\
id,signal_uuid,source,text,text_extra,incident_date_start,incident_date_end,created_at,updated_at,extra_properties,category_assignment_id,location_id,reporter_id,status_id,parent
101,u1,online,"Zakken, naast
de container",,2025-06-02 05:30:00+00,,2025-06-02 06:12:44.120339+00,2025-06-04 09:00:00+00,null,9001,5001,3001,7003,
102,u2,Telefoon – KCC,=1+1,,2025-06-06 20:45:00+00,2025-06-06 21:45:00+00,2025-06-07 07:05:10.5+00,2025-06-07 07:05:11+00,null,9003,5002,3002,7004,
103,u3,Interne melding,Deel,,2025-06-02 05:30:00+00,,2025-06-02 08:00:00+00,2025-06-02 08:00:00+00,null,9004,5003,3003,7005,101
"""  # noqa: E501 - rows as the export writes them
LOCATIONS = """\
id,lat,lng,stadsdeel,buurt_code,address,created_at,_signal_id,address_street,area_code,area_name
5000,5.1,50.1,BU0,,null,2025-06-01 06:12:44+00,101,null,BU0,Oud
5001,5.68534,50.85289,BU09350003,,"{""postcode"": ""6211XX""}",2025-06-02 06:12:44+00,101,Straat,BU09350003,Statenkwartier
5002,5.71873,50.85605,BU09350402,,null,2025-06-07 07:05:10+00,102,null,null,Wittevrouwenveld
5003,5.68534,50.85289,,0003,null,2025-06-02 08:00:00+00,103,null,,
"""  # noqa: E501 - rows as the export writes them
CATEGORIES = """\
id,main,sub,departments,created_at,_signal_id
9000,Overig,Overig,ASC,2025-06-02 06:12:44+00,101
9001,Afval,Container bijplaatsing,AEG,2025-06-02 07:00:00+00,101
9003,"Wegen, verkeer, straatmeubilair",Verkeersoverlast,THO,2025-06-07 07:05:11+00,102
9004,Afval,Handhaving op afval,"THO, ASC",2025-06-02 08:00:00+00,103
"""
STATUSES = """\
id,text,user,state_display,created_at,_signal_id,state
7001,,,Gemeld,2025-06-02 06:12:44+00,101,m
7002,In behandeling,a.b@example.org,In behandeling,2025-06-02 08:00:00+00,101,b
7003,Opgeruimd,a.b@example.org,Afgehandeld,2025-06-04 09:00:00+00,101,o
7004,,,Gemeld,2025-06-07 07:05:11+00,102,m
7005,,,Gemeld,2025-06-02 08:00:00+00,103,m
"""
EXPORT = {
    "signals.csv": SIGNALS,
    "locations.csv": LOCATIONS,
    "categories.csv": CATEGORIES,
    "statuses.csv": STATUSES,
    "reporters.csv": "id,email,phone,_signal_id\n1,m@example.org,0612345678,101\n",
    "notes.csv": "id,created_at,_signal_id,text\n1,2025-06-02 06:12:44+00,101,Bel melder\n",
}


def package(files):
    """Files as a package; opening a file that must stay shut fails the test."""

    def opener(name, text):
        def start():
            assert not name.endswith(("reporters.csv", "notes.csv")), f"{name} was opened"
            return io.BytesIO(text.encode())

        return start

    return Package("export", tuple(Member(n, len(t), opener(n, t)) for n, t in files.items()))


def read(files, source=signalen_csv.SOURCE, settings=SETTINGS):
    offered = package(files)
    assert source.recognises(offered)
    return source.read(offered, Request(settings))


def rows(files, source=signalen_csv.SOURCE):
    batches = list(read(files, source).batches)
    return pd.concat([batch.rows for batch in batches]).set_index("source_id")


def without(text, *names):
    """A CSV text without some of its columns."""
    frame = pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False)
    return frame.drop(columns=list(names)).to_csv(index=False)


class TestJoin:
    def test_the_current_place_category_and_status(self):
        found = rows(EXPORT)
        assert found.index.tolist() == ["101", "102", "103"]
        assert found["sub_category"].tolist() == [
            "Container bijplaatsing", "Verkeersoverlast", "Handhaving op afval",
        ]  # fmt: skip
        assert found["main_category"]["102"] == "Wegen, verkeer, straatmeubilair"
        assert found["status"].tolist() == ["o", "m", "m"]

    def test_coordinates_go_on_as_the_headers_say(self):
        found = rows(EXPORT)  # lng holds the latitude: geo sees and counts it
        assert (found["x"]["101"], found["y"]["101"]) == (50.85289, 5.68534)
        assert found["x"].dtype == "float64"

    def test_times_are_texts_with_their_offset_and_the_zone_is_utc(self):
        reading = read(EXPORT)
        assert (reading.time_zone, reading.date_order) == ("UTC", "ymd")
        found = rows(EXPORT)
        assert found["reported_at"]["101"] == "2025-06-02 06:12:44.120339+00"
        assert found["occurred_from"]["102"] == "2025-06-06 20:45:00+00"
        assert pd.isna(found["occurred_until"]["101"])

    def test_children_know_their_parent(self):
        found = rows(EXPORT)
        assert found["parent_id"]["103"] == "101"
        assert found["is_child"].tolist() == [False, False, True]

    def test_the_word_null_is_nothing_and_the_best_area_is_taken(self):
        assert rows(EXPORT)["area_given"].tolist() == ["BU09350003", "Wittevrouwenveld", "0003"]

    def test_channels_lose_what_a_municipality_adds(self):
        assert rows(EXPORT)["channel"].tolist() == ["online", "Telefoon", "Interne melding"]

    def test_source_and_bookkeeping(self):
        reading = read(EXPORT)
        assert (reading.table, reading.source) == ("incidents", "signalen")
        assert reading.personal["text"] == "vrije tekst"
        assert {"reporters.csv", "notes.csv", "reporter_id"} <= set(reading.personal)
        assert reading.columns["locations.lng"] == "x"
        (batch,) = reading.batches
        # As a spreadsheet counts: the text with a line break is still one row.
        assert batch.row_numbers.tolist() == [2, 3, 4]
        assert not {"text", "text_extra", "location_id", "reporter_id"} & set(batch.rows)

    @pytest.mark.parametrize(
        ("named", "wanted"), [(None, "signalen"), ("signalen_csv", "signalen"), ("oud", "oud")]
    )
    def test_naming_the_reader_is_no_other_system(self, named, wanted):
        reading = signalen_csv.SOURCE.read(package(EXPORT), Request(SETTINGS, source=named))
        assert reading.source == wanted

    def test_settings_of_one_way_out_or_of_the_system(self):
        for name in ("signalen_csv", "signalen"):
            mine = Settings(
                Municipality("GM0935", "Maastricht"),
                sources={name: SourceSettings(time_zone="Europe/Amsterdam")},
            )
            assert read(EXPORT, settings=mine).time_zone == "Europe/Amsterdam"


class TestVariants:
    def test_prefixes_and_date_folders(self):
        files = {f"2026/11/23/18230{n}UTC_{name}": text
                 for n, (name, text) in enumerate(EXPORT.items())}  # fmt: skip
        assert rows(files).equals(rows(EXPORT))

    def test_the_newest_of_many_days(self):
        old = {f"2026/11/22/060000UTC_{n}": t.replace("101", "909") for n, t in EXPORT.items()}
        new = {f"2026/11/23/060000UTC_{n}": t for n, t in EXPORT.items()}
        assert rows(old | new).equals(rows(EXPORT))
        (warning,) = read(old | new).warnings
        assert "2 exports" in warning
        assert "2026/11/23" in warning

    def test_twice_on_one_day_takes_the_last(self):
        early = {f"060000UTC_{n}": t.replace("101", "909") for n, t in EXPORT.items()}
        assert rows(early | {f"180000UTC_{n}": t for n, t in EXPORT.items()}).equals(rows(EXPORT))

    def test_without_pointers_the_newest_row_is_current(self):
        bare = without(SIGNALS, "category_assignment_id", "location_id", "status_id")
        shuffled = "\n".join([LOCATIONS.splitlines()[0], *LOCATIONS.splitlines()[:0:-1]])
        found = rows(EXPORT | {"signals.csv": bare, "locations.csv": shuffled})
        assert found.equals(rows(EXPORT))

    def test_delta10_leaves_columns_out(self):
        files = EXPORT | {
            "signals.csv": without(SIGNALS, "incident_date_start", "incident_date_end"),
            "locations.csv": without(LOCATIONS, "stadsdeel", "buurt_code"),
        }
        found = rows(files)
        assert "occurred_from" not in found
        assert found["area_given"].isna().tolist() == [False, False, True]

    def test_the_least_that_can_be_read(self):
        found = rows({"signals.csv": "id,created_at,signal_uuid\n1,2025-06-02 06:12:44+00,u\n"})
        assert found.loc["1"].to_dict() == {"reported_at": "2025-06-02 06:12:44+00"}

    def test_missing_tables_are_told(self):
        warnings = read({"signals.csv": SIGNALS}).warnings
        assert [text.split()[0] for text in warnings] == [
            "locations.csv", "categories.csv", "statuses.csv",
        ]  # fmt: skip

    def test_saved_from_a_dutch_spreadsheet(self):
        def resaved(text):
            frame = pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False)
            if "lat" in frame:
                frame = frame.assign(**{n: frame[n].str.replace(".", ",") for n in ("lat", "lng")})
            return frame.to_csv(index=False, sep=";")

        found = rows({name: resaved(text) for name, text in EXPORT.items()})
        assert found["sub_category"].equals(rows(EXPORT)["sub_category"])
        assert found["y"]["101"] == "5,68534"  # ingest knows decimal commas

    def test_an_empty_export(self):
        found = rows({name: text.splitlines()[0] + "\n" for name, text in EXPORT.items()})
        assert len(found) == 0

    def test_a_row_that_cannot_be_split_is_set_aside_with_its_number(self):
        broken = SIGNALS.replace("102,u2,", "102,u2,extra,")
        (batch,) = read(EXPORT | {"signals.csv": broken}).batches
        assert batch.rows["source_id"].tolist() == ["101", "103"]
        assert batch.row_numbers.tolist() == [2, 4]
        assert batch.broken == ((3, "Rij heeft 16 velden in plaats van 15"),)

    def test_many_rows_come_in_batches(self):
        head = "id,created_at,signal_uuid\n"
        text = head + "".join(f"{n},2025-06-02 06:12:44+00,u\n" for n in range(BATCH_ROWS + 1))
        sizes = [len(batch.rows) for batch in read({"signals.csv": text}).batches]
        assert sizes == [BATCH_ROWS, 1]

    def test_row_numbers_run_on_over_batches_and_broken_rows(self):
        head = "id,created_at,signal_uuid\n"
        lines = [f"{n},x,u" if n % 999 else f"{n},x" for n in range(2, 2 * BATCH_ROWS)]
        batches = list(read({"signals.csv": head + "\n".join(lines)}).batches)
        for batch in batches:
            assert (batch.rows["source_id"].astype(int) == batch.row_numbers).all()
        broken = [row for batch in batches for row, _ in batch.broken]
        assert broken == list(range(999, 2 * BATCH_ROWS, 999))


class TestClosing:
    """The first ``o`` since the report was last open."""

    @staticmethod
    def closed(*states):
        """Hour at which a signal with these states, an hour apart, was closed."""
        lines = ["id,created_at,_signal_id,state"]
        lines += [
            f"{n},2025-06-02 {n:02d}:00:00+00,101,{state}" for n, state in enumerate(states, 1)
        ]
        found = rows(EXPORT | {"statuses.csv": "\n".join(lines) + "\n"})["closed_at"]["101"]
        return None if pd.isna(found) else int(found[11:13])

    @pytest.mark.parametrize(
        ("states", "hour"),
        [
            (["m"], None),
            (["m", "b", "o"], 3),
            (["m", "o", "o"], 2),
            (["m", "b", "o", "reopened", "b", "o"], 6),
            (["m", "b", "o", "reopened"], None),
            (["m", "b", "o", "reopen requested"], 3),
            (["m", "o", "reopen requested", "o"], 2),
            (["m", "a"], None),
            (["m", "o", "a"], None),
            (["m", "a", "b", "o"], 4),
            (["m", "done external", "o"], 3),
            (["o"], 1),
        ],
    )
    def test_examples(self, states, hour):
        assert self.closed(*states) == hour

    def test_rows_need_not_be_in_order(self):
        lines = STATUSES.splitlines()
        files = EXPORT | {"statuses.csv": "\n".join([lines[0], *lines[:0:-1]])}
        assert rows(files)["closed_at"].equals(rows(EXPORT)["closed_at"])

    def test_time_goes_before_number(self):
        # Numbers are not strictly rising in the real export.
        renumbered = STATUSES.replace("7001,", "7999,").replace("7003,", "7000,")
        bare = without(SIGNALS, "status_id")
        found = rows(EXPORT | {"statuses.csv": renumbered, "signals.csv": bare})
        assert found["closed_at"]["101"] == "2025-06-04 09:00:00+00"
        assert found["status"]["101"] == "o"

    @settings(deadline=None)  # the machine may be busy
    @given(
        st.lists(st.sampled_from(["m", "b", "o", "reopened", "reopen requested", "a", "s"]),
                 min_size=1, max_size=8)
    )  # fmt: skip
    def test_against_a_plain_loop(self, states):
        wanted = None
        for hour, state in enumerate(states, 1):
            if state not in ("o", "reopen requested", "s"):
                wanted = None
            elif state == "o" and wanted is None:
                wanted = hour
        assert self.closed(*states) == wanted


class TestRecognition:
    def test_one_table_alone_is_refused_with_what_to_do(self):
        for name in ("locations.csv", "statuses.csv", "182305UTC_categories.csv"):
            text = EXPORT[name.removeprefix("182305UTC_")]
            with pytest.raises(FileRefused, match="hele map of de zip"):
                read({name: text})

    def test_a_zip_of_something_else_is_not_ours(self):
        other = package({"a.csv": "id;datum\n1;2-6-2025\n", "signals.csv": "a,b\n1,2\n"})
        assert not signalen_csv.SOURCE.recognises(other)
        generic = package({"meldingen.csv": "Zaaknummer;Datum;Categorie\n1;2-6-2025;Afval\n"})
        assert not signalen_csv.SOURCE.recognises(generic)
        assert not signalen_tdo.SOURCE.recognises(generic)

    def test_through_the_real_door(self, tmp_path):
        from thor_metrics.sources.package import open_package

        path = tmp_path / "20261123_182305UTC.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for name, text in EXPORT.items():
                archive.writestr(f"182305UTC_{name}", text)
        (offered,) = open_package(path, max_mb=1)
        assert signalen_csv.SOURCE.recognises(offered)
        (batch,) = signalen_csv.SOURCE.read(offered, Request(SETTINGS)).batches
        assert batch.rows.set_index("source_id").equals(rows(EXPORT))


def test_the_overview_in_one_file():
    point = shapely.to_wkb(shapely.Point(5.68534, 50.85289), hex=True, include_srid=True)
    text = (
        "id,created_at,source,priority,geometry,status,main_category,sub_category,"
        "routing_department\n"
        f"101,2025-06-02 06:12:44+00,online,normal,{point},Afgehandeld,Afval,Grofvuil,A\n"
        f"101,2025-06-02 06:12:44+00,online,normal,{point},Afgehandeld,Afval,Grofvuil,B\n"
    )
    reading = read({"signals-overview.csv": text})
    (batch,) = reading.batches
    # Two departments make two rows; the same number twice is a duplicate to ingest.
    assert batch.rows["source_id"].tolist() == ["101", "101"]
    assert batch.rows["geometry"][0] == point
    assert "routing_department" in reading.ignored


TDO = (
    "id,created_at,updated_at,geometry,status,status_display,main_slug,sub_slug\n"
    "101,2025-06-02 06:12:44.120339+00,2025-06-04 09:00:00+00,"
    "\\x0101000020e61000000490dac4c9bd1640f08ae07f2b6d4940,o,Afgehandeld,afval,"
    "container-bijplaatsing\n"
    "102,2025-06-02 06:12:44+00,2025-06-04 09:00:00+00,,forward to external,,"
    "overlast-van-en-door-personen-of-groepen,drank-en-drugsoverlast\n"
)


class TestTdo:
    def test_rows(self):
        found = rows({"182311UTC_signals.csv": TDO}, signalen_tdo.SOURCE)
        assert found["status"].tolist() == ["o", "forward to external"]
        assert found["main_category"].tolist() == [
            "Afval", "Overlast van en door personen of groepen",
        ]  # fmt: skip
        assert found["sub_category"].tolist() == [
            "Container bijplaatsing",
            "Drank- / drugsoverlast",
        ]
        hexed = found["geometry"]["101"].removeprefix("\\x")
        assert shapely.from_wkb(hexed).coords[0] == pytest.approx((5.68534, 50.85289))
        assert pd.isna(found["geometry"]["102"])

    def test_the_list_of_states_beside_it_is_left_alone(self):
        files = {"1UTC_signals.csv": TDO, "1UTC_statuses.csv": "code,name\nm,Gemeld\n"}
        assert len(rows(files, signalen_tdo.SOURCE)) == 2
        assert not signalen_csv.SOURCE.recognises(package(files))

    def test_it_says_what_it_cannot_know(self):
        reading = read({"signals.csv": TDO}, signalen_tdo.SOURCE)
        assert "deelmeldingen" in reading.warnings[0]
        assert (reading.source, reading.time_zone) == ("signalen", "UTC")
