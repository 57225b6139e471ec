"""What all ways out of Signalen share: one system, its states, its words."""

from __future__ import annotations

import re
from typing import Final

from thor_metrics.settings import Settings, SourceSettings

__all__ = ["CLOSED", "CLOSING", "DETAIL_OF_CHANNEL", "SYSTEM", "settings_of", "system_of"]

#: Value of the ``source`` column: the CSV export, the TDO export and the API know the same
#: report by the same number, so a row of one replaces the row of another.
SYSTEM: Final = "signalen"

#: State "Afgehandeld".
CLOSED: Final = "o"
#: States in which a report stays closed: also when a reopening is only asked for, or split up.
CLOSING: Final = (CLOSED, "reopen requested", "s")

#: "Telefoon – KCC", "E-mail – wijkteam": every municipality makes its own; the channel is first.
DETAIL_OF_CHANNEL: Final = re.compile(r"\s+[–—-]\s.*$")


def system_of(named: str | None, reader: str) -> str:
    """Value of the ``source`` column: a label of the user, but not the mere name of a reader."""
    return SYSTEM if named in (None, "", reader) else named


def settings_of(settings: Settings, name: str) -> SourceSettings:
    """Settings block of one way out of Signalen, else that of Signalen as a whole."""
    return settings.sources.get(name) or settings.source(SYSTEM)
