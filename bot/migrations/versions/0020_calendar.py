"""Calls made and changed in Slack, who hosts and presents at them, and the calendar files that went out."""

from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0017"


def upgrade() -> None:
    """Create the tables, and give each event the name by which calendars know it."""
    op.add_column("person", sa.Column("call_reminders", sa.JSON(), nullable=True))
    with op.batch_alter_table("event") as event:
        event.add_column(sa.Column("uid", sa.String(), nullable=True))
        event.add_column(sa.Column("sequence", sa.Integer(), nullable=False, server_default="0"))
        event.add_column(sa.Column("presenters", sa.Integer(), nullable=False, server_default="0"))
        event.add_column(sa.Column("hosts_in_turn", sa.Boolean(), nullable=False, server_default=sa.false()))
        event.add_column(sa.Column("made_by", sa.Integer(), nullable=True))
        event.add_column(sa.Column("edited_by", sa.Integer(), nullable=True))
        event.add_column(sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True))
        event.create_foreign_key("event_made_by", "person", ["made_by"], ["id"])
        event.create_foreign_key("event_edited_by", "person", ["edited_by"], ["id"])
    rows, named = sa.table("event", sa.column("id"), sa.column("uid")), op.get_bind()
    for row in named.execute(sa.select(rows.c.id)).scalars().all():
        named.execute(rows.update().where(rows.c.id == row).values(uid=uuid4().hex))
    with op.batch_alter_table("event") as event:
        event.alter_column("uid", existing_type=sa.String(), nullable=False)
        event.create_unique_constraint("event_uid", ["uid"])
    op.create_table(
        "presenting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("planned", sa.DateTime(timezone=True), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"]),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"]),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("event_id", "planned", "team_id", "role"),
    )
    op.create_table(
        "calendar_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("planned", sa.DateTime(timezone=True), nullable=False),
        sa.Column("to", sa.String(), nullable=False),
        sa.Column("wanted", sa.Integer(), nullable=False),
        sa.Column("sent", sa.Integer(), nullable=False),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("rests_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("event_id", "planned", "to"),
    )
