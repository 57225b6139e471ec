"""The same question has the same answer on DuckDB, PostgreSQL and Spark, types included.

A question is found by itself: who adds one to ``indicators.questions`` need do nothing here,
unless it has options without a default; then the test says so.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
import sqlalchemy as sa

from tests import engines, factories
from thor_metrics import indicators
from thor_metrics.engine import Engine, Files, compiled, publish, tables
from thor_metrics.errors import ThorError
from thor_metrics.indicators import alerts, change, places, registry, sentences
from thor_metrics.indicators.questions import QUESTIONS
from thor_metrics.indicators.registry import counting, shy
from thor_metrics.model import SERIES, Hours, Period, Selection
from thor_metrics.schema import TABLES, Column
from thor_metrics.store import Store
from thor_metrics.store.notes import LoadNote

pytestmark = pytest.mark.slow  # Spark answers hundreds of queries, a quarter of a second each

ROWS = {
    "incidents": 70_000, "observations": 15_000, "controls": 12_000, "sanctions": 3_000,
    **dict.fromkeys(
        ("removals", "scan_days", "crowd_days", "events", "deployments", "activities",
         "occupancy", "caseload"), 400,
    ),
}  # fmt: skip

CITY = Selection(Period.parse("2026-H1"))
SELECTIONS = {
    "city": CITY,
    "gebied and themes": replace(CITY, gebied="Centrum", themes=("afval", "sociaal")),
    "people of a buurt": replace(
        CITY, buurt="B4", themes=("sociaal",), period=Period.parse("2026-W10")
    ),
    "friday night": replace(CITY, weekdays=(4,), hours=Hours(20, 4)),
    "observations": replace(
        CITY, series="observations", weekdays=(0, 6), rubrieken=("zwerfafval", "jeugdoverlast")
    ),
    "controls": replace(CITY, series="controls", buurt="B1"),
    "before there was anything": replace(CITY, period=Period.parse("2019")),
}

#: Options of a question, where the defaults alone would leave a query out.
OPTIONS: dict[str, list[dict[str, Any]]] = {
    "per_area": [{"level": "gebied"}, {"level": "buurt"}],
    "hot_hours": [{"kind": "druk"}, {"kind": "ongewoon"}],
    "hot_dagdelen": [{"kind": "druk"}, {"kind": "ongewoon"}],
    "action_effect": [
        {"x": 176_350.0, "y": 317_350.0, "radius": 150.0},
        {
            "x": 176_350.0,
            "y": 317_350.0,
            "radius": 150.0,
            "compared": ("B2", "B5"),
            "outline": "POLYGON ((176200 317200, 176500 317200, 176500 317600, 176200 317200))",
        },
    ],
    "action_controls": [
        {"x": 176_350.0, "y": 317_350.0, "radius": 150.0, "added": ("bron|1",)},
    ],
    "coverage": [{"by": "buurt"}, {"by": "cell"}, {"by": "object"}, {"by": "hour"}],
    "place_story": [{"x": 176_350.0, "y": 317_350.0, "radius": 150.0}],
    "ranked_objects": [{"kind": "milieuperron"}],
    "planned_visits": [{"kind": "milieuperron"}, {"kind": "fietsparkeerplek"}],
    "survey_results": [{"survey": "buurtpeiling"}],
    "measured": [
        {"key": key, "by": by}
        for number, key in enumerate(registry.INDICATORS)
        for by in ([], [["gebied"], ["month"], ["gebied", "week"]][number % 3])
    ],
    "per_month": [{"by": "theme"}, {"by": "rubriek"}, {"by": "buurt"}, {"by": ""}],
}

#: What takes an engine but is no question of a selection alone.
OTHERWISE: dict[str, Callable[[Engine], Any]] = {
    "breaks": lambda engine: [change.breaks(engine, series) for series in SERIES],
    "broken": lambda engine: [
        change.broken(engine, CITY, CITY.period, CITY.period.year_earlier(), by=by, items=items)
        for by, items in (
            ("theme", pd.Index(["afval", "sociaal"])),
            ("rubriek", pd.Index(["zwerfafval"])),
            (None, pd.Index([""])),
        )
    ],
    "headline": lambda engine: [
        sentences.headline(engine, one) for one in SELECTIONS.values() if one.buurt is None
    ],
    "compared": lambda engine: [change.compared(engine, one) for one in SELECTIONS.values()],
    "windows_of": lambda engine: [
        change.windows_of(engine, one, change.compared(engine, one)) for one in SELECTIONS.values()
    ],
    "last_week": lambda engine: [alerts.last_week(engine, one) for one in SELECTIONS.values()],
    "compute": lambda engine: [
        registry.compute(engine, CITY, indicator=one, by=["buurt"])
        for one in registry.INDICATORS.values()
        if "crowd_days" not in one.sources
    ],
    "amounts": lambda engine: counting.amounts(
        engine, CITY, registry.INDICATORS["subjecten"].numerator, ["gebied", "nature"]
    ).sort_values(["gebied", "nature"], ignore_index=True),
    "areas_of": lambda engine: counting.areas_of(engine, CITY),
    "looked_up": lambda engine: shy.looked_up(
        engine,
        CITY,
        indicator=registry.INDICATORS["subjecten"],
        by=["nature"],
        hide_people_below=50,
        hide_sanctions_below=5,
    ),
    "published": lambda engine: registry.published(
        engine, CITY, indicator=registry.INDICATORS["mulder"], by=["gebied", "month"]
    ),
    "names_near": lambda engine: places.names_near(engine, [176_350.0], [317_350.0]),
}


# --- the data, and the engines on it --------------------------------------------------------------


def content(name: str) -> pd.DataFrame:
    """Rows with everything in them that engines may see differently."""
    rows = factories.random_rows(
        ROWS[name], seed=len(name), buurten=("B1", "B2", "B3", "B4", "OUD", None)
    )
    dice = np.random.default_rng(7)
    size = len(rows)
    odd = dice.random(size)
    places = dice.uniform(0, 1000, (2, size))
    corner = rows["buurt"].map(factories._CORNER).map(lambda xy: xy or (np.nan, np.nan), None)
    known = rows["buurt"].isin(["B1", "B2", "B3", "B4"]).to_numpy()
    x0 = np.array([xy[0] if isinstance(xy, tuple) else np.nan for xy in corner])
    y0 = np.array([xy[1] if isinstance(xy, tuple) else np.nan for xy in corner])
    newer = pd.to_datetime(rows["day"]) >= pd.Timestamp("2026-02-01")
    rows = rows.assign(
        x=np.where(known, (x0 + places[0] ** 2 / 1000).round(1), np.nan),
        y=np.where(known, (y0 + places[1] ** 2 / 1000).round(1), np.nan),
        gebied=rows["buurt"].map({**factories.GEBIED_OF, "OUD": "West"}),
        theme=rows["theme"].mask(odd < 0.04, "niet_ingedeeld"),
        rubriek=rows["rubriek"].mask(odd < 0.04),
        source=np.where(newer & (odd < 0.6), "fixi", "signalen"),
        system_version=np.where(newer, None, "2.50"),
        main_category=dice.choice(["Afval", "afval", "Überlast", "", None], size),
        sub_category=dice.choice(["Ander", "Één", 'z\'s "x"', "10%", None], size),
        amount=dice.choice([np.nan, 0.0, 1.0, 2.5, 7.0], size),
    )
    ended = dice.integers(1, 400, size).astype("timedelta64[h]")
    start = pd.to_datetime(rows["day"]).dt.tz_localize("UTC")
    if name == "incidents":
        rows["closed_at"] = (start + ended).where(odd < 0.8)
        rows["occurred_from"] = start.where(odd < 0.3)
        rows["occurred_until"] = (start + ended / 10).where(odd < 0.2)
    if name == "controls":
        rows["ended_at"] = (start + ended / 100).where(odd < 0.7)
        rows["checked"] = dice.integers(0, 40, size).astype(float)
        rows["violations"] = np.floor(rows["checked"] * dice.random(size) / 3)
        rows["rubriek"] = rows["rubriek"].mask(rows["theme"] == "evenementen", "alcoholwet")
        rows["hours_spent"] = dice.choice([0.5, 1.25, 3.0, np.nan], size)
    if name == "events":
        rows["ended_at"] = start + ended / 20
        rows["radius"] = dice.choice([np.nan, 600.0], size)
    if name == "sanctions":
        rows["kind"] = dice.choice(["Mulder", "mulder", "naheffing", "Bestuurlijke boete"], size)
        rows["control_id"] = [f"controls-{number}" for number in dice.integers(0, 12_000, size)]
    return rows.assign(**{
        column.name: _values(column, size, dice)
        for column in TABLES[name].stored
        if column.role == "both" and column.name not in rows
    })  # fmt: skip


def _values(column: Column, size: int, dice: np.random.Generator) -> Any:
    """Something in every column that a source may fill."""
    if column.allowed:
        return dice.choice([*column.allowed, None], size)
    if column.kind == "number":
        return dice.choice([np.nan, 0.0, 2.5, 30.0, 400.0], size)
    if column.name in ("partner", "object_name", "name", "subject"):
        return dice.choice(["Politie", "GGD", None], size)
    return None


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """100,000 rows in Delta tables, as a load leaves them."""
    made = Store(tmp_path_factory.mktemp("data"))
    note = LoadNote(load="1", file="", source="")
    for name in ROWS:
        rows = factories.table(name, content(name))
        months = sorted(set(rows["month"].to_pylist()))
        found = rows["month"].to_numpy(zero_copy_only=False)
        parts = ((month, rows.filter(found == month)) for month in months)
        made.write(name, parts, merge=False, note=note)
    made.rewrite("areas", factories.areas(), note=note)
    points = [
        {"source_id": f"M{n}", "source": "bgt", "name": f"Perron {n}", "kind": "milieuperron",
         "x": 176_050.0 + 97 * n, "y": 317_050.0 + 61 * n, "buurt": "B1"}
        for n in range(20)
    ]  # fmt: skip
    scores = [
        {"survey": "buurtpeiling", "year": 2025.0, "question": "Rapportcijfer", "score": 61.5,
         "unit": "%", "respondents": 400.0, "buurt": None, "gebied": gebied}
        for gebied in (None, "Centrum", "West")
    ]  # fmt: skip
    made.rewrite("survey_scores", factories.table("survey_scores", scores), note=note)
    made.rewrite("objects", factories.table("objects", points), note=note)
    return made


@pytest.fixture(scope="module")
def files(store):
    return {name: Files(store.files(name)) for name in TABLES}


@pytest.fixture(scope="module")
def duckdb(files):
    opened = Engine.open(files)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def on_files(files):
    opened = Engine.open(files, in_memory_rows=1_000)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def postgresql(store, files):
    with engines.postgresql() as url:
        publish(url, files, store.versions())
        opened = Engine.open({}, url=url)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def spark(files):
    engines.need_java()
    opened = Engine.open(files, url="local[2]")
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def expected(duckdb):
    """DuckDB's answers, each asked once."""
    known: dict[Any, Any] = {}

    def ask(name: str, ask_it: Callable[[Engine], Any]) -> Any:
        if name not in known:
            known[name] = ask_it(duckdb)
        return known[name]

    return ask


