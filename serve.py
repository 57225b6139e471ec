"""The same app as a server: warm before the first visitor, with security headers, in Dutch.

``streamlit run serve.py``
"""

from __future__ import annotations

import gc
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from streamlit.runtime import get_instance

from thor_metrics.settings import load_settings
from thor_metrics.ui import errors
from thor_metrics.ui.headers import SecurityHeaders


@asynccontextmanager
async def warm(_app: st.App) -> AsyncIterator[dict[str, bool]]:
    """Run the first page once: it loads the tables that every visitor needs.

    It also tells Streamlit that this app has its own menu, so that the very first visitor can
    go straight to any page.
    """
    await get_instance().does_script_run_without_error()
    # Half of every rerun would be the collector walking through what stays anyway.
    gc.collect()
    gc.freeze()
    yield {"ready": True}


home = Path(__file__).parent
settings = load_settings(os.environ.get("THOR_SETTINGS", home / "settings.toml"))

app = st.App(
    home / "app.py",
    lifespan=warm,
    middleware=[Middleware(SecurityHeaders, tiles=(settings.geodata.tiles,))],
    on_script_error=errors.report,
)
