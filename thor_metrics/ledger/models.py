"""The tables of the ledger: what people write in the app, and every change of it.

Nothing is ever deleted: ``removed`` takes a thing out of sight, and the change that did so can be
undone. Names start with ``ledger_`` because a database may also hold the published facts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column, relationship

__all__ = [
    "Base",
    "Change",
    "Document",
    "Link",
    "Linked",
    "Mapping",
    "Photo",
    "Rubriek",
    "SavedSelection",
    "Thing",
    "UtcTime",
]


class UtcTime(sa.types.TypeDecorator[dt.datetime]):
    """A moment in UTC, with its zone in Python also where the database keeps none (SQLite)."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, _: sa.Dialect) -> dt.datetime | None:
        """Bring a moment to UTC; one without a zone is a mistake in the program."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment must carry its zone; found {value!r}")
        return value.astimezone(dt.UTC)

    def process_result_value(self, value: dt.datetime | None, _: sa.Dialect) -> dt.datetime | None:
        """Give a moment back with its zone."""
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


class Base(DeclarativeBase):
    """All tables of the ledger; constraints have names, so that a migration can find them."""

    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Thing(Base):
    """What every thing in the ledger has.

    Attributes
    ----------
    version : int
        Counts the changes; a write that names an older one is refused.
    created_by, changed_by : str
        A team or a role, never required.
    created_at, changed_at : datetime
        UTC.
    removed : bool
        Out of sight, not gone.
    """

    __abstract__ = True
    #: Fields that people write: these are kept in the history.
    fields: tuple[str, ...] = ()

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int]
    created_by: Mapped[str] = mapped_column(sa.String(40), default="")
    created_at: Mapped[dt.datetime] = mapped_column(UtcTime)
    changed_by: Mapped[str] = mapped_column(sa.String(40), default="")
    changed_at: Mapped[dt.datetime] = mapped_column(UtcTime)
    removed: Mapped[bool] = mapped_column(default=False)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805 - SQLAlchemy gives the class
        return {"version_id_col": cls.version}


class Linked(Thing):
    """A thing that belongs to others; ``links`` reads and writes them as one value."""

    __abstract__ = True

    @declared_attr
    def link_rows(cls) -> Mapped[list[Link]]:  # noqa: N805 - SQLAlchemy gives the class
        """Rows behind ``links``."""
        return relationship(cascade="all, delete-orphan", lazy="selectin", order_by="Link.id")

    @property
    def links(self) -> list[tuple[str, str]]:
        """Kind and id of everything this belongs to, in order."""
        return sorted((row.to_kind, row.to_id) for row in self.link_rows)

    @links.setter
    def links(self, wanted: Iterable[Sequence[str]]) -> None:
        # Rows that stay are kept: a new row is written before an old one goes, and would clash.
        there = {(row.to_kind, row.to_id): row for row in self.link_rows}
        self.link_rows = [
            there.get((kind, target)) or Link(to_kind=kind, to_id=target) for kind, target in wanted
        ]


class Document(Linked):
    """A document of the plan: an evaluation, an agreement, a half-year overview.

    Attributes
    ----------
    monitor : str
        M-number, or empty.
    period : str
        What it is about: ``2026-H1``.
    due_next : date or None
        When the next one must be there.
    file_hash, file_name, file_size, media_type
        The file; empty and 0 when there is none (yet).
    """

    __tablename__ = "ledger_document"
    fields = (
        "title", "kind", "monitor", "period", "status", "due_next", "note",
        "file_hash", "file_name", "file_size", "media_type", "links",
    )  # fmt: skip

    title: Mapped[str] = mapped_column(sa.String(200))
    kind: Mapped[str] = mapped_column(sa.String(80), default="")
    monitor: Mapped[str] = mapped_column(sa.String(3), default="", index=True)
    period: Mapped[str] = mapped_column(sa.String(40), default="")
    status: Mapped[str] = mapped_column(sa.String(20), default="concept")
    due_next: Mapped[dt.date | None]
    note: Mapped[str] = mapped_column(sa.Text, default="")
    file_hash: Mapped[str] = mapped_column(sa.String(64), default="")
    file_name: Mapped[str] = mapped_column(sa.String(150), default="")
    file_size: Mapped[int] = mapped_column(default=0)
    media_type: Mapped[str] = mapped_column(sa.String(100), default="")


class Photo(Linked):
    """A photo without place or camera in it, never larger than 1600 px, with its thumbnail.

    Attributes
    ----------
    moment : str
        "voor", "na" or "".
    alt : str
        What is on it, in Dutch: read aloud to who cannot see it.
    file_hash, thumb_hash : str
        The photo and its thumbnail of 320 px.
    width, height : int
        Pixels.
    """

    __tablename__ = "ledger_photo"
    fields = ("moment", "taken_on", "alt", "links")

    moment: Mapped[str] = mapped_column(sa.String(4), default="")
    taken_on: Mapped[dt.date | None]
    alt: Mapped[str] = mapped_column(sa.String(500))
    file_hash: Mapped[str] = mapped_column(sa.String(64))
    thumb_hash: Mapped[str] = mapped_column(sa.String(64))
    file_size: Mapped[int]
    media_type: Mapped[str] = mapped_column(sa.String(100))
    width: Mapped[int]
    height: Mapped[int]


class Link(Base):
    """What one document or photo belongs to: a monitor item, goal, control, area, action ..."""

    __tablename__ = "ledger_link"
    __table_args__ = (
        sa.UniqueConstraint("document_id", "to_kind", "to_id"),
        sa.UniqueConstraint("photo_id", "to_kind", "to_id"),
        sa.CheckConstraint("(document_id is null) <> (photo_id is null)", name="one_owner"),
        sa.Index(None, "to_kind", "to_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Document.id))
    photo_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Photo.id))
    to_kind: Mapped[str] = mapped_column(sa.String(20))
    to_id: Mapped[str] = mapped_column(sa.String(100))


class Mapping(Thing):
    """One decision about a source category; the newest that is not removed holds.

    Attributes
    ----------
    source : str
        Source system, or empty for all of them.
    category : str
        As the source writes it: ``main > sub``.
    category_slug : str
        What counts as the same category.
    rubriek : str
        Key of a rubriek of the settings or of the ledger; empty for none.
    """

    __tablename__ = "ledger_mapping"
    __table_args__ = (sa.Index(None, "source", "category_slug"),)
    fields = ("source", "category", "theme", "rubriek")

    source: Mapped[str] = mapped_column(sa.String(60), default="")
    category: Mapped[str] = mapped_column(sa.String(300))
    category_slug: Mapped[str] = mapped_column(sa.String(300))
    theme: Mapped[str] = mapped_column(sa.String(20))
    rubriek: Mapped[str] = mapped_column(sa.String(60), default="")


class Rubriek(Thing):
    """A subject within a theme, added in the app."""

    __tablename__ = "ledger_rubriek"
    fields = ("key", "theme", "title")

    key: Mapped[str] = mapped_column(sa.String(60), unique=True)
    theme: Mapped[str] = mapped_column(sa.String(20))
    title: Mapped[str] = mapped_column(sa.String(200))


class SavedSelection(Thing):
    """A page with its filters under a name; ``address`` is the query string."""

    __tablename__ = "ledger_selection"
    __table_args__ = (sa.UniqueConstraint("page", "name"),)
    fields = ("name", "page", "address")

    name: Mapped[str] = mapped_column(sa.String(100))
    page: Mapped[str] = mapped_column(sa.String(100))
    address: Mapped[str] = mapped_column(sa.Text)


class Change(Base):
    """One field of one thing before and after; what was done at once shares an ``act``.

    Attributes
    ----------
    act : str
        32 hexadecimal digits.
    what, thing : str, int
        Kind and number of the thing.
    action : str
        "add", "change", "remove", "restore" or "undo".
    old, new : str or None
        JSON; ``old`` is ``None`` where there was nothing.
    undoes : str
        Of an undo: the act it took back.
    """

    __tablename__ = "ledger_change"
    __table_args__ = (sa.Index(None, "what", "thing"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    act: Mapped[str] = mapped_column(sa.String(32))
    what: Mapped[str] = mapped_column(sa.String(20))
    thing: Mapped[int]
    action: Mapped[str] = mapped_column(sa.String(10))
    field: Mapped[str] = mapped_column(sa.String(40))
    old: Mapped[str | None] = mapped_column(sa.Text)
    new: Mapped[str | None] = mapped_column(sa.Text)
    undoes: Mapped[str] = mapped_column(sa.String(32), default="")
    by: Mapped[str] = mapped_column(sa.String(40), default="")
    at: Mapped[dt.datetime] = mapped_column(UtcTime)
