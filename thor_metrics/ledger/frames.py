"""Things of the ledger as tidy tables, with the same columns and types when there are none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import pandas as pd

from thor_metrics.ledger.acts import from_json
from thor_metrics.ledger.models import Change, Thing
from thor_metrics.ledger.problems import shown

__all__ = ["COLUMNS", "history_frame", "things_frame"]

_DAY: Final = "datetime64[s]"
_MOMENT: Final = "datetime64[us, UTC]"
_THING: Final = {
    "created_by": "str",
    "created_at": _MOMENT,
    "changed_by": "str",
    "changed_at": _MOMENT,
}
_FILE: Final = {"file_hash": "str", "file_size": "int64", "media_type": "str"}

#: Kind -> columns and their types.
COLUMNS: Final[Mapping[str, Mapping[str, str]]] = {
    "document": {
        "id": "int64", "version": "int64", "title": "str", "kind": "str", "monitor": "str",
        "period": "str", "status": "str", "due_next": _DAY, "note": "str", "file_name": "str",
        **_FILE, "links": "object", **_THING,
    },
    "photo": {
        "id": "int64", "version": "int64", "moment": "str", "taken_on": _DAY, "alt": "str",
        **_FILE, "thumb_hash": "str", "width": "int64", "height": "int64", "links": "object",
        **_THING,
    },
    "mapping": {
        "id": "int64", "version": "int64", "source": "str", "category": "str",
        "category_slug": "str", "theme": "str", "rubriek": "str", **_THING,
    },
    "rubriek": {
        "id": "int64", "version": "int64", "key": "str", "theme": "str", "title": "str", **_THING,
    },
    "selection": {
        "id": "int64", "version": "int64", "name": "str", "page": "str", "address": "str", **_THING,
    },
    "action": {
        "id": "int64", "version": "int64", "title": "str", "kind": "str", "theme": "str",
        "gebied": "str", "stage": "str", "place_name": "str", "x": "float64", "y": "float64",
        "radius": "float64", "outline": "str", "starts": _DAY, "ends": _DAY,
        "selected_from": _DAY, "selected_to": _DAY, "goal_key": "str", "goal_from": "float64",
        "goal_to": "float64", "goal_by": _DAY, "moments": "object", "compared": "object",
        "team": "str", "partner": "str", "prevent": "str", "approach": "str", "sanction": "str",
        "monitor": "str", "lesson": "str", "note": "str", **_THING,
    },
    "comment": {
        "id": "int64", "version": "int64", "action_id": "int64", "note": "str", **_THING,
    },
    "visit": {
        "id": "int64", "version": "int64", "action_id": "Int64", "week": "str", "day": _DAY,
        "from_minute": "int64", "to_minute": "int64", "place_name": "str", "x": "float64",
        "y": "float64", "theme": "str", "gebied": "str", "team": "str", "round_number": "int64",
        "stop": "int64", "state": "str", **_THING,
    },
    "match": {
        "id": "int64", "version": "int64", "action_id": "int64", "control": "str",
        "belongs": "bool", **_THING,
    },
    "preface": {
        "id": "int64", "version": "int64", "gebied": "str", "period": "str",
        "introduction": "str", "conclusion": "str", **_THING,
    },
    "briefing": {
        "id": "int64", "version": "int64", "team": "str", "gebied": "str", "slides": "object",
        "seconds": "int64", "held_on": _DAY, **_THING,
    },
    "step": {
        "id": "int64", "version": "int64", "pupil": "str", "exercise": "str", "tries": "int64",
        "hints": "int64", "solved": "bool", **_THING,
    },
}  # fmt: skip

_HISTORY: Final = {
    "act": "str", "at": _MOMENT, "by": "str", "action": "str", "field": "str", "old": "str",
    "new": "str",
}  # fmt: skip


def things_frame(kind: str, things: Iterable[Thing]) -> pd.DataFrame:
    """One row a thing; ``links`` holds tuples of (kind, id)."""
    columns = COLUMNS[kind]
    rows = [{name: _cell(getattr(item, name)) for name in columns} for item in things]
    return _typed(rows, columns)


def history_frame(changes: Iterable[Change]) -> pd.DataFrame:
    """One row a field of an act, values as people read them."""
    rows = [
        {
            "act": item.act,
            "at": item.at,
            "by": item.by,
            "action": item.action,
            "field": item.field,
            "old": shown(from_json(item.field, item.old)),
            "new": shown(from_json(item.field, item.new)),
        }
        for item in changes
    ]
    return _typed(rows, _HISTORY)


def _cell(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _typed(rows: list[dict[str, Any]], columns: Mapping[str, str]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            name: pd.Series([row[name] for row in rows], dtype="object").astype(
                pd.api.types.pandas_dtype(kind)
            )
            for name, kind in columns.items()
        }
    )
