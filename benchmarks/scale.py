"""Every question at 10 and 100 million rows: time and memory in DuckDB and on Spark, over Delta.

    python -m benchmarks.scale                  # a city of 10 million rows
    python -m benchmarks.scale --country        # and 100 million rows of 342 municipalities

What is generated has the program's own columns and types, uneven over themes, places, days and
hours. The city is partitioned by month, as the store writes it; the country by municipality, each
in order of date. An engine is opened on one municipality's files, as the app is, or on all of them.

Every engine is a process of its own. A query's time is the median of the rounds after one that
does not count; memory is the most that process and its children came to hold more than before.
"""

from __future__ import annotations

import argparse
import inspect
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import duckdb
import psutil
import pyarrow as pa
import pyarrow.parquet as pq
from deltalake import DeltaTable
from deltalake.transaction import AddAction

from thor_metrics.engine import Engine, Files, compiled
from thor_metrics.errors import ThorError
from thor_metrics.indicators.questions import QUESTIONS
from thor_metrics.model import Hours, Period, Selection
from thor_metrics.schema import TABLES

SHARES = {"incidents": 0.8, "observations": 0.12, "controls": 0.08}
EVENT = {"incidents": "reported_at", "observations": "observed_at", "controls": "started_at"}
MUNICIPALITIES, BUURTEN, GEBIEDEN = 342, 44, 7
FIRST_DAY, DAYS = "2021-07-01", 1826  # five years

#: Arithmetic on every single report takes minutes for five years of a city of this size, and an
#: expectation does not depend on the period: asked once.
LEFT_OUT = {
    "expected_cells": ("gebied, theme", "buurt, nights", "five years", "observations"),
    **dict.fromkeys(("hot_clusters", "ranked_objects", "density"), ("five years",)),
}

COUNTS = ("total", "per_area", "per_month", "per_day", "per_hour", "quality", "compare",
          "per_theme", "risers")  # fmt: skip

#: Promised for the median of a question's queries, in seconds.
CITY_LIMIT, MUNICIPALITY_LIMIT = 0.3, 1.0

ROWS = """
with dice as (
    select i, random() a, random() b, random() c, random() d, random() e, random() f, random() g,
           random() h
    from range({first}, {last}) t(i)
), drawn as (
    select i, d, e, f, g, h,
        date '{first_day}' + cast(floor({days} * (0.6 * a + 0.4 * sqrt(a))) as integer) as date,
        cast(floor(24 * (0.35 * b + 0.65 * pow(c, 0.7))) as bigint) as hour,
        1 + cast(floor({buurten} * pow(b, 1.6)) as integer) as number,
        list_extract(['afval', 'afval', 'afval', 'parkeren', 'parkeren', 'fiets', 'sociaal',
                      'sociaal', 'evenementen', 'niet_ingedeeld'],
                     1 + cast(floor(10 * c) as integer)) as theme
    from dice
), placed as (
    select *,
        {west} + 800 * (number % 7) + 800 * pow(d, 2) as x,
        {south} + 800 * (number // 7) + 800 * pow(e, 2) as y,
        cast(date as timestamp) + to_minutes(cast(60 * hour + 59 * g as bigint)) as moment
    from drawn
)
select
    if(date < date '2024-09-01', 'signalen', 'fixi') as source,
    '{code}-' || i as source_id,
    if(date < date '2023-01-01', '2.40', '2.50') as system_version,
    moment at time zone 'UTC' as updated_at,
    {own}
    round(x, 1) as x, round(y, 1) as y,
    cast(null as varchar) as area_given,
    '{code}' || lpad(cast(number as varchar), 2, '0') as buurt,
    '{code} gebied ' || (number % {gebieden}) as gebied,
    cast(floor(x / 100) as bigint) as cell_x, cast(floor(y / 100) as bigint) as cell_y,
    'punt' as place_basis, cast(null as varchar) as theme_given,
    theme, theme || ' ' || cast(floor(4 * f) as integer) as rubriek,
    g < 0.85 as time_known, '{basis}' as time_basis,
    date, hour, cast(isodow(date) - 1 as bigint) as weekday,
    cast(isoyear(date) as bigint) as iso_year, cast(weekofyear(date) as bigint) as iso_week,
    strftime(date, '%Y-%m') as month, cast(i * 7919 as bigint) as row_hash
from placed order by date
"""

