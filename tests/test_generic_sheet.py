"""Excel and OpenDocument as people fill them in."""

import datetime as dt
import io
import zipfile

import openpyxl
import pandas as pd
import pytest

from thor_metrics.errors import FileRefused
from thor_metrics.schema import TABLES
from thor_metrics.sources import Request
from thor_metrics.sources.generic import SOURCE
from thor_metrics.sources.package import open_package

#: Spreadsheets know no time zones.
MOMENT = dt.datetime(2026, 6, 2, 8, 12)  # noqa: DTZ001 - a spreadsheet knows no zone

HEADERS = ["Zaaknummer", "Gemeld op", "Gemeld om", "Hoofdcategorie", "X-coördinaat", "Y-coördinaat"]


class Upload(io.BytesIO):
    def __init__(self, name, data):
        super().__init__(data)
        self.name = name


def workbook(*sheets, merge=()):
    """A workbook of (name, rows) as bytes."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
        for cells in merge:
            sheet.merge_cells(cells)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def ods(rows, *, tail=""):
    """A minimal OpenDocument sheet: text cells only."""
    body = "".join(
        "<table:table-row>"
        + "".join(
            '<table:table-cell office:value-type="string">'
            f"<text:p>{cell}</text:p></table:table-cell>"
            for cell in row
        )
        + "</table:table-row>"
        for row in rows
    )
    content = (
        '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body>'
        f'<office:spreadsheet><table:table table:name="Blad1">{body}{tail}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", content)
    return buffer.getvalue()


@pytest.fixture
def read(settings):
    def read_(data, *, name="export.xlsx", **options):
        [package] = open_package(Upload(name, data), max_mb=50)
        return SOURCE.read(package, Request(settings, **options))

    return read_


def rows_of(reading):
    return pd.concat([batch.rows for batch in reading.batches], ignore_index=True)


def test_cells_keep_their_type(read):
    data = workbook(
        ("Meldingen", [HEADERS, ["Z1", MOMENT, dt.time(8, 12), "Afval", 175995.5, 318161],
                       [1002, MOMENT, None, "Fiets", None, 318161]])
    )  # fmt: skip

    rows = rows_of(read(data))

    assert rows["reported_at"].dtype == "datetime64[us]"
    assert rows["reported_at"][0] == pd.Timestamp(MOMENT)
    assert rows["reported_time"].to_list()[0] == "08:12:00"
    assert rows["source_id"].to_list() == ["Z1", "1002"]  # not 1002.0
    assert rows["x"].dtype == "float64"
    assert rows["x"].isna().to_list() == [False, True]


def test_a_column_of_dates_and_texts_is_text(read):
    data = workbook(("Meldingen", [HEADERS, ["Z1", MOMENT], ["Z2", "13-06-2026 09:00"]]))
    reading = read(data)

    assert list(reading.date_samples()) == ["13-06-2026 09:00"]
    assert rows_of(reading)["reported_at"].to_list() == ["2026-06-02 08:12:00", "13-06-2026 09:00"]


def test_a_column_of_numbers_and_texts_has_decimal_commas(read):
    rows = [HEADERS, ["Z1", "x", None, "a", 175995.125, 1], ["Z2", "x", None, "a", "178.410", 1]]

    # A point would be read as thousands beside "178.410".
    assert rows_of(read(workbook(("M", rows))))["x"].to_list() == ["175995,125", "178.410"]


def test_titles_blanks_totals_and_the_number_of_a_row(read):
    rows = [
        ["Meldingen openbare ruimte"], ["Periode: juni 2026"], [],
        HEADERS, ["Z1", "02-06-2026", "", "Afval", 1, 2], [],
        ["Z2", "03-06-2026", "", "Fiets", 3, 4], [],
        ["Totaal", None, None, None, 4, 6], ["Bron: Signalen, juli 2026"],
    ]  # fmt: skip

    reading = read(workbook(("Blad1", rows), merge=["A1:F1"]))
    [batch] = reading.batches

    assert batch.rows["source_id"].to_list() == ["Z1", "Z2"]
    assert batch.row_numbers.to_list() == [5, 7]
    assert reading.warnings == (
        "1 totaalrij onderaan is overgeslagen.",
        "Tekst onder de tabel is overgeslagen (regels: 1).",
    )


def test_a_table_that_does_not_start_in_the_corner(read):
    rows = [[], [], [None, None, *HEADERS], [None, None, "Z1", "02-06-2026", None, "Afval", 1, 2]]

    [batch] = read(workbook(("Blad1", rows))).batches

    assert batch.rows["source_id"].to_list() == ["Z1"]
    assert batch.row_numbers.to_list() == [4]


def test_headers_merged_over_two_rows(read):
    rows = [
        ["Zaaknummer", "Datum", None, "Plaats", None],
        [None, "melding", "afgehandeld", "X", "Y"],
        ["Z1", "02-06-2026", "03-06-2026", 1, 2],
    ]

    reading = read(workbook(("Blad1", rows), merge=["A1:A2", "B1:C1", "D1:E1"]))

    assert set(reading.columns.values()) == {"source_id", "reported_at", "closed_at", "x", "y"}
    assert rows_of(reading)["closed_at"].to_list() == ["03-06-2026"]


def test_the_sheet_that_fits_best_is_read_and_the_others_are_named(read):
    data = workbook(
        ("Toelichting", [["Kolom", "Betekenis"], ["Zaaknummer", "het nummer"]]),
        ("Invoer", [HEADERS, ["Z1", "02-06-2026", None, "Afval", 1, 2]]),
        ("Draaitabel", [["Hoofdcategorie", "Aantal"], ["Afval", 1]]),
    )

    reading = read(data)

    assert reading.table == "incidents"
    assert rows_of(reading)["source_id"].to_list() == ["Z1"]
    assert reading.warnings == (
        "Werkblad 'Toelichting' heeft geen rijen onder namen van kolommen en is overgeslagen.",
        "Gelezen is 'Invoer'; overgeslagen: Draaitabel.",
    )


def test_a_hidden_sheet_is_not_read(read):
    data = workbook(("Meldingen", [HEADERS, ["Z1", "02-06-2026"]]), ("Oud", [HEADERS, ["Z0", "x"]]))
    book = openpyxl.load_workbook(io.BytesIO(data))
    book["Oud"].sheet_state = "hidden"
    buffer = io.BytesIO()
    book.save(buffer)

    reading = read(buffer.getvalue())

    assert rows_of(reading)["source_id"].to_list() == ["Z1"]
    assert reading.warnings == ()


def test_formulas_give_the_value_that_was_stored(read):
    data = workbook(("Meldingen", [HEADERS, ["Z1", "02-06-2026", None, "=1+1", 1, 2]]))

    # openpyxl stores no value: an empty cell, and never the result of running anything.
    assert rows_of(read(data))["main_category"].isna().all()


def test_opendocument(read):
    # LibreOffice closes every sheet with a million empty rows of sixteen thousand cells.
    tail = (
        '<table:table-row table:number-rows-repeated="1048570">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    )
    rows = [HEADERS, ["Z1", "02-06-2026", "08:12", "Caf\u00e9's", "1", "2"]]

    reading = read(ods(rows, tail=tail), name="export.ods")

    assert rows_of(reading)["main_category"].to_list() == ["Café's"]


def test_a_workbook_called_csv_or_xls_is_read_as_what_it_is(read):
    data = workbook(("Meldingen", [HEADERS, ["Z1", "02-06-2026"]]))

    assert len(rows_of(read(data, name="export.csv"))) == 1
    assert len(rows_of(read(data, name="export.xls"))) == 1
    text = ";".join(HEADERS) + "\nZ1;02-06-2026;;;;\n"
    assert len(rows_of(read(text.encode(), name="export.xls"))) == 1


def test_many_rows_come_in_batches(read):
    rows = [HEADERS, *(["Z" + str(n), "02-06-2026", None, "Afval", n, n] for n in range(50_010))]

    reading = read(workbook(("Meldingen", rows)))
    batches = list(reading.batches)

    assert [len(batch.rows) for batch in batches] == [50_000, 10]
    assert batches[1].row_numbers.to_list()[0] == 50_002
    assert reading.total == 50_010


@pytest.mark.parametrize("table", TABLES.values(), ids=list(TABLES))
def test_the_headers_of_every_template_find_their_own_table(read, table):
    inputs = [column for column in table.inputs if column.name != "geometry"]
    data = workbook(("Invullen", [[c.title for c in inputs], [c.example for c in inputs]]))

    reading = read(data)

    assert reading.table == table.name
    assert dict(reading.columns) == {column.title: column.name for column in inputs}


def test_no_sheet_with_rows(read):
    with pytest.raises(FileRefused, match="geen werkblad met namen van kolommen"):
        read(workbook(("Leeg", [])))
