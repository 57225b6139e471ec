"""Texts to numbers, words and calendar columns: the agreed cases, then properties."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thor_metrics.ingest.calendar import calendar_columns
from thor_metrics.ingest.classify import classify
from thor_metrics.ingest.values import canonical, number_style, numbers, texts, truths
from thor_metrics.schema import TABLES
from thor_metrics.settings import Municipality, Rubriek, Settings


def column(*values):
    return pd.Series(list(values), dtype="str")


@pytest.mark.parametrize(
    ("values", "style", "wanted"),
    [
        (["175995,0", "178.410"], "thousands", [175995.0, 178410.0]),
        (["178.410", "176.002"], "thousands", [178410.0, 176002.0]),
        (["5.68534", "5.685"], "decimal", [5.68534, 5.685]),
        (["50.852", "50.851"], "decimal", [50.852, 50.851]),
        (["-118.499", "-118.287"], "decimal", [-118.499, -118.287]),
        (["1.234.567"], "thousands", [1234567.0]),
        (["513,00", None, " 1.240,5 "], "thousands", [513.0, np.nan, 1240.5]),
        (["14", "0"], "decimal", [14.0, 0.0]),
        (["€ 171,00"], "thousands", [171.0]),
        ([None, None], "decimal", [np.nan, np.nan]),
    ],
)
def test_points_and_commas_are_read_as_the_column_uses_them(values, style, wanted):
    assert number_style(column(*values), coordinates=True) == style
    read = numbers(column(*values), style=style)
    np.testing.assert_array_equal(read.found, wanted)
    assert not read.unreadable.any()


def test_a_count_of_1_240_is_twelve_hundred_and_forty_without_a_comma_in_sight():
    assert number_style(column("3", "1.240")) == "thousands"
    assert number_style(column("3", "1.5")) == "decimal"


def test_what_is_no_number_is_told_and_not_zero():
    read = numbers(column("veel", "", "3", "inf", None), style="decimal")
    assert read.unreadable.tolist() == [True, False, False, True, False]
    assert np.isnan(read.found).tolist() == [True, True, False, True, True]


@given(st.lists(st.integers(-(10**7), 10**7), min_size=1, max_size=30))
def test_a_dutch_spreadsheet_is_read_back(values):
    written = [
        f"{value / 100:,.2f}".replace(",", "~").replace(".", ",").replace("~", ".")
        for value in values
    ]
    read = numbers(column(*written), style="thousands")
    np.testing.assert_allclose(read.found, np.array(values) / 100)


def test_texts_are_stripped_and_whole_spreadsheet_numbers_lose_their_point():
    assert texts(column(" a ", "", None)).tolist()[0] == "a"
    assert texts(column(" ", "")).isna().all()
    assert texts(pd.Series([1001.0, np.nan, 2.5])).tolist()[0] == "1001"
    assert texts(pd.Series([1001, 1002])).tolist() == ["1001", "1002"]


def test_truths():
    read = truths(column("ja", "Nee", "TRUE", "f", "misschien", None))
    assert read.tolist()[:4] == [True, False, True, False]
    assert read.isna().tolist() == [False] * 4 + [True, True]


def test_status_codes_win_and_unknown_words_fall_back():
    status = TABLES["incidents"].column("status")
    said = column(
        "m", "o", "reopen requested", "Afgehandeld", "a", "done external", "???", None, "zomaar"
    )
    assert canonical(said, status.canonical, status.fallback).tolist() == [
        "nieuw", "gesloten", "gesloten", "gesloten", "geannuleerd", "open",
        "onbekend", "onbekend", "onbekend",
    ]  # fmt: skip


def moment(text):
    return pd.Series([pd.Timestamp(text).tz_convert("UTC").as_unit("us")])


@pytest.mark.parametrize(
    ("at", "date", "hour", "weekday", "week"),
    [
        ("2026-06-01T00:30+02:00", dt.date(2026, 6, 1), 0, 0, (2026, 23)),
        ("2026-03-29T03:00+02:00", dt.date(2026, 3, 29), 3, 6, (2026, 13)),
        ("2026-10-25T02:30+02:00", dt.date(2026, 10, 25), 2, 6, (2026, 43)),
        ("2026-10-25T02:30+01:00", dt.date(2026, 10, 25), 2, 6, (2026, 43)),
        ("2025-12-29T12:00+01:00", dt.date(2025, 12, 29), 12, 0, (2026, 1)),
        ("2027-01-03T23:59+01:00", dt.date(2027, 1, 3), 23, 6, (2026, 53)),
    ],
)
def test_calendar_is_local_and_monday_is_zero(at, date, hour, weekday, week):
    row = calendar_columns(moment(at), np.array([True]), zone="Europe/Amsterdam").iloc[0]
    assert row["date"].date() == date
    assert (row["hour"], row["weekday"]) == (hour, weekday)
    assert (row["iso_year"], row["iso_week"]) == week
    assert row["month"] == f"{date:%Y-%m}"


def test_a_day_without_time_has_no_hour_and_a_missing_moment_has_nothing():
    at = pd.concat(
        [moment("2026-06-01T12:00+02:00"), pd.Series([pd.NaT], dtype="datetime64[us, UTC]")]
    )
    rows = calendar_columns(
        at.reset_index(drop=True), np.array([False, False]), zone="Europe/Amsterdam"
    )
    assert rows["hour"].isna().all()
    assert rows["weekday"].tolist()[0] == 0
    assert rows["month"].tolist() == ["2026-06", "onbekend"]


@given(st.datetimes(pd.Timestamp(1995, 1, 1), pd.Timestamp(2060, 1, 1)))
def test_calendar_equals_the_standard_library(naive):
    import zoneinfo

    at = naive.replace(tzinfo=dt.UTC)
    local = at.astimezone(zoneinfo.ZoneInfo("America/Los_Angeles"))
    row = calendar_columns(
        pd.Series([pd.Timestamp(at).as_unit("us")]), np.array([True]), zone="America/Los_Angeles"
    ).iloc[0]
    assert row["date"].date() == local.date()
    assert (row["hour"], row["weekday"]) == (local.hour, local.weekday())
    assert (row["iso_year"], row["iso_week"]) == local.isocalendar()[:2]


SETTINGS = Settings(
    municipality=Municipality("GM0935", "Maastricht"),
    rubrieken={
        "bijplaatsing": Rubriek("afval", "Bijplaatsingen", ("Container bijplaatsing",)),
        "afval_rest": Rubriek("afval", "Rest", ("Afval > *",)),
        "wegen": Rubriek("niet_ingedeeld", "Geen thema", ("Wegen > Overig",)),
        "personen": Rubriek("sociaal", "Overig", ("Overig",)),
    },
)


def test_the_most_exact_category_decides_and_the_unknown_is_kept():
    main = column("Afval", "AFVAL", "Wegen", "Iets", "Iets", None)
    sub = column("container-bijplaatsing", "Grofvuil", "overig", "Overig", "Nieuw", None)
    theme = column(None, None, None, None, "Fiets", "Sociale overlast")

    mapped = classify(SETTINGS, main=main, sub=sub, theme=theme)

    assert mapped["theme"].tolist() == [
        "afval", "afval", "niet_ingedeeld", "sociaal", "fiets", "sociaal",
    ]  # fmt: skip
    assert mapped["rubriek"].tolist()[:4] == ["bijplaatsing", "afval_rest", "wegen", "personen"]
    assert mapped["rubriek"].isna().tolist()[4:] == [True, True]