OTHERS = ["postgresql", "spark"]

#: DuckDB reading its files answers by the same program as DuckDB in memory: less to prove.
every_engine = pytest.mark.parametrize("engine", ["on_files", *OTHERS], indirect=True)
other_engine = pytest.mark.parametrize("engine", OTHERS, indirect=True)


@pytest.fixture(scope="module")
def asked():
    """Engine -> query -> answer and seconds; printed at the end."""
    known: dict[str, dict[str, tuple[pd.DataFrame, float]]] = {}
    yield known
    for name, answers in known.items():
        middle = statistics.median(seconds for _, seconds in answers.values())
        print(
            f"\n{name}: {len(answers)} queries as DuckDB answers them, median {1e3 * middle:.0f} ms"
        )


@pytest.fixture(scope="module")
def engine(request, asked):
    """One of the engines; a query that several questions share is asked once."""
    opened = request.getfixturevalue(request.param)
    known = asked.setdefault(request.param, {})

    def once(select: Any) -> pd.DataFrame:
        key = repr(compiled(select))
        if key not in known:
            begun = time.perf_counter()
            answer = Engine.run(opened, select)
            known[key] = answer, time.perf_counter() - begun
        return known[key][0].copy()

    opened.run = once
    return opened


# --- the questions --------------------------------------------------------------------------------


