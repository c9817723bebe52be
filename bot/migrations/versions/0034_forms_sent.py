"""A checksum of what stood in a form, so that one that is sent again is known from one that was changed meanwhile."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"


def upgrade() -> None:
    """Add the column."""
    op.add_column("delivery", sa.Column("sent", sa.String(), nullable=False, server_default=""))
