"""Finding a time: slots that a coordinator proposes, what people say of each, and the event that comes of it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from sqlmodel import Field, Index, Session, SQLModel, UniqueConstraint, col, select
from sqlmodel.sql.expression import SelectOfScalar

from bot.domain import rsvp_facts, rsvps
from bot.domain.events import Event
from bot.domain.people import Membership, Person
from bot.domain.poll_tally import Said
from bot.domain.teams import GONE, Team
from bot.statements import index_of_some, query

OPEN, CLOSED, CANCELED = "open", "closed", "canceled"
MOST = 5  # that one team is shown at once


class Poll(SQLModel, table=True):
    """A call or session whose time is being found."""

    __table_args__ = (
        Index("poll_by_collaborative", "collaborative_id", "opened_at"),
        index_of_some("poll_open", "closes", where="closed_at IS NULL"),
    )

    id: int | None = Field(default=None, primary_key=True)
    collaborative_id: int = Field(foreign_key="collaborative.id")
    person_id: int = Field(foreign_key="person.id")  # who opened it
    title: str  # empty once it was taken down
    kind: str  # of `events.KINDS`
    minutes: int
    asks_all: bool  # also teams that come later
    closes: datetime  # until when answers are taken
    opened_at: datetime
    closed_at: datetime | None = None  # at its end or before it; also of one that was canceled
    canceled_at: datetime | None = None
    event_id: int | None = Field(default=None, foreign_key="event.id")  # what it became
    after_id: int | None = Field(default=None, foreign_key="poll.id")  # the one before, that asked for other times


class Slot(SQLModel, table=True):
    """One of the times to choose from."""

    __table_args__ = (UniqueConstraint("poll_id", "starts"),)

    id: int | None = Field(default=None, primary_key=True)
    poll_id: int = Field(foreign_key="poll.id")
    starts: datetime


class Polled(SQLModel, table=True):
    """One team that a poll asks."""

    __table_args__ = (UniqueConstraint("poll_id", "team_id"),)

    id: int | None = Field(default=None, primary_key=True)
    poll_id: int = Field(foreign_key="poll.id")
    team_id: int = Field(foreign_key="team.id", index=True)


class SlotAnswer(SQLModel, table=True):
    """What one person says of one slot."""

    __table_args__ = (UniqueConstraint("slot_id", "person_id"),)

    id: int | None = Field(default=None, primary_key=True)
    slot_id: int = Field(foreign_key="slot.id")
    person_id: int = Field(foreign_key="person.id")
    answer: str  # of `poll_tally.BEST_FIRST`
    said_at: datetime


def propose(session: Session, poll: Poll, starts: Sequence[datetime], teams: Sequence[Team]) -> Poll:
    """Open it for these teams."""
    session.add(poll)
    session.flush()
    session.add_all(Slot(poll_id=poll.id or 0, starts=one) for one in sorted(starts))
    session.add_all(Polled(poll_id=poll.id or 0, team_id=one.id or 0) for one in teams)
    session.flush()
    return poll


def called(poll: Poll) -> str:
    """What it is for; once the words were taken down, its kind."""
    return poll.title or rsvp_facts.KINDS[poll.kind]


def state(poll: Poll, now: datetime) -> str:
    """Whether it takes answers, closed, or was canceled; it closes by itself, whether or not anybody noted that yet."""
    if poll.canceled_at:
        return CANCELED
    return CLOSED if poll.closed_at or poll.closes <= now else OPEN


def close(session: Session, poll: Poll, now: datetime) -> None:
    """No more answers."""
    poll.closed_at = min(now, poll.closes)
    session.add(poll)
    session.flush()


def cancel(session: Session, poll: Poll, now: datetime) -> None:
    """It isn't needed any more."""
    poll.closed_at = poll.closed_at or now
    poll.canceled_at = now
    session.add(poll)
    session.flush()


def purge(session: Session, poll: Poll) -> None:
    """Its words go, also from the event that has them from it."""
    event = session.get(Event, poll.event_id) if poll.event_id else None
    if event and event.title == poll.title:
        event.title = rsvp_facts.KINDS[event.kind]
        session.add(event)
    poll.title = ""
    session.add(poll)
    session.flush()


def successor(session: Session, poll: Poll) -> Poll | None:
    """The one that asks for other times."""
    return session.exec(select(Poll).where(Poll.after_id == poll.id).order_by(col(Poll.id).desc())).first()


def slots(session: Session, poll: Poll) -> list[Slot]:
    """Its times, the earliest first."""
    return list(session.exec(select(Slot).where(Slot.poll_id == poll.id).order_by(col(Slot.starts))))


def teams(session: Session, poll: Poll) -> list[Team]:
    """Whom it asks: teams that still take part, in their order."""
    theirs = select(Team).join(Polled, col(Polled.team_id) == Team.id).where(
        Polled.poll_id == poll.id, col(Team.status).not_in(GONE)
    )  # fmt: skip
    return list(session.exec(theirs.order_by(col(Team.id))))


