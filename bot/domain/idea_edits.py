"""An idea changed after it was shared: edits with their history, taking it back, and the removal of its words."""

from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from bot.domain import ideas
from bot.domain.ideas import WORDS, Idea, IdeaChange
from bot.errors import BotError

EDITABLE = (*WORDS, "kind", "driver_id", "change_idea_id", "contact")
LABELS = {
    "title": "what it is called", "what": "what you did", "took": "what it took", "happened": "what happened",
    "snag": "what didn't work", "asked": "who was asked", "kind": "whether it worked", "driver_id": "the driver",
    "change_idea_id": "the change idea", "contact": "whether others may write to you",
}  # fmt: skip


class Conflict(BotError):
    """Somebody else changed what this person changes too: `since` are their edits, `idea` is how it stands now."""

    def __init__(self, idea: Idea, since: list[IdeaChange]) -> None:
        super().__init__("Somebody changed this idea while you were writing.")
        self.idea, self.since = idea, since


def edit(
    session: Session, idea: Idea, fields: dict[str, Any], *, began: int, seen: int, by: int, now: datetime
) -> None:
    """Change an idea at any time; history is kept.

    `began` is the version somebody began to write from, `seen` the newest one they were told of: what they left as it
    was stays as others have it now. Raises Conflict where both changed the same after `seen`.
    """
    before = as_of(session, idea, began)
    written = {name: value for name, value in fields.items() if value != before[name]}
    others = [one for one in changes_since(session, idea, seen) if set(one.fields) & set(written)]
    if others:
        raise Conflict(idea, others)
    changed = {name: [getattr(idea, name), value] for name, value in written.items() if getattr(idea, name) != value}
    if not changed:
        return
    for name, (_, value) in changed.items():
        setattr(idea, name, value)
    idea.version, idea.edited_at = idea.version + 1, now
    session.add_all(
        (idea, IdeaChange(idea_id=idea.id or 0, version=idea.version, person_id=by, at=now, fields=changed))
    )


def as_of(session: Session, idea: Idea, version: int) -> dict[str, Any]:
    """What stood in each field at an earlier version."""
    fields = {name: getattr(idea, name) for name in EDITABLE}
    for change in reversed(changes_since(session, idea, version)):
        fields |= {name: before for name, (before, _) in change.fields.items()}
    return fields


def changes_since(session: Session, idea: Idea, version: int) -> list[IdeaChange]:
    """The edits after `version`, oldest first."""
    since = select(IdeaChange).where(IdeaChange.idea_id == idea.id, IdeaChange.version > version)
    return list(session.exec(since.order_by(col(IdeaChange.version))))


def withdraw(session: Session, idea: Idea, now: datetime) -> None:
    """Its team takes it back: it isn't found or stolen any more; what others test goes on."""
    idea.withdrawn_at = now
    session.add(idea)


def purge(session: Session, idea: Idea, now: datetime) -> None:
    """Remove every word of it, of its history, and of whoever added theirs, for good."""
    for name in WORDS:
        setattr(idea, name, "")
    idea.purged_at, idea.version = now, idea.version + 1
    session.add(idea)
    for change in session.exec(select(IdeaChange).where(IdeaChange.idea_id == idea.id)):
        session.delete(change)
    for support in ideas.supports(session, idea.id):
        support.words = ""
        session.add(support)
