"""What the documents say is so: commands, options, names, versions, links and generated pages."""

from __future__ import annotations

import os
import re
import shlex
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.core import TyperGroup, TyperOption
from typer.main import get_command

import thor_metrics
from thor_metrics import ingest
from thor_metrics.cli import app
from thor_metrics.model import SERIES, THEMES
from thor_metrics.schema import TABLES, Table

PROJECT = Path(__file__).parent.parent
DOCUMENTS = sorted(
    [*PROJECT.glob("*.md"), *PROJECT.glob("docs/*.md"), *PROJECT.glob("geodata/*.md")]
)
EXAMPLES = sorted(PROJECT.glob("examples/*.toml"))


def _name(file: Path) -> str:
    return file.relative_to(PROJECT).as_posix()


each_document = pytest.mark.parametrize("file", DOCUMENTS, ids=_name)


def text_of(name: str) -> str:
    return (PROJECT / name).read_text(encoding="utf-8")


# --- commands ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Call:
    """A command line in a document: the command it reaches, and what is wrong with it."""

    file: str
    line: str
    command: str
    faults: tuple[str, ...]


def calls(file: Path) -> Iterator[Call]:
    """Every ``python -m thor_metrics ...`` in a file, followed through the real commands."""
    text = file.read_text(encoding="utf-8")
    for match in re.finditer(r"-m thor_metrics(?: +([^\n`]*))?", text):
        words = shlex.split((match[1] or "").split(" #")[0])
        words = [word.rstrip(".,;:") if word == words[-1] else word for word in words]
        command, faults = follow(get_command(app), words)
        yield Call(file.name, match[0], command, tuple(faults))


def follow(command: Any, words: list[str]) -> tuple[str, list[str]]:
    """Walk the words of a command line; give the command's path and the faults."""
    path: list[str] = []
    faults: list[str] = []
    given: set[str] = set()
    arguments = 0
    rest = iter(words)
    for word in rest:
        if word.startswith("-"):
            option = _option(command, word)
            if option is None:
                faults.append(f"'{' '.join(path) or 'thor_metrics'}' has no option {word}")
                continue
            given.add(option.name or "")
            if not option.is_flag and "=" not in word and next(rest, None) is None:
                faults.append(f"{word} needs a value")
        elif isinstance(command, TyperGroup):
            found = command.commands.get(word)
            if found is None:
                return " ".join([*path, word]), [*faults, f"there is no command '{word}'"]
            faults += _missing(command, given, arguments)
            path, command, given, arguments = [*path, word], found, set(), 0
        else:
            arguments += 1
    if isinstance(command, TyperGroup):
        faults.append(f"'{' '.join(path)}' needs a command")
    return " ".join(path), faults + _missing(command, given, arguments)


def _option(command: Any, word: str) -> TyperOption | None:
    name = word.partition("=")[0]
    return next(
        (item for item in command.params if isinstance(item, TyperOption) and name in item.opts),
        None,
    )


def _missing(command: Any, given: set[str], arguments: int) -> list[str]:
    """Required options that are not there, and too few or too many arguments."""
    asked = [item for item in command.params if not isinstance(item, TyperOption)]
    faults = [
        f"--{item.name} is missing"
        for item in command.params
        if isinstance(item, TyperOption) and item.required and item.name not in given
    ]
    if arguments < sum(item.required for item in asked):
        faults.append("too few arguments")
    if arguments > len(asked) and not any(item.nargs == -1 for item in asked):
        faults.append("too many arguments")
    return faults


def leaves(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, list[Any]]]:
    """Every command that does something, with its parameters."""
    if isinstance(command, TyperGroup):
        for name, child in command.commands.items():
            yield from leaves(child, (*path, name))
    else:
        yield " ".join(path), command.params


@pytest.mark.parametrize("file", [*DOCUMENTS, *EXAMPLES], ids=_name)
def test_every_command_line_in_a_document_is_real(file):
    wrong = [call for call in calls(file) if call.faults]

    assert not wrong


def test_the_readme_shows_every_command():
    shown = {call.command for call in calls(PROJECT / "README.md")}
    listed = set(re.findall(r"`((?:hot |geodata )?[a-z-]+)[^`]*`", text_of("README.md")))

    every = {name for name, _ in leaves(get_command(app))}
    assert every == {
        "load", "fetch", "demo", "tables", "quarantine", "restore", "template", "refresh",
        "publish", "doctor", "geodata fetch", "hot areas", "hot cells", "hot items",
        "hot times", "indicators", "plan", "catalog", "actions", "effect",
        "plan-week", "coverage", "report",
    }  # fmt: skip
    assert every - listed == set(), "missing from the table of commands"
    assert every - shown - {"refresh", "doctor"} == set(), "without an example"


