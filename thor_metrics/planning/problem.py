"""The question put to the planner, checked and in whole units, and what an answer looks like."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

__all__ = ["CYCLING", "WALKING", "Pin", "Problem", "WeekPlan", "make_problem", "travel_minutes"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Pin = tuple[int, int] | tuple[int, int, int | None]

#: Km an hour.
WALKING: Final = 4.5
CYCLING: Final = 14.0

#: Time is counted in thousandths of a minute: whole numbers add up the same on every machine.
UNIT: Final = 1000
_PLACE_COLUMNS: Final = ("x", "y", "minimum")
_SHIFT_COLUMNS: Final = ("day", "start", "end", "teams", "x", "y")
_DAY: Final = 24 * 60
_LATEST: Final = 30 * 60


@dataclass(frozen=True)
class WeekPlan:
    """Rounds of a week and what they reach.

    Attributes
    ----------
    visits : DataFrame
        One row a visit, by shift, team and order: ``shift`` and ``place`` (row numbers of the
        tables given), ``team`` (0, 1, ... in its shift), ``order`` (1, 2, ... in its round),
        ``arrive`` and ``leave`` (minutes since Monday 00:00), ``travel`` (minutes from the stop
        before it, or from the start point), ``value`` (as given, never the drawn one), ``needed``
        (counts for the minimum of its place; the first visits of the week do) and ``pinned``.
    minimums : DataFrame
        One row a place with a minimum above 0: ``place, minimum, planned`` (all visits of the
        week), ``short`` and ``why`` (text, empty where nothing is short).
    unplaced : DataFrame
        Pins that did not fit: ``shift, place, team`` (-1 where any team would do), ``why``.
    value : float
        Sum of the values of the visits.
    bound : float
        No plan with these pins and at least as many minimum visits has a higher value (proven by
        relaxation), so the plan is at most ``1 - value / bound`` away from the best.
    minimum_bound : int
        No plan with these pins has more visits that count for a minimum.
    method : str
        How it was made, in Dutch.
    """

    visits: pd.DataFrame
    minimums: pd.DataFrame
    unplaced: pd.DataFrame
    value: float
    bound: float
    minimum_bound: int
    method: str

    @property
    def gap(self) -> float:
        """Share of the bound that is not reached, 0..1; 0 where there is nothing to reach."""
        return max(0.0, 1.0 - self.value / self.bound) if self.bound > 0 else 0.0


@dataclass(frozen=True)
class Problem:
    """Places and shifts in whole units.

    Attributes
    ----------
    travel : array, shape (places + shifts, places + shifts)
        Thousandths of a minute; the start points of the shifts come after the places.
    dwell : int
        Thousandths of a minute.
    value : array, shape (shifts, places)
    minimum : array, shape (places,)
    begin, limit : array, shape (shifts,)
        Since Monday 00:00, and how long it lasts; thousandths of a minute.
    teams : array, shape (shifts,)
    allowed : array, shape (shifts, places)
        Not forbidden, and there and back fits in the shift of at least one team.
    forbidden : array, shape (shifts, places)
    pins : array, shape (shifts, places)
        -2 where not pinned, -1 for any team, else the team.
    """

    travel: Ints
    dwell: int
    value: Floats
    minimum: Ints
    begin: Ints
    limit: Ints
    teams: Ints
    allowed: Bools
    forbidden: Bools
    pins: Ints

    @property
    def places(self) -> int:
        """How many places there are."""
        return len(self.minimum)

    @property
    def shifts(self) -> int:
        """How many shifts there are."""
        return len(self.limit)


def travel_minutes(
    x: ArrayLike, y: ArrayLike, *, speed: float = WALKING, detour: float = 1.3
) -> Floats:
    """Give the minutes from every point to every other, as the crow flies with a detour.

    Parameters
    ----------
    x, y : array_like, shape (n,)
        Metres (EPSG:28992).
    speed : float, default 4.5
        Km an hour; 4.5 is walking, 14 cycling.
    detour : float, default 1.3
        Length of the way over streets for each metre of the straight line, 1 or more.

    Returns
    -------
    array, shape (n, n)
        Minutes; 0 on the diagonal.

    Raises
    ------
    ValueError
        For missing coordinates, columns of different length, a speed that is not above 0 or a
        detour below 1.

    Examples
    --------
    >>> travel_minutes([0, 750], [0, 0], detour=1.0).tolist()
    [[0.0, 10.0], [10.0, 0.0]]
    """
    across, up = np.asarray(x, dtype=float).ravel(), np.asarray(y, dtype=float).ravel()
    if across.shape != up.shape:
        raise ValueError(f"x and y must be as long as each other; found {across.size}, {up.size}")
    if not (np.isfinite(across).all() and np.isfinite(up).all()):
        raise ValueError("coordinates must be numbers; found missing or infinite ones")
    if not (speed > 0 and np.isfinite(speed)):
        raise ValueError(f"speed must be above 0 km an hour; found {speed}")
    if not (detour >= 1 and np.isfinite(detour)):
        raise ValueError(f"detour must be 1 or more; found {detour}")
    # sqrt is rounded the same everywhere, which the hypot of a C library need not be.
    metres = np.sqrt((across[:, None] - across) ** 2 + (up[:, None] - up) ** 2)
    return metres * (detour * 60.0 / (speed * 1000.0))


def make_problem(
    places: pd.DataFrame,
    values: ArrayLike,
    shifts: pd.DataFrame,
    *,
    dwell: float,
    speed: float,
    detour: float,
    travel: ArrayLike | None,
    pins: Iterable[Pin],
    forbidden: Iterable[tuple[int, int]],
) -> Problem:
    """Check what was given and count time in whole units.

    Parameters
    ----------
    places, values, shifts, dwell, speed, detour, travel, pins, forbidden
        As in :func:`thor_metrics.planning.plan_week`.

    Returns
    -------
    Problem

    Raises
    ------
    ValueError
        As in :func:`thor_metrics.planning.plan_week`.

    Examples
    --------
    >>> places = pd.DataFrame({"x": [0.0], "y": [0.0], "minimum": [1]})
    >>> shifts = pd.DataFrame(
    ...     {"day": [1], "start": [60], "end": [120], "teams": [1], "x": [0.0], "y": [0.0]}
    ... )
    >>> problem = make_problem(places, [[2.0]], shifts, dwell=15, speed=4.5, detour=1.3,
    ...                        travel=None, pins=(), forbidden=())
    >>> int(problem.begin[0]), int(problem.limit[0]), problem.allowed.tolist()
    (1500000, 60000, [[True]])
    """
    where = _columns(places, _PLACE_COLUMNS, "places")
    hours = _columns(shifts, _SHIFT_COLUMNS, "shifts")
    minimum = _whole(where["minimum"], "minimum")
    day, teams = _whole(hours["day"], "day"), _whole(hours["teams"], "teams")
    start, end = hours["start"], hours["end"]
    if (day > 6).any():
        raise ValueError(f"day must be 0 (Monday) to 6 (Sunday); found {day.max()}")
    if not ((start >= 0) & (start < end) & (end <= _LATEST)).all():
        raise ValueError(
            f"a shift must start before it ends, between minute 0 and {_LATEST} of its day; found "
            f"{[(a, b) for a, b in zip(start.tolist(), end.tolist(), strict=True)][:5]}"
        )
    if not (dwell >= 0 and np.isfinite(dwell)):
        raise ValueError(f"dwell must be 0 minutes or more; found {dwell}")
    n, m = len(minimum), len(day)
    worth = np.asarray(values, dtype=float)
    if worth.shape != (n, m):
        raise ValueError(
            f"values must have a row a place and a column a shift, {n, m}; found {worth.shape}"
        )
    if not (np.isfinite(worth) & (worth >= 0)).all():
        raise ValueError("values must be 0 or more; found missing, infinite or negative ones")
    if travel is None:
        ends = [np.concatenate([where[axis], hours[axis]]) for axis in ("x", "y")]
        minutes = travel_minutes(*ends, speed=speed, detour=detour)
    else:
        minutes = _given_travel(travel, n + m)
    # Up, so that a round that fits here fits in real minutes too; the small step down is for
    # decimals such as 4.35 that are no binary numbers.
    ways = np.ceil(minutes * UNIT - 1e-6).astype(np.int64)
    stay = int(np.ceil(dwell * UNIT - 1e-6))
    limit = np.floor((end - start) * UNIT + 1e-6).astype(np.int64)
    starts = n + np.arange(m)
    alone = ways[starts][:, :n] + stay + ways[:n][:, starts].T
    banned = _forbidden(forbidden, m, n)
    return Problem(
        travel=ways,
        dwell=stay,
        value=np.ascontiguousarray(worth.T),
        minimum=minimum,
        begin=np.rint((day * _DAY + start) * UNIT).astype(np.int64),
        limit=limit,
        teams=teams,
        allowed=(alone <= limit[:, None]) & (teams > 0)[:, None] & ~banned,
        forbidden=banned,
        pins=_pins(pins, teams, banned),
    )


def _columns(frame: pd.DataFrame, names: Sequence[str], what: str) -> dict[str, Floats]:
    missing = [name for name in names if name not in frame]
    if missing:
        raise ValueError(f"{what} must have the columns {list(names)}; missing {missing}")
    columns = {name: frame[name].to_numpy(dtype=float, na_value=np.nan) for name in names}
    for name, column in columns.items():
        if not np.isfinite(column).all():
            raise ValueError(f"column {name} of {what} must be complete; found missing values")
    return columns


def _whole(column: Floats, name: str) -> Ints:
    if (column < 0).any() or (column != np.floor(column)).any():
        raise ValueError(f"{name} must be whole numbers of 0 or more; found {column.tolist()[:5]}")
    return column.astype(np.int64)


def _given_travel(travel: ArrayLike, size: int) -> Floats:
    minutes = np.asarray(travel, dtype=float)
    if minutes.shape != (size, size):
        raise ValueError(
            "travel must have a row and a column for every place and then for the start point of "
            f"every shift, {size, size}; found {minutes.shape}"
        )
    if not (np.isfinite(minutes) & (minutes >= 0)).all():
        raise ValueError("travel must be 0 minutes or more; found missing or negative ones")
    return minutes


def _forbidden(pairs: Iterable[tuple[int, int]], shifts: int, places: int) -> Bools:
    banned = np.zeros((shifts, places), dtype=bool)
    for shift, place in pairs:
        _known("forbidden", shift, place, banned.shape)
        banned[shift, place] = True
    return banned


def _pins(pins: Iterable[Pin], teams: Ints, banned: Bools) -> Ints:
    pinned = np.full(banned.shape, -2, dtype=np.int64)
    for shift, place, *rest in pins:
        _known("pins", shift, place, banned.shape)
        team = -1 if not rest or rest[0] is None else rest[0]
        if not -1 <= team < max(teams[shift], 1):
            raise ValueError(f"shift {shift} has {teams[shift]} teams; pinned to team {team}")
        if banned[shift, place]:
            raise ValueError(f"place {place} is both pinned and forbidden in shift {shift}")
        if pinned[shift, place] not in {-2, team}:
            raise ValueError(f"place {place} is pinned twice in shift {shift}, to two teams")
        pinned[shift, place] = team
    return pinned


def _known(name: str, shift: int, place: int, shape: tuple[int, ...]) -> None:
    if not (0 <= shift < shape[0] and 0 <= place < shape[1]):
        raise ValueError(
            f"{name} must name a shift below {shape[0]} and a place below {shape[1]}; found "
            f"{shift, place}"
        )
