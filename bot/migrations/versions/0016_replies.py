"""Replies to questions, questions that pass to faculty, and those that Allteach asks itself."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Create the tables, and give questions what they hold besides."""
    op.add_column("question", sa.Column("collaborative_id", sa.Integer(), nullable=True))
    op.execute(
        "UPDATE question SET collaborative_id = (SELECT collaborative_id FROM team WHERE team.id = question.team_id)"
    )
    with op.batch_alter_table("question") as question:
        question.alter_column("collaborative_id", existing_type=sa.Integer(), nullable=False)
        question.alter_column("team_id", existing_type=sa.Integer(), nullable=True)
        question.alter_column("person_id", existing_type=sa.Integer(), nullable=True)
        question.add_column(sa.Column("seed", sa.String(), nullable=False, server_default=""))
        question.add_column(sa.Column("cycle_id", sa.Integer(), nullable=True))
        question.add_column(sa.Column("passed_at", sa.DateTime(timezone=True), nullable=True))
        question.create_foreign_key("question_of_collaborative", "collaborative", ["collaborative_id"], ["id"])
        question.create_foreign_key("question_about_cycle", "cycle", ["cycle_id"], ["id"])
        question.create_index(op.f("ix_question_collaborative_id"), ["collaborative_id"], unique=False)
    op.create_table(
        "reply",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("helped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("helped_by", sa.Integer(), nullable=True),
        sa.Column("purged_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["question_id"], ["question.id"]),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.ForeignKeyConstraint(["helped_by"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "unsown",
        sa.Column("collaborative_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["collaborative_id"], ["collaborative.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("collaborative_id"),
    )
    op.create_index(op.f("ix_reply_question_id"), "reply", ["question_id"], unique=False)
