"""Hot-items against formulas worked out by hand, scipy, and tables made by chance."""

from __future__ import annotations

import doctest
import importlib
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats as reference

from thor_metrics import hotitems, stats
from thor_metrics.hotitems import hot_items, overrepresented, rising

AREAS = ["Centrum", "Oost", "West"]
THEMES = ["afval", "fiets", "geluid"]


@pytest.mark.parametrize("module", ["areas", "change", "ranking"])
def test_examples_in_the_docstrings_run(module):
    result = doctest.testmod(importlib.import_module(f"thor_metrics.hotitems.{module}"))

    assert result.attempted > 0
    assert result.failed == 0


def table(values, areas=AREAS, themes=THEMES):
    return pd.DataFrame(values, index=areas, columns=themes)


def pairs(counts):
    """Counts by (area, category)."""
    return counts.stack()  # noqa: PD013 - melt would lose the index


def row(frame, area, category):
    return frame[(frame["area"] == area) & (frame["category"] == category)].iloc[0]


CITY = table([[60, 20, 20], [30, 50, 20], [30, 50, 20]])


# --- more than elsewhere -------------------------------------------------------------------


def test_log_odds_by_hand():
    """Centrum: 60 of 100 is afval, in the rest 60 of 200, in the city 120 of 300; prior 50."""
    told = row(overrepresented(CITY, prior=50), "Centrum", "afval")

    pull = 50 * 120 / 300
    here, not_here = 60 + pull, 40 + 50 - pull
    there, not_there = 60 + pull, 140 + 50 - pull
    log_odds = math.log(here / not_here) - math.log(there / not_there)
    error = math.sqrt(1 / here + 1 / not_here + 1 / there + 1 / not_there)
    assert told["log_odds"] == pytest.approx(log_odds)
    assert told["z"] == pytest.approx(log_odds / error)
    assert (told["low"], told["high"]) == pytest.approx(
        (log_odds - 1.959964 * error, log_odds + 1.959964 * error), rel=1e-6
    )
    assert (told["count"], told["expected"], told["share"], told["lq"]) == (60, 40, 0.6, 1.5)
    assert told["certainty"] == "zeker"


def test_the_rest_of_the_city_leaves_the_area_out():
    """With hardly a prior: odds of 60 to 40 against 60 to 140 in the other two together."""
    told = row(overrepresented(CITY, prior=1e-9), "Centrum", "afval")

    assert told["log_odds"] == pytest.approx(math.log(60 / 40) - math.log(60 / 140))


def test_rows_are_areas_by_categories_in_the_order_of_the_table():
    got = overrepresented(CITY.iloc[::-1])

    assert got["area"].tolist() == [area for area in AREAS[::-1] for _ in THEMES]
    assert got["category"].tolist() == THEMES * 3
    assert got.columns.tolist() == [
        "area", "category", "count", "expected", "share", "lq", "log_odds", "low", "high", "z",
        "p", "q", "certainty", "note",
    ]  # fmt: skip
    assert got["count"].dtype == "Int64"


def exactly(counts, dispersion):
    """The dispersion that makes the variance that of the binomial."""
    n = counts.to_numpy().sum()
    share = counts.sum(axis=0).to_numpy() / n
    return dispersion * (n - 1) / n / (1 - share)


def test_p_is_that_of_the_binomial_where_it_has_its_variance():
    got = overrepresented(CITY, dispersion=exactly(CITY, 1))

    y = CITY.to_numpy()
    chance, draws = y.sum(axis=1, keepdims=True) / y.sum(), y.sum(axis=0)
    upper = reference.binom.sf(y - 1, draws, chance)
    lower = reference.binom.cdf(y, draws, chance)
    assert got["p"].to_numpy() == pytest.approx(
        np.minimum(1, 2 * np.minimum(upper, lower)).ravel(), rel=1e-9
    )


