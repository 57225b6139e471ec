"""The engine: right answers, right types, from many threads at once."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

import numpy as np
import pandas as pd
import pytest
import sqlalchemy as sa
from deltalake import DeltaTable, write_deltalake

from tests import factories
from thor_metrics.engine import (
    IN_MEMORY_ROWS,
    LEFT_ON_DISK,
    Engine,
    Files,
    compiled,
    metadata,
    tables,
)
from thor_metrics.errors import SettingsError, StoreError
from thor_metrics.schema import TABLES
from thor_metrics.settings import load_settings

ROWS = [
    {"day": "2026-05-31", "hour": 23, "theme": "afval", "buurt": "B1"},
    {"day": "2026-06-01", "hour": 0, "theme": "fiets", "buurt": "B2"},
    {"day": "2026-06-02", "theme": "fiets", "buurt": None},
]


def count(engine: Engine, *where: sa.ColumnElement[bool]) -> int:
    everything = sa.select(sa.func.count().label("n")).select_from(engine.tables["incidents"])
    return int(engine.run(everything.where(*where))["n"].iloc[0])


@pytest.fixture
def engine():
    opened = Engine.open({"incidents": factories.table("incidents", ROWS)})
    yield opened
    opened.close()


def test_every_stored_column_but_those_left_on_disk_can_be_asked_for(engine):
    for name, table in TABLES.items():
        stored = {column.name for column in table.stored}
        missing = stored - set(tables[name].c.keys())

        assert missing <= LEFT_ON_DISK
        assert list(engine.run(sa.select(tables[name])).columns) == list(tables[name].c.keys())
    assert "source_id" in tables["areas"].c
    assert set(metadata.tables) == set(TABLES)


def test_types_are_the_same_whatever_the_rows(engine):
    table = tables["incidents"].c
    frame = engine.run(
        sa.select(
            table.theme,
            table.buurt,
            table.hour,
            table.weekday,
            table.date,
            table.reported_at,
            table.x,
            table.time_known,
            table.channel,
            sa.cast(sa.func.sum(table.weekday).over(), sa.BigInteger).label("total"),
        ).order_by(table.date)
    )

    assert {name: str(kind) for name, kind in frame.dtypes.items()} == {
        "theme": "str",
        "buurt": "str",
        "hour": "Int64",
        "weekday": "int64",
        "date": "datetime64[us]",
        "reported_at": "datetime64[us, UTC]",
        "x": "float64",
        "time_known": "bool",
        "channel": "str",
        "total": "int64",
    }
    assert frame["theme"].tolist() == ["afval", "fiets", "fiets"]
    assert frame["buurt"].isna().tolist() == [False, False, True]
    assert frame["reported_at"].iloc[0] == pd.Timestamp("2026-05-31 21:00", tz="UTC")
    assert frame["date"].iloc[0] == pd.Timestamp("2026-05-31")


def test_values_are_bound_and_never_part_of_the_text():
    nasty = "'; drop table incidents; --"
    select = sa.select(sa.func.count()).where(
        tables["incidents"].c.theme.in_([nasty, "afval"]),
        tables["incidents"].c.date >= dt.date(2026, 1, 1),
    )

    text, values = compiled(select)

    assert nasty not in text
    assert sorted(map(str, values)) == sorted([nasty, "afval", "2026-01-01"])
    assert all(f"${place}" in text for place in range(1, 4))


def test_a_value_no_row_has_finds_nothing(engine):
    table = engine.tables["incidents"].c

    assert count(engine) == 3
    assert count(engine, table.theme == "bestaat niet") == 0
    assert count(engine, table.theme.in_(["fiets", "bestaat niet"])) == 2


def test_tables_without_rows_answer_with_the_right_types():
    engine = Engine.open({"incidents": Files([])})

    for name in TABLES:
        frame = engine.run(sa.select(tables[name]))

        assert len(frame) == 0
        assert list(frame.columns) == list(tables[name].c.keys())
    assert engine.spans == {}


def test_spans_are_the_first_and_last_day_with_a_row(engine):
    assert engine.spans == {"incidents": (dt.date(2026, 5, 31), dt.date(2026, 6, 2))}


def test_an_unknown_table_is_refused_by_name():
    with pytest.raises(StoreError, match="'meldingen' bestaat niet"):
        Engine.open({"meldingen": Files([])})


def test_unreadable_files_are_told_in_dutch(tmp_path):
    broken = tmp_path / "part.parquet"
    broken.write_bytes(b"PAR1 this is not parquet")

    with pytest.raises(StoreError, match="Meldingen zijn niet te lezen"):
        Engine.open({"incidents": Files([str(broken)])})
    with pytest.raises(StoreError, match="Meldingen zijn niet te lezen"):
        Engine.open({"incidents": Files([str(tmp_path / "gone.parquet")])})


def test_month_of_the_folder_name_stays_text(tmp_path):
    files = factories.write_parquet(factories.table("incidents", ROWS), tmp_path)

    engine = Engine.open({"incidents": Files(files)})
    table = engine.tables["incidents"].c
    frame = engine.run(sa.select(table.month, table.theme).order_by(table.date))

    assert frame["month"].tolist() == ["2026-05", "2026-06", "2026-06"]
    assert count(engine, table.month == "2026-06") == 2


def test_files_that_lack_a_column_give_missing_values(tmp_path):
    whole = factories.table("incidents", ROWS)
    old = factories.write_parquet(whole.drop_columns(["rubriek", "theme"]), tmp_path / "old")
    new = factories.write_parquet(whole, tmp_path / "new")

    both = Engine.open({"incidents": Files([*old, *new])})
    only_old = Engine.open({"incidents": Files(old)})

    theme = tables["incidents"].c.theme
    assert count(both, theme.is_(None)) == 3
    assert count(both, theme == "fiets") == 2
    assert count(only_old, theme.is_(None)) == 3


def test_a_delta_table_reads_back(tmp_path):
    content = factories.table("incidents", factories.random_rows(300))
    write_deltalake(tmp_path / "met spatie", content, partition_by=["month"])

    engine = Engine.open({"incidents": Files(DeltaTable(tmp_path / "met spatie").file_uris())})

    table = engine.tables["incidents"].c
    found = engine.run(
        sa.select(table.month, sa.func.count().label("n")).group_by(table.month)
    ).set_index("month")["n"]
    assert found.to_dict() == content.to_pandas()["month"].value_counts().to_dict()


@pytest.mark.parametrize("folder", ["100% [proef]", "a*b", "wat?", "file"])
@pytest.mark.parametrize("scheme", ["", "file://"])
def test_a_folder_may_be_called_anything(tmp_path, folder, scheme):
    files = factories.write_parquet(factories.table("incidents", ROWS), tmp_path / folder)

    engine = Engine.open({"incidents": Files([scheme + quote(file) for file in files])})

    assert count(engine) == 3


def kind_of_table(engine: Engine, name: str) -> str:
    """BASE TABLE when it stands in memory, VIEW when it is read from its files."""
    known = sa.table("tables", sa.column("table_name"), sa.column("table_type"),
                     schema="information_schema")  # fmt: skip
    found = engine.run(sa.select(known.c.table_type).where(known.c.table_name == name))
    return found["table_type"].iloc[0]


def test_a_table_with_many_rows_stays_in_its_files(tmp_path):
    content = factories.table("incidents", factories.random_rows(500))
    files = Files(factories.write_parquet(content, tmp_path / "100% [proef] *"))
    everything = sa.select(tables["incidents"]).order_by(*tables["incidents"].c)

    loaded = Engine.open({"incidents": files}, in_memory_rows=500)
    left = Engine.open({"incidents": files}, in_memory_rows=499)

    assert kind_of_table(loaded, "incidents") == "BASE TABLE"
    assert kind_of_table(left, "incidents") == "VIEW"
    assert kind_of_table(left, "controls") == "BASE TABLE"
    pd.testing.assert_frame_equal(left.run(everything), loaded.run(everything))
    assert left.spans == loaded.spans


def test_files_of_a_large_table_may_lack_columns_and_be_unreadable_too(tmp_path):
    whole = factories.table("incidents", ROWS)
    old = factories.write_parquet(whole.drop_columns(["rubriek", "theme"]), tmp_path / "old")
    new = factories.write_parquet(whole, tmp_path / "new")

    both = Engine.open({"incidents": Files([*old, *new])}, in_memory_rows=1)

    assert kind_of_table(both, "incidents") == "VIEW"
    assert count(both, tables["incidents"].c.theme.is_(None)) == 3
    (tmp_path / "broken.parquet").write_bytes(b"PAR1 this is not parquet")
    with pytest.raises(StoreError, match="Meldingen zijn niet te lezen"):
        Engine.open({"incidents": Files([str(tmp_path / "broken.parquet")])}, in_memory_rows=0)


def test_the_settings_say_which_engine(tmp_path):
    file = tmp_path / "settings.toml"
    file.write_text('[municipality]\ncode = "GM0001"\nname = "X"\n', encoding="utf-8")
    secret = "postgresql+psycopg://thor:geheim@db/thor"

    usual = load_settings(file, environ={}).engine
    other = load_settings(
        file, environ={"THOR_ENGINE_URL": secret, "THOR_ENGINE_IN_MEMORY_ROWS": "5"}
    ).engine

    assert (usual.url, usual.in_memory_rows) == ("duckdb:", IN_MEMORY_ROWS)
    assert (other.url, other.in_memory_rows) == (secret, 5)
    assert "geheim" not in repr(other)
    with pytest.raises(SettingsError, match=r"'engine\.ulr'\. Bedoelde u 'url'"):
        load_settings(file, environ={"THOR_ENGINE_ULR": "x"})


def test_text_with_too_many_values_is_kept_as_text(monkeypatch):
    monkeypatch.setattr("thor_metrics.engine.duck._MOST_VALUES", 1)

    engine = Engine.open({"incidents": factories.table("incidents", ROWS)})

    assert count(engine, tables["incidents"].c.theme == "fiets") == 2


def test_quotes_in_a_value_survive():
    rows = [{"day": "2026-06-01", "theme": "d'r op", "rubriek": 'a"b'}]
    engine = Engine.open({"incidents": factories.table("incidents", rows)})

    frame = engine.run(sa.select(tables["incidents"].c.theme, tables["incidents"].c.rubriek))

    assert frame.to_dict("list") == {"theme": ["d'r op"], "rubriek": ['a"b']}


def test_a_local_variable_never_stands_in_for_a_table(engine):
    ghost = pd.DataFrame({"a": [1]})  # noqa: F841 - DuckDB would find it by its name

    with pytest.raises(Exception, match="ghost"):
        engine.run(sa.select(sa.column("a")).select_from(sa.table("ghost")))


def test_eight_threads_get_their_own_answers(engine):
    content = factories.table("incidents", factories.random_rows(20_000, seed=3))
    many = Engine.open({"incidents": content})
    frame = content.to_pandas()
    table = many.tables["incidents"].c
    expected = frame.groupby(["theme", "weekday", "month"]).size()
    keys = list(expected.index)
    picks = np.random.default_rng(4).integers(0, len(keys), 800)

    def ask(pick: int) -> bool:
        theme, weekday, month = keys[pick]
        select = sa.select(
            sa.func.count().label("n"), sa.func.min(table.theme).label("theme")
        ).where(table.theme == theme, table.weekday == int(weekday), table.month == month)
        answer = many.run(select).iloc[0]
        return answer["n"] == expected[keys[pick]] and answer["theme"] == theme

    with ThreadPoolExecutor(8) as pool:
        right = list(pool.map(ask, picks))

    assert sum(right) == 800
