"""Documents and photos that people keep, and what they belong to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, TypedDict, Unpack

import pandas as pd
import sqlalchemy as sa

from thor_metrics.ledger.desk import Desk
from thor_metrics.ledger.files import PHOTO_BYTES, Received, Upload, received
from thor_metrics.ledger.models import Document, Link, Linked, Photo
from thor_metrics.ledger.photos import image_remade, small_photo
from thor_metrics.ledger.words import Target, all_checked

__all__ = ["DocumentFields", "Papers", "PhotoFields"]


class DocumentFields(TypedDict, total=False):
    """What can be changed of a document; see :class:`~thor_metrics.ledger.models.Document`."""

    title: str
    kind: str
    monitor: str
    period: str
    status: str
    due_next: dt.date | None
    note: str
    links: Iterable[Target]


class PhotoFields(TypedDict, total=False):
    """What can be changed of a photo; see :class:`~thor_metrics.ledger.models.Photo`."""

    moment: str
    taken_on: dt.date | None
    alt: str
    links: Iterable[Target]


class Papers(Desk):
    """The part of the ledger with files in it."""

    # --- documents -------------------------------------------------------------------------

    def documents(
        self,
        *,
        monitor: str | None = None,
        kind: str | None = None,
        period: str | None = None,
        status: str | None = None,
        due_before: dt.date | None = None,
        link: Target | None = None,
        removed: bool = False,
    ) -> pd.DataFrame:
        """Return documents, the one that is due first in front, then the newest.

        Parameters
        ----------
        monitor, kind, period, status : str, optional
            Only these.
        due_before : date, optional
            Only those of which the next is due before this day.
        link : Target, optional
            Only those that belong to it.
        removed : bool
            The removed ones instead.

        Returns
        -------
        DataFrame
            ``id, version, title, kind, monitor, period, status, due_next, note, file_name,
            file_hash, file_size, media_type, links, created_by, created_at, changed_by,
            changed_at``. Times are UTC; ``links`` holds tuples of (kind, id); ``file_hash`` is
            empty when there is no file.
        """
        wanted = {"monitor": monitor, "kind": kind, "period": period, "status": status}
        query = _linked(Document, link, Link.document_id, removed=removed)
        for name, value in wanted.items():
            if value is not None:
                query = query.where(getattr(Document, name) == value)
        if due_before is not None:
            query = query.where(Document.due_next < due_before)
        late = Document.due_next.is_(None)
        return self._frame("document", query.order_by(late, Document.due_next, Document.id.desc()))

    def add_document(
        self,
        title: str,
        *,
        kind: str = "",
        monitor: str = "",
        period: str = "",
        status: str = "concept",
        due_next: dt.date | None = None,
        note: str = "",
        file: Upload | None = None,
        links: Iterable[Target] = (),
        by: str = "",
    ) -> int:
        """Keep a document; gives its number. Its version is 1.

        Parameters
        ----------
        title : str
            Needed; personal data in it is refused.
        kind : str
            "evaluatie pilot", "halfjaaroverzicht" ...
        monitor : str
            M-number, or empty.
        period : str
            What it is about: "2026-H1".
        status : str
            One of :data:`~thor_metrics.ledger.STATUSES`.
        due_next : date, optional
            When the next one must be there.
        note : str
            Show :func:`~thor_metrics.ledger.warnings_for` beside it: personal data is not refused.
        file : Upload, optional
            PDF, Word, Excel or image, at most 25 MB.
        links : iterable of Target
            What it belongs to.
        by : str
            Team or role, never needed.

        Raises
        ------
        LedgerError
            A field that cannot be kept like this.
        FileRefused
            A file that is not let in.
        """
        fields: DocumentFields = {
            "title": title, "kind": kind, "monitor": monitor, "period": period, "status": status,
            "due_next": due_next, "note": note, "links": links,
        }  # fmt: skip
        return self._add(Document(**all_checked(fields), **self._file(file)), by=by)

    def change_document(
        self,
        id: int,  # noqa: A002 - the word of the address bar
        version: int,
        *,
        file: Upload | None = None,
        by: str = "",
        **fields: Unpack[DocumentFields],
    ) -> int:
        """Change fields of a document; gives the new version.

        Parameters
        ----------
        id : int
        version : int
            Version the person looked at.
        file : Upload, optional
            Replaces the file; the old one stays in the history.
        by : str
            Team or role.
        **fields
            As for :meth:`add_document`; what is not named stays.

        Raises
        ------
        Conflict
            When somebody else changed it since; holds the words of both.
        LedgerError, FileRefused
            As for :meth:`add_document`.
        """
        return self._change(
            "document", id, all_checked(fields) | self._file(file), by=by, version=version
        )

    # --- photos ----------------------------------------------------------------------------

    def photos(
        self, *, link: Target | None = None, moment: str | None = None, removed: bool = False
    ) -> pd.DataFrame:
        """Return photos, the first taken in front.

        Parameters
        ----------
        link : Target, optional
            Only those that belong to it.
        moment : {"voor", "na", ""}, optional
            Only these.
        removed : bool
            The removed ones instead.

        Returns
        -------
        DataFrame
            ``id, version, moment, taken_on, alt, file_hash, file_size, media_type, thumb_hash,
            width, height, links, created_by, created_at, changed_by, changed_at``.
        """
        query = _linked(Photo, link, Link.photo_id, removed=removed)
        if moment is not None:
            query = query.where(Photo.moment == moment)
        undated = Photo.taken_on.is_(None)
        return self._frame("photo", query.order_by(undated, Photo.taken_on, Photo.id))

    def add_photo(
        self,
        file: Upload,
        alt: str,
        *,
        moment: str = "",
        taken_on: dt.date | None = None,
        links: Iterable[Target] = (),
        by: str = "",
    ) -> int:
        """Keep a photo without its camera and place; gives its number.

        Parameters
        ----------
        file : Upload
            JPEG, PNG or WebP, at most 15 MB and 60 million pixels.
        alt : str
            What is on it, in Dutch; needed.
        moment : {"voor", "na", ""}
            Before or after what was done.
        taken_on : date, optional
            Default: the day the camera wrote in the photo, if it did.
        links : iterable of Target
            What it belongs to.
        by : str
            Team or role.

        Raises
        ------
        LedgerError, FileRefused
            As for :meth:`add_document`.
        """
        fields: PhotoFields = {"moment": moment, "taken_on": taken_on, "alt": alt, "links": links}
        values = all_checked(fields)
        came = received(file, limit=PHOTO_BYTES)
        photo = small_photo(came.data, came.name)
        values["taken_on"] = values["taken_on"] or photo.taken_on
        new = Photo(
            **values,
            file_hash=self._files.keep(photo.data),
            thumb_hash=self._files.keep(photo.thumb),
            file_size=len(photo.data),
            media_type="image/jpeg",
            width=photo.width,
            height=photo.height,
        )
        return self._add(new, by=by)

    def change_photo(
        self,
        id: int,  # noqa: A002 - same
        version: int,
        *,
        by: str = "",
        **fields: Unpack[PhotoFields],
    ) -> int:
        """Change what is said about a photo; gives the new version. See :meth:`change_document`."""
        return self._change("photo", id, all_checked(fields), by=by, version=version)

    def _file(self, file: Upload | None) -> dict[str, Any]:
        """Fields of a document that a file fills; the file itself is kept."""
        if file is None:
            return {}
        came = received(file)
        data = _without_camera(came)
        return {
            "file_hash": self._files.keep(data),
            "file_name": came.name,
            "file_size": len(data),
            "media_type": came.media_type,
        }


def _without_camera(came: Received) -> bytes:
    if came.media_type.startswith("image/"):
        return image_remade(came.data, came.media_type, came.name)
    return came.data


def _linked(
    table: type[Linked], link: Target | None, owner: Any, *, removed: bool
) -> sa.Select[Any]:
    query = sa.select(table).where(table.removed.is_(removed))
    if link is None:
        return query
    here = sa.select(owner).where(Link.to_kind == link[0], Link.to_id == link[1])
    return query.where(table.id.in_(here.where(owner.is_not(None))))
