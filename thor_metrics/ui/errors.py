"""Errors as people see them: a ThorError's own text, and a number for everything else."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from thor_metrics.errors import ThorError

__all__ = ["report", "shown"]

_log = logging.getLogger(__name__)


@contextmanager
def shown() -> Iterator[None]:
    """Show what a ThorError says where the page went wrong; other errors pass on."""
    try:
        yield
    except ThorError as error:
        _log.info("Shown to the user: %s", error)
        st.error(str(error), icon=":material/error:")


def report(error: Exception) -> bool:
    """Handle what nobody foresaw (``st.App(on_script_error=...)``).

    Returns
    -------
    bool
        True: Streamlit shows nothing of its own, so no stack trace reaches a browser.
    """
    if isinstance(error, ThorError):  # raised in a callback, outside :func:`shown`
        st.error(str(error), icon=":material/error:")
        return True
    number = uuid.uuid4().hex[:8]
    _log.error("Error %s", number, exc_info=error)
    st.error(
        f"Er ging iets mis op deze pagina. Herlaad de pagina; gebeurt het weer, geef dan "
        f"nummer {number} door aan de beheerder. Er zijn geen gegevens verloren gegaan.",
        icon=":material/error:",
    )
    return True
