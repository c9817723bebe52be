"""From when on a series takes place no more, so that calendars that have it learn that once."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    """Add the column."""
    op.add_column("event", sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))
