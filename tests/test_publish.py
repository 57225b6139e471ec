"""Publishing to PostgreSQL: complete or not at all, once, without a password on any screen."""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import subprocess
import sys
import threading
from dataclasses import replace

import pandas as pd
import pyarrow as pa
import pytest
import sqlalchemy as sa
import streamlit as st
from streamlit.testing.v1 import AppTest

from tests import engines, factories
from tests.conftest import ROOT
from thor_metrics import ingest
from thor_metrics.engine import Engine, Files, hidden, publish, published, tables
from thor_metrics.errors import SettingsError, StoreError
from thor_metrics.schema import FACTS, TABLES
from thor_metrics.settings import load_settings
from thor_metrics.store import Store

INCIDENTS = tables["incidents"].c


@pytest.fixture(scope="module")
def server():
    with engines.postgresql() as url:
        yield url


@pytest.fixture
def url(server, request):
    """A new, empty database."""
    name = f"test_{abs(hash(request.node.name))}"
    _do(server, f"create database {name}", autocommit=True)
    yield server.rpartition("/")[0] + f"/{name}"
    _do(server, f"drop database {name} with (force)", autocommit=True)


def _do(url, *orders, autocommit=False):
    """Run orders as a person with psql would; gives the rows of the last."""
    import psycopg

    plain = url.replace("+psycopg", "")
    with psycopg.connect(plain, autocommit=autocommit) as connection:
        for order in orders:
            cursor = connection.execute(order)
        return cursor.fetchall() if cursor.description else []


@pytest.fixture
def write(tmp_path):
    """Write rows of a table as Parquet files, the way the store does."""
    numbers = iter(range(1_000_000))

    def _write(name, rows):
        folder = tmp_path / f"files{next(numbers)}"
        content = factories.table(name, rows)
        if name in FACTS:
            return Files(factories.write_parquet(content, folder))
        folder.mkdir()
        pa.parquet.write_table(content, folder / f"{folder.name}.parquet")
        return Files([str(folder / f"{folder.name}.parquet")])

    return _write


def days(count, **row):
    first = dt.date(2026, 1, 1)
    return [{"day": str(first + dt.timedelta(days=n % 150)), **row} for n in range(count)]


def rows_of(url, name="incidents"):
    return _do(url, f"select count(*) from {name}")[0][0]


def stored_as(url):
    return dict(_do(url, "select table_name, stored_as from thor_versions"))


# --- what is written ---------------------------------------------------------------------------


def test_every_row_and_value_comes_across(url, write):
    nasty = ['a"b', "d'r", "een;twee,drie", "regel\nregel", "\\N", "", "Überlast €", "  ", "null"]
    rows = [
        {
            "day": "2026-05-31",
            "hour": 23,
            "main_category": text,
            "x": 176_000.1 + 1 / 3,
            "y": 317_000.0,
        }
        for text in [*nasty, None]
    ]
    content = {"incidents": write("incidents", rows), "areas": write("areas", factories.AREAS)}

    done = publish(url, content, {"incidents": 4, "areas": 2})

    assert [(part.table, part.rows) for part in done if part.rows] == [
        ("incidents", 10), ("areas", 4),
    ]  # fmt: skip
    assert all(part.written for part in done)
    there, here = Engine.open({}, url=url), Engine.open(content)
    for name, table in tables.items():
        every = sa.select(table).order_by(*table.c)
        pd.testing.assert_frame_equal(there.run(every), here.run(every), obj=name)
    assert there.versions == {"incidents": 4, "areas": 2} == published(url)
    there.close()


def test_columns_no_query_asks_for_stay_home(url, write):
    publish(url, {"incidents": write("incidents", days(3))}, {"incidents": 1})

    columns = _do(url, "select column_name from information_schema.columns "
                       "where table_name = 'incidents'")  # fmt: skip
    assert {name for (name,) in columns} == set(INCIDENTS.keys())
    assert ("source_id",) not in columns


def test_text_has_the_order_of_the_other_engines_and_facts_their_indexes(url, write):
    publish(url, {"incidents": write("incidents", days(3))}, {"incidents": 1})

    name = stored_as(url)["incidents"]
    pool = sa.create_engine(url)
    look = sa.inspect(pool)
    collations = {
        column["type"].collation
        for column in look.get_columns(name)
        if isinstance(column["type"], sa.Text)
    }
    assert collations == {"C"}
    assert sorted(index["column_names"] for index in look.get_indexes(name)) == [
        ["date"], ["gebied", "buurt"],
    ]  # fmt: skip
    analyzed = _do(url, f"select count(*) from pg_stats where tablename = '{name}'")
    assert analyzed[0][0] > 10
    pool.dispose()


