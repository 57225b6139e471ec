"""Write the sample city from the command line: ``python -m sample_data MAP``."""

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path

from sample_data.write import FIRST_DAY, write_sample_city


def main() -> None:
    """Read the arguments, write the files, print their names."""
    parser = argparse.ArgumentParser(
        prog="python -m sample_data", description="Schrijf de voorbeeldstad als bestanden."
    )
    parser.add_argument("folder", type=Path, help="map voor de bestanden")
    parser.add_argument(
        "--until",
        type=date.fromisoformat,
        default=date(2026, 10, 31),
        help="laatste dag, jjjj-mm-dd (standaard %(default)s)",
    )
    parser.add_argument(
        "--start",
        type=date.fromisoformat,
        default=FIRST_DAY,
        help="eerste dag, jjjj-mm-dd (standaard %(default)s)",
    )
    parser.add_argument("--seed", type=int, default=20230101, help="zelfde getal, zelfde stad")
    parser.add_argument("--scale", type=float, default=1.0, help="1 is 25.000 meldingen per jaar")
    asked = parser.parse_args()
    files = write_sample_city(
        asked.folder, until=asked.until, start=asked.start, seed=asked.seed, scale=asked.scale
    )
    sys.stdout.writelines(f"{file}\n" for file in files)


if __name__ == "__main__":
    main()
