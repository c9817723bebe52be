"""How often each team did each act in each week, what is expected of teams and whether it came, and alerts."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0022"


def upgrade() -> None:
    """Create the tables, and count the acts that there are."""
    op.create_table(
        "weeklyacts",
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"]),
        sa.PrimaryKeyConstraint("week", "team_id", "kind"),
        sqlite_with_rowid=False,
    )
    op.execute(
        "INSERT INTO weeklyacts (week, team_id, kind, done, last_at) "
        "SELECT week, team_id, kind, count(*), max(at) FROM act GROUP BY week, team_id, kind"
    )
    op.create_table(
        "expected",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("source", sa.Integer(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("kind", "source"),
    )
    op.create_index("expected_by_team", "expected", ["team_id", "kind", "due"], unique=False)
    op.create_index(
        "expected_open", "expected", ["due"], unique=False, sqlite_where=sa.text("outcome = 'open'"),
        postgresql_where=sa.text("outcome = 'open'"),
    )  # fmt: skip
    op.create_table(
        "engagement_prior",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("collaborative_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("alpha", sa.Float(), nullable=False),
        sa.Column("beta", sa.Float(), nullable=False),
        sa.Column("gamma", sa.Float(), nullable=False),
        sa.Column("delta", sa.Float(), nullable=False),
        sa.Column("teams", sa.Integer(), nullable=False),
        sa.Column("fitted_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["collaborative_id"], ["collaborative.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("collaborative_id", "kind"),
    )
    op.add_column("collaborative", sa.Column("engagement", sa.JSON(), nullable=False, server_default="{}"))
