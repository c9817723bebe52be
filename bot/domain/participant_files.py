"""Lists of participants that a coordinator dropped: whom they propose, until it is confirmed or a day is over."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import JSON, Field, Session, SQLModel, col, delete, select

from bot.domain import participant_list
from bot.domain.events import Meeting
from bot.domain.participant_list import Participant
from bot.domain.people import Membership, Person

PROPOSED, COUNTED, LEFT, EXPIRED, NO_DATE = "proposed", "counted", "left", "expired", "no_date"
KEPT = timedelta(days=1)


class ParticipantFile(SQLModel, table=True):
    """One dropped list; once it is confirmed, left or a day old, nothing of it is here but how many it counted."""

    __tablename__ = "participant_file"

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id")
    event_id: int | None = Field(default=None, foreign_key="event.id")
    planned: datetime | None = None  # the start that the event's rule gives
    state: str = Field(index=True)
    people: list[int] = Field(default_factory=list, sa_type=JSON)  # whom it names
    strangers: list[str] = Field(default_factory=list, sa_type=JSON)  # names that are nobody's here
    counted: int = 0
    dropped_at: datetime


def propose(
    session: Session, found: Sequence[Participant], date: Meeting | None, *, by: int, now: datetime
) -> ParticipantFile:
    """Whom the list names, for that date; where no date has begun nothing of it is kept."""
    file = ParticipantFile(person_id=by, state=PROPOSED if date else NO_DATE, dropped_at=now)
    if date:
        file.event_id, file.planned = date.event.id, date.planned
        file.people, file.strangers = matched(session, found, date.event.collaborative_id)
    session.add(file)
    session.flush()
    return file


def matched(
    session: Session, found: Sequence[Participant], collaborative: int
) -> tuple[list[int], list[str]]:  # fmt: skip
    """Whom they are in a collaborative, by address and else by a name that only one of them has; and who is left."""
    here = select(Person).join(Membership).where(
        Membership.collaborative_id == collaborative, col(Membership.left_at).is_(None)
    )  # fmt: skip
    people = {one.id: one for one in session.exec(here.order_by(col(Person.id)))}.values()
    by_email = {one.email: one.id or 0 for one in people if one.email}
    names = Counter(participant_list.called(one.name) for one in people)
    by_name = {name: one.id or 0 for one in people if names[name := participant_list.called(one.name)] == 1}
    by_name.pop("", None)
    rows = {
        one: by_email.get(one.email)
        or by_name.get(participant_list.called(one.name))
        or by_name.get(participant_list.originally(one.name))
        for one in found
    }
    strangers = [one.name or "somebody without a name" for one, row in rows.items() if not row]
    return list(dict.fromkeys(row for row in rows.values() if row)), strangers


def let_go(file: ParticipantFile, state: str, counted: int = 0) -> None:
    """Nothing of it is kept any more."""
    file.state, file.people, file.strangers, file.counted = state, [], [], counted


def expire(session: Session, now: datetime) -> list[ParticipantFile]:
    """Let go of what nobody confirmed within a day, and of every trace of older ones."""
    old = col(ParticipantFile.dropped_at) < now - KEPT
    session.exec(delete(ParticipantFile).where(old, col(ParticipantFile.state) != PROPOSED))
    passed = list(session.exec(select(ParticipantFile).where(old)))
    for file in passed:
        let_go(file, EXPIRED)
        session.add(file)
    return passed


def is_any_old(session: Session, now: datetime) -> bool:
    """Whether there is something to let go of."""
    return session.exec(select(ParticipantFile.id).where(ParticipantFile.dropped_at < now - KEPT)).first() is not None


def remove(session: Session, row: int) -> None:
    """Somebody reported what it says."""
    session.exec(delete(ParticipantFile).where(col(ParticipantFile.id) == row))
