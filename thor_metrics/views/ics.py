"""An agenda as an iCalendar file (RFC 5545), for Outlook and telephones."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

__all__ = ["Entry", "ics_file"]


@dataclass(frozen=True)
class Entry:
    """One thing on the agenda.

    Attributes
    ----------
    key : str
        Stable, so that the same thing loaded again replaces itself in somebody's agenda.
    title : str
    start, end : datetime or date
        A date is a whole day (``end`` is the day after the last one); a datetime has its zone.
    place : str
    cancelled : bool
    """

    key: str
    title: str
    start: dt.datetime | dt.date
    end: dt.datetime | dt.date
    place: str = ""
    cancelled: bool = False


def ics_file(entries: Iterable[Entry], *, name: str, zone: str, stamp: dt.datetime) -> bytes:
    """Write entries as one calendar.

    Parameters
    ----------
    entries : iterable of Entry
    name : str
        Of the calendar.
    zone : str
        IANA name; times are written in it.
    stamp : datetime
        When the data were last loaded.
    """
    whole = Calendar()
    whole.add("prodid", "-//THOR dashboard//NL")
    whole.add("version", "2.0")
    whole.add("x-wr-calname", name)
    local = ZoneInfo(zone)
    for entry in entries:
        event = Event()
        digest = hashlib.sha256(entry.key.encode()).hexdigest()[:24]
        event.add("uid", f"{digest}@thor-dashboard")
        event.add("dtstamp", stamp.astimezone(dt.UTC))
        event.add("summary", entry.title)
        for word, moment in (("dtstart", entry.start), ("dtend", entry.end)):
            event.add(word, moment.astimezone(local) if isinstance(moment, dt.datetime) else moment)
        if entry.place:
            event.add("location", entry.place)
        event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
        whole.add_component(event)
    whole.add_missing_timezones()
    return bytes(whole.to_ical())
