"""The nouns: a period, hours of the day, a theme, and what somebody has selected.

All are frozen: they travel through the address bar, the command line, cache keys and reports
without changing on the way.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, cast

from thor_metrics.errors import PeriodError, SelectionError

__all__ = [
    "SERIES",
    "THEMES",
    "WEEKDAYS",
    "Hours",
    "Period",
    "Selection",
    "Series",
    "Theme",
    "parse_weekdays",
]

Series = Literal["incidents", "observations", "controls"]

#: The three series that are shown side by side and never added up, with their Dutch names.
SERIES: Final[dict[Series, str]] = {
    "incidents": "meldingen",
    "observations": "waarnemingen",
    "controls": "controles",
}

#: Monday first, as everywhere in this program: the position is the weekday number.
WEEKDAYS: Final[tuple[str, ...]] = ("ma", "di", "wo", "do", "vr", "za", "zo")

MONTHS: Final[tuple[str, ...]] = (
    "jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec",
)  # fmt: skip


@dataclass(frozen=True)
class Theme:
    """One theme of the execution plan.

    Attributes
    ----------
    key : str
        The value in the ``theme`` column.
    title : str
        What a person reads.
    letter : str
        Stands beside the theme's colour, so that nothing is told by colour alone.
    about_people : bool
        Incidents of this theme concern people in person; small numbers are hidden.
    """

    key: str
    title: str
    letter: str
    about_people: bool = False


#: The plan's five themes in its order, then everything the settings do not map to one of them.
THEMES: Final[tuple[Theme, ...]] = (
    Theme("afval", "Afval", "A"),
    Theme("fiets", "Fiets", "F"),
    Theme("parkeren", "Parkeren", "P"),
    Theme("sociaal", "Sociale overlast", "S", about_people=True),
    Theme("evenementen", "Evenementen", "E"),
    Theme("niet_ingedeeld", "Niet ingedeeld", "?"),
)

_YEAR = r"(?P<year>(?:19|20)\d\d)"
_HALF_YEAR = re.compile(_YEAR + r"-H(?P<half>[12])")
_QUARTER = re.compile(_YEAR + r"-Q(?P<quarter>[1-4])")
_MONTH = re.compile(_YEAR + r"-(?P<month>\d\d)")
_WEEK = re.compile(_YEAR + r"-W(?P<week>\d\d)")
_WHOLE_YEAR = re.compile(_YEAR)
_DATE = r"(?:19|20)\d\d-\d\d-\d\d"
_SPAN = re.compile(rf"(?P<first>{_DATE})/(?P<last>{_DATE})")

_DAY = dt.timedelta(days=1)


def _first_of_month(year: int, month: int) -> dt.date:
    """First day of a month; month 13 is January of the next year."""
    return dt.date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1)


@dataclass(frozen=True, order=True)
class Period:
    """A stretch of whole local days, half-open: ``start`` is in it, ``end`` is not.

    Examples
    --------
    >>> Period.parse("2026-H1")
    Period(start=datetime.date(2026, 1, 1), end=datetime.date(2026, 7, 1))
    >>> Period.parse("2026-01-01/2026-06-30") == Period.parse("2026-H1")
    True
    >>> Period.parse("2026-W01").start
    datetime.date(2025, 12, 29)
    >>> str(Period.parse("2026-01-01/2026-06-30"))
    '2026-H1'
    """

    start: dt.date
    end: dt.date

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise PeriodError(
                f"Een periode moet minstens één dag duren. Gevonden: van {_day(self.start)} "
                f"tot en met {_day(self.end - _DAY)}. Kies een einddatum op of na de begindatum."
            )

    @classmethod
    def parse(cls, text: str) -> Period:
        """Read a period as people and reports write it.

        Parameters
        ----------
        text : str
            ``2026-H1``, ``2026-Q2``, ``2026-06``, ``2026-W23`` (ISO week), ``2026``, or
            ``2026-01-01/2026-06-30`` (last day included).

        Raises
        ------
        PeriodError
            When the text is none of these, or the days run backwards.
        """
        wanted = text.strip().upper()
        try:
            if match := _HALF_YEAR.fullmatch(wanted):
                month = 1 if match["half"] == "1" else 7
                return cls._months(int(match["year"]), month, 6)
            if match := _QUARTER.fullmatch(wanted):
                return cls._months(int(match["year"]), int(match["quarter"]) * 3 - 2, 3)
            if match := _WEEK.fullmatch(wanted):
                start = dt.date.fromisocalendar(int(match["year"]), int(match["week"]), 1)
                return cls(start, start + 7 * _DAY)
            if match := _MONTH.fullmatch(wanted):
                first_day = dt.date(int(match["year"]), int(match["month"]), 1)
                return cls._months(first_day.year, first_day.month, 1)
            if match := _WHOLE_YEAR.fullmatch(wanted):
                return cls._months(int(match["year"]), 1, 12)
            if match := _SPAN.fullmatch(wanted):
                first, last = (dt.date.fromisoformat(match[name]) for name in ("first", "last"))
                return cls(first, last + _DAY)
        except PeriodError:
            raise
        except ValueError:
            pass
        raise PeriodError(
            f"Deze periode is niet te lezen: '{text}'. Schrijf 2026-H1, 2026-Q2, 2026-06, "
            "2026-W23, 2026 of 2026-01-01/2026-06-30 (laatste dag telt mee)."
        )

    @classmethod
    def _months(cls, year: int, month: int, count: int) -> Period:
        return cls(_first_of_month(year, month), _first_of_month(year, month + count))

    @property
    def days(self) -> int:
        """Number of days."""
        return (self.end - self.start).days

    @property
    def last_day(self) -> dt.date:
        """The last day that is still in the period."""
        return self.end - _DAY

    def __str__(self) -> str:
        """Give the shortest text that :meth:`parse` reads back as this period."""
        start, end = self.start, self.end
        if start.day == 1 and end.day == 1:
            months = (end.year - start.year) * 12 + end.month - start.month
            if months == 12 and start.month == 1:
                return f"{start.year}"
            if months == 6 and start.month in (1, 7):
                return f"{start.year}-H{1 if start.month == 1 else 2}"
            if months == 3 and start.month % 3 == 1:
                return f"{start.year}-Q{start.month // 3 + 1}"
            if months == 1:
                return f"{start:%Y-%m}"
        if start.weekday() == 0 and self.days == 7:
            year, week, _ = start.isocalendar()
            return f"{year}-W{week:02d}"
        return f"{start.isoformat()}/{self.last_day.isoformat()}"

    def words(self) -> str:
        """Give the period in Dutch as a page shows it."""
        text = str(self)
        if _WEEK.fullmatch(text):
            return f"week {int(text[-2:])} van {text[:4]}"
        if _MONTH.fullmatch(text):
            return f"{MONTHS[self.start.month - 1]} {self.start.year}"
        if "/" not in text:
            return text
        return f"{_day(self.start)} t/m {_day(self.last_day)}"

    def year_earlier(self) -> Period:
        """Give the same period one year before, to compare with.

        ISO weeks move to the same week number; week 53 has none a year earlier and moves 52
        weeks, to the turn of the year before. Every other period moves to the same calendar days
        (29 February becomes 1 March as a first day, 28 February as a last day, and 1 March as
        the only day).

        Examples
        --------
        >>> str(Period.parse("2021-W10").year_earlier())
        '2020-W10'
        """
        if match := _WEEK.fullmatch(str(self)):
            try:
                start = dt.date.fromisocalendar(int(match["year"]) - 1, int(match["week"]), 1)
            except ValueError:
                start = self.start - 52 * 7 * _DAY
            return Period(start, start + 7 * _DAY)
        start = _year_back(self.start)
        return Period(start, max(_year_back(self.end), start + _DAY))


def _year_back(day: dt.date) -> dt.date:
    """Same calendar day a year earlier; 29 February becomes 1 March."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return dt.date(day.year - 1, 3, 1)


