"""What is planted in the sample city is found by the app's own questions, and nothing else is sure.

The city is loaded at full size through the ordinary door. What is truly busy is known without
the app's arithmetic: the same city and calendar, simulated ten times as busy, divided by ten.
"""

import datetime as dt
import time

import numpy as np
import pandas as pd
import pytest
import sqlalchemy as sa
from scipy import special

from sample_data.city import build_city
from sample_data.incidents import CHILD, World, report
from sample_data.kinds import KINDS, THEMES
from sample_data.planted import ACTIONS, BREAK, HOTSPOTS, HOTTIMES, PLACEBOS
from tests.conftest import ROOT
from thor_metrics import deeds, effects, forecast, geo, hotspots, ingest, stats
from thor_metrics.engine import Engine, Files
from thor_metrics.indicators import effect, moments
from thor_metrics.indicators.places import cells
from thor_metrics.ledger import Ledger
from thor_metrics.model import Period, Selection
from thor_metrics.settings import load_settings
from thor_metrics.stats import LIKELY, SURE
from thor_metrics.store import Store

SEED = 20230101
START = dt.date(2023, 1, 1)
TIMES = 10
HALF, YEAR = Period.parse("2026-H1"), Period.parse("2025")

#: A square this often as busy as the mean one is a hotspot, planted or not; and an hour.
BUSY_SQUARE, BUSY_HOUR = 4.0, 1.1

ALWAYS = [spot for spot in HOTSPOTS if spot.first <= HALF.start and spot.end >= HALF.end]
NEW = [spot for spot in HOTSPOTS if spot.name.endswith("(nieuw)")]
OVER = [spot for spot in HOTSPOTS if spot.name.endswith("(voorbij)")]

#: Places where something was done in the half year that did help: their course has a bend.
HELPED = {action.place for action in ACTIONS if action.true_ratio < 1 and action.end > HALF.start}


