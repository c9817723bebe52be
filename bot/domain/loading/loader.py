"""Storing a collaborative file: what is new is added, what differs is set, and nothing is ever taken away.

A key that the file leaves out stays as it is in the record, so that what people set in Slack survives a reload; and
what they set of a measure survives it as long as the file says the same of it as before.
"""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from bot import times
from bot.domain import changes as change_package
from bot.domain.changes import WORDS, ChangeIdea, Driver
from bot.domain.collaborative_file.shapes import (
    CheckinEntry,
    CollaborativeFile,
    DriverEntry,
    EventEntry,
    IdeaEntry,
    SecondaryDriver,
    WeeklyEntry,
)
from bot.domain.collaboratives import Collaborative
from bot.domain.events import Event
from bot.domain.loading import channels, matching, measures, people, teams
from bot.domain.loading.changes import Changes
from bot.domain.teams import Team


def load(session: Session, file: CollaborativeFile, *, now: datetime) -> Changes:
    """Store the file in the caller's transaction. Raises ChannelTaken where a channel is another collaborative's."""
    changes = Changes()
    collaborative = _collaborative(session, file, changes, now)
    assert collaborative.id is not None
    changes.collaborative = collaborative.id
    measures.store(session, file, changes, now=now)
    _drivers(session, file, changes)
    known = people.store(session, file, changes)
    named = teams.store(session, file, changes, people=known, now=now)
    people.seat(session, file, changes, people=known, teams=named, now=now)
    channels.store(session, file, changes, teams=named)
    _events(session, file, changes, named)
    if changes.any:
        collaborative.loaded_at = now
    session.flush()
    return changes


def by_name(session: Session, name: str) -> Collaborative | None:
    """The collaborative of that name, however its letters are cased."""
    rows = session.exec(select(Collaborative)).all()
    return next((row for row in rows if row.name.casefold() == name.casefold()), None)


def _collaborative(session: Session, file: CollaborativeFile, changes: Changes, now: datetime) -> Collaborative:
    entry = file.collaborative
    row = by_name(session, entry.name)
    values: dict[str, Any] = entry.model_dump(include=entry.model_fields_set)
    if "holidays" in values:
        values["holidays"] = [day.isoformat() for day in entry.holidays]
    if "checkin" in file.model_fields_set or row is None:
        values["checkin"] = _settings(file.checkin, row.checkin if row else None)
    if "weekly" in file.model_fields_set or row is None:
        values["weekly"] = _settings(file.weekly, row.weekly if row else None)
    if row is None:
        row = Collaborative(loaded_at=now, **values)
        changes.new = entry.name
    else:
        before = row.checkin
        changes.update(row.name, row, values)
        if row.checkin != before:
            row.checkin_set_on = times.local_day(now, row.timezone)
    session.add(row)
    session.flush()
    return row


def _settings(entry: CheckinEntry | WeeklyEntry, before: dict[str, Any] | None) -> dict[str, Any]:
    """As the record holds them: whole for a new collaborative, else what the file says over what is there."""
    told = entry.model_dump(mode="json", exclude_unset=before is not None)
    at = {"at": f"{entry.at:%H:%M}"} if "at" in told else {}
    return {**(before or {}), **told, **at}


def _drivers(session: Session, file: CollaborativeFile, changes: Changes) -> None:
    rows = session.exec(select(Driver).where(Driver.collaborative_id == changes.collaborative)).all()
    entries: list[tuple[DriverEntry | SecondaryDriver, DriverEntry | None]] = []
    for driver in file.drivers:
        entries += [(driver, None), *((secondary, driver) for secondary in driver.drivers)]
    found, left = matching.pairs(
        entries, rows, (lambda entry: entry[0].name.casefold(), lambda row: row.name.casefold())
    )
    ids: dict[str, int] = {}
    ideas: list[tuple[IdeaEntry, int]] = []
    for position, ((entry, parent), row) in enumerate(found):
        above = ids[parent.name] if parent else None
        values: dict[str, Any] = {"name": entry.name, "parent_id": above, "position": position}
        if row is None:
            row = Driver(collaborative_id=changes.collaborative, **values)
            changes.add("driver", entry.name)
        changes.update(f"Driver {row.name}", row, values, words=_parent_words(ids))
        session.add(row)
        session.flush()
        assert row.id is not None
        ids[entry.name] = row.id
        ideas += [(idea, row.id) for idea in entry.ideas]
    for gone in left:
        changes.keep(f"Driver {gone.name} is no longer in the file; nothing was removed, and its ideas are kept.")
    _ideas(session, ideas, changes, ids)


