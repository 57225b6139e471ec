"""What pages ask, answered once per version of the tables and per selection.

Keys of the caches are the store's versions and the frozen selection, never a frame: frames are
hashed by a sample and give stale answers.
"""

from __future__ import annotations

import datetime as dt
import gc
import os
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray
from streamlit import runtime

from thor_metrics import geo, ingest
from thor_metrics.engine import Engine, Files, published
from thor_metrics.indicators import change, places
from thor_metrics.indicators.questions import QUESTIONS, with_privacy
from thor_metrics.ledger import Ledger
from thor_metrics.model import SERIES, Selection, Series
from thor_metrics.progress import Papers
from thor_metrics.schema import TABLES
from thor_metrics.settings import TOKEN_PREFIX, Settings, load_settings
from thor_metrics.store import Store
from thor_metrics.views import maps

__all__ = [
    "actions",
    "areas",
    "ask",
    "breaks",
    "changed",
    "engine",
    "is_empty",
    "is_sample",
    "known_settings",
    "last_load",
    "ledger",
    "names_near",
    "outlines",
    "papers",
    "settings",
    "span",
    "store",
    "versions",
]

#: Table -> version, as a tuple that can be a key.
Versions = tuple[tuple[str, int], ...]

_HOME = Path(__file__).resolve().parents[2]


@st.cache_resource(show_spinner=False)
def _settings(file: str, environment: tuple[tuple[str, str], ...]) -> Settings:
    return load_settings(file, environ=dict(environment))


def _is_setting(name: str) -> bool:
    """Tokens are read where they are needed and never become part of a key."""
    return name.startswith("THOR_") and not name.startswith(TOKEN_PREFIX)


def settings() -> Settings:
    """Settings of this server, with what users taught the program about categories."""
    mine = {name: value for name, value in os.environ.items() if _is_setting(name)}
    file = mine.pop("THOR_SETTINGS", str(_HOME / "settings.toml"))
    return _settings(file, tuple(sorted(mine.items())))


def store() -> Store:
    """The tables."""
    return Store(settings().data_dir)


@st.cache_data(ttl=2, show_spinner=False)
def _versions(folder: str, url: str) -> Versions:
    there = published(url) if url.startswith("postgresql") else Store(Path(folder)).versions()
    return tuple(sorted(there.items()))


def versions() -> Versions:
    """Versions of all tables that are asked, at most two seconds old."""
    return _versions(str(settings().data_dir), settings().engine.url)


def changed() -> None:
    """Tell that this visitor just changed a table, so the next question sees it at once."""
    _versions.clear()


def _engine(key: Versions, folder: str) -> Engine:
    mine = settings().engine
    return _opened(key, folder, mine.url, mine.in_memory_rows)


@st.cache_resource(max_entries=2, show_spinner="Gegevens klaarzetten")
def _opened(key: Versions, folder: str, url: str, in_memory_rows: int) -> Engine:
    """Make one version of every table ready, on the engine of the settings.

    An older engine is dropped, not closed: a page that is still asking keeps it alive.
    """
    tables = Store(Path(folder))
    known = {} if url.startswith("postgresql") else dict(key)
    loaded = Engine.open(
        {name: Files(tables.files(name, version=known[name])) for name in TABLES if name in known},
        url=url,
        in_memory_rows=in_memory_rows,
    )
    if runtime.exists():
        # In a server half of every rerun would be the collector walking through these objects.
        gc.unfreeze()
        gc.collect()
        gc.freeze()
    return loaded


def engine() -> Engine:
    """Tables of the newest version, ready to be asked."""
    return _engine(versions(), str(settings().data_dir))


@st.cache_data(max_entries=2_000, show_spinner=False)
def _ask(key: Versions, folder: str, question: str, selection: Selection, options: Any) -> Any:
    return QUESTIONS[question](_engine(key, folder), selection, **dict(options))


def ask(question: str, selection: Selection, /, **options: Any) -> Any:
    """Ask :mod:`thor_metrics.indicators` a question by its name.

    Small numbers are hidden below what the settings say.

    Parameters
    ----------
    question : str
        One of :data:`thor_metrics.indicators.questions.QUESTIONS`.
    selection : Selection
    **options
        Keyword arguments of that function; plain values.
    """
    mine = settings()
    plain = with_privacy(question, mine.privacy, options)
    return _ask(versions(), str(mine.data_dir), question, selection, tuple(plain.items()))


@st.cache_data(max_entries=20, show_spinner=False)
def _breaks(key: Versions, folder: str, series: Series) -> pd.DataFrame:
    return change.breaks(_engine(key, folder), series)