def name(planted):
    return planted.name


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Settings of a folder with the sample city in it."""
    settings = load_settings(ROOT / "settings.toml", data_dir=tmp_path_factory.mktemp("truth"))
    ingest.sample_city(settings, Store(settings.data_dir), until=dt.date(2026, 10, 31))
    return settings


@pytest.fixture(scope="module")
def engine(made):
    store = Store(made.data_dir)
    facts = ("incidents", "controls", "observations")
    return Engine.open({name: Files(tuple(store.files(name))) for name in facts})


@pytest.fixture(scope="module")
def city():
    return build_city(SEED)


@pytest.fixture(scope="module")
def busier(city):
    """The meldingen of 2025 and the half year after it, ten times as many."""
    world = World.build(city, SEED, float(TIMES))
    rows = report(world, YEAR.start, HALF.end - dt.timedelta(days=1), lambda share: None)
    rows = rows[rows["role"] != CHILD]
    # The moment of the nuisance where it is filled in, as the app counts it.
    hour = rows["occurred"].where(rows["occurred_known"], rows["moment"])
    return rows.assign(
        theme=np.array(THEMES, dtype=object)[rows["theme"]],
        rubriek=np.array([kind.rubriek for kind in KINDS], dtype=object)[rows["kind"]],
        hour=hour,
    )


@pytest.fixture(scope="module")
def squares(engine, busier, city):
    """All squares of the half year with their certainty, and what is true of them."""
    half = busier[busier["moment"] >= np.datetime64(HALF.start, "us")]
    found = []
    for theme in THEMES:
        frame = cells.hot_cells(engine, Selection(HALF, themes=(theme,)))
        rows = half[half["theme"] == theme]
        true = (rows.groupby([rows["x"] // cells.CELL, rows["y"] // cells.CELL]).size()) / TIMES
        at = pd.MultiIndex.from_frame(frame[["cell_x", "cell_y"]].astype(float))
        active = [s for s in HOTSPOTS if s.theme == theme and s.first < HALF.end]
        active = [spot for spot in active if spot.end > HALF.start]
        found.append(
            frame.assign(
                theme=theme,
                true=true.reindex(at, fill_value=0.0).to_numpy() / frame["expected"].to_numpy(),
                planted=np.min([_beyond(city, s, frame) for s in active], axis=0, initial=np.inf)
                <= cells.CELL,
            )
        )
    return pd.concat(found, ignore_index=True)


@pytest.fixture(scope="module")
def course(engine):
    return {theme: cells.emerging_cells(engine, Selection(HALF, themes=(theme,)))
            for theme in THEMES}  # fmt: skip


@pytest.fixture(scope="module")
def reports(engine):
    """Every counted melding with a place: theme, x, y and date."""
    table = engine.tables["incidents"]
    columns = table.c.theme, table.c.x, table.c.y, table.c.date
    rows = engine.run(sa.select(*columns).where(table.c.counted.is_(True), table.c.x.is_not(None)))
    return rows.assign(date=pd.to_datetime(rows["date"]))


def _beyond(city, spot, frame):
    """Metres from the edge of a planted disc to each square; below 0 where they overlap."""
    point = city.point_of(spot.soort, spot.place)
    apart = [
        np.maximum(np.maximum(corner - centre, centre - corner - cells.CELL), 0.0)
        for corner, centre in ((frame["x"], city.x[point]), (frame["y"], city.y[point]))
    ]
    return np.hypot(*apart).to_numpy() - spot.radius_m


def _within(city, spot, frame):
    return frame[_beyond(city, spot, frame) < 0]


# Hotspots


@pytest.mark.parametrize("spot", ALWAYS, ids=name)
def test_planted_hotspots_are_sure(squares, city, spot):
    inside = _within(city, spot, squares[squares["theme"] == spot.theme])
    assert inside["certainty"].isin([SURE, LIKELY]).any()


def test_most_planted_hotspots_are_certain_and_not_just_likely(squares, city):
    sure = squares[squares["certainty"] == SURE]
    found = [spot for spot in ALWAYS if len(_within(city, spot, sure[sure["theme"] == spot.theme]))]
    print(f"\nplanted hotspots: {len(ALWAYS)}, of which {SURE}: {len(found)}")
    assert len(found) >= 0.9 * len(ALWAYS)


def test_no_square_is_sure_that_is_not_busy(squares):
    sure = squares[squares["certainty"] == SURE]
    busy = ~sure["planted"] & (sure["true"] >= BUSY_SQUARE)
    neither = sure[~sure["planted"] & ~busy]
    print(
        f"\n{SURE}: {len(sure)} squares; at a planted hotspot {sure['planted'].sum()}, "
        f"truly busy elsewhere {busy.sum()}, neither {len(neither)}"
    )
    assert len(sure) > 20
    assert neither.empty, neither[["theme", "cell_x", "cell_y", "count", "true"]]


def test_the_classic_z_score_is_sure_of_squares_that_are_not_busy(squares):
    """The count above can find something: the usual way of testing gives it plenty."""
    everywhere = squares[["cell_x", "cell_y"]].drop_duplicates()
    area = everywhere["cell_x"], everywhere["cell_y"]
    wrong = 0
    for _, frame in squares[squares["theme"] != "sociaal"].groupby("theme"):
        counts = frame["count"].astype(int)
        grid = hotspots.Grid.from_cells(frame["cell_x"], frame["cell_y"], counts, mask_cells=area)
        z = hotspots.gi_star(grid.counts, mask=grid.mask)
        column = ((frame["x"] - grid.x0) // cells.CELL).astype(int)
        row = ((frame["y"] - grid.y0) // cells.CELL).astype(int)
        sure = stats.fdr(special.ndtr(-z))[row, column] < 0.01
        wrong += int((sure & ~frame["planted"] & (frame["true"] < BUSY_SQUARE)).sum())
    print(f"\nclassic Gi* with a normal p: {wrong} squares neither planted nor busy")
    assert wrong > 20


# The course of a hotspot


@pytest.mark.parametrize("spot", NEW, ids=name)
def test_new_hotspots_are_called_new(course, city, spot):
    inside = _within(city, spot, course[spot.theme])
    assert len(inside)
    words = {"new hot spot", "consecutive hot spot", "sporadic hot spot"}
    assert set(inside["pattern"]) <= words
    assert (inside["since"] >= f"{spot.first:%Y-%m}").all()


@pytest.mark.parametrize("spot", [s for s in ALWAYS if s.first == dt.date.min], ids=name)
def test_hotspots_that_were_always_there_are_called_so(course, city, spot):
    inside = _within(city, spot, course[spot.theme])
    words = {"persistent hot spot", "intensifying hot spot"}
    if spot.place in HELPED:
        words |= {"diminishing hot spot", "historical hot spot"}
    assert set(inside["pattern"]) & words


@pytest.mark.parametrize("spot", OVER, ids=name)
def test_hotspots_that_are_over_are_not_hot_now(course, city, spot):
    inside = _within(city, spot, course[spot.theme])
    assert (inside["since"] == "").all()


@pytest.mark.parametrize("spot", OVER, ids=name)
def test_hotspots_that_are_over_were_hot_then(engine, city, spot):
    """Or the test above would pass with nothing to find."""
    before = Period(dt.date(spot.end.year - 1, spot.end.month, 1), spot.end)
    found = cells.hot_cells(engine, Selection(before, themes=(spot.theme,)))
    assert (_within(city, spot, found)["certainty"] == SURE).any()


# Hottimes


def _week(engine, hottime, kind):
    """Certain hours of the hottime's subjects in 2025, and the planted ones."""
    rubrieken = {kind_.rubriek for kind_ in KINDS if kind_.key in hottime.kinds}
    selection = Selection(YEAR, themes=(hottime.theme,), rubrieken=tuple(sorted(rubrieken)))
    table = moments.hot_hours(engine, selection, kind=kind).table
    grid = np.zeros((7, 24), dtype=object)
    grid[table["weekday"], table["hour"]] = table["certainty"]
    surprise = np.zeros((7, 24))
    surprise[table["weekday"], table["hour"]] = table["surprise"]
    planted = np.zeros((7, 24), dtype=bool)
    planted[tuple(np.array(hottime.cells()).T)] = True
    return grid == SURE, planted, surprise, rubrieken


