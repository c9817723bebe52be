"""The record knows when the bot ran, and when it saw that a letter would come too late."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create one table, and add a column to letters."""
    op.create_table(
        "uptime",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("began", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.add_column("letter", sa.Column("expired_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "letter_by_expiry", "letter", ["expired_at"], unique=False,
        sqlite_where=sa.text("expired_at IS NOT NULL"), postgresql_where=sa.text("expired_at IS NOT NULL"),
    )  # fmt: skip
