"""What a team hears before it goes out: what is new, what, where and when, and what is planned."""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import pandas as pd

from thor_metrics import dutch
from thor_metrics.indicators.week import SHIFTS
from thor_metrics.model import WEEKDAYS, Hours, Period, Selection
from thor_metrics.report import contents, drawings
from thor_metrics.report.document import Bullets, Figure, Section, Text
from thor_metrics.report.facts import Facts
from thor_metrics.views import deeds as deed_words
from thor_metrics.views import findings, rounds, texts
from thor_metrics.views.look import theme_title

__all__ = ["SLIDES", "Occasion", "photo", "slides"]

_DAY: Final = dt.timedelta(days=1)
#: Weeks of reports behind the map and the hours: enough to tell a pattern from one bad evening.
_WEEKS: Final = 8
_ITEM_WEEKS: Final = 4
#: More lines than this nobody reads at four metres.
_LINES: Final = 5


@dataclass(frozen=True, eq=False)
class Occasion:
    """One briefing: of whom, when, and what was heard before.

    Attributes
    ----------
    gebied : str or None
        ``None``: the whole city.
    day : date
        On which the shift begins.
    shift : str
        One of :data:`~thor_metrics.indicators.week.SHIFTS`.
    since : date
        Day of the last briefing: from then on everything is new.
    visits : DataFrame
        Planned controls: :meth:`thor_metrics.ledger.actions.Actions.visits`.
    photos : sequence of Figure
        One before and one after (:func:`photo`), or none.
    """

    gebied: str | None
    day: dt.date
    shift: str
    since: dt.date
    visits: pd.DataFrame
    photos: tuple[Figure, ...] = ()

    @property
    def hours(self) -> Hours:
        """Hours of the shift; past midnight belongs to the evening before."""
        first, last = SHIFTS[self.shift]
        return Hours(first, last if last <= 24 else last - 24)

    def words(self) -> str:
        """Name the shift: ``di 03-06-2025, avond (16-24 uur)``."""
        weekday = WEEKDAYS[self.day.weekday()]
        return f"{weekday} {dutch.date(self.day)}, {self.shift} ({self.hours.words()})"

    def weeks(self, number: int) -> Selection:
        """Select the whole weeks of days before the shift."""
        return Selection(Period(self.day - 7 * number * _DAY, self.day), gebied=self.gebied)


def slides(facts: Facts, occasion: Occasion, keys: Sequence[str] = ()) -> list[Section]:
    """Write the slides of a briefing.

    Parameters
    ----------
    facts : Facts
    occasion : Occasion
    keys : sequence of str
        Of :data:`SLIDES`, in the order in which they are shown; empty: all of them. Unknown ones,
        of a later version of the program, are skipped.

    Returns
    -------
    list of Section
        One per slide: a sentence as its title, at most one drawing, a handful of lines.
    """
    wanted = [key for key in keys if key in SLIDES] or list(SLIDES)
    return [SLIDES[key][1](facts, occasion) for key in wanted]


# --- what is new ---------------------------------------------------------------------------------


def _news(facts: Facts, at: Occasion) -> Section:
    since = Selection(Period(min(at.since, at.day - _DAY), at.day), gebied=at.gebied)
    found = facts.ask("alerts", since)
    rows = found.found[found.found["certainty"].isin(findings.CERTAIN)]
    lines = [
        f"{findings.alert_words(row, _title(facts, row))}."
        for row in rows.head(_LINES).to_dict("records")
    ]
    new = facts.actions(since)
    begun = new[new["starts"] >= pd.Timestamp(since.period.start)]
    lines += [f"Nieuwe actie: {row['title']}." for row in begun.head(2).to_dict("records")]
    change = facts.ask("compare", since)
    head = texts.headline(
        since, change, names=facts.names, city=facts.settings.municipality.name, below=facts.below
    )
    week = (
        f"Afgezet tegen gewone weken: {found.week.words()}."
        if found.week
        else "Er is nog geen hele week met gegevens om iets gewoons mee te vergelijken."
    )
    what = (
        "Geen onderwerp sprong er vorige week uit."
        if not len(rows)
        else f"{dutch.amount(len(rows), 'onderwerp sprong', 'onderwerpen sprongen')} er uit."
    )
    return Section(
        f"Nieuw sinds {dutch.date(since.period.start)}",
        (Text(what, strong=True), *_listed(lines), Text(head), Text(week)),
    )


