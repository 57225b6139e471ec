"""Every way a file writes a moment comes out as the same moment, or as nothing at all."""

# ruff: noqa: DTZ001, DTZ901 - moments without a zone are the subject here

from __future__ import annotations

import datetime as dt
import zoneinfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from thor_metrics.errors import DateOrderUnknown, SettingsError
from thor_metrics.sources.dates import (
    AUTUMN_HOUR,
    CLOCK_UNREADABLE,
    SPRING_HOUR,
    decide_order,
    parse_times,
)

AMSTERDAM = "Europe/Amsterdam"
ZONES = (AMSTERDAM, "America/Los_Angeles", "UTC", "Australia/Lord_Howe", "Asia/Kolkata")
DUTCH = ("jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec")
DUTCH_FULL = (
    "januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september",
    "oktober", "november", "december",
)  # fmt: skip


def read(*texts, zone=AMSTERDAM, order="dmy", time=None):
    time = None if time is None else pd.Series(time, dtype="str")
    return parse_times(pd.Series(texts, dtype="str"), time=time, zone=zone, order=order)


def utc(text, **options):
    """The one moment in UTC, written back as text."""
    times = read(text, "01-01-2026 13:14:15", **options)
    return None if pd.isna(times.at.loc[0]) else f"{times.at.loc[0]:%Y-%m-%d %H:%M:%S.%f}"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        # ISO and what databases make of it
        ("2025-06-26T11:25:42+02:00", "2025-06-26 09:25:42.000000"),
        ("2025-06-26T11:25:42.5+0200", "2025-06-26 09:25:42.500000"),
        ("2025-06-26T11:25:42Z", "2025-06-26 11:25:42.000000"),
        ("2025-06-26t11:25z", "2025-06-26 11:25:00.000000"),
        ("2025-01-09 14:58:08.303861+00", "2025-01-09 14:58:08.303861"),
        ("2025-01-09 14:58:08+00", "2025-01-09 14:58:08.000000"),
        ("2010-04-14T06:37:38-08:00", "2010-04-14 14:37:38.000000"),
        ("2025-06-26 11:25:42 UTC", "2025-06-26 11:25:42.000000"),
        ("2025-06-26 11:25:42,123 +01:00", "2025-06-26 10:25:42.123000"),
        ("2025-06-26T11:25:42.123456789Z", "2025-06-26 11:25:42.123456"),
        # naive: summer and winter on the wall in Amsterdam
        ("2025-06-26 11:25:42.0000000", "2025-06-26 09:25:42.000000"),
        ("2022-09-28T09:45:31", "2022-09-28 07:45:31.000000"),
        ("2025/01/09 14:58", "2025-01-09 13:58:00.000000"),
        # Dutch
        ("02-06-2026 08:12", "2026-06-02 06:12:00.000000"),
        ("2-6-2026 8:12:09", "2026-06-02 06:12:09.000000"),
        ("2/6/26 8:12", "2026-06-02 06:12:00.000000"),
        ("02.06.2026 08.12 uur", "2026-06-02 06:12:00.000000"),
        ("02-06-2026, 08:12", "2026-06-02 06:12:00.000000"),
        (" 02-06-2026\u00a008:12 ", "2026-06-02 06:12:00.000000"),
        ("3 juni 2025 08:12", "2025-06-03 06:12:00.000000"),
        ("di 3 jun. 2025 om 8:12 uur", "2025-06-03 06:12:00.000000"),
        ("03-OKT-25 08:12", "2025-10-03 06:12:00.000000"),
        ("24-01-2025 24:00", "2025-01-24 23:00:00.000000"),
        # StUF and other digits
        ("20250626112542", "2025-06-26 09:25:42.000000"),
        ("20250626112542123", "2025-06-26 09:25:42.123000"),
        ("202506261125", "2025-06-26 09:25:00.000000"),
        ("20250626T112542Z", "2025-06-26 11:25:42.000000"),
        # a spreadsheet's own counting: 45811 is 3 June 2025
        ("45811.341666666667", "2025-06-03 06:12:00.000000"),
        ("45811,5", "2025-06-03 10:00:00.000000"),
    ],
)
def test_formats(text, wanted):
    assert utc(text) == wanted


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("3 jun 2025", "2025-06-03"),
        ("3-6-2025", "2025-06-03"),
        ("03-06-25", "2025-06-03"),
        ("3-6-69", "2069-06-03"),
        ("3-6-70", "1970-06-03"),
        ("20250603", "2025-06-03"),
        ("45811", "2025-06-03"),
        ("45811.0", "2025-06-03"),
        ("2025-06-03", "2025-06-03"),
        ("29-02-2024", "2024-02-29"),
        ("31-12-2026", "2026-12-31"),
    ],
)
def test_a_day_without_a_time_is_local_noon_and_not_known(text, day):
    times = read(text, "02-01-2026 08:12")
    assert times.at.dt.tz_convert(AMSTERDAM).loc[0].isoformat().startswith(f"{day}T12:00:00")
    assert times.known.tolist() == [False, True]


