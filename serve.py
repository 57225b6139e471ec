"""The same app as a server: warm before the first visitor, with security headers, in Dutch.

``streamlit run serve.py``
"""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import streamlit as st
from starlette.middleware import Middleware
from streamlit.runtime import get_instance

from thor_metrics.ui import data, errors
from thor_metrics.ui.headers import SecurityHeaders


@asynccontextmanager
async def warm(_app: st.App) -> AsyncIterator[dict[str, bool]]:
    """Load the tables and run the first page once.

    Running it also tells Streamlit that this app has its own menu, so that the very first
    visitor can go straight to any page.
    """
    await anyio.to_thread.run_sync(data.warm)
    await get_instance().does_script_run_without_error()
    # Half of every rerun would be the collector walking through what stays anyway.
    gc.collect()
    gc.freeze()
    yield {"ready": True}


app = st.App(
    Path(__file__).parent / "app.py",
    lifespan=warm,
    middleware=[Middleware(SecurityHeaders, tiles=(data.settings().geodata.tiles,))],
    on_script_error=errors.report,
)