def _listed(lines: Sequence[str]) -> tuple[Bullets, ...]:
    return (Bullets(tuple(lines)),) if lines else ()


def _title(facts: Facts, row: Mapping[Any, Any]) -> str:
    key = str(row["item"])
    return theme_title(key) if row["level"] == "theme" else facts.names.get(key, key)


def _hot_items(facts: Facts, at: Occasion) -> Section:
    asked = at.weeks(_ITEM_WEEKS)
    found = contents.hot_items(facts, asked)
    shown = found[found["stands_out"]].head(_LINES)
    lines = tuple(f"{words}." for words in shown["words"])
    block = (
        Bullets(lines)
        if lines
        else Text("Geen onderwerp is meer dan elders, en geen steeg tegenover een jaar eerder.")
    )
    return Section(
        "Hot-items: hier is meer van dan elders, of dit steeg",
        (block, Text(f"Vier weken: {asked.period.words()}.")),
    )


# --- where and when ------------------------------------------------------------------------------


def _places(facts: Facts, at: Occasion) -> Section:
    asked = replace(at.weeks(_WEEKS), hours=at.hours)
    cells = contents.cells_of(facts, asked)
    title = f"Hotspots in de uren van deze dienst ({at.hours.words()})"
    if cells.empty:
        return Section(title, (Text("In deze uren is de laatste acht weken niets gemeld."),))
    figure = contents.squares_figure(facts, asked, cells, caption="")
    sure = cells[cells["certainty"].isin(findings.CERTAIN)]
    lines = tuple(
        f"Vak {row['rank']}, {contents.place_name(row)}: {dutch.number(row['count'])}"
        + (f" ({row['certainty']})" if row["certainty"] in findings.CERTAIN else "")
        for row in cells.head(_LINES).to_dict("records")
    )
    told = (
        f"{dutch.amount(len(sure), 'vak heeft', 'vakken hebben')} meer dan toeval."
        if len(sure)
        else "Geen vak heeft zeker meer dan toeval."
    )
    note = (
        f"{_WEEKS} weken meldingen, alle dagen, alleen deze uren; vakken van 100 meter. 'zeker': "
        "kleine kans op toeval."
    )
    return Section(title, (Text(told, strong=True), figure, Bullets(lines), Text(note)))


def _moments(facts: Facts, at: Occasion) -> Section:
    asked = at.weeks(_WEEKS)
    hours = facts.ask("hot_hours", asked, zone=facts.settings.municipality.time_zone).table
    title = "Hottijden: wanneer is het raak?"
    if not hours["count"].fillna(0).any():
        return Section(title, (Text("Van geen melding is een tijdstip bekend."),))
    busiest = texts.busiest_words(texts.busiest(hours)) or "Geen uren springen eruit."
    mine = _of_shift(hours, at)
    sure = mine[mine["certainty"].isin(findings.CERTAIN)]
    counted = mine["count"].sum() if mine["count"].notna().all() else None
    lines = [busiest]
    if counted is not None:
        lines.append(
            f"Deze dienst, {WEEKDAYS[at.day.weekday()]} {at.hours.words()}: "
            f"{dutch.number(counted)} meldingen in {_WEEKS} weken."
        )
    if len(sure):
        clock = dutch.join([f"{hour:02}" for hour in sure["hour"]])
        lines.append(f"In deze dienst meer dan gewoonlijk om {clock} uur.")
    figure = drawings.week(
        hours.assign(shown="", words=""),
        caption="",
        words=f"Tabel van zeven dagen bij 24 uur, in kleur. {busiest}",
        height=330,
    )
    note = f"{_WEEKS} weken meldingen; een lijn staat om uren die meer dan toeval zijn."
    return Section(title, (figure, Bullets(tuple(lines)), Text(note)))


