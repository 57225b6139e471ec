"""Hotspots, hottimes and placing: ours beside the usual public tools, on the same data.

    python -m benchmarks.analysis [--rounds 5]

Every pair runs in turn in this one process, on one core where the tool lets us choose; a figure
is the median of the rounds (a tool that takes seconds gets fewer of them). What a tool needs only
once (weights, compiled code, prepared areas) is made before the clock starts. The difference is
the largest one between the results, where both answer the same question.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from thor_metrics import forecast, hotspots, hottimes, stats
from thor_metrics.geo import AreaMap, load_areas, locate, to_lonlat
from thor_metrics.settings import load_settings

Floats = NDArray[np.float64]

MILLION = 1_000_000
SIDE = 316
BANDWIDTH = 150.0


@dataclass(frozen=True)
class Tool:
    """Something to time.

    Attributes
    ----------
    name : str
    run : callable
    rounds : int
        How often at most; 0 as often as was asked.
    times : float
        What its time is multiplied by, where it only gets a share of the work.
    target : float
        How many times faster ours must be; 0 for no promise.
    """

    name: str
    run: Callable[[], Any]
    rounds: int = 0
    times: float = 1.0
    target: float = 0.0


def duel(ours: Tool, *theirs: Tool, rounds: int) -> dict[str, Any]:
    """Time ours and theirs in turn, print a line for each of theirs, and give the last answers."""
    seconds: dict[str, list[float]] = {tool.name: [] for tool in (ours, *theirs)}
    answers: dict[str, Any] = {}
    for turn in range(max(rounds, 1)):
        for tool in (*theirs, ours):
            if tool.rounds and turn >= tool.rounds:
                continue
            start = time.perf_counter()
            answers[tool.name] = tool.run()
            seconds[tool.name].append((time.perf_counter() - start) * tool.times)
    middle = {name: statistics.median(found) for name, found in seconds.items()}
    for tool in theirs:
        ratio = middle[tool.name] / middle[ours.name]
        goal = f"{'meets' if ratio >= tool.target else 'MISSES'} {tool.target:,.0f}x"
        scaled = f" (1/{tool.times:g} of the work, scaled)" if tool.times > 1 else ""
        print(
            f"  {ours.name:<32}{middle[ours.name]:>10.4f} s {middle[tool.name]:>10.3f} s"
            f"{ratio:>9,.0f}x  {goal if tool.target else '':<15}{tool.name}{scaled}"
        )
    if not theirs:
        print(f"  {ours.name:<32}{middle[ours.name]:>10.4f} s")
    return answers


def told(what: str, difference: float, of: str = "") -> None:
    print(f"      largest difference from {what}: {difference:.2g}{of}")


def local(rounds: int) -> None:
    """Gi* and the exact p of a window, on a map of about 100,000 cells."""
    from esda.getisord import G_Local
    from libpysal.graph import Graph
    from libpysal.weights import fill_diagonal, lat2W

    counts = np.random.default_rng(1).poisson(0.2, (SIDE, SIDE))
    y = counts.ravel().astype(np.float64)
    plain = lat2W(SIDE, SIDE, rook=False)
    whole = fill_diagonal(plain, 1.0)
    graph = Graph.from_W(whole).transform("B")

    def analytic(weights: Any) -> Floats:
        found: Floats = G_Local(y, weights, transform="B", star=True, permutations=0).Zs
        return found

    def permuted(permutations: int) -> Floats:
        found: Floats = G_Local(
            y, whole, transform="B", star=True, permutations=permutations, n_jobs=1,
            keep_simulations=False, seed=1,
        ).p_sim  # fmt: skip
        return found

    print(f"\nEach of {counts.size:,} cells with its neighbours, 0.2 events a cell")
    found = duel(
        Tool("gi_star", lambda: hotspots.gi_star(counts)),
        Tool("esda G_Local, W", lambda: analytic(plain), 3, target=40),
        Tool("esda G_Local, W with diagonal", lambda: analytic(whole), 3),
        Tool("esda G_Local, Graph with diagonal", lambda: analytic(graph)),
        rounds=rounds,
    )
    z = found["gi_star"].ravel()
    told("esda (z)", max(np.abs(found[name] - z).max() for name in found if name != "gi_star"))
    permuted(9)  # numba compiles at first use
    hotspots.window_p(counts[:9, :9])
    found = duel(
        Tool("window_p (exact)", lambda: hotspots.window_p(counts)),
        Tool("esda 999 permutations, 1 core", lambda: permuted(999), 1, target=500),
        rounds=rounds,
    )
    # theirs is the rarer of both tails, so it can be compared where ours is below a half; it
    # leaves the cell itself as it is, which ours does not.
    p, sim = found["window_p (exact)"].ravel(), found["esda 999 permutations, 1 core"]
    rare = p < 0.01
    print(
        f"      p < .01: {rare.sum()} cells, mean {p[rare].mean():.4f}; theirs there "
        f"{sim[rare].mean():.4f} (another null: it keeps the cell itself, and cannot go below .001)"
    )


def points(rounds: int) -> None:
    """Counting and smoothing a million points on 200 x 200 cells."""
    from KDEpy import FFTKDE
    from pointpats.quadrat_statistics import RectangleM
    from sklearn.neighbors import KernelDensity

    rng = np.random.default_rng(2)
    centres = rng.uniform((2000, 2000), (10_000, 8_000), (60, 2))
    of = rng.integers(0, 60, MILLION)
    xy = centres[of] + rng.normal(0, 400, (MILLION, 2))
    # KDEpy knows one bandwidth for both axes and puts its grid points where it likes: square
    # cells for both, and the middles of ours for it.
    size, edge = 60.0, 12_000.0
    bounds = (0.0, 0.0, edge, edge)
    middles = np.arange(size / 2, edge, size)
    grid = np.stack(np.meshgrid(middles, middles, indexing="ij"), axis=-1).reshape(-1, 2)
    frame = (xy > middles[0]).all(axis=1) & (xy < middles[-1]).all(axis=1)
    xy = xy[frame]
    x, y = np.ascontiguousarray(xy.T)
    n, share = len(x), 10
    few = xy[rng.choice(n, n // share, replace=False)]

    def slow() -> Floats:
        model = KernelDensity(bandwidth=BANDWIDTH, rtol=1e-2).fit(few)
        found: Floats = np.exp(model.score_samples(grid))
        return found

    print(f"\nDensity of {n:,} points on 200 x 200 cells of {size:g} m, bandwidth {BANDWIDTH:g} m")
    found = duel(
        Tool("kde", lambda: hotspots.kde(
            x, y, bounds=bounds, cell_size=size, bandwidth=BANDWIDTH)),
        Tool("KDEpy FFTKDE", lambda: FFTKDE(kernel="gaussian", bw=BANDWIDTH).fit(xy)(grid),
             target=10),
        Tool("scikit-learn KernelDensity, rtol 1e-2", slow, 1, share, 1000),
        rounds=rounds,
    )  # fmt: skip
    # Ours is [row, column] in events per km2, theirs [x, y] as a chance per m2.
    ours = found["kde"].T.ravel() / n / 1e6
    exact = _exact_density(x, y, middles)
    for name, answer in (("ours", ours), ("KDEpy's", found["KDEpy FFTKDE"])):
        off = np.abs(answer - exact).max() / exact.max()
        print(f"      {name} largest error of the exact sum: {off:.2%} of the peak")

    print(f"\nCounting {n // 10:,} points in 200 x 200 cells")
    some = xy[: n // 10]
    found = duel(
        Tool("count_grid", lambda: hotspots.count_grid(
            some[:, 0], some[:, 1], cell_size=size, bounds=bounds)),
        Tool("pointpats RectangleM", lambda: RectangleM(
            some, rectangle_width=size, rectangle_height=size).point_location_sta(), 2),
        rounds=rounds,
    )  # fmt: skip
    # Its cells start at the westernmost point, so the totals are what can be compared.
    told(
        "pointpats (total; its cells move with the data)",
        abs(found["count_grid"].counts.sum() - sum(found["pointpats RectangleM"].values())),
    )


def _exact_density(x: Floats, y: Floats, middles: Floats) -> Floats:
    """Sum the Gaussian of every point at every middle, [x, y], in parts that fit in memory."""
    total = np.zeros((len(middles), len(middles)))
    for part in range(0, len(x), 50_000):
        across, up = (
            np.exp(-0.5 * ((middles[:, np.newaxis] - axis[part : part + 50_000]) / BANDWIDTH) ** 2)
            for axis in (x, y)
        )
        total += across @ up.T
    density: Floats = (total / (2 * np.pi * BANDWIDTH**2 * len(x))).ravel()
    return density


def placing(rounds: int) -> None:
    """A million points in the buurten."""
    areas = load_areas(load_settings(Path(__file__).parents[1] / "settings.toml"))
    west, south, east, north = areas.bounds
    x, y = np.random.default_rng(1).uniform([[west], [south]], [[east], [north]], (2, MILLION))
    ready = gpd.GeoDataFrame(geometry=gpd.points_from_xy(x, y), crs=areas.crs)
    buurten = areas.frame().reset_index()
    lon, lat = to_lonlat(x, y, areas.crs)

    print(f"\nPlacing {MILLION:,} points in {len(areas)} buurten")
    start = time.perf_counter()
    areas.place(x, y)
    print(f"  first time, which makes the raster: {time.perf_counter() - start:.3f} s")
    found = duel(
        Tool("AreaMap.place", lambda: areas.place(x, y)),
        Tool("geopandas.sjoin, points ready", lambda: _first(ready, buurten), 2, target=5),
        Tool("geopandas.sjoin, from x and y", lambda: _sjoin(areas, buurten, x, y), 2),
        rounds=rounds,
    )
    wrong = int((found["AreaMap.place"] != found["geopandas.sjoin, points ready"]).sum())
    print(f"      different from sjoin: {wrong} of {MILLION:,}")
    duel(Tool("locate, lon/lat to buurt", lambda: locate(lon, lat, areas=areas)), rounds=rounds)


def _sjoin(areas: AreaMap, buurten: gpd.GeoDataFrame, x: Floats, y: Floats) -> NDArray[np.int64]:
    return _first(gpd.GeoDataFrame(geometry=gpd.points_from_xy(x, y), crs=areas.crs), buurten)


def _first(points_: gpd.GeoDataFrame, buurten: gpd.GeoDataFrame) -> NDArray[np.int64]:
    joined = points_.sjoin(buurten, how="left", predicate="intersects")
    first = joined.groupby(level=0)["index"].min()  # a point on a border comes back twice
    return first.fillna(-1).to_numpy(np.int64)


def times(rounds: int) -> None:
    """A million events somewhere between two moments, in the hours of the week."""
    rng = np.random.default_rng(3)
    start = np.datetime64("2025-01-01", "us") + rng.integers(0, 365 * 86_400, MILLION).astype(
        "timedelta64[s]"
    )
    span = np.minimum(rng.exponential(6 * 3600, MILLION), 5 * 86_400).astype(np.int64)
    end = start + span.astype("timedelta64[s]")
    share, much = 100, 10
    every = pd.DataFrame({"start": start, "end": end})
    few, more = every.iloc[::share], every.iloc[::much]

    print(f"\nAoristic week of {MILLION:,} events, 6 hours long on average")
    found = duel(
        Tool("weekly_profile", lambda: hottimes.weekly_profile(start, end)),
        Tool("pandas, a range of hours an event", lambda: _by_event(few), 1, share),
        Tool("pandas, exploded to hours", lambda: _exploded(more), 2, much),
        rounds=rounds,
    )
    for name, part in zip(list(found)[:2], (few, more), strict=True):
        ours = hottimes.weekly_profile(part["start"], part["end"])
        told(name, np.abs(found[name] - ours).max(), f" of {len(part):,} events")


def _by_event(frame: pd.DataFrame) -> Floats:
    """Spread one event at a time, as it is written down first."""
    profile = np.zeros((7, 24))
    hour = pd.Timedelta(hours=1)
    for event in frame.itertuples():
        begin, end = event.start, event.end
        if begin == end:
            profile[begin.dayofweek, begin.hour] += 1
            continue
        for moment in pd.date_range(begin.floor("h"), end, freq="h"):
            overlap = min(end, moment + hour) - max(begin, moment)
            profile[moment.day_of_week, moment.hour] += overlap / (end - begin)
    return profile


def _exploded(frame: pd.DataFrame) -> Floats:
    """Spread a row an hour, as one who knows pandas well writes it."""
    first = frame["start"].dt.floor("h")
    hours = (frame["end"].dt.floor("h") - first) // pd.Timedelta(hours=1) + 1
    rows = frame.assign(first=first).loc[frame.index.repeat(hours)]
    step = pd.to_timedelta(rows.groupby(level=0).cumcount(), unit="h")
    moment = rows["first"] + step
    after = moment + pd.Timedelta(hours=1)
    overlap = rows["end"].where(rows["end"] < after, after) - rows["start"].where(
        rows["start"] > moment, moment
    )
    span = rows["end"] - rows["start"]
    weight = (overlap / span).where(span > pd.Timedelta(0), 1.0)
    summed = weight.groupby([moment.dt.day_of_week, moment.dt.hour]).sum()
    week = pd.MultiIndex.from_product([range(7), range(24)])
    return summed.reindex(week, fill_value=0.0).to_numpy().reshape(7, 24)


def trends(rounds: int) -> None:
    """Ten thousand series of 36 months."""
    import pymannkendall

    series = np.random.default_rng(4).poisson(2.0, (10_000, 36)).astype(np.float64)
    share = 20
    few = series[::share]

    def theirs() -> Floats:
        found = [pymannkendall.original_test(one) for one in few]
        return np.array([(one.s, one.z, one.p) for one in found])

    print("\nMann-Kendall of 10,000 series of 36")
    found = duel(
        Tool("mann_kendall", lambda: stats.mann_kendall(series)),
        Tool("pymannkendall", theirs, 2, share, 20),
        rounds=rounds,
    )
    ours = np.stack(found["mann_kendall"], axis=-1)[::share]
    told("pymannkendall (S, z, p)", np.abs(ours - found["pymannkendall"]).max())


def ahead() -> None:
    """How long a forecast of the next four weeks takes."""
    rng = np.random.default_rng(5)
    n = 100_000
    centres = rng.uniform((176_000, 316_000), (182_000, 321_000), (400, 2))
    busy = rng.gamma(0.5, size=400)
    xy = centres[rng.choice(400, n, p=busy / busy.sum())] + rng.normal(0, 60, (n, 2))
    minutes = rng.integers(0, 3 * 365 * 1440, n).astype("timedelta64[m]")
    t = np.datetime64("2023-07-01", "m") + minutes
    print(f"\nForecast of four weeks from {n:,} reports in three years")
    duel(
        Tool("forecast", lambda: forecast.forecast(
            xy[:, 0], xy[:, 1], t, origin=pd.Timestamp("2026-07-01"))),
        rounds=2,
    )  # fmt: skip


@contextmanager
def clock(what: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    print(f"  ({what}: {time.perf_counter() - start:.0f} s with what was made for it)")


def main() -> None:
    """Print a table a subject."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=5)
    rounds = options.parse_args().rounds
    busy = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    print(f"{os.cpu_count()} cores{busy}; ours, theirs, theirs / ours; medians of {rounds} rounds")
    for subject in (local, points, placing, times, trends):
        with clock(subject.__name__):
            subject(rounds)
    with clock("forecast"):
        ahead()


if __name__ == "__main__":
    main()
