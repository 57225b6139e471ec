"""Every change is an act with its before and after: how one is made, kept, and taken back."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Mapping
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from thor_metrics.ledger.kinds import KINDS
from thor_metrics.ledger.models import Change, Thing
from thor_metrics.ledger.problems import KIND_WORDS, Conflict, LedgerError

__all__ = ["add", "change", "changes_of", "conflict", "from_json", "thing", "undo"]

_DAYS: Final = frozenset(
    (
        "due_next",
        "taken_on",
        "starts",
        "ends",
        "selected_from",
        "selected_to",
        "goal_by",
        "day",
        "held_on",
    )
)

#: Fields that hold a list, of tuples or of plain values.
_LISTS: Final = frozenset(("links", "moments", "compared", "slides"))


def thing(session: Session, kind: str, id: int) -> Thing:  # noqa: A002 - the ledger's word
    """Return a thing, removed or not.

    Raises
    ------
    LedgerError
        When there is none of this kind and number.
    """
    if kind not in KINDS:
        raise LedgerError(f"'{kind}' is geen soort. Kies uit {', '.join(KINDS)}.")
    found = session.get(KINDS[kind], id)
    if found is None:
        raise LedgerError(
            f"Nummer {id} ({KIND_WORDS[kind]}) bestaat niet. Ga naar de lijst en kies opnieuw."
        )
    return found


def add(session: Session, new: Thing, *, by: str) -> int:
    """Write a new thing and what was filled in; gives its number."""
    new.created_at = new.changed_at = _now()
    new.created_by = new.changed_by = by
    new.removed = False
    session.add(new)
    session.flush()
    values = {field: getattr(new, field) for field in new.fields}
    filled = {field: (None, value) for field, value in values.items() if value or field == "title"}
    _keep(session, new, "add", filled)
    return new.id


def change(
    session: Session,
    kind: str,
    id: int,  # noqa: A002 - the ledger's word
    values: Mapping[str, Any],
    *,
    by: str,
    version: int | None = None,
    action: str = "change",
    undoes: str = "",
) -> int:
    """Give fields of a thing other values; gives its version, the same when nothing differed.

    Raises
    ------
    Conflict
        When ``version`` is not the one that stands there and there is something to write.
    LedgerError
        When the thing does not exist, or was removed.
    """
    there = thing(session, kind, id)
    before = {field: getattr(there, field) for field in values}
    after = {field: value for field, value in values.items() if value != before[field]}
    if not after:
        return there.version
    if version is not None and version != there.version:
        raise conflict(kind, there, values)
    if there.removed and action == "change":
        raise LedgerError(
            f"Deze wijziging is niet bewaard: het onderdeel ({KIND_WORDS[kind]}) is intussen "
            f"verwijderd door {there.changed_by or 'iemand'}. Zet het terug en bewaar opnieuw."
        )
    for field, value in after.items():
        setattr(there, field, value)
    there.changed_at, there.changed_by = _now(), by
    pairs = {field: (before[field], value) for field, value in after.items()}
    _keep(session, there, action, pairs, undoes=undoes)
    session.flush()
    return there.version


def conflict(kind: str, there: Thing, mine: Mapping[str, Any]) -> Conflict:
    """Tell what somebody wanted to write beside what stands there."""
    return Conflict(
        kind,
        there.id,
        version=there.version,
        mine=mine,
        theirs={field: getattr(there, field) for field in mine},
        by=there.changed_by,
        at=there.changed_at,
    )


def undo(
    session: Session,
    kind: str,
    id: int,  # noqa: A002 - the ledger's word
    *,
    by: str,
    version: int | None = None,
) -> int:
    """Take back the last act that was not taken back yet; gives the version.

    Taking back that something was added removes it.

    Raises
    ------
    Conflict
        When ``version`` is given and is not the one that stands there.
    LedgerError
        When nothing is left to take back.
    """
    there = thing(session, kind, id)
    rows = changes_of(session, kind, id)
    gone = {row.undoes for row in rows}
    last = next((row for row in rows if row.action != "undo" and row.act not in gone), None)
    if last is None:
        raise LedgerError("Er is niets (meer) om ongedaan te maken.")
    old = {row.field: from_json(row.field, row.old) for row in rows if row.act == last.act}
    values = {"removed": True} if last.action == "add" else old
    if version is not None and version != there.version:
        raise conflict(kind, there, values)
    return change(session, kind, id, values, by=by, action="undo", undoes=last.act)


def changes_of(session: Session, kind: str, id: int) -> list[Change]:  # noqa: A002 - same
    """Everything that ever happened to a thing, newest first."""
    wanted = sa.select(Change).where(Change.what == kind, Change.thing == id)
    return list(session.scalars(wanted.order_by(Change.id.desc())))


def _keep(
    session: Session,
    there: Thing,
    action: str,
    values: Mapping[str, tuple[Any, Any]],
    *,
    undoes: str = "",
) -> None:
    kind = next(name for name, table in KINDS.items() if isinstance(there, table))
    act = uuid.uuid4().hex
    session.add_all(
        Change(
            act=act,
            what=kind,
            thing=there.id,
            action=action,
            field=field,
            old=_to_json(old),
            new=_to_json(new),
            undoes=undoes,
            by=there.changed_by,
            at=there.changed_at,
        )
        for field, (old, new) in values.items()
    )


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _to_json(value: Any) -> str | None:
    if value is None:
        return None
    return json.dumps(value, ensure_ascii=False, default=dt.date.isoformat)


def from_json(field: str, kept: str | None) -> Any:
    """Return a kept value as the field holds it.

    Examples
    --------
    >>> from_json("due_next", '"2026-03-01"'), from_json("links", '[["doel", "1.1"]]')
    (datetime.date(2026, 3, 1), [('doel', '1.1')])
    """
    value = None if kept is None else json.loads(kept)
    if field in _DAYS and value is not None:
        return dt.date.fromisoformat(value)
    if field in _LISTS:
        return [tuple(row) if isinstance(row, list) else row for row in value or ()]
    return value