def teams_of(session: Session, poll: Poll, person: int) -> list[Team]:
    """The teams for which somebody answers it."""
    theirs = {team.id for team in rsvps.teams_of(session, person, poll.collaborative_id)}
    return [team for team in teams(session, poll) if team.id in theirs]


def rows(session: Session, poll: Poll, of: Sequence[Team]) -> list[int]:
    """The rows in which these teams are asked."""
    asked = select(Polled.id).where(Polled.poll_id == poll.id, col(Polled.team_id).in_([team.id for team in of]))
    return [row for row in session.exec(asked.order_by(col(Polled.id))) if row]


def answer(session: Session, of: Mapping[int, str], person: int, now: datetime) -> None:
    """From now on this is what they say of these slots; what they said of others stays."""
    there = {one.slot_id: one for one in _answers(session, of, person)}
    for slot, said in of.items():
        row = there.get(slot) or SlotAnswer(slot_id=slot, person_id=person, answer=said, said_at=now)
        row.answer, row.said_at = said, now
        session.add(row)
    session.flush()


def says(session: Session, poll: Poll, person: int) -> dict[int, str]:
    """What they said of each slot."""
    every = [one.id or 0 for one in slots(session, poll)]
    return {one.slot_id: one.answer for one in _answers(session, every, person)}


def said(session: Session, poll: Poll) -> list[Said]:
    """Every answer of people who are still in a team that it asks; whoever is in two of them speaks for both."""
    told = select(Membership.team_id, Person.name, SlotAnswer.slot_id, SlotAnswer.answer).join(
        SlotAnswer, col(SlotAnswer.person_id) == Person.id
    ).join(Slot, col(Slot.id) == SlotAnswer.slot_id).join(Membership, col(Membership.person_id) == Person.id).join(
        Polled, (col(Polled.team_id) == Membership.team_id) & (col(Polled.poll_id) == Slot.poll_id)
    ).where(Slot.poll_id == poll.id, col(Membership.left_at).is_(None))  # fmt: skip
    found = session.exec(told.order_by(col(Membership.id), col(Slot.starts)))
    return [Said(team or 0, name or "somebody", slot, answer) for team, name, slot, answer in found]


def is_answered(session: Session, asked: Polled) -> bool:
    """Whether anybody of that team has said anything of it."""
    told = select(SlotAnswer.id).join(Slot).join(Membership, col(Membership.person_id) == SlotAnswer.person_id).where(
        Slot.poll_id == asked.poll_id, Membership.team_id == asked.team_id, col(Membership.left_at).is_(None)
    )  # fmt: skip
    return session.exec(told.limit(1)).first() is not None


def due(session: Session, now: datetime) -> list[Poll]:
    """Those whose end has come, and nobody noted it yet."""
    ended = select(Poll).where(col(Poll.closed_at).is_(None), Poll.closes <= now)
    return list(session.exec(ended.order_by(col(Poll.id))))


def unasked(session: Session, now: datetime) -> Iterator[Polled]:
    """Rows to be added: teams that came after a poll of all was opened."""
    for poll in _of_all(session, now).all():
        there = set(session.exec(select(Polled.team_id).where(Polled.poll_id == poll.id)))
        for team in rsvps.at_work(session, poll.collaborative_id):
            if team.id not in there:
                yield Polled(poll_id=poll.id or 0, team_id=team.id or 0)


def of_collaborative(session: Session, collaborative: int, most: int) -> list[Poll]:
    """The newest, the newest first."""
    theirs = select(Poll).where(Poll.collaborative_id == collaborative)
    return list(session.exec(theirs.order_by(col(Poll.opened_at).desc(), col(Poll.id).desc()).limit(most)))


def open_of_team(session: Session, team: Team, now: datetime) -> list[Poll]:
    """What a team is asked just now, what closes first first."""
    return list(_open_of(session, team.id, now))


def _answers(session: Session, of: Iterable[int], person: int) -> list[SlotAnswer]:
    theirs = select(SlotAnswer).where(SlotAnswer.person_id == person, col(SlotAnswer.slot_id).in_([*of]))
    return list(session.exec(theirs))


@query
def _of_all(now: datetime) -> SelectOfScalar[Poll]:
    every = select(Poll).where(col(Poll.closed_at).is_(None), Poll.closes > now, col(Poll.asks_all))
    return every.order_by(col(Poll.id))


@query
def _open_of(team: int | None, now: datetime) -> SelectOfScalar[Poll]:
    asked = select(Poll).join(Polled, col(Polled.poll_id) == Poll.id).where(
        Polled.team_id == team, col(Poll.closed_at).is_(None), Poll.closes > now
    )  # fmt: skip
    return asked.order_by(col(Poll.closes), col(Poll.id)).limit(MOST)
