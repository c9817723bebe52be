"""The measures of a collaborative file. What somebody changed in Slack since the last load stands, and is told.

Each measure remembers what the file said of it, so that a key that another value was written for there is known to be
newer than what was set in Slack.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from bot import times
from bot.domain import measure_edit, measures, pdsa_facts
from bot.domain.collaborative_file.shapes import CollaborativeFile
from bot.domain.collaboratives import Collaborative
from bot.domain.loading import matching
from bot.domain.loading.changes import LONGEST, Changes, label, words_of
from bot.domain.measures import Measure
from bot.errors import BotError

NEVER = object()  # what a file said of a key that it didn't have


class CodeTaken(BotError):
    """The file would give two measures one code."""


def store(session: Session, file: CollaborativeFile, changes: Changes, *, now: datetime) -> None:
    """Add what is new, and set what the file says anew; known by the code or the name that the file had for it."""
    found, left = matching.pairs(
        file.measures,
        measures.all_of(session, changes.collaborative),
        (lambda entry: entry.code.casefold(), lambda row: str(row.in_file.get("code", "")).casefold()),
        (lambda entry: entry.code.casefold(), lambda row: row.code.casefold()),
        (lambda entry: entry.name.casefold(), lambda row: row.name.casefold()),
    )
    taken = {row.code.casefold(): row for row in (*left, *(row for _, row in found if row))}
    for position, (entry, row) in enumerate(found):
        values = entry.model_dump(include=entry.model_fields_set)
        if taken.get(entry.code.casefold(), row) is not row and (row is None or _is_new(row, "code", entry.code)):
            other = taken[entry.code.casefold()]
            raise CodeTaken(f"{entry.code} is what {other.name} is called in Slack. Please choose another code.")
        if row is None:
            session.add(_new(changes, values | {"shape": entry.shape}, position))
        else:
            _update(session, row, values, changes, now)
            row.in_file, row.position = values, position
            session.add(row)
    for gone in left:
        changes.keep(_left(gone))
    session.flush()


def _new(changes: Changes, values: dict[str, Any], position: int) -> Measure:
    changes.add("measure", values["code"])
    return Measure(collaborative_id=changes.collaborative, position=position, in_file=values, **values)


def _update(session: Session, row: Measure, values: Mapping[str, Any], changes: Changes, now: datetime) -> None:
    """Set what the file has anew; of the rest, say what stands otherwise."""
    subject = f"Measure {row.code}"
    other = {name: value for name, value in values.items() if getattr(row, name) != value}
    locked = measure_edit.locked(session, row, other)
    newer = {name: value for name, value in other.items() if name not in locked and _is_new(row, name, value)}
    for name, value in other.items():
        by = _set_by(session, row, name)
        if name in locked:
            stays = f"{subject}: {name} stays {getattr(row, name)}; the file says {value}."
            changes.keep(f"{stays} {locked[name]}")
        elif name not in newer:
            changes.keep(f"{subject}: {_stands(name, getattr(row, name), value, by)}")
        elif by:
            changes.changed.append(f"{subject}: the file's {label(name)} is newer than what {by} set in Slack.")
    before = {name: getattr(row, name) for name in newer}
    changes.update(subject, row, newer)
    measure_edit.note(session, row, before, by=None, now=now)
    if ended := measures.ending(session, row):
        changes.keep(f"{subject} has ended in Slack, from {ended.since:%B %Y} on; it stays so.")


def _is_new(row: Measure, name: str, value: Any) -> bool:
    """Whether the file says something else of it than at the last load."""
    return bool(row.in_file.get(name, NEVER) != value)


def _stands(name: str, ours: Any, theirs: Any, by: str) -> str:
    stands, told = words_of(name, ours) or "nothing", words_of(name, theirs) or "nothing"
    changed = f", changed in Slack by {by}" if by else ""
    if len(stands) > LONGEST or len(told) > LONGEST:
        return f"{label(name)} stands{changed}; the file says otherwise."
    return f"{label(name)} {stands} stands{changed}; the file says {told}."


def _set_by(session: Session, row: Measure, name: str) -> str:
    """Who set it in Slack, and when; nothing where the file did."""
    change = measure_edit.last_change(session, row, name)
    if change is None or change.person_id is None:
        return ""
    zone = session.get_one(Collaborative, row.collaborative_id).timezone
    return f"{pdsa_facts.name_of(session, change.person_id)} on {times.day(times.local_day(change.at, zone))}"


def _left(row: Measure) -> str:
    if not row.in_file:
        return f"Measure {row.code} was added in Slack and isn't in the file; it stays."
    return f"Measure {row.code} is no longer in the file; nothing was removed, and its numbers are kept."
