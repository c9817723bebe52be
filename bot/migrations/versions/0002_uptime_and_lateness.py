"""The record knows when the bot ran, for when a letter was planned, and when it was seen to come too late."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create one table, and add two columns to letters."""
    op.create_table(
        "uptime",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("began", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.add_column("letter", sa.Column("planned_for", sa.DateTime(timezone=True), nullable=True))
    op.add_column("letter", sa.Column("expired_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "letter_by_expiry", "letter", ["expired_at"], unique=False,
        sqlite_where=sa.text("expired_at IS NOT NULL"), postgresql_where=sa.text("expired_at IS NOT NULL"),
    )  # fmt: skip
