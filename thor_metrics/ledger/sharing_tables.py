"""Tables of what is shared: words in half-year reports, briefings, steps of the course."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from thor_metrics.ledger.action_tables import Rows
from thor_metrics.ledger.models import Thing

__all__ = ["Briefing", "Preface", "Step"]


class Preface(Thing):
    """What people add to a half-year report: words before it and after it.

    Attributes
    ----------
    gebied : str
        Empty: the whole city.
    period : str
        As it is asked: ``2026-H1``.
    introduction, conclusion : str
    """

    __tablename__ = "ledger_preface"
    __table_args__ = (sa.UniqueConstraint("gebied", "period"),)
    fields = ("gebied", "period", "introduction", "conclusion")

    gebied: Mapped[str] = mapped_column(sa.String(80), default="")
    period: Mapped[str] = mapped_column(sa.String(40))
    introduction: Mapped[str] = mapped_column(sa.Text, default="")
    conclusion: Mapped[str] = mapped_column(sa.Text, default="")


class Briefing(Thing):
    """How a team opens its shift: which slides in which order, and when it last did.

    Attributes
    ----------
    team : str
    gebied : str
        Empty: the whole city.
    slides : list of str
        Keys of slides, in the order in which they are shown.
    seconds : int
        Each slide stays this long; 0: until somebody goes on.
    held_on : date or None
        Day of the last briefing: what came after it is new.
    """

    __tablename__ = "ledger_briefing"
    __table_args__ = (sa.UniqueConstraint("team"),)
    fields = ("team", "gebied", "slides", "seconds", "held_on")

    team: Mapped[str] = mapped_column(sa.String(80))
    gebied: Mapped[str] = mapped_column(sa.String(80), default="")
    slides: Mapped[list[str]] = mapped_column(Rows, default=list)
    seconds: Mapped[int] = mapped_column(default=0)
    held_on: Mapped[dt.date | None]


class Step(Thing):
    """One exercise of the workshop, done by somebody who is known by a made-up word only.

    Attributes
    ----------
    pupil : str
        The made-up word.
    exercise : str
        Its key.
    tries : int
        Answers given.
    hints : int
        Hints asked.
    solved : bool
    """

    __tablename__ = "ledger_step"
    __table_args__ = (sa.UniqueConstraint("pupil", "exercise"),)
    fields = ("pupil", "exercise", "tries", "hints", "solved")

    pupil: Mapped[str] = mapped_column(sa.String(40), index=True)
    exercise: Mapped[str] = mapped_column(sa.String(60))
    tries: Mapped[int] = mapped_column(default=0)
    hints: Mapped[int] = mapped_column(default=0)
    solved: Mapped[bool] = mapped_column(default=False)
