"""Hot-items on a few rows one can count by hand."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from tests import factories
from thor_metrics.engine import Engine
from thor_metrics.indicators.items import hot_items
from thor_metrics.model import Hours, Period, Selection
from thor_metrics.views.findings import item_words

HALF = Period.parse("2026-H1")
FIRST = dt.date(2026, 1, 1)


def spread(count, *, buurt="B1", rubriek="bijplaatsing", theme="afval", year=2026, **more):
    """So many reports, evenly over the first half-year."""
    start = FIRST.replace(year=year)
    return [
        {"day": start + dt.timedelta(days=(2 * n + 1) * 181 // (2 * count)), "hour": 12,
         "buurt": buurt, "theme": theme, "rubriek": rubriek, **more}
        for n in range(count)
    ]  # fmt: skip


def engine(rows):
    return Engine.open(
        {"incidents": factories.table("incidents", rows), "areas": factories.areas()}
    )


def item(frame, area, rubriek):
    found = frame[(frame["area"] == area) & (frame["rubriek"] == rubriek)]
    assert len(found) == 1
    return found.iloc[0]


def city(**later):
    """Centrum has all the wrecks; both gebieden have 120 reports in both years."""
    rows = []
    for year, system in ((2025, "2.50"), (2026, later.get("system", "2.50"))):
        rows += spread(60, buurt="B1", year=year, system_version=system)
        rows += spread(
            60, buurt="B1", rubriek="fietswrak", theme="fiets", year=year, system_version=system
        )
        rows += spread(120, buurt="B3", year=year, system_version=system)
    return rows


# --- more than elsewhere --------------------------------------------------------------------------


def test_expected_is_the_mix_of_the_whole_city():
    found = hot_items(engine(city()), Selection(HALF))
    wrecks = item(found, "Centrum", "fietswrak")
    # Centrum has 120 of the 240 reports, and 60 of the 240 are wrecks.
    assert wrecks["count"] == 60
    assert wrecks["expected"] == pytest.approx(30)
    assert wrecks["quotient"] == pytest.approx(2)
    assert (wrecks["more"], wrecks["rank"], wrecks["stands_out"]) == ("zeker", 1, True)
    bags = item(found, "Centrum", "bijplaatsing")
    assert bags["expected"] == pytest.approx(90)
    assert (bags["more"], bags["stands_out"]) == ("", False)


def test_same_as_a_year_earlier_does_not_rise():
    found = hot_items(engine(city()), Selection(HALF))
    assert item(found, "Centrum", "fietswrak")["before"] == 60
    assert set(found["rise"]) == {""}


def test_filters_choose_rows_and_change_no_number():
    tables = engine(city())
    everything = hot_items(tables, Selection(HALF))
    chosen = hot_items(
        tables, Selection(HALF, gebied="Centrum", themes=("fiets",), rubrieken=("fietswrak",))
    )
    same = everything[
        (everything["area"] == "Centrum") & (everything["rubriek"] == "fietswrak")
    ].reset_index(drop=True)
    pd.testing.assert_frame_equal(chosen, same)


def test_buurten_of_a_gebied_and_one_buurt():
    rows = city() + spread(30, buurt="B2") + spread(30, buurt="B2", year=2025)
    tables = engine(rows)
    found = hot_items(tables, Selection(HALF, gebied="Centrum"), level="buurt")
    assert set(found["name"]) == {"Binnenstad", "Wyck"}
    one = hot_items(tables, Selection(HALF, buurt="B2"))
    assert set(one["area"]) == {"B2"}
    assert item(one, "B2", "bijplaatsing")["count"] == 30


def test_not_classified_counts_in_the_mix_and_has_no_row():
    rows = city() + spread(120, buurt="B3", rubriek="geen_thema", theme="niet_ingedeeld")
    found = hot_items(engine(rows), Selection(HALF))
    assert "geen_thema" not in set(found["rubriek"])
    # 120 of the 360 reports are in Centrum, and 60 of the 360 are wrecks.
    assert item(found, "Centrum", "fietswrak")["expected"] == pytest.approx(20)


def test_moments_of_the_selection_hold_for_everything():
    rows = [row | {"hour": 12 if n % 2 else 23} for n, row in enumerate(city())]
    found = hot_items(engine(rows), Selection(HALF, hours=Hours(20, 24)))
    wrecks = item(found, "Centrum", "fietswrak")
    assert (wrecks["count"], wrecks["expected"]) == (30, pytest.approx(15))


# --- rising ---------------------------------------------------------------------------------------


def test_what_rises_is_compared_with_the_same_days_a_year_earlier():
    rows = city() + spread(100, buurt="B3", rubriek="dumping") + spread(
        40, buurt="B3", rubriek="dumping", year=2025
    )  # fmt: skip
    dumping = item(hot_items(engine(rows), Selection(HALF)), "West", "dumping")
    assert (dumping["count"], dumping["before"]) == (100, 40)
    assert dumping["before_expected"] == pytest.approx(40)
    assert dumping["ratio"] == pytest.approx(2.5)
    assert (dumping["rise"], dumping["elsewhere"], dumping["stands_out"]) == ("zeker", False, True)


def test_another_system_makes_nothing_rise_when_it_rises_everywhere():
    rows = []
    for year, times, system in ((2025, 1, "2.50"), (2026, 2, "3.0")):
        for buurt in ("B1", "B3"):
            rows += spread(100 * times, buurt=buurt, year=year, system_version=system)
    found = hot_items(engine(rows), Selection(HALF))
    assert found["elsewhere"].all()
    assert not found["rise"].isin(["zeker", "waarschijnlijk"]).any()
    # As much as the other gebied rose: 100 became 200 there.
    assert found["before_expected"].tolist() == pytest.approx([200, 200])


def test_across_a_break_only_more_than_the_rest_of_the_city_is_a_rise():
    rows = []
    for year, here, there, system in ((2025, 50, 100, "2.50"), (2026, 200, 110, "3.0")):
        rows += spread(here, buurt="B1", year=year, system_version=system)
        rows += spread(there, buurt="B3", year=year, system_version=system)
    found = hot_items(engine(rows), Selection(HALF))
    centrum = item(found, "Centrum", "bijplaatsing")
    assert centrum["before_expected"] == pytest.approx(50 * 110 / 100)
    assert (centrum["rise"], centrum["elsewhere"]) == ("zeker", True)
    assert item(found, "West", "bijplaatsing")["rise"] == ""


def test_no_data_a_year_earlier_is_said_and_not_taken_for_nought():
    rows = [row for row in city() if row["day"].year == 2026]
    found = hot_items(engine(rows), Selection(HALF))
    assert found["before"].isna().all()
    assert set(found["note"]) == {"geen gegevens"}
    assert set(found["rise"]) == {""}
    assert item(found, "Centrum", "fietswrak")["more"] == "zeker"


# --- edges ----------------------------------------------------------------------------------------


def test_few_weeks_say_nothing_about_chance():
    rows = [{"day": "2026-06-01", "hour": n % 24} for n in range(50)]
    rows += [{"day": "2026-06-02", "buurt": "B3", "theme": "fiets", "rubriek": "fietswrak"}] * 50
    found = hot_items(engine(rows), Selection(Period.parse("2026-06-01/2026-06-07")))
    assert set(found["certainty"]) == {""}
    assert not found["stands_out"].any()


def test_nothing_at_all():
    tables = engine(city())
    assert hot_items(tables, Selection(Period.parse("2021"))).empty
    assert hot_items(Engine.open({}), Selection(HALF)).empty


def test_small_numbers_about_people_are_hidden_with_what_is_made_of_them():
    people = {"theme": "sociaal"}
    rows = [
        *city(),
        *spread(3, buurt="B1", rubriek="jeugdoverlast", **people),
        *spread(40, buurt="B1", rubriek="verward_gedrag", **people),
        *spread(40, buurt="B3", rubriek="jeugdoverlast", **people),
        *spread(40, buurt="B3", rubriek="verward_gedrag", **people),
    ]
    found = hot_items(engine(rows), Selection(HALF))
    small = item(found, "Centrum", "jeugdoverlast")
    assert small["hidden"]
    assert pd.isna(small["count"])
    assert small[["expected", "quotient", "before_expected", "ratio"]].isna().all()
    assert (small["more"], small["rise"], small["stands_out"]) == ("", "", False)
    # Its theme in this gebied, and its rubriek in the city, are totals on other screens.
    assert item(found, "Centrum", "verward_gedrag")["hidden"]
    assert item(found, "West", "jeugdoverlast")["hidden"]
    assert item_words(small, "Jeugd") == "Jeugd: minder dan 5"
    assert not item(found, "Centrum", "fietswrak")["hidden"]


def test_noise_is_seldom_called_sure():
    wrong = 0
    for seed in range(12):
        rng = np.random.default_rng(seed)
        days = pd.date_range("2025-01-01", "2026-06-30")
        count = 3_000
        rows = pd.DataFrame(
            {
                "day": days.to_numpy()[rng.integers(0, len(days), count)],
                "hour": 12,
                "theme": "afval",
                "rubriek": rng.choice(["a", "b", "c", "d", "e"], count),
                "buurt": rng.choice(["B1", "B2", "B3", "B4"], count),
            }
        )
        wrong += hot_items(engine(rows), Selection(HALF), level="buurt")["stands_out"].any()
    assert wrong <= 2


# --- words ----------------------------------------------------------------------------------------

ROW = {"count": 84, "expected": 41.2, "more": "zeker", "before": 60, "rise": "", "hidden": False,
       "elsewhere": False}  # fmt: skip
MORE = "Wrak: 84, verwacht 41 naar het stadsbeeld (zeker meer dan elders)"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({}, MORE),
        (
            {"rise": "waarschijnlijk"},
            f"{MORE}; gestegen van 60 naar 84 (waarschijnlijk)",
        ),
        ({"more": "", "rise": "zeker"}, "Wrak: gestegen van 60 naar 84 (zeker)"),
        (
            {"more": "kan toeval zijn", "rise": "zeker", "elsewhere": True},
            "Wrak: gestegen van 60 naar 84, meer dan elders in de stad (zeker)",
        ),
        ({"more": "kan toeval zijn", "rise": "kan toeval zijn"}, "Wrak: 84"),
    ],
)
def test_sentence_says_only_what_is_more_than_chance(change, words):
    assert item_words(ROW | change, "Wrak") == words
