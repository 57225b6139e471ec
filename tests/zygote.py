"""Load the same files over and over in children that are killed without warning.

Run by ``test_kill.py`` as ``python zygote.py STORE SETTINGS FILE TURNS``. The heavy imports are
done once; every turn forks a child that loads, says "ok VERSION ROWS" after every acknowledged
load, and is killed with SIGKILL at a random moment.
"""

import os
import random
import signal
import sys
import time
from pathlib import Path

from thor_metrics import ingest
from thor_metrics.settings import load_settings
from thor_metrics.sources.package import open_package
from thor_metrics.store import Store


def child(store_dir: Path, settings_file: str, folder: Path, out: int) -> None:
    """Load one file after the other until killed."""
    settings = load_settings(settings_file, data_dir=store_dir)
    store = Store(store_dir)
    number = os.getpid() * 1000
    while True:
        number += 1
        file = folder / f"{number}.csv"
        rows = "".join(
            f"M{number}-{row};0{1 + row % 9}-03-2026 08:1{row % 10};Huisafval\n"
            for row in range(200)
        )
        file.write_text("Zaaknummer;Meldingsdatum;Subcategorie\n" + rows, encoding="utf-8")
        (package,) = open_package([file], max_mb=10)
        report = ingest.load(package, settings, store, source="kill")
        os.write(out, f"ok {number} {report.new}\n".encode())


def main() -> None:
    """Fork, wait, kill, repeat; acknowledgements go to standard output."""
    store_dir, settings_file, turns = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    dice = random.Random(20)
    folder = store_dir / "files"
    folder.mkdir(parents=True, exist_ok=True)
    pace = 1.0
    for turn in range(turns):
        told, tell = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(told)
            child(store_dir, settings_file, folder, tell)
        os.close(tell)
        time.sleep(pace * (0.35 + dice.random() * 0.6))
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        with os.fdopen(told, "rb") as pipe:
            acknowledged = pipe.read()
        os.write(sys.stdout.fileno(), acknowledged + f"killed {turn}\n".encode())
        if not acknowledged:
            pace *= 1.3  # on a busy machine a load takes longer


if __name__ == "__main__":
    main()