def test_p_is_that_of_the_negative_binomial_on_bursty_counts():
    got = overrepresented(CITY, dispersion=exactly(CITY, 6))

    y = CITY.to_numpy()
    chance, mean = y.sum(axis=1, keepdims=True) / y.sum(), reference.contingency.expected_freq(y)
    phi = 6 * (1 - chance)
    upper = reference.nbinom.sf(y - 1, mean / (phi - 1), 1 / phi)
    lower = reference.nbinom.cdf(y, mean / (phi - 1), 1 / phi)
    assert got["p"].to_numpy() == pytest.approx(
        np.minimum(1, 2 * np.minimum(upper, lower)).ravel(), rel=1e-9
    )


def test_p_lies_close_to_fishers_exact_tail():
    """Also of a theme with three quarters of all events, and far out in the tail."""
    counts = np.array([[30, 20, 20], [30, 50, 250], [12, 60, 240]])

    got = overrepresented(table(counts))

    n, of_area, of_theme = counts.sum(), counts.sum(axis=1, keepdims=True), counts.sum(axis=0)
    upper = reference.hypergeom.sf(counts - 1, n, of_theme, of_area)
    lower = reference.hypergeom.cdf(counts, n, of_theme, of_area)
    exact = np.minimum(1, 2 * np.minimum(upper, lower)).ravel()
    assert np.log10(got["p"]).to_numpy() == pytest.approx(np.log10(exact), rel=0.16, abs=0.06)


def test_an_area_with_little_is_drawn_to_the_city():
    counts = table([[3, 0, 0], [300, 400, 300], [310, 390, 300]])

    got = row(overrepresented(counts), "Centrum", "afval")
    looser = row(overrepresented(counts, prior=1), "Centrum", "afval")

    assert got["lq"] == pytest.approx(3 / (3 * 613 / 2003))
    assert 0 < got["log_odds"] < looser["log_odds"]
    assert got["certainty"] == "kan toeval zijn"


def test_the_only_event_of_its_kind_says_nothing_in_the_largest_area():
    got = overrepresented(table([[900, 1], [50, 0]], ["Centrum", "Oost"], ["afval", "fiets"]))

    assert got["p"].to_numpy() == pytest.approx(np.ones(4))


def test_dispersion_widens():
    plain = row(overrepresented(CITY), "Centrum", "afval")
    wide = row(overrepresented(CITY, dispersion=[4, 1, 1]), "Centrum", "afval")

    assert wide["log_odds"] == plain["log_odds"]
    assert wide["z"] == pytest.approx(plain["z"] / 2)
    assert wide["high"] - wide["low"] == pytest.approx(2 * (plain["high"] - plain["low"]))
    assert wide["p"] > plain["p"]


def test_nothing_to_compare_with():
    counts = table([[0, 0, 0], [5, 0, 7], [3, 0, 9]])

    got = overrepresented(counts)

    empty = (got["area"] == "Centrum") | (got["category"] == "fiets")
    assert (got.loc[empty, "note"] == hotitems.NOT_COMPARABLE).all()
    assert got.loc[empty, ["log_odds", "z", "p", "q"]].isna().all(axis=None)
    assert (got.loc[empty, "certainty"] == "").all()
    assert (got.loc[~empty, "note"] == "").all()
    assert got.loc[~empty, "p"].notna().all()
    for alone in (counts.iloc[[1]], counts[["afval"]], counts * 0, counts.iloc[:0], counts[[]]):
        assert overrepresented(alone)["p"].isna().all()


def test_missing_is_compared_with_nothing_and_adds_nothing():
    counts = CITY.astype("Int64")
    counts.loc["Centrum", "geluid"] = pd.NA

    got = overrepresented(counts)

    told = row(got, "Centrum", "geluid")
    assert told[["count", "expected", "lq", "share", "q"]].isna().all()
    assert told["note"] == hotitems.NOT_COMPARABLE
    assert row(got, "Centrum", "afval")["share"] == 60 / 80


def test_counts_by_share_stay_as_they_are():
    got = overrepresented(CITY + 0.5)

    assert row(got, "Centrum", "afval")["count"] == 60.5
    assert got["p"].between(0, 1).all()


