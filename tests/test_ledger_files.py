"""Files of people: refused before they are read or kept, and nothing of a camera stays."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import itertools
import os
import struct
import time
import zipfile
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image, PngImagePlugin

from thor_metrics.errors import FileRefused, StoreError
from thor_metrics.ledger import DOCUMENT_BYTES, PHOTO_BYTES, Ledger, LedgerError, Target, Upload
from thor_metrics.ledger import files as files_module
from thor_metrics.ledger.files import Files, clean_name, received
from thor_metrics.ledger.photos import small_photo

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
MAIN = {
    "word": "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    "xl": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
    "macro": "application/vnd.ms-word.document.macroEnabled.main+xml",
}


@pytest.fixture
def ledger(tmp_path):
    with Ledger.open(tmp_path) as opened:
        yield opened


def office(folder="word", *, kind="", parts=(), compression=zipfile.ZIP_DEFLATED):
    """A Word or Excel file with as little in it as they can have."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        archive.writestr("[Content_Types].xml", f"<Types>{kind or MAIN[folder]}</Types>")
        main = {"word": "word/document.xml", "xl": "xl/workbook.xml"}.get(folder, "x.xml")
        archive.writestr(main, "<x/>")
        for name, data in parts:
            archive.writestr(name, data)
    return out.getvalue()


def picture(size=(40, 30), color="red", form="JPEG", **options):
    out = io.BytesIO()
    Image.new(options.pop("mode", "RGB"), size, color).save(out, form, **options)
    return out.getvalue()


def upload(data, name, size=None):
    return Upload(io.BytesIO(data), name, size)


class Counting(io.RawIOBase):
    """A stream of zeros that counts what is asked of it."""

    def __init__(self, size, start=b""):
        self.size, self.start, self.given = size, start, 0

    def read(self, count=-1):
        assert count >= 0, "never all at once"
        count = min(count, self.size - self.given)
        data = (self.start[self.given :] + bytes(count))[:count]
        self.given += count
        return data


def stored(folder):
    """Everything in the files folder."""
    return [file for file in (folder / "files").rglob("*") if file.is_file()]


# --- what comes in -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "name", "media_type"),
    [
        (PDF, "Plan.PDF", "application/pdf"),
        (office("word"), "a.docx", files_module.WORD),
        (office("xl"), "a.xlsx", files_module.EXCEL),
        (picture(), "a.jpeg", "image/jpeg"),
        (picture(form="PNG"), "a.png", "image/png"),
        (picture(form="WEBP"), "a.webp", "image/webp"),
    ],
    ids=["pdf", "word", "excel", "jpeg", "png", "webp"],
)
def test_a_document_is_kept_under_its_hash_and_comes_back(ledger, tmp_path, data, name, media_type):
    number = ledger.add_document("Plan", file=upload(data, name, len(data)))

    row = ledger.documents().iloc[0]
    kept = ledger.open_file(row["file_hash"])
    assert (row["id"], row["file_name"], row["media_type"]) == (number, name, media_type)
    assert hashlib.sha256(kept).hexdigest() == row["file_hash"]
    assert len(kept) == row["file_size"]
    assert kept == data or media_type.startswith("image/")
    digest = row["file_hash"]
    assert stored(tmp_path) == [tmp_path / "files" / digest[:2] / digest]


def test_the_same_file_twice_is_one_file_and_a_new_one_leaves_the_old(ledger, tmp_path):
    number = ledger.add_document("een", file=upload(PDF, "a.pdf"))
    ledger.add_document("twee", file=upload(PDF, "b.pdf"))
    assert len(stored(tmp_path)) == 1

    ledger.change_document(number, 1, file=upload(PDF + b"2", "nieuw.pdf"))
    row = ledger.documents().set_index("id").loc[number]
    assert (row["file_name"], ledger.open_file(row["file_hash"])) == ("nieuw.pdf", PDF + b"2")
    ledger.undo("document", number)
    row = ledger.documents().set_index("id").loc[number]
    assert (row["file_name"], ledger.open_file(row["file_hash"])) == ("a.pdf", PDF)


