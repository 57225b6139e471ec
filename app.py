"""The app: settings, menu, and the page somebody asked for. Start with ``make run``."""

from pathlib import Path

import streamlit as st

from thor_metrics.ui import errors, frame, navigation

ASSETS = Path(__file__).parent / "assets"

page = st.navigation(navigation.menu(), position="top")
st.set_page_config(
    page_title=f"{page.title} - THOR",
    # A file, because a named icon would be fetched from the internet.
    page_icon=ASSETS / "favicon.png",
    layout="wide",
)
st.html(ASSETS / "thor.css")
with errors.shown():
    frame.begin(navigation.entry_of(page))
    page.run()
