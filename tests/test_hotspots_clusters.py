"""Clusters against scikit-learn and by hand; outlines by what a person would see."""

from __future__ import annotations

import importlib
import math

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.cluster import DBSCAN

from thor_metrics.hotspots.clusters import clusters, outlines

# The folder has a function of this name, which hides the file.
module = importlib.import_module("thor_metrics.hotspots.clusters")

# Whole metres and radii with whole squares: many points lie exactly on the limit.
places = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=1, max_size=60)


def city(seed, n=4000, size=4000):
    """Blobs of reports among scattered ones, on addresses of ten metres."""
    rng = np.random.default_rng(seed)
    centres = rng.uniform(0, size, (25, 2))
    blob = rng.integers(0, 25, n)
    points = np.where(
        rng.random((n, 1)) < 0.5,
        centres[blob] + rng.normal(0, 45, (n, 2)),
        rng.uniform(0, size, (n, 2)),
    )
    return np.round(points / 10) * 10 + [176_000, 318_000]


def renumbered(labels):
    """Number groups by first appearance, so that equal groupings are equal arrays."""
    names = {}
    return [-1 if label < 0 else names.setdefault(label, len(names)) for label in labels]


def assert_same_clusters(points, eps, min_samples, weights=None):
    """Equal to scikit-learn: noise and cores exactly, border points where there is no choice."""
    points = np.asarray(points, dtype=float)
    ours = clusters(points[:, 0], points[:, 1], eps=eps, min_samples=min_samples, weights=weights)
    if weights is not None and not weights.any():
        assert (ours < 0).all()  # scikit-learn refuses to say
        return ours
    reference = DBSCAN(eps=eps, min_samples=min_samples).fit(points, sample_weight=weights)
    core = np.zeros(len(points), dtype=bool)
    core[reference.core_sample_indices_] = True

    assert ((ours < 0) == (reference.labels_ < 0)).all()
    assert renumbered(ours[core]) == renumbered(reference.labels_[core])
    cores, labels = points[core], ours[core]
    for i in np.flatnonzero(~core & (ours >= 0)):
        squared = ((cores - points[i]) ** 2).sum(axis=1)
        assert ours[i] in labels[squared == squared.min()], "not the nearest core"
        if len(set(labels[squared <= eps**2])) == 1:
            same = labels[reference.labels_[core] == reference.labels_[i]]
            assert set(same.tolist()) == {ours[i]}
    return ours


# --- clusters ------------------------------------------------------------------------------


@pytest.mark.parametrize(("eps", "min_samples"), [(40, 10), (60, 40), (15, 3), (150, 25), (5, 1)])
def test_clusters_are_those_of_scikit_learn(eps, min_samples):
    ours = assert_same_clusters(city(1), eps, min_samples)

    assert ours.max() >= 1


@given(places, st.sampled_from([1, 2, 5, 10]), st.integers(1, 8))
@settings(max_examples=150)
def test_clusters_are_those_of_scikit_learn_for_any_places(points, eps, min_samples):
    assert_same_clusters(points, eps, min_samples)


@given(places, st.data())
@settings(max_examples=60)
def test_weights_are_those_of_scikit_learn(points, data):
    weights = data.draw(
        st.lists(st.sampled_from([0, 0.5, 1, 4]), min_size=len(points), max_size=len(points))
    )

    assert_same_clusters(points, 3, 4, weights=np.array(weights))


def test_small_steps_and_trees_change_nothing(monkeypatch):
    points = city(2, n=1500)
    expected = clusters(*points.T, eps=120, min_samples=20)
    monkeypatch.setattr(module, "_AT_ONCE", 50)
    monkeypatch.setattr(module, "_CROWDED", 4)

    assert clusters(*points.T, eps=120, min_samples=20).tolist() == expected.tolist()
    assert expected.max() >= 2


