"""Hotspot actions, what is said of them, planned controls, and which controls belong."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "ledger_action",
        *_thing("ledger_action"),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(80), nullable=False),
        sa.Column("theme", sa.String(20), nullable=False),
        sa.Column("gebied", sa.String(80), nullable=False),
        sa.Column("stage", sa.String(20), nullable=False),
        sa.Column("place_name", sa.String(200), nullable=False),
        sa.Column("x", sa.Double, nullable=False),
        sa.Column("y", sa.Double, nullable=False),
        sa.Column("radius", sa.Double, nullable=False),
        sa.Column("outline", sa.Text, nullable=False),
        sa.Column("starts", sa.Date),
        sa.Column("ends", sa.Date),
        sa.Column("selected_from", sa.Date),
        sa.Column("selected_to", sa.Date),
        sa.Column("goal_key", sa.String(60), nullable=False),
        sa.Column("goal_from", sa.Double),
        sa.Column("goal_to", sa.Double),
        sa.Column("goal_by", sa.Date),
        sa.Column("moments", sa.Text, nullable=False),
        sa.Column("compared", sa.Text, nullable=False),
        sa.Column("team", sa.String(80), nullable=False),
        sa.Column("partner", sa.String(80), nullable=False),
        sa.Column("prevent", sa.Text, nullable=False),
        sa.Column("approach", sa.Text, nullable=False),
        sa.Column("sanction", sa.Text, nullable=False),
        sa.Column("monitor", sa.String(3), nullable=False),
        sa.Column("lesson", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
    )
    op.create_index("ix_ledger_action_gebied", "ledger_action", ["gebied"])
    op.create_table(
        "ledger_comment",
        *_thing("ledger_comment"),
        sa.Column("action_id", sa.Integer, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        _to_action("ledger_comment"),
    )
    op.create_index("ix_ledger_comment_action_id", "ledger_comment", ["action_id"])
    op.create_table(
        "ledger_visit",
        *_thing("ledger_visit"),
        sa.Column("action_id", sa.Integer),
        sa.Column("week", sa.String(8), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("from_minute", sa.Integer, nullable=False),
        sa.Column("to_minute", sa.Integer, nullable=False),
        sa.Column("place_name", sa.String(200), nullable=False),
        sa.Column("x", sa.Double, nullable=False),
        sa.Column("y", sa.Double, nullable=False),
        sa.Column("theme", sa.String(20), nullable=False),
        sa.Column("gebied", sa.String(80), nullable=False),
        sa.Column("team", sa.String(80), nullable=False),
        sa.Column("round_number", sa.Integer, nullable=False),
        sa.Column("stop", sa.Integer, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        _to_action("ledger_visit"),
    )
    op.create_index("ix_ledger_visit_week", "ledger_visit", ["week"])
    op.create_table(
        "ledger_match",
        *_thing("ledger_match"),
        sa.Column("action_id", sa.Integer, nullable=False),
        sa.Column("control", sa.String(200), nullable=False),
        sa.Column("belongs", sa.Boolean, nullable=False),
        _to_action("ledger_match"),
        sa.UniqueConstraint("action_id", "control", name="uq_ledger_match_action_id_control"),
    )


def downgrade() -> None:
    """Refuse: going back would lose what people wrote."""
    raise RuntimeError("the ledger never goes back; restore a backup")


def _to_action(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["action_id"], ["ledger_action.id"], name=f"fk_{table}_action_id"
    )


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