@pytest.mark.parametrize(
    "text",
    [
        "31-02-2025", "29-02-2025", "31-04-2026", "00-01-2026", "01-00-2026", "12-13-2026",
        "2025-02-30", "2025-13-01", "20250231", "20251301", "1-1-0206", "01-01-1899",
        "01-01-2200", "32 jan 2026", "02-06-2026 25:00", "02-06-2026 24:01", "02-06-2026 08:60",
        "02-06-2026 08:12:60", "1/2/20 13:04 PM", "1/2/20 0:04 AM", "morgen", "2026", "19999",
        "80001", "12-06/2026", "2026-06-02T08:12+19:00", "02-06-2026 08:12 ongeveer",
        "1-2-2026 t/m 3-2-2026", "x" * 100, "=NU()",
    ],
)  # fmt: skip
def test_what_is_no_moment_is_unreadable_and_never_another_date(text):
    times = read(text, "02-06-2026 08:12")
    assert times.unreadable.tolist() == [True, False]
    assert times.at.isna().tolist() == [True, False]
    assert times.known.tolist() == [False, True]


@pytest.mark.parametrize("text", ["", "  ", "null", "NULL", "None", "NaN", "n.v.t.", "-", None])
def test_words_for_nothing_are_missing(text):
    times = read(text, "02-06-2026 08:12")
    assert times.unreadable.tolist() == [False, False]
    assert times.at.isna().tolist() == [True, False]


def test_american_times():
    times = read("1/2/20 12:04 AM", "1/31/2020 12:04:05 PM", "1/2/20 3:04 p.m.", order="mdy")
    local = times.at.dt.tz_convert(AMSTERDAM).dt.strftime("%Y-%m-%d %H:%M:%S")
    assert local.tolist() == ["2020-01-02 00:04:00", "2020-01-31 12:04:05", "2020-01-02 15:04:00"]


def test_year_first_needs_no_order_and_slashes_without_one_stay_unread():
    times = read("2025/02/01 10:00", "1/2/2025 10:00", "1-2-2025 10:00", order="")
    assert times.unreadable.tolist() == [False, True, False]
    assert times.at.loc[0] == times.at.loc[2]


def test_the_autumn_hour_is_the_first_of_the_two_and_counted():
    times = read("25-10-2026 02:30", "25-10-2026 03:00", "25-10-2026 01:59")
    assert times.at.dt.strftime("%H:%M").tolist() == ["00:30", "02:00", "23:59"]
    assert times.corrections == {AUTUMN_HOUR: 1}


def test_the_spring_hour_moves_on_and_is_counted():
    times = read("29-03-2026 02:30", "29-03-2026 03:00", "29-03-2026 01:59")
    local = times.at.dt.tz_convert(AMSTERDAM).dt.strftime("%H:%M")
    assert local.tolist() == ["03:30", "03:00", "01:59"]
    assert times.corrections == {SPRING_HOUR: 1}


def test_written_offsets_tell_the_two_autumn_hours_apart():
    times = read("2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00")
    assert times.at.dt.strftime("%H:%M").tolist() == ["00:30", "01:30"]
    assert times.corrections == {}


