"""Files in, rows in tables, every row accounted for: the whole path with real files."""

import json

import pandas as pd
import pyarrow.compute as pc
import pytest

from thor_metrics import ingest
from thor_metrics.errors import FileRefused
from thor_metrics.sources.package import open_package

MELDINGEN = (
    "Zaaknummer;Meldingsdatum;Tijdstip melding;Datum afgehandeld;Hoofdcategorie;Subcategorie;"
    "Status;Bron;Naam melder;Buurt;X-coördinaat;Y-coördinaat\n"
    "Z1;02-06-2025;08:12;04-06-2025;Afval;Container bijplaatsing;Afgehandeld;App;J. Jansen;"
    "Statenkwartier;175995,0;318161,0\n"
    "Z2;06-06-2025;22:45;;Overlast personen;Jeugdoverlast;In behandeling;Telefoon;P. Pieters;"
    "Wittevrouwenveld;178.410;318.540\n"
)


def package_of(tmp_path, text, name="meldingen.csv", encoding="utf-8"):
    file = tmp_path / name
    file.write_text(text, encoding=encoding)
    (package,) = open_package([file], max_mb=10)
    return package


def rows_of(store, table="incidents"):
    return store.rows(table).to_pandas().set_index("source_id")


def test_a_dutch_spreadsheet_becomes_placed_and_classified_rows(settings, store, tmp_path):
    report = ingest.load(package_of(tmp_path, MELDINGEN), settings, store)

    assert (report.table, report.read, report.new, report.rejected) == ("incidents", 2, 2, 0)
    rows = rows_of(store)
    first, second = rows.loc["Z1"], rows.loc["Z2"]
    assert first["reported_at"] == pd.Timestamp("2025-06-02T08:12+02:00")
    assert (first["theme"], first["rubriek"]) == ("afval", "bijplaatsing")
    assert (first["status"], first["channel"], first["weekday"], first["hour"]) == (
        "gesloten",
        "app",
        0,
        8,
    )
    assert (first["buurt"], first["gebied"], first["place_basis"]) == (
        "BU09350003",
        "Centrum",
        "punt",
    )
    assert (first["cell_x"], first["cell_y"]) == (1759, 3181)
    assert (second["theme"], second["rubriek"], second["hour"]) == ("sociaal", "jeugd", 22)
    assert (second["x"], second["y"]) == (178410.0, 318540.0)
    assert second["time_basis"] == "melding"


def test_names_never_reach_the_disk_and_are_counted(settings, store, tmp_path):
    report = ingest.load(package_of(tmp_path, MELDINGEN), settings, store)

    assert sum(report.personal.values()) >= 2
    for file in settings.data_dir.rglob("*"):
        if file.is_file():
            assert b"Jansen" not in file.read_bytes()


def test_the_same_file_twice_changes_nothing(settings, store, tmp_path):
    package = package_of(tmp_path, MELDINGEN)
    ingest.load(package, settings, store)
    before = store.versions()

    again = ingest.load(package, settings, store)

    assert (again.new, again.updated, again.unchanged) == (0, 0, 2)
    assert store.versions() == before


def test_a_corrected_row_replaces_the_old_one(settings, store, tmp_path):
    ingest.load(package_of(tmp_path, MELDINGEN), settings, store)
    changed = MELDINGEN.replace("In behandeling", "Afgehandeld")

    report = ingest.load(package_of(tmp_path, changed), settings, store)

    assert (report.new, report.updated, report.unchanged) == (0, 1, 1)
    assert rows_of(store).loc["Z2", "status"] == "gesloten"


def test_refused_rows_are_kept_with_their_reasons_and_come_back_corrected(
    settings, store, tmp_path
):
    bad = MELDINGEN.replace("06-06-2025;22:45", "31-02-2025;22:45")

    report = ingest.load(package_of(tmp_path, bad), settings, store)

    assert (report.read, report.new, report.rejected) == (2, 1, 1)
    assert report.reasons == {"Gemeld op is geen leesbare datum": 1}
    kept = store.quarantine("incidents")
    assert kept["source_id"].tolist() == ["Z2"]
    assert kept["row_number"].tolist() == [3], "the row as a person counts it, header is row 1"
    raw = json.loads(kept["raw"][0])
    assert raw["Gemeld op"] == "31-02-2025"
    assert "Naam melder" not in raw

    headers = list(raw)
    corrected = ";".join(headers) + "\n" + ";".join(
        value.replace("31-02", "28-02") for value in raw.values()
    )  # fmt: skip
    report = ingest.load(package_of(tmp_path, corrected, "correctie.csv"), settings, store)

    assert report.new == 1
    assert store.quarantine("incidents").empty


def test_date_only_is_not_midnight(settings, store, tmp_path):
    text = "Zaaknummer;Meldingsdatum;Subcategorie\nA;02-06-2025;Huisafval\n"
    ingest.load(package_of(tmp_path, text), settings, store)
    row = rows_of(store).loc["A"]
    assert not row["time_known"]
    assert pd.isna(row["hour"])
    assert row["weekday"] == 0