def required(name: str) -> list[str]:
    """Options of a question that have no default."""
    options = list(inspect.signature(QUESTIONS[name]).parameters.values())[2:]
    return [option.name for option in options if option.default is option.empty]


def cases(name: str) -> Iterator[tuple[str, Callable[[Engine], Any]]]:
    """All ways a question is asked here."""
    for title, selection in SELECTIONS.items():
        for options in OPTIONS.get(name, [{}]):

            def ask(engine: Engine, selection: Any = selection, options: Any = options) -> Any:
                try:
                    return QUESTIONS[name](engine, selection, **options)
                except ThorError as refusal:
                    return type(refusal), str(refusal)

            yield f"{name}, {title}, {options}", ask


@other_engine
@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_has_the_same_answer_on_every_engine(name, engine, expected):
    missing = [set(required(name)) - set(options) for options in OPTIONS.get(name, [{}])]
    assert not any(missing), f"say in OPTIONS how to ask {name}"

    for title, ask in cases(name):
        same(ask(engine), expected(title, ask), title)


@other_engine
@pytest.mark.parametrize("name", OTHERWISE)
def test_so_has_what_is_asked_otherwise(name, engine, expected):
    same(OTHERWISE[name](engine), expected(name, OTHERWISE[name]), name)


def test_every_function_that_asks_an_engine_is_asked_here():
    modules = [
        importlib.import_module(f"{indicators.__name__}.{found.name}")
        for found in pkgutil.walk_packages(indicators.__path__)
    ]
    askers = {
        name
        for module in modules
        for name in getattr(module, "__all__", ())
        if inspect.isfunction(getattr(module, name))
        and next(iter(inspect.signature(getattr(module, name)).parameters), "") == "engine"
    }

    assert len(askers) > 10
    assert askers - set(QUESTIONS) - set(OTHERWISE) == set()
    assert all(len(list(cases(name))) >= len(SELECTIONS) for name in QUESTIONS)


