"""The first answer a reporter gets from the new system: when, and what sort."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sample_data.draws import Floats, Ints, Moments, unit
from sample_data.intake import in_office_hours
from sample_data.planted import BREAK

REPLIES = ("", "standaardreactie", "telefonisch", "eigen bericht", "geen")
UNKNOWN, STANDARD, PHONE, OWN, NONE = range(5)

#: Share of standard answers on the first day of the new system and half a year later.
STANDARD_FIRST, STANDARD_LAST, _DAYS_TO_LAST = 0.28, 0.58, 184
SHARE_NONE = 0.07

#: Part of the other answers that is given by telephone.
_SHARE_PHONE = 0.3

#: Median (days) and sigma of the logarithm.
_STANDARD_MEDIAN, _STANDARD_SPREAD = 0.02, 1.2
_PHONE_MEDIAN, _OWN_MEDIAN, _SPREAD = 0.8, 2.2, 0.8
_US_PER_DAY = 86_400_000_000


def standard_share(moment: Moments) -> Floats:
    """Chance that a melding of this moment gets a standard answer."""
    passed = (moment - np.datetime64(BREAK.first_day, "us")) / np.timedelta64(1, "D")
    return STANDARD_FIRST + (STANDARD_LAST - STANDARD_FIRST) * np.clip(passed / _DAYS_TO_LAST, 0, 1)


def first_replies(rows: pd.DataFrame, last_moment: np.datetime64) -> tuple[Moments, Ints]:
    """Moment (NaT when none is known yet) and sort of the first answer in this export.

    A melding that closes has been answered by then, or never is.
    """
    key, moment = rows["key"].to_numpy(), rows["moment"].to_numpy().astype("datetime64[us]")
    closed = rows["closed"].to_numpy().astype("datetime64[us]")
    standard = standard_share(moment)
    luck = unit(key, 92)
    phone = standard + (1 - standard - SHARE_NONE) * _SHARE_PHONE
    sort = np.where(luck < standard, STANDARD, np.where(luck < phone, PHONE, OWN))
    sort = np.where(luck >= 1 - SHARE_NONE, NONE, sort)
    # Box-Muller: a normal number from two of the row's own uniform numbers.
    normal = np.sqrt(-2 * np.log(1 - unit(key, 93))) * np.cos(2 * np.pi * unit(key, 94))
    is_standard = sort == STANDARD
    median = np.where(
        is_standard, _STANDARD_MEDIAN, np.where(sort == PHONE, _PHONE_MEDIAN, _OWN_MEDIAN)
    )
    days = median * np.exp(np.where(is_standard, _STANDARD_SPREAD, _SPREAD) * normal)
    answered = moment + (days * _US_PER_DAY + 60_000_000).astype("timedelta64[us]")
    answered = np.where(is_standard, answered, in_office_hours(answered, unit(key, 95)))
    answered = np.where(np.isnat(closed), answered, np.minimum(answered, closed))
    known = (answered <= last_moment) & (sort != NONE)
    never = (sort == NONE) & (closed <= last_moment)
    shown = np.where(known | never, sort, UNKNOWN)
    return np.where(known, answered, np.datetime64("NaT", "us")), shown


__all__ = ["REPLIES", "first_replies", "standard_share"]
