"""Word and Excel files from strangers: looked into as a stream, never unpacked to disk."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from typing import Final, Literal

from thor_metrics.errors import FileRefused

__all__ = ["office_type"]

_TYPES_FILE: Final = "[Content_Types].xml"
#: Kind of the main part -> folder it is in.
_MAIN: Final[dict[bytes, Literal["word", "xl"]]] = {
    b"wordprocessingml.document.main+xml": "word",
    b"spreadsheetml.sheet.main+xml": "xl",
}

#: A report full of charts has some hundreds of parts; a bomb of many small files has more.
_MOST_PARTS: Final = 5_000
#: Everything unpacked. The largest real workbooks of 25 MB come to about 150 MB.
_MOST_BYTES: Final = 250_000_000
#: Repetitive sheets shrink 30 times, zeros 1,000 times; small files may shrink as they like.
_MOST_RATIO: Final = 150
_RATIO_FROM: Final = 10_000_000
_MOST_TYPES: Final = 1_000_000
_CHUNK: Final = 1 << 18
_ENCRYPTED: Final = 0x1
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)

#: Programs that Office runs, or opens on a double click in the document.
_ACTIVE: Final = (
    ".exe", ".dll", ".scr", ".com", ".bat", ".cmd", ".ps1", ".vbs", ".js", ".jse", ".wsf", ".hta",
    ".msi", ".lnk", ".jar", ".docm", ".dotm", ".xlsm", ".xltm", ".xlam", ".xlsb",
)  # fmt: skip

_DAMAGE: Final = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, RuntimeError, ValueError,
    OverflowError,
)  # fmt: skip


def office_type(data: bytes, name: str) -> Literal["word", "xl"]:
    """Tell a Word file from an Excel file, and refuse every other zip.

    Parameters
    ----------
    data : bytes
    name : str
        For the message.

    Returns
    -------
    {"word", "xl"}

    Raises
    ------
    FileRefused
        For macros and programs inside, encryption, damage, and what becomes too large when it is
        unpacked: by what the zip declares and by what really comes out.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            _check_declared(parts, name)
            _check_real(archive, parts, name)
            kinds = _kinds(archive, parts)
            names = {part.filename for part in parts}
    except FileRefused:
        raise
    except _DAMAGE:
        raise FileRefused(
            f"'{name}' is beschadigd of onvolledig. Open het in Office en bewaar het opnieuw."
        ) from None
    if b"macroenabled" in kinds.lower():
        raise _macros(name)
    found = {
        folder
        for kind, folder in _MAIN.items()
        if kind in kinds and any(part.startswith(f"{folder}/") for part in names)
    }
    if len(found) != 1:
        raise FileRefused(
            f"'{name}' is een zip maar geen Word- of Excel-bestand. Pak de zip uit en kies het "
            "document dat erin zit."
        )
    return found.pop()


def _check_declared(parts: list[zipfile.ZipInfo], name: str) -> None:
    if len(parts) > _MOST_PARTS:
        raise _bomb(name)
    for part in parts:
        bare = part.filename.replace("\\", "/").rpartition("/")[2].lower()
        if "vbaproject" in bare:
            raise _macros(name)
        if bare.endswith(_ACTIVE):
            raise FileRefused(
                f"In '{name}' zit een programma of een bestand met macro's ('{bare}'). Haal het "
                "uit het document en kies het bestand opnieuw."
            )
        if part.flag_bits & _ENCRYPTED:
            raise FileRefused(
                f"'{name}' is beveiligd met een wachtwoord. Bewaar het zonder wachtwoord."
            )
        if part.compress_type not in _METHODS:
            raise FileRefused(
                f"'{name}' is ingepakt op een manier die Office niet gebruikt. Open het in Office "
                "en bewaar het opnieuw."
            )
    _check_size(
        sum(part.file_size for part in parts), sum(part.compress_size for part in parts), name
    )


def _check_real(archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo], name: str) -> None:
    """Unpack to nowhere, and stop as soon as it is too much."""
    packed = sum(part.compress_size for part in parts)
    total = 0
    for part in parts:
        with archive.open(part) as stream:
            while chunk := stream.read(_CHUNK):
                total += len(chunk)
                _check_size(total, packed, name)


def _check_size(total: int, packed: int, name: str) -> None:
    if total > _MOST_BYTES or (total > _RATIO_FROM and total > packed * _MOST_RATIO):
        raise _bomb(name)


def _kinds(archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> bytes:
    """Content of the list of kinds; empty when it is not there once."""
    lists = [part for part in parts if part.filename == _TYPES_FILE]
    if len(lists) != 1 or lists[0].file_size > _MOST_TYPES:
        return b""
    return archive.read(lists[0])


def _bomb(name: str) -> FileRefused:
    return FileRefused(
        f"'{name}' wordt bij openen ongeloofwaardig groot (een zipbom). Zo'n bestand is onveilig; "
        "open het niet en vraag de afzender om een gewone kopie."
    )


def _macros(name: str) -> FileRefused:
    return FileRefused(
        f"'{name}' bevat macro's. Bewaar het als .docx of .xlsx zonder macro's en kies dat bestand."
    )