def test_the_questions_find_something(expected):
    """Equal but empty everywhere would prove nothing."""
    for name in QUESTIONS:
        answers = [expected(title, ask) for title, ask in cases(name)]
        full = [answer for answer in answers if not _is_nothing(answer)]

        assert len(full) >= 1, name
        assert len({repr(answer) for answer in full}) >= min(len(full), 2), name


def _is_nothing(answer: Any) -> bool:
    return (
        answer is None
        or isinstance(answer, tuple)
        or (hasattr(answer, "__len__") and not len(answer))
    )


# --- the language ------------------------------------------------------------------------------


INCIDENTS = tables["incidents"].c
SELECTS = {
    "every column": sa.select(tables["incidents"])
    .where(INCIDENTS.date == sa.literal(pd.Timestamp("2026-05-04").date()), INCIDENTS.buurt == "B1")
    .order_by(INCIDENTS.x, INCIDENTS.y),
    "every column of areas": sa.select(tables["areas"]).order_by(tables["areas"].c.source_id),
    "every column, no rows": sa.select(tables["controls"]).where(sa.false()),
    "order of text and of nothing": sa.select(
        INCIDENTS.main_category, INCIDENTS.sub_category, sa.func.count().label("n")
    )
    .group_by(INCIDENTS.main_category, INCIDENTS.sub_category)
    .order_by(INCIDENTS.main_category.nulls_last(), INCIDENTS.sub_category.desc().nulls_first()),
    "percentiles": sa.select(
        INCIDENTS.theme,
        sa.func.percentile_cont(0.5).within_group(INCIDENTS.x).label("median"),
        sa.func.percentile_cont(0.9).within_group(INCIDENTS.hour).label("late"),
    )
    .group_by(INCIDENTS.theme)
    .order_by(INCIDENTS.theme),
    "sums and extremes": sa.select(
        sa.cast(sa.func.sum(INCIDENTS.hour), sa.BigInteger).label("hours"),
        sa.func.avg(INCIDENTS.hour).label("mean"),
        sa.func.min(INCIDENTS.reported_at).label("first"),
        sa.func.max(INCIDENTS.date).label("last"),
        sa.func.max(INCIDENTS.sub_category).label("text"),
        sa.func.count(INCIDENTS.buurt.distinct()).label("buurten"),
        sa.func.count().filter(INCIDENTS.time_known.is_not(True)).label("without"),
        sa.cast(sa.func.sum(sa.case((INCIDENTS.hour > 20, 1), else_=0)), sa.BigInteger).label(
            "late"
        ),
    ),
    "nothing to add up": sa.select(
        sa.cast(sa.func.sum(INCIDENTS.hour), sa.BigInteger).label("hours"),
        sa.func.max(INCIDENTS.x).label("x"),
        sa.func.max(INCIDENTS.theme).label("theme"),
        sa.func.max(INCIDENTS.date).label("date"),
        sa.func.count().label("n"),
    ).where(INCIDENTS.theme == "'; drop table incidents; --"),
    "rows beside each other": sa.select(
        INCIDENTS.date,
        sa.func.count().label("n"),
        sa.cast(sa.func.sum(sa.func.count()).over(order_by=INCIDENTS.date), sa.BigInteger).label(
            "so_far"
        ),
        sa.func.lag(sa.func.count()).over(order_by=INCIDENTS.date).label("before"),
    )
    .where(INCIDENTS.counted.is_(True), INCIDENTS.buurt.in_(["B1", "OUD"]))
    .group_by(INCIDENTS.date)
    .order_by(INCIDENTS.date),
    "division": sa.select(
        sa.cast(sa.func.floor(INCIDENTS.x / 250), sa.BigInteger).label("spot"),
        (sa.func.count() / 4).label("quarter"),
        sa.cast(sa.func.floor(sa.func.count() / 4), sa.BigInteger).label("fourth"),
    )
    .where(INCIDENTS.x.is_not(None))
    .group_by(sa.text("spot"))
    .order_by(sa.text("spot")),
}


