"""The tables of the plan: a file in, rows out; what is wrong is said, a correction replaces."""

import datetime as dt

import deltalake
import pyarrow as pa
import pytest

from thor_metrics import ingest
from thor_metrics.engine import Engine, Files
from thor_metrics.errors import FileRefused
from thor_metrics.schema import TABLES
from thor_metrics.sources.package import open_package
from thor_metrics.store import LoadNote

NEW = (
    "removals", "scan_days", "crowd_days", "events", "deployments", "activities", "occupancy",
    "caseload", "survey_scores",
)  # fmt: skip


def load(tmp_path, text, settings, store, **options):
    file = tmp_path / options.pop("name", "bestand.csv")
    if isinstance(text, bytes):
        file.write_bytes(text)
    else:
        file.write_text(text, encoding="utf-8")
    (package,) = open_package([file], max_mb=10)
    return ingest.load(package, settings, store, **options)


def example(name, *, without=()):
    """The template's header and example as text, without some columns."""
    columns = [column for column in TABLES[name].inputs if column.name not in without]
    return (
        ";".join(column.title for column in columns)
        + "\n"
        + ";".join(column.example for column in columns)
    )


@pytest.mark.parametrize("name", [name for name in TABLES if name != "areas"])
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_filled_in_template_is_recognised_by_itself(settings, store, tmp_path, name, kind):
    report = load(
        tmp_path, ingest.template(name, kind), settings, store, name=f"ingevuld.{kind}"
    )  # the file's name says nothing

    assert (report.table, report.read, report.new, report.rejected) == (name, 1, 1, 0)


@pytest.mark.parametrize("name", NEW)
def test_a_file_without_a_needed_column_is_refused_by_its_name(settings, store, tmp_path, name):
    needed = [
        column
        for column in TABLES[name].inputs
        if column.required and column.name not in ("source", "source_id")
    ]
    for column in needed:
        with pytest.raises(FileRefused, match=f"'{column.title}'"):
            load(tmp_path, example(name, without={column.name}), settings, store, table=name)


@pytest.mark.parametrize("name", NEW)
def test_a_total_loaded_again_corrected_replaces_the_old_one(settings, store, tmp_path, name):
    number = {
        "removals": ("amount", "38", "39"),
        "scan_days": ("vehicles", "1150", "1160"),
        "crowd_days": ("visitors", "42000", "43000"),
        "events": ("visitors", "5000", "5001"),
        "deployments": ("hours_unplanned", "4,0", "5,0"),
        "activities": ("participants", "2", "3"),
        "occupancy": ("occupied", "97", "98"),
        "caseload": ("contacts", "31", "32"),
        "survey_scores": ("score", "61,5", "61,7"),
    }[name]
    column, old, new = number
    text = example(name, without={"source_id", "updated_at"})
    assert load(tmp_path, text, settings, store, table=name).new == 1

    again = load(tmp_path, text, settings, store, table=name)
    changed = load(tmp_path, text.replace(f";{old};", f";{new};"), settings, store, table=name)

    assert (again.new, again.unchanged) == (0, 1)
    assert (changed.new, changed.updated) == (0, 1)
    assert store.count(name) == 1
    assert store.rows(name, columns=[column])[column].to_pylist() == [float(new.replace(",", "."))]


def test_two_totals_of_one_day_and_area_are_two_rows(settings, store, tmp_path):
    """Two scan cars in one buurt: nothing says that the second is a correction of the first."""
    text = (
        "Scandatum;Buurt;Gecontroleerde voertuigen\n"
        "03-06-2026;Wyck;1000\n03-06-2026;Wyck;500\n03-06-2026;Binnenstad;70\n"
    )
    assert load(tmp_path, text, settings, store).new == 3
    assert load(tmp_path, text, settings, store).unchanged == 3
    rows = store.rows("scan_days").to_pandas()
    assert rows["vehicles"].sum() == 1570
    assert rows["gebied"].unique().tolist() == ["Centrum"]


def test_what_is_planned_may_lie_ahead_and_what_happened_may_not(settings, store, tmp_path):
    ahead = f"{dt.datetime.now(dt.UTC) + dt.timedelta(days=30):%d-%m-%Y}"
    plans = f"Start activiteit;Soort activiteit;Status activiteit\n{ahead} 15:00;spreekuur;gepland"
    assert load(tmp_path, plans, settings, store).new == 1

    done = f"Verwijderd op;Soort verwijdering\n{ahead};fiets\n03-06-2026;fiets\n"
    report = load(tmp_path, done, settings, store)
    assert (report.new, report.rejected) == (1, 1)
    assert report.reasons == {"Datum ligt in de toekomst": 1}


def test_the_scan_car_counts_down_from_vehicles_to_upheld(settings, store, tmp_path):
    header = (
        "Scandatum;Buurt;Gecontroleerde voertuigen;Zonder geldig parkeerrecht;Beoordeeld;"
        "Naheffingen opgelegd;In stand gebleven\n"
    )
    good = "01-06-2026;Wyck;100;10;8;8;7\n02-06-2026;Wyck;100;;;9;\n"
    bad = "03-06-2026;Wyck;100;101;;;\n04-06-2026;Wyck;100;10;;11;\n05-06-2026;Wyck;5;4;4;4;5\n"
    report = load(tmp_path, header + good + bad, settings, store)

    assert (report.new, report.rejected) == (2, 3)
    assert report.reasons == {"Van gecontroleerd naar in stand gebleven neemt een aantal toe": 3}
    assert report.examples["row_number"].tolist() == [4, 5, 6]


