"""The source systems, listed once. The first that recognises a file reads it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from thor_metrics.errors import FileRefused
from thor_metrics.sources import (
    fixi,
    generic,
    msb,
    open311,
    open311_api,
    signalen_api,
    signalen_csv,
    signalen_public,
    signalen_tdo,
)
from thor_metrics.sources.base import Batch, Package, Reading, Request, Source

__all__ = ["APIS", "SOURCES", "Batch", "Package", "Reading", "Request", "Source", "recognise"]

#: Special shapes first; the generic table takes whatever is left.
SOURCES: Final[dict[str, Source]] = {
    module.SOURCE.name: module.SOURCE
    for module in (
        signalen_csv,
        signalen_tdo,
        signalen_api,
        signalen_public,
        open311,
        fixi,
        msb,
        generic,
    )
}

#: Sources that can be asked over the network, for what changed since a moment.
APIS: Final[dict[str, Callable[..., Reading]]] = {
    signalen_api.SOURCE.name: signalen_api.fetch,
    open311.SOURCE.name: open311_api.fetch,
}


def recognise(package: Package, request: Request) -> Source:
    """Return the source that reads a package.

    A source named in the request wins. A name that is no source system is a label for the
    ``source`` column, and the file's own shape decides.

    Raises
    ------
    FileRefused
        When the named source does not know this file.
    """
    named = SOURCES.get(request.source or "")
    if named is not None:
        if not named.recognises(package):
            raise FileRefused(
                f"{package.name} ziet er niet uit als {named.title}. Laat de bron weg, dan wordt "
                "die herkend, of kies een andere bron."
            )
        return named
    return next(source for source in SOURCES.values() if source.recognises(package))