def test_a_program_called_pdf_is_refused_and_not_kept(ledger, tmp_path):
    with pytest.raises(FileRefused, match=r"'rapport\.pdf' is in werkelijkheid een programma"):
        ledger.add_document("a", file=upload(b"MZ\x90\x00" + bytes(200), "rapport.pdf"))
    with pytest.raises(FileRefused, match="programma"):
        ledger.add_document("a", file=upload(b"\x7fELF" + bytes(200), "rapport.docx"))

    assert ledger.documents().empty
    assert stored(tmp_path) == []


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (PDF, "foto.jpg", "heet een JPEG-foto maar is een PDF"),
        (picture(form="PNG"), "foto.jpg", "heet een JPEG-foto maar is een PNG"),
        (office("xl"), "a.docx", "heet een Word-document maar is een Excel-bestand"),
        (PDF, "rapport.pdf.exe", r"is een \.exe-bestand; alleen PDF"),
        (PDF, "rapport", "zonder extensie"),
        (b"\xd0\xcf\x11\xe0" + bytes(99), "a.docx", "oud of met een wachtwoord"),
        (b"\xd0\xcf\x11\xe0" + bytes(99), "a.doc", r"Bewaar het als \.docx"),
        (b"tekst", "a.pdf", "de inhoud past niet bij de naam"),
        (b" %PDF-1.7", "a.pdf", "past niet"),  # a program can hold a PDF further on
        (b"MZ" + PDF, "a.pdf", "programma"),
        (b"", "a.pdf", "is leeg"),
        (b"GIF89a", "a.png", "GIF"),
        (b"RIFF\x00\x00\x00\x00WAVE", "a.webp", "past niet"),
        (office("word", kind=MAIN["macro"]), "a.docx", "macro's"),
        (office("word", parts=[("word/vbaProject.bin", b"x")]), "a.docx", "macro's"),
        (office("xl", parts=[("xl/VBAPROJECT.BIN", b"x")]), "a.xlsx", "macro's"),
        (office("word", parts=[("word/embeddings/a.EXE", b"x")]), "a.docx", "programma"),
        (office("word"), "a.docm", "zonder macro's"),
        (office("other", kind="x"), "a.docx", "geen Word- of Excel"),
        (office("word", kind="x"), "a.docx", "geen Word- of Excel"),
        (office("xl", kind=MAIN["word"]), "a.xlsx", "geen Word- of Excel"),
        (office("word", compression=zipfile.ZIP_LZMA), "a.docx", "manier die Office niet"),
        (office("word")[:-30], "a.docx", "beschadigd"),
    ],
    ids=itertools.count(),
)
def test_what_is_not_what_it_says_is_refused(tmp_path, data, name, said):
    with pytest.raises(FileRefused, match=said):
        received(upload(data, name))


@pytest.mark.filterwarnings("ignore:Duplicate name:UserWarning")  # the zip is made so on purpose
def test_two_lists_of_kinds_are_refused():
    data = office("word", parts=[("[Content_Types].xml", "x")])

    with pytest.raises(FileRefused, match="geen Word- of Excel"):
        received(upload(data, "a.docx"))


# --- size --------------------------------------------------------------------------------------


def test_200_mb_is_refused_after_the_limit_and_one_byte(ledger, tmp_path):
    big = Counting(200_000_000, PDF)

    with pytest.raises(FileRefused, match="groter dan 25 MB"):
        ledger.add_document("a", file=Upload(big, "a.pdf"))

    assert big.given == DOCUMENT_BYTES + 1
    assert stored(tmp_path) == []


def test_a_declared_size_is_refused_before_anything_is_read(ledger):
    big = Counting(200_000_000, PDF)

    with pytest.raises(FileRefused, match="25 MB"):
        ledger.add_document("a", file=Upload(big, "a.pdf", 200_000_000))
    with pytest.raises(FileRefused, match="15 MB"):
        ledger.add_photo(Upload(big, "a.jpg", PHOTO_BYTES + 1), "een bak")

    assert big.given == 0


def test_a_lie_about_the_size_does_not_help(ledger):
    big = Counting(200_000_000, b"\xff\xd8\xff")

    with pytest.raises(FileRefused, match="15 MB"):
        ledger.add_photo(Upload(big, "a.jpg", 10), "een bak")

    assert big.given == PHOTO_BYTES + 1


