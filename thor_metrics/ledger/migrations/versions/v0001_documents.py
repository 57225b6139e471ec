"""Documents, photos, links, categories, rubrieken, selections, and every change of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "ledger_document",
        *_thing("ledger_document"),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(80), nullable=False),
        sa.Column("monitor", sa.String(3), nullable=False),
        sa.Column("period", sa.String(40), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("due_next", sa.Date),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("file_hash", sa.String(64), nullable=False),
        sa.Column("file_name", sa.String(150), nullable=False),
        sa.Column("file_size", sa.Integer, nullable=False),
        sa.Column("media_type", sa.String(100), nullable=False),
    )
    op.create_index("ix_ledger_document_monitor", "ledger_document", ["monitor"])
    op.create_table(
        "ledger_photo",
        *_thing("ledger_photo"),
        sa.Column("moment", sa.String(4), nullable=False),
        sa.Column("taken_on", sa.Date),
        sa.Column("alt", sa.String(500), nullable=False),
        sa.Column("file_hash", sa.String(64), nullable=False),
        sa.Column("thumb_hash", sa.String(64), nullable=False),
        sa.Column("file_size", sa.Integer, nullable=False),
        sa.Column("media_type", sa.String(100), nullable=False),
        sa.Column("width", sa.Integer, nullable=False),
        sa.Column("height", sa.Integer, nullable=False),
    )
    op.create_table(
        "ledger_link",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("document_id", sa.Integer),
        sa.Column("photo_id", sa.Integer),
        sa.Column("to_kind", sa.String(20), nullable=False),
        sa.Column("to_id", sa.String(100), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_ledger_link"),
        sa.ForeignKeyConstraint(
            ["document_id"], ["ledger_document.id"], name="fk_ledger_link_document_id"
        ),
        sa.ForeignKeyConstraint(["photo_id"], ["ledger_photo.id"], name="fk_ledger_link_photo_id"),
        sa.UniqueConstraint(
            "document_id", "to_kind", "to_id", name="uq_ledger_link_document_id_to_kind_to_id"
        ),
        sa.UniqueConstraint(
            "photo_id", "to_kind", "to_id", name="uq_ledger_link_photo_id_to_kind_to_id"
        ),
        sa.CheckConstraint(
            "(document_id is null) <> (photo_id is null)", name=op.f("ck_ledger_link_one_owner")
        ),
    )
    op.create_index("ix_ledger_link_to_kind_to_id", "ledger_link", ["to_kind", "to_id"])
    op.create_table(
        "ledger_mapping",
        *_thing("ledger_mapping"),
        sa.Column("source", sa.String(60), nullable=False),
        sa.Column("category", sa.String(300), nullable=False),
        sa.Column("category_slug", sa.String(300), nullable=False),
        sa.Column("theme", sa.String(20), nullable=False),
        sa.Column("rubriek", sa.String(60), nullable=False),
    )
    op.create_index(
        "ix_ledger_mapping_source_category_slug", "ledger_mapping", ["source", "category_slug"]
    )
    op.create_table(
        "ledger_rubriek",
        *_thing("ledger_rubriek"),
        sa.Column("key", sa.String(60), nullable=False),
        sa.Column("theme", sa.String(20), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.UniqueConstraint("key", name="uq_ledger_rubriek_key"),
    )
    op.create_table(
        "ledger_selection",
        *_thing("ledger_selection"),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("page", sa.String(100), nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.UniqueConstraint("page", "name", name="uq_ledger_selection_page_name"),
    )
    op.create_table(
        "ledger_change",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("act", sa.String(32), nullable=False),
        sa.Column("what", sa.String(20), nullable=False),
        sa.Column("thing", sa.Integer, nullable=False),
        sa.Column("action", sa.String(10), nullable=False),
        sa.Column("field", sa.String(40), nullable=False),
        sa.Column("old", sa.Text),
        sa.Column("new", sa.Text),
        sa.Column("undoes", sa.String(32), nullable=False),
        sa.Column("by", sa.String(40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_ledger_change"),
    )
    op.create_index("ix_ledger_change_what_thing", "ledger_change", ["what", "thing"])


def downgrade() -> None:
    """Refuse: going back would lose what people wrote."""
    raise RuntimeError("the ledger never goes back; restore a backup")


def _thing(table: str) -> list[sa.Column | sa.PrimaryKeyConstraint]:
    """Columns that every thing has."""
    return [
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_by", sa.String(40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(40), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
    ]
