"""Opvallend deze week, and the controls of the last weeks, on rows one can count by hand."""

import datetime as dt

import pandas as pd
import pytest

from tests import factories
from thor_metrics.engine import Engine
from thor_metrics.indicators.alerts import alerts, last_week
from thor_metrics.indicators.effort import recent_controls
from thor_metrics.model import Period, Selection
from thor_metrics.views.findings import alert_words, effort_words

MONDAY = dt.date(2026, 6, 1)
JUNE = Selection(Period(dt.date(2026, 6, 1), MONDAY + dt.timedelta(days=7)))


def weeks(number, a_week, *, now=None, **more):
    """So many reports in each of the weeks up to and with that of MONDAY, ``now`` in the last."""
    return [
        {"day": MONDAY - dt.timedelta(days=7 * back - n % 7), "hour": 12, **more}
        for back in range(number)
        for n in range(now if now is not None and back == 0 else a_week)
    ]


def engine(name, rows):
    return Engine.open({name: factories.table(name, rows), "areas": factories.areas()})


def item(found, level, key):
    rows = found.found[(found.found["level"] == level) & (found.found["item"] == key)]
    assert len(rows) == 1
    return rows.iloc[0]


# --- which week -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("end", "week"),
    [
        ("2026-06-08", "2026-W23"),  # the week just ended
        ("2026-06-07", "2026-W22"),  # one day short
        ("2026-12-31", "2026-W23"),  # no data later
    ],
)
def test_the_last_whole_week_with_data(end, week):
    period = Period(dt.date(2026, 1, 1), dt.date.fromisoformat(end))
    assert str(last_week(engine("incidents", weeks(9, 7)), Selection(period))) == week


def test_without_a_whole_week_there_is_nothing():
    tables = engine("incidents", [{"day": "2026-06-03", "hour": 1}])
    found = alerts(tables, JUNE)
    assert found.week is None
    assert found.found.empty


# --- what stands out ------------------------------------------------------------------------------


def test_few_weeks_are_compared_with_the_seven_before():
    rows = weeks(10, 10, now=40) + weeks(10, 10, rubriek="dumping")
    found = alerts(engine("incidents", rows), JUNE)
    bags = item(found, "rubriek", "bijplaatsing")
    assert (bags["count"], bags["expected"], bags["method"]) == (40, 10, "weken ervoor")
    assert bags["certainty"] == "zeker"
    assert item(found, "rubriek", "dumping")["certainty"] not in ("zeker", "waarschijnlijk")
    theme = item(found, "theme", "afval")
    assert (theme["count"], theme["expected"]) == (50, 20)


def test_a_year_of_history_is_compared_with_the_same_weeks():
    found = alerts(engine("incidents", weeks(120, 10, now=40)), JUNE)
    bags = item(found, "rubriek", "bijplaatsing")
    assert bags["method"] == "seizoen"
    assert bags["expected"] == pytest.approx(10, abs=0.01)
    assert bags["certainty"] == "zeker"


def test_history_begins_anew_with_another_system():
    old = [row | {"system_version": "2.50"} for row in weeks(120, 30)]
    start = MONDAY - dt.timedelta(days=7 * 9)
    rows = [row for row in old if row["day"] < start]
    rows += [row | {"system_version": "3.0"} for row in weeks(10, 10, now=40)]
    found = alerts(engine("incidents", rows), JUNE)
    bags = item(found, "rubriek", "bijplaatsing")
    assert found.since == start
    assert (bags["method"], bags["expected"], bags["certainty"]) == ("weken ervoor", 10, "zeker")


def test_too_little_history_says_nothing():
    found = alerts(engine("incidents", weeks(5, 10, now=40)), JUNE)
    assert found.found["q"].isna().all()
    assert set(found.found["certainty"]) == {""}


def test_four_in_a_week_is_no_news():
    rows = weeks(60, 30) + weeks(1, 4, rubriek="dumping", theme="fiets")
    assert item(alerts(engine("incidents", rows), JUNE), "rubriek", "dumping")["certainty"] == ""


