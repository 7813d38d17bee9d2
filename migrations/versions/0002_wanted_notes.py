"""Wanted notes: what readers looked for and did not find."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

STATES = sa.Enum(
    "open", "answered", "dismissed", name="wantedstate", native_enum=False, create_constraint=True, length=40
)


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "wanted_notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("wording", sa.String(120), nullable=False),
        sa.Column("key", sa.String(400), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("first_asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", STATES, nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
        sa.CheckConstraint("count > 0", name="was_asked_for"),
    )
    op.create_index("ix_wanted_notes_state_count", "wanted_notes", ["state", "count"])


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("wanted_notes")