def test_a_sanction_is_seen_before_it_is_imposed_before_it_is_paid(settings, store, tmp_path):
    header = "Opgelegd op;Soort sanctie;Aantal;Geconstateerd (aantal);Geïnd (aantal)\n"
    rows = "01-06-2026;mulder;3;5;2\n01-06-2026;mulder;;1;\n"
    bad = "02-06-2026;mulder;3;2;1\n03-06-2026;mulder;3;4;4\n03-06-2026;mulder;;;2\n"
    report = load(tmp_path, header + rows + bad, settings, store)

    assert (report.new, report.rejected) == (2, 3)
    assert report.reasons == {
        "Meer geïnd dan opgelegd": 2,
        "Meer opgelegd dan geconstateerd": 1,
    }


def test_an_answer_before_the_report_is_left_out(settings, store, tmp_path):
    text = (
        "Nummer;Gemeld op;Subcategorie;Eerste reactie op;Soort reactie\n"
        "A1;02-06-2026 08:00;Huisafval;02-06-2026 09:30;Standaard\n"
        "A2;02-06-2026 08:00;Huisafval;01-06-2026 09:30;gebeld\n"
        "A3;02-06-2026 08:00;Huisafval;;\n"
    )
    report = load(tmp_path, text, settings, store)
    rows = store.rows("incidents").to_pandas().set_index("source_id")
    assert report.corrections == {"Reactie vóór de melding: reactiedatum weggelaten": 1}
    assert rows["answered_at"].notna().to_dict() == {"A1": True, "A2": False, "A3": False}
    assert rows["reply"].to_dict() == {
        "A1": "standaardreactie",
        "A2": "telefonisch",
        "A3": "onbekend",
    }


def test_an_event_of_which_only_the_hour_of_the_end_is_known_runs_past_midnight(
    settings, store, tmp_path
):
    text = "Start evenement;Einde evenement;Naam evenement\n03-07-2026 21:00;01:00;Fancy fair\n"
    load(tmp_path, text, settings, store)
    row = store.rows("events").to_pandas().iloc[0]
    assert row["ended_at"] - row["started_at"] == dt.timedelta(hours=4)


def test_a_person_in_a_subject_does_not_reach_the_store(settings, store, tmp_path):
    text = (
        "Start activiteit;Soort activiteit;Onderwerp\n"
        "03-06-2026 15:00;overleg;Bel 06-12345678 over Wyck\n"
    )
    report = load(tmp_path, text, settings, store)
    assert report.new == 1
    assert sum(report.personal.values()) == 1
    assert store.rows("activities")["subject"].to_pylist() == [None]


def test_own_words_of_a_table_are_no_categories_to_place(settings, store, tmp_path):
    text = (
        "Start activiteit;Soort activiteit;Thema\n"
        "03-06-2026 15:00;opleiding;\n03-06-2026 16:00;overleg;Afval\n"
    )
    report = load(tmp_path, text, settings, store)
    assert report.unmapped == {}
    assert store.rows("activities")["theme"].to_pylist() == [None, "afval"]


def test_a_new_place_or_mapping_can_be_applied_to_every_table(settings, store, tmp_path):
    for name in NEW:
        load(tmp_path, example(name), settings, store, table=name)
    assert ingest.refresh(settings, store) == {}


def test_a_table_of_an_earlier_edition_gets_the_new_columns(settings, store, tmp_path):
    """Somebody's store was made when sanctions had no 'collected'."""
    text = "Nummer;Opgelegd op;Soort sanctie;Aantal\nS1;01-06-2026;mulder;3\n"
    load(tmp_path, text, settings, store)
    new = {"found", "offender_known", "collected", "collected_euros"}
    rows = store.rows("sanctions")
    older = pa.schema([field for field in rows.schema if field.name not in new])
    path = settings.data_dir / "tables" / "sanctions"
    deltalake.write_deltalake(
        path,
        rows.select(older.names).cast(older),
        mode="overwrite",
        schema_mode="overwrite",
        partition_by=["month"],
    )
    assert new.isdisjoint(deltalake.DeltaTable(path).schema().to_arrow().names)

    assert store.rows("sanctions")["collected"].to_pylist() == [None]
    added = (
        text.replace("Aantal", "Aantal;Geïnd (aantal)").replace("S1", "S2").replace("r;3", "r;3;2")
    )
    assert load(tmp_path, added, settings, store).new == 1
    corrected = added.replace("S2", "S1")
    assert load(tmp_path, corrected, settings, store).updated == 1
    assert sorted(store.rows("sanctions")["collected"].to_pylist()) == [2.0, 2.0]
    with_note = LoadNote(load="x", file="", source="")
    assert store.rewrite("sanctions", store.rows("sanctions"), note=with_note) > 0


def test_every_table_can_be_asked(settings, store, tmp_path):
    import sqlalchemy as sa

    for name in NEW:
        load(tmp_path, example(name), settings, store, table=name)
    engine = Engine.open({name: Files(store.files(name)) for name in store.versions()
                          if name in TABLES})  # fmt: skip
    for name in NEW:
        assert engine.run(sa.select(engine.tables[name])).shape[0] == 1, name
    engine.close()