def test_overrepresented_says_what_is_wrong():
    with pytest.raises(ValueError, match="every area stands once in the table; found 'Oost' twice"):
        overrepresented(table(np.ones((3, 3)), areas=["Oost", "Oost", "West"]))
    with pytest.raises(ValueError, match="every category stands once"):
        overrepresented(table(np.ones((3, 3)), themes=["a", "a", "b"]))
    with pytest.raises(ValueError, match="found -1"):
        overrepresented(CITY - 21)
    with pytest.raises(ValueError, match="prior is more than 0 events; found 0"):
        overrepresented(CITY, prior=0)
    with pytest.raises(ValueError, match=r"one a category \(3\); found \(2,\)"):
        overrepresented(CITY, dispersion=[1, 2])
    for wrong in (0.5, math.nan):
        with pytest.raises(ValueError, match="dispersion is 1 or more"):
            overrepresented(CITY, dispersion=wrong)


counted = st.lists(
    st.lists(st.integers(0, 60), min_size=4, max_size=4), min_size=2, max_size=5
).map(lambda rows: pd.DataFrame(rows, columns=list("abcd")))


@given(counted, st.floats(1, 5), st.randoms())
def test_the_order_of_areas_and_categories_does_not_matter(counts, phi, random):
    order = list(counts.index)
    random.shuffle(order)
    keys = ["area", "category"]

    got = overrepresented(counts, dispersion=phi).sort_values(keys)
    other = overrepresented(counts.loc[order, ::-1], dispersion=phi).sort_values(keys)

    pd.testing.assert_frame_equal(got.reset_index(drop=True), other.reset_index(drop=True))


@given(counted, st.floats(1, 5), st.floats(0.5, 500))
def test_expected_adds_up_and_p_is_a_chance(counts, phi, prior):
    got = overrepresented(counts, dispersion=phi, prior=prior)

    if counts.to_numpy().sum():
        assert got.groupby("area")["expected"].sum().to_numpy() == pytest.approx(
            counts.sum(axis=1).to_numpy()
        )
    tested = got[got["p"].notna()]
    assert tested["p"].between(0, 1).all()
    assert ((tested["low"] < tested["log_odds"]) & (tested["log_odds"] < tested["high"])).all()
    more = (tested["count"] - tested["expected"]).astype(float)
    apart = more.abs() > 1e-9
    assert (np.sign(more[apart]) == np.sign(tested["log_odds"][apart])).all()


# --- rising --------------------------------------------------------------------------------


def test_a_broken_series_is_neither_tested_nor_told():
    got = rising([60, 60], [30, 30], broken=[True, False])

    assert got["certainty"].tolist() == ["", "zeker"]
    assert got["note"].tolist() == [hotitems.BROKEN, ""]
    assert got.loc[0, ["ratio", "low", "high", "p", "q"]].isna().all()
    # What is not tested does not count in the correction.
    assert got.loc[1, "q"] == got.loc[1, "p"]
    assert rising([60, 60], [30, 30], broken=True)["note"].tolist() == [hotitems.BROKEN] * 2
    assert rising([60], [30], broken=False)["ratio"].tolist() == [2]


def test_a_break_goes_before_too_few_and_after_no_data():
    got = rising(pd.Series([3, None], dtype="Int64"), pd.Series([2, 30]), broken=True)

    assert got["note"].tolist() == [hotitems.BROKEN, ""]


@pytest.mark.parametrize("broken", [[True], [True, None], [1, 0], "ja"])
def test_broken_is_true_or_false_per_thing(broken):
    with pytest.raises(ValueError, match=r"once or once a thing \(2\)"):
        rising([60, 60], [30, 30], broken=broken)


def test_expected_is_before_at_the_length_of_now():
    got = rising([90], [30], exposure=(60, 20))

    assert got["expected"].tolist() == [90]
    assert got["ratio"].tolist() == [1]


# --- the list ------------------------------------------------------------------------------


def both(now, before, **options):
    return hot_items(overrepresented(now), rising(pairs(now), pairs(before)), **options)


def test_the_three_reasons_to_be_on_the_list():
    now = table([[160, 90, 40], [60, 90, 40], [60, 90, 120]])
    before = table([[100, 92, 41], [61, 40, 38], [58, 89, 118]])

    got = both(now, before)

    assert got[["area", "category", "kind", "rank"]].to_numpy().tolist() == [
        ["Centrum", "afval", "beide", 1],
        ["Oost", "fiets", "beide", 1],
        ["West", "geluid", "meer dan elders", 1],
    ]
    told = got.iloc[0]
    assert (told["count"], told["before"], told["expected_rise"], told["ratio"]) == (
        160, 100, 100, 1.6,
    )  # fmt: skip
    assert (told["certainty_more"], told["certainty_rise"]) == ("zeker", "zeker")
    assert told["lq"] == pytest.approx(160 / told["expected"])


