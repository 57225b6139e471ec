"""CSV as people and programs write it, read as one table."""

import dataclasses
import gzip
import io
from itertools import chain

import pandas as pd
import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tests.conftest import REAL_DATA
from thor_metrics.errors import FileRefused
from thor_metrics.settings import SourceSettings
from thor_metrics.sources import Request
from thor_metrics.sources.dates import decide_order
from thor_metrics.sources.generic import SOURCE
from thor_metrics.sources.package import open_package

HEADER = "Zaaknummer;Meldingsdatum;Hoofdcategorie;X-coördinaat;Y-coördinaat"
ROWS = ["Z1;02-06-2026 08:12;Afval;175995,0;318161,0", "Z2;03-06-2026 09:00;Café's;178.410;318.540"]


class Upload(io.BytesIO):
    def __init__(self, name, data):
        super().__init__(data)
        self.name = name


@pytest.fixture
def read(settings):
    """Read bytes or text as an uploaded file."""

    def read_(data, *, name="export.csv", source=None, **options):
        if isinstance(data, str):
            data = data.encode()
        [package] = open_package(Upload(name, data), max_mb=50)
        if source is None:
            return SOURCE.read(package, Request(settings, **options))
        mine = dataclasses.replace(settings, sources={"mijn": source})
        return SOURCE.read(package, Request(mine, source="mijn", **options))

    return read_


def rows_of(reading):
    batches = list(reading.batches)
    return pd.concat([batch.rows for batch in batches], ignore_index=True)


def numbers_of(batches):
    return list(chain.from_iterable(batch.row_numbers.to_list() for batch in batches))


def test_a_dutch_csv(read):
    reading = read("\r\n".join([HEADER, *ROWS]))
    rows = rows_of(reading)

    assert reading.table == "incidents"
    assert reading.source == "generiek"
    assert reading.time_zone == "Europe/Amsterdam"
    assert dict(reading.columns) == {
        "Zaaknummer": "source_id",
        "Meldingsdatum": "reported_at",
        "Hoofdcategorie": "main_category",
        "X-coördinaat": "x",
        "Y-coördinaat": "y",
    }
    assert rows["source_id"].to_list() == ["Z1", "Z2"]
    assert rows["main_category"].to_list() == ["Afval", "Café's"]
    assert rows["x"].to_list() == ["175995,0", "178.410"]  # what it means is ingest's to say
    assert all(dtype == "str" for dtype in rows.dtypes)
    assert reading.warnings == ()


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"]
)
def test_encodings(read, encoding):
    text = "\r\n".join([HEADER, *ROWS, "Z3;04-06-2026;Geluid – café €;;"])

    rows = rows_of(read(text.encode(encoding)))

    assert rows["main_category"].to_list() == ["Afval", "Café's", "Geluid – café €"]
    assert "y" in rows  # the header with a diaeresis was understood


def test_utf_16_with_a_mark_most_significant_byte_first(read):
    data = b"\xfe\xff" + "\n".join([HEADER, *ROWS]).encode("utf-16-be")

    assert rows_of(read(data))["main_category"][1] == "Café's"


def test_an_accent_far_into_the_file_decides_the_encoding(read):
    plain = "Z{};02-06-2026;Afval;;"
    text = "\n".join([HEADER.replace("ö", "o"), *(plain.format(n) for n in range(30_000)), ROWS[1]])

    assert rows_of(read(text.encode("cp1252")))["main_category"].iloc[-1] == "Café's"
    assert rows_of(read(text.encode("utf-8")))["main_category"].iloc[-1] == "Café's"


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
def test_separators(read, separator):
    text = HEADER + '\nZ1;02-06-2026;"Afval; of , of | iets";1;2'
    text = text.replace(";", separator).replace(f"Afval{separator} of", "Afval; of")

    rows = rows_of(read(text))

    assert rows.loc[0, "source_id"] == "Z1"
    assert rows.loc[0, "y"] == "2"


def test_the_line_excel_writes_for_the_separator(read):
    rows = rows_of(read("\n".join(["sep=;", HEADER, *ROWS])))

    assert len(rows) == 2


def test_quotes_with_line_breaks_and_row_numbers(read):
    text = HEADER + '\n"Z1";02-06-2026;"Afval\nop ""straat""";;\nkapot\nZ3;03-06-2026;Fiets;;\n'

    [batch] = read(text).batches

    assert batch.rows["main_category"].to_list() == ['Afval\nop "straat"', "Fiets"]
    # As a spreadsheet numbers rows: a cell of two lines is one row.
    assert batch.row_numbers.to_list() == [2, 4]
    assert batch.broken == ((3, "Rij heeft 1 kolommen in plaats van 5"),)


