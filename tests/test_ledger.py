"""The ledger: what people write is kept, with every change, whoever else writes too."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import engines
from tests.conftest import ROOT
from thor_metrics.errors import SettingsError, StoreError
from thor_metrics.ledger import (
    STATUSES,
    Conflict,
    Ledger,
    LedgerError,
    Target,
    acts,
    upgrade,
    warnings_for,
)
from thor_metrics.ledger.connect import connected, told
from thor_metrics.ledger.models import Base
from thor_metrics.ledger.words import checked, line_of, plain

DAY = dt.date(2026, 7, 1)


@pytest.fixture(scope="session")
def server():
    with engines.postgresql() as url:
        yield url


_numbers = itertools.count()


@pytest.fixture
def url(server):
    """A new, empty database."""
    name = f"ledger_{next(_numbers)}"
    _do(server, f"create database {name}")
    yield server.rpartition("/")[0] + f"/{name}"
    _do(server, f"drop database {name} with (force)")


def _do(url, order):
    import psycopg

    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(order)


@pytest.fixture(params=["sqlite", "postgresql"])
def where(request, tmp_path):
    """Folder and URL of an empty ledger."""
    return tmp_path, request.getfixturevalue("url") if request.param == "postgresql" else ""


@pytest.fixture
def ledger(where):
    with Ledger.open(*where) as opened:
        yield opened


@pytest.fixture
def simple(tmp_path):
    with Ledger.open(tmp_path) as opened:
        yield opened


def only(frame):
    assert len(frame) == 1
    return frame.iloc[0]


# --- documents ---------------------------------------------------------------------------------


def test_a_document_comes_back_as_it_was_written(ledger):
    links = [Target("gebied", "Noord"), Target("monitor", "m05")]
    before = pd.Timestamp.now("UTC")

    number = ledger.add_document(
        " Evaluatie  pilot ", kind="evaluatie pilot", monitor="m05", period="2026-H1",
        status="vastgesteld", due_next=DAY, note="Twee regels,\nmet é en 🚲.", links=links,
        by="team Noord",
    )  # fmt: skip

    row = only(ledger.documents())
    assert (row["id"], row["version"], row["title"]) == (number, 1, "Evaluatie pilot")
    assert (row["kind"], row["monitor"], row["period"]) == ("evaluatie pilot", "M05", "2026-H1")
    assert (row["status"], row["due_next"]) == ("vastgesteld", pd.Timestamp(DAY))
    assert row["note"] == "Twee regels,\nmet é en 🚲."
    assert row["links"] == (("gebied", "Noord"), ("monitor", "M05"))
    assert (row["created_by"], row["changed_by"], row["file_hash"]) == ("team Noord",) * 2 + ("",)
    assert before <= row["created_at"] <= pd.Timestamp.now("UTC")


def test_a_table_has_the_same_columns_and_types_without_rows(simple):
    def tables():
        return [simple.documents(), simple.mappings(), simple.rubrieken(), simple.selections()]

    empty = tables()
    simple.add_document("Plan")
    simple.map_category("Afval > *", "afval")
    simple.add_rubriek("afval", "Luiers")
    simple.save_selection("Weekend", "hotspots", "thema=afval")

    for none, one in zip(empty, tables(), strict=True):
        assert none.empty
        assert len(one) == 1
        assert none.dtypes.to_dict() == one.dtypes.to_dict()
    assert str(empty[0]["due_next"].dtype) == "datetime64[s]"
    assert str(empty[0]["created_at"].dtype) == "datetime64[us, UTC]"


def test_documents_are_found_by_what_they_are_about_and_what_is_due(ledger):
    ledger.add_document("a", monitor="M05", due_next=DAY)
    ledger.add_document("b", monitor="M05", period="2026-H1", links=[Target("doel", "1.1")])
    ledger.add_document("c", monitor="M06", status="verlopen", due_next=DAY - dt.timedelta(1))

    def titles(**wanted):
        return ledger.documents(**wanted)["title"].tolist()

    assert titles() == ["c", "a", "b"]  # first what is due first, then without a date
    assert titles(monitor="M05") == ["a", "b"]
    assert titles(period="2026-H1") == ["b"]
    assert titles(status="verlopen") == ["c"]
    assert titles(due_before=DAY) == ["c"]  # half-open: the day itself is not before it
    assert titles(link=Target("doel", "1.1")) == ["b"]
    assert titles(link=Target("doel", "9.9")) == []


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"title": " \n "}, "titel ontbreekt"),
        ({"title": "x" * 201}, "201 tekens lang; 200"),
        ({"title": "Bel 06-12345678"}, "telefoonnummer"),
        ({"title": "Dossier 12-ABC-3"}, "kenteken"),
        ({"title": "Dossier 12bdf3"}, "kenteken"),
        ({"title": "BSN 123456782"}, "BSN"),
        ({"title": "=1+1"}, "formule"),
        ({"title": "a", "by": "a.jansen@voorbeeld.nl"}, "e-mailadres"),
        ({"title": "a", "status": "klaar"}, "'klaar' is geen status. Kies uit 'concept'"),
        ({"title": "a", "monitor": "M5"}, "M en twee cijfers"),
        ({"title": "a", "due_next": "morgen"}, "geen datum"),
        ({"title": "a", "links": [("persoon", "1")]}, "een 'persoon'"),
        ({"title": "a", "links": [("doel", " ")]}, "verwijzing ontbreekt"),
        ({"title": "a", "note": "x" * 10_001}, "10000 is het meeste"),
    ],
)
def test_what_cannot_be_kept_is_said_and_nothing_is(simple, fields, said):
    with pytest.raises(LedgerError, match=said.replace(".", r"\.")):
        simple.add_document(**fields)

    assert simple.documents().empty
    assert simple.newest() == 0


@pytest.mark.parametrize(
    "title",
    ["2026 in cijfers", "Overzicht 2026-H1", "Week 2026-W48: 12 controles", "M05", "€ 1.250"],
)
def test_ordinary_titles_are_no_personal_data(title):
    assert checked("title", title) == title


def test_notes_warn_for_every_kind_and_keep_the_words(simple):
    note = "Bel 06 12 34 56 78 of mail a@voorbeeld.nl, bsn 123456782, auto 12-ABC-3. 6211 LK"

    found = " ".join(warnings_for(note))
    assert all(kind in found for kind in ("telefoonnummer", "e-mailadres", "BSN", "kenteken"))
    assert "voorbeeld" not in found  # a warning may end up in a log
    assert warnings_for("Drie containers geleegd op 06-06-2026 om 12:00, € 1.250,50.") == []
    assert warnings_for("") == []
    simple.add_document("a", note=note)
    assert only(simple.documents())["note"] == note


@settings(max_examples=60)
@given(text=st.text(max_size=300))
def test_texts_come_back_as_they_were_cleaned_and_cleaning_is_done_once(text):
    clean = plain(text)

    assert plain(clean) == clean
    assert line_of(line_of(text)) == line_of(text)
    assert "\x00" not in clean
    clean.encode()  # no half of a pair is left
    with _shared() as ledger:
        number = ledger.add_document("a", note=text)
        frame = ledger.documents()
        assert frame.set_index("id").loc[number, "note"] == clean


def _shared():
    """One ledger for all examples: opening takes longer than writing."""
    folder = Path(tempfile.mkdtemp())
    ledger = Ledger.open(folder)
    real = ledger.close

    def close():
        real()
        shutil.rmtree(folder)

    ledger.close = close
    return ledger


def test_postgresql_takes_every_text_too(url, tmp_path):
    with Ledger.open(tmp_path, url) as ledger:
        ledger.add_document("a\x00b", note="x\x00\ud800y\u202e\r\nz")
        row = only(ledger.documents())
    assert (row["title"], row["note"]) == ("ab", "xy\nz")


# --- changes, conflicts, undo ------------------------------------------------------------------


def test_a_change_counts_and_leaves_the_rest(ledger):
    number = ledger.add_document("a", note="n", links=[Target("doel", "1.1")], by="een")

    assert ledger.change_document(number, 1, status="vastgesteld", by="twee") == 2
    assert ledger.change_document(number, 2, status="vastgesteld") == 2  # nothing differs

    row = only(ledger.documents())
    assert (row["version"], row["status"], row["note"]) == (2, "vastgesteld", "n")
    assert (row["created_by"], row["changed_by"]) == ("een", "twee")
    assert row["changed_at"] >= row["created_at"]


def test_a_stale_write_loses_nobodys_words(ledger):
    number = ledger.add_document("a", note="begin", by="een")
    ledger.change_document(number, 1, note="van de ander", by="team Zuid")

    with pytest.raises(Conflict) as refusal:
        ledger.change_document(number, 1, note="van mij", status="vastgesteld")

    kept = refusal.value
    assert (kept.kind, kept.id, kept.version, kept.by) == ("document", number, 2, "team Zuid")
    assert kept.at == ledger.documents()["changed_at"].iloc[0].to_pydatetime()  # with its zone
    assert kept.mine == {"note": "van mij", "status": "vastgesteld"}
    assert kept.theirs == {"note": "van de ander", "status": "concept"}
    assert [item.field for item in kept.differences] == ["note", "status"]
    assert "team Zuid heeft dit document gewijzigd" in str(kept)
    assert "notitie: jij 'van mij', nu 'van de ander'" in str(kept)
    assert only(ledger.documents())["note"] == "van de ander"
    assert ledger.change_document(number, kept.version, **kept.mine) == 3


def test_two_who_write_the_same_have_no_conflict(ledger):
    number = ledger.add_document("a")
    ledger.change_document(number, 1, status="verlopen")

    assert ledger.change_document(number, 1, status="verlopen") == 2


def test_postgresql_writers_that_read_the_same_version_do_not_overwrite(url, tmp_path):
    with Ledger.open(tmp_path, url) as mine, Ledger.open(tmp_path, url) as theirs:
        number = mine.add_document("a")
        values = {"note": "van mij"}

        def late():
            with mine._writing("document", number, values) as session:
                acts.thing(session, "document", number)
                theirs.change_document(number, 1, note="van hen")
                acts.change(session, "document", number, values, by="", version=1)

        with pytest.raises(Conflict) as refusal:
            late()

        assert refusal.value.theirs == {"note": "van hen"}
        assert refusal.value.mine == values
        assert only(mine.documents())["note"] == "van hen"
        assert set(mine.history("document", number)["new"]) == {"a", "concept", "van hen"}


def test_links_are_replaced_as_one_value(ledger):
    first, second, third = Target("doel", "1"), Target("doel", "2"), Target("actie", "7")
    number = ledger.add_document("a", links=[first, second, second])

    ledger.change_document(number, 1, links=[second, third])
    assert only(ledger.documents())["links"] == (third, second)
    ledger.undo("document", number)
    assert only(ledger.documents())["links"] == (first, second)
    ledger.change_document(number, 3, links=[])
    assert only(ledger.documents())["links"] == ()


def test_what_is_removed_is_out_of_sight_and_comes_back(ledger):
    number = ledger.add_document("a")

    ledger.remove("document", number, version=1, by="team Noord")
    assert ledger.documents().empty
    assert only(ledger.documents(removed=True))["id"] == number
    with pytest.raises(LedgerError, match="verwijderd door team Noord"):
        ledger.change_document(number, 2, note="x")

    ledger.undo("document", number)
    assert only(ledger.documents())["title"] == "a"
    with pytest.raises(Conflict):
        ledger.remove("document", number, version=1)
    with pytest.raises(Conflict):
        ledger.undo("document", number, version=1)


def test_undo_takes_back_acts_one_by_one_until_nothing_is_left(ledger):
    number = ledger.add_document("a", due_next=DAY)
    ledger.change_document(number, 1, title="b", due_next=None)
    ledger.change_document(number, 2, title="c")

    def stand():
        return [(row.title, row.due_next) for row in ledger.documents().itertuples()]

    ledger.undo("document", number)
    assert stand()[0][0] == "b"
    ledger.undo("document", number)
    assert stand() == [("a", pd.Timestamp(DAY))]  # both fields of one act
    ledger.undo("document", number)
    assert stand() == []  # that it was added is undone
    with pytest.raises(LedgerError, match="niets"):
        ledger.undo("document", number)
    ledger.restore("document", number)
    assert stand() == [("a", pd.Timestamp(DAY))]


@settings(max_examples=15)
@given(steps=st.lists(st.one_of(st.none(), st.text("abc", min_size=1, max_size=2)), max_size=12))
def test_any_row_of_changes_and_undos_ends_where_a_pile_says(steps):
    with _shared() as ledger:
        number = ledger.add_document("begin", note="0")
        pile, version = ["0"], 1
        for step in steps:
            if step is not None and step != pile[-1]:
                pile.append(step)
                version = ledger.change_document(number, version, note=step)
            elif step is None and len(pile) > 1:
                pile.pop()
                version = ledger.undo("document", number)
        assert only(ledger.documents())["note"] == pile[-1]
        assert only(ledger.documents())["version"] == version


def test_the_history_tells_who_changed_what(ledger):
    number = ledger.add_document("a", due_next=DAY, by="een")
    ledger.change_document(number, 1, due_next=None, links=[Target("doel", "1.1")], by="twee")
    ledger.undo("document", number, by="drie")

    history = ledger.history("document", number)

    assert history["action"].tolist() == ["undo"] * 2 + ["change"] * 2 + ["add"] * 3
    assert history["act"].nunique() == 3
    assert history["at"].is_monotonic_decreasing
    changed = history[history["by"] == "twee"].set_index("field")
    assert changed.loc["due_next", ["old", "new"]].tolist() == ["01-07-2026", ""]
    assert changed.loc["links", ["old", "new"]].tolist() == ["", "doel 1.1"]
    assert ledger.history("document", 99).empty


def test_unknown_things_are_named(simple):
    with pytest.raises(LedgerError, match="Nummer 7"):
        simple.remove("document", 7)
    with pytest.raises(LedgerError, match="'boek' is geen soort"):
        simple.undo("boek", 1)


def test_the_newest_change_is_a_key_for_what_is_cached(ledger):
    assert ledger.newest() == 0
    number = ledger.add_document("a")
    first = ledger.newest()
    ledger.documents()
    assert ledger.newest() == first > 0
    ledger.remove("document", number)
    assert ledger.newest() > first


# --- categories, rubrieken, selections ---------------------------------------------------------


def test_the_newest_decision_about_a_category_holds_and_the_old_ones_stay(ledger):
    ledger.map_category("Afval > Zwerfvuil", "afval", source="msb", by="een")
    second = ledger.map_category(
        "afval > zwerfvuil", "evenementen", rubriek="markt", source="msb", by="twee"
    )
    ledger.map_category("Afval > Zwerfvuil", "sociaal")  # all sources: another decision

    held = ledger.mappings().set_index("source")
    assert held.loc["msb", ["theme", "rubriek", "created_by"]].tolist() == [
        "evenementen", "markt", "twee",
    ]  # fmt: skip
    assert held.loc["", "theme"] == "sociaal"
    assert ledger.mappings(all_of_them=True)["theme"].tolist() == [
        "sociaal", "evenementen", "afval",
    ]  # fmt: skip

    ledger.undo("mapping", second)
    assert ledger.mappings().set_index("source").loc["msb", "theme"] == "afval"
    with pytest.raises(LedgerError, match="'water' is geen thema"):
        ledger.map_category("a", "water")


def test_rubrieken_are_added_once_and_belong_to_one_theme(ledger):
    assert ledger.add_rubriek("afval", "Luiers & doekjes", by="een") == "luiers_doekjes"

    assert only(ledger.rubrieken())["title"] == "Luiers & doekjes"
    with pytest.raises(LedgerError, match="al een rubriek"):
        ledger.add_rubriek("fiets", "luiers doekjes")
    with pytest.raises(LedgerError, match="al een rubriek"):
        ledger.add_rubriek("fiets", "Wrakken", taken={"wrakken"})
    with pytest.raises(LedgerError, match="hoort bij het thema 'afval'"):
        ledger.map_category("x", "fiets", rubriek="luiers_doekjes")
    with pytest.raises(LedgerError, match="e-mailadres"):
        ledger.add_rubriek("afval", "van a@voorbeeld.nl")
    with pytest.raises(LedgerError, match="geen sleutel"):
        ledger.add_rubriek("afval", "???")

    ledger.remove("rubriek", int(only(ledger.rubrieken())["id"]))
    assert ledger.rubrieken().empty
    ledger.add_rubriek("fiets", "Luiers / doekjes")
    assert only(ledger.rubrieken())["theme"] == "fiets"


def test_a_selection_is_replaced_under_its_name(ledger):
    number = ledger.save_selection("Weekend", "hotspots", "?thema=afval&dagen=za,zo", by="een")
    ledger.save_selection("Weekend", "hottimes", "thema=fiets")

    assert ledger.save_selection("Weekend", "hotspots", "thema=fiets") == number
    row = only(ledger.selections("hotspots"))
    assert (row["address"], row["version"]) == ("thema=fiets", 2)
    ledger.undo("selection", number)
    assert only(ledger.selections("hotspots"))["address"] == "thema=afval&dagen=za,zo"
    assert len(ledger.selections()) == 2
    ledger.remove("selection", number)
    assert ledger.save_selection("Weekend", "hotspots", "thema=afval") == number
    assert len(ledger.selections("hotspots")) == 1


@pytest.mark.parametrize(
    "address", ["a=<script>", "a=b#c", "a=b\nc", "a" * 4_001, "&".join(["a=1"] * 101)]
)
def test_an_address_that_is_no_query_string_is_refused(simple, address):
    with pytest.raises(LedgerError):
        simple.save_selection("x", "hotspots", address)


@pytest.mark.parametrize("page", ["", "https://elders.nl", "../x", "hot spots"])
def test_a_page_of_elsewhere_is_refused(simple, page):
    with pytest.raises(LedgerError, match="geen pagina"):
        simple.save_selection("x", page, "a=1")


# --- opening, threads, processes ---------------------------------------------------------------


def test_the_steps_end_where_the_models_are(where, tmp_path):
    pool = connected(*where)
    with pool.connect() as connection:
        options = {"version_table": upgrade.VERSION_TABLE}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, Base.metadata) == []
        stepped = _constraints(connection)
    pool.dispose()
    direct = sa.create_engine(f"sqlite:///{tmp_path / 'direct.db'}")
    Base.metadata.create_all(direct)
    with direct.connect() as connection:
        made = _constraints(connection)
    direct.dispose()
    assert stepped == made


def _constraints(connection):
    """What the comparison of Alembic does not look at."""
    looked = sa.inspect(connection)
    return {
        table: (
            looked.get_pk_constraint(table)["name"],
            sorted(item["name"] for item in looked.get_check_constraints(table)),
            sorted(item["name"] for item in looked.get_foreign_keys(table)),
            sorted(item["name"] for item in looked.get_unique_constraints(table)),
        )
        for table in Base.metadata.tables
    }


def test_opening_again_changes_nothing(where):
    with Ledger.open(*where) as first:
        first.add_document("a")
    with Ledger.open(*where) as again:
        assert only(again.documents())["title"] == "a"


def test_sqlite_reads_beside_a_writer_and_guards_its_links(simple, tmp_path):
    with sqlite3.connect(tmp_path / "ledger.db") as plain_connection:
        assert plain_connection.execute("pragma journal_mode").fetchone() == ("wal",)
    plain_connection.close()
    simple.add_document("a")
    with simple._writing() as session:
        assert session.connection().exec_driver_sql("pragma foreign_keys").scalar() == 1
        session.execute(sa.text("update ledger_document set note = 'half'"))
        assert simple.documents()["note"].tolist() == [""]  # does not wait, sees nothing half
        session.rollback()


def test_a_newer_database_is_refused_and_left_alone(where):
    Ledger.open(*where).close()
    pool = connected(*where)
    with pool.begin() as connection:
        connection.execute(sa.text("update ledger_edition set version_num = '9999'"))
    pool.dispose()

    with pytest.raises(StoreError, match=r"nieuwere versie van het programma \(stap 9999"):
        Ledger.open(*where)


def test_a_step_that_fails_leaves_the_tables_as_they_were(where, tmp_path, monkeypatch):
    Ledger.open(*where).close()
    steps = tmp_path / "steps"
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(upgrade._STEPS, steps, ignore=ignored)
    second = steps / "versions" / "v0004_x.py"
    second.write_text(
        "import sqlalchemy as sa\nfrom alembic import op\n"
        "revision, down_revision = '0004', '0003'\n"
        "def upgrade():\n"
        "    op.create_table('ledger_x', sa.Column('id', sa.Integer, primary_key=True))\n"
        "    1 / 0\n"
    )
    monkeypatch.setattr(upgrade, "_STEPS", steps)

    with pytest.raises(ZeroDivisionError):
        connected(*where)
    second.write_text(second.read_text().replace("    1 / 0\n", ""))
    pool = connected(*where)  # fails when the first try left its table behind

    assert "ledger_x" in sa.inspect(pool).get_table_names()
    pool.dispose()
    monkeypatch.undo()
    with pytest.raises(StoreError, match="stap 0004; deze versie kent 0003"):
        Ledger.open(*where)


def test_who_opens_second_waits_for_the_steps_of_the_first(url, tmp_path):
    pool = sa.create_engine(url)
    failed = []

    def second():
        try:
            Ledger.open(tmp_path, url).close()
        except (StoreError, sa.exc.SQLAlchemyError) as error:
            failed.append(error)

    thread = threading.Thread(target=second)
    with pool.begin() as first:
        upgrade.upgrade(first)
        thread.start()
        with pool.connect().execution_options(isolation_level="AUTOCOMMIT") as looking:
            while not looking.scalar(sa.text("select count(*) from pg_locks where not granted")):
                assert thread.is_alive()
    thread.join()
    pool.dispose()
    assert not failed


_WRITER = """
import sys, time
from pathlib import Path
from thor_metrics.ledger import Conflict, Ledger
folder, url, who = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
while not (folder / "go").exists():
    time.sleep(0.002)
