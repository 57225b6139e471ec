"""What changed: which days are compared, what is too little, what is more than chance."""

from __future__ import annotations

import datetime as dt
import math

import numpy as np
import pandas as pd
import pytest

from tests import factories
from thor_metrics import hotitems
from thor_metrics.engine import Engine
from thor_metrics.indicators import change, counts
from thor_metrics.indicators.breaks import break_words, breaks
from thor_metrics.model import Hours, Period, Selection

H1 = Selection(Period.parse("2026-H1"))
FIRST, LAST = {"day": "2024-12-30"}, {"day": "2026-07-05"}


def spread(count, start, end, **row):
    """Spread rows evenly over the days from ``start`` up to ``end``."""
    first = dt.date.fromisoformat(start)
    days = (dt.date.fromisoformat(end) - first).days
    return [
        {"day": (first + dt.timedelta(days=n * days // count)).isoformat(), **row}
        for n in range(count)
    ]


def engine_of(*parts, ends=(FIRST, LAST)):
    rows = [row for part in parts for row in part]
    if ends:
        rows += [row | {"theme": "evenementen", "rubriek": "ver_weg"} for row in ends]
    return Engine.open(
        {"incidents": factories.table("incidents", rows), "areas": factories.areas()}
    )


def two_years(now, before, **row):
    return spread(now, "2026-01-01", "2026-07-01", **row) + spread(
        before, "2025-01-01", "2025-07-01", **row
    )


# --- which days ----------------------------------------------------------------------------


def test_a_whole_period_is_compared_with_the_year_before():
    days = change.compared(engine_of(), H1)

    assert days == change.Compared(Period.parse("2026-H1"), Period.parse("2025-H1"), None)


def test_a_running_period_is_cut_at_the_last_day_with_data():
    engine = engine_of(
        spread(69, "2026-01-01", "2026-03-11"),
        spread(181, "2025-01-01", "2025-07-01"),
        ends=(FIRST,),
    )

    days = change.compared(engine, H1)
    got = change.compare(engine, H1)
    frame = counts.per_theme(engine, H1)

    assert days.until == dt.date(2026, 3, 10)
    assert days.now == Period.parse("2026-01-01/2026-03-10")
    assert days.before == Period.parse("2025-01-01/2025-03-10")
    assert (got.count, got.before) == (69, 69)
    assert got.ratio == 1
    assert (frame["compared_until"] == pd.Timestamp("2026-03-10")).all()


def test_a_period_the_data_do_not_go_back_to_has_no_before():
    engine = engine_of(
        spread(50, "2026-01-01", "2026-07-01"), spread(50, "2025-01-02", "2025-07-01"), ends=(LAST,)
    )

    got = change.compare(engine, H1)
    frame = counts.per_theme(engine, H1).set_index("theme")

    assert got.before is None
    assert got.note == "geen gegevens"
    assert got.days.before is None
    assert pd.isna(frame.loc["afval", "before"])
    assert frame.loc["afval", ["count", "note", "certainty"]].tolist() == [50, "geen gegevens", ""]
    assert math.isnan(frame.loc["afval", "ratio"])
    assert len(counts.risers(engine, H1)) == 0


@pytest.mark.parametrize("period", ["2027-H1", "2023-H1"])
def test_a_period_outside_the_data_is_compared_with_nothing(period):
    got = change.compare(engine_of(two_years(50, 50)), Selection(Period.parse(period)))

    assert (got.count, got.before, got.note) == (0, None, "geen gegevens")


def test_a_leap_day_does_not_make_a_rise():
    """February 2024 has a day more: 29 a day is the same as 28 days of as many."""
    engine = engine_of(
        spread(2_900, "2024-02-01", "2024-03-01"),
        spread(2_800, "2023-02-01", "2023-03-01"),
        ends=({"day": "2022-01-01"}, LAST),
    )

    got = change.compare(engine, Selection(Period.parse("2024-02")))

    assert (got.count, got.before) == (2_900, 2_800)
    assert got.ratio == pytest.approx(1)


# --- how much, and how sure ----------------------------------------------------------------


def test_per_theme_by_hand():
    engine = engine_of(
        two_years(400, 200, theme="afval"),
        two_years(105, 100, theme="fiets", rubriek="fietswrak"),
        two_years(19, 40, theme="parkeren", rubriek="deelscooter"),
        two_years(0, 60, theme="evenementen", rubriek="geluid"),
    )

    got = counts.per_theme(engine, H1)
    by_theme = got.set_index("theme")

    assert list(got.columns)[:9] == [
        "theme", "count", "before", "ratio", "low", "high", "certainty", "note", "break_in_series",
    ]  # fmt: skip
    assert by_theme["count"].tolist() == [400, 105, 19, 0, 0, 0]
    assert by_theme["before"].tolist() == [200, 100, 40, 0, 60, 0]
    assert by_theme.loc[["afval", "fiets"], "ratio"].tolist() == [2, 1.05]
    assert by_theme.loc["afval", "low"] < 2 < by_theme.loc["afval", "high"]
    assert by_theme.loc["parkeren":, "ratio"].isna().all()
    assert by_theme["certainty"].tolist() == [
        "zeker", "kan toeval zijn", "waarschijnlijk", "", "zeker", "",
    ]  # fmt: skip
    assert by_theme.loc["parkeren", "note"] == "te weinig om te vergelijken"


def test_only_selected_themes_are_listed_and_corrected_for():
    engine = engine_of(two_years(130, 100), two_years(100, 100, theme="fiets"))

    alone = counts.per_theme(engine, Selection(H1.period, themes=("afval",)))
    among = counts.per_theme(engine, H1)

    assert alone["theme"].tolist() == ["afval"]
    assert alone["q"].iloc[0] < among["q"].iloc[0]


def test_the_filters_hold_in_both_years():
    engine = engine_of(
        two_years(60, 30, buurt="B1", hour=22), two_years(40, 80, buurt="B3", hour=9)
    )

    west = change.compare(engine, Selection(H1.period, gebied="West"))
    night = change.compare(engine, Selection(H1.period, hours=Hours(20, 4)))

    assert (west.count, west.before) == (40, 80)
    assert (night.count, night.before) == (60, 30)


def test_bursts_make_it_less_sure():
    """300 against 200, once spread over the weeks and once in three busy weeks."""
    calm = engine_of(two_years(300, 200))
    bursts = engine_of(
        spread(150, "2026-01-01", "2026-07-01"),
        *[spread(50, f"2026-0{month}-10", f"2026-0{month}-12") for month in (2, 4, 6)],
        spread(200, "2025-01-01", "2025-07-01"),
    )

    sure, unsure = change.compare(calm, H1), change.compare(bursts, H1)

    assert sure.ratio == unsure.ratio == 1.5
    assert sure.certainty == "zeker"
    assert unsure.certainty == "waarschijnlijk"
    assert unsure.low < sure.low < sure.high < unsure.high


def test_a_season_both_years_share_is_no_burst():
    def summer(year):
        return spread(100, f"{year}-01-01", f"{year}-05-01") + spread(
            300, f"{year}-05-01", f"{year}-07-01"
        )

    engine = engine_of(summer(2026), summer(2025), spread(100, "2026-01-01", "2026-07-01"))

    assert change.compare(engine, H1).certainty == "zeker"


def test_one_week_borrows_the_variation_of_the_weeks_before_it():
    engine = engine_of(two_years(2_000, 1_000))

    got = change.compare(engine, Selection(Period.parse("2026-W20")))

    assert got.days.before == Period.parse("2025-W20")
    assert got.ratio == pytest.approx(2, abs=0.1)
    assert got.certainty == "zeker"


def test_too_little_history_says_nothing_about_chance():
    engine = engine_of(
        spread(100, "2026-01-05", "2026-01-12"),
        spread(50, "2025-01-06", "2025-01-13"),
        ends=({"day": "2025-01-01"}, LAST),
    )

    got = change.compare(engine, Selection(Period.parse("2026-W02")))

    assert (got.count, got.before) == (100, 50)
    assert got.certainty == ""


def test_noise_is_called_real_as_often_as_promised():
    """Bursty weeks (variance three times the mean) round a shared season, nothing changed."""
    rng = np.random.default_rng(8)
    phi = 3.0
    mean = 20 + 10 * np.sin(np.arange(26) / 4)
    weeks = rng.negative_binomial(mean / (phi - 1), 1 / phi, (3_000, 2, 26))

    estimate, df = change.paired_dispersion(weeks)
    now, before = weeks.sum(axis=2).T
    p = hotitems.rising(now, before, dispersion=estimate, df=df)["p"]

    assert 0.035 < (p < 0.05).mean() < 0.065
    assert 2.6 < estimate.mean() < 3.2


# --- what rose -----------------------------------------------------------------------------


def test_risers_surest_first_then_the_most_extra():
    engine = engine_of(
        two_years(300, 100, rubriek="dumping"),
        two_years(900, 500, rubriek="zwerfafval"),
        two_years(60, 2, rubriek="nieuw", theme="fiets"),
        two_years(104, 100, rubriek="gelijk", theme="fiets"),
        two_years(100, 200, rubriek="daalt"),
        two_years(9, 2, rubriek="weinig"),
    )

    got = counts.risers(engine, H1)

    assert got["rubriek"].tolist() == ["zwerfafval", "dumping", "nieuw", "gelijk"]
    assert got["theme"].tolist() == ["afval", "afval", "fiets", "fiets"]
    assert got["certainty"].tolist() == ["zeker", "zeker", "zeker", "kan toeval zijn"]
    assert got["ratio"].isna().tolist() == [False, False, True, False]
    assert counts.risers(engine, H1, top=1)["rubriek"].tolist() == ["zwerfafval"]


def test_risers_about_people_hide_a_small_number_before():
    engine = engine_of(
        two_years(60, 3, theme="sociaal", rubriek="jeugdoverlast"),
        two_years(50, 50, theme="sociaal", rubriek="verward_gedrag"),
    )

    got = counts.risers(engine, H1).set_index("rubriek").loc["jeugdoverlast"]

    assert (got["count"], got["hidden"]) == (60, True)
    assert pd.isna(got["before"])
    assert math.isnan(got["ratio"])


def test_a_hidden_number_has_no_ratio_beside_it():
    """Fiets is hidden along with sociaal; its ratio times its other count would reveal it."""
    engine = engine_of(
        two_years(3, 40, theme="sociaal"),
        two_years(60, 50, theme="fiets"),
        two_years(600, 500, theme="afval"),
    )

    got = counts.per_theme(engine, H1).set_index("theme")
    hidden = got[got["hidden"]]

    assert got.loc["sociaal", "hidden"]
    assert len(hidden) == 2
    assert hidden["count"].isna().all()
    assert hidden["before"].notna().all()
    assert hidden["ratio"].isna().all()


def test_compare_hides_what_is_about_people():
    engine = engine_of(two_years(3, 40, theme="sociaal"), two_years(9, 9))
    people = Selection(H1.period, themes=("sociaal",))

    got = change.compare(engine, people)

    assert (got.count, got.before, got.hidden) == (None, 40, True)
    assert math.isnan(got.ratio)
    assert change.compare(engine, people, hide_below=3).count == 3
    assert change.compare(engine, H1).count == 12


# --- breaks --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def new_system():
    """A new release for waste on 1 April 2026; bicycles stay where they are."""
    return engine_of(
        spread(100, "2026-01-01", "2026-04-01"),
        spread(100, "2026-04-01", "2026-07-01", system_version="3.0"),
        spread(150, "2025-01-01", "2025-07-01"),
        two_years(60, 60, theme="fiets", rubriek="fietswrak"),
        ends=(FIRST, LAST),
    )


def test_a_new_system_breaks_the_themes_it_took_over(new_system):
    got = counts.per_theme(new_system, H1).set_index("theme")

    assert got["break_in_series"].tolist() == [True, False, False, False, False, False]
    assert change.compare(new_system, H1).break_in_series
    assert not change.compare(new_system, Selection(H1.period, themes=("fiets",))).break_in_series
    assert not change.compare(new_system, Selection(Period.parse("2026-Q1"))).break_in_series
    rubrieken = counts.risers(new_system, H1).set_index("rubriek")
    assert rubrieken["break_in_series"].to_dict() == {"bijplaatsing": True}


def test_breaks_name_the_day_and_the_system(new_system):
    found = breaks(new_system, "incidents")

    assert found.to_numpy().tolist() == [["signalen", "3.0", pd.Timestamp("2026-04-01")]]
    now, before = Period.parse("2026-H1"), Period.parse("2025-H1")
    assert break_words(found, now, before) == ("ander meldsysteem (signalen 3.0) sinds 01-04-2026")
    assert break_words(found, Period.parse("2026-Q1"), Period.parse("2025-Q1")) == ""


def test_a_series_without_rows_has_no_breaks():
    assert len(breaks(Engine.open({}), "controls")) == 0
