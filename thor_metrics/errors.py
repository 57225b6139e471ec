"""Everything that can go wrong in words a user can act on.

The bottom module: it imports nothing from the package. Pages and the command line show the text
of a :class:`ThorError` as it stands, so every message is Dutch and says what must hold, what was
found, and what to do.
"""

from __future__ import annotations


class ThorError(Exception):
    """Base of all errors whose text is meant for the user."""


class PeriodError(ThorError, ValueError):
    """A period, week, weekday or hour range that cannot be understood."""


class SelectionError(ThorError, ValueError):
    """A filter names a theme, series or area that does not exist."""


class SettingsError(ThorError, ValueError):
    """settings.toml or a THOR_* variable holds something the program does not know."""


class FileRefused(ThorError, ValueError):
    """A file that is not let in: unreadable, too large, unsafe, empty, or of another kind."""


class DateOrderUnknown(FileRefused):
    """Days and months cannot be told apart; the user has to say which comes first."""


class PersonalData(FileRefused):
    """A file whose needed columns identify people."""


class SourceUnavailable(ThorError, OSError):
    """A source system or map service on the network did not answer as it should."""


class StoreError(ThorError, RuntimeError):
    """The tables on disk cannot do what was asked (unknown table, unknown version, locked)."""


class AreasError(ThorError, ValueError):
    """Boundaries that cannot be used: no polygons, no codes, no coordinate system."""