@pytest.mark.parametrize("crowded", [1, 16_384, 10**9])
def test_crowded_cells_are_joined_by_their_nearest_points(monkeypatch, crowded):
    """Two blocks of 441 points with one pair exactly 10 apart, or a little more."""
    monkeypatch.setattr(module, "_CROWDED", crowded)
    step = np.arange(0, 5.25, 0.25)
    left = np.stack(np.meshgrid(step, step), axis=-1).reshape(-1, 2)
    x, y = np.concatenate([left, left + np.array([5 + 6, 5 + 8])]).T
    further = x + np.where(x > 10, 0.01, 0)

    assert set(clusters(x, y, eps=10, min_samples=5).tolist()) == {0}
    assert set(clusters(further, y, eps=10, min_samples=5).tolist()) == {0, 1}


def test_many_links_between_two_clusters_are_one_link():
    """Three hundred pairs of cells at once join the same two groups."""
    x = np.arange(0, 900.0)
    rows = clusters(np.tile(x, 2), np.repeat([0.0, 2.0], 900), eps=2, min_samples=2)

    assert set(rows.tolist()) == {0}


@given(places, st.randoms())
@settings(max_examples=60)
def test_the_order_of_the_rows_plays_no_part(points, random):
    order = list(range(len(points)))
    random.shuffle(order)
    points = np.array(points, dtype=float)
    labels = clusters(*points.T, eps=4, min_samples=3)

    assert clusters(*points[order].T, eps=4, min_samples=3).tolist() == labels[order].tolist()


@given(places)
@settings(max_examples=60)
def test_clusters_are_numbered_from_the_heaviest(points):
    points = np.array(points, dtype=float)
    labels = clusters(*points.T, eps=3, min_samples=2)
    sizes = np.bincount(labels[labels >= 0])

    assert labels.dtype == np.int64
    assert (sizes > 0).all()
    assert (np.diff(sizes) <= 0).all()


def test_weight_decides_the_number_and_west_goes_first_among_equals():
    x = [0, 1, 100, 101, 102, 200, 201]
    y = [0] * 7

    assert clusters(x, y, eps=1, min_samples=2).tolist() == [1, 1, 0, 0, 0, 2, 2]
    weights = [1, 1, 1, 1, 1, 5, 5]
    assert clusters(x, y, eps=1, min_samples=2, weights=weights).tolist() == [2, 2, 1, 1, 1, 0, 0]


def test_a_single_address_with_enough_reports_is_a_cluster():
    x, y = [7.0] * 10 + [500.0] * 9, [3.0] * 19

    assert clusters(x, y).tolist() == [0] * 10 + [-1] * 9
    assert clusters([7.0], [3.0], weights=[10]).tolist() == [0]
    assert clusters([7.0], [3.0], weights=[9.5]).tolist() == [-1]


def test_a_border_point_joins_the_nearest_core():
    """Only 4 and 15 have four points within 6; 10 is 6 from the one and 5 from the other."""
    labels = clusters([-2, 0, 4, 10, 15, 19, 21], [0] * 7, eps=6, min_samples=4)

    assert labels.tolist() == [1, 1, 1, 0, 0, 0, 0]
    mirrored = clusters([2, 0, -4, -10, -15, -19, -21], [0] * 7, eps=6, min_samples=4)
    assert mirrored.tolist() == labels.tolist()


def test_exactly_eps_is_near_and_a_hair_more_is_not():
    assert clusters([0, 3], [0, 4], eps=5, min_samples=2).tolist() == [0, 0]
    assert clusters([0, 3], [0, 4.000001], eps=5, min_samples=2).tolist() == [-1, -1]


def test_a_missing_place_is_in_no_cluster():
    labels = clusters([0, math.nan, 0, 0], [0, 0, math.nan, 0], eps=1, min_samples=2)

    assert labels.tolist() == [0, -1, -1, 0]
    assert clusters([], []).tolist() == []
    assert clusters([math.nan], [0]).tolist() == [-1]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"x": [0, 1], "y": [0]}, r"found \(2,\) and \(1,\)"),
        ({"x": [0], "y": [0], "eps": 0}, "eps is a distance"),
        ({"x": [0], "y": [0], "eps": math.nan}, "eps is a distance"),
        ({"x": [0], "y": [0], "min_samples": 0}, "min_samples is above zero"),
        ({"x": [0], "y": [0], "weights": [1, 2]}, "2 weights for 1 points"),
        ({"x": [0], "y": [0], "weights": [-1]}, "found -1"),
        ({"x": [0], "y": [0], "weights": [math.nan]}, "found nan"),
        ({"x": [0, 1e9], "y": [0, 1e9], "eps": 1e-6}, "too small"),
    ],
)
def test_clusters_say_what_is_wrong(arguments, message):
    with pytest.raises(ValueError, match=message):
        clusters(**arguments)


