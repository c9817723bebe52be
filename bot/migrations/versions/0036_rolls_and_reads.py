"""That the roll of a date was called, and which words of a broadcast somebody had read.

Taps of *I'm here* alone tell of nobody that they weren't there.
"""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"


def upgrade() -> None:
    """Add the table, with the dates whose roll is known to have been called or came with a list, and the column."""
    op.create_table(
        "roll",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("event_id", sa.Integer(), sa.ForeignKey("event.id"), nullable=False),
        sa.Column("planned", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), sa.ForeignKey("person.id"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("event_id", "planned"),
    )
    op.execute(
        "INSERT INTO roll (event_id, planned, by_id, at)"
        " SELECT event_id, planned, min(by_id), min(at) FROM attendance WHERE how IN ('roll', 'file')"
        " GROUP BY event_id, planned"
    )
    op.add_column("broadcast_got_it", sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    op.execute(
        "UPDATE broadcast_got_it SET version ="
        " (SELECT broadcast.version FROM broadcast WHERE broadcast.id = broadcast_got_it.broadcast_id)"
    )
