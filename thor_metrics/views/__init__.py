"""Pure drawing: tables in, charts, maps and sentences out. No Streamlit in here."""
