"""Zips and gzips, read as a stream: never unpacked to disk, never past the limit."""

from __future__ import annotations

import contextlib
import gzip
import io
import lzma
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, BinaryIO, Final

from thor_metrics.errors import FileRefused
from thor_metrics.sources.base import Member

__all__ = [
    "DAMAGE",
    "MB",
    "check_zip",
    "extension",
    "gunzipped",
    "hidden",
    "too_large",
    "unzipped",
]

MB: Final = 1_000_000
#: What Python's readers raise on bytes that are no good archive; found by damaging good ones.
DAMAGE: Final = (
    zipfile.BadZipFile, EOFError, OSError, RuntimeError, ValueError, OverflowError, struct.error,
    zlib.error, lzma.LZMAError,
)  # fmt: skip
#: Real exports shrink 5 to 40 times; beyond this it is a bomb, but only when it is large.
_MAX_RATIO: Final = 250
_RATIO_FROM: Final = 20 * MB
_MAX_FILES: Final = 1_000
#: Stored, deflate, bzip2, lzma: what Python can read.
_METHODS: Final = frozenset((0, 8, 12, 14))
_ENCRYPTED: Final = 0x1
_BUFFER: Final = 1 << 18
_PACKED: Final = frozenset((".zip", ".gz", ".7z", ".rar", ".tar", ".tgz", ".bz2", ".xz"))


def extension(name: str) -> str:
    """Extension in lower case with its dot, "" when there is none."""
    return PurePosixPath(name.replace("\\", "/")).suffix.lower()


def hidden(name: str) -> bool:
    """Tell files that systems and Office leave behind from files of people."""
    parts = name.replace("\\", "/").split("/")
    return any(part.startswith((".", "__MACOSX", "~$")) for part in parts) or (
        parts[-1].lower() in {"thumbs.db", "desktop.ini"}
    )


def check_zip(archive: zipfile.ZipFile, name: str, limit: int) -> list[zipfile.ZipInfo]:
    """Refuse a zip that could hurt, and return its files.

    Raises
    ------
    FileRefused
        For paths outside the zip, symbolic links, encryption, unknown compression, too many
        files, too much data, or data that shrinks beyond belief (a zip bomb).
    """
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    if len(entries) > _MAX_FILES:
        raise FileRefused(
            f"'{name}' bevat {len(entries)} bestanden; {_MAX_FILES} is het meeste. Pak de zip uit "
            "en kies alleen de export."
        )
    for entry in entries:
        inside = entry.filename.replace("\\", "/")
        if inside.startswith("/") or ".." in inside.split("/") or inside[1:2] == ":":
            raise FileRefused(
                f"'{name}' bevat een bestand dat buiten de zip wijst ('{inside}'). Zo'n zip is "
                "onveilig. Vraag de leverancier om een gewone zip."
            )
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise FileRefused(
                f"'{name}' bevat een snelkoppeling ('{inside}') in plaats van een bestand. Zo'n "
                "zip is onveilig. Maak een zip met de bestanden zelf."
            )
        if entry.flag_bits & _ENCRYPTED:
            raise FileRefused(
                f"'{name}' is beveiligd met een wachtwoord. Pak de zip uit en kies het bestand "
                "dat erin zit."
            )
        if entry.compress_type not in _METHODS:
            raise FileRefused(
                f"'{name}' is ingepakt op een manier die hier niet gelezen kan worden. Maak er "
                "een gewone zip van."
            )
    total = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if total > _RATIO_FROM and total > packed * _MAX_RATIO:
        raise _bomb(name)
    if total > limit:
        raise too_large(name, total, limit)
    return entries


