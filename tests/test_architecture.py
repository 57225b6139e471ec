"""Who may know whom, and the habits that hold for every file. Read from the code, not run.

The rules are functions over a folder, so that the second half of this file can plant a violation
of each in a tiny project and see it caught.
"""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

PROJECT = Path(__file__).parent.parent

#: An earlier line never imports a later one; rooms on one line do not know each other.
LINES = (
    ("errors",),
    ("model",),
    ("settings", "plan", "dutch", "stats"),
    ("__init__",),  # runs before every other room, so it may only know what stands above
    ("schema", "privacy"),
    (
        "geo",
        "engine",
        "hotitems",
        "hotspots",
        "hottimes",
        "rates",
        "alarms",
        "effects",
        "forecast",
        "response",
        "capacity",
        "crowds",
    ),
    ("sources", "store", "indicators", "ledger"),
    ("progress", "catalogue", "deeds"),
    ("ingest", "planning", "views"),
    ("report", "doctor", "weekplan"),
    ("workshop",),
    ("ui", "cli"),
    ("pages", "app", "serve", "__main__"),
)
LEVEL = {room: level for level, line in enumerate(LINES) for room in line}

STREAMLIT = {"ui", "pages", "app", "serve"}
KNOWS_CRS = ("thor_metrics/geo", "thor_metrics/views/maps.py")
#: The default of the municipality's own system is the one place where it has to be written.
NAMES_OWN_CRS = "thor_metrics/settings.py"

MOST_LINES = 500
MOST_TEST_LINES = 800  # a test file is a list of cases

SKIPPED = {"data", "screenshots", "node_modules", "__pycache__"}
TEXTS = {".py", ".md", ".toml", ".txt", ".yml", ".yaml", ".json", ".csv", ".html", ".css", ".js"}
NAMELESS_TEXTS = {"Makefile", "LICENSE", "run", ".gitignore"}


_parsed = functools.cache(ast.parse)  # every rule reads every file


