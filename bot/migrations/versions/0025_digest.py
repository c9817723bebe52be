"""What a Monday found for the weekly digests, and the ways to alerts that ended lately."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    """Create the table and the index; Monday's list of alerts that still waits is said no more."""
    op.create_table(
        "digest_week",
        sa.Column("collaborative_id", sa.Integer(), nullable=False),
        sa.Column("monday", sa.Date(), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("found", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["collaborative_id"], ["collaborative.id"]),
        sa.PrimaryKeyConstraint("collaborative_id", "monday"),
    )
    op.execute("DELETE FROM letter WHERE message = 'alerts/monday' AND ts IS NULL")  # the digest takes its place
    op.create_index("alert_by_end", "alert", ["ended_at"], unique=False)