class TestMidnight:
    def test_all_midnight_is_a_column_of_days(self):
        times = read("02-06-2026 00:00", "03-06-2026 00:00:00.000", "31-12-2026 00:00")
        assert not times.known.any()
        assert times.at.dt.tz_convert(AMSTERDAM).dt.strftime("%d %H").tolist() == [
            "02 12", "03 12", "31 12",
        ]  # fmt: skip

    def test_one_among_real_times_is_midnight(self):
        times = read("02-06-2026 00:00", *["02-06-2026 08:12"] * 3)
        assert times.known.all()
        assert times.at.dt.tz_convert(AMSTERDAM).loc[0].hour == 0

    @pytest.mark.parametrize(("midnights", "known"), [(19, True), (20, False)])
    def test_a_fifth_is_the_border(self, midnights, known):
        times = read(*["02-06-2026 00:00"] * midnights, *["02-06-2026 08:12"] * (100 - midnights))
        assert times.known[:midnights].all() == known
        assert times.known[midnights:].all()

    def test_local_midnight_written_in_utc_keeps_its_local_day(self):
        times = read("2026-06-01T22:00:00+00", "2026-01-01T23:00:00Z")
        local = times.at.dt.tz_convert(AMSTERDAM).dt.strftime("%Y-%m-%d %H")
        assert local.tolist() == ["2026-06-02 12", "2026-01-02 12"]
        assert not times.known.any()

    def test_utc_midnight_everywhere_keeps_its_written_day_far_west(self):
        times = read("2020-01-02T00:00:00Z", "2020-01-03T00:00:00Z", zone="America/Los_Angeles")
        local = times.at.dt.tz_convert("America/Los_Angeles").dt.strftime("%m-%d %H")
        assert local.tolist() == ["01-02 12", "01-03 12"]


class TestTimeColumn:
    @pytest.mark.parametrize(
        ("text", "wanted"),
        [
            ("08:12", "08:12:00"), ("8:12:30", "08:12:30"), ("0812", "08:12:00"),
            ("812", "08:12:00"), ("08.12 uur", "08:12:00"), ("081230", "08:12:30"),
            ("8u12", "08:12:00"), ("8 uur", "08:00:00"), ("8:12 PM", "20:12:00"),
            ("0,341666667", "08:12:00"), ("00:00", "00:00:00"),
        ],
    )  # fmt: skip
    def test_formats(self, text, wanted):
        times = read("02-06-2026", *["03-06-2026"] * 5, time=[text, *["09:00"] * 5])
        assert times.known.all()
        assert f"{times.at.dt.tz_convert(AMSTERDAM).loc[0]:%d %H:%M:%S}" == f"02 {wanted}"

    def test_missing_is_a_day_and_rubbish_is_counted(self):
        times = read(*["02-06-2026"] * 4, time=["08:12", None, "avond", "25:00"])
        assert times.known.tolist() == [True, False, False, False]
        assert times.corrections == {CLOCK_UNREADABLE: 2}
        assert not times.unreadable.any()

    def test_a_time_in_the_date_itself_wins(self):
        times = read("02-06-2026 10:00", "02-06-2026 00:00", time=["08:12", "08:12"])
        local = times.at.dt.tz_convert(AMSTERDAM).dt.strftime("%H:%M")
        assert local.tolist() == ["10:00", "08:12"]

    def test_numbers(self):
        dates = pd.Series([45811, 45811, 45811])
        times = parse_times(
            dates, time=pd.Series([0.341666667, 812, np.nan]), zone=AMSTERDAM, order=""
        )
        local = times.at.dt.tz_convert(AMSTERDAM).dt.strftime("%H:%M")
        assert local.tolist() == ["08:12", "08:12", "12:00"]
        assert times.known.tolist() == [True, True, False]


class TestTyped:
    def test_naive_and_zoned(self):
        naive = pd.Series(pd.to_datetime(["2026-06-02 08:12", None]))
        for values in (naive, naive.dt.tz_localize(AMSTERDAM)):
            times = parse_times(values, zone=AMSTERDAM, order="")
            assert times.at.loc[0] == pd.Timestamp("2026-06-02 06:12", tz="UTC")
            assert pd.isna(times.at.loc[1])
            assert not times.unreadable.any()

    def test_serial_numbers(self):
        times = parse_times(
            pd.Series([45811.341666666667, 45811, np.nan, 12.0, 20250603]),
            zone=AMSTERDAM,
            order="",
        )
        assert times.at.dt.strftime("%Y-%m-%d %H:%M")[[0, 1, 4]].tolist() == [
            "2025-06-03 06:12", "2025-06-03 10:00", "2025-06-03 10:00",
        ]  # fmt: skip
        assert times.known.tolist() == [True, False, False, False, False]
        assert times.unreadable.tolist() == [False, False, False, True, False]

    def test_python_dates_of_a_spreadsheet(self):
        values = pd.Series(
            [dt.date(2026, 6, 2), dt.datetime(2026, 6, 2, 8, 12), None], dtype=object
        )
        times = parse_times(values, zone=AMSTERDAM, order="")
        assert times.known.tolist() == [False, True, False]
        assert times.at.loc[1] == pd.Timestamp("2026-06-02 06:12", tz="UTC")

    def test_nothing(self):
        times = parse_times(pd.Series([], dtype="str"), zone=AMSTERDAM, order="dmy")
        assert len(times.at) == 0
        assert str(times.at.dtype) == "datetime64[us, UTC]"
        assert len(parse_times(pd.Series([], dtype="float"), zone="UTC", order="").at) == 0