@every_engine
@pytest.mark.parametrize("name", SELECTS)
def test_the_language_of_selects_means_the_same(name, engine, expected):
    same(engine.run(SELECTS[name]), expected(name, lambda duck: duck.run(SELECTS[name])), name)


@every_engine
def test_spans_are_the_same(engine, duckdb):
    assert engine.spans == duckdb.spans
    assert set(engine.spans) == set(ROWS)


# --- the same ----------------------------------------------------------------------------------


def same(found: Any, wanted: Any, where: str) -> None:
    """Equal in value and type, all the way down."""
    assert type(found) is type(wanted), where
    if isinstance(wanted, pd.DataFrame):
        pd.testing.assert_frame_equal(found, wanted, rtol=1e-12, obj=where)
    elif isinstance(wanted, np.ndarray):
        np.testing.assert_allclose(found, wanted, rtol=1e-12, err_msg=where)
        assert found.dtype == wanted.dtype, where
    elif isinstance(wanted, float):
        assert found == pytest.approx(wanted, rel=1e-12, nan_ok=True), where
    elif is_dataclass(wanted) or isinstance(wanted, dict | list | tuple):
        left, right = parts(found), parts(wanted)
        assert list(left) == list(right), where
        for name in right:
            same(left[name], right[name], f"{where}.{name}")
    else:
        assert found == wanted, where


def parts(whole: Any) -> dict[Any, Any]:
    """Fields of a dataclass, values of a dict, places of a list."""
    if is_dataclass(whole):
        return {field.name: getattr(whole, field.name) for field in fields(whole)}
    return whole if isinstance(whole, dict) else dict(enumerate(whole))


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        (1, 2), (1, 1.0), (1.0, 1.0001), ([1], [1, 1]), ({"a": 1}, {"b": 1}),
        (pd.DataFrame({"n": [1]}), pd.DataFrame({"n": [1.0]})),
        (pd.DataFrame({"n": [1, 2]}), pd.DataFrame({"n": [2, 1]})),
        (np.array([1.0]), np.array([2.0])), (CITY, SELECTIONS["controls"]),
    ],
)  # fmt: skip
def test_a_difference_would_be_noticed(found, wanted):
    same(wanted, wanted, "")

    with pytest.raises(AssertionError):
        same(found, wanted, "")
