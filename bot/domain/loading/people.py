"""The people of a collaborative file: found by Slack id or e-mail, pending until Slack shows who they are."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time

from sqlmodel import Session, col, func, select

from bot.domain.collaborative_file.shapes import CollaborativeFile, MemberEntry, StaffEntry
from bot.domain.loading.changes import Changes
from bot.domain.people import Membership, Person
from bot.domain.teams import Team
from bot.errors import BotError

NAMED_TWICE = "{one} and {other} are the same person, and both stand {where}. Keep one of the two lines."
HOW_TO_LEAVE = "To take them out, keep the line and add left: DATE."


class NamedTwice(BotError):
    """The file names one person by two signs in one list."""


@dataclass(frozen=True)
class People:
    """The rows of everyone in the file, found by the marks the file uses."""

    by_mark: dict[str, Person]

    def of(self, mark: str) -> Person:
        """The person an e-mail address or Slack id of the file stands for."""
        return self.by_mark[mark.casefold()]


def store(session: Session, file: CollaborativeFile, changes: Changes) -> People:
    """Add whoever is new, and complete whoever is known; one person may stand in several lists."""
    people = People({})
    for entry in _everybody(file):
        person = _known(session, entry, people)
        if person is None:
            person = Person(email=entry.email, slack_user=entry.slack, name=entry.name or "")
        else:
            _complete(session, entry, person, changes)
        session.add(person)
        session.flush()
        for mark in (entry.email, entry.slack):
            if mark:
                people.by_mark[mark.casefold()] = person
    return people


def seat(
    session: Session,
    file: CollaborativeFile,
    changes: Changes,
    *,
    people: People,
    teams: dict[str, Team],
    now: datetime,
) -> None:
    """Give everyone their roles on the staff and in their teams, or take them out of these."""
    already = _members(session, changes.collaborative)
    here = {membership.person_id for membership in already}
    named: dict[int | None, str] = {}
    for team, entry in _seats(file, teams):
        person = people.of(_mark(entry))
        membership = _membership(session, changes.collaborative, team, person)
        _not_twice(named, entry, membership, team)
        where = f"{called(person)} in {team.name}" if team else f"{called(person)} on the staff"
        if membership is None:
            membership = _new(entry, person, team, changes.collaborative, now)
            if membership.person_id in here:
                changes.changed.append(f"{where}: added.")
            else:
                changes.add("person", called(person))
            here.add(membership.person_id)
        elif "roles" in entry.model_fields_set:
            changes.update(where, membership, {"roles": entry.roles})
        _leave_or_return(membership, entry, where, changes)
        session.add(membership)
        session.flush()
        named[membership.id] = _mark(entry)
    for membership in already:
        if membership.id not in named and membership.left_at is None:
            _keep(session, changes, membership)


def _new(
    entry: StaffEntry | MemberEntry, person: Person, team: Team | None, collaborative: int, now: datetime
) -> Membership:
    assert person.id is not None, "the row is in the database"
    team_id = team.id if team else None
    return Membership(
        collaborative_id=collaborative, team_id=team_id, person_id=person.id, roles=entry.roles, joined_at=now
    )


def _leave_or_return(membership: Membership, entry: StaffEntry | MemberEntry, where: str, changes: Changes) -> None:
    """Whoever the file says has left is out from the load on; they are in again once that is taken out."""
    left = datetime.combine(entry.left, time(), UTC) if entry.left else None
    if left and membership.left_at is None:
        changes.changed.append(f"{where}: left on {entry.left}.")
    elif membership.left_at and membership.left_at.time() != time():  # in Slack, not by the file, whose days are whole
        changes.keep(f"{where} left on {membership.left_at:%Y-%m-%d} and is still in the file; they stay out.")
        return
    elif membership.left_at and left is None:
        changes.changed.append(f"{where}: is back.")
    membership.left_at = left


def _not_twice(
    named: Mapping[int | None, str], entry: StaffEntry | MemberEntry, where: Membership | None, team: Team | None
) -> None:
    """Two lines of one list may turn out to be one person once Slack has shown them; which one holds is a person's."""
    if where is not None and where.id in named:
        place = f"in {team.name}" if team else "on the staff"
        raise NamedTwice(NAMED_TWICE.format(one=named[where.id], other=_mark(entry), where=place))


def called(person: Person) -> str:
    """What to call somebody to a coordinator."""
    return person.name or person.email or person.slack_user or "somebody"


def _mark(entry: StaffEntry | MemberEntry) -> str:
    return entry.slack or entry.email or ""


def _everybody(file: CollaborativeFile) -> Iterator[StaffEntry | MemberEntry]:
    yield from file.people
    for team in file.teams:
        yield from team.members


def _seats(file: CollaborativeFile, teams: dict[str, Team]) -> Iterator[tuple[Team | None, StaffEntry | MemberEntry]]:
    for person in file.people:
        yield None, person
    for team in file.teams:
        for member in team.members:
            yield teams[team.name.casefold()], member


def _known(session: Session, entry: StaffEntry | MemberEntry, people: People) -> Person | None:
    for mark in (entry.slack, entry.email):
        if mark and mark.casefold() in people.by_mark:
            return people.by_mark[mark.casefold()]
    if entry.slack and (person := session.exec(select(Person).where(Person.slack_user == entry.slack)).first()):
        return person
    return _by_email(session, entry.email) if entry.email else None


def _by_email(session: Session, email: str) -> Person | None:
    return session.exec(select(Person).where(func.lower(Person.email) == email)).first()


def _complete(session: Session, entry: StaffEntry | MemberEntry, person: Person, changes: Changes) -> None:
    """Set what the file knows; once Slack has shown who somebody is, their Slack id is no longer the file's."""
    marks = (person.email, person.slack_user)
    if entry.name and person.name != entry.name:
        changes.update(called(person), person, {"name": entry.name})
    if entry.slack and not person.matched_at:
        changes.update(called(person), person, {"slack_user": entry.slack})
    other = _by_email(session, entry.email) if entry.email else None
    if entry.email and other is None:
        changes.update(called(person), person, {"email": entry.email})
    if marks != (person.email, person.slack_user):
        person.looked_for_at = None  # Slack is asked at once for the new address or id
    if other and other.id != person.id:
        changes.keep(f"{entry.email} and {entry.slack} are two people in the record; both were kept as they are.")


def _members(session: Session, collaborative: int) -> list[Membership]:
    in_order = select(Membership).where(Membership.collaborative_id == collaborative).order_by(col(Membership.id))
    return list(session.exec(in_order))


def _keep(session: Session, changes: Changes, membership: Membership) -> None:
    person = session.get_one(Person, membership.person_id)
    team = session.get_one(Team, membership.team_id) if membership.team_id else None
    where = f"{called(person)} in {team.name}" if team else f"{called(person)} on the staff"
    changes.keep(f"{where} isn't in the file; nobody was removed. {HOW_TO_LEAVE}")


def _membership(session: Session, collaborative: int, team: Team | None, person: Person) -> Membership | None:
    return session.exec(
        select(Membership).where(
            Membership.collaborative_id == collaborative,
            col(Membership.team_id).is_(None) if team is None else Membership.team_id == team.id,
            Membership.person_id == person.id,
        )
    ).first()