with Ledger.open(folder, url) as ledger:
    for n in range(20):
        ledger.add_document(f"{who} {n}", by=who)
        while True:
            frame = ledger.documents(monitor="M01")
            if frame.empty:
                break
            row = frame.iloc[0]
            try:
                ledger.change_document(
                    int(row["id"]), int(row["version"]), note=f"{row['note']} {who}"
                )
                break
            except Conflict:
                continue
"""


def _two(where):
    folder, url = where
    order = [sys.executable, "-W", "error", "-c", _WRITER, str(folder), url]
    running = [
        subprocess.Popen([*order, who], cwd=ROOT, stderr=subprocess.PIPE, text=True)
        for who in ("een", "twee")
    ]
    (folder / "go").touch()
    for process in running:
        _, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors


def test_two_processes_open_an_empty_folder_at_once(where):
    _two(where)

    with Ledger.open(*where) as ledger:
        wanted = {f"{who} {n}" for who in ("een", "twee") for n in range(20)}
        assert set(ledger.documents()["title"]) == wanted


def test_two_processes_add_to_one_note_and_lose_no_word(where):
    with Ledger.open(*where) as ledger:
        number = ledger.add_document("samen", monitor="M01")
        _two(where)

        row = only(ledger.documents(monitor="M01"))
        assert sorted(row["note"].split()) == ["een"] * 20 + ["twee"] * 20
        assert row["version"] == 41
        history = ledger.history("document", number)
        assert (history["action"] == "change").sum() == 40


def test_many_threads_share_one_ledger(ledger, where):
    number = ledger.add_document("samen")
    failed = []

    def write(who):
        try:
            for n in range(5):
                ledger.add_document(f"{who} {n}")
                ledger.save_selection("zelfde", "hotspots", f"a={who}")
                ledger.documents()
                with pytest.raises(Conflict):
                    ledger.change_document(number, 99, note=f"{who} {n}")
        except (LedgerError, StoreError) as error:
            failed.append(error)

    threads = [threading.Thread(target=write, args=(who,)) for who in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    # SQLite's writers queue; PostgreSQL may tell one that another was first with the name.
    assert not failed or where[1]
    assert all("op hetzelfde moment" in str(error) for error in failed)
    assert len(ledger.selections()) == 1
    assert failed or len(ledger.documents()) == 41


def test_a_closed_ledger_says_so(simple):
    simple.close()
    simple.close()
    with pytest.raises(StoreError, match="gesloten"):
        simple.documents()
    with pytest.raises(StoreError, match="gesloten"):
        simple.add_document("a")


@pytest.mark.parametrize("url", ["mysql://x", "sqlite:///x.db", "geen adres"])
def test_another_kind_of_database_is_refused(tmp_path, url):
    with pytest.raises(SettingsError, match=r"\[ledger\] url"):
        Ledger.open(tmp_path, url)


def test_a_database_that_does_not_answer_is_told_without_its_password(tmp_path):
    with pytest.raises(StoreError, match="antwoordt niet") as refusal:
        Ledger.open(tmp_path, "postgresql+psycopg://thor:geheim@127.0.0.1:1/x")
    assert "geheim" not in str(refusal.value)

    pool = sa.create_engine("postgresql+psycopg://thor:geheim@127.0.0.1:1/x")
    with pytest.raises(StoreError, match=r"\(role thor, \*\*\*\)") as refusal, told(pool):
        raise sa.exc.OperationalError("connect", {}, OSError("role thor, geheim"))
    pool.dispose()
    assert refusal.value.__suppress_context__


def test_the_history_is_kept_as_plain_json(simple, tmp_path):
    simple.add_document("é", due_next=DAY, links=[Target("doel", "1")])
    connection = sqlite3.connect(tmp_path / "ledger.db")
    rows = connection.execute("select field, new from ledger_change").fetchall()
    connection.close()
    kept = {field: json.loads(value) for field, value in rows}
    assert kept == {
        "title": "é", "status": STATUSES[0], "due_next": "2026-07-01", "links": [["doel", "1"]],
    }  # fmt: skip
