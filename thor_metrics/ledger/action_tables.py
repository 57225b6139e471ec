"""Tables of what is done at a place: hotspot actions, comments, planned controls, what belongs."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from thor_metrics.ledger.models import Thing

__all__ = ["Action", "Comment", "Match", "Rows", "Visit"]


class Rows(sa.types.TypeDecorator[list[Any]]):
    """A short list of plain values, or of tuples of them, kept as JSON."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: list[Any] | None, _: sa.Dialect) -> str:
        """Write the list."""
        return json.dumps(value or [], ensure_ascii=False)

    def process_result_value(self, value: str | None, _: sa.Dialect) -> list[Any]:
        """Give the list back, with tuples inside."""
        return [tuple(row) if isinstance(row, list) else row for row in json.loads(value or "[]")]


class Action(Thing):
    """What a team does at one place for some time, with its goal.

    Attributes
    ----------
    kind : str
        What is done: "extra controles", "cameratoezicht" ...; effects are summarised by it.
    stage : str
        One of :data:`~thor_metrics.ledger.STAGES`.
    place_name : str
        What the place is called; no address of a person.
    x, y, radius : float
        Middle and reach, metres in the municipality's coordinate system.
    outline : str
        WKT polygon in the same system; empty for the circle.
    starts, ends : date or None
        First and last day.
    selected_from, selected_to : date or None
        First and last day of the window in which the place stood out. It can never be what the
        action is measured from.
    goal_key : str
        Indicator of the goal; empty for citizens' reports of the theme at the place.
    goal_from, goal_to : float or None
        Per four weeks: as it is, and as it should become.
    goal_by : date or None
    moments : list of (int, int, int)
        Planned weekday (Monday 0), from hour and to hour; past 24 is the night after.
    compared : list of str
        Buurten somebody chose to compare with; empty: chosen by likeness.
    prevent, approach, sanction : str
        Measures of the naleefstrategie: voorkomen, aanspreken, sanctioneren.
    monitor : str
        M-number, or empty.
    lesson : str
        What the team concluded.
    """

    __tablename__ = "ledger_action"
    fields = (
        "title", "kind", "theme", "gebied", "stage", "place_name", "x", "y", "radius", "outline",
        "starts", "ends", "selected_from", "selected_to", "goal_key", "goal_from", "goal_to",
        "goal_by", "moments", "compared", "team", "partner", "prevent", "approach", "sanction",
        "monitor", "lesson", "note",
    )  # fmt: skip

    title: Mapped[str] = mapped_column(sa.String(200))
    kind: Mapped[str] = mapped_column(sa.String(80), default="")
    theme: Mapped[str] = mapped_column(sa.String(20))
    gebied: Mapped[str] = mapped_column(sa.String(80), default="", index=True)
    stage: Mapped[str] = mapped_column(sa.String(20), default="voorstel")
    place_name: Mapped[str] = mapped_column(sa.String(200), default="")
    x: Mapped[float] = mapped_column(sa.Double)
    y: Mapped[float] = mapped_column(sa.Double)
    radius: Mapped[float] = mapped_column(sa.Double, default=50.0)
    outline: Mapped[str] = mapped_column(sa.Text, default="")
    starts: Mapped[dt.date | None]
    ends: Mapped[dt.date | None]
    selected_from: Mapped[dt.date | None]
    selected_to: Mapped[dt.date | None]
    goal_key: Mapped[str] = mapped_column(sa.String(60), default="")
    goal_from: Mapped[float | None] = mapped_column(sa.Double)
    goal_to: Mapped[float | None] = mapped_column(sa.Double)
    goal_by: Mapped[dt.date | None]
    moments: Mapped[list[tuple[int, int, int]]] = mapped_column(Rows, default=list)
    compared: Mapped[list[str]] = mapped_column(Rows, default=list)
    team: Mapped[str] = mapped_column(sa.String(80), default="")
    partner: Mapped[str] = mapped_column(sa.String(80), default="")
    prevent: Mapped[str] = mapped_column(sa.Text, default="")
    approach: Mapped[str] = mapped_column(sa.Text, default="")
    sanction: Mapped[str] = mapped_column(sa.Text, default="")
    monitor: Mapped[str] = mapped_column(sa.String(3), default="")
    lesson: Mapped[str] = mapped_column(sa.Text, default="")
    note: Mapped[str] = mapped_column(sa.Text, default="")


class Comment(Thing):
    """What somebody said of an action."""

    __tablename__ = "ledger_comment"
    fields = ("action_id", "note")

    action_id: Mapped[int] = mapped_column(sa.ForeignKey(Action.id), index=True)
    note: Mapped[str] = mapped_column(sa.Text)


class Visit(Thing):
    """One planned control: a stop of a round of the week plan, or a moment of an action.

    Attributes
    ----------
    week : str
        ISO week of the first day of the shift: ``2026-W48``.
    day : date
        The day the shift begins.
    from_minute, to_minute : int
        Minutes since midnight of ``day``; past 1440 is the night after.
    round_number, stop : int
        Which round of the week, and which stop of it, from 1.
    state : str
        One of :data:`~thor_metrics.ledger.VISIT_STATES`.
    """

    __tablename__ = "ledger_visit"
    fields = (
        "action_id", "week", "day", "from_minute", "to_minute", "place_name", "x", "y", "theme",
        "gebied", "team", "round_number", "stop", "state",
    )  # fmt: skip

    action_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Action.id))
    week: Mapped[str] = mapped_column(sa.String(8), index=True)
    day: Mapped[dt.date]
    from_minute: Mapped[int]
    to_minute: Mapped[int]
    place_name: Mapped[str] = mapped_column(sa.String(200))
    x: Mapped[float] = mapped_column(sa.Double)
    y: Mapped[float] = mapped_column(sa.Double)
    theme: Mapped[str] = mapped_column(sa.String(20))
    gebied: Mapped[str] = mapped_column(sa.String(80), default="")
    team: Mapped[str] = mapped_column(sa.String(80), default="")
    round_number: Mapped[int] = mapped_column(default=1)
    stop: Mapped[int] = mapped_column(default=1)
    state: Mapped[str] = mapped_column(sa.String(20), default="gepland")


class Match(Thing):
    """Somebody's word on whether a control belongs to an action, over what place and time say."""

    __tablename__ = "ledger_match"
    __table_args__ = (sa.UniqueConstraint("action_id", "control"),)
    fields = ("action_id", "control", "belongs")

    action_id: Mapped[int] = mapped_column(sa.ForeignKey(Action.id))
    control: Mapped[str] = mapped_column(sa.String(200))
    belongs: Mapped[bool]