def test_commands_listed_in_the_readme_take_what_is_said():
    rows = re.findall(r"^\| (`.+`) \|", text_of("README.md"), re.MULTILINE)
    lines = [line for row in rows for line in re.findall(r"`([^`]+)`", row)]
    names = {name.split()[0] for name, _ in leaves(get_command(app))}
    wanted = [line for line in lines if line.split()[0] in names]

    assert len(wanted) >= 13
    assert not [
        (line, faults) for line in wanted if (faults := follow(get_command(app), line.split())[1])
    ]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("load", "too few arguments"),
        ("load x.csv --dryrun", "'load' has no option --dryrun"),
        ("laad x.csv", "there is no command 'laad'"),
        ("hot", "'hot' needs a command"),
        ("hot areas", "--period is missing"),
        ("hot areas --period", "--period needs a value"),
        ("restore incidents extra --version 3", "too many arguments"),
        ("tables --data x", "'tables' has no option --data"),
    ],
)
def test_a_wrong_command_line_would_be_noticed(line, fault):
    assert fault in follow(get_command(app), line.split())[1]


def test_every_make_target_in_a_document_exists_and_the_main_ones_are_shown():
    makefile = text_of("Makefile")
    targets = set(re.findall(r"^([a-z][a-z-]*):", makefile, re.MULTILINE))
    used = {
        target
        for file in DOCUMENTS
        for target in re.findall(r"(?:^|`)make ([a-z-]+)", file.read_text("utf-8"), re.MULTILINE)
    }

    assert used <= targets
    assert {"run", "test", "lint", "types", "clean", "install"} <= used
    assert "make test" in text_of(".ci/run")


def test_windows_lines_do_what_make_does():
    readme = text_of("README.md")
    windows = re.sub(r"\.venv\\Scripts\\(python -m )?", "", readme)
    made = re.sub(r"@?\$\(BIN\)/(python -m )?", "", text_of("Makefile"))

    for line in (
        "thor_metrics geodata fetch --timeout 4 --soft",
        "thor_metrics demo --if-empty",
        "streamlit run serve.py",
        "ruff check .",
        "ruff format --check .",
        "mypy",
        "pytest -n 2 --dist loadfile",
        "playwright install chromium",
    ):
        assert re.search(rf"^\t?{re.escape(line)}", windows, re.MULTILINE), line
        assert line in made, line


# --- names -------------------------------------------------------------------------------------


def glossary(heading: str) -> dict[str, str]:
    """Code word -> word on screen, of one table of the glossary."""
    section = text_of("docs/glossary.md").split(f"\n## {heading}\n")[1].split("\n## ")[0]
    return dict(re.findall(r"^\| `(\w+)` \| ([^|]+?) \|", section, re.MULTILINE))


@pytest.mark.parametrize(
    ("heading", "code"),
    [
        ("Series", SERIES),
        ("Tables", {name: table.title for name, table in TABLES.items()}),
        ("Themes", {theme.key: theme.title for theme in THEMES}),
    ],
)
def test_the_glossary_has_the_words_of_the_code(heading, code):
    assert glossary(heading) == dict(code)


def test_every_thor_variable_in_a_document_can_be_set():
    sections = {
        "SETTINGS", "DATA", "TOKEN", "MUNICIPALITY", "AREAS", "GEODATA", "PRIVACY", "ENGINE",
        "LEDGER",
    }  # fmt: skip
    for file in DOCUMENTS:
        for name in re.findall(r"THOR_([A-Z]+)", file.read_text("utf-8")):
            assert name in sections | {"UPDATE"}, f"{file.name}: THOR_{name}"


# --- generated ---------------------------------------------------------------------------------


TABLES_INTRODUCTION = (
    "Generated from `thor_metrics/schema/`; see [CONTRIBUTING](../CONTRIBUTING.md). The columns "
    "are those of the templates, in Dutch: a file may use any of the headers under *Ook bekend "
    "als*, in any order, with other capitals, accents and punctuation."
)


def tables_page() -> str:
    """Write docs/tables.md from the schema."""
    parts = [
        "# Tables",
        TABLES_INTRODUCTION,
        *(_table_part(table) for table in TABLES.values()),
    ]
    return "\n\n".join(parts) + "\n"


