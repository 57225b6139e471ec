"""Wat speelt er: per theme a number and its change, the risers, the areas."""

from dataclasses import replace

import streamlit as st

from thor_metrics.ui import data, frame, overview

screen = frame.open_page(
    "Wat speelt er?",
    promise="Hier ziet u per thema hoeveel er speelt, wat er verandert en in welk gebied.",
)
selection = screen.selection

themes = data.ask("per_theme", selection)
months = data.ask("per_month", overview.course(selection, last=screen.options.last), by="theme")
areas = data.ask(
    "per_area", replace(selection, buurt=None), level="buurt" if selection.gebied else "gebied"
)
risers = data.ask("risers", selection, top=5)

screen.counted_headline(overview.heaviest(areas, selection))
overview.theme_cards(screen, themes, months)

with st.grid(2, min_column_width=440, gap="large"):
    overview.area_ranking(screen, areas)
    overview.riser_table(screen, risers)

overview.three_series(screen)

frame.explain(screen, overview.METHOD)