OWN = {
    "incidents": """
    moment at time zone 'UTC' as reported_at,
    if(h < 0.3, (moment - to_hours(3)) at time zone 'UTC', null) as occurred_from,
    if(h < 0.2, (moment - to_hours(1)) at time zone 'UTC', null) as occurred_until,
    if(h < 0.9, (moment + to_hours(cast(h * 200 as bigint))) at time zone 'UTC', null) as closed_at,
    'Hoofd ' || theme as main_category,
    'Sub ' || theme || ' ' || cast(floor(9 * f) as integer) as sub_category,
    if(h < 0.9, if(h < 0.04, 'geannuleerd', 'gesloten'), 'open') as status,
    list_extract(['app', 'web', 'telefoon'], 1 + cast(floor(3 * h) as integer)) as channel,
    cast(null as varchar) as parent_id, h > 0.95 as is_child, 'o' as status_source,
    h between 0.04 and 0.95 as counted,
    """,
    "observations": """
    moment at time zone 'UTC' as observed_at,
    'Soort ' || theme || ' ' || cast(floor(6 * f) as integer) as kind,
    if(h < 0.5, null, ceil(h * 8)) as amount, 'C' || (i // 4) as control_id,
    cast(null as varchar) as object_name,
    """,
    "controls": """
    moment at time zone 'UTC' as started_at,
    (moment + to_minutes(cast(20 + 90 * h as bigint))) at time zone 'UTC' as ended_at,
    'Controle ' || theme as kind, if(h < 0.7, 'ja', 'nee') as planned,
    floor(30 * h) as checked, floor(6 * h) as violations, floor(3 * h) as warnings,
    floor(2 * h) as sanctions, cast(null as double) as costs_recovered, 0.5 + h as hours_spent,
    'gereed' as result, cast(null as varchar) as partner, 'Team ' || (number % 7) as team,
    cast(null as varchar) as object_name,
    """,
}

SMALL = {
    "areas": """
    select format('GM{{:04d}}', m) as municipality, 'cbs' as source,
        format('GM{{:04d}}{{:02d}}', m, b) as source_id, 'Buurt ' || b as name,
        'Wijk ' || (b // 9) as wijk, format('GM{{:04d}} gebied {{}}', m, b % {gebieden}) as gebied,
        cast(null as double) as x, cast(null as double) as y, 64.0 as land_ha,
        cast(1000 + 50 * b as bigint) as inhabitants, cast(b as bigint) as row_hash
    from range({municipalities}) m(m), range(1, {buurten} + 1) b(b)
    """,
    "objects": """
    select format('GM{{:04d}}', m) as municipality, 'bgt' as source,
        format('GM{{:04d}}-{{}}', m, o) as source_id, 'milieuperron' as kind,
        'Perron ' || o as name,
        20000 + 12000 * (m % 20) + 5600 * random() as x,
        310000 + 12000 * (m // 20) + 5600 * random() as y,
        format('GM{{:04d}}{{:02d}}', m, 1 + o % {buurten}) as buurt,
        format('GM{{:04d}} gebied {{}}', m, (1 + o % {buurten}) % {gebieden}) as gebied
    from range({municipalities}) m(m), range(400) o(o)
    """,
}

# --- the data -------------------------------------------------------------------------------------


def sizes(rows: int, municipalities: int) -> list[int]:
    """Rows of every municipality: the largest has about a twentieth, as in the Netherlands."""
    weights = [1.0 / (rank + 4) for rank in range(1, municipalities + 1)]
    return [round(rows * weight / sum(weights)) for weight in weights]


def code(number: int) -> str:
    return f"GM{number:04d}"


