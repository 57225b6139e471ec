"""Every kind of thing in the ledger, by the word for it in the history and in calls."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from thor_metrics.ledger import action_tables as actions
from thor_metrics.ledger import models
from thor_metrics.ledger import sharing_tables as sharing

__all__ = ["KINDS"]

KINDS: Final[Mapping[str, type[models.Thing]]] = {
    "document": models.Document,
    "photo": models.Photo,
    "mapping": models.Mapping,
    "rubriek": models.Rubriek,
    "selection": models.SavedSelection,
    "action": actions.Action,
    "comment": actions.Comment,
    "visit": actions.Visit,
    "match": actions.Match,
    "preface": sharing.Preface,
    "briefing": sharing.Briefing,
    "step": sharing.Step,
}
