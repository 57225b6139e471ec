"""The nouns: what a period is, which hours a night has, and what may be selected."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thor_metrics.errors import PeriodError, SelectionError
from thor_metrics.model import Hours, Period, Selection, parse_weekdays

# --- Period: every form ------------------------------------------------------------------------

FORMS = {
    "2026": ("2026-01-01", "2027-01-01"),
    "2026-H1": ("2026-01-01", "2026-07-01"),
    "2026-H2": ("2026-07-01", "2027-01-01"),
    "2026-Q1": ("2026-01-01", "2026-04-01"),
    "2026-Q4": ("2026-10-01", "2027-01-01"),
    "2026-02": ("2026-02-01", "2026-03-01"),
    "2024-02": ("2024-02-01", "2024-03-01"),
    "2026-12": ("2026-12-01", "2027-01-01"),
    "2026-W23": ("2026-06-01", "2026-06-08"),
    "2026-W01": ("2025-12-29", "2026-01-05"),
    "2026-W53": ("2026-12-28", "2027-01-04"),
    "2026-03-05/2026-03-05": ("2026-03-05", "2026-03-06"),
    "2025-12-30/2026-01-02": ("2025-12-30", "2026-01-03"),
}


@pytest.mark.parametrize(("text", "days"), FORMS.items())
def test_every_form_is_read_and_written_back(text, days):
    period = Period.parse(text)

    assert (period.start.isoformat(), period.end.isoformat()) == days
    assert str(period) == text


@pytest.mark.parametrize("text", [" 2026-h1 ", "2026-01-01/2026-06-30"])
def test_case_and_spaces_do_not_count_and_a_span_becomes_its_short_name(text):
    assert str(Period.parse(text)) == "2026-H1"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "26",
        "2026-H3",
        "2026-Q0",
        "2026-00",
        "2026-13",
        "2026-W00",
        "2025-W53",  # 2025 has 52 weeks
        "2026-02-30/2026-03-01",
        "2026-01-01/",
        "/2026-01-01",
        "2026-01-01",
        "01-06-2026/30-06-2026",
        "20260101/20260201",
        "2026-W01-1/2026-W02-1",
        "9999-12-31/9999-12-31",  # the day after does not exist
        "1826",
        "gisteren",
    ],
)
def test_other_forms_are_refused_with_the_forms_that_are_known(text):
    with pytest.raises(PeriodError, match="niet te lezen") as refusal:
        Period.parse(text)

    assert "2026-H1" in str(refusal.value)
    assert "laatste dag telt mee" in str(refusal.value)


def test_a_period_that_runs_backwards_is_refused_with_both_days():
    with pytest.raises(PeriodError, match="van 02-06-2026 tot en met 01-06-2026"):
        Period.parse("2026-06-02/2026-06-01")


DAYS = st.dates(dt.date(1900, 1, 1), dt.date(2099, 12, 31))
PERIODS = st.one_of(
    st.tuples(DAYS, DAYS).map(lambda days: Period(min(days), max(days) + dt.timedelta(days=1))),
    st.builds(
        lambda year, part: Period.parse(f"{year}{part}"),
        st.integers(1900, 2099),
        st.sampled_from(["", "-H1", "-H2", "-Q1", "-Q2", "-Q3", "-Q4"])
        | st.integers(1, 12).map("-{:02d}".format)
        | st.integers(1, 52).map("-W{:02d}".format),
    ),
)


@given(PERIODS)
def test_what_is_written_reads_back_as_the_same_period(period):
    assert Period.parse(str(period)) == period


@given(PERIODS)
def test_a_period_has_as_many_days_as_lie_in_it(period):
    assert period.days == (period.last_day - period.start).days + 1
    assert period.start <= period.last_day < period.end


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2026-H1", "2026-H1"),
        ("2026", "2026"),
        ("2026-06", "jun 2026"),
        ("2026-W03", "week 3 van 2026"),
        ("2026-06-02/2026-06-09", "02-06-2026 t/m 09-06-2026"),
    ],
)
def test_a_period_in_words(text, words):
    assert Period.parse(text).words() == words


# --- Period: a year earlier --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "earlier"),
    [
        ("2026-H1", "2025-H1"),
        ("2026-06", "2025-06"),
        ("2026-06-02/2026-06-09", "2025-06-02/2025-06-09"),
        # Weeks keep their number, also after a year of 53 weeks (2020).
        ("2026-W10", "2025-W10"),
        ("2021-W10", "2020-W10"),
        # Week 53 has no namesake: the week of the previous New Year's Eve.
        ("2020-W53", "2020-W01"),
        ("2026-W53", "2026-W01"),
        # Leap days.
        ("2024-02", "2023-02"),
        ("2024-02-29/2024-03-10", "2023-03-01/2023-03-10"),
        ("2024-02-10/2024-02-29", "2023-02-10/2023-02-28"),
        ("2024-02-10/2024-02-28", "2023-02-10/2023-02-28"),
        ("2024-02-29/2024-02-29", "2023-03-01/2023-03-01"),
    ],
)
def test_the_same_period_a_year_earlier(text, earlier):
    assert str(Period.parse(text).year_earlier()) == earlier


@given(PERIODS)
def test_a_year_earlier_is_about_as_long_and_about_a_year_away(period):
    earlier = period.year_earlier()

    assert abs(earlier.days - period.days) <= 1
    # Same week numbers are 52 or 53 weeks apart.
    assert 357 <= (period.start - earlier.start).days <= 371


# --- Hours -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "evening", "night"),
    [
        ("8-17", (8, 9, 10, 11, 12, 13, 14, 15, 16), ()),
        ("20-4", (20, 21, 22, 23), (0, 1, 2, 3)),
        ("20-24", (20, 21, 22, 23), ()),
        ("20-0", (20, 21, 22, 23), ()),
        ("0-24", tuple(range(24)), ()),
        (" 22 - 02 ", (22, 23), (0, 1)),
    ],
)
def test_hours_past_midnight_are_kept_apart(text, evening, night):
    hours = Hours.parse(text)

    assert hours.before_midnight == evening
    assert hours.past_midnight == night
    assert hours.of_the_day == evening + night


@pytest.mark.parametrize("text", ["8-8", "24-4", "8-25", "8", "8-", "-4", "08:00-17:00", "a-b", ""])
def test_impossible_hours_are_refused_with_an_example(text):
    with pytest.raises(PeriodError, match="20-4 voor over middernacht"):
        Hours.parse(text)


@given(st.integers(0, 23), st.integers(0, 24))
def test_hours_are_distinct_and_survive_writing(start, end):
    if start == end:
        return
    hours = Hours(start, end)

    assert Hours.parse(str(hours)) == hours
    assert len(hours.of_the_day) == len(set(hours.of_the_day)) == ((end - start) % 24 or 24)


def test_hours_in_words():
    assert Hours(20, 4).words() == "20-04 uur"


# --- weekdays ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "numbers"),
    [("ma", (0,)), ("zo,ma", (0, 6)), (" VR , za ,vr", (4, 5)), ("", ()), (",", ())],
)
def test_weekdays_are_sorted_without_repeats(text, numbers):
    assert parse_weekdays(text) == numbers


@pytest.mark.parametrize("text", ["maandag", "ma;di", "mon", "ma,xx"])
def test_an_unknown_weekday_is_refused_with_the_known_ones(text):
    with pytest.raises(PeriodError, match="Kies uit ma, di, wo, do, vr, za, zo"):
        parse_weekdays(text)


# --- Selection ---------------------------------------------------------------------------------


def test_a_checked_selection_is_the_selection():
    period = Period.parse("2026-H1")

    checked = Selection.checked(period=period, themes=("afval",), series="controls", gebied="West")

    assert checked == Selection(period, gebied="West", themes=("afval",), series="controls")


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"themes": ("afval", "lawaai")}, "Onbekend thema: 'lawaai'. Kies uit afval, fiets"),
        ({"series": "meldingen"}, "Onbekende reeks: 'meldingen'. Kies uit incidents, obs"),
    ],
)
def test_an_unknown_theme_or_series_is_refused_with_the_known_ones(wrong, message):
    with pytest.raises(SelectionError, match=message):
        Selection.checked(period=Period.parse("2026"), **wrong)


def test_a_selection_a_year_earlier_changes_the_period_only():
    selection = Selection(Period.parse("2026-Q2"), gebied="Oost", hours=Hours(20, 4), weekdays=(4,))

    earlier = selection.a_year_earlier()

    assert earlier.period == Period.parse("2025-Q2")
    assert (earlier.gebied, earlier.hours, earlier.weekdays) == ("Oost", Hours(20, 4), (4,))


def test_equal_selections_are_one_cache_key():
    assert (
        len({Selection(Period.parse("2026-Q2")), Selection(Period.parse("2026-04-01/2026-06-30"))})
        == 1
    )
