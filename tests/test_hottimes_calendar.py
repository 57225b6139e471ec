"""The calendar against published dates, and days and months against numbers made by hand."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from dateutil import easter as dateutil_easter
from hypothesis import given
from hypothesis import strategies as st

from thor_metrics import hottimes, stats


def day(text):
    return dt.date.fromisoformat(text)


def calendar(first, end, **options):
    return hottimes.calendar_days(day(first), day(end), **options).set_index("date")


# --- Easter and Carnaval -------------------------------------------------------------------


def test_easter_is_that_of_dateutil():
    assert [hottimes.easter(year) for year in range(1583, 4000)] == [
        dateutil_easter.easter(year) for year in range(1583, 4000)
    ]
    with pytest.raises(ValueError, match="found 1582"):
        hottimes.easter(1582)


@pytest.mark.parametrize(
    ("year", "sunday"),
    [(2019, "2019-03-03"), (2024, "2024-02-11"), (2025, "2025-03-02"), (2026, "2026-02-15"),
     (2027, "2027-02-07")],
)  # fmt: skip
def test_carnaval_is_sunday_to_tuesday(year, sunday):
    first = day(sunday)
    three = [first + dt.timedelta(days=after) for after in range(3)]

    assert hottimes.carnaval_days(year) == three
    assert hottimes.carnaval_days(year, saturday=True) == [first - dt.timedelta(days=1), *three]


# --- school holidays -----------------------------------------------------------------------

#: First and last day as rijksoverheid.nl lists them, region zuid.
ZUID = [
    ("herfstvakantie", "2024-10-19", "2024-10-27"),
    ("kerstvakantie", "2024-12-21", "2025-01-05"),
    ("voorjaarsvakantie", "2025-02-22", "2025-03-02"),
    ("meivakantie", "2025-04-26", "2025-05-04"),
    ("zomervakantie", "2025-07-05", "2025-08-17"),
    ("herfstvakantie", "2025-10-11", "2025-10-19"),
    ("kerstvakantie", "2025-12-20", "2026-01-04"),
    ("voorjaarsvakantie", "2026-02-14", "2026-02-22"),
    ("meivakantie", "2026-04-25", "2026-05-03"),
    ("zomervakantie", "2026-07-11", "2026-08-23"),
    ("herfstvakantie", "2026-10-17", "2026-10-25"),
    ("kerstvakantie", "2026-12-19", "2027-01-03"),
    ("voorjaarsvakantie", "2027-02-13", "2027-02-21"),
    ("meivakantie", "2027-04-24", "2027-05-02"),
    ("zomervakantie", "2027-07-24", "2027-09-05"),
]


def test_school_holidays_of_zuid():
    told = hottimes.school_holidays("zuid").head(len(ZUID))

    assert told["name"].tolist() == [name for name, _, _ in ZUID]
    assert told["start"].tolist() == [day(first) for _, first, _ in ZUID]
    last = [end - dt.timedelta(days=1) for end in told["end"]]
    assert last == [day(text) for _, _, text in ZUID]


@pytest.mark.parametrize("region", hottimes.REGIONS)
def test_school_holidays_run_from_saturday_to_sunday_and_do_not_overlap(region):
    told = hottimes.school_holidays(region)

    assert {first.weekday() for first in told["start"]} == {5}
    assert {end.weekday() for end in told["end"]} == {0}
    assert (told["end"].to_numpy()[:-1] < told["start"].to_numpy()[1:]).all()
    assert told["name"].value_counts().tolist() == [6] * 5
    first, end = hottimes.known_school_days(region)
    assert first < told["start"].iloc[0]
    assert end == told["end"].iloc[-1]


def test_obligatory_christmas_and_may_are_one_for_all_regions():
    tables = [hottimes.school_holidays(region) for region in hottimes.REGIONS]
    for name in ("kerstvakantie", "meivakantie"):
        starts = [table.loc[table["name"] == name, "start"].tolist() for table in tables]
        assert starts[0] == starts[1] == starts[2]


def test_outside_the_table_nothing_is_known():
    told = calendar("2024-08-25", "2024-09-10")["school_holiday"]

    assert told[:"2024-09-01"].isna().all()
    assert (told["2024-09-02":] == "").all()
    assert calendar("2031-01-01", "2031-01-04")["school_holiday"].isna().all()
    with pytest.raises(ValueError, match="region='oost' is not one of 'noord', 'midden', 'zuid'"):
        calendar("2026-01-01", "2026-01-02", region="oost")


def test_a_municipality_can_give_its_own_school_holidays():
    """Limburg, 2025: the week of Carnaval instead of the week before."""
    own = pd.DataFrame({"name": ["carnavalsvakantie"], "start": [day("2025-03-01")],
                        "end": [day("2025-03-10")]})  # fmt: skip

    told = calendar("2025-02-22", "2025-03-11", school=own)["school_holiday"]

    assert (told[:"2025-02-28"] == "").all()
    assert (told["2025-03-01":"2025-03-09"] == "carnavalsvakantie").all()
    assert told["2025-03-10"] == ""


# --- the calendar --------------------------------------------------------------------------


def test_every_day_has_one_row():
    told = hottimes.calendar_days(day("2023-12-30"), day("2025-01-02"))

    assert told["date"].tolist() == pd.date_range("2023-12-30", "2025-01-01").tolist()
    assert told["weekday"].tolist() == told["date"].dt.day_of_week.tolist()
    assert told.columns.tolist() == [
        "date", "weekday", "holiday", "carnaval", "school_holiday", "market", "koopzondag", "event",
    ]  # fmt: skip
    assert hottimes.calendar_days(day("2026-01-01"), day("2026-01-01")).shape == (0, 8)
    with pytest.raises(ValueError, match="found 2026-01-02 to 2026-01-01"):
        hottimes.calendar_days(day("2026-01-02"), day("2026-01-01"))


def test_official_holidays_of_2026_have_dutch_names():
    told = calendar("2026-01-01", "2027-01-01")["holiday"]

    assert {f"{date:%m-%d}": name for date, name in told[told != ""].items()} == {
        "01-01": "Nieuwjaarsdag",
        "04-03": "Goede vrijdag",
        "04-05": "Eerste paasdag",
        "04-06": "Tweede paasdag",
        "04-27": "Koningsdag",
        "05-05": "Bevrijdingsdag",
        "05-14": "Hemelvaartsdag",
        "05-24": "Eerste pinksterdag",
        "05-25": "Tweede pinksterdag",
        "12-25": "Eerste kerstdag",
        "12-26": "Tweede kerstdag",
    }


def test_carnaval_with_and_without_saturday():
    assert calendar("2026-02-10", "2026-02-20")["carnaval"].sum() == 3
    told = calendar("2026-02-10", "2026-02-20", carnaval_saturday=True)["carnaval"]
    assert told[told].index.strftime("%a").tolist() == ["Sat", "Sun", "Mon", "Tue"]


def test_market_days_by_weekday():
    told = calendar("2026-01-05", "2026-01-12", market_weekdays=[2, 4])["market"]

    assert told.tolist() == [False, False, True, False, True, False, False]
    with pytest.raises(ValueError, match=r"found \[1, 7\]"):
        calendar("2026-01-05", "2026-01-12", market_weekdays=[7, 1])


@pytest.mark.parametrize(
    ("which", "days"),
    [("geen", []), ("eerste", [1]), ("laatste", [29]), ("alle", [1, 8, 15, 22, 29])],
)
def test_koopzondag_in_march_2026(which, days):
    told = calendar("2026-03-01", "2026-04-01", koopzondag=which)["koopzondag"]

    assert told[told].index.day.tolist() == days


def test_an_unknown_koopzondag():
    with pytest.raises(ValueError, match="koopzondag='soms'"):
        calendar("2026-03-01", "2026-04-01", koopzondag="soms")


def test_events_may_overlap_and_end_before_their_end():
    events = pd.DataFrame({
        "name": ["kermis", "concert", "concert", "buiten"],
        "start": [day("2026-07-03"), day("2026-07-04"), day("2026-07-04"), day("2020-01-01")],
        "end": [day("2026-07-06"), day("2026-07-05"), day("2026-07-05"), day("2020-01-09")],
    })  # fmt: skip

    told = calendar("2026-07-02", "2026-07-07", events=events)["event"]

    assert told.tolist() == ["", "kermis", "kermis, concert", "kermis", ""]


def test_events_say_what_is_wrong():
    with pytest.raises(ValueError, match=r"events misses \['end', 'start'\]"):
        calendar("2026-07-02", "2026-07-07", events=pd.DataFrame({"name": ["x"]}))
    turned = pd.DataFrame({"name": ["x"], "start": [day("2026-07-03")], "end": [day("2026-07-02")]})
    with pytest.raises(ValueError, match=r"row 0 .* runs from 2026-07-03 to 2026-07-02"):
        calendar("2026-07-02", "2026-07-07", events=turned)


# --- special days --------------------------------------------------------------------------


def row(frame, kind, name=""):
    found = frame[(frame["kind"] == kind) & (frame["name"] == name)]
    assert len(found) == 1
    return found.iloc[0]


def test_special_days_beside_ordinary_days_of_their_weekday():
    """Four weeks of 10 on Fridays and 2 otherwise; the second Friday is an event with 30."""
    events = pd.DataFrame(
        {"name": ["concert"], "start": [day("2026-09-11")], "end": [day("2026-09-12")]}
    )
    days = hottimes.calendar_days(day("2026-08-31"), day("2026-09-28"), events=events)
    counts = np.where(days["weekday"] == 4, 10, 2)
    counts[days["event"] == "concert"] = 30

    got = hottimes.by_kind(counts, days)

    told = row(got, "evenement", "concert")
    assert (told["days"], told["count"], told["mean"], told["expected"]) == (1, 30, 30, 10)
    # Three ordinary Fridays of 10: the expected 10 is known as well as 30 events.
    ratio, low, high, p = stats.count_ratio(30, 30, exposure=(10, 30), df=27 - 7)
    assert (told["ratio"], told["p"]) == pytest.approx((3, float(p)))
    assert (told["low"], told["high"]) == pytest.approx((float(low), float(high)))
    assert float(ratio) == pytest.approx(3)
    assert row(got, "evenement")["ratio"] == pytest.approx(3)
    assert told["certainty"] == "zeker"


def test_weekdays_are_weighed_as_they_fall():
    """Carnaval is a Sunday, Monday and Tuesday: expected 1 + 2 + 3 of those days."""
    days = hottimes.calendar_days(day("2026-01-05"), day("2026-04-06"))
    counts = np.select([days["weekday"] == 6, days["weekday"] == 0, days["weekday"] == 1],
                       [100, 200, 300], 50)  # fmt: skip

    told = row(hottimes.by_kind(counts, days), "carnaval")

    assert told["expected"] == pytest.approx(200)
    assert told["ratio"] == pytest.approx(1)


def test_a_series_is_matched_by_date_and_missing_days_take_no_part():
    days = hottimes.calendar_days(day("2026-01-05"), day("2026-04-06"))
    counts = pd.Series(10.0, index=pd.DatetimeIndex(days["date"]))
    counts[counts.index == "2026-02-15"] = np.nan
    shuffled = counts.sample(frac=1, random_state=1).drop(pd.Timestamp("2026-02-16"))

    told = row(hottimes.by_kind(shuffled, days), "carnaval")

    assert (told["days"], told["count"], told["ratio"]) == (1, 10, 1)
    with pytest.raises(ValueError, match="2026-01-05 00:00:00 twice"):
        hottimes.by_kind(pd.concat([counts, counts.head(1)]), days)
    with pytest.raises(ValueError, match=r"one count a day: 91; found shape \(3,\)"):
        hottimes.by_kind([1, 2, 3], days)


def test_a_weekly_market_has_nothing_to_be_compared_with():
    days = hottimes.calendar_days(
        day("2026-01-05"), day("2026-04-06"), market_weekdays=[4], koopzondag="eerste"
    )

    got = hottimes.by_kind(np.full(len(days), 10), days)

    market = row(got, "marktdag")
    assert market["note"] == hottimes.NOTHING_TO_COMPARE
    assert np.isnan(market["ratio"])
    assert market["certainty"] == ""
    assert row(got, "koopzondag")["ratio"] == pytest.approx(1)


def test_days_with_unknown_school_holidays_are_no_days_without():
    """Before September 2024 nothing is known: only after it is school compared."""
    days = hottimes.calendar_days(day("2024-06-03"), day("2025-01-06"))
    counts = np.where(days["date"] < "2024-09-02", 1000, 10)

    told = row(hottimes.by_kind(counts, days), "schoolvakantie", "herfstvakantie")

    assert told["expected"] == pytest.approx(10)


def test_no_events_give_no_ratio():
    days = hottimes.calendar_days(day("2026-01-05"), day("2026-04-06"))

    got = hottimes.by_kind(np.zeros(len(days)), days)

    assert got["ratio"].isna().all()
    assert set(got["note"]) == {hottimes.NOTHING_TO_COMPARE}
    empty = hottimes.by_kind([], days.head(0))
    assert len(empty) == 0
    assert empty.columns.tolist() == got.columns.tolist()


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["poisson", "bursty days", "bursty weeks"])
def test_ordinary_years_have_no_special_days(kind):
    """Share of two-year calendars with any kind of day called at least likely."""
    days = hottimes.calendar_days(day("2025-01-01"), day("2027-01-01"), koopzondag="eerste")
    rng = np.random.default_rng(12)
    mean = np.where(days["weekday"] >= 5, 8.0, 12.0)
    week = (days["date"] - days["date"].iloc[0]).dt.days // 7
    called = []
    for _ in range(150):
        if kind == "bursty days":
            counts = rng.negative_binomial(mean / 2, 1 / 3)
        elif kind == "bursty weeks":
            counts = rng.poisson(mean * rng.gamma(20, 1 / 20, week.max() + 1)[week])
        else:
            counts = rng.poisson(mean)
        called.append((hottimes.by_kind(counts, days)["q"] < 0.05).any())

    print(f"{kind}: {np.mean(called):.1%} of calendars")
    assert np.mean(called) <= 0.1


# --- months --------------------------------------------------------------------------------


def daily(first, last, value):
    days = pd.date_range(first, last)
    return pd.Series(value(days), index=days)


def test_a_flat_year_has_no_season():
    got = hottimes.season_index(
        daily("2022-01-01", "2025-12-31", lambda days: np.full(len(days), 9))
    )

    assert got.index.tolist() == list(range(1, 13))
    assert got["years"].tolist() == [3] * 12
    assert got["index"].to_numpy() == pytest.approx(np.ones(12), abs=1e-9)
    assert (got["low"] < 1).all()
    assert (got["high"] > 1).all()


def test_a_trend_is_no_season():
    got = hottimes.season_index(
        daily("2021-01-01", "2025-12-31", lambda days: 100 + np.arange(len(days)) / 10)
    )

    assert got["index"].to_numpy() == pytest.approx(np.ones(12), abs=0.01)


def test_july_doubles():
    """11 months of 10 a day and one of 20: the trend is 130 / 12 a day, whatever the month."""
    got = hottimes.season_index(
        daily("2022-01-01", "2025-12-31", lambda days: np.where(days.month == 7, 20, 10))
    )

    assert got.loc[7, "index"] == pytest.approx(20 * 12 / 130)
    assert got.loc[3, "index"] == pytest.approx(10 * 12 / 130)
    assert got.loc[7, "low"] > 1.5
    assert got.loc[7, "count"] == 3 * 31 * 20


def test_months_that_are_not_whole_take_no_part():
    days = daily("2022-01-01", "2024-12-31", lambda days: np.full(len(days), 9.0))
    days["2023-05-10"] = np.nan

    got = hottimes.season_index(days.drop(pd.Timestamp("2023-08-02")))

    # A trend takes six whole months on both sides: July to October 2022, March to June 2024.
    assert got["years"].tolist() == [0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0]
    assert got.loc[got["years"] == 0, "index"].isna().all()


def test_a_month_that_has_just_begun_is_no_month():
    days = daily("2022-01-01", "2024-12-03", lambda days: np.where(days.day < 4, 12.0, 9.0))
    days["2024-12-01":] = 1_000

    got, before = hottimes.season_index(days), hottimes.season_index(days[:"2024-11-30"])

    pd.testing.assert_frame_equal(got, before)


@pytest.mark.parametrize("last", ["2022-12-31", "2023-06-29"])
def test_too_short_for_a_season(last):
    got = hottimes.season_index(daily("2022-01-01", last, lambda days: np.full(len(days), 9)))

    assert got["years"].sum() < 12
    assert got["low"].isna().all()


def test_two_years_give_an_index_and_no_interval():
    got = hottimes.season_index(
        daily("2022-01-01", "2023-12-31", lambda days: np.full(len(days), 9))
    )

    assert got["years"].tolist() == [1] * 12
    assert got["index"].to_numpy() == pytest.approx(np.ones(12))
    assert got[["low", "high"]].isna().all(axis=None)


def test_nothing_has_no_season():
    got = hottimes.season_index(pd.Series([], index=pd.DatetimeIndex([]), dtype=float))

    assert got["index"].isna().all()
    zeros = hottimes.season_index(
        daily("2022-01-01", "2025-12-31", lambda days: np.zeros(len(days)))
    )
    assert zeros["index"].isna().all()
    twice = pd.Series([1, 2], index=pd.DatetimeIndex(["2022-01-01", "2022-01-01"]))
    with pytest.raises(ValueError, match="2022-01-01 00:00:00 twice"):
        hottimes.season_index(twice)


def test_the_interval_of_a_season_covers_it():
    rng = np.random.default_rng(13)
    days = pd.date_range("2020-01-01", "2025-12-31")
    true = 1 + 0.4 * np.sin(2 * np.pi * (days.month.to_numpy() - 4) / 12)
    true /= np.mean([true[days.month == month][0] for month in range(1, 13)])
    inside = []
    for _ in range(60):
        got = hottimes.season_index(pd.Series(rng.negative_binomial(true * 10, 0.5), index=days))
        wanted = np.array([true[days.month == month][0] for month in range(1, 13)])
        inside.append((got["low"] <= wanted) & (got["high"] >= wanted))

    print(f"covered {np.mean(inside):.1%}")
    assert 0.92 <= np.mean(inside) <= 0.99


@given(st.integers(2, 50))
def test_counting_twice_is_the_same_season(times):
    one = daily("2022-01-01", "2024-12-31", lambda days: 1.0 + days.month)

    got, more = hottimes.season_index(one), hottimes.season_index(one * times)

    assert more["index"].to_numpy() == pytest.approx(got["index"].to_numpy())
