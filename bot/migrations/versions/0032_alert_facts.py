"""An alert keeps the facts of the day on which it was opened, which its card tells once it is over."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    """Alerts of before keep none."""
    op.add_column("alert", sa.Column("facts", sa.String(), nullable=False, server_default=""))