def test_exactly_the_limit_is_let_in():
    assert len(received(Upload(Counting(1_000, PDF), "a.pdf"), limit=1_000).data) == 1_000
    with pytest.raises(FileRefused):
        received(Upload(Counting(1_001, PDF), "a.pdf"), limit=1_000)


# --- zip bombs ---------------------------------------------------------------------------------


def test_a_bomb_is_refused_by_what_it_declares():
    bomb = office("word", parts=[("word/media/a.xml", bytes(30_000_000))])
    assert len(bomb) < 100_000

    with pytest.raises(FileRefused, match="zipbom"):
        received(upload(bomb, "a.docx"))


def test_a_bomb_that_declares_little_is_refused_by_what_comes_out():
    honest = office("word", parts=[("word/a.xml", bytes(30_000_000))])
    declared = struct.pack("<I", 30_000_000)
    assert honest.count(declared) == 2  # local header and directory
    lying = honest.replace(declared, struct.pack("<I", 1_000))

    with pytest.raises(FileRefused, match=r"beschadigd|zipbom"):
        received(upload(lying, "a.docx"))


def test_a_bomb_of_parts_that_share_their_bytes_is_refused():
    # All entries of the directory point at one piece of data (as in Fifield's bomb).
    base = office("word", parts=[("word/a.xml", bytes(5_000_000))])
    with zipfile.ZipFile(io.BytesIO(base)) as archive:
        start = archive.start_dir
    directory = base[start:-22]
    last = directory[directory.rindex(b"PK\x01\x02") :]
    copies = b"".join(last.replace(b"word/a.xml", f"word/{n:05d}"[:10].encode()) for n in range(60))
    end = struct.pack(
        "<4s4H2IH", b"PK\x05\x06", 0, 0, 62, 62, len(directory + copies) - len(last), start, 0
    )
    bomb = base[:start] + directory[: -len(last)] + copies + end

    with pytest.raises(FileRefused, match=r"zipbom|beschadigd"):
        received(upload(bomb, "a.docx"))


def test_a_bomb_of_many_parts_is_refused():
    many = office("word", parts=[(f"word/{n}.xml", b"") for n in range(5_000)])

    with pytest.raises(FileRefused, match="zipbom"):
        received(upload(many, "a.docx"))


def test_a_repetitive_sheet_is_no_bomb():
    sheet = b"".join(b'<c r="A%d"><v>%d</v></c>' % (n, n * 7919) for n in range(400_000))
    data = office("xl", parts=[("xl/worksheets/sheet1.xml", sheet)])

    assert received(upload(data, "a.xlsx")).media_type == files_module.EXCEL


# --- names -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\x\\Plan.pdf", "Plan.pdf"),
        ("a\x00b\r\n.pdf", "ab .pdf"),
        ("\u202efdp.exe", "fdp.exe"),
        ("  .hidden.pdf ", "hidden.pdf"),
        ("NUL.pdf", "_NUL.pdf"),
        ('a<b>:"|?*.pdf', "ab.pdf"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
        ("...", "bestand"),
        ("", "bestand"),
        ("IMG-20260612-WA0001.jpg", "IMG-20260612-WA0001.jpg"),
    ],
)
def test_names_become_harmless(name, clean):
    assert clean_name(name) == clean


@settings(max_examples=200)
@given(name=st.text(max_size=200))
def test_no_name_leaves_its_folder(name):
    try:
        clean = clean_name(name)
    except LedgerError:
        return
    assert clean
    assert len(clean) <= 121
    assert Path(clean).name == clean
    assert not set(clean) & set('/\\<>:"|?*\r\n\x00')
    assert clean not in {".", ".."}


def test_a_name_with_a_person_in_it_is_refused(ledger):
    with pytest.raises(LedgerError, match="bestandsnaam lijkt een telefoonnummer"):
        ledger.add_document("a", file=upload(PDF, "gesprek_06-12345678.pdf"))


# --- keeping -----------------------------------------------------------------------------------


def test_damage_and_loss_are_told(ledger, tmp_path):
    ledger.add_document("a", file=upload(PDF, "a.pdf"))
    (file,) = stored(tmp_path)
    file.write_bytes(PDF[:-1] + b"x")
    with pytest.raises(StoreError, match="beschadigd"):
        ledger.open_file(file.name)
    file.unlink()
    with pytest.raises(StoreError, match="niet \\(meer\\)"):
        ledger.open_file(file.name)