def test_titles_above_the_headers(read):
    titles = "Export meldingen 2026;;;;\nGemaakt op 01-07-2026\n\n"

    [batch] = read(titles + "\n".join([HEADER, *ROWS])).batches

    assert batch.rows["source_id"].to_list() == ["Z1", "Z2"]
    assert batch.row_numbers.to_list() == [5, 6]


def test_headers_over_two_rows(read):
    text = "Zaaknummer;Datum;;Locatie;\n;melding;afgehandeld;X;Y\nZ1;02-06-2026;03-06-2026;1;2\n"

    reading = read(text)

    assert set(reading.columns.values()) == {"source_id", "reported_at", "closed_at", "x", "y"}
    [batch] = reading.batches
    assert batch.rows.loc[0, "closed_at"] == "03-06-2026"
    assert batch.row_numbers.to_list() == [3]


def test_a_line_break_in_a_header_does_not_shift_row_numbers(read):
    text = HEADER.replace("Zaaknummer", '"Zaak\nnummer"') + f"\n{ROWS[0]}\nkapot;;\n{ROWS[1]}\n"

    [batch] = read(text, columns={"Zaak nummer": "source_id"}).batches

    assert batch.rows["source_id"].to_list() == ["Z1", "Z2"]
    assert batch.row_numbers.to_list() == [2, 4]
    assert batch.broken == ((3, "Rij heeft 3 kolommen in plaats van 5"),)


@pytest.mark.parametrize(
    ("end", "warning"),
    [
        ("Totaal;;;12;34", "1 totaalrij onderaan is overgeslagen."),
        (";;;12;34", "1 totaalrij onderaan is overgeslagen."),
        ("Subtotaal;;;1;2\nEindtotaal;;;12;34\n;;;;\n", "2 totaalrijen"),
        ("Totaal;2", "1 totaalrij"),
        ("Bron: Signalen, uitgedraaid op 01-07-2026", "Tekst onder de tabel"),
        ("\n;;;;\nTotaal;;;12;34\n\n", "1 totaalrij"),
    ],
)
def test_totals_and_notes_at_the_end(read, end, warning):
    reading = read("\n".join([HEADER, *ROWS, end]))

    [batch] = reading.batches

    assert batch.rows["source_id"].to_list() == ["Z1", "Z2"]
    assert batch.broken == ()
    assert any(warning in told for told in reading.warnings)


def test_a_last_row_that_only_looks_like_a_total_is_kept(read):
    reading = read("\n".join([HEADER, *ROWS, "Totaal-12;04-06-2026;Afval;1;2"]))

    assert rows_of(reading)["source_id"].to_list() == ["Z1", "Z2", "Totaal-12"]
    assert reading.warnings == ()


def test_blank_rows_and_columns_do_not_count(read):
    text = f"{HEADER};;\n\n{ROWS[0]};;\n;;;;;;\n\n{ROWS[1]};;\n\n\n"

    [batch] = read(text).batches

    assert batch.rows["source_id"].to_list() == ["Z1", "Z2"]
    assert batch.row_numbers.to_list() == [3, 6]
    assert batch.broken == ()


@pytest.mark.parametrize("ends", ["header", "rows"])
def test_a_separator_too_many_at_the_end_of_lines(read, ends):
    header = HEADER + (";" if ends == "header" else "")
    rows = [row + (";" if ends == "rows" else "") for row in ROWS]

    [batch] = read("\n".join([header, *rows])).batches

    assert len(batch.rows) == 2
    assert batch.broken == ()


def test_ragged_rows_are_reported_with_their_number(read):
    lines = [HEADER, *(f"Z{n};02-06-2026;Afval;1;2" for n in range(2, 60_000))]
    lines[100] = "Z101;te;weinig"
    lines[55_000] = "Z55001;02-06-2026;te;veel;1;2;3"

    batches = list(read("\n".join(lines)).batches)

    assert [len(batch.rows) for batch in batches] == [50_000, 9_996]
    assert list(chain.from_iterable(batch.broken for batch in batches)) == [
        (101, "Rij heeft 3 kolommen in plaats van 5"),
        (55_001, "Rij heeft 7 kolommen in plaats van 5"),
    ]
    assert numbers_of(batches) == [n for n in range(2, 60_000) if n not in {101, 55_001}]
    together = pd.concat([batch.rows for batch in batches], ignore_index=True)
    assert together["source_id"].to_list() == [f"Z{n}" for n in numbers_of(batches)]


def test_words_for_nothing_are_missing(read):
    rows = rows_of(read(f'{HEADER}\nZ1;02-06-2026;NULL;"";null\n'))

    assert rows[["main_category", "x", "y"]].isna().all(axis=None)


def test_gzip(read):
    data = gzip.compress("\n".join([HEADER, *ROWS]).encode())

    assert len(rows_of(read(data, name="export.csv.gz"))) == 2


