"""The files that the execution plan needs beside meldingen and controles, in loading order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd

from sample_data.activities import activities, write_activities
from sample_data.caseload import caseload, write_caseload
from sample_data.city import City
from sample_data.crowds import crowd_days, write_crowd_days
from sample_data.eventlist import event_list, write_events
from sample_data.parking import scan_days, write_scan_days
from sample_data.removals import removals, write_removals
from sample_data.shifts import deployments, write_deployments
from sample_data.stalls import occupancy, write_occupancy
from sample_data.surveys import survey_scores, write_survey_scores


@dataclass(frozen=True)
class PlanTables:
    """Everything the plan's files hold, before it is written."""

    scan_days: pd.DataFrame
    crowd_days: pd.DataFrame
    deployments: pd.DataFrame
    removals: pd.DataFrame
    activities: pd.DataFrame
    events: pd.DataFrame
    occupancy: pd.DataFrame
    surveys: pd.DataFrame
    caseload: pd.DataFrame


def make_plan_tables(
    city: City,
    seed: int,
    start: date,
    until: date,
    *,
    controls: pd.DataFrame,
    observations: pd.DataFrame,
) -> PlanTables:
    """Make the tables; those that describe controles and observations follow from these."""
    return PlanTables(
        scan_days=scan_days(controls, seed),
        crowd_days=crowd_days(seed, start, until),
        deployments=deployments(city, seed, start, until, controls),
        removals=removals(observations, controls, seed),
        activities=activities(city, seed, start, until),
        events=event_list(city, seed, start, until),
        occupancy=occupancy(city, seed, start, until),
        surveys=survey_scores(city, seed, start, until),
        caseload=caseload(city, seed, start, until),
    )


def write_plan_files(folder: Path, tables: PlanTables, city: City) -> dict[str, int]:
    """Write the files and count their rows; a table without rows has no file."""
    return {
        "scanautodagen.csv": write_scan_days(folder / "scanautodagen.csv", tables.scan_days, city),
        "topdagen.csv": write_crowd_days(folder / "topdagen.csv", tables.crowd_days),
        "inzet.csv": write_deployments(folder / "inzet.csv", tables.deployments, city),
        "verwijderingen.csv": write_removals(folder / "verwijderingen.csv", tables.removals, city),
        "activiteiten.csv": write_activities(folder / "activiteiten.csv", tables.activities),
        "evenementen.csv": write_events(folder / "evenementen.csv", tables.events, city),
        "stallingen.csv": write_occupancy(folder / "stallingen.csv", tables.occupancy, city),
        "enquetes.csv": write_survey_scores(folder / "enquetes.csv", tables.surveys),
        "subjecten.csv": write_caseload(folder / "subjecten.csv", tables.caseload, city),
    }


__all__ = ["PlanTables", "make_plan_tables", "write_plan_files"]
