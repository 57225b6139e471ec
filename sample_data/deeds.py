"""What the teams of the made-up city wrote down as hotspot actions.

Some of them truly change something, some do not (:mod:`sample_data.planted`), and some are still
to come. They are no rows of a table: people write them in the app.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from sample_data.papers import BY
from sample_data.planted import ACTIONS, PLACEBOS, Action

__all__ = ["BY", "Deed", "deeds"]

#: A place stands out in the weeks just before somebody decides to act.
_STOOD_OUT = timedelta(weeks=13)
_DAY = timedelta(days=1)

_KINDS = {
    "Cameraproef": "cameratoezicht",
    "Borden": "borden",
    "Fietsactie": "veegactie",
    "Brief": "brief en gesprek",
    "Gesprekken": "brief en gesprek",
    "Afspraken": "brief en gesprek",
    "Stickers": "borden",
}
_USUAL = "extra controles"

#: Theme -> weekday, from hour, to hour: its hottime.
_MOMENTS = {
    "afval": [(0, 8, 11), (3, 8, 11)],
    "fiets": [(0, 8, 10), (1, 8, 10)],
    "parkeren": [(5, 11, 17)],
    "sociaal": [(4, 20, 24), (5, 20, 24)],
    "evenementen": [(4, 22, 26), (5, 22, 26)],
}


@dataclass(frozen=True)
class Deed:
    """One hotspot action as a team wrote it down.

    Attributes
    ----------
    title, kind, theme : str
    soort, place : str
        The object it lies at.
    radius_m : float
    stage : str
    starts, ends : datetime.date or None
        First and last day.
    selected_from, selected_to : datetime.date or None
        First and last day of the window in which the place stood out.
    goal_from, goal_to : float or None
        Meldingen per four weeks.
    """

    title: str
    kind: str
    theme: str
    soort: str
    place: str
    radius_m: float
    stage: str
    starts: date | None = None
    ends: date | None = None
    selected_from: date | None = None
    selected_to: date | None = None
    goal_from: float | None = None
    goal_to: float | None = None
    moments: list[tuple[int, int, int]] = field(default_factory=list)
    team: str = ""
    partner: str = ""
    prevent: str = ""
    approach: str = ""
    sanction: str = ""
    monitor: str = ""


def deeds(until: date) -> list[Deed]:
    """Give the actions there are on the last day of the city, oldest first."""
    past = [_past(action) for action in (*PLACEBOS, *ACTIONS) if action.end <= until]
    past.sort(key=lambda deed: (deed.starts or until, deed.title))
    monday = until - timedelta(days=until.weekday())
    return [*past, *_running(monday)]


def _past(action: Action) -> Deed:
    camera = action.name.startswith("Cameraproef")
    return Deed(
        title=action.name,
        kind=_KINDS.get(action.name.split()[0], _USUAL),
        theme=action.theme,
        soort=action.soort,
        place=action.place,
        radius_m=action.radius_m,
        stage="geëvalueerd" if action.end.year < 2026 else "afgerond",
        starts=action.first,
        ends=action.end - _DAY,
        selected_from=action.first - _STOOD_OUT,
        selected_to=action.first - _DAY,
        moments=_MOMENTS[action.theme],
        team="Wijkteam",
        partner="Politie" if action.theme == "sociaal" else "",
        monitor="M05" if camera else "",
    )


def _running(monday: date) -> list[Deed]:
    """Give what is going on and what is to come in the week of a Monday."""
    weeks = timedelta(weeks=1)
    return [
        Deed(
            "Extra controles perron Heer", _USUAL, "afval", "milieuperron", "Milieuperron Heer 1",
            75.0, "bezig", monday - 5 * weeks, monday + 7 * weeks - _DAY,
            monday - 18 * weeks, monday - 5 * weeks - _DAY, 32.0, 16.0, _MOMENTS["afval"],
            "Wijkteam Zuidoost", prevent="Brief met uitleg over aanbieden van grofvuil",
            approach="Gesprek bij het perron op maandagochtend",
            sanction="Opruimkosten verhalen bij herhaling",
        ),
        Deed(
            "Jeugd De Heeg: vaste rondes", _USUAL, "sociaal", "plein", "Plein De Heeg", 100.0,
            "gepland", monday + weeks, monday + 13 * weeks - _DAY, monday - 13 * weeks,
            monday - _DAY, 28.0, 20.0, _MOMENTS["sociaal"], "Wijkteam Zuidoost", "Jongerenwerk",
            prevent="Jongerenwerk is op dezelfde avonden op het plein",
            approach="Kennismaken en afspraken maken",
        ),
        Deed(
            "Parkeren rond het MECC op beursdagen", _USUAL, "parkeren", "evenemententerrein",
            "MECC", 150.0, "voorstel", selected_from=monday - 13 * weeks,
            selected_to=monday - _DAY, moments=_MOMENTS["parkeren"],
        ),
    ]  # fmt: skip
