"""A first look at a CSV: encoding, separator, first and last rows."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from collections.abc import Sequence
from typing import Final

from thor_metrics.errors import FileRefused
from thor_metrics.sources.base import Member
from thor_metrics.sources.header_row import find_header
from thor_metrics.sources.raw import TOP_ROWS

__all__ = ["CHUNK", "as_wide_as_rows", "decoded", "last_rows", "scan", "sniff"]

CHUNK: Final = 1 << 20
_HEAD: Final = 1 << 18
_TAIL: Final = 1 << 16
_SEPARATORS: Final = (";", ",", "\t", "|")


def scan(member: Member) -> tuple[bytes, bytes, int, str]:
    """Read the file once: first and last bytes, number of lines, encoding."""
    head, tail, lines = b"", b"", 0
    with member.open() as stream:
        head = stream.read(_HEAD)
        encoding = _marked(head)
        decoder = codecs.getincrementaldecoder("utf-8")() if not encoding else None
        chunk = head
        while chunk:
            lines += chunk.count(b"\n")
            tail = (tail + chunk)[-_TAIL:] if len(chunk) < _TAIL else chunk[-_TAIL:]
            if decoder is not None:
                if b"\0" in chunk:
                    raise _binary(member.name)
                # Plain ASCII needs no decoding unless a sign was cut by the chunk's edge.
                if not chunk.isascii() or decoder.getstate()[0]:
                    try:
                        decoder.decode(chunk)
                    except UnicodeDecodeError:
                        decoder, encoding = None, "cp1252"
            chunk = stream.read(CHUNK)
    if tail and not tail.endswith(b"\n"):
        lines += 1
    return head, tail, lines or head.count(b"\r"), encoding or "utf-8"


def _marked(head: bytes) -> str:
    """Encoding a byte order mark tells, or zeros in every other byte; "" if unknown."""
    if head.startswith(codecs.BOM_UTF16_LE):
        return "utf-16-le"
    if head.startswith(codecs.BOM_UTF16_BE):
        return "utf-16-be"
    if b"\0" in head:
        return "utf-16-le" if head[1::2].count(0) > head[0::2].count(0) else "utf-16-be"
    return ""


def decoded(head: bytes, encoding: str) -> str:
    """First bytes as text; a sign that was cut off at the end is left out."""
    return codecs.getincrementaldecoder(encoding)("replace").decode(head).lstrip("\ufeff")


def _binary(name: str) -> FileRefused:
    return FileRefused(
        f"'{name}' bevat binaire gegevens tussen de tekst. Het bestand is beschadigd; maak de "
        "export opnieuw."
    )


def sniff(text: str, known: frozenset[str]) -> tuple[str, list[list[str]], list[int]]:
    """Choose the separator: most known headers, then most columns in most rows.

    Returns
    -------
    separator : str
    top : list of list of str
        First rows, cut at it.
    ends : list of int
        Lines up to and with each row (a quoted cell may hold line breaks).
    """
    marked = text[:6].lower()
    choices = (marked[4],) if marked.startswith("sep=") and len(marked) > 4 else _SEPARATORS
    best: tuple[tuple[float, ...], str, list[list[str]], list[int]] | None = None
    for separator in choices:
        top, ends = _cut(text, separator)
        header = find_header(top, known)
        below = top[header.last + 1 :] if header else top
        width = len(header.names) if header else 1
        even = sum(len(row) == width for row in below) / max(len(below), 1)
        merit = (header.recognised if header else 0, even if width > 1 else 0, width)
        if best is None or merit > best[0]:
            best = merit, separator, top, ends
    if best is None:
        raise AssertionError("there is always a separator to try")
    return best[1:]


def _cut(text: str, separator: str) -> tuple[list[list[str]], list[int]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    top: list[list[str]] = []
    ends: list[int] = []
    try:
        for row in reader:
            top.append(row)
            ends.append(reader.line_num)
            if len(top) == TOP_ROWS:
                break
    except csv.Error:
        pass  # a cell beyond 131,072 signs: what came before it still tells the headers
    return top, ends


def last_rows(tail: bytes, encoding: str, separator: str, *, whole: bool) -> list[list[str]]:
    """Last rows with something in them; ``whole`` when the file is no longer than the tail."""
    text = tail.decode(encoding, "replace").lstrip("\ufeff")
    if not whole:
        text = text[text.find("\n") + 1 :]  # the first line was cut in the middle
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except csv.Error:
        return []
    return [row for row in rows if any(map(str.strip, row))]


def as_wide_as_rows(names: Sequence[str], below: Sequence[Sequence[str]]) -> list[str]:
    """Give or take empty headers at the end: programs differ in closing rows with a separator."""
    widths = Counter(len(row) for row in below if any(map(str.strip, row)))
    usual = widths.most_common(1)[0][0] if widths else len(names)
    if usual > len(names) or not any(name.strip() for name in names[usual:]):
        return [*names, *[""] * usual][:usual]
    return list(names)