def test_the_progress_goes_up_to_one(url, write):
    told = []

    publish(
        url,
        {"incidents": write("incidents", days(30)), "controls": write("controls", days(5))},
        {"incidents": 1, "controls": 1},
        progress=lambda share, words: told.append((share, words)),
    )

    shares = [share for share, _ in told]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert {"meldingen", "controles", "klaar"} <= {words for _, words in told}


# --- again -------------------------------------------------------------------------------------


def test_the_same_version_again_does_nothing(url, write):
    content = {"incidents": write("incidents", days(30)), "areas": write("areas", factories.AREAS)}
    publish(url, content, {"incidents": 1, "areas": 1})
    before = _do(url, "select * from thor_versions order by 1")

    again = publish(url, content, {"incidents": 1, "areas": 1})

    assert not any(part.written for part in again)
    assert {part.table: part.rows for part in again} == dict.fromkeys(TABLES, 0) | {
        "incidents": 30, "areas": 4,
    }  # fmt: skip
    assert _do(url, "select * from thor_versions order by 1") == before


def test_only_what_changed_is_written_and_the_old_is_gone(url, write):
    first = {"incidents": write("incidents", days(30)), "areas": write("areas", factories.AREAS)}
    publish(url, first, {"incidents": 1, "areas": 1})
    before = stored_as(url)

    second = publish(
        url, first | {"incidents": write("incidents", days(40))}, {"incidents": 2, "areas": 1}
    )

    assert [part.table for part in second if part.written] == ["incidents"]
    assert rows_of(url) == 40
    tables_there = {
        name for (name,) in _do(url, "select tablename from pg_tables where schemaname = 'public'")
    }
    assert tables_there == {*stored_as(url).values(), "thor_versions"}
    assert before["incidents"] not in tables_there
    assert before["areas"] in tables_there


def test_another_store_with_the_same_version_number_is_noticed(url, write):
    publish(url, {"incidents": write("incidents", days(30))}, {"incidents": 1})

    publish(url, {"incidents": write("incidents", days(31))}, {"incidents": 1})

    assert rows_of(url) == 31


def test_a_version_without_new_files_is_only_noted(url, write):
    files = write("incidents", days(30))
    publish(url, {"incidents": files}, {"incidents": 1})

    again = publish(url, {"incidents": files}, {"incidents": 2})

    assert not any(part.written for part in again)
    assert published(url) == {"incidents": 2}


def test_a_table_the_store_no_longer_has_is_emptied(url, write):
    publish(url, {"controls": write("controls", days(5))}, {"controls": 1})

    publish(url, {}, {})

    assert rows_of(url, "controls") == 0
    assert published(url) == {}


def test_rights_on_a_view_outlive_a_publication(url, write):
    publish(url, {"incidents": write("incidents", days(5))}, {"incidents": 1})
    _do(url, "create role powerbi", "grant select on incidents to powerbi")

    publish(url, {"incidents": write("incidents", days(6))}, {"incidents": 2})

    assert _do(url, "set role powerbi", "select count(*) from incidents") == [(6,)]
    _do(url, "drop owned by powerbi", "drop role powerbi")


def test_a_view_of_an_older_program_is_replaced(url, write, monkeypatch):
    from thor_metrics.engine import publication

    whole = publication.loaded
    monkeypatch.setattr(publication, "loaded", lambda table: whole(table)[:-3])
    publish(url, {"incidents": write("incidents", days(5))}, {"incidents": 1})
    monkeypatch.setattr(publication, "loaded", whole)

    publish(url, {"incidents": write("incidents", days(6))}, {"incidents": 2})

    engine = Engine.open({}, url=url)
    assert len(engine.run(sa.select(tables["incidents"]))) == 6
    engine.close()


# --- readers, failures, kills ------------------------------------------------------------------


def test_readers_see_the_old_or_the_new_and_never_a_mixture(url, write):
    small = {"incidents": write("incidents", days(1_000)), "controls": write("controls", days(10))}
    large = {"incidents": write("incidents", days(2_000)), "controls": write("controls", days(20))}
    publish(url, small, {"incidents": 0, "controls": 0})
    seen, wrong, stop = set(), [], threading.Event()
    engine = Engine.open({}, url=url)
    both = sa.select(
        sa.select(sa.func.count()).select_from(tables["incidents"]).scalar_subquery().label("i"),
        sa.select(sa.func.count()).select_from(tables["controls"]).scalar_subquery().label("c"),
    )

    def read():
        while not stop.is_set():
            try:
                seen.add(tuple(engine.run(both).iloc[0]))
            except StoreError as error:
                wrong.append(str(error))
                return

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for turn in range(1, 13):
        publish(url, (large, small)[turn % 2], {"incidents": turn, "controls": turn})
    stop.set()
    for reader in readers:
        reader.join()
    engine.close()

    assert not wrong
    assert seen == {(1_000, 10), (2_000, 20)}