@pytest.mark.parametrize("digest", ["", "../../../ledger.db", "A" * 64, "a" * 63, "a" * 64 + "\n"])
def test_only_hashes_are_looked_up(ledger, digest):
    with pytest.raises(StoreError, match="geen bestand van het dashboard"):
        ledger.open_file(digest)


def test_a_half_written_file_is_never_seen_and_is_tidied_after_a_day(tmp_path, monkeypatch):
    files = Files(tmp_path)
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError("disk full")))
        with pytest.raises(OSError, match="disk full"):
            files.keep(PDF)
    assert stored(tmp_path) == []

    files.keep(PDF)
    left = tmp_path / "files" / "incoming" / "left"
    fresh = tmp_path / "files" / "incoming" / "fresh"
    left.touch()
    fresh.touch()
    long_ago = time.time() - 2 * 86_400
    os.utime(left, (long_ago, long_ago))
    files.tidy()
    assert not left.exists()
    assert fresh.exists()
    assert files.read(hashlib.sha256(PDF).hexdigest()) == PDF


# --- photos ------------------------------------------------------------------------------------


def with_gps(orientation=1, size=(2_000, 1_000), form="JPEG"):
    """A photo as a telephone makes it: place, camera, comment, thumbnail words."""
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "Geheimcamera"
    exif[ExifTags.Base.Orientation] = orientation
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = "2026:06:12 10:11:12"
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    gps[ExifTags.GPS.GPSLatitudeRef] = "N"
    gps[ExifTags.GPS.GPSLatitude] = (50.0, 51.0, 4.0)
    image = Image.new("RGB", size, "red")
    image.paste("blue", (0, 0, size[0] // 2, size[1]))  # the left half
    out = io.BytesIO()
    options = {"comment": b"Geheimcommentaar"} if form == "JPEG" else {}
    image.save(out, form, exif=exif, icc_profile=b"Geheimprofiel", quality=95, **options)
    return out.getvalue()


@pytest.mark.parametrize(("form", "name"), [("JPEG", "a.jpg"), ("WEBP", "a.webp")])
def test_nothing_of_the_camera_or_the_place_is_kept(ledger, tmp_path, form, name):
    raw = with_gps(form=form)
    there = Image.open(io.BytesIO(raw)).getexif()
    assert there.get_ifd(ExifTags.IFD.GPSInfo)  # the test is about something
    assert b"Geheimcamera" in raw

    number = ledger.add_photo(
        upload(raw, name), "Volle bak naast het perron", moment="voor",
        links=[Target("actie", "12")], by="team Noord",
    )  # fmt: skip
    ledger.add_document("scan", file=upload(raw, name))

    row = ledger.photos(link=Target("actie", "12")).iloc[0]
    assert (row["id"], row["moment"], row["taken_on"].date()) == (
        number, "voor", dt.date(2026, 6, 12),
    )  # fmt: skip
    assert len(stored(tmp_path)) == 3  # photo, thumbnail, scan; no original
    for file in stored(tmp_path):
        data = file.read_bytes()
        assert b"Exif" not in data
        assert b"EXIF" not in data
        assert b"Geheim" not in data
        with Image.open(io.BytesIO(data)) as image:
            assert not image.getexif()
            assert not image.getexif().get_ifd(ExifTags.IFD.GPSInfo)
            assert not {"exif", "icc_profile", "comment", "xmp"} & set(image.info)


def test_words_in_a_png_are_not_kept_either(ledger, tmp_path):
    words = PngImagePlugin.PngInfo()
    words.add_text("Author", "Geheim")
    words.add_itxt("XML:com.adobe.xmp", "<Geheim/>")
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "Geheim"
    raw = picture(form="PNG", pnginfo=words, exif=exif)
    assert raw.count(b"Geheim") == 3

    ledger.add_document("scan", file=upload(raw, "a.png"))
    ledger.add_photo(upload(raw, "a.png"), "x")

    assert not any(b"Geheim" in file.read_bytes() for file in stored(tmp_path))


def test_a_photo_is_small_upright_and_has_a_thumbnail():
    photo = small_photo(with_gps(orientation=6), "a.jpg")  # the camera was held on its side

    assert (photo.width, photo.height) == (800, 1_600)
    with Image.open(io.BytesIO(photo.data)) as image, Image.open(io.BytesIO(photo.thumb)) as thumb:
        assert (image.format, image.size, thumb.size) == ("JPEG", (800, 1_600), (160, 320))
        # Turned a quarter clockwise the left half comes on top.
        assert image.getpixel((400, 200))[2] > 200 > image.getpixel((400, 200))[0]
        assert image.getpixel((400, 1_400))[0] > 200
    small = small_photo(picture((40, 30)), "a.jpg")
    assert (small.width, small.height) == (40, 30)  # never larger than it was


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "L", "1"])
def test_other_kinds_of_pixels_become_a_photo_on_white(mode):
    clear = (255, 0, 0, 0) if mode == "RGBA" else (0, 0) if mode == "LA" else 0
    photo = small_photo(picture(form="PNG", mode=mode, color=clear), "a.png")

    with Image.open(io.BytesIO(photo.data)) as image:
        assert image.mode == "RGB"
        if mode in {"RGBA", "LA"}:
            assert min(image.getpixel((5, 5))) > 250


