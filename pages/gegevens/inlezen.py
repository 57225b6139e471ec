"""Inlezen: files in, what was refused, what was loaded, categories, templates."""

import streamlit as st

from thor_metrics.ui import data, frame, intake, keeping, rubrieken

st.title("Inlezen", anchor=False)
frame.ribbon()

parts = st.tabs(
    ["Bestand laden", "Geweigerde rijen", "Geschiedenis", "Indelen", "Sjablonen"],
    key="onderdeel",
    on_change="rerun",
    bind="query-params",
)
load, refused, history, categories, templates = parts

with load:
    intake.last_reports()
    if data.is_empty():
        st.info("Er zijn nog geen gegevens. Laad een bestand, of kijk rond in een verzonnen stad.")
        frame.fill_with_sample()
    intake.take_in()
    with st.expander("Zo laadt u eigen gegevens", expanded=data.is_empty()):
        st.markdown(intake.HELP)
if refused.open:
    with refused:
        keeping.quarantine()
if history.open:
    with history:
        keeping.history()
if categories.open:
    with categories:
        rubrieken.place(rubrieken.rows())
if templates.open:
    with templates:
        keeping.templates()
