"""Begrippen: the words on screen, explained."""

import streamlit as st

from thor_metrics.ui import data, frame
from thor_metrics.views import glossary

st.title("Wat betekenen de woorden?", anchor=False)
frame.ribbon()

if data.is_empty():
    st.info("De woorden staan hieronder. Er zijn nog geen gegevens geladen.")
    frame.fill_with_sample()

wanted = st.text_input("Zoek een woord", placeholder="hotspot, verwacht, dienst ...")
found = glossary.matching(wanted)
if not found:
    st.info(f"'{wanted}' staat er niet bij. Maak het veld leeg om alle woorden te zien.")
for term in found:
    with st.container(border=True, gap="xsmall"):
        st.header(term.word, anchor=False)
        st.write(term.meaning)
        st.page_link(term.page, label="Bekijk het op de pagina")