def test_gebied_and_theme_choose():
    rows = weeks(10, 10, now=40) + weeks(10, 10, buurt="B3", theme="fiets", rubriek="fietswrak")
    tables = engine("incidents", rows)
    west = alerts(tables, Selection(JUNE.period, gebied="West"))
    assert "bijplaatsing" not in set(west.found["item"])
    bikes = alerts(tables, Selection(JUNE.period, themes=("fiets",)))
    assert set(bikes.found["theme"]) == {"fiets"}


def test_small_numbers_about_people_are_hidden():
    people = {"theme": "sociaal"}
    rows = weeks(10, 1, rubriek="jeugdoverlast", **people) + weeks(
        10, 9, rubriek="verward_gedrag", **people
    )
    found = alerts(engine("incidents", rows), JUNE)
    for key in ("jeugdoverlast", "verward_gedrag"):  # the theme is the total of the two
        row = item(found, "rubriek", key)
        assert row["hidden"]
        assert pd.isna(row["count"])
        assert pd.isna(row["expected"])
        assert row["certainty"] == ""
    assert item(found, "theme", "sociaal")["count"] == 10


def test_words():
    row = {"count": 31, "expected": float("nan"), "certainty": "waarschijnlijk"}
    assert alert_words(row, "Jeugd") == "Jeugd: 31 (waarschijnlijk meer dan gewoonlijk)"


# --- controls -------------------------------------------------------------------------------------


def control(day, hours, *, kind="Jeugdronde", planned="ja", theme="afval", hour=20, **more):
    return {"day": day, "hour": hour, "kind": kind, "planned": planned, "theme": theme,
            "hours_spent": hours, "violations": 1.0} | more  # fmt: skip


CONTROLS = [
    *(control("2026-06-05", 2.0) for _ in range(6)),  # a Friday
    *(control("2026-06-03", 1.0, kind="Fout parkeren", planned="nee", hour=9) for _ in range(5)),
    control("2026-05-01", 50.0),  # longer ago than four weeks
    control("2026-06-05", 9.0, buurt="B3"),
]


def test_controls_of_four_weeks_by_kind():
    chosen = Selection(Period.parse("2026-H1"), gebied="Centrum")
    found = recent_controls(engine("controls", CONTROLS), chosen)
    assert found.period == Period(dt.date(2026, 5, 9), dt.date(2026, 6, 6))
    assert (found.controls, found.hours, found.planned_hours) == (11, 17.0, 12.0)
    first, second = found.kinds.to_dict("records")
    assert (first["kind"], first["controls"], first["hours"]) == ("Jeugdronde", 6, 12.0)
    assert (first["weekdays"], first["day_part"]) == ((4,), "avond")
    assert first["last"] == pd.Timestamp("2026-06-05")
    assert (second["planned"], second["violations"]) == ("nee", 5.0)
    assert (second["weekdays"], second["day_part"]) == ((2,), "ochtend")


def test_controls_spread_over_the_week_name_no_days():
    rows = [control(f"2026-06-{day:02d}", 1.0) for day in range(1, 8)]
    found = recent_controls(engine("controls", rows), JUNE)
    assert found.kinds["weekdays"].tolist() == [()]


def test_few_controls_about_people_are_hidden_with_their_hours_and_days():
    rows = [*CONTROLS, *(control("2026-06-04", 3.0, theme="sociaal") for _ in range(2))]
    found = recent_controls(engine("controls", rows), Selection(Period.parse("2026-H1")))
    small = found.kinds[found.kinds["theme"] == "sociaal"].iloc[0]
    assert small["hidden"]
    assert small[["controls", "hours", "violations", "last"]].isna().all()
    assert (small["weekdays"], small["day_part"]) == ((), "")
    assert found.kinds["hidden"].sum() > 1


def test_without_controls():
    found = recent_controls(Engine.open({}), JUNE)
    assert found.period is None
    assert found.kinds.empty
    assert effort_words(0, float("nan"), float("nan")) == "Geen controles."
    assert effort_words(None, float("nan"), float("nan")) == "Minder dan 5 controles."