def test_what_rises_everywhere_is_on_the_list_for_rising_only():
    now = table([[100, 100, 100]] * 3)
    before = table([[100, 40, 101]] * 3)

    got = both(now, before)

    assert got["kind"].tolist() == ["stijgt"] * 3
    assert got["category"].tolist() == ["fiets"] * 3


def test_what_is_less_or_falls_is_no_hot_item():
    now = table([[20, 100, 100], [100, 100, 100], [100, 100, 100]])
    before = table([[90, 100, 100], [100, 100, 100], [100, 100, 100]])

    got = both(now, before, fallback=0)

    assert row(overrepresented(now), "Centrum", "afval")["certainty"] == "zeker"
    assert rising(pairs(now), pairs(before))["certainty"].iloc[0] == "zeker"
    assert ("Centrum", "afval") not in set(zip(got["area"], got["category"], strict=True))


def test_surest_first_then_both_then_the_most_events():
    over = overrepresented(table([[100, 100, 100]] * 3)).assign(
        log_odds=1.0, expected=[50, 60, 90] * 3,
        certainty=["waarschijnlijk", "zeker", "zeker"] * 3,
    )  # fmt: skip
    told = rising(pairs(table([[100, 100, 100]] * 3)), pairs(table([[99, 99, 99]] * 3)))

    got = hot_items(over, told)
    assert got["category"].tolist() == ["fiets", "geluid", "afval"] * 3
    assert got["rank"].tolist() == [1, 2, 3] * 3

    told.loc[("Oost", "geluid"), "certainty"] = "waarschijnlijk"
    got = hot_items(over, told, top=2)
    assert got.loc[got["area"] == "Oost", "category"].tolist() == ["geluid", "fiets"]
    assert got.loc[got["area"] == "Oost", "kind"].tolist() == ["beide", "meer dan elders"]


def test_where_nothing_is_likely_the_nearest_is_told_as_chance():
    now = table([[300, 300, 250], [310, 300, 255], [300, 300, 360]])

    before = now.copy()
    before.loc["West", "afval"] -= 5  # rises a little, and is no match for what is sure

    got = both(now, before)

    assert got[["area", "category", "kind", "rank"]].to_numpy().tolist() == [
        ["Centrum", "fiets", "kan toeval zijn", 1],
        ["Oost", "afval", "kan toeval zijn", 1],
        ["West", "geluid", "meer dan elders", 1],
    ]
    assert both(now, before, fallback=0)["area"].tolist() == ["West"]
    assert both(now, before, fallback=3)["rank"].tolist() == [1, 2, 1, 2, 1]


def test_an_item_has_some_events():
    """Four where .1 was expected is surely more, and no item to send anybody to."""
    now = table([[4, 60, 60], [0, 900, 900], [0, 900, 900]])

    got = both(now, now, fallback=0)

    assert row(overrepresented(now), "Centrum", "afval")["certainty"] == "zeker"
    assert "afval" not in got["category"].tolist()
    assert both(now, now, fallback=0, fewest=4)["category"].tolist() == ["afval"]


def test_new_things_rise_although_they_have_no_ratio():
    now = table([[100, 40, 100], [100, 40, 100], [100, 40, 100]])
    before = table([[100, 2, 100], [100, 40, 100], [100, 40, 100]])

    got = both(now, before, fallback=0)

    assert got[["area", "category", "kind", "note"]].to_numpy().tolist() == [
        ["Centrum", "fiets", "stijgt", hotitems.TOO_FEW]
    ]
    assert got["ratio"].isna().all()


def test_a_longer_stretch_is_not_a_rise():
    """60 in twice the time where 50 were: falling, although it is more."""
    now = table([[60, 600, 600]] * 3)
    told = rising(pairs(now), pairs(table([[50, 300, 300]] * 3)), exposure=(2, 1))

    got = hot_items(overrepresented(now), told, fallback=0)

    assert told["certainty"].iloc[0] == "waarschijnlijk"
    assert len(got) == 0