def test_the_index_is_kept():
    values = pd.Series(["02-06-2026 08:12", "x", "2026-06-03"], index=[7, 3, 5], dtype="str")
    times = parse_times(values, zone=AMSTERDAM, order="dmy")
    assert times.at.index.tolist() == [7, 3, 5]
    assert times.at.loc[5].day == 3


def test_an_unknown_zone_says_what_to_write():
    with pytest.raises(SettingsError, match="'Amsterdam' bestaat niet"):
        read("02-06-2026 08:12", zone="Amsterdam")


class TestOrder:
    @pytest.mark.parametrize(
        ("texts", "wanted"),
        [
            (["02-06-2026"], "dmy"),
            (["2.6.2026 08:12"], "dmy"),
            (["13/01/2020", "1/2/2020"], "dmy"),
            (["1/13/20 0:05", "1/2/20 0:05"], "mdy"),
            (["02-13-2020", "02-06-2020"], "mdy"),
            (["13/01/2020", "14/01/2020", "01/13/2020"], "dmy"),
            (["2026-06-02T10:00:00Z", "20260602"], "ymd"),
            (["2026/06/02"], "ymd"),
            (["99-01-02", "98-03-04"], "ymd"),
            (["25-01-09", "25-01-10", "26-02-11"], "ymd"),
            (["3 jun 2025", "45811", "", None, "rubbish"], ""),
            ([], ""),
        ],
    )
    def test_evidence_decides(self, texts, wanted):
        assert decide_order(texts) == wanted
        assert decide_order(iter(texts)) == wanted
        assert decide_order(pd.Series(texts, dtype="str")) == wanted

    @pytest.mark.parametrize(
        "texts", [["1/2/2020"], ["1/2/20 3:04 PM", "02-03-2020"], ["13/1/2020", "1/13/2020"]]
    )
    def test_slashes_are_not_guessed(self, texts):
        with pytest.raises(DateOrderUnknown, match="date_order") as refusal:
            decide_order(texts)
        assert texts[0] in str(refusal.value)

    def test_rows_against_the_majority_become_unreadable(self):
        texts = ["13/01/2020", "14/01/2020", "01/13/2020"]
        assert read(*texts, order=decide_order(texts)).unreadable.tolist() == [False, False, True]


# --- what goes in comes out -----------------------------------------------------------------