def _day(day: dt.date) -> str:
    return f"{day:%d-%m-%Y}"


@dataclass(frozen=True)
class Hours:
    """Whole hours of the local day, half-open, and allowed to run past midnight.

    ``Hours(20, 4)`` is 20:00 until 04:00. The hours after midnight belong to the evening they
    follow: Friday 20-04 is Friday 20:00 until Saturday 04:00, as a night shift counts.

    Examples
    --------
    >>> Hours.parse("20-4").of_the_day
    (20, 21, 22, 23, 0, 1, 2, 3)
    >>> Hours.parse("0-24").past_midnight
    ()
    """

    start: int
    end: int

    def __post_init__(self) -> None:
        if not (0 <= self.start <= 23 and 0 <= self.end <= 24) or self.start == self.end:
            raise PeriodError(
                f"Uren lopen van 0 tot 24 en zijn niet leeg. Gevonden: {self.start}-{self.end}. "
                "Schrijf bijvoorbeeld 8-17, of 20-4 voor over middernacht."
            )

    @classmethod
    def parse(cls, text: str) -> Hours:
        """Read ``20-4`` or ``8-17``."""
        match = re.fullmatch(r"\s*(\d{1,2})\s*-\s*(\d{1,2})\s*", text)
        if not match:
            raise PeriodError(
                f"Deze uren zijn niet te lezen: '{text}'. Schrijf bijvoorbeeld 8-17, of 20-4 "
                "voor over middernacht."
            )
        return cls(int(match[1]), int(match[2]))

    @property
    def before_midnight(self) -> tuple[int, ...]:
        """The hours on the day the stretch starts."""
        return tuple(range(self.start, self.end if self.end > self.start else 24))

    @property
    def past_midnight(self) -> tuple[int, ...]:
        """The hours that fall on the next calendar day."""
        return tuple(range(self.end)) if self.end < self.start else ()

    @property
    def of_the_day(self) -> tuple[int, ...]:
        """All hours in order."""
        return self.before_midnight + self.past_midnight

    def __str__(self) -> str:
        return f"{self.start}-{self.end}"

    def words(self) -> str:
        """Give the hours as a page shows them: ``20-04 uur``."""
        return f"{self.start:02d}-{self.end:02d} uur"


