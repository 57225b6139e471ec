"""What changed at a place while something was done there, beside what changed elsewhere."""

from thor_metrics.indicators.effect.area import Area
from thor_metrics.indicators.effect.controls import action_controls
from thor_metrics.indicators.effect.study import NOT_JUDGED, EffectStudy, action_effect
from thor_metrics.indicators.effect.windows import Windows, choose_windows

__all__ = [
    "NOT_JUDGED",
    "Area",
    "EffectStudy",
    "Windows",
    "action_controls",
    "action_effect",
    "choose_windows",
]
