"""Where and when reports will come, and how well that could have been known before."""

from thor_metrics.forecast.backtest import Backtest, backtest
from thor_metrics.forecast.model import Forecast, Model, forecast

__all__ = ["Backtest", "Forecast", "Model", "backtest", "forecast"]