def parse_weekdays(text: str) -> tuple[int, ...]:
    """Read ``ma,vr`` into weekday numbers (Monday 0), sorted and without repeats.

    Examples
    --------
    >>> parse_weekdays("vr, ma")
    (0, 4)
    """
    names = [name.strip().lower() for name in text.split(",") if name.strip()]
    unknown = [name for name in names if name not in WEEKDAYS]
    if unknown:
        raise PeriodError(
            f"Onbekende weekdag: '{unknown[0]}'. Kies uit {', '.join(WEEKDAYS)}, met komma's."
        )
    return tuple(sorted({WEEKDAYS.index(name) for name in names}))


@dataclass(frozen=True)
class Selection:
    """Everything the filter bar can say, and nothing else.

    Attributes
    ----------
    period : Period
    gebied : str or None
        Name of a gebied (stadsdeel); ``None`` is the whole municipality.
    buurt : str or None
        Code of a buurt; ``None`` is every buurt of the gebied.
    themes, rubrieken : tuple of str
        Keys; empty is all of them.
    series : {"incidents", "observations", "controls"}
    weekdays : tuple of int
        Monday 0; empty is every day.
    hours : Hours or None
        ``None`` is the whole day. With hours set, rows without a known time are not selected.
    """

    period: Period
    gebied: str | None = None
    buurt: str | None = None
    themes: tuple[str, ...] = ()
    rubrieken: tuple[str, ...] = ()
    series: Series = "incidents"
    weekdays: tuple[int, ...] = ()
    hours: Hours | None = None

    @classmethod
    def checked(
        cls, *, themes: tuple[str, ...] = (), series: str = "incidents", **rest: Any
    ) -> Selection:
        """Make a selection from words a person typed.

        Raises
        ------
        SelectionError
            When a theme or series does not exist.
        """
        known = [theme.key for theme in THEMES]
        for wanted, options, what in ((themes, known, "thema"), ((series,), list(SERIES), "reeks")):
            for word in wanted:
                if word not in options:
                    raise SelectionError(
                        f"Onbekend{'e' if what == 'reeks' else ''} {what}: '{word}'. "
                        f"Kies uit {', '.join(options)}."
                    )
        return cls(themes=themes, series=cast("Series", series), **rest)

    def a_year_earlier(self) -> Selection:
        """Return the same selection over the same period one year before."""
        return replace(self, period=self.period.year_earlier())