def test_a_broken_file_leaves_everything_as_it_was(url, write, tmp_path):
    publish(url, {"incidents": write("incidents", days(30))}, {"incidents": 1})
    before = stored_as(url)
    (tmp_path / "broken.parquet").write_bytes(b"PAR1 no parquet")
    content = {
        "incidents": write("incidents", days(40)),
        "controls": Files([str(tmp_path / "broken.parquet")]),
    }

    with pytest.raises(StoreError, match="Controles zijn niet te lezen"):
        publish(url, content, {"incidents": 2, "controls": 1})

    assert rows_of(url) == 30
    assert stored_as(url) == before


KILLED = """
import sys, time
from thor_metrics.engine import Files, publication, publish
whole = publication._csv
def slow(batch):
    print("copying", flush=True)
    time.sleep(60)
publication._csv = slow if sys.argv[2] == "copy" else whole
note = publication._note
def slow_note(connection, table, *rest):
    note(connection, table, *rest)
    if table == "incidents":
        print("copying", flush=True)
        time.sleep(60)
publication._note = slow_note
publish(sys.argv[1], {"incidents": Files(sys.argv[3:])}, {"incidents": 2})
"""


@pytest.mark.parametrize("moment", ["copy", "after the first table"])
def test_a_kill_half_way_leaves_the_old_and_the_next_time_goes_well(url, write, moment):
    publish(url, {"incidents": write("incidents", days(30))}, {"incidents": 1})
    before = stored_as(url)
    new = write("incidents", days(40))
    with subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", KILLED, url, moment, *new.uris],
        cwd=ROOT, stdout=subprocess.PIPE, text=True,
    ) as child:  # fmt: skip
        assert child.stdout.readline() == "copying\n"
        if moment == "copy":
            assert rows_of(url) == 30, "readers do not wait for a copy"
        os.kill(child.pid, signal.SIGKILL)

    assert rows_of(url) == 30
    assert stored_as(url) == before
    publish(url, {"incidents": new}, {"incidents": 2})
    assert rows_of(url) == 40
    assert len(_do(url, "select 1 from pg_tables where tablename like 'incidents%'")) == 1


def test_somebody_elses_table_is_not_overwritten(url, write):
    _do(url, "create table incidents (mine int)", "insert into incidents values (1)")

    with pytest.raises(StoreError, match="eigen tabel 'incidents'"):
        publish(url, {"incidents": write("incidents", days(3))}, {"incidents": 1})

    assert _do(url, "select mine from incidents") == [(1,)]
    assert _do(url, "select 1 from pg_tables where tablename = 'thor_versions'") == []


def test_a_text_the_database_refuses_is_told_in_dutch(url, write):
    rows = days(3, main_category="nul\x00teken")

    with pytest.raises(StoreError, match=r"weigert een opdracht: .*0x00"):
        publish(url, {"incidents": write("incidents", rows)}, {"incidents": 1})


# --- addresses and passwords -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ((engines.PASSWORD, "fout-wachtwoord"), "password authentication failed"),
        (("127.0.0.1", "127.0.0.9"), "antwoordt niet"),
        (("/postgres", "/bestaat_niet"), "does not exist"),
        (("thor:", "ander:"), "failed"),
        (("/postgres", "/postgres?sslmode=onzin&password=fout-wachtwoord"), "sslmode"),
    ],
)
def test_a_database_that_does_not_answer_is_told_without_its_password(server, change, told):
    wrong = server.replace(*change)
    for ask in (lambda: publish(wrong, {}, {}), lambda: Engine.open({}, url=wrong)):
        with pytest.raises(StoreError) as refusal:
            ask()

        assert told in str(refusal.value)
        assert "fout-wachtwoord" not in str(refusal.value)
        assert engines.PASSWORD not in str(refusal.value)
        assert refusal.value.__cause__ is None


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+psycopg://thor:geheim@db:poort/thor",
        "postgresql://thor:geheim@[db/thor",
        "mysql://thor:geheim@db/thor",
        "thor:geheim@db",
        "postgres:geheim@db?password=geheim",
        "",
    ],
)
def test_an_address_that_means_nothing_is_refused_without_its_password(url):
    for ask in (lambda: publish(url, {}, {}), lambda: Engine.open({}, url=url)):
        with pytest.raises((SettingsError, StoreError), match=r"postgresql\+psycopg://"):
            ask()
        with pytest.raises((SettingsError, StoreError)) as refusal:
            ask()
        assert "geheim" not in str(refusal.value)
    assert "geheim" not in hidden(url)


