"""Rubrieken: which category belongs to which theme, what that changes, and who decided so."""

import streamlit as st

from thor_metrics.ui import data, frame, rubrieken

st.title("Rubrieken", anchor=False)
frame.ribbon()

if data.is_empty():
    st.info("Hier deelt u categorieën in bij een thema. Er zijn nog geen gegevens geladen.")
    frame.fill_with_sample()
    st.stop()

found = rubrieken.rows()
left, right = st.columns([3, 2], gap="large")
with left:
    st.header("Een categorie indelen", anchor=False)
    rubrieken.place(found)
    st.header("Alle rubrieken", anchor=False)
    rubrieken.listed(found)
with right:
    st.header("Een rubriek toevoegen", anchor=False)
    rubrieken.add()
    st.header("Wat er is veranderd", anchor=False)
    rubrieken.decisions()
