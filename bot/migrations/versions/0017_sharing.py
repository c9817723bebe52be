"""Search finds change ideas also by attachments and by how teams do them; the weekly post has its day and hour."""

import json
import re
from urllib.parse import urlsplit

import sqlalchemy as sa
from alembic import op

from bot.domain import folding

revision = "0017"
down_revision = "0016"
LINE = re.compile(r"(?:(.*?\S)[ :–-]*\s)?(https://[^\s<>\"\\]+)")
KEPT = sa.text(
    "SELECT changeidea.id, ideatext.collaborative_id, links, words FROM changeidea "
    "JOIN ideatext ON ideatext.id = -changeidea.id"
)
ADAPTED = sa.text("SELECT words FROM adaptation WHERE idea_id = :row ORDER BY id")
CHANGE = sa.text("UPDATE ideatext SET words = :words WHERE id = :row")
COUNT = sa.text(
    "INSERT INTO ideaword (collaborative_id, word, times) VALUES (:collaborative, :word, 1) "
    "ON CONFLICT (collaborative_id, word) DO UPDATE SET times = ideaword.times + 1"
)


def upgrade() -> None:
    """Add the column, and these words to the index, and count them."""
    op.add_column("collaborative", sa.Column("weekly", sa.JSON(), nullable=False, server_default="{}"))
    record = op.get_bind()
    for row, collaborative, links, words in record.execute(KEPT).all():
        attached = [_told(line) for line in (json.loads(links) if isinstance(links, str) else links)]
        more = folding.words("\n".join((*attached, *record.execute(ADAPTED, {"row": row}).scalars())))
        if more:
            record.execute(CHANGE, {"row": -row, "words": " ".join((words, *more))})
        for word in sorted(set(more) - set(words.split())):
            record.execute(COUNT, {"collaborative": collaborative, "word": word})


def _told(line: str) -> str:
    """The title of a link, and what it is called."""
    found = LINE.fullmatch(line.strip())
    return f"{found[1] or ''} {urlsplit(found[2]).path}" if found else ""