def generate(folder: Path, rows: int, municipalities: int) -> None:
    """Write Delta tables; what is there already is left alone."""
    if (folder / "complete").exists():
        return
    shutil.rmtree(folder, ignore_errors=True)
    begun = time.perf_counter()
    connection = duckdb.connect(config={"preserve_insertion_order": True})
    connection.execute("select setseed(0.4711)")
    partition = "month" if municipalities == 1 else "municipality"
    for name, share in SHARES.items():
        first = 0
        for number, size in enumerate(sizes(round(rows * share), municipalities)):
            _write(connection, folder / name, name, number, first, first + size, partition)
            first += size
            if number % 50 == 0:
                _say(f"  {name}: {first:,} rows")
        _commit(folder / name, TABLES[name].arrow, partition)
    for name, select in SMALL.items():
        by = "municipality" if municipalities > 1 else None
        how = ", partition_by (municipality)" if by else ""
        what = "*" if by else "* exclude (municipality)"
        rows_of = select.format(municipalities=municipalities, buurten=BUURTEN, gebieden=GEBIEDEN)
        (folder / name).mkdir()
        target = folder / name if by else folder / name / "part.parquet"
        connection.execute(
            f"copy (select {what} from ({rows_of})) to '{target}' (format parquet{how})"
        )
        _commit(folder / name, TABLES[name].arrow, by)
    (folder / "complete").touch()
    size = sum(file.stat().st_size for file in folder.rglob("*.parquet"))
    _say(f"generated {rows:,} rows, {size / 1e9:.1f} GB, {time.perf_counter() - begun:.0f} s")


