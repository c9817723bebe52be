"""How a team's time ends, and the talk with a team that leaves; teams that are gone already get their end."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
STANDING = sa.text("back_on IS NULL")
KNOWN = """
INSERT INTO ending (team_id, how, day, reason, words, at)
SELECT team.id, team.status, COALESCE(team.status_until, DATE(collaborative.loaded_at)), '', team.status_reason,
       collaborative.loaded_at
FROM team JOIN collaborative ON collaborative.id = team.collaborative_id
WHERE team.status IN ('withdrawn', 'lapsed', 'completed')
"""


def upgrade() -> None:
    """Create the tables, and fill in what the record knows."""
    op.create_table(
        "ending",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("how", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("into_id", sa.Integer(), nullable=True),
        sa.Column("senior_on", sa.Date(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("back_on", sa.Date(), nullable=True),
        sa.Column("back_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"]),
        sa.ForeignKeyConstraint(["into_id"], ["team.id"]),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"]),
        sa.ForeignKeyConstraint(["back_by"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_ending_team_id"), "ending", ["team_id"], unique=False)
    op.create_index(
        "ending_standing", "ending", ["team_id"], unique=True, sqlite_where=STANDING, postgresql_where=STANDING
    )
    op.create_table(
        "exit_talk",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ending_id", sa.Integer(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("with_whom", sa.String(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("gained", "hindered", "better", "keep", "door")),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("purged_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["ending_id"], ["ending.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("ending_id"),
    )
    op.execute(KNOWN)
