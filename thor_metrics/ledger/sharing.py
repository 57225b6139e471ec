"""What is shared: words in half-year reports, briefings of teams, steps of the workshop."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.orm import Session

from thor_metrics.ledger import acts
from thor_metrics.ledger.desk import Desk
from thor_metrics.ledger.models import Thing
from thor_metrics.ledger.sharing_tables import Briefing, Preface, Step
from thor_metrics.ledger.words import all_checked, checked

__all__ = ["Sharing"]


class Sharing(Desk):
    """The part of the ledger about what is shared with others."""

    # --- half-year reports -----------------------------------------------------------------

    def prefaces(self) -> pd.DataFrame:
        """Return what people wrote in reports: ``id, version, gebied, period, introduction``..."""
        query = sa.select(Preface).where(~Preface.removed)
        return self._frame("preface", query.order_by(Preface.period, Preface.gebied))

    def write_preface(
        self,
        gebied: str,
        period: str,
        *,
        introduction: str,
        conclusion: str,
        version: int = 0,
        by: str = "",
    ) -> int:
        """Keep the words of one report; gives the new version.

        Show :func:`~thor_metrics.ledger.warnings_for` beside it: personal data is not refused.

        Parameters
        ----------
        gebied : str
            Empty: the whole city.
        period : str
            As it is asked: ``2026-H1``.
        introduction, conclusion : str
        version : int
            The one the person looked at; 0: there was none.
        by : str
            Team or role.

        Raises
        ------
        Conflict
            When somebody else wrote since; holds the words of both.
        """
        values = all_checked(
            {
                "gebied": gebied,
                "period": period,
                "introduction": introduction,
                "conclusion": conclusion,
            }
        )
        who = checked("by", by)
        same = sa.select(Preface).where(
            Preface.gebied == values["gebied"], Preface.period == values["period"]
        )
        with self._writing() as session:
            there = session.scalar(same)
            if there is None:
                return _version(session, Preface(**values), by=who)
            # A removed one is written over, whatever version it had.
            seen = None if there.removed else version
            return acts.change(
                session, "preface", there.id, {**values, "removed": False},
                by=who, version=seen, action="restore" if there.removed else "change",
            )  # fmt: skip

    # --- briefings -------------------------------------------------------------------------

    def briefings(self) -> pd.DataFrame:
        """Return what teams open with: ``id, version, team, gebied, slides, seconds, held_on``."""
        query = sa.select(Briefing).where(~Briefing.removed)
        return self._frame("briefing", query.order_by(Briefing.team))

    def save_briefing(
        self,
        team: str,
        *,
        gebied: str = "",
        slides: Sequence[str] = (),
        seconds: int = 0,
        by: str = "",
    ) -> int:
        """Keep which slides a team shows, in this order; gives its number.

        The team's briefing before this one stays in the history, and undoing brings it back.

        Parameters
        ----------
        team : str
            Needed; personal data in it is refused.
        gebied : str
            Empty: the whole city.
        slides : sequence of str
            Keys of slides; empty: the usual ones.
        seconds : int
            Each slide stays this long; 0: until somebody goes on.
        by : str
            Team or role.
        """
        checked("name", team)
        values = all_checked({"team": team, "gebied": gebied, "slides": slides, "seconds": seconds})
        same = sa.select(Briefing).where(Briefing.team == values["team"])
        return self._put("briefing", same, Briefing(**values), values, by=by)

    def hold_briefing(self, team: str, day: dt.date, *, by: str = "") -> int:
        """Remember that a team was briefed on a day: what comes after it is new to them."""
        checked("name", team)
        values = all_checked({"team": team, "held_on": day})
        same = sa.select(Briefing).where(Briefing.team == values["team"])
        return self._put("briefing", same, Briefing(**values), values, by=by)

    # --- the workshop ----------------------------------------------------------------------

    def steps(self, pupil: str | None = None) -> pd.DataFrame:
        """Return steps of everybody or of one: ``pupil, exercise, tries, hints, solved``."""
        query = sa.select(Step).where(~Step.removed)
        if pupil is not None:
            query = query.where(Step.pupil == checked("pupil", pupil))
        return self._frame("step", query.order_by(Step.pupil, Step.id))

    def take_step(
        self, pupil: str, exercise: str, *, tries: int = 0, hints: int = 0, solved: bool = False
    ) -> None:
        """Add to what a pupil did at an exercise; solved once stays solved.

        Parameters
        ----------
        pupil : str
            A made-up word, never a name.
        exercise : str
        tries, hints : int
            How many more.
        solved : bool
        """
        who = all_checked({"pupil": pupil, "exercise": exercise})
        same = sa.select(Step).where(Step.pupil == who["pupil"], Step.exercise == who["exercise"])
        with self._writing() as session:
            there = session.scalar(same)
            if there is None:
                new = Step(**who, tries=tries, hints=hints, solved=solved)
                acts.add(session, new, by="")
                return
            values = {
                "tries": there.tries + tries,
                "hints": there.hints + hints,
                "solved": there.solved or solved,
                "removed": False,
            }
            action = "restore" if there.removed else "change"
            acts.change(session, "step", there.id, values, by="", action=action)

    def forget_steps(self, pupil: str) -> None:
        """Let a pupil begin again."""
        query = sa.select(Step).where(~Step.removed, Step.pupil == checked("pupil", pupil))
        with self._writing() as session:
            for there in session.scalars(query):
                values = {"removed": True, "tries": 0, "hints": 0, "solved": False}
                acts.change(session, "step", there.id, values, by="", action="remove")

    def _put(
        self, kind: str, same: sa.Select[Any], new: Thing, values: dict[str, Any], *, by: str
    ) -> int:
        """Write over the thing that is the same one, or add it."""
        who = checked("by", by)
        with self._writing() as session:
            there = session.scalar(same)
            if there is None:
                return acts.add(session, new, by=who)
            action = "restore" if there.removed else "change"
            changed = {**values, "removed": False}
            acts.change(session, kind, there.id, changed, by=who, action=action)
            return int(there.id)


def _version(session: Session, new: Thing, *, by: str) -> int:
    acts.add(session, new, by=by)
    return new.version