def _ideas(session: Session, ideas: list[tuple[IdeaEntry, int]], changes: Changes, drivers: dict[str, int]) -> None:
    rows = session.exec(
        select(ChangeIdea)
        .join(Driver, col(Driver.id) == col(ChangeIdea.driver_id))
        .where(Driver.collaborative_id == changes.collaborative)
    ).all()
    first_names = change_package.first_names(session, rows)
    found, left = matching.pairs(
        ideas,
        rows,
        (lambda entry: (entry[1], entry[0].name.casefold()), lambda row: (row.driver_id, row.name.casefold())),
        (lambda entry: (entry[0].code or "").casefold(), lambda row: row.code.casefold()),
        (lambda entry: entry[0].name.casefold(), lambda row: row.name.casefold()),
        (lambda entry: entry[0].name.casefold(), lambda row: first_names.get(row.id, "").casefold()),
    )
    for position, ((entry, driver), row) in enumerate(found):
        values = entry.model_dump(include=entry.model_fields_set) | {"driver_id": driver, "position": position}
        if row is None:
            row = ChangeIdea(**values)
            changes.add("idea", entry.name)
        elif row.version > 1:
            theirs = {name: values.pop(name) for name in WORDS if name in values}
            if any(getattr(row, name) != said for name, said in theirs.items()):
                called = row.code or row.name
                changes.keep(f"Idea {called}: its words stand as they were changed in Slack; the file says otherwise.")
        changes.update(f"Idea {row.code or row.name}", row, values, words=_parent_words(drivers))
        session.add(row)
    for gone in left:
        changes.keep(f"Idea {gone.code or gone.name} is no longer in the file; nothing was removed.")
    session.flush()


def _events(session: Session, file: CollaborativeFile, changes: Changes, teams: dict[str, Team]) -> None:
    every = session.exec(select(Event).where(Event.collaborative_id == changes.collaborative)).all()
    taken = {(row.title, row.starts) for row in every if row.team_ids}  # a file knows of none for some teams alone
    zone = ZoneInfo(file.collaborative.timezone)
    hosts = {team.id: team.name for team in teams.values()}
    found, left = matching.pairs(
        [entry for entry in file.events if (entry.title, entry.starts) not in taken],
        [row for row in every if not row.team_ids],
        (lambda entry: (entry.title.casefold(), entry.starts), lambda row: (row.title.casefold(), row.starts)),
        (lambda entry: entry.title.casefold(), lambda row: row.title.casefold()),
        (lambda entry: entry.starts, lambda row: None if row.made_by else row.starts),  # named otherwise in Slack
    )

    def words(column: str, value: Any) -> str:
        if isinstance(value, datetime):
            return f"{value.astimezone(zone):%Y-%m-%d %H:%M}"
        return hosts.get(value, "") if column == "host_team_id" else str(value or "")

    for entry, row in found:
        values = _event_values(entry, teams)
        if row is None:
            row = Event(collaborative_id=changes.collaborative, **({"kind": entry.kind} | values))
            changes.add("event", entry.title)
        elif row.edited_at:
            if any(getattr(row, name) != said for name, said in values.items()):
                changes.keep(f"{row.title} stands as it was changed in Slack; the file says otherwise.")
            continue
        elif any(getattr(row, name) != said for name, said in values.items()):
            row.sequence += 1
        changes.update(row.title, row, values, words=words)
        session.add(row)
    for title in (entry.title for entry in file.events if (entry.title, entry.starts) in taken):
        changes.keep(f"{title} stands as it was planned in Slack, for some teams alone; the file has it for all.")
    for gone in (one for one in left if one.made_by is None):
        changes.keep(f"{gone.title} of {words('starts', gone.starts)} is no longer in the file; it was not canceled.")


def _event_values(entry: EventEntry, teams: dict[str, Team]) -> dict[str, Any]:
    given = entry.model_fields_set
    values: dict[str, Any] = entry.model_dump(include=given - {"host", "minutes", "ends"})
    if entry.host is not None:
        values["host_team_id"] = teams[entry.host.casefold()].id
    if given & {"minutes", "ends"}:
        values |= {"ends": entry.ends, "minutes": round(entry.length.total_seconds() / 60)}
    return values


def _parent_words(drivers: dict[str, int]) -> Any:
    """Say a driver by its name."""
    names = {number: name for name, number in drivers.items()}

    def words(column: str, value: Any) -> str:
        if column in ("driver_id", "parent_id"):
            return names.get(value, "")
        return ", ".join(value) if isinstance(value, list) else str(value or "")

    return words
