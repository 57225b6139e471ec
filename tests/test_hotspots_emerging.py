"""Emerging hotspots: each class by hand, and all against the definitions read one by one."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from thor_metrics.hotspots.emerging import EMERGING_CLASSES, emerging


def one(row, **options):
    """Class of a single cell, its periods written as a text: h hot, c cold, . neither."""
    bins = [[{"h": 1, "c": -1, ".": 0}[letter]] for letter in row]
    return emerging(bins, **options).item()


def definition(bins, rise):
    """The definitions for one cell, one sentence at a time, most recent state first."""
    if bins[-1] == -1 or (bins[-1] == 0 and bins.count(-1) / len(bins) >= 0.9):
        mirrored = definition([-value for value in bins], -rise)
        return mirrored.replace("hot", "cold")
    ninety = round(bins.count(1) / len(bins), 9) >= 0.9
    if bins[-1] != 1:
        return "historical hot spot" if ninety else "no pattern detected"
    before = bins[:-1]
    if 1 not in before:
        return "new hot spot"
    if ninety:
        return {1: "intensifying", 0: "persistent", -1: "diminishing"}[rise] + " hot spot"
    while before and before[-1] == 1:
        before = before[:-1]
    if 1 not in before:
        return "consecutive hot spot"
    return "oscillating hot spot" if -1 in bins else "sporadic hot spot"


HAND_MADE = [
    (".........h", 0, "new"),
    ("cc.......h", 0, "new"),  # cold before: still never hot before
    ("........hh", 0, "consecutive"),
    ("..hhhhhhhh", 0, "consecutive"),  # 80 %
    ("c.......hh", 0, "consecutive"),
    ("hhhhhhhhhh", 1, "intensifying"),
    (".hhhhhhhhh", 1, "intensifying"),  # exactly 90 %
    ("hhhhhhhhhh", 0, "persistent"),
    ("hhhhchhhhh", 0, "persistent"),
    (".hhhhhhhhh", 0, "persistent"),  # 90 % is no longer consecutive
    ("hhhhhhhhhh", -1, "diminishing"),
    ("hhhh.hhhhh", -1, "diminishing"),
    ("h........h", 0, "sporadic"),
    ("h.h.h.h.hh", 1, "sporadic"),
    (".h......hh", 0, "sporadic"),
    ("hh.hhhhh.h", 0, "sporadic"),  # 80 %
    ("c.h......h", 0, "oscillating"),
    ("hhc....hhh", 0, "oscillating"),
    ("hhhhhhhhh.", 0, "historical"),
    ("hhhhhhhhh.", 1, "historical"),
    ("hhhhhhhh..", 0, None),
    ("hhhh......", 0, None),
    ("..........", 0, None),
    ("h", 0, "new"),
    ("hh", 0, "persistent"),
    (".hh", 0, "consecutive"),
]


@pytest.mark.parametrize(("row", "rise", "kind"), HAND_MADE)
def test_each_hot_class_by_hand(row, rise, kind):
    expected = f"{kind} hot spot" if kind else "no pattern detected"

    assert one(row, trend=[rise], trend_p=[0.01]) == expected


@pytest.mark.parametrize(("row", "rise", "kind"), HAND_MADE)
def test_each_cold_class_is_the_mirror(row, rise, kind):
    """For cold spots a falling z is clustering that gets stronger."""
    mirrored = row.translate(str.maketrans("hc", "ch"))
    expected = f"{kind} cold spot" if kind else "no pattern detected"

    assert one(mirrored, trend=[-rise], trend_p=[0.01]) == expected


def test_what_it_is_now_goes_before_what_it_was():
    assert one("ccccccccch") == "new hot spot"
    assert one("hhhhhhhhhc") == "new cold spot"


def test_the_hand_made_rows_have_all_seventeen_classes():
    hot = {kind for _, _, kind in HAND_MADE if kind}

    assert len(EMERGING_CLASSES) == len(set(EMERGING_CLASSES)) == 17
    expected = {f"{kind} {state} spot" for kind in hot for state in ("hot", "cold")}
    assert set(EMERGING_CLASSES) == expected | {"no pattern detected"}
    assert EMERGING_CLASSES[0] == "new hot spot"
    assert EMERGING_CLASSES[8] == "new cold spot"
    assert EMERGING_CLASSES[-1] == "no pattern detected"


@given(
    hnp.arrays(
        np.int64,
        st.tuples(st.integers(1, 24), st.integers(1, 6)),
        # Mostly one state, or 90 % would hardly be seen.
        elements=st.sampled_from([1, 1, 1, 1, 1, 1, 1, 1, 1, 0, -1]),
    ),
    st.data(),
)
@settings(max_examples=300)
def test_classes_are_the_definitions_one_by_one(bins, data):
    cells = bins.shape[1]
    bins = bins * np.array(data.draw(st.lists(st.sampled_from([1, -1]), min_size=cells,
                                              max_size=cells)))  # fmt: skip
    rise = data.draw(st.lists(st.sampled_from([-1, 0, 1]), min_size=cells, max_size=cells))

    found = emerging(bins, trend=rise, trend_p=np.zeros(cells))

    assert found.tolist() == [
        definition(bins[:, cell].tolist(), rise[cell]) for cell in range(cells)
    ]
    assert set(found) <= set(EMERGING_CLASSES)


@given(hnp.arrays(np.int64, (12, 5), elements=st.integers(-1, 1)), st.integers(0, 1000))
def test_turning_hot_into_cold_mirrors_every_class(bins, seed):
    z = np.random.default_rng(seed).normal(size=bins.shape)
    swap = {"hot": "cold", "cold": "hot"}
    mirrored = [
        " ".join(swap.get(word, word) for word in name.split()) for name in emerging(bins, z=z)
    ]

    assert emerging(-bins, z=-z).tolist() == mirrored


def test_the_trend_comes_from_mann_kendall_on_z():
    bins = np.ones((12, 4), dtype=int)
    step = np.arange(12.0)
    up_and_down = np.where(step % 2 == 0, 2.0, 3.0)
    z = np.column_stack((step, -step, up_and_down, np.full(12, math.nan)))

    assert emerging(bins, z=z).tolist() == [
        "intensifying hot spot",
        "diminishing hot spot",
        "persistent hot spot",
        "persistent hot spot",
    ]


def test_alpha_is_where_a_trend_begins():
    """1 2 3 4 5 has p = .0275."""
    bins, z = np.ones((5, 1), dtype=int), np.arange(5.0)[:, np.newaxis]

    assert emerging(bins, z=z).item() == "intensifying hot spot"
    assert emerging(bins, z=z, alpha=0.02).item() == "persistent hot spot"
    assert one("hhh", trend=[1], trend_p=[0.05]) == "persistent hot spot"
    assert one("hhh", trend=[1], trend_p=[math.nan]) == "persistent hot spot"
    assert one("hhh", trend=[math.nan], trend_p=[math.nan]) == "persistent hot spot"


def test_cells_may_lie_in_a_grid():
    bins = np.zeros((3, 2, 4), dtype=int)
    bins[-1, 1, 2] = 1

    found = emerging(bins, z=bins.astype(float))

    assert found.shape == (2, 4)
    assert found[1, 2] == "new hot spot"
    assert (found == "no pattern detected").sum() == 7


@pytest.mark.parametrize(
    ("bins", "options", "message"),
    [
        ([[2]], {}, "found 2"),
        ([[math.nan]], {}, "found nan"),
        (np.zeros((0, 3)), {}, r"found shape \(0, 3\)"),
        ([[1]], {"z": [[1, 2]]}, r"found \(1, 2\)"),
        ([[1]], {"trend": [1]}, "belong together"),
        ([[1]], {"trend": [1], "trend_p": [0, 1]}, r"found \(1,\) and \(2,\)"),
        ([[1]], {"z": [[1]], "trend": [1], "trend_p": [0]}, "not both"),
    ],
)
def test_emerging_says_what_is_wrong(bins, options, message):
    with pytest.raises(ValueError, match=message):
        emerging(bins, **options)
