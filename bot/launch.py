"""Launching a collaborative: until then nobody but its coordinators hears from the bot; then each person once."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from bot import audit, home, outbox
from bot.domain import seats, team_facts
from bot.domain.collaboratives import Collaborative
from bot.domain.people import Membership, Person
from bot.domain.teams import GONE, Channel, Team
from bot.statements import query


@dataclass(frozen=True)
class Group:
    """A team, or the staff, as the preview of a launch tells it."""

    name: str
    welcomed: list[str]
    waiting: list[str]  # not seen in Slack yet: welcomed when they are


@dataclass(frozen=True)
class Preview:
    """Who gets what when the collaborative is launched."""

    groups: list[Group]
    welcomed: int
    waiting: int
    channels: int
    not_ready: list[str]
    cards: list[str]  # channels that had members already, where the team card waits for the launch


def preview(session: Session, collaborative: Collaborative) -> Preview:
    """What pressing Launch would do now."""
    people = members(session, collaborative)
    ours = select(Channel).where(Channel.collaborative_id == collaborative.id).order_by(col(Channel.id))
    channels = list(session.exec(ours))
    return Preview(
        groups=_groups(session, collaborative),
        welcomed=sum(person.workspace is not None for person in people),
        waiting=sum(person.workspace is None for person in people),
        channels=len(channels),
        not_ready=[channel.name for channel in channels if channel.slack_id is None],
        cards=[channel.name for channel in channels if channel.team_id and channel.had_members],
    )


def launch(session: Session, collaborative: Collaborative, *, by: int | None, now: datetime) -> bool:
    """Launch it, once; False where it was launched before. People are invited by the channel job, and welcomed here."""
    session.refresh(collaborative, with_for_update=True)  # two coordinators may press at the same moment
    if collaborative.launched_at:
        return False
    collaborative.launched_at, collaborative.launched_by = now, by
    session.add(collaborative)
    audit.note(session, "collaborative.launched", by=by, subject=f"collaborative:{collaborative.id}", now=now)
    welcome_all(session, collaborative, now)
    home.refresh(session, seats.coordinators(session, collaborative), now)
    return True


def welcome_all(session: Session, collaborative: Collaborative, now: datetime) -> None:
    """Owe each person their one welcome; who was welcomed before is not welcomed again."""
    for person in members(session, collaborative):
        outbox.say_once(
            session, "people/welcome", key=f"welcome:{collaborative.id}:{person.id}", to=f"person:{person.id}", now=now,
            person=person.id or 0, collaborative=collaborative.id or 0,
        )  # fmt: skip


def members(session: Session, collaborative: Collaborative) -> list[Person]:
    """Everybody who is in the collaborative now, each once; of a team that has left nobody."""
    return list(_members(session, collaborative.id))


def unwelcomed(session: Session, collaborative: Collaborative) -> bool:
    """Whether somebody in a launched collaborative has no welcome yet."""
    keys = {f"welcome:{collaborative.id}:{person.id}" for person in members(session, collaborative)}
    written = session.exec(
        select(outbox.Letter.key).where(col(outbox.Letter.key).startswith(f"welcome:{collaborative.id}:"))
    )
    return bool(keys - set(written))


def _groups(session: Session, collaborative: Collaborative) -> list[Group]:
    """The staff first, then team by team; somebody in two of them stands in both, and is welcomed once."""
    here = select(Membership, Person).join(Person).where(
        Membership.collaborative_id == collaborative.id, col(Membership.left_at).is_(None)
    )  # fmt: skip
    rows = session.exec(here.order_by(col(Membership.id))).all()
    teams = session.exec(select(Team).where(Team.collaborative_id == collaborative.id).order_by(col(Team.id)))
    groups: list[tuple[int | None, str]] = [(None, "Staff"), *((team.id, team.name) for team in teams)]
    return [
        Group(
            name,
            [team_facts.called(person) for seat, person in rows if seat.team_id == team and person.workspace],
            [team_facts.called(person) for seat, person in rows if seat.team_id == team and not person.workspace],
        )
        for team, name in groups
    ]


@query
def _members(collaborative: int | None) -> SelectOfScalar[Person]:
    gone = select(Team.id).where(Team.collaborative_id == collaborative, col(Team.status).in_(GONE))
    here = select(Membership.person_id).where(
        Membership.collaborative_id == collaborative, col(Membership.left_at).is_(None),
        col(Membership.team_id).is_(None) | col(Membership.team_id).not_in(gone),
    )  # fmt: skip
    return select(Person).where(col(Person.id).in_(here)).order_by(col(Person.id))
