"""Fixi (Decos): CSV with semicolons, times of SQL Server in UTC that do not say so.

That the times are UTC follows from the data: reports by telephone only fall in office hours when
they are read so. ``[sources.fixi] time_zone`` says otherwise where a supplier converts them.
"""

from __future__ import annotations

from typing import Final

import pandas as pd

from thor_metrics.sources import csvfile
from thor_metrics.sources.base import Package, Reading, Request, Source

__all__ = ["SOURCE"]

_NAME: Final = "fixi"

_COLUMNS: Final = {
    "id": "source_id",
    "created": "reported_at",
    "categoryname": "main_category",
    "source": "channel",
    "regionname": "area_given",
    # Not in the exports seen, but Fixi knows them.
    "status": "status",
    "closed": "closed_at",
    "modified": "updated_at",
    "latitude": "y",
    "longitude": "x",
}
#: Field staff and administrators: reports of the own organisation.
_STAFF: Final = r"(?i)^(?:handler|admin)-"


def _recognises(package: Package) -> bool:
    if len(package.members) != 1:
        return False
    head = csvfile.head_of(package.members[0])
    return head is not None and head.has("id", "created", "categoryName")


def _read(package: Package, request: Request) -> Reading:
    (member,) = package.members
    head = csvfile.head_of(member)
    assert head is not None  # recognised by it
    columns = head.columns(_COLUMNS)
    ignored, personal = csvfile.left_out(head.headers, columns)
    mine = request.settings.source(_NAME)
    return Reading(
        table="incidents",
        source=request.source or _NAME,
        columns=columns,
        batches=csvfile.batches(member, head, columns, finish=_trimmed),
        ignored=tuple(ignored),
        personal=personal,
        time_zone=mine.time_zone or "UTC",
        date_order=mine.date_order or "ymd",
    )


def _trimmed(rows: pd.DataFrame) -> pd.DataFrame:
    """Cut trailing spaces, and call staff staff."""
    rows = rows.apply(lambda values: values.str.strip())
    if "channel" in rows:
        staff = rows["channel"].str.contains(_STAFF).fillna(value=False).astype(bool)
        rows["channel"] = rows["channel"].mask(staff, "intern")
    return rows


SOURCE: Final = Source(
    name=_NAME, title="Fixi", table="incidents", recognises=_recognises, read=_read
)
