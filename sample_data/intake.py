"""How a melding reaches the municipality and leaves it again: channel, delay, split, closing."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sample_data.city import City
from sample_data.draws import Flags, Floats, Ints, Moments, Spans, pick, unit
from sample_data.kinds import (
    APP,
    INTERNAL,
    KIND_NUMBER,
    MANNERS,
    ONLINE,
    PHONE,
    THEME_OF_KIND,
    THEMES,
)
from sample_data.planted import BREAK

FIRST_MIX, LAST_MIX = np.datetime64("2023-01-01", "us"), np.datetime64(BREAK.first_day, "us")
EXTRA_APP_IN_NEW_SYSTEM = 0.12
PHONE_ERROR_M = 6.0

DESK_OPENS, DESK_CLOSES = 8, 17
SHARE_NEVER_CLOSED, SHARE_CANCELLED = 0.015, 0.03
SHARE_SPLIT = 0.012

_DAY = np.timedelta64(1, "D")
_TO_MONDAY = np.array([0, 0, 0, 0, 0, 2, 1], dtype="timedelta64[D]")
_MINUTE_US = 60_000_000
_HOUR_US = 60 * _MINUTE_US
_DAY_US = 24 * _HOUR_US

#: Other half of a nuisance that is split over departments.
_SPLIT_INTO = {
    "bijplaatsing": "huisafval", "huisafval": "zwerfvuil", "grofvuil": "zwerfvuil",
    "foutgeplaatst": "fietswrak", "jongeren": "zwerfvuil", "drank_drugs": "zwerfvuil",
    "muziek": "bezoekers", "foutparkeren": "foutparkeren",
}  # fmt: skip


def add_intake(rows: pd.DataFrame, city: City, rng: np.random.Generator) -> pd.DataFrame:
    """Add channel, moment of the nuisance and whether there is an address; moments move.

    Where the rhythm describes the nuisance itself, the melding follows later. The phone is
    answered in office hours only: most people then take the app, the rest calls the next morning.
    """
    theme = rows["theme"].to_numpy()
    drawn = rows["moment"].to_numpy()
    delay = _microseconds(rng.exponential(_manner("delay_minutes")[theme]), _MINUTE_US)
    nuisance_first = np.array([MANNERS[name].drawn == "voorval" for name in THEMES])[theme]
    occurred = np.where(nuisance_first, drawn, drawn - delay)
    moment = np.where(nuisance_first, drawn + delay, drawn)

    channel = _channels(theme, moment, rng.random(len(rows)))
    closed = (channel == PHONE) & ~_desk_open(moment)
    # Others who see the same thing do not wait for the desk, or it would be no burst any more.
    takes_app = closed & ((rng.random(len(rows)) < 0.75) | (rows["role"].to_numpy() != 0))
    channel[takes_app] = np.where(rng.random(int(takes_app.sum())) < 0.6, APP, ONLINE)
    calls_later = closed & ~takes_app
    next_morning = _next_desk_morning(moment) + _microseconds(
        rng.uniform(0, 2.5, len(rows)), _HOUR_US
    )
    moment = np.where(calls_later, next_morning, moment)

    # The app sends the phone's position, which is a few metres off and has no house number.
    by_app = channel == APP
    reach, angle = PHONE_ERROR_M * rng.random(len(rows)) * by_app, rng.uniform(0, 6.28, len(rows))
    return rows.assign(
        moment=moment,
        occurred=occurred,
        occurred_known=rng.random(len(rows)) < _manner("occurrence_known")[theme],
        channel=channel,
        x=(rows["x"] + reach * np.cos(angle)).round(1),
        y=(rows["y"] + reach * np.sin(angle)).round(1),
        at_address=(rows["point"] < city.addresses) & (rows["role"] == 0) & ~by_app,
    )


def add_children(rows: pd.DataFrame, role: int) -> pd.DataFrame:
    """Split some meldingen into deelmeldingen, as colleagues do in Signalen only."""
    other = np.full(len(KIND_NUMBER), -1)
    for whole, part in _SPLIT_INTO.items():
        other[KIND_NUMBER[whole]] = KIND_NUMBER[part]
    key = rows["key"].to_numpy()
    split = (unit(key, 1) < SHARE_SPLIT) & (other[rows["kind"]] >= 0) & (rows["role"] == 0)
    count = np.where(split, 2 + pick(key, 2, 2), 0)
    children = rows.loc[rows.index.repeat(count)]
    number = children.groupby("uid").cumcount().to_numpy()
    later = _microseconds(1 + 20 * unit(children["key"].to_numpy(), 3), _HOUR_US)
    kind = np.where(number == 0, children["kind"], other[children["kind"]])
    children = children.assign(
        parent_uid=children["uid"],
        uid=children["uid"] * 10 + number + 1,
        key=children["key"].to_numpy() + (number + 1).astype(np.uint64),
        moment=children["moment"].to_numpy() + later,
        kind=kind,
        theme=THEME_OF_KIND[kind],
        role=role,
        channel=INTERNAL,
        occurred_known=False,
    )
    children = children[children["moment"] < LAST_MIX]
    return pd.concat([rows, children], ignore_index=True)


def add_handling(rows: pd.DataFrame) -> pd.DataFrame:
    """Add when a melding is closed (NaT is never) and whether it was cancelled instead."""
    theme, key = rows["theme"].to_numpy(), rows["key"].to_numpy()
    # Box-Muller: a normal number from two of the row's own uniform numbers.
    normal = np.sqrt(-2 * np.log(1 - unit(key, 4))) * np.cos(2 * np.pi * unit(key, 5))
    days = _manner("median_days")[theme] * np.exp(_manner("spread")[theme] * normal)
    moment: Moments = rows["moment"].to_numpy()
    closed = in_office_hours(moment + _microseconds(days + 0.02, _DAY_US), unit(key, 6))
    closed = np.maximum(closed, moment + _microseconds(0.25 + unit(key, 6), _HOUR_US))
    never = unit(key, 7) < SHARE_NEVER_CLOSED
    closed = np.where(never, np.datetime64("NaT", "us"), closed)
    return rows.assign(closed=closed, cancelled=unit(key, 8) < SHARE_CANCELLED)


def _manner(field: str) -> Floats:
    return np.array([getattr(MANNERS[name], field) for name in THEMES], dtype=np.float64)


def _microseconds(amount: Floats, unit_us: int) -> Spans:
    return (amount * unit_us).astype("timedelta64[us]")


def _channels(theme: Ints, moment: Moments, luck: Floats) -> Ints:
    """Draw a channel: shares move to the app over the years and jump with the new system."""
    first = np.array([MANNERS[name].channels_first for name in THEMES])[theme]
    last = np.array([MANNERS[name].channels_last for name in THEMES])[theme]
    passed = np.clip((moment - FIRST_MIX) / (LAST_MIX - FIRST_MIX), 0, 1)[:, None]
    shares = first + (last - first) * passed
    new = moment >= LAST_MIX
    shares[new, APP] += EXTRA_APP_IN_NEW_SYSTEM
    shares[new, ONLINE] -= EXTRA_APP_IN_NEW_SYSTEM
    curves = np.cumsum(shares, axis=1)
    return (luck[:, None] * curves[:, -1:] > curves).sum(axis=1)


def _weekday(day: Moments) -> Ints:
    return (day.astype("datetime64[D]").astype(np.int64) + 3) % 7


def _hour(moment: Moments) -> Ints:
    return (moment - moment.astype("datetime64[D]")).astype("timedelta64[h]").astype(np.int64)


def _desk_open(moment: Moments) -> Flags:
    hour = _hour(moment)
    return (_weekday(moment) < 5) & (hour >= DESK_OPENS) & (hour < DESK_CLOSES)


def _next_desk_morning(moment: Moments) -> Moments:
    """Opening time of the desk: today when still to come, else the next working day."""
    today: Moments = moment.astype("datetime64[D]")
    day: Moments = np.where(_hour(moment) >= DESK_OPENS, today + _DAY, today)
    day = day + _TO_MONDAY[_weekday(day)]
    return np.add(day.astype("datetime64[us]"), np.timedelta64(DESK_OPENS, "h"))


def in_office_hours(moment: Moments, luck: Floats) -> Moments:
    """Move a moment outside working hours to a moment of the next working day."""
    later = _next_desk_morning(moment) + _microseconds(luck * 8, _HOUR_US)
    return np.where(_desk_open(moment), moment, later)
