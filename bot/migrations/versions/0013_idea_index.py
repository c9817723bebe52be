"""Ideas can be searched: their folded words, an index over these, and how many ideas have each word."""

import json

import sqlalchemy as sa
from alembic import op

from bot.domain import folding

revision = "0013"
down_revision = "0012"
WORD = sa.String().with_variant(sa.String(collation="C"), "postgresql")
ADDED = "INSERT INTO ideatext_search(rowid, words) VALUES (new.id, new.words);"
DROPPED = "INSERT INTO ideatext_search(ideatext_search, rowid, words) VALUES ('delete', old.id, old.words);"
AS_IT_IS = "content='ideatext', content_rowid='id', tokenize='ascii', detail='none', columnsize=0, prefix='2 3'"
SQLITE = (  # `secure-delete`: words that were taken down leave the index at once, not with its next merge
    f"CREATE VIRTUAL TABLE ideatext_search USING fts5(words, {AS_IT_IS})",
    "INSERT INTO ideatext_search(ideatext_search, rank) VALUES ('secure-delete', 1)",
    f"CREATE TRIGGER ideatext_added AFTER INSERT ON ideatext BEGIN {ADDED} END",
    f"CREATE TRIGGER ideatext_dropped AFTER DELETE ON ideatext BEGIN {DROPPED} END",
    f"CREATE TRIGGER ideatext_changed AFTER UPDATE ON ideatext BEGIN {DROPPED} {ADDED} END",
)
MADE = "GENERATED ALWAYS AS (array_to_tsvector(string_to_array(words, ' '))) STORED"
POSTGRESQL = (
    f"ALTER TABLE ideatext ADD COLUMN ideatext_search tsvector {MADE}",
    "CREATE INDEX ideatext_found ON ideatext USING gin (ideatext_search)",
)
PACKAGED = sa.text(
    "SELECT changeidea.id, collaborative_id, code, changeidea.name, evidence, tips FROM changeidea "
    "JOIN driver ON driver.id = changeidea.driver_id"
)
SHARED = sa.text(
    "SELECT id, collaborative_id, title, what, took, happened, snag, asked FROM idea "
    "WHERE withdrawn_at IS NULL AND purged_at IS NULL"
)


def upgrade() -> None:
    """Create the tables and the index, and fill them with what is there."""
    op.create_table(
        "ideatext",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("collaborative_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["collaborative_id"], ["collaborative.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_ideatext_collaborative_id"), "ideatext", ["collaborative_id"], unique=False)
    op.create_table(
        "ideaword",
        sa.Column("collaborative_id", sa.Integer(), nullable=False),
        sa.Column("word", WORD, nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["collaborative_id"], ["collaborative.id"]),
        sa.PrimaryKeyConstraint("collaborative_id", "word"),
    )
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)
    _fill()


def _fill() -> None:
    record = op.get_bind()
    for id, collaborative, code, name, evidence, tips in record.execute(PACKAGED).all():
        told = json.loads(tips) if isinstance(tips, str) else tips
        _keep(-id, collaborative, f"{code} {name}", "\n".join((evidence, *told)))
    for id, collaborative, title, *rest in record.execute(SHARED).all():
        _keep(id, collaborative, title, "\n".join(rest))
    for collaborative, text in record.execute(sa.text("SELECT collaborative_id, words FROM ideatext")).all():
        rows = [{"collaborative": collaborative, "word": word} for word in set(text.split())]
        record.execute(COUNT, rows)


def _keep(row: int, collaborative: int, title: str, text: str) -> None:
    named = folding.words(title)
    values = {"title": " ".join(named), "words": " ".join([*named, *folding.words(text)])}
    if values["words"]:
        op.get_bind().execute(ADD, {"row": row, "collaborative": collaborative, **values})


ADD = sa.text("INSERT INTO ideatext (id, collaborative_id, title, words) VALUES (:row, :collaborative, :title, :words)")
COUNT = sa.text(
    "INSERT INTO ideaword (collaborative_id, word, times) VALUES (:collaborative, :word, 1) "
    "ON CONFLICT (collaborative_id, word) DO UPDATE SET times = ideaword.times + 1"
)
