"""A button that copies the link of this screen: the address bar plus what is left at its usual."""

from __future__ import annotations

from urllib.parse import urlencode

import streamlit as st

__all__ = ["copy_link"]

_HTML = """
<button type="button" class="copy">Kopieer link</button>
<span role="status" class="told"></span>
"""

_CSS = """
.copy {
  font: inherit; font-size: 0.9em;
  color: var(--st-text-color); background: var(--st-background-color);
  border: 1px solid var(--st-border-color); border-radius: var(--st-button-radius);
  padding: 0.35rem 0.8rem; cursor: pointer; white-space: nowrap; min-height: 2.5rem;
}
.copy:hover { border-color: var(--st-primary-color); color: var(--st-primary-color); }
.copy:focus-visible { outline: 3px solid var(--st-primary-color); outline-offset: 2px; }
.told { position: absolute; width: 1px; height: 1px; overflow: hidden; }
"""

# Without https a browser has no clipboard interface; the old command still works there.
_JS = """
export default function (component) {
  const { data, parentElement } = component
  const button = parentElement.querySelector(".copy")
  const told = parentElement.querySelector(".told")
  button.onclick = async () => {
    const link = window.location.origin + window.location.pathname + data.query
    try {
      await navigator.clipboard.writeText(link)
    } catch {
      const field = document.createElement("textarea")
      field.value = link
      document.body.appendChild(field)
      field.select()
      document.execCommand("copy")
      field.remove()
    }
    button.textContent = "Link gekopieerd"
    told.textContent = "Link gekopieerd"
    setTimeout(() => { button.textContent = "Kopieer link"; told.textContent = "" }, 2500)
  }
}
"""


@st.cache_resource(show_spinner=False)
def _component() -> object:
    """Register once per server: a second registration of a name would replace the first."""
    return st.components.v2.component("kopieer_link", html=_HTML, css=_CSS, js=_JS)


def copy_link(query: dict[str, list[str]]) -> None:
    """Show the button.

    Parameters
    ----------
    query : dict of str to list of str
        Everything the link must hold, usual values too: what is usual today is not next month.
    """
    text = urlencode(query, doseq=True)
    _component()(data={"query": f"?{text}" if text else ""}, key="kopieer_link", width="content")  # type: ignore[operator]
