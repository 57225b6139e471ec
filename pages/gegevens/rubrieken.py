"""Rubrieken: which category belongs to which theme and rubriek."""

import streamlit as st

from thor_metrics.ui import data, frame, keeping

st.title("Rubrieken", anchor=False)
frame.ribbon()

if data.is_empty():
    st.info("Hier deelt u categorieën in bij een thema. Er zijn nog geen gegevens geladen.")
    frame.fill_with_sample()
else:
    keeping.categories()
