"""On maps of pure chance hardly anything is found; what was planted is.

Every map has 60 x 60 cells and its own fixed seed. A map counts as a false alarm when any of its
cells has q < .05 (Benjamini-Hochberg over all its cells). The shares are printed: ``pytest -s``.
"""

from __future__ import annotations

import numpy as np
import pytest

from thor_metrics.hotspots import cell_p, gi_star, window_p
from thor_metrics.stats import fdr

pytestmark = pytest.mark.slow

MAPS = 200
CELLS = (60, 60)
#: Variance 0.33 and 4.33 at means of 0.2 and 1.
SIZE = 0.3


def poisson(mean):
    return lambda rng: rng.poisson(mean, CELLS)


def negative_binomial(mean):
    return lambda rng: rng.negative_binomial(SIZE, SIZE / (SIZE + mean), CELLS)


NOISE = {
    "Poisson 0.05": poisson(0.05),
    "Poisson 0.2": poisson(0.2),
    "Poisson 1": poisson(1.0),
    "negative binomial 0.2": negative_binomial(0.2),
    "negative binomial 1": negative_binomial(1.0),
}

#: What a 4 x 4 block gets on top of the noise, per cell: with it the block has 21, 7.5, 4, 12.5
#: and 9 times the mean of the map. The more the noise varies, the more it takes.
PLANTED = {
    "Poisson 0.05": 1.0,
    "Poisson 0.2": 1.3,
    "Poisson 1": 3.0,
    "negative binomial 0.2": 2.3,
    "negative binomial 1": 8.0,
}


def noise(name, number):
    return NOISE[name](np.random.default_rng([number, *name.encode()]))


def significant(p):
    return fdr(p) < 0.05


@pytest.mark.parametrize("test", [window_p, cell_p])
@pytest.mark.parametrize("name", NOISE)
def test_pure_chance_is_seldom_called_significant(name, test):
    alarms = np.mean([significant(test(noise(name, i))).any() for i in range(MAPS)])

    print(f"{test.__name__}, {name}: {alarms:.1%} of {MAPS} maps")
    assert alarms <= 0.10


@pytest.mark.parametrize("name", NOISE)
def test_a_planted_block_is_found(name):
    block = (slice(20, 24), slice(30, 34))
    found, wrong = 0, []
    for i in range(MAPS):
        counts = noise(name, i)
        counts[block] += np.random.default_rng(i).poisson(PLANTED[name], (4, 4))
        hot = significant(window_p(counts))
        found += hot[block].any()
        total = hot.sum()
        hot[19:25, 29:35] = False  # windows there hold cells of the block
        wrong.append(hot.sum() / max(total, 1))

    print(
        f"{name} + {PLANTED[name]}: found in {found / MAPS:.1%} of {MAPS} maps, "
        f"{np.mean(wrong):.1%} of the cells called significant do not touch it"
    )
    assert found / MAPS >= 0.95
    assert np.mean(wrong) <= 0.05


@pytest.mark.parametrize("name", NOISE)
def test_p_values_hold_over_the_whole_range(name):
    """Under chance at most a share a of the p-values is a or less, at .05, .01 and .001."""
    for test in (window_p, cell_p):
        p = np.concatenate([test(noise(name, i)).ravel() for i in range(40)])
        shares = [(p <= a).mean() / a for a in (0.05, 0.01, 0.001)]

        print(f"{test.__name__}, {name}: rate / a = {', '.join(f'{s:.2f}' for s in shares)}")
        assert shares[0] <= 1.05
        assert shares[1] <= 1.15
        assert shares[2] <= 1.35


def test_a_hot_address_is_found_by_the_cell_and_not_by_the_window():
    """Sixty reports in one cell of a quiet map: its window cannot be rarer than about k / n."""
    by_cell = by_window = 0
    for i in range(50):
        counts = noise("negative binomial 0.2", i)
        counts[31, 17] += 60
        by_cell += significant(cell_p(counts))[31, 17]
        by_window += significant(window_p(counts))[31, 17]

    assert by_cell == 50
    assert by_window <= 5


def test_read_as_a_normal_deviate_gi_star_calls_chance_significant():
    """Why window_p exists: of sparse maps of pure chance most have a "significant" cell."""
    from scipy.special import ndtr

    alarms = np.mean(
        [significant(ndtr(-gi_star(noise("Poisson 0.2", i)))).any() for i in range(50)]
    )

    print(f"Gi* as a normal deviate, Poisson 0.2: {alarms:.0%} of 50 maps")
    assert alarms >= 0.5