def _write(
    connection: Any, folder: Path, name: str, number: int, first: int, last: int, partition: str
) -> None:
    select = ROWS.format(
        first=first, last=last, first_day=FIRST_DAY, days=DAYS, buurten=BUURTEN, gebieden=GEBIEDEN,
        code=code(number), own=OWN[name], west=20_000 + 12_000 * (number % 20),
        south=310_000 + 12_000 * (number // 20),
        basis="melding" if name == "incidents" else "eigen",
    )  # fmt: skip
    if partition == "month":
        folder.mkdir(parents=True)
        connection.execute(
            f"copy ({select}) to '{folder}' "
            "(format parquet, compression snappy, partition_by (month), overwrite_or_ignore)"
        )
    else:
        place = folder / f"municipality={code(number)}"
        place.mkdir(parents=True)
        connection.execute(
            f"copy ({select}) to '{place}/part.parquet' (format parquet, compression snappy)"
        )


def _commit(folder: Path, schema: pa.Schema, partition: str | None) -> None:
    """Make a Delta table of the files in a folder."""
    if partition and partition not in schema.names:
        schema = schema.append(pa.field(partition, pa.string()))
    added = [
        AddAction(
            path=str(file.relative_to(folder)),
            size=file.stat().st_size,
            partition_values={partition: file.parent.name.partition("=")[2]} if partition else {},
            modification_time=0,
            data_change=True,
            stats=json.dumps({"numRecords": pq.read_metadata(file).num_rows}),
        )
        for file in sorted(folder.rglob("*.parquet"))
    ]
    by = [partition] if partition else None
    delta = DeltaTable.create(folder, schema, partition_by=by)
    delta.create_write_transaction(added, mode="append", schema=schema, partition_by=by)


def files(folder: Path, municipality: str | None) -> dict[str, Files]:
    """Files of one municipality, or of all there are."""
    found = {}
    for name in (*SHARES, *SMALL):
        delta = DeltaTable(folder / name)
        chosen = [("municipality", "=", municipality)] if municipality else None
        found[name] = Files(delta.file_uris(chosen))
    return found


# --- measuring ------------------------------------------------------------------------------------


@dataclass
class Run:
    """What one process has to open, and what it found."""

    title: str
    folder: str
    url: str
    municipality: str | None
    whose: str
    in_memory_rows: int
    rounds: int
    limit: float | None = None
    questions: tuple[str, ...] = tuple(QUESTIONS)
    open_s: float = 0.0
    open_mb: float = 0.0
    #: question -> selection -> seconds of queries, seconds in all, MB more than before
    found: dict[str, dict[str, tuple[float, float, float]]] = field(default_factory=dict)
    #: Seconds of every query by itself.
    queries: list[float] = field(default_factory=list)


def selections(whose: str) -> dict[str, Selection]:
    half = Selection(Period.parse("2026-H1"))
    five_years = Selection(Period.parse("2021-07-01/2026-06-30"))
    return {
        "half year": half,
        "gebied, theme": replace(half, gebied=f"{whose} gebied 3", themes=("afval",)),
        "buurt, nights": replace(half, buurt=f"{whose}05", weekdays=(4, 5), hours=Hours(20, 4)),
        "five years": five_years,
        "observations": replace(half, series="observations"),
    }


def options(name: str, whose: str) -> dict[str, Any] | None:
    """Options without a default; ``None`` for a question that is not known here yet."""
    number = int(whose[2:])
    x, y = 20_000.0 + 12_000 * (number % 20) + 850, 310_000.0 + 12_000 * (number // 20) + 850
    known: dict[str, dict[str, Any]] = {
        "per_area": {"level": "buurt"},
        "ranked_objects": {"kind": "milieuperron"},
        "place_story": {"x": x, "y": y, "radius": 100.0},
    }
    chosen = known.get(name, {})
    for option in list(inspect.signature(QUESTIONS[name]).parameters.values())[2:]:
        if option.default is option.empty and option.name not in chosen:
            return None
    return chosen


@contextmanager
def memory() -> Iterator[list[float]]:
    """Watch what this process and its children hold, in MB; gives [before, most]."""
    held = [_held(), 0.0]
    stop = threading.Event()

    def watch() -> None:
        while not stop.wait(0.01):
            held[1] = max(held[1], _held())

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield held
    finally:
        stop.set()
        watcher.join()
        held[1] = max(held[1], _held())


def _held() -> float:
    me = psutil.Process()
    total = 0
    for process in [me, *me.children(recursive=True)]:
        try:
            total += process.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return total / 1e6


def measure(run: Run) -> Run:
    """Open an engine and ask it everything."""
    begun = time.perf_counter()
    with memory() as held:
        engine = Engine.open(
            files(Path(run.folder), run.municipality),
            url=run.url,
            in_memory_rows=run.in_memory_rows,
        )
    run.open_s, run.open_mb = time.perf_counter() - begun, held[1] - held[0]
    asked: list[Any] = []
    known: dict[str, float] = {}
    plain = engine.run

    def noted(select: Any) -> Any:
        asked.append(select)
        return plain(select)

    engine.run = noted  # type: ignore[method-assign]
    for name in run.questions:
        said = options(name, run.whose)
        if said is None:
            _say(f"  {name} is not measured: its options are not known")
            continue
        run.found[name] = {}
        for title, selection in selections(run.whose).items():
            if (name == "per_spot" and selection.buurt is None) or title in LEFT_OUT.get(name, ()):
                continue
            asked.clear()
            since = time.perf_counter()
            with memory() as held:
                try:
                    QUESTIONS[name](engine, selection, **said)
                except ThorError as refusal:
                    _say(f"  {name}, {title}: {refusal}")
                    continue
            whole = time.perf_counter() - since
            if whole > 5.0:
                _say(f"  {name}, {title}: {whole:.1f} s")
            queries = sum(_seconds(plain, select, run.rounds, known) for select in asked)
            run.found[name][title] = (queries, whole, held[1] - held[0])
    run.queries = list(known.values())
    engine.close()
    return run


def _seconds(ask: Callable[[Any], Any], select: Any, rounds: int, known: dict[str, float]) -> float:
    """Give the median time of a query; one that several questions share is measured once."""
    key = repr(compiled(select))
    if key not in known:
        times = []
        for _ in range(rounds):  # the question itself was the round that does not count
            since = time.perf_counter()
            ask(select)
            times.append(time.perf_counter() - since)
        known[key] = statistics.median(times)
    return known[key]


def in_its_own_process(run: Run) -> Run:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "benchmarks.scale",
         "--one", json.dumps(asdict(run))],
        stdout=subprocess.PIPE, text=True, check=True,
        cwd=Path(__file__).parents[1],
    )  # fmt: skip
    return Run(**json.loads(done.stdout.splitlines()[-1]))


# --- telling --------------------------------------------------------------------------------------


