"""What many tests need: settings of Maastricht in a temporary folder, and a store in it."""

import os
from pathlib import Path

import hypothesis
import pytest

from thor_metrics.settings import load_settings
from thor_metrics.store import Store

ROOT = Path(__file__).parents[1]

#: Real data to compare with, where a workplace has it; never part of the project.
REAL_DATA = ROOT.parent / "shared" / "data"

# How long an example takes says something about the machine, not about the code.
hypothesis.settings.register_profile("thor", deadline=None)
hypothesis.settings.load_profile("thor")

# Tests decide about the data folder themselves.
for name in [
    name
    for name in os.environ
    if name.startswith("THOR_") and name not in {"THOR_UPDATE_SNAPSHOTS", "THOR_ENGINES"}
]:
    del os.environ[name]


@pytest.fixture
def settings(tmp_path):
    """The project's own settings, with the tables in a temporary folder."""
    return load_settings(ROOT / "settings.toml", data_dir=tmp_path / "data")


@pytest.fixture
def store(settings):
    return Store(settings.data_dir)
