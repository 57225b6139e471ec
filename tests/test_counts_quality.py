"""What a selection cannot see, and the sentences made from what it can."""

from __future__ import annotations

import datetime as dt
import math

import pandas as pd
import pytest

from tests import factories
from thor_metrics.engine import Engine
from thor_metrics.indicators import counts
from thor_metrics.indicators.quality import Reason
from thor_metrics.indicators.sentences import busiest_hours, headline
from thor_metrics.model import Hours, Period, Selection

H1 = Period.parse("2026-H1")


def engine_of(rows, table="incidents"):
    return Engine.open({table: factories.table(table, rows), "areas": factories.areas()})


def rows(count, **row):
    return [{"day": "2026-03-06", "hour": 12, **row}] * count


@pytest.fixture(scope="module")
def messy():
    return engine_of(
        [
            *rows(10),
            *rows(3, is_child=True),
            *rows(2, status="geannuleerd"),
            *rows(1, status="geannuleerd", is_child=True),
            *rows(4, hour=None),
            *rows(5, buurt=None),
            *rows(6, buurt="B3", time_basis="overlast"),
            *rows(1, theme="niet_ingedeeld", rubriek=None, main_category="Overig",
                  sub_category="Wolven"),
            *rows(2, theme="niet_ingedeeld", rubriek=None, main_category="Dieren",
                  sub_category=None),
            *rows(1, theme="niet_ingedeeld", rubriek="weet_niet"),
            *rows(50) , {"day": "2025-01-01"},
        ]
    )  # fmt: skip


def test_every_kind_of_missing_is_counted(messy):
    got = counts.quality(messy, Selection(Period.parse("2026-03")))

    assert got.rows == 85
    assert got.counted == 79
    assert (got.children, got.cancelled) == (4, 2)
    assert got.without_time == 4
    assert got.without_place == 5
    assert got.unmapped == 3
    assert got.nuisance_time_known == 6
    assert got.reporting_time_share == pytest.approx(73 / 79)
    assert (got.first_date, got.last_date) == (dt.date(2025, 1, 1), dt.date(2026, 3, 6))
    assert [reason.rows for reason in got.reasons] == [73, 5, 4, 4, 3, 2]
    assert got.unmapped_categories == (Reason("Dieren", 2), Reason("Overig > Wolven", 1))


def test_missing_is_counted_without_the_filter_it_falls_through(messy):
    got = counts.quality(
        messy,
        Selection(Period.parse("2026-03"), gebied="West", themes=("afval",), hours=Hours(20, 4)),
    )

    assert got.rows == got.counted == 6  # any hour
    assert got.without_place == 5  # in whatever area
    assert got.unmapped == 0
    everywhere = counts.quality(messy, Selection(Period.parse("2026-03"), themes=("afval",)))
    assert everywhere.unmapped == 3  # in whatever theme


def test_other_series_have_no_children():
    engine = engine_of([{"day": "2026-03-06", "theme": "niet_ingedeeld", "rubriek": None,
                         "kind": "vreemd", "amount": 7}], "observations")  # fmt: skip

    got = counts.quality(engine, Selection(H1, series="observations"))

    assert (got.rows, got.counted, got.children, got.cancelled) == (1, 1, 0, 0)
    assert got.reporting_time_share == 0
    assert got.unmapped_categories == (Reason("vreemd", 1),)


def test_no_rows_no_share():
    got = counts.quality(Engine.open({}), Selection(H1))

    assert got.rows == 0
    assert math.isnan(got.reporting_time_share)
    assert got.first_date is None
    assert got.reasons == ()


# --- busiest hours -------------------------------------------------------------------------


def week(**counted):
    """Give a week of 168 hours with ``d4h22=30`` on Friday 22 h and 1 elsewhere."""
    frame = pd.DataFrame(
        [(day, hour, 1) for day in range(7) for hour in range(24)],
        columns=["weekday", "hour", "count"],
    )
    for place, count in counted.items():
        day, hour = map(int, place[1:].split("h"))
        frame.loc[day * 24 + hour, "count"] = count
    return frame.astype({"count": "Int64"})


def test_busiest_hours_run_past_midnight_and_over_days():
    got = week(d4h22=30, d4h23=30, d5h0=30, d5h1=30, d5h22=30, d5h23=30, d6h0=30, d6h1=20)

    assert busiest_hours(got) == ((4, 5), 22, 2)


def test_sunday_night_runs_into_monday():
    assert busiest_hours(week(d6h22=30, d6h23=30, d0h0=30, d0h1=30)) == ((6,), 22, 2)


