"""Hotspot actions, what is said of them, the controls planned for them, and which belong."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypedDict, Unpack

import pandas as pd
import sqlalchemy as sa

from thor_metrics.ledger import acts
from thor_metrics.ledger.action_tables import Action, Comment, Match, Visit
from thor_metrics.ledger.desk import Desk
from thor_metrics.ledger.problems import LedgerError
from thor_metrics.ledger.words import all_checked, checked

__all__ = ["ActionFields", "Actions", "VisitFields"]


class ActionFields(TypedDict, total=False):
    """What people fill in of an action; see :class:`~thor_metrics.ledger.action_tables.Action`."""

    title: str
    kind: str
    theme: str
    gebied: str
    stage: str
    place_name: str
    x: float
    y: float
    radius: float
    outline: str
    starts: dt.date | None
    ends: dt.date | None
    selected_from: dt.date | None
    selected_to: dt.date | None
    goal_key: str
    goal_from: float | None
    goal_to: float | None
    goal_by: dt.date | None
    moments: Iterable[tuple[int, int, int]]
    compared: Iterable[str]
    team: str
    partner: str
    prevent: str
    approach: str
    sanction: str
    monitor: str
    lesson: str
    note: str


class VisitFields(TypedDict, total=False):
    """What is known of one planned control; see its table for what each means."""

    action_id: int | None
    day: dt.date
    from_minute: int
    to_minute: int
    place_name: str
    x: float
    y: float
    theme: str
    gebied: str
    team: str
    round_number: int
    stop: int


class Actions(Desk):
    """The part of the ledger about what is done."""

    # --- actions ---------------------------------------------------------------------------

    def actions(
        self,
        *,
        gebied: str | None = None,
        theme: str | None = None,
        stage: str | None = None,
        removed: bool = False,
    ) -> pd.DataFrame:
        """Return actions, the newest start in front, those without a start before all.

        Parameters
        ----------
        gebied, theme, stage : str, optional
            Only these.
        removed : bool
            The removed ones instead.

        Returns
        -------
        DataFrame
            ``id, version`` and every field of
            :class:`~thor_metrics.ledger.action_tables.Action`, ``created_by, created_at,
            changed_by, changed_at``.
        """
        query = sa.select(Action).where(Action.removed.is_(removed))
        for name, value in {"gebied": gebied, "theme": theme, "stage": stage}.items():
            if value is not None:
                query = query.where(getattr(Action, name) == value)
        dated = Action.starts.is_not(None)
        return self._frame("action", query.order_by(dated, Action.starts.desc(), Action.id.desc()))

    def add_action(self, *, by: str = "", **fields: Unpack[ActionFields]) -> int:
        """Keep an action; gives its number. Its version is 1.

        Parameters
        ----------
        by : str
            Team or role.
        **fields
            ``title``, ``theme``, ``place_name``, ``x`` and ``y`` are needed.

        Raises
        ------
        LedgerError
            When something is missing, or cannot be kept like this.
        """
        missing = [
            name for name in ("title", "theme", "place_name", "x", "y") if name not in fields
        ]
        if missing:
            raise LedgerError(
                "Een actie heeft een titel, een thema en een plek nodig. Kies eerst een plek op "
                "de kaart of in de lijst."
            )
        values = all_checked(fields)
        _in_order({}, values)
        return self._add(Action(**values), by=by)

    def change_action(
        self,
        id: int,  # noqa: A002 - the word of the address bar
        version: int,
        *,
        by: str = "",
        **fields: Unpack[ActionFields],
    ) -> int:
        """Change fields of an action; gives the new version.

        Raises
        ------
        Conflict
            When somebody else changed it since; holds the words of both.
        LedgerError
            When something cannot be kept like this.
        """
        values = all_checked(fields)
        with self._reading() as session:
            there = acts.thing(session, "action", id)
            before = {name: getattr(there, name) for name in there.fields}
        _in_order(before, values)
        return self._change("action", id, values, by=by, version=version)

    # --- comments --------------------------------------------------------------------------

    def comments(self, action: int) -> pd.DataFrame:
        """Return what was said of an action, newest first."""
        query = sa.select(Comment).where(~Comment.removed, Comment.action_id == action)
        return self._frame("comment", query.order_by(Comment.id.desc()))

    def add_comment(self, action: int, note: str, *, by: str = "") -> int:
        """Say something of an action; gives the number of the comment.

        Show :func:`~thor_metrics.ledger.warnings_for` beside it: personal data is not refused.

        Raises
        ------
        LedgerError
            When nothing was said, or there is no such action.
        """
        text = checked("note", note)
        if not text:
            raise LedgerError("De opmerking is nog leeg. Schrijf iets en bewaar opnieuw.")
        who = checked("by", by)
        with self._writing() as session:
            acts.thing(session, "action", action)
            return acts.add(session, Comment(action_id=action, note=text), by=who)

    # --- planned controls ------------------------------------------------------------------

    def visits(
        self, *, week: str | None = None, action: int | None = None, gebied: str | None = None
    ) -> pd.DataFrame:
        """Return planned controls in the order in which they are walked.

        Parameters
        ----------
        week : str, optional
            Only of this ISO week: ``2026-W48``.
        action : int, optional
            Only of this action.
        gebied : str, optional
            Only in this gebied.

        Returns
        -------
        DataFrame
            ``id, version`` and every field of
            :class:`~thor_metrics.ledger.action_tables.Visit`.
        """
        query = sa.select(Visit).where(~Visit.removed)
        for name, value in {"week": week, "action_id": action, "gebied": gebied}.items():
            if value is not None:
                query = query.where(getattr(Visit, name) == value)
        return self._frame(
            "visit",
            query.order_by(Visit.day, Visit.round_number, Visit.stop, Visit.from_minute, Visit.id),
        )

    def plan_visits(
        self,
        visits: Sequence[VisitFields],
        *,
        instead: Mapping[int, int] | None = None,
        by: str = "",
    ) -> list[int]:
        """Keep planned controls, all of them or none; gives their numbers.

        Parameters
        ----------
        visits : sequence of VisitFields
        instead : mapping of int to int, optional
            Number -> version of planned controls that these take the place of. Those are removed
            in the same act, so a plan is never half old and half new.
        by : str
            Team or role.

        Raises
        ------
        Conflict
            When somebody changed one of ``instead`` since.
        LedgerError
            When one cannot be kept like this; then none is.
        """
        who = checked("by", by)
        rows = [all_checked(visit) for visit in visits]
        with self._writing() as session:
            for number, version in (instead or {}).items():
                acts.change(
                    session, "visit", number, {"removed": True},
                    by=who, version=version, action="remove",
                )  # fmt: skip
            return [
                acts.add(session, Visit(**row, week=_week_of(row["day"])), by=who) for row in rows
            ]

    def change_visit(
        self,
        id: int,  # noqa: A002 - same
        version: int,
        *,
        state: str,
        by: str = "",
    ) -> int:
        """Say whether a planned control was done; gives the new version."""
        values = {"state": checked("state", state)}
        return self._change("visit", id, values, by=by, version=version)

    # --- which controls belong -------------------------------------------------------------

    def matches(self, action: int) -> dict[str, bool]:
        """Return what people said of controls and an action: key of the control -> it belongs."""
        query = sa.select(Match).where(~Match.removed, Match.action_id == action)
        found = self._frame("match", query.order_by(Match.id))
        return dict(zip(found["control"], found["belongs"].astype(bool), strict=True))

    def match_control(self, action: int, control: str, *, belongs: bool, by: str = "") -> None:
        """Say that a control belongs to an action, or does not, whatever place and time say."""
        key, who = checked("control", control), checked("by", by)
        with self._writing() as session:
            acts.thing(session, "action", action)
            there = session.scalar(
                sa.select(Match).where(Match.action_id == action, Match.control == key)
            )
            if there is None:
                acts.add(session, Match(action_id=action, control=key, belongs=belongs), by=who)
            else:
                values = {"belongs": belongs, "removed": False}
                acts.change(session, "match", there.id, values, by=who, action="restore")


def _week_of(day: dt.date) -> str:
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def _in_order(before: Mapping[str, Any], values: Mapping[str, Any]) -> None:
    """Refuse windows that end before they begin."""
    whole = {**before, **values}
    for first, last, what in (
        ("starts", "ends", "De actie"),
        ("selected_from", "selected_to", "Het tijdvak waarin de plek opviel"),
    ):
        start, end = whole.get(first), whole.get(last)
        if start is not None and end is not None and end < start:
            raise LedgerError(
                f"{what} eindigt ({end:%d-%m-%Y}) voor de eerste dag ({start:%d-%m-%Y}). "
                "Verander een van de twee."
            )
