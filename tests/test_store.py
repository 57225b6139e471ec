"""The store: versions, comparison, undo, and readers beside a writer."""

import threading

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from thor_metrics.errors import StoreError
from thor_metrics.schema import TABLES
from thor_metrics.store import QUARANTINE, LoadNote, Store, keys_of

SCHEMA = TABLES["incidents"].arrow


def rows(ids, hashes, *, updated=None, source="s"):
    """Minimal incidents: a key, an age and a fingerprint."""
    table = pa.table({field.name: pa.nulls(len(ids), field.type) for field in SCHEMA})
    values = {
        "source": pa.array([source] * len(ids), pa.string()),
        "source_id": pa.array(list(ids), pa.string()),
        "row_hash": pa.array(list(hashes), pa.int64()),
        "month": pa.array(["2026-01"] * len(ids), pa.string()),
        "updated_at": pa.array(updated or [None] * len(ids), pa.timestamp("us", tz="UTC")),
    }
    for name, column in values.items():
        table = table.set_column(SCHEMA.get_field_index(name), SCHEMA.field(name), column)
    return table


keys = keys_of


def put(store, table, load="load"):
    """Compare and write as ingest does; gives the comparison."""
    with store.writing():
        plan = store.compare("incidents", keys(table))
        if plan.new or plan.updated:
            good = table.filter(plan.write)
            note = LoadNote(load, "file.csv", "s", read=table.num_rows)
            store.write("incidents", [("2026-01", good)], merge=plan.updated > 0, note=note)
    return plan


def counts(plan):
    return plan.new, plan.updated, plan.unchanged, plan.duplicates


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path)


def test_a_new_store_is_empty_and_says_so(store):
    assert store.versions() == {}
    assert store.count("incidents") == 0
    assert store.files("incidents") == []
    assert store.rows("incidents").num_rows == 0
    assert store.loads("incidents").empty
    assert not store.is_sample()


def test_new_updated_unchanged_and_duplicates_are_told_apart(store):
    assert counts(put(store, rows("abc", [1, 2, 3]))) == (3, 0, 0, 0)
    second = rows(["a", "b", "b", "d"], [1, 20, 21, 4])

    assert counts(put(store, second)) == (1, 1, 1, 1)
    there = store.rows("incidents").to_pandas().set_index("source_id")["row_hash"]
    assert there.to_dict() == {"a": 1, "b": 21, "c": 3, "d": 4}


def test_the_same_rows_again_make_no_version(store):
    put(store, rows("ab", [1, 2]))
    before = store.versions()

    assert counts(put(store, rows("ab", [1, 2]))) == (0, 0, 2, 0)
    assert store.versions() == before


def test_an_older_row_does_not_bring_the_past_back(store):
    new, old = pd.Timestamp("2026-05-02", tz="UTC"), pd.Timestamp("2026-05-01", tz="UTC")
    put(store, rows("a", [2], updated=[new]))

    plan = put(store, rows("a", [1], updated=[old]))

    assert (plan.stale, plan.updated, plan.unchanged) == (1, 0, 1)
    assert store.rows("incidents")["row_hash"].to_pylist() == [2]


def test_within_a_file_the_newest_of_a_key_wins_whatever_the_order(store):
    new, old = pd.Timestamp("2026-05-02", tz="UTC"), pd.Timestamp("2026-05-01", tz="UTC")

    put(store, rows(["a", "a"], [2, 1], updated=[new, old]))

    assert store.rows("incidents")["row_hash"].to_pylist() == [2]


def test_the_same_id_in_two_systems_is_two_rows(store):
    put(store, rows("a", [1], source="old"))
    assert counts(put(store, rows("a", [1], source="new"))) == (1, 0, 0, 0)
    assert store.count("incidents") == 2


def test_undo_brings_back_the_version_before_and_can_be_undone(store):
    put(store, rows("ab", [1, 2]), load="first")
    put(store, rows("abc", [9, 2, 3]), load="second")
    loads = store.loads("incidents")
    assert loads["load"].tolist()[:2] == ["second", "first"]

    store.restore("incidents", int(loads["version"][1]))
    assert sorted(store.rows("incidents")["row_hash"].to_pylist()) == [1, 2]

    store.restore("incidents", int(loads["version"][0]))
    assert sorted(store.rows("incidents")["row_hash"].to_pylist()) == [2, 3, 9]


def test_undo_of_the_first_load_gives_an_empty_table(store):
    put(store, rows("ab", [1, 2]))
    store.restore("incidents", 0)
    assert store.count("incidents") == 0


