"""What people write in the app: actions, documents, photos, categories, and every change.

Facts and people's work have different lives: facts are loaded again, words are not. So they are
in a database of their own, where many write at once and nothing is ever really deleted.
"""

from __future__ import annotations

from thor_metrics.ledger.actions import ActionFields, VisitFields
from thor_metrics.ledger.book import Ledger
from thor_metrics.ledger.files import DOCUMENT_BYTES, PHOTO_BYTES, Upload
from thor_metrics.ledger.papers import DocumentFields, PhotoFields
from thor_metrics.ledger.problems import FIELD_WORDS, Conflict, Difference, LedgerError
from thor_metrics.ledger.words import (
    MOMENTS,
    STAGES,
    STATUSES,
    TARGET_KINDS,
    VISIT_STATES,
    Target,
    warnings_for,
)

__all__ = [
    "DOCUMENT_BYTES",
    "FIELD_WORDS",
    "MOMENTS",
    "PHOTO_BYTES",
    "STAGES",
    "STATUSES",
    "TARGET_KINDS",
    "VISIT_STATES",
    "ActionFields",
    "Conflict",
    "Difference",
    "DocumentFields",
    "Ledger",
    "LedgerError",
    "PhotoFields",
    "Target",
    "Upload",
    "VisitFields",
    "warnings_for",
]
