"""A killed load loses nothing that was acknowledged, and leaves nothing half."""

import subprocess
import sys
from collections import Counter

from tests.conftest import ROOT
from thor_metrics import ingest
from thor_metrics.sources.package import open_package
from thor_metrics.store import Store

KILLS = 20


def test_twenty_kills_lose_no_acknowledged_row(settings, tmp_path):
    folder = tmp_path / "killed"
    out = subprocess.run(
        [sys.executable, "-m", "tests.zygote", str(folder),
         str(ROOT / "settings.toml"), str(KILLS)],
        cwd=ROOT, capture_output=True, text=True, check=True, timeout=240,
    ).stdout.split("\n")  # fmt: skip
    assert sum(line.startswith("killed") for line in out) == KILLS
    acknowledged = [int(line.split()[1]) for line in out if line.startswith("ok")]
    assert len(acknowledged) > KILLS / 2, "the children did get work done before they died"

    store = Store(folder)
    ids = store.rows("incidents", columns=["source_id"])["source_id"].to_pylist()
    rows = Counter(int(name.removeprefix("M").split("-")[0]) for name in ids)
    assert len(ids) == len(set(ids)), "no row twice"
    assert set(rows.values()) == {200}, "no file half"
    assert set(acknowledged) <= set(rows), "no acknowledged file lost"

    # The next load is not held up by what the dead left behind, and completes a lost one.
    (package,) = open_package([next((folder / "files").glob("*.csv"))], max_mb=10)
    report = ingest.load(package, settings, store, source="kill")
    assert report.read == report.new + report.unchanged == 200
