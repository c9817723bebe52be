"""Measures are added, changed and ended in Slack: their history, what the file last said, and an end for all teams."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

MEASURE = sa.table("measure", sa.column("id", sa.Integer()), sa.column("code"), sa.column("in_file", sa.JSON()))


def upgrade() -> None:
    """Every measure that there is came with a file; of what that file said only the code is sure."""
    op.add_column("measure", sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("measure", sa.Column("in_file", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("measure", sa.Column("begins", sa.Date(), nullable=True))
    connection = op.get_bind()
    for row, code in connection.execute(sa.select(MEASURE.c.id, MEASURE.c.code)).all():
        connection.execute(sa.update(MEASURE).where(MEASURE.c.id == row).values(in_file={"code": code}))
    with op.batch_alter_table("optout") as optout:
        optout.alter_column("team_id", existing_type=sa.Integer(), nullable=True)
    op.create_table(
        "measure_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("measure_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["measure_id"], ["measure.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_measure_change_measure_id"), "measure_change", ["measure_id"], unique=False)
