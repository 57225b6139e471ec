"""Words in half-year reports, briefings of teams, steps of the workshop."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "ledger_preface",
        *_thing("ledger_preface"),
        sa.Column("gebied", sa.String(80), nullable=False),
        sa.Column("period", sa.String(40), nullable=False),
        sa.Column("introduction", sa.Text, nullable=False),
        sa.Column("conclusion", sa.Text, nullable=False),
        sa.UniqueConstraint("gebied", "period", name="uq_ledger_preface_gebied_period"),
    )
    op.create_table(
        "ledger_briefing",
        *_thing("ledger_briefing"),
        sa.Column("team", sa.String(80), nullable=False),
        sa.Column("gebied", sa.String(80), nullable=False),
        sa.Column("slides", sa.Text, nullable=False),
        sa.Column("seconds", sa.Integer, nullable=False),
        sa.Column("held_on", sa.Date),
        sa.UniqueConstraint("team", name="uq_ledger_briefing_team"),
    )
    op.create_table(
        "ledger_step",
        *_thing("ledger_step"),
        sa.Column("pupil", sa.String(40), nullable=False),
        sa.Column("exercise", sa.String(60), nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("hints", sa.Integer, nullable=False),
        sa.Column("solved", sa.Boolean, nullable=False),
        sa.UniqueConstraint("pupil", "exercise", name="uq_ledger_step_pupil_exercise"),
    )
    op.create_index("ix_ledger_step_pupil", "ledger_step", ["pupil"])


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
