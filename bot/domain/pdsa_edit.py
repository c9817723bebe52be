"""A cycle changed outside its stages: edits with their history, a new date, deletion, and the removal of its words."""

from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, select

from bot.domain.pdsa import PLAN, WORDS, Cycle, CycleChange, must_be, successor
from bot.domain.pdsa_teaching import Training
from bot.errors import BotError

EDITABLE = (*WORDS, "due", "scale", "carried_out", "matched", "ticks", "idea_id", "measure_id")


class Conflict(BotError):
    """Somebody else changed the cycle meanwhile: `since` says who and what, `cycle` is how it stands now."""

    def __init__(self, cycle: Cycle, since: list[CycleChange]) -> None:
        super().__init__("Somebody changed this cycle while you were writing.")
        self.cycle, self.since = cycle, since


def edit(
    session: Session, cycle: Cycle, fields: dict[str, Any], *, began: int, seen: int, by: int, now: datetime
) -> None:
    """Change a cycle at any time; history is kept.

    `began` is the version somebody began to write from, `seen` the newest one they were told of: what they left as it
    was stays as others have it now. Raises Conflict where the cycle changed after `seen`.
    """
    if cycle.version != seen:
        raise Conflict(cycle, changes_since(session, cycle, seen))
    before = as_of(session, cycle, began)
    written = {name: value for name, value in fields.items() if _plain(value) != before[name]}
    if cycle.stage != PLAN and written.get("prediction", cycle.prediction) != cycle.prediction:
        raise BotError("The prediction stands as it was written before the test began.")
    changed = {
        name: [_plain(getattr(cycle, name)), _plain(value)]
        for name, value in written.items()
        if getattr(cycle, name) != value
    }
    if not changed:
        return
    for name in changed:
        setattr(cycle, name, fields[name])
    cycle.version, cycle.edited_at = cycle.version + 1, now
    session.add_all(
        (cycle, CycleChange(cycle_id=cycle.id or 0, version=cycle.version, person_id=by, at=now, fields=changed))
    )


def as_of(session: Session, cycle: Cycle, version: int) -> dict[str, Any]:
    """What stood in each field at an earlier version, as far as edits tell; dates as their ISO text."""
    fields = {name: _plain(getattr(cycle, name)) for name in EDITABLE}
    for change in reversed(changes_since(session, cycle, version)):
        fields |= {name: before for name, (before, _) in change.fields.items()}
    return fields


def changes_since(session: Session, cycle: Cycle, version: int) -> list[CycleChange]:
    """The edits after `version`, oldest first."""
    since = select(CycleChange).where(CycleChange.cycle_id == cycle.id, CycleChange.version > version)
    return list(session.exec(since.order_by(col(CycleChange.version))))


def postpone(session: Session, cycle: Cycle, due: date, *, by: int, now: datetime) -> None:
    """Still running: a new *by when*."""
    must_be(cycle, PLAN, "somebody already told what happened")
    edit(session, cycle, {"due": due}, began=cycle.version, seen=cycle.version, by=by, now=now)


def delete(session: Session, cycle: Cycle, *, by: int, now: datetime) -> None:
    """Take the cycle off the record's face; its number is never given again, and its ramp closes over it."""
    after, before = successor(session, cycle), cycle.parent_id
    cycle.deleted_at, cycle.deleted_by, cycle.version, cycle.parent_id = now, by, cycle.version + 1, None
    session.add(cycle)
    session.flush()
    if after:
        after.parent_id = before
        session.add(after)


def purge(session: Session, cycle: Cycle, now: datetime) -> None:
    """Remove every word of the cycle and of its history, for good; the number and the dates stay."""
    for name in WORDS:
        setattr(cycle, name, None if name == "prediction" and cycle.prediction is None else "")
    cycle.purged_at, cycle.version = now, cycle.version + 1
    session.add(cycle)
    for change in session.exec(select(CycleChange).where(CycleChange.cycle_id == cycle.id)):
        session.delete(change)
    for training in session.exec(select(Training).where(Training.cycle_id == cycle.id)):
        training.topic = ""
        session.add(training)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
