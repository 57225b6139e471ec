"""The door for files: what is offered becomes packages of plain files, or is refused.

Nothing is unpacked to disk. A zip or gzip is read as a stream through a counter, so that a small
file that says it is large, or the other way round, stops at the limit.
"""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, Final

from thor_metrics.errors import FileRefused
from thor_metrics.sources.archives import (
    DAMAGE,
    MB,
    extension,
    gunzipped,
    hidden,
    too_large,
    unzipped,
)
from thor_metrics.sources.base import Member, Package

__all__ = ["READABLE", "open_package"]

#: Extensions any source can read; other files in a folder or zip are left alone.
READABLE: Final = frozenset((
    ".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".ods", ".parquet", ".geojson", ".json",
    ".xml", ".gpkg", ".shp",
))  # fmt: skip

#: Files that belong to a shapefile and mean nothing alone.
_BESIDE_SHAPE: Final = (".shx", ".dbf", ".prj", ".cpg")

_KNOWN: Final = READABLE.union(_BESIDE_SHAPE)

#: First bytes of what people drop by mistake. ``PK`` is looked at further: a workbook has it too.
_MISTAKES: Final[tuple[tuple[bytes, str], ...]] = (
    (b"%PDF", "een PDF"),
    (b"\xff\xd8\xff", "een foto (JPEG)"),
    (b"\x89PNG", "een afbeelding (PNG)"),
    (b"GIF8", "een afbeelding (GIF)"),
    (b"MZ", "een Windows-programma"),
    (b"\x7fELF", "een programma"),
    (b"Rar!", "een RAR-archief"),
    (b"7z\xbc\xaf", "een 7-Zip-archief"),
    (b"{\\rtf", "een tekstdocument (RTF)"),
)

_BINARY: Final = frozenset((".xlsx", ".xlsm", ".xls", ".ods", ".parquet", ".gpkg", ".shp",
                            *_BESIDE_SHAPE))  # fmt: skip


def open_package(offered: Any, *, max_mb: int) -> list[Package]:
    """Make packages of files, folders, zips, gzips and uploads.

    Parameters
    ----------
    offered : path, upload, or iterable of them
        A path (``str`` or ``Path``) to a file or folder, or an upload: an object with ``name``
        and ``getvalue()`` or ``read()``. Each becomes one package; a folder or zip is one package
        with all its readable files; the parts of a shapefile belong together.
    max_mb : int
        Megabytes (10^6 bytes) a package may be, unpacked.

    Returns
    -------
    list of Package
        In the order offered.

    Raises
    ------
    FileRefused
        With what was wrong and what to do; see ``tests/test_bad_files.py`` for the kinds.
    """
    if isinstance(offered, (str, os.PathLike)) or hasattr(offered, "name"):
        offered = [offered]
    limit = max_mb * MB
    packages: list[Package] = []
    shapes: dict[str, list[Member]] = {}
    for one in offered:
        if isinstance(one, (str, os.PathLike)):
            packages.append(_from_path(Path(one), limit))
            continue
        member = _upload(one)
        if extension(member.name) in {".shp", *_BESIDE_SHAPE}:
            shapes.setdefault(PurePosixPath(member.name).stem.lower(), []).append(member)
        else:
            packages.append(_package(member.name, [member], limit))
    for parts in shapes.values():
        name = min((part.name for part in parts), key=lambda name: not name.lower().endswith("shp"))
        packages.append(_package(name, parts, limit))
    if not packages:
        raise FileRefused("Er is geen bestand opgegeven. Kies minstens één bestand of map.")
    return packages


def _upload(upload: Any) -> Member:
    """Hold an uploaded file in memory, never on disk."""
    data = upload.getvalue() if hasattr(upload, "getvalue") else upload.read()
    name = PurePosixPath(str(upload.name).replace("\\", "/")).name
    return Member(name, len(data), lambda: io.BytesIO(data))


def _from_path(path: Path, limit: int) -> Package:
    if path.is_dir():
        found = sorted(
            item for item in path.rglob("*")
            if item.is_file() and not hidden(item.relative_to(path).as_posix())
        )  # fmt: skip
        if not found:
            raise FileRefused(
                f"De map '{path.name}' bevat geen bestanden. Kies de map waarin de export staat."
            )
        members = [_on_disk(item, item.relative_to(path).as_posix()) for item in found]
        return _package(path.name or str(path), members, limit)
    if path.suffix.lower() == ".shp" and path.is_file():
        parts = [path.with_suffix(suffix) for suffix in (path.suffix, *_BESIDE_SHAPE)]
        return _package(path.name, [_on_disk(p, p.name) for p in parts if p.is_file()], limit)
    return _package(path.name, [_on_disk(path, path.name)], limit)


def _on_disk(path: Path, name: str) -> Member:
    def start() -> BinaryIO:
        try:
            return path.open("rb")
        except OSError as error:
            raise _unreadable(name, error) from None

    try:
        return Member(name, path.stat().st_size, start)
    except OSError as error:
        raise _unreadable(name, error) from None