@dataclass(frozen=True)
class Module:
    """One Python file of the project."""

    root: Path
    file: Path

    @property
    def name(self) -> str:
        return self.file.relative_to(self.root).as_posix()

    @functools.cached_property
    def tree(self) -> ast.Module:
        return _parsed(self.file.read_text(encoding="utf-8"))

    @property
    def in_app(self) -> bool:
        """Tell whether this is part of what users run, not a tool, test or simulator."""
        first = self.name.split("/")[0]
        return first in {"thor_metrics", "pages", "app.py", "serve.py"}

    @property
    def room(self) -> str:
        """``thor_metrics/geo/areas.py`` is in room ``geo``; ``pages/x/y.py`` in ``pages``."""
        parts = self.name.removesuffix(".py").split("/")
        return parts[1] if parts[0] == "thor_metrics" else parts[0]

    @property
    def package(self) -> list[str]:
        """Dotted parts of the package the file is in, for relative imports."""
        return self.name.split("/")[:-1]

    def imports(self) -> Iterator[tuple[int, str]]:
        """Line and dotted name of everything imported, also inside functions."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((node.lineno, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                base = self.package[: len(self.package) - node.level + 1] if node.level else []
                origin = ".".join([*base, *([node.module] if node.module else [])])
                # "from thor_metrics import geo" imports a room; "from x import name" a name of x.
                yield from ((node.lineno, f"{origin}.{alias.name}") for alias in node.names)

    @functools.cached_property
    def texts(self) -> list[tuple[int, str]]:
        """Line and value of every text that is no docstring."""
        told = {
            id(node.value)
            for node in ast.walk(self.tree)
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        }
        return [
            (node.lineno, node.value)
            for node in ast.walk(self.tree)
            if isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in told
        ]


def modules(root: Path) -> list[Module]:
    return [Module(root, file) for file in _files(root) if file.suffix == ".py"]


def _files(root: Path) -> Iterator[Path]:
    for path in sorted(root.iterdir()):
        if path.is_dir():
            # .venv, .git, caches: not written by us. .ci and .streamlit are.
            hidden = path.name.startswith(".") and path.name not in {".ci", ".streamlit"}
            if not hidden and path.name not in SKIPPED:
                yield from _files(path)
        elif path.suffix in TEXTS or path.name in NAMELESS_TEXTS:
            yield path


def _room_of_import(name: str) -> str | None:
    """Room of the project that an imported name is in; ``None`` for libraries."""
    first, _, rest = name.partition(".")
    if first == "thor_metrics":
        second = rest.split(".")[0]
        return second if second in LEVEL else "__init__"
    return first if first in {"pages", "app", "serve"} else None


# --- rules -------------------------------------------------------------------------------------


def rooms_are_listed(root: Path) -> Iterator[str]:
    for module in modules(root):
        if module.in_app and module.room not in LEVEL:
            yield f"{module.name}: room '{module.room}' stands on no line of LINES"


def earlier_lines_do_not_know_later_ones(root: Path) -> Iterator[str]:
    for module in modules(root):
        if not module.in_app or module.room not in LEVEL:
            continue
        for line, name in module.imports():
            other = _room_of_import(name)
            if other is None or other == module.room:
                continue
            if LEVEL[other] >= LEVEL[module.room]:
                yield f"{module.name}:{line}: {module.room} may not know {other}"


def the_sample_city_stands_alone(root: Path) -> Iterator[str]:
    for module in modules(root):
        simulator = module.name.startswith("sample_data/")
        for line, name in module.imports():
            first = name.split(".")[0]
            if simulator and first in {"thor_metrics", "pages", "app", "serve"}:
                yield f"{module.name}:{line}: the simulator may not know {name}"
            if module.in_app and first == "sample_data" and module.room != "ingest":
                yield f"{module.name}:{line}: only ingest may know the simulator"


def only_screens_import_streamlit(root: Path) -> Iterator[str]:
    yield from _only(root, "streamlit", lambda module: module.room in STREAMLIT)


def only_the_engine_imports_duckdb(root: Path) -> Iterator[str]:
    yield from _only(root, "duckdb", lambda module: module.room == "engine")


def _only(root: Path, library: str, allowed: Callable[[Module], bool]) -> Iterator[str]:
    for module in modules(root):
        if not module.in_app or allowed(module):
            continue
        for line, name in module.imports():
            if name.split(".")[0] == library:
                yield f"{module.name}:{line}: {module.room} may not import {library}"


_CRS_TEXT = re.compile(r"\bEPSG:|\bCRS84\b|\bWGS ?84\b.*\bEPSG", re.IGNORECASE)
_CRS_CODES = {4326, 4258, 4289, 3857, 28992, 32631}
_CRS_CALLS = {"to_crs", "set_crs", "from_crs", "from_epsg"}


def only_geo_and_maps_know_another_crs(root: Path) -> Iterator[str]:
    for module in modules(root):
        if not module.in_app or module.name.startswith(KNOWS_CRS):
            continue
        for line, text in module.texts:
            own = module.name == NAMES_OWN_CRS and text == "EPSG:28992"
            if _CRS_TEXT.search(text) and not own:
                yield f"{module.name}:{line}: names a coordinate system: {text!r}"
        for node in ast.walk(module.tree):
            if _is_crs_code(node) or (isinstance(node, ast.Attribute) and node.attr in _CRS_CALLS):
                yield f"{module.name}:{node.lineno}: {ast.unparse(node)} is about another system"
        for line, name in module.imports():
            if name.split(".")[0] == "pyproj":
                yield f"{module.name}:{line}: imports pyproj"


def _is_crs_code(node: ast.AST) -> bool:
    whole = isinstance(node, ast.Constant) and type(node.value) is int
    return whole and node.value in _CRS_CODES


def nobody_catches_everything(root: Path) -> Iterator[str]:
    for module in modules(root):
        for node in ast.walk(module.tree):
            if not isinstance(node, ast.ExceptHandler):
                continue
            caught = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
            for kind in caught:
                if kind is None or (
                    isinstance(kind, ast.Name) and kind.id in {"Exception", "BaseException"}
                ):
                    yield f"{module.name}:{node.lineno}: catches everything; name the error"


_SQL = re.compile(
    r"\s*(select\s.+\sfrom\s|insert\s+into\s|update\s+\S+\s+set\s|delete\s+from\s"
    r"|(create|drop|alter)\s+(or\s+replace\s+)?(table|view|index)\s|with\s+\w+\s+as\s*\()",
    re.IGNORECASE | re.DOTALL,
)


def nobody_writes_sql(root: Path) -> Iterator[str]:
    for module in modules(root):
        if not module.in_app:
            continue
        for line, text in module.texts:
            if _SQL.match(text):
                yield f"{module.name}:{line}: SQL in a string: {text[:40]!r}"
        for line, name in module.imports():
            if name == "sqlalchemy.text":
                yield f"{module.name}:{line}: imports sqlalchemy.text"
        for node in ast.walk(module.tree):
            if (
                isinstance(node, ast.Attribute)
                and node.attr == "text"
                and isinstance(node.value, ast.Name)
                and node.value.id in {"sa", "sqlalchemy"}
            ):
                yield f"{module.name}:{node.lineno}: sqlalchemy.text"


def the_library_does_not_print(root: Path) -> Iterator[str]:
    for module in modules(root):
        if not module.in_app:
            continue
        for node in ast.walk(module.tree):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in {"print", "breakpoint"}
            ):
                yield f"{module.name}:{node.lineno}: {node.func.id}()"


def files_stay_small(root: Path) -> Iterator[str]:
    for module in modules(root):
        count = len(module.file.read_text(encoding="utf-8").splitlines())
        if count > (MOST_TEST_LINES if module.name.startswith("tests/") else MOST_LINES):
            yield f"{module.name}: {count} lines; a file past about 400 has two subjects"


def pages_have_a_folder(root: Path) -> Iterator[str]:
    # Streamlit runs pages/*.py without app.py when a visitor comes straight to one.
    for module in modules(root):
        if module.name.startswith("pages/") and module.name.count("/") == 1:
            yield f"{module.name}: pages stand one folder down, or they skip app.py"


_MACHINE = re.compile(
    r"(?<![\w.$})/~-])/(?:home|root|Users|work|tmp)/\w|[A-Za-z]:\\+Users\\+\w{2}",
)


def no_paths_of_a_machine(root: Path) -> Iterator[str]:
    for file in _files(root):
        lines = file.read_text(encoding="utf-8").splitlines()
        for number, line in enumerate(lines, start=1):
            if found := _MACHINE.search(line):
                name = file.relative_to(root).as_posix()
                yield f"{name}:{number}: a path of one machine: {found[0]!r}"


RULES = (
    rooms_are_listed,
    earlier_lines_do_not_know_later_ones,
    the_sample_city_stands_alone,
    only_screens_import_streamlit,
    only_the_engine_imports_duckdb,
    only_geo_and_maps_know_another_crs,
    nobody_catches_everything,
    nobody_writes_sql,
    the_library_does_not_print,
    files_stay_small,
    pages_have_a_folder,
    no_paths_of_a_machine,
)

by_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)


@by_rule
def test_the_project_keeps_the_rule(rule):
    assert not list(rule(PROJECT))


def test_no_room_stands_on_two_lines():
    assert sum(len(line) for line in LINES) == len(LEVEL)


def test_the_whole_house_was_looked_at():
    rooms = {module.room for module in modules(PROJECT) if module.in_app}

    assert {"errors", "geo", "sources", "ingest", "ui", "pages", "app", "serve"} <= rooms


# --- the rules themselves ----------------------------------------------------------------------

GOOD = {
    "thor_metrics/__init__.py": "from thor_metrics.errors import ThorError\n",
    "thor_metrics/errors.py": "class ThorError(Exception): ...\n",
    "thor_metrics/model.py": '"""Select rows from EPSG:4326."""\nimport datetime\n',
    "thor_metrics/settings.py": 'from thor_metrics.model import x\nCRS = "EPSG:28992"\n',
    "thor_metrics/engine.py": "import duckdb\nimport sqlalchemy as sa\nsa.select()\n",
    "thor_metrics/geo/__init__.py": 'import pyproj\nWGS = "EPSG:4326"\nCODE = 4326\n',
    "thor_metrics/geo/areas.py": "from thor_metrics import errors, geo\nfrom . import x\n",
    "thor_metrics/views/maps.py": 'frame.to_crs("EPSG:4326")\n',
    "thor_metrics/ingest/load.py": "def f():\n    from sample_data import write\n",
    "thor_metrics/ui/__init__.py": "import streamlit as st\n",
    "thor_metrics/store.py": 'screen.print("1")\ntry: ...\nexcept (OSError, KeyError): ...\n',
    "pages/beeld/hotspots.py": "import streamlit\nfrom thor_metrics import ui\n",
    "app.py": "import streamlit as st\n",
    "sample_data/__init__.py": "import numpy\nprint(1)\n",
    "Makefile": "run: ./bin/tmp/x $(HOME)/work/x\n",
}

#: rule -> a file and what is wrong in it; several files where the rule has several ways.
PLANTED = {
    "rooms_are_listed": [("thor_metrics/attic.py", "")],
    "earlier_lines_do_not_know_later_ones": [
        ("thor_metrics/errors.py", "import thor_metrics.model"),
        ("thor_metrics/schema/x.py", "from thor_metrics import store"),
        ("thor_metrics/store.py", "from thor_metrics.sources.base import Package"),  # same line
        ("thor_metrics/geo/x.py", "from ..ingest import load"),
        ("thor_metrics/model.py", "def late():\n    import thor_metrics.ui.data"),
        ("thor_metrics/schema/y.py", "if TYPE_CHECKING:\n    from thor_metrics.engine import E"),
        ("thor_metrics/ui/x.py", "import app"),
        ("thor_metrics/errors.py", "from thor_metrics import Period"),
    ],
    "the_sample_city_stands_alone": [
        ("sample_data/x.py", "from thor_metrics.schema import TABLES"),
        ("thor_metrics/store.py", "import sample_data.write"),
    ],
    "only_screens_import_streamlit": [
        ("thor_metrics/views/charts.py", "import streamlit as st"),
        ("thor_metrics/indicators/x.py", "def f():\n    from streamlit.runtime import x"),
    ],
    "only_the_engine_imports_duckdb": [("thor_metrics/store.py", "import duckdb")],
    "only_geo_and_maps_know_another_crs": [
        ("thor_metrics/sources/x.py", 'crs = "EPSG:4326"'),
        ("thor_metrics/sources/x.py", "srid = 4326"),
        ("thor_metrics/views/charts.py", "frame.to_crs(other)"),
        ("thor_metrics/sources/x.py", "from pyproj import CRS"),
        ("thor_metrics/settings.py", 'crs = "EPSG:4326"'),
    ],
    "nobody_catches_everything": [
        ("thor_metrics/store.py", "try: ...\nexcept Exception: ..."),
        ("pages/beeld/x.py", "try: ...\nexcept: ..."),
        ("sample_data/x.py", "try: ...\nexcept (OSError, BaseException) as error: ..."),
    ],
    "nobody_writes_sql": [
        ("thor_metrics/indicators/x.py", 'run("select count(*) from incidents where x")'),
        ("thor_metrics/engine.py", 'run(f"SELECT {a}\\nFROM {b}")\nx = "delete from t "'),
        ("thor_metrics/indicators/x.py", 'import sqlalchemy as sa\nsa.text("x")'),
        ("thor_metrics/indicators/x.py", "from sqlalchemy import text"),
    ],
    "the_library_does_not_print": [
        ("thor_metrics/geo/x.py", "print(1)"),
        ("pages/beeld/x.py", "breakpoint()"),
    ],
    "files_stay_small": [
        ("thor_metrics/geo/x.py", "\n" * (MOST_LINES + 1)),
        ("tests/test_x.py", "\n" * (MOST_TEST_LINES + 1)),
    ],
    "pages_have_a_folder": [("pages/hotspots.py", "")],
    "no_paths_of_a_machine": [
        ("docs/x.md", "Look in `" + "/home" + "/anna/thor`."),
        ("Makefile", "run:\n\tcp x " + "/tmp" + "/y"),
        ("thor_metrics/x.py", 'x = "C:' + '\\\\Users\\\\anna"'),
    ],
}


@pytest.fixture
def project(tmp_path):
    """A tiny project that keeps every rule."""
    for name, text in GOOD.items():
        _write(tmp_path / name, text)
    return tmp_path


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


@by_rule
def test_a_good_project_breaks_no_rule(rule, project):
    assert not list(rule(project))


@pytest.mark.parametrize(
    ("rule", "name", "text"),
    [
        pytest.param(rule, *planted, id=f"{rule.__name__}-{number}")
        for rule in RULES
        for number, planted in enumerate(PLANTED[rule.__name__], start=1)
    ],
)
def test_a_planted_violation_is_caught(rule, name, text, project):
    _write(project / name, text)

    found = list(rule(project))

    assert found
    assert all(finding.startswith(name) for finding in found)


def test_what_is_not_ours_is_not_looked_at(project):
    _write(project / ".venv/lib/x.py", "print(1)\n" * 1000)
    _write(project / "data/x.py", "try: ...\nexcept: ...")

    assert not [finding for rule in RULES for finding in rule(project)]