def breaks(series: Series) -> pd.DataFrame:
    """Days on which another reporting system came into use."""
    return _breaks(versions(), str(settings().data_dir), series)


def names_near(x: NDArray[np.float64], y: NDArray[np.float64]) -> list[str]:
    """Name the object each point (metres) lies near; "" where there is none."""
    return _names_near(versions(), str(settings().data_dir), tuple(x), tuple(y))


@st.cache_data(max_entries=100, show_spinner=False)
def _names_near(
    key: Versions, folder: str, x: tuple[float, ...], y: tuple[float, ...]
) -> list[str]:
    return places.names_near(_engine(key, folder), x, y)


# --- what people keep ----------------------------------------------------------------------------


@st.cache_resource(max_entries=2, show_spinner=False)
def _ledger(folder: str, url: str) -> Ledger:
    return Ledger.open(Path(folder), url)


def ledger() -> Ledger:
    """Documents, photos, mappings and selections of this server."""
    mine = settings()
    return _ledger(str(mine.data_dir), mine.ledger.url)


@st.cache_data(max_entries=20, show_spinner=False)
def _papers(newest: int, folder: str, url: str) -> Papers:  # noqa: ARG001 - the key only
    there = _ledger(folder, url)
    return Papers(there.documents(), there.photos(), there.actions())


def papers() -> Papers:
    """Documents and photos, as they are now."""
    mine = settings()
    return _papers(ledger().newest(), str(mine.data_dir), mine.ledger.url)


@st.cache_data(max_entries=20, show_spinner=False)
def _actions(newest: int, folder: str, url: str) -> pd.DataFrame:  # noqa: ARG001 - the key only
    return _ledger(folder, url).actions()


def actions() -> pd.DataFrame:
    """Hotspot actions, as they are now."""
    mine = settings()
    return _actions(ledger().newest(), str(mine.data_dir), mine.ledger.url)


# --- places ------------------------------------------------------------------------------------


def _boundary_stamp() -> float:
    """Moment the boundaries last changed: a fetch replaces the derived ones."""
    mine = settings()
    files = [mine.data_dir / "geodata", mine.path(mine.areas.table)]
    if mine.areas.boundaries:
        files.append(mine.path(mine.areas.boundaries))
    return max((path.stat().st_mtime for path in files if path.exists()), default=0.0)


@st.cache_resource(max_entries=2, show_spinner="Grenzen klaarzetten")
def _areas(stamp: float, code: str) -> geo.AreaMap:  # noqa: ARG001 - the key only
    return geo.load_areas(settings())


def areas() -> geo.AreaMap:
    """Buurten with their boundaries."""
    return _areas(_boundary_stamp(), settings().municipality.code)


@st.cache_resource(max_entries=4, show_spinner=False)
def _outlines(stamp: float, code: str, level: str) -> maps.Outlines:  # noqa: ARG001 - the key only
    return maps.outlines(areas(), level)


def outlines(level: str) -> maps.Outlines:
    """Areas of a level, ready to draw."""
    return _outlines(_boundary_stamp(), settings().municipality.code, level)


# --- about the data ------------------------------------------------------------------------------


@st.cache_data(max_entries=4, show_spinner=False)
def _about(key: Versions, folder: str) -> tuple[bool, dt.datetime | None]:
    tables = Store(Path(folder))
    loads = [tables.loads(name) for name in SERIES if name in dict(key)]
    moments = [
        moment for frame in loads for moment in frame.loc[frame["action"] == "load", "at"].tolist()
    ]
    return tables.is_sample(), max(moments, default=None)


def is_sample() -> bool:
    """Tell whether everything is made up."""
    return _about(versions(), str(settings().data_dir))[0]


def last_load() -> dt.datetime | None:
    """Moment of the newest load of any series, in UTC."""
    return _about(versions(), str(settings().data_dir))[1]


def span() -> tuple[dt.date, dt.date] | None:
    """First and last local day with a row in any series; ``None`` when there is nothing."""
    spans = [engine().spans[name] for name in SERIES if name in engine().spans]
    if not spans:
        return None
    return min(first for first, _ in spans), max(last for _, last in spans)


def is_empty() -> bool:
    """Tell whether there is nothing to show yet."""
    return not versions() or span() is None


@st.cache_resource(max_entries=10, show_spinner=False)
def _known(newest: int, folder: str, url: str) -> Settings:  # noqa: ARG001 - the key only
    return ingest.with_categories(settings(), _ledger(folder, url))


def known_settings() -> Settings:
    """Settings with the categories users mapped themselves."""
    mine = settings()
    return _known(ledger().newest(), str(mine.data_dir), mine.ledger.url)
