"""Two rows that turn out to be one person, named once by e-mail and once by Slack id: joined under the one we know."""

from datetime import datetime

from sqlalchemy import Column
from sqlmodel import Session, SQLModel, col, select, update

from bot import audit, outbox
from bot.domain.people import Membership, Person
from bot.outbox import PENDING, RECALLED, Letter
from bot.statements import table


def join(session: Session, twin: Person, person: Person, now: datetime) -> None:
    """Give `person` all that speaks of `twin`, whom Slack never showed and who therefore never did anything."""
    assert twin.id
    assert person.id
    _move_memberships(session, twin, person)
    for column in _references():
        session.connection().execute(update(column.table).where(column == twin.id).values({column: person.id}))
    _readdress(session, twin.id, person.id)
    email, person.name = twin.email, person.name or twin.name
    session.delete(twin)
    session.flush()  # an address is one row's only
    person.email = person.email or email
    session.add(person)
    audit.note(session, "person.joined", by=None, subject=f"person:{person.id}", now=now, was=twin.id)


def _move_memberships(session: Session, twin: Person, person: Person) -> None:
    """Where both are in a team, or on the staff, they are there once, with the roles of both."""
    own = {(one.collaborative_id, one.team_id): one for one in _memberships(session, person)}
    for theirs in _memberships(session, twin):
        here = own.get((theirs.collaborative_id, theirs.team_id))
        if here is None:
            theirs.person_id = person.id or 0
            session.add(theirs)
            continue
        here.roles = list(dict.fromkeys([*here.roles, *theirs.roles]))
        here.own_words = here.own_words or theirs.own_words
        here.left_at = max(here.left_at, theirs.left_at) if here.left_at and theirs.left_at else None
        session.add(here)
        session.delete(theirs)
    session.flush()


def _memberships(session: Session, person: Person) -> list[Membership]:
    return list(session.exec(select(Membership).where(Membership.person_id == person.id).order_by(col(Membership.id))))


def _references() -> list[Column[int]]:
    """Every column of the record that names a person."""
    people = table(Person)
    return [
        column
        for one in SQLModel.metadata.sorted_tables
        for column in one.columns
        if any(key.references(people) for key in column.foreign_keys)
    ]


def _readdress(session: Session, twin: int, person: int) -> None:
    """What waited for the twin goes to the person, unless its occasion has a letter to them already."""
    waiting = select(Letter).where(
        col(Letter.to).in_((f"person:{twin}", f"home:{twin}")), Letter.state == PENDING, col(Letter.ts).is_(None)
    )
    for letter in session.exec(waiting.order_by(col(Letter.id))).all():
        session.add(letter)
        if letter.key.endswith(f":{twin}"):
            key = f"{letter.key.removesuffix(str(twin))}{person}"
            if outbox.of_key(session, key):
                letter.state, letter.recall = RECALLED, True
                continue
            letter.key = key
        letter.to = f"{letter.to.partition(':')[0]}:{person}"
        letter.about = {name: person if (name, row) == ("person", twin) else row for name, row in letter.about.items()}
        letter.not_before = None