def test_pairs_that_cannot_be_compared_with_before_stay_on_the_list():
    now = table([[160, 90, 40], [60, 90, 40], [60, 90, 40]])
    told = rising(pairs(now), pairs(now), broken=True).iloc[1:]

    got = hot_items(overrepresented(now), told)

    first = got.iloc[0]
    assert (first["kind"], first["certainty_rise"], first["note"]) == ("meer dan elders", "", "")
    assert got["certainty_rise"].tolist() == [""] * len(got)


def test_hot_items_say_what_is_wrong():
    over, told = overrepresented(CITY), rising(pairs(CITY), pairs(CITY))

    with pytest.raises(ValueError, match=r"over misses \['lq'\]"):
        hot_items(over.drop(columns="lq"), told)
    with pytest.raises(ValueError, match=r"index of rise is \(area, category\)"):
        hot_items(over, told.reset_index(drop=True))
    with pytest.raises(ValueError, match="Centrum, afval has 60 in over and 61 in rise"):
        hot_items(over, rising(pairs(CITY) + 1, pairs(CITY)))


def test_no_areas_give_an_empty_list():
    nothing = CITY.iloc[:0]

    got = hot_items(overrepresented(nothing), rising(pairs(CITY), pairs(CITY)))

    assert len(got) == 0
    assert got.columns.tolist()[:4] == ["area", "category", "count", "expected"]
    zeros = both(CITY * 0, CITY)
    assert len(zeros) == 0


# --- calibration ---------------------------------------------------------------------------


def by_chance(rng, areas, themes, size, phi, peak=None):
    """A table whose areas all have one mix, skewed as themes are, and sizes that differ."""
    mix = rng.dirichlet(np.full(themes, 0.7))
    mean = (size * rng.gamma(2, 0.5, areas) + 1)[:, np.newaxis] * mix
    if peak:
        mean[0, np.argsort(mix)[themes // 2]] *= peak
    drawn = rng.poisson(mean) if phi == 1 else rng.negative_binomial(mean / (phi - 1), 1 / phi)
    return pd.DataFrame(drawn), np.argsort(mix)[themes // 2]


@pytest.mark.slow
@pytest.mark.parametrize("phi", [1, 3])
@pytest.mark.parametrize(
    ("areas", "themes", "size"), [(7, 12, 200), (7, 12, 2_000), (44, 30, 40), (44, 30, 300)]
)
def test_tables_without_signal_are_flagged_in_at_most_ten_percent(areas, themes, size, phi):
    rng = np.random.default_rng(14)
    flagged, normal = [], []
    for _ in range(150):
        drawn, _ = by_chance(rng, areas, themes, size, phi)
        got = overrepresented(drawn, dispersion=phi)
        flagged.append((got["q"] < 0.05).any())
        normal.append((stats.fdr(2 * reference.norm.sf(got["z"].abs())) < 0.05).any())

    print(f"{areas} x {themes}, {size} an area, dispersion {phi}: {np.mean(flagged):.1%} flagged, "
          f"{np.mean(normal):.1%} by the normal z")  # fmt: skip
    assert np.mean(flagged) <= 0.1


@pytest.mark.slow
@pytest.mark.parametrize(("phi", "peak"), [(1, 2.5), (3, 4.0)])
def test_a_planted_theme_is_found(phi, peak):
    """The middle one of 12 themes 2.5 (4) times its share, in one of 7 areas of about 2,000."""
    rng = np.random.default_rng(15)
    found = []
    for _ in range(150):
        drawn, theme = by_chance(rng, 7, 12, 2_000, phi, peak)
        if drawn.loc[0, theme] < 40:
            continue
        got = overrepresented(drawn, dispersion=phi)
        planted = got[(got["area"] == 0) & (got["category"] == theme)].iloc[0]
        found.append(planted["q"] < 0.05 and planted["log_odds"] > 0)

    print(f"dispersion {phi}, x{peak:g}: {np.mean(found):.1%} of {len(found)} found")
    assert len(found) > 75
    assert np.mean(found) >= 0.95