def _png_of(width, height):
    """A PNG that says how large it is, and holds almost nothing."""
    head = struct.pack(">2I5B", width, height, 1, 0, 0, 0, 0)
    parts = [(b"IHDR", head), (b"IDAT", zlib.compress(b"")), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    )


@pytest.mark.parametrize("side", [7_800, 10_000, 20_000])
def test_a_decompression_bomb_is_refused(ledger, tmp_path, side):
    with pytest.raises(FileRefused, match="60 miljoen beeldpunten"):
        ledger.add_photo(upload(_png_of(side, side), "a.png"), "x")
    with pytest.raises(FileRefused, match="60 miljoen beeldpunten"):
        ledger.add_document("a", file=upload(_png_of(side, side), "a.png"))
    assert stored(tmp_path) == []


# The library warns about a damaged place or camera, which is what this test makes.
@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
@settings(max_examples=150)
@given(data=st.data())
def test_a_damaged_photo_is_refused_or_read_and_never_a_crash(data):
    form, name = data.draw(
        st.sampled_from([("JPEG", "a.jpg"), ("PNG", "a.png"), ("WEBP", "a.webp")])
    )
    raw = bytearray(with_gps(size=(64, 48), form=form) if form != "PNG" else picture(form="PNG"))
    for _ in range(data.draw(st.integers(1, 6))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(raw)))
    try:
        came = received(upload(bytes(raw[:cut]), name))
        photo = small_photo(came.data, came.name)
    except FileRefused:
        return
    assert photo.data.startswith(b"\xff\xd8\xff")


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.pdf", PDF, "niet te lezen"),
        ("a.heic", b"\x00\x00\x00\x18ftypheic", "Meest compatibel"),
        ("a.jpg", b"\xff\xd8\xff\xe0" + bytes(50), "niet te lezen"),
    ],
)
def test_what_is_no_photo_is_refused(ledger, name, data, said):
    with pytest.raises(FileRefused, match=said):
        ledger.add_photo(upload(data, name), "x")


def test_a_photo_needs_words_and_can_be_changed_and_undone(ledger, tmp_path):
    with pytest.raises(LedgerError, match="beschrijving ontbreekt"):
        ledger.add_photo(upload(picture(), "a.jpg"), " ")
    assert not (tmp_path / "files").exists()  # words first: nothing is read for nothing
    with pytest.raises(LedgerError, match="'tijdens' is geen voor of na"):
        ledger.add_photo(upload(picture(), "a.jpg"), "x", moment="tijdens")

    number = ledger.add_photo(
        upload(picture(), "a.jpg"), "Leeg perron", taken_on=dt.date(2026, 1, 2)
    )
    ledger.change_photo(number, 1, alt="Schoon perron", moment="na", by="team Noord")
    assert ledger.photos(moment="na")["alt"].tolist() == ["Schoon perron"]
    ledger.undo("photo", number)
    row = ledger.photos().iloc[0]
    assert (row["alt"], row["moment"], row["version"]) == ("Leeg perron", "", 3)
    assert ledger.open_file(row["thumb_hash"]).startswith(b"\xff\xd8\xff")
    ledger.remove("photo", number)
    assert ledger.photos().empty
    assert len(ledger.photos(removed=True)) == 1
