"""What search looks through: the folded words of every idea, shared or of the change package, kept beside it.

They are written by the flush that writes the idea, so that no way of changing, taking back or taking down an idea can
forget them. The databases only find rows by them, SQLite with FTS5 and PostgreSQL with an index of its own; how words
are folded and ranked is ours, and so the same on both.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Boolean, ColumnElement, Connection, TextClause, bindparam, cast, event, func, text
from sqlalchemy import literal_column as column
from sqlalchemy import select as core_select
from sqlalchemy import table as named
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import Mapper
from sqlmodel import Field, Session, SQLModel, String, col, delete, insert, select, update

from bot.domain import attachments, folding, ideas
from bot.domain.adaptations import Adaptation
from bot.domain.changes import ChangeIdea, Driver
from bot.domain.folding import Term
from bot.domain.ideas import Idea
from bot.statements import table

C_ORDER = String().with_variant(String(collation="C"), "postgresql")  # words are looked up by how they begin
MOST_MEANT = 5
SEARCH = (
    "ideatext_search"  # SQLite's table, and PostgreSQL's column: the migration makes them, and the databases keep them
)


class IdeaText(SQLModel, table=True):
    """The words of one idea that can be found: `id` is a shared idea's own, or minus that of the change package's."""

    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    collaborative_id: int = Field(foreign_key="collaborative.id", index=True)
    title: str
    words: str  # those of the title first


class IdeaWord(SQLModel, table=True):
    """How many ideas of a collaborative have this word: what a misspelt one may have meant."""

    collaborative_id: int = Field(foreign_key="collaborative.id", primary_key=True)
    word: str = Field(primary_key=True, sa_type=C_ORDER)
    times: int


def weighed(session: Session, collaboratives: list[int], terms: list[Term]) -> list[Term]:
    """The same terms as the record knows them: how rare each is, and what one that it doesn't know may have meant."""
    here = col(IdeaText.collaborative_id).in_(collaboratives)
    all_of_them = session.exec(select(func.count()).select_from(IdeaText).where(here)).one()
    counted = [(term, _times(session, collaboratives, term.stem)) for term in terms]
    known = [] if all(times for _, times in counted) else _known(session, collaboratives)
    found = []
    for term, times in counted:
        meant = () if times else tuple(folding.guesses(term.stem, known)[:MOST_MEANT])
        rarity = max(all_of_them // max(times, 1), 1).bit_length()
        found.append(Term(term.word, term.stem, meant, rarity if times or meant else 0))
    return found


def matching(session: Session, terms: list[Term], *, joined: str) -> ColumnElement[bool]:
    """The rows that have all of these terms (joined by `AND`), or any (by `OR`)."""
    wanted = [(term.stem, *term.meant) for term in terms]
    if session.get_bind().dialect.name == "sqlite":
        groups = (" OR ".join(f'"{word}"{_begins(word, " *")}' for word in words) for words in wanted)
        rows: Any = core_select(column("rowid")).select_from(named(SEARCH))
        match = column(SEARCH).op("MATCH")(f" {joined} ".join(f"({one})" for one in groups))
        return col(IdeaText.id).in_(rows.where(match))
    groups = (" | ".join(f"'{word}'{_begins(word, ':*')}" for word in words) for words in wanted)
    query = {"AND": " & ", "OR": " | "}[joined].join(f"({one})" for one in groups)
    return column(f"ideatext.{SEARCH}").op("@@", return_type=Boolean())(cast(query, TSQUERY))


def _begins(word: str, mark: str) -> str:
    """A single letter is looked for as it is: too much begins with it."""
    return mark if len(word) > 1 else ""


def _times(session: Session, collaboratives: list[int], stem: str) -> int:
    word = col(IdeaWord.word)
    begun = (word >= stem) & (word < f"{stem}\U0010ffff") if _begins(stem, "*") else word == stem
    here = col(IdeaWord.collaborative_id).in_(collaboratives)
    return session.exec(select(func.coalesce(func.sum(IdeaWord.times), 0)).where(here, begun)).one()


def _known(session: Session, collaboratives: list[int]) -> list[str]:
    """Every word, the commonest first."""
    here = col(IdeaWord.collaborative_id).in_(collaboratives)
    return list(session.exec(select(IdeaWord.word).where(here).order_by(col(IdeaWord.times).desc(), IdeaWord.word)))


@event.listens_for(Idea, "after_insert")
@event.listens_for(Idea, "after_update")
def _keep_shared(_mapper: Mapper[Idea], connection: Connection, idea: Idea) -> None:
    words = "" if idea.withdrawn_at or idea.purged_at else ideas.words(idea)
    _keep(connection, idea.id or 0, idea.collaborative_id, idea.title, words)


@event.listens_for(ChangeIdea, "after_insert")
@event.listens_for(ChangeIdea, "after_update")
def _keep_packaged(_mapper: Mapper[ChangeIdea], connection: Connection, idea: ChangeIdea) -> None:
    _keep_whole(connection, idea.id or 0)


@event.listens_for(Adaptation, "after_insert")
@event.listens_for(Adaptation, "after_update")
def _keep_adapted(_mapper: Mapper[Adaptation], connection: Connection, told: Adaptation) -> None:
    _keep_whole(connection, told.idea_id)


@event.listens_for(ChangeIdea, "after_delete")
def _forget_packaged(_mapper: Mapper[ChangeIdea], connection: Connection, idea: ChangeIdea) -> None:
    collaborative = connection.execute(_OF_DRIVER, {"driver": idea.driver_id}).scalar_one()
    _keep(connection, -(idea.id or 0), collaborative, "", "")


def _keep_whole(connection: Connection, row: int) -> None:
    """An idea of the change package as it stands, with what is attached to it and how teams do it where they are."""
    idea = connection.execute(_PACKAGED, {"row": row}).one()
    title = f"{idea.code} {idea.name}"
    attached = [attachments.told(line) for line in idea.links]
    adapted = connection.execute(_ADAPTED, {"row": row}).scalars()
    text = "\n".join((title, idea.evidence, *idea.tips, *attached, *adapted))
    _keep(connection, -row, idea.collaborative_id, title, text)


def _keep(connection: Connection, row: int, collaborative: int, title: str, text: str) -> None:
    """Write the row as these texts have it, or none where they have no words; and count what changed."""
    before = connection.execute(_BEFORE, {"row": row}).scalar() or ""
    words = folding.words(text)
    after = {"title": " ".join(folding.words(title)), "words": " ".join(words)}
    if not words:
        connection.execute(_DROP, {"row": row})
    elif before:
        connection.execute(_CHANGE, {"row": row, **after})
    else:
        connection.execute(_ADD, {"id": row, "collaborative_id": collaborative, **after})
    old, new = set(before.split()), set(words)
    _count(connection, (_ONE_MORE,), collaborative, new - old)
    _count(connection, (_ONE_LESS, _NONE_LEFT), collaborative, old - new)


def _count(connection: Connection, statements: Iterable[TextClause], collaborative: int, words: set[str]) -> None:
    rows = [{"collaborative": collaborative, "word": word} for word in sorted(words)]
    for statement in statements if rows else ():
        connection.execute(statement, rows)


_TEXTS, _COUNTS = table(IdeaText), table(IdeaWord)
_PACKAGE, _WAYS = table(ChangeIdea), table(Adaptation)
_DRIVERS, _OF = table(Driver), ("code", "name", "evidence", "tips", "links")
_PACKAGED = core_select(*(_PACKAGE.c[name] for name in _OF), _DRIVERS.c.collaborative_id).join(
    _DRIVERS, _DRIVERS.c.id == _PACKAGE.c.driver_id
).where(_PACKAGE.c.id == bindparam("row"))  # fmt: skip
_ADAPTED = select(_WAYS.c.words).where(_WAYS.c.idea_id == bindparam("row")).order_by(_WAYS.c.id)
_OF_DRIVER = select(Driver.collaborative_id).where(Driver.id == bindparam("driver"))
_BEFORE = select(IdeaText.words).where(IdeaText.id == bindparam("row"))
_ADD = insert(_TEXTS)
_CHANGE = update(_TEXTS).where(_TEXTS.c.id == bindparam("row"))
_DROP = delete(_TEXTS).where(_TEXTS.c.id == bindparam("row"))
_THIS = "collaborative_id = :collaborative AND word = :word"
_ONE_MORE = text(
    "INSERT INTO ideaword (collaborative_id, word, times) VALUES (:collaborative, :word, 1) "
    "ON CONFLICT (collaborative_id, word) DO UPDATE SET times = ideaword.times + 1"
)
_ONE_LESS = text(f"UPDATE ideaword SET times = times - 1 WHERE {_THIS}")
_NONE_LEFT = text(f"DELETE FROM ideaword WHERE {_THIS} AND times < 1")