def unzipped(member: Member, limit: int, *, prefix: str = "") -> list[Member]:
    """Give the files in a zip, without those that systems leave behind.

    Raises
    ------
    FileRefused
        For everything :func:`check_zip` refuses, damage, and archives within the archive.
    """
    try:
        with member.open() as stream, zipfile.ZipFile(stream) as archive:
            entries = check_zip(archive, member.name, limit)
    except FileRefused:
        raise
    except DAMAGE:
        raise _damaged(_Limits(member.name, "zip", 0, limit)) from None
    files = [entry for entry in entries if not hidden(entry.filename)]
    for entry in files:
        if extension(entry.filename) in _PACKED:
            raise FileRefused(
                f"In '{member.name}' zit weer een ingepakt bestand ('{entry.filename}'). Pak de "
                "buitenste zip uit en kies wat erin zit."
            )
    return [
        Member(
            prefix + entry.filename,
            entry.file_size,
            _zip_opener(member, entry, _Limits(member.name, "zip", entry.compress_size, limit)),
        )
        for entry in files
    ]


@dataclass(frozen=True)
class _Limits:
    """How much may come out of one packed file, and how to speak of it."""

    name: str
    kind: str
    packed: int
    limit: int


def _zip_opener(member: Member, entry: zipfile.ZipInfo, limits: _Limits) -> Callable[[], BinaryIO]:
    def start() -> BinaryIO:
        outer = member.open()
        try:
            inner = zipfile.ZipFile(outer).open(entry)  # noqa: SIM115 - closed by the stream
        except DAMAGE:
            outer.close()
            raise _damaged(limits) from None
        return io.BufferedReader(_Counted(inner, outer, limits), _BUFFER)

    return start


def gunzipped(member: Member, limit: int) -> Member:
    """Give the file in a gzip; its name loses ``.gz``."""
    limits = _Limits(member.name, "gzip", member.size, limit)

    def start() -> BinaryIO:
        outer = member.open()
        inner = gzip.GzipFile(fileobj=outer)
        return io.BufferedReader(_Counted(inner, outer, limits), _BUFFER)

    with member.open() as stream:
        stream.seek(max(member.size - 4, 0))
        # The trailer of a gzip says how large it was; a lie is caught by the counter.
        size = int.from_bytes(stream.read(4), "little")
    with start() as unpacked:
        filled = bool(unpacked.read(1))
        if size > limit:
            # Too large, or cut off so that these are no trailer: reading on tells which.
            while unpacked.read(_BUFFER):
                pass
    name = member.name[: -len(".gz")] if member.name.lower().endswith(".gz") else member.name
    return Member(name if extension(name) else f"{name}.csv", max(size, 1) if filled else 0, start)


class _Counted(io.RawIOBase):
    """A stream out of a zip or gzip that stops at a limit and names damage in Dutch."""

    def __init__(self, inner: Any, outer: BinaryIO, limits: _Limits) -> None:
        self._inner, self._outer = inner, outer
        self._limits = limits
        self._read = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        limits = self._limits
        try:
            data = self._inner.read(len(buffer))
        except DAMAGE:
            raise _damaged(limits) from None
        self._read += len(data)
        if self._read > _RATIO_FROM and self._read > limits.packed * _MAX_RATIO:
            raise _bomb(limits.name)
        if self._read > limits.limit:
            raise too_large(limits.name, self._read, limits.limit)
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        if not self.closed:
            with contextlib.suppress(OSError):
                self._inner.close()
            self._outer.close()
        super().close()


def _megabytes(size: int) -> str:
    return f"{size / MB:.1f} MB".replace(".", ",")


def too_large(name: str, size: int, limit: int) -> FileRefused:
    """Refuse a file over the limit."""
    return FileRefused(
        f"'{name}' is te groot: {_megabytes(size)} (uitgepakt), terwijl {_megabytes(limit)} mag. "
        "Splits de export per jaar, of verhoog max_file_mb in settings.toml."
    )


def _bomb(name: str) -> FileRefused:
    return FileRefused(
        f"'{name}' wordt bij uitpakken meer dan {_MAX_RATIO} keer zo groot (een zipbom). Zo'n "
        "bestand wordt niet gelezen. Maak de export opnieuw."
    )


def _damaged(limits: _Limits) -> FileRefused:
    return FileRefused(
        f"'{limits.name}' is beschadigd of niet helemaal overgekomen: de {limits.kind} is niet uit "
        "te pakken. Download of kopieer het bestand opnieuw."
    )