def _unreadable(name: str, error: OSError) -> FileRefused:
    if isinstance(error, FileNotFoundError):
        return FileRefused(
            f"Het bestand '{name}' is er niet (meer). Controleer de naam en de map, of kies het "
            "bestand opnieuw."
        )
    return FileRefused(
        f"Het bestand '{name}' is niet te openen ({error.strerror}). Sluit het in andere "
        "programma's en controleer of u het mag lezen."
    )


def _package(name: str, members: list[Member], limit: int) -> Package:
    """Open zips and gzips, check every file and the sum of their sizes."""
    plain: list[Member] = []
    for member in members:
        plain += _plain(member, limit, alone=len(members) == 1)
    total = sum(member.size for member in plain)
    if total > limit:
        raise too_large(name, total, limit)
    # One file that cannot be read is refused by what it is; beside others it is left alone.
    readable = [m for m in plain if extension(m.name) in _KNOWN]
    chosen = plain if len(plain) == 1 else readable
    if not chosen:
        raise FileRefused(
            f"In '{name}' staat geen bestand dat gelezen kan worden. Gevonden: "
            f"{_some(member.name for member in plain)}. Leesbaar zijn {_kinds()}."
        )
    filled = [member for member in chosen if member.size]
    if not filled:
        raise FileRefused(
            f"'{name}' is leeg (0 bytes). Maak de export opnieuw en controleer of er rijen zijn."
        )
    for member in filled:
        _check_content(member)
    return Package(name, tuple(filled))


def _plain(member: Member, limit: int, *, alone: bool) -> list[Member]:
    """Turn one file on disk or in memory into the plain files in it."""
    if not member.size:
        return [member]
    if member.size > limit:
        raise too_large(member.name, member.size, limit)
    suffix = extension(member.name)
    with member.open() as stream:
        head = stream.read(4)
    if suffix == ".gz" or head[:2] == b"\x1f\x8b":
        return [gunzipped(member, limit)]
    if suffix == ".zip":
        return unzipped(member, limit, prefix="" if alone else f"{member.name}/")
    return [member]


# -- content ---------------------------------------------------------------------------------


def _check_content(member: Member) -> None:
    """Refuse what is no table whatever its name says: by its first bytes."""
    with member.open() as stream:
        head = stream.read(1 << 16)
    name, suffix = member.name, extension(member.name)
    for magic, what in _MISTAKES:
        if head.startswith(magic) and not (magic == b"MZ" and b"\0" not in head):
            raise FileRefused(f"'{name}' is {what}, geen tabel. Leesbaar zijn {_kinds()}.")
    if head[:2] == b"PK" and suffix not in {".xlsx", ".xlsm", ".ods"}:
        if _is_workbook(member):
            return
        raise FileRefused(
            f"'{name}' is een document of een archief, geen tabel. Leesbaar zijn {_kinds()}."
        )
    if suffix not in _KNOWN:
        raise FileRefused(
            f"Een bestand als '{name}' kan niet gelezen worden. Leesbaar zijn {_kinds()}."
        )
    start = head[:2_000].lower()
    if b"<html" in start or start.lstrip().startswith(b"<!doctype html"):
        raise FileRefused(
            f"'{name}' is een webpagina, geen export; vaak is dat een inlogscherm of een "
            "foutmelding. Download de export opnieuw."
        )
    if suffix not in _BINARY and _is_binary(head):
        raise FileRefused(
            f"'{name}' bevat geen leesbare tekst (binaire gegevens). Het bestand is beschadigd of "
            "van een andere soort. Maak de export opnieuw."
        )


def _is_workbook(member: Member) -> bool:
    try:
        with member.open() as stream, zipfile.ZipFile(io.BytesIO(stream.read())) as archive:
            names = archive.namelist()
    except DAMAGE:
        return False
    return any(name in {"xl/workbook.xml", "xl/workbook.bin", "content.xml"} for name in names)


def _is_binary(head: bytes) -> bool:
    """Tell text from anything else; UTF-16 has a zero in every other byte of plain letters."""
    if head[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return False
    if b"\0" in head:
        return max(head[0::2].count(0), head[1::2].count(0)) < len(head) // 2 * 0.8
    control = sum(head.count(sign) for sign in range(32) if sign not in {9, 10, 11, 12, 13, 27})
    return control > len(head) * 0.005


# -- sentences -------------------------------------------------------------------------------


def _kinds() -> str:
    return (
        "CSV, Excel, ODS, Parquet, GeoJSON, GeoPackage, shapefile, JSON en XML (ook in zip of gz)"
    )


def _some(names: Iterable[str]) -> str:
    all_names = list(names)
    more = f" en nog {len(all_names) - 5}" if len(all_names) > 5 else ""
    return (", ".join(all_names[:5]) or "niets") + more
