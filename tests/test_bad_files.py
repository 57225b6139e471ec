"""Every kind of bad file by name: each is refused with a sentence of its own."""

import contextlib
import gzip
import io
import os
import re
import stat
import zipfile
import zlib

import numpy as np
import openpyxl
import pandas as pd
import pytest

from thor_metrics.errors import FileRefused, PersonalData
from thor_metrics.sources import Request
from thor_metrics.sources.generic import SOURCE
from thor_metrics.sources.package import open_package

CSV = b"Zaaknummer;Datum melding;Hoofdcategorie\nZ1;02-06-2026;Afval\n"
MAX_MB = 40

BAD = {}


def bad(message, *, error=FileRefused, **options):
    """Register a maker of a bad file with what its refusal must say."""

    def keep(make):
        BAD[make.__name__] = (make, message, error, options)
        return make

    return keep


def put(folder, name, data):
    (folder / name).write_bytes(data)
    return folder / name


def zip_of(files, *, compression=zipfile.ZIP_DEFLATED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, data in files:
            archive.writestr(name, data)
    return buffer.getvalue()


def workbook(rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def with_part(data, name, content):
    """Replace one part of a zipped file."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = [(n, content if n == name else archive.read(n)) for n in archive.namelist()]
    return zip_of(parts)


# -- what is no table ------------------------------------------------------------------------


@bad(r"is leeg \(0 bytes\)")
def zero_bytes(folder):
    return put(folder, "a.csv", b"")


@bad(r"is leeg \(0 bytes\)")
def zero_bytes_in_gzip(folder):
    return put(folder, "a.csv.gz", gzip.compress(b""))


@bad(r"is leeg \(0 bytes\)")
def zip_with_only_empty_files(folder):
    return put(folder, "a.zip", zip_of([("a.csv", b""), ("b.csv", b"")]))


@bad("bevat geen tekst")
def only_blank_lines(folder):
    return put(folder, "a.csv", b"\r\n \r\n\t\n")


@bad(r"is er niet \(meer\)")
def vanished_file(folder):
    return folder / "weg.csv"


@bad("De map 'leeg' bevat geen bestanden")
def folder_without_files(folder):
    (folder / "leeg").mkdir()
    return folder / "leeg"


@bad("staat geen bestand dat gelezen kan worden. Gevonden: README.md, plaatje.png")
def folder_without_readable_files(folder):
    put(folder, "README.md", b"tekst")
    put(folder, "plaatje.png", b"\x89PNG")
    return folder


@bad("Een bestand als 'a.doc' kan niet gelezen worden")
def unknown_extension(folder):
    return put(folder, "a.doc", b"tekst")


@bad("is een PDF")
def pdf(folder):
    return put(folder, "a.pdf", b"%PDF-1.7 \xe2\xe3\xcf\xd3")


@bad("is een PDF")
def pdf_called_csv(folder):
    return put(folder, "a.csv", b"%PDF-1.7 \xe2\xe3\xcf\xd3")


@bad("is een Windows-programma")
def program_called_csv(folder):
    return put(folder, "a.csv", b"MZ\x90\x00\x03\x00\x00\x00\x04\x00" + b"\0" * 100)


@bad(r"is een foto \(JPEG\)")
def photo_called_xlsx(folder):
    return put(folder, "a.xlsx", b"\xff\xd8\xff\xe0\x00\x10JFIF")


@bad("is een document of een archief")
def word_document(folder):
    return put(folder, "a.docx", zip_of([("word/document.xml", b"<w/>")]))


@bad("is een document of een archief")
def word_document_called_csv(folder):
    return put(folder, "a.csv", zip_of([("word/document.xml", b"<w/>")]))


@bad("geen leesbare tekst")
def random_bytes_called_csv(folder):
    return put(folder, "a.csv", np.random.default_rng(1).bytes(5_000))


@bad("geen leesbare tekst")
def random_bytes_called_json(folder):
    return put(folder, "a.json", np.random.default_rng(2).bytes(5_000))


@bad("beschadigd en niet als spreadsheet")
def random_bytes_in_an_old_workbook(folder):
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    return put(folder, "a.xls", ole + np.random.default_rng(3).bytes(5_000))


@bad("binaire gegevens tussen de tekst")
def zeros_far_into_the_text(folder):
    return put(folder, "a.csv", CSV + b"Z2;02-06-2026;Afval\n" * 50_000 + b"\0" * 4_096)


@bad("is een webpagina")
def login_page_called_csv(folder):
    return put(folder, "a.csv", b"<!DOCTYPE html><html><body>Log in</body></html>")


# -- zip and gzip ----------------------------------------------------------------------------


@bad("een zipbom")
def zip_bomb_of_zeros(folder):
    return put(folder, "a.zip", zip_of([("a.csv", bytes(30_000_000))]))


@bad("een zipbom")
def gzip_bomb_of_zeros(folder):
    return put(folder, "a.csv.gz", gzip.compress(CSV + b" " * 30_000_000))


@bad("een zipbom|beschadigd")
def gzip_bomb_that_lies_about_its_size(folder):
    data = gzip.compress(CSV + b" " * 30_000_000)
    return put(folder, "a.csv.gz", data[:-4] + (100).to_bytes(4, "little"))


@bad("zit weer een ingepakt bestand")
def zip_in_a_zip(folder):
    return put(folder, "a.zip", zip_of([("b.zip", zip_of([("a.csv", CSV)]))]))


@bad("bevat 1001 bestanden")
def zip_with_too_many_files(folder):
    return put(folder, "a.zip", zip_of([(f"{n}.csv", CSV) for n in range(1_001)]))


@bad("buiten de zip wijst")
def zip_path_to_a_parent_folder(folder):
    return put(folder, "a.zip", zip_of([("../../etc/a.csv", CSV)]))


@bad("buiten de zip wijst")
def zip_path_with_backslashes(folder):
    return put(folder, "a.zip", zip_of([("..\\..\\a.csv", CSV)]))


@bad("buiten de zip wijst")
def zip_absolute_path(folder):
    return put(folder, "a.zip", zip_of([("/etc/passwd.csv", CSV)]))


@bad("buiten de zip wijst")
def zip_path_to_a_drive(folder):
    return put(folder, "a.zip", zip_of([("C:/a.csv", CSV)]))


@bad("bevat een snelkoppeling")
def zip_with_a_symbolic_link(folder):
    link = zipfile.ZipInfo("a.csv")
    link.create_system = 3
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    return put(folder, "a.zip", zip_of([(link, "/etc/passwd")]))


@bad("beveiligd met een wachtwoord. Pak de zip uit")
def encrypted_zip(folder):
    data = bytearray(zip_of([("a.csv", CSV)]))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return put(folder, "a.zip", bytes(data))


@bad("ingepakt op een manier")
def zip_with_unknown_compression(folder):
    data = bytearray(zip_of([("a.csv", CSV)]))
    data[8] = 9  # Deflate64, as Windows writes for large files
    data[data.index(b"PK\x01\x02") + 10] = 9
    return put(folder, "a.zip", bytes(data))


@bad("de zip is niet uit te pakken")
def truncated_zip(folder):
    return put(folder, "a.zip", zip_of([("a.csv", CSV * 1_000)])[:-100])


@bad("de zip is niet uit te pakken")
def zip_with_a_wrong_checksum(folder):
    data = bytearray(zip_of([("a.csv", CSV)], compression=zipfile.ZIP_STORED))
    data[data.index(b"Afval")] ^= 1
    return put(folder, "a.zip", bytes(data))


@bad("de gzip is niet uit te pakken")
def truncated_gzip(folder):
    text = "".join(f"Z{n};02-06-2026;Afval {n * n}\n" for n in range(50_000)).encode()
    return put(folder, "a.csv.gz", gzip.compress(CSV + text)[:-5_000])


@bad("de gzip is niet uit te pakken")
def corrupt_gzip(folder):
    data = bytearray(gzip.compress(os.urandom(10_000)))
    data[2_000:2_100] = zlib.compress(b"x" * 500)[:14] * 7 + b"ab"
    return put(folder, "a.csv.gz", bytes(data))


@bad("staat geen bestand dat gelezen kan worden. Gevonden: a.txt.bak, b.png")
def zip_without_a_readable_file(folder):
    return put(folder, "a.zip", zip_of([("a.txt.bak", b"x"), ("b.png", b"x")]))


# -- too large -------------------------------------------------------------------------------


@bad("is te groot: 41,0 MB")
def file_over_the_limit(folder):
    return put(folder, "a.csv", CSV + b"x" * 41_000_000)


@bad("is te groot")
def zip_over_the_limit_unpacked(folder):
    noise = np.random.default_rng(4).integers(48, 58, 21_000_000, dtype=np.uint8).tobytes()
    return put(folder, "a.zip", zip_of([("a.csv", noise), ("b.csv", noise)]))


@bad("heeft 2500 kolommen")
def too_many_columns(folder):
    header = "Zaaknummer;Datum melding;" + ";".join(f"k{n}" for n in range(2_498))
    return put(folder, "a.csv", f"{header}\n{';' * 2_499}\nZ1{';' * 2_499}\n".encode())


# -- spreadsheets ----------------------------------------------------------------------------


@bad("een zipbom")
def spreadsheet_bomb(folder):
    sheet = b"<worksheet><sheetData>" + b" " * 30_000_000 + b"</sheetData></worksheet>"
    return put(folder, "a.xlsx", with_part(workbook([["a"]]), "xl/worksheets/sheet1.xml", sheet))


@bad("een werkblad van 17.179.869.184 cellen")
def spreadsheet_with_a_cell_at_the_far_end(folder):
    book = openpyxl.Workbook()
    book.active["A1"] = "Zaaknummer"
    book.active["XFD1048576"] = 1
    book.save(folder / "a.xlsx")
    return folder / "a.xlsx"


@bad("een werkblad van")
def far_cell_in_a_part_with_another_name(folder):
    book = openpyxl.Workbook()
    book.active["XFD1048576"] = 1
    buffer = io.BytesIO()
    book.save(buffer)
    with zipfile.ZipFile(buffer) as archive:
        parts = [
            (name.replace("worksheets/sheet1.xml", "iets.anders"),
             archive.read(name).replace(b"worksheets/sheet1.xml", b"iets.anders"))
            for name in archive.namelist()
        ]  # fmt: skip
    return put(folder, "a.xlsx", zip_of(parts))


@bad("een werkblad van")
def opendocument_with_repeated_cells(folder):
    content = (
        b"<office:document-content><table:table><table:table-row "
        b'table:number-rows-repeated="1000000"><table:table-cell office:value-type="string" '
        b'table:number-columns-repeated="16000"><text:p>x</text:p></table:table-cell>'
        b"</table:table-row></table:table></office:document-content>"
    )
    parts = [
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", b"<manifest/>"),
        ("content.xml", content),
    ]
    return put(folder, "a.ods", zip_of(parts))


@bad("is beschadigd of niet helemaal overgekomen. Download")
def truncated_spreadsheet(folder):
    return put(folder, "a.xlsx", workbook([["Zaaknummer", "Datum melding"]] * 50)[:3_000])


@bad("als spreadsheet te openen")
def spreadsheet_without_its_parts(folder):
    return put(folder, "a.xlsx", zip_of([("xl/iets.xml", b"<x/>")]))


@bad("Sla het op zonder wachtwoord")
def encrypted_spreadsheet(folder):
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
    return put(folder, "a.xlsx", ole + "EncryptedPackage".encode("utf-16-le") + bytes(1_000))


@bad("een binaire Excel")
def binary_workbook(folder):
    return put(folder, "a.xlsx", zip_of([("xl/workbook.bin", b"x")]))


@bad("geen werkblad met namen van kolommen")
def spreadsheet_with_headers_only(folder):
    return put(folder, "a.xlsx", workbook([["Zaaknummer", "Datum melding"]]))


# -- other formats ---------------------------------------------------------------------------


@bad("geen geldige JSON")
def truncated_json(folder):
    return put(folder, "a.json", b'[{"id": 1, "datum": "02-06-2026"}, {"id"')


@bad("geen geldige JSON")
def deeply_nested_json(folder):
    return put(folder, "a.json", b"[" * 200_000)


@bad("geen lijst van objecten")
def json_with_numbers(folder):
    return put(folder, "a.json", b"[1, 2, 3]")


@bad("is een lege lijst")
def json_without_rows(folder):
    return put(folder, "a.json", b"[]")


@bad("niet als kaartbestand")
def truncated_geojson(folder):
    return put(folder, "a.geojson", b'{"type": "FeatureCollection", "features": [{"type"')


@bad("bevat geen objecten")
def geojson_without_features(folder):
    return put(folder, "a.geojson", b'{"type": "FeatureCollection", "features": []}')


@bad("niet als kaartbestand")
def truncated_geopackage(folder):
    return put(folder, "a.gpkg", b"SQLite format 3\0" + bytes(3_000))


@bad("niet als Parquet")
def truncated_parquet(folder):
    pd.DataFrame({"id": range(1_000)}).to_parquet(folder / "heel.parquet")
    return put(folder, "a.parquet", (folder / "heel.parquet").read_bytes()[:500])


@bad("heeft kolommen maar geen rijen")
def parquet_without_rows(folder):
    pd.DataFrame({"id": pd.Series([], dtype="str")}).to_parquet(folder / "a.parquet")
    return folder / "a.parquet"


@bad(r"ontbreekt \.dbf en \.shx")
def shapefile_without_its_parts(folder):
    return put(folder, "a.shp", b"\0\0\x27\x0a" + bytes(200))


@bad("zonder bron gelezen")
def xml_of_an_unknown_source(folder):
    return put(folder, "a.xml", b"<?xml version='1.0'?><rows><row/></rows>")


# -- tables that do not fit ------------------------------------------------------------------


@bad("alleen namen van kolommen en geen rijen")
def headers_only(folder):
    return put(folder, "a.csv", CSV.splitlines()[0] + b"\n\n;;\n")


@bad("geen rij met namen van kolommen")
def no_headers(folder):
    return put(folder, "a.csv", b"1;2;3\n4;5;6\n")


@bad("geen enkele kolom herkend. Gevonden: 'kleur', 'maat'")
def unknown_headers(folder):
    return put(folder, "a.csv", b"kleur;maat\nrood;3\n")


@bad("geen enkele kolom herkend. Gevonden: '…', 'Jansen'")
def data_with_people_instead_of_headers(folder):
    return put(folder, "a.csv", b"jan@example.nl;Jansen\npiet@example.nl;Pietersen\n")


@bad("Meldingen missen de kolom 'Gemeld op'. Gevonden: 'Zaaknummer', 'Hoofdcategorie'")
def missing_column(folder):
    return put(folder, "a.csv", b"Zaaknummer;Hoofdcategorie\nZ1;Afval\n")


@bad("Dit lijkt een bestand met Controles, geen Meldingen", table="incidents")
def file_of_another_table(folder):
    return put(
        folder,
        "a.csv",
        b"Controlenummer;Datum;Starttijd;Eindtijd;Type controle;Aanleiding;Aantal gecontroleerd\n"
        b"C1;02-06-2026;09:00;10:00;Scanauto;Gepland;40\n",
    )


@bad("passen bij Waarnemingen en bij Sancties")
def file_that_fits_two_tables(folder):
    return put(folder, "a.csv", b"Nummer;Datum;Soort;Aantal\n1;02-06-2026;iets;3\n")


@bad("bestaat niet. Kies uit", columns={"Datum melding": "gemeld_op"})
def correction_to_an_unknown_column(folder):
    return put(folder, "a.csv", CSV)


@bad("aanhalingsteken")
def quote_that_is_never_closed(folder):
    return put(
        folder, "a.csv", CSV + b'Z2;02-06-2026;"Afval\n' + b"Z3;02-06-2026;Afval\n" * 200_000
    )


@bad(r"'Nummer' bevat persoonsgegevens \(BSN\)", error=PersonalData)
def key_of_social_security_numbers(folder):
    people = "\n".join(f"{bsn};02-06-2026" for bsn in ("123456782", "111222333", "100000009"))
    return put(folder, "a.csv", f"Zaaknummer;Datum melding\n{people}\n".encode())


@bad(r"'Kenteken' is een persoonsgegeven", error=PersonalData, columns={"Kenteken": "source_id"})
def key_taken_from_a_plate(folder):
    return put(folder, "a.csv", b"Kenteken;Datum melding\n12-BDF-3;02-06-2026\n")


# -- the test --------------------------------------------------------------------------------


def read_all(path, settings, **options):
    """Read a file to its end; the number of rows."""
    rows = 0
    for package in open_package(path, max_mb=MAX_MB):
        reading = SOURCE.read(package, Request(settings, **options))
        list(reading.date_samples())
        rows += sum(len(batch.rows) + len(batch.broken) for batch in reading.batches)
    return rows


@pytest.mark.parametrize("name", BAD)
def test_is_refused_in_dutch(name, tmp_path, settings):
    make, message, error, options = BAD[name]
    path = make(tmp_path)

    with pytest.raises(error, match=message) as refusal:
        read_all(path, settings, **options)

    text = str(refusal.value)
    assert text.endswith(".")
    assert str(tmp_path) not in text  # where a file stands is nobody else's business
    assert re.search(r"[a-z]", text)


def test_a_bomb_is_stopped_before_it_is_unpacked(tmp_path, settings):
    import tracemalloc

    path = gzip_bomb_that_lies_about_its_size(tmp_path)
    tracemalloc.start()
    with pytest.raises(FileRefused):
        read_all(path, settings)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 8_000_000


def test_one_bad_file_among_good_ones_is_passed_over(tmp_path, settings):
    put(tmp_path, "a.csv", CSV)
    put(tmp_path, "b.json", b"{kapot")

    [package] = open_package(tmp_path, max_mb=1)

    assert len(next(SOURCE.read(package, Request(settings)).batches).rows) == 1


@pytest.mark.parametrize("seed", range(60))
def test_damaged_bytes_are_refused_or_read_but_never_crash(tmp_path, settings, seed):
    """Flip bytes in good files of every binary kind: a ThorError or rows, nothing else."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"id": range(200), "datum melding": "02-06-2026", "categorie": "Afval"})
    kind = ("xlsx", "zip", "csv.gz", "parquet", "csv")[seed % 5]
    text = frame.to_csv(sep=";", index=False).encode()
    if kind == "xlsx":
        data = workbook([list(frame), *frame.to_numpy().tolist()])
    elif kind == "parquet":
        buffer = io.BytesIO()
        frame.to_parquet(buffer)
        data = buffer.getvalue()
    else:
        data = {"zip": zip_of([("a.csv", text)]), "csv.gz": gzip.compress(text), "csv": text}[kind]
    damaged = np.frombuffer(data, np.uint8).copy()
    spots = rng.integers(0, len(damaged), 1 + seed // 5 * 3)
    damaged[spots] = rng.integers(0, 256, len(spots))
    path = put(tmp_path, f"a.{kind}", damaged.tobytes())

    with contextlib.suppress(FileRefused):
        assert read_all(path, settings, table="incidents") <= 400
