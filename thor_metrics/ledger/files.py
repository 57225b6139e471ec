"""Files of people: measured while they come in, known by what is in them, kept under their hash.

``files/ab/abcdef...`` holds the bytes of which SHA-256 is the name, so the same file twice is one
file and nothing is ever overwritten. A name that a person gave is never part of a path.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from thor_metrics.errors import FileRefused, StoreError
from thor_metrics.ledger.office import office_type
from thor_metrics.ledger.words import line_of, refuse_personal

__all__ = [
    "DOCUMENT_BYTES",
    "PHOTO_BYTES",
    "Files",
    "Received",
    "Upload",
    "clean_name",
    "content_type",
    "received",
]

_MB: Final = 1_000_000
DOCUMENT_BYTES: Final = 25 * _MB
PHOTO_BYTES: Final = 15 * _MB

PDF: Final = "application/pdf"
WORD: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EXCEL: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
JPEG: Final = "image/jpeg"
PNG: Final = "image/png"
WEBP: Final = "image/webp"

#: Extension -> what the content must then be.
_TYPES: Final = {
    ".pdf": PDF, ".docx": WORD, ".xlsx": EXCEL,
    ".jpg": JPEG, ".jpeg": JPEG, ".png": PNG, ".webp": WEBP,
}  # fmt: skip
_CALLED: Final = {
    PDF: "PDF", WORD: "Word-document", EXCEL: "Excel-bestand",
    JPEG: "JPEG-foto", PNG: "PNG-afbeelding", WEBP: "WebP-afbeelding",
}  # fmt: skip
_ALLOWED: Final = "PDF, Word (.docx), Excel (.xlsx), JPEG, PNG of WebP"

#: First bytes of what is often offered and never taken, with what to do instead.
_NO: Final = (
    (b"MZ", "een programma", "Programma's worden hier nooit bewaard."),
    (b"\x7fELF", "een programma", "Programma's worden hier nooit bewaard."),
    (
        b"\xd0\xcf\x11\xe0",
        "een oud of met een wachtwoord beveiligd Office-bestand",
        "Bewaar het als .docx of .xlsx, zonder wachtwoord.",
    ),
    (b"{\\rtf", "een RTF-tekst", "Bewaar het als .docx of PDF."),
    (b"GIF8", "een GIF-afbeelding", "Bewaar het als PNG of JPEG."),
)

_CHUNK: Final = 1 << 18
_HASH: Final = re.compile(r"[0-9a-f]{64}")
_NAME_LENGTH: Final = 120
#: Names that Windows gives to devices.
_DEVICES: Final = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
_ABANDONED_S: Final = 86_400


@dataclass(frozen=True)
class Upload:
    """A file on its way in.

    Attributes
    ----------
    stream : binary file
        Read once, from where it stands, and no further than one byte past the limit.
    name : str
        As the person's computer calls it.
    size : int or None
        Bytes as declared, when known: too large is refused before anything is read.
    """

    stream: BinaryIO
    name: str
    size: int | None = None


@dataclass(frozen=True)
class Received:
    """A file that came in whole and is what its name says; it is not kept yet.

    Attributes
    ----------
    data : bytes
    name : str
        Cleaned, for the download.
    media_type : str
        By content.
    """

    data: bytes
    name: str
    media_type: str


def received(upload: Upload, *, limit: int = DOCUMENT_BYTES) -> Received:
    """Read a file that a person offers, in memory: what is refused never reaches the disk.

    Parameters
    ----------
    upload : Upload
    limit : int
        Most bytes.

    Raises
    ------
    FileRefused
        Too large, empty, of a kind that is not taken, or of another kind than its name says.
    """
    name = clean_name(upload.name)
    expected = _expected(name)
    if upload.size is not None and upload.size > limit:
        raise _too_large(name, limit)
    data = bytearray()
    while chunk := upload.stream.read(min(_CHUNK, limit + 1 - len(data))):
        data += chunk
        if len(data) > limit:
            raise _too_large(name, limit)
    if not data:
        raise FileRefused(f"'{name}' is leeg. Kies een bestand met inhoud.")
    found = content_type(bytes(data), name)
    if found != expected:
        raise FileRefused(
            f"'{name}' heet een {_CALLED[expected]} maar is een {_CALLED[found]}. Geef het bestand "
            "de goede extensie, of kies het juiste bestand."
        )
    return Received(bytes(data), name, found)


class Files:
    """The files beside the ledger.

    Parameters
    ----------
    folder : Path
        Data folder; ``files`` in it is made when it is needed.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "files"
        self._incoming = self._folder / "incoming"

    def keep(self, data: bytes) -> str:
        """Keep bytes; gives their hash. They are there whole, or not at all."""
        digest = hashlib.sha256(data).hexdigest()
        path = self._folder / digest[:2] / digest
        if path.is_file() and path.stat().st_size == len(data):
            return digest
        self._incoming.mkdir(parents=True, exist_ok=True)
        path.parent.mkdir(exist_ok=True)
        handle, name = tempfile.mkstemp(dir=self._incoming)
        incoming = Path(name)
        try:
            with os.fdopen(handle, "wb") as out:
                out.write(data)
                out.flush()
                os.fsync(out.fileno())
            # Another process may be as far with the same bytes: then they are written twice.
            incoming.replace(path)
        finally:
            incoming.unlink(missing_ok=True)
        return digest

    def read(self, digest: str) -> bytes:
        """Return the bytes of a file, checked against their hash.

        Raises
        ------
        StoreError
            When the file is not there or is damaged.
        """
        if not _HASH.fullmatch(digest):
            raise StoreError("Dit is geen bestand van het dashboard.")
        try:
            data = (self._folder / digest[:2] / digest).read_bytes()
        except FileNotFoundError:
            raise StoreError(
                "Het bestand staat niet (meer) in de datamap. Zet de reservekopie van de map "
                "'files' terug."
            ) from None
        if hashlib.sha256(data).hexdigest() != digest:
            raise StoreError(
                "Het bestand in de datamap is beschadigd. Zet de reservekopie van de map 'files' "
                "terug."
            )
        return data

    def tidy(self) -> None:
        """Throw away what programs that were killed left half, a day ago or longer."""
        if self._incoming.is_dir():
            for file in self._incoming.iterdir():
                try:
                    if time.time() - file.stat().st_mtime > _ABANDONED_S:
                        file.unlink()
                except FileNotFoundError:
                    pass  # another program tidies too