def test_the_moment_of_the_nuisance_wins_over_the_moment_of_reporting(settings, store, tmp_path):
    text = (
        "Nummer;Gemeld op;Voorval op;Subcategorie\n"
        "A;02-06-2025 08:12;31-05-2025 23:30;Jongerenoverlast\n"
        "B;02-06-2025 08:12;05-06-2025 23:30;Jongerenoverlast\n"
    )
    report = ingest.load(package_of(tmp_path, text), settings, store)
    rows = rows_of(store)
    assert (rows.loc["A", "hour"], rows.loc["A", "time_basis"]) == (23, "overlast")
    assert (rows.loc["B", "hour"], rows.loc["B", "time_basis"]) == (8, "melding")
    assert report.corrections["Voorval na de melding: meldmoment gebruikt"] == 1


def test_children_and_cancelled_are_kept_but_do_not_count(settings, store, tmp_path):
    text = (
        "Nummer;Gemeld op;Subcategorie;Status;Hoofdmelding\n"
        "A;02-06-2025 08:12;Huisafval;Gemeld;\n"
        "B;02-06-2025 08:15;Huisafval;Gemeld;A\n"
        "C;02-06-2025 08:20;Huisafval;Geannuleerd;\n"
    )
    ingest.load(package_of(tmp_path, text), settings, store)
    assert rows_of(store)["counted"].to_dict() == {"A": True, "B": False, "C": False}


def test_unknown_categories_are_accepted_listed_and_can_be_mapped_later(settings, store, tmp_path):
    text = "Nummer;Gemeld op;Categorie\nA;02-06-2025 08:12;Ruimteschip op de stoep\n"
    report = ingest.load(package_of(tmp_path, text), settings, store)
    assert report.unmapped == {"Ruimteschip op de stoep": 1}
    assert rows_of(store).loc["A", "theme"] == "niet_ingedeeld"

    ingest.map_category(settings, "Ruimteschip op de stoep", "foutparkeren")
    assert list(ingest.refresh(settings, store)) == ["incidents"]
    assert rows_of(store).loc["A", "theme"] == "parkeren"
    assert ingest.refresh(settings, store) == {}


def test_a_dry_run_counts_everything_and_writes_nothing(settings, store, tmp_path):
    report = ingest.load(package_of(tmp_path, MELDINGEN), settings, store, dry_run=True)
    assert (report.new, report.dry_run) == (2, True)
    assert store.versions() == {}


def test_sample_rows_leave_when_the_first_real_file_comes(settings, store, tmp_path):
    ingest.load(package_of(tmp_path, MELDINGEN), settings, store, source="voorbeeld-x")
    assert store.is_sample()
    real = MELDINGEN.replace("Z1", "R1").replace("Z2", "R2")
    report = ingest.load(package_of(tmp_path, real), settings, store)
    assert sorted(rows_of(store).index) == ["R1", "R2"]
    assert any("voorbeeldgegevens" in warning for warning in report.warnings)


def test_outside_the_municipality_is_kept_without_an_area(settings, store, tmp_path):
    text = "Nummer;Gemeld op;Subcategorie;X;Y\nA;02-06-2025 08:12;Huisafval;121500;487500\n"
    ingest.load(package_of(tmp_path, text), settings, store)
    row = rows_of(store).loc["A"]
    assert row["place_basis"] == "buiten de gemeente"
    assert row["buurt"] is None or pd.isna(row["buurt"])


def test_a_file_without_numbers_gets_the_same_ids_again(settings, store, tmp_path):
    text = "Gemeld op;Subcategorie\n" + "02-06-2025 08:12;Huisafval\n" * 3
    package = package_of(tmp_path, text)
    first = ingest.load(package, settings, store)
    assert first.new == 3, "three equal rows are three reports"
    again = ingest.load(package, settings, store)
    assert (again.new, again.unchanged) == (0, 3)


def test_controls_with_only_an_end_time_may_end_after_midnight(settings, store, tmp_path):
    text = (
        "Controlenummer;Datum;Starttijd;Eindtijd;Thema;Type controle;Aanleiding;"
        "Aantal gecontroleerd;Aantal overtredingen;Kosten verhaald (EUR);Inzet (uren)\n"
        "C1;07-06-2025;21:00;01:00;Evenementen;Geluidscontrole;Steekproef;3;1;;4,0\n"
        "C2;03-06-2025;09:00;11:30;Afval;Controle milieuperron;Gepland;1.240;5;513,00;5,0\n"
        "C3;03-06-2025;09:00;11:30;Afval;Controle milieuperron;Topdag;2;5;;5,0\n"
    )
    report = ingest.load(package_of(tmp_path, text), settings, store)
    assert report.table == "controls"
    assert report.reasons == {"Meer overtredingen dan gecontroleerd": 1}
    rows = rows_of(store, "controls")
    assert rows.loc["C1", "ended_at"] == pd.Timestamp("2025-06-08T01:00+02:00")
    assert rows.loc["C2", "checked"] == 1240
    assert rows.loc["C2", "costs_recovered"] == 513.0
    assert rows["planned"].to_dict() == {"C1": "ja", "C2": "ja"}


