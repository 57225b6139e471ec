"""Workshop: ten exercises in the real pages, with hints, explanation and kept progress."""

import streamlit as st

from thor_metrics.ui import data, frame, workshop

st.title("Oefenen met het dashboard", anchor=False)
frame.ribbon()

if data.is_empty():
    st.info("Hier oefent u in tien stappen. Er zijn nog geen gegevens geladen.")
    frame.fill_with_sample()
    st.stop()

workshop.show()
workshop.trainer()
