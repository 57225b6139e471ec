"""The command line as people and scripts use it: one JSON object, clear refusals, exit status."""

import json
import subprocess
import sys

import pandas as pd
import pytest

from tests.conftest import ROOT

CSV = (
    "Zaaknummer;Meldingsdatum;Tijdstip melding;Subcategorie;X;Y\n"
    "Z1;02-06-2025;08:12;Huisafval;175995;318161\n"
    "Z2;06-06-2025;22:45;Jongerenoverlast;178410;318540\n"
    "Z3;07-06-2025;01:45;Jongerenoverlast;178410;318540\n"
    "Z4;31-02-2025;01:45;Jongerenoverlast;178410;318540\n"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    where = tmp_path_factory.mktemp("cli")
    (where / "meldingen.csv").write_text(CSV, encoding="utf-8")
    return where


def thor(folder, *words, status=0):
    """Run a command on the folder's own store; return what it printed on standard output."""
    done = subprocess.run(
        [sys.executable, "-m", "thor_metrics", "--data", str(folder / "data"), *map(str, words)],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == status, done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout


def thor_json(folder, *words, status=0):
    """Run a command with ``--json``: standard output is one JSON object and nothing else."""
    return json.loads(thor(folder, *words, "--json", status=status))


def test_the_whole_path_from_file_to_counts_and_back(folder):
    dry = thor_json(folder, "load", folder / "meldingen.csv", "--dry-run")
    assert (dry["read"], dry["new"], dry["rejected"], dry["dry_run"]) == (4, 3, 1, True)

    first = thor_json(folder, "load", folder / "meldingen.csv")
    wanted = {"table", "source", "read", "new", "updated", "unchanged", "duplicates", "rejected",
              "reasons", "corrections", "warnings", "version"}  # fmt: skip
    assert wanted <= set(first)
    assert (first["table"], first["new"], first["rejected"]) == ("incidents", 3, 1)
    again = thor_json(folder, "load", folder / "meldingen.csv")
    assert (again["new"], again["unchanged"], again["version"]) == (0, 3, first["version"])

    tables = {row["table"]: row for row in thor_json(folder, "tables")["tables"]}
    assert tables["incidents"]["rows"] == 3
    assert tables["quarantine"]["rows"] == 1
    refused = thor_json(folder, "quarantine", "incidents")["rows"]
    assert refused[0]["source_id"] == "Z4"

    areas = thor_json(folder, "hot", "areas", "--period", "2025-06", "--theme", "afval")["rows"]
    assert {row["area"]: row["count"] for row in areas if row["count"]} == {"BU09350003": 1}
    assert len(areas) == 44
    times = thor_json(folder, "hot", "times", "--period", "2025-06", "--area", "Centrum")
    assert sum(row["count"] or 0 for row in times["rows"]) == 1
    assert times["filter"]["gebied"] == "Centrum"

    told = thor_json(folder, "indicators", "--period", "2025-06", "--key", "afval_meldingen",
                     "--by", "area,month")  # fmt: skip
    assert {
        (row["gebied"], row["month"]): row["value"] for row in told["rows"] if row["value"]
    } == {("Centrum", "2025-06"): 1}

    undone = thor_json(folder, "restore", "incidents", "--version", "0")
    assert undone["restored"] == 0
    assert {row["table"]: row["rows"] for row in thor_json(folder, "tables")["tables"]}[
        "incidents"
    ] == 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["load", "er-is-niets.csv"], "er-is-niets.csv"),
        (["restore", "meldinkjes", "--version", "1"], "bestaat niet"),
        (["hot", "cells", "--period", "ooit"], "2026-H1"),
        (["hot", "cells", "--period", "2026", "--theme", "onzin"], "afval"),
        (["hot", "cells", "--period", "2026", "--area", "Atlantis"], "Centrum"),
        (["indicators", "--period", "2026", "--key", "geluk"], "afval_meldingen"),
        (["indicators", "--period", "2026", "--by", "maan"], "gebied"),
        (["fetch", "fax"], "signalen_api"),
        (["--settings", "weg.toml", "tables"], "weg.toml"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_cannot_be_done_is_one_clear_sentence(folder, words, told):
    assert told in thor_json(folder, *words, status=1)["error"]


def test_a_template_is_written_where_asked(folder):
    out = folder / "sjabloon.xlsx"
    thor(folder, "template", "controls", "--out", out)
    sheets = pd.read_excel(out, sheet_name=None, engine="calamine")
    assert "Uitleg" in sheets
    assert "Type controle" in next(iter(sheets.values())).columns


def test_doctor_tells_what_is_missing_and_what_to_do(tmp_path):
    findings = thor_json(tmp_path, "doctor")["findings"]
    assert {finding["level"] for finding in findings} <= {"goed", "let op", "fout"}
    told = " ".join(finding["told"] for finding in findings)
    assert "Inlezen" in told
