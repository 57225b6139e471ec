"""The half-year report: its numbers are those of the library, and each format is what it says."""

from __future__ import annotations

import dataclasses
import io
import json
import zipfile

import docx
import openpyxl
import pandas as pd
import pypdf
import pytest
from PIL import Image
from typer.testing import CliRunner

from tests.conftest import ROOT
from thor_metrics import dutch, geo, ingest, report
from thor_metrics.cli.commands import app as commands
from thor_metrics.cli.shared import Context
from thor_metrics.ledger import Ledger
from thor_metrics.model import Period, Selection
from thor_metrics.progress import Papers
from thor_metrics.report.document import Bullets, Document, Figure, Section, Table, Text
from thor_metrics.settings import load_settings
from thor_metrics.store import Store
from thor_metrics.views.tables import Head

PERIOD = Period.parse("2026-H1")
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" width="9" height="9">'
    '<rect id="a" width="9" height="9" aria-label="rommel"/></svg>'
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A fifth of the made-up city."""
    where = tmp_path_factory.mktemp("report")
    settings = load_settings(ROOT / "settings.toml", data_dir=where)
    ingest.sample_city(settings, Store(where), until=pd.Timestamp("2026-10-31").date(), scale=0.2)
    return where


@pytest.fixture(scope="module")
def facts(folder):
    settings = load_settings(ROOT / "settings.toml", data_dir=folder)
    store = Store(folder)
    with Ledger.open(folder) as ledger:
        ledger.write_preface(
            "Centrum", "2026-H1", introduction="Druk half jaar.", conclusion="Door."
        )
        papers = Papers(ledger.documents(), ledger.photos(), ledger.actions())
        prefaces = ledger.prefaces()
    return report.Facts(
        Context(settings, store).engine(), settings, geo.load_areas(settings), papers,
        prefaces, store.versions(), sample=True,
    )  # fmt: skip


@pytest.fixture(scope="module")
def centrum(facts):
    return report.compose(facts, Selection(PERIOD, gebied="Centrum"))


@pytest.fixture(scope="module")
def files(facts):
    """Every format of one report, made twice."""
    return [
        {made.name.rpartition(".")[2]: made.content
         for made in report.make(facts, PERIOD, ["Centrum"], list(report.FORMATS))}
        for _ in range(2)
    ]  # fmt: skip


def table(document, sheet):
    return next(one for one in document.tables() if one.sheet == sheet)


def test_the_numbers_are_those_of_the_library(facts, centrum):
    asked = Selection(PERIOD, gebied="Centrum")
    squares = table(centrum, "Hotspots").frame
    themes = table(centrum, "Verandering").frame

    cells = facts.ask("hot_cells", asked)
    assert squares["count"].tolist() == cells["count"].head(10).tolist()
    assert themes["count"].tolist() == facts.ask("per_theme", asked)["count"].tolist()
    assert len(table(centrum, "Monitoritems").frame) == 42


def test_every_section_of_the_plan_is_there_with_the_words_of_the_team(centrum):
    titles = [section.title for section in centrum.sections]

    assert titles == [
        "In het kort", "Wat valt op? Hot-items", "Waar is het raak? Hotspots",
        "Wanneer is het raak? Hottijden", "Wat veranderde er?", "Inzet naast overlast",
        "Acties en wat er in die tijd veranderde", "Monitoritems en normen",
        "Conclusies van het team", "Gegevens en methode",
    ]  # fmt: skip
    assert centrum.sections[0].blocks[0] == Text("Druk half jaar.")


def test_the_city_has_a_report_of_its_own_without_those_words(facts):
    city = report.compose(facts, Selection(PERIOD))

    assert "Maastricht" in city.title
    assert "Druk half jaar." not in str(city.sections[0].blocks)


def test_small_numbers_about_people_are_in_no_format(facts):
    low = dataclasses.replace(facts.settings.privacy, hide_below=10_000)
    strict = dataclasses.replace(facts, settings=dataclasses.replace(facts.settings, privacy=low))
    document = report.compose(strict, Selection(PERIOD, gebied="Centrum"))
    themes = table(document, "Verandering").frame.set_index("theme")

    assert pd.isna(themes.loc["sociaal", "count"])
    assert pd.isna(themes.loc["sociaal", "change"])
    assert dutch.less_than(10_000) in report.FORMATS["html"](document).decode()


def test_the_same_versions_give_the_same_bytes(files):
    first, second = files
    assert [name for name in first if first[name] != second[name]] == []


def test_the_pdf_is_tagged_has_bookmarks_language_and_texts_for_drawings(files):
    pdf = pypdf.PdfReader(io.BytesIO(files[0]["pdf"]))
    root = pdf.trailer["/Root"]
    tags = kinds_of(root["/StructTreeRoot"])

    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"].startswith("nl")
    assert "<pdfuaid:part>1</pdfuaid:part>" in pdf.xmp_metadata.stream.get_data().decode()
    assert "Waar is het raak? Hotspots" in [item.title for item in pdf.outline]
    assert {"/H1", "/Table", "/TH", "/Figure", "/L"} <= set(tags)
    assert all(tags["/Figure"]), "a drawing without a text"


def kinds_of(node, found=None):
    """Every tag of a structure tree with the alternative texts beside it."""
    found = {} if found is None else found
    node = node.get_object()
    if isinstance(node, list):
        for kid in node:
            kinds_of(kid, found)
    elif isinstance(node, dict):
        if "/S" in node:
            found.setdefault(node["/S"], []).append(node.get("/Alt", ""))
        if "/K" in node:
            kinds_of(node["/K"], found)
    return found


def test_word_has_real_headings_tables_and_vectors(files):
    content = files[0]["docx"]
    file = docx.Document(io.BytesIO(content))
    headings = [p.text for p in file.paragraphs if p.style.name == "Heading 1"]

    assert "Waar is het raak? Hotspots" in headings
    assert len(file.tables) >= 8
    described = [shape._inline.docPr.get("descr") for shape in file.inline_shapes]
    assert len(described) == 2
    assert all(described)
    assert (
        sum(name.endswith(".svg") for name in zipfile.ZipFile(io.BytesIO(content)).namelist()) == 2
    )


def test_the_workbook_is_tidy_and_counts(files, centrum):
    book = openpyxl.load_workbook(io.BytesIO(files[0]["xlsx"]))
    sheet = book["Hotspots"]
    rows = list(sheet.iter_rows(values_only=True))

    assert rows[0] == tuple(head.title for head in table(centrum, "Hotspots").heads)
    assert [row[3] for row in rows[1:]] == table(centrum, "Hotspots").frame["count"].tolist()


def test_the_web_page_needs_nothing_else_and_runs_nothing(files):
    page = files[0]["html"].decode()

    assert "<script" not in page
    assert "http://" not in page.replace("http://www.w3.org/", "")
    assert "https://" not in page
    assert page.count('role="img"') == 2


def test_words_of_people_stay_words_in_every_format():
    nasty = '<b>#image("x")</b> *ster* =1+1 _a_ $x$ \\ @naam'
    frame = pd.DataFrame({"naam": [nasty, "=HYPERLINK(1)"], "n": [1, None]})
    heads = (Head("naam", "Naam"), Head("n", "Aantal", "count"))
    blocks = (
        Text(nasty), Bullets((nasty,)), Table(nasty, frame, heads, "Blad"),
        Figure(nasty, nasty, SVG, tiny_png()),
    )  # fmt: skip
    document = Document(nasty, nasty, (Section(nasty, blocks),), ((nasty, nasty),))

    pdf = pypdf.PdfReader(io.BytesIO(report.FORMATS["pdf"](document)))
    assert "*ster*" in "".join(page.extract_text() for page in pdf.pages)
    assert "<b>#image" not in report.FORMATS["html"](document).decode()
    word = docx.Document(io.BytesIO(report.FORMATS["docx"](document)))
    assert nasty in [p.text for p in word.paragraphs]
    book = openpyxl.load_workbook(io.BytesIO(report.FORMATS["xlsx"](document)))
    assert book["Blad"]["A3"].value == "'=HYPERLINK(1)"
    assert book["Blad"]["B3"].value == "minder dan 5"
    assert all(cell.data_type != "f" for row in book["Lees mij"] for cell in row)


def tiny_png():
    out = io.BytesIO()
    Image.new("RGB", (9, 9)).save(out, "PNG")
    return out.getvalue()


def test_an_empty_period_says_so_in_every_format(facts):
    document = report.compose(facts, Selection(Period.parse("2019-H1"), gebied="Centrum"))

    assert "geen meldingen" in report.FORMATS["html"](document).decode()
    for write in report.FORMATS.values():
        assert write(document)


def test_the_command_writes_files_and_refuses_in_words(folder, tmp_path):
    run = CliRunner()
    words = ["--data", str(folder), "report", "--period", "2026-H1", "--out", str(tmp_path)]

    done = run.invoke(commands, [*words, "--area", "centrum", "--format", "pdf,xlsx", "--json"])
    assert json.loads(done.stdout)["files"] == [
        "halfjaarrapport-2026-H1-centrum.pdf", "halfjaarrapport-2026-H1-centrum.xlsx",
    ]  # fmt: skip
    assert (tmp_path / "halfjaarrapport-2026-H1-centrum.pdf").read_bytes().startswith(b"%PDF")
    refused = run.invoke(commands, [*words, "--format", "odt"])
    assert refused.exit_code != 0