@pytest.mark.parametrize("url", ["duckdb:", "local[2]", "spark://server:7077"])
def test_publishing_is_to_postgresql_only(url):
    with pytest.raises(SettingsError, match="alleen naar PostgreSQL"):
        publish(url, {}, {})


def test_a_database_with_nothing_published_says_what_to_do(url):
    with pytest.raises(StoreError, match="publish --to") as refusal:
        Engine.open({}, url=url)

    assert engines.PASSWORD not in str(refusal.value)
    assert published(url) == {}


def test_a_package_that_is_not_installed_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    monkeypatch.setitem(sys.modules, "pyspark", None)
    monkeypatch.delitem(sys.modules, "thor_metrics.engine.spark", raising=False)
    monkeypatch.delitem(sys.modules, "pyspark.errors", raising=False)

    for url, name in (("postgresql+psycopg://db/thor", "psycopg"), ("local[2]", "pyspark")):
        with pytest.raises(SettingsError, match=r"requirements-engines\.txt") as refusal:
            Engine.open({}, url=url)
        assert name in str(refusal.value)


# --- the command, and the app ------------------------------------------------------------------


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    """A very small made-up city."""
    folder = tmp_path_factory.mktemp("city")
    settings = load_settings(ROOT / "settings.toml", data_dir=folder)
    ingest.sample_city(settings, Store(folder), until=dt.date(2026, 10, 31), scale=0.02)
    return folder


def thor(folder, *words, status=0, **environment):
    done = subprocess.run(
        [sys.executable, "-m", "thor_metrics", "--data", str(folder), *words],
        cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, check=False,
        timeout=120,
    )  # fmt: skip
    assert done.returncode == status, done.stderr
    assert "Traceback" not in done.stderr
    assert engines.PASSWORD not in done.stdout + done.stderr
    return done.stdout, done.stderr


def test_the_command_publishes_once_and_counts_the_same_there(url, city):
    first, _ = thor(city, "publish", "--to", url, "--json")
    again, _ = thor(city, "publish", "--json", THOR_ENGINE_URL=url)
    counted = ["hot", "areas", "--period", "2026-H1", "--json"]
    here, _ = thor(city, *counted)
    there, _ = thor(city, *counted, THOR_ENGINE_URL=url)

    assert any(part["written"] for part in json.loads(first)["tables"])
    assert not any(part["written"] for part in json.loads(again)["tables"])
    assert [part | {"written": None} for part in json.loads(first)["tables"]] == [
        part | {"written": None} for part in json.loads(again)["tables"]
    ]
    assert json.loads(there) == json.loads(here)
    assert len(json.loads(there)["rows"]) > 40


def test_the_command_refuses_in_dutch(server, city):
    _, said = thor(city, "publish", status=1)
    assert "Publiceren kan alleen naar PostgreSQL" in said

    _, said = thor(city, "publish", "--to", server.replace("127.0.0.1", "127.0.0.9"), status=1)
    assert "antwoordt niet" in " ".join(said.split())


@pytest.fixture
def page(city, monkeypatch):
    """The first page of the app, on the engine of a URL."""
    monkeypatch.setenv("THOR_GEODATA_TILES", "")
    monkeypatch.setenv("THOR_DATA_DIR", str(city))

    def _page(url):
        monkeypatch.setenv("THOR_ENGINE_URL", url)
        st.cache_data.clear()
        at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
        at.query_params["periode"] = at.session_state["periode"] = "2026-H1"
        at.run()
        return at

    yield _page
    st.cache_resource.clear()
    st.cache_data.clear()


def words(at):
    return [str(part.value) for part in [*at.title, *at.subheader, *at.markdown, *at.caption]]


def test_the_app_says_the_same_on_postgresql(page, city, url):
    store = Store(city)
    files = {name: Files(store.files(name)) for name in TABLES}
    here = page("duckdb:")
    publish(url, files, store.versions())
    there = page(url)

    assert not here.exception
    assert not there.exception
    assert words(there) == words(here)
    assert [frame.value.to_dict() for frame in there.dataframe] == [
        frame.value.to_dict() for frame in here.dataframe
    ]


def test_the_app_sees_a_new_publication(page, city, url, write):
    from thor_metrics.ui import data

    publish(url, {"incidents": write("incidents", days(3))}, {"incidents": 1})
    page(url)
    assert dict(data.versions()) == {"incidents": 1}
    first = data.engine()

    publish(url, {"incidents": write("incidents", days(9))}, {"incidents": 2})
    data.changed()

    assert dict(data.versions()) == {"incidents": 2}
    assert data.engine() is not first
    assert replace(data.settings().engine, url="").in_memory_rows == 3_000_000
    assert engines.PASSWORD not in repr(data.settings())
