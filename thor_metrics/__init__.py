"""What, where and when causes most nuisance: metrics over the public space of a municipality."""

from thor_metrics.errors import ThorError
from thor_metrics.model import Hours, Period, Selection
from thor_metrics.settings import Settings, load_settings

__version__ = "0.1.0"
__all__ = ["Hours", "Period", "Selection", "Settings", "ThorError", "load_settings"]