@pytest.mark.parametrize("version", [-1, 99])
def test_an_unknown_version_is_refused_with_the_known_ones(store, version):
    put(store, rows("a", [1]))
    with pytest.raises(StoreError, match="van 0 tot en met 1"):
        store.restore("incidents", version)


def test_an_unknown_table_is_refused_with_the_known_ones(store):
    with pytest.raises(StoreError, match="incidents, observations"):
        store.restore("meldinkjes", 0)


def test_sample_is_told_by_the_rows_not_by_the_history(store):
    put(store, rows("a", [1], source="voorbeeld-signalen"))
    assert store.is_sample()
    put(store, rows("b", [1], source="signalen"))
    assert not store.is_sample()


def refused(ids, *, load, reason="fout", file="f.csv"):
    return pa.table(
        {
            "table": ["incidents"] * len(ids),
            "source": ["s"] * len(ids),
            "source_id": list(ids),
            "file": [file] * len(ids),
            "row_number": list(range(2, len(ids) + 2)),
            "reasons": [reason] * len(ids),
            "raw": ["{}"] * len(ids),
            "load": [load] * len(ids),
            "at": [pd.Timestamp("2026-01-01", tz="UTC")] * len(ids),
        },
        schema=QUARANTINE,
    )


def test_quarantine_keeps_refused_rows_until_they_are_accepted(store):
    note = LoadNote("one", "f.csv", "s")
    none = rows([], [])
    with store.writing():
        store.set_quarantine("incidents", "s", refused("ab", load="one"), accepted=none, note=note)
    version = store.versions()["quarantine"]
    with store.writing():
        store.set_quarantine("incidents", "s", refused("ab", load="two"), accepted=none, note=note)
    assert store.versions()["quarantine"] == version, "the same refusals again change nothing"

    with store.writing():
        store.set_quarantine(
            "incidents", "s", refused("", load="three"), accepted=keys(rows("a", [1])), note=note
        )
    assert store.quarantine("incidents")["source_id"].tolist() == ["b"]


def test_two_refused_rows_with_one_number_are_both_kept(store):
    note = LoadNote("one", "f.csv", "s")
    with store.writing():
        store.set_quarantine(
            "incidents", "s", refused("aa", load="one"), accepted=rows([], []), note=note
        )
    assert len(store.quarantine()) == 2


def test_undo_takes_the_refusals_of_that_load_along(store):
    put(store, rows("a", [1]), load="good")
    put(store, rows("b", [1]), load="bad")
    with store.writing():
        store.set_quarantine(
            "incidents", "s", refused("z", load="bad"), accepted=rows([], []),
            note=LoadNote("bad", "f.csv", "s"),
        )  # fmt: skip
    store.restore("incidents", 1)
    assert store.quarantine().empty


def test_a_second_writer_waits_and_then_says_why(tmp_path):
    first, second = Store(tmp_path), Store(tmp_path, wait_s=0.1)
    refusal = pytest.raises(StoreError, match="al een bestand geladen")
    with first.writing(), refusal, second.writing():
        pass


def test_readers_beside_a_writer_see_whole_loads_only(store):
    """Every load adds 1,000 rows of one kind and replaces none: a reader must see n x 1,000."""
    put(store, rows(range(0), []))
    seen, stop = [], threading.Event()

    def read():
        reader = Store(store.folder)
        while not stop.is_set():
            seen.append(reader.rows("incidents", columns=["row_hash"]).num_rows)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for thread in readers:
        thread.start()
    for turn in range(12):
        ids = [f"{turn}-{number}" for number in range(1000)]
        put(store, rows(ids, np.arange(1000)))
    stop.set()
    for thread in readers:
        thread.join()

    assert store.count("incidents") == 12_000
    assert {count % 1000 for count in seen} == {0}
    assert len(set(seen)) > 2, "the readers did read during the loads"


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.lists(st.tuples(st.sampled_from("abcdef"), st.integers(0, 3)), max_size=8), max_size=4
    )
)
def test_any_sequence_of_loads_ends_with_the_last_word_on_every_key(tmp_path_factory, loads):
    store = Store(tmp_path_factory.mktemp("store"))
    wanted = {}
    for number, load in enumerate(loads):
        table = rows([key for key, _ in load], [value for _, value in load])
        plan = put(store, table, load=str(number))
        assert sum(counts(plan)) == len(load)
        wanted.update(load)
    there = store.rows("incidents").to_pandas()
    assert dict(zip(there["source_id"], there["row_hash"], strict=True)) == wanted