def tell(run: Run) -> None:
    """Print a table: milliseconds of the queries (and in all), and the most memory."""
    names = list(selections(run.whose))
    print(f"\n{run.title}")
    print(f"open {run.open_s:.1f} s, {run.open_mb:,.0f} MB")
    print(
        f"{'ms of queries (in all)':24s}" + "".join(f"{name:>18s}" for name in names) + "      MB"
    )
    for question, by in run.found.items():
        cells = [
            f"{f'{by[name][0] * 1e3:.0f} ({by[name][1] * 1e3:.0f})' if name in by else '-':>18s}"
            for name in names
        ]
        most = max((mb for _, _, mb in by.values()), default=0.0)
        print(f"{question:24s}" + "".join(cells) + f"{most:8,.0f}")
    middle, most = statistics.median(run.queries), max(run.queries)
    print(f"{len(run.queries)} queries: median {1e3 * middle:.0f} ms, slowest {1e3 * most:.0f} ms")
    if run.limit is not None:
        over = sum(seconds > run.limit for seconds in run.queries)
        kept = f"NOT KEPT by {over} queries" if over else "kept by every query"
        print(f"promised {1e3 * run.limit:.0f} ms: {kept}")


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def plan(said: argparse.Namespace, work: Path) -> Iterator[Run]:
    """Generate what is needed and give what has to be measured, one after the other."""
    city, country = work / f"city{said.rows}", work / f"country{said.country_rows}"
    generate(city, said.rows, 1)
    everything = 10**12
    base = Run("", str(city), "duckdb:", None, code(0), everything, said.rounds, CITY_LIMIT)
    title = f"a city of {said.rows:,} rows"
    yield replace(base, title=f"DuckDB, {title}, in memory")
    yield replace(base, title=f"DuckDB, {title}, in its files", in_memory_rows=0)
    if not said.no_spark:
        yield replace(base, title=f"Spark, {title}", url=said.spark, limit=None)
    if not said.country:
        return
    generate(country, said.country_rows, MUNICIPALITIES)
    rows = sizes(said.country_rows, MUNICIPALITIES)
    base = replace(base, folder=str(country), limit=MUNICIPALITY_LIMIT)
    for place in (0, MUNICIPALITIES // 2):
        one = replace(base, municipality=code(place), whose=code(place))
        title = f"{code(place)} with {rows[place]:,} of {said.country_rows:,} rows"
        yield replace(one, title=f"DuckDB, {title}, in memory")
        yield replace(one, title=f"DuckDB, {title}, in its files", in_memory_rows=0)
        if not said.no_spark:
            yield replace(one, title=f"Spark, {title}", url=said.spark, limit=None)
    everywhere = f"all {said.country_rows:,} rows at once"
    # What a whole country is asked; a grid over it is no question anybody has.
    base = replace(base, limit=None, rounds=1, questions=COUNTS)
    yield replace(base, title=f"DuckDB, {everywhere}, in their files", in_memory_rows=0)
    if not said.no_spark:
        yield replace(base, title=f"Spark, {everywhere}", url=said.spark)


def main() -> None:
    """Generate, measure, tell, clean up."""
    options = argparse.ArgumentParser(description=inspect.cleandoc(__doc__ or "").split("\n")[0])
    options.add_argument("--rows", type=int, default=10_000_000, help="rows of the city")
    options.add_argument("--country", action="store_true", help="342 municipalities as well")
    options.add_argument("--country-rows", type=int, default=100_000_000)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--no-spark", action="store_true")
    options.add_argument("--spark", default=f"local[{os.cpu_count()}]", help="address of Spark")
    options.add_argument("--folder", type=Path, help="keep what is generated here")
    options.add_argument("--one", help=argparse.SUPPRESS)
    said = options.parse_args()
    if said.one:
        print(json.dumps(asdict(measure(Run(**json.loads(said.one))))))
        return
    work = said.folder or Path(tempfile.mkdtemp(prefix="thor-scale-"))
    needed = 90 * (said.rows + (said.country_rows if said.country else 0))
    work.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(work).free < needed:
        raise SystemExit(f"{work} needs {needed / 1e9:.0f} GB of free space")
    _say(f"{os.cpu_count()} cores, {psutil.virtual_memory().total / 1e9:.0f} GB memory")
    try:
        for run in plan(said, work):
            _say(f"measuring: {run.title}")
            tell(in_its_own_process(run))
            sys.stdout.flush()
    finally:
        if not said.folder:
            shutil.rmtree(work)


if __name__ == "__main__":
    main()
