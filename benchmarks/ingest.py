"""Load a messy CSV of a million rows: this program beside the script an analyst would write.

    python -m benchmarks.ingest [--rows 1000000] [--rounds 3]

Each run is a process of its own, in turn, on the same file; wall time and peak memory are the
operating system's account of the finished process. Ours validates, leaves persons out, places,
de-duplicates, upserts and can be undone; the script reads, parses, joins and writes.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

ANALYST = """
import sys
import geopandas as gpd
import pandas as pd

file, areas, out = sys.argv[1:]
frame = pd.read_csv(file, sep=";", encoding="cp1252", decimal=",", thousands=".",
                    dtype={"Zaaknummer": str})
moment = frame["Meldingsdatum"] + " " + frame["Tijdstip melding"]
frame["gemeld"] = pd.to_datetime(moment, format="%d-%m-%Y %H:%M", errors="coerce")
frame["klaar"] = pd.to_datetime(frame["Datum afgehandeld"], format="%d-%m-%Y", errors="coerce")
where = gpd.points_from_xy(frame["X-coördinaat"], frame["Y-coördinaat"])
points = gpd.GeoDataFrame(frame, geometry=where, crs="EPSG:28992")
buurten = gpd.read_file(areas).to_crs("EPSG:28992")
placed = gpd.sjoin(points, buurten, how="left", predicate="within")
placed.drop(columns=["geometry", "index_right", "Naam melder", "Omschrijving"]).to_parquet(out)
"""

OURS = """
import sys
from pathlib import Path
from thor_metrics import ingest
from thor_metrics.settings import load_settings
from thor_metrics.sources.package import open_package
from thor_metrics.store import Store

file, data = sys.argv[1:]
settings = load_settings("settings.toml", data_dir=data)
(package,) = open_package([Path(file)], max_mb=2000)
report = ingest.load(package, settings, Store(settings.data_dir))
print({key: value for key, value in report.as_json().items() if isinstance(value, int)})
"""


def write_messy(file: Path, rows: int) -> None:
    """Write a generic Dutch export with everything that goes wrong in one."""
    from thor_metrics import geo
    from thor_metrics.settings import load_settings

    dice = np.random.default_rng(1)
    areas = geo.load_areas(load_settings("settings.toml"))
    west, south, east, north = areas.frame().total_bounds
    x = dice.uniform(west, east, rows).round(1)
    y = dice.uniform(south, north, rows).round(1)
    days = np.datetime64("2023-01-01") + dice.integers(0, 1300, rows).astype("timedelta64[D]")
    closed = days + dice.integers(0, 20, rows).astype("timedelta64[D]")
    hour, minute = dice.integers(0, 24, rows), dice.integers(0, 60, rows)
    kinds = dice.choice(
        ["Container bijplaatsing", "Parkeeroverlast", "Jongerenoverlast", "Fietswrak"], rows
    )
    faults = dice.random(rows)
    with file.open("w", encoding="cp1252", newline="\r\n") as out:
        out.write(
            "Zaaknummer;Meldingsdatum;Tijdstip melding;Datum afgehandeld;Hoofdcategorie;"
            "Subcategorie;Status;Bron;Naam melder;Omschrijving;X-coördinaat;Y-coördinaat\n"
        )
        for row in range(rows):
            year, month, day = str(days[row]).split("-")
            closed_day = "-".join(reversed(str(closed[row]).split("-")))
            number = row if faults[row] > 0.01 else row // 2  # repeats
            if faults[row] > 0.995:
                day, month = "31", "02"  # no such day
            place = f"{x[row]:.1f};{y[row]:.1f}".replace(".", ",") if faults[row] < 0.97 else ";"
            out.write(
                f"Z{number:07d};{day}-{month}-{year};{hour[row]:02d}:{minute[row]:02d};"
                f"{closed_day};Overlast;{kinds[row]};Afgehandeld;App;Jan Jansen;"
                f"Zakken bij nummer {row % 90};{place}\n"
            )


def run(script: str, *arguments: str) -> tuple[float, float]:
    """Run a script in a process of its own; return wall seconds and peak memory in MB."""
    start = time.perf_counter()
    pid = os.posix_spawn(sys.executable, [sys.executable, "-c", script, *arguments], os.environ)
    _, status, usage = os.wait4(pid, 0)
    if status:
        raise SystemExit(f"the run failed with status {status}")
    return time.perf_counter() - start, usage.ru_maxrss / (
        1024 if sys.platform == "linux" else 1024**2
    )


def main() -> None:
    """Print a row a run, then medians and the ratio."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=1_000_000)
    options.add_argument("--rounds", type=int, default=3)
    said = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        file, areas = work / "messy.csv", work / "areas.geojson"
        write_messy(file, said.rows)
        from thor_metrics import geo
        from thor_metrics.settings import load_settings

        geo.load_areas(load_settings("settings.toml")).frame().to_crs("EPSG:4326").to_file(areas)
        print(f"{said.rows} rows, {file.stat().st_size / 1e6:.0f} MB, {os.cpu_count()} cores")
        figures: dict[str, list[tuple[float, float]]] = {"script": [], "ours": []}
        for turn in range(said.rounds):
            figures["script"].append(run(ANALYST, str(file), str(areas), str(work / "out.parquet")))
            figures["ours"].append(run(OURS, str(file), str(work / f"store{turn}")))
            shutil.rmtree(work / f"store{turn}")
            for name, runs in figures.items():
                print(f"  {name:7s} {runs[-1][0]:6.1f} s {runs[-1][1]:7.0f} MB")
        middle = {
            name: [statistics.median(column) for column in zip(*runs, strict=True)]
            for name, runs in figures.items()
        }
        for name, (seconds, memory) in middle.items():
            print(
                f"{name:7s} {seconds:6.1f} s  {said.rows / seconds:9.0f} rows/s  {memory:6.0f} MB"
            )
        print(
            f"ours/script: time {middle['ours'][0] / middle['script'][0]:.2f}, "
            f"memory {middle['ours'][1] / middle['script'][1]:.2f}"
        )


if __name__ == "__main__":
    main()
