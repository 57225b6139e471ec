"""Run the sample city and write its files."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from sample_data.chain import add_chain
from sample_data.city import City, build_city
from sample_data.enforcement import enforce
from sample_data.incidents import World, report
from sample_data.newsystem import NewSystemRows, write_new_system
from sample_data.officefiles import (
    write_controls,
    write_objects,
    write_observations,
    write_sanctions,
)
from sample_data.planfiles import make_plan_tables, write_plan_files
from sample_data.planted import BREAK
from sample_data.signalen import SignalenRows, write_signalen
from sample_data.truth import Made, write_truth

FIRST_DAY = date(2023, 1, 1)

Progress = Callable[[str, float], None]


def write_sample_city(
    folder: Path,
    *,
    until: date,
    start: date = FIRST_DAY,
    seed: int = 20230101,
    scale: float = 1.0,
    progress: Progress | None = None,
) -> list[Path]:
    """Write the files of a made-up Maastricht into ``folder``.

    Parameters
    ----------
    folder : Path
        Made when missing; files of an earlier run are overwritten.
    until : datetime.date
        Last day with data (included). What closes later is still open.
    start : datetime.date
        First day with data.
    seed : int
        Same arguments, same bytes (the Excel file: same cells). With the same seed a later
        ``until`` keeps all earlier meldingen and adds to them.
    scale : float
        Share of the full volume, about 25,000 meldingen a year; planned rounds keep their number.
    progress : callable, optional
        Called with a word for the step and the share done (0 to 1).

    Returns
    -------
    list of Path
        What to load, in this order: the folder of the Signalen export, the export of the new
        system, controles, waarnemingen, sancties, objecten, then the files of the execution plan
        (:mod:`sample_data.planfiles`). A system without meldingen between ``start`` and
        ``until``, or a file of the plan without rows, is not there. ``waarheid.json`` lies beside
        them.

    Raises
    ------
    ValueError
        When ``until`` lies before ``start`` or ``scale`` is not positive.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> files = write_sample_city(Path(mkdtemp()), start=date(2026, 6, 1),
    ...                           until=date(2026, 7, 31), scale=0.01)
    >>> [file.name for file in files][:3]
    ['signalen', 'meldingen_nieuw_systeem.csv', 'controles.csv']
    """
    if until < start:
        raise ValueError(f"until ({until}) lies before start ({start})")
    if not scale > 0:
        raise ValueError(f"scale must be positive, found {scale}")
    tell = progress or _keep_quiet
    folder.mkdir(parents=True, exist_ok=True)
    tell("stad", 0.0)
    city = build_city(seed)
    world = World.build(city, seed, scale)
    rows = report(world, start, until, lambda share: tell("meldingen", 0.3 * share))
    tell("controles", 0.3)
    controls, observations, sanctions = enforce(city, seed, scale, start, until)
    tell("bestanden", 0.45)
    files, signalen, new_system = _write_meldingen(folder, rows, city, until)
    tell("bestanden", 0.8)
    counts = {
        "controles.csv": write_controls(folder / "controles.csv", controls, city),
        "waarnemingen.xlsx": write_observations(
            folder / "waarnemingen.xlsx", observations, city, until
        ),
        "sancties.csv": write_sanctions(
            folder / "sancties.csv", add_chain(sanctions, controls, seed), city
        ),
        "objecten.csv": write_objects(folder / "objecten.csv", city),
    }
    tell("uitvoeringsplan", 0.9)
    plan = make_plan_tables(city, seed, start, until, controls=controls, observations=observations)
    plan_rows = write_plan_files(folder, plan, city)
    made = Made(
        city,
        seed,
        scale,
        start,
        until,
        rows,
        controls,
        observations,
        sanctions,
        signalen,
        new_system,
        plan,
        counts | plan_rows,
    )
    write_truth(folder / "waarheid.json", made)
    tell("klaar", 1.0)
    written = [*counts, *(name for name, count in plan_rows.items() if count)]
    return [*files, *(folder / name for name in written)]


def _keep_quiet(_step: str, _share: float) -> None:
    """Stand in for a progress bar."""


def _write_meldingen(
    folder: Path, rows: pd.DataFrame, city: City, until: date
) -> tuple[list[Path], SignalenRows, NewSystemRows]:
    """Write the export of each system that had meldingen."""
    last_moment = np.datetime64(until, "us") + np.timedelta64(86_399, "s")
    is_new = rows["moment"].to_numpy() >= np.datetime64(BREAK.first_day, "us")
    files: list[Path] = []
    signalen, new_system = SignalenRows(), NewSystemRows()
    if not is_new.all():
        files.append(folder / "signalen")
        signalen = write_signalen(files[-1], rows[~is_new], city, last_moment)
    if is_new.any():
        files.append(folder / "meldingen_nieuw_systeem.csv")
        new_system = write_new_system(files[-1], rows[is_new], city, last_moment)
    return files, signalen, new_system
