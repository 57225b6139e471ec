"""Office files are archives that remember when they were made; these do not."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Final

__all__ = ["repacked"]

#: The first moment an archive can tell.
_MOMENT: Final = (1980, 1, 1, 0, 0, 0)

_STAMPS: Final = re.compile(
    rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms:(?:created|modified)>)"
)


def repacked(content: bytes) -> bytes:
    """Write an Office file again with no moment in it, so that the same content is the same file.

    Parameters
    ----------
    content : bytes
        A docx or xlsx.
    """
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            data = old.read(name)
            if name == "docProps/core.xml":
                data = _STAMPS.sub(rb"\g<1>2026-01-01T00:00:00Z\g<3>", data)
            entry = zipfile.ZipInfo(name, _MOMENT)
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, data)
    return out.getvalue()