def _true_week(busier, hottime, rubrieken):
    of_year = busier["moment"] < np.datetime64(HALF.start, "us")
    subject = (busier["theme"] == hottime.theme) & busier["rubriek"].isin(rubrieken)
    rows = busier[of_year & subject]
    place = rows["hour"].dt.day_of_week * 24 + rows["hour"].dt.hour
    return np.bincount(place, minlength=168).reshape(7, 24) / TIMES


@pytest.mark.parametrize("hottime", HOTTIMES, ids=name)
def test_planted_hottimes_are_sure(engine, hottime):
    sure, planted, surprise, _ = _week(engine, hottime, "druk")
    print(f"\n{hottime.name}: {sure[planted].sum()} of {planted.sum()} planted hours {SURE}")
    assert sure[planted].mean() >= 0.5
    # Nowhere else in the week is the surprise as large (that of a hidden count is missing).
    assert planted.flat[np.nanargmax(surprise)]


def test_an_hour_lifted_above_its_day_is_unusual(engine):
    monday = next(hottime for hottime in HOTTIMES if hottime.weekdays == (0,))
    sure, planted, _, _ = _week(engine, monday, "ongewoon")
    assert sure[planted].all()
    assert not sure[~planted].any()


@pytest.mark.parametrize("kind", ["druk", "ongewoon"])
def test_no_hour_is_sure_that_is_not_so(engine, busier, kind):
    inside = outside = wrong = 0
    for hottime in HOTTIMES:
        sure, planted, _, rubrieken = _week(engine, hottime, kind)
        true = _true_week(busier, hottime, rubrieken)
        usual = true.mean()
        if kind == "ongewoon":
            usual = true.sum(axis=1, keepdims=True) * true.sum(axis=0) / true.sum()
        inside += int(sure[planted].sum())
        outside += int((sure & ~planted & (true >= BUSY_HOUR * usual)).sum())
        wrong += int((sure & ~planted & (true < BUSY_HOUR * usual)).sum())
    print(
        f"\n{kind}, hours {SURE}: planted {inside}, truly so by their own rhythm {outside}, "
        f"neither {wrong}"
    )
    assert inside > 0
    assert wrong == 0


# Effects


@pytest.fixture(scope="module")
def studies(made, engine):
    """Title of every action of the sample city that was begun -> its study."""
    with Ledger.open(made.data_dir) as ledger:
        every = ledger.actions()
    areas = geo.load_areas(made)
    begun = [deed for deed in every.to_dict("records") if deeds.measurable(deed)]
    return {
        deed["title"]: effect.action_effect(
            engine, deeds.selection_of(deed), **deeds.effect_options(deed, every, areas)
        )
        for deed in begun
    }


@pytest.mark.parametrize("action", ACTIONS, ids=name)
def test_effects_are_what_they_truly_were(studies, action):
    assert action.end <= BREAK.first_day, "the move to another system would be in the effect"
    study = studies[action.name]
    found = study.estimate
    print(
        f"\n{action.name}: true {action.true_ratio}, found {found.ratio:.2f} "
        f"({found.low:.2f} to {found.high:.2f}), {study.verdict}"
    )
    assert found.low < action.true_ratio < found.high
    assert study.verdict == ("minder" if action.true_ratio < 1 else "geen aantoonbaar verschil")
    assert not study.moved.low > 0, "nothing moved to the ring"


def test_actions_that_did_nothing_get_no_effect(studies):
    found = {action.name: studies[action.name] for action in PLACEBOS}
    for title, study in found.items():
        ratio = study.estimate
        print(f"\n{title}: {study.verdict}, {ratio.ratio:.2f} ({ratio.low:.2f}-{ratio.high:.2f})")
    wrong = [title for title, study in found.items() if study.verdict in {"minder", "meer"}]
    assert len(found) == 10
    assert len(wrong) <= 1
    # "Too few" would be an easy way to be never wrong.
    assert sum(study.verdict == "geen aantoonbaar verschil" for study in found.values()) >= 8
    assert all(study.place[0] + study.place[1] >= effects.FEWEST for study in found.values())


