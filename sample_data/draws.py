"""Chance without a stream: every row draws from its own number.

Rows keep their luck when other rows come or go, so a later ``until`` adds rows and leaves the
earlier ones as they were.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.uint64]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Moments = NDArray[np.datetime64]
Spans = NDArray[np.timedelta64]

_STEP = 0x9E3779B97F4A7C15
_MIX = (0xBF58476D1CE4E5B9, 0x94D049BB133111EB)
_64_BITS = 0xFFFFFFFFFFFFFFFF


def mixed(numbers: NDArray[np.integer], salt: int) -> Keys:
    """Scramble whole numbers into 64 bits (splitmix64); one salt per question asked."""
    bits = numbers.astype(np.uint64) + np.uint64((salt + 1) * _STEP & _64_BITS)
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(_MIX[0])
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(_MIX[1])
    return bits ^ (bits >> np.uint64(31))


def unit(keys: Keys, salt: int) -> Floats:
    """Give every key a number in [0, 1) for the question ``salt``."""
    return (mixed(keys, salt) >> np.uint64(11)) / float(1 << 53)


def pick(keys: Keys, salt: int, count: int) -> Ints:
    """Give every key a whole number from 0 up to ``count``."""
    return (unit(keys, salt) * count).astype(np.int64)


def months(
    seed: int, stream: int, start: date, until: date
) -> Iterator[tuple[date, date, np.random.Generator]]:
    """Whole months that touch a run: first day, end (half-open) and a stream of chance.

    A month always draws all its days, so that a run that stops half-way draws the same.
    """
    first = start.replace(day=1)
    while first <= until:
        end = (first + timedelta(31)).replace(day=1)
        yield first, end, np.random.default_rng([seed, stream, first.year, first.month])
        first = end


def rounded(numbers: Floats, luck: Floats) -> Ints:
    """Round down or up by chance, so that the mean stays; at most one above ``numbers``."""
    return np.floor(numbers + luck).astype(np.int64)


def day_numbers(days: Moments) -> Ints:
    """Days since 1970, to make keys of."""
    return days.astype("datetime64[D]").astype(np.int64)