def _table_part(table: Table) -> str:
    stored = [column for column in table.stored if column.role == "stored"]
    head = ["Kolom", "Verplicht", "Soort", "Eenheid", "Toegestaan", "Uitleg", "Ook bekend als"]
    lines = [head, ["---"] * len(head), *ingest.explanation(table)]
    return "\n\n".join(
        [
            f"## {table.title} (`{table.name}`)",
            table.about,
            "\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines),
            "Bij het laden komen erbij: "
            + ", ".join(f"{column.title} (`{column.name}`)" for column in stored)
            + ".",
            *(f"Een rij wordt geweigerd bij: {rule.message.lower()}." for rule in table.rules),
        ]
    )


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def test_the_page_of_tables_is_what_the_schema_says():
    page = PROJECT / "docs" / "tables.md"
    if os.environ.get("THOR_UPDATE_SNAPSHOTS") == "1":
        page.write_text(tables_page(), encoding="utf-8")

    assert page.read_text(encoding="utf-8") == tables_page(), "run with THOR_UPDATE_SNAPSHOTS=1"


# --- versions and pins -------------------------------------------------------------------------


def test_one_version_everywhere():
    version = thor_metrics.__version__
    public = yaml.safe_load(text_of("publiccode.yml"))
    released = re.findall(
        r"^## \[(\d[^\]]*)\] - (\d{4}-\d{2}-\d{2})$", text_of("CHANGELOG.md"), re.MULTILINE
    )

    assert tomllib.loads(text_of("pyproject.toml"))["project"]["version"] == version
    assert public["softwareVersion"] == version
    assert released[0] == (version, public["releaseDate"])
    assert "## [Unreleased]" in text_of("CHANGELOG.md")


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_package_is_pinned_and_has_a_reason(name):
    lines = [line for line in text_of(name).splitlines() if line and line[0] not in "#-"]

    assert len(lines) > 5
    for line in lines:
        assert re.fullmatch(r"[a-z0-9-]+==\d[\w.]* +# \S.{3,}", line), line
    packages = [line.split("==")[0] for line in lines]
    assert len(packages) == len(set(packages))


def test_the_description_for_catalogues_keeps_the_standard():
    public = yaml.safe_load(text_of("publiccode.yml"))

    assert {
        "publiccodeYmlVersion", "name", "url", "releaseDate", "platforms", "categories",
        "developmentStatus", "softwareType", "description", "legal", "maintenance",
        "localisation",
    } <= set(public)  # fmt: skip
    assert set(public["description"]) == {"nl", "en"}
    for told in public["description"].values():
        assert len(told["shortDescription"]) <= 150
        assert 500 <= len(told["longDescription"]) <= 10_000
        assert 5 <= len(told["features"]) <= 20
    assert public["developmentStatus"] in {"concept", "development", "beta", "stable", "obsolete"}
    assert public["legal"]["license"] == "EUPL-1.2"
    assert tomllib.loads(text_of("pyproject.toml"))["project"]["license"] == "EUPL-1.2"
    assert public["localisation"] == {"localisationReady": False, "availableLanguages": ["nl"]}


def test_the_licence_is_whole():
    licence = text_of("LICENSE")

    assert licence.startswith("EUROPEAN UNION PUBLIC LICENCE v. 1.2")
    articles = re.findall(r"^(\d+)\.[A-Z]", licence, re.MULTILINE)
    assert articles == [str(number) for number in range(1, 16)]
    assert "Appendix" in licence
    assert licence.rstrip().endswith("require the production of a new EUPL version.")


# --- links -------------------------------------------------------------------------------------


@each_document
def test_local_links_lead_somewhere(file):
    text = re.sub(r"```.*?```", "", file.read_text(encoding="utf-8"), flags=re.DOTALL)
    lost = []
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if "://" in target or target.startswith("mailto:"):
            continue
        path, _, anchor = target.partition("#")
        goal = (file.parent / path) if path else file
        if not goal.exists() or (anchor and anchor not in anchors(goal)):
            lost.append(target)

    assert not lost


def anchors(file: Path) -> set[str]:
    """Give the anchors a reader of Markdown makes of the headings."""
    headings = re.findall(r"^#+ (.+)$", file.read_text(encoding="utf-8"), re.MULTILINE)
    return {
        re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-") for heading in headings
    }


def test_folders_named_in_the_readme_are_there():
    section = text_of("README.md").split("## Where things live")[1]
    named = re.findall(r"`([\w./]+)`", section)

    assert len(named) >= 10
    made_at_first_start = {"data/"}
    assert not [
        name for name in named if name not in made_at_first_start and not (PROJECT / name).exists()
    ]