def _too_large(name: str, limit: int) -> FileRefused:
    return FileRefused(
        f"'{name}' is groter dan {limit // _MB} MB, het meeste dat hier bewaard wordt. Maak het "
        "bestand kleiner, bijvoorbeeld met minder of kleinere foto's erin."
    )


def clean_name(name: str) -> str:
    r"""Make a name harmless: no folders, control signs, or signs that a computer reads otherwise.

    Raises
    ------
    LedgerError
        When the name holds a telephone number, BSN, plate or e-mail address.

    Examples
    --------
    >>> clean_name("..\\..\\etc/Evaluatie\x00 pilot.PDF"), clean_name("con.pdf"), clean_name("/")
    ('Evaluatie pilot.PDF', '_con.pdf', 'bestand')
    """
    last = re.split(r"[/\\]", line_of(name))[-1]
    bare = line_of(re.sub(r'[<>:"|?*]', "", last)).strip(". ")
    if _DEVICES.fullmatch(bare):
        bare = f"_{bare}"
    stem, dot, extension = bare.rpartition(".")
    if len(bare) > _NAME_LENGTH:
        bare = f"{stem[: _NAME_LENGTH - len(extension) - 1].rstrip('. ')}{dot}{extension}"
        bare = bare[:_NAME_LENGTH]
    refuse_personal((stem or bare).replace("_", " "), "bestandsnaam")
    return bare or "bestand"


def _expected(name: str) -> str:
    """Media type that a name promises."""
    extension = Path(name).suffix.lower()
    if extension in _TYPES:
        return _TYPES[extension]
    what = f"een {extension}-bestand" if extension else "een bestand zonder extensie"
    advice = {
        ".docm": " Bewaar het als .docx, zonder macro's.",
        ".xlsm": " Bewaar het als .xlsx, zonder macro's.",
        ".doc": " Bewaar het als .docx of PDF.",
        ".xls": " Bewaar het als .xlsx.",
        ".heic": " Kies op de iPhone bij Camera > Structuren 'Meest compatibel'.",
    }.get(extension, "")
    raise FileRefused(f"'{name}' is {what}; alleen {_ALLOWED} wordt bewaard.{advice}")


def content_type(data: bytes, name: str) -> str:
    """Tell the media type of a file by what is in it.

    Parameters
    ----------
    data : bytes
    name : str
        For the message.

    Raises
    ------
    FileRefused
        For everything that is not taken: programs, macros, zip bombs, unknown kinds.
    """
    start = data[:16]
    if start.startswith(b"%PDF-"):
        return PDF
    if start.startswith(b"\xff\xd8\xff"):
        return JPEG
    if start.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
        return WEBP
    if start.startswith(b"PK\x03\x04"):
        return {"word": WORD, "xl": EXCEL}[office_type(data, name)]
    for sign, what, advice in _NO:
        if start.startswith(sign):
            raise FileRefused(f"'{name}' is in werkelijkheid {what}. {advice}")
    raise FileRefused(
        f"'{name}' is geen {_ALLOWED}: de inhoud past niet bij de naam. Open het bestand en "
        "bewaar het opnieuw in een van die vormen."
    )