def test_no_hours_are_named_when_none_stand_out_or_there_are_few():
    few = week(d4h22=20)
    few["count"] = few["count"].where(few["count"] > 1, 0)

    assert busiest_hours(week()) is None
    assert busiest_hours(few) is None


# --- headlines -----------------------------------------------------------------------------


def nights(count, year, **row):
    """Give rows on Friday and Saturday nights of the first half of a year."""
    found, day = [], dt.date(year, 1, 1)
    while len(found) < count:
        day = day + dt.timedelta(days=1) if day < dt.date(year, 6, 30) else dt.date(year, 1, 1)
        if day.weekday() in (4, 5):
            found.append({"day": day.isoformat(), "hour": 22 + len(found) // 2 % 2, **row})
    return found


@pytest.fixture(scope="module")
def bikes():
    return engine_of(
        [
            {"day": "2024-12-31"},
            *nights(312, 2026, theme="fiets", buurt="B2"),
            *nights(200, 2025, theme="fiets", buurt="B2"),
            *nights(40, 2026, theme="fiets", buurt="B1"),
            *nights(40, 2025, theme="fiets", buurt="B1"),
            *nights(3, 2026, theme="sociaal", buurt="B3"),
            *nights(30, 2025, theme="sociaal", buurt="B3"),
            {"day": "2026-07-01"},
        ]
    )


NAMES = {"B1": "Binnenstad", "B2": "Wyck", "B3": "Caberg", "fietswrak": "Fietswrakken"}


@pytest.mark.parametrize(
    ("selection", "sentence"),
    [
        (
            Selection(H1, gebied="Centrum", buurt="B2", themes=("fiets",)),
            (
                "312 meldingen fietsoverlast in Wyck in 2026-H1, "
                "112 meer dan in 2025-H1 (zeker echt). "
                "Zwaarst: vr en za 21-01 uur (meldmoment)."
            ),
        ),
        (
            Selection(H1, themes=("fiets",)),
            (
                "352 meldingen fietsoverlast in Maastricht in 2026-H1, 112 meer dan in 2025-H1 "
                "(zeker echt). Zwaarst: Wyck, vr en za 21-01 uur (meldmoment)."
            ),
        ),
        (
            Selection(H1, buurt="B1", themes=("fiets",), weekdays=(4, 5), hours=Hours(22, 2)),
            (
                "40 meldingen fietsoverlast in Binnenstad in 2026-H1, vr en za 22-02 uur, "
                "evenveel als in 2025-H1."
            ),
        ),
        (
            Selection(H1, themes=("sociaal",)),
            (
                "Minder dan 5 meldingen sociale overlast in Maastricht in 2026-H1, tegen 30 in "
                "2025-H1 (zeker echt)."
            ),
        ),
        (
            Selection(H1, themes=("parkeren",)),
            "Geen meldingen parkeeroverlast in Maastricht in 2026-H1.",
        ),
        (
            Selection(Period.parse("2025-H1"), rubrieken=("fietswrak",)),
            "Geen meldingen over fietswrakken in Maastricht in 2025-H1.",
        ),
        (
            Selection(Period.parse("2028-01-01/2028-01-01")),
            "Geen gegevens over meldingen op 01-01-2028: ze lopen van 31-12-2024 t/m 01-07-2026.",
        ),
        (Selection(H1, series="controls"), "Er zijn nog geen controles geladen."),
    ],
)
def test_headlines(bikes, selection, sentence):
    assert headline(bikes, selection, names=NAMES, everywhere="Maastricht") == sentence


def test_a_headline_of_a_running_period_says_until_when(bikes):
    got = headline(bikes, Selection(Period.parse("2026"), buurt="B2", themes=("fiets",)))

    assert got.startswith(
        "312 meldingen fietsoverlast in B2 in 2026 (t/m 01-07-2026), 112 meer dan een jaar "
        "eerder in dezelfde dagen (zeker echt)."
    )


def test_a_headline_names_the_break():
    engine = engine_of(
        [
            {"day": "2024-12-31"},
            *nights(60, 2026, system_version="3.0"),
            *nights(60, 2025),
            {"day": "2026-07-01"},
        ]
    )

    assert "Let op: ander meldsysteem (signalen 3.0) sinds 02-01-2026." in headline(
        engine, Selection(H1)
    )


def test_a_headline_without_a_year_before_says_so():
    engine = engine_of([*nights(7, 2026), {"day": "2026-07-01"}])

    assert headline(engine, Selection(H1)) == (
        "7 meldingen in 2026-H1 (een jaar eerder: geen gegevens)."
    )
