"""Whom an event is for, where that isn't every team: one that came of a poll among some of them is theirs alone."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"


def upgrade() -> None:
    """Add the column; what is in the calendar by now is for every team."""
    op.add_column("event", sa.Column("team_ids", sa.JSON(), nullable=False, server_default="[]"))
