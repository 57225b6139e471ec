"""What people write in the app: documents, photos, categories, selections, and every change.

Facts and people's work have different lives: facts are loaded again, words are not. So they are
in a database of their own, where many write at once and nothing is ever really deleted.
"""

from __future__ import annotations

from thor_metrics.ledger.book import Ledger
from thor_metrics.ledger.files import DOCUMENT_BYTES, PHOTO_BYTES, Upload
from thor_metrics.ledger.papers import DocumentFields, PhotoFields
from thor_metrics.ledger.problems import FIELD_WORDS, Conflict, Difference, LedgerError
from thor_metrics.ledger.words import MOMENTS, STATUSES, TARGET_KINDS, Target, warnings_for

__all__ = [
    "DOCUMENT_BYTES",
    "FIELD_WORDS",
    "MOMENTS",
    "PHOTO_BYTES",
    "STATUSES",
    "TARGET_KINDS",
    "Conflict",
    "Difference",
    "DocumentFields",
    "Ledger",
    "LedgerError",
    "PhotoFields",
    "Target",
    "Upload",
    "warnings_for",
]
