"""${message}."""

from alembic import op
import sqlalchemy as sa
import sqlmodel

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    """Change the shape."""
    ${upgrades if upgrades else "pass"}
