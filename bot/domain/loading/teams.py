"""The teams and organizations of a collaborative file."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from bot import times
from bot.domain import endings, pauses
from bot.domain.collaborative_file.shapes import CollaborativeFile, TeamEntry
from bot.domain.loading import matching
from bot.domain.loading.changes import Changes
from bot.domain.loading.people import People, called
from bot.domain.people import Person
from bot.domain.teams import Channel, Organization, Team, is_over

STATUS = ("status", "status_until", "status_reason")
OWN_COLUMNS = {
    "name", "timezone", "region", "population_of_focus", "tier", "private", "mandated", "prior_experience", "measures",
}  # fmt: skip


def store(
    session: Session, file: CollaborativeFile, changes: Changes, *, people: People, now: datetime
) -> dict[str, Team]:
    """Add or update every team, found by name, or by its channel where it has a new name; by its name in lower case."""
    rows = session.exec(select(Team).where(Team.collaborative_id == changes.collaborative).order_by(col(Team.id))).all()
    channels = _channel_names(session, changes.collaborative)
    found, left = matching.pairs(
        file.teams,
        rows,
        (lambda entry: entry.name.casefold(), lambda row: row.name.casefold()),
        (lambda entry: entry.channel, lambda row: channels.get(row.id)),
    )
    teams: dict[str, Team] = {}
    for entry, row in found:
        organization = _organization(session, entry, row, changes)
        values = _values(file, entry, people, now, new=row is None) | organization
        if row and (stands := _ended_in_slack(session, row, values)):
            changes.keep(stands)
        if row is None:
            row = Team(collaborative_id=changes.collaborative, **values)
            changes.add("team", entry.name)
        else:
            changes.update(row.name, row, values, words=_words(session))
        session.add(row)
        session.flush()
        pauses.note(session, row, times.local_day(now, row.timezone))
        endings.note(session, row, now, times.local_day(now, row.timezone))
        teams[entry.name.casefold()] = row
    for gone in left:
        if gone.status not in ("withdrawn", "lapsed", "completed"):
            changes.keep(
                f"{gone.name} is no longer in the file; nothing was removed. If the team has left, keep it in the file "
                'with status: "withdrawn(DATE, reason)".'
            )
    return teams


def _values(file: CollaborativeFile, entry: TeamEntry, people: People, now: datetime, *, new: bool) -> dict[str, Any]:
    """The columns the file speaks of; a new team has the collaborative's zone unless it has its own."""
    given = entry.model_fields_set
    values: dict[str, Any] = entry.model_dump(include=given & OWN_COLUMNS)
    if new:
        values.setdefault("timezone", file.collaborative.timezone)
    if "holidays" in given:
        values["holidays"] = [day.isoformat() for day in entry.holidays]
    if entry.coach:
        values["coach_id"] = people.of(entry.coach).id
    if entry.deputy:
        values["deputy_id"] = people.of(entry.deputy).id
    if entry.status:
        until = file.collaborative.ends if entry.status.name == "paused" else None
        day, zone = entry.status.day or until, entry.timezone or file.collaborative.timezone
        rested = entry.status.name == "paused" and is_over(day, zone, now)
        values |= {
            "status": "active" if rested else entry.status.name,
            "status_until": day,
            "status_reason": entry.status.reason,
        }
    return values


def _ended_in_slack(session: Session, row: Team, values: dict[str, Any]) -> str:
    """That what somebody noted in Slack of a team's end stands, where the file says otherwise; the file's is left out.

    Empty where the file says nothing of it, or where its end came with a file.
    """
    before = endings.standing(session, row)
    if stands := _taken_in_again(session, row, values) if before is None else "":
        return stands
    if before is None or before.by_id is None or values.get("status", row.status) == row.status:
        for name in STATUS if before and before.by_id else ():
            values.pop(name, None)
        return ""
    said = values["status"]
    for name in STATUS:
        values.pop(name)
    by, day = called(session.get_one(Person, before.by_id)), times.day(before.day)
    return (
        f"{row.name}: {before.how} since {day} stands, noted in Slack by {by}; the file says {said}. "
        "Take in again, in Slack, takes it in again."
    )


def _taken_in_again(session: Session, row: Team, values: dict[str, Any]) -> str:
    """That a team is at work again, as somebody said in Slack, where the file still tells of the end before that."""
    newest = [*endings.of_team(session, row)][-1:] if row.id else []
    said, day = values.get("status"), values.get("status_until")
    if not newest or newest[0].back_by is None or said != newest[0].how or day not in (None, newest[0].day):
        return ""
    for name in STATUS:
        values.pop(name)
    by, since = called(session.get_one(Person, newest[0].back_by)), times.day(newest[0].back_on or newest[0].day)
    return f"{row.name} was taken in again in Slack by {by} on {since}, and that stands; the file says {said}."


def _organization(session: Session, entry: TeamEntry, team: Team | None, changes: Changes) -> dict[str, Any]:
    """The team's organization, with what the file says of it; a team without one is its own."""
    if team and not entry.organization:
        row: Organization | None = session.get_one(Organization, team.organization_id)
    else:
        name = (entry.organization or entry.name).casefold()
        rows = session.exec(select(Organization).where(Organization.collaborative_id == changes.collaborative)).all()
        row = next((row for row in rows if row.name.casefold() == name), None)
    if row is None:
        row = Organization(collaborative_id=changes.collaborative, name=entry.organization or entry.name)
        row.type, row.sector = entry.type, entry.sector
    else:
        changes.update(row.name, row, entry.model_dump(include=entry.model_fields_set & {"type", "sector"}))
    session.add(row)
    session.flush()
    return {"organization_id": row.id}


def _channel_names(session: Session, collaborative: int) -> dict[int | None, str]:
    rows = session.exec(select(Channel).where(Channel.collaborative_id == collaborative, Channel.purpose == "team"))
    return {row.team_id: row.name for row in rows}


def _words(session: Session) -> Callable[[str, Any], str]:
    """Say people and organizations by name, and `measures` None as all."""

    def words(column: str, value: Any) -> str:
        if column in ("coach_id", "deputy_id"):
            return called(session.get_one(Person, value)) if value else "nobody"
        if column == "organization_id":
            return session.get_one(Organization, value).name
        if isinstance(value, bool):
            return "yes" if value else "no"
        if column == "measures" and value is None:
            return "all"
        return ", ".join(value) if isinstance(value, list) else str(value or "")

    return words
