"""Every question of the clock is an ask; those about due dates that were sent or held back stay so."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Create the tables; what still waits to be asked about a due date is planned anew as an ask."""
    op.create_table(
        "ask",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("wanted", sa.String(), nullable=False),
        sa.Column("wanted_on", sa.Date(), nullable=True),
        sa.Column("wanted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("wanted_by", sa.Integer(), nullable=True),
        sa.Column("taken_by", sa.Integer(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"]),
        sa.ForeignKeyConstraint(["wanted_by"], ["person.id"]),
        sa.ForeignKeyConstraint(["taken_by"], ["person.id"]),
        sa.ForeignKeyConstraint(["ended_by"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )
    op.create_index("ask_by_subject", "ask", ["subject", "kind"], unique=False)
    op.create_index(
        "ask_open", "ask", ["kind"], unique=False,
        sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"),
    )  # fmt: skip
    op.create_table(
        "put",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ask_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("letter", sa.String(), nullable=False),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.Column("wanted", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("outcome_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["ask_id"], ["ask.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    for column in ("ask_id", "person_id", "day", "letter"):
        op.create_index(op.f(f"ix_put_{column}"), "put", [column], unique=False)
    _carry_over()


def _carry_over() -> None:
    """A question that Slack has or may have is spent, one that was held back stays held, the others are dropped."""
    record = op.get_bind()
    asked = record.execute(sa.text("SELECT key, state, written_at FROM letter WHERE message = 'pdsa/due'")).all()
    for key, state, written_at in asked:
        after = {"sent": "spent", "sending": "spent", "unknown": "spent", "held": "held"}.get(state)
        if after:
            record.execute(ASK, {"key": key, "cycle": int(key.split(":")[1]), "state": after, "opened_at": written_at})
    record.execute(DROP)


ASK = sa.text(
    "INSERT INTO ask (key, kind, team_id, subject, state, wanted, opened_at) "
    "SELECT :key, 'pdsa.due', team_id, id, :state, '', :opened_at FROM cycle WHERE id = :cycle"
)
DROP = sa.text("UPDATE letter SET state = 'dropped' WHERE message = 'pdsa/due' AND state <> 'sent' AND ts IS NULL")
