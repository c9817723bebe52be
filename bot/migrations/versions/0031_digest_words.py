"""What a Monday found is kept as the words that its readers are told by, and no more read than it is told."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    """Keep what is there; on SQLite a JSON column holds the same words."""
    with op.batch_alter_table("digest_week") as weeks:
        weeks.alter_column(
            "found", existing_type=sa.JSON(), type_=sa.String(), existing_nullable=False, postgresql_using="found::text"
        )
