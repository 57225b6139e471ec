"""What is refused at the door and what is hidden in the window.

The door: headers and values that identify a person never reach the disk. The window: counts about
people below a threshold are not shown, and cannot be worked out from what is shown.
"""

from __future__ import annotations

from thor_metrics.privacy.headers import HARD_KINDS, is_hard, personal_header
from thor_metrics.privacy.small import hide_small
from thor_metrics.privacy.tree import Equation, hide_tree
from thor_metrics.privacy.values import formula_cells, mostly_personal, personal_values

__all__ = [
    "HARD_KINDS",
    "Equation",
    "formula_cells",
    "hide_small",
    "hide_tree",
    "is_hard",
    "mostly_personal",
    "personal_header",
    "personal_values",
]