# --- outlines ------------------------------------------------------------------------------


def test_the_facts_of_a_cluster_by_hand():
    facts = outlines(
        [0, 10, 50, 999], [0, 10, 50, 999], [1, 1, 0, -1], reach=5, weights=[1, 3, 2, 9]
    )

    assert facts.columns.tolist() == ["label", "n", "weight", "x", "y", "area_m2", "polygon"]
    assert facts["label"].tolist() == [0, 1]
    assert facts["n"].tolist() == [1, 2]
    assert facts["weight"].tolist() == [2, 4]
    assert facts["x"].tolist() == [50, 7.5]
    assert facts["y"].tolist() == [50, 7.5]


def test_an_address_is_a_disc_and_a_street_a_strip():
    facts = outlines([0, 0, 100, 160, 300], [0, 0, 0, 0, 0], [0, 0, 1, 1, 1], reach=20)

    disc, strip = facts["area_m2"]
    assert disc == pytest.approx(math.pi * 20**2, rel=0.03)
    assert strip == pytest.approx(math.pi * 20**2 + 200 * 40, rel=0.01)


def test_a_square_is_widened_on_all_sides():
    grid = np.stack(np.meshgrid(np.arange(11) * 10.0, np.arange(11) * 10.0), axis=-1).reshape(-1, 2)

    facts = outlines(*grid.T, np.zeros(121), reach=10)

    assert facts["area_m2"].item() == pytest.approx(100**2 + 4 * 100 * 10 + math.pi * 100, rel=0.01)
    assert facts[["x", "y"]].to_numpy().tolist() == [[50, 50]]


def test_what_an_outline_surrounds_belongs_to_it():
    """A horseshoe with an opening of 137 metres, which widening by 75 closes."""
    angle = np.linspace(0.35, 2 * math.pi - 0.35, 80)
    radius = np.where(np.arange(80) % 2, 200, 210)  # on one circle any triangles would do
    x, y = radius * np.cos(angle), radius * np.sin(angle)

    wide = outlines(x, y, np.zeros(80), reach=75)["polygon"].item()
    narrow = outlines(x, y, np.zeros(80), reach=20)["polygon"].item()

    assert not narrow.contains(shapely.Point(0, 0))
    assert wide.contains(shapely.Point(0, 0))
    assert not wide.interiors


@given(places, st.sampled_from([2.0, 20.0]))
@settings(max_examples=100)
def test_outlines_hold_all_points_of_their_cluster(points, reach):
    x, y = np.array(points, dtype=float).T + 300_000
    labels = clusters(x, y, eps=5, min_samples=3)
    facts = outlines(x, y, labels, reach=reach)

    assert facts["label"].tolist() == list(range(labels.max() + 1))
    assert facts["n"].sum() == (labels >= 0).sum()
    for row in facts.itertuples():
        inside = labels == row.label
        assert isinstance(row.polygon, shapely.Polygon)
        assert row.polygon.is_valid
        assert row.area_m2 > 0
        assert shapely.contains_xy(row.polygon, x[inside], y[inside]).all()
        assert row.x == pytest.approx(x[inside].mean())
        assert row.y == pytest.approx(y[inside].mean())


def test_no_clusters_no_outlines():
    facts = outlines([0, 1], [0, 1], [-1, -1])

    assert facts.empty
    assert "polygon" in facts.columns


def test_points_without_weight_have_their_plain_centre():
    facts = outlines([0, 10], [0, 0], [0, 0], weights=[0, 0])

    assert facts["x"].item() == 5
    assert facts["weight"].item() == 0


def test_outlines_say_what_is_wrong():
    with pytest.raises(ValueError, match="2 labels for 1 points"):
        outlines([0], [0], [0, 0])
    with pytest.raises(ValueError, match="reach is a distance"):
        outlines([0], [0], [0], reach=0)
    with pytest.raises(ValueError, match="has no place"):
        outlines([math.nan], [0], [0])