def _of_shift(hours: pd.DataFrame, at: Occasion) -> pd.DataFrame:
    first, last = SHIFTS[at.shift]
    slots = [(24 * at.day.weekday() + hour) % 168 for hour in range(first, last)]
    return hours.set_index(hours["weekday"] * 24 + hours["hour"]).loc[slots]


# --- what is done --------------------------------------------------------------------------------


def _deeds(facts: Facts, at: Occasion) -> Section:
    found = facts.actions(Selection(Period(at.day, at.day + _DAY), gebied=at.gebied))
    found = found[found["stage"].isin(("gepland", "bezig"))]
    title = "Acties die nu lopen"
    if found.empty:
        return Section(title, (Text("Er loopt nu geen actie. Begin er een op de pagina Acties."),))
    today = at.day.weekday()
    lines = []
    for row in found.head(_LINES).to_dict("records"):
        now = [moment for moment in row["moments"] if moment[0] == today]
        when = deed_words.moment_words(now or row["moments"])
        goal = deed_words.goal_words(row)
        parts = [
            f"{row['title']}: {row['place_name'] or row['gebied']}",
            *([f"vandaag {when}" if now else when] if when else []),
            *([goal] if goal else []),
        ]
        lines.append(" – ".join(parts))
    more = len(found) - _LINES
    rest = (
        (Text(f"En nog {dutch.amount(more, 'actie', 'acties')}: zie Acties."),) if more > 0 else ()
    )
    return Section(title, (Bullets(tuple(lines)), *rest))


def _rounds(_: Facts, at: Occasion) -> Section:
    first, last = (60 * hour for hour in SHIFTS[at.shift])
    every = at.visits
    today = every[
        (pd.to_datetime(every["day"]) == pd.Timestamp(at.day))
        & (every["state"] != "vervallen")
        & (every["from_minute"] < last)
        & (every["to_minute"] > first)
    ]
    if at.gebied:
        today = today[today["gebied"] == at.gebied]
    title = "Rondes van deze dienst"
    if today.empty:
        words = "Er zijn geen rondes bewaard voor deze dienst. Maak ze op de pagina Planning."
        return Section(title, (Text(words),))
    lines = []
    for number, rows in today.groupby("round_number", sort=True):
        stops = rows.sort_values("stop")
        names = " → ".join(stops["place_name"].head(6))
        lines.append(f"Ronde {number}, {rounds.clock(stops['from_minute'].iloc[0])}: {names}")
    return Section(title, (Bullets(tuple(lines[:_LINES])),))


def _before_after(_: Facts, at: Occasion) -> Section:
    title = "Voor en na"
    if not at.photos:
        words = (
            "Er is nog geen plek met een foto van voor en een van na. Voeg ze toe bij een actie."
        )
        return Section(title, (Text(words),))
    return Section(title, at.photos)


_Maker = Callable[[Facts, Occasion], Section]

#: Key -> its name in the list to choose from, and what makes it; in the usual order.
SLIDES: Final[Mapping[str, tuple[str, _Maker]]] = {
    "nieuw": ("Wat is er nieuw", _news),
    "hotitems": ("Hot-items", _hot_items),
    "hotspots": ("Hotspots van deze dienst", _places),
    "hottijden": ("Hottijden", _moments),
    "acties": ("Acties", _deeds),
    "rondes": ("Rondes", _rounds),
    "foto": ("Foto voor en na", _before_after),
}


def photo(data: bytes, caption: str, alt: str, *, width: int, height: int) -> Figure:
    """Put a photo of the ledger on a slide.

    Parameters
    ----------
    data : bytes
        JPEG.
    caption, alt : str
    width, height : int
        Pixels.
    """
    source = "data:image/jpeg;base64," + base64.b64encode(data).decode()
    svg = (
        f'<svg viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">'
        f'<image href="{source}" width="{width}" height="{height}"/></svg>'
    )
    return Figure(caption, alt, svg, data)
