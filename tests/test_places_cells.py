"""Squares that are more than chance, their course, density and expectation: planted and checked."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from tests import factories
from thor_metrics import hotspots, stats
from thor_metrics.engine import Engine
from thor_metrics.indicators.places import (
    density,
    emerging_cells,
    expected_cells,
    hot_cells,
    monthly_cells,
    names_near,
)
from thor_metrics.model import Period, Selection

H1 = Selection(Period.parse("2026-H1"), themes=("afval",))

#: Square with the planted hotspot: cell_x, cell_y, in buurt B1.
HOT = (1764, 3173)


def at(cell_x, cell_y, day, **more):
    """One report in the middle of a square."""
    return {"day": day, "hour": 10, "x": cell_x * 100 + 50.0, "y": cell_y * 100 + 50.0,
            "theme": "afval", "rubriek": "bijplaatsing"} | more  # fmt: skip


def quiet_city(rng, *, start="2024-01-01", months=30, mean=0.25, side=20, **more):
    """Poisson reports a square and month over side x side squares round the hot one."""
    first = pd.Period(start, freq="M")
    rows = []
    for month in range(months):
        counts = rng.poisson(mean, (side, side))
        day = (first + month).to_timestamp()
        for i, j in zip(*np.nonzero(counts), strict=True):
            rows += [
                at(1755 + int(j), 3165 + int(i), f"{day:%Y-%m}-{1 + int(rng.integers(28)):02d}",
                   **more)
                for _ in range(counts[i, j])
            ]  # fmt: skip
    return rows


def busy(rng, cell, *, start, months, a_month, **more):
    first = pd.Period(start, freq="M")
    return [
        at(*cell, f"{first + month}-{1 + int(rng.integers(28)):02d}", **more)
        for month in range(months)
        for _ in range(a_month)
    ]


@pytest.fixture(scope="module")
def rng():
    return np.random.default_rng(7)


@pytest.fixture(scope="module")
def city(rng):
    """Two and a half quiet years, one square that is always busy, one since March 2026."""
    rows = quiet_city(rng)
    rows += busy(rng, HOT, start="2024-01", months=30, a_month=8)
    rows += busy(rng, (1770, 3180), start="2026-03", months=4, a_month=8)
    # Elsewhere in the municipality, so that a gebied has another one beside it.
    rows += [at(1742, 3182, "2026-02-03", buurt="B3") for _ in range(3)]
    # Far in the other gebied; place of the areas follows from the buurt.
    return Engine.open(
        {
            "incidents": factories.table("incidents", rows),
            "areas": factories.areas(),
            "objects": factories.table(
                "objects",
                [{"kind": "milieuperron", "name": "Perron A", "x": 176_430.0, "y": 317_360.0}],
            ),
        }
    )


# --- more than chance -----------------------------------------------------------------------------


def test_planted_squares_are_sure_and_hardly_anything_else_is(city):
    found = hot_cells(city, H1)
    sure = found[found["certainty"] == stats.SURE]
    assert {HOT, (1770, 3180)} <= set(zip(sure["cell_x"], sure["cell_y"], strict=True))
    # What else is sure lies beside a planted one, in its surroundings.
    for row in sure.to_dict("records"):
        nearest = min(
            max(abs(row["cell_x"] - x), abs(row["cell_y"] - y)) for x, y in (HOT, (1770, 3180))
        )
        assert nearest <= 1
    assert sure.loc[sure["cell_x"] == HOT[0], "kind"].iloc[0] == "plek"


def test_counts_are_those_of_the_map(city):
    found = hot_cells(city, H1)
    hot = found[(found["cell_x"] == HOT[0]) & (found["cell_y"] == HOT[1])].iloc[0]
    assert hot["count"] >= 48
    assert (hot["x"], hot["y"]) == (176_400.0, 317_300.0)
    assert hot["ratio"] == pytest.approx(hot["count"] / hot["expected"])
    assert found["ratio"].isna().tolist() == (found["count"] < 20).tolist()
    assert found["count"].is_monotonic_decreasing


def test_a_q_value_is_that_of_the_library(city):
    """One square by hand: the same counts, mask and correction outside the query."""
    found = hot_cells(city, H1)
    everything = hot_cells(city, replace(H1, period=Period.parse("2024-01-01/2026-06-30")))
    x, y = everything["cell_x"] - 1740, everything["cell_y"] - 3160
    mask = np.zeros((40, 40), bool)
    mask[y, x] = True
    counts = np.zeros((40, 40))
    counts[found["cell_y"] - 3160, found["cell_x"] - 1740] = found["count"].astype(float)
    alone = hotspots.cell_p(counts, mask=mask)[mask]
    around = hotspots.window_p(counts, mask=mask)[mask]
    q = stats.fdr(np.stack([alone, around]))
    where = np.flatnonzero(mask.ravel()) == (HOT[1] - 3160) * 40 + HOT[0] - 1740
    hot = found[(found["cell_x"] == HOT[0]) & (found["cell_y"] == HOT[1])].iloc[0]
    assert hot["q_cell"] == pytest.approx(q[0][where][0])
    assert hot["q_window"] == pytest.approx(q[1][where][0])


def test_zooming_in_changes_nothing_about_certainty(city):
    everywhere = hot_cells(city, H1).set_index(["cell_x", "cell_y"])
    inside = hot_cells(city, replace(H1, gebied="Centrum")).set_index(["cell_x", "cell_y"])
    assert len(inside) < len(everywhere)
    assert everywhere.loc[inside.index, "certainty"].equals(inside["certainty"])


def test_few_events_are_not_tested():
    rows = [at(1764, 3173, "2026-02-01") for _ in range(30)]
    engine = Engine.open({"incidents": factories.table("incidents", rows)})
    found = hot_cells(engine, H1)
    assert found["certainty"].tolist() == [""]
    assert found["count"].tolist() == [30]


def test_nothing_selected_gives_no_squares(city):
    assert hot_cells(city, replace(H1, themes=("fiets",))).empty
    assert hot_cells(city, replace(H1, series="controls")).empty


def test_many_reports_on_few_days_are_pointed_out():
    rows = [at(1764, 3173, "2026-02-01") for _ in range(40)]
    rows += [at(1766, 3173, f"2026-02-{day:02d}") for day in range(1, 29)]
    engine = Engine.open({"incidents": factories.table("incidents", rows)})
    found = hot_cells(engine, H1)
    assert found["days"].tolist() == [1, 28]
    assert found["one_reporter"].tolist() == [True, False]


def test_small_numbers_about_people_leave_words_only(rng):
    more = {"theme": "sociaal", "rubriek": "jeugdoverlast"}
    rows = quiet_city(rng, start="2026-01", months=6, **more)
    rows += busy(rng, HOT, start="2026-01", months=6, a_month=6, **more)
    engine = Engine.open({"incidents": factories.table("incidents", rows)})
    found = hot_cells(engine, replace(H1, themes=("sociaal",)))
    assert found["q_cell"].isna().all()
    assert found["q_window"].isna().all()
    small = found[found["hidden"]]
    assert len(small)
    assert small[["count", "days", "ratio"]].isna().all(axis=None)
    assert (small["certainty"] == "").all()
    assert (found.loc[~found["hidden"], "count"] >= 5).all()


# --- course ---------------------------------------------------------------------------------------


def test_course_tells_what_is_new_from_what_was_always_there(city):
    found = emerging_cells(city, H1).set_index(["cell_x", "cell_y"])
    assert found.loc[HOT, "pattern"] in ("persistent hot spot", "intensifying hot spot")
    assert found.loc[HOT, "hot_months"] == found.loc[HOT, "months"] == 24
    new = found.loc[(1770, 3180)]
    assert new["pattern"] in ("new hot spot", "consecutive hot spot")
    assert "2026-03" <= new["since"] <= "2026-06"


def test_a_hotspot_that_ended_is_history(rng):
    rows = quiet_city(rng) + busy(rng, HOT, start="2024-01", months=28, a_month=10)
    engine = Engine.open({"incidents": factories.table("incidents", rows)})
    until = replace(H1, period=Period(dt.date(2026, 1, 1), dt.date(2026, 7, 1)))
    now = emerging_cells(engine, until).set_index(["cell_x", "cell_y"])
    # April was busy, so the steps to June still hold it; a quarter later it is over.
    assert now.loc[HOT, "since"] != ""
    more = quiet_city(rng, start="2026-07", months=4)
    later = Engine.open({"incidents": factories.table("incidents", rows + more)})
    then = emerging_cells(later, replace(H1, period=Period.parse("2026"))).set_index(
        ["cell_x", "cell_y"]
    )
    assert HOT not in then.index or then.loc[HOT, "since"] == ""


def test_less_than_a_year_has_no_course(rng):
    rows = quiet_city(rng, start="2026-01", months=6)
    engine = Engine.open({"incidents": factories.table("incidents", rows)})
    found = emerging_cells(engine, H1)
    assert found.empty
    assert "pattern" in found


# --- months, density, expectation -----------------------------------------------------------------


def test_months_add_up_to_the_period(city):
    months = monthly_cells(city, H1)
    whole = hot_cells(city, H1).set_index(["cell_x", "cell_y"])["count"]
    summed = months.groupby(["cell_x", "cell_y"])["count"].sum()
    assert summed.astype("int64").equals(whole.loc[summed.index].astype("int64"))
    assert months["month"].between("2026-01", "2026-06").all()


def test_density_is_highest_at_the_planted_square_and_adds_up(city):
    found = density(city, replace(H1, gebied="Centrum"))
    top = found.iloc[0]
    assert abs(top["x"] - HOT[0] * 100) <= 150
    assert abs(top["y"] - HOT[1] * 100) <= 150
    assert found["per_km2"].min() >= 0.05 * found["per_km2"].max()
    count = hot_cells(city, replace(H1, gebied="Centrum"))["count"].sum()
    # Only the faint edge of the surface was left away.
    assert 0.8 * count < found["per_km2"].sum() * 0.0025 <= count * 1.001


def test_density_of_people_would_show_them(rng):
    rows = busy(rng, HOT, start="2026-01", months=6, a_month=6, theme="sociaal")
    engine = Engine.open({"incidents": factories.table("incidents", rows)})
    assert density(engine, Selection(Period.parse("2026-H1"))).empty


def test_expectation_says_how_well_it_did_before(city):
    found = expected_cells(city, H1)
    assert found.origin == city.spans["incidents"][1] + dt.timedelta(days=1)
    assert found.words
    assert 0 <= found.hit_rate <= 1
    top = found.cells.iloc[0]
    assert (top["cell_x"], top["cell_y"]) in {HOT, (1770, 3180)}
    # Eight a month is somewhat less in four weeks.
    assert 5 < top["expected"] < 12
    assert top["low"] < top["expected"] < top["high"]


def test_no_expectation_about_people_or_without_history(rng):
    people = busy(rng, HOT, start="2025-01", months=18, a_month=10, theme="sociaal")
    engine = Engine.open({"incidents": factories.table("incidents", people)})
    assert expected_cells(engine, Selection(Period.parse("2026-H1"))).origin is None
    few = [at(1764, 3173, "2026-02-01") for _ in range(30)]
    engine = Engine.open({"incidents": factories.table("incidents", few)})
    assert "te weinig geschiedenis" in expected_cells(engine, H1).words


def test_a_place_is_named_after_the_object_it_lies_at(city):
    assert names_near(city, [176_450.0, 180_000.0], [317_350.0, 317_350.0]) == ["Perron A", ""]