def test_an_undecidable_date_order_is_refused_with_the_question(settings, store, tmp_path):
    text = "Nummer;Gemeld op;Subcategorie\nA;1/2/2025 08:12;Huisafval\nB;3/4/2025 08:12;Huisafval\n"
    with pytest.raises(FileRefused, match="date_order"):
        ingest.load(package_of(tmp_path, text), settings, store)
    assert store.count("incidents") == 0


def test_two_rows_with_one_number_keep_the_newest_and_count_the_other(settings, store, tmp_path):
    text = (
        "Nummer;Gemeld op;Bijgewerkt op;Subcategorie\n"
        "A;02-06-2025 08:12;03-06-2025 10:00;Grofvuil\n"
        "A;02-06-2025 08:12;02-06-2025 10:00;Huisafval\n"
    )
    report = ingest.load(package_of(tmp_path, text), settings, store)
    assert (report.new, report.duplicates) == (1, 1)
    assert rows_of(store).loc["A", "sub_category"] == "Grofvuil"


def test_undo_from_the_history(settings, store, tmp_path):
    ingest.load(package_of(tmp_path, MELDINGEN), settings, store)
    ingest.load(package_of(tmp_path, MELDINGEN.replace("App", "Telefoon")), settings, store)
    loads = store.loads("incidents")
    assert loads["updated"].tolist()[:2] == [1, 0]

    store.restore("incidents", int(loads["version"][1]))

    assert rows_of(store).loc["Z1", "channel"] == "app"


def test_a_poorer_export_does_not_wipe_what_a_richer_one_told(settings, store, tmp_path):
    rich = (
        "Nummer;Gemeld op;Voorval op;Afgehandeld op;Status;Hoofdmelding;Subcategorie;X;Y\n"
        "A;02-06-2025 08:12;01-06-2025 23:10;04-06-2025 11:00;Afgehandeld;;Huisafval;"
        "175995;318161\n"
        "B;02-06-2025 08:15;;;Gemeld;A;Huisafval;175995;318161\n"
        "C;02-06-2025 08:15;;04-06-2025 11:00;Afgehandeld;;Huisafval;175995;318161\n"
    )
    poor = (
        "Nummer;Gemeld op;Status;Subcategorie\n"
        "A;02-06-2025 08:12;Afgehandeld;Grofvuil\n"
        "B;02-06-2025 08:15;In behandeling;Huisafval\n"
        "C;02-06-2025 08:15;Heropend;Huisafval\n"
        "D;03-06-2025 08:15;Gemeld;Huisafval\n"
    )
    ingest.load(package_of(tmp_path, rich), settings, store)

    report = ingest.load(package_of(tmp_path, poor), settings, store)

    assert (report.updated, report.new) == (3, 1)
    rows = rows_of(store)
    assert rows["sub_category"].tolist().count("Grofvuil") == 1
    assert (rows.loc["A", "hour"], rows.loc["A", "time_basis"]) == (23, "overlast")
    assert rows.loc["A", "closed_at"] == pd.Timestamp("2025-06-04T11:00+02:00")
    assert (rows.loc["B", "parent_id"], rows.loc["B", "status"]) == ("A", "open")
    assert rows["counted"].to_dict() == {"A": True, "B": False, "C": True, "D": True}
    assert pd.isna(rows.loc["C", "closed_at"]), "reopened"
    assert rows["buurt"].notna().to_dict() == {"A": True, "B": True, "C": True, "D": False}
    again = ingest.load(package_of(tmp_path, poor), settings, store)
    assert (again.new, again.updated) == (0, 0)


def test_templates_load_as_they_are(settings, store, tmp_path):
    from thor_metrics.schema import TABLES

    for name, table in TABLES.items():
        for kind in ("xlsx", "csv"):
            file = tmp_path / f"{name}.{kind}"
            file.write_bytes(ingest.template(name, kind))
            (package,) = open_package([file], max_mb=10)
            report = ingest.load(package, settings, store, dry_run=True, table=name)
            assert (report.read, report.rejected) == (1, 0), (name, kind, report.reasons)
            assert table.title


def test_every_row_of_a_messy_file_is_accounted_for(settings, store, tmp_path):
    lines = ["Nummer;Gemeld op;Subcategorie;Aantal"]
    lines += [f"A{number % 70};{number % 35}-06-2025 08:12;Huisafval;" for number in range(200)]
    report = ingest.load(package_of(tmp_path, "\n".join(lines)), settings, store)
    assert report.read == 200
    assert report.read == (
        report.new + report.updated + report.unchanged + report.duplicates + report.rejected
    )
    days = pc.day(store.rows("incidents")["date"])
    assert pc.max(days).as_py() <= 30
