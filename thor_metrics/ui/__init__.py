"""The only rooms with Streamlit: frame, filters, caching, errors."""
