"""Hot-items: what a gebied has more of than elsewhere, what rises, and how sure that is."""

from thor_metrics.hotitems.areas import NOT_COMPARABLE, overrepresented
from thor_metrics.hotitems.change import BROKEN, FEWEST, TOO_FEW, rising
from thor_metrics.hotitems.ranking import BOTH, MORE, NEAREST, RISES, hot_items

__all__ = [
    "BOTH",
    "BROKEN",
    "FEWEST",
    "MORE",
    "NEAREST",
    "NOT_COMPARABLE",
    "RISES",
    "TOO_FEW",
    "hot_items",
    "overrepresented",
    "rising",
]