moments = st.datetimes(dt.datetime(1971, 1, 1), dt.datetime(2199, 12, 30)).map(
    lambda moment: moment.replace(microsecond=moment.microsecond // 1000 * 1000)
)
around_changes = st.builds(
    lambda day, minutes: dt.datetime.fromisoformat(day) + dt.timedelta(minutes=minutes),
    st.sampled_from(["2026-03-29", "2026-10-25", "2020-03-08", "2020-11-01", "2026-04-05"]),
    st.integers(0, 300),
)


def dutch(moment, names):
    return f"{moment.day} {names[moment.month - 1]} {moment:%Y %H:%M}"


#: How to write a naive moment, and what is lost by doing so.
FORMATS = {
    "iso": (lambda m: m.isoformat(), "ms"),
    "datetime2": (lambda m: f"{m:%Y-%m-%d %H:%M:%S.%f}0", "ms"),
    "dutch": (lambda m: f"{m:%d-%m-%Y %H:%M}", "min"),
    "dutch seconds": (lambda m: f"{m:%d-%m-%Y %H:%M:%S}", "s"),
    "short": (lambda m: f"{m.day}-{m.month}-{m.year} {m.hour}:{m:%M}", "min"),
    "slashes": (lambda m: f"{m:%d/%m/%Y %H:%M}", "min"),
    "dots": (lambda m: f"{m:%d.%m.%Y %H.%M}", "min"),
    "stuf": (lambda m: f"{m:%Y%m%d%H%M%S}", "s"),
    "stuf ms": (lambda m: f"{m:%Y%m%d%H%M%S}{m.microsecond // 1000:03d}", "ms"),
    "names": (lambda m: dutch(m, DUTCH), "min"),
    "full names": (lambda m: dutch(m, DUTCH_FULL), "min"),
    "serial": (
        lambda m: f"{(m - dt.datetime(1899, 12, 30)) / dt.timedelta(days=1):.9f}", "s",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FORMATS)
@settings(deadline=None)  # the machine may be busy
@given(
    moment=moments | around_changes,
    zone=st.sampled_from(ZONES),
)
def test_a_naive_moment_survives_every_format(name, moment, zone):
    write, precision = FORMATS[name]
    kept = {"ms": 1000, "s": 1_000_000, "min": 60_000_000}[precision]
    whole = dt.timedelta(microseconds=kept)
    moment = dt.datetime.min + (moment - dt.datetime.min) // whole * whole
    if name == "serial" and not 20_000 <= (moment - dt.datetime(1899, 12, 30)).days < 80_000:
        return
    # A time that exists, in the middle of others so that midnight is midnight.
    texts = [write(moment), *["2026-01-01 13:14"] * 9]
    times = read(*texts, zone=zone)
    # Python's own reading with fold=0 is the same choice: first of two, gap moves on.
    wanted = moment.replace(tzinfo=zoneinfo.ZoneInfo(zone)).astimezone(dt.UTC)
    if moment.hour or moment.minute or moment.second or moment.microsecond or name != "serial":
        assert times.at.loc[0] == pd.Timestamp(wanted)
        assert times.known[0]
    assert not times.unreadable.any()


@settings(deadline=None)  # the machine may be busy
@given(
    moment=moments,
    zone=st.sampled_from(ZONES),
    offset=st.sampled_from(["Z", "+00", "+00:00", "+0200", "-08:00", "+05:30", "-0330"]),
    gap=st.sampled_from(["T", " "]),
)
def test_a_moment_with_an_offset_survives(moment, zone, offset, gap):
    text = f"{moment:%Y-%m-%d}{gap}{moment:%H:%M:%S.%f}{offset}"
    wanted = pd.Timestamp(dt.datetime.fromisoformat(text))
    times = read(text, *["2026-01-01 13:14:15"] * 9, zone=zone)
    assert times.at.loc[0] == wanted
    assert times.corrections == {}


@settings(deadline=None)  # the machine may be busy
@given(moment=moments, zone=st.sampled_from(ZONES))
def test_american_writing_survives(moment, zone):
    moment = moment.replace(second=0, microsecond=0)
    times = read(
        f"{moment:%m/%d/%Y %I:%M %p}", *["2026-01-01 13:14:15"] * 9, zone=zone, order="mdy"
    )
    wanted = moment.replace(tzinfo=zoneinfo.ZoneInfo(zone))
    assert times.at.loc[0] == pd.Timestamp(wanted.astimezone(dt.UTC))


@settings(deadline=None)  # the machine may be busy
@given(texts=st.lists(st.text(max_size=30) | st.sampled_from(["1-1-26", "2026-06-02", ""])))
def test_no_text_is_too_strange(texts):
    times = read(*texts)
    assert len(times.at) == len(texts)
    assert not (times.unreadable & times.at.notna().to_numpy()).any()
    assert not (times.known & times.at.isna().to_numpy()).any()


@settings(deadline=None)  # the machine may be busy
@given(st.lists(moments, min_size=1, max_size=50), st.sampled_from(ZONES), st.randoms())
def test_rows_do_not_know_each_other(many, zone, random):
    """Shuffling the rows shuffles the answer: no state between looks, lengths or rows."""
    writers = [write for write, _ in FORMATS.values()]
    texts = ["2026-01-01 13:14:15"] * 60 + [random.choice(writers)(moment) for moment in many]
    order = list(range(len(texts)))
    random.shuffle(order)
    straight = read(*texts, zone=zone)
    shuffled = read(*[texts[n] for n in order], zone=zone)
    assert shuffled.at.tolist() == straight.at.iloc[order].tolist()
