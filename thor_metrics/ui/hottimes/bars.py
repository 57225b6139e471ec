"""The weekdays and the hours of the day, apart."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from thor_metrics import dutch
from thor_metrics.model import WEEKDAYS
from thor_metrics.ui.frame import Screen
from thor_metrics.ui.hottimes.sums import summed
from thor_metrics.views import charts

__all__ = ["day_and_hour"]


def day_and_hour(screen: Screen, hours: pd.DataFrame) -> None:
    """Draw the weekdays and the hours of the day beside each other."""
    clock = {f"{hour:02d}": dutch.hours(hour, hour + 1) for hour in range(24)}
    by_day = summed(hours, "weekday", dict(zip(WEEKDAYS, WEEKDAYS, strict=True)), screen)
    by_hour = summed(hours, "hour", clock, screen)
    if by_day["count"].isna().all():
        return
    sheet = st.grid(3, min_column_width=330, gap="large")
    with sheet.cell():
        st.subheader("Per weekdag", anchor=False)
        st.vega_lite_chart(
            by_day,
            charts.weekday_bars(look=screen.look),
            key="per-weekdag",
            alt=f"Aantal per weekdag: {'; '.join(by_day['words'])}.",
        )
    with sheet.cell(column_span=2):
        st.subheader("Per uur van de dag", anchor=False)
        top = "; ".join(by_hour.nlargest(1, "count")["words"])
        st.vega_lite_chart(
            by_hour,
            charts.hour_bars(look=screen.look),
            key="per-uur",
            alt=f"Aantal per uur van de dag, hoogste {top}.",
        )