def test_what_was_never_an_action_is_rarely_called_one(engine, city):
    """Random weeks at random places where nothing changed: at most a tenth gets a verdict."""
    rng = np.random.default_rng(7)
    changed = {spot.place for spot in HOTSPOTS if spot.first > START or spot.end < BREAK.first_day}
    changed |= {action.place for action in ACTIONS}
    names = np.array([str(text) for text in city.names(city.points_of("milieuperron"))])
    points = city.points_of("milieuperron")[~np.isin(names, list(changed))]
    found = []
    while len(found) < 100:
        point = rng.choice(points)
        first = dt.date(2024, 4, 1) + dt.timedelta(days=int(rng.integers(0, 550)))
        weeks = dt.timedelta(weeks=int(rng.integers(8, 27)))
        study = effect.action_effect(
            engine, Selection(Period(first, first + weeks), themes=("afval",)),
            x=float(city.x[point]), y=float(city.y[point]), radius=75.0,
            selected=(first - dt.timedelta(weeks=13), first),
        )  # fmt: skip
        if study.estimate is not None and sum(study.place) >= effects.FEWEST:
            found.append(study)
    judged = [study.verdict for study in found if study.verdict in {"minder", "meer"}]
    print(f"\nnothing done, yet judged: {len(judged)} of 100")
    assert len(judged) <= 10


def test_all_actions_together(studies, made):
    with Ledger.open(made.data_dir) as ledger:
        rows = [
            deeds.study_row(deed, studies[deed["title"]])
            for deed in ledger.actions().to_dict("records")
            if deed["title"] in studies
        ]
    found = deeds.together(rows).set_index("kind")
    print(f"\n{found.to_string()}")
    assert found.loc["cameratoezicht", "low"] < 0.55 < found.loc["cameratoezicht", "high"]
    assert found.loc["extra controles", "low"] < 1 < found.loc["extra controles", "high"]


def test_an_action_whose_baseline_is_its_selection_window_is_refused(engine, city):
    action = ACTIONS[0]
    point = city.point_of(action.soort, action.place)
    place = {"x": float(city.x[point]), "y": float(city.y[point]), "radius": action.radius_m}
    selection = Selection(Period(action.first, action.end), themes=(action.theme,))
    chosen = action.first - dt.timedelta(weeks=26)
    study = effect.action_effect(
        engine, selection, **place, selected=(chosen, action.first), baseline=chosen
    )
    assert study.verdict == effect.NOT_JUDGED
    assert study.estimate is None
    assert "wordt vanzelf rustiger" in study.windows.why


# The forecast


@pytest.fixture(scope="module")
def tried(engine):
    """The forecast of all themes, tried on thirteen origins of 28 days; and how long that took."""
    table = engine.tables["incidents"]
    columns = table.c.x, table.c.y, table.c.date, table.c.hour, table.c.time_known
    rows = engine.run(sa.select(*columns).where(table.c.counted.is_(True), table.c.x.is_not(None)))
    known = rows["time_known"].to_numpy(bool)
    hour = np.where(known, rows["hour"].fillna(12).to_numpy(np.int64), 12)
    moment = rows["date"].to_numpy("datetime64[m]") + hour * np.timedelta64(60, "m")
    start = time.perf_counter()
    found = forecast.backtest(
        rows["x"].to_numpy(float), rows["y"].to_numpy(float), moment, hour_known=known
    )
    return found, len(rows), time.perf_counter() - start


def test_the_forecast_is_tried_on_the_past(tried):
    found, rows, seconds = tried
    cells = found.hits[(found.hits["what"] == "cells") & (found.hits["share"] == 0.05)]
    hit = cells.set_index("model")["hit_rate"]
    possible = cells.set_index("model").loc["pool"]
    best = possible["hit_rate"] / possible["pei"]
    last_year = hit["pool"] / hit["same period last year"] - 1
    print(
        f"\n{rows} reports, {int(cells['origins'].max())} origins, {seconds:.1f} s\n"
        f"hit rate of the top 5 %: {hit.round(4).to_dict()}\n"
        f"above last year: {last_year:.1%}; whoever knew the future: {best:.4f}, "
        f"{best / hit['same period last year'] - 1:.1%} above last year"
    )
    assert cells["origins"].eq(13).all()
    assert hit["pool"] >= hit["all history"]
    # A quarter above last year is more than the best possible squares have here: places of this
    # city hardly move. So the forecast is held to what there is to win.
    assert possible["pei"] >= 0.85
    assert last_year >= 0.05


def test_the_forecast_is_as_sure_as_it_says(tried):
    found, _, _ = tried
    pool = found.calibration[found.calibration["model"] == "pool"]
    print(f"\n{pool.to_string()}")
    assert pool["ratio"].between(0.80, 1.25).all()
    covered = found.coverage.set_index(["model", "interval"])["covered"]
    assert 0.85 <= covered["pool", "negative binomial"] <= 0.97