def test_personal_and_unknown_columns_are_never_made_into_values(read):
    text = (
        "Zaaknummer;Melder;Telefoon;Datum;Kleur;BSN\n"
        "Z1;J. Jansen;06-12345678;02-06-2026;rood;123456782\n"
    )

    reading = read(text)
    [batch] = reading.batches

    assert dict(reading.personal) == {"Melder": "naam", "Telefoon": "telefoonnummer", "BSN": "BSN"}
    assert reading.ignored == ("Kleur",)
    assert list(batch.rows) == ["source_id", "reported_at"]


def test_dates_of_the_whole_file_decide_the_order(read):
    lines = ["Zaaknummer;Meldingsdatum;Datum afgehandeld"]
    lines += [f"Z{n};1/2/2026 {n % 24}:{n % 60:02d};" for n in range(20_000)]
    lines.append("Z9;1/31/2026 8:00;2 feb 2026")

    samples = list(read("\n".join(lines)).date_samples())

    assert sorted(samples)[:2] == ["1/2/2026", "1/31/2026"]  # the clock says nothing here
    assert "2 feb 2026" in samples
    assert decide_order(samples) == "mdy"


def test_corrections_of_the_user_win_over_synonyms(read):
    text = "Zaaknummer;Datum;Wanneer;Soort\nZ1;02-06-2026;01-06-2026;Afval\n"

    reading = read(text, table="incidents", columns={"Wanneer": "reported_at", "Soort": ""})

    assert dict(reading.columns) == {"Zaaknummer": "source_id", "Wanneer": "reported_at"}
    assert reading.ignored == ("Datum", "Soort")


def test_settings_of_a_source_map_headers_and_name_its_clock(read):
    source = SourceSettings(
        time_zone="UTC", date_order="mdy", columns={"when": "reported_at", "= Afval": "theme_given"}
    )

    reading = read("id,when\n1,1/2/2026\n", source=source)

    assert reading.source == "mijn"
    assert (reading.time_zone, reading.date_order) == ("UTC", "mdy")
    assert rows_of(reading)["theme_given"].to_list() == ["Afval"]


def test_dutch_samples_of_the_shared_folder(settings):
    if not REAL_DATA.exists():
        pytest.skip("shared data is not on this machine")
    for name, table, rows in (("meldingen", "incidents", 2), ("controles", "controls", 3)):
        [package] = open_package(REAL_DATA / f"samples/generiek_{name}_nl.csv", max_mb=1)
        reading = SOURCE.read(package, Request(settings))
        assert reading.table == table
        assert len(rows_of(reading)) == rows


def test_both_layouts_of_los_angeles_give_the_same_requests(settings):
    if not REAL_DATA.exists():
        pytest.skip("shared data is not on this machine")
    columns = ["source_id", "main_category", "channel", "status"]
    found = []
    for layout in ("iso", "usdate_shortyear"):
        [package] = open_package(REAL_DATA / f"la_311/requests_2020_{layout}.csv.gz", max_mb=50)
        reading = SOURCE.read(package, Request(settings))
        assert {"createddate", "closeddate", "updateddate"} <= reading.columns.keys()
        found.append((rows_of(reading), decide_order(reading.date_samples())))

    (iso, iso_order), (american, american_order) = found
    assert len(iso) == 10_000
    assert iso[columns].equals(american[columns])
    assert (iso_order, american_order) == ("ymd", "mdy")


cell = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n;,\t\"'"), max_size=12
).map(str.strip)


@hypothesis_settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None
)
@given(st.lists(st.tuples(cell, cell), min_size=1, max_size=8), st.sampled_from(";,\t|"))
@example([("=", '"')], ";")
def test_what_goes_in_comes_out(read, cells, separator):
    """Any text in any cell survives quoting, with rows in order."""
    frame = pd.DataFrame(cells, columns=["Hoofdcategorie", "Subcategorie"], dtype="str")
    frame.insert(0, "Zaaknummer", [f"Z{n}" for n in range(len(frame))])
    frame.insert(1, "Meldingsdatum", "02-06-2026")
    text = frame.to_csv(index=False, sep=separator, quoting=1)

    rows = rows_of(read(text))

    empty = {"", "NULL", "null", "(null)", "None", "NaN", "nan", "#N/A", "#N/B", "N/A"}
    for name, column in (("Hoofdcategorie", "main_category"), ("Subcategorie", "sub_category")):
        expected = [None if value in empty else value for value in frame[name]]
        found = [None if pd.isna(value) else value for value in rows[column]]
        assert found == expected


def test_the_source_of_last_resort_takes_anything(read):
    assert SOURCE.recognises(None)
    with pytest.raises(FileRefused, match="geen enkele kolom herkend"):
        read("kleur;maat\nrood;3\n")
